// SPDX-License-Identifier: GPL-2.0
/*
 * What each record was delivered: frames, octets and when the last was, counted
 * by each processor for itself while group-stats is on. While it is off a record
 * has no counters, and data costs a look at a pointer that lies beside the one
 * to its sources. Without memory a record has none either, and says nothing.
 */
#include <linux/percpu.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "frame.h"

static void free_tally(struct rcu_head *rcu)
{
	struct mcs_tally *tally = container_of(rcu, struct mcs_tally, rcu);

	free_percpu(tally->cpu);
	kfree(tally);
}

/**
 * __mcs_tally_new() - count what a record is delivered, if that is asked for
 * @m: the record
 *
 * Context: the bridge's lock is held.
 */
void __mcs_tally_new(struct mcs_member *m)
{
	struct mcs_bridge *br = m->port->br;
	struct mcs_tally *tally;
	int cpu;

	lockdep_assert_held(&br->lock);

	if (!br->config.group_stats || rcu_access_pointer(m->tally))
		return;
	tally = kmalloc(sizeof(*tally), GFP_ATOMIC | __GFP_NOWARN);
	if (!tally)
		return;
	tally->cpu = __alloc_percpu_gfp(sizeof(*tally->cpu),
					__alignof__(*tally->cpu),
					GFP_ATOMIC | __GFP_NOWARN);
	if (!tally->cpu) {
		kfree(tally);
		/* the allocator makes more of it when it may sleep */
		br->tally_lacks = true;
		schedule_delayed_work(&br->mn->again, HZ);
		return;
	}
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(tally->cpu, cpu)->syncp);
	rcu_assign_pointer(m->tally, tally);
}

/* What it was delivered goes to its VLAN, which thereby counts all records. */
static void keep(const struct mcs_member *m)
{
	const struct mcs_key *key = &m->group->key;
	struct mcs_vlan *vlan = __mcs_vlan_find(m->port->br, key->vid);
	struct mcs_delivered sum;
	struct mcs_ctx *ctx;

	if (!vlan || !__mcs_tally_read(m, &sum))
		return;
	ctx = &vlan->ctx[!mcs_addr_is_v4(&key->addr)];
	ctx->ended_frames += sum.frames;
	ctx->ended_bytes += sum.bytes;
}

/**
 * __mcs_tally_free() - count it no more
 * @m: the record
 *
 * Context: the bridge's lock is held.
 */
void __mcs_tally_free(struct mcs_member *m)
{
	struct mcs_tally *tally = mcs_deref(m->tally, m->port->br);

	if (!tally)
		return;
	keep(m);
	RCU_INIT_POINTER(m->tally, NULL);
	call_rcu(&tally->rcu, free_tally);
}

static int follow(struct mcs_group *group, void *on)
{
	struct mcs_member *m;

	hlist_for_each_entry(m, &group->members, group_node)
		if (on)
			__mcs_tally_new(m);
		else
			__mcs_tally_free(m);
	return 0;
}

/**
 * mcs_tally_follow() - group-stats was set
 * @br: the bridge, configured
 *
 * Context: process, RTNL.
 */
void mcs_tally_follow(struct mcs_bridge *br)
{
	ASSERT_RTNL();

	mcs_groups_walk(br, follow, br->config.group_stats ? br : NULL);
}

/**
 * mcs_tally_again() - count for records for which memory lacked
 * @br: the bridge
 *
 * Context: process, RTNL.
 */
void mcs_tally_again(struct mcs_bridge *br)
{
	bool lacks;

	ASSERT_RTNL();

	spin_lock_bh(&br->lock);
	lacks = br->tally_lacks;
	br->tally_lacks = false;
	spin_unlock_bh(&br->lock);
	if (lacks)
		mcs_tally_follow(br);
}

/**
 * mcs_tally_member() - a record was delivered a frame
 * @m: the record
 * @len: octets of the frame
 *
 * Context: BH disabled, RCU read side.
 */
void mcs_tally_member(const struct mcs_member *m, unsigned int len)
{
	const struct mcs_tally *tally = rcu_dereference(m->tally);
	struct mcs_tally_cpu *c;

	if (!tally)
		return;
	c = this_cpu_ptr(tally->cpu);
	u64_stats_update_begin(&c->syncp);
	u64_stats_inc(&c->frames);
	u64_stats_add(&c->bytes, len);
	WRITE_ONCE(c->last, jiffies);
	u64_stats_update_end(&c->syncp);
}

/**
 * mcs_tally_frame() - a port gets a frame; has it a record of its group?
 * @out: the port
 * @frame: the frame, classified
 * @len: its octets
 *
 * A static record may stand beside a learned one: the first that wants it
 * counts, as in the fast path, or the first where none does and the port gets
 * it for another reason.
 *
 * Context: BH disabled, RCU read side.
 */
void mcs_tally_frame(const struct mcs_port *out, const struct mcs_frame *frame,
		     unsigned int len)
{
	const struct mcs_member *m, *first = NULL;
	const struct mcs_group *group;

	if (frame->kind != MCS_FRAME_DATA)
		return;
	group = mcs_group_find_rcu(out->br, &frame->dst, frame->vid);
	if (!group)
		return;
	hlist_for_each_entry_rcu(m, &group->members, group_node) {
		if (m->port != out)
			continue;
		if (mcs_rule_forwards(mcs_member_rule(m, &frame->src))) {
			first = m;
			break;
		}
		first = first ?: m;
	}
	if (first)
		mcs_tally_member(first, len);
}

/**
 * __mcs_tally_read() - what a record was delivered
 * @m: the record
 * @sum: filled in
 *
 * Context: the bridge's lock is held, so BH are disabled.
 * Return: false when that is not counted.
 */
bool __mcs_tally_read(const struct mcs_member *m, struct mcs_delivered *sum)
{
	const struct mcs_tally *tally = mcs_deref(m->tally, m->port->br);
	unsigned long last, ago = ULONG_MAX;
	unsigned int start;
	int cpu;

	*sum = (struct mcs_delivered){};
	if (!tally)
		return false;
	for_each_possible_cpu(cpu) {
		const struct mcs_tally_cpu *c = per_cpu_ptr(tally->cpu, cpu);
		u64 frames, bytes;

		do {
			start = u64_stats_fetch_begin(&c->syncp);
			frames = u64_stats_read(&c->frames);
			bytes = u64_stats_read(&c->bytes);
		} while (u64_stats_fetch_retry(&c->syncp, start));
		if (!frames)
			continue;
		sum->frames += frames;
		sum->bytes += bytes;
		last = READ_ONCE(c->last);
		ago = min(ago, jiffies - last);
	}
	if (sum->frames)
		sum->ago = jiffies64_to_msecs(ago);
	return true;
}
