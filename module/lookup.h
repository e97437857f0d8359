/* SPDX-License-Identifier: GPL-2.0 */
/* What is looked up for every frame: namespace, port, VLAN, group. */
#ifndef _MCSNOOP_LOOKUP_H
#define _MCSNOOP_LOOKUP_H

#include <linux/hash.h>
#include <linux/math64.h>
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include "hash.h"
#include "mcsnoop.h"

/**
 * mcs_net() - what the module keeps in a namespace
 * @net: the namespace
 *
 * Return: it.
 */
static inline struct mcs_net *mcs_net(const struct net *net)
{
	return net_generic(net, mcs_net_id);
}

/**
 * mcs_port_bucket() - where a port is in the hash table
 * @mn: namespace
 * @ifindex: of its device
 *
 * Return: the bucket.
 */
static inline struct hlist_head *mcs_port_bucket(const struct mcs_net *mn,
						 int ifindex)
{
	return (struct hlist_head *)&mn->ports[(u32)ifindex % MCS_PORT_BUCKETS];
}

/**
 * mcs_port_find_rcu() - find a port, or a host side by its bridge
 * @mn: namespace
 * @ifindex: of the device
 *
 * Context: RCU read side.
 * Return: the port or NULL.
 */
static inline struct mcs_port *mcs_port_find_rcu(const struct mcs_net *mn,
						 int ifindex)
{
	struct mcs_port *port;

	hlist_for_each_entry_rcu(port, mcs_port_bucket(mn, ifindex), hash)
		if (port->dev->ifindex == ifindex)
			return port;
	return NULL;
}

/**
 * mcs_vlan_bucket() - where a VLAN is in the hash table
 * @br: the bridge
 * @vid: VLAN ID
 *
 * Return: the bucket.
 */
static inline struct hlist_head *mcs_vlan_bucket(const struct mcs_bridge *br,
						 u16 vid)
{
	return (struct hlist_head *)&br->vlans[vid % MCS_VLAN_BUCKETS];
}

/**
 * mcs_vlan_find_rcu() - find a VLAN
 * @br: the bridge
 * @vid: VLAN ID
 *
 * Context: RCU read side.
 * Return: the VLAN or NULL when nothing is known of it.
 */
static inline struct mcs_vlan *mcs_vlan_find_rcu(const struct mcs_bridge *br,
						 u16 vid)
{
	struct mcs_vlan *vlan;

	hlist_for_each_entry_rcu(vlan, mcs_vlan_bucket(br, vid), hash)
		if (vlan->vid == vid)
			return vlan;
	return NULL;
}

/**
 * mcs_addr_high() - first half of an address
 * @addr: the address
 *
 * Return: it, as it is in memory.
 */
static inline u64 mcs_addr_high(const struct in6_addr *addr)
{
	return get_unaligned((const u64 *)addr->s6_addr);
}

/**
 * mcs_addr_low() - second half of an address
 * @addr: the address
 *
 * Return: it, as it is in memory.
 */
static inline u64 mcs_addr_low(const struct in6_addr *addr)
{
	return get_unaligned((const u64 *)(addr->s6_addr + sizeof(u64)));
}

/**
 * mcs_key_hash() - where a key is in a hash table; for rhashtable_params
 * @data: struct mcs_key
 * @len: of it
 * @seed: secret of the table
 *
 * Return: the hash.
 */
static inline u32 mcs_key_hash(const void *data, u32 len, u32 seed)
{
	const struct mcs_key *key = data;

	return mcs_group_hash(mcs_addr_high(&key->addr),
			      mcs_addr_low(&key->addr), key->vid, seed);
}

/**
 * mcs_key_equal() - are two keys the same?
 * @a: a key
 * @b: another
 *
 * Return: true if so.
 */
static inline bool mcs_key_equal(const struct mcs_key *a,
				 const struct mcs_key *b)
{
	return a->vid == b->vid && ipv6_addr_equal(&a->addr, &b->addr);
}

/**
 * mcs_addr_low_v4() - second half of a mapped IPv4 address
 * @v4: the IPv4 address
 *
 * RFC 4291 section 2.5.5.2. The first half is 0.
 *
 * Return: mcs_addr_low() of what mcs_addr_from_v4() makes of it.
 */
static inline u64 mcs_addr_low_v4(__be32 v4)
{
#ifdef __BIG_ENDIAN
	return 0xffffULL << 32 | (__force u32)v4;
#else
	return (u64)(__force u32)v4 << 32 | 0xffff0000;
#endif
}

/**
 * mcs_group_glance_rcu() - find a group, for those in haste
 * @br: the bridge
 * @high: mcs_addr_high() of its address
 * @low: mcs_addr_low()
 * @vid: VLAN
 *
 * Context: RCU read side.
 * Return: the group. NULL does not say that there is none: the table may be
 *	growing, see mcs_group_find_rcu().
 */
static __always_inline struct mcs_group *
mcs_group_glance_rcu(const struct mcs_bridge *br, u64 high, u64 low, u32 vid)
{
	const struct bucket_table *tbl = rcu_dereference(br->groups.tbl);
	struct mcs_group *group;
	struct rhash_head *pos;
	unsigned int bucket;

	bucket = rht_bucket_index(tbl, mcs_group_hash(high, low, vid,
						      tbl->hash_rnd));
	rht_for_each_entry_rcu(group, pos, tbl, bucket, hash)
		if (mcs_addr_low(&group->key.addr) == low &&
		    mcs_addr_high(&group->key.addr) == high &&
		    group->key.vid == vid) {
			/* the caller need not look whether there is one */
			if (!group)
				__builtin_unreachable();
			return group;
		}
	return NULL;
}

/**
 * mcs_group_see() - data for a group comes by
 * @group: the group
 *
 * All processors look at the word, and one of them writes it once a second.
 *
 * Context: RCU read side.
 */
static __always_inline void mcs_group_see(struct mcs_group *group)
{
	unsigned long now = jiffies;

	if (unlikely(now - READ_ONCE(group->seen) >= HZ))
		WRITE_ONCE(group->seen, now ?: 1);
}

/**
 * mcs_count() - count something once on a port
 * @port: the port
 * @id: what
 *
 * Context: BH disabled.
 */
static inline void mcs_count(const struct mcs_port *port,
			     enum mcsnoop_counter id)
{
	struct mcs_counters *c = this_cpu_ptr(port->counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->count[id]);
	u64_stats_update_end(&c->syncp);
}

/* Rules that keep a frame from a port. */
#define MCS_RULES_KEEP	(BIT(MCSNOOP_RULE_REPORT_LOCAL) | \
			 BIT(MCSNOOP_RULE_REPORT_PROXIED) | \
			 BIT(MCSNOOP_RULE_REPORT_SUPPRESSED) | \
			 BIT(MCSNOOP_RULE_INVALID) | \
			 BIT(MCSNOOP_RULE_SOURCE_BLOCKED) | \
			 BIT(MCSNOOP_RULE_SOURCE_NOT_INCLUDED) | \
			 BIT(MCSNOOP_RULE_NOT_MEMBER) | \
			 BIT(MCSNOOP_RULE_UNREGISTERED_DROP) | \
			 BIT(MCSNOOP_RULE_NODE_SCOPE) | \
			 BIT(MCSNOOP_RULE_TTL_THRESHOLD) | \
			 BIT(MCSNOOP_RULE_SCOPE_BOUNDARY) | \
			 BIT(MCSNOOP_RULE_ND_ELSEWHERE))

/**
 * mcs_rule_forwards() - does a rule let the frame through?
 * @rule: enum mcsnoop_rule
 *
 * Return: true to forward.
 */
static inline bool mcs_rule_forwards(enum mcsnoop_rule rule)
{
	return !(MCS_RULES_KEEP & BIT(rule));
}

/**
 * mcs_port_bounds() - has a port a boundary?
 * @port: the port
 *
 * Return: not 0 if so.
 */
static inline u8 mcs_port_bounds(const struct mcs_port *port)
{
	return READ_ONCE(port->config.ttl_threshold) |
	       READ_ONCE(port->config.scope_boundary);
}

/**
 * mcs_boundary_rule() - what a port never gets, whatever is wanted there
 * @group: destination of data
 * @ttl: its TTL or hop limit
 * @out: the port
 *
 * RFC 2365, RFC 4291 section 2.7.
 *
 * Context: RCU read side.
 * Return: the rule that keeps it, NOT_SNOOPED if none does.
 */
static inline enum mcsnoop_rule
mcs_boundary_rule(const struct in6_addr *group, u8 ttl,
		  const struct mcs_port *out)
{
	if (likely(!mcs_port_bounds(out)))
		return MCSNOOP_RULE_NOT_SNOOPED;
	return mcs_boundary_keeps(group, ttl,
				  READ_ONCE(out->config.ttl_threshold),
				  READ_ONCE(out->config.scope_boundary));
}

#endif /* _MCSNOOP_LOOKUP_H */
