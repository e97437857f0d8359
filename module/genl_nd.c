// SPDX-License-Identifier: GPL-2.0
/* Netlink: neighbours, and where they are. */
#include <linux/rtnetlink.h>
#include "genl.h"

static int fill(struct sk_buff *skb, struct mcs_bridge *br,
		const struct mcs_neighbour *n)
{
	struct mcs_nd_view view;

	__mcs_nd_view(mcs_deref(br->nd, br), n, &view);
	if (nla_put_u32(skb, MCSNOOP_A_ND_BRIDGE, br->dev->ifindex) ||
	    nla_put_u32(skb, MCSNOOP_A_ND_PORT, view.port) ||
	    nla_put_u16(skb, MCSNOOP_A_ND_VID, n->key.vid) ||
	    nla_put(skb, MCSNOOP_A_ND_ADDRESS, sizeof(n->key.addr),
		    &n->key.addr) ||
	    nla_put(skb, MCSNOOP_A_ND_MAC, ETH_ALEN, view.mac) ||
	    nla_put_u8(skb, MCSNOOP_A_ND_STATE, view.state) ||
	    nla_put_u32(skb, MCSNOOP_A_ND_LAST_SEEN, view.seen) ||
	    nla_put_u32(skb, MCSNOOP_A_ND_TIMER, view.left) ||
	    (view.doubt &&
	     nla_put_u32(skb, MCSNOOP_A_ND_DOUBT_LEFT, view.doubt)))
		return -EMSGSIZE;
	return 0;
}

static int dump_one(struct mcs_dump *d, struct mcs_bridge *br,
		    const struct mcs_neighbour *n)
{
	void *hdr = mcs_nl_dump_put(d, MCSNOOP_CMD_ND_GET);

	if (!hdr)
		return -EMSGSIZE;
	if (fill(d->skb, br, n)) {
		genlmsg_cancel(d->skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(d->skb, hdr);
	return 0;
}

/* Those of one port from the cursor on: @item is its id, @sub how many are done. */
static int dump_port(struct mcs_dump *d, struct mcs_bridge *br,
		     const struct mcs_port *port, int vid)
{
	const struct mcs_neighbour *n;
	u32 sub = 0;

	list_for_each_entry(n, &port->neighbours.list, node) {
		if (sub++ < d->cursor->sub)
			continue;
		if ((vid < 0 || n->key.vid == vid) && dump_one(d, br, n))
			return -EMSGSIZE;
		d->cursor->sub = sub;
	}
	return 0;
}

/*
 * Those that come or go meanwhile may be missing or be there twice: they do so
 * all the time, and are not worth beginning anew.
 */
static int dump_neighbours(struct mcs_dump *d, struct mcs_bridge *br)
{
	const struct nlattr *only = mcs_nl_dump_attr(d, MCSNOOP_A_ND_PORT);
	const struct nlattr *vid = mcs_nl_dump_attr(d, MCSNOOP_A_ND_VID);
	struct mcs_port *port;
	u32 item = 0;
	int err = 0;

	spin_lock_bh(&br->lock);
	if (!mcs_deref(br->nd, br))
		goto unlock;
	list_for_each_entry(port, &br->ports, node) {
		if (item++ < d->cursor->item)
			continue;
		if (only && port->dev->ifindex != nla_get_u32(only))
			continue;
		err = dump_port(d, br, port, vid ? nla_get_u16(vid) : -1);
		if (err)
			break;
		d->cursor->item = item;
		d->cursor->sub = 0;
	}
unlock:
	spin_unlock_bh(&br->lock);
	return err;
}

/**
 * mcsnoop_nl_nd_get_dumpit() - describe neighbours
 * @skb: being filled
 * @cb: where the dump is
 *
 * Context: process; takes RTNL.
 * Return: what netlink wants of a dump.
 */
int mcsnoop_nl_nd_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mcs_nl_dump(skb, cb, MCSNOOP_A_ND_BRIDGE, dump_neighbours);
}

static int fill_one(struct genl_info *info, struct sk_buff *msg,
		    struct mcs_bridge *br)
{
	const struct nlattr *vid = info->attrs[MCSNOOP_A_ND_VID];
	struct mcs_neighbour *n = NULL;
	struct in6_addr addr;
	struct mcs_nd *nd;
	int err = -ENOENT;

	addr = nla_get_in6_addr(info->attrs[MCSNOOP_A_ND_ADDRESS]);
	rcu_read_lock();
	spin_lock_bh(&br->lock);
	nd = mcs_deref(br->nd, br);
	if (nd)
		n = mcs_nd_find_rcu(nd, &addr, vid ? nla_get_u16(vid) : 0);
	if (n)
		err = fill(msg, br, n);
	spin_unlock_bh(&br->lock);
	rcu_read_unlock();
	if (!n)
		NL_SET_ERR_MSG(info->extack,
			       "No such neighbour was heard in this VLAN: see mcsnoop nd show, and whether nd-aware is on");
	return err;
}

/**
 * mcsnoop_nl_nd_get_doit() - describe one neighbour
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL, -ENODEV, -ENOENT or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_nd_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_bridge *br;
	struct sk_buff *msg;
	int err = -ENODEV;
	void *hdr;

	if (!info->attrs[MCSNOOP_A_ND_ADDRESS]) {
		NL_SET_ERR_MSG(info->extack, "Say which neighbour: its address is missing");
		return -EINVAL;
	}
	msg = mcs_nl_reply(info, &hdr);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	br = mcs_nl_bridge(info, MCSNOOP_A_ND_BRIDGE);
	if (br)
		err = fill_one(info, msg, br);
	rtnl_unlock();
	return mcs_nl_finish(info, msg, hdr, err);
}
