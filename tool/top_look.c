// SPDX-License-Identifier: GPL-2.0
/* Looking at a bridge for mcsnoop top, and what has changed between two looks. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "top.h"

#define B(name)	MCSNOOP_A_BRIDGE_##name
#define P(name)	MCSNOOP_A_PORT_##name
#define Q(name)	MCSNOOP_A_QUERIER_##name
#define G(name)	MCSNOOP_A_GROUP_##name
#define S(name)	MCSNOOP_A_STATS_##name

/**
 * top_now - the time
 *
 * Return: milliseconds of a clock that is never set.
 */
uint64_t top_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000;
}

static int table(uint8_t cmd, uint16_t attr, uint32_t dev,
		 struct messages *msgs)
{
	struct param param = { .name = "dev", .attr = attr, .width = 4 };
	struct value value = { .set = dev, .num = dev };
	struct request req;

	request_init(&req, cmd);
	params_put(&req, &param, 1, &value);
	return genl_dump(&req, msgs);
}

static int count_of(const char *name)
{
	if (!strncmp(name, "path_", 5))
		return COUNT_IN;
	if (!strcmp(name, "data_forwarded"))
		return COUNT_TO;
	if (!strcmp(name, "data_flooded"))
		return COUNT_FLOODED;
	if (!strncmp(name, "rx_", 3) &&
	    (strstr(name, "report") || strstr(name, "leave") ||
	     strstr(name, "done")))
		return COUNT_REPORTS;
	if (!strcmp(name, "data_pruned") || !strcmp(name, "data_ttl") ||
	    !strcmp(name, "data_scope") || !strcmp(name, "observe_data"))
		return COUNT_PRUNED;
	return -1;
}

static void read_counts(const struct messages *stats, struct look *look)
{
	const struct nlattr *one[MCSNOOP_A_COUNT_MAX + 1];
	const struct nlattr *tb[S(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;

	while ((nlh = message_next(stats, nlh))) {
		const struct nlattr *attr = NULL;
		struct port *port;

		look->counted = xrealloc(look->counted, (look->nr + 1) *
							sizeof(*port));
		port = &look->counted[look->nr++];
		memset(port, 0, sizeof(*port));
		attrs_parse(nlh, tb, S(MAX));
		port->ifindex = attr_uint(tb[S(PORT)]);
		while ((attr = attr_next_of_type(nlh, attr, S(COUNTS)))) {
			unsigned int id;
			int what;

			attrs_parse_nested(attr, one, MCSNOOP_A_COUNT_MAX);
			id = attr_uint(one[MCSNOOP_A_COUNT_ID]);
			what = count_of(counter_name(id));
			if (what >= 0)
				port->count[what] +=
					attr_uint(one[MCSNOOP_A_COUNT_VALUE]);
		}
	}
}

/**
 * top_forget - what was seen is not needed any more
 * @look: freed and empty
 */
void top_forget(struct look *look)
{
	messages_free(&look->bridges);
	messages_free(&look->queriers);
	messages_free(&look->ports);
	messages_free(&look->groups);
	free(look->counted);
	memset(look, 0, sizeof(*look));
}

/* The bridge to be shown; the one after it when @next. Return: 0 for none. */
static uint32_t choose(const struct look *look, uint32_t dev, bool next)
{
	const struct nlattr *tb[B(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	uint32_t first = 0, ifindex;
	bool take = false;

	while ((nlh = message_next(&look->bridges, nlh))) {
		attrs_parse(nlh, tb, B(MAX));
		ifindex = attr_uint(tb[B(IFINDEX)]);
		if (!first)
			first = ifindex;
		if (take || (!next && ifindex == dev))
			return ifindex;
		take = next && ifindex == dev;
	}
	return first;
}

/**
 * top_look - look at a bridge
 * @look: filled in
 * @dev: the bridge, or the first one that there is; 0 when there is none
 * @next: look at the one after it
 *
 * Return: EXIT_OK, or EXIT_FAILED after saying why.
 */
int top_look(struct look *look, uint32_t *dev, bool next)
{
	struct messages stats = { 0 };
	int ret;

	memset(look, 0, sizeof(*look));
	ret = table(MCSNOOP_CMD_BRIDGE_GET, 0, 0, &look->bridges);
	if (ret)
		goto out;
	*dev = choose(look, *dev, next);
	look->at = top_now();
	if (!*dev)
		return EXIT_OK;
	ret = table(MCSNOOP_CMD_QUERIER_GET, Q(BRIDGE), *dev, &look->queriers);
	if (!ret)
		ret = table(MCSNOOP_CMD_PORT_GET, P(BRIDGE), *dev,
			    &look->ports);
	if (!ret)
		ret = table(MCSNOOP_CMD_GROUP_GET, G(BRIDGE), *dev,
			    &look->groups);
	if (!ret)
		ret = table(MCSNOOP_CMD_STATS_GET, S(BRIDGE), *dev, &stats);
	if (!ret)
		read_counts(&stats, look);
out:
	messages_free(&stats);
	if (ret)
		top_forget(look);
	return ret;
}

/**
 * top_rate - how often in a second something happened at a port
 * @then: a look
 * @now: a later one
 * @port: the port
 * @what: COUNT_*
 *
 * Return: how often, 0 when the port is new.
 */
uint64_t top_rate(const struct look *then, const struct look *now,
		  uint32_t port, unsigned int what)
{
	uint64_t grown = 0, ms = now->at - then->at;
	unsigned int i;

	for (i = 0; i < now->nr; i++)
		if (now->counted[i].ifindex == port)
			grown = now->counted[i].count[what];
	for (i = 0; i < then->nr; i++)
		if (then->counted[i].ifindex == port)
			break;
	if (i == then->nr || !ms || grown < then->counted[i].count[what])
		return 0;
	grown -= then->counted[i].count[what];
	return (grown * 1000 + ms / 2) / ms;
}
