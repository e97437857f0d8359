// SPDX-License-Identifier: GPL-2.0
/*
 * The bridge's own snooping: what it is set to, what it has learned, and how
 * it is switched.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <arpa/inet.h>
#include <linux/if_bridge.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "rtnl.h"

#define CENTISECOND	10	/* ms in what the bridge counts timers in */
/* of <linux/if_link.h> and <linux/if_bridge.h>, for older ones of them */
#define BR_QUERIER_STATE	47
#define Q_IP_ADDRESS		1
#define Q_IP_PORT		2
#define Q_IP_TIMER		3
#define Q_IPV6_ADDRESS		5
#define Q_IPV6_PORT		6
#define Q_IPV6_TIMER		7
#define Q_MAX			7
#define R_INET_TIMER		3
#define R_INET6_TIMER		4
#define R_VID			5
#define R_MAX			5
#define E_MAX			5
#define BRPORT_MAX		32

static struct mnl_socket *sock;
static uint32_t sequence;
static char reason[256];

/**
 * rtnl_open - open a socket to the bridges themselves
 *
 * Return: EXIT_OK, or EXIT_FAILED after saying why.
 */
int rtnl_open(void)
{
	if (sock)
		return EXIT_OK;
	sock = socket_open(NETLINK_ROUTE);
	sequence = time(NULL);
	return sock ? EXIT_OK : EXIT_FAILED;
}

/**
 * rtnl_error - what the kernel says of an error
 * @error: negative errno of the last call
 *
 * Return: its sentence, or that of the C library.
 */
const char *rtnl_error(int error)
{
	return *reason ? reason : strerror(-error);
}

static void keep_reason(const struct nlmsghdr *nlh)
{
	const size_t skip = sizeof(struct nlmsgerr);
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    mnl_nlmsg_get_payload_len(nlh) < skip)
		return;
	mnl_attr_for_each(attr, nlh, skip)
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			snprintf(reason, sizeof(reason), "%.*s",
				 (int)mnl_attr_get_payload_len(attr),
				 (const char *)mnl_attr_get_payload(attr));
}

/**
 * rtnl_close - close it
 */
void rtnl_close(void)
{
	if (sock)
		mnl_socket_close(sock);
	sock = NULL;
}

/* Return: 0 or a negative errno. */
static int talk(struct nlmsghdr *nlh, mnl_cb_t cb, void *arg)
{
	unsigned int portid = mnl_socket_get_portid(sock);
	static char buf[64 * 1024] __attribute__((aligned(NLMSG_ALIGNTO)));
	ssize_t len;
	int ret;

	*reason = '\0';
	nlh->nlmsg_seq = ++sequence;
	if (mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	do {
		len = mnl_socket_recvfrom(sock, buf, sizeof(buf));
		if (len < 0 && errno == EINTR) {
			ret = MNL_CB_OK;
			continue;
		}
		if (len < 0)
			return -errno;
		nlh = (struct nlmsghdr *)buf;
		if (mnl_nlmsg_ok(nlh, len) && nlh->nlmsg_type == NLMSG_ERROR)
			keep_reason(nlh);
		ret = mnl_cb_run(buf, len, sequence, portid, cb, arg);
		if (ret < 0)
			return -errno;
	} while (ret > MNL_CB_STOP);
	return 0;
}

static void parse(const void *data, size_t len, const struct nlattr **tb,
		  unsigned int max)
{
	const struct nlattr *attr = data;
	const char *end = (const char *)data + len;

	memset(tb, 0, (max + 1) * sizeof(*tb));
	for (; mnl_attr_ok(attr, end - (const char *)attr);
	     attr = mnl_attr_next(attr))
		if (mnl_attr_get_type(attr) <= max)
			tb[mnl_attr_get_type(attr)] = attr;
}

static uint32_t timer(const struct nlattr *attr)
{
	return attr_uint(attr) * CENTISECOND;
}

static void map4(struct in6_addr *addr, const void *v4)
{
	memset(addr, 0, sizeof(*addr));
	addr->s6_addr[10] = 0xff;
	addr->s6_addr[11] = 0xff;
	memcpy(&addr->s6_addr[12], v4, 4);
}

/* Is an address there, of the length that its family has? */
static bool read_addr(const struct nlattr *attr, bool v6,
		      struct in6_addr *addr)
{
	if (!attr || mnl_attr_get_payload_len(attr) != (v6 ? 16 : 4))
		return false;
	if (v6)
		memcpy(addr, mnl_attr_get_payload(attr), sizeof(*addr));
	else
		map4(addr, mnl_attr_get_payload(attr));
	return true;
}

static void read_querier(const struct nlattr *nest, struct intree *br)
{
	static const uint8_t attrs[2][3] = {
		{ Q_IP_ADDRESS, Q_IP_PORT, Q_IP_TIMER },
		{ Q_IPV6_ADDRESS, Q_IPV6_PORT, Q_IPV6_TIMER },
	};
	const struct nlattr *tb[Q_MAX + 1];
	unsigned int f;

	attrs_parse_nested(nest, tb, Q_MAX);
	for (f = 0; f < 2; f++) {
		struct intree_querier *q = &br->querier[f];

		if (!read_addr(tb[attrs[f][0]], f, &q->addr))
			continue;
		q->port = attr_uint(tb[attrs[f][1]]);
		q->left = timer(tb[attrs[f][2]]);
		q->known = q->port && q->left;
	}
}

static void read_bridge(const struct nlattr *linkinfo, struct intree *br)
{
	const struct nlattr *tb[IFLA_INFO_MAX + 1];
	const struct nlattr *data[BR_QUERIER_STATE + 1];
	static const char kind[] = "bridge";

	attrs_parse_nested(linkinfo, tb, IFLA_INFO_MAX);
	if (!tb[IFLA_INFO_KIND] || !tb[IFLA_INFO_DATA] ||
	    mnl_attr_get_payload_len(tb[IFLA_INFO_KIND]) != sizeof(kind) ||
	    memcmp(mnl_attr_get_payload(tb[IFLA_INFO_KIND]), kind,
		   sizeof(kind)))
		return;
	attrs_parse_nested(tb[IFLA_INFO_DATA], data, BR_QUERIER_STATE);
	br->is_bridge = true;
	br->snooping = attr_uint(data[IFLA_BR_MCAST_SNOOPING]);
	br->querier_on = attr_uint(data[IFLA_BR_MCAST_QUERIER]);
	br->router = attr_uint(data[IFLA_BR_MCAST_ROUTER]);
	br->vlan_filtering = attr_uint(data[IFLA_BR_VLAN_FILTERING]);
	br->igmp_version = attr_uint(data[IFLA_BR_MCAST_IGMP_VERSION]);
	br->mld_version = attr_uint(data[IFLA_BR_MCAST_MLD_VERSION]);
	br->response = timer(data[IFLA_BR_MCAST_QUERY_RESPONSE_INTVL]);
	if (data[BR_QUERIER_STATE])
		read_querier(data[BR_QUERIER_STATE], br);
}

static void read_port(const struct nlmsghdr *nlh, struct intree *br)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[IFLA_PROTINFO + 1];
	const struct nlattr *info[BRPORT_MAX + 1];
	struct intree_port *port;

	parse((const char *)ifi + MNL_ALIGN(sizeof(*ifi)),
	      mnl_nlmsg_get_payload_len(nlh) - MNL_ALIGN(sizeof(*ifi)), tb,
	      IFLA_PROTINFO);
	if (attr_uint(tb[IFLA_MASTER]) != br->ifindex || !tb[IFLA_PROTINFO] ||
	    (uint32_t)ifi->ifi_index == br->ifindex ||
	    br->nr_ports == INTREE_PORTS_MAX)
		return;
	attrs_parse_nested(tb[IFLA_PROTINFO], info, BRPORT_MAX);
	port = &br->ports[br->nr_ports++];
	port->ifindex = ifi->ifi_index;
	port->router = attr_uint(info[IFLA_BRPORT_MULTICAST_ROUTER]);
	port->fast_leave = attr_uint(info[IFLA_BRPORT_FAST_LEAVE]);
}

static int read_link(const struct nlmsghdr *nlh, void *arg)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[IFLA_LINKINFO + 1];
	struct intree *br = arg;

	if (nlh->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(nlh) < MNL_ALIGN(sizeof(*ifi)))
		return MNL_CB_OK;
	if (ifi->ifi_family == AF_BRIDGE) {
		read_port(nlh, br);
		return MNL_CB_OK;
	}
	parse((const char *)ifi + MNL_ALIGN(sizeof(*ifi)),
	      mnl_nlmsg_get_payload_len(nlh) - MNL_ALIGN(sizeof(*ifi)), tb,
	      IFLA_LINKINFO);
	if ((uint32_t)ifi->ifi_index == br->ifindex && tb[IFLA_LINKINFO])
		read_bridge(tb[IFLA_LINKINFO], br);
	return MNL_CB_OK;
}

static struct nlmsghdr *link_request(char *buf, uint16_t type, uint16_t flags,
				     uint8_t family, uint32_t ifindex)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *ifi;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	memset(ifi, 0, sizeof(*ifi));
	ifi->ifi_family = family;
	ifi->ifi_index = ifindex;
	return nlh;
}

/**
 * intree_read - how a bridge's own snooping is set
 * @ifindex: the bridge
 * @br: filled in
 *
 * Return: 0 or a negative errno.
 */
int intree_read(uint32_t ifindex, struct intree *br)
{
	char buf[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	int ret;

	memset(br, 0, sizeof(*br));
	br->ifindex = ifindex;
	ret = talk(link_request(buf, RTM_GETLINK, NLM_F_ACK, AF_UNSPEC,
				ifindex), read_link, br);
	if (ret)
		return ret;
	return talk(link_request(buf, RTM_GETLINK, NLM_F_DUMP, AF_BRIDGE, 0),
		    read_link, br);
}

static void read_sources(const struct nlattr *list, bool v6,
			 struct intree_entry *e)
{
	const struct nlattr *tb[MDBA_MDB_SRCATTR_MAX + 1];
	const struct nlattr *nest;

	mnl_attr_for_each_nested(nest, list) {
		struct intree_source *src;
		struct in6_addr addr;

		attrs_parse_nested(nest, tb, MDBA_MDB_SRCATTR_MAX);
		if (!read_addr(tb[MDBA_MDB_SRCATTR_ADDRESS], v6, &addr))
			continue;
		e->sources = xrealloc(e->sources,
				      (e->nr + 1) * sizeof(*e->sources));
		src = &e->sources[e->nr++];
		src->addr = addr;
		src->left = timer(tb[MDBA_MDB_SRCATTR_TIMER]);
	}
}

static void read_entry(const struct nlattr *attr, struct intree_table *table)
{
	const struct br_mdb_entry *mdb = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);
	const struct nlattr *tb[E_MAX + 1];
	struct intree_entry *e;
	bool v6;

	if (len < sizeof(*mdb))
		return;
	parse((const char *)mdb + MNL_ALIGN(sizeof(*mdb)),
	      len - MNL_ALIGN(sizeof(*mdb)), tb, E_MAX);
	table->entries = xrealloc(table->entries, (table->nr_entries + 1) *
						  sizeof(*table->entries));
	e = &table->entries[table->nr_entries++];
	memset(e, 0, sizeof(*e));
	e->port = mdb->ifindex;
	e->vid = mdb->vid;
	e->permanent = mdb->state & MDB_PERMANENT;
	e->by_star = mdb->flags & MDB_FLAGS_STAR_EXCL;
	e->is_mac = !mdb->addr.proto;
	v6 = mdb->addr.proto == htons(ETH_P_IPV6);
	if (e->is_mac)
		memcpy(e->mac, mdb->addr.u.mac_addr, sizeof(e->mac));
	else if (v6)
		e->grp = mdb->addr.u.ip6;
	else
		map4(&e->grp, &mdb->addr.u.ip4);
	e->has_src = read_addr(tb[MDBA_MDB_EATTR_SOURCE], v6, &e->src);
	/* which is 1 for include, as in <linux/in.h> */
	e->include = tb[MDBA_MDB_EATTR_GROUP_MODE] &&
		     attr_uint(tb[MDBA_MDB_EATTR_GROUP_MODE]) == MCAST_INCLUDE;
	e->left = timer(tb[MDBA_MDB_EATTR_TIMER]);
	if (tb[MDBA_MDB_EATTR_SRC_LIST])
		read_sources(tb[MDBA_MDB_EATTR_SRC_LIST], v6, e);
}

static void read_router(const struct nlattr *attr, struct intree_table *table)
{
	size_t len = mnl_attr_get_payload_len(attr);
	const struct nlattr *tb[R_MAX + 1];
	struct intree_learned *r;
	uint32_t port;

	if (len < sizeof(port))
		return;
	memcpy(&port, mnl_attr_get_payload(attr), sizeof(port));
	parse((const char *)mnl_attr_get_payload(attr) +
	      MNL_ALIGN(sizeof(port)), len - MNL_ALIGN(sizeof(port)), tb,
	      R_MAX);
	table->routers = xrealloc(table->routers, (table->nr_routers + 1) *
						  sizeof(*table->routers));
	r = &table->routers[table->nr_routers++];
	r->port = port;
	r->vid = attr_uint(tb[R_VID]);
	r->type = attr_uint(tb[MDBA_ROUTER_PATTR_TYPE]);
	/* an older kernel has one timer for both */
	r->left[0] = timer(tb[R_INET_TIMER] ? tb[R_INET_TIMER] :
					      tb[MDBA_ROUTER_PATTR_TIMER]);
	r->left[1] = timer(tb[R_INET6_TIMER] ? tb[R_INET6_TIMER] :
					       tb[MDBA_ROUTER_PATTR_TIMER]);
}

/* A table that is being read, and whose it is. */
struct reading {
	uint32_t ifindex;
	struct intree_table *table;
};

static int read_mdb(const struct nlmsghdr *nlh, void *arg)
{
	const struct br_port_msg *bpm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *mdb, *attr, *tb[MDBA_MAX + 1];
	struct reading *reading = arg;

	if (nlh->nlmsg_type != RTM_NEWMDB && nlh->nlmsg_type != RTM_GETMDB)
		return MNL_CB_OK;
	if (mnl_nlmsg_get_payload_len(nlh) < MNL_ALIGN(sizeof(*bpm)) ||
	    bpm->ifindex != reading->ifindex)
		return MNL_CB_OK;
	parse((const char *)bpm + MNL_ALIGN(sizeof(*bpm)),
	      mnl_nlmsg_get_payload_len(nlh) - MNL_ALIGN(sizeof(*bpm)), tb,
	      MDBA_MAX);
	if (tb[MDBA_MDB])
		mnl_attr_for_each_nested(mdb, tb[MDBA_MDB])
			mnl_attr_for_each_nested(attr, mdb)
				read_entry(attr, reading->table);
	if (tb[MDBA_ROUTER])
		mnl_attr_for_each_nested(attr, tb[MDBA_ROUTER])
			read_router(attr, reading->table);
	return MNL_CB_OK;
}

/**
 * intree_table_read - what a bridge's own snooping has learned
 * @ifindex: the bridge
 * @table: filled in, to be freed with intree_table_free()
 *
 * Return: 0 or a negative errno.
 */
int intree_table_read(uint32_t ifindex, struct intree_table *table)
{
	char buf[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct reading reading = { ifindex, table };
	struct nlmsghdr *nlh;
	struct br_port_msg *bpm;

	memset(table, 0, sizeof(*table));
	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = RTM_GETMDB;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	bpm = mnl_nlmsg_put_extra_header(nlh, sizeof(*bpm));
	memset(bpm, 0, sizeof(*bpm));
	bpm->family = PF_BRIDGE;
	return talk(nlh, read_mdb, &reading);
}

/**
 * intree_table_free - forget a table
 * @table: the table
 */
void intree_table_free(struct intree_table *table)
{
	unsigned int i;

	for (i = 0; i < table->nr_entries; i++)
		free(table->entries[i].sources);
	free(table->entries);
	free(table->routers);
}

static int set_bridge(uint32_t ifindex, uint16_t attr, uint8_t value)
{
	char buf[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh;
	struct nlattr *info, *data;

	nlh = link_request(buf, RTM_NEWLINK, NLM_F_ACK, AF_UNSPEC, ifindex);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "bridge");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u8(nlh, attr, value);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	return talk(nlh, NULL, NULL);
}

/**
 * intree_set_snooping - switch a bridge's own snooping
 * @ifindex: the bridge
 * @on: whether it snoops
 *
 * Return: 0 or a negative errno.
 */
int intree_set_snooping(uint32_t ifindex, bool on)
{
	return set_bridge(ifindex, IFLA_BR_MCAST_SNOOPING, on);
}

/**
 * intree_set_router - say how the host side of a bridge becomes a router
 * @ifindex: the bridge
 * @router: how
 *
 * Return: 0 or a negative errno.
 */
int intree_set_router(uint32_t ifindex, enum intree_router router)
{
	return set_bridge(ifindex, IFLA_BR_MCAST_ROUTER, router);
}

/**
 * intree_set_port_router - say how a port becomes one with a router
 * @port: the port
 * @router: how
 *
 * Return: 0 or a negative errno.
 */
int intree_set_port_router(uint32_t port, enum intree_router router)
{
	char buf[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *nlh;
	struct nlattr *info;

	nlh = link_request(buf, RTM_SETLINK, NLM_F_ACK, AF_BRIDGE, port);
	info = mnl_attr_nest_start(nlh, IFLA_PROTINFO | NLA_F_NESTED);
	mnl_attr_put_u8(nlh, IFLA_BRPORT_MULTICAST_ROUTER, router);
	mnl_attr_nest_end(nlh, info);
	return talk(nlh, NULL, NULL);
}

/**
 * intree_add - add an entry to a bridge's own table
 * @bridge: the bridge
 * @entry: the entry; of its sources only @src is looked at
 *
 * Return: 0 or a negative errno.
 */
int intree_add(uint32_t bridge, const struct intree_entry *entry)
{
	char buf[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	bool v6 = !addr_is_v4(&entry->grp);
	struct br_mdb_entry mdb = { .ifindex = entry->port };
	struct nlmsghdr *nlh;
	struct br_port_msg *bpm;
	struct nlattr *attrs;

	mdb.vid = entry->vid;
	mdb.state = entry->permanent ? MDB_PERMANENT : MDB_TEMPORARY;
	if (entry->is_mac) {
		memcpy(mdb.addr.u.mac_addr, entry->mac, sizeof(entry->mac));
	} else if (v6) {
		mdb.addr.proto = htons(ETH_P_IPV6);
		mdb.addr.u.ip6 = entry->grp;
	} else {
		mdb.addr.proto = htons(ETH_P_IP);
		memcpy(&mdb.addr.u.ip4, &entry->grp.s6_addr[12], 4);
	}
	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = RTM_NEWMDB;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE;
	bpm = mnl_nlmsg_put_extra_header(nlh, sizeof(*bpm));
	memset(bpm, 0, sizeof(*bpm));
	bpm->family = PF_BRIDGE;
	bpm->ifindex = bridge;
	mnl_attr_put(nlh, MDBA_SET_ENTRY, sizeof(mdb), &mdb);
	if (entry->has_src) {
		attrs = mnl_attr_nest_start(nlh, 2 /* MDBA_SET_ENTRY_ATTRS */ |
						 NLA_F_NESTED);
		if (v6)
			mnl_attr_put(nlh, 1 /* MDBE_ATTR_SOURCE */, 16,
				     &entry->src);
		else
			mnl_attr_put(nlh, 1, 4, &entry->src.s6_addr[12]);
		mnl_attr_nest_end(nlh, attrs);
	}
	return talk(nlh, NULL, NULL);
}
