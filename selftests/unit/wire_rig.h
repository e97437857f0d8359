/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests of the wire code share: datagrams written as text, and parsed
 * messages read as text.
 *
 * A datagram is a header and a message:
 *
 *	"192.0.2.11 239.1.1.1 ttl=2 opt="	header of IPv4
 *	"fe80::11 ff02::16 hop=255"		header of IPv6
 *	"1600 0000 239.1.1.1"			message, hex and addresses
 *
 * Checksums and lengths are right, TTL or hop limit is 1, and there is router
 * alert, unless the header says otherwise:
 *
 *	ttl= hop=	TTL, hop limit
 *	proto=		protocol, here and in the pseudo-header
 *	opt=		IPv4 options, hex
 *	ext=		IPv6 extension headers, hex; the first one is nh=
 *	nh=		next header of the IPv6 header
 *	frag=		IPv4 flags and offset, hex
 *	ver=		IP version
 *	ihl=		IPv4 header length, words
 *	total=		IPv4 total length or IPv6 payload length
 *	more=		the same, relative to what is right
 *	pad=		octets after the datagram
 *	cut=		octets missing from its end
 *	badip badsum	the IP header's or the message's checksum is wrong
 *	sum		the message has its checksum already
 */
#ifndef _MCSNOOP_WIRE_RIG_H
#define _MCSNOOP_WIRE_RIG_H

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uapi/linux/mcsnoop.h>

#include "ktap.h"
#include "wire.h"

#define RIG_MAX		(65535 + 40 + 64)
#define RIG_HBH		"3a00050200000100"

/* Print a fault of the test itself and give up. */
#define RIG_DIE(...) do {						\
	fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);			\
	fprintf(stderr, __VA_ARGS__);					\
	fprintf(stderr, "\n");						\
	exit(KTAP_FAIL);						\
} while (0)

/**
 * struct datagram - an IP datagram being made
 * @b: its octets
 * @len: octets present, padding included
 * @msg: where its message begins
 * @end: where it ends
 * @proto: protocol of the message
 * @v6: IPv6
 */
struct datagram {
	__u8		b[RIG_MAX];
	unsigned int	len;
	unsigned int	msg;
	unsigned int	end;
	unsigned int	proto;
	bool		v6;
};

static inline struct in6_addr rig_addr(const char *text)
{
	struct in6_addr a;
	struct in_addr v4;

	if (inet_pton(AF_INET6, text, &a) == 1)
		return a;
	if (inet_pton(AF_INET, text, &v4) != 1)
		RIG_DIE("no address: %s", text);
	mcs_addr_from_v4(&a, v4.s_addr);
	return a;
}

/* SSM groups of a new bridge, by family */
static const struct mcs_range rig_ssm[] = {
	{ .addr = { .s6_addr = { [10] = 0xff, [11] = 0xff, [12] = 232 } },
	  .len = 8 },
	{ .addr = { .s6_addr = { 0xff, 0x30 } }, .len = 32 },
};

static inline const char *rig_name(const struct in6_addr *a)
{
	static char text[8][INET6_ADDRSTRLEN];
	static unsigned int turn;
	char *p = text[turn++ % ARRAY_SIZE(text)];

	if (mcs_addr_is_v4(a))
		inet_ntop(AF_INET, &a->s6_addr[12], p, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET6, a, p, INET6_ADDRSTRLEN);
	return p;
}

/* Hex digits and addresses to octets; returns their number. */
static inline unsigned int rig_octets(__u8 *out, const char *text)
{
	unsigned int n = 0, v;
	char word[256];
	int used;

	for (; sscanf(text, " %255s%n", word, &used) == 1; text += used) {
		const char *p = word;

		if (strchr(p, '.') || strchr(p, ':')) {
			struct in6_addr a = rig_addr(p);
			unsigned int from = strchr(p, ':') ? 0 : 12;

			memcpy(out + n, a.s6_addr + from, 16 - from);
			n += 16 - from;
			continue;
		}
		for (; *p; p += 2) {
			if (sscanf(p, "%2x", &v) != 1 || !p[1])
				RIG_DIE("no octets: %s", word);
			out[n++] = v;
		}
	}
	return n;
}

/* RFC 1071, octet by octet, as unlike the code under test as can be. */
static inline __u16 rig_sum(const __u8 *p, unsigned int len, __u32 sum)
{
	unsigned int i;

	for (i = 0; i < len; i++) {
		sum += i % 2 ? p[i] : p[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

static inline void rig_put16(__u8 *p, unsigned int v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static inline unsigned int rig_get16(const __u8 *p)
{
	return p[0] << 8 | p[1];
}

/* Set the checksum of an IPv4 header that is at least 20 octets long. */
static inline void rig_fix_ip4(__u8 *ip)
{
	rig_put16(ip + 10, 0);
	rig_put16(ip + 10, 0xffff & ~rig_sum(ip, (ip[0] & 15) * 4, 0));
}

/* Set the checksum of the message, if it is long enough to have one. */
static inline void rig_fix_msg(struct datagram *d)
{
	unsigned int len = d->end - d->msg;
	__u8 *m = d->b + d->msg;
	__u32 sum = 0;

	if (len < 4)
		return;
	rig_put16(m + 2, 0);
	if (d->v6) {
		sum = rig_sum(d->b + 8, 32, 0) + len + d->proto;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	rig_put16(m + 2, 0xffff & ~rig_sum(m, len, sum));
}

/* Make a datagram out of its text. */
static inline void rig_make(struct datagram *d, const char *header,
			    const char *message)
{
	char src[64], dst[64], opt[256] = "94040000", ext[256] = RIG_HBH;
	unsigned int ttl = 1, nh = 0, frag = 0, ver = 0, ihl = 0, v;
	bool badip = false, badsum = false, sum = false;
	int more = 0, total = -1, pad = 0, cut = 0, used;
	char word[256];

	memset(d, 0, sizeof(*d));
	if (sscanf(header, " %63s %63s%n", src, dst, &used) != 2)
		RIG_DIE("no header: %s", header);
	d->v6 = strchr(src, ':');
	d->proto = d->v6 ? 58 : 2;
	header += used;
	for (; sscanf(header, " %255s%n", word, &used) == 1; header += used) {
		if (sscanf(word, "ttl=%u", &ttl) == 1 ||
		    sscanf(word, "hop=%u", &ttl) == 1 ||
		    sscanf(word, "proto=%u", &d->proto) == 1 ||
		    sscanf(word, "nh=%u", &nh) == 1 ||
		    sscanf(word, "frag=%x", &frag) == 1 ||
		    sscanf(word, "ver=%u", &ver) == 1 ||
		    sscanf(word, "ihl=%u", &ihl) == 1 ||
		    sscanf(word, "more=%d", &more) == 1 ||
		    sscanf(word, "total=%d", &total) == 1 ||
		    sscanf(word, "pad=%d", &pad) == 1 ||
		    sscanf(word, "cut=%d", &cut) == 1)
			continue;
		if (!strncmp(word, "opt=", 4))
			snprintf(opt, sizeof(opt), "%s", word + 4);
		else if (!strncmp(word, "ext=", 4))
			snprintf(ext, sizeof(ext), "%s", word + 4);
		else if (!strcmp(word, "badip"))
			badip = true;
		else if (!strcmp(word, "badsum"))
			badsum = true;
		else if (!strcmp(word, "sum"))
			sum = true;
		else
			RIG_DIE("no header field: %s", word);
	}

	d->msg = d->v6 ? 40 : 20;
	d->msg += rig_octets(d->b + d->msg, d->v6 ? ext : opt);
	d->end = d->msg + rig_octets(d->b + d->msg, message);
	d->len = d->end + pad - cut;
	if (total < 0)
		total = d->end - (d->v6 ? 40 : 0) + more;
	if (d->v6) {
		d->b[0] = (ver ? ver : 6) << 4;
		rig_put16(d->b + 4, total);
		d->b[6] = nh;
		d->b[7] = ttl;
		rig_octets(d->b + 8, src);
		rig_octets(d->b + 24, dst);
	} else {
		d->b[0] = (ver ? ver : 4) << 4 | (ihl ? ihl : d->msg / 4);
		rig_put16(d->b + 2, total);
		rig_put16(d->b + 6, frag);
		d->b[8] = ttl;
		d->b[9] = d->proto;
		rig_octets(d->b + 12, src);
		rig_octets(d->b + 16, dst);
		rig_fix_ip4(d->b);
		if (badip)
			d->b[10] ^= 1;
	}
	if (!sum)
		rig_fix_msg(d);
	for (v = d->end; v < d->len; v++)
		d->b[v] = 0xa5;
	if (badsum)
		d->b[d->msg + 3] ^= 0x10;
}

/* Where chance comes from instead, if anywhere. */
static __u32 (*rnd_from)(__u32 below);

/* Random, but the same in every run. */
static inline __u32 rnd(__u32 below)
{
	static __u32 state = 2463534242U;

	if (rnd_from)
		return rnd_from(below);
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % below;
}

/*
 * Parse a copy of exactly @len octets, @shift octets off alignment, so that a
 * sanitizer sees each octet that is read beyond them. @msg points into the
 * copy, which lives until the next call.
 */
static inline int rig_parse_at(const __u8 *ip, unsigned int len, bool v6,
			       unsigned int shift, struct mcs_msg *msg)
{
	static __u8 *copy;

	free(copy);
	copy = malloc(shift + len + !len);
	if (!copy)
		RIG_DIE("no memory");
	/* what nobody sets would be seen */
	memset(msg, 0x5a, sizeof(*msg));
	memcpy(copy + shift, ip, len);
	if (v6)
		return mcs_wire_parse_ip6(copy + shift, len, msg);
	return mcs_wire_parse_ip4(copy + shift, len, msg);
}

static inline int rig_parse(const struct datagram *d, struct mcs_msg *msg)
{
	return rig_parse_at(d->b, d->len, d->v6, 0, msg);
}

static inline const char *rig_reason(int reason)
{
	switch (reason) {
	case MCSNOOP_COUNTER_DROP_IPHDR:
		return "drop-iphdr";
	case MCSNOOP_COUNTER_DROP_IPCSUM:
		return "drop-ipcsum";
	case MCSNOOP_COUNTER_DROP_LEN:
		return "drop-len";
	case MCSNOOP_COUNTER_DROP_CSUM:
		return "drop-csum";
	case MCSNOOP_COUNTER_DROP_TRUNC:
		return "drop-trunc";
	case MCSNOOP_COUNTER_DROP_DST:
		return "drop-dst";
	case MCSNOOP_COUNTER_DROP_SRC:
		return "drop-src";
	case MCSNOOP_COUNTER_DROP_TTL:
		return "drop-ttl";
	case MCSNOOP_COUNTER_DROP_RA:
		return "drop-ra";
	case MCSNOOP_COUNTER_DROP_GROUP:
		return "drop-group";
	default:
		return NULL;
	}
}

/* Is the protocol of an accepted message what its type says? */
static inline bool rig_protocol_ok(const struct mcs_msg *msg)
{
	unsigned int members = msg->mld ? MCSNOOP_EXAMINE_MLD :
					  MCSNOOP_EXAMINE_IGMP;

	switch ((enum mcs_msg_type)msg->type) {
	case MCS_MSG_DATA:
		return !msg->protocol;
	case MCS_MSG_QUERY:
	case MCS_MSG_REPORT:
	case MCS_MSG_LEAVE:
	case MCS_MSG_RECORDS:
	case MCS_MSG_FRAGMENT:
		return msg->protocol == members;
	case MCS_MSG_MRD_ADV:
	case MCS_MSG_MRD_SOL:
	case MCS_MSG_MRD_TERM:
		return msg->protocol == MCSNOOP_EXAMINE_MRD;
	case MCS_MSG_PIM_HELLO:
		return msg->protocol == MCSNOOP_EXAMINE_PIM;
	case MCS_MSG_PIMV1:
		return msg->protocol == MCSNOOP_EXAMINE_PIMV1;
	case MCS_MSG_DVMRP:
		return msg->protocol == MCSNOOP_EXAMINE_DVMRP;
	case MCS_MSG_MOSPF:
		return msg->protocol == MCSNOOP_EXAMINE_MOSPF;
	case MCS_MSG_OTHER:
		return msg->protocol == MCSNOOP_EXAMINE_IGMP ||
		       msg->protocol == MCSNOOP_EXAMINE_PIMV1 ||
		       msg->protocol == MCSNOOP_EXAMINE_DVMRP;
	}
	return false;
}

struct rig_text {
	char		b[8192];
	unsigned int	n;
};

__printf(2, 3)
static inline void rig_add(struct rig_text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->n += vsnprintf(t->b + t->n, sizeof(t->b) - t->n, fmt, ap);
	va_end(ap);
	if (t->n >= sizeof(t->b))
		t->n = sizeof(t->b) - 1;
}

static inline void rig_add_sources(struct rig_text *t, const __u8 *srcs,
				   unsigned int n, bool mld)
{
	struct in6_addr *list = malloc(n * sizeof(*list) + !n);
	unsigned int skipped = 77, kept, i;

	kept = mcs_wire_sources(srcs, n, mld, list, &skipped);
	for (i = 0; i < kept; i++)
		rig_add(t, "%s%s", i ? " " : " {", rig_name(&list[i]));
	if (kept)
		rig_add(t, "}");
	if (skipped)
		rig_add(t, " skipped %u", skipped);
	free(list);
}

/*
 * What a parser returned, as text: why it refused, or the message. A group
 * that must not be recorded is in parentheses.
 */
static inline const char *describe(int reason, const struct mcs_msg *msg)
{
	static const char *const types[] = {
		[MCS_MSG_DATA] = "data",
		[MCS_MSG_QUERY] = "query",
		[MCS_MSG_REPORT] = "report",
		[MCS_MSG_LEAVE] = "leave",
		[MCS_MSG_RECORDS] = "records",
		[MCS_MSG_MRD_ADV] = "mrd-adv",
		[MCS_MSG_MRD_SOL] = "mrd-sol",
		[MCS_MSG_MRD_TERM] = "mrd-term",
		[MCS_MSG_PIM_HELLO] = "pim-hello",
		[MCS_MSG_PIMV1] = "pimv1",
		[MCS_MSG_DVMRP] = "dvmrp",
		[MCS_MSG_MOSPF] = "mospf",
		[MCS_MSG_OTHER] = "other",
		[MCS_MSG_FRAGMENT] = "fragment",
	};
	static const char *const recs[] = {
		[MCS_REC_IS_IN] = "IS_IN", [MCS_REC_IS_EX] = "IS_EX",
		[MCS_REC_TO_IN] = "TO_IN", [MCS_REC_TO_EX] = "TO_EX",
		[MCS_REC_ALLOW] = "ALLOW", [MCS_REC_BLOCK] = "BLOCK",
	};
	static struct rig_text text;
	struct rig_text *t = &text;
	unsigned int off = 0;
	struct mcs_rec rec;

	t->n = 0;
	t->b[0] = '\0';
	if (reason) {
		rig_add(t, "%s", rig_reason(reason) ? rig_reason(reason) :
						      "drop-what?");
		return t->b;
	}
	rig_add(t, "%s", msg->type < ARRAY_SIZE(types) ? types[msg->type] :
							 "what?");
	if (msg->version)
		rig_add(t, " v%u", msg->version);
	switch (msg->type) {
	case MCS_MSG_QUERY:
		rig_add(t, " %s mrt %u", mcs_addr_is_zero(&msg->group) ?
			"general" : rig_name(&msg->group), msg->mrt_ms);
		if (msg->qrv)
			rig_add(t, " qrv %u", msg->qrv);
		if (msg->qqi_ms)
			rig_add(t, " qqi %u", msg->qqi_ms);
		if (msg->sflag)
			rig_add(t, " S");
		rig_add_sources(t, msg->body, msg->nsrcs, msg->mld);
		break;
	case MCS_MSG_REPORT:
	case MCS_MSG_LEAVE:
		rig_add(t, " %s", rig_name(&msg->group));
		break;
	case MCS_MSG_MRD_ADV:
	case MCS_MSG_PIM_HELLO:
	case MCS_MSG_PIMV1:
	case MCS_MSG_DVMRP:
	case MCS_MSG_MOSPF:
		if (msg->mrt_ms == ~0U)
			rig_add(t, " forever");
		else
			rig_add(t, " %u", msg->mrt_ms);
		break;
	}
	while (msg->type == MCS_MSG_RECORDS &&
	       mcs_wire_next_record(msg, &off, &rec)) {
		bool ok = mcs_group_is_usable(&rec.group);

		if (rec.type < ARRAY_SIZE(recs) && recs[rec.type])
			rig_add(t, " [%s", recs[rec.type]);
		else
			rig_add(t, " [%u", rec.type);
		rig_add(t, ok ? " %s" : " (%s)", rig_name(&rec.group));
		if (mcs_group_is_ssm(&rec.group, &rig_ssm[rec.mld]))
			rig_add(t, " ssm");
		rig_add_sources(t, rec.srcs, rec.nsrcs, rec.mld);
		rig_add(t, "]");
	}
	if (msg->notes & MCS_NOTE_TTL)
		rig_add(t, " +ttl");
	if (msg->notes & MCS_NOTE_RA)
		rig_add(t, " +ra");
	if (msg->notes & MCS_NOTE_DST)
		rig_add(t, " +dst");
	return t->b;
}

#endif /* _MCSNOOP_WIRE_RIG_H */
