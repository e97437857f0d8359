/* SPDX-License-Identifier: GPL-2.0 */
/* What nd.c and nd_table.c share. */
#ifndef _MCSNOOP_ND_IMPL_H
#define _MCSNOOP_ND_IMPL_H

#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/if_bridge.h>
#include "lately.h"
#include "mcsnoop.h"

#define ND_SPOTS	1024	/* of MAC addresses */
#define ND_ASKED	1024	/* of solicitations, ND_WAYS in each */
#define ND_WAYS		4

/*
 * How long who was heard is believed to be there, if nothing speaks against it:
 * as long as a bridge believes that of a MAC address (IEEE 802.1Q, Ageing Time).
 * Who talks to anybody is heard each minute at least (RFC 4861 section 10,
 * REACHABLE_TIME and DELAY_FIRST_PROBE_TIME).
 */
#define ND_LIFE		(300 * HZ)
/* How long who was in the wrong place is not believed. */
#define ND_DOUBT	(60 * HZ)
/*
 * How soon the same host need not look for the same neighbour again, if it was
 * found. RETRANS_TIMER is 1 s (RFC 4861 section 10), and routers may set it.
 */
#define ND_AGAIN	(10 * HZ)

/**
 * struct mcs_nd - neighbours of a bridge
 * @table: struct mcs_neighbour by address and VLAN; RCU
 * @n: how many; protected by the bridge's lock
 * @topology: what was heard until then is not believed, jiffies; written under
 *	the bridge's lock
 * @due: some of them are looked at, whether they have become too old
 * @at: id of the port that was looked at last; protected by the bridge's lock
 * @spots: by MAC address, behind which port the bridge saw it appear and when:
 *	port id and jiffies
 * @asked: who has looked for whom, and when, see lately.h
 */
struct mcs_nd {
	struct rhashtable	table;
	u32			n;
	unsigned long		topology;
	struct mcs_deadline	due;
	u16			at;
	u64			spots[ND_SPOTS];
	atomic64_t		asked[ND_ASKED][ND_WAYS];
};

/**
 * mcs_nd_spot() - where it is remembered which port a MAC address is behind
 * @br: the bridge
 * @mac: the address
 * @vid: the VLAN, which only counts where the bridge filters
 *
 * Return: index into struct mcs_nd.spots.
 */
static inline u16 mcs_nd_spot(const struct mcs_bridge *br, const u8 *mac,
			      u16 vid)
{
	u64 key = mcs_lately_mac(mac);

	if (br_vlan_enabled(br->dev))
		key |= (u64)vid << 48;
	return hash_64(key, ilog2(ND_SPOTS));
}

/**
 * mcs_nd_aware() - are neighbours looked for where they were heard?
 * @vlan: the VLAN
 *
 * Return: true if so.
 */
static inline bool mcs_nd_aware(const struct mcs_vlan *vlan)
{
	return READ_ONCE(vlan->ctx[MCS_MLD].config.nd_aware);
}

#endif /* _MCSNOOP_ND_IMPL_H */
