// SPDX-License-Identifier: GPL-2.0
/*
 * What ports want together, and how changes of it are told: by example, and
 * against a naive model in which a set is a bit mask.
 */
#include "proxy_model.h"

#define ROUNDS		200000

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
	unsigned int round;

	for (round = 0; round < ROUNDS && !ktap.bad; round++) {
		ktap_context("round %u", round);
		round_of_merging();
	}
}

static void test_no_room(void)
{
	unsigned int round;

	for (round = 0; round < ROUNDS && !ktap.bad; round++) {
		ktap_context("round %u", round);
		round_without_room();
	}
}

/* --- telling -------------------------------------------------------------- */

static void test_random_told(void)
{
	struct telling telling = { .count = 1 };
	unsigned int round;

	for (round = 0; round < ROUNDS && !ktap.bad; round++) {
		ktap_context("round %u", round);
		round_of_telling(&telling);
	}
	end_of_telling(&telling);
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
