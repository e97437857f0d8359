/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The host side of RFC 3376 section 5 and RFC 3810 section 6 for a proxy: what
 * all ports together want of a group, and how a change of that is told. Pure:
 * no kernel object, no allocation, no lock, no clock; the same source builds in
 * userspace.
 */
#ifndef _MCSNOOP_PROXY_MERGE_H
#define _MCSNOOP_PROXY_MERGE_H

#include <linux/in6.h>
#include <linux/types.h>

struct mcs_source;

/**
 * struct mcs_merge - records of a group that are being merged
 * @inc: union of the lists in INCLUDE mode; sorted, unique
 * @exc: intersection of the lists in EXCLUDE mode; sorted, unique
 * @ninc: length of @inc
 * @nexc: length of @exc
 * @room: most that each of them can hold
 * @exclude: a record in EXCLUDE mode was seen
 * @over: @inc had no room for all
 */
struct mcs_merge {
	struct in6_addr	*inc;
	struct in6_addr	*exc;
	__u32		ninc;
	__u32		nexc;
	__u32		room;
	bool		exclude;
	bool		over;
};

/**
 * struct mcs_wanted - what all ports together want of a group
 * @list: sources; sorted, unique
 * @n: how many
 * @mode: MCS_MODE_*; INCLUDE without a source is nothing
 */
struct mcs_wanted {
	const struct in6_addr	*list;
	__u32			n;
	__u8			mode;
};

/**
 * struct mcs_told_source - a source that routers were or are to be told of
 * @addr: its address
 * @left: reports still to be sent that have it in a source-list-change record
 * @listed: in the source list now; otherwise it is kept for @left only
 */
struct mcs_told_source {
	struct in6_addr	addr;
	__u8		left;
	__u8		listed;
};

/**
 * struct mcs_told - what routers were told of a group
 * @src: sources, sorted and unique
 * @n: how many
 * @mode: MCS_MODE_*; INCLUDE without a listed source is nothing
 * @left: reports still to be sent that have a filter-mode-change record; of
 *	older versions, those still to be sent at all
 *
 * RFC 3376 section 5.1.
 */
struct mcs_told {
	struct mcs_told_source	*src;
	__u32			n;
	__u8			mode;
	__u8			left;
};

void mcs_merge_begin(struct mcs_merge *m, struct in6_addr *inc,
		     struct in6_addr *exc, unsigned int room);
void mcs_merge_record(struct mcs_merge *m, unsigned int mode,
		      const struct mcs_source *src, unsigned int n);
void mcs_merge_end(struct mcs_merge *m, bool ssm, struct mcs_wanted *w);

bool mcs_told_nothing(const struct mcs_told *t);
bool mcs_told_pending(const struct mcs_told *t);
bool mcs_told_same(const struct mcs_told *t, const struct mcs_wanted *w);
unsigned int mcs_told_change(const struct mcs_told *old,
			     const struct mcs_wanted *w, unsigned int count,
			     struct mcs_told *new);
bool mcs_told_change_older(const struct mcs_told *old,
			   const struct mcs_wanted *w, unsigned int count,
			   struct mcs_told *new);
bool mcs_told_has(const struct mcs_told *t, unsigned int type,
		  const struct mcs_told_source *s);
void mcs_told_sent(struct mcs_told *t);
void mcs_told_prune(struct mcs_told *t, unsigned int max);
unsigned int mcs_told_answer(const struct mcs_told *t, struct in6_addr *asked,
			     unsigned int n);

#endif /* _MCSNOOP_PROXY_MERGE_H */
