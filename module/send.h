/* SPDX-License-Identifier: GPL-2.0 */
/* Queries, solicitations and reports on their way out. */
#ifndef _MCSNOOP_SEND_H
#define _MCSNOOP_SEND_H

#include <linux/in6.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <uapi/linux/mcsnoop.h>

struct mcs_ctx;
struct mcs_port;
struct mcs_vlan;

/* send.c */
bool mcs_own_address_rcu(const struct mcs_vlan *vlan, bool mld,
			 struct in6_addr *addr);
bool mcs_can_ask(const struct mcs_ctx *ctx);
void __mcs_send_general(struct mcs_ctx *ctx, const struct in6_addr *own);
void __mcs_send_spoofed(struct mcs_ctx *ctx);
void __mcs_send_specific(struct mcs_ctx *ctx, struct mcs_port *port,
			 const struct in6_addr *group, bool sflag,
			 const struct in6_addr *srcs, unsigned int n);
void __mcs_send_solicitation(struct mcs_ctx *ctx, struct mcs_port *port);
bool mcs_is_local_rcu(const struct mcs_vlan *vlan,
		      const struct in6_addr *addr);
struct sk_buff *mcs_send_alloc(unsigned int len, bool mld);
void __mcs_ask_routers(struct mcs_ctx *ctx, const struct in6_addr *group,
		       const struct in6_addr *srcs, unsigned int n);
void __mcs_send_routers(struct mcs_ctx *ctx, struct sk_buff *skb,
			enum mcsnoop_counter counter);
void mcs_send_queue(struct sk_buff_head *queue);

#endif /* _MCSNOOP_SEND_H */
