// SPDX-License-Identifier: GPL-2.0
/*
 * No chain of a hash table becomes long, whatever groups have in common: a
 * table of the kernel rehashes itself at the sixteenth in a chain, and refuses
 * one while that is under way. FSM_SEED=N repeats a run.
 */
#include <linux/types.h>

#include "ktap.h"
#include "random.h"

/* what hash.h needs of the kernel; it has that itself */
#ifdef __KERNEL__
#include <linux/hash.h>
#include <linux/math64.h>
#else
#define GOLDEN_RATIO_64	0x61C8864680B583EBull
#define CONFIG_ARCH_SUPPORTS_INT128
typedef __u64 u64;
typedef __u32 u32;
typedef __u8 u8;
#endif

#include "hash.h"

#define SMALLEST	6	/* of a table's sizes, as powers of two */
#define LARGEST		13
#define CHAIN		16	/* RHT_ELASTICITY */
#define SECRETS		400

struct place {
	u64	high, low;
	u32	vid;
};

static const struct family {
	const char	*name;
	u8		base[16];
	u8		octets[2];	/* that a number is added to, lower first */
	u8		apart;		/* and to those so many octets before */
	bool		vlans;		/* 64 groups each, of many VLANs */
} families[] = {
	{ "IPv4", { [10] = 255, 255, 239, 1 }, .octets = { 15, 14 } },
	{ "IPv4, of many prefixes", { [10] = 255, 255, 239, 0, 0, 1 },
	  .octets = { 13, 14 } },
	{ "IPv4 in VLANs", { [10] = 255, 255, 239, 1 }, .octets = { 15, 14 },
	  .vlans = 1 },
	{ "hosts of IPv6", { 0x20, 1, 0x0d, 0xb8, [15] = 1 },
	  .octets = { 15, 14 } },
	{ "IPv6", { 0xff, 0x1e, [15] = 1 }, .octets = { 13, 12 } },
	{ "RFC 3306", { 0xff, 0x3e, 0, 48, 0x20, 1, [15] = 1 },
	  .octets = { 7, 6 } },
	{ "RFC 3306, other networks", { 0xff, 0x3e, 0, 64, 0x20, 1, [15] = 1 },
	  .octets = { 9, 8 } },
	{ "the same twice, four octets apart", { 0xff, 0x1e, [15] = 1 },
	  .octets = { 15, 14 }, .apart = 4 },
	{ "the same twice, eight octets apart", { 0xff, 0x1e, [15] = 1 },
	  .octets = { 15, 14 }, .apart = 8 },
	{ "next to the scope", { 0xff, 0x1e, [15] = 1 }, .octets = { 3, 2 } },
};

static void place(const struct family *f, unsigned int n, struct place *p)
{
	unsigned int i;
	u8 a[16];

	memcpy(a, f->base, sizeof(a));
	p->vid = f->vlans ? 1 + (n >> 6) : 0;
	if (f->vlans)
		n &= 63;
	for (i = 0; i < 2; i++) {
		a[f->octets[i]] += n >> 8 * i;
		if (f->apart)
			a[f->octets[i] - f->apart] += n >> 8 * i;
	}
	memcpy(&p->high, a, sizeof(p->high));
	memcpy(&p->low, a + 8, sizeof(p->low));
}

static unsigned int longest_chain(const struct place *p, unsigned int size,
				  u32 secret)
{
	static u8 chains[1 << LARGEST];
	unsigned int i, longest = 0;

	memset(chains, 0, sizeof(chains));
	for (i = 0; i < size; i++) {
		u32 hash = mcs_group_hash(p[i].high, p[i].low, p[i].vid, secret);
		u8 *chain = &chains[hash & (size - 1)];

		if (*chain < CHAIN && ++*chain > longest)
			longest = *chain;
	}
	return longest;
}

static void spread(const struct family *f)
{
	static struct place places[1 << LARGEST];
	unsigned int i, bits;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		place(f, i, &places[i]);
	for (i = 0; i < SECRETS; i++) {
		/* not what a table draws, but nothing keeps it from that */
		u32 secret = i < 32 ? 1U << i : random_below(~0U);

		for (bits = SMALLEST; bits <= LARGEST; bits++) {
			ktap_context("secret %#x, table of %u", secret,
				     1U << bits);
			KTAP_CHECK(longest_chain(places, 1U << bits, secret) <
				   CHAIN);
		}
	}
}

int main(void)
{
	unsigned int i;

	random_begin(0);
	KTAP_PLAN(ARRAY_SIZE(families));
	for (i = 0; i < ARRAY_SIZE(families); i++) {
		ktap_begin("chains stay short: %s", families[i].name);
		spread(&families[i]);
		ktap_end();
	}
	return ktap_exit();
}
