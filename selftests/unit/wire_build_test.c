// SPDX-License-Identifier: GPL-2.0
/*
 * Queries that are built: octet by octet, and parsed again. The codes for
 * intervals, for every value.
 */
#include "wire_rig.h"
#include "vectors.h"

#define ETH_HLEN	14

static const __u8 smac[6] = { 0x02, 0, 0, 0, 0, 0xfe };

/* The value of each code, ascending, straight from the formula in the RFCs. */
static unsigned int values8[256];
static unsigned int values16[65536];

static void make_values(void)
{
	unsigned int i;

	for (i = 0; i < 256; i++)
		values8[i] = i < 128 ? i : (16 + i % 16) *
					   (8U << (i - 128) / 16);
	for (i = 0; i < 65536; i++)
		values16[i] = i < 32768 ? i : (4096 + i % 4096) *
					      (8U << (i - 32768) / 4096);
}

static void test_float8(void)
{
	unsigned int code, value;

	KTAP_EQ(mcs_float8_decode(0x80), 128);
	KTAP_EQ(mcs_float8_decode(0x8f), 248);
	KTAP_EQ(mcs_float8_decode(0x92), 288);
	KTAP_EQ(mcs_float8_decode(0xff), 31744);
	for (code = 0; code < 256; code++) {
		ktap_context("code %u", code);
		KTAP_EQ(mcs_float8_decode(code), values8[code]);
		KTAP_EQ(mcs_float8_encode(values8[code]), code);
	}
	for (code = 0, value = 0; value < 40000; value++) {
		if (code < 255 && values8[code + 1] <= value)
			code++;
		ktap_context("value %u", value);
		KTAP_EQ(mcs_float8_encode(value), code);
	}
	KTAP_EQ(mcs_float8_encode(~0U), 0xff);
	KTAP_EQ(mcs_float8_encode(1U << 31), 0xff);
}

static void test_float16(void)
{
	unsigned int code, value;

	KTAP_EQ(mcs_float16_decode(0x8000), 32768);
	KTAP_EQ(mcs_float16_decode(0x8004), 32800);
	KTAP_EQ(mcs_float16_decode(0x8fff), 65528);
	KTAP_EQ(mcs_float16_decode(0xffff), 8387584);
	for (code = 0; code < 65536; code++) {
		ktap_context("code %u", code);
		KTAP_EQ(mcs_float16_decode(code), values16[code]);
		KTAP_EQ(mcs_float16_encode(values16[code]), code);
	}
	ktap_context("every value");
	for (code = 0, value = 0; value < 8400000; value++) {
		if (code < 65535 && values16[code + 1] <= value)
			code++;
		if (mcs_float16_encode(value) != code)
			KTAP_EQ(value, code);
	}
	KTAP_EQ(mcs_float16_encode(~0U), 0xffff);
	KTAP_EQ(mcs_float16_encode(1U << 31), 0xffff);
}

static struct mcs_query query(bool mld, unsigned int version, const char *group)
{
	struct mcs_query q = {
		.mld = mld,
		.version = version,
		.qrv = 2,
		.mrt_ms = 10000,
		.qqi_ms = 125000,
		.src = rig_addr(mld ? "fe80::1" : "192.0.2.1"),
	};

	if (group)
		q.group = rig_addr(group);
	return q;
}

static void put_hex(char *text, const __u8 *p, unsigned int n)
{
	for (; n; n--, p++)
		text += sprintf(text, "%02x", *p);
	*text = '\0';
}

/*
 * Build into a buffer of exactly the size, and of each smaller one. Returns the
 * length; @hex has room for 256 octets or is NULL.
 */
static unsigned int build(const struct mcs_query *q, __u8 *copy, char *hex)
{
	unsigned int need = mcs_wire_query_len(q), n;
	unsigned int i, step = need / 50 + 1;
	__u8 *frame;

	for (i = 0; i < need; i += i + step < need ? step : 1) {
		frame = malloc(i + !i);
		KTAP_EQ(mcs_wire_build_query(frame, i, q, smac), 0);
		free(frame);
	}
	frame = malloc(need + 8);
	memset(frame, 0x5a, need + 8);
	n = mcs_wire_build_query(frame, need + 8, q, smac);
	KTAP_EQ(n, need);
	for (i = need; i < need + 8; i++)
		KTAP_EQ(frame[i], 0x5a);
	if (hex && n <= 256)
		put_hex(hex, frame, n);
	if (copy)
		memcpy(copy, frame, n);
	free(frame);
	/* not aligned, and exactly the room it needs */
	frame = malloc(need + 1);
	KTAP_EQ(mcs_wire_build_query(frame + 1, need, q, smac), need);
	if (copy)
		KTAP_MEMEQ(copy, frame + 1, need);
	free(frame);
	return n;
}

static const char *vector_hex(const char *id)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		if (!strcmp(vectors[i].id, id))
			return vectors[i].hex;
	}
	RIG_DIE("no vector %s", id);
}

/*
 * Frames that are known to the last octet: those of MLD are reference frames,
 * those of IGMP are too but for Don't Fragment.
 */
static void test_octets(void)
{
	struct in6_addr src = rig_addr("2001:db8::51");
	char hex[513];
	struct mcs_query q;

	q = query(false, 3, NULL);
	build(&q, NULL, hex);
	KTAP_STREQ(hex, "01005e0000010200000000fe080046c000240000400001024211"
			"c0000201e0000001940400001164ec1e00000000027d0000");
	q = query(false, 2, "239.1.1.1");
	q.mrt_ms = 1000;
	build(&q, NULL, hex);
	KTAP_STREQ(hex, "01005e0101010200000000fe080046c000200000400001023214"
			"c0000201ef01010194040000110afef2ef010101");
	q = query(false, 1, NULL);
	build(&q, NULL, hex);
	KTAP_STREQ(hex, "01005e0000010200000000fe080046c000200000400001024215"
			"c0000201e0000001940400001100eeff00000000");
	q = query(true, 1, NULL);
	build(&q, NULL, hex);
	KTAP_STREQ(hex, vector_hex("V32"));
	q = query(true, 2, NULL);
	q.mrt_ms = 32800;
	q.qqi_ms = 288000;
	build(&q, NULL, hex);
	KTAP_STREQ(hex, vector_hex("V35"));
	q = query(true, 2, "ff1e::101");
	q.mrt_ms = 1000;
	q.srcs = &src;
	q.nsrcs = 1;
	build(&q, NULL, hex);
	KTAP_STREQ(hex, vector_hex("V36"));
}

static struct in6_addr nth_source(bool mld, unsigned int n)
{
	struct in6_addr a;

	if (mld) {
		a = rig_addr("2001:db8::");
		a.s6_addr[14] = n >> 8;
		a.s6_addr[15] = n;
	} else {
		mcs_addr_from_v4(&a, htonl(0x0a000000 + n));
	}
	return a;
}

static void round_trip(const struct mcs_query *q)
{
	bool sources = q->version == (q->mld ? 2 : 3);
	static __u8 frame[70000];
	static struct in6_addr list[16384];
	unsigned int skipped, n;
	const char *all, *dst;
	struct mcs_msg msg;
	__u8 mac[6];

	ktap_context("%s v%u %s %u sources", q->mld ? "MLD" : "IGMP",
		     q->version, rig_name(&q->group), q->nsrcs);
	n = build(q, frame, NULL);
	KTAP_ASSERT(n);
	KTAP_EQ(rig_get16(frame + 12), q->mld ? 0x86dd : 0x0800);
	KTAP_MEMEQ(frame + 6, smac, 6);
	KTAP_ASSERT_EQ(rig_parse_at(frame + ETH_HLEN, n - ETH_HLEN, q->mld, 0,
				    &msg), 0);
	KTAP_EQ(msg.type, MCS_MSG_QUERY);
	KTAP_EQ(msg.version, q->version);
	KTAP_EQ(msg.mld, q->mld);
	KTAP_EQ(msg.notes, 0);
	KTAP_EQ(msg.mrt_ms, q->mrt_ms);
	KTAP_EQ(msg.qqi_ms, sources ? q->qqi_ms : 0);
	KTAP_EQ(msg.qrv, sources ? q->qrv : 0);
	KTAP_EQ(msg.sflag, sources ? q->sflag : 0);
	KTAP_MEMEQ(&msg.src, &q->src, 16);
	KTAP_MEMEQ(&msg.group, &q->group, 16);
	mcs_group_mac(&msg.dst, mac);
	KTAP_MEMEQ(frame, mac, 6);
	all = q->mld ? "ff02::1" : "224.0.0.1";
	dst = mcs_addr_is_zero(&q->group) ? all : rig_name(&q->group);
	KTAP_STREQ(rig_name(&msg.dst), dst);
	KTAP_ASSERT_EQ(msg.nsrcs, q->nsrcs);
	KTAP_EQ(mcs_wire_sources(msg.body, msg.nsrcs, msg.mld, list, &skipped),
		q->nsrcs);
	KTAP_EQ(skipped, 0);
	if (q->nsrcs)
		KTAP_MEMEQ(list, q->srcs, q->nsrcs * sizeof(*list));
}

static void test_round_trip(void)
{
	static const unsigned int counts[] = {
		1, 2, 3, 88, 89, 366, 367, 4089,
	};
	static struct in6_addr srcs[16384];
	unsigned int version, i, max, sflag;
	struct mcs_query q;
	int mld;

	for (mld = 0; mld < 2; mld++) {
		max = mcs_wire_query_max_sources(mld, 65535);
		for (i = 0; i < ARRAY_SIZE(srcs); i++)
			srcs[i] = nth_source(mld, i + 1);
		for (version = 1; version <= 3U - mld; version++) {
			q = query(mld, version, NULL);
			round_trip(&q);
			if (!mld && version == 1)
				continue;
			q = query(mld, version, mld ? "ff3e::8000:1" :
						      "232.128.1.1");
			round_trip(&q);
		}
		q.srcs = srcs;
		for (i = 0; i < ARRAY_SIZE(counts); i++) {
			for (sflag = 0; sflag < 2; sflag++) {
				q.nsrcs = counts[i];
				q.sflag = sflag;
				q.qrv = 7;
				if (q.nsrcs <= max)
					round_trip(&q);
			}
		}
		q.nsrcs = max;
		round_trip(&q);
	}
}

/* No address of our own: RFC 4541 section 2.1.1 (1b). */
static void test_zero_source(void)
{
	static const char *const zero[] = { "::", "0.0.0.0" };
	struct mcs_query q = query(false, 3, NULL);
	char hex[2][513];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		q.src = rig_addr(zero[i]);
		KTAP_EQ(build(&q, NULL, hex[i]), 50);
	}
	KTAP_STREQ(hex[0], hex[1]);
	KTAP_CHECK(!strncmp(hex[0] + 2 * 26, "00000000e0000001", 16));
	for (i = 0; i < 2; i++) {
		q = query(i, 2, "::");
		build(&q, NULL, hex[0]);
		q.group = rig_addr("0.0.0.0");
		build(&q, NULL, hex[1]);
		KTAP_STREQ(hex[0], hex[1]);
	}
}

static void test_fields(void)
{
	static const struct {
		unsigned int	mld, version, mrt, code;
	} codes[] = {
		{ 0, 1, 10000, 0 },	{ 0, 1, 100, 0 },
		{ 0, 2, 0, 1 },		{ 0, 2, 99, 1 },
		{ 0, 2, 100, 1 },	{ 0, 2, 199, 1 },
		{ 0, 2, 200, 2 },	{ 0, 2, 12800, 128 },
		{ 0, 2, 25500, 255 },	{ 0, 2, 25600, 255 },
		{ 0, 2, ~0U, 255 },	{ 0, 3, 0, 0 },
		{ 0, 3, 99, 0 },	{ 0, 3, 12700, 127 },
		{ 0, 3, 12800, 128 },	{ 0, 3, 13500, 0x80 },
		{ 0, 3, 13600, 0x81 },	{ 0, 3, 24800, 0x8f },
		{ 0, 3, ~0U, 0xff },	{ 1, 1, 0, 0 },
		{ 1, 1, 10000, 10000 },	{ 1, 1, 40000, 40000 },
		{ 1, 1, 65535, 65535 },	{ 1, 1, 65536, 65535 },
		{ 1, 2, 0, 0 },		{ 1, 2, 32767, 32767 },
		{ 1, 2, 32807, 0x8004 }, { 1, 2, 100000, 0x986a },
		{ 1, 2, ~0U, 0xffff },
	};
	static const struct {
		unsigned int	qqi, code;
	} qqis[] = {
		{ 0, 0 }, { 1, 1 }, { 999, 1 }, { 1999, 1 }, { 125000, 125 },
		{ 300000, 0x92 }, { 31744000, 0xff }, { ~0U, 0xff },
	};
	unsigned int i, at, mld;
	__u8 frame[128];
	struct mcs_query q;

	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		ktap_context("code %u", i);
		q = query(codes[i].mld, codes[i].version, NULL);
		q.mrt_ms = codes[i].mrt;
		KTAP_CHECK(build(&q, frame, NULL));
		if (codes[i].mld)
			KTAP_EQ(rig_get16(frame + 14 + 48 + 4), codes[i].code);
		else
			KTAP_EQ(frame[14 + 24 + 1], codes[i].code);
	}
	for (mld = 0; mld < 2; mld++) {
		at = mld ? 14 + 48 + 24 : 14 + 24 + 8;
		for (i = 0; i < ARRAY_SIZE(qqis); i++) {
			ktap_context("qqi %u", i);
			q = query(mld, 3 - mld, NULL);
			q.qqi_ms = qqis[i].qqi;
			KTAP_CHECK(build(&q, frame, NULL));
			KTAP_EQ(frame[at + 1], qqis[i].code);
		}
		for (i = 0; i < 256; i++) {
			ktap_context("qrv %u", i);
			q = query(mld, 3 - mld, NULL);
			q.qrv = i;
			q.sflag = i & 1 ? 4 : 0;
			KTAP_CHECK(build(&q, frame, NULL));
			KTAP_EQ(frame[at], (i > 7 ? 0 : i) | (i & 1) << 3);
		}
	}
}

static void test_impossible(void)
{
	static const struct {
		unsigned int	mld, version;
		const char	*src, *group;
		unsigned int	nsrcs;
		const char	*why;
	} bad[] = {
		{ 0, 0, "192.0.2.1", "::", 0, "version 0" },
		{ 0, 4, "192.0.2.1", "::", 0, "version 4" },
		{ 1, 0, "fe80::1", "::", 0, "MLD version 0" },
		{ 1, 3, "fe80::1", "::", 0, "MLD version 3" },
		{ 0, 1, "192.0.2.1", "239.1.1.1", 0, "specific in IGMPv1" },
		{ 0, 2, "192.0.2.1", "10.1.1.1", 0, "unicast group" },
		{ 1, 2, "fe80::1", "2001:db8::1", 0, "MLD unicast group" },
		{ 0, 2, "192.0.2.1", "ff1e::101", 0, "group of IPv6" },
		{ 1, 2, "fe80::1", "239.1.1.1", 0, "group of IPv4" },
		{ 0, 3, "192.0.2.1", "::", 1, "sources without a group" },
		{ 1, 2, "fe80::1", "::", 1, "MLD sources without a group" },
		{ 0, 2, "192.0.2.1", "239.1.1.1", 1, "sources in IGMPv2" },
		{ 1, 1, "fe80::1", "ff1e::101", 1, "sources in MLDv1" },
		{ 0, 3, "192.0.2.1", "239.1.1.1", 16375, "too many" },
		{ 0, 3, "192.0.2.1", "239.1.1.1", 65535, "far too many" },
		{ 1, 2, "fe80::1", "ff1e::101", 4094, "MLD too many" },
		{ 1, 2, "fe80::1", "ff1e::101", 65535, "MLD far too many" },
		{ 1, 2, "::", "::", 0, "MLD from nobody" },
		{ 1, 2, "2001:db8::1", "::", 0, "MLD from a global address" },
		{ 1, 2, "192.0.2.1", "::", 0, "MLD from an IPv4 address" },
		{ 0, 3, "fe80::1", "::", 0, "IGMP from an IPv6 address" },
		{ 0, 3, "224.1.1.1", "::", 0, "IGMP from a group" },
		{ 0, 3, "127.0.0.1", "::", 0, "IGMP from loopback" },
	};
	struct in6_addr srcs[2] = { nth_source(false, 1), nth_source(true, 1) };
	struct mcs_query q;
	__u8 frame[256];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ktap_context("%s", bad[i].why);
		q = query(bad[i].mld, bad[i].version, bad[i].group);
		q.src = rig_addr(bad[i].src);
		q.nsrcs = bad[i].nsrcs;
		q.srcs = srcs;
		KTAP_EQ(mcs_wire_query_len(&q), 0);
		KTAP_EQ(mcs_wire_build_query(frame, sizeof(frame), &q, smac),
			0);
	}
	/* a source of the other family, first or last */
	for (i = 0; i < 2; i++) {
		q = query(i, 3 - i, i ? "ff1e::101" : "239.1.1.1");
		q.srcs = srcs;
		q.nsrcs = 2;
		KTAP_CHECK(mcs_wire_query_len(&q));
		KTAP_EQ(mcs_wire_build_query(frame, sizeof(frame), &q, smac),
			0);
		q.srcs = srcs + i;
		q.nsrcs = 1;
		KTAP_CHECK(mcs_wire_build_query(frame, sizeof(frame), &q,
						smac));
	}
}

static void test_max_sources(void)
{
	struct mcs_query q;
	unsigned int mtu, max, len;
	int mld;

	KTAP_EQ(mcs_wire_query_max_sources(false, 1500), 366);
	KTAP_EQ(mcs_wire_query_max_sources(true, 1500), 89);
	KTAP_EQ(mcs_wire_query_max_sources(false, 0), 0);
	KTAP_EQ(mcs_wire_query_max_sources(true, 0), 0);
	KTAP_EQ(mcs_wire_query_max_sources(false, ~0U), 16374);
	KTAP_EQ(mcs_wire_query_max_sources(true, ~0U), 4093);
	for (mld = 0; mld < 2; mld++) {
		for (mtu = 0; mtu < 66000; mtu++) {
			ktap_context("mtu %u", mtu);
			max = mcs_wire_query_max_sources(mld, mtu);
			q = query(mld, 3 - mld, mld ? "ff1e::101" :
						      "239.1.1.1");
			q.nsrcs = max;
			len = mcs_wire_query_len(&q);
			KTAP_CHECK(len);
			KTAP_CHECK(!max || len - ETH_HLEN <= mtu);
			q.nsrcs = max + 1;
			len = mcs_wire_query_len(&q);
			KTAP_CHECK(!len || len - ETH_HLEN > mtu);
		}
	}
}

int main(void)
{
	static const struct ktap_case cases[] = {
		{ "PARSE-30 8-bit codes", test_float8 },
		{ "PARSE-31 16-bit codes", test_float16 },
		{ "QRY-02 QRY-03 octets of queries", test_octets },
		{ "QRY-02 fields of queries", test_fields },
		{ "queries are parsed as built", test_round_trip },
		{ "QRY-08 no address of our own", test_zero_source },
		{ "queries that there are not", test_impossible },
		{ "QRY-22 sources and MTU", test_max_sources },
	};

	make_values();
	return KTAP_RUN(cases);
}
