// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop bridge: attach a bridge to the module, change its settings, detach
 * it again.
 */
#include <stdio.h>

#include "bridge.h"
#include "names_gen.h"

static const char usage[] =
"Usage: mcsnoop bridge add dev DEV [ SETTINGS ]\n"
"       mcsnoop bridge set dev DEV SETTINGS\n"
"       mcsnoop bridge del dev DEV\n"
"       mcsnoop bridge [ show [ dev DEV ] ]\n"
"\n"
"SETTINGS := [ querier { auto | on | off } ]\n"
"            [ igmp-version { 1 | 2 | 3 } ] [ mld-version { 1 | 2 } ]\n"
"            [ robustness NUMBER ] [ query-interval TIME ]\n"
"            [ query-response-interval TIME ] [ last-member-interval TIME ]\n"
"            [ last-member-count NUMBER ] [ startup-query-interval TIME ]\n"
"            [ startup-query-count NUMBER ] [ gmi-rule { rfc9776 | rfc3376 } ]\n"
"            [ unregistered { auto | flood | routers | drop } ]\n"
"            [ flood-ff02 { on | off } ] [ zero-query-router { on | off } ]\n"
"            [ forward-invalid { on | off } ] [ max-groups NUMBER ]\n"
"            [ max-port-groups NUMBER ] [ max-sources NUMBER ]\n"
"            [ max-records NUMBER ] [ max-vlans NUMBER ]\n"
"TIME := 125, 125s, 1.5s, 200ms, 2m\n"
"\n"
"\"show\" tells whether data is pruned and which settings differ from those of\n"
"a new bridge; -d shows all settings, -s adds how old things are.\n";

#define A(name)	MCSNOOP_A_BRIDGE_##name

#define TIME_SETTING(word, attribute, standard)				\
	{ .name = word, .type = PARAM_TIME, .attr = A(attribute),	\
	  .width = 4, .def = standard }
#define NUMBER_SETTING(word, attribute, octets, least, most, standard)	\
	{ .name = word, .type = PARAM_NUMBER, .attr = A(attribute),	\
	  .width = octets, .min = least, .max = most, .def = standard }
#define BOOL_SETTING(word, attribute, standard)				\
	{ .name = word, .type = PARAM_BOOL, .attr = A(attribute),	\
	  .width = 1, .def = standard }
#define ENUM_SETTING(word, attribute, words, count, standard)		\
	{ .name = word, .type = PARAM_ENUM, .attr = A(attribute),	\
	  .width = 1, .names = words, .nr = count, .def = standard }

const struct param bridge_params[BRIDGE_NR_PARAMS] = {
	{ .name = "dev", .type = PARAM_DEV, .required = true,
	  .attr = A(IFINDEX), .width = 4 },
	ENUM_SETTING("querier", QUERIER, mcsnoop_querier_mode_names,
		     MCSNOOP_NR_QUERIER_MODE, MCSNOOP_QUERIER_MODE_AUTO),
	NUMBER_SETTING("igmp-version", IGMP_VERSION, 1, 1, 3, 3),
	NUMBER_SETTING("mld-version", MLD_VERSION, 1, 1, 2, 2),
	NUMBER_SETTING("robustness", ROBUSTNESS, 1, 1, 255, 2),
	TIME_SETTING("query-interval", QUERY_INTERVAL, 125000),
	TIME_SETTING("query-response-interval", QUERY_RESPONSE_INTERVAL,
		     10000),
	TIME_SETTING("last-member-interval", LAST_MEMBER_INTERVAL, 1000),
	NUMBER_SETTING("last-member-count", LAST_MEMBER_COUNT, 1, 0, 255, 0),
	TIME_SETTING("startup-query-interval", STARTUP_QUERY_INTERVAL, 0),
	NUMBER_SETTING("startup-query-count", STARTUP_QUERY_COUNT, 1, 0, 255,
		       0),
	ENUM_SETTING("gmi-rule", GMI_RULE, mcsnoop_gmi_rule_names,
		     MCSNOOP_NR_GMI_RULE, MCSNOOP_GMI_RULE_RFC9776),
	ENUM_SETTING("unregistered", UNREGISTERED, mcsnoop_unregistered_names,
		     MCSNOOP_UNREGISTERED_INHERIT, MCSNOOP_UNREGISTERED_AUTO),
	BOOL_SETTING("flood-ff02", FLOOD_FF02, 1),
	BOOL_SETTING("zero-query-router", ZERO_QUERY_ROUTER, 1),
	BOOL_SETTING("forward-invalid", FORWARD_INVALID, 0),
	NUMBER_SETTING("max-groups", MAX_GROUPS, 4, 1, UINT32_MAX, 32768),
	NUMBER_SETTING("max-port-groups", MAX_PORT_GROUPS, 4, 1, UINT32_MAX,
		       4096),
	NUMBER_SETTING("max-sources", MAX_SOURCES, 4, 1, 4096, 128),
	NUMBER_SETTING("max-records", MAX_RECORDS, 4, 1, 8192, 512),
	NUMBER_SETTING("max-vlans", MAX_VLANS, 4, 0, 4095, 64),
};

static int configure(struct args *args, uint8_t cmd, unsigned int nr_params,
		     unsigned int settings)
{
	struct value values[BRIDGE_NR_PARAMS];
	struct request req;
	int ret;

	ret = params_parse(args, bridge_params, nr_params, settings, values);
	if (!ret)
		ret = genl_open();
	if (ret)
		return ret;

	request_init(&req, cmd);
	params_put(&req, bridge_params, nr_params, values);
	return genl_do(&req, NULL);
}

static int bridge_add(struct args *args)
{
	return configure(args, MCSNOOP_CMD_BRIDGE_ADD, BRIDGE_NR_PARAMS, 0);
}

static int bridge_set(struct args *args)
{
	return configure(args, MCSNOOP_CMD_BRIDGE_SET, BRIDGE_NR_PARAMS, 1);
}

static int bridge_del(struct args *args)
{
	return configure(args, MCSNOOP_CMD_BRIDGE_DEL, 1, 0);
}

static const struct command commands[] = {
	{ "add", NULL, bridge_add },
	{ "set", "change", bridge_set },
	{ "del", "delete", bridge_del },
	{ "show", "list", bridge_show },
	{ NULL, NULL, NULL },
};

const struct object bridge_object = {
	.name = "bridge",
	.usage = usage,
	.commands = commands,
};
