/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The router side of RFC 3376 section 6 and RFC 3810 section 7 for one group
 * on one port, as functions of (state, record, now). Pure: no kernel object,
 * no allocation, no lock; time is an argument; the same source builds in
 * userspace.
 */
#ifndef _MCSNOOP_FSM_H
#define _MCSNOOP_FSM_H

#include <linux/in6.h>
#include <linux/types.h>

/* Times are absolute, in ns, on any one clock; 0 means the timer is stopped. */
#define MCS_NEVER	(~0ULL)

#define MCS_MODE_INCLUDE	0
#define MCS_MODE_EXCLUDE	1

/**
 * struct mcs_source - one source of a record
 * @addr: its address
 * @expires: source timer; 0 (EXCLUDE only) puts the source in the set Y of
 *	blocked sources; MCS_NEVER for static entries, which nothing changes
 * @rexmit: group-and-source-specific queries still to be sent for it
 */
struct mcs_source {
	struct in6_addr	addr;
	__u64		expires;
	__u8		rexmit;
};

/**
 * struct mcs_record - filter mode and timers of one group on one port
 * @group_expires: group timer; meaningful in EXCLUDE mode only, else 0
 * @v1_until: a v1 host is present until then (IGMPv1)
 * @v2_until: a v2 host is present until then (IGMPv2, MLDv1)
 * @rexmit_at: when the next specific query is due, 0 when none is pending
 * @mode: MCS_MODE_*; INCLUDE without a source is the same as no record
 * @grexmit: group-specific queries still to be sent
 * @lightweight: mcs_params.lightweight when it was changed last
 *
 * RFC 3376 section 6.2, RFC 3810 section 7.2. The sources are kept beside it,
 * sorted by mcs_addr_cmp() and unique, by whoever owns the record. @rexmit_at
 * is 0 if and only if @grexmit and the counters of all sources are.
 */
struct mcs_record {
	__u64	group_expires;
	__u64	v1_until;
	__u64	v2_until;
	__u64	rexmit_at;
	__u8	mode;
	__u8	grexmit;
	__u8	lightweight;
};

/**
 * enum mcs_verdict - does anybody still want what a member gave up?
 * @MCS_ASK: not known: ask, and give it up without an answer
 * @MCS_KEEP: yes: it stays as it is and nobody is asked
 * @MCS_DROP: no: as if its timer had run out now
 */
enum mcs_verdict {
	MCS_ASK,
	MCS_KEEP,
	MCS_DROP,
};

/**
 * struct mcs_params - what RFC 3376 section 8 tunes, in force for one event
 * @gmi: Group Membership Interval, ns
 * @lmqi: Last Member Query Interval, ns
 * @older_host: Older Host Present Interval, ns
 * @lmqc: Last Member Query Count, at least 1
 * @max_sources: most sources a record may store
 * @mld: MLD, otherwise IGMP
 * @querier: we are the querier: a leave lowers timers and sends queries
 * @version: version of the queries that we send; below IGMPv3 and MLDv2 they
 *	carry no sources, and records are reduced to joins and leaves
 * @no_sources: so they are with queries of any version
 * @lightweight: what is excluded is not remembered (RFC 5790)
 * @verdict: called for every source, or with NULL for the group, that is to
 *	be asked for; without it all are
 * @verdict_arg: first argument of @verdict
 *
 * The Last Member Query Time is @lmqi * @lmqc.
 */
struct mcs_params {
	__u64	gmi;
	__u64	lmqi;
	__u64	older_host;
	__u32	lmqc;
	__u32	max_sources;
	__u8	mld;
	__u8	querier;
	__u8	version;
	__u8	no_sources;
	__u8	lightweight;
	enum mcs_verdict (*verdict)(void *arg, const struct in6_addr *src);
	void *verdict_arg;
};

/**
 * struct mcs_outcome - what an event did to a record
 * @nsrcs: sources in the caller's output array
 * @refused: sources that were not stored, or given up, because of max_sources
 * @gone: the record is INCLUDE without sources now: delete it
 * @changed: filter mode, membership of the source set or a source's side of
 *	it (forwarded, blocked) changed; timers alone do not count
 */
struct mcs_outcome {
	__u32	nsrcs;
	__u32	refused;
	bool	gone;
	bool	changed;
};

/**
 * struct mcs_due - one specific query that is due
 * @sflag: Suppress Router-Side Processing flag to be set in it
 * @group: a group-specific query; otherwise group-and-source-specific
 * @nsrcs: sources written by mcs_fsm_due()
 */
struct mcs_due {
	bool	sflag;
	bool	group;
	__u32	nsrcs;
};

/**
 * mcs_fsm_lmqt() - Last Member Query Time, RFC 3376 section 8.8
 * @p: parameters
 *
 * Return: ns.
 */
static inline __u64 mcs_fsm_lmqt(const struct mcs_params *p)
{
	return p->lmqi * p->lmqc;
}

/**
 * mcs_fsm_rounds() - how often something is asked for
 * @p: parameters
 *
 * Return: the Last Member Query Count, as far as a counter goes.
 */
static inline __u8 mcs_fsm_rounds(const struct mcs_params *p)
{
	return p->lmqc < 255 ? p->lmqc : 255;
}

/**
 * mcs_fsm_newest() - do we query with the newest version?
 * @p: parameters
 *
 * Its queries have an S flag. RFC 3376 section 7.1, RFC 3810 section 8.1.
 *
 * Return: true for IGMPv3 and MLDv2.
 */
static inline bool mcs_fsm_newest(const struct mcs_params *p)
{
	return p->version >= (p->mld ? 2 : 3);
}

/**
 * mcs_fsm_asks_sources() - do our queries carry sources?
 * @p: parameters
 *
 * Return: true for the newest version, unless sources do not count.
 */
static inline bool mcs_fsm_asks_sources(const struct mcs_params *p)
{
	return mcs_fsm_newest(p) && !p->no_sources;
}

/* An older report is IS_EX({}), a leave is TO_IN({}): RFC 3376 section 7.3.2 */
unsigned int mcs_fsm_host_version(const struct mcs_record *rec,
				  const struct mcs_params *p, __u64 now);
void mcs_fsm_older_report(struct mcs_record *rec, unsigned int version,
			  const struct mcs_params *p, __u64 now);
void mcs_fsm_record(struct mcs_record *rec,
		    const struct mcs_source *old, unsigned int nold,
		    unsigned int type,
		    const struct in6_addr *b, unsigned int nb,
		    struct mcs_source *out,
		    const struct mcs_params *p, __u64 now,
		    struct mcs_outcome *res);
bool mcs_fsm_refresh(struct mcs_record *rec, unsigned int type,
		     const struct mcs_params *p, __u64 now);
bool mcs_fsm_leave_ignored(const struct mcs_record *rec,
			   const struct mcs_params *p, __u64 now);
bool mcs_fsm_query(struct mcs_record *rec,
		   struct mcs_source *srcs, unsigned int nsrcs,
		   const struct in6_addr *b, unsigned int nb,
		   __u64 lmqt, __u64 now);
void mcs_fsm_expire(struct mcs_record *rec,
		    const struct mcs_source *srcs, unsigned int nsrcs,
		    struct mcs_source *out, __u64 now,
		    struct mcs_outcome *res);
__u64 mcs_fsm_deadline(const struct mcs_record *rec,
		       const struct mcs_source *srcs, unsigned int nsrcs);
__u64 mcs_fsm_ran_out(const struct mcs_record *rec,
		      const struct mcs_source *srcs, unsigned int nsrcs,
		      __u64 now);
void mcs_fsm_hold(struct mcs_record *rec, struct mcs_source *srcs,
		  unsigned int nsrcs, __u64 until, __u64 now);
void mcs_fsm_ask(struct mcs_record *rec, struct mcs_source *srcs,
		 unsigned int nsrcs, const struct mcs_params *p, __u64 until,
		 __u64 now);
bool mcs_fsm_due(struct mcs_record *rec,
		 struct mcs_source *srcs, unsigned int nsrcs,
		 const struct mcs_params *p, __u64 now, unsigned int *step,
		 struct in6_addr *list, struct mcs_due *due);

#endif /* _MCSNOOP_FSM_H */
