// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop monitor: events as they happen, a line each.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tool.h"

static const char usage[] =
"Usage: mcsnoop monitor [ dev BRIDGE ] [ OBJECT ]...\n"
"OBJECT := { bridge | vlan | port | group | router | querier | filter }\n"
"\n"
"Events of all objects when none is named. -t puts date and time in front of\n"
"each, -ts the time; -j prints one JSON object on each line.\n";

enum object_bit {
	BRIDGE = 1,
	PORT = 2,
	GROUP = 4,
	ROUTER = 8,
	QUERIER = 16,
	VLAN = 32,
	FILTER = 64,
};

static const struct {
	const char *name;
	enum object_bit bit;
} object_names[] = {
	{ "bridge", BRIDGE },
	{ "port", PORT },
	{ "group", GROUP },
	{ "router", ROUTER },
	{ "querier", QUERIER },
	{ "vlan", VLAN },
	{ "filter", FILTER },
};

static const char new[] = "[new]   ";
static const char changed[] = "[change]";
static const char deleted[] = "Deleted ";

static const struct event {
	const char *name;
	const char *what;
	enum object_bit object;
} events[MCSNOOP_CMD_MAX + 1] = {
	[MCSNOOP_CMD_BRIDGE_ADD_NTF] = { "bridge-add", new, BRIDGE },
	[MCSNOOP_CMD_BRIDGE_SET_NTF] = { "bridge-set", changed, BRIDGE },
	[MCSNOOP_CMD_BRIDGE_DEL_NTF] = { "bridge-del", deleted, BRIDGE },
	[MCSNOOP_CMD_VLAN_SET_NTF] = { "vlan-set", changed, VLAN },
	[MCSNOOP_CMD_PORT_SET_NTF] = { "port-set", changed, PORT },
	[MCSNOOP_CMD_GROUP_NEW_NTF] = { "group-new", new, GROUP },
	[MCSNOOP_CMD_GROUP_CHANGE_NTF] = { "group-change", changed, GROUP },
	[MCSNOOP_CMD_GROUP_DEL_NTF] = { "group-del", deleted, GROUP },
	[MCSNOOP_CMD_ROUTER_NEW_NTF] = { "router-new", new, ROUTER },
	[MCSNOOP_CMD_ROUTER_DEL_NTF] = { "router-del", deleted, ROUTER },
	[MCSNOOP_CMD_QUERIER_CHANGE_NTF] = {
		"querier-change", changed, QUERIER },
	[MCSNOOP_CMD_FILTER_ADD_NTF] = { "filter-add", new, FILTER },
	[MCSNOOP_CMD_FILTER_DEL_NTF] = { "filter-del", deleted, FILTER },
};

static const char *object_name(enum object_bit bit)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(object_names) - 1; i++)
		if (object_names[i].bit == bit)
			break;
	return object_names[i].name;
}

static void print_time(void)
{
	struct timespec ts;
	struct tm tm;
	char buf[64];
	char zone[8];

	if (opt.timestamp == TIMESTAMP_NONE)
		return;
	clock_gettime(CLOCK_REALTIME, &ts);
	if (opt.json) {
		snprintf(buf, sizeof(buf), "%lld.%06ld", (long long)ts.tv_sec,
			 ts.tv_nsec / 1000);
		json_word("timestamp", buf);
		return;
	}
	localtime_r(&ts.tv_sec, &tm);
	if (opt.timestamp == TIMESTAMP_SHORT) {
		strftime(buf, sizeof(buf), "%H:%M:%S", &tm);
		text("[%s.%03ld] ", buf, ts.tv_nsec / 1000000);
	} else {
		strftime(buf, sizeof(buf), "%Y-%m-%dT%H:%M:%S", &tm);
		strftime(zone, sizeof(zone), "%z", &tm);
		text("[%s.%06ld%s] ", buf, ts.tv_nsec / 1000, zone);
	}
}

static void begin_event(const char *name)
{
	row_begin();
	put_str(IN_JSON, "event", name);
	print_time();
}

/* A reader at the other end of a pipe is to have the event now. */
static int end_event(void)
{
	row_end();
	if (opt.json)
		json_newline();
	return fflush(stdout) ? EXIT_FAILED : EXIT_OK;
}

static int print_lost(uint32_t lost)
{
	begin_event("lost");
	paint(C_BAD);
	text("%u event%s lost", lost, lost == 1 ? "" : "s");
	put_uint(IN_JSON, "count", lost);
	return end_event();
}

static int print_event(const struct messages *msgs, const struct nlmsghdr *nlh)
{
	const struct event *event = &events[message_cmd(nlh)];
	enum color color = event->what == new ? C_GOOD :
			   event->what == deleted ? C_BAD : C_WARN;

	begin_event(event->name);
	paint(color);
	text("%s", event->what);
	text(" %s", object_name(event->object));
	switch (event->object) {
	case BRIDGE:
		bridge_print(nlh, NULL, NULL);
		break;
	case PORT:
		port_print(nlh, true);
		break;
	case VLAN:
		vlan_print(nlh, NULL, true);
		break;
	case GROUP:
		group_print(msgs, nlh, 1, true);
		break;
	case ROUTER:
		router_print(nlh, true);
		break;
	case QUERIER:
		querier_print(nlh, true);
		break;
	case FILTER:
		filter_print(nlh, true);
		break;
	}
	return end_event();
}

/* Every object begins with the bridge it belongs to. */
static uint32_t bridge_of(const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MCSNOOP_A_GROUP_BRIDGE + 1];

	attrs_parse(nlh, tb, MCSNOOP_A_GROUP_BRIDGE);
	return attr_uint(tb[MCSNOOP_A_GROUP_BRIDGE]);
}

/* Print what has come and forget it. */
static int print_events(struct messages *msgs, unsigned int objects,
			uint32_t bridge)
{
	const struct nlmsghdr *nlh = NULL;
	uint8_t cmd;
	int ret = 0;

	while (!ret && (nlh = message_next(msgs, nlh))) {
		cmd = message_cmd(nlh);
		if (cmd > MCSNOOP_CMD_MAX || !(events[cmd].object & objects) ||
		    (bridge && bridge != bridge_of(nlh)))
			continue;
		ret = print_event(msgs, nlh);
	}
	msgs->len = 0;
	return ret;
}

static int watch(unsigned int objects, uint32_t bridge)
{
	struct messages msgs = { 0 };
	bool wait = true;
	uint32_t lost;
	int more;
	int ret;

	do {
		more = genl_receive(&msgs, wait, &lost);
		wait = more <= 0;
		ret = print_events(&msgs, objects, bridge);
		if (!ret && lost)
			ret = print_lost(lost);
	} while (!ret && more >= 0);
	messages_free(&msgs);
	if (ret)
		return ret;
	fprintf(stderr, "Error: mcsnoop: %s\n",
		more == -ENODEV ? "the kernel module was removed" :
				  strerror(-more));
	return EXIT_FAILED;
}

static int monitor(struct args *args)
{
	const char *dev = NULL;
	unsigned int objects = 0;
	uint32_t bridge = 0;
	unsigned int i;
	int ret;

	for (; args->argc; args->argc--, args->argv++) {
		const char *word = args->argv[0];

		if (!strcmp(word, "dev")) {
			if (args->argc < 2)
				return usage_error(args,
						   "\"dev\" lacks its value");
			if (dev)
				return usage_error(args,
						   "\"dev\" is given twice");
			args->argc--;
			args->argv++;
			dev = args->argv[0];
			continue;
		}
		for (i = 0; i < ARRAY_SIZE(object_names); i++)
			if (is_prefix(word, object_names[i].name))
				break;
		if (i == ARRAY_SIZE(object_names))
			return usage_error(args,
					   "\"%s\" means nothing to \"mcsnoop monitor\"",
					   word);
		objects |= object_names[i].bit;
	}
	if (dev) {
		bridge = if_nametoindex(dev);
		if (!bridge) {
			fprintf(stderr, "Cannot find device \"%s\"\n", dev);
			return EXIT_FAILED;
		}
	}
	ret = genl_open();
	if (!ret)
		ret = genl_subscribe();
	if (ret)
		return ret;
	ifnames_expire();
	return watch(objects ? objects : ~0U, bridge);
}

const struct object monitor_object = {
	.name = "monitor",
	.usage = usage,
	.run = monitor,
};
