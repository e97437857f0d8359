/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parser and the builder of wire.h share: where the fields are.
 * Included by the wire*.c files only.
 */
#ifndef _MCSNOOP_WIRE_IMPL_H
#define _MCSNOOP_WIRE_IMPL_H

#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>
#include <uapi/linux/mcsnoop.h>

#include "wire.h"

#define WIRE_ETH_HLEN		14
#define WIRE_ETH_P_IP		0x0800
#define WIRE_ETH_P_IPV6		0x86dd

/* RFC 791 section 3.1, RFC 2113 section 2.1 */
#define WIRE_IP4_HLEN		20
#define WIRE_IP4_DF		0x4000
#define WIRE_IP4_FRAGMENT	0x3fff	/* MF and the offset */
#define WIRE_IP4_OFFSET		0x1fff
#define WIRE_IP4_OPT_END	0
#define WIRE_IP4_OPT_NOP	1
#define WIRE_IP4_OPT_RA		148
#define WIRE_IP4_OPT_RA_LEN	4

/* RFC 8200 sections 3 and 4, RFC 2711 section 2.1 */
#define WIRE_IP6_HLEN		40
#define WIRE_IP6_HBH_RA_LEN	8	/* hop-by-hop header, only router alert */
#define WIRE_IP6_OPT_PAD1	0
#define WIRE_IP6_OPT_PADN	1
#define WIRE_IP6_OPT_RA		5
#define WIRE_IP6_OPT_RA_LEN	2
#define WIRE_IP6_EXT_MAX	8	/* headers looked at before giving up */

#define WIRE_PROTO_HBH		0
#define WIRE_PROTO_IGMP		2
#define WIRE_PROTO_ROUTING	43
#define WIRE_PROTO_FRAGMENT	44
#define WIRE_PROTO_AH		51
#define WIRE_PROTO_ICMP6	58
#define WIRE_PROTO_DSTOPTS	60
#define WIRE_PROTO_OSPF		89
#define WIRE_PROTO_PIM		103

/* RFC 3376 section 4; RFC 4286 sections 3 to 5 */
#define WIRE_IGMP_QUERY		0x11
#define WIRE_IGMP_REPORT_V1	0x12
#define WIRE_IGMP_DVMRP		0x13
#define WIRE_IGMP_PIMV1		0x14
#define WIRE_IGMP_REPORT_V2	0x16
#define WIRE_IGMP_LEAVE		0x17
#define WIRE_IGMP_REPORT_V3	0x22
#define WIRE_IGMP_MRD_ADV	0x30
#define WIRE_IGMP_MRD_SOL	0x31
#define WIRE_IGMP_MRD_TERM	0x32

/* RFC 2710 section 3, RFC 3810 section 5; RFC 4286 sections 3 to 5 */
#define WIRE_MLD_QUERY		130
#define WIRE_MLD_REPORT_V1	131
#define WIRE_MLD_DONE		132
#define WIRE_MLD_REPORT_V2	143
#define WIRE_MLD_MRD_ADV	151
#define WIRE_MLD_MRD_SOL	152
#define WIRE_MLD_MRD_TERM	153

/* Octets of a query before its sources, and of an older one. */
#define WIRE_IGMP_LEN		8
#define WIRE_IGMP_QUERY3_LEN	12
#define WIRE_MLD_LEN		24
#define WIRE_MLD_QUERY2_LEN	28

/* Octets of a report before its records, of an MRD message. */
#define WIRE_REPORT_LEN		8
#define WIRE_MRD_ADV_LEN	8
#define WIRE_MRD_LEN		4

/* Octet of a query that holds the S flag and QRV, counted from the group. */
#define WIRE_QUERY_SFLAG	0x08
#define WIRE_QUERY_QRV		0x07

/* Groups of IPv4 messages, and low octet of ff02::n for IPv6 ones. */
#define WIRE_IP4_ALL_HOSTS	0xe0000001U
#define WIRE_IP4_ALL_ROUTERS	0xe0000002U
#define WIRE_IP4_ALL_DVMRP	0xe0000004U
#define WIRE_IP4_ALL_OSPF	0xe0000005U
#define WIRE_IP4_ALL_PIM	0xe000000dU
#define WIRE_IP4_ALL_IGMPV3	0xe0000016U
#define WIRE_IP4_ALL_SNOOPERS	0xe000006aU
#define WIRE_IP6_ALL_NODES	0x01
#define WIRE_IP6_ALL_ROUTERS	0x02
#define WIRE_IP6_ALL_PIM	0x0d
#define WIRE_IP6_ALL_MLDV2	0x16
#define WIRE_IP6_ALL_SNOOPERS	0x6a

/* Octets of an address on the wire. */
static inline unsigned int wire_alen(bool mld)
{
	return mld ? 16 : 4;
}

static inline __u16 wire_get16(const __u8 *p)
{
	return p[0] << 8 | p[1];
}

static inline __u8 *wire_put16(__u8 *p, __u16 value)
{
	*p++ = value >> 8;
	*p++ = value & 0xff;
	return p;
}

static inline __u8 *wire_put_addr(__u8 *p, const struct in6_addr *a, bool mld)
{
	unsigned int alen = wire_alen(mld);

	memcpy(p, a->s6_addr + 16 - alen, alen);
	return p + alen;
}

static inline void wire_get_addr(struct in6_addr *a, const __u8 *p, bool mld)
{
	__be32 v4;

	if (mld) {
		memcpy(a, p, sizeof(*a));
		return;
	}
	memcpy(&v4, p, sizeof(v4));
	mcs_addr_from_v4(a, v4);
}

static inline bool wire_is_multicast(const struct in6_addr *a)
{
	if (mcs_addr_is_v4(a))
		return (a->s6_addr[12] & 0xf0) == 0xe0;
	return a->s6_addr[0] == 0xff;
}

/**
 * mcs_wire_body_group() - parse the group of a report or leave of one group
 * @p: the group in the message
 * @msg: where to; its mld tells the family
 *
 * RFC 2236 section 2.4, RFC 2710 section 3.6. Any context.
 *
 * Return: 0 or MCSNOOP_COUNTER_DROP_GROUP.
 */
static inline int mcs_wire_body_group(const __u8 *p, struct mcs_msg *msg)
{
	wire_get_addr(&msg->group, p, msg->mld);
	if (mcs_addr_is_v4(&msg->group) == msg->mld ||
	    !mcs_group_is_usable(&msg->group))
		return MCSNOOP_COUNTER_DROP_GROUP;
	return 0;
}

/**
 * mcs_wire_fold() - finish an Internet checksum
 * @sum: from mcs_wire_sum()
 *
 * RFC 1071. Any context.
 *
 * Return: the sum in 16 bits, in the order of memory; 0xffff when @sum covers
 *	a correct checksum. Its complement is what a message carries.
 */
static inline __u16 mcs_wire_fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* wire.c */
int mcs_wire_refuse(struct mcs_msg *msg, int reason);
int mcs_wire_body_records(const __u8 *p, unsigned int len,
			  struct mcs_msg *msg);
int mcs_wire_body_query(const __u8 *p, unsigned int len, bool to_all,
			struct mcs_msg *msg);
int mcs_wire_body_mrd(const __u8 *p, enum mcs_msg_type type, bool dst_ok,
		      struct mcs_msg *msg);
void mcs_wire_body_pim(const __u8 *p, unsigned int len, __u64 sum,
		       struct mcs_msg *msg);

/* wire_routing.c */
void mcs_wire_body_routing(const __u8 *p, unsigned int len,
			   struct mcs_msg *msg);
void mcs_wire_body_ospf(const __u8 *p, unsigned int len, struct mcs_msg *msg);

/* wire_build.c */
unsigned int mcs_wire_head_len(bool mld);
void mcs_wire_well_known(struct in6_addr *a, bool mld, __u32 v4, __u8 low);
__u8 *mcs_wire_put_head(__u8 *frame, unsigned int len, bool mld,
			const struct in6_addr *src, const struct in6_addr *dst,
			const __u8 smac[6]);
void mcs_wire_put_sums(__u8 *frame, unsigned int len, bool mld);

/* wire_addr.c */
__u64 mcs_wire_sum(const __u8 *p, unsigned int len, __u64 sum);
__u64 mcs_wire_sum_pseudo6(const __u8 *src_dst, unsigned int len, __u8 proto);

#endif /* _MCSNOOP_WIRE_IMPL_H */
