// SPDX-License-Identifier: GPL-2.0
/* A target without libFuzzer: each file named is an input. */
#include "fuzz.h"

#define INPUT_MAX	65536

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max)
{
	(void)data;
	(void)max;
	return size;
}

int main(int argc, char **argv)
{
	static uint8_t input[INPUT_MAX];
	size_t len;
	FILE *in;

	for (argv++; argc > 1; argc--, argv++) {
		in = fopen(*argv, "r");
		if (!in) {
			perror(*argv);
			return 1;
		}
		len = fread(input, 1, sizeof(input), in);
		fclose(in);
		LLVMFuzzerTestOneInput(input, len);
	}
	return 0;
}
