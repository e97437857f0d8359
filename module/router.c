// SPDX-License-Identifier: GPL-2.0
/*
 * Router ports, per VLAN and family: RFC 4541 section 2.1.1 (1). The list is
 * for timers and dumps; the data path looks at the bitmap.
 */
#include <linux/slab.h>
#include "router.h"

static struct mcs_router *find(struct mcs_ctx *ctx,
			       const struct mcs_port *port)
{
	struct mcs_router *r;

	list_for_each_entry(r, &ctx->router_ports, node)
		if (r->port == port)
			return r;
	return NULL;
}

static struct mcs_router *add(struct mcs_ctx *ctx, struct mcs_port *port,
			      u8 type)
{
	struct mcs_router *r = kzalloc(sizeof(*r), GFP_ATOMIC);

	if (!r) {
		mcs_count(port, MCSNOOP_COUNTER_NO_MEMORY);
		/* a router must not wait for its streams: they all go there */
		__mcs_querier_unasked(ctx, port);
		schedule_delayed_work(&port->br->mn->again, HZ);
		return NULL;
	}
	mcs_born(MCS_OBJ_ROUTER);
	r->ctx = ctx;
	r->port = port;
	r->type = type;
	r->since = mcs_now();
	mcs_deadline_init(&r->deadline, MCS_DL_ROUTER);
	list_add_tail(&r->node, &ctx->router_ports);
	WRITE_ONCE(ctx->nrouters, ctx->nrouters + 1);
	set_bit(port->id, ctx->routers);
	__mcs_ctx_settle(ctx);
	__mcs_proxy_port(ctx, port);
	mcs_changed(port->br);
	return r;
}

/**
 * __mcs_router_heard() - a router gave a sign of life
 * @ctx: VLAN and family
 * @port: where
 * @type: enum mcsnoop_router_type
 * @addr: its address
 * @lifetime: how long the port stays a router port, ns, MCS_NEVER for ever,
 *	0 to stop now
 *
 * Context: the bridge's lock is held.
 */
void __mcs_router_heard(struct mcs_ctx *ctx, struct mcs_port *port, u8 type,
			const struct in6_addr *addr, u64 lifetime)
{
	struct mcs_router *r = find(ctx, port);
	struct mcs_bridge *br = port->br;
	bool is_new = !r, same;
	u64 due;

	lockdep_assert_held(&br->lock);

	if (port->config.router != MCSNOOP_ROUTER_MODE_AUTO ||
	    port->id == MCS_HOST_PORT)
		return;
	if (!lifetime) {
		if (r && r->type == type && !mcs_addr_cmp(&r->addr, addr))
			__mcs_router_del(r, MCSNOOP_CAUSE_REPORT);
		return;
	}
	if (is_new)
		r = add(ctx, port, type);
	if (!r)
		return;
	due = lifetime == MCS_NEVER ? 0 : mcs_now() + lifetime;
	/* A query without a source keeps a router's entry, and its name. */
	if (type == MCSNOOP_ROUTER_TYPE_ZERO_QUERY && r->type != type) {
		if (r->deadline.due && due > r->deadline.due)
			__mcs_deadline_set(br, &r->deadline, due);
		return;
	}
	/*
	 * What the same router says replaces what it said before. Of signs of
	 * different routers the one that lasts longer counts.
	 */
	same = !is_new && r->type == type && !mcs_addr_cmp(&r->addr, addr);
	if (is_new || same || !due ||
	    (r->deadline.due && due >= r->deadline.due)) {
		r->type = type;
		r->addr = *addr;
		__mcs_deadline_set(br, &r->deadline, due);
	}
	if (is_new)
		__mcs_event_router(r, MCSNOOP_CMD_ROUTER_NEW_NTF,
				   MCSNOOP_CAUSE_QUERY);
}

/**
 * __mcs_router_del() - a port is no router port any more
 * @r: freed
 * @cause: enum mcsnoop_cause for the event
 *
 * Context: the bridge's lock is held.
 */
void __mcs_router_del(struct mcs_router *r, u8 cause)
{
	struct mcs_ctx *ctx = r->ctx;
	struct mcs_bridge *br = r->port->br;

	lockdep_assert_held(&br->lock);

	__mcs_event_router(r, MCSNOOP_CMD_ROUTER_DEL_NTF, cause);
	__mcs_deadline_cancel(br, &r->deadline);
	clear_bit(r->port->id, ctx->routers);
	__mcs_ctx_settle(ctx);
	__mcs_proxy_port(ctx, r->port);
	list_del(&r->node);
	WRITE_ONCE(ctx->nrouters, ctx->nrouters - 1);
	mcs_changed(br);
	mcs_died(MCS_OBJ_ROUTER);
	kfree(r);	/* readers only ever saw the bitmap */
}

/**
 * __mcs_router_expired() - nothing more was heard of the router on a port
 * @r: the router port; freed when no reader sees it any more
 * @now: ns
 *
 * Context: the bridge's lock is held.
 */
void __mcs_router_expired(struct mcs_router *r, u64 now)
{
	/* first: readers are to find one of the two reasons to send it all */
	__mcs_answers_router_over(r->ctx, r->port, now);
	__mcs_router_del(r, MCSNOOP_CAUSE_EXPIRED);
}

/**
 * __mcs_router_flush_ctx() - forget the router ports of a VLAN and family
 * @ctx: VLAN and family
 * @cause: enum mcsnoop_cause for the events
 *
 * Context: the bridge's lock is held.
 */
void __mcs_router_flush_ctx(struct mcs_ctx *ctx, u8 cause)
{
	struct mcs_router *r, *next;

	list_for_each_entry_safe(r, next, &ctx->router_ports, node)
		__mcs_router_del(r, cause);
}

/**
 * __mcs_router_flush_port() - forget the routers behind a port
 * @port: the port
 * @permanent: those that were set by hand as well
 * @cause: enum mcsnoop_cause for the events
 *
 * Context: the bridge's lock is held.
 */
void __mcs_router_flush_port(struct mcs_port *port, bool permanent, u8 cause)
{
	struct mcs_bridge *br = port->br;
	struct mcs_vlan *vlan;
	struct mcs_router *r;
	unsigned int i, f;

	lockdep_assert_held(&br->lock);

	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vlan, &br->vlans[i], hash)
			for (f = 0; f < MCS_FAMILIES; f++) {
				r = find(&vlan->ctx[f], port);
				if (r && (permanent ||
					  r->type != MCSNOOP_ROUTER_TYPE_PERMANENT))
					__mcs_router_del(r, cause);
			}
}

/**
 * __mcs_router_port_vlan() - a port begins or ceases to forward in a VLAN
 * @ctx: VLAN and family
 * @port: the port
 * @in: it begins to
 *
 * A router behind a port that does not forward must not keep unregistered
 * streams from the others.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_router_port_vlan(struct mcs_ctx *ctx, struct mcs_port *port,
			    bool in)
{
	struct mcs_router *r = find(ctx, port);

	lockdep_assert_held(&port->br->lock);

	if (!in && r)
		__mcs_router_del(r, port->forwarding ?
				 MCSNOOP_CAUSE_VLAN_REMOVED :
				 MCSNOOP_CAUSE_PORT_DOWN);
	if (!in || r || port->config.router != MCSNOOP_ROUTER_MODE_PERMANENT)
		return;
	r = add(ctx, port, MCSNOOP_ROUTER_TYPE_PERMANENT);
	if (r)
		__mcs_event_router(r, MCSNOOP_CMD_ROUTER_NEW_NTF,
				   MCSNOOP_CAUSE_ADMIN);
}

/* What a port is a router port by; 0 when it is not by what is heard. */
static u32 protocol(const struct mcs_router *r)
{
	switch ((enum mcsnoop_router_type)r->type) {
	case MCSNOOP_ROUTER_TYPE_QUERY:
	case MCSNOOP_ROUTER_TYPE_ZERO_QUERY:
		return mcs_family_protocol(r->ctx->mld);
	case MCSNOOP_ROUTER_TYPE_MRD:
		return MCSNOOP_EXAMINE_MRD;
	case MCSNOOP_ROUTER_TYPE_PIM:
		return MCSNOOP_EXAMINE_PIM;
	case MCSNOOP_ROUTER_TYPE_PIMV1:
		return MCSNOOP_EXAMINE_PIMV1;
	case MCSNOOP_ROUTER_TYPE_DVMRP:
		return MCSNOOP_EXAMINE_DVMRP;
	case MCSNOOP_ROUTER_TYPE_MOSPF:
		return MCSNOOP_EXAMINE_MOSPF;
	case MCSNOOP_ROUTER_TYPE_PERMANENT:
		break;
	}
	return 0;
}

/**
 * __mcs_router_examine() - forget what is not learned any more
 * @ctx: VLAN and family, its examine just changed
 *
 * Context: the bridge's lock is held.
 */
void __mcs_router_examine(struct mcs_ctx *ctx)
{
	struct mcs_router *r, *next;

	lockdep_assert_held(&ctx->vlan->br->lock);

	list_for_each_entry_safe(r, next, &ctx->router_ports, node)
		if (protocol(r) & ~ctx->examine)
			__mcs_router_del(r, MCSNOOP_CAUSE_ADMIN);
}

/**
 * __mcs_router_port_mode() - a port's router mode was set
 * @port: the port
 *
 * Context: the bridge's lock is held.
 */
void __mcs_router_port_mode(struct mcs_port *port)
{
	struct mcs_bridge *br = port->br;
	struct mcs_vlan *vlan;
	unsigned int i, f;

	lockdep_assert_held(&br->lock);

	__mcs_router_flush_port(port, true, MCSNOOP_CAUSE_ADMIN);
	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vlan, &br->vlans[i], hash)
			for (f = 0; f < MCS_FAMILIES; f++)
				if (test_bit(port->id, vlan->ports))
					__mcs_router_port_vlan(&vlan->ctx[f],
							       port, true);
}
