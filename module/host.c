// SPDX-License-Identifier: GPL-2.0
/*
 * Hosts of a record (explicit tracking, RFC 3376 appendix A.2): memory, limits
 * and when what is known of them is enough to act on a leave at once. What
 * reports say of a host, and what the others want, is in fsm_host.c.
 *
 * No reader sees hosts without the bridge's lock, so they are freed at once.
 */
#include <linux/etherdevice.h>
#include <linux/slab.h>
#include "follow.h"
#include "station.h"

#define LOOKS_MAX	2048	/* at hosts and sources, for one leave */

/* A long list counts as several hosts, so that a port's limit bounds memory. */
#define SOURCES_PER_HOST	16

/**
 * struct mcs_hosts - the hosts of a record
 * @complete_at: from then on all of them are known, ns
 * @purge_at: when to look for some that expired, ns
 * @n: hosts
 * @room: hosts that there is room for
 * @tab: in the order of mcs_host_cmp()
 */
struct mcs_hosts {
	u64		complete_at;
	u64		purge_at;
	u16		n;
	u16		room;
	struct mcs_host	*tab[];
};

static unsigned int source_width(const struct mcs_member *m)
{
	return mcs_addr_is_v4(&m->group->key.addr) ? 4 : 16;
}

static u32 cost(unsigned int sources)
{
	return 1 + sources / SOURCES_PER_HOST;
}

static void host_free(struct mcs_port *port, struct mcs_host *host)
{
	port->nhosts -= cost(host->room);
	if (!mcs_host_has_left(host))
		__mcs_station_wants(port, host->station, -1);
	__mcs_station_put(port, host->station);
	__mcs_follow_died(port, host->mac);
	mcs_died(MCS_OBJ_HOST);
	kfree(host);
}

/* Forget hosts that expired and, when room is needed, those that left. */
static void purge(struct mcs_port *port, struct mcs_hosts *hosts, bool left,
		  u64 now)
{
	unsigned int i, n = 0;

	hosts->purge_at = MCS_NEVER;
	for (i = 0; i < hosts->n; i++) {
		struct mcs_host *host = hosts->tab[i];

		if (host->expires <= now || (left && mcs_host_has_left(host))) {
			host_free(port, host);
			continue;
		}
		hosts->purge_at = min(hosts->purge_at, host->expires);
		hosts->tab[n++] = host;
	}
	hosts->n = n;
}

/* Return: where a host is, or where it belongs */
static unsigned int find(const struct mcs_hosts *hosts,
			 const struct in6_addr *addr, const u8 *mac,
			 bool *found)
{
	unsigned int low = 0, high = hosts->n;

	*found = false;
	while (low < high) {
		unsigned int mid = (low + high) / 2;
		int order = mcs_host_cmp(hosts->tab[mid], addr, mac);

		if (!order) {
			*found = true;
			return mid;
		}
		if (order > 0)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/**
 * __mcs_hosts_free() - forget the hosts of a record
 * @m: the record
 *
 * Context: the bridge's lock is held.
 */
void __mcs_hosts_free(struct mcs_member *m)
{
	struct mcs_hosts *hosts = m->hosts;
	unsigned int i;

	lockdep_assert_held(&m->port->br->lock);

	if (!hosts)
		return;
	m->hosts = NULL;
	for (i = 0; i < hosts->n; i++)
		host_free(m->port, hosts->tab[i]);
	mcs_died(MCS_OBJ_HOSTS);
	kfree(hosts);
}

/* Room for one more entry. */
static struct mcs_hosts *grow(struct mcs_member *m, unsigned int max)
{
	unsigned int room = m->hosts ? min(2U * m->hosts->room, max) : 1;
	struct mcs_hosts *hosts;

	if (m->hosts && m->hosts->n < m->hosts->room)
		return m->hosts;
	hosts = krealloc(m->hosts, struct_size(hosts, tab, room),
			 GFP_ATOMIC | __GFP_NOWARN);
	if (!hosts)
		return NULL;
	if (!m->hosts) {
		mcs_born(MCS_OBJ_HOSTS);
		memset(hosts, 0, sizeof(*hosts));
	}
	hosts->room = room;
	m->hosts = hosts;
	return hosts;
}

/*
 * A new host, or one that needs room for more sources.
 * Return: the host with the list of @old, NULL when it was refused.
 */
static struct mcs_host *resize(struct mcs_port *port, struct mcs_host *old,
			       unsigned int width, unsigned int n)
{
	u32 more = cost(n) - (old ? cost(old->room) : 0);
	struct mcs_host *host;

	if (more && port->nhosts + more > port->br->config.max_port_hosts) {
		mcs_count(port, MCSNOOP_COUNTER_LIMIT_HOSTS);
		return NULL;
	}
	host = krealloc(old, sizeof(*host) + n * width,
			GFP_ATOMIC | __GFP_NOWARN);
	if (!host) {
		mcs_count(port, MCSNOOP_COUNTER_NO_MEMORY);
		return NULL;
	}
	if (!old) {
		memset(host, 0, sizeof(*host));
		mcs_born(MCS_OBJ_HOST);
	}
	port->nhosts += more;
	host->room = n;
	return host;
}

static u32 max_hosts(const struct mcs_port *port)
{
	return port->config.max_hosts ?: port->br->config.max_hosts;
}

/* Make an entry at a place, or one with more room. */
static struct mcs_host *make_room(struct mcs_member *m, unsigned int at,
				  bool found, unsigned int n)
{
	struct mcs_hosts *hosts = m->hosts;
	struct mcs_host *host;

	if (found && hosts->tab[at]->room >= n)
		return hosts->tab[at];
	if (!found) {
		if (hosts->n >= max_hosts(m->port)) {
			mcs_count(m->port, MCSNOOP_COUNTER_LIMIT_HOSTS);
			return NULL;
		}
		hosts = grow(m, max_hosts(m->port));
		if (!hosts) {
			mcs_count(m->port, MCSNOOP_COUNTER_NO_MEMORY);
			return NULL;
		}
	}
	host = resize(m->port, found ? hosts->tab[at] : NULL,
		      source_width(m), n);
	if (!host)
		return NULL;
	if (!found) {
		memmove(&hosts->tab[at + 1], &hosts->tab[at],
			(hosts->n - at) * sizeof(hosts->tab[0]));
		hosts->n++;
	}
	hosts->tab[at] = host;
	return host;
}

/*
 * Not all is known for a Group Membership Interval from now: by then whoever
 * is there has said what it wants.
 */
static void incomplete(struct mcs_hosts *hosts, const struct mcs_params *p,
		       u64 now)
{
	hosts->complete_at = now + p->gmi;
}

static void set_times(struct mcs_hosts *hosts, struct mcs_host *host,
		      const struct mcs_heard *h, const struct mcs_params *p,
		      u8 robustness, u64 now)
{
	host->heard = now;
	host->version = h->msg->version;
	host->expires = now + p->gmi;
	if (h->type == MCS_REC_IS_EX || h->type == MCS_REC_TO_EX)
		host->exclude_until = host->expires;
	/* it may say once more that it leaves, RFC 3376 section 5.1 */
	if (mcs_host_has_left(host))
		host->expires = now + (robustness + 1) * NSEC_PER_SEC;
	hosts->purge_at = min(hosts->purge_at, host->expires);
}

static void update(struct mcs_member *m, const struct mcs_ctx *ctx,
		   const struct mcs_heard *h, const struct mcs_params *p,
		   u8 *list, u64 now)
{
	unsigned int at, n, width = source_width(m);
	struct mcs_hosts *hosts = m->hosts;
	struct mcs_host *host;
	bool found, wanted;
	u8 mode;

	at = find(hosts, &h->msg->src, h->smac, &found);
	host = found ? hosts->tab[at] : NULL;
	wanted = found && !mcs_host_has_left(host);
	n = mcs_host_apply(host, width, h->type, h->srcs, h->n, now, list,
			   &mode);
	if (!found && mode == MCS_MODE_INCLUDE && !n)
		return;
	if (n > p->max_sources) {
		n = p->max_sources;
		if (mode == MCS_MODE_INCLUDE) {
			if (!h->refused)
				mcs_count(m->port, MCSNOOP_COUNTER_LIMIT_HOSTS);
			incomplete(hosts, p, now);
		}
	}
	host = make_room(m, at, found, n);
	hosts = m->hosts;
	if (!host) {
		incomplete(hosts, p, now);
		return;
	}
	if (!found) {
		host->addr = h->msg->src;
		ether_addr_copy(host->mac, h->smac);
		__mcs_follow_born(m->port, host->mac);
		host->station = __mcs_station_get(m->port, host->mac);
		host->since = now;
	}
	host->mode = mode;
	host->n = n;
	__mcs_station_wants(m->port, host->station,
			    !mcs_host_has_left(host) - wanted);
	memcpy(host->srcs, list, n * width);
	set_times(hosts, host, h, p, mcs_ctx_robustness(ctx), now);
}

/* A new host, or one that says something new. */
static noinline_for_stack
void remember(struct mcs_member *m, const struct mcs_ctx *ctx,
	      const struct mcs_heard *h, const struct mcs_params *p, u64 now)
{
	u8 few[8 * sizeof(struct in6_addr)], *list = few;
	struct mcs_hosts *hosts = m->hosts;
	unsigned int at, room;
	bool found;

	if (now >= hosts->purge_at)
		purge(m->port, hosts, false, now);
	at = find(hosts, &h->msg->src, h->smac, &found);
	if (!found && hosts->n >= max_hosts(m->port))
		purge(m->port, hosts, true, now);
	room = h->n + (found ? hosts->tab[at]->n : 0);
	if (room > sizeof(few) / source_width(m)) {
		list = kmalloc_array(room, source_width(m),
				     GFP_ATOMIC | __GFP_NOWARN);
		if (!list) {
			mcs_count(m->port, MCSNOOP_COUNTER_NO_MEMORY);
			incomplete(hosts, p, now);
			return;
		}
	}
	update(m, ctx, h, p, list, now);
	if (list != few)
		kfree(list);
}

/* The first that is heard of. */
static noinline_for_stack
bool begin(struct mcs_member *m, const struct mcs_params *p, bool born, u64 now)
{
	struct mcs_hosts *hosts = grow(m, 1);

	if (!hosts)
		return false;
	hosts->purge_at = MCS_NEVER;
	if (!born)
		incomplete(hosts, p, now);
	return true;
}

static noinline_for_stack
struct mcs_host *known(struct mcs_hosts *hosts, const struct mcs_heard *h)
{
	unsigned int at;
	bool found;

	at = find(hosts, &h->msg->src, h->smac, &found);
	return found ? hosts->tab[at] : NULL;
}

/* Who says something, if it is known; mostly there is one host. */
static struct mcs_host *who(struct mcs_hosts *hosts, const struct mcs_heard *h)
{
	if (hosts->n == 1 &&
	    mcs_host_is(hosts->tab[0], &h->msg->src, h->smac))
		return hosts->tab[0];
	return known(hosts, h);
}

/**
 * __mcs_hosts_heard() - remember what a host said
 * @m: the record, to which it was applied
 * @ctx: VLAN and family
 * @h: what was heard
 * @p: parameters
 * @born: the record did not exist before
 * @now: ns
 *
 * What cannot be stored is counted, and the record is not taken for complete
 * for a while.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_hosts_heard(struct mcs_member *m, const struct mcs_ctx *ctx,
		       const struct mcs_heard *h, const struct mcs_params *p,
		       bool born, u64 now)
{
	struct mcs_hosts *hosts = m->hosts;
	struct mcs_host *host;

	lockdep_assert_held(&m->port->br->lock);

	if (!ctx->config.host_tracking) {
		__mcs_hosts_free(m);
		return;
	}
	if (!hosts && !begin(m, p, born, now)) {
		mcs_count(m->port, MCSNOOP_COUNTER_NO_MEMORY);
		return;	/* without a table nothing is complete */
	}
	if (hosts && now < hosts->purge_at) {
		host = who(hosts, h);
		if (host && mcs_host_repeats(host, h->type, h->n)) {
			set_times(hosts, host, h, p, 0, now);
			return;
		}
	}
	remember(m, ctx, h, p, now);
}

/**
 * mcs_hosts_missed() - a report was refused that was not looked at
 * @port: where it was heard
 *
 * For reports that are right but too many or too long. What the host wants is
 * not known then, in no group, until it had to say so again: for a Group
 * Membership Interval.
 *
 * Context: any.
 */
void mcs_hosts_missed(struct mcs_port *port)
{
	WRITE_ONCE(port->missed, jiffies ?: 1);
}

/* Return: until when a missed report counts, ns; 0 for none */
static u64 missed_until(const struct mcs_port *port,
			const struct mcs_params *p, u64 now)
{
	unsigned long missed = READ_ONCE(port->missed);
	u64 ago;

	if (!missed)
		return 0;
	ago = jiffies64_to_nsecs(jiffies - missed);
	return ago < p->gmi ? now + p->gmi - ago : 0;
}

static u8 fast_leave(const struct mcs_port *port)
{
	if (port->config.fast_leave != MCSNOOP_FAST_LEAVE_INHERIT)
		return port->config.fast_leave;
	return port->br->config.fast_leave;
}

static enum mcs_verdict drop_all(void *arg, const struct in6_addr *src)
{
	struct mcs_leave *leave = arg;

	leave->dropped = true;
	return MCS_DROP;
}

/*
 * Are all hosts of a record known? Members of an older version keep their
 * reports back when they hear others (RFC 3376 section 7.3.2); those on a
 * port that nobody has asked have not reported yet.
 */
static bool all_known(const struct mcs_member *m, const struct mcs_ctx *ctx,
		      const struct mcs_params *p, u64 now)
{
	return ctx->config.host_tracking && m->hosts &&
	       m->hosts->complete_at <= now &&
	       !missed_until(m->port, p, now) &&
	       ctx->pruning == MCSNOOP_PRUNING_ACTIVE &&
	       !test_bit(m->port->id, ctx->unasked) &&
	       mcs_fsm_host_version(&m->rec, p, now) == (p->mld ? 2 : 3);
}

/*
 * How often hosts and their sources are looked at for a leave. A crowd with
 * long lists could make that long: then members are asked.
 */
static u32 looks(const struct mcs_member *m, const struct mcs_heard *h)
{
	const struct mcs_srcset *set = __mcs_member_set(m);
	u32 given_up = h->n, sum, i;

	if (h->type == MCS_REC_TO_IN)
		given_up = 1 + (set ? set->n : 0);
	sum = m->hosts->n * given_up;
	if (h->type == MCS_REC_TO_IN && m->rec.mode == MCS_MODE_EXCLUDE)
		for (i = 0; i < m->hosts->n; i++)
			sum += m->hosts->tab[i]->n;
	return sum;
}

/**
 * __mcs_hosts_leave() - may a leave be acted on at once?
 * @m: the record
 * @ctx: VLAN and family
 * @h: what was heard, not applied yet
 * @p: parameters, given a verdict when it may
 * @leave: filled in for the verdict; as long-lived as @p
 * @now: ns
 *
 * With fast-leave auto, the leaves of a known host are acted on without a
 * query as far as it is known what the others want. Who does not query lowers
 * nothing and waits for the querier (RFC 3376 section 6.6.1), unless told to
 * act on everything.
 *
 * Context: the bridge's lock is held.
 */
void __mcs_hosts_leave(const struct mcs_member *m, const struct mcs_ctx *ctx,
		       const struct mcs_heard *h, struct mcs_params *p,
		       struct mcs_leave *leave, u64 now)
{
	const struct mcs_srcset *set = __mcs_member_set(m);
	unsigned int at;
	bool found;

	memset(leave, 0, sizeof(*leave));
	if (h->type != MCS_REC_TO_IN && h->type != MCS_REC_TO_EX &&
	    h->type != MCS_REC_BLOCK)
		return;
	switch (fast_leave(m->port)) {
	case MCSNOOP_FAST_LEAVE_ON:
		p->verdict = drop_all;
		p->verdict_arg = leave;
		return;
	case MCSNOOP_FAST_LEAVE_AUTO:
		break;
	default:
		return;
	}
	if (!p->querier || !all_known(m, ctx, p, now) ||
	    looks(m, h) > LOOKS_MAX)
		return;
	at = find(m->hosts, &h->msg->src, h->smac, &found);
	if (!found || m->hosts->tab[at]->expires <= now)
		return;
	leave->hosts = m->hosts->tab;
	leave->nhosts = m->hosts->n;
	leave->who = at;
	leave->srcs = set ? set->src : NULL;
	leave->nsrcs = set ? set->n : 0;
	leave->width = source_width(m);
	leave->partial = mcs_host_partial(m->hosts->tab[at], h->type, h->n,
					  h->msg->body_len);
	leave->whole = !mcs_fsm_asks_sources(p);
	leave->now = now;
	p->verdict = mcs_host_verdict;
	p->verdict_arg = leave;
}

/**
 * __mcs_hosts_next() - walk the hosts of a record
 * @m: the record
 * @at: place, set to that of the host that is returned
 * @now: ns
 *
 * Those that left or expired are passed over.
 *
 * Context: the bridge's lock is held.
 * Return: the first host at @at or later, NULL when there is none.
 */
const struct mcs_host *__mcs_hosts_next(const struct mcs_member *m, u32 *at,
					u64 now)
{
	const struct mcs_hosts *hosts = m->hosts;
	const struct mcs_host *host;

	lockdep_assert_held(&m->port->br->lock);

	for (; hosts && *at < hosts->n; (*at)++) {
		host = hosts->tab[*at];
		if (host->expires > now && !mcs_host_has_left(host))
			return host;
	}
	return NULL;
}

/**
 * __mcs_hosts_complete_at() - when are all hosts of a record known?
 * @m: the record
 * @now: ns
 *
 * Context: the bridge's lock is held.
 * Return: ns, in the past when they are, MCS_NEVER when none is remembered.
 */
u64 __mcs_hosts_complete_at(const struct mcs_member *m, u64 now)
{
	const struct mcs_key *key = &m->group->key;
	struct mcs_vlan *vlan;
	struct mcs_params p;

	if (!m->hosts)
		return MCS_NEVER;
	vlan = __mcs_vlan_find(m->port->br, key->vid);
	if (!vlan)
		return m->hosts->complete_at;
	mcs_ctx_params(&vlan->ctx[!mcs_addr_is_v4(&key->addr)], &p);
	return max(m->hosts->complete_at, missed_until(m->port, &p, now));
}
