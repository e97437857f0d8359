/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was seen within the last second: a table of words, each of which holds
 * what it was in its upper half and when in its lower half. It is written with
 * one store and read with one load, so there is never half of each, and whichever
 * of several processors wins has written what is true.
 */
#ifndef _MCSNOOP_LATELY_H
#define _MCSNOOP_LATELY_H

#include <linux/etherdevice.h>
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/types.h>

/**
 * mcs_lately_mac() - a MAC address as a number
 * @mac: aligned to two octets at least
 *
 * Return: its 48 bits, in no particular order.
 */
static inline u64 mcs_lately_mac(const u8 *mac)
{
	return (u64)get_unaligned((const u32 *)mac) << 16 |
	       get_unaligned((const u16 *)(mac + sizeof(u32)));
}

/**
 * mcs_lately_what() - what is to be remembered
 * @key: says what
 * @epoch: state of the bridge in which it is seen: it does not count in another
 *
 * Return: never 0.
 */
static inline u64 mcs_lately_what(u64 key, u32 epoch)
{
	/* twice, so that every bit of the key reaches the lower half too */
	key *= GOLDEN_RATIO_64;
	key ^= key >> 32;
	key *= GOLDEN_RATIO_64;
	return (key ^ (u64)epoch << 32) | 1;
}

/**
 * mcs_lately_slot() - where that is kept
 * @what: mcs_lately_what()
 * @slots: of the table, a power of two
 *
 * Return: index of the word.
 */
static inline unsigned int mcs_lately_slot(u64 what, unsigned int slots)
{
	return what >> 20 & (slots - 1);
}

/**
 * mcs_lately_now() - that it is seen now
 * @what: mcs_lately_what()
 *
 * Return: the word to be kept.
 */
static inline u64 mcs_lately_now(u64 what)
{
	return (what & ~0xffffffffULL) | (u32)jiffies;
}

/**
 * mcs_lately_seen() - was it seen within a second?
 * @word: what is kept
 * @what: mcs_lately_what()
 *
 * Return: true if so.
 */
static inline bool mcs_lately_seen(u64 word, u64 what)
{
	return !((word ^ what) >> 32) && (u32)jiffies - (u32)word < HZ;
}

#endif /* _MCSNOOP_LATELY_H */
