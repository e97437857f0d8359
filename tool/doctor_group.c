// SPDX-License-Identifier: GPL-2.0
/* Findings about groups. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

#define A(name)	MCSNOOP_A_GROUP_##name
#define B(name)	MCSNOOP_A_BRIDGE_##name

#define MAX_SHARED	8	/* findings of one kind */

struct entry {
	uint32_t bridge;
	uint32_t vid;
	uint8_t mac[6];
	struct in6_addr addr;
};

/* Where frames to a group go, RFC 1112 section 6.4, RFC 2464 section 7. */
static void group_mac(const struct in6_addr *addr, uint8_t *mac)
{
	static const uint8_t v4[] = { 0x01, 0x00, 0x5e };
	static const uint8_t v6[] = { 0x33, 0x33 };

	if (addr_is_v4(addr)) {
		memcpy(mac, v4, sizeof(v4));
		memcpy(mac + 3, &addr->s6_addr[13], 3);
		mac[3] &= 0x7f;
	} else {
		memcpy(mac, v6, sizeof(v6));
		memcpy(mac + 2, &addr->s6_addr[12], 4);
	}
}

static int compare(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order;

	if (a->bridge != b->bridge)
		return a->bridge < b->bridge ? -1 : 1;
	if (a->vid != b->vid)
		return a->vid < b->vid ? -1 : 1;
	order = memcmp(a->mac, b->mac, sizeof(a->mac));
	return order ? order : memcmp(&a->addr, &b->addr, sizeof(a->addr));
}

static struct entry *read_entries(const struct facts *f, size_t *nr)
{
	const struct nlattr *tb[A(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	struct entry *entries = NULL;
	size_t size = 0;

	*nr = 0;
	while ((nlh = message_next(&f->groups, nlh))) {
		struct entry *entry;

		attrs_parse(nlh, tb, A(MAX));
		if (!tb[A(ADDRESS)])
			continue;
		if (*nr == size) {
			size = size ? size * 2 : 64;
			entries = xrealloc(entries, size * sizeof(*entries));
		}
		entry = &entries[(*nr)++];
		memset(entry, 0, sizeof(*entry));
		entry->bridge = attr_uint(tb[A(BRIDGE)]);
		entry->vid = attr_uint(tb[A(VID)]);
		attr_address(tb[A(ADDRESS)], &entry->addr);
		group_mac(&entry->addr, entry->mac);
	}
	if (*nr)
		qsort(entries, *nr, sizeof(*entries), compare);
	return entries;
}

static bool is_mac_mode(const struct facts *f, uint32_t bridge)
{
	const struct nlattr *tb[B(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;

	while ((nlh = message_next(&f->bridges, nlh))) {
		attrs_parse(nlh, tb, B(MAX));
		if (attr_uint(tb[B(IFINDEX)]) == bridge)
			return attr_uint(tb[B(MAC_MODE)]);
	}
	return false;
}

static void say_shared(const struct facts *f, const struct entry *a,
		       const struct entry *b)
{
	struct about about = {
		.bridge = a->bridge,
		.vid = a->vid,
		.family = addr_is_v4(&a->addr) ? AF_INET : AF_INET6,
	};
	char one[INET6_ADDRSTRLEN], other[INET6_ADDRSTRLEN];
	const uint8_t *mac = a->mac;
	bool mac_mode = is_mac_mode(f, a->bridge);

	addr_text(&a->addr, true, one, sizeof(one));
	addr_text(&b->addr, true, other, sizeof(other));
	found("shared-mac", mac_mode ? WARNING : NOTE, &about,
	      "%s and %s have the same MAC address, %02x:%02x:%02x:%02x:%02x:%02x: %s. Use another group, or see who wants which:",
	      one, other, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5],
	      mac_mode ? "in mac-mode whoever wants one gets both" :
	      "simple switches deliver both to whoever wants one, and network cards take both");
	if (mac_mode)
		advise("mcsnoop bridge set dev %s mac-mode off",
		       dev_word(a->bridge));
	advise("mcsnoop group show dev %s grp %s", dev_word(a->bridge),
	       other);
}

static void check_shared(const struct facts *f, const struct entry *entries,
			 size_t nr)
{
	unsigned int said = 0;
	size_t i;

	for (i = 1; i < nr && said < MAX_SHARED; i++) {
		const struct entry *a = &entries[i - 1], *b = &entries[i];

		if (a->bridge != b->bridge || a->vid != b->vid ||
		    memcmp(a->mac, b->mac, sizeof(a->mac)) ||
		    !memcmp(&a->addr, &b->addr, sizeof(a->addr)))
			continue;
		say_shared(f, a, b);
		said++;
	}
}

/**
 * check_groups - findings about groups
 * @f: the facts
 */
void check_groups(const struct facts *f)
{
	struct entry *entries;
	size_t nr;

	entries = read_entries(f, &nr);
	check_shared(f, entries, nr);
	free(entries);
}
