// SPDX-License-Identifier: GPL-2.0
/*
 * Groups and records: lookup, limits, birth and death.
 *
 * A group exists while it has a record. Readers find it through a hash table
 * under RCU, dumps walk the sorted tree under the lock. Nothing here has a
 * timer of its own, so an unlinked object only waits for its readers.
 */
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "log.h"
#include "pressure.h"

#define HELD_MAX	256	/* groups looked at while the lock is held */

static int key_differs(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct mcs_group *group = obj;

	return !mcs_key_equal(arg->key, &group->key);
}

static const struct rhashtable_params group_params = {
	.key_len		= sizeof(struct mcs_key),
	.key_offset		= offsetof(struct mcs_group, key),
	.head_offset		= offsetof(struct mcs_group, hash),
	.hashfn			= mcs_key_hash,
	.obj_cmpfn		= key_differs,
	.automatic_shrinking	= true,
};

static int key_cmp(const struct mcs_key *a, const struct mcs_key *b)
{
	if (a->vid != b->vid)
		return a->vid < b->vid ? -1 : 1;
	return mcs_addr_cmp(&a->addr, &b->addr);
}

/**
 * mcs_table_init() - prepare a bridge's tables
 * @br: the bridge
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int mcs_table_init(struct mcs_bridge *br)
{
	int err;

	br->order = RB_ROOT;
	err = rhashtable_init(&br->groups, &group_params);
	if (err)
		return err;
	err = mcs_macs_init(br);
	if (err)
		rhashtable_destroy(&br->groups);
	return err;
}

/**
 * mcs_table_destroy() - free what mcs_table_init() made
 * @br: the bridge, without groups
 *
 * Context: process.
 */
void mcs_table_destroy(struct mcs_bridge *br)
{
	WARN_ON_ONCE(br->ngroups || br->nmembers);
	mcs_macs_destroy(br);
	rhashtable_destroy(&br->groups);
}

/**
 * mcs_group_find_rcu() - find a group
 * @br: the bridge
 * @addr: group address
 * @vid: VLAN
 *
 * Context: RCU read side or the bridge's lock.
 * Return: the group or NULL.
 */
struct mcs_group *mcs_group_find_rcu(const struct mcs_bridge *br,
				     const struct in6_addr *addr, u16 vid)
{
	struct mcs_key key = { .addr = *addr, .vid = vid };

	return rhashtable_lookup((struct rhashtable *)&br->groups, &key,
				 group_params);
}

static struct mcs_group *group_find(struct mcs_bridge *br,
				    const struct in6_addr *addr, u16 vid)
{
	struct mcs_key key = { .addr = *addr, .vid = vid };

	lockdep_assert_held(&br->lock);
	return rhashtable_lookup_fast(&br->groups, &key, group_params);
}

static struct mcs_group *group_alloc(const struct in6_addr *addr, u16 vid)
{
	struct mcs_group *group = kzalloc(sizeof(*group), GFP_ATOMIC);

	if (!group)
		return NULL;
	group->key.addr = *addr;
	group->key.vid = vid;
	INIT_HLIST_HEAD(&group->members);
	return group;
}

/*
 * Let readers find a group. It has its first record by then: while it had
 * none, nobody would get what everybody got a moment ago.
 */
static int group_link(struct mcs_bridge *br, struct mcs_group *group)
{
	struct rb_node **link = &br->order.rb_node, *parent = NULL;

	if (rhashtable_insert_fast(&br->groups, &group->hash, group_params))
		return -ENOMEM;
	while (*link) {
		struct mcs_group *other;

		parent = *link;
		other = rb_entry(parent, struct mcs_group, tree);
		link = key_cmp(&group->key, &other->key) < 0 ?
		       &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&group->tree, parent, link);
	rb_insert_color(&group->tree, &br->order);
	br->ngroups++;
	__mcs_pressure_group(br, group->key.vid, 1);
	mcs_born(MCS_OBJ_GROUP);
	return 0;
}

static void group_del(struct mcs_bridge *br, struct mcs_group *group)
{
	rhashtable_remove_fast(&br->groups, &group->hash, group_params);
	rb_erase(&group->tree, &br->order);
	br->ngroups--;
	__mcs_pressure_group(br, group->key.vid, -1);
	mcs_died(MCS_OBJ_GROUP);
	kfree_rcu(group, rcu);
}

/**
 * __mcs_group_next() - walk the groups in order of VLAN and address
 * @br: the bridge
 * @key: first key to be considered
 *
 * Context: the bridge's lock is held.
 * Return: the first group at or after @key, or NULL.
 */
struct mcs_group *__mcs_group_next(struct mcs_bridge *br,
				   const struct mcs_key *key)
{
	struct rb_node *node = br->order.rb_node;
	struct mcs_group *group, *best = NULL;

	lockdep_assert_held(&br->lock);

	while (node) {
		group = rb_entry(node, struct mcs_group, tree);
		if (key_cmp(key, &group->key) <= 0) {
			best = group;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return best;
}

/**
 * __mcs_groups_count() - count the groups of a VLAN
 * @br: the bridge
 * @vid: the VLAN
 *
 * Context: the bridge's lock is held.
 * Return: how many there are.
 */
u32 __mcs_groups_count(struct mcs_bridge *br, u16 vid)
{
	const struct mcs_key key = { .vid = vid };
	struct mcs_group *group = __mcs_group_next(br, &key);
	u32 n = 0;

	for (; group && group->key.vid == vid; n++)
		group = rb_entry_safe(rb_next(&group->tree),
				      struct mcs_group, tree);
	return n;
}

/**
 * mcs_groups_walk() - do something with every group
 * @br: the bridge
 * @one: called for each with the bridge's lock held; may remove the group, and
 *	ends the walk unless it returns 0
 * @arg: for @one
 *
 * The lock is released now and then. Groups that are born meanwhile may be
 * left out.
 *
 * Context: process, RTNL, without the bridge's lock.
 * Return: what @one returned last.
 */
int mcs_groups_walk(struct mcs_bridge *br,
		    int (*one)(struct mcs_group *group, void *arg), void *arg)
{
	struct mcs_key key = {};
	struct mcs_group *group;
	unsigned int held = 0;
	int err = 0;

	ASSERT_RTNL();

	spin_lock_bh(&br->lock);
	group = __mcs_group_next(br, &key);
	while (group && !err) {
		struct rb_node *node = rb_next(&group->tree);

		err = one(group, arg);
		group = node ? rb_entry(node, struct mcs_group, tree) : NULL;
		if (!group || ++held < HELD_MAX)
			continue;
		held = 0;
		key = group->key;
		spin_unlock_bh(&br->lock);
		cond_resched();
		spin_lock_bh(&br->lock);
		group = __mcs_group_next(br, &key);
	}
	spin_unlock_bh(&br->lock);
	return err;
}

/**
 * __mcs_member_find() - find a record
 * @br: the bridge
 * @addr: group address
 * @vid: VLAN
 * @port: the port
 * @is_static: the static record rather than the learned one
 *
 * Context: the bridge's lock is held.
 * Return: the record or NULL.
 */
struct mcs_member *__mcs_member_find(struct mcs_bridge *br,
				     const struct in6_addr *addr, u16 vid,
				     const struct mcs_port *port,
				     bool is_static)
{
	struct mcs_group *group = group_find(br, addr, vid);
	struct mcs_member *m;

	if (!group)
		return NULL;
	hlist_for_each_entry(m, &group->members, group_node)
		if (m->port == port && m->is_static == is_static)
			return m;
	return NULL;
}

static void say_limit(int limit, struct netlink_ext_ack *extack)
{
	switch (limit) {
	case MCSNOOP_COUNTER_LIMIT_PORT_GROUPS:
		NL_SET_ERR_MSG(extack,
			       "The port has its maximum of groups: raise max-groups of the port or max-port-groups of the bridge");
		break;
	case MCSNOOP_COUNTER_LIMIT_GROUPS:
		NL_SET_ERR_MSG(extack,
			       "The bridge has its maximum of groups: raise max-groups of the bridge");
		break;
	default:
		NL_SET_ERR_MSG(extack,
			       "The VLAN has its maximum of groups: raise max-vlan-groups of the bridge");
		break;
	}
}

/**
 * __mcs_member_add() - make a record, EXCLUDE without sources
 * @br: the bridge
 * @addr: group address
 * @vid: VLAN
 * @port: the port
 * @is_static: set by hand
 * @extack: says what was wrong, may be NULL
 *
 * The caller checked that it is not there, and gives it its sources with
 * __mcs_member_publish() before it releases the lock. Readers may see the
 * record without them: they forward too much for a moment, never too little.
 *
 * Context: the bridge's lock is held.
 * Return: the record, or NULL with the refusal counted.
 */
struct mcs_member *__mcs_member_add(struct mcs_bridge *br,
				    const struct in6_addr *addr, u16 vid,
				    struct mcs_port *port, bool is_static,
				    struct netlink_ext_ack *extack)
{
	struct mcs_group *group = group_find(br, addr, vid);
	bool is_new = !group;
	struct mcs_member *m, *other = NULL;
	int limit;

	lockdep_assert_held(&br->lock);

	limit = __mcs_pressure_limit(port, vid, is_new);
	if (limit) {
		mcs_count(port, limit);
		say_limit(limit, extack);
		mcs_log_limit(port, vid, addr, limit);
		__mcs_pressure_met(port, vid, limit);
		return NULL;
	}
	m = kzalloc(sizeof(*m), GFP_ATOMIC);
	if (!m)
		goto no_memory;
	if (is_new) {
		group = group_alloc(addr, vid);
		if (!group)
			goto free_member;
	}
	m->group = group;
	m->port = port;
	m->is_static = is_static;
	m->since = mcs_now();
	m->rec.mode = MCS_MODE_EXCLUDE;
	__mcs_tally_new(m);
	mcs_deadline_init(&m->deadline, MCS_DL_MEMBER);
	if (__mcs_macs_member_new(m))
		goto free_group;
	if (!is_new)
		other = __mcs_member_find(br, addr, vid, port, !is_static);
	if (other)
		hlist_add_behind_rcu(&m->group_node, &other->group_node);
	else
		hlist_add_head_rcu(&m->group_node, &group->members);
	if (port->id == MCS_HOST_PORT)
		WRITE_ONCE(group->host, group->host + 1);
	if (is_new && group_link(br, group))
		goto not_found;
	list_add_tail(&m->port_node, &port->members);
	port->ngroups++;
	br->nmembers++;
	mcs_changed(br);
	mcs_born(MCS_OBJ_RECORD);
	__mcs_proxy_mark(br, &group->key);
	return m;

not_found:
	__mcs_macs_member_gone(m);
free_group:
	__mcs_tally_free(m);
	if (is_new)
		kfree(group);
free_member:
	kfree(m);
no_memory:
	mcs_count(port, MCSNOOP_COUNTER_NO_MEMORY);
	NL_SET_ERR_MSG(extack, "Out of memory: the entry was not added");
	return NULL;
}

/**
 * __mcs_member_del() - unlink a record, and its group with the last one
 * @m: the record; freed when its readers are done
 * @cause: enum mcsnoop_cause for the event, or MCS_CAUSE_UNSAID for none
 *
 * Context: the bridge's lock is held.
 */
void __mcs_member_del(struct mcs_member *m, u8 cause)
{
	struct mcs_group *group = m->group;
	struct mcs_port *port = m->port;
	struct mcs_bridge *br = port->br;
	struct mcs_srcset *set = mcs_deref(m->set, br);
	u16 vid = group->key.vid;

	lockdep_assert_held(&br->lock);

	if (cause != MCS_CAUSE_UNSAID)
		__mcs_event_group(m, MCSNOOP_CMD_GROUP_DEL_NTF, cause);
	__mcs_deadline_cancel(br, &m->deadline);
	hlist_del_rcu(&m->group_node);
	if (port->id == MCS_HOST_PORT)
		WRITE_ONCE(group->host, group->host - 1);
	list_del(&m->port_node);
	port->ngroups--;
	br->nmembers--;
	mcs_changed(br);
	mcs_died(MCS_OBJ_RECORD);
	__mcs_macs_member_gone(m);
	__mcs_hosts_free(m);
	__mcs_tally_free(m);
	/* A reader of the record may still look at its set: same grace. */
	if (set) {
		mcs_died(MCS_OBJ_SOURCES);
		kfree_rcu(set, rcu);
	}
	kfree_rcu(m, rcu);
	__mcs_proxy_mark(br, &group->key);
	if (hlist_empty(&group->members))
		group_del(br, group);
	__mcs_pressure_eased(port, vid);
}

/**
 * __mcs_member_set() - a record's sources for its writer
 * @m: the record
 *
 * Context: the bridge's lock is held.
 * Return: the sources, NULL for EXCLUDE without any.
 */
struct mcs_srcset *__mcs_member_set(const struct mcs_member *m)
{
	return mcs_deref(m->set, m->port->br);
}

static bool same_sources(const struct mcs_srcset *set, u8 mode,
			 const struct mcs_source *src, unsigned int n)
{
	unsigned int i;

	if (!set)
		return !n && mode == MCS_MODE_EXCLUDE;
	if (set->n != n || set->mode != mode)
		return false;
	for (i = 0; i < n; i++)
		if (mcs_addr_cmp(&set->src[i].addr, &src[i].addr))
			return false;
	return true;
}

/**
 * __mcs_member_publish() - give a record its sources
 * @m: the record
 * @mode: MCS_MODE_*
 * @src: sorted and unique
 * @n: how many
 *
 * Readers see either the old mode and sources or the new ones. Where only
 * timers differ they are written in place.
 *
 * Context: the bridge's lock is held.
 * Return: 0, or -ENOMEM with the record as it was.
 */
int __mcs_member_publish(struct mcs_member *m, u8 mode,
			 const struct mcs_source *src, unsigned int n)
{
	struct mcs_srcset *old = __mcs_member_set(m), *set = NULL;
	unsigned int i;

	if (same_sources(old, mode, src, n)) {
		for (i = 0; i < n; i++) {
			/* blocked now, or not any more */
			if (!old->src[i].expires != !src[i].expires)
				__mcs_proxy_mark(m->port->br, &m->group->key);
			WRITE_ONCE(old->src[i].expires, src[i].expires);
			old->src[i].rexmit = src[i].rexmit;
		}
		return 0;
	}
	if (n || mode == MCS_MODE_INCLUDE) {
		set = kmalloc(struct_size(set, src, n), GFP_ATOMIC);
		if (!set)
			return -ENOMEM;
		mcs_born(MCS_OBJ_SOURCES);
		set->n = n;
		set->mode = mode;
		memcpy(set->src, src, array_size(n, sizeof(*src)));
	}
	rcu_assign_pointer(m->set, set);
	if (old) {
		mcs_died(MCS_OBJ_SOURCES);
		kfree_rcu(old, rcu);
	}
	mcs_changed(m->port->br);
	__mcs_proxy_mark(m->port->br, &m->group->key);
	return 0;
}

/**
 * __mcs_members_flush() - remove a port's records
 * @port: the port
 * @vid: of one VLAN, or negative for all
 * @keep_static: leave static ones alone
 * @cause: enum mcsnoop_cause for the events
 *
 * Context: the bridge's lock is held.
 */
void __mcs_members_flush(struct mcs_port *port, int vid, bool keep_static,
			 u8 cause)
{
	struct mcs_member *m, *next;

	lockdep_assert_held(&port->br->lock);

	list_for_each_entry_safe(m, next, &port->members, port_node) {
		if (vid >= 0 && m->group->key.vid != vid)
			continue;
		if (keep_static && m->is_static)
			continue;
		__mcs_member_del(m, cause);
	}
}
