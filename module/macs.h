/* SPDX-License-Identifier: GPL-2.0 */
/* Groups by MAC address: entries set by hand, and mac-mode. */
#ifndef _MCSNOOP_MACS_H
#define _MCSNOOP_MACS_H

#include <linux/etherdevice.h>

struct mcs_bridge;
struct mcs_frame;
struct mcs_member;
struct mcs_port;
struct netlink_ext_ack;

/* struct mcs_bridge.macs: what there is to be looked at */
#define MCS_MACS_ENTRIES	0x01	/* some entry for a MAC address */
#define MCS_MACS_MODE		0x02	/* groups are told apart by it */

#define MCS_MAC_TAG		cpu_to_be16(0x4d41)

/**
 * struct mcs_mac_key - what groups are found by in mac-mode
 * @mac: MAC address that carries the group
 * @vid: VLAN
 */
struct mcs_mac_key {
	u8	mac[ETH_ALEN];
	u16	vid;
} __aligned(4);

/* where a MAC address has members */
enum mcs_by_mac {
	MCS_MAC_NONE,		/* nowhere */
	MCS_MAC_ELSEWHERE,	/* on other ports only */
	MCS_MAC_HERE,		/* on this port */
};

/**
 * mcs_addr_from_mac() - what stands for the entries of a MAC address
 * @addr: filled in with an address that no group and no host has
 * @mac: the MAC address
 *
 * So an entry for a MAC address is the static entry of a group like others.
 */
static inline void mcs_addr_from_mac(struct in6_addr *addr, const u8 *mac)
{
	addr->s6_addr32[0] = 0;
	addr->s6_addr32[1] = 0;
	addr->s6_addr16[4] = MCS_MAC_TAG;
	ether_addr_copy(&addr->s6_addr[10], mac);
}

/**
 * mcs_addr_is_mac() - does it stand for the entries of a MAC address?
 * @addr: group of a record
 *
 * Return: true if so; the MAC address is the last six octets.
 */
static inline bool mcs_addr_is_mac(const struct in6_addr *addr)
{
	return !addr->s6_addr32[0] && !addr->s6_addr32[1] &&
	       addr->s6_addr16[4] == MCS_MAC_TAG;
}

/* macs.c */
int mcs_macs_init(struct mcs_bridge *br);
void mcs_macs_destroy(struct mcs_bridge *br);
int __mcs_macs_member_new(struct mcs_member *m);
void __mcs_macs_member_gone(struct mcs_member *m);
void __mcs_macs_update(struct mcs_bridge *br);
int mcs_macs_index(struct mcs_bridge *br);
void mcs_macs_unindex(struct mcs_bridge *br);
int mcs_mac_check(const u8 *mac, struct netlink_ext_ack *extack);
bool mcs_mac_is_flooded(const u8 *mac);
enum mcs_by_mac mcs_mac_entry_rcu(const struct mcs_bridge *br,
				  const struct mcs_frame *frame,
				  const struct mcs_port *out);
enum mcs_by_mac mcs_mac_groups_rcu(const struct mcs_bridge *br,
				   const struct mcs_frame *frame,
				   const struct mcs_port *out);

#endif /* _MCSNOOP_MACS_H */
