/* SPDX-License-Identifier: GPL-2.0 */
/* What the fast path keeps of a bridge, see fast.c. */
#ifndef _MCSNOOP_FAST_H
#define _MCSNOOP_FAST_H

#include <linux/types.h>

#define MCS_PORTS_MAX	1024	/* as many as a bridge can have */
#define MCS_PROOFS	256	/* flows of a port that are known to pass */
#define MCS_LANES	256	/* flows that a processor knows the way of */

struct mcs_bridge;
struct mcs_port;
struct mcs_ctx;

/**
 * struct mcs_lane - what a processor knows of a flow that is proved
 * @key: source MAC address and VLAN tag, see mcs_lane_key()
 * @in: where its frames come in; compared, never followed
 * @ctx: their VLAN and family; there while @epoch is that of the bridge
 * @epoch: of the bridge when that was found
 * @proved: when the bridge was last seen to agree, jiffies
 * @protocol: of the payload
 * @tag: protocol of the tag, if there is one
 * @tagged: the bridge filters by VLAN
 *
 * Written and read with BH disabled, by its own processor.
 */
struct mcs_lane {
	u64			key;
	const struct mcs_port	*in;
	const struct mcs_ctx	*ctx;
	u32			epoch;
	u32			proved;
	__be16			protocol;
	__be16			tag;
	bool			tagged;
} __aligned(64);

/* MCS_LANES of each processor */
extern struct mcs_lane __percpu *mcs_lanes;

/**
 * struct mcs_fast - a bridge as the fast path sees it
 * @port_by_id: struct mcs_port; RCU
 * @max_port_id: greatest id ever used
 * @epoch: changes with the bridge, its ports and VLANs; no two bridges ever have
 *	the same
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

int mcs_fast_init(void);
void mcs_fast_exit(void);
void mcs_fast_close(struct mcs_bridge *br);
void mcs_fast_forget(struct mcs_bridge *br);
void mcs_fast_open(struct mcs_bridge *br);
void mcs_fast_policies(struct mcs_bridge *br);
u8 mcs_fast_state(const struct mcs_bridge *br);

#endif /* _MCSNOOP_FAST_H */
