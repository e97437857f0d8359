// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop vlan: settings that a VLAN, or one family in it, does not take from
 * its bridge.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "save.h"

static const char usage[] =
"Usage: mcsnoop vlan set dev BRIDGE vid VLAN [ family { ipv4 | ipv6 } ]\n"
"            VLAN-SETTINGS\n"
"       mcsnoop vlan reset dev BRIDGE vid VLAN [ family { ipv4 | ipv6 } ]\n"
"       mcsnoop vlan [ show [ dev BRIDGE ] [ vid VLAN ] ]\n"
"\n"
VLAN_SETTINGS_USAGE
"TIME := 125, 125s, 1.5s, 200ms, 2m\n"
"\n"
"A VLAN takes what is not set here from its bridge. \"show\" tells what it has\n"
"of its own, -d all settings in force. vid 0 is what has no tag on a bridge\n"
"without VLAN filtering.\n";

#define A(name)	MCSNOOP_A_BRIDGE_##name
#define G(name)	MCSNOOP_A_GROUP_##name

enum {
	SET_DEV,
	SET_VID,
	SET_FAMILY,
	SET_FIRST,
	SET_NR = SET_FIRST + VLAN_NR_SETTINGS,
};

static int request(struct args *args, uint8_t cmd, bool settings)
{
	struct param params[SET_NR] = {
		[SET_DEV] = { .name = "dev", .type = PARAM_DEV,
			      .required = true, .attr = A(IFINDEX),
			      .width = 4 },
		[SET_VID] = { .name = "vid", .type = PARAM_NUMBER,
			      .required = true, .attr = A(VID), .width = 2,
			      .max = 4094 },
		[SET_FAMILY] = { .name = "family", .type = PARAM_FAMILY,
				 .attr = A(FAMILY), .width = 1 },
	};

	memcpy(&params[SET_FIRST], &bridge_params[1],
	       VLAN_NR_SETTINGS * sizeof(params[0]));
	return params_do(args, params, settings ? SET_NR : SET_FIRST,
			 settings ? SET_FIRST : 0, cmd);
}

static int vlan_set(struct args *args)
{
	return request(args, MCSNOOP_CMD_VLAN_SET, true);
}

static int vlan_reset(struct args *args)
{
	return request(args, MCSNOOP_CMD_VLAN_RESET, false);
}

/* The version of the other family means nothing here. */
static bool is_settled(const struct param *param, bool v6)
{
	if (param->attr == A(ND_AWARE))
		return v6;
	return param->attr != (v6 ? A(IGMP_VERSION) : A(MLD_VERSION));
}

#define Q(name)	MCSNOOP_A_QUERIER_##name

/* What the VLAN and family of a message does; false when it is not there. */
static bool find_querier(const struct messages *queriers,
			 const struct nlattr *const *vlan,
			 const struct nlattr **tb)
{
	const struct nlmsghdr *nlh = NULL;

	while ((nlh = message_next(queriers, nlh))) {
		attrs_parse(nlh, tb, MCSNOOP_A_QUERIER_MAX);
		if (attr_uint(tb[Q(BRIDGE)]) == attr_uint(vlan[A(IFINDEX)]) &&
		    attr_uint(tb[Q(VID)]) == attr_uint(vlan[A(VID)]) &&
		    attr_uint(tb[Q(FAMILY)]) == attr_uint(vlan[A(FAMILY)]))
			return true;
	}
	return false;
}

/* Whether data is pruned there, since when, and on what evidence. */
static void print_pruning(const struct messages *queriers,
			  const struct nlattr *const *vlan)
{
	const struct nlattr *tb[MCSNOOP_A_QUERIER_MAX + 1];
	struct evidence evidence;
	unsigned int pruning;

	column("PRUNING", " ");
	if (!find_querier(queriers, vlan, tb)) {	/* set up before it is there */
		column_right("FOR", " ");
		column("EVIDENCE", " ");
		return;
	}
	evidence_read(tb, &evidence);
	pruning = attr_uint(tb[Q(PRUNING)]);
	paint(pruning == MCSNOOP_PRUNING_ACTIVE && !evidence.observe ? C_GOOD :
								 C_WARN);
	put_str(IN_BOTH, "pruning", pruning_name(pruning));
	if (evidence.observe)
		text(", observed");
	column_right("FOR", " ");
	put_ms(IN_BOTH, "since", evidence.since);
	column("EVIDENCE", " ");
	evidence_print(&evidence);
}

/**
 * vlan_print - print the settings in force in one VLAN and family
 * @nlh: the message about it
 * @queriers: a dump of queriers; NULL for an event
 * @show_dev: name the bridge in text
 */
void vlan_print(const struct nlmsghdr *nlh, const struct messages *queriers,
		bool show_dev)
{
	const struct nlattr *tb[MCSNOOP_A_BRIDGE_MAX + 1];
	unsigned int family, i;
	uint32_t bridge;
	uint64_t own;

	attrs_parse(nlh, tb, MCSNOOP_A_BRIDGE_MAX);
	bridge = attr_uint(tb[A(IFINDEX)]);
	family = attr_uint(tb[A(FAMILY)]);
	own = attr_uint(tb[A(OWN)]);

	put_uint(IN_JSON, "index", bridge);
	column("DEV", " dev ");
	put_dev(show_dev ? IN_BOTH : IN_JSON, "dev", bridge);
	column_right("VLAN", " vid ");
	put_uint(IN_BOTH, "vid", attr_uint(tb[A(VID)]));
	column("FAMILY", " family ");
	put_str(IN_BOTH, "family", family_name(family));
	if (queriers)
		print_pruning(queriers, tb);
	column("SETTINGS", ":");
	if (!own)
		text(opt.json ? "" : "as the bridge");
	open_list("own");
	for (i = 1; i <= VLAN_NR_SETTINGS; i++) {
		const struct param *param = &bridge_params[i];

		if (!is_settled(param, family == AF_INET6))
			tb[param->attr] = NULL;
		else if (own & setting_bit(param->attr))
			put_str(IN_JSON, NULL, param->name);
	}
	close_list();
	settings_print(tb, bridge_params + 1, VLAN_NR_SETTINGS,
		       opt.details ? ~0ULL : own, opt.details ? 6 : 0);
}

/*
 * What its records were delivered while group-stats was on: those that are gone
 * are in the sum of the VLAN, the others count for themselves.
 */
static void print_delivered(const struct nlmsghdr *vlan_nlh,
			    const struct messages *queriers,
			    const struct messages *groups)
{
	const struct nlattr *vlan[MCSNOOP_A_BRIDGE_MAX + 1];
	const struct nlattr *tb[MCSNOOP_A_QUERIER_MAX + 1];
	const struct nlattr *group[MCSNOOP_A_GROUP_MAX + 1];
	enum where where = opt.stats ? IN_BOTH : IN_JSON;
	const struct nlmsghdr *nlh = NULL;
	uint64_t frames, bytes;
	struct in6_addr addr;
	bool more = false;

	attrs_parse(vlan_nlh, vlan, MCSNOOP_A_BRIDGE_MAX);
	if (!find_querier(queriers, vlan, tb) || !tb[Q(ENDED_FRAMES)])
		return;
	frames = attr_uint(tb[Q(ENDED_FRAMES)]);
	bytes = attr_uint(tb[Q(ENDED_BYTES)]);
	while ((nlh = message_next(groups, nlh))) {
		bool again = more;

		attrs_parse(nlh, group, MCSNOOP_A_GROUP_MAX);
		more = !!group[G(MORE)];
		if (again ||	/* the rest of a long list */
		    !attr_address(group[G(ADDRESS)], &addr) ||
		    attr_uint(group[G(BRIDGE)]) != attr_uint(vlan[A(IFINDEX)]) ||
		    attr_uint(group[G(VID)]) != attr_uint(vlan[A(VID)]) ||
		    addr_is_v4(&addr) != (attr_uint(vlan[A(FAMILY)]) == AF_INET))
			continue;
		frames += attr_uint(group[G(DELIVERED_FRAMES)]);
		bytes += attr_uint(group[G(DELIVERED_BYTES)]);
	}
	if (where & IN_TEXT) {
		note();
		text("delivered: ");
	}
	put_uint(where, "delivered_frames", frames);
	if (where & IN_TEXT)
		text(" frames, ");
	put_uint(where, "delivered_bytes", bytes);
	if (where & IN_TEXT)
		text(" bytes");
}

enum {
	SHOW_DEV,
	SHOW_VID,
};

/* The kernel limits the dump to a bridge, the VLAN is looked for here. */
static const struct param querier_params[] = {
	[SHOW_DEV] = { .name = "dev", .attr = Q(BRIDGE), .width = 4 },
};

static const struct param group_params[] = {
	[SHOW_DEV] = { .name = "dev", .attr = G(BRIDGE), .width = 4 },
};

static const struct param show_params[] = {
	[SHOW_DEV] = { .name = "dev", .type = PARAM_DEV,
		       .attr = A(IFINDEX), .width = 4 },
	[SHOW_VID] = { .name = "vid", .type = PARAM_NUMBER, .max = 4094 },
};

/* Is group-stats on? */
static bool are_counted(const struct messages *queriers)
{
	const struct nlattr *tb[MCSNOOP_A_QUERIER_MAX + 1];
	const struct nlmsghdr *nlh = NULL;

	while ((nlh = message_next(queriers, nlh))) {
		attrs_parse(nlh, tb, MCSNOOP_A_QUERIER_MAX);
		if (tb[Q(ENDED_FRAMES)])
			return true;
	}
	return false;
}

static int vlan_show(struct args *args)
{
	const struct nlattr *tb[MCSNOOP_A_BRIDGE_MAX + 1];
	struct value values[ARRAY_SIZE(show_params)];
	const struct nlmsghdr *nlh = NULL;
	struct messages queriers = { 0 };
	struct messages groups = { 0 };
	struct messages vlans = { 0 };
	struct request req;
	int ret;

	ret = params_dump(args, show_params, ARRAY_SIZE(show_params),
			  MCSNOOP_CMD_VLAN_GET, values, &vlans);
	if (!ret) {
		request_init(&req, MCSNOOP_CMD_QUERIER_GET);
		params_put(&req, querier_params, 1, values);
		ret = genl_dump(&req, &queriers);
	}
	/* there may be many, and they may not be shown */
	if (!ret && (opt.json || opt.stats) && are_counted(&queriers)) {
		request_init(&req, MCSNOOP_CMD_GROUP_GET);
		params_put(&req, group_params, 1, values);
		ret = genl_dump(&req, &groups);
	}
	if (!ret) {
		show_begin(true);
		while ((nlh = message_next(&vlans, nlh))) {
			attrs_parse(nlh, tb, MCSNOOP_A_BRIDGE_MAX);
			if (values[SHOW_VID].set &&
			    values[SHOW_VID].num != attr_uint(tb[A(VID)]))
				continue;
			row_begin();
			vlan_print(nlh, &queriers, !values[SHOW_DEV].set);
			print_delivered(nlh, &queriers, &groups);
			row_end();
		}
		show_end();
	}
	messages_free(&queriers);
	messages_free(&groups);
	messages_free(&vlans);
	return ret;
}

static void save_one(FILE *out, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MCSNOOP_A_BRIDGE_MAX + 1];
	unsigned int i;
	uint64_t own;

	attrs_parse(nlh, tb, MCSNOOP_A_BRIDGE_MAX);
	own = attr_uint(tb[A(OWN)]);
	if (!own)
		return;
	for (i = 1; i <= VLAN_NR_SETTINGS; i++)
		if (!(own & setting_bit(bridge_params[i].attr)))
			tb[bridge_params[i].attr] = NULL;
	fprintf(out, "vlan set dev %s vid %u family %s",
		ifindex_name(attr_uint(tb[A(IFINDEX)])),
		(unsigned int)attr_uint(tb[A(VID)]),
		family_name(attr_uint(tb[A(FAMILY)])));
	settings_save(out, tb, bridge_params + 1, VLAN_NR_SETTINGS, own);
	fputc('\n', out);
}

/**
 * vlan_save - print the commands that make the VLAN settings of a bridge
 * @out: where
 * @ifindex: the bridge
 *
 * Return: exit status.
 */
int vlan_save(FILE *out, uint32_t ifindex)
{
	return save_dump(out, MCSNOOP_CMD_VLAN_GET, A(IFINDEX), ifindex,
			 save_one);
}

static const struct command commands[] = {
	{ "set", "change", vlan_set },
	{ "reset", NULL, vlan_reset },
	{ "show", "list", vlan_show },
	{ NULL, NULL, NULL },
};

const struct object vlan_object = {
	.name = "vlan",
	.usage = usage,
	.commands = commands,
};
