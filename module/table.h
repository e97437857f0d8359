/* SPDX-License-Identifier: GPL-2.0 */
/* Groups and the records of ports. */
#ifndef _MCSNOOP_TABLE_H
#define _MCSNOOP_TABLE_H

#include <linux/if_ether.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/rhashtable-types.h>
#include "fsm.h"
#include "observe.h"
#include "timers.h"

struct mcs_hosts;
struct mcs_port;
struct mcs_tally;

/**
 * struct mcs_key - what a group is found by
 * @addr: the group
 * @vid: the VLAN
 */
struct mcs_key {
	struct in6_addr	addr;
	u32		vid;
};

/**
 * struct mcs_group - a group that at least one port asked for
 * @hash: in struct mcs_bridge.groups; RCU
 * @tree: in struct mcs_bridge.order, by key; protected by the bridge's lock
 * @key: address and VLAN
 * @round: of the last older report that went to routers; protected by the
 *	bridge's lock
 * @said_by: MAC address of the host that sent it; likewise
 * @members: struct mcs_member; RCU, written under the bridge's lock; the two of
 *	one port stand side by side
 * @host: records of the host side; read with READ_ONCE()
 * @seen: when data for it came last, jiffies, up to a second ago, 0 for never;
 *	without lock, see mcs_group_see()
 * @observed: what would have been kept from ports
 * @rcu: frees it
 */
struct mcs_group {
	struct rhash_head	hash;
	struct rb_node		tree;
	struct mcs_key		key;
	struct hlist_head	members;
	u32			round;
	u8			said_by[ETH_ALEN];
	u8			host;
	unsigned long		seen;
	struct mcs_observed	observed;
	struct rcu_head		rcu;
};

/**
 * struct mcs_srcset - filter mode and sources as readers see them
 * @rcu: frees it
 * @n: sources
 * @mode: MCS_MODE_*
 * @src: sorted by mcs_addr_cmp(); only @expires and @rexmit of an entry
 *	change while it is published
 *
 * Published as a whole, so that a reader never sees the mode of one moment
 * with the sources of another.
 */
struct mcs_srcset {
	struct rcu_head		rcu;
	u32			n;
	u8			mode;
	struct mcs_source	src[];
};

/**
 * struct mcs_member - the record of one group on one port
 * @group_node: in struct mcs_group.members; RCU
 * @port_node: in struct mcs_port.members
 * @group: the group
 * @port: the port
 * @set: sources; NULL is EXCLUDE without any
 * @tally: what it was delivered; NULL when that is not counted
 * @rec: filter mode and timers
 * @deadline: earliest of the timers
 * @hosts: who wants it, see host.c; NULL when nobody is remembered
 * @since: when it appeared, ns
 * @asked_until: until when members have time to answer the last specific
 *	query, ns, 0 when there was none
 * @reporter: who reported last
 * @reporter_mac: its MAC address
 * @is_static: set by hand: no timers, not touched by reports
 * @mac_indexed: counted in struct mcs_bridge.mac_index
 * @unconfirmed: taken over, and not reported since
 * @healing: put off, and not reported since, see ask.c
 * @rcu: frees it
 *
 * Protected by the bridge's lock; readers use @port, @set, @tally,
 * @is_static.
 */
struct mcs_member {
	struct hlist_node	group_node;
	struct list_head	port_node;
	struct mcs_group	*group;
	struct mcs_port		*port;
	struct mcs_srcset __rcu	*set;
	struct mcs_tally __rcu	*tally;
	struct mcs_record	rec;
	struct mcs_deadline	deadline;
	struct mcs_hosts	*hosts;
	u64			since;
	u64			asked_until;
	struct in6_addr		reporter;
	u8			reporter_mac[ETH_ALEN];
	bool			is_static;
	bool			mac_indexed;
	bool			unconfirmed;
	bool			healing;
	struct rcu_head		rcu;
};

#endif /* _MCSNOOP_TABLE_H */
