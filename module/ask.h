/* SPDX-License-Identifier: GPL-2.0 */
/* Members who are asked although none of them left. */
#ifndef _MCSNOOP_ASK_H
#define _MCSNOOP_ASK_H

#include "mcsnoop.h"

/* ask.c */
bool mcs_may_ask(struct mcs_port *port, u64 now);
bool mcs_both_isolated(const struct mcs_port *a, const struct mcs_port *b);
bool mcs_query_is_believed(const struct mcs_ctx *ctx,
			   const struct mcs_port *port,
			   const struct mcs_msg *msg);
void __mcs_ask_doubted(struct mcs_ctx *ctx, struct mcs_port *from,
		       const struct mcs_msg *msg, const struct in6_addr *srcs,
		       unsigned int n, u64 lmqt);
void __mcs_ask_again(struct mcs_member *m, struct mcs_ctx *ctx,
		     const struct in6_addr *srcs, unsigned int n);
void __mcs_ask_confirm(struct mcs_member *m, struct mcs_ctx *ctx);
void __mcs_ask_heal(struct mcs_member *m, struct mcs_ctx *ctx,
		    const struct mcs_params *p, u64 now);
void __mcs_ask_healed(struct mcs_member *m);

/* member.c */
void __mcs_member_send_due(struct mcs_member *m, struct mcs_ctx *ctx,
			   const struct mcs_params *p, struct in6_addr *list,
			   u64 now);

#endif /* _MCSNOOP_ASK_H */
