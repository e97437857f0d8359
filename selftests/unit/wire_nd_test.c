// SPDX-License-Identifier: GPL-2.0
/* Neighbour discovery against a table, cut short and damaged everywhere. */
#include "wire_rig.h"

#define A1	"20010db8000000010000000000aabb01"
#define A2	"20010db8000000020000000000000002"
#define NONE	"00000000000000000000000000000000"
#define LOOP	"00000000000000000000000000000001"
#define V4	"00000000000000000000ffffc0000201"
#define GROUP	"ff0200000000000000000001ffaabb01"
#define OTHER	"ff0200000000000000000001ff000002"
#define ALL	"ff020000000000000000000000000001"
#define IP(len, hop, src, dst)	"60000000" len "3a" hop src dst
#define NS	"8700" "cccc" "00000000"
#define NA	"8800" "cccc" "20000000"
#define SOURCE	"0101" "020000000001"
#define NONCE	"0e01" "010203040506"

/* cccc stands for a good checksum, which is put in */
static const struct {
	const char	*name;
	const char	*hex;
	int		type;
	int		to_group;
} rows[] = {
	{ "NS", IP("0018", "ff", A2, GROUP) NS A1, MCS_ND_SOLICITATION, 1 },
	{ "NS with its sender's MAC address",
	  IP("0020", "ff", A2, GROUP) NS A1 SOURCE, MCS_ND_SOLICITATION, 1 },
	{ "NS, padded", IP("0018", "ff", A2, GROUP) NS A1 "000000",
	  MCS_ND_SOLICITATION, 1 },
	{ "NS to one host", IP("0018", "ff", A2, A1) NS A1,
	  MCS_ND_SOLICITATION, 0 },
	{ "NS to another group", IP("0018", "ff", A2, OTHER) NS A1,
	  MCS_ND_SOLICITATION, 0 },
	{ "NS to all", IP("0018", "ff", A2, ALL) NS A1,
	  MCS_ND_SOLICITATION, 0 },
	{ "DAD", IP("0018", "ff", NONE, GROUP) NS A1, MCS_ND_SOLICITATION, 1 },
	{ "DAD with a nonce", IP("0020", "ff", NONE, GROUP) NS A1 NONCE,
	  MCS_ND_SOLICITATION, 1 },
	{ "DAD with a MAC address", IP("0020", "ff", NONE, GROUP) NS A1 SOURCE,
	  MCS_ND_BAD, 0 },
	{ "DAD to one host", IP("0018", "ff", NONE, A1) NS A1, MCS_ND_BAD, 0 },
	{ "NS from a group", IP("0018", "ff", ALL, GROUP) NS A1,
	  MCS_ND_BAD, 0 },
	{ "NS from ::1", IP("0018", "ff", LOOP, GROUP) NS A1, MCS_ND_BAD, 0 },
	{ "NS for a group", IP("0018", "ff", A2, GROUP) NS ALL,
	  MCS_ND_BAD, 0 },
	{ "NS for ::", IP("0018", "ff", A2, GROUP) NS NONE, MCS_ND_BAD, 0 },
	{ "NS for ::1", IP("0018", "ff", A2, GROUP) NS LOOP, MCS_ND_BAD, 0 },
	{ "NS for an IPv4 address", IP("0018", "ff", A2, GROUP) NS V4,
	  MCS_ND_BAD, 0 },
	{ "NS of another code", IP("0018", "ff", A2, GROUP)
	  "8701" "cccc" "00000000" A1, MCS_ND_BAD, 0 },
	{ "NS from another link", IP("0018", "fe", A2, GROUP) NS A1,
	  MCS_ND_BAD, 0 },
	{ "NS with an option of no length",
	  IP("0020", "ff", A2, GROUP) NS A1 "0e00" "010203040506",
	  MCS_ND_BAD, 0 },
	{ "NS with an option that is too long",
	  IP("0020", "ff", A2, GROUP) NS A1 "0e02" "010203040506",
	  MCS_ND_BAD, 0 },
	{ "NS with the beginning of an option",
	  IP("001c", "ff", A2, GROUP) NS A1 "0e010102", MCS_ND_BAD, 0 },
	{ "NA to all", IP("0018", "ff", A1, ALL) NA A1,
	  MCS_ND_ADVERTISEMENT, 0 },
	{ "NA to one host", IP("0018", "ff", A1, A2)
	  "8800" "cccc" "60000000" A1, MCS_ND_ADVERTISEMENT, 0 },
	{ "NA of another's address", IP("0018", "ff", A2, ALL) NA A1,
	  MCS_ND_ADVERTISEMENT, 0 },
	{ "NA to all, solicited", IP("0018", "ff", A1, ALL)
	  "8800" "cccc" "60000000" A1, MCS_ND_BAD, 0 },
	{ "NA from ::", IP("0018", "ff", NONE, ALL) NA A1, MCS_ND_BAD, 0 },
	{ "router solicitation", IP("0018", "ff", A1, ALL)
	  "8500" "cccc" "00000000" A1, MCS_ND_NONE, 0 },
	{ "redirect", IP("0018", "ff", A1, ALL)
	  "8900" "cccc" "00000000" A1, MCS_ND_NONE, 0 },
	{ "UDP", "60000000" "0018" "11" "ff" A2 GROUP NS A1, MCS_ND_NONE, 0 },
	{ "an older version of IP", "40000000" "0018" "3a" "ff" A2 GROUP NS A1,
	  MCS_ND_NONE, 0 },
};

/* A copy of its own for each length, so that ASan sees a read too far. */
static int parse_first(const __u8 *octets, unsigned int len,
		       struct mcs_nd_msg *msg)
{
	__u8 *copy = malloc(len ? len : 1);
	bool valid, good;

	memcpy(copy, octets, len);
	valid = mcs_wire_parse_nd(copy, len, msg);
	free(copy);
	good = msg->type == MCS_ND_SOLICITATION ||
	       msg->type == MCS_ND_ADVERTISEMENT;
	KTAP_EQ(valid, good);
	return msg->type;
}

/* Octets of a row, with the checksum where cccc stands. */
static unsigned int build(__u8 *octets, const char *hex)
{
	unsigned int len = rig_octets(octets, hex);
	unsigned int size = octets[4] << 8 | octets[5];
	unsigned int sum = 58 + size, i;

	octets[42] = 0;
	octets[43] = 0;
	for (i = 8; i < 40 + size; i += 2)
		sum += octets[i] << 8 | octets[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	octets[42] = ~sum >> 8;
	octets[43] = ~sum;
	return len;
}

static void test_cut(const __u8 *octets, int whole)
{
	unsigned int size = 40 + (octets[4] << 8 | octets[5]), n;
	struct mcs_nd_msg msg;
	int type;

	for (n = 0; n < size; n++) {
		type = n < 41 || whole == MCS_ND_NONE ? MCS_ND_NONE :
							MCS_ND_BAD;
		KTAP_EQ(parse_first(octets, n, &msg), type);
	}
}

/* Whatever is changed of what the checksum covers is noticed. */
static void test_damaged(__u8 *octets, unsigned int len, int whole)
{
	unsigned int n;
	struct mcs_nd_msg msg;

	if (whole != MCS_ND_SOLICITATION && whole != MCS_ND_ADVERTISEMENT)
		return;
	for (n = 8; n < len && n < 64; n++) {
		if (n == 40)	/* the type */
			continue;
		octets[n] ^= 0x10;
		KTAP_EQ(parse_first(octets, len, &msg), MCS_ND_BAD);
		octets[n] ^= 0x10;
	}
}

int main(void)
{
	struct in6_addr group;
	struct mcs_nd_msg msg;
	unsigned int i, len;
	__u8 octets[128], want[16];

	KTAP_PLAN(ARRAY_SIZE(rows));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_begin("ND: %s", rows[i].name);
		len = build(octets, rows[i].hex);
		KTAP_EQ(parse_first(octets, len, &msg), rows[i].type);
		if (msg.type > MCS_ND_BAD) {
			KTAP_EQ(msg.to_group, rows[i].to_group);
			rig_octets(want, A1);
			KTAP_EQ(memcmp(&msg.target, want, 16), 0);
			KTAP_EQ(memcmp(&msg.src, octets + 8, 16), 0);
			KTAP_EQ(memcmp(&msg.dst, octets + 24, 16), 0);
			mcs_wire_nd_group(&msg.target, &group);
			rig_octets(want, GROUP);
			KTAP_EQ(memcmp(&group, want, 16), 0);
		}
		test_cut(octets, rows[i].type);
		test_damaged(octets, len, rows[i].type);
		ktap_end();
	}
	return ktap_exit();
}
