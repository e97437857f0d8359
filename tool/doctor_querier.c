// SPDX-License-Identifier: GPL-2.0
/* Findings about who queries, and whether that is enough to prune. */
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"

#define A(name)	MCSNOOP_A_QUERIER_##name
#define B(name)	MCSNOOP_A_BRIDGE_##name
#define H(name)	MCSNOOP_A_HOST_##name

#define FLAPS		6			/* changes of the querier ... */
#define FLAP_TIME	(10 * 60 * 1000ULL)	/* ... one in so many ms */
#define SILENT_TIME	(5 * 60 * 1000ULL)	/* without any answer, ms */

/* What is being looked at. */
struct ctx {
	const struct facts *f;
	const struct nlattr *tb[A(MAX) + 1];
	struct about about;
	const char *bridge;
	bool v6;
	unsigned int state;
	unsigned int mode;	/* enum mcsnoop_querier_mode */
	bool examined;
};

/* Settings in force in the VLAN and family. */
static void read_settings(struct ctx *c)
{
	const struct nlattr *tb[B(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;

	c->mode = MCSNOOP_QUERIER_MODE_AUTO;
	while ((nlh = message_next(&c->f->vlans, nlh))) {
		attrs_parse(nlh, tb, B(MAX));
		if (attr_uint(tb[B(IFINDEX)]) == c->about.bridge &&
		    attr_uint(tb[B(VID)]) == c->about.vid &&
		    attr_uint(tb[B(FAMILY)]) == c->about.family)
			c->mode = attr_uint(tb[B(QUERIER)]);
	}
	c->examined = true;
	while ((nlh = message_next(&c->f->bridges, nlh))) {
		attrs_parse(nlh, tb, B(MAX));
		if (attr_uint(tb[B(IFINDEX)]) != c->about.bridge)
			continue;
		c->examined = attr_uint(tb[B(EXAMINE)]) &
			      (c->v6 ? MCSNOOP_EXAMINE_MLD :
				       MCSNOOP_EXAMINE_IGMP);
		/* on others we never query where only tags are seen */
		if (!attr_uint(tb[B(VLAN_FILTERING)]) && c->about.vid)
			c->mode = MCSNOOP_QUERIER_MODE_OFF;
	}
}

/* The device that has the host's addresses in the VLAN, 0 for none. */
static uint32_t address_dev(const struct ctx *c)
{
	unsigned int i;

	for (i = 0; i < c->f->nr_links; i++)
		if (c->about.vid && c->f->links[i].vid == c->about.vid &&
		    c->f->links[i].lower == c->about.bridge)
			return c->f->links[i].ifindex;
	return c->about.bridge;
}

/* Return: whether that is why nobody queries. */
static bool check_link_local(const struct ctx *c)
{
	uint32_t dev = address_dev(c);
	const char *name;

	if (!c->v6 || c->mode == MCSNOOP_QUERIER_MODE_OFF || !c->examined ||
	    c->state == MCSNOOP_QUERIER_STATE_SELF ||
	    c->state == MCSNOOP_QUERIER_STATE_OTHER ||
	    link_of(c->f, dev)->link_local)
		return false;
	name = dev_word(dev);
	found("no-link-local", WARNING, &c->about,
	      "%s has no IPv6 link-local address, from which alone MLD queries can be sent (RFC 3810): this bridge asks nobody for IPv6 groups, which are flooded. Give it one:",
	      name);
	if (sysctl_is_on("ipv6/conf", name, "disable_ipv6"))
		advise("sysctl -w net.ipv6.conf.%s.disable_ipv6=0", name);
	else if (!link_of(c->f, dev)->is_up)
		advise("ip link set dev %s up", name);
	else
		advise("ip -6 address add fe80::1/64 dev %s", name);
	return true;
}

static void check_none(const struct ctx *c)
{
	char buf[TIME_LEN];

	if (attr_uint(c->tb[A(PRUNING)]) != MCSNOOP_PRUNING_NO_QUERIER ||
	    check_link_local(c))
		return;
	if (!c->examined) {
		found("no-querier", WARNING, &c->about,
		      "%s is not among the protocols that are examined, so nobody knows who wants what: everything is flooded. To examine all:",
		      c->v6 ? "mld" : "igmp");
		advise("mcsnoop bridge set dev %s examine all", c->bridge);
	} else if (c->mode == MCSNOOP_QUERIER_MODE_OFF) {
		found("no-querier", WARNING, &c->about,
		      "Nobody queries, so nobody knows who wants what: everything is flooded. %s",
		      c->about.vid ? "Let this bridge query when no other does:" :
				     "Let this bridge do it when no other does:");
		if (c->about.vid)
			advise("mcsnoop vlan set dev %s vid %u family %s querier auto",
			       c->bridge, c->about.vid,
			       family_name(c->about.family));
		else
			advise("mcsnoop bridge set dev %s querier auto",
			       c->bridge);
	} else if (c->tb[A(TIMER)]) {
		found("no-querier", NOTE, &c->about,
		      "No querier was heard yet: everything is flooded. This bridge begins to query in %s, or at once with:",
		      time_text(attr_uint(c->tb[A(TIMER)]), buf));
		advise("mcsnoop bridge set dev %s querier on", c->bridge);
	} else {
		found("no-querier", WARNING, &c->about,
		      "Nobody queries, and this bridge cannot: everything is flooded. It is switched on with:");
		advise("ip link set dev %s up", c->bridge);
	}
}

static void check_zero(const struct ctx *c)
{
	const char *port;

	if (c->state == MCSNOOP_QUERIER_STATE_PROXY) {
		port = dev_word(attr_uint(c->tb[A(PORT)]));
		found("zero-address-querier", WARNING, &c->about,
		      "The only queries that are heard, on %s, come from no address. Some hosts ignore them, and they win no election. Give that switch an address, or query from here:",
		      port);
		advise("mcsnoop bridge set dev %s querier on", c->bridge);
	}
	if (c->state == MCSNOOP_QUERIER_STATE_SELF && !c->v6 &&
	    !strcmp(addr_word(c->tb[A(ADDRESS)], false), "0.0.0.0")) {
		found("querier-without-address", WARNING, &c->about,
		      "This bridge queries from 0.0.0.0, for the host has no IPv4 address here. Some hosts ignore such queries. Give it one:");
		advise("ip address add ADDRESS/LENGTH dev %s",
		       dev_word(address_dev(c)));
	}
}

static void check_rival(const struct ctx *c)
{
	uint64_t interval = attr_uint(c->tb[A(QUERY_INTERVAL)]);
	const char *rival, *elected, *port;

	if (!c->tb[A(RIVAL)] ||
	    attr_uint(c->tb[A(RIVAL_SEEN)]) > 2 * interval)
		return;
	rival = addr_word(c->tb[A(RIVAL)], c->v6);
	elected = addr_word(c->tb[A(ADDRESS)], c->v6);
	port = dev_word(attr_uint(c->tb[A(RIVAL_PORT)]));
	found("two-queriers", WARNING, &c->about,
	      "%s on %s goes on querying although %s is elected%s: it does not hear it, or does not care. If only hosts should be there:",
	      rival, port, elected,
	      c->state == MCSNOOP_QUERIER_STATE_SELF ? " (this bridge)" : "");
	advise("mcsnoop port set dev %s query-guard on", port);
}

static void check_flaps(const struct ctx *c)
{
	uint64_t changes = attr_uint(c->tb[A(CHANGES)]);
	const struct nlattr *tb[B(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	uint64_t uptime = 0;
	char buf[TIME_LEN];

	while ((nlh = message_next(&c->f->bridges, nlh))) {
		attrs_parse(nlh, tb, B(MAX));
		if (attr_uint(tb[B(IFINDEX)]) == c->about.bridge)
			uptime = attr_uint(tb[B(UPTIME)]);
	}
	if (changes < FLAPS || uptime > changes * FLAP_TIME)
		return;
	found("querier-flapping", WARNING, &c->about,
	      "The querier has changed %llu times in %s: members may be asked too seldom, and by whom depends on chance. See who they are:",
	      (unsigned long long)changes, time_text(uptime, buf));
	advise("mcsnoop -ts monitor dev %s querier", c->bridge);
}

/* A host that has just spoken a newer version than is queried in. */
static const struct nlmsghdr *newer_host(const struct ctx *c,
					 unsigned int version)
{
	const struct nlattr *tb[H(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	struct in6_addr group;

	while ((nlh = message_next(&c->f->hosts, nlh))) {
		attrs_parse(nlh, tb, H(MAX));
		attr_address(tb[H(GROUP)], &group);
		if (attr_uint(tb[H(BRIDGE)]) == c->about.bridge &&
		    attr_uint(tb[H(VID)]) == c->about.vid &&
		    addr_is_v4(&group) != c->v6 &&
		    attr_uint(tb[H(VERSION)]) > version)
			return nlh;
	}
	return NULL;
}

static void check_version(const struct ctx *c)
{
	unsigned int version = attr_uint(c->tb[A(VERSION)]);
	const char *name = c->v6 ? "MLD" : "IGMP";
	const struct nlattr *tb[H(MAX) + 1];
	const struct nlmsghdr *nlh;

	if (!version || c->state == MCSNOOP_QUERIER_STATE_NONE)
		return;
	nlh = newer_host(c, version);
	if (!nlh)
		return;
	attrs_parse(nlh, tb, H(MAX));
	found("older-querier", WARNING, &c->about,
	      "%s queries in %sv%u, but hosts speak %sv%u (%s is one): they fall back to the older version, in which they cannot name sources.%s",
	      c->state == MCSNOOP_QUERIER_STATE_SELF ? "This bridge" :
	      addr_word(c->tb[A(ADDRESS)], c->v6), name, version, name,
	      (unsigned int)attr_uint(tb[H(VERSION)]),
	      addr_word(tb[H(ADDRESS)], c->v6),
	      c->state == MCSNOOP_QUERIER_STATE_SELF ? " Query in the newer one:" :
	      " Set the querier to the newer one. Where it is:");
	if (c->state == MCSNOOP_QUERIER_STATE_SELF)
		advise("mcsnoop bridge set dev %s %s-version %u", c->bridge,
		       c->v6 ? "mld" : "igmp", c->v6 ? 2 : 3);
	else
		advise("mcsnoop querier show dev %s", c->bridge);
}

/* Pruning is right as long as members answer. Does anybody? */
static void check_answers(const struct ctx *c)
{
	struct evidence e;

	evidence_read((const struct nlattr **)c->tb, &e);
	if (attr_uint(c->tb[A(PRUNING)]) != MCSNOOP_PRUNING_ACTIVE)
		return;
	if (!e.reported && e.since > SILENT_TIME) {
		found("no-answers", NOTE, &c->about,
		      "Members are asked, but nobody has ever answered: nobody wants anything, or reports are lost on their way here. What was refused:");
		advise("mcsnoop stats show dev %s", c->bridge);
	}
	if (c->tb[A(FLOOD_PORTS)] && !c->tb[A(FLOOD_LEFT)]) {
		found("ports-unasked", NOTE, &c->about,
		      "%u port%s everything, because members there were not asked since %s. The next general query of the querier is waited for; see when one was heard:",
		      (unsigned int)attr_uint(c->tb[A(FLOOD_PORTS)]),
		      attr_uint(c->tb[A(FLOOD_PORTS)]) == 1 ? " gets" : "s get",
		      attr_uint(c->tb[A(FLOOD_CAUSE)]) ==
		      MCSNOOP_FLOOD_CAUSE_TOPOLOGY ? "the topology changed" :
		      "they began to forward");
		advise("mcsnoop -s querier show dev %s", c->bridge);
	}
}

/* Memberships that would have run out, for nobody asks often enough. */
static void check_healed(const struct ctx *c)
{
	static const char too_seldom[] =
		" queries too seldom, or answers to it do not pass here. Let this bridge query:";
	unsigned int n = attr_uint(c->tb[A(HEALED)]);
	bool other = c->state == MCSNOOP_QUERIER_STATE_OTHER;
	char who[64];

	if (!n)
		return;
	snprintf(who, sizeof(who), "%s",
		 other ? addr_word(c->tb[A(ADDRESS)], c->v6) : "");
	found("memberships-healed", WARNING, &c->about,
	      "%u membership%s about to run out although data came for %s; %s kept because this bridge asked, and members answered. %s%s",
	      n, n == 1 ? " was" : "s were", n == 1 ? "it" : "them",
	      n == 1 ? "it was" : "they were",
	      other ? who : "Who queries may do so too seldom, or answers are lost.",
	      other ? too_seldom : " See who it is, and when it was heard:");
	if (other)
		advise("mcsnoop bridge set dev %s querier on", c->bridge);
	else
		advise("mcsnoop -s querier show dev %s", c->bridge);
}

/**
 * check_queriers - findings about queriers
 * @f: the facts
 */
void check_queriers(const struct facts *f)
{
	const struct nlmsghdr *nlh = NULL;
	struct ctx c = { .f = f };
	char bridge[IFNAMSIZ];

	while ((nlh = message_next(&f->queriers, nlh))) {
		attrs_parse(nlh, c.tb, A(MAX));
		c.about.bridge = attr_uint(c.tb[A(BRIDGE)]);
		c.about.vid = attr_uint(c.tb[A(VID)]);
		c.about.family = attr_uint(c.tb[A(FAMILY)]);
		c.v6 = c.about.family == AF_INET6;
		c.state = attr_uint(c.tb[A(STATE)]);
		snprintf(bridge, sizeof(bridge), "%s",
			 dev_word(c.about.bridge));
		c.bridge = bridge;
		read_settings(&c);
		check_none(&c);
		check_zero(&c);
		check_rival(&c);
		check_flaps(&c);
		check_version(&c);
		check_healed(&c);
		check_answers(&c);
	}
}
