// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop port: settings and state of the ports of attached bridges.
 */
#include <stdio.h>
#include <stdlib.h>
#include "names_gen.h"
#include "save.h"

static const char usage[] =
"Usage: mcsnoop port set dev PORT [ router { auto | never | permanent } ]\n"
"            [ unregistered { inherit | auto | flood | routers | drop } ]\n"
"            [ query-guard { on | off } ] [ trust-queries { on | off } ]\n"
"            [ tc-flood { on | off } ] [ max-groups NUMBER ]\n"
"            [ max-sources NUMBER ] [ max-hosts NUMBER ]\n"
"            [ max-host-groups NUMBER ]\n"
"            [ fast-leave { inherit | auto | on | off } ]\n"
"            [ flood-reports { on | off } ] [ check-ttl { on | off } ]\n"
"            [ require-ra-query { on | off } ] [ require-ra-report { on | off } ]\n"
"            [ require-ra-leave { on | off } ] [ strict-dst { on | off } ]\n"
"            [ strict-l2dst { on | off } ] [ ignore-igmpv1 { on | off } ]\n"
"            [ ignore-igmpv2 { on | off } ] [ ignore-mldv1 { on | off } ]\n"
"            [ rate-reports NUMBER ] [ rate-queries NUMBER ]\n"
"            [ ttl-threshold NUMBER ] [ scope-boundary NUMBER ]\n"
"            [ mode { inherit | enforce | observe } ]\n"
"       mcsnoop port [ show [ dev BRIDGE ] [ port PORT ] ]\n"
"\n"
"The bridge itself is a port too, its host side. Limits and rates of 0 are the\n"
"bridge's limits and no limit. -d shows all settings.\n";

#define A(name)	MCSNOOP_A_PORT_##name

static const struct param set_params[] = {
	{ .name = "dev", .type = PARAM_DEV, .required = true,
	  .attr = A(IFINDEX), .width = 4 },
	/* these have columns */
	ENUM_SETTING("router", ROUTER, mcsnoop_router_mode_names,
		     MCSNOOP_NR_ROUTER_MODE, MCSNOOP_ROUTER_MODE_AUTO),
	ENUM_SETTING("unregistered", UNREGISTERED, mcsnoop_unregistered_names,
		     MCSNOOP_NR_UNREGISTERED, MCSNOOP_UNREGISTERED_INHERIT),
	BOOL_SETTING("query-guard", QUERY_GUARD, 0),
	NUMBER_SETTING("max-groups", MAX_GROUPS, 4, 0, UINT32_MAX, 0),
	/* these are shown when they were changed */
	NUMBER_SETTING("max-sources", MAX_SOURCES, 4, 0, 4096, 0),
	NUMBER_SETTING("max-hosts", MAX_HOSTS, 4, 0, 4096, 0),
	NUMBER_SETTING("max-host-groups", MAX_HOST_GROUPS, 4, 0, UINT32_MAX, 0),
	ENUM_SETTING("fast-leave", FAST_LEAVE, mcsnoop_fast_leave_names,
		     MCSNOOP_NR_FAST_LEAVE, MCSNOOP_FAST_LEAVE_INHERIT),
	BOOL_SETTING("trust-queries", TRUST_QUERIES, 0),
	BOOL_SETTING("tc-flood", TC_FLOOD, 1),
	BOOL_SETTING("flood-reports", FLOOD_REPORTS, 0),
	BOOL_SETTING("check-ttl", CHECK_TTL, 0),
	BOOL_SETTING("require-ra-query", REQUIRE_RA_QUERY, 0),
	BOOL_SETTING("require-ra-report", REQUIRE_RA_REPORT, 0),
	BOOL_SETTING("require-ra-leave", REQUIRE_RA_LEAVE, 0),
	BOOL_SETTING("strict-dst", STRICT_DST, 0),
	BOOL_SETTING("strict-l2dst", STRICT_L2DST, 0),
	BOOL_SETTING("ignore-igmpv1", IGNORE_IGMPV1, 0),
	BOOL_SETTING("ignore-igmpv2", IGNORE_IGMPV2, 0),
	BOOL_SETTING("ignore-mldv1", IGNORE_MLDV1, 0),
	NUMBER_SETTING("rate-reports", RATE_REPORTS, 4, 0, UINT32_MAX, 0),
	NUMBER_SETTING("rate-queries", RATE_QUERIES, 4, 0, UINT32_MAX, 0),
	NUMBER_SETTING("ttl-threshold", TTL_THRESHOLD, 1, 0, 255, 0),
	NUMBER_SETTING("scope-boundary", SCOPE_BOUNDARY, 1, 0, 14, 0),
	ENUM_SETTING("mode", MODE, mcsnoop_mode_names, MCSNOOP_NR_MODE,
		     MCSNOOP_MODE_INHERIT),
};

#define FIRST_SETTING	1
#define WITH_COLUMN	4

enum {
	SHOW_DEV,
	SHOW_PORT,
};

/* The kernel limits the dump to a bridge, the port is looked for here. */
static const struct param show_params[] = {
	[SHOW_DEV] = { .name = "dev", .type = PARAM_DEV,
		       .attr = A(BRIDGE), .width = 4 },
	[SHOW_PORT] = { .name = "port", .type = PARAM_DEV },
};

static int port_set(struct args *args)
{
	return params_do(args, set_params, ARRAY_SIZE(set_params),
			 FIRST_SETTING, MCSNOOP_CMD_PORT_SET);
}

/**
 * port_print - print a port
 * @nlh: the message about it
 * @show_dev: name the bridge in text
 */
void port_print(const struct nlmsghdr *nlh, bool show_dev)
{
	const struct nlattr *tb[MCSNOOP_A_PORT_MAX + 1];
	uint32_t max_groups;
	uint32_t bridge;
	uint32_t port;
	bool host;

	attrs_parse(nlh, tb, MCSNOOP_A_PORT_MAX);
	bridge = attr_uint(tb[A(BRIDGE)]);
	port = attr_uint(tb[A(IFINDEX)]);
	host = tb[A(HOST)] || bridge == port;

	put_uint(IN_JSON, "index", bridge);
	column("DEV", " dev ");
	put_dev(show_dev ? IN_BOTH : IN_JSON, "dev", bridge);
	column("PORT", " port ");
	put_dev(IN_BOTH, "port", port);
	if (host)
		put_bool(IN_JSON, "host", true);

	column("STATE", " state ");
	if (host) {
		text("host side");
	} else if (tb[A(STATE)]) {
		unsigned int state = attr_uint(tb[A(STATE)]);

		paint(state == 3 ? C_GOOD : C_WARN);
		put_str(IN_BOTH, "state", stp_state_name(state));
	}
	column("ROUTER", " router ");
	if (tb[A(ROUTER)])
		put_str(IN_BOTH, "router",
			router_mode_name(attr_uint(tb[A(ROUTER)])));
	column("UNREGISTERED", " unregistered ");
	if (tb[A(UNREGISTERED)])
		put_str(IN_BOTH, "unregistered",
			unregistered_name(attr_uint(tb[A(UNREGISTERED)])));
	column("GUARD", " query-guard ");
	if (tb[A(QUERY_GUARD)])
		put_bool(IN_BOTH, "query_guard",
			 attr_uint(tb[A(QUERY_GUARD)]));
	column_right("GROUPS", " groups ");
	if (tb[A(GROUPS)])
		put_uint(IN_BOTH, "groups", attr_uint(tb[A(GROUPS)]));
	column_right("MAX-GROUPS", " max-groups ");
	if (tb[A(MAX_GROUPS)]) {
		max_groups = attr_uint(tb[A(MAX_GROUPS)]);
		put_uint(max_groups ? IN_BOTH : IN_JSON, "max_groups",
			 max_groups);
		if (!max_groups)
			text("bridge's");
	}
	settings_print(tb, set_params + FIRST_SETTING + WITH_COLUMN,
		       ARRAY_SIZE(set_params) - FIRST_SETTING - WITH_COLUMN,
		       opt.details ? ~0ULL : 0, table_active() ? 6 : 0);
}

static int port_show(struct args *args)
{
	const struct nlattr *tb[MCSNOOP_A_PORT_MAX + 1];
	struct value values[ARRAY_SIZE(show_params)];
	const struct nlmsghdr *nlh = NULL;
	struct messages ports = { 0 };
	int ret;

	ret = params_dump(args, show_params, ARRAY_SIZE(show_params),
			  MCSNOOP_CMD_PORT_GET, values, &ports);
	if (!ret) {
		show_begin(true);
		while ((nlh = message_next(&ports, nlh))) {
			attrs_parse(nlh, tb, MCSNOOP_A_PORT_MAX);
			if (values[SHOW_PORT].set &&
			    values[SHOW_PORT].num != attr_uint(tb[A(IFINDEX)]))
				continue;
			row_begin();
			port_print(nlh, !values[SHOW_DEV].set);
			row_end();
		}
		show_end();
	}
	messages_free(&ports);
	return ret;
}

static void save_one(FILE *out, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MCSNOOP_A_PORT_MAX + 1];
	char *words = NULL;
	size_t len = 0;
	FILE *settings;

	attrs_parse(nlh, tb, MCSNOOP_A_PORT_MAX);
	settings = open_memstream(&words, &len);
	if (!settings)
		return;
	settings_save(settings, tb, set_params + FIRST_SETTING,
		      ARRAY_SIZE(set_params) - FIRST_SETTING, 0);
	if (!fclose(settings) && len)
		fprintf(out, "port set dev %s%s\n",
			ifindex_name(attr_uint(tb[A(IFINDEX)])), words);
	free(words);
}

/**
 * port_save - print the commands that make the port settings of a bridge
 * @out: where
 * @ifindex: the bridge
 *
 * Return: exit status.
 */
int port_save(FILE *out, uint32_t ifindex)
{
	return save_dump(out, MCSNOOP_CMD_PORT_GET, A(BRIDGE), ifindex,
			 save_one);
}

static const struct command commands[] = {
	{ "set", "change", port_set },
	{ "show", "list", port_show },
	{ NULL, NULL, NULL },
};

const struct object port_object = {
	.name = "port",
	.usage = usage,
	.commands = commands,
};
