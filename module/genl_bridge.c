// SPDX-License-Identifier: GPL-2.0
/* Netlink: bridges and their ports. */
#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>
#include "genl.h"

static void take_u8(struct genl_info *info, int attr, u8 *value)
{
	if (info->attrs[attr])
		*value = nla_get_u8(info->attrs[attr]);
}

static void take_u32(struct genl_info *info, int attr, u32 *value)
{
	if (info->attrs[attr])
		*value = nla_get_u32(info->attrs[attr]);
}

static int take_config(struct genl_info *info, struct mcs_config *c)
{
	take_u8(info, MCSNOOP_A_BRIDGE_QUERIER, &c->querier);
	take_u8(info, MCSNOOP_A_BRIDGE_IGMP_VERSION, &c->version[MCS_IGMP]);
	take_u8(info, MCSNOOP_A_BRIDGE_MLD_VERSION, &c->version[MCS_MLD]);
	take_u8(info, MCSNOOP_A_BRIDGE_ROBUSTNESS, &c->robustness);
	take_u8(info, MCSNOOP_A_BRIDGE_LAST_MEMBER_COUNT,
		&c->last_member_count);
	take_u8(info, MCSNOOP_A_BRIDGE_STARTUP_QUERY_COUNT,
		&c->startup_query_count);
	take_u8(info, MCSNOOP_A_BRIDGE_GMI_RULE, &c->gmi_rule);
	take_u8(info, MCSNOOP_A_BRIDGE_UNREGISTERED, &c->unregistered);
	take_u8(info, MCSNOOP_A_BRIDGE_FLOOD_FF02, &c->flood_ff02);
	take_u8(info, MCSNOOP_A_BRIDGE_ZERO_QUERY_ROUTER,
		&c->zero_query_router);
	take_u8(info, MCSNOOP_A_BRIDGE_FORWARD_INVALID, &c->forward_invalid);
	take_u32(info, MCSNOOP_A_BRIDGE_QUERY_INTERVAL, &c->query_interval);
	take_u32(info, MCSNOOP_A_BRIDGE_QUERY_RESPONSE_INTERVAL,
		 &c->query_response_interval);
	take_u32(info, MCSNOOP_A_BRIDGE_LAST_MEMBER_INTERVAL,
		 &c->last_member_interval);
	take_u32(info, MCSNOOP_A_BRIDGE_STARTUP_QUERY_INTERVAL,
		 &c->startup_query_interval);
	take_u32(info, MCSNOOP_A_BRIDGE_MAX_GROUPS, &c->max_groups);
	take_u32(info, MCSNOOP_A_BRIDGE_MAX_PORT_GROUPS, &c->max_port_groups);
	take_u32(info, MCSNOOP_A_BRIDGE_MAX_SOURCES, &c->max_sources);
	take_u32(info, MCSNOOP_A_BRIDGE_MAX_RECORDS, &c->max_records);
	take_u32(info, MCSNOOP_A_BRIDGE_MAX_VLANS, &c->max_vlans);
	return mcs_config_check(c, info->extack);
}

static int fill_config(struct sk_buff *skb, const struct mcs_config *c)
{
	if (nla_put_u8(skb, MCSNOOP_A_BRIDGE_QUERIER, c->querier) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_IGMP_VERSION,
		       c->version[MCS_IGMP]) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_MLD_VERSION,
		       c->version[MCS_MLD]) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_ROBUSTNESS, c->robustness) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_LAST_MEMBER_COUNT,
		       c->last_member_count) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_STARTUP_QUERY_COUNT,
		       c->startup_query_count) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_GMI_RULE, c->gmi_rule) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_UNREGISTERED, c->unregistered) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_FLOOD_FF02, c->flood_ff02) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_ZERO_QUERY_ROUTER,
		       c->zero_query_router) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_FORWARD_INVALID,
		       c->forward_invalid) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_QUERY_INTERVAL,
			c->query_interval) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_QUERY_RESPONSE_INTERVAL,
			c->query_response_interval) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_LAST_MEMBER_INTERVAL,
			c->last_member_interval) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_STARTUP_QUERY_INTERVAL,
			c->startup_query_interval) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_MAX_GROUPS, c->max_groups) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_MAX_PORT_GROUPS,
			c->max_port_groups) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_MAX_SOURCES, c->max_sources) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_MAX_RECORDS, c->max_records) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_MAX_VLANS, c->max_vlans))
		return -EMSGSIZE;
	return 0;
}

/**
 * mcs_nl_fill_bridge() - describe a bridge
 * @skb: filled
 * @br: the bridge
 * @now: ns
 *
 * Context: RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int mcs_nl_fill_bridge(struct sk_buff *skb, const struct mcs_bridge *br,
		       u64 now)
{
	if (nla_put_u32(skb, MCSNOOP_A_BRIDGE_IFINDEX, br->dev->ifindex) ||
	    fill_config(skb, &br->config) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_GROUPS, br->ngroups) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_RECORDS, br->nmembers) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_PORTS, br->nports) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_VLANS, br->nvlans) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_BRIDGE_UPTIME,
			      div_u64(now - br->since, NSEC_PER_MSEC),
			      MCSNOOP_A_BRIDGE_PAD) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_VLAN_FILTERING, br->vlan_aware) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_INTREE_SNOOPING, br->intree))
		return -EMSGSIZE;
	return 0;
}

/**
 * mcs_nl_fill_port() - describe a port
 * @skb: filled
 * @port: the port
 *
 * Context: RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int mcs_nl_fill_port(struct sk_buff *skb, const struct mcs_port *port)
{
	if (nla_put_u32(skb, MCSNOOP_A_PORT_BRIDGE,
			port->br->dev->ifindex) ||
	    nla_put_u32(skb, MCSNOOP_A_PORT_IFINDEX, port->dev->ifindex) ||
	    nla_put_u8(skb, MCSNOOP_A_PORT_ROUTER, port->router) ||
	    nla_put_u8(skb, MCSNOOP_A_PORT_UNREGISTERED,
		       port->unregistered) ||
	    nla_put_u8(skb, MCSNOOP_A_PORT_QUERY_GUARD, port->query_guard) ||
	    nla_put_u32(skb, MCSNOOP_A_PORT_MAX_GROUPS, port->max_groups) ||
	    nla_put_u32(skb, MCSNOOP_A_PORT_GROUPS, port->ngroups) ||
	    nla_put_u8(skb, MCSNOOP_A_PORT_STATE, port->forwarding ?
		       BR_STATE_FORWARDING :
		       port->stp_state == BR_STATE_FORWARDING ?
		       BR_STATE_DISABLED : port->stp_state) ||
	    (port->id == MCS_HOST_PORT &&
	     nla_put_flag(skb, MCSNOOP_A_PORT_HOST)))
		return -EMSGSIZE;
	return 0;
}

/**
 * mcsnoop_nl_bridge_add_doit() - attach a bridge
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL, -ENODEV, -EEXIST, -EBUSY, -ENOSPC or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_bridge_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct net *net = genl_info_net(info);
	struct mcs_config c;
	struct net_device *dev;
	int err;

	mcs_config_init(&c);
	err = take_config(info, &c);
	if (err)
		return err;
	if (!info->attrs[MCSNOOP_A_BRIDGE_IFINDEX]) {
		NL_SET_ERR_MSG(info->extack, "Say which bridge: its ifindex is missing");
		return -EINVAL;
	}
	rtnl_lock();
	dev = __dev_get_by_index(net,
				 nla_get_u32(info->attrs[MCSNOOP_A_BRIDGE_IFINDEX]));
	if (dev) {
		err = mcs_bridge_attach(mcs_net(net), dev, &c, info->extack);
	} else {
		NL_SET_ERR_MSG(info->extack,
			       "There is no device with this ifindex in this network namespace");
		err = -ENODEV;
	}
	rtnl_unlock();
	return err;
}

/**
 * mcsnoop_nl_bridge_set_doit() - change settings of a bridge
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL or -ENODEV with the sentence set.
 */
int mcsnoop_nl_bridge_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_bridge *br;
	struct mcs_config c;
	int err = -ENODEV;

	rtnl_lock();
	br = mcs_nl_bridge(info, MCSNOOP_A_BRIDGE_IFINDEX);
	if (br) {
		c = br->config;
		err = take_config(info, &c);
		if (!err)
			mcs_bridge_configure(br, &c);
	}
	rtnl_unlock();
	return err;
}

/**
 * mcsnoop_nl_bridge_del_doit() - detach a bridge
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -ENODEV with the sentence set.
 */
int mcsnoop_nl_bridge_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_bridge *br;

	rtnl_lock();
	br = mcs_nl_bridge(info, MCSNOOP_A_BRIDGE_IFINDEX);
	if (br)
		mcs_bridge_detach(br);
	rtnl_unlock();
	return br ? 0 : -ENODEV;
}

/**
 * mcsnoop_nl_bridge_get_doit() - describe a bridge
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -ENODEV or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_bridge_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_bridge *br;
	struct sk_buff *msg;
	int err = -ENODEV;
	void *hdr;

	msg = mcs_nl_reply(info, &hdr);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	br = mcs_nl_bridge(info, MCSNOOP_A_BRIDGE_IFINDEX);
	if (br)
		err = mcs_nl_fill_bridge(msg, br, mcs_now());
	rtnl_unlock();
	return mcs_nl_finish(info, msg, hdr, err);
}

static int dump_bridge(struct mcs_dump *d, struct mcs_bridge *br)
{
	void *hdr = mcs_nl_dump_put(d, MCSNOOP_CMD_BRIDGE_GET);

	if (!hdr)
		return -EMSGSIZE;
	if (mcs_nl_fill_bridge(d->skb, br, d->now)) {
		genlmsg_cancel(d->skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(d->skb, hdr);
	return 0;
}

/**
 * mcsnoop_nl_bridge_get_dumpit() - describe all bridges
 * @skb: being filled
 * @cb: where the dump is
 *
 * Context: process; takes RTNL.
 * Return: what netlink wants of a dump.
 */
int mcsnoop_nl_bridge_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	return mcs_nl_dump(skb, cb, MCSNOOP_A_BRIDGE_IFINDEX, dump_bridge);
}

/**
 * mcsnoop_nl_port_set_doit() - change settings of a port
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -ENODEV with the sentence set.
 */
int mcsnoop_nl_port_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	u8 router, unregistered, query_guard;
	struct mcs_port *port;
	u32 max_groups;
	int err = 0;

	rtnl_lock();
	port = mcs_nl_port(info, 0, MCSNOOP_A_PORT_IFINDEX);
	if (!port) {
		err = -ENODEV;
		goto unlock;
	}
	router = port->router;
	unregistered = port->unregistered;
	query_guard = port->query_guard;
	max_groups = port->max_groups;
	take_u8(info, MCSNOOP_A_PORT_ROUTER, &router);
	take_u8(info, MCSNOOP_A_PORT_UNREGISTERED, &unregistered);
	take_u8(info, MCSNOOP_A_PORT_QUERY_GUARD, &query_guard);
	take_u32(info, MCSNOOP_A_PORT_MAX_GROUPS, &max_groups);
	mcs_port_configure(port, router, unregistered, query_guard,
			   max_groups);
	mcs_event_port(port, MCSNOOP_CMD_PORT_SET_NTF);
unlock:
	rtnl_unlock();
	return err;
}

/**
 * mcsnoop_nl_port_get_doit() - describe a port
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -ENODEV or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_port_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_port *port;
	struct sk_buff *msg;
	int err = -ENODEV;
	void *hdr;

	msg = mcs_nl_reply(info, &hdr);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	port = mcs_nl_port(info, 0, MCSNOOP_A_PORT_IFINDEX);
	if (port)
		err = mcs_nl_fill_port(msg, port);
	rtnl_unlock();
	return mcs_nl_finish(info, msg, hdr, err);
}

static int dump_ports(struct mcs_dump *d, struct mcs_bridge *br)
{
	struct mcs_port *port;
	u32 item = 0;
	void *hdr;

	list_for_each_entry(port, &br->ports, node) {
		if (item++ < d->cursor->item)
			continue;
		hdr = mcs_nl_dump_put(d, MCSNOOP_CMD_PORT_GET);
		if (!hdr)
			return -EMSGSIZE;
		if (mcs_nl_fill_port(d->skb, port)) {
			genlmsg_cancel(d->skb, hdr);
			return -EMSGSIZE;
		}
		genlmsg_end(d->skb, hdr);
		d->cursor->item = item;
	}
	return 0;
}

/**
 * mcsnoop_nl_port_get_dumpit() - describe ports
 * @skb: being filled
 * @cb: where the dump is
 *
 * Context: process; takes RTNL.
 * Return: what netlink wants of a dump.
 */
int mcsnoop_nl_port_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb)
{
	return mcs_nl_dump(skb, cb, MCSNOOP_A_PORT_BRIDGE, dump_ports);
}
