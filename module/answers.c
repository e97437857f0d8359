// SPDX-License-Identifier: GPL-2.0
/*
 * How long members may keep a querier waiting, what that does to records
 * that run out meanwhile, and what happens when they have answered.
 */
#include "mcsnoop.h"

#define ANSWER_TRIP	(50 * NSEC_PER_MSEC)	/* from a host to here */

/*
 * When all answers to a query have come. Hosts do not keep to the Max Response
 * Time: a timer of Linux's wheel fires up to an eighth of its time too late.
 */
static u64 answer_time(u64 response)
{
	return response + response / 8 + ANSWER_TRIP;
}

/**
 * __mcs_pruning_set() - begin or cease to prune
 * @ctx: VLAN and family
 * @pruning: enum mcsnoop_pruning
 *
 * Context: the bridge's lock is held.
 */
void __mcs_pruning_set(struct mcs_ctx *ctx, u8 pruning)
{
	lockdep_assert_held(&ctx->vlan->br->lock);

	if (ctx->pruning == pruning)
		return;
	ctx->evidence.since = mcs_now();
	WRITE_ONCE(ctx->pruning, pruning);
	__mcs_ctx_settle(ctx);
}

/**
 * __mcs_evidence_rival() - somebody queries who is not the elected querier
 * @ctx: VLAN and family
 * @port: where
 * @addr: who
 * @elected_at: when the elected querier, or this bridge, queried last, ns
 * @now: ns
 *
 * Whoever loses an election has sent a query before it knew. It is a second
 * querier if it sends another after the elected one did, RFC 3376 section 6.6.2.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_evidence_rival(struct mcs_ctx *ctx, const struct mcs_port *port,
			  const struct in6_addr *addr, u64 elected_at, u64 now)
{
	struct mcs_evidence *e = &ctx->evidence;

	lockdep_assert_held(&ctx->vlan->br->lock);

	e->rival_sure = e->rival_heard && !mcs_addr_cmp(&e->rival, addr) &&
			(e->rival_sure || e->rival_heard < elected_at);
	e->rival = *addr;
	e->rival_port = port->dev->ifindex;
	e->rival_heard = now;
}

/**
 * __mcs_ctx_settle() - what decides about data?
 * @ctx: VLAN and family, after a change of @pruning, @unasked, @routers, of the
 *	ports or of struct mcs_bridge.macs
 *
 * Frames under way may see it a moment late, as they may the change itself.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_ctx_settle(struct mcs_ctx *ctx)
{
	bool asked;

	lockdep_assert_held(&ctx->vlan->br->lock);

	asked = ctx->pruning == MCSNOOP_PRUNING_ACTIVE &&
		!test_bit(MCS_HOST_PORT, ctx->routers) &&
		!bitmap_intersects(ctx->unasked, ctx->vlan->ports,
				   MCS_PORTS_MAX);
	WRITE_ONCE(ctx->asked, asked);
	WRITE_ONCE(ctx->settled, asked && !ctx->vlan->br->macs);
}

/**
 * __mcs_answers_first() - somebody asks, so members will answer
 * @ctx: VLAN and family
 * @response: the longest time the query allows, ns
 * @now: ns
 *
 * Pruning may begin after they had time.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_answers_first(struct mcs_ctx *ctx, u64 response, u64 now)
{
	lockdep_assert_held(&ctx->vlan->br->lock);

	if (ctx->pruning != MCSNOOP_PRUNING_NO_QUERIER)
		return;
	__mcs_pruning_set(ctx, MCSNOOP_PRUNING_LEARNING);
	ctx->grace_began = now;
	__mcs_deadline_set(ctx->vlan->br, &ctx->grace,
			   now + answer_time(response));
}

/*
 * While hosts have time to answer they are asked again. By RFC 3810 section 6.2
 * they answer when they would have, but Linux draws a new delay for MLD: they
 * get that time as well, up to twice the usual.
 */
static void prolong(struct mcs_ctx *ctx, struct mcs_deadline *dl, u64 began,
		    u64 response, u64 now)
{
	u64 due;

	response = min(response, mcs_ctx_response_interval(ctx));
	due = min(now, began + response) + answer_time(response);
	if (dl->due && due > dl->due)
		__mcs_deadline_set(ctx->vlan->br, dl, due);
}

/* Nothing is flooded any more because the topology changed. */
static void settled_down(struct mcs_ctx *ctx)
{
	if (!ctx->moved || mcs_ctx_flooded(ctx))
		return;
	ctx->moved = false;
	mcs_changed(ctx->vlan->br);
	__mcs_event_querier(ctx, MCSNOOP_CAUSE_TOPOLOGY);
}

/**
 * __mcs_answers_asked() - a general query goes to, or comes by, every port
 * @ctx: VLAN and family, with the values of the query before in force
 * @from: port id of where it came in, MCS_HOST_PORT for our own
 * @response: the longest time the query allows, ns
 * @now: ns
 *
 * Ports that nobody had asked yet are pruned like the others when their members
 * had time to answer it. Ports that are added while that time runs wait for the
 * next query.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_answers_asked(struct mcs_ctx *ctx, u16 from, u64 response, u64 now)
{
	struct mcs_evidence *e = &ctx->evidence;

	lockdep_assert_held(&ctx->vlan->br->lock);

	/* members answer queries that come close together once */
	if (now - e->queried >= response) {
		e->before[1] = e->before[0];
		e->before[0] = e->queried;
	}
	e->queried = now;
	if (ctx->asker != from) {
		ctx->asker = from;
		ctx->asker_since = now;
	}
	prolong(ctx, &ctx->grace, ctx->grace_began, response, now);
	prolong(ctx, &ctx->answers, ctx->answers_began, response, now);
	if (ctx->answers.due)
		return;
	ctx->answers_began = now;
	bitmap_and(ctx->answering, ctx->unasked, ctx->vlan->ports,
		   MCS_PORTS_MAX);
	if (!bitmap_empty(ctx->answering, MCS_PORTS_MAX))
		__mcs_deadline_set(ctx->vlan->br, &ctx->answers,
				   now + answer_time(response));
	else
		settled_down(ctx);
}

/**
 * __mcs_answers_router_over() - a router port ceases to be one by itself
 * @ctx: VLAN and family
 * @port: the port, to which everything went
 * @now: ns
 *
 * Members behind a port answer a querier there, and not all of that comes our
 * way. They are known when somebody else asked and they had time to answer.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_answers_router_over(struct mcs_ctx *ctx, struct mcs_port *port,
			       u64 now)
{
	u64 due = ctx->asker_since +
		  answer_time(mcs_ctx_response_interval(ctx));

	if (ctx->asker != port->id && due <= now)
		return;
	__mcs_querier_unasked(ctx, port);
	if (ctx->asker == port->id)
		return;
	set_bit(port->id, ctx->answering);
	if (!ctx->answers.due)
		ctx->answers_began = ctx->asker_since;
	if (due > ctx->answers.due)
		__mcs_deadline_set(ctx->vlan->br, &ctx->answers, due);
}

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
	u64 due = now + answer_time(response);
	struct mcs_params p;

	lockdep_assert_held(&ctx->vlan->br->lock);

	mcs_ctx_params(ctx, &p);
	if (ctx->pruning == MCSNOOP_PRUNING_NO_QUERIER ||
	    response <= mcs_ctx_response_interval(ctx) ||
	    response + mcs_ctx_response_interval(ctx) +
	    mcs_ctx_query_interval(ctx) <= p.gmi ||
	    due <= ctx->grace.due)
		return;
	__mcs_pruning_set(ctx, MCSNOOP_PRUNING_LEARNING);
	ctx->grace_began = now;
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
	__mcs_pruning_set(ctx, MCSNOOP_PRUNING_ACTIVE);
	mcs_changed(ctx->vlan->br);
	__mcs_event_querier(ctx, MCSNOOP_CAUSE_QUERY);
}

/**
 * mcs_ctx_flooded() - ports that get everything because nobody asked there yet
 * @ctx: VLAN and family
 *
 * Router ports are not among them, they get everything anyway.
 *
 * Context: the bridge's lock is held.
 * Return: how many.
 */
unsigned int mcs_ctx_flooded(const struct mcs_ctx *ctx)
{
	unsigned int id, n = 0;

	for_each_set_bit(id, ctx->unasked, MCS_PORTS_MAX)
		n += test_bit(id, ctx->vlan->ports) &&
		     !test_bit(id, ctx->routers);
	return n;
}

/**
 * __mcs_answers_over() - members had time to answer: prune their ports
 * @ctx: VLAN and family
 *
 * Context: the bridge's lock is held.
 */
void __mcs_answers_over(struct mcs_ctx *ctx)
{
	unsigned int id;

	/* bit by bit: readers look at single ones */
	for_each_set_bit(id, ctx->answering, MCS_PORTS_MAX)
		clear_bit(id, ctx->unasked);
	bitmap_zero(ctx->answering, MCS_PORTS_MAX);
	__mcs_ctx_settle(ctx);
	settled_down(ctx);
}
