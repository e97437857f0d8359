// SPDX-License-Identifier: GPL-2.0
/* Neighbour discovery: who looks for whom, and who is there. RFC 4861. */
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>
#include <uapi/linux/mcsnoop.h>

#include "wire.h"
#include "wire_impl.h"

/* RFC 4861 sections 4.3, 4.4 and 4.6 */
#define ND_SOLICITATION		135
#define ND_ADVERTISEMENT	136
#define ND_LEN			24	/* octets before the options */
#define ND_HOP_LIMIT		255
#define ND_SOLICITED		0x40
#define ND_OPT_SOURCE		1
#define ND_OPT_UNIT		8

/* May a host have it? Not ::, loopback, multicast, or an IPv4 one. */
static bool is_host(const struct in6_addr *a)
{
	if (wire_is_multicast(a) || mcs_addr_is_v4(a))
		return false;
	return a->s6_addr32[0] || a->s6_addr32[1] || a->s6_addr32[2] ||
	       (a->s6_addr32[3] & ~__cpu_to_be32(1));
}

/**
 * mcs_wire_nd_group() - where solicitations for an address are sent to
 * @target: the address
 * @group: filled in, its solicited-node group
 *
 * RFC 4291 section 2.7.1. Any context.
 */
void mcs_wire_nd_group(const struct in6_addr *target, struct in6_addr *group)
{
	group->s6_addr32[0] = __cpu_to_be32(0xff020000);
	group->s6_addr32[1] = 0;
	group->s6_addr32[2] = __cpu_to_be32(1);
	group->s6_addr32[3] = target->s6_addr32[3] |
			      __cpu_to_be32(0xff000000);
}

/* Are the options whole? Is one of them the sender's link-layer address? */
static bool walk_options(const __u8 *p, unsigned int len, bool *has_source)
{
	unsigned int size;

	for (; len; p += size, len -= size) {
		if (len < ND_OPT_UNIT || !p[1])
			return false;
		size = p[1] * ND_OPT_UNIT;
		if (size > len)
			return false;
		if (*p == ND_OPT_SOURCE)
			*has_source = true;
	}
	return true;
}

/* RFC 4861 sections 7.1.1 and 7.1.2 */
static bool is_valid(const __u8 *ip, unsigned int len, struct mcs_nd_msg *msg)
{
	const __u8 *p = ip + WIRE_IP6_HLEN;
	bool has_source = false, dad;
	struct in6_addr group;
	__u64 sum;

	if (ip[7] != ND_HOP_LIMIT || len < ND_LEN || p[1])
		return false;
	sum = mcs_wire_sum_pseudo6(ip + 8, len, WIRE_PROTO_ICMP6);
	if (mcs_wire_fold(mcs_wire_sum(p, len, sum)) != 0xffff)
		return false;
	if (!is_host(&msg->target) ||
	    !walk_options(p + ND_LEN, len - ND_LEN, &has_source))
		return false;
	dad = mcs_addr_is_zero(&msg->src);
	if (p[0] == ND_ADVERTISEMENT)
		return is_host(&msg->src) &&
		       !(wire_is_multicast(&msg->dst) && p[4] & ND_SOLICITED);
	mcs_wire_nd_group(&msg->target, &group);
	msg->to_group = mcs_addr_equal(&msg->dst, &group);
	if (dad)
		return msg->to_group && !has_source;
	return is_host(&msg->src);
}

/**
 * mcs_wire_parse_nd() - parse a solicitation or advertisement of a neighbour
 * @l3: the IPv6 header, linear, need not be aligned
 * @len: octets there; padding after the datagram does no harm
 * @msg: filled in; nothing but its type is said of what is no such message or
 *	not valid
 *
 * RFC 4861 sections 4.3, 4.4, 7.1.1 and 7.1.2. Behind an extension header it
 * is not looked for. Any context.
 *
 * Return: true for one that is valid.
 */
bool mcs_wire_parse_nd(const void *l3, unsigned int len,
		       struct mcs_nd_msg *msg)
{
	const __u8 *ip = l3;
	unsigned int size;

	memset(msg, 0, sizeof(*msg));
	if (len < WIRE_IP6_HLEN + 1 || ip[0] >> 4 != 6 ||
	    ip[6] != WIRE_PROTO_ICMP6)
		return false;
	switch (ip[WIRE_IP6_HLEN]) {
	case ND_SOLICITATION:
	case ND_ADVERTISEMENT:
		break;
	default:
		return false;
	}
	msg->type = MCS_ND_BAD;
	size = wire_get16(ip + 4);
	if (size < ND_LEN || size > len - WIRE_IP6_HLEN)
		return false;
	memcpy(&msg->src, ip + 8, sizeof(msg->src));
	memcpy(&msg->dst, ip + 24, sizeof(msg->dst));
	memcpy(&msg->target, ip + WIRE_IP6_HLEN + 8, sizeof(msg->target));
	if (!is_valid(ip, size, msg))
		return false;
	msg->type = ip[WIRE_IP6_HLEN] == ND_SOLICITATION ?
		    MCS_ND_SOLICITATION : MCS_ND_ADVERTISEMENT;
	return true;
}
