/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of members that are asked, and who asks them. */
#ifndef _MCSNOOP_ANSWERS_H
#define _MCSNOOP_ANSWERS_H

#include <linux/in6.h>
#include <linux/types.h>

struct mcs_ctx;
struct mcs_port;

/**
 * struct mcs_evidence - what pruning in a VLAN and family rests on
 * @since: when struct mcs_ctx.pruning became what it is, ns
 * @queried: when a general query was heard or sent last, ns, 0 for never
 * @before: when those before it were, each at least a Query Response Interval
 *	before the next, ns, 0 for never
 * @reported: when a report or leave was heard last, ns, 0 for never
 * @rival: who queried last although another is elected
 * @rival_port: ifindex of the port behind which it is
 * @rival_heard: when that was, ns
 * @rival_sure: it has had time to hear the elected querier and still did
 *
 * Protected by the bridge's lock.
 */
struct mcs_evidence {
	u64			since;
	u64			queried;
	u64			before[2];
	u64			reported;
	struct in6_addr		rival;
	int			rival_port;
	u64			rival_heard;
	bool			rival_sure;
};

/* answers.c */
void __mcs_pruning_set(struct mcs_ctx *ctx, u8 pruning);
void __mcs_evidence_rival(struct mcs_ctx *ctx, const struct mcs_port *port,
			  const struct in6_addr *addr, u64 elected_at, u64 now);
void __mcs_answers_first(struct mcs_ctx *ctx, u64 response, u64 now);
void __mcs_answers_asked(struct mcs_ctx *ctx, u16 from, u64 response, u64 now);
void __mcs_answers_router_over(struct mcs_ctx *ctx, struct mcs_port *port,
			       u64 now);
void __mcs_answers_wait(struct mcs_ctx *ctx, u64 response, u64 now);
void __mcs_answers_over(struct mcs_ctx *ctx);
void __mcs_ctx_settle(struct mcs_ctx *ctx);
unsigned int mcs_ctx_flooded(const struct mcs_ctx *ctx);

#endif /* _MCSNOOP_ANSWERS_H */
