// SPDX-License-Identifier: GPL-2.0
/* Counters of a port: one per CPU and reason, never shared between CPUs. */
#include "frame.h"

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

/* Data that is kept from a port, and why. */
static void count_pruned(const struct mcs_port *port, enum mcsnoop_rule rule)
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
 * mcs_count_verdict() - count what becomes of a frame at a port
 * @out: the port
 * @frame: the frame
 * @rule: the rule that decides
 *
 * Context: BH disabled, RCU read side.
 */
void mcs_count_verdict(const struct mcs_port *out,
		       const struct mcs_frame *frame, enum mcsnoop_rule rule)
{
	if (unlikely(frame->kind == MCS_FRAME_ND)) {
		mcs_count(out, mcs_rule_forwards(rule) ?
			       MCSNOOP_COUNTER_ND_FORWARDED :
			       MCSNOOP_COUNTER_ND_PRUNED);
		return;
	}
	switch (rule) {
	case MCSNOOP_RULE_NO_PRUNING:
		if (frame->kind != MCS_FRAME_DATA)
			break;
		mcs_count(out, MCSNOOP_COUNTER_DATA_FLOODED);
		if (mcs_is_unasked(out, frame))
			mcs_count(out, MCSNOOP_COUNTER_DATA_WINDOW);
		break;
	case MCSNOOP_RULE_ROUTER_PORT:
	case MCSNOOP_RULE_MEMBER_EXCLUDE:
	case MCSNOOP_RULE_MEMBER_INCLUDE:
	case MCSNOOP_RULE_MEMBER_MAC:
	case MCSNOOP_RULE_HOST_ALL:
		mcs_count(out, MCSNOOP_COUNTER_DATA_FORWARDED);
		break;
	case MCSNOOP_RULE_REPORT_LOCAL:
	case MCSNOOP_RULE_REPORT_PROXIED:
	case MCSNOOP_RULE_REPORT_SUPPRESSED:
		mcs_count(out, MCSNOOP_COUNTER_REPORTS_KEPT);
		break;
	case MCSNOOP_RULE_TTL_THRESHOLD:
		mcs_count(out, MCSNOOP_COUNTER_DATA_TTL);
		break;
	case MCSNOOP_RULE_SCOPE_BOUNDARY:
		mcs_count(out, MCSNOOP_COUNTER_DATA_SCOPE);
		break;
	case MCSNOOP_RULE_INVALID:	/* counted where it came in */
		break;
	default:
		if (!mcs_rule_forwards(rule))
			count_pruned(out, rule);
		else if (frame->kind == MCS_FRAME_DATA)
			mcs_count(out, MCSNOOP_COUNTER_DATA_FLOODED);
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
