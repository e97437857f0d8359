// SPDX-License-Identifier: GPL-2.0
/* When the fast path may be used: what it believes of a bridge. */
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <net/vxlan.h>
#include "mcsnoop.h"

/* Without switchdev nobody tells which VLANs a port loses. */
#define KNOWS_VLANS	IS_ENABLED(CONFIG_NET_SWITCHDEV)

static atomic_t epochs = ATOMIC_INIT(0);

/**
 * mcs_fast_forget() - what is known of a bridge's flows is true no more
 * @br: the bridge, changed already; a VLAN or port that goes can be found no
 *	more, and is freed a grace period later at the earliest
 *
 * Context: any.
 */
void mcs_fast_forget(struct mcs_bridge *br)
{
	smp_wmb();	/* pairs with smp_rmb() in mcs_fast_enter() */
	WRITE_ONCE(br->fast.epoch, atomic_inc_return(&epochs));
}

/**
 * mcs_fast_close() - a bridge is about to change: use the filter path
 * @br: the bridge
 *
 * Context: any. Frames that are under way are not waited for: they belong to
 * the time before the change.
 */
void mcs_fast_close(struct mcs_bridge *br)
{
	WRITE_ONCE(br->fast.ready, false);
	mcs_fast_forget(br);
}

/**
 * mcs_fast_policies() - a port was set up, came or went
 * @br: its bridge
 *
 * Context: process, RTNL.
 */
void mcs_fast_policies(struct mcs_bridge *br)
{
	struct mcs_port *port;
	bool some = false;

	ASSERT_RTNL();

	list_for_each_entry(port, &br->ports, node)
		some |= port->config.unregistered !=
			MCSNOOP_UNREGISTERED_INHERIT;
	WRITE_ONCE(br->fast.policies, some);
}

/* Why the fast path may not be used, or that it may. */
static u8 find_state(const struct mcs_bridge *br)
{
	if (!br->config.fastpath)
		return MCSNOOP_FASTPATH_STATE_OFF;
	if (br->intree)
		return MCSNOOP_FASTPATH_STATE_INTREE;
	if (br_mst_enabled(br->dev))
		return MCSNOOP_FASTPATH_STATE_MST;
	if (!KNOWS_VLANS && br->vlan_aware)
		return MCSNOOP_FASTPATH_STATE_VLANS;
	if (br->fast.observe)
		return MCSNOOP_FASTPATH_STATE_OBSERVE;
	return MCSNOOP_FASTPATH_STATE_OPEN;
}

/**
 * mcs_fast_state() - is the fast path used, and why not?
 * @br: the bridge
 *
 * Context: process, RTNL.
 * Return: enum mcsnoop_fastpath_state.
 */
u8 mcs_fast_state(const struct mcs_bridge *br)
{
	u8 state = find_state(br);

	ASSERT_RTNL();

	if (state == MCSNOOP_FASTPATH_STATE_OPEN && !READ_ONCE(br->fast.ready))
		return MCSNOOP_FASTPATH_STATE_CHANGING;
	return state;
}

/**
 * mcs_fast_open() - the bridge was read: use the fast path if it may be used
 * @br: the bridge
 *
 * Whoever changes the bridge holds RTNL from the announcement to the end of
 * the change, so that what was read under RTNL is true until the next one.
 *
 * Context: process, RTNL.
 */
void mcs_fast_open(struct mcs_bridge *br)
{
	bool tunnels = false, stp = false;
	struct mcs_port *port;
	u16 proto = ETH_P_8021Q;

	ASSERT_RTNL();

	list_for_each_entry(port, &br->ports, node) {
		stp |= port->stp_state != BR_STATE_FORWARDING &&
		       port->stp_state != BR_STATE_DISABLED;
		tunnels |= netif_is_vxlan(port->dev);
	}
	if (stp)	/* for good: it may begin again at any time */
		WRITE_ONCE(br->fast.stp_seen, true);
	mcs_fast_policies(br);
	br_vlan_get_proto(br->dev, &proto);
	WRITE_ONCE(br->fast.vlan_proto, htons(proto));
	WRITE_ONCE(br->fast.tagged, br->vlan_aware);
	WRITE_ONCE(br->fast.tunnels, tunnels);
	WRITE_ONCE(br->fast.ready,
		   find_state(br) == MCSNOOP_FASTPATH_STATE_OPEN);
	/* frames that came in before have met the bridge as it was */
	mcs_fast_forget(br);
}
