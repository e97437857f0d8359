/* SPDX-License-Identifier: GPL-2.0 */
/* What bridge.c and bridge_show.c share. */
#ifndef MCSNOOP_TOOL_BRIDGE_H
#define MCSNOOP_TOOL_BRIDGE_H

#include "tool.h"

/* The first of bridge_params is the device, the others are its settings. */
#define BRIDGE_NR_PARAMS	50

/* Those that a VLAN may have of its own come first. */
#define VLAN_NR_SETTINGS	25

#define VLAN_SETTINGS_USAGE						\
"VLAN-SETTINGS := [ querier { auto | on | off } ]\n"			\
"            [ igmp-version { 1 | 2 | 3 } ] [ mld-version { 1 | 2 } ]\n"	\
"            [ robustness NUMBER ] [ query-interval TIME ]\n"		\
"            [ query-response-interval TIME ] [ last-member-interval TIME ]\n" \
"            [ last-member-count NUMBER ] [ startup-query-interval TIME ]\n" \
"            [ startup-query-count NUMBER ] [ gmi-rule { rfc9776 | rfc3376 } ]\n" \
"            [ unregistered { auto | flood | routers | drop } ]\n"	\
"            [ zero-query-router { on | off } ]\n"			\
"            [ report-suppression { on | off } ]\n"			\
"            [ proxy-reporting { on | off } ] [ tc-query { on | off } ]\n" \
"            [ lightweight { on | off } ] [ source-filter { on | off } ]\n" \
"            [ compat { on | off } ] [ auto-lower { on | off } ]\n"	\
"            [ host-tracking { on | off } ] [ mrd-solicit { on | off } ]\n"	\
"            [ mrd-local-prefix { on | off } ] [ mode { enforce | observe } ]\n" \
"            [ nd-aware { on | off } ]\n"

extern const struct param bridge_params[BRIDGE_NR_PARAMS];

int bridge_show(struct args *args);

#endif /* MCSNOOP_TOOL_BRIDGE_H */
