/* SPDX-License-Identifier: GPL-2.0 */
/* Proxy reporting: what proxy.c and proxy_tell.c share. */
#ifndef _MCSNOOP_PROXY_H
#define _MCSNOOP_PROXY_H

#include "mcsnoop.h"
#include "proxy_merge.h"

/* what is done to all groups, a few at a time */
enum mcs_proxy_walk {
	MCS_WALK_NONE,
	MCS_WALK_SYNC,		/* compare what was told with the tables */
	MCS_WALK_ANSWER,	/* answer a general query, IGMPv3 and MLDv2 */
	MCS_WALK_SPREAD,	/* the same in older versions: set each timer */
};

/**
 * struct mcs_proxy - proxy reporting in one VLAN and family
 * @ctx: VLAN and family
 * @groups: struct mcs_proxied by address
 * @ngroups: how many
 * @pending: those of which a change is to be reported once more
 * @sending: those of @pending that are being reported now
 * @again: when @pending is reported
 * @general: when the walk goes on, or the answer to a general query begins
 * @next: where the walk goes on
 * @response: Max Response Time of the last general query, ns
 * @asked_at: when it was heard, ns
 * @once_more: when the next walk is due, asked for while this one goes on, ns
 * @older: a querier of IGMPv1 or MLDv1, and of IGMPv2, is present until then
 * @epoch: what was pending in an earlier one is void
 * @version: in which reports were sent last
 * @walk: enum mcs_proxy_walk
 * @quiet: the state is being read for the first time
 * @resync: a change was lost without memory
 *
 * Protected by the bridge's lock.
 */
struct mcs_proxy {
	struct mcs_ctx		*ctx;
	struct rb_root		groups;
	u32			ngroups;
	struct list_head	pending;
	struct list_head	sending;
	struct mcs_deadline	again;
	struct mcs_deadline	general;
	struct in6_addr		next;
	u64			response;
	u64			asked_at;
	u64			once_more;
	u64			older[2];
	u32			epoch;
	u8			version;
	u8			walk;
	bool			quiet;
	bool			resync;
};

/**
 * struct mcs_proxied - what routers were told of one group
 * @tree: in struct mcs_proxy.groups
 * @dirty: in struct mcs_bridge.dirty while the records may want something else
 * @pending: in struct mcs_proxy.pending or sending
 * @proxy: VLAN and family
 * @group: the group
 * @told: what they were told
 * @asked: sources asked for by specific queries; NULL for the whole group
 * @nasked: how many
 * @epoch: when it is not the proxy's, pending reports and answers are void
 * @answer_at: when such a query is answered, ns; 0 for none
 * @merge_at: not merged before, ns; see MERGE_COST
 * @merge_due: it is to be merged then
 * @deadline: the earlier of the two
 *
 * Exists while there is something to tell. Protected by the bridge's lock.
 */
struct mcs_proxied {
	struct rb_node		tree;
	struct list_head	dirty;
	struct list_head	pending;
	struct mcs_proxy	*proxy;
	struct in6_addr		group;
	struct mcs_told		told;
	struct in6_addr		*asked;
	u32			nasked;
	u32			epoch;
	u64			answer_at;
	u64			merge_at;
	bool			merge_due;
	struct mcs_deadline	deadline;
};

/**
 * struct mcs_tell - reports on their way to the routers
 * @proxy: VLAN and family
 * @version: in which they are sent
 * @mute: there is nobody to tell
 * @room: octets of a frame
 * @src: source address
 * @skb: report of records that is being built, or NULL
 * @records: the same
 */
struct mcs_tell {
	struct mcs_proxy	*proxy;
	u8			version;
	bool			mute;
	unsigned int		room;
	struct in6_addr		src;
	struct sk_buff		*skb;
	struct mcs_records	records;
};

/**
 * mcs_proxied_after() - the next group
 * @p: a group
 *
 * Return: the group after it in order of address, or NULL.
 */
static inline struct mcs_proxied *mcs_proxied_after(struct mcs_proxied *p)
{
	return rb_entry_safe(rb_next(&p->tree), struct mcs_proxied, tree);
}

/* proxy.c */
struct mcs_proxied *__mcs_proxied_next(const struct mcs_proxy *proxy,
				       const struct in6_addr *from);
struct mcs_proxied *__mcs_proxied_find(const struct mcs_proxy *proxy,
				       const struct in6_addr *group);
struct mcs_proxied *__mcs_proxied_get(struct mcs_proxy *proxy,
				      const struct in6_addr *group);
void __mcs_proxied_del_if_done(struct mcs_proxied *p);
void __mcs_proxied_forget(struct mcs_proxied *p);
void __mcs_proxied_refresh(struct mcs_proxied *p);
void __mcs_proxied_mark(struct mcs_proxied *p);
void __mcs_proxied_deadline(struct mcs_proxied *p);
void __mcs_proxy_step_at(struct mcs_proxy *proxy, u64 due);
unsigned int __mcs_proxy_version(struct mcs_proxy *proxy, u64 now);

/* proxy_answer.c */
u64 mcs_random_until(u64 max);
void __mcs_proxied_unask(struct mcs_proxied *p);

/* proxy_tell.c */
bool mcs_tells_records(const struct mcs_proxy *proxy, unsigned int version);
void __mcs_tell_begin(struct mcs_tell *out, struct mcs_proxy *proxy,
		      unsigned int version);
bool __mcs_tell_fits(const struct mcs_tell *out, const struct mcs_told *told);
bool __mcs_tell_state(struct mcs_tell *out, const struct in6_addr *group,
		      const struct mcs_told *told);
bool __mcs_tell_sources(struct mcs_tell *out, const struct in6_addr *group,
			const struct in6_addr *srcs, unsigned int n);
bool __mcs_tell_change(struct mcs_tell *out, const struct in6_addr *group,
		       const struct mcs_told *told);
void __mcs_tell_end(struct mcs_tell *out);

#endif /* _MCSNOOP_PROXY_H */
