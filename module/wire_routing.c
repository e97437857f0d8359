// SPDX-License-Identifier: GPL-2.0
/*
 * Signs of life of multicast routers that speak neither PIMv2 nor MRD: PIMv1
 * and DVMRP, which are types of IGMP, and OSPF with multicast extensions.
 * Anything odd about them leaves them what they are to everybody else, frames
 * to a link-local group.
 */
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>
#include <uapi/linux/mcsnoop.h>

#include "wire.h"
#include "wire_impl.h"

/* PIMv1: Router-Query is sent every 30 s and believed for 105 s */
#define PIMV1_QUERY		0
#define PIMV1_HOLDTIME		105000	/* ms */

/* DVMRP: probes are sent every 10 s, a neighbour is believed for 35 s */
#define DVMRP_PROBE		1
#define DVMRP_HOLDTIME		35000	/* ms */

/* RFC 2328 sections A.3.1 and A.3.2; RFC 1584 section A.1 */
#define OSPF_VERSION		2
#define OSPF_HELLO		1
#define OSPF_HELLO_LEN		44
#define OSPF_AUTH_CRYPTO	2
#define OSPF_AUTH		16	/* where authentication begins */
#define OSPF_BODY		24	/* where the hello begins */
#define OSPF_OPTIONS		30
#define OSPF_OPTION_MC		0x04
#define OSPF_DEAD_INTERVAL	32
#define OSPF_DEAD_MAX		4294966	/* s, what fits into mrt_ms */

/**
 * mcs_wire_body_routing() - parse IGMP of the types DVMRP and PIMv1
 * @p: the message, its type one of the two
 * @len: its length, at least 1
 * @msg: protocol and type are set, mrt_ms too if it is a sign of life; its
 *	dst is looked at
 *
 * Any context.
 */
void mcs_wire_body_routing(const __u8 *p, unsigned int len,
			   struct mcs_msg *msg)
{
	bool dvmrp = p[0] == WIRE_IGMP_DVMRP;
	__u32 to = dvmrp ? WIRE_IP4_ALL_DVMRP : WIRE_IP4_ALL_ROUTERS;

	msg->type = MCS_MSG_OTHER;
	msg->protocol = dvmrp ? MCSNOOP_EXAMINE_DVMRP : MCSNOOP_EXAMINE_PIMV1;
	if (len < WIRE_IGMP_LEN ||
	    p[1] != (dvmrp ? DVMRP_PROBE : PIMV1_QUERY) ||
	    mcs_addr_v4(&msg->dst) != __cpu_to_be32(to) ||
	    mcs_wire_fold(mcs_wire_sum(p, len, 0)) != 0xffff)
		return;
	msg->type = dvmrp ? MCS_MSG_DVMRP : MCS_MSG_PIMV1;
	msg->mrt_ms = dvmrp ? DVMRP_HOLDTIME : PIMV1_HOLDTIME;
}

/* The sum leaves out the authentication, RFC 2328 section D.4. */
static bool ospf_sum_ok(const __u8 *p, unsigned int len)
{
	__u64 sum;

	if (wire_get16(p + OSPF_AUTH - 2) == OSPF_AUTH_CRYPTO)
		return true;
	sum = mcs_wire_sum(p, OSPF_AUTH, 0);
	return mcs_wire_fold(mcs_wire_sum(p + OSPF_BODY, len - OSPF_BODY,
					  sum)) == 0xffff;
}

/**
 * mcs_wire_body_ospf() - find out whether OSPF is a hello of a multicast router
 * @p: the message
 * @len: octets there; cryptographic authentication may follow the message
 * @msg: type, protocol and mrt_ms are set if it is, otherwise nothing is
 *
 * RFC 2328 section A.3.2: a hello tells which routers there are, but only the
 * option MC of RFC 1584 tells that one forwards multicast. Any context.
 */
void mcs_wire_body_ospf(const __u8 *p, unsigned int len, struct mcs_msg *msg)
{
	unsigned int size;
	__u32 dead;

	if (len < OSPF_HELLO_LEN || p[0] != OSPF_VERSION || p[1] != OSPF_HELLO)
		return;
	size = wire_get16(p + 2);
	if (size < OSPF_HELLO_LEN || size > len ||
	    !(p[OSPF_OPTIONS] & OSPF_OPTION_MC) || !ospf_sum_ok(p, size))
		return;
	dead = (__u32)wire_get16(p + OSPF_DEAD_INTERVAL) << 16 |
	       wire_get16(p + OSPF_DEAD_INTERVAL + 2);
	if (!dead)
		return;
	if (dead > OSPF_DEAD_MAX)
		dead = OSPF_DEAD_MAX;
	msg->type = MCS_MSG_MOSPF;
	msg->protocol = MCSNOOP_EXAMINE_MOSPF;
	msg->mrt_ms = dead * 1000;
}
