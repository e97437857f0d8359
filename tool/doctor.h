/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of mcsnoop doctor share. */
#ifndef MCSNOOP_TOOL_DOCTOR_H
#define MCSNOOP_TOOL_DOCTOR_H

#include "tool.h"

enum severity {
	NOTE,		/* good to know */
	WARNING,	/* somebody may get too much or too little */
	TROUBLE,	/* somebody gets nothing, or nothing is pruned */
};

/**
 * struct link - a device, as the kernel describes it to everybody
 * @ifindex: its number
 * @master: the bridge that it is a port of, 0 for none
 * @lower: the device that it is on top of, 0 for none
 * @mtu: octets
 * @vid: VLAN of a VLAN device, 0 for others
 * @is_bridge: it is a bridge
 * @snooping: its own snooping is on, bridges only
 * @nf_call: what passes it meets the rules for routed traffic, bridges only
 * @is_up: it was switched on
 * @is_port: the bridge told of it as a port
 * @mcast_flood: multicast is flooded to it, ports only
 * @in_switch: a switch chip forwards for it
 * @link_local: it has an IPv6 link-local address, or has one soon
 */
struct link {
	uint32_t ifindex;
	uint32_t master;
	uint32_t lower;
	uint32_t mtu;
	uint32_t vid;
	bool is_bridge;
	bool snooping;
	bool nf_call;
	bool is_up;
	bool is_port;
	bool mcast_flood;
	bool in_switch;
	bool link_local;
};

/**
 * struct facts - all that is looked at
 * @dev: the bridge that was asked about, 0 for all
 * @bridges: dumps of the module
 * @links: the devices of the network namespace
 * @nr_links: how many
 */
struct facts {
	uint32_t dev;
	struct messages bridges;
	struct messages vlans;
	struct messages ports;
	struct messages queriers;
	struct messages groups;
	struct messages hosts;
	struct messages filters;
	struct messages stats;
	struct link *links;
	unsigned int nr_links;
};

/**
 * struct about - what a finding is about
 * @bridge: the bridge
 * @port: one of its ports, 0 for none
 * @vid: a VLAN, 0 for none
 * @family: one family in it, 0 for none
 */
struct about {
	uint32_t bridge;
	uint32_t port;
	uint32_t vid;
	unsigned int family;
};

/* doctor.c */
void found(const char *id, enum severity severity, const struct about *about,
	   const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void advise(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
const struct link *link_of(const struct facts *f, uint32_t ifindex);
const char *dev_word(uint32_t ifindex);
const char *addr_word(const struct nlattr *attr, bool v6);

/* doctor_link.c */
int links_read(struct facts *f);
bool sysctl_is_on(const char *path, const char *dev, const char *name);

/* doctor_watch.c */
int watch(const struct facts *f, unsigned int ms);
void check_data(const struct facts *f, unsigned int ms);

/* doctor_bridge.c, doctor_querier.c, doctor_group.c */
void check_bridges(const struct facts *f);
void check_queriers(const struct facts *f);
void check_groups(const struct facts *f);

#endif /* MCSNOOP_TOOL_DOCTOR_H */
