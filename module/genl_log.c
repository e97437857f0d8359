// SPDX-License-Identifier: GPL-2.0
/* Netlink: the flight recorder. */
#include <linux/rtnetlink.h>
#include "genl.h"
#include "log.h"

#define FRAME_ROOM	96	/* more than a frame without its octets */

static int fill_detail(struct sk_buff *skb, const struct mcs_log_entry *e)
{
	switch ((enum mcsnoop_log_event)e->what.event) {
	case MCSNOOP_LOG_EVENT_QUERY:
	case MCSNOOP_LOG_EVENT_DOUBT:
		return nla_put_u8(skb, MCSNOOP_A_LOG_VERSION, e->what.detail) ||
		       (e->what.sent &&
			nla_put_flag(skb, MCSNOOP_A_LOG_SENT));
	case MCSNOOP_LOG_EVENT_QUERIER:
		return nla_put_u8(skb, MCSNOOP_A_LOG_QUERIER,
				  e->what.detail) ||
		       nla_put_u8(skb, MCSNOOP_A_LOG_PRUNING,
				  e->what.pruning);
	case MCSNOOP_LOG_EVENT_REFUSAL:
	case MCSNOOP_LOG_EVENT_PRESSURE:
	case MCSNOOP_LOG_EVENT_RELIEF:
		return nla_put_u32(skb, MCSNOOP_A_LOG_COUNTER,
				   e->what.counter);
	case MCSNOOP_LOG_EVENT_MOVE:
		return 0;
	default:
		/* routers have no group */
		if (mcs_addr_is_zero(&e->what.group))
			return nla_put_u8(skb, MCSNOOP_A_LOG_ROUTER,
					  e->what.detail);
		return nla_put_u8(skb, MCSNOOP_A_LOG_FILTER_MODE,
				  e->what.detail);
	}
}

static int fill_who(struct sk_buff *skb, const struct mcs_log_entry *e)
{
	if (!mcs_addr_is_zero(&e->what.group) &&
	    nla_put(skb, MCSNOOP_A_LOG_GROUP, sizeof(e->what.group),
		    &e->what.group))
		return -EMSGSIZE;
	if (!mcs_addr_is_zero(&e->what.addr) &&
	    nla_put(skb, MCSNOOP_A_LOG_ADDRESS, sizeof(e->what.addr),
		    &e->what.addr))
		return -EMSGSIZE;
	if (!is_zero_ether_addr(e->what.mac) &&
	    nla_put(skb, MCSNOOP_A_LOG_MAC, ETH_ALEN, e->what.mac))
		return -EMSGSIZE;
	return 0;
}

/**
 * mcs_nl_fill_log() - describe an entry of the flight recorder
 * @skb: filled
 * @br: its bridge
 * @e: the entry
 *
 * Context: any.
 * Return: 0 or -EMSGSIZE.
 */
int mcs_nl_fill_log(struct sk_buff *skb, const struct mcs_bridge *br,
		    const struct mcs_log_entry *e)
{
	if (nla_put_u32(skb, MCSNOOP_A_LOG_BRIDGE, br->dev->ifindex) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_LOG_SEQ, e->seq,
			      MCSNOOP_A_LOG_PAD) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_LOG_TIME, e->time,
			      MCSNOOP_A_LOG_PAD) ||
	    nla_put_u8(skb, MCSNOOP_A_LOG_EVENT, e->what.event) ||
	    (e->what.cause != MCS_CAUSE_UNSAID &&
	     nla_put_u8(skb, MCSNOOP_A_LOG_CAUSE, e->what.cause)) ||
	    (e->what.port &&
	     nla_put_u32(skb, MCSNOOP_A_LOG_PORT, e->what.port)) ||
	    nla_put_u16(skb, MCSNOOP_A_LOG_VID, e->what.vid) ||
	    nla_put_u8(skb, MCSNOOP_A_LOG_FAMILY,
		       e->what.mld ? AF_INET6 : AF_INET) ||
	    fill_who(skb, e) ||
	    (e->count > 1 &&
	     nla_put_u32(skb, MCSNOOP_A_LOG_COUNT, e->count)) ||
	    (e->what.sources &&
	     nla_put_u32(skb, MCSNOOP_A_LOG_SOURCES, e->what.sources)) ||
	    fill_detail(skb, e))
		return -EMSGSIZE;
	return 0;
}

static u64 cursor_seq(const struct mcs_cursor *c)
{
	return (u64)c->sub << 32 | c->item;
}

static void cursor_set(struct mcs_cursor *c, u64 seq)
{
	c->item = seq;
	c->sub = seq >> 32;
}

/* Where a dump goes on, or where the request wants it to begin. */
static u64 first_seq(const struct mcs_dump *d, int attr)
{
	const struct nlattr *a = mcs_nl_dump_attr(d, attr);
	u64 seq = cursor_seq(d->cursor);

	return seq ?: a ? nla_get_u64(a) : 1;
}

static int dump_entries(struct mcs_dump *d, struct mcs_bridge *br)
{
	u64 seq = first_seq(d, MCSNOOP_A_LOG_SEQ);
	struct mcs_log *log = br->log;
	int err = 0;
	void *hdr;

	spin_lock_bh(&log->lock);
	seq = max(seq, mcs_log_oldest(log));
	for (; log->room && seq && seq <= log->seq; seq++) {
		hdr = mcs_nl_dump_put(d, MCSNOOP_CMD_LOG_GET);
		err = hdr ? mcs_nl_fill_log(d->skb, br,
					    &log->entries[seq % log->room]) :
			    -EMSGSIZE;
		if (err) {
			if (hdr)
				genlmsg_cancel(d->skb, hdr);
			break;
		}
		genlmsg_end(d->skb, hdr);
	}
	cursor_set(d->cursor, seq);
	spin_unlock_bh(&log->lock);
	return err;
}

/**
 * mcsnoop_nl_log_get_dumpit() - what the flight recorder has
 * @skb: being filled
 * @cb: where the dump is
 *
 * Context: process; takes RTNL.
 * Return: what netlink wants of a dump.
 */
int mcsnoop_nl_log_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return mcs_nl_dump(skb, cb, MCSNOOP_A_LOG_BRIDGE, dump_entries);
}

/**
 * mcsnoop_nl_log_get_doit() - one entry of the flight recorder
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -ENODEV, -ENOENT or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_log_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	u64 seq = 0, oldest;
	struct mcs_bridge *br;
	struct sk_buff *msg;
	int err = -ENODEV;
	void *hdr;

	if (info->attrs[MCSNOOP_A_LOG_SEQ])
		seq = nla_get_u64(info->attrs[MCSNOOP_A_LOG_SEQ]);
	msg = mcs_nl_reply(info, &hdr);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	br = mcs_nl_bridge(info, MCSNOOP_A_LOG_BRIDGE);
	if (br) {
		struct mcs_log *log = br->log;

		err = -ENOENT;
		spin_lock_bh(&log->lock);
		oldest = mcs_log_oldest(log);
		if (oldest && seq >= oldest && seq <= log->seq)
			err = mcs_nl_fill_log(msg, br,
					      &log->entries[seq % log->room]);
		spin_unlock_bh(&log->lock);
		if (err == -ENOENT)
			NL_SET_ERR_MSG(info->extack,
				       "There is no such entry: see mcsnoop log show");
	}
	rtnl_unlock();
	return mcs_nl_finish(info, msg, hdr, err);
}

static int fill_frame(struct sk_buff *skb, const struct mcs_bridge *br,
		      const struct mcs_log_frame *f, u32 kept)
{
	if (nla_put_u32(skb, MCSNOOP_A_FRAME_BRIDGE, br->dev->ifindex) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_FRAME_SEQ, f->seq,
			      MCSNOOP_A_FRAME_PAD) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_FRAME_TIME, f->time,
			      MCSNOOP_A_FRAME_PAD) ||
	    nla_put_u32(skb, MCSNOOP_A_FRAME_PORT, f->port) ||
	    (f->sent && nla_put_flag(skb, MCSNOOP_A_FRAME_SENT)) ||
	    (f->counter &&
	     nla_put_u32(skb, MCSNOOP_A_FRAME_COUNTER, f->counter)) ||
	    nla_put_u32(skb, MCSNOOP_A_FRAME_LEN, f->full) ||
	    nla_put(skb, MCSNOOP_A_FRAME_DATA, kept, f->data))
		return -EMSGSIZE;
	return 0;
}

static int dump_frames(struct mcs_dump *d, struct mcs_bridge *br)
{
	u64 seq = first_seq(d, MCSNOOP_A_FRAME_SEQ);
	struct mcs_log *log = br->log;
	const struct mcs_log_frame *f;
	int err = 0;
	void *hdr;
	u32 kept;

	spin_lock_bh(&log->lock);
	while ((f = __mcs_log_frame_from(log, seq))) {
		kept = f->kept;
		/* a message of its own has room for no more than that */
		if (!d->skb->len)
			kept = min_t(u32, kept,
				     skb_tailroom(d->skb) - FRAME_ROOM);
		hdr = mcs_nl_dump_put(d, MCSNOOP_CMD_FRAME_GET);
		err = hdr ? fill_frame(d->skb, br, f, kept) : -EMSGSIZE;
		if (err) {
			if (hdr)
				genlmsg_cancel(d->skb, hdr);
			break;
		}
		genlmsg_end(d->skb, hdr);
		seq = f->seq + 1;
	}
	cursor_set(d->cursor, seq);
	spin_unlock_bh(&log->lock);
	return err;
}

/**
 * mcsnoop_nl_frame_get_dumpit() - frames that the flight recorder has
 * @skb: being filled
 * @cb: where the dump is
 *
 * Context: process; takes RTNL.
 * Return: what netlink wants of a dump.
 */
int mcsnoop_nl_frame_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb)
{
	return mcs_nl_dump(skb, cb, MCSNOOP_A_FRAME_BRIDGE, dump_frames);
}

/**
 * mcsnoop_nl_frame_get_doit() - one frame of the flight recorder
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -ENODEV, -ENOENT or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_frame_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct mcs_log_frame *f;
	struct mcs_bridge *br;
	struct sk_buff *msg;
	int err = -ENODEV;
	void *hdr;
	u64 seq = 0;

	if (info->attrs[MCSNOOP_A_FRAME_SEQ])
		seq = nla_get_u64(info->attrs[MCSNOOP_A_FRAME_SEQ]);
	msg = mcs_nl_reply(info, &hdr);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	br = mcs_nl_bridge(info, MCSNOOP_A_FRAME_BRIDGE);
	if (br) {
		struct mcs_log *log = br->log;

		err = -ENOENT;
		spin_lock_bh(&log->lock);
		f = __mcs_log_frame_from(log, seq);
		if (f && f->seq == seq)
			err = fill_frame(msg, br, f,
					 min_t(u32, f->kept,
					       skb_tailroom(msg) - FRAME_ROOM));
		spin_unlock_bh(&log->lock);
		if (err == -ENOENT)
			NL_SET_ERR_MSG(info->extack,
				       "There is no such frame: see mcsnoop log show");
	}
	rtnl_unlock();
	return mcs_nl_finish(info, msg, hdr, err);
}
