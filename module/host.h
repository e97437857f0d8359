/* SPDX-License-Identifier: GPL-2.0 */
/* Hosts of a record; part of mcsnoop.h. */
#ifndef _MCSNOOP_HOST_H
#define _MCSNOOP_HOST_H

#include "fsm_host.h"
#include "wire.h"

struct mcs_bridge;
struct mcs_ctx;
struct mcs_member;
struct mcs_port;

/**
 * struct mcs_heard - one group record of a host
 * @type: enum mcs_rec_type; IS_EX for an older report, TO_IN for a leave
 * @n: sources
 * @refused: sources that the record has no room for, which was counted
 * @srcs: sorted and unique
 * @older: version of an older report (1 or 2), else 0
 * @msg: the message
 * @smac: source MAC address of the frame
 * @p: parameters of the VLAN and family
 * @now: when it was heard, ns
 * @restored: nobody said it here, see restore.c
 * @moved: somebody said it on another port, see follow.c
 */
struct mcs_heard {
	unsigned int		type;
	unsigned int		n;
	unsigned int		refused;
	const struct in6_addr	*srcs;
	unsigned int		older;
	const struct mcs_msg	*msg;
	const u8		*smac;
	const struct mcs_params	*p;
	u64			now;
	bool			restored;
	bool			moved;
};

void __mcs_hosts_heard(struct mcs_member *m, const struct mcs_ctx *ctx,
		       const struct mcs_heard *h, const struct mcs_params *p,
		       bool born, u64 now);
void mcs_hosts_missed(struct mcs_port *port);
void __mcs_hosts_leave(const struct mcs_member *m, const struct mcs_ctx *ctx,
		       const struct mcs_heard *h, struct mcs_params *p,
		       struct mcs_leave *leave, u64 now);
void __mcs_hosts_free(struct mcs_member *m);
const struct mcs_host *__mcs_hosts_next(const struct mcs_member *m, u32 *at,
					u64 now);
u64 __mcs_hosts_complete_at(const struct mcs_member *m, u64 now);

/**
 * mcs_host_source() - one of the sources of a host
 * @host: the host
 * @i: which, below its number of sources
 * @v4: of an IPv4 group, whose sources are kept short
 * @addr: filled in
 *
 * Context: the bridge's lock is held.
 */
static inline void mcs_host_source(const struct mcs_host *host, unsigned int i,
				   bool v4, struct in6_addr *addr)
{
	__be32 word;

	if (v4) {
		memcpy(&word, host->srcs + i * sizeof(word), sizeof(word));
		mcs_addr_from_v4(addr, word);
	} else {
		memcpy(addr, host->srcs + i * sizeof(*addr), sizeof(*addr));
	}
}

#endif /* _MCSNOOP_HOST_H */
