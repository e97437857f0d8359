/* SPDX-License-Identifier: GPL-2.0 */
/* Neighbours, and where they are. See nd.c. */
#ifndef _MCSNOOP_ND_H
#define _MCSNOOP_ND_H

#include <linux/if_ether.h>
#include <linux/jump_label.h>
#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include "table.h"

struct ipv6hdr;
struct mcs_bridge;
struct mcs_frame;
struct mcs_nd;
struct mcs_net;
struct mcs_port;
struct mcs_vlan;
struct sk_buff;

/* Some bridge somewhere is nd-aware. */
DECLARE_STATIC_KEY_FALSE(mcs_nd_on);

/**
 * struct mcs_neighbour - an IPv6 address of a host, and where it is
 * @hash: in the table of its bridge; RCU
 * @node: in the list of @port
 * @key: the address and its VLAN
 * @port: where it was heard last; read with READ_ONCE()
 * @mac: MAC address it was heard from
 * @spot: where its MAC address is in struct mcs_nd.spots; read with READ_ONCE()
 * @heard: when it was heard last, jiffies; without lock
 * @doubt: until when it is not believed, jiffies; without lock
 * @why: enum mcsnoop_nd_state of that doubt; without lock
 * @rcu: frees it
 *
 * Protected by the bridge's lock unless said otherwise.
 */
struct mcs_neighbour {
	struct rhash_head	hash;
	struct list_head	node;
	struct mcs_key		key;
	struct mcs_port		*port;
	u8			mac[ETH_ALEN];
	u16			spot;
	unsigned long		heard;
	unsigned long		doubt;
	u8			why;
	struct rcu_head		rcu;
};

/**
 * struct mcs_neighbours - those of a port
 * @list: struct mcs_neighbour, those that came or moved here last at the end
 * @n: how many
 *
 * Protected by the bridge's lock.
 */
struct mcs_neighbours {
	struct list_head	list;
	u32			n;
};

/**
 * struct mcs_nd_view - what is said of a neighbour at one moment
 * @port: ifindex of where it was heard last
 * @mac: MAC address it was heard from
 * @state: enum mcsnoop_nd_state, apart from what depends on who asks
 * @seen: ms since it was heard
 * @left: ms until it is not believed any more
 * @doubt: ms until it is believed again, 0 when it is
 */
struct mcs_nd_view {
	int	port;
	u8	mac[ETH_ALEN];
	u8	state;
	u32	seen;
	u32	left;
	u32	doubt;
};

/* nd.c */
void mcs_nd_meet(struct mcs_port *in, const struct sk_buff *skb,
		 const struct ipv6hdr *ip6, unsigned int len, bool learn,
		 struct mcs_frame *frame);
unsigned int mcs_nd_glance(const struct mcs_net *mn, struct sk_buff *skb,
			   int ifindex);
unsigned int mcs_nd_sent(const struct mcs_net *mn, struct sk_buff *skb,
			 int ifindex);
void mcs_nd_overhear(struct mcs_port *in, struct sk_buff *skb);
void mcs_nd_fdb(struct mcs_port *port, const u8 *mac, u16 vid);

/* nd_table.c */
struct mcs_neighbour *mcs_nd_find_rcu(struct mcs_nd *nd,
				      const struct in6_addr *addr, u16 vid);
void mcs_nd_hear(struct mcs_nd *nd, struct mcs_port *in, u16 vid,
		 const struct in6_addr *addr, const u8 *mac);
u8 mcs_nd_believes(struct mcs_nd *nd, const struct mcs_neighbour *n);
void mcs_nd_follow(struct mcs_bridge *br);
void mcs_nd_stop(struct mcs_bridge *br);
void __mcs_nd_due(struct mcs_bridge *br, u64 now);
void __mcs_nd_flush(struct mcs_bridge *br, const struct mcs_port *port,
		    int vid);
void __mcs_nd_sync_port(struct mcs_port *port);
void __mcs_nd_topology(struct mcs_bridge *br);
void __mcs_nd_view(struct mcs_nd *nd, const struct mcs_neighbour *n,
		   struct mcs_nd_view *view);

#endif /* _MCSNOOP_ND_H */
