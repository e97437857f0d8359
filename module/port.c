// SPDX-License-Identifier: GPL-2.0
/* Ports of a bridge, and its host side, which is a port of its own. */
#include <linux/if_bridge.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "strict.h"
#include "filter.h"
#include "observe.h"
#include "router.h"
#include "station.h"

/**
 * mcs_port_find() - find a port to change it
 * @mn: namespace
 * @ifindex: of the device
 *
 * Context: RTNL.
 * Return: the port or NULL.
 */
struct mcs_port *mcs_port_find(struct mcs_net *mn, int ifindex)
{
	struct mcs_port *port;

	ASSERT_RTNL();

	hlist_for_each_entry(port, mcs_port_bucket(mn, ifindex), hash)
		if (port->dev->ifindex == ifindex)
			return port;
	return NULL;
}

/**
 * mcs_port_has_vlan_rcu() - is a port a member of a VLAN?
 * @port: the port
 * @vid: VLAN; any on a bridge that does not filter
 * @untagged: filled in, may be NULL: frames leave without a tag
 *
 * Context: RCU read side.
 * Return: true when it is.
 */
bool mcs_port_has_vlan_rcu(const struct mcs_port *port, u16 vid,
			   bool *untagged)
{
	struct bridge_vlan_info info;

	if (untagged)
		*untagged = !vid;
	if (!br_vlan_enabled(port->br->dev))
		return true;
	if (!vid || br_vlan_get_info_rcu(port->dev, vid, &info))
		return false;
	/* the bridge device also has the VLANs that only its ports are in */
	if (port->id == MCS_HOST_PORT &&
	    !(info.flags & BRIDGE_VLAN_INFO_BRENTRY))
		return false;
	if (untagged)
		*untagged = info.flags & BRIDGE_VLAN_INFO_UNTAGGED;
	return true;
}

static void read_state(struct mcs_port *port, bool *forwarding)
{
	const struct net_device *dev = port->dev;

	if (port->id == MCS_HOST_PORT) {
		port->stp_state = BR_STATE_FORWARDING;
		*forwarding = netif_running(dev);
		return;
	}
	port->stp_state = br_port_get_stp_state(dev);
	*forwarding = port->stp_state == BR_STATE_FORWARDING &&
		      netif_running(dev) && netif_carrier_ok(dev);
}

/**
 * mcs_port_sync() - follow the state of a port's device and of STP
 * @port: the port
 *
 * What was learned on a port that no longer forwards is forgotten at once.
 *
 * Context: process, RTNL.
 */
void mcs_port_sync(struct mcs_port *port)
{
	struct mcs_bridge *br = port->br;
	u8 before = port->stp_state;
	bool forwarding;

	ASSERT_RTNL();

	if (port->id != MCS_HOST_PORT &&
	    port->no_flood == br_port_flag_is_set(port->dev, BR_MCAST_FLOOD)) {
		port->no_flood = !port->no_flood;
		if (port->no_flood)
			netdev_warn(port->dev, "mcsnoop: mcast_flood is off, the bridge keeps every stream from this port\n");
	}
	read_state(port, &forwarding);
	if (forwarding == port->forwarding)
		return;
	rcu_read_lock();
	spin_lock_bh(&br->lock);
	WRITE_ONCE(port->forwarding, forwarding);
	if (!forwarding) {
		__mcs_members_flush(port, -1, true, MCSNOOP_CAUSE_PORT_DOWN);
		__mcs_nd_flush(br, port, -1);
	}
	/* first: one query is for the port's new VLANs and for the change */
	__mcs_topology_port_moved(port, before);
	__mcs_vlan_sync_ports(br);
	mcs_unlock_and_send(br);
	rcu_read_unlock();
}

static void port_free(struct rcu_head *rcu)
{
	struct mcs_port *port = container_of(rcu, struct mcs_port, rcu);

	mcs_died(MCS_OBJ_PORT);
	free_percpu(port->counters);
	kfree(port->proofs);
	kfree(port);
}

/**
 * mcs_port_add() - take a port into an attached bridge
 * @br: the bridge
 * @dev: the port device, or the bridge device for the host side
 * @extack: says what was wrong
 *
 * Context: process, RTNL.
 * Return: 0, -ENOMEM or -ENOSPC.
 */
int mcs_port_add(struct mcs_bridge *br, struct net_device *dev,
		 struct netlink_ext_ack *extack)
{
	bool host = dev == br->dev, forwarding;
	struct mcs_port *port;
	unsigned int id;
	int cpu;

	ASSERT_RTNL();

	id = host ? MCS_HOST_PORT :
	     find_next_zero_bit(br->port_ids, MCS_PORTS_MAX,
				MCS_HOST_PORT + 1);
	if (id >= MCS_PORTS_MAX) {
		NL_SET_ERR_MSG(extack, "The bridge has more ports than can be snooped");
		return -ENOSPC;
	}
	port = kzalloc(sizeof(*port), GFP_KERNEL);
	if (!port)
		return -ENOMEM;
	mcs_born(MCS_OBJ_PORT);
	port->counters = alloc_percpu(struct mcs_counters);
	port->proofs = kcalloc(MCS_PROOFS, sizeof(*port->proofs), GFP_KERNEL);
	if (!port->counters || !port->proofs) {
		port_free(&port->rcu);
		return -ENOMEM;
	}
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(port->counters, cpu)->syncp);
	port->br = br;
	port->dev = dev;
	port->id = id;
	mcs_port_config_init(&port->config);
	INIT_LIST_HEAD(&port->members);
	INIT_LIST_HEAD(&port->neighbours.list);
	mcs_filters_init(&port->filters);
	read_state(port, &forwarding);
	port->forwarding = forwarding;

	__set_bit(id, br->port_ids);
	if (host)
		br->host = port;
	else
		br->nports++;
	if (id > br->fast.max_port_id)
		WRITE_ONCE(br->fast.max_port_id, id);
	rcu_assign_pointer(br->fast.port_by_id[id], port);
	list_add_tail_rcu(&port->node, &br->ports);
	mcs_fast_forget(br);	/* before it is found: the memory may be used again */
	hlist_add_head_rcu(&port->hash, mcs_port_bucket(br->mn, dev->ifindex));
	return 0;
}

/**
 * mcs_port_unlink() - let no hook find a port any more
 * @port: the port
 *
 * Context: process, RTNL. Hooks that found it run on until a grace period
 * has passed.
 */
void mcs_port_unlink(struct mcs_port *port)
{
	hlist_del_rcu(&port->hash);
}

/* Another port may get this id. */
static void forget_id(struct mcs_port *port)
{
	struct mcs_bridge *br = port->br;
	struct mcs_vlan *vlan;
	unsigned int i, f;

	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vlan, &br->vlans[i], hash) {
			clear_bit(port->id, vlan->ports);
			__clear_bit(port->id, vlan->out);
			WRITE_ONCE(vlan->nout,
				   bitmap_weight(vlan->out, MCS_PORTS_MAX));
			clear_bit(port->id, vlan->untagged);
			for (f = 0; f < MCS_FAMILIES; f++) {
				set_bit(port->id, vlan->ctx[f].unasked);
				clear_bit(port->id, vlan->ctx[f].answering);
				__mcs_ctx_settle(&vlan->ctx[f]);
			}
		}
}

/**
 * mcs_port_del() - remove a port with all that was known of it
 * @port: unlinked; freed when its readers are done
 * @cause: enum mcsnoop_cause for the events
 *
 * A hook may have found the port before it was unlinked. @gone, set under the
 * lock, keeps it from adding anything after the flush.
 *
 * Context: process, RTNL.
 */
void mcs_port_del(struct mcs_port *port, u8 cause)
{
	struct mcs_bridge *br = port->br;

	ASSERT_RTNL();

	spin_lock_bh(&br->lock);
	port->gone = true;
	WRITE_ONCE(port->forwarding, false);
	__mcs_members_flush(port, -1, false, cause);
	__mcs_nd_flush(br, port, -1);
	__mcs_router_flush_port(port, true, cause);
	__mcs_mrd_flush_port(port);
	forget_id(port);
	/* under the lock: nobody who makes a VLAN next may find the port */
	list_del_rcu(&port->node);
	mcs_unlock_and_send(br);
	mcs_reports_monitored(br);
	mcs_filter_flush(br, port, cause);

	if (!br->dying)
		mcs_observe_update(br);
	RCU_INIT_POINTER(br->fast.port_by_id[port->id], NULL);
	__clear_bit(port->id, br->port_ids);
	if (port->id != MCS_HOST_PORT)
		br->nports--;
	call_rcu(&port->rcu, port_free);
}

/**
 * mcs_port_configure() - change a port's settings
 * @port: the port
 * @c: settings
 *
 * Context: process, RTNL.
 */
void mcs_port_configure(struct mcs_port *port,
			const struct mcs_port_config *c)
{
	bool router = port->config.router != c->router;
	bool counts = !mcs_station_max(port);
	struct mcs_bridge *br = port->br;

	ASSERT_RTNL();

	spin_lock_bh(&br->lock);
	if (port->config.mode != c->mode)
		__mcs_observe_port(port, c->mode);
	port->config = *c;
	br->hosts_stale |= counts && mcs_station_max(port);
	WRITE_ONCE(port->strict, mcs_strict_any(c));
	mcs_reports_monitored(br);
	mcs_fast_policies(br);
	if (router)
		__mcs_router_port_mode(port);
	mcs_unlock_and_send(br);
	mcs_observe_update(br);
	mcs_hosts_flush(br);
}
