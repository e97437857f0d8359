// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop save: the commands that make everything as it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "save.h"

static const char usage[] =
"Usage: mcsnoop save [ dev BRIDGE ] [ --state ]\n"
"\n"
"Prints the commands that attach the bridges and set them up as they are, for\n"
"mcsnoop restore; with -j as JSON, each with its words. --state adds what was\n"
"learned: members, router ports and who queries.\n";

enum {
	PARAM_BRIDGE,
	PARAM_STATE,
	NR_PARAMS,
};

static const struct param params[NR_PARAMS] = {
	[PARAM_BRIDGE] = { .name = "dev", .type = PARAM_DEV,
			   .attr = MCSNOOP_A_BRIDGE_IFINDEX, .width = 4 },
	[PARAM_STATE] = { .name = "--state", .type = PARAM_BARE },
};

/**
 * save_dump - print the commands that make objects of one kind
 * @out: where
 * @cmd: MCSNOOP_CMD_*_GET
 * @attr: which of its attributes names the bridge
 * @ifindex: the bridge
 * @save: prints the commands for one message of the dump
 *
 * Return: exit status.
 */
int save_dump(FILE *out, uint8_t cmd, uint16_t attr, uint32_t ifindex,
	      void (*save)(FILE *out, const struct nlmsghdr *nlh))
{
	const struct nlmsghdr *nlh = NULL;
	struct messages msgs = { 0 };
	struct request req;
	int ret;

	request_init(&req, cmd);
	mnl_attr_put_u32(req.nlh, attr, ifindex);
	ret = genl_dump(&req, &msgs);
	while (!ret && (nlh = message_next(&msgs, nlh)))
		save(out, nlh);
	messages_free(&msgs);
	return ret;
}

/* Of one bridge, in the order in which it can be made again. */
static int save_bridge(FILE *out, uint32_t ifindex, bool state)
{
	int ret;

	ret = bridge_save(out, ifindex);
	if (!ret)
		ret = filter_save(out, ifindex);
	if (!ret)
		ret = vlan_save(out, ifindex);
	if (!ret)
		ret = port_save(out, ifindex);
	if (!ret)
		ret = group_save(out, ifindex);
	if (!ret && state)
		ret = learned_save(out, ifindex);
	return ret;
}

static int save_all(FILE *out, const struct value *values)
{
	const struct nlattr *tb[MCSNOOP_A_BRIDGE_MAX + 1];
	const struct nlmsghdr *nlh = NULL;
	struct messages bridges = { 0 };
	struct request req;
	int ret;

	request_init(&req, MCSNOOP_CMD_BRIDGE_GET);
	params_put(&req, params, 1, values);
	ret = genl_dump(&req, &bridges);
	while (!ret && (nlh = message_next(&bridges, nlh))) {
		attrs_parse(nlh, tb, MCSNOOP_A_BRIDGE_MAX);
		ret = save_bridge(out,
				  attr_uint(tb[MCSNOOP_A_BRIDGE_IFINDEX]),
				  values[PARAM_STATE].set);
	}
	messages_free(&bridges);
	return ret;
}

/* A line as JSON: its words, the first two by name. */
static void print_json(char *line)
{
	char *word = strtok(line, " ");

	row_begin();
	put_str(IN_JSON, "object", word);
	word = strtok(NULL, " ");
	put_str(IN_JSON, "command", word ? word : "");
	open_list("words");
	while ((word = strtok(NULL, " ")))
		put_str(IN_JSON, NULL, word);
	close_list();
	row_end();
}

static void print_lines(char *text)
{
	char *line, *next;

	if (!opt.json) {
		fputs(text, stdout);
		return;
	}
	show_begin(false);
	for (line = text; *line; line = next) {
		next = strchr(line, '\n');
		*next++ = '\0';
		print_json(line);
	}
	show_end();
}

static int save(struct args *args)
{
	struct value values[NR_PARAMS];
	char *text = NULL;
	size_t len = 0;
	FILE *out;
	int ret;

	ret = params_parse(args, params, NR_PARAMS, 0, values);
	if (!ret)
		ret = genl_open();
	if (ret)
		return ret;
	/* all or nothing: half of a configuration must not look like one */
	out = open_memstream(&text, &len);
	if (!out) {
		fputs("Error: mcsnoop: out of memory\n", stderr);
		return EXIT_FAILED;
	}
	ret = save_all(out, values);
	if (fclose(out))
		ret = EXIT_FAILED;
	if (!ret)
		print_lines(text);
	free(text);
	return ret;
}

const struct object save_object = {
	.name = "save",
	.usage = usage,
	.run = save,
};
