// SPDX-License-Identifier: GPL-2.0
/*
 * Filters of a bridge and its ports: their lists. filter_apply.c says what
 * they do. Only control messages meet them; what they refuse is never in the
 * tables, so that the data path needs to know nothing of them.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "filter.h"

static struct list_head *list_of(const struct mcs_filter *f)
{
	struct mcs_filters *owner = f->port ? &f->port->filters :
					      &f->br->filters;

	return &owner->kind[f->kind];
}

/**
 * mcs_filters_init() - prepare the lists of a bridge or of a port
 * @owner: the lists
 */
void mcs_filters_init(struct mcs_filters *owner)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(owner->kind); i++)
		INIT_LIST_HEAD(&owner->kind[i]);
}

static bool same_prefix(const struct mcs_prefix *a, const struct mcs_prefix *b)
{
	return a->len == b->len && !mcs_addr_cmp(&a->addr, &b->addr);
}

/**
 * mcs_filter_find() - find the filter that matches the same
 * @want: owner, kind and prefixes
 *
 * There is one at most: the second could never decide.
 *
 * Context: RTNL or the bridge's lock.
 * Return: the filter or NULL.
 */
struct mcs_filter *mcs_filter_find(const struct mcs_filter *want)
{
	struct mcs_filter *f;

	list_for_each_entry(f, list_of(want), node)
		if (f->has_src == want->has_src &&
		    same_prefix(&f->group, &want->group) &&
		    same_prefix(&f->src, &want->src))
			return f;
	return NULL;
}

/* In front of the first one that comes later. */
static void insert(struct mcs_filter *f)
{
	struct mcs_filter *later;

	list_for_each_entry(later, list_of(f), node)
		if (later->pref > f->pref)
			break;
	list_add_tail(&f->node, &later->node);
}

static void link_filter(struct mcs_filter *f)
{
	struct mcs_bridge *br = f->br;

	spin_lock_bh(&br->lock);
	insert(f);
	br->nfilters++;
	mcs_changed(br);
	spin_unlock_bh(&br->lock);
}

static void unlink_filter(struct mcs_filter *f, u8 cause)
{
	struct mcs_bridge *br = f->br;

	spin_lock_bh(&br->lock);
	list_del(&f->node);
	br->nfilters--;
	mcs_changed(br);
	spin_unlock_bh(&br->lock);
	mcs_event_filter(f, MCSNOOP_CMD_FILTER_DEL_NTF, cause);
	mcs_died(MCS_OBJ_FILTER);
	kfree(f);
}

/**
 * mcs_filter_add() - add a filter
 * @want: the filter, valid; copied
 * @extack: says what was wrong
 *
 * What was learned and is denied now is forgotten at once.
 *
 * Context: process, RTNL.
 * Return: 0, -EEXIST, -ENOSPC or -ENOMEM with nothing changed.
 */
int mcs_filter_add(const struct mcs_filter *want,
		   struct netlink_ext_ack *extack)
{
	struct mcs_bridge *br = want->br;
	struct mcs_filter *f;

	ASSERT_RTNL();

	if (mcs_filter_find(want)) {
		NL_SET_ERR_MSG(extack,
			       "There is a filter that matches the same: delete it first, see filter show");
		return -EEXIST;
	}
	if (br->nfilters >= MCS_FILTERS_MAX) {
		NL_SET_ERR_MSG(extack,
			       "The bridge has 1024 filters, more are not possible: delete some, or use shorter prefixes");
		return -ENOSPC;
	}
	f = kmemdup(want, sizeof(*f), GFP_KERNEL);
	if (!f)
		return -ENOMEM;
	mcs_born(MCS_OBJ_FILTER);
	f->hits = 0;
	link_filter(f);
	mcs_event_filter(f, MCSNOOP_CMD_FILTER_ADD_NTF, MCSNOOP_CAUSE_ADMIN);
	if (f->kind == MCSNOOP_FILTER_KIND_GROUP)
		mcs_filter_enforce(br);
	return 0;
}

/**
 * mcs_filter_del() - remove a filter
 * @want: owner, kind and prefixes
 * @has_pref: its pref must be that of @want, too
 * @has_action: its action likewise
 * @extack: says what was wrong
 *
 * Context: process, RTNL.
 * Return: 0 or -ENOENT with nothing changed.
 */
int mcs_filter_del(const struct mcs_filter *want, bool has_pref,
		   bool has_action, struct netlink_ext_ack *extack)
{
	struct mcs_filter *f = mcs_filter_find(want);
	u8 kind = want->kind;

	ASSERT_RTNL();

	if (!f || (has_pref && f->pref != want->pref) ||
	    (has_action && f->action != want->action)) {
		NL_SET_ERR_MSG(extack, "No such filter: see filter show");
		return -ENOENT;
	}
	unlink_filter(f, MCSNOOP_CAUSE_ADMIN);
	/* it may have permitted what the next one denies */
	if (kind == MCSNOOP_FILTER_KIND_GROUP)
		mcs_filter_enforce(want->br);
	return 0;
}

static void flush_owner(struct mcs_filters *owner, u8 cause)
{
	struct mcs_filter *f, *next;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(owner->kind); i++)
		list_for_each_entry_safe(f, next, &owner->kind[i], node)
			unlink_filter(f, cause);
}

/**
 * mcs_filter_flush() - remove all filters of a port, or of a whole bridge
 * @br: the bridge
 * @port: the port, NULL for the bridge and all its ports
 * @cause: enum mcsnoop_cause for the events
 *
 * Context: process, RTNL.
 */
void mcs_filter_flush(struct mcs_bridge *br, struct mcs_port *port, u8 cause)
{
	ASSERT_RTNL();

	if (port) {
		flush_owner(&port->filters, cause);
		return;
	}
	list_for_each_entry(port, &br->ports, node)
		flush_owner(&port->filters, cause);
	flush_owner(&br->filters, cause);
}
