// SPDX-License-Identifier: GPL-2.0
/*
 * Control frames in the flight recorder: a ring of octets in which each frame
 * stands in one piece. What does not fit behind the last begins at the front.
 */
#include <linux/if_vlan.h>
#include "log.h"

static struct mcs_log_frame *frame_at(const struct mcs_log *log, u32 pos)
{
	return (struct mcs_log_frame *)(log->frames + pos);
}

static void drop_oldest(struct mcs_log *log)
{
	u32 len = frame_at(log, log->tail)->len;

	log->used -= len;
	log->tail += len;
	if (log->tail == log->size)
		log->tail = 0;
}

/* Return: a place for so many octets, NULL when it can never have one. */
static struct mcs_log_frame *make_room(struct mcs_log *log, u32 len)
{
	u32 rest = log->size - log->head;
	struct mcs_log_frame *f;

	if (len > log->size)
		return NULL;
	if (rest < len) {
		while (log->used > log->size - rest)
			drop_oldest(log);
		f = frame_at(log, log->head);
		f->len = rest;
		f->kept = MCS_LOG_SKIP;
		log->used += rest;
		log->head = 0;
	}
	while (log->used > log->size - len)
		drop_oldest(log);
	f = frame_at(log, log->head);
	f->len = len;
	log->used += len;
	log->head += len;
	if (log->head == log->size)
		log->head = 0;
	return f;
}

/* The tag may be kept beside the frame. */
static u32 copy_frame(const struct sk_buff *skb, int off, u32 len, u8 *to)
{
	struct vlan_ethhdr *eth = (struct vlan_ethhdr *)to;

	if (!skb_vlan_tag_present(skb)) {
		if (skb_copy_bits(skb, off, to, len))
			return 0;
		return len;
	}
	if (skb_copy_bits(skb, off, to, 2 * ETH_ALEN) ||
	    skb_copy_bits(skb, off + 2 * ETH_ALEN,
			  to + 2 * ETH_ALEN + VLAN_HLEN,
			  len - 2 * ETH_ALEN))
		return 0;
	eth->h_vlan_proto = skb->vlan_proto;
	eth->h_vlan_TCI = htons(skb_vlan_tag_get(skb));
	return len + VLAN_HLEN;
}

static void keep(struct mcs_log *log, const struct sk_buff *skb, int off,
		 int port, int counter, bool sent)
{
	u32 len = skb->len - off, room;
	struct mcs_log_frame *f;

	if (len < ETH_HLEN)
		return;
	room = ALIGN(sizeof(*f) + len + VLAN_HLEN, 8);
	spin_lock_bh(&log->lock);
	f = log->frames ? make_room(log, room) : NULL;
	if (f) {
		f->seq = ++log->frame_seq;
		f->time = ktime_get_real_ns();
		f->port = port;
		f->counter = counter;
		f->sent = sent;
		f->kept = copy_frame(skb, off, len, f->data);
		f->full = f->kept;
	}
	spin_unlock_bh(&log->lock);
}

/**
 * mcs_log_frame() - keep a control frame that was heard
 * @port: where
 * @skb: the frame, its MAC header set
 * @counter: enum mcsnoop_counter of its refusal, or 0
 *
 * Context: BH disabled, RCU read side.
 */
void mcs_log_frame(const struct mcs_port *port, const struct sk_buff *skb,
		   int counter)
{
	keep(port->br->log, skb, skb_mac_offset(skb), port->dev->ifindex,
	     counter, false);
}

/**
 * mcs_log_sent() - keep the frames that we are about to send
 * @br: the bridge
 * @queue: the frames
 *
 * Context: BH disabled; whoever has the queue keeps its devices.
 */
void mcs_log_sent(struct mcs_bridge *br, const struct sk_buff_head *queue)
{
	struct sk_buff *skb;

	skb_queue_walk(queue, skb)
		keep(br->log, skb, 0, skb->dev->ifindex, 0, true);
}

/**
 * __mcs_log_frame_from() - the first frame with a number or a higher one
 * @log: the flight recorder
 * @seq: the number
 *
 * Context: its lock is held.
 * Return: the frame or NULL.
 */
const struct mcs_log_frame *__mcs_log_frame_from(const struct mcs_log *log,
						 u64 seq)
{
	u32 pos = log->tail, seen = 0;

	lockdep_assert_held(&log->lock);

	while (seen < log->used) {
		const struct mcs_log_frame *f = frame_at(log, pos);

		if (f->kept != MCS_LOG_SKIP && f->seq >= seq)
			return f;
		seen += f->len;
		pos += f->len;
		if (pos == log->size)
			pos = 0;
	}
	return NULL;
}
