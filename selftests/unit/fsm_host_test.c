// SPDX-License-Identifier: GPL-2.0
/*
 * What is remembered of hosts (EHT-01) and when a leave of one may be acted on
 * at once (EHT-02): as tables, and as a long random play in which hosts change
 * their minds, answer queries as RFC 3376 section 5 says, and must never miss
 * what they want. FSM_SEED=N repeats a play, FSM_STEPS=N shortens it.
 */
#include "fsm_rig.h"
#include "fsm_host_play.h"

/* One host: "IN 1,2", "EX", "EX! 3" when its exclude mode was not confirmed */
static struct mcs_host *make_host(const char *text, unsigned int name)
{
	unsigned int n = 0, i, width = 4;
	struct in6_addr list[16];
	struct mcs_host *host;
	const char *s = strchr(text, ' ');

	if (s)
		n = rig_list(s + 1, list);
	host = rig_array(1, sizeof(*host) + n * width);
	memset(host, 0, sizeof(*host));
	rig_addr(&host->addr, 100 + name);
	host->mac[5] = name;
	host->mode = text[0] == 'E' ? MCS_MODE_EXCLUDE : MCS_MODE_INCLUDE;
	host->expires = START + 260 * SEC;
	if (host->mode == MCS_MODE_EXCLUDE && text[2] != '!')
		host->exclude_until = host->expires;
	host->n = n;
	for (i = 0; i < n; i++)
		memcpy(host->srcs + i * width, &list[i].s6_addr[12], width);
	return host;
}

static const char *show_list(__u8 mode, const __u8 *list, unsigned int n)
{
	static char buf[128];
	unsigned int i;

	buf[0] = '\0';
	rig_cat(buf, sizeof(buf), mode ? "EX" : "IN");
	for (i = 0; i < n; i++)
		rig_cat(buf, sizeof(buf), "%c%u", i ? ',' : ' ',
			list[i * 4 + 2] << 8 | list[i * 4 + 3]);
	return buf;
}

static unsigned int type_of(const char *name)
{
	static const char * const types[] = {
		"none", "IS_IN", "IS_EX", "TO_IN", "TO_EX", "ALLOW", "BLOCK",
	};
	unsigned int i;

	for (i = 1; i < ARRAY_SIZE(types); i++)
		if (!strncmp(name, types[i], strlen(types[i])))
			return i;
	return 0;
}

/* before, what is heard, after */
static const char * const applied[][3] = {
	/* a host that is not known yet */
	{ "",		"IS_IN 1,2",	"IN 1,2" },
	{ "",		"IS_EX 1,2",	"EX 1,2" },
	{ "",		"TO_IN 1",	"IN 1" },
	{ "",		"TO_EX",	"EX" },
	{ "",		"ALLOW 1",	"IN 1" },
	{ "",		"BLOCK 1",	"IN" },
	{ "",		"TO_IN",	"IN" },
	{ "",		"none 1",	"IN" },
	/* an answer to a query of sources is not all that it wants */
	{ "IN 1,2",	"IS_IN 2,3",	"IN 1,2,3" },
	{ "EX 1,2",	"IS_IN 2,3",	"EX 1" },
	{ "EX",		"IS_IN 2,3",	"EX" },
	/* it has not said for long that it excludes some */
	{ "EX! 1,2",	"IS_IN 2,3",	"IN 2,3" },
	{ "EX! 1,2",	"ALLOW 2",	"EX 1" },
	/* a long list comes in several records, a leave does not */
	{ "IN 1,2",	"TO_IN 2,3",	"IN 1,2,3" },
	{ "IN 1,2",	"TO_IN",	"IN" },
	{ "EX 1,2",	"TO_IN 2,3",	"IN 2,3" },
	{ "EX 1,2",	"TO_IN",	"IN" },
	/* the rest says what it says */
	{ "IN 1,2",	"IS_EX 2,3",	"EX 2,3" },
	{ "IN 1,2",	"TO_EX 2,3",	"EX 2,3" },
	{ "IN 1,2",	"TO_EX",	"EX" },
	{ "EX 1,2",	"IS_EX 2,3",	"EX 2,3" },
	{ "EX 1,2",	"TO_EX 2,3",	"EX 2,3" },
	{ "IN 1,3",	"ALLOW 0,2,4",	"IN 0,1,2,3,4" },
	{ "IN 1,2,3",	"BLOCK 2,4",	"IN 1,3" },
	{ "IN 1,2",	"BLOCK 1,2",	"IN" },
	{ "EX 1,2,3",	"ALLOW 2,4",	"EX 1,3" },
	{ "EX 1,3",	"BLOCK 0,2,3",	"EX 0,1,2,3" },
	{ "EX 1",	"none 2",	"EX 1" },
};

static void test_apply(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(applied); i++) {
		const char *heard = applied[i][1], *list = strchr(heard, ' ');
		struct mcs_host *host = NULL;
		struct in6_addr b[16];
		unsigned int nb = list ? rig_list(list + 1, b) : 0, n, room;
		__u8 *out, mode = 99;

		ktap_context("%s + %s", applied[i][0], heard);
		if (applied[i][0][0])
			host = make_host(applied[i][0], 1);
		room = (host ? host->n : 0) + nb;
		out = rig_array(room, 4);
		n = mcs_host_apply(host, 4, type_of(heard), b, nb, START, out,
				   &mode);
		KTAP_CHECK(n <= room);
		KTAP_STREQ(show_list(mode, out, n), applied[i][2]);
		free(out);
		free(host);
	}
}

#define ASK	"ask"
#define KEEP	"keep"
#define DROP	"drop"

/*
 * The hosts of a record; the first one leaves. What is known of source 1 and
 * of the group. "=" in front of a host: it has the MAC address of the first,
 * "@": its IP address, "-": it has expired. P: the report may be a part.
 */
static const struct {
	const char	*hosts[4];
	const char	*srcs;		/* of the record */
	const char	*opt;
	const char	*source;
	const char	*group;
} verdicts[] = {
	{ { "EX" },				"",  "", DROP, DROP },
	{ { "IN 1" },				"1", "", DROP, ASK },
	{ { "IN 2" },				"1", "", ASK, ASK },
	{ { "EX 1" },				"",  "", ASK, DROP },
	{ { "IN" },				"1", "", ASK, ASK },
	{ { "EX" },				"",  "P", ASK, ASK },
	/* others */
	{ { "EX", "EX" },			"",  "", KEEP, KEEP },
	{ { "EX", "EX 1" },			"",  "", DROP, KEEP },
	{ { "EX", "EX 1,2", "EX 1" },		"",  "", DROP, KEEP },
	{ { "EX", "EX 1,2", "EX 2" },		"",  "", KEEP, KEEP },
	{ { "EX", "IN 1" },			"1", "", KEEP, DROP },
	{ { "EX", "IN 2" },			"2", "", DROP, DROP },
	{ { "EX", "IN" },			"",  "", DROP, DROP },
	{ { "IN 1", "IN 1" },			"1", "", KEEP, ASK },
	{ { "IN", "EX" },			"",  "", KEEP, KEEP },
	{ { "EX", "-EX" },			"",  "", DROP, DROP },
	{ { "EX", "-IN 1" },			"",  "", DROP, DROP },
	{ { "EX", "EX" },			"",  "P", KEEP, KEEP },
	/* what others include, but the record has forgotten */
	{ { "EX", "IN 1" },			"",  "", KEEP, ASK },
	{ { "EX", "IN 1,2" },			"1", "", KEEP, ASK },
	{ { "EX", "IN 1,2" },			"1,2,3", "", KEEP, DROP },
	{ { "EX", "IN 1", "EX" },		"",  "", KEEP, KEEP },
	/* may be the same host */
	{ { "EX", "=EX" },			"",  "", ASK, ASK },
	{ { "EX", "@EX" },			"",  "", ASK, ASK },
	{ { "EX", "=EX", "EX" },		"",  "", KEEP, KEEP },
	{ { "EX", "=EX 1" },			"",  "", DROP, ASK },
	{ { "EX", "@IN 1" },			"1", "", ASK, DROP },
	/* may not exclude any more */
	{ { "EX", "EX!" },			"",  "", ASK, ASK },
	{ { "EX!" },				"",  "", DROP, DROP },
	/* joins and leaves */
	{ { "EX", "IN 2" },			"",  "W", KEEP, KEEP },
	{ { "IN 2", "IN" },			"",  "W", DROP, DROP },
	{ { "IN 2" },				"",  "W", DROP, DROP },
};

static void one_verdict(unsigned int row)
{
	static const char * const names[] = { ASK, KEEP, DROP };
	struct mcs_host *hosts[4] = { NULL };
	struct mcs_source srcs[8] = { 0 };
	struct mcs_leave leave = {
		.hosts = hosts, .srcs = srcs, .width = 4, .now = START,
		.partial = verdicts[row].opt[0] == 'P',
		.whole = verdicts[row].opt[0] == 'W',
	};
	struct in6_addr list[8], one;
	enum mcs_verdict v;
	unsigned int i;

	for (i = 0; i < 4 && verdicts[row].hosts[i]; i++) {
		const char *text = verdicts[row].hosts[i];
		char mark = strchr("=@-", text[0]) ? text[0] : 0;

		hosts[i] = make_host(text + !!mark, i + 1);
		if (mark == '=')
			memcpy(hosts[i]->mac, hosts[0]->mac, 6);
		if (mark == '@')
			hosts[i]->addr = hosts[0]->addr;
		if (mark == '-')
			hosts[i]->expires = START;
		leave.nhosts++;
	}
	leave.nsrcs = rig_list(verdicts[row].srcs, list);
	for (i = 0; i < leave.nsrcs; i++) {
		srcs[i].addr = list[i];
		/* the last of three is blocked */
		srcs[i].expires = i < 2 ? START + SEC : 0;
	}
	rig_addr(&one, 1);
	ktap_context("row %u", row);
	v = mcs_host_verdict(&leave, &one);
	KTAP_STREQ(names[v], verdicts[row].source);
	KTAP_EQ(leave.kept, v == MCS_KEEP);
	KTAP_EQ(leave.dropped, v == MCS_DROP);
	v = mcs_host_verdict(&leave, NULL);
	KTAP_STREQ(names[v], verdicts[row].group);
	for (i = 0; i < 4; i++)
		free(hosts[i]);
}

static void test_verdicts(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		one_verdict(i);
}

static void test_partial(void)
{
	struct mcs_host *in = make_host("IN 1", 1), *ex = make_host("EX", 2);

	/* RFC 3376 section 4.2.16 */
	KTAP_CHECK(mcs_host_partial(in, MCS_REC_TO_IN, 1, 20));
	KTAP_CHECK(!mcs_host_partial(in, MCS_REC_TO_IN, 0, 1400));
	KTAP_CHECK(!mcs_host_partial(ex, MCS_REC_TO_IN, 1, 20));
	KTAP_CHECK(mcs_host_partial(ex, MCS_REC_TO_IN, 1, 1400));
	KTAP_CHECK(!mcs_host_partial(ex, MCS_REC_BLOCK, 1, 1400));
	KTAP_CHECK(!mcs_host_partial(ex, MCS_REC_TO_EX, 1, 1400));
	free(in);
	free(ex);
}

static void test_order(void)
{
	struct mcs_host *host = make_host("EX", 5);
	struct in6_addr lower, higher;
	__u8 mac[6] = { 0, 0, 0, 0, 0, 4 };

	rig_addr(&lower, 104);
	rig_addr(&higher, 106);
	KTAP_CHECK(mcs_host_cmp(host, &lower, host->mac) > 0);
	KTAP_CHECK(mcs_host_cmp(host, &higher, host->mac) < 0);
	KTAP_CHECK(mcs_host_cmp(host, &host->addr, host->mac) == 0);
	KTAP_CHECK(mcs_host_cmp(host, &host->addr, mac) > 0);
	free(host);
}

int main(void)
{
	static const struct ktap_case cases[] = {
		{ "EHT-01 what a host says", test_apply },
		{ "order of hosts", test_order },
		{ "EHT-02 what is known of the others", test_verdicts },
		{ "lists that come in parts", test_partial },
		{ "EHT-02 nobody misses what he wants", play },
	};

	return KTAP_RUN(cases);
}
