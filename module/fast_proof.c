// SPDX-License-Identifier: GPL-2.0
/*
 * What the fast path knows of a flow: the bridge takes its frames in this VLAN,
 * and floods them to the ports that we think it does. See fast.c.
 *
 * A proof belongs to a port and is shared by all processors. Where it leads is
 * worked out once for each processor that needs it, and kept in a lane.
 */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <net/vxlan.h>
#include "frame.h"

/* What the bridge does with frames from such ports is not repeated here. */
#ifdef BR_PORT_LOCKED
#define INGRESS_FLAGS	(BR_HAIRPIN_MODE | BR_ISOLATED | BR_VLAN_TUNNEL | \
			 BR_PORT_LOCKED)
#else
#define INGRESS_FLAGS	(BR_HAIRPIN_MODE | BR_ISOLATED | BR_VLAN_TUNNEL)
#endif

struct mcs_lane __percpu *mcs_lanes __read_mostly;

/* Of the frame that is on its way to the bridge. */
static DEFINE_PER_CPU(struct mcs_detour, detour);

/*
 * What is to be proved about a frame. It says in which of the bridge's states
 * the frame came in: what was proved before a change does not count after it.
 */
static u64 flow_of(const struct sk_buff *skb, u32 epoch)
{
	return mcs_lately_what(mcs_lane_key(skb) ^
			       (__force u16)mcs_lane_tag(skb), epoch);
}

static u64 *proof_slot(const struct mcs_port *in, u64 flow)
{
	return &in->proofs[mcs_lately_slot(flow, MCS_PROOFS)];
}

static void prove(const struct mcs_port *in, u64 flow)
{
	u64 *slot = proof_slot(in, flow);
	u64 proof = mcs_lately_now(flow);

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

/* The VLAN that the bridge takes the frame in, false when it is not plain. */
static bool find_vid(const struct mcs_port *in, const struct sk_buff *skb,
		     bool tagged, u16 *vid)
{
	const struct mcs_bridge *br = in->br;

	*vid = 0;
	if (br_port_flag_is_set(in->dev, INGRESS_FLAGS) ||
	    !READ_ONCE(in->forwarding) ||
	    (READ_ONCE(br->fast.tunnels) && has_tunnel(br)))
		return false;
	if (skb_vlan_tag_present(skb)) {
		*vid = skb_vlan_tag_get_id(skb);
		return !tagged || tag_counts(br, skb);
	}
	if (tagged)
		*vid = READ_ONCE(in->pvid);
	return !tagged || *vid;
}

/**
 * struct way - what is known of the way of a frame
 * @epoch: of the bridge, then
 * @tagged: the bridge filters by VLAN
 * @vlan: VLAN that the bridge takes the frame in
 * @flow: what is to be proved of it
 * @proof: the last that was proved there, of this flow or of another
 */
struct way {
	u32			epoch;
	bool			tagged;
	const struct mcs_vlan	*vlan;
	u64			flow;
	u64			proof;
};

/* 0 when it can be found, or the counter of why the bridge has to. */
static int find_way(const struct mcs_port *in, const struct sk_buff *skb,
		    struct way *way)
{
	const struct mcs_bridge *br = in->br;
	u16 vid;

	way->epoch = READ_ONCE(br->fast.epoch);
	smp_rmb();	/* pairs with smp_wmb() in mcs_fast_forget() */
	if (!READ_ONCE(br->fast.ready))
		return READ_ONCE(br->fast.observe) ?
		       MCSNOOP_COUNTER_PATH_OBSERVE :
		       MCSNOOP_COUNTER_PATH_CHANGED;
	way->tagged = READ_ONCE(br->fast.tagged);
	if (!find_vid(in, skb, way->tagged, &vid))
		return MCSNOOP_COUNTER_PATH_PORT;
	way->vlan = mcs_vlan_find_rcu(br, vid);
	if (unlikely(!way->vlan))
		return MCSNOOP_COUNTER_PATH_OPEN;
	if (way->tagged && !test_bit(in->id, way->vlan->ports))
		return MCSNOOP_COUNTER_PATH_PORT;
	way->flow = flow_of(skb, way->epoch);
	way->proof = READ_ONCE(*proof_slot(in, way->flow));
	return 0;
}

static bool is_proved(const struct way *way)
{
	return mcs_lately_seen(way->proof, way->flow);
}

/**
 * mcs_fast_enter() - the way of a frame that this processor does not know
 * @in: where it came in
 * @skb: data
 *
 * Context: softirq, RCU read side, after mcs_own_begin().
 * Return: 0 when the frame's lane leads there now, or the counter of why the
 *	bridge has to have it. When that is MCSNOOP_COUNTER_PATH_PROOF it may
 *	prove what mcs_fast_detour() says.
 */
int mcs_fast_enter(const struct mcs_port *in, const struct sk_buff *skb)
{
	struct mcs_detour *d;
	struct mcs_lane *l;
	struct way way;
	int reason;

	reason = find_way(in, skb, &way);
	if (reason)
		return reason;
	if (!is_proved(&way)) {
		d = this_cpu_ptr(&detour);
		d->skb = skb;
		d->vid = way.vlan->vid;
		d->due = READ_ONCE(way.vlan->nout) -
			 test_bit(in->id, way.vlan->out);
		d->flow = d->due ? way.flow : 0;
		return MCSNOOP_COUNTER_PATH_PROOF;
	}

	l = mcs_lane_slot(mcs_lane_key(skb), skb->protocol);
	l->key = mcs_lane_key(skb);
	l->in = in;
	l->ctx = &way.vlan->ctx[skb->protocol == htons(ETH_P_IPV6)];
	l->epoch = way.epoch;
	l->proved = way.proof;
	l->tagged = way.tagged;
	l->protocol = skb->protocol;
	l->tag = mcs_lane_tag(skb);
	return 0;
}

/**
 * mcs_fast_knows() - is the way of a frame known? Changes nothing
 * @in: where it would come in
 * @skb: data
 * @proved: its flow is taken for proved
 * @ctx: its VLAN and family; filled in when it is known
 *
 * Of a flow that has lost its proof to another, only the processor that its
 * frames come in on knows that they still pass.
 *
 * Context: BH disabled, RCU read side.
 * Return: as mcs_fast_enter().
 */
int mcs_fast_knows(const struct mcs_port *in, const struct sk_buff *skb,
		   bool proved, const struct mcs_ctx **ctx)
{
	u64 key = mcs_lane_key(skb);
	struct way way;
	int reason;

	reason = find_way(in, skb, &way);
	if (reason)
		return reason;
	*ctx = &way.vlan->ctx[skb->protocol == htons(ETH_P_IPV6)];
	if (proved || is_proved(&way))
		return 0;
	mcs_own_begin();
	proved = mcs_lane_leads(mcs_lane_slot(key, skb->protocol), key, in,
				skb);
	mcs_own_end();
	return proved ? 0 : MCSNOOP_COUNTER_PATH_PROOF;
}

/**
 * mcs_fast_detour() - what a frame may prove
 * @skb: the frame, of which mcs_fast_enter() said that it may
 * @copy: filled in
 *
 * Context: softirq.
 */
void mcs_fast_detour(const struct sk_buff *skb, struct mcs_detour *copy)
{
	mcs_own_begin();
	*copy = *this_cpu_ptr(&detour);
	mcs_own_end();
	if (copy->skb != skb)	/* another frame came between */
		copy->flow = 0;
}

/**
 * mcs_fast_init() - prepare what processors know
 *
 * Return: 0 or -ENOMEM.
 */
int __init mcs_fast_init(void)
{
	mcs_lanes = __alloc_percpu(MCS_LANES * sizeof(*mcs_lanes),
				   __alignof__(*mcs_lanes));
	return mcs_lanes ? 0 : -ENOMEM;
}

/**
 * mcs_fast_exit() - free it
 *
 * Context: process, no hook runs any more.
 */
void mcs_fast_exit(void)
{
	free_percpu(mcs_lanes);
}
