// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop stats show -o prometheus: counters and a few values of state in the
 * text format that Prometheus reads. All samples of a metric stand together.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

#define B(name)	MCSNOOP_A_BRIDGE_##name
#define G(name)	MCSNOOP_A_GROUP_##name
#define P(name)	MCSNOOP_A_PORT_##name
#define Q(name)	MCSNOOP_A_QUERIER_##name
#define S(name)	MCSNOOP_A_STATS_##name

/* The value of a label: what must be escaped is, what is no UTF-8 is not said. */
static void print_label(const char *name, const char *value, bool first)
{
	const unsigned char *s = (const unsigned char *)value;
	unsigned int len;

	printf("%s%s=\"", first ? "" : ",", name);
	while (*s) {
		len = utf8_len(s);
		if (!len) {
			fputs("\xef\xbf\xbd", stdout);
			len = 1;
		} else if (*s == '"' || *s == '\\') {
			printf("\\%c", *s);
		} else if (*s == '\n') {
			fputs("\\n", stdout);
		} else {
			fwrite(s, 1, len, stdout);
		}
		s += len;
	}
	putchar('"');
}

/* A description may have several lines, and is one here. */
static void print_metric(const char *name, const char *type, const char *help)
{
	printf("# HELP mcsnoop_%s ", name);
	for (; *help; help++) {
		if (*help == '\\')
			fputs("\\\\", stdout);
		else
			putchar(*help == '\n' ? ' ' : *help);
	}
	printf("\n# TYPE mcsnoop_%s %s\n", name, type);
}

static void begin_sample(const char *name, uint32_t bridge)
{
	printf("mcsnoop_%s{", name);
	print_label("bridge", ifindex_name(bridge), true);
}

static void end_sample(uint64_t value)
{
	printf("} %llu\n", (unsigned long long)value);
}

/* --- counters ----------------------------------------------------------- */

/* Return: whether the port has it. */
static bool counter_of(const struct nlmsghdr *nlh, uint32_t id,
		       uint64_t *value)
{
	const struct nlattr *tb[MCSNOOP_A_COUNT_MAX + 1];
	const struct nlattr *attr = NULL;

	*value = 0;
	while ((attr = attr_next_of_type(nlh, attr, S(COUNTS)))) {
		attrs_parse_nested(attr, tb, MCSNOOP_A_COUNT_MAX);
		if (attr_uint(tb[MCSNOOP_A_COUNT_ID]) != id)
			continue;
		*value = attr_uint(tb[MCSNOOP_A_COUNT_VALUE]);
		return true;
	}
	return false;
}

static bool is_counted(const struct messages *stats, uint32_t id)
{
	const struct nlmsghdr *nlh = NULL;
	uint64_t value;

	while ((nlh = message_next(stats, nlh)))
		if (counter_of(nlh, id, &value))
			return true;
	return false;
}

static void print_counter(const struct messages *stats, uint32_t id,
			  uint32_t port)
{
	const struct nlattr *tb[S(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	uint64_t value;
	char name[64];

	snprintf(name, sizeof(name), "%s_total", counter_name(id));
	print_metric(name, "counter", counter_doc(id));
	while ((nlh = message_next(stats, nlh))) {
		attrs_parse(nlh, tb, S(MAX));
		if (port && attr_uint(tb[S(PORT)]) != port)
			continue;
		counter_of(nlh, id, &value);
		begin_sample(name, attr_uint(tb[S(BRIDGE)]));
		print_label("port", ifindex_name(attr_uint(tb[S(PORT)])),
			    false);
		end_sample(value);
	}
}

/* --- state -------------------------------------------------------------- */

static void print_bridges(const struct messages *bridges)
{
	static const struct {
		const char *name;
		const char *help;
		uint16_t attr;
	} gauges[] = {
		{ "groups", "Groups that at least one port asked for",
		  B(GROUPS) },
		{ "records", "Records: groups on ports", B(RECORDS) },
		{ "vlans", "VLANs with state", B(VLANS) },
	};
	const struct nlattr *tb[B(MAX) + 1];
	const struct nlmsghdr *nlh;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gauges); i++) {
		print_metric(gauges[i].name, "gauge", gauges[i].help);
		nlh = NULL;
		while ((nlh = message_next(bridges, nlh))) {
			attrs_parse(nlh, tb, B(MAX));
			begin_sample(gauges[i].name,
				     attr_uint(tb[B(IFINDEX)]));
			end_sample(attr_uint(tb[gauges[i].attr]));
		}
	}
	print_metric("fastpath_open", "gauge",
		     "Whether the fast path is used, 0 or 1");
	nlh = NULL;
	while ((nlh = message_next(bridges, nlh))) {
		attrs_parse(nlh, tb, B(MAX));
		begin_sample("fastpath_open", attr_uint(tb[B(IFINDEX)]));
		end_sample(tb[B(FASTPATH_STATE)] &&
			   attr_uint(tb[B(FASTPATH_STATE)]) ==
			   MCSNOOP_FASTPATH_STATE_OPEN);
	}
}

static void print_ports(const struct messages *ports, uint32_t only)
{
	const struct nlattr *tb[P(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;

	print_metric("port_groups", "gauge", "Groups on the port");
	while ((nlh = message_next(ports, nlh))) {
		attrs_parse(nlh, tb, P(MAX));
		if (only && attr_uint(tb[P(IFINDEX)]) != only)
			continue;
		begin_sample("port_groups", attr_uint(tb[P(BRIDGE)]));
		print_label("port", ifindex_name(attr_uint(tb[P(IFINDEX)])),
			    false);
		end_sample(attr_uint(tb[P(GROUPS)]));
	}
}

static void begin_vlan_sample(const char *name, const struct nlattr **tb)
{
	char vid[8];

	begin_sample(name, attr_uint(tb[Q(BRIDGE)]));
	snprintf(vid, sizeof(vid), "%u", (unsigned int)attr_uint(tb[Q(VID)]));
	print_label("vlan", vid, false);
	print_label("family", family_name(attr_uint(tb[Q(FAMILY)])), false);
}

/* Whether it is pruned, is 0 in mode observe. */
static uint64_t is_pruning(const struct nlattr **tb)
{
	return attr_uint(tb[Q(PRUNING)]) == MCSNOOP_PRUNING_ACTIVE &&
	       attr_uint(tb[Q(MODE)]) != MCSNOOP_MODE_OBSERVE;
}

static uint64_t changes(const struct nlattr **tb)
{
	return attr_uint(tb[Q(CHANGES)]);
}

static uint64_t reports(const struct nlattr **tb)
{
	return attr_uint(tb[Q(REPORTS)]);
}

static uint64_t flooded(const struct nlattr **tb)
{
	return attr_uint(tb[Q(FLOOD_PORTS)]);
}

static void print_queriers(const struct messages *queriers)
{
	static const struct {
		const char *name;
		const char *type;
		const char *help;
		uint64_t (*value)(const struct nlattr **tb);
	} metrics[] = {
		{ "pruning", "gauge",
		  "Whether data is pruned in the VLAN and family, 0 or 1",
		  is_pruning },
		{ "flooded_ports", "gauge",
		  "Ports that get everything because nobody has asked there",
		  flooded },
		{ "querier_changes_total", "counter",
		  "How often the querier changed", changes },
		{ "reports_heard_total", "counter",
		  "Reports and leaves heard", reports },
	};
	const struct nlattr *tb[Q(MAX) + 1];
	const struct nlmsghdr *nlh;
	unsigned int i;
	struct in6_addr addr;
	char buf[INET6_ADDRSTRLEN];

	for (i = 0; i < ARRAY_SIZE(metrics); i++) {
		print_metric(metrics[i].name, metrics[i].type,
			     metrics[i].help);
		nlh = NULL;
		while ((nlh = message_next(queriers, nlh))) {
			attrs_parse(nlh, tb, Q(MAX));
			begin_vlan_sample(metrics[i].name, tb);
			end_sample(metrics[i].value(tb));
		}
	}
	print_metric("querier_info", "gauge", "Who queries; always 1");
	nlh = NULL;
	while ((nlh = message_next(queriers, nlh))) {
		attrs_parse(nlh, tb, Q(MAX));
		begin_vlan_sample("querier_info", tb);
		print_label("state",
			    querier_state_name(attr_uint(tb[Q(STATE)])), false);
		if (attr_address(tb[Q(ADDRESS)], &addr))
			print_label("address",
				    addr_text(&addr, attr_uint(tb[Q(FAMILY)]) ==
					      AF_INET6, buf, sizeof(buf)),
				    false);
		end_sample(1);
	}
}

/* --- what was delivered ------------------------------------------------- */

static void print_delivered(const struct messages *groups, const char *name,
			    const char *help, uint16_t attr, uint32_t only)
{
	const struct nlattr *tb[G(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	char buf[INET6_ADDRSTRLEN], vid[8];
	bool said = false, more = false;
	struct in6_addr addr;

	while ((nlh = message_next(groups, nlh))) {
		bool again = more;

		attrs_parse(nlh, tb, G(MAX));
		more = !!tb[G(MORE)];
		/* the rest of a long list; an entry for a MAC address */
		if (again || !tb[attr] || !attr_address(tb[G(ADDRESS)], &addr))
			continue;
		if (only && attr_uint(tb[G(PORT)]) != only)
			continue;
		if (!said)
			print_metric(name, "counter", help);
		said = true;
		begin_sample(name, attr_uint(tb[G(BRIDGE)]));
		print_label("port", ifindex_name(attr_uint(tb[G(PORT)])),
			    false);
		snprintf(vid, sizeof(vid), "%u",
			 (unsigned int)attr_uint(tb[G(VID)]));
		print_label("vlan", vid, false);
		print_label("grp", addr_text(&addr, !addr_is_v4(&addr), buf,
					     sizeof(buf)), false);
		print_label("state", tb[G(STATIC)] ? "permanent" : "temp",
			    false);
		end_sample(attr_uint(tb[attr]));
	}
}

/* There may be many, and mostly none is counted. */
static bool counts_groups(const struct messages *bridges)
{
	const struct nlattr *tb[B(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;

	while ((nlh = message_next(bridges, nlh))) {
		attrs_parse(nlh, tb, B(MAX));
		if (attr_uint(tb[B(GROUP_STATS)]))
			return true;
	}
	return false;
}

static void print_groups(const struct messages *groups, uint32_t only)
{
	print_delivered(groups, "group_delivered_frames_total",
			"Data frames of a group sent to a port that asked for it",
			G(DELIVERED_FRAMES), only);
	print_delivered(groups, "group_delivered_bytes_total",
			"Octets of these, from the MAC addresses on",
			G(DELIVERED_BYTES), only);
}

static int dump(uint8_t cmd, uint16_t attr, uint32_t dev,
		struct messages *msgs)
{
	struct param param = { .name = "dev", .attr = attr, .width = 4 };
	struct value value = { .set = dev, .num = dev };
	struct request req;

	request_init(&req, cmd);
	params_put(&req, &param, 1, &value);
	return genl_dump(&req, msgs);
}

/**
 * prometheus_print - print counters and state for Prometheus
 * @stats: a dump of counters
 * @dev: the bridge they are of, 0 for all
 * @port: the only port to be shown, 0 for all
 *
 * Counters that are zero on all ports are left out.
 *
 * Return: exit status.
 */
int prometheus_print(const struct messages *stats, uint32_t dev, uint32_t port)
{
	struct param param = { .name = "dev", .attr = B(IFINDEX), .width = 4 };
	struct value value = { .set = dev, .num = dev };
	struct messages queriers = { 0 };
	struct messages bridges = { 0 };
	struct messages groups = { 0 };
	struct messages ports = { 0 };
	struct request req;
	unsigned int id;
	int ret;

	request_init(&req, MCSNOOP_CMD_BRIDGE_GET);
	params_put(&req, &param, 1, &value);
	ret = dev ? genl_do(&req, &bridges) : genl_dump(&req, &bridges);
	if (!ret)
		ret = dump(MCSNOOP_CMD_PORT_GET, P(BRIDGE), dev, &ports);
	if (!ret)
		ret = dump(MCSNOOP_CMD_QUERIER_GET, Q(BRIDGE), dev, &queriers);
	if (!ret && counts_groups(&bridges))
		ret = dump(MCSNOOP_CMD_GROUP_GET, G(BRIDGE), dev, &groups);
	if (!ret) {
		print_bridges(&bridges);
		print_ports(&ports, port);
		print_queriers(&queriers);
		print_groups(&groups, port);
		for (id = 0; id < counter_nr(); id++)
			if (is_counted(stats, id))
				print_counter(stats, id, port);
	}
	messages_free(&bridges);
	messages_free(&ports);
	messages_free(&queriers);
	messages_free(&groups);
	return ret;
}
