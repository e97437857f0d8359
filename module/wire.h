/* SPDX-License-Identifier: GPL-2.0 */
/*
 * IGMP and MLD on the wire: bytes to messages and records, queries and reports
 * to bytes. Pure: no kernel object, no allocation, no lock, no clock; the same
 * source builds in userspace.
 */
#ifndef _MCSNOOP_WIRE_H
#define _MCSNOOP_WIRE_H

#include <linux/in6.h>
#include <linux/types.h>
#include <asm/byteorder.h>

/* Every address is 16 octets; IPv4 is carried as ::ffff:a.b.c.d. */

/**
 * enum mcs_msg_type - what a frame means to the snooper
 * @MCS_MSG_DATA: not a control message, forward by the tables
 * @MCS_MSG_QUERY: membership query of any version
 * @MCS_MSG_REPORT: IGMPv1, IGMPv2 or MLDv1 report of one group
 * @MCS_MSG_LEAVE: IGMPv2 leave or MLDv1 done
 * @MCS_MSG_RECORDS: IGMPv3 or MLDv2 report
 * @MCS_MSG_MRD_ADV: Multicast Router Advertisement (RFC 4286)
 * @MCS_MSG_MRD_SOL: Multicast Router Solicitation
 * @MCS_MSG_MRD_TERM: Multicast Router Termination
 * @MCS_MSG_PIM_HELLO: PIMv2 hello
 * @MCS_MSG_PIMV1: query of PIMv1, its hello
 * @MCS_MSG_DVMRP: DVMRP probe
 * @MCS_MSG_MOSPF: OSPF hello of a router that forwards multicast
 * @MCS_MSG_OTHER: an IGMP type that is not understood: flood, learn nothing
 * @MCS_MSG_FRAGMENT: a fragment that may hold a control message: flood
 */
enum mcs_msg_type {
	MCS_MSG_DATA,
	MCS_MSG_QUERY,
	MCS_MSG_REPORT,
	MCS_MSG_LEAVE,
	MCS_MSG_RECORDS,
	MCS_MSG_MRD_ADV,
	MCS_MSG_MRD_SOL,
	MCS_MSG_MRD_TERM,
	MCS_MSG_PIM_HELLO,
	MCS_MSG_PIMV1,
	MCS_MSG_DVMRP,
	MCS_MSG_MOSPF,
	MCS_MSG_OTHER,
	MCS_MSG_FRAGMENT,
};

/**
 * enum mcs_rec_type - group record types, RFC 3376 section 4.2.12
 * @MCS_REC_IS_IN: MODE_IS_INCLUDE
 * @MCS_REC_IS_EX: MODE_IS_EXCLUDE
 * @MCS_REC_TO_IN: CHANGE_TO_INCLUDE_MODE
 * @MCS_REC_TO_EX: CHANGE_TO_EXCLUDE_MODE
 * @MCS_REC_ALLOW: ALLOW_NEW_SOURCES
 * @MCS_REC_BLOCK: BLOCK_OLD_SOURCES
 */
enum mcs_rec_type {
	MCS_REC_IS_IN = 1,
	MCS_REC_IS_EX = 2,
	MCS_REC_TO_IN = 3,
	MCS_REC_TO_EX = 4,
	MCS_REC_ALLOW = 5,
	MCS_REC_BLOCK = 6,
};

/* Notes: the message was accepted, but something about it is worth counting. */
#define MCS_NOTE_TTL	0x01	/* IGMP with a TTL other than 1 */
#define MCS_NOTE_RA	0x02	/* no router alert; IGMPv1 is older than it */
#define MCS_NOTE_DST	0x04	/* unusual destination; query: not for hosts */

/**
 * struct mcs_msg - one parsed frame
 * @type: what it is
 * @version: protocol version, IGMP 1 to 3, MLD 1 or 2; 0 when meaningless
 * @mld: the frame is IPv6 (valid for every type, DATA included)
 * @sflag: queries: Suppress Router-Side Processing
 * @qrv: queries: Querier's Robustness Variable, 0 when absent
 * @notes: MCS_NOTE_* bits
 * @protocol: enum mcsnoop_examine, the protocol that it was judged by, also
 *	when it was refused; 0 for data and for what is no protocol's fault
 * @nsrcs: queries: number of sources at @srcs
 * @nrecs: reports: number of records at @body
 * @mrt_ms: queries: Max Response Time or Delay, ms; MRD: advertisement
 *	interval, ms; PIM and older routing protocols: holdtime, ms (~0 is for
 *	ever)
 * @qqi_ms: queries: Querier's Query Interval, ms, 0 when absent
 * @src: source address of the datagram
 * @dst: destination address of the datagram
 * @group: queries, reports and leaves of one group; zero in a general query
 * @body: first record, or first source of a query
 * @body_len: octets at @body
 *
 * @body points into the buffer that was parsed and lives as long as it.
 */
struct mcs_msg {
	__u8		type;
	__u8		version;
	__u8		mld;
	__u8		sflag;
	__u8		qrv;
	__u8		notes;
	__u8		protocol;
	__u16		nsrcs;
	__u16		nrecs;
	__u32		mrt_ms;
	__u32		qqi_ms;
	struct in6_addr	src;
	struct in6_addr	dst;
	struct in6_addr	group;
	const __u8	*body;
	__u32		body_len;
};

/**
 * struct mcs_range - groups that begin alike
 * @addr: first of them; all zero when there are none
 * @len: how many of the address's own 32 or 128 bits count
 */
struct mcs_range {
	struct in6_addr	addr;
	__u8		len;
};

/**
 * struct mcs_rec - one group record of an IGMPv3 or MLDv2 report
 * @type: enum mcs_rec_type, or a value that is not known
 * @nsrcs: number of sources at @srcs
 * @group: the group
 * @srcs: the sources as on the wire, 4 or 16 octets each
 * @mld: the sources have 16 octets
 */
struct mcs_rec {
	__u8		type;
	__u8		mld;
	__u16		nsrcs;
	struct in6_addr	group;
	const __u8	*srcs;
};

/**
 * struct mcs_query - a query to be built
 * @mld: MLD, otherwise IGMP
 * @version: 1 to 3, or 1 to 2 for MLD
 * @sflag: Suppress Router-Side Processing, versions with sources only
 * @qrv: Robustness Variable, sent as 0 above 7
 * @mrt_ms: Max Response Time, ms
 * @qqi_ms: Querier's Query Interval, ms
 * @src: source address, :: or ::ffff:0.0.0.0 for none
 * @group: the group, all zero (or ::ffff:0.0.0.0) for a general query
 * @nsrcs: number of @srcs
 * @srcs: sources of a group-and-source-specific query
 */
struct mcs_query {
	__u8			mld;
	__u8			version;
	__u8			sflag;
	__u8			qrv;
	__u32			mrt_ms;
	__u32			qqi_ms;
	struct in6_addr		src;
	struct in6_addr		group;
	__u16			nsrcs;
	const struct in6_addr	*srcs;
};

/* What has to be looked at of a frame of the spanning tree, LLC included. */
#define MCS_BPDU_LOOK	39

/**
 * enum mcs_bpdu - what a frame of the spanning tree says
 * @MCS_BPDU_NONE: it is none
 * @MCS_BPDU_BAD: it is malformed
 * @MCS_BPDU_QUIET: nothing about a change
 * @MCS_BPDU_CHANGE: the topology changed
 */
enum mcs_bpdu {
	MCS_BPDU_NONE,
	MCS_BPDU_BAD,
	MCS_BPDU_QUIET,
	MCS_BPDU_CHANGE,
};

/**
 * enum mcs_nd_type - what a frame says of neighbours
 * @MCS_ND_NONE: nothing
 * @MCS_ND_BAD: a message that hosts do not take
 * @MCS_ND_SOLICITATION: somebody looks for a neighbour
 * @MCS_ND_ADVERTISEMENT: a neighbour says that it is there
 */
enum mcs_nd_type {
	MCS_ND_NONE,
	MCS_ND_BAD,
	MCS_ND_SOLICITATION,
	MCS_ND_ADVERTISEMENT,
};

/**
 * struct mcs_nd_msg - a message of neighbour discovery
 * @type: enum mcs_nd_type
 * @to_group: a solicitation to the solicited-node group of @target
 * @src: source address, :: in a solicitation that looks for duplicates
 * @dst: destination address
 * @target: who is looked for, or is there
 */
struct mcs_nd_msg {
	__u8		type;
	__u8		to_group;
	struct in6_addr	src;
	struct in6_addr	dst;
	struct in6_addr	target;
};

/**
 * struct mcs_report - an older report or leave to be built
 * @mld: MLD, otherwise IGMP
 * @version: 1 or 2, 1 for MLD
 * @leave: a leave or done
 * @src: source address, :: or ::ffff:0.0.0.0 for none
 * @group: the group
 */
struct mcs_report {
	__u8		mld;
	__u8		version;
	__u8		leave;
	struct in6_addr	src;
	struct in6_addr	group;
};

/**
 * struct mcs_records - an IGMPv3 or MLDv2 report that is being built
 * @frame: where it is written
 * @room: octets there
 * @len: octets so far, from the MAC header on
 * @record: where the last record begins
 * @nrecs: records so far
 * @nsrcs: sources of the last one so far
 * @mld: MLD, otherwise IGMP
 */
struct mcs_records {
	__u8		*frame;
	__u32		room;
	__u32		len;
	__u32		record;
	__u16		nrecs;
	__u16		nsrcs;
	__u8		mld;
};

/* address helpers */
/**
 * mcs_addr_is_v4() - tell the family of an address
 * @a: the address
 *
 * RFC 4291 section 2.5.5.2. Any context.
 *
 * Return: true when @a is an IPv4-mapped address.
 */
static inline bool mcs_addr_is_v4(const struct in6_addr *a)
{
	return !a->s6_addr32[0] && !a->s6_addr32[1] &&
	       a->s6_addr32[2] == __cpu_to_be32(0xffff);
}

/**
 * mcs_addr_is_zero() - tell whether an address is the unspecified one
 * @a: the address
 *
 * RFC 4291 section 2.5.2, RFC 1122 section 3.2.1.3. Any context.
 *
 * Return: true for :: and for ::ffff:0.0.0.0.
 */
static inline bool mcs_addr_is_zero(const struct in6_addr *a)
{
	return !a->s6_addr32[3] && !a->s6_addr32[0] && !a->s6_addr32[1] &&
	       (!a->s6_addr32[2] || a->s6_addr32[2] == __cpu_to_be32(0xffff));
}

/**
 * mcs_addr_from_v4() - map an IPv4 address
 * @a: where to
 * @v4: the IPv4 address
 *
 * RFC 4291 section 2.5.5.2. Any context.
 */
static inline void mcs_addr_from_v4(struct in6_addr *a, __be32 v4)
{
	a->s6_addr32[0] = 0;
	a->s6_addr32[1] = 0;
	a->s6_addr32[2] = __cpu_to_be32(0xffff);
	a->s6_addr32[3] = v4;
}

/**
 * mcs_addr_v4() - the IPv4 address in a mapped one
 * @a: an address for which mcs_addr_is_v4() is true
 *
 * RFC 4291 section 2.5.5.2. Any context.
 *
 * Return: the IPv4 address.
 */
static inline __be32 mcs_addr_v4(const struct in6_addr *a)
{
	return a->s6_addr32[3];
}

/**
 * mcs_addr_equal() - are two addresses the same?
 * @a: one address
 * @b: the other
 *
 * Any context.
 *
 * Return: true if so.
 */
static inline bool mcs_addr_equal(const struct in6_addr *a,
				  const struct in6_addr *b)
{
	return !((a->s6_addr32[0] ^ b->s6_addr32[0]) |
		 (a->s6_addr32[1] ^ b->s6_addr32[1]) |
		 (a->s6_addr32[2] ^ b->s6_addr32[2]) |
		 (a->s6_addr32[3] ^ b->s6_addr32[3]));
}

int mcs_addr_cmp(const struct in6_addr *a, const struct in6_addr *b);
bool mcs_group_is_usable(const struct in6_addr *group);
bool mcs_ssm_range_ok(const struct mcs_range *range, bool mld);
bool mcs_group_is_ssm(const struct in6_addr *group,
		      const struct mcs_range *range);
bool mcs_source_is_usable(const struct in6_addr *src);
void mcs_group_mac(const struct in6_addr *group, __u8 mac[6]);

/* parsing */
int mcs_wire_parse_ip4(const void *l3, unsigned int len, struct mcs_msg *msg);
int mcs_wire_parse_ip6(const void *l3, unsigned int len, struct mcs_msg *msg);
unsigned int mcs_wire_sources_max(const struct mcs_msg *msg);
bool mcs_wire_next_record(const struct mcs_msg *msg, unsigned int *off,
			  struct mcs_rec *rec);
unsigned int mcs_wire_sources(const __u8 *srcs, unsigned int n, bool mld,
			      struct in6_addr *out, unsigned int *skipped);
int mcs_wire_parse_bpdu(const void *llc, unsigned int len);
bool mcs_wire_parse_nd(const void *l3, unsigned int len,
		       struct mcs_nd_msg *msg);
void mcs_wire_nd_group(const struct in6_addr *target, struct in6_addr *group);

/* building */
unsigned int mcs_wire_query_len(const struct mcs_query *q);
unsigned int mcs_wire_query_max_sources(bool mld, unsigned int mtu);
unsigned int mcs_wire_build_query(void *frame, unsigned int len,
				  const struct mcs_query *q,
				  const __u8 smac[6]);

unsigned int mcs_wire_mrd_len(bool mld);
unsigned int mcs_wire_build_mrd_sol(void *frame, unsigned int len, bool mld,
				    const struct in6_addr *src,
				    const __u8 smac[6]);
unsigned int mcs_wire_report_len(const struct mcs_report *r);
unsigned int mcs_wire_build_report(void *frame, unsigned int len,
				   const struct mcs_report *r,
				   const __u8 smac[6]);
void mcs_wire_records_begin(struct mcs_records *b, void *frame,
			    unsigned int room, bool mld);
bool mcs_wire_records_fits(const struct mcs_records *b, unsigned int n);
bool mcs_wire_records_add(struct mcs_records *b, unsigned int type,
			  const struct in6_addr *group);
bool mcs_wire_records_source(struct mcs_records *b,
			     const struct in6_addr *src);
unsigned int mcs_wire_records_end(struct mcs_records *b,
				  const struct in6_addr *src,
				  const __u8 smac[6]);

/* codes of RFC 3376 sections 4.1.1 and 4.1.7, RFC 3810 section 5.1.3 */
__u32 mcs_float8_decode(__u8 code);
__u8 mcs_float8_encode(__u32 value);
__u32 mcs_float16_decode(__u16 code);
__u16 mcs_float16_encode(__u32 value);

#endif /* _MCSNOOP_WIRE_H */
