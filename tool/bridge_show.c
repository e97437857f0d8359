// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop bridge show: a block for each bridge that says at a glance whether
 * data is pruned, and what was set differently from a new bridge.
 */
#include <stdio.h>
#include <string.h>

#include "bridge.h"

#define INDENT		4
#define VLAN_TEXT_WIDTH	28
#define EVIDENCE_INDENT	10

/* How the queriers of a bridge are put together: all that look alike. */
struct alike {
	unsigned int family;
	unsigned int pruning;
	unsigned int state;
	bool observe;
	unsigned int nr;
	struct evidence evidence;
	bool same_address;
	bool same_port;
	bool vlans;
	struct in6_addr addr;
	uint32_t port;
	uint32_t pruning_in;
	uint32_t timer;
	uint32_t flood_ports;
	uint32_t flood_cause;
};

#define Q(name)	MCSNOOP_A_QUERIER_##name

static bool is_alike(const struct nlattr **tb, uint32_t bridge,
		     const struct alike *like)
{
	return attr_uint(tb[Q(BRIDGE)]) == bridge &&
	       attr_uint(tb[Q(FAMILY)]) == like->family &&
	       attr_uint(tb[Q(PRUNING)]) == like->pruning &&
	       attr_uint(tb[Q(STATE)]) == like->state &&
	       (attr_uint(tb[Q(MODE)]) == MCSNOOP_MODE_OBSERVE) ==
	       like->observe;
}

static void gather(const struct messages *queriers, uint32_t bridge,
		   struct alike *like)
{
	const struct nlattr *tb[MCSNOOP_A_QUERIER_MAX + 1];
	const struct nlmsghdr *nlh = NULL;
	struct evidence evidence;
	struct in6_addr addr;
	uint32_t value;

	like->nr = 0;
	like->vlans = false;
	like->pruning_in = 0;
	like->timer = 0;
	like->flood_ports = 0;
	while ((nlh = message_next(queriers, nlh))) {
		attrs_parse(nlh, tb, MCSNOOP_A_QUERIER_MAX);
		if (!is_alike(tb, bridge, like))
			continue;
		attr_address(tb[Q(ADDRESS)], &addr);
		value = attr_uint(tb[Q(PORT)]);
		evidence_read(tb, &evidence);
		if (!like->nr)
			like->evidence = evidence;
		else
			evidence_add(&like->evidence, &evidence);
		if (!like->nr++) {
			like->addr = addr;
			like->port = value;
			like->same_address = !!tb[Q(ADDRESS)];
			like->same_port = !!value;
		}
		if (memcmp(&like->addr, &addr, sizeof(addr)))
			like->same_address = false;
		if (like->port != value)
			like->same_port = false;
		if (attr_uint(tb[Q(VID)]))
			like->vlans = true;
		value = attr_uint(tb[Q(FLOOD_PORTS)]);
		if (value > like->flood_ports) {
			like->flood_ports = value;
			like->flood_cause = attr_uint(tb[Q(FLOOD_CAUSE)]);
		}
		value = attr_uint(tb[Q(PRUNING_IN)]);
		if (value > like->pruning_in)
			like->pruning_in = value;
		value = attr_uint(tb[Q(TIMER)] ? tb[Q(TIMER)] :
						 tb[Q(NEXT_QUERY)]);
		if (value > like->timer)
			like->timer = value;
	}
}

static void mark_vids(const struct messages *queriers, uint32_t bridge,
		      const struct alike *like, bool *vids)
{
	const struct nlattr *tb[MCSNOOP_A_QUERIER_MAX + 1];
	const struct nlmsghdr *nlh = NULL;

	memset(vids, 0, 4096 * sizeof(*vids));
	while ((nlh = message_next(queriers, nlh))) {
		attrs_parse(nlh, tb, MCSNOOP_A_QUERIER_MAX);
		if (is_alike(tb, bridge, like))
			vids[attr_uint(tb[Q(VID)]) & 4095] = true;
	}
}

/* 1-10,20 as text, as much of it as is readable; [1,2,3,...] in JSON. */
static void print_vids(const bool *vids)
{
	unsigned int first;
	unsigned int vid;
	unsigned int more = 0;
	int len = 0;
	char range[16];

	text(", vlan ");
	open_list("vids");
	for (vid = 0; vid < 4096; vid++) {
		if (!vids[vid])
			continue;
		first = vid;
		put_uint(IN_JSON, NULL, vid);
		while (vid < 4095 && vids[vid + 1])
			put_uint(IN_JSON, NULL, ++vid);
		if (len > VLAN_TEXT_WIDTH && !opt.details) {
			more += vid - first + 1;
			continue;
		}
		if (vid == first)
			snprintf(range, sizeof(range), "%u", vid);
		else
			snprintf(range, sizeof(range), "%u-%u", first, vid);
		text("%s%s", len ? "," : "", range);
		len += strlen(range) + 1;
	}
	close_list();
	if (more)
		text(" +%u", more);
}

static void print_querier(const struct alike *like)
{
	bool v6 = like->family == AF_INET6;

	switch (like->state) {
	case MCSNOOP_QUERIER_STATE_NONE:
		text("no querier is known");
		break;
	case MCSNOOP_QUERIER_STATE_SELF:
		text("this bridge queries");
		break;
	case MCSNOOP_QUERIER_STATE_OTHER:
		text(like->same_address ? "querier" : "queriers differ");
		break;
	case MCSNOOP_QUERIER_STATE_PROXY:
		text("only queries without an address are heard");
		break;
	}
	if (like->same_address && (like->state == MCSNOOP_QUERIER_STATE_SELF ||
				   like->state == MCSNOOP_QUERIER_STATE_OTHER)) {
		text(like->state == MCSNOOP_QUERIER_STATE_SELF ? " from " :
								 " ");
		put_addr(IN_BOTH, "address", &like->addr, v6);
	}
	if (like->same_port) {
		text(" on ");
		put_dev(IN_BOTH, "port", like->port);
	}
	if (like->state == MCSNOOP_QUERIER_STATE_NONE && like->timer) {
		text(", this bridge queries in ");
		put_ms(IN_BOTH, "takes_over_in", like->timer);
	}
}

static void print_alike(const struct alike *like)
{
	text("\n%*s", INDENT, "");
	put_str(IN_BOTH, "family", family_name(like->family));
	text("  ");
	put_str(IN_JSON, "pruning", pruning_name(like->pruning));
	put_str(IN_JSON, "querier", querier_state_name(like->state));
	put_str(IN_JSON, "mode", mode_name(like->observe));

	switch (like->pruning) {
	case MCSNOOP_PRUNING_ACTIVE:
		paint(like->observe ? C_WARN : C_GOOD);
		text(like->observe ? "observing" : "pruning");
		text(like->observe ? " " : "   ");
		break;
	case MCSNOOP_PRUNING_INTREE_SNOOPING:
		paint(C_BAD);
		text("inactive");
		text("  ");
		break;
	default:
		paint(C_WARN);
		text("flooding");
		text("  ");
		break;
	}
	if (like->pruning == MCSNOOP_PRUNING_LEARNING) {
		text("pruning begins in ");
		put_ms(IN_BOTH, "pruning_in", like->pruning_in);
		text(", ");
	}
	print_querier(like);
	if (like->flood_ports) {
		text(", ");
		paint(C_WARN);
		put_uint(IN_BOTH, "flood_ports", like->flood_ports);
		text(" flooded: ");
		put_str(IN_BOTH, "flood_cause",
			flood_cause_name(like->flood_cause));
	}
}

/* Since when, and on what evidence. */
static void print_evidence(const struct alike *like)
{
	text("\n%*sfor ", EVIDENCE_INDENT, "");
	put_ms(IN_BOTH, "since", like->evidence.since);
	text(": ");
	evidence_print(&like->evidence);
}

static void print_one_kind(const struct messages *queriers, uint32_t bridge,
			   struct alike *like)
{
	static bool vids[4096];

	gather(queriers, bridge, like);
	if (!like->nr)
		return;
	open_object(NULL);
	print_alike(like);
	if (like->vlans) {
		mark_vids(queriers, bridge, like, vids);
		print_vids(vids);
	}
	print_evidence(like);
	close_object();
}

static void print_pruning(const struct messages *queriers, uint32_t bridge)
{
	static const unsigned int families[] = { AF_INET, AF_INET6 };
	struct alike like;
	unsigned int f;

	open_list("pruning");
	for (f = 0; f < ARRAY_SIZE(families); f++) {
		memset(&like, 0, sizeof(like));
		like.family = families[f];
		for (like.pruning = 0;
		     like.pruning <= MCSNOOP_PRUNING_INTREE_SNOOPING;
		     like.pruning++) {
			for (like.state = 0;
			     like.state <= MCSNOOP_QUERIER_STATE_PROXY;
			     like.state++) {
				like.observe = false;
				print_one_kind(queriers, bridge, &like);
				like.observe = true;
				print_one_kind(queriers, bridge, &like);
			}
		}
	}
	close_list();
}

#define B(name)	MCSNOOP_A_BRIDGE_##name

static void print_count(const struct nlattr *attr, const char *key,
			const char *one, const char *many)
{
	uint64_t nr = attr_uint(attr);

	if (!attr)
		return;
	put_uint(IN_BOTH, key, nr);
	text(" %s", nr == 1 ? one : many);
}

static void print_summary(const struct nlattr **tb)
{
	text(": ");
	print_count(tb[B(PORTS)], "ports", "port, ", "ports, ");
	print_count(tb[B(GROUPS)], "groups", "group, ", "groups, ");
	print_count(tb[B(RECORDS)], "records", "record, ", "records, ");
	print_count(tb[B(VLANS)], "vlans", "VLAN", "VLANs");
	if (attr_uint(tb[B(VLAN_FILTERING)]))
		text(", VLAN filtering");
	if (tb[B(VLAN_FILTERING)])
		put_bool(IN_JSON, "vlan_filtering",
			 attr_uint(tb[B(VLAN_FILTERING)]));
	if (tb[B(UPTIME)]) {
		if (opt.stats)
			text(", for ");
		put_ms(opt.stats ? IN_BOTH : IN_JSON, "uptime",
		       attr_uint(tb[B(UPTIME)]));
	}
}

static void print_intree(uint32_t ifindex)
{
	text("\n%*sthe bridge's own snooping is on, nothing is done until:",
	     INDENT, "");
	text("\n%*sip link set dev %s type bridge mcast_snooping 0", INDENT,
	     "", ifindex_name(ifindex));
}

#define MAX_COUNTERS	256
#define PATH		"path_"

/* The sum of a bridge's ports, by counter. */
static void sum_counters(const struct messages *stats, uint32_t bridge,
			 uint64_t *counts)
{
	const struct nlattr *tb[MCSNOOP_A_STATS_MAX + 1];
	const struct nlattr *one[MCSNOOP_A_COUNT_MAX + 1];
	const struct nlmsghdr *nlh = NULL;
	uint64_t id;

	while ((nlh = message_next(stats, nlh))) {
		const struct nlattr *attr = NULL;

		attrs_parse(nlh, tb, MCSNOOP_A_STATS_MAX);
		if (attr_uint(tb[MCSNOOP_A_STATS_BRIDGE]) != bridge)
			continue;
		while ((attr = attr_next_of_type(nlh, attr,
						 MCSNOOP_A_STATS_COUNTS))) {
			attrs_parse_nested(attr, one, MCSNOOP_A_COUNT_MAX);
			id = attr_uint(one[MCSNOOP_A_COUNT_ID]);
			if (id < MAX_COUNTERS)
				counts[id] += attr_uint(one[MCSNOOP_A_COUNT_VALUE]);
		}
	}
}

/* How many frames took the fast path, and why others did not. */
static void print_paths(const struct messages *stats, uint32_t bridge)
{
	uint64_t counts[MAX_COUNTERS] = { 0 };
	const char *before = ", left to the bridge: ";
	unsigned int id;

	sum_counters(stats, bridge, counts);
	open_object("paths");
	put_uint(IN_JSON, "fast", counts[MCSNOOP_COUNTER_PATH_FAST]);
	if (opt.stats)
		text("\n%*s%llu data frames took the fast path", INDENT, "",
		     (unsigned long long)counts[MCSNOOP_COUNTER_PATH_FAST]);
	for (id = 0; id < counter_nr(); id++) {
		const char *name = counter_name(id);

		if (id == MCSNOOP_COUNTER_PATH_FAST || !counts[id] ||
		    strncmp(name, PATH, strlen(PATH)))
			continue;
		name += strlen(PATH);
		put_uint(IN_JSON, name, counts[id]);
		if (opt.stats)
			text("%s%llu %s", before, (unsigned long long)counts[id],
			     name);
		before = ", ";
	}
	close_object();
}

static uint64_t counter_of(const struct nlmsghdr *nlh, uint32_t id)
{
	const struct nlattr *one[MCSNOOP_A_COUNT_MAX + 1];
	const struct nlattr *attr = NULL;

	while ((attr = attr_next_of_type(nlh, attr, MCSNOOP_A_STATS_COUNTS))) {
		attrs_parse_nested(attr, one, MCSNOOP_A_COUNT_MAX);
		if (attr_uint(one[MCSNOOP_A_COUNT_ID]) == id)
			return attr_uint(one[MCSNOOP_A_COUNT_VALUE]);
	}
	return 0;
}

/* What would have been kept from one port. */
static void print_observed_port(const struct nlmsghdr *nlh)
{
	uint64_t frames = counter_of(nlh, MCSNOOP_COUNTER_OBSERVE_DATA);
	const struct nlattr *tb[MCSNOOP_A_STATS_MAX + 1];

	if (!frames)
		return;
	attrs_parse(nlh, tb, MCSNOOP_A_STATS_MAX);
	open_object(NULL);
	if (opt.stats)
		text("\n%*s", EVIDENCE_INDENT, "");
	put_dev(opt.stats ? IN_BOTH : IN_JSON, "port",
		attr_uint(tb[MCSNOOP_A_STATS_PORT]));
	if (opt.stats)
		text(" ");
	put_uint(opt.stats ? IN_BOTH : IN_JSON, "data", frames);
	if (opt.stats)
		text(" frames, ");
	put_uint(opt.stats ? IN_BOTH : IN_JSON, "bytes",
		 counter_of(nlh, MCSNOOP_COUNTER_OBSERVE_BYTES));
	if (opt.stats)
		text(" bytes");
	close_object();
}

/* What would have been dropped, had it not only been observed. */
static void print_observed(const struct messages *stats, uint32_t bridge)
{
	const struct nlattr *tb[MCSNOOP_A_STATS_MAX + 1];
	uint64_t counts[MAX_COUNTERS] = { 0 };
	const struct nlmsghdr *nlh = NULL;

	sum_counters(stats, bridge, counts);
	if (!counts[MCSNOOP_COUNTER_OBSERVE_DATA] &&
	    !counts[MCSNOOP_COUNTER_OBSERVE_REPORTS] &&
	    !counts[MCSNOOP_COUNTER_OBSERVE_REFUSED])
		return;
	open_object("observed");
	text("\n%*swould have been pruned: ", INDENT, "");
	put_uint(IN_BOTH, "data", counts[MCSNOOP_COUNTER_OBSERVE_DATA]);
	text(" data frames, ");
	put_uint(IN_BOTH, "bytes", counts[MCSNOOP_COUNTER_OBSERVE_BYTES]);
	text(" bytes, ");
	put_uint(IN_BOTH, "reports", counts[MCSNOOP_COUNTER_OBSERVE_REPORTS]);
	text(" reports");
	put_uint(IN_JSON, "refused", counts[MCSNOOP_COUNTER_OBSERVE_REFUSED]);
	open_list("ports");
	while ((nlh = message_next(stats, nlh))) {
		attrs_parse(nlh, tb, MCSNOOP_A_STATS_MAX);
		if (attr_uint(tb[MCSNOOP_A_STATS_BRIDGE]) == bridge)
			print_observed_port(nlh);
	}
	close_list();
	close_object();
}

/**
 * bridge_print - print a bridge
 * @nlh: the message about it
 * @queriers: a dump of queriers; NULL for an event, which is one line
 * @stats: a dump of counters; NULL to leave them out
 */
void bridge_print(const struct nlmsghdr *nlh, const struct messages *queriers,
		  const struct messages *stats)
{
	const struct nlattr *tb[MCSNOOP_A_BRIDGE_MAX + 1];
	uint32_t ifindex;

	attrs_parse(nlh, tb, MCSNOOP_A_BRIDGE_MAX);
	ifindex = attr_uint(tb[B(IFINDEX)]);

	put_uint(IN_JSON, "index", ifindex);
	if (!queriers)
		text(" dev ");
	put_dev(IN_BOTH, "dev", ifindex);
	if (queriers)
		print_summary(tb);
	if (tb[B(INTREE_SNOOPING)])
		put_bool(IN_JSON, "intree_snooping",
			 attr_uint(tb[B(INTREE_SNOOPING)]));
	if (queriers) {
		print_pruning(queriers, ifindex);
		if (attr_uint(tb[B(INTREE_SNOOPING)]))
			print_intree(ifindex);
	}
	if (tb[B(FASTPATH_STATE)])
		put_str(IN_JSON, "fastpath_state",
			fastpath_state_name(attr_uint(tb[B(FASTPATH_STATE)])));
	if (stats) {
		print_observed(stats, ifindex);
		print_paths(stats, ifindex);
	}
	settings_print(tb, bridge_params + 1, BRIDGE_NR_PARAMS - 1,
		       opt.details ? ~0ULL : 0, queriers ? INDENT : 0);
	if (!queriers && attr_uint(tb[B(INTREE_SNOOPING)])) {
		text(" (");
		paint(C_BAD);
		text("inactive, the bridge's own snooping is on");
		text(")");
	}
}

/**
 * bridge_show - mcsnoop bridge show
 * @args: rest of the command line
 *
 * Return: exit status.
 */
int bridge_show(struct args *args)
{
	static const struct param querier_param = {
		.name = "dev", .attr = Q(BRIDGE), .width = 4,
	};
	static const struct param stats_param = {
		.name = "dev", .attr = MCSNOOP_A_STATS_BRIDGE, .width = 4,
	};
	struct messages queriers = { 0 };
	struct messages bridges = { 0 };
	struct messages stats = { 0 };
	const struct nlmsghdr *nlh = NULL;
	struct param dev = bridge_params[0];
	struct request req;
	struct value value;
	int ret;

	dev.required = false;
	ret = params_parse(args, &dev, 1, 0, &value);
	if (!ret)
		ret = genl_open();
	if (ret)
		return ret;

	request_init(&req, MCSNOOP_CMD_BRIDGE_GET);
	params_put(&req, &dev, 1, &value);
	ret = value.set ? genl_do(&req, &bridges) : genl_dump(&req, &bridges);
	if (!ret) {
		request_init(&req, MCSNOOP_CMD_QUERIER_GET);
		params_put(&req, &querier_param, 1, &value);
		ret = genl_dump(&req, &queriers);
	}
	if (!ret) {
		request_init(&req, MCSNOOP_CMD_STATS_GET);
		params_put(&req, &stats_param, 1, &value);
		ret = genl_dump(&req, &stats);
	}
	if (!ret) {
		show_begin(false);
		while ((nlh = message_next(&bridges, nlh))) {
			row_begin();
			bridge_print(nlh, &queriers, &stats);
			row_end();
		}
		show_end();
	}
	messages_free(&bridges);
	messages_free(&queriers);
	messages_free(&stats);
	return ret;
}
