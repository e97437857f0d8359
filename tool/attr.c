// SPDX-License-Identifier: GPL-2.0
/*
 * Reading attributes. Nothing the kernel says about a length is believed
 * before it was compared with what is there; an attribute of an unexpected
 * length is as good as none.
 */
#include <string.h>
#include <linux/genetlink.h>

#include "tool.h"

static void parse(const struct nlattr *attr, const char *end,
		  const struct nlattr **tb, unsigned int max)
{
	memset(tb, 0, (max + 1) * sizeof(*tb));
	while (mnl_attr_ok(attr, end - (const char *)attr)) {
		unsigned int type = mnl_attr_get_type(attr);

		if (type <= max && !tb[type])
			tb[type] = attr;
		attr = mnl_attr_next(attr);
	}
}

/**
 * attrs_parse - find the attributes of a message
 * @nlh: a message that is complete in memory
 * @tb: where to put them by type, the first one of each type
 * @max: greatest type to find, @tb has one more element than that
 */
void attrs_parse(const struct nlmsghdr *nlh, const struct nlattr **tb,
		 unsigned int max)
{
	const char *end = (const char *)nlh + nlh->nlmsg_len;

	parse(mnl_nlmsg_get_payload_offset(nlh, GENL_HDRLEN), end, tb, max);
}

/**
 * attrs_parse_nested - find the attributes within an attribute
 * @nest: the outer attribute
 * @tb: where to put them by type
 * @max: greatest type to find, @tb has one more element than that
 */
void attrs_parse_nested(const struct nlattr *nest, const struct nlattr **tb,
			unsigned int max)
{
	const char *start = mnl_attr_get_payload(nest);

	parse((const struct nlattr *)start,
	      start + mnl_attr_get_payload_len(nest), tb, max);
}

/**
 * attr_next_of_type - walk over attributes that may appear more than once
 * @nlh: the message
 * @prev: the one found before, NULL for the first
 * @type: the type
 *
 * Return: the next one, NULL when there is none.
 */
const struct nlattr *attr_next_of_type(const struct nlmsghdr *nlh,
				       const struct nlattr *prev,
				       uint16_t type)
{
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	const struct nlattr *attr;

	attr = prev ? mnl_attr_next(prev) :
		      mnl_nlmsg_get_payload_offset(nlh, GENL_HDRLEN);
	while (mnl_attr_ok(attr, end - (const char *)attr)) {
		if (mnl_attr_get_type(attr) == type)
			return attr;
		attr = mnl_attr_next(attr);
	}
	return NULL;
}

/**
 * attr_uint - value of an integer attribute of any width
 * @attr: the attribute, may be NULL
 *
 * Return: the value, 0 when there is none.
 */
uint64_t attr_uint(const struct nlattr *attr)
{
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	if (!attr)
		return 0;
	switch (mnl_attr_get_payload_len(attr)) {
	case 1:
		return *(const uint8_t *)mnl_attr_get_payload(attr);
	case 2:
		memcpy(&u16, mnl_attr_get_payload(attr), sizeof(u16));
		return u16;
	case 4:
		memcpy(&u32, mnl_attr_get_payload(attr), sizeof(u32));
		return u32;
	case 8:
		memcpy(&u64, mnl_attr_get_payload(attr), sizeof(u64));
		return u64;
	default:
		return 0;
	}
}

/**
 * attr_address - value of an address attribute
 * @attr: the attribute, may be NULL
 * @addr: where to put it, all zero when there is none
 *
 * Return: true when there is one.
 */
bool attr_address(const struct nlattr *attr, struct in6_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (!attr || mnl_attr_get_payload_len(attr) != sizeof(*addr))
		return false;
	memcpy(addr, mnl_attr_get_payload(attr), sizeof(*addr));
	return true;
}

/**
 * attr_mac - value of a MAC address attribute
 * @attr: the attribute, may be NULL
 * @mac: where to put its six octets
 *
 * Return: true when there is one that is not all zero.
 */
bool attr_mac(const struct nlattr *attr, uint8_t *mac)
{
	static const uint8_t zero[6];

	if (!attr || mnl_attr_get_payload_len(attr) != sizeof(zero))
		return false;
	memcpy(mac, mnl_attr_get_payload(attr), sizeof(zero));
	return memcmp(mac, zero, sizeof(zero)) != 0;
}
