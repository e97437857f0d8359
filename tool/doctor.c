// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop doctor: what is wrong, or may be, and what to type. Everything is
 * read first; then each of the checks in doctor_*.c looks for what it knows.
 * What it finds is gathered here, put together where only the VLAN differs,
 * and printed.
 */
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

#define MAX_ADVICE	3
#define TEXT_LEN	512
#define WIDTH		78
#define INDENT		4
#define NR_VIDS		4096

/* Exit status of the doctor alone. */
enum {
	FOUND_NOTHING = 0,
	FOUND_SOMETHING = 1,
	FOUND_OUT_NOTHING = 2,
};

static const char usage[] =
"Usage: mcsnoop doctor [ dev BRIDGE ] [ watch TIME ]\n"
"\n"
"Looks for what keeps streams from their members, or lets them go where nobody\n"
"wants them, and tells what to type: of all attached bridges, or of one. Nothing\n"
"is changed. Findings are trouble, warnings or notes. With watch it looks for so\n"
"long at the data that comes in, and finds data without members and members\n"
"without data; that needs CAP_NET_RAW.\n"
"\n"
"Exit status: 0 nothing was found, or notes only; 1 something was found; 2 it\n"
"could not be found out.\n";

struct finding {
	const char *id;
	enum severity severity;
	struct about about;
	char text[TEXT_LEN];
	char *advice[MAX_ADVICE];
	unsigned int nr_advice;
	bool *vids;	/* several VLANs for which it is the same */
};

static struct finding *findings;
static unsigned int nr_findings;

/**
 * found - there is something to be said
 * @id: its stable name
 * @severity: how bad it is
 * @about: what it is about
 * @fmt: as for printf(): one or two sentences, and what the advice is for
 */
void found(const char *id, enum severity severity, const struct about *about,
	   const char *fmt, ...)
{
	struct finding *finding;
	va_list ap;

	findings = xrealloc(findings, (nr_findings + 1) * sizeof(*findings));
	finding = &findings[nr_findings++];
	memset(finding, 0, sizeof(*finding));
	finding->id = id;
	finding->severity = severity;
	finding->about = *about;
	va_start(ap, fmt);
	vsnprintf(finding->text, sizeof(finding->text), fmt, ap);
	va_end(ap);
}

/**
 * advise - what to type against what was found last
 * @fmt: as for printf()
 */
void advise(const char *fmt, ...)
{
	struct finding *finding = &findings[nr_findings - 1];
	char buf[TEXT_LEN];
	va_list ap;
	char *copy;

	if (finding->nr_advice == MAX_ADVICE)
		return;
	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	copy = xrealloc(NULL, strlen(buf) + 1);
	memcpy(copy, buf, strlen(buf) + 1);
	finding->advice[finding->nr_advice++] = copy;
}

/**
 * link_of - a device by its number
 * @f: the facts
 * @ifindex: the number
 *
 * Return: the device; one without any properties when there is none.
 */
const struct link *link_of(const struct facts *f, uint32_t ifindex)
{
	static const struct link none;
	unsigned int i;

	for (i = 0; i < f->nr_links; i++)
		if (f->links[i].ifindex == ifindex)
			return &f->links[i];
	return &none;
}

/**
 * dev_word - name of a device
 * @ifindex: the device
 *
 * Return: its name, which lives until some calls later.
 */
const char *dev_word(uint32_t ifindex)
{
	static char bufs[8][IFNAMSIZ];
	static unsigned int turn;
	char *buf = bufs[turn++ % ARRAY_SIZE(bufs)];

	snprintf(buf, sizeof(bufs[0]), "%s", ifindex_name(ifindex));
	return buf;
}

/**
 * addr_word - an address as text
 * @attr: attribute with the address
 * @v6: what :: stands for
 *
 * Return: text that lives until the next call but one.
 */
const char *addr_word(const struct nlattr *attr, bool v6)
{
	static char bufs[2][INET6_ADDRSTRLEN];
	static unsigned int turn;
	struct in6_addr addr;

	turn ^= 1;
	attr_address(attr, &addr);
	return addr_text(&addr, v6, bufs[turn], sizeof(bufs[turn]));
}

static bool is_same(const struct finding *a, const struct finding *b)
{
	unsigned int i;

	if (strcmp(a->id, b->id) || a->severity != b->severity ||
	    a->about.bridge != b->about.bridge ||
	    a->about.port != b->about.port ||
	    a->about.family != b->about.family ||
	    strcmp(a->text, b->text) || a->nr_advice != b->nr_advice)
		return false;
	for (i = 0; i < a->nr_advice; i++)
		if (strcmp(a->advice[i], b->advice[i]))
			return false;
	return true;
}

static void forget(struct finding *finding)
{
	while (finding->nr_advice)
		free(finding->advice[--finding->nr_advice]);
	free(finding->vids);
}

/* A batch may ask again. */
static void forget_all(struct facts *f)
{
	struct messages *tables[] = {
		&f->bridges, &f->vlans, &f->ports, &f->queriers, &f->groups,
		&f->hosts, &f->filters, &f->stats,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		messages_free(tables[i]);
	free(f->links);
	while (nr_findings)
		forget(&findings[--nr_findings]);
	free(findings);
	findings = NULL;
}

/* What is the same in several VLANs is said once. */
static void merge(void)
{
	unsigned int i, j, n = 0;

	for (i = 0; i < nr_findings; i++) {
		for (j = 0; j < n; j++)
			if (findings[i].about.vid &&
			    is_same(&findings[j], &findings[i]))
				break;
		if (j == n) {
			findings[n++] = findings[i];
			continue;
		}
		if (!findings[j].vids) {
			findings[j].vids = xrealloc(NULL, NR_VIDS);
			memset(findings[j].vids, 0, NR_VIDS);
			findings[j].vids[findings[j].about.vid % NR_VIDS] = true;
		}
		findings[j].vids[findings[i].about.vid % NR_VIDS] = true;
		forget(&findings[i]);
	}
	nr_findings = n;
}

static const char *const severity_names[] = {
	[NOTE] = "note",
	[WARNING] = "warning",
	[TROUBLE] = "trouble",
};

static const enum color severity_colors[] = {
	[NOTE] = C_DIM,
	[WARNING] = C_WARN,
	[TROUBLE] = C_BAD,
};

static void print_vids(const struct finding *finding)
{
	unsigned int vid, first, n = 0;

	if (!finding->about.vid)
		return;
	text(finding->vids ? ", VLANs " : ", VLAN ");
	open_list("vids");
	for (vid = 1; vid < NR_VIDS; vid++) {
		if (finding->vids ? !finding->vids[vid] :
				    vid != finding->about.vid)
			continue;
		first = vid;
		put_uint(IN_JSON, NULL, vid);
		while (finding->vids && vid + 1 < NR_VIDS &&
		       finding->vids[vid + 1])
			put_uint(IN_JSON, NULL, ++vid);
		text(first == vid ? "%s%u" : "%s%u-%u", n++ ? "," : "", first,
		     vid);
	}
	close_list();
}

/* Sentences, broken into lines. */
static void print_wrapped(const char *s)
{
	size_t len;

	while (*s) {
		len = strlen(s);
		if (len > WIDTH - INDENT) {
			len = WIDTH - INDENT;
			while (len && s[len] != ' ')
				len--;
			if (!len)
				len = strlen(s);
		}
		text("\n%*s%.*s", INDENT, "", (int)len, s);
		s += len;
		while (*s == ' ')
			s++;
	}
}

static void print_finding(const struct finding *finding)
{
	const struct about *about = &finding->about;
	unsigned int i;

	row_begin();
	put_str(IN_JSON, "finding", finding->id);
	paint(severity_colors[finding->severity]);
	put_str(IN_BOTH, "severity", severity_names[finding->severity]);
	text(" ");
	paint(C_HEAD);
	put_str(IN_TEXT, NULL, finding->id);
	text(": ");
	put_uint(IN_JSON, "index", about->bridge);
	put_dev(IN_BOTH, "dev", about->bridge);
	if (about->port) {
		text(", ");
		put_dev(IN_BOTH, "port", about->port);
	}
	print_vids(finding);
	if (about->family) {
		text(", ");
		put_str(IN_BOTH, "family", family_name(about->family));
	}
	put_str(IN_JSON, "text", finding->text);
	if (!opt.json)
		print_wrapped(finding->text);
	open_list("advice");
	for (i = 0; i < finding->nr_advice; i++) {
		text("\n%*s", INDENT * 2, "");
		put_str(IN_BOTH, NULL, finding->advice[i]);
	}
	close_list();
	row_end();
}

static int print_findings(void)
{
	int ret = FOUND_NOTHING;
	int severity;
	unsigned int i;

	merge();
	show_begin(false);
	for (severity = TROUBLE; severity >= NOTE; severity--)
		for (i = 0; i < nr_findings; i++)
			if ((int)findings[i].severity == severity)
				print_finding(&findings[i]);
	show_end();
	for (i = 0; i < nr_findings; i++)
		if (findings[i].severity > NOTE)
			ret = FOUND_SOMETHING;
	if (!nr_findings && !opt.json)
		puts("Nothing was found.");
	return ret;
}

static int read_table(uint8_t cmd, uint16_t attr, uint32_t dev,
		      struct messages *msgs)
{
	struct param param = { .name = "dev", .attr = attr, .width = 4 };
	struct value value = { .set = dev, .num = dev };
	struct request req;

	request_init(&req, cmd);
	params_put(&req, &param, 1, &value);
	return genl_dump(&req, msgs);
}

static bool is_attached(const struct facts *f)
{
	const struct nlattr *tb[MCSNOOP_A_BRIDGE_MAX + 1];
	const struct nlmsghdr *nlh = NULL;

	while ((nlh = message_next(&f->bridges, nlh))) {
		attrs_parse(nlh, tb, MCSNOOP_A_BRIDGE_MAX);
		if (attr_uint(tb[MCSNOOP_A_BRIDGE_IFINDEX]) == f->dev)
			return true;
	}
	return false;
}

static int read_facts(struct facts *f)
{
	int ret;

	ret = read_table(MCSNOOP_CMD_BRIDGE_GET, 0, 0, &f->bridges);
	if (!ret)
		ret = links_read(f);
	if (ret || (f->dev && !is_attached(f)))
		return ret;
	ret = read_table(MCSNOOP_CMD_VLAN_GET, MCSNOOP_A_BRIDGE_IFINDEX,
			 f->dev, &f->vlans);
	if (!ret)
		ret = read_table(MCSNOOP_CMD_PORT_GET, MCSNOOP_A_PORT_BRIDGE,
				 f->dev, &f->ports);
	if (!ret)
		ret = read_table(MCSNOOP_CMD_QUERIER_GET,
				 MCSNOOP_A_QUERIER_BRIDGE, f->dev,
				 &f->queriers);
	if (!ret)
		ret = read_table(MCSNOOP_CMD_GROUP_GET, MCSNOOP_A_GROUP_BRIDGE,
				 f->dev, &f->groups);
	if (!ret)
		ret = read_table(MCSNOOP_CMD_HOST_GET, MCSNOOP_A_HOST_BRIDGE,
				 f->dev, &f->hosts);
	if (!ret)
		ret = read_table(MCSNOOP_CMD_FILTER_GET,
				 MCSNOOP_A_FILTER_BRIDGE, f->dev, &f->filters);
	if (!ret)
		ret = read_table(MCSNOOP_CMD_STATS_GET, MCSNOOP_A_STATS_BRIDGE,
				 f->dev, &f->stats);
	return ret;
}

static int look(struct facts *f, const struct value *watch_for)
{
	int ret = read_facts(f);

	if (!ret && watch_for->set)
		ret = watch(f, watch_for->num);
	if (ret)
		return FOUND_OUT_NOTHING;

	if (f->dev && !link_of(f, f->dev)->is_bridge) {
		fprintf(stderr, "Error: mcsnoop: %s is no bridge\n",
			dev_word(f->dev));
		return FOUND_OUT_NOTHING;
	}

	check_bridges(f);
	check_queriers(f);
	check_groups(f);
	if (watch_for->set)
		check_data(f, watch_for->num);
	return print_findings();
}

static int doctor(struct args *args)
{
	enum { DEV, WATCH, NR };
	static const struct param params[NR] = {
		[DEV] = { .name = "dev", .type = PARAM_DEV },
		[WATCH] = { .name = "watch", .type = PARAM_TIME },
	};
	struct value values[NR];
	struct facts f = { 0 };
	int ret;

	ret = params_parse(args, params, NR, 0, values);
	if (!ret)
		ret = genl_open();
	if (ret)
		return FOUND_OUT_NOTHING;
	f.dev = values[DEV].num;
	ret = look(&f, &values[WATCH]);
	forget_all(&f);
	return ret;
}

const struct object doctor_object = {
	.name = "doctor",
	.usage = usage,
	.run = doctor,
};
