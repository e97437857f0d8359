/* SPDX-License-Identifier: GPL-2.0 */
/* A screen that is drawn again and again. */
#ifndef MCSNOOP_TOOL_SCREEN_H
#define MCSNOOP_TOOL_SCREEN_H

#include <stdbool.h>

enum key {
	KEY_NONE,	/* the time is over */
	KEY_QUIT,
	KEY_UP,
	KEY_DOWN,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_HOME,
	KEY_NEXT,	/* the next bridge */
	KEY_PAUSE,
	KEY_REDRAW,	/* another size, or any other key */
};

bool screen_open(void);
void screen_close(void);
void screen_size(unsigned int *rows, unsigned int *columns);
enum key screen_wait(unsigned int ms);

#endif /* MCSNOOP_TOOL_SCREEN_H */
