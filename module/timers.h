/* SPDX-License-Identifier: GPL-2.0 */
/* The queue of deadlines of a bridge. */
#ifndef _MCSNOOP_TIMERS_H
#define _MCSNOOP_TIMERS_H

#include <linux/timerqueue.h>
#include <linux/types.h>

struct mcs_bridge;

/* what a deadline belongs to */
enum mcs_deadline_kind {
	MCS_DL_MEMBER,		/* struct mcs_member.deadline */
	MCS_DL_ROUTER,		/* struct mcs_router.deadline */
	MCS_DL_QUERY,		/* struct mcs_ctx.query */
	MCS_DL_OTHER,		/* struct mcs_ctx.other */
	MCS_DL_PROXY,		/* struct mcs_ctx.proxy */
	MCS_DL_GRACE,		/* struct mcs_ctx.grace */
	MCS_DL_ANSWERS,		/* struct mcs_ctx.answers */
	MCS_DL_SPOOF,		/* struct mcs_ctx.spoof */
	MCS_DL_TOPOLOGY,	/* struct mcs_bridge.topology */
	MCS_DL_SOLICIT,		/* mrd.c */
	MCS_DL_PROXIED,		/* struct mcs_proxied.deadline */
	MCS_DL_PROXY_AGAIN,	/* struct mcs_proxy.again */
	MCS_DL_PROXY_GENERAL,	/* struct mcs_proxy.general */
	MCS_DL_DIRTY,		/* struct mcs_bridge.dirty_more */
	MCS_DL_ND,		/* struct mcs_nd.due */
};

/**
 * struct mcs_deadline - something that is to happen at a time
 * @node: place in the bridge's queue, at or before @due
 * @due: when, ns of CLOCK_MONOTONIC; 0 is never
 * @kind: enum mcs_deadline_kind
 *
 * Moving @due later is one store: the queue looks at it when @node comes up.
 * Protected by the bridge's lock.
 */
struct mcs_deadline {
	struct timerqueue_node	node;
	u64			due;
	u8			kind;
};

/* timers.c */
void mcs_timers_init(struct mcs_bridge *br);
void mcs_timers_stop(struct mcs_bridge *br);
void mcs_deadline_init(struct mcs_deadline *dl, u8 kind);
void __mcs_deadline_set(struct mcs_bridge *br, struct mcs_deadline *dl,
			u64 due);
void __mcs_deadline_cancel(struct mcs_bridge *br, struct mcs_deadline *dl);
u64 mcs_now(void);
u32 mcs_ms_left(u64 due, u64 now);

#endif /* _MCSNOOP_TIMERS_H */
