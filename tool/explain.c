// SPDX-License-Identifier: GPL-2.0
/*
 * mcsnoop explain: where a frame would go, port by port, and why.
 */
#include <string.h>

#include "tool.h"

static const char usage[] =
"Usage: mcsnoop explain dev BRIDGE from PORT grp GROUP [ src ADDRESS ]\n"
"                       [ vid VLAN ] [ ttl NUMBER ] [ smac MAC ]\n"
"       mcsnoop explain dev BRIDGE from PORT target ADDRESS [ src ADDRESS ]\n"
"                       [ vid VLAN ] [ ttl NUMBER ] [ smac MAC ]\n"
"\n"
"Which ports a frame of data gets to that comes in by a port, or is sent by the\n"
"host (from BRIDGE), and why. The kernel answers with what decides about real\n"
"frames; nothing is sent. Without vid the frame has no tag, without src it is\n"
"from somebody whom no record names. With smac, the sender's MAC address, it is\n"
"also said whether the fast path knows the sender already.\n"
"\n"
"With target the frame is a neighbour solicitation that looks for that IPv6\n"
"address; without src somebody asks who has not asked before.\n";

#define A(name)	MCSNOOP_A_EXPLAIN_##name

enum {
	PARAM_BRIDGE,
	PARAM_FROM,
	PARAM_GRP,
	PARAM_SRC,
	PARAM_VID,
	PARAM_TTL,
	PARAM_SMAC,
	PARAM_TARGET,
	NR_PARAMS,
};

static const struct param params[NR_PARAMS] = {
	[PARAM_BRIDGE] = { .name = "dev", .type = PARAM_DEV, .required = true,
			   .attr = A(BRIDGE), .width = 4 },
	[PARAM_FROM] = { .name = "from", .type = PARAM_DEV, .required = true,
			 .attr = A(FROM), .width = 4 },
	[PARAM_GRP] = { .name = "grp", .type = PARAM_ADDRESS,
			.attr = A(GROUP) },
	[PARAM_SRC] = { .name = "src", .type = PARAM_ADDRESS,
			.attr = A(SOURCE) },
	[PARAM_VID] = { .name = "vid", .type = PARAM_NUMBER,
			.attr = A(VID), .width = 2, .max = 4094 },
	[PARAM_TTL] = { .name = "ttl", .type = PARAM_NUMBER,
			.attr = A(TTL), .width = 1, .max = 255 },
	[PARAM_SMAC] = { .name = "smac", .type = PARAM_MAC,
			 .attr = A(SOURCE_MAC) },
	[PARAM_TARGET] = { .name = "target", .type = PARAM_ADDRESS,
			   .attr = A(TARGET) },
};

/* A solicitation goes to a group that follows from its target. */
static int find_group(const struct args *args, struct value *values)
{
	static const uint8_t prefix[13] = { 0xff, 0x02, [11] = 1, 0xff };
	struct value *target = &values[PARAM_TARGET];
	struct value *grp = &values[PARAM_GRP];

	if (target->set && addr_is_v4(&target->addr))
		return usage_error(args, "target is an IPv6 address, not \"%s\"",
				   target->word);
	if (target->set && !grp->set) {
		grp->addr = target->addr;
		memcpy(grp->addr.s6_addr, prefix, sizeof(prefix));
		grp->set = true;
	}
	if (!grp->set)
		return usage_error(args,
				   "\"mcsnoop explain\" lacks \"grp\" or \"target\"");
	return EXIT_OK;
}

/* What was asked, in words. */
static void print_question(const struct value *values, const struct nlattr **tb,
			   bool v6)
{
	char buf[INET6_ADDRSTRLEN];

	if (opt.json)
		return;
	text("%s", addr_text(&values[PARAM_GRP].addr, v6, buf, sizeof(buf)));
	if (values[PARAM_TARGET].set)
		text(" looking for %s", addr_text(&values[PARAM_TARGET].addr,
						  true, buf, sizeof(buf)));
	if (values[PARAM_SRC].set)
		text(" from %s", addr_text(&values[PARAM_SRC].addr, v6, buf,
					   sizeof(buf)));
	if (values[PARAM_FROM].num == values[PARAM_BRIDGE].num)
		text(", sent by the host");
	else
		text(", in by %s", ifindex_name(values[PARAM_FROM].num));
	if (attr_uint(tb[A(VID)]))
		text(", VLAN %u", (unsigned int)attr_uint(tb[A(VID)]));
	text("\n");
}

/* The heading of the counters that say why not. */
#define LEFT	"left to the bridge, "

/* Whether the fast path takes the frame, for all ports at once. */
static void print_path(const struct nlattr **tb)
{
	unsigned int path = attr_uint(tb[A(PATH)]);
	const char *doc = counter_doc(path);

	if (opt.json || !tb[A(PATH)])
		return;
	text("Fast path: ");
	if (path == MCSNOOP_COUNTER_PATH_FAST) {
		text("yes\n");
		return;
	}
	if (!strncmp(doc, LEFT, strlen(LEFT)))
		doc += strlen(LEFT);
	text("no, %s: %s", counter_name(path), doc);
	if (tb[A(FASTPATH_STATE)])
		text(" (%s)",
		     fastpath_state_name(attr_uint(tb[A(FASTPATH_STATE)])));
	text("\n");
}

static void time_left(const struct nlattr *attr, const char *what)
{
	char buf[TIME_LEN];

	if (attr)
		text(", %s %s", time_text(attr_uint(attr), buf), what);
}

static void why_obstacle(const struct nlattr **tb)
{
	const char *port = ifindex_name(attr_uint(tb[A(PORT)]));
	const char *from = ifindex_name(attr_uint(tb[A(FROM)]));

	switch (attr_uint(tb[A(OBSTACLE)])) {
	case MCSNOOP_OBSTACLE_OWN_PORT:
		text("it came from there");
		break;
	case MCSNOOP_OBSTACLE_IN_BLOCKED:
		text("%s is down or blocked: nothing comes in by it", from);
		break;
	case MCSNOOP_OBSTACLE_IN_VLAN:
		text("%s is not in this VLAN: the frame does not come in",
		     from);
		break;
	case MCSNOOP_OBSTACLE_BLOCKED:
		text("down, without link, or blocked by the spanning tree");
		break;
	case MCSNOOP_OBSTACLE_VLAN:
		text("not in this VLAN: see bridge vlan show dev %s", port);
		break;
	case MCSNOOP_OBSTACLE_ISOLATED:
		text("isolated, as %s is", from);
		break;
	case MCSNOOP_OBSTACLE_FLOOD_OFF:
		text("mcast_flood is off: bridge link set dev %s mcast_flood on",
		     port);
		break;
	default:
		text("the bridge does not forward it");
		break;
	}
}

static void why_no_pruning(const struct nlattr **tb)
{
	if (!tb[A(PRUNING)]) {
		text("nothing was heard in this VLAN yet");
		return;
	}
	switch (attr_uint(tb[A(PRUNING)])) {
	case MCSNOOP_PRUNING_NO_QUERIER:
		text("no querier is known, so nobody knows who wants it");
		break;
	case MCSNOOP_PRUNING_LEARNING:
		text("hosts were asked");
		time_left(tb[A(FLOOD_LEFT)], "left to answer");
		break;
	case MCSNOOP_PRUNING_INTREE_SNOOPING:
		text("the bridge's own snooping is on");
		break;
	default:
		text(attr_uint(tb[A(FLOOD_CAUSE)]) ==
		     MCSNOOP_FLOOD_CAUSE_TOPOLOGY ?
		     "the topology changed" : "its hosts were not asked yet");
		if (tb[A(FLOOD_LEFT)])
			time_left(tb[A(FLOOD_LEFT)], "left to answer");
		else
			text(", a query is waited for");
		break;
	}
}

static void why_router(const struct nlattr **tb, bool v6)
{
	char buf[INET6_ADDRSTRLEN];
	struct in6_addr addr;

	if (attr_address(tb[A(ROUTER)], &addr))
		text("%s of %s", router_type_name(attr_uint(tb[A(ROUTER_TYPE)])),
		     addr_text(&addr, v6, buf, sizeof(buf)));
	else
		text("set by hand");
	time_left(tb[A(ROUTER_TIMER)], "left");
}

/* Somebody, and what he did. */
static void why_member(const struct nlattr **tb, const char *did, bool v6)
{
	char buf[INET6_ADDRSTRLEN];
	struct in6_addr addr;

	if (tb[A(STATIC)]) {
		text("set by hand");
		return;
	}
	if (attr_address(tb[A(REPORTER)], &addr))
		text("%s %s", addr_text(&addr, v6, buf, sizeof(buf)), did);
	time_left(tb[A(TIMER)], "left");
}

/* Where the neighbour is that is looked for. */
static void why_target(const struct nlattr **tb, const char *where)
{
	char buf[TIME_LEN];

	text("it was heard %s", where);
	if (tb[A(ND_LAST_SEEN)])
		text(" %s ago", time_text(attr_uint(tb[A(ND_LAST_SEEN)]), buf));
}

/* Why a solicitation goes to all, though nd-aware is on. */
static void why_flooded(const struct nlattr **tb)
{
	switch (attr_uint(tb[A(ND_STATE)])) {
	case MCSNOOP_ND_STATE_UNKNOWN:
		text("it is not known where the neighbour is");
		break;
	case MCSNOOP_ND_STATE_EXPIRED:
		text("the neighbour was silent for too long");
		break;
	case MCSNOOP_ND_STATE_DAD:
		text("who asks from :: looks for duplicates, which may be anywhere");
		break;
	case MCSNOOP_ND_STATE_REPEATED:
		text("it was asked again soon, the neighbour may be elsewhere");
		break;
	case MCSNOOP_ND_STATE_MOVED:
		text("the neighbour, or its MAC address, was seen elsewhere");
		break;
	case MCSNOOP_ND_STATE_PORT:
		text("it cannot get to the port where the neighbour was heard");
		break;
	case MCSNOOP_ND_STATE_BUSY:
		text("too many solicitations at once");
		break;
	default:
		text("control traffic of the link goes everywhere");
		break;
	}
}

static void why_rule(const struct nlattr **tb, bool v6)
{
	switch (attr_uint(tb[A(RULE)])) {
	case MCSNOOP_RULE_LINK_LOCAL:
		why_flooded(tb);
		break;
	case MCSNOOP_RULE_ND_TARGET:
		why_target(tb, "here");
		break;
	case MCSNOOP_RULE_ND_ELSEWHERE:
		why_target(tb, "elsewhere");
		if (tb[A(ND_PORT)])
			text(", on %s",
			     ifindex_name(attr_uint(tb[A(ND_PORT)])));
		break;
	case MCSNOOP_RULE_NO_PRUNING:
		why_no_pruning(tb);
		break;
	case MCSNOOP_RULE_ROUTER_PORT:
		why_router(tb, v6);
		break;
	case MCSNOOP_RULE_MEMBER_EXCLUDE:
		why_member(tb, "joined", v6);
		break;
	case MCSNOOP_RULE_MEMBER_INCLUDE:
		why_member(tb, "asked for this source", v6);
		break;
	case MCSNOOP_RULE_SOURCE_BLOCKED:
		why_member(tb, "joined without this source", v6);
		break;
	case MCSNOOP_RULE_SOURCE_NOT_INCLUDED:
		why_member(tb, "asked for other sources", v6);
		break;
	case MCSNOOP_RULE_NOT_MEMBER:
		text("asked for elsewhere, not here");
		break;
	case MCSNOOP_RULE_UNREGISTERED_FLOOD:
		text("nobody asked for it, no router to send it to");
		break;
	case MCSNOOP_RULE_UNREGISTERED_DROP:
		text("nobody asked for it");
		break;
	case MCSNOOP_RULE_HOST_ALL:
		text("the host takes everything: promisc or allmulticast");
		break;
	case MCSNOOP_RULE_NODE_SCOPE:
		text("groups of this scope never leave a host");
		break;
	case MCSNOOP_RULE_TTL_THRESHOLD:
		text("its TTL is below the port's ttl-threshold");
		break;
	case MCSNOOP_RULE_SCOPE_BOUNDARY:
		text("its scope ends at the port's scope-boundary");
		break;
	case MCSNOOP_RULE_MEMBER_MAC:
		text("its MAC address is asked for");
		break;
	default:
		break;
	}
}

static void print_state(const struct nlattr **tb, bool v6)
{
	struct in6_addr addr;
	uint8_t mac[6];

	if (attr_address(tb[A(TARGET)], &addr))
		put_addr(IN_JSON, "target", &addr, true);
	if (tb[A(ND_STATE)])
		put_str(IN_JSON, "nd_state",
			nd_state_name(attr_uint(tb[A(ND_STATE)])));
	if (tb[A(ND_PORT)])
		put_dev(IN_JSON, "nd_port", attr_uint(tb[A(ND_PORT)]));
	if (attr_mac(tb[A(ND_MAC)], mac))
		put_mac(IN_JSON, "nd_mac", mac);
	if (tb[A(ND_LAST_SEEN)])
		put_ms(IN_JSON, "nd_last_seen",
		       attr_uint(tb[A(ND_LAST_SEEN)]));
	if (tb[A(PRUNING)])
		put_str(IN_JSON, "pruning",
			pruning_name(attr_uint(tb[A(PRUNING)])));
	if (tb[A(FLOOD_CAUSE)])
		put_str(IN_JSON, "flood_cause",
			flood_cause_name(attr_uint(tb[A(FLOOD_CAUSE)])));
	if (tb[A(FLOOD_LEFT)])
		put_ms(IN_JSON, "flood_left", attr_uint(tb[A(FLOOD_LEFT)]));
	if (tb[A(FILTER_MODE)]) {
		put_str(IN_JSON, "filter_mode",
			filter_mode_name(attr_uint(tb[A(FILTER_MODE)])));
		put_str(IN_JSON, "state", tb[A(STATIC)] ? "permanent" : "temp");
	}
	if (tb[A(TIMER)])
		put_ms(IN_JSON, "timer", attr_uint(tb[A(TIMER)]));
	if (attr_address(tb[A(REPORTER)], &addr))
		put_addr(IN_JSON, "reporter", &addr, v6);
	if (attr_mac(tb[A(REPORTER_MAC)], mac))
		put_mac(IN_JSON, "reporter_mac", mac);
	if (tb[A(ROUTER_TYPE)])
		put_str(IN_JSON, "router_type",
			router_type_name(attr_uint(tb[A(ROUTER_TYPE)])));
	if (tb[A(ROUTER_TIMER)])
		put_ms(IN_JSON, "router_timer",
		       attr_uint(tb[A(ROUTER_TIMER)]));
	if (attr_address(tb[A(ROUTER)], &addr))
		put_addr(IN_JSON, "router", &addr, v6);
}

static void print_answer(const struct nlattr **tb, bool v6)
{
	unsigned int obstacle = attr_uint(tb[A(OBSTACLE)]);
	bool forwarded = attr_uint(tb[A(FORWARDED)]);
	struct in6_addr addr;

	put_uint(IN_JSON, "index", attr_uint(tb[A(BRIDGE)]));
	put_dev(IN_JSON, "dev", attr_uint(tb[A(BRIDGE)]));
	put_dev(IN_JSON, "from", attr_uint(tb[A(FROM)]));
	if (attr_uint(tb[A(VID)]))
		put_uint(IN_JSON, "vid", attr_uint(tb[A(VID)]));
	if (attr_address(tb[A(GROUP)], &addr))
		put_addr(IN_JSON, "grp", &addr, v6);
	if (attr_address(tb[A(SOURCE)], &addr))
		put_addr(IN_JSON, "src", &addr, v6);
	column("PORT", " port ");
	put_dev(IN_BOTH, "port", attr_uint(tb[A(PORT)]));
	column("GETS IT", " gets-it ");
	paint(forwarded ? C_GOOD : obstacle ? C_DIM : C_WARN);
	text(forwarded ? "yes" : "no");
	put_bool(IN_JSON, "forwarded", forwarded);
	if (tb[A(OBSERVE)])
		put_bool(IN_JSON, "observe", true);
	if (tb[A(PATH)])
		put_str(IN_JSON, "path", counter_name(attr_uint(tb[A(PATH)])));
	if (tb[A(FASTPATH_STATE)])
		put_str(IN_JSON, "fastpath_state",
			fastpath_state_name(attr_uint(tb[A(FASTPATH_STATE)])));
	column("RULE", " rule ");
	put_str(obstacle ? IN_JSON : IN_BOTH, "rule",
		rule_name(attr_uint(tb[A(RULE)])));
	if (obstacle)
		put_str(IN_BOTH, "obstacle", obstacle_name(obstacle));
	column("WHY", " why ");
	if (obstacle)
		why_obstacle(tb);
	else
		why_rule(tb, v6);
	if (tb[A(OBSERVE)] && !obstacle)
		text("; mode observe: sent all the same");
	print_state(tb, v6);
}

static void print_answers(const struct messages *msgs,
			  const struct value *values)
{
	const struct nlattr *tb[MCSNOOP_A_EXPLAIN_MAX + 1];
	bool v6 = !addr_is_v4(&values[PARAM_GRP].addr);
	const struct nlmsghdr *nlh = message_next(msgs, NULL);

	if (nlh) {
		attrs_parse(nlh, tb, MCSNOOP_A_EXPLAIN_MAX);
		print_question(values, tb, v6);
		print_path(tb);
	}
	show_begin(true);
	for (; nlh; nlh = message_next(msgs, nlh)) {
		attrs_parse(nlh, tb, MCSNOOP_A_EXPLAIN_MAX);
		row_begin();
		print_answer(tb, v6);
		row_end();
	}
	show_end();
}

static int explain(struct args *args)
{
	struct value values[NR_PARAMS];
	struct messages msgs = { 0 };
	struct request req;
	int ret;

	ret = params_parse(args, params, NR_PARAMS, 0, values);
	if (!ret)
		ret = find_group(args, values);
	if (!ret)
		ret = genl_open();
	if (ret)
		return ret;

	request_init(&req, MCSNOOP_CMD_EXPLAIN_GET);
	params_put(&req, params, NR_PARAMS, values);
	ret = genl_dump(&req, &msgs);
	if (!ret)
		print_answers(&msgs, values);
	messages_free(&msgs);
	return ret;
}

const struct object explain_object = {
	.name = "explain",
	.usage = usage,
	.run = explain,
};
