/* SPDX-License-Identifier: GPL-2.0 */
/* Where a frame would go, and why. */
#ifndef _MCSNOOP_EXPLAIN_H
#define _MCSNOOP_EXPLAIN_H

#include "frame.h"

/**
 * struct mcs_question - a frame that somebody asks about
 * @in: port it comes in by, or the host side
 * @group: where to
 * @source: from whom
 * @target: it is a solicitation that looks for this neighbour, :: for data
 * @ttl: TTL or hop limit
 * @tagged: the VLAN is in @frame already, otherwise that of an untagged frame
 * @smac: from which MAC address
 * @has_smac: somebody's, not any
 * @frame: what the data path makes of it
 * @enters: the bridge takes it in that VLAN
 * @path: MCSNOOP_COUNTER_PATH_FAST, or the counter of why the fast path leaves
 *	it to the bridge; 0 when it is none of its frames
 */
struct mcs_question {
	struct mcs_port		*in;
	struct in6_addr		group;
	struct in6_addr		source;
	struct in6_addr		target;
	u8			ttl;
	bool			tagged;
	u8			smac[ETH_ALEN];
	bool			has_smac;
	struct mcs_frame	frame;
	bool			enters;
	int			path;
};

int mcs_question_classify(struct mcs_question *q);
enum mcsnoop_obstacle mcs_question_obstacle(const struct mcs_question *q,
					    const struct mcs_port *out);

#endif /* _MCSNOOP_EXPLAIN_H */
