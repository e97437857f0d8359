/* SPDX-License-Identifier: GPL-2.0 */
/* Objects counted at birth and death; only where tests build the module. */
#ifndef _MCSNOOP_CENSUS_H
#define _MCSNOOP_CENSUS_H

/**
 * enum mcs_object - what is counted
 * @MCS_OBJ_BRIDGE: struct mcs_bridge
 * @MCS_OBJ_PORT: struct mcs_port, host sides included
 * @MCS_OBJ_VLAN: struct mcs_vlan
 * @MCS_OBJ_VLAN_CONFIG: struct mcs_vlan_config
 * @MCS_OBJ_GROUP: struct mcs_group
 * @MCS_OBJ_RECORD: struct mcs_member
 * @MCS_OBJ_SOURCES: struct mcs_srcset
 * @MCS_OBJ_HOSTS: tables of hosts, struct mcs_hosts
 * @MCS_OBJ_HOST: struct mcs_host
 * @MCS_OBJ_ROUTER: struct mcs_router
 * @MCS_OBJ_FILTER: struct mcs_filter
 * @MCS_OBJ_MAC: struct mcs_mac
 * @MCS_OBJ_MAC_PORT: struct mcs_mac_port
 * @MCS_OBJ_SOLICIT: struct mcs_solicit
 * @MCS_OBJ_PROXY: struct mcs_proxy
 * @MCS_OBJ_PROXIED: struct mcs_proxied
 * @MCS_OBJ_STATION: struct mcs_station
 * @MCS_OBJ_ND: struct mcs_nd
 * @MCS_OBJ_NEIGHBOUR: struct mcs_neighbour
 * @MCS_OBJECTS: how many kinds there are
 */
enum mcs_object {
	MCS_OBJ_BRIDGE,
	MCS_OBJ_PORT,
	MCS_OBJ_VLAN,
	MCS_OBJ_VLAN_CONFIG,
	MCS_OBJ_GROUP,
	MCS_OBJ_RECORD,
	MCS_OBJ_SOURCES,
	MCS_OBJ_HOSTS,
	MCS_OBJ_HOST,
	MCS_OBJ_ROUTER,
	MCS_OBJ_FILTER,
	MCS_OBJ_MAC,
	MCS_OBJ_MAC_PORT,
	MCS_OBJ_SOLICIT,
	MCS_OBJ_PROXY,
	MCS_OBJ_PROXIED,
	MCS_OBJ_STATION,
	MCS_OBJ_ND,
	MCS_OBJ_NEIGHBOUR,
	MCS_OBJECTS,
};

#ifdef MCS_CENSUS
void mcs_born(enum mcs_object what);
void mcs_died(enum mcs_object what);
void mcs_census_check(void);
#else
static inline void mcs_born(enum mcs_object what) {}
static inline void mcs_died(enum mcs_object what) {}
static inline void mcs_census_check(void) {}
#endif

#endif /* _MCSNOOP_CENSUS_H */
