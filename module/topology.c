// SPDX-License-Identifier: GPL-2.0
/*
 * Topology changes: when the spanning tree moves, members that were behind one
 * port are behind another, and nobody there has asked them yet. RFC 4541
 * section 2.1.1 (4).
 *
 * There are three signs of it: a BPDU that says so, heard on a port; one of
 * our own ports that the spanning tree lets forward or keeps from it; and a
 * port that begins to forward for the first time, which only concerns that port
 * (see __mcs_querier_port_new()). What it means for each VLAN and family is in
 * __mcs_querier_topology().
 *
 * While the bridge takes part in the spanning tree, BPDUs go past netfilter to
 * whoever listens to their protocol, and so do we. While it does not, it
 * forwards them like other frames, and PRE_ROUTING finds them.
 *
 * The flag in BPDUs is repeated every hello time for half a minute, and anyone
 * may send as many as he likes: they are gathered, and the tables are visited
 * twice a second at most.
 */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include "mcsnoop.h"

#define TOPOLOGY_GAP	(NSEC_PER_SEC / 2)	/* between two visits */
#define TOPOLOGY_NEW	(10 * NSEC_PER_SEC)	/* silence between two changes */

/**
 * __mcs_topology_due() - tell every VLAN and family that the topology changed
 * @br: the bridge
 * @now: ns
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_topology_due(struct mcs_bridge *br, u64 now)
{
	struct mcs_vlan *vlan;
	unsigned int i, f;

	lockdep_assert_held(&br->lock);

	br->topology_seen = now;
	__mcs_nd_topology(br);
	__mcs_deadline_set(br, &br->topology, 0);
	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vlan, &br->vlans[i], hash)
			for (f = 0; f < MCS_FAMILIES; f++)
				__mcs_querier_topology(&vlan->ctx[f], now);
}

/* Visit the tables now, or as soon as may be. */
static void changed(struct mcs_port *port)
{
	struct mcs_bridge *br = port->br;
	u64 now = mcs_now(), due;

	lockdep_assert_held(&br->lock);

	if (!br->topology_heard || now - br->topology_heard >= TOPOLOGY_NEW)
		mcs_count(port, MCSNOOP_COUNTER_NOTE_TOPOLOGY);
	br->topology_heard = now;
	due = br->topology_seen + TOPOLOGY_GAP;
	if (now >= due || !br->topology_seen)
		__mcs_topology_due(br, now);
	else if (!br->topology.due)
		__mcs_deadline_set(br, &br->topology, due);
}

static bool is_tree_state(u8 stp_state)
{
	return stp_state == BR_STATE_LISTENING ||
	       stp_state == BR_STATE_LEARNING ||
	       stp_state == BR_STATE_BLOCKING;
}

/**
 * __mcs_topology_port_moved() - a port begins or ceases to forward
 * @port: the port, in its new state
 * @before: its STP state before
 *
 * If the spanning tree wanted it so, members behind the other ports may have
 * moved. A link that comes and goes where there is no spanning tree says
 * nothing about them; neither does a guarded port, behind which are hosts only.
 *
 * Context: the bridge's lock and RTNL are held, RCU read side.
 */
void __mcs_topology_port_moved(struct mcs_port *port, u8 before)
{
	if (port->config.query_guard)
		return;
	if (is_tree_state(before) || is_tree_state(port->stp_state))
		changed(port);
}

static int parse(const struct sk_buff *skb)
{
	int off = skb_mac_offset(skb) + ETH_HLEN;
	unsigned int len = ntohs(eth_hdr(skb)->h_proto);
	u8 buf[MCS_BPDU_LOOK];
	const void *llc;

	if (skb->len < off || len > skb->len - off)
		return MCS_BPDU_BAD;
	len = min_t(unsigned int, len, MCS_BPDU_LOOK);
	llc = skb_header_pointer(skb, off, len, buf);
	return llc ? mcs_wire_parse_bpdu(llc, len) : MCS_BPDU_BAD;
}

/**
 * mcs_topology_rcv() - look at a frame to one of 802.1D's own groups
 * @port: where it was heard
 * @skb: the frame, only read
 *
 * Context: RCU read side.
 */
void mcs_topology_rcv(struct mcs_port *port, const struct sk_buff *skb)
{
	struct mcs_bridge *br = port->br;

	/* the tree of one VLAN (PVST) is not known to be ours */
	if (skb->protocol != htons(ETH_P_802_2) || skb_vlan_tag_present(skb) ||
	    READ_ONCE(br->intree))
		return;
	local_bh_disable();
	switch (parse(skb)) {
	case MCS_BPDU_BAD:
		mcs_count(port, MCSNOOP_COUNTER_SKIP_BPDU);
		break;
	case MCS_BPDU_CHANGE:
		mcs_count(port, MCSNOOP_COUNTER_RX_BPDU_TC);
		if (READ_ONCE(port->config.query_guard)) {
			mcs_count(port, MCSNOOP_COUNTER_SKIP_BPDU_GUARD);
			break;
		}
		if (!READ_ONCE(port->forwarding)) {
			mcs_count(port, MCSNOOP_COUNTER_SKIP_STP);
			break;
		}
		spin_lock(&br->lock);
		if (!port->gone && port->forwarding)
			changed(port);
		spin_unlock(&br->lock);	/* queries wait for the timer */
		break;
	}
	local_bh_enable();
}

/* Ours is one reference among those of the others who listen. */
static int rcv(struct sk_buff *skb, struct net_device *dev,
	       struct packet_type *pt, struct net_device *orig_dev)
{
	struct mcs_port *port;

	if (skb->pkt_type != PACKET_OTHERHOST &&
	    is_link_local_ether_addr(eth_hdr(skb)->h_dest)) {
		port = mcs_port_find_rcu(mcs_net(dev_net(dev)), dev->ifindex);
		if (port && port->id != MCS_HOST_PORT)
			mcs_topology_rcv(port, skb);
	}
	consume_skb(skb);
	return 0;
}

static struct packet_type bpdu_type __read_mostly = {
	.type	= htons(ETH_P_802_2),
	.func	= rcv,
};

/**
 * mcs_topology_init() - begin to listen to the spanning tree
 */
void mcs_topology_init(void)
{
	dev_add_pack(&bpdu_type);
}

/**
 * mcs_topology_exit() - listen no more
 */
void mcs_topology_exit(void)
{
	dev_remove_pack(&bpdu_type);
}
