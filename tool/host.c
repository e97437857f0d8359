// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop host: which host behind a port wants which group.
 */
#include <stdlib.h>
#include <string.h>

#include "tool.h"

/* How much of a list of sources the table shows without -d. */
#define SOURCES_WIDTH	16

static const char usage[] =
"Usage: mcsnoop host [ show [ dev BRIDGE ] [ vid VLAN ] [ grp GROUP ]\n"
"                    [ port PORT ] ]\n"
"\n"
"Hosts are known by the IP and MAC address of their reports, while host-tracking\n"
"is on. -d shows every source, -s since when they are known.\n";

#define A(name)	MCSNOOP_A_HOST_##name

enum {
	PARAM_BRIDGE,
	PARAM_VID,
	PARAM_GRP,
	PARAM_PORT,
	NR_PARAMS,
};

static const struct param params[NR_PARAMS] = {
	[PARAM_BRIDGE] = { .name = "dev", .type = PARAM_DEV,
			   .attr = A(BRIDGE), .width = 4 },
	[PARAM_VID] = { .name = "vid", .type = PARAM_NUMBER,
			.attr = A(VID), .width = 2, .max = 4094 },
	[PARAM_GRP] = { .name = "grp", .type = PARAM_ADDRESS,
			.attr = A(GROUP) },
	[PARAM_PORT] = { .name = "port", .type = PARAM_DEV,
			 .attr = A(PORT), .width = 4 },
};

/* A line of the table: messages that follow each other. */
struct entry {
	uint32_t bridge;
	uint32_t port;
	uint16_t vid;
	struct in6_addr group;
	struct in6_addr addr;
	uint8_t mac[6];
	size_t offset;
	unsigned int nr;
};

static const struct nlmsghdr *read_entry(const struct messages *msgs,
					 const struct nlmsghdr *nlh,
					 struct entry *entry)
{
	const struct nlattr *tb[MCSNOOP_A_HOST_MAX + 1];
	const struct nlmsghdr *next;

	memset(entry, 0, sizeof(*entry));
	attrs_parse(nlh, tb, MCSNOOP_A_HOST_MAX);
	entry->bridge = attr_uint(tb[A(BRIDGE)]);
	entry->port = attr_uint(tb[A(PORT)]);
	entry->vid = attr_uint(tb[A(VID)]);
	attr_address(tb[A(GROUP)], &entry->group);
	attr_address(tb[A(ADDRESS)], &entry->addr);
	attr_mac(tb[A(MAC)], entry->mac);
	entry->offset = (const char *)nlh - msgs->buf;
	entry->nr = 1;
	/* the messages of one host follow each other */
	while (tb[A(MORE)] && (next = message_next(msgs, nlh))) {
		nlh = next;
		attrs_parse(nlh, tb, MCSNOOP_A_HOST_MAX);
		entry->nr++;
	}
	return nlh;
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
	order = memcmp(&a->group, &b->group, sizeof(a->group));
	if (order)
		return order;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	order = memcmp(&a->addr, &b->addr, sizeof(a->addr));
	return order ? order : memcmp(a->mac, b->mac, sizeof(a->mac));
}

static bool next_source(const struct messages *msgs,
			const struct nlmsghdr **nlh, const struct nlattr **attr,
			unsigned int *left, struct in6_addr *addr)
{
	for (;;) {
		*attr = attr_next_of_type(*nlh, *attr, A(SOURCES));
		if (*attr)
			return attr_address(*attr, addr);
		if (!*left)
			return false;
		(*left)--;
		*nlh = message_next(msgs, *nlh);
	}
}

/* The sources as one reads them: "any but" those that are not wanted. */
static void sources_text(const struct messages *msgs,
			 const struct nlmsghdr *nlh, unsigned int nr,
			 bool exclude, bool v6)
{
	const struct nlattr *attr = NULL;
	char buf[INET6_ADDRSTRLEN];
	unsigned int listed = 0;
	unsigned int more = 0;
	unsigned int left = nr - 1;
	struct in6_addr addr;
	size_t len = 0;

	column("SOURCES", " from ");
	if (exclude)
		text("any");
	while (next_source(msgs, &nlh, &attr, &left, &addr)) {
		addr_text(&addr, v6, buf, sizeof(buf));
		len += strlen(buf) + 1;
		if (listed && len > SOURCES_WIDTH) {
			more++;
			continue;
		}
		text("%s%s", listed ? " " : exclude ? " but " : "", buf);
		listed++;
	}
	if (more)
		text(" +%u", more);
}

static void sources_list(const struct messages *msgs,
			 const struct nlmsghdr *nlh, unsigned int nr, bool v6)
{
	enum where where = opt.details ? IN_BOTH : IN_JSON;
	const struct nlattr *attr = NULL;
	unsigned int left = nr - 1;
	struct in6_addr addr;

	open_list("source_list");
	while (next_source(msgs, &nlh, &attr, &left, &addr)) {
		open_object(NULL);
		if (opt.details) {
			note();
			text("source ");
		}
		put_addr(where, "address", &addr, v6);
		close_object();
	}
	close_list();
}

static void print_host(const struct messages *msgs, const struct entry *entry,
		       bool show_dev)
{
	const struct nlmsghdr *nlh;
	const struct nlattr *tb[MCSNOOP_A_HOST_MAX + 1];
	bool exclude;
	bool v6;

	nlh = (const struct nlmsghdr *)(msgs->buf + entry->offset);
	attrs_parse(nlh, tb, MCSNOOP_A_HOST_MAX);
	exclude = attr_uint(tb[A(FILTER_MODE)]) == MCSNOOP_FILTER_MODE_EXCLUDE;
	v6 = !addr_is_v4(&entry->group);

	put_uint(IN_JSON, "index", entry->bridge);
	column("DEV", " dev ");
	put_dev(show_dev ? IN_BOTH : IN_JSON, "dev", entry->bridge);
	column("PORT", " port ");
	put_dev(IN_BOTH, "port", entry->port);
	column_right("VLAN", " vid ");
	if (entry->vid)
		put_uint(IN_BOTH, "vid", entry->vid);
	column("GROUP", " grp ");
	put_addr(IN_BOTH, "grp", &entry->group, v6);
	column("HOST", " host ");
	put_addr(IN_BOTH, "address", &entry->addr, v6);
	column("MAC", " mac ");
	put_mac(IN_BOTH, "mac", entry->mac);
	column("MODE", " mode ");
	put_str(IN_BOTH, "filter_mode",
		filter_mode_name(attr_uint(tb[A(FILTER_MODE)])));
	sources_text(msgs, nlh, entry->nr, exclude, v6);
	column("SPEAKS", " speaks ");
	text("%sv", v6 ? "MLD" : "IGMP");
	put_uint(IN_BOTH, "version", attr_uint(tb[A(VERSION)]));
	column_right("HEARD", " heard ");
	put_ms(IN_BOTH, "last_seen", attr_uint(tb[A(LAST_SEEN)]));
	column_right("EXPIRES", " expires ");
	put_ms(IN_BOTH, "timer", attr_uint(tb[A(TIMER)]));
	column_right("UPTIME", " uptime ");
	put_ms(opt.stats ? IN_BOTH : IN_JSON, "uptime",
	       attr_uint(tb[A(UPTIME)]));
	sources_list(msgs, nlh, entry->nr, v6);
}

static void print_table(const struct messages *msgs, bool show_dev)
{
	const struct nlmsghdr *nlh = NULL;
	struct entry *entries = NULL;
	size_t size = 0;
	size_t nr = 0;
	size_t i;

	while ((nlh = message_next(msgs, nlh))) {
		if (nr == size) {
			size = size ? size * 2 : 64;
			entries = xrealloc(entries, size * sizeof(*entries));
		}
		nlh = read_entry(msgs, nlh, &entries[nr++]);
	}
	if (nr)
		qsort(entries, nr, sizeof(*entries), compare_entries);

	show_begin(true);
	for (i = 0; i < nr; i++) {
		row_begin();
		print_host(msgs, &entries[i], show_dev);
		row_end();
	}
	show_end();
	free(entries);
}

static int host_show(struct args *args)
{
	struct value values[NR_PARAMS];
	struct messages msgs = { 0 };
	int ret;

	ret = params_dump(args, params, NR_PARAMS, MCSNOOP_CMD_HOST_GET,
			  values, &msgs);
	if (!ret)
		print_table(&msgs, !values[PARAM_BRIDGE].set);
	messages_free(&msgs);
	return ret;
}

static const struct command commands[] = {
	{ "show", "list", host_show },
	{ NULL, NULL, NULL },
};

const struct object host_object = {
	.name = "host",
	.usage = usage,
	.commands = commands,
};
