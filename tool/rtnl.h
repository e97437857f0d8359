/* SPDX-License-Identifier: GPL-2.0 */
/* The bridge's own snooping, by rtnetlink; see rtnl.c. */
#ifndef MCSNOOP_TOOL_RTNL_H
#define MCSNOOP_TOOL_RTNL_H

#include "tool.h"

/* How a port, or the bridge, comes by its routers, as the bridge numbers it. */
enum intree_router {
	INTREE_ROUTER_NEVER,
	INTREE_ROUTER_QUERY,
	INTREE_ROUTER_PERMANENT,
	INTREE_ROUTER_TEMPORARY,
};

#define INTREE_PORTS_MAX	1024

/**
 * struct intree_port - a port as the bridge itself sees it
 * @ifindex: the device
 * @router: enum intree_router
 * @fast_leave: a leave is acted on at once
 */
struct intree_port {
	uint32_t ifindex;
	uint8_t router;
	bool fast_leave;
};

/**
 * struct intree_querier - who queries, as far as the bridge itself knows
 * @known: somebody does
 * @addr: its address, IPv4 is mapped
 * @port: where it is, 0 for the bridge itself
 * @left: ms until it is given up
 */
struct intree_querier {
	bool known;
	struct in6_addr addr;
	uint32_t port;
	uint32_t left;
};

/**
 * struct intree - a bridge and its own snooping
 * @ifindex: the bridge device
 * @is_bridge: it is one
 * @snooping: it is on
 * @querier_on: it may query
 * @vlan_filtering: it filters by VLAN
 * @router: enum intree_router, of its host side
 * @igmp_version: which sources count from 3 on
 * @mld_version: from 2 on
 * @response: Query Response Interval, ms
 * @querier: by family, IPv6 second
 * @ports: its ports
 * @nr_ports: how many
 */
struct intree {
	uint32_t ifindex;
	bool is_bridge;
	bool snooping;
	bool querier_on;
	bool vlan_filtering;
	uint8_t router;
	uint8_t igmp_version;
	uint8_t mld_version;
	uint32_t response;
	struct intree_querier querier[2];
	struct intree_port ports[INTREE_PORTS_MAX];
	unsigned int nr_ports;
};

/**
 * struct intree_source - a source of an entry
 * @addr: its address
 * @left: ms until it is not forwarded any more
 */
struct intree_source {
	struct in6_addr addr;
	uint32_t left;
};

/**
 * struct intree_entry - an entry of the bridge's own table
 * @port: the port, or the bridge
 * @vid: VLAN
 * @permanent: set by hand
 * @by_star: there because of an entry for all sources
 * @is_mac: for a MAC address
 * @mac: which
 * @grp: the group
 * @has_src: for one source
 * @src: which
 * @include: the sources are those that are wanted
 * @left: ms until it expires
 * @nr: sources
 * @sources: the list, to be freed
 */
struct intree_entry {
	uint32_t port;
	uint16_t vid;
	bool permanent;
	bool by_star;
	bool is_mac;
	uint8_t mac[6];
	struct in6_addr grp;
	bool has_src;
	struct in6_addr src;
	bool include;
	uint32_t left;
	unsigned int nr;
	struct intree_source *sources;
};

/**
 * struct intree_learned - a router port of the bridge's own table
 * @port: the port
 * @vid: VLAN, 0 for all
 * @type: enum intree_router
 * @left: by family, IPv6 second: ms, 0 for not in this family
 */
struct intree_learned {
	uint32_t port;
	uint16_t vid;
	uint8_t type;
	uint32_t left[2];
};

/**
 * struct intree_table - what the bridge's own snooping has learned
 * @entries: memberships
 * @nr_entries: how many
 * @routers: router ports
 * @nr_routers: how many
 */
struct intree_table {
	struct intree_entry *entries;
	unsigned int nr_entries;
	struct intree_learned *routers;
	unsigned int nr_routers;
};

int rtnl_open(void);
void rtnl_close(void);
const char *rtnl_error(int error);
int intree_read(uint32_t ifindex, struct intree *br);
int intree_table_read(uint32_t ifindex, struct intree_table *table);
void intree_table_free(struct intree_table *table);
int intree_set_snooping(uint32_t ifindex, bool on);
int intree_set_router(uint32_t ifindex, enum intree_router router);
int intree_set_port_router(uint32_t port, enum intree_router router);
int intree_add(uint32_t bridge, const struct intree_entry *entry);

/* takeover.c */
int takeover_begin(uint32_t ifindex, bool *needed);
int takeover_finish(uint32_t ifindex);
int giveback(uint32_t ifindex);

#endif /* MCSNOOP_TOOL_RTNL_H */
