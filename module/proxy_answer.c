// SPDX-License-Identifier: GPL-2.0
/*
 * What is reported because somebody asked, RFC 3376 section 5.2: the whole
 * state after a general query, groups or sources after a specific one, each
 * after a random time.
 */
#include <linux/random.h>
#include <linux/slab.h>
#include "proxy.h"

#define PACE		NSEC_PER_MSEC		/* between frames of an answer */
#define BATCH_PAUSE	(100 * NSEC_PER_USEC)	/* between batches of groups */
#define BATCH		64			/* groups per lock hold */
#define BATCH_FRAME	256			/* the same, for one frame */
#define RETRY		(100 * NSEC_PER_MSEC)	/* without memory */
#define ASKED_MAX	512			/* sources of queries kept */
#define V1_ROUTER	(400ULL * NSEC_PER_SEC)	/* RFC 2236 section 8.11 */

/**
 * mcs_random_until() - a random delay
 * @max: ns, at least 1
 *
 * Return: ns, above 0 and up to @max.
 */
u64 mcs_random_until(u64 max)
{
	return mul_u64_u32_shr(max, get_random_u32(), 32) + 1;
}

static void forget_asked(struct mcs_proxied *p)
{
	kfree(p->asked);
	p->asked = NULL;
	p->nasked = 0;
}

/**
 * __mcs_proxied_unask() - do not answer specific queries for a group
 * @p: the group
 *
 * Context: the bridge's lock is held.
 */
void __mcs_proxied_unask(struct mcs_proxied *p)
{
	forget_asked(p);
	p->answer_at = 0;
}

/* --- all groups, a few at a time ------------------------------------------ */

/*
 * Steps of a walk: the pause until the next one, ns, 0 at the end. Groups may
 * come and go in between, so the next one is found by its address.
 */

/* Ends when what was marked has been merged as well. */
static u64 sync_step(struct mcs_proxy *proxy)
{
	const struct mcs_vlan *vlan = proxy->ctx->vlan;
	struct mcs_key key = { .addr = proxy->next, .vid = vlan->vid };
	unsigned int budget = BATCH;
	struct mcs_group *g;

	if (proxy->ctx->mld && mcs_addr_is_zero(&key.addr))
		key.addr.s6_addr[0] = 0xff;	/* groups of IPv4 come first */
	for (g = __mcs_group_next(vlan->br, &key); g;
	     g = rb_entry_safe(rb_next(&g->tree), struct mcs_group, tree)) {
		if (g->key.vid != vlan->vid ||
		    mcs_addr_is_v4(&g->key.addr) == proxy->ctx->mld)
			break;
		proxy->next = g->key.addr;
		if (!budget--)
			return BATCH_PAUSE;
		__mcs_proxy_mark(vlan->br, &g->key);
	}
	memset(&proxy->next, 0xff, sizeof(proxy->next));
	return list_empty(&vlan->br->dirty) ? 0 : BATCH_PAUSE;
}

/* One frame of the answer to a general query, RFC 3376 section 5.2. */
static u64 answer_step(struct mcs_proxy *proxy)
{
	struct mcs_proxied *p = __mcs_proxied_next(proxy, &proxy->next);
	unsigned int budget = BATCH_FRAME;
	struct mcs_tell out;
	u64 pause = PACE;

	__mcs_tell_begin(&out, proxy, proxy->version);
	for (; p && budget-- && !out.mute; p = mcs_proxied_after(p)) {
		if (!__mcs_tell_fits(&out, &p->told))
			break;
		if (!__mcs_tell_state(&out, &p->group, &p->told)) {
			pause = RETRY;
			break;
		}
	}
	__mcs_tell_end(&out);
	if (!p || out.mute)
		return 0;
	proxy->next = p->group;
	return pause;
}

static void answer_at(struct mcs_proxied *p, u64 due)
{
	__mcs_proxied_refresh(p);
	forget_asked(p);
	if (!p->answer_at || due < p->answer_at)
		p->answer_at = due;
	__mcs_proxied_deadline(p);
}

/* RFC 2236 section 3, RFC 2710 section 4: each group has its own delay. */
static u64 spread_step(struct mcs_proxy *proxy, u64 now)
{
	struct mcs_proxied *p = __mcs_proxied_next(proxy, &proxy->next);
	unsigned int budget = BATCH;

	for (; p && budget--; p = mcs_proxied_after(p))
		if (!mcs_told_nothing(&p->told))
			answer_at(p, max(now, proxy->asked_at +
					 mcs_random_until(proxy->response)));
	if (!p)
		return 0;
	proxy->next = p->group;
	return BATCH_PAUSE;
}

static void begin_walk(struct mcs_proxy *proxy, u64 now)
{
	memset(&proxy->next, 0, sizeof(proxy->next));
	if (proxy->resync) {
		proxy->resync = false;
		proxy->walk = MCS_WALK_SYNC;
		/* it may have been meant to be an answer */
		if (!proxy->once_more)
			proxy->once_more = now;
	} else if (mcs_tells_records(proxy, proxy->version)) {
		proxy->walk = MCS_WALK_ANSWER;
	} else {
		proxy->walk = MCS_WALK_SPREAD;
	}
}

static void end_walk(struct mcs_proxy *proxy, u64 now)
{
	if (proxy->quiet) {
		/* now what there is can be reported, once */
		proxy->quiet = false;
		proxy->asked_at = now;
		proxy->response = NSEC_PER_SEC;
	}
	proxy->walk = MCS_WALK_NONE;
	if (proxy->resync) {
		__mcs_proxy_step_at(proxy, now + RETRY);
	} else if (proxy->once_more) {
		__mcs_proxy_step_at(proxy, max(now, proxy->once_more));
		proxy->once_more = 0;
	}
}

/**
 * __mcs_proxy_general_due() - go on with the walk over all groups, or begin
 * @dl: deadline of a VLAN and family
 * @now: ns
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_proxy_general_due(struct mcs_deadline *dl, u64 now)
{
	struct mcs_proxy *proxy = container_of(dl, struct mcs_proxy, general);
	unsigned int version = proxy->version;
	u64 pause = 0;

	/* another version: nobody waits for this answer any more */
	if (__mcs_proxy_version(proxy, now) != version && !proxy->resync &&
	    proxy->walk != MCS_WALK_SYNC)
		return;
	if (proxy->walk == MCS_WALK_NONE)
		begin_walk(proxy, now);
	switch ((enum mcs_proxy_walk)proxy->walk) {
	case MCS_WALK_SYNC:
		pause = sync_step(proxy);
		break;
	case MCS_WALK_ANSWER:
		pause = answer_step(proxy);
		break;
	case MCS_WALK_SPREAD:
		pause = spread_step(proxy, now);
		break;
	case MCS_WALK_NONE:
		break;
	}
	if (pause)
		__mcs_proxy_step_at(proxy, now + pause);
	else
		end_walk(proxy, now);
}

/* --- queries -------------------------------------------------------------- */

/*
 * Older Version Querier Present, RFC 3376 section 8.12, RFC 3810 section 9.12;
 * with RFC 9776 ten times the response time. A host of IGMPv2 waits for 400 s
 * after a query of IGMPv1.
 */
static u64 older_interval(const struct mcs_ctx *ctx, u64 response)
{
	u64 cycle = mcs_ctx_robustness(ctx) * mcs_ctx_query_interval(ctx);

	if (!ctx->mld && ctx->config.version[MCS_IGMP] == 2)
		return V1_ROUTER;
	if (ctx->config.gmi_rule == MCSNOOP_GMI_RULE_RFC9776)
		return cycle + 10 * response;
	return cycle + response;
}

/**
 * __mcs_proxy_general() - answer a general query
 * @ctx: VLAN and family
 * @heard: version of the query, 0 for our own
 * @response_ms: its Max Response Time, ms
 *
 * RFC 3376 section 5.2, rules 1 and 2: what is to be sent sooner stays. Our
 * own are answered as well: routers that are not the querier hear no other
 * reports of our members.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_proxy_general(struct mcs_ctx *ctx, unsigned int heard,
			 u32 response_ms)
{
	u64 response = (u64)max(response_ms, 1U) * NSEC_PER_MSEC;
	struct mcs_proxy *proxy = ctx->proxying;
	u64 now = mcs_now(), due = now;

	lockdep_assert_held(&ctx->vlan->br->lock);

	if (!proxy)
		return;
	if (heard && heard < ctx->config.version[ctx->mld])
		proxy->older[heard - 1] = now + older_interval(ctx, response);
	if (mcs_tells_records(proxy, __mcs_proxy_version(proxy, now)))
		due += mcs_random_until(response);
	proxy->asked_at = now;
	proxy->response = response;
	if (proxy->walk != MCS_WALK_NONE || proxy->resync) {
		if (!proxy->once_more || due < proxy->once_more)
			proxy->once_more = due;
	} else if (!proxy->general.due || due < proxy->general.due) {
		__mcs_proxy_step_at(proxy, due);
	}
}

/* Is everything told sooner than that anyway? RFC 3376 section 5.2, rule 1. */
static bool general_is_sooner(const struct mcs_proxy *proxy, u64 due)
{
	return proxy->walk == MCS_WALK_NONE && !proxy->resync &&
	       proxy->general.due && proxy->general.due <= due;
}

/* Rules 3 to 5: no list stands for the whole group, lists add up. */
static void remember_asked(struct mcs_proxied *p, const struct in6_addr *srcs,
			   unsigned int n)
{
	unsigned int i = 0, j = 0, len = 0;
	struct in6_addr *list;

	if (p->answer_at && !p->asked)
		return;
	if (!n || p->nasked + n > ASKED_MAX) {
		forget_asked(p);
		return;
	}
	list = kmalloc_array(p->nasked + n, sizeof(*list),
			     GFP_ATOMIC | __GFP_NOWARN);
	while (list && (i < p->nasked || j < n)) {
		int cmp = i == p->nasked ? 1 : j == n ? -1 :
			  mcs_addr_cmp(&p->asked[i], &srcs[j]);

		list[len++] = cmp <= 0 ? p->asked[i] : srcs[j];
		i += cmp <= 0;
		j += cmp >= 0;
	}
	forget_asked(p);	/* without memory the answer says it all */
	p->asked = list;
	p->nasked = len;
}

/**
 * __mcs_proxy_specific() - answer a specific query
 * @ctx: VLAN and family
 * @group: the group asked for
 * @srcs: sources asked for, sorted and unique
 * @n: how many, 0 for the group as a whole
 * @response_ms: Max Response Time, ms
 *
 * RFC 3376 section 5.2.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_proxy_specific(struct mcs_ctx *ctx, const struct in6_addr *group,
			  const struct in6_addr *srcs, unsigned int n,
			  u32 response_ms)
{
	u64 response = (u64)max(response_ms, 1U) * NSEC_PER_MSEC;
	struct mcs_proxy *proxy = ctx->proxying;
	u64 now = mcs_now(), due;
	struct mcs_proxied *p;

	lockdep_assert_held(&ctx->vlan->br->lock);

	p = proxy ? __mcs_proxied_find(proxy, group) : NULL;
	if (!p)
		return;
	if (!mcs_tells_records(proxy, __mcs_proxy_version(proxy, now)))
		n = 0;
	__mcs_proxied_refresh(p);
	due = now + mcs_random_until(response);
	if (general_is_sooner(proxy, due))
		return;
	remember_asked(p, srcs, n);
	if (!p->answer_at || due < p->answer_at)
		p->answer_at = due;
	__mcs_proxied_deadline(p);
}

static bool answer(struct mcs_proxied *p)
{
	struct mcs_proxy *proxy = p->proxy;
	struct mcs_tell out;
	unsigned int n;
	bool ok = true;

	__mcs_tell_begin(&out, proxy, proxy->version);
	if (p->asked) {
		n = mcs_told_answer(&p->told, p->asked, p->nasked);
		if (n)
			ok = __mcs_tell_sources(&out, &p->group, p->asked, n);
	} else {
		ok = __mcs_tell_state(&out, &p->group, &p->told);
	}
	__mcs_tell_end(&out);
	return ok;
}

/**
 * __mcs_proxied_due() - answer a query for a group, or merge it at last
 * @dl: deadline of a group, which may be freed
 * @now: ns
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_proxied_due(struct mcs_deadline *dl, u64 now)
{
	struct mcs_proxied *p = container_of(dl, struct mcs_proxied, deadline);

	__mcs_proxy_version(p->proxy, now);
	__mcs_proxied_refresh(p);
	if (p->merge_due && p->merge_at <= now) {
		p->merge_due = false;
		__mcs_proxied_mark(p);
	}
	if (p->answer_at && p->answer_at <= now) {
		if (answer(p)) {
			p->answer_at = 0;
			forget_asked(p);
		} else {
			p->answer_at = now + RETRY;
		}
	}
	__mcs_proxied_deadline(p);
	__mcs_proxied_del_if_done(p);
}

