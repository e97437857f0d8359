/* SPDX-License-Identifier: GPL-2.0 */
/* How many groups a host has. */
#ifndef _MCSNOOP_STATION_H
#define _MCSNOOP_STATION_H

#include "mcsnoop.h"

struct mcs_station;

/* station.c */
int mcs_stations_init(struct mcs_bridge *br);
void mcs_stations_destroy(struct mcs_bridge *br);
u32 mcs_station_max(const struct mcs_port *port);
struct mcs_station *__mcs_station_get(struct mcs_port *port, const u8 *mac);
void __mcs_station_put(struct mcs_port *port, struct mcs_station *station);
void __mcs_station_wants(struct mcs_port *port, struct mcs_station *station,
			 int more);
bool __mcs_station_full(struct mcs_port *port, const u8 *mac);
void __mcs_station_pressed(struct mcs_port *port, const u8 *mac);
void __mcs_station_refused(struct mcs_port *port, const u8 *mac, u16 vid,
			   const struct in6_addr *group);
bool __mcs_station_misses(const struct mcs_member *m);

#endif /* _MCSNOOP_STATION_H */
