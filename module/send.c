// SPDX-License-Identifier: GPL-2.0
/*
 * Queries and reports on their way out. They are built under the bridge's lock and put on
 * its queue; whoever releases the lock sends them. A port may be a device on
 * top of another attached bridge, whose lock sending would take.
 */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>
#include <linux/rculist.h>
#include <net/addrconf.h>
#include <net/ipv6.h>
#include "log.h"
#include "router.h"

/* The device that has the host's addresses in a VLAN. */
static struct net_device *address_dev(const struct mcs_vlan *vlan)
{
	struct net_device *dev = vlan->br->dev, *upper;

	if (!vlan->vid)
		return dev;
	upper = __vlan_find_dev_deep_rcu(dev, htons(ETH_P_8021Q), vlan->vid);
	if (!upper)
		upper = __vlan_find_dev_deep_rcu(dev, htons(ETH_P_8021AD),
						 vlan->vid);
	if (!upper) {
		u16 pvid;

		/* untagged frames of the host are in the bridge's PVID */
		if (!br_vlan_get_pvid_rcu(dev, &pvid) && pvid == vlan->vid)
			upper = dev;
	}
	return upper;
}

static bool own_ip4(const struct net_device *dev, struct in6_addr *addr)
{
	struct in_device *in_dev = dev ? __in_dev_get_rcu(dev) : NULL;
	const struct in_ifaddr *ifa;
	__be32 ip = 0;

	if (in_dev) {
		in_dev_for_each_ifa_rcu(ifa, in_dev) {
			ip = ifa->ifa_local;
			break;
		}
	}
	mcs_addr_from_v4(addr, ip);
	return true;
}

static bool own_ip6(const struct net_device *dev, struct in6_addr *addr)
{
	const struct in6_addr all_nodes = IN6ADDR_LINKLOCAL_ALLNODES_INIT;

	if (!IS_ENABLED(CONFIG_IPV6) || !dev)
		return false;
	if (ipv6_dev_get_saddr(dev_net(dev), dev, &all_nodes, 0, addr))
		return false;
	return ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL;
}

/**
 * mcs_own_address_rcu() - the address that we query from in a VLAN
 * @vlan: the VLAN
 * @mld: MLD, otherwise IGMP
 * @addr: filled in, 0.0.0.0 when the host has no IPv4 address there
 *
 * Context: RCU read side.
 * Return: false when there is no address a query could be sent from (MLD
 * needs a link-local one, RFC 3810 section 5.1.14).
 */
bool mcs_own_address_rcu(const struct mcs_vlan *vlan, bool mld,
			 struct in6_addr *addr)
{
	const struct net_device *dev = address_dev(vlan);

	return mld ? own_ip6(dev, addr) : own_ip4(dev, addr);
}

/**
 * mcs_is_local_rcu() - is an address in a subnet of this host?
 * @vlan: the VLAN
 * @addr: the address, IPv4
 *
 * Context: RCU read side.
 * Return: true if it is, and when the host has no IPv4 address in the VLAN that
 * could tell.
 */
bool mcs_is_local_rcu(const struct mcs_vlan *vlan, const struct in6_addr *addr)
{
	const struct net_device *dev = address_dev(vlan);
	struct in_device *in_dev = dev ? __in_dev_get_rcu(dev) : NULL;
	const struct in_ifaddr *ifa;
	bool known = false;

	if (!in_dev)
		return true;
	in_dev_for_each_ifa_rcu(ifa, in_dev) {
		if (inet_ifa_match(mcs_addr_v4(addr), ifa))
			return true;
		known = true;
	}
	return !known;
}

/**
 * mcs_can_ask() - can a query be sent now?
 * @ctx: VLAN and family
 *
 * Context: the bridge's lock is held, RCU read side.
 * Return: false without an address to send it from or room to keep it.
 */
bool mcs_can_ask(const struct mcs_ctx *ctx)
{
	struct in6_addr own;

	return skb_queue_len(&ctx->vlan->br->txq) < MCS_TXQ_MAX &&
	       mcs_own_address_rcu(ctx->vlan, ctx->mld, &own);
}

/*
 * The host would take an IPv4 query from its own address for a forged one.
 * From 0.0.0.0 it takes it.
 */
static void anonymous(struct mcs_query *q)
{
	if (!q->mld)
		mcs_addr_from_v4(&q->src, 0);
}

/**
 * mcs_send_alloc() - room for a frame
 * @len: octets, from the MAC header on
 * @mld: MLD, otherwise IGMP
 *
 * Context: any.
 * Return: a buffer to be filled in, or NULL without memory.
 */
struct sk_buff *mcs_send_alloc(unsigned int len, bool mld)
{
	struct sk_buff *skb;

	skb = alloc_skb(LL_MAX_HEADER + len, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_MAX_HEADER);
	skb_put(skb, len);
	skb->protocol = htons(mld ? ETH_P_IPV6 : ETH_P_IP);
	skb->priority = TC_PRIO_CONTROL;
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	return skb;
}

static struct sk_buff *build(const struct mcs_bridge *br,
			     const struct mcs_query *q)
{
	unsigned int len = mcs_wire_query_len(q);
	struct sk_buff *skb = mcs_send_alloc(len, q->mld);

	if (!skb || mcs_wire_build_query(skb->data, len, q, br->dev->dev_addr))
		return skb;
	kfree_skb(skb);
	return NULL;
}

static void queue(struct mcs_port *port, const struct sk_buff *frame, u16 vid,
		  enum mcsnoop_counter counter)
{
	struct mcs_bridge *br = port->br;
	bool untagged = true;
	struct sk_buff *skb;
	u16 proto;

	if (!port->forwarding || !mcs_port_has_vlan_rcu(port, vid, &untagged))
		return;
	if (skb_queue_len(&br->txq) >= MCS_TXQ_MAX) {
		mcs_count(port, MCSNOOP_COUNTER_LIMIT_TX);
		return;
	}
	skb = skb_copy(frame, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb) {
		mcs_count(port, MCSNOOP_COUNTER_TX_ERROR);
		return;
	}
	if (!untagged) {
		if (br_vlan_get_proto(br->dev, &proto))
			proto = ETH_P_8021Q;
		__vlan_hwaccel_put_tag(skb, htons(proto), vid);
	}
	skb->dev = port->dev;
	__skb_queue_tail(&br->txq, skb);
	mcs_count(port, counter);
}

/**
 * __mcs_send_general() - queue a general query to every port of a VLAN
 * @ctx: VLAN and family
 * @own: address to send it from
 *
 * The host side gets one as well, or its memberships would expire. RFC 3376
 * section 4.1, RFC 3810 section 5.1.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_send_general(struct mcs_ctx *ctx, const struct in6_addr *own)
{
	struct mcs_bridge *br = ctx->vlan->br;
	const struct mcs_ctx_config *c = &ctx->config;
	struct mcs_query q = {
		.mld = ctx->mld,
		.version = mcs_ctx_version(ctx),
		.qrv = c->robustness,
		.mrt_ms = c->query_response_interval,
		.qqi_ms = c->query_interval,
		.src = *own,
	};
	enum mcsnoop_counter counter = ctx->mld ?
				       MCSNOOP_COUNTER_TX_MLD_GENERAL :
				       MCSNOOP_COUNTER_TX_IGMP_GENERAL;
	struct sk_buff *skb, *to_host;
	struct mcs_port *port;

	lockdep_assert_held(&br->lock);

	__mcs_round_begin(ctx);
	__mcs_log_asked(ctx, br->host, NULL, 0);
	skb = build(br, &q);
	anonymous(&q);
	to_host = build(br, &q);
	if (skb && to_host)
		list_for_each_entry_rcu(port, &br->ports, node)
			queue(port, port == br->host ? to_host : skb,
			      ctx->vlan->vid, counter);
	else
		mcs_count(br->host, MCSNOOP_COUNTER_TX_ERROR);
	kfree_skb(skb);
	kfree_skb(to_host);
}

/**
 * __mcs_send_spoofed() - queue a general query in the elected querier's name
 * @ctx: VLAN and family IGMP, whose elected querier speaks version 3
 *
 * From 0.0.0.0, so that it takes part in no election, and with what that
 * querier says of itself, so that nobody learns anything else from it. Not to
 * where routers are: it is not for them. RFC 4541 sections 2.1.1 (4) and 3.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_send_spoofed(struct mcs_ctx *ctx)
{
	struct mcs_bridge *br = ctx->vlan->br;
	struct mcs_query q = {
		.version = 3,
		.qrv = ctx->robustness,
		.mrt_ms = ctx->response_interval,
		.qqi_ms = ctx->query_interval,
	};
	struct mcs_port *port;
	struct sk_buff *skb;

	lockdep_assert_held(&br->lock);

	__mcs_round_begin(ctx);
	__mcs_log_asked(ctx, br->host, NULL, 0);
	anonymous(&q);
	skb = build(br, &q);
	if (skb)
		list_for_each_entry_rcu(port, &br->ports, node) {
			if (!test_bit(port->id, ctx->routers))
				queue(port, skb, ctx->vlan->vid,
				      MCSNOOP_COUNTER_TX_IGMP_TOPOLOGY);
		}
	else
		mcs_count(br->host, MCSNOOP_COUNTER_TX_ERROR);
	kfree_skb(skb);
}

/*
 * Where another is the querier members are asked in its name, RFC 4541 section
 * 2.1.1 (4): with its values, and in IGMP from 0.0.0.0. In MLD that would be
 * ignored (RFC 3590 section 4); specific queries elect nobody there either.
 */
static void as_querier(const struct mcs_ctx *ctx, struct mcs_query *q)
{
	if (ctx->state == MCSNOOP_QUERIER_STATE_SELF || ctx->proxying)
		return;
	q->qrv = mcs_ctx_robustness(ctx);
	q->qqi_ms = div_u64(mcs_ctx_query_interval(ctx), NSEC_PER_MSEC);
	anonymous(q);
}

/* Does no other port hold the group? */
static bool only_here(const struct mcs_ctx *ctx, const struct in6_addr *group,
		      const struct mcs_port *port)
{
	const struct mcs_group *g = mcs_group_find_rcu(ctx->vlan->br, group,
						       ctx->vlan->vid);
	const struct mcs_member *m;

	if (g)
		hlist_for_each_entry_rcu(m, &g->members, group_node)
			if (m->port != port)
				return false;
	return true;
}

/**
 * __mcs_send_specific() - queue specific queries out of one port
 * @ctx: VLAN and family
 * @port: the port that may have lost a member
 * @group: the group
 * @sflag: Suppress Router-Side Processing
 * @srcs: sources
 * @n: how many, 0 for a group-specific query
 *
 * RFC 3376 section 6.6.3; a long list is split to fit the port's MTU
 * (4.1.8). Router ports hear it only when no other port holds the group:
 * other routers would give up members that nobody asked. While a proxy reports
 * they are asked when nothing is wanted any more, by __mcs_ask_routers(). Where
 * another is the querier they are not asked by us.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_send_specific(struct mcs_ctx *ctx, struct mcs_port *port,
			 const struct in6_addr *group, bool sflag,
			 const struct in6_addr *srcs, unsigned int n)
{
	struct mcs_bridge *br = port->br;
	const struct mcs_ctx_config *c = &ctx->config;
	unsigned int max = mcs_wire_query_max_sources(ctx->mld,
						      READ_ONCE(port->dev->mtu));
	struct mcs_query q = {
		.mld = ctx->mld,
		.version = mcs_ctx_ask_version(ctx),
		.sflag = sflag,
		.qrv = c->robustness,
		.mrt_ms = c->last_member_interval,
		.qqi_ms = c->query_interval,
		.group = *group,
	};
	enum mcsnoop_counter counter = ctx->mld ?
				       MCSNOOP_COUNTER_TX_MLD_SPECIFIC :
				       MCSNOOP_COUNTER_TX_IGMP_SPECIFIC;
	bool proxied = ctx->proxying && !test_bit(port->id, ctx->routers);
	bool to_routers = !proxied && only_here(ctx, group, port) &&
			  ctx->state == MCSNOOP_QUERIER_STATE_SELF;
	struct mcs_router *r;
	struct sk_buff *skb;

	lockdep_assert_held(&br->lock);

	if ((n && !max) || !mcs_own_address_rcu(ctx->vlan, ctx->mld, &q.src)) {
		mcs_count(port, MCSNOOP_COUNTER_TX_ERROR);
		return;
	}
	as_querier(ctx, &q);
	if (port == br->host)
		anonymous(&q);
	__mcs_log_asked(ctx, port, group, n);
	do {
		q.nsrcs = min(n, max);
		q.srcs = srcs;
		skb = build(br, &q);
		if (skb)
			queue(port, skb, ctx->vlan->vid, counter);
		else
			mcs_count(port, MCSNOOP_COUNTER_TX_ERROR);
		if (skb && to_routers)
			list_for_each_entry(r, &ctx->router_ports, node)
				if (r->port != port)
					queue(r->port, skb, ctx->vlan->vid,
					      counter);
		kfree_skb(skb);
		srcs += q.nsrcs;
		n -= q.nsrcs;
	} while (n);
}

/**
 * __mcs_send_solicitation() - queue a multicast router solicitation
 * @ctx: VLAN and family
 * @port: where to
 *
 * RFC 4286 section 4. Nothing is sent without an address of our own.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_send_solicitation(struct mcs_ctx *ctx, struct mcs_port *port)
{
	struct mcs_bridge *br = port->br;
	unsigned int len = mcs_wire_mrd_len(ctx->mld);
	struct in6_addr own;
	struct sk_buff *skb;

	lockdep_assert_held(&br->lock);

	if (!mcs_own_address_rcu(ctx->vlan, ctx->mld, &own) ||
	    mcs_addr_is_zero(&own))
		return;
	skb = mcs_send_alloc(len, ctx->mld);
	if (skb && mcs_wire_build_mrd_sol(skb->data, len, ctx->mld, &own,
					  br->dev->dev_addr))
		queue(port, skb, ctx->vlan->vid, MCSNOOP_COUNTER_TX_MRD);
	else
		mcs_count(port, MCSNOOP_COUNTER_TX_ERROR);
	kfree_skb(skb);
}

/**
 * __mcs_send_routers() - queue a frame to every router port
 * @ctx: VLAN and family
 * @skb: the frame; remains the caller's
 * @counter: counts it
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_send_routers(struct mcs_ctx *ctx, struct sk_buff *skb,
			enum mcsnoop_counter counter)
{
	struct mcs_router *r;

	lockdep_assert_held(&ctx->vlan->br->lock);

	list_for_each_entry(r, &ctx->router_ports, node)
		queue(r->port, skb, ctx->vlan->vid, counter);
}

/**
 * __mcs_ask_routers() - queue specific queries to every router port
 * @ctx: VLAN and family, in which we are the querier
 * @group: a group that is not wanted any more
 * @srcs: or sources of it
 * @n: how many, 0 for the group as a whole
 *
 * RFC 3376 section 6.6.3. Sources cannot be asked for in older versions, nor
 * groups in IGMPv1.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_ask_routers(struct mcs_ctx *ctx, const struct in6_addr *group,
		       const struct in6_addr *srcs, unsigned int n)
{
	const struct mcs_ctx_config *c = &ctx->config;
	struct mcs_query q = {
		.mld = ctx->mld,
		.version = mcs_ctx_version(ctx),
		.qrv = c->robustness,
		.mrt_ms = c->last_member_interval,
		.qqi_ms = c->query_interval,
		.group = *group,
	};
	enum mcsnoop_counter counter = ctx->mld ?
				       MCSNOOP_COUNTER_TX_MLD_SPECIFIC :
				       MCSNOOP_COUNTER_TX_IGMP_SPECIFIC;
	unsigned int mtu = ETH_DATA_LEN, max;
	struct mcs_router *r;
	struct sk_buff *skb;

	lockdep_assert_held(&ctx->vlan->br->lock);

	if (!mcs_own_address_rcu(ctx->vlan, ctx->mld, &q.src) ||
	    (n && q.version < (ctx->mld ? 2 : 3)))
		return;
	if (!ctx->mld && q.version == 1)
		return;
	list_for_each_entry(r, &ctx->router_ports, node)
		mtu = min(mtu, READ_ONCE(r->port->dev->mtu));
	max = mcs_wire_query_max_sources(ctx->mld, mtu);
	do {
		q.nsrcs = min(n, max);
		q.srcs = srcs;
		skb = n && !max ? NULL : build(ctx->vlan->br, &q);
		if (!skb) {
			mcs_count(ctx->vlan->br->host,
				  MCSNOOP_COUNTER_TX_ERROR);
			return;
		}
		list_for_each_entry(r, &ctx->router_ports, node)
			queue(r->port, skb, ctx->vlan->vid, counter);
		kfree_skb(skb);
		srcs += q.nsrcs;
		n -= q.nsrcs;
	} while (n);
}

/**
 * mcs_send_queue() - send what was queued
 * @queue: private to the caller
 *
 * The devices are those of ports that were there under the lock; the
 * caller's RCU read side (or RTNL) keeps them.
 *
 * Context: BH disabled, no bridge's lock held, RCU read side or RTNL.
 */
void mcs_send_queue(struct sk_buff_head *queue)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(queue))) {
		if (netif_is_bridge_master(skb->dev)) {
			/* to the host: as if it came in through the bridge */
			skb->pkt_type = PACKET_MULTICAST;
			skb->ip_summed = CHECKSUM_NONE;
			skb_pull(skb, ETH_HLEN);
			netif_rx(skb);
		} else {
			dev_queue_xmit(skb);
		}
	}
}
