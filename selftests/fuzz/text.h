/* SPDX-License-Identifier: GPL-2.0 */
/* Is it JSON in UTF-8, is it text for a terminal? What is not, in a word. */
#ifndef _MCSNOOP_TEXT_H
#define _MCSNOOP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

const char *json_fault(const char *text, size_t len, bool maybe_cut);
const char *text_fault(const char *text, size_t len);

#endif /* _MCSNOOP_TEXT_H */
