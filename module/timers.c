// SPDX-License-Identifier: GPL-2.0
/*
 * Time: one ordered queue of deadlines and one soft hrtimer per bridge.
 *
 * Putting a deadline off is one store; the queue finds out when the old time
 * comes. Only an earlier deadline moves in the queue. So a refreshed
 * membership costs nothing here, and teardown stops a single timer. That is
 * done without the lock, which the callback takes.
 */
#include "router.h"

/* Between two batches, so that the softirq is left in between. */
#define BATCH_PAUSE	(100 * NSEC_PER_USEC)

/**
 * mcs_now() - the clock of every deadline
 *
 * Return: CLOCK_MONOTONIC in ns, never 0.
 */
u64 mcs_now(void)
{
	return ktime_get_ns() ?: 1;
}

/**
 * mcs_ms_left() - time to a deadline for people
 * @due: ns
 * @now: ns
 *
 * Return: ms from @now to @due, rounded up, 0 when it has passed.
 */
u32 mcs_ms_left(u64 due, u64 now)
{
	u64 ms;

	if (due <= now)
		return 0;
	ms = DIV64_U64_ROUND_UP(due - now, NSEC_PER_MSEC);
	return min_t(u64, ms, U32_MAX);
}

/**
 * mcs_deadline_init() - prepare a deadline, not set
 * @dl: the deadline
 * @kind: what it belongs to
 */
void mcs_deadline_init(struct mcs_deadline *dl, u8 kind)
{
	timerqueue_init(&dl->node);
	dl->due = 0;
	dl->kind = kind;
}

/* The one place that starts the timer, not before @earliest. */
static void arm(struct mcs_bridge *br, u64 earliest)
{
	struct timerqueue_node *first = timerqueue_getnext(&br->deadlines);
	ktime_t at;

	lockdep_assert_held(&br->lock);

	if (!first || br->dying)
		return;
	at = max(first->expires, ns_to_ktime(earliest));
	if (hrtimer_is_queued(&br->timer) &&
	    hrtimer_get_expires(&br->timer) <= at)
		return;
	hrtimer_start(&br->timer, at, HRTIMER_MODE_ABS_SOFT);
}

static void enqueue(struct mcs_bridge *br, struct mcs_deadline *dl)
{
	dl->node.expires = ns_to_ktime(dl->due);
	timerqueue_add(&br->deadlines, &dl->node);
}

static bool queued(const struct mcs_deadline *dl)
{
	return !RB_EMPTY_NODE(&dl->node.node);
}

/**
 * __mcs_deadline_set() - let something happen at a time
 * @br: the bridge
 * @dl: the deadline
 * @due: when, ns; 0 or MCS_NEVER for never
 *
 * Context: the bridge's lock is held.
 */
void __mcs_deadline_set(struct mcs_bridge *br, struct mcs_deadline *dl,
			u64 due)
{
	lockdep_assert_held(&br->lock);

	if (due == MCS_NEVER)
		due = 0;
	dl->due = due;
	if (!due)
		return;		/* the queue drops it when it comes up */
	if (queued(dl)) {
		if (ktime_to_ns(dl->node.expires) <= due)
			return;	/* lazily: looked at again then */
		timerqueue_del(&br->deadlines, &dl->node);
	}
	enqueue(br, dl);
	arm(br, 0);
}

/**
 * __mcs_deadline_cancel() - forget a deadline before its object goes away
 * @br: the bridge
 * @dl: the deadline
 *
 * The timer may still fire for it; it then finds nothing to do.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_deadline_cancel(struct mcs_bridge *br, struct mcs_deadline *dl)
{
	lockdep_assert_held(&br->lock);

	dl->due = 0;
	if (queued(dl))
		timerqueue_del(&br->deadlines, &dl->node);
}

static void fire(struct mcs_bridge *br, struct mcs_deadline *dl, u64 now)
{
	switch ((enum mcs_deadline_kind)dl->kind) {
	case MCS_DL_MEMBER:
		__mcs_member_expired(container_of(dl, struct mcs_member,
						  deadline), now);
		break;
	case MCS_DL_ROUTER:
		__mcs_router_expired(container_of(dl, struct mcs_router,
						  deadline), now);
		break;
	case MCS_DL_QUERY:
		__mcs_querier_query_due(container_of(dl, struct mcs_ctx, query),
					now);
		break;
	case MCS_DL_OTHER:
		__mcs_querier_other_expired(container_of(dl, struct mcs_ctx,
							 other), now);
		break;
	case MCS_DL_PROXY:
		__mcs_querier_proxy_expired(container_of(dl, struct mcs_ctx,
							 proxy), now);
		break;
	case MCS_DL_PROXIED:
		__mcs_proxied_due(dl, now);
		break;
	case MCS_DL_PROXY_AGAIN:
		__mcs_proxy_again(dl, now);
		break;
	case MCS_DL_PROXY_GENERAL:
		__mcs_proxy_general_due(dl, now);
		break;
	case MCS_DL_DIRTY:
		break;	/* done when the lock is released */
	case MCS_DL_ANSWERS:
		__mcs_answers_over(container_of(dl, struct mcs_ctx,
						answers));
		break;
	case MCS_DL_SPOOF:
		__mcs_querier_spoof_due(container_of(dl, struct mcs_ctx, spoof),
					now);
		break;
	case MCS_DL_TOPOLOGY:
		__mcs_topology_due(br, now);
		break;
	case MCS_DL_ND:
		__mcs_nd_due(br, now);
		break;
	case MCS_DL_SOLICIT:
		__mcs_mrd_due(dl, now);
		break;
	case MCS_DL_GRACE:
		__mcs_querier_grace_over(container_of(dl, struct mcs_ctx,
						      grace), now);
		break;
	}
}

/* One bounded batch: a flood of deadlines must not hold up the softirq. */
static enum hrtimer_restart expired(struct hrtimer *timer)
{
	struct mcs_bridge *br = container_of(timer, struct mcs_bridge, timer);
	struct timerqueue_node *node;
	unsigned int budget = MCS_EXPIRE_BATCH;
	struct mcs_deadline *dl;
	u64 now;

	rcu_read_lock();	/* ports and VLAN flags while sending */
	spin_lock_bh(&br->lock);
	now = mcs_now();
	while (budget && (node = timerqueue_getnext(&br->deadlines)) &&
	       ktime_to_ns(node->expires) <= now) {
		/* room for one query to every port, or wait for the next run */
		if (skb_queue_len(&br->txq) > MCS_TXQ_MAX - MCS_PORTS_MAX) {
			budget = 0;
			break;
		}
		dl = container_of(node, struct mcs_deadline, node);
		timerqueue_del(&br->deadlines, node);
		budget--;
		if (!dl->due)
			continue;
		if (dl->due > now) {
			enqueue(br, dl);
			continue;
		}
		dl->due = 0;
		fire(br, dl, now);
	}
	/*
	 * hrtimer_start() rather than a restart: others may have started the
	 * timer while we waited for the lock, and both must not happen.
	 */
	arm(br, budget ? 0 : now + BATCH_PAUSE);
	mcs_unlock_and_send(br);
	rcu_read_unlock();

	return HRTIMER_NORESTART;
}

/**
 * mcs_timers_init() - prepare a bridge's queue and timer
 * @br: the bridge
 */
void mcs_timers_init(struct mcs_bridge *br)
{
	timerqueue_init_head(&br->deadlines);
	hrtimer_setup(&br->timer, expired, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_SOFT);
}

/**
 * mcs_timers_stop() - stop a bridge's timer for good
 * @br: the bridge, with @dying set
 *
 * Since @dying is set under the lock, nobody starts the timer again.
 *
 * Context: process, without the bridge's lock.
 */
void mcs_timers_stop(struct mcs_bridge *br)
{
	hrtimer_cancel(&br->timer);
}
