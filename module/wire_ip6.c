// SPDX-License-Identifier: GPL-2.0
/*
 * IPv6 datagrams to messages: the IPv6 header and its extensions, MLD, MRD
 * and PIM hellos.
 */
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>
#include <uapi/linux/mcsnoop.h>

#include "wire.h"
#include "wire_impl.h"

/**
 * struct walk - the way through the extension headers
 * @off: the header that was reached, from the IPv6 header
 * @end: end of the datagram
 * @proto: what the header at @off is
 * @alert: the hop-by-hop header had router alert for MLD
 * @bad_options: the hop-by-hop options are malformed
 */
struct walk {
	unsigned int	off;
	unsigned int	end;
	__u8		proto;
	bool		alert;
	bool		bad_options;
};

static bool is_link_local(const struct in6_addr *a)
{
	return (a->s6_addr32[0] & __cpu_to_be32(0xffc00000)) ==
	       __cpu_to_be32(0xfe800000);
}

/* Is it ff02::@low? */
static bool is_well_known(const struct in6_addr *a, __u8 low)
{
	return a->s6_addr32[0] == __cpu_to_be32(0xff020000) &&
	       !a->s6_addr32[1] && !a->s6_addr32[2] &&
	       a->s6_addr32[3] == __cpu_to_be32(low);
}

/* Look for router alert of value 0, RFC 2711 section 2.1. */
static void walk_options(const __u8 *p, unsigned int len, struct walk *w)
{
	unsigned int size;

	for (; len; p += size, len -= size) {
		size = 1;
		if (*p == WIRE_IP6_OPT_PAD1)
			continue;
		if (len < 2 || p[1] > len - 2) {
			w->bad_options = true;
			return;
		}
		size = 2 + p[1];
		if (*p == WIRE_IP6_OPT_RA && p[1] == WIRE_IP6_OPT_RA_LEN &&
		    !wire_get16(p + 2))
			w->alert = true;
	}
}

/*
 * Go to the first header that is not an extension we can step over. A fragment
 * header is where it ends too: what follows it need not be a header. Return
 * false when a header runs past the end.
 */
static bool walk_headers(const __u8 *ip, struct walk *w)
{
	unsigned int count;
	unsigned int size;
	const __u8 *p;

	for (count = 0; count < WIRE_IP6_EXT_MAX; count++) {
		/* hop-by-hop options are first or nowhere, RFC 8200 4.1 */
		if (w->proto != WIRE_PROTO_DSTOPTS &&
		    w->proto != WIRE_PROTO_ROUTING &&
		    w->proto != WIRE_PROTO_AH &&
		    (w->proto != WIRE_PROTO_HBH || count))
			break;
		if (w->end - w->off < 8)
			return false;
		p = ip + w->off;
		if (w->proto == WIRE_PROTO_AH)
			size = (p[1] + 2) * 4;
		else
			size = (p[1] + 1) * 8;
		if (size > w->end - w->off)
			return false;
		if (w->proto == WIRE_PROTO_HBH)
			walk_options(p + 2, size - 2, w);
		w->proto = p[0];
		w->off += size;
	}
	return true;
}

/* Is there a version of the message at @p that has @len octets? */
static bool mld_len_ok(const __u8 *p, unsigned int len)
{
	switch (p[0]) {
	case WIRE_MLD_QUERY:
		return len == WIRE_MLD_LEN || len >= WIRE_MLD_QUERY2_LEN;
	case WIRE_MLD_REPORT_V2:
		return len >= WIRE_REPORT_LEN;
	case WIRE_MLD_MRD_ADV:
		return len >= WIRE_MRD_ADV_LEN;
	case WIRE_MLD_MRD_SOL:
	case WIRE_MLD_MRD_TERM:
		return len >= WIRE_MRD_LEN;
	default:
		return len >= WIRE_MLD_LEN;
	}
}

/*
 * Routers discard reports from ::, but they come from hosts that are about to
 * check an address for duplicates, and the answer must reach these: RFC 3590
 * section 4.
 */
static bool mld_source_ok(const __u8 *p, const struct in6_addr *src)
{
	switch (p[0]) {
	case WIRE_MLD_REPORT_V1:
	case WIRE_MLD_DONE:
	case WIRE_MLD_REPORT_V2:
		if (mcs_addr_is_zero(src))
			return true;
		break;
	}
	return is_link_local(src);
}

/*
 * Reports and dones have one destination, but a unicast one is accepted (RFC
 * 3810 section 5.2.14).
 */
static int check_dst(bool ok, struct mcs_msg *msg)
{
	if (ok)
		return 0;
	if (wire_is_multicast(&msg->dst))
		return MCSNOOP_COUNTER_DROP_DST;
	msg->notes |= MCS_NOTE_DST;
	return 0;
}

static int parse_mld_query(const __u8 *p, unsigned int len,
			   struct mcs_msg *msg)
{
	__u16 mrc = wire_get16(p + 4);

	/* 0 is not an older version here, RFC 3810 section 8.1 */
	if (len > WIRE_MLD_LEN) {
		msg->version = 2;
		msg->mrt_ms = mcs_float16_decode(mrc);
	} else {
		msg->version = 1;
		msg->mrt_ms = mrc;
	}
	return mcs_wire_body_query(p + 8, len - 8,
				   is_well_known(&msg->dst, WIRE_IP6_ALL_NODES),
				   msg);
}

static int parse_mld_type(const __u8 *p, unsigned int len,
			  struct mcs_msg *msg)
{
	const struct in6_addr *dst = &msg->dst;
	int err;

	switch (p[0]) {
	case WIRE_MLD_QUERY:
		return parse_mld_query(p, len, msg);
	case WIRE_MLD_REPORT_V2:
		err = check_dst(is_well_known(dst, WIRE_IP6_ALL_MLDV2), msg);
		if (err)
			return err;
		return mcs_wire_body_records(p, len, msg);
	case WIRE_MLD_REPORT_V1:
		err = check_dst(!memcmp(dst, p + 8, sizeof(*dst)), msg);
		if (err)
			return err;
		msg->version = 1;
		msg->type = MCS_MSG_REPORT;
		return mcs_wire_body_group(p + 8, msg);
	case WIRE_MLD_DONE:
		err = check_dst(is_well_known(dst, WIRE_IP6_ALL_ROUTERS), msg);
		if (err)
			return err;
		msg->version = 1;
		msg->type = MCS_MSG_LEAVE;
		return mcs_wire_body_group(p + 8, msg);
	case WIRE_MLD_MRD_ADV:
		return mcs_wire_body_mrd(p, MCS_MSG_MRD_ADV,
					 is_well_known(dst,
						       WIRE_IP6_ALL_SNOOPERS),
					 msg);
	case WIRE_MLD_MRD_SOL:
		return mcs_wire_body_mrd(p, MCS_MSG_MRD_SOL,
					 is_well_known(dst,
						       WIRE_IP6_ALL_ROUTERS),
					 msg);
	default:
		return mcs_wire_body_mrd(p, MCS_MSG_MRD_TERM,
					 is_well_known(dst,
						       WIRE_IP6_ALL_SNOOPERS),
					 msg);
	}
}

static int parse_icmp6(const __u8 *ip, const struct walk *w,
		       struct mcs_msg *msg)
{
	unsigned int len = w->end - w->off;
	const __u8 *p = ip + w->off;
	bool mrd = false;
	__u64 sum;

	if (!len)
		return 0;
	switch (p[0]) {
	case WIRE_MLD_QUERY:
	case WIRE_MLD_REPORT_V1:
	case WIRE_MLD_DONE:
	case WIRE_MLD_REPORT_V2:
		msg->protocol = MCSNOOP_EXAMINE_MLD;
		break;
	case WIRE_MLD_MRD_ADV:
	case WIRE_MLD_MRD_SOL:
	case WIRE_MLD_MRD_TERM:
		msg->protocol = MCSNOOP_EXAMINE_MRD;
		mrd = true;
		break;
	default:
		/* neighbour discovery and the rest are data */
		return 0;
	}

	if (w->bad_options)
		return MCSNOOP_COUNTER_DROP_IPHDR;
	/* MLD demands both, RFC 3810 sections 7.4 and 7.6; MRD only sends them */
	if (!w->alert) {
		if (!mrd)
			return MCSNOOP_COUNTER_DROP_RA;
		msg->notes |= MCS_NOTE_RA;
	}
	if (ip[7] != 1) {
		if (!mrd)
			return MCSNOOP_COUNTER_DROP_TTL;
		msg->notes |= MCS_NOTE_TTL;
	}
	if (!mld_len_ok(p, len))
		return MCSNOOP_COUNTER_DROP_LEN;
	sum = mcs_wire_sum_pseudo6(ip + 8, len, WIRE_PROTO_ICMP6);
	if (mcs_wire_fold(mcs_wire_sum(p, len, sum)) != 0xffff)
		return MCSNOOP_COUNTER_DROP_CSUM;
	if (!mld_source_ok(p, &msg->src))
		return MCSNOOP_COUNTER_DROP_SRC;
	return parse_mld_type(p, len, msg);
}

/**
 * mcs_wire_parse_ip6() - parse what is in an IPv6 frame
 * @l3: the IPv6 header, linear, need not be aligned
 * @len: octets there; padding after the datagram does no harm
 * @msg: what was found; after a refusal its type is MCS_MSG_DATA, and nothing
 *	but mld, protocol, src and dst is set, these two if the header could be
 *	read
 *
 * RFC 8200 sections 3 and 4; RFC 2710 section 3, RFC 3590 section 4, RFC 3810
 * sections 5, 7.4 and 7.6; RFC 4286; RFC 7761 section 4.9.2; RFC 4541 section
 * 3. Past the header, extension headers are read, and then only ICMPv6 and
 * PIM. The checks are in this order: header, hop-by-hop options, router alert,
 * hop limit, length of the message, its checksum, source, destination, group,
 * records. Any context.
 *
 * The mrt_ms of a query is never 0. ICMPv6 other than MLD and MRD is data after
 * one look at its type. A fragment that might be MLD is told by its ICMPv6 and
 * its router alert; other fragments are data.
 *
 * Neither address of @msg is an IPv4-mapped one: such a datagram has no place
 * on a wire and is refused, so that none is taken for one of IPv4.
 *
 * Return: 0, or the reason for which the frame is refused: a value of enum
 *	mcsnoop_counter, MCSNOOP_COUNTER_DROP_*, which is positive.
 */
int mcs_wire_parse_ip6(const void *l3, unsigned int len, struct mcs_msg *msg)
{
	struct walk w = { .off = WIRE_IP6_HLEN };
	const __u8 *ip = l3;
	int err;

	memset(msg, 0, sizeof(*msg));
	msg->mld = 1;
	if (len < WIRE_IP6_HLEN || ip[0] >> 4 != 6)
		return MCSNOOP_COUNTER_DROP_IPHDR;
	w.end = WIRE_IP6_HLEN + wire_get16(ip + 4);
	if (w.end == WIRE_IP6_HLEN || w.end > len)
		return MCSNOOP_COUNTER_DROP_IPHDR;
	memcpy(&msg->src, ip + 8, sizeof(msg->src));
	memcpy(&msg->dst, ip + 24, sizeof(msg->dst));
	if (mcs_addr_is_v4(&msg->src) || mcs_addr_is_v4(&msg->dst))
		return MCSNOOP_COUNTER_DROP_IPHDR;

	w.proto = ip[6];
	if (!walk_headers(ip, &w))
		return MCSNOOP_COUNTER_DROP_IPHDR;
	switch (w.proto) {
	case WIRE_PROTO_ICMP6:
		err = parse_icmp6(ip, &w, msg);
		return err ? mcs_wire_refuse(msg, err) : 0;
	case WIRE_PROTO_FRAGMENT:
		if (w.alert && w.end != w.off &&
		    ip[w.off] == WIRE_PROTO_ICMP6) {
			msg->type = MCS_MSG_FRAGMENT;
			msg->protocol = MCSNOOP_EXAMINE_MLD;
		}
		return 0;
	case WIRE_PROTO_PIM:
		if (is_well_known(&msg->dst, WIRE_IP6_ALL_PIM) &&
		    is_link_local(&msg->src))
			mcs_wire_body_pim(ip + w.off, w.end - w.off,
					  mcs_wire_sum_pseudo6(ip + 8,
							       w.end - w.off,
							       WIRE_PROTO_PIM),
					  msg);
		return 0;
	default:
		return 0;
	}
}
