// SPDX-License-Identifier: GPL-2.0
/*
 * Neighbour solicitations go where their target was heard, with nd-aware on.
 * RFC 4861.
 *
 * To look for a neighbour a host sends to a group that has the last 24 bits of
 * the address. Hosts report these groups, but many networks have no querier, and
 * bridges flood them. What is asked for is in the message itself, so membership
 * is not needed: whoever was heard to have the address is asked, and nobody
 * else but members of the group. Any doubt floods, as if nothing were known:
 *
 * - The target is not known, was silent for long, was heard behind two ports, or
 *   its MAC address was seen elsewhere, or the topology changed.
 * - The same host asks again within a short time. If it had been answered it
 *   need not have; from then on the target is not believed for a while.
 * - Who asks looks for duplicates, from ::. It does so once, so that there would
 *   be no second time for a mistake to be noticed.
 * - The bridge sends no multicast from there to the target's port.
 *
 * Addresses are learned from what is said in such messages, also in those to one
 * host alone, which are seen while the setting is on: answers are among them.
 */
#include <linux/etherdevice.h>
#include <linux/ipv6.h>
#include <net/ndisc.h>
#include "frame.h"
#include "nd_impl.h"

#define ND_MAX		1500	/* octets of a message that is looked at */

/* Does the bridge flood multicast from one port to another? */
static bool is_reached(const struct mcs_port *in, const struct mcs_port *out,
		       const struct mcs_vlan *vlan)
{
	if (!test_bit(out->id, vlan->ports))
		return false;
	if (out->id == MCS_HOST_PORT)
		return true;
	if (in->id == MCS_HOST_PORT || in == out)
		return true;
	return test_bit(out->id, vlan->out) &&
	       !(br_port_flag_is_set(in->dev, BR_ISOLATED) &&
		 br_port_flag_is_set(out->dev, BR_ISOLATED));
}

/*
 * Has the host asked for the target a moment ago? What is remembered is not
 * forgotten before its time, however many ask.
 */
static u8 remember(struct mcs_nd *nd, const struct mcs_nd_msg *msg, u16 vid,
		   bool learn)
{
	u64 key = mcs_addr_high(&msg->src) * GOLDEN_RATIO_64, what, word;
	atomic64_t *ways, *slot = NULL;
	unsigned int i;
	u64 old = 0;

	key = (key ^ mcs_addr_low(&msg->src)) * GOLDEN_RATIO_64;
	key = (key ^ mcs_addr_high(&msg->target)) * GOLDEN_RATIO_64;
	key ^= mcs_addr_low(&msg->target);
	what = mcs_lately_what(key, vid);
	ways = nd->asked[mcs_lately_slot(what, ND_ASKED)];
	for (i = 0; i < ND_WAYS; i++) {
		word = atomic64_read(&ways[i]);
		if (word && (u32)jiffies - (u32)word < ND_AGAIN) {
			if (!((word ^ what) >> 32))
				return MCSNOOP_ND_STATE_REPEATED;
		} else if (!slot) {
			slot = &ways[i];
			old = word;
		}
	}
	if (!slot)
		return MCSNOOP_ND_STATE_BUSY;
	word = mcs_lately_now(what);
	if (learn && atomic64_cmpxchg(slot, old, word) != old)
		return MCSNOOP_ND_STATE_BUSY;
	return MCSNOOP_ND_STATE_KNOWN;
}

/* Is the target to be asked alone, and where is it? */
static u8 decide(struct mcs_nd *nd, const struct mcs_port *in,
		 const struct mcs_vlan *vlan, const struct mcs_nd_msg *msg,
		 bool learn, struct mcs_frame *frame)
{
	const struct mcs_port *port;
	struct mcs_neighbour *n;
	u8 state;

	if (mcs_addr_is_zero(&msg->src))
		return MCSNOOP_ND_STATE_DAD;
	n = mcs_nd_find_rcu(nd, &msg->target, vlan->vid);
	if (!n)
		return MCSNOOP_ND_STATE_UNKNOWN;
	port = READ_ONCE(n->port);
	smp_rmb();	/* pairs with smp_wmb() in move(), nd_table.c */
	state = mcs_nd_believes(nd, n);
	if (state != MCSNOOP_ND_STATE_KNOWN)
		return state;
	if (!is_reached(in, port, vlan))
		return MCSNOOP_ND_STATE_PORT;
	frame->nd_port = port->id;
	state = remember(nd, msg, vlan->vid, learn);
	if (state == MCSNOOP_ND_STATE_REPEATED && learn) {
		WRITE_ONCE(n->why, state);
		WRITE_ONCE(n->doubt, jiffies + ND_DOUBT);
	}
	return state;
}

static void count_flood(const struct mcs_port *in, u8 state)
{
	static const u16 counters[] = {
		[MCSNOOP_ND_STATE_UNKNOWN] = MCSNOOP_COUNTER_ND_FLOOD_UNKNOWN,
		[MCSNOOP_ND_STATE_EXPIRED] = MCSNOOP_COUNTER_ND_FLOOD_EXPIRED,
		[MCSNOOP_ND_STATE_DAD] = MCSNOOP_COUNTER_ND_FLOOD_DAD,
		[MCSNOOP_ND_STATE_REPEATED] = MCSNOOP_COUNTER_ND_FLOOD_REPEATED,
		[MCSNOOP_ND_STATE_MOVED] = MCSNOOP_COUNTER_ND_FLOOD_MOVED,
		[MCSNOOP_ND_STATE_PORT] = MCSNOOP_COUNTER_ND_FLOOD_PORT,
		[MCSNOOP_ND_STATE_BUSY] = MCSNOOP_COUNTER_ND_FLOOD_BUSY,
	};

	mcs_count(in, counters[state]);
}

/* Who says that it has which address? */
static void hear(struct mcs_nd *nd, struct mcs_port *in, u16 vid,
		 const struct mcs_nd_msg *msg, const u8 *mac)
{
	if (!READ_ONCE(in->forwarding))
		return;
	if (msg->type == MCS_ND_SOLICITATION && !mcs_addr_is_zero(&msg->src))
		mcs_nd_hear(nd, in, vid, &msg->src, mac);
	else
		mcs_nd_hear(nd, in, vid, &msg->target, mac);
}

/* Hosts take what is sent to the MAC address of the group. */
static bool heard_by_hosts(const struct sk_buff *skb,
			   const struct in6_addr *group)
{
	u8 mac[ETH_ALEN];

	mcs_group_mac(group, mac);
	return ether_addr_equal(eth_hdr(skb)->h_dest, mac);
}

/**
 * mcs_nd_meet() - a multicast frame that may be of neighbour discovery
 * @in: port it came in by, or the host side
 * @skb: the frame
 * @ip6: its IPv6 header, in front of one of ICMPv6, linear
 * @len: octets there
 * @learn: learn and count; otherwise only look
 * @frame: classified as what it is without this; changed for a solicitation
 *	whose target is known
 *
 * Context: BH disabled, RCU read side.
 */
void mcs_nd_meet(struct mcs_port *in, const struct sk_buff *skb,
		 const struct ipv6hdr *ip6, unsigned int len, bool learn,
		 struct mcs_frame *frame)
{
	struct mcs_nd *nd = rcu_dereference(in->br->nd);
	const struct mcs_vlan *vlan;
	struct mcs_nd_msg msg;
	u8 state;

	vlan = mcs_vlan_find_rcu(in->br, frame->vid);
	if (!nd || !vlan || !mcs_nd_aware(vlan) || len > ND_MAX)
		return;
	if (!mcs_wire_parse_nd(ip6, len, &msg)) {
		if (learn && msg.type == MCS_ND_BAD)
			mcs_count(in, MCSNOOP_COUNTER_ND_INVALID);
		return;
	}
	if (learn)
		hear(nd, in, frame->vid, &msg, eth_hdr(skb)->h_source);
	if (!msg.to_group || !heard_by_hosts(skb, &msg.dst))
		return;
	state = decide(nd, in, vlan, &msg, learn, frame);
	frame->nd_state = state;
	if (state == MCSNOOP_ND_STATE_KNOWN)
		frame->kind = MCS_FRAME_ND;
	else if (learn)
		count_flood(in, state);
}

/* Is it a solicitation or advertisement? Most frames are not. */
static bool is_nd(const struct sk_buff *skb, int off)
{
	struct {
		struct ipv6hdr	ip6;
		u8		type;
	} __packed buf;
	const u8 *p;

	if (skb->protocol != htons(ETH_P_IPV6))
		return false;
	p = skb_header_pointer(skb, off, sizeof(buf), &buf);
	return p && p[6] == IPPROTO_ICMPV6 &&
	       (p[40] == NDISC_NEIGHBOUR_SOLICITATION ||
		p[40] == NDISC_NEIGHBOUR_ADVERTISEMENT);
}

/* A message to one host: learned from, left as it is. */
static void overhear(struct mcs_port *in, struct sk_buff *skb, int off, u16 vid)
{
	unsigned int len = min_t(unsigned int, skb->len - off, ND_MAX);
	struct mcs_nd *nd = rcu_dereference(in->br->nd);
	const struct mcs_vlan *vlan;
	struct mcs_nd_msg msg;

	if (!nd || !pskb_may_pull(skb, off + len))
		return;
	vlan = mcs_vlan_find_rcu(in->br, vid);
	if (!vlan || !mcs_nd_aware(vlan))
		return;
	if (mcs_wire_parse_nd(skb->data + off, len, &msg))
		hear(nd, in, vid, &msg, eth_hdr(skb)->h_source);
	else
		mcs_count(in, MCSNOOP_COUNTER_ND_INVALID);
}

/**
 * mcs_nd_overhear() - look at a unicast frame
 * @in: where it comes in, or the host side
 * @skb: the frame
 *
 * Context: RCU read side.
 */
void mcs_nd_overhear(struct mcs_port *in, struct sk_buff *skb)
{
	int off = skb_mac_offset(skb) + ETH_HLEN;
	u16 vid;

	if (likely(!is_nd(skb, off)) || !mcs_frame_vid(in, skb, &vid))
		return;
	local_bh_disable();
	overhear(in, skb, off, vid);
	local_bh_enable();
}

/**
 * mcs_nd_glance() - look at a unicast frame that comes in
 * @mn: namespace
 * @skb: the frame, at PRE_ROUTING
 * @ifindex: where it comes in
 *
 * On a locked port the bridge may drop it: nothing is learned there.
 *
 * Context: RCU read side.
 * Return: NF_ACCEPT.
 */
unsigned int mcs_nd_glance(const struct mcs_net *mn, struct sk_buff *skb,
			   int ifindex)
{
	struct mcs_port *in;

	if (likely(!is_nd(skb, skb_mac_offset(skb) + ETH_HLEN)))
		return NF_ACCEPT;
	in = mcs_port_find_rcu(mn, ifindex);
	if (in && !mcs_port_is_locked(in))
		mcs_nd_overhear(in, skb);
	return NF_ACCEPT;
}

/**
 * mcs_nd_sent() - look at a unicast frame that the host sends
 * @mn: namespace
 * @skb: the frame, at LOCAL_OUT
 * @ifindex: port it leaves by
 *
 * Where the bridge filters by VLAN the tag may be gone by now; there it was
 * looked at before, on kernels that have an egress hook.
 *
 * Context: RCU read side.
 * Return: NF_ACCEPT.
 */
unsigned int mcs_nd_sent(const struct mcs_net *mn, struct sk_buff *skb,
			 int ifindex)
{
	int off = skb_mac_offset(skb) + ETH_HLEN;
	const struct mcs_port *out;
	u16 vid;

	if (likely(!is_nd(skb, off)))
		return NF_ACCEPT;
	out = mcs_port_find_rcu(mn, ifindex);
	if (!out || READ_ONCE(out->br->egress_on))
		return NF_ACCEPT;
	mcs_frame_egress_vid(out, skb, &vid);
	local_bh_disable();
	overhear(out->br->host, skb, off, vid);
	local_bh_enable();
	return NF_ACCEPT;
}

/**
 * mcs_nd_fdb() - the bridge has learned where a MAC address is
 * @port: there
 * @mac: the address
 * @vid: VLAN, 0 where the bridge does not filter
 *
 * Context: atomic, RCU read side; the bridge may hold its own locks.
 */
void mcs_nd_fdb(struct mcs_port *port, const u8 *mac, u16 vid)
{
	struct mcs_nd *nd = rcu_dereference(port->br->nd);
	u64 *spot;

	if (!nd)
		return;
	spot = &nd->spots[mcs_nd_spot(port->br, mac, vid)];
	WRITE_ONCE(*spot, (u64)port->id << 32 | (u32)jiffies);
}
