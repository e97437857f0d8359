/* SPDX-License-Identifier: GPL-2.0 */
/* What a record was delivered, see tally.c. */
#ifndef _MCSNOOP_TALLY_H
#define _MCSNOOP_TALLY_H

#include <linux/rcupdate.h>
#include <linux/u64_stats_sync.h>

struct mcs_bridge;
struct mcs_frame;
struct mcs_member;
struct mcs_port;

/**
 * struct mcs_tally_cpu - one CPU's part
 * @syncp: lets 32-bit readers see whole values
 * @frames: data sent to the port of the record
 * @bytes: octets of it, from the MAC addresses on
 * @last: when the last was, jiffies
 */
struct mcs_tally_cpu {
	struct u64_stats_sync	syncp;
	u64_stats_t		frames;
	u64_stats_t		bytes;
	unsigned long		last;
};

/**
 * struct mcs_tally - what a record was delivered
 * @cpu: counters
 * @rcu: frees it
 */
struct mcs_tally {
	struct mcs_tally_cpu __percpu *cpu;
	struct rcu_head		rcu;
};

/**
 * struct mcs_delivered - the same, of all processors
 * @frames: data sent to the port of the record
 * @bytes: octets of it
 * @ago: ms since the last
 */
struct mcs_delivered {
	u64	frames;
	u64	bytes;
	u64	ago;
};

void __mcs_tally_new(struct mcs_member *m);
void __mcs_tally_free(struct mcs_member *m);
void mcs_tally_follow(struct mcs_bridge *br);
void mcs_tally_again(struct mcs_bridge *br);
void mcs_tally_member(const struct mcs_member *m, unsigned int len);
void mcs_tally_frame(const struct mcs_port *out, const struct mcs_frame *frame,
		     unsigned int len);
bool __mcs_tally_read(const struct mcs_member *m, struct mcs_delivered *sum);

#endif /* _MCSNOOP_TALLY_H */
