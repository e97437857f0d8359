/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ports want together and how a change of it is told, computed by a naive
 * model in which a set is a bit mask, and one round of comparing it.
 */
#ifndef _MCSNOOP_PROXY_MODEL_H
#define _MCSNOOP_PROXY_MODEL_H

#include "wire_rig.h"
#include "fsm.h"
#include "proxy_merge.h"

#define UNIVERSE	10	/* sources 0 to 9 */
#define ALL		((1U << UNIVERSE) - 1)
#define PORTS		5

static inline struct in6_addr nth(unsigned int n)
{
	struct in6_addr a;

	mcs_addr_from_v4(&a, htonl(0xc6336400 + n));
	return a;
}

static inline unsigned int nth_of(const struct in6_addr *a)
{
	return a->s6_addr[15];
}

/* What a port wants: a mode, and the sources with and without timer. */
struct port {
	unsigned int	mode;
	unsigned int	running;
	unsigned int	stopped;
};

static inline unsigned int port_sources(const struct port *p,
					struct mcs_source *out)
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

static inline unsigned int mask_of(const struct in6_addr *list, unsigned int n)
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

static inline struct merged merge(const struct port *ports, unsigned int n,
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
static inline struct merged naive_merge(const struct port *ports,
					unsigned int n)
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

static inline struct port random_port(void)
{
	struct port p = { rnd(2), rnd(ALL + 1) & rnd(ALL + 1), 0 };

	if (p.mode == MCS_MODE_EXCLUDE)
		p.stopped = (rnd(ALL + 1) | rnd(ALL + 1)) & ~p.running;
	return p;
}

/* As many ports as chance wants, merged, with room for everything. */
static inline void round_of_merging(void)
{
	struct merged got, want;
	struct port p[PORTS];
	unsigned int i, n = rnd(PORTS + 1);

	for (i = 0; i < n; i++)
		p[i] = random_port();
	got = merge(p, n, UNIVERSE, rnd(2));
	want = naive_merge(p, n);
	KTAP_EQ(got.mode, want.mode);
	KTAP_EQ(got.set, want.set);
}

/* Too little room: nothing that is wanted may be missing. */
static inline void round_without_room(void)
{
	unsigned int i, n = rnd(PORTS + 1), room = rnd(UNIVERSE), wants, has;
	struct merged got, want;
	struct port p[PORTS];

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
}

/* RFC 3376 section 5.1, one counter for the mode and one for each source. */
struct naive {
	unsigned int	mode;
	unsigned int	set;
	unsigned int	left;
	unsigned int	source_left[UNIVERSE];
};

static inline void naive_change(struct naive *s, const struct merged *w,
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

static inline struct lists naive_report(struct naive *s)
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

static inline unsigned int told_list(const struct mcs_told *t,
				     unsigned int type)
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

static inline struct lists told_report(struct mcs_told *t)
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

static inline struct mcs_wanted wanted(const struct merged *w,
				       struct in6_addr *list)
{
	struct mcs_wanted out = { .list = list, .mode = w->mode };
	unsigned int i;

	for (i = 0; i < UNIVERSE; i++)
		if (w->set >> i & 1)
			list[out.n++] = nth(i);
	return out;
}

static inline void change(struct mcs_told *t, const struct merged *w,
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

static inline struct merged random_wanted(const struct merged *now)
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

static inline void same_lists(const struct lists *got,
			      const struct lists *want)
{
	KTAP_EQ(got->type, want->type);
	KTAP_EQ(got->list, want->list);
	KTAP_EQ(got->allow, want->allow);
	KTAP_EQ(got->block, want->block);
}

/* A group whose changes are told, and the model of that */
struct telling {
	struct merged	w;
	unsigned int	count;
	struct naive	naive;
	struct mcs_told	t;
};

static inline void tell_once(struct telling *s)
{
	struct lists got = told_report(&s->t);
	struct lists want = naive_report(&s->naive);

	same_lists(&got, &want);
}

/* Something else may be wanted, and some reports are sent. */
static inline void round_of_telling(struct telling *s)
{
	if (rnd(3)) {
		s->count = 1 + rnd(4);
		s->w = random_wanted(&s->w);
		naive_change(&s->naive, &s->w, s->count);
		change(&s->t, &s->w, s->count, false);
	}
	while (rnd(2))
		tell_once(s);
}

/* Let everything be told. */
static inline void end_of_telling(struct telling *s)
{
	while (mcs_told_pending(&s->t))
		tell_once(s);
	KTAP_EQ(s->naive.left, 0);
	free(s->t.src);
}

#endif /* _MCSNOOP_PROXY_MODEL_H */
