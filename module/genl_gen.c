// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/mcsnoop.yaml */
/* YNL-GEN kernel source */
/* To regenerate run: scripts/genl.sh */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "genl_gen.h"

#include <uapi/linux/mcsnoop.h>

/* Common nested types */
const struct nla_policy mcsnoop_source_nl_policy[MCSNOOP_A_SOURCE_TIMER + 1] = {
	[MCSNOOP_A_SOURCE_ADDRESS] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_SOURCE_STATE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_SOURCE_TIMER] = { .type = NLA_U32, },
};

/* MCSNOOP_CMD_BRIDGE_GET - do */
const struct nla_policy mcsnoop_bridge_get_nl_policy[MCSNOOP_A_BRIDGE_IFINDEX + 1] = {
	[MCSNOOP_A_BRIDGE_IFINDEX] = { .type = NLA_U32, },
};

/* MCSNOOP_CMD_BRIDGE_ADD - do */
const struct nla_policy mcsnoop_bridge_add_nl_policy[MCSNOOP_A_BRIDGE_ND_AWARE + 1] = {
	[MCSNOOP_A_BRIDGE_IFINDEX] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_QUERIER] = NLA_POLICY_MAX(NLA_U8, 2),
	[MCSNOOP_A_BRIDGE_IGMP_VERSION] = NLA_POLICY_RANGE(NLA_U8, 1, 3),
	[MCSNOOP_A_BRIDGE_MLD_VERSION] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[MCSNOOP_A_BRIDGE_ROBUSTNESS] = NLA_POLICY_RANGE(NLA_U8, 1, 255),
	[MCSNOOP_A_BRIDGE_QUERY_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_QUERY_RESPONSE_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_LAST_MEMBER_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_LAST_MEMBER_COUNT] = { .type = NLA_U8, },
	[MCSNOOP_A_BRIDGE_STARTUP_QUERY_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_STARTUP_QUERY_COUNT] = { .type = NLA_U8, },
	[MCSNOOP_A_BRIDGE_GMI_RULE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_UNREGISTERED] = NLA_POLICY_MAX(NLA_U8, 3),
	[MCSNOOP_A_BRIDGE_FLOOD_FF02] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_ZERO_QUERY_ROUTER] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_FORWARD_INVALID] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MAX_GROUPS] = NLA_POLICY_MIN(NLA_U32, 1),
	[MCSNOOP_A_BRIDGE_MAX_PORT_GROUPS] = NLA_POLICY_MIN(NLA_U32, 1),
	[MCSNOOP_A_BRIDGE_MAX_SOURCES] = NLA_POLICY_RANGE(NLA_U32, 1, 4096),
	[MCSNOOP_A_BRIDGE_MAX_RECORDS] = NLA_POLICY_RANGE(NLA_U32, 1, 8192),
	[MCSNOOP_A_BRIDGE_MAX_VLANS] = NLA_POLICY_MAX(NLA_U32, 4095),
	[MCSNOOP_A_BRIDGE_REPORT_SUPPRESSION] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_PROXY_REPORTING] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_TC_QUERY] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_LIGHTWEIGHT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_SOURCE_FILTER] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_COMPAT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_AUTO_LOWER] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_HOST_TRACKING] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MRD_SOLICIT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_FAST_LEAVE] = NLA_POLICY_MAX(NLA_U8, 2),
	[MCSNOOP_A_BRIDGE_DROP_NODE_SCOPE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MAC_MODE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MAX_HOSTS] = NLA_POLICY_RANGE(NLA_U32, 1, 4096),
	[MCSNOOP_A_BRIDGE_MAX_PORT_HOSTS] = NLA_POLICY_MIN(NLA_U32, 1),
	[MCSNOOP_A_BRIDGE_EXAMINE] = NLA_POLICY_MASK(NLA_U32, 0x7f),
	[MCSNOOP_A_BRIDGE_MRD_LOCAL_PREFIX] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_SSM_RANGE] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_BRIDGE_SSM_RANGE_LEN] = NLA_POLICY_MAX(NLA_U8, 32),
	[MCSNOOP_A_BRIDGE_SSM_RANGE6] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_BRIDGE_SSM_RANGE6_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[MCSNOOP_A_BRIDGE_FASTPATH] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_LOG_EVENTS] = NLA_POLICY_MAX(NLA_U32, 4096),
	[MCSNOOP_A_BRIDGE_LOG_FRAMES] = NLA_POLICY_MAX(NLA_U32, 4096),
	[MCSNOOP_A_BRIDGE_MODE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_SELF_HEAL] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_FOLLOW_HOSTS] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_OVER_LIMIT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MAX_VLAN_GROUPS] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_GROUP_STATS] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MAX_HOST_GROUPS] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_ND_AWARE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_TAKEOVER] = { .type = NLA_FLAG, },
};

/* MCSNOOP_CMD_BRIDGE_SET - do */
const struct nla_policy mcsnoop_bridge_set_nl_policy[MCSNOOP_A_BRIDGE_ND_AWARE + 1] = {
	[MCSNOOP_A_BRIDGE_IFINDEX] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_QUERIER] = NLA_POLICY_MAX(NLA_U8, 2),
	[MCSNOOP_A_BRIDGE_IGMP_VERSION] = NLA_POLICY_RANGE(NLA_U8, 1, 3),
	[MCSNOOP_A_BRIDGE_MLD_VERSION] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[MCSNOOP_A_BRIDGE_ROBUSTNESS] = NLA_POLICY_RANGE(NLA_U8, 1, 255),
	[MCSNOOP_A_BRIDGE_QUERY_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_QUERY_RESPONSE_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_LAST_MEMBER_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_LAST_MEMBER_COUNT] = { .type = NLA_U8, },
	[MCSNOOP_A_BRIDGE_STARTUP_QUERY_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_STARTUP_QUERY_COUNT] = { .type = NLA_U8, },
	[MCSNOOP_A_BRIDGE_GMI_RULE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_UNREGISTERED] = NLA_POLICY_MAX(NLA_U8, 3),
	[MCSNOOP_A_BRIDGE_FLOOD_FF02] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_ZERO_QUERY_ROUTER] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_FORWARD_INVALID] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MAX_GROUPS] = NLA_POLICY_MIN(NLA_U32, 1),
	[MCSNOOP_A_BRIDGE_MAX_PORT_GROUPS] = NLA_POLICY_MIN(NLA_U32, 1),
	[MCSNOOP_A_BRIDGE_MAX_SOURCES] = NLA_POLICY_RANGE(NLA_U32, 1, 4096),
	[MCSNOOP_A_BRIDGE_MAX_RECORDS] = NLA_POLICY_RANGE(NLA_U32, 1, 8192),
	[MCSNOOP_A_BRIDGE_MAX_VLANS] = NLA_POLICY_MAX(NLA_U32, 4095),
	[MCSNOOP_A_BRIDGE_REPORT_SUPPRESSION] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_PROXY_REPORTING] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_TC_QUERY] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_LIGHTWEIGHT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_SOURCE_FILTER] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_COMPAT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_AUTO_LOWER] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_HOST_TRACKING] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MRD_SOLICIT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_FAST_LEAVE] = NLA_POLICY_MAX(NLA_U8, 2),
	[MCSNOOP_A_BRIDGE_DROP_NODE_SCOPE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MAC_MODE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MAX_HOSTS] = NLA_POLICY_RANGE(NLA_U32, 1, 4096),
	[MCSNOOP_A_BRIDGE_MAX_PORT_HOSTS] = NLA_POLICY_MIN(NLA_U32, 1),
	[MCSNOOP_A_BRIDGE_EXAMINE] = NLA_POLICY_MASK(NLA_U32, 0x7f),
	[MCSNOOP_A_BRIDGE_MRD_LOCAL_PREFIX] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_SSM_RANGE] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_BRIDGE_SSM_RANGE_LEN] = NLA_POLICY_MAX(NLA_U8, 32),
	[MCSNOOP_A_BRIDGE_SSM_RANGE6] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_BRIDGE_SSM_RANGE6_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[MCSNOOP_A_BRIDGE_FASTPATH] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_LOG_EVENTS] = NLA_POLICY_MAX(NLA_U32, 4096),
	[MCSNOOP_A_BRIDGE_LOG_FRAMES] = NLA_POLICY_MAX(NLA_U32, 4096),
	[MCSNOOP_A_BRIDGE_MODE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_SELF_HEAL] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_FOLLOW_HOSTS] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_OVER_LIMIT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MAX_VLAN_GROUPS] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_GROUP_STATS] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MAX_HOST_GROUPS] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_ND_AWARE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_TAKEOVER] = { .type = NLA_FLAG, },
};

/* MCSNOOP_CMD_BRIDGE_DEL - do */
const struct nla_policy mcsnoop_bridge_del_nl_policy[MCSNOOP_A_BRIDGE_IFINDEX + 1] = {
	[MCSNOOP_A_BRIDGE_IFINDEX] = { .type = NLA_U32, },
};

/* MCSNOOP_CMD_PORT_GET - do */
const struct nla_policy mcsnoop_port_get_nl_policy[MCSNOOP_A_PORT_IFINDEX + 1] = {
	[MCSNOOP_A_PORT_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_PORT_IFINDEX] = { .type = NLA_U32, },
};

/* MCSNOOP_CMD_PORT_SET - do */
const struct nla_policy mcsnoop_port_set_nl_policy[MCSNOOP_A_PORT_MAX_HOST_GROUPS + 1] = {
	[MCSNOOP_A_PORT_IFINDEX] = { .type = NLA_U32, },
	[MCSNOOP_A_PORT_ROUTER] = NLA_POLICY_MAX(NLA_U8, 2),
	[MCSNOOP_A_PORT_UNREGISTERED] = NLA_POLICY_MAX(NLA_U8, 4),
	[MCSNOOP_A_PORT_QUERY_GUARD] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_PORT_MAX_GROUPS] = { .type = NLA_U32, },
	[MCSNOOP_A_PORT_MAX_SOURCES] = NLA_POLICY_MAX(NLA_U32, 4096),
	[MCSNOOP_A_PORT_MAX_HOSTS] = NLA_POLICY_MAX(NLA_U32, 4096),
	[MCSNOOP_A_PORT_FAST_LEAVE] = NLA_POLICY_MAX(NLA_U8, 3),
	[MCSNOOP_A_PORT_FLOOD_REPORTS] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_PORT_CHECK_TTL] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_PORT_REQUIRE_RA_QUERY] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_PORT_REQUIRE_RA_REPORT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_PORT_REQUIRE_RA_LEAVE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_PORT_STRICT_DST] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_PORT_STRICT_L2DST] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_PORT_IGNORE_IGMPV1] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_PORT_IGNORE_IGMPV2] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_PORT_IGNORE_MLDV1] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_PORT_RATE_REPORTS] = { .type = NLA_U32, },
	[MCSNOOP_A_PORT_RATE_QUERIES] = { .type = NLA_U32, },
	[MCSNOOP_A_PORT_TTL_THRESHOLD] = { .type = NLA_U8, },
	[MCSNOOP_A_PORT_SCOPE_BOUNDARY] = NLA_POLICY_MAX(NLA_U8, 14),
	[MCSNOOP_A_PORT_MODE] = NLA_POLICY_MAX(NLA_U8, 2),
	[MCSNOOP_A_PORT_TRUST_QUERIES] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_PORT_TC_FLOOD] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_PORT_MAX_HOST_GROUPS] = { .type = NLA_U32, },
};

/* MCSNOOP_CMD_GROUP_GET - do */
const struct nla_policy mcsnoop_group_get_nl_policy[MCSNOOP_A_GROUP_MAC + 1] = {
	[MCSNOOP_A_GROUP_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_GROUP_PORT] = { .type = NLA_U32, },
	[MCSNOOP_A_GROUP_VID] = NLA_POLICY_MAX(NLA_U16, 4094),
	[MCSNOOP_A_GROUP_ADDRESS] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_GROUP_STATIC] = { .type = NLA_FLAG, },
	[MCSNOOP_A_GROUP_MAC] = NLA_POLICY_EXACT_LEN(6),
};

/* MCSNOOP_CMD_GROUP_ADD - do */
const struct nla_policy mcsnoop_group_add_nl_policy[MCSNOOP_A_GROUP_MAC + 1] = {
	[MCSNOOP_A_GROUP_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_GROUP_PORT] = { .type = NLA_U32, },
	[MCSNOOP_A_GROUP_VID] = NLA_POLICY_MAX(NLA_U16, 4094),
	[MCSNOOP_A_GROUP_ADDRESS] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_GROUP_SOURCE] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_GROUP_MAC] = NLA_POLICY_EXACT_LEN(6),
};

/* MCSNOOP_CMD_GROUP_DEL - do */
const struct nla_policy mcsnoop_group_del_nl_policy[MCSNOOP_A_GROUP_MAC + 1] = {
	[MCSNOOP_A_GROUP_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_GROUP_PORT] = { .type = NLA_U32, },
	[MCSNOOP_A_GROUP_VID] = NLA_POLICY_MAX(NLA_U16, 4094),
	[MCSNOOP_A_GROUP_ADDRESS] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_GROUP_SOURCE] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_GROUP_MAC] = NLA_POLICY_EXACT_LEN(6),
};

/* MCSNOOP_CMD_ROUTER_GET - do */
const struct nla_policy mcsnoop_router_get_nl_policy[MCSNOOP_A_ROUTER_FAMILY + 1] = {
	[MCSNOOP_A_ROUTER_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_ROUTER_PORT] = { .type = NLA_U32, },
	[MCSNOOP_A_ROUTER_VID] = { .type = NLA_U16, },
	[MCSNOOP_A_ROUTER_FAMILY] = { .type = NLA_U8, },
};

/* MCSNOOP_CMD_QUERIER_GET - do */
const struct nla_policy mcsnoop_querier_get_nl_policy[MCSNOOP_A_QUERIER_FAMILY + 1] = {
	[MCSNOOP_A_QUERIER_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_QUERIER_VID] = { .type = NLA_U16, },
	[MCSNOOP_A_QUERIER_FAMILY] = { .type = NLA_U8, },
};

/* MCSNOOP_CMD_STATS_GET - do */
const struct nla_policy mcsnoop_stats_get_nl_policy[MCSNOOP_A_STATS_PORT + 1] = {
	[MCSNOOP_A_STATS_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_STATS_PORT] = { .type = NLA_U32, },
};

/* MCSNOOP_CMD_VLAN_GET - do */
const struct nla_policy mcsnoop_vlan_get_nl_policy[MCSNOOP_A_BRIDGE_FAMILY + 1] = {
	[MCSNOOP_A_BRIDGE_IFINDEX] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_VID] = NLA_POLICY_MAX(NLA_U16, 4094),
	[MCSNOOP_A_BRIDGE_FAMILY] = { .type = NLA_U8, },
};

/* MCSNOOP_CMD_VLAN_SET - do */
const struct nla_policy mcsnoop_vlan_set_nl_policy[MCSNOOP_A_BRIDGE_ND_AWARE + 1] = {
	[MCSNOOP_A_BRIDGE_IFINDEX] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_VID] = NLA_POLICY_MAX(NLA_U16, 4094),
	[MCSNOOP_A_BRIDGE_FAMILY] = { .type = NLA_U8, },
	[MCSNOOP_A_BRIDGE_QUERIER] = NLA_POLICY_MAX(NLA_U8, 2),
	[MCSNOOP_A_BRIDGE_IGMP_VERSION] = NLA_POLICY_RANGE(NLA_U8, 1, 3),
	[MCSNOOP_A_BRIDGE_MLD_VERSION] = NLA_POLICY_RANGE(NLA_U8, 1, 2),
	[MCSNOOP_A_BRIDGE_ROBUSTNESS] = NLA_POLICY_RANGE(NLA_U8, 1, 255),
	[MCSNOOP_A_BRIDGE_QUERY_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_QUERY_RESPONSE_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_LAST_MEMBER_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_LAST_MEMBER_COUNT] = { .type = NLA_U8, },
	[MCSNOOP_A_BRIDGE_STARTUP_QUERY_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_STARTUP_QUERY_COUNT] = { .type = NLA_U8, },
	[MCSNOOP_A_BRIDGE_GMI_RULE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_UNREGISTERED] = NLA_POLICY_MAX(NLA_U8, 3),
	[MCSNOOP_A_BRIDGE_ZERO_QUERY_ROUTER] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_REPORT_SUPPRESSION] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_PROXY_REPORTING] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_TC_QUERY] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_LIGHTWEIGHT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_SOURCE_FILTER] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_COMPAT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_AUTO_LOWER] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_HOST_TRACKING] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MRD_SOLICIT] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MRD_LOCAL_PREFIX] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_MODE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_BRIDGE_ND_AWARE] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* MCSNOOP_CMD_VLAN_RESET - do */
const struct nla_policy mcsnoop_vlan_reset_nl_policy[MCSNOOP_A_BRIDGE_FAMILY + 1] = {
	[MCSNOOP_A_BRIDGE_IFINDEX] = { .type = NLA_U32, },
	[MCSNOOP_A_BRIDGE_VID] = NLA_POLICY_MAX(NLA_U16, 4094),
	[MCSNOOP_A_BRIDGE_FAMILY] = { .type = NLA_U8, },
};

/* MCSNOOP_CMD_HOST_GET - do */
const struct nla_policy mcsnoop_host_get_nl_policy[MCSNOOP_A_HOST_MAC + 1] = {
	[MCSNOOP_A_HOST_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_HOST_PORT] = { .type = NLA_U32, },
	[MCSNOOP_A_HOST_VID] = NLA_POLICY_MAX(NLA_U16, 4094),
	[MCSNOOP_A_HOST_GROUP] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_HOST_ADDRESS] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_HOST_MAC] = NLA_POLICY_EXACT_LEN(6),
};

/* MCSNOOP_CMD_FILTER_GET - do */
const struct nla_policy mcsnoop_filter_get_nl_policy[MCSNOOP_A_FILTER_SOURCE_LEN + 1] = {
	[MCSNOOP_A_FILTER_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_FILTER_PORT] = { .type = NLA_U32, },
	[MCSNOOP_A_FILTER_KIND] = NLA_POLICY_MAX(NLA_U8, 2),
	[MCSNOOP_A_FILTER_ACTION] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_FILTER_PREF] = { .type = NLA_U32, },
	[MCSNOOP_A_FILTER_GROUP] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_FILTER_GROUP_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[MCSNOOP_A_FILTER_SOURCE] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_FILTER_SOURCE_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* MCSNOOP_CMD_FILTER_ADD - do */
const struct nla_policy mcsnoop_filter_add_nl_policy[MCSNOOP_A_FILTER_SOURCE_LEN + 1] = {
	[MCSNOOP_A_FILTER_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_FILTER_PORT] = { .type = NLA_U32, },
	[MCSNOOP_A_FILTER_KIND] = NLA_POLICY_MAX(NLA_U8, 2),
	[MCSNOOP_A_FILTER_ACTION] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_FILTER_PREF] = { .type = NLA_U32, },
	[MCSNOOP_A_FILTER_GROUP] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_FILTER_GROUP_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[MCSNOOP_A_FILTER_SOURCE] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_FILTER_SOURCE_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* MCSNOOP_CMD_FILTER_DEL - do */
const struct nla_policy mcsnoop_filter_del_nl_policy[MCSNOOP_A_FILTER_SOURCE_LEN + 1] = {
	[MCSNOOP_A_FILTER_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_FILTER_PORT] = { .type = NLA_U32, },
	[MCSNOOP_A_FILTER_KIND] = NLA_POLICY_MAX(NLA_U8, 2),
	[MCSNOOP_A_FILTER_ACTION] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_FILTER_PREF] = { .type = NLA_U32, },
	[MCSNOOP_A_FILTER_GROUP] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_FILTER_GROUP_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[MCSNOOP_A_FILTER_SOURCE] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_FILTER_SOURCE_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

/* MCSNOOP_CMD_EXPLAIN_GET - do */
const struct nla_policy mcsnoop_explain_get_nl_policy[MCSNOOP_A_EXPLAIN_TARGET + 1] = {
	[MCSNOOP_A_EXPLAIN_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_EXPLAIN_FROM] = { .type = NLA_U32, },
	[MCSNOOP_A_EXPLAIN_VID] = NLA_POLICY_MAX(NLA_U16, 4094),
	[MCSNOOP_A_EXPLAIN_GROUP] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_EXPLAIN_SOURCE] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_EXPLAIN_TTL] = { .type = NLA_U8, },
	[MCSNOOP_A_EXPLAIN_PORT] = { .type = NLA_U32, },
	[MCSNOOP_A_EXPLAIN_SOURCE_MAC] = NLA_POLICY_EXACT_LEN(6),
	[MCSNOOP_A_EXPLAIN_TARGET] = NLA_POLICY_EXACT_LEN(16),
};

/* MCSNOOP_CMD_GROUP_RESTORE - do */
const struct nla_policy mcsnoop_group_restore_nl_policy[MCSNOOP_A_GROUP_REPORTER_MAC + 1] = {
	[MCSNOOP_A_GROUP_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_GROUP_PORT] = { .type = NLA_U32, },
	[MCSNOOP_A_GROUP_VID] = NLA_POLICY_MAX(NLA_U16, 4094),
	[MCSNOOP_A_GROUP_ADDRESS] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_GROUP_FILTER_MODE] = NLA_POLICY_MAX(NLA_U8, 1),
	[MCSNOOP_A_GROUP_TIMER] = { .type = NLA_U32, },
	[MCSNOOP_A_GROUP_SOURCES] = NLA_POLICY_NESTED(mcsnoop_source_nl_policy),
	[MCSNOOP_A_GROUP_HOST_VERSION] = { .type = NLA_U8, },
	[MCSNOOP_A_GROUP_REPORTER] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_GROUP_REPORTER_MAC] = NLA_POLICY_EXACT_LEN(6),
};

/* MCSNOOP_CMD_ROUTER_RESTORE - do */
const struct nla_policy mcsnoop_router_restore_nl_policy[MCSNOOP_A_ROUTER_ADDRESS + 1] = {
	[MCSNOOP_A_ROUTER_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_ROUTER_PORT] = { .type = NLA_U32, },
	[MCSNOOP_A_ROUTER_VID] = { .type = NLA_U16, },
	[MCSNOOP_A_ROUTER_FAMILY] = { .type = NLA_U8, },
	[MCSNOOP_A_ROUTER_TYPE] = NLA_POLICY_MAX(NLA_U8, 7),
	[MCSNOOP_A_ROUTER_TIMER] = { .type = NLA_U32, },
	[MCSNOOP_A_ROUTER_ADDRESS] = NLA_POLICY_EXACT_LEN(16),
};

/* MCSNOOP_CMD_QUERIER_RESTORE - do */
const struct nla_policy mcsnoop_querier_restore_nl_policy[MCSNOOP_A_QUERIER_ASKED + 1] = {
	[MCSNOOP_A_QUERIER_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_QUERIER_VID] = { .type = NLA_U16, },
	[MCSNOOP_A_QUERIER_FAMILY] = { .type = NLA_U8, },
	[MCSNOOP_A_QUERIER_STATE] = NLA_POLICY_MAX(NLA_U8, 3),
	[MCSNOOP_A_QUERIER_ADDRESS] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_QUERIER_PORT] = { .type = NLA_U32, },
	[MCSNOOP_A_QUERIER_VERSION] = { .type = NLA_U8, },
	[MCSNOOP_A_QUERIER_TIMER] = { .type = NLA_U32, },
	[MCSNOOP_A_QUERIER_ROBUSTNESS] = { .type = NLA_U8, },
	[MCSNOOP_A_QUERIER_QUERY_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_QUERIER_QUERY_RESPONSE_INTERVAL] = { .type = NLA_U32, },
	[MCSNOOP_A_QUERIER_ASKED] = { .type = NLA_FLAG, },
};

/* MCSNOOP_CMD_LOG_GET - do */
const struct nla_policy mcsnoop_log_get_nl_policy[MCSNOOP_A_LOG_SEQ + 1] = {
	[MCSNOOP_A_LOG_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_LOG_SEQ] = { .type = NLA_U64, },
};

/* MCSNOOP_CMD_FRAME_GET - do */
const struct nla_policy mcsnoop_frame_get_nl_policy[MCSNOOP_A_FRAME_SEQ + 1] = {
	[MCSNOOP_A_FRAME_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_FRAME_SEQ] = { .type = NLA_U64, },
};

/* MCSNOOP_CMD_ND_GET - do */
const struct nla_policy mcsnoop_nd_get_nl_policy[MCSNOOP_A_ND_ADDRESS + 1] = {
	[MCSNOOP_A_ND_BRIDGE] = { .type = NLA_U32, },
	[MCSNOOP_A_ND_VID] = NLA_POLICY_MAX(NLA_U16, 4094),
	[MCSNOOP_A_ND_ADDRESS] = NLA_POLICY_EXACT_LEN(16),
	[MCSNOOP_A_ND_PORT] = { .type = NLA_U32, },
};

/* Ops table for mcsnoop */
const struct genl_ops mcsnoop_nl_ops[26] = {
	{
		.cmd		= MCSNOOP_CMD_BRIDGE_GET,
		.doit		= mcsnoop_nl_bridge_get_doit,
		.dumpit		= mcsnoop_nl_bridge_get_dumpit,
		.policy		= mcsnoop_bridge_get_nl_policy,
		.maxattr	= MCSNOOP_A_BRIDGE_IFINDEX,
	},
	{
		.cmd		= MCSNOOP_CMD_BRIDGE_ADD,
		.doit		= mcsnoop_nl_bridge_add_doit,
		.policy		= mcsnoop_bridge_add_nl_policy,
		.maxattr	= MCSNOOP_A_BRIDGE_ND_AWARE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_BRIDGE_SET,
		.doit		= mcsnoop_nl_bridge_set_doit,
		.policy		= mcsnoop_bridge_set_nl_policy,
		.maxattr	= MCSNOOP_A_BRIDGE_ND_AWARE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_BRIDGE_DEL,
		.doit		= mcsnoop_nl_bridge_del_doit,
		.policy		= mcsnoop_bridge_del_nl_policy,
		.maxattr	= MCSNOOP_A_BRIDGE_IFINDEX,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_PORT_GET,
		.doit		= mcsnoop_nl_port_get_doit,
		.dumpit		= mcsnoop_nl_port_get_dumpit,
		.policy		= mcsnoop_port_get_nl_policy,
		.maxattr	= MCSNOOP_A_PORT_IFINDEX,
	},
	{
		.cmd		= MCSNOOP_CMD_PORT_SET,
		.doit		= mcsnoop_nl_port_set_doit,
		.policy		= mcsnoop_port_set_nl_policy,
		.maxattr	= MCSNOOP_A_PORT_MAX_HOST_GROUPS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_GROUP_GET,
		.doit		= mcsnoop_nl_group_get_doit,
		.dumpit		= mcsnoop_nl_group_get_dumpit,
		.policy		= mcsnoop_group_get_nl_policy,
		.maxattr	= MCSNOOP_A_GROUP_MAC,
	},
	{
		.cmd		= MCSNOOP_CMD_GROUP_ADD,
		.doit		= mcsnoop_nl_group_add_doit,
		.policy		= mcsnoop_group_add_nl_policy,
		.maxattr	= MCSNOOP_A_GROUP_MAC,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_GROUP_DEL,
		.doit		= mcsnoop_nl_group_del_doit,
		.policy		= mcsnoop_group_del_nl_policy,
		.maxattr	= MCSNOOP_A_GROUP_MAC,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_ROUTER_GET,
		.doit		= mcsnoop_nl_router_get_doit,
		.dumpit		= mcsnoop_nl_router_get_dumpit,
		.policy		= mcsnoop_router_get_nl_policy,
		.maxattr	= MCSNOOP_A_ROUTER_FAMILY,
	},
	{
		.cmd		= MCSNOOP_CMD_QUERIER_GET,
		.doit		= mcsnoop_nl_querier_get_doit,
		.dumpit		= mcsnoop_nl_querier_get_dumpit,
		.policy		= mcsnoop_querier_get_nl_policy,
		.maxattr	= MCSNOOP_A_QUERIER_FAMILY,
	},
	{
		.cmd		= MCSNOOP_CMD_STATS_GET,
		.doit		= mcsnoop_nl_stats_get_doit,
		.dumpit		= mcsnoop_nl_stats_get_dumpit,
		.policy		= mcsnoop_stats_get_nl_policy,
		.maxattr	= MCSNOOP_A_STATS_PORT,
	},
	{
		.cmd		= MCSNOOP_CMD_VLAN_GET,
		.doit		= mcsnoop_nl_vlan_get_doit,
		.dumpit		= mcsnoop_nl_vlan_get_dumpit,
		.policy		= mcsnoop_vlan_get_nl_policy,
		.maxattr	= MCSNOOP_A_BRIDGE_FAMILY,
	},
	{
		.cmd		= MCSNOOP_CMD_VLAN_SET,
		.doit		= mcsnoop_nl_vlan_set_doit,
		.policy		= mcsnoop_vlan_set_nl_policy,
		.maxattr	= MCSNOOP_A_BRIDGE_ND_AWARE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_VLAN_RESET,
		.doit		= mcsnoop_nl_vlan_reset_doit,
		.policy		= mcsnoop_vlan_reset_nl_policy,
		.maxattr	= MCSNOOP_A_BRIDGE_FAMILY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_HOST_GET,
		.doit		= mcsnoop_nl_host_get_doit,
		.dumpit		= mcsnoop_nl_host_get_dumpit,
		.policy		= mcsnoop_host_get_nl_policy,
		.maxattr	= MCSNOOP_A_HOST_MAC,
	},
	{
		.cmd		= MCSNOOP_CMD_FILTER_GET,
		.doit		= mcsnoop_nl_filter_get_doit,
		.dumpit		= mcsnoop_nl_filter_get_dumpit,
		.policy		= mcsnoop_filter_get_nl_policy,
		.maxattr	= MCSNOOP_A_FILTER_SOURCE_LEN,
	},
	{
		.cmd		= MCSNOOP_CMD_FILTER_ADD,
		.doit		= mcsnoop_nl_filter_add_doit,
		.policy		= mcsnoop_filter_add_nl_policy,
		.maxattr	= MCSNOOP_A_FILTER_SOURCE_LEN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_FILTER_DEL,
		.doit		= mcsnoop_nl_filter_del_doit,
		.policy		= mcsnoop_filter_del_nl_policy,
		.maxattr	= MCSNOOP_A_FILTER_SOURCE_LEN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_EXPLAIN_GET,
		.doit		= mcsnoop_nl_explain_get_doit,
		.dumpit		= mcsnoop_nl_explain_get_dumpit,
		.policy		= mcsnoop_explain_get_nl_policy,
		.maxattr	= MCSNOOP_A_EXPLAIN_TARGET,
	},
	{
		.cmd		= MCSNOOP_CMD_GROUP_RESTORE,
		.doit		= mcsnoop_nl_group_restore_doit,
		.policy		= mcsnoop_group_restore_nl_policy,
		.maxattr	= MCSNOOP_A_GROUP_REPORTER_MAC,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_ROUTER_RESTORE,
		.doit		= mcsnoop_nl_router_restore_doit,
		.policy		= mcsnoop_router_restore_nl_policy,
		.maxattr	= MCSNOOP_A_ROUTER_ADDRESS,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_QUERIER_RESTORE,
		.doit		= mcsnoop_nl_querier_restore_doit,
		.policy		= mcsnoop_querier_restore_nl_policy,
		.maxattr	= MCSNOOP_A_QUERIER_ASKED,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_LOG_GET,
		.doit		= mcsnoop_nl_log_get_doit,
		.dumpit		= mcsnoop_nl_log_get_dumpit,
		.policy		= mcsnoop_log_get_nl_policy,
		.maxattr	= MCSNOOP_A_LOG_SEQ,
	},
	{
		.cmd		= MCSNOOP_CMD_FRAME_GET,
		.doit		= mcsnoop_nl_frame_get_doit,
		.dumpit		= mcsnoop_nl_frame_get_dumpit,
		.policy		= mcsnoop_frame_get_nl_policy,
		.maxattr	= MCSNOOP_A_FRAME_SEQ,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= MCSNOOP_CMD_ND_GET,
		.doit		= mcsnoop_nl_nd_get_doit,
		.dumpit		= mcsnoop_nl_nd_get_dumpit,
		.policy		= mcsnoop_nd_get_nl_policy,
		.maxattr	= MCSNOOP_A_ND_ADDRESS,
	},
};

static const struct genl_multicast_group mcsnoop_nl_mcgrps[] = {
	[MCSNOOP_NLGRP_EVENTS] = { "events", },
	[MCSNOOP_NLGRP_LOG] = { "log", },
};
