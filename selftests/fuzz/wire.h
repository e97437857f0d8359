/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Datagrams of one family (FUZZ_V6) to the parser that hooks call. An input is
 * what is behind the MAC header. What it says must hold together, lie within
 * the input, and survive being built again and parsed again.
 *
 * The mutator mends lengths and checksums of most inputs, or none would get
 * past them; some it leaves as they are.
 */
#include "fuzz.h"
#include "wire_check.h"

#define WIRE_MAX	2048

static const __u8 smac[6] = { 2, 0, 0, 0, 0, 1 };

static bool within(const __u8 *p, size_t len, const __u8 *data, size_t size)
{
	return !len || (p >= data && len <= size &&
			p - data <= (ptrdiff_t)(size - len));
}

static bool same_addr(const struct in6_addr *a, const struct in6_addr *b)
{
	return mcs_addr_equal(a, b) ||
	       (mcs_addr_is_zero(a) && mcs_addr_is_zero(b));
}

/* Lists of sources, which are kept as they are on the wire. */
static struct in6_addr *sources(const __u8 *p, unsigned int n)
{
	struct in6_addr *list = malloc(n * sizeof(*list) + !n);
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (FUZZ_V6) {
			memcpy(&list[i], p + 16 * i, 16);
		} else {
			__be32 v4;

			memcpy(&v4, p + 4 * i, 4);
			mcs_addr_from_v4(&list[i], v4);
		}
	}
	return list;
}

/* What was built from a message means what the message meant. */
static void check_again(const __u8 *frame, unsigned int len,
			const struct mcs_msg *was)
{
	struct mcs_msg msg;
	int reason;

	if (!len)
		return;
	if (len <= 14 || frame[12] << 8 != (FUZZ_V6 ? 0x8600 : 0x0800))
		FUZZ_TRAP("built: no frame of the family");
	reason = rig_parse_at(frame + 14, len - 14, FUZZ_V6, 0, &msg);
	if (reason)
		FUZZ_TRAP("built: refused with %s", describe(reason, &msg));
	if (msg.type != was->type || msg.version != was->version ||
	    msg.sflag != was->sflag || msg.qrv != was->qrv ||
	    msg.qqi_ms != was->qqi_ms || msg.nsrcs != was->nsrcs ||
	    msg.nrecs != was->nrecs || msg.notes ||
	    (msg.type == MCS_MSG_QUERY && msg.mrt_ms != was->mrt_ms) ||
	    !same_addr(&msg.src, &was->src) ||
	    !same_addr(&msg.group, &was->group))
		FUZZ_TRAP("built: became %s", describe(0, &msg));
	if (msg.type == MCS_MSG_QUERY && msg.nsrcs &&
	    memcmp(msg.body, was->body, was->body_len))
		FUZZ_TRAP("built: other sources");
}

static void build_query(const struct mcs_msg *msg, __u8 *frame)
{
	struct mcs_query q = {
		.mld = msg->mld, .version = msg->version,
		.sflag = msg->sflag, .qrv = msg->qrv, .mrt_ms = msg->mrt_ms,
		.qqi_ms = msg->qqi_ms, .src = msg->src, .group = msg->group,
		.nsrcs = msg->nsrcs,
	};
	struct in6_addr *list = sources(msg->body, msg->nsrcs);
	struct mcs_msg was = *msg;
	unsigned int unit = FUZZ_V6 ? 1 : 100;

	q.srcs = list;
	/* a time of 0 was read as 1 ms, which IGMP cannot say */
	if (msg->mrt_ms >= unit)
		check_again(frame, mcs_wire_build_query(frame, RIG_MAX, &q,
							smac), &was);
	free(list);
}

static void build_report(const struct mcs_msg *msg, __u8 *frame)
{
	struct mcs_report r = {
		.mld = msg->mld, .version = msg->version,
		.leave = msg->type == MCS_MSG_LEAVE,
		.src = msg->src, .group = msg->group,
	};

	/* early hosts' leaves of IGMPv1 have no such message */
	check_again(frame, mcs_wire_build_report(frame, RIG_MAX, &r, smac),
		    msg);
}

/* Records as they were, but for auxiliary data; a bad group ends it. */
static bool add_records(struct mcs_records *b, const struct mcs_msg *msg)
{
	unsigned int off = 0, i;
	struct in6_addr *list;
	struct mcs_rec rec;
	bool ok = true;

	while (ok && mcs_wire_next_record(msg, &off, &rec)) {
		list = sources(rec.srcs, rec.nsrcs);
		ok = mcs_wire_records_add(b, rec.type, &rec.group);
		for (i = 0; ok && i < rec.nsrcs; i++)
			ok = mcs_wire_records_source(b, &list[i]);
		free(list);
	}
	return ok;
}

static void same_records(const struct mcs_msg *a, const struct mcs_msg *b)
{
	unsigned int at = 0, bt = 0;
	struct mcs_rec ra, rb;

	while (mcs_wire_next_record(a, &at, &ra)) {
		if (!mcs_wire_next_record(b, &bt, &rb) || ra.type != rb.type ||
		    ra.nsrcs != rb.nsrcs ||
		    !mcs_addr_equal(&ra.group, &rb.group) ||
		    memcmp(ra.srcs, rb.srcs, ra.nsrcs * (FUZZ_V6 ? 16 : 4)))
			FUZZ_TRAP("built: another record");
		if (ra.nsrcs > mcs_wire_sources_max(a))
			FUZZ_TRAP("more sources than there can be");
	}
}

static void build_records(const struct mcs_msg *msg, __u8 *frame)
{
	struct mcs_records b;
	struct mcs_msg again;
	unsigned int len;

	mcs_wire_records_begin(&b, frame, RIG_MAX, FUZZ_V6);
	if (!add_records(&b, msg))
		return;
	len = mcs_wire_records_end(&b, &msg->src, smac);
	check_again(frame, len, msg);
	if (len && !rig_parse_at(frame + 14, len - 14, FUZZ_V6, 0, &again))
		same_records(msg, &again);
}

/* An exact copy, so that what @was points to outlives the next parse. */
static void build(const struct mcs_msg *msg)
{
	static __u8 frame[RIG_MAX];
	struct mcs_msg was = *msg;
	__u8 *body = malloc(msg->body_len + !msg->body_len);

	memcpy(body, msg->body_len ? msg->body : smac, msg->body_len);
	was.body = body;
	was.notes = 0;
	switch (msg->type) {
	case MCS_MSG_QUERY:
		build_query(&was, frame);
		break;
	case MCS_MSG_REPORT:
	case MCS_MSG_LEAVE:
		build_report(&was, frame);
		break;
	case MCS_MSG_RECORDS:
		build_records(&was, frame);
		break;
	}
	free(body);
}

static void look_for_neighbours(const uint8_t *data, size_t size)
{
	struct in6_addr group;
	struct mcs_nd_msg nd;
	bool valid, said;

	memset(&nd, 0x5a, sizeof(nd));
	valid = mcs_wire_parse_nd(data, size, &nd);
	said = nd.type > MCS_ND_BAD;
	if (valid != said || nd.type > MCS_ND_ADVERTISEMENT)
		FUZZ_TRAP("no verdict about neighbours");
	if (nd.type <= MCS_ND_BAD)
		return;
	if (size < 64 || data[7] != 255 || nd.target.s6_addr[0] == 0xff ||
	    data[40] != (nd.type == MCS_ND_SOLICITATION ? 135 : 136))
		FUZZ_TRAP("what hosts do not take is taken");
	mcs_wire_nd_group(&nd.target, &group);
	if (nd.to_group != (nd.type == MCS_ND_SOLICITATION &&
			    mcs_addr_equal(&nd.dst, &group)))
		FUZZ_TRAP("the group is another");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct datagram d = { .len = size, .v6 = FUZZ_V6 };
	const char *fault;
	struct mcs_msg msg;
	int reason;

	if (size > WIRE_MAX)
		return -1;
	memset(&msg, 0x5a, sizeof(msg));
	/* the input is an allocation of its own: ASan knows where it ends */
	reason = FUZZ_V6 ? mcs_wire_parse_ip6(data, size, &msg) :
			   mcs_wire_parse_ip4(data, size, &msg);
	fault = fault_of(&d, reason, &msg);
	if (fault)
		FUZZ_TRAP("%s: %s", fault, describe(reason, &msg));
	if (!within(msg.body, msg.body_len, data, size))
		FUZZ_TRAP("the body is elsewhere");
	if (!reason)
		build(&msg);
	if (FUZZ_V6)
		look_for_neighbours(data, size);
	return 0;
}

/* Where message and datagram are to end, as far as that can be told. */
static bool frame_up(struct datagram *d)
{
	unsigned int at = 40, next = d->b[6], n;

	if (!FUZZ_V6) {
		d->msg = (d->b[0] & 15) * 4;
		d->proto = d->b[9];
		return d->msg >= 20 && d->msg <= d->end;
	}
	for (n = 0; n < 4 && at + 8 <= d->end &&
	     (next == 0 || next == 43 || next == 60); n++) {
		next = d->b[at];
		at += 8 + 8 * d->b[at + 1];
	}
	d->msg = at;
	d->proto = next;
	return at <= d->end;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	static struct datagram d;

	if (max > WIRE_MAX)
		max = WIRE_MAX;
	size = LLVMFuzzerMutate(data, size, max);
	if (size < (FUZZ_V6 ? 40 : 20) || !(seed % 16))
		return size;
	memcpy(d.b, data, size);
	d.v6 = FUZZ_V6;
	d.b[0] = FUZZ_V6 ? 0x60 | (d.b[0] & 15) : 0x40 | (d.b[0] & 15);
	/* one in eight keeps what it says of its length: padding */
	d.len = size;
	d.end = size;
	if (!(seed / 16 % 8)) {
		unsigned int says = FUZZ_V6 ? 40 + rig_get16(d.b + 4) :
					      rig_get16(d.b + 2);

		if (says < size && says >= (FUZZ_V6 ? 40 : 20))
			d.end = says;
	}
	if (frame_up(&d))
		repair(&d);
	memcpy(data, d.b, size);
	return size;
}
