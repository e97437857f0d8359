// SPDX-License-Identifier: GPL-2.0
/* VLANs of a bridge, and the timer values in force in each. */
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include "router.h"

/**
 * __mcs_vlan_find() - find a VLAN to change it
 * @br: the bridge
 * @vid: VLAN ID
 *
 * Context: the bridge's lock is held.
 * Return: the VLAN or NULL.
 */
struct mcs_vlan *__mcs_vlan_find(struct mcs_bridge *br, u16 vid)
{
	struct mcs_vlan *vlan;

	lockdep_assert_held(&br->lock);

	hlist_for_each_entry(vlan, mcs_vlan_bucket(br, vid), hash)
		if (vlan->vid == vid)
			return vlan;
	return NULL;
}

static void ctx_init(struct mcs_ctx *ctx, struct mcs_vlan *vlan, u8 mld)
{
	ctx->vlan = vlan;
	ctx->mld = mld;
	ctx->state = MCSNOOP_QUERIER_STATE_NONE;
	ctx->pruning = MCSNOOP_PRUNING_NO_QUERIER;
	ctx->since = mcs_now();
	ctx->evidence.since = ctx->since;
	ctx->round = 1;
	INIT_LIST_HEAD(&ctx->router_ports);
	/* whatever port comes, nobody has asked there */
	bitmap_fill(ctx->unasked, MCS_PORTS_MAX);
	INIT_LIST_HEAD(&ctx->solicits);
	ctx->examine = vlan->br->config.examine;
	mcs_deadline_init(&ctx->query, MCS_DL_QUERY);
	mcs_deadline_init(&ctx->other, MCS_DL_OTHER);
	mcs_deadline_init(&ctx->proxy, MCS_DL_PROXY);
	mcs_deadline_init(&ctx->grace, MCS_DL_GRACE);
	mcs_deadline_init(&ctx->answers, MCS_DL_ANSWERS);
	mcs_ctx_config(vlan->br, vlan->vid, mld, &ctx->config);
	__mcs_ctx_changed(ctx);
	mcs_deadline_init(&ctx->spoof, MCS_DL_SPOOF);
}

/* Does the bridge flood multicast to it, when it forwards? */
static bool is_flooded(const struct mcs_port *port)
{
	return port->id != MCS_HOST_PORT &&
	       br_port_flag_is_set(port->dev, BR_MCAST_FLOOD) &&
	       !br_port_flag_is_set(port->dev, BR_PROXYARP);
}

/* What was set by hand for a port that forwards here, and lacked memory then. */
static void set_again(struct mcs_vlan *vlan, struct mcs_port *port)
{
	unsigned int i;

	for (i = 0; i < MCS_FAMILIES; i++)
		__mcs_router_port_vlan(&vlan->ctx[i], port, true);
}

/* Ports that forward in a VLAN now and did not before, and the opposite. */
static void sync_ports(struct mcs_vlan *vlan)
{
	struct mcs_bridge *br = vlan->br;
	bool alone = !vlan->nout;
	struct mcs_port *port;
	unsigned int i;
	bool in, untagged;

	list_for_each_entry_rcu(port, &br->ports, node) {
		if (port->gone)
			continue;
		in = mcs_port_has_vlan_rcu(port, vlan->vid, &untagged);
		__assign_bit(port->id, vlan->untagged, in && untagged);
		in &= port->forwarding;
		__assign_bit(port->id, vlan->out, in && is_flooded(port));
		if (in == test_bit(port->id, vlan->ports)) {
			if (in)
				set_again(vlan, port);
			continue;
		}
		__assign_bit(port->id, vlan->ports, in);
		for (i = 0; i < MCS_FAMILIES; i++) {
			__mcs_router_port_vlan(&vlan->ctx[i], port, in);
			__mcs_mrd_port_vlan(&vlan->ctx[i], port, in);
			if (in)
				__mcs_querier_port_new(&vlan->ctx[i], port);
			else
				__mcs_querier_unasked(&vlan->ctx[i], port);
		}
	}
	WRITE_ONCE(vlan->nout, bitmap_weight(vlan->out, MCS_PORTS_MAX));
	for (i = 0; i < MCS_FAMILIES; i++) {
		/* where no port was, what the host reported was not heard */
		if (alone && vlan->nout && test_bit(MCS_HOST_PORT, vlan->ports))
			__mcs_querier_port_new(&vlan->ctx[i], br->host);
		__mcs_ctx_settle(&vlan->ctx[i]);
	}
}

/**
 * __mcs_vlan_get() - find a VLAN or make it
 * @br: the bridge
 * @vid: VLAN ID
 * @owned: configured on the bridge, not just a tag that a host sent
 *
 * Context: the bridge's lock is held, RCU read side.
 * Return: the VLAN, or NULL without memory or when hosts sent too many tags.
 */
struct mcs_vlan *__mcs_vlan_get(struct mcs_bridge *br, u16 vid, bool owned)
{
	struct mcs_vlan *vlan = __mcs_vlan_find(br, vid);
	unsigned int i;

	if (vlan || br->dying)
		return vlan;
	if (!owned && br->nvlans > br->config.max_vlans)
		return NULL;
	vlan = kzalloc(sizeof(*vlan), GFP_ATOMIC);
	if (!vlan)
		return NULL;
	mcs_born(MCS_OBJ_VLAN);
	vlan->br = br;
	vlan->vid = vid;
	vlan->owned = owned;
	/* static groups outlive their VLAN and are there when it comes back */
	vlan->ngroups = __mcs_groups_count(br, vid);
	br->nvlans++;
	mcs_changed(br);
	for (i = 0; i < MCS_FAMILIES; i++)
		ctx_init(&vlan->ctx[i], vlan, i);
	hlist_add_head_rcu(&vlan->hash, mcs_vlan_bucket(br, vid));
	for (i = 0; i < MCS_FAMILIES; i++) {
		__mcs_querier_start(&vlan->ctx[i]);
		__mcs_proxy_configure(&vlan->ctx[i]);
	}
	if (!owned)	/* a tag: every port has it; others are synced */
		sync_ports(vlan);
	return vlan;
}

/**
 * __mcs_vlan_del() - remove a VLAN with what was learned in it
 * @vlan: the VLAN; freed when its readers are done
 * @cause: enum mcsnoop_cause for the events
 *
 * Context: the bridge's lock and RTNL are held.
 */
void __mcs_vlan_del(struct mcs_vlan *vlan, u8 cause)
{
	struct mcs_bridge *br = vlan->br;
	struct mcs_port *port;
	unsigned int i;

	lockdep_assert_held(&br->lock);

	for (i = 0; i < MCS_FAMILIES; i++)
		__mcs_proxy_stop(&vlan->ctx[i]);
	list_for_each_entry(port, &br->ports, node)
		__mcs_members_flush(port, vlan->vid, true, cause);
	if (vlan->nneighbours)
		__mcs_nd_flush(br, NULL, vlan->vid);
	for (i = 0; i < MCS_FAMILIES; i++) {
		struct mcs_ctx *ctx = &vlan->ctx[i];

		__mcs_router_flush_ctx(ctx, cause);
		__mcs_mrd_flush_ctx(ctx);
		__mcs_deadline_cancel(br, &ctx->query);
		__mcs_deadline_cancel(br, &ctx->other);
		__mcs_deadline_cancel(br, &ctx->proxy);
		__mcs_deadline_cancel(br, &ctx->grace);
		__mcs_deadline_cancel(br, &ctx->answers);
		__mcs_deadline_cancel(br, &ctx->spoof);
	}
	hlist_del_rcu(&vlan->hash);
	mcs_fast_forget(br);
	br->nvlans--;
	mcs_changed(br);
	mcs_died(MCS_OBJ_VLAN);
	kfree_rcu(vlan, rcu);
}

/* Return: false when memory lacks for a VLAN. */
static bool sync_one(struct mcs_bridge *br, const unsigned long *want)
{
	struct mcs_vlan *vlan;
	struct hlist_node *next;
	unsigned int i, vid;
	bool all = true;

	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry_safe(vlan, next, &br->vlans[i], hash)
			if (!test_bit(vlan->vid, want) &&
			    (br->vlan_aware || vlan->owned))
				__mcs_vlan_del(vlan,
					       MCSNOOP_CAUSE_VLAN_REMOVED);
	for_each_set_bit(vid, want, VLAN_N_VID) {
		vlan = __mcs_vlan_find(br, vid);
		if (vlan && !vlan->owned) {
			__mcs_vlan_del(vlan, MCSNOOP_CAUSE_VLAN_REMOVED);
			vlan = NULL;
		}
		if (!vlan && !__mcs_vlan_get(br, vid, true))
			all = false;
	}
	return all;
}

/* Ports that left a VLAN keep nothing there. */
static void sync_members(struct mcs_port *port)
{
	struct mcs_member *m, *next;

	list_for_each_entry_safe(m, next, &port->members, port_node)
		if (!m->is_static &&
		    !mcs_port_has_vlan_rcu(port, m->group->key.vid, NULL))
			__mcs_member_del(m, MCSNOOP_CAUSE_VLAN_REMOVED);
	__mcs_nd_sync_port(port);
}

/**
 * __mcs_vlan_sync_ports() - follow which ports forward in which VLANs
 * @br: the bridge
 *
 * Context: the bridge's lock and RTNL are held, RCU read side.
 */
void __mcs_vlan_sync_ports(struct mcs_bridge *br)
{
	struct mcs_vlan *vlan;
	unsigned int i;

	lockdep_assert_held(&br->lock);

	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vlan, &br->vlans[i], hash)
			sync_ports(vlan);
}

/**
 * mcs_vlan_sync() - follow the VLANs that the bridge has now
 * @br: the bridge
 *
 * Context: process, RTNL.
 * Return: 0 or -ENOMEM, when something is left to be done.
 */
int mcs_vlan_sync(struct mcs_bridge *br)
{
	struct mcs_port *port;
	unsigned long *want;
	unsigned int vid;
	bool all;

	ASSERT_RTNL();

	want = bitmap_zalloc(VLAN_N_VID, GFP_KERNEL);
	if (!want)
		return -ENOMEM;
	rcu_read_lock();
	if (br->vlan_aware) {
		list_for_each_entry(port, &br->ports, node) {
			u16 pvid;

			WRITE_ONCE(port->pvid,
				   br_vlan_get_pvid_rcu(port->dev, &pvid) ?
				   0 : pvid);
		}
		list_for_each_entry(port, &br->ports, node)
			for (vid = 1; vid < VLAN_VID_MASK; vid++)
				if (mcs_port_has_vlan_rcu(port, vid, NULL))
					__set_bit(vid, want);
	} else {
		__set_bit(0, want);
	}
	spin_lock_bh(&br->lock);
	all = sync_one(br, want);
	list_for_each_entry(port, &br->ports, node)
		sync_members(port);
	__mcs_vlan_sync_ports(br);
	mcs_unlock_and_send(br);
	rcu_read_unlock();
	bitmap_free(want);
	return all ? 0 : -ENOMEM;
}

/**
 * mcs_ctx_robustness() - Robustness Variable in force
 * @ctx: VLAN and family
 *
 * RFC 3376 section 8.1; the elected querier's while there is one (4.1.6).
 *
 * Context: the bridge's lock is held.
 * Return: at least 1.
 */
u8 mcs_ctx_robustness(const struct mcs_ctx *ctx)
{
	return ctx->robustness ?: ctx->config.robustness;
}

/**
 * mcs_ctx_query_interval() - Query Interval in force
 * @ctx: VLAN and family
 *
 * RFC 3376 sections 8.2 and 4.1.7.
 *
 * Context: the bridge's lock is held.
 * Return: ns.
 */
u64 mcs_ctx_query_interval(const struct mcs_ctx *ctx)
{
	return (u64)(ctx->query_interval ?: ctx->config.query_interval) *
	       NSEC_PER_MSEC;
}

/**
 * mcs_ctx_response_interval() - Query Response Interval in force
 * @ctx: VLAN and family
 *
 * RFC 3376 section 8.3.
 *
 * Context: the bridge's lock is held.
 * Return: ns.
 */
u64 mcs_ctx_response_interval(const struct mcs_ctx *ctx)
{
	return (u64)(ctx->response_interval ?:
		     ctx->config.query_response_interval) *
	       NSEC_PER_MSEC;
}

/**
 * mcs_ctx_other_interval() - Other Querier Present Interval in force
 * @ctx: VLAN and family
 *
 * RFC 3376 section 8.5.
 *
 * Context: the bridge's lock is held.
 * Return: ns.
 */
u64 mcs_ctx_other_interval(const struct mcs_ctx *ctx)
{
	return mcs_ctx_robustness(ctx) * mcs_ctx_query_interval(ctx) +
	       mcs_ctx_response_interval(ctx) / 2;
}

/**
 * mcs_ctx_params() - what the state machine needs to know
 * @ctx: VLAN and family
 * @p: filled in
 *
 * RFC 3376 section 8; the Group Membership Interval is that of RFC 9776
 * section 8.4 unless the bridge is told otherwise.
 *
 * Context: the bridge's lock is held.
 */
void mcs_ctx_params(const struct mcs_ctx *ctx, struct mcs_params *p)
{
	const struct mcs_ctx_config *c = &ctx->config;
	u64 cycle = mcs_ctx_robustness(ctx) * mcs_ctx_query_interval(ctx);
	u64 response = mcs_ctx_response_interval(ctx);

	p->older_host = cycle + response;
	p->gmi = cycle + response;
	if (c->gmi_rule == MCSNOOP_GMI_RULE_RFC9776)
		p->gmi += response;
	p->lmqi = (u64)c->last_member_interval * NSEC_PER_MSEC;
	p->lmqc = c->last_member_count ?: mcs_ctx_robustness(ctx);
	p->max_sources = ctx->vlan->br->config.max_sources;
	p->mld = ctx->mld;
	p->querier = ctx->state == MCSNOOP_QUERIER_STATE_SELF;
	p->version = mcs_ctx_version(ctx);
	p->no_sources = !c->source_filter;
	p->lightweight = c->lightweight;
	p->verdict = NULL;
	p->verdict_arg = NULL;
}

/**
 * __mcs_ctx_changed() - something that mcs_ctx_params() looks at has changed
 * @ctx: VLAN and family
 *
 * Context: the bridge's lock is held.
 */
void __mcs_ctx_changed(struct mcs_ctx *ctx)
{
	lockdep_assert_held(&ctx->vlan->br->lock);

	mcs_ctx_params(ctx, &ctx->params);
}

/* Nobody has forgotten to say that something changed. */
static void check_params(const struct mcs_ctx *ctx)
{
#ifdef CONFIG_PROVE_LOCKING
	struct mcs_params p;

	memset(&p, 0, sizeof(p));
	mcs_ctx_params(ctx, &p);
	WARN_ON_ONCE(memcmp(&p, &ctx->params, sizeof(p)));
#endif
}

/**
 * __mcs_ctx_params() - the same as mcs_ctx_params(), for every report
 * @ctx: VLAN and family
 *
 * Context: the bridge's lock is held.
 * Return: what mcs_ctx_params() fills in, until the lock is released.
 */
const struct mcs_params *__mcs_ctx_params(struct mcs_ctx *ctx)
{
	lockdep_assert_held(&ctx->vlan->br->lock);

	if (ctx->config.auto_lower)	/* depends on the time */
		__mcs_ctx_changed(ctx);
	check_params(ctx);
	return &ctx->params;
}
