/* SPDX-License-Identifier: GPL-2.0 */
/* What happens when there are too many groups. */
#ifndef _MCSNOOP_PRESSURE_H
#define _MCSNOOP_PRESSURE_H

#include "mcsnoop.h"

/* pressure.c */
int __mcs_pressure_limit(const struct mcs_port *port, u16 vid, bool new_group);
void __mcs_pressure_group(struct mcs_bridge *br, u16 vid, int by);
void __mcs_pressure_met(struct mcs_port *port, u16 vid, int counter);
void __mcs_pressure_eased(struct mcs_port *port, u16 vid);
void __mcs_pressure_make_room(struct mcs_port *port, u16 vid, bool new_group,
			      const u8 *mac);

#endif /* _MCSNOOP_PRESSURE_H */
