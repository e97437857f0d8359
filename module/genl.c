// SPDX-License-Identifier: GPL-2.0
/* The netlink family, and what its handlers have in common. */
#include <linux/rtnetlink.h>
#include <net/sock.h>
#include "genl.h"

static const struct genl_multicast_group groups[] = {
	[MCSNOOP_NLGRP_EVENTS] = { .name = MCSNOOP_MCGRP_EVENTS, },
	[MCSNOOP_NLGRP_LOG] = { .name = MCSNOOP_MCGRP_LOG, },
};

struct genl_family mcs_genl_family __ro_after_init = {
	.name		= MCSNOOP_FAMILY_NAME,
	.version	= MCSNOOP_FAMILY_VERSION,
	.netnsok	= true,
	.module		= THIS_MODULE,
	.ops		= mcsnoop_nl_ops,
	.n_ops		= ARRAY_SIZE(mcsnoop_nl_ops),
	.mcgrps		= groups,
	.n_mcgrps	= ARRAY_SIZE(groups),
};

/**
 * mcs_genl_init() - offer the family
 *
 * Return: 0 or a negative error.
 */
int __init mcs_genl_init(void)
{
	return genl_register_family(&mcs_genl_family);
}

/**
 * mcs_genl_exit() - offer it no more; no handler runs when it returns
 */
void mcs_genl_exit(void)
{
	genl_unregister_family(&mcs_genl_family);
}

/**
 * mcs_nl_bridge() - the bridge that a request is about
 * @info: the request
 * @attr: attribute with its ifindex
 *
 * Context: RTNL.
 * Return: the bridge, or NULL with the sentence set.
 */
struct mcs_bridge *mcs_nl_bridge(struct genl_info *info, int attr)
{
	struct mcs_bridge *br;

	if (!info->attrs[attr]) {
		NL_SET_ERR_MSG(info->extack, "Say which bridge: its ifindex is missing");
		return NULL;
	}
	br = mcs_bridge_find(mcs_net(genl_info_net(info)),
			     nla_get_u32(info->attrs[attr]));
	if (!br)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
				    "Not an attached bridge: attach it with mcsnoop bridge add dev BRIDGE");
	return br;
}

/**
 * mcs_nl_port() - the port that a request is about
 * @info: the request
 * @bridge_attr: attribute with the ifindex of the bridge, 0 for any bridge
 * @port_attr: attribute with the ifindex of the port
 *
 * Context: RTNL.
 * Return: the port, or NULL with the sentence set.
 */
struct mcs_port *mcs_nl_port(struct genl_info *info, int bridge_attr,
			     int port_attr)
{
	struct mcs_bridge *br = NULL;
	struct mcs_port *port;

	if (bridge_attr) {
		br = mcs_nl_bridge(info, bridge_attr);
		if (!br)
			return NULL;
	}
	if (!info->attrs[port_attr]) {
		NL_SET_ERR_MSG(info->extack, "Say which port: its ifindex is missing");
		return NULL;
	}
	port = mcs_port_find(mcs_net(genl_info_net(info)),
			     nla_get_u32(info->attrs[port_attr]));
	if (!port || (br && port->br != br)) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[port_attr],
				    "Not a port of an attached bridge: see mcsnoop port show");
		return NULL;
	}
	return port;
}

/**
 * mcs_nl_reply() - begin the answer to a get
 * @info: the request
 * @hdr: filled in
 *
 * Return: the message or NULL.
 */
struct sk_buff *mcs_nl_reply(struct genl_info *info, void **hdr)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);

	if (!skb)
		return NULL;
	*hdr = genlmsg_put_reply(skb, info, &mcs_genl_family, 0,
				 info->genlhdr->cmd);
	if (*hdr)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

/**
 * mcs_nl_finish() - send the answer to a get
 * @info: the request
 * @skb: the answer; consumed
 * @hdr: from mcs_nl_reply()
 * @err: what filling it returned
 *
 * Return: 0 or a negative error.
 */
int mcs_nl_finish(struct genl_info *info, struct sk_buff *skb, void *hdr,
		  int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

/**
 * mcs_nl_dump_attr() - an attribute of the request that started a dump
 * @d: the dump
 * @attr: which
 *
 * Its policy was checked when the dump began.
 *
 * Return: the attribute or NULL.
 */
const struct nlattr *mcs_nl_dump_attr(const struct mcs_dump *d, int attr)
{
	return nlmsg_find_attr(d->cb->nlh, GENL_HDRLEN, attr);
}

/**
 * mcs_nl_dump_put() - begin a message of a dump
 * @d: the dump
 * @cmd: MCSNOOP_CMD_*
 *
 * Return: its header, or NULL when it does not fit any more.
 */
void *mcs_nl_dump_put(const struct mcs_dump *d, u8 cmd)
{
	void *hdr = genlmsg_put(d->skb, NETLINK_CB(d->cb->skb).portid,
				d->cb->nlh->nlmsg_seq, &mcs_genl_family,
				NLM_F_MULTI, cmd);

	if (hdr)
		genl_dump_check_consistent(d->cb, hdr);
	return hdr;
}

/**
 * mcs_nl_dump() - dump something of every bridge of a namespace
 * @skb: being filled
 * @cb: from netlink
 * @bridge_attr: attribute of the request that limits the dump to a bridge
 * @one: dumps one bridge from the cursor on; -EMSGSIZE when @skb is full
 *
 * Bridges are dumped in the order of their ifindex, so that one which goes
 * away in between does not hide others.
 *
 * Return: what netlink wants of a dump.
 */
int mcs_nl_dump(struct sk_buff *skb, struct netlink_callback *cb,
		int bridge_attr,
		int (*one)(struct mcs_dump *d, struct mcs_bridge *br))
{
	struct mcs_net *mn = mcs_net(sock_net(skb->sk));
	struct mcs_dump d = {
		.skb = skb,
		.cb = cb,
		.cursor = (struct mcs_cursor *)cb->ctx,
		.now = mcs_now(),
	};
	const struct nlattr *limit = mcs_nl_dump_attr(&d, bridge_attr);
	struct mcs_bridge *br, *next;
	int err = 0;

	BUILD_BUG_ON(sizeof(struct mcs_cursor) > sizeof(cb->ctx));

	if (limit)
		d.bridge = nla_get_u32(limit);
	rtnl_lock();
	if (d.bridge && !mcs_bridge_find(mn, d.bridge) && !d.cursor->bridge) {
		NL_SET_ERR_MSG_ATTR(cb->extack, limit,
				    "Not an attached bridge: attach it with mcsnoop bridge add dev BRIDGE");
		err = -ENODEV;
	}
	while (!err) {
		next = NULL;
		list_for_each_entry(br, &mn->bridges, node) {
			int i = br->dev->ifindex;

			if (d.bridge && i != d.bridge)
				continue;
			if (i < d.cursor->bridge ||
			    (i == d.cursor->bridge && !d.cursor->started))
				continue;
			if (!next || i < next->dev->ifindex)
				next = br;
		}
		if (!next)
			break;
		if (next->dev->ifindex != d.cursor->bridge)
			memset(d.cursor, 0, sizeof(*d.cursor));
		d.cursor->bridge = next->dev->ifindex;
		d.cursor->started = true;
		err = one(&d, next);
		if (!err)
			d.cursor->started = false;
	}
	rtnl_unlock();
	if (err && err != -EMSGSIZE)
		return err;
	return skb->len;
}
