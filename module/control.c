// SPDX-License-Identifier: GPL-2.0
/* A control message meets the tables. */
#include <linux/slab.h>
#include "ask.h"
#include "filter.h"
#include "log.h"
#include "router.h"
#include "strict.h"

#define MRD_INTERVAL_MIN	(4ULL * NSEC_PER_SEC)
#define MRD_INTERVAL_MAX	(180ULL * NSEC_PER_SEC)

static const u8 query_counter[MCS_FAMILIES][3] = {
	{ MCSNOOP_COUNTER_RX_IGMP_QUERY_V1, MCSNOOP_COUNTER_RX_IGMP_QUERY_V2,
	  MCSNOOP_COUNTER_RX_IGMP_QUERY_V3 },
	{ MCSNOOP_COUNTER_RX_MLD_QUERY_V1, MCSNOOP_COUNTER_RX_MLD_QUERY_V2 },
};

static const u8 report_counter[MCS_FAMILIES][2] = {
	{ MCSNOOP_COUNTER_RX_IGMP_REPORT_V1,
	  MCSNOOP_COUNTER_RX_IGMP_REPORT_V2 },
	{ MCSNOOP_COUNTER_RX_MLD_REPORT_V1 },
};

static void count_message(const struct mcs_port *port,
			  const struct mcs_msg *msg)
{
	switch ((enum mcs_msg_type)msg->type) {
	case MCS_MSG_QUERY:
		mcs_count(port, query_counter[msg->mld][msg->version - 1]);
		break;
	case MCS_MSG_REPORT:
		mcs_count(port, report_counter[msg->mld][msg->version - 1]);
		break;
	case MCS_MSG_LEAVE:
		mcs_count(port, msg->mld ? MCSNOOP_COUNTER_RX_MLD_DONE :
				MCSNOOP_COUNTER_RX_IGMP_LEAVE);
		break;
	case MCS_MSG_RECORDS:
		mcs_count(port, msg->mld ? MCSNOOP_COUNTER_RX_MLD_REPORT_V2 :
				MCSNOOP_COUNTER_RX_IGMP_REPORT_V3);
		mcs_count_add(port, MCSNOOP_COUNTER_RX_RECORDS, msg->nrecs);
		break;
	case MCS_MSG_MRD_ADV:
	case MCS_MSG_MRD_SOL:
	case MCS_MSG_MRD_TERM:
		mcs_count(port, MCSNOOP_COUNTER_RX_MRD);
		break;
	case MCS_MSG_PIM_HELLO:
		mcs_count(port, MCSNOOP_COUNTER_RX_PIM_HELLO);
		break;
	case MCS_MSG_PIMV1:
		mcs_count(port, MCSNOOP_COUNTER_RX_PIMV1);
		break;
	case MCS_MSG_DVMRP:
		mcs_count(port, MCSNOOP_COUNTER_RX_DVMRP);
		break;
	case MCS_MSG_MOSPF:
		mcs_count(port, MCSNOOP_COUNTER_RX_MOSPF);
		break;
	case MCS_MSG_OTHER:
		mcs_count(port, MCSNOOP_COUNTER_RX_OTHER);
		break;
	case MCS_MSG_FRAGMENT:
		mcs_count(port, MCSNOOP_COUNTER_DROP_FRAG);
		break;
	case MCS_MSG_DATA:
		break;
	}
}

/* What was accepted in spite of something. */
static void count_notes(const struct mcs_port *port, const struct mcs_msg *msg)
{
	if (msg->notes & MCS_NOTE_TTL)
		mcs_count(port, MCSNOOP_COUNTER_NOTE_TTL);
	if (msg->notes & MCS_NOTE_RA && msg->version != 1)
		mcs_count(port, MCSNOOP_COUNTER_NOTE_RA);
	if (msg->notes & MCS_NOTE_DST)
		mcs_count(port, MCSNOOP_COUNTER_NOTE_DST);
}

/* Only routers send these: on a guarded port they are forged. */
static bool from_router(const struct mcs_msg *msg)
{
	switch ((enum mcs_msg_type)msg->type) {
	case MCS_MSG_QUERY:
	case MCS_MSG_MRD_ADV:
	case MCS_MSG_MRD_TERM:
	case MCS_MSG_PIM_HELLO:
	case MCS_MSG_PIMV1:
	case MCS_MSG_DVMRP:
	case MCS_MSG_MOSPF:
		return true;
	default:
		return false;
	}
}

/* RFC 4286 section 3.5: router discovery from beyond the link is forged. */
static bool from_abroad(const struct mcs_ctx *ctx, const struct mcs_msg *msg)
{
	return (msg->type == MCS_MSG_MRD_ADV || msg->type == MCS_MSG_MRD_TERM) &&
	       !msg->mld && ctx->config.mrd_local_prefix &&
	       !mcs_is_local_rcu(ctx->vlan, &msg->src);
}

static bool is_report(const struct mcs_msg *msg)
{
	return msg->type == MCS_MSG_REPORT || msg->type == MCS_MSG_LEAVE ||
	       msg->type == MCS_MSG_RECORDS;
}

/*
 * RFC 4604: older messages and exclude mode have no place in the SSM range.
 * They create nothing and do not switch a record to an older version.
 */
static bool ssm_refuses(const struct mcs_port *port,
			const struct in6_addr *group, unsigned int type,
			const struct mcs_msg *msg)
{
	bool older = msg->type != MCS_MSG_RECORDS;

	if (!mcs_group_is_ssm(group, &port->br->config.ssm[msg->mld]))
		return false;
	if (!older && type != MCS_REC_IS_EX && type != MCS_REC_TO_EX)
		return false;
	mcs_count(port, MCSNOOP_COUNTER_SKIP_SSM);
	return true;
}

/* Return: the counter under which a filter refused all of it, or 0. */
static int one_group(struct mcs_port *port, struct mcs_ctx *ctx,
		     struct mcs_heard *h)
{
	const struct mcs_msg *msg = h->msg;
	bool leave = msg->type == MCS_MSG_LEAVE;

	h->type = leave ? MCS_REC_TO_IN : MCS_REC_IS_EX;
	h->older = leave ? 0 : msg->version;
	h->n = 0;
	if (ssm_refuses(port, &msg->group, h->type, msg))
		return 0;
	/* RFC 9776 section 7.3.1, RFC 9777 section 8.3.1 */
	if (!ctx->config.compat) {
		mcs_count(port, MCSNOOP_COUNTER_SKIP_COMPAT);
		return 0;
	}
	if (port->br->nfilters &&
	    !__mcs_filter_record(port, ctx, &msg->group, h->type, NULL, &h->n))
		return MCSNOOP_COUNTER_SKIP_FILTER;
	__mcs_member_report(port, ctx, &msg->group, h);
	return 0;
}

/* Return: false when a filter refused it. */
static bool one_record(struct mcs_port *port, struct mcs_ctx *ctx,
		       const struct mcs_rec *rec, struct in6_addr *room,
		       struct mcs_heard *h)
{
	unsigned int skipped = 0;

	if (rec->type < MCS_REC_IS_IN || rec->type > MCS_REC_BLOCK) {
		mcs_count(port, MCSNOOP_COUNTER_SKIP_TYPE);
		return true;
	}
	if (!mcs_group_is_usable(&rec->group)) {
		mcs_count(port, MCSNOOP_COUNTER_SKIP_GROUP);
		return true;
	}
	if (ssm_refuses(port, &rec->group, rec->type, h->msg))
		return true;
	h->type = rec->type;
	h->srcs = room;
	h->refused = 0;
	h->n = rec->nsrcs;
	if (h->n)
		h->n = mcs_wire_sources(rec->srcs, rec->nsrcs, h->msg->mld,
					room, &skipped);
	if (skipped) {
		mcs_count_add(port, MCSNOOP_COUNTER_SKIP_SOURCE, skipped);
		/* a list that lost everything is not an empty list */
		if (!h->n)
			return true;
	}
	if (port->br->nfilters &&
	    !__mcs_filter_record(port, ctx, &rec->group, rec->type, room,
				 &h->n))
		return false;
	__mcs_member_report(port, ctx, &rec->group, h);
	return true;
}

/* Room for the sources of the largest record; small ones need none. */
static struct in6_addr *source_room(const struct mcs_msg *msg,
				    struct in6_addr *few, unsigned int nfew)
{
	unsigned int off = 0, most = 0;
	struct mcs_rec rec;

	/* most reports are so short that no record can have more */
	if (mcs_wire_sources_max(msg) <= nfew)
		return few;
	while (mcs_wire_next_record(msg, &off, &rec))
		most = max_t(unsigned int, most, rec.nsrcs);
	if (most <= nfew)
		return few;
	return kmalloc_array(most, sizeof(*few), GFP_ATOMIC | __GFP_NOWARN);
}

/* Return: the counter under which filters refused all of it, or 0. */
static int records(struct mcs_port *port, struct mcs_ctx *ctx,
		   struct mcs_heard *h)
{
	const struct mcs_msg *msg = h->msg;
	unsigned int off = 0, refused = 0;
	struct in6_addr few[4], *room;
	struct mcs_rec rec;

	room = source_room(msg, few, ARRAY_SIZE(few));
	if (!room) {
		mcs_count(port, MCSNOOP_COUNTER_NO_MEMORY);
		mcs_hosts_missed(port);
		return 0;
	}
	while (mcs_wire_next_record(msg, &off, &rec))
		refused += !one_record(port, ctx, &rec, room, h);
	if (room != few)
		kfree(room);
	return refused && refused == msg->nrecs ? MCSNOOP_COUNTER_SKIP_FILTER :
						  0;
}

/* Is it the querier's? Then it counts as it is, else we ask ourselves. */
static void lower_timers(struct mcs_port *port, struct mcs_ctx *ctx,
			 const struct mcs_msg *msg, const u8 *smac,
			 const struct in6_addr *srcs, unsigned int n, u64 lmqt)
{
	if (mcs_query_is_believed(ctx, port, msg)) {
		__mcs_member_query(ctx, &msg->group, srcs, n, port, lmqt);
		return;
	}
	__mcs_log_doubted(port, ctx->vlan->vid, msg, smac);
	__mcs_ask_doubted(ctx, port, msg, srcs, n, lmqt);
}

static void specific_query(struct mcs_port *port, struct mcs_ctx *ctx,
			   const struct mcs_msg *msg, const u8 *smac)
{
	u64 lmqt = (u64)(msg->mrt_ms ?: 1) * NSEC_PER_MSEC;
	struct in6_addr few[4], *room = few;
	unsigned int n, skipped;
	struct mcs_params p;

	mcs_ctx_params(ctx, &p);
	lmqt *= p.lmqc;
	if (msg->nsrcs > ARRAY_SIZE(few)) {
		room = kmalloc_array(msg->nsrcs, sizeof(*room),
				     GFP_ATOMIC | __GFP_NOWARN);
		if (!room) {
			mcs_count(port, MCSNOOP_COUNTER_NO_MEMORY);
			return;
		}
	}
	n = mcs_wire_sources(msg->body, msg->nsrcs, msg->mld, room, &skipped);
	if (n || !msg->nsrcs) {
		if (!msg->sflag)
			lower_timers(port, ctx, msg, smac, room, n, lmqt);
		if (test_bit(port->id, ctx->routers))
			__mcs_proxy_specific(ctx, &msg->group, room, n,
					     msg->mrt_ms);
	}
	__mcs_round_group(ctx, &msg->group);
	if (room != few)
		kfree(room);
}

static void query(struct mcs_port *port, struct mcs_ctx *ctx,
		  const struct mcs_msg *msg, const u8 *smac)
{
	bool zero = mcs_addr_is_zero(&msg->src);
	bool general = mcs_addr_is_zero(&msg->group);
	/* else it asks nobody: no timer may wait for answers to it */
	bool heard = !(msg->notes & MCS_NOTE_DST);

	mcs_log_query(port, ctx->vlan->vid, msg, smac);
	if (heard)
		__mcs_version_heard(ctx, port, msg);
	if (general && heard)
		__mcs_querier_heard(ctx, port, msg);
	/* after the election: the winner's values are in force already */
	if (!zero || ctx->config.zero_query_router)
		__mcs_router_heard(ctx, port,
				   zero ? MCSNOOP_ROUTER_TYPE_ZERO_QUERY :
					  MCSNOOP_ROUTER_TYPE_QUERY,
				   &msg->src, mcs_ctx_other_interval(ctx));
	if (!heard)
		return;
	if (!general) {
		specific_query(port, ctx, msg, smac);
		return;
	}
	__mcs_round_begin(ctx);
	if (test_bit(port->id, ctx->routers))
		__mcs_proxy_general(ctx, msg->version, msg->mrt_ms);
}

/* The sign of life of a router that is no query. */
static void hello(struct mcs_port *port, struct mcs_ctx *ctx,
		  const struct mcs_msg *msg)
{
	u64 lifetime = (u64)msg->mrt_ms * NSEC_PER_MSEC;
	u8 type = MCSNOOP_ROUTER_TYPE_PIM;

	switch ((enum mcs_msg_type)msg->type) {
	case MCS_MSG_MRD_ADV:
		/* RFC 4286 sections 3.1.1 and 3.1.5: Neighbor Dead Interval */
		if (lifetime < MRD_INTERVAL_MIN || lifetime > MRD_INTERVAL_MAX)
			mcs_count(port, MCSNOOP_COUNTER_NOTE_INTERVAL);
		lifetime = clamp_t(u64, lifetime, MRD_INTERVAL_MIN,
				   MRD_INTERVAL_MAX);
		lifetime = lifetime * 3 + div_u64(lifetime * 3, 40);
		type = MCSNOOP_ROUTER_TYPE_MRD;
		__mcs_mrd_advertised(ctx, port);
		break;
	case MCS_MSG_PIMV1:
		type = MCSNOOP_ROUTER_TYPE_PIMV1;
		break;
	case MCS_MSG_DVMRP:
		type = MCSNOOP_ROUTER_TYPE_DVMRP;
		break;
	case MCS_MSG_MOSPF:
		type = MCSNOOP_ROUTER_TYPE_MOSPF;
		break;
	default:
		if (msg->mrt_ms == ~0U)
			lifetime = MCS_NEVER;
		break;
	}
	__mcs_router_heard(ctx, port, type, &msg->src, lifetime);
}

/* Return: 0, or the counter under which the message is to be dropped. */
static int apply(struct mcs_port *port, struct mcs_ctx *ctx,
		 const struct mcs_msg *msg, const u8 *smac)
{
	struct mcs_heard h = { .msg = msg, .smac = smac };

	switch ((enum mcs_msg_type)msg->type) {
	case MCS_MSG_REPORT:
	case MCS_MSG_LEAVE:
	case MCS_MSG_RECORDS:
		ctx->reports++;
		h.p = __mcs_ctx_params(ctx);
		h.now = mcs_now();
		ctx->evidence.reported = h.now;
		return msg->type == MCS_MSG_RECORDS ?
		       records(port, ctx, &h) : one_group(port, ctx, &h);
	case MCS_MSG_QUERY:
		query(port, ctx, msg, smac);
		break;
	case MCS_MSG_MRD_ADV:
	case MCS_MSG_PIM_HELLO:
	case MCS_MSG_PIMV1:
	case MCS_MSG_DVMRP:
	case MCS_MSG_MOSPF:
		hello(port, ctx, msg);
		break;
	case MCS_MSG_MRD_TERM:
		__mcs_mrd_terminated(ctx, port);
		break;
	default:
		break;
	}
	return 0;
}

/**
 * mcs_control_rcv() - learn from a control message
 * @port: where it was heard, or the host side
 * @vid: VLAN
 * @msg: the message, valid
 * @smac: source MAC address of the frame
 * @kept: filled in: the rule that keeps a report from router ports, or
 *	MCSNOOP_RULE_NOT_SNOOPED
 *
 * Context: BH disabled, RCU read side.
 * Return: 0, or the counter under which it was refused and is to be dropped.
 */
int mcs_control_rcv(struct mcs_port *port, u16 vid, const struct mcs_msg *msg,
		    const u8 *smac, u8 *kept)
{
	struct mcs_bridge *br = port->br;
	struct mcs_vlan *vlan;
	struct mcs_ctx *ctx;
	int reason = 0;

	*kept = MCSNOOP_RULE_NOT_SNOOPED;
	count_message(port, msg);
	if (!READ_ONCE(port->forwarding)) {
		mcs_count(port, MCSNOOP_COUNTER_SKIP_STP);
		return 0;
	}
	if (READ_ONCE(port->config.query_guard) && from_router(msg)) {
		mcs_count(port, MCSNOOP_COUNTER_DROP_GUARD);
		return MCSNOOP_COUNTER_DROP_GUARD;
	}
	if (msg->type == MCS_MSG_RECORDS &&
	    msg->nrecs > READ_ONCE(br->config.max_records)) {
		mcs_count(port, MCSNOOP_COUNTER_LIMIT_RECORDS);
		mcs_hosts_missed(port);
		return MCSNOOP_COUNTER_LIMIT_RECORDS;
	}
	if (unlikely(READ_ONCE(port->strict)))
		reason = mcs_strict_refuses(port, msg);
	if (reason) {
		mcs_count(port, reason);
		if (reason == MCSNOOP_COUNTER_LIMIT_RATE_REPORTS)
			mcs_hosts_missed(port);
		return reason;
	}
	count_notes(port, msg);
	if (msg->type == MCS_MSG_FRAGMENT || msg->type == MCS_MSG_OTHER)
		return 0;

	spin_lock(&br->lock);
	/* again, now that nobody can flush the port in between */
	if (port->gone || !port->forwarding)
		goto unlock;
	reason = br->nfilters ? __mcs_filter_message(port, msg) : 0;
	if (reason) {
		mcs_count(port, reason);
		goto unlock;
	}
	vlan = mcs_vlan_find_rcu(br, vid);
	if (!vlan && !br->vlan_aware)
		vlan = __mcs_vlan_get(br, vid, false);
	if (!vlan) {
		mcs_count(port, MCSNOOP_COUNTER_LIMIT_VLANS);
		goto unlock;
	}
	ctx = &vlan->ctx[msg->mld];
	if (from_abroad(ctx, msg)) {
		reason = MCSNOOP_COUNTER_DROP_SRC;
		mcs_count(port, reason);
		goto unlock;
	}
	reason = apply(port, ctx, msg, smac);
	if (!reason && ctx->nrouters && is_report(msg))
		*kept = __mcs_report_kept(port, ctx, msg, smac);
unlock:
	__mcs_unlock_and_send(br);
	return reason;
}
