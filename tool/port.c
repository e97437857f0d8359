// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop port: settings and state of the ports of attached bridges.
 */
#include "names_gen.h"
#include "tool.h"

static const char usage[] =
"Usage: mcsnoop port set dev PORT [ router { auto | never | permanent } ]\n"
"            [ unregistered { inherit | auto | flood | routers | drop } ]\n"
"            [ query-guard { on | off } ] [ max-groups NUMBER ]\n"
"       mcsnoop port [ show [ dev BRIDGE ] [ port PORT ] ]\n"
"\n"
"The bridge itself is a port too, its host side. max-groups 0 is the bridge's\n"
"max-port-groups.\n";

#define A(name)	MCSNOOP_A_PORT_##name

enum {
	SET_DEV,
	SET_ROUTER,
	SET_UNREGISTERED,
	SET_QUERY_GUARD,
	SET_MAX_GROUPS,
};

static const struct param set_params[] = {
	[SET_DEV] = { .name = "dev", .type = PARAM_DEV, .required = true,
		      .attr = A(IFINDEX), .width = 4 },
	[SET_ROUTER] = { .name = "router", .type = PARAM_ENUM,
			 .attr = A(ROUTER), .width = 1,
			 .names = mcsnoop_router_mode_names,
			 .nr = MCSNOOP_NR_ROUTER_MODE },
	[SET_UNREGISTERED] = { .name = "unregistered", .type = PARAM_ENUM,
			       .attr = A(UNREGISTERED), .width = 1,
			       .names = mcsnoop_unregistered_names,
			       .nr = MCSNOOP_NR_UNREGISTERED },
	[SET_QUERY_GUARD] = { .name = "query-guard", .type = PARAM_BOOL,
			      .attr = A(QUERY_GUARD), .width = 1 },
	[SET_MAX_GROUPS] = { .name = "max-groups", .type = PARAM_NUMBER,
			     .attr = A(MAX_GROUPS), .width = 4,
			     .max = UINT32_MAX },
};

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
	struct value values[ARRAY_SIZE(set_params)];
	struct request req;
	int ret;

	ret = params_parse(args, set_params, ARRAY_SIZE(set_params),
			   SET_ROUTER, values);
	if (!ret)
		ret = genl_open();
	if (ret)
		return ret;

	request_init(&req, MCSNOOP_CMD_PORT_SET);
	params_put(&req, set_params, ARRAY_SIZE(set_params), values);
	return genl_do(&req, NULL);
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
}

static int port_show(struct args *args)
{
	const struct nlattr *tb[MCSNOOP_A_PORT_MAX + 1];
	struct value values[ARRAY_SIZE(show_params)];
	const struct nlmsghdr *nlh = NULL;
	struct messages ports = { 0 };
	struct request req;
	int ret;

	ret = params_parse(args, show_params, ARRAY_SIZE(show_params), 0,
			   values);
	if (!ret)
		ret = genl_open();
	if (ret)
		return ret;

	request_init(&req, MCSNOOP_CMD_PORT_GET);
	params_put(&req, show_params, ARRAY_SIZE(show_params), values);
	ret = genl_dump(&req, &ports);
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
