// SPDX-License-Identifier: GPL-2.0
/* Frames of the spanning tree against a table, and cut short everywhere. */
#include "wire_rig.h"

#define LLC	"424203"
#define TREE	"8000020000000001" "00000000" "8000020000000001" "8001"
#define AGES	"0100" "1400" "0200" "0f00"

static const struct {
	const char	*name;
	const char	*hex;
	int		says;
} rows[] = {
	{ "TCN", LLC "0000" "00" "80", MCS_BPDU_CHANGE },
	{ "TCN of RSTP's version", LLC "0000" "02" "80", MCS_BPDU_CHANGE },
	{ "TCN, padded", LLC "0000" "00" "80" "0000000000", MCS_BPDU_CHANGE },
	{ "configuration", LLC "0000" "00" "00" "00" TREE AGES,
	  MCS_BPDU_QUIET },
	{ "configuration, TC", LLC "0000" "00" "00" "01" TREE AGES,
	  MCS_BPDU_CHANGE },
	{ "configuration, TC acknowledged", LLC "0000" "00" "00" "80" TREE AGES,
	  MCS_BPDU_QUIET },
	{ "configuration as old as it may be",
	  LLC "0000" "00" "00" "01" TREE "1400" "1400" "0200" "0f00",
	  MCS_BPDU_CHANGE },
	{ "configuration too old",
	  LLC "0000" "00" "00" "01" TREE "1401" "1400" "0200" "0f00",
	  MCS_BPDU_BAD },
	{ "RST", LLC "0000" "02" "02" "3c" TREE AGES "00", MCS_BPDU_QUIET },
	{ "RST, TC", LLC "0000" "02" "02" "3d" TREE AGES "00",
	  MCS_BPDU_CHANGE },
	{ "MST, TC", LLC "0000" "03" "02" "7d" TREE AGES "00" "0040" "00",
	  MCS_BPDU_CHANGE },
	{ "RST without its last octet", LLC "0000" "02" "02" "3d" TREE AGES,
	  MCS_BPDU_BAD },
	{ "RST of the first version", LLC "0000" "00" "02" "3d" TREE AGES "00",
	  MCS_BPDU_BAD },
	{ "another type", LLC "0000" "00" "01" "01" TREE AGES "00",
	  MCS_BPDU_BAD },
	{ "another protocol", LLC "0001" "00" "80", MCS_BPDU_NONE },
	{ "another SAP", "42aa03" "0000" "00" "80", MCS_BPDU_NONE },
	{ "SNAP", "aaaa03" "00000c010b" "0000" "00" "80", MCS_BPDU_NONE },
	{ "not unnumbered information", "4242f3" "0000" "00" "80",
	  MCS_BPDU_NONE },
	{ "nothing", "", MCS_BPDU_NONE },
};

/* A copy of its own for each length, so that ASan sees a read too far. */
static int parse_first(const __u8 *octets, unsigned int len)
{
	__u8 *copy = malloc(len ? len : 1);
	int says;

	memcpy(copy, octets, len);
	says = mcs_wire_parse_bpdu(copy, len);
	free(copy);
	return says;
}

static void test_cut(const __u8 *octets, unsigned int len, int whole)
{
	unsigned int n;

	for (n = 0; n < len; n++) {
		int says = parse_first(octets, n);

		if (n < 3)
			KTAP_EQ(says, MCS_BPDU_NONE);
		else if (whole != MCS_BPDU_NONE &&
			 n < (octets[6] == 0x80 ? 7 : 38))
			KTAP_EQ(says, MCS_BPDU_BAD);
	}
}

int main(void)
{
	unsigned int i, len;
	__u8 octets[128];

	KTAP_PLAN(ARRAY_SIZE(rows));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ktap_begin("BPDU: %s", rows[i].name);
		len = rig_octets(octets, rows[i].hex);
		KTAP_EQ(parse_first(octets, len), rows[i].says);
		KTAP_EQ(parse_first(octets, len < MCS_BPDU_LOOK ? len :
				    MCS_BPDU_LOOK), rows[i].says);
		test_cut(octets, len, rows[i].says);
		ktap_end();
	}
	return ktap_exit();
}
