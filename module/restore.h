/* SPDX-License-Identifier: GPL-2.0 */
/* Taking over what was learned elsewhere. */
#ifndef _MCSNOOP_RESTORE_H
#define _MCSNOOP_RESTORE_H

#include "mcsnoop.h"

/**
 * struct mcs_saved_source - a source of a saved record
 * @addr: its address
 * @blocked: it is not wanted
 * @left: of its timer, ns, 0 to begin afresh
 */
struct mcs_saved_source {
	struct in6_addr	addr;
	bool		blocked;
	u64		left;
};

/**
 * struct mcs_saved_group - a record as somebody else had learned it
 * @vid: the VLAN
 * @addr: the group
 * @mode: MCS_MODE_*
 * @version: oldest version that its hosts speak, 0 when unknown
 * @left: of the group timer, ns, 0 to begin afresh
 * @reporter: who reported last
 * @mac: its MAC address
 * @n: sources
 * @src: sorted by address and unique
 */
struct mcs_saved_group {
	u16			vid;
	struct in6_addr		addr;
	u8			mode;
	u8			version;
	u64			left;
	struct in6_addr		reporter;
	u8			mac[ETH_ALEN];
	unsigned int		n;
	struct mcs_saved_source	*src;
};

/**
 * struct mcs_saved_querier - who queried
 * @state: enum mcsnoop_querier_state
 * @addr: another querier
 * @port: where it is
 * @version: of its queries
 * @robustness: of its queries
 * @interval: of its queries, ms
 * @response: of its queries, ms
 * @left: until it is given up, ns, 0 to begin afresh
 * @asked: its members have answered, and we know what they said
 */
struct mcs_saved_querier {
	u8		state;
	struct in6_addr	addr;
	struct mcs_port	*port;
	u8		version;
	u8		robustness;
	u32		interval;
	u32		response;
	u64		left;
	bool		asked;
};

int __mcs_restore_group(struct mcs_port *port,
			const struct mcs_saved_group *saved,
			struct netlink_ext_ack *extack);
int __mcs_restore_router(struct mcs_port *port, u16 vid, u8 mld, u8 type,
			 const struct in6_addr *addr, u64 left,
			 struct netlink_ext_ack *extack);
int __mcs_restore_querier(struct mcs_bridge *br, u16 vid, u8 mld,
			  const struct mcs_saved_querier *saved,
			  struct netlink_ext_ack *extack);

#endif /* _MCSNOOP_RESTORE_H */
