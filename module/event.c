// SPDX-License-Identifier: GPL-2.0
/*
 * Events: the same description of an object that a get gives, sent to whoever
 * listens in the bridge's namespace. Nobody listening costs one look.
 */
#include "filter.h"
#include "router.h"
#include "genl.h"
#include "log.h"

static struct sk_buff *begin(const struct mcs_bridge *br, u8 cmd, void **hdr,
			     size_t size)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&mcs_genl_family, br->mn->net,
				MCSNOOP_NLGRP_EVENTS))
		return NULL;
	skb = genlmsg_new(size, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		goto lost;
	*hdr = genlmsg_put(skb, 0, 0, &mcs_genl_family, 0, cmd);
	if (*hdr)
		return skb;
	nlmsg_free(skb);
lost:
	local_bh_disable();
	mcs_count(br->host, MCSNOOP_COUNTER_EVENT_LOST);
	local_bh_enable();
	return NULL;
}

static void end(const struct mcs_bridge *br, struct sk_buff *skb, void *hdr,
		int err)
{
	if (!err) {
		genlmsg_end(skb, hdr);
		err = genlmsg_multicast_netns(&mcs_genl_family, br->mn->net,
					      skb, 0, MCSNOOP_NLGRP_EVENTS,
					      GFP_ATOMIC);
	} else {
		nlmsg_free(skb);
	}
	/* -ESRCH: the listener went in between; nothing is lost */
	if (err && err != -ESRCH) {
		local_bh_disable();
		mcs_count(br->host, MCSNOOP_COUNTER_EVENT_LOST);
		local_bh_enable();
	}
}

/**
 * mcs_event_log() - say that the flight recorder has an entry
 * @br: its bridge
 * @e: the entry
 *
 * Context: BH disabled.
 */
void mcs_event_log(struct mcs_bridge *br, const struct mcs_log_entry *e)
{
	struct net *net = br->mn->net;
	struct sk_buff *skb;
	void *hdr;

	if (!genl_has_listeners(&mcs_genl_family, net, MCSNOOP_NLGRP_LOG))
		return;
	skb = genlmsg_new(NLMSG_GOODSIZE, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return;
	hdr = genlmsg_put(skb, 0, 0, &mcs_genl_family, 0, MCSNOOP_CMD_LOG_NTF);
	if (!hdr || mcs_nl_fill_log(skb, br, e)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
	genlmsg_multicast_netns(&mcs_genl_family, net, skb, 0,
				MCSNOOP_NLGRP_LOG, GFP_ATOMIC);
}

/**
 * mcs_event_bridge() - say that a bridge was attached, changed or detached
 * @br: the bridge
 * @cmd: MCSNOOP_CMD_BRIDGE_*_NTF
 *
 * Context: RTNL.
 */
void mcs_event_bridge(struct mcs_bridge *br, u8 cmd)
{
	struct sk_buff *skb;
	void *hdr;

	skb = begin(br, cmd, &hdr, NLMSG_GOODSIZE);
	if (skb)
		end(br, skb, hdr, mcs_nl_fill_bridge(skb, br, mcs_now()));
}

/**
 * mcs_event_vlan() - say that the settings of a VLAN and family were changed
 * @br: the bridge
 * @vid: the VLAN
 * @mld: MCS_IGMP or MCS_MLD
 *
 * Context: RTNL.
 */
void mcs_event_vlan(struct mcs_bridge *br, u16 vid, u8 mld)
{
	struct sk_buff *skb;
	void *hdr;

	skb = begin(br, MCSNOOP_CMD_VLAN_SET_NTF, &hdr, NLMSG_GOODSIZE);
	if (skb)
		end(br, skb, hdr, mcs_nl_fill_vlan(skb, br, vid, mld));
}

/**
 * mcs_event_port() - say that a port's settings were changed
 * @port: the port
 * @cmd: MCSNOOP_CMD_PORT_SET_NTF
 *
 * Context: RTNL.
 */
void mcs_event_port(struct mcs_port *port, u8 cmd)
{
	struct sk_buff *skb;
	void *hdr;

	skb = begin(port->br, cmd, &hdr, NLMSG_GOODSIZE);
	if (skb)
		end(port->br, skb, hdr, mcs_nl_fill_port(skb, port));
}

/**
 * mcs_event_filter() - say that a filter was added or removed
 * @f: the filter
 * @cmd: MCSNOOP_CMD_FILTER_*_NTF
 * @cause: enum mcsnoop_cause
 *
 * Context: RTNL.
 */
void mcs_event_filter(const struct mcs_filter *f, u8 cmd, u8 cause)
{
	struct sk_buff *skb;
	void *hdr;
	int err;

	skb = begin(f->br, cmd, &hdr, NLMSG_GOODSIZE);
	if (!skb)
		return;
	err = nla_put_u8(skb, MCSNOOP_A_FILTER_CAUSE, cause);
	if (!err)
		err = mcs_nl_fill_filter(skb, f);
	end(f->br, skb, hdr, err);
}

/**
 * __mcs_event_group() - say that a record appeared, changed or went
 * @m: the record
 * @cmd: MCSNOOP_CMD_GROUP_*_NTF
 * @cause: enum mcsnoop_cause
 *
 * Context: the bridge's lock is held.
 */
void __mcs_event_group(struct mcs_member *m, u8 cmd, u8 cause)
{
	struct mcs_srcset *set = __mcs_member_set(m);
	struct mcs_bridge *br = m->port->br;
	u32 source = 0;
	struct sk_buff *skb;
	void *hdr;
	int err;

	__mcs_log_group(m, cmd, cause);
	skb = begin(br, cmd, &hdr, mcs_nl_group_size(set ? set->n : 0));
	if (!skb)
		return;
	err = nla_put_u8(skb, MCSNOOP_A_GROUP_CAUSE, cause);
	if (!err)
		err = mcs_nl_fill_group(skb, m, mcs_now(), &source);
	end(br, skb, hdr, err);
}

/**
 * __mcs_event_router() - say that a router port appeared or went
 * @r: the router port
 * @cmd: MCSNOOP_CMD_ROUTER_*_NTF
 * @cause: enum mcsnoop_cause
 *
 * Context: the bridge's lock is held.
 */
void __mcs_event_router(struct mcs_router *r, u8 cmd, u8 cause)
{
	struct mcs_bridge *br = r->port->br;
	struct sk_buff *skb;
	void *hdr;
	int err;

	__mcs_log_router(r, cmd, cause);
	skb = begin(br, cmd, &hdr, NLMSG_GOODSIZE);
	if (!skb)
		return;
	err = nla_put_u8(skb, MCSNOOP_A_ROUTER_CAUSE, cause);
	if (!err)
		err = mcs_nl_fill_router(skb, r, mcs_now());
	end(br, skb, hdr, err);
}

/**
 * __mcs_event_querier() - say that the querier or the pruning changed
 * @ctx: VLAN and family
 * @cause: enum mcsnoop_cause
 *
 * Context: the bridge's lock is held.
 */
void __mcs_event_querier(struct mcs_ctx *ctx, u8 cause)
{
	struct mcs_bridge *br = ctx->vlan->br;
	struct sk_buff *skb;
	void *hdr;
	int err;

	__mcs_log_querier(ctx, cause);
	skb = begin(br, MCSNOOP_CMD_QUERIER_CHANGE_NTF, &hdr,
		    NLMSG_GOODSIZE);
	if (!skb)
		return;
	err = nla_put_u8(skb, MCSNOOP_A_QUERIER_CAUSE, cause);
	if (!err)
		err = mcs_nl_fill_querier(skb, ctx, mcs_now());
	end(br, skb, hdr, err);
}
