/* SPDX-License-Identifier: GPL-2.0 */
/* What the bridge exports without declaring it in a public header. */
#ifndef _MCSNOOP_BR_FORWARD_H
#define _MCSNOOP_BR_FORWARD_H

#include <linux/skbuff.h>

struct net_bridge_port;

void br_forward(const struct net_bridge_port *to, struct sk_buff *skb,
		bool local_rcv, bool local_orig);

#endif /* _MCSNOOP_BR_FORWARD_H */
