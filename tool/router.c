// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop router: ports behind which there are multicast routers.
 */
#include "save.h"

static const char usage[] =
"Usage: mcsnoop router [ show [ dev BRIDGE ] ]\n"
"       mcsnoop router learn dev BRIDGE port PORT [ vid VLAN ]\n"
"            family { ipv4 | ipv6 } [ type TYPE ] [ timer TIME ]\n"
"            [ address ADDRESS ]\n"
"\n"
"A router port is sent every stream and every report. See \"mcsnoop port set\"\n"
"to make one by hand or to forbid it. learn takes over what was heard elsewhere,\n"
"see mcsnoop save.\n";

#define A(name)	MCSNOOP_A_ROUTER_##name

static const struct param show_params[] = {
	{ .name = "dev", .type = PARAM_DEV, .attr = A(BRIDGE), .width = 4 },
};

/**
 * router_print - print a router port
 * @nlh: the message about it
 * @show_dev: name the bridge in text
 */
void router_print(const struct nlmsghdr *nlh, bool show_dev)
{
	const struct nlattr *tb[MCSNOOP_A_ROUTER_MAX + 1];
	struct in6_addr addr;
	uint32_t bridge;
	bool v6;

	attrs_parse(nlh, tb, MCSNOOP_A_ROUTER_MAX);
	bridge = attr_uint(tb[A(BRIDGE)]);
	v6 = attr_uint(tb[A(FAMILY)]) == AF_INET6;

	put_uint(IN_JSON, "index", bridge);
	column("DEV", " dev ");
	put_dev(show_dev ? IN_BOTH : IN_JSON, "dev", bridge);
	column("PORT", " port ");
	put_dev(IN_BOTH, "port", attr_uint(tb[A(PORT)]));
	column_right("VLAN", " vid ");
	if (attr_uint(tb[A(VID)]))
		put_uint(IN_BOTH, "vid", attr_uint(tb[A(VID)]));
	column("FAMILY", " family ");
	put_str(IN_BOTH, "family", family_name(attr_uint(tb[A(FAMILY)])));
	column("TYPE", " type ");
	if (tb[A(TYPE)])
		put_str(IN_BOTH, "type",
			router_type_name(attr_uint(tb[A(TYPE)])));
	column_right("EXPIRES", " expires ");
	if (tb[A(TIMER)])
		put_ms(IN_BOTH, "timer", attr_uint(tb[A(TIMER)]));
	else
		text("never");
	column("ADDRESS", " address ");
	if (attr_address(tb[A(ADDRESS)], &addr))
		put_addr(IN_BOTH, "address", &addr, v6);
	column_right("UPTIME", " uptime ");
	if (tb[A(UPTIME)])
		put_ms(opt.stats ? IN_BOTH : IN_JSON, "uptime",
		       attr_uint(tb[A(UPTIME)]));
	put_cause(tb[A(CAUSE)]);
}

static int router_show(struct args *args)
{
	struct value values[ARRAY_SIZE(show_params)];
	struct messages routers = { 0 };
	const struct nlmsghdr *nlh = NULL;
	int ret;

	ret = params_dump(args, show_params, ARRAY_SIZE(show_params),
			  MCSNOOP_CMD_ROUTER_GET, values, &routers);
	if (!ret) {
		show_begin(true);
		while ((nlh = message_next(&routers, nlh))) {
			row_begin();
			router_print(nlh, !values[0].set);
			row_end();
		}
		show_end();
	}
	messages_free(&routers);
	return ret;
}

static const struct command commands[] = {
	{ "learn", NULL, router_learn },
	{ "show", "list", router_show },
	{ NULL, NULL, NULL },
};

const struct object router_object = {
	.name = "router",
	.usage = usage,
	.commands = commands,
};
