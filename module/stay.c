// SPDX-License-Identifier: GPL-2.0
/*
 * Reports that no port is to get, as all are where nobody routes. The bridge
 * would clone such a frame for each port and pass it to the host, and our own
 * hooks, which come first there, drop every one of them. So two things are
 * spared that nobody would see:
 *
 * - the clones, always: the frame is marked like one that hardware has
 *   forwarded;
 * - the bridge, when it has let the same sender in and learned it within the
 *   last second. That is what LOCAL_IN shows. A host that reports many groups
 *   one by one, a proxy, and a storm of reports cost less for it. As on the
 *   fast path the bridge may learn up to a second late that a station has
 *   moved, and what it announces before it is done ends all such knowledge.
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include "frame.h"

/**
 * mcs_reports_monitored() - a port was set up or went
 * @br: its bridge
 *
 * Context: process, RTNL.
 */
void mcs_reports_monitored(struct mcs_bridge *br)
{
	struct mcs_port *port;
	bool any = false;

	ASSERT_RTNL();

	list_for_each_entry(port, &br->ports, node)
		any |= port->config.flood_reports;
	WRITE_ONCE(br->monitored, any);
}

/*
 * Is there no port that it is to leave by? RFC 4541 section 2.1.1 (1): the rules
 * of mcs_forward_rule(), asked for all ports at once.
 */
static bool stays(const struct mcs_bridge *br, const struct mcs_frame *frame)
{
	const struct mcs_vlan *vlan;
	const struct mcs_ctx *ctx;

	if (unlikely(READ_ONCE(br->monitored) || READ_ONCE(br->fast.observe)))
		return false;
	vlan = mcs_vlan_find_rcu(br, frame->vid);
	if (!vlan)
		return false;
	ctx = &vlan->ctx[frame->mld];
	if (READ_ONCE(ctx->pruning) == MCSNOOP_PRUNING_NO_QUERIER)
		return false;
	return !READ_ONCE(ctx->nrouters) ||
	       frame->kept != MCSNOOP_RULE_NOT_SNOOPED;
}

/*
 * Where that mark is not known, or means another part of a switch, FORWARD is
 * there as ever.
 */
static void spare_clones(struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_NET_SWITCHDEV)
	skb->offload_fwd_mark = 1;
#endif
}

/* Who sends, in which VLAN and in which state of the bridge; never 0. */
static u64 sender_of(const struct mcs_bridge *br, const struct sk_buff *skb,
		     u16 vid)
{
	return mcs_lately_what(mcs_lately_mac(eth_hdr(skb)->h_source) |
			       (u64)vid << 48, READ_ONCE(br->fast.epoch));
}

static u64 *slot_of(const struct mcs_port *in, u64 sender)
{
	return (u64 *)&in->learned[mcs_lately_slot(sender, MCS_LEARNED)];
}

/**
 * mcs_report_verdict() - spare what can be spared of a report's way
 * @in: port it came in by
 * @skb: the report at PRE_ROUTING, all others' hooks have seen it
 * @frame: classified and learned from
 *
 * Context: BH disabled, RCU read side.
 * Return: NF_DROP when nobody is to get it and the bridge need not see it.
 */
unsigned int mcs_report_verdict(const struct mcs_port *in, struct sk_buff *skb,
				struct mcs_frame *frame)
{
	const struct mcs_bridge *br = in->br;
	u64 sender;

	if (!stays(br, frame))
		return NF_ACCEPT;
	mcs_count(in, MCSNOOP_COUNTER_REPORTS_LOCAL);
	spare_clones(skb);
	if (READ_ONCE(br->dev->flags) & IFF_ALLMULTI ||
	    !READ_ONCE(br->fast.ready))
		return NF_ACCEPT;
	sender = sender_of(br, skb, frame->vid);
	if (mcs_lately_seen(READ_ONCE(*slot_of(in, sender)), sender)) {
		mcs_count(br->host, MCSNOOP_COUNTER_REPORTS_KEPT);
		return NF_DROP;
	}
	frame->sender = sender;
	return NF_ACCEPT;
}

/**
 * mcs_report_passed() - the bridge hands a report to the host
 * @in: where it came in
 * @frame: what mcs_report_verdict() left of it
 *
 * Context: BH disabled, RCU read side.
 */
void mcs_report_passed(const struct mcs_port *in,
		       const struct mcs_frame *frame)
{
	if (frame->kind == MCS_FRAME_REPORT && frame->sender)
		WRITE_ONCE(*slot_of(in, frame->sender),
			   mcs_lately_now(frame->sender));
}
