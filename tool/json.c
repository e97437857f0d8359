// SPDX-License-Identifier: GPL-2.0
/*
 * JSON, written as it goes: commas, indentation and escaping. Nothing is
 * kept but which brackets are open and whether something is in them already.
 */
#include <stdio.h>
#include <string.h>

#include "tool.h"

#define JSON_INDENT	4
#define JSON_MAX_DEPTH	16

static unsigned int depth;
static bool filled[JSON_MAX_DEPTH];

static void indent(void)
{
	if (opt.pretty)
		printf("\n%*s", depth * JSON_INDENT, "");
}

/**
 * utf8_len - how long the character is that a string begins with
 * @s: the string
 *
 * Return: octets, 0 when it is not valid UTF-8.
 */
unsigned int utf8_len(const unsigned char *s)
{
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		return (s[1] & 0xc0) == 0x80 ? 2 : 0;
	if (s[0] >= 0xe0 && s[0] <= 0xef) {
		if ((s[1] & 0xc0) != 0x80 || (s[2] & 0xc0) != 0x80)
			return 0;
		if (s[0] == 0xe0 && s[1] < 0xa0)
			return 0;	/* overlong */
		if (s[0] == 0xed && s[1] > 0x9f)
			return 0;	/* surrogate */
		return 3;
	}
	if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		if ((s[1] & 0xc0) != 0x80 || (s[2] & 0xc0) != 0x80 ||
		    (s[3] & 0xc0) != 0x80)
			return 0;
		if (s[0] == 0xf0 && s[1] < 0x90)
			return 0;	/* overlong */
		if (s[0] == 0xf4 && s[1] > 0x8f)
			return 0;	/* beyond Unicode */
		return 4;
	}
	return 0;
}

/* Device names may hold any octet but a space, a slash and a colon. */
static void quote(const char *str)
{
	const unsigned char *s = (const unsigned char *)str;
	unsigned int len;

	putchar('"');
	while (*s) {
		len = utf8_len(s);
		if (!len) {
			fputs("\\ufffd", stdout);
			len = 1;
		} else if (*s == '"' || *s == '\\') {
			printf("\\%c", *s);
		} else if (*s < 0x20 || *s == 0x7f) {
			printf("\\u%04x", *s);
		} else {
			fwrite(s, 1, len, stdout);
		}
		s += len;
	}
	putchar('"');
}

static void begin(const char *key)
{
	if (depth) {
		if (filled[depth])
			putchar(',');
		filled[depth] = true;
		indent();
	}
	if (key) {
		quote(key);
		fputs(opt.pretty ? ": " : ":", stdout);
	}
}

/**
 * json_open - begin an object or an array
 * @key: its name inside an object, NULL elsewhere
 * @bracket: the opening bracket
 */
void json_open(const char *key, char bracket)
{
	begin(key);
	putchar(bracket);
	if (depth < JSON_MAX_DEPTH - 1)
		depth++;
	filled[depth] = false;
}

/**
 * json_close - end what json_open() began
 * @bracket: the closing bracket
 */
void json_close(char bracket)
{
	bool any = filled[depth];

	if (depth)
		depth--;
	if (any)
		indent();
	putchar(bracket);
}

/**
 * json_string - a string value
 * @key: its name inside an object, NULL inside an array
 * @s: the string, any octets
 */
void json_string(const char *key, const char *s)
{
	begin(key);
	quote(s);
}

/**
 * json_word - a number, true or false
 * @key: its name inside an object, NULL inside an array
 * @s: the value as it is to be written
 */
void json_word(const char *key, const char *s)
{
	begin(key);
	fputs(s, stdout);
}

/**
 * json_newline - end the line after a whole document
 */
void json_newline(void)
{
	putchar('\n');
}
