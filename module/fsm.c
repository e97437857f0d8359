// SPDX-License-Identifier: GPL-2.0
/*
 * The router side of RFC 3376 section 6 and RFC 3810 section 7 for one group
 * on one port.
 *
 * What a group record does is data: rows[] below says, for each state and
 * record type, what happens to a source depending on which of the two lists
 * it is in, and what happens to the record as a whole. mcs_fsm_record() walks
 * both lists once and does what the row says. All functions are linear in the
 * number of sources.
 */
#include "fsm.h"
#include "wire.h"

/* Where a source is found when the stored and the reported list are merged. */
enum class {
	IN_X,		/* stored, timer runs; not reported */
	IN_Y,		/* stored, blocked; not reported */
	IN_XB,		/* stored, timer runs; reported */
	IN_YB,		/* stored, blocked; reported */
	IN_B,		/* reported only */
	NR_CLASSES,
};

/* What becomes of it. */
enum action {
	DEL,		/* not in the new record */
	KEEP,		/* as it is */
	GMI,		/* to X, source timer = Group Membership Interval */
	OLD,		/* to X, source timer = group timer before the record */
	BLK,		/* to Y */
	ACTION = 0x0f,
	ASK = 0x10,	/* and it is part of A in Q(G,A) */
	KEEP_ASK = KEEP | ASK,
	OLD_ASK = OLD | ASK,
};

#define INC	MCS_MODE_INCLUDE
#define EXC	MCS_MODE_EXCLUDE
#define LW	2	/* added to the mode: RFC 5790 */

#define ARM	0x01	/* group timer = Group Membership Interval */
#define ASK_G	0x02	/* Q(G) */

struct row {
	__u8	act[NR_CLASSES];	/* enum action for each class */
	__u8	mode;			/* filter mode afterwards */
	__u8	group;			/* ARM, ASK_G */
};

/*
 * RFC 3376 sections 6.4.1 and 6.4.2, RFC 3810 sections 7.4.1 and 7.4.2.
 * B is the list in the record, + union, * intersection, - difference, T() a
 * timer, Q() a query that lowers timers to the Last Member Query Time first.
 *
 *	state     record    new state        timers and queries
 *	IN(X)     IS_IN(B)  IN(X+B)          T(B)=GMI
 *	IN(X)     IS_EX(B)  EX(X*B; B-X)     T(G)=GMI
 *	IN(X)     TO_IN(B)  IN(X+B)          T(B)=GMI, Q(G,X-B)
 *	IN(X)     TO_EX(B)  EX(X*B; B-X)     T(G)=GMI, Q(G,X*B)
 *	IN(X)     ALLOW(B)  IN(X+B)          T(B)=GMI
 *	IN(X)     BLOCK(B)  IN(X)            Q(G,X*B)
 *	EX(X;Y)   IS_IN(B)  EX(X+B; Y-B)     T(B)=GMI
 *	EX(X;Y)   IS_EX(B)  EX(B-Y; Y*B)     T(B-X-Y)=GMI, T(G)=GMI
 *	EX(X;Y)   TO_IN(B)  EX(X+B; Y-B)     T(B)=GMI, Q(G,X-B), Q(G)
 *	EX(X;Y)   TO_EX(B)  EX(B-Y; Y*B)     T(B-X-Y)=T(G), Q(G,B-Y), T(G)=GMI
 *	EX(X;Y)   ALLOW(B)  EX(X+B; Y-B)     T(B)=GMI
 *	EX(X;Y)   BLOCK(B)  EX(X+(B-Y); Y)   T(B-X-Y)=T(G), Q(G,B-Y)
 *
 * RFC 5790 sections 5.3 and 5.4: the same without Y. The lists of IS_EX and
 * TO_EX are taken for empty, and what was wanted before the record excludes
 * nothing is remembered until its own timer runs out:
 *
 *	IN(X)     IS_EX(B)  EX(X)            T(G)=GMI
 *	IN(X)     TO_EX(B)  EX(X)            T(G)=GMI
 *	EX(X)     IS_EX(B)  EX(X)            T(G)=GMI
 *	EX(X)     TO_EX(B)  EX(X)            T(G)=GMI
 *	EX(X)     BLOCK(B)  EX(X)            Q(G,X*B)
 *
 * Row 0 is for what changes nothing. An INCLUDE record has no Y: these columns
 * are for the blocked sources of an EXCLUDE record that was just given up, and
 * in RFC 5790 for those from before it was in force.
 */
static const struct row rows[LW + 2][MCS_REC_BLOCK + 1] = {
	[MCS_MODE_INCLUDE] = {
	/*		      X         Y     X*B       Y*B   B only    mode, group */
	[0]		= { { KEEP,     DEL,  KEEP,     DEL,  DEL      }, INC, 0 },
	[MCS_REC_IS_IN]	= { { KEEP,     DEL,  GMI,      DEL,  GMI      }, INC, 0 },
	[MCS_REC_IS_EX]	= { { DEL,      DEL,  KEEP,     DEL,  BLK      }, EXC, ARM },
	[MCS_REC_TO_IN]	= { { KEEP_ASK, DEL,  GMI,      GMI,  GMI      }, INC, 0 },
	[MCS_REC_TO_EX]	= { { DEL,      DEL,  KEEP_ASK, DEL,  BLK      }, EXC, ARM },
	[MCS_REC_ALLOW]	= { { KEEP,     DEL,  GMI,      DEL,  GMI      }, INC, 0 },
	[MCS_REC_BLOCK]	= { { KEEP,     DEL,  KEEP_ASK, DEL,  DEL      }, INC, 0 },
	},
	[MCS_MODE_EXCLUDE] = {
	/*		      X         Y     X*B       Y*B   B only    mode, group */
	[0]		= { { KEEP,     KEEP, KEEP,     KEEP, DEL      }, EXC, 0 },
	[MCS_REC_IS_IN]	= { { KEEP,     KEEP, GMI,      GMI,  GMI      }, EXC, 0 },
	[MCS_REC_IS_EX]	= { { DEL,      DEL,  KEEP,     KEEP, GMI      }, EXC, ARM },
	[MCS_REC_TO_IN]	= { { KEEP_ASK, KEEP, GMI,      GMI,  GMI      }, EXC, ASK_G },
	[MCS_REC_TO_EX]	= { { DEL,      DEL,  KEEP_ASK, KEEP, OLD_ASK  }, EXC, ARM },
	[MCS_REC_ALLOW]	= { { KEEP,     KEEP, GMI,      GMI,  GMI      }, EXC, 0 },
	[MCS_REC_BLOCK]	= { { KEEP,     KEEP, KEEP_ASK, KEEP, OLD_ASK  }, EXC, 0 },
	},
	[LW + MCS_MODE_INCLUDE] = {
	/*		      X         Y     X*B       Y*B   B only    mode, group */
	[0]		= { { KEEP,     DEL,  KEEP,     DEL,  DEL      }, INC, 0 },
	[MCS_REC_IS_IN]	= { { KEEP,     DEL,  GMI,      DEL,  GMI      }, INC, 0 },
	[MCS_REC_IS_EX]	= { { KEEP,     DEL,  KEEP,     DEL,  DEL      }, EXC, ARM },
	[MCS_REC_TO_IN]	= { { KEEP_ASK, DEL,  GMI,      GMI,  GMI      }, INC, 0 },
	[MCS_REC_TO_EX]	= { { KEEP,     DEL,  KEEP,     DEL,  DEL      }, EXC, ARM },
	[MCS_REC_ALLOW]	= { { KEEP,     DEL,  GMI,      DEL,  GMI      }, INC, 0 },
	[MCS_REC_BLOCK]	= { { KEEP,     DEL,  KEEP_ASK, DEL,  DEL      }, INC, 0 },
	},
	[LW + MCS_MODE_EXCLUDE] = {
	/*		      X         Y     X*B       Y*B   B only    mode, group */
	[0]		= { { KEEP,     KEEP, KEEP,     KEEP, DEL      }, EXC, 0 },
	[MCS_REC_IS_IN]	= { { KEEP,     DEL,  GMI,      GMI,  GMI      }, EXC, 0 },
	[MCS_REC_IS_EX]	= { { KEEP,     DEL,  KEEP,     DEL,  DEL      }, EXC, ARM },
	[MCS_REC_TO_IN]	= { { KEEP_ASK, DEL,  GMI,      GMI,  GMI      }, EXC, ASK_G },
	[MCS_REC_TO_EX]	= { { KEEP,     DEL,  KEEP,     DEL,  DEL      }, EXC, ARM },
	[MCS_REC_ALLOW]	= { { KEEP,     DEL,  GMI,      GMI,  GMI      }, EXC, 0 },
	[MCS_REC_BLOCK]	= { { KEEP,     DEL,  KEEP_ASK, DEL,  DEL      }, EXC, 0 },
	},
};

/* Which sources give way when there are too many, the last ones first. */
enum rank {
	OLD_X,		/* stored before, timer runs now: always stays */
	NEW_X,
	ANY_Y,		/* blocked: without it the source is forwarded */
	NR_RANKS,
};

/* The walk over the lists of a record and a report */
struct merge {
	const struct row	*row;
	const struct mcs_params	*p;
	__u64			now;
	__u64			old_group;	/* group timer before */
	struct mcs_source	*out;
	__u32			room[NR_RANKS];	/* may still be stored */
	__u32			count[NR_RANKS];/* the row wants to store */
	__u32			nsrcs;		/* in out */
	__u32			refused;
	bool			changed;
	bool			asked;		/* Q(G,A) lowered a timer */
	bool			pending;	/* out has queries to send */
};

/*
 * RFC 3376 section 6.6.1: a timer is lowered, never raised. One that does not
 * run, as that of a blocked source or of the group in INCLUDE mode, stays so.
 */
static bool lower(__u64 *timer, __u64 to)
{
	if (*timer == MCS_NEVER || *timer <= to)
		return false;
	*timer = to;
	return true;
}

/**
 * mcs_fsm_host_version() - oldest version spoken by the hosts of a record
 * @rec: the record
 * @p: parameters, only @mld is used
 * @now: the time, ns
 *
 * RFC 3376 section 7.3.2, RFC 3810 section 8.3.2: the compatibility mode.
 *
 * Return: 1 to 3 for IGMP, 1 or 2 for MLD.
 */
unsigned int mcs_fsm_host_version(const struct mcs_record *rec,
				  const struct mcs_params *p, __u64 now)
{
	if (p->mld)
		return rec->v2_until > now ? 1 : 2;
	if (rec->v1_until > now)
		return 1;
	return rec->v2_until > now ? 2 : 3;
}

/**
 * mcs_fsm_older_report() - an IGMPv1, IGMPv2 or MLDv1 report was heard
 * @rec: the record; one that did not exist before is all zero
 * @version: version of the report
 * @p: parameters
 * @now: the time, ns
 *
 * Starts the timer of that version only (RFC 3376 section 7.3.2, RFC 3810
 * section 8.3.2). The report itself is then an IS_EX({}) for
 * mcs_fsm_record(). Reports of the current version are ignored here.
 */
void mcs_fsm_older_report(struct mcs_record *rec, unsigned int version,
			  const struct mcs_params *p, __u64 now)
{
	if (version == 1 && !p->mld)
		rec->v1_until = now + p->older_host;
	else if (version == (p->mld ? 1 : 2))
		rec->v2_until = now + p->older_host;
}

/**
 * mcs_fsm_leave_ignored() - does a leave have no effect on a record?
 * @rec: the record
 * @p: parameters
 * @now: the time, ns
 *
 * While an IGMPv1 host is present, which never says that it leaves (RFC 2236
 * section 5, RFC 3376 section 7.3.2), and while we query with IGMPv1
 * (RFC 2236 section 4). MLD has no such version.
 *
 * Return: true if leaves and TO_IN records are ignored.
 */
bool mcs_fsm_leave_ignored(const struct mcs_record *rec,
			   const struct mcs_params *p, __u64 now)
{
	if (p->mld)
		return false;
	return p->version == 1 || mcs_fsm_host_version(rec, p, now) == 1;
}

/*
 * The record type that counts, 0 for none, and how much of its list counts:
 * the querier's version first, then that of the oldest host.
 */
static unsigned int effective_type(const struct mcs_record *rec,
				   unsigned int type, unsigned int *nb,
				   const struct mcs_params *p, __u64 now)
{
	if (type < MCS_REC_IS_IN || type > MCS_REC_BLOCK)
		return 0;

	/* A static EXCLUDE entry: nothing that a host says may narrow it. */
	if (rec->mode == MCS_MODE_EXCLUDE && rec->group_expires == MCS_NEVER)
		return 0;

	if (!mcs_fsm_asks_sources(p)) {
		if (type == MCS_REC_BLOCK)
			return 0;
		if (type == MCS_REC_IS_EX || type == MCS_REC_TO_EX || *nb)
			type = MCS_REC_IS_EX;
		*nb = 0;
	}

	if (type == MCS_REC_TO_IN && mcs_fsm_leave_ignored(rec, p, now))
		return 0;

	if (p->lightweight && (type == MCS_REC_IS_EX || type == MCS_REC_TO_EX))
		*nb = 0;

	if (mcs_fsm_host_version(rec, p, now) < (p->mld ? 2 : 3)) {
		if (type == MCS_REC_BLOCK)
			return 0;
		if (type == MCS_REC_IS_EX || type == MCS_REC_TO_EX)
			*nb = 0;
	}
	return type;
}

/*
 * Q(G,A) for one source of A, RFC 3376 section 6.6.3.2. Where our queries
 * carry no sources the group is asked instead.
 */
static void ask_source(struct merge *m, struct mcs_source *src)
{
	if (!m->p->querier || !lower(&src->expires, m->now + mcs_fsm_lmqt(m->p)))
		return;
	if (mcs_fsm_asks_sources(m->p))
		src->rexmit = mcs_fsm_rounds(m->p);
	m->asked = true;
}

static enum mcs_verdict verdict(const struct mcs_params *p,
				const struct in6_addr *src)
{
	return p->verdict ? p->verdict(p->verdict_arg, src) : MCS_ASK;
}

/* What becomes of a source that is to be asked for. */
static unsigned int judge(const struct merge *m, const struct mcs_source *src,
			  unsigned int act, bool isnew)
{
	switch (verdict(m->p, &src->addr)) {
	case MCS_KEEP:
		/* one that is not stored passes already */
		return isnew ? DEL : KEEP;
	case MCS_DROP:
		return m->row->mode == EXC && !m->p->lightweight ? BLK : DEL;
	default:
		return act;
	}
}

/* Do to the source that was put behind the end of the list what its row says */
static void settle(struct merge *m, enum class class)
{
	struct mcs_source *src = &m->out[m->nsrcs];
	unsigned int act = m->row->act[class];
	bool isnew = class == IN_B;
	bool blocked = !src->expires;
	enum rank rank;

	/* A static source stays as it is. */
	if (src->expires == MCS_NEVER)
		act = KEEP;
	if (act & ASK)
		act = judge(m, src, act, isnew);

	switch (act & ACTION) {
	case DEL:
		m->changed |= !isnew;
		return;
	case GMI:
		src->expires = m->now + m->p->gmi;
		break;
	case OLD:
		src->expires = m->old_group;
		break;
	case BLK:
		src->expires = 0;
		src->rexmit = 0;
		break;
	}

	rank = !src->expires ? ANY_Y : isnew ? NEW_X : OLD_X;
	m->count[rank]++;
	if (!m->room[rank]) {
		m->refused++;
		m->changed |= !isnew;
		return;
	}
	m->room[rank]--;

	if (act & ASK)
		ask_source(m, src);
	if (isnew || blocked != !src->expires)
		m->changed = true;
	if (src->rexmit)
		m->pending = true;
	m->nsrcs++;
}

/* Both lists are sorted and unique, and so is the result. */
static void merge_lists(struct merge *m,
			const struct mcs_source *old, unsigned int nold,
			const struct in6_addr *b, unsigned int nb)
{
	static const struct mcs_source none;
	unsigned int i = 0, j = 0;

	m->nsrcs = 0;
	m->refused = 0;
	m->changed = false;
	m->asked = false;
	m->pending = false;
	while (i < nold || j < nb) {
		struct mcs_source *src = &m->out[m->nsrcs];
		int order;

		if (i == nold)
			order = 1;
		else if (j == nb)
			order = -1;
		else
			order = mcs_addr_cmp(&old[i].addr, &b[j]);

		if (order > 0) {
			*src = none;
			src->addr = b[j++];
			settle(m, IN_B);
			continue;
		}
		*src = old[i++];
		if (order < 0) {
			settle(m, src->expires ? IN_X : IN_Y);
		} else {
			settle(m, src->expires ? IN_XB : IN_YB);
			j++;
		}
	}
}

/* Deal out max_sources by rank. Return: true if something must give way. */
static bool limit_ranks(struct merge *m)
{
	__u32 left = m->p->max_sources;
	unsigned int rank;

	if (m->nsrcs <= left)
		return false;

	for (rank = 0; rank < NR_RANKS; rank++) {
		__u32 room = m->count[rank];

		if (room > left && rank != OLD_X)
			room = left;
		m->room[rank] = room;
		left -= room < left ? room : left;
	}
	return true;
}

/*
 * Q(G), RFC 3376 section 6.6.3.1. RFC 2236 section 7 has no action for another
 * leave of a group that is being checked: the queries that are left do.
 */
static void ask_group(struct mcs_record *rec, const struct mcs_params *p,
		      bool lowered, __u64 now)
{
	if (!mcs_fsm_newest(p) && rec->grexmit && !lowered)
		return;
	rec->grexmit = mcs_fsm_rounds(p);
	rec->rexmit_at = now;
}

/**
 * mcs_fsm_record() - apply one group record to a record
 * @rec: the record, updated; all zero if there was none
 * @old: its sources, sorted and unique; not written
 * @nold: number of @old
 * @type: enum mcs_rec_type; other values change nothing
 * @b: sources of the group record, sorted and unique
 * @nb: number of @b
 * @out: the sources afterwards, room for @nold + @nb, apart from @old and @b
 * @p: parameters
 * @now: the time, ns, not 0
 * @res: what happened
 *
 * RFC 3376 sections 6.4.1, 6.4.2, 6.6.3 and 7.3.2, RFC 3810 sections 7.4,
 * 7.6.3 and 8.3.2. Reports of older versions are IS_EX({}), leaves TO_IN({}).
 * @out is always the whole new list, also when @res says that only timers
 * changed, and replaces @old. When queries became due, @rec->rexmit_at is
 * @now. Nothing is lowered and no query arises unless @p->querier; what
 * @p->verdict says counts in any case.
 *
 * Timers that ran out by @now belong to mcs_fsm_expire() before this call.
 */
void mcs_fsm_record(struct mcs_record *rec,
		    const struct mcs_source *old, unsigned int nold,
		    unsigned int type,
		    const struct in6_addr *b, unsigned int nb,
		    struct mcs_source *out,
		    const struct mcs_params *p, __u64 now,
		    struct mcs_outcome *res)
{
	struct merge m = { .p = p, .now = now, .out = out };
	bool ask = p->querier;
	__u8 mode = rec->mode;
	unsigned int rank;

	type = effective_type(rec, type, &nb, p, now);
	if (type == MCS_REC_TO_IN && mode == MCS_MODE_EXCLUDE) {
		switch (verdict(p, NULL)) {
		case MCS_KEEP:
			ask = false;
			break;
		case MCS_DROP:
			mode = MCS_MODE_INCLUDE;
			rec->group_expires = 0;
			rec->grexmit = 0;
			break;
		default:
			break;
		}
	}
	m.row = &rows[(p->lightweight ? LW : 0) + mode][type];
	m.old_group = rec->group_expires;
	for (rank = 0; rank < NR_RANKS; rank++)
		m.room[rank] = ~0U;

	merge_lists(&m, old, nold, b, nb);
	if (type && limit_ranks(&m))
		merge_lists(&m, old, nold, b, nb);

	if (rec->mode != m.row->mode)
		m.changed = true;
	rec->mode = m.row->mode;
	if (type)
		rec->lightweight = p->lightweight;
	if (m.row->group & ARM)
		rec->group_expires = now + p->gmi;

	/* RFC 2236 section 7: a report ends the check of an older querier. */
	if (type == MCS_REC_IS_EX && !mcs_fsm_newest(p))
		rec->grexmit = 0;

	ask = ask && (m.row->group & ASK_G);
	if (m.asked)
		rec->rexmit_at = now;
	if (ask)
		m.asked |= lower(&rec->group_expires, now + mcs_fsm_lmqt(p));
	if (ask || (m.asked && !mcs_fsm_asks_sources(p)))
		ask_group(rec, p, m.asked, now);
	if (!m.pending && !rec->grexmit)
		rec->rexmit_at = 0;

	res->nsrcs = m.nsrcs;
	res->refused = m.refused;
	res->gone = rec->mode == MCS_MODE_INCLUDE && !m.nsrcs;
	res->changed = m.changed;
}

/**
 * mcs_fsm_refresh() - a report without sources meets a record without any
 * @rec: the record, updated
 * @type: enum mcs_rec_type
 * @p: parameters
 * @now: the time, ns, not 0
 *
 * The commonest report by far asks for all sources, and had asked for them
 * before. This does what mcs_fsm_record() would do then; nothing but timers
 * changes, and no query becomes due. RFC 3376 section 6.4.2, EX({};{}).
 *
 * Return: false, with @rec as it was, when it is not that simple.
 */
bool mcs_fsm_refresh(struct mcs_record *rec, unsigned int type,
		     const struct mcs_params *p, __u64 now)
{
	if ((type != MCS_REC_IS_EX && type != MCS_REC_TO_EX) ||
	    rec->mode != MCS_MODE_EXCLUDE || rec->grexmit ||
	    rec->group_expires == MCS_NEVER)
		return false;
	rec->lightweight = p->lightweight;
	rec->group_expires = now + p->gmi;
	rec->rexmit_at = 0;
	return true;
}

/**
 * mcs_fsm_query() - a specific query without the S flag was heard
 * @rec: the record
 * @srcs: its sources, timers are lowered in place
 * @nsrcs: number of @srcs
 * @b: sources of the query, sorted and unique
 * @nb: number of @b, 0 for a group-specific query
 * @lmqt: Last Member Query Time by the query's own Max Response Time, ns
 * @now: the time, ns
 *
 * RFC 3376 section 6.6.1, RFC 3810 section 7.6.1, RFC 2236 section 3. Not for
 * general queries, and not for queries with the S flag. Timers are lowered,
 * never raised, and none is started.
 *
 * Return: true if a timer was lowered: there may be a new deadline.
 */
bool mcs_fsm_query(struct mcs_record *rec,
		   struct mcs_source *srcs, unsigned int nsrcs,
		   const struct in6_addr *b, unsigned int nb,
		   __u64 lmqt, __u64 now)
{
	unsigned int i = 0, j = 0;
	bool lowered = false;

	if (!nb)
		return lower(&rec->group_expires, now + lmqt);

	while (i < nsrcs && j < nb) {
		int order = mcs_addr_cmp(&srcs[i].addr, &b[j]);

		if (!order)
			lowered |= lower(&srcs[i].expires, now + lmqt);
		if (order <= 0)
			i++;
		if (order >= 0)
			j++;
	}
	return lowered;
}
