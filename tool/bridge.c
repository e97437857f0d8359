// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop bridge: attach a bridge to the module, change its settings, detach
 * it again.
 */
#include <stdio.h>
#include <string.h>

#include "bridge.h"
#include "names_gen.h"
#include "rtnl.h"
#include "save.h"

static const char usage[] =
"Usage: mcsnoop bridge add dev DEV [ takeover ] [ SETTINGS ]\n"
"       mcsnoop bridge set dev DEV SETTINGS\n"
"       mcsnoop bridge del dev DEV [ giveback ]\n"
"       mcsnoop bridge [ show [ dev DEV ] ]\n"
"\n"
"SETTINGS := [ VLAN-SETTINGS ] [ flood-ff02 { on | off } ]\n"
"            [ forward-invalid { on | off } ] [ fast-leave { auto | on | off } ]\n"
"            [ drop-node-scope { on | off } ] [ mac-mode { on | off } ]\n"
"            [ fastpath { on | off } ] [ self-heal { on | off } ]\n"
"            [ follow-hosts { on | off } ]\n"
"            [ over-limit { refuse | replace } ]\n"
"            [ max-vlan-groups NUMBER ] [ max-host-groups NUMBER ]\n"
"            [ group-stats { on | off } ]\n"
"            [ max-groups NUMBER ] [ max-port-groups NUMBER ]\n"
"            [ max-sources NUMBER ] [ max-records NUMBER ] [ max-vlans NUMBER ]\n"
"            [ max-hosts NUMBER ] [ max-port-hosts NUMBER ]\n"
"            [ log-events KIB ] [ log-frames KIB ]\n"
"            [ examine PROTOCOL[,PROTOCOL]... | all | none ]\n"
"            [ ssm-range { PREFIX | none } ] [ ssm-range6 { PREFIX | none } ]\n"
VLAN_SETTINGS_USAGE
"PROTOCOL := { mld | igmp | mrd | pim | pimv1 | dvmrp | mospf }\n"
"TIME := 125, 125s, 1.5s, 200ms, 2m\n"
"PREFIX := 232.0.0.0/8; ff3e::/32, or ff3x::/32 for all scopes\n"
"\n"
"\"show\" tells whether data is pruned and which settings differ from those of\n"
"a new bridge; -d shows all settings, -s adds how old things are.\n"
"\n"
"With takeover the bridge's own snooping hands over what it knows and is switched\n"
"off; giveback does the reverse. No stream has a gap.\n";

#define A(name)	MCSNOOP_A_BRIDGE_##name
#define EXAMINE_ALL	((1U << MCSNOOP_NR_EXAMINE) - 1)

const struct param bridge_params[BRIDGE_NR_PARAMS] = {
	{ .name = "dev", .type = PARAM_DEV, .required = true,
	  .attr = A(IFINDEX), .width = 4 },
	/* a VLAN may have these of its own, see vlan.c */
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
	BOOL_SETTING("zero-query-router", ZERO_QUERY_ROUTER, 1),
	BOOL_SETTING("report-suppression", REPORT_SUPPRESSION, 0),
	BOOL_SETTING("proxy-reporting", PROXY_REPORTING, 0),
	BOOL_SETTING("tc-query", TC_QUERY, 1),
	BOOL_SETTING("lightweight", LIGHTWEIGHT, 0),
	BOOL_SETTING("source-filter", SOURCE_FILTER, 1),
	BOOL_SETTING("compat", COMPAT, 1),
	BOOL_SETTING("auto-lower", AUTO_LOWER, 0),
	BOOL_SETTING("host-tracking", HOST_TRACKING, 1),
	BOOL_SETTING("mrd-solicit", MRD_SOLICIT, 1),
	BOOL_SETTING("mrd-local-prefix", MRD_LOCAL_PREFIX, 0),
	ENUM_SETTING("mode", MODE, mcsnoop_mode_names, MCSNOOP_MODE_INHERIT,
		     MCSNOOP_MODE_ENFORCE),
	BOOL_SETTING("nd-aware", ND_AWARE, 0),
	/* only the bridge has these */
	BOOL_SETTING("flood-ff02", FLOOD_FF02, 1),
	BOOL_SETTING("forward-invalid", FORWARD_INVALID, 0),
	ENUM_SETTING("fast-leave", FAST_LEAVE, mcsnoop_fast_leave_names,
		     MCSNOOP_FAST_LEAVE_INHERIT, MCSNOOP_FAST_LEAVE_AUTO),
	BOOL_SETTING("drop-node-scope", DROP_NODE_SCOPE, 1),
	BOOL_SETTING("mac-mode", MAC_MODE, 0),
	BOOL_SETTING("fastpath", FASTPATH, 1),
	BOOL_SETTING("self-heal", SELF_HEAL, 1),
	BOOL_SETTING("follow-hosts", FOLLOW_HOSTS, 0),
	ENUM_SETTING("over-limit", OVER_LIMIT, mcsnoop_over_limit_names,
		     MCSNOOP_NR_OVER_LIMIT, MCSNOOP_OVER_LIMIT_REFUSE),
	NUMBER_SETTING("max-vlan-groups", MAX_VLAN_GROUPS, 4, 0, UINT32_MAX, 0),
	NUMBER_SETTING("max-host-groups", MAX_HOST_GROUPS, 4, 0, UINT32_MAX, 0),
	BOOL_SETTING("group-stats", GROUP_STATS, 0),
	NUMBER_SETTING("max-groups", MAX_GROUPS, 4, 1, UINT32_MAX, 32768),
	NUMBER_SETTING("max-port-groups", MAX_PORT_GROUPS, 4, 1, UINT32_MAX,
		       4096),
	NUMBER_SETTING("max-sources", MAX_SOURCES, 4, 1, 4096, 128),
	NUMBER_SETTING("max-records", MAX_RECORDS, 4, 1, 8192, 512),
	NUMBER_SETTING("max-vlans", MAX_VLANS, 4, 0, 4095, 64),
	NUMBER_SETTING("max-hosts", MAX_HOSTS, 4, 1, 4096, 64),
	NUMBER_SETTING("max-port-hosts", MAX_PORT_HOSTS, 4, 1, UINT32_MAX,
		       8192),
	NUMBER_SETTING("log-events", LOG_EVENTS, 4, 0, 4096, 64),
	NUMBER_SETTING("log-frames", LOG_FRAMES, 4, 0, 4096, 0),
	FLAGS_SETTING("examine", EXAMINE, mcsnoop_examine_names,
		      MCSNOOP_NR_EXAMINE, EXAMINE_ALL & ~MCSNOOP_EXAMINE_MOSPF),
	RANGE_SETTING("ssm-range", SSM_RANGE, 32, "232.0.0.0/8"),
	RANGE_SETTING("ssm-range6", SSM_RANGE6, 128, "ff3x::/32"),
};

static void detach(uint32_t ifindex)
{
	struct request req;

	request_init(&req, MCSNOOP_CMD_BRIDGE_DEL);
	mnl_attr_put_u32(req.nlh, A(IFINDEX), ifindex);
	genl_do(&req, NULL);
}

static int bridge_add(struct args *args)
{
	struct param params[BRIDGE_NR_PARAMS + 1];
	struct value values[BRIDGE_NR_PARAMS + 1];
	struct request req;
	bool take = false;
	int ret;

	memcpy(params, bridge_params, sizeof(bridge_params));
	params[BRIDGE_NR_PARAMS] = (struct param){
		.name = "takeover", .type = PARAM_BARE,
	};
	ret = params_parse(args, params, BRIDGE_NR_PARAMS + 1, 0, values);
	if (!ret)
		ret = genl_open();
	if (!ret && values[BRIDGE_NR_PARAMS].set)
		ret = takeover_begin(values[0].num, &take);
	if (ret)
		return ret;

	request_init(&req, MCSNOOP_CMD_BRIDGE_ADD);
	params_put(&req, bridge_params, BRIDGE_NR_PARAMS, values);
	if (take)
		mnl_attr_put(req.nlh, A(TAKEOVER), 0, NULL);
	ret = genl_do(&req, NULL);
	if (ret || !take)
		return ret;
	ret = takeover_finish(values[0].num);
	if (ret)
		detach(values[0].num);
	return ret;
}

static int bridge_set(struct args *args)
{
	return params_do(args, bridge_params, BRIDGE_NR_PARAMS, 1,
			 MCSNOOP_CMD_BRIDGE_SET);
}

static int bridge_del(struct args *args)
{
	struct param params[2] = {
		bridge_params[0],
		{ .name = "giveback", .type = PARAM_BARE },
	};
	struct messages reply = { 0 };
	struct value values[2];
	struct request req;
	int ret;

	ret = params_parse(args, params, 2, 0, values);
	if (!ret)
		ret = genl_open();
	if (!ret && values[1].set) {
		/* first: whether it is attached at all */
		request_init(&req, MCSNOOP_CMD_BRIDGE_GET);
		params_put(&req, params, 1, values);
		ret = genl_do(&req, &reply);
		messages_free(&reply);
		if (!ret)
			ret = giveback(values[0].num);
	}
	if (ret)
		return ret;

	request_init(&req, MCSNOOP_CMD_BRIDGE_DEL);
	params_put(&req, params, 1, values);
	return genl_do(&req, NULL);
}

/**
 * bridge_save - print the command that attaches a bridge as it is
 * @out: where
 * @ifindex: the bridge
 *
 * Return: exit status.
 */
int bridge_save(FILE *out, uint32_t ifindex)
{
	const struct nlattr *tb[MCSNOOP_A_BRIDGE_MAX + 1];
	struct messages reply = { 0 };
	const struct nlmsghdr *nlh;
	struct request req;
	int ret;

	request_init(&req, MCSNOOP_CMD_BRIDGE_GET);
	mnl_attr_put_u32(req.nlh, A(IFINDEX), ifindex);
	ret = genl_do(&req, &reply);
	nlh = message_next(&reply, NULL);
	if (!ret && nlh) {
		attrs_parse(nlh, tb, MCSNOOP_A_BRIDGE_MAX);
		fprintf(out, "bridge add dev %s", ifindex_name(ifindex));
		settings_save(out, tb, bridge_params + 1, BRIDGE_NR_PARAMS - 1,
			      0);
		fputc('\n', out);
	}
	messages_free(&reply);
	return ret;
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
