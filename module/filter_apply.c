// SPDX-License-Identifier: GPL-2.0
/*
 * What filters do: RFC 3376 section 9.2 (who may report), RFC 4286 section 7
 * (who may advertise a router), and which groups and sources a port may ask for.
 *
 * The first group filter that matches decides: those of the port, then those of
 * the bridge, each by preference. A filter with a source decides about that
 * source only. Whoever asks for a group with all its sources asks for what the
 * filters without a source say; a source that is denied is blocked for him if
 * the filter names this one address. A wider prefix cannot be blocked in a
 * record, it is kept from lists of included sources only.
 */
#include <linux/slab.h>
#include <linux/sort.h>
#include <net/ipv6.h>
#include "filter.h"

static bool in_prefix(const struct mcs_prefix *p, const struct in6_addr *addr)
{
	return mcs_addr_is_v4(&p->addr) == mcs_addr_is_v4(addr) &&
	       ipv6_prefix_equal(&p->addr, addr, p->len);
}

static const struct mcs_filters *owner(const struct mcs_port *port,
				       unsigned int i)
{
	return i ? &port->br->filters : &port->filters;
}

/* The filter that decides about one source, or without one about all. */
static struct mcs_filter *decide(const struct mcs_port *port,
				 const struct in6_addr *group,
				 const struct in6_addr *src)
{
	struct mcs_filter *f;
	unsigned int i;

	for (i = 0; i < 2; i++)
		list_for_each_entry(f, &owner(port, i)->kind[0], node) {
			if (f->has_src && !(src && in_prefix(&f->src, src)))
				continue;
			if (in_prefix(&f->group, group))
				return f;
		}
	return NULL;
}

static bool is_denied(const struct mcs_port *port,
		      const struct in6_addr *group, const struct in6_addr *src)
{
	const struct mcs_filter *f = decide(port, group, src);

	return f && f->action == MCSNOOP_FILTER_ACTION_DENY;
}

/* The same for a message, which counts. */
static bool refuses(const struct mcs_port *port, const struct in6_addr *group,
		    const struct in6_addr *src)
{
	struct mcs_filter *f = decide(port, group, src);

	if (!f)
		return false;
	f->hits++;
	return f->action == MCSNOOP_FILTER_ACTION_DENY;
}

/* Without any address of the family, all are allowed. */
static bool may_send(const struct mcs_port *port, u8 kind,
		     const struct in6_addr *src, bool mld)
{
	struct mcs_filter *f;
	bool any = false;
	unsigned int i;

	for (i = 0; i < 2; i++)
		list_for_each_entry(f, &owner(port, i)->kind[kind], node) {
			if (mcs_addr_is_v4(&f->src.addr) == mld)
				continue;
			any = true;
			if (in_prefix(&f->src, src)) {
				f->hits++;
				return true;
			}
		}
	return !any;
}

/**
 * __mcs_filter_message() - may this address send this message?
 * @port: where it was heard
 * @msg: the message
 *
 * A report of the newest version may come from a host without an address: RFC
 * 3376 section 4.2.13, RFC 3810 section 5.2.13.
 *
 * Context: the bridge's lock is held.
 * Return: 0, or the counter under which it is refused.
 */
int __mcs_filter_message(struct mcs_port *port, const struct mcs_msg *msg)
{
	lockdep_assert_held(&port->br->lock);

	switch ((enum mcs_msg_type)msg->type) {
	case MCS_MSG_RECORDS:
		if (mcs_addr_is_zero(&msg->src))
			return 0;
		fallthrough;
	case MCS_MSG_REPORT:
	case MCS_MSG_LEAVE:
		return may_send(port, MCSNOOP_FILTER_KIND_REPORTER, &msg->src,
				msg->mld) ? 0 : MCSNOOP_COUNTER_DROP_REPORTER;
	case MCS_MSG_MRD_ADV:
	case MCS_MSG_MRD_TERM:
		return may_send(port, MCSNOOP_FILTER_KIND_ROUTER, &msg->src,
				msg->mld) ? 0 : MCSNOOP_COUNTER_DROP_ROUTER;
	default:
		return 0;
	}
}

/* Does the record keep single sources, or only the group as a whole? */
static bool keeps_sources(const struct mcs_ctx *ctx)
{
	struct mcs_params p;

	mcs_ctx_params(ctx, &p);
	return mcs_fsm_asks_sources(&p);
}

static bool filter_list(struct mcs_port *port, const struct in6_addr *group,
			struct in6_addr *srcs, unsigned int *n)
{
	unsigned int i, kept = 0;

	for (i = 0; i < *n; i++)
		if (!refuses(port, group, &srcs[i]))
			srcs[kept++] = srcs[i];
	if (kept < *n)
		mcs_count_add(port, MCSNOOP_COUNTER_SKIP_FILTER_SOURCE,
			      *n - kept);
	*n = kept;
	return kept;
}

/**
 * __mcs_filter_record() - may a port ask for this?
 * @port: where it was heard
 * @ctx: VLAN and family
 * @group: the group
 * @type: enum mcs_rec_type; IS_EX for an older report, TO_IN for a leave
 * @srcs: sources; those that are denied are taken out
 * @n: how many
 *
 * What only reduces is never denied. A list that loses everything is not an
 * empty list, which would mean the opposite.
 *
 * Context: the bridge's lock is held.
 * Return: false when the record is to be passed over, which is counted.
 */
bool __mcs_filter_record(struct mcs_port *port, const struct mcs_ctx *ctx,
			 const struct in6_addr *group, unsigned int type,
			 struct in6_addr *srcs, unsigned int *n)
{
	bool all = false, ok;

	lockdep_assert_held(&port->br->lock);

	switch (type) {
	case MCS_REC_IS_EX:
	case MCS_REC_TO_EX:
		all = true;
		break;
	case MCS_REC_BLOCK:
		return true;
	default:
		if (!*n)
			return true;
		all = !keeps_sources(ctx);
		break;
	}
	ok = all ? !refuses(port, group, NULL) :
		   filter_list(port, group, srcs, n);
	if (!ok)
		mcs_count(port, MCSNOOP_COUNTER_SKIP_FILTER);
	return ok;
}

/*
 * Sources that are denied one by one, if the group is permitted. The first
 * filter without a source decides about all others.
 */
static unsigned int denied_sources(const struct mcs_port *port,
				   const struct in6_addr *group,
				   struct in6_addr *out)
{
	const struct mcs_filter *f;
	unsigned int i, n = 0;

	for (i = 0; i < 2; i++)
		list_for_each_entry(f, &owner(port, i)->kind[0], node) {
			if (!in_prefix(&f->group, group))
				continue;
			if (!f->has_src)
				return n;
			if (f->action != MCSNOOP_FILTER_ACTION_DENY ||
			    f->src.len < 128)
				continue;
			if (out && is_denied(port, group, &f->src.addr))
				out[n++] = f->src.addr;
			else if (!out)
				n++;
		}
	return n;
}

/**
 * __mcs_filter_blocks() - sources that filters block for who asks for all
 * @port: the port
 * @group: the group
 *
 * Context: the bridge's lock is held.
 * Return: how many there are at most.
 */
unsigned int __mcs_filter_blocks(const struct mcs_port *port,
				 const struct in6_addr *group)
{
	lockdep_assert_held(&port->br->lock);

	return port->br->nfilters ? denied_sources(port, group, NULL) : 0;
}

static int cmp_addr(const void *a, const void *b)
{
	return mcs_addr_cmp(a, b);
}

/*
 * Put sources into the set Y of an EXCLUDE record: those of a sorted list that
 * are there already are blocked in place, the others are merged from the end
 * of both lists on. Return the new number.
 */
static unsigned int merge_blocked(struct mcs_source *src, unsigned int n,
				  struct in6_addr *blocked, unsigned int nblocked)
{
	unsigned int i, j, more = 0;

	sort(blocked, nblocked, sizeof(*blocked), cmp_addr, NULL);
	for (i = 0, j = 0; i < nblocked; i++) {
		if (more && !mcs_addr_cmp(&blocked[more - 1], &blocked[i]))
			continue;	/* the port says it and the bridge */
		while (j < n && mcs_addr_cmp(&src[j].addr, &blocked[i]) < 0)
			j++;
		if (j < n && !mcs_addr_cmp(&src[j].addr, &blocked[i])) {
			src[j].expires = 0;
			src[j].rexmit = 0;
		} else {
			blocked[more++] = blocked[i];
		}
	}
	i = n;
	j = more;
	while (j) {
		struct mcs_source *to = &src[i + j - 1];

		if (i && mcs_addr_cmp(&src[i - 1].addr, &blocked[j - 1]) > 0) {
			*to = src[--i];
			continue;
		}
		*to = (struct mcs_source){ .addr = blocked[--j] };
	}
	return n + more;
}

static bool same_sides(const struct mcs_srcset *old,
		       const struct mcs_source *src, unsigned int n)
{
	unsigned int i;

	if (!old || old->mode != MCS_MODE_EXCLUDE || old->n != n)
		return false;
	for (i = 0; i < n; i++)
		if (mcs_addr_cmp(&old->src[i].addr, &src[i].addr) ||
		    !old->src[i].expires != !src[i].expires)
			return false;
	return true;
}

/**
 * __mcs_filter_block() - block what filters deny in an EXCLUDE record
 * @port: the port
 * @group: the group
 * @old: the record's sources until now, may be NULL
 * @src: those that a report made of them; with room for as many more as
 *	__mcs_filter_blocks() said
 * @room: room for these
 * @res: what the report did; brought up to date
 *
 * After the state machine, because not every report has a list that counts:
 * one of an older version takes away all that is blocked.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_filter_block(struct mcs_port *port, const struct in6_addr *group,
			const struct mcs_srcset *old, struct mcs_source *src,
			struct in6_addr *room, struct mcs_outcome *res)
{
	unsigned int n;

	lockdep_assert_held(&port->br->lock);

	n = denied_sources(port, group, room);
	res->nsrcs = merge_blocked(src, res->nsrcs, room, n);
	res->changed = !same_sides(old, src, res->nsrcs);
}

/*
 * What is left of a learned record: n sources in @src, and the mode. Nothing of
 * the group as a whole leaves what single sources were asked for, as when the
 * group timer runs out (RFC 3376 section 6.5).
 */
static unsigned int remains(const struct mcs_member *m, u8 *mode,
			    struct mcs_source *src, struct in6_addr *room)
{
	const struct in6_addr *group = &m->group->key.addr;
	const struct mcs_srcset *set = __mcs_member_set(m);
	unsigned int i, n = 0, old = set ? set->n : 0;
	bool exclude;

	*mode = m->rec.mode;
	if (*mode == MCS_MODE_EXCLUDE && is_denied(m->port, group, NULL))
		*mode = MCS_MODE_INCLUDE;
	exclude = *mode == MCS_MODE_EXCLUDE;
	for (i = 0; i < old; i++) {
		bool denied = is_denied(m->port, group, &set->src[i].addr);

		if (!exclude && (denied || !set->src[i].expires))
			continue;
		src[n] = set->src[i];
		if (denied) {
			src[n].expires = 0;
			src[n].rexmit = 0;
		}
		n++;
	}
	if (!exclude)
		return n;
	return merge_blocked(src, n, room,
			     denied_sources(m->port, group, room));
}

static bool is_as_before(const struct mcs_member *m, u8 mode,
			 const struct mcs_source *src, unsigned int n)
{
	const struct mcs_srcset *set = __mcs_member_set(m);

	if (mode != m->rec.mode)
		return false;
	if (mode == MCS_MODE_INCLUDE)
		return set->n == n;
	return set ? same_sides(set, src, n) : !n;
}

/* The record becomes this; queries about what is gone are not sent. */
static int replace(struct mcs_member *m, u8 mode,
		   const struct mcs_source *src, unsigned int n)
{
	bool ask = false;
	unsigned int i;

	if (__mcs_member_publish(m, mode, src, n))
		return -ENOMEM;
	if (mode != m->rec.mode) {
		m->rec.group_expires = 0;
		m->rec.grexmit = 0;
	}
	m->rec.mode = mode;
	for (i = 0; i < n; i++)
		ask = ask || src[i].rexmit;
	if (!ask && !m->rec.grexmit)
		m->rec.rexmit_at = 0;
	__mcs_event_group(m, MCSNOOP_CMD_GROUP_CHANGE_NTF,
			  MCSNOOP_CAUSE_ADMIN);
	__mcs_deadline_set(m->port->br, &m->deadline,
			   mcs_fsm_deadline(&m->rec, src, n));
	return 0;
}

static void enforce(struct mcs_member *m)
{
	struct mcs_srcset *set = __mcs_member_set(m);
	unsigned int n = (set ? set->n : 0) +
			 denied_sources(m->port, &m->group->key.addr, NULL);
	struct in6_addr *room;
	struct mcs_source *src;
	u8 mode;

	src = kmalloc_array(n, sizeof(*src) + sizeof(*room), GFP_ATOMIC);
	if (!src && n)
		goto no_memory;
	room = (struct in6_addr *)(src + n);
	n = remains(m, &mode, src, room);
	if (mode == MCS_MODE_INCLUDE && !n) {
		__mcs_member_del(m, MCSNOOP_CAUSE_ADMIN);
	} else if (!is_as_before(m, mode, src, n) &&
		   replace(m, mode, src, n)) {
		goto no_memory;
	}
	kfree(src);
	return;

no_memory:
	kfree(src);
	/* better without the record than against the filter */
	mcs_count(m->port, MCSNOOP_COUNTER_NO_MEMORY);
	__mcs_member_del(m, MCSNOOP_CAUSE_ADMIN);
}

static int enforce_group(struct mcs_group *group, void *arg)
{
	struct hlist_node *next;
	struct mcs_member *m;

	hlist_for_each_entry_safe(m, next, &group->members, group_node)
		if (!m->is_static)
			enforce(m);
	return 0;
}

/**
 * mcs_filter_enforce() - take what is denied now from the tables
 * @br: the bridge
 *
 * What hosts say meanwhile meets the filters as they are now.
 *
 * Context: process, RTNL.
 */
void mcs_filter_enforce(struct mcs_bridge *br)
{
	mcs_groups_walk(br, enforce_group, NULL);
}
