// SPDX-License-Identifier: GPL-2.0
/*
 * What all ports together want of a group, and how a change of it is told:
 * RFC 4605 section 4.1, RFC 3376 sections 3.2, 5.1 and 5.2.
 */
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>

#include "fsm.h"
#include "proxy_merge.h"
#include "wire.h"

/**
 * mcs_merge_begin() - begin to merge the records of a group
 * @m: the merge
 * @inc: room for included sources
 * @exc: room for excluded ones
 * @room: how many fit into each
 *
 * Any context.
 */
void mcs_merge_begin(struct mcs_merge *m, struct in6_addr *inc,
		     struct in6_addr *exc, unsigned int room)
{
	memset(m, 0, sizeof(*m));
	m->inc = inc;
	m->exc = exc;
	m->room = room;
}

/* Is @a in a sorted list? From *@from on, which is moved there. */
static bool seek(const struct in6_addr *list, unsigned int n,
		 unsigned int *from, const struct in6_addr *a)
{
	int cmp = 1;

	while (*from < n) {
		cmp = mcs_addr_cmp(&list[*from], a);
		if (cmp >= 0)
			break;
		(*from)++;
	}
	return !cmp;
}

static void add_included(struct mcs_merge *m, const struct mcs_source *src,
			 unsigned int n)
{
	unsigned int at = 0, fresh = 0, i, to;

	for (i = 0; i < n; i++)
		fresh += !seek(m->inc, m->ninc, &at, &src[i].addr);
	if (!fresh)
		return;
	if (fresh > m->room - m->ninc) {
		m->over = true;
		return;
	}
	/* from the end, so that nothing is overwritten before it has moved */
	at = m->ninc;
	m->ninc += fresh;
	to = m->ninc;
	while (n) {
		int cmp = at ? mcs_addr_cmp(&m->inc[at - 1], &src[n - 1].addr) :
			       -1;

		if (cmp >= 0) {
			m->inc[--to] = m->inc[--at];
			n -= !cmp;
		} else {
			m->inc[--to] = src[--n].addr;
		}
	}
}

/* A source with a running timer is wanted: only the others are excluded. */
static void add_excluded(struct mcs_merge *m, const struct mcs_source *src,
			 unsigned int n)
{
	unsigned int at = 0, kept = 0, i;

	if (!m->exclude) {
		m->exclude = true;
		for (i = 0; i < n && m->nexc < m->room; i++)
			if (!src[i].expires)
				m->exc[m->nexc++] = src[i].addr;
		return;
	}
	for (i = 0; i < n; i++)
		if (!src[i].expires &&
		    seek(m->exc, m->nexc, &at, &src[i].addr))
			m->exc[kept++] = src[i].addr;
	m->nexc = kept;
}

/**
 * mcs_merge_record() - merge one more record
 * @m: the merge
 * @mode: MCS_MODE_*
 * @src: its sources, sorted and unique
 * @n: how many
 *
 * Timers are dropped; what counts is whether they run. Any context.
 */
void mcs_merge_record(struct mcs_merge *m, unsigned int mode,
		      const struct mcs_source *src, unsigned int n)
{
	if (mode == MCS_MODE_EXCLUDE)
		add_excluded(m, src, n);
	else
		add_included(m, src, n);
}

/**
 * mcs_merge_end() - what the records want together
 * @m: the merge
 * @ssm: the group is source-specific: nobody may ask for all sources
 * @w: filled in; its list lives in the memory of the merge
 *
 * RFC 3376 section 3.2: EXCLUDE of what all records in that mode exclude and no
 * other includes, or INCLUDE of what any of them includes. When there are too
 * many sources everything is wanted, rather than too little. Any context.
 */
void mcs_merge_end(struct mcs_merge *m, bool ssm, struct mcs_wanted *w)
{
	unsigned int at = 0, kept = 0, i;

	w->mode = MCS_MODE_INCLUDE;
	w->list = m->inc;
	w->n = m->ninc;
	if (!m->exclude && (!m->over || ssm))
		return;
	w->mode = MCS_MODE_EXCLUDE;
	w->list = m->exc;
	w->n = 0;
	if (m->over)
		return;
	for (i = 0; i < m->nexc; i++)
		if (!seek(m->inc, m->ninc, &at, &m->exc[i]))
			m->exc[kept++] = m->exc[i];
	w->n = kept;
}

/**
 * mcs_told_nothing() - do routers know that nobody is there?
 * @t: what they were told
 *
 * Return: true for INCLUDE without a source.
 */
bool mcs_told_nothing(const struct mcs_told *t)
{
	unsigned int i;

	if (t->mode == MCS_MODE_EXCLUDE)
		return false;
	for (i = 0; i < t->n; i++)
		if (t->src[i].listed)
			return false;
	return true;
}

/**
 * mcs_told_pending() - is there a report still to be sent?
 * @t: what routers were told
 *
 * Return: true when there is.
 */
bool mcs_told_pending(const struct mcs_told *t)
{
	unsigned int i;

	if (t->left)
		return true;
	for (i = 0; i < t->n; i++)
		if (t->src[i].left)
			return true;
	return false;
}

/**
 * mcs_told_same() - do routers know what is wanted?
 * @t: what they were told
 * @w: what is wanted
 *
 * Return: true when nothing has changed.
 */
bool mcs_told_same(const struct mcs_told *t, const struct mcs_wanted *w)
{
	unsigned int i, n = 0;

	if (t->mode != w->mode)
		return false;
	for (i = 0; i < t->n; i++) {
		if (!t->src[i].listed)
			continue;
		if (n == w->n || mcs_addr_cmp(&t->src[i].addr, &w->list[n]))
			return false;
		n++;
	}
	return n == w->n;
}

static void list_all(const struct mcs_wanted *w, struct mcs_told *new)
{
	unsigned int i;

	for (i = 0; i < w->n; i++) {
		new->src[i].addr = w->list[i];
		new->src[i].listed = 1;
		new->src[i].left = 0;
	}
	new->n = w->n;
	new->mode = w->mode;
}

/**
 * mcs_told_change() - something else is wanted: what is to be reported
 * @old: what routers were told
 * @w: what is wanted now
 * @count: how often a change is to be reported, the Robustness Variable
 * @new: filled in; its @src has room for the sources of @old and of @w
 *
 * RFC 3376 section 5.1. A change of filter mode is reported with the whole
 * list @count times, whatever happens to the list meanwhile. A source that is
 * listed no more, or is now, is reported @count times as well, and after the
 * former.
 *
 * Return: how many sources changed sides without a change of filter mode.
 */
unsigned int mcs_told_change(const struct mcs_told *old,
			     const struct mcs_wanted *w, unsigned int count,
			     struct mcs_told *new)
{
	unsigned int i = 0, j = 0, changed = 0;

	if (old->mode != w->mode) {
		list_all(w, new);
		new->left = count;
		return 0;
	}
	new->n = 0;
	new->mode = w->mode;
	new->left = old->left;
	while (i < old->n || j < w->n) {
		struct mcs_told_source *s = &new->src[new->n];
		bool was = false, is;
		int cmp;

		if (i == old->n)
			cmp = 1;
		else if (j == w->n)
			cmp = -1;
		else
			cmp = mcs_addr_cmp(&old->src[i].addr, &w->list[j]);
		is = cmp >= 0;
		s->addr = is ? w->list[j] : old->src[i].addr;
		s->left = 0;
		if (cmp <= 0) {
			was = old->src[i].listed;
			s->left = old->src[i].left;
		}
		i += cmp <= 0;
		j += is;
		s->listed = is;
		if (was != is) {
			s->left = count;
			changed++;
		}
		if (is || s->left)
			new->n++;
	}
	return changed;
}

/**
 * mcs_told_change_older() - the same where sources cannot be reported
 * @old: what routers were told
 * @w: what is wanted now
 * @count: how often a join is to be reported
 * @new: filled in; its @src has room for the sources of @w
 *
 * RFC 2236 section 3, RFC 2710 section 4: a join is repeated, a leave is not.
 *
 * Return: true when it is one of them.
 */
bool mcs_told_change_older(const struct mcs_told *old,
			   const struct mcs_wanted *w, unsigned int count,
			   struct mcs_told *new)
{
	bool was = !mcs_told_nothing(old), is;

	list_all(w, new);
	is = !mcs_told_nothing(new);
	new->left = old->left;
	if (is != was)
		new->left = is ? count : 1;
	return is != was;
}

/**
 * mcs_told_has() - does a source belong into a record?
 * @t: what routers were told
 * @type: enum mcs_rec_type of the record
 * @s: one of its sources
 *
 * The last rules of RFC 3376 section 5.1.
 *
 * Return: true when it does.
 */
bool mcs_told_has(const struct mcs_told *t, unsigned int type,
		  const struct mcs_told_source *s)
{
	bool forwarded = !s->listed == (t->mode == MCS_MODE_EXCLUDE);

	switch (type) {
	case MCS_REC_ALLOW:
		return s->left && forwarded;
	case MCS_REC_BLOCK:
		return s->left && !forwarded;
	default:
		return s->listed;
	}
}

/**
 * mcs_told_sent() - one more report with all that is pending was sent
 * @t: what routers were told
 */
void mcs_told_sent(struct mcs_told *t)
{
	unsigned int i;

	if (t->left)
		t->left--;
	for (i = 0; i < t->n; i++)
		if (t->src[i].left)
			t->src[i].left--;
}

/**
 * mcs_told_prune() - forget sources that nothing more is to be said of
 * @t: what routers were told
 * @max: most that are not listed and yet kept; those beyond are forgotten
 */
void mcs_told_prune(struct mcs_told *t, unsigned int max)
{
	unsigned int i, n = 0;

	for (i = 0; i < t->n; i++) {
		struct mcs_told_source *s = &t->src[i];

		if (!s->listed) {
			if (!s->left || !max)
				continue;
			max--;
		}
		t->src[n++] = *s;
	}
	t->n = n;
}

/**
 * mcs_told_answer() - answer a group-and-source-specific query
 * @t: what routers were told
 * @asked: sources asked for, sorted and unique; those wanted remain
 * @n: how many
 *
 * RFC 3376 section 5.2: the answer is MODE_IS_INCLUDE of them, or none.
 *
 * Return: how many remain.
 */
unsigned int mcs_told_answer(const struct mcs_told *t, struct in6_addr *asked,
			     unsigned int n)
{
	unsigned int i, j = 0, kept = 0;

	for (i = 0; i < n; i++) {
		int cmp = 1;
		bool listed, is_in = t->mode == MCS_MODE_INCLUDE;

		while (j < t->n) {
			cmp = mcs_addr_cmp(&t->src[j].addr, &asked[i]);
			if (cmp >= 0)
				break;
			j++;
		}
		listed = !cmp && t->src[j].listed;
		if (listed == is_in)
			asked[kept++] = asked[i];
	}
	return kept;
}
