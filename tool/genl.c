// SPDX-License-Identifier: GPL-2.0
/*
 * Talking to the module: one generic netlink socket, requests that are
 * acknowledged, dumps, and events. What the kernel says about an error is
 * printed here, once, for every command.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include "save.h"

#define DUMP_TRIES	4
#define EVENT_RCVBUF	(4 * 1024 * 1024)

/* What the kernel added to an error. */
struct extack {
	char msg[256];
	uint32_t offset;	/* of the attribute at fault, 0 for none */
	uint16_t missing;	/* type of a missing attribute, 0 for none */
};

static struct mnl_socket *sock;
static uint16_t family_id;
static uint32_t events_group;
static uint32_t log_group;
static uint32_t sequence;
static uint32_t drops_seen;
static struct extack last_ext;
static recorder record;
static void *record_arg;
static char recv_buf[128 * 1024] __attribute__((aligned(NLMSG_ALIGNTO)));

/**
 * messages_add - keep a copy of a message
 * @msgs: where
 * @nlh: the message
 */
void messages_add(struct messages *msgs, const struct nlmsghdr *nlh)
{
	size_t len = NLMSG_ALIGN(nlh->nlmsg_len);

	if (msgs->len + len > msgs->size) {
		msgs->size = (msgs->len + len) * 2;
		msgs->buf = xrealloc(msgs->buf, msgs->size);
	}
	memset(msgs->buf + msgs->len + len - NLMSG_ALIGNTO, 0, NLMSG_ALIGNTO);
	memcpy(msgs->buf + msgs->len, nlh, nlh->nlmsg_len);
	msgs->len += len;
}

/**
 * messages_free - forget all messages
 * @msgs: where they are
 */
void messages_free(struct messages *msgs)
{
	free(msgs->buf);
	memset(msgs, 0, sizeof(*msgs));
}

/**
 * message_next - walk over messages
 * @msgs: where they are
 * @prev: the one before, NULL for the first
 *
 * Return: the next one, NULL when there is none.
 */
const struct nlmsghdr *message_next(const struct messages *msgs,
				    const struct nlmsghdr *prev)
{
	const char *next = msgs->buf;

	if (prev)
		next = (const char *)prev + NLMSG_ALIGN(prev->nlmsg_len);
	if (!next || next >= msgs->buf + msgs->len)
		return NULL;
	return (const struct nlmsghdr *)next;
}

/**
 * message_cmd - command of a generic netlink message
 * @nlh: the message
 *
 * Return: MCSNOOP_CMD_*, 0 when the message is too short to have one.
 */
uint8_t message_cmd(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	return mnl_nlmsg_get_payload_len(nlh) < GENL_HDRLEN ? 0 : genl->cmd;
}

/*
 * The next message in the @len octets from @nlh on, or NULL. (mnl_nlmsg_ok()
 * of libmnl 1.0.4 takes a length above 2^31 for a small one.)
 */
static const struct nlmsghdr *received(const char *buf, size_t len,
				       const struct nlmsghdr *prev)
{
	size_t offset = 0;
	const struct nlmsghdr *nlh;

	if (prev)
		offset = (const char *)prev - buf +
			 NLMSG_ALIGN((size_t)prev->nlmsg_len);
	if (offset > len || len - offset < sizeof(*nlh))
		return NULL;
	nlh = (const struct nlmsghdr *)(buf + offset);
	if (nlh->nlmsg_len < sizeof(*nlh) || nlh->nlmsg_len > len - offset)
		return NULL;
	return nlh;
}

static void parse_extack(const struct nlmsghdr *nlh, size_t offset,
			 struct extack *ext)
{
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	const struct nlattr *attr;
	size_t len;

	memset(ext, 0, sizeof(*ext));
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    offset > mnl_nlmsg_get_payload_len(nlh))
		return;
	attr = mnl_nlmsg_get_payload_offset(nlh, offset);
	for (; mnl_attr_ok(attr, end - (const char *)attr);
	     attr = mnl_attr_next(attr)) {
		switch (mnl_attr_get_type(attr)) {
		case NLMSGERR_ATTR_MSG:
			len = mnl_attr_get_payload_len(attr);
			if (len >= sizeof(ext->msg))
				len = sizeof(ext->msg) - 1;
			memcpy(ext->msg, mnl_attr_get_payload(attr), len);
			break;
		case NLMSGERR_ATTR_OFFS:
			ext->offset = attr_uint(attr);
			break;
		case NLMSGERR_ATTR_MISS_TYPE:
			ext->missing = attr_uint(attr);
			break;
		}
	}
}

static int parse_error(const struct nlmsghdr *nlh, struct extack *ext)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	size_t offset = sizeof(*err);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*err))
		return -EBADMSG;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED) &&
	    err->msg.nlmsg_len > sizeof(err->msg))
		offset += NLMSG_ALIGN(err->msg.nlmsg_len - sizeof(err->msg));
	parse_extack(nlh, offset, ext);
	return err->error;
}

static int parse_done(const struct nlmsghdr *nlh, struct extack *ext)
{
	int error;

	memset(ext, 0, sizeof(*ext));
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(error))
		return 0;
	memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
	parse_extack(nlh, sizeof(error), ext);
	return error;
}

/* Which word of the command line the kernel means, when it is a setting. */
static const char *attr_at_fault(const struct request *req,
				 const struct extack *ext)
{
	const struct nlattr *attr;
	uint16_t type = ext->missing;

	if (ext->offset >= NLMSG_HDRLEN + GENL_HDRLEN &&
	    ext->offset + sizeof(*attr) <= req->nlh->nlmsg_len) {
		attr = (const struct nlattr *)(req->buf + ext->offset);
		type = mnl_attr_get_type(attr);
	}
	return type ? param_name(req->params, req->nr_params, type) : NULL;
}

static void say(const char *what, const char *sentence)
{
	static const char own[] = "mcsnoop: ";

	if (!strncmp(sentence, own, strlen(own)))
		sentence += strlen(own);
	fprintf(stderr, "%s: mcsnoop: %s", what, sentence);
}

static int report(const struct request *req, int error,
		  const struct extack *ext)
{
	const char *name = attr_at_fault(req, ext);

	if (!error) {
		if (*ext->msg) {
			say("Warning", ext->msg);
			fputc('\n', stderr);
		}
		return EXIT_OK;
	}
	say("Error", *ext->msg ? ext->msg : strerror(-error));
	if (name && !strstr(ext->msg, name))
		fprintf(stderr, " (%s)", name);
	if (error == -EPERM && !*ext->msg)
		fputs(", changes need CAP_NET_ADMIN in the network namespace",
		      stderr);
	fputc('\n', stderr);
	return EXIT_FAILED;
}

/*
 * Send @nlh and keep what comes back until it is acknowledged or done.
 * Return: 0 or a negative errno, @ext says more about it.
 */
static int exchange(struct nlmsghdr *nlh, struct messages *reply, bool *intr,
		    struct extack *ext)
{
	unsigned int portid = mnl_socket_get_portid(sock);
	const struct nlmsghdr *msg;
	ssize_t ret;

	memset(ext, 0, sizeof(*ext));
	nlh->nlmsg_seq = ++sequence;
	if (mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	for (;;) {
		ret = mnl_socket_recvfrom(sock, recv_buf, sizeof(recv_buf));
		if (ret < 0 && errno == EINTR)
			continue;
		if (ret < 0)
			return -errno;
		msg = NULL;
		while ((msg = received(recv_buf, ret, msg))) {
			if (!mnl_nlmsg_portid_ok(msg, portid) ||
			    !mnl_nlmsg_seq_ok(msg, sequence))
				continue;
			if (intr && msg->nlmsg_flags & NLM_F_DUMP_INTR)
				*intr = true;
			if (msg->nlmsg_type == NLMSG_ERROR)
				return parse_error(msg, ext);
			if (msg->nlmsg_type == NLMSG_DONE)
				return parse_done(msg, ext);
			if (msg->nlmsg_type >= NLMSG_MIN_TYPE && reply)
				messages_add(reply, msg);
		}
	}
}

static uint32_t find_group(const struct nlattr *groups, const char *name)
{
	const struct nlattr *tb[CTRL_ATTR_MCAST_GRP_MAX + 1];
	const struct nlattr *attr;
	const struct nlattr *str;

	mnl_attr_for_each_nested(attr, groups) {
		attrs_parse_nested(attr, tb, CTRL_ATTR_MCAST_GRP_MAX);
		str = tb[CTRL_ATTR_MCAST_GRP_NAME];
		if (str && mnl_attr_get_payload_len(str) == strlen(name) + 1 &&
		    !memcmp(mnl_attr_get_payload(str), name, strlen(name) + 1))
			return attr_uint(tb[CTRL_ATTR_MCAST_GRP_ID]);
	}
	return 0;
}

/* The kernel loads the module that provides a family when it is asked. */
static int resolve(const char *family, const char *group, uint16_t *id,
		   uint32_t *group_id, const char *group2, uint32_t *group2_id)
{
	const struct nlattr *tb[CTRL_ATTR_MAX + 1];
	struct messages reply = { 0 };
	const struct nlmsghdr *msg;
	struct genlmsghdr *genl;
	struct request req;
	struct extack ext;
	int ret;

	memset(&req, 0, offsetof(struct request, buf));
	req.nlh = mnl_nlmsg_put_header(req.buf);
	req.nlh->nlmsg_type = GENL_ID_CTRL;
	req.nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	genl = mnl_nlmsg_put_extra_header(req.nlh, sizeof(*genl));
	genl->cmd = CTRL_CMD_GETFAMILY;
	genl->version = 1;
	mnl_attr_put_strz(req.nlh, CTRL_ATTR_FAMILY_NAME, family);

	ret = exchange(req.nlh, &reply, NULL, &ext);
	msg = message_next(&reply, NULL);
	if (!ret && msg) {
		attrs_parse(msg, tb, CTRL_ATTR_MAX);
		*id = attr_uint(tb[CTRL_ATTR_FAMILY_ID]);
		if (tb[CTRL_ATTR_MCAST_GROUPS])
			*group_id = find_group(tb[CTRL_ATTR_MCAST_GROUPS],
					       group);
		if (tb[CTRL_ATTR_MCAST_GROUPS] && group2)
			*group2_id = find_group(tb[CTRL_ATTR_MCAST_GROUPS],
						group2);
	}
	messages_free(&reply);
	return ret;
}

/**
 * socket_open - open a netlink socket
 * @bus: NETLINK_*
 *
 * Return: the socket, or NULL after saying why there is none.
 */
struct mnl_socket *socket_open(int bus)
{
	struct mnl_socket *new = mnl_socket_open2(bus, SOCK_CLOEXEC);
	int on = 1;

	if (!new || mnl_socket_bind(new, 0, MNL_SOCKET_AUTOPID) < 0) {
		fprintf(stderr, "Error: mcsnoop: no netlink socket: %s\n",
			strerror(errno));
		if (new)
			mnl_socket_close(new);
		return NULL;
	}
	/* Each of these is a help that an old kernel may not offer. */
	mnl_socket_setsockopt(new, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(new, NETLINK_CAP_ACK, &on, sizeof(on));
	return new;
}

/**
 * genl_open - open the socket and find the module
 *
 * Return: EXIT_OK, or EXIT_FAILED after saying why.
 */
int genl_open(void)
{
	int on = 1;
	int ret;

	if (sock)
		return EXIT_OK;
	sock = socket_open(NETLINK_GENERIC);
	if (!sock)
		return EXIT_FAILED;
	mnl_socket_setsockopt(sock, NETLINK_GET_STRICT_CHK, &on, sizeof(on));

	sequence = time(NULL);
	ret = resolve(MCSNOOP_FAMILY_NAME, MCSNOOP_MCGRP_EVENTS, &family_id,
		      &events_group, MCSNOOP_MCGRP_LOG, &log_group);
	if (ret == -ENOENT || (!ret && !family_id)) {
		fputs("Error: mcsnoop: the kernel module is not loaded, type: modprobe mcsnoop\n",
		      stderr);
		return EXIT_FAILED;
	}
	if (ret) {
		fprintf(stderr, "Error: mcsnoop: looking for the module: %s\n",
			strerror(-ret));
		return EXIT_FAILED;
	}
	return EXIT_OK;
}

/**
 * genl_close - close the socket
 */
void genl_close(void)
{
	if (sock)
		mnl_socket_close(sock);
	sock = NULL;
}

/**
 * request_init - begin a message to the module
 * @req: the message
 * @cmd: MCSNOOP_CMD_*
 */
void request_init(struct request *req, uint8_t cmd)
{
	struct genlmsghdr *genl;

	memset(req, 0, offsetof(struct request, buf));
	req->nlh = mnl_nlmsg_put_header(req->buf);
	req->nlh->nlmsg_type = family_id;
	genl = mnl_nlmsg_put_extra_header(req->nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = MCSNOOP_FAMILY_VERSION;
}

/**
 * genl_record - keep requests instead of making them
 * @record_fn: what keeps one, NULL to make them again
 * @arg: for it
 */
void genl_record(recorder record_fn, void *arg)
{
	record = record_fn;
	record_arg = arg;
}

/**
 * genl_do - ask for one thing
 * @req: the message
 * @reply: where to put what comes back, NULL when nothing is expected
 *
 * Return: EXIT_OK, or EXIT_FAILED after printing what the kernel said.
 */
int genl_do(struct request *req, struct messages *reply)
{
	struct extack ext;
	int ret;

	if (record)
		return record(req, record_arg);
	req->nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	ret = exchange(req->nlh, reply, NULL, &ext);
	return report(req, ret, &ext);
}

/**
 * genl_try - ask for one thing, and say nothing of an error
 * @req: the message
 *
 * Return: 0 or a negative errno; genl_say() says the rest.
 */
int genl_try(struct request *req)
{
	req->nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	return exchange(req->nlh, NULL, NULL, &last_ext);
}

/**
 * genl_say - print what the kernel said of the last genl_try()
 * @req: the message
 * @error: what it returned
 *
 * Return: EXIT_OK or EXIT_FAILED.
 */
int genl_say(const struct request *req, int error)
{
	return report(req, error, &last_ext);
}

/**
 * genl_dump - ask for a table
 * @req: the message
 * @reply: where to put the entries
 *
 * A table that changed while it was read is read again, a few times.
 *
 * Return: EXIT_OK, or EXIT_FAILED after printing what the kernel said.
 */
int genl_dump(struct request *req, struct messages *reply)
{
	unsigned int tries;
	struct extack ext;
	bool intr = false;
	int ret = 0;

	if (record)
		return record(req, record_arg);
	req->nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	for (tries = 0; tries < DUMP_TRIES; tries++) {
		intr = false;
		reply->len = 0;
		ret = exchange(req->nlh, reply, &intr, &ext);
		if (ret || !intr)
			break;
	}
	if (!ret && intr)
		fputs("Warning: mcsnoop: the table changed while it was read, "
		      "entries may be missing or appear twice\n", stderr);
	return report(req, ret, &ext);
}

static uint32_t socket_drops(void)
{
	uint32_t mem[SK_MEMINFO_VARS] = { 0 };
	socklen_t len = sizeof(mem);

	if (getsockopt(mnl_socket_get_fd(sock), SOL_SOCKET, SO_MEMINFO, mem,
		       &len) < 0)
		return drops_seen + 1;
	return mem[SK_MEMINFO_DROPS];
}

static int subscribe(uint32_t group)
{
	int fd = mnl_socket_get_fd(sock);
	int size = EVENT_RCVBUF;
	uint32_t ctrl_group = 0;
	uint16_t ctrl_id;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (!resolve("nlctrl", "notify", &ctrl_id, &ctrl_group, NULL, NULL) &&
	    ctrl_group)
		mnl_socket_setsockopt(sock, NETLINK_ADD_MEMBERSHIP,
				      &ctrl_group, sizeof(ctrl_group));
	if (mnl_socket_setsockopt(sock, NETLINK_ADD_MEMBERSHIP, &group,
				  sizeof(group)) < 0) {
		fprintf(stderr, "Error: mcsnoop: no events: %s\n",
			strerror(errno));
		return EXIT_FAILED;
	}
	drops_seen = socket_drops();
	return EXIT_OK;
}

/**
 * genl_subscribe - have events sent from now on
 *
 * Besides the module's events these are the controller's, which tell when
 * the module goes away.
 *
 * Return: EXIT_OK, or EXIT_FAILED after saying why.
 */
int genl_subscribe(void)
{
	return subscribe(events_group);
}

/**
 * genl_subscribe_log - have entries of the flight recorder sent from now on
 *
 * Return: EXIT_OK, or EXIT_FAILED after saying why.
 */
int genl_subscribe_log(void)
{
	return subscribe(log_group);
}

static bool family_removed(const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[CTRL_ATTR_MAX + 1];

	if (nlh->nlmsg_type != GENL_ID_CTRL ||
	    message_cmd(nlh) != CTRL_CMD_DELFAMILY)
		return false;
	attrs_parse(nlh, tb, CTRL_ATTR_MAX);
	return attr_uint(tb[CTRL_ATTR_FAMILY_ID]) == family_id;
}

/**
 * genl_receive - the next events
 * @msgs: where to add them
 * @wait: sleep until there is one
 * @lost: how many were lost after the events before, 0 for none
 *
 * When the kernel could not keep up with its queue for this socket, it drops
 * events until the queue has been read; so the loss is told when it has.
 *
 * Return: 1 when there were events, 0 when there are none now, a negative
 * errno when there will be no more; -ENODEV when the module was removed.
 */
int genl_receive(struct messages *msgs, bool wait, uint32_t *lost)
{
	const struct nlmsghdr *msg = NULL;
	bool overrun = false;
	uint32_t drops;
	ssize_t ret;

	*lost = 0;
	for (;;) {
		ret = recv(mnl_socket_get_fd(sock), recv_buf, sizeof(recv_buf),
			   wait && !overrun ? 0 : MSG_DONTWAIT);
		if (ret >= 0)
			break;
		if (errno == ENOBUFS)
			overrun = true;
		else if (errno == EAGAIN)
			break;
		else if (errno != EINTR)
			return -errno;
	}
	if (ret < 0) {
		drops = socket_drops();
		*lost = drops - drops_seen;
		drops_seen = drops;
		return 0;
	}
	while ((msg = received(recv_buf, ret, msg))) {
		if (msg->nlmsg_type == family_id)
			messages_add(msgs, msg);
		else if (family_removed(msg))
			return -ENODEV;
	}
	return 1;
}
