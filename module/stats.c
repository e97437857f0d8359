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
 * mcs_count_pruned() - count data that is kept from a port, and why
 * @port: the port
 * @rule: the rule that keeps it
 *
 * Context: BH disabled.
 */
void mcs_count_pruned(const struct mcs_port *port, enum mcsnoop_rule rule)
{
	mcs_count_add(port, MCSNOOP_COUNTER_DATA_PRUNED, 1);
	switch (rule) {
	case MCSNOOP_RULE_NOT_MEMBER:
		mcs_count_add(port, MCSNOOP_COUNTER_PRUNED_NOT_MEMBER, 1);
		break;
	case MCSNOOP_RULE_SOURCE_BLOCKED:
		mcs_count_add(port, MCSNOOP_COUNTER_PRUNED_SOURCE_BLOCKED, 1);
		break;
	case MCSNOOP_RULE_SOURCE_NOT_INCLUDED:
		mcs_count_add(port, MCSNOOP_COUNTER_PRUNED_SOURCE_NOT_INCLUDED,
			      1);
		break;
	case MCSNOOP_RULE_UNREGISTERED_DROP:
		mcs_count_add(port, MCSNOOP_COUNTER_PRUNED_UNREGISTERED, 1);
		break;
	default:
		break;
	}
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
