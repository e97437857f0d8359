/* SPDX-License-Identifier: GPL-2.0 */
/* Settings of a bridge, of a VLAN and of a port. */
#ifndef _MCSNOOP_CONFIG_H
#define _MCSNOOP_CONFIG_H

#include <linux/list.h>
#include <linux/types.h>
#include <uapi/linux/mcsnoop.h>

#include "wire.h"

/* the two families of a VLAN; an index */
#define MCS_IGMP		0
#define MCS_MLD			1
#define MCS_FAMILIES		2

struct mcs_bridge;
struct mcs_ctx;
struct netlink_ext_ack;

/**
 * struct mcs_ctx_config - settings of one VLAN and family
 * @querier: enum mcsnoop_querier_mode
 * @version: version of the queries sent, by family
 * @robustness: Robustness Variable
 * @last_member_count: Last Member Query Count, 0 follows @robustness
 * @startup_query_count: Startup Query Count, 0 follows @robustness
 * @gmi_rule: enum mcsnoop_gmi_rule
 * @unregistered: enum mcsnoop_unregistered, never INHERIT
 * @zero_query_router: a query without source address makes a router port
 * @report_suppression: one older report per group and round goes upstream
 * @proxy_reporting: report upstream in the name of all members
 * @tc_query: ask members after a topology change
 * @lightweight: router side of RFC 5790
 * @source_filter: keep sources
 * @compat: take messages of older versions
 * @auto_lower: query in the version of an older querier
 * @host_tracking: remember which hosts want a group
 * @mrd_solicit: send multicast router solicitations
 * @mrd_local_prefix: believe router discovery over IPv4 from local subnets only
 * @mode: enum mcsnoop_mode, never INHERIT
 * @nd_aware: solicitations go where their target was heard, MLD only
 * @query_interval: Query Interval, ms
 * @query_response_interval: Query Response Interval, ms
 * @last_member_interval: Last Member Query Interval, ms
 * @startup_query_interval: Startup Query Interval, ms, 0 is a quarter
 *
 * The bridge has one, and each context has the one in force there, with what
 * was set for its VLAN alone. Protected like struct mcs_config.
 */
struct mcs_ctx_config {
	u8	querier;
	u8	version[MCS_FAMILIES];
	u8	robustness;
	u8	last_member_count;
	u8	startup_query_count;
	u8	gmi_rule;
	u8	unregistered;
	u8	zero_query_router;
	u8	report_suppression;
	u8	proxy_reporting;
	u8	tc_query;
	u8	lightweight;
	u8	source_filter;
	u8	compat;
	u8	auto_lower;
	u8	host_tracking;
	u8	mrd_solicit;
	u8	mrd_local_prefix;
	u8	mode;
	u8	nd_aware;
	u32	query_interval;
	u32	query_response_interval;
	u32	last_member_interval;
	u32	startup_query_interval;
};

/**
 * struct mcs_config - settings of a bridge
 * @ctx: those that a VLAN may have differently
 * @flood_ff02: all of ff02::/16 is flooded
 * @forward_invalid: refused control messages are forwarded
 * @fast_leave: enum mcsnoop_fast_leave, never INHERIT
 * @drop_node_scope: IPv6 groups of scope 0 and 1 are dropped
 * @fastpath: send clones to members instead of dropping what is too much
 * @self_heal: ask before a record runs out that nobody was asked about
 * @follow_hosts: memberships go with the MAC address of a host
 * @over_limit: enum mcsnoop_over_limit
 * @mac_mode: groups are told apart by their MAC address only
 * @group_stats: what each record is delivered is counted, see tally.c
 * @max_groups: most groups of the bridge
 * @max_port_groups: most groups on a port that has no limit of its own
 * @max_vlan_groups: most groups of a VLAN, 0 is any number
 * @max_sources: most sources of a record
 * @max_records: most records of one report
 * @max_vlans: most VLANs known only from tags, bridges that do not filter
 * @max_hosts: most hosts of a record
 * @max_port_hosts: most hosts of a port
 * @max_host_groups: most groups of a host, 0 is any number
 * @log_events: memory of the flight recorder for events, KiB
 * @log_frames: memory of it for frames, KiB
 * @examine: enum mcsnoop_examine, protocols that are learned from
 * @ssm: groups that are source-specific, by family
 *
 * Written under RTNL and the bridge's lock, read under either or READ_ONCE().
 */
struct mcs_config {
	struct mcs_ctx_config ctx;
	u8	flood_ff02;
	u8	forward_invalid;
	u8	fast_leave;
	u8	drop_node_scope;
	u8	mac_mode;
	u8	fastpath;
	u8	self_heal;
	u8	follow_hosts;
	u8	over_limit;
	u8	group_stats;
	u32	max_groups;
	u32	max_port_groups;
	u32	max_vlan_groups;
	u32	max_sources;
	u32	max_records;
	u32	max_vlans;
	u32	max_hosts;
	u32	max_port_hosts;
	u32	max_host_groups;
	u32	log_events;
	u32	log_frames;
	u32	examine;
	struct mcs_range ssm[MCS_FAMILIES];
};

/**
 * struct mcs_port_config - settings of a port
 * @router: enum mcsnoop_router_mode
 * @unregistered: enum mcsnoop_unregistered
 * @query_guard: queries and router messages heard here are refused
 * @trust_queries: specific queries heard here count, whoever sends them
 * @tc_flood: everything goes here for a while when the topology changed
 * @fast_leave: enum mcsnoop_fast_leave
 * @flood_reports: reports are sent here as well
 * @check_ttl: IGMP and MRD with a TTL other than 1 are refused
 * @require_ra_query: IGMP queries without router alert are refused
 * @require_ra_report: IGMP reports likewise
 * @require_ra_leave: IGMP leaves likewise
 * @strict_dst: reports to an unusual destination are refused
 * @strict_l2dst: the MAC destination must be that of the address
 * @ignore_igmpv1: messages of IGMPv1 are refused
 * @ignore_igmpv2: messages of IGMPv2 are refused
 * @ignore_mldv1: messages of MLDv1 are refused
 * @ttl_threshold: data with a TTL below it is kept from the port
 * @scope_boundary: data of this scope and below is kept from the port
 * @mode: enum mcsnoop_mode
 * @max_groups: most groups here, 0 is the bridge's default
 * @max_sources: most sources of a record here, 0 is the bridge's
 * @max_hosts: most hosts of a record here, 0 is the bridge's
 * @max_host_groups: most groups of a host here, 0 is the bridge's
 * @rate_reports: most reports and leaves a second, 0 is any number
 * @rate_queries: most queries and router messages a second, 0 is any number
 *
 * Written under RTNL and the bridge's lock, read under either or READ_ONCE().
 */
struct mcs_port_config {
	u8	router;
	u8	unregistered;
	u8	query_guard;
	u8	trust_queries;
	u8	tc_flood;
	u8	fast_leave;
	u8	flood_reports;
	u8	check_ttl;
	u8	require_ra_query;
	u8	require_ra_report;
	u8	require_ra_leave;
	u8	strict_dst;
	u8	strict_l2dst;
	u8	ignore_igmpv1;
	u8	ignore_igmpv2;
	u8	ignore_mldv1;
	u8	ttl_threshold;
	u8	scope_boundary;
	u8	mode;
	u32	max_groups;
	u32	max_sources;
	u32	max_hosts;
	u32	max_host_groups;
	u32	rate_reports;
	u32	rate_queries;
};

/**
 * struct mcs_vlan_config - what was set for one VLAN and family alone
 * @node: in struct mcs_bridge.vlan_configs
 * @vid: the VLAN, which need not be there
 * @mld: MCS_IGMP or MCS_MLD
 * @own: mcs_setting_bit() of each MCSNOOP_A_BRIDGE_* attribute that was set
 * @config: their values
 *
 * Written under RTNL and the bridge's lock, read under either.
 */
struct mcs_vlan_config {
	struct hlist_node	node;
	u16			vid;
	u8			mld;
	u64			own;
	struct mcs_ctx_config	config;
};

/**
 * struct mcs_setting - a setting as netlink sees it
 * @attr: attribute; 0 ends a table
 * @size: octets
 * @off: where it is in its struct
 */
struct mcs_setting {
	u8	attr;
	u8	size;
	u16	off;
};

/**
 * mcs_setting_bit() - a setting among those that a VLAN has of its own
 * @attr: attribute of a setting in struct mcs_ctx_config
 *
 * There are more than 64 attributes; number 0 is none, and no setting of a
 * VLAN has number 1, so that up to 65 they do not meet.
 *
 * Return: its bit.
 */
static inline u64 mcs_setting_bit(unsigned int attr)
{
	static_assert(MCSNOOP_A_BRIDGE_MAX <= 65,
		      "bits of settings meet, if a VLAN has both");
	return 1ULL << attr % 64;
}

/* config.c */
extern const struct mcs_setting mcs_ctx_settings[];
extern const struct mcs_setting mcs_bridge_settings[];
extern const struct mcs_setting mcs_port_settings[];
void mcs_config_init(struct mcs_config *c);
void mcs_port_config_init(struct mcs_port_config *c);
int mcs_config_check(const struct mcs_ctx_config *c,
		     struct netlink_ext_ack *extack);
int mcs_config_check_ssm(const struct mcs_config *c,
			 struct netlink_ext_ack *extack);
void mcs_config_overlay(struct mcs_ctx_config *c, u64 own,
			const struct mcs_ctx_config *from);
struct mcs_vlan_config *mcs_vlan_config_find(const struct mcs_bridge *br,
					     u16 vid, u8 mld);
void mcs_ctx_config(const struct mcs_bridge *br, u16 vid, u8 mld,
		    struct mcs_ctx_config *c);
void __mcs_ctx_configure(struct mcs_ctx *ctx);
struct mcs_vlan_config *mcs_vlan_config_new(u16 vid, u8 mld);
void mcs_vlan_config_free(struct mcs_vlan_config *vc);
void mcs_vlan_configure(struct mcs_bridge *br, u16 vid, u8 mld, u64 own,
			const struct mcs_ctx_config *c,
			struct mcs_vlan_config *new);
void mcs_hosts_flush(struct mcs_bridge *br);
void mcs_vlan_reset(struct mcs_bridge *br, u16 vid, u8 mld);
void mcs_vlan_configs_free(struct mcs_bridge *br);

/**
 * mcs_family_protocol() - what members and queriers of a family speak
 * @mld: MCS_IGMP or MCS_MLD
 *
 * Return: the bit of it in struct mcs_config.examine.
 */
static inline u32 mcs_family_protocol(u8 mld)
{
	return mld ? MCSNOOP_EXAMINE_MLD : MCSNOOP_EXAMINE_IGMP;
}

#endif /* _MCSNOOP_CONFIG_H */
