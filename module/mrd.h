/* SPDX-License-Identifier: GPL-2.0 */
/* Asking multicast routers to advertise themselves. */
#ifndef _MCSNOOP_MRD_H
#define _MCSNOOP_MRD_H

#include <linux/types.h>

struct mcs_ctx;
struct mcs_deadline;
struct mcs_port;

bool mcs_mrd_enabled(const struct mcs_ctx *ctx);
void __mcs_mrd_configure(struct mcs_ctx *ctx, bool was_enabled);
void __mcs_mrd_port_vlan(struct mcs_ctx *ctx, struct mcs_port *port, bool in);
void __mcs_mrd_advertised(struct mcs_ctx *ctx, struct mcs_port *port);
void __mcs_mrd_terminated(struct mcs_ctx *ctx, struct mcs_port *port);
void __mcs_mrd_due(struct mcs_deadline *dl, u64 now);
void __mcs_mrd_flush_ctx(struct mcs_ctx *ctx);
void __mcs_mrd_flush_port(struct mcs_port *port);

#endif /* _MCSNOOP_MRD_H */
