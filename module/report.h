/* SPDX-License-Identifier: GPL-2.0 */
/* Reports on their way to routers: suppressed, or made by a proxy. */
#ifndef _MCSNOOP_REPORT_H
#define _MCSNOOP_REPORT_H

#include <linux/in6.h>
#include <uapi/linux/mcsnoop.h>

#define MCS_LEARNED	16	/* senders of reports on a port, see stay.c */

struct mcs_bridge;
struct mcs_ctx;
struct mcs_deadline;
struct mcs_key;
struct mcs_msg;
struct mcs_port;

/* proxy.c */
void __mcs_proxy_configure(struct mcs_ctx *ctx);
void __mcs_proxy_stop(struct mcs_ctx *ctx);
bool mcs_proxy_asks(const struct mcs_ctx *ctx, const struct mcs_port *port);
unsigned int mcs_proxy_state(const struct mcs_ctx *ctx, u64 now, u32 *groups,
			     u64 *older_until);

/* proxy_change.c */
void __mcs_proxy_mark(struct mcs_bridge *br, const struct mcs_key *key);
void __mcs_proxy_port(struct mcs_ctx *ctx, const struct mcs_port *port);
void __mcs_proxy_flush(struct mcs_bridge *br);
void __mcs_proxy_again(struct mcs_deadline *dl, u64 now);

/* proxy_answer.c */
void __mcs_proxy_general(struct mcs_ctx *ctx, unsigned int heard,
			 u32 response_ms);
void __mcs_proxy_specific(struct mcs_ctx *ctx, const struct in6_addr *group,
			  const struct in6_addr *srcs, unsigned int n,
			  u32 response_ms);
void __mcs_proxy_general_due(struct mcs_deadline *dl, u64 now);
void __mcs_proxied_due(struct mcs_deadline *dl, u64 now);

/* control.c */
int mcs_control_rcv(struct mcs_port *port, u16 vid, const struct mcs_msg *msg,
		    const u8 *smac, u8 *kept);

/* stay.c, see also frame.h */
void mcs_reports_monitored(struct mcs_bridge *br);

/* suppress.c */
void __mcs_round_begin(struct mcs_ctx *ctx);
void __mcs_round_group(struct mcs_ctx *ctx, const struct in6_addr *group);
enum mcsnoop_rule __mcs_report_kept(struct mcs_port *port, struct mcs_ctx *ctx,
				    const struct mcs_msg *msg, const u8 *smac);

#endif /* _MCSNOOP_REPORT_H */
