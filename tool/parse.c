// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers, times and addresses as people type them.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tool.h"

/**
 * parse_number - a decimal number
 * @word: what was typed
 * @num: the number
 *
 * Return: false when @word is anything else, or does not fit 32 bits.
 */
bool parse_number(const char *word, uint32_t *num)
{
	uint64_t n = 0;

	if (!*word)
		return false;
	for (; *word; word++) {
		if (!isdigit((unsigned char)*word))
			return false;
		n = n * 10 + (*word - '0');
		if (n > UINT32_MAX)
			return false;
	}
	*num = n;
	return true;
}

static uint64_t unit_ms(const char *unit)
{
	static const struct {
		const char *name;
		unsigned int ms;
	} units[] = {
		{ "", 1000 },
		{ "ms", 1 },
		{ "s", 1000 },
		{ "m", 60 * 1000 },
		{ "h", 60 * 60 * 1000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(unit, units[i].name))
			return units[i].ms;
	return 0;
}

/**
 * parse_time - a time: 125, 125s, 1.5s, 200ms, 2m, 1h
 * @word: what was typed, seconds when there is no unit
 * @ms: the time in milliseconds
 *
 * Return: NULL, or what is wrong with it as the end of a sentence.
 */
const char *parse_time(const char *word, uint32_t *ms)
{
	uint64_t frac = 0;
	uint64_t scale = 1;
	uint64_t unit;
	uint64_t n = 0;

	if (*word == '-')
		return "is less than nothing";
	if (!isdigit((unsigned char)*word))
		goto junk;
	for (; isdigit((unsigned char)*word); word++) {
		if (n <= UINT32_MAX)
			n = n * 10 + (*word - '0');
	}
	if (*word == '.') {
		word++;
		if (!isdigit((unsigned char)*word))
			goto junk;
		for (; isdigit((unsigned char)*word); word++) {
			if (scale < 1000000000) {
				frac = frac * 10 + (*word - '0');
				scale *= 10;
			} else if (*word != '0') {
				return "is finer than a millisecond";
			}
		}
	}
	unit = unit_ms(word);
	if (!unit)
		goto junk;
	if (frac * unit % scale)
		return "is finer than a millisecond";
	if (n > UINT32_MAX || n * unit + frac * unit / scale > UINT32_MAX)
		return "is too long, 1193h is the most";
	*ms = n * unit + frac * unit / scale;
	return NULL;
junk:
	return "is not a time: try 125, 125s, 1.5s, 200ms or 2m";
}

/**
 * parse_address - an IPv4 or IPv6 address
 * @word: what was typed
 * @addr: the address, IPv4 is mapped
 *
 * Return: false when it is neither.
 */
bool parse_address(const char *word, struct in6_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (inet_pton(AF_INET6, word, addr) == 1)
		return true;
	memset(addr, 0, sizeof(*addr));
	addr->s6_addr[10] = 0xff;
	addr->s6_addr[11] = 0xff;
	return inet_pton(AF_INET, word, &addr->s6_addr[12]) == 1;
}

/**
 * parse_prefix - an address, and how many of its bits count
 * @word: what was typed, ADDRESS or ADDRESS/LENGTH
 * @addr: the address, IPv4 is mapped
 * @len: bits, at most 32 for IPv4; all without a length
 *
 * Return: false when it is neither.
 */
bool parse_prefix(const char *word, struct in6_addr *addr, uint32_t *len)
{
	const char *slash = strchr(word, '/');
	char buf[INET6_ADDRSTRLEN];
	uint32_t most;

	if (slash) {
		if ((size_t)(slash - word) >= sizeof(buf))
			return false;
		memcpy(buf, word, slash - word);
		buf[slash - word] = '\0';
	}
	if (!parse_address(slash ? buf : word, addr))
		return false;
	most = addr_is_v4(addr) ? 32 : 128;
	*len = most;
	return !slash || (parse_number(slash + 1, len) && *len <= most);
}

/**
 * parse_mac - a MAC address
 * @word: what was typed, six octets as 01:00:5e:01:01:01
 * @mac: its octets
 *
 * Return: false when @word is anything else.
 */
bool parse_mac(const char *word, uint8_t *mac)
{
	static const char digits[] = "0123456789abcdef";
	unsigned int i;

	for (i = 0; i < 6 * 3 - 1; i++) {
		const char *digit;

		if (i % 3 == 2) {
			if (word[i] != ':')
				return false;
			continue;
		}
		digit = word[i] ? strchr(digits, tolower((unsigned char)word[i])) :
				  NULL;
		if (!digit)
			return false;
		mac[i / 3] = mac[i / 3] << 4 | (digit - digits);
	}
	return !word[i];
}

/**
 * parse_range - a range of groups: 232.0.0.0/8, ff3e::/32, ff3x::/32, none
 * @word: what was typed; x is any scope, which the kernel has as 0
 * @bits: bits of an address of the family that it must be of, 32 or 128
 * @addr: the address, IPv4 is mapped, all zero for none
 * @len: the length
 *
 * Return: false when it is anything else.
 */
bool parse_range(const char *word, unsigned int bits, struct in6_addr *addr,
		 uint32_t *len)
{
	char buf[INET6_ADDRSTRLEN + 4];

	memset(addr, 0, sizeof(*addr));
	*len = 0;
	if (!strcmp(word, "none"))
		return true;
	if (!strchr(word, '/') || strlen(word) >= sizeof(buf))
		return false;
	snprintf(buf, sizeof(buf), "%s", word);
	if (strlen(buf) > 4 && buf[3] == 'x' && buf[4] == ':')
		buf[3] = '0';
	return parse_prefix(buf, addr, len) &&
	       addr_is_v4(addr) == (bits == 32);
}
