// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop filter: which groups and sources a port may ask for, and who may
 * report and advertise routers there.
 */
#include <string.h>

#include "save.h"

static const char usage[] =
"Usage: mcsnoop filter add dev BRIDGE [ port PORT ] FILTER\n"
"       mcsnoop filter del dev BRIDGE [ port PORT ] FILTER\n"
"       mcsnoop filter flush dev BRIDGE [ port PORT ]\n"
"       mcsnoop filter [ show [ dev BRIDGE ] [ port PORT ] ]\n"
"\n"
"FILTER := { permit | deny } grp PREFIX [ src PREFIX ] [ pref NUMBER ] |\n"
"          reporter PREFIX | router PREFIX\n"
"PREFIX := 239.0.0.0/8, ff1e::/16, 192.0.2.1\n"
"\n"
"The first group filter that matches decides, those of the port before those\n"
"without a port, in ascending order of pref (1000); what none matches is\n"
"permitted. reporter and router name the addresses that reports and router\n"
"advertisements may come from; without one of a family, all may. -s shows how\n"
"often each decided.\n";

#define A(name)	MCSNOOP_A_FILTER_##name

enum {
	PARAM_BRIDGE,
	PARAM_PORT,
	PARAM_PERMIT,
	PARAM_DENY,
	PARAM_GRP,
	PARAM_SRC,
	PARAM_PREF,
	PARAM_REPORTER,
	PARAM_ROUTER,
	NR_PARAMS,
	NR_OWNER = PARAM_PERMIT,
};

static const struct param params[NR_PARAMS] = {
	[PARAM_BRIDGE] = { .name = "dev", .type = PARAM_DEV, .required = true,
			   .attr = A(BRIDGE), .width = 4 },
	[PARAM_PORT] = { .name = "port", .type = PARAM_DEV, .attr = A(PORT),
			 .width = 4 },
	[PARAM_PERMIT] = { .name = "permit", .type = PARAM_BARE },
	[PARAM_DENY] = { .name = "deny", .type = PARAM_BARE },
	[PARAM_GRP] = { .name = "grp", .type = PARAM_PREFIX,
			.attr = A(GROUP) },
	[PARAM_SRC] = { .name = "src", .type = PARAM_PREFIX,
			.attr = A(SOURCE) },
	[PARAM_PREF] = { .name = "pref", .type = PARAM_NUMBER,
			 .attr = A(PREF), .width = 4, .max = UINT32_MAX },
	[PARAM_REPORTER] = { .name = "reporter", .type = PARAM_PREFIX,
			     .attr = A(SOURCE) },
	[PARAM_ROUTER] = { .name = "router", .type = PARAM_PREFIX,
			   .attr = A(SOURCE) },
};

/**
 * filter_print - print a filter
 * @nlh: the message about it
 * @show_dev: name the bridge in text
 */
void filter_print(const struct nlmsghdr *nlh, bool show_dev)
{
	const struct nlattr *tb[MCSNOOP_A_FILTER_MAX + 1];
	struct in6_addr addr;
	unsigned int kind;
	uint32_t bridge;
	bool group;

	attrs_parse(nlh, tb, MCSNOOP_A_FILTER_MAX);
	bridge = attr_uint(tb[A(BRIDGE)]);
	kind = attr_uint(tb[A(KIND)]);
	group = kind == MCSNOOP_FILTER_KIND_GROUP;

	put_uint(IN_JSON, "index", bridge);
	column("DEV", " dev ");
	put_dev(show_dev ? IN_BOTH : IN_JSON, "dev", bridge);
	column("PORT", " port ");
	if (tb[A(PORT)])
		put_dev(IN_BOTH, "port", attr_uint(tb[A(PORT)]));
	else if (table_active())
		text("all");
	column("FILTER", " ");
	put_str(IN_JSON, "kind", filter_kind_name(kind));
	if (group) {
		unsigned int action = attr_uint(tb[A(ACTION)]);

		paint(action == MCSNOOP_FILTER_ACTION_DENY ? C_BAD : C_GOOD);
		put_str(IN_BOTH, "action", filter_action_name(action));
	} else {
		put_str(IN_TEXT, NULL, filter_kind_name(kind));
	}
	if (attr_address(tb[A(GROUP)], &addr)) {
		text(" grp ");
		put_prefix(IN_BOTH, "grp", &addr,
			   attr_uint(tb[A(GROUP_LEN)]));
	}
	if (tb[A(SOURCE)]) {
		attr_address(tb[A(SOURCE)], &addr);
		text(group ? " src " : " ");
		put_prefix(IN_BOTH, "src", &addr,
			   attr_uint(tb[A(SOURCE_LEN)]));
	}
	column_right("PREF", " pref ");
	if (tb[A(PREF)])
		put_uint(IN_BOTH, "pref", attr_uint(tb[A(PREF)]));
	column_right("HITS", " hits ");
	if (tb[A(HITS)])
		put_uint(opt.stats ? IN_BOTH : IN_JSON, "hits",
			 attr_uint(tb[A(HITS)]));
	put_cause(tb[A(CAUSE)]);
}

static int filter_show(struct args *args)
{
	struct value values[NR_OWNER];
	struct messages filters = { 0 };
	const struct nlmsghdr *nlh = NULL;
	struct param owner[NR_OWNER];
	int ret;

	memcpy(owner, params, sizeof(owner));
	owner[PARAM_BRIDGE].required = false;
	ret = params_dump(args, owner, NR_OWNER, MCSNOOP_CMD_FILTER_GET,
			  values, &filters);
	if (!ret) {
		show_begin(true);
		while ((nlh = message_next(&filters, nlh))) {
			row_begin();
			filter_print(nlh, !values[PARAM_BRIDGE].set);
			row_end();
		}
		show_end();
	}
	messages_free(&filters);
	return ret;
}

/* Which kind of filter it is, and whether the words go together. */
static int kind_of(const struct args *args, const struct value *values,
		   bool add, uint8_t *kind)
{
	bool action = values[PARAM_PERMIT].set || values[PARAM_DENY].set;
	bool group = action || values[PARAM_GRP].set ||
		     values[PARAM_SRC].set || values[PARAM_PREF].set;

	if (values[PARAM_PERMIT].set && values[PARAM_DENY].set)
		return usage_error(args, "either \"permit\" or \"deny\"");
	if (group + values[PARAM_REPORTER].set + values[PARAM_ROUTER].set > 1)
		return usage_error(args,
				   "\"reporter\" and \"router\" stand alone");
	if (values[PARAM_REPORTER].set) {
		*kind = MCSNOOP_FILTER_KIND_REPORTER;
		return EXIT_OK;
	}
	if (values[PARAM_ROUTER].set) {
		*kind = MCSNOOP_FILTER_KIND_ROUTER;
		return EXIT_OK;
	}
	if (!values[PARAM_GRP].set)
		return usage_error(args,
				   "\"mcsnoop filter %s\" lacks \"grp\", \"reporter\" or \"router\"",
				   args->command);
	if (add && !action)
		return usage_error(args,
				   "\"mcsnoop filter add\" lacks \"permit\" or \"deny\"");
	*kind = MCSNOOP_FILTER_KIND_GROUP;
	return EXIT_OK;
}

static int change(struct args *args, uint8_t cmd)
{
	struct value values[NR_PARAMS];
	struct request req;
	uint8_t kind = 0;
	int ret;

	ret = params_read(args, params, NR_PARAMS, 0, values);
	if (!ret)
		ret = kind_of(args, values, cmd == MCSNOOP_CMD_FILTER_ADD,
			      &kind);
	if (!ret)
		ret = params_devices(params, NR_PARAMS, values);
	if (!ret)
		ret = genl_open();
	if (ret)
		return ret;

	request_init(&req, cmd);
	params_put(&req, params, NR_PARAMS, values);
	mnl_attr_put_u8(req.nlh, A(KIND), kind);
	if (values[PARAM_PERMIT].set || values[PARAM_DENY].set)
		mnl_attr_put_u8(req.nlh, A(ACTION), values[PARAM_DENY].set ?
				MCSNOOP_FILTER_ACTION_DENY :
				MCSNOOP_FILTER_ACTION_PERMIT);
	return genl_do(&req, NULL);
}

static int filter_add(struct args *args)
{
	return change(args, MCSNOOP_CMD_FILTER_ADD);
}

static int filter_del(struct args *args)
{
	return change(args, MCSNOOP_CMD_FILTER_DEL);
}

static int filter_flush(struct args *args)
{
	return params_do(args, params, NR_OWNER, 0, MCSNOOP_CMD_FILTER_DEL);
}

static void save_prefix(FILE *out, const char *key, const struct nlattr *attr,
			const struct nlattr *len)
{
	char buf[INET6_ADDRSTRLEN];
	struct in6_addr addr;

	if (attr_address(attr, &addr))
		fprintf(out, " %s %s/%u", key,
			addr_text(&addr, true, buf, sizeof(buf)),
			(unsigned int)attr_uint(len));
}

static void save_one(FILE *out, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MCSNOOP_A_FILTER_MAX + 1];
	unsigned int kind;

	attrs_parse(nlh, tb, MCSNOOP_A_FILTER_MAX);
	kind = attr_uint(tb[A(KIND)]);
	fprintf(out, "filter add dev %s",
		ifindex_name(attr_uint(tb[A(BRIDGE)])));
	if (tb[A(PORT)])
		fprintf(out, " port %s",
			ifindex_name(attr_uint(tb[A(PORT)])));
	if (kind == MCSNOOP_FILTER_KIND_GROUP) {
		fprintf(out, " %s",
			filter_action_name(attr_uint(tb[A(ACTION)])));
		save_prefix(out, "grp", tb[A(GROUP)], tb[A(GROUP_LEN)]);
		save_prefix(out, "src", tb[A(SOURCE)], tb[A(SOURCE_LEN)]);
		fprintf(out, " pref %u",
			(unsigned int)attr_uint(tb[A(PREF)]));
	} else {
		save_prefix(out, filter_kind_name(kind), tb[A(SOURCE)],
			    tb[A(SOURCE_LEN)]);
	}
	fputc('\n', out);
}

/**
 * filter_save - print the commands that make the filters of a bridge
 * @out: where
 * @ifindex: the bridge
 *
 * Return: exit status.
 */
int filter_save(FILE *out, uint32_t ifindex)
{
	return save_dump(out, MCSNOOP_CMD_FILTER_GET, A(BRIDGE), ifindex,
			 save_one);
}

static const struct command commands[] = {
	{ "add", NULL, filter_add },
	{ "del", "delete", filter_del },
	{ "flush", NULL, filter_flush },
	{ "show", "list", filter_show },
	{ NULL, NULL, NULL },
};

const struct object filter_object = {
	.name = "filter",
	.usage = usage,
	.commands = commands,
};
