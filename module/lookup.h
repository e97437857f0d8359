/* SPDX-License-Identifier: GPL-2.0 */
/* What is looked up for every frame: namespace, port, VLAN. */
#ifndef _MCSNOOP_LOOKUP_H
#define _MCSNOOP_LOOKUP_H

#include <linux/rculist.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
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
