// SPDX-License-Identifier: GPL-2.0
/*
 * What the host sends, seen with its tag: a hook on the bridge device, where VLAN
 * filtering takes the tag off before LOCAL_OUT. See hooks.c.
 */
#include <linux/netfilter_netdev.h>
#include <linux/rtnetlink.h>
#include "frame.h"

#ifdef CONFIG_NETFILTER_EGRESS
static unsigned int host_egress(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	return mcs_hooks_sent(priv, skb);
}

static int egress_register(struct mcs_bridge *br)
{
	br->egress.hook = host_egress;
	br->egress.priv = br;
	br->egress.pf = NFPROTO_NETDEV;
	br->egress.hooknum = NF_NETDEV_EGRESS;
	br->egress.priority = INT_MAX;
	br->egress.dev = br->dev;
	return nf_register_net_hook(dev_net(br->dev), &br->egress);
}
#else	/* LOCAL_OUT has to do */
static int egress_register(struct mcs_bridge *br)
{
	return -EOPNOTSUPP;
}
#endif

/**
 * mcs_egress_follow() - see what the host sends through a bridge, as it is now
 * @br: the bridge, its VLAN filtering known
 *
 * Without memory for the hook LOCAL_OUT has to do, as on a kernel that does not
 * have it.
 *
 * Context: process, RTNL.
 */
void mcs_egress_follow(struct mcs_bridge *br)
{
	ASSERT_RTNL();

	if (br->vlan_aware == br->egress_on)
		return;
	if (br->vlan_aware)
		WRITE_ONCE(br->egress_on, !egress_register(br));
	else
		mcs_egress_del(br);
}

/**
 * mcs_egress_del() - see it no more
 * @br: the bridge
 *
 * Context: process, RTNL. The hook may still run until a grace period passed.
 */
void mcs_egress_del(struct mcs_bridge *br)
{
	if (br->egress_on)
		nf_unregister_net_hook(dev_net(br->dev), &br->egress);
	WRITE_ONCE(br->egress_on, false);
}
