/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Explicit host tracking, RFC 3376 appendix A.2: what each host said of one
 * group on one port, and whether somebody wants what another one gives up.
 * Pure, like fsm.h.
 */
#ifndef _MCSNOOP_FSM_HOST_H
#define _MCSNOOP_FSM_HOST_H

#include <linux/string.h>

#include "fsm.h"
#include "wire.h"

struct mcs_station;

/**
 * struct mcs_host - one host's interest in a group
 * @station: counts its groups, NULL where that is not done; see station.c
 * @addr: source address of its reports, 0.0.0.0 or :: when it has none
 * @mac: source MAC address of its reports
 * @version: version of the message that was heard last
 * @mode: MCS_MODE_*; INCLUDE without sources has left
 * @n: sources
 * @room: sources that there is room for
 * @since: when it was heard first, ns
 * @heard: when it was heard last, ns
 * @expires: when it is forgotten, ns
 * @exclude_until: EXCLUDE: until then it was said often enough, ns
 * @srcs: the sources that it includes or excludes, sorted and unique, the last
 *	4 (IPv4) or 16 octets of the address of each
 *
 * What it wants may be less, never more: a report that may be only a part of
 * what a host wants takes nothing away.
 */
struct mcs_host {
	struct mcs_station *station;
	struct in6_addr	addr;
	__u8		mac[6];
	__u8		version;
	__u8		mode;
	__u16		n;
	__u16		room;
	__u64		since;
	__u64		heard;
	__u64		expires;
	__u64		exclude_until;
	__u8		srcs[];
};

/**
 * mcs_host_has_left() - does a host want nothing any more?
 * @host: the host
 *
 * Return: true if it is only remembered.
 */
static inline bool mcs_host_has_left(const struct mcs_host *host)
{
	return host->mode == MCS_MODE_INCLUDE && !host->n;
}

/**
 * struct mcs_leave - a host of a record gives something up
 * @hosts: all hosts of the record, before its report is applied to them
 * @nhosts: how many
 * @who: which of them reports
 * @srcs: sources of the record before the report, sorted
 * @nsrcs: how many
 * @width: octets of a source in the hosts' lists
 * @partial: it may still want what its report does not list
 * @whole: sources do not count, who wants one wants the group
 * @now: ns
 * @kept: set when the verdict was MCS_KEEP
 * @dropped: set when the verdict was MCS_DROP
 */
struct mcs_leave {
	struct mcs_host *const	*hosts;
	unsigned int		nhosts;
	unsigned int		who;
	const struct mcs_source	*srcs;
	unsigned int		nsrcs;
	unsigned int		width;
	bool			partial;
	bool			whole;
	__u64			now;
	bool			kept;
	bool			dropped;
};

/**
 * mcs_host_is() - is it this one?
 * @host: a host
 * @addr: address
 * @mac: MAC address
 *
 * Return: true when mcs_host_cmp() returns 0.
 */
static inline bool mcs_host_is(const struct mcs_host *host,
			       const struct in6_addr *addr, const __u8 *mac)
{
	return mcs_addr_equal(&host->addr, addr) &&
	       !memcmp(host->mac, mac, sizeof(host->mac));
}

/**
 * mcs_host_repeats() - does a host want all sources, and wanted them before?
 * @host: the host
 * @type: enum mcs_rec_type; IS_EX for an older report, TO_IN for a leave
 * @nb: sources of the record
 *
 * Return: true when mcs_host_apply() would change nothing for that reason.
 */
static inline bool mcs_host_repeats(const struct mcs_host *host,
				    unsigned int type, unsigned int nb)
{
	return (type == MCS_REC_IS_EX || type == MCS_REC_TO_EX) && !nb &&
	       !host->n && host->mode == MCS_MODE_EXCLUDE;
}

int mcs_host_cmp(const struct mcs_host *host, const struct in6_addr *addr,
		 const __u8 *mac);
unsigned int mcs_host_apply(const struct mcs_host *host, unsigned int width,
			    unsigned int type,
			    const struct in6_addr *b, unsigned int nb,
			    __u64 now, __u8 *out, __u8 *mode);
bool mcs_host_partial(const struct mcs_host *host, unsigned int type,
		      unsigned int nb, unsigned int len);
enum mcs_verdict mcs_host_verdict(void *arg, const struct in6_addr *src);

#endif /* _MCSNOOP_FSM_HOST_H */
