// SPDX-License-Identifier: GPL-2.0
/*
 * Text and JSON from the same calls. Every value is given once, with the key
 * it has in JSON; column() says where the text of the following values goes:
 * into a cell of a table, or after a prefix on a line.
 */
#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

static const char *const color_codes[] = {
	[C_NONE] = "",
	[C_HEAD] = "\033[1m",
	[C_DEV] = "\033[36m",
	[C_IPV4] = "\033[35m",
	[C_IPV6] = "\033[34m",
	[C_GOOD] = "\033[32m",
	[C_WARN] = "\033[33m",
	[C_BAD] = "\033[31m",
	[C_DIM] = "\033[2m",
};

static bool colored;
static bool in_table;
static enum color brush;
static const char *pending_prefix;

/**
 * print_init - decide about colour
 *
 * Called once, when the options are known.
 */
void print_init(void)
{
	colored = !opt.json && (opt.color == COLOR_ALWAYS ||
				(opt.color == COLOR_AUTO && isatty(1)));
}

/**
 * color_on - what begins a colour
 * @color: the colour
 *
 * Return: an escape sequence, or nothing when there is to be no colour.
 */
const char *color_on(enum color color)
{
	return colored ? color_codes[color] : "";
}

/**
 * color_off - what ends a colour
 * @color: the colour
 *
 * Return: an escape sequence, or nothing when there is to be no colour.
 */
const char *color_off(enum color color)
{
	return colored && color != C_NONE ? "\033[0m" : "";
}

static void write_text(const char *s)
{
	if (table_active())
		table_text(s);
	else
		fputs(s, stdout);
}

/* What a device is called must not reach the terminal as a command. */
static void write_clean(const char *s)
{
	char buf[256];
	size_t i;

	for (i = 0; i < sizeof(buf) - 1 && s[i]; i++)
		buf[i] = (unsigned char)s[i] < 0x20 || s[i] == 0x7f ? '?' :
								      s[i];
	buf[i] = '\0';
	write_text(buf);
}

/* The text of a value: prefix, colour, value. */
static void text_value(const char *s)
{
	if (pending_prefix) {
		write_text(pending_prefix);
		pending_prefix = NULL;
	}
	if (table_active()) {
		if (brush != C_NONE)
			table_cell_color(brush);
		write_clean(s);
	} else {
		fputs(color_on(brush), stdout);
		write_clean(s);
		fputs(color_off(brush), stdout);
	}
}

static void put_value(enum where where, const char *key, const char *s)
{
	if (opt.json) {
		if (where & IN_JSON)
			json_word(key, s);
	} else if (where & IN_TEXT) {
		text_value(s);
	}
	brush = C_NONE;
}

/**
 * show_begin - begin the output of a show command
 * @table: text is a table
 */
void show_begin(bool table)
{
	if (opt.json)
		json_open(NULL, '[');
	else if (table)
		table_begin();
}

/**
 * show_end - end the output of a show command
 */
void show_end(void)
{
	if (opt.json) {
		json_close(']');
		json_newline();
	} else if (table_active()) {
		table_end();
	}
}

/**
 * row_begin - begin an entry
 */
void row_begin(void)
{
	in_table = table_active();
	if (opt.json)
		json_open(NULL, '{');
}

/**
 * row_end - end an entry, and the line it is on
 */
void row_end(void)
{
	pending_prefix = NULL;
	if (opt.json)
		json_close('}');
	else if (in_table)
		table_row_end();
	else
		putchar('\n');
}

static void next_column(const char *header, const char *prefix, bool right)
{
	if (opt.json)
		return;
	if (table_active())
		table_cell(header, right);
	else
		pending_prefix = prefix;
}

/**
 * column - say where the text of the values after this goes
 * @header: header of the column, when there is a table
 * @prefix: what comes before the first value, when there is none
 */
void column(const char *header, const char *prefix)
{
	next_column(header, prefix, false);
}

/**
 * column_right - as column(), aligned to the right
 * @header: header of the column, when there is a table
 * @prefix: what comes before the first value, when there is none
 */
void column_right(const char *header, const char *prefix)
{
	next_column(header, prefix, true);
}

/**
 * note - the text after this goes to a line of its own below the entry
 */
void note(void)
{
	if (opt.json)
		return;
	pending_prefix = NULL;
	if (table_active())
		table_note();
	else
		fputs("\n      ", stdout);
}

/**
 * open_list - begin a JSON array
 * @key: its name inside an object
 */
void open_list(const char *key)
{
	if (opt.json)
		json_open(key, '[');
}

/**
 * close_list - end a JSON array
 */
void close_list(void)
{
	if (opt.json)
		json_close(']');
}

/**
 * open_object - begin a JSON object
 * @key: its name inside an object, NULL in an array
 */
void open_object(const char *key)
{
	if (opt.json)
		json_open(key, '{');
}

/**
 * close_object - end a JSON object
 */
void close_object(void)
{
	if (opt.json)
		json_close('}');
}

/**
 * paint - colour the text of the next value
 * @color: the colour
 */
void paint(enum color color)
{
	if (!opt.json)
		brush = color;
}

/**
 * text - text that has no part in JSON
 * @fmt: as for printf()
 */
void text(const char *fmt, ...)
{
	char buf[512];
	va_list ap;

	if (opt.json)
		return;
	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);

	if (pending_prefix) {
		write_text(pending_prefix);
		pending_prefix = NULL;
	}
	if (brush != C_NONE && table_active())
		table_cell_color(brush);
	if (!table_active())
		fputs(color_on(brush), stdout);
	write_text(buf);
	if (!table_active())
		fputs(color_off(brush), stdout);
	brush = C_NONE;
}

/**
 * put_str - a string
 * @where: text, JSON or both
 * @key: its JSON key, NULL in an array
 * @s: the string
 */
void put_str(enum where where, const char *key, const char *s)
{
	if (!opt.json)
		put_value(where, key, s);
	else if (where & IN_JSON)
		json_string(key, s);
}

/**
 * put_uint - a number
 * @where: text, JSON or both
 * @key: its JSON key, NULL in an array
 * @num: the number
 */
void put_uint(enum where where, const char *key, uint64_t num)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "%llu", (unsigned long long)num);
	put_value(where, key, buf);
}

/**
 * put_bool - a switch: on and off as text, true and false in JSON
 * @where: text, JSON or both
 * @key: its JSON key, NULL in an array
 * @on: its state
 */
void put_bool(enum where where, const char *key, bool on)
{
	if (opt.json)
		put_value(where, key, on ? "true" : "false");
	else
		put_value(where, key, on ? "on" : "off");
}

/* Seconds with as many decimals as it takes, never by way of a float. */
static const char *seconds(uint64_t ms, char *buf)
{
	unsigned int rest = ms % 1000;
	int len;

	len = snprintf(buf, TIME_LEN, "%llu", (unsigned long long)ms / 1000);
	if (rest) {
		len += snprintf(buf + len, TIME_LEN - len, ".%03u", rest);
		while (buf[len - 1] == '0')
			buf[--len] = '\0';
	}
	return buf;
}

/**
 * time_text - a time that passes, as people say it
 * @ms: milliseconds
 * @buf: room for TIME_LEN characters
 *
 * Return: @buf: 9.4s, 59s, 4m19s, 2h04m or 3d07h; never more than is left.
 */
const char *time_text(uint64_t ms, char *buf)
{
	unsigned long long s = ms / 1000;

	if (s < 10)
		snprintf(buf, TIME_LEN, "%llu.%us", s,
			 (unsigned int)(ms % 1000 / 100));
	else if (s < 60)
		snprintf(buf, TIME_LEN, "%llus", s);
	else if (s < 3600)
		snprintf(buf, TIME_LEN, "%llum%02llus", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, TIME_LEN, "%lluh%02llum", s / 3600,
			 s / 60 % 60);
	else
		snprintf(buf, TIME_LEN, "%llud%02lluh", s / 86400,
			 s / 3600 % 24);
	return buf;
}

/**
 * interval_text - a time that is set, exact and as it can be typed
 * @ms: milliseconds
 * @buf: room for TIME_LEN characters
 *
 * Return: @buf: 200ms, 1.5s or 125s.
 */
const char *interval_text(uint64_t ms, char *buf)
{
	if (ms && ms < 1000) {
		snprintf(buf, TIME_LEN, "%llums", (unsigned long long)ms);
	} else {
		seconds(ms, buf);
		strcat(buf, "s");
	}
	return buf;
}

/**
 * put_ms - a time that passes; seconds in JSON
 * @where: text, JSON or both
 * @key: its JSON key, NULL in an array
 * @ms: milliseconds
 */
void put_ms(enum where where, const char *key, uint64_t ms)
{
	char buf[TIME_LEN];

	put_value(where, key, opt.json ? seconds(ms, buf) :
					 time_text(ms, buf));
}

/**
 * put_interval - a time that is set; seconds in JSON
 * @where: text, JSON or both
 * @key: its JSON key, NULL in an array
 * @ms: milliseconds
 */
void put_interval(enum where where, const char *key, uint64_t ms)
{
	char buf[TIME_LEN];

	put_value(where, key, opt.json ? seconds(ms, buf) :
					 interval_text(ms, buf));
}

/**
 * addr_is_v4 - whether an address is an IPv4 address
 * @addr: the address
 *
 * Return: true when it is IPv4-mapped.
 */
bool addr_is_v4(const struct in6_addr *addr)
{
	return IN6_IS_ADDR_V4MAPPED(addr);
}

/**
 * addr_text - an address as text
 * @addr: the address
 * @v6: what :: stands for, 0.0.0.0 or ::
 * @buf: room for the text
 * @len: octets of @buf, at least INET6_ADDRSTRLEN
 *
 * Return: @buf.
 */
const char *addr_text(const struct in6_addr *addr, bool v6, char *buf,
		      size_t len)
{
	bool v4 = addr_is_v4(addr) ||
		  (!v6 && IN6_IS_ADDR_UNSPECIFIED(addr));

	if (v4)
		inet_ntop(AF_INET, &addr->s6_addr[12], buf, len);
	else
		inet_ntop(AF_INET6, addr, buf, len);
	return buf;
}

/**
 * put_addr - an address
 * @where: text, JSON or both
 * @key: its JSON key, NULL in an array
 * @addr: the address
 * @v6: what :: stands for, 0.0.0.0 or ::
 */
void put_addr(enum where where, const char *key, const struct in6_addr *addr,
	      bool v6)
{
	char buf[INET6_ADDRSTRLEN];

	addr_text(addr, v6, buf, sizeof(buf));
	if (brush == C_NONE)
		paint(strchr(buf, ':') ? C_IPV6 : C_IPV4);
	put_str(where, key, buf);
}

/**
 * put_prefix - addresses that begin alike
 * @where: text, JSON or both
 * @key: its JSON key, NULL in an array
 * @addr: the first of them
 * @len: bits that count, at most 32 for IPv4
 */
void put_prefix(enum where where, const char *key, const struct in6_addr *addr,
		unsigned int len)
{
	char buf[INET6_ADDRSTRLEN];
	char prefix[INET6_ADDRSTRLEN + 4];

	addr_text(addr, true, buf, sizeof(buf));
	snprintf(prefix, sizeof(prefix), "%s/%u", buf, len);
	if (brush == C_NONE)
		paint(strchr(buf, ':') ? C_IPV6 : C_IPV4);
	put_str(where, key, prefix);
}

/**
 * put_mac - a MAC address
 * @where: text, JSON or both
 * @key: its JSON key, NULL in an array
 * @mac: six octets
 */
void put_mac(enum where where, const char *key, const uint8_t *mac)
{
	char buf[18];

	snprintf(buf, sizeof(buf), "%02x:%02x:%02x:%02x:%02x:%02x",
		 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	put_str(where, key, buf);
}

/**
 * put_dev - the name of a device
 * @where: text, JSON or both
 * @key: its JSON key, NULL in an array
 * @ifindex: the device
 */
void put_dev(enum where where, const char *key, uint32_t ifindex)
{
	paint(C_DEV);
	put_str(where, key, ifindex_name(ifindex));
}

/**
 * put_cause - why an event happened, at the end of its line
 * @attr: the attribute that says it, NULL when this is no event
 */
void put_cause(const struct nlattr *attr)
{
	if (!attr || table_active())
		return;
	pending_prefix = NULL;
	text(" (");
	put_str(IN_BOTH, "cause", cause_name(attr_uint(attr)));
	text(")");
}
