/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _MCSNOOP_COMPAT_LINUX_IF_BRIDGE_H
#define _MCSNOOP_COMPAT_LINUX_IF_BRIDGE_H

#include_next <linux/if_bridge.h>

#ifndef HAVE_BR_MST
/* A bridge that knows no MST has it off. */
static inline bool br_mst_enabled(const struct net_device *dev)
{
	return false;
}
#endif

#endif /* _MCSNOOP_COMPAT_LINUX_IF_BRIDGE_H */
