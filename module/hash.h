/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where groups and neighbours are in their hash tables. Whoever chooses
 * addresses must not choose where they meet: a table refuses what makes one of
 * its chains too long while it is being rehashed.
 *
 * Needs <linux/hash.h> and <linux/math64.h>; tests in userspace bring their own.
 */
#ifndef _MCSNOOP_HASH_H
#define _MCSNOOP_HASH_H

/**
 * mcs_fold() - all bits of one number meet all of another
 * @a: a number
 * @b: another
 *
 * The upper half of a product depends on the lower bits, the lower half on
 * those as well but not on upper ones: only both together spread what differs
 * at either end. Their sum or difference would not do: that is the product
 * modulo 2^64 - 1 or 2^64 + 1, so no other kind of thing than a product.
 *
 * Return: both halves of the product, one upon the other.
 */
static inline u64 mcs_fold(u64 a, u64 b)
{
#if defined(CONFIG_ARCH_SUPPORTS_INT128) && defined(__SIZEOF_INT128__)
	unsigned __int128 product = a;

	product *= b;		/* one instruction; the other way takes two */
	return (u64)product ^ (u64)(product >> 64);
#else
	return a * b ^ mul_u64_u64_shr(a, b, 64);
#endif
}

/**
 * mcs_group_hash() - where an address is in a hash table
 * @high: its first half, as it is in memory
 * @low: its second half
 * @vid: the VLAN
 * @seed: secret of the table
 *
 * One product leaves numbers that follow each other at even distances, which
 * for one secret of a hundred come back to a few buckets. The second sees to
 * that.
 *
 * Return: the hash, good in all of its bits.
 */
static inline u32 mcs_group_hash(u64 high, u64 low, u32 vid, u32 seed)
{
	const u64 secret = seed * GOLDEN_RATIO_64;
	u64 hash = mcs_fold(low ^ secret, high ^ secret) + vid;

	return hash * GOLDEN_RATIO_64 >> 32;
}

#endif /* _MCSNOOP_HASH_H */
