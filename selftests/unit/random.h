/* SPDX-License-Identifier: GPL-2.0 */
/* Chance that can be repeated: FSM_SEED=N, and FSM_STEPS=N for how long. */
#ifndef _MCSNOOP_RANDOM_H
#define _MCSNOOP_RANDOM_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static unsigned long long random_state;
/* where chance comes from instead, if anywhere */
static unsigned int (*random_from)(unsigned int limit);

/* splitmix64 */
static inline unsigned int random_below(unsigned int limit)
{
	unsigned long long z;

	if (random_from)
		return random_from(limit);
	z = (random_state += 0x9e3779b97f4a7c15ULL);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return ((z ^ (z >> 31)) >> 32) % limit;
}

static inline bool one_in(unsigned int n)
{
	return !random_below(n);
}

/* Return: how many steps */
static inline unsigned long random_begin(unsigned long steps)
{
	const char *seed = getenv("FSM_SEED"), *text = getenv("FSM_STEPS");

	if (text)
		steps = strtoul(text, NULL, 0);
	random_state = seed ? strtoull(seed, NULL, 0) :
			      (unsigned long long)time(NULL) << 16 ^ getpid();
	printf("# FSM_SEED=%llu FSM_STEPS=%lu\n", random_state, steps);
	return steps;
}

#endif /* _MCSNOOP_RANDOM_H */
