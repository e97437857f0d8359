// SPDX-License-Identifier: GPL-2.0
/* Netlink: filters. */
#include <linux/rtnetlink.h>
#include <net/ipv6.h>
#include "filter.h"
#include "genl.h"

#define V4_BITS		96	/* in front of an IPv4-mapped address */

static int put_prefix(struct sk_buff *skb, int attr, int len_attr,
		      const struct mcs_prefix *p)
{
	if (nla_put(skb, attr, sizeof(p->addr), &p->addr))
		return -EMSGSIZE;
	return nla_put_u8(skb, len_attr, mcs_addr_is_v4(&p->addr) ?
			  p->len - V4_BITS : p->len);
}

/**
 * mcs_nl_fill_filter() - describe a filter
 * @skb: filled
 * @f: the filter
 *
 * Context: RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int mcs_nl_fill_filter(struct sk_buff *skb, const struct mcs_filter *f)
{
	bool group = f->kind == MCSNOOP_FILTER_KIND_GROUP;
	u64 hits;

	spin_lock_bh(&f->br->lock);
	hits = f->hits;
	spin_unlock_bh(&f->br->lock);
	if (nla_put_u32(skb, MCSNOOP_A_FILTER_BRIDGE, f->br->dev->ifindex) ||
	    (f->port && nla_put_u32(skb, MCSNOOP_A_FILTER_PORT,
				    f->port->dev->ifindex)) ||
	    nla_put_u8(skb, MCSNOOP_A_FILTER_KIND, f->kind) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_FILTER_HITS, hits,
			      MCSNOOP_A_FILTER_PAD))
		return -EMSGSIZE;
	if (group &&
	    (nla_put_u8(skb, MCSNOOP_A_FILTER_ACTION, f->action) ||
	     nla_put_u32(skb, MCSNOOP_A_FILTER_PREF, f->pref) ||
	     put_prefix(skb, MCSNOOP_A_FILTER_GROUP,
			MCSNOOP_A_FILTER_GROUP_LEN, &f->group)))
		return -EMSGSIZE;
	if (!group || f->has_src)
		return put_prefix(skb, MCSNOOP_A_FILTER_SOURCE,
				  MCSNOOP_A_FILTER_SOURCE_LEN, &f->src);
	return 0;
}

static int take_prefix(const struct genl_info *info, int attr, int len_attr,
		       struct mcs_prefix *p)
{
	struct in6_addr first;
	unsigned int before;

	p->addr = nla_get_in6_addr(info->attrs[attr]);
	before = mcs_addr_is_v4(&p->addr) ? V4_BITS : 0;
	p->len = 128;
	if (info->attrs[len_attr]) {
		unsigned int len = nla_get_u8(info->attrs[len_attr]);

		if (len > 128 - before) {
			NL_SET_ERR_MSG_ATTR(info->extack,
					    info->attrs[len_attr],
					    "An IPv4 prefix has at most 32 bits");
			return -EINVAL;
		}
		p->len = before + len;
	}
	ipv6_addr_prefix(&first, &p->addr, p->len);
	if (mcs_addr_cmp(&first, &p->addr)) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
				    "The address has bits behind the prefix: give its first address, or a longer prefix");
		return -EINVAL;
	}
	return 0;
}

/* Every address of it is multicast; or none can be. */
static bool is_multicast(const struct mcs_prefix *p)
{
	if (mcs_addr_is_v4(&p->addr))
		return p->len >= V4_BITS + 4 &&
		       ipv4_is_multicast(mcs_addr_v4(&p->addr));
	return p->len >= 8 && ipv6_addr_is_multicast(&p->addr);
}

static int take_group_filter(const struct genl_info *info,
			     struct mcs_filter *f)
{
	int err;

	if (!info->attrs[MCSNOOP_A_FILTER_GROUP]) {
		NL_SET_ERR_MSG(info->extack,
			       "Say which groups: grp and a prefix, such as grp 239.0.0.0/8");
		return -EINVAL;
	}
	err = take_prefix(info, MCSNOOP_A_FILTER_GROUP,
			  MCSNOOP_A_FILTER_GROUP_LEN, &f->group);
	if (err)
		return err;
	if (!is_multicast(&f->group)) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MCSNOOP_A_FILTER_GROUP],
				    "Not groups: grp is 224.0.0.0/4, ff00::/8 or a part of these");
		return -EINVAL;
	}
	f->has_src = info->attrs[MCSNOOP_A_FILTER_SOURCE];
	if (!f->has_src)
		return 0;
	err = take_prefix(info, MCSNOOP_A_FILTER_SOURCE,
			  MCSNOOP_A_FILTER_SOURCE_LEN, &f->src);
	if (err)
		return err;
	if (mcs_addr_is_v4(&f->src.addr) != mcs_addr_is_v4(&f->group.addr) ||
	    is_multicast(&f->src)) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MCSNOOP_A_FILTER_SOURCE],
				    "src must be unicast addresses of the groups' family");
		return -EINVAL;
	}
	return 0;
}

/* MLD and MRD over IPv6 come from link-local addresses, or from ::. */
static bool can_send(const struct mcs_prefix *p)
{
	static const struct in6_addr link_local = {
		.s6_addr = { 0xfe, 0x80 }
	};

	if (mcs_addr_is_v4(&p->addr) || ipv6_addr_any(&p->addr))
		return true;
	return ipv6_prefix_equal(&p->addr, &link_local, min_t(u8, p->len, 10));
}

static int take_sender_filter(const struct genl_info *info,
			      struct mcs_filter *f)
{
	int err;

	if (info->attrs[MCSNOOP_A_FILTER_GROUP] ||
	    info->attrs[MCSNOOP_A_FILTER_ACTION] ||
	    info->attrs[MCSNOOP_A_FILTER_PREF]) {
		NL_SET_ERR_MSG(info->extack,
			       "grp, permit, deny and pref go together, not with reporter or router");
		return -EINVAL;
	}
	if (!info->attrs[MCSNOOP_A_FILTER_SOURCE]) {
		NL_SET_ERR_MSG(info->extack,
			       "Say which addresses: a prefix, such as reporter 192.0.2.0/24");
		return -EINVAL;
	}
	err = take_prefix(info, MCSNOOP_A_FILTER_SOURCE,
			  MCSNOOP_A_FILTER_SOURCE_LEN, &f->src);
	if (err)
		return err;
	if (is_multicast(&f->src) || !can_send(&f->src)) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[MCSNOOP_A_FILTER_SOURCE],
				    "Nobody sends from there: give unicast addresses, for IPv6 a part of fe80::/10, or ::");
		return -EINVAL;
	}
	return 0;
}

/* The bridge and port that a request is about. */
static int take_owner(struct genl_info *info, struct mcs_filter *f)
{
	memset(f, 0, sizeof(*f));
	f->br = mcs_nl_bridge(info, MCSNOOP_A_FILTER_BRIDGE);
	if (!f->br)
		return -ENODEV;
	if (!info->attrs[MCSNOOP_A_FILTER_PORT])
		return 0;
	f->port = mcs_nl_port(info, MCSNOOP_A_FILTER_BRIDGE,
			      MCSNOOP_A_FILTER_PORT);
	return f->port ? 0 : -ENODEV;
}

/* The filter that a request describes, whether it is there or not. */
static int take_filter(struct genl_info *info, struct mcs_filter *f)
{
	int err = take_owner(info, f);

	if (err)
		return err;
	if (!info->attrs[MCSNOOP_A_FILTER_KIND]) {
		NL_SET_ERR_MSG(info->extack,
			       "Say what to filter: its kind is missing");
		return -EINVAL;
	}
	f->kind = nla_get_u8(info->attrs[MCSNOOP_A_FILTER_KIND]);
	if (f->kind != MCSNOOP_FILTER_KIND_GROUP)
		return take_sender_filter(info, f);
	f->pref = MCS_FILTER_PREF;
	if (info->attrs[MCSNOOP_A_FILTER_PREF])
		f->pref = nla_get_u32(info->attrs[MCSNOOP_A_FILTER_PREF]);
	if (info->attrs[MCSNOOP_A_FILTER_ACTION])
		f->action = nla_get_u8(info->attrs[MCSNOOP_A_FILTER_ACTION]);
	return take_group_filter(info, f);
}

/**
 * mcsnoop_nl_filter_add_doit() - add a filter
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL, -ENODEV, -EEXIST, -ENOSPC or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_filter_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_filter f;
	int err;

	rtnl_lock();
	err = take_filter(info, &f);
	if (!err && f.kind == MCSNOOP_FILTER_KIND_GROUP &&
	    !info->attrs[MCSNOOP_A_FILTER_ACTION]) {
		NL_SET_ERR_MSG(info->extack,
			       "Say what to do with these groups: permit or deny");
		err = -EINVAL;
	}
	if (!err)
		err = mcs_filter_add(&f, info->extack);
	rtnl_unlock();
	return err;
}

/**
 * mcsnoop_nl_filter_del_doit() - remove a filter, or all
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL, -ENODEV or -ENOENT with the sentence set.
 */
int mcsnoop_nl_filter_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_filter f;
	int err;

	rtnl_lock();
	if (info->attrs[MCSNOOP_A_FILTER_KIND]) {
		err = take_filter(info, &f);
		if (!err)
			err = mcs_filter_del(&f,
					     info->attrs[MCSNOOP_A_FILTER_PREF],
					     info->attrs[MCSNOOP_A_FILTER_ACTION],
					     info->extack);
	} else {
		err = take_owner(info, &f);
		if (!err) {
			mcs_filter_flush(f.br, f.port, MCSNOOP_CAUSE_ADMIN);
			mcs_filter_enforce(f.br);
		}
	}
	rtnl_unlock();
	return err;
}

/**
 * mcsnoop_nl_filter_get_doit() - describe a filter
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL, -ENODEV, -ENOENT or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_filter_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct mcs_filter *found;
	struct mcs_filter f;
	struct sk_buff *msg;
	void *hdr;
	int err;

	msg = mcs_nl_reply(info, &hdr);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	err = take_filter(info, &f);
	if (!err) {
		found = mcs_filter_find(&f);
		if (found) {
			err = mcs_nl_fill_filter(msg, found);
		} else {
			NL_SET_ERR_MSG(info->extack,
				       "No such filter: see filter show");
			err = -ENOENT;
		}
	}
	rtnl_unlock();
	return mcs_nl_finish(info, msg, hdr, err);
}

/* Those of one owner; item counts all that were looked at. */
static int dump_owner(struct mcs_dump *d, const struct mcs_filters *owner,
		      u32 *item)
{
	const struct mcs_filter *f;
	unsigned int i;
	void *hdr;

	for (i = 0; i < ARRAY_SIZE(owner->kind); i++)
		list_for_each_entry(f, &owner->kind[i], node) {
			if ((*item)++ < d->cursor->item)
				continue;
			hdr = mcs_nl_dump_put(d, MCSNOOP_CMD_FILTER_GET);
			if (!hdr)
				return -EMSGSIZE;
			if (mcs_nl_fill_filter(d->skb, f)) {
				genlmsg_cancel(d->skb, hdr);
				return -EMSGSIZE;
			}
			genlmsg_end(d->skb, hdr);
			d->cursor->item = *item;
		}
	return 0;
}

/* In the order in which they are asked: ports first, then the bridge. */
static int dump_filters(struct mcs_dump *d, struct mcs_bridge *br)
{
	const struct nlattr *limit = mcs_nl_dump_attr(d, MCSNOOP_A_FILTER_PORT);
	struct mcs_port *port;
	u32 item = 0;
	int err;

	/* nothing of this changes without RTNL, but between two calls */
	d->cb->seq = atomic_read(&br->mn->seq);
	list_for_each_entry(port, &br->ports, node) {
		if (limit && nla_get_u32(limit) != port->dev->ifindex)
			continue;
		err = dump_owner(d, &port->filters, &item);
		if (err)
			return err;
	}
	return limit ? 0 : dump_owner(d, &br->filters, &item);
}

/**
 * mcsnoop_nl_filter_get_dumpit() - describe filters
 * @skb: being filled
 * @cb: where the dump is
 *
 * Context: process; takes RTNL.
 * Return: what netlink wants of a dump.
 */
int mcsnoop_nl_filter_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb)
{
	return mcs_nl_dump(skb, cb, MCSNOOP_A_FILTER_BRIDGE, dump_filters);
}
