// SPDX-License-Identifier: GPL-2.0
/* Reports and leaves that are built: octet by octet, and parsed again. */
#include "wire_rig.h"
#include "vectors.h"

#define ETH_HLEN	14

static const __u8 smac[6] = { 0x02, 0, 0, 0, 0, 0x01 };

static struct mcs_report report(bool mld, unsigned int version, bool leave,
				const char *group)
{
	struct mcs_report r = {
		.mld = mld,
		.version = version,
		.leave = leave,
		.src = rig_addr(mld ? "fe80::11" : "192.0.2.11"),
		.group = rig_addr(group),
	};

	return r;
}

/*
 * A reference frame as we send it: IGMP also has Don't Fragment, precedence
 * and router alert in every version.
 */
static unsigned int reference(const char *id, __u8 *frame)
{
	const struct vector *v = NULL;
	unsigned int i, len;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		if (!strcmp(vectors[i].id, id))
			v = &vectors[i];
	}
	if (!v)
		RIG_DIE("no vector %s", id);
	len = rig_octets(frame, v->hex);
	if (rig_get16(frame + 12) == 0x0800) {
		frame[ETH_HLEN + 6] = 0x40;
		rig_fix_ip4(frame + ETH_HLEN);
	}
	return len;
}

/* Build into a buffer of exactly the size, off alignment, and each smaller. */
static unsigned int build(const struct mcs_report *r, __u8 *copy)
{
	unsigned int need = mcs_wire_report_len(r), i;
	__u8 *frame;

	for (i = 0; i < need; i++) {
		frame = malloc(i + !i);
		KTAP_EQ(mcs_wire_build_report(frame, i, r, smac), 0);
		free(frame);
	}
	frame = malloc(need + 1);
	memset(frame, 0x5a, need + 1);
	KTAP_EQ(mcs_wire_build_report(frame + 1, need, r, smac), need);
	KTAP_EQ(frame[0], 0x5a);
	memcpy(copy, frame + 1, need);
	free(frame);
	return need;
}

static void test_older(void)
{
	static const struct {
		const char	*id;
		unsigned int	mld, version, leave;
		const char	*group;
	} same[] = {
		{ "V05", 0, 2, 0, "239.1.1.1" },
		{ "V06", 0, 2, 1, "239.1.1.1" },
		{ "V33", 1, 1, 0, "ff1e::101" },
		{ "V34", 1, 1, 1, "ff1e::101" },
	};
	__u8 got[256], want[256];
	struct mcs_report r;
	struct mcs_msg msg;
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(same); i++) {
		ktap_context("%s", same[i].id);
		r = report(same[i].mld, same[i].version, same[i].leave,
			   same[i].group);
		n = build(&r, got);
		KTAP_ASSERT_EQ(n, reference(same[i].id, want));
		KTAP_MEMEQ(got, want, n);
	}
	/* V04 has no router alert, ours has: only its message is the same */
	ktap_context("V04");
	r = report(false, 1, false, "239.1.1.1");
	n = build(&r, got);
	KTAP_EQ(n, 46);
	reference("V04", want);
	KTAP_MEMEQ(got + 38, want + 34, 8);
	KTAP_STREQ(describe(rig_parse_at(got + ETH_HLEN, n - ETH_HLEN, false,
					 0, &msg), &msg),
		   "report v1 239.1.1.1");
}

static void test_older_impossible(void)
{
	static const struct {
		unsigned int	mld, version, leave;
		const char	*src, *group, *why;
	} bad[] = {
		{ 0, 0, 0, "192.0.2.1", "239.1.1.1", "version 0" },
		{ 0, 3, 0, "192.0.2.1", "239.1.1.1", "version 3" },
		{ 1, 2, 0, "fe80::1", "ff1e::1", "MLD version 2" },
		{ 0, 1, 1, "192.0.2.1", "239.1.1.1", "leave in version 1" },
		{ 0, 2, 0, "192.0.2.1", "ff1e::1", "group of IPv6" },
		{ 1, 1, 0, "fe80::1", "239.1.1.1", "group of IPv4" },
		{ 0, 2, 0, "192.0.2.1", "10.1.1.1", "unicast group" },
		{ 1, 1, 0, "fe80::1", "2001:db8::1", "MLD unicast group" },
		{ 0, 2, 0, "fe80::1", "239.1.1.1", "source of IPv6" },
		{ 0, 2, 0, "224.1.1.1", "239.1.1.1", "source is a group" },
		{ 1, 1, 0, "2001:db8::1", "ff1e::1", "global source" },
		{ 1, 1, 0, "192.0.2.1", "ff1e::1", "source of IPv4" },
	};
	struct mcs_report r;
	__u8 frame[256];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ktap_context("%s", bad[i].why);
		r = report(bad[i].mld, bad[i].version, bad[i].leave,
			   bad[i].group);
		r.src = rig_addr(bad[i].src);
		KTAP_EQ(mcs_wire_report_len(&r), 0);
		KTAP_EQ(mcs_wire_build_report(frame, sizeof(frame), &r, smac),
			0);
	}
}

/* RFC 3376 section 4.2.13, RFC 3590 section 4 */
static void test_no_address(void)
{
	static const char *const zero[] = { "::", "0.0.0.0" };
	struct mcs_records b;
	struct mcs_report r;
	struct in6_addr a;
	struct mcs_msg msg;
	__u8 frame[256];
	unsigned int i, mld, n;

	for (i = 0; i < 4; i++) {
		mld = i % 2;
		a = rig_addr(zero[i / 2]);
		ktap_context("%s from %s", mld ? "MLD" : "IGMP", zero[i / 2]);
		r = report(mld, 1 + !mld, false, mld ? "ff1e::1" : "239.1.1.1");
		r.src = a;
		n = build(&r, frame);
		KTAP_EQ(rig_parse_at(frame + ETH_HLEN, n - ETH_HLEN, mld, 0,
				     &msg), 0);
		KTAP_CHECK(mcs_addr_is_zero(&msg.src));
		KTAP_EQ(msg.type, MCS_MSG_REPORT);
		mcs_wire_records_begin(&b, frame, sizeof(frame), mld);
		KTAP_CHECK(mcs_wire_records_add(&b, MCS_REC_IS_EX, &r.group));
		n = mcs_wire_records_end(&b, &a, smac);
		KTAP_EQ(rig_parse_at(frame + ETH_HLEN, n - ETH_HLEN, mld, 0,
				     &msg), 0);
		KTAP_CHECK(mcs_addr_is_zero(&msg.src));
		KTAP_EQ(msg.type, MCS_MSG_RECORDS);
	}
}

struct record {
	unsigned int	type;
	const char	*group;
	const char	*srcs[3];
};

static unsigned int records(__u8 *frame, unsigned int room, bool mld,
			    const struct record *rec, unsigned int n)
{
	struct in6_addr a = rig_addr(mld ? "fe80::11" : "192.0.2.11");
	struct mcs_records b;
	unsigned int i, j;

	memset(frame, 0x5a, room);
	mcs_wire_records_begin(&b, frame, room, mld);
	for (i = 0; i < n; i++) {
		struct in6_addr group = rig_addr(rec[i].group);

		if (!mcs_wire_records_add(&b, rec[i].type, &group))
			return 0;
		for (j = 0; j < 3 && rec[i].srcs[j]; j++) {
			struct in6_addr src = rig_addr(rec[i].srcs[j]);

			if (!mcs_wire_records_source(&b, &src))
				return 0;
		}
	}
	return mcs_wire_records_end(&b, &a, smac);
}

static void test_records(void)
{
	static const struct record join[] = {
		{ MCS_REC_TO_EX, "239.1.1.1", {} },
	};
	static const struct record change[] = {
		{ MCS_REC_ALLOW, "239.1.1.1", { "198.51.100.1" } },
		{ MCS_REC_BLOCK, "239.1.1.1", { "198.51.100.2" } },
	};
	static const struct record mld[] = {
		{ MCS_REC_IS_IN, "ff1e::1", { "2001:db8::1" } },
		{ MCS_REC_TO_IN, "ff1e::2", {} },
		{ MCS_REC_IS_EX, "ff1e::3", { "2001:db8::3" } },
	};
	__u8 got[512], want[512];
	struct mcs_msg msg;
	unsigned int n;

	ktap_context("V10");
	n = records(got, sizeof(got), false, join, 1);
	KTAP_ASSERT_EQ(n, reference("V10", want));
	KTAP_MEMEQ(got, want, n);
	KTAP_EQ(got[n], 0x5a);
	ktap_context("V11");
	n = records(got, sizeof(got), false, change, 2);
	KTAP_ASSERT_EQ(n, reference("V11", want));
	KTAP_MEMEQ(got, want, n);
	ktap_context("MLDv2");
	n = records(got, sizeof(got), true, mld, 3);
	KTAP_EQ(n, 14 + 48 + 8 + 3 * 20 + 2 * 16);
	KTAP_STREQ(describe(rig_parse_at(got + ETH_HLEN, n - ETH_HLEN, true, 0,
					 &msg), &msg),
		   "records v2 [IS_IN ff1e::1 {2001:db8::1}] [TO_IN ff1e::2] [IS_EX ff1e::3 {2001:db8::3}]");
	KTAP_STREQ(rig_name(&msg.dst), "ff02::16");
}

/* Records without, with one and with two sources, as many as fit. */
static void fill(bool mld, unsigned int room)
{
	struct in6_addr own = rig_addr(mld ? "fe80::11" : "192.0.2.11");
	struct in6_addr group = rig_addr(mld ? "ff1e::1" : "239.1.1.1");
	struct in6_addr src = rig_addr(mld ? "2001:db8::1" : "198.51.100.1");
	unsigned int hlen = mld ? 70 : 46, rlen = mld ? 20 : 8;
	unsigned int recs = 0, srcs = 0, n;
	struct mcs_records b;
	struct mcs_msg msg;
	__u8 *frame = malloc(room + !room);

	mcs_wire_records_begin(&b, frame, room, mld);
	while (mcs_wire_records_fits(&b, recs % 3)) {
		KTAP_CHECK(mcs_wire_records_add(&b, MCS_REC_ALLOW, &group));
		for (n = 0; n < recs % 3; n++, srcs++)
			KTAP_CHECK(mcs_wire_records_source(&b, &src));
		recs++;
	}
	n = mcs_wire_records_end(&b, &own, smac);
	KTAP_CHECK(n <= room);
	if (!recs) {
		KTAP_EQ(n, 0);
		KTAP_CHECK(room < hlen + rlen);
		KTAP_CHECK(!mcs_wire_records_add(&b, MCS_REC_ALLOW, &group));
	} else {
		KTAP_EQ(n, hlen + recs * rlen + srcs * (mld ? 16 : 4));
		KTAP_EQ(rig_parse_at(frame + ETH_HLEN, n - ETH_HLEN, mld, 0,
				     &msg), 0);
		KTAP_EQ(msg.nrecs, recs);
		KTAP_EQ(msg.notes, 0);
	}
	free(frame);
}

/* Every size of the frame: what does not fit is refused, nothing is broken. */
static void test_room(void)
{
	unsigned int room, mld;

	for (mld = 0; mld < 2; mld++) {
		for (room = 0; room < 400; room++) {
			ktap_context("%s, %u octets", mld ? "MLD" : "IGMP",
				     room);
			fill(mld, room);
		}
	}
}

/* A full frame of 1500 octets: how many groups or sources it takes. */
static void test_mtu(void)
{
	static const unsigned int groups[] = { 183, 72 }, srcs[] = { 365, 89 };
	struct in6_addr group, source;
	struct mcs_records b;
	static __u8 frame[1514];
	unsigned int mld, n;

	for (mld = 0; mld < 2; mld++) {
		group = rig_addr(mld ? "ff1e::1" : "239.1.1.1");
		source = rig_addr(mld ? "2001:db8::1" : "198.51.100.1");
		mcs_wire_records_begin(&b, frame, sizeof(frame), mld);
		for (n = 0; mcs_wire_records_add(&b, MCS_REC_IS_EX, &group);)
			n++;
		KTAP_EQ(n, groups[mld]);
		mcs_wire_records_begin(&b, frame, sizeof(frame), mld);
		KTAP_CHECK(mcs_wire_records_fits(&b, srcs[mld]));
		KTAP_CHECK(!mcs_wire_records_fits(&b, srcs[mld] + 1));
		KTAP_CHECK(mcs_wire_records_add(&b, MCS_REC_IS_EX, &group));
		for (n = 0; mcs_wire_records_source(&b, &source);)
			n++;
		KTAP_EQ(n, srcs[mld]);
	}
}

static void test_records_impossible(void)
{
	struct in6_addr v4 = rig_addr("239.1.1.1"), v6 = rig_addr("ff1e::1");
	struct in6_addr s4 = rig_addr("192.0.2.1"), s6 = rig_addr("fe80::1");
	struct in6_addr global = rig_addr("2001:db8::1");
	struct mcs_records b;
	__u8 frame[256];

	mcs_wire_records_begin(&b, frame, sizeof(frame), false);
	KTAP_EQ(mcs_wire_records_end(&b, &s4, smac), 0);
	KTAP_CHECK(!mcs_wire_records_add(&b, MCS_REC_IS_EX, &v6));
	KTAP_CHECK(!mcs_wire_records_add(&b, MCS_REC_IS_EX, &s4));
	KTAP_CHECK(mcs_wire_records_add(&b, MCS_REC_IS_EX, &v4));
	KTAP_CHECK(!mcs_wire_records_source(&b, &s6));
	KTAP_EQ(mcs_wire_records_end(&b, &s6, smac), 0);
	KTAP_EQ(mcs_wire_records_end(&b, &v4, smac), 0);
	mcs_wire_records_begin(&b, frame, sizeof(frame), true);
	KTAP_CHECK(!mcs_wire_records_add(&b, MCS_REC_IS_EX, &v4));
	KTAP_CHECK(mcs_wire_records_add(&b, MCS_REC_IS_EX, &v6));
	KTAP_CHECK(!mcs_wire_records_source(&b, &s4));
	KTAP_EQ(mcs_wire_records_end(&b, &s4, smac), 0);
	KTAP_EQ(mcs_wire_records_end(&b, &global, smac), 0);
	KTAP_CHECK(mcs_wire_records_end(&b, &s6, smac));
}

int main(void)
{
	static const struct ktap_case cases[] = {
		{ "PRX-04 older reports and leaves", test_older },
		{ "older reports that there are not", test_older_impossible },
		{ "PRX-01 records", test_records },
		{ "PRX-01 no address of our own", test_no_address },
		{ "records and every size of frame", test_room },
		{ "records in 1500 octets", test_mtu },
		{ "records that there are not", test_records_impossible },
	};

	return KTAP_RUN(cases);
}
