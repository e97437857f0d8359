// SPDX-License-Identifier: GPL-2.0
/*
 * Settings as they can be typed, for whatever has some.
 */
#include <stdio.h>
#include <string.h>

#include "save.h"

#define LINE_WIDTH	78
#define RANGE_LEN	(INET6_ADDRSTRLEN + 12)

static const char *json_key(const char *name, char *buf, size_t len)
{
	char *c;

	snprintf(buf, len, "%s", name);
	for (c = buf; *c; c++)
		if (*c == '-')
			*c = '_';
	return buf;
}

/* As it is typed: words with commas in between. */
static const char *flags_text(const struct param *param, uint32_t value)
{
	static char list[128];
	unsigned int i;

	snprintf(list, sizeof(list), "%s", value ? "" : "none");
	for (i = 0; i < param->nr; i++)
		if (value & 1U << i)
			snprintf(list + strlen(list),
				 sizeof(list) - strlen(list), "%s%s",
				 *list ? "," : "", param->names[i]);
	return list;
}

static void put_flags(enum where where, const char *key,
		      const struct param *param, uint32_t value)
{
	unsigned int i;

	if (where & IN_TEXT)
		put_str(IN_TEXT, key, flags_text(param, value));
	open_list(key);
	for (i = 0; i < param->nr; i++)
		if (value & 1U << i)
			put_str(IN_JSON, NULL, param->names[i]);
	close_list();
}

/* As it is typed; in an IPv6 range the scope 0 stands for all. */
static const char *range_text(const struct nlattr **tb,
			      const struct param *param, char *buf)
{
	struct in6_addr addr;
	size_t len;

	attr_address(tb[param->attr], &addr);
	if (IN6_IS_ADDR_UNSPECIFIED(&addr))
		return "none";
	addr_text(&addr, true, buf, INET6_ADDRSTRLEN);
	if (addr.s6_addr[0] == 0xff && !(addr.s6_addr[1] & 0x0f))
		buf[3] = 'x';
	len = strlen(buf);
	snprintf(buf + len, RANGE_LEN - len, "/%u",
		 (unsigned int)attr_uint(tb[param->attr + 1]));
	return buf;
}

static bool is_default(const struct nlattr **tb, const struct param *param)
{
	char buf[RANGE_LEN];

	if (param->type == PARAM_RANGE)
		return !strcmp(range_text(tb, param, buf), param->def_word);
	return attr_uint(tb[param->attr]) == param->def;
}

static void put_setting(enum where where, const struct nlattr **tb,
			const struct param *param)
{
	uint32_t value = attr_uint(tb[param->attr]);
	char buf[RANGE_LEN];
	char key[32];

	json_key(param->name, key, sizeof(key));
	if (!is_default(tb, param))
		paint(C_WARN);
	switch (param->type) {
	case PARAM_RANGE:
		put_str(where, key, range_text(tb, param, buf));
		break;
	case PARAM_ENUM:
		put_str(where, key, enum_name(param->names, param->nr, value));
		break;
	case PARAM_FLAGS:
		put_flags(where, key, param, value);
		break;
	case PARAM_BOOL:
		put_bool(where, key, value);
		break;
	case PARAM_TIME:
		put_interval(where, key, value);
		break;
	default:
		put_uint(where, key, value);
		break;
	}
}

static bool is_bit(uint64_t mask, uint16_t attr)
{
	return mask & setting_bit(attr);
}

/**
 * settings_save - print settings as they can be typed
 * @out: where
 * @tb: attributes of the object
 * @params: its settings
 * @n: how many
 * @own: bit per attribute that is printed although it is the default
 */
void settings_save(FILE *out, const struct nlattr **tb,
		   const struct param *params, unsigned int n, uint64_t own)
{
	char buf[RANGE_LEN + TIME_LEN];
	unsigned int i;

	for (i = 0; i < n; i++) {
		const struct param *param = &params[i];
		uint32_t value = attr_uint(tb[param->attr]);

		if (!tb[param->attr] ||
		    (is_default(tb, param) && !is_bit(own, param->attr)))
			continue;
		fprintf(out, " %s ", param->name);
		if (param->type == PARAM_RANGE)
			fputs(range_text(tb, param, buf), out);
		else if (param->type == PARAM_ENUM)
			fputs(enum_name(param->names, param->nr, value), out);
		else if (param->type == PARAM_FLAGS)
			fputs(flags_text(param, value), out);
		else if (param->type == PARAM_BOOL)
			fputs(value ? "on" : "off", out);
		else if (param->type == PARAM_TIME)
			fputs(interval_text(value, buf), out);
		else
			fprintf(out, "%u", value);
	}
}

static unsigned int setting_width(const struct nlattr **tb,
				  const struct param *param)
{
	uint32_t value = attr_uint(tb[param->attr]);
	char buf[RANGE_LEN];

	switch (param->type) {
	case PARAM_RANGE:
		return strlen(range_text(tb, param, buf));
	case PARAM_ENUM:
		return strlen(enum_name(param->names, param->nr, value));
	case PARAM_FLAGS:
		return strlen(flags_text(param, value));
	case PARAM_BOOL:
		return value ? 2 : 3;
	case PARAM_TIME:
		return strlen(interval_text(value, buf));
	default:
		return snprintf(buf, sizeof(buf), "%u", value);
	}
}

/**
 * settings_print - print settings as they can be typed
 * @tb: attributes of the object
 * @params: its settings
 * @n: how many
 * @shown: bit per attribute that text shows although it is the default
 * @indent: columns before lines that settings have for themselves; 0 to go
 *	on in the line that was begun
 *
 * JSON has them all. Text has those that are not the default.
 */
void settings_print(const struct nlattr **tb, const struct param *params,
		    unsigned int n, uint64_t shown, unsigned int indent)
{
	unsigned int used = LINE_WIDTH;
	unsigned int i;

	for (i = 0; i < n; i++) {
		const struct param *param = &params[i];
		enum where where = IN_BOTH;
		unsigned int len;

		if (!tb[param->attr])
			continue;
		if (is_default(tb, param) && !is_bit(shown, param->attr))
			where = IN_JSON;
		if (where & IN_TEXT) {
			len = strlen(param->name) + 1 +
			      setting_width(tb, param);
			if (indent && used + 1 + len > LINE_WIDTH) {
				if (table_active())
					note();
				else
					text("\n%*s", indent, "");
				used = indent;
			} else {
				text(" ");
				used++;
			}
			text("%s ", param->name);
			used += len;
		}
		put_setting(where, tb, param);
	}
}
