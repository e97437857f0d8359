// SPDX-License-Identifier: GPL-2.0
/* Netlink: bridges and their ports. */
#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>
#include "genl.h"
#include "log.h"

static int take_config(struct genl_info *info, struct mcs_config *c)
{
	mcs_nl_take_settings(info, mcs_ctx_settings, &c->ctx);
	mcs_nl_take_settings(info, mcs_bridge_settings, c);
	return mcs_config_check(&c->ctx, info->extack) ?:
	       mcs_config_check_ssm(c, info->extack);
}

/* What VLANs have of their own must go together with what they have not. */
static int check_vlans(const struct mcs_bridge *br,
		       const struct mcs_ctx_config *base,
		       struct netlink_ext_ack *extack)
{
	const struct mcs_vlan_config *vc;
	struct mcs_ctx_config c;
	unsigned int i;

	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vc, &br->vlan_configs[i], node) {
			c = *base;
			mcs_config_overlay(&c, vc->own, &vc->config);
			if (mcs_config_check(&c, NULL))
				goto contradiction;
		}
	return 0;

contradiction:
	NL_SET_ERR_MSG(extack,
		       "This contradicts the settings that a VLAN has of its own: see vlan show, and vlan reset");
	return -EINVAL;
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
	    mcs_nl_fill_settings(skb, mcs_ctx_settings, &br->config.ctx) ||
	    mcs_nl_fill_settings(skb, mcs_bridge_settings, &br->config) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_GROUPS, br->ngroups) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_RECORDS, br->nmembers) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_PORTS, br->nports) ||
	    nla_put_u32(skb, MCSNOOP_A_BRIDGE_VLANS, br->nvlans) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_BRIDGE_UPTIME,
			      div_u64(now - br->since, NSEC_PER_MSEC),
			      MCSNOOP_A_BRIDGE_PAD) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_VLAN_FILTERING, br->vlan_aware) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_INTREE_SNOOPING, br->intree) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_FASTPATH_STATE,
		       mcs_fast_state(br)))
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
	    mcs_nl_fill_settings(skb, mcs_port_settings, &port->config) ||
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
		err = mcs_bridge_attach(mcs_net(net), dev, &c,
					info->attrs[MCSNOOP_A_BRIDGE_TAKEOVER],
					info->extack);
	} else {
		NL_SET_ERR_MSG(info->extack,
			       "There is no device with this ifindex in this network namespace");
		err = -ENODEV;
	}
	rtnl_unlock();
	return err;
}

/* Groups are found by MAC address before they are looked for so, and after. */
static int set_config(struct mcs_bridge *br, const struct mcs_config *c,
		      struct netlink_ext_ack *extack)
{
	bool was_indexed = br->config.mac_mode;

	if (mcs_log_resize(br, c) ||
	    (c->mac_mode && !was_indexed && mcs_macs_index(br))) {
		NL_SET_ERR_MSG(extack, "Out of memory: nothing was changed");
		return -ENOMEM;
	}
	mcs_bridge_configure(br, c);
	if (!c->mac_mode && was_indexed)
		mcs_macs_unindex(br);
	return 0;
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
			err = check_vlans(br, &c.ctx, info->extack);
		if (!err)
			err = set_config(br, &c, info->extack);
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
	struct mcs_port_config c;
	struct mcs_port *port;
	int err = 0;

	rtnl_lock();
	port = mcs_nl_port(info, 0, MCSNOOP_A_PORT_IFINDEX);
	if (!port) {
		err = -ENODEV;
		goto unlock;
	}
	c = port->config;
	mcs_nl_take_settings(info, mcs_port_settings, &c);
	mcs_port_configure(port, &c);
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
