// SPDX-License-Identifier: GPL-2.0
/* Netlink: settings as attributes, and those that VLANs have of their own. */
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include "genl.h"

/**
 * mcs_nl_take_settings() - change the settings that a request gives
 * @info: the request
 * @s: which there are; ends with an entry without an attribute
 * @base: the struct they are in
 *
 * Return: mcs_setting_bit() of each that was given.
 */
u64 mcs_nl_take_settings(const struct genl_info *info,
			 const struct mcs_setting *s, void *base)
{
	u64 given = 0;

	for (; s->attr; s++) {
		const struct nlattr *a = info->attrs[s->attr];

		if (!a)
			continue;
		given |= mcs_setting_bit(s->attr);
		/* the policy has seen to it that it is as long */
		memcpy(base + s->off, nla_data(a), s->size);
	}
	return given;
}

/**
 * mcs_nl_fill_settings() - describe settings
 * @skb: filled
 * @s: which there are; ends with an entry without an attribute
 * @base: the struct they are in
 *
 * Return: 0 or -EMSGSIZE.
 */
int mcs_nl_fill_settings(struct sk_buff *skb, const struct mcs_setting *s,
			 const void *base)
{
	int err = 0;

	for (; s->attr && !err; s++)
		err = nla_put(skb, s->attr, s->size, base + s->off);
	return err;
}

/**
 * mcs_nl_fill_vlan() - describe the settings in force in a VLAN and family
 * @skb: filled
 * @br: the bridge
 * @vid: the VLAN
 * @mld: MCS_IGMP or MCS_MLD
 *
 * Context: RTNL.
 * Return: 0 or -EMSGSIZE.
 */
int mcs_nl_fill_vlan(struct sk_buff *skb, const struct mcs_bridge *br, u16 vid,
		     u8 mld)
{
	const struct mcs_vlan_config *vc = mcs_vlan_config_find(br, vid, mld);
	struct mcs_ctx_config c;

	mcs_ctx_config(br, vid, mld, &c);
	if (nla_put_u32(skb, MCSNOOP_A_BRIDGE_IFINDEX, br->dev->ifindex) ||
	    nla_put_u16(skb, MCSNOOP_A_BRIDGE_VID, vid) ||
	    nla_put_u8(skb, MCSNOOP_A_BRIDGE_FAMILY,
		       mld ? AF_INET6 : AF_INET) ||
	    nla_put_u64_64bit(skb, MCSNOOP_A_BRIDGE_OWN, vc ? vc->own : 0,
			      MCSNOOP_A_BRIDGE_PAD) ||
	    mcs_nl_fill_settings(skb, mcs_ctx_settings, &c))
		return -EMSGSIZE;
	return 0;
}

/* The families a request is about, as a mask of BIT(mld); 0 is an error. */
static unsigned int families(const struct genl_info *info)
{
	const struct nlattr *a = info->attrs[MCSNOOP_A_BRIDGE_FAMILY];

	if (!a)
		return BIT(MCS_IGMP) | BIT(MCS_MLD);
	if (nla_get_u8(a) == AF_INET)
		return BIT(MCS_IGMP);
	if (nla_get_u8(a) == AF_INET6)
		return BIT(MCS_MLD);
	NL_SET_ERR_MSG_ATTR(info->extack, a, "family is ipv4 or ipv6");
	return 0;
}

static struct mcs_bridge *target(const struct genl_info *info, u16 *vid)
{
	if (!info->attrs[MCSNOOP_A_BRIDGE_VID]) {
		NL_SET_ERR_MSG(info->extack,
			       "Say which VLAN: vid is missing; vid 0 is what has no tag on a bridge that does not filter");
		return NULL;
	}
	*vid = nla_get_u16(info->attrs[MCSNOOP_A_BRIDGE_VID]);
	return mcs_nl_bridge((struct genl_info *)info,
			     MCSNOOP_A_BRIDGE_IFINDEX);
}

/* All is checked, and there is room for it, before anything is changed. */
static int vlan_set(struct genl_info *info, struct mcs_bridge *br, u16 vid,
		    unsigned int mask)
{
	struct mcs_vlan_config *new[MCS_FAMILIES] = {};
	struct mcs_ctx_config c;
	u64 own = 0;
	u8 mld;
	int err;

	for (mld = 0; mld < MCS_FAMILIES; mld++) {
		if (!(mask & BIT(mld)))
			continue;
		mcs_ctx_config(br, vid, mld, &c);
		own = mcs_nl_take_settings(info, mcs_ctx_settings, &c);
		err = mcs_config_check(&c, info->extack);
		if (err)
			goto unused;
		if (mcs_vlan_config_find(br, vid, mld))
			continue;
		err = -ENOMEM;
		new[mld] = mcs_vlan_config_new(vid, mld);
		if (!new[mld])
			goto unused;
	}
	for (mld = 0; mld < MCS_FAMILIES; mld++) {
		if (!(mask & BIT(mld)))
			continue;
		mcs_ctx_config(br, vid, mld, &c);
		mcs_nl_take_settings(info, mcs_ctx_settings, &c);
		mcs_vlan_configure(br, vid, mld, own, &c, new[mld]);
	}
	return 0;

unused:
	for (mld = 0; mld < MCS_FAMILIES; mld++)
		mcs_vlan_config_free(new[mld]);
	return err;
}

/**
 * mcsnoop_nl_vlan_set_doit() - give a VLAN settings of its own
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL, -ENODEV or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_vlan_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	unsigned int mask = families(info);
	struct mcs_bridge *br;
	int err = -ENODEV;
	u16 vid;

	if (!mask)
		return -EINVAL;
	rtnl_lock();
	br = target(info, &vid);
	if (br)
		err = vlan_set(info, br, vid, mask);
	rtnl_unlock();
	return err;
}

/**
 * mcsnoop_nl_vlan_reset_doit() - let a VLAN follow its bridge again
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL, -ENODEV or -ENOENT with the sentence set.
 */
int mcsnoop_nl_vlan_reset_doit(struct sk_buff *skb, struct genl_info *info)
{
	unsigned int mask = families(info);
	struct mcs_bridge *br;
	int err = -ENODEV;
	u16 vid;
	u8 mld;

	if (!mask)
		return -EINVAL;
	rtnl_lock();
	br = target(info, &vid);
	if (br) {
		err = -ENOENT;
		for (mld = 0; mld < MCS_FAMILIES; mld++)
			if (mask & BIT(mld) &&
			    mcs_vlan_config_find(br, vid, mld)) {
				mcs_vlan_reset(br, vid, mld);
				err = 0;
			}
		if (err)
			NL_SET_ERR_MSG(info->extack,
				       "The VLAN has no settings of its own: see vlan show");
	}
	rtnl_unlock();
	return err;
}

/**
 * mcsnoop_nl_vlan_get_doit() - describe the settings of a VLAN and family
 * @skb: the request
 * @info: its attributes
 *
 * Context: process; takes RTNL.
 * Return: 0, -EINVAL, -ENODEV or -ENOMEM with the sentence set.
 */
int mcsnoop_nl_vlan_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	unsigned int mask = families(info);
	struct mcs_bridge *br;
	struct sk_buff *msg;
	int err = -ENODEV;
	void *hdr;
	u16 vid;

	if (!mask)
		return -EINVAL;
	if (!info->attrs[MCSNOOP_A_BRIDGE_FAMILY]) {
		NL_SET_ERR_MSG(info->extack, "Say which family: ipv4 or ipv6");
		return -EINVAL;
	}
	msg = mcs_nl_reply(info, &hdr);
	if (!msg)
		return -ENOMEM;
	rtnl_lock();
	br = target(info, &vid);
	if (br)
		err = mcs_nl_fill_vlan(msg, br, vid, !(mask & BIT(MCS_IGMP)));
	rtnl_unlock();
	return mcs_nl_finish(info, msg, hdr, err);
}

/* A VLAN is shown when there is state or a setting of it. */
static int dump_vlans(struct mcs_dump *d, struct mcs_bridge *br)
{
	for (; d->cursor->item < VLAN_N_VID * MCS_FAMILIES; d->cursor->item++) {
		u16 vid = d->cursor->item / MCS_FAMILIES;
		u8 mld = d->cursor->item % MCS_FAMILIES;
		bool known;
		void *hdr;

		rcu_read_lock();
		known = mcs_vlan_find_rcu(br, vid);
		rcu_read_unlock();
		if (!known && !mcs_vlan_config_find(br, vid, mld))
			continue;
		hdr = mcs_nl_dump_put(d, MCSNOOP_CMD_VLAN_GET);
		if (!hdr)
			return -EMSGSIZE;
		if (mcs_nl_fill_vlan(d->skb, br, vid, mld)) {
			genlmsg_cancel(d->skb, hdr);
			return -EMSGSIZE;
		}
		genlmsg_end(d->skb, hdr);
	}
	return 0;
}

/**
 * mcsnoop_nl_vlan_get_dumpit() - describe the settings of all VLANs
 * @skb: being filled
 * @cb: where the dump is
 *
 * Context: process; takes RTNL.
 * Return: what netlink wants of a dump.
 */
int mcsnoop_nl_vlan_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb)
{
	return mcs_nl_dump(skb, cb, MCSNOOP_A_BRIDGE_IFINDEX, dump_vlans);
}
