// SPDX-License-Identifier: GPL-2.0
/*
 * Members are asked although none of them has left:
 *
 * - A specific query was heard that is not known to be the querier's. By RFC
 *   3376 section 6.6.1 it takes the group from all who do not answer, and it
 *   is one frame that anybody can send, to a few of them only. So whoever holds
 *   the group is asked by us, as often as after a leave, and has the time for
 *   it.
 * - A host has moved to another port, see follow.c.
 * - A record runs out while there is data for the group, and no general query
 *   was heard in time for members to say that they are still there.
 *
 * Where another is the querier this is done with its values, see send.c. A port
 * has its share of such queries, the same as for leaves; beyond it, and where no
 * query can be sent, the one leaves timers alone, and the other lets them end.
 */
#include <linux/if_bridge.h>
#include <linux/slab.h>
#include "ask.h"
#include "log.h"

/* Leaves of a port that may be followed by queries: so many at once */
#define ASK_BURST	4096
#define ASK_PERIOD	NSEC_PER_MSEC	/* and one in such a time */

/**
 * mcs_may_ask() - may another specific query go to a port?
 * @port: the port
 * @now: ns
 *
 * A port's share of queries after leaves, RFC 3376 section 9.1.
 *
 * Context: the bridge's lock is held.
 * Return: true, and it is taken from the share; else that is counted.
 */
bool mcs_may_ask(struct mcs_port *port, u64 now)
{
	if (port->asked_until >= now + ASK_BURST * ASK_PERIOD) {
		mcs_count(port, MCSNOOP_COUNTER_LIMIT_QUERIES);
		return false;
	}
	port->asked_until = max(port->asked_until, now) + ASK_PERIOD;
	return true;
}

/**
 * mcs_both_isolated() - does the bridge keep two ports apart?
 * @a: a port
 * @b: another
 *
 * It forwards nothing between isolated ports, queries neither.
 *
 * Return: true if nothing that comes in by one goes out by the other.
 */
bool mcs_both_isolated(const struct mcs_port *a, const struct mcs_port *b)
{
	return a->id != MCS_HOST_PORT && b->id != MCS_HOST_PORT &&
	       br_port_flag_is_set(a->dev, BR_ISOLATED) &&
	       br_port_flag_is_set(b->dev, BR_ISOLATED);
}

/* Can members be asked here, whoever the querier is? */
static bool able(const struct mcs_ctx *ctx)
{
	return ctx->vlan->owned && !ctx->vlan->br->intree &&
	       (ctx->mld || mcs_ctx_ask_version(ctx) > 1) && mcs_can_ask(ctx);
}

/* Do all queries go to where they would be asked, and all data as well? */
static bool is_router_port(const struct mcs_ctx *ctx,
			   const struct mcs_port *port)
{
	return test_bit(port->id, ctx->routers);
}

/**
 * mcs_query_is_believed() - does a specific query come from the querier?
 * @ctx: VLAN and family
 * @port: where it was heard
 * @msg: the query, to a MAC address at which members hear it
 *
 * From the address that was elected and from where that is; or from no address,
 * where nobody with one queries. It has not been routed. A port may be told
 * to believe all.
 *
 * Context: the bridge's lock is held.
 * Return: true if timers may be lowered for it as it says.
 */
bool mcs_query_is_believed(const struct mcs_ctx *ctx,
			   const struct mcs_port *port,
			   const struct mcs_msg *msg)
{
	lockdep_assert_held(&port->br->lock);

	if (port->config.trust_queries)
		return true;
	if (msg->notes & MCS_NOTE_TTL ||
	    ctx->querier_port != port->dev->ifindex)
		return false;
	if (ctx->state == MCSNOOP_QUERIER_STATE_PROXY)
		return mcs_addr_is_zero(&msg->src);
	return ctx->state == MCSNOOP_QUERIER_STATE_OTHER &&
	       !mcs_addr_cmp(&msg->src, &ctx->querier_addr);
}

/* Room for the sources of a query, taken before anything is lowered. */
static struct in6_addr *list_get(const struct mcs_srcset *set,
				 struct in6_addr *few, unsigned int nfew)
{
	if (!set || set->n <= nfew)
		return few;
	return kmalloc_array(set->n, sizeof(*few), GFP_ATOMIC | __GFP_NOWARN);
}

/**
 * struct asking - what asking about a record takes
 * @p: parameters
 * @room: for the sources of a query
 * @few: @room, if they are few
 */
struct asking {
	struct mcs_params	p;
	struct in6_addr		*room;
	struct in6_addr		few[4];
};

static bool begin(struct asking *a, struct mcs_member *m, struct mcs_ctx *ctx,
		  u64 now)
{
	if (!able(ctx) || !mcs_may_ask(m->port, now))
		return false;
	a->room = list_get(__mcs_member_set(m), a->few, ARRAY_SIZE(a->few));
	if (!a->room) {
		mcs_count(m->port, MCSNOOP_COUNTER_NO_MEMORY);
		return false;
	}
	mcs_ctx_params(ctx, &a->p);
	a->p.version = mcs_ctx_ask_version(ctx);
	return true;
}

static void end(struct asking *a)
{
	if (a->room != a->few)
		kfree(a->room);
}

/* Ask for what has this time, and again as often as after a leave. */
static void ask(struct asking *a, struct mcs_member *m, struct mcs_ctx *ctx,
		u64 until, u64 now)
{
	struct mcs_srcset *set = __mcs_member_set(m);
	struct mcs_source *list = set ? set->src : NULL;
	unsigned int n = set ? set->n : 0;

	mcs_fsm_ask(&m->rec, list, n, &a->p, until, now);
	__mcs_member_send_due(m, ctx, &a->p, a->room, now);
	__mcs_deadline_set(m->port->br, &m->deadline,
			   mcs_fsm_deadline(&m->rec, list, n));
}

/* Who does not answer loses it. */
static void ask_one(struct mcs_member *m, struct mcs_ctx *ctx,
		    const struct in6_addr *srcs, unsigned int n, u64 until,
		    u64 now)
{
	struct mcs_srcset *set = __mcs_member_set(m);
	struct asking a;

	if (!begin(&a, m, ctx, now))
		return;
	if (mcs_fsm_query(&m->rec, set ? set->src : NULL, set ? set->n : 0,
			  srcs, n, until - now, now)) {
		m->asked_until = until;
		ask(&a, m, ctx, until, now);
	} else {
		/* there was nothing to ask: others may use the port's share */
		m->port->asked_until -= ASK_PERIOD;
	}
	end(&a);
}

/*
 * Not while members have time to answer, nor in vain: who does not say that it
 * leaves does not answer either.
 */
static bool may_be_asked(const struct mcs_member *m, const struct mcs_ctx *ctx,
			 const struct mcs_params *p, u64 now)
{
	return m->asked_until <= now && !is_router_port(ctx, m->port) &&
	       !mcs_fsm_leave_ignored(&m->rec, p, now);
}

/**
 * __mcs_ask_again() - is something still wanted here?
 * @m: the record
 * @ctx: VLAN and family
 * @srcs: sources asked for, sorted and unique
 * @n: how many, 0 for the group as a whole
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_ask_again(struct mcs_member *m, struct mcs_ctx *ctx,
		     const struct in6_addr *srcs, unsigned int n)
{
	u64 now = mcs_now();
	struct mcs_params p;

	mcs_ctx_params(ctx, &p);
	if (may_be_asked(m, ctx, &p, now))
		ask_one(m, ctx, srcs, n, now + mcs_fsm_lmqt(&p), now);
}

/**
 * __mcs_ask_confirm() - let members say that a new record is right
 * @m: the record, whose timers have just been set
 * @ctx: VLAN and family
 *
 * Without an answer it stays as long as any.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_ask_confirm(struct mcs_member *m, struct mcs_ctx *ctx)
{
	struct mcs_srcset *set = __mcs_member_set(m);
	u64 until = m->rec.group_expires;
	u64 now = mcs_now();
	struct asking a;

	if (is_router_port(ctx, m->port) || !begin(&a, m, ctx, now))
		return;
	if (m->rec.mode == MCS_MODE_INCLUDE && set && set->n)
		until = set->src[0].expires;
	ask(&a, m, ctx, until, now);
	end(&a);
}

/**
 * __mcs_ask_doubted() - a specific query was heard that is not believed
 * @ctx: VLAN and family
 * @from: where it was heard
 * @msg: the query, without the S flag
 * @srcs: sources asked for, sorted and unique
 * @n: how many, 0 for the group as a whole
 * @lmqt: time it gives members to answer, ns
 *
 * Not behind the port that it came from, nor where a router is. While members
 * have time to answer they are not asked again, so two bridges that doubt each
 * other's queries come to an end.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_ask_doubted(struct mcs_ctx *ctx, struct mcs_port *from,
		       const struct mcs_msg *msg, const struct in6_addr *srcs,
		       unsigned int n, u64 lmqt)
{
	struct mcs_group *group;
	struct mcs_params p;
	struct mcs_member *m;
	u64 now = mcs_now();

	lockdep_assert_held(&from->br->lock);

	mcs_count(from, MCSNOOP_COUNTER_NOTE_DOUBTED);
	group = mcs_group_find_rcu(from->br, &msg->group, ctx->vlan->vid);
	if (!group)
		return;
	/* who asks in others' name does that on the share of its own port */
	if (!mcs_may_ask(from, now))
		return;
	mcs_ctx_params(ctx, &p);
	lmqt = max(lmqt, mcs_fsm_lmqt(&p));
	hlist_for_each_entry(m, &group->members, group_node) {
		if (m->is_static || m->port == from ||
		    !may_be_asked(m, ctx, &p, now) ||
		    mcs_both_isolated(m->port, from))
			continue;
		ask_one(m, ctx, srcs, n, now + lmqt, now);
	}
}

/*
 * Were members asked since a record was refreshed, as often as they should be,
 * and had they time to answer?
 */
static bool was_asked(const struct mcs_ctx *ctx, u64 since, u64 now)
{
	const struct mcs_evidence *e = &ctx->evidence;
	const u64 queries[] = { e->queried, e->before[0], e->before[1] };
	u64 response = mcs_ctx_response_interval(ctx);
	unsigned int i, n = 0;

	/* the last may be too fresh, so three are remembered to find two */
	for (i = 0; i < ARRAY_SIZE(queries); i++)
		n += queries[i] > since && queries[i] + response <= now;
	return n >= min_t(unsigned int, mcs_ctx_robustness(ctx), 2);
}

static bool data_flows(const struct mcs_ctx *ctx, const struct mcs_group *group)
{
	unsigned long seen = READ_ONCE(group->seen);

	return seen && jiffies64_to_nsecs(jiffies - seen) <=
		       mcs_ctx_query_interval(ctx);
}

/* Would the port lose the stream? */
static bool is_pruned(const struct mcs_ctx *ctx, const struct mcs_port *port)
{
	return ctx->pruning == MCSNOOP_PRUNING_ACTIVE &&
	       !test_bit(port->id, ctx->unasked) && !is_router_port(ctx, port);
}

/**
 * __mcs_ask_heal() - a timer of a record ran out: should it have?
 * @m: the record
 * @ctx: VLAN and family
 * @p: parameters
 * @now: ns
 *
 * Not when it ran out because of a specific query, ours or a heard one. When
 * the last query is too fresh for all answers to have come, members are asked
 * as well: who answers that, answers ours.
 *
 * The timer is put off, and whoever calls sends what became due.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_ask_heal(struct mcs_member *m, struct mcs_ctx *ctx,
		    const struct mcs_params *p, u64 now)
{
	struct mcs_srcset *set = __mcs_member_set(m);
	struct mcs_source *srcs = set ? set->src : NULL;
	unsigned int n = set ? set->n : 0;
	struct mcs_params asks = *p;
	u64 until, out;

	lockdep_assert_held(&m->port->br->lock);

	out = mcs_fsm_ran_out(&m->rec, srcs, n, now);
	if (!out || out <= m->asked_until ||
	    !m->port->br->config.self_heal || !is_pruned(ctx, m->port) ||
	    was_asked(ctx, out - min(out, p->gmi), now) ||
	    !data_flows(ctx, m->group) || !able(ctx) ||
	    !mcs_may_ask(m->port, now))
		return;
	until = now + mcs_fsm_lmqt(p);
	asks.version = mcs_ctx_ask_version(ctx);
	mcs_fsm_hold(&m->rec, srcs, n, until, now);
	mcs_fsm_ask(&m->rec, srcs, n, &asks, until, now);
	m->asked_until = until;
	m->healing = true;
	mcs_count(m->port, MCSNOOP_COUNTER_HEAL_ASKED);
	__mcs_log_heal(m);
}

/**
 * __mcs_ask_healed() - a record that would have run out was reported
 * @m: the record
 *
 * Context: the bridge's lock is held.
 */
void __mcs_ask_healed(struct mcs_member *m)
{
	const struct mcs_key *key = &m->group->key;
	struct mcs_vlan *vlan = __mcs_vlan_find(m->port->br, key->vid);

	m->healing = false;
	mcs_count(m->port, MCSNOOP_COUNTER_HEAL_KEPT);
	if (vlan)
		vlan->ctx[!mcs_addr_is_v4(&key->addr)].healed++;
}
