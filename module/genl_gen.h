/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/mcsnoop.yaml */
/* YNL-GEN kernel header */
/* To regenerate run: scripts/genl.sh */

#ifndef _LINUX_MCSNOOP_GEN_H
#define _LINUX_MCSNOOP_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/mcsnoop.h>

/* Common nested types */
extern const struct nla_policy mcsnoop_source_nl_policy[MCSNOOP_A_SOURCE_TIMER + 1];

extern const struct nla_policy mcsnoop_bridge_get_nl_policy[MCSNOOP_A_BRIDGE_IFINDEX + 1];

extern const struct nla_policy mcsnoop_bridge_add_nl_policy[MCSNOOP_A_BRIDGE_ND_AWARE + 1];

extern const struct nla_policy mcsnoop_bridge_set_nl_policy[MCSNOOP_A_BRIDGE_ND_AWARE + 1];

extern const struct nla_policy mcsnoop_bridge_del_nl_policy[MCSNOOP_A_BRIDGE_IFINDEX + 1];

extern const struct nla_policy mcsnoop_port_get_nl_policy[MCSNOOP_A_PORT_IFINDEX + 1];

extern const struct nla_policy mcsnoop_port_set_nl_policy[MCSNOOP_A_PORT_MAX_HOST_GROUPS + 1];

extern const struct nla_policy mcsnoop_group_get_nl_policy[MCSNOOP_A_GROUP_MAC + 1];

extern const struct nla_policy mcsnoop_group_add_nl_policy[MCSNOOP_A_GROUP_MAC + 1];

extern const struct nla_policy mcsnoop_group_del_nl_policy[MCSNOOP_A_GROUP_MAC + 1];

extern const struct nla_policy mcsnoop_router_get_nl_policy[MCSNOOP_A_ROUTER_FAMILY + 1];

extern const struct nla_policy mcsnoop_querier_get_nl_policy[MCSNOOP_A_QUERIER_FAMILY + 1];

extern const struct nla_policy mcsnoop_stats_get_nl_policy[MCSNOOP_A_STATS_PORT + 1];

extern const struct nla_policy mcsnoop_vlan_get_nl_policy[MCSNOOP_A_BRIDGE_FAMILY + 1];

extern const struct nla_policy mcsnoop_vlan_set_nl_policy[MCSNOOP_A_BRIDGE_ND_AWARE + 1];

extern const struct nla_policy mcsnoop_vlan_reset_nl_policy[MCSNOOP_A_BRIDGE_FAMILY + 1];

extern const struct nla_policy mcsnoop_host_get_nl_policy[MCSNOOP_A_HOST_MAC + 1];

extern const struct nla_policy mcsnoop_filter_get_nl_policy[MCSNOOP_A_FILTER_SOURCE_LEN + 1];

extern const struct nla_policy mcsnoop_filter_add_nl_policy[MCSNOOP_A_FILTER_SOURCE_LEN + 1];

extern const struct nla_policy mcsnoop_filter_del_nl_policy[MCSNOOP_A_FILTER_SOURCE_LEN + 1];

extern const struct nla_policy mcsnoop_explain_get_nl_policy[MCSNOOP_A_EXPLAIN_TARGET + 1];

extern const struct nla_policy mcsnoop_group_restore_nl_policy[MCSNOOP_A_GROUP_REPORTER_MAC + 1];

extern const struct nla_policy mcsnoop_router_restore_nl_policy[MCSNOOP_A_ROUTER_ADDRESS + 1];

extern const struct nla_policy mcsnoop_querier_restore_nl_policy[MCSNOOP_A_QUERIER_ASKED + 1];

extern const struct nla_policy mcsnoop_log_get_nl_policy[MCSNOOP_A_LOG_SEQ + 1];

extern const struct nla_policy mcsnoop_frame_get_nl_policy[MCSNOOP_A_FRAME_SEQ + 1];

extern const struct nla_policy mcsnoop_nd_get_nl_policy[MCSNOOP_A_ND_ADDRESS + 1];

/* Ops table for mcsnoop */
extern const struct genl_ops mcsnoop_nl_ops[26];

int mcsnoop_nl_bridge_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_bridge_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int mcsnoop_nl_bridge_add_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_bridge_set_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_bridge_del_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_port_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_port_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int mcsnoop_nl_port_set_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_group_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_group_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int mcsnoop_nl_group_add_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_group_del_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_router_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_router_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int mcsnoop_nl_querier_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_querier_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int mcsnoop_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_stats_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int mcsnoop_nl_vlan_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_vlan_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int mcsnoop_nl_vlan_set_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_vlan_reset_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_host_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_host_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int mcsnoop_nl_filter_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_filter_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int mcsnoop_nl_filter_add_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_filter_del_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_explain_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_explain_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int mcsnoop_nl_group_restore_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_router_restore_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_querier_restore_doit(struct sk_buff *skb,
				    struct genl_info *info);
int mcsnoop_nl_log_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_log_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mcsnoop_nl_frame_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_frame_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int mcsnoop_nl_nd_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcsnoop_nl_nd_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

enum {
	MCSNOOP_NLGRP_EVENTS,
	MCSNOOP_NLGRP_LOG,
};

#endif /* _LINUX_MCSNOOP_GEN_H */
