/* SPDX-License-Identifier: GPL-2.0 */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/mcsnoop.yaml */
/* To regenerate run: scripts/genl.sh */

#ifndef MCSNOOP_NAMES_GEN_H
#define MCSNOOP_NAMES_GEN_H

#include <linux/mcsnoop.h>

/* whether this bridge sends general queries */
static const char *const mcsnoop_querier_mode_names[]
	__attribute__((unused)) = {
	[MCSNOOP_QUERIER_MODE_OFF] = "off",
	[MCSNOOP_QUERIER_MODE_ON] = "on",
	[MCSNOOP_QUERIER_MODE_AUTO] = "auto",
};

#define MCSNOOP_NR_QUERIER_MODE 3

/* how long a membership lives without a report */
static const char *const mcsnoop_gmi_rule_names[]
	__attribute__((unused)) = {
	[MCSNOOP_GMI_RULE_RFC9776] = "rfc9776",
	[MCSNOOP_GMI_RULE_RFC3376] = "rfc3376",
};

#define MCSNOOP_NR_GMI_RULE 2

/* where data goes whose group no port has asked for */
static const char *const mcsnoop_unregistered_names[]
	__attribute__((unused)) = {
	[MCSNOOP_UNREGISTERED_AUTO] = "auto",
	[MCSNOOP_UNREGISTERED_FLOOD] = "flood",
	[MCSNOOP_UNREGISTERED_ROUTERS] = "routers",
	[MCSNOOP_UNREGISTERED_DROP] = "drop",
	[MCSNOOP_UNREGISTERED_INHERIT] = "inherit",
};

#define MCSNOOP_NR_UNREGISTERED 5

/* whether a port is treated as leading to a multicast router */
static const char *const mcsnoop_router_mode_names[]
	__attribute__((unused)) = {
	[MCSNOOP_ROUTER_MODE_NEVER] = "never",
	[MCSNOOP_ROUTER_MODE_AUTO] = "auto",
	[MCSNOOP_ROUTER_MODE_PERMANENT] = "permanent",
};

#define MCSNOOP_NR_ROUTER_MODE 3

/* RFC 3376 section 6.2.1 */
static const char *const mcsnoop_filter_mode_names[]
	__attribute__((unused)) = {
	[MCSNOOP_FILTER_MODE_INCLUDE] = "include",
	[MCSNOOP_FILTER_MODE_EXCLUDE] = "exclude",
};

#define MCSNOOP_NR_FILTER_MODE 2

/* RFC 3376 section 6.2.3 */
static const char *const mcsnoop_source_state_names[]
	__attribute__((unused)) = {
	[MCSNOOP_SOURCE_STATE_FORWARD] = "forward",
	[MCSNOOP_SOURCE_STATE_BLOCKED] = "blocked",
};

#define MCSNOOP_NR_SOURCE_STATE 2

/* who queries in one VLAN and family */
static const char *const mcsnoop_querier_state_names[]
	__attribute__((unused)) = {
	[MCSNOOP_QUERIER_STATE_NONE] = "none",
	[MCSNOOP_QUERIER_STATE_SELF] = "self",
	[MCSNOOP_QUERIER_STATE_OTHER] = "other",
	[MCSNOOP_QUERIER_STATE_PROXY] = "proxy",
};

#define MCSNOOP_NR_QUERIER_STATE 4

/* whether data is pruned in one VLAN and family, and why not */
static const char *const mcsnoop_pruning_names[]
	__attribute__((unused)) = {
	[MCSNOOP_PRUNING_ACTIVE] = "active",
	[MCSNOOP_PRUNING_NO_QUERIER] = "no_querier",
	[MCSNOOP_PRUNING_LEARNING] = "learning",
	[MCSNOOP_PRUNING_INTREE_SNOOPING] = "intree_snooping",
};

#define MCSNOOP_NR_PRUNING 4

/* why a port is a router port */
static const char *const mcsnoop_router_type_names[]
	__attribute__((unused)) = {
	[MCSNOOP_ROUTER_TYPE_QUERY] = "query",
	[MCSNOOP_ROUTER_TYPE_ZERO_QUERY] = "zero_query",
	[MCSNOOP_ROUTER_TYPE_PERMANENT] = "permanent",
	[MCSNOOP_ROUTER_TYPE_MRD] = "mrd",
	[MCSNOOP_ROUTER_TYPE_PIM] = "pim",
	[MCSNOOP_ROUTER_TYPE_PIMV1] = "pimv1",
	[MCSNOOP_ROUTER_TYPE_DVMRP] = "dvmrp",
	[MCSNOOP_ROUTER_TYPE_MOSPF] = "mospf",
};

#define MCSNOOP_NR_ROUTER_TYPE 8

/* control protocols that are learned from */
static const char *const mcsnoop_examine_names[]
	__attribute__((unused)) = {
	[0] = "mld",
	[1] = "igmp",
	[2] = "mrd",
	[3] = "pim",
	[4] = "pimv1",
	[5] = "dvmrp",
	[6] = "mospf",
};

#define MCSNOOP_NR_EXAMINE 7

/* whether a leave ends a membership without asking first */
static const char *const mcsnoop_fast_leave_names[]
	__attribute__((unused)) = {
	[MCSNOOP_FAST_LEAVE_OFF] = "off",
	[MCSNOOP_FAST_LEAVE_ON] = "on",
	[MCSNOOP_FAST_LEAVE_AUTO] = "auto",
	[MCSNOOP_FAST_LEAVE_INHERIT] = "inherit",
};

#define MCSNOOP_NR_FAST_LEAVE 4

/* why everything goes to some ports although others are pruned */
static const char *const mcsnoop_flood_cause_names[]
	__attribute__((unused)) = {
	[MCSNOOP_FLOOD_CAUSE_PORT] = "port",
	[MCSNOOP_FLOOD_CAUSE_TOPOLOGY] = "topology",
};

#define MCSNOOP_NR_FLOOD_CAUSE 2

/* what a filter is about */
static const char *const mcsnoop_filter_kind_names[]
	__attribute__((unused)) = {
	[MCSNOOP_FILTER_KIND_GROUP] = "group",
	[MCSNOOP_FILTER_KIND_REPORTER] = "reporter",
	[MCSNOOP_FILTER_KIND_ROUTER] = "router",
};

#define MCSNOOP_NR_FILTER_KIND 3

/* what a group filter does with what it matches */
static const char *const mcsnoop_filter_action_names[]
	__attribute__((unused)) = {
	[MCSNOOP_FILTER_ACTION_PERMIT] = "permit",
	[MCSNOOP_FILTER_ACTION_DENY] = "deny",
};

#define MCSNOOP_NR_FILTER_ACTION 2

/* what made an event happen */
static const char *const mcsnoop_cause_names[]
	__attribute__((unused)) = {
	[MCSNOOP_CAUSE_REPORT] = "report",
	[MCSNOOP_CAUSE_LEAVE] = "leave",
	[MCSNOOP_CAUSE_QUERY] = "query",
	[MCSNOOP_CAUSE_EXPIRED] = "expired",
	[MCSNOOP_CAUSE_ADMIN] = "admin",
	[MCSNOOP_CAUSE_PORT_DOWN] = "port_down",
	[MCSNOOP_CAUSE_VLAN_REMOVED] = "vlan_removed",
	[MCSNOOP_CAUSE_DETACH] = "detach",
	[MCSNOOP_CAUSE_ELECTION] = "election",
	[MCSNOOP_CAUSE_TOPOLOGY] = "topology",
	[MCSNOOP_CAUSE_RESTORE] = "restore",
	[MCSNOOP_CAUSE_MOVE] = "move",
	[MCSNOOP_CAUSE_REPLACED] = "replaced",
};

#define MCSNOOP_NR_CAUSE 13

/* the rule that decided where a frame goes */
static const char *const mcsnoop_rule_names[]
	__attribute__((unused)) = {
	[MCSNOOP_RULE_NOT_SNOOPED] = "not_snooped",
	[MCSNOOP_RULE_LINK_LOCAL] = "link_local",
	[MCSNOOP_RULE_QUERY] = "query",
	[MCSNOOP_RULE_REPORT_ROUTER] = "report_router",
	[MCSNOOP_RULE_REPORT_LOCAL] = "report_local",
	[MCSNOOP_RULE_INVALID] = "invalid",
	[MCSNOOP_RULE_NO_PRUNING] = "no_pruning",
	[MCSNOOP_RULE_ROUTER_PORT] = "router_port",
	[MCSNOOP_RULE_MEMBER_EXCLUDE] = "member_exclude",
	[MCSNOOP_RULE_MEMBER_INCLUDE] = "member_include",
	[MCSNOOP_RULE_SOURCE_BLOCKED] = "source_blocked",
	[MCSNOOP_RULE_SOURCE_NOT_INCLUDED] = "source_not_included",
	[MCSNOOP_RULE_NOT_MEMBER] = "not_member",
	[MCSNOOP_RULE_UNREGISTERED_FLOOD] = "unregistered_flood",
	[MCSNOOP_RULE_UNREGISTERED_DROP] = "unregistered_drop",
	[MCSNOOP_RULE_HOST_ALL] = "host_all",
	[MCSNOOP_RULE_FRAGMENT] = "fragment",
	[MCSNOOP_RULE_UNPARSED] = "unparsed",
	[MCSNOOP_RULE_NODE_SCOPE] = "node_scope",
	[MCSNOOP_RULE_TTL_THRESHOLD] = "ttl_threshold",
	[MCSNOOP_RULE_SCOPE_BOUNDARY] = "scope_boundary",
	[MCSNOOP_RULE_REPORT_FLOOD] = "report_flood",
	[MCSNOOP_RULE_MEMBER_MAC] = "member_mac",
	[MCSNOOP_RULE_REPORT_PROXIED] = "report_proxied",
	[MCSNOOP_RULE_REPORT_SUPPRESSED] = "report_suppressed",
	[MCSNOOP_RULE_ND_TARGET] = "nd_target",
	[MCSNOOP_RULE_ND_ELSEWHERE] = "nd_elsewhere",
};

static const char *const mcsnoop_rule_docs[]
	__attribute__((unused)) = {
	[MCSNOOP_RULE_NOT_SNOOPED] = "not an IP multicast frame",
	[MCSNOOP_RULE_LINK_LOCAL] = "224.0.0.0/24 or ff02::/16, always flooded",
	[MCSNOOP_RULE_QUERY] = "a query, to every port",
	[MCSNOOP_RULE_REPORT_ROUTER] = "a report, to router ports only",
	[MCSNOOP_RULE_REPORT_LOCAL] = "a report, and this is not a router port",
	[MCSNOOP_RULE_INVALID] = "a control message that was refused",
	[MCSNOOP_RULE_NO_PRUNING] = "nothing is pruned here yet, see pruning",
	[MCSNOOP_RULE_ROUTER_PORT] = "every stream goes to a router port",
	[MCSNOOP_RULE_MEMBER_EXCLUDE] =
		"the port's record excludes only other sources",
	[MCSNOOP_RULE_MEMBER_INCLUDE] = "the port's record includes the source",
	[MCSNOOP_RULE_SOURCE_BLOCKED] = "the port's record excludes the source",
	[MCSNOOP_RULE_SOURCE_NOT_INCLUDED] =
		"the port's record does not include the source",
	[MCSNOOP_RULE_NOT_MEMBER] =
		"the group has members, but not on this port",
	[MCSNOOP_RULE_UNREGISTERED_FLOOD] =
		"nobody asked for the group and the policy floods it",
	[MCSNOOP_RULE_UNREGISTERED_DROP] =
		"nobody asked for the group and the policy does not flood it",
	[MCSNOOP_RULE_HOST_ALL] =
		"the bridge device is promiscuous, allmulti or a router",
	[MCSNOOP_RULE_FRAGMENT] =
		"a fragment of a control message, flooded and not parsed",
	[MCSNOOP_RULE_UNPARSED] =
		"a control protocol or header that is not understood, flooded",
	[MCSNOOP_RULE_NODE_SCOPE] = "an IPv6 group of scope 0 or 1, dropped",
	[MCSNOOP_RULE_TTL_THRESHOLD] =
		"the TTL is below the ttl-threshold of the port",
	[MCSNOOP_RULE_SCOPE_BOUNDARY] =
		"the scope of the group ends at the port, see scope-boundary",
	[MCSNOOP_RULE_REPORT_FLOOD] =
		"a report, and this port is to get all of them",
	[MCSNOOP_RULE_MEMBER_MAC] =
		"an entry for the MAC address, or in mac-mode a record of a group that has it",
	[MCSNOOP_RULE_REPORT_PROXIED] =
		"a report, and what is wanted is reported in the bridge's name",
	[MCSNOOP_RULE_REPORT_SUPPRESSED] =
		"a report of what another host has reported since the last query",
	[MCSNOOP_RULE_ND_TARGET] =
		"a neighbour solicitation, and who it looks for is here",
	[MCSNOOP_RULE_ND_ELSEWHERE] =
		"a neighbour solicitation, and who it looks for is on another port",
};

#define MCSNOOP_NR_RULE 27

/* what is counted per port; the bridge's own are the sum */
static const char *const mcsnoop_counter_names[]
	__attribute__((unused)) = {
	[MCSNOOP_COUNTER_RX_IGMP_QUERY_V1] = "rx_igmp_query_v1",
	[MCSNOOP_COUNTER_RX_IGMP_QUERY_V2] = "rx_igmp_query_v2",
	[MCSNOOP_COUNTER_RX_IGMP_QUERY_V3] = "rx_igmp_query_v3",
	[MCSNOOP_COUNTER_RX_IGMP_REPORT_V1] = "rx_igmp_report_v1",
	[MCSNOOP_COUNTER_RX_IGMP_REPORT_V2] = "rx_igmp_report_v2",
	[MCSNOOP_COUNTER_RX_IGMP_REPORT_V3] = "rx_igmp_report_v3",
	[MCSNOOP_COUNTER_RX_IGMP_LEAVE] = "rx_igmp_leave",
	[MCSNOOP_COUNTER_RX_MLD_QUERY_V1] = "rx_mld_query_v1",
	[MCSNOOP_COUNTER_RX_MLD_QUERY_V2] = "rx_mld_query_v2",
	[MCSNOOP_COUNTER_RX_MLD_REPORT_V1] = "rx_mld_report_v1",
	[MCSNOOP_COUNTER_RX_MLD_REPORT_V2] = "rx_mld_report_v2",
	[MCSNOOP_COUNTER_RX_MLD_DONE] = "rx_mld_done",
	[MCSNOOP_COUNTER_RX_MRD] = "rx_mrd",
	[MCSNOOP_COUNTER_RX_PIM_HELLO] = "rx_pim_hello",
	[MCSNOOP_COUNTER_RX_OTHER] = "rx_other",
	[MCSNOOP_COUNTER_RX_RECORDS] = "rx_records",
	[MCSNOOP_COUNTER_TX_IGMP_GENERAL] = "tx_igmp_general",
	[MCSNOOP_COUNTER_TX_IGMP_SPECIFIC] = "tx_igmp_specific",
	[MCSNOOP_COUNTER_TX_MLD_GENERAL] = "tx_mld_general",
	[MCSNOOP_COUNTER_TX_MLD_SPECIFIC] = "tx_mld_specific",
	[MCSNOOP_COUNTER_TX_ERROR] = "tx_error",
	[MCSNOOP_COUNTER_DROP_IPHDR] = "drop_iphdr",
	[MCSNOOP_COUNTER_DROP_IPCSUM] = "drop_ipcsum",
	[MCSNOOP_COUNTER_DROP_LEN] = "drop_len",
	[MCSNOOP_COUNTER_DROP_CSUM] = "drop_csum",
	[MCSNOOP_COUNTER_DROP_TRUNC] = "drop_trunc",
	[MCSNOOP_COUNTER_DROP_DST] = "drop_dst",
	[MCSNOOP_COUNTER_DROP_SRC] = "drop_src",
	[MCSNOOP_COUNTER_DROP_TTL] = "drop_ttl",
	[MCSNOOP_COUNTER_DROP_RA] = "drop_ra",
	[MCSNOOP_COUNTER_DROP_GROUP] = "drop_group",
	[MCSNOOP_COUNTER_DROP_GUARD] = "drop_guard",
	[MCSNOOP_COUNTER_DROP_FRAG] = "drop_frag",
	[MCSNOOP_COUNTER_NOTE_TTL] = "note_ttl",
	[MCSNOOP_COUNTER_NOTE_RA] = "note_ra",
	[MCSNOOP_COUNTER_NOTE_DST] = "note_dst",
	[MCSNOOP_COUNTER_NOTE_INTERVAL] = "note_interval",
	[MCSNOOP_COUNTER_SKIP_GROUP] = "skip_group",
	[MCSNOOP_COUNTER_SKIP_TYPE] = "skip_type",
	[MCSNOOP_COUNTER_SKIP_SOURCE] = "skip_source",
	[MCSNOOP_COUNTER_SKIP_SSM] = "skip_ssm",
	[MCSNOOP_COUNTER_SKIP_VLAN] = "skip_vlan",
	[MCSNOOP_COUNTER_SKIP_STP] = "skip_stp",
	[MCSNOOP_COUNTER_LIMIT_GROUPS] = "limit_groups",
	[MCSNOOP_COUNTER_LIMIT_PORT_GROUPS] = "limit_port_groups",
	[MCSNOOP_COUNTER_LIMIT_SOURCES] = "limit_sources",
	[MCSNOOP_COUNTER_LIMIT_RECORDS] = "limit_records",
	[MCSNOOP_COUNTER_LIMIT_VLANS] = "limit_vlans",
	[MCSNOOP_COUNTER_LIMIT_TX] = "limit_tx",
	[MCSNOOP_COUNTER_NO_MEMORY] = "no_memory",
	[MCSNOOP_COUNTER_DATA_FORWARDED] = "data_forwarded",
	[MCSNOOP_COUNTER_DATA_PRUNED] = "data_pruned",
	[MCSNOOP_COUNTER_DATA_FLOODED] = "data_flooded",
	[MCSNOOP_COUNTER_REPORTS_KEPT] = "reports_kept",
	[MCSNOOP_COUNTER_EVENT_LOST] = "event_lost",
	[MCSNOOP_COUNTER_DROP_NODE_SCOPE] = "drop_node_scope",
	[MCSNOOP_COUNTER_DATA_TTL] = "data_ttl",
	[MCSNOOP_COUNTER_DATA_SCOPE] = "data_scope",
	[MCSNOOP_COUNTER_RX_BPDU_TC] = "rx_bpdu_tc",
	[MCSNOOP_COUNTER_TX_IGMP_TOPOLOGY] = "tx_igmp_topology",
	[MCSNOOP_COUNTER_NOTE_TOPOLOGY] = "note_topology",
	[MCSNOOP_COUNTER_SKIP_BPDU] = "skip_bpdu",
	[MCSNOOP_COUNTER_SKIP_BPDU_GUARD] = "skip_bpdu_guard",
	[MCSNOOP_COUNTER_RX_PIMV1] = "rx_pimv1",
	[MCSNOOP_COUNTER_RX_DVMRP] = "rx_dvmrp",
	[MCSNOOP_COUNTER_RX_MOSPF] = "rx_mospf",
	[MCSNOOP_COUNTER_TX_MRD] = "tx_mrd",
	[MCSNOOP_COUNTER_SKIP_COMPAT] = "skip_compat",
	[MCSNOOP_COUNTER_LIMIT_HOSTS] = "limit_hosts",
	[MCSNOOP_COUNTER_LIMIT_QUERIES] = "limit_queries",
	[MCSNOOP_COUNTER_LEAVE_FAST] = "leave_fast",
	[MCSNOOP_COUNTER_LEAVE_KNOWN] = "leave_known",
	[MCSNOOP_COUNTER_SKIP_FILTER] = "skip_filter",
	[MCSNOOP_COUNTER_SKIP_FILTER_SOURCE] = "skip_filter_source",
	[MCSNOOP_COUNTER_DROP_REPORTER] = "drop_reporter",
	[MCSNOOP_COUNTER_DROP_ROUTER] = "drop_router",
	[MCSNOOP_COUNTER_DROP_L2DST] = "drop_l2dst",
	[MCSNOOP_COUNTER_DROP_VERSION] = "drop_version",
	[MCSNOOP_COUNTER_LIMIT_RATE_REPORTS] = "limit_rate_reports",
	[MCSNOOP_COUNTER_LIMIT_RATE_QUERIES] = "limit_rate_queries",
	[MCSNOOP_COUNTER_NOTE_OLDER] = "note_older",
	[MCSNOOP_COUNTER_NOTE_NEWER] = "note_newer",
	[MCSNOOP_COUNTER_TX_IGMP_REPORT] = "tx_igmp_report",
	[MCSNOOP_COUNTER_TX_MLD_REPORT] = "tx_mld_report",
	[MCSNOOP_COUNTER_REPORTS_ABSORBED] = "reports_absorbed",
	[MCSNOOP_COUNTER_REPORTS_SUPPRESSED] = "reports_suppressed",
	[MCSNOOP_COUNTER_PATH_FAST] = "path_fast",
	[MCSNOOP_COUNTER_PATH_PROOF] = "path_proof",
	[MCSNOOP_COUNTER_PATH_FORM] = "path_form",
	[MCSNOOP_COUNTER_PATH_PORT] = "path_port",
	[MCSNOOP_COUNTER_PATH_OPEN] = "path_open",
	[MCSNOOP_COUNTER_PATH_HOST] = "path_host",
	[MCSNOOP_COUNTER_PATH_UNREGISTERED] = "path_unregistered",
	[MCSNOOP_COUNTER_PATH_MAC] = "path_mac",
	[MCSNOOP_COUNTER_PATH_CHANGED] = "path_changed",
	[MCSNOOP_COUNTER_PATH_OBSERVE] = "path_observe",
	[MCSNOOP_COUNTER_OBSERVE_DATA] = "observe_data",
	[MCSNOOP_COUNTER_OBSERVE_BYTES] = "observe_bytes",
	[MCSNOOP_COUNTER_OBSERVE_REPORTS] = "observe_reports",
	[MCSNOOP_COUNTER_OBSERVE_REFUSED] = "observe_refused",
	[MCSNOOP_COUNTER_REPORTS_LOCAL] = "reports_local",
	[MCSNOOP_COUNTER_NOTE_DOUBTED] = "note_doubted",
	[MCSNOOP_COUNTER_HEAL_ASKED] = "heal_asked",
	[MCSNOOP_COUNTER_HEAL_KEPT] = "heal_kept",
	[MCSNOOP_COUNTER_HOSTS_MOVED] = "hosts_moved",
	[MCSNOOP_COUNTER_LIMIT_MOVES] = "limit_moves",
	[MCSNOOP_COUNTER_DATA_WINDOW] = "data_window",
	[MCSNOOP_COUNTER_LIMIT_VLAN_GROUPS] = "limit_vlan_groups",
	[MCSNOOP_COUNTER_LIMIT_REPLACED] = "limit_replaced",
	[MCSNOOP_COUNTER_PRUNED_NOT_MEMBER] = "pruned_not_member",
	[MCSNOOP_COUNTER_PRUNED_SOURCE_BLOCKED] = "pruned_source_blocked",
	[MCSNOOP_COUNTER_PRUNED_SOURCE_NOT_INCLUDED] =
		"pruned_source_not_included",
	[MCSNOOP_COUNTER_PRUNED_UNREGISTERED] = "pruned_unregistered",
	[MCSNOOP_COUNTER_LIMIT_HOST_GROUPS] = "limit_host_groups",
	[MCSNOOP_COUNTER_ND_LEARNED] = "nd_learned",
	[MCSNOOP_COUNTER_ND_MOVED] = "nd_moved",
	[MCSNOOP_COUNTER_ND_INVALID] = "nd_invalid",
	[MCSNOOP_COUNTER_ND_FORWARDED] = "nd_forwarded",
	[MCSNOOP_COUNTER_ND_PRUNED] = "nd_pruned",
	[MCSNOOP_COUNTER_ND_FLOOD_UNKNOWN] = "nd_flood_unknown",
	[MCSNOOP_COUNTER_ND_FLOOD_EXPIRED] = "nd_flood_expired",
	[MCSNOOP_COUNTER_ND_FLOOD_DAD] = "nd_flood_dad",
	[MCSNOOP_COUNTER_ND_FLOOD_REPEATED] = "nd_flood_repeated",
	[MCSNOOP_COUNTER_ND_FLOOD_MOVED] = "nd_flood_moved",
	[MCSNOOP_COUNTER_ND_FLOOD_PORT] = "nd_flood_port",
	[MCSNOOP_COUNTER_ND_FLOOD_BUSY] = "nd_flood_busy",
	[MCSNOOP_COUNTER_LIMIT_NEIGHBOURS] = "limit_neighbours",
};

static const char *const mcsnoop_counter_docs[]
	__attribute__((unused)) = {
	[MCSNOOP_COUNTER_RX_IGMP_QUERY_V1] = "IGMPv1 queries",
	[MCSNOOP_COUNTER_RX_IGMP_QUERY_V2] = "IGMPv2 queries",
	[MCSNOOP_COUNTER_RX_IGMP_QUERY_V3] = "IGMPv3 queries",
	[MCSNOOP_COUNTER_RX_IGMP_REPORT_V1] = "IGMPv1 reports",
	[MCSNOOP_COUNTER_RX_IGMP_REPORT_V2] = "IGMPv2 reports",
	[MCSNOOP_COUNTER_RX_IGMP_REPORT_V3] = "IGMPv3 reports",
	[MCSNOOP_COUNTER_RX_IGMP_LEAVE] = "IGMPv2 leaves",
	[MCSNOOP_COUNTER_RX_MLD_QUERY_V1] = "MLDv1 queries",
	[MCSNOOP_COUNTER_RX_MLD_QUERY_V2] = "MLDv2 queries",
	[MCSNOOP_COUNTER_RX_MLD_REPORT_V1] = "MLDv1 reports",
	[MCSNOOP_COUNTER_RX_MLD_REPORT_V2] = "MLDv2 reports",
	[MCSNOOP_COUNTER_RX_MLD_DONE] = "MLDv1 dones",
	[MCSNOOP_COUNTER_RX_MRD] =
		"multicast router discovery messages, both families",
	[MCSNOOP_COUNTER_RX_PIM_HELLO] = "PIM hellos, both families",
	[MCSNOOP_COUNTER_RX_OTHER] =
		"IGMP types that are not understood, flooded",
	[MCSNOOP_COUNTER_RX_RECORDS] =
		"group records in IGMPv3 and MLDv2 reports",
	[MCSNOOP_COUNTER_TX_IGMP_GENERAL] = "IGMP general queries sent",
	[MCSNOOP_COUNTER_TX_IGMP_SPECIFIC] =
		"IGMP group and source specific queries sent",
	[MCSNOOP_COUNTER_TX_MLD_GENERAL] = "MLD general queries sent",
	[MCSNOOP_COUNTER_TX_MLD_SPECIFIC] =
		"MLD address and source specific queries sent",
	[MCSNOOP_COUNTER_TX_ERROR] = "queries that could not be built or sent",
	[MCSNOOP_COUNTER_DROP_IPHDR] =
		"refused, IP header or extension header malformed",
	[MCSNOOP_COUNTER_DROP_IPCSUM] = "refused, IPv4 header checksum wrong",
	[MCSNOOP_COUNTER_DROP_LEN] =
		"refused, message too short or of a length no version has",
	[MCSNOOP_COUNTER_DROP_CSUM] = "refused, IGMP or ICMPv6 checksum wrong",
	[MCSNOOP_COUNTER_DROP_TRUNC] =
		"refused, records or sources run past the end",
	[MCSNOOP_COUNTER_DROP_DST] =
		"refused, destination address wrong for the message; for reports with strict-dst",
	[MCSNOOP_COUNTER_DROP_SRC] =
		"refused, source address not allowed for the message",
	[MCSNOOP_COUNTER_DROP_TTL] =
		"refused, MLD hop limit, or TTL with check-ttl, is not 1",
	[MCSNOOP_COUNTER_DROP_RA] =
		"refused, no router alert in MLD, or IGMP with require-ra",
	[MCSNOOP_COUNTER_DROP_GROUP] =
		"refused, group address is not a usable multicast address",
	[MCSNOOP_COUNTER_DROP_GUARD] =
		"refused, a query or router message on a guarded port",
	[MCSNOOP_COUNTER_DROP_FRAG] =
		"not parsed, fragment of a control message",
	[MCSNOOP_COUNTER_NOTE_TTL] = "accepted, IGMP with a TTL other than 1",
	[MCSNOOP_COUNTER_NOTE_RA] = "accepted, IGMP without router alert",
	[MCSNOOP_COUNTER_NOTE_DST] =
		"accepted, sent to an unusual destination; a query lowers nothing then",
	[MCSNOOP_COUNTER_NOTE_INTERVAL] =
		"accepted, advertisement interval out of range, nearest taken",
	[MCSNOOP_COUNTER_SKIP_GROUP] = "records passed over, group not usable",
	[MCSNOOP_COUNTER_SKIP_TYPE] = "records passed over, type unknown",
	[MCSNOOP_COUNTER_SKIP_SOURCE] =
		"sources passed over, not a unicast address",
	[MCSNOOP_COUNTER_SKIP_SSM] =
		"records passed over, not allowed for an SSM group",
	[MCSNOOP_COUNTER_SKIP_VLAN] =
		"control frames passed over, VLAN not allowed on the port",
	[MCSNOOP_COUNTER_SKIP_STP] =
		"control frames passed over, port not forwarding",
	[MCSNOOP_COUNTER_LIMIT_GROUPS] =
		"joins refused, the bridge has its maximum of groups",
	[MCSNOOP_COUNTER_LIMIT_PORT_GROUPS] =
		"joins refused, the port has its maximum of groups",
	[MCSNOOP_COUNTER_LIMIT_SOURCES] =
		"sources not stored, the record has its maximum",
	[MCSNOOP_COUNTER_LIMIT_RECORDS] =
		"reports refused, more records than allowed in one frame",
	[MCSNOOP_COUNTER_LIMIT_VLANS] =
		"control frames refused, the bridge has its maximum of VLANs",
	[MCSNOOP_COUNTER_LIMIT_TX] = "queries not sent, too many were waiting",
	[MCSNOOP_COUNTER_NO_MEMORY] = "changes refused, no memory",
	[MCSNOOP_COUNTER_DATA_FORWARDED] =
		"multicast data frames sent to this port",
	[MCSNOOP_COUNTER_DATA_PRUNED] =
		"multicast data frames kept from this port",
	[MCSNOOP_COUNTER_DATA_FLOODED] =
		"multicast data frames sent to this port that no member asked for",
	[MCSNOOP_COUNTER_REPORTS_KEPT] = "reports kept from this port",
	[MCSNOOP_COUNTER_EVENT_LOST] =
		"events that could not be sent to listeners",
	[MCSNOOP_COUNTER_DROP_NODE_SCOPE] =
		"refused, data to an IPv6 group of scope 0 or 1",
	[MCSNOOP_COUNTER_DATA_TTL] =
		"data frames kept from this port, TTL below ttl-threshold",
	[MCSNOOP_COUNTER_DATA_SCOPE] =
		"data frames kept from this port by scope-boundary",
	[MCSNOOP_COUNTER_RX_BPDU_TC] =
		"BPDUs that say that the topology has changed",
	[MCSNOOP_COUNTER_TX_IGMP_TOPOLOGY] =
		"IGMP general queries sent in the elected querier's name after a topology change",
	[MCSNOOP_COUNTER_NOTE_TOPOLOGY] =
		"topology changes that were heard of or happened here",
	[MCSNOOP_COUNTER_SKIP_BPDU] = "BPDUs passed over, malformed",
	[MCSNOOP_COUNTER_SKIP_BPDU_GUARD] =
		"topology changes passed over, guarded port",
	[MCSNOOP_COUNTER_RX_PIMV1] = "PIMv1 queries",
	[MCSNOOP_COUNTER_RX_DVMRP] = "DVMRP probes",
	[MCSNOOP_COUNTER_RX_MOSPF] = "OSPF hellos with the multicast option",
	[MCSNOOP_COUNTER_TX_MRD] = "multicast router solicitations sent",
	[MCSNOOP_COUNTER_SKIP_COMPAT] =
		"older reports and leaves passed over, compat is off",
	[MCSNOOP_COUNTER_LIMIT_HOSTS] =
		"hosts or sources of hosts not remembered, no room",
	[MCSNOOP_COUNTER_LIMIT_QUERIES] =
		"leaves not asked about, the port had too many",
	[MCSNOOP_COUNTER_LEAVE_FAST] = "leaves that took effect at once",
	[MCSNOOP_COUNTER_LEAVE_KNOWN] =
		"leaves not asked about, other members are known",
	[MCSNOOP_COUNTER_SKIP_FILTER] =
		"records passed over, denied by a filter",
	[MCSNOOP_COUNTER_SKIP_FILTER_SOURCE] =
		"sources passed over, denied by a filter",
	[MCSNOOP_COUNTER_DROP_REPORTER] =
		"refused, a report or leave from an address that no filter has",
	[MCSNOOP_COUNTER_DROP_ROUTER] =
		"refused, a router advertisement from an address no filter has",
	[MCSNOOP_COUNTER_DROP_L2DST] =
		"refused, MAC destination is not that of the address, strict-l2dst",
	[MCSNOOP_COUNTER_DROP_VERSION] =
		"refused, a version that is ignored on the port",
	[MCSNOOP_COUNTER_LIMIT_RATE_REPORTS] =
		"reports and leaves refused, more than rate-reports in a second",
	[MCSNOOP_COUNTER_LIMIT_RATE_QUERIES] =
		"queries and router messages refused, more than rate-queries in a second",
	[MCSNOOP_COUNTER_NOTE_OLDER] =
		"accepted, general query of an older version than is set here",
	[MCSNOOP_COUNTER_NOTE_NEWER] =
		"accepted, query of a newer version than is set here",
	[MCSNOOP_COUNTER_TX_IGMP_REPORT] =
		"IGMP reports and leaves sent in the name of the members",
	[MCSNOOP_COUNTER_TX_MLD_REPORT] =
		"MLD reports and dones sent in the name of the members",
	[MCSNOOP_COUNTER_REPORTS_ABSORBED] =
		"reports heard here that routers are told of in the bridge's name",
	[MCSNOOP_COUNTER_REPORTS_SUPPRESSED] =
		"reports heard here that say what another host has said already",
	[MCSNOOP_COUNTER_PATH_FAST] = "data frames that took the fast path",
	[MCSNOOP_COUNTER_PATH_PROOF] =
		"left to the bridge, the flow is not proved yet",
	[MCSNOOP_COUNTER_PATH_FORM] = "left to the bridge, not plain enough",
	[MCSNOOP_COUNTER_PATH_PORT] =
		"left to the bridge, by what the port is set to",
	[MCSNOOP_COUNTER_PATH_OPEN] =
		"left to the bridge, not pruned everywhere",
	[MCSNOOP_COUNTER_PATH_HOST] =
		"left to the bridge, the host wants them too",
	[MCSNOOP_COUNTER_PATH_UNREGISTERED] =
		"left to the bridge, nobody asked for the group",
	[MCSNOOP_COUNTER_PATH_MAC] = "left to the bridge, MAC addresses count",
	[MCSNOOP_COUNTER_PATH_CHANGED] =
		"left to the bridge, it was being changed or has MST on",
	[MCSNOOP_COUNTER_PATH_OBSERVE] =
		"left to the bridge, something of it is only observed",
	[MCSNOOP_COUNTER_OBSERVE_DATA] =
		"data frames that would have been kept from this port",
	[MCSNOOP_COUNTER_OBSERVE_BYTES] =
		"octets of these, from the MAC addresses on",
	[MCSNOOP_COUNTER_OBSERVE_REPORTS] =
		"reports that would have been kept from this port",
	[MCSNOOP_COUNTER_OBSERVE_REFUSED] =
		"messages that came in here and would have been dropped",
	[MCSNOOP_COUNTER_REPORTS_LOCAL] =
		"reports heard here that no port was to get",
	[MCSNOOP_COUNTER_NOTE_DOUBTED] =
		"specific queries heard here that are not believed",
	[MCSNOOP_COUNTER_HEAL_ASKED] =
		"records here that were about to run out, and were asked about",
	[MCSNOOP_COUNTER_HEAL_KEPT] = "those of them that were reported again",
	[MCSNOOP_COUNTER_HOSTS_MOVED] =
		"hosts that moved here with their memberships",
	[MCSNOOP_COUNTER_LIMIT_MOVES] =
		"addresses that moved here, not followed, too many at once",
	[MCSNOOP_COUNTER_DATA_WINDOW] =
		"those of data-flooded because members were not asked yet",
	[MCSNOOP_COUNTER_LIMIT_VLAN_GROUPS] =
		"groups refused, the VLAN has too many",
	[MCSNOOP_COUNTER_LIMIT_REPLACED] =
		"records that gave way to a new one, too many groups",
	[MCSNOOP_COUNTER_PRUNED_NOT_MEMBER] =
		"data frames kept from this port, asked for elsewhere only",
	[MCSNOOP_COUNTER_PRUNED_SOURCE_BLOCKED] =
		"data frames kept from this port, asked for without their source",
	[MCSNOOP_COUNTER_PRUNED_SOURCE_NOT_INCLUDED] =
		"data frames kept from this port, asked for from other sources",
	[MCSNOOP_COUNTER_PRUNED_UNREGISTERED] =
		"data frames kept from this port, asked for nowhere",
	[MCSNOOP_COUNTER_LIMIT_HOST_GROUPS] =
		"groups refused, their host has too many",
	[MCSNOOP_COUNTER_ND_LEARNED] = "neighbours that were heard here first",
	[MCSNOOP_COUNTER_ND_MOVED] =
		"neighbours that were heard here, known on another port",
	[MCSNOOP_COUNTER_ND_INVALID] =
		"neighbour discovery heard here that hosts do not take",
	[MCSNOOP_COUNTER_ND_FORWARDED] =
		"neighbour solicitations of known targets sent to this port",
	[MCSNOOP_COUNTER_ND_PRUNED] =
		"neighbour solicitations kept from this port",
	[MCSNOOP_COUNTER_ND_FLOOD_UNKNOWN] =
		"solicitations heard here, flooded, their target is not known",
	[MCSNOOP_COUNTER_ND_FLOOD_EXPIRED] =
		"solicitations heard here, flooded, their target was silent",
	[MCSNOOP_COUNTER_ND_FLOOD_DAD] =
		"solicitations heard here, flooded, they look for duplicates",
	[MCSNOOP_COUNTER_ND_FLOOD_REPEATED] =
		"solicitations heard here, flooded, one was not answered",
	[MCSNOOP_COUNTER_ND_FLOOD_MOVED] =
		"solicitations heard here, flooded, their target may have moved",
	[MCSNOOP_COUNTER_ND_FLOOD_PORT] =
		"solicitations heard here, flooded, nothing goes to that port",
	[MCSNOOP_COUNTER_ND_FLOOD_BUSY] =
		"solicitations heard here, flooded, too many to be remembered",
	[MCSNOOP_COUNTER_LIMIT_NEIGHBOURS] =
		"neighbours heard here, too many, forgotten or not learned",
};

#define MCSNOOP_NR_COUNTER 127

/* why the bridge itself does not send a frame out of a port */
static const char *const mcsnoop_obstacle_names[]
	__attribute__((unused)) = {
	[MCSNOOP_OBSTACLE_NONE] = "none",
	[MCSNOOP_OBSTACLE_OWN_PORT] = "own_port",
	[MCSNOOP_OBSTACLE_IN_BLOCKED] = "in_blocked",
	[MCSNOOP_OBSTACLE_IN_VLAN] = "in_vlan",
	[MCSNOOP_OBSTACLE_BLOCKED] = "blocked",
	[MCSNOOP_OBSTACLE_VLAN] = "vlan",
	[MCSNOOP_OBSTACLE_ISOLATED] = "isolated",
	[MCSNOOP_OBSTACLE_FLOOD_OFF] = "flood_off",
};

#define MCSNOOP_NR_OBSTACLE 8

/* whether what is decided is done */
static const char *const mcsnoop_mode_names[]
	__attribute__((unused)) = {
	[MCSNOOP_MODE_ENFORCE] = "enforce",
	[MCSNOOP_MODE_OBSERVE] = "observe",
	[MCSNOOP_MODE_INHERIT] = "inherit",
};

#define MCSNOOP_NR_MODE 3

/* whether a bridge uses the fast path, and why not */
static const char *const mcsnoop_fastpath_state_names[]
	__attribute__((unused)) = {
	[MCSNOOP_FASTPATH_STATE_OPEN] = "open",
	[MCSNOOP_FASTPATH_STATE_OFF] = "off",
	[MCSNOOP_FASTPATH_STATE_INTREE] = "intree",
	[MCSNOOP_FASTPATH_STATE_MST] = "mst",
	[MCSNOOP_FASTPATH_STATE_VLANS] = "vlans",
	[MCSNOOP_FASTPATH_STATE_OBSERVE] = "observe",
	[MCSNOOP_FASTPATH_STATE_CHANGING] = "changing",
};

#define MCSNOOP_NR_FASTPATH_STATE 7

/* what happens to a new group where there are too many */
static const char *const mcsnoop_over_limit_names[]
	__attribute__((unused)) = {
	[MCSNOOP_OVER_LIMIT_REFUSE] = "refuse",
	[MCSNOOP_OVER_LIMIT_REPLACE] = "replace",
};

#define MCSNOOP_NR_OVER_LIMIT 2

/* what the flight recorder says has happened */
static const char *const mcsnoop_log_event_names[]
	__attribute__((unused)) = {
	[MCSNOOP_LOG_EVENT_JOIN] = "join",
	[MCSNOOP_LOG_EVENT_CHANGE] = "change",
	[MCSNOOP_LOG_EVENT_LEAVE] = "leave",
	[MCSNOOP_LOG_EVENT_EXPIRY] = "expiry",
	[MCSNOOP_LOG_EVENT_END] = "end",
	[MCSNOOP_LOG_EVENT_ROUTER] = "router",
	[MCSNOOP_LOG_EVENT_QUERIER] = "querier",
	[MCSNOOP_LOG_EVENT_QUERY] = "query",
	[MCSNOOP_LOG_EVENT_REFUSAL] = "refusal",
	[MCSNOOP_LOG_EVENT_DOUBT] = "doubt",
	[MCSNOOP_LOG_EVENT_HEAL] = "heal",
	[MCSNOOP_LOG_EVENT_MOVE] = "move",
	[MCSNOOP_LOG_EVENT_PRESSURE] = "pressure",
	[MCSNOOP_LOG_EVENT_RELIEF] = "relief",
};

#define MCSNOOP_NR_LOG_EVENT 14

/* whether a neighbour is known well enough to be looked for there alone */
static const char *const mcsnoop_nd_state_names[]
	__attribute__((unused)) = {
	[MCSNOOP_ND_STATE_NONE] = "none",
	[MCSNOOP_ND_STATE_KNOWN] = "known",
	[MCSNOOP_ND_STATE_UNKNOWN] = "unknown",
	[MCSNOOP_ND_STATE_EXPIRED] = "expired",
	[MCSNOOP_ND_STATE_DAD] = "dad",
	[MCSNOOP_ND_STATE_REPEATED] = "repeated",
	[MCSNOOP_ND_STATE_MOVED] = "moved",
	[MCSNOOP_ND_STATE_PORT] = "port",
	[MCSNOOP_ND_STATE_BUSY] = "busy",
};

#define MCSNOOP_NR_ND_STATE 9

#endif /* MCSNOOP_NAMES_GEN_H */
