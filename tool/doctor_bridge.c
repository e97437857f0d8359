// SPDX-License-Identifier: GPL-2.0
/* Findings about bridges, their ports, and what was counted there. */
#include <stdio.h>
#include <string.h>

#include "doctor.h"

#define B(name)	MCSNOOP_A_BRIDGE_##name
#define P(name)	MCSNOOP_A_PORT_##name
#define S(name)	MCSNOOP_A_STATS_##name
#define F(name)	MCSNOOP_A_FILTER_##name

#define MAX_COUNTERS	256
#define MANY_FRAMES	1000	/* enough to say which path they take */

/* --- bridges ------------------------------------------------------------ */

static void check_unattached(const struct facts *f)
{
	const struct nlattr *tb[B(MAX) + 1];
	bool any = message_next(&f->bridges, NULL);
	enum severity severity = f->dev || !any ? WARNING : NOTE;
	const struct nlmsghdr *nlh;
	unsigned int i;

	for (i = 0; i < f->nr_links; i++) {
		struct about about = { .bridge = f->links[i].ifindex };
		const char *name = dev_word(about.bridge);

		if (!f->links[i].is_bridge ||
		    (f->dev && f->dev != about.bridge))
			continue;
		nlh = NULL;
		while ((nlh = message_next(&f->bridges, nlh))) {
			attrs_parse(nlh, tb, B(MAX));
			if (attr_uint(tb[B(IFINDEX)]) == about.bridge)
				break;
		}
		if (nlh)
			continue;
		if (f->links[i].snooping)
			found("not-attached", severity, &about,
			      "The bridge is not attached to mcsnoop: its own snooping is on and decides. To attach it:");
		else
			found("not-attached", severity, &about,
			      "The bridge is not attached to mcsnoop and its own snooping is off: everything is flooded. To attach it:");
		if (f->links[i].snooping)
			advise("ip link set dev %s type bridge mcast_snooping 0",
			       name);
		advise("mcsnoop bridge add dev %s", name);
	}
}

static void check_fastpath(const struct nlattr **tb, const struct about *about)
{
	const char *name = dev_word(about->bridge);

	switch (attr_uint(tb[B(FASTPATH_STATE)])) {
	case MCSNOOP_FASTPATH_STATE_OFF:
		found("fastpath-off", NOTE, about,
		      "The fast path is switched off: the bridge clones each frame for every port, and what is too much is dropped. It goes on with:");
		advise("mcsnoop bridge set dev %s fastpath on", name);
		break;
	case MCSNOOP_FASTPATH_STATE_MST:
		found("fastpath-off", NOTE, about,
		      "The fast path is not used: it does not know multiple spanning trees, which the bridge has on. Without them it would be:");
		advise("ip link set dev %s type bridge mst_enabled 0", name);
		break;
	case MCSNOOP_FASTPATH_STATE_VLANS:
		found("fastpath-off", NOTE, about,
		      "The fast path is not used: this kernel was built without CONFIG_NET_SWITCHDEV and does not tell when a port leaves a VLAN.");
		break;
	default:	/* open, or there is a finding of its own */
		break;
	}
}

static void check_netfilter(const struct facts *f, const struct about *about)
{
	static const char path[] = "bridge";
	bool ip4 = sysctl_is_on(path, NULL, "bridge-nf-call-iptables");
	bool ip6 = sysctl_is_on(path, NULL, "bridge-nf-call-ip6tables");

	if (ip4 || ip6) {
		found("br-netfilter", WARNING, about,
		      "br_netfilter shows bridged frames to the rules of iptables and nftables for routed traffic, which may drop streams and reports, and makes every frame slower. It stops with:");
		advise("sysctl -w net.bridge.bridge-nf-call-iptables=0");
		advise("sysctl -w net.bridge.bridge-nf-call-ip6tables=0");
		return;
	}
	if (!link_of(f, about->bridge)->nf_call)
		return;
	found("br-netfilter", WARNING, about,
	      "nf_call_iptables or nf_call_ip6tables is on: frames meet the rules of iptables and nftables for routed traffic, which may drop streams and reports. It stops with:");
	advise("ip link set dev %s type bridge nf_call_iptables 0 nf_call_ip6tables 0",
	       dev_word(about->bridge));
}

static void check_bridge(const struct facts *f, const struct nlattr **tb)
{
	struct about about = { .bridge = attr_uint(tb[B(IFINDEX)]) };
	const char *name = dev_word(about.bridge);

	if (attr_uint(tb[B(INTREE_SNOOPING)])) {
		found("intree-snooping", TROUBLE, &about,
		      "The bridge's own snooping was turned on: mcsnoop leaves everything to it. To have mcsnoop decide again:");
		advise("ip link set dev %s type bridge mcast_snooping 0", name);
	}
	if (attr_uint(tb[B(MODE)]) == MCSNOOP_MODE_OBSERVE) {
		found("observe", NOTE, &about,
		      "The bridge is only observed: nothing is pruned. What would be, and how to begin with it:");
		advise("mcsnoop -s bridge show dev %s", name);
		advise("mcsnoop bridge set dev %s mode enforce", name);
	}
	check_fastpath(tb, &about);
	check_netfilter(f, &about);
}

/* VLANs that are observed although their bridge is not. */
static void check_vlan(const struct nlattr **tb)
{
	struct about about = {
		.bridge = attr_uint(tb[B(IFINDEX)]),
		.vid = attr_uint(tb[B(VID)]),
		.family = attr_uint(tb[B(FAMILY)]),
	};

	if (!(attr_uint(tb[B(OWN)]) & 1ULL << B(MODE)) ||
	    attr_uint(tb[B(MODE)]) != MCSNOOP_MODE_OBSERVE)
		return;
	found("observe", NOTE, &about,
	      "This VLAN is only observed: nothing is pruned in it, and no data of the bridge takes the fast path. To begin with it:");
	advise("mcsnoop vlan set dev %s vid %u family %s mode enforce",
	       dev_word(about.bridge), about.vid,
	       family_name(about.family));
}

/* --- ports -------------------------------------------------------------- */

/* The most that a port of a bridge takes. */
static uint32_t greatest_mtu(const struct facts *f, uint32_t bridge)
{
	uint32_t mtu = 0;
	unsigned int i;

	for (i = 0; i < f->nr_links; i++)
		if (f->links[i].master == bridge && f->links[i].mtu > mtu)
			mtu = f->links[i].mtu;
	return mtu;
}

static void check_link(const struct facts *f, const struct about *about)
{
	const struct link *link = link_of(f, about->port);
	uint32_t mtu = greatest_mtu(f, about->bridge);
	const char *name = dev_word(about->port);
	const char *bridge;

	if (link->is_port && !link->mcast_flood) {
		found("mcast-flood-off", TROUBLE, about,
		      "mcast_flood is off: the bridge keeps every stream from this port, whoever asks for it there. Let mcsnoop decide instead:");
		advise("bridge link set dev %s mcast_flood on", name);
	}
	if (link->in_switch) {
		found("hardware-forwarding", WARNING, about,
		      "The port belongs to a switch chip. What the chip forwards by itself is neither seen nor pruned here. The bridge's own snooping can tell the chip what to do:");
		advise("mcsnoop bridge del dev %s",
		       dev_word(about->bridge));
		bridge = dev_word(about->bridge);
		advise("ip link set dev %s type bridge mcast_snooping 1",
		       bridge);
	}
	if (link->mtu && link->mtu < mtu) {
		found("mtu-differs", WARNING, about,
		      "The MTU is %u here and %u on another port: the bridge drops what is longer, be it a stream or a report of many groups on its way to a router. Make them the same:",
		      link->mtu, mtu);
		advise("ip link set dev %s mtu %u", name, mtu);
	}
}

static void check_state(const struct facts *f, const struct nlattr **tb,
			const struct about *about)
{
	unsigned int state = attr_uint(tb[P(STATE)]);
	const char *name = dev_word(about->port);

	if (tb[P(HOST)] || state == 3)
		return;
	if (!link_of(f, about->port)->is_up) {
		found("port-not-forwarding", NOTE, about,
		      "The port is switched off: nothing goes there. If it should:");
		advise("ip link set dev %s up", name);
		return;
	}
	found("port-not-forwarding", NOTE, about,
	      state ? "The spanning tree has the port %s: nothing goes there. See:" :
		      "The port has no link (%s): nothing goes there. See:",
	      stp_state_name(state));
	advise("bridge -d link show dev %s", name);
}

static void check_port(const struct facts *f, const struct nlattr **tb)
{
	struct about about = {
		.bridge = attr_uint(tb[P(BRIDGE)]),
		.port = attr_uint(tb[P(IFINDEX)]),
	};

	if (attr_uint(tb[P(MODE)]) == MCSNOOP_MODE_OBSERVE) {
		found("observe", NOTE, &about,
		      "The port is only observed: nothing is kept from it, and no data of the bridge takes the fast path. To begin with it:");
		advise("mcsnoop port set dev %s mode inherit",
		       dev_word(about.port));
	}
	if (tb[P(HOST)])
		return;
	check_link(f, &about);
	check_state(f, tb, &about);
}

/* --- counters ----------------------------------------------------------- */

static const struct nlattr *setting_of(const struct facts *f,
				       const struct about *about,
				       uint16_t attr)
{
	const struct nlattr *tb[B(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;

	while ((nlh = message_next(&f->bridges, nlh))) {
		attrs_parse(nlh, tb, B(MAX));
		if (attr_uint(tb[B(IFINDEX)]) == about->bridge)
			return tb[attr];
	}
	return NULL;
}

static const struct nlattr *port_setting_of(const struct facts *f,
					    const struct about *about,
					    uint16_t attr)
{
	const struct nlattr *tb[P(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;

	while ((nlh = message_next(&f->ports, nlh))) {
		attrs_parse(nlh, tb, P(MAX));
		if (attr_uint(tb[P(IFINDEX)]) == about->port &&
		    attr_uint(tb[P(BRIDGE)]) == about->bridge)
			return tb[attr];
	}
	return NULL;
}

/* Limits, and where they are set: for the port, else for the bridge. */
static const struct {
	unsigned int counter;
	const char *word;
	uint16_t attr;
	const char *port_word;
	uint16_t port_attr;
	const char *hurts;
} limits[] = {
	{ MCSNOOP_COUNTER_LIMIT_GROUPS, "max-groups", B(MAX_GROUPS), NULL, 0,
	  "the bridge has as many groups as it may have" },
	{ MCSNOOP_COUNTER_LIMIT_PORT_GROUPS, "max-port-groups",
	  B(MAX_PORT_GROUPS), "max-groups", P(MAX_GROUPS),
	  "the port has as many groups as it may have" },
	{ MCSNOOP_COUNTER_LIMIT_VLAN_GROUPS, "max-vlan-groups",
	  B(MAX_VLAN_GROUPS), NULL, 0,
	  "a VLAN has as many groups as it may have" },
	{ MCSNOOP_COUNTER_LIMIT_HOST_GROUPS, "max-host-groups",
	  B(MAX_HOST_GROUPS), "max-host-groups", P(MAX_HOST_GROUPS),
	  "a host has as many groups as it may have" },
	{ MCSNOOP_COUNTER_LIMIT_REPLACED, NULL, 0, NULL, 0,
	  "new groups took the place of others" },
	{ MCSNOOP_COUNTER_LIMIT_SOURCES, "max-sources", B(MAX_SOURCES),
	  "max-sources", P(MAX_SOURCES),
	  "a group has as many sources as it may have" },
	{ MCSNOOP_COUNTER_LIMIT_RECORDS, "max-records", B(MAX_RECORDS), NULL, 0,
	  "reports have more records than they may have" },
	{ MCSNOOP_COUNTER_LIMIT_VLANS, "max-vlans", B(MAX_VLANS), NULL, 0,
	  "tags of more VLANs were seen than may be" },
	{ MCSNOOP_COUNTER_LIMIT_HOSTS, "max-hosts", B(MAX_HOSTS), "max-hosts",
	  P(MAX_HOSTS), "more hosts want a group than are remembered" },
	{ MCSNOOP_COUNTER_LIMIT_RATE_REPORTS, NULL, 0, "rate-reports",
	  P(RATE_REPORTS), "reports come faster than they may" },
	{ MCSNOOP_COUNTER_LIMIT_RATE_QUERIES, NULL, 0, "rate-queries",
	  P(RATE_QUERIES), "queries come faster than they may" },
	{ MCSNOOP_COUNTER_LIMIT_QUERIES, NULL, 0, NULL, 0,
	  "hosts leave faster than others can be asked" },
	{ MCSNOOP_COUNTER_LIMIT_TX, NULL, 0, NULL, 0,
	  "queries are to be sent faster than they can be" },
};

static void check_limits(const struct facts *f, const struct about *about,
			 const uint64_t *counts)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		uint64_t n = counts[limits[i].counter];
		uint64_t own = 0, all = 0;

		if (!n)
			continue;
		if (limits[i].port_attr)
			own = attr_uint(port_setting_of(f, about,
							limits[i].port_attr));
		if (limits[i].attr)
			all = attr_uint(setting_of(f, about, limits[i].attr));
		found("limit-reached", WARNING, about,
		      "Limit reached: %s; %llu time%s something was refused or forgotten. See who asks for so much%s",
		      limits[i].hurts,
		      (unsigned long long)n, n == 1 ? "" : "s",
		      own || all ? ", or allow more:" : ":");
		advise("mcsnoop group show dev %s port %s",
		       dev_word(about->bridge),
		       dev_word(about->port));
		if (own)
			advise("mcsnoop port set dev %s %s %llu",
			       dev_word(about->port), limits[i].port_word,
			       (unsigned long long)own * 2);
		else if (all)
			advise("mcsnoop bridge set dev %s %s %llu",
			       dev_word(about->bridge), limits[i].word,
			       (unsigned long long)all * 2);
	}
}

/* The beginning of a description says again that it was refused. */
static const char *cause_of(unsigned int id)
{
	static const char refused[] = "refused, ";
	const char *doc = counter_doc(id);

	if (!strncmp(doc, refused, strlen(refused)))
		doc += strlen(refused);
	return doc;
}

static void check_refused(const struct about *about, const uint64_t *counts)
{
	uint64_t sum = 0, greatest = 0;
	unsigned int id, most = 0;

	for (id = 0; id < counter_nr(); id++) {
		/* what was set up to be refused, or is nobody's business */
		if (strncmp(counter_name(id), "drop_", 5) ||
		    id == MCSNOOP_COUNTER_DROP_NODE_SCOPE ||
		    id == MCSNOOP_COUNTER_DROP_GUARD)
			continue;
		sum += counts[id];
		if (counts[id] > greatest) {
			greatest = counts[id];
			most = id;
		}
	}
	if (sum) {
		char part[40] = "";

		if (greatest < sum)
			snprintf(part, sizeof(part), "most of them (%llu) as ",
				 (unsigned long long)greatest);
		found("messages-refused", WARNING, about,
		      "%llu message%s came in here and %s refused, %s%s: %s. Nothing was learned from %s. See all counters:",
		      (unsigned long long)sum, sum == 1 ? "" : "s",
		      sum == 1 ? "was" : "were", part, counter_name(most),
		      cause_of(most), sum == 1 ? "it" : "them");
		advise("mcsnoop stats show dev %s port %s",
		       dev_word(about->bridge), dev_word(about->port));
	}
	if (!counts[MCSNOOP_COUNTER_DROP_GUARD])
		return;
	found("guard-refused", NOTE, about,
	      "%llu queries or messages of routers came in here and were refused, because the port is guarded. If a router is there:",
	      (unsigned long long)counts[MCSNOOP_COUNTER_DROP_GUARD]);
	advise("mcsnoop port set dev %s query-guard off",
	       dev_word(about->port));
}

static void check_doubted(const struct about *about, const uint64_t *counts)
{
	uint64_t n = counts[MCSNOOP_COUNTER_NOTE_DOUBTED];

	if (!n)
		return;
	found("queries-doubted", NOTE, about,
	      "%llu specific quer%s came in here, not from the elected querier, and %s not believed: nobody loses a stream who is still there. If only hosts should be there, or if a switch there asks as it should:",
	      (unsigned long long)n, n == 1 ? "y" : "ies",
	      n == 1 ? "was" : "were");
	advise("mcsnoop port set dev %s query-guard on", dev_word(about->port));
	advise("mcsnoop port set dev %s trust-queries on",
	       dev_word(about->port));
}

static void check_paths(const struct about *about, const uint64_t *counts)
{
	uint64_t fast = counts[MCSNOOP_COUNTER_PATH_FAST], sum = fast;
	unsigned int id, most = MCSNOOP_COUNTER_PATH_FAST;

	for (id = 0; id < counter_nr(); id++) {
		if (strncmp(counter_name(id), "path_", 5) ||
		    id == MCSNOOP_COUNTER_PATH_FAST)
			continue;
		sum += counts[id];
		if (most == MCSNOOP_COUNTER_PATH_FAST ||
		    counts[id] > counts[most])
			most = id;
	}
	if (sum < MANY_FRAMES || counts[most] < sum / 2)
		return;
	found("fastpath-unused", NOTE, about,
	      "Of %llu frames of data that came in here only %llu took the fast path; most of the others were %s (%s). All reasons:",
	      (unsigned long long)sum, (unsigned long long)fast,
	      counter_doc(most), counter_name(most));
	advise("mcsnoop -s bridge show dev %s", dev_word(about->bridge));
}

static void check_counters(const struct facts *f)
{
	const struct nlattr *tb[S(MAX) + 1];
	const struct nlattr *one[MCSNOOP_A_COUNT_MAX + 1];
	const struct nlmsghdr *nlh = NULL;

	while ((nlh = message_next(&f->stats, nlh))) {
		uint64_t counts[MAX_COUNTERS] = { 0 };
		const struct nlattr *attr = NULL;
		struct about about = { 0 };

		attrs_parse(nlh, tb, S(MAX));
		about.bridge = attr_uint(tb[S(BRIDGE)]);
		about.port = attr_uint(tb[S(PORT)]);
		while ((attr = attr_next_of_type(nlh, attr, S(COUNTS)))) {
			attrs_parse_nested(attr, one, MCSNOOP_A_COUNT_MAX);
			if (attr_uint(one[MCSNOOP_A_COUNT_ID]) < MAX_COUNTERS)
				counts[attr_uint(one[MCSNOOP_A_COUNT_ID])] =
					attr_uint(one[MCSNOOP_A_COUNT_VALUE]);
		}
		check_limits(f, &about, counts);
		check_refused(&about, counts);
		check_doubted(&about, counts);
		check_paths(&about, counts);
	}
}

static void check_filter(const struct nlattr **tb)
{
	struct about about = {
		.bridge = attr_uint(tb[F(BRIDGE)]),
		.port = attr_uint(tb[F(PORT)]),
	};
	bool v6;

	if (attr_uint(tb[F(KIND)]) != MCSNOOP_FILTER_KIND_GROUP ||
	    attr_uint(tb[F(ACTION)]) != MCSNOOP_FILTER_ACTION_DENY ||
	    !attr_uint(tb[F(HITS)]))
		return;
	v6 = !strchr(addr_word(tb[F(GROUP)], true), '.');
	found("filter-denies", NOTE, &about,
	      "Hosts asked for groups that a filter denies: deny grp %s/%u, %llu times. They get none of these. All filters:",
	      addr_word(tb[F(GROUP)], v6),
	      (unsigned int)attr_uint(tb[F(GROUP_LEN)]),
	      (unsigned long long)attr_uint(tb[F(HITS)]));
	advise("mcsnoop -s filter show dev %s", dev_word(about.bridge));
}

/**
 * check_bridges - findings about bridges, ports and counters
 * @f: the facts
 */
void check_bridges(const struct facts *f)
{
	const struct nlattr *bridge[B(MAX) + 1];
	const struct nlattr *filter[F(MAX) + 1];
	const struct nlattr *port[P(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;

	check_unattached(f);
	while ((nlh = message_next(&f->bridges, nlh))) {
		attrs_parse(nlh, bridge, B(MAX));
		if (!f->dev || attr_uint(bridge[B(IFINDEX)]) == f->dev)
			check_bridge(f, bridge);
	}
	while ((nlh = message_next(&f->vlans, nlh))) {
		attrs_parse(nlh, bridge, B(MAX));
		check_vlan(bridge);
	}
	while ((nlh = message_next(&f->ports, nlh))) {
		attrs_parse(nlh, port, P(MAX));
		check_port(f, port);
	}
	check_counters(f);
	while ((nlh = message_next(&f->filters, nlh))) {
		attrs_parse(nlh, filter, F(MAX));
		check_filter(filter);
	}
}
