/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of the C library as the unit tests of selftests/unit use, for them to
 * be compiled into a kernel module. The headers beside this one all lead here.
 */
#ifndef _MCSNOOP_KUNIT_LIBC_H
#define _MCSNOOP_KUNIT_LIBC_H

#include <linux/bitops.h>
#include <linux/inet.h>
#include <linux/in6.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

/* what main() of a program is called here */
#define MCS_KUNIT_MAIN(program)	int program##_main(void)

#define printf(...)		mcs_kunit_print(__VA_ARGS__)
#define vprintf(fmt, ap)	mcs_kunit_vprint(fmt, ap)
#define fprintf(file, ...)	mcs_kunit_print(__VA_ARGS__)
#define setvbuf(...)		do { } while (0)

__printf(1, 2) void mcs_kunit_print(const char *fmt, ...);
__printf(1, 0) void mcs_kunit_vprint(const char *fmt, va_list ap);
const char *mcs_kunit_getenv(const char *name);

#define getenv(name)		mcs_kunit_getenv(name)
#define atoi(text)		((int)simple_strtol(text, NULL, 10))
#define strtoul(text, end, base)	simple_strtoul(text, end, base)
#define strtoull(text, end, base)	simple_strtoull(text, end, base)

/* an object of just that size, so that KASAN sees who reads behind it */
#define malloc(size)		kmalloc(size, GFP_KERNEL | __GFP_NOFAIL)
#define calloc(n, size)		kcalloc(n, size, GFP_KERNEL | __GFP_NOFAIL)
#define free(ptr)		kfree(ptr)

/* a test that cannot go on: the kernel's warning fails the run */
#define exit(status)		panic("mcsnoop-kunit: exit(%d)", status)
#define abort()			panic("mcsnoop-kunit: abort()")

/* chance comes from the parameter "seed" */
#define time(where)		0
#define getpid()		0

#undef __builtin_popcount
#define __builtin_popcount(x)	hweight32(x)

struct mcs_kunit_time {
	long long	tv_sec;
	long		tv_nsec;
};

#define timespec	mcs_kunit_time

/* of whatever clock */
static inline void clock_gettime(int clock, struct timespec *ts)
{
	u64 now = ktime_get_ns();

	ts->tv_nsec = do_div(now, NSEC_PER_SEC);
	ts->tv_sec = now;
}

static inline int inet_pton(int family, const char *text, void *addr)
{
	if (family == AF_INET)
		return in4_pton(text, -1, addr, -1, NULL);
	return in6_pton(text, -1, addr, -1, NULL);
}

static inline const char *inet_ntop(int family, const void *addr, char *text,
				    size_t len)
{
	if (family == AF_INET)
		snprintf(text, len, "%pI4", addr);
	else
		snprintf(text, len, "%pI6c", addr);
	return text;
}

static inline char *strtok_r(char *text, const char *delim, char **rest)
{
	char *token;

	if (text)
		*rest = text;
	do
		token = strsep(rest, delim);
	while (token && !*token);
	return token;
}

#endif /* _MCSNOOP_KUNIT_LIBC_H */
