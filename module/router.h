/* SPDX-License-Identifier: GPL-2.0 */
/* Router ports, and asking multicast routers to advertise themselves. */
#ifndef _MCSNOOP_ROUTER_H
#define _MCSNOOP_ROUTER_H

#include "mcsnoop.h"

/**
 * struct mcs_router - a port with a multicast router behind it
 * @node: in struct mcs_ctx.router_ports
 * @ctx: VLAN and family
 * @port: the port
 * @deadline: when it is forgotten; 0 when permanent
 * @type: enum mcsnoop_router_type
 * @since: when it appeared, ns
 * @addr: who made it so
 *
 * Protected by the bridge's lock; readers look at struct mcs_ctx.routers.
 */
struct mcs_router {
	struct list_head	node;
	struct mcs_ctx		*ctx;
	struct mcs_port		*port;
	struct mcs_deadline	deadline;
	u8			type;
	u64			since;
	struct in6_addr		addr;
};

/* router.c */
void __mcs_router_heard(struct mcs_ctx *ctx, struct mcs_port *port, u8 type,
			const struct in6_addr *addr, u64 lifetime);
void __mcs_router_del(struct mcs_router *r, u8 cause);
void __mcs_router_expired(struct mcs_router *r, u64 now);
void __mcs_router_flush_port(struct mcs_port *port, bool permanent, u8 cause);
void __mcs_router_port_vlan(struct mcs_ctx *ctx, struct mcs_port *port,
			    bool in);
void __mcs_router_flush_ctx(struct mcs_ctx *ctx, u8 cause);
void __mcs_router_port_mode(struct mcs_port *port);
void __mcs_router_examine(struct mcs_ctx *ctx);

/* mrd.c */
bool mcs_mrd_enabled(const struct mcs_ctx *ctx);
void __mcs_mrd_configure(struct mcs_ctx *ctx, bool was_enabled);
void __mcs_mrd_port_vlan(struct mcs_ctx *ctx, struct mcs_port *port, bool in);
void __mcs_mrd_advertised(struct mcs_ctx *ctx, struct mcs_port *port);
void __mcs_mrd_terminated(struct mcs_ctx *ctx, struct mcs_port *port);
void __mcs_mrd_due(struct mcs_deadline *dl, u64 now);
void __mcs_mrd_flush_ctx(struct mcs_ctx *ctx);
void __mcs_mrd_flush_port(struct mcs_port *port);

#endif /* _MCSNOOP_ROUTER_H */
