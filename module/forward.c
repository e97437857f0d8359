// SPDX-License-Identifier: GPL-2.0
/*
 * Where a frame goes: one decision for every path that asks. Readers only,
 * under RCU; nothing here writes.
 */
#include <linux/rculist.h>
#include "frame.h"

static const struct mcs_source *find_source(const struct mcs_srcset *set,
					    const struct in6_addr *src)
{
	const u64 src_high = get_unaligned_be64(src->s6_addr);
	const u64 src_low = get_unaligned_be64(src->s6_addr + 8);
	unsigned int low = 0, high = set->n;

	/* in the order of mcs_addr_cmp() */
	while (low < high) {
		unsigned int mid = (low + high) / 2;
		const struct mcs_source *s = &set->src[mid];
		const u64 s_high = get_unaligned_be64(s->addr.s6_addr);
		const u64 s_low = get_unaligned_be64(s->addr.s6_addr + 8);

		if (s_low == src_low && s_high == src_high)
			return s;
		if (src_high < s_high ||
		    (src_high == s_high && src_low < s_low))
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

/**
 * mcs_member_rule() - does one record want a source?
 * @m: the record
 * @src: the source
 *
 * RFC 3376 section 6.3.
 *
 * Context: RCU read side.
 * Return: the rule that applies.
 */
enum mcsnoop_rule mcs_member_rule(const struct mcs_member *m,
				  const struct in6_addr *src)
{
	const struct mcs_srcset *set = rcu_dereference(m->set);
	const struct mcs_source *s;

	if (!set)
		return MCSNOOP_RULE_MEMBER_EXCLUDE;
	s = find_source(set, src);
	if (set->mode == MCS_MODE_INCLUDE)
		return s ? MCSNOOP_RULE_MEMBER_INCLUDE :
			   MCSNOOP_RULE_SOURCE_NOT_INCLUDED;
	return s && !READ_ONCE(s->expires) ? MCSNOOP_RULE_SOURCE_BLOCKED :
					     MCSNOOP_RULE_MEMBER_EXCLUDE;
}

/* A group that some port asked for: only its records count. */
static enum mcsnoop_rule group_rule(const struct mcs_group *group,
				    const struct in6_addr *src,
				    const struct mcs_port *out)
{
	enum mcsnoop_rule rule = MCSNOOP_RULE_NOT_MEMBER;
	const struct mcs_member *m;

	hlist_for_each_entry_rcu(m, &group->members, group_node) {
		if (m->port != out)
			continue;
		rule = mcs_member_rule(m, src);
		if (mcs_rule_forwards(rule))
			break;	/* a static record may want what this does not */
	}
	return rule;
}

static u8 unregistered_policy(const struct mcs_ctx *ctx,
			      const struct mcs_port *out)
{
	u8 policy = READ_ONCE(out->config.unregistered);

	if (policy == MCSNOOP_UNREGISTERED_INHERIT)
		policy = READ_ONCE(ctx->config.unregistered);
	return policy;
}

/* A group that nobody asked for. */
static enum mcsnoop_rule unregistered_rule(const struct mcs_ctx *ctx,
					   const struct mcs_port *out,
					   bool to_router)
{
	u8 policy = unregistered_policy(ctx, out);

	if (policy == MCSNOOP_UNREGISTERED_DROP)
		return MCSNOOP_RULE_UNREGISTERED_DROP;
	if (to_router)
		return MCSNOOP_RULE_ROUTER_PORT;
	if (policy == MCSNOOP_UNREGISTERED_FLOOD ||
	    (policy == MCSNOOP_UNREGISTERED_AUTO && !READ_ONCE(ctx->nrouters)))
		return MCSNOOP_RULE_UNREGISTERED_FLOOD;
	return MCSNOOP_RULE_UNREGISTERED_DROP;
}

/* The host wants everything: a capture, a multicast routing daemon. */
static bool host_wants_all(const struct mcs_port *out)
{
	return out->id == MCS_HOST_PORT &&
	       (READ_ONCE(out->dev->flags) & (IFF_PROMISC | IFF_ALLMULTI));
}

/*
 * A routing daemon on the host must hear reports. A capture must not: the
 * host's own stack would, and keep back its own reports.
 */
static bool host_routes(const struct mcs_port *out)
{
	return out->id == MCS_HOST_PORT &&
	       (READ_ONCE(out->dev->flags) & IFF_ALLMULTI);
}

/*
 * Scope of a group, RFC 4291 section 2.7; of an IPv4 group the one that RFC 2365
 * section 8 puts beside it.
 */
static u8 scope_of(const struct in6_addr *group)
{
	const u8 *dst = group->s6_addr;

	if (!mcs_addr_is_v4(group))
		return dst[1] & 0x0f;
	if (dst[12] != 239)
		return 14;
	return dst[13] == 255 ? 3 : 8;
}

/* Groups of the link itself end nowhere on it. */
static bool of_link(const struct in6_addr *group)
{
	return !mcs_addr_is_v4(group) && group->s6_addr[1] == 0x02;
}

/**
 * mcs_boundary_keeps() - does a port with a boundary never get some data?
 * @group: destination of the data
 * @frame_ttl: its TTL or hop limit
 * @ttl: ttl-threshold of the port
 * @scope: scope-boundary of the port
 *
 * RFC 2365, RFC 4291 section 2.7.
 *
 * Return: the rule that keeps it, NOT_SNOOPED if none does.
 */
enum mcsnoop_rule mcs_boundary_keeps(const struct in6_addr *group, u8 frame_ttl,
				     u8 ttl, u8 scope)
{
	if (of_link(group))
		return MCSNOOP_RULE_NOT_SNOOPED;
	if (frame_ttl < ttl)
		return MCSNOOP_RULE_TTL_THRESHOLD;
	if (scope_of(group) <= scope)
		return MCSNOOP_RULE_SCOPE_BOUNDARY;
	return MCSNOOP_RULE_NOT_SNOOPED;
}

/*
 * Data where MAC addresses count: who has an entry for that of the frame gets it
 * as well. In mac-mode it is all that is looked at.
 */
static enum mcsnoop_rule mac_rule(const struct mcs_bridge *br,
				  const struct mcs_ctx *ctx,
				  const struct mcs_frame *frame,
				  const struct mcs_port *out)
{
	bool to_router = test_bit(out->id, ctx->routers);
	const struct mcs_group *group = NULL;
	enum mcs_by_mac by_mac;

	if (READ_ONCE(br->macs) & MCS_MACS_MODE) {
		if (mcs_mac_is_flooded(frame->dest))
			return MCSNOOP_RULE_LINK_LOCAL;
		by_mac = mcs_mac_groups_rcu(br, frame, out);
	} else {
		by_mac = mcs_mac_entry_rcu(br, frame, out);
		group = mcs_group_find_rcu(br, &frame->dst, frame->vid);
	}
	if (!group && by_mac == MCS_MAC_NONE)
		return unregistered_rule(ctx, out, to_router);
	if (to_router)
		return MCSNOOP_RULE_ROUTER_PORT;
	if (by_mac == MCS_MAC_HERE)
		return MCSNOOP_RULE_MEMBER_MAC;
	return group ? group_rule(group, &frame->src, out) :
		       MCSNOOP_RULE_NOT_MEMBER;
}

/*
 * What is not IP goes where the entries for its MAC address are, if there are
 * any. Nobody reports such addresses: the host may want it without an entry,
 * and so may whoever is behind a router port.
 */
static enum mcsnoop_rule not_ip_rule(const struct mcs_bridge *br,
				     const struct mcs_frame *frame,
				     const struct mcs_port *out)
{
	const struct mcs_vlan *vlan;

	switch (mcs_mac_entry_rcu(br, frame, out)) {
	case MCS_MAC_HERE:
		return MCSNOOP_RULE_MEMBER_MAC;
	case MCS_MAC_ELSEWHERE:
		break;
	default:
		return MCSNOOP_RULE_NOT_SNOOPED;
	}
	if (out->id == MCS_HOST_PORT)
		return MCSNOOP_RULE_NOT_SNOOPED;
	vlan = mcs_vlan_find_rcu(br, frame->vid);
	if (vlan && (test_bit(out->id, vlan->ctx[MCS_IGMP].routers) ||
		     test_bit(out->id, vlan->ctx[MCS_MLD].routers)))
		return MCSNOOP_RULE_ROUTER_PORT;
	return MCSNOOP_RULE_NOT_MEMBER;
}

static enum mcsnoop_rule data_rule(const struct mcs_bridge *br,
				   const struct mcs_ctx *ctx,
				   const struct mcs_frame *frame,
				   const struct mcs_port *out)
{
	bool to_router = test_bit(out->id, ctx->routers);
	const struct mcs_group *group;

	if (host_wants_all(out))
		return MCSNOOP_RULE_HOST_ALL;
	if (unlikely(READ_ONCE(br->macs)))
		return mac_rule(br, ctx, frame, out);
	group = mcs_group_find_rcu(br, &frame->dst, frame->vid);
	if (!group)
		return unregistered_rule(ctx, out, to_router);
	if (to_router)
		return MCSNOOP_RULE_ROUTER_PORT;
	return group_rule(group, &frame->src, out);
}

/*
 * A solicitation whose target is known goes there, and to whoever has asked for
 * the group in one way or another. That needs no proof: the others are not
 * looked for.
 */
static enum mcsnoop_rule nd_rule(const struct mcs_bridge *br,
				 const struct mcs_ctx *ctx,
				 const struct mcs_frame *frame,
				 const struct mcs_port *out)
{
	enum mcsnoop_rule rule;

	if (out->id == frame->nd_port)
		return MCSNOOP_RULE_ND_TARGET;
	if (READ_ONCE(ctx->pruning) == MCSNOOP_PRUNING_ACTIVE &&
	    test_bit(out->id, ctx->unasked))
		return MCSNOOP_RULE_NO_PRUNING;
	rule = data_rule(br, ctx, frame, out);
	switch (rule) {
	case MCSNOOP_RULE_HOST_ALL:
	case MCSNOOP_RULE_ROUTER_PORT:
	case MCSNOOP_RULE_MEMBER_EXCLUDE:
	case MCSNOOP_RULE_MEMBER_INCLUDE:
	case MCSNOOP_RULE_MEMBER_MAC:
		return rule;
	default:
		return MCSNOOP_RULE_ND_ELSEWHERE;
	}
}

/* RFC 4541 section 2.1.1 (1) */
static enum mcsnoop_rule report_rule(const struct mcs_ctx *ctx,
				     const struct mcs_frame *frame,
				     const struct mcs_port *out)
{
	if (host_routes(out))
		return MCSNOOP_RULE_REPORT_ROUTER;
	if (!test_bit(out->id, ctx->routers))
		return READ_ONCE(out->config.flood_reports) ?
		       MCSNOOP_RULE_REPORT_FLOOD : MCSNOOP_RULE_REPORT_LOCAL;
	if (frame->kept != MCSNOOP_RULE_NOT_SNOOPED)
		return frame->kept;
	return MCSNOOP_RULE_REPORT_ROUTER;
}

/**
 * mcs_forward_rule() - decide about one frame and one port
 * @br: the bridge
 * @frame: the frame, classified
 * @out: port it may leave by, or the host side
 *
 * RFC 4541 section 2.1.2 and RFC 3376 section 6.3. Nothing is pruned without
 * proof that members are asked and answer.
 *
 * Context: RCU read side.
 * Return: the rule that applies, see mcs_rule_forwards().
 */
enum mcsnoop_rule mcs_forward_rule(const struct mcs_bridge *br,
				   const struct mcs_frame *frame,
				   const struct mcs_port *out)
{
	const struct mcs_vlan *vlan;
	const struct mcs_ctx *ctx;
	enum mcsnoop_rule rule;

	switch ((enum mcs_frame_kind)frame->kind) {
	case MCS_FRAME_NONE:
		return unlikely(READ_ONCE(br->macs)) ?
		       not_ip_rule(br, frame, out) : MCSNOOP_RULE_NOT_SNOOPED;
	case MCS_FRAME_FLOOD:
		return frame->rule;
	case MCS_FRAME_REPORT:
	case MCS_FRAME_ND:
		break;
	case MCS_FRAME_DATA:
		rule = mcs_boundary_rule(&frame->dst, frame->ttl, out);
		if (rule)
			return rule;
		break;
	}

	vlan = mcs_vlan_find_rcu(br, frame->vid);
	if (!vlan || READ_ONCE(br->intree))
		return MCSNOOP_RULE_NO_PRUNING;
	ctx = &vlan->ctx[frame->mld];
	if (frame->kind == MCS_FRAME_REPORT) {
		if (READ_ONCE(ctx->pruning) == MCSNOOP_PRUNING_NO_QUERIER)
			return MCSNOOP_RULE_NO_PRUNING;
		return report_rule(ctx, frame, out);
	}
	if (frame->kind == MCS_FRAME_ND)
		return nd_rule(br, ctx, frame, out);
	if (READ_ONCE(ctx->pruning) != MCSNOOP_PRUNING_ACTIVE ||
	    test_bit(out->id, ctx->unasked))
		return MCSNOOP_RULE_NO_PRUNING;
	return data_rule(br, ctx, frame, out);
}

/**
 * mcs_is_unasked() - is a port not pruned although its VLAN is?
 * @out: the port
 * @frame: data that goes there for want of pruning
 *
 * Context: RCU read side.
 * Return: true when its members have not been asked yet, or had no time to
 *	answer.
 */
bool mcs_is_unasked(const struct mcs_port *out, const struct mcs_frame *frame)
{
	const struct mcs_vlan *vlan = mcs_vlan_find_rcu(out->br, frame->vid);
	const struct mcs_ctx *ctx;

	if (!vlan)
		return false;
	ctx = &vlan->ctx[frame->mld];
	return READ_ONCE(ctx->pruning) == MCSNOOP_PRUNING_ACTIVE &&
	       test_bit(out->id, ctx->unasked);
}
