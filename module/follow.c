// SPDX-License-Identifier: GPL-2.0
/*
 * Hosts that move take their memberships along: a virtual machine that was
 * migrated gets its streams where it is, and not only when it answers the next
 * general query.
 *
 * The bridge says when a MAC address appears behind a port or moves to one,
 * whatever frame told it so: a gratuitous ARP, an unsolicited neighbour
 * advertisement, a RARP. Anybody can send such frames in another's name, so
 * nothing is taken away for them: the old port is asked as after a leave.
 *
 * What is heard costs one look at a table, which says that no host with such an
 * address is known behind another port, or that there may be one. Then a
 * work item walks all records, for several moves at once and a few times a
 * second at most.
 */
#include <linux/etherdevice.h>
#include <linux/hash.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "ask.h"
#include "filter.h"
#include "follow.h"
#include "log.h"

#define SPOT_BITS	11
#define MOVES		64		/* that wait to be followed */
#define PAUSE		(HZ / 10)	/* between two walks */
#define MIXED		(~0U)

/**
 * struct spot - hosts whose MAC addresses have the same hash
 * @n: how many, by record; written under the bridge's lock
 * @port: id of the port behind which they are, MIXED for several; likewise
 */
struct spot {
	u32	n;
	u32	port;
};

/**
 * struct move - a MAC address that is behind another port now
 * @port: ifindex of that port
 * @vid: VLAN, as the bridge said
 * @mac: the address
 * @found: somebody with it is member of something
 */
struct move {
	int	port;
	u16	vid;
	u8	mac[ETH_ALEN];
	bool	found;
};

/**
 * struct mcs_follow - hosts that are known, and those that moved
 * @spots: where they are, by a hash of the MAC address
 * @lock: protects the rest; a leaf, BH off
 * @moves: those that are to be followed
 * @nmoves: how many
 */
struct mcs_follow {
	struct spot	spots[1 << SPOT_BITS];
	/* protects all below */
	spinlock_t	lock;
	struct move	moves[MOVES];
	unsigned int	nmoves;
};

/**
 * mcs_follow_alloc() - prepare to follow hosts
 *
 * Context: process.
 * Return: what a bridge needs for it, or NULL without memory.
 */
struct mcs_follow *mcs_follow_alloc(void)
{
	struct mcs_follow *follow = kvzalloc(sizeof(*follow), GFP_KERNEL);

	if (follow)
		spin_lock_init(&follow->lock);
	return follow;
}

/**
 * mcs_follow_free() - free it
 * @follow: it, or NULL; nobody else has it
 *
 * Context: process.
 */
void mcs_follow_free(struct mcs_follow *follow)
{
	kvfree(follow);
}

static struct spot *spot_of(const struct mcs_bridge *br, const u8 *mac)
{
	u64 key = ether_addr_to_u64(mac);

	return &br->follow->spots[hash_64(key, SPOT_BITS)];
}

/**
 * __mcs_follow_born() - a host is remembered
 * @port: where it is
 * @mac: its MAC address
 *
 * Context: the bridge's lock is held.
 */
void __mcs_follow_born(const struct mcs_port *port, const u8 *mac)
{
	struct spot *spot = spot_of(port->br, mac);

	lockdep_assert_held(&port->br->lock);

	if (!spot->n)
		WRITE_ONCE(spot->port, port->id);
	else if (spot->port != port->id)
		WRITE_ONCE(spot->port, MIXED);
	WRITE_ONCE(spot->n, spot->n + 1);
}

/**
 * __mcs_follow_died() - a host is forgotten
 * @port: where it was
 * @mac: its MAC address
 *
 * Context: the bridge's lock is held.
 */
void __mcs_follow_died(const struct mcs_port *port, const u8 *mac)
{
	struct spot *spot = spot_of(port->br, mac);

	lockdep_assert_held(&port->br->lock);

	WRITE_ONCE(spot->n, spot->n - 1);
}

/**
 * mcs_follow_seen() - the bridge has learned where a MAC address is
 * @port: there
 * @mac: the address
 * @vid: VLAN, 0 where the bridge does not filter
 *
 * Context: atomic, RCU read side; the bridge may hold its own locks.
 */
void mcs_follow_seen(struct mcs_port *port, const u8 *mac, u16 vid)
{
	struct mcs_bridge *br = port->br;
	struct mcs_follow *follow = br->follow;
	const struct spot *spot = spot_of(br, mac);
	bool full, known = false;
	unsigned int i, mine = 0;

	if (port->id == MCS_HOST_PORT || !READ_ONCE(br->config.follow_hosts) ||
	    !READ_ONCE(spot->n) || READ_ONCE(spot->port) == port->id)
		return;
	spin_lock_bh(&follow->lock);
	for (i = 0; i < follow->nmoves && !known; i++) {
		struct move *move = &follow->moves[i];

		mine += move->port == port->dev->ifindex;
		known = ether_addr_equal(move->mac, mac) && move->vid == vid;
		if (known)
			move->port = port->dev->ifindex;
	}
	/* half of them for one port: others' hosts move, too */
	full = !known && (follow->nmoves == MOVES || mine >= MOVES / 2);
	if (!known && !full)
		follow->moves[follow->nmoves++] = (struct move) {
			.port = port->dev->ifindex,
			.vid = vid,
			.mac = { mac[0], mac[1], mac[2], mac[3], mac[4],
				 mac[5] },
		};
	spin_unlock_bh(&follow->lock);
	if (full) {
		local_bh_disable();
		mcs_count(port, MCSNOOP_COUNTER_LIMIT_MOVES);
		local_bh_enable();
	}
	mcs_follow_soon(br->mn);
}

/* The sources of a host, all at their full width. */
static unsigned int sources_of(const struct mcs_host *host, bool v4,
			       struct in6_addr *list)
{
	unsigned int i;

	for (i = 0; i < host->n; i++)
		mcs_host_source(host, i, v4, &list[i]);
	return host->n;
}

/* As if the host had said there what it said here. */
static void say(struct mcs_port *to, struct mcs_ctx *ctx,
		const struct in6_addr *group, const struct mcs_host *host,
		struct in6_addr *list, unsigned int n)
{
	bool exclude = host->mode == MCS_MODE_EXCLUDE;
	u8 newest = ctx->mld ? 2 : 3;
	struct mcs_msg msg = {
		.type = MCS_MSG_RECORDS,
		.mld = ctx->mld,
		.version = host->version,
		.src = host->addr,
	};
	struct mcs_params p;
	struct mcs_heard h = {
		.type = exclude ? MCS_REC_IS_EX : MCS_REC_IS_IN,
		.srcs = list,
		.n = n,
		.older = exclude && host->version < newest ? host->version : 0,
		.msg = &msg,
		.smac = host->mac,
		.p = &p,
		.now = mcs_now(),
		.restored = true,
		.moved = true,
	};

	mcs_ctx_params(ctx, &p);
	if (to->br->nfilters &&
	    (__mcs_filter_message(to, &msg) ||
	     !__mcs_filter_record(to, ctx, group, h.type, list, &h.n)))
		return;
	__mcs_member_report(to, ctx, group, &h);
}

/* Something that one host wants: there now, and is it still wanted here? */
static void take_along(struct mcs_member *m, struct mcs_ctx *ctx,
		       const struct mcs_host *host, struct mcs_port *to)
{
	const struct in6_addr *group = &m->group->key.addr;
	u16 vid = m->group->key.vid;
	struct in6_addr few[4], *list = few;
	struct mcs_member *there;
	unsigned int n;
	bool known;

	if (host->n > ARRAY_SIZE(few))
		list = kmalloc_array(host->n, sizeof(*list),
				     GFP_ATOMIC | __GFP_NOWARN);
	if (!list) {
		mcs_count(to, MCSNOOP_COUNTER_NO_MEMORY);
		return;
	}
	n = sources_of(host, mcs_addr_is_v4(group), list);
	known = __mcs_member_find(to->br, group, vid, to, false);
	say(to, ctx, group, host, list, n);
	there = __mcs_member_find(to->br, group, vid, to, false);
	if (there && !known) {
		there->unconfirmed = true;
		__mcs_ask_confirm(there, ctx);
	}
	if (host->mode == MCS_MODE_EXCLUDE)
		n = 0;
	else
		sources_of(host, mcs_addr_is_v4(group), list);
	__mcs_ask_again(m, ctx, list, n);
	if (list != few)
		kfree(list);
}

/* What a walk needs. */
struct walk {
	struct mcs_bridge	*br;
	struct move		moves[MOVES];
	unsigned int		nmoves;
};

static bool concerns(const struct mcs_bridge *br, const struct move *move,
		     const struct mcs_host *host, u16 vid)
{
	return ether_addr_equal(move->mac, host->mac) &&
	       (move->vid == vid || !br->vlan_aware);
}

static void look_at_member(struct walk *w, struct mcs_ctx *ctx,
			   struct mcs_member *m, u64 now)
{
	const struct mcs_host *host;
	struct mcs_port *to;
	unsigned int i;
	u32 at = 0;

	for (; (host = __mcs_hosts_next(m, &at, now)); at++) {
		for (i = 0; i < w->nmoves; i++) {
			struct move *move = &w->moves[i];

			if (!concerns(w->br, move, host, m->group->key.vid))
				continue;
			to = mcs_port_find_rcu(w->br->mn, move->port);
			if (!to || to == m->port || to->br != w->br ||
			    to->gone ||
			    !test_bit(to->id, ctx->vlan->ports))
				continue;
			if (!move->found) {
				mcs_count(to, MCSNOOP_COUNTER_HOSTS_MOVED);
				__mcs_log_move(to, m->group->key.vid,
					       ctx->mld, host);
			}
			move->found = true;
			take_along(m, ctx, host, to);
		}
	}
}

static int look_at_group(struct mcs_group *group, void *arg)
{
	u8 mld = !mcs_addr_is_v4(&group->key.addr);
	struct mcs_member *m;
	struct mcs_vlan *vlan;
	struct walk *w = arg;
	u64 now = mcs_now();

	rcu_read_lock();
	vlan = __mcs_vlan_find(w->br, group->key.vid);
	if (vlan)
		/* new records are put in front, or behind a static one */
		hlist_for_each_entry(m, &group->members, group_node)
			if (m->hosts && !m->is_static)
				look_at_member(w, &vlan->ctx[mld], m, now);
	rcu_read_unlock();
	return 0;
}

static void follow(struct mcs_bridge *br)
{
	struct mcs_follow *follow = br->follow;
	struct walk *w;

	if (!READ_ONCE(follow->nmoves))
		return;
	w = kzalloc(sizeof(*w), GFP_KERNEL);
	spin_lock_bh(&follow->lock);
	if (w) {
		w->br = br;
		w->nmoves = follow->nmoves;
		memcpy(w->moves, follow->moves, sizeof(w->moves));
	}
	follow->nmoves = 0;
	spin_unlock_bh(&follow->lock);
	if (!w)
		return;
	mcs_groups_walk(br, look_at_group, w);
	rcu_read_lock();
	spin_lock_bh(&br->lock);
	mcs_unlock_and_send(br);
	rcu_read_unlock();
	kfree(w);
}

/**
 * mcs_follow_work() - work item: follow the hosts that moved in a namespace
 * @work: in struct mcs_net
 *
 * Context: process.
 */
void mcs_follow_work(struct work_struct *work)
{
	struct mcs_net *mn = container_of(to_delayed_work(work),
					  struct mcs_net, follow);
	struct mcs_bridge *br;

	if (jiffies - READ_ONCE(mn->followed) < PAUSE) {
		/* what moved during the last walk started this one */
		mcs_follow_soon(mn);
		return;
	}
	rtnl_lock();
	list_for_each_entry(br, &mn->bridges, node)
		follow(br);
	WRITE_ONCE(mn->followed, jiffies);
	rtnl_unlock();
}

/**
 * mcs_follow_soon() - look at what moved, now or when it may be
 * @mn: the namespace
 *
 * Context: any.
 */
void mcs_follow_soon(struct mcs_net *mn)
{
	unsigned long ago = jiffies - READ_ONCE(mn->followed);

	schedule_delayed_work(&mn->follow, ago < PAUSE ? PAUSE - ago : 0);
}
