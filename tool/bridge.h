/* SPDX-License-Identifier: GPL-2.0 */
/* What bridge.c and bridge_show.c share. */
#ifndef MCSNOOP_TOOL_BRIDGE_H
#define MCSNOOP_TOOL_BRIDGE_H

#include "tool.h"

/* The first of bridge_params is the device, the others are its settings. */
#define BRIDGE_NR_PARAMS	21

extern const struct param bridge_params[BRIDGE_NR_PARAMS];

int bridge_show(struct args *args);

#endif /* MCSNOOP_TOOL_BRIDGE_H */
