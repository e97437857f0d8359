/* SPDX-License-Identifier: GPL-2.0 */
/* What is decided but not done. */
#ifndef _MCSNOOP_OBSERVE_H
#define _MCSNOOP_OBSERVE_H

#include <linux/atomic.h>
#include <uapi/linux/mcsnoop.h>

struct mcs_bridge;
struct mcs_ctx;
struct mcs_frame;
struct mcs_port;

/**
 * struct mcs_observed - data of a group that would have been kept from ports
 * @frames: how often, once for each port
 * @bytes: octets of these frames
 *
 * Written without lock, by every CPU: not on the fast path.
 */
struct mcs_observed {
	atomic64_t	frames;
	atomic64_t	bytes;
};

/* observe.c */
bool mcs_observes(const struct mcs_port *port, const struct mcs_frame *frame);
void mcs_observe_count(const struct mcs_port *out,
		       const struct mcs_frame *frame, enum mcsnoop_rule rule,
		       unsigned int len);
void __mcs_observe_ctx(struct mcs_ctx *ctx, u8 mode);
void __mcs_observe_port(struct mcs_port *port, u8 mode);
void mcs_observe_update(struct mcs_bridge *br);

#endif /* _MCSNOOP_OBSERVE_H */
