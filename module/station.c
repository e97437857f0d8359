// SPDX-License-Identifier: GPL-2.0
/*
 * How many groups a host has, for max-host-groups: hosts with the same MAC
 * address on a port are one, whatever addresses they have and in all VLANs.
 *
 * What is known of hosts is counted, so a host that is not tracked has no
 * limit of its own; that of its port holds for it.
 */
#include <linux/etherdevice.h>
#include <linux/slab.h>
#include "host.h"
#include "log.h"
#include "station.h"

/**
 * struct mcs_station_key - where a host is
 * @port: id of the port
 * @mac: MAC address
 * @pad: 0
 */
struct mcs_station_key {
	u32	port;
	u8	mac[ETH_ALEN];
	u8	pad[2];
};

/**
 * struct mcs_station - a host of a port
 * @hash: in the bridge's stations
 * @key: where it is
 * @entries: in how many records it is remembered
 * @groups: how many of them it has not left
 * @pressed: it has met its limit, and has no room yet
 *
 * Protected by the bridge's lock, freed with the last record that knows it.
 */
struct mcs_station {
	struct rhash_head	hash;
	struct mcs_station_key	key;
	u32			entries;
	u32			groups;
	bool			pressed;
};

static const struct rhashtable_params params = {
	.head_offset		= offsetof(struct mcs_station, hash),
	.key_offset		= offsetof(struct mcs_station, key),
	.key_len		= sizeof_field(struct mcs_station, key),
	.automatic_shrinking	= true,
};

/**
 * mcs_stations_init() - prepare to count the groups of hosts
 * @br: the bridge
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int mcs_stations_init(struct mcs_bridge *br)
{
	return rhashtable_init(&br->stations, &params);
}

/**
 * mcs_stations_destroy() - the opposite
 * @br: the bridge; its records are gone
 *
 * Context: process.
 */
void mcs_stations_destroy(struct mcs_bridge *br)
{
	rhashtable_destroy(&br->stations);
}

/**
 * mcs_station_max() - how many groups may a host have?
 * @port: where it is
 *
 * Context: RTNL or the bridge's lock.
 * Return: how many, 0 for any number.
 */
u32 mcs_station_max(const struct mcs_port *port)
{
	return port->config.max_host_groups ?: port->br->config.max_host_groups;
}

static void station_key(struct mcs_station_key *key,
			const struct mcs_port *port, const u8 *mac)
{
	memset(key, 0, sizeof(*key));
	key->port = port->id;
	ether_addr_copy(key->mac, mac);
}

static struct mcs_station *find(const struct mcs_port *port, const u8 *mac)
{
	struct mcs_station_key key;

	station_key(&key, port, mac);
	return rhashtable_lookup_fast(&port->br->stations, &key, params);
}

/**
 * __mcs_station_get() - a host is remembered in one more record
 * @port: where it is
 * @mac: its MAC address
 *
 * Context: the bridge's lock is held.
 * Return: the host, for __mcs_station_put(); NULL where there is no limit, and
 *	without memory, which is counted.
 */
struct mcs_station *__mcs_station_get(struct mcs_port *port, const u8 *mac)
{
	struct mcs_station *station;

	lockdep_assert_held(&port->br->lock);

	if (!mcs_station_max(port))
		return NULL;
	station = find(port, mac);
	if (station) {
		station->entries++;
		return station;
	}
	station = kzalloc(sizeof(*station), GFP_ATOMIC | __GFP_NOWARN);
	if (!station)
		goto no_memory;
	station_key(&station->key, port, mac);
	station->entries = 1;
	if (rhashtable_insert_fast(&port->br->stations, &station->hash, params))
		goto free;
	mcs_born(MCS_OBJ_STATION);
	return station;

free:
	kfree(station);
no_memory:
	mcs_count(port, MCSNOOP_COUNTER_NO_MEMORY);
	return NULL;
}

/**
 * __mcs_station_put() - a host is forgotten in a record, which it had left
 * @port: where it was
 * @station: the host, or NULL
 *
 * Context: the bridge's lock is held.
 */
void __mcs_station_put(struct mcs_port *port, struct mcs_station *station)
{
	lockdep_assert_held(&port->br->lock);

	if (!station || --station->entries)
		return;
	rhashtable_remove_fast(&port->br->stations, &station->hash, params);
	mcs_died(MCS_OBJ_STATION);
	/* no reader sees it without the bridge's lock */
	kfree(station);
}

/**
 * __mcs_station_wants() - a host wants groups, or no more
 * @port: where it is
 * @station: the host, or NULL
 * @more: how many more, less than 0 when it gives some up
 *
 * Context: the bridge's lock is held.
 */
void __mcs_station_wants(struct mcs_port *port, struct mcs_station *station,
			 int more)
{
	u32 max = mcs_station_max(port);

	lockdep_assert_held(&port->br->lock);

	if (!station)
		return;
	station->groups += more;
	/* two more, or a small limit would be met and left in turns */
	if (!station->pressed ||
	    (max && station->groups && station->groups + max / 8 + 2 > max))
		return;
	station->pressed = false;
	__mcs_log_pressure(port, 0, station->key.mac,
			   MCSNOOP_COUNTER_LIMIT_HOST_GROUPS,
			   MCSNOOP_LOG_EVENT_RELIEF);
}

/**
 * __mcs_station_full() - has a host as many groups as it may have?
 * @port: where it is
 * @mac: its MAC address
 *
 * Context: the bridge's lock is held.
 * Return: true if another one is to be refused.
 */
bool __mcs_station_full(struct mcs_port *port, const u8 *mac)
{
	u32 max = mcs_station_max(port);
	struct mcs_station *station;

	lockdep_assert_held(&port->br->lock);

	station = max ? find(port, mac) : NULL;
	return station && station->groups >= max;
}

/**
 * __mcs_station_pressed() - a host has met its limit
 * @port: where it is
 * @mac: its MAC address
 *
 * Context: the bridge's lock is held.
 */
void __mcs_station_pressed(struct mcs_port *port, const u8 *mac)
{
	struct mcs_station *station = find(port, mac);

	lockdep_assert_held(&port->br->lock);

	if (!station || station->pressed)
		return;
	station->pressed = true;
	__mcs_log_pressure(port, 0, mac, MCSNOOP_COUNTER_LIMIT_HOST_GROUPS,
			   MCSNOOP_LOG_EVENT_PRESSURE);
}

/**
 * __mcs_station_refused() - a host wants one more group than it may have
 * @port: where it is
 * @mac: its MAC address
 * @vid: VLAN
 * @group: the group
 *
 * Context: the bridge's lock is held.
 */
void __mcs_station_refused(struct mcs_port *port, const u8 *mac, u16 vid,
			   const struct in6_addr *group)
{
	lockdep_assert_held(&port->br->lock);

	mcs_count(port, MCSNOOP_COUNTER_LIMIT_HOST_GROUPS);
	mcs_log_limit(port, vid, group, MCSNOOP_COUNTER_LIMIT_HOST_GROUPS);
	__mcs_station_pressed(port, mac);
}

/**
 * __mcs_station_misses() - is a host of a record not counted?
 * @m: the record
 *
 * Those that were there before there was a limit, or when memory lacked.
 *
 * Context: the bridge's lock is held.
 * Return: true if there is one and it has a limit.
 */
bool __mcs_station_misses(const struct mcs_member *m)
{
	const struct mcs_host *host;
	u64 now = mcs_now();
	u32 at;

	if (!mcs_station_max(m->port))
		return false;
	for (at = 0; (host = __mcs_hosts_next(m, &at, now)); at++)
		if (!host->station)
			return true;
	return false;
}
