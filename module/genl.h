/* SPDX-License-Identifier: GPL-2.0 */
/* What the netlink files share. */
#ifndef _MCSNOOP_NL_H
#define _MCSNOOP_NL_H

#include <net/genetlink.h>
#include "genl_gen.h"
#include "mcsnoop.h"

/**
 * struct mcs_cursor - where a dump goes on, in netlink_callback.ctx
 * @bridge: ifindex of the bridge that is being dumped, 0 before the first
 * @started: @bridge is half done
 * @key: the group that is next
 * @item: record, source, VLAN or family that is next, by dump
 * @sub: position below @item
 * @part: position below @sub
 */
struct mcs_cursor {
	int		bridge;
	bool		started;
	struct mcs_key	key;
	u32		item;
	u32		sub;
	u32		part;
};

/**
 * struct mcs_dump - one call of a dump
 * @skb: being filled
 * @cb: from netlink
 * @cursor: in @cb
 * @now: one clock sample for all timers, ns
 * @bridge: filter, ifindex or 0
 */
struct mcs_dump {
	struct sk_buff		*skb;
	struct netlink_callback	*cb;
	struct mcs_cursor	*cursor;
	u64			now;
	int			bridge;
};

/**
 * struct mcs_group_filter - what a dump of records is limited to
 * @port: attribute with an ifindex, or NULL
 * @vid: attribute with a VLAN, or NULL
 * @address: attribute with a group, or NULL
 * @mac: attribute with a MAC address, or NULL
 */
struct mcs_group_filter {
	const struct nlattr	*port;
	const struct nlattr	*vid;
	const struct nlattr	*address;
	const struct nlattr	*mac;
};

/* genl.c */
struct mcs_bridge *mcs_nl_bridge(struct genl_info *info, int attr);
struct mcs_port *mcs_nl_port(struct genl_info *info, int bridge_attr,
			     int port_attr);
struct sk_buff *mcs_nl_reply(struct genl_info *info, void **hdr);
int mcs_nl_finish(struct genl_info *info, struct sk_buff *skb, void *hdr,
		  int err);
int mcs_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
		int bridge_attr,
		int (*one)(struct mcs_dump *d, struct mcs_bridge *br));
const struct nlattr *mcs_nl_dump_attr(const struct mcs_dump *d, int attr);
void *mcs_nl_dump_put(const struct mcs_dump *d, u8 cmd);

/* genl_config.c */
u64 mcs_nl_take_settings(const struct genl_info *info,
			 const struct mcs_setting *s, void *base);
int mcs_nl_fill_settings(struct sk_buff *skb, const struct mcs_setting *s,
			 const void *base);

/* genl_group.c */
int mcs_nl_dump_members(struct mcs_dump *d, struct mcs_bridge *br,
			const struct mcs_group_filter *f,
			int (*one)(struct mcs_dump *d,
				   const struct mcs_member *m));

/* fill functions, one per object, for get, dump and events alike */
int mcs_nl_fill_bridge(struct sk_buff *skb, const struct mcs_bridge *br,
		       u64 now);
int mcs_nl_fill_vlan(struct sk_buff *skb, const struct mcs_bridge *br, u16 vid,
		     u8 mld);
int mcs_nl_fill_port(struct sk_buff *skb, const struct mcs_port *port);
int mcs_nl_fill_group(struct sk_buff *skb, const struct mcs_member *m,
		      u64 now, u32 *source);
size_t mcs_nl_group_size(u32 sources);
int mcs_nl_fill_router(struct sk_buff *skb, const struct mcs_router *r,
		       u64 now);
int mcs_nl_fill_querier(struct sk_buff *skb, const struct mcs_ctx *ctx,
			u64 now);

#endif /* _MCSNOOP_NL_H */
