// SPDX-License-Identifier: GPL-2.0
/*
 * What is typed: the first line. What follows is in every file that is named, a
 * batch or what is to be restored. The kernel agrees to everything.
 */
#include "seam.h"

#define ARGS_MAX	4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	size_t len = end ? (size_t)(end - data) : size;
	struct seam s = { .file = data };

	if (size > ARGS_MAX)
		return -1;
	s.words = strndup((const char *)data, len);
	if (end) {
		s.file = end + 1;
		s.file_len = size - len - 1;
	}
	seam_run(&s);
	free(s.words);
	return 0;
}
