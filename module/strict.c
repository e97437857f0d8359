// SPDX-License-Identifier: GPL-2.0
/*
 * What a port refuses although it is valid: the switches of struct
 * mcs_port_config. All of it is decided before any table is looked at.
 */
#include <linux/etherdevice.h>
#include "mcsnoop.h"
#include "strict.h"

static bool is_report(const struct mcs_msg *msg)
{
	return msg->type == MCS_MSG_REPORT || msg->type == MCS_MSG_LEAVE ||
	       msg->type == MCS_MSG_RECORDS;
}

/* What is flooded unread is not ours to judge. */
static bool is_read(const struct mcs_msg *msg)
{
	return msg->type != MCS_MSG_DATA && msg->type != MCS_MSG_OTHER &&
	       msg->type != MCS_MSG_FRAGMENT;
}

/**
 * mcs_l2dst_matches() - was a frame sent to where its IP destination is?
 * @msg: the message in it
 * @dest: destination MAC address of the frame
 *
 * RFC 1112 section 6.4, RFC 2464 section 7. Which MAC address a unicast
 * destination has is not known here.
 *
 * Return: true when the one is mapped to the other, or both are unicast.
 */
bool mcs_l2dst_matches(const struct mcs_msg *msg, const u8 *dest)
{
	const struct in6_addr *dst = &msg->dst;
	u8 mac[ETH_ALEN];

	if (msg->mld ? dst->s6_addr[0] != 0xff :
		       (dst->s6_addr[12] & 0xf0) != 0xe0)
		return !is_multicast_ether_addr(dest);
	mcs_group_mac(dst, mac);
	return ether_addr_equal(dest, mac);
}

/**
 * mcs_strict_any() - does a port refuse anything that is valid?
 * @c: its settings
 *
 * Return: false when it does not, as by default.
 */
bool mcs_strict_any(const struct mcs_port_config *c)
{
	return c->check_ttl || c->require_ra_query || c->require_ra_report ||
	       c->require_ra_leave || c->strict_dst || c->strict_l2dst ||
	       c->ignore_igmpv1 || c->ignore_igmpv2 || c->ignore_mldv1 ||
	       c->rate_reports || c->rate_queries;
}

static bool needs_alert(const struct mcs_port_config *c,
			const struct mcs_msg *msg)
{
	switch ((enum mcs_msg_type)msg->type) {
	case MCS_MSG_QUERY:
		/* version 1 is older than the option, RFC 3376 section 9.1 */
		return msg->version > 1 && READ_ONCE(c->require_ra_query);
	case MCS_MSG_REPORT:
	case MCS_MSG_RECORDS:
		return READ_ONCE(c->require_ra_report);
	case MCS_MSG_LEAVE:
		return READ_ONCE(c->require_ra_leave);
	default:
		return false;
	}
}

/**
 * mcs_strict_form() - judge the form of a message where a port is strict
 * @port: where it was heard, or the host side
 * @msg: the message, valid
 * @dest: destination MAC address of the frame
 *
 * RFC 2236 section 10, RFC 3376 section 9. The same message gets the same
 * answer however often it is asked.
 *
 * Context: RCU read side.
 * Return: 0, or the counter under which it is refused.
 */
int mcs_strict_form(const struct mcs_port *port, const struct mcs_msg *msg,
		    const u8 *dest)
{
	const struct mcs_port_config *c = &port->config;

	if (!is_read(msg))
		return 0;
	if (msg->notes & MCS_NOTE_TTL && READ_ONCE(c->check_ttl))
		return MCSNOOP_COUNTER_DROP_TTL;
	if (msg->notes & MCS_NOTE_RA && needs_alert(c, msg))
		return MCSNOOP_COUNTER_DROP_RA;
	if (msg->notes & MCS_NOTE_DST && is_report(msg) &&
	    READ_ONCE(c->strict_dst))
		return MCSNOOP_COUNTER_DROP_DST;
	if (READ_ONCE(c->strict_l2dst) && !mcs_l2dst_matches(msg, dest))
		return MCSNOOP_COUNTER_DROP_L2DST;
	return 0;
}

static bool is_ignored(const struct mcs_port_config *c,
		       const struct mcs_msg *msg)
{
	if (!is_report(msg) && msg->type != MCS_MSG_QUERY)
		return false;
	if (msg->mld)
		return msg->version == 1 && READ_ONCE(c->ignore_mldv1);
	return (msg->version == 1 && READ_ONCE(c->ignore_igmpv1)) ||
	       (msg->version == 2 && READ_ONCE(c->ignore_igmpv2));
}

/*
 * Take a token from a bucket that holds a second's worth of them. All there is
 * to know of it is when it will be full again: whoever moves that further than
 * a second away from now found it empty.
 */
static bool take_token(atomic64_t *full_at, u32 rate)
{
	s64 cost = NSEC_PER_SEC / rate;
	s64 now = mcs_now();
	s64 old = atomic64_read(full_at);
	s64 new;

	do {
		new = max(old, now) + cost;
		if (new - now > NSEC_PER_SEC)
			return false;
	} while (!atomic64_try_cmpxchg(full_at, &old, new));
	return true;
}

/**
 * mcs_strict_refuses() - judge the version of a message, and how many come
 * @port: where it was heard, or the host side
 * @msg: the message, valid and about to be learned from
 *
 * RFC 2236 section 10, RFC 3376 section 9, RFC 3810 section 10. Takes no lock:
 * a storm must not keep other ports waiting.
 *
 * Context: RCU read side.
 * Return: 0, or the counter under which it is refused.
 */
int mcs_strict_refuses(struct mcs_port *port, const struct mcs_msg *msg)
{
	const struct mcs_port_config *c = &port->config;
	u32 rate;

	if (!is_read(msg))
		return 0;
	if (is_ignored(c, msg))
		return MCSNOOP_COUNTER_DROP_VERSION;
	if (is_report(msg)) {
		rate = READ_ONCE(c->rate_reports);
		if (rate && !take_token(&port->reports_full_at, rate))
			return MCSNOOP_COUNTER_LIMIT_RATE_REPORTS;
	} else {
		rate = READ_ONCE(c->rate_queries);
		if (rate && !take_token(&port->queries_full_at, rate))
			return MCSNOOP_COUNTER_LIMIT_RATE_QUERIES;
	}
	return 0;
}
