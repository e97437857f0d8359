/* SPDX-License-Identifier: GPL-2.0 */
/* Private types of the module. Documentation/design.md has the object graph. */
#ifndef _MCSNOOP_H
#define _MCSNOOP_H

#include <linux/hrtimer.h>
#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/rhashtable.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/timerqueue.h>
#include <uapi/linux/mcsnoop.h>

#include "answers.h"
#include "census.h"
#include "config.h"
#include "ctx.h"
#include "fast.h"
#include "fsm.h"
#include "fsm_host.h"
#include "host.h"
#include "macs.h"
#include "nd.h"
#include "observe.h"
#include "report.h"
#include "send.h"
#include "stats.h"
#include "table.h"
#include "tally.h"
#include "timers.h"
#include "version.h"
#include "wire.h"

#define MCS_HOST_PORT		0	/* port id of the host side */
#define MCS_VLAN_BUCKETS	64
#define MCS_PORT_BUCKETS	64
#define MCS_TXQ_MAX		4096	/* queries waiting to be sent */
#define MCS_HOOKS		4	/* of a namespace */
#define MCS_EXPIRE_BATCH	64	/* deadlines handled per lock hold */
#define MCS_CAUSE_UNSAID	0xff	/* an object nobody heard of yet goes */

struct mcs_bridge;
struct mcs_ctx;
struct mcs_follow;
struct mcs_group;
struct mcs_hosts;
struct mcs_log;
struct mcs_port;
struct mcs_proxied;
struct mcs_proxy;
struct mcs_router;
struct mcs_vlan;

/**
 * struct mcs_net - what the module keeps in one network namespace
 * @net: the namespace
 * @bridges: attached bridges; protected by RTNL
 * @ports: every port and host side by ifindex; written under RTNL, read
 *	under RCU
 * @sync: re-reads the bridges' state after it changed, see notify.c
 * @follow: takes along the memberships of hosts that moved, see follow.c
 * @followed: when it did last, jiffies
 * @again: starts @sync when memory lacked
 * @seq: changes of the tables, so that a dump can tell that it was overtaken
 * @hooks: the hooks as registered, with this as their argument; RTNL
 * @hooked: they are registered; RTNL
 */
struct mcs_net {
	struct net		*net;
	struct list_head	bridges;
	struct hlist_head	ports[MCS_PORT_BUCKETS];
	struct work_struct	sync;
	struct delayed_work	follow;
	unsigned long		followed;
	struct delayed_work	again;
	atomic_t		seq;
	struct nf_hook_ops	hooks[MCS_HOOKS];
	bool			hooked;
};

/**
 * struct mcs_filters - filters of a port or of a bridge, see filter.h
 * @kind: struct mcs_filter by enum mcsnoop_filter_kind, in order
 *
 * Written under RTNL and the bridge's lock, read under either.
 */
struct mcs_filters {
	struct list_head	kind[3];
};

/**
 * struct mcs_port - a port of an attached bridge, or its host side
 * @hash: in struct mcs_net.ports, by ifindex; RCU
 * @node: in struct mcs_bridge.ports, the host side included; RCU
 * @br: its bridge
 * @dev: the port device, or the bridge device for the host side; valid until
 *	the port is unlinked and a grace period has passed
 * @id: index into router bitmaps, unique in the bridge
 * @config: settings
 * @strict: it refuses what is valid, see strict.c; read with READ_ONCE()
 * @forwarding: the device is up with carrier and STP lets it forward;
 *	written under RTNL and lock
 * @stp_state: as the bridge said last; RTNL
 * @no_flood: mcast_flood is off, which was said; RTNL
 * @gone: unlinked, nothing may be added any more; protected by the lock
 * @ngroups: records here; protected by the bridge's lock
 * @pressed: enum mcsnoop_counter of a limit that was met, 0 when there is room;
 *	protected by the bridge's lock
 * @nhosts: hosts of them, see host.c; protected by the bridge's lock
 * @missed: when a report was refused that may have named hosts, jiffies, 0 for
 *	never; without lock
 * @asked_until: leaves that were followed by queries, see member.c; protected
 *	by the bridge's lock, ns
 * @members: records on this port; protected by the bridge's lock
 * @neighbours: hosts that were heard here, see nd.h
 * @filters: what was set for this port alone
 * @reports_full_at: when rate_reports are allowed at once again, ns
 * @queries_full_at: when rate_queries are, ns
 * @pvid: VLAN of untagged frames, 0 for none; written under RTNL, read with
 *	READ_ONCE()
 * @counters: per CPU
 * @learned: who sent reports that the bridge let in, see stay.c
 * @proofs: flows that pass the bridge, MCS_PROOFS, see fast.c
 * @rcu: frees it
 */
struct mcs_port {
	struct hlist_node	hash;
	struct list_head	node;
	struct mcs_bridge	*br;
	struct net_device	*dev;
	u16			id;
	struct mcs_port_config	config;
	bool			strict;
	u8			forwarding;
	u8			stp_state;
	bool			no_flood;
	bool			gone;
	u32			ngroups;
	u16			pressed;
	u32			nhosts;
	unsigned long		missed;
	u64			asked_until;
	struct list_head	members;
	struct mcs_neighbours	neighbours;
	struct mcs_filters	filters;
	atomic64_t		reports_full_at;
	atomic64_t		queries_full_at;
	u16			pvid;
	struct mcs_counters __percpu *counters;
	u64			learned[MCS_LEARNED];
	u64			*proofs;
	struct rcu_head		rcu;
};

/**
 * struct mcs_ctx - one family in one VLAN
 * @vlan: the VLAN
 * @mld: MCS_IGMP or MCS_MLD
 * @config: settings in force
 * @params: mcs_ctx_params(), as of the last change
 * @examine: of the bridge's settings, as of the last look
 * @pruning: enum mcsnoop_pruning; read with READ_ONCE()
 * @state: enum mcsnoop_querier_state
 * @version: version of the other querier's queries
 * @startup_left: startup queries still to be sent
 * @robustness: adopted from the elected querier, 0 for our own
 * @query_interval: adopted from the elected querier, ms, 0 for our own
 * @response_interval: of the elected querier, ms, 0 for our own
 * @querier_port: ifindex of the port behind which the other querier is
 * @nrouters: entries of @router_ports; read with READ_ONCE()
 * @changes: how often the querier changed
 * @reports: reports heard
 * @healed: records that did not run out because we asked, see ask.c
 * @round: changes with each general query, never 0
 * @proxying: proxy reporting, NULL while it is off
 * @querier_addr: the other querier
 * @querier_heard: when the elected querier was heard last, ns
 * @since: when @state was entered, ns
 * @query: our next general query
 * @other: when the other querier is given up
 * @proxy: when queries without source address are forgotten
 * @query_sent: when we sent our last general query, ns
 * @grace: when pruning begins
 * @grace_began: when the query was that it waits for, ns
 * @answers: when members on @answering had time to answer
 * @answers_began: when the query was that they answer, ns
 * @router_ports: struct mcs_router
 * @solicits: where routers are asked to advertise themselves, see mrd.c
 * @routers: ports with a router, by port id; read without lock
 * @unasked: ports whose members no general query has asked, or had no time to
 *	answer it, and ids that are no port yet; everything goes there; read
 *	without lock
 * @answering: those of @unasked that were asked
 * @asked: pruning is active, every port was asked, the host does not route:
 *	groups decide where data goes; read with READ_ONCE()
 * @settled: besides, no MAC addresses do; likewise
 * @asker: port id of where general queries come from, MCS_HOST_PORT for ours
 * @asker_since: since when without another in between, ns
 * @windows: how often everything was flooded since the topology changed
 * @ended_frames: data delivered to records that are gone, see tally.c
 * @ended_bytes: octets of it
 * @moved: the topology changed, and not all members had time to answer since
 * @moved_at: when it changed last, ns, 0 for never
 * @moved_asked: when a general query was sent for that reason, ns
 * @spoof: next query in the elected querier's name
 * @older_until: until when a querier of version 1, 2 counts as present, ns
 * @warned: when the log was told last, ns, by enum mcs_warning
 * @evidence: for @pruning, and against @querier_addr
 *
 * RFC 3376 section 6.6.2 and 8, per VLAN and family. Protected by the
 * bridge's lock unless said otherwise.
 */
struct mcs_ctx {
	struct mcs_vlan		*vlan;
	u8			mld;
	struct mcs_ctx_config	config;
	struct mcs_params	params;
	u32			examine;
	u8			pruning;
	bool			asked;
	bool			settled;
	u8			state;
	u8			version;
	u8			startup_left;
	u8			robustness;
	u32			query_interval;
	u32			response_interval;
	int			querier_port;
	u32			nrouters;
	u32			changes;
	u32			reports;
	u32			healed;
	u32			round;
	struct mcs_proxy	*proxying;
	struct in6_addr		querier_addr;
	u64			querier_heard;
	u64			since;
	struct mcs_deadline	query;
	struct mcs_deadline	other;
	struct mcs_deadline	proxy;
	u64			query_sent;
	struct mcs_deadline	grace;
	u64			grace_began;
	struct mcs_deadline	answers;
	u64			answers_began;
	struct list_head	router_ports;
	struct list_head	solicits;
	DECLARE_BITMAP(routers, MCS_PORTS_MAX);
	DECLARE_BITMAP(unasked, MCS_PORTS_MAX);
	DECLARE_BITMAP(answering, MCS_PORTS_MAX);
	u16			asker;
	u64			asker_since;
	u32			windows;
	u64			ended_frames;
	u64			ended_bytes;
	bool			moved;
	u64			moved_at;
	u64			moved_asked;
	struct mcs_deadline	spoof;
	u64			older_until[2];
	u64			warned[MCS_WARNINGS];
	struct mcs_evidence	evidence;
};

/**
 * struct mcs_vlan - a VLAN of a bridge
 * @hash: in struct mcs_bridge.vlans; RCU, written under the bridge's lock
 * @br: the bridge
 * @vid: VLAN ID, 0 for untagged frames of a bridge that does not filter
 * @owned: the bridge itself has this VLAN, so we may query in it
 * @ports: ports that forward in it, as of the last look; written under the
 *	bridge's lock
 * @out: those of them, without the host side, that the bridge floods multicast
 *	to; likewise
 * @nout: how many
 * @untagged: ports whose frames of it leave without a tag; likewise
 * @ngroups: groups in it; protected by the bridge's lock
 * @nneighbours: neighbours in it, see nd.h; likewise
 * @ctx: by family
 * @rcu: frees it
 */
struct mcs_vlan {
	struct hlist_node	hash;
	struct mcs_bridge	*br;
	u16			vid;
	bool			owned;
	DECLARE_BITMAP(ports, MCS_PORTS_MAX);
	DECLARE_BITMAP(out, MCS_PORTS_MAX);
	u16			nout;
	DECLARE_BITMAP(untagged, MCS_PORTS_MAX);
	u32			ngroups;
	u32			nneighbours;
	struct mcs_ctx		ctx[MCS_FAMILIES];
	struct rcu_head		rcu;
};

/**
 * struct mcs_bridge - an attached bridge
 * @rcu: frees it; first, kfree_rcu() allows no great offset
 * @node: in struct mcs_net.bridges; RTNL
 * @mn: its namespace
 * @dev: the bridge device; it is detached before the device goes
 * @host: the host side, also first in @ports
 * @ports: struct mcs_port; RCU, written under RTNL
 * @port_ids: ids in use; RTNL
 * @fast: see fast.h
 * @monitored: a port gets all reports; written under RTNL, read with
 *	READ_ONCE()
 * @nports: ports without the host side; RTNL
 * @lock: protects every table below and all that hangs off them
 * @config: settings
 * @vlan_configs: struct mcs_vlan_config by VID
 * @hosts_stale: hosts are remembered where they are not tracked any more
 * @intree: the bridge's own snooping is on: leave everything to it
 * @macs: MCS_MACS_*; read with READ_ONCE()
 * @vlan_aware: as the bridge said last; RTNL
 * @dying: no deadline is armed any more; set under @lock
 * @vlans: struct mcs_vlan by VID
 * @nvlans: VLANs
 * @stations: hosts with a limit of groups; likewise
 * @groups: struct mcs_group by key
 * @order: the same, sorted
 * @mac_index: struct mcs_mac by MAC address and VLAN
 * @mac_indexed: new records go there
 * @nmacs: records of groups that stand for a MAC address
 * @ngroups: groups
 * @nmembers: records
 * @filters: what was set for every port
 * @nfilters: filters, those of ports included; written under RTNL and @lock
 * @deadlines: struct mcs_deadline in order
 * @timer: fires at the first of them, in softirq context
 * @nsolicits: ports where routers are asked to advertise themselves
 * @solicit_next: when the next such message may be sent, ns
 * @txq: queries and reports to be sent when @lock has been released
 * @topology: when every VLAN is told that the topology changed
 * @topology_heard: when it was last said to have changed, ns, 0 for never
 * @topology_seen: when the VLANs were told last, ns
 * @nproxies: struct mcs_ctx.proxying that are there
 * @nproxied: struct mcs_proxied of them all
 * @dirty: those whose records changed since the lock was taken
 * @dirty_more: more of them than could be handled at once
 * @egress: hook for frames that the host sends through the bridge device, only
 *	where it needs to know their tag
 * @egress_on: @egress is registered; RTNL
 * @since: when it was attached, ns
 * @log: the flight recorder, see log.h; there as long as the bridge
 * @follow: where hosts are, see follow.c; likewise
 * @nd: neighbours, NULL while no VLAN is nd-aware; RCU, written under RTNL and
 *	@lock
 * @tally_lacks: memory lacked for a record's counters; protected by @lock
 */
struct mcs_bridge {
	struct rcu_head		rcu;
	struct list_head	node;
	struct mcs_net		*mn;
	struct net_device	*dev;
	struct mcs_port		*host;
	struct list_head	ports;
	DECLARE_BITMAP(port_ids, MCS_PORTS_MAX);
	struct mcs_fast		fast;
	bool			monitored;
	u32			nports;

	/* protects all below */
	spinlock_t		lock;
	struct mcs_config	config;
	struct hlist_head	vlan_configs[MCS_VLAN_BUCKETS];
	bool			hosts_stale;
	bool			intree;
	u8			macs;
	bool			vlan_aware;
	bool			dying;
	struct hlist_head	vlans[MCS_VLAN_BUCKETS];
	u32			nvlans;
	struct rhashtable	groups;
	struct rhashtable	stations;
	struct rb_root		order;
	struct rhashtable	mac_index;
	bool			mac_indexed;
	u32			nmacs;
	u32			ngroups;
	u32			nmembers;
	struct mcs_filters	filters;
	u32			nfilters;
	struct timerqueue_head	deadlines;
	struct hrtimer		timer;
	u32			nsolicits;
	u64			solicit_next;
	struct sk_buff_head	txq;
	struct mcs_deadline	topology;
	u64			topology_heard;
	u64			topology_seen;
	u32			nproxies;
	u32			nproxied;
	struct list_head	dirty;
	struct mcs_deadline	dirty_more;
	struct nf_hook_ops	egress;
	bool			egress_on;
	u64			since;
	struct mcs_log		*log;
	struct mcs_follow	*follow;
	struct mcs_nd __rcu	*nd;
	bool			tally_lacks;
};

/* main.c; what is looked up for every frame is in lookup.h */
extern unsigned int mcs_net_id;

/* bridge.c */
int mcs_bridge_attach(struct mcs_net *mn, struct net_device *dev,
		      const struct mcs_config *c, bool takeover,
		      struct netlink_ext_ack *extack);
void mcs_bridge_configure(struct mcs_bridge *br, const struct mcs_config *c);
void mcs_bridge_detach(struct mcs_bridge *br);
struct mcs_bridge *mcs_bridge_find(struct mcs_net *mn, int ifindex);
int mcs_bridge_sync(struct mcs_bridge *br);
void __mcs_unlock_and_send(struct mcs_bridge *br) __releases(&br->lock);
void mcs_unlock_and_send(struct mcs_bridge *br) __releases(&br->lock);

/* port.c */
struct mcs_port *mcs_port_find(struct mcs_net *mn, int ifindex);
int mcs_port_add(struct mcs_bridge *br, struct net_device *dev,
		 struct netlink_ext_ack *extack);
void mcs_port_unlink(struct mcs_port *port);
void mcs_port_del(struct mcs_port *port, u8 cause);
void mcs_port_sync(struct mcs_port *port);
void mcs_port_configure(struct mcs_port *port,
			const struct mcs_port_config *c);
bool mcs_port_has_vlan_rcu(const struct mcs_port *port, u16 vid,
			   bool *untagged);

/* notify.c */
int mcs_notify_init(void);
void mcs_notify_exit(void);
void mcs_notify_sync(struct work_struct *work);
void mcs_notify_again(struct work_struct *work);

/* vlan.c */
struct mcs_vlan *__mcs_vlan_find(struct mcs_bridge *br, u16 vid);
struct mcs_vlan *__mcs_vlan_get(struct mcs_bridge *br, u16 vid, bool owned);
void __mcs_vlan_del(struct mcs_vlan *vlan, u8 cause);
int mcs_vlan_sync(struct mcs_bridge *br);
void __mcs_vlan_sync_ports(struct mcs_bridge *br);

/* hooks.c */
int mcs_hooks_register(struct mcs_net *mn);
void mcs_hooks_unregister(struct mcs_net *mn);

/* egress.c */
void mcs_egress_follow(struct mcs_bridge *br);
void mcs_egress_del(struct mcs_bridge *br);

/* table.c */
int mcs_table_init(struct mcs_bridge *br);
void mcs_table_destroy(struct mcs_bridge *br);
struct mcs_member *__mcs_member_find(struct mcs_bridge *br,
				     const struct in6_addr *addr, u16 vid,
				     const struct mcs_port *port,
				     bool is_static);
struct mcs_member *__mcs_member_add(struct mcs_bridge *br,
				    const struct in6_addr *addr, u16 vid,
				    struct mcs_port *port, bool is_static,
				    struct netlink_ext_ack *extack);
void __mcs_member_del(struct mcs_member *m, u8 cause);
struct mcs_srcset *__mcs_member_set(const struct mcs_member *m);
int __mcs_member_publish(struct mcs_member *m, u8 mode,
			 const struct mcs_source *src, unsigned int n);
u32 __mcs_groups_count(struct mcs_bridge *br, u16 vid);
struct mcs_group *__mcs_group_next(struct mcs_bridge *br,
				   const struct mcs_key *key);
struct mcs_group *mcs_group_find_rcu(const struct mcs_bridge *br,
				     const struct in6_addr *addr, u16 vid);
int mcs_groups_walk(struct mcs_bridge *br,
		    int (*one)(struct mcs_group *group, void *arg), void *arg);
void __mcs_members_flush(struct mcs_port *port, int vid, bool keep_static,
			 u8 cause);

/* member.c */
void __mcs_member_report(struct mcs_port *port, struct mcs_ctx *ctx,
			 const struct in6_addr *group, struct mcs_heard *h);
void __mcs_member_query(struct mcs_ctx *ctx, const struct in6_addr *group,
			const struct in6_addr *srcs, unsigned int n,
			const struct mcs_port *from, u64 lmqt);
void __mcs_member_expired(struct mcs_member *m, u64 now);
int __mcs_member_static_add(struct mcs_port *port, u16 vid,
			    const struct in6_addr *group,
			    const struct in6_addr *src,
			    struct netlink_ext_ack *extack);
int __mcs_member_static_del(struct mcs_port *port, u16 vid,
			    const struct in6_addr *group,
			    const struct in6_addr *src,
			    struct netlink_ext_ack *extack);

/* filter.c, see filter.h */
void mcs_filters_init(struct mcs_filters *owner);

/* querier.c */
void __mcs_querier_start(struct mcs_ctx *ctx);
void __mcs_querier_stop(struct mcs_ctx *ctx);
void __mcs_querier_examine(struct mcs_ctx *ctx, u32 before);
void __mcs_querier_heard(struct mcs_ctx *ctx, struct mcs_port *port,
			 const struct mcs_msg *msg);
void __mcs_querier_query_due(struct mcs_ctx *ctx, u64 now);
void __mcs_querier_other_expired(struct mcs_ctx *ctx, u64 now);
void __mcs_querier_proxy_expired(struct mcs_ctx *ctx, u64 now);
void __mcs_querier_port_new(struct mcs_ctx *ctx, struct mcs_port *port);
void __mcs_querier_unasked(struct mcs_ctx *ctx, struct mcs_port *port);
void __mcs_querier_topology(struct mcs_ctx *ctx, u64 now);
void __mcs_querier_spoof_due(struct mcs_ctx *ctx, u64 now);
void __mcs_querier_grace_over(struct mcs_ctx *ctx, u64 now);

/* topology.c */
void mcs_topology_init(void);
void mcs_topology_exit(void);
void mcs_topology_rcv(struct mcs_port *port, const struct sk_buff *skb);
void __mcs_topology_due(struct mcs_bridge *br, u64 now);
void __mcs_topology_port_moved(struct mcs_port *port, u8 before);

/* genl*.c */
int mcs_genl_init(void);
void mcs_genl_exit(void);
extern struct genl_family mcs_genl_family;

/* event.c */
void mcs_event_bridge(struct mcs_bridge *br, u8 cmd);
void mcs_event_port(struct mcs_port *port, u8 cmd);
void mcs_event_vlan(struct mcs_bridge *br, u16 vid, u8 mld);
void __mcs_event_group(struct mcs_member *m, u8 cmd, u8 cause);
void __mcs_event_router(struct mcs_router *r, u8 cmd, u8 cause);
void __mcs_event_querier(struct mcs_ctx *ctx, u8 cause);

/**
 * mcs_changed() - a dump that is under way is not consistent any more
 * @br: bridge whose tables changed
 */
static inline void mcs_changed(const struct mcs_bridge *br)
{
	atomic_inc(&br->mn->seq);
}

/**
 * mcs_deref() - RCU pointer for a writer
 * @p: pointer
 * @br: bridge whose lock is held
 */
#define mcs_deref(p, br) \
	rcu_dereference_protected(p, lockdep_is_held(&(br)->lock))

/* forward.c */
enum mcsnoop_rule mcs_boundary_keeps(const struct in6_addr *group, u8 frame_ttl,
				     u8 ttl, u8 scope);
enum mcsnoop_rule mcs_member_rule(const struct mcs_member *m,
				  const struct in6_addr *src);

#include "lookup.h"

#endif /* _MCSNOOP_H */
