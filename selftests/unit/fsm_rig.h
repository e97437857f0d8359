/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One record on one port, driven by a script and compared as text: what the
 * kernel side does around fsm.c (memory, clock, one deadline) in a few lines.
 *
 * A script is a list of commands, one a line. Times are in seconds since the
 * start, sources are small numbers:
 *
 *	set STATE		start from there
 *	IS_IN|IS_EX|TO_IN|TO_EX|ALLOW|BLOCK [1,2,...]	a group record is heard
 *	report N, leave		a report of version N, a leave or done
 *	gsq LMQT, gssq LMQT 1,2	a specific query with S clear is heard
 *	+SECONDS		time passes, deadlines are served on the way
 *	param NAME VALUE	see rig_param()
 *	says G=drop 1=keep ...	what is known of what others want, for the next
 *				record: G is the group, the rest is to be asked
 *	hosts N			compare the oldest version of the hosts
 *	leaves 0|1		compare whether leaves count
 *	lowered 0|1		compare what the last gsq or gssq returned
 *	= STATE			compare the record
 *	? QUERIES		compare the queries sent since the last compare
 *	! OUTCOME		compare the last outcome: changed, refused N, gone
 *
 * STATE is "EX T260 1@10 2@2*1 3! >1 G*1": mode, group timer, sources with
 * their timers and queries to be sent, blocked sources, the time of the next
 * round, group queries to be sent. "~" is a timer that never expires.
 *
 * QUERIES is "0:G 1:GS 1:S{1} 1:{2,3}": time, G for a query of the group, S
 * for the S flag, sources. Nothing is "-".
 */
#ifndef _MCSNOOP_FSM_RIG_H
#define _MCSNOOP_FSM_RIG_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fsm.h"
#include "ktap.h"
#include "wire.h"

#define SEC	1000000000ULL
#define START	(1000 * SEC)		/* script time 0 */

struct rig {
	struct mcs_record	rec;
	struct mcs_source	*srcs;
	unsigned int		nsrcs;
	struct mcs_params	p;
	struct mcs_outcome	res;
	enum mcs_verdict	says[65];	/* by source, the last is the group */
	bool			lowered;
	__u64			now;
	char			sent[512];
};

static const struct mcs_params rig_defaults = {
	.gmi = 260 * SEC,
	.lmqi = SEC,
	.older_host = 250 * SEC,
	.lmqc = 2,
	.max_sources = 32,
	.querier = 1,
	.version = 3,
};

/* text */

static void rig_addr(struct in6_addr *a, unsigned int n)
{
	memset(a, 0, sizeof(*a));
	memset(&a->s6_addr[10], 0xff, 2);
	a->s6_addr[12] = 10;
	a->s6_addr[14] = n >> 8;
	a->s6_addr[15] = n;
}

static unsigned int rig_number(const struct in6_addr *a)
{
	return a->s6_addr[14] << 8 | a->s6_addr[15];
}

__attribute__((format(printf, 3, 4)))
static void rig_cat(char *buf, size_t len, const char *fmt, ...)
{
	size_t used = strlen(buf);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf + used, len - used, fmt, ap);
	va_end(ap);
}

static void rig_cat_time(char *buf, size_t len, __u64 t)
{
	bool before = t < START;
	__u64 d = before ? START - t : t - START;
	char frac[16] = "";
	int i;

	if (t == MCS_NEVER) {
		rig_cat(buf, len, "~");
		return;
	}
	snprintf(frac, sizeof(frac), ".%09llu", d % SEC);
	for (i = 9; i > 0 && frac[i] == '0'; i--)
		frac[i] = '\0';
	rig_cat(buf, len, "%s%llu%s", before ? "-" : "", d / SEC,
		i ? frac : "");
}

/* Seconds with up to nine decimals, moves *s behind them. */
static __u64 rig_seconds(const char **s)
{
	__u64 ns = 0, unit = SEC;
	char *end;

	ns = strtoull(*s, &end, 10) * SEC;
	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++)
			ns += (unit /= 10) * (*end - '0');
	*s = end;
	return ns;
}

static __u64 rig_time(const char **s)
{
	if (**s == '~') {
		(*s)++;
		return MCS_NEVER;
	}
	return START + rig_seconds(s);
}

static const char *rig_show(const struct rig *r)
{
	static char buf[1024];
	unsigned int i;

	if (r->rec.mode == MCS_MODE_INCLUDE && !r->nsrcs)
		return "-";
	buf[0] = '\0';
	rig_cat(buf, sizeof(buf), r->rec.mode ? "EX" : "IN");
	if (r->rec.group_expires) {
		rig_cat(buf, sizeof(buf), " T");
		rig_cat_time(buf, sizeof(buf), r->rec.group_expires);
	}
	for (i = 0; i < r->nsrcs; i++) {
		const struct mcs_source *src = &r->srcs[i];

		rig_cat(buf, sizeof(buf), " %u", rig_number(&src->addr));
		if (src->expires) {
			rig_cat(buf, sizeof(buf), "@");
			rig_cat_time(buf, sizeof(buf), src->expires);
		} else {
			rig_cat(buf, sizeof(buf), "!");
		}
		if (src->rexmit)
			rig_cat(buf, sizeof(buf), "*%u", src->rexmit);
	}
	if (r->rec.rexmit_at) {
		rig_cat(buf, sizeof(buf), " >");
		rig_cat_time(buf, sizeof(buf), r->rec.rexmit_at);
	}
	if (r->rec.grexmit)
		rig_cat(buf, sizeof(buf), " G*%u", r->rec.grexmit);
	return buf;
}

static const char *rig_outcome(const struct rig *r)
{
	static char buf[64];

	buf[0] = '\0';
	if (r->res.changed)
		rig_cat(buf, sizeof(buf), " changed");
	if (r->res.refused)
		rig_cat(buf, sizeof(buf), " refused %u", r->res.refused);
	if (r->res.gone)
		rig_cat(buf, sizeof(buf), " gone");
	return buf[0] ? buf + 1 : "-";
}

/* events */

/* An array of exactly n, so that the address sanitizer knows its end. */
static void *rig_array(unsigned int n, size_t size)
{
	void *a;

	if (!n)
		return NULL;
	a = malloc(n * size);
	if (!a)
		abort();
	return a;
}

static void rig_replace(struct rig *r, struct mcs_source *out)
{
	free(r->srcs);
	r->nsrcs = r->res.nsrcs;
	r->srcs = rig_array(r->nsrcs, sizeof(*out));
	if (r->nsrcs)
		memcpy(r->srcs, out, r->nsrcs * sizeof(*out));
	free(out);
	if (r->res.gone)
		memset(&r->rec, 0, sizeof(r->rec));
}

static enum mcs_verdict rig_verdict(void *arg, const struct in6_addr *src)
{
	const struct rig *r = arg;

	return r->says[src ? rig_number(src) : 64];
}

/* What no function may leave as it was */
static const struct mcs_outcome rig_no_outcome = {
	.nsrcs = ~0U,
	.refused = ~0U,
	.gone = true,
	.changed = true,
};

static void rig_record(struct rig *r, unsigned int type,
		       const struct in6_addr *b, unsigned int nb)
{
	struct mcs_source *out = rig_array(r->nsrcs + nb, sizeof(*out));
	struct mcs_record before = r->rec, quick = r->rec;
	bool is_quick = !r->nsrcs && !nb &&
			mcs_fsm_refresh(&quick, type, &r->p, r->now);

	r->res = rig_no_outcome;
	mcs_fsm_record(&r->rec, r->srcs, r->nsrcs, type, b, nb, out, &r->p,
		       r->now, &r->res);
	/* the short way leads to the same place, or nowhere */
	KTAP_MEMEQ(&quick, is_quick ? &r->rec : &before, sizeof(quick));
	if (is_quick)
		KTAP_CHECK(!r->res.changed && !r->res.gone && !r->res.nsrcs);
	rig_replace(r, out);
}

static void rig_expire(struct rig *r)
{
	struct mcs_source *out = rig_array(r->nsrcs, sizeof(*out));
	struct mcs_outcome before = r->res;

	r->res = rig_no_outcome;
	mcs_fsm_expire(&r->rec, r->srcs, r->nsrcs, out, r->now, &r->res);
	KTAP_EQ(r->res.gone, r->rec.mode == MCS_MODE_INCLUDE && !r->res.nsrcs);
	if (!r->res.changed) {
		KTAP_EQ(r->res.nsrcs, r->nsrcs);
		if (r->nsrcs)
			KTAP_MEMEQ(out, r->srcs, r->nsrcs * sizeof(*out));
		r->res = before;
		free(out);
		return;
	}
	rig_replace(r, out);
}

static void rig_send(struct rig *r)
{
	struct in6_addr *list = rig_array(r->nsrcs, sizeof(*list));
	unsigned int step = 0, i, sent = 0;
	struct mcs_due due;

	while (mcs_fsm_due(&r->rec, r->srcs, r->nsrcs, &r->p, r->now, &step,
			   list, &due)) {
		KTAP_CHECK(++sent <= 3);
		rig_cat(r->sent, sizeof(r->sent), " ");
		rig_cat_time(r->sent, sizeof(r->sent), r->now);
		rig_cat(r->sent, sizeof(r->sent), ":%s%s", due.group ? "G" : "",
			due.sflag ? "S" : "");
		if (due.group) {
			KTAP_EQ(due.nsrcs, 0);
			continue;
		}
		KTAP_CHECK(due.nsrcs > 0 && due.nsrcs <= r->nsrcs);
		for (i = 0; i < due.nsrcs; i++)
			rig_cat(r->sent, sizeof(r->sent), "%c%u",
				i ? ',' : '{', rig_number(&list[i]));
		rig_cat(r->sent, sizeof(r->sent), "}");
	}
	KTAP_CHECK(!mcs_fsm_due(&r->rec, r->srcs, r->nsrcs, &r->p, r->now,
				&step, list, &due));
	free(list);
}

/* Serve what is due, then let time pass up to the next deadline or `until`. */
static void rig_run(struct rig *r, __u64 until)
{
	unsigned int turns = 0;

	for (;;) {
		__u64 next = mcs_fsm_deadline(&r->rec, r->srcs, r->nsrcs);

		if (next > until)
			break;
		if (!KTAP_CHECK(++turns < 1000))
			break;
		if (next > r->now)
			r->now = next;
		rig_expire(r);
		rig_send(r);
	}
	r->now = until;
}

static void rig_free(struct rig *r)
{
	free(r->srcs);
	r->srcs = NULL;
	r->nsrcs = 0;
}

static void rig_init(struct rig *r)
{
	memset(r, 0, sizeof(*r));
	r->p = rig_defaults;
	r->now = START;
}

/* the script */

static unsigned int rig_list(const char *s, struct in6_addr *list)
{
	unsigned int n = 0;
	char *end;

	while (*s >= '0' && *s <= '9') {
		rig_addr(&list[n++], strtoul(s, &end, 10));
		s = end + (*end == ',');
	}
	return n;
}

static void rig_set(struct rig *r, const char *s)
{
	struct mcs_source srcs[64] = { 0 };
	unsigned int n = 0;
	char *end;

	memset(&r->rec, 0, sizeof(r->rec));
	r->rec.mode = *s == 'E' ? MCS_MODE_EXCLUDE : MCS_MODE_INCLUDE;
	for (s = strchr(s, ' '); s && *s; s++) {
		if (*s >= '0' && *s <= '9') {
			rig_addr(&srcs[n].addr, strtoul(s, &end, 10));
			s = end + 1;
			if (*end == '@')
				srcs[n].expires = rig_time(&s);
			if (*s == '*')
				srcs[n].rexmit = strtoul(s + 1, &end, 10);
			if (*s == '*')
				s = end;
			n++;
		} else if (*s == 'T') {
			s++;
			r->rec.group_expires = rig_time(&s);
		} else if (*s == '>') {
			s++;
			r->rec.rexmit_at = rig_time(&s);
		} else if (*s == 'G') {
			r->rec.grexmit = s[2] - '0';
			s += 3;
		}
		if (!*s)
			break;
	}
	free(r->srcs);
	r->srcs = rig_array(n, sizeof(*srcs));
	if (n)
		memcpy(r->srcs, srcs, n * sizeof(*srcs));
	r->nsrcs = n;
}

static bool rig_says(struct rig *r, const char *s)
{
	memset(r->says, 0, sizeof(r->says));
	r->p.verdict = rig_verdict;
	r->p.verdict_arg = r;
	while (*s) {
		char *end = (char *)s + 1;
		unsigned long n = *s == 'G' ? 64 : strtoul(s, &end, 10);

		if (n > 64 || *end != '=')
			return false;
		if (!strncmp(end, "=keep", 5))
			r->says[n] = MCS_KEEP;
		else if (!strncmp(end, "=drop", 5))
			r->says[n] = MCS_DROP;
		else
			return false;
		s = end + 5;
		s += *s == ' ';
	}
	return true;
}

static bool rig_param(struct rig *r, const char *name, const char *value)
{
	if (!strcmp(name, "querier"))
		r->p.querier = atoi(value);
	else if (!strcmp(name, "version"))
		r->p.version = atoi(value);
	else if (!strcmp(name, "lightweight"))
		r->p.lightweight = atoi(value);
	else if (!strcmp(name, "no_sources"))
		r->p.no_sources = atoi(value);
	else if (!strcmp(name, "mld"))
		r->p.mld = atoi(value);
	else if (!strcmp(name, "max_sources"))
		r->p.max_sources = atoi(value);
	else if (!strcmp(name, "lmqc"))
		r->p.lmqc = atoi(value);
	else if (!strcmp(name, "lmqi"))
		r->p.lmqi = rig_seconds(&value);
	else if (!strcmp(name, "gmi"))
		r->p.gmi = rig_seconds(&value);
	else
		return false;
	return true;
}

static bool rig_command(struct rig *r, const char *verb, const char *arg)
{
	static const char * const types[] = {
		"none", "IS_IN", "IS_EX", "TO_IN", "TO_EX", "ALLOW", "BLOCK",
		"7", "255",
	};
	struct in6_addr list[64];
	const char *rest = arg;
	char name[32];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (strcmp(verb, types[i]))
			continue;
		rig_record(r, i == 8 ? 255 : i, list, rig_list(arg, list));
		r->p.verdict = NULL;
		return true;
	}
	if (!strcmp(verb, "report")) {
		mcs_fsm_older_report(&r->rec, atoi(arg), &r->p, r->now);
		rig_record(r, MCS_REC_IS_EX, list, 0);
	} else if (!strcmp(verb, "leave")) {
		rig_record(r, MCS_REC_TO_IN, list, 0);
		r->p.verdict = NULL;
	} else if (!strcmp(verb, "says")) {
		return rig_says(r, arg);
	} else if (!strcmp(verb, "gsq") || !strcmp(verb, "gssq")) {
		__u64 lmqt = rig_seconds(&rest);

		i = rig_list(rest + (*rest == ' '), list);
		r->lowered = mcs_fsm_query(&r->rec, r->srcs, r->nsrcs, list, i,
					   lmqt, r->now);
	} else if (!strcmp(verb, "lowered")) {
		KTAP_EQ(r->lowered, atoi(arg));
	} else if (!strcmp(verb, "hosts")) {
		KTAP_EQ(mcs_fsm_host_version(&r->rec, &r->p, r->now),
			atoi(arg));
	} else if (!strcmp(verb, "leaves")) {
		KTAP_EQ(!mcs_fsm_leave_ignored(&r->rec, &r->p, r->now),
			atoi(arg));
	} else if (!strcmp(verb, "set")) {
		rig_set(r, arg);
		KTAP_STREQ(rig_show(r), arg);
	} else if (!strcmp(verb, "param")) {
		if (sscanf(arg, "%31s", name) != 1)
			return false;
		return rig_param(r, name, arg + strlen(name) + 1);
	} else {
		return false;
	}
	return true;
}

static void rig_line(struct rig *r, const char *line)
{
	const char *arg = strchr(line, ' ');
	const char *s = line + 1;
	char verb[16];

	ktap_context("%s", line);
	arg = arg ? arg + 1 : "";
	snprintf(verb, sizeof(verb), "%.*s", (int)strcspn(line, " "), line);
	switch (line[0]) {
	case '+':
		rig_run(r, r->now + rig_seconds(&s));
		return;
	case '=':
		KTAP_STREQ(rig_show(r), arg);
		return;
	case '?':
		KTAP_STREQ(r->sent[0] ? r->sent + 1 : "-", arg);
		r->sent[0] = '\0';
		return;
	case '!':
		KTAP_STREQ(rig_outcome(r), arg);
		return;
	}
	if (!rig_command(r, verb, arg))
		KTAP_FAILED("bad script line");
	rig_run(r, r->now);
}

static inline void rig_script(const char *script)
{
	char line[128];
	struct rig r;

	rig_init(&r);
	while (*script) {
		size_t len = strcspn(script, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)len, script);
		if (line[0])
			rig_line(&r, line);
		script += len + (script[len] == '\n');
	}
	KTAP_STREQ(r.sent, "");
	rig_free(&r);
}

#endif /* _MCSNOOP_FSM_RIG_H */
