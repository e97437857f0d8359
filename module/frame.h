/* SPDX-License-Identifier: GPL-2.0 */
/* A frame as the hooks see it, and the decision about it. */
#ifndef _MCSNOOP_FRAME_H
#define _MCSNOOP_FRAME_H

#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include "lately.h"
#include "mcsnoop.h"

#ifndef IPPROTO_OSPF
#define IPPROTO_OSPF	89
#endif
#ifndef IPPROTO_PIM
#define IPPROTO_PIM	103
#endif

#define MCS_VID_UNKNOWN	0xffff	/* no VLAN: nothing is known of it */

/* what a frame is to the forwarding decision */
enum mcs_frame_kind {
	MCS_FRAME_NONE,		/* not to be looked at: rule NOT_SNOOPED */
	MCS_FRAME_FLOOD,	/* to every port, by the rule in it */
	MCS_FRAME_REPORT,	/* to router ports */
	MCS_FRAME_DATA,		/* by the tables */
	MCS_FRAME_ND,		/* to the neighbour that is looked for, see nd.c */
};

/**
 * struct mcs_frame - a classified frame
 * @head: buffer of the frame, compared to recognise its clones, never read
 * @ifindex: where it came in, the bridge for what the host sends
 * @vid: VLAN, or MCS_VID_UNKNOWN
 * @kind: enum mcs_frame_kind
 * @rule: enum mcsnoop_rule for MCS_FRAME_FLOOD
 * @kept: enum mcsnoop_rule that keeps a report from router ports, or
 *	MCSNOOP_RULE_NOT_SNOOPED; a frame that was not learned from is not kept
 * @mld: family
 * @ttl: TTL or hop limit
 * @nd_state: enum mcsnoop_nd_state, where a solicitation was looked at; nobody
 *	else sets it
 * @nd_port: port id of the neighbour, MCS_FRAME_ND
 * @src: source address of data
 * @dst: destination address of data
 * @dest: destination MAC address, for the same comparison and struct mcs_bridge.macs
 * @flow: what it proves when the bridge has offered it to @due more ports, 0 for
 *	nothing; see mcs_fast_offered()
 * @due: see @flow
 * @first: the first port that it was for, if the host sent it
 * @epoch: of the bridge then
 * @sender: who sent a report, when LOCAL_IN proves something of it, or 0; see
 *	stay.c
 * @deferred: what is to be learned waits until the bridge has let it pass
 */
struct mcs_frame {
	const void	*head;
	int		ifindex;
	u16		vid;
	u8		kind;
	u8		rule;
	u8		kept;
	u8		mld;
	u8		ttl;
	u8		nd_state;
	u16		nd_port;
	struct in6_addr	src;
	struct in6_addr	dst;
	u8		dest[ETH_ALEN];
	u64		flow;
	u16		due;
	u16		first;
	u32		epoch;
	u64		sender;
	bool		deferred;
};

/* frame.c */
u16 mcs_frame_tag(const struct sk_buff *skb);
bool mcs_frame_is_control(const struct mcs_frame *frame);
bool mcs_frame_may_be_control(const struct sk_buff *skb);
int mcs_frame_classify(struct mcs_port *in, struct sk_buff *skb, bool learn,
		       struct mcs_frame *frame);
bool mcs_frame_vid(const struct mcs_port *in, const struct sk_buff *skb,
		   u16 *vid);
bool mcs_frame_egress_vid(const struct mcs_port *out,
			  const struct sk_buff *skb, u16 *vid);

bool mcs_frame_ip6_is_control(const struct ipv6hdr *ip6);

/**
 * struct mcs_detour - a frame that the bridge gets, so that it proves a flow
 * @skb: the frame, compared only
 * @vid: its VLAN, as the fast path sees it
 * @flow: what it may prove, 0 for nothing
 * @due: ports that the bridge is to offer it to for that
 */
struct mcs_detour {
	const struct sk_buff *skb;
	u16	vid;
	u16	due;
	u64	flow;
};

/* fast.c */
unsigned int mcs_fast_rcv(const struct mcs_net *mn, struct sk_buff *skb,
			  int ifindex);
int mcs_fast_would(const struct mcs_port *in, const struct sk_buff *skb,
		   bool proved);
void mcs_fast_offered(const struct mcs_port *in, const struct mcs_port *out,
		      const struct sk_buff *skb, struct mcs_frame *frame);

/**
 * mcs_own_begin() - what belongs to this processor is about to be used
 *
 * With PREEMPT_RT a softirq may be preempted by another on the same processor.
 * Nothing in between may sleep.
 *
 * Context: BH disabled.
 */
static inline void mcs_own_begin(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_disable();
}

/**
 * mcs_own_end() - it was used
 *
 * Context: after mcs_own_begin().
 */
static inline void mcs_own_end(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_enable();
}

/* fast_proof.c */
int mcs_fast_enter(const struct mcs_port *in, const struct sk_buff *skb);
int mcs_fast_knows(const struct mcs_port *in, const struct sk_buff *skb,
		   bool proved, const struct mcs_ctx **ctx);
void mcs_fast_detour(const struct sk_buff *skb, struct mcs_detour *copy);

/**
 * mcs_lane_key() - whose frame is it?
 * @skb: the frame
 *
 * Return: its source MAC address and tag, apart from the protocol of the tag.
 */
static inline u64 mcs_lane_key(const struct sk_buff *skb)
{
	u64 key = mcs_lately_mac(eth_hdr(skb)->h_source);

	if (skb_vlan_tag_present(skb))
		key |= (u64)skb->vlan_tci << 48;
	return key;
}

/**
 * mcs_lane_tag() - what kind of tag has a frame?
 * @skb: the frame
 *
 * Return: its protocol, 0 when it has none.
 */
static inline __be16 mcs_lane_tag(const struct sk_buff *skb)
{
	return skb_vlan_tag_present(skb) ? skb->vlan_proto : 0;
}

/**
 * mcs_lane_slot() - where the way of a flow is kept
 * @key: mcs_lane_key()
 * @protocol: of the frame
 *
 * Context: between mcs_own_begin() and mcs_own_end().
 * Return: one of this processor's lanes.
 */
static inline struct mcs_lane *mcs_lane_slot(u64 key, __be16 protocol)
{
	return this_cpu_ptr(mcs_lanes) +
	       hash_64(key ^ (__force u16)protocol, ilog2(MCS_LANES));
}

/**
 * mcs_lane_leads() - is it known where a frame's flow may go?
 * @lane: mcs_lane_slot() of it
 * @key: mcs_lane_key()
 * @in: where it came in
 * @skb: the frame
 *
 * Return: true if so.
 */
static __always_inline bool mcs_lane_leads(const struct mcs_lane *lane, u64 key,
					   const struct mcs_port *in,
					   const struct sk_buff *skb)
{
	return lane->key == key && lane->in == in &&
	       lane->epoch == READ_ONCE(in->br->fast.epoch) &&
	       (u32)jiffies - lane->proved < HZ &&
	       lane->protocol == skb->protocol &&
	       lane->tag == mcs_lane_tag(skb);
}

/**
 * mcs_port_is_locked() - may the bridge drop what comes in for who sends it?
 * @port: the port
 *
 * On a locked port it drops what comes from stations that it does not know,
 * after PRE_ROUTING.
 *
 * Context: RCU read side.
 * Return: true if so.
 */
static inline bool mcs_port_is_locked(const struct mcs_port *port)
{
#ifdef BR_PORT_LOCKED
	return port->id != MCS_HOST_PORT &&
	       br_port_flag_is_set(port->dev, BR_PORT_LOCKED);
#else
	return false;
#endif
}

/* hooks.c */
unsigned int mcs_hooks_sent(struct mcs_bridge *br, struct sk_buff *skb);
unsigned int mcs_hooks_enter(struct mcs_port *in, struct sk_buff *skb,
			     int reason);
void mcs_note_decided(const struct mcs_port *in, const struct sk_buff *skb);
void mcs_note_forget(void);

/* forward.c */
bool mcs_is_unasked(const struct mcs_port *out, const struct mcs_frame *frame);
enum mcsnoop_rule mcs_forward_rule(const struct mcs_bridge *br,
				   const struct mcs_frame *frame,
				   const struct mcs_port *out);

/* stay.c */
unsigned int mcs_report_verdict(const struct mcs_port *in, struct sk_buff *skb,
				struct mcs_frame *frame);
void mcs_report_passed(const struct mcs_port *in,
		       const struct mcs_frame *frame);

/**
 * mcs_frame_ip4_is_control() - is it a protocol that we learn from?
 * @ip: header
 * @examine: struct mcs_config.examine
 *
 * AH may hide IGMP, which is then flooded: RFC 3376 section 9.4.
 *
 * Return: true if so.
 */
static inline bool mcs_frame_ip4_is_control(const struct iphdr *ip, u32 examine)
{
	return ip->protocol == IPPROTO_IGMP || ip->protocol == IPPROTO_PIM ||
	       ip->protocol == IPPROTO_AH ||
	       (unlikely(ip->protocol == IPPROTO_OSPF) &&
		examine & MCSNOOP_EXAMINE_MOSPF);
}

#endif /* _MCSNOOP_FRAME_H */
