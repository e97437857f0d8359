// SPDX-License-Identifier: GPL-2.0
/*
 * Router discovery that is built, signs of life of older routers cut short and
 * spoilt, and which protocol a message was judged by.
 */
#include "wire_rig.h"
#include "vectors.h"

#define ETH_HLEN	14

static const __u8 smac[6] = { 0x02, 0, 0, 0, 0, 0x01 };

static const struct {
	bool		mld;
	const char	*src;
	const char	*dst;
	unsigned int	len;
	const char	*hex;
} solicitations[] = {
	/* V30 but for Don't Fragment and the sum over it */
	{ false, "192.0.2.11", "224.0.0.2", 42,
	  "01005e0000020200000000010800" "46c0001c000040000102420e"
	  "c000020be0000002" "94040000" "3100ceff" },
	{ true, "fe80::11", "ff02::2", 66,
	  "33330000000202000000000186dd" "60000000000c0001"
	  "fe800000000000000000000000000011"
	  "ff020000000000000000000000000002" "3a00050200000100"
	  "98006a2a" },
};

static void test_octets(void)
{
	__u8 want[128], frame[128];
	struct in6_addr src, dst;
	unsigned int i, room, n;
	struct mcs_msg msg;

	for (i = 0; i < ARRAY_SIZE(solicitations); i++) {
		bool mld = solicitations[i].mld;

		ktap_context("%s", solicitations[i].src);
		src = rig_addr(solicitations[i].src);
		dst = rig_addr(solicitations[i].dst);
		n = mcs_wire_mrd_len(mld);
		KTAP_EQ(n, solicitations[i].len);
		KTAP_EQ(rig_octets(want, solicitations[i].hex), n);
		for (room = 0; room < n; room++)
			KTAP_EQ(mcs_wire_build_mrd_sol(frame, room, mld, &src,
						       smac), 0);
		memset(frame, 0x5a, sizeof(frame));
		KTAP_EQ(mcs_wire_build_mrd_sol(frame + 1, n, mld, &src, smac),
			n);
		KTAP_MEMEQ(frame + 1, want, n);
		KTAP_EQ(frame[n + 1], 0x5a);
		/* routers read it as it was meant */
		KTAP_EQ(rig_parse_at(frame + 1 + ETH_HLEN, n - ETH_HLEN, mld, 0,
				     &msg), 0);
		KTAP_STREQ(describe(0, &msg), "mrd-sol");
		KTAP_MEMEQ(&msg.src, &src, sizeof(src));
		KTAP_MEMEQ(&msg.dst, &dst, sizeof(dst));
	}
}

/* Nobody would answer these. */
static void test_sources(void)
{
	static const struct {
		bool		mld;
		const char	*src;
	} bad[] = {
		{ false, "0.0.0.0" },	{ false, "224.1.1.1" },
		{ false, "127.0.0.1" },	{ false, "255.255.255.255" },
		{ false, "fe80::1" },	{ false, "::" },
		{ true, "::" },		{ true, "2001:db8::1" },
		{ true, "192.0.2.1" },	{ true, "ff02::1" },
	};
	struct in6_addr src;
	__u8 frame[128];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ktap_context("%s", bad[i].src);
		src = rig_addr(bad[i].src);
		KTAP_EQ(mcs_wire_build_mrd_sol(frame, sizeof(frame), bad[i].mld,
					       &src, smac), 0);
	}
}

/* Protocols of messages that are refused, and of what is none. */
static void test_protocol(void)
{
	static const struct {
		const char	*header;
		const char	*message;
		const char	*text;
		unsigned int	protocol;
	} rows[] = {
		{ "192.0.2.11 239.1.1.1 badsum", "1600 0000 239.1.1.1",
		  "drop-csum", MCSNOOP_EXAMINE_IGMP },
		{ "192.0.2.11 239.1.1.1 opt=44000000", "1600 0000 239.1.1.1",
		  "drop-iphdr", MCSNOOP_EXAMINE_IGMP },
		{ "192.0.2.11 239.1.1.1", "16", "drop-len",
		  MCSNOOP_EXAMINE_IGMP },
		{ "192.0.2.1 224.0.0.106 badsum", "3014 0000 007d 0002",
		  "drop-csum", MCSNOOP_EXAMINE_MRD },
		{ "192.0.2.1 224.0.0.1", "3200 0000", "drop-dst",
		  MCSNOOP_EXAMINE_MRD },
		{ "192.0.2.1 224.0.0.4", "1302 0000 00000000", "other",
		  MCSNOOP_EXAMINE_DVMRP },
		{ "192.0.2.1 224.0.0.4", "1401 0000 00000000", "other",
		  MCSNOOP_EXAMINE_PIMV1 },
		{ "192.0.2.1 224.0.0.4", "1e00 0000", "other",
		  MCSNOOP_EXAMINE_IGMP },
		{ "192.0.2.11 239.1.1.1 badip", "1600 0000 239.1.1.1",
		  "drop-ipcsum", 0 },
		{ "192.0.2.1 224.0.0.13 proto=103", "2300 0000", "data", 0 },
		{ "192.0.2.1 224.0.0.5 proto=89", "0202 0000", "data", 0 },
		{ "fe80::11 ff1e::101 badsum",
		  "8300 0000 00000000 ff1e::101", "drop-csum",
		  MCSNOOP_EXAMINE_MLD },
		{ "fe80::11 ff1e::101 hop=2", "8300 0000 00000000 ff1e::101",
		  "drop-ttl", MCSNOOP_EXAMINE_MLD },
		{ "fe80::1 ff02::1", "9900 0000", "drop-dst",
		  MCSNOOP_EXAMINE_MRD },
		/* neighbour discovery is none, well-formed or not */
		{ "fe80::11 ff02::2 nh=58 ext= hop=255", "8500 0000 00000000",
		  "data", 0 },
		{ "fe80::1 ff02::1 nh=58 ext= hop=255", "8600 0000 4000ffff",
		  "data", 0 },
		{ "fe80::11 ff02::1:ff00:1 nh=58 ext= hop=1 badsum",
		  "8700 0000 00000000 fe80::1", "data", 0 },
		{ "fe80::11 ff02::1", "8800 0000 00000000 fe80::11", "data",
		  0 },
		{ "fe80::11 ff02::1", "89", "data", 0 },
	};
	static struct datagram d;
	struct mcs_msg msg;
	unsigned int i;
	int reason;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_context("%s%s", rows[i].header, rows[i].message);
		rig_make(&d, rows[i].header, rows[i].message);
		reason = rig_parse(&d, &msg);
		KTAP_STREQ(describe(reason, &msg), rows[i].text);
		KTAP_EQ(msg.protocol, rows[i].protocol);
	}
}

static const struct {
	const char	*header;
	const char	*message;
	const char	*text;
} hellos[] = {
	{ "192.0.2.1 224.0.0.2", "1400 0000 10000000 00000069",
	  "pimv1 105000" },
	{ "192.0.2.1 224.0.0.4", "1301 0000 00000eff 12345678", "dvmrp 35000" },
	{ "192.0.2.1 224.0.0.5 proto=89 sum", "0201002c 192.0.2.1 00000000 "
	  "369d 0000 00000000 00000000 ffffff00 000a 0601 00000028 "
	  "00000000 00000000", "mospf 40000" },
};

/* Of OSPF, or of the two that are IGMP. */
static void fix_sum(struct datagram *d)
{
	__u8 *m = d->b + d->msg;
	unsigned int size;
	__u32 sum;

	if (d->proto == 2) {
		rig_fix_msg(d);
		return;
	}
	if (d->end - d->msg < 24)
		return;
	size = rig_get16(m + 2);
	if (size < 24 || size > d->end - d->msg)
		return;
	rig_put16(m + 12, 0);
	sum = rig_sum(m, 16, 0);
	rig_put16(m + 12, 0xffff & ~rig_sum(m + 24, size - 24, sum));
}

/*
 * Every length, every bit turned over, octets at random: each octet that is
 * read is there, and what comes out is the sign of life or nothing.
 */
static void test_spoilt(void)
{
	unsigned int i, j, k, heard = 0, nothing = 0;
	static struct datagram d, orig;
	struct mcs_msg msg;
	const char *text;

	for (i = 0; i < ARRAY_SIZE(hellos); i++) {
		rig_make(&orig, hellos[i].header, hellos[i].message);
		KTAP_STREQ(describe(rig_parse(&orig, &msg), &msg),
			   hellos[i].text);
		for (d = orig; d.end > d.msg; ) {
			d.len = --d.end;
			rig_put16(d.b + 2, d.end);
			fix_sum(&d);
			rig_fix_ip4(d.b);
			ktap_context("%s, %u", hellos[i].text, d.end);
			text = describe(rig_parse(&d, &msg), &msg);
			KTAP_CHECK(strcmp(text, hellos[i].text) ||
				   d.end - d.msg >= 8);
		}
		for (j = 8 * orig.msg; j < 8 * orig.end; j++) {
			d = orig;
			d.b[j / 8] ^= 0x80 >> j % 8;
			ktap_context("%s, bit %u", hellos[i].text, j);
			text = describe(rig_parse(&d, &msg), &msg);
			/* the password is in no sum; with a digest nothing is */
			if (d.proto == 89 &&
			    (j / 8 - d.msg - 16 < 8 || d.b[d.msg + 15] == 2))
				KTAP_STREQ(text, hellos[i].text);
			else
				KTAP_CHECK(strcmp(text, hellos[i].text));
		}
		for (j = 0; j < 30000; j++) {
			d = orig;
			for (k = rnd(6); k; k--)
				d.b[d.msg + rnd(d.end - d.msg)] =
					rnd(2) ? rnd(8) : rnd(256);
			d.len = d.end - (rnd(4) ? 0 : rnd(d.end - d.msg + 1));
			d.end = d.len;
			rig_put16(d.b + 2, d.end);
			fix_sum(&d);
			rig_fix_ip4(d.b);
			ktap_context("%s, try %u", hellos[i].text, j);
			if (rig_parse_at(d.b, d.len, false, rnd(4), &msg)) {
				KTAP_EQ(msg.type, MCS_MSG_DATA);
				continue;
			}
			KTAP_CHECK(rig_protocol_ok(&msg));
			if (msg.type == MCS_MSG_OTHER ||
			    msg.type == MCS_MSG_DATA)
				nothing++;
			else
				heard++;
		}
	}
	ktap_context("of all");
	KTAP_CHECK(heard > 1000);
	KTAP_CHECK(nothing > 1000);
}

int main(void)
{
	static const struct ktap_case cases[] = {
		{ "octets of solicitations", test_octets },
		{ "solicitations that there are not", test_sources },
		{ "protocols of what is refused, and of what is none",
		  test_protocol },
		{ "signs of life, spoilt", test_spoilt },
	};

	return KTAP_RUN(cases);
}
