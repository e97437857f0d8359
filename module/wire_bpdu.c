// SPDX-License-Identifier: GPL-2.0
/*
 * Frames of the spanning tree, as far as they say that the topology changed.
 * IEEE 802.1D-2004 clauses 9.3 and 9.3.4; those of 802.1Q (MSTP, SPB) begin
 * like those of RSTP.
 */
#include "wire_impl.h"

#define BPDU_LLC_LEN		3	/* SAP 0x42 twice, unnumbered information */
#define BPDU_TCN_LEN		4
#define BPDU_CONFIG_LEN		35
#define BPDU_RST_LEN		36

#define BPDU_TYPE_CONFIG	0x00
#define BPDU_TYPE_RST		0x02
#define BPDU_TYPE_TCN		0x80
#define BPDU_VERSION_RST	2

/* where the fields are, counted from the protocol identifier */
#define BPDU_VERSION		2
#define BPDU_TYPE		3
#define BPDU_FLAGS		4
#define BPDU_MESSAGE_AGE	27
#define BPDU_MAX_AGE		29

#define BPDU_FLAG_TC		0x01

static bool has_tree(const __u8 *p, unsigned int len)
{
	if (p[BPDU_TYPE] == BPDU_TYPE_CONFIG)
		return len >= BPDU_CONFIG_LEN;
	return p[BPDU_TYPE] == BPDU_TYPE_RST && len >= BPDU_RST_LEN &&
	       p[BPDU_VERSION] >= BPDU_VERSION_RST;
}

/**
 * mcs_wire_parse_bpdu() - does a frame say that the topology changed?
 * @llc: the frame behind its length field
 * @len: octets there, no more than the length field says; of a long BPDU the
 *	first MCS_BPDU_LOOK are enough
 *
 * Return: enum mcs_bpdu.
 */
int mcs_wire_parse_bpdu(const void *llc, unsigned int len)
{
	const __u8 *p = llc;

	if (len < BPDU_LLC_LEN || p[0] != 0x42 || p[1] != 0x42 || p[2] != 0x03)
		return MCS_BPDU_NONE;
	p += BPDU_LLC_LEN;
	len -= BPDU_LLC_LEN;
	if (len < BPDU_TCN_LEN)
		return MCS_BPDU_BAD;
	if (wire_get16(p))
		return MCS_BPDU_NONE;
	if (p[BPDU_TYPE] == BPDU_TYPE_TCN)
		return MCS_BPDU_CHANGE;
	if (!has_tree(p, len))
		return MCS_BPDU_BAD;
	/* too old to be believed: every bridge ignores it */
	if (wire_get16(p + BPDU_MESSAGE_AGE) > wire_get16(p + BPDU_MAX_AGE))
		return MCS_BPDU_BAD;
	return p[BPDU_FLAGS] & BPDU_FLAG_TC ? MCS_BPDU_CHANGE : MCS_BPDU_QUIET;
}
