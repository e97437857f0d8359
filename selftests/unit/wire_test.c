// SPDX-License-Identifier: GPL-2.0
/*
 * The parsers against the reference frames and against the rows of wire_rows.h
 * and wire_rows6.h, and what is said of single addresses.
 */
#include "wire_rig.h"
#include "vectors.h"
#include "wire_rows.h"
#include "wire_rows6.h"

/* The datagram in a frame, behind its tags; 0 when there is none. */
static unsigned int strip_ethernet(const __u8 *frame, unsigned int *vids)
{
	unsigned int off = 12, n = 0, type;

	for (;;) {
		type = rig_get16(frame + off);
		off += 2;
		if (type != 0x8100 && type != 0x88a8)
			break;
		if (n == 2)
			return 0;
		vids[n++] = rig_get16(frame + off) & 0xfff;
		off += 2;
	}
	return type == 0x0800 || type == 0x86dd ? off : 0;
}

static void test_vector(const struct vector *v)
{
	unsigned int vids[2] = { 0, 0 };
	struct in6_addr src, dst;
	__u8 frame[2048];
	unsigned int len;
	struct mcs_msg msg;
	unsigned int off;
	int reason;
	bool v6;

	len = rig_octets(frame, v->hex);
	off = strip_ethernet(frame, vids);
	KTAP_EQ(vids[0], v->vids[0]);
	KTAP_EQ(vids[1], v->vids[1]);
	if (!strcmp(v->text, VECTOR_NOT_IP)) {
		/* for whom it is not: neither parser takes it for its own */
		KTAP_EQ(off, 0);
		reason = rig_parse_at(frame + 14, len - 14, false, 0, &msg);
		KTAP_STREQ(describe(reason, &msg), "drop-iphdr");
		reason = rig_parse_at(frame + 14, len - 14, true, 0, &msg);
		KTAP_STREQ(describe(reason, &msg), "drop-iphdr");
		return;
	}
	KTAP_ASSERT(off);
	v6 = frame[off] >> 4 == 6;
	reason = rig_parse_at(frame + off, len - off, v6, 0, &msg);
	KTAP_STREQ(describe(reason, &msg), v->text);
	KTAP_EQ(msg.mld, v6);
	src = rig_addr(v->src);
	dst = rig_addr(v->dst);
	KTAP_MEMEQ(&msg.src, &src, sizeof(src));
	KTAP_MEMEQ(&msg.dst, &dst, sizeof(dst));
	/* the other family's parser wants nothing of it */
	reason = rig_parse_at(frame + off, len - off, !v6, 0, &msg);
	KTAP_STREQ(describe(reason, &msg), "drop-iphdr");
}

static void test_row(const struct row *r)
{
	static struct datagram d;
	struct mcs_msg msg;
	int reason;

	rig_make(&d, r->header, r->message);
	reason = rig_parse(&d, &msg);
	KTAP_STREQ(describe(reason, &msg), r->text);
	KTAP_EQ(msg.mld, d.v6);
	if (!reason) {
		KTAP_CHECK(rig_protocol_ok(&msg));
		return;
	}
	/* nothing is left that anybody could act on */
	KTAP_EQ(msg.type, MCS_MSG_DATA);
	KTAP_EQ(msg.nrecs, 0);
	KTAP_EQ(msg.nsrcs, 0);
	KTAP_EQ(msg.body_len, 0);
	KTAP_CHECK(!msg.body);
}

static void test_rows(const struct row *r, unsigned int n)
{
	for (; n; n--, r++) {
		ktap_begin("%s", r->name);
		test_row(r);
		ktap_end();
	}
}

static const struct {
	const char	*addr;
	const char	*mac;
	bool		group;
	bool		ssm;
	bool		source;
} addrs[] = {
	{ "0.0.0.0",		NULL,		false, false, false },
	{ "0.1.2.3",		NULL,		false, false, false },
	{ "1.0.0.0",		NULL,		false, false, true },
	{ "126.255.255.255",	NULL,		false, false, true },
	{ "127.0.0.0",		NULL,		false, false, false },
	{ "128.0.0.0",		NULL,		false, false, true },
	{ "223.255.255.255",	NULL,		false, false, true },
	{ "224.0.0.0",		"01005e000000", false, false, false },
	{ "224.0.0.255",	"01005e0000ff", false, false, false },
	{ "224.0.1.0",		"01005e000100", true,  false, false },
	{ "224.1.0.0",		"01005e010000", true,  false, false },
	{ "224.26.10.5",	"01005e1a0a05", true,  false, false },
	{ "225.0.0.1",		"01005e000001", true,  false, false },
	{ "231.255.255.255",	"01005e7fffff", true,  false, false },
	{ "232.0.0.0",		"01005e000000", true,  true,  false },
	{ "232.255.255.255",	"01005e7fffff", true,  true,  false },
	{ "233.0.0.0",		"01005e000000", true,  false, false },
	{ "236.154.10.5",	"01005e1a0a05", true,  false, false },
	{ "239.255.255.255",	"01005e7fffff", true,  false, false },
	{ "240.0.0.0",		NULL,		false, false, true },
	{ "255.255.255.254",	NULL,		false, false, true },
	{ "255.255.255.255",	NULL,		false, false, false },
	{ "::",			NULL,		false, false, false },
	{ "::1",		NULL,		false, false, false },
	{ "::2",		NULL,		false, false, true },
	{ "::1:0:0",		NULL,		false, false, true },
	{ "1::",		NULL,		false, false, true },
	{ "2001:db8::1",	NULL,		false, false, true },
	{ "fe80::1",		NULL,		false, false, true },
	{ "feff::1",		NULL,		false, false, true },
	{ "ff00::5",		"333300000005", false, false, false },
	{ "ff01::5",		"333300000005", false, false, false },
	{ "ff11::5",		"333300000005", false, false, false },
	{ "ff02::1",		"333300000001", false, false, false },
	{ "ff12::1",		"333300000001", true,  false, false },
	{ "ff02::2",		"333300000002", true,  false, false },
	{ "ff02::1:0:1",	"333300000001", true,  false, false },
	{ "ff02:1::1",		"333300000001", true,  false, false },
	{ "ff02:0:1::1",	"333300000001", true,  false, false },
	{ "ff02::1:ff00:11",	"3333ff000011", true,  false, false },
	{ "ff03::1",		"333300000001", true,  false, false },
	{ "ff1e::1",		"333300000001", true,  false, false },
	{ "ff30::1",		"333300000001", false, true,  false },
	{ "ff35::8000:1",	"333380000001", true,  true,  false },
	{ "ff3e::1",		"333300000001", true,  true,  false },
	{ "ff3f::1",		"333300000001", true,  true,  false },
	{ "ff3e:1::1",		"333300000001", true,  false, false },
	{ "ff3e:0:1::1",	"333300000001", true,  true,  false },
	{ "ff3e:30::1",		"333300000001", true,  false, false },
	{ "ff7e::1",		"333300000001", true,  false, false },
};

static void test_addrs(void)
{
	__u8 mac[6], want[6];
	struct in6_addr a;
	unsigned int i;
	bool v4;

	for (i = 0; i < ARRAY_SIZE(addrs); i++) {
		a = rig_addr(addrs[i].addr);
		v4 = strchr(addrs[i].addr, '.');
		ktap_context("%s", addrs[i].addr);
		KTAP_EQ(mcs_addr_is_v4(&a), v4);
		KTAP_EQ(mcs_group_is_usable(&a), addrs[i].group);
		KTAP_EQ(mcs_group_is_ssm(&a, &rig_ssm[!v4]), addrs[i].ssm);
		KTAP_EQ(mcs_source_is_usable(&a), addrs[i].source);
		if (!addrs[i].mac)
			continue;
		rig_octets(want, addrs[i].mac);
		mcs_group_mac(&a, mac);
		KTAP_MEMEQ(mac, want, 6);
	}
}

/* "ADDRESS/LENGTH" */
static struct mcs_range prefix(const char *text)
{
	struct mcs_range p = { .len = 0 };
	char addr[64];
	unsigned int len;

	if (sscanf(text, "%63[^/]/%u", addr, &len) != 2)
		RIG_DIE("no prefix: %s", text);
	p.addr = rig_addr(addr);
	p.len = len;
	return p;
}

static void test_ssm_ranges(void)
{
	static const struct {
		const char	*range;
		const char	*in;
		const char	*out;
	} ranges[] = {
		{ "239.9.0.0/16", "239.9.0.0", "239.8.255.255" },
		{ "239.9.0.0/16", "239.9.255.255", "239.10.0.0" },
		{ "232.0.0.0/5", "239.1.1.1", "231.255.255.255" },
		{ "224.0.0.0/4", "224.0.0.0", "ff3e::1" },
		{ "232.1.2.3/32", "232.1.2.3", "232.1.2.2" },
		{ "232.1.2.2/31", "232.1.2.3", "232.1.2.4" },
		{ "ff3e::/16", "ff3e:1:2::3", "ff35::1" },
		{ "ff3e::/32", "ff3e:0:1::", "ff3e:1::" },
		{ "ff30::/16", "ff32:1::1", "ff22:1::1" },
		{ "ff30::/32", "ff3f::1", "ff3f:1::1" },
		{ "ff30::/33", "ff3e:0:7fff::", "ff3e:0:8000::" },
		{ "ff3e::8000:0/97", "ff3e::ffff:ffff", "ff3e::7fff:ffff" },
		{ "ff3e::1/128", "ff3e::1", "ff3e::2" },
		{ "ff3e::/32", "ff3e::1", "232.0.0.1" },
	};
	static const char *const bad[] = {
		"0.0.0.0/0", "0.0.0.0/8", "10.0.0.0/8", "192.0.2.1/32",
		"224.0.0.0/0", "232.0.0.0/3", "232.0.0.0/33", "232.1.0.0/8",
		"232.0.0.1/31",
		"2001:db8::/32", "ff3e::/15", "ff00::/8", "ff3e::/129",
		"ff3e::1/32", "ff3e:1::/31", "ff3e::ffff:0:0/16",
		"ff3e::ffff:0.0.0.0/95",
	};
	struct mcs_range p, none;
	struct in6_addr a;
	unsigned int i, v4;

	none = prefix("::/0");
	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		ktap_context("%s", ranges[i].range);
		p = prefix(ranges[i].range);
		KTAP_CHECK(mcs_ssm_range_ok(&p, !mcs_addr_is_v4(&p.addr)));
		KTAP_CHECK(!mcs_ssm_range_ok(&p, mcs_addr_is_v4(&p.addr)));
		a = rig_addr(ranges[i].in);
		KTAP_CHECK(mcs_group_is_ssm(&a, &p));
		KTAP_CHECK(!mcs_group_is_ssm(&a, &none));
		a = rig_addr(ranges[i].out);
		KTAP_CHECK(!mcs_group_is_ssm(&a, &p));
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ktap_context("%s", bad[i]);
		p = prefix(bad[i]);
		v4 = mcs_addr_is_v4(&p.addr);
		KTAP_CHECK(!mcs_ssm_range_ok(&p, !v4));
		KTAP_CHECK(!mcs_ssm_range_ok(&p, v4));
	}
	KTAP_CHECK(mcs_ssm_range_ok(&none, false));
	KTAP_CHECK(mcs_ssm_range_ok(&none, true));
}

static void test_zero(void)
{
	static const char *const zero[] = { "::", "0.0.0.0" };
	static const char *const other[] = {
		"::1", "1::", "0:0:1::", "0:0:0:1::", "::1:0:0", "0.0.0.1",
		"::fffe:0:0", "::1:ffff:0:0", "1::ffff:0:0",
	};
	struct in6_addr a;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(zero); i++) {
		a = rig_addr(zero[i]);
		KTAP_CHECK(mcs_addr_is_zero(&a));
	}
	for (i = 0; i < ARRAY_SIZE(other); i++) {
		a = rig_addr(other[i]);
		ktap_context("%s", other[i]);
		KTAP_CHECK(!mcs_addr_is_zero(&a));
	}
}

static void test_mapped(void)
{
	static const char *const other[] = {
		"::", "::1", "1::ffff:1.2.3.4", "::1:0:ffff:1.2.3.4",
		"::1:ffff:1.2.3.4", "::fffe:1.2.3.4", "::ffff:0:1.2.3.4",
	};
	struct in6_addr a;
	unsigned int i;

	mcs_addr_from_v4(&a, htonl(0xef010203));
	KTAP_STREQ(rig_name(&a), "239.1.2.3");
	KTAP_CHECK(mcs_addr_is_v4(&a));
	KTAP_EQ(ntohl(mcs_addr_v4(&a)), 0xef010203);
	for (i = 0; i < ARRAY_SIZE(other); i++) {
		if (inet_pton(AF_INET6, other[i], &a) != 1)
			RIG_DIE("no address: %s", other[i]);
		ktap_context("%s", other[i]);
		KTAP_CHECK(!mcs_addr_is_v4(&a));
	}
}

/* The order must be that of the octets, whatever the byte order of the CPU. */
static void test_cmp(void)
{
	struct in6_addr a, b;
	unsigned int i, j;

	for (i = 0; i < 16; i++) {
		for (j = 0; j < 16; j++) {
			memset(&a, 0x80, sizeof(a));
			memset(&b, 0x80, sizeof(b));
			a.s6_addr[i] = 0x7f;
			b.s6_addr[j] = 0x7f;
			ktap_context("%u %u", i, j);
			KTAP_EQ(mcs_addr_cmp(&a, &b) < 0, i < j);
			KTAP_EQ(mcs_addr_cmp(&a, &b) > 0, i > j);
			KTAP_EQ(!mcs_addr_cmp(&a, &b), i == j);
			b.s6_addr[i] = 0x01;
			KTAP_CHECK(mcs_addr_cmp(&a, &b) > 0 || j < i);
		}
	}
	a = rig_addr("192.0.2.9");
	b = rig_addr("192.0.2.10");
	KTAP_CHECK(mcs_addr_cmp(&a, &b) < 0);
	KTAP_CHECK(mcs_addr_cmp(&b, &a) > 0);
}

/* A record that is read twice is the same, and one past the end is none. */
static void test_next_record(void)
{
	struct mcs_msg msg;
	struct mcs_rec rec;
	static struct datagram d;
	unsigned int off;
	unsigned int i;

	rig_make(&d, "192.0.2.11 224.0.0.22",
		 "2200 0000 0000 0002 05010001 239.1.1.1 198.51.100.1 01020304 "
		 "06000002 239.1.1.2 198.51.100.3 198.51.100.2 c0ffee");
	KTAP_ASSERT_EQ(rig_parse(&d, &msg), 0);
	KTAP_EQ(msg.nrecs, 2);
	KTAP_EQ(msg.body_len, 32);
	for (i = 0; i < 2; i++) {
		off = 0;
		KTAP_ASSERT(mcs_wire_next_record(&msg, &off, &rec));
		KTAP_EQ(off, 16);
		KTAP_EQ(rec.type, MCS_REC_ALLOW);
		KTAP_EQ(rec.nsrcs, 1);
		KTAP_EQ(rec.srcs - msg.body, 8);
		KTAP_EQ(rec.mld, 0);
		KTAP_STREQ(rig_name(&rec.group), "239.1.1.1");
		KTAP_ASSERT(mcs_wire_next_record(&msg, &off, &rec));
		KTAP_EQ(rec.type, MCS_REC_BLOCK);
		KTAP_EQ(rec.nsrcs, 2);
		KTAP_EQ(rec.srcs - msg.body, 24);
		KTAP_CHECK(!mcs_wire_next_record(&msg, &off, &rec));
		KTAP_EQ(off, 32);
		KTAP_CHECK(!mcs_wire_next_record(&msg, &off, &rec));
	}
}

int main(void)
{
	static const struct ktap_case cases[] = {
		{ "SSM-01 MAP-01 MAP-02 kinds of addresses", test_addrs },
		{ "SSM-01 other ranges", test_ssm_ranges },
		{ "no address", test_zero },
		{ "IPv4-mapped addresses", test_mapped },
		{ "QRY-10 order of addresses", test_cmp },
		{ "records one by one", test_next_record },
	};
	unsigned int i;

	KTAP_PLAN(ARRAY_SIZE(vectors) + ARRAY_SIZE(rows) + ARRAY_SIZE(rows6) +
		  ARRAY_SIZE(cases));
	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		ktap_begin("%s %s", vectors[i].id, vectors[i].what);
		test_vector(&vectors[i]);
		ktap_end();
	}
	test_rows(rows, ARRAY_SIZE(rows));
	test_rows(rows6, ARRAY_SIZE(rows6));
	ktap_run_cases(cases, ARRAY_SIZE(cases));
	return ktap_exit();
}
