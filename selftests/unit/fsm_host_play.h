/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A long random play: hosts behind one port change what they want, answer
 * queries late, repeat reports, change their addresses, and strangers forge
 * leaves. No report is lost. The record is kept as the module keeps it, with
 * verdicts of what is known of the hosts. At any moment everything that some
 * host wants has to be forwarded.
 */
#ifndef _MCSNOOP_FSM_HOST_PLAY_H
#define _MCSNOOP_FSM_HOST_PLAY_H

#include "fsm_host.h"
#include "fsm_rig.h"
#include "random.h"

#define ACTORS	4
#define LISTED	4		/* sources 0 to 3; 4 is one nobody lists */
#define ALL	((1u << (LISTED + 1)) - 1)
#define WIDTH	4
#define KNOWN	16		/* hosts that can be remembered */
#define TICK	(SEC / 10)

/* A host as it is */
struct actor {
	unsigned int	ip;
	unsigned int	mac;
	bool		exclude;
	unsigned int	list;		/* bit per source */
	__u64		general_at;	/* when it answers, 0 for never */
	__u64		group_at;
	__u64		sources_at;
	unsigned int	sources;	/* asked for */
	__u64		repeat_at;	/* its last report */
	unsigned int	type;
	unsigned int	said;
};

struct play {
	struct rig	r;
	struct actor	actor[ACTORS];
	struct mcs_host	*host[KNOWN];
	unsigned int	nhosts;
	unsigned int	ips;
	__u64		query_at;
	unsigned long	kept, dropped, asked;
};

static unsigned int wanted_by(const struct actor *a)
{
	return a->exclude ? ALL & ~a->list : a->list;
}

static unsigned int forwarded_by(const struct rig *r)
{
	bool exclude = r->rec.mode == MCS_MODE_EXCLUDE;
	unsigned int set = exclude ? ALL : 0, i;

	for (i = 0; i < r->nsrcs; i++) {
		unsigned int bit = 1u << rig_number(&r->srcs[i].addr);

		if (r->srcs[i].expires)
			set |= bit;
		else
			set &= ~bit;
	}
	return set;
}

static unsigned int to_list(unsigned int set, struct in6_addr *list)
{
	unsigned int i, n = 0;

	for (i = 0; i < LISTED; i++)
		if (set & (1u << i))
			rig_addr(&list[n++], i);
	return n;
}

static void forget_hosts(struct play *p, bool all)
{
	unsigned int i, n = 0;

	for (i = 0; i < p->nhosts; i++)
		if (all || p->host[i]->expires <= p->r.now)
			free(p->host[i]);
		else
			p->host[n++] = p->host[i];
	p->nhosts = n;
}

static int host_of(const struct play *p, const struct in6_addr *addr,
		   const __u8 *mac)
{
	unsigned int i;

	for (i = 0; i < p->nhosts; i++)
		if (!mcs_host_cmp(p->host[i], addr, mac))
			return i;
	return -1;
}

static void remember(struct play *p, const struct in6_addr *addr,
		     const __u8 *mac, unsigned int type,
		     const struct in6_addr *b, unsigned int nb)
{
	int at = host_of(p, addr, mac);
	struct mcs_host *host = at >= 0 ? p->host[at] : NULL;
	__u8 out[2 * LISTED * WIDTH], mode;
	unsigned int n;

	n = mcs_host_apply(host, WIDTH, type, b, nb, p->r.now, out, &mode);
	if (host && mcs_host_repeats(host, type, nb))
		KTAP_CHECK(!n && mode == host->mode);
	if (!host) {
		if (mode == MCS_MODE_INCLUDE && !n)
			return;
		KTAP_CHECK(p->nhosts < KNOWN);
		host = calloc(1, sizeof(*host) + LISTED * WIDTH);
		if (!host)
			abort();
		host->addr = *addr;
		memcpy(host->mac, mac, sizeof(host->mac));
		p->host[p->nhosts++] = host;
	}
	host->mode = mode;
	host->n = n;
	memcpy(host->srcs, out, n * WIDTH);
	host->expires = p->r.now + p->r.p.gmi;
	if (type == MCS_REC_IS_EX || type == MCS_REC_TO_EX)
		host->exclude_until = host->expires;
	if (mode == MCS_MODE_INCLUDE && !n)
		host->expires = p->r.now + 3 * SEC;
}

static void hear(struct play *p, unsigned int ip, unsigned int mac_number,
		 unsigned int type, unsigned int set, unsigned int len)
{
	__u8 mac[6] = { 2, 0, 0, 0, 0, mac_number };
	struct mcs_leave leave = { 0 };
	struct in6_addr list[LISTED], addr;
	unsigned int n = to_list(set, list);
	int who;

	rig_addr(&addr, 1000 + ip);
	forget_hosts(p, false);
	who = host_of(p, &addr, mac);
	p->r.p.verdict = NULL;
	if (who >= 0) {
		leave.hosts = p->host;
		leave.nhosts = p->nhosts;
		leave.who = who;
		leave.srcs = p->r.srcs;
		leave.nsrcs = p->r.nsrcs;
		leave.width = WIDTH;
		leave.partial = mcs_host_partial(p->host[who], type, n, len);
		leave.whole = !mcs_fsm_asks_sources(&p->r.p);
		leave.now = p->r.now;
		p->r.p.verdict = mcs_host_verdict;
		p->r.p.verdict_arg = &leave;
	}
	rig_record(&p->r, type, list, n);
	p->r.p.verdict = NULL;
	p->kept += leave.kept;
	p->dropped += leave.dropped;
	if (p->r.res.gone)
		forget_hosts(p, true);
	else
		remember(p, &addr, mac, type, list, n);
}

static void say(struct play *p, struct actor *a, unsigned int type,
		unsigned int set, bool repeat)
{
	unsigned int part = set & random_below(1u << LISTED);

	/* RFC 3376 section 4.2.16: in two records */
	if (type == MCS_REC_TO_IN && part && part != set && one_in(2)) {
		hear(p, a->ip, a->mac, type, part, 1400);
		set &= ~part;
	}
	hear(p, a->ip, a->mac, type, set, 100);
	a->repeat_at = repeat ? p->r.now + random_below(10) * TICK : 0;
	a->type = type;
	a->said = set;
}

/* RFC 3376 section 5.1 */
static void change(struct play *p, struct actor *a)
{
	unsigned int set = random_below(1u << LISTED) &
			   random_below(1u << LISTED);
	bool exclude = one_in(3), was = a->exclude;
	unsigned int old = a->list, allow, block;

	if (one_in(3)) {	/* leave */
		exclude = false;
		set = 0;
	}
	a->exclude = exclude;
	a->list = set;
	if (exclude != was) {
		say(p, a, exclude ? MCS_REC_TO_EX : MCS_REC_TO_IN, set, true);
		return;
	}
	allow = exclude ? old & ~set : set & ~old;
	block = exclude ? set & ~old : old & ~set;
	if (allow)
		say(p, a, MCS_REC_ALLOW, allow, !block);
	if (block)
		say(p, a, MCS_REC_BLOCK, block, true);
}

/* RFC 3376 section 5.2 */
static void answer(struct play *p, struct actor *a, bool sources)
{
	unsigned int set = a->list;

	if (sources) {
		set = wanted_by(a) & a->sources;
		a->sources = 0;
		if (set)
			hear(p, a->ip, a->mac, MCS_REC_IS_IN, set, 100);
	} else if (a->exclude) {
		hear(p, a->ip, a->mac, MCS_REC_IS_EX, set, 100);
	} else if (set) {
		hear(p, a->ip, a->mac, MCS_REC_IS_IN, set, 100);
	}
}

/* RFC 3376 section 5.2: no further query puts off an answer that is due. */
static __u64 sooner(__u64 due_at, __u64 at)
{
	return due_at && due_at < at ? due_at : at;
}

/* The queries of the record, "0:G 1:S{1,2}", are heard by all. */
static void ask(struct play *p)
{
	char *save = NULL, *word;
	unsigned int i, set;

	for (word = strtok_r(p->r.sent, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		const char *s = strchr(word, '{');

		p->asked++;
		for (set = 0; s && *s != '}'; s++)
			if (*s >= '0' && *s <= '9')
				set |= 1u << (*s - '0');
		for (i = 0; i < ACTORS; i++) {
			struct actor *a = &p->actor[i];
			__u64 at = p->r.now + random_below(10) * TICK;

			if (!set) {
				a->group_at = sooner(a->group_at, at);
			} else {
				a->sources |= set;
				a->sources_at = sooner(a->sources_at, at);
			}
		}
	}
	p->r.sent[0] = '\0';
}

static bool due(const struct play *p, __u64 *at)
{
	if (!*at || *at > p->r.now)
		return false;
	*at = 0;
	return true;
}

static void act(struct play *p, struct actor *a)
{
	if (due(p, &a->repeat_at))
		hear(p, a->ip, a->mac, a->type, a->said, 100);
	if (due(p, &a->general_at) || due(p, &a->group_at))
		answer(p, a, false);
	if (due(p, &a->sources_at))
		answer(p, a, true);
	switch (random_below(600)) {
	case 0:
	case 1:
	case 2:
		/* what is being repeated would be merged: let it be over */
		if (!a->repeat_at)
			change(p, a);
		break;
	case 3:		/* another IP address */
		if (one_in(8))
			a->ip = p->ips++ % 500 + 10;
		break;
	case 4:		/* somebody else says it leaves */
		if (one_in(4))
			hear(p, 900, 99, one_in(2) ? MCS_REC_TO_IN :
			     MCS_REC_BLOCK, random_below(1u << LISTED), 100);
		break;
	}
}

static const char *turn(struct play *p)
{
	unsigned int i;

	rig_run(&p->r, p->r.now + TICK);
	if (p->r.rec.mode == MCS_MODE_INCLUDE && !p->r.nsrcs)
		forget_hosts(p, true);
	if (p->r.now >= p->query_at) {
		p->query_at = p->r.now + 125 * SEC;
		for (i = 0; i < ACTORS; i++)
			p->actor[i].general_at = p->r.now +
						 random_below(100) * TICK;
	}
	for (i = 0; i < ACTORS; i++)
		act(p, &p->actor[i]);
	rig_run(&p->r, p->r.now);
	ask(p);
	for (i = 0; i < ACTORS; i++)
		if (wanted_by(&p->actor[i]) & ~forwarded_by(&p->r))
			return "a host misses a source";
	return NULL;
}

static void show_play(const struct play *p)
{
	unsigned int i;

	printf("# record %s\n", rig_show(&p->r));
	for (i = 0; i < ACTORS; i++)
		printf("# host %u/%u %s %#x\n", p->actor[i].ip,
		       p->actor[i].mac, p->actor[i].exclude ? "EX" : "IN",
		       p->actor[i].list);
	for (i = 0; i < p->nhosts; i++)
		printf("# known %u/%u %s n=%u\n",
		       rig_number(&p->host[i]->addr) - 1000,
		       p->host[i]->mac[5], p->host[i]->mode ? "EX" : "IN",
		       p->host[i]->n);
}

static void play(void)
{
	unsigned long i, count = random_begin(1000000);
	const char *bad = NULL;
	struct play p = { 0 };

	rig_init(&p.r);
	p.query_at = p.r.now;
	for (i = 0; i < ACTORS; i++) {
		p.actor[i].ip = i + 1;
		/* two are behind one that translates addresses */
		p.actor[i].mac = i == 3 ? 3 : i + 1;
	}
	for (i = 0; i < count && !bad; i++)
		bad = turn(&p);
	printf("# %lu leaves at once, %lu kept without a query, %lu queries\n",
	       p.dropped, p.kept, p.asked);
	if (bad) {
		show_play(&p);
		KTAP_FAILED("%s, turn %lu", bad, i);
	}
	KTAP_CHECK(count < 100000 || p.dropped > count / 2000);
	KTAP_CHECK(count < 100000 || p.kept > count / 2000);
	KTAP_CHECK(count < 100000 || p.asked > count / 2000);
	forget_hosts(&p, true);
	rig_free(&p.r);
}

#endif /* _MCSNOOP_FSM_HOST_PLAY_H */
