// SPDX-License-Identifier: GPL-2.0
/*
 * Who queries in a VLAN and family: election, our own general queries, and
 * whether there is proof enough to prune.
 *
 *	none -> other	a general query with a source address was heard
 *	none -> self	nobody was heard for the other querier's interval,
 *			or at once in mode on
 *	self -> other	a general query that wins the election was heard
 *	other -> self	the other querier's interval is over
 *	other -> none	the same, in mode off
 *	none <-> proxy	only queries without a source address are heard
 *
 * RFC 3376 section 6.6.2, RFC 3810 section 7.6.2, RFC 9776 section 6.6.2:
 * only general queries take part, and none without a source address.
 */
#include <linux/if_bridge.h>
#include <linux/random.h>
#include "mcsnoop.h"

#define ADDRESS_RETRY	NSEC_PER_SEC	/* MLD waits for a link-local address */
#define QUERY_GAP	NSEC_PER_SEC	/* between queries for new ports */
/* how long a spanning tree says that it changed: Max Age and Forward Delay */
#define TOPOLOGY_TIME	(35 * NSEC_PER_SEC)

static u8 mode(const struct mcs_ctx *ctx)
{
	/* A tag somebody sent is no VLAN of ours. Who hears nobody asks nobody. */
	if (!ctx->vlan->owned ||
	    !(ctx->examine & mcs_family_protocol(ctx->mld)))
		return MCSNOOP_QUERIER_MODE_OFF;
	return ctx->config.querier;
}

static void set_state(struct mcs_ctx *ctx, u8 state, u64 now)
{
	if (ctx->state == state)
		return;
	ctx->state = state;
	__mcs_ctx_changed(ctx);
	ctx->since = now;
	ctx->changes++;
	mcs_changed(ctx->vlan->br);
}

static unsigned int startup_count(const struct mcs_ctx *ctx)
{
	const struct mcs_ctx_config *c = &ctx->config;

	return c->startup_query_count ?: c->robustness;
}

/* Plan a general query of ours, unless an earlier one is planned. */
static void query_soon(struct mcs_ctx *ctx, u64 due)
{
	if (!ctx->query.due || due < ctx->query.due)
		__mcs_deadline_set(ctx->vlan->br, &ctx->query, due);
}

/**
 * __mcs_querier_port_new() - a port begins to forward in a VLAN
 * @ctx: VLAN and family
 * @port: the port
 *
 * Nobody has asked its members. Until somebody has, everything goes there; if
 * we are the querier we ask now, RFC 4541 section 2.1.1 (4).
 *
 * Context: the bridge's lock is held.
 */
void __mcs_querier_port_new(struct mcs_ctx *ctx, struct mcs_port *port)
{
	u64 now = mcs_now();

	lockdep_assert_held(&port->br->lock);

	set_bit(port->id, ctx->unasked);
	clear_bit(port->id, ctx->answering);
	__mcs_ctx_settle(ctx);
	if (ctx->state != MCSNOOP_QUERIER_STATE_SELF)
		return;
	/* a port that flaps must not make a storm of it */
	ctx->startup_left = startup_count(ctx);
	query_soon(ctx, max(now, ctx->query_sent + QUERY_GAP));
}

/**
 * __mcs_querier_unasked() - nobody knows the members behind a port any more
 * @ctx: VLAN and family
 * @port: the port
 *
 * Everything goes there until they were asked. For a port that ceases to forward
 * that is told in advance: when the bridge lets it forward again, we hear of it
 * a little later.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_querier_unasked(struct mcs_ctx *ctx, struct mcs_port *port)
{
	lockdep_assert_held(&port->br->lock);

	set_bit(port->id, ctx->unasked);
	clear_bit(port->id, ctx->answering);
	__mcs_ctx_settle(ctx);
}

/* May we ask in the name of the elected querier, RFC 4541 section 2.1.1 (4)? */
static bool may_spoof(const struct mcs_ctx *ctx)
{
	/*
	 * Nodes ignore MLD queries without a source (RFC 3590 section 4). An
	 * older query would turn hosts and routers to the older version.
	 */
	return ctx->state == MCSNOOP_QUERIER_STATE_OTHER && !ctx->mld &&
	       ctx->version == 3 && ctx->vlan->owned && !ctx->vlan->br->intree;
}

/**
 * __mcs_querier_topology() - the topology changed
 * @ctx: VLAN and family
 * @now: ns
 *
 * Members may be behind other ports now. What is known of them is kept, but
 * until they were asked and had time to answer, everything goes everywhere.
 * An answer that was waited for is to a query from before the change. Ports with
 * tc-flood off are asked, but get no more than before.
 *
 * If we are the querier we ask at once, and as at startup. The sign is repeated:
 * while it is, we ask once in a Query Response Interval. If another is the
 * querier it gets a moment to do so; failing that we do it in its name.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_querier_topology(struct mcs_ctx *ctx, u64 now)
{
	struct mcs_bridge *br = ctx->vlan->br;
	u64 response = mcs_ctx_response_interval(ctx);
	bool begins = !ctx->moved;
	struct mcs_port *port;
	u64 due = 0;

	lockdep_assert_held(&br->lock);

	/* what the host is member of does not move */
	list_for_each_entry_rcu(port, &br->ports, node)
		if (port->id != MCS_HOST_PORT && port->config.tc_flood &&
		    test_bit(port->id, ctx->vlan->ports))
			set_bit(port->id, ctx->unasked);
	__mcs_ctx_settle(ctx);
	bitmap_zero(ctx->answering, MCS_PORTS_MAX);
	__mcs_deadline_set(br, &ctx->answers, 0);
	ctx->moved = true;
	ctx->moved_at = now;
	if (ctx->moved_asked)
		due = ctx->moved_asked + max_t(u64, response, QUERY_GAP);
	if (!ctx->config.tc_query) {
		/* whoever queries does so when it is time */
	} else if (ctx->state == MCSNOOP_QUERIER_STATE_SELF) {
		if (begins)
			ctx->startup_left = startup_count(ctx);
		query_soon(ctx, max3(now, ctx->query_sent + QUERY_GAP, due));
	} else if (may_spoof(ctx)) {
		due = max(now + QUERY_GAP, due);
		if (!ctx->spoof.due || due < ctx->spoof.due)
			__mcs_deadline_set(br, &ctx->spoof, due);
	}
	if (begins) {
		ctx->windows++;
		mcs_changed(br);
		__mcs_event_querier(ctx, MCSNOOP_CAUSE_TOPOLOGY);
	}
}

/**
 * __mcs_querier_spoof_due() - ask in the name of the elected querier
 * @ctx: VLAN and family
 * @now: ns
 *
 * Unless it has asked since the topology changed.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_querier_spoof_due(struct mcs_ctx *ctx, u64 now)
{
	if (!ctx->moved || ctx->answers.due || !ctx->config.tc_query ||
	    !may_spoof(ctx))
		return;
	__mcs_send_spoofed(ctx);
	ctx->moved_asked = now;
	__mcs_answers_asked(ctx, ctx->asker, mcs_ctx_response_interval(ctx),
			    now);
	/* nobody was asked behind the router ports */
	bitmap_andnot(ctx->answering, ctx->answering, ctx->routers,
		      MCS_PORTS_MAX);
}

static void no_evidence(struct mcs_ctx *ctx)
{
	__mcs_pruning_set(ctx, MCSNOOP_PRUNING_NO_QUERIER);
	__mcs_deadline_set(ctx->vlan->br, &ctx->grace, 0);
}

/* We do not query, and no querier is elected. */
static void nobody(struct mcs_ctx *ctx, u8 cause, u64 now)
{
	bool proxy = ctx->proxy.due, changed;
	u8 state = proxy ? MCSNOOP_QUERIER_STATE_PROXY :
			   MCSNOOP_QUERIER_STATE_NONE;

	changed = ctx->state != state;
	set_state(ctx, state, now);
	if (!proxy && ctx->pruning != MCSNOOP_PRUNING_NO_QUERIER) {
		no_evidence(ctx);
		changed = true;
	}
	if (changed)
		__mcs_event_querier(ctx, cause);
}

static void forget_other(struct mcs_ctx *ctx)
{
	ctx->robustness = 0;
	ctx->query_interval = 0;
	ctx->response_interval = 0;
	ctx->querier_port = 0;
	ctx->version = 0;
	__mcs_ctx_changed(ctx);
	memset(&ctx->querier_addr, 0, sizeof(ctx->querier_addr));
	__mcs_deadline_set(ctx->vlan->br, &ctx->other, 0);
}

static void become_querier(struct mcs_ctx *ctx, unsigned int startup, u64 now)
{
	forget_other(ctx);
	ctx->startup_left = startup;
	__mcs_deadline_set(ctx->vlan->br, &ctx->query, now);
}

static u64 startup_interval(const struct mcs_ctx *ctx)
{
	const struct mcs_ctx_config *c = &ctx->config;

	if (c->startup_query_interval)
		return (u64)c->startup_query_interval * NSEC_PER_MSEC;
	return (u64)c->query_interval * NSEC_PER_MSEC / 4;
}

/* Does a querier win the election against us, RFC 3376 section 6.6.2? */
static bool beats_us(struct mcs_ctx *ctx, const struct in6_addr *querier)
{
	struct in6_addr own;

	/* As a stand-in we yield to whoever does the job for real. */
	if (mode(ctx) != MCSNOOP_QUERIER_MODE_ON)
		return true;
	if (!mcs_own_address_rcu(ctx->vlan, ctx->mld, &own) ||
	    mcs_addr_is_zero(&own))
		return true;
	return mcs_addr_cmp(querier, &own) < 0;
}

/**
 * __mcs_querier_start() - begin, or begin again after a setting changed
 * @ctx: VLAN and family
 *
 * Another querier that is known stays elected, unless it loses against us now.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_querier_start(struct mcs_ctx *ctx)
{
	struct mcs_bridge *br = ctx->vlan->br;
	u64 now = mcs_now();
	u64 due;

	lockdep_assert_held(&br->lock);

	if (ctx->state == MCSNOOP_QUERIER_STATE_OTHER &&
	    beats_us(ctx, &ctx->querier_addr))
		return;
	switch (mode(ctx)) {
	case MCSNOOP_QUERIER_MODE_ON:
		become_querier(ctx, startup_count(ctx), now);
		break;
	case MCSNOOP_QUERIER_MODE_AUTO:
		if (ctx->state == MCSNOOP_QUERIER_STATE_SELF)
			break;
		__mcs_deadline_set(br, &ctx->query, 0);
		due = now + mcs_ctx_other_interval(ctx);
		if (!ctx->other.due || due < ctx->other.due)
			__mcs_deadline_set(br, &ctx->other, due);
		break;
	default:
		__mcs_querier_stop(ctx);
	}
}

/**
 * __mcs_querier_stop() - query no more
 * @ctx: VLAN and family
 *
 * Context: the bridge's lock is held.
 */
void __mcs_querier_stop(struct mcs_ctx *ctx)
{
	__mcs_deadline_set(ctx->vlan->br, &ctx->query, 0);
	if (ctx->state == MCSNOOP_QUERIER_STATE_OTHER)
		return;
	__mcs_deadline_set(ctx->vlan->br, &ctx->other, 0);
	nobody(ctx, MCSNOOP_CAUSE_ADMIN, mcs_now());
}

/**
 * __mcs_querier_examine() - begin or cease to learn of members and queriers
 * @ctx: VLAN and family
 * @before: what its examine was before; without, there is no proof to prune
 *
 * Context: the bridge's lock is held.
 */
void __mcs_querier_examine(struct mcs_ctx *ctx, u32 before)
{
	u32 protocol = mcs_family_protocol(ctx->mld);

	if (!((ctx->examine ^ before) & protocol))
		return;
	if (ctx->examine & protocol) {
		__mcs_querier_start(ctx);
		return;
	}
	__mcs_deadline_set(ctx->vlan->br, &ctx->query, 0);
	__mcs_deadline_set(ctx->vlan->br, &ctx->proxy, 0);
	forget_other(ctx);
	nobody(ctx, MCSNOOP_CAUSE_ADMIN, mcs_now());
}

static void adopt(struct mcs_ctx *ctx, const struct mcs_msg *msg)
{
	ctx->version = msg->version;
	ctx->robustness = msg->qrv;
	ctx->query_interval = msg->qqi_ms;
	ctx->response_interval = msg->mrt_ms;
	__mcs_ctx_changed(ctx);
}

static void warn_own(struct mcs_ctx *ctx, const struct in6_addr *querier)
{
	struct in6_addr own;

	if (mcs_own_address_rcu(ctx->vlan, ctx->mld, &own) &&
	    !mcs_addr_cmp(querier, &own))
		net_warn_ratelimited("mcsnoop: %s: query from our own address %pI6c heard: a loop or a duplicate address\n",
				     ctx->vlan->br->dev->name, &own);
}

static void heard_proxy(struct mcs_ctx *ctx, struct mcs_port *port,
			const struct mcs_msg *msg, u64 now)
{
	__mcs_deadline_set(ctx->vlan->br, &ctx->proxy,
			   now + mcs_ctx_other_interval(ctx));
	__mcs_answers_first(ctx, (u64)msg->mrt_ms * NSEC_PER_MSEC, now);
	__mcs_answers_asked(ctx, port->id, (u64)msg->mrt_ms * NSEC_PER_MSEC,
			    now);
	if (ctx->state != MCSNOOP_QUERIER_STATE_NONE)
		return;
	set_state(ctx, MCSNOOP_QUERIER_STATE_PROXY, now);
	ctx->querier_port = port->dev->ifindex;
	ctx->version = msg->version;
	__mcs_event_querier(ctx, MCSNOOP_CAUSE_QUERY);
}

/*
 * Two stand-ins that begin together yield to each other, fall silent together
 * and would begin together again: the one that was lower lets chance decide.
 */
static u64 jitter(const struct mcs_ctx *ctx, const struct mcs_msg *msg)
{
	/* a member's record must outlive it: half of what RFC 9776 adds */
	u64 ms = div_u64(mcs_ctx_response_interval(ctx), 2 * NSEC_PER_MSEC);
	struct in6_addr own;

	if (ctx->config.gmi_rule != MCSNOOP_GMI_RULE_RFC9776)
		return 0;

	if (ctx->state != MCSNOOP_QUERIER_STATE_SELF ||
	    !mcs_own_address_rcu(ctx->vlan, ctx->mld, &own) ||
	    mcs_addr_cmp(&msg->src, &own) < 0)
		return 0;
	return (get_random_u32() * ms >> 32) * NSEC_PER_MSEC;
}

/**
 * __mcs_querier_heard() - a general query was heard on a port
 * @ctx: VLAN and family
 * @port: where
 * @msg: the query
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_querier_heard(struct mcs_ctx *ctx, struct mcs_port *port,
			 const struct mcs_msg *msg)
{
	struct mcs_bridge *br = ctx->vlan->br;
	u64 now = mcs_now();
	bool changed;
	u64 extra;

	lockdep_assert_held(&br->lock);

	/*
	 * Isolated ports do not hear each other. A querier on one of them asks
	 * only some of the members and cannot stand for all.
	 */
	if (br_port_flag_is_set(port->dev, BR_ISOLATED) &&
	    port->id != MCS_HOST_PORT)
		return;
	if (mcs_addr_is_zero(&msg->src)) {
		heard_proxy(ctx, port, msg, now);
		return;
	}
	__mcs_answers_asked(ctx, port->id, (u64)msg->mrt_ms * NSEC_PER_MSEC,
			    now);
	__mcs_version_older(ctx, msg, now);
	if (!beats_us(ctx, &msg->src)) {
		warn_own(ctx, &msg->src);
		__mcs_evidence_rival(ctx, port, &msg->src, ctx->query_sent,
				     now);
		return;
	}

	/*
	 * Among others the lowest is elected. A higher one that beats us still
	 * keeps us quiet, and takes over when the elected one has gone silent.
	 */
	changed = ctx->state != MCSNOOP_QUERIER_STATE_OTHER;
	if (!changed && mcs_addr_cmp(&msg->src, &ctx->querier_addr) > 0) {
		if (now - ctx->querier_heard < mcs_ctx_other_interval(ctx)) {
			__mcs_deadline_set(br, &ctx->other,
					   now + mcs_ctx_other_interval(ctx));
			__mcs_evidence_rival(ctx, port, &msg->src,
					     ctx->querier_heard, now);
			return;
		}
		changed = true;
	}
	if (!changed && mcs_addr_cmp(&msg->src, &ctx->querier_addr)) {
		changed = true;
		ctx->changes++;
	}
	if (changed || ctx->version != msg->version)
		__mcs_version_elected(ctx, msg, now);
	changed |= ctx->querier_port != port->dev->ifindex;
	extra = jitter(ctx, msg);
	__mcs_deadline_set(br, &ctx->query, 0);
	set_state(ctx, MCSNOOP_QUERIER_STATE_OTHER, now);
	ctx->querier_addr = msg->src;
	ctx->querier_port = port->dev->ifindex;
	ctx->querier_heard = now;
	__mcs_answers_wait(ctx, (u64)msg->mrt_ms * NSEC_PER_MSEC, now);
	adopt(ctx, msg);
	__mcs_deadline_set(br, &ctx->other,
			   now + mcs_ctx_other_interval(ctx) + extra);
	__mcs_answers_first(ctx, mcs_ctx_response_interval(ctx), now);
	if (changed)
		__mcs_event_querier(ctx, MCSNOOP_CAUSE_ELECTION);
}

/**
 * __mcs_querier_query_due() - send a general query and plan the next
 * @ctx: VLAN and family
 * @now: ns
 *
 * RFC 3376 sections 8.2, 8.6 and 8.7. Without a link-local address there is
 * no MLD query and no claim to be querier (RFC 3590 section 4).
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_querier_query_due(struct mcs_ctx *ctx, u64 now)
{
	struct mcs_bridge *br = ctx->vlan->br;
	struct in6_addr own;
	u64 next;

	if (br->intree || !mcs_own_address_rcu(ctx->vlan, ctx->mld, &own)) {
		nobody(ctx, MCSNOOP_CAUSE_EXPIRED, now);
		__mcs_deadline_set(br, &ctx->query, now + ADDRESS_RETRY);
		return;
	}
	if (ctx->state != MCSNOOP_QUERIER_STATE_SELF) {
		set_state(ctx, MCSNOOP_QUERIER_STATE_SELF, now);
		__mcs_answers_first(ctx, mcs_ctx_response_interval(ctx), now);
		__mcs_event_querier(ctx, MCSNOOP_CAUSE_ELECTION);
	}
	__mcs_send_general(ctx, &own);
	__mcs_proxy_general(ctx, 0, ctx->config.query_response_interval);
	ctx->query_sent = now;
	__mcs_answers_asked(ctx, MCS_HOST_PORT, mcs_ctx_response_interval(ctx),
			    now);
	if (ctx->moved)
		ctx->moved_asked = now;
	if (ctx->startup_left)
		ctx->startup_left--;
	next = mcs_ctx_query_interval(ctx);
	if (ctx->startup_left)
		next = startup_interval(ctx);
	else if (ctx->config.tc_query && ctx->moved_at &&
		 now - ctx->moved_at < TOPOLOGY_TIME)
		/* others are told of the change for so long: ask once more */
		next = min(next, TOPOLOGY_TIME);
	__mcs_deadline_set(br, &ctx->query, now + next);
}

/**
 * __mcs_querier_other_expired() - the other querier fell silent, or none came
 * @ctx: VLAN and family
 * @now: ns
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_querier_other_expired(struct mcs_ctx *ctx, u64 now)
{
	bool was_other = ctx->state == MCSNOOP_QUERIER_STATE_OTHER;
	struct mcs_port *port;

	/*
	 * Members behind that port answered to the other querier, where it came
	 * from: not all of their answers came our way. Its time as a router
	 * port ends as well.
	 */
	port = mcs_port_find_rcu(ctx->vlan->br->mn, ctx->querier_port);
	if (was_other && port && port->br == ctx->vlan->br)
		__mcs_querier_unasked(ctx, port);
	forget_other(ctx);
	if (mode(ctx) == MCSNOOP_QUERIER_MODE_OFF) {
		nobody(ctx, MCSNOOP_CAUSE_EXPIRED, now);
		return;
	}
	if (was_other)
		set_state(ctx, MCSNOOP_QUERIER_STATE_NONE, now);
	/* One query takes over; a burst is for a network nobody queried yet. */
	become_querier(ctx, was_other ? 1 : startup_count(ctx), now);
}

/**
 * __mcs_querier_proxy_expired() - no query without a source for a while
 * @ctx: VLAN and family
 * @now: ns
 *
 * Context: the bridge's lock is held.
 */
void __mcs_querier_proxy_expired(struct mcs_ctx *ctx, u64 now)
{
	if (ctx->state != MCSNOOP_QUERIER_STATE_PROXY)
		return;
	set_state(ctx, MCSNOOP_QUERIER_STATE_NONE, now);
	ctx->querier_port = 0;
	no_evidence(ctx);
	__mcs_event_querier(ctx, MCSNOOP_CAUSE_EXPIRED);
}
