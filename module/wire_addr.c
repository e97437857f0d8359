// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses of either family in 16 octets: which of them may be a group or a
 * source, their order, lists of them, their MAC, and the Internet checksum.
 */
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>

#include "wire.h"
#include "wire_impl.h"

/**
 * mcs_addr_cmp() - order two addresses
 * @a: one address
 * @b: the other
 *
 * The order is that of the octets, hence the one of the querier election
 * (RFC 3376 section 6.6.2, RFC 3810 section 7.6.2). Any context.
 *
 * Return: less than, equal to or greater than 0, as memcmp().
 */
int mcs_addr_cmp(const struct in6_addr *a, const struct in6_addr *b)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		if (a->s6_addr32[i] == b->s6_addr32[i])
			continue;
		if (__be32_to_cpu(a->s6_addr32[i]) <
		    __be32_to_cpu(b->s6_addr32[i]))
			return -1;
		return 1;
	}
	return 0;
}

/**
 * mcs_group_is_usable() - tell whether membership of a group is recorded
 * @group: the group that a report names
 *
 * There is no state for what is always flooded or never leaves a host:
 * 224.0.0.0/24 (RFC 4541 section 2.1.2), ff02::1 and the scopes 0 and 1
 * (RFC 2710 section 5). Other groups of link-local scope count, among them
 * the solicited-node ones. Any context.
 *
 * Return: true when it is.
 */
bool mcs_group_is_usable(const struct in6_addr *group)
{
	const __u8 *a = group->s6_addr;

	if (mcs_addr_is_v4(group))
		return (a[12] & 0xf0) == 0xe0 &&
		       (a[12] != 224 || a[13] || a[14]);
	if (a[0] != 0xff || (a[1] & 0x0f) < 2)
		return false;
	return group->s6_addr32[0] != __cpu_to_be32(0xff020000) ||
	       group->s6_addr32[1] || group->s6_addr32[2] ||
	       group->s6_addr32[3] != __cpu_to_be32(1);
}

/* Bits of an address that a range compares, counted in 16 octets. */
static unsigned int range_bits(const struct mcs_range *r)
{
	return r->len + (mcs_addr_is_v4(&r->addr) ? 96 : 0);
}

/**
 * mcs_ssm_range_ok() - tell whether a range can be that of SSM groups
 * @range: the range
 * @mld: it is to hold IPv6 groups, otherwise IPv4
 *
 * It must be multicast, and all of the scope of an IPv6 group must be in the
 * prefix. Any context.
 *
 * Return: true when it can; an empty range can.
 */
bool mcs_ssm_range_ok(const struct mcs_range *range, bool mld)
{
	static const struct in6_addr none;
	struct in6_addr rest = range->addr;
	unsigned int bits, i;

	if (!memcmp(&range->addr, &none, sizeof(none)))
		return true;
	if (mcs_addr_is_v4(&range->addr) == mld ||
	    !wire_is_multicast(&range->addr) ||
	    range->len < (mld ? 16 : 4) || range->len > (mld ? 128 : 32))
		return false;
	bits = range_bits(range);
	for (i = 0; i < bits / 8; i++)
		rest.s6_addr[i] = 0;
	if (bits % 8)
		rest.s6_addr[i] &= 0xff >> bits % 8;
	return !memcmp(&rest, &none, sizeof(rest));
}

/* Are the first 1 to 32 bits of two words the same? */
static bool begin_alike(__be32 a, __be32 b, unsigned int bits)
{
	return !(__be32_to_cpu(a ^ b) >> (32 - bits));
}

/**
 * mcs_group_is_ssm() - tell whether a group is source-specific
 * @group: a multicast group
 * @range: the groups that are, mcs_ssm_range_ok(); by default 232/8 and
 *	ff30::/32
 *
 * RFC 4607 section 1 means all scopes by ff3x::/32. In a range of IPv6 groups
 * the scope 0, which no group has, stands for them. Any context.
 *
 * Return: true when it is.
 */
bool mcs_group_is_ssm(const struct in6_addr *group,
		      const struct mcs_range *range)
{
	const struct in6_addr *first = &range->addr;
	unsigned int bits = range->len;
	__be32 word = first->s6_addr32[0];
	unsigned int i = 0;

	if (mcs_addr_is_v4(first))
		return mcs_addr_is_v4(group) && first->s6_addr32[3] &&
		       begin_alike(group->s6_addr32[3], first->s6_addr32[3],
				   bits);
	if (!word)
		return false;
	if (!(first->s6_addr[1] & 0x0f))
		word |= group->s6_addr32[0] & __cpu_to_be32(0x000f0000);
	while (bits > 32) {
		if (group->s6_addr32[i] != word)
			return false;
		bits -= 32;
		word = first->s6_addr32[++i];
	}
	return begin_alike(group->s6_addr32[i], word, bits);
}

/**
 * mcs_source_is_usable() - tell whether an address may be in a source list
 * @src: the address
 *
 * Sources are unicast: RFC 3376 section 4.2.9, RFC 3810 section 5.2.9. Hence
 * not 0/8, 127/8, 224/4, 255.255.255.255; ::, ::1 and ff00::/8. Any context.
 *
 * Return: true when it may.
 */
bool mcs_source_is_usable(const struct in6_addr *src)
{
	const __u8 *a = src->s6_addr;

	if (mcs_addr_is_v4(src))
		return a[12] != 0 && a[12] != 127 && (a[12] & 0xf0) != 0xe0 &&
		       src->s6_addr32[3] != __cpu_to_be32(0xffffffff);
	if (a[0] == 0xff)
		return false;
	return src->s6_addr32[0] || src->s6_addr32[1] || src->s6_addr32[2] ||
	       __be32_to_cpu(src->s6_addr32[3]) > 1;
}

/**
 * mcs_group_mac() - the MAC address that carries a group
 * @group: the group
 * @mac: where to
 *
 * RFC 1112 section 6.4, RFC 2464 section 7. Many groups share a MAC, so it
 * must never be the key of a decision. Any context.
 */
void mcs_group_mac(const struct in6_addr *group, __u8 mac[6])
{
	if (mcs_addr_is_v4(group)) {
		mac[0] = 0x01;
		mac[1] = 0x00;
		mac[2] = 0x5e;
		mac[3] = group->s6_addr[13] & 0x7f;
		mac[4] = group->s6_addr[14];
		mac[5] = group->s6_addr[15];
	} else {
		mac[0] = 0x33;
		mac[1] = 0x33;
		memcpy(mac + 2, group->s6_addr + 12, 4);
	}
}

/* Let the address at @i sink to where no child is greater, in a heap of @n. */
static void sift_down(struct in6_addr *a, unsigned int i, unsigned int n)
{
	struct in6_addr sinking = a[i];
	unsigned int child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && mcs_addr_cmp(&a[child], &a[child + 1]) < 0)
			child++;
		if (mcs_addr_cmp(&sinking, &a[child]) >= 0)
			break;
		a[i] = a[child];
		i = child;
	}
	a[i] = sinking;
}

/*
 * A heap sort: the list is a stranger's, and no order of it may cost more than
 * n log n or any stack.
 */
static void sort_addrs(struct in6_addr *a, unsigned int n)
{
	struct in6_addr greatest;
	unsigned int i;

	for (i = n / 2; i-- > 0; )
		sift_down(a, i, n);
	while (n > 1) {
		n--;
		greatest = a[0];
		a[0] = a[n];
		a[n] = greatest;
		sift_down(a, 0, n);
	}
}

/* Remove repetitions from a sorted list. */
static unsigned int unique_addrs(struct in6_addr *a, unsigned int n)
{
	unsigned int kept = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (kept && !mcs_addr_cmp(&a[kept - 1], &a[i]))
			continue;
		a[kept++] = a[i];
	}
	return kept;
}

/**
 * mcs_wire_sources() - turn a source list of a message into a set
 * @srcs: the sources as on the wire, need not be aligned
 * @n: how many
 * @mld: they have 16 octets, otherwise 4
 * @out: room for @n addresses
 * @skipped: set to the number of sources that were left out because they are
 *	not unicast addresses
 *
 * A list is a set (RFC 3376 section 4.2.12): repetitions count once and are
 * not @skipped. When @n is not 0 and nothing is kept, the record must be
 * passed over, or it would mean the opposite. IPv4-mapped addresses do not
 * belong into MLD and are left out. At most n log n comparisons, no recursion.
 * Any context.
 *
 * Return: number of addresses in @out, ascending by mcs_addr_cmp(), unique.
 */
unsigned int mcs_wire_sources(const __u8 *srcs, unsigned int n, bool mld,
			      struct in6_addr *out, unsigned int *skipped)
{
	bool sorted = true;
	unsigned int kept = 0;
	struct in6_addr *a;
	unsigned int i;
	__be32 v4;

	for (i = 0; i < n; i++, srcs += wire_alen(mld)) {
		a = &out[kept];
		if (mld) {
			memcpy(a, srcs, sizeof(*a));
		} else {
			memcpy(&v4, srcs, sizeof(v4));
			mcs_addr_from_v4(a, v4);
		}
		if (mcs_addr_is_v4(a) == mld || !mcs_source_is_usable(a))
			continue;
		if (kept && mcs_addr_cmp(a - 1, a) >= 0)
			sorted = false;
		kept++;
	}
	*skipped = n - kept;
	if (sorted)
		return kept;
	sort_addrs(out, kept);
	return unique_addrs(out, kept);
}

/* What is carried out of the sum is added to it. */
static __u64 add_carrying(__u64 sum, __u64 word)
{
	sum += word;
	return sum + (sum < word);
}

/**
 * mcs_wire_sum() - add octets to an Internet checksum
 * @p: the octets, need not be aligned
 * @len: how many; a multiple of 2 unless they are the last
 * @sum: sum of what came before, 0 at first
 *
 * RFC 1071: the sum does not depend on byte order if it is stored the way the
 * words were read, nor on how long the words are. A missing last octet counts
 * as 0. Any context.
 *
 * Return: the sum, for mcs_wire_fold() or the next call.
 */
__u64 mcs_wire_sum(const __u8 *p, unsigned int len, __u64 sum)
{
	__u64 word;
	__u32 half;
	__u16 rest;

	for (; len >= sizeof(word); len -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		sum = add_carrying(sum, word);
	}
	if (len & sizeof(half)) {
		memcpy(&half, p, sizeof(half));
		sum = add_carrying(sum, half);
		p += sizeof(half);
	}
	if (len & sizeof(rest)) {
		memcpy(&rest, p, sizeof(rest));
		sum = add_carrying(sum, rest);
		p += sizeof(rest);
	}
	if (len & 1) {
		rest = 0;
		memcpy(&rest, p, 1);
		sum = add_carrying(sum, rest);
	}
	return sum;
}

/**
 * mcs_wire_sum_pseudo6() - begin the checksum of an IPv6 upper-layer message
 * @src_dst: source and destination address, 32 octets
 * @len: octets of the message
 * @proto: its protocol
 *
 * RFC 8200 section 8.1. Any context.
 *
 * Return: the sum, for mcs_wire_sum().
 */
__u64 mcs_wire_sum_pseudo6(const __u8 *src_dst, unsigned int len, __u8 proto)
{
	__u8 tail[8] = { 0, len >> 16, len >> 8, len, 0, 0, 0, proto };

	return mcs_wire_sum(tail, sizeof(tail), mcs_wire_sum(src_dst, 32, 0));
}
