// SPDX-License-Identifier: GPL-2.0
/* Attaching, configuring and detaching a bridge. */
#include <linux/if_bridge.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "filter.h"
#include "log.h"
#include "follow.h"
#include "observe.h"
#include "station.h"

/* Not in line: mostly there is nothing to be sent. */
static noinline_for_stack
void unlock_and_send(struct mcs_bridge *br) __releases(&br->lock)
{
	struct sk_buff_head queue;

	__skb_queue_head_init(&queue);
	skb_queue_splice_init(&br->txq, &queue);
	if (br->config.log_frames)
		mcs_log_sent(br, &queue);
	spin_unlock(&br->lock);
	mcs_send_queue(&queue);
}

/**
 * __mcs_unlock_and_send() - release a bridge's lock and send what was queued
 * @br: the bridge, locked with spin_lock()
 *
 * Changes that routers are to be told of are found here, once for all that was
 * done under the lock. The caller's RCU read side or RTNL keeps the devices
 * that what was queued is for.
 *
 * Context: BH disabled.
 */
void __mcs_unlock_and_send(struct mcs_bridge *br) __releases(&br->lock)
{
	if (!list_empty(&br->dirty))
		__mcs_proxy_flush(br);
	if (likely(skb_queue_empty(&br->txq)))
		spin_unlock(&br->lock);
	else
		unlock_and_send(br);
}

/**
 * mcs_unlock_and_send() - the same where BH was not disabled before
 * @br: the bridge, locked with spin_lock_bh()
 */
void mcs_unlock_and_send(struct mcs_bridge *br) __releases(&br->lock)
{
	__mcs_unlock_and_send(br);
	local_bh_enable();
}

/**
 * mcs_bridge_find() - find an attached bridge
 * @mn: namespace
 * @ifindex: of the bridge device
 *
 * Context: RTNL.
 * Return: the bridge or NULL.
 */
struct mcs_bridge *mcs_bridge_find(struct mcs_net *mn, int ifindex)
{
	struct mcs_port *port = mcs_port_find(mn, ifindex);

	return port && port->id == MCS_HOST_PORT ? port->br : NULL;
}

static struct mcs_bridge *bridge_alloc(struct mcs_net *mn,
				       struct net_device *dev,
				       const struct mcs_config *c)
{
	struct mcs_bridge *br = kzalloc(sizeof(*br), GFP_KERNEL);

	if (!br)
		return NULL;
	br->mn = mn;
	br->dev = dev;
	br->config = *c;
	br->since = mcs_now();
	br->vlan_aware = br_vlan_enabled(dev);
	br->intree = br_multicast_enabled(dev);
	INIT_LIST_HEAD(&br->ports);
	mcs_filters_init(&br->filters);
	spin_lock_init(&br->lock);
	__skb_queue_head_init(&br->txq);
	INIT_LIST_HEAD(&br->dirty);
	mcs_deadline_init(&br->dirty_more, MCS_DL_DIRTY);
	mcs_timers_init(br);
	mcs_deadline_init(&br->topology, MCS_DL_TOPOLOGY);
	br->log = mcs_log_alloc(c);
	br->follow = mcs_follow_alloc();
	if (!br->log || !br->follow || mcs_table_init(br))
		goto free;
	if (mcs_stations_init(br))
		goto destroy;
	mcs_born(MCS_OBJ_BRIDGE);
	return br;

destroy:
	mcs_table_destroy(br);
free:
	mcs_log_free(br->log);
	mcs_follow_free(br->follow);
	kfree(br);
	return NULL;
}

/*
 * The bridge itself keeps multicast from a port with mcast_flood off, before
 * we are asked: its members would get nothing.
 */
static bool takes_multicast(const struct net_device *port,
			    struct netlink_ext_ack *extack)
{
	if (br_port_flag_is_set(port, BR_MCAST_FLOOD))
		return true;
	NL_SET_ERR_MSG(extack,
		       "A port has mcast_flood off and would get no stream: bridge link set dev PORT mcast_flood on, and here port set dev PORT unregistered routers");
	return false;
}

static int add_ports(struct mcs_bridge *br, struct netlink_ext_ack *extack)
{
	struct net_device *lower;
	struct list_head *iter;
	int err;

	err = mcs_port_add(br, br->dev, extack);
	if (err)
		return err;
	netdev_for_each_lower_dev(br->dev, lower, iter) {
		if (!takes_multicast(lower, extack))
			return -EBUSY;
		err = mcs_port_add(br, lower, extack);
		if (err)
			return err;
	}
	return 0;
}

static int check_device(struct mcs_net *mn, struct net_device *dev,
			bool takeover, struct netlink_ext_ack *extack)
{
	if (!netif_is_bridge_master(dev)) {
		NL_SET_ERR_MSG(extack,
			       "Not a bridge: give the bridge device, not one of its ports");
		return -EINVAL;
	}
	if (mcs_bridge_find(mn, dev->ifindex)) {
		NL_SET_ERR_MSG(extack,
			       "The bridge is attached already: use bridge set to change it");
		return -EEXIST;
	}
	if (br_multicast_enabled(dev) && !takeover) {
		NL_SET_ERR_MSG(extack,
			       "The bridge's own snooping is on: take it over with bridge add dev BRIDGE takeover, or turn it off first with ip link set dev BRIDGE type bridge mcast_snooping 0");
		return -EBUSY;
	}
	return 0;
}

static void flush_vlans(struct mcs_bridge *br, u8 cause)
{
	struct hlist_node *next;
	struct mcs_vlan *vlan;
	unsigned int i;

	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry_safe(vlan, next, &br->vlans[i], hash)
			__mcs_vlan_del(vlan, cause);
}

/*
 * In this order, because of who may still see the bridge:
 * - the hooks find ports through the namespace's hash: unlink them there,
 *   and wait until every hook that had found one is done;
 * - the timer takes the lock: once @dying is set under the lock nobody
 *   starts it, then it is cancelled without the lock;
 * - the sync work and netlink find the bridge in the namespace's list, under
 *   RTNL, which we hold;
 * - what is left are readers of groups and ports that are freed by RCU.
 */
static void tear_down(struct mcs_bridge *br, bool announce)
{
	struct mcs_net *mn = br->mn;
	struct mcs_port *port, *next;

	ASSERT_RTNL();

	mcs_egress_del(br);
	list_for_each_entry(port, &br->ports, node)
		mcs_port_unlink(port);
	list_del(&br->node);
	if (list_empty(&mn->bridges))
		mcs_hooks_unregister(mn);
	synchronize_net();

	spin_lock_bh(&br->lock);
	br->dying = true;
	flush_vlans(br, MCSNOOP_CAUSE_DETACH);
	list_for_each_entry(port, &br->ports, node)
		__mcs_members_flush(port, -1, false, MCSNOOP_CAUSE_DETACH);
	mcs_unlock_and_send(br);
	mcs_timers_stop(br);
	mcs_filter_flush(br, NULL, MCSNOOP_CAUSE_DETACH);
	mcs_nd_stop(br);

	if (announce)
		mcs_event_bridge(br, MCSNOOP_CMD_BRIDGE_DEL_NTF);
	list_for_each_entry_safe(port, next, &br->ports, node)
		mcs_port_del(port, MCSNOOP_CAUSE_DETACH);
	mcs_table_destroy(br);
	mcs_stations_destroy(br);
	mcs_vlan_configs_free(br);
	mcs_died(MCS_OBJ_BRIDGE);
	/* whoever could record something is gone */
	mcs_log_free(br->log);
	mcs_follow_free(br->follow);
	kfree_rcu(br, rcu);
}

/**
 * mcs_bridge_attach() - begin to snoop on a bridge
 * @mn: namespace
 * @dev: the bridge device
 * @c: settings, checked
 * @takeover: attach although the bridge's own snooping is on; until it is
 *	turned off all is left to it, and learned from beside it
 * @extack: says what was wrong
 *
 * Context: process, RTNL.
 * Return: 0, -EINVAL, -EEXIST, -EBUSY, -ENOSPC or -ENOMEM with nothing
 * changed.
 */
int mcs_bridge_attach(struct mcs_net *mn, struct net_device *dev,
		      const struct mcs_config *c, bool takeover,
		      struct netlink_ext_ack *extack)
{
	struct mcs_bridge *br;
	int err;

	ASSERT_RTNL();

	err = check_device(mn, dev, takeover, extack);
	if (err)
		return err;
	br = bridge_alloc(mn, dev, c);
	if (!br)
		return -ENOMEM;
	list_add_tail(&br->node, &mn->bridges);
	err = add_ports(br, extack);
	if (!err)
		err = mcs_vlan_sync(br);
	if (!err)
		err = mcs_hooks_register(mn);
	if (err) {
		tear_down(br, false);
		return err;
	}
	mcs_observe_update(br);
	mcs_nd_follow(br);
	mcs_egress_follow(br);
	mcs_fast_open(br);
	mcs_event_bridge(br, MCSNOOP_CMD_BRIDGE_ADD_NTF);
	return 0;
}

/**
 * mcs_bridge_detach() - snoop on a bridge no more
 * @br: the bridge; freed
 *
 * Context: process, RTNL.
 */
void mcs_bridge_detach(struct mcs_bridge *br)
{
	tear_down(br, true);
}

/**
 * mcs_bridge_configure() - change a bridge's settings
 * @br: the bridge
 * @c: settings, checked
 *
 * Running timers keep their deadlines, the next ones follow the new values.
 *
 * Context: process, RTNL.
 */
void mcs_bridge_configure(struct mcs_bridge *br, const struct mcs_config *c)
{
	bool tally = br->config.group_stats != c->group_stats;
	bool counts = !br->config.max_host_groups && c->max_host_groups;
	struct mcs_vlan *vlan;
	unsigned int i, f;

	ASSERT_RTNL();

	if (br->config.fastpath != c->fastpath) {
		mcs_fast_close(br);
		schedule_work(&br->mn->sync);
	}
	rcu_read_lock();
	spin_lock_bh(&br->lock);
	br->config = *c;
	br->hosts_stale |= counts;
	__mcs_macs_update(br);
	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vlan, &br->vlans[i], hash)
			for (f = 0; f < MCS_FAMILIES; f++)
				__mcs_ctx_configure(&vlan->ctx[f]);
	mcs_unlock_and_send(br);
	rcu_read_unlock();
	mcs_observe_update(br);
	mcs_nd_follow(br);
	mcs_hosts_flush(br);
	if (tally)
		mcs_tally_follow(br);
	mcs_event_bridge(br, MCSNOOP_CMD_BRIDGE_SET_NTF);
}

static void forget_vlans(struct mcs_bridge *br)
{
	spin_lock_bh(&br->lock);
	br->vlan_aware = !br->vlan_aware;
	flush_vlans(br, MCSNOOP_CAUSE_VLAN_REMOVED);
	mcs_unlock_and_send(br);
}

/* The bridge's own snooping was turned on or off behind our back. */
static void intree_changed(struct mcs_bridge *br, bool intree)
{
	struct mcs_vlan *vlan;
	unsigned int i, f;

	netdev_warn(br->dev, "mcsnoop: the bridge's own snooping is %s\n",
		    intree ? "on now: leaving everything to it" : "off again");
	rcu_read_lock();
	spin_lock_bh(&br->lock);
	WRITE_ONCE(br->intree, intree);
	mcs_fast_close(br);	/* opened when the bridge was read */
	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vlan, &br->vlans[i], hash)
			for (f = 0; f < MCS_FAMILIES; f++)
				__mcs_event_querier(&vlan->ctx[f],
						    MCSNOOP_CAUSE_ADMIN);
	mcs_unlock_and_send(br);
	rcu_read_unlock();
	mcs_event_bridge(br, MCSNOOP_CMD_BRIDGE_SET_NTF);
}

/* Ports for which memory lacked when they came; a bridge may have too many. */
static int add_missing(struct mcs_bridge *br)
{
	struct net_device *lower;
	struct list_head *iter;
	bool some = false;
	int err = 0;

	netdev_for_each_lower_dev(br->dev, lower, iter) {
		if (mcs_port_find(br->mn, lower->ifindex))
			continue;
		err = mcs_port_add(br, lower, NULL);
		if (err)
			break;
		some = true;
	}
	if (some && !err)
		err = mcs_vlan_sync(br);
	return err == -ENOSPC ? 0 : err;
}

/**
 * mcs_bridge_sync() - follow what changed on a bridge
 * @br: the bridge
 *
 * Everything is read again from the bridge, so that it does not matter which
 * notification arrived, how many, or in which order.
 *
 * Context: process, RTNL.
 * Return: 0, or -ENOMEM when it has to be done again; until then the fast path
 *	stays closed, and what is not known is flooded.
 */
int mcs_bridge_sync(struct mcs_bridge *br)
{
	bool intree = br_multicast_enabled(br->dev);
	struct mcs_port *port;
	int err;

	ASSERT_RTNL();

	if (intree != br->intree)
		intree_changed(br, intree);
	if (br_vlan_enabled(br->dev) != br->vlan_aware)
		forget_vlans(br);
	mcs_egress_follow(br);
	list_for_each_entry(port, &br->ports, node)
		mcs_port_sync(port);
	mcs_tally_again(br);
	mcs_nd_follow(br);
	err = mcs_vlan_sync(br);
	if (!err)
		err = add_missing(br);
	if (!err)
		mcs_fast_open(br);
	return err;
}
