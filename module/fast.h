/* SPDX-License-Identifier: GPL-2.0 */
/* What the fast path keeps of a bridge, see fast.c. */
#ifndef _MCSNOOP_FAST_H
#define _MCSNOOP_FAST_H

#include <linux/types.h>

#define MCS_PORTS_MAX	1024	/* as many as a bridge can have */
#define MCS_PROOFS	64	/* flows of a port that are known to pass */

struct mcs_bridge;
struct mcs_port;

/**
 * struct mcs_fast - a bridge as the fast path sees it
 * @port_by_id: struct mcs_port; RCU
 * @max_port_id: greatest id ever used
 * @epoch: how often the bridge was read after a change
 * @ready: the fast path may be used now
 * @tagged: the bridge filters by VLAN
 * @tunnels: a port may lead into a tunnel
 * @stp_seen: a port was once held back by STP
 * @policies: a port has a policy of its own for groups that nobody asked for
 * @observe: something of the bridge is only observed, see observe.c
 * @vlan_proto: of the tags that the bridge filters by
 * @doubted: when it was read again because of a doubt, jiffies; without lock
 *
 * Written under RTNL, read with READ_ONCE().
 */
struct mcs_fast {
	struct mcs_port __rcu	*port_by_id[MCS_PORTS_MAX];
	u16			max_port_id;
	u32			epoch;
	bool			ready;
	bool			tagged;
	bool			tunnels;
	bool			stp_seen;
	bool			policies;
	bool			observe;
	__be16			vlan_proto;
	unsigned long		doubted;
};

void mcs_fast_close(struct mcs_bridge *br);
void mcs_fast_open(struct mcs_bridge *br);
void mcs_fast_policies(struct mcs_bridge *br);
u8 mcs_fast_state(const struct mcs_bridge *br);

#endif /* _MCSNOOP_FAST_H */
