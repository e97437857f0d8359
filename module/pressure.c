// SPDX-License-Identifier: GPL-2.0
/*
 * Limits of groups: who meets one is refused, or gives up what it was heard to
 * want longest ago. Nothing of others is touched, and there is nothing to be
 * switched on again: as soon as there is room it is used.
 *
 * A port is under pressure from when a limit was met there until it has an
 * eighth of what it may have to spare, and two; the flight recorder has both.
 */
#include <linux/etherdevice.h>
#include "host.h"
#include "log.h"
#include "pressure.h"
#include "station.h"

/* How many of a port's records are looked at to find the one that goes. */
#define LOOKS	16

static u32 max_port_groups(const struct mcs_port *port)
{
	return port->config.max_groups ?: port->br->config.max_port_groups;
}

/* The limit that another record meets, with or without one that is there. */
static int limit(const struct mcs_port *port, u16 vid, bool new_group,
		 struct mcs_member *without)
{
	/* a group goes with its last record only */
	bool last = without && hlist_is_singular_node(&without->group_node,
						      &without->group->members);
	const struct mcs_config *c = &port->br->config;
	const struct mcs_vlan *vlan;

	if (port->ngroups - !!without >= max_port_groups(port))
		return MCSNOOP_COUNTER_LIMIT_PORT_GROUPS;
	if (!new_group)
		return 0;
	if (port->br->ngroups - last >= c->max_groups)
		return MCSNOOP_COUNTER_LIMIT_GROUPS;
	vlan = c->max_vlan_groups ? __mcs_vlan_find(port->br, vid) : NULL;
	if (!vlan)
		return 0;
	last &= without && without->group->key.vid == vid;
	return vlan->ngroups >= (u64)c->max_vlan_groups + last ?
	       MCSNOOP_COUNTER_LIMIT_VLAN_GROUPS : 0;
}

/**
 * __mcs_pressure_limit() - which limit does another record meet?
 * @port: where it would be
 * @vid: VLAN
 * @new_group: no other port has the group
 *
 * Context: the bridge's lock is held.
 * Return: the counter of the limit, or 0.
 */
int __mcs_pressure_limit(const struct mcs_port *port, u16 vid, bool new_group)
{
	lockdep_assert_held(&port->br->lock);

	return limit(port, vid, new_group, NULL);
}

/**
 * __mcs_pressure_group() - a group appeared in a VLAN, or went
 * @br: the bridge
 * @vid: the VLAN, which may be gone
 * @by: 1 or -1
 *
 * Context: the bridge's lock is held.
 */
void __mcs_pressure_group(struct mcs_bridge *br, u16 vid, int by)
{
	struct mcs_vlan *vlan = __mcs_vlan_find(br, vid);

	if (vlan)
		vlan->ngroups += by;
}

/**
 * __mcs_pressure_met() - a limit was met
 * @port: where
 * @vid: VLAN
 * @counter: enum mcsnoop_counter of the limit
 *
 * Context: the bridge's lock is held.
 */
void __mcs_pressure_met(struct mcs_port *port, u16 vid, int counter)
{
	lockdep_assert_held(&port->br->lock);

	if (port->pressed)
		return;
	port->pressed = counter;
	__mcs_log_pressure(port, vid, NULL, counter,
			   MCSNOOP_LOG_EVENT_PRESSURE);
}

/**
 * __mcs_pressure_eased() - a record went: is there room again?
 * @port: where it was
 * @vid: VLAN
 *
 * Context: the bridge's lock is held.
 */
void __mcs_pressure_eased(struct mcs_port *port, u16 vid)
{
	u32 max = max_port_groups(port);

	lockdep_assert_held(&port->br->lock);

	if (!port->pressed || __mcs_pressure_limit(port, vid, true))
		return;
	/* two more, or a small limit would be met and left in turns */
	if (port->ngroups && port->ngroups + max / 8 + 2 > max)
		return;
	__mcs_log_pressure(port, vid, NULL, port->pressed,
			   MCSNOOP_LOG_EVENT_RELIEF);
	port->pressed = 0;
}

/* When it ends, whatever is asked meanwhile. */
static u64 ends_at(const struct mcs_member *m)
{
	return m->rec.mode == MCS_MODE_EXCLUDE ? m->rec.group_expires :
						 m->deadline.due;
}

/* Does it have no other hosts than this one? */
static bool is_only_host(const struct mcs_member *m, const u8 *mac, u64 now)
{
	const struct mcs_host *host;
	bool found = false;
	u32 at;

	for (at = 0; (host = __mcs_hosts_next(m, &at, now)); at++) {
		if (!ether_addr_equal(host->mac, mac))
			return false;
		found = true;
	}
	return found;
}

/**
 * __mcs_pressure_make_room() - let a new record take the place of an old one
 * @port: where it is going to be
 * @vid: VLAN
 * @new_group: no other port has the group
 * @mac: MAC address of the host that wants it
 *
 * Of the records that are there longest the one goes whose time ends first:
 * nothing was heard of it for longer than of the others that were looked at. The
 * others go to the end, to be looked at last. A host that has as many as it may
 * have replaces one of its own.
 *
 * Context: the bridge's lock is held; nobody walks records or groups.
 */
void __mcs_pressure_make_room(struct mcs_port *port, u16 vid, bool new_group,
			      const u8 *mac)
{
	struct mcs_member *m, *next, *oldest = NULL;
	unsigned int left = LOOKS;
	u64 now = mcs_now();
	bool full;
	int met;

	lockdep_assert_held(&port->br->lock);

	if (port->br->config.over_limit != MCSNOOP_OVER_LIMIT_REPLACE)
		return;
	met = limit(port, vid, new_group, NULL);
	full = __mcs_station_full(port, mac);
	if (!met && !full)
		return;
	list_for_each_entry_safe(m, next, &port->members, port_node) {
		if (!left--)
			break;
		list_move_tail(&m->port_node, &port->members);
		if (m->is_static || limit(port, vid, new_group, m) ||
		    (full && !is_only_host(m, mac, now)))
			continue;
		if (!oldest || ends_at(m) < ends_at(oldest))
			oldest = m;
	}
	if (!oldest)
		return;
	mcs_count(port, MCSNOOP_COUNTER_LIMIT_REPLACED);
	if (met)
		__mcs_pressure_met(port, vid, met);
	if (full)
		__mcs_station_pressed(port, mac);
	__mcs_member_del(oldest, MCSNOOP_CAUSE_REPLACED);
}
