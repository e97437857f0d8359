/* SPDX-License-Identifier: GPL-2.0 */
/* The flight recorder: what happened last, and the frames that did it. */
#ifndef _MCSNOOP_LOG_H
#define _MCSNOOP_LOG_H

#include "mcsnoop.h"

/**
 * struct mcs_log_entry - something that happened
 * @seq: number of the entry, from 1 on
 * @time: when it happened last, ns since 1970
 * @count: how often in a row
 * @what: what is compared to tell whether it is the same again
 * @what.port: ifindex
 * @what.sources: how many the record or query has
 * @what.counter: enum mcsnoop_counter of a refusal, or 0
 * @what.vid: VLAN
 * @what.event: enum mcsnoop_log_event
 * @what.cause: enum mcsnoop_cause, MCS_CAUSE_UNSAID for none
 * @what.mld: MCS_IGMP or MCS_MLD
 * @what.detail: filter mode of a record, version of a query, type of a router
 *	port, state of a querier
 * @what.pruning: enum mcsnoop_pruning, for queriers
 * @what.sent: we sent it
 * @what.mac: of the host or router
 * @what.group: the group, unspecified for none
 * @what.addr: of the host, router or querier
 */
struct mcs_log_entry {
	u64	seq;
	u64	time;
	u32	count;
	struct {
		int		port;
		u32		sources;
		u16		counter;
		u16		vid;
		u8		event;
		u8		cause;
		u8		mld;
		u8		detail;
		u8		pruning;
		u8		sent;
		u8		mac[ETH_ALEN];
		struct in6_addr	group;
		struct in6_addr	addr;
	} what;
};

/**
 * struct mcs_log_frame - a frame in the ring; its octets follow
 * @len: of the whole, a multiple of 8
 * @kept: octets that follow, MCS_LOG_SKIP for none until the ring's end
 * @seq: number of the frame, from 1 on
 * @time: when it came, ns since 1970
 * @full: octets that it had
 * @port: ifindex
 * @counter: enum mcsnoop_counter of its refusal, or 0
 * @sent: we sent it
 * @data: from its MAC header on
 */
struct mcs_log_frame {
	u32	len;
	u32	kept;
	u64	seq;
	u64	time;
	u32	full;
	int	port;
	u16	counter;
	u8	sent;
	u8	data[];
};

#define MCS_LOG_SKIP	(~0U)

/**
 * struct mcs_log - the flight recorder of a bridge
 * @lock: protects all; taken last of all locks, BH off
 * @entries: ring of entries, NULL while there is none
 * @room: how many it takes
 * @seq: number of the last entry
 * @frames: ring of frames, NULL while there is none
 * @size: its octets
 * @head: where the next frame goes
 * @tail: where the oldest is
 * @used: octets from there on
 * @frame_seq: number of the last frame
 */
struct mcs_log {
	/* protects all below */
	spinlock_t		lock;
	struct mcs_log_entry	*entries;
	u32			room;
	u64			seq;
	u8			*frames;
	u32			size;
	u32			head;
	u32			tail;
	u32			used;
	u64			frame_seq;
};

/* log.c */
struct mcs_log *mcs_log_alloc(const struct mcs_config *c);
void mcs_log_free(struct mcs_log *log);
int mcs_log_resize(struct mcs_bridge *br, const struct mcs_config *c);
void __mcs_log_group(const struct mcs_member *m, u8 cmd, u8 cause);
void __mcs_log_heal(const struct mcs_member *m);
void __mcs_log_move(const struct mcs_port *to, u16 vid, u8 mld,
		    const struct mcs_host *host);
void __mcs_log_doubted(const struct mcs_port *port, u16 vid,
		       const struct mcs_msg *msg, const u8 *smac);
void __mcs_log_leave(const struct mcs_member *m, const struct mcs_heard *h);
void __mcs_log_router(const struct mcs_router *r, u8 cmd, u8 cause);
void __mcs_log_querier(const struct mcs_ctx *ctx, u8 cause);
void mcs_log_query(const struct mcs_port *port, u16 vid,
		   const struct mcs_msg *msg, const u8 *smac);
void __mcs_log_asked(const struct mcs_ctx *ctx, const struct mcs_port *port,
		     const struct in6_addr *group, unsigned int n);
void mcs_log_refused(const struct mcs_port *port, u16 vid,
		     const struct mcs_msg *msg, const u8 *smac, int counter);
void mcs_log_limit(const struct mcs_port *port, u16 vid,
		   const struct in6_addr *group, int counter);
void __mcs_log_pressure(const struct mcs_port *port, u16 vid, const u8 *mac,
			int counter, u8 event);
u64 mcs_log_oldest(const struct mcs_log *log);

/* log_frame.c */
void mcs_log_frame(const struct mcs_port *port, const struct sk_buff *skb,
		   int counter);
void mcs_log_sent(struct mcs_bridge *br, const struct sk_buff_head *queue);
const struct mcs_log_frame *__mcs_log_frame_from(const struct mcs_log *log,
						 u64 seq);

/* event.c */
void mcs_event_log(struct mcs_bridge *br, const struct mcs_log_entry *e);

/* genl_log.c */
int mcs_nl_fill_log(struct sk_buff *skb, const struct mcs_bridge *br,
		    const struct mcs_log_entry *e);

#endif /* _MCSNOOP_LOG_H */
