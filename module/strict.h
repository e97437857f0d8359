/* SPDX-License-Identifier: GPL-2.0 */
/* What a port refuses although it is valid. */
#ifndef _MCSNOOP_STRICT_H
#define _MCSNOOP_STRICT_H

#include <linux/types.h>

struct mcs_msg;
struct mcs_port;

struct mcs_port_config;

/* strict.c; the last two need not be asked unless the first said so */
bool mcs_strict_any(const struct mcs_port_config *c);
bool mcs_l2dst_matches(const struct mcs_msg *msg, const u8 *dest);
int mcs_strict_form(const struct mcs_port *port, const struct mcs_msg *msg,
		    const u8 *dest);
int mcs_strict_refuses(struct mcs_port *port, const struct mcs_msg *msg);

#endif /* _MCSNOOP_STRICT_H */
