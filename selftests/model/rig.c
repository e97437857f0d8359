// SPDX-License-Identifier: GPL-2.0
/*
 * module/fsm*.c as a shared library for compare.py: one record, its sources
 * as small numbers, and everything that can be seen of it as a row of
 * numbers. What a caller in the module does around the functions is done
 * here in the same order.
 */
#include <stdlib.h>
#include <string.h>
#include <fsm.h>

#define SOURCES	512

struct rig {
	struct mcs_params	p;
	struct mcs_record	rec;
	struct mcs_source	*srcs;
	unsigned int		n;
};

static void addr_of(struct in6_addr *a, unsigned int i)
{
	memset(a, 0, sizeof(*a));
	a->s6_addr[0] = 0x20;
	/* not in the last octet only: the order is that of the whole */
	a->s6_addr[7] = i >> 4;
	a->s6_addr[15] = i & 15;
}

static unsigned int number_of(const struct in6_addr *a)
{
	return a->s6_addr[7] << 4 | a->s6_addr[15];
}

struct rig *rig_new(void)
{
	return calloc(1, sizeof(struct rig));
}

void rig_reset(struct rig *r)
{
	free(r->srcs);
	r->srcs = NULL;
	r->n = 0;
	memset(&r->rec, 0, sizeof(r->rec));
}

void rig_free(struct rig *r)
{
	rig_reset(r);
	free(r);
}

void rig_rules(struct rig *r, bool mld, bool querier, unsigned int version,
	       __u64 gmi, __u64 lmqi, unsigned int lmqc, __u64 older_host,
	       unsigned int max_sources)
{
	r->p = (struct mcs_params) {
		.mld = mld, .querier = querier, .version = version,
		.gmi = gmi, .lmqi = lmqi, .lmqc = lmqc,
		.older_host = older_host, .max_sources = max_sources,
	};
}

static __u64 *put_queries(struct rig *r, __u64 now, __u64 *out)
{
	struct in6_addr *list = malloc((r->n + 1) * sizeof(*list));
	unsigned int i, step = 0;
	struct mcs_due due;

	while (mcs_fsm_due(&r->rec, r->srcs, r->n, &r->p, now, &step, list,
			   &due)) {
		*out++ = due.group;
		*out++ = due.sflag;
		*out++ = due.group ? 0 : due.nsrcs;
		for (i = 0; !due.group && i < due.nsrcs; i++)
			*out++ = number_of(&list[i]);
	}
	free(list);
	return out;
}

static __u64 running(__u64 until, __u64 now)
{
	return until > now ? until : 0;
}

static unsigned int look(struct rig *r, __u64 now, bool changed,
			 unsigned int refused, bool due, __u64 *out)
{
	__u64 *start = out, *queries = out, deadline;
	unsigned int i;

	out++;
	if (due)
		out = put_queries(r, now, out);
	*queries = out - queries - 1;
	deadline = mcs_fsm_deadline(&r->rec, r->srcs, r->n);
	*out++ = deadline == MCS_NEVER ? 0 : deadline;
	*out++ = r->rec.mode;
	*out++ = mcs_fsm_host_version(&r->rec, &r->p, now);
	*out++ = mcs_fsm_leave_ignored(&r->rec, &r->p, now);
	*out++ = changed;
	*out++ = refused;
	*out++ = r->rec.group_expires;
	*out++ = running(r->rec.v1_until, now);
	*out++ = running(r->rec.v2_until, now);
	*out++ = r->rec.rexmit_at;
	*out++ = r->rec.grexmit;
	for (i = 0; i < r->n; i++) {
		*out++ = number_of(&r->srcs[i].addr);
		*out++ = r->srcs[i].expires;
		*out++ = r->srcs[i].rexmit;
	}
	return out - start;
}

/* Exactly as much room as the functions were promised. */
static struct mcs_source *room_for(unsigned int n)
{
	return malloc((n ? n : 1) * sizeof(struct mcs_source));
}

static bool replace(struct rig *r, const struct mcs_record *rec,
		    struct mcs_source *out, const struct mcs_outcome *res)
{
	if (res->gone) {
		free(out);
		rig_reset(r);
		return false;
	}
	r->rec = *rec;
	free(r->srcs);
	r->srcs = out;
	r->n = res->nsrcs;
	return true;
}

unsigned int rig_record(struct rig *r, unsigned int type, unsigned int older,
			const unsigned char *srcs, unsigned int n, __u64 now,
			__u64 *out)
{
	struct mcs_source *room = room_for(r->n + n);
	struct mcs_record rec = r->rec;
	struct in6_addr b[SOURCES];
	struct mcs_outcome res;
	unsigned int i;
	bool there;

	for (i = 0; i < n; i++)
		addr_of(&b[i], srcs[i]);
	if (older)
		mcs_fsm_older_report(&rec, older, &r->p, now);
	mcs_fsm_record(&rec, r->srcs, r->n, type, b, n, room, &r->p, now,
		       &res);
	there = replace(r, &rec, room, &res);
	return look(r, now, res.changed, res.refused, there, out);
}

unsigned int rig_query(struct rig *r, const unsigned char *srcs,
		       unsigned int n, __u64 lmqt, __u64 now, __u64 *out)
{
	struct in6_addr b[SOURCES];
	bool lowered = false;
	unsigned int i;

	for (i = 0; i < n; i++)
		addr_of(&b[i], srcs[i]);
	if (r->rec.mode == MCS_MODE_EXCLUDE || r->n)
		lowered = mcs_fsm_query(&r->rec, r->srcs, r->n, b, n, lmqt,
					now);
	return look(r, now, lowered, 0, false, out);
}

unsigned int rig_tick(struct rig *r, __u64 now, __u64 *out)
{
	struct mcs_record rec = r->rec;
	struct mcs_outcome res;
	struct mcs_source *room;
	bool there;

	if (r->rec.mode == MCS_MODE_INCLUDE && !r->n)
		return look(r, now, false, 0, false, out);
	room = room_for(r->n);
	mcs_fsm_expire(&rec, r->srcs, r->n, room, now, &res);
	there = replace(r, &rec, room, &res);
	return look(r, now, res.changed, 0, there, out);
}
