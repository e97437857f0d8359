// SPDX-License-Identifier: GPL-2.0
/*
 * Which version queries are sent in, and what is said when others send another:
 * RFC 3376 sections 6.6.2 and 7.3.1, RFC 3810 sections 7.6.2 and 8.3.1.
 */
#include <linux/inet.h>
#include "mcsnoop.h"

static const char *protocol(const struct mcs_ctx *ctx)
{
	return ctx->mld ? "MLD" : "IGMP";
}

/**
 * mcs_ctx_version() - version of the queries that we send
 * @ctx: VLAN and family
 *
 * The one that was set; with auto_lower that of the oldest querier that was
 * heard within its Older Version Querier Present time.
 *
 * Context: the bridge's lock is held.
 * Return: 1 to 3 for IGMP, 1 or 2 for MLD.
 */
u8 mcs_ctx_version(const struct mcs_ctx *ctx)
{
	u8 set = ctx->config.version[ctx->mld];
	u64 now;
	u8 v;

	if (!ctx->config.auto_lower)
		return set;
	now = mcs_now();
	for (v = 1; v < set; v++)
		if (ctx->older_until[v - 1] > now)
			return v;
	return set;
}

/**
 * mcs_ctx_ask_version() - version of a specific query that we send
 * @ctx: VLAN and family
 *
 * Where another queries, in its version: an older query would turn hosts and
 * routers to the older version, RFC 3376 section 7. A proxy is on its own.
 *
 * Context: the bridge's lock is held.
 * Return: 1 to 3 for IGMP, 1 or 2 for MLD.
 */
u8 mcs_ctx_ask_version(const struct mcs_ctx *ctx)
{
	if (ctx->version && !ctx->proxying &&
	    ctx->state != MCSNOOP_QUERIER_STATE_SELF)
		return ctx->version;
	return mcs_ctx_version(ctx);
}

/*
 * One line of a kind in a Query Interval, and no more than the kernel allows
 * for all VLANs together.
 */
static bool may_warn(struct mcs_ctx *ctx, enum mcs_warning kind, u64 now)
{
	u64 interval = (u64)ctx->config.query_interval * NSEC_PER_MSEC;

	if (ctx->warned[kind] && now - ctx->warned[kind] < interval)
		return false;
	if (!net_ratelimit())
		return false;
	ctx->warned[kind] = now;
	return true;
}

static const char *address(const struct mcs_msg *msg, char *buf, size_t len)
{
	if (msg->mld)
		snprintf(buf, len, "%pI6c", &msg->src);
	else
		snprintf(buf, len, "%pI4", &msg->src.s6_addr32[3]);
	return buf;
}

/* A snooper that will never query has no version, and loses no election. */
static bool ever_queries(const struct mcs_ctx *ctx)
{
	return ctx->vlan->owned &&
	       ctx->config.querier != MCSNOOP_QUERIER_MODE_OFF;
}

/**
 * __mcs_version_heard() - compare a query with the version that was set
 * @ctx: VLAN and family
 * @port: where it was heard
 * @msg: the query
 *
 * RFC 3376 section 7.3.1: a newer query of any kind and an older general one
 * are worth a warning. Members answer in the oldest version that they hear.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_version_heard(struct mcs_ctx *ctx, const struct mcs_port *port,
			 const struct mcs_msg *msg)
{
	u8 set = ctx->config.version[ctx->mld];
	enum mcs_warning kind = MCS_WARN_NEWER;
	char src[INET6_ADDRSTRLEN];

	lockdep_assert_held(&port->br->lock);

	if (msg->version == set ||
	    (msg->version < set && !mcs_addr_is_zero(&msg->group)))
		return;
	if (msg->version < set)
		kind = MCS_WARN_OLDER;
	mcs_count(port, kind == MCS_WARN_OLDER ? MCSNOOP_COUNTER_NOTE_OLDER :
						 MCSNOOP_COUNTER_NOTE_NEWER);
	if (ever_queries(ctx) && may_warn(ctx, kind, mcs_now()))
		pr_warn("mcsnoop: %s: VLAN %u: %sv%u query from %s on %s, but %s-version %u is set here: all queriers of a network should speak the same\n",
			port->br->dev->name, ctx->vlan->vid, protocol(ctx),
			msg->version, address(msg, src, sizeof(src)),
			port->dev->name, ctx->mld ? "mld" : "igmp", set);
}

/**
 * __mcs_version_older() - remember which version a querier speaks
 * @ctx: VLAN and family
 * @msg: its general query, with a source address
 * @now: ns
 *
 * RFC 3376 sections 6.6.2 and 8.12, RFC 9776 section 6.6.2: general queries
 * only. What an older one does not say is taken from the settings.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_version_older(struct mcs_ctx *ctx, const struct mcs_msg *msg,
			 u64 now)
{
	u64 ms = (u64)ctx->config.robustness *
		 (msg->qqi_ms ?: ctx->config.query_interval) + msg->mrt_ms;

	if (msg->version <= ARRAY_SIZE(ctx->older_until))
		ctx->older_until[msg->version - 1] = now + ms * NSEC_PER_MSEC;
}

/**
 * __mcs_version_elected() - a querier was elected, or changed its version
 * @ctx: VLAN and family
 * @msg: its general query
 * @now: ns
 *
 * RFC 4604 sections 3.4 and 3.6: hosts that hear an older querier do not say
 * which sources they want.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_version_elected(struct mcs_ctx *ctx, const struct mcs_msg *msg,
			   u64 now)
{
	const struct mcs_bridge *br = ctx->vlan->br;
	char src[INET6_ADDRSTRLEN];

	if (msg->version == (ctx->mld ? 2 : 3) || !ever_queries(ctx) ||
	    mcs_addr_is_zero(&br->config.ssm[ctx->mld].addr))
		return;
	if (may_warn(ctx, MCS_WARN_SSM, now))
		pr_warn("mcsnoop: %s: VLAN %u: the querier %s speaks %sv%u: source-specific multicast does not work while it does\n",
			br->dev->name, ctx->vlan->vid,
			address(msg, src, sizeof(src)), protocol(ctx),
			msg->version);
}
