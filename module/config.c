// SPDX-License-Identifier: GPL-2.0
/*
 * Settings: of a bridge, of one VLAN and family where it has its own, and of
 * a port. Each is one line in a table that netlink reads and writes.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "host.h"
#include "observe.h"
#include "router.h"
#include "station.h"

#define INTERVAL_MIN		10		/* ms */
#define QUERY_INTERVAL_MAX	31744000	/* ms, what QQIC can say */
#define RESPONSE_MAX		3174400		/* ms, what an IGMPv3 code can say */

#define CTX(attribute, field)						\
	{ MCSNOOP_A_BRIDGE_##attribute,					\
	  sizeof_field(struct mcs_ctx_config, field),			\
	  offsetof(struct mcs_ctx_config, field) }
#define BRIDGE(attribute, field)					\
	{ MCSNOOP_A_BRIDGE_##attribute,					\
	  sizeof_field(struct mcs_config, field),			\
	  offsetof(struct mcs_config, field) }
#define PORT(attribute, field)						\
	{ MCSNOOP_A_PORT_##attribute,					\
	  sizeof_field(struct mcs_port_config, field),			\
	  offsetof(struct mcs_port_config, field) }

const struct mcs_setting mcs_ctx_settings[] = {
	CTX(QUERIER, querier),
	CTX(IGMP_VERSION, version[MCS_IGMP]),
	CTX(MLD_VERSION, version[MCS_MLD]),
	CTX(ROBUSTNESS, robustness),
	CTX(QUERY_INTERVAL, query_interval),
	CTX(QUERY_RESPONSE_INTERVAL, query_response_interval),
	CTX(LAST_MEMBER_INTERVAL, last_member_interval),
	CTX(LAST_MEMBER_COUNT, last_member_count),
	CTX(STARTUP_QUERY_INTERVAL, startup_query_interval),
	CTX(STARTUP_QUERY_COUNT, startup_query_count),
	CTX(GMI_RULE, gmi_rule),
	CTX(UNREGISTERED, unregistered),
	CTX(ZERO_QUERY_ROUTER, zero_query_router),
	CTX(REPORT_SUPPRESSION, report_suppression),
	CTX(PROXY_REPORTING, proxy_reporting),
	CTX(TC_QUERY, tc_query),
	CTX(LIGHTWEIGHT, lightweight),
	CTX(SOURCE_FILTER, source_filter),
	CTX(COMPAT, compat),
	CTX(AUTO_LOWER, auto_lower),
	CTX(HOST_TRACKING, host_tracking),
	CTX(MRD_SOLICIT, mrd_solicit),
	CTX(MRD_LOCAL_PREFIX, mrd_local_prefix),
	CTX(MODE, mode),
	CTX(ND_AWARE, nd_aware),
	{ }
};

const struct mcs_setting mcs_bridge_settings[] = {
	BRIDGE(FLOOD_FF02, flood_ff02),
	BRIDGE(FORWARD_INVALID, forward_invalid),
	BRIDGE(FAST_LEAVE, fast_leave),
	BRIDGE(DROP_NODE_SCOPE, drop_node_scope),
	BRIDGE(MAC_MODE, mac_mode),
	BRIDGE(FASTPATH, fastpath),
	BRIDGE(SELF_HEAL, self_heal),
	BRIDGE(FOLLOW_HOSTS, follow_hosts),
	BRIDGE(OVER_LIMIT, over_limit),
	BRIDGE(MAX_VLAN_GROUPS, max_vlan_groups),
	BRIDGE(GROUP_STATS, group_stats),
	BRIDGE(MAX_GROUPS, max_groups),
	BRIDGE(MAX_PORT_GROUPS, max_port_groups),
	BRIDGE(MAX_SOURCES, max_sources),
	BRIDGE(MAX_RECORDS, max_records),
	BRIDGE(MAX_VLANS, max_vlans),
	BRIDGE(MAX_HOSTS, max_hosts),
	BRIDGE(MAX_PORT_HOSTS, max_port_hosts),
	BRIDGE(MAX_HOST_GROUPS, max_host_groups),
	BRIDGE(LOG_EVENTS, log_events),
	BRIDGE(LOG_FRAMES, log_frames),
	BRIDGE(EXAMINE, examine),
	BRIDGE(SSM_RANGE, ssm[MCS_IGMP].addr),
	BRIDGE(SSM_RANGE_LEN, ssm[MCS_IGMP].len),
	BRIDGE(SSM_RANGE6, ssm[MCS_MLD].addr),
	BRIDGE(SSM_RANGE6_LEN, ssm[MCS_MLD].len),
	{ }
};

const struct mcs_setting mcs_port_settings[] = {
	PORT(ROUTER, router),
	PORT(UNREGISTERED, unregistered),
	PORT(QUERY_GUARD, query_guard),
	PORT(TRUST_QUERIES, trust_queries),
	PORT(TC_FLOOD, tc_flood),
	PORT(MAX_GROUPS, max_groups),
	PORT(MAX_SOURCES, max_sources),
	PORT(MAX_HOSTS, max_hosts),
	PORT(MAX_HOST_GROUPS, max_host_groups),
	PORT(FAST_LEAVE, fast_leave),
	PORT(FLOOD_REPORTS, flood_reports),
	PORT(CHECK_TTL, check_ttl),
	PORT(REQUIRE_RA_QUERY, require_ra_query),
	PORT(REQUIRE_RA_REPORT, require_ra_report),
	PORT(REQUIRE_RA_LEAVE, require_ra_leave),
	PORT(STRICT_DST, strict_dst),
	PORT(STRICT_L2DST, strict_l2dst),
	PORT(IGNORE_IGMPV1, ignore_igmpv1),
	PORT(IGNORE_IGMPV2, ignore_igmpv2),
	PORT(IGNORE_MLDV1, ignore_mldv1),
	PORT(RATE_REPORTS, rate_reports),
	PORT(RATE_QUERIES, rate_queries),
	PORT(TTL_THRESHOLD, ttl_threshold),
	PORT(SCOPE_BOUNDARY, scope_boundary),
	PORT(MODE, mode),
	{ }
};

/**
 * mcs_config_init() - the defaults of a bridge
 * @c: filled in
 *
 * RFC 3376 section 8, RFC 3810 section 9; RFC 4607 section 1.
 */
void mcs_config_init(struct mcs_config *c)
{
	*c = (struct mcs_config) {
		.ctx = {
			.querier		= MCSNOOP_QUERIER_MODE_AUTO,
			.version		= { 3, 2 },
			.robustness		= 2,
			.gmi_rule		= MCSNOOP_GMI_RULE_RFC9776,
			.unregistered		= MCSNOOP_UNREGISTERED_AUTO,
			.zero_query_router	= 1,
			.tc_query		= 1,
			.source_filter		= 1,
			.compat			= 1,
			.host_tracking		= 1,
			.mrd_solicit		= 1,
			.query_interval		= 125000,
			.query_response_interval = 10000,
			.last_member_interval	= 1000,
		},
		.flood_ff02		= 1,
		.fast_leave		= MCSNOOP_FAST_LEAVE_AUTO,
		.drop_node_scope	= 1,
		.fastpath		= 1,
		.self_heal		= 1,
		.max_groups		= 32768,
		.max_port_groups	= 4096,
		.max_sources		= 128,
		.max_records		= 512,
		.max_vlans		= 64,
		.max_hosts		= 64,
		.max_port_hosts		= 8192,
		.log_events		= 64,
		.examine		= MCSNOOP_EXAMINE_MLD |
					  MCSNOOP_EXAMINE_IGMP |
					  MCSNOOP_EXAMINE_MRD |
					  MCSNOOP_EXAMINE_PIM |
					  MCSNOOP_EXAMINE_PIMV1 |
					  MCSNOOP_EXAMINE_DVMRP,
		.ssm			= {
			{ .addr = { .s6_addr = { [10] = 0xff, [11] = 0xff,
						 [12] = 232 } }, .len = 8 },
			{ .addr = { .s6_addr = { 0xff, 0x30 } }, .len = 32 },
		},
	};
}

/**
 * mcs_port_config_init() - the defaults of a port
 * @c: filled in
 */
void mcs_port_config_init(struct mcs_port_config *c)
{
	*c = (struct mcs_port_config) {
		.router		= MCSNOOP_ROUTER_MODE_AUTO,
		.unregistered	= MCSNOOP_UNREGISTERED_INHERIT,
		.fast_leave	= MCSNOOP_FAST_LEAVE_INHERIT,
		.mode		= MCSNOOP_MODE_INHERIT,
		.tc_flood	= 1,
	};
}

static bool interval_ok(u32 value, u32 max)
{
	return value >= INTERVAL_MIN && value <= max;
}

/**
 * mcs_config_check() - refuse settings that contradict each other
 * @c: settings
 * @extack: says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int mcs_config_check(const struct mcs_ctx_config *c,
		     struct netlink_ext_ack *extack)
{
	if (!interval_ok(c->query_interval, QUERY_INTERVAL_MAX)) {
		NL_SET_ERR_MSG(extack,
			       "query-interval must be from 10 ms to 31744 s");
		return -EINVAL;
	}
	if (!interval_ok(c->query_response_interval, RESPONSE_MAX)) {
		NL_SET_ERR_MSG(extack,
			       "query-response-interval must be from 10 ms to 3174.4 s");
		return -EINVAL;
	}
	if (c->query_response_interval >= c->query_interval) {
		NL_SET_ERR_MSG(extack,
			       "query-response-interval must be less than query-interval");
		return -EINVAL;
	}
	if (!interval_ok(c->last_member_interval, RESPONSE_MAX)) {
		NL_SET_ERR_MSG(extack,
			       "last-member-interval must be from 10 ms to 3174.4 s");
		return -EINVAL;
	}
	if (c->startup_query_interval &&
	    !interval_ok(c->startup_query_interval, QUERY_INTERVAL_MAX)) {
		NL_SET_ERR_MSG(extack,
			       "startup-query-interval must be 0 or from 10 ms to 31744 s");
		return -EINVAL;
	}
	return 0;
}

/**
 * mcs_config_check_ssm() - refuse ranges that hold no groups
 * @c: settings
 * @extack: says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int mcs_config_check_ssm(const struct mcs_config *c,
			 struct netlink_ext_ack *extack)
{
	if (!mcs_ssm_range_ok(&c->ssm[MCS_IGMP], false)) {
		NL_SET_ERR_MSG(extack,
			       "ssm-range must be an IPv4 multicast prefix from /4 to /32 without bits behind it, as 232.0.0.0/8, or none");
		return -EINVAL;
	}
	if (!mcs_ssm_range_ok(&c->ssm[MCS_MLD], true)) {
		NL_SET_ERR_MSG(extack,
			       "ssm-range6 must be an IPv6 multicast prefix from /16 to /128 without bits behind it, as ff3e::/32, or none");
		return -EINVAL;
	}
	return 0;
}

/**
 * mcs_vlan_config_find() - what was set for one VLAN and family alone
 * @br: the bridge
 * @vid: VLAN
 * @mld: MCS_IGMP or MCS_MLD
 *
 * Context: RTNL or the bridge's lock.
 * Return: the settings, NULL when it follows the bridge.
 */
struct mcs_vlan_config *mcs_vlan_config_find(const struct mcs_bridge *br,
					     u16 vid, u8 mld)
{
	struct mcs_vlan_config *vc;

	hlist_for_each_entry(vc, &br->vlan_configs[vid % MCS_VLAN_BUCKETS],
			     node)
		if (vc->vid == vid && vc->mld == mld)
			return vc;
	return NULL;
}

/**
 * mcs_config_overlay() - a bridge's settings with a VLAN's own
 * @c: settings of the bridge, changed
 * @own: bits of the attributes that the VLAN has
 * @from: their values
 */
void mcs_config_overlay(struct mcs_ctx_config *c, u64 own,
			const struct mcs_ctx_config *from)
{
	const struct mcs_setting *s;

	for (s = mcs_ctx_settings; s->attr; s++)
		if (own & mcs_setting_bit(s->attr))
			memcpy((void *)c + s->off, (const void *)from + s->off,
			       s->size);
}

/**
 * mcs_ctx_config() - settings in force in a VLAN and family
 * @br: the bridge
 * @vid: the VLAN, which need not be there
 * @mld: MCS_IGMP or MCS_MLD
 * @c: filled in
 *
 * Context: RTNL or the bridge's lock.
 */
void mcs_ctx_config(const struct mcs_bridge *br, u16 vid, u8 mld,
		    struct mcs_ctx_config *c)
{
	const struct mcs_vlan_config *vc = mcs_vlan_config_find(br, vid, mld);

	*c = br->config.ctx;
	if (vc)
		mcs_config_overlay(c, vc->own, &vc->config);
}

static bool querier_changed(const struct mcs_ctx_config *a,
			    const struct mcs_ctx_config *b)
{
	return a->querier != b->querier ||
	       memcmp(a->version, b->version, sizeof(a->version)) ||
	       a->robustness != b->robustness ||
	       a->startup_query_count != b->startup_query_count ||
	       a->query_interval != b->query_interval ||
	       a->query_response_interval != b->query_response_interval ||
	       a->startup_query_interval != b->startup_query_interval;
}

/**
 * __mcs_ctx_configure() - let a context follow changed settings
 * @ctx: VLAN and family
 *
 * Running timers keep their deadlines, the next ones follow the new values.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_ctx_configure(struct mcs_ctx *ctx)
{
	struct mcs_bridge *br = ctx->vlan->br;
	struct mcs_ctx_config old = ctx->config, new;
	bool looked_for_routers = mcs_mrd_enabled(ctx);
	u32 examine = br->config.examine;

	lockdep_assert_held(&br->lock);

	mcs_ctx_config(br, ctx->vlan->vid, ctx->mld, &new);
	if (old.mode != new.mode)
		__mcs_observe_ctx(ctx, new.mode);
	ctx->config = new;
	__mcs_ctx_changed(ctx);
	if (ctx->examine != br->config.examine) {
		swap(examine, ctx->examine);
		__mcs_router_examine(ctx);
		__mcs_querier_examine(ctx, examine);
	}
	if (old.host_tracking && !ctx->config.host_tracking)
		br->hosts_stale = true;
	if (querier_changed(&old, &ctx->config))
		__mcs_querier_start(ctx);
	__mcs_mrd_configure(ctx, looked_for_routers);
	__mcs_proxy_configure(ctx);
}

static void apply(struct mcs_bridge *br, u16 vid, u8 mld)
{
	struct mcs_vlan *vlan = __mcs_vlan_find(br, vid);

	if (vlan)
		__mcs_ctx_configure(&vlan->ctx[mld]);
}

static int flush_group(struct mcs_group *group, void *arg)
{
	struct mcs_bridge *br = arg;
	struct mcs_vlan *vlan = __mcs_vlan_find(br, group->key.vid);
	bool mld = !mcs_addr_is_v4(&group->key.addr);
	bool track = vlan && vlan->ctx[mld].config.host_tracking;
	struct mcs_member *m;

	hlist_for_each_entry(m, &group->members, group_node)
		if (!track || __mcs_station_misses(m))
			__mcs_hosts_free(m);
	return 0;
}

/**
 * mcs_hosts_flush() - forget hosts where settings ask for it
 * @br: the bridge
 *
 * They are not tracked any more, or are to be counted and were not.
 *
 * Context: process, RTNL, without the bridge's lock.
 */
void mcs_hosts_flush(struct mcs_bridge *br)
{
	bool stale;

	ASSERT_RTNL();

	spin_lock_bh(&br->lock);
	stale = br->hosts_stale;
	br->hosts_stale = false;
	spin_unlock_bh(&br->lock);
	if (stale)
		mcs_groups_walk(br, flush_group, br);
}

/**
 * mcs_vlan_config_new() - room for what will be set for a VLAN alone
 * @vid: the VLAN
 * @mld: MCS_IGMP or MCS_MLD
 *
 * Context: process.
 * Return: settings of which none is its own, or NULL without memory.
 */
struct mcs_vlan_config *mcs_vlan_config_new(u16 vid, u8 mld)
{
	struct mcs_vlan_config *vc = kzalloc(sizeof(*vc), GFP_KERNEL);

	if (vc) {
		mcs_born(MCS_OBJ_VLAN_CONFIG);
		vc->vid = vid;
		vc->mld = mld;
	}
	return vc;
}

/**
 * mcs_vlan_config_free() - forget them
 * @vc: settings that no bridge has any more or yet, or NULL
 */
void mcs_vlan_config_free(struct mcs_vlan_config *vc)
{
	if (!vc)
		return;
	mcs_died(MCS_OBJ_VLAN_CONFIG);
	kfree(vc);
}

/**
 * mcs_vlan_configure() - give a VLAN settings of its own
 * @br: the bridge
 * @vid: the VLAN, which need not be there
 * @mld: MCS_IGMP or MCS_MLD
 * @own: bits of the attributes that are given
 * @c: their values, checked together with the others in force
 * @new: mcs_vlan_config_new() for it when it has no settings of its own yet, which
 *	is the bridge's then; otherwise NULL
 *
 * Context: process, RTNL.
 */
void mcs_vlan_configure(struct mcs_bridge *br, u16 vid, u8 mld, u64 own,
			const struct mcs_ctx_config *c,
			struct mcs_vlan_config *new)
{
	struct mcs_vlan_config *vc =
		new ?: mcs_vlan_config_find(br, vid, mld);

	ASSERT_RTNL();

	rcu_read_lock();
	spin_lock_bh(&br->lock);
	if (new)
		hlist_add_head(&vc->node,
			       &br->vlan_configs[vid % MCS_VLAN_BUCKETS]);
	mcs_config_overlay(&vc->config, own, c);
	vc->own |= own;
	apply(br, vid, mld);
	mcs_unlock_and_send(br);
	rcu_read_unlock();
	mcs_observe_update(br);
	mcs_nd_follow(br);
	mcs_hosts_flush(br);
	mcs_event_vlan(br, vid, mld);
}

/**
 * mcs_vlan_reset() - let a VLAN follow its bridge again
 * @br: the bridge
 * @vid: the VLAN
 * @mld: MCS_IGMP or MCS_MLD
 *
 * Context: process, RTNL.
 */
void mcs_vlan_reset(struct mcs_bridge *br, u16 vid, u8 mld)
{
	struct mcs_vlan_config *vc = mcs_vlan_config_find(br, vid, mld);

	ASSERT_RTNL();

	if (!vc)
		return;
	rcu_read_lock();
	spin_lock_bh(&br->lock);
	hlist_del(&vc->node);
	apply(br, vid, mld);
	mcs_unlock_and_send(br);
	rcu_read_unlock();
	mcs_observe_update(br);
	mcs_nd_follow(br);
	mcs_hosts_flush(br);
	mcs_vlan_config_free(vc);
	mcs_event_vlan(br, vid, mld);
}

/**
 * mcs_vlan_configs_free() - forget the settings of all VLANs
 * @br: the bridge, which nobody finds any more
 */
void mcs_vlan_configs_free(struct mcs_bridge *br)
{
	struct mcs_vlan_config *vc;
	struct hlist_node *next;
	unsigned int i;

	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry_safe(vc, next, &br->vlan_configs[i], node)
			mcs_vlan_config_free(vc);
}
