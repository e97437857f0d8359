// SPDX-License-Identifier: GPL-2.0
/*
 * What the messages of both families have in common: records, queries, MRD
 * and PIM hellos. wire_ip4.c and wire_ip6.c find the message in a datagram.
 *
 * Every length is compared with what is left before an octet is read, and in
 * 32 bits: no product of the counts in a message overflows them. A message is
 * refused as a whole or believed as a whole.
 */
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>
#include <uapi/linux/mcsnoop.h>

#include "wire.h"
#include "wire_impl.h"

/* RFC 7761 section 4.9.2 */
#define PIM_V2_HELLO		0x20
#define PIM_HLEN		4
#define PIM_OPT_HLEN		4
#define PIM_OPT_HOLDTIME	1
#define PIM_HOLDTIME_DEFAULT	105
#define PIM_HOLDTIME_FOREVER	0xffff

/**
 * mcs_wire_refuse() - forget what was read of a message that is not valid
 * @msg: the message; only mld, protocol, src and dst remain
 * @reason: why, MCSNOOP_COUNTER_DROP_*
 *
 * RFC 4541 section 2.1.1 (5): nobody shall act on a part of it. Any context.
 *
 * Return: @reason.
 */
int mcs_wire_refuse(struct mcs_msg *msg, int reason)
{
	struct in6_addr src = msg->src;
	struct in6_addr dst = msg->dst;
	__u8 protocol = msg->protocol;
	__u8 mld = msg->mld;

	memset(msg, 0, sizeof(*msg));
	msg->mld = mld;
	msg->protocol = protocol;
	msg->src = src;
	msg->dst = dst;
	return reason;
}

/* Octets of a record without sources and auxiliary data. */
static unsigned int record_hlen(bool mld)
{
	return 4 + wire_alen(mld);
}

/* Octets of a record: RFC 3376 section 4.2.4, RFC 3810 section 5.2.4. */
static __u32 record_len(const __u8 *p, bool mld)
{
	return record_hlen(mld) + (__u32)wire_get16(p + 2) * wire_alen(mld) +
	       (__u32)p[1] * 4;
}

/**
 * mcs_wire_body_records() - parse an IGMPv3 or MLDv2 report
 * @p: the message
 * @len: its length, at least WIRE_REPORT_LEN
 * @msg: where to; its mld tells the family
 *
 * RFC 3376 section 4.2, RFC 3810 section 5.2. All records are walked before
 * any is believed: half a report must not change half a table. Octets after
 * the last record are ignored (RFC 3376 section 4.2.11). Any context.
 *
 * Return: 0 or MCSNOOP_COUNTER_DROP_TRUNC.
 */
int mcs_wire_body_records(const __u8 *p, unsigned int len, struct mcs_msg *msg)
{
	const __u8 *body = p + WIRE_REPORT_LEN;
	unsigned int left = len - WIRE_REPORT_LEN;
	unsigned int nrecs = wire_get16(p + 6);
	unsigned int off = 0;
	unsigned int i;
	__u32 size;

	for (i = 0; i < nrecs; i++) {
		if (left - off < record_hlen(msg->mld))
			return MCSNOOP_COUNTER_DROP_TRUNC;
		size = record_len(body + off, msg->mld);
		if (size > left - off)
			return MCSNOOP_COUNTER_DROP_TRUNC;
		off += size;
	}
	msg->type = MCS_MSG_RECORDS;
	msg->version = msg->mld ? 2 : 3;
	msg->nrecs = nrecs;
	msg->body = body;
	msg->body_len = off;
	return 0;
}

/**
 * mcs_wire_next_record() - go through the records of a report
 * @msg: a message of type MCS_MSG_RECORDS
 * @off: where to go on, 0 at first; moved behind the record
 * @rec: set to the next record
 *
 * RFC 3376 section 4.2.4, RFC 3810 section 5.2.4. Auxiliary data is skipped.
 * Neither type nor group of a record has been judged: a type that is not known
 * and a group that is not mcs_group_is_usable() are for the caller to pass
 * over (RFC 3376 section 4.2.12). An IPv4-mapped group in MLD becomes ::, which
 * is not usable, so that it cannot be taken for one of IPv4. Any context.
 *
 * Return: false when there is no further record; @rec is not set then.
 */
bool mcs_wire_next_record(const struct mcs_msg *msg, unsigned int *off,
			  struct mcs_rec *rec)
{
	const __u8 *p;

	if (*off >= msg->body_len)
		return false;
	p = msg->body + *off;
	*off += record_len(p, msg->mld);
	rec->type = p[0];
	rec->mld = msg->mld;
	rec->nsrcs = wire_get16(p + 2);
	rec->srcs = p + record_hlen(msg->mld);
	wire_get_addr(&rec->group, p + 4, msg->mld);
	if (msg->mld && mcs_addr_is_v4(&rec->group))
		memset(&rec->group, 0, sizeof(rec->group));
	return true;
}

/**
 * mcs_wire_sources_max() - how many sources can a record of a report have?
 * @msg: a message of type MCS_MSG_RECORDS
 *
 * By the length of the report: what is not a record's head may be a source.
 * Any context.
 *
 * Return: at least as many as any of its records has.
 */
unsigned int mcs_wire_sources_max(const struct mcs_msg *msg)
{
	return (msg->body_len - msg->nrecs * record_hlen(msg->mld)) /
	       wire_alen(msg->mld);
}

/**
 * mcs_wire_body_query() - parse a query from its group on
 * @p: the group in the message
 * @len: octets of the group and what follows it; more than the group means a
 *	query of a version that has sources
 * @to_all: the destination is 224.0.0.1 or ff02::1
 * @msg: where to; its mld, dst and mrt_ms are set
 *
 * RFC 3376 sections 4.1.4 to 4.1.12 and 9.1, RFC 3810 sections 5.1.5 to
 * 5.1.15. A general query must be sent to all. A specific one may be sent to
 * its group, to a unicast address or to all, where some bridges send it. Any
 * context.
 *
 * Return: 0 or MCSNOOP_COUNTER_DROP_LEN, DROP_TRUNC, DROP_GROUP or DROP_DST.
 */
int mcs_wire_body_query(const __u8 *p, unsigned int len, bool to_all,
			struct mcs_msg *msg)
{
	unsigned int alen = wire_alen(msg->mld);

	wire_get_addr(&msg->group, p, msg->mld);
	if (len > alen) {
		p += alen;
		len -= alen;
		msg->sflag = !!(p[0] & WIRE_QUERY_SFLAG);
		msg->qrv = p[0] & WIRE_QUERY_QRV;
		msg->qqi_ms = mcs_float8_decode(p[1]) * 1000;
		msg->nsrcs = wire_get16(p + 2);
		msg->body = p + 4;
		msg->body_len = msg->nsrcs * alen;
		if (msg->body_len > len - 4)
			return MCSNOOP_COUNTER_DROP_TRUNC;
	}

	if (mcs_addr_is_v4(&msg->group) == msg->mld)
		return MCSNOOP_COUNTER_DROP_GROUP;
	if (mcs_addr_is_zero(&msg->group)) {
		memset(&msg->group, 0, sizeof(msg->group));
		if (msg->nsrcs)
			return MCSNOOP_COUNTER_DROP_LEN;
		if (!to_all)
			return MCSNOOP_COUNTER_DROP_DST;
	} else {
		if (!wire_is_multicast(&msg->group))
			return MCSNOOP_COUNTER_DROP_GROUP;
		if (!to_all && wire_is_multicast(&msg->dst) &&
		    mcs_addr_cmp(&msg->dst, &msg->group))
			return MCSNOOP_COUNTER_DROP_DST;
	}
	/* 0 asks for an answer at once, which no timer can wait for */
	if (!msg->mrt_ms)
		msg->mrt_ms = 1;
	msg->type = MCS_MSG_QUERY;
	return 0;
}

/**
 * mcs_wire_body_mrd() - parse a multicast router discovery message
 * @p: the message
 * @type: its meaning, MCS_MSG_MRD_*
 * @dst_ok: it was sent to the address that its type demands
 * @msg: where to
 *
 * RFC 4286 sections 3.2, 4.1 and 5.1. Any context.
 *
 * Return: 0 or MCSNOOP_COUNTER_DROP_DST.
 */
int mcs_wire_body_mrd(const __u8 *p, enum mcs_msg_type type, bool dst_ok,
		      struct mcs_msg *msg)
{
	if (!dst_ok)
		return MCSNOOP_COUNTER_DROP_DST;
	msg->type = type;
	if (type == MCS_MSG_MRD_ADV)
		msg->mrt_ms = p[1] * 1000;
	return 0;
}

/**
 * mcs_wire_body_pim() - find out whether a PIM message is a valid hello
 * @p: the message
 * @len: its length
 * @sum: sum of the pseudo-header, 0 when there is none
 * @msg: type, protocol and mrt_ms are set if it is, otherwise nothing is
 *
 * RFC 7761 sections 4.3.1 and 4.9.2. Anything odd leaves it data, which goes
 * where it would have gone without us. Any context.
 */
void mcs_wire_body_pim(const __u8 *p, unsigned int len, __u64 sum,
		       struct mcs_msg *msg)
{
	unsigned int holdtime = PIM_HOLDTIME_DEFAULT;
	unsigned int off = PIM_HLEN;
	unsigned int size;

	if (len < PIM_HLEN || p[0] != PIM_V2_HELLO ||
	    mcs_wire_fold(mcs_wire_sum(p, len, sum)) != 0xffff)
		return;
	for (; off < len; off += PIM_OPT_HLEN + size) {
		if (len - off < PIM_OPT_HLEN)
			return;
		size = wire_get16(p + off + 2);
		if (size > len - off - PIM_OPT_HLEN)
			return;
		if (wire_get16(p + off) != PIM_OPT_HOLDTIME)
			continue;
		if (size != 2)
			return;
		holdtime = wire_get16(p + off + PIM_OPT_HLEN);
	}
	msg->type = MCS_MSG_PIM_HELLO;
	msg->protocol = MCSNOOP_EXAMINE_PIM;
	msg->mrt_ms = holdtime == PIM_HOLDTIME_FOREVER ? ~0U : holdtime * 1000;
}
