// SPDX-License-Identifier: GPL-2.0
/*
 * What ports want together, and how changes of it are told: by example, and
 * against a naive model in which a set is a bit mask.
 */
#include "wire_rig.h"
#include "fsm.h"
#include "proxy_merge.h"

#define UNIVERSE	10	/* sources 0 to 9 */
#define ALL		((1U << UNIVERSE) - 1)
#define PORTS		5
#define ROUNDS		200000

static struct in6_addr nth(unsigned int n)
{
	struct in6_addr a;

	mcs_addr_from_v4(&a, htonl(0xc6336400 + n));
	return a;
}

static unsigned int nth_of(const struct in6_addr *a)
{
	return a->s6_addr[15];
}

/* What a port wants: a mode, and the sources with and without timer. */
struct port {
	unsigned int	mode;
	unsigned int	running;
	unsigned int	stopped;
};

static unsigned int port_sources(const struct port *p, struct mcs_source *out)
{
	unsigned int i, n = 0;

	for (i = 0; i < UNIVERSE; i++) {
		if (!((p->running | p->stopped) >> i & 1))
			continue;
		memset(&out[n], 0, sizeof(*out));
		out[n].addr = nth(i);
		out[n++].expires = p->running >> i & 1 ? 5 : 0;
	}
	return n;
}

static unsigned int mask_of(const struct in6_addr *list, unsigned int n)
{
	unsigned int i, mask = 0;

	for (i = 0; i < n; i++) {
		/* ascending and unique */
		KTAP_CHECK(!i || mcs_addr_cmp(&list[i - 1], &list[i]) < 0);
		mask |= 1U << nth_of(&list[i]);
	}
	return mask;
}

struct merged {
	unsigned int	mode;
	unsigned int	set;
};

static struct merged merge(const struct port *ports, unsigned int n,
			   unsigned int room, bool ssm)
{
	struct in6_addr *inc = malloc(room * sizeof(*inc) + !room);
	struct in6_addr *exc = malloc(room * sizeof(*exc) + !room);
	struct mcs_source src[UNIVERSE];
	struct mcs_wanted w;
	struct mcs_merge m;
	struct merged got;
	unsigned int i;

	mcs_merge_begin(&m, inc, exc, room);
	for (i = 0; i < n; i++)
		mcs_merge_record(&m, ports[i].mode, src,
				 port_sources(&ports[i], src));
	mcs_merge_end(&m, ssm, &w);
	got.mode = w.mode;
	got.set = mask_of(w.list, w.n);
	free(inc);
	free(exc);
	return got;
}

/* RFC 3376 section 3.2, as it is written there. */
static struct merged naive_merge(const struct port *ports, unsigned int n)
{
	struct merged want = { MCS_MODE_INCLUDE, 0 };
	unsigned int i, inc = 0, exc = ALL;
	bool any = false;

	for (i = 0; i < n; i++) {
		if (ports[i].mode == MCS_MODE_EXCLUDE) {
			any = true;
			exc &= ports[i].stopped;
		} else {
			inc |= ports[i].running;
		}
	}
	want.mode = any ? MCS_MODE_EXCLUDE : MCS_MODE_INCLUDE;
	want.set = any ? exc & ~inc : inc;
	return want;
}

static struct port random_port(void)
{
	struct port p = { rnd(2), rnd(ALL + 1) & rnd(ALL + 1), 0 };

	if (p.mode == MCS_MODE_EXCLUDE)
		p.stopped = (rnd(ALL + 1) | rnd(ALL + 1)) & ~p.running;
	return p;
}

static void test_examples(void)
{
	static const struct {
		const char	*what;
		unsigned int	n;
		struct port	ports[3];
		struct merged	want;
	} rows[] = {
		{ "nobody", 0, {}, { 0, 0 } },
		{ "EX(;1,2) IN(1)", 2, { { 1, 0, 6 }, { 0, 2, 0 } }, { 1, 4 } },
		{ "EX(1;2)", 1, { { 1, 2, 4 } }, { 1, 4 } },
		{ "EX(;) EX(;1)", 2, { { 1, 0, 0 }, { 1, 0, 2 } }, { 1, 0 } },
		{ "EX(1;2,3) EX(2;3)", 2, { { 1, 2, 12 }, { 1, 4, 8 } },
		  { 1, 8 } },
		{ "IN(1,2) IN(2,3)", 2, { { 0, 6, 0 }, { 0, 12, 0 } },
		  { 0, 14 } },
		{ "IN(1) EX(;1,2,3) IN(3)", 3,
		  { { 0, 2, 0 }, { 1, 0, 14 }, { 0, 8, 0 } }, { 1, 4 } },
	};
	struct merged got;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_context("%s", rows[i].what);
		got = merge(rows[i].ports, rows[i].n, UNIVERSE, false);
		KTAP_EQ(got.mode, rows[i].want.mode);
		KTAP_EQ(got.set, rows[i].want.set);
	}
}

static void test_random_merge(void)
{
	struct merged got, want;
	struct port p[PORTS];
	unsigned int round, i, n;

	for (round = 0; round < ROUNDS; round++) {
		ktap_context("round %u", round);
		n = rnd(PORTS + 1);
		for (i = 0; i < n; i++)
			p[i] = random_port();
		got = merge(p, n, UNIVERSE, rnd(2));
		want = naive_merge(p, n);
		KTAP_EQ(got.mode, want.mode);
		KTAP_EQ(got.set, want.set);
		if (ktap.bad)
			return;
	}
}

/* Too little room: nothing that is wanted may be missing. */
static void test_no_room(void)
{
	struct merged got, want;
	struct port p[PORTS];
	unsigned int round, i, n, room, wants, has;

	for (round = 0; round < ROUNDS; round++) {
		ktap_context("round %u", round);
		n = rnd(PORTS + 1);
		room = rnd(UNIVERSE);
		for (i = 0; i < n; i++)
			p[i] = random_port();
		want = naive_merge(p, n);
		got = merge(p, n, room, false);
		wants = want.mode ? ALL & ~want.set : want.set;
		has = got.mode ? ALL & ~got.set : got.set;
		KTAP_EQ(wants & ~has, 0);
		/* source-specific: never everything, unless somebody did */
		got = merge(p, n, room, true);
		KTAP_EQ(got.mode, want.mode);
		if (!got.mode)
			KTAP_EQ(got.set & ~want.set, 0);
		if (ktap.bad)
			return;
	}
}

/* --- telling -------------------------------------------------------------- */

/* RFC 3376 section 5.1, one counter for the mode and one for each source. */
struct naive {
	unsigned int	mode;
	unsigned int	set;
	unsigned int	left;
	unsigned int	source_left[UNIVERSE];
};

static void naive_change(struct naive *s, const struct merged *w,
			 unsigned int count)
{
	unsigned int i;

	for (i = 0; i < UNIVERSE; i++) {
		if (s->mode != w->mode)
			s->source_left[i] = 0;
		else if ((s->set ^ w->set) >> i & 1)
			s->source_left[i] = count;
	}
	if (s->mode != w->mode)
		s->left = count;
	s->mode = w->mode;
	s->set = w->set;
}

struct lists {
	int		type;		/* of a filter-mode change, 0 for none */
	unsigned int	list;		/* of it */
	unsigned int	allow;
	unsigned int	block;
};

static struct lists naive_report(struct naive *s)
{
	unsigned int i, pending = 0, wanted;
	struct lists out = {};

	for (i = 0; i < UNIVERSE; i++) {
		if (s->source_left[i]) {
			pending |= 1U << i;
			s->source_left[i]--;
		}
	}
	wanted = s->mode ? ALL & ~s->set : s->set;
	if (s->left) {
		s->left--;
		out.type = s->mode ? MCS_REC_TO_EX : MCS_REC_TO_IN;
		out.list = s->set;
	} else {
		out.allow = pending & wanted;
		out.block = pending & ~wanted;
	}
	return out;
}

static unsigned int told_list(const struct mcs_told *t, unsigned int type)
{
	unsigned int i, mask = 0;

	for (i = 0; i < t->n; i++) {
		KTAP_CHECK(!i || mcs_addr_cmp(&t->src[i - 1].addr,
					      &t->src[i].addr) < 0);
		if (mcs_told_has(t, type, &t->src[i]))
			mask |= 1U << nth_of(&t->src[i].addr);
	}
	return mask;
}

static struct lists told_report(struct mcs_told *t)
{
	struct lists out = {};

	if (t->left) {
		out.type = t->mode ? MCS_REC_TO_EX : MCS_REC_TO_IN;
		out.list = told_list(t, out.type);
	} else {
		out.allow = told_list(t, MCS_REC_ALLOW);
		out.block = told_list(t, MCS_REC_BLOCK);
	}
	mcs_told_sent(t);
	mcs_told_prune(t, UNIVERSE);
	return out;
}

static struct mcs_wanted wanted(const struct merged *w, struct in6_addr *list)
{
	struct mcs_wanted out = { .list = list, .mode = w->mode };
	unsigned int i;

	for (i = 0; i < UNIVERSE; i++)
		if (w->set >> i & 1)
			list[out.n++] = nth(i);
	return out;
}

static void change(struct mcs_told *t, const struct merged *w,
		   unsigned int count, bool older)
{
	struct in6_addr list[UNIVERSE];
	struct mcs_wanted want = wanted(w, list);
	unsigned int room = t->n + want.n;
	struct mcs_told new = {
		.src = malloc(room * sizeof(*new.src) + !room),
	};
	bool same = mcs_told_same(t, &want);

	if (older)
		KTAP_EQ(mcs_told_change_older(t, &want, count, &new),
			mcs_told_nothing(t) == (w->mode || w->set));
	else if (!mcs_told_change(t, &want, count, &new))
		KTAP_CHECK(same || new.left == count);
	KTAP_CHECK(mcs_told_same(&new, &want));
	KTAP_EQ(mcs_told_nothing(&new), !w->mode && !w->set);
	free(t->src);
	*t = new;
}

static struct merged random_wanted(const struct merged *now)
{
	struct merged w = *now;

	if (!rnd(4)) {
		w.mode = rnd(2);
		w.set = rnd(ALL + 1);
	} else if (rnd(5)) {
		w.set ^= 1U << rnd(UNIVERSE);
	} else {
		w.mode = MCS_MODE_INCLUDE;
		w.set = 0;
	}
	return w;
}

static void same_lists(const struct lists *got, const struct lists *want)
{
	KTAP_EQ(got->type, want->type);
	KTAP_EQ(got->list, want->list);
	KTAP_EQ(got->allow, want->allow);
	KTAP_EQ(got->block, want->block);
}

static void test_random_told(void)
{
	struct merged w = { MCS_MODE_INCLUDE, 0 };
	unsigned int round, count = 1;
	struct lists got, want;
	struct naive naive = {};
	struct mcs_told t = {};

	for (round = 0; round < ROUNDS && !ktap.bad; round++) {
		ktap_context("round %u", round);
		if (rnd(3)) {
			count = 1 + rnd(4);
			w = random_wanted(&w);
			naive_change(&naive, &w, count);
			change(&t, &w, count, false);
		}
		while (rnd(2)) {
			got = told_report(&t);
			want = naive_report(&naive);
			same_lists(&got, &want);
		}
	}
	while (mcs_told_pending(&t)) {
		got = told_report(&t);
		want = naive_report(&naive);
		same_lists(&got, &want);
	}
	KTAP_EQ(naive.left, 0);
	free(t.src);
}

static void test_told_rows(void)
{
	static const struct {
		const char	*what;
		struct merged	from, to;
		struct lists	want;
	} rows[] = {
		{ "IN(1,2) to IN(2,3)", { 0, 6 }, { 0, 12 }, { 0, 0, 8, 2 } },
		{ "EX(1,2) to EX(2,3)", { 1, 6 }, { 1, 12 }, { 0, 0, 2, 8 } },
		{ "IN(1) to EX(2)", { 0, 2 }, { 1, 4 }, { 4, 4, 0, 0 } },
		{ "EX(1) to IN(2)", { 1, 2 }, { 0, 4 }, { 3, 4, 0, 0 } },
		{ "nothing to EX()", { 0, 0 }, { 1, 0 }, { 4, 0, 0, 0 } },
		{ "nothing to IN(1)", { 0, 0 }, { 0, 2 }, { 0, 0, 2, 0 } },
		{ "EX() to nothing", { 1, 0 }, { 0, 0 }, { 3, 0, 0, 0 } },
		{ "IN(1,2) to nothing", { 0, 6 }, { 0, 0 }, { 0, 0, 0, 6 } },
	};
	struct mcs_told t = {};
	struct lists got;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_context("%s", rows[i].what);
		free(t.src);
		memset(&t, 0, sizeof(t));
		change(&t, &rows[i].from, 0, false);
		KTAP_CHECK(!mcs_told_pending(&t));
		change(&t, &rows[i].to, 2, false);
		got = told_report(&t);
		same_lists(&got, &rows[i].want);
		KTAP_CHECK(mcs_told_pending(&t));
		got = told_report(&t);
		same_lists(&got, &rows[i].want);
		KTAP_CHECK(!mcs_told_pending(&t));
	}
	free(t.src);
}

/* A router that is not the querier, RFC 3376 section 6.4, and what it gets. */
struct router {
	struct mcs_record	rec;
	struct mcs_source	src[UNIVERSE];
	unsigned int		n;
};

static void hears(struct router *r, unsigned int type, unsigned int mask)
{
	static const struct mcs_params p = {
		.gmi = 1000, .lmqi = 1, .older_host = 1000, .lmqc = 2,
		.max_sources = UNIVERSE, .version = 3,
	};
	struct mcs_source out[2 * UNIVERSE];
	struct in6_addr list[UNIVERSE];
	struct merged w = { 0, mask };
	struct mcs_outcome res;
	struct mcs_wanted b = wanted(&w, list);

	mcs_fsm_record(&r->rec, r->src, r->n, type, list, b.n, out, &p, 1,
		       &res);
	r->n = res.nsrcs;
	memcpy(r->src, out, r->n * sizeof(*out));
	if (res.gone)
		memset(r, 0, sizeof(*r));
}

static unsigned int delivers(const struct router *r)
{
	unsigned int i, mask = r->rec.mode ? ALL : 0;

	for (i = 0; i < r->n; i++) {
		if (!r->rec.mode)
			mask |= 1U << nth_of(&r->src[i].addr);
		else if (!r->src[i].expires)
			mask &= ~(1U << nth_of(&r->src[i].addr));
	}
	return mask;
}

/*
 * As long as fewer reports in a row are lost than are sent, a router delivers
 * what is wanted, once nothing is pending any more.
 */
static void test_losses(void)
{
	struct merged w = { MCS_MODE_INCLUDE, 0 };
	unsigned int round, lost = 0, count = 2;
	struct router router = {};
	struct mcs_told t = {};
	struct lists l;

	for (round = 0; round < ROUNDS && !ktap.bad; round++) {
		ktap_context("round %u", round);
		w = random_wanted(&w);
		change(&t, &w, count, false);
		do {
			l = told_report(&t);
			if (lost + 1 < count && rnd(2)) {
				lost++;
				continue;
			}
			lost = 0;
			if (l.type)
				hears(&router, l.type, l.list);
			if (l.allow)
				hears(&router, MCS_REC_ALLOW, l.allow);
			if (l.block)
				hears(&router, MCS_REC_BLOCK, l.block);
		} while (mcs_told_pending(&t) && rnd(3));
		if (mcs_told_pending(&t))
			continue;
		count = 2 + rnd(3);
		lost = 0;
		KTAP_EQ((w.mode ? ALL & ~w.set : w.set) & ~delivers(&router),
			0);
	}
	free(t.src);
}

static void test_older(void)
{
	static const struct {
		struct merged	to;
		unsigned int	left;
	} steps[] = {
		{ { 0, 2 }, 3 },	/* a join, three times */
		{ { 0, 6 }, 3 },	/* one more source: nothing new */
		{ { 1, 0 }, 3 },	/* nor is another mode */
		{ { 0, 0 }, 1 },	/* a leave, once */
		{ { 0, 0 }, 1 },
		{ { 1, 4 }, 3 },
	};
	struct mcs_told t = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		ktap_context("step %u", i);
		change(&t, &steps[i].to, 3, true);
		KTAP_EQ(t.left, steps[i].left);
	}
	for (i = 3; i; i--) {
		KTAP_CHECK(mcs_told_pending(&t));
		mcs_told_sent(&t);
	}
	KTAP_CHECK(!mcs_told_pending(&t));
	free(t.src);
}

static void test_prune(void)
{
	static const struct merged from = { 0, ALL }, to = { 0, 1 };
	struct mcs_told t = {};

	change(&t, &from, 0, false);
	change(&t, &to, 2, false);
	KTAP_EQ(t.n, UNIVERSE);
	KTAP_EQ(told_list(&t, MCS_REC_BLOCK), ALL & ~1);
	mcs_told_prune(&t, 3);
	KTAP_EQ(t.n, 4);
	KTAP_EQ(told_list(&t, MCS_REC_BLOCK), 14);
	KTAP_EQ(told_list(&t, MCS_REC_IS_IN), 1);
	mcs_told_prune(&t, 0);
	KTAP_EQ(t.n, 1);
	free(t.src);
}

/* RFC 3376 section 5.2: A*B of INCLUDE(A), B-A of EXCLUDE(A). */
static void test_answer(void)
{
	struct in6_addr asked[UNIVERSE];
	struct mcs_wanted b;
	struct mcs_told t;
	struct merged w, ask;
	unsigned int round, n;

	for (round = 0; round < 20000; round++) {
		ktap_context("round %u", round);
		memset(&t, 0, sizeof(t));
		w.mode = rnd(2);
		w.set = rnd(ALL + 1);
		ask.mode = 0;
		ask.set = rnd(ALL + 1);
		change(&t, &w, 0, false);
		/* with sources that are only still to be reported */
		w.set ^= 1U << rnd(UNIVERSE);
		change(&t, &w, 2, false);
		b = wanted(&ask, asked);
		n = mcs_told_answer(&t, asked, b.n);
		KTAP_EQ(mask_of(asked, n),
			w.mode ? ask.set & ~w.set : ask.set & w.set);
		free(t.src);
		if (ktap.bad)
			return;
	}
}

int main(void)
{
	static const struct ktap_case cases[] = {
		{ "PRX-02 examples of merged records", test_examples },
		{ "PRX-02 merged records against a naive model",
		  test_random_merge },
		{ "PRX-02 too many sources: too much rather than too little",
		  test_no_room },
		{ "PRX-03 what a change is reported as", test_told_rows },
		{ "PRX-03 pending reports against a naive model",
		  test_random_told },
		{ "PRX-03 a router misses reports and nothing is lost",
		  test_losses },
		{ "PRX-04 changes in older versions", test_older },
		{ "sources that are kept only to be reported", test_prune },
		{ "PRX-01 answers to queries for sources", test_answer },
	};

	return KTAP_RUN(cases);
}
