/* SPDX-License-Identifier: GPL-2.0 */
/* What is saved, and how it comes back; see save.c and restore.c. */
#ifndef MCSNOOP_TOOL_SAVE_H
#define MCSNOOP_TOOL_SAVE_H

#include <stdio.h>

#include "tool.h"

/* each prints the commands that make its objects of one bridge */
int bridge_save(FILE *out, uint32_t ifindex);
int vlan_save(FILE *out, uint32_t ifindex);
int port_save(FILE *out, uint32_t ifindex);
int group_save(FILE *out, uint32_t ifindex);
int filter_save(FILE *out, uint32_t ifindex);
int learned_save(FILE *out, uint32_t ifindex);

/* for each message that the kernel has about such objects of a bridge */
int save_dump(FILE *out, uint8_t cmd, uint16_t attr, uint32_t ifindex,
	      void (*save)(FILE *out, const struct nlmsghdr *nlh));

/* settings.c */
void settings_save(FILE *out, const struct nlattr **tb,
		   const struct param *params, unsigned int n, uint64_t own);

/* genl.c */
typedef int (*recorder)(struct request *req, void *arg);
void genl_record(recorder record, void *arg);

/* learn.c */
int group_learn(struct args *args);
int router_learn(struct args *args);
int querier_learn(struct args *args);

/* main.c */
int run_line(char *line);

/* restore.c */
int batch(const char *file, bool force);

extern const struct object save_object;
extern const struct object restore_object;

#endif /* MCSNOOP_TOOL_SAVE_H */
