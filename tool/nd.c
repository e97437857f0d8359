// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop nd: which IPv6 neighbour is where, where nd-aware is on.
 */
#include <stdlib.h>
#include <string.h>

#include "tool.h"

static const char usage[] =
"Usage: mcsnoop nd [ show [ dev BRIDGE ] [ vid VLAN ] [ port PORT ] ]\n"
"\n"
"Neighbours are known by the solicitations and advertisements that they send,\n"
"while nd-aware is on. Solicitations for one that is \"known\" go to its port.\n";

#define A(name)	MCSNOOP_A_ND_##name

enum {
	PARAM_BRIDGE,
	PARAM_VID,
	PARAM_PORT,
	NR_PARAMS,
};

static const struct param params[NR_PARAMS] = {
	[PARAM_BRIDGE] = { .name = "dev", .type = PARAM_DEV,
			   .attr = A(BRIDGE), .width = 4 },
	[PARAM_VID] = { .name = "vid", .type = PARAM_NUMBER,
			.attr = A(VID), .width = 2, .max = 4094 },
	[PARAM_PORT] = { .name = "port", .type = PARAM_DEV,
			 .attr = A(PORT), .width = 4 },
};

/* What the table is sorted by. */
struct entry {
	uint32_t bridge;
	uint16_t vid;
	struct in6_addr addr;
	const struct nlmsghdr *nlh;
};

static int compare_entries(const void *left, const void *right)
{
	const struct entry *a = left;
	const struct entry *b = right;

	if (a->bridge != b->bridge)
		return a->bridge < b->bridge ? -1 : 1;
	if (a->vid != b->vid)
		return a->vid < b->vid ? -1 : 1;
	return memcmp(&a->addr, &b->addr, sizeof(a->addr));
}

static void print_neighbour(const struct entry *entry, bool show_dev)
{
	const struct nlattr *tb[MCSNOOP_A_ND_MAX + 1];
	uint8_t mac[6] = { 0 };
	unsigned int state;

	attrs_parse(entry->nlh, tb, MCSNOOP_A_ND_MAX);
	attr_mac(tb[A(MAC)], mac);
	state = attr_uint(tb[A(STATE)]);

	put_uint(IN_JSON, "index", entry->bridge);
	column("DEV", " dev ");
	put_dev(show_dev ? IN_BOTH : IN_JSON, "dev", entry->bridge);
	column_right("VLAN", " vid ");
	if (entry->vid)
		put_uint(IN_BOTH, "vid", entry->vid);
	column("NEIGHBOUR", " neighbour ");
	put_addr(IN_BOTH, "address", &entry->addr, true);
	column("PORT", " port ");
	put_dev(IN_BOTH, "port", attr_uint(tb[A(PORT)]));
	column("MAC", " mac ");
	put_mac(IN_BOTH, "mac", mac);
	column("STATE", " state ");
	paint(state == MCSNOOP_ND_STATE_KNOWN ? C_GOOD : C_WARN);
	put_str(IN_BOTH, "state", nd_state_name(state));
	column_right("HEARD", " heard ");
	put_ms(IN_BOTH, "last_seen", attr_uint(tb[A(LAST_SEEN)]));
	column_right("EXPIRES", " expires ");
	put_ms(IN_BOTH, "timer", attr_uint(tb[A(TIMER)]));
	column_right("DOUBTED", " doubted ");
	if (tb[A(DOUBT_LEFT)])
		put_ms(IN_BOTH, "doubt_left", attr_uint(tb[A(DOUBT_LEFT)]));
}

static void print_table(const struct messages *msgs, bool show_dev)
{
	const struct nlattr *tb[MCSNOOP_A_ND_MAX + 1];
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
		attrs_parse(nlh, tb, MCSNOOP_A_ND_MAX);
		memset(&entries[nr], 0, sizeof(entries[nr]));
		entries[nr].bridge = attr_uint(tb[A(BRIDGE)]);
		entries[nr].vid = attr_uint(tb[A(VID)]);
		attr_address(tb[A(ADDRESS)], &entries[nr].addr);
		entries[nr++].nlh = nlh;
	}
	if (nr)
		qsort(entries, nr, sizeof(*entries), compare_entries);

	show_begin(true);
	for (i = 0; i < nr; i++) {
		row_begin();
		print_neighbour(&entries[i], show_dev);
		row_end();
	}
	show_end();
	free(entries);
}

static int nd_show(struct args *args)
{
	struct value values[NR_PARAMS];
	struct messages msgs = { 0 };
	int ret;

	ret = params_dump(args, params, NR_PARAMS, MCSNOOP_CMD_ND_GET,
			  values, &msgs);
	if (!ret)
		print_table(&msgs, !values[PARAM_BRIDGE].set);
	messages_free(&msgs);
	return ret;
}

static const struct command commands[] = {
	{ "show", "list", nd_show },
	{ NULL, NULL, NULL },
};

const struct object nd_object = {
	.name = "nd",
	.usage = usage,
	.commands = commands,
};
