// SPDX-License-Identifier: GPL-2.0
/* Frames of the spanning tree, from LLC on. The first octets are enough. */
#include "fuzz.h"
#include "wire_rig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int says = mcs_wire_parse_bpdu(data, size);
	__u8 *copy;

	if (says < MCS_BPDU_NONE || says > MCS_BPDU_CHANGE)
		FUZZ_TRAP("no verdict");
	if (size < MCS_BPDU_LOOK)
		return 0;
	copy = malloc(MCS_BPDU_LOOK);
	memcpy(copy, data, MCS_BPDU_LOOK);
	if (mcs_wire_parse_bpdu(copy, MCS_BPDU_LOOK) != says)
		FUZZ_TRAP("what comes after the first octets counts");
	free(copy);
	return 0;
}
