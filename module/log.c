// SPDX-License-Identifier: GPL-2.0
/*
 * The flight recorder. What is told to listeners, and a few things more, is
 * kept in a ring of fixed size, the oldest overwritten first. What happens
 * again and again without anything in between is one entry that counts, so that
 * a flood of refusals leaves the rest of the ring alone.
 *
 * A report that changes nothing makes no entry and does not come here.
 */
#include <linux/mm.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "log.h"
#include "router.h"
#define CREATE_TRACE_POINTS
#include "trace.h"

#define KIB	1024

/**
 * mcs_log_alloc() - make a flight recorder
 * @c: settings of its bridge
 *
 * Context: process.
 * Return: it, or NULL without memory.
 */
struct mcs_log *mcs_log_alloc(const struct mcs_config *c)
{
	struct mcs_log *log = kzalloc(sizeof(*log), GFP_KERNEL);

	if (!log)
		return NULL;
	spin_lock_init(&log->lock);
	log->room = c->log_events * KIB / sizeof(*log->entries);
	log->size = c->log_frames * KIB;
	if (log->room)
		log->entries = kvcalloc(log->room, sizeof(*log->entries),
					GFP_KERNEL);
	if (log->size)
		log->frames = kvzalloc(log->size, GFP_KERNEL);
	if ((!log->room || log->entries) && (!log->size || log->frames))
		return log;
	mcs_log_free(log);
	return NULL;
}

/**
 * mcs_log_free() - free a flight recorder
 * @log: it, or NULL
 *
 * Context: process; nobody else has it.
 */
void mcs_log_free(struct mcs_log *log)
{
	if (!log)
		return;
	kvfree(log->entries);
	kvfree(log->frames);
	kfree(log);
}

/* The newest that @from has and @to takes, in order. */
static void move_entries(struct mcs_log *from, struct mcs_log *to)
{
	u64 seq = mcs_log_oldest(from);

	if (to->room && from->seq >= to->room)
		seq = max(seq, from->seq - to->room + 1);
	for (; to->room && seq && seq <= from->seq; seq++)
		to->entries[seq % to->room] = from->entries[seq % from->room];
}

/**
 * mcs_log_resize() - make room for more or less
 * @br: the bridge
 * @c: its new settings
 *
 * Entries are kept as far as there is room; frames are forgotten when the
 * size of their ring changes.
 *
 * Context: process, RTNL.
 * Return: 0 or -ENOMEM with nothing changed.
 */
int mcs_log_resize(struct mcs_bridge *br, const struct mcs_config *c)
{
	struct mcs_log *log = br->log, *new;

	ASSERT_RTNL();

	if (c->log_events == br->config.log_events &&
	    c->log_frames == br->config.log_frames)
		return 0;
	new = mcs_log_alloc(c);
	if (!new)
		return -ENOMEM;
	spin_lock_bh(&log->lock);
	if (c->log_events != br->config.log_events) {
		move_entries(log, new);
		swap(log->entries, new->entries);
		swap(log->room, new->room);
	}
	if (c->log_frames != br->config.log_frames) {
		swap(log->frames, new->frames);
		swap(log->size, new->size);
		log->head = 0;
		log->tail = 0;
		log->used = 0;
	}
	spin_unlock_bh(&log->lock);
	mcs_log_free(new);
	return 0;
}

/**
 * mcs_log_oldest() - number of the oldest entry that is there
 * @log: the flight recorder
 *
 * Context: its lock is held.
 * Return: the number, 0 when there is none.
 */
u64 mcs_log_oldest(const struct mcs_log *log)
{
	if (!log->room || !log->seq)
		return 0;
	return log->seq > log->room ? log->seq - log->room + 1 : 1;
}

static void trace(const struct mcs_bridge *br, const struct mcs_log_entry *e)
{
	switch ((enum mcsnoop_log_event)e->what.event) {
	case MCSNOOP_LOG_EVENT_ROUTER:
		trace_mcsnoop_router(br->dev, e);
		break;
	case MCSNOOP_LOG_EVENT_QUERIER:
		trace_mcsnoop_querier(br->dev, e);
		break;
	case MCSNOOP_LOG_EVENT_QUERY:
	case MCSNOOP_LOG_EVENT_DOUBT:
		trace_mcsnoop_query(br->dev, e);
		break;
	case MCSNOOP_LOG_EVENT_REFUSAL:
	case MCSNOOP_LOG_EVENT_PRESSURE:
	case MCSNOOP_LOG_EVENT_RELIEF:
		trace_mcsnoop_refusal(br->dev, e);
		break;
	default:
		trace_mcsnoop_member(br->dev, e);
		break;
	}
}

static bool is_query(const struct mcs_log_entry *e)
{
	return e->what.event == MCSNOOP_LOG_EVENT_QUERY ||
	       e->what.event == MCSNOOP_LOG_EVENT_DOUBT;
}

/*
 * The entry that it repeats: the last one, or the one before where both are
 * queries: each that is doubted comes with one of ours. With anything else the
 * order would be lost.
 */
static struct mcs_log_entry *same(struct mcs_log *log,
				  const struct mcs_log_entry *e)
{
	struct mcs_log_entry *entry;
	u64 back;

	for (back = 0; back < 2 && back < log->seq && back < log->room; back++) {
		entry = &log->entries[(log->seq - back) % log->room];
		if (!memcmp(&entry->what, &e->what, sizeof(e->what)))
			return entry;
		if (!is_query(e) || !is_query(entry))
			break;
	}
	return NULL;
}

/* Does it repeat an entry? Then that counts one more. */
static bool repeats(struct mcs_log *log, struct mcs_log_entry *e)
{
	struct mcs_log_entry *entry = same(log, e);

	if (!entry)
		return false;
	entry->count++;
	entry->time = e->time;
	e->seq = entry->seq;
	e->count = entry->count;
	return true;
}

static void add(struct mcs_bridge *br, struct mcs_log_entry *e)
{
	struct mcs_log *log = br->log;

	trace(br, e);
	e->time = ktime_get_real_ns();
	e->count = 1;
	spin_lock_bh(&log->lock);
	if (log->room && !repeats(log, e)) {
		e->seq = ++log->seq;
		log->entries[e->seq % log->room] = *e;
	}
	spin_unlock_bh(&log->lock);
	/* a flood is told of less and less often */
	if (is_power_of_2(e->count))
		mcs_event_log(br, e);
}

/* All of it is compared, so there must not be a gap that is not set. */
static void begin(struct mcs_log_entry *e, u8 event, u8 cause, u16 vid, u8 mld)
{
	memset(e, 0, sizeof(*e));
	e->what.event = event;
	e->what.cause = cause;
	e->what.vid = vid;
	e->what.mld = mld;
}

static u8 group_event(u8 cmd, u8 cause)
{
	if (cmd == MCSNOOP_CMD_GROUP_NEW_NTF)
		return MCSNOOP_LOG_EVENT_JOIN;
	if (cause == MCSNOOP_CAUSE_LEAVE)
		return MCSNOOP_LOG_EVENT_LEAVE;
	if (cause == MCSNOOP_CAUSE_EXPIRED)
		return MCSNOOP_LOG_EVENT_EXPIRY;
	return cmd == MCSNOOP_CMD_GROUP_DEL_NTF ? MCSNOOP_LOG_EVENT_END :
						  MCSNOOP_LOG_EVENT_CHANGE;
}

static void put_member(struct mcs_log_entry *e, const struct mcs_member *m,
		       u8 event, u8 cause)
{
	const struct mcs_key *key = &m->group->key;
	const struct mcs_srcset *set = __mcs_member_set(m);

	begin(e, event, cause, key->vid, !mcs_addr_is_v4(&key->addr));
	e->what.port = m->port->dev->ifindex;
	e->what.group = key->addr;
	e->what.addr = m->reporter;
	ether_addr_copy(e->what.mac, m->reporter_mac);
	e->what.detail = m->rec.mode;
	e->what.sources = set ? set->n : 0;
}

/**
 * __mcs_log_group() - a record appeared, changed or went
 * @m: the record
 * @cmd: MCSNOOP_CMD_GROUP_*_NTF
 * @cause: enum mcsnoop_cause
 *
 * Context: the bridge's lock is held.
 */
void __mcs_log_group(const struct mcs_member *m, u8 cmd, u8 cause)
{
	struct mcs_log_entry e;

	put_member(&e, m, group_event(cmd, cause), cause);
	add(m->port->br, &e);
}

/**
 * __mcs_log_leave() - a member left, and the others are asked
 * @m: the record
 * @h: what was heard
 *
 * Context: the bridge's lock is held.
 */
void __mcs_log_leave(const struct mcs_member *m, const struct mcs_heard *h)
{
	struct mcs_log_entry e;

	put_member(&e, m, MCSNOOP_LOG_EVENT_LEAVE, MCSNOOP_CAUSE_LEAVE);
	e.what.addr = h->msg->src;
	ether_addr_copy(e.what.mac, h->smac);
	add(m->port->br, &e);
}

/**
 * __mcs_log_heal() - members are asked, or a record would run out
 * @m: the record
 *
 * Context: the bridge's lock is held.
 */
void __mcs_log_heal(const struct mcs_member *m)
{
	struct mcs_log_entry e;

	put_member(&e, m, MCSNOOP_LOG_EVENT_HEAL, MCS_CAUSE_UNSAID);
	add(m->port->br, &e);
}

/**
 * __mcs_log_move() - a host is behind another port
 * @to: that port
 * @vid: VLAN
 * @mld: MCS_IGMP or MCS_MLD
 * @host: the host
 *
 * Context: the bridge's lock is held.
 */
void __mcs_log_move(const struct mcs_port *to, u16 vid, u8 mld,
		    const struct mcs_host *host)
{
	struct mcs_log_entry e;

	begin(&e, MCSNOOP_LOG_EVENT_MOVE, MCS_CAUSE_UNSAID, vid, mld);
	e.what.port = to->dev->ifindex;
	e.what.addr = host->addr;
	ether_addr_copy(e.what.mac, host->mac);
	add(to->br, &e);
}

/**
 * __mcs_log_router() - a router port appeared or went
 * @r: the router port
 * @cmd: MCSNOOP_CMD_ROUTER_*_NTF
 * @cause: enum mcsnoop_cause
 *
 * Context: the bridge's lock is held.
 */
void __mcs_log_router(const struct mcs_router *r, u8 cmd, u8 cause)
{
	struct mcs_log_entry e;
	u8 event = MCSNOOP_LOG_EVENT_ROUTER;

	if (cmd == MCSNOOP_CMD_ROUTER_DEL_NTF)
		event = cause == MCSNOOP_CAUSE_EXPIRED ?
			MCSNOOP_LOG_EVENT_EXPIRY : MCSNOOP_LOG_EVENT_END;
	begin(&e, event, cause, r->ctx->vlan->vid, r->ctx->mld);
	e.what.port = r->port->dev->ifindex;
	e.what.addr = r->addr;
	e.what.detail = r->type;
	add(r->port->br, &e);
}

/**
 * __mcs_log_querier() - the querier or the pruning changed
 * @ctx: VLAN and family
 * @cause: enum mcsnoop_cause
 *
 * Context: the bridge's lock is held.
 */
void __mcs_log_querier(const struct mcs_ctx *ctx, u8 cause)
{
	struct mcs_log_entry e;

	begin(&e, MCSNOOP_LOG_EVENT_QUERIER, cause, ctx->vlan->vid, ctx->mld);
	e.what.port = ctx->querier_port;
	e.what.addr = ctx->querier_addr;
	e.what.detail = ctx->state;
	e.what.pruning = ctx->pruning;
	add(ctx->vlan->br, &e);
}

static void log_query(const struct mcs_port *port, u16 vid,
		      const struct mcs_msg *msg, const u8 *smac, u8 event)
{
	struct mcs_log_entry e;

	begin(&e, event, MCS_CAUSE_UNSAID, vid, msg->mld);
	e.what.port = port->dev->ifindex;
	if (!mcs_addr_is_zero(&msg->group))
		e.what.group = msg->group;
	e.what.addr = msg->src;
	e.what.detail = msg->version;
	e.what.sources = msg->nsrcs;
	ether_addr_copy(e.what.mac, smac);
	add(port->br, &e);
}

/**
 * mcs_log_query() - a query was heard
 * @port: where
 * @vid: VLAN
 * @msg: the query
 * @smac: source MAC address of the frame
 *
 * Context: BH disabled, RCU read side.
 */
void mcs_log_query(const struct mcs_port *port, u16 vid,
		   const struct mcs_msg *msg, const u8 *smac)
{
	log_query(port, vid, msg, smac, MCSNOOP_LOG_EVENT_QUERY);
}

/**
 * __mcs_log_doubted() - a specific query was heard that is not believed
 * @port: where
 * @vid: VLAN
 * @msg: the query
 * @smac: source MAC address of the frame
 *
 * Context: the bridge's lock is held.
 */
void __mcs_log_doubted(const struct mcs_port *port, u16 vid,
		       const struct mcs_msg *msg, const u8 *smac)
{
	log_query(port, vid, msg, smac, MCSNOOP_LOG_EVENT_DOUBT);
}

/**
 * __mcs_log_asked() - a query was sent
 * @ctx: VLAN and family
 * @port: where to, the host side for all
 * @group: the group that is asked for, NULL for all
 * @n: sources that are asked for
 *
 * Context: the bridge's lock is held.
 */
void __mcs_log_asked(const struct mcs_ctx *ctx, const struct mcs_port *port,
		     const struct in6_addr *group, unsigned int n)
{
	struct mcs_log_entry e;

	begin(&e, MCSNOOP_LOG_EVENT_QUERY, MCS_CAUSE_UNSAID, ctx->vlan->vid,
	      ctx->mld);
	e.what.port = port->dev->ifindex;
	if (group)
		e.what.group = *group;
	e.what.detail = ctx->config.version[ctx->mld];
	e.what.sources = n;
	e.what.sent = 1;
	add(port->br, &e);
}

/**
 * mcs_log_refused() - a message was refused
 * @port: where it was heard
 * @vid: VLAN
 * @msg: what could be read of it
 * @smac: source MAC address of the frame
 * @counter: enum mcsnoop_counter, what was counted
 *
 * Context: BH disabled, RCU read side.
 */
void mcs_log_refused(const struct mcs_port *port, u16 vid,
		     const struct mcs_msg *msg, const u8 *smac, int counter)
{
	struct mcs_log_entry e;

	begin(&e, MCSNOOP_LOG_EVENT_REFUSAL, MCS_CAUSE_UNSAID, vid, msg->mld);
	e.what.port = port->dev->ifindex;
	e.what.addr = msg->src;
	e.what.counter = counter;
	ether_addr_copy(e.what.mac, smac);
	add(port->br, &e);
}

/**
 * mcs_log_limit() - a record was refused because there are too many
 * @port: where it was asked for
 * @vid: VLAN
 * @group: the group
 * @counter: enum mcsnoop_counter, what was counted
 *
 * Context: BH disabled, RCU read side or RTNL.
 */
void mcs_log_limit(const struct mcs_port *port, u16 vid,
		   const struct in6_addr *group, int counter)
{
	struct mcs_log_entry e;

	begin(&e, MCSNOOP_LOG_EVENT_REFUSAL, MCS_CAUSE_UNSAID, vid,
	      !mcs_addr_is_v4(group));
	e.what.port = port->dev->ifindex;
	e.what.group = *group;
	e.what.counter = counter;
	add(port->br, &e);
}

/**
 * __mcs_log_pressure() - a port has met a limit, or has room again
 * @port: the port
 * @vid: VLAN, 0 for all
 * @mac: MAC address of the host whose limit it is, NULL for the port's
 * @counter: enum mcsnoop_counter of the limit
 * @event: MCSNOOP_LOG_EVENT_PRESSURE or _RELIEF
 *
 * Context: the bridge's lock is held.
 */
void __mcs_log_pressure(const struct mcs_port *port, u16 vid, const u8 *mac,
			int counter, u8 event)
{
	struct mcs_log_entry e;

	begin(&e, event, MCS_CAUSE_UNSAID, vid, 0);
	e.what.port = port->dev->ifindex;
	e.what.counter = counter;
	if (mac)
		ether_addr_copy(e.what.mac, mac);
	add(port->br, &e);
}
