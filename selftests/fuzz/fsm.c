// SPDX-License-Identifier: GPL-2.0
/*
 * Records, queries, older reports, parameters and time into the state machine:
 * the walk of fsm_random.h with its model, but the input chooses each step.
 */
#include "fuzz.h"
#include "fsm_random.h"

#define STEPS_MAX	400

static void one_step(struct rig *r, unsigned int n)
{
	const char *bad;

	r->sent[0] = '\0';
	bad = random_step(r);
	if (bad)
		FUZZ_TRAP("step %u: %s: %s", n, bad, rig_show(r));
	if (ktap.bad)
		FUZZ_TRAP("step %u: %s", n, rig_show(r));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int n;
	struct rig r;

	random_from = fuzz_below;
	fuzz_begin(data, size);
	rig_init(&r);
	r.p.mld = one_in(2);
	r.p.version -= r.p.mld;
	for (n = 0; n < STEPS_MAX && fuzz_left; n++)
		one_step(&r, n);
	/* whatever is left ends by itself */
	rig_run(&r, r.now + 1000 * SEC);
	if (r.rec.mode != MCS_MODE_INCLUDE || r.nsrcs)
		FUZZ_TRAP("it is still there: %s", rig_show(&r));
	if (ktap.bad)
		FUZZ_TRAP("at the end");
	rig_free(&r);
	return 0;
}
