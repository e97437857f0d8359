// SPDX-License-Identifier: GPL-2.0
/*
 * Queries to frames, the headers that all frames begin with, and the codes that
 * carry intervals.
 */
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>

#include "wire.h"
#include "wire_impl.h"

/* RFC 3376 section 4: Internetwork Control precedence. */
#define IP4_TOS_CONTROL		0xc0
#define IP_LEN_MAX		65535
#define QRV_MAX			7

/* A code below its first bit is literal, others: exponent and mantissa. */
#define FLOAT8_BIT		0x80
#define FLOAT8_MANT_BITS	4
#define FLOAT8_MAX		31744
#define FLOAT16_BIT		0x8000
#define FLOAT16_MANT_BITS	12
#define FLOAT16_MAX		8387584
#define FLOAT_EXP_MASK		7
#define FLOAT_EXP_BIAS		3

static __u32 float_decode(__u32 code, unsigned int mant_bits)
{
	__u32 hidden = 1U << mant_bits;
	unsigned int exp;

	exp = (code >> mant_bits) & FLOAT_EXP_MASK;
	return ((code & (hidden - 1)) | hidden) << (exp + FLOAT_EXP_BIAS);
}

/* @value is at least the first that is no literal, and at most the greatest. */
static __u32 float_encode(__u32 value, unsigned int mant_bits)
{
	__u32 hidden = 1U << mant_bits;
	unsigned int exp = 0;

	value >>= FLOAT_EXP_BIAS;
	while (value >= 2 * hidden) {
		value >>= 1;
		exp++;
	}
	return exp << mant_bits | (value & (hidden - 1));
}

/**
 * mcs_float8_decode() - value of a Max Resp Code or QQIC
 * @code: the code
 *
 * RFC 3376 sections 4.1.1 and 4.1.7, RFC 3810 section 5.1.9. Any context.
 *
 * Return: 0 to 31744, in the unit of the field: 0.1 s for the Max Resp Code of
 *	IGMPv3, s for QQIC.
 */
__u32 mcs_float8_decode(__u8 code)
{
	return code < FLOAT8_BIT ? code : float_decode(code, FLOAT8_MANT_BITS);
}

/**
 * mcs_float8_encode() - Max Resp Code or QQIC for a value
 * @value: the value, in the unit of the field
 *
 * RFC 3376 sections 4.1.1 and 4.1.7, RFC 3810 section 5.1.9. Any context.
 *
 * Return: the code of the greatest value that is not above @value.
 */
__u8 mcs_float8_encode(__u32 value)
{
	if (value < FLOAT8_BIT)
		return value;
	if (value > FLOAT8_MAX)
		value = FLOAT8_MAX;
	return FLOAT8_BIT | float_encode(value, FLOAT8_MANT_BITS);
}

/**
 * mcs_float16_decode() - value of an MLDv2 Maximum Response Code
 * @code: the code
 *
 * RFC 3810 section 5.1.3. Any context.
 *
 * Return: 0 to 8387584 ms.
 */
__u32 mcs_float16_decode(__u16 code)
{
	return code < FLOAT16_BIT ? code :
				    float_decode(code, FLOAT16_MANT_BITS);
}

/**
 * mcs_float16_encode() - MLDv2 Maximum Response Code for a value
 * @value: the value, ms
 *
 * RFC 3810 section 5.1.3. Any context.
 *
 * Return: the code of the greatest value that is not above @value.
 */
__u16 mcs_float16_encode(__u32 value)
{
	if (value < FLOAT16_BIT)
		return value;
	if (value > FLOAT16_MAX)
		value = FLOAT16_MAX;
	return FLOAT16_BIT | float_encode(value, FLOAT16_MANT_BITS);
}

/* Octets of the IP header with router alert. */
static unsigned int ip_len(bool mld)
{
	return mld ? WIRE_IP6_HLEN + WIRE_IP6_HBH_RA_LEN :
		     WIRE_IP4_HLEN + WIRE_IP4_OPT_RA_LEN;
}

/**
 * mcs_wire_head_len() - octets before the message in a frame that is built
 * @mld: MLD, otherwise IGMP
 *
 * Return: octets of the MAC header and of the IP header with router alert.
 */
unsigned int mcs_wire_head_len(bool mld)
{
	return WIRE_ETH_HLEN + ip_len(mld);
}

static void put_ip4(__u8 *ip, unsigned int len, const struct in6_addr *src,
		    const struct in6_addr *dst)
{
	ip[0] = 0x40 | ip_len(false) / 4;
	ip[1] = IP4_TOS_CONTROL;
	wire_put16(ip + 2, len);
	wire_put16(ip + 6, WIRE_IP4_DF);
	ip[8] = 1;
	ip[9] = WIRE_PROTO_IGMP;
	wire_put_addr(ip + 12, src, false);
	wire_put_addr(ip + 16, dst, false);
	ip[20] = WIRE_IP4_OPT_RA;
	ip[21] = WIRE_IP4_OPT_RA_LEN;
}

static void put_ip6(__u8 *ip, unsigned int len, const struct in6_addr *src,
		    const struct in6_addr *dst)
{
	__u8 *hbh = ip + WIRE_IP6_HLEN;

	ip[0] = 0x60;
	wire_put16(ip + 4, len - WIRE_IP6_HLEN);
	ip[6] = WIRE_PROTO_HBH;
	ip[7] = 1;
	wire_put_addr(ip + 8, src, true);
	wire_put_addr(ip + 24, dst, true);
	hbh[0] = WIRE_PROTO_ICMP6;
	hbh[2] = WIRE_IP6_OPT_RA;
	hbh[3] = WIRE_IP6_OPT_RA_LEN;
	hbh[6] = WIRE_IP6_OPT_PADN;
}

/**
 * mcs_wire_well_known() - a well-known group of either family
 * @a: filled in
 * @mld: MLD, otherwise IGMP
 * @v4: the group of IPv4, WIRE_IP4_*
 * @low: low octet of that of IPv6, ff02::@low, WIRE_IP6_*
 */
void mcs_wire_well_known(struct in6_addr *a, bool mld, __u32 v4, __u8 low)
{
	if (!mld) {
		mcs_addr_from_v4(a, __cpu_to_be32(v4));
		return;
	}
	memset(a, 0, sizeof(*a));
	a->s6_addr[0] = 0xff;
	a->s6_addr[1] = 0x02;
	a->s6_addr[15] = low;
}

/**
 * mcs_wire_put_head() - write what is before the message of a frame
 * @frame: where to, need not be aligned
 * @len: octets of the whole frame, at least mcs_wire_head_len()
 * @mld: MLD, otherwise IGMP
 * @src: source address
 * @dst: destination address, multicast
 * @smac: source MAC address
 *
 * Ethernet without a tag, then RFC 3376 section 4 (TTL 1, precedence
 * Internetwork Control, router alert) or RFC 3810 section 5 (hop limit 1,
 * router alert). Checksums are for mcs_wire_put_sums().
 *
 * Return: where the message begins.
 */
__u8 *mcs_wire_put_head(__u8 *frame, unsigned int len, bool mld,
			const struct in6_addr *src, const struct in6_addr *dst,
			const __u8 smac[6])
{
	__u8 *ip = frame + WIRE_ETH_HLEN;

	memset(frame, 0, mcs_wire_head_len(mld));
	mcs_group_mac(dst, frame);
	memcpy(frame + 6, smac, 6);
	wire_put16(frame + 12, mld ? WIRE_ETH_P_IPV6 : WIRE_ETH_P_IP);
	if (mld)
		put_ip6(ip, len - WIRE_ETH_HLEN, src, dst);
	else
		put_ip4(ip, len - WIRE_ETH_HLEN, src, dst);
	return ip + ip_len(mld);
}

/* @sum is what mcs_wire_fold() takes; @p was 0 while it was made. */
static void put_checksum(__u8 *p, __u64 sum)
{
	__u16 checksum = ~mcs_wire_fold(sum);

	memcpy(p, &checksum, sizeof(checksum));
}

/**
 * mcs_wire_put_sums() - write the checksums of a frame
 * @frame: begun with mcs_wire_put_head(), the message complete but for its
 *	checksum, which is 0
 * @len: octets of the whole frame
 * @mld: MLD, otherwise IGMP
 */
void mcs_wire_put_sums(__u8 *frame, unsigned int len, bool mld)
{
	__u8 *ip = frame + WIRE_ETH_HLEN, *msg = ip + ip_len(mld);
	unsigned int msg_len = len - mcs_wire_head_len(mld);
	__u64 sum = 0;

	if (mld)
		sum = mcs_wire_sum_pseudo6(ip + 8, msg_len, WIRE_PROTO_ICMP6);
	else
		put_checksum(ip + 10, mcs_wire_sum(ip, ip_len(false), 0));
	put_checksum(msg + 2, mcs_wire_sum(msg, msg_len, sum));
}

/* Does a query of this family and version have sources? */
static bool has_sources(bool mld, unsigned int version)
{
	return version == (mld ? 2 : 3);
}

/* Octets of the message without its sources. */
static unsigned int msg_len(bool mld, bool sources)
{
	if (mld)
		return sources ? WIRE_MLD_QUERY2_LEN : WIRE_MLD_LEN;
	return sources ? WIRE_IGMP_QUERY3_LEN : WIRE_IGMP_LEN;
}

/**
 * mcs_wire_query_max_sources() - how many sources a query may have
 * @mld: MLD, otherwise IGMP
 * @mtu: octets of a datagram
 *
 * RFC 3376 section 4.1.8, RFC 3810 section 5.1.10: 366 and 89 at 1500. Any
 * context.
 *
 * Return: number of sources with which a query fits into @mtu octets, 0 when
 *	there is no room for any.
 */
unsigned int mcs_wire_query_max_sources(bool mld, unsigned int mtu)
{
	unsigned int max = IP_LEN_MAX + (mld ? WIRE_IP6_HLEN : 0);
	unsigned int used = ip_len(mld) + msg_len(mld, true);

	if (mtu > max)
		mtu = max;
	return mtu < used ? 0 : (mtu - used) / wire_alen(mld);
}

static bool query_src_ok(const struct mcs_query *q)
{
	const __u8 *a = q->src.s6_addr;

	if (q->mld)
		return a[0] == 0xfe && (a[1] & 0xc0) == 0x80;
	if (mcs_addr_is_zero(&q->src))
		return true;
	return mcs_addr_is_v4(&q->src) && mcs_source_is_usable(&q->src);
}

/**
 * mcs_wire_query_len() - length of the frame for a query
 * @q: the query
 *
 * RFC 3376 section 4.1, RFC 3810 section 5.1. There is no frame for a version
 * that the family does not have, a group that is not a multicast address of
 * the family, a specific query of IGMPv1, sources without a group or in a
 * version without them, more sources than a datagram holds, an MLD source
 * address that is not link-local (RFC 3810 section 5.1.14: nobody would believe
 * it), an IGMP one that is not unicast. Any context.
 *
 * Return: octets from the MAC header on, without VLAN tag and padding; 0 when
 *	there is no such frame.
 */
unsigned int mcs_wire_query_len(const struct mcs_query *q)
{
	bool general = mcs_addr_is_zero(&q->group);
	bool sources = has_sources(q->mld, q->version);

	if (q->version < 1 || q->version > (q->mld ? 2 : 3))
		return 0;
	if (!query_src_ok(q))
		return 0;
	if (general) {
		if (q->nsrcs)
			return 0;
	} else {
		if (mcs_addr_is_v4(&q->group) == q->mld ||
		    !wire_is_multicast(&q->group))
			return 0;
		if (!q->mld && q->version == 1)
			return 0;
	}
	if (q->nsrcs && !sources)
		return 0;
	if (q->nsrcs > mcs_wire_query_max_sources(q->mld, ~0U))
		return 0;
	return WIRE_ETH_HLEN + ip_len(q->mld) + msg_len(q->mld, sources) +
	       q->nsrcs * wire_alen(q->mld);
}

/* From the S flag on: RFC 3376 section 4.1.5, RFC 3810 section 5.1.7. */
static bool put_sources(__u8 *p, const struct mcs_query *q)
{
	__u32 qqi = q->qqi_ms / 1000;
	unsigned int i;

	/* 0 would mean that the receiver's default is to be used */
	if (!qqi && q->qqi_ms)
		qqi = 1;
	*p++ = (q->sflag ? WIRE_QUERY_SFLAG : 0) |
	       (q->qrv > QRV_MAX ? 0 : q->qrv);
	*p++ = mcs_float8_encode(qqi);
	p = wire_put16(p, q->nsrcs);
	for (i = 0; i < q->nsrcs; i++) {
		if (mcs_addr_is_v4(&q->srcs[i]) == q->mld)
			return false;
		p = wire_put_addr(p, &q->srcs[i], q->mld);
	}
	return true;
}

/*
 * The Max Resp Code of IGMP. What does not fit is lowered: who answers early
 * is heard, who answers late is pruned.
 */
static __u8 igmp_code(const struct mcs_query *q)
{
	__u32 tenths = q->mrt_ms / 100;

	switch (q->version) {
	case 1:
		return 0;
	case 2:
		/* 0 would make it version 1 */
		if (!tenths)
			return 1;
		return tenths > 255 ? 255 : tenths;
	default:
		return mcs_float8_encode(tenths);
	}
}

static __u16 mld_code(const struct mcs_query *q)
{
	if (q->version > 1)
		return mcs_float16_encode(q->mrt_ms);
	return q->mrt_ms > 0xffff ? 0xffff : q->mrt_ms;
}

static bool put_igmp(__u8 *igmp, const struct mcs_query *q)
{
	igmp[0] = WIRE_IGMP_QUERY;
	igmp[1] = igmp_code(q);
	wire_put_addr(igmp + 4, &q->group, false);
	return !has_sources(false, q->version) ||
	       put_sources(igmp + WIRE_IGMP_LEN, q);
}

static bool put_mld(__u8 *mld, const struct mcs_query *q)
{
	mld[0] = WIRE_MLD_QUERY;
	wire_put16(mld + 4, mld_code(q));
	if (!mcs_addr_is_zero(&q->group))
		wire_put_addr(mld + 8, &q->group, true);
	return !has_sources(true, q->version) ||
	       put_sources(mld + WIRE_MLD_LEN, q);
}

/**
 * mcs_wire_build_query() - write the frame for a query
 * @frame: where to, need not be aligned
 * @len: room there, octets
 * @q: the query
 * @smac: source MAC address of the frame
 *
 * Ethernet without VLAN tag and padding, then RFC 3376 section 4 (TTL 1,
 * precedence Internetwork Control, router alert) or RFC 3810 section 5 (hop
 * limit 1, router alert). General queries go to 224.0.0.1 or ff02::1, others
 * to their group. Older versions of IGMP: RFC 1112 appendix I (8 octets, code
 * 0), RFC 2236 section 2; of MLD: RFC 2710 section 3. A time that its code
 * cannot hold is lowered to the next that it can, except to 0 in IGMPv2 and in
 * QQIC, where 0 means something else. Any context.
 *
 * Return: octets written, or 0 when mcs_wire_query_len() is 0 or above @len,
 *	or when a source is of the other family.
 */
unsigned int mcs_wire_build_query(void *frame, unsigned int len,
				  const struct mcs_query *q,
				  const __u8 smac[6])
{
	unsigned int need = mcs_wire_query_len(q);
	struct in6_addr dst = q->group;
	__u8 *msg;

	if (!need || need > len)
		return 0;
	if (mcs_addr_is_zero(&dst))
		mcs_wire_well_known(&dst, q->mld, WIRE_IP4_ALL_HOSTS,
				    WIRE_IP6_ALL_NODES);
	memset(frame, 0, need);
	msg = mcs_wire_put_head(frame, need, q->mld, &q->src, &dst, smac);
	if (!(q->mld ? put_mld(msg, q) : put_igmp(msg, q)))
		return 0;
	mcs_wire_put_sums(frame, need, q->mld);
	return need;
}
