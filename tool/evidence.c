// SPDX-License-Identifier: GPL-2.0
/*
 * What pruning rests on: since when it is as it is, when members were asked
 * last, and whether anybody answered.
 */
#include "tool.h"

#define A(name)	MCSNOOP_A_QUERIER_##name

/**
 * evidence_read - take the evidence out of a message about a querier
 * @tb: its attributes
 * @e: filled in
 */
void evidence_read(const struct nlattr **tb, struct evidence *e)
{
	e->observe = attr_uint(tb[A(MODE)]) == MCSNOOP_MODE_OBSERVE;
	e->reports = attr_uint(tb[A(REPORTS)]);
	e->since = attr_uint(tb[A(PRUNING_SINCE)]);
	e->asked = tb[A(QUERY_SEEN)];
	e->query_seen = attr_uint(tb[A(QUERY_SEEN)]);
	e->reported = tb[A(REPORT_SEEN)];
	e->report_seen = attr_uint(tb[A(REPORT_SEEN)]);
}

/**
 * evidence_add - put two together
 * @e: changed: true of both
 * @more: the other
 */
void evidence_add(struct evidence *e, const struct evidence *more)
{
	e->reports += more->reports;
	if (more->since < e->since)
		e->since = more->since;
	e->asked &= more->asked;
	if (more->query_seen > e->query_seen)
		e->query_seen = more->query_seen;
	if (more->reported &&
	    (!e->reported || more->report_seen < e->report_seen))
		e->report_seen = more->report_seen;
	e->reported |= more->reported;
}

/**
 * evidence_print - print when members were asked and answered last
 * @e: the evidence
 */
void evidence_print(const struct evidence *e)
{
	if (e->asked) {
		text("asked ");
		put_ms(IN_BOTH, "query_seen", e->query_seen);
		text(" ago, ");
	} else {
		text("never asked, ");
	}
	put_uint(IN_JSON, "reports", e->reports);
	if (!e->reported) {
		text("no reports");
		return;
	}
	text("%u report%s, last ", e->reports, e->reports == 1 ? "" : "s");
	put_ms(IN_BOTH, "report_seen", e->report_seen);
	text(" ago");
}
