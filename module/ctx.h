/* SPDX-License-Identifier: GPL-2.0 */
/* Values in force in a VLAN and family; part of mcsnoop.h. */
#ifndef _MCSNOOP_CTX_H
#define _MCSNOOP_CTX_H

#include <linux/types.h>

struct mcs_ctx;
struct mcs_params;

/* vlan.c */
void mcs_ctx_params(const struct mcs_ctx *ctx, struct mcs_params *p);
void __mcs_ctx_changed(struct mcs_ctx *ctx);
const struct mcs_params *__mcs_ctx_params(struct mcs_ctx *ctx);
u64 mcs_ctx_other_interval(const struct mcs_ctx *ctx);
u64 mcs_ctx_query_interval(const struct mcs_ctx *ctx);
u64 mcs_ctx_response_interval(const struct mcs_ctx *ctx);
u8 mcs_ctx_robustness(const struct mcs_ctx *ctx);

#endif /* _MCSNOOP_CTX_H */
