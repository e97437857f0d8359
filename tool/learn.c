// SPDX-License-Identifier: GPL-2.0
/*
 * What was learned, as commands: group, router and querier learn. Saved with
 * --state, and taken over again by the module.
 */
#include <stdlib.h>
#include <string.h>

#include "names_gen.h"
#include "save.h"

#define G(name)	MCSNOOP_A_GROUP_##name
#define R(name)	MCSNOOP_A_ROUTER_##name
#define Q(name)	MCSNOOP_A_QUERIER_##name

enum {
	G_DEV, G_PORT, G_GRP, G_VID, G_MODE, G_TIMER, G_VERSION, G_REPORTER,
	G_MAC, G_SOURCES, G_BLOCKED, G_NR,
};

static const struct param group_params[G_NR] = {
	[G_DEV] = { .name = "dev", .type = PARAM_DEV, .required = true,
		    .attr = G(BRIDGE), .width = 4 },
	[G_PORT] = { .name = "port", .type = PARAM_DEV, .required = true,
		     .attr = G(PORT), .width = 4 },
	[G_GRP] = { .name = "grp", .type = PARAM_ADDRESS, .required = true,
		    .attr = G(ADDRESS) },
	[G_VID] = { .name = "vid", .type = PARAM_NUMBER, .attr = G(VID),
		    .width = 2, .max = 4094 },
	[G_MODE] = { .name = "mode", .type = PARAM_ENUM, .required = true,
		     .attr = G(FILTER_MODE), .width = 1,
		     .names = mcsnoop_filter_mode_names,
		     .nr = MCSNOOP_NR_FILTER_MODE },
	[G_TIMER] = { .name = "timer", .type = PARAM_TIME, .attr = G(TIMER),
		      .width = 4 },
	[G_VERSION] = { .name = "version", .type = PARAM_NUMBER,
			.attr = G(HOST_VERSION), .width = 1, .min = 1,
			.max = 3 },
	[G_REPORTER] = { .name = "reporter", .type = PARAM_ADDRESS,
			 .attr = G(REPORTER) },
	[G_MAC] = { .name = "reporter-mac", .type = PARAM_MAC,
		    .attr = G(REPORTER_MAC) },
	[G_SOURCES] = { .name = "sources", .type = PARAM_WORD },
	[G_BLOCKED] = { .name = "blocked", .type = PARAM_WORD },
};

/* A list of addresses with commas in between, as attributes. */
static int put_sources(const struct args *args, struct request *req,
		       const struct value *value, unsigned int state)
{
	const char *word = value->set ? value->word : "";
	char buf[INET6_ADDRSTRLEN];
	struct nlattr *nest;
	struct in6_addr addr;
	unsigned int n = 0;
	size_t len;

	while (*word) {
		len = strcspn(word, ",");
		if (len >= sizeof(buf) || n++ == 4096)
			return usage_error(args, "too long a list of sources");
		memcpy(buf, word, len);
		buf[len] = '\0';
		if (!parse_address(buf, &addr))
			return usage_error(args,
					   "\"%s\" is not an IPv4 or IPv6 address",
					   buf);
		nest = mnl_attr_nest_start(req->nlh, G(SOURCES));
		mnl_attr_put(req->nlh, MCSNOOP_A_SOURCE_ADDRESS, sizeof(addr),
			     &addr);
		mnl_attr_put_u8(req->nlh, MCSNOOP_A_SOURCE_STATE, state);
		mnl_attr_nest_end(req->nlh, nest);
		word += len + (word[len] == ',');
	}
	return EXIT_OK;
}

/**
 * group_learn - take over a record
 * @args: the words
 *
 * Return: exit status.
 */
int group_learn(struct args *args)
{
	struct value values[G_NR];
	struct request req;
	int ret;

	ret = params_parse(args, group_params, G_NR, 0, values);
	if (!ret)
		ret = genl_open();
	if (ret)
		return ret;
	request_init(&req, MCSNOOP_CMD_GROUP_RESTORE);
	params_put(&req, group_params, G_NR, values);
	ret = put_sources(args, &req, &values[G_SOURCES],
			  MCSNOOP_SOURCE_STATE_FORWARD);
	if (!ret)
		ret = put_sources(args, &req, &values[G_BLOCKED],
				  MCSNOOP_SOURCE_STATE_BLOCKED);
	return ret ? ret : genl_do(&req, NULL);
}

enum {
	R_DEV, R_PORT, R_VID, R_FAMILY, R_TYPE, R_TIMER, R_ADDRESS, R_NR,
};

static const struct param router_params[R_NR] = {
	[R_DEV] = { .name = "dev", .type = PARAM_DEV, .required = true,
		    .attr = R(BRIDGE), .width = 4 },
	[R_PORT] = { .name = "port", .type = PARAM_DEV, .required = true,
		     .attr = R(PORT), .width = 4 },
	[R_VID] = { .name = "vid", .type = PARAM_NUMBER, .attr = R(VID),
		    .width = 2, .max = 4094 },
	[R_FAMILY] = { .name = "family", .type = PARAM_FAMILY,
		       .required = true, .attr = R(FAMILY), .width = 1 },
	[R_TYPE] = { .name = "type", .type = PARAM_ENUM, .attr = R(TYPE),
		     .width = 1, .names = mcsnoop_router_type_names,
		     .nr = MCSNOOP_NR_ROUTER_TYPE },
	[R_TIMER] = { .name = "timer", .type = PARAM_TIME, .attr = R(TIMER),
		      .width = 4 },
	[R_ADDRESS] = { .name = "address", .type = PARAM_ADDRESS,
			.attr = R(ADDRESS) },
};

/**
 * router_learn - take over a router port
 * @args: the words
 *
 * Return: exit status.
 */
int router_learn(struct args *args)
{
	return params_do(args, router_params, R_NR, 0,
			 MCSNOOP_CMD_ROUTER_RESTORE);
}

enum {
	Q_DEV, Q_VID, Q_FAMILY, Q_STATE, Q_ADDRESS, Q_PORT, Q_VERSION, Q_TIMER,
	Q_ROBUSTNESS, Q_INTERVAL, Q_RESPONSE, Q_NR,
};

static const struct param querier_params[Q_NR] = {
	[Q_DEV] = { .name = "dev", .type = PARAM_DEV, .required = true,
		    .attr = Q(BRIDGE), .width = 4 },
	[Q_VID] = { .name = "vid", .type = PARAM_NUMBER, .attr = Q(VID),
		    .width = 2, .max = 4094 },
	[Q_FAMILY] = { .name = "family", .type = PARAM_FAMILY,
		       .required = true, .attr = Q(FAMILY), .width = 1 },
	[Q_STATE] = { .name = "state", .type = PARAM_ENUM, .required = true,
		      .attr = Q(STATE), .width = 1,
		      .names = mcsnoop_querier_state_names,
		      .nr = MCSNOOP_NR_QUERIER_STATE },
	[Q_ADDRESS] = { .name = "address", .type = PARAM_ADDRESS,
			.attr = Q(ADDRESS) },
	[Q_PORT] = { .name = "port", .type = PARAM_DEV, .attr = Q(PORT),
		     .width = 4 },
	[Q_VERSION] = { .name = "version", .type = PARAM_NUMBER,
			.attr = Q(VERSION), .width = 1, .min = 1, .max = 3 },
	[Q_TIMER] = { .name = "timer", .type = PARAM_TIME, .attr = Q(TIMER),
		      .width = 4 },
	[Q_ROBUSTNESS] = { .name = "robustness", .type = PARAM_NUMBER,
			   .attr = Q(ROBUSTNESS), .width = 1, .max = 255 },
	[Q_INTERVAL] = { .name = "query-interval", .type = PARAM_TIME,
			 .attr = Q(QUERY_INTERVAL), .width = 4 },
	[Q_RESPONSE] = { .name = "query-response-interval",
			 .type = PARAM_TIME,
			 .attr = Q(QUERY_RESPONSE_INTERVAL), .width = 4 },
};

/**
 * querier_learn - take over who queries
 * @args: the words
 *
 * Return: exit status.
 */
int querier_learn(struct args *args)
{
	return params_do(args, querier_params, Q_NR, 0,
			 MCSNOOP_CMD_QUERIER_RESTORE);
}

static void put_address(FILE *out, const char *key, const struct nlattr *attr,
			bool v6)
{
	char buf[INET6_ADDRSTRLEN];
	struct in6_addr addr;

	if (attr_address(attr, &addr) && !IN6_IS_ADDR_UNSPECIFIED(&addr))
		fprintf(out, " %s %s", key,
			addr_text(&addr, v6, buf, sizeof(buf)));
}

static void put_ms_word(FILE *out, const char *key, const struct nlattr *attr)
{
	char buf[TIME_LEN];

	if (attr_uint(attr))
		fprintf(out, " %s %s", key,
			interval_text(attr_uint(attr), buf));
}

static void save_sources(FILE *out, const struct nlmsghdr *nlh, bool blocked,
			 bool v6)
{
	const struct nlattr *tb[MCSNOOP_A_SOURCE_MAX + 1];
	const struct nlattr *attr = NULL;
	char buf[INET6_ADDRSTRLEN];
	struct in6_addr addr;
	bool any = false;

	while ((attr = attr_next_of_type(nlh, attr, G(SOURCES)))) {
		attrs_parse_nested(attr, tb, MCSNOOP_A_SOURCE_MAX);
		attr_address(tb[MCSNOOP_A_SOURCE_ADDRESS], &addr);
		if (blocked != (attr_uint(tb[MCSNOOP_A_SOURCE_STATE]) ==
				MCSNOOP_SOURCE_STATE_BLOCKED))
			continue;
		fprintf(out, "%s%s", any ? "," : blocked ? " blocked " :
				     " sources ",
			addr_text(&addr, v6, buf, sizeof(buf)));
		any = true;
	}
}

static void save_record(FILE *out, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[G(MAX) + 1];
	struct in6_addr addr;
	uint8_t mac[6];
	bool v6;

	attrs_parse(nlh, tb, G(MAX));
	if (tb[G(STATIC)] || !attr_address(tb[G(ADDRESS)], &addr))
		return;
	v6 = !addr_is_v4(&addr);
	fprintf(out, "group learn dev %s", ifindex_name(attr_uint(tb[G(BRIDGE)])));
	fprintf(out, " port %s", ifindex_name(attr_uint(tb[G(PORT)])));
	put_address(out, "grp", tb[G(ADDRESS)], v6);
	if (attr_uint(tb[G(VID)]))
		fprintf(out, " vid %u", (unsigned int)attr_uint(tb[G(VID)]));
	fprintf(out, " mode %s", filter_mode_name(attr_uint(tb[G(FILTER_MODE)])));
	save_sources(out, nlh, false, v6);
	save_sources(out, nlh, true, v6);
	if (attr_uint(tb[G(HOST_VERSION)]))
		fprintf(out, " version %u",
			(unsigned int)attr_uint(tb[G(HOST_VERSION)]));
	put_address(out, "reporter", tb[G(REPORTER)], v6);
	if (attr_mac(tb[G(REPORTER_MAC)], mac))
		fprintf(out, " reporter-mac %02x:%02x:%02x:%02x:%02x:%02x",
			mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	fputc('\n', out);
}

static void save_router(FILE *out, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[R(MAX) + 1];
	unsigned int family;

	attrs_parse(nlh, tb, R(MAX));
	if (attr_uint(tb[R(TYPE)]) == MCSNOOP_ROUTER_TYPE_PERMANENT)
		return;
	family = attr_uint(tb[R(FAMILY)]);
	fprintf(out, "router learn dev %s", ifindex_name(attr_uint(tb[R(BRIDGE)])));
	fprintf(out, " port %s", ifindex_name(attr_uint(tb[R(PORT)])));
	if (attr_uint(tb[R(VID)]))
		fprintf(out, " vid %u", (unsigned int)attr_uint(tb[R(VID)]));
	fprintf(out, " family %s type %s", family_name(family),
		router_type_name(attr_uint(tb[R(TYPE)])));
	put_ms_word(out, "timer", tb[R(TIMER)]);
	put_address(out, "address", tb[R(ADDRESS)], family == AF_INET6);
	fputc('\n', out);
}

static void save_querier(FILE *out, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[Q(MAX) + 1];
	unsigned int family, state;

	attrs_parse(nlh, tb, Q(MAX));
	state = attr_uint(tb[Q(STATE)]);
	family = attr_uint(tb[Q(FAMILY)]);
	if (state == MCSNOOP_QUERIER_STATE_NONE)
		return;
	fprintf(out, "querier learn dev %s", ifindex_name(attr_uint(tb[Q(BRIDGE)])));
	if (attr_uint(tb[Q(VID)]))
		fprintf(out, " vid %u", (unsigned int)attr_uint(tb[Q(VID)]));
	fprintf(out, " family %s state %s", family_name(family),
		querier_state_name(state));
	if (state != MCSNOOP_QUERIER_STATE_SELF) {
		if (state == MCSNOOP_QUERIER_STATE_OTHER)
			put_address(out, "address", tb[Q(ADDRESS)],
				    family == AF_INET6);
		if (attr_uint(tb[Q(PORT)]))
			fprintf(out, " port %s",
				ifindex_name(attr_uint(tb[Q(PORT)])));
		if (attr_uint(tb[Q(VERSION)]))
			fprintf(out, " version %u",
				(unsigned int)attr_uint(tb[Q(VERSION)]));
		put_ms_word(out, "timer", tb[Q(TIMER)]);
		fprintf(out, " robustness %u",
			(unsigned int)attr_uint(tb[Q(ROBUSTNESS)]));
		put_ms_word(out, "query-interval", tb[Q(QUERY_INTERVAL)]);
		put_ms_word(out, "query-response-interval",
			    tb[Q(QUERY_RESPONSE_INTERVAL)]);
	}
	fputc('\n', out);
}

/**
 * learned_save - print the commands that put back what was learned
 * @out: where
 * @ifindex: of which bridge
 *
 * Members first: who queries makes pruning begin.
 *
 * Return: exit status.
 */
int learned_save(FILE *out, uint32_t ifindex)
{
	int ret;

	ret = save_dump(out, MCSNOOP_CMD_GROUP_GET, G(BRIDGE), ifindex,
			save_record);
	if (!ret)
		ret = save_dump(out, MCSNOOP_CMD_ROUTER_GET, R(BRIDGE),
				ifindex, save_router);
	if (!ret)
		ret = save_dump(out, MCSNOOP_CMD_QUERIER_GET, Q(BRIDGE),
				ifindex, save_querier);
	return ret;
}
