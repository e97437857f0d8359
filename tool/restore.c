// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop restore: a file of commands, done as a whole or not at all; and
 * mcsnoop -b, which does one after the other.
 *
 * Every line is read and understood before the first is done. What the module
 * itself refuses after that ends in detaching the bridges again that were
 * attached by then.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>

#include "rtnl.h"
#include "save.h"

static const char usage[] =
"Usage: mcsnoop restore [ FILE ] [ --state ]\n"
"\n"
"Does the commands that mcsnoop save has printed, all or none: when a line fails\n"
"it is named, and the bridges that the file attaches are detached again. They\n"
"must not be attached before. FILE is the standard input without a name, or -.\n"
"Lines that begin with # and empty lines are passed over. With --state members,\n"
"router ports and queriers come back as well, as far as their ports forward; they\n"
"count as unconfirmed until they are heard again.\n";

/* A request that a line has made. */
struct step {
	unsigned int line;
	uint8_t cmd;
	size_t offset;
};

/**
 * struct plan - what a file wants to be done
 * @msgs: the requests
 * @steps: where each comes from
 * @nr: how many
 * @line: that is being read
 * @state: what was learned, too
 */
struct plan {
	struct messages msgs;
	struct step *steps;
	unsigned int nr;
	unsigned int line;
	bool state;
};

static bool is_learned(uint8_t cmd)
{
	return cmd == MCSNOOP_CMD_GROUP_RESTORE ||
	       cmd == MCSNOOP_CMD_ROUTER_RESTORE ||
	       cmd == MCSNOOP_CMD_QUERIER_RESTORE;
}

static bool is_config(uint8_t cmd)
{
	return cmd == MCSNOOP_CMD_BRIDGE_ADD || cmd == MCSNOOP_CMD_BRIDGE_SET ||
	       cmd == MCSNOOP_CMD_VLAN_SET || cmd == MCSNOOP_CMD_PORT_SET ||
	       cmd == MCSNOOP_CMD_GROUP_ADD || cmd == MCSNOOP_CMD_FILTER_ADD;
}

static int add_step(struct request *req, void *arg)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(req->nlh);
	struct plan *plan = arg;
	struct step *step;

	if (!is_config(genl->cmd) && !is_learned(genl->cmd)) {
		fputs("Error: mcsnoop: only commands that add, set or learn can be restored\n",
		      stderr);
		return EXIT_USAGE;
	}
	if (is_learned(genl->cmd) && !plan->state)
		return EXIT_OK;
	plan->steps = xrealloc(plan->steps,
			       (plan->nr + 1) * sizeof(*plan->steps));
	step = &plan->steps[plan->nr++];
	step->line = plan->line;
	step->cmd = genl->cmd;
	step->offset = plan->msgs.len;
	messages_add(&plan->msgs, req->nlh);
	return EXIT_OK;
}

static int failed_at(const char *file, unsigned int line)
{
	fprintf(stderr, "Command failed %s:%u\n", file, line);
	return EXIT_FAILED;
}

/* Lines, without what is no command. */
static bool next_line(FILE *in, char **line, size_t *size, unsigned int *nr)
{
	ssize_t len;
	char *word;

	while ((len = getline(line, size, in)) >= 0) {
		(*nr)++;
		if (len && (*line)[len - 1] == '\n')
			(*line)[len - 1] = '\0';
		word = *line + strspn(*line, " \t");
		if (*word && *word != '#')
			return true;
	}
	return false;
}

static FILE *open_file(const char *file)
{
	FILE *in = strcmp(file, "-") ? fopen(file, "re") : stdin;

	if (!in)
		fprintf(stderr, "Cannot read \"%s\": %s\n", file,
			strerror(errno));
	return in;
}

static int read_plan(const char *file, struct plan *plan)
{
	FILE *in = open_file(file);
	char *line = NULL;
	size_t size = 0;
	int ret = EXIT_OK;

	if (!in)
		return EXIT_FAILED;
	genl_record(add_step, plan);
	while (!ret && next_line(in, &line, &size, &plan->line))
		ret = run_line(line);
	genl_record(NULL, NULL);
	free(line);
	if (in != stdin)
		fclose(in);
	return ret ? failed_at(file, plan->line) : EXIT_OK;
}

static void make_request(const struct plan *plan, const struct step *step,
			 struct request *req)
{
	const struct nlmsghdr *nlh;

	nlh = (const struct nlmsghdr *)(plan->msgs.buf + step->offset);
	request_init(req, step->cmd);
	memcpy(req->buf, nlh, nlh->nlmsg_len);
}

/* Undo: what was attached here is detached. */
static void detach_all(const struct plan *plan, unsigned int done)
{
	const struct nlattr *tb[MCSNOOP_A_BRIDGE_MAX + 1];
	static struct request req;
	uint32_t ifindex;

	while (done--) {
		if (plan->steps[done].cmd != MCSNOOP_CMD_BRIDGE_ADD)
			continue;
		make_request(plan, &plan->steps[done], &req);
		attrs_parse(req.nlh, tb, MCSNOOP_A_BRIDGE_MAX);
		ifindex = attr_uint(tb[MCSNOOP_A_BRIDGE_IFINDEX]);
		request_init(&req, MCSNOOP_CMD_BRIDGE_DEL);
		mnl_attr_put_u32(req.nlh, MCSNOOP_A_BRIDGE_IFINDEX, ifindex);
		genl_try(&req);
	}
}

/* What was learned is no reason to fail: a port may be down by now. */
static bool is_forgiven(const struct step *step, int error)
{
	return is_learned(step->cmd) && error != -EPERM;
}

static int do_plan(const char *file, const struct plan *plan)
{
	unsigned int i, lost = 0;
	static struct request req;
	int error;

	for (i = 0; i < plan->nr; i++) {
		make_request(plan, &plan->steps[i], &req);
		error = genl_try(&req);
		if (error && is_forgiven(&plan->steps[i], error)) {
			lost++;
		} else if (error) {
			genl_say(&req, error);
			detach_all(plan, i);
			return failed_at(file, plan->steps[i].line);
		}
	}
	if (lost)
		fprintf(stderr,
			"Warning: mcsnoop: %u of what was learned did not come back, a port is down or has left its VLAN\n",
			lost);
	return EXIT_OK;
}

/* A rule by which undoing is detaching: all is about bridges attached here. */
static int check_plan(const char *file, const struct plan *plan)
{
	const struct nlattr *tb[MCSNOOP_A_BRIDGE_MAX + 1];
	struct messages bridges = { 0 };
	const struct nlmsghdr *nlh = NULL, *add;
	struct request req;
	unsigned int i;
	uint32_t ifindex;
	int ret;

	request_init(&req, MCSNOOP_CMD_BRIDGE_GET);
	ret = genl_dump(&req, &bridges);
	while (!ret && (nlh = message_next(&bridges, nlh))) {
		attrs_parse(nlh, tb, MCSNOOP_A_BRIDGE_MAX);
		ifindex = attr_uint(tb[MCSNOOP_A_BRIDGE_IFINDEX]);
		for (i = 0; !ret && i < plan->nr; i++) {
			if (plan->steps[i].cmd != MCSNOOP_CMD_BRIDGE_ADD)
				continue;
			add = (const void *)(plan->msgs.buf +
					     plan->steps[i].offset);
			attrs_parse(add, tb, MCSNOOP_A_BRIDGE_MAX);
			if (attr_uint(tb[MCSNOOP_A_BRIDGE_IFINDEX]) != ifindex)
				continue;
			fprintf(stderr,
				"Error: mcsnoop: %s is attached already, type: mcsnoop bridge del dev %s\n",
				ifindex_name(ifindex), ifindex_name(ifindex));
			ret = failed_at(file, plan->steps[i].line);
		}
	}
	messages_free(&bridges);
	return ret;
}

static int restore(struct args *args)
{
	struct plan plan = { .state = false };
	const char *file = NULL;
	int ret;

	for (; args->argc; args->argc--, args->argv++) {
		const char *word = args->argv[0];

		if (!strcmp(word, "--state"))
			plan.state = true;
		else if (!file && (*word != '-' || !word[1]))
			file = word;
		else
			return usage_error(args,
					   "\"%s\" means nothing to \"mcsnoop restore\"",
					   word);
	}
	if (!file)
		file = "-";
	ret = genl_open();
	if (!ret)
		ret = read_plan(file, &plan);
	if (!ret)
		ret = check_plan(file, &plan);
	if (!ret)
		ret = do_plan(file, &plan);
	messages_free(&plan.msgs);
	free(plan.steps);
	return ret;
}

/**
 * batch - do the commands of a file, one after the other
 * @file: its name, - for the standard input
 * @force: go on after one has failed
 *
 * Return: exit status of the last that failed.
 */
int batch(const char *file, bool force)
{
	FILE *in = open_file(file);
	unsigned int nr = 0;
	char *line = NULL;
	size_t size = 0;
	int ret = EXIT_OK;
	int one;

	if (!in)
		return EXIT_FAILED;
	while ((force || !ret) && next_line(in, &line, &size, &nr)) {
		one = run_line(line);
		fflush(stdout);
		if (one)
			ret = failed_at(file, nr);
	}
	free(line);
	if (in != stdin)
		fclose(in);
	return ret;
}

const struct object restore_object = {
	.name = "restore",
	.usage = usage,
	.run = restore,
};
