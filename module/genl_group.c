// SPDX-License-Identifier: GPL-2.0
/* Netlink: groups, learned and static. */
#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>
#include "genl.h"

#define MESSAGE_ROOM	320	/* more than a record without its sources */
#define SOURCE_ROOM	64	/* more than a source */
#define EVENT_ROOM	32768	/* as much as a reader takes at once */
#define HELD_MAX	256	/* groups looked at while the lock is held */

static int fill_source(struct sk_buff *skb, const struct mcs_source *src,
		       u64 now)
{
	u64 expires = READ_ONCE(src->expires);
	struct nlattr *nest = nla_nest_start(skb, MCSNOOP_A_GROUP_SOURCES);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put(skb, MCSNOOP_A_SOURCE_ADDRESS, sizeof(src->addr),
		    &src->addr) ||
	    nla_put_u8(skb, MCSNOOP_A_SOURCE_STATE, expires ?
		       MCSNOOP_SOURCE_STATE_FORWARD :
		       MCSNOOP_SOURCE_STATE_BLOCKED) ||
	    (expires && expires != MCS_NEVER &&
	     nla_put_u32(skb, MCSNOOP_A_SOURCE_TIMER,
			 mcs_ms_left(expires, now)))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_hosts(struct sk_buff *skb, const struct mcs_member *m, u64 now)
{
	u64 complete_at = __mcs_hosts_complete_at(m, now);
	u32 at, n = 0;

	if (complete_at == MCS_NEVER)
		return 0;
	for (at = 0; __mcs_hosts_next(m, &at, now); at++)
		n++;
	if (nla_put_u32(skb, MCSNOOP_A_GROUP_HOSTS, n) ||
	    nla_put_u32(skb, MCSNOOP_A_GROUP_HOSTS_COMPLETE_IN,
			mcs_ms_left(complete_at, now)))
		return -EMSGSIZE;
	return 0;
}

/* What would have been kept from ports. */
static int fill_observed(struct sk_buff *skb, const struct mcs_group *group)
{
	u64 frames = atomic64_read(&group->observed.frames);

	if (!frames)
		return 0;
	if (nla_put_u64_64bit(skb, MCSNOOP_A_GROUP_OBSERVE_DATA, frames,
			      MCSNOOP_A_GROUP_PAD) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_GROUP_OBSERVE_BYTES,
			      atomic64_read(&group->observed.bytes),
			      MCSNOOP_A_GROUP_PAD))
		return -EMSGSIZE;
	return 0;
}

static int fill_delivered(struct sk_buff *skb, const struct mcs_member *m)
{
	struct mcs_delivered sum;

	if (!__mcs_tally_read(m, &sum))
		return 0;
	if (nla_put_u64_64bit(skb, MCSNOOP_A_GROUP_DELIVERED_FRAMES, sum.frames,
			      MCSNOOP_A_GROUP_PAD) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_GROUP_DELIVERED_BYTES, sum.bytes,
			      MCSNOOP_A_GROUP_PAD) ||
	    (sum.frames &&
	     nla_put_u64_64bit(skb, MCSNOOP_A_GROUP_DELIVERED_AGO, sum.ago,
			       MCSNOOP_A_GROUP_PAD)))
		return -EMSGSIZE;
	return 0;
}

/* A group, or the MAC address that it stands for. */
static int put_group(struct sk_buff *skb, const struct in6_addr *addr)
{
	if (mcs_addr_is_mac(addr))
		return nla_put(skb, MCSNOOP_A_GROUP_MAC, ETH_ALEN,
			       &addr->s6_addr[10]);
	return nla_put(skb, MCSNOOP_A_GROUP_ADDRESS, sizeof(*addr), addr);
}

static int fill_member(struct sk_buff *skb, const struct mcs_member *m,
		       u64 now)
{
	const struct mcs_bridge *br = m->port->br;
	const struct mcs_group *group = m->group;
	struct mcs_params p = { .mld = !mcs_addr_is_v4(&group->key.addr) };

	if (nla_put_u32(skb, MCSNOOP_A_GROUP_BRIDGE, br->dev->ifindex) ||
	    nla_put_u32(skb, MCSNOOP_A_GROUP_PORT, m->port->dev->ifindex) ||
	    nla_put_u16(skb, MCSNOOP_A_GROUP_VID, group->key.vid) ||
	    put_group(skb, &group->key.addr) ||
	    nla_put_u8(skb, MCSNOOP_A_GROUP_FILTER_MODE, m->rec.mode) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_GROUP_UPTIME,
			      div_u64(now - m->since, NSEC_PER_MSEC),
			      MCSNOOP_A_GROUP_PAD) ||
	    fill_observed(skb, group) ||
	    fill_delivered(skb, m))
		return -EMSGSIZE;
	if (m->is_static)
		return nla_put_flag(skb, MCSNOOP_A_GROUP_STATIC);
	if (m->rec.mode == MCS_MODE_EXCLUDE &&
	    nla_put_u32(skb, MCSNOOP_A_GROUP_TIMER,
			mcs_ms_left(m->rec.group_expires, now)))
		return -EMSGSIZE;
	if (nla_put_u8(skb, MCSNOOP_A_GROUP_HOST_VERSION,
		       mcs_fsm_host_version(&m->rec, &p, now)) ||
	    nla_put(skb, MCSNOOP_A_GROUP_REPORTER, sizeof(m->reporter),
		    &m->reporter) ||
	    nla_put(skb, MCSNOOP_A_GROUP_REPORTER_MAC, ETH_ALEN,
		    m->reporter_mac) ||
	    (m->unconfirmed &&
	     nla_put_flag(skb, MCSNOOP_A_GROUP_UNCONFIRMED)))
		return -EMSGSIZE;
	return fill_hosts(skb, m, now);
}

/**
 * mcs_nl_group_size() - room for a record in an event
 * @sources: how many it has
 *
 * Return: octets.
 */
size_t mcs_nl_group_size(u32 sources)
{
	return min_t(size_t, MESSAGE_ROOM + (sources + 2) * SOURCE_ROOM,
		     EVENT_ROOM);
}

/**
 * mcs_nl_fill_group() - describe a record
 * @skb: filled
 * @m: the record
 * @now: ns
 * @source: first source to be described; set to the first that did not fit,
 *	or to 0 when all did
 *
 * Context: the bridge's lock is held.
 * Return: 0, or -EMSGSIZE when not even one source fits.
 */
int mcs_nl_fill_group(struct sk_buff *skb, const struct mcs_member *m,
		      u64 now, u32 *source)
{
	const struct mcs_srcset *set = __mcs_member_set(m);
	u32 i, n = set ? set->n : 0;

	if (fill_member(skb, m, now))
		return -EMSGSIZE;
	for (i = *source; i < n; i++) {
		if (skb_tailroom(skb) < 2 * SOURCE_ROOM)
			break;
		if (fill_source(skb, &set->src[i], now))
			return -EMSGSIZE;
	}
	if (i < n && i == *source)
		return -EMSGSIZE;
	*source = 0;
	if (i >= n)
		return 0;
	*source = i;
	return nla_put_flag(skb, MCSNOOP_A_GROUP_MORE);
}

static bool wanted(const struct mcs_group_filter *f,
		   const struct mcs_member *m)
{
	if (f->port && nla_get_u32(f->port) != m->port->dev->ifindex)
		return false;
	if (f->vid && nla_get_u16(f->vid) != m->group->key.vid)
		return false;
	if (f->mac && (!mcs_addr_is_mac(&m->group->key.addr) ||
		       !ether_addr_equal_unaligned(nla_data(f->mac),
						   &m->group->key.addr.s6_addr[10])))
		return false;
	if (f->address &&
	    memcmp(nla_data(f->address), &m->group->key.addr,
		   sizeof(struct in6_addr)))
		return false;
	return true;
}

/* One record, in as many messages as its sources need. */
static int dump_member(struct mcs_dump *d, const struct mcs_member *m)
{
	struct mcs_cursor *cursor = d->cursor;
	u32 source;
	void *hdr;

	do {
		if (skb_tailroom(d->skb) < MESSAGE_ROOM)
			return -EMSGSIZE;
		hdr = mcs_nl_dump_put(d, MCSNOOP_CMD_GROUP_GET);
		if (!hdr)
			return -EMSGSIZE;
		source = cursor->sub;
		if (mcs_nl_fill_group(d->skb, m, d->now, &source)) {
			genlmsg_cancel(d->skb, hdr);
			return -EMSGSIZE;
		}
		genlmsg_end(d->skb, hdr);
		cursor->sub = source;
	} while (source);
	return 0;
}

static int dump_group(struct mcs_dump *d, const struct mcs_group *group,
		      const struct mcs_group_filter *f,
		      int (*one)(struct mcs_dump *d,
				 const struct mcs_member *m))
{
	struct mcs_cursor *cursor = d->cursor;
	struct mcs_member *m;
	u32 item = 0;

	hlist_for_each_entry(m, &group->members, group_node) {
		if (item++ < cursor->item)
			continue;
		if (wanted(f, m) && one(d, m))
			return -EMSGSIZE;
		cursor->item = item;
		cursor->sub = 0;
		cursor->part = 0;
	}
	return 0;
}

/**
 * mcs_nl_dump_members() - dump something of the records of a bridge
 * @d: the dump
 * @br: the bridge
 * @f: which records
 * @one: dumps one record from the cursor's @sub and @part on; -EMSGSIZE when
 *	it does not fit any more
 *
 * Context: process, RTNL; takes the bridge's lock.
 * Return: 0 or -EMSGSIZE.
 */
int mcs_nl_dump_members(struct mcs_dump *d, struct mcs_bridge *br,
			const struct mcs_group_filter *f,
			int (*one)(struct mcs_dump *d,
				   const struct mcs_member *m))
{
	struct mcs_cursor *cursor = d->cursor;
	struct mcs_group *group;
	struct rb_node *node;
	unsigned int held = 0;
	int err = 0;

	spin_lock_bh(&br->lock);
	d->cb->seq = atomic_read(&br->mn->seq);
	group = __mcs_group_next(br, &cursor->key);
	/* the group at the cursor went away: the next one starts afresh */
	if (group && memcmp(&group->key, &cursor->key, sizeof(group->key))) {
		cursor->item = 0;
		cursor->sub = 0;
		cursor->part = 0;
	}
	while (group) {
		cursor->key = group->key;
		/* others want the lock, too: go on where we are */
		if (++held > HELD_MAX) {
			held = 0;
			spin_unlock_bh(&br->lock);
			cond_resched();
			spin_lock_bh(&br->lock);
			group = __mcs_group_next(br, &cursor->key);
			continue;
		}
		err = dump_group(d, group, f, one);
		if (err)
			break;
		cursor->item = 0;
		node = rb_next(&group->tree);
		group = node ? rb_entry(node, struct mcs_group, tree) : NULL;
	}
	spin_unlock_bh(&br->lock);
	return err;
}

static int dump_groups(struct mcs_dump *d, struct mcs_bridge *br)
{
	struct mcs_group_filter f = {
		.port = mcs_nl_dump_attr(d, MCSNOOP_A_GROUP_PORT),
		.vid = mcs_nl_dump_attr(d, MCSNOOP_A_GROUP_VID),
		.address = mcs_nl_dump_attr(d, MCSNOOP_A_GROUP_ADDRESS),
		.mac = mcs_nl_dump_attr(d, MCSNOOP_A_GROUP_MAC),
	};

	return mcs_nl_dump_members(d, br, &f, dump_member);
}

/**
 * mcsnoop_nl_group_get_dumpit() - describe records
 * @skb: being filled
 * @cb: where the dump is
 *
 * Context: process; takes RTNL.
 * Return: what netlink wants of a dump.
 */
int mcsnoop_nl_group_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	return mcs_nl_dump(skb, cb, MCSNOOP_A_GROUP_BRIDGE, dump_groups);
}

/* The group, VLAN and source of a request, checked for presence. */
static int get_key(struct genl_info *info, const struct mcs_port *port,
		   struct mcs_key *key, struct in6_addr *src, bool *has_src)
{
	u16 pvid = 0;

	if (!info->attrs[MCSNOOP_A_GROUP_ADDRESS] ==
	    !info->attrs[MCSNOOP_A_GROUP_MAC]) {
		NL_SET_ERR_MSG(info->extack,
			       "Say which group: either its address or a MAC address");
		return -EINVAL;
	}
	if (info->attrs[MCSNOOP_A_GROUP_MAC]) {
		mcs_addr_from_mac(&key->addr,
				  nla_data(info->attrs[MCSNOOP_A_GROUP_MAC]));
	} else {
		key->addr = nla_get_in6_addr(info->attrs[MCSNOOP_A_GROUP_ADDRESS]);
		if (mcs_addr_is_mac(&key->addr)) {
			NL_SET_ERR_MSG_ATTR(info->extack,
					    info->attrs[MCSNOOP_A_GROUP_ADDRESS],
					    "Not a group: its address must be multicast");
			return -EINVAL;
		}
	}
	if (info->attrs[MCSNOOP_A_GROUP_VID]) {
		key->vid = nla_get_u16(info->attrs[MCSNOOP_A_GROUP_VID]);
	} else {
		/* as for a frame without a tag */
		if (br_vlan_enabled(port->br->dev) &&
		    br_vlan_get_pvid(port->dev, &pvid))
			pvid = 0;
		key->vid = pvid;
	}
	*has_src = false;
	if (src && info->attrs[MCSNOOP_A_GROUP_SOURCE]) {
		*src = nla_get_in6_addr(info->attrs[MCSNOOP_A_GROUP_SOURCE]);
		*has_src = true;
	}
	return 0;
}

/**
 * mcsnoop_nl_group_get_doit() - describe one record
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL, -ENODEV, -ENOENT or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_group_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_member *m;
	struct mcs_port *port;
	struct mcs_key key;
	struct sk_buff *msg;
	bool has_src;
	u32 source = 0;
	int err;
	void *hdr;

	msg = mcs_nl_reply(info, &hdr);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	port = mcs_nl_port(info, MCSNOOP_A_GROUP_BRIDGE, MCSNOOP_A_GROUP_PORT);
	err = port ? get_key(info, port, &key, NULL, &has_src) : -ENODEV;
	if (!err) {
		spin_lock_bh(&port->br->lock);
		m = __mcs_member_find(port->br, &key.addr, key.vid, port,
				      info->attrs[MCSNOOP_A_GROUP_STATIC]);
		if (m) {
			err = mcs_nl_fill_group(msg, m, mcs_now(), &source);
		} else {
			NL_SET_ERR_MSG(info->extack,
				       "The port has no such record: see mcsnoop group show");
			err = -ENOENT;
		}
		spin_unlock_bh(&port->br->lock);
	}
	rtnl_unlock();
	return mcs_nl_finish(info, msg, hdr, err);
}

static int change_static(struct genl_info *info,
			 int (*change)(struct mcs_port *port, u16 vid,
				       const struct in6_addr *group,
				       const struct in6_addr *src,
				       struct netlink_ext_ack *extack))
{
	struct mcs_port *port;
	struct in6_addr src;
	struct mcs_key key;
	bool has_src;
	int err;

	rtnl_lock();
	port = mcs_nl_port(info, MCSNOOP_A_GROUP_BRIDGE, MCSNOOP_A_GROUP_PORT);
	err = port ? get_key(info, port, &key, &src, &has_src) : -ENODEV;
	if (!err) {
		rcu_read_lock();
		spin_lock_bh(&port->br->lock);
		err = change(port, key.vid, &key.addr, has_src ? &src : NULL,
			     info->extack);
		mcs_unlock_and_send(port->br);
		rcu_read_unlock();
	}
	rtnl_unlock();
	return err;
}

/**
 * mcsnoop_nl_group_add_doit() - add a static entry
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL, -ENODEV, -EEXIST, -ENOSPC or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_group_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	return change_static(info, __mcs_member_static_add);
}

/**
 * mcsnoop_nl_group_del_doit() - remove a static entry
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL, -ENODEV, -ENOENT or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_group_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return change_static(info, __mcs_member_static_del);
}
