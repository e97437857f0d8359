// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop mdb: the tables in the words, the order of words and the JSON of
 * bridge mdb, so that what reads the one reads the other.
 *
 * The bridge has an entry for each group, and one for each source of it: that
 * is made here of the records.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

static const char usage[] =
"Usage: mcsnoop mdb [ show [ dev BRIDGE ] [ vid VLAN ] ]\n"
"       mcsnoop mdb monitor [ dev BRIDGE ]\n"
"\n"
"What bridge mdb show and bridge monitor mdb would print if the bridge itself\n"
"snooped, with -d and -s as they have it. \"mcsnoop group show\" says more.\n";

#define A(name)	MCSNOOP_A_GROUP_##name
#define R(name)	MCSNOOP_A_ROUTER_##name

enum {
	SHOW_DEV,
	SHOW_VID,
	NR_SHOW,
};

static const struct param show_params[NR_SHOW] = {
	[SHOW_DEV] = { .name = "dev", .type = PARAM_DEV, .attr = A(BRIDGE),
		       .width = 4 },
	[SHOW_VID] = { .name = "vid", .type = PARAM_NUMBER, .attr = A(VID),
		       .width = 2, .max = 4094 },
};

/* A source of an entry. */
struct source {
	struct in6_addr addr;
	bool blocked;
	uint32_t timer;
};

/**
 * struct entry - an entry as the bridge would have it
 * @bridge: ifindex
 * @port: ifindex
 * @vid: VLAN
 * @is_static: set by hand
 * @exclude: its mode
 * @by_mac: for a MAC address
 * @mac: which
 * @grp: the group
 * @src: the source that it is for, NULL for all
 * @by_star: it is there because the port wants all sources
 * @timer: ms
 * @sources: of a group
 * @nr: how many
 */
struct entry {
	uint32_t bridge;
	uint32_t port;
	uint16_t vid;
	bool is_static;
	bool exclude;
	bool by_mac;
	uint8_t mac[6];
	struct in6_addr grp;
	const struct source *src;
	bool by_star;
	uint32_t timer;
	struct source *sources;
	unsigned int nr;
};

/* In a column timers are aligned, in JSON as well. */
static void put_seconds(const char *key, bool aligned, uint32_t ms)
{
	char buf[32];

	snprintf(buf, sizeof(buf), "%*u.%.2u", aligned ? 4 : 0, ms / 1000,
		 ms % 1000 / 10);
	put_str(IN_BOTH, key, buf);
}

static void print_list(const struct entry *e)
{
	const char *sep = " source_list ";
	unsigned int i;

	if (!e->nr || e->src)
		return;
	open_list("source_list");
	for (i = 0; i < e->nr; i++) {
		open_object(NULL);
		text("%s", sep);
		put_addr(IN_BOTH, "address", &e->sources[i].addr, true);
		text("/");
		put_seconds("timer", false, e->sources[i].timer);
		close_object();
		sep = ",";
	}
	close_list();
}

static void print_entry(const struct entry *e)
{
	bool exclude = e->exclude && !e->src;

	put_uint(IN_JSON, "index", e->bridge);
	text("dev ");
	put_dev(IN_BOTH, "dev", e->bridge);
	text(" port ");
	put_str(IN_BOTH, "port", ifindex_name(e->port));
	text(" grp ");
	if (e->by_mac)
		put_mac(IN_BOTH, "grp", e->mac);
	else
		put_addr(IN_BOTH, "grp", &e->grp, true);
	if (e->src) {
		text(" src ");
		put_addr(IN_BOTH, "src", &e->src->addr, true);
	}
	text(" ");
	put_str(IN_BOTH, "state", e->is_static ? "permanent" : "temp");
	if (opt.details) {
		text(" filter_mode ");
		put_str(IN_BOTH, "filter_mode",
			exclude ? "exclude" : "include");
		print_list(e);
		text(" proto ");
		put_str(IN_BOTH, "protocol",
			e->is_static ? "static" : "kernel");
		text(" ");
	}
	open_list("flags");
	if (e->by_star) {
		text(" ");
		put_str(IN_BOTH, NULL, "added_by_star_ex");
	}
	if (e->src && e->src->blocked) {
		text(" ");
		put_str(IN_BOTH, NULL, "blocked");
	}
	close_list();
	if (e->vid) {
		text(" vid ");
		put_uint(IN_BOTH, "vid", e->vid);
	}
	if (opt.stats) {
		text(" ");
		put_seconds("timer", true, e->timer);
	}
}

static void read_sources(const struct nlmsghdr *nlh, struct entry *e)
{
	const struct nlattr *tb[MCSNOOP_A_SOURCE_MAX + 1];
	const struct nlattr *attr = NULL;

	while ((attr = attr_next_of_type(nlh, attr, A(SOURCES)))) {
		struct source *src;

		e->sources = xrealloc(e->sources,
				      (e->nr + 1) * sizeof(*e->sources));
		src = &e->sources[e->nr++];
		attrs_parse_nested(attr, tb, MCSNOOP_A_SOURCE_MAX);
		attr_address(tb[MCSNOOP_A_SOURCE_ADDRESS], &src->addr);
		src->blocked = attr_uint(tb[MCSNOOP_A_SOURCE_STATE]) ==
			       MCSNOOP_SOURCE_STATE_BLOCKED;
		src->timer = attr_uint(tb[MCSNOOP_A_SOURCE_TIMER]);
	}
}

static void read_entry(const struct nlmsghdr *nlh, struct entry *e)
{
	const struct nlattr *tb[A(MAX) + 1];

	attrs_parse(nlh, tb, A(MAX));
	memset(e, 0, sizeof(*e));
	e->bridge = attr_uint(tb[A(BRIDGE)]);
	e->port = attr_uint(tb[A(PORT)]);
	e->vid = attr_uint(tb[A(VID)]);
	e->is_static = tb[A(STATIC)];
	e->exclude = attr_uint(tb[A(FILTER_MODE)]) ==
		     MCSNOOP_FILTER_MODE_EXCLUDE;
	e->by_mac = attr_mac(tb[A(MAC)], e->mac);
	attr_address(tb[A(ADDRESS)], &e->grp);
	e->timer = attr_uint(tb[A(TIMER)]);
	read_sources(nlh, e);
}

/* All records, those in several messages put together. */
static struct entry *read_entries(const struct messages *msgs,
				  unsigned int *nr)
{
	const struct nlmsghdr *nlh = NULL;
	struct entry *entries = NULL, *e, *last;
	unsigned int size = 0;

	*nr = 0;
	while ((nlh = message_next(msgs, nlh))) {
		if (*nr == size) {
			size = size ? 2 * size : 64;
			entries = xrealloc(entries, size * sizeof(*entries));
		}
		e = &entries[*nr];
		last = *nr ? e - 1 : NULL;
		read_entry(nlh, e);
		if (last && last->nr && e->nr && last->port == e->port &&
		    last->vid == e->vid && last->bridge == e->bridge &&
		    last->is_static == e->is_static &&
		    !memcmp(&last->grp, &e->grp, sizeof(e->grp))) {
			last->sources = xrealloc(last->sources,
						 (last->nr + e->nr) *
						 sizeof(*e->sources));
			memcpy(last->sources + last->nr, e->sources,
			       e->nr * sizeof(*e->sources));
			last->nr += e->nr;
			free(e->sources);
			continue;
		}
		(*nr)++;
	}
	return entries;
}

static bool same_group(const struct entry *a, const struct entry *b)
{
	return a->bridge == b->bridge && a->vid == b->vid &&
	       a->by_mac == b->by_mac &&
	       !memcmp(&a->grp, &b->grp, sizeof(a->grp));
}

static bool has_source(const struct entry *e, const struct source *src)
{
	unsigned int i;

	for (i = 0; i < e->nr; i++)
		if (!memcmp(&e->sources[i].addr, &src->addr,
			    sizeof(src->addr)))
			return true;
	return false;
}

static void print_one(const struct entry *e)
{
	row_begin();
	print_entry(e);
	row_end();
}

/* The bridge looks for a source first: who wants all must stand there, too. */
static void print_stars(const struct entry *entries, unsigned int nr,
			const struct entry *owner, const struct source *src)
{
	struct entry star;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const struct entry *e = &entries[i];

		if (e == owner || !same_group(e, owner) || !e->exclude ||
		    e->is_static || e->port == owner->port ||
		    has_source(e, src))
			continue;
		star = *e;
		star.src = src;
		star.by_star = true;
		star.timer = 0;
		print_one(&star);
	}
}

static bool is_first(const struct entry *entries, const struct entry *owner,
		     const struct source *src)
{
	const struct entry *e;

	for (e = entries; e < owner; e++)
		if (same_group(e, owner) && has_source(e, src))
			return false;
	return true;
}

static void print_groups(const struct entry *entries, unsigned int nr)
{
	unsigned int i, j;

	for (i = 0; i < nr; i++) {
		const struct entry *e = &entries[i];
		struct entry one = *e;

		if (!e->is_static || !e->nr)
			print_one(e);
		for (j = 0; j < e->nr; j++) {
			one.src = &e->sources[j];
			one.timer = 0;
			print_one(&one);
			if (is_first(entries, e, one.src))
				print_stars(entries, nr, e, one.src);
		}
	}
}

/* A router port of both families, or of both VLANs, is one. */
struct router {
	uint32_t bridge;
	uint32_t port;
	uint32_t timer;
	bool permanent;
};

static struct router *read_routers(const struct messages *msgs,
				   unsigned int *nr)
{
	const struct nlattr *tb[R(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	struct router *routers = NULL, *r;
	unsigned int i;

	*nr = 0;
	while ((nlh = message_next(msgs, nlh))) {
		uint32_t bridge, port, timer;

		attrs_parse(nlh, tb, R(MAX));
		bridge = attr_uint(tb[R(BRIDGE)]);
		port = attr_uint(tb[R(PORT)]);
		timer = attr_uint(tb[R(TIMER)]);
		for (i = 0; i < *nr; i++)
			if (routers[i].bridge == bridge &&
			    routers[i].port == port)
				break;
		if (i == *nr) {
			routers = xrealloc(routers,
					   ++*nr * sizeof(*routers));
			memset(&routers[i], 0, sizeof(*routers));
		}
		r = &routers[i];
		r->bridge = bridge;
		r->port = port;
		r->permanent |= !tb[R(TIMER)];
		if (timer > r->timer)
			r->timer = timer;
	}
	return routers;
}

static void print_router(const struct router *r)
{
	open_object(NULL);
	put_str(IN_BOTH, "port", ifindex_name(r->port));
	text(" ");
	if (opt.stats) {
		put_seconds("timer", true, r->permanent ? 0 : r->timer);
		text(" ");
		put_str(IN_BOTH, "type", r->permanent ? "permanent" : "temp");
	}
	close_object();
}

static void print_routers(const struct router *routers, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const char *name = ifindex_name(routers[i].bridge);
		bool other = !i || routers[i].bridge != routers[i - 1].bridge;

		if (opt.json && other) {
			if (i)
				close_list();
			open_list(name);
		}
		if (!opt.json && (opt.stats || other)) {
			if (i)
				putchar('\n');
			text("router ports on %s: ", name);
		}
		print_router(&routers[i]);
	}
	if (nr)
		close_list();
	if (nr && !opt.json)
		putchar('\n');
}

static int mdb_show(struct args *args)
{
	struct messages groups = { 0 }, ports = { 0 };
	struct value values[NR_SHOW];
	unsigned int nr_entries, nr_routers, i;
	struct router *routers;
	struct entry *entries;
	struct request req;
	int ret;

	ret = params_dump(args, show_params, NR_SHOW, MCSNOOP_CMD_GROUP_GET,
			  values, &groups);
	if (!ret) {
		request_init(&req, MCSNOOP_CMD_ROUTER_GET);
		params_put(&req, show_params, 1, values);
		ret = genl_dump(&req, &ports);
	}
	if (!ret) {
		entries = read_entries(&groups, &nr_entries);
		routers = read_routers(&ports, &nr_routers);
		if (opt.json)
			json_open(NULL, '[');
		open_object(NULL);
		open_list("mdb");
		print_groups(entries, nr_entries);
		close_list();
		open_object("router");
		/* which the bridge command takes for a detail */
		if (opt.details)
			print_routers(routers, nr_routers);
		close_object();
		close_object();
		show_end();
		for (i = 0; i < nr_entries; i++)
			free(entries[i].sources);
		free(entries);
		free(routers);
	}
	messages_free(&groups);
	messages_free(&ports);
	return ret;
}

static void print_group_event(const struct nlmsghdr *nlh, bool gone)
{
	struct entry e;

	read_entry(nlh, &e);
	row_begin();
	if (gone) {
		text("Deleted ");
		put_bool(IN_JSON, "deleted", true);
	}
	print_entry(&e);
	row_end();
	free(e.sources);
}

static void print_router_event(const struct nlmsghdr *nlh, bool gone)
{
	const struct nlattr *tb[R(MAX) + 1];

	attrs_parse(nlh, tb, R(MAX));
	row_begin();
	if (gone) {
		text("Deleted ");
		put_bool(IN_JSON, "deleted", true);
	}
	text("router port dev ");
	put_str(IN_BOTH, "port", ifindex_name(attr_uint(tb[R(PORT)])));
	text(" master ");
	put_str(IN_BOTH, "master", ifindex_name(attr_uint(tb[R(BRIDGE)])));
	row_end();
}

static void print_event(const struct nlmsghdr *nlh, uint32_t bridge)
{
	const struct nlattr *tb[A(BRIDGE) + 1];
	uint8_t cmd = message_cmd(nlh);

	/* the first attribute of both */
	attrs_parse(nlh, tb, A(BRIDGE));
	if (bridge && attr_uint(tb[A(BRIDGE)]) != bridge)
		return;
	switch (cmd) {
	case MCSNOOP_CMD_GROUP_NEW_NTF:
	case MCSNOOP_CMD_GROUP_CHANGE_NTF:
	case MCSNOOP_CMD_GROUP_DEL_NTF:
		print_group_event(nlh, cmd == MCSNOOP_CMD_GROUP_DEL_NTF);
		break;
	case MCSNOOP_CMD_ROUTER_NEW_NTF:
	case MCSNOOP_CMD_ROUTER_DEL_NTF:
		print_router_event(nlh, cmd == MCSNOOP_CMD_ROUTER_DEL_NTF);
		break;
	default:
		return;
	}
	if (opt.json)
		json_newline();
	fflush(stdout);
}

static int mdb_monitor(struct args *args)
{
	struct messages msgs = { 0 };
	struct value values[1];
	const struct nlmsghdr *nlh;
	uint32_t lost;
	int more, ret;

	ret = params_parse(args, show_params, 1, 0, values);
	if (!ret)
		ret = genl_open();
	if (!ret)
		ret = genl_subscribe();
	if (ret)
		return ret;
	ifnames_expire();
	do {
		more = genl_receive(&msgs, true, &lost);
		nlh = NULL;
		while ((nlh = message_next(&msgs, nlh)))
			print_event(nlh, values[0].num);
		msgs.len = 0;
		if (lost)
			fprintf(stderr, "Warning: mcsnoop: %u events lost\n",
				lost);
	} while (more >= 0);
	messages_free(&msgs);
	fprintf(stderr, "Error: mcsnoop: %s\n",
		more == -ENODEV ? "the kernel module was removed" :
				  strerror(-more));
	return EXIT_FAILED;
}

static const struct command commands[] = {
	{ "show", "list", mdb_show },
	{ "monitor", NULL, mdb_monitor },
	{ NULL, NULL, NULL },
};

const struct object mdb_object = {
	.name = "mdb",
	.usage = usage,
	.commands = commands,
};
