// SPDX-License-Identifier: GPL-2.0
/*
 * Life of a record: what a report, a query or a timer does to it. The rules
 * are in fsm.c; here they meet memory, limits, events and the wire.
 */
#include <linux/etherdevice.h>
#include <linux/slab.h>
#include "ask.h"
#include "filter.h"
#include "log.h"
#include "pressure.h"
#include "station.h"

/*
 * Room for the new sources and for the list of a query. Taken before
 * anything changes, so that without memory a report is refused as a whole and
 * no timer is lowered for which no query could be sent.
 */
struct scratch {
	struct mcs_source	*out;
	struct in6_addr		*list;
	struct mcs_source	few_out[4];
	struct in6_addr		few_list[4];
};

static bool scratch_get(struct scratch *s, unsigned int n)
{
	if (n <= ARRAY_SIZE(s->few_out)) {
		s->out = s->few_out;
		s->list = s->few_list;
		return true;
	}
	s->out = kmalloc_array(n, sizeof(*s->out) + sizeof(*s->list),
			       GFP_ATOMIC | __GFP_NOWARN);
	s->list = (struct in6_addr *)(s->out + n);
	return s->out;
}

static void scratch_put(struct scratch *s)
{
	if (s->out != s->few_out)
		kfree(s->out);
}

/**
 * __mcs_member_send_due() - send the specific queries that are due
 * @m: the record
 * @ctx: VLAN and family
 * @p: parameters
 * @list: room for its sources
 * @now: ns
 *
 * RFC 3376 section 6.6.3, in the version that is asked in here.
 *
 * Context: the bridge's lock is held, RCU read side.
 */
void __mcs_member_send_due(struct mcs_member *m, struct mcs_ctx *ctx,
			   const struct mcs_params *p, struct in6_addr *list,
			   u64 now)
{
	struct mcs_srcset *set = __mcs_member_set(m);
	struct mcs_params asks = *p;
	unsigned int step = 0;
	struct mcs_due due;

	asks.version = mcs_ctx_ask_version(ctx);
	while (mcs_fsm_due(&m->rec, set ? set->src : NULL, set ? set->n : 0,
			   &asks, now, &step, list, &due)) {
		m->group->round = 0;	/* routers may hear the answer */
		__mcs_send_specific(ctx, m->port, &m->group->key.addr,
				    due.sflag, list,
				    due.group ? 0 : due.nsrcs);
	}
}

static void update_deadline(struct mcs_member *m)
{
	struct mcs_srcset *set = __mcs_member_set(m);

	__mcs_deadline_set(m->port->br, &m->deadline,
			   mcs_fsm_deadline(&m->rec, set ? set->src : NULL,
					    set ? set->n : 0));
}

/*
 * What a host says comes to a record that is not there yet as to an empty one.
 * A host that has more asked than its port's share gets no query, and nothing
 * is given up for it (RFC 3376 section 9.1).
 */
static void apply(struct mcs_port *port, struct mcs_record *rec,
		  const struct mcs_srcset *set, const struct mcs_heard *h,
		  struct mcs_source *out, struct mcs_params *p, u64 now,
		  struct mcs_outcome *res)
{
	const struct mcs_source *old = set ? set->src : NULL;
	unsigned int nold = set ? set->n : 0;
	struct mcs_record before = *rec;

	mcs_fsm_record(rec, old, nold, h->type, h->srcs, h->n, out, p, now,
		       res);
	if (!p->querier || rec->rexmit_at != now)
		return;
	if (mcs_may_ask(port, now))
		return;
	p->querier = false;
	*rec = before;
	mcs_fsm_record(rec, old, nold, h->type, h->srcs, h->n, out, p, now,
		       res);
}

static void count_leave(const struct mcs_port *port,
			const struct mcs_leave *leave)
{
	if (leave->dropped)
		mcs_count(port, MCSNOOP_COUNTER_LEAVE_FAST);
	else if (leave->kept)
		mcs_count(port, MCSNOOP_COUNTER_LEAVE_KNOWN);
}

static void reported(struct mcs_member *m, const struct mcs_heard *h)
{
	m->reporter = h->msg->src;
	ether_addr_copy(m->reporter_mac, h->smac);
	m->unconfirmed = false;
	if (unlikely(m->healing))
		__mcs_ask_healed(m);
}

/* What __mcs_member_report() does when nothing but timers changes. */
static bool refresh(struct mcs_member *m, const struct mcs_ctx *ctx,
		    const struct mcs_heard *h)
{
	struct mcs_bridge *br = m->port->br;

	if (h->n || rcu_access_pointer(m->set) || br->nfilters ||
	    !mcs_fsm_refresh(&m->rec, h->type, h->p, h->now))
		return false;
	if (h->older)
		mcs_fsm_older_report(&m->rec, h->older, h->p, h->now);
	reported(m, h);
	if (!h->restored)
		__mcs_hosts_heard(m, ctx, h, h->p, false, h->now);
	__mcs_deadline_set(br, &m->deadline, m->rec.group_expires);
	return true;
}

/* Return: a record for who reported, or NULL with the refusal counted. */
static struct mcs_member *member_new(struct mcs_port *port,
				     const struct in6_addr *group, u16 vid,
				     const struct mcs_heard *h)
{
	struct mcs_bridge *br = port->br;

	/* who moves or is put back does so while groups are walked */
	if (!h->restored) {
		__mcs_pressure_make_room(port, vid,
					 !mcs_group_find_rcu(br, group, vid),
					 h->smac);
		if (__mcs_station_full(port, h->smac)) {
			__mcs_station_refused(port, h->smac, vid, group);
			return NULL;
		}
	}
	return __mcs_member_add(br, group, vid, port, false, NULL);
}

/*
 * The last host has left at once, so that nobody's answer is waited for. But
 * switches between it and us that do not query give up nothing before they hear
 * a query, RFC 3376 section 6.6.3.
 */
static void tell_switches(const struct mcs_member *m, struct mcs_ctx *ctx,
			  const struct mcs_params *p, struct in6_addr *list,
			  u64 now)
{
	const struct mcs_srcset *set = __mcs_member_set(m);
	unsigned int n = 0;

	if (m->port->id == MCS_HOST_PORT || !p->querier ||
	    !mcs_may_ask(m->port, now))
		return;
	if (m->rec.mode == MCS_MODE_INCLUDE && mcs_fsm_asks_sources(p))
		for (; set && n < set->n; n++)
			list[n] = set->src[n].addr;
	__mcs_send_specific(ctx, m->port, &m->group->key.addr, false, list, n);
}

/* Everything else. Its room on the stack is not for the commonest report. */
static noinline_for_stack
void report(struct mcs_port *port, struct mcs_ctx *ctx,
	    const struct in6_addr *group, struct mcs_member *m,
	    struct mcs_heard *h)
{
	u16 vid = ctx->vlan->vid;
	struct mcs_srcset *set = NULL;
	struct mcs_record rec = {};
	struct mcs_outcome res;
	struct mcs_leave leave = {};
	struct mcs_params p;
	u64 now = h->now;
	struct scratch s;
	unsigned int blocks;
	bool is_new;
	u8 cause;

	if (m) {
		rec = m->rec;
		set = __mcs_member_set(m);
	}
	p = *h->p;
	p.querier = p.querier || mcs_proxy_asks(ctx, port);
	if (port->config.max_sources)
		p.max_sources = port->config.max_sources;
	if (m)
		__mcs_hosts_leave(m, ctx, h, &p, &leave, now);
	/* a timer is not lowered for a question that cannot be asked */
	p.querier = p.querier && mcs_can_ask(ctx);
	blocks = __mcs_filter_blocks(port, group);
	if (!scratch_get(&s, h->n + blocks + (set ? set->n : 0)))
		goto no_memory;

	if (h->older)
		mcs_fsm_older_report(&rec, h->older, &p, now);
	apply(port, &rec, set, h, s.out, &p, now, &res);
	if (res.refused)
		mcs_count_add(port, MCSNOOP_COUNTER_LIMIT_SOURCES,
			      res.refused);
	if (blocks && rec.mode == MCS_MODE_EXCLUDE)
		__mcs_filter_block(port, group, set, s.out, s.list, &res);
	cause = h->type == MCS_REC_TO_IN || h->type == MCS_REC_BLOCK ?
		MCSNOOP_CAUSE_LEAVE : MCSNOOP_CAUSE_REPORT;
	if (h->restored)
		cause = h->moved ? MCSNOOP_CAUSE_MOVE : MCSNOOP_CAUSE_RESTORE;
	if (res.gone) {
		count_leave(port, &leave);
		if (leave.dropped)
			tell_switches(m, ctx, &p, s.list, now);
		if (m)
			__mcs_member_del(m, cause);
		goto put;
	}

	is_new = !m;
	if (is_new) {
		m = member_new(port, group, vid, h);
		if (!m) {
			mcs_hosts_missed(port);
			goto put;
		}
	}
	if (__mcs_member_publish(m, rec.mode, s.out, res.nsrcs)) {
		if (is_new)
			__mcs_member_del(m, MCS_CAUSE_UNSAID);
		scratch_put(&s);
		goto no_memory;
	}
	m->rec = rec;
	if (rec.rexmit_at == now)
		m->asked_until = now + mcs_fsm_lmqt(&p);
	reported(m, h);
	count_leave(port, &leave);
	h->refused = res.refused;
	if (!h->restored)
		__mcs_hosts_heard(m, ctx, h, &p, is_new, now);
	if (is_new)
		__mcs_event_group(m, MCSNOOP_CMD_GROUP_NEW_NTF, cause);
	else if (res.changed)
		__mcs_event_group(m, MCSNOOP_CMD_GROUP_CHANGE_NTF, cause);
	else if (cause == MCSNOOP_CAUSE_LEAVE)
		__mcs_log_leave(m, h);
	__mcs_member_send_due(m, ctx, &p, s.list, now);
	update_deadline(m);
put:
	scratch_put(&s);
	return;

no_memory:
	mcs_count(port, MCSNOOP_COUNTER_NO_MEMORY);
	mcs_hosts_missed(port);
}

/**
 * __mcs_member_report() - apply one group record of a host
 * @port: where it was heard
 * @ctx: VLAN and family
 * @group: the group, usable
 * @h: what was heard
 *
 * RFC 3376 section 6.4, RFC 3810 section 7.4.
 *
 * Context: the bridge's lock is held, BH disabled, RCU read side.
 */
void __mcs_member_report(struct mcs_port *port, struct mcs_ctx *ctx,
			 const struct in6_addr *group, struct mcs_heard *h)
{
	struct mcs_member *m;

	lockdep_assert_held(&port->br->lock);

	m = __mcs_member_find(port->br, group, ctx->vlan->vid, port, false);
	if (!m || !refresh(m, ctx, h))
		report(port, ctx, group, m, h);
}

/**
 * __mcs_member_query() - a specific query was heard, without the S flag
 * @ctx: VLAN and family
 * @group: the group asked for
 * @srcs: sources asked for, sorted and unique
 * @n: how many, 0 for the group as a whole
 * @from: port on which it was heard
 * @lmqt: time the members have to answer, ns
 *
 * Every port that holds the group is asked by it: RFC 3376 section 6.6.1.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_member_query(struct mcs_ctx *ctx, const struct in6_addr *group,
			const struct in6_addr *srcs, unsigned int n,
			const struct mcs_port *from, u64 lmqt)
{
	struct mcs_bridge *br = ctx->vlan->br;
	struct mcs_group *g;
	struct mcs_member *m;
	u64 now = mcs_now();

	lockdep_assert_held(&br->lock);

	g = mcs_group_find_rcu(br, group, ctx->vlan->vid);
	if (!g)
		return;
	hlist_for_each_entry(m, &g->members, group_node) {
		struct mcs_srcset *set = __mcs_member_set(m);

		if (m->is_static || mcs_both_isolated(m->port, from))
			continue;
		if (mcs_fsm_query(&m->rec, set ? set->src : NULL,
				  set ? set->n : 0, srcs, n, lmqt, now)) {
			m->asked_until = max(m->asked_until, now + lmqt);
			update_deadline(m);
		}
	}
}

/**
 * __mcs_member_expired() - a timer of a learned record ran out
 * @m: the record, may be freed
 * @now: ns
 *
 * RFC 3376 sections 6.2.3, 6.3 and 6.5; retransmissions of section 6.6.3.
 *
 * Context: the bridge's lock is held, BH disabled, RCU read side.
 */
void __mcs_member_expired(struct mcs_member *m, u64 now)
{
	struct mcs_bridge *br = m->port->br;
	struct mcs_srcset *set = __mcs_member_set(m);
	struct mcs_record rec;
	struct mcs_outcome res;
	struct mcs_params p;
	struct mcs_vlan *vlan;
	struct mcs_ctx *ctx;
	struct scratch s;

	lockdep_assert_held(&br->lock);

	vlan = __mcs_vlan_find(br, m->group->key.vid);
	if (WARN_ON_ONCE(!vlan))
		return;
	ctx = &vlan->ctx[!mcs_addr_is_v4(&m->group->key.addr)];
	mcs_ctx_params(ctx, &p);
	if (!scratch_get(&s, set ? set->n : 0))
		goto no_memory;

	__mcs_ask_heal(m, ctx, &p, now);
	rec = m->rec;
	mcs_fsm_expire(&rec, set ? set->src : NULL, set ? set->n : 0, s.out,
		       now, &res);
	if (res.gone) {
		__mcs_member_del(m, MCSNOOP_CAUSE_EXPIRED);
		scratch_put(&s);
		return;
	}
	if (res.changed &&
	    __mcs_member_publish(m, rec.mode, s.out, res.nsrcs)) {
		scratch_put(&s);
		goto no_memory;
	}
	m->rec = rec;
	if (res.changed)
		__mcs_event_group(m, MCSNOOP_CMD_GROUP_CHANGE_NTF,
				  MCSNOOP_CAUSE_EXPIRED);
	__mcs_member_send_due(m, ctx, &p, s.list, now);
	update_deadline(m);
	scratch_put(&s);
	return;

no_memory:
	/* Forward too much for a second rather than too little. */
	mcs_count(m->port, MCSNOOP_COUNTER_NO_MEMORY);
	__mcs_deadline_set(br, &m->deadline, now + NSEC_PER_SEC);
}

static int static_check(struct mcs_port *port, u16 vid,
			const struct in6_addr *group,
			const struct in6_addr *src,
			struct netlink_ext_ack *extack)
{
	bool is_mac = mcs_addr_is_mac(group);

	if (is_mac && mcs_mac_check(&group->s6_addr[10], extack))
		return -EINVAL;
	if (!is_mac && !mcs_group_is_usable(group)) {
		NL_SET_ERR_MSG(extack,
			       "Not a group that can be snooped: it must be multicast and beyond 224.0.0.0/24 and node scope");
		return -EINVAL;
	}
	if (is_mac && src) {
		NL_SET_ERR_MSG(extack,
			       "An entry for a MAC address is for all sources: leave out src");
		return -EINVAL;
	}
	if (src && (mcs_addr_is_v4(src) != mcs_addr_is_v4(group) ||
		    !mcs_source_is_usable(src))) {
		NL_SET_ERR_MSG(extack,
			       "The source must be a unicast address of the group's family");
		return -EINVAL;
	}
	if (!mcs_port_has_vlan_rcu(port, vid, NULL)) {
		NL_SET_ERR_MSG(extack,
			       "The port is not in this VLAN: add it with bridge vlan add, or give another vid");
		return -EINVAL;
	}
	return 0;
}

/**
 * __mcs_member_static_add() - add a static entry
 * @port: the port
 * @vid: VLAN
 * @group: the group
 * @src: one source, or NULL for all
 * @extack: says what was wrong
 *
 * Context: the bridge's lock is held, RCU read side.
 * Return: 0, -EINVAL, -EEXIST, -ENOSPC or -ENOMEM with nothing changed.
 */
int __mcs_member_static_add(struct mcs_port *port, u16 vid,
			    const struct in6_addr *group,
			    const struct in6_addr *src,
			    struct netlink_ext_ack *extack)
{
	struct mcs_bridge *br = port->br;
	struct mcs_srcset *set = NULL;
	struct mcs_source *list = NULL;
	struct mcs_member *m;
	unsigned int i, n = 0;
	int err;

	lockdep_assert_held(&br->lock);

	err = static_check(port, vid, group, src, extack);
	if (err)
		return err;
	m = __mcs_member_find(br, group, vid, port, true);
	if (m) {
		set = __mcs_member_set(m);
		if (!set) {
			NL_SET_ERR_MSG(extack,
				       "The port has a static entry for all sources of this group");
			return -EEXIST;
		}
		if (!src) {
			NL_SET_ERR_MSG(extack,
				       "The port has static entries for sources of this group: delete them first");
			return -EEXIST;
		}
		n = set->n;
	}
	if (src && n >= br->config.max_sources) {
		NL_SET_ERR_MSG(extack,
			       "The entry has its maximum of sources: raise max-sources of the bridge");
		return -ENOSPC;
	}
	if (src) {
		list = kmalloc_array(n + 1, sizeof(*list), GFP_ATOMIC);
		if (!list)
			return -ENOMEM;
		for (i = 0; i < n && mcs_addr_cmp(&set->src[i].addr, src) < 0;
		     i++)
			list[i] = set->src[i];
		if (i < n && !mcs_addr_cmp(&set->src[i].addr, src)) {
			NL_SET_ERR_MSG(extack, "The entry is there already");
			kfree(list);
			return -EEXIST;
		}
		memset(&list[i], 0, sizeof(*list));
		list[i].addr = *src;
		list[i].expires = MCS_NEVER;
		for (; i < n; i++)
			list[i + 1] = set->src[i];
		n++;
	}

	if (m) {
		err = __mcs_member_publish(m, MCS_MODE_INCLUDE, list, n);
		if (!err)
			__mcs_event_group(m, MCSNOOP_CMD_GROUP_CHANGE_NTF,
					  MCSNOOP_CAUSE_ADMIN);
		kfree(list);
		return err;
	}
	m = __mcs_member_add(br, group, vid, port, true, extack);
	if (!m) {
		kfree(list);
		return -ENOSPC;
	}
	if (src) {
		m->rec.mode = MCS_MODE_INCLUDE;
		err = __mcs_member_publish(m, MCS_MODE_INCLUDE, list, n);
	}
	kfree(list);
	if (err) {
		__mcs_member_del(m, MCS_CAUSE_UNSAID);
		return err;
	}
	__mcs_event_group(m, MCSNOOP_CMD_GROUP_NEW_NTF, MCSNOOP_CAUSE_ADMIN);
	return 0;
}

/**
 * __mcs_member_static_del() - remove a static entry
 * @port: the port
 * @vid: VLAN
 * @group: the group
 * @src: one source, or NULL for the whole entry
 * @extack: says what was wrong
 *
 * Context: the bridge's lock is held.
 * Return: 0, -ENOENT or -ENOMEM with nothing changed.
 */
int __mcs_member_static_del(struct mcs_port *port, u16 vid,
			    const struct in6_addr *group,
			    const struct in6_addr *src,
			    struct netlink_ext_ack *extack)
{
	struct mcs_bridge *br = port->br;
	struct mcs_source *list;
	struct mcs_srcset *set;
	struct mcs_member *m;
	unsigned int i, n = 0;
	int err;

	lockdep_assert_held(&br->lock);

	m = __mcs_member_find(br, group, vid, port, true);
	if (!m)
		goto absent;
	if (!src) {
		__mcs_member_del(m, MCSNOOP_CAUSE_ADMIN);
		return 0;
	}
	set = __mcs_member_set(m);
	if (!set)
		goto absent;
	list = kmalloc_array(set->n, sizeof(*list), GFP_ATOMIC);
	if (!list)
		return -ENOMEM;
	for (i = 0; i < set->n; i++)
		if (mcs_addr_cmp(&set->src[i].addr, src))
			list[n++] = set->src[i];
	if (n == set->n) {
		kfree(list);
		goto absent;
	}
	err = 0;
	if (!n) {
		__mcs_member_del(m, MCSNOOP_CAUSE_ADMIN);
	} else {
		err = __mcs_member_publish(m, MCS_MODE_INCLUDE, list, n);
		if (!err)
			__mcs_event_group(m, MCSNOOP_CMD_GROUP_CHANGE_NTF,
					  MCSNOOP_CAUSE_ADMIN);
	}
	kfree(list);
	return err;

absent:
	NL_SET_ERR_MSG(extack,
		       "No such static entry: see group show, learned entries go when their hosts leave");
	return -ENOENT;
}
