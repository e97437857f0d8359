/* SPDX-License-Identifier: GPL-2.0 */
/* Memberships of hosts that move to another port. */
#ifndef _MCSNOOP_FOLLOW_H
#define _MCSNOOP_FOLLOW_H

#include "mcsnoop.h"

struct mcs_follow;

/* follow.c */
struct mcs_follow *mcs_follow_alloc(void);
void mcs_follow_free(struct mcs_follow *follow);
void __mcs_follow_born(const struct mcs_port *port, const u8 *mac);
void __mcs_follow_died(const struct mcs_port *port, const u8 *mac);
void mcs_follow_seen(struct mcs_port *port, const u8 *mac, u16 vid);
void mcs_follow_soon(struct mcs_net *mn);
void mcs_follow_work(struct work_struct *work);

#endif /* _MCSNOOP_FOLLOW_H */
