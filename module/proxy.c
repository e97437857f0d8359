// SPDX-License-Identifier: GPL-2.0
/*
 * Proxy reporting, RFC 4541 section 2.1.1 (2) and RFC 4605 section 4.1: towards
 * the routers the bridge is one host that wants what all its members want.
 *
 * What routers were told is kept per group, so that answers to queries, which
 * come at random times, merge nothing. Here it lives and dies; proxy_change.c
 * tells what changes, proxy_answer.c what is asked for.
 *
 * A group has one deadline and a VLAN and family two, all in the bridge's
 * queue: nothing here has a timer of its own.
 */
#include <linux/slab.h>
#include "proxy.h"

/* --- groups --------------------------------------------------------------- */

/**
 * __mcs_proxied_next() - walk the groups in order of address
 * @proxy: VLAN and family
 * @from: first address to be considered
 *
 * Context: the bridge's lock is held.
 * Return: the first group at or after @from, or NULL.
 */
struct mcs_proxied *__mcs_proxied_next(const struct mcs_proxy *proxy,
				       const struct in6_addr *from)
{
	struct rb_node *node = proxy->groups.rb_node;
	struct mcs_proxied *p, *best = NULL;

	while (node) {
		p = rb_entry(node, struct mcs_proxied, tree);
		if (mcs_addr_cmp(from, &p->group) <= 0) {
			best = p;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return best;
}

/**
 * __mcs_proxied_find() - find a group that routers are told of
 * @proxy: VLAN and family
 * @group: the group
 *
 * Context: the bridge's lock is held.
 * Return: the group or NULL.
 */
struct mcs_proxied *__mcs_proxied_find(const struct mcs_proxy *proxy,
				       const struct in6_addr *group)
{
	struct mcs_proxied *p = __mcs_proxied_next(proxy, group);

	return p && !mcs_addr_cmp(&p->group, group) ? p : NULL;
}

/**
 * __mcs_proxied_get() - the same, and make it if it is not there
 * @proxy: VLAN and family
 * @group: the group
 *
 * Context: the bridge's lock is held.
 * Return: the group or NULL without memory.
 */
struct mcs_proxied *__mcs_proxied_get(struct mcs_proxy *proxy,
				      const struct in6_addr *group)
{
	struct rb_node **link = &proxy->groups.rb_node, *parent = NULL;
	struct mcs_proxied *p = __mcs_proxied_find(proxy, group);

	if (p)
		return p;
	p = kzalloc(sizeof(*p), GFP_ATOMIC | __GFP_NOWARN);
	if (!p)
		return NULL;
	mcs_born(MCS_OBJ_PROXIED);
	p->proxy = proxy;
	p->group = *group;
	p->epoch = proxy->epoch;
	INIT_LIST_HEAD(&p->dirty);
	INIT_LIST_HEAD(&p->pending);
	mcs_deadline_init(&p->deadline, MCS_DL_PROXIED);
	while (*link) {
		struct mcs_proxied *other;

		parent = *link;
		other = rb_entry(parent, struct mcs_proxied, tree);
		link = mcs_addr_cmp(group, &other->group) < 0 ?
		       &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&p->tree, parent, link);
	rb_insert_color(&p->tree, &proxy->groups);
	proxy->ngroups++;
	proxy->ctx->vlan->br->nproxied++;
	return p;
}

static void del(struct mcs_proxied *p)
{
	struct mcs_proxy *proxy = p->proxy;
	struct mcs_bridge *br = proxy->ctx->vlan->br;

	__mcs_deadline_cancel(br, &p->deadline);
	list_del(&p->dirty);
	list_del(&p->pending);
	rb_erase(&p->tree, &proxy->groups);
	proxy->ngroups--;
	br->nproxied--;
	kfree(p->told.src);
	kfree(p->asked);
	mcs_died(MCS_OBJ_PROXIED);
	kfree(p);	/* readers never see it */
}

/**
 * __mcs_proxied_del_if_done() - forget a group of which nothing is to be told
 * @p: the group, may be freed
 *
 * Context: the bridge's lock is held.
 */
void __mcs_proxied_del_if_done(struct mcs_proxied *p)
{
	if (list_empty(&p->dirty) && list_empty(&p->pending) && !p->merge_due &&
	    mcs_told_nothing(&p->told))
		del(p);
}

/**
 * __mcs_proxied_forget() - report changes of a group no more
 * @p: the group
 *
 * Context: the bridge's lock is held.
 */
void __mcs_proxied_forget(struct mcs_proxied *p)
{
	unsigned int i;

	p->told.left = 0;
	for (i = 0; i < p->told.n; i++)
		p->told.src[i].left = 0;
	mcs_told_prune(&p->told, 0);
}

/**
 * __mcs_proxied_refresh() - drop what was pending in another version
 * @p: the group
 *
 * RFC 3376 section 7.2.1.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_proxied_refresh(struct mcs_proxied *p)
{
	if (p->epoch == p->proxy->epoch)
		return;
	p->epoch = p->proxy->epoch;
	__mcs_proxied_unask(p);
	__mcs_proxied_forget(p);
}

/**
 * __mcs_proxied_mark() - a group is to be merged when the lock is released
 * @p: the group
 *
 * Context: the bridge's lock is held.
 */
void __mcs_proxied_mark(struct mcs_proxied *p)
{
	if (list_empty(&p->dirty))
		list_add_tail(&p->dirty, &p->proxy->ctx->vlan->br->dirty);
}

/**
 * __mcs_proxied_deadline() - let what a group waits for happen in time
 * @p: the group
 *
 * Context: the bridge's lock is held.
 */
void __mcs_proxied_deadline(struct mcs_proxied *p)
{
	u64 due = p->answer_at;

	if (p->merge_due && (!due || p->merge_at < due))
		due = p->merge_at;
	__mcs_deadline_set(p->proxy->ctx->vlan->br, &p->deadline, due);
}

/* --- version -------------------------------------------------------------- */

/**
 * __mcs_proxy_step_at() - let the walk over all groups go on, or begin
 * @proxy: VLAN and family
 * @due: when, ns; 0 for never
 *
 * Context: the bridge's lock is held.
 */
void __mcs_proxy_step_at(struct mcs_proxy *proxy, u64 due)
{
	__mcs_deadline_set(proxy->ctx->vlan->br, &proxy->general, due);
}

/* Host Compatibility Mode, RFC 3376 section 7.2.1, RFC 3810 section 8.2.1. */
static unsigned int compat_version(const struct mcs_proxy *proxy, u64 now)
{
	unsigned int own = proxy->ctx->config.version[proxy->ctx->mld];

	if (proxy->older[0] > now)
		return 1;
	if (proxy->older[1] > now)
		return min(own, 2U);
	return own;
}

/**
 * __mcs_proxy_version() - the version that the querier understands
 * @proxy: VLAN and family
 * @now: ns
 *
 * When it is not what it was, what was pending is void.
 *
 * Context: the bridge's lock is held.
 * Return: the version.
 */
unsigned int __mcs_proxy_version(struct mcs_proxy *proxy, u64 now)
{
	unsigned int v = compat_version(proxy, now);

	if (v == proxy->version)
		return v;
	proxy->version = v;
	proxy->epoch++;
	if (!proxy->resync && proxy->walk != MCS_WALK_SYNC) {
		proxy->walk = MCS_WALK_NONE;
		__mcs_proxy_step_at(proxy, 0);
	}
	proxy->once_more = 0;
	return v;
}

/* --- on and off ----------------------------------------------------------- */

static void start(struct mcs_ctx *ctx)
{
	struct mcs_proxy *proxy = kzalloc(sizeof(*proxy),
					  GFP_ATOMIC | __GFP_NOWARN);
	struct mcs_bridge *br = ctx->vlan->br;

	if (!proxy) {
		/* reports go upstream as they come */
		mcs_count(br->host, MCSNOOP_COUNTER_NO_MEMORY);
		return;
	}
	mcs_born(MCS_OBJ_PROXY);
	proxy->ctx = ctx;
	proxy->groups = RB_ROOT;
	INIT_LIST_HEAD(&proxy->pending);
	INIT_LIST_HEAD(&proxy->sending);
	mcs_deadline_init(&proxy->again, MCS_DL_PROXY_AGAIN);
	mcs_deadline_init(&proxy->general, MCS_DL_PROXY_GENERAL);
	proxy->version = compat_version(proxy, mcs_now());
	proxy->quiet = true;
	proxy->resync = true;
	ctx->proxying = proxy;
	br->nproxies++;
	__mcs_proxy_step_at(proxy, mcs_now());
}

/**
 * __mcs_proxy_stop() - report nothing any more, forget everything
 * @ctx: VLAN and family
 *
 * Routers keep what they were told until its timers run out; before that
 * members answer the next query, and their answers are forwarded again.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_proxy_stop(struct mcs_ctx *ctx)
{
	struct mcs_proxy *proxy = ctx->proxying;
	struct mcs_bridge *br = ctx->vlan->br;
	struct rb_node *node;

	lockdep_assert_held(&br->lock);

	if (!proxy)
		return;
	ctx->proxying = NULL;
	br->nproxies--;
	while ((node = rb_first(&proxy->groups)))
		del(rb_entry(node, struct mcs_proxied, tree));
	__mcs_deadline_cancel(br, &proxy->again);
	__mcs_deadline_cancel(br, &proxy->general);
	mcs_died(MCS_OBJ_PROXY);
	kfree(proxy);
}

/**
 * __mcs_proxy_configure() - follow the setting
 * @ctx: VLAN and family
 *
 * In a VLAN that is only a tag somebody sent we speak for nobody.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_proxy_configure(struct mcs_ctx *ctx)
{
	bool on = ctx->config.proxy_reporting && ctx->vlan->owned;

	if (on && !ctx->proxying)
		start(ctx);
	else if (!on)
		__mcs_proxy_stop(ctx);
}

/**
 * mcs_proxy_asks() - do we ask members that may have left?
 * @ctx: VLAN and family
 * @port: where they are
 *
 * The elected querier does not hear their leaves while they are absorbed. It is
 * not asked in IGMPv1, which has none.
 *
 * Context: the bridge's lock is held.
 * Return: true if so, although another bridge or router is the querier.
 */
bool mcs_proxy_asks(const struct mcs_ctx *ctx, const struct mcs_port *port)
{
	if (!ctx->proxying || test_bit(port->id, ctx->routers))
		return false;
	if (ctx->state != MCSNOOP_QUERIER_STATE_OTHER &&
	    ctx->state != MCSNOOP_QUERIER_STATE_PROXY)
		return false;
	return ctx->mld || ctx->version > 1;
}

/**
 * mcs_proxy_state() - what is to be known about proxy reporting
 * @ctx: VLAN and family
 * @now: ns
 * @groups: filled in: groups that routers were told of
 * @older_until: filled in: when the older version is given up, ns, 0 for never
 *
 * Context: the bridge's lock is held.
 * Return: the version of reports, 0 when none are sent.
 */
unsigned int mcs_proxy_state(const struct mcs_ctx *ctx, u64 now, u32 *groups,
			     u64 *older_until)
{
	const struct mcs_proxy *proxy = ctx->proxying;

	if (!proxy)
		return 0;
	*groups = proxy->ngroups;
	*older_until = 0;
	if (proxy->older[0] > now)
		*older_until = proxy->older[0];
	else if (proxy->older[1] > now)
		*older_until = proxy->older[1];
	return compat_version(proxy, now);
}
