/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/mcsnoop.yaml */
/* YNL-GEN uapi header */
/* To regenerate run: scripts/genl.sh */

#ifndef _UAPI_LINUX_MCSNOOP_H
#define _UAPI_LINUX_MCSNOOP_H

#define MCSNOOP_FAMILY_NAME	"mcsnoop"
#define MCSNOOP_FAMILY_VERSION	1

/**
 * enum mcsnoop_querier_mode - whether this bridge sends general queries
 * @MCSNOOP_QUERIER_MODE_OFF: never query
 * @MCSNOOP_QUERIER_MODE_ON: query from the start and take part in the election
 * @MCSNOOP_QUERIER_MODE_AUTO: query when no other querier was heard for its
 *   present interval
 */
enum mcsnoop_querier_mode {
	MCSNOOP_QUERIER_MODE_OFF,
	MCSNOOP_QUERIER_MODE_ON,
	MCSNOOP_QUERIER_MODE_AUTO,
};

/**
 * enum mcsnoop_gmi_rule - how long a membership lives without a report
 * @MCSNOOP_GMI_RULE_RFC9776: robustness * query interval + 2 * response
 *   interval
 * @MCSNOOP_GMI_RULE_RFC3376: robustness * query interval + response interval
 */
enum mcsnoop_gmi_rule {
	MCSNOOP_GMI_RULE_RFC9776,
	MCSNOOP_GMI_RULE_RFC3376,
};

/**
 * enum mcsnoop_unregistered - where data goes whose group no port has asked
 *   for
 * @MCSNOOP_UNREGISTERED_AUTO: to router ports when there are any, to every
 *   port otherwise
 * @MCSNOOP_UNREGISTERED_FLOOD: to every port
 * @MCSNOOP_UNREGISTERED_ROUTERS: to router ports only
 * @MCSNOOP_UNREGISTERED_DROP: nowhere
 * @MCSNOOP_UNREGISTERED_INHERIT: ports only, what the bridge says
 */
enum mcsnoop_unregistered {
	MCSNOOP_UNREGISTERED_AUTO,
	MCSNOOP_UNREGISTERED_FLOOD,
	MCSNOOP_UNREGISTERED_ROUTERS,
	MCSNOOP_UNREGISTERED_DROP,
	MCSNOOP_UNREGISTERED_INHERIT,
};

/**
 * enum mcsnoop_router_mode - whether a port is treated as leading to a
 *   multicast router
 * @MCSNOOP_ROUTER_MODE_NEVER: never, whatever is heard there
 * @MCSNOOP_ROUTER_MODE_AUTO: while queries are heard there
 * @MCSNOOP_ROUTER_MODE_PERMANENT: always
 */
enum mcsnoop_router_mode {
	MCSNOOP_ROUTER_MODE_NEVER,
	MCSNOOP_ROUTER_MODE_AUTO,
	MCSNOOP_ROUTER_MODE_PERMANENT,
};

/**
 * enum mcsnoop_filter_mode - RFC 3376 section 6.2.1
 * @MCSNOOP_FILTER_MODE_INCLUDE: only the listed sources are wanted
 * @MCSNOOP_FILTER_MODE_EXCLUDE: every source but the blocked ones is wanted
 */
enum mcsnoop_filter_mode {
	MCSNOOP_FILTER_MODE_INCLUDE,
	MCSNOOP_FILTER_MODE_EXCLUDE,
};

/**
 * enum mcsnoop_source_state - RFC 3376 section 6.2.3
 * @MCSNOOP_SOURCE_STATE_FORWARD: timer running, the source is forwarded
 * @MCSNOOP_SOURCE_STATE_BLOCKED: no timer, the source is not forwarded
 */
enum mcsnoop_source_state {
	MCSNOOP_SOURCE_STATE_FORWARD,
	MCSNOOP_SOURCE_STATE_BLOCKED,
};

/**
 * enum mcsnoop_querier_state - who queries in one VLAN and family
 * @MCSNOOP_QUERIER_STATE_NONE: nobody
 * @MCSNOOP_QUERIER_STATE_SELF: this bridge
 * @MCSNOOP_QUERIER_STATE_OTHER: an elected querier that was heard on a port
 * @MCSNOOP_QUERIER_STATE_PROXY: only queries without a source address are
 *   heard
 */
enum mcsnoop_querier_state {
	MCSNOOP_QUERIER_STATE_NONE,
	MCSNOOP_QUERIER_STATE_SELF,
	MCSNOOP_QUERIER_STATE_OTHER,
	MCSNOOP_QUERIER_STATE_PROXY,
};

/**
 * enum mcsnoop_pruning - whether data is pruned in one VLAN and family, and
 *   why not
 * @MCSNOOP_PRUNING_ACTIVE: a querier is known and hosts had time to answer it
 * @MCSNOOP_PRUNING_NO_QUERIER: no querier is known, everything is flooded
 * @MCSNOOP_PRUNING_LEARNING: the first query is younger than its response
 *   interval
 * @MCSNOOP_PRUNING_INTREE_SNOOPING: the bridge's own snooping was turned on,
 *   everything is left to it
 */
enum mcsnoop_pruning {
	MCSNOOP_PRUNING_ACTIVE,
	MCSNOOP_PRUNING_NO_QUERIER,
	MCSNOOP_PRUNING_LEARNING,
	MCSNOOP_PRUNING_INTREE_SNOOPING,
};

/**
 * enum mcsnoop_router_type - why a port is a router port
 * @MCSNOOP_ROUTER_TYPE_QUERY: a query with a source address was heard
 * @MCSNOOP_ROUTER_TYPE_ZERO_QUERY: a query without a source address was heard
 * @MCSNOOP_ROUTER_TYPE_PERMANENT: set by hand
 * @MCSNOOP_ROUTER_TYPE_MRD: a multicast router advertisement was heard (RFC
 *   4286)
 * @MCSNOOP_ROUTER_TYPE_PIM: a PIM hello was heard
 * @MCSNOOP_ROUTER_TYPE_PIMV1: a PIMv1 query was heard
 * @MCSNOOP_ROUTER_TYPE_DVMRP: a DVMRP probe was heard
 * @MCSNOOP_ROUTER_TYPE_MOSPF: an OSPF hello with the multicast option was
 *   heard
 */
enum mcsnoop_router_type {
	MCSNOOP_ROUTER_TYPE_QUERY,
	MCSNOOP_ROUTER_TYPE_ZERO_QUERY,
	MCSNOOP_ROUTER_TYPE_PERMANENT,
	MCSNOOP_ROUTER_TYPE_MRD,
	MCSNOOP_ROUTER_TYPE_PIM,
	MCSNOOP_ROUTER_TYPE_PIMV1,
	MCSNOOP_ROUTER_TYPE_DVMRP,
	MCSNOOP_ROUTER_TYPE_MOSPF,
};

/**
 * enum mcsnoop_examine - control protocols that are learned from
 * @MCSNOOP_EXAMINE_MLD: queries, reports and dones of MLD
 * @MCSNOOP_EXAMINE_IGMP: queries, reports and leaves of IGMP
 * @MCSNOOP_EXAMINE_MRD: multicast router discovery, both families
 * @MCSNOOP_EXAMINE_PIM: PIMv2 hellos, both families
 * @MCSNOOP_EXAMINE_PIMV1: PIMv1 queries, which are IGMP
 * @MCSNOOP_EXAMINE_DVMRP: DVMRP probes, which are IGMP
 * @MCSNOOP_EXAMINE_MOSPF: OSPF hellos of routers that forward multicast
 */
enum mcsnoop_examine {
	MCSNOOP_EXAMINE_MLD = 1,
	MCSNOOP_EXAMINE_IGMP = 2,
	MCSNOOP_EXAMINE_MRD = 4,
	MCSNOOP_EXAMINE_PIM = 8,
	MCSNOOP_EXAMINE_PIMV1 = 16,
	MCSNOOP_EXAMINE_DVMRP = 32,
	MCSNOOP_EXAMINE_MOSPF = 64,
};

/**
 * enum mcsnoop_fast_leave - whether a leave ends a membership without asking
 *   first
 * @MCSNOOP_FAST_LEAVE_OFF: never, members are always asked
 * @MCSNOOP_FAST_LEAVE_ON: always; right only where one host is behind the port
 * @MCSNOOP_FAST_LEAVE_AUTO: when host tracking shows that nobody else wants it
 * @MCSNOOP_FAST_LEAVE_INHERIT: ports only, what the bridge says
 */
enum mcsnoop_fast_leave {
	MCSNOOP_FAST_LEAVE_OFF,
	MCSNOOP_FAST_LEAVE_ON,
	MCSNOOP_FAST_LEAVE_AUTO,
	MCSNOOP_FAST_LEAVE_INHERIT,
};

/**
 * enum mcsnoop_flood_cause - why everything goes to some ports although others
 *   are pruned
 * @MCSNOOP_FLOOD_CAUSE_PORT: they began to forward, and nobody has asked their
 *   members yet
 * @MCSNOOP_FLOOD_CAUSE_TOPOLOGY: the topology changed, and members were not
 *   asked since
 */
enum mcsnoop_flood_cause {
	MCSNOOP_FLOOD_CAUSE_PORT,
	MCSNOOP_FLOOD_CAUSE_TOPOLOGY,
};

/**
 * enum mcsnoop_filter_kind - what a filter is about
 * @MCSNOOP_FILTER_KIND_GROUP: which groups and sources may be asked for
 * @MCSNOOP_FILTER_KIND_REPORTER: which addresses may report and leave
 * @MCSNOOP_FILTER_KIND_ROUTER: which addresses may advertise a multicast
 *   router (RFC 4286)
 */
enum mcsnoop_filter_kind {
	MCSNOOP_FILTER_KIND_GROUP,
	MCSNOOP_FILTER_KIND_REPORTER,
	MCSNOOP_FILTER_KIND_ROUTER,
};

/**
 * enum mcsnoop_filter_action - what a group filter does with what it matches
 * @MCSNOOP_FILTER_ACTION_PERMIT: it may be asked for
 * @MCSNOOP_FILTER_ACTION_DENY: it may not
 */
enum mcsnoop_filter_action {
	MCSNOOP_FILTER_ACTION_PERMIT,
	MCSNOOP_FILTER_ACTION_DENY,
};

/**
 * enum mcsnoop_cause - what made an event happen
 * @MCSNOOP_CAUSE_REPORT: a membership report
 * @MCSNOOP_CAUSE_LEAVE: a leave, done or state change
 * @MCSNOOP_CAUSE_QUERY: a query that was heard
 * @MCSNOOP_CAUSE_EXPIRED: a timer ran out
 * @MCSNOOP_CAUSE_ADMIN: a request over netlink
 * @MCSNOOP_CAUSE_PORT_DOWN: the port went down, was blocked or left the bridge
 * @MCSNOOP_CAUSE_VLAN_REMOVED: the VLAN was removed from the port
 * @MCSNOOP_CAUSE_DETACH: the bridge was detached
 * @MCSNOOP_CAUSE_ELECTION: the querier election
 * @MCSNOOP_CAUSE_TOPOLOGY: a topology change of the spanning tree, or its end
 * @MCSNOOP_CAUSE_RESTORE: what was known elsewhere was taken over
 * @MCSNOOP_CAUSE_MOVE: a host moved to another port, and its memberships with
 *   it
 * @MCSNOOP_CAUSE_REPLACED: a new record took its place, there were too many
 */
enum mcsnoop_cause {
	MCSNOOP_CAUSE_REPORT,
	MCSNOOP_CAUSE_LEAVE,
	MCSNOOP_CAUSE_QUERY,
	MCSNOOP_CAUSE_EXPIRED,
	MCSNOOP_CAUSE_ADMIN,
	MCSNOOP_CAUSE_PORT_DOWN,
	MCSNOOP_CAUSE_VLAN_REMOVED,
	MCSNOOP_CAUSE_DETACH,
	MCSNOOP_CAUSE_ELECTION,
	MCSNOOP_CAUSE_TOPOLOGY,
	MCSNOOP_CAUSE_RESTORE,
	MCSNOOP_CAUSE_MOVE,
	MCSNOOP_CAUSE_REPLACED,
};

/**
 * enum mcsnoop_rule - the rule that decided where a frame goes
 * @MCSNOOP_RULE_NOT_SNOOPED: not an IP multicast frame
 * @MCSNOOP_RULE_LINK_LOCAL: 224.0.0.0/24 or ff02::/16, always flooded
 * @MCSNOOP_RULE_QUERY: a query, to every port
 * @MCSNOOP_RULE_REPORT_ROUTER: a report, to router ports only
 * @MCSNOOP_RULE_REPORT_LOCAL: a report, and this is not a router port
 * @MCSNOOP_RULE_INVALID: a control message that was refused
 * @MCSNOOP_RULE_NO_PRUNING: nothing is pruned here yet, see pruning
 * @MCSNOOP_RULE_ROUTER_PORT: every stream goes to a router port
 * @MCSNOOP_RULE_MEMBER_EXCLUDE: the port's record excludes only other sources
 * @MCSNOOP_RULE_MEMBER_INCLUDE: the port's record includes the source
 * @MCSNOOP_RULE_SOURCE_BLOCKED: the port's record excludes the source
 * @MCSNOOP_RULE_SOURCE_NOT_INCLUDED: the port's record does not include the
 *   source
 * @MCSNOOP_RULE_NOT_MEMBER: the group has members, but not on this port
 * @MCSNOOP_RULE_UNREGISTERED_FLOOD: nobody asked for the group and the policy
 *   floods it
 * @MCSNOOP_RULE_UNREGISTERED_DROP: nobody asked for the group and the policy
 *   does not flood it
 * @MCSNOOP_RULE_HOST_ALL: the bridge device is promiscuous, allmulti or a
 *   router
 * @MCSNOOP_RULE_FRAGMENT: a fragment of a control message, flooded and not
 *   parsed
 * @MCSNOOP_RULE_UNPARSED: a control protocol or header that is not understood,
 *   flooded
 * @MCSNOOP_RULE_NODE_SCOPE: an IPv6 group of scope 0 or 1, dropped
 * @MCSNOOP_RULE_TTL_THRESHOLD: the TTL is below the ttl-threshold of the port
 * @MCSNOOP_RULE_SCOPE_BOUNDARY: the scope of the group ends at the port, see
 *   scope-boundary
 * @MCSNOOP_RULE_REPORT_FLOOD: a report, and this port is to get all of them
 * @MCSNOOP_RULE_MEMBER_MAC: an entry for the MAC address, or in mac-mode a
 *   record of a group that has it
 * @MCSNOOP_RULE_REPORT_PROXIED: a report, and what is wanted is reported in
 *   the bridge's name
 * @MCSNOOP_RULE_REPORT_SUPPRESSED: a report of what another host has reported
 *   since the last query
 * @MCSNOOP_RULE_ND_TARGET: a neighbour solicitation, and who it looks for is
 *   here
 * @MCSNOOP_RULE_ND_ELSEWHERE: a neighbour solicitation, and who it looks for
 *   is on another port
 */
enum mcsnoop_rule {
	MCSNOOP_RULE_NOT_SNOOPED,
	MCSNOOP_RULE_LINK_LOCAL,
	MCSNOOP_RULE_QUERY,
	MCSNOOP_RULE_REPORT_ROUTER,
	MCSNOOP_RULE_REPORT_LOCAL,
	MCSNOOP_RULE_INVALID,
	MCSNOOP_RULE_NO_PRUNING,
	MCSNOOP_RULE_ROUTER_PORT,
	MCSNOOP_RULE_MEMBER_EXCLUDE,
	MCSNOOP_RULE_MEMBER_INCLUDE,
	MCSNOOP_RULE_SOURCE_BLOCKED,
	MCSNOOP_RULE_SOURCE_NOT_INCLUDED,
	MCSNOOP_RULE_NOT_MEMBER,
	MCSNOOP_RULE_UNREGISTERED_FLOOD,
	MCSNOOP_RULE_UNREGISTERED_DROP,
	MCSNOOP_RULE_HOST_ALL,
	MCSNOOP_RULE_FRAGMENT,
	MCSNOOP_RULE_UNPARSED,
	MCSNOOP_RULE_NODE_SCOPE,
	MCSNOOP_RULE_TTL_THRESHOLD,
	MCSNOOP_RULE_SCOPE_BOUNDARY,
	MCSNOOP_RULE_REPORT_FLOOD,
	MCSNOOP_RULE_MEMBER_MAC,
	MCSNOOP_RULE_REPORT_PROXIED,
	MCSNOOP_RULE_REPORT_SUPPRESSED,
	MCSNOOP_RULE_ND_TARGET,
	MCSNOOP_RULE_ND_ELSEWHERE,
};

/**
 * enum mcsnoop_counter - what is counted per port; the bridge's own are the
 *   sum
 * @MCSNOOP_COUNTER_RX_IGMP_QUERY_V1: IGMPv1 queries
 * @MCSNOOP_COUNTER_RX_IGMP_QUERY_V2: IGMPv2 queries
 * @MCSNOOP_COUNTER_RX_IGMP_QUERY_V3: IGMPv3 queries
 * @MCSNOOP_COUNTER_RX_IGMP_REPORT_V1: IGMPv1 reports
 * @MCSNOOP_COUNTER_RX_IGMP_REPORT_V2: IGMPv2 reports
 * @MCSNOOP_COUNTER_RX_IGMP_REPORT_V3: IGMPv3 reports
 * @MCSNOOP_COUNTER_RX_IGMP_LEAVE: IGMPv2 leaves
 * @MCSNOOP_COUNTER_RX_MLD_QUERY_V1: MLDv1 queries
 * @MCSNOOP_COUNTER_RX_MLD_QUERY_V2: MLDv2 queries
 * @MCSNOOP_COUNTER_RX_MLD_REPORT_V1: MLDv1 reports
 * @MCSNOOP_COUNTER_RX_MLD_REPORT_V2: MLDv2 reports
 * @MCSNOOP_COUNTER_RX_MLD_DONE: MLDv1 dones
 * @MCSNOOP_COUNTER_RX_MRD: multicast router discovery messages, both families
 * @MCSNOOP_COUNTER_RX_PIM_HELLO: PIM hellos, both families
 * @MCSNOOP_COUNTER_RX_OTHER: IGMP types that are not understood, flooded
 * @MCSNOOP_COUNTER_RX_RECORDS: group records in IGMPv3 and MLDv2 reports
 * @MCSNOOP_COUNTER_TX_IGMP_GENERAL: IGMP general queries sent
 * @MCSNOOP_COUNTER_TX_IGMP_SPECIFIC: IGMP group and source specific queries
 *   sent
 * @MCSNOOP_COUNTER_TX_MLD_GENERAL: MLD general queries sent
 * @MCSNOOP_COUNTER_TX_MLD_SPECIFIC: MLD address and source specific queries
 *   sent
 * @MCSNOOP_COUNTER_TX_ERROR: queries that could not be built or sent
 * @MCSNOOP_COUNTER_DROP_IPHDR: refused, IP header or extension header
 *   malformed
 * @MCSNOOP_COUNTER_DROP_IPCSUM: refused, IPv4 header checksum wrong
 * @MCSNOOP_COUNTER_DROP_LEN: refused, message too short or of a length no
 *   version has
 * @MCSNOOP_COUNTER_DROP_CSUM: refused, IGMP or ICMPv6 checksum wrong
 * @MCSNOOP_COUNTER_DROP_TRUNC: refused, records or sources run past the end
 * @MCSNOOP_COUNTER_DROP_DST: refused, destination address wrong for the
 *   message; for reports with strict-dst
 * @MCSNOOP_COUNTER_DROP_SRC: refused, source address not allowed for the
 *   message
 * @MCSNOOP_COUNTER_DROP_TTL: refused, MLD hop limit, or TTL with check-ttl, is
 *   not 1
 * @MCSNOOP_COUNTER_DROP_RA: refused, no router alert in MLD, or IGMP with
 *   require-ra
 * @MCSNOOP_COUNTER_DROP_GROUP: refused, group address is not a usable
 *   multicast address
 * @MCSNOOP_COUNTER_DROP_GUARD: refused, a query or router message on a guarded
 *   port
 * @MCSNOOP_COUNTER_DROP_FRAG: not parsed, fragment of a control message
 * @MCSNOOP_COUNTER_NOTE_TTL: accepted, IGMP with a TTL other than 1
 * @MCSNOOP_COUNTER_NOTE_RA: accepted, IGMP without router alert
 * @MCSNOOP_COUNTER_NOTE_DST: accepted, sent to an unusual destination; a query
 *   lowers nothing then
 * @MCSNOOP_COUNTER_NOTE_INTERVAL: accepted, advertisement interval out of
 *   range, nearest taken
 * @MCSNOOP_COUNTER_SKIP_GROUP: records passed over, group not usable
 * @MCSNOOP_COUNTER_SKIP_TYPE: records passed over, type unknown
 * @MCSNOOP_COUNTER_SKIP_SOURCE: sources passed over, not a unicast address
 * @MCSNOOP_COUNTER_SKIP_SSM: records passed over, not allowed for an SSM group
 * @MCSNOOP_COUNTER_SKIP_VLAN: control frames passed over, VLAN not allowed on
 *   the port
 * @MCSNOOP_COUNTER_SKIP_STP: control frames passed over, port not forwarding
 * @MCSNOOP_COUNTER_LIMIT_GROUPS: joins refused, the bridge has its maximum of
 *   groups
 * @MCSNOOP_COUNTER_LIMIT_PORT_GROUPS: joins refused, the port has its maximum
 *   of groups
 * @MCSNOOP_COUNTER_LIMIT_SOURCES: sources not stored, the record has its
 *   maximum
 * @MCSNOOP_COUNTER_LIMIT_RECORDS: reports refused, more records than allowed
 *   in one frame
 * @MCSNOOP_COUNTER_LIMIT_VLANS: control frames refused, the bridge has its
 *   maximum of VLANs
 * @MCSNOOP_COUNTER_LIMIT_TX: queries not sent, too many were waiting
 * @MCSNOOP_COUNTER_NO_MEMORY: changes refused, no memory
 * @MCSNOOP_COUNTER_DATA_FORWARDED: multicast data frames sent to this port
 * @MCSNOOP_COUNTER_DATA_PRUNED: multicast data frames kept from this port
 * @MCSNOOP_COUNTER_DATA_FLOODED: multicast data frames sent to this port that
 *   no member asked for
 * @MCSNOOP_COUNTER_REPORTS_KEPT: reports kept from this port
 * @MCSNOOP_COUNTER_EVENT_LOST: events that could not be sent to listeners
 * @MCSNOOP_COUNTER_DROP_NODE_SCOPE: refused, data to an IPv6 group of scope 0
 *   or 1
 * @MCSNOOP_COUNTER_DATA_TTL: data frames kept from this port, TTL below
 *   ttl-threshold
 * @MCSNOOP_COUNTER_DATA_SCOPE: data frames kept from this port by
 *   scope-boundary
 * @MCSNOOP_COUNTER_RX_BPDU_TC: BPDUs that say that the topology has changed
 * @MCSNOOP_COUNTER_TX_IGMP_TOPOLOGY: IGMP general queries sent in the elected
 *   querier's name after a topology change
 * @MCSNOOP_COUNTER_NOTE_TOPOLOGY: topology changes that were heard of or
 *   happened here
 * @MCSNOOP_COUNTER_SKIP_BPDU: BPDUs passed over, malformed
 * @MCSNOOP_COUNTER_SKIP_BPDU_GUARD: topology changes passed over, guarded port
 * @MCSNOOP_COUNTER_RX_PIMV1: PIMv1 queries
 * @MCSNOOP_COUNTER_RX_DVMRP: DVMRP probes
 * @MCSNOOP_COUNTER_RX_MOSPF: OSPF hellos with the multicast option
 * @MCSNOOP_COUNTER_TX_MRD: multicast router solicitations sent
 * @MCSNOOP_COUNTER_SKIP_COMPAT: older reports and leaves passed over, compat
 *   is off
 * @MCSNOOP_COUNTER_LIMIT_HOSTS: hosts or sources of hosts not remembered, no
 *   room
 * @MCSNOOP_COUNTER_LIMIT_QUERIES: leaves not asked about, the port had too
 *   many
 * @MCSNOOP_COUNTER_LEAVE_FAST: leaves that took effect at once
 * @MCSNOOP_COUNTER_LEAVE_KNOWN: leaves not asked about, other members are
 *   known
 * @MCSNOOP_COUNTER_SKIP_FILTER: records passed over, denied by a filter
 * @MCSNOOP_COUNTER_SKIP_FILTER_SOURCE: sources passed over, denied by a filter
 * @MCSNOOP_COUNTER_DROP_REPORTER: refused, a report or leave from an address
 *   that no filter has
 * @MCSNOOP_COUNTER_DROP_ROUTER: refused, a router advertisement from an
 *   address no filter has
 * @MCSNOOP_COUNTER_DROP_L2DST: refused, MAC destination is not that of the
 *   address, strict-l2dst
 * @MCSNOOP_COUNTER_DROP_VERSION: refused, a version that is ignored on the
 *   port
 * @MCSNOOP_COUNTER_LIMIT_RATE_REPORTS: reports and leaves refused, more than
 *   rate-reports in a second
 * @MCSNOOP_COUNTER_LIMIT_RATE_QUERIES: queries and router messages refused,
 *   more than rate-queries in a second
 * @MCSNOOP_COUNTER_NOTE_OLDER: accepted, general query of an older version
 *   than is set here
 * @MCSNOOP_COUNTER_NOTE_NEWER: accepted, query of a newer version than is set
 *   here
 * @MCSNOOP_COUNTER_TX_IGMP_REPORT: IGMP reports and leaves sent in the name of
 *   the members
 * @MCSNOOP_COUNTER_TX_MLD_REPORT: MLD reports and dones sent in the name of
 *   the members
 * @MCSNOOP_COUNTER_REPORTS_ABSORBED: reports heard here that routers are told
 *   of in the bridge's name
 * @MCSNOOP_COUNTER_REPORTS_SUPPRESSED: reports heard here that say what
 *   another host has said already
 * @MCSNOOP_COUNTER_PATH_FAST: data frames that took the fast path
 * @MCSNOOP_COUNTER_PATH_PROOF: left to the bridge, the flow is not proved yet
 * @MCSNOOP_COUNTER_PATH_FORM: left to the bridge, not plain enough
 * @MCSNOOP_COUNTER_PATH_PORT: left to the bridge, by what the port is set to
 * @MCSNOOP_COUNTER_PATH_OPEN: left to the bridge, not pruned everywhere
 * @MCSNOOP_COUNTER_PATH_HOST: left to the bridge, the host wants them too
 * @MCSNOOP_COUNTER_PATH_UNREGISTERED: left to the bridge, nobody asked for the
 *   group
 * @MCSNOOP_COUNTER_PATH_MAC: left to the bridge, MAC addresses count
 * @MCSNOOP_COUNTER_PATH_CHANGED: left to the bridge, it was being changed or
 *   has MST on
 * @MCSNOOP_COUNTER_PATH_OBSERVE: left to the bridge, something of it is only
 *   observed
 * @MCSNOOP_COUNTER_OBSERVE_DATA: data frames that would have been kept from
 *   this port
 * @MCSNOOP_COUNTER_OBSERVE_BYTES: octets of these, from the MAC addresses on
 * @MCSNOOP_COUNTER_OBSERVE_REPORTS: reports that would have been kept from
 *   this port
 * @MCSNOOP_COUNTER_OBSERVE_REFUSED: messages that came in here and would have
 *   been dropped
 * @MCSNOOP_COUNTER_REPORTS_LOCAL: reports heard here that no port was to get
 * @MCSNOOP_COUNTER_NOTE_DOUBTED: specific queries heard here that are not
 *   believed
 * @MCSNOOP_COUNTER_HEAL_ASKED: records here that were about to run out, and
 *   were asked about
 * @MCSNOOP_COUNTER_HEAL_KEPT: those of them that were reported again
 * @MCSNOOP_COUNTER_HOSTS_MOVED: hosts that moved here with their memberships
 * @MCSNOOP_COUNTER_LIMIT_MOVES: addresses that moved here, not followed, too
 *   many at once
 * @MCSNOOP_COUNTER_DATA_WINDOW: those of data-flooded because members were not
 *   asked yet
 * @MCSNOOP_COUNTER_LIMIT_VLAN_GROUPS: groups refused, the VLAN has too many
 * @MCSNOOP_COUNTER_LIMIT_REPLACED: records that gave way to a new one, too
 *   many groups
 * @MCSNOOP_COUNTER_PRUNED_NOT_MEMBER: data frames kept from this port, asked
 *   for elsewhere only
 * @MCSNOOP_COUNTER_PRUNED_SOURCE_BLOCKED: data frames kept from this port,
 *   asked for without their source
 * @MCSNOOP_COUNTER_PRUNED_SOURCE_NOT_INCLUDED: data frames kept from this
 *   port, asked for from other sources
 * @MCSNOOP_COUNTER_PRUNED_UNREGISTERED: data frames kept from this port, asked
 *   for nowhere
 * @MCSNOOP_COUNTER_LIMIT_HOST_GROUPS: groups refused, their host has too many
 * @MCSNOOP_COUNTER_ND_LEARNED: neighbours that were heard here first
 * @MCSNOOP_COUNTER_ND_MOVED: neighbours that were heard here, known on another
 *   port
 * @MCSNOOP_COUNTER_ND_INVALID: neighbour discovery heard here that hosts do
 *   not take
 * @MCSNOOP_COUNTER_ND_FORWARDED: neighbour solicitations of known targets sent
 *   to this port
 * @MCSNOOP_COUNTER_ND_PRUNED: neighbour solicitations kept from this port
 * @MCSNOOP_COUNTER_ND_FLOOD_UNKNOWN: solicitations heard here, flooded, their
 *   target is not known
 * @MCSNOOP_COUNTER_ND_FLOOD_EXPIRED: solicitations heard here, flooded, their
 *   target was silent
 * @MCSNOOP_COUNTER_ND_FLOOD_DAD: solicitations heard here, flooded, they look
 *   for duplicates
 * @MCSNOOP_COUNTER_ND_FLOOD_REPEATED: solicitations heard here, flooded, one
 *   was not answered
 * @MCSNOOP_COUNTER_ND_FLOOD_MOVED: solicitations heard here, flooded, their
 *   target may have moved
 * @MCSNOOP_COUNTER_ND_FLOOD_PORT: solicitations heard here, flooded, nothing
 *   goes to that port
 * @MCSNOOP_COUNTER_ND_FLOOD_BUSY: solicitations heard here, flooded, too many
 *   to be remembered
 * @MCSNOOP_COUNTER_LIMIT_NEIGHBOURS: neighbours heard here, too many,
 *   forgotten or not learned
 */
enum mcsnoop_counter {
	MCSNOOP_COUNTER_RX_IGMP_QUERY_V1,
	MCSNOOP_COUNTER_RX_IGMP_QUERY_V2,
	MCSNOOP_COUNTER_RX_IGMP_QUERY_V3,
	MCSNOOP_COUNTER_RX_IGMP_REPORT_V1,
	MCSNOOP_COUNTER_RX_IGMP_REPORT_V2,
	MCSNOOP_COUNTER_RX_IGMP_REPORT_V3,
	MCSNOOP_COUNTER_RX_IGMP_LEAVE,
	MCSNOOP_COUNTER_RX_MLD_QUERY_V1,
	MCSNOOP_COUNTER_RX_MLD_QUERY_V2,
	MCSNOOP_COUNTER_RX_MLD_REPORT_V1,
	MCSNOOP_COUNTER_RX_MLD_REPORT_V2,
	MCSNOOP_COUNTER_RX_MLD_DONE,
	MCSNOOP_COUNTER_RX_MRD,
	MCSNOOP_COUNTER_RX_PIM_HELLO,
	MCSNOOP_COUNTER_RX_OTHER,
	MCSNOOP_COUNTER_RX_RECORDS,
	MCSNOOP_COUNTER_TX_IGMP_GENERAL,
	MCSNOOP_COUNTER_TX_IGMP_SPECIFIC,
	MCSNOOP_COUNTER_TX_MLD_GENERAL,
	MCSNOOP_COUNTER_TX_MLD_SPECIFIC,
	MCSNOOP_COUNTER_TX_ERROR,
	MCSNOOP_COUNTER_DROP_IPHDR,
	MCSNOOP_COUNTER_DROP_IPCSUM,
	MCSNOOP_COUNTER_DROP_LEN,
	MCSNOOP_COUNTER_DROP_CSUM,
	MCSNOOP_COUNTER_DROP_TRUNC,
	MCSNOOP_COUNTER_DROP_DST,
	MCSNOOP_COUNTER_DROP_SRC,
	MCSNOOP_COUNTER_DROP_TTL,
	MCSNOOP_COUNTER_DROP_RA,
	MCSNOOP_COUNTER_DROP_GROUP,
	MCSNOOP_COUNTER_DROP_GUARD,
	MCSNOOP_COUNTER_DROP_FRAG,
	MCSNOOP_COUNTER_NOTE_TTL,
	MCSNOOP_COUNTER_NOTE_RA,
	MCSNOOP_COUNTER_NOTE_DST,
	MCSNOOP_COUNTER_NOTE_INTERVAL,
	MCSNOOP_COUNTER_SKIP_GROUP,
	MCSNOOP_COUNTER_SKIP_TYPE,
	MCSNOOP_COUNTER_SKIP_SOURCE,
	MCSNOOP_COUNTER_SKIP_SSM,
	MCSNOOP_COUNTER_SKIP_VLAN,
	MCSNOOP_COUNTER_SKIP_STP,
	MCSNOOP_COUNTER_LIMIT_GROUPS,
	MCSNOOP_COUNTER_LIMIT_PORT_GROUPS,
	MCSNOOP_COUNTER_LIMIT_SOURCES,
	MCSNOOP_COUNTER_LIMIT_RECORDS,
	MCSNOOP_COUNTER_LIMIT_VLANS,
	MCSNOOP_COUNTER_LIMIT_TX,
	MCSNOOP_COUNTER_NO_MEMORY,
	MCSNOOP_COUNTER_DATA_FORWARDED,
	MCSNOOP_COUNTER_DATA_PRUNED,
	MCSNOOP_COUNTER_DATA_FLOODED,
	MCSNOOP_COUNTER_REPORTS_KEPT,
	MCSNOOP_COUNTER_EVENT_LOST,
	MCSNOOP_COUNTER_DROP_NODE_SCOPE,
	MCSNOOP_COUNTER_DATA_TTL,
	MCSNOOP_COUNTER_DATA_SCOPE,
	MCSNOOP_COUNTER_RX_BPDU_TC,
	MCSNOOP_COUNTER_TX_IGMP_TOPOLOGY,
	MCSNOOP_COUNTER_NOTE_TOPOLOGY,
	MCSNOOP_COUNTER_SKIP_BPDU,
	MCSNOOP_COUNTER_SKIP_BPDU_GUARD,
	MCSNOOP_COUNTER_RX_PIMV1,
	MCSNOOP_COUNTER_RX_DVMRP,
	MCSNOOP_COUNTER_RX_MOSPF,
	MCSNOOP_COUNTER_TX_MRD,
	MCSNOOP_COUNTER_SKIP_COMPAT,
	MCSNOOP_COUNTER_LIMIT_HOSTS,
	MCSNOOP_COUNTER_LIMIT_QUERIES,
	MCSNOOP_COUNTER_LEAVE_FAST,
	MCSNOOP_COUNTER_LEAVE_KNOWN,
	MCSNOOP_COUNTER_SKIP_FILTER,
	MCSNOOP_COUNTER_SKIP_FILTER_SOURCE,
	MCSNOOP_COUNTER_DROP_REPORTER,
	MCSNOOP_COUNTER_DROP_ROUTER,
	MCSNOOP_COUNTER_DROP_L2DST,
	MCSNOOP_COUNTER_DROP_VERSION,
	MCSNOOP_COUNTER_LIMIT_RATE_REPORTS,
	MCSNOOP_COUNTER_LIMIT_RATE_QUERIES,
	MCSNOOP_COUNTER_NOTE_OLDER,
	MCSNOOP_COUNTER_NOTE_NEWER,
	MCSNOOP_COUNTER_TX_IGMP_REPORT,
	MCSNOOP_COUNTER_TX_MLD_REPORT,
	MCSNOOP_COUNTER_REPORTS_ABSORBED,
	MCSNOOP_COUNTER_REPORTS_SUPPRESSED,
	MCSNOOP_COUNTER_PATH_FAST,
	MCSNOOP_COUNTER_PATH_PROOF,
	MCSNOOP_COUNTER_PATH_FORM,
	MCSNOOP_COUNTER_PATH_PORT,
	MCSNOOP_COUNTER_PATH_OPEN,
	MCSNOOP_COUNTER_PATH_HOST,
	MCSNOOP_COUNTER_PATH_UNREGISTERED,
	MCSNOOP_COUNTER_PATH_MAC,
	MCSNOOP_COUNTER_PATH_CHANGED,
	MCSNOOP_COUNTER_PATH_OBSERVE,
	MCSNOOP_COUNTER_OBSERVE_DATA,
	MCSNOOP_COUNTER_OBSERVE_BYTES,
	MCSNOOP_COUNTER_OBSERVE_REPORTS,
	MCSNOOP_COUNTER_OBSERVE_REFUSED,
	MCSNOOP_COUNTER_REPORTS_LOCAL,
	MCSNOOP_COUNTER_NOTE_DOUBTED,
	MCSNOOP_COUNTER_HEAL_ASKED,
	MCSNOOP_COUNTER_HEAL_KEPT,
	MCSNOOP_COUNTER_HOSTS_MOVED,
	MCSNOOP_COUNTER_LIMIT_MOVES,
	MCSNOOP_COUNTER_DATA_WINDOW,
	MCSNOOP_COUNTER_LIMIT_VLAN_GROUPS,
	MCSNOOP_COUNTER_LIMIT_REPLACED,
	MCSNOOP_COUNTER_PRUNED_NOT_MEMBER,
	MCSNOOP_COUNTER_PRUNED_SOURCE_BLOCKED,
	MCSNOOP_COUNTER_PRUNED_SOURCE_NOT_INCLUDED,
	MCSNOOP_COUNTER_PRUNED_UNREGISTERED,
	MCSNOOP_COUNTER_LIMIT_HOST_GROUPS,
	MCSNOOP_COUNTER_ND_LEARNED,
	MCSNOOP_COUNTER_ND_MOVED,
	MCSNOOP_COUNTER_ND_INVALID,
	MCSNOOP_COUNTER_ND_FORWARDED,
	MCSNOOP_COUNTER_ND_PRUNED,
	MCSNOOP_COUNTER_ND_FLOOD_UNKNOWN,
	MCSNOOP_COUNTER_ND_FLOOD_EXPIRED,
	MCSNOOP_COUNTER_ND_FLOOD_DAD,
	MCSNOOP_COUNTER_ND_FLOOD_REPEATED,
	MCSNOOP_COUNTER_ND_FLOOD_MOVED,
	MCSNOOP_COUNTER_ND_FLOOD_PORT,
	MCSNOOP_COUNTER_ND_FLOOD_BUSY,
	MCSNOOP_COUNTER_LIMIT_NEIGHBOURS,

	/* private: */
	__MCSNOOP_COUNTER_MAX,
	MCSNOOP_COUNTER_MAX = (__MCSNOOP_COUNTER_MAX - 1)
};

/**
 * enum mcsnoop_obstacle - why the bridge itself does not send a frame out of a
 *   port
 * @MCSNOOP_OBSTACLE_NONE: it does, so the rule decides
 * @MCSNOOP_OBSTACLE_OWN_PORT: the frame came in there, and the port has no
 *   hairpin mode
 * @MCSNOOP_OBSTACLE_IN_BLOCKED: the port that it came in by does not forward
 * @MCSNOOP_OBSTACLE_IN_VLAN: the port that it came in by is not in the VLAN
 * @MCSNOOP_OBSTACLE_BLOCKED: the port does not forward, or the bridge device
 *   is down
 * @MCSNOOP_OBSTACLE_VLAN: the port is not in the VLAN
 * @MCSNOOP_OBSTACLE_ISOLATED: both ports are isolated
 * @MCSNOOP_OBSTACLE_FLOOD_OFF: mcast_flood is off on the port
 */
enum mcsnoop_obstacle {
	MCSNOOP_OBSTACLE_NONE,
	MCSNOOP_OBSTACLE_OWN_PORT,
	MCSNOOP_OBSTACLE_IN_BLOCKED,
	MCSNOOP_OBSTACLE_IN_VLAN,
	MCSNOOP_OBSTACLE_BLOCKED,
	MCSNOOP_OBSTACLE_VLAN,
	MCSNOOP_OBSTACLE_ISOLATED,
	MCSNOOP_OBSTACLE_FLOOD_OFF,
};

/**
 * enum mcsnoop_mode - whether what is decided is done
 * @MCSNOOP_MODE_ENFORCE: it is
 * @MCSNOOP_MODE_OBSERVE: it is only counted, nothing is dropped
 * @MCSNOOP_MODE_INHERIT: ports only, what the VLAN or the bridge says
 */
enum mcsnoop_mode {
	MCSNOOP_MODE_ENFORCE,
	MCSNOOP_MODE_OBSERVE,
	MCSNOOP_MODE_INHERIT,
};

/**
 * enum mcsnoop_fastpath_state - whether a bridge uses the fast path, and why
 *   not
 * @MCSNOOP_FASTPATH_STATE_OPEN: it does
 * @MCSNOOP_FASTPATH_STATE_OFF: it was switched off
 * @MCSNOOP_FASTPATH_STATE_INTREE: the bridge's own snooping is on
 * @MCSNOOP_FASTPATH_STATE_MST: the bridge has multiple spanning trees
 * @MCSNOOP_FASTPATH_STATE_VLANS: this kernel does not tell when a port leaves
 *   a VLAN
 * @MCSNOOP_FASTPATH_STATE_OBSERVE: something of the bridge is only observed
 * @MCSNOOP_FASTPATH_STATE_CHANGING: the bridge is being changed
 */
enum mcsnoop_fastpath_state {
	MCSNOOP_FASTPATH_STATE_OPEN,
	MCSNOOP_FASTPATH_STATE_OFF,
	MCSNOOP_FASTPATH_STATE_INTREE,
	MCSNOOP_FASTPATH_STATE_MST,
	MCSNOOP_FASTPATH_STATE_VLANS,
	MCSNOOP_FASTPATH_STATE_OBSERVE,
	MCSNOOP_FASTPATH_STATE_CHANGING,
};

/**
 * enum mcsnoop_over_limit - what happens to a new group where there are too
 *   many
 * @MCSNOOP_OVER_LIMIT_REFUSE: it is refused
 * @MCSNOOP_OVER_LIMIT_REPLACE: it takes the place of one on the same port
 */
enum mcsnoop_over_limit {
	MCSNOOP_OVER_LIMIT_REFUSE,
	MCSNOOP_OVER_LIMIT_REPLACE,
};

/**
 * enum mcsnoop_log_event - what the flight recorder says has happened
 * @MCSNOOP_LOG_EVENT_JOIN: a record appeared
 * @MCSNOOP_LOG_EVENT_CHANGE: filter mode or sources of a record changed
 * @MCSNOOP_LOG_EVENT_LEAVE: a member left; the record is gone, or its members
 *   are asked
 * @MCSNOOP_LOG_EVENT_EXPIRY: a timer ran out that nothing had refreshed
 * @MCSNOOP_LOG_EVENT_END: something is gone for another reason, see the cause
 * @MCSNOOP_LOG_EVENT_ROUTER: a port leads to a router
 * @MCSNOOP_LOG_EVENT_QUERIER: who queries has changed, or whether data is
 *   pruned
 * @MCSNOOP_LOG_EVENT_QUERY: a query was heard or sent
 * @MCSNOOP_LOG_EVENT_REFUSAL: a message, or something that it asked for, was
 *   refused
 * @MCSNOOP_LOG_EVENT_DOUBT: a specific query was not believed, members are
 *   asked
 * @MCSNOOP_LOG_EVENT_HEAL: members are asked, or a record with data would run
 *   out
 * @MCSNOOP_LOG_EVENT_MOVE: a host is behind another port
 * @MCSNOOP_LOG_EVENT_PRESSURE: a port has met a limit of groups
 * @MCSNOOP_LOG_EVENT_RELIEF: a port that had met a limit has room again
 */
enum mcsnoop_log_event {
	MCSNOOP_LOG_EVENT_JOIN,
	MCSNOOP_LOG_EVENT_CHANGE,
	MCSNOOP_LOG_EVENT_LEAVE,
	MCSNOOP_LOG_EVENT_EXPIRY,
	MCSNOOP_LOG_EVENT_END,
	MCSNOOP_LOG_EVENT_ROUTER,
	MCSNOOP_LOG_EVENT_QUERIER,
	MCSNOOP_LOG_EVENT_QUERY,
	MCSNOOP_LOG_EVENT_REFUSAL,
	MCSNOOP_LOG_EVENT_DOUBT,
	MCSNOOP_LOG_EVENT_HEAL,
	MCSNOOP_LOG_EVENT_MOVE,
	MCSNOOP_LOG_EVENT_PRESSURE,
	MCSNOOP_LOG_EVENT_RELIEF,
};

/**
 * enum mcsnoop_nd_state - whether a neighbour is known well enough to be
 *   looked for there alone
 * @MCSNOOP_ND_STATE_NONE: not a solicitation, or nd-aware is off
 * @MCSNOOP_ND_STATE_KNOWN: it is
 * @MCSNOOP_ND_STATE_UNKNOWN: it was not heard yet, or is forgotten
 * @MCSNOOP_ND_STATE_EXPIRED: it was not heard for too long
 * @MCSNOOP_ND_STATE_DAD: who asks looks for a duplicate, and asks only once
 * @MCSNOOP_ND_STATE_REPEATED: the same host had to ask again within a short
 *   time
 * @MCSNOOP_ND_STATE_MOVED: it was heard on several ports, or its MAC address
 *   was, or the topology changed
 * @MCSNOOP_ND_STATE_PORT: the bridge does not send multicast from there to its
 *   port
 * @MCSNOOP_ND_STATE_BUSY: too many different solicitations within a short time
 */
enum mcsnoop_nd_state {
	MCSNOOP_ND_STATE_NONE,
	MCSNOOP_ND_STATE_KNOWN,
	MCSNOOP_ND_STATE_UNKNOWN,
	MCSNOOP_ND_STATE_EXPIRED,
	MCSNOOP_ND_STATE_DAD,
	MCSNOOP_ND_STATE_REPEATED,
	MCSNOOP_ND_STATE_MOVED,
	MCSNOOP_ND_STATE_PORT,
	MCSNOOP_ND_STATE_BUSY,
};

enum {
	MCSNOOP_A_BRIDGE_IFINDEX = 1,
	MCSNOOP_A_BRIDGE_QUERIER,
	MCSNOOP_A_BRIDGE_IGMP_VERSION,
	MCSNOOP_A_BRIDGE_MLD_VERSION,
	MCSNOOP_A_BRIDGE_ROBUSTNESS,
	MCSNOOP_A_BRIDGE_QUERY_INTERVAL,
	MCSNOOP_A_BRIDGE_QUERY_RESPONSE_INTERVAL,
	MCSNOOP_A_BRIDGE_LAST_MEMBER_INTERVAL,
	MCSNOOP_A_BRIDGE_LAST_MEMBER_COUNT,
	MCSNOOP_A_BRIDGE_STARTUP_QUERY_INTERVAL,
	MCSNOOP_A_BRIDGE_STARTUP_QUERY_COUNT,
	MCSNOOP_A_BRIDGE_GMI_RULE,
	MCSNOOP_A_BRIDGE_UNREGISTERED,
	MCSNOOP_A_BRIDGE_FLOOD_FF02,
	MCSNOOP_A_BRIDGE_ZERO_QUERY_ROUTER,
	MCSNOOP_A_BRIDGE_FORWARD_INVALID,
	MCSNOOP_A_BRIDGE_MAX_GROUPS,
	MCSNOOP_A_BRIDGE_MAX_PORT_GROUPS,
	MCSNOOP_A_BRIDGE_MAX_SOURCES,
	MCSNOOP_A_BRIDGE_MAX_RECORDS,
	MCSNOOP_A_BRIDGE_MAX_VLANS,
	MCSNOOP_A_BRIDGE_GROUPS,
	MCSNOOP_A_BRIDGE_RECORDS,
	MCSNOOP_A_BRIDGE_PORTS,
	MCSNOOP_A_BRIDGE_VLANS,
	MCSNOOP_A_BRIDGE_UPTIME,
	MCSNOOP_A_BRIDGE_VLAN_FILTERING,
	MCSNOOP_A_BRIDGE_INTREE_SNOOPING,
	MCSNOOP_A_BRIDGE_PAD,
	MCSNOOP_A_BRIDGE_REPORT_SUPPRESSION,
	MCSNOOP_A_BRIDGE_PROXY_REPORTING,
	MCSNOOP_A_BRIDGE_TC_QUERY,
	MCSNOOP_A_BRIDGE_LIGHTWEIGHT,
	MCSNOOP_A_BRIDGE_SOURCE_FILTER,
	MCSNOOP_A_BRIDGE_COMPAT,
	MCSNOOP_A_BRIDGE_AUTO_LOWER,
	MCSNOOP_A_BRIDGE_HOST_TRACKING,
	MCSNOOP_A_BRIDGE_MRD_SOLICIT,
	MCSNOOP_A_BRIDGE_FAST_LEAVE,
	MCSNOOP_A_BRIDGE_DROP_NODE_SCOPE,
	MCSNOOP_A_BRIDGE_MAC_MODE,
	MCSNOOP_A_BRIDGE_MAX_HOSTS,
	MCSNOOP_A_BRIDGE_MAX_PORT_HOSTS,
	MCSNOOP_A_BRIDGE_VID,
	MCSNOOP_A_BRIDGE_FAMILY,
	MCSNOOP_A_BRIDGE_OWN,
	MCSNOOP_A_BRIDGE_EXAMINE,
	MCSNOOP_A_BRIDGE_MRD_LOCAL_PREFIX,
	MCSNOOP_A_BRIDGE_SSM_RANGE,
	MCSNOOP_A_BRIDGE_SSM_RANGE_LEN,
	MCSNOOP_A_BRIDGE_SSM_RANGE6,
	MCSNOOP_A_BRIDGE_SSM_RANGE6_LEN,
	MCSNOOP_A_BRIDGE_FASTPATH,
	MCSNOOP_A_BRIDGE_MODE,
	MCSNOOP_A_BRIDGE_FASTPATH_STATE,
	MCSNOOP_A_BRIDGE_TAKEOVER,
	MCSNOOP_A_BRIDGE_LOG_EVENTS,
	MCSNOOP_A_BRIDGE_LOG_FRAMES,
	MCSNOOP_A_BRIDGE_SELF_HEAL,
	MCSNOOP_A_BRIDGE_FOLLOW_HOSTS,
	MCSNOOP_A_BRIDGE_OVER_LIMIT,
	MCSNOOP_A_BRIDGE_MAX_VLAN_GROUPS,
	MCSNOOP_A_BRIDGE_GROUP_STATS,
	MCSNOOP_A_BRIDGE_MAX_HOST_GROUPS,
	MCSNOOP_A_BRIDGE_ND_AWARE,

	__MCSNOOP_A_BRIDGE_MAX
};
#define MCSNOOP_A_BRIDGE_MAX (__MCSNOOP_A_BRIDGE_MAX - 1)

enum {
	MCSNOOP_A_PORT_BRIDGE = 1,
	MCSNOOP_A_PORT_IFINDEX,
	MCSNOOP_A_PORT_ROUTER,
	MCSNOOP_A_PORT_UNREGISTERED,
	MCSNOOP_A_PORT_QUERY_GUARD,
	MCSNOOP_A_PORT_MAX_GROUPS,
	MCSNOOP_A_PORT_GROUPS,
	MCSNOOP_A_PORT_STATE,
	MCSNOOP_A_PORT_HOST,
	MCSNOOP_A_PORT_MAX_SOURCES,
	MCSNOOP_A_PORT_MAX_HOSTS,
	MCSNOOP_A_PORT_FAST_LEAVE,
	MCSNOOP_A_PORT_FLOOD_REPORTS,
	MCSNOOP_A_PORT_CHECK_TTL,
	MCSNOOP_A_PORT_REQUIRE_RA_QUERY,
	MCSNOOP_A_PORT_REQUIRE_RA_REPORT,
	MCSNOOP_A_PORT_REQUIRE_RA_LEAVE,
	MCSNOOP_A_PORT_STRICT_DST,
	MCSNOOP_A_PORT_STRICT_L2DST,
	MCSNOOP_A_PORT_IGNORE_IGMPV1,
	MCSNOOP_A_PORT_IGNORE_IGMPV2,
	MCSNOOP_A_PORT_IGNORE_MLDV1,
	MCSNOOP_A_PORT_RATE_REPORTS,
	MCSNOOP_A_PORT_RATE_QUERIES,
	MCSNOOP_A_PORT_TTL_THRESHOLD,
	MCSNOOP_A_PORT_SCOPE_BOUNDARY,
	MCSNOOP_A_PORT_MODE,
	MCSNOOP_A_PORT_TRUST_QUERIES,
	MCSNOOP_A_PORT_TC_FLOOD,
	MCSNOOP_A_PORT_MAX_HOST_GROUPS,

	__MCSNOOP_A_PORT_MAX
};
#define MCSNOOP_A_PORT_MAX (__MCSNOOP_A_PORT_MAX - 1)

enum {
	MCSNOOP_A_SOURCE_ADDRESS = 1,
	MCSNOOP_A_SOURCE_STATE,
	MCSNOOP_A_SOURCE_TIMER,

	__MCSNOOP_A_SOURCE_MAX
};
#define MCSNOOP_A_SOURCE_MAX (__MCSNOOP_A_SOURCE_MAX - 1)

enum {
	MCSNOOP_A_GROUP_BRIDGE = 1,
	MCSNOOP_A_GROUP_PORT,
	MCSNOOP_A_GROUP_VID,
	MCSNOOP_A_GROUP_ADDRESS,
	MCSNOOP_A_GROUP_SOURCE,
	MCSNOOP_A_GROUP_FILTER_MODE,
	MCSNOOP_A_GROUP_TIMER,
	MCSNOOP_A_GROUP_SOURCES,
	MCSNOOP_A_GROUP_MORE,
	MCSNOOP_A_GROUP_STATIC,
	MCSNOOP_A_GROUP_HOST_VERSION,
	MCSNOOP_A_GROUP_UPTIME,
	MCSNOOP_A_GROUP_REPORTER,
	MCSNOOP_A_GROUP_REPORTER_MAC,
	MCSNOOP_A_GROUP_CAUSE,
	MCSNOOP_A_GROUP_PAD,
	MCSNOOP_A_GROUP_HOSTS,
	MCSNOOP_A_GROUP_HOSTS_COMPLETE_IN,
	MCSNOOP_A_GROUP_MAC,
	MCSNOOP_A_GROUP_OBSERVE_DATA,
	MCSNOOP_A_GROUP_OBSERVE_BYTES,
	MCSNOOP_A_GROUP_UNCONFIRMED,
	MCSNOOP_A_GROUP_DELIVERED_FRAMES,
	MCSNOOP_A_GROUP_DELIVERED_BYTES,
	MCSNOOP_A_GROUP_DELIVERED_AGO,

	__MCSNOOP_A_GROUP_MAX
};
#define MCSNOOP_A_GROUP_MAX (__MCSNOOP_A_GROUP_MAX - 1)

enum {
	MCSNOOP_A_ROUTER_BRIDGE = 1,
	MCSNOOP_A_ROUTER_PORT,
	MCSNOOP_A_ROUTER_VID,
	MCSNOOP_A_ROUTER_FAMILY,
	MCSNOOP_A_ROUTER_TYPE,
	MCSNOOP_A_ROUTER_TIMER,
	MCSNOOP_A_ROUTER_ADDRESS,
	MCSNOOP_A_ROUTER_UPTIME,
	MCSNOOP_A_ROUTER_CAUSE,
	MCSNOOP_A_ROUTER_PAD,

	__MCSNOOP_A_ROUTER_MAX
};
#define MCSNOOP_A_ROUTER_MAX (__MCSNOOP_A_ROUTER_MAX - 1)

enum {
	MCSNOOP_A_QUERIER_BRIDGE = 1,
	MCSNOOP_A_QUERIER_VID,
	MCSNOOP_A_QUERIER_FAMILY,
	MCSNOOP_A_QUERIER_STATE,
	MCSNOOP_A_QUERIER_ADDRESS,
	MCSNOOP_A_QUERIER_PORT,
	MCSNOOP_A_QUERIER_VERSION,
	MCSNOOP_A_QUERIER_TIMER,
	MCSNOOP_A_QUERIER_NEXT_QUERY,
	MCSNOOP_A_QUERIER_ROBUSTNESS,
	MCSNOOP_A_QUERIER_QUERY_INTERVAL,
	MCSNOOP_A_QUERIER_QUERY_RESPONSE_INTERVAL,
	MCSNOOP_A_QUERIER_MEMBERSHIP_INTERVAL,
	MCSNOOP_A_QUERIER_PRUNING,
	MCSNOOP_A_QUERIER_PRUNING_IN,
	MCSNOOP_A_QUERIER_UPTIME,
	MCSNOOP_A_QUERIER_CHANGES,
	MCSNOOP_A_QUERIER_REPORTS,
	MCSNOOP_A_QUERIER_CAUSE,
	MCSNOOP_A_QUERIER_PAD,
	MCSNOOP_A_QUERIER_FLOOD_PORTS,
	MCSNOOP_A_QUERIER_FLOOD_CAUSE,
	MCSNOOP_A_QUERIER_FLOOD_LEFT,
	MCSNOOP_A_QUERIER_UPSTREAM_VERSION,
	MCSNOOP_A_QUERIER_UPSTREAM_GROUPS,
	MCSNOOP_A_QUERIER_UPSTREAM_TIMER,
	MCSNOOP_A_QUERIER_MODE,
	MCSNOOP_A_QUERIER_PRUNING_SINCE,
	MCSNOOP_A_QUERIER_QUERY_SEEN,
	MCSNOOP_A_QUERIER_REPORT_SEEN,
	MCSNOOP_A_QUERIER_RIVAL,
	MCSNOOP_A_QUERIER_RIVAL_PORT,
	MCSNOOP_A_QUERIER_RIVAL_SEEN,
	MCSNOOP_A_QUERIER_ASKED,
	MCSNOOP_A_QUERIER_HEALED,
	MCSNOOP_A_QUERIER_WINDOWS,
	MCSNOOP_A_QUERIER_ENDED_FRAMES,
	MCSNOOP_A_QUERIER_ENDED_BYTES,

	__MCSNOOP_A_QUERIER_MAX
};
#define MCSNOOP_A_QUERIER_MAX (__MCSNOOP_A_QUERIER_MAX - 1)

enum {
	MCSNOOP_A_HOST_BRIDGE = 1,
	MCSNOOP_A_HOST_PORT,
	MCSNOOP_A_HOST_VID,
	MCSNOOP_A_HOST_GROUP,
	MCSNOOP_A_HOST_ADDRESS,
	MCSNOOP_A_HOST_MAC,
	MCSNOOP_A_HOST_FILTER_MODE,
	MCSNOOP_A_HOST_SOURCES,
	MCSNOOP_A_HOST_MORE,
	MCSNOOP_A_HOST_VERSION,
	MCSNOOP_A_HOST_UPTIME,
	MCSNOOP_A_HOST_LAST_SEEN,
	MCSNOOP_A_HOST_TIMER,
	MCSNOOP_A_HOST_PAD,

	__MCSNOOP_A_HOST_MAX
};
#define MCSNOOP_A_HOST_MAX (__MCSNOOP_A_HOST_MAX - 1)

enum {
	MCSNOOP_A_COUNT_ID = 1,
	MCSNOOP_A_COUNT_VALUE,
	MCSNOOP_A_COUNT_PAD,

	__MCSNOOP_A_COUNT_MAX
};
#define MCSNOOP_A_COUNT_MAX (__MCSNOOP_A_COUNT_MAX - 1)

enum {
	MCSNOOP_A_STATS_BRIDGE = 1,
	MCSNOOP_A_STATS_PORT,
	MCSNOOP_A_STATS_COUNTS,

	__MCSNOOP_A_STATS_MAX
};
#define MCSNOOP_A_STATS_MAX (__MCSNOOP_A_STATS_MAX - 1)

enum {
	MCSNOOP_A_FILTER_BRIDGE = 1,
	MCSNOOP_A_FILTER_PORT,
	MCSNOOP_A_FILTER_KIND,
	MCSNOOP_A_FILTER_ACTION,
	MCSNOOP_A_FILTER_PREF,
	MCSNOOP_A_FILTER_GROUP,
	MCSNOOP_A_FILTER_GROUP_LEN,
	MCSNOOP_A_FILTER_SOURCE,
	MCSNOOP_A_FILTER_SOURCE_LEN,
	MCSNOOP_A_FILTER_HITS,
	MCSNOOP_A_FILTER_CAUSE,
	MCSNOOP_A_FILTER_PAD,

	__MCSNOOP_A_FILTER_MAX
};
#define MCSNOOP_A_FILTER_MAX (__MCSNOOP_A_FILTER_MAX - 1)

enum {
	MCSNOOP_A_EXPLAIN_BRIDGE = 1,
	MCSNOOP_A_EXPLAIN_FROM,
	MCSNOOP_A_EXPLAIN_VID,
	MCSNOOP_A_EXPLAIN_GROUP,
	MCSNOOP_A_EXPLAIN_SOURCE,
	MCSNOOP_A_EXPLAIN_TTL,
	MCSNOOP_A_EXPLAIN_PORT,
	MCSNOOP_A_EXPLAIN_FORWARDED,
	MCSNOOP_A_EXPLAIN_RULE,
	MCSNOOP_A_EXPLAIN_OBSTACLE,
	MCSNOOP_A_EXPLAIN_PRUNING,
	MCSNOOP_A_EXPLAIN_FLOOD_CAUSE,
	MCSNOOP_A_EXPLAIN_FLOOD_LEFT,
	MCSNOOP_A_EXPLAIN_FILTER_MODE,
	MCSNOOP_A_EXPLAIN_TIMER,
	MCSNOOP_A_EXPLAIN_STATIC,
	MCSNOOP_A_EXPLAIN_REPORTER,
	MCSNOOP_A_EXPLAIN_REPORTER_MAC,
	MCSNOOP_A_EXPLAIN_ROUTER_TYPE,
	MCSNOOP_A_EXPLAIN_ROUTER_TIMER,
	MCSNOOP_A_EXPLAIN_ROUTER,
	MCSNOOP_A_EXPLAIN_OBSERVE,
	MCSNOOP_A_EXPLAIN_PATH,
	MCSNOOP_A_EXPLAIN_FASTPATH_STATE,
	MCSNOOP_A_EXPLAIN_SOURCE_MAC,
	MCSNOOP_A_EXPLAIN_TARGET,
	MCSNOOP_A_EXPLAIN_ND_STATE,
	MCSNOOP_A_EXPLAIN_ND_PORT,
	MCSNOOP_A_EXPLAIN_ND_MAC,
	MCSNOOP_A_EXPLAIN_ND_LAST_SEEN,

	__MCSNOOP_A_EXPLAIN_MAX
};
#define MCSNOOP_A_EXPLAIN_MAX (__MCSNOOP_A_EXPLAIN_MAX - 1)

enum {
	MCSNOOP_A_LOG_BRIDGE = 1,
	MCSNOOP_A_LOG_SEQ,
	MCSNOOP_A_LOG_TIME,
	MCSNOOP_A_LOG_EVENT,
	MCSNOOP_A_LOG_CAUSE,
	MCSNOOP_A_LOG_PORT,
	MCSNOOP_A_LOG_VID,
	MCSNOOP_A_LOG_FAMILY,
	MCSNOOP_A_LOG_GROUP,
	MCSNOOP_A_LOG_ADDRESS,
	MCSNOOP_A_LOG_MAC,
	MCSNOOP_A_LOG_COUNTER,
	MCSNOOP_A_LOG_COUNT,
	MCSNOOP_A_LOG_VERSION,
	MCSNOOP_A_LOG_SOURCES,
	MCSNOOP_A_LOG_FILTER_MODE,
	MCSNOOP_A_LOG_QUERIER,
	MCSNOOP_A_LOG_PRUNING,
	MCSNOOP_A_LOG_ROUTER,
	MCSNOOP_A_LOG_SENT,
	MCSNOOP_A_LOG_PAD,

	__MCSNOOP_A_LOG_MAX
};
#define MCSNOOP_A_LOG_MAX (__MCSNOOP_A_LOG_MAX - 1)

enum {
	MCSNOOP_A_FRAME_BRIDGE = 1,
	MCSNOOP_A_FRAME_SEQ,
	MCSNOOP_A_FRAME_TIME,
	MCSNOOP_A_FRAME_PORT,
	MCSNOOP_A_FRAME_SENT,
	MCSNOOP_A_FRAME_COUNTER,
	MCSNOOP_A_FRAME_LEN,
	MCSNOOP_A_FRAME_DATA,
	MCSNOOP_A_FRAME_PAD,

	__MCSNOOP_A_FRAME_MAX
};
#define MCSNOOP_A_FRAME_MAX (__MCSNOOP_A_FRAME_MAX - 1)

enum {
	MCSNOOP_A_ND_BRIDGE = 1,
	MCSNOOP_A_ND_PORT,
	MCSNOOP_A_ND_VID,
	MCSNOOP_A_ND_ADDRESS,
	MCSNOOP_A_ND_MAC,
	MCSNOOP_A_ND_STATE,
	MCSNOOP_A_ND_LAST_SEEN,
	MCSNOOP_A_ND_TIMER,
	MCSNOOP_A_ND_DOUBT_LEFT,

	__MCSNOOP_A_ND_MAX
};
#define MCSNOOP_A_ND_MAX (__MCSNOOP_A_ND_MAX - 1)

enum {
	MCSNOOP_CMD_BRIDGE_GET = 1,
	MCSNOOP_CMD_BRIDGE_ADD,
	MCSNOOP_CMD_BRIDGE_SET,
	MCSNOOP_CMD_BRIDGE_DEL,
	MCSNOOP_CMD_PORT_GET,
	MCSNOOP_CMD_PORT_SET,
	MCSNOOP_CMD_GROUP_GET,
	MCSNOOP_CMD_GROUP_ADD,
	MCSNOOP_CMD_GROUP_DEL,
	MCSNOOP_CMD_ROUTER_GET,
	MCSNOOP_CMD_QUERIER_GET,
	MCSNOOP_CMD_STATS_GET,
	MCSNOOP_CMD_BRIDGE_ADD_NTF,
	MCSNOOP_CMD_BRIDGE_SET_NTF,
	MCSNOOP_CMD_BRIDGE_DEL_NTF,
	MCSNOOP_CMD_PORT_SET_NTF,
	MCSNOOP_CMD_GROUP_NEW_NTF,
	MCSNOOP_CMD_GROUP_CHANGE_NTF,
	MCSNOOP_CMD_GROUP_DEL_NTF,
	MCSNOOP_CMD_ROUTER_NEW_NTF,
	MCSNOOP_CMD_ROUTER_DEL_NTF,
	MCSNOOP_CMD_QUERIER_CHANGE_NTF,
	MCSNOOP_CMD_VLAN_GET,
	MCSNOOP_CMD_VLAN_SET,
	MCSNOOP_CMD_VLAN_RESET,
	MCSNOOP_CMD_VLAN_SET_NTF,
	MCSNOOP_CMD_HOST_GET,
	MCSNOOP_CMD_FILTER_GET,
	MCSNOOP_CMD_FILTER_ADD,
	MCSNOOP_CMD_FILTER_DEL,
	MCSNOOP_CMD_FILTER_ADD_NTF,
	MCSNOOP_CMD_FILTER_DEL_NTF,
	MCSNOOP_CMD_EXPLAIN_GET,
	MCSNOOP_CMD_GROUP_RESTORE,
	MCSNOOP_CMD_ROUTER_RESTORE,
	MCSNOOP_CMD_QUERIER_RESTORE,
	MCSNOOP_CMD_LOG_GET,
	MCSNOOP_CMD_LOG_NTF,
	MCSNOOP_CMD_FRAME_GET,
	MCSNOOP_CMD_ND_GET,

	__MCSNOOP_CMD_MAX
};
#define MCSNOOP_CMD_MAX (__MCSNOOP_CMD_MAX - 1)

#define MCSNOOP_MCGRP_EVENTS	"events"
#define MCSNOOP_MCGRP_LOG	"log"

#endif /* _UAPI_LINUX_MCSNOOP_H */
