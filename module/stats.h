/* SPDX-License-Identifier: GPL-2.0 */
/* Counters of a port. */
#ifndef _MCSNOOP_STATS_H
#define _MCSNOOP_STATS_H

#include <linux/u64_stats_sync.h>
#include <uapi/linux/mcsnoop.h>

struct mcs_frame;
struct mcs_port;

/**
 * struct mcs_counters - one CPU's counters of a port
 * @syncp: lets 32-bit readers see whole values
 * @count: by enum mcsnoop_counter
 */
struct mcs_counters {
	struct u64_stats_sync	syncp;
	u64_stats_t		count[MCSNOOP_COUNTER_MAX + 1];
};

/* stats.c */
void mcs_count_add(const struct mcs_port *port, enum mcsnoop_counter id,
		   unsigned int n);
void mcs_count_verdict(const struct mcs_port *out,
		       const struct mcs_frame *frame, enum mcsnoop_rule rule);
void mcs_counters_read(const struct mcs_port *port, u64 *sum);

#endif /* _MCSNOOP_STATS_H */
