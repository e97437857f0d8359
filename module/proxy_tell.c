// SPDX-License-Identifier: GPL-2.0
/*
 * Reports of a proxy: which messages and records say what, in the version that
 * the querier speaks, in frames that fit every router port.
 */
#include <linux/etherdevice.h>
#include <linux/slab.h>
#include "proxy.h"
#include "router.h"

/* More would make an allocation that often fails, for no good. */
#define ROOM_MAX	(ETH_HLEN + ETH_DATA_LEN)

/**
 * mcs_tells_records() - does a version have group records?
 * @proxy: VLAN and family
 * @version: the version
 *
 * Return: true for IGMPv3 and MLDv2.
 */
bool mcs_tells_records(const struct mcs_proxy *proxy, unsigned int version)
{
	return version >= (proxy->ctx->mld ? 2 : 3);
}

static enum mcsnoop_counter counter(const struct mcs_tell *out)
{
	return out->proxy->ctx->mld ? MCSNOOP_COUNTER_TX_MLD_REPORT :
				      MCSNOOP_COUNTER_TX_IGMP_REPORT;
}

static bool failed(const struct mcs_tell *out)
{
	mcs_count(out->proxy->ctx->vlan->br->host, MCSNOOP_COUNTER_TX_ERROR);
	return false;
}

/**
 * __mcs_tell_begin() - begin to tell routers something
 * @out: filled in
 * @proxy: VLAN and family
 * @version: in which it is told
 *
 * Without an address, reports are sent from none: RFC 3376 section 4.2.13, RFC
 * 3590 section 4.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_tell_begin(struct mcs_tell *out, struct mcs_proxy *proxy,
		      unsigned int version)
{
	struct mcs_ctx *ctx = proxy->ctx;
	struct mcs_router *r;

	memset(out, 0, sizeof(*out));
	out->proxy = proxy;
	out->version = version;
	out->mute = !ctx->nrouters || ctx->vlan->br->intree;
	if (out->mute)
		return;
	out->room = ROOM_MAX;
	list_for_each_entry(r, &ctx->router_ports, node)
		out->room = min(out->room,
				ETH_HLEN + READ_ONCE(r->port->dev->mtu));
	if (!mcs_own_address_rcu(ctx->vlan, ctx->mld, &out->src))
		memset(&out->src, 0, sizeof(out->src));
}

/**
 * __mcs_tell_end() - send what was built
 * @out: may be used again
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_tell_end(struct mcs_tell *out)
{
	struct mcs_ctx *ctx = out->proxy->ctx;
	struct sk_buff *skb = out->skb;
	unsigned int len;

	if (!skb)
		return;
	out->skb = NULL;
	len = mcs_wire_records_end(&out->records, &out->src,
				   ctx->vlan->br->dev->dev_addr);
	skb_trim(skb, len);
	if (len)
		__mcs_send_routers(ctx, skb, counter(out));
	else
		failed(out);
	kfree_skb(skb);
}

/* A record of up to @n sources, in this frame or in the next. */
static bool add_record(struct mcs_tell *out, unsigned int type,
		       const struct in6_addr *group, unsigned int n)
{
	if (out->skb && !mcs_wire_records_fits(&out->records, n))
		__mcs_tell_end(out);
	if (!out->skb) {
		out->skb = mcs_send_alloc(out->room, out->proxy->ctx->mld);
		if (!out->skb)
			return failed(out);
		mcs_wire_records_begin(&out->records, out->skb->data,
				       out->room, out->proxy->ctx->mld);
	}
	return mcs_wire_records_add(&out->records, type, group) || failed(out);
}

/*
 * RFC 3376 section 4.2.16: what does not fit goes into another record, but of
 * sources that are not wanted only as many as fit are named.
 */
static bool add_source(struct mcs_tell *out, unsigned int type,
		       const struct in6_addr *group,
		       const struct in6_addr *src)
{
	if (mcs_wire_records_source(&out->records, src))
		return true;
	if (type == MCS_REC_IS_EX || type == MCS_REC_TO_EX)
		return true;
	__mcs_tell_end(out);
	return add_record(out, type, group, 1) &&
	       (mcs_wire_records_source(&out->records, src) || failed(out));
}

static unsigned int count(const struct mcs_told *told, unsigned int type)
{
	unsigned int i, n = 0;

	for (i = 0; i < told->n; i++)
		n += mcs_told_has(told, type, &told->src[i]);
	return n;
}

static bool put_record(struct mcs_tell *out, unsigned int type,
		       const struct in6_addr *group,
		       const struct mcs_told *told)
{
	unsigned int i;

	if (!add_record(out, type, group, count(told, type)))
		return false;
	for (i = 0; i < told->n; i++)
		if (mcs_told_has(told, type, &told->src[i]) &&
		    !add_source(out, type, group, &told->src[i].addr))
			return false;
	return true;
}

static bool put_older(struct mcs_tell *out, const struct in6_addr *group,
		      bool leave)
{
	struct mcs_ctx *ctx = out->proxy->ctx;
	struct mcs_report r = {
		.mld = ctx->mld,
		.version = out->version,
		.leave = leave,
		.src = out->src,
		.group = *group,
	};
	unsigned int len = mcs_wire_report_len(&r);
	struct sk_buff *skb;

	skb = len ? mcs_send_alloc(len, ctx->mld) : NULL;
	if (!skb)
		return failed(out);
	mcs_wire_build_report(skb->data, len, &r, ctx->vlan->br->dev->dev_addr);
	__mcs_send_routers(ctx, skb, counter(out));
	kfree_skb(skb);
	return true;
}

static unsigned int state_type(const struct mcs_told *told)
{
	return told->mode == MCS_MODE_EXCLUDE ? MCS_REC_IS_EX : MCS_REC_IS_IN;
}

/**
 * __mcs_tell_fits() - can a group's state be told in the frame being built?
 * @out: reports
 * @told: its state
 *
 * Context: the bridge's lock is held.
 * Return: false when it would begin another.
 */
bool __mcs_tell_fits(const struct mcs_tell *out, const struct mcs_told *told)
{
	return !out->skb ||
	       mcs_wire_records_fits(&out->records,
				     count(told, state_type(told)));
}

/**
 * __mcs_tell_state() - tell what is wanted of a group
 * @out: reports
 * @group: the group
 * @told: its state
 *
 * RFC 3376 section 5.2: a current-state record, or none when nothing is.
 *
 * Context: the bridge's lock is held, RCU read side.
 * Return: false when it could not be built.
 */
bool __mcs_tell_state(struct mcs_tell *out, const struct in6_addr *group,
		      const struct mcs_told *told)
{
	if (out->mute || mcs_told_nothing(told))
		return true;
	if (!mcs_tells_records(out->proxy, out->version))
		return put_older(out, group, false);
	return put_record(out, state_type(told), group, told);
}

/**
 * __mcs_tell_sources() - tell which of the sources asked for are wanted
 * @out: reports, of a version with records
 * @group: the group
 * @srcs: the sources that are
 * @n: how many, at least one
 *
 * Context: the bridge's lock is held, RCU read side.
 * Return: false when it could not be built.
 */
bool __mcs_tell_sources(struct mcs_tell *out, const struct in6_addr *group,
			const struct in6_addr *srcs, unsigned int n)
{
	unsigned int i;

	if (out->mute)
		return true;
	if (!add_record(out, MCS_REC_IS_IN, group, n))
		return false;
	for (i = 0; i < n; i++)
		if (!add_source(out, MCS_REC_IS_IN, group, &srcs[i]))
			return false;
	return true;
}

/*
 * While we are the querier, nobody but us asks other routers' members whether
 * what we gave up is wanted elsewhere, and without that they would deliver it
 * until its timer runs out.
 */
static void ask_routers(struct mcs_tell *out, const struct in6_addr *group,
			const struct mcs_told *told, unsigned int type)
{
	struct mcs_ctx *ctx = out->proxy->ctx;
	struct in6_addr *srcs = NULL;
	unsigned int i, n = 0;

	if (ctx->state != MCSNOOP_QUERIER_STATE_SELF)
		return;
	if (type == MCS_REC_BLOCK) {
		srcs = kmalloc_array(told->n, sizeof(*srcs),
				     GFP_ATOMIC | __GFP_NOWARN);
		if (!srcs) {
			failed(out);
			return;
		}
		for (i = 0; i < told->n; i++)
			if (mcs_told_has(told, type, &told->src[i]))
				srcs[n++] = told->src[i].addr;
	}
	/* in this order: a router asks itself what it has not heard of */
	__mcs_tell_end(out);
	__mcs_ask_routers(ctx, group, srcs, n);
	kfree(srcs);
}

static bool change_older(struct mcs_tell *out, const struct in6_addr *group,
			 const struct mcs_told *told)
{
	bool leave = mcs_told_nothing(told);

	if (!told->left)
		return true;
	if (leave && !out->proxy->ctx->mld && out->version == 1)
		return true;
	if (!put_older(out, group, leave))
		return false;
	if (leave)
		ask_routers(out, group, told, MCS_REC_TO_IN);
	return true;
}

/**
 * __mcs_tell_change() - tell what has changed in what is wanted of a group
 * @out: reports
 * @group: the group
 * @told: its state, with what is pending
 *
 * RFC 3376 section 5.1, RFC 2236 section 3, RFC 2710 section 4; IGMPv1 has no
 * leave.
 *
 * Context: the bridge's lock is held, RCU read side.
 * Return: false when it could not be built.
 */
bool __mcs_tell_change(struct mcs_tell *out, const struct in6_addr *group,
		       const struct mcs_told *told)
{
	bool exclude = told->mode == MCS_MODE_EXCLUDE;

	if (out->mute)
		return true;
	if (!mcs_tells_records(out->proxy, out->version))
		return change_older(out, group, told);
	if (told->left) {
		if (!put_record(out, exclude ? MCS_REC_TO_EX : MCS_REC_TO_IN,
				group, told))
			return false;
		if (!exclude)
			ask_routers(out, group, told, MCS_REC_TO_IN);
		return true;
	}
	if (count(told, MCS_REC_ALLOW) &&
	    !put_record(out, MCS_REC_ALLOW, group, told))
		return false;
	if (!count(told, MCS_REC_BLOCK))
		return true;
	if (!put_record(out, MCS_REC_BLOCK, group, told))
		return false;
	ask_routers(out, group, told, MCS_REC_BLOCK);
	return true;
}
