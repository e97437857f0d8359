// SPDX-License-Identifier: GPL-2.0
/*
 * Groups by MAC address. 32 groups of IPv4 share one, and 2^80 of IPv6: RFC
 * 4541 section 2.1.2 (5) and section 3 want the IP address to decide, and so it
 * does. There are two uses of the MAC address all the same, both off unless
 * asked for:
 *
 * - entries set by hand. One is the static entry of a group whose address
 *   stands for the MAC address, so that it is kept, limited, dumped and removed
 *   like any other. It widens what IP groups get, and is all that there is for
 *   frames that are not IP.
 * - mac-mode, in which an index says which ports have records of groups with a
 *   MAC address.
 */
#include <linux/jhash.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "frame.h"

/**
 * struct mcs_mac - a MAC address in the index
 * @hash: in struct mcs_bridge.mac_index; RCU
 * @key: MAC address and VLAN
 * @ports: struct mcs_mac_port; RCU, written under the bridge's lock
 * @rcu: frees it
 *
 * However many groups have the same one, a reader looks at ports only.
 */
struct mcs_mac {
	struct rhash_head	hash;
	struct mcs_mac_key	key;
	struct hlist_head	ports;
	struct rcu_head		rcu;
};

/**
 * struct mcs_mac_port - a port that wants some group of a MAC address
 * @node: in struct mcs_mac.ports; RCU
 * @port: the port
 * @records: its records of these groups; protected by the bridge's lock
 * @rcu: frees it
 */
struct mcs_mac_port {
	struct hlist_node	node;
	struct mcs_port		*port;
	u32			records;
	struct rcu_head		rcu;
};

static u32 key_hash(const void *data, u32 len, u32 seed)
{
	BUILD_BUG_ON(sizeof(struct mcs_mac_key) % sizeof(u32));
	return jhash2(data, sizeof(struct mcs_mac_key) / sizeof(u32), seed);
}

static const struct rhashtable_params mac_params = {
	.key_len		= sizeof(struct mcs_mac_key),
	.key_offset		= offsetof(struct mcs_mac, key),
	.head_offset		= offsetof(struct mcs_mac, hash),
	.hashfn			= key_hash,
	.automatic_shrinking	= true,
};

/**
 * mcs_macs_init() - prepare the index of a bridge
 * @br: the bridge, with its settings and without records
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int mcs_macs_init(struct mcs_bridge *br)
{
	br->mac_indexed = br->config.mac_mode;
	br->macs = br->mac_indexed ? MCS_MACS_MODE : 0;
	return rhashtable_init(&br->mac_index, &mac_params);
}

/**
 * mcs_macs_destroy() - free what mcs_macs_init() made
 * @br: the bridge, without records
 *
 * Context: process.
 */
void mcs_macs_destroy(struct mcs_bridge *br)
{
	WARN_ON_ONCE(br->nmacs || atomic_read(&br->mac_index.nelems));
	rhashtable_destroy(&br->mac_index);
}

static void get_key(const struct mcs_member *m, struct mcs_mac_key *key)
{
	const struct in6_addr *addr = &m->group->key.addr;

	key->vid = m->group->key.vid;
	if (mcs_addr_is_mac(addr))
		ether_addr_copy(key->mac, &addr->s6_addr[10]);
	else
		mcs_group_mac(addr, key->mac);
}

static struct mcs_mac *mac_get(struct mcs_bridge *br,
			       const struct mcs_mac_key *key)
{
	struct mcs_mac *mac = rhashtable_lookup_fast(&br->mac_index, key,
						     mac_params);

	if (mac)
		return mac;
	mac = kzalloc(sizeof(*mac), GFP_ATOMIC);
	if (!mac)
		return NULL;
	mac->key = *key;
	if (!rhashtable_insert_fast(&br->mac_index, &mac->hash, mac_params)) {
		mcs_born(MCS_OBJ_MAC);
		return mac;
	}
	kfree(mac);
	return NULL;
}

static void mac_put(struct mcs_bridge *br, struct mcs_mac *mac)
{
	if (!hlist_empty(&mac->ports))
		return;
	rhashtable_remove_fast(&br->mac_index, &mac->hash, mac_params);
	mcs_died(MCS_OBJ_MAC);
	kfree_rcu(mac, rcu);
}

static struct mcs_mac_port *port_of(const struct mcs_mac *mac,
				    const struct mcs_port *port)
{
	struct mcs_mac_port *mp;

	hlist_for_each_entry_rcu(mp, &mac->ports, node)
		if (mp->port == port)
			return mp;
	return NULL;
}

static int index_member(struct mcs_member *m)
{
	struct mcs_bridge *br = m->port->br;
	struct mcs_mac_port *mp;
	struct mcs_mac_key key;
	struct mcs_mac *mac;

	if (m->mac_indexed)
		return 0;
	get_key(m, &key);
	mac = mac_get(br, &key);
	if (!mac)
		return -ENOMEM;
	mp = port_of(mac, m->port);
	if (!mp) {
		mp = kzalloc(sizeof(*mp), GFP_ATOMIC);
		if (!mp) {
			mac_put(br, mac);
			return -ENOMEM;
		}
		mcs_born(MCS_OBJ_MAC_PORT);
		mp->port = m->port;
		hlist_add_head_rcu(&mp->node, &mac->ports);
	}
	mp->records++;
	m->mac_indexed = true;
	return 0;
}

static void unindex_member(struct mcs_member *m)
{
	struct mcs_bridge *br = m->port->br;
	struct mcs_mac_port *mp;
	struct mcs_mac_key key;
	struct mcs_mac *mac;

	if (!m->mac_indexed)
		return;
	m->mac_indexed = false;
	get_key(m, &key);
	mac = rhashtable_lookup_fast(&br->mac_index, &key, mac_params);
	mp = mac ? port_of(mac, m->port) : NULL;
	if (WARN_ON_ONCE(!mp) || --mp->records)
		return;
	hlist_del_rcu(&mp->node);
	mcs_died(MCS_OBJ_MAC_PORT);
	kfree_rcu(mp, rcu);
	mac_put(br, mac);
}

static int index_group(struct mcs_group *group, void *arg)
{
	struct mcs_member *m;

	hlist_for_each_entry(m, &group->members, group_node)
		if (index_member(m))
			return -ENOMEM;
	return 0;
}

static int unindex_group(struct mcs_group *group, void *arg)
{
	struct mcs_member *m;

	hlist_for_each_entry(m, &group->members, group_node)
		unindex_member(m);
	return 0;
}

/**
 * __mcs_macs_update() - let readers know what there is
 * @br: the bridge
 *
 * Context: the bridge's lock is held.
 */
void __mcs_macs_update(struct mcs_bridge *br)
{
	struct mcs_vlan *vlan;
	unsigned int i, f;
	u8 macs = 0;

	lockdep_assert_held(&br->lock);

	if (br->nmacs)
		macs |= MCS_MACS_ENTRIES;
	/* not before all records are there to be found */
	if (br->config.mac_mode)
		macs |= MCS_MACS_MODE;
	if (macs == br->macs)
		return;
	WRITE_ONCE(br->macs, macs);
	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vlan, &br->vlans[i], hash)
			for (f = 0; f < MCS_FAMILIES; f++)
				__mcs_ctx_settle(&vlan->ctx[f]);
}

/**
 * __mcs_macs_member_new() - a record is born
 * @m: the record, with its group and port, not linked yet
 *
 * Context: the bridge's lock is held.
 * Return: 0 or -ENOMEM with nothing changed.
 */
int __mcs_macs_member_new(struct mcs_member *m)
{
	struct mcs_bridge *br = m->port->br;

	lockdep_assert_held(&br->lock);

	if (br->mac_indexed && index_member(m))
		return -ENOMEM;
	if (mcs_addr_is_mac(&m->group->key.addr)) {
		br->nmacs++;
		__mcs_macs_update(br);
	}
	return 0;
}

/**
 * __mcs_macs_member_gone() - a record goes
 * @m: the record; readers may still see it
 *
 * Context: the bridge's lock is held.
 */
void __mcs_macs_member_gone(struct mcs_member *m)
{
	struct mcs_bridge *br = m->port->br;

	lockdep_assert_held(&br->lock);

	unindex_member(m);
	if (mcs_addr_is_mac(&m->group->key.addr)) {
		br->nmacs--;
		__mcs_macs_update(br);
	}
}

/**
 * mcs_macs_index() - find records by MAC address from now on
 * @br: the bridge
 *
 * The setting is changed when this has succeeded.
 *
 * Context: process, RTNL.
 * Return: 0 or -ENOMEM with nothing changed.
 */
int mcs_macs_index(struct mcs_bridge *br)
{
	int err;

	ASSERT_RTNL();

	spin_lock_bh(&br->lock);
	br->mac_indexed = true;	/* records that are born meanwhile */
	spin_unlock_bh(&br->lock);
	err = mcs_groups_walk(br, index_group, NULL);
	if (err)
		mcs_macs_unindex(br);
	return err;
}

/**
 * mcs_macs_unindex() - find records by MAC address no more
 * @br: the bridge, whose setting says so already
 *
 * Context: process, RTNL.
 */
void mcs_macs_unindex(struct mcs_bridge *br)
{
	ASSERT_RTNL();

	spin_lock_bh(&br->lock);
	br->mac_indexed = false;
	spin_unlock_bh(&br->lock);
	mcs_groups_walk(br, unindex_group, NULL);
}

/**
 * mcs_mac_is_flooded() - the MAC addresses of 224.0.0.0/24 and ff02::1
 * @mac: multicast MAC address
 *
 * RFC 4541 sections 2.1.2 (5) and 3: who looks at these alone must flood them.
 *
 * Return: true if it is one of them.
 */
bool mcs_mac_is_flooded(const u8 *mac)
{
	static const u8 control[] = { 0x01, 0x00, 0x5e, 0x00, 0x00 };
	static const u8 all_nodes[ETH_ALEN] = { 0x33, 0x33, 0, 0, 0, 1 };

	return !memcmp(mac, control, sizeof(control)) ||
	       !memcmp(mac, all_nodes, sizeof(all_nodes));
}

/**
 * mcs_mac_check() - may there be an entry for a MAC address?
 * @mac: the MAC address
 * @extack: says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int mcs_mac_check(const u8 *mac, struct netlink_ext_ack *extack)
{
	if (!is_multicast_ether_addr(mac) || is_broadcast_ether_addr(mac)) {
		NL_SET_ERR_MSG(extack,
			       "Not a multicast MAC address: the lowest bit of its first octet is 1, and it is not ff:ff:ff:ff:ff:ff");
		return -EINVAL;
	}
	if (is_link_local_ether_addr(mac) || mcs_mac_is_flooded(mac)) {
		NL_SET_ERR_MSG(extack,
			       "No bridge may prune this MAC address: 01:80:c2:00:00:0x is never forwarded, that of 224.0.0.0/24 or ff02::1 always");
		return -EINVAL;
	}
	return 0;
}

/**
 * mcs_mac_entry_rcu() - entries set by hand for a frame's MAC address
 * @br: the bridge
 * @frame: the frame
 * @out: a port
 *
 * Context: RCU read side.
 * Return: whether there are some, and on this port.
 */
enum mcs_by_mac mcs_mac_entry_rcu(const struct mcs_bridge *br,
				  const struct mcs_frame *frame,
				  const struct mcs_port *out)
{
	const struct mcs_member *m;
	struct mcs_group *group;
	struct in6_addr addr;

	mcs_addr_from_mac(&addr, frame->dest);
	group = mcs_group_find_rcu(br, &addr, frame->vid);
	if (!group)
		return MCS_MAC_NONE;
	hlist_for_each_entry_rcu(m, &group->members, group_node)
		if (m->port == out)
			return MCS_MAC_HERE;
	return MCS_MAC_ELSEWHERE;
}

/**
 * mcs_mac_groups_rcu() - entries and groups with a frame's MAC address
 * @br: the bridge, in mac-mode
 * @frame: the frame
 * @out: a port
 *
 * Context: RCU read side.
 * Return: whether there are some, and with a record on this port.
 */
enum mcs_by_mac mcs_mac_groups_rcu(const struct mcs_bridge *br,
				   const struct mcs_frame *frame,
				   const struct mcs_port *out)
{
	struct mcs_mac_key key = { .vid = frame->vid };
	const struct mcs_mac *mac;

	ether_addr_copy(key.mac, frame->dest);
	mac = rhashtable_lookup((struct rhashtable *)&br->mac_index, &key,
				mac_params);
	if (!mac)
		return MCS_MAC_NONE;
	return port_of(mac, out) ? MCS_MAC_HERE : MCS_MAC_ELSEWHERE;
}
