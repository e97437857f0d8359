// SPDX-License-Identifier: GPL-2.0
/*
 * How long members may keep a querier waiting, what that does to records
 * that run out meanwhile, and what happens when they have answered.
 */
#include "mcsnoop.h"

/**
 * __mcs_answers_wait() - the elected querier asks, members answer in their time
 * @ctx: VLAN and family, with the values of the query before in force
 * @response: the longest time the query allows, ns
 * @now: ns
 *
 * A record that was refreshed in answer to the query before has what is left
 * of the Group Membership Interval. A query may allow hosts more than that, up
 * to 53 minutes (RFC 3376 section 4.1.1), and members would lose their streams
 * before they answer: nothing is pruned until then.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_answers_wait(struct mcs_ctx *ctx, u64 response, u64 now)
{
	u64 due = now + response;
	struct mcs_params p;

	lockdep_assert_held(&ctx->vlan->br->lock);

	mcs_ctx_params(ctx, &p);
	if (ctx->pruning == MCSNOOP_PRUNING_NO_QUERIER ||
	    response <= mcs_ctx_response_interval(ctx) ||
	    response + mcs_ctx_response_interval(ctx) +
	    mcs_ctx_query_interval(ctx) <= p.gmi ||
	    due <= ctx->grace.due)
		return;
	WRITE_ONCE(ctx->pruning, MCSNOOP_PRUNING_LEARNING);
	__mcs_deadline_set(ctx->vlan->br, &ctx->grace, due);
	mcs_changed(ctx->vlan->br);
	__mcs_event_querier(ctx, MCSNOOP_CAUSE_QUERY);
}

/**
 * __mcs_querier_grace_over() - members had time to answer: prune
 * @ctx: VLAN and family
 * @now: ns
 *
 * Context: the bridge's lock is held.
 */
void __mcs_querier_grace_over(struct mcs_ctx *ctx, u64 now)
{
	if (ctx->pruning != MCSNOOP_PRUNING_LEARNING)
		return;
	WRITE_ONCE(ctx->pruning, MCSNOOP_PRUNING_ACTIVE);
	mcs_changed(ctx->vlan->br);
	__mcs_event_querier(ctx, MCSNOOP_CAUSE_QUERY);
}
