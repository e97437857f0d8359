/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints. What the flight recorder is told of has one each, and so has
 * every frame of data that is kept from a port, except where the fast path does
 * not offer it to the port in the first place.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mcsnoop

#if !defined(_MCSNOOP_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _MCSNOOP_TRACE_H

#include <linux/netdevice.h>
#include <linux/tracepoint.h>
#include "log.h"

TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_JOIN);
TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_CHANGE);
TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_LEAVE);
TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_EXPIRY);
TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_END);
TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_ROUTER);
TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_QUERIER);
TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_QUERY);
TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_REFUSAL);
TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_DOUBT);
TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_HEAL);
TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_MOVE);
TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_PRESSURE);
TRACE_DEFINE_ENUM(MCSNOOP_LOG_EVENT_RELIEF);

#define mcs_show_event(event)						\
	__print_symbolic(event,						\
		{ MCSNOOP_LOG_EVENT_JOIN, "join" },			\
		{ MCSNOOP_LOG_EVENT_CHANGE, "change" },			\
		{ MCSNOOP_LOG_EVENT_LEAVE, "leave" },			\
		{ MCSNOOP_LOG_EVENT_EXPIRY, "expiry" },			\
		{ MCSNOOP_LOG_EVENT_END, "end" },			\
		{ MCSNOOP_LOG_EVENT_ROUTER, "router" },			\
		{ MCSNOOP_LOG_EVENT_QUERIER, "querier" },		\
		{ MCSNOOP_LOG_EVENT_QUERY, "query" },			\
		{ MCSNOOP_LOG_EVENT_REFUSAL, "refusal" },		\
		{ MCSNOOP_LOG_EVENT_DOUBT, "doubt" },			\
		{ MCSNOOP_LOG_EVENT_HEAL, "heal" },			\
		{ MCSNOOP_LOG_EVENT_MOVE, "move" },			\
		{ MCSNOOP_LOG_EVENT_PRESSURE, "pressure" },		\
		{ MCSNOOP_LOG_EVENT_RELIEF, "relief" })

DECLARE_EVENT_CLASS(mcsnoop_entry,
		    TP_PROTO(const struct net_device *br,
			     const struct mcs_log_entry *e),

	TP_ARGS(br, e),

	TP_STRUCT__entry(__string(bridge, br->name)
			 __field(int, port)
			 __field(u32, sources)
			 __field(u16, counter)
			 __field(u16, vid)
			 __field(u8, event)
			 __field(u8, cause)
			 __field(u8, detail)
			 __field(u8, pruning)
			 __field(u8, sent)
			 __array(u8, mac, ETH_ALEN)
			 __array(u8, group, 16)
			 __array(u8, addr, 16)),

	TP_fast_assign(mcs_assign_str(bridge, br->name);
		       __entry->port = e->what.port;
		       __entry->sources = e->what.sources;
		       __entry->counter = e->what.counter;
		       __entry->vid = e->what.vid;
		       __entry->event = e->what.event;
		       __entry->cause = e->what.cause;
		       __entry->detail = e->what.detail;
		       __entry->pruning = e->what.pruning;
		       __entry->sent = e->what.sent;
		       memcpy(__entry->mac, e->what.mac, ETH_ALEN);
		       memcpy(__entry->group, &e->what.group, 16);
		       memcpy(__entry->addr, &e->what.addr, 16);),

	TP_printk("%s port %d vid %u %s grp %pI6c from %pI6c mac %pM cause %d detail %u pruning %u sources %u counter %u sent %u",
		  __get_str(bridge), __entry->port, __entry->vid,
		  mcs_show_event(__entry->event), __entry->group,
		  __entry->addr, __entry->mac,
		  __entry->cause == MCS_CAUSE_UNSAID ? -1 : __entry->cause,
		  __entry->detail, __entry->pruning, __entry->sources,
		  __entry->counter, __entry->sent)
);

/* a record appeared, changed or went, or a router port went */
DEFINE_EVENT(mcsnoop_entry, mcsnoop_member,
	     TP_PROTO(const struct net_device *br,
		      const struct mcs_log_entry *e),
	     TP_ARGS(br, e)
);

/* a port leads to a router */
DEFINE_EVENT(mcsnoop_entry, mcsnoop_router,
	     TP_PROTO(const struct net_device *br,
		      const struct mcs_log_entry *e),
	     TP_ARGS(br, e)
);

/* who queries has changed, or whether data is pruned */
DEFINE_EVENT(mcsnoop_entry, mcsnoop_querier,
	     TP_PROTO(const struct net_device *br,
		      const struct mcs_log_entry *e),
	     TP_ARGS(br, e)
);

/* a query was heard or sent */
DEFINE_EVENT(mcsnoop_entry, mcsnoop_query,
	     TP_PROTO(const struct net_device *br,
		      const struct mcs_log_entry *e),
	     TP_ARGS(br, e)
);

/* a message, or a record that it asked for, was refused */
DEFINE_EVENT(mcsnoop_entry, mcsnoop_refusal,
	     TP_PROTO(const struct net_device *br,
		      const struct mcs_log_entry *e),
	     TP_ARGS(br, e)
);

/* a frame was offered to a port by the bridge and kept from it */
TRACE_EVENT(mcsnoop_drop,
	    TP_PROTO(const struct sk_buff *skb, const struct net_device *br,
		     const struct net_device *port, u16 vid,
		     const struct in6_addr *src, const struct in6_addr *dst,
		     u8 rule),

	TP_ARGS(skb, br, port, vid, src, dst, rule),

	TP_STRUCT__entry(__field(const void *, skbaddr)
			 __string(bridge, br->name)
			 __string(port, port->name)
			 __field(u32, len)
			 __field(u16, vid)
			 __field(u8, rule)
			 __array(u8, src, 16)
			 __array(u8, dst, 16)),

	TP_fast_assign(__entry->skbaddr = skb;
		       mcs_assign_str(bridge, br->name);
		       mcs_assign_str(port, port->name);
		       __entry->len = skb->len;
		       __entry->vid = vid;
		       __entry->rule = rule;
		       memcpy(__entry->src, src, 16);
		       memcpy(__entry->dst, dst, 16);),

	TP_printk("skb %p %s port %s vid %u from %pI6c to %pI6c len %u rule %u",
		  __entry->skbaddr, __get_str(bridge), __get_str(port),
		  __entry->vid, __entry->src, __entry->dst, __entry->len,
		  __entry->rule)
);

#endif /* _MCSNOOP_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
