// SPDX-License-Identifier: GPL-2.0
/*
 * Keywords and their values on the command line, and the same again as
 * attributes: a command is described by a table.
 */
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

/**
 * is_prefix - whether a word is the beginning of another
 * @word: what was typed
 * @of: the whole word
 *
 * Return: true when it is; nothing is the beginning of nothing.
 */
bool is_prefix(const char *word, const char *of)
{
	return *word && !strncmp(word, of, strlen(word));
}

/**
 * usage_error - say what is wrong with the command line
 * @args: tells the command
 * @fmt: as for printf(), a sentence without its full stop
 *
 * Return: EXIT_USAGE.
 */
int usage_error(const struct args *args, const char *fmt, ...)
{
	va_list ap;

	fputs("Error: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	if (args && args->object)
		fprintf(stderr, "\nTry \"mcsnoop %s help\".\n",
			args->object->name);
	else
		fputs("\nTry \"mcsnoop help\".\n", stderr);
	return EXIT_USAGE;
}

static int parse_enum(const struct args *args, const struct param *param,
		      struct value *value)
{
	char list[128] = "";
	unsigned int i;

	for (i = 0; i < param->nr; i++) {
		if (!strcmp(value->word, param->names[i])) {
			value->num = i;
			return EXIT_OK;
		}
		snprintf(list + strlen(list), sizeof(list) - strlen(list),
			 "%s%s", !i ? "" : i + 1 < param->nr ? ", " : " or ",
			 param->names[i]);
	}
	return usage_error(args, "%s is %s, not \"%s\"", param->name, list,
			   value->word);
}

/* Words with commas in between; none of them, or all. */
static int parse_flags(const struct args *args, const struct param *param,
		       struct value *value)
{
	const char *word = value->word;
	char list[128] = "";
	unsigned int i;
	size_t len;

	if (!strcmp(word, "none"))
		return EXIT_OK;
	if (!strcmp(word, "all")) {
		value->num = (1U << param->nr) - 1;
		return EXIT_OK;
	}
	for (;; word += len + 1) {
		len = strcspn(word, ",");
		for (i = 0; i < param->nr; i++)
			if (strlen(param->names[i]) == len &&
			    !strncmp(word, param->names[i], len))
				break;
		if (i == param->nr)
			break;
		value->num |= 1U << i;
		if (!word[len])
			return EXIT_OK;
	}
	for (i = 0; i < param->nr; i++)
		snprintf(list + strlen(list), sizeof(list) - strlen(list),
			 "%s%s", i ? "," : "", param->names[i]);
	return usage_error(args, "%s is all, none or some of %s, not \"%s\"",
			   param->name, list, value->word);
}

static int parse_dev(const struct param *param, struct value *value)
{
	value->num = if_nametoindex(value->word);
	if (value->num)
		return EXIT_OK;
	(void)param;
	fprintf(stderr, "Cannot find device \"%s\"\n", value->word);
	return EXIT_FAILED;
}

static int parse_value(const struct args *args, const struct param *param,
		       struct value *value)
{
	const char *word = value->word;
	const char *wrong;

	switch (param->type) {
	case PARAM_ENUM:
		return parse_enum(args, param, value);
	case PARAM_FLAGS:
		return parse_flags(args, param, value);
	case PARAM_BOOL:
		value->num = !strcmp(word, "on");
		if (value->num || !strcmp(word, "off"))
			return EXIT_OK;
		return usage_error(args, "%s is on or off, not \"%s\"",
				   param->name, word);
	case PARAM_NUMBER:
		if (parse_number(word, &value->num) &&
		    value->num >= param->min && value->num <= param->max)
			return EXIT_OK;
		return usage_error(args,
				   "%s is a number from %u to %u, not \"%s\"",
				   param->name, param->min, param->max, word);
	case PARAM_TIME:
		wrong = parse_time(word, &value->num);
		if (!wrong)
			return EXIT_OK;
		return usage_error(args, "%s: \"%s\" %s", param->name, word,
				   wrong);
	case PARAM_ADDRESS:
		if (parse_address(word, &value->addr))
			return EXIT_OK;
		return usage_error(args,
				   "%s: \"%s\" is not an IPv4 or IPv6 address",
				   param->name, word);
	case PARAM_PREFIX:
		if (parse_prefix(word, &value->addr, &value->num))
			return EXIT_OK;
		return usage_error(args,
				   "%s: \"%s\" is not an IPv4 or IPv6 address or prefix",
				   param->name, word);
	case PARAM_MAC:
		if (parse_mac(word, value->mac))
			return EXIT_OK;
		return usage_error(args,
				   "%s: \"%s\" is not a MAC address such as 01:00:5e:01:01:01",
				   param->name, word);
	case PARAM_RANGE:
		if (parse_range(word, param->max, &value->addr, &value->num))
			return EXIT_OK;
		return usage_error(args,
				   "%s is an IPv%c prefix, as %s, or none, not \"%s\"",
				   param->name, param->max == 32 ? '4' : '6',
				   param->def_word, word);
	case PARAM_FAMILY:
		value->num = !strcmp(word, "ipv6") ? AF_INET6 : AF_INET;
		if (value->num == AF_INET6 || !strcmp(word, "ipv4"))
			return EXIT_OK;
		return usage_error(args, "%s is ipv4 or ipv6, not \"%s\"",
				   param->name, word);
	case PARAM_BARE:
		break;	/* nothing to understand */
	case PARAM_WORD:
		break;	/* for the command to understand */
	case PARAM_DEV:
		break;	/* when the whole line is known to be right */
	}
	return EXIT_OK;
}

static unsigned int find_param(const struct param *params, unsigned int n,
			       const char *word)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (!strcmp(params[i].name, word))
			break;
	return i;
}

/* What stands between an object and its command, if it has commands. */
static const char *space(const struct args *args)
{
	return *args->command ? " " : "";
}

/**
 * params_read - read the rest of the command line, but for devices
 * @args: the words
 * @params: what may be there
 * @n: how many
 * @settings: where settings begin in @params, of which one must be there; 0
 *	when none needs to
 * @values: where to put what was there, one for each of @params
 *
 * For commands with more to say of the line, before params_devices().
 *
 * Return: EXIT_OK, or another exit status after saying what is wrong.
 */
int params_read(struct args *args, const struct param *params, unsigned int n,
		unsigned int settings, struct value *values)
{
	unsigned int given = 0;
	unsigned int i;
	int ret;

	memset(values, 0, n * sizeof(*values));
	while (args->argc) {
		const char *word = args->argv[0];

		i = find_param(params, n, word);
		if (i == n)
			return usage_error(args,
					   "\"%s\" means nothing to \"mcsnoop %s%s%s\"",
					   word, args->object->name, space(args),
					   args->command);
		if (values[i].set)
			return usage_error(args, "\"%s\" is given twice",
					   word);
		values[i].set = true;
		if (params[i].type == PARAM_BARE) {
			args->argc--;
			args->argv++;
			continue;
		}
		if (args->argc < 2)
			return usage_error(args, "\"%s\" lacks its value",
					   word);
		values[i].word = args->argv[1];
		args->argc -= 2;
		args->argv += 2;
		ret = parse_value(args, &params[i], &values[i]);
		if (ret)
			return ret;
	}
	for (i = 0; i < n; i++)
		if (params[i].required && !values[i].set)
			return usage_error(args,
					   "\"mcsnoop %s%s%s\" lacks \"%s\"",
					   args->object->name, space(args),
					   args->command, params[i].name);
	for (i = settings; i < n; i++)
		given += values[i].set;
	if (settings && !given)
		return usage_error(args, "there is nothing to set");
	return EXIT_OK;
}

/**
 * params_devices - look up the devices that were named
 * @params: what may have been given
 * @n: how many
 * @values: what was; the numbers of devices are filled in
 *
 * Return: EXIT_OK, or EXIT_FAILED after saying which does not exist.
 */
int params_devices(const struct param *params, unsigned int n,
		   struct value *values)
{
	unsigned int i;
	int ret;

	for (i = 0; i < n; i++) {
		if (params[i].type != PARAM_DEV || !values[i].set)
			continue;
		ret = parse_dev(&params[i], &values[i]);
		if (ret)
			return ret;
	}
	return EXIT_OK;
}

/**
 * params_parse - read the rest of the command line
 * @args: the words
 * @params: what may be there
 * @n: how many
 * @settings: where settings begin in @params, of which one must be there; 0
 *	when none needs to
 * @values: where to put what was there, one for each of @params
 *
 * Devices are looked up last, so that a mistyped line is called mistyped
 * whatever devices there are.
 *
 * Return: EXIT_OK, or another exit status after saying what is wrong.
 */
int params_parse(struct args *args, const struct param *params, unsigned int n,
		 unsigned int settings, struct value *values)
{
	int ret = params_read(args, params, n, settings, values);

	return ret ? ret : params_devices(params, n, values);
}

/**
 * params_put - make attributes of what was given
 * @req: the request
 * @params: what may have been given
 * @n: how many
 * @values: what was
 */
void params_put(struct request *req, const struct param *params,
		unsigned int n, const struct value *values)
{
	unsigned int i;

	req->params = params;
	req->nr_params = n;
	for (i = 0; i < n; i++) {
		const struct param *param = &params[i];
		const struct value *value = &values[i];

		if (!value->set || !param->attr)
			continue;
		if (param->type == PARAM_ADDRESS ||
		    param->type == PARAM_PREFIX || param->type == PARAM_RANGE)
			mnl_attr_put(req->nlh, param->attr,
				     sizeof(value->addr), &value->addr);
		if (param->type == PARAM_MAC)
			mnl_attr_put(req->nlh, param->attr, sizeof(value->mac),
				     value->mac);
		if (param->type == PARAM_ADDRESS || param->type == PARAM_MAC)
			continue;
		if (param->type == PARAM_PREFIX || param->type == PARAM_RANGE)
			mnl_attr_put_u8(req->nlh, param->attr + 1, value->num);
		else if (param->width == 1)
			mnl_attr_put_u8(req->nlh, param->attr, value->num);
		else if (param->width == 2)
			mnl_attr_put_u16(req->nlh, param->attr, value->num);
		else
			mnl_attr_put_u32(req->nlh, param->attr, value->num);
	}
}

/**
 * params_do - a command that is one request, made of its words
 * @args: the words
 * @params: what may be there
 * @n: how many
 * @settings: as for params_read()
 * @cmd: MCSNOOP_CMD_*
 *
 * Return: exit status.
 */
int params_do(struct args *args, const struct param *params, unsigned int n,
	      unsigned int settings, uint8_t cmd)
{
	struct value *values = xrealloc(NULL, n * sizeof(*values));
	struct request req;
	int ret;

	ret = params_parse(args, params, n, settings, values);
	if (!ret)
		ret = genl_open();
	if (!ret) {
		request_init(&req, cmd);
		params_put(&req, params, n, values);
		ret = genl_do(&req, NULL);
	}
	free(values);
	return ret;
}

/**
 * params_dump - ask for objects, those that the words of a command choose
 * @args: the words
 * @params: what may be there
 * @n: how many
 * @cmd: MCSNOOP_CMD_*_GET
 * @values: filled in, one for each of @params
 * @msgs: the answers, to be freed with messages_free() in any case
 *
 * Return: exit status.
 */
int params_dump(struct args *args, const struct param *params, unsigned int n,
		uint8_t cmd, struct value *values, struct messages *msgs)
{
	struct request req;
	int ret;

	ret = params_parse(args, params, n, 0, values);
	if (!ret)
		ret = genl_open();
	if (ret)
		return ret;
	request_init(&req, cmd);
	params_put(&req, params, n, values);
	return genl_dump(&req, msgs);
}

/**
 * param_name - the keyword of a setting
 * @params: what may have been given
 * @n: how many
 * @attr: the attribute
 *
 * Return: the keyword, NULL when there is none or its value is a device,
 * whose name says more.
 */
const char *param_name(const struct param *params, unsigned int n,
		       uint16_t attr)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (params[i].attr == attr && params[i].type != PARAM_DEV)
			return params[i].name;
	return NULL;
}
