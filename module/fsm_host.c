// SPDX-License-Identifier: GPL-2.0
/*
 * What one host said, and whether the others want what it gives up. A host
 * that is taken to want too much costs a query or some time; one that is taken
 * to want too little loses its stream. So only what a host says clearly takes
 * something away from what it is known to want.
 */
#include "fsm_host.h"

/* A record that runs to the end of so long a report may go on in the next. */
#define MAY_GO_ON	500	/* octets */

static const __u8 *tail(const struct in6_addr *addr, unsigned int width)
{
	return addr->s6_addr + 16 - width;
}

static const __u8 *entry(const struct mcs_host *host, unsigned int i,
			 unsigned int width)
{
	return host->srcs + i * width;
}

static __u64 mac_number(const __u8 *mac)
{
	return (__u64)mac[0] << 40 | (__u64)mac[1] << 32 |
	       (__u64)mac[2] << 24 | mac[3] << 16 | mac[4] << 8 | mac[5];
}

/**
 * mcs_host_cmp() - order of the hosts of a record
 * @host: a host
 * @addr: address of another
 * @mac: its MAC address
 *
 * Return: less than, equal to or greater than 0, as memcmp().
 */
int mcs_host_cmp(const struct mcs_host *host, const struct in6_addr *addr,
		 const __u8 *mac)
{
	int order = mcs_addr_cmp(&host->addr, addr);
	__u64 a, b;

	if (order)
		return order;
	a = mac_number(host->mac);
	b = mac_number(mac);
	return a < b ? -1 : a > b;
}

/* Parts of the host's list and the report's that make the new one */
#define L_ONLY	0x1
#define B_ONLY	0x2
#define BOTH	0x4
#define UNION	(L_ONLY | B_ONLY | BOTH)
#define REPORT	(B_ONLY | BOTH)

/* What a report makes of a host: mode and list */
static unsigned int combine(const struct mcs_host *host, unsigned int type,
			    unsigned int nb, __u64 now, __u8 *mode)
{
	bool exclude = host && host->mode == MCS_MODE_EXCLUDE;

	*mode = exclude ? MCS_MODE_EXCLUDE : MCS_MODE_INCLUDE;
	switch (type) {
	case MCS_REC_IS_EX:
	case MCS_REC_TO_EX:
		*mode = MCS_MODE_EXCLUDE;
		return REPORT;
	case MCS_REC_TO_IN:
		*mode = MCS_MODE_INCLUDE;
		/* a long list comes in several records, RFC 3376 4.2.16 */
		return exclude || !nb ? REPORT : UNION;
	case MCS_REC_IS_IN:
		/* unless it must have said so, had it not changed its mode */
		if (exclude && host->exclude_until <= now) {
			*mode = MCS_MODE_INCLUDE;
			return REPORT;
		}
		/* an answer to a query of sources, RFC 3376 section 5.2 */
		return exclude ? L_ONLY : UNION;
	case MCS_REC_ALLOW:
		return exclude ? L_ONLY : UNION;
	case MCS_REC_BLOCK:
		return exclude ? UNION : L_ONLY;
	}
	return L_ONLY | BOTH;
}

/**
 * mcs_host_apply() - what a group record says of its sender
 * @host: the host, NULL for one that is not known yet
 * @width: octets of a source in its list
 * @type: enum mcs_rec_type; IS_EX for an older report, TO_IN for a leave
 * @b: sources of the record, sorted and unique
 * @nb: number of @b
 * @now: the time, ns
 * @out: receives the new list, room for the sources of both
 * @mode: receives the new mode; INCLUDE without sources has left
 *
 * RFC 3376 sections 3.2, 4.2.12 and 5.
 *
 * Return: number of sources in @out.
 */
unsigned int mcs_host_apply(const struct mcs_host *host, unsigned int width,
			    unsigned int type,
			    const struct in6_addr *b, unsigned int nb,
			    __u64 now, __u8 *out, __u8 *mode)
{
	unsigned int parts = combine(host, type, nb, now, mode);
	unsigned int nl = host ? host->n : 0;
	unsigned int i = 0, j = 0, n = 0;

	while (i < nl || j < nb) {
		unsigned int part;
		const __u8 *src;
		int order;

		if (i == nl)
			order = 1;
		else if (j == nb)
			order = -1;
		else
			order = memcmp(entry(host, i, width),
				       tail(&b[j], width), width);
		src = order > 0 ? tail(&b[j], width) : entry(host, i, width);
		part = order > 0 ? B_ONLY : order < 0 ? L_ONLY : BOTH;
		if (parts & part)
			memcpy(out + n++ * width, src, width);
		if (order <= 0)
			i++;
		if (order >= 0)
			j++;
	}
	return n;
}

/**
 * mcs_host_partial() - may a host want more than its report lists?
 * @host: the host before the report
 * @type: enum mcs_rec_type
 * @nb: number of sources of the record
 * @len: octets of the report
 *
 * A host that begins to include sources says which, but not always in one
 * record (RFC 3376 section 4.2.16).
 *
 * Return: true if what is not listed may still be wanted.
 */
bool mcs_host_partial(const struct mcs_host *host, unsigned int type,
		      unsigned int nb, unsigned int len)
{
	return type == MCS_REC_TO_IN && nb &&
	       (host->mode == MCS_MODE_INCLUDE || len >= MAY_GO_ON);
}

static bool listed(const struct mcs_host *host, unsigned int width,
		   const struct in6_addr *src)
{
	unsigned int low = 0, high = host->n;

	while (low < high) {
		unsigned int mid = (low + high) / 2;
		int order = memcmp(tail(src, width), entry(host, mid, width),
				   width);

		if (!order)
			return true;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return false;
}

/* Does a host want a source, or with NULL the group as a whole? */
static bool wants(const struct mcs_leave *leave, const struct mcs_host *host,
		  const struct in6_addr *src)
{
	bool exclude = host->mode == MCS_MODE_EXCLUDE;

	if (leave->whole)
		return exclude || host->n;
	if (!src)
		return exclude;
	return listed(host, leave->width, src) != exclude;
}

/*
 * A host that shares an address with the one that leaves may be the same one
 * with the address it had before. One that once excluded sources and does not
 * say so any more may include some now.
 */
static bool certain(const struct mcs_leave *leave, const struct mcs_host *host)
{
	const struct mcs_host *who = leave->hosts[leave->who];

	if (!memcmp(host->mac, who->mac, sizeof(who->mac)))
		return false;
	if (!mcs_addr_is_zero(&who->addr) &&
	    !mcs_addr_cmp(&host->addr, &who->addr))
		return false;
	return host->mode == MCS_MODE_INCLUDE ||
	       host->exclude_until > leave->now;
}

static bool forwarded(const struct mcs_leave *leave, const __u8 *src)
{
	unsigned int low = 0, high = leave->nsrcs, mid;
	int order;

	while (low < high) {
		mid = (low + high) / 2;
		order = memcmp(src, tail(&leave->srcs[mid].addr, leave->width),
			       leave->width);
		if (!order)
			return leave->srcs[mid].expires;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return false;
}

/*
 * When the group is given up, those of its sources that the record has a timer
 * for remain. A host that includes others has not been asked since they were
 * forgotten for the sake of one that excluded nothing.
 */
static bool remains(const struct mcs_leave *leave, const struct mcs_host *host)
{
	unsigned int i;

	for (i = 0; i < host->n; i++)
		if (!forwarded(leave, entry(host, i, leave->width)))
			return false;
	return true;
}

static enum mcs_verdict judge(const struct mcs_leave *leave,
			      const struct in6_addr *src)
{
	enum mcs_verdict verdict = MCS_DROP;
	unsigned int i;

	for (i = 0; i < leave->nhosts; i++) {
		const struct mcs_host *host = leave->hosts[i];

		if (i == leave->who || host->expires <= leave->now)
			continue;
		if (wants(leave, host, src)) {
			if (certain(leave, host))
				return MCS_KEEP;
			verdict = MCS_ASK;
		} else if (!src && !remains(leave, host)) {
			verdict = MCS_ASK;
		}
	}
	/* nobody gives up what was not his */
	if (leave->partial || !wants(leave, leave->hosts[leave->who], src))
		verdict = MCS_ASK;
	return verdict;
}

/**
 * mcs_host_verdict() - does another host want what one gives up?
 * @arg: struct mcs_leave
 * @src: a source, or NULL for the group
 *
 * For mcs_params.verdict, when all hosts of the record are known.
 *
 * Return: MCS_KEEP when another one certainly wants it, MCS_DROP when the one
 * that gives it up was certainly the last, otherwise MCS_ASK.
 */
enum mcs_verdict mcs_host_verdict(void *arg, const struct in6_addr *src)
{
	struct mcs_leave *leave = arg;
	enum mcs_verdict verdict = judge(leave, src);

	leave->kept |= verdict == MCS_KEEP;
	leave->dropped |= verdict == MCS_DROP;
	return verdict;
}
