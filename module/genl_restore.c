// SPDX-License-Identifier: GPL-2.0
/* Netlink: taking over what was learned elsewhere. */
#include <linux/rtnetlink.h>
#include <linux/sort.h>
#include "genl.h"
#include "restore.h"

#define SOURCES_MAX	4096	/* as many as a record can ever have */

static u64 left_ns(const struct nlattr *a)
{
	return a ? (u64)(nla_get_u32(a) ?: 1) * NSEC_PER_MSEC : 0;
}

static int by_address(const void *a, const void *b)
{
	const struct mcs_saved_source *x = a, *y = b;

	return mcs_addr_cmp(&x->addr, &y->addr);
}

/* Each address once, the first of them. */
static unsigned int unique(struct mcs_saved_source *src, unsigned int n)
{
	unsigned int i, kept = 0;

	for (i = 0; i < n; i++)
		if (!kept || mcs_addr_cmp(&src[kept - 1].addr, &src[i].addr))
			src[kept++] = src[i];
	return kept;
}

static int take_source(const struct nlattr *nest,
		       struct mcs_saved_source *src,
		       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[MCSNOOP_A_SOURCE_MAX + 1];
	int err;

	err = nla_parse_nested(tb, MCSNOOP_A_SOURCE_MAX, nest, NULL, extack);
	if (err)
		return err;
	if (!tb[MCSNOOP_A_SOURCE_ADDRESS]) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "A source lacks its address");
		return -EINVAL;
	}
	src->addr = nla_get_in6_addr(tb[MCSNOOP_A_SOURCE_ADDRESS]);
	src->blocked = tb[MCSNOOP_A_SOURCE_STATE] &&
		       nla_get_u8(tb[MCSNOOP_A_SOURCE_STATE]) ==
		       MCSNOOP_SOURCE_STATE_BLOCKED;
	src->left = left_ns(tb[MCSNOOP_A_SOURCE_TIMER]);
	return 0;
}

/* The sources of a request; to be freed with kvfree(). */
static int take_sources(const struct genl_info *info,
			struct mcs_saved_group *saved)
{
	const struct nlattr *a;
	unsigned int n = 0;
	int rem, err = 0;

	nlmsg_for_each_attr(a, info->nlhdr, GENL_HDRLEN, rem)
		n += nla_type(a) == MCSNOOP_A_GROUP_SOURCES;
	if (n > SOURCES_MAX) {
		NL_SET_ERR_MSG(info->extack,
			       "A record has 4096 sources at most");
		return -EINVAL;
	}
	if (!n)
		return 0;
	saved->src = kvcalloc(n, sizeof(*saved->src), GFP_KERNEL);
	if (!saved->src)
		return -ENOMEM;
	nlmsg_for_each_attr(a, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(a) != MCSNOOP_A_GROUP_SOURCES)
			continue;
		err = take_source(a, &saved->src[saved->n], info->extack);
		if (err)
			return err;
		saved->n++;
	}
	sort(saved->src, saved->n, sizeof(*saved->src), by_address, NULL);
	saved->n = unique(saved->src, saved->n);
	return 0;
}

static int take_group(const struct genl_info *info,
		      struct mcs_saved_group *saved)
{
	if (!info->attrs[MCSNOOP_A_GROUP_ADDRESS] ||
	    !info->attrs[MCSNOOP_A_GROUP_FILTER_MODE]) {
		NL_SET_ERR_MSG(info->extack,
			       "Say which group and in which mode: address or filter-mode is missing");
		return -EINVAL;
	}
	saved->addr = nla_get_in6_addr(info->attrs[MCSNOOP_A_GROUP_ADDRESS]);
	saved->mode = nla_get_u8(info->attrs[MCSNOOP_A_GROUP_FILTER_MODE]) ==
		      MCSNOOP_FILTER_MODE_EXCLUDE ? MCS_MODE_EXCLUDE :
						    MCS_MODE_INCLUDE;
	if (info->attrs[MCSNOOP_A_GROUP_VID])
		saved->vid = nla_get_u16(info->attrs[MCSNOOP_A_GROUP_VID]);
	if (info->attrs[MCSNOOP_A_GROUP_HOST_VERSION])
		saved->version =
			nla_get_u8(info->attrs[MCSNOOP_A_GROUP_HOST_VERSION]);
	if (info->attrs[MCSNOOP_A_GROUP_REPORTER])
		saved->reporter =
			nla_get_in6_addr(info->attrs[MCSNOOP_A_GROUP_REPORTER]);
	if (info->attrs[MCSNOOP_A_GROUP_REPORTER_MAC])
		nla_memcpy(saved->mac,
			   info->attrs[MCSNOOP_A_GROUP_REPORTER_MAC], ETH_ALEN);
	saved->left = left_ns(info->attrs[MCSNOOP_A_GROUP_TIMER]);
	return take_sources(info, saved);
}

/**
 * mcsnoop_nl_group_restore_doit() - take over a record
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0 or a negative error with the sentence set.
 */
int mcsnoop_nl_group_restore_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_saved_group saved = {};
	struct mcs_port *port;
	int err;

	err = take_group(info, &saved);
	if (err)
		goto free;
	rtnl_lock();
	port = mcs_nl_port(info, MCSNOOP_A_GROUP_BRIDGE, MCSNOOP_A_GROUP_PORT);
	if (port) {
		rcu_read_lock();
		spin_lock_bh(&port->br->lock);
		err = __mcs_restore_group(port, &saved, info->extack);
		mcs_unlock_and_send(port->br);
		rcu_read_unlock();
	} else {
		err = -ENODEV;
	}
	rtnl_unlock();
free:
	kvfree(saved.src);
	return err;
}

/* Return: MCS_IGMP or MCS_MLD, negative with the sentence set. */
static int take_family(const struct genl_info *info, int attr)
{
	const struct nlattr *a = info->attrs[attr];

	if (a && nla_get_u8(a) == AF_INET)
		return MCS_IGMP;
	if (a && nla_get_u8(a) == AF_INET6)
		return MCS_MLD;
	NL_SET_ERR_MSG(info->extack, "Say which family: ipv4 or ipv6");
	return -EINVAL;
}

/**
 * mcsnoop_nl_router_restore_doit() - take over a router port
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0 or a negative error with the sentence set.
 */
int mcsnoop_nl_router_restore_doit(struct sk_buff *skb,
				   struct genl_info *info)
{
	int mld = take_family(info, MCSNOOP_A_ROUTER_FAMILY);
	u8 type = MCSNOOP_ROUTER_TYPE_QUERY;
	struct in6_addr addr = {};
	struct mcs_port *port;
	int err = -ENODEV;
	u16 vid = 0;

	if (mld < 0)
		return mld;
	if (info->attrs[MCSNOOP_A_ROUTER_VID])
		vid = nla_get_u16(info->attrs[MCSNOOP_A_ROUTER_VID]);
	if (info->attrs[MCSNOOP_A_ROUTER_TYPE])
		type = nla_get_u8(info->attrs[MCSNOOP_A_ROUTER_TYPE]);
	if (info->attrs[MCSNOOP_A_ROUTER_ADDRESS])
		addr = nla_get_in6_addr(info->attrs[MCSNOOP_A_ROUTER_ADDRESS]);
	rtnl_lock();
	port = mcs_nl_port(info, MCSNOOP_A_ROUTER_BRIDGE,
			   MCSNOOP_A_ROUTER_PORT);
	if (port) {
		rcu_read_lock();
		spin_lock_bh(&port->br->lock);
		err = __mcs_restore_router(port, vid, mld, type, &addr,
					   left_ns(info->attrs[MCSNOOP_A_ROUTER_TIMER]),
					   info->extack);
		mcs_unlock_and_send(port->br);
		rcu_read_unlock();
	}
	rtnl_unlock();
	return err;
}

static void take_querier(const struct genl_info *info,
			 struct mcs_saved_querier *saved)
{
	struct nlattr **attrs = info->attrs;

	saved->state = nla_get_u8(attrs[MCSNOOP_A_QUERIER_STATE]);
	if (attrs[MCSNOOP_A_QUERIER_ADDRESS])
		saved->addr = nla_get_in6_addr(attrs[MCSNOOP_A_QUERIER_ADDRESS]);
	if (attrs[MCSNOOP_A_QUERIER_VERSION])
		saved->version = nla_get_u8(attrs[MCSNOOP_A_QUERIER_VERSION]);
	if (attrs[MCSNOOP_A_QUERIER_ROBUSTNESS])
		saved->robustness =
			nla_get_u8(attrs[MCSNOOP_A_QUERIER_ROBUSTNESS]);
	if (attrs[MCSNOOP_A_QUERIER_QUERY_INTERVAL])
		saved->interval =
			nla_get_u32(attrs[MCSNOOP_A_QUERIER_QUERY_INTERVAL]);
	if (attrs[MCSNOOP_A_QUERIER_QUERY_RESPONSE_INTERVAL])
		saved->response =
			nla_get_u32(attrs[MCSNOOP_A_QUERIER_QUERY_RESPONSE_INTERVAL]);
	saved->left = left_ns(attrs[MCSNOOP_A_QUERIER_TIMER]);
	saved->asked = attrs[MCSNOOP_A_QUERIER_ASKED];
}

/**
 * mcsnoop_nl_querier_restore_doit() - take over who queries
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0 or a negative error with the sentence set.
 */
int mcsnoop_nl_querier_restore_doit(struct sk_buff *skb,
				    struct genl_info *info)
{
	int mld = take_family(info, MCSNOOP_A_QUERIER_FAMILY);
	struct mcs_saved_querier saved = {};
	struct mcs_bridge *br;
	int err = -ENODEV;
	u16 vid = 0;

	if (mld < 0)
		return mld;
	if (!info->attrs[MCSNOOP_A_QUERIER_STATE]) {
		NL_SET_ERR_MSG(info->extack, "Say who queries: state is missing");
		return -EINVAL;
	}
	if (info->attrs[MCSNOOP_A_QUERIER_VID])
		vid = nla_get_u16(info->attrs[MCSNOOP_A_QUERIER_VID]);
	take_querier(info, &saved);
	rtnl_lock();
	br = mcs_nl_bridge(info, MCSNOOP_A_QUERIER_BRIDGE);
	if (!br)
		goto unlock;
	if (info->attrs[MCSNOOP_A_QUERIER_PORT]) {
		saved.port = mcs_nl_port(info, MCSNOOP_A_QUERIER_BRIDGE,
					 MCSNOOP_A_QUERIER_PORT);
		if (!saved.port)
			goto unlock;
	}
	rcu_read_lock();
	spin_lock_bh(&br->lock);
	err = __mcs_restore_querier(br, vid, mld, &saved, info->extack);
	mcs_unlock_and_send(br);
	rcu_read_unlock();
unlock:
	rtnl_unlock();
	return err;
}
