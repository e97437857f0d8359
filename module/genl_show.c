// SPDX-License-Identifier: GPL-2.0
/* Netlink: router ports, queriers and counters. */
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "genl.h"
#include "router.h"

static u8 family(const struct mcs_ctx *ctx)
{
	return ctx->mld ? AF_INET6 : AF_INET;
}

/**
 * mcs_nl_fill_router() - describe a router port
 * @skb: filled
 * @r: the router port
 * @now: ns
 *
 * Context: the bridge's lock is held.
 * Return: 0 or -EMSGSIZE.
 */
int mcs_nl_fill_router(struct sk_buff *skb, const struct mcs_router *r,
		       u64 now)
{
	const struct mcs_bridge *br = r->port->br;

	if (nla_put_u32(skb, MCSNOOP_A_ROUTER_BRIDGE, br->dev->ifindex) ||
	    nla_put_u32(skb, MCSNOOP_A_ROUTER_PORT, r->port->dev->ifindex) ||
	    nla_put_u16(skb, MCSNOOP_A_ROUTER_VID, r->ctx->vlan->vid) ||
	    nla_put_u8(skb, MCSNOOP_A_ROUTER_FAMILY, family(r->ctx)) ||
	    nla_put_u8(skb, MCSNOOP_A_ROUTER_TYPE, r->type) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_ROUTER_UPTIME,
			      div_u64(now - r->since, NSEC_PER_MSEC),
			      MCSNOOP_A_ROUTER_PAD))
		return -EMSGSIZE;
	if (r->deadline.due &&
	    nla_put_u32(skb, MCSNOOP_A_ROUTER_TIMER,
			mcs_ms_left(r->deadline.due, now)))
		return -EMSGSIZE;
	if (r->type != MCSNOOP_ROUTER_TYPE_PERMANENT &&
	    nla_put(skb, MCSNOOP_A_ROUTER_ADDRESS, sizeof(r->addr), &r->addr))
		return -EMSGSIZE;
	return 0;
}

static int fill_other(struct sk_buff *skb, const struct mcs_ctx *ctx)
{
	if (nla_put(skb, MCSNOOP_A_QUERIER_ADDRESS, sizeof(ctx->querier_addr),
		    &ctx->querier_addr) ||
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_PORT, ctx->querier_port) ||
	    nla_put_u8(skb, MCSNOOP_A_QUERIER_VERSION, ctx->version))
		return -EMSGSIZE;
	return 0;
}

static int fill_self(struct sk_buff *skb, const struct mcs_ctx *ctx)
{
	struct in6_addr own;
	bool has_own;

	rcu_read_lock();
	has_own = mcs_own_address_rcu(ctx->vlan, ctx->mld, &own);
	rcu_read_unlock();
	if (has_own && nla_put(skb, MCSNOOP_A_QUERIER_ADDRESS, sizeof(own),
			       &own))
		return -EMSGSIZE;
	return nla_put_u8(skb, MCSNOOP_A_QUERIER_VERSION,
			  mcs_ctx_version(ctx));
}

/* Ports that everything goes to although the others are pruned. */
static int fill_flood(struct sk_buff *skb, const struct mcs_ctx *ctx, u64 now)
{
	unsigned int n = mcs_ctx_flooded(ctx);

	if (!n || ctx->pruning != MCSNOOP_PRUNING_ACTIVE)
		return 0;
	if (nla_put_u32(skb, MCSNOOP_A_QUERIER_FLOOD_PORTS, n) ||
	    nla_put_u8(skb, MCSNOOP_A_QUERIER_FLOOD_CAUSE,
		       ctx->moved ? MCSNOOP_FLOOD_CAUSE_TOPOLOGY :
				    MCSNOOP_FLOOD_CAUSE_PORT) ||
	    (ctx->answers.due &&
	     nla_put_u32(skb, MCSNOOP_A_QUERIER_FLOOD_LEFT,
			 mcs_ms_left(ctx->answers.due, now))))
		return -EMSGSIZE;
	return 0;
}

/* In which version we report upstream, and how much. */
static int fill_proxy(struct sk_buff *skb, const struct mcs_ctx *ctx, u64 now)
{
	unsigned int version;
	u64 older_until;
	u32 groups;

	version = mcs_proxy_state(ctx, now, &groups, &older_until);
	if (!version)
		return 0;
	if (nla_put_u8(skb, MCSNOOP_A_QUERIER_UPSTREAM_VERSION, version) ||
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_UPSTREAM_GROUPS, groups))
		return -EMSGSIZE;
	return older_until ? nla_put_u32(skb, MCSNOOP_A_QUERIER_UPSTREAM_TIMER,
					 mcs_ms_left(older_until, now)) : 0;
}

static u8 pruning(const struct mcs_ctx *ctx)
{
	return ctx->vlan->br->intree ? MCSNOOP_PRUNING_INTREE_SNOOPING :
				       ctx->pruning;
}

static int put_ago(struct sk_buff *skb, int attr, u64 then, u64 now)
{
	if (!then)
		return 0;
	return nla_put_u64_64bit(skb, attr,
				 div_u64(now - min(then, now), NSEC_PER_MSEC),
				 MCSNOOP_A_QUERIER_PAD);
}

/* What pruning rests on, and who does not keep to the election. */
static int fill_evidence(struct sk_buff *skb, const struct mcs_ctx *ctx,
			 u64 now)
{
	const struct mcs_evidence *e = &ctx->evidence;

	if (nla_put_u8(skb, MCSNOOP_A_QUERIER_MODE, ctx->config.mode) ||
	    put_ago(skb, MCSNOOP_A_QUERIER_PRUNING_SINCE, e->since, now) ||
	    put_ago(skb, MCSNOOP_A_QUERIER_QUERY_SEEN, e->queried, now) ||
	    put_ago(skb, MCSNOOP_A_QUERIER_REPORT_SEEN, e->reported, now))
		return -EMSGSIZE;
	if (!e->rival_sure)
		return 0;
	if (nla_put(skb, MCSNOOP_A_QUERIER_RIVAL, sizeof(e->rival),
		    &e->rival) ||
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_RIVAL_PORT, e->rival_port) ||
	    put_ago(skb, MCSNOOP_A_QUERIER_RIVAL_SEEN, e->rival_heard, now))
		return -EMSGSIZE;
	return 0;
}

/**
 * mcs_nl_fill_querier() - describe who queries in a VLAN and family
 * @skb: filled
 * @ctx: VLAN and family
 * @now: ns
 *
 * Context: the bridge's lock is held.
 * Return: 0 or -EMSGSIZE.
 */
int mcs_nl_fill_querier(struct sk_buff *skb, const struct mcs_ctx *ctx,
			u64 now)
{
	const struct mcs_bridge *br = ctx->vlan->br;
	struct mcs_params p;
	int err = 0;

	mcs_ctx_params(ctx, &p);
	if (nla_put_u32(skb, MCSNOOP_A_QUERIER_BRIDGE, br->dev->ifindex) ||
	    nla_put_u16(skb, MCSNOOP_A_QUERIER_VID, ctx->vlan->vid) ||
	    nla_put_u8(skb, MCSNOOP_A_QUERIER_FAMILY, family(ctx)) ||
	    nla_put_u8(skb, MCSNOOP_A_QUERIER_STATE, ctx->state) ||
	    nla_put_u8(skb, MCSNOOP_A_QUERIER_ROBUSTNESS,
		       mcs_ctx_robustness(ctx)) ||
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_QUERY_INTERVAL,
			div_u64(mcs_ctx_query_interval(ctx),
				NSEC_PER_MSEC)) ||
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_QUERY_RESPONSE_INTERVAL,
			div_u64(mcs_ctx_response_interval(ctx),
				NSEC_PER_MSEC)) ||
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_MEMBERSHIP_INTERVAL,
			min_t(u64, div_u64(p.gmi, NSEC_PER_MSEC), U32_MAX)) ||
	    nla_put_u8(skb, MCSNOOP_A_QUERIER_PRUNING, pruning(ctx)) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_QUERIER_UPTIME,
			      div_u64(now - ctx->since, NSEC_PER_MSEC),
			      MCSNOOP_A_QUERIER_PAD) ||
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_CHANGES, ctx->changes) ||
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_REPORTS, ctx->reports) ||
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_HEALED, ctx->healed) ||
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_WINDOWS, ctx->windows))
		return -EMSGSIZE;
	if (br->config.group_stats &&
	    (nla_put_u64_64bit(skb, MCSNOOP_A_QUERIER_ENDED_FRAMES,
			       ctx->ended_frames, MCSNOOP_A_QUERIER_PAD) ||
	     nla_put_u64_64bit(skb, MCSNOOP_A_QUERIER_ENDED_BYTES,
			       ctx->ended_bytes, MCSNOOP_A_QUERIER_PAD)))
		return -EMSGSIZE;
	if (ctx->state == MCSNOOP_QUERIER_STATE_SELF)
		err = fill_self(skb, ctx);
	else if (ctx->state != MCSNOOP_QUERIER_STATE_NONE)
		err = fill_other(skb, ctx);
	if (err)
		return err;
	if (ctx->other.due &&
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_TIMER,
			mcs_ms_left(ctx->other.due, now)))
		return -EMSGSIZE;
	if (ctx->state == MCSNOOP_QUERIER_STATE_PROXY && !ctx->other.due &&
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_TIMER,
			mcs_ms_left(ctx->proxy.due, now)))
		return -EMSGSIZE;
	if (fill_proxy(skb, ctx, now) || fill_evidence(skb, ctx, now))
		return -EMSGSIZE;
	if (ctx->query.due &&
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_NEXT_QUERY,
			mcs_ms_left(ctx->query.due, now)))
		return -EMSGSIZE;
	if (ctx->grace.due &&
	    nla_put_u32(skb, MCSNOOP_A_QUERIER_PRUNING_IN,
			mcs_ms_left(ctx->grace.due, now)))
		return -EMSGSIZE;
	return fill_flood(skb, ctx, now);
}

/* Walk the contexts of a bridge: cursor.item is the VID, cursor.sub counts. */
static int dump_ctxs(struct mcs_dump *d, struct mcs_bridge *br,
		     int (*one)(struct mcs_dump *d, struct mcs_ctx *ctx,
				u32 *item))
{
	struct mcs_cursor *cursor = d->cursor;
	struct mcs_vlan *vlan;
	int err = 0;

	while (!err && cursor->item < VLAN_N_VID) {
		u32 item = 0, f;

		spin_lock_bh(&br->lock);
		d->cb->seq = atomic_read(&br->mn->seq);
		vlan = __mcs_vlan_find(br, cursor->item);
		for (f = 0; vlan && !err && f < MCS_FAMILIES; f++)
			err = one(d, &vlan->ctx[f], &item);
		spin_unlock_bh(&br->lock);
		if (!err) {
			cursor->item++;
			cursor->sub = 0;
		}
	}
	return err;
}

static int dump_querier(struct mcs_dump *d, struct mcs_ctx *ctx, u32 *item)
{
	void *hdr;

	if ((*item)++ < d->cursor->sub)
		return 0;
	hdr = mcs_nl_dump_put(d, MCSNOOP_CMD_QUERIER_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (mcs_nl_fill_querier(d->skb, ctx, d->now)) {
		genlmsg_cancel(d->skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(d->skb, hdr);
	d->cursor->sub = *item;
	return 0;
}

static int dump_queriers(struct mcs_dump *d, struct mcs_bridge *br)
{
	return dump_ctxs(d, br, dump_querier);
}

/**
 * mcsnoop_nl_querier_get_dumpit() - describe who queries, everywhere
 * @skb: being filled
 * @cb: where the dump is
 *
 * Context: process; takes RTNL.
 * Return: what netlink wants of a dump.
 */
int mcsnoop_nl_querier_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb)
{
	return mcs_nl_dump(skb, cb, MCSNOOP_A_QUERIER_BRIDGE, dump_queriers);
}

static int dump_router(struct mcs_dump *d, struct mcs_ctx *ctx, u32 *item)
{
	struct mcs_router *r;
	void *hdr;

	list_for_each_entry(r, &ctx->router_ports, node) {
		if ((*item)++ < d->cursor->sub)
			continue;
		hdr = mcs_nl_dump_put(d, MCSNOOP_CMD_ROUTER_GET);
		if (!hdr)
			return -EMSGSIZE;
		if (mcs_nl_fill_router(d->skb, r, d->now)) {
			genlmsg_cancel(d->skb, hdr);
			return -EMSGSIZE;
		}
		genlmsg_end(d->skb, hdr);
		d->cursor->sub = *item;
	}
	return 0;
}

static int dump_routers(struct mcs_dump *d, struct mcs_bridge *br)
{
	return dump_ctxs(d, br, dump_router);
}

/**
 * mcsnoop_nl_router_get_dumpit() - describe router ports
 * @skb: being filled
 * @cb: where the dump is
 *
 * Context: process; takes RTNL.
 * Return: what netlink wants of a dump.
 */
int mcsnoop_nl_router_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	return mcs_nl_dump(skb, cb, MCSNOOP_A_ROUTER_BRIDGE, dump_routers);
}

/* The context that a get is about; the bridge's lock is held. */
static struct mcs_ctx *get_ctx(struct genl_info *info, struct mcs_bridge *br,
			       int vid_attr, int family_attr)
{
	struct mcs_vlan *vlan;
	u8 af = AF_INET;
	u16 vid = 0;

	if (info->attrs[vid_attr])
		vid = nla_get_u16(info->attrs[vid_attr]);
	if (info->attrs[family_attr])
		af = nla_get_u8(info->attrs[family_attr]);
	vlan = __mcs_vlan_find(br, vid);
	if (!vlan || (af != AF_INET && af != AF_INET6)) {
		NL_SET_ERR_MSG(info->extack, "No such VLAN and family: see mcsnoop querier show");
		return NULL;
	}
	return &vlan->ctx[af == AF_INET6];
}

/**
 * mcsnoop_nl_querier_get_doit() - describe who queries in a VLAN and family
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -ENODEV, -ENOENT or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_querier_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_bridge *br;
	struct mcs_ctx *ctx;
	struct sk_buff *msg;
	int err = -ENODEV;
	void *hdr;

	msg = mcs_nl_reply(info, &hdr);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	br = mcs_nl_bridge(info, MCSNOOP_A_QUERIER_BRIDGE);
	if (br) {
		spin_lock_bh(&br->lock);
		ctx = get_ctx(info, br, MCSNOOP_A_QUERIER_VID,
			      MCSNOOP_A_QUERIER_FAMILY);
		err = ctx ? mcs_nl_fill_querier(msg, ctx, mcs_now()) : -ENOENT;
		spin_unlock_bh(&br->lock);
	}
	rtnl_unlock();
	return mcs_nl_finish(info, msg, hdr, err);
}

static int fill_router_of(struct genl_info *info, struct sk_buff *msg,
			  struct mcs_ctx *ctx, const struct mcs_port *port)
{
	struct mcs_router *r;

	list_for_each_entry(r, &ctx->router_ports, node)
		if (r->port == port)
			return mcs_nl_fill_router(msg, r, mcs_now());
	NL_SET_ERR_MSG(info->extack, "Not a router port: see mcsnoop router show");
	return -ENOENT;
}

/**
 * mcsnoop_nl_router_get_doit() - describe a router port
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -ENODEV, -ENOENT or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_router_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_port *port;
	struct mcs_ctx *ctx;
	struct sk_buff *msg;
	int err = -ENODEV;
	void *hdr;

	msg = mcs_nl_reply(info, &hdr);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	port = mcs_nl_port(info, MCSNOOP_A_ROUTER_BRIDGE,
			   MCSNOOP_A_ROUTER_PORT);
	if (port) {
		spin_lock_bh(&port->br->lock);
		ctx = get_ctx(info, port->br, MCSNOOP_A_ROUTER_VID,
			      MCSNOOP_A_ROUTER_FAMILY);
		err = ctx ? fill_router_of(info, msg, ctx, port) : -ENOENT;
		spin_unlock_bh(&port->br->lock);
	}
	rtnl_unlock();
	return mcs_nl_finish(info, msg, hdr, err);
}

static int fill_stats(struct sk_buff *skb, const struct mcs_port *port)
{
	u64 sum[MCSNOOP_COUNTER_MAX + 1] = {};
	unsigned int i;

	if (nla_put_u32(skb, MCSNOOP_A_STATS_BRIDGE,
			port->br->dev->ifindex) ||
	    nla_put_u32(skb, MCSNOOP_A_STATS_PORT, port->dev->ifindex))
		return -EMSGSIZE;
	mcs_counters_read(port, sum);
	for (i = 0; i <= MCSNOOP_COUNTER_MAX; i++) {
		struct nlattr *nest;

		if (!sum[i])
			continue;
		nest = nla_nest_start(skb, MCSNOOP_A_STATS_COUNTS);
		if (!nest ||
		    nla_put_u32(skb, MCSNOOP_A_COUNT_ID, i) ||
		    nla_put_u64_64bit(skb, MCSNOOP_A_COUNT_VALUE, sum[i],
				      MCSNOOP_A_COUNT_PAD))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

/**
 * mcsnoop_nl_stats_get_doit() - counters of a port
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -ENODEV or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_port *port;
	struct sk_buff *msg;
	int err = -ENODEV;
	void *hdr;

	msg = mcs_nl_reply(info, &hdr);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	port = mcs_nl_port(info, MCSNOOP_A_STATS_BRIDGE, MCSNOOP_A_STATS_PORT);
	if (port)
		err = fill_stats(msg, port);
	rtnl_unlock();
	return mcs_nl_finish(info, msg, hdr, err);
}

static int dump_stats(struct mcs_dump *d, struct mcs_bridge *br)
{
	struct mcs_port *port;
	u32 item = 0;
	void *hdr;

	list_for_each_entry(port, &br->ports, node) {
		if (item++ < d->cursor->item)
			continue;
		hdr = mcs_nl_dump_put(d, MCSNOOP_CMD_STATS_GET);
		if (!hdr)
			return -EMSGSIZE;
		if (fill_stats(d->skb, port)) {
			genlmsg_cancel(d->skb, hdr);
			return -EMSGSIZE;
		}
		genlmsg_end(d->skb, hdr);
		d->cursor->item = item;
	}
	return 0;
}

/**
 * mcsnoop_nl_stats_get_dumpit() - counters of ports
 * @skb: being filled
 * @cb: where the dump is
 *
 * Context: process; takes RTNL.
 * Return: what netlink wants of a dump.
 */
int mcsnoop_nl_stats_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	return mcs_nl_dump(skb, cb, MCSNOOP_A_STATS_BRIDGE, dump_stats);
}
