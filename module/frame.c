// SPDX-License-Identifier: GPL-2.0
/*
 * From an skb to what the snooper needs to know: VLAN, family, addresses, and
 * whether it is a control message. Headers are only read; a frame that is
 * forwarded stays as it was.
 */
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <linux/igmp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include "frame.h"
#include "log.h"
#include "strict.h"

static noinline_for_stack
u16 tag_in_payload(const struct sk_buff *skb)
{
	const struct vlan_hdr *vh;
	struct vlan_hdr buf;

	vh = skb_header_pointer(skb, skb_mac_offset(skb) + ETH_HLEN,
				sizeof(buf), &buf);
	return vh ? ntohs(vh->h_vlan_TCI) & VLAN_VID_MASK : 0;
}

/* VID of the first tag, wherever it is; 0 for none and for a priority tag. */
static u16 outer_tag(const struct sk_buff *skb, __be16 *proto)
{
	if (skb_vlan_tag_present(skb)) {
		*proto = skb->vlan_proto;
		return skb_vlan_tag_get_id(skb);
	}
	if (!eth_type_vlan(skb->protocol))
		return 0;
	*proto = skb->protocol;
	return tag_in_payload(skb);
}

/**
 * mcs_frame_tag() - VLAN ID of a frame's first tag
 * @skb: the frame
 *
 * Return: the ID, 0 for none.
 */
u16 mcs_frame_tag(const struct sk_buff *skb)
{
	__be16 proto;

	return outer_tag(skb, &proto);
}

/**
 * mcs_frame_vid() - VLAN that the bridge gives a frame
 * @in: port it came in by, or the host side
 * @skb: the frame, before the bridge looked at it
 * @vid: filled in; 0 for an untagged frame of a bridge that does not filter
 *
 * A bridge that does not filter forwards tags untouched. Its VLANs are told
 * apart by them all the same: what is asked in one says nothing of another.
 *
 * Context: RCU read side.
 * Return: false when the bridge is going to drop the frame.
 */
bool mcs_frame_vid(const struct mcs_port *in, const struct sk_buff *skb,
		   u16 *vid)
{
	const struct net_device *brdev = in->br->dev;
	__be16 tag_proto = 0;
	u16 tag, proto;

	tag = outer_tag(skb, &tag_proto);
	if (!br_vlan_enabled(brdev)) {
		*vid = tag;
		return true;
	}
	/* A tag of the other kind is payload to this bridge. */
	if (tag && !br_vlan_get_proto(brdev, &proto) &&
	    tag_proto != htons(proto))
		tag = 0;
	if (!tag) {
		*vid = 0;
		if (br_vlan_get_pvid_rcu(in->dev, vid))
			return false;
		return *vid;
	}
	*vid = tag;
	return mcs_port_has_vlan_rcu(in, tag, NULL);
}

/**
 * mcs_frame_egress_vid() - VLAN of a frame on its way out, of which nothing is known
 * @out: port it leaves by, or the host side
 * @skb: the frame, its tag gone if the bridge takes it off there
 * @vid: filled in: the tag, or else the one VLAN that usually leaves the port
 *	untagged, 0 for none
 *
 * Context: RCU read side.
 * Return: false when that is a guess.
 */
bool mcs_frame_egress_vid(const struct mcs_port *out,
			  const struct sk_buff *skb, u16 *vid)
{
	*vid = mcs_frame_tag(skb);
	if (*vid || !br_vlan_enabled(out->br->dev))
		return true;
	if (br_vlan_get_pvid_rcu(out->dev, vid))
		*vid = 0;
	return false;
}

/*
 * Offset of the network header from skb->data, past tags in the payload, and
 * the protocol there. Two tags are as deep as we look (802.1ad).
 */
static int network_offset(const struct sk_buff *skb, __be16 *proto)
{
	int off = skb_mac_offset(skb) + ETH_HLEN;
	unsigned int depth;

	*proto = skb->protocol;
	for (depth = 0; depth < 2 && eth_type_vlan(*proto); depth++) {
		const struct vlan_hdr *vh;
		struct vlan_hdr buf;

		vh = skb_header_pointer(skb, off, sizeof(buf), &buf);
		if (!vh)
			return -1;
		*proto = vh->h_vlan_encapsulated_proto;
		off += VLAN_HLEN;
	}
	return off;
}

/**
 * mcs_frame_ip6_is_control() - may it be a protocol that we learn from?
 * @ip6: header
 *
 * Return: true for everything that can lead to MLD or PIM.
 */
bool mcs_frame_ip6_is_control(const struct ipv6hdr *ip6)
{
	switch (ip6->nexthdr) {
	case NEXTHDR_HOP:
	case NEXTHDR_DEST:
	case NEXTHDR_ROUTING:
	case NEXTHDR_AUTH:
	case NEXTHDR_FRAGMENT:
	case NEXTHDR_ICMP:
	case IPPROTO_PIM:
		return true;
	default:
		return false;
	}
}

/* RFC 4541 section 2.1.2 (6): no decision from a broken header. */
static int ip4_check(const struct iphdr *ip, unsigned int room)
{
	unsigned int hlen = ip->ihl * 4;

	if (ip->version != 4 || hlen < sizeof(*ip) ||
	    ntohs(ip->tot_len) < hlen || ntohs(ip->tot_len) > room)
		return MCSNOOP_COUNTER_DROP_IPHDR;
	return 0;
}

static void flood(struct mcs_frame *frame, enum mcsnoop_rule rule)
{
	frame->kind = MCS_FRAME_FLOOD;
	frame->rule = rule;
}

/* 224.0.0.0/24 and ff02::1, and ff02::/16 unless told otherwise. */
static bool always_flooded(const struct mcs_bridge *br,
			   const struct in6_addr *dst, bool mld)
{
	if (!mld)
		return ipv4_is_local_multicast(mcs_addr_v4(dst));
	if (dst->s6_addr[1] != 0x02)
		return false;
	return READ_ONCE(br->config.flood_ff02) ||
	       ipv6_addr_equal(dst, &in6addr_linklocal_allnodes);
}

/* RFC 4291 section 2.7: scope 0 is reserved, 1 never leaves a node. */
static bool of_node_scope(const struct in6_addr *dst, bool mld)
{
	return mld && (dst->s6_addr[1] & 0x0f) < 2;
}

static int classify_data(const struct mcs_port *in, bool learn,
			 const struct in6_addr *src,
			 const struct in6_addr *dst, struct mcs_frame *frame)
{
	const struct mcs_bridge *br = in->br;

	frame->src = *src;
	frame->dst = *dst;
	frame->kind = MCS_FRAME_DATA;
	if (always_flooded(br, dst, frame->mld)) {
		flood(frame, MCSNOOP_RULE_LINK_LOCAL);
	} else if (unlikely(of_node_scope(dst, frame->mld)) &&
		   READ_ONCE(br->config.drop_node_scope)) {
		flood(frame, MCSNOOP_RULE_NODE_SCOPE);
		if (learn)
			mcs_count(in, MCSNOOP_COUNTER_DROP_NODE_SCOPE);
		return MCSNOOP_COUNTER_DROP_NODE_SCOPE;
	}
	return 0;
}

/* What a control message means to the frame that carries it. */
static void classify_control(const struct mcs_msg *msg,
			     struct mcs_frame *frame)
{
	switch ((enum mcs_msg_type)msg->type) {
	case MCS_MSG_REPORT:
	case MCS_MSG_LEAVE:
	case MCS_MSG_RECORDS:
		frame->kind = MCS_FRAME_REPORT;
		break;
	case MCS_MSG_QUERY:
		flood(frame, MCSNOOP_RULE_QUERY);
		break;
	case MCS_MSG_FRAGMENT:
		flood(frame, MCSNOOP_RULE_FRAGMENT);
		break;
	case MCS_MSG_OTHER:
		flood(frame, MCSNOOP_RULE_UNPARSED);
		break;
	default:
		flood(frame, MCSNOOP_RULE_LINK_LOCAL);
		break;
	}
}

/* The MAC address said multicast, the IP address decides. */
static bool is_group(const struct in6_addr *dst)
{
	return mcs_addr_is_v4(dst) ? ipv4_is_multicast(mcs_addr_v4(dst)) :
				     ipv6_addr_is_multicast(dst);
}

/*
 * Hosts get what is sent to the MAC address of its IP destination. A query in
 * another frame is not answered by anybody.
 */
static bool heard_by_hosts(const struct sk_buff *skb,
			   const struct mcs_msg *msg)
{
	return is_group(&msg->dst) &&
	       mcs_l2dst_matches(msg, eth_hdr(skb)->h_dest);
}

/* Count what is refused; RFC 3810 section 5.1.14 wants to see some of it. */
static void refuse(const struct mcs_port *in, const struct mcs_msg *msg,
		   int reason)
{
	mcs_count(in, reason);
	if (msg && msg->mld && reason == MCSNOOP_COUNTER_DROP_SRC)
		net_warn_ratelimited("mcsnoop: %s: MLD message from %pI6c on %s refused: its source is not link-local\n",
				     in->br->dev->name, &msg->src,
				     in->dev->name);
}

static void record(const struct mcs_port *in, const struct sk_buff *skb,
		   const struct mcs_msg *msg, int reason, u16 vid)
{
	if (reason)
		mcs_log_refused(in, vid, msg, eth_hdr(skb)->h_source, reason);
	if (READ_ONCE(in->br->config.log_frames))
		mcs_log_frame(in, skb, reason);
}

static int control(struct mcs_port *in, struct sk_buff *skb, bool learn,
		   struct mcs_msg *msg, int reason, struct mcs_frame *frame)
{
	if (msg && msg->protocol & ~READ_ONCE(in->br->config.examine)) {
		/* not judged, not learned, not counted */
		flood(frame, MCSNOOP_RULE_UNPARSED);
		return 0;
	}
	if (!reason && unlikely(READ_ONCE(in->strict)))
		reason = mcs_strict_form(in, msg, eth_hdr(skb)->h_dest);
	if (reason) {
		if (learn)
			refuse(in, msg, reason);
		if (learn && msg)
			record(in, skb, msg, reason, frame->vid);
		if (READ_ONCE(in->br->config.forward_invalid)) {
			flood(frame, MCSNOOP_RULE_UNPARSED);
			return 0;
		}
		flood(frame, MCSNOOP_RULE_INVALID);
		return reason;
	}
	if (msg->type == MCS_MSG_DATA)
		return is_group(&msg->dst) ?
		       classify_data(in, learn, &msg->src, &msg->dst, frame) :
		       0;
	classify_control(msg, frame);
	if (!learn)
		return 0;
	if (msg->type == MCS_MSG_QUERY && !heard_by_hosts(skb, msg))
		msg->notes |= MCS_NOTE_DST;
	reason = mcs_control_rcv(in, frame->vid, msg, eth_hdr(skb)->h_source,
				 &frame->kept);
	record(in, skb, msg, reason, frame->vid);
	return reason;
}

static noinline_for_stack
int classify_ip4(struct mcs_port *in, struct sk_buff *skb, int off, bool learn,
		 struct mcs_frame *frame)
{
	struct in6_addr src, dst;
	const struct iphdr *ip;
	struct mcs_msg msg;
	unsigned int len;
	bool is_control;
	int reason;

	frame->mld = MCS_IGMP;
	if (!pskb_may_pull(skb, off + sizeof(*ip)))
		return control(in, skb, learn, NULL,
			       MCSNOOP_COUNTER_DROP_IPHDR, frame);
	ip = (struct iphdr *)(skb->data + off);
	reason = ip4_check(ip, skb->len - off);
	if (reason)
		return control(in, skb, learn, NULL, reason, frame);
	frame->ttl = ip->ttl;
	is_control = mcs_frame_ip4_is_control(ip,
					      READ_ONCE(in->br->config.examine));
	len = is_control ? ntohs(ip->tot_len) : ip->ihl * 4;
	if (!pskb_may_pull(skb, off + len))
		return control(in, skb, learn, NULL,
			       MCSNOOP_COUNTER_NO_MEMORY, frame);
	ip = (struct iphdr *)(skb->data + off);
	if (is_control) {
		reason = mcs_wire_parse_ip4(ip, len, &msg);
		return control(in, skb, learn, &msg, reason, frame);
	}
	if (unlikely(ip_fast_csum((u8 *)ip, ip->ihl)))
		return control(in, skb, learn, NULL,
			       MCSNOOP_COUNTER_DROP_IPCSUM, frame);
	mcs_addr_from_v4(&src, ip->saddr);
	mcs_addr_from_v4(&dst, ip->daddr);
	return is_group(&dst) ? classify_data(in, learn, &src, &dst, frame) : 0;
}

static noinline_for_stack
int classify_ip6(struct mcs_port *in, struct sk_buff *skb, int off, bool learn,
		 struct mcs_frame *frame)
{
	const struct ipv6hdr *ip6;
	struct mcs_msg msg;
	unsigned int len;
	int reason;

	frame->mld = MCS_MLD;
	if (!pskb_may_pull(skb, off + sizeof(*ip6)))
		return control(in, skb, learn, NULL,
			       MCSNOOP_COUNTER_DROP_IPHDR, frame);
	ip6 = (struct ipv6hdr *)(skb->data + off);
	if (ip6->version != 6)
		return control(in, skb, learn, NULL,
			       MCSNOOP_COUNTER_DROP_IPHDR, frame);
	frame->ttl = ip6->hop_limit;
	if (mcs_frame_ip6_is_control(ip6)) {
		len = min_t(unsigned int, skb->len - off,
			    sizeof(*ip6) + ntohs(ip6->payload_len));
		if (!pskb_may_pull(skb, off + len))
			return control(in, skb, learn, NULL,
				       MCSNOOP_COUNTER_NO_MEMORY, frame);
		ip6 = (struct ipv6hdr *)(skb->data + off);
		reason = mcs_wire_parse_ip6(ip6, len, &msg);
		reason = control(in, skb, learn, &msg, reason, frame);
		if (unlikely(rcu_access_pointer(in->br->nd)) && !reason &&
		    msg.type == MCS_MSG_DATA && is_group(&msg.dst) &&
		    ip6->nexthdr == NEXTHDR_ICMP)
			mcs_nd_meet(in, skb, ip6, len, learn, frame);
		return reason;
	}
	return is_group(&ip6->daddr) ?
	       classify_data(in, learn, &ip6->saddr, &ip6->daddr, frame) : 0;
}

/**
 * mcs_frame_is_control() - is it a query, report or leave?
 * @frame: classified
 *
 * Return: true if so.
 */
bool mcs_frame_is_control(const struct mcs_frame *frame)
{
	return frame->kind == MCS_FRAME_REPORT ||
	       (frame->kind == MCS_FRAME_FLOOD &&
		frame->rule == MCSNOOP_RULE_QUERY);
}

/**
 * mcs_frame_may_be_control() - a quick look at a unicast frame
 * @skb: the frame, its data at the network header
 *
 * Return: false for everything but IGMP and what begins like MLD.
 */
bool mcs_frame_may_be_control(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP)) {
		struct iphdr buf;
		const struct iphdr *ip = skb_header_pointer(skb, 0, sizeof(buf),
							    &buf);

		return ip && ip->protocol == IPPROTO_IGMP;
	}
	if (skb->protocol == htons(ETH_P_IPV6)) {
		struct ipv6hdr buf;
		const struct ipv6hdr *ip6 = skb_header_pointer(skb, 0,
							       sizeof(buf),
							       &buf);

		return ip6 && ip6->nexthdr == NEXTHDR_HOP;
	}
	return false;
}

/**
 * mcs_frame_classify() - find out what a multicast frame is
 * @in: port it came in by, or the host side
 * @skb: the frame; its linear part may grow
 * @learn: apply control messages and count; otherwise only look
 * @frame: filled in
 *
 * The caller has set @frame->vid.
 *
 * Context: BH disabled, RCU read side.
 * Return: 0 to go on, or the counter under which it was refused and is to be
 * dropped.
 */
int mcs_frame_classify(struct mcs_port *in, struct sk_buff *skb, bool learn,
		       struct mcs_frame *frame)
{
	int off, reason;
	__be16 proto;

	frame->kind = MCS_FRAME_NONE;
	frame->mld = MCS_IGMP;
	frame->rule = MCSNOOP_RULE_NOT_SNOOPED;
	ether_addr_copy(frame->dest, eth_hdr(skb)->h_dest);
	frame->kept = MCSNOOP_RULE_NOT_SNOOPED;
	frame->sender = 0;
	off = network_offset(skb, &proto);
	if (off < 0)
		return 0;
	if (proto == htons(ETH_P_IP))
		reason = classify_ip4(in, skb, off, learn, frame);
	else if (proto == htons(ETH_P_IPV6))
		reason = classify_ip6(in, skb, off, learn, frame);
	else
		return 0;
	return reason;
}
