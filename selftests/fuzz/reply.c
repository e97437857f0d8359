// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel says, to a command that is typed: the first line, a frame for
 * who listens to them after two octets with its length, then chunks (see
 * seam.c).
 */
#include "seam.h"

#define REPLY_MAX	16384

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\n', size);
	struct seam s = { 0 };
	size_t at;

	if (size > REPLY_MAX || !end || size - (end - data) < 2)
		return -1;
	at = end - data + 2;
	s.file = data + at;
	s.file_len = end[1] < size - at ? end[1] : size - at;
	s.chunks = s.file + s.file_len;
	s.chunks_len = size - at - s.file_len;
	s.words = strndup((const char *)data, end - data);
	seam_run(&s);
	free(s.words);
	return 0;
}
