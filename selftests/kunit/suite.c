// SPDX-License-Identifier: GPL-2.0
/*
 * The unit tests of selftests/unit as a KUnit suite: the same programs, with the
 * same tables of cases, compiled into the kernel beside the code that they test.
 * Each program is one case of the suite; which of its own cases fail is said in
 * the log, as are their numbers.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include "libc.h"

static char *seed = "1";
module_param(seed, charp, 0444);
MODULE_PARM_DESC(seed, "of what is done at random");

static char *steps = "20000";
module_param(steps, charp, 0444);
MODULE_PARM_DESC(steps, "how much is done at random");

static struct kunit *current_case;
static char line[400];
static size_t used;

/* What says that all is well is for the suite to say. */
static bool is_news(const char *text)
{
	return strncmp(text, "ok ", 3) && strncmp(text, "KTAP", 4) &&
	       strncmp(text, "1..", 3);
}

/**
 * mcs_kunit_vprint() - a test prints something
 * @fmt: as for vprintf()
 * @ap: its arguments
 *
 * Context: process, one test at a time.
 */
void mcs_kunit_vprint(const char *fmt, va_list ap)
{
	char *end;

	used += vscnprintf(line + used, sizeof(line) - used, fmt, ap);
	end = strchr(line, '\n');
	if (!end && used < sizeof(line) - 1)
		return;
	if (end)
		*end = '\0';
	if (is_news(line))
		kunit_info(current_case, "%s\n", line);
	used = 0;
	line[0] = '\0';
}

/**
 * mcs_kunit_print() - a test prints something
 * @fmt: as for printf()
 *
 * Context: process, one test at a time.
 */
void mcs_kunit_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	mcs_kunit_vprint(fmt, ap);
	va_end(ap);
}

/**
 * mcs_kunit_getenv() - what a test was told
 * @name: of the variable
 *
 * Return: what the module was told in its place, or NULL.
 */
const char *mcs_kunit_getenv(const char *name)
{
	if (!strcmp(name, "FSM_SEED"))
		return seed;
	if (!strcmp(name, "FSM_STEPS"))
		return steps;
	return NULL;
}

#define PROGRAM(name)							\
	MCS_KUNIT_MAIN(name);						\
	static void name(struct kunit *test)				\
	{								\
		current_case = test;					\
		KUNIT_EXPECT_EQ(test, name##_main(), 0);		\
	}
#include "programs.h"
#undef PROGRAM

static struct kunit_case cases[] = {
#define PROGRAM(name)	KUNIT_CASE_SLOW(name),
#include "programs.h"
#undef PROGRAM
	{}
};

static struct kunit_suite suite = {
	.name = "mcsnoop",
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("mcsnoop: unit tests");
MODULE_LICENSE("GPL");
