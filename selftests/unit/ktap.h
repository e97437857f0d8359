/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small KTAP writer for tests of pure code in userspace.
 *
 *	static void test_cmp(void)
 *	{
 *		KTAP_EQ(mcs_addr_cmp(&a, &a), 0);	// goes on when it fails
 *		KTAP_ASSERT(p != NULL);			// returns when it fails
 *	}
 *
 *	int main(void)
 *	{
 *		static const struct ktap_case cases[] = {
 *			{ "cmp", test_cmp },
 *		};
 *
 *		return KTAP_RUN(cases);
 *	}
 *
 * When the cases come out of a table of data, number them by hand:
 *
 *	KTAP_PLAN(ARRAY_SIZE(rows));
 *	for (...) {
 *		ktap_begin("row %s", rows[i].name);
 *		KTAP_EQ(f(rows[i].in), rows[i].out);
 *		ktap_end();
 *	}
 *	return ktap_exit();
 *
 * A name begins with the rows of conformance/rows.tsv that the case proves, if
 * any. With $MCSNOOP_TIMES set, how long each case took is printed.
 *
 * Exit status: 0 all passed, 1 a case failed or the plan was not kept, 4 every
 * case was skipped. A case that checked nothing is a failure.
 */
#ifndef _MCSNOOP_KTAP_H
#define _MCSNOOP_KTAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#endif
#ifndef __printf
#define __printf(a, b)	__attribute__((format(printf, a, b)))
#endif

#define KTAP_PASS	0
#define KTAP_FAIL	1
#define KTAP_SKIPPED	4

/* Failed checks of one case that are printed in full. */
#define KTAP_VERBOSE	10

struct ktap_case {
	const char	*name;
	void		(*run)(void);
};

static struct {
	unsigned int	planned;
	unsigned int	done;
	unsigned int	failed;
	unsigned int	skipped;
	unsigned long	checks;		/* of the current case */
	unsigned long	bad;		/* of the current case */
	bool		open;
	struct timespec	begin;		/* of the current case */
	char		name[160];
	char		skip[160];
	char		context[160];
} ktap;

static inline void ktap_plan(unsigned int cases)
{
	ktap.planned = cases;
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n1..%u\n", cases);
}

__printf(1, 2)
static inline void ktap_begin(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ktap.name, sizeof(ktap.name), fmt, ap);
	va_end(ap);
	ktap.skip[0] = '\0';
	ktap.context[0] = '\0';
	ktap.checks = 0;
	ktap.bad = 0;
	ktap.open = true;
	clock_gettime(CLOCK_MONOTONIC, &ktap.begin);
}

/* What a failing check of a loop is about: printed with it. */
__printf(1, 2)
static inline void ktap_context(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ktap.context, sizeof(ktap.context), fmt, ap);
	va_end(ap);
}

__printf(1, 2)
static inline void ktap_skip(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ktap.skip, sizeof(ktap.skip), fmt, ap);
	va_end(ap);
}

__printf(4, 5)
static inline bool ktap_check(bool ok, const char *file, int line,
			      const char *fmt, ...)
{
	va_list ap;

	ktap.checks++;
	if (ok)
		return true;
	if (++ktap.bad > KTAP_VERBOSE)
		return false;
	printf("# %s:%d: ", file, line);
	if (ktap.context[0])
		printf("[%s] ", ktap.context);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	return false;
}

static inline void ktap_time(void)
{
	struct timespec now;
	long long ms;

	if (!getenv("MCSNOOP_TIMES"))
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (now.tv_sec - ktap.begin.tv_sec) * 1000LL +
	     (now.tv_nsec - ktap.begin.tv_nsec) / 1000000;
	printf("# %d.%03d s\n", (int)(ms / 1000), (int)(ms % 1000));
}

static inline void ktap_end(void)
{
	const char *verdict = "ok";

	ktap.done++;
	ktap.open = false;
	ktap_time();
	if (ktap.bad > KTAP_VERBOSE)
		printf("# %lu more failed checks\n", ktap.bad - KTAP_VERBOSE);
	if (!ktap.bad && ktap.skip[0]) {
		ktap.skipped++;
		printf("ok %u %s # SKIP %s\n", ktap.done, ktap.name, ktap.skip);
		return;
	}
	if (!ktap.checks)
		printf("# nothing was checked\n");
	if (ktap.bad || !ktap.checks) {
		ktap.failed++;
		verdict = "not ok";
	}
	printf("%s %u %s\n", verdict, ktap.done, ktap.name);
}

static inline int ktap_exit(void)
{
	if (ktap.open)
		ktap_end();
	printf("# Totals: pass:%u fail:%u xfail:0 xpass:0 skip:%u error:0\n",
	       ktap.done - ktap.failed - ktap.skipped, ktap.failed,
	       ktap.skipped);
	if (ktap.done != ktap.planned) {
		printf("# planned %u cases, ran %u\n", ktap.planned, ktap.done);
		return KTAP_FAIL;
	}
	if (ktap.failed)
		return KTAP_FAIL;
	if (ktap.done && ktap.skipped == ktap.done)
		return KTAP_SKIPPED;
	return KTAP_PASS;
}

static inline void ktap_run_cases(const struct ktap_case *cases,
				  unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		ktap_begin("%s", cases[i].name);
		cases[i].run();
		ktap_end();
	}
}

static inline int ktap_run(const struct ktap_case *cases, unsigned int count)
{
	ktap_plan(count);
	ktap_run_cases(cases, count);
	return ktap_exit();
}

#define KTAP_PLAN(count)	ktap_plan(count)
#define KTAP_RUN(cases) \
	ktap_run((cases), sizeof(cases) / sizeof((cases)[0]))

#define KTAP_FAILED(...) \
	ktap_check(false, __FILE__, __LINE__, __VA_ARGS__)

#define KTAP_CHECK(cond) \
	ktap_check((cond), __FILE__, __LINE__, "expected %s", #cond)

#define KTAP_EQ(got, want) ({						\
	long long ktap_got = (long long)(got);				\
	long long ktap_want = (long long)(want);			\
									\
	ktap_check(ktap_got == ktap_want, __FILE__, __LINE__,		\
		   "%s is %lld, expected %s = %lld",			\
		   #got, ktap_got, #want, ktap_want);			\
})

#define KTAP_STREQ(got, want) ({					\
	const char *ktap_got = (got);					\
	const char *ktap_want = (want);					\
									\
	ktap_check(!strcmp(ktap_got, ktap_want), __FILE__, __LINE__,	\
		   "%s is \"%s\", expected \"%s\"",			\
		   #got, ktap_got, ktap_want);				\
})

#define KTAP_MEMEQ(got, want, len) \
	ktap_check(!memcmp((got), (want), (len)), __FILE__, __LINE__,	\
		   "%s differs from %s", #got, #want)

/* As the checks above, but leave the function (of type void) on failure. */
#define KTAP_ASSERT(cond) do {						\
	if (!KTAP_CHECK(cond))						\
		return;							\
} while (0)

#define KTAP_ASSERT_EQ(got, want) do {					\
	if (!KTAP_EQ(got, want))					\
		return;							\
} while (0)

/* Leave the function (of type void) and mark the case as skipped. */
#define KTAP_SKIP(...) do {						\
	ktap_skip(__VA_ARGS__);						\
	return;								\
} while (0)

#endif /* _MCSNOOP_KTAP_H */
