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

/**
 * struct flight - a frame on the fast path
 * @skb: the frame, its data at the network header
 * @in: where it came in
 * @ctx: VLAN and family
 * @group: where it goes; NULL when to router ports alone
 * @pending: port that the next clone, or the frame itself, is for
 * @lost: clones that could not be made
 * @direct: nobody but us has hooks on the way out
 * @tagged: the bridge filters by VLAN
 * @routers: router ports get it as well
 */
struct flight {
	struct sk_buff		*skb;
	const struct mcs_port	*in;
	const struct mcs_ctx	*ctx;
	const struct mcs_group	*group;
	const struct mcs_port	*pending;
	unsigned int		lost;
	bool			direct;
	bool			tagged;
	bool			routers;
};

/* --- proof that a flow passes the bridge ------------------------------- */

static u64 flow_hash(const struct sk_buff *skb)
{
	const u8 *smac = eth_hdr(skb)->h_source;
	u64 key;

	key = (u64)get_unaligned((const u32 *)smac) << 16 |
	      get_unaligned((const u16 *)(smac + sizeof(u32)));
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

/*
 * What br_dev_queue_push_xmit() has to do with such a frame. It has no tag in its
 * payload, hardware has not forwarded it, and there is no route of br_netfilter,
 * whose hooks we would have seen.
 */
static void push_xmit(struct net_device *dev, struct sk_buff *skb)
{
	skb->dev = dev;
	skb_push(skb, ETH_HLEN);
	if (likely(is_skb_forwardable(dev, skb)))
		dev_queue_xmit(skb);
	else
		kfree_skb(skb);
}

static void transmit(const struct flight *f, const struct mcs_port *out,
		     struct sk_buff *skb)
{
	if (f->tagged && test_bit(out->id, f->ctx->vlan->untagged))
		__vlan_hwaccel_clear_tag(skb);
	if (likely(f->direct)) {
		mcs_count(out, MCSNOOP_COUNTER_DATA_FORWARDED);
		push_xmit(out->dev, skb);
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

/* Does a setting of the port keep it? */
static bool keeps(const struct flight *f, const struct mcs_port *out)
{
	const struct iphdr *ip = (const struct iphdr *)f->skb->data;
	const struct ipv6hdr *ip6 = (const struct ipv6hdr *)f->skb->data;
	struct in6_addr dst;
	u8 ttl;

	if (f->ctx->mld) {
		dst = ip6->daddr;
		ttl = ip6->hop_limit;
	} else {
		mcs_addr_from_v4(&dst, ip->daddr);
		ttl = ip->ttl;
	}
	switch (mcs_boundary_rule(&dst, ttl, out)) {
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

/* The port wants it: may it go there? */
static void offer(struct flight *f, const struct mcs_port *out)
{
	if (unlikely(mcs_port_bounds(out)) && keeps(f, out))
		return;
	send_to(f, out);
}

static bool may_leave(const struct flight *f, const struct mcs_port *out)
{
	return out != f->in && test_bit(out->id, f->ctx->vlan->out);
}

/* A record that names sources: does it want this one? RFC 3376 section 6.3 */
static bool wants(const struct flight *f, const struct mcs_member *m)
{
	const struct iphdr *ip = (const struct iphdr *)f->skb->data;
	struct in6_addr src;

	if (f->ctx->mld)
		src = ((const struct ipv6hdr *)ip)->saddr;
	else
		mcs_addr_from_v4(&src, ip->saddr);
	return mcs_rule_forwards(mcs_member_rule(m, &src));
}

static void send_to_members(struct flight *f)
{
	const struct mcs_port *before = NULL;
	const struct mcs_member *m;

	/* a port's static record stands beside its learned one */
	hlist_for_each_entry_rcu(m, &f->group->members, group_node) {
		const struct mcs_port *out = m->port;

		if (out == before || !may_leave(f, out) ||
		    test_bit(out->id, f->ctx->routers))
			continue;
		if (unlikely(rcu_access_pointer(m->set)) && !wants(f, m))
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
static int plain_ip4(const struct mcs_bridge *br, const struct sk_buff *skb)
{
	const struct iphdr *ip = (const struct iphdr *)skb->data;
	unsigned int len;

	if (unlikely(skb_headlen(skb) < sizeof(*ip)))
		return MCSNOOP_COUNTER_PATH_FORM;
	if (mcs_frame_ip4_is_control(ip, READ_ONCE(br->config.examine)) ||
	    !ipv4_is_multicast(ip->daddr) ||
	    ipv4_is_local_multicast(ip->daddr))
		return NOT_OURS;
	len = ntohs(ip->tot_len);
	if (ip->version != 4 || ip->ihl != 5 || len < sizeof(*ip) ||
	    len > skb->len || ip_fast_csum((const u8 *)ip, 5))
		return MCSNOOP_COUNTER_PATH_FORM;
	return 0;
}

/* The same for IPv6; what is link-local is flooded or decided elsewhere. */
static int plain_ip6(const struct sk_buff *skb)
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

/* Has the frame the tag of a VLAN of this bridge? Those of others are payload. */
static bool tag_counts(const struct mcs_bridge *br, const struct sk_buff *skb)
{
	return skb_vlan_tag_get_id(skb) &&
	       skb->vlan_proto == READ_ONCE(br->fast.vlan_proto);
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

/* Is it a frame of a form that we know? */
static int look(const struct mcs_bridge *br, const struct sk_buff *skb)
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
	if (!reason && (has_message(skb) || !softirq_count()))
		reason = MCSNOOP_COUNTER_PATH_FORM;
	return reason;
}

/* The VLAN, and a proof that the bridge takes the frame there and sends it on. */
static int find_vlan(struct flight *f, struct mcs_detour *detour)
{
	const struct mcs_port *in = f->in;
	const struct mcs_bridge *br = in->br;
	const struct sk_buff *skb = f->skb;
	const struct mcs_vlan *vlan;
	u16 vid = 0;
	u64 flow;

	if (br_port_flag_is_set(in->dev, INGRESS_FLAGS) ||
	    skb->offload_fwd_mark || !READ_ONCE(in->forwarding))
		return MCSNOOP_COUNTER_PATH_PORT;
	f->tagged = READ_ONCE(br->fast.tagged);
	if (skb_vlan_tag_present(skb)) {
		vid = skb_vlan_tag_get_id(skb);
		if (f->tagged && !tag_counts(br, skb))
			return MCSNOOP_COUNTER_PATH_PORT;
	} else if (f->tagged) {
		vid = READ_ONCE(in->pvid);
		if (!vid)
			return MCSNOOP_COUNTER_PATH_PORT;
	}
	if (unlikely(READ_ONCE(br->fast.tunnels)) && has_tunnel(br))
		return MCSNOOP_COUNTER_PATH_PORT;
	vlan = mcs_vlan_find_rcu(br, vid);
	if (unlikely(!vlan))
		return MCSNOOP_COUNTER_PATH_OPEN;
	if (f->tagged && !test_bit(in->id, vlan->ports))
		return MCSNOOP_COUNTER_PATH_PORT;
	f->ctx = &vlan->ctx[skb->protocol == htons(ETH_P_IPV6)];

	flow = flow_of(in, skb);
	if (likely(is_proved(in, flow)))
		return 0;
	detour->vid = vid;
	detour->due = READ_ONCE(vlan->nout) - test_bit(in->id, vlan->out);
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

/*
 * Is there a port that everything goes to? Ids that are no port yet have no bit
 * among the ports of a VLAN.
 */
static bool someone_unasked(const struct mcs_ctx *ctx, unsigned int max_id)
{
	unsigned int i;

	for (i = 0; i <= max_id / BITS_PER_LONG; i++)
		if (READ_ONCE(ctx->unasked[i]) &
		    READ_ONCE(ctx->vlan->ports[i]))
			return true;
	return false;
}

/* Nobody asked for the group: is it kept from all but router ports? */
static int unregistered(struct flight *f)
{
	if (READ_ONCE(f->in->br->fast.policies))
		return MCSNOOP_COUNTER_PATH_UNREGISTERED;
	switch (READ_ONCE(f->ctx->config.unregistered)) {
	case MCSNOOP_UNREGISTERED_DROP:
		f->routers = false;
		return 0;
	case MCSNOOP_UNREGISTERED_ROUTERS:
		return 0;
	case MCSNOOP_UNREGISTERED_AUTO:
		return f->routers ? 0 : MCSNOOP_COUNTER_PATH_UNREGISTERED;
	default:
		return MCSNOOP_COUNTER_PATH_UNREGISTERED;
	}
}

/* Members and router ports alone, among them not the host? */
static int find_group(struct flight *f)
{
	const struct mcs_bridge *br = f->in->br;
	const struct mcs_ctx *ctx = f->ctx;
	const struct in6_addr *dst;
	struct in6_addr mapped;

	if (READ_ONCE(ctx->pruning) != MCSNOOP_PRUNING_ACTIVE ||
	    someone_unasked(ctx, READ_ONCE(br->fast.max_port_id)))
		return MCSNOOP_COUNTER_PATH_OPEN;
	if (READ_ONCE(br->dev->flags) & (IFF_PROMISC | IFF_ALLMULTI) ||
	    test_bit(MCS_HOST_PORT, ctx->routers))
		return MCSNOOP_COUNTER_PATH_HOST;
	if (unlikely(READ_ONCE(br->macs)) && by_mac(f))
		return MCSNOOP_COUNTER_PATH_MAC;
	if (ctx->mld) {
		dst = &((const struct ipv6hdr *)f->skb->data)->daddr;
	} else {
		mcs_addr_from_v4(&mapped,
				 ((const struct iphdr *)f->skb->data)->daddr);
		dst = &mapped;
	}
	f->group = mcs_group_find_rcu(br, dst, ctx->vlan->vid);
	f->routers = READ_ONCE(ctx->nrouters);
	if (!f->group)
		return unregistered(f);
	if (READ_ONCE(f->group->host))
		return MCSNOOP_COUNTER_PATH_HOST;
	return 0;
}

static int choose(struct flight *f, struct mcs_detour *detour)
{
	const struct mcs_bridge *br = f->in->br;
	int reason;

	if (unlikely(!READ_ONCE(br->fast.ready)))
		return !READ_ONCE(br->config.fastpath) ? NOT_OURS :
		       READ_ONCE(br->fast.observe) ?
		       MCSNOOP_COUNTER_PATH_OBSERVE :
		       MCSNOOP_COUNTER_PATH_CHANGED;
	smp_rmb();	/* pairs with smp_wmb() in mcs_fast_open() */
	reason = look(br, f->skb);
	if (!reason)
		reason = find_vlan(f, detour);
	if (!reason)
		reason = find_group(f);
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
	struct flight f;
	int reason;

	f.skb = skb;
	f.in = in;
	detour->flow = 0;
	reason = choose(&f, detour);
	if (!reason && unlikely(skb_warn_if_lro(skb)))
		reason = NOT_OURS;
	if (reason) {
		detour->reason = reason == NOT_OURS ? 0 : reason;
		return false;
	}

	f.direct = !READ_ONCE(in->br->fast.stp_seen) && alone(dev_net(in->dev));
	f.pending = NULL;
	f.lost = 0;
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	if (f.tagged && !skb_vlan_tag_present(skb))
		__vlan_hwaccel_put_tag(skb, in->br->fast.vlan_proto,
				       f.ctx->vlan->vid);

	if (f.group)
		send_to_members(&f);
	if (f.routers)
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
