// SPDX-License-Identifier: GPL-2.0
/*
 * Where a frame would go, and why. A frame is made for the question and shown
 * to the functions that the data path calls, so that nothing can be answered
 * here that does not happen there. It is never sent.
 */
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ndisc.h>
#include "explain.h"

#define PAYLOAD	8	/* octets, whatever they are */

static void put_ip4(struct sk_buff *skb, const struct mcs_question *q)
{
	struct iphdr *ip = skb_put_zero(skb, sizeof(*ip));

	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->tot_len = htons(sizeof(*ip) + sizeof(struct udphdr) + PAYLOAD);
	ip->ttl = q->ttl;
	ip->protocol = IPPROTO_UDP;
	ip->saddr = mcs_addr_v4(&q->source);
	ip->daddr = mcs_addr_v4(&q->group);
	ip->check = ip_fast_csum(ip, ip->ihl);
}

static void put_nd(struct sk_buff *skb, const struct mcs_question *q)
{
	struct nd_msg *nd = skb_put_zero(skb, sizeof(*nd));

	nd->icmph.icmp6_type = NDISC_NEIGHBOUR_SOLICITATION;
	nd->target = q->target;
	nd->icmph.icmp6_cksum =
		csum_ipv6_magic(&q->source, &q->group, sizeof(*nd),
				IPPROTO_ICMPV6,
				csum_partial(nd, sizeof(*nd), 0));
}

static void put_ip6(struct sk_buff *skb, const struct mcs_question *q)
{
	struct ipv6hdr *ip6 = skb_put_zero(skb, sizeof(*ip6));

	ip6->version = 6;
	ip6->payload_len = htons(sizeof(struct udphdr) + PAYLOAD);
	ip6->nexthdr = IPPROTO_UDP;
	ip6->hop_limit = q->ttl;
	ip6->saddr = q->source;
	ip6->daddr = q->group;
	if (mcs_addr_is_zero(&q->target))
		return;
	ip6->payload_len = htons(sizeof(struct nd_msg));
	ip6->nexthdr = IPPROTO_ICMPV6;
	put_nd(skb, q);
}

static struct sk_buff *make_frame(const struct mcs_question *q)
{
	bool v4 = mcs_addr_is_v4(&q->group);
	struct ethhdr *eth;
	struct sk_buff *skb;

	/* without anything in the words that hooks leave messages in */
	skb = alloc_skb(NET_IP_ALIGN + ETH_HLEN + sizeof(struct ipv6hdr) +
			sizeof(struct udphdr) + sizeof(struct nd_msg) +
			PAYLOAD, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, NET_IP_ALIGN);
	skb_reset_mac_header(skb);
	eth = skb_put_zero(skb, sizeof(*eth));
	if (v4)
		ip_eth_mc_map(mcs_addr_v4(&q->group), eth->h_dest);
	else
		ipv6_eth_mc_map(&q->group, eth->h_dest);
	ether_addr_copy(eth->h_source, q->smac);
	eth->h_proto = htons(v4 ? ETH_P_IP : ETH_P_IPV6);
	skb->protocol = eth->h_proto;
	skb->dev = q->in->dev;
	skb_pull(skb, sizeof(*eth));
	skb_reset_network_header(skb);
	if (v4)
		put_ip4(skb, q);
	else
		put_ip6(skb, q);
	skb_put_zero(skb, sizeof(struct udphdr) + PAYLOAD);
	if (q->tagged && q->frame.vid)
		__vlan_hwaccel_put_tag(skb,
				       READ_ONCE(q->in->br->fast.vlan_proto),
				       q->frame.vid);
	return skb;
}

/*
 * Which way does it go? What the host sends never meets the fast path, nor does
 * what does not come in.
 */
static int find_path(const struct mcs_question *q, const struct sk_buff *skb)
{
	if (q->in->id == MCS_HOST_PORT || !READ_ONCE(q->in->forwarding))
		return 0;
	return mcs_fast_would(q->in, skb, !q->has_smac);
}

/**
 * mcs_question_classify() - find VLAN and kind of the frame
 * @q: the question, asked; its frame, whether it enters and its path are filled
 *	in
 *
 * Context: process, RTNL.
 * Return: 0 or -ENOMEM.
 */
int mcs_question_classify(struct mcs_question *q)
{
	struct sk_buff *skb = make_frame(q);

	if (!skb)
		return -ENOMEM;
	local_bh_disable();
	rcu_read_lock();
	q->path = find_path(q, skb);
	if (!q->tagged)
		q->enters = mcs_frame_vid(q->in, skb, &q->frame.vid);
	else
		q->enters = !br_vlan_enabled(q->in->br->dev) ||
			    mcs_port_has_vlan_rcu(q->in, q->frame.vid, NULL);
	mcs_frame_classify(q->in, skb, false, &q->frame);
	if (!q->enters || q->frame.kind != MCS_FRAME_DATA)
		q->path = 0;
	rcu_read_unlock();
	local_bh_enable();
	kfree_skb(skb);
	return 0;
}

static bool blocked(const struct mcs_port *port)
{
	return port->id == MCS_HOST_PORT ? !netif_running(port->dev) :
					   !port->forwarding;
}

static bool has_flag(const struct mcs_port *port, unsigned long flag)
{
	return port->id != MCS_HOST_PORT &&
	       br_port_flag_is_set(port->dev, flag);
}

/**
 * mcs_question_obstacle() - why the bridge does not send the frame out of a port
 * @q: the question, classified
 * @out: the port, or the host side
 *
 * What depends on the station that sends the frame is not looked at (locked
 * ports), nor are other people's filters.
 *
 * Context: RTNL, RCU read side.
 * Return: the first reason that there is.
 */
enum mcsnoop_obstacle mcs_question_obstacle(const struct mcs_question *q,
					    const struct mcs_port *out)
{
	const struct mcs_port *in = q->in;

	ASSERT_RTNL();

	if (blocked(in))
		return MCSNOOP_OBSTACLE_IN_BLOCKED;
	if (!q->enters)
		return MCSNOOP_OBSTACLE_IN_VLAN;
	if (in == out && !has_flag(out, BR_HAIRPIN_MODE))
		return MCSNOOP_OBSTACLE_OWN_PORT;
	if (blocked(out))
		return MCSNOOP_OBSTACLE_BLOCKED;
	if (br_vlan_enabled(out->br->dev) &&
	    !mcs_port_has_vlan_rcu(out, q->frame.vid, NULL))
		return MCSNOOP_OBSTACLE_VLAN;
	if (has_flag(in, BR_ISOLATED) && has_flag(out, BR_ISOLATED))
		return MCSNOOP_OBSTACLE_ISOLATED;
	/* what the host itself sends is exempt */
	if (out->id != MCS_HOST_PORT && in->id != MCS_HOST_PORT &&
	    !has_flag(out, BR_MCAST_FLOOD))
		return MCSNOOP_OBSTACLE_FLOOD_OFF;
	return MCSNOOP_OBSTACLE_NONE;
}
