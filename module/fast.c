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
 * lock is taken, and nothing written that another CPU reads.
 */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/hash.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_bridge.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/vxlan.h>
#include "br_forward.h"
#include "frame.h"

/* What the bridge does with frames from such ports is not repeated here. */
#ifdef BR_PORT_LOCKED
#define INGRESS_FLAGS	(BR_HAIRPIN_MODE | BR_ISOLATED | BR_VLAN_TUNNEL | \
			 BR_PORT_LOCKED)
#else
#define INGRESS_FLAGS	(BR_HAIRPIN_MODE | BR_ISOLATED | BR_VLAN_TUNNEL)
#endif

/* Without switchdev nobody tells which VLANs a port loses. */
#define KNOWS_VLANS	IS_ENABLED(CONFIG_NET_SWITCHDEV)

/**
 * struct flight - a frame on the fast path
 * @skb: the frame
 * @in: where it came in
 * @ctx: VLAN and family
 * @src: its source address
 * @dst: the group
 * @ttl: its TTL or hop limit
 * @pending: port that the next clone, or the frame itself, is for
 * @direct: nobody but us has hooks on the way out
 * @tagged: the bridge filters by VLAN
 * @lost: clones that could not be made
 */
struct flight {
	struct sk_buff		*skb;
	const struct mcs_port	*in;
	const struct mcs_ctx	*ctx;
	struct in6_addr		src;
	struct in6_addr		dst;
	u8			ttl;
	const struct mcs_port	*pending;
	bool			direct;
	bool			tagged;
	unsigned int		lost;
};

/* --- proof that a flow passes the bridge ------------------------------- */

static u64 flow_hash(const struct sk_buff *skb)
{
	u64 key = 0;

	memcpy(&key, eth_hdr(skb)->h_source, ETH_ALEN);
	if (skb_vlan_tag_present(skb))
		key ^= (u64)skb->vlan_tci << 48 ^
		       (__force u16)skb->vlan_proto;
	/* twice, so that every bit of the key reaches the lower half too */
	key *= GOLDEN_RATIO_64;
	key ^= key >> 32;
	return key * GOLDEN_RATIO_64;
}

/* Upper half: who; lower half: when. One store, so never half of each. */
static u64 proof_of(u64 flow)
{
	return (flow & ~0xffffffffULL) | (u32)jiffies;
}

static u64 *proof_slot(const struct mcs_port *in, u64 flow)
{
	return &in->proofs[flow >> 20 & (MCS_PROOFS - 1)];
}

static bool is_proved(const struct mcs_port *in, u64 flow)
{
	u64 proof = READ_ONCE(*proof_slot(in, flow));
	u64 now = proof_of(flow);

	return !((proof ^ now) >> 32) && (u32)now - (u32)proof < HZ;
}

/*
 * What is to be proved about a frame. It says in which of the bridge's states
 * the frame came in: what was proved before a change does not count after it.
 */
static u64 flow_of(const struct mcs_port *in, const struct sk_buff *skb)
{
	return flow_hash(skb) ^ (u64)READ_ONCE(in->br->fast.epoch) << 32;
}

/* Several CPUs may write one slot: any of the values is true. */
static void prove(const struct mcs_port *in, u64 flow)
{
	u64 *slot = proof_slot(in, flow);
	u64 proof = proof_of(flow);

	if (READ_ONCE(*slot) != proof)
		WRITE_ONCE(*slot, proof);
}

/* The bridge does what it did not announce. */
static void doubt(struct mcs_bridge *br)
{
	if (time_before(jiffies, READ_ONCE(br->fast.doubted) + HZ))
		return;
	WRITE_ONCE(br->fast.doubted, jiffies);
	schedule_work(&br->mn->sync);
}

/**
 * mcs_fast_offered() - the bridge would send a frame to a port
 * @in: where it came in
 * @out: the port
 * @skb: the frame as it would leave
 * @frame: what it may prove, with a @flow
 *
 * Context: BH disabled, RCU read side.
 */
void mcs_fast_offered(const struct mcs_port *in, const struct mcs_port *out,
		      const struct sk_buff *skb, struct mcs_frame *frame)
{
	struct mcs_bridge *br = in->br;
	const struct mcs_vlan *vlan;
	bool expected;

	vlan = mcs_vlan_find_rcu(br, frame->vid);
	expected = vlan && test_bit(out->id, vlan->out);
	if (expected && READ_ONCE(br->fast.tagged))
		expected = skb_vlan_tag_present(skb) !=
			   test_bit(out->id, vlan->untagged);
	if (!expected) {
		frame->flow = 0;
		doubt(br);
	} else if (!--frame->due) {
		prove(in, frame->flow);
		frame->flow = 0;
	}
}

/* --- on the way out ----------------------------------------------------- */

/* Is there nobody but us where a forwarded frame would still be looked at? */
static bool alone(const struct net *net)
{
	const struct nf_hook_entries *fwd, *post;

	fwd = rcu_dereference(net->nf.hooks_bridge[NF_BR_FORWARD]);
	post = rcu_dereference(net->nf.hooks_bridge[NF_BR_POST_ROUTING]);
	return fwd && fwd->num_hook_entries == 1 && !post;
}

static void transmit(const struct flight *f, const struct mcs_port *out,
		     struct sk_buff *skb)
{
	if (f->tagged && test_bit(out->id, f->ctx->vlan->untagged))
		__vlan_hwaccel_clear_tag(skb);
	if (likely(f->direct)) {
		mcs_count(out, MCSNOOP_COUNTER_DATA_FORWARDED);
		skb->dev = out->dev;
		br_dev_queue_push_xmit(dev_net(out->dev), NULL, skb);
		return;
	}
	/* the bridge keeps words of its own there, hooks left theirs */
	memset(skb->cb, 0, sizeof(skb->cb));
	/* each time: sending may lead through another bridge of ours */
	mcs_note_decided(f->in, skb);
	br_forward(rcu_dereference(out->dev->rx_handler_data), skb, false,
		   false);
}

/* One more port wants it: the one before gets a clone. */
static void send_to(struct flight *f, const struct mcs_port *out)
{
	struct sk_buff *clone;

	if (f->pending) {
		clone = skb_clone(f->skb, GFP_ATOMIC);
		if (likely(clone))
			transmit(f, f->pending, clone);
		else
			f->lost++;
	}
	f->pending = out;
}

/* The port wants it: may it go there? */
static void offer(struct flight *f, const struct mcs_port *out)
{
	switch (mcs_boundary_rule(&f->dst, f->ttl, out)) {
	case MCSNOOP_RULE_NOT_SNOOPED:
		send_to(f, out);
		break;
	case MCSNOOP_RULE_TTL_THRESHOLD:
		mcs_count(out, MCSNOOP_COUNTER_DATA_TTL);
		break;
	default:
		mcs_count(out, MCSNOOP_COUNTER_DATA_SCOPE);
		break;
	}
}

static bool may_leave(const struct flight *f, const struct mcs_port *out)
{
	return out != f->in && test_bit(out->id, f->ctx->vlan->out);
}

static void send_to_members(struct flight *f, const struct mcs_group *group)
{
	const struct mcs_port *before = NULL;
	const struct mcs_member *m;

	/* a port's static record stands beside its learned one */
	hlist_for_each_entry_rcu(m, &group->members, group_node) {
		const struct mcs_port *out = m->port;

		if (out == before || !may_leave(f, out) ||
		    test_bit(out->id, f->ctx->routers))
			continue;
		if (!mcs_rule_forwards(mcs_member_rule(m, &f->src)))
			continue;
		before = out;
		offer(f, out);
	}
}

static void send_to_routers(struct flight *f)
{
	const struct mcs_bridge *br = f->in->br;
	const struct mcs_port *out;
	unsigned int id;

	for_each_set_bit(id, f->ctx->routers, READ_ONCE(br->fast.max_port_id) + 1U) {
		out = rcu_dereference(br->fast.port_by_id[id]);
		if (out && may_leave(f, out))
			offer(f, out);
	}
}

/* --- on the way in ------------------------------------------------------ */

/* Not a frame that a group decides about: control, link-local, not IP. */
#define NOT_OURS	(-1)

/* A plain IPv4 datagram to a group. */
static int plain_ip4(struct flight *f)
{
	const struct sk_buff *skb = f->skb;
	const struct iphdr *ip = (const struct iphdr *)skb->data;
	unsigned int len;

	if (unlikely(skb_headlen(skb) < sizeof(*ip)))
		return MCSNOOP_COUNTER_PATH_FORM;
	if (mcs_frame_ip4_is_control(ip, READ_ONCE(f->in->br->config.examine)) ||
	    !ipv4_is_multicast(ip->daddr) ||
	    ipv4_is_local_multicast(ip->daddr))
		return NOT_OURS;
	len = ntohs(ip->tot_len);
	if (ip->version != 4 || ip->ihl != 5 || len < sizeof(*ip) ||
	    len > skb->len || ip_fast_csum((const u8 *)ip, 5))
		return MCSNOOP_COUNTER_PATH_FORM;
	mcs_addr_from_v4(&f->src, ip->saddr);
	mcs_addr_from_v4(&f->dst, ip->daddr);
	f->ttl = ip->ttl;
	return 0;
}

/* The same for IPv6; what is link-local is flooded or decided elsewhere. */
static int plain_ip6(struct flight *f)
{
	const struct sk_buff *skb = f->skb;
	const struct ipv6hdr *ip6 = (const struct ipv6hdr *)skb->data;

	if (unlikely(skb_headlen(skb) < sizeof(*ip6)))
		return MCSNOOP_COUNTER_PATH_FORM;
	if (ip6->daddr.s6_addr[0] != 0xff ||
	    (ip6->daddr.s6_addr[1] & 0x0f) < 3)
		return NOT_OURS;
	/* what is not MLD after all is data, and not plain */
	if (ip6->version != 6 || mcs_frame_ip6_is_control(ip6))
		return MCSNOOP_COUNTER_PATH_FORM;
	f->src = ip6->saddr;
	f->dst = ip6->daddr;
	f->ttl = ip6->hop_limit;
	return 0;
}

/* VLAN of the frame, which gets the tag that the bridge would give it. */
static bool take_vlan(struct flight *f, u16 *vid)
{
	const struct mcs_bridge *br = f->in->br;
	struct sk_buff *skb = f->skb;
	u16 pvid;

	*vid = skb_vlan_tag_present(skb) ? skb_vlan_tag_get_id(skb) : 0;
	f->tagged = READ_ONCE(br->fast.tagged);
	if (!f->tagged)
		return true;
	if (skb_vlan_tag_present(skb))
		return *vid && skb->vlan_proto == READ_ONCE(br->fast.vlan_proto);
	pvid = READ_ONCE(f->in->pvid);
	*vid = pvid;
	return pvid;
}

/* The bridge puts frames for such a port into a tunnel of their VLAN. */
static bool has_tunnel(const struct mcs_bridge *br)
{
	const struct mcs_port *port;

	list_for_each_entry_rcu(port, &br->ports, node)
		if (netif_is_vxlan(port->dev) &&
		    br_port_flag_is_set(port->dev, BR_VLAN_TUNNEL))
			return true;
	return false;
}

/*
 * The bridge has cleared these words, which begin with some of its own; hooks
 * that leave something there rely on finding it later.
 */
static bool has_message(const struct sk_buff *skb)
{
	return *(u64 *)skb->cb | *(u32 *)(skb->cb + sizeof(u64));
}

/* A frame of a known form, addresses filled in. */
static int look(struct flight *f)
{
	const struct sk_buff *skb = f->skb;
	int reason;

	if (skb->protocol == htons(ETH_P_IP))
		reason = plain_ip4(f);
	else if (skb->protocol == htons(ETH_P_IPV6))
		reason = plain_ip6(f);
	else if (eth_type_vlan(skb->protocol))
		reason = MCSNOOP_COUNTER_PATH_FORM;
	else
		reason = NOT_OURS;
	if (!reason && (has_message(skb) || !softirq_count()))
		reason = MCSNOOP_COUNTER_PATH_FORM;
	return reason;
}

/* The VLAN, and a proof that the bridge takes the frame there and sends it on. */
static int find_vlan(struct flight *f, struct mcs_detour *detour)
{
	const struct mcs_bridge *br = f->in->br;
	const struct mcs_vlan *vlan;
	u64 flow;
	u16 vid;

	if (br_port_flag_is_set(f->in->dev, INGRESS_FLAGS) ||
	    f->skb->offload_fwd_mark || !READ_ONCE(f->in->forwarding) ||
	    !take_vlan(f, &vid))
		return MCSNOOP_COUNTER_PATH_PORT;
	if (unlikely(READ_ONCE(br->fast.tunnels)) && has_tunnel(br))
		return MCSNOOP_COUNTER_PATH_PORT;
	vlan = mcs_vlan_find_rcu(br, vid);
	if (unlikely(!vlan))
		return MCSNOOP_COUNTER_PATH_OPEN;
	if (f->tagged && !test_bit(f->in->id, vlan->ports))
		return MCSNOOP_COUNTER_PATH_PORT;
	f->ctx = &vlan->ctx[!mcs_addr_is_v4(&f->dst)];

	flow = flow_of(f->in, f->skb);
	if (likely(is_proved(f->in, flow)))
		return 0;
	detour->vid = vid;
	detour->due = READ_ONCE(vlan->nout) - test_bit(f->in->id, vlan->out);
	detour->flow = detour->due ? flow : 0;
	return MCSNOOP_COUNTER_PATH_PROOF;
}

/* Is anything set by hand for the MAC address, or do they count alone? */
static bool by_mac(const struct flight *f)
{
	const struct mcs_bridge *br = f->in->br;
	struct in6_addr addr;

	if (READ_ONCE(br->macs) & MCS_MACS_MODE)
		return true;
	mcs_addr_from_mac(&addr, eth_hdr(f->skb)->h_dest);
	return mcs_group_find_rcu(br, &addr, f->ctx->vlan->vid);
}

/* Members and router ports alone, among them not the host? */
static int find_group(struct flight *f, const struct mcs_group **group)
{
	const struct mcs_bridge *br = f->in->br;
	const struct mcs_ctx *ctx = f->ctx;

	if (READ_ONCE(ctx->pruning) != MCSNOOP_PRUNING_ACTIVE ||
	    bitmap_intersects(ctx->unasked, ctx->vlan->ports,
			      READ_ONCE(br->fast.max_port_id) + 1U))
		return MCSNOOP_COUNTER_PATH_OPEN;
	if (READ_ONCE(br->dev->flags) & (IFF_PROMISC | IFF_ALLMULTI) ||
	    test_bit(MCS_HOST_PORT, ctx->routers))
		return MCSNOOP_COUNTER_PATH_HOST;
	if (unlikely(READ_ONCE(br->macs)) && by_mac(f))
		return MCSNOOP_COUNTER_PATH_MAC;
	*group = mcs_group_find_rcu(br, &f->dst, ctx->vlan->vid);
	if (!*group)
		return MCSNOOP_COUNTER_PATH_UNREGISTERED;
	if (READ_ONCE((*group)->host))
		return MCSNOOP_COUNTER_PATH_HOST;
	return 0;
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
	br_vlan_get_proto(br->dev, &proto);
	WRITE_ONCE(br->fast.vlan_proto, htons(proto));
	WRITE_ONCE(br->fast.tagged, br->vlan_aware);
	WRITE_ONCE(br->fast.tunnels, tunnels);
	/* frames that came in before have met the bridge as it was */
	WRITE_ONCE(br->fast.epoch, br->fast.epoch + 1);
	smp_wmb();	/* pairs with smp_rmb() in mcs_fast_rcv() */
	WRITE_ONCE(br->fast.ready, br->config.fastpath && !br->intree &&
		   !br_mst_enabled(br->dev) &&
		   (KNOWS_VLANS || !br->vlan_aware));
}

static int choose(struct flight *f, struct mcs_detour *detour,
		  const struct mcs_group **group)
{
	const struct mcs_bridge *br = f->in->br;
	int reason;

	if (unlikely(!READ_ONCE(br->fast.ready)))
		return READ_ONCE(br->config.fastpath) ?
		       MCSNOOP_COUNTER_PATH_CHANGED : NOT_OURS;
	smp_rmb();	/* pairs with smp_wmb() in mcs_fast_open() */
	reason = look(f);
	if (!reason)
		reason = find_vlan(f, detour);
	if (!reason)
		reason = find_group(f, group);
	return reason;
}

/**
 * mcs_fast_rcv() - forward a frame to whoever wants it, if it is that simple
 * @in: port it came in by
 * @skb: multicast frame at PRE_ROUTING, all others' hooks have seen it
 * @detour: filled in when it is not
 *
 * Context: softirq, RCU read side.
 * Return: true when the frame was taken; it may be freed already.
 */
bool mcs_fast_rcv(const struct mcs_port *in, struct sk_buff *skb,
		  struct mcs_detour *detour)
{
	const struct mcs_group *group;
	struct flight f = {
		.skb = skb,
		.in = in,
	};
	int reason;

	*detour = (struct mcs_detour){};
	reason = choose(&f, detour, &group);
	if (!reason && unlikely(skb_warn_if_lro(skb)))
		reason = NOT_OURS;
	if (reason) {
		detour->reason = reason == NOT_OURS ? 0 : reason;
		return false;
	}

	f.direct = !READ_ONCE(in->br->fast.stp_seen) && alone(dev_net(in->dev));
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	if (f.tagged && !skb_vlan_tag_present(skb))
		__vlan_hwaccel_put_tag(skb, in->br->fast.vlan_proto,
				       f.ctx->vlan->vid);

	send_to_members(&f, group);
	if (READ_ONCE(f.ctx->nrouters))
		send_to_routers(&f);
	mcs_count(in, MCSNOOP_COUNTER_PATH_FAST);
	if (unlikely(f.lost))
		mcs_count_add(in, MCSNOOP_COUNTER_NO_MEMORY, f.lost);
	if (f.pending)
		transmit(&f, f.pending, skb);
	else
		consume_skb(skb);
	if (!f.direct)
		mcs_note_forget();
	return true;
}
