// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop group: which port wants which group from which sources, and
 * entries made by hand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "save.h"

/* How much of a list of sources the table shows without -d. */
#define SOURCES_WIDTH	16

static const char usage[] =
"Usage: mcsnoop group add dev BRIDGE port PORT WHAT [ vid VLAN ]\n"
"       mcsnoop group del dev BRIDGE port PORT WHAT [ vid VLAN ]\n"
"       mcsnoop group [ show [ dev BRIDGE ] [ vid VLAN ] [ grp GROUP | mac MAC ]\n"
"                     [ port PORT ] ]\n"
"       mcsnoop group learn dev BRIDGE port PORT grp GROUP [ vid VLAN ]\n"
"            mode { include | exclude } [ sources SOURCE[,SOURCE]... ]\n"
"            [ blocked SOURCE[,SOURCE]... ] [ timer TIME ] [ version NUMBER ]\n"
"            [ reporter ADDRESS ] [ reporter-mac MAC ]\n"
"\n"
"WHAT := grp GROUP [ src SOURCE ] | mac MAC\n"
"\n"
"Entries that are added are static, they never expire. PORT may be the bridge\n"
"itself, its host side. With mac every frame to a multicast MAC address is meant,\n"
"whatever it carries. -d shows every source, who reported it and in which\n"
"version of the protocol; -s how old an entry is and, with group-stats on, what\n"
"the port was sent of it. learn takes over what a host has reported elsewhere,\n"
"see mcsnoop save.\n";

#define A(name)	MCSNOOP_A_GROUP_##name

enum {
	PARAM_BRIDGE,
	PARAM_PORT,
	PARAM_GRP,
	PARAM_VID,
	PARAM_MACADDR,
	PARAM_SRC,
	NR_PARAMS,
};

static const struct param params[NR_PARAMS] = {
	[PARAM_BRIDGE] = { .name = "dev", .type = PARAM_DEV, .required = true,
			   .attr = A(BRIDGE), .width = 4 },
	[PARAM_PORT] = { .name = "port", .type = PARAM_DEV, .required = true,
			 .attr = A(PORT), .width = 4 },
	[PARAM_GRP] = { .name = "grp", .type = PARAM_ADDRESS,
			.attr = A(ADDRESS) },
	[PARAM_VID] = { .name = "vid", .type = PARAM_NUMBER,
			.attr = A(VID), .width = 2, .max = 4094 },
	[PARAM_MACADDR] = { .name = "mac", .type = PARAM_MAC,
			    .attr = A(MAC) },
	[PARAM_SRC] = { .name = "src", .type = PARAM_ADDRESS,
			.attr = A(SOURCE) },
};

/* One source of an entry. */
struct source {
	struct in6_addr addr;
	unsigned int state;
	bool has_timer;
	uint32_t timer;
};

/* Where a walk over the sources of an entry is. */
struct source_walk {
	const struct messages *msgs;
	const struct nlmsghdr *nlh;
	const struct nlattr *attr;
	unsigned int left;
};

/* An entry of the table: messages that follow each other. */
struct entry {
	uint32_t bridge;
	uint32_t port;
	uint16_t vid;
	bool is_static;
	struct in6_addr addr;
	size_t offset;
	unsigned int nr;
};

static bool source_next(struct source_walk *walk, struct source *source)
{
	const struct nlattr *tb[MCSNOOP_A_SOURCE_MAX + 1];

	for (;;) {
		walk->attr = attr_next_of_type(walk->nlh, walk->attr,
					       A(SOURCES));
		if (walk->attr)
			break;
		if (!walk->left)
			return false;
		walk->left--;
		walk->nlh = message_next(walk->msgs, walk->nlh);
		if (!walk->nlh)
			return false;
	}
	attrs_parse_nested(walk->attr, tb, MCSNOOP_A_SOURCE_MAX);
	attr_address(tb[MCSNOOP_A_SOURCE_ADDRESS], &source->addr);
	source->state = attr_uint(tb[MCSNOOP_A_SOURCE_STATE]);
	source->has_timer = !!tb[MCSNOOP_A_SOURCE_TIMER];
	source->timer = attr_uint(tb[MCSNOOP_A_SOURCE_TIMER]);
	return true;
}

/*
 * The sources as one reads them: those that are wanted, or "any but" those
 * that are not. A source of an exclude record that is forwarded is part of
 * "any". An event does not have all of a long list, which is then @cut.
 * Return: how long until the last source is gone, 0 when unknown.
 */
static uint32_t sources_text(const struct source_walk *start, bool exclude,
			     bool v6, bool cut)
{
	struct source_walk walk = *start;
	char buf[INET6_ADDRSTRLEN];
	struct source source;
	unsigned int listed = 0;
	unsigned int more = 0;
	uint32_t last = 0;
	size_t len = 0;

	column("SOURCES", " from ");
	if (exclude)
		text("any");
	while (source_next(&walk, &source)) {
		bool blocked = source.state == MCSNOOP_SOURCE_STATE_BLOCKED;

		if (source.timer > last)
			last = source.timer;
		if (exclude != blocked)
			continue;
		addr_text(&source.addr, v6, buf, sizeof(buf));
		len += strlen(buf) + 1;
		if (listed && len > SOURCES_WIDTH) {
			more++;
			continue;
		}
		text("%s%s", listed ? " " : exclude ? " but " : "", buf);
		listed++;
	}
	if (cut)
		text(" and more");
	else if (more)
		text(" +%u", more);
	if (!exclude && !listed)
		text("none");
	return exclude ? 0 : last;
}

static void print_sources(struct source_walk *walk, bool v6)
{
	enum where where = opt.details ? IN_BOTH : IN_JSON;
	struct source source;

	open_list("source_list");
	while (source_next(walk, &source)) {
		open_object(NULL);
		if (opt.details) {
			note();
			text("source ");
		}
		put_addr(where, "address", &source.addr, v6);
		if (opt.details)
			text(" ");
		put_str(where, "state", source_state_name(source.state));
		if (source.has_timer) {
			if (opt.details)
				text(", expires in ");
			put_ms(where, "timer", source.timer);
		}
		close_object();
	}
	close_list();
}

static void print_hosts(const struct nlattr **tb, enum where where)
{
	uint32_t complete_in = attr_uint(tb[A(HOSTS_COMPLETE_IN)]);
	uint32_t hosts = attr_uint(tb[A(HOSTS)]);

	if (where & IN_TEXT)
		note();
	put_uint(where, "hosts", hosts);
	if (where & IN_TEXT)
		text(" host%s known", hosts == 1 ? "" : "s");
	if (complete_in && where & IN_TEXT)
		text(", there may be others: all are known in ");
	put_ms(complete_in ? where : IN_JSON, "hosts_complete_in", complete_in);
}

static void print_reporter(const struct nlattr **tb, bool v6, bool is_static)
{
	enum where where = opt.details && !is_static ? IN_BOTH : IN_JSON;
	bool any = false;
	uint8_t mac[6];

	if (where & IN_TEXT)
		note();
	put_str(IN_JSON, "protocol", is_static ? "static" :
				     v6 ? "mld" : "igmp");
	if (tb[A(HOST_VERSION)]) {
		if (where & IN_TEXT)
			text("hosts speak %s version ", v6 ? "MLD" : "IGMP");
		put_uint(where, "host_version",
			 attr_uint(tb[A(HOST_VERSION)]));
		any = true;
	}
	if (tb[A(UNCONFIRMED)]) {
		if (where & IN_TEXT)
			text("%staken over, not reported since",
			     any ? ", " : "");
		put_bool(IN_JSON, "unconfirmed", true);
		any = true;
	}
	if (attr_mac(tb[A(REPORTER_MAC)], mac)) {
		if (where & IN_TEXT)
			text("%slast report from ", any ? ", " : "");
		put_mac(where, "reporter_mac", mac);
	}
	if (tb[A(HOSTS)])
		print_hosts(tb, where);
}

/* What would have been kept from ports that did not ask for it. */
static void print_observed(const struct nlattr **tb)
{
	enum where where = opt.stats ? IN_BOTH : IN_JSON;

	if (!tb[A(OBSERVE_DATA)])
		return;
	if (where & IN_TEXT) {
		note();
		text("would have been kept from other ports: ");
	}
	put_uint(where, "observe_data", attr_uint(tb[A(OBSERVE_DATA)]));
	if (where & IN_TEXT)
		text(" frames, ");
	put_uint(where, "observe_bytes", attr_uint(tb[A(OBSERVE_BYTES)]));
	if (where & IN_TEXT)
		text(" bytes");
}

/* What the port was sent of it, where that is counted. */
static void print_delivered(const struct nlattr **tb)
{
	enum where where = opt.stats ? IN_BOTH : IN_JSON;

	if (!tb[A(DELIVERED_FRAMES)])
		return;
	if (where & IN_TEXT) {
		note();
		text("delivered: ");
	}
	put_uint(where, "delivered_frames",
		 attr_uint(tb[A(DELIVERED_FRAMES)]));
	if (where & IN_TEXT)
		text(" frames, ");
	put_uint(where, "delivered_bytes", attr_uint(tb[A(DELIVERED_BYTES)]));
	if (where & IN_TEXT)
		text(" bytes");
	if (!tb[A(DELIVERED_AGO)])
		return;
	if (where & IN_TEXT)
		text(", the last ");
	put_ms(where, "delivered_ago", attr_uint(tb[A(DELIVERED_AGO)]));
	if (where & IN_TEXT)
		text(" ago");
}

/**
 * group_print - print an entry
 * @msgs: the messages of which @first is one
 * @first: the first message about the entry
 * @nr: how many messages after each other are about it
 * @show_dev: name the bridge in text
 */
void group_print(const struct messages *msgs, const struct nlmsghdr *first,
		 unsigned int nr, bool show_dev)
{
	struct source_walk walk = { .msgs = msgs, .nlh = first, .left = nr - 1 };
	const struct nlattr *tb[MCSNOOP_A_GROUP_MAX + 1];
	struct in6_addr addr;
	uint32_t last_source;
	uint32_t bridge;
	bool is_static;
	bool exclude;
	bool by_mac;
	bool cut;
	bool v6;
	uint8_t mac[6];

	attrs_parse(first, tb, MCSNOOP_A_GROUP_MAX);
	bridge = attr_uint(tb[A(BRIDGE)]);
	is_static = !!tb[A(STATIC)];
	cut = nr == 1 && tb[A(MORE)];
	exclude = attr_uint(tb[A(FILTER_MODE)]) == MCSNOOP_FILTER_MODE_EXCLUDE;
	attr_address(tb[A(ADDRESS)], &addr);
	v6 = !addr_is_v4(&addr);

	put_uint(IN_JSON, "index", bridge);
	column("DEV", " dev ");
	put_dev(show_dev ? IN_BOTH : IN_JSON, "dev", bridge);
	column("PORT", " port ");
	put_dev(IN_BOTH, "port", attr_uint(tb[A(PORT)]));
	column_right("VLAN", " vid ");
	if (attr_uint(tb[A(VID)]))
		put_uint(IN_BOTH, "vid", attr_uint(tb[A(VID)]));
	by_mac = attr_mac(tb[A(MAC)], mac);
	column("GROUP", by_mac ? " mac " : " grp ");
	if (by_mac)
		put_mac(IN_BOTH, "grp", mac);
	else
		put_addr(IN_BOTH, "grp", &addr, v6);
	put_str(IN_JSON, "state", is_static ? "permanent" : "temp");
	column("MODE", " mode ");
	put_str(table_active() ? IN_BOTH : IN_JSON, "filter_mode",
		filter_mode_name(attr_uint(tb[A(FILTER_MODE)])));
	last_source = sources_text(&walk, exclude, v6, cut);

	column_right("EXPIRES", " expires ");
	if (tb[A(TIMER)])
		put_ms(IN_BOTH, "timer", attr_uint(tb[A(TIMER)]));
	else if (is_static)
		text("static");
	else if (last_source)
		put_ms(IN_TEXT, NULL, last_source);
	column_right("UPTIME", " uptime ");
	if (tb[A(UPTIME)])
		put_ms(opt.stats ? IN_BOTH : IN_JSON, "uptime",
		       attr_uint(tb[A(UPTIME)]));
	column("REPORTER", " reporter ");
	if (attr_address(tb[A(REPORTER)], &addr))
		put_addr(is_static ? IN_JSON : IN_BOTH, "reporter", &addr, v6);
	put_cause(tb[A(CAUSE)]);

	print_reporter(tb, v6, is_static);
	print_delivered(tb);
	print_observed(tb);
	open_list("flags");
	close_list();
	print_sources(&walk, v6);
	if (cut)
		put_bool(IN_JSON, "more", true);
}

static void read_entry(const struct nlmsghdr *nlh, struct entry *entry,
		       bool *more)
{
	const struct nlattr *tb[MCSNOOP_A_GROUP_MAX + 1];

	attrs_parse(nlh, tb, MCSNOOP_A_GROUP_MAX);
	memset(entry, 0, sizeof(*entry));
	entry->bridge = attr_uint(tb[A(BRIDGE)]);
	entry->port = attr_uint(tb[A(PORT)]);
	entry->vid = attr_uint(tb[A(VID)]);
	entry->is_static = !!tb[A(STATIC)];
	attr_address(tb[A(ADDRESS)], &entry->addr);
	attr_mac(tb[A(MAC)], &entry->addr.s6_addr[10]);
	*more = !!tb[A(MORE)];
}

static int compare_entries(const void *left, const void *right)
{
	const struct entry *a = left;
	const struct entry *b = right;
	int order;

	if (a->bridge != b->bridge)
		return a->bridge < b->bridge ? -1 : 1;
	if (a->vid != b->vid)
		return a->vid < b->vid ? -1 : 1;
	order = memcmp(&a->addr, &b->addr, sizeof(a->addr));
	if (order)
		return order;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	return (int)b->is_static - (int)a->is_static;
}

/* How many messages of a dump are about one entry, and the last of them. */
static unsigned int entry_span(const struct messages *msgs,
			       const struct nlmsghdr *first,
			       const struct nlmsghdr **last)
{
	const struct nlmsghdr *next;
	struct entry head;
	struct entry tail;
	unsigned int nr = 1;
	bool more;

	*last = first;
	read_entry(first, &head, &more);
	while (more) {
		next = message_next(msgs, *last);
		if (!next)
			break;
		read_entry(next, &tail, &more);
		if (compare_entries(&head, &tail))
			break;
		*last = next;
		nr++;
	}
	return nr;
}

static void print_table(const struct messages *msgs, bool show_dev)
{
	const struct nlmsghdr *nlh = NULL;
	struct entry *entries = NULL;
	size_t size = 0;
	size_t nr = 0;
	bool more;
	size_t i;

	while ((nlh = message_next(msgs, nlh))) {
		const struct nlmsghdr *last;
		struct entry *entry;

		if (nr == size) {
			size = size ? size * 2 : 64;
			entries = xrealloc(entries, size * sizeof(*entries));
		}
		entry = &entries[nr++];
		read_entry(nlh, entry, &more);
		entry->offset = (const char *)nlh - msgs->buf;
		entry->nr = entry_span(msgs, nlh, &last);
		nlh = last;
	}
	if (nr)
		qsort(entries, nr, sizeof(*entries), compare_entries);

	show_begin(true);
	for (i = 0; i < nr; i++) {
		nlh = (const struct nlmsghdr *)(msgs->buf + entries[i].offset);
		row_begin();
		group_print(msgs, nlh, entries[i].nr, show_dev);
		row_end();
	}
	show_end();
	free(entries);
}

static int group_show(struct args *args)
{
	struct param filter[PARAM_SRC];
	struct value values[PARAM_SRC];
	struct messages msgs = { 0 };
	unsigned int i;
	int ret;

	for (i = 0; i < PARAM_SRC; i++) {
		filter[i] = params[i];
		filter[i].required = false;
	}
	ret = params_dump(args, filter, PARAM_SRC, MCSNOOP_CMD_GROUP_GET,
			  values, &msgs);
	if (!ret)
		print_table(&msgs, !values[PARAM_BRIDGE].set);
	messages_free(&msgs);
	return ret;
}

static int check_what(const struct args *args, const struct value *values)
{
	if (values[PARAM_GRP].set && values[PARAM_MACADDR].set)
		return usage_error(args, "either \"grp\" or \"mac\"");
	if (values[PARAM_MACADDR].set && values[PARAM_SRC].set)
		return usage_error(args, "\"src\" does not go with \"mac\"");
	if (!values[PARAM_GRP].set && !values[PARAM_MACADDR].set)
		return usage_error(args,
				   "\"mcsnoop group %s\" lacks \"grp\" or \"mac\"",
				   args->command);
	return EXIT_OK;
}

static int change(struct args *args, uint8_t cmd)
{
	struct value values[NR_PARAMS];
	struct request req;
	int ret;

	ret = params_read(args, params, NR_PARAMS, 0, values);
	if (!ret)
		ret = check_what(args, values);
	if (!ret)
		ret = params_devices(params, NR_PARAMS, values);
	if (!ret)
		ret = genl_open();
	if (ret)
		return ret;

	request_init(&req, cmd);
	params_put(&req, params, NR_PARAMS, values);
	return genl_do(&req, NULL);
}

static int group_add(struct args *args)
{
	return change(args, MCSNOOP_CMD_GROUP_ADD);
}

static int group_del(struct args *args)
{
	return change(args, MCSNOOP_CMD_GROUP_DEL);
}

static void save_line(FILE *out, const struct nlattr **tb,
		      const struct in6_addr *src)
{
	char buf[INET6_ADDRSTRLEN];
	struct in6_addr addr;
	uint8_t mac[6];

	fprintf(out, "group add dev %s",
		ifindex_name(attr_uint(tb[A(BRIDGE)])));
	fprintf(out, " port %s", ifindex_name(attr_uint(tb[A(PORT)])));
	if (attr_mac(tb[A(MAC)], mac))
		fprintf(out, " mac %02x:%02x:%02x:%02x:%02x:%02x",
			mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	else if (attr_address(tb[A(ADDRESS)], &addr))
		fprintf(out, " grp %s",
			addr_text(&addr, true, buf, sizeof(buf)));
	if (src)
		fprintf(out, " src %s",
			addr_text(src, true, buf, sizeof(buf)));
	fprintf(out, " vid %u\n", (unsigned int)attr_uint(tb[A(VID)]));
}

static void save_one(FILE *out, const struct nlmsghdr *nlh)
{
	struct source_walk walk = { .nlh = nlh };
	const struct nlattr *tb[MCSNOOP_A_GROUP_MAX + 1];
	struct source source;
	bool any = false;

	attrs_parse(nlh, tb, MCSNOOP_A_GROUP_MAX);
	if (!tb[A(STATIC)])
		return;
	while (source_next(&walk, &source)) {
		save_line(out, tb, &source.addr);
		any = true;
	}
	if (!any)
		save_line(out, tb, NULL);
}

/**
 * group_save - print the commands that make the static entries of a bridge
 * @out: where
 * @ifindex: the bridge
 *
 * Return: exit status.
 */
int group_save(FILE *out, uint32_t ifindex)
{
	return save_dump(out, MCSNOOP_CMD_GROUP_GET, A(BRIDGE), ifindex,
			 save_one);
}

static const struct command commands[] = {
	{ "add", NULL, group_add },
	{ "del", "delete", group_del },
	{ "learn", NULL, group_learn },
	{ "show", "list", group_show },
	{ NULL, NULL, NULL },
};

const struct object group_object = {
	.name = "group",
	.usage = usage,
	.commands = commands,
};
