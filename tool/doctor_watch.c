// SPDX-License-Identifier: GPL-2.0
/*
 * Findings about data, of which the doctor has to see some: for a while it looks
 * at what comes in at the ports, then it asks the module where that goes.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>

#include "doctor.h"

#define A(name)	MCSNOOP_A_EXPLAIN_##name
#define G(name)	MCSNOOP_A_GROUP_##name
#define P(name)	MCSNOOP_A_PORT_##name
#define Q(name)	MCSNOOP_A_QUERIER_##name

#define MAX_FLOWS	128	/* that are asked about */
#define MAX_SAID	8	/* findings of one kind */
#define LOOK		96	/* octets of a frame that are looked at */

/* Data from one source to one group that comes in by one port. */
struct flow {
	uint32_t bridge;
	uint32_t from;
	bool tagged;
	uint32_t tag;
	uint32_t vid;		/* as the module says */
	bool answered;
	struct in6_addr group;
	struct in6_addr source;
	uint8_t ttl;
	uint64_t frames;
};

static struct flow flows[MAX_FLOWS];
static unsigned int nr_flows;

/* --- looking ------------------------------------------------------------ */

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000;
}

/* A socket that gets the beginning of every multicast frame. */
static int open_socket(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, LOOK),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { ARRAY_SIZE(code), code };
	int fd, on = 1;

	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Begin only when the filter is in place. */
static int listen_to_all(int fd)
{
	struct sockaddr_ll all = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
	};

	return bind(fd, (struct sockaddr *)&all, sizeof(all));
}

/* The bridge that a frame enters, 0 when it does not enter any of ours. */
static uint32_t bridge_of(const struct facts *f, const struct sockaddr_ll *from)
{
	const struct nlattr *tb[P(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	bool sent = from->sll_pkttype == PACKET_OUTGOING;

	while ((nlh = message_next(&f->ports, nlh))) {
		attrs_parse(nlh, tb, P(MAX));
		if (attr_uint(tb[P(IFINDEX)]) != (uint32_t)from->sll_ifindex)
			continue;
		/* what the host sends leaves its own stack, all else comes */
		return sent == !!tb[P(HOST)] ? attr_uint(tb[P(BRIDGE)]) : 0;
	}
	return 0;
}

/* Return: false for what is not data, or goes everywhere anyway. */
static bool read_frame(const uint8_t *frame, size_t len, struct flow *flow)
{
	const uint8_t *ip = frame + ETH_HLEN;
	uint16_t proto = frame[12] << 8 | frame[13];

	memset(&flow->group, 0, sizeof(flow->group));
	memset(&flow->source, 0, sizeof(flow->source));
	if (proto == ETH_P_IP && len >= ETH_HLEN + 20) {
		if (ip[16] >> 4 != 14 || ip[9] == IPPROTO_IGMP ||
		    (ip[16] == 224 && !ip[17] && !ip[18]))
			return false;
		memset(&flow->group.s6_addr[10], 0xff, 2);
		memset(&flow->source.s6_addr[10], 0xff, 2);
		memcpy(&flow->source.s6_addr[12], ip + 12, 4);
		memcpy(&flow->group.s6_addr[12], ip + 16, 4);
		flow->ttl = ip[8];
		return true;
	}
	if (proto == ETH_P_IPV6 && len >= ETH_HLEN + 40) {
		if (ip[24] != 0xff || (ip[25] & 15) <= 2)
			return false;
		memcpy(&flow->source, ip + 8, 16);
		memcpy(&flow->group, ip + 24, 16);
		flow->ttl = ip[7];
		return true;
	}
	return false;
}

static void add_frame(const struct flow *flow)
{
	unsigned int i;

	for (i = 0; i < nr_flows; i++) {
		struct flow *one = &flows[i];

		if (one->from == flow->from && one->tagged == flow->tagged &&
		    one->tag == flow->tag &&
		    !memcmp(&one->group, &flow->group, sizeof(one->group)) &&
		    !memcmp(&one->source, &flow->source,
			    sizeof(one->source))) {
			one->frames++;
			return;
		}
	}
	if (nr_flows == MAX_FLOWS)
		return;
	flows[nr_flows] = *flow;
	flows[nr_flows++].frames = 1;
}

static void read_tag(struct msghdr *msg, struct flow *flow)
{
	struct tpacket_auxdata aux;
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_PACKET ||
		    cmsg->cmsg_type != PACKET_AUXDATA ||
		    cmsg->cmsg_len < CMSG_LEN(sizeof(aux)))
			continue;
		memcpy(&aux, CMSG_DATA(cmsg), sizeof(aux));
		flow->tag = aux.tp_vlan_tci & 0xfff;
		flow->tagged = aux.tp_status & TP_STATUS_VLAN_VALID &&
			       flow->tag;
	}
}

static void receive(const struct facts *f, int fd)
{
	uint8_t frame[LOOK], control[128];
	struct iovec iov = { frame, sizeof(frame) };
	struct sockaddr_ll from;
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct flow flow = { 0 };
	ssize_t len;

	len = recvmsg(fd, &msg, MSG_DONTWAIT);
	if (len < ETH_HLEN || !read_frame(frame, len, &flow))
		return;
	flow.bridge = bridge_of(f, &from);
	flow.from = from.sll_ifindex;
	read_tag(&msg, &flow);
	if (flow.bridge)
		add_frame(&flow);
}

/**
 * watch - look at data for a while
 * @f: the facts, with ports
 * @ms: for how long
 *
 * Return: EXIT_OK, or EXIT_FAILED after saying why.
 */
int watch(const struct facts *f, unsigned int ms)
{
	uint64_t end = now_ms() + ms, now;
	struct pollfd in = { .fd = open_socket(), .events = POLLIN };

	if (in.fd < 0 || listen_to_all(in.fd)) {
		fprintf(stderr, "Error: mcsnoop: watching needs CAP_NET_RAW: %s\n",
			strerror(errno));
		if (in.fd >= 0)
			close(in.fd);
		return EXIT_FAILED;
	}
	nr_flows = 0;
	while ((now = now_ms()) < end)
		if (poll(&in, 1, end - now) > 0)
			receive(f, in.fd);
	close(in.fd);
	return EXIT_OK;
}

/* --- asking ------------------------------------------------------------- */

/* Where a flow goes; false when the module does not say. */
static bool ask(struct flow *flow, struct messages *answers)
{
	const struct nlattr *tb[A(MAX) + 1];
	const struct nlmsghdr *nlh;
	struct request req;

	request_init(&req, MCSNOOP_CMD_EXPLAIN_GET);
	mnl_attr_put_u32(req.nlh, A(BRIDGE), flow->bridge);
	mnl_attr_put_u32(req.nlh, A(FROM), flow->from);
	if (flow->tagged)
		mnl_attr_put_u16(req.nlh, A(VID), flow->tag);
	mnl_attr_put(req.nlh, A(GROUP), sizeof(flow->group), &flow->group);
	mnl_attr_put(req.nlh, A(SOURCE), sizeof(flow->source), &flow->source);
	mnl_attr_put_u8(req.nlh, A(TTL), flow->ttl);
	if (genl_dump(&req, answers))
		return false;
	nlh = message_next(answers, NULL);
	if (!nlh)
		return false;
	attrs_parse(nlh, tb, A(MAX));
	flow->vid = attr_uint(tb[A(VID)]);
	flow->answered = true;
	return true;
}

static struct about about_flow(const struct flow *flow)
{
	struct about about = {
		.bridge = flow->bridge,
		.port = flow->from,
		.vid = flow->vid,
		.family = addr_is_v4(&flow->group) ? AF_INET : AF_INET6,
	};

	return about;
}

static void say_unwanted(const struct flow *flow, bool flooded)
{
	struct about about = about_flow(flow);
	char group[INET6_ADDRSTRLEN], source[INET6_ADDRSTRLEN];

	addr_text(&flow->group, true, group, sizeof(group));
	addr_text(&flow->source, true, source, sizeof(source));
	found("data-without-members", flooded ? WARNING : NOTE, &about,
	      "%s sends to %s (%llu frames seen), which no host has asked for: %s. If a host wants it that does not ask (PORT):",
	      source, group, (unsigned long long)flow->frames,
	      flooded ? "it goes to every port, for there is no router port to send it to" :
			"it goes to routers only, or nowhere");
	if (flow->vid)
		advise("mcsnoop group add dev %s port PORT grp %s vid %u",
		       dev_word(flow->bridge), group, flow->vid);
	else
		advise("mcsnoop group add dev %s port PORT grp %s",
		       dev_word(flow->bridge), group);
	if (flooded)
		advise("mcsnoop bridge set dev %s unregistered routers",
		       dev_word(flow->bridge));
}

/*
 * Members answer each query. How much of a record's time is left at least when
 * they do: 0 when nobody asks, ms.
 */
static uint64_t least_left(const struct facts *f, const struct flow *flow)
{
	unsigned int family = addr_is_v4(&flow->group) ? AF_INET : AF_INET6;
	const struct nlattr *tb[Q(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	uint64_t response, spent;

	while ((nlh = message_next(&f->queriers, nlh))) {
		attrs_parse(nlh, tb, Q(MAX));
		if (attr_uint(tb[Q(BRIDGE)]) != flow->bridge ||
		    attr_uint(tb[Q(VID)]) != flow->vid ||
		    attr_uint(tb[Q(FAMILY)]) != family)
			continue;
		/* some answer late, see the module's answer_time() */
		response = attr_uint(tb[Q(QUERY_RESPONSE_INTERVAL)]);
		spent = attr_uint(tb[Q(QUERY_INTERVAL)]) + response +
			response / 4;
		if (attr_uint(tb[Q(MEMBERSHIP_INTERVAL)]) > spent)
			return attr_uint(tb[Q(MEMBERSHIP_INTERVAL)]) - spent;
	}
	return 0;
}

static void say_expiring(const struct flow *flow, const struct nlattr **tb)
{
	struct about about = about_flow(flow);
	char group[INET6_ADDRSTRLEN], left[TIME_LEN], vid[16] = "";

	about.port = attr_uint(tb[A(PORT)]);
	addr_text(&flow->group, true, group, sizeof(group));
	found("expiring-with-data", WARNING, &about,
	      "Data for %s goes here, but whoever asked for it (%s) did not answer the last query: it stops in %s unless somebody does. Until the reason is found:",
	      group, addr_word(tb[A(REPORTER)], !addr_is_v4(&flow->group)),
	      time_text(attr_uint(tb[A(TIMER)]), left));
	if (flow->vid)
		snprintf(vid, sizeof(vid), " vid %u", flow->vid);
	advise("mcsnoop group add dev %s port %s grp %s%s",
	       dev_word(flow->bridge), dev_word(about.port), group, vid);
}

/* Does anybody want it, and for how long still? */
static void check_flow(const struct facts *f, struct flow *flow,
		       unsigned int *unwanted)
{
	bool wanted = false, flooded = false, unregistered = false;
	uint64_t least;
	const struct nlattr *tb[A(MAX) + 1];
	struct messages answers = { 0 };
	const struct nlmsghdr *nlh = NULL;

	if (!ask(flow, &answers)) {
		messages_free(&answers);
		return;
	}
	least = least_left(f, flow);
	while ((nlh = message_next(&answers, nlh))) {
		unsigned int rule;

		attrs_parse(nlh, tb, A(MAX));
		rule = attr_uint(tb[A(RULE)]);
		wanted |= tb[A(FILTER_MODE)] || rule ==
			  MCSNOOP_RULE_MEMBER_MAC ||
			  rule == MCSNOOP_RULE_NOT_MEMBER;
		flooded |= rule == MCSNOOP_RULE_UNREGISTERED_FLOOD;
		unregistered |= rule == MCSNOOP_RULE_UNREGISTERED_FLOOD ||
				rule == MCSNOOP_RULE_UNREGISTERED_DROP;
		if (attr_uint(tb[A(FORWARDED)]) && tb[A(FILTER_MODE)] &&
		    tb[A(TIMER)] && !tb[A(STATIC)] &&
		    attr_uint(tb[A(TIMER)]) < least)
			say_expiring(flow, tb);
	}
	if (!wanted && unregistered && (*unwanted)++ < MAX_SAID)
		say_unwanted(flow, flooded);
	messages_free(&answers);
}

static bool has_data(uint32_t bridge, uint32_t vid, const struct in6_addr *group)
{
	unsigned int i;

	for (i = 0; i < nr_flows; i++)
		if (flows[i].answered && flows[i].bridge == bridge &&
		    flows[i].vid == vid &&
		    !memcmp(&flows[i].group, group, sizeof(*group)))
			return true;
	return false;
}

/* Groups of the link itself are silent for long, and nobody minds. */
static bool is_of_link(const struct in6_addr *group)
{
	const uint8_t *a = group->s6_addr;

	return addr_is_v4(group) ? a[12] == 224 && !a[13] && !a[14] :
				   (a[1] & 15) <= 2;
}

/* Records of a group follow each other: one finding for all its ports. */
static void check_silent(const struct facts *f, unsigned int ms)
{
	const struct nlattr *tb[G(MAX) + 1];
	const struct nlmsghdr *nlh = NULL;
	struct in6_addr group, last = { 0 };
	uint32_t last_vid = 0, last_bridge = 0;
	char word[INET6_ADDRSTRLEN], time[TIME_LEN];
	unsigned int said = 0;

	if (nr_flows == MAX_FLOWS)
		return;		/* there may be others */
	while ((nlh = message_next(&f->groups, nlh))) {
		struct about about = { 0 };

		attrs_parse(nlh, tb, G(MAX));
		if (!attr_address(tb[G(ADDRESS)], &group) ||
		    tb[G(STATIC)] || is_of_link(&group))
			continue;
		about.bridge = attr_uint(tb[G(BRIDGE)]);
		about.vid = attr_uint(tb[G(VID)]);
		about.family = addr_is_v4(&group) ? AF_INET : AF_INET6;
		if ((about.bridge == last_bridge && about.vid == last_vid &&
		     !memcmp(&group, &last, sizeof(group))) ||
		    has_data(about.bridge, about.vid, &group))
			continue;
		last = group;
		last_bridge = about.bridge;
		last_vid = about.vid;
		if (said++ == MAX_SAID)
			break;
		addr_text(&group, true, word, sizeof(word));
		found("members-without-data", NOTE, &about,
		      "Hosts want %s, but nothing for it came in here within %s: nobody sends it, or it does not get here. Who wants it:",
		      word, interval_text(ms, time));
		advise("mcsnoop group show dev %s grp %s",
		       dev_word(about.bridge), word);
	}
}

/**
 * check_data - findings about what was seen by watch()
 * @f: the facts
 * @ms: how long it was looked at
 */
void check_data(const struct facts *f, unsigned int ms)
{
	unsigned int unwanted = 0;
	unsigned int i;

	for (i = 0; i < nr_flows; i++)
		check_flow(f, &flows[i], &unwanted);
	check_silent(f, ms);
}
