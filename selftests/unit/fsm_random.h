/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A long random walk over records, time and parameters. After each group
 * record the result is compared with a model that computes with sets (bit
 * masks) as the RFC writes them, and after each step with what must hold
 * always. FSM_SEED=N repeats a walk, FSM_STEPS=N shortens it.
 */
#ifndef _MCSNOOP_FSM_RANDOM_H
#define _MCSNOOP_FSM_RANDOM_H

#include "fsm_rig.h"
#include "random.h"

#define SOURCES	10		/* numbered from 0 */

struct model {
	bool		exclude;
	__u64		group;		/* group timer */
	unsigned int	x;		/* sources with a running timer */
	unsigned int	y;		/* blocked sources */
	__u64		timer[SOURCES];
	unsigned int	left[SOURCES];	/* queries to be sent */
	unsigned int	group_left;
};

static void model_load(struct model *m, const struct rig *r)
{
	unsigned int i;

	memset(m, 0, sizeof(*m));
	m->exclude = r->rec.mode == MCS_MODE_EXCLUDE;
	m->group = r->rec.group_expires;
	m->group_left = r->rec.grexmit;
	for (i = 0; i < r->nsrcs; i++) {
		unsigned int n = rig_number(&r->srcs[i].addr);

		if (r->srcs[i].expires)
			m->x |= 1 << n;
		else
			m->y |= 1 << n;
		m->timer[n] = r->srcs[i].expires;
		m->left[n] = r->srcs[i].rexmit;
	}
}

/* Does the record count, and which part of its list? */
static bool model_reduce(const struct rig *r, unsigned int *type,
			 unsigned int *b)
{
	bool v1 = !r->p.mld && r->rec.v1_until > r->now;
	bool old = v1 || r->rec.v2_until > r->now;
	bool join;

	if (r->p.version < 3 - r->p.mld || r->p.no_sources) {
		join = *type == MCS_REC_IS_EX || *type == MCS_REC_TO_EX ||
		       (*b && *type != MCS_REC_BLOCK);
		if (*type == MCS_REC_BLOCK)
			return false;
		if (join)
			*type = MCS_REC_IS_EX;
		*b = 0;
		if (*type == MCS_REC_TO_IN && !r->p.mld && r->p.version == 1)
			return false;
	}
	if (old && *type == MCS_REC_BLOCK)
		return false;
	if (v1 && *type == MCS_REC_TO_IN)
		return false;
	if ((old || r->p.lightweight) &&
	    (*type == MCS_REC_IS_EX || *type == MCS_REC_TO_EX))
		*b = 0;
	return true;
}

static enum mcs_verdict model_says(const struct rig *r, unsigned int n)
{
	return r->p.verdict ? r->says[n] : MCS_ASK;
}

/* RFC 3376 sections 6.4.1, 6.4.2 and 6.6.3 in sets: b is the record's list. */
static void model_record(struct model *m, const struct rig *r,
			 unsigned int type, unsigned int b)
{
	__u64 soon = r->now + r->p.lmqi * r->p.lmqc;
	unsigned int x = m->x, y = m->y, i;
	unsigned int gmi = 0, old = 0, ask = 0;
	bool arm = false, ask_group = false, asked = false;
	bool newest = r->p.version >= 3 - r->p.mld;
	bool sources = newest && !r->p.no_sources;
	bool lw = r->p.lightweight;

	if (type < MCS_REC_IS_IN || type > MCS_REC_BLOCK ||
	    !model_reduce(r, &type, &b))
		return;

	if (type == MCS_REC_TO_IN && m->exclude &&
	    model_says(r, 64) == MCS_DROP) {
		m->exclude = false;
		m->group = 0;
		m->group_left = 0;
		m->y = 0;
		y = 0;
	}
	if (lw) {
		m->y = 0;
		y = 0;
	}
	if (type == MCS_REC_IS_IN || type == MCS_REC_ALLOW ||
	    type == MCS_REC_TO_IN) {
		m->x = x | b;
		m->y = y & ~b;
		gmi = b;
		if (type == MCS_REC_TO_IN) {
			ask = x & ~b;
			ask_group = m->exclude &&
				    model_says(r, 64) != MCS_KEEP;
		}
	} else if (lw) {
		if (type == MCS_REC_BLOCK)
			ask = x & b;
		else
			arm = true;
	} else if (type == MCS_REC_BLOCK) {
		ask = m->exclude ? b & ~y : x & b;
		if (m->exclude) {
			m->x = x | (b & ~y);
			old = b & ~x & ~y;
		}
	} else if (!m->exclude) {
		m->x = x & b;
		m->y = b & ~x;
		arm = true;
		ask = type == MCS_REC_TO_EX ? x & b : 0;
	} else {
		m->x = b & ~y;
		m->y = y & b;
		arm = true;
		if (type == MCS_REC_TO_EX) {
			old = b & ~x & ~y;
			ask = b & ~y;
		} else {
			gmi = b & ~x & ~y;
		}
	}

	if (type == MCS_REC_IS_EX && !newest)
		m->group_left = 0;
	for (i = 0; i < SOURCES; i++) {
		unsigned int bit = 1 << i;

		if (ask & bit && model_says(r, i) == MCS_KEEP) {
			m->x &= x | ~bit;
			old &= ~bit;
			ask &= ~bit;
		} else if (ask & bit && model_says(r, i) == MCS_DROP) {
			if ((m->exclude || arm) && !lw)
				m->y |= bit;
			m->x &= ~bit;
			old &= ~bit;
			ask &= ~bit;
		}
		if (gmi & bit)
			m->timer[i] = r->now + r->p.gmi;
		if (old & bit)
			m->timer[i] = m->group;
		if (!(m->x & bit)) {
			m->timer[i] = 0;
			m->left[i] = 0;
		}
		if (!r->p.querier || !(ask & bit) || m->timer[i] <= soon)
			continue;
		m->timer[i] = soon;
		asked = true;
		if (sources)
			m->left[i] = r->p.lmqc;
	}
	if (arm) {
		m->exclude = true;
		m->group = r->now + r->p.gmi;
	}
	if (r->p.querier && ask_group) {
		if (newest || !m->group_left || m->group > soon || asked)
			m->group_left = r->p.lmqc;
		if (m->group > soon)
			m->group = soon;
	} else if (asked && !sources) {
		m->group_left = r->p.lmqc;
	}
	/* nothing is left to ask about, whatever was begun before */
	if (!m->exclude && !m->x)
		m->group_left = 0;
}

/* A set of sources as a sorted list */
static unsigned int make_list(unsigned int set, struct in6_addr *list)
{
	unsigned int i, n = 0;

	for (i = 0; i < SOURCES; i++)
		if (set & (1 << i))
			rig_addr(&list[n++], i);
	return n;
}

/* What must hold after an event; returns what does not. */
static const char *check_always(const struct rig *r, bool served)
{
	bool exclude = r->rec.mode == MCS_MODE_EXCLUDE, pending = false;
	unsigned int i;

	if (exclude ? !r->rec.group_expires : r->rec.group_expires)
		return "group timer and mode";
	if (served && exclude && r->rec.group_expires <= r->now)
		return "group timer ran out";
	for (i = 0; i < r->nsrcs; i++) {
		const struct mcs_source *src = &r->srcs[i];

		if (i && mcs_addr_cmp(&src[-1].addr, &src->addr) >= 0)
			return "sources not sorted and unique";
		if (!exclude && !src->expires)
			return "blocked source in include mode";
		if (!src->expires && src->rexmit)
			return "queries for a blocked source";
		if (served && src->expires && src->expires <= r->now)
			return "source timer ran out";
		if (src->rexmit > 3)
			return "too many queries for a source";
		pending |= src->rexmit;
	}
	if (r->rec.grexmit > 3)
		return "too many queries for the group";
	pending |= r->rec.grexmit;
	if (pending != !!r->rec.rexmit_at)
		return "next round and counters";
	if (served && pending && r->rec.rexmit_at <= r->now)
		return "round not sent";
	if (served && r->rec.rexmit_at > r->now + 2 * SEC)
		return "round too late";
	if (!served && r->res.gone != (!exclude && !r->nsrcs))
		return "gone";
	return NULL;
}

/* What must hold between the states before and after a group record. */
static const char *check_record(const struct model *was,
				const struct model *want,
				const struct rig *r)
{
	unsigned int stays = 0, limit = r->p.max_sources, i;
	struct model is;

	model_load(&is, r);
	if (is.exclude != want->exclude || is.group != want->group)
		return "model: mode or group timer";
	if (is.group_left != want->group_left)
		return "model: group queries";
	if (r->res.changed != (is.exclude != was->exclude || is.x != was->x ||
			       is.y != was->y))
		return "changed";
	for (i = 0; i < SOURCES; i++) {
		unsigned int bit = 1 << i;

		if ((was->x | was->y) & want->x & bit)
			stays++;
		if (!((is.x | is.y) & bit))
			continue;
		if ((is.x & bit) != (want->x & bit) ||
		    (is.y & bit) != (want->y & bit))
			return "model: sources";
		if (is.timer[i] != want->timer[i])
			return "model: source timer";
		if (is.left[i] != want->left[i])
			return "model: source queries";
		if (!r->p.querier && !r->p.verdict && (was->x & is.x & bit) &&
		    is.timer[i] < was->timer[i])
			return "timer lowered, but not by the querier";
	}
	if (!r->p.querier && !r->p.verdict && was->exclude &&
	    is.group < was->group)
		return "group timer lowered, but not by the querier";
	if ((was->x | was->y) & want->x & ~is.x)
		return "a stored source gave way";
	if (__builtin_popcount((want->x | want->y) & ~(is.x | is.y)) !=
	    (int)r->res.refused)
		return "model: refused";
	if (r->res.refused && r->nsrcs != (stays > limit ? stays : limit))
		return "refused with room left";
	if (is.x != want->x && is.y)
		return "passing sources gave way to blocked ones";
	return NULL;
}

static __u64 random_time(void)
{
	switch (random_below(6)) {
	case 0:
		return 0;
	case 1:
		return 1;
	case 2:
		return SEC;
	case 3:
		return random_below(SEC);
	case 4:
		return random_below(20) * SEC / 2;
	default:
		return random_below(300) * SEC;
	}
}

static void random_says(struct rig *r)
{
	unsigned int i;

	r->p.verdict = NULL;
	if (one_in(2))
		return;
	r->p.verdict = rig_verdict;
	r->p.verdict_arg = r;
	for (i = 0; i < ARRAY_SIZE(r->says); i++)
		r->says[i] = random_below(3);
}

static void random_params(struct rig *r)
{
	switch (random_below(10)) {
	case 8:
		r->p.lightweight = one_in(3);
		break;
	case 9:
		r->p.no_sources = one_in(4);
		break;
	case 0:
		r->p.querier = !one_in(3);
		break;
	case 1:
		r->p.version = 3 - random_below(3);
		if (r->p.mld && r->p.version == 3)
			r->p.version = 2;
		break;
	case 2:
		r->p.max_sources = one_in(2) ? SOURCES : random_below(SOURCES);
		break;
	case 3:
		r->p.lmqc = 1 + random_below(3);
		break;
	case 4:
		r->p.lmqi = (1 + random_below(4)) * SEC / 2;
		break;
	default:
		r->p.version = r->p.mld ? 2 : 3;
		break;
	}
}

static const char *random_step(struct rig *r)
{
	unsigned int type, set = random_below(1 << SOURCES), n;
	struct in6_addr list[SOURCES];
	struct model was, want;
	const char *bad;

	/* Small lists meet the stored ones in more interesting ways. */
	if (one_in(2))
		set &= random_below(1 << SOURCES);
	if (one_in(8))
		set = 0;
	n = make_list(set, list);

	switch (random_below(16)) {
	case 0:
		random_params(r);
		return NULL;
	case 1:
		r->lowered = mcs_fsm_query(&r->rec, r->srcs, r->nsrcs, list, n,
					   1 + random_time(), r->now);
		break;
	case 2:
	case 3:
	case 4:
	case 5:
		rig_run(r, r->now + random_time());
		break;
	default:
		type = random_below(8);
		if (one_in(40)) {
			mcs_fsm_older_report(&r->rec, 1 + random_below(3),
					     &r->p, r->now);
			type = MCS_REC_IS_EX;
			n = 0;
			set = 0;
		}
		random_says(r);
		model_load(&was, r);
		want = was;
		model_record(&want, r, type, set);
		rig_record(r, type, list, n);
		bad = check_record(&was, &want, r);
		if (!bad)
			bad = check_always(r, false);
		if (bad)
			return bad;
	}
	rig_run(r, r->now);
	return check_always(r, true);
}

static void random_walk(void)
{
	unsigned long i, count = random_begin(1000000);
	const char *bad = NULL;
	char before[1024] = "";
	struct rig r;

	rig_init(&r);
	for (i = 0; i < count && !bad; i++) {
		if (one_in(5000)) {
			rig_free(&r);
			rig_init(&r);
			r.p.mld = one_in(2);
			r.p.version -= r.p.mld;
		}
		r.sent[0] = '\0';
		bad = random_step(&r);
	}
	ktap_context("step %lu at %llu ns", i, r.now - START);
	if (bad)
		snprintf(before, sizeof(before), "%s", rig_show(&r));
	KTAP_CHECK(count > 0);
	if (bad)
		KTAP_FAILED("%s: %s", bad, before);
	rig_free(&r);
}

#endif /* _MCSNOOP_FSM_RANDOM_H */
