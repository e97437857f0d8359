/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What must be true of whatever a parser says of whatever octets, and the
 * reference frames as datagrams that can be spoilt and mended.
 */
#ifndef _MCSNOOP_WIRE_CHECK_H
#define _MCSNOOP_WIRE_CHECK_H

#include "wire_rig.h"
#include "vectors.h"

/* The datagram of a vector, or nothing if it has none. */
static inline bool vector_datagram(const struct vector *v,
				   struct datagram *d)
{
	__u8 frame[2048];
	unsigned int n, off;

	memset(d, 0, sizeof(*d));
	if (!v->src)
		return false;
	n = rig_octets(frame, v->hex);
	off = 14 + (v->vids[0] ? 4 : 0) + (v->vids[1] ? 4 : 0);
	d->len = n - off;
	memcpy(d->b, frame + off, d->len);
	d->v6 = d->b[0] >> 4 == 6;
	if (d->v6) {
		d->end = 40 + rig_get16(d->b + 4);
		d->msg = d->b[6] ? 40 : 48;
		d->proto = 58;
	} else {
		d->end = rig_get16(d->b + 2);
		d->msg = (d->b[0] & 15) * 4;
		d->proto = d->b[9];
	}
	return true;
}

/* Make the lengths and checksums right again, as far as there are any. */
static inline void repair(struct datagram *d)
{
	if (d->end > d->msg)
		rig_fix_msg(d);
	if (d->v6) {
		rig_put16(d->b + 4, d->end - 40);
	} else {
		rig_put16(d->b + 2, d->end);
		rig_fix_ip4(d->b);
	}
}

static inline bool usable_set(const struct in6_addr *a, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!mcs_source_is_usable(&a[i]))
			return false;
		if (i && mcs_addr_cmp(&a[i - 1], &a[i]) >= 0)
			return false;
	}
	return true;
}

static inline const char *check_sources(const __u8 *srcs, unsigned int n,
					bool mld)
{
	struct in6_addr *out = malloc(n * sizeof(*out) + !n);
	unsigned int kept, skipped;
	bool ok;

	kept = mcs_wire_sources(srcs, n, mld, out, &skipped);
	ok = kept + skipped <= n && usable_set(out, kept);
	free(out);
	return ok ? NULL : "sources";
}

static inline const char *check_records(const struct mcs_msg *msg)
{
	const __u8 *end = msg->body + msg->body_len;
	unsigned int alen = msg->mld ? 16 : 4;
	unsigned int off = 0, n = 0;
	struct mcs_rec rec;
	const char *fault;

	while (mcs_wire_next_record(msg, &off, &rec)) {
		if (++n > msg->nrecs)
			return "too many records";
		if (rec.srcs > end ||
		    rec.nsrcs * alen > (size_t)(end - rec.srcs))
			return "record past the end";
		if (rec.mld != msg->mld ||
		    (mcs_group_is_usable(&rec.group) &&
		     mcs_addr_is_v4(&rec.group) == rec.mld))
			return "family of a record";
		fault = check_sources(rec.srcs, rec.nsrcs, rec.mld);
		if (fault)
			return fault;
	}
	if (n != msg->nrecs || off != msg->body_len)
		return "records missing";
	return NULL;
}

/* What must be true of the result for @d, however it came to be. */
static inline const char *fault_of(const struct datagram *d, int reason,
				   const struct mcs_msg *msg)
{
	if (msg->mld != d->v6)
		return "family";
	if (reason) {
		if (!rig_reason(reason))
			return "reason";
		if (msg->type != MCS_MSG_DATA || msg->body || msg->body_len ||
		    msg->nrecs || msg->nsrcs || msg->version)
			return "refused, but not empty";
		return NULL;
	}
	if (mcs_addr_is_v4(&msg->src) == msg->mld ||
	    mcs_addr_is_v4(&msg->dst) == msg->mld)
		return "family of the addresses";
	if (msg->body_len > d->len)
		return "body past the end";
	if (!rig_protocol_ok(msg))
		return "protocol";
	switch (msg->type) {
	case MCS_MSG_QUERY:
		if (msg->body_len != msg->nsrcs * (msg->mld ? 16U : 4U))
			return "length of the sources";
		if (!msg->mrt_ms || msg->nrecs || msg->qrv > 7)
			return "fields of a query";
		if (mcs_addr_is_zero(&msg->group) && msg->nsrcs)
			return "sources without a group";
		if (!mcs_addr_is_zero(&msg->group) &&
		    mcs_addr_is_v4(&msg->group) == msg->mld)
			return "family of the group";
		return check_sources(msg->body, msg->nsrcs, msg->mld);
	case MCS_MSG_RECORDS:
		if (msg->nsrcs || msg->version != (msg->mld ? 2 : 3))
			return "fields of a report";
		return check_records(msg);
	case MCS_MSG_REPORT:
	case MCS_MSG_LEAVE:
		if (msg->body_len || !mcs_group_is_usable(&msg->group) ||
		    mcs_addr_is_v4(&msg->group) == msg->mld)
			return "group";
		return NULL;
	default:
		if (msg->type > MCS_MSG_FRAGMENT || msg->body_len ||
		    msg->nsrcs || msg->nrecs || msg->version)
			return "fields";
		return NULL;
	}
}

#endif /* _MCSNOOP_WIRE_CHECK_H */
