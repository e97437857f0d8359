// SPDX-License-Identifier: GPL-2.0
/*
 * Queriers of different versions on one network: RFC 2236 section 4, RFC 3376
 * sections 6.6.2 and 7.3.1, RFC 3810 section 8.3.1. Only general queries tell
 * (RFC 9776 section 6.6.2).
 */
#include "mcsnoop.h"

/**
 * mcs_ctx_version() - version of the queries that we send
 * @ctx: VLAN and family
 *
 * The one that is set. With auto-lower that of an older querier, until it was
 * not heard for the Other Querier Present Interval.
 *
 * Context: the bridge's lock is held.
 * Return: 1 to 3, MLD 1 or 2.
 */
unsigned int mcs_ctx_version(const struct mcs_ctx *ctx)
{
	unsigned int set = ctx->config.version[ctx->mld];

	lockdep_assert_held(&ctx->vlan->br->lock);

	if (ctx->config.auto_lower && ctx->older && ctx->older < set &&
	    mcs_now() < ctx->older_until)
		return ctx->older;
	return set;
}

/**
 * __mcs_version_heard() - a general query was heard
 * @ctx: VLAN and family
 * @port: where
 * @msg: the query
 * @now: ns
 *
 * Another version than ours is warned of, once per Query Interval: hosts follow
 * the oldest query and then say nothing of sources.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_version_heard(struct mcs_ctx *ctx, const struct mcs_port *port,
			 const struct mcs_msg *msg, u64 now)
{
	unsigned int set = ctx->config.version[ctx->mld];

	lockdep_assert_held(&ctx->vlan->br->lock);

	if (msg->version == set)
		return;
	if (msg->version < set &&
	    (msg->version <= ctx->older || now >= ctx->older_until)) {
		ctx->older = msg->version;
		ctx->older_until = now + mcs_ctx_other_interval(ctx);
	}
	if (ctx->warned && now - ctx->warned < mcs_ctx_query_interval(ctx))
		return;
	ctx->warned = now;
	net_warn_ratelimited("mcsnoop: %s: %sv%u query from %pI6c on %s, but version %u is set here: all queriers should speak one version\n",
			     ctx->vlan->br->dev->name,
			     ctx->mld ? "MLD" : "IGMP", msg->version,
			     &msg->src, port->dev->name, set);
}
