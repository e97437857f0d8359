// SPDX-License-Identifier: GPL-2.0
/*
 * The fast path: a data frame whose group has members is taken out of the
 * bridge's hands at PRE_ROUTING, and a clone of it sent to each port that
 * wants it. The filter path lets the bridge flood and drops what is too much;
 * its cost grows with the ports, this one's with the members.
 *
 * What the bridge would have done with such a frame is proved, not assumed:
 *
 * - STP, VLAN ingress, learning, locked ports; which ports it floods to: the
 *   first frame of each (port, VLAN tag, source MAC), and one a second after
 *   that, goes the bridge's own way. When it was offered at FORWARD to every
 *   port that we would send to, it has proved the flow for a second. If the
 *   bridge knows a reason that we do not, there is no proof.
 * - What is announced before it is done (VLANs, flags, ports that come) closes
 *   the fast path until the bridge was read again (@ready), and ends all
 *   proofs (@epoch). STP's timers announce late: where STP was ever seen
 *   at work br_forward() is used, which looks at the port's state itself.
 * - Others' hooks: those at PRE_ROUTING have run. When there are any at
 *   FORWARD or POST_ROUTING br_forward() is used, which calls them.
 *
 * Whatever is not plain goes the filter path, and is counted by reason. No
 * lock is taken, and nothing written that another CPU reads, but once a second
 * that there is data for a group.
 */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_bridge.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include "br_forward.h"
#include "frame.h"

/* Not a frame that a group decides about: control, link-local, not IP. */
#define NOT_OURS	(-1)
/* It goes to no port at all. */
#define NOWHERE		(-2)

/* What is the same for every port that a frame goes to. */
#define TAGGED		BIT(0)	/* the bridge filters by VLAN */
#define DIRECT		BIT(1)	/* nobody but us has hooks on the way out */

/**
 * struct flight - where a frame goes
 * @in: where it came in
 * @ctx: VLAN and family
 * @group: where it goes; NULL when to router ports alone
 * @routers: router ports get it as well
 * @flags: TAGGED, DIRECT
 *
 * Functions that are given it are part of mcs_fast_rcv() when compiled, so that
 * it is in registers.
 */
struct flight {
	const struct mcs_port	*in;
	const struct mcs_ctx	*ctx;
	struct mcs_group	*group;
	bool			routers;
	u8			flags;
};

/* --- on the way in ------------------------------------------------------ */

/* Is the checksum of a header without options good? RFC 1071 */
static __always_inline bool sums_up(const struct iphdr *ip)
{
	const u32 *word = (const u32 *)ip;
	u64 sum;

	sum = (u64)word[0] + word[1] + word[2] + word[3] + word[4];
	sum = (sum + ror64(sum, 32)) >> 32;
	return !csum_fold((__force __wsum)sum);
}

/* A plain IPv4 datagram to a group. */
static __always_inline int plain_ip4(const struct mcs_bridge *br,
				     const struct sk_buff *skb)
{
	const struct iphdr *ip = (const struct iphdr *)skb->data;
	unsigned int len;

	if (unlikely(skb_headlen(skb) < sizeof(*ip)))
		return MCSNOOP_COUNTER_PATH_FORM;
	if ((ip->protocol != IPPROTO_UDP &&
	     mcs_frame_ip4_is_control(ip, READ_ONCE(br->config.examine))) ||
	    !ipv4_is_multicast(ip->daddr) ||
	    ipv4_is_local_multicast(ip->daddr))
		return NOT_OURS;
	len = ntohs(ip->tot_len);
	if (ip->version != 4 || ip->ihl != 5 || len < sizeof(*ip) ||
	    len > skb->len || !sums_up(ip))
		return MCSNOOP_COUNTER_PATH_FORM;
	return 0;
}

/* The same for IPv6; what is link-local is flooded or decided elsewhere. */
static __always_inline int plain_ip6(const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6 = (const struct ipv6hdr *)skb->data;

	if (unlikely(skb_headlen(skb) < sizeof(*ip6)))
		return MCSNOOP_COUNTER_PATH_FORM;
	if (ip6->daddr.s6_addr[0] != 0xff ||
	    (ip6->daddr.s6_addr[1] & 0x0f) < 3)
		return NOT_OURS;
	/* what is not MLD after all is data, and not plain */
	if (ip6->version != 6 || mcs_frame_ip6_is_control(ip6))
		return MCSNOOP_COUNTER_PATH_FORM;
	return 0;
}

/*
 * The bridge has cleared these words, which begin with some of its own; hooks
 * that leave something there rely on finding it later.
 */
static bool has_message(const struct sk_buff *skb)
{
	return *(u64 *)skb->cb | *(u32 *)(skb->cb + sizeof(u64));
}

/* Hardware has sent it to other ports already. */
static bool has_mark(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_NET_SWITCHDEV)
	return skb->offload_fwd_mark;
#else
	return false;
#endif
}

/* Is it a frame of a form that we know? */
static __always_inline int look(const struct mcs_bridge *br,
				const struct sk_buff *skb)
{
	int reason;

	if (skb->protocol == htons(ETH_P_IP))
		reason = plain_ip4(br, skb);
	else if (skb->protocol == htons(ETH_P_IPV6))
		reason = plain_ip6(skb);
	else if (eth_type_vlan(skb->protocol))
		reason = MCSNOOP_COUNTER_PATH_FORM;
	else
		reason = NOT_OURS;
	if (unlikely(reason))
		return reason;
	if (has_message(skb) || !softirq_count())
		return MCSNOOP_COUNTER_PATH_FORM;
	return has_mark(skb) ? MCSNOOP_COUNTER_PATH_PORT : 0;
}

/* Is anything set by hand for the MAC address, or do they count alone? */
static bool by_mac(const struct mcs_bridge *br, const struct sk_buff *skb,
		   u16 vid)
{
	struct in6_addr addr;

	if (READ_ONCE(br->macs) & MCS_MACS_MODE)
		return true;
	mcs_addr_from_mac(&addr, eth_hdr(skb)->h_dest);
	return mcs_group_find_rcu(br, &addr, vid);
}

/* Something else than members and router ports counts: does it for the frame? */
static noinline int unsettled(const struct mcs_ctx *ctx,
			      const struct sk_buff *skb)
{
	const struct mcs_vlan *vlan = ctx->vlan;
	const struct mcs_bridge *br = vlan->br;

	if (!READ_ONCE(ctx->asked))
		return test_bit(MCS_HOST_PORT, ctx->routers) ?
		       MCSNOOP_COUNTER_PATH_HOST : MCSNOOP_COUNTER_PATH_OPEN;
	if (READ_ONCE(br->dev->flags) & (IFF_PROMISC | IFF_ALLMULTI))
		return MCSNOOP_COUNTER_PATH_HOST;
	return by_mac(br, skb, vlan->vid) ? MCSNOOP_COUNTER_PATH_MAC : 0;
}

/* Nobody asked for the group: is it kept from all but router ports? */
static noinline int unregistered(const struct mcs_ctx *ctx, bool routers)
{
	if (READ_ONCE(ctx->vlan->br->fast.policies))
		return MCSNOOP_COUNTER_PATH_UNREGISTERED;
	switch (READ_ONCE(ctx->config.unregistered)) {
	case MCSNOOP_UNREGISTERED_DROP:
		return NOWHERE;
	case MCSNOOP_UNREGISTERED_ROUTERS:
		return 0;
	case MCSNOOP_UNREGISTERED_AUTO:
		return routers ? 0 : MCSNOOP_COUNTER_PATH_UNREGISTERED;
	default:
		return MCSNOOP_COUNTER_PATH_UNREGISTERED;
	}
}

/* The group that data is for. */
static void dst_of(const struct sk_buff *skb, bool mld, struct in6_addr *dst)
{
	if (mld)
		*dst = ((const struct ipv6hdr *)skb->data)->daddr;
	else
		mcs_addr_from_v4(dst, ((const struct iphdr *)skb->data)->daddr);
}

/* A group that was not found at a glance. */
static noinline struct mcs_group *look_again(const struct mcs_ctx *ctx,
					     const struct sk_buff *skb)
{
	struct in6_addr dst;

	dst_of(skb, ctx->mld, &dst);
	return mcs_group_find_rcu(ctx->vlan->br, &dst, ctx->vlan->vid);
}

/* Members and router ports alone, among them not the host? */
static __always_inline int find_group(struct flight *f,
				      const struct mcs_bridge *br,
				      const struct sk_buff *skb)
{
	const struct ipv6hdr *ip6 = (const struct ipv6hdr *)skb->data;
	const struct mcs_ctx *ctx = f->ctx;
	u64 high = 0, low;
	int reason;

	if (unlikely(!READ_ONCE(ctx->settled) ||
		     READ_ONCE(br->dev->flags) &
		     (IFF_PROMISC | IFF_ALLMULTI))) {
		reason = unsettled(ctx, skb);
		if (reason)
			return reason;
	}
	if (ctx->mld) {
		high = mcs_addr_high(&ip6->daddr);
		low = mcs_addr_low(&ip6->daddr);
	} else {
		low = mcs_addr_low_v4(((const struct iphdr *)ip6)->daddr);
	}
	f->group = mcs_group_glance_rcu(br, high, low, ctx->vlan->vid);
	f->routers = READ_ONCE(ctx->nrouters);
	if (unlikely(!f->group)) {
		f->group = look_again(ctx, skb);
		if (!f->group) {
			reason = unregistered(ctx, f->routers);
			if (reason != NOWHERE)
				return reason;
			f->routers = false;
			return 0;
		}
	}
	return READ_ONCE(f->group->host) ? MCSNOOP_COUNTER_PATH_HOST : 0;
}

/* 0 when it is known where the frame goes, or why the bridge has to have it. */
static int choose(struct flight *f, const struct sk_buff *skb)
{
	const struct mcs_bridge *br = f->in->br;
	const struct mcs_lane *lane;
	int reason;
	u64 key;

	reason = look(br, skb);
	if (unlikely(reason))
		return reason;
	key = mcs_lane_key(skb);
	mcs_own_begin();
	lane = mcs_lane_slot(key, skb->protocol);
	if (unlikely(!mcs_lane_leads(lane, key, f->in, skb)))
		reason = mcs_fast_enter(f->in, skb);
	f->ctx = lane->ctx;
	f->flags = lane->tagged ? TAGGED : 0;
	mcs_own_end();
	if (unlikely(reason))
		return reason;
	return find_group(f, br, skb);
}

/**
 * mcs_fast_would() - would the fast path take a frame? Changes nothing
 * @in: where it would come in
 * @skb: the frame, as it would be at PRE_ROUTING
 * @proved: its flow is taken for proved
 *
 * The parts of choose(), apart from what they remember.
 *
 * Context: BH disabled, RCU read side.
 * Return: MCSNOOP_COUNTER_PATH_FAST, or the counter of why the bridge would get
 *	it; 0 when it is none of our frames.
 */
int mcs_fast_would(const struct mcs_port *in, const struct sk_buff *skb,
		   bool proved)
{
	struct flight f = { .in = in };
	int reason;

	reason = look(in->br, skb);
	if (!reason)
		reason = mcs_fast_knows(in, skb, proved, &f.ctx);
	if (!reason)
		reason = find_group(&f, in->br, skb);
	if (reason == NOT_OURS)
		return 0;
	return reason ?: MCSNOOP_COUNTER_PATH_FAST;
}

/* --- on the way out ----------------------------------------------------- */

/* Is there nobody but us where a forwarded frame would still be looked at? */
static bool alone(const struct net *net)
{
	const struct nf_hook_entries *fwd, *post;

	fwd = rcu_dereference(net->nf.hooks_bridge[NF_BR_FORWARD]);
	post = rcu_dereference(net->nf.hooks_bridge[NF_BR_POST_ROUTING]);
	if (!fwd || post)
		return false;
	return fwd->num_hook_entries == 1;
}

/* May a device send a frame as it is? If not, the bridge has more to say. */
static bool fits(const struct net_device *dev, const struct sk_buff *skb)
{
	return dev->flags & IFF_UP &&
	       skb->len <= dev->mtu + dev->hard_header_len;
}

/*
 * What br_dev_queue_push_xmit() has to do with such a frame. It has no tag in its
 * payload, hardware has not forwarded it, and there is no route of br_netfilter,
 * whose hooks we would have seen.
 */
static void push_xmit(struct net_device *dev, struct sk_buff *skb)
{
	skb->dev = dev;
	__skb_push(skb, ETH_HLEN);
	if (likely(fits(dev, skb) || is_skb_forwardable(dev, skb)))
		dev_queue_xmit(skb);
	else
		kfree_skb(skb);
}

static noinline void transmit(const struct mcs_port *in,
			      const struct mcs_port *out, struct sk_buff *skb,
			      const struct mcs_vlan *vlan, u8 flags)
{
	if (flags & TAGGED && test_bit(out->id, vlan->untagged))
		__vlan_hwaccel_clear_tag(skb);
	if (likely(flags & DIRECT)) {
		mcs_count(out, MCSNOOP_COUNTER_DATA_FORWARDED);
		push_xmit(out->dev, skb);
		return;
	}
	/* the bridge keeps words of its own there, hooks left theirs */
	memset(skb->cb, 0, sizeof(skb->cb));
	/* each time: sending may lead through another bridge of ours */
	mcs_note_decided(in, skb);
	br_forward(rcu_dereference(out->dev->rx_handler_data), skb, false,
		   false);
	mcs_note_forget();
}

/* What no port gets for the sake of its settings. */
static enum mcsnoop_rule bounded(const struct mcs_port *out,
				 const struct sk_buff *skb, bool mld)
{
	u8 ttl = mld ? ((const struct ipv6hdr *)skb->data)->hop_limit :
		       ((const struct iphdr *)skb->data)->ttl;
	struct in6_addr dst;

	dst_of(skb, mld, &dst);
	return mcs_boundary_rule(&dst, ttl, out);
}

/* A router port, which gets it anyway, has a record as well. */
static noinline void tally_router(const struct mcs_member *m,
				  const struct sk_buff *skb, bool mld)
{
	if (!bounded(m->port, skb, mld))
		mcs_tally_member(m, skb->len + ETH_HLEN);
}

/* Does a setting of the port keep it? */
static noinline bool keeps(const struct mcs_port *out,
			   const struct sk_buff *skb, bool mld)
{
	switch (bounded(out, skb, mld)) {
	case MCSNOOP_RULE_NOT_SNOOPED:
		return false;
	case MCSNOOP_RULE_TTL_THRESHOLD:
		mcs_count(out, MCSNOOP_COUNTER_DATA_TTL);
		return true;
	default:
		mcs_count(out, MCSNOOP_COUNTER_DATA_SCOPE);
		return true;
	}
}

/* A record that names sources: does it want this one? RFC 3376 section 6.3 */
static noinline bool wants(const struct mcs_member *m,
			   const struct sk_buff *skb, bool mld)
{
	const struct iphdr *ip = (const struct iphdr *)skb->data;
	struct in6_addr src;

	if (mld)
		src = ((const struct ipv6hdr *)ip)->saddr;
	else
		mcs_addr_from_v4(&src, ip->saddr);
	return mcs_rule_forwards(mcs_member_rule(m, &src));
}

/*
 * One more port wants it: the one before gets a clone. Returns whose turn is
 * next, with another clone or with the frame itself.
 */
static __always_inline
const struct mcs_port *offer(const struct mcs_port *in,
			     const struct mcs_port *out, struct sk_buff *skb,
			     const struct mcs_ctx *ctx, u8 flags,
			     const struct mcs_port *pending)
{
	struct sk_buff *clone;

	if (unlikely(mcs_port_bounds(out)) && keeps(out, skb, ctx->mld))
		return pending;
	if (!pending)
		return out;
	clone = skb_clone(skb, GFP_ATOMIC);
	if (likely(clone))
		transmit(in, pending, clone, ctx->vlan, flags);
	else
		mcs_count(in, MCSNOOP_COUNTER_NO_MEMORY);
	return out;
}

/* Is it a port that the bridge would send the frame to? */
static __always_inline bool may_leave(const struct mcs_port *in,
				      const struct mcs_port *out,
				      const struct mcs_vlan *vlan)
{
	return out != in && test_bit(out->id, vlan->out);
}

static __always_inline
const struct mcs_port *send_to_members(const struct flight *f,
				       struct sk_buff *skb)
{
	const struct mcs_port *before = NULL, *pending = NULL;
	const struct mcs_ctx *ctx = f->ctx;
	const struct mcs_member *m;

	/* a port's static record stands beside its learned one */
	hlist_for_each_entry_rcu(m, &f->group->members, group_node) {
		const struct mcs_port *out = m->port;

		if (out == before || !may_leave(f->in, out, ctx->vlan))
			continue;
		if (f->routers && test_bit(out->id, ctx->routers)) {
			if (unlikely(rcu_access_pointer(m->tally)))
				tally_router(m, skb, ctx->mld);
			before = out;
			continue;
		}
		if (rcu_access_pointer(m->set) && !wants(m, skb, ctx->mld))
			continue;
		before = out;
		pending = offer(f->in, out, skb, ctx, f->flags, pending);
		/* unless the port's settings keep it */
		if (unlikely(rcu_access_pointer(m->tally)) && pending == out)
			mcs_tally_member(m, skb->len + ETH_HLEN);
	}
	return pending;
}

/* They get everything, once. */
static noinline
const struct mcs_port *send_to_routers(const struct mcs_port *in,
				       struct sk_buff *skb,
				       const struct mcs_ctx *ctx, u8 flags,
				       const struct mcs_port *pending)
{
	const struct mcs_bridge *br = in->br;
	const struct mcs_port *out;
	unsigned int id;

	for_each_set_bit(id, ctx->routers, READ_ONCE(br->fast.max_port_id) + 1U) {
		out = rcu_dereference(br->fast.port_by_id[id]);
		if (out && may_leave(in, out, ctx->vlan))
			pending = offer(in, out, skb, ctx, flags, pending);
	}
	return pending;
}

/**
 * mcs_fast_rcv() - forward a frame to whoever wants it, if it is that simple
 * @mn: namespace
 * @skb: multicast frame at PRE_ROUTING, all others' hooks have seen it
 * @ifindex: of the port it came in by
 *
 * Context: RCU read side.
 * Return: NF_STOLEN when the frame was taken, or what mcs_hooks_enter() says.
 */
unsigned int mcs_fast_rcv(const struct mcs_net *mn, struct sk_buff *skb,
			  int ifindex)
{
	const struct mcs_port *pending = NULL;
	struct flight f = {};
	struct mcs_port *in;
	int reason;

	in = mcs_port_find_rcu(mn, ifindex);
	if (!in)
		return NF_ACCEPT;
	f.in = in;
	reason = choose(&f, skb);
	if (likely(!reason) && skb_is_nonlinear(skb) && skb_warn_if_lro(skb))
		reason = NOT_OURS;
	if (unlikely(reason))
		return mcs_hooks_enter(in, skb, max(reason, 0));

	if (!READ_ONCE(in->br->fast.stp_seen) && alone(mn->net))
		f.flags |= DIRECT;
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	if (f.flags & TAGGED && !skb_vlan_tag_present(skb))
		__vlan_hwaccel_put_tag(skb, in->br->fast.vlan_proto,
				       f.ctx->vlan->vid);

	if (likely(f.group)) {
		mcs_group_see(f.group);
		pending = send_to_members(&f, skb);
	}
	if (f.routers)
		pending = send_to_routers(in, skb, f.ctx, f.flags, pending);
	mcs_count(in, MCSNOOP_COUNTER_PATH_FAST);
	if (likely(pending))
		transmit(in, pending, skb, f.ctx->vlan, f.flags);
	else
		consume_skb(skb);
	return NF_STOLEN;
}
