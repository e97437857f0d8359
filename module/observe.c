// SPDX-License-Identifier: GPL-2.0
/*
 * Mode observe: all is learned and decided as ever, but what would be dropped
 * is only counted. For a bridge, for a VLAN and family, for a port, which
 * comes first.
 *
 * While anything of a bridge is observed, its fast path is closed. And while
 * reports reach ports that they would be kept from, hosts there keep their own
 * back (RFC 2236 section 3): when observing ends, members are asked before
 * anything is pruned.
 */
#include <linux/rtnetlink.h>
#include "frame.h"
#include "observe.h"

static bool observed(u8 of_port, u8 of_ctx)
{
	if (of_port == MCSNOOP_MODE_INHERIT)
		of_port = of_ctx;
	return of_port == MCSNOOP_MODE_OBSERVE;
}

/**
 * mcs_observes() - is what is decided about a frame at a port only counted?
 * @port: where it would be dropped
 * @frame: the frame, its VLAN and family are looked at
 *
 * Context: RCU read side.
 * Return: true if so.
 */
bool mcs_observes(const struct mcs_port *port, const struct mcs_frame *frame)
{
	const struct mcs_bridge *br = port->br;
	const struct mcs_vlan *vlan;
	u8 mode;

	if (likely(!READ_ONCE(br->fast.observe)))
		return false;
	mode = READ_ONCE(port->config.mode);
	if (mode != MCSNOOP_MODE_INHERIT)
		return mode == MCSNOOP_MODE_OBSERVE;
	vlan = mcs_vlan_find_rcu(br, frame->vid);
	/* what is not IP has no family, IPv4 stands for it */
	mode = vlan ? READ_ONCE(vlan->ctx[frame->mld].config.mode) :
		      READ_ONCE(br->config.ctx.mode);
	return mode == MCSNOOP_MODE_OBSERVE;
}

/**
 * mcs_observe_count() - count what would have been dropped
 * @out: port that it is let through to
 * @frame: the frame, classified
 * @rule: why it would have been kept back
 * @len: its octets
 *
 * Context: BH disabled, RCU read side.
 */
void mcs_observe_count(const struct mcs_port *out,
		       const struct mcs_frame *frame, enum mcsnoop_rule rule,
		       unsigned int len)
{
	struct mcs_group *group;

	switch (rule) {
	case MCSNOOP_RULE_REPORT_LOCAL:
	case MCSNOOP_RULE_REPORT_PROXIED:
	case MCSNOOP_RULE_REPORT_SUPPRESSED:
		mcs_count(out, MCSNOOP_COUNTER_OBSERVE_REPORTS);
		return;
	default:
		break;
	}
	mcs_count(out, MCSNOOP_COUNTER_OBSERVE_DATA);
	mcs_count_add(out, MCSNOOP_COUNTER_OBSERVE_BYTES, len);
	if (frame->kind != MCS_FRAME_DATA)
		return;
	group = mcs_group_find_rcu(out->br, &frame->dst, frame->vid);
	if (!group)
		return;
	atomic64_inc(&group->observed.frames);
	atomic64_add(len, &group->observed.bytes);
}

/* Everything goes to the port until its members were asked and have answered. */
static void end_at(struct mcs_ctx *ctx, struct mcs_port *port)
{
	if (port->id != MCS_HOST_PORT && test_bit(port->id, ctx->vlan->ports))
		__mcs_querier_port_new(ctx, port);
}

/**
 * __mcs_observe_ctx() - the mode of a VLAN and family changes
 * @ctx: VLAN and family, with the mode before
 * @mode: enum mcsnoop_mode
 *
 * Context: the bridge's lock and RTNL are held, RCU read side. The new mode is
 * written afterwards.
 */
void __mcs_observe_ctx(struct mcs_ctx *ctx, u8 mode)
{
	struct mcs_bridge *br = ctx->vlan->br;
	struct mcs_port *port;

	lockdep_assert_held(&br->lock);

	if (mode == MCSNOOP_MODE_OBSERVE)
		return;
	list_for_each_entry(port, &br->ports, node)
		if (port->config.mode == MCSNOOP_MODE_INHERIT)
			end_at(ctx, port);
	smp_wmb();	/* pairs with smp_rmb() in hooks.c, decide() */
}

/**
 * __mcs_observe_port() - the mode of a port changes
 * @port: the port, with the mode before
 * @mode: enum mcsnoop_mode
 *
 * Context: the bridge's lock and RTNL are held. The new mode is written
 * afterwards.
 */
void __mcs_observe_port(struct mcs_port *port, u8 mode)
{
	struct mcs_bridge *br = port->br;
	struct mcs_vlan *vlan;
	struct mcs_ctx *ctx;
	unsigned int i, f;

	lockdep_assert_held(&br->lock);

	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vlan, &br->vlans[i], hash)
			for (f = 0; f < MCS_FAMILIES; f++) {
				ctx = &vlan->ctx[f];
				if (observed(port->config.mode,
					     ctx->config.mode) &&
				    !observed(mode, ctx->config.mode))
					end_at(ctx, port);
			}
	smp_wmb();	/* as above */
}

static bool some_observed(const struct mcs_bridge *br)
{
	const struct mcs_vlan_config *vc;
	const struct mcs_port *port;
	unsigned int i;

	if (br->config.ctx.mode == MCSNOOP_MODE_OBSERVE)
		return true;
	list_for_each_entry(port, &br->ports, node)
		if (port->config.mode == MCSNOOP_MODE_OBSERVE)
			return true;
	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vc, &br->vlan_configs[i], node)
			if (vc->own & mcs_setting_bit(MCSNOOP_A_BRIDGE_MODE) &&
			    vc->config.mode == MCSNOOP_MODE_OBSERVE)
				return true;
	return false;
}

/**
 * mcs_observe_update() - modes were set: is anything observed now?
 * @br: the bridge
 *
 * Context: process, RTNL.
 */
void mcs_observe_update(struct mcs_bridge *br)
{
	bool some = some_observed(br);

	ASSERT_RTNL();

	if (some == br->fast.observe)
		return;
	WRITE_ONCE(br->fast.observe, some);
	mcs_fast_close(br);	/* opened, or not, when the bridge was read */
	schedule_work(&br->mn->sync);
}
