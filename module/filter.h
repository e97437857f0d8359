/* SPDX-License-Identifier: GPL-2.0 */
/* Filters set by hand: who may ask for what, and who may say so. */
#ifndef _MCSNOOP_FILTER_H
#define _MCSNOOP_FILTER_H

#include "mcsnoop.h"

#define MCS_FILTERS_MAX		1024	/* of a bridge and all its ports */
#define MCS_FILTER_PREF		1000	/* when none is given */

/**
 * struct mcs_prefix - addresses that begin alike
 * @addr: the first of them
 * @len: bits that count, of 128; an IPv4 prefix has at least 96
 */
struct mcs_prefix {
	struct in6_addr	addr;
	u8		len;
};

/**
 * struct mcs_filter - one filter of a port or of a bridge
 * @node: in the list of its owner and kind, see struct mcs_filters
 * @br: the bridge
 * @port: the port, NULL for every port
 * @kind: enum mcsnoop_filter_kind
 * @action: enum mcsnoop_filter_action, group filters only
 * @has_src: a group filter is about @src only
 * @pref: order of group filters
 * @group: groups that it is about
 * @src: sources, reporters or routers
 * @hits: how often it decided; protected by the bridge's lock
 *
 * The rest is written before it is linked, under RTNL and the bridge's lock,
 * and read under either.
 */
struct mcs_filter {
	struct list_head	node;
	struct mcs_bridge	*br;
	struct mcs_port		*port;
	u8			kind;
	u8			action;
	bool			has_src;
	u32			pref;
	struct mcs_prefix	group;
	struct mcs_prefix	src;
	u64			hits;
};

/* filter.c */
int mcs_filter_add(const struct mcs_filter *want,
		   struct netlink_ext_ack *extack);
int mcs_filter_del(const struct mcs_filter *want, bool has_pref,
		   bool has_action, struct netlink_ext_ack *extack);
void mcs_filter_flush(struct mcs_bridge *br, struct mcs_port *port, u8 cause);
struct mcs_filter *mcs_filter_find(const struct mcs_filter *want);

/* filter_apply.c */
int __mcs_filter_message(struct mcs_port *port, const struct mcs_msg *msg);
bool __mcs_filter_record(struct mcs_port *port, const struct mcs_ctx *ctx,
			 const struct in6_addr *group, unsigned int type,
			 struct in6_addr *srcs, unsigned int *n);
unsigned int __mcs_filter_blocks(const struct mcs_port *port,
				 const struct in6_addr *group);
void __mcs_filter_block(struct mcs_port *port, const struct in6_addr *group,
			const struct mcs_srcset *old, struct mcs_source *src,
			struct in6_addr *room, struct mcs_outcome *res);
void mcs_filter_enforce(struct mcs_bridge *br);

/* genl_filter.c, event.c */
int mcs_nl_fill_filter(struct sk_buff *skb, const struct mcs_filter *f);
void mcs_event_filter(const struct mcs_filter *f, u8 cmd, u8 cause);

#endif /* _MCSNOOP_FILTER_H */
