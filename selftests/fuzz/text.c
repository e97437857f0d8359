// SPDX-License-Identifier: GPL-2.0
/* See text.h. RFC 8259, RFC 3629, both as they are written. */
#include <string.h>

#include "text.h"

#define DEPTH_MAX	64

struct reader {
	const unsigned char	*s;
	const unsigned char	*end;
	const char		*bad;
	bool			cut;	/* it ended too early */
};

static bool over(struct reader *r)
{
	if (r->s < r->end)
		return false;
	r->cut = true;
	return true;
}

static void blanks(struct reader *r)
{
	while (r->s < r->end && strchr(" \t\r\n", *r->s) && *r->s)
		r->s++;
}

/* One character of more than one octet. */
static void wide(struct reader *r)
{
	unsigned int more = *r->s >= 0xf0 ? 3 : *r->s >= 0xe0 ? 2 : 1;
	unsigned int value = *r->s & (0x3f >> more), i;
	static const unsigned int least[] = { 0, 0x80, 0x800, 0x10000 };

	if (*r->s < 0xc2 || *r->s > 0xf4)
		r->bad = "an octet that begins no character";
	for (i = 0; i < more && !r->bad; i++) {
		r->s++;
		if (over(r))
			return;
		if ((*r->s & 0xc0) != 0x80)
			r->bad = "half a character";
		value = value << 6 | (*r->s & 0x3f);
	}
	if (!r->bad && (value < least[more] || value > 0x10ffff ||
			(value >= 0xd800 && value < 0xe000)))
		r->bad = "no character";
	r->s++;
}

static void read_escape(struct reader *r)
{
	unsigned int i;

	r->s++;
	if (over(r))
		return;
	if (*r->s != 'u') {
		if (!*r->s || !strchr("\"\\/bfnrt", *r->s))
			r->bad = "escape";
		r->s++;
		return;
	}
	r->s++;
	for (i = 0; i < 4; i++, r->s++) {
		if (over(r))
			return;
		if (!strchr("0123456789abcdefABCDEF", *r->s) || !*r->s)
			r->bad = "escape of a number";
	}
}

static void string(struct reader *r)
{
	r->s++;
	while (!r->bad && !over(r) && *r->s != '"') {
		if (*r->s < 0x20)
			r->bad = "control character";
		else if (*r->s == '\\')
			read_escape(r);
		else if (*r->s >= 0x80)
			wide(r);
		else
			r->s++;
	}
	r->s += !r->bad && !r->cut;
}

static void word(struct reader *r, const char *w)
{
	for (; *w && !over(r); w++, r->s++)
		if (*r->s != *w) {
			r->bad = "word";
			return;
		}
}

static void digits(struct reader *r)
{
	if (over(r))
		return;
	if (*r->s < '0' || *r->s > '9')
		r->bad = "number";
	while (r->s < r->end && *r->s >= '0' && *r->s <= '9')
		r->s++;
}

static void read_number(struct reader *r)
{
	r->s += *r->s == '-';
	if (r->end - r->s > 1 && *r->s == '0' && r->s[1] >= '0' &&
	    r->s[1] <= '9')
		r->bad = "number that begins with 0";
	digits(r);
	if (!r->bad && r->s < r->end && *r->s == '.') {
		r->s++;
		digits(r);
	}
}

static void value(struct reader *r, unsigned int depth);

static void member(struct reader *r, unsigned int depth, bool named)
{
	blanks(r);
	if (named) {
		if (over(r))
			return;
		if (*r->s != '"') {
			r->bad = "no name";
			return;
		}
		string(r);
		blanks(r);
		if (r->bad || over(r))
			return;
		if (*r->s++ != ':')
			r->bad = "no colon";
	}
	if (!r->bad)
		value(r, depth + 1);
	blanks(r);
}

static void members(struct reader *r, unsigned int depth)
{
	unsigned char close = *r->s == '[' ? ']' : '}';

	r->s++;
	blanks(r);
	if (r->s < r->end && *r->s == close) {
		r->s++;
		return;
	}
	for (;;) {
		member(r, depth, close == '}');
		if (r->bad || r->cut || over(r))
			return;
		if (*r->s == close)
			break;
		if (*r->s++ != ',') {
			r->bad = "neither comma nor end";
			return;
		}
	}
	r->s++;
}

static void value(struct reader *r, unsigned int depth)
{
	blanks(r);
	if (depth > DEPTH_MAX)
		r->bad = "too deep";
	if (r->bad || over(r))
		return;
	switch (*r->s) {
	case '"':
		string(r);
		break;
	case '[':
	case '{':
		members(r, depth);
		break;
	case 't':
		word(r, "true");
		break;
	case 'f':
		word(r, "false");
		break;
	default:
		read_number(r);
	}
}

static bool is_help(const struct reader *r)
{
	static const char usage[] = "Usage: ";

	return r->end - r->s >= (ptrdiff_t)strlen(usage) &&
	       !memcmp(r->s, usage, strlen(usage));
}

/**
 * json_fault() - what is wrong with one or more JSON values
 * @text: the text
 * @len: its length
 * @maybe_cut: the end may be missing
 *
 * What begins like no JSON at all, as a capture does, is not looked at, nor is
 * what follows the help of a command.
 *
 * Return: what it is, or NULL.
 */
const char *json_fault(const char *text, size_t len, bool maybe_cut)
{
	struct reader r = {
		.s = (const unsigned char *)text,
		.end = (const unsigned char *)text + len,
	};

	if (!len || (*text != '[' && *text != '{'))
		return NULL;
	do {
		value(&r, 0);
		blanks(&r);
	} while (!r.bad && !r.cut && r.s < r.end && !is_help(&r));
	return r.bad ? r.bad : r.cut && !maybe_cut ? "no end" : NULL;
}

/**
 * text_fault() - is there anything that a terminal would act upon?
 * @text: the text
 * @len: its length
 *
 * Files for tcpdump are none.
 *
 * Return: what it is, or NULL.
 */
const char *text_fault(const char *text, size_t len)
{
	static const char pcap[] = "\xd4\xc3\xb2\xa1";
	size_t i;

	if (len >= 4 && !memcmp(text, pcap, 4))
		return NULL;
	for (i = 0; i < len; i++)
		if (((unsigned char)text[i] < 0x20 && text[i] != '\n') ||
		    text[i] == 0x7f)
			return "a control character";
	return NULL;
}
