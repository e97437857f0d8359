// SPDX-License-Identifier: GPL-2.0
/*
 * Where frames meet the snooper.
 *
 * PRE_ROUTING sees a frame once, after everybody else's hooks, and learns.
 * FORWARD, LOCAL_IN and LOCAL_OUT see it once per port that the bridge wants
 * to send it to, before everybody else's, and decide. By then the bridge has
 * removed the tag where the port wants it untagged, so PRE_ROUTING leaves a
 * note of what it found for the hooks that follow on the same CPU. A frame
 * without a note (another hook copied or delayed it) is looked at again.
 *
 * What the host sends is seen at LOCAL_OUT, once per port: the first of a frame
 * learns and leaves the note for those that follow. Where the bridge filters by
 * VLAN, which loses the tag before LOCAL_OUT, a netdev egress hook on the bridge
 * device does so in its stead. Elsewhere there is none: while there is one, every
 * frame that the machine sends pays for it.
 */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <linux/netfilter_bridge.h>
#include "frame.h"
#include "trace.h"
#include "observe.h"

/* Written and read with BH disabled. Holds values only, no pointer to follow. */
static DEFINE_PER_CPU(struct mcs_frame, note);

/*
 * The note, or a copy of it where it could change meanwhile. It may be about
 * another frame by then, or become so: see is_noted().
 */
static struct mcs_frame *note_take(struct mcs_frame *copy)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		return this_cpu_ptr(&note);
	mcs_own_begin();
	*copy = *this_cpu_ptr(&note);
	mcs_own_end();
	return copy;
}

/* Put a copy back. */
static void note_put(const struct mcs_frame *frame)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		return;
	mcs_own_begin();
	*this_cpu_ptr(&note) = *frame;
	mcs_own_end();
}

static bool is_multicast(const struct sk_buff *skb)
{
	const u8 *dest = eth_hdr(skb)->h_dest;

	return is_multicast_ether_addr(dest) &&
	       !is_broadcast_ether_addr(dest);
}

/* Data that the fast path has left to us: why, and what it may prove. */
static void take_detour(const struct mcs_port *in, const struct sk_buff *skb,
			struct mcs_frame *frame, int reason)
{
	struct mcs_detour detour;

	frame->flow = 0;
	if (!reason || frame->kind != MCS_FRAME_DATA ||
	    !READ_ONCE(in->br->config.fastpath))
		return;
	mcs_count(in, reason);
	if (reason != MCSNOOP_COUNTER_PATH_PROOF)
		return;
	mcs_fast_detour(skb, &detour);
	if (!detour.flow || detour.vid != frame->vid)
		return;
	frame->flow = detour.flow;
	frame->due = detour.due;
}

/* To the host it is a frame like any other, which may go on elsewhere. */
static void forget_mark(struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_NET_SWITCHDEV)
	skb->offload_fwd_mark = 0;
#endif
}

/* A message that is refused where it came in: dropped, unless that is observed. */
static bool lets_refused(const struct mcs_port *in, struct mcs_frame *frame)
{
	if (!mcs_observes(in, frame))
		return false;
	mcs_count(in, MCSNOOP_COUNTER_OBSERVE_REFUSED);
	frame->kind = MCS_FRAME_FLOOD;
	frame->rule = MCSNOOP_RULE_NOT_SNOOPED;
	return true;
}

/* Somebody sends to a group. */
static void see(const struct mcs_bridge *br, const struct mcs_frame *frame)
{
	struct mcs_group *group;

	group = mcs_group_find_rcu(br, &frame->dst, frame->vid);
	if (group)
		mcs_group_see(group);
}

/* The frame enters: learn, decide what it is, note it. */
static unsigned int enter(struct mcs_port *in, struct sk_buff *skb, int why,
			  struct mcs_frame *frame)
{
	/* left to the bridge's own snooping, but learned from beside it */
	bool intree = READ_ONCE(in->br->intree);
	int reason;

	frame->head = NULL;
	frame->ifindex = in->dev->ifindex;
	if (!mcs_frame_vid(in, skb, &frame->vid)) {
		/* the bridge drops it */
		if (!mcs_frame_classify(in, skb, false, frame) &&
		    mcs_frame_is_control(frame))
			mcs_count(in, MCSNOOP_COUNTER_SKIP_VLAN);
		return NF_ACCEPT;
	}
	frame->deferred = mcs_port_is_locked(in);
	reason = mcs_frame_classify(in, skb, !frame->deferred, frame);
	if (reason) {
		if (frame->deferred)
			mcs_count(in, reason);	/* there is no later */
		if (!intree && lets_refused(in, frame)) {
			frame->deferred = false;
			frame->flow = 0;
			frame->head = skb->head;
			return NF_ACCEPT;
		}
		return intree ? NF_ACCEPT : NF_DROP;
	}
	if (intree)
		return NF_ACCEPT;
	take_detour(in, skb, frame, why);
	if (frame->kind == MCS_FRAME_DATA || frame->kind == MCS_FRAME_ND)
		see(in->br, frame);
	frame->head = skb->head;	/* last: classifying may move it */
	if (frame->kind == MCS_FRAME_REPORT && in->id != MCS_HOST_PORT &&
	    !frame->deferred &&
	    mcs_report_verdict(in, skb, frame) == NF_DROP) {
		frame->head = NULL;
		return NF_DROP;
	}
	return NF_ACCEPT;
}

/* The same, with the note left for the hooks that follow. */
static unsigned int enter_and_note(struct mcs_port *in, struct sk_buff *skb,
				   int why)
{
	struct mcs_frame *frame, copy;
	unsigned int verdict;

	/* nf_reinject() comes here in process context */
	local_bh_disable();
	frame = note_take(&copy);
	verdict = enter(in, skb, why, frame);
	note_put(frame);
	local_bh_enable();
	return verdict;
}

/**
 * mcs_hooks_sent() - the host sends a frame through a bridge
 * @br: the bridge
 * @skb: the frame
 *
 * Context: RCU read side.
 * Return: NF_ACCEPT or NF_DROP.
 */
unsigned int mcs_hooks_sent(struct mcs_bridge *br, struct sk_buff *skb)
{
	if (likely(!is_multicast(skb))) {
		if (static_branch_unlikely(&mcs_nd_on))
			mcs_nd_overhear(br->host, skb);
		return NF_ACCEPT;
	}
	return enter_and_note(br->host, skb, 0);
}

/**
 * mcs_hooks_enter() - a multicast frame is left to the bridge
 * @in: port it came in by
 * @skb: the frame, at PRE_ROUTING
 * @reason: counter of why the fast path did not take it, 0 for none
 *
 * Context: RCU read side.
 * Return: NF_ACCEPT or NF_DROP.
 */
unsigned int mcs_hooks_enter(struct mcs_port *in, struct sk_buff *skb,
			     int reason)
{
	if (is_broadcast_ether_addr(eth_hdr(skb)->h_dest))
		return NF_ACCEPT;
	/* a bridge without STP forwards the BPDUs of those around it */
	if (unlikely(is_link_local_ether_addr(eth_hdr(skb)->h_dest)))
		mcs_topology_rcv(in, skb);
	return enter_and_note(in, skb, reason);
}

/*
 * Everything but multicast pays for the hooks as well. They save no registers
 * and put nothing on the stack for it; what follows is elsewhere.
 */
static unsigned int pre_routing(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	if (likely(!is_multicast_ether_addr(eth_hdr(skb)->h_dest))) {
		if (static_branch_unlikely(&mcs_nd_on))
			return mcs_nd_glance(priv, skb, state->in->ifindex);
		return NF_ACCEPT;
	}
	return mcs_fast_rcv(priv, skb, state->in->ifindex);
}

/**
 * mcs_note_decided() - let the hooks that follow forward a frame and count it
 * @in: where it came in
 * @skb: the frame
 *
 * Context: BH disabled.
 */
void mcs_note_decided(const struct mcs_port *in, const struct sk_buff *skb)
{
	struct mcs_frame *frame;

	mcs_own_begin();
	frame = this_cpu_ptr(&note);
	frame->ifindex = in->dev->ifindex;
	frame->kind = MCS_FRAME_FLOOD;
	frame->rule = MCSNOOP_RULE_MEMBER_EXCLUDE;
	frame->deferred = false;
	frame->flow = 0;
	ether_addr_copy(frame->dest, eth_hdr(skb)->h_dest);
	frame->head = skb->head;
	mcs_own_end();
}

/**
 * mcs_note_forget() - the frame has been everywhere
 *
 * Context: BH disabled.
 */
void mcs_note_forget(void)
{
	this_cpu_ptr(&note)->head = NULL;
}

static unsigned int decide(const struct mcs_frame *frame,
			   const struct mcs_port *out,
			   const struct sk_buff *skb)
{
	bool observed = mcs_observes(out, frame);
	enum mcsnoop_rule rule;

	/* what ceases to be observed is flooded first: see it in that order */
	smp_rmb();	/* pairs with smp_wmb() in __mcs_observe_ctx() */
	rule = mcs_forward_rule(out->br, frame, out);
	if (unlikely(READ_ONCE(out->br->config.group_stats)) &&
	    (observed || mcs_rule_forwards(rule)))
		mcs_tally_frame(out, frame, skb->len + ETH_HLEN);
	if (unlikely(observed) && !mcs_rule_forwards(rule)) {
		mcs_observe_count(out, frame, rule, skb->len + ETH_HLEN);
		return NF_ACCEPT;
	}
	mcs_count_verdict(out, frame, rule);
	if (mcs_rule_forwards(rule))
		return NF_ACCEPT;
	if (frame->kind == MCS_FRAME_DATA)
		trace_mcsnoop_drop(skb, out->br->dev, out->dev, frame->vid,
				   &frame->src, &frame->dst, rule);
	return NF_DROP;
}

/* Is this the frame that the note is about, or a clone of it? */
static bool is_noted(const struct mcs_frame *seen, const struct mcs_port *in,
		     const struct sk_buff *skb)
{
	return seen->head == skb->head &&
	       seen->ifindex == in->dev->ifindex &&
	       ether_addr_equal(seen->dest, eth_hdr(skb)->h_dest);
}

static unsigned int leave_noted(struct mcs_frame *seen, struct mcs_port *in,
				const struct mcs_port *out,
				struct sk_buff *skb)
{
	if (unlikely(seen->deferred)) {
		seen->deferred = false;
		if (mcs_frame_classify(in, skb, true, seen) &&
		    !lets_refused(in, seen)) {
			seen->head = NULL;
			return NF_DROP;
		}
		seen->head = skb->head;
	}
	if (unlikely(seen->flow) && out->id != MCS_HOST_PORT)
		mcs_fast_offered(in, out, skb, seen);
	if (out->id == MCS_HOST_PORT)
		mcs_report_passed(in, seen);
	return decide(seen, out, skb);
}

static unsigned int leave_unknown(struct mcs_port *in,
				  const struct mcs_port *out,
				  struct sk_buff *skb)
{
	struct mcs_frame frame;
	bool learn, sure;

	sure = mcs_frame_egress_vid(out, skb, &frame.vid);
	/*
	 * On a kernel without the egress hook what the host sends in VLANs is
	 * seen here first; a report that is heard twice says nothing new.
	 */
	learn = in->id == MCS_HOST_PORT && !READ_ONCE(in->br->egress_on);
	if (mcs_frame_classify(in, skb, learn, &frame))
		return mcs_observes(in, &frame) ? NF_ACCEPT : NF_DROP;
	/* in doubt, deliver what does not depend on it */
	if (!sure && (!learn || frame.kind == MCS_FRAME_DATA))
		frame.vid = MCS_VID_UNKNOWN;
	return decide(&frame, out, skb);
}

/* Did the host send a frame that nobody has looked at before LOCAL_OUT? */
static bool comes_new(const struct mcs_port *in)
{
	return in->id == MCS_HOST_PORT && !READ_ONCE(in->br->egress_on) &&
	       !br_vlan_enabled(in->br->dev);
}

/*
 * Is this the first that we see of such a frame? Its clones follow in the order
 * of the ports, without another frame of the host between them, and no port gets
 * two. So when the first port of the note comes again, the buffer has been used
 * again. The order is that of before unless the epoch has changed.
 */
static bool begins(const struct mcs_frame *seen, const struct mcs_port *in,
		   const struct mcs_port *out, const struct sk_buff *skb)
{
	return comes_new(in) &&
	       (!is_noted(seen, in, skb) || seen->first == out->id ||
		seen->epoch != READ_ONCE(in->br->fast.epoch));
}

/* What is refused is noted as well, so that it is refused once. */
static void begin(struct mcs_frame *seen, struct mcs_port *in,
		  const struct mcs_port *out, struct sk_buff *skb)
{
	if (enter(in, skb, 0, seen) != NF_ACCEPT) {
		seen->head = skb->head;
		seen->flow = 0;
		seen->kind = MCS_FRAME_FLOOD;
		seen->rule = MCSNOOP_RULE_INVALID;
	}
	seen->first = out->id;
	seen->epoch = READ_ONCE(in->br->fast.epoch);
}

static unsigned int leave(struct mcs_port *in, const struct mcs_port *out,
			  struct sk_buff *skb)
{
	struct mcs_frame *seen, copy;
	unsigned int verdict;

	if (READ_ONCE(in->br->intree)) {
		if (comes_new(in))
			enter_and_note(in, skb, 0);
		return NF_ACCEPT;
	}
	local_bh_disable();
	seen = note_take(&copy);
	if (unlikely(begins(seen, in, out, skb)))
		begin(seen, in, out, skb);
	if (likely(is_noted(seen, in, skb)))
		verdict = leave_noted(seen, in, out, skb);
	else
		verdict = leave_unknown(in, out, skb);
	/* the host is the last that a frame is for: its buffer is free next */
	if (out->id == MCS_HOST_PORT) {
		seen->head = NULL;
		forget_mark(skb);
	}
	note_put(seen);
	local_bh_enable();
	return verdict;
}

static noinline
unsigned int go_out(const struct mcs_net *mn, struct sk_buff *skb,
		    const struct nf_hook_state *state)
{
	struct mcs_port *in, *out;

	if (is_broadcast_ether_addr(eth_hdr(skb)->h_dest))
		return NF_ACCEPT;
	out = mcs_port_find_rcu(mn, state->out->ifindex);
	in = mcs_port_find_rcu(mn, state->in->ifindex);
	if (!in || !out)
		return NF_ACCEPT;
	return leave(in, out, skb);
}

static unsigned int forward(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	if (likely(!is_multicast_ether_addr(eth_hdr(skb)->h_dest)))
		return NF_ACCEPT;
	return go_out(priv, skb, state);
}

/*
 * Some hosts send their reports to the querier's own MAC address. When that is
 * the host here, they are learned as well, or refused like others. Unicast to
 * anybody else is none of our business.
 */
static unsigned int to_host(const struct mcs_net *mn,
			    const struct nf_hook_state *state,
			    struct sk_buff *skb)
{
	struct mcs_frame frame;
	struct mcs_port *in;
	int reason;

	if (is_multicast_ether_addr(eth_hdr(skb)->h_dest) ||
	    !mcs_frame_may_be_control(skb))
		return NF_ACCEPT;
	in = mcs_port_find_rcu(mn, state->in->ifindex);
	if (!in || in->id == MCS_HOST_PORT)
		return NF_ACCEPT;
	mcs_frame_egress_vid(in->br->host, skb, &frame.vid);
	local_bh_disable();
	reason = mcs_frame_classify(in, skb, true, &frame);
	if (reason && lets_refused(in, &frame))
		reason = 0;
	local_bh_enable();
	return reason && !READ_ONCE(in->br->intree) ? NF_DROP : NF_ACCEPT;
}

static unsigned int local_in(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	struct mcs_port *in;

	if (likely(!is_multicast(skb)))
		return to_host(priv, state, skb);
	/* 802.1D's own groups come here straight; BPDUs see topology.c */
	if (is_link_local_ether_addr(eth_hdr(skb)->h_dest))
		return NF_ACCEPT;
	in = mcs_port_find_rcu(priv, state->in->ifindex);
	if (!in || in->id == MCS_HOST_PORT)
		return NF_ACCEPT;
	return leave(in, in->br->host, skb);
}

static unsigned int local_out(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	struct mcs_port *out;

	if (likely(!is_multicast(skb))) {
		if (static_branch_unlikely(&mcs_nd_on))
			return mcs_nd_sent(priv, skb, state->out->ifindex);
		return NF_ACCEPT;
	}
	out = mcs_port_find_rcu(priv, state->out->ifindex);
	if (!out || out->id == MCS_HOST_PORT)
		return NF_ACCEPT;
	return leave(out->br->host, out, skb);
}

static const struct nf_hook_ops hooks[MCS_HOOKS] = {
	{
		.hook		= pre_routing,
		.pf		= NFPROTO_BRIDGE,
		.hooknum	= NF_BR_PRE_ROUTING,
		.priority	= NF_BR_PRI_LAST,
	}, {
		.hook		= forward,
		.pf		= NFPROTO_BRIDGE,
		.hooknum	= NF_BR_FORWARD,
		.priority	= NF_BR_PRI_FIRST,
	}, {
		.hook		= local_in,
		.pf		= NFPROTO_BRIDGE,
		.hooknum	= NF_BR_LOCAL_IN,
		.priority	= NF_BR_PRI_FIRST,
	}, {
		.hook		= local_out,
		.pf		= NFPROTO_BRIDGE,
		.hooknum	= NF_BR_LOCAL_OUT,
		.priority	= NF_BR_PRI_FIRST,
	},
};

/**
 * mcs_hooks_register() - see the frames of a namespace, if not done yet
 * @mn: the namespace
 *
 * Context: process, RTNL.
 * Return: 0 or a negative error.
 */
int mcs_hooks_register(struct mcs_net *mn)
{
	unsigned int i;
	int err;

	if (mn->hooked)
		return 0;
	for (i = 0; i < MCS_HOOKS; i++) {
		mn->hooks[i] = hooks[i];
		mn->hooks[i].priv = mn;
	}
	err = nf_register_net_hooks(mn->net, mn->hooks, MCS_HOOKS);
	mn->hooked = !err;
	return err;
}

/**
 * mcs_hooks_unregister() - see them no more
 * @mn: the namespace, without a bridge
 *
 * Context: process, RTNL. A hook may still run until a grace period passed.
 */
void mcs_hooks_unregister(struct mcs_net *mn)
{
	if (mn->hooked)
		nf_unregister_net_hooks(mn->net, mn->hooks, MCS_HOOKS);
	mn->hooked = false;
}
