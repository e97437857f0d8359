// SPDX-License-Identifier: GPL-2.0
/* Netlink: hosts that want a group. */
#include <linux/etherdevice.h>
#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>
#include "genl.h"

#define MESSAGE_ROOM	256	/* more than a host without its sources */
#define SOURCE_ROOM	32	/* more than a source */

static int fill_head(struct sk_buff *skb, const struct mcs_member *m,
		     const struct mcs_host *host, u64 now)
{
	const struct mcs_key *key = &m->group->key;

	if (nla_put_u32(skb, MCSNOOP_A_HOST_BRIDGE,
			m->port->br->dev->ifindex) ||
	    nla_put_u32(skb, MCSNOOP_A_HOST_PORT, m->port->dev->ifindex) ||
	    nla_put_u16(skb, MCSNOOP_A_HOST_VID, key->vid) ||
	    nla_put(skb, MCSNOOP_A_HOST_GROUP, sizeof(key->addr),
		    &key->addr) ||
	    nla_put(skb, MCSNOOP_A_HOST_ADDRESS, sizeof(host->addr),
		    &host->addr) ||
	    nla_put(skb, MCSNOOP_A_HOST_MAC, ETH_ALEN, host->mac) ||
	    nla_put_u8(skb, MCSNOOP_A_HOST_FILTER_MODE, host->mode) ||
	    nla_put_u8(skb, MCSNOOP_A_HOST_VERSION, host->version) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_HOST_UPTIME,
			      div_u64(now - host->since, NSEC_PER_MSEC),
			      MCSNOOP_A_HOST_PAD) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_HOST_LAST_SEEN,
			      div_u64(now - host->heard, NSEC_PER_MSEC),
			      MCSNOOP_A_HOST_PAD) ||
	    nla_put_u32(skb, MCSNOOP_A_HOST_TIMER,
			mcs_ms_left(host->expires, now)))
		return -EMSGSIZE;
	return 0;
}

/*
 * Sources from *@part on; *@part is set to the first that did not fit, or to 0
 * when all did.
 */
static int fill_host(struct sk_buff *skb, const struct mcs_member *m,
		     const struct mcs_host *host, u64 now, u32 *part)
{
	struct in6_addr addr;
	u32 i;

	if (fill_head(skb, m, host, now))
		return -EMSGSIZE;
	for (i = *part; i < host->n; i++) {
		if (skb_tailroom(skb) < 2 * SOURCE_ROOM)
			break;
		mcs_host_source(host, i, mcs_addr_is_v4(&m->group->key.addr),
				&addr);
		if (nla_put(skb, MCSNOOP_A_HOST_SOURCES, sizeof(addr), &addr))
			return -EMSGSIZE;
	}
	*part = 0;
	if (i >= host->n)
		return 0;
	*part = i;
	return nla_put_flag(skb, MCSNOOP_A_HOST_MORE);
}

/* One host, in as many messages as its sources need. */
static int dump_host(struct mcs_dump *d, const struct mcs_member *m,
		     const struct mcs_host *host)
{
	u32 part;
	void *hdr;

	do {
		if (skb_tailroom(d->skb) < MESSAGE_ROOM)
			return -EMSGSIZE;
		hdr = mcs_nl_dump_put(d, MCSNOOP_CMD_HOST_GET);
		if (!hdr)
			return -EMSGSIZE;
		part = d->cursor->part;
		if (fill_host(d->skb, m, host, d->now, &part)) {
			genlmsg_cancel(d->skb, hdr);
			return -EMSGSIZE;
		}
		genlmsg_end(d->skb, hdr);
		d->cursor->part = part;
	} while (part);
	return 0;
}

static int dump_member(struct mcs_dump *d, const struct mcs_member *m)
{
	const struct mcs_host *host;

	while ((host = __mcs_hosts_next(m, &d->cursor->sub, d->now))) {
		if (dump_host(d, m, host))
			return -EMSGSIZE;
		d->cursor->sub++;
	}
	return 0;
}

static int dump_hosts(struct mcs_dump *d, struct mcs_bridge *br)
{
	struct mcs_group_filter f = {
		.port = mcs_nl_dump_attr(d, MCSNOOP_A_HOST_PORT),
		.vid = mcs_nl_dump_attr(d, MCSNOOP_A_HOST_VID),
		.address = mcs_nl_dump_attr(d, MCSNOOP_A_HOST_GROUP),
	};

	return mcs_nl_dump_members(d, br, &f, dump_member);
}

/**
 * mcsnoop_nl_host_get_dumpit() - describe the hosts of records
 * @skb: being filled
 * @cb: where the dump is
 *
 * Context: process; takes RTNL.
 * Return: what netlink wants of a dump.
 */
int mcsnoop_nl_host_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb)
{
	return mcs_nl_dump(skb, cb, MCSNOOP_A_HOST_BRIDGE, dump_hosts);
}

static int fill_one(struct genl_info *info, struct sk_buff *msg,
		    struct mcs_port *port)
{
	const struct nlattr *vid = info->attrs[MCSNOOP_A_HOST_VID];
	const struct mcs_host *host;
	struct in6_addr group, addr;
	u64 now = mcs_now();
	u32 at = 0, part = 0;
	struct mcs_member *m;
	const u8 *mac;

	group = nla_get_in6_addr(info->attrs[MCSNOOP_A_HOST_GROUP]);
	addr = nla_get_in6_addr(info->attrs[MCSNOOP_A_HOST_ADDRESS]);
	mac = nla_data(info->attrs[MCSNOOP_A_HOST_MAC]);
	m = __mcs_member_find(port->br, &group, vid ? nla_get_u16(vid) : 0,
			      port, false);
	for (; m && (host = __mcs_hosts_next(m, &at, now)); at++)
		if (!mcs_host_cmp(host, &addr, mac))
			return fill_host(msg, m, host, now, &part);
	NL_SET_ERR_MSG(info->extack,
		       "No such host is known to want this group here: see mcsnoop host show");
	return -ENOENT;
}

/**
 * mcsnoop_nl_host_get_doit() - describe one host of a record
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL, -ENODEV, -ENOENT or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_host_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_port *port;
	struct sk_buff *msg;
	int err = -ENODEV;
	void *hdr;

	if (!info->attrs[MCSNOOP_A_HOST_GROUP] ||
	    !info->attrs[MCSNOOP_A_HOST_ADDRESS] ||
	    !info->attrs[MCSNOOP_A_HOST_MAC]) {
		NL_SET_ERR_MSG(info->extack,
			       "Say which host of which group: its group, address or MAC address is missing");
		return -EINVAL;
	}
	msg = mcs_nl_reply(info, &hdr);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	port = mcs_nl_port(info, MCSNOOP_A_HOST_BRIDGE, MCSNOOP_A_HOST_PORT);
	if (port) {
		spin_lock_bh(&port->br->lock);
		err = fill_one(info, msg, port);
		spin_unlock_bh(&port->br->lock);
	}
	rtnl_unlock();
	return mcs_nl_finish(info, msg, hdr, err);
}
