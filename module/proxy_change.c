// SPDX-License-Identifier: GPL-2.0
/*
 * What is reported without being asked for: a record that changes marks its
 * group as dirty, and when the lock is released dirty groups are merged again.
 * Only what has changed for all ports together is told, RFC 3376 section 5.1.
 */
#include <linux/slab.h>
#include "proxy.h"

#define BATCH_PAUSE	(100 * NSEC_PER_USEC)	/* between batches of groups */
#define BATCH		64			/* groups per lock hold */
#define PACE		NSEC_PER_MSEC		/* between batches of reports */
#define RETRY		NSEC_PER_SEC		/* without memory */
#define MERGE_MAX	8192			/* sources of a merged list */
#define MERGE_COST	NSEC_PER_USEC		/* pause per source merged */
#define MERGE_FREE	1000			/* sources without a pause */
#define URI		NSEC_PER_SEC		/* RFC 3376 section 8.11 */
#define URI_OLDER	(10ULL * NSEC_PER_SEC)	/* RFC 2236 section 8.10 */

/* A change could not be noted: look at everything again. */
static void lost(struct mcs_proxy *proxy)
{
	mcs_count(proxy->ctx->vlan->br->host, MCSNOOP_COUNTER_NO_MEMORY);
	proxy->resync = true;
	if (!proxy->general.due)
		__mcs_proxy_step_at(proxy, mcs_now() + RETRY);
}

/**
 * __mcs_proxy_mark() - records of a group changed
 * @br: the bridge
 * @key: VLAN and group, which may be gone by now
 *
 * Context: the bridge's lock is held.
 */
void __mcs_proxy_mark(struct mcs_bridge *br, const struct mcs_key *key)
{
	struct mcs_proxy *proxy;
	struct mcs_proxied *p;
	struct mcs_vlan *vlan;

	lockdep_assert_held(&br->lock);

	/* an entry for a MAC address is nothing that one could report */
	if (!br->nproxies || mcs_addr_is_mac(&key->addr))
		return;
	vlan = __mcs_vlan_find(br, key->vid);
	proxy = vlan ? vlan->ctx[!mcs_addr_is_v4(&key->addr)].proxying : NULL;
	if (!proxy)
		return;
	p = __mcs_proxied_get(proxy, &key->addr);
	if (p)
		__mcs_proxied_mark(p);
	else
		lost(proxy);
}

/**
 * __mcs_proxy_port() - a port begins or ceases to be a router port
 * @ctx: VLAN and family
 * @port: the port
 *
 * What is wanted there is not reported while it is one.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_proxy_port(struct mcs_ctx *ctx, const struct mcs_port *port)
{
	struct mcs_member *m;

	if (!ctx->proxying)
		return;
	list_for_each_entry(m, &port->members, port_node)
		if (m->group->key.vid == ctx->vlan->vid &&
		    mcs_addr_is_v4(&m->group->key.addr) != ctx->mld)
			__mcs_proxy_mark(port->br, &m->group->key);
}

static bool counts(const struct mcs_ctx *ctx, const struct mcs_member *m)
{
	return !test_bit(m->port->id, ctx->routers);
}

static unsigned int sources_of(const struct mcs_ctx *ctx,
			       const struct mcs_group *g)
{
	const struct mcs_member *m;
	unsigned int n = 0;

	hlist_for_each_entry(m, &g->members, group_node) {
		const struct mcs_srcset *set = __mcs_member_set(m);

		if (set && counts(ctx, m))
			n += set->n;
	}
	return n;
}

static void merge(const struct mcs_ctx *ctx, const struct mcs_group *g,
		  struct mcs_merge *merge)
{
	const struct mcs_member *m;

	hlist_for_each_entry(m, &g->members, group_node) {
		const struct mcs_srcset *set = __mcs_member_set(m);

		if (!counts(ctx, m))
			continue;
		if (set)
			mcs_merge_record(merge, set->mode, set->src, set->n);
		else
			mcs_merge_record(merge, MCS_MODE_EXCLUDE, NULL, 0);
	}
}

/* The new state takes the place of the old one; is it to be reported? */
static bool replace(struct mcs_proxied *p, const struct mcs_wanted *w,
		    u64 now, bool *news)
{
	struct mcs_proxy *proxy = p->proxy;
	unsigned int v = __mcs_proxy_version(proxy, now);
	unsigned int rv = mcs_ctx_robustness(proxy->ctx);
	unsigned int room = p->told.n + w->n;
	struct mcs_told new = {};

	__mcs_proxied_refresh(p);
	if (room) {
		new.src = kmalloc_array(room, sizeof(*new.src),
					GFP_ATOMIC | __GFP_NOWARN);
		if (!new.src)
			return false;
	}
	*news = true;
	if (mcs_tells_records(proxy, v))
		mcs_told_change(&p->told, w, rv, &new);
	else
		*news = mcs_told_change_older(&p->told, w, rv, &new);
	kfree(p->told.src);
	p->told = new;
	return true;
}

/* After a random time of up to the Unsolicited Report Interval. */
static void plan_again(struct mcs_proxy *proxy, u64 now)
{
	u64 uri = mcs_tells_records(proxy, proxy->version) ? URI : URI_OLDER;

	__mcs_deadline_set(proxy->ctx->vlan->br, &proxy->again,
			   now + mcs_random_until(uri));
}

/* One more report of what is pending; @p is on the list while there is. */
static void tell(struct mcs_tell *out, struct mcs_proxied *p, u64 now)
{
	struct mcs_proxy *proxy = p->proxy;
	struct mcs_bridge *br = proxy->ctx->vlan->br;

	list_del_init(&p->pending);
	if (proxy->quiet || out->mute)
		__mcs_proxied_forget(p);
	else if (__mcs_tell_change(out, &p->group, &p->told))
		mcs_told_sent(&p->told);
	/* what hosts made us remember of what they gave up has limits, too */
	mcs_told_prune(&p->told, br->config.max_sources);
	if (mcs_told_nothing(&p->told) &&
	    br->nproxied > br->ngroups + br->config.max_groups)
		__mcs_proxied_forget(p);
	if (!mcs_told_pending(&p->told)) {
		__mcs_proxied_del_if_done(p);
		return;
	}
	list_add_tail(&p->pending, &proxy->pending);
	if (!proxy->again.due && list_empty(&proxy->sending))
		plan_again(proxy, now);
}

/* Merge a group; true when there is something to be reported. */
static bool remerge(struct mcs_proxied *p, u64 now)
{
	const struct mcs_ctx *ctx = p->proxy->ctx;
	const struct mcs_group *g;
	struct in6_addr few[16], *buf = few;
	unsigned int n = 0, room;
	struct mcs_wanted w = {};
	struct mcs_merge m;
	bool news = false;

	g = mcs_group_find_rcu(ctx->vlan->br, &p->group, ctx->vlan->vid);
	if (g)
		n = sources_of(ctx, g);
	room = min_t(unsigned int, n, MERGE_MAX);
	if (room > ARRAY_SIZE(few) / 2)
		buf = kmalloc_array(room, 2 * sizeof(*buf),
				    GFP_ATOMIC | __GFP_NOWARN);
	if (!buf)
		goto no_memory;
	if (g) {
		mcs_merge_begin(&m, buf, buf + room, room);
		merge(ctx, g, &m);
		mcs_merge_end(&m, mcs_group_is_ssm(&p->group,
						   &ctx->vlan->br->config.ssm[ctx->mld]),
			      &w);
		if (m.over)
			mcs_count(ctx->vlan->br->host,
				  MCSNOOP_COUNTER_LIMIT_SOURCES);
	}
	if (n > MERGE_FREE)
		p->merge_at = now + n * MERGE_COST;
	if (!mcs_told_same(&p->told, &w) && !replace(p, &w, now, &news))
		goto no_memory;
	if (buf != few)
		kfree(buf);
	return news;

no_memory:
	if (buf != few)
		kfree(buf);
	mcs_count(ctx->vlan->br->host, MCSNOOP_COUNTER_NO_MEMORY);
	p->merge_at = now + RETRY;
	p->merge_due = true;
	__mcs_proxied_deadline(p);
	return false;
}

static void flush_one(struct mcs_tell *out, struct mcs_proxied *p, u64 now)
{
	if (now < p->merge_at) {
		p->merge_due = true;
		__mcs_proxied_deadline(p);
		return;
	}
	if (remerge(p, now))
		tell(out, p, now);
	else
		__mcs_proxied_del_if_done(p);
}

/**
 * __mcs_proxy_flush() - merge what changed and report what that changes
 * @br: the bridge
 *
 * A few groups at a time; the queue of deadlines comes back for the others.
 *
 * Context: the bridge's lock is held, about to be released.
 */
void __mcs_proxy_flush(struct mcs_bridge *br)
{
	unsigned int budget = BATCH;
	struct mcs_tell out = {};
	struct mcs_proxied *p;
	u64 now = mcs_now();

	rcu_read_lock();
	while (budget-- && !list_empty(&br->dirty)) {
		p = list_first_entry(&br->dirty, struct mcs_proxied, dirty);
		list_del_init(&p->dirty);
		if (out.proxy != p->proxy) {
			if (out.proxy)
				__mcs_tell_end(&out);
			__mcs_tell_begin(&out, p->proxy,
					 __mcs_proxy_version(p->proxy, now));
		}
		flush_one(&out, p, now);
	}
	if (out.proxy)
		__mcs_tell_end(&out);
	if (!list_empty(&br->dirty))
		__mcs_deadline_set(br, &br->dirty_more, now + BATCH_PAUSE);
	rcu_read_unlock();
}

/**
 * __mcs_proxy_again() - time to report changes once more
 * @dl: deadline of a VLAN and family
 * @now: ns
 *
 * RFC 3376 section 5.1. All that is pending goes at one random time.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_proxy_again(struct mcs_deadline *dl, u64 now)
{
	struct mcs_proxy *proxy = container_of(dl, struct mcs_proxy, again);
	unsigned int v = __mcs_proxy_version(proxy, now), budget = BATCH;
	struct mcs_tell out;
	struct mcs_proxied *p;

	if (list_empty(&proxy->sending))
		list_splice_tail_init(&proxy->pending, &proxy->sending);
	if (mcs_tells_records(proxy, v))
		budget *= 4;	/* many to a frame */
	__mcs_tell_begin(&out, proxy, v);
	while (budget-- && !list_empty(&proxy->sending)) {
		p = list_first_entry(&proxy->sending, struct mcs_proxied,
				     pending);
		__mcs_proxied_refresh(p);
		tell(&out, p, now);
	}
	__mcs_tell_end(&out);
	if (!list_empty(&proxy->sending))
		__mcs_deadline_set(proxy->ctx->vlan->br, &proxy->again,
				   now + PACE);
	else if (!list_empty(&proxy->pending) && !proxy->again.due)
		plan_again(proxy, now);
}
