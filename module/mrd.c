// SPDX-License-Identifier: GPL-2.0
/*
 * Multicast router discovery, RFC 4286, as the device that looks for routers.
 *
 * When a port begins to forward in a VLAN, and when a router says that it ends,
 * routers there are asked to advertise themselves: up to three times, until one
 * does. What a router says of its end is not believed (section 5.4): a router
 * that is still there answers, one that is not is forgotten when its last
 * advertisement is too old.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include "router.h"

/* RFC 4286 section 6; the interval is that of RFC 1256, its model */
#define SOLICITATIONS	3
#define DELAY_MAX	NSEC_PER_SEC
#define INTERVAL	(3 * NSEC_PER_SEC)
/* RFC 4286 section 3.1.6: ten messages a second, from all ports together */
#define MESSAGE_GAP	(100 * NSEC_PER_MSEC)
/* More would wait for longer than routers wait until they advertise anyway. */
#define SOLICITS_MAX	1024

/**
 * struct mcs_solicit - a port where routers are asked to advertise themselves
 * @node: in struct mcs_ctx.solicits
 * @ctx: VLAN and family
 * @port: the port
 * @deadline: of the next solicitation
 * @left: solicitations still to be sent, at least one
 * @turn: @deadline is the turn that this one was given, see MESSAGE_GAP
 *
 * Protected by the bridge's lock.
 */
struct mcs_solicit {
	struct list_head	node;
	struct mcs_ctx		*ctx;
	struct mcs_port		*port;
	struct mcs_deadline	deadline;
	u8			left;
	bool			turn;
};

/**
 * mcs_mrd_enabled() - do we look for routers here?
 * @ctx: VLAN and family
 *
 * Context: the bridge's lock is held.
 * Return: true if so.
 */
bool mcs_mrd_enabled(const struct mcs_ctx *ctx)
{
	const struct mcs_vlan *vlan = ctx->vlan;

	/* A VLAN that is only a tag somebody sent is not ours to speak in. */
	return vlan->owned && ctx->config.mrd_solicit &&
	       ctx->examine & MCSNOOP_EXAMINE_MRD;
}

/* Would an answer be heard, and change anything? */
static bool wanted(const struct mcs_ctx *ctx, const struct mcs_port *port)
{
	return mcs_mrd_enabled(ctx) && port->id != MCS_HOST_PORT &&
	       port->config.router == MCSNOOP_ROUTER_MODE_AUTO &&
	       !port->config.query_guard;
}

static struct mcs_solicit *find(struct mcs_ctx *ctx,
				const struct mcs_port *port)
{
	struct mcs_solicit *s;

	list_for_each_entry(s, &ctx->solicits, node)
		if (s->port == port)
			return s;
	return NULL;
}

static void del(struct mcs_solicit *s)
{
	struct mcs_bridge *br = s->port->br;

	__mcs_deadline_cancel(br, &s->deadline);
	list_del(&s->node);
	br->nsolicits--;
	mcs_died(MCS_OBJ_SOLICIT);
	kfree(s);
}

static u64 delay(void)
{
	return (u64)get_random_u32() * DELAY_MAX >> 32;
}

/* Begin, or begin again without asking any sooner. */
static void begin(struct mcs_ctx *ctx, struct mcs_port *port)
{
	struct mcs_solicit *s = find(ctx, port);
	struct mcs_bridge *br = port->br;

	if (!s) {
		if (br->dying || !wanted(ctx, port))
			return;
		if (br->nsolicits >= SOLICITS_MAX) {
			mcs_count(port, MCSNOOP_COUNTER_LIMIT_TX);
			return;
		}
		s = kzalloc(sizeof(*s), GFP_ATOMIC | __GFP_NOWARN);
		if (!s) {
			mcs_count(port, MCSNOOP_COUNTER_NO_MEMORY);
			return;
		}
		mcs_born(MCS_OBJ_SOLICIT);
		s->ctx = ctx;
		s->port = port;
		mcs_deadline_init(&s->deadline, MCS_DL_SOLICIT);
		list_add_tail(&s->node, &ctx->solicits);
		br->nsolicits++;
		__mcs_deadline_set(br, &s->deadline, mcs_now() + delay());
	}
	s->left = SOLICITATIONS;
}

/**
 * __mcs_mrd_port_vlan() - a port begins or ceases to forward in a VLAN
 * @ctx: VLAN and family
 * @port: the port
 * @in: it begins to
 *
 * RFC 4286 section 4: the interface is initialized.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_mrd_port_vlan(struct mcs_ctx *ctx, struct mcs_port *port, bool in)
{
	struct mcs_solicit *s;

	lockdep_assert_held(&port->br->lock);

	if (in) {
		begin(ctx, port);
		return;
	}
	s = find(ctx, port);
	if (s)
		del(s);
}

/**
 * __mcs_mrd_advertised() - a router advertised itself on a port
 * @ctx: VLAN and family
 * @port: the port
 *
 * Context: the bridge's lock is held.
 */
void __mcs_mrd_advertised(struct mcs_ctx *ctx, struct mcs_port *port)
{
	__mcs_mrd_port_vlan(ctx, port, false);
}

/**
 * __mcs_mrd_terminated() - a router says that it ends
 * @ctx: VLAN and family
 * @port: where it was heard
 *
 * Who is no router port is asked nothing: there is nothing to find out.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_mrd_terminated(struct mcs_ctx *ctx, struct mcs_port *port)
{
	lockdep_assert_held(&port->br->lock);

	if (test_bit(port->id, ctx->routers))
		begin(ctx, port);
}

/**
 * __mcs_mrd_configure() - follow changed settings
 * @ctx: VLAN and family
 * @was_enabled: what mcs_mrd_enabled() was before
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_mrd_configure(struct mcs_ctx *ctx, bool was_enabled)
{
	struct mcs_bridge *br = ctx->vlan->br;
	struct mcs_port *port;

	lockdep_assert_held(&br->lock);

	if (was_enabled == mcs_mrd_enabled(ctx))
		return;
	if (was_enabled) {
		__mcs_mrd_flush_ctx(ctx);
		return;
	}
	list_for_each_entry_rcu(port, &br->ports, node)
		if (test_bit(port->id, ctx->vlan->ports))
			begin(ctx, port);
}

/**
 * __mcs_mrd_due() - it is time for a solicitation
 * @dl: of a struct mcs_solicit, which may be freed
 * @now: ns
 *
 * When another was sent a moment ago it waits for its turn. Without an address
 * of ours none is sent (RFC 4286 section 4.1), but there may be one next time.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_mrd_due(struct mcs_deadline *dl, u64 now)
{
	struct mcs_solicit *s = container_of(dl, struct mcs_solicit, deadline);
	struct mcs_bridge *br = s->port->br;

	lockdep_assert_held(&br->lock);

	if (!wanted(s->ctx, s->port)) {
		del(s);
		return;
	}
	if (!s->turn && now < br->solicit_next) {
		s->turn = true;
		__mcs_deadline_set(br, &s->deadline, br->solicit_next);
		br->solicit_next += MESSAGE_GAP;
		return;
	}
	if (!s->turn)
		br->solicit_next = now + MESSAGE_GAP;
	s->turn = false;
	if (!br->intree)
		__mcs_send_solicitation(s->ctx, s->port);
	if (--s->left)
		__mcs_deadline_set(br, &s->deadline, now + INTERVAL);
	else
		del(s);
}

/**
 * __mcs_mrd_flush_ctx() - ask no more in a VLAN and family
 * @ctx: VLAN and family
 *
 * Context: the bridge's lock is held.
 */
void __mcs_mrd_flush_ctx(struct mcs_ctx *ctx)
{
	struct mcs_solicit *s, *next;

	lockdep_assert_held(&ctx->vlan->br->lock);

	list_for_each_entry_safe(s, next, &ctx->solicits, node)
		del(s);
}

/**
 * __mcs_mrd_flush_port() - ask no more on a port
 * @port: the port
 *
 * Context: the bridge's lock is held.
 */
void __mcs_mrd_flush_port(struct mcs_port *port)
{
	struct mcs_bridge *br = port->br;
	struct mcs_vlan *vlan;
	unsigned int i, f;

	lockdep_assert_held(&br->lock);

	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vlan, &br->vlans[i], hash)
			for (f = 0; f < MCS_FAMILIES; f++)
				__mcs_mrd_port_vlan(&vlan->ctx[f], port, false);
}
