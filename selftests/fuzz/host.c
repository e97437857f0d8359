// SPDX-License-Identifier: GPL-2.0
/*
 * Hosts behind a port, whose reports, answers and leaves the input chooses:
 * the play of fsm_host_play.h. Nobody may miss what he wants.
 */
#include "fuzz.h"
#include "fsm_host_play.h"

#define TURNS_MAX	4000

static void one_turn(struct play *p, unsigned int n)
{
	const char *bad = turn(p);

	if (bad || ktap.bad)
		show_play(p);
	if (bad)
		FUZZ_TRAP("turn %u: %s", n, bad);
	if (ktap.bad)
		FUZZ_TRAP("turn %u", n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct play p = { 0 };
	unsigned int i, n;

	random_from = fuzz_below;
	fuzz_begin(data, size);
	rig_init(&p.r);
	p.query_at = p.r.now;
	for (i = 0; i < ACTORS; i++) {
		p.actor[i].ip = i + 1;
		p.actor[i].mac = i == 3 ? 3 : i + 1;
	}
	for (n = 0; n < TURNS_MAX && fuzz_left && p.nhosts < KNOWN - ACTORS;
	     n++)
		one_turn(&p, n);
	forget_hosts(&p, true);
	rig_free(&p.r);
	return 0;
}
