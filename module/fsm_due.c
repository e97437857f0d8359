// SPDX-License-Identifier: GPL-2.0
/*
 * Specific queries of one record: which are due, and when the next round is.
 * RFC 3376 section 6.6.3, RFC 3810 section 7.6.3.
 */
#include "fsm.h"

/* Steps of mcs_fsm_due() */
enum step {
	STEP_GROUP,		/* group-specific query */
	STEP_ANSWERED,		/* sources heard of since, S flag set */
	STEP_COVERED,		/* the same, but a group query went out */
	STEP_UNANSWERED,	/* the other sources */
	STEP_PLAN,		/* schedule the next round */
	STEP_END,
};

/* Take the sources of one message, RFC 3376 section 6.6.3.2 */
static unsigned int take_sources(struct mcs_source *srcs, unsigned int nsrcs,
				 bool answered, __u64 limit,
				 struct in6_addr *list)
{
	unsigned int i, n = 0;

	for (i = 0; i < nsrcs; i++) {
		bool later = srcs[i].expires > limit;

		if (!srcs[i].rexmit || later != answered)
			continue;
		srcs[i].rexmit--;
		list[n++] = srcs[i].addr;
	}
	return n;
}

static void plan_round(struct mcs_record *rec, struct mcs_source *srcs,
		       unsigned int nsrcs, const struct mcs_params *p,
		       __u64 now)
{
	bool pending = rec->grexmit;
	unsigned int i;

	for (i = 0; i < nsrcs; i++) {
		if (!mcs_fsm_asks_sources(p))
			srcs[i].rexmit = 0;
		if (srcs[i].rexmit)
			pending = true;
	}
	rec->rexmit_at = pending ? now + p->lmqi : 0;
}

/**
 * mcs_fsm_due() - take the specific queries of a record that are due
 * @rec: the record
 * @srcs: its sources, their counters are updated in place
 * @nsrcs: number of @srcs
 * @p: parameters
 * @now: the time, ns, the same in all calls of a round
 * @step: 0 before the first call, then left alone
 * @list: receives the sources of a group-and-source-specific query, room for
 *	@nsrcs
 * @due: the query
 *
 * RFC 3376 section 6.6.3, RFC 3810 section 7.6.3. To be called until it
 * returns false, which also plans the next round; after mcs_fsm_expire(). A
 * round has one to three queries: one for the group, one with the S flag for
 * sources that were reported in the meantime, which the first one replaces,
 * and one for the sources that were not. A round that began is finished even
 * if we are not the querier any more (RFC 2236 section 3).
 *
 * Return: true if @due is to be sent, false if nothing is due.
 */
bool mcs_fsm_due(struct mcs_record *rec,
		 struct mcs_source *srcs, unsigned int nsrcs,
		 const struct mcs_params *p, __u64 now, unsigned int *step,
		 struct in6_addr *list, struct mcs_due *due)
{
	__u64 limit = now + mcs_fsm_lmqt(p);
	bool covered;

	if (*step == STEP_GROUP) {
		*step = STEP_END;
		if (!rec->rexmit_at || rec->rexmit_at > now)
			return false;

		*step = mcs_fsm_asks_sources(p) ? STEP_ANSWERED : STEP_PLAN;
		/* IGMPv1 asks for no group, RFC 1112 appendix I */
		if (!p->mld && p->version == 1)
			rec->grexmit = 0;
		if (rec->grexmit) {
			rec->grexmit--;
			if (*step == STEP_ANSWERED)
				*step = STEP_COVERED;
			due->group = true;
			due->sflag = mcs_fsm_asks_sources(p) &&
				     rec->group_expires > limit;
			due->nsrcs = 0;
			return true;
		}
	}

	due->group = false;
	if (*step == STEP_ANSWERED || *step == STEP_COVERED) {
		covered = *step == STEP_COVERED;
		*step = STEP_UNANSWERED;
		due->sflag = true;
		due->nsrcs = take_sources(srcs, nsrcs, true, limit, list);
		if (due->nsrcs && !covered)
			return true;
	}
	if (*step == STEP_UNANSWERED) {
		*step = STEP_PLAN;
		due->sflag = false;
		due->nsrcs = take_sources(srcs, nsrcs, false, limit, list);
		if (due->nsrcs)
			return true;
	}
	if (*step == STEP_PLAN) {
		*step = STEP_END;
		plan_round(rec, srcs, nsrcs, p, now);
	}
	return false;
}
