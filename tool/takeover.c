// SPDX-License-Identifier: GPL-2.0
/*
 * Taking a bridge over from its own snooping, and giving it back, without a gap
 * in any stream.
 *
 * While both are there the bridge's own decides and the module learns beside it,
 * so that nothing that is reported is missed by either. Who takes over is given
 * what the other knows before the other is switched off; in between everything
 * is flooded.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rtnl.h"

#define OFF_WAIT	200	/* looks at whether it is off, 10 ms each */

static const int families[2] = { AF_INET, AF_INET6 };

static int failed(const char *what, int error)
{
	fprintf(stderr, "Error: mcsnoop: %s: %s\n", what, rtnl_error(error));
	return EXIT_FAILED;
}

/* The VLANs of a bridge as the module has them. */
static unsigned int vlans_of(uint32_t ifindex, uint16_t *vids,
			     unsigned int max)
{
	const struct nlattr *tb[MCSNOOP_A_QUERIER_MAX + 1];
	const struct nlmsghdr *nlh = NULL;
	struct messages msgs = { 0 };
	struct request req;
	unsigned int n = 0;
	uint16_t vid;

	request_init(&req, MCSNOOP_CMD_QUERIER_GET);
	mnl_attr_put_u32(req.nlh, MCSNOOP_A_QUERIER_BRIDGE, ifindex);
	if (!genl_dump(&req, &msgs))
		while (n < max && (nlh = message_next(&msgs, nlh))) {
			attrs_parse(nlh, tb, MCSNOOP_A_QUERIER_MAX);
			vid = attr_uint(tb[MCSNOOP_A_QUERIER_VID]);
			if (!n || vids[n - 1] != vid)
				vids[n++] = vid;
		}
	messages_free(&msgs);
	return n;
}

/* Send it, but take a port that is down or not in a VLAN for nothing. */
static int restore(struct request *req)
{
	int error = genl_try(req);

	if (error == -ENETDOWN || error == -EINVAL || error == -ENOENT)
		return EXIT_OK;
	return error ? genl_say(req, error) : EXIT_OK;
}

static void put_source(struct request *req, const struct in6_addr *addr,
		       bool blocked, uint32_t left)
{
	struct nlattr *nest;

	nest = mnl_attr_nest_start(req->nlh, MCSNOOP_A_GROUP_SOURCES);
	mnl_attr_put(req->nlh, MCSNOOP_A_SOURCE_ADDRESS, sizeof(*addr), addr);
	mnl_attr_put_u8(req->nlh, MCSNOOP_A_SOURCE_STATE, blocked ?
			MCSNOOP_SOURCE_STATE_BLOCKED :
			MCSNOOP_SOURCE_STATE_FORWARD);
	if (!blocked)
		mnl_attr_put_u32(req->nlh, MCSNOOP_A_SOURCE_TIMER, left);
	mnl_attr_nest_end(req->nlh, nest);
}

static void begin_group(struct request *req, uint8_t cmd, uint32_t ifindex,
			const struct intree_entry *e)
{
	request_init(req, cmd);
	mnl_attr_put_u32(req->nlh, MCSNOOP_A_GROUP_BRIDGE, ifindex);
	mnl_attr_put_u32(req->nlh, MCSNOOP_A_GROUP_PORT, e->port);
	mnl_attr_put_u16(req->nlh, MCSNOOP_A_GROUP_VID, e->vid);
	if (e->is_mac)
		mnl_attr_put(req->nlh, MCSNOOP_A_GROUP_MAC, sizeof(e->mac),
			     e->mac);
	else
		mnl_attr_put(req->nlh, MCSNOOP_A_GROUP_ADDRESS,
			     sizeof(e->grp), &e->grp);
}

static int import_static(uint32_t ifindex, const struct intree_entry *e)
{
	struct request req;

	begin_group(&req, MCSNOOP_CMD_GROUP_ADD, ifindex, e);
	if (e->has_src)
		mnl_attr_put(req.nlh, MCSNOOP_A_GROUP_SOURCE, sizeof(e->src),
			     &e->src);
	return restore(&req);
}

static int import_learned(uint32_t ifindex, const struct intree_entry *e)
{
	bool include = e->include || e->has_src;
	struct request req;
	unsigned int i;

	begin_group(&req, MCSNOOP_CMD_GROUP_RESTORE, ifindex, e);
	mnl_attr_put_u8(req.nlh, MCSNOOP_A_GROUP_FILTER_MODE,
			include ? MCSNOOP_FILTER_MODE_INCLUDE :
				  MCSNOOP_FILTER_MODE_EXCLUDE);
	if (!include)
		mnl_attr_put_u32(req.nlh, MCSNOOP_A_GROUP_TIMER, e->left);
	if (e->has_src)
		put_source(&req, &e->src, false, e->left);
	/* the bridge keeps 32 of them at most: there is room */
	for (i = 0; i < e->nr && i < 32; i++)
		put_source(&req, &e->sources[i].addr,
			   !include && !e->sources[i].left,
			   e->sources[i].left);
	return restore(&req);
}

/* A source that a host asked for stands in the list of its group, too. */
static bool is_listed(const struct intree_table *table,
		      const struct intree_entry *e)
{
	unsigned int i;

	for (i = 0; i < table->nr_entries; i++) {
		const struct intree_entry *other = &table->entries[i];

		if (!other->has_src && !other->permanent && !other->is_mac &&
		    other->port == e->port && other->vid == e->vid &&
		    !memcmp(&other->grp, &e->grp, sizeof(e->grp)))
			return true;
	}
	return false;
}

static int import_entries(uint32_t ifindex, const struct intree_table *table)
{
	unsigned int i;
	int ret = EXIT_OK;

	for (i = 0; i < table->nr_entries; i++) {
		const struct intree_entry *e = &table->entries[i];

		if (e->by_star)
			continue;
		if (e->permanent)
			ret |= import_static(ifindex, e);
		else if (!e->is_mac && !(e->has_src && is_listed(table, e)))
			ret |= import_learned(ifindex, e);
	}
	return ret;
}

static int import_router(uint32_t ifindex, uint16_t vid,
			 const struct intree_learned *r)
{
	struct request req;
	unsigned int f;
	int ret = EXIT_OK;

	for (f = 0; f < 2; f++) {
		if (!r->left[f])
			continue;
		request_init(&req, MCSNOOP_CMD_ROUTER_RESTORE);
		mnl_attr_put_u32(req.nlh, MCSNOOP_A_ROUTER_BRIDGE, ifindex);
		mnl_attr_put_u32(req.nlh, MCSNOOP_A_ROUTER_PORT, r->port);
		mnl_attr_put_u16(req.nlh, MCSNOOP_A_ROUTER_VID, vid);
		mnl_attr_put_u8(req.nlh, MCSNOOP_A_ROUTER_FAMILY, families[f]);
		mnl_attr_put_u32(req.nlh, MCSNOOP_A_ROUTER_TIMER, r->left[f]);
		ret |= restore(&req);
	}
	return ret;
}

static int set_port(uint32_t port, uint16_t attr, uint8_t value)
{
	struct request req;

	request_init(&req, MCSNOOP_CMD_PORT_SET);
	mnl_attr_put_u32(req.nlh, MCSNOOP_A_PORT_IFINDEX, port);
	mnl_attr_put_u8(req.nlh, attr, value);
	return genl_do(&req, NULL);
}

static int set_router(uint32_t port, uint8_t router)
{
	if (router == INTREE_ROUTER_NEVER)
		return set_port(port, MCSNOOP_A_PORT_ROUTER,
				MCSNOOP_ROUTER_MODE_NEVER);
	if (router == INTREE_ROUTER_PERMANENT)
		return set_port(port, MCSNOOP_A_PORT_ROUTER,
				MCSNOOP_ROUTER_MODE_PERMANENT);
	return EXIT_OK;
}

static int import_ports(const struct intree *br)
{
	unsigned int i;
	int ret = EXIT_OK;

	/* "never" would keep the host side from what it gets today */
	if (br->router == INTREE_ROUTER_PERMANENT)
		ret = set_router(br->ifindex, br->router);
	for (i = 0; i < br->nr_ports; i++) {
		ret |= set_router(br->ports[i].ifindex, br->ports[i].router);
		if (br->ports[i].fast_leave)
			ret |= set_port(br->ports[i].ifindex,
					MCSNOOP_A_PORT_FAST_LEAVE,
					MCSNOOP_FAST_LEAVE_ON);
	}
	return ret;
}

static bool is_unspecified(const struct in6_addr *addr)
{
	static const uint8_t zero[4];

	return IN6_IS_ADDR_UNSPECIFIED(addr) ||
	       (addr_is_v4(addr) && !memcmp(&addr->s6_addr[12], zero, 4));
}

static uint8_t querier_state(const struct intree_querier *q)
{
	if (!q->known)
		return MCSNOOP_QUERIER_STATE_SELF;
	return is_unspecified(&q->addr) ? MCSNOOP_QUERIER_STATE_PROXY :
					  MCSNOOP_QUERIER_STATE_OTHER;
}

static int import_querier(const struct intree *br, uint16_t vid,
			  unsigned int f, bool complete)
{
	const struct intree_querier *q = &br->querier[f];
	uint8_t state = querier_state(q);
	struct request req;

	/* in which VLAN another is cannot be told */
	if (q->known ? br->vlan_filtering : !br->querier_on)
		return EXIT_OK;
	request_init(&req, MCSNOOP_CMD_QUERIER_RESTORE);
	mnl_attr_put_u32(req.nlh, MCSNOOP_A_QUERIER_BRIDGE, br->ifindex);
	mnl_attr_put_u16(req.nlh, MCSNOOP_A_QUERIER_VID, vid);
	mnl_attr_put_u8(req.nlh, MCSNOOP_A_QUERIER_FAMILY, families[f]);
	mnl_attr_put_u8(req.nlh, MCSNOOP_A_QUERIER_STATE, state);
	if (state == MCSNOOP_QUERIER_STATE_OTHER)
		mnl_attr_put(req.nlh, MCSNOOP_A_QUERIER_ADDRESS,
			     sizeof(q->addr), &q->addr);
	if (q->known) {
		mnl_attr_put_u32(req.nlh, MCSNOOP_A_QUERIER_PORT, q->port);
		mnl_attr_put_u32(req.nlh, MCSNOOP_A_QUERIER_TIMER, q->left);
		mnl_attr_put_u32(req.nlh,
				 MCSNOOP_A_QUERIER_QUERY_RESPONSE_INTERVAL,
				 br->response);
	}
	if (q->known && complete)
		mnl_attr_put(req.nlh, MCSNOOP_A_QUERIER_ASKED, 0, NULL);
	return restore(&req);
}

/* Routers and queriers, in every VLAN that they may be in. */
static int import_vlans(const struct intree *br,
			const struct intree_table *table, bool complete)
{
	static uint16_t vids[4096];
	unsigned int n, i, v;
	int ret = EXIT_OK;

	n = vlans_of(br->ifindex, vids, ARRAY_SIZE(vids));
	for (v = 0; v < n; v++) {
		for (i = 0; i < table->nr_routers; i++) {
			const struct intree_learned *r = &table->routers[i];

			if (r->type != INTREE_ROUTER_PERMANENT &&
			    (!r->vid || r->vid == vids[v]))
				ret |= import_router(br->ifindex, vids[v], r);
		}
		for (i = 0; i < 2; i++)
			ret |= import_querier(br, vids[v], i, complete);
	}
	return ret;
}

static void wait_off(uint32_t ifindex)
{
	const struct nlattr *tb[MCSNOOP_A_BRIDGE_MAX + 1];
	const struct timespec pause = { .tv_nsec = 10000000 };
	unsigned int looks;

	for (looks = 0; looks < OFF_WAIT; looks++) {
		struct messages msgs = { 0 };
		const struct nlmsghdr *nlh;
		struct request req;
		bool off = true;

		request_init(&req, MCSNOOP_CMD_BRIDGE_GET);
		mnl_attr_put_u32(req.nlh, MCSNOOP_A_BRIDGE_IFINDEX, ifindex);
		nlh = genl_do(&req, &msgs) ? NULL : message_next(&msgs, NULL);
		if (nlh) {
			attrs_parse(nlh, tb, MCSNOOP_A_BRIDGE_MAX);
			off = !attr_uint(tb[MCSNOOP_A_BRIDGE_INTREE_SNOOPING]);
		}
		messages_free(&msgs);
		if (off)
			break;
		nanosleep(&pause, NULL);
	}
}

/**
 * takeover_begin - whether there is anything to take over
 * @ifindex: the bridge
 * @needed: filled in: its own snooping is on
 *
 * Return: EXIT_OK, or EXIT_FAILED after saying why.
 */
int takeover_begin(uint32_t ifindex, bool *needed)
{
	static struct intree br;
	int ret = rtnl_open();

	if (ret)
		return ret;
	ret = intree_read(ifindex, &br);
	if (ret)
		return failed("reading the bridge", ret);
	*needed = br.is_bridge && br.snooping;
	return EXIT_OK;
}

/**
 * takeover_finish - take over a bridge that is attached beside its own snooping
 * @ifindex: the bridge
 *
 * What cannot be kept is said, and then nothing is pruned until members were
 * asked.
 *
 * Return: EXIT_OK, or EXIT_FAILED after saying why; then the bridge's own
 * snooping is as it was.
 */
int takeover_finish(uint32_t ifindex)
{
	static struct intree br;
	struct intree_table table;
	bool complete;
	int ret;

	ret = intree_read(ifindex, &br);
	if (ret)
		return failed("reading the bridge", ret);
	ret = intree_table_read(ifindex, &table);
	if (!ret) {
		complete = !import_ports(&br);
		complete &= !import_entries(ifindex, &table);
		complete &= !import_vlans(&br, &table, complete);
		if (!complete)
			fputs("Warning: mcsnoop: not all taken over: flooding until hosts answer\n",
			      stderr);
		ret = intree_set_snooping(ifindex, false);
	}
	intree_table_free(&table);
	if (ret)
		return failed("switching the bridge's own snooping off", ret);
	wait_off(ifindex);
	return EXIT_OK;
}

/* Pruning everywhere, so that all members are known. */
static bool all_known(uint32_t ifindex)
{
	const struct nlattr *tb[MCSNOOP_A_QUERIER_MAX + 1];
	const struct nlmsghdr *nlh = NULL;
	struct messages msgs = { 0 };
	struct request req;
	bool known;

	request_init(&req, MCSNOOP_CMD_QUERIER_GET);
	mnl_attr_put_u32(req.nlh, MCSNOOP_A_QUERIER_BRIDGE, ifindex);
	known = !genl_dump(&req, &msgs);
	while (known && (nlh = message_next(&msgs, nlh))) {
		attrs_parse(nlh, tb, MCSNOOP_A_QUERIER_MAX);
		known = attr_uint(tb[MCSNOOP_A_QUERIER_PRUNING]) ==
				MCSNOOP_PRUNING_ACTIVE &&
			!tb[MCSNOOP_A_QUERIER_FLOOD_PORTS];
	}
	messages_free(&msgs);
	return known;
}

static int export_one(uint32_t ifindex, const struct intree_entry *e)
{
	int error = intree_add(ifindex, e);

	return error == -EEXIST || error == -ENETDOWN ? 0 : error;
}

/* A record as entries of the bridge's own table. */
static int export_record(const struct intree *br, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MCSNOOP_A_GROUP_MAX + 1];
	const struct nlattr *src[MCSNOOP_A_SOURCE_MAX + 1];
	const struct nlattr *attr = NULL;
	struct intree_entry e = { 0 };
	bool sources;
	int ret = 0;

	attrs_parse(nlh, tb, MCSNOOP_A_GROUP_MAX);
	e.port = attr_uint(tb[MCSNOOP_A_GROUP_PORT]);
	e.vid = attr_uint(tb[MCSNOOP_A_GROUP_VID]);
	e.permanent = tb[MCSNOOP_A_GROUP_STATIC];
	e.is_mac = attr_mac(tb[MCSNOOP_A_GROUP_MAC], e.mac);
	attr_address(tb[MCSNOOP_A_GROUP_ADDRESS], &e.grp);
	/* sources count there in the newest version only */
	sources = !e.is_mac &&
		  attr_uint(tb[MCSNOOP_A_GROUP_FILTER_MODE]) ==
		  MCSNOOP_FILTER_MODE_INCLUDE &&
		  (addr_is_v4(&e.grp) ? br->igmp_version > 2 :
					br->mld_version > 1);
	/* the host's entries can be neither for a source nor permanent there */
	if (e.port == br->ifindex) {
		sources = false;
		e.permanent = false;
	}
	if (!sources)
		return export_one(br->ifindex, &e);
	e.has_src = true;
	while (!ret && (attr = attr_next_of_type(nlh, attr,
						 MCSNOOP_A_GROUP_SOURCES))) {
		attrs_parse_nested(attr, src, MCSNOOP_A_SOURCE_MAX);
		attr_address(src[MCSNOOP_A_SOURCE_ADDRESS], &e.src);
		ret = export_one(br->ifindex, &e);
	}
	return ret;
}

static int export_records(const struct intree *br)
{
	const struct nlmsghdr *nlh = NULL;
	struct messages msgs = { 0 };
	struct request req;
	int error, ret;

	request_init(&req, MCSNOOP_CMD_GROUP_GET);
	mnl_attr_put_u32(req.nlh, MCSNOOP_A_GROUP_BRIDGE, br->ifindex);
	ret = genl_dump(&req, &msgs);
	while ((nlh = message_next(&msgs, nlh))) {
		error = export_record(br, nlh);
		if (error)
			ret = failed("an entry for the bridge's own table",
				     error);
	}
	messages_free(&msgs);
	return ret;
}

static bool is_router(const struct messages *msgs, uint32_t port)
{
	const struct nlattr *tb[MCSNOOP_A_ROUTER_MAX + 1];
	const struct nlmsghdr *nlh = NULL;

	while ((nlh = message_next(msgs, nlh))) {
		attrs_parse(nlh, tb, MCSNOOP_A_ROUTER_MAX);
		if (attr_uint(tb[MCSNOOP_A_ROUTER_PORT]) == port)
			return true;
	}
	return false;
}

/*
 * Ports get everything until here. Those that are no router ports cease to,
 * but for a while when it is not certain that all members are known.
 */
static int settle_ports(const struct intree *br, bool known)
{
	struct messages routers = { 0 };
	struct request req;
	unsigned int i;
	int error, ret;

	request_init(&req, MCSNOOP_CMD_ROUTER_GET);
	mnl_attr_put_u32(req.nlh, MCSNOOP_A_ROUTER_BRIDGE, br->ifindex);
	ret = genl_dump(&req, &routers);
	for (i = 0; i < br->nr_ports; i++) {
		uint8_t router = br->ports[i].router;

		if ((router == INTREE_ROUTER_QUERY ||
		     router == INTREE_ROUTER_TEMPORARY) &&
		    (!known || is_router(&routers, br->ports[i].ifindex)))
			router = INTREE_ROUTER_TEMPORARY;
		error = intree_set_port_router(br->ports[i].ifindex, router);
		if (error)
			ret = failed("a port's mcast_router", error);
	}
	messages_free(&routers);
	error = intree_set_router(br->ifindex, br->router);
	return error ? failed("the bridge's mcast_router", error) : ret;
}

static int flood_all(const struct intree *br)
{
	unsigned int i;
	int ret;

	ret = intree_set_router(br->ifindex, INTREE_ROUTER_PERMANENT);
	for (i = 0; !ret && i < br->nr_ports; i++)
		ret = intree_set_port_router(br->ports[i].ifindex,
					     INTREE_ROUTER_PERMANENT);
	return ret;
}

/**
 * giveback - let a bridge's own snooping take over again
 * @ifindex: the bridge, attached; it is to be detached after this
 *
 * Its table and its idea of a querier are old, and it would prune by them at
 * once. So every port is a router port, which gets everything, until it has
 * been told what is known here.
 *
 * Return: EXIT_OK, or EXIT_FAILED after saying why.
 */
int giveback(uint32_t ifindex)
{
	static struct intree br;
	bool known;
	int ret;

	ret = rtnl_open();
	if (ret)
		return ret;
	ret = intree_read(ifindex, &br);
	if (ret)
		return failed("reading the bridge", ret);
	known = all_known(ifindex);
	ret = flood_all(&br);
	if (!ret)
		ret = intree_set_snooping(ifindex, true);
	if (ret) {
		settle_ports(&br, true);
		return failed("switching the bridge's own snooping on", ret);
	}
	if (export_records(&br)) {
		fputs("Warning: mcsnoop: not all given back, the bridge floods a while\n",
		      stderr);
		known = false;
	}
	return settle_ports(&br, known);
}
