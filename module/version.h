/* SPDX-License-Identifier: GPL-2.0 */
/* Which version we query in, and others that query in another. */
#ifndef _MCSNOOP_VERSION_H
#define _MCSNOOP_VERSION_H

#include <linux/types.h>

struct mcs_ctx;
struct mcs_msg;
struct mcs_port;

/* what an operator is told about versions, at most once in a while each */
enum mcs_warning {
	MCS_WARN_OLDER,		/* a general query older than was set */
	MCS_WARN_NEWER,		/* a query newer than was set */
	MCS_WARN_SSM,		/* the elected querier is too old for SSM */
	MCS_WARNINGS
};

/* version.c */
u8 mcs_ctx_version(const struct mcs_ctx *ctx);
u8 mcs_ctx_ask_version(const struct mcs_ctx *ctx);
void __mcs_version_heard(struct mcs_ctx *ctx, const struct mcs_port *port,
			 const struct mcs_msg *msg);
void __mcs_version_older(struct mcs_ctx *ctx, const struct mcs_msg *msg,
			 u64 now);
void __mcs_version_elected(struct mcs_ctx *ctx, const struct mcs_msg *msg,
			   u64 now);

#endif /* _MCSNOOP_VERSION_H */
