// SPDX-License-Identifier: GPL-2.0
/*
 * What time does to one record: timers that run out (RFC 3376 section 6.5),
 * specific queries that are due and when the next round is (section 6.6.3,
 * RFC 3810 section 7.6.3).
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
			due->sflag = mcs_fsm_newest(p) &&
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

static bool expired(__u64 timer, __u64 now)
{
	return timer && timer <= now;
}

/**
 * mcs_fsm_expire() - let the timers of a record run out
 * @rec: the record, updated
 * @srcs: its sources, not written
 * @nsrcs: number of @srcs
 * @out: the sources afterwards, room for @nsrcs, apart from @srcs
 * @now: the time, ns
 * @res: what happened
 *
 * RFC 3376 sections 6.2.2, 6.2.3, 6.3 and 6.5, RFC 3810 sections 7.2 and 7.5.
 * Where RFC 5790 is in force (section 5.1) a source whose timer ran out is
 * deleted in EXCLUDE mode as well. A timer has run out when it is not later
 * than @now. If @res->changed is false, nothing ran out and @out equals @srcs.
 */
void mcs_fsm_expire(struct mcs_record *rec,
		    const struct mcs_source *srcs, unsigned int nsrcs,
		    struct mcs_source *out, __u64 now,
		    struct mcs_outcome *res)
{
	bool changed = false, pending = false, include;
	unsigned int i, n = 0;

	/*
	 * The mode that the sources end up in comes first: a source whose
	 * timer runs out together with the group timer is deleted, whichever
	 * of the two is looked at first.
	 */
	include = rec->mode == MCS_MODE_INCLUDE ||
		  expired(rec->group_expires, now);
	if (include && rec->mode == MCS_MODE_EXCLUDE) {
		rec->mode = MCS_MODE_INCLUDE;
		rec->group_expires = 0;
		rec->grexmit = 0;
		changed = true;
	}

	for (i = 0; i < nsrcs; i++) {
		out[n] = srcs[i];
		if (expired(out[n].expires, now)) {
			out[n].expires = 0;
			out[n].rexmit = 0;
			changed = true;
		}
		if ((include || rec->lightweight) && !out[n].expires) {
			changed = true;
			continue;
		}
		if (out[n].rexmit)
			pending = true;
		n++;
	}
	if (!pending && !rec->grexmit)
		rec->rexmit_at = 0;

	res->nsrcs = n;
	res->refused = 0;
	res->gone = include && !n;
	res->changed = changed;
}

/**
 * mcs_fsm_deadline() - when does a record need attention next?
 * @rec: the record
 * @srcs: its sources
 * @nsrcs: number of @srcs
 *
 * For mcs_fsm_expire() or mcs_fsm_due(). The older version host timers are
 * compared when they are needed and have no deadline.
 *
 * Return: a time, ns, or MCS_NEVER.
 */
__u64 mcs_fsm_deadline(const struct mcs_record *rec,
		       const struct mcs_source *srcs, unsigned int nsrcs)
{
	__u64 first = MCS_NEVER;
	unsigned int i;

	if (rec->mode == MCS_MODE_EXCLUDE)
		first = rec->group_expires;
	if (rec->rexmit_at && rec->rexmit_at < first)
		first = rec->rexmit_at;
	for (i = 0; i < nsrcs; i++)
		if (srcs[i].expires && srcs[i].expires < first)
			first = srcs[i].expires;
	return first;
}

/**
 * mcs_fsm_ran_out() - which timer of a record ran out last?
 * @rec: the record
 * @srcs: its sources
 * @nsrcs: number of @srcs
 * @now: the time, ns
 *
 * Return: the time at which it did, 0 when none has by @now.
 */
__u64 mcs_fsm_ran_out(const struct mcs_record *rec,
		      const struct mcs_source *srcs, unsigned int nsrcs,
		      __u64 now)
{
	__u64 last = 0;
	unsigned int i;

	if (rec->mode == MCS_MODE_EXCLUDE && expired(rec->group_expires, now))
		last = rec->group_expires;
	for (i = 0; i < nsrcs; i++)
		if (expired(srcs[i].expires, now) && srcs[i].expires > last)
			last = srcs[i].expires;
	return last;
}

/**
 * mcs_fsm_hold() - put off what ran out
 * @rec: the record
 * @srcs: its sources, written in place
 * @nsrcs: number of @srcs
 * @until: until when, ns
 * @now: the time, ns
 *
 * Not in any RFC: members get another chance to answer. Other timers stay.
 */
void mcs_fsm_hold(struct mcs_record *rec, struct mcs_source *srcs,
		  unsigned int nsrcs, __u64 until, __u64 now)
{
	unsigned int i;

	if (rec->mode == MCS_MODE_EXCLUDE && expired(rec->group_expires, now))
		rec->group_expires = until;
	for (i = 0; i < nsrcs; i++)
		if (expired(srcs[i].expires, now))
			srcs[i].expires = until;
}

/**
 * mcs_fsm_ask() - ask for what is going to run out
 * @rec: the record
 * @srcs: its sources, their counters are updated in place
 * @nsrcs: number of @srcs
 * @p: parameters
 * @until: the time to which timers were set, ns
 * @now: the time, ns
 *
 * Whatever has exactly that time is asked for as after a leave, RFC 3376
 * section 6.6.3, whoever is the querier.
 */
void mcs_fsm_ask(struct mcs_record *rec, struct mcs_source *srcs,
		 unsigned int nsrcs, const struct mcs_params *p, __u64 until,
		 __u64 now)
{
	bool group = rec->mode == MCS_MODE_EXCLUDE &&
		     rec->group_expires == until;
	bool asked = false;
	unsigned int i;

	for (i = 0; i < nsrcs; i++) {
		if (srcs[i].expires != until)
			continue;
		asked = true;
		if (mcs_fsm_asks_sources(p))
			srcs[i].rexmit = mcs_fsm_rounds(p);
	}
	if (group || (asked && !mcs_fsm_asks_sources(p)))
		rec->grexmit = mcs_fsm_rounds(p);
	if (group || asked)
		rec->rexmit_at = now;
}
