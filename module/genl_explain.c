// SPDX-License-Identifier: GPL-2.0
/* Netlink: where a frame would go, and why. */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <net/ipv6.h>
#include "explain.h"
#include "genl.h"
#include "observe.h"
#include "router.h"

#define TTL	64
#define ND_TTL	255	/* RFC 4861 section 7.1.1 */

/* When a deadline is, 0 for none and for what has no end. */
static int put_timer(struct sk_buff *skb, int attr, u64 due, u64 now)
{
	if (!due || due == MCS_NEVER)
		return 0;
	return nla_put_u32(skb, attr, mcs_ms_left(due, now));
}

/* Why nothing is pruned, here or at all. */
static int fill_pruning(struct sk_buff *skb, const struct mcs_ctx *ctx,
			const struct mcs_port *out, u64 now)
{
	u8 pruning = ctx->vlan->br->intree ? MCSNOOP_PRUNING_INTREE_SNOOPING :
					     ctx->pruning;

	if (nla_put_u8(skb, MCSNOOP_A_EXPLAIN_PRUNING, pruning))
		return -EMSGSIZE;
	if (pruning != MCSNOOP_PRUNING_ACTIVE)
		return put_timer(skb, MCSNOOP_A_EXPLAIN_FLOOD_LEFT,
				 ctx->grace.due, now);
	if (!test_bit(out->id, ctx->unasked))
		return 0;
	if (nla_put_u8(skb, MCSNOOP_A_EXPLAIN_FLOOD_CAUSE,
		       ctx->moved ? MCSNOOP_FLOOD_CAUSE_TOPOLOGY :
				    MCSNOOP_FLOOD_CAUSE_PORT))
		return -EMSGSIZE;
	return put_timer(skb, MCSNOOP_A_EXPLAIN_FLOOD_LEFT, ctx->answers.due,
			 now);
}

static int fill_router(struct sk_buff *skb, const struct mcs_ctx *ctx,
		       const struct mcs_port *out, u64 now)
{
	const struct mcs_router *r;

	list_for_each_entry(r, &ctx->router_ports, node) {
		if (r->port != out)
			continue;
		if (nla_put_u8(skb, MCSNOOP_A_EXPLAIN_ROUTER_TYPE, r->type) ||
		    put_timer(skb, MCSNOOP_A_EXPLAIN_ROUTER_TIMER,
			      r->deadline.due, now) ||
		    (r->type != MCSNOOP_ROUTER_TYPE_PERMANENT &&
		     nla_put(skb, MCSNOOP_A_EXPLAIN_ROUTER, sizeof(r->addr),
			     &r->addr)))
			return -EMSGSIZE;
		return 0;
	}
	return 0;
}

static const struct mcs_source *find_source(const struct mcs_member *m,
					    const struct in6_addr *addr)
{
	const struct mcs_srcset *set = __mcs_member_set(m);
	u32 i;

	for (i = 0; set && i < set->n; i++)
		if (!mcs_addr_cmp(&set->src[i].addr, addr))
			return &set->src[i];
	return NULL;
}

static int fill_member(struct sk_buff *skb, const struct mcs_member *m,
		       const struct in6_addr *source, u64 now)
{
	const struct mcs_source *s = find_source(m, source);
	u64 due = m->rec.group_expires;

	if (m->rec.mode == MCS_MODE_INCLUDE)
		due = s ? READ_ONCE(s->expires) : 0;
	if (nla_put_u8(skb, MCSNOOP_A_EXPLAIN_FILTER_MODE, m->rec.mode))
		return -EMSGSIZE;
	if (m->is_static)
		return nla_put_flag(skb, MCSNOOP_A_EXPLAIN_STATIC);
	if (put_timer(skb, MCSNOOP_A_EXPLAIN_TIMER, due, now) ||
	    nla_put(skb, MCSNOOP_A_EXPLAIN_REPORTER, sizeof(m->reporter),
		    &m->reporter) ||
	    nla_put(skb, MCSNOOP_A_EXPLAIN_REPORTER_MAC, ETH_ALEN,
		    m->reporter_mac))
		return -EMSGSIZE;
	return 0;
}

static bool lets_through(const struct mcs_member *m,
			 const struct in6_addr *source)
{
	const struct mcs_source *s = find_source(m, source);

	if (m->rec.mode == MCS_MODE_INCLUDE)
		return s;
	return !s || READ_ONCE(s->expires);
}

/* The learned record, unless only the one that was set by hand wants it. */
static const struct mcs_member *deciding(const struct mcs_question *q,
					 const struct mcs_port *out)
{
	const struct mcs_member *set, *learned;

	learned = __mcs_member_find(out->br, &q->group, q->frame.vid, out,
				    false);
	if (learned && lets_through(learned, &q->source))
		return learned;
	set = __mcs_member_find(out->br, &q->group, q->frame.vid, out, true);
	return set && (!learned || lets_through(set, &q->source)) ? set :
								    learned;
}

/* What is known of the neighbour that is looked for. */
static int fill_neighbour(struct sk_buff *skb, const struct mcs_question *q)
{
	struct mcs_bridge *br = q->in->br;
	struct mcs_nd *nd = mcs_deref(br->nd, br);
	struct mcs_nd_view view;
	struct mcs_neighbour *n;

	if (mcs_addr_is_zero(&q->target))
		return 0;
	if (nla_put(skb, MCSNOOP_A_EXPLAIN_TARGET, sizeof(q->target),
		    &q->target))
		return -EMSGSIZE;
	if (!q->frame.nd_state)
		return 0;
	if (nla_put_u8(skb, MCSNOOP_A_EXPLAIN_ND_STATE, q->frame.nd_state))
		return -EMSGSIZE;
	n = nd ? mcs_nd_find_rcu(nd, &q->target, q->frame.vid) : NULL;
	if (!n)
		return 0;
	__mcs_nd_view(nd, n, &view);
	if (nla_put_u32(skb, MCSNOOP_A_EXPLAIN_ND_PORT, view.port) ||
	    nla_put(skb, MCSNOOP_A_EXPLAIN_ND_MAC, ETH_ALEN, view.mac) ||
	    nla_put_u32(skb, MCSNOOP_A_EXPLAIN_ND_LAST_SEEN, view.seen))
		return -EMSGSIZE;
	return 0;
}

static int fill_state(struct sk_buff *skb, const struct mcs_question *q,
		      const struct mcs_port *out, u64 now)
{
	const struct mcs_member *m = deciding(q, out);
	const struct mcs_vlan *vlan;
	const struct mcs_ctx *ctx;

	vlan = __mcs_vlan_find(out->br, q->frame.vid);
	if (vlan) {
		ctx = &vlan->ctx[q->frame.mld];
		if (fill_pruning(skb, ctx, out, now) ||
		    fill_router(skb, ctx, out, now))
			return -EMSGSIZE;
	}
	return m ? fill_member(skb, m, &q->source, now) : 0;
}

/* Which way it goes, the same for all ports. */
static int fill_path(struct sk_buff *skb, const struct mcs_question *q)
{
	u8 state = mcs_fast_state(q->in->br);

	if (!q->path)
		return 0;
	if (nla_put_u32(skb, MCSNOOP_A_EXPLAIN_PATH, q->path) ||
	    (state != MCSNOOP_FASTPATH_STATE_OPEN &&
	     nla_put_u8(skb, MCSNOOP_A_EXPLAIN_FASTPATH_STATE, state)))
		return -EMSGSIZE;
	return 0;
}

/* What is asked and what is answered, of one moment. */
static int fill_answer(struct sk_buff *skb, const struct mcs_question *q,
		       struct mcs_port *out, u64 now)
{
	struct mcs_bridge *br = out->br;
	enum mcsnoop_obstacle obstacle;
	enum mcsnoop_rule rule;
	bool observed;
	int err;

	spin_lock_bh(&br->lock);
	rcu_read_lock();
	rule = mcs_forward_rule(br, &q->frame, out);
	obstacle = mcs_question_obstacle(q, out);
	/* what is refused where it comes in is observed there, or nowhere */
	observed = !obstacle && !mcs_rule_forwards(rule) &&
		   mcs_observes(rule == MCSNOOP_RULE_NODE_SCOPE ? q->in : out,
				&q->frame);
	err = nla_put_u32(skb, MCSNOOP_A_EXPLAIN_BRIDGE, br->dev->ifindex) ||
	      nla_put_u32(skb, MCSNOOP_A_EXPLAIN_FROM, q->in->dev->ifindex) ||
	      nla_put_u16(skb, MCSNOOP_A_EXPLAIN_VID, q->frame.vid) ||
	      nla_put(skb, MCSNOOP_A_EXPLAIN_GROUP, sizeof(q->group),
		      &q->group) ||
	      nla_put(skb, MCSNOOP_A_EXPLAIN_SOURCE, sizeof(q->source),
		      &q->source) ||
	      nla_put_u32(skb, MCSNOOP_A_EXPLAIN_PORT, out->dev->ifindex) ||
	      nla_put_u8(skb, MCSNOOP_A_EXPLAIN_FORWARDED,
			 observed || (!obstacle && mcs_rule_forwards(rule))) ||
	      (observed && nla_put_flag(skb, MCSNOOP_A_EXPLAIN_OBSERVE)) ||
	      nla_put_u8(skb, MCSNOOP_A_EXPLAIN_RULE, rule) ||
	      nla_put_u8(skb, MCSNOOP_A_EXPLAIN_OBSTACLE, obstacle) ||
	      fill_path(skb, q) ||
	      fill_neighbour(skb, q) ||
	      fill_state(skb, q, out, now);
	rcu_read_unlock();
	spin_unlock_bh(&br->lock);
	return err ? -EMSGSIZE : 0;
}

static bool is_group(const struct in6_addr *addr)
{
	return mcs_addr_is_v4(addr) ? ipv4_is_multicast(mcs_addr_v4(addr)) :
				      ipv6_addr_is_multicast(addr);
}

/* Where a solicitation is sent to; who asks is nobody who asked before. */
static int ask_neighbour(const struct nlattr *target, bool has_source,
			 struct netlink_ext_ack *extack,
			 struct mcs_question *q)
{
	static const struct in6_addr nobody = { .s6_addr = { 0xfe, 0x80 } };
	struct in6_addr group;

	q->target = nla_get_in6_addr(target);
	mcs_wire_nd_group(&q->target, &group);
	if (mcs_addr_is_v4(&q->target) || mcs_addr_is_zero(&q->target) ||
	    ipv6_addr_is_multicast(&q->target) ||
	    !ipv6_addr_equal(&group, &q->group)) {
		NL_SET_ERR_MSG_ATTR(extack, target,
				    "target is the IPv6 address of a host, and the group is ff02::1:ff and the last 24 bits of it");
		return -EINVAL;
	}
	if (!has_source)
		q->source = nobody;
	return 0;
}

/*
 * What is asked. Returns 0, or an error with the sentence set. An attribute of
 * the request is get(arg, attribute).
 */
static int ask(struct mcs_net *mn, struct mcs_bridge *br,
	       const struct nlattr *(*get)(const void *arg, int attr),
	       const void *arg, struct netlink_ext_ack *extack,
	       struct mcs_question *q)
{
	const struct nlattr *from = get(arg, MCSNOOP_A_EXPLAIN_FROM);
	const struct nlattr *group = get(arg, MCSNOOP_A_EXPLAIN_GROUP);
	const struct nlattr *source = get(arg, MCSNOOP_A_EXPLAIN_SOURCE);
	const struct nlattr *vid = get(arg, MCSNOOP_A_EXPLAIN_VID);
	const struct nlattr *smac = get(arg, MCSNOOP_A_EXPLAIN_SOURCE_MAC);
	const struct nlattr *ttl = get(arg, MCSNOOP_A_EXPLAIN_TTL);
	const struct nlattr *target = get(arg, MCSNOOP_A_EXPLAIN_TARGET);

	if (!from || !group) {
		NL_SET_ERR_MSG(extack, "Say which frame: from which port, and to which group");
		return -EINVAL;
	}
	q->in = mcs_port_find(mn, nla_get_u32(from));
	if (!q->in || q->in->br != br) {
		NL_SET_ERR_MSG_ATTR(extack, from,
				    "Not a port of this bridge: see mcsnoop port show");
		return -ENODEV;
	}
	q->group = nla_get_in6_addr(group);
	if (!is_group(&q->group)) {
		NL_SET_ERR_MSG_ATTR(extack, group,
				    "Not a multicast group: give one of 224.0.0.0/4 or ff00::/8");
		return -EINVAL;
	}
	if (source) {
		q->source = nla_get_in6_addr(source);
		if (mcs_addr_is_v4(&q->source) != mcs_addr_is_v4(&q->group)) {
			NL_SET_ERR_MSG_ATTR(extack, source,
					    "Source and group are of different families");
			return -EINVAL;
		}
	} else if (mcs_addr_is_v4(&q->group)) {
		mcs_addr_from_v4(&q->source, 0);
	}
	q->has_smac = smac;
	if (smac)
		ether_addr_copy(q->smac, nla_data(smac));
	if (target && ask_neighbour(target, source, extack, q))
		return -EINVAL;
	q->ttl = ttl ? nla_get_u8(ttl) : target ? ND_TTL : TTL;
	q->tagged = vid;
	q->frame.vid = vid ? nla_get_u16(vid) : 0;
	return mcs_question_classify(q);
}

static const struct nlattr *attr_of_do(const void *arg, int attr)
{
	const struct genl_info *info = arg;

	return info->attrs[attr];
}

/**
 * mcsnoop_nl_explain_get_doit() - where a frame would go, for one port
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL, -ENODEV or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_explain_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcs_question q = {};
	struct mcs_port *out;
	struct sk_buff *msg;
	int err = -ENODEV;
	void *hdr;

	msg = mcs_nl_reply(info, &hdr);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	out = mcs_nl_port(info, MCSNOOP_A_EXPLAIN_BRIDGE,
			  MCSNOOP_A_EXPLAIN_PORT);
	if (out)
		err = ask(out->br->mn, out->br, attr_of_do, info,
			  info->extack, &q);
	if (!err)
		err = fill_answer(msg, &q, out, mcs_now());
	rtnl_unlock();
	return mcs_nl_finish(info, msg, hdr, err);
}

static const struct nlattr *attr_of_dump(const void *arg, int attr)
{
	return mcs_nl_dump_attr(arg, attr);
}

static int dump_answers(struct mcs_dump *d, struct mcs_bridge *br)
{
	struct mcs_question q = {};
	struct mcs_port *out;
	u32 item = 0;
	void *hdr;
	int err;

	err = ask(br->mn, br, attr_of_dump, d, d->cb->extack, &q);
	if (err)
		return err;
	list_for_each_entry(out, &br->ports, node) {
		if (item++ < d->cursor->item)
			continue;
		hdr = mcs_nl_dump_put(d, MCSNOOP_CMD_EXPLAIN_GET);
		if (!hdr)
			return -EMSGSIZE;
		if (fill_answer(d->skb, &q, out, d->now)) {
			genlmsg_cancel(d->skb, hdr);
			return -EMSGSIZE;
		}
		genlmsg_end(d->skb, hdr);
		d->cursor->item = item;
	}
	return 0;
}

/**
 * mcsnoop_nl_explain_get_dumpit() - where a frame would go, for every port
 * @skb: being filled
 * @cb: where the dump is
 *
 * Context: process; takes RTNL.
 * Return: what netlink wants of a dump.
 */
int mcsnoop_nl_explain_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb)
{
	if (!nlmsg_find_attr(cb->nlh, GENL_HDRLEN, MCSNOOP_A_EXPLAIN_BRIDGE)) {
		NL_SET_ERR_MSG(cb->extack,
			       "Say which bridge: its ifindex is missing");
		return -EINVAL;
	}
	return mcs_nl_dump(skb, cb, MCSNOOP_A_EXPLAIN_BRIDGE, dump_answers);
}
