// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop top: a bridge as it is now, again and again: who queries, what comes
 * and goes at each port in a second, which groups are wanted where and for how
 * long still.
 */
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "screen.h"
#include "top.h"

static const char usage[] =
"Usage: mcsnoop top [ dev BRIDGE ] [ interval TIME ] [ count NUMBER ]\n"
"\n"
"Shows a bridge as it is now, every second or as often as interval says: who\n"
"queries, frames a second at each port, groups and how long they are wanted.\n"
"Keys: q ends; arrows, space, b and g move through the groups; n goes to the\n"
"next bridge; p waits until a key is typed. Where the output is no terminal,\n"
"and with -j, one picture follows another, count of them if it is given.\n";

#define B(name)	MCSNOOP_A_BRIDGE_##name
#define P(name)	MCSNOOP_A_PORT_##name
#define Q(name)	MCSNOOP_A_QUERIER_##name
#define G(name)	MCSNOOP_A_GROUP_##name

#define LINE_LEN	512
#define MIN_INTERVAL	100	/* ms */
#define MAX_QUERIERS	6	/* lines */

static const char *const count_keys[NR_COUNTS] = {
	"in", "forwarded", "flooded", "pruned", "reports",
};

struct view {
	uint32_t dev;
	unsigned int rows;
	unsigned int columns;
	unsigned int line;	/* drawn so far */
	unsigned int skip;	/* groups above the first one shown */
	unsigned int records;
	bool terminal;
	bool paused;
};

/* --- drawing ------------------------------------------------------------ */

static void draw(struct view *v, bool head, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A line, cut off where the screen ends. */
static void draw(struct view *v, bool head, const char *fmt, ...)
{
	unsigned int columns = 0;
	char buf[LINE_LEN];
	va_list ap;
	char *s;

	if (v->terminal && v->line >= v->rows)
		return;
	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	for (s = buf; *s; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = '?';
		if ((*s & 0xc0) != 0x80 && columns++ == v->columns)
			break;
	}
	*s = '\0';
	if (!v->terminal) {
		while (s > buf && s[-1] == ' ')
			*--s = '\0';
		puts(buf);
	} else {
		/* first: at the end of a full line it would take a column */
		printf("%s\033[K%s%s%s", v->line ? "\r\n" : "",
		       head ? "\033[7m" : "", buf, head ? "\033[0m" : "");
	}
	v->line++;
}

static void draw_bridge(struct view *v, const struct look *look)
{
	const struct nlattr *tb[B(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	char clock[16], up[TIME_LEN];
	time_t t = time(NULL);
	struct tm tm;

	localtime_r(&t, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	if (!v->dev) {
		draw(v, false, "%s  no bridge is attached: mcsnoop bridge add dev BRIDGE",
		     clock);
		return;
	}
	while ((nlh = message_next(&look->bridges, nlh))) {
		attrs_parse(nlh, tb, B(MAX));
		if (attr_uint(tb[B(IFINDEX)]) == v->dev)
			break;
	}
	if (!nlh)
		return;
	draw(v, false, "%s  %s up %s, %u groups, %u records, %u ports, %u VLANs, fast path %s%s",
	     clock, ifindex_name(v->dev),
	     time_text(attr_uint(tb[B(UPTIME)]), up),
	     (unsigned int)attr_uint(tb[B(GROUPS)]),
	     (unsigned int)attr_uint(tb[B(RECORDS)]),
	     (unsigned int)attr_uint(tb[B(PORTS)]),
	     (unsigned int)attr_uint(tb[B(VLANS)]),
	     fastpath_state_name(attr_uint(tb[B(FASTPATH_STATE)])),
	     v->paused ? ", paused" : "");
	v->records = attr_uint(tb[B(RECORDS)]);
}

static const char *who_queries(const struct nlattr **tb, bool v6, char *buf,
			       size_t len)
{
	char address[INET6_ADDRSTRLEN] = "", left[TIME_LEN];
	struct in6_addr addr;

	if (attr_address(tb[Q(ADDRESS)], &addr))
		addr_text(&addr, v6, address, sizeof(address));
	switch (attr_uint(tb[Q(STATE)])) {
	case MCSNOOP_QUERIER_STATE_SELF:
		snprintf(buf, len, "this bridge queries from %s, next in %s",
			 address,
			 time_text(attr_uint(tb[Q(NEXT_QUERY)]), left));
		break;
	case MCSNOOP_QUERIER_STATE_OTHER:
		snprintf(buf, len, "querier %s on %s, %s left", address,
			 ifindex_name(attr_uint(tb[Q(PORT)])),
			 time_text(attr_uint(tb[Q(TIMER)]), left));
		break;
	case MCSNOOP_QUERIER_STATE_PROXY:
		snprintf(buf, len, "queries without an address on %s",
			 ifindex_name(attr_uint(tb[Q(PORT)])));
		break;
	default:
		snprintf(buf, len, "no querier");
		break;
	}
	return buf;
}

static void draw_queriers(struct view *v, const struct look *look)
{
	const struct nlattr *tb[Q(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	unsigned int n = 0, more = 0;
	char vlan[16], who[128];

	while ((nlh = message_next(&look->queriers, nlh))) {
		unsigned int pruning;
		bool v6;

		if (n++ >= MAX_QUERIERS) {
			more++;
			continue;
		}
		attrs_parse(nlh, tb, Q(MAX));
		v6 = attr_uint(tb[Q(FAMILY)]) == AF_INET6;
		pruning = attr_uint(tb[Q(PRUNING)]);
		vlan[0] = '\0';
		if (attr_uint(tb[Q(VID)]))
			snprintf(vlan, sizeof(vlan), "VLAN %u ",
				 (unsigned int)attr_uint(tb[Q(VID)]));
		draw(v, false, "  %s%s  %-10s  %s", vlan,
		     family_name(attr_uint(tb[Q(FAMILY)])),
		     attr_uint(tb[Q(MODE)]) == MCSNOOP_MODE_OBSERVE ?
		     "observing" : pruning_name(pruning),
		     who_queries(tb, v6, who, sizeof(who)));
	}
	if (more)
		draw(v, false, "  and %u more: mcsnoop querier show dev %s",
		     more, ifindex_name(v->dev));
}

static void draw_ports(struct view *v, const struct look *then,
		       const struct look *now)
{
	const struct nlattr *tb[P(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	unsigned int limit = v->line + v->rows / 2;
	unsigned int i, more = 0;

	draw(v, true, "%-15s %-10s %6s %8s %9s %9s %8s %7s", "PORT", "STATE",
	     "GROUPS", "IN/s", "WANTED/s", "FLOODED/s", "PRUNED/s", "REPORTS");
	while ((nlh = message_next(&now->ports, nlh))) {
		uint64_t rate[NR_COUNTS];
		uint32_t port;

		if (v->terminal && v->line >= limit) {
			more++;
			continue;
		}
		attrs_parse(nlh, tb, P(MAX));
		port = attr_uint(tb[P(IFINDEX)]);
		for (i = 0; i < NR_COUNTS; i++)
			rate[i] = top_rate(then, now, port, i);
		draw(v, false, "%-15s %-10s %6u %8llu %9llu %9llu %8llu %7llu",
		     ifindex_name(port), tb[P(HOST)] ? "host side" :
		     stp_state_name(attr_uint(tb[P(STATE)])),
		     (unsigned int)attr_uint(tb[P(GROUPS)]),
		     (unsigned long long)rate[COUNT_IN],
		     (unsigned long long)rate[COUNT_TO],
		     (unsigned long long)rate[COUNT_FLOODED],
		     (unsigned long long)rate[COUNT_PRUNED],
		     (unsigned long long)rate[COUNT_REPORTS]);
	}
	if (more)
		draw(v, false, "and %u more", more);
}

/* The time of a record in include mode is that of its last source. */
static const char *left_of(const struct nlmsghdr *nlh,
			   const struct nlattr **tb, char *buf)
{
	const struct nlattr *one[MCSNOOP_A_SOURCE_MAX + 1];
	uint64_t left = attr_uint(tb[G(TIMER)]);
	const struct nlattr *attr = NULL;

	if (tb[G(STATIC)])
		return "static";
	while (!tb[G(TIMER)] &&
	       (attr = attr_next_of_type(nlh, attr, G(SOURCES)))) {
		attrs_parse_nested(attr, one, MCSNOOP_A_SOURCE_MAX);
		if (attr_uint(one[MCSNOOP_A_SOURCE_TIMER]) > left)
			left = attr_uint(one[MCSNOOP_A_SOURCE_TIMER]);
	}
	return time_text(left, buf);
}

static void draw_groups(struct view *v, const struct look *look)
{
	const struct nlattr *tb[G(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	char group[INET6_ADDRSTRLEN], reporter[INET6_ADDRSTRLEN];
	char left[TIME_LEN], vlan[8];
	unsigned int n = 0;
	struct in6_addr addr;
	bool continued = false;

	draw(v, true, "%-24s %4s %-12s %-7s %6s %5s %s", "GROUP", "VLAN",
	     "PORT", "MODE", "LEFT", "HOSTS", "REPORTER");
	while ((nlh = message_next(&look->groups, nlh))) {
		bool skip = continued;
		uint8_t mac[6];

		attrs_parse(nlh, tb, G(MAX));
		continued = tb[G(MORE)];
		if (skip || n++ < v->skip)
			continue;
		attr_address(tb[G(ADDRESS)], &addr);
		addr_text(&addr, true, group, sizeof(group));
		if (attr_mac(tb[G(MAC)], mac))
			snprintf(group, sizeof(group),
				 "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
				 mac[1], mac[2], mac[3], mac[4], mac[5]);
		reporter[0] = '\0';
		vlan[0] = '\0';
		if (attr_address(tb[G(REPORTER)], &addr))
			addr_text(&addr, true, reporter, sizeof(reporter));
		if (attr_uint(tb[G(VID)]))
			snprintf(vlan, sizeof(vlan), "%u",
				 (unsigned int)attr_uint(tb[G(VID)]));
		draw(v, false, "%-24s %4s %-12s %-7s %6s %5u %s", group, vlan,
		     ifindex_name(attr_uint(tb[G(PORT)])),
		     filter_mode_name(attr_uint(tb[G(FILTER_MODE)])),
		     left_of(nlh, tb, left),
		     (unsigned int)attr_uint(tb[G(HOSTS)]), reporter);
	}
}

static void draw_all(struct view *v, const struct look *then,
		     const struct look *now)
{
	v->line = 0;
	if (v->terminal) {
		screen_size(&v->rows, &v->columns);
		fputs("\033[H", stdout);
	}
	draw_bridge(v, now);
	if (v->dev) {
		draw_queriers(v, now);
		draw_ports(v, then, now);
		draw_groups(v, now);
	}
	if (!v->terminal)
		putchar('\n');
	else if (v->line < v->rows)
		fputs("\r\n\033[J", stdout);
	if (v->terminal)	/* some terminals show it when they are resized */
		fputs("\033[?25l", stdout);
	fflush(stdout);
}

/* An object on a line for each look. */
static void print_json(const struct view *v, const struct look *then,
		       const struct look *now)
{
	const struct nlattr *tb[P(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	unsigned int i;

	row_begin();
	put_uint(IN_JSON, "index", v->dev);
	put_dev(IN_JSON, "dev", v->dev);
	put_ms(IN_JSON, "seconds", now->at - then->at);
	open_list("ports");
	while ((nlh = message_next(&now->ports, nlh))) {
		uint32_t port;

		attrs_parse(nlh, tb, P(MAX));
		port = attr_uint(tb[P(IFINDEX)]);
		open_object(NULL);
		put_dev(IN_JSON, "port", port);
		put_uint(IN_JSON, "groups", attr_uint(tb[P(GROUPS)]));
		for (i = 0; i < NR_COUNTS; i++)
			put_uint(IN_JSON, count_keys[i],
				 top_rate(then, now, port, i));
		close_object();
	}
	close_list();
	open_list("queriers");
	for (nlh = message_next(&now->queriers, NULL); nlh;
	     nlh = message_next(&now->queriers, nlh)) {
		open_object(NULL);
		querier_print(nlh, true);
		close_object();
	}
	close_list();
	row_end();
	json_newline();
	fflush(stdout);
}

/* --- the loop ----------------------------------------------------------- */

static void move(struct view *v, enum key key)
{
	unsigned int page = v->rows / 2;

	switch (key) {
	case KEY_UP:
		v->skip -= !!v->skip;
		break;
	case KEY_DOWN:
		v->skip++;
		break;
	case KEY_PAGE_UP:
		v->skip -= v->skip < page ? v->skip : page;
		break;
	case KEY_PAGE_DOWN:
		v->skip += page;
		break;
	case KEY_HOME:
		v->skip = 0;
		break;
	default:
		break;
	}
	if (v->skip >= v->records)
		v->skip = v->records ? v->records - 1 : 0;
}

/* Keys until it is time to look again. Return: whether to go on. */
static bool keys(struct view *v, const struct look *then,
		 const struct look *now, unsigned int interval, bool *next)
{
	uint64_t end = top_now() + interval, t;

	*next = false;
	for (;;) {
		enum key key;

		t = top_now();
		key = screen_wait(v->paused ? 3600000 :
				  t < end ? (unsigned int)(end - t) : 0);
		if (key == KEY_QUIT)
			return false;
		if (key == KEY_NONE)
			return true;
		if (v->paused || key == KEY_PAUSE)
			v->paused = !v->paused;
		if (key == KEY_NEXT) {
			v->skip = 0;
			*next = true;
			return true;
		}
		move(v, key);
		draw_all(v, then, now);
	}
}

static int run(struct view *v, unsigned int interval, unsigned int count)
{
	struct look then = { 0 }, now;
	bool next = false, more = true;
	unsigned int n;
	int ret;

	ret = top_look(&then, &v->dev, false);
	if (ret)
		return ret;
	if (!v->terminal)
		poll(NULL, 0, interval);
	for (n = 0; more && (!count || n < count); n++) {
		uint32_t before = v->dev;

		ret = top_look(&now, &v->dev, next);
		if (ret)
			break;
		/* there is no rate of another bridge yet */
		if (before != v->dev || !n)
			if (v->terminal)
				then.nr = 0;
		if (opt.json)
			print_json(v, &then, &now);
		else
			draw_all(v, &then, &now);
		if (v->terminal)
			more = keys(v, &then, &now, interval, &next);
		else if (!count || n + 1 < count)
			poll(NULL, 0, interval);
		if (ferror(stdout))
			more = false;
		top_forget(&then);
		then = now;
	}
	top_forget(&then);
	return ret;
}

static int top(struct args *args)
{
	enum { DEV, INTERVAL, COUNT, NR };
	static const struct param params[NR] = {
		[DEV] = { .name = "dev", .type = PARAM_DEV },
		[INTERVAL] = { .name = "interval", .type = PARAM_TIME },
		[COUNT] = { .name = "count", .type = PARAM_NUMBER, .min = 1,
			    .max = UINT32_MAX },
	};
	struct view v = { .rows = ~0U, .columns = LINE_LEN };
	struct value values[NR];
	unsigned int interval = 1000;
	int ret;

	ret = params_parse(args, params, NR, 0, values);
	if (!ret)
		ret = genl_open();
	if (ret)
		return ret;
	v.dev = values[DEV].num;
	if (v.dev) {	/* what the kernel says of others than bridges */
		struct param param = { .attr = B(IFINDEX), .width = 4 };
		struct messages none = { 0 };
		struct request req;

		request_init(&req, MCSNOOP_CMD_BRIDGE_GET);
		params_put(&req, &param, 1, &values[DEV]);
		ret = genl_do(&req, &none);
		messages_free(&none);
		if (ret)
			return ret;
	}
	if (values[INTERVAL].set)
		interval = values[INTERVAL].num;
	if (interval < MIN_INTERVAL)
		interval = MIN_INTERVAL;
	ifnames_expire();
	v.terminal = !opt.json && screen_open();
	ret = run(&v, interval, values[COUNT].num);
	if (v.terminal)
		screen_close();
	if (ret && v.terminal) {
		struct look look;

		/* what it said went to the other screen */
		top_look(&look, &v.dev, false);
		top_forget(&look);
	}
	return ret;
}

const struct object top_object = {
	.name = "top",
	.usage = usage,
	.run = top,
};
