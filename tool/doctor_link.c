// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel tells everybody of devices, bridges and their ports. By
 * rtnetlink and not by files in /sys, which may be those of another network
 * namespace.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "doctor.h"

static char recv_buf[64 * 1024] __attribute__((aligned(NLMSG_ALIGNTO)));

static int dump(struct mnl_socket *sock, uint16_t type, uint8_t family,
		mnl_cb_t each, struct facts *f)
{
	struct {
		struct nlmsghdr nlh;
		union {
			struct ifinfomsg link;
			struct ifaddrmsg addr;
		};
	} req = {
		.nlh = {
			.nlmsg_len = NLMSG_LENGTH(type == RTM_GETLINK ?
						  sizeof(struct ifinfomsg) :
						  sizeof(struct ifaddrmsg)),
			.nlmsg_type = type,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			.nlmsg_seq = time(NULL),
		},
	};
	ssize_t len;
	int ret;

	/* the family is the first octet of both */
	req.link.ifi_family = family;
	if (mnl_socket_sendto(sock, &req, req.nlh.nlmsg_len) < 0)
		return -errno;
	do {
		len = mnl_socket_recvfrom(sock, recv_buf, sizeof(recv_buf));
		if (len < 0)
			return -errno;
		ret = mnl_cb_run(recv_buf, len, req.nlh.nlmsg_seq,
				 mnl_socket_get_portid(sock), each, f);
	} while (ret > MNL_CB_STOP);
	return ret < 0 ? -errno : 0;
}

static void parse(const struct nlmsghdr *nlh, size_t header,
		  const struct nlattr **tb, unsigned int max)
{
	const struct nlattr *attr;

	memset(tb, 0, (max + 1) * sizeof(*tb));
	mnl_attr_for_each(attr, nlh, header)
		if (mnl_attr_get_type(attr) <= max)
			tb[mnl_attr_get_type(attr)] = attr;
}

static bool is_kind(const struct nlattr *attr, const char *kind)
{
	return attr && mnl_attr_get_payload_len(attr) == strlen(kind) + 1 &&
	       !memcmp(mnl_attr_get_payload(attr), kind, strlen(kind));
}

static void read_bridge(struct link *link, const struct nlattr *data)
{
	const struct nlattr *tb[IFLA_BR_MCAST_QUERIER_STATE + 1];

	link->is_bridge = true;
	if (!data)
		return;
	attrs_parse_nested(data, tb, IFLA_BR_MCAST_QUERIER_STATE);
	link->snooping = attr_uint(tb[IFLA_BR_MCAST_SNOOPING]);
	link->nf_call = attr_uint(tb[IFLA_BR_NF_CALL_IPTABLES]) ||
			attr_uint(tb[IFLA_BR_NF_CALL_IP6TABLES]);
}

static void read_port(struct link *link, const struct nlattr *data)
{
	const struct nlattr *tb[IFLA_BRPORT_MCAST_FLOOD + 1];

	if (!data)
		return;
	attrs_parse_nested(data, tb, IFLA_BRPORT_MCAST_FLOOD);
	if (!tb[IFLA_BRPORT_MCAST_FLOOD])
		return;
	link->is_port = true;
	link->mcast_flood = attr_uint(tb[IFLA_BRPORT_MCAST_FLOOD]);
}

static void read_info(struct link *link, const struct nlattr *info)
{
	const struct nlattr *tb[IFLA_INFO_SLAVE_DATA + 1];
	const struct nlattr *vlan[IFLA_VLAN_ID + 1];

	attrs_parse_nested(info, tb, IFLA_INFO_SLAVE_DATA);
	if (is_kind(tb[IFLA_INFO_KIND], "bridge"))
		read_bridge(link, tb[IFLA_INFO_DATA]);
	if (is_kind(tb[IFLA_INFO_KIND], "vlan") && tb[IFLA_INFO_DATA]) {
		attrs_parse_nested(tb[IFLA_INFO_DATA], vlan, IFLA_VLAN_ID);
		link->vid = attr_uint(vlan[IFLA_VLAN_ID]);
	}
	if (is_kind(tb[IFLA_INFO_SLAVE_KIND], "bridge"))
		read_port(link, tb[IFLA_INFO_SLAVE_DATA]);
}

static int read_link(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *msg = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[IFLA_PHYS_SWITCH_ID + 1];
	struct facts *f = data;
	struct link *link;

	if (nlh->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*msg))
		return MNL_CB_OK;
	parse(nlh, sizeof(*msg), tb, IFLA_PHYS_SWITCH_ID);
	f->links = xrealloc(f->links, (f->nr_links + 1) * sizeof(*f->links));
	link = &f->links[f->nr_links++];
	memset(link, 0, sizeof(*link));
	link->ifindex = msg->ifi_index;
	link->is_up = msg->ifi_flags & IFF_UP;
	link->master = attr_uint(tb[IFLA_MASTER]);
	link->lower = attr_uint(tb[IFLA_LINK]);
	link->mtu = attr_uint(tb[IFLA_MTU]);
	link->in_switch = tb[IFLA_PHYS_SWITCH_ID];
	if (tb[IFLA_LINKINFO])
		read_info(link, tb[IFLA_LINKINFO]);
	return MNL_CB_OK;
}

static int read_addr(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *msg = mnl_nlmsg_get_payload(nlh);
	struct facts *f = data;
	unsigned int i;

	if (nlh->nlmsg_type != RTM_NEWADDR ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*msg) ||
	    msg->ifa_scope != RT_SCOPE_LINK ||
	    msg->ifa_flags & IFA_F_DADFAILED)
		return MNL_CB_OK;
	for (i = 0; i < f->nr_links; i++)
		if (f->links[i].ifindex == msg->ifa_index)
			f->links[i].link_local = true;
	return MNL_CB_OK;
}

/**
 * links_read - read the devices of the network namespace
 * @f: links are filled in
 *
 * Return: EXIT_OK, or EXIT_FAILED after saying why.
 */
int links_read(struct facts *f)
{
	struct mnl_socket *sock = socket_open(NETLINK_ROUTE);
	int ret;

	if (!sock)
		return EXIT_FAILED;
	ret = dump(sock, RTM_GETLINK, AF_UNSPEC, read_link, f);
	if (!ret)	/* a kernel without IPv6 may refuse */
		dump(sock, RTM_GETADDR, AF_INET6, read_addr, f);
	else
		fprintf(stderr, "Error: mcsnoop: reading the devices: %s\n",
			strerror(-ret));
	mnl_socket_close(sock);
	return ret ? EXIT_FAILED : EXIT_OK;
}

/**
 * sysctl_is_on - whether a switch of the network namespace is on
 * @path: below /proc/sys/net/
 * @dev: next part of the path, a device; NULL for none
 * @name: last part
 *
 * Return: true when it is there and not 0.
 */
bool sysctl_is_on(const char *path, const char *dev, const char *name)
{
	char file[128];
	int value = 0;
	FILE *in;

	snprintf(file, sizeof(file), "/proc/sys/net/%s/%s%s%s", path,
		 dev ? dev : "", dev ? "/" : "", name);
	in = fopen(file, "re");
	if (!in)
		return false;
	if (fscanf(in, "%d", &value) != 1)
		value = 0;
	fclose(in);
	return value;
}
