// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop stats: counters that are not zero, per bridge or per port.
 */
#include <stdio.h>
#include <string.h>

#include "tool.h"

#define MAX_COUNTERS	256
#define DOC_COLUMN	35
#define DOC_WIDTH	44

static const char usage[] =
"Usage: mcsnoop stats [ show [ dev BRIDGE ] [ port PORT ]\n"
"                            [ -o { text | prometheus } ] ]\n"
"\n"
"Counters of each bridge, the sum of its ports; -s shows each port. With\n"
"-o prometheus those of each port and some state, as Prometheus reads it.\n";

#define A(name)	MCSNOOP_A_STATS_##name

enum {
	SHOW_DEV,
	SHOW_PORT,
	SHOW_FORMAT,
};

enum {
	FORMAT_TEXT,
	FORMAT_PROMETHEUS,
	NR_FORMATS,
};

static const char *const formats[NR_FORMATS] = {
	[FORMAT_TEXT] = "text",
	[FORMAT_PROMETHEUS] = "prometheus",
};

/* The kernel limits the dump to a bridge, the port is looked for here. */
static const struct param show_params[] = {
	[SHOW_DEV] = { .name = "dev", .type = PARAM_DEV,
		       .attr = A(BRIDGE), .width = 4 },
	[SHOW_PORT] = { .name = "port", .type = PARAM_DEV },
	[SHOW_FORMAT] = { .name = "-o", .type = PARAM_ENUM, .names = formats,
			  .nr = NR_FORMATS },
};

/* Counters belong together whose names begin alike. */
static const struct {
	const char *prefix;
	const char *heading;
} headings[] = {
	{ "rx_", "received" },
	{ "tx_", "sent" },
	{ "drop_", "refused" },
	{ "note_", "noted" },
	{ "skip_", "passed over" },
	{ "leave_", "leaves" },
	{ "limit_", "limits" },
	{ "no_memory", "limits" },
	{ "event_", "limits" },
	{ "data_", "data" },
	{ "pruned_", "data" },
	{ "reports_", "data" },
	{ "observe_", "observed" },
	{ "nd_", "neighbours" },
	{ "path_", "fast path" },
	{ "", "other" },
};

static const char *heading_of(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(headings) - 1; i++)
		if (!strncmp(name, headings[i].prefix,
			     strlen(headings[i].prefix)))
			break;
	return headings[i].heading;
}

/* What a counter counts, broken into lines; the heading says the rest. */
static void print_doc(const char *doc)
{
	static const char *const said[] = { "refused, ", "accepted, " };
	unsigned int i;
	size_t len;

	for (i = 0; i < ARRAY_SIZE(said); i++)
		if (!strncmp(doc, said[i], strlen(said[i])))
			doc += strlen(said[i]);
	for (;;) {
		len = strlen(doc);
		if (len > DOC_WIDTH) {
			len = DOC_WIDTH;
			while (len && doc[len] != ' ')
				len--;
		}
		if (!len)
			break;
		text("%.*s", (int)len, doc);
		doc += len;
		if (!*doc)
			break;
		doc++;
		text("\n%*s", DOC_COLUMN, "");
	}
}

static void print_heading(const uint64_t *counts, const char *heading)
{
	bool any = false;
	unsigned int id;
	char buf[24];

	for (id = 0; id < MAX_COUNTERS; id++) {
		const char *name = counter_name(id);

		if (!counts[id] || strcmp(heading_of(name), heading))
			continue;
		if (!any)
			text("\n  %s", heading);
		any = true;
		snprintf(buf, sizeof(buf), "%llu",
			 (unsigned long long)counts[id]);
		text("\n%*s", 14 - (int)strlen(buf), "");
		put_uint(IN_BOTH, name, counts[id]);
		text("  %s", name);
		if (*counter_doc(id))
			text("%*s", DOC_COLUMN - 16 - (int)strlen(name), "");
		print_doc(counter_doc(id));
	}
}

static void print_counts(uint32_t bridge, uint32_t port, bool sum,
			 const uint64_t *counts)
{
	unsigned int i;

	row_begin();
	put_uint(IN_JSON, "index", bridge);
	put_dev(IN_BOTH, "dev", bridge);
	if (!sum) {
		text(" port ");
		put_dev(IN_BOTH, "port", port);
	}
	open_object("counters");
	for (i = 0; i < ARRAY_SIZE(headings); i++)
		if (!i || strcmp(headings[i].heading, headings[i - 1].heading))
			print_heading(counts, headings[i].heading);
	close_object();
	row_end();
}

static void add_counts(const struct nlmsghdr *nlh, uint64_t *counts)
{
	const struct nlattr *tb[MCSNOOP_A_COUNT_MAX + 1];
	const struct nlattr *attr = NULL;
	uint32_t id;

	while ((attr = attr_next_of_type(nlh, attr, A(COUNTS)))) {
		attrs_parse_nested(attr, tb, MCSNOOP_A_COUNT_MAX);
		id = attr_uint(tb[MCSNOOP_A_COUNT_ID]);
		if (tb[MCSNOOP_A_COUNT_ID] && id < MAX_COUNTERS)
			counts[id] += attr_uint(tb[MCSNOOP_A_COUNT_VALUE]);
	}
}

/* The ports of a bridge follow each other. */
static void print_stats(const struct messages *msgs,
			const struct value *port_value)
{
	bool sum = !opt.stats && !port_value->set;
	uint64_t counts[MAX_COUNTERS] = { 0 };
	const struct nlmsghdr *nlh = NULL;
	uint32_t last = 0;

	show_begin(false);
	while ((nlh = message_next(msgs, nlh))) {
		const struct nlattr *tb[MCSNOOP_A_STATS_MAX + 1];
		uint32_t bridge;
		uint32_t port;

		attrs_parse(nlh, tb, MCSNOOP_A_STATS_MAX);
		bridge = attr_uint(tb[A(BRIDGE)]);
		port = attr_uint(tb[A(PORT)]);
		if (port_value->set && port_value->num != port)
			continue;
		if (sum && last && last != bridge)
			print_counts(last, 0, true, counts);
		if (!sum || last != bridge)
			memset(counts, 0, sizeof(counts));
		add_counts(nlh, counts);
		if (!sum)
			print_counts(bridge, port, false, counts);
		last = bridge;
	}
	if (sum && last)
		print_counts(last, 0, true, counts);
	show_end();
}

static int stats_show(struct args *args)
{
	struct value values[ARRAY_SIZE(show_params)];
	struct messages msgs = { 0 };
	struct request req;
	bool prometheus;
	int ret;

	ret = params_parse(args, show_params, ARRAY_SIZE(show_params), 0,
			   values);
	prometheus = !ret && values[SHOW_FORMAT].set &&
		     values[SHOW_FORMAT].num == FORMAT_PROMETHEUS;
	if (prometheus && opt.json)
		ret = usage_error(args, "either \"-j\" or \"-o prometheus\"");
	if (!ret)
		ret = genl_open();
	if (ret)
		return ret;

	request_init(&req, MCSNOOP_CMD_STATS_GET);
	params_put(&req, show_params, ARRAY_SIZE(show_params), values);
	ret = genl_dump(&req, &msgs);
	if (!ret && prometheus)
		ret = prometheus_print(&msgs, values[SHOW_DEV].num,
				       values[SHOW_PORT].num);
	else if (!ret)
		print_stats(&msgs, &values[SHOW_PORT]);
	messages_free(&msgs);
	return ret;
}

static const struct command commands[] = {
	{ "show", "list", stats_show },
	{ NULL, NULL, NULL },
};

const struct object stats_object = {
	.name = "stats",
	.usage = usage,
	.commands = commands,
};
