/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command within one process, again and again: its own objects, with the
 * calls to the system led here (see Makefile) and its main() renamed.
 */
#ifndef _MCSNOOP_SEAM_H
#define _MCSNOOP_SEAM_H

#include "fuzz.h"

/**
 * struct seam - what the command finds
 * @words: what was typed, as it was; taken apart
 * @file: contents of every file and of standard input
 * @file_len: octets there
 * @chunks: what the kernel says, see seam.c
 * @chunks_len: octets there
 */
struct seam {
	char		*words;
	const uint8_t	*file;
	size_t		file_len;
	const uint8_t	*chunks;
	size_t		chunks_len;
};

int seam_run(const struct seam *s);

/* The command's own, made visible for this */
extern void *ifnames;
extern char __start_tool_data[], __stop_tool_data[];
extern char __start_tool_bss[], __stop_tool_bss[];
int mcsnoop_main(int argc, char **argv);

#ifdef __clang__
#define SEAM_RAW	__attribute__((no_sanitize("all"), no_builtin, noinline))
#else
#define SEAM_RAW
#endif

#endif /* _MCSNOOP_SEAM_H */
