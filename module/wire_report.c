// SPDX-License-Identifier: GPL-2.0
/* Reports and leaves to frames: what a host, or a proxy for hosts, sends. */
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>

#include "wire.h"
#include "wire_impl.h"

#define COUNT_MAX	65535

/* Nobody may send one from anywhere else; none at all is fine for reports. */
static bool src_ok(const struct in6_addr *src, bool mld)
{
	if (mcs_addr_is_zero(src))
		return true;
	if (mld)
		return src->s6_addr[0] == 0xfe &&
		       (src->s6_addr[1] & 0xc0) == 0x80;
	return mcs_addr_is_v4(src) && mcs_source_is_usable(src);
}

static bool group_ok(const struct in6_addr *group, bool mld)
{
	return mcs_addr_is_v4(group) != mld && wire_is_multicast(group);
}

/**
 * mcs_wire_report_len() - length of the frame for an older report or leave
 * @r: the report
 *
 * There is no frame for a version that has no such message (IGMPv1 has no
 * leave, IGMPv3 and MLDv2 send records), a group that is not a multicast
 * address of the family, a source address that is neither zero nor link-local
 * (MLD) or unicast (IGMP). Any context.
 *
 * Return: octets from the MAC header on, without VLAN tag and padding; 0 when
 *	there is no such frame.
 */
unsigned int mcs_wire_report_len(const struct mcs_report *r)
{
	if (r->version < 1 || r->version > (r->mld ? 1 : 2))
		return 0;
	if (r->leave && !r->mld && r->version == 1)
		return 0;
	if (!group_ok(&r->group, r->mld) || !src_ok(&r->src, r->mld))
		return 0;
	return mcs_wire_head_len(r->mld) +
	       (r->mld ? WIRE_MLD_LEN : WIRE_IGMP_LEN);
}

static __u8 report_type(const struct mcs_report *r)
{
	if (r->mld)
		return r->leave ? WIRE_MLD_DONE : WIRE_MLD_REPORT_V1;
	if (r->leave)
		return WIRE_IGMP_LEAVE;
	return r->version == 1 ? WIRE_IGMP_REPORT_V1 : WIRE_IGMP_REPORT_V2;
}

/**
 * mcs_wire_build_report() - write the frame for an older report or leave
 * @frame: where to, need not be aligned
 * @len: room there, octets
 * @r: the report
 * @smac: source MAC address of the frame
 *
 * RFC 1112 appendix I, RFC 2236 sections 2 and 9, RFC 2710 sections 3 and 8:
 * a report goes to its group, a leave to all routers. Any context.
 *
 * Return: octets written, or 0 when mcs_wire_report_len() is 0 or above @len.
 */
unsigned int mcs_wire_build_report(void *frame, unsigned int len,
				   const struct mcs_report *r,
				   const __u8 smac[6])
{
	unsigned int need = mcs_wire_report_len(r);
	struct in6_addr dst = r->group, src = r->src;
	__u8 *msg;

	if (!need || need > len)
		return 0;
	if (r->leave)
		mcs_wire_well_known(&dst, r->mld, WIRE_IP4_ALL_ROUTERS,
				    WIRE_IP6_ALL_ROUTERS);
	if (mcs_addr_is_zero(&src))
		memset(&src, 0, sizeof(src));
	memset(frame, 0, need);
	msg = mcs_wire_put_head(frame, need, r->mld, &src, &dst, smac);
	msg[0] = report_type(r);
	wire_put_addr(msg + (r->mld ? 8 : 4), &r->group, r->mld);
	mcs_wire_put_sums(frame, need, r->mld);
	return need;
}

/* Octets of a record before its sources. */
static unsigned int record_hlen(bool mld)
{
	return 4 + wire_alen(mld);
}

/**
 * mcs_wire_records_begin() - begin a report of records
 * @b: the report
 * @frame: where to, need not be aligned
 * @room: octets there
 * @mld: MLD, otherwise IGMP
 *
 * Any context.
 */
void mcs_wire_records_begin(struct mcs_records *b, void *frame,
			    unsigned int room, bool mld)
{
	memset(b, 0, sizeof(*b));
	b->frame = frame;
	b->room = room;
	b->mld = mld;
	b->len = mcs_wire_head_len(mld) + WIRE_REPORT_LEN;
}

/**
 * mcs_wire_records_fits() - is there room for one more record?
 * @b: the report
 * @n: its sources
 *
 * Any context.
 * Return: false when there is not.
 */
bool mcs_wire_records_fits(const struct mcs_records *b, unsigned int n)
{
	unsigned int need = b->len + record_hlen(b->mld);

	return b->nrecs < COUNT_MAX && need <= b->room &&
	       n <= (b->room - need) / wire_alen(b->mld);
}

/**
 * mcs_wire_records_add() - begin a record, as yet without sources
 * @b: the report
 * @type: enum mcs_rec_type
 * @group: a multicast address of the family
 *
 * RFC 3376 section 4.2.4, RFC 3810 section 5.2.4. Any context.
 * Return: false without room for it, or when it is no such group.
 */
bool mcs_wire_records_add(struct mcs_records *b, unsigned int type,
			  const struct in6_addr *group)
{
	__u8 *p = b->frame + b->len;

	if (!mcs_wire_records_fits(b, 0) || !group_ok(group, b->mld))
		return false;
	p[0] = type;
	p[1] = 0;
	wire_put16(p + 2, 0);
	wire_put_addr(p + 4, group, b->mld);
	b->record = b->len;
	b->len += record_hlen(b->mld);
	b->nsrcs = 0;
	b->nrecs++;
	return true;
}

/**
 * mcs_wire_records_source() - add a source to the last record
 * @b: the report, with a record
 * @src: the source, of the family
 *
 * Any context.
 * Return: false without room for it, or when it is of the other family.
 */
bool mcs_wire_records_source(struct mcs_records *b, const struct in6_addr *src)
{
	unsigned int alen = wire_alen(b->mld);

	if (b->nsrcs >= COUNT_MAX || b->room - b->len < alen ||
	    mcs_addr_is_v4(src) == b->mld)
		return false;
	wire_put_addr(b->frame + b->len, src, b->mld);
	b->len += alen;
	b->nsrcs++;
	wire_put16(b->frame + b->record + 2, b->nsrcs);
	return true;
}

/**
 * mcs_wire_records_end() - write what is before the records
 * @b: the report
 * @src: source address
 * @smac: source MAC address of the frame
 *
 * RFC 3376 section 4.2, to 224.0.0.22; RFC 3810 section 5.2, to ff02::16. The
 * source address may be zero (RFC 3376 section 4.2.13, RFC 3590 section 4).
 * Any context.
 *
 * Return: octets of the frame, 0 without a record or for a source address
 *	that is neither zero nor link-local (MLD) or unicast (IGMP).
 */
unsigned int mcs_wire_records_end(struct mcs_records *b,
				  const struct in6_addr *src,
				  const __u8 smac[6])
{
	struct in6_addr dst, from = *src;
	__u8 *msg;

	if (!b->nrecs || !src_ok(src, b->mld))
		return 0;
	if (mcs_addr_is_zero(src))
		memset(&from, 0, sizeof(from));
	mcs_wire_well_known(&dst, b->mld, WIRE_IP4_ALL_IGMPV3,
			    WIRE_IP6_ALL_MLDV2);
	msg = mcs_wire_put_head(b->frame, b->len, b->mld, &from, &dst, smac);
	memset(msg, 0, WIRE_REPORT_LEN);
	msg[0] = b->mld ? WIRE_MLD_REPORT_V2 : WIRE_IGMP_REPORT_V3;
	wire_put16(msg + 6, b->nrecs);
	mcs_wire_put_sums(b->frame, b->len, b->mld);
	return b->len;
}
