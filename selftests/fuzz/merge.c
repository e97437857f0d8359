// SPDX-License-Identifier: GPL-2.0
/*
 * What ports want together, and how a change of it is told, against the naive
 * model of proxy_model.h; the input chooses ports, lists and changes.
 */
#include "fuzz.h"
#include "proxy_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct telling telling = { .count = 1 };

	rnd_from = fuzz_below;
	fuzz_begin(data, size);
	while (fuzz_left) {
		switch (fuzz_below(4)) {
		case 0:
			round_of_merging();
			break;
		case 1:
			round_without_room();
			break;
		default:
			round_of_telling(&telling);
			break;
		}
		if (ktap.bad)
			FUZZ_TRAP("model");
	}
	end_of_telling(&telling);
	if (ktap.bad)
		FUZZ_TRAP("model, at the end");
	return 0;
}
