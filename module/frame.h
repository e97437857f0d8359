/* SPDX-License-Identifier: GPL-2.0 */
/* A frame as the hooks see it, and the decision about it. */
#ifndef _MCSNOOP_FRAME_H
#define _MCSNOOP_FRAME_H

#include <linux/ip.h>
#include <linux/ipv6.h>
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
 * @src: source address of data
 * @dst: destination address of data
 * @dest: destination MAC address, for the same comparison and struct mcs_bridge.macs
 * @flow: what it proves when the bridge has offered it to @due more ports, 0 for
 *	nothing; see mcs_fast_offered()
 * @due: see @flow
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
	struct in6_addr	src;
	struct in6_addr	dst;
	u8		dest[ETH_ALEN];
	u64		flow;
	u16		due;
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

bool mcs_frame_ip6_is_control(const struct ipv6hdr *ip6);

/**
 * struct mcs_detour - a frame that the fast path leaves to the bridge
 * @reason: counter of why, 0 for none
 * @vid: its VLAN, as the fast path sees it
 * @flow: what it may prove, 0 for nothing
 * @due: ports that the bridge is to offer it to for that
 */
struct mcs_detour {
	u16	reason;
	u16	vid;
	u16	due;
	u64	flow;
};

/* fast.c */
bool mcs_fast_rcv(const struct mcs_port *in, struct sk_buff *skb,
		  struct mcs_detour *detour);
void mcs_fast_offered(const struct mcs_port *in, const struct mcs_port *out,
		      const struct sk_buff *skb, struct mcs_frame *frame);

/* hooks.c */
void mcs_note_decided(const struct mcs_port *in, const struct sk_buff *skb);
void mcs_note_forget(void);

/* forward.c */
enum mcsnoop_rule mcs_forward_rule(const struct mcs_bridge *br,
				   const struct mcs_frame *frame,
				   const struct mcs_port *out);
bool mcs_report_stays(const struct mcs_port *in,
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
