// SPDX-License-Identifier: GPL-2.0
/*
 * The table of neighbours of a bridge: who was heard where, and whether that is
 * still believed. It exists while some VLAN is nd-aware.
 *
 * Readers find a neighbour under RCU. Who is heard again where it is known to be
 * costs one store a second, without lock. Of one port at a time, once a second,
 * those that were silent for too long are removed; nobody is believed that long.
 */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "nd_impl.h"

#define MAX_NEIGHBOURS		16384	/* of a bridge */
#define MAX_PORT_NEIGHBOURS	4096
#define OLDEST_OF		16	/* looked at for one that gives way */
#define LOOK_EVERY		NSEC_PER_SEC

DEFINE_STATIC_KEY_FALSE(mcs_nd_on);

static int key_differs(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct mcs_neighbour *n = obj;

	return !mcs_key_equal(arg->key, &n->key);
}

static const struct rhashtable_params params = {
	.key_len		= sizeof(struct mcs_key),
	.key_offset		= offsetof(struct mcs_neighbour, key),
	.head_offset		= offsetof(struct mcs_neighbour, hash),
	.hashfn			= mcs_key_hash,
	.obj_cmpfn		= key_differs,
	.automatic_shrinking	= true,
};

/**
 * mcs_nd_find_rcu() - find a neighbour
 * @nd: neighbours of a bridge
 * @addr: its address
 * @vid: VLAN
 *
 * Context: RCU read side or the bridge's lock.
 * Return: the neighbour or NULL.
 */
struct mcs_neighbour *mcs_nd_find_rcu(struct mcs_nd *nd,
				      const struct in6_addr *addr, u16 vid)
{
	struct mcs_key key = { .addr = *addr, .vid = vid };

	return rhashtable_lookup(&nd->table, &key, params);
}

/* It has the VLAN as long as it is there: that takes its neighbours along. */
static void remove(struct mcs_nd *nd, struct mcs_neighbour *n)
{
	struct mcs_vlan *vlan = __mcs_vlan_find(n->port->br, n->key.vid);

	if (!WARN_ON_ONCE(!vlan))
		vlan->nneighbours--;
	rhashtable_remove_fast(&nd->table, &n->hash, params);
	list_del(&n->node);
	n->port->neighbours.n--;
	nd->n--;
	mcs_died(MCS_OBJ_NEIGHBOUR);
	kfree_rcu(n, rcu);
}

/*
 * Who has been silent longest of those that came first. Whoever makes a port
 * have too many pays with neighbours behind that port.
 */
static struct mcs_neighbour *oldest(const struct mcs_port *port)
{
	unsigned long now = jiffies, age, most = 0;
	struct mcs_neighbour *n, *found = NULL;
	unsigned int i = 0;

	list_for_each_entry(n, &port->neighbours.list, node) {
		age = now - READ_ONCE(n->heard);
		if (!found || age > most) {
			found = n;
			most = age;
		}
		if (++i == OLDEST_OF)
			break;
	}
	return found;
}

/* Is there room for one more on a port, or can some be made? */
static bool make_room(struct mcs_nd *nd, const struct mcs_port *port)
{
	struct mcs_neighbour *n;

	if (nd->n < MAX_NEIGHBOURS &&
	    port->neighbours.n < MAX_PORT_NEIGHBOURS)
		return true;
	mcs_count(port, MCSNOOP_COUNTER_LIMIT_NEIGHBOURS);
	n = oldest(port);
	if (n)
		remove(nd, n);
	return n;
}

static void add(struct mcs_nd *nd, struct mcs_port *port, u16 vid,
		const struct in6_addr *addr, const u8 *mac)
{
	struct mcs_bridge *br = port->br;
	struct mcs_vlan *vlan = __mcs_vlan_find(br, vid);
	struct mcs_neighbour *n;

	if (!vlan || !mcs_nd_aware(vlan) || !make_room(nd, port))
		return;
	n = kzalloc(sizeof(*n), GFP_ATOMIC | __GFP_NOWARN);
	if (!n)
		goto no_memory;
	n->key.addr = *addr;
	n->key.vid = vid;
	n->port = port;
	ether_addr_copy(n->mac, mac);
	n->spot = mcs_nd_spot(br, mac, vid);
	n->heard = jiffies;
	n->doubt = n->heard;
	if (rhashtable_insert_fast(&nd->table, &n->hash, params))
		goto free;
	list_add_tail(&n->node, &port->neighbours.list);
	port->neighbours.n++;
	vlan->nneighbours++;
	if (!nd->n++)
		__mcs_deadline_set(br, &nd->due, mcs_now() + LOOK_EVERY);
	mcs_born(MCS_OBJ_NEIGHBOUR);
	mcs_count(port, MCSNOOP_COUNTER_ND_LEARNED);
	return;

free:
	kfree(n);
no_memory:
	mcs_count(port, MCSNOOP_COUNTER_NO_MEMORY);
}

/*
 * A neighbour is heard behind another port. It may have moved, there may be two
 * of them, or somebody sends in its name: doubt comes first, so that no reader
 * believes the new port.
 */
static void move(struct mcs_neighbour *n, struct mcs_port *to)
{
	WRITE_ONCE(n->why, MCSNOOP_ND_STATE_MOVED);
	WRITE_ONCE(n->doubt, jiffies + ND_DOUBT);
	smp_wmb();	/* pairs with smp_rmb() in mcs_nd_believes() */
	n->port->neighbours.n--;
	to->neighbours.n++;
	WRITE_ONCE(n->port, to);
	list_move_tail(&n->node, &to->neighbours.list);
	mcs_count(to, MCSNOOP_COUNTER_ND_MOVED);
}

/* Nothing to be remembered: it is where it was, and was heard a moment ago. */
static bool is_known(const struct mcs_nd *nd, struct mcs_neighbour *n,
		     const struct mcs_port *in, u16 spot)
{
	unsigned long now = jiffies, heard = READ_ONCE(n->heard);

	if (READ_ONCE(n->port) != in || READ_ONCE(n->spot) != spot)
		return false;
	if (now - heard >= HZ || !time_after(heard, READ_ONCE(nd->topology)))
		WRITE_ONCE(n->heard, now);
	return true;
}

/**
 * mcs_nd_hear() - a neighbour is heard
 * @nd: neighbours of the bridge
 * @in: where it is heard
 * @vid: VLAN
 * @addr: its address
 * @mac: MAC address it is heard from
 *
 * Context: BH disabled, RCU read side; takes the bridge's lock when that is new.
 */
void mcs_nd_hear(struct mcs_nd *nd, struct mcs_port *in, u16 vid,
		 const struct in6_addr *addr, const u8 *mac)
{
	struct mcs_neighbour *n = mcs_nd_find_rcu(nd, addr, vid);
	struct mcs_bridge *br = in->br;
	u16 spot = mcs_nd_spot(br, mac, vid);

	if (n && is_known(nd, n, in, spot))
		return;
	spin_lock(&br->lock);
	/* the port may be down or gone, or the setting, while we waited */
	if (in->gone || !in->forwarding || mcs_deref(br->nd, br) != nd)
		goto unlock;
	n = mcs_nd_find_rcu(nd, addr, vid);
	if (!n) {
		add(nd, in, vid, addr, mac);
		goto unlock;
	}
	if (n->port != in)
		move(n, in);
	ether_addr_copy(n->mac, mac);
	WRITE_ONCE(n->spot, spot);
	WRITE_ONCE(n->heard, jiffies);
unlock:
	spin_unlock(&br->lock);
}

/* Has the bridge seen the MAC address behind another port since? */
static bool is_elsewhere(const struct mcs_nd *nd, const struct mcs_neighbour *n,
			 const struct mcs_port *port, unsigned long heard)
{
	u64 spot = READ_ONCE(nd->spots[READ_ONCE(n->spot)]);
	u32 when = spot;

	return spot && spot >> 32 != port->id &&
	       (s32)(when - (u32)heard) >= 0 && (u32)jiffies - when <= ND_LIFE;
}

/**
 * mcs_nd_believes() - is a neighbour where it was heard last?
 * @nd: neighbours of the bridge
 * @n: the neighbour
 *
 * Context: RCU read side or the bridge's lock.
 * Return: enum mcsnoop_nd_state: KNOWN, EXPIRED, or why it is doubted.
 */
u8 mcs_nd_believes(struct mcs_nd *nd, const struct mcs_neighbour *n)
{
	const struct mcs_port *port = READ_ONCE(n->port);
	unsigned long now = jiffies, heard;

	smp_rmb();	/* pairs with smp_wmb() in move() */
	heard = READ_ONCE(n->heard);
	if (now - heard > ND_LIFE)
		return MCSNOOP_ND_STATE_EXPIRED;
	if (time_before(now, READ_ONCE(n->doubt)))
		return READ_ONCE(n->why);
	if (!time_after(heard, READ_ONCE(nd->topology)) ||
	    is_elsewhere(nd, n, port, heard))
		return MCSNOOP_ND_STATE_MOVED;
	return MCSNOOP_ND_STATE_KNOWN;
}

/* The next port after the last that was looked at, by id. */
static struct mcs_port *next_port(const struct mcs_bridge *br,
				  const struct mcs_nd *nd)
{
	struct mcs_port *port, *next = NULL, *first = NULL;

	list_for_each_entry(port, &br->ports, node) {
		if (!port->neighbours.n)
			continue;
		if (!first || port->id < first->id)
			first = port;
		if (port->id > nd->at && (!next || port->id < next->id))
			next = port;
	}
	return next ?: first;
}

/**
 * __mcs_nd_due() - remove those that were silent for too long behind a port
 * @br: the bridge
 * @now: ns
 *
 * Context: the bridge's lock is held.
 */
void __mcs_nd_due(struct mcs_bridge *br, u64 now)
{
	struct mcs_nd *nd = mcs_deref(br->nd, br);
	struct mcs_neighbour *n, *next;
	unsigned long time = jiffies;
	struct mcs_port *port;

	lockdep_assert_held(&br->lock);

	/* what is compared with the clock must not fall too far behind it */
	if (time - nd->topology > 2 * ND_LIFE)
		WRITE_ONCE(nd->topology, time - 2 * ND_LIFE);
	port = next_port(br, nd);
	if (!port)
		return;
	nd->at = port->id;
	list_for_each_entry_safe(n, next, &port->neighbours.list, node) {
		if (time - READ_ONCE(n->heard) > ND_LIFE)
			remove(nd, n);
		else if (!time_before(time, READ_ONCE(n->doubt)))
			WRITE_ONCE(n->doubt, time);
	}
	if (nd->n)
		__mcs_deadline_set(br, &nd->due, now + LOOK_EVERY);
}

/**
 * __mcs_nd_flush() - forget neighbours
 * @br: the bridge
 * @port: those behind one port, or NULL for all
 * @vid: those of one VLAN, negative for all
 *
 * Context: the bridge's lock is held.
 */
void __mcs_nd_flush(struct mcs_bridge *br, const struct mcs_port *port,
		    int vid)
{
	struct mcs_nd *nd = mcs_deref(br->nd, br);
	struct mcs_neighbour *n, *next;
	struct mcs_port *p;

	lockdep_assert_held(&br->lock);

	if (!nd || !nd->n)
		return;
	list_for_each_entry(p, &br->ports, node) {
		if (port && p != port)
			continue;
		list_for_each_entry_safe(n, next, &p->neighbours.list, node)
			if (vid < 0 || n->key.vid == vid)
				remove(nd, n);
	}
}

/**
 * __mcs_nd_sync_port() - forget neighbours in VLANs that a port is not in
 * @port: the port
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_nd_sync_port(struct mcs_port *port)
{
	struct mcs_nd *nd = mcs_deref(port->br->nd, port->br);
	struct mcs_neighbour *n, *next;

	lockdep_assert_held(&port->br->lock);

	if (!nd)
		return;
	list_for_each_entry_safe(n, next, &port->neighbours.list, node)
		if (!mcs_port_has_vlan_rcu(port, n->key.vid, NULL))
			remove(nd, n);
}

/**
 * __mcs_nd_topology() - hosts may be behind other ports now
 * @br: the bridge
 *
 * Context: the bridge's lock is held.
 */
void __mcs_nd_topology(struct mcs_bridge *br)
{
	struct mcs_nd *nd = mcs_deref(br->nd, br);

	lockdep_assert_held(&br->lock);

	if (nd)
		WRITE_ONCE(nd->topology, jiffies);
}

/* --- the setting ---------------------------------------------------------- */

static bool is_wanted(const struct mcs_bridge *br)
{
	const struct mcs_vlan_config *vc;
	unsigned int i;

	if (br->config.ctx.nd_aware)
		return true;
	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vc, &br->vlan_configs[i], node)
			if (vc->mld == MCS_MLD && vc->config.nd_aware &&
			    vc->own & mcs_setting_bit(MCSNOOP_A_BRIDGE_ND_AWARE))
				return true;
	return false;
}

static void start(struct mcs_bridge *br)
{
	struct mcs_nd *nd = kvzalloc(sizeof(*nd), GFP_KERNEL);

	if (!nd || rhashtable_init(&nd->table, &params)) {
		kvfree(nd);
		/* nothing is pruned until then */
		schedule_delayed_work(&br->mn->again, HZ);
		return;
	}
	mcs_born(MCS_OBJ_ND);
	nd->topology = jiffies - 1;
	mcs_deadline_init(&nd->due, MCS_DL_ND);
	spin_lock_bh(&br->lock);
	rcu_assign_pointer(br->nd, nd);
	spin_unlock_bh(&br->lock);
	static_branch_inc(&mcs_nd_on);
}

/**
 * mcs_nd_stop() - know no neighbours any more
 * @br: the bridge
 *
 * Context: process, RTNL.
 */
void mcs_nd_stop(struct mcs_bridge *br)
{
	struct mcs_nd *nd;

	ASSERT_RTNL();

	spin_lock_bh(&br->lock);
	nd = mcs_deref(br->nd, br);
	__mcs_nd_flush(br, NULL, -1);
	if (nd)
		__mcs_deadline_cancel(br, &nd->due);
	RCU_INIT_POINTER(br->nd, NULL);
	spin_unlock_bh(&br->lock);
	if (!nd)
		return;
	static_branch_dec(&mcs_nd_on);
	synchronize_net();	/* who looks something up in it */
	rhashtable_destroy(&nd->table);
	mcs_died(MCS_OBJ_ND);
	kvfree(nd);
}

/* Neighbours in VLANs that are not nd-aware any more. */
static void flush_vlans(struct mcs_bridge *br)
{
	struct mcs_vlan *vlan;
	unsigned int i;

	spin_lock_bh(&br->lock);
	for (i = 0; i < MCS_VLAN_BUCKETS; i++)
		hlist_for_each_entry(vlan, &br->vlans[i], hash)
			if (vlan->nneighbours && !mcs_nd_aware(vlan))
				__mcs_nd_flush(br, NULL, vlan->vid);
	spin_unlock_bh(&br->lock);
}

/**
 * mcs_nd_follow() - nd-aware was set, for a bridge or a VLAN
 * @br: the bridge, configured
 *
 * Without memory it is tried again a second later.
 *
 * Context: process, RTNL.
 */
void mcs_nd_follow(struct mcs_bridge *br)
{
	bool is_there = rcu_access_pointer(br->nd);

	ASSERT_RTNL();

	if (!is_wanted(br))
		mcs_nd_stop(br);
	else if (is_there)
		flush_vlans(br);
	else
		start(br);
}

/**
 * __mcs_nd_view() - describe a neighbour
 * @nd: neighbours of the bridge
 * @n: the neighbour
 * @view: filled in
 *
 * Context: the bridge's lock is held.
 */
void __mcs_nd_view(struct mcs_nd *nd, const struct mcs_neighbour *n,
		   struct mcs_nd_view *view)
{
	unsigned long now = jiffies, age = now - READ_ONCE(n->heard);
	unsigned long doubt = READ_ONCE(n->doubt);

	lockdep_assert_held(&n->port->br->lock);

	view->port = n->port->dev->ifindex;
	ether_addr_copy(view->mac, n->mac);
	view->state = mcs_nd_believes(nd, n);
	view->seen = jiffies_to_msecs(age);
	view->left = age > ND_LIFE ? 0 : jiffies_to_msecs(ND_LIFE - age);
	view->doubt = time_before(now, doubt) ? jiffies_to_msecs(doubt - now) :
						0;
}
