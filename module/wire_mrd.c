// SPDX-License-Identifier: GPL-2.0
/* Multicast router solicitations to frames, RFC 4286 section 4. */
#include <linux/in6.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/byteorder.h>

#include "wire.h"
#include "wire_impl.h"

/**
 * mcs_wire_mrd_len() - length of the frame for a solicitation
 * @mld: ICMPv6, otherwise IGMP
 *
 * Return: octets from the MAC header on, without VLAN tag and padding.
 */
unsigned int mcs_wire_mrd_len(bool mld)
{
	return mcs_wire_head_len(mld) + WIRE_MRD_LEN;
}

/* RFC 4286 section 4.1: an address of the device, that of a link in IPv6 */
static bool source_ok(const struct in6_addr *src, bool mld)
{
	if (mld)
		return src->s6_addr[0] == 0xfe &&
		       (src->s6_addr[1] & 0xc0) == 0x80;
	return mcs_addr_is_v4(src) && mcs_source_is_usable(src);
}

/**
 * mcs_wire_build_mrd_sol() - write the frame for a solicitation
 * @frame: where to, need not be aligned
 * @len: room there, octets
 * @mld: ICMPv6, otherwise IGMP
 * @src: source address: unicast in IPv4, link-local in IPv6
 * @smac: source MAC address of the frame
 *
 * Ethernet without VLAN tag and padding, TTL or hop limit 1, router alert, to
 * 224.0.0.2 or ff02::2. Any context.
 *
 * Return: octets written, or 0 without room or a source address that can be
 *	used.
 */
unsigned int mcs_wire_build_mrd_sol(void *frame, unsigned int len, bool mld,
				    const struct in6_addr *src,
				    const __u8 smac[6])
{
	unsigned int need = mcs_wire_mrd_len(mld);
	struct in6_addr dst;
	__u8 *msg;

	if (len < need || !source_ok(src, mld))
		return 0;
	mcs_wire_well_known(&dst, mld, WIRE_IP4_ALL_ROUTERS,
			    WIRE_IP6_ALL_ROUTERS);
	msg = mcs_wire_put_head(frame, need, mld, src, &dst, smac);
	memset(msg, 0, WIRE_MRD_LEN);
	msg[0] = mld ? WIRE_MLD_MRD_SOL : WIRE_IGMP_MRD_SOL;
	mcs_wire_put_sums(frame, need, mld);
	return need;
}
