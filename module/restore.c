// SPDX-License-Identifier: GPL-2.0
/*
 * Taking over what was learned elsewhere: by the bridge itself, or by this
 * module before it was replaced.
 *
 * Nothing that is put back makes anybody get less. A record is put back by the
 * reports that make one like it, so that limits, filters and the state machine
 * see nothing new, and what was learned here meanwhile is kept. Who queries is
 * put back as if a query had been heard now: pruning begins when members had
 * time to answer it, and for those that were not asked not before somebody does.
 */
#include <linux/slab.h>
#include "filter.h"
#include "pressure.h"
#include "restore.h"
#include "router.h"

/* What is about to expire must be there long enough to be refreshed. */
#define LEFT_MIN	NSEC_PER_SEC

static struct mcs_ctx *find_ctx(struct mcs_bridge *br, u16 vid, u8 mld,
				struct netlink_ext_ack *extack)
{
	struct mcs_vlan *vlan;

	vlan = br->vlan_aware ? __mcs_vlan_find(br, vid) :
				__mcs_vlan_get(br, vid, false);
	if (!vlan) {
		NL_SET_ERR_MSG(extack,
			       "The bridge does not have this VLAN: see mcsnoop vlan show");
		return NULL;
	}
	return &vlan->ctx[mld];
}

static int check_port(const struct mcs_port *port, u16 vid,
		      struct netlink_ext_ack *extack)
{
	if (port->gone || !port->forwarding) {
		NL_SET_ERR_MSG(extack,
			       "The port does not forward: nothing is learned there, see mcsnoop port show");
		return -ENETDOWN;
	}
	if (!mcs_port_has_vlan_rcu(port, vid, NULL)) {
		NL_SET_ERR_MSG(extack,
			       "The port is not in this VLAN: add it with bridge vlan add, or give another vid");
		return -EINVAL;
	}
	return 0;
}

static int check_group(const struct mcs_port *port,
		       const struct mcs_saved_group *saved,
		       struct netlink_ext_ack *extack)
{
	bool v4 = mcs_addr_is_v4(&saved->addr);
	unsigned int i;

	if (!mcs_group_is_usable(&saved->addr)) {
		NL_SET_ERR_MSG(extack,
			       "Not a group that can be snooped: it must be multicast and beyond 224.0.0.0/24 and node scope");
		return -EINVAL;
	}
	for (i = 0; i < saved->n; i++)
		if (mcs_addr_is_v4(&saved->src[i].addr) != v4 ||
		    !mcs_source_is_usable(&saved->src[i].addr)) {
			NL_SET_ERR_MSG(extack,
				       "The source must be a unicast address of the group's family");
			return -EINVAL;
		}
	return check_port(port, saved->vid, extack);
}

/* The sources that are blocked, or those that are not. */
static unsigned int pick(const struct mcs_saved_group *saved, bool blocked,
			 struct in6_addr *list)
{
	unsigned int i, n = 0;

	for (i = 0; i < saved->n; i++)
		if (saved->src[i].blocked == blocked)
			list[n++] = saved->src[i].addr;
	return n;
}

static int one_report(struct mcs_port *port, struct mcs_ctx *ctx,
		      const struct mcs_saved_group *saved,
		      struct mcs_heard *h, unsigned int type,
		      struct in6_addr *list, unsigned int n,
		      struct netlink_ext_ack *extack)
{
	if (!__mcs_filter_record(port, ctx, &saved->addr, type, list, &n)) {
		NL_SET_ERR_MSG(extack, "A filter denies it: see mcsnoop filter show");
		return -EPERM;
	}
	h->type = type;
	h->srcs = list;
	h->n = n;
	h->refused = 0;
	__mcs_member_report(port, ctx, &saved->addr, h);
	if (!h->refused)
		return 0;
	NL_SET_ERR_MSG(extack,
		       "The record has its maximum of sources: raise max-sources of the port or the bridge");
	return -ENOSPC;
}

static const struct mcs_saved_source *
find_source(const struct mcs_saved_group *saved, const struct in6_addr *addr)
{
	unsigned int i;

	for (i = 0; i < saved->n; i++)
		if (!mcs_addr_cmp(&saved->src[i].addr, addr))
			return &saved->src[i];
	return NULL;
}

/* A record that was not there before lives as long as it would have. */
static void set_timers(struct mcs_member *m,
		       const struct mcs_saved_group *saved, u64 now)
{
	struct mcs_srcset *set = __mcs_member_set(m);
	const struct mcs_saved_source *src;
	unsigned int i;

	if (m->rec.mode == MCS_MODE_EXCLUDE && saved->left)
		m->rec.group_expires = now + max(saved->left, LEFT_MIN);
	for (i = 0; set && i < set->n; i++) {
		src = find_source(saved, &set->src[i].addr);
		if (src && src->left && set->src[i].expires)
			WRITE_ONCE(set->src[i].expires,
				   now + max(src->left, LEFT_MIN));
	}
	__mcs_deadline_set(m->port->br, &m->deadline,
			   mcs_fsm_deadline(&m->rec, set ? set->src : NULL,
					    set ? set->n : 0));
}

static int put_back(struct mcs_port *port, struct mcs_ctx *ctx,
		    const struct mcs_saved_group *saved,
		    struct mcs_heard *h, struct in6_addr *list,
		    struct netlink_ext_ack *extack)
{
	bool newest = !saved->version ||
		      saved->version >= (ctx->mld ? 2 : 3);
	unsigned int n;
	int err;

	if (saved->mode == MCS_MODE_EXCLUDE) {
		n = pick(saved, true, list);
		h->older = newest ? 0 : saved->version;
		err = one_report(port, ctx, saved, h, MCS_REC_IS_EX, list, n,
				 extack);
		if (err)
			return err;
	}
	h->older = 0;
	n = pick(saved, false, list);
	return n ? one_report(port, ctx, saved, h, MCS_REC_IS_IN, list, n,
			      extack) : 0;
}

/**
 * __mcs_restore_group() - take over a record
 * @port: where its members are
 * @saved: the record
 * @extack: says what was wrong
 *
 * It counts as unconfirmed until it is reported here. Without timers it lives
 * for a Group Membership Interval, in which its members are asked.
 *
 * Context: the bridge's lock is held, BH disabled, RCU read side.
 * Return: 0, -EINVAL, -ENETDOWN, -EPERM, -ENOSPC or -ENOMEM with the sentence
 * set.
 */
int __mcs_restore_group(struct mcs_port *port,
			const struct mcs_saved_group *saved,
			struct netlink_ext_ack *extack)
{
	u8 mld = !mcs_addr_is_v4(&saved->addr);
	struct mcs_bridge *br = port->br;
	struct mcs_msg msg = {
		.type = MCS_MSG_RECORDS,
		.mld = mld,
		.version = mld ? 2 : 3,
		.src = saved->reporter,
	};
	struct mcs_params p;
	struct mcs_heard h = {
		.msg = &msg, .smac = saved->mac, .p = &p, .restored = true,
	};
	struct in6_addr *list = NULL;
	struct mcs_member *m;
	struct mcs_ctx *ctx;
	bool known;
	int err;

	lockdep_assert_held(&br->lock);

	err = check_group(port, saved, extack);
	if (err)
		return err;
	ctx = find_ctx(br, saved->vid, mld, extack);
	if (!ctx)
		return -ENOENT;
	if (saved->n) {
		list = kmalloc_array(saved->n, sizeof(*list), GFP_ATOMIC);
		if (!list)
			return -ENOMEM;
	}
	mcs_ctx_params(ctx, &p);
	h.now = mcs_now();
	known = __mcs_member_find(br, &saved->addr, saved->vid, port, false);
	err = put_back(port, ctx, saved, &h, list, extack);
	kfree(list);
	m = __mcs_member_find(br, &saved->addr, saved->vid, port, false);
	if (m && !known) {
		m->unconfirmed = true;
		set_timers(m, saved, h.now);
	}
	if (m || err || (saved->mode == MCS_MODE_INCLUDE && !saved->n))
		return err;
	if (!__mcs_pressure_limit(port, saved->vid, true))
		return -ENOMEM;
	NL_SET_ERR_MSG(extack,
		       "The port or the bridge has its maximum of groups: raise max-groups or max-port-groups");
	return -ENOSPC;
}

/**
 * __mcs_restore_router() - take over a router port
 * @port: the port
 * @vid: the VLAN
 * @mld: MCS_IGMP or MCS_MLD
 * @type: enum mcsnoop_router_type
 * @addr: who made it so, may be unspecified
 * @left: until it is none any more, ns, 0 for as long as a query makes it one
 * @extack: says what was wrong
 *
 * Context: the bridge's lock is held, RCU read side.
 * Return: 0, -ENOMEM, or -EINVAL, -ENETDOWN or -ENOENT with the sentence set.
 */
int __mcs_restore_router(struct mcs_port *port, u16 vid, u8 mld, u8 type,
			 const struct in6_addr *addr, u64 left,
			 struct netlink_ext_ack *extack)
{
	struct mcs_ctx *ctx;
	int err;

	lockdep_assert_held(&port->br->lock);

	if (type == MCSNOOP_ROUTER_TYPE_PERMANENT) {
		NL_SET_ERR_MSG(extack,
			       "Permanent router ports are set: mcsnoop port set dev PORT router permanent");
		return -EINVAL;
	}
	err = check_port(port, vid, extack);
	if (err)
		return err;
	ctx = find_ctx(port->br, vid, mld, extack);
	if (!ctx)
		return -ENOENT;
	__mcs_router_heard(ctx, port, type, addr,
			   left ? max(left, LEFT_MIN) :
				  mcs_ctx_other_interval(ctx));
	/* a port that is never one by what is heard keeps to that */
	return test_bit(port->id, ctx->routers) ||
	       port->id == MCS_HOST_PORT ||
	       port->config.router != MCSNOOP_ROUTER_MODE_AUTO ? 0 : -ENOMEM;
}

/* As if its general query had been heard now. */
static void other_querier(struct mcs_ctx *ctx,
			  const struct mcs_saved_querier *saved, u64 now)
{
	struct mcs_bridge *br = ctx->vlan->br;
	struct mcs_msg msg = {
		.type = MCS_MSG_QUERY,
		.mld = ctx->mld,
		.version = saved->version ?: ctx->config.version[ctx->mld],
		.src = saved->addr,
		.qrv = saved->robustness,
		.qqi_ms = saved->interval,
		.mrt_ms = saved->response ?:
			  ctx->config.query_response_interval,
	};

	__mcs_querier_heard(ctx, saved->port, &msg);
	if (saved->left && ctx->state == MCSNOOP_QUERIER_STATE_OTHER)
		__mcs_deadline_set(br, &ctx->other,
				   now + max(saved->left, LEFT_MIN));
	/* but nobody has heard it: as after a change of the topology */
	if (!saved->asked)
		__mcs_querier_topology(ctx, now);
}

static int check_querier(const struct mcs_ctx *ctx,
			 const struct mcs_saved_querier *saved,
			 struct netlink_ext_ack *extack)
{
	bool proxy = saved->state == MCSNOOP_QUERIER_STATE_PROXY;
	bool zero = mcs_addr_is_zero(&saved->addr);

	if (!saved->port || saved->port->id == MCS_HOST_PORT) {
		NL_SET_ERR_MSG(extack,
			       "Say behind which port the querier is");
		return -EINVAL;
	}
	if (zero != proxy ||
	    (!zero && mcs_addr_is_v4(&saved->addr) != !ctx->mld)) {
		NL_SET_ERR_MSG(extack,
			       "Another querier has an address of its family, a proxy has none");
		return -EINVAL;
	}
	if (saved->version > (ctx->mld ? 2 : 3)) {
		NL_SET_ERR_MSG(extack,
			       "The version of a querier is 1 to 3 in IGMP, 1 or 2 in MLD");
		return -EINVAL;
	}
	return check_port(saved->port, ctx->vlan->vid, extack);
}

/**
 * __mcs_restore_querier() - take over who queries
 * @br: the bridge
 * @vid: the VLAN
 * @mld: MCS_IGMP or MCS_MLD
 * @saved: what was known
 * @extack: says what was wrong
 *
 * Where we were the querier we query at once, so that pruning begins as soon
 * as members have answered. Not if it is switched off, or another was heard.
 *
 * Context: the bridge's lock is held, RCU read side.
 * Return: 0, -EINVAL, -ENETDOWN or -ENOENT with the sentence set.
 */
int __mcs_restore_querier(struct mcs_bridge *br, u16 vid, u8 mld,
			  const struct mcs_saved_querier *saved,
			  struct netlink_ext_ack *extack)
{
	struct mcs_ctx *ctx = find_ctx(br, vid, mld, extack);
	u64 now = mcs_now();
	int err;

	lockdep_assert_held(&br->lock);

	if (!ctx)
		return -ENOENT;
	if (saved->state == MCSNOOP_QUERIER_STATE_NONE)
		return 0;
	if (saved->state == MCSNOOP_QUERIER_STATE_SELF) {
		/* it waits for another to be heard no more */
		if (ctx->state == MCSNOOP_QUERIER_STATE_NONE && ctx->other.due)
			__mcs_deadline_set(br, &ctx->other, now);
		return 0;
	}
	err = check_querier(ctx, saved, extack);
	if (!err)
		other_querier(ctx, saved, now);
	return err;
}
