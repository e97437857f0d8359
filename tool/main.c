// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop: shows and configures the mcsnoop kernel module. Options, objects
 * and commands are taken apart here; each object has a file of its own.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtnl.h"
#include "save.h"

#ifndef MCSNOOP_VERSION
#define MCSNOOP_VERSION	"unknown"
#endif

#define WORDS_MAX	128	/* on a line of a file */

struct options opt;
static const char *batch_file;
static bool batch_force;

static const char usage[] =
"Usage: mcsnoop [ OPTIONS ] OBJECT { COMMAND | help }\n"
"\n"
"OBJECT := { bridge | vlan | port | group | host | router | querier | filter |\n"
"            stats | monitor | explain | doctor | top | log | mdb | save |\n"
"            restore }\n"
"  bridge    attach bridges to the module, change and show their settings\n"
"  vlan      settings that a VLAN does not take from its bridge\n"
"  port      settings and state of the ports of attached bridges\n"
"  group     which port wants which group from which sources\n"
"  host      which host behind a port wants it\n"
"  nd        which IPv6 neighbour is where\n"
"  router    ports behind which there are multicast routers\n"
"  querier   who queries, and whether data is pruned\n"
"  filter    who may ask for which groups and sources\n"
"  stats     what was received, sent, refused, forwarded and pruned\n"
"  monitor   all of this as it changes\n"
"  explain   which ports a frame gets to, and why\n"
"  doctor    what is wrong, and what to type\n"
"  top       a bridge as it is now, again and again\n"
"  log       what has happened, and the frames that did it\n"
"  mdb       groups and router ports as bridge mdb prints them\n"
"  save      the commands that make everything as it is\n"
"  restore   do them, all or none\n"
"\n"
"OPTIONS := { -j[son] | -p[retty] | -d[etails] | -s[tatistics] |\n"
"             -t[imestamp] | -ts[hort] | -c[olor][={always|auto|never}] |\n"
"             -n[etns] NAME | -b[atch] FILE | -force | -V[ersion] | -h[elp] }\n"
"\n"
"Words may be shortened as long as it is clear which one is meant.\n"
"\"mcsnoop OBJECT help\" tells the commands of an object, mcsnoop(8) the rest.\n";

static const struct object *const objects[] = {
	&bridge_object,
	&vlan_object,
	&port_object,
	&group_object,
	&host_object,
	&nd_object,
	&router_object,
	&querier_object,
	&filter_object,
	&stats_object,
	&monitor_object,
	&explain_object,
	&doctor_object,
	&top_object,
	&log_object,
	&mdb_object,
	&save_object,
	&restore_object,
};

/**
 * xrealloc - memory, or the end of the program
 * @old: what it was before, or NULL
 * @size: octets
 *
 * Return: the memory, never NULL.
 */
void *xrealloc(void *old, size_t size)
{
	void *new = realloc(old, size);

	if (!new) {
		fputs("Error: mcsnoop: out of memory\n", stderr);
		exit(EXIT_FAILED);
	}
	return new;
}

static int help(const struct object *object)
{
	fputs(object ? object->usage : usage, stdout);
	return EXIT_OK;
}

static bool is_help(const char *word)
{
	return !strcmp(word, "help") || !strcmp(word, "-h") ||
	       !strcmp(word, "-help") || !strcmp(word, "--help");
}

static const struct object *find_object(const char *word)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(objects); i++)
		if (is_prefix(word, objects[i]->name))
			return objects[i];
	return NULL;
}

/* A whole word counts for more than the beginning of others. */
static int find_command(const struct args *args, const char *word,
			const struct command **found)
{
	const struct command *command;
	const struct command *first = NULL;

	*found = NULL;
	for (command = args->object->commands; command->name; command++) {
		if (!strcmp(word, command->name) ||
		    (command->alias && !strcmp(word, command->alias))) {
			*found = command;
			return EXIT_OK;
		}
	}
	for (command = args->object->commands; command->name; command++) {
		if (!is_prefix(word, command->name) &&
		    (!command->alias || !is_prefix(word, command->alias)))
			continue;
		if (first)
			return usage_error(args,
					   "\"%s\" may be \"%s\" or \"%s\"",
					   word, first->name, command->name);
		first = command;
	}
	*found = first;
	if (!first)
		return usage_error(args, "\"%s\" is no command of \"mcsnoop %s\"",
				   word, args->object->name);
	return EXIT_OK;
}

static int run_object(struct args *args)
{
	const struct command *command;
	const char *word = "show";
	int ret;

	if (args->object->run) {
		args->command = "";
		return args->argc && is_help(args->argv[0]) ?
			       help(args->object) :
			       args->object->run(args);
	}
	if (args->argc) {
		word = args->argv[0];
		args->argc--;
		args->argv++;
	}
	if (is_help(word) || is_prefix(word, "help"))
		return help(args->object);
	ret = find_command(args, word, &command);
	if (!command)
		return ret;
	args->command = command->name;
	if (args->argc && is_help(args->argv[0]))
		return help(args->object);
	return command->run(args);
}

static int run(struct args *args)
{
	const char *word;

	if (!args->argc) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	word = args->argv[0];
	args->argc--;
	args->argv++;
	if (is_help(word) || is_prefix(word, "help")) {
		if (!args->argc)
			return help(NULL);
		word = args->argv[0];
		args->object = find_object(word);
		if (args->object)
			return help(args->object);
	} else {
		args->object = find_object(word);
		if (args->object)
			return run_object(args);
	}
	return usage_error(args, "\"%s\" is not an object", word);
}

static int set_color(const char *when)
{
	if (!*when || !strcmp(when, "=auto"))
		opt.color = COLOR_AUTO;
	else if (!strcmp(when, "=always"))
		opt.color = COLOR_ALWAYS;
	else if (!strcmp(when, "=never"))
		opt.color = COLOR_NEVER;
	else
		return usage_error(NULL,
				   "colour is always, auto or never, not \"%s\"",
				   *when == '=' ? when + 1 : when);
	return EXIT_OK;
}

/* Return: -1 to go on, or an exit status. */
static int one_option(struct args *args, const char **netns)
{
	const char *given = args->argv[0];
	const char *word = given + 1;
	char color[8];

	if (*word == '-')
		word++;
	args->argc--;
	args->argv++;

	snprintf(color, sizeof(color), "%.*s", (int)strcspn(word, "="), word);
	if (is_prefix(word, "json")) {
		opt.json = true;
	} else if (is_prefix(word, "pretty")) {
		opt.pretty = true;
	} else if (is_prefix(word, "details")) {
		opt.details = true;
	} else if (is_prefix(word, "statistics") || !strcmp(word, "stats")) {
		opt.stats = true;
	} else if (is_prefix(word, "timestamp")) {
		opt.timestamp = TIMESTAMP_LONG;
	} else if (is_prefix(word, "tshort")) {
		opt.timestamp = TIMESTAMP_SHORT;
	} else if (is_prefix(color, "color") || is_prefix(color, "colour")) {
		if (set_color(word + strlen(color)))
			return EXIT_USAGE;
	} else if (is_prefix(word, "netns")) {
		if (!args->argc)
			return usage_error(NULL, "\"%s\" lacks its value",
					   given);
		*netns = args->argv[0];
		args->argc--;
		args->argv++;
	} else if (is_prefix(word, "batch")) {
		if (!args->argc)
			return usage_error(NULL, "\"%s\" lacks its value",
					   given);
		batch_file = args->argv[0];
		args->argc--;
		args->argv++;
	} else if (is_prefix(word, "force")) {
		batch_force = true;
	} else if (is_prefix(word, "Version") || !strcmp(word, "version")) {
		printf("mcsnoop %s\n", MCSNOOP_VERSION);
		return EXIT_OK;
	} else if (is_prefix(word, "help")) {
		return help(NULL);
	} else {
		return usage_error(NULL, "\"%s\" is not an option", given);
	}
	return -1;
}

static int options(struct args *args)
{
	const char *netns = NULL;
	int ret = -1;

	while (ret < 0 && args->argc && args->argv[0][0] == '-')
		ret = one_option(args, &netns);
	if (ret >= 0)
		return ret;
	print_init();
	if (netns) {
		ret = netns_enter(netns);
		if (ret)
			return ret;
	}
	if (batch_file)
		return batch(batch_file, batch_force);
	return run(args);
}

/**
 * run_line - do a command of a file
 * @line: the command, without the name of ours; taken apart
 *
 * Return: exit status.
 */
int run_line(char *line)
{
	char *words[WORDS_MAX], *rest = line;
	struct args args = { .argv = words };
	char *word;

	while ((word = strtok_r(rest, " \t", &rest))) {
		if (args.argc == WORDS_MAX)
			return usage_error(NULL, "more than %u words on a line",
					   WORDS_MAX);
		words[args.argc++] = word;
	}
	return run(&args);
}

/**
 * main - the command
 * @argc: how many words
 * @argv: the words
 *
 * Return: 0 when it was done, 1 when it failed, 2 when the command line is
 * wrong.
 */
int main(int argc, char **argv)
{
	struct args args = { .argc = argc - 1, .argv = argv + 1 };
	int ret;

	ret = options(&args);
	genl_close();
	rtnl_close();
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "Error: mcsnoop: writing the output: %s\n",
			strerror(errno));
		return EXIT_FAILED;
	}
	return ret;
}
