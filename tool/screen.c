// SPDX-License-Identifier: GPL-2.0
/*
 * The terminal of mcsnoop top: another screen, keys as they are typed, and
 * everything as it was when it ends, however it ends.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "screen.h"
#include "tool.h"

#define ENTER	"\033[?1049h\033[?25l\033[?7l"	/* screen, cursor, wrapping */
#define LEAVE	"\033[?7h\033[?25h\033[?1049l"

static struct termios before;
static bool is_open;
static atomic_int ended, resized, stopped;

static void on_signal(int sig)
{
	if (sig == SIGWINCH || sig == SIGCONT)
		resized = 1;
	else if (sig == SIGTSTP)
		stopped = 1;
	else
		ended = 1;
}

static void say(const char *s)
{
	fputs(s, stdout);
	fflush(stdout);
}

static void enter(void)
{
	struct termios raw = before;

	raw.c_lflag &= ~(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	say(ENTER);
}

static void leave(void)
{
	say(LEAVE);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

/**
 * screen_open - take the terminal
 *
 * Return: false when there is none, and nothing was changed.
 */
bool screen_open(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
				       SIGPIPE, SIGWINCH, SIGTSTP, SIGCONT };
	struct sigaction act = { .sa_handler = on_signal };
	unsigned int i;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    tcgetattr(STDIN_FILENO, &before))
		return false;
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &act, NULL);
	enter();
	is_open = true;
	return true;
}

/**
 * screen_close - give the terminal back as it was
 */
void screen_close(void)
{
	if (is_open)
		leave();
	is_open = false;
}

/**
 * screen_size - how much fits
 * @rows: filled in
 * @columns: filled in
 */
void screen_size(unsigned int *rows, unsigned int *columns)
{
	struct winsize size;

	*rows = 24;
	*columns = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		return;
	if (size.ws_row)
		*rows = size.ws_row;
	if (size.ws_col)
		*columns = size.ws_col;
}

/* Ctrl-Z: the shell gets its terminal, and we ours when it lets us go on. */
static void stop(void)
{
	stopped = 0;
	leave();
	raise(SIGSTOP);
	enter();
}

static enum key key_of(const char *typed)
{
	static const struct {
		const char *typed;
		enum key key;
	} keys[] = {
		{ "q", KEY_QUIT }, { "Q", KEY_QUIT }, { "\003", KEY_QUIT },
		{ "\033[A", KEY_UP }, { "\033OA", KEY_UP }, { "k", KEY_UP },
		{ "\033[B", KEY_DOWN }, { "\033OB", KEY_DOWN },
		{ "j", KEY_DOWN },
		{ "\033[5~", KEY_PAGE_UP }, { "b", KEY_PAGE_UP },
		{ "\033[6~", KEY_PAGE_DOWN }, { " ", KEY_PAGE_DOWN },
		{ "\033[H", KEY_HOME }, { "\033OH", KEY_HOME },
		{ "\033[1~", KEY_HOME }, { "g", KEY_HOME },
		{ "n", KEY_NEXT }, { "\t", KEY_NEXT },
		{ "p", KEY_PAUSE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(typed, keys[i].typed))
			return keys[i].key;
	return KEY_REDRAW;
}

static unsigned long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000;
}

/**
 * screen_wait - wait for a key
 * @ms: how long at most
 *
 * Return: the key; KEY_NONE when the time is over.
 */
enum key screen_wait(unsigned int ms)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	unsigned long long end = now_ms() + ms, now;
	char typed[16];
	ssize_t len;
	int ret;

	for (;;) {
		if (ended)
			return KEY_QUIT;
		if (stopped) {
			stop();
			return KEY_REDRAW;
		}
		if (resized) {
			resized = 0;
			return KEY_REDRAW;
		}
		now = now_ms();
		ret = poll(&in, 1, now < end ? (int)(end - now) : 0);
		if (ret < 0 && errno == EINTR)
			continue;
		if (ret <= 0)
			return KEY_NONE;
		/* a key that is a sequence comes at once */
		len = read(STDIN_FILENO, typed, sizeof(typed) - 1);
		if (len <= 0)
			return KEY_QUIT;	/* the terminal is gone */
		typed[len] = '\0';
		return key_of(typed);
	}
}
