// SPDX-License-Identifier: GPL-2.0
/*
 * Reports that routers need not hear: those that a proxy reports for, and
 * those that say what was said already since the last query.
 */
#include <linux/etherdevice.h>
#include "mcsnoop.h"

/**
 * __mcs_round_begin() - everybody was asked: each group may be reported again
 * @ctx: VLAN and family
 *
 * Context: the bridge's lock is held.
 */
void __mcs_round_begin(struct mcs_ctx *ctx)
{
	lockdep_assert_held(&ctx->vlan->br->lock);

	if (!++ctx->round)
		ctx->round = 1;
}

/**
 * __mcs_round_group() - a group was asked for: it may be reported again
 * @ctx: VLAN and family
 * @group: the group
 *
 * Context: the bridge's lock is held.
 */
void __mcs_round_group(struct mcs_ctx *ctx, const struct in6_addr *group)
{
	struct mcs_group *g = mcs_group_find_rcu(ctx->vlan->br, group,
						 ctx->vlan->vid);

	if (g)
		g->round = 0;
}

/*
 * What one host has said in this round no other needs to say. The same host
 * may say it again: that is how it makes up for a report that was lost.
 */
static bool is_said(struct mcs_ctx *ctx, const struct in6_addr *group,
		    const u8 *smac)
{
	struct mcs_group *g = mcs_group_find_rcu(ctx->vlan->br, group,
						 ctx->vlan->vid);

	if (!g)
		return false;
	if (g->round == ctx->round)
		return !ether_addr_equal(g->said_by, smac);
	g->round = ctx->round;
	ether_addr_copy(g->said_by, smac);
	return false;
}

/*
 * Routers ignore MLD from the unspecified address (RFC 3810 section 5.2.13):
 * without a link-local one, hosts speak for themselves.
 */
static bool can_speak(const struct mcs_ctx *ctx)
{
	struct in6_addr own;

	return mcs_own_address_rcu(ctx->vlan, ctx->mld, &own);
}

/**
 * __mcs_report_kept() - is a report kept from router ports?
 * @port: where it was heard
 * @ctx: VLAN and family
 * @msg: the report or leave; it has been learned
 * @smac: source MAC address of the frame
 *
 * What comes from a router port goes to the others in any case: it is heard on
 * that link, but switches there know it only for that link. RFC 4541 sections
 * 2.1.1 (2) and 4 (question 1); RFC 3376 appendix A.2: IGMPv3 and MLDv2 are
 * not suppressed.
 *
 * Context: the bridge's lock is held, RCU read side.
 * Return: the rule that keeps it, or MCSNOOP_RULE_NOT_SNOOPED for none.
 */
enum mcsnoop_rule __mcs_report_kept(struct mcs_port *port, struct mcs_ctx *ctx,
				    const struct mcs_msg *msg, const u8 *smac)
{
	lockdep_assert_held(&port->br->lock);

	if (ctx->pruning == MCSNOOP_PRUNING_NO_QUERIER || !ctx->nrouters ||
	    test_bit(port->id, ctx->routers))
		return MCSNOOP_RULE_NOT_SNOOPED;
	if (ctx->proxying && can_speak(ctx)) {
		mcs_count(port, MCSNOOP_COUNTER_REPORTS_ABSORBED);
		return MCSNOOP_RULE_REPORT_PROXIED;
	}
	if (ctx->config.report_suppression && msg->type == MCS_MSG_REPORT &&
	    is_said(ctx, &msg->group, smac)) {
		mcs_count(port, MCSNOOP_COUNTER_REPORTS_SUPPRESSED);
		return MCSNOOP_RULE_REPORT_SUPPRESSED;
	}
	return MCSNOOP_RULE_NOT_SNOOPED;
}
