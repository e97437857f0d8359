/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzz targets share: an entry, octets taken off an input one after
 * the other, and the end of the program when something is wrong.
 */
#ifndef _MCSNOOP_FUZZ_H
#define _MCSNOOP_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A KTAP check that failed has said so on standard output, a moment ago. */
#define FUZZ_TRAP(...) do {						\
	fflush(stdout);							\
	fprintf(stderr, "FOUND: ");					\
	fprintf(stderr, __VA_ARGS__);					\
	fprintf(stderr, "\n");						\
	abort();							\
} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

/* The octets that decide what happens next */
static const uint8_t *fuzz_data;
static size_t fuzz_left;

/* As many octets as it takes; 0 once there are none. */
static inline unsigned int fuzz_below(unsigned int limit)
{
	unsigned int value = 0, reach = 1;

	while (reach < limit && fuzz_left) {
		value = value << 8 | *fuzz_data++;
		fuzz_left--;
		if (reach >= 1U << 24)
			break;
		reach <<= 8;
	}
	return value % limit;
}

static inline void fuzz_begin(const uint8_t *data, size_t size)
{
	fuzz_data = data;
	fuzz_left = size;
}

#endif /* _MCSNOOP_FUZZ_H */
