// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop log: the flight recorder, and the frames that it kept as a file that
 * tcpdump reads.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <linux/genetlink.h>

#include "tool.h"

static const char usage[] =
"Usage: mcsnoop log [ show [ dev BRIDGE ] [ port PORT ] [ -w FILE ] ]\n"
"       mcsnoop log follow [ dev BRIDGE ] [ port PORT ] [ -w FILE ]\n"
"\n"
"\"show\" prints what has happened, oldest first, as far as the bridge's log-events\n"
"has room; \"follow\" goes on with what happens next. With -w the control frames\n"
"that log-frames has room for are written instead, for tcpdump -r FILE; - is the\n"
"standard output. -t prints the date as well.\n";

#define A(name)	MCSNOOP_A_LOG_##name
#define F(name)	MCSNOOP_A_FRAME_##name

#define PCAP_MAGIC	0xa1b2c3d4
#define PCAP_ETHERNET	1
#define PCAP_SNAPLEN	262144
#define POLL_NS		200000000

enum {
	PARAM_BRIDGE,
	PARAM_PORT,
	PARAM_FILE,
	NR_PARAMS,
};

static const struct param params[NR_PARAMS] = {
	[PARAM_BRIDGE] = { .name = "dev", .type = PARAM_DEV,
			   .attr = A(BRIDGE), .width = 4 },
	/* the kernel limits the dump to a bridge, the port is looked for here */
	[PARAM_PORT] = { .name = "port", .type = PARAM_DEV },
	[PARAM_FILE] = { .name = "-w", .type = PARAM_WORD },
};

static void print_time(uint64_t ns)
{
	time_t sec = ns / 1000000000;
	unsigned int us = ns % 1000000000 / 1000;
	char buf[64];
	struct tm tm;

	if (opt.json) {
		snprintf(buf, sizeof(buf), "%llu.%06u",
			 (unsigned long long)sec, us);
		json_word("time", buf);
		return;
	}
	localtime_r(&sec, &tm);
	strftime(buf, sizeof(buf), opt.timestamp == TIMESTAMP_LONG ?
		 "%Y-%m-%d %H:%M:%S" : "%H:%M:%S", &tm);
	text("%s.%06u", buf, us);
}

static enum color event_color(unsigned int event)
{
	switch (event) {
	case MCSNOOP_LOG_EVENT_JOIN:
	case MCSNOOP_LOG_EVENT_ROUTER:
		return C_GOOD;
	case MCSNOOP_LOG_EVENT_LEAVE:
	case MCSNOOP_LOG_EVENT_EXPIRY:
	case MCSNOOP_LOG_EVENT_END:
	case MCSNOOP_LOG_EVENT_REFUSAL:
		return C_BAD;
	default:
		return C_WARN;
	}
}

/* What it is about, after the event. */
static void print_what(const struct nlattr **tb)
{
	unsigned int sources = attr_uint(tb[A(SOURCES)]);
	bool v6 = attr_uint(tb[A(FAMILY)]) == AF_INET6;
	struct in6_addr addr;

	if (tb[A(VERSION)]) {
		text(" version ");
		put_uint(IN_BOTH, "version", attr_uint(tb[A(VERSION)]));
	}
	if (tb[A(SENT)]) {
		text(" sent");
		put_bool(IN_JSON, "sent", true);
	}
	if (tb[A(COUNTER)]) {
		text(" ");
		paint(C_BAD);
		put_str(IN_BOTH, "counter",
			counter_name(attr_uint(tb[A(COUNTER)])));
	}
	if (tb[A(ROUTER)]) {
		text(" router ");
		put_str(IN_BOTH, "type",
			router_type_name(attr_uint(tb[A(ROUTER)])));
	}
	if (tb[A(QUERIER)]) {
		text(" ");
		put_str(IN_BOTH, "state",
			querier_state_name(attr_uint(tb[A(QUERIER)])));
		text(" pruning ");
		put_str(IN_BOTH, "pruning",
			pruning_name(attr_uint(tb[A(PRUNING)])));
	}
	if (attr_address(tb[A(GROUP)], &addr)) {
		text(" ");
		put_addr(IN_BOTH, "grp", &addr, v6);
	}
	if (tb[A(FILTER_MODE)]) {
		text(" ");
		put_str(IN_BOTH, "filter_mode",
			filter_mode_name(attr_uint(tb[A(FILTER_MODE)])));
	}
	if (sources) {
		text(" of ");
		put_uint(IN_BOTH, "sources", sources);
		text(" source%s", sources == 1 ? "" : "s");
	}
}

static void print_entry(const struct nlattr **tb)
{
	unsigned int event = attr_uint(tb[A(EVENT)]);
	bool v6 = attr_uint(tb[A(FAMILY)]) == AF_INET6;
	struct in6_addr addr;
	uint8_t mac[6];

	row_begin();
	print_time(attr_uint(tb[A(TIME)]));
	put_uint(IN_JSON, "index", attr_uint(tb[A(BRIDGE)]));
	put_uint(IN_JSON, "seq", attr_uint(tb[A(SEQ)]));
	text(" ");
	put_dev(IN_BOTH, "dev", attr_uint(tb[A(BRIDGE)]));
	if (tb[A(PORT)]) {
		text(" ");
		put_dev(IN_BOTH, "port", attr_uint(tb[A(PORT)]));
	}
	if (attr_uint(tb[A(VID)])) {
		text(" vid ");
		put_uint(IN_BOTH, "vid", attr_uint(tb[A(VID)]));
	}
	text(" ");
	put_str(IN_BOTH, "family", family_name(attr_uint(tb[A(FAMILY)])));
	text(" ");
	paint(event_color(event));
	put_str(IN_BOTH, "event", log_event_name(event));
	print_what(tb);
	if (attr_address(tb[A(ADDRESS)], &addr)) {
		text(" from ");
		put_addr(IN_BOTH, "address", &addr, v6);
	}
	if (attr_mac(tb[A(MAC)], mac)) {
		text(" ");
		put_mac(IN_BOTH, "mac", mac);
	}
	if (tb[A(CAUSE)]) {
		text(" (");
		put_str(IN_BOTH, "cause", cause_name(attr_uint(tb[A(CAUSE)])));
		text(")");
	}
	if (tb[A(COUNT)]) {
		text(" ");
		put_uint(IN_BOTH, "count", attr_uint(tb[A(COUNT)]));
		text(" times");
	}
	row_end();
}

/* Where a reader is: what it has seen of which bridge. */
struct reader {
	const struct value *values;
	uint32_t bridge;
	uint64_t seq;
	FILE *file;
};

static bool is_wanted(const struct reader *r, const struct nlattr *bridge,
		      const struct nlattr *port)
{
	return (!r->values[PARAM_BRIDGE].set ||
		r->values[PARAM_BRIDGE].num == attr_uint(bridge)) &&
	       (!r->values[PARAM_PORT].set ||
		r->values[PARAM_PORT].num == attr_uint(port));
}

static void print_entries(struct reader *r, const struct messages *msgs,
			  bool lines)
{
	const struct nlattr *tb[MCSNOOP_A_LOG_MAX + 1];
	const struct nlmsghdr *nlh = NULL;

	while ((nlh = message_next(msgs, nlh))) {
		if (message_cmd(nlh) != MCSNOOP_CMD_LOG_GET &&
		    message_cmd(nlh) != MCSNOOP_CMD_LOG_NTF)
			continue;
		attrs_parse(nlh, tb, MCSNOOP_A_LOG_MAX);
		if (!is_wanted(r, tb[A(BRIDGE)], tb[A(PORT)]))
			continue;
		print_entry(tb);
		if (opt.json && lines)
			json_newline();
	}
}

static int read_log(const struct value *values, struct messages *msgs)
{
	struct request req;

	request_init(&req, MCSNOOP_CMD_LOG_GET);
	params_put(&req, params, PARAM_FILE, values);
	return genl_dump(&req, msgs);
}

static void write32(FILE *file, uint32_t value)
{
	fwrite(&value, sizeof(value), 1, file);
}

/* The oldest form of the format, which everything reads. */
static void pcap_header(FILE *file)
{
	static const uint16_t version[2] = { 2, 4 };

	write32(file, PCAP_MAGIC);
	fwrite(version, sizeof(version), 1, file);
	write32(file, 0);
	write32(file, 0);
	write32(file, PCAP_SNAPLEN);
	write32(file, PCAP_ETHERNET);
}

static void pcap_frame(FILE *file, const struct nlattr **tb)
{
	uint64_t ns = attr_uint(tb[F(TIME)]);
	size_t len = mnl_attr_get_payload_len(tb[F(DATA)]);

	write32(file, ns / 1000000000);
	write32(file, ns % 1000000000 / 1000);
	write32(file, len);
	write32(file, attr_uint(tb[F(LEN)]));
	fwrite(mnl_attr_get_payload(tb[F(DATA)]), len, 1, file);
}

/* Frames of one bridge after those seen before. */
static int write_frames(struct reader *r)
{
	const struct nlattr *tb[MCSNOOP_A_FRAME_MAX + 1];
	const struct nlmsghdr *nlh = NULL;
	struct messages msgs = { 0 };
	struct request req;
	int ret;

	request_init(&req, MCSNOOP_CMD_FRAME_GET);
	params_put(&req, params, PARAM_PORT, r->values);
	if (r->seq)
		mnl_attr_put_u64(req.nlh, F(SEQ), r->seq + 1);
	ret = genl_dump(&req, &msgs);
	while (!ret && (nlh = message_next(&msgs, nlh))) {
		attrs_parse(nlh, tb, MCSNOOP_A_FRAME_MAX);
		r->seq = attr_uint(tb[F(SEQ)]);
		if (tb[F(DATA)] && is_wanted(r, tb[F(BRIDGE)], tb[F(PORT)]))
			pcap_frame(r->file, tb);
	}
	messages_free(&msgs);
	return ret;
}

static int write_file(struct reader *r, bool follow)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	const char *name = r->values[PARAM_FILE].word;
	int ret;

	r->file = strcmp(name, "-") ? fopen(name, "we") : stdout;
	if (!r->file) {
		fprintf(stderr, "Cannot write \"%s\": %s\n", name,
			strerror(errno));
		return EXIT_FAILED;
	}
	pcap_header(r->file);
	do {
		ret = write_frames(r);
		if (fflush(r->file) || ferror(r->file)) {
			fprintf(stderr, "Cannot write \"%s\": %s\n", name,
				strerror(errno));
			ret = EXIT_FAILED;
		}
		if (follow && !ret)
			nanosleep(&pause, NULL);
	} while (follow && !ret);
	if (r->file != stdout)
		fclose(r->file);
	return ret;
}

static int open_log(struct args *args, struct value *values,
		    struct reader *r, bool follow)
{
	int ret = params_parse(args, params, NR_PARAMS, 0, values);

	r->values = values;
	if (!ret && follow && values[PARAM_FILE].set &&
	    !values[PARAM_BRIDGE].set)
		return usage_error(args,
				   "\"mcsnoop log follow -w\" lacks \"dev\"");
	if (!ret)
		ret = genl_open();
	return ret;
}

static int log_show(struct args *args)
{
	struct value values[NR_PARAMS];
	struct messages msgs = { 0 };
	struct reader r = { 0 };
	int ret;

	ret = open_log(args, values, &r, false);
	if (ret)
		return ret;
	if (values[PARAM_FILE].set)
		return write_file(&r, false);
	ret = read_log(values, &msgs);
	if (!ret) {
		show_begin(false);
		print_entries(&r, &msgs, false);
		show_end();
	}
	messages_free(&msgs);
	return ret;
}

/* Those of the dump come again when they are made between the two. */
static void skip_seen(struct messages *msgs, const struct messages *seen)
{
	const struct nlattr *tb[MCSNOOP_A_LOG_MAX + 1];
	const struct nlattr *old[MCSNOOP_A_LOG_MAX + 1];
	const struct nlmsghdr *nlh = NULL, *last;

	while ((nlh = message_next(msgs, nlh))) {
		attrs_parse(nlh, tb, MCSNOOP_A_LOG_MAX);
		last = NULL;
		while ((last = message_next(seen, last))) {
			attrs_parse(last, old, MCSNOOP_A_LOG_MAX);
			if (attr_uint(old[A(BRIDGE)]) ==
			    attr_uint(tb[A(BRIDGE)]) &&
			    attr_uint(old[A(SEQ)]) == attr_uint(tb[A(SEQ)]) &&
			    attr_uint(old[A(COUNT)]) ==
			    attr_uint(tb[A(COUNT)])) {
				struct genlmsghdr *genl =
					mnl_nlmsg_get_payload(nlh);

				genl->cmd = 0;
				break;
			}
		}
	}
}

static int follow_events(struct reader *r, struct messages *seen)
{
	struct messages msgs = { 0 };
	uint32_t lost;
	int more;

	do {
		more = genl_receive(&msgs, true, &lost);
		if (seen->len) {
			skip_seen(&msgs, seen);
			messages_free(seen);
		}
		print_entries(r, &msgs, true);
		msgs.len = 0;
		if (lost)
			fprintf(stderr, "Warning: mcsnoop: %u entries lost\n",
				lost);
	} while (more >= 0 && !fflush(stdout));
	messages_free(&msgs);
	if (more == -ENODEV)
		fputs("Error: mcsnoop: the kernel module was removed\n",
		      stderr);
	return EXIT_FAILED;
}

static int log_follow(struct args *args)
{
	struct value values[NR_PARAMS];
	struct messages seen = { 0 };
	struct reader r = { 0 };
	int ret;

	ret = open_log(args, values, &r, true);
	if (ret)
		return ret;
	if (values[PARAM_FILE].set)
		return write_file(&r, true);
	ret = genl_subscribe_log();
	if (!ret)
		ret = read_log(values, &seen);
	if (!ret) {
		ifnames_expire();
		print_entries(&r, &seen, true);
		fflush(stdout);
		ret = follow_events(&r, &seen);
	}
	messages_free(&seen);
	return ret;
}

static const struct command commands[] = {
	{ "show", "list", log_show },
	{ "follow", NULL, log_follow },
	{ NULL, NULL, NULL },
};

const struct object log_object = {
	.name = "log",
	.usage = usage,
	.commands = commands,
};
