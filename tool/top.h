/* SPDX-License-Identifier: GPL-2.0 */
/* What top.c shows of a bridge. */
#ifndef MCSNOOP_TOOL_TOP_H
#define MCSNOOP_TOOL_TOP_H

#include "tool.h"

/* What is counted at a port. */
enum {
	COUNT_IN,	/* data that came in */
	COUNT_TO,	/* data that members or routers there wanted */
	COUNT_FLOODED,	/* other data that went there */
	COUNT_PRUNED,	/* data that was kept from it, or would have been */
	COUNT_REPORTS,	/* reports and leaves that came in */
	NR_COUNTS,
};

struct port {
	uint32_t ifindex;
	uint64_t count[NR_COUNTS];
};

/* One look at the bridge. */
struct look {
	struct messages bridges;
	struct messages queriers;
	struct messages ports;
	struct messages groups;
	struct port *counted;
	unsigned int nr;
	uint64_t at;	/* ms */
};

/* top_look.c */
uint64_t top_now(void);
int top_look(struct look *look, uint32_t *dev, bool next);
void top_forget(struct look *look);
uint64_t top_rate(const struct look *then, const struct look *now,
		  uint32_t port, unsigned int what);

#endif /* MCSNOOP_TOOL_TOP_H */
