// SPDX-License-Identifier: GPL-2.0
/*
 * IPv4 datagrams to messages: the IP header, IGMP, and hellos of routers.
 */
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>
#include <uapi/linux/mcsnoop.h>

#include "wire.h"
#include "wire_impl.h"

static bool is_ip4(const struct in6_addr *a, __u32 addr)
{
	return mcs_addr_v4(a) == __cpu_to_be32(addr);
}

/*
 * A source that no host can have. 0.0.0.0 is none of these: hosts without an
 * address report from it, and must be heard (RFC 4541 section 2.1.1).
 */
static bool is_bad_ip4_source(const struct in6_addr *a)
{
	__u32 src = __be32_to_cpu(mcs_addr_v4(a));

	return src >> 28 == 14 || src >> 24 == 127 || src == 0xffffffff;
}

/* RFC 3376 section 7.1 tells the versions apart. */
static int parse_igmp_query(const __u8 *p, unsigned int len,
			    struct mcs_msg *msg)
{
	bool to_all = is_ip4(&msg->dst, WIRE_IP4_ALL_HOSTS);

	if (len > WIRE_IGMP_LEN) {
		msg->version = 3;
		msg->mrt_ms = mcs_float8_decode(p[1]) * 100;
	} else if (p[1]) {
		msg->version = 2;
		msg->mrt_ms = p[1] * 100;
	} else {
		/* RFC 1112: the group is not looked at, answers take 10 s */
		if (!to_all)
			return MCSNOOP_COUNTER_DROP_DST;
		msg->version = 1;
		msg->mrt_ms = 10000;
		msg->type = MCS_MSG_QUERY;
		return 0;
	}
	return mcs_wire_body_query(p + 4, len - 4, to_all, msg);
}

/* Is there a version of the message at @p that has @len octets? */
static bool igmp_len_ok(const __u8 *p, unsigned int len)
{
	switch (p[0]) {
	case WIRE_IGMP_QUERY:
		return len == WIRE_IGMP_LEN || len >= WIRE_IGMP_QUERY3_LEN;
	case WIRE_IGMP_MRD_SOL:
	case WIRE_IGMP_MRD_TERM:
		return len >= WIRE_MRD_LEN;
	default:
		return len >= WIRE_IGMP_LEN;
	}
}

/* A report or leave of one group */
static int parse_igmp_group(const __u8 *p, struct mcs_msg *msg)
{
	bool leave = p[0] == WIRE_IGMP_LEAVE;
	int err;

	err = mcs_wire_body_group(p + 4, msg);
	if (err)
		return err;
	/* early versions sent leaves to the group: RFC 2236 section 3 */
	if (!mcs_addr_equal(&msg->dst, &msg->group) &&
	    !(leave && is_ip4(&msg->dst, WIRE_IP4_ALL_ROUTERS)))
		msg->notes |= MCS_NOTE_DST;
	msg->version = p[0] == WIRE_IGMP_REPORT_V1 ? 1 : 2;
	msg->type = leave ? MCS_MSG_LEAVE : MCS_MSG_REPORT;
	return 0;
}

static int parse_igmp_type(const __u8 *p, unsigned int len,
			   struct mcs_msg *msg)
{
	switch (p[0]) {
	case WIRE_IGMP_QUERY:
		return parse_igmp_query(p, len, msg);
	case WIRE_IGMP_REPORT_V3:
		if (!is_ip4(&msg->dst, WIRE_IP4_ALL_IGMPV3))
			msg->notes |= MCS_NOTE_DST;
		return mcs_wire_body_records(p, len, msg);
	case WIRE_IGMP_REPORT_V1:
	case WIRE_IGMP_REPORT_V2:
	case WIRE_IGMP_LEAVE:
		return parse_igmp_group(p, msg);
	case WIRE_IGMP_MRD_ADV:
		return mcs_wire_body_mrd(p, MCS_MSG_MRD_ADV,
					 is_ip4(&msg->dst,
						WIRE_IP4_ALL_SNOOPERS), msg);
	case WIRE_IGMP_MRD_SOL:
		return mcs_wire_body_mrd(p, MCS_MSG_MRD_SOL,
					 is_ip4(&msg->dst,
						WIRE_IP4_ALL_ROUTERS), msg);
	default:
		return mcs_wire_body_mrd(p, MCS_MSG_MRD_TERM,
					 is_ip4(&msg->dst,
						WIRE_IP4_ALL_SNOOPERS), msg);
	}
}

static int parse_igmp(const __u8 *p, unsigned int len, bool ttl_ok,
		      bool alert, struct mcs_msg *msg)
{
	int err;

	if (!len)
		return MCSNOOP_COUNTER_DROP_LEN;
	switch (p[0]) {
	case WIRE_IGMP_QUERY:
	case WIRE_IGMP_REPORT_V1:
	case WIRE_IGMP_REPORT_V2:
	case WIRE_IGMP_LEAVE:
	case WIRE_IGMP_REPORT_V3:
		break;
	case WIRE_IGMP_MRD_ADV:
	case WIRE_IGMP_MRD_SOL:
	case WIRE_IGMP_MRD_TERM:
		msg->protocol = MCSNOOP_EXAMINE_MRD;
		break;
	case WIRE_IGMP_DVMRP:
	case WIRE_IGMP_PIMV1:
		mcs_wire_body_routing(p, len, msg);
		if (is_bad_ip4_source(&msg->src))
			msg->type = MCS_MSG_OTHER;
		return 0;
	default:
		/* not ours to judge: RFC 4541 section 2.1.1 (3) */
		msg->type = MCS_MSG_OTHER;
		return 0;
	}
	if (!igmp_len_ok(p, len))
		return MCSNOOP_COUNTER_DROP_LEN;
	if (mcs_wire_fold(mcs_wire_sum(p, len, 0)) != 0xffff)
		return MCSNOOP_COUNTER_DROP_CSUM;
	if (is_bad_ip4_source(&msg->src))
		return MCSNOOP_COUNTER_DROP_SRC;
	err = parse_igmp_type(p, len, msg);
	if (err)
		return err;
	if (!ttl_ok)
		msg->notes |= MCS_NOTE_TTL;
	if (!alert)
		msg->notes |= MCS_NOTE_RA;
	return 0;
}

/* RFC 2113 section 2.1; @p has four octets */
static bool is_router_alert(const __u8 *p)
{
	return p[0] == WIRE_IP4_OPT_RA && p[1] == WIRE_IP4_OPT_RA_LEN &&
	       !wire_get16(p + 2);
}

/* Look for router alert (RFC 2113) at any place; false: options malformed. */
static bool walk_ip4_options(const __u8 *p, unsigned int len, bool *alert)
{
	unsigned int size;

	*alert = len == WIRE_IP4_OPT_RA_LEN && is_router_alert(p);
	if (*alert)	/* and nothing else, as almost always */
		return true;
	for (; len && *p != WIRE_IP4_OPT_END; p += size, len -= size) {
		size = 1;
		if (*p == WIRE_IP4_OPT_NOP)
			continue;
		if (len < 2 || p[1] < 2 || p[1] > len)
			return false;
		size = p[1];
		if (size == WIRE_IP4_OPT_RA_LEN && is_router_alert(p))
			*alert = true;
	}
	return true;
}

static void parse_hello(__u8 proto, const __u8 *p, unsigned int len,
			struct mcs_msg *msg)
{
	if (proto == WIRE_PROTO_PIM && is_ip4(&msg->dst, WIRE_IP4_ALL_PIM))
		mcs_wire_body_pim(p, len, 0, msg);
	if (proto == WIRE_PROTO_OSPF && is_ip4(&msg->dst, WIRE_IP4_ALL_OSPF))
		mcs_wire_body_ospf(p, len, msg);
}

/**
 * mcs_wire_parse_ip4() - parse what is in an IPv4 frame
 * @l3: the IP header, linear, need not be aligned
 * @len: octets there; padding after the datagram does no harm
 * @msg: what was found; after a refusal its type is MCS_MSG_DATA, and nothing
 *	but mld, protocol, src and dst is set, these two if the header could be
 *	read
 *
 * RFC 791 section 3.1; RFC 1112 appendix I, RFC 2236, RFC 3376 section 4 and
 * 7.1; RFC 4286; RFC 7761 section 4.9.2; RFC 4541 section 2.1.1. Nothing past
 * the IP header is read unless its protocol is IGMP, PIM, OSPF or AH. The
 * message is as long as the IP header says, whatever @len is. The checks are:
 * header, its checksum, options (IGMP only), fragment, length of the message,
 * its checksum, source, destination, group, records. Any context.
 *
 * The mrt_ms of a query is never 0. Unknown IGMP types are understood in so
 * far as they are to be flooded, and no field is checked; PIM that is not a
 * valid hello to 224.0.0.13 is data, and so is OSPF that is not a valid hello
 * of a multicast router to 224.0.0.5.
 *
 * Return: 0, or the reason for which the frame is refused: a value of enum
 *	mcsnoop_counter, MCSNOOP_COUNTER_DROP_*, which is positive.
 */
int mcs_wire_parse_ip4(const void *l3, unsigned int len, struct mcs_msg *msg)
{
	const __u8 *ip = l3;
	unsigned int total;
	unsigned int hlen;
	unsigned int fragment;
	bool alert;
	int err;

	memset(msg, 0, sizeof(*msg));
	if (len < WIRE_IP4_HLEN || ip[0] >> 4 != 4)
		return MCSNOOP_COUNTER_DROP_IPHDR;
	hlen = (ip[0] & 0x0f) * 4;
	total = wire_get16(ip + 2);
	if (hlen < WIRE_IP4_HLEN || total < hlen || total > len)
		return MCSNOOP_COUNTER_DROP_IPHDR;
	wire_get_addr(&msg->src, ip + 12, false);
	wire_get_addr(&msg->dst, ip + 16, false);
	if (mcs_wire_fold(mcs_wire_sum(ip, hlen, 0)) != 0xffff)
		return MCSNOOP_COUNTER_DROP_IPCSUM;

	fragment = wire_get16(ip + 6) & WIRE_IP4_FRAGMENT;
	if (ip[9] == WIRE_PROTO_AH) {
		/* what is authenticated is not parsed: RFC 3376 section 9.4 */
		if (!(fragment & WIRE_IP4_OFFSET) && total > hlen &&
		    ip[hlen] == WIRE_PROTO_IGMP) {
			msg->type = MCS_MSG_OTHER;
			msg->protocol = MCSNOOP_EXAMINE_IGMP;
		}
		return 0;
	}
	if (ip[9] != WIRE_PROTO_IGMP) {
		if (!fragment && !is_bad_ip4_source(&msg->src))
			parse_hello(ip[9], ip + hlen, total - hlen, msg);
		return 0;
	}
	msg->protocol = MCSNOOP_EXAMINE_IGMP;
	if (!walk_ip4_options(ip + WIRE_IP4_HLEN, hlen - WIRE_IP4_HLEN, &alert))
		return MCSNOOP_COUNTER_DROP_IPHDR;
	if (fragment) {
		msg->type = MCS_MSG_FRAGMENT;
		return 0;
	}
	err = parse_igmp(ip + hlen, total - hlen, ip[8] == 1, alert, msg);
	return err ? mcs_wire_refuse(msg, err) : 0;
}
