// SPDX-License-Identifier: GPL-2.0
/* Counters of a port: one per CPU and reason, never shared between CPUs. */
#include "mcsnoop.h"

/**
 * mcs_count_add() - count something on a port
 * @port: the port
 * @id: what
 * @n: how often
 *
 * Context: BH disabled.
 */
void mcs_count_add(const struct mcs_port *port, enum mcsnoop_counter id,
		   unsigned int n)
{
	struct mcs_counters *c = this_cpu_ptr(port->counters);

	u64_stats_update_begin(&c->syncp);
	u64_stats_add(&c->count[id], n);
	u64_stats_update_end(&c->syncp);
}

/**
 * mcs_counters_read() - sum a port's counters over all CPUs
 * @port: the port
 * @sum: added to, MCSNOOP_COUNTER_MAX + 1 values
 *
 * Context: process, port held by RTNL or RCU.
 */
void mcs_counters_read(const struct mcs_port *port, u64 *sum)
{
	unsigned int i, start;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct mcs_counters *c = per_cpu_ptr(port->counters, cpu);

		for (i = 0; i <= MCSNOOP_COUNTER_MAX; i++) {
			u64 value;

			/*
			 * BH off: on 32-bit UP only this CPU's softirqs write,
			 * and they must not find us halfway.
			 */
			local_bh_disable();
			do {
				start = u64_stats_fetch_begin(&c->syncp);
				value = u64_stats_read(&c->count[i]);
			} while (u64_stats_fetch_retry(&c->syncp, start));
			local_bh_enable();
			sum[i] += value;
		}
	}
}
