// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop querier: who queries in each VLAN and family, with which timers,
 * and whether data is pruned there.
 */
#include "save.h"

static const char usage[] =
"Usage: mcsnoop querier [ show [ dev BRIDGE ] [ vid VLAN ] ]\n"
"       mcsnoop querier learn dev BRIDGE [ vid VLAN ] family { ipv4 | ipv6 }\n"
"            state { self | other | proxy } [ address ADDRESS ] [ port PORT ]\n"
"            [ version NUMBER ] [ timer TIME ] [ robustness NUMBER ]\n"
"            [ query-interval TIME ] [ query-response-interval TIME ]\n"
"\n"
"-d shows the intervals in force and what proxy reporting does, -s how often\n"
"the querier changed and how many reports were heard.\n";

#define A(name)	MCSNOOP_A_QUERIER_##name

enum {
	SHOW_DEV,
	SHOW_VID,
};

/* The kernel limits the dump to a bridge, the VLAN is looked for here. */
static const struct param show_params[] = {
	[SHOW_DEV] = { .name = "dev", .type = PARAM_DEV,
		       .attr = A(BRIDGE), .width = 4 },
	[SHOW_VID] = { .name = "vid", .type = PARAM_NUMBER, .max = 4094 },
};

static void print_pruning(const struct nlattr **tb)
{
	unsigned int pruning = attr_uint(tb[A(PRUNING)]);

	column("PRUNING", " pruning ");
	if (!tb[A(PRUNING)])
		return;
	paint(pruning == MCSNOOP_PRUNING_ACTIVE ? C_GOOD : C_WARN);
	put_str(IN_BOTH, "pruning", pruning_name(pruning));
	if (tb[A(PRUNING_IN)]) {
		text(", ");
		put_ms(IN_BOTH, "pruning_in", attr_uint(tb[A(PRUNING_IN)]));
	}
	if (attr_uint(tb[A(MODE)]) == MCSNOOP_MODE_OBSERVE)
		text(", observed");
}

/* Ports that everything goes to although the others are pruned, and why. */
static void print_flood(const struct nlattr **tb)
{
	if (!tb[A(FLOOD_PORTS)])
		return;
	text(", ");
	paint(C_WARN);
	put_uint(IN_BOTH, "flood_ports", attr_uint(tb[A(FLOOD_PORTS)]));
	text(" flooded: ");
	put_str(IN_BOTH, "flood_cause",
		flood_cause_name(attr_uint(tb[A(FLOOD_CAUSE)])));
	if (tb[A(FLOOD_LEFT)]) {
		text(", ");
		put_ms(IN_BOTH, "flood_left", attr_uint(tb[A(FLOOD_LEFT)]));
	}
}

/* One of several values on a line of details. */
static void print_detail(const struct nlattr *attr, const char *key,
			 const char *before, enum where where,
			 void (*put)(enum where, const char *, uint64_t))
{
	if (!attr)
		return;
	if (where & IN_TEXT)
		text("%s ", before);
	put(where, key, attr_uint(attr));
}

/* Only where proxy reporting is on. */
static void print_upstream(const struct nlattr **tb, enum where where)
{
	if (!tb[A(UPSTREAM_VERSION)])
		return;
	if (where & IN_TEXT)
		note();
	print_detail(tb[A(UPSTREAM_VERSION)], "upstream_version",
		     "proxy reporting in version", where, put_uint);
	print_detail(tb[A(UPSTREAM_TIMER)], "upstream_timer", " for", where,
		     put_ms);
	print_detail(tb[A(UPSTREAM_GROUPS)], "upstream_groups", ", groups",
		     where, put_uint);
}

/* What is known of members, and of others that query as well. */
static void print_evidence(const struct nlattr **tb)
{
	enum where stats = opt.stats ? IN_BOTH : IN_JSON;
	bool v6 = attr_uint(tb[A(FAMILY)]) == AF_INET6;
	struct in6_addr addr;

	if (tb[A(MODE)])
		put_str(IN_JSON, "mode", mode_name(attr_uint(tb[A(MODE)])));
	if (opt.stats && tb[A(PRUNING_SINCE)])
		note();
	print_detail(tb[A(PRUNING_SINCE)], "since", "pruning as it is for",
		     stats, put_ms);
	print_detail(tb[A(QUERY_SEEN)], "query_seen", ", last query", stats,
		     put_ms);
	print_detail(tb[A(REPORT_SEEN)], "report_seen", ", last report", stats,
		     put_ms);
	if (!attr_address(tb[A(RIVAL)], &addr))
		return;
	note();
	text("queries as well: ");
	put_addr(IN_BOTH, "rival", &addr, v6);
	text(" on ");
	put_dev(IN_BOTH, "rival_port", attr_uint(tb[A(RIVAL_PORT)]));
	text(", last ");
	put_ms(IN_BOTH, "rival_seen", attr_uint(tb[A(RIVAL_SEEN)]));
	text(" ago");
}

static void print_details(const struct nlattr **tb)
{
	enum where details = opt.details ? IN_BOTH : IN_JSON;
	enum where stats = opt.stats ? IN_BOTH : IN_JSON;

	if (opt.details && tb[A(ROBUSTNESS)])
		note();
	print_detail(tb[A(ROBUSTNESS)], "robustness", "robustness", details,
		     put_uint);
	print_detail(tb[A(QUERY_INTERVAL)], "query_interval", ", query",
		     details, put_interval);
	print_detail(tb[A(QUERY_RESPONSE_INTERVAL)],
		     "query_response_interval", ", response", details,
		     put_interval);
	print_detail(tb[A(MEMBERSHIP_INTERVAL)], "membership_interval",
		     ", membership", details, put_interval);
	print_upstream(tb, details);
	print_evidence(tb);
	if (opt.stats && tb[A(UPTIME)])
		note();
	print_detail(tb[A(UPTIME)], "uptime", "uptime", stats, put_ms);
	print_detail(tb[A(CHANGES)], "changes", ", changes", stats, put_uint);
	print_detail(tb[A(REPORTS)], "reports", ", reports", stats, put_uint);
	print_detail(tb[A(HEALED)], "healed", ", healed", stats, put_uint);
	print_detail(tb[A(WINDOWS)], "windows", ", flood windows", stats,
		     put_uint);
}

/**
 * querier_print - print who queries in one VLAN and family
 * @nlh: the message about it
 * @show_dev: name the bridge in text
 */
void querier_print(const struct nlmsghdr *nlh, bool show_dev)
{
	const struct nlattr *tb[MCSNOOP_A_QUERIER_MAX + 1];
	struct in6_addr addr;
	unsigned int state;
	uint32_t bridge;
	bool v6;

	attrs_parse(nlh, tb, MCSNOOP_A_QUERIER_MAX);
	bridge = attr_uint(tb[A(BRIDGE)]);
	state = attr_uint(tb[A(STATE)]);
	v6 = attr_uint(tb[A(FAMILY)]) == AF_INET6;

	put_uint(IN_JSON, "index", bridge);
	column("DEV", " dev ");
	put_dev(show_dev ? IN_BOTH : IN_JSON, "dev", bridge);
	column_right("VLAN", " vid ");
	if (attr_uint(tb[A(VID)]))
		put_uint(IN_BOTH, "vid", attr_uint(tb[A(VID)]));
	column("FAMILY", " family ");
	put_str(IN_BOTH, "family", family_name(attr_uint(tb[A(FAMILY)])));
	column("QUERIER", " querier ");
	put_str(IN_BOTH, "state", querier_state_name(state));
	column("ADDRESS", " address ");
	if (attr_address(tb[A(ADDRESS)], &addr))
		put_addr(state == MCSNOOP_QUERIER_STATE_SELF ||
			 state == MCSNOOP_QUERIER_STATE_OTHER ? IN_BOTH :
								IN_JSON,
			 "address", &addr, v6);
	column("PORT", " port ");
	if (attr_uint(tb[A(PORT)]))
		put_dev(IN_BOTH, "port", attr_uint(tb[A(PORT)]));
	column_right("VER", " version ");
	if (tb[A(VERSION)])
		put_uint(IN_BOTH, "version", attr_uint(tb[A(VERSION)]));
	column_right("EXPIRES", " expires ");
	if (tb[A(TIMER)])
		put_ms(IN_BOTH, "timer", attr_uint(tb[A(TIMER)]));
	column_right("QUERY-IN", " query-in ");
	if (tb[A(NEXT_QUERY)])
		put_ms(IN_BOTH, "next_query", attr_uint(tb[A(NEXT_QUERY)]));
	print_pruning(tb);
	print_flood(tb);
	put_cause(tb[A(CAUSE)]);
	print_details(tb);
}

static int querier_show(struct args *args)
{
	const struct nlattr *tb[MCSNOOP_A_QUERIER_MAX + 1];
	struct value values[ARRAY_SIZE(show_params)];
	struct messages queriers = { 0 };
	const struct nlmsghdr *nlh = NULL;
	int ret;

	ret = params_dump(args, show_params, ARRAY_SIZE(show_params),
			  MCSNOOP_CMD_QUERIER_GET, values, &queriers);
	if (!ret) {
		show_begin(true);
		while ((nlh = message_next(&queriers, nlh))) {
			attrs_parse(nlh, tb, MCSNOOP_A_QUERIER_MAX);
			if (values[SHOW_VID].set &&
			    values[SHOW_VID].num != attr_uint(tb[A(VID)]))
				continue;
			row_begin();
			querier_print(nlh, !values[SHOW_DEV].set);
			row_end();
		}
		show_end();
	}
	messages_free(&queriers);
	return ret;
}

static const struct command commands[] = {
	{ "learn", NULL, querier_learn },
	{ "show", "list", querier_show },
	{ NULL, NULL, NULL },
};

const struct object querier_object = {
	.name = "querier",
	.usage = usage,
	.commands = commands,
};
