// SPDX-License-Identifier: GPL-2.0
/*
 * The system as the command sees it. Nothing here is the command's own code but
 * the symbols that the Makefile renames.
 *
 * What the kernel says is a list of chunks: a tag, the length as two octets, a
 * datagram. A request gets all chunks with the tag of its command or, of
 * rtnetlink, of its message type, and then the end; so tables stay tables
 * whatever order they are asked for. Events have the tag 0. A chunk with the tag
 * 255 is the answer to whatever is asked first, and nothing is added to it.
 * Sequence numbers and ports that are 0 become what is expected.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <linux/genetlink.h>

#include "seam.h"
#include "text.h"
#include "tool.h"

#define WORDS_MAX	64
#define FAMILY		0x20
#define GROUP_EVENTS	5
#define PORTID		77
/* How often something is waited for before nothing more comes */
#define PATIENCE	300
#define TAG_EVENT	0
#define TAG_RAW		255

/* Names that the seam has for functions of the C library and of libmnl */
#define SEAM(name)	seam_##name

/* a socket of the command */
struct seam_socket {
	int		bus;
	uint8_t		tag;		/* what was asked for */
	bool		asked;
	bool		dump;
	bool		controller;
	uint32_t	seq;
	size_t		at;		/* of the next chunk */
	bool		ended;
};

static const struct seam *now;
static struct seam_socket sockets[2];
static unsigned int patience;
static uint64_t clock_ns;
static size_t events_at;	/* of the next event */
static bool raw_used;
static char *first_data, *first_bss;

/* --- netlink -------------------------------------------------------------- */

/* The request is what a kernel would accept as one, attribute by attribute. */
static void check_request(const struct nlmsghdr *nlh, size_t len, int bus)
{
	const char *end = (const char *)nlh + len;
	const struct nlattr *attr;

	if (len < sizeof(*nlh) || nlh->nlmsg_len != len)
		FUZZ_TRAP("a request of %zu octets says %u", len,
			  nlh->nlmsg_len);
	if (bus != NETLINK_GENERIC)
		return;
	attr = mnl_nlmsg_get_payload_offset(nlh, GENL_HDRLEN);
	while (mnl_attr_ok(attr, end - (const char *)attr))
		attr = mnl_attr_next(attr);
	if ((const char *)attr != end)
		FUZZ_TRAP("%zd octets behind the last attribute",
			  end - (const char *)attr);
}

struct mnl_socket *SEAM(mnl_socket_open2)(int bus, int flags);
int SEAM(mnl_socket_bind)(struct mnl_socket *nl, unsigned int groups, pid_t pid);
int SEAM(mnl_socket_close)(struct mnl_socket *nl);
int SEAM(mnl_socket_get_fd)(const struct mnl_socket *nl);
unsigned int SEAM(mnl_socket_get_portid)(const struct mnl_socket *nl);
int SEAM(mnl_socket_setsockopt)(const struct mnl_socket *nl, int type, void *buf,
				socklen_t len);
ssize_t SEAM(mnl_socket_sendto)(const struct mnl_socket *nl, const void *buf,
				size_t len);
ssize_t SEAM(mnl_socket_recvfrom)(const struct mnl_socket *nl, void *buf,
				  size_t len);
ssize_t SEAM(recv)(int fd, void *buf, size_t len, int flags);
ssize_t SEAM(recvmsg)(int fd, struct msghdr *msg, int flags);
int SEAM(socket)(int domain, int type, int protocol);
int SEAM(bind)(int fd, const struct sockaddr *addr, socklen_t len);
int SEAM(close)(int fd);
int SEAM(setsockopt)(int fd, int level, int name, const void *val,
		     socklen_t len);
int SEAM(getsockopt)(int fd, int level, int name, void *val, socklen_t *len);
int SEAM(poll)(struct pollfd *fds, nfds_t n, int ms);
int SEAM(ioctl)(int fd, unsigned long what, void *arg);
unsigned int SEAM(if_nametoindex)(const char *name);
int SEAM(open)(const char *path, int flags);
int SEAM(setns)(int fd, int type);
int SEAM(isatty)(int fd);
int SEAM(nanosleep)(const struct timespec *t, struct timespec *left);
int SEAM(clock_gettime)(clockid_t which, struct timespec *t);
time_t SEAM(time)(time_t *t);
FILE *SEAM(fopen)(const char *path, const char *mode);

struct mnl_socket *SEAM(mnl_socket_open2)(int bus, int flags)
{
	struct seam_socket *s = &sockets[bus == NETLINK_GENERIC];

	(void)flags;
	memset(s, 0, sizeof(*s));
	s->bus = bus;
	return (struct mnl_socket *)s;
}

int SEAM(mnl_socket_bind)(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	(void)nl;
	(void)groups;
	(void)pid;
	return 0;
}

int SEAM(mnl_socket_close)(struct mnl_socket *nl)
{
	(void)nl;
	return 0;
}

int SEAM(mnl_socket_get_fd)(const struct mnl_socket *nl)
{
	return 1000 + (nl == (struct mnl_socket *)&sockets[1]);
}

unsigned int SEAM(mnl_socket_get_portid)(const struct mnl_socket *nl)
{
	(void)nl;
	return PORTID;
}

int SEAM(mnl_socket_setsockopt)(const struct mnl_socket *nl, int type, void *buf,
				socklen_t len)
{
	(void)nl;
	(void)type;
	(void)buf;
	(void)len;
	return 0;
}

ssize_t SEAM(mnl_socket_sendto)(const struct mnl_socket *nl, const void *buf,
				size_t len)
{
	struct seam_socket *s = (struct seam_socket *)nl;
	const struct nlmsghdr *nlh = buf;

	check_request(nlh, len, s->bus);
	s->asked = true;
	s->ended = false;
	s->at = 0;
	s->seq = nlh->nlmsg_seq;
	s->dump = (nlh->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	s->controller = s->bus == NETLINK_GENERIC &&
			nlh->nlmsg_type == GENL_ID_CTRL;
	s->tag = s->bus == NETLINK_GENERIC ? *((const uint8_t *)buf + 16) :
					     nlh->nlmsg_type;
	return len;
}

static size_t chunk_len(size_t at)
{
	size_t left = now->chunks_len - at;
	size_t len = now->chunks[at + 1] | now->chunks[at + 2] << 8;

	return len < left - 3 ? len : left - 3;
}

/* The next chunk with a tag, from *at on; NULL when there is none. */
static const uint8_t *next_chunk(size_t *at, uint8_t tag, size_t *len)
{
	const uint8_t *found = NULL;

	while (!found && now->chunks_len >= 3 && *at <= now->chunks_len - 3) {
		if (now->chunks[*at] == tag) {
			*len = chunk_len(*at);
			found = now->chunks + *at + 3;
		}
		*at += 3 + chunk_len(*at);
	}
	return found;
}

/* What cannot be known beforehand is filled in. */
static void address(uint8_t *buf, size_t len, uint32_t seq, bool route)
{
	uint32_t said, portid = PORTID;
	size_t at = 0;

	while (len - at >= sizeof(struct nlmsghdr)) {
		memcpy(&said, buf + at + 8, 4);
		if (!said)
			memcpy(buf + at + 8, &seq, 4);
		memcpy(&said, buf + at + 12, 4);
		if (!said)
			memcpy(buf + at + 12, &portid, 4);
		/* libmnl 1.0.4 takes a length above 2^31 for a small one */
		if (route)
			buf[at + 3] &= 0x7f;
		memcpy(&said, buf + at, 4);
		if (said < sizeof(struct nlmsghdr) || said > len - at)
			break;
		at += NLMSG_ALIGN(said);
		if (at > len)
			break;
	}
}

static ssize_t say_end(const struct seam_socket *s, void *buf)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	memset(nlh, 0, 64);
	nlh->nlmsg_len = s->dump ? 20 : 36;
	nlh->nlmsg_type = s->dump ? NLMSG_DONE : NLMSG_ERROR;
	nlh->nlmsg_flags = s->dump ? NLM_F_MULTI : NLM_F_CAPPED;
	nlh->nlmsg_seq = s->seq;
	nlh->nlmsg_pid = PORTID;
	return nlh->nlmsg_len;
}

/* Both families that are looked for have the same answer. */
static ssize_t say_family(const struct seam_socket *s, void *buf)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	static const char *const names[] = { "events", "log", "notify" };
	struct nlattr *groups, *group;
	struct genlmsghdr *genl;
	unsigned int i;

	nlh->nlmsg_type = GENL_ID_CTRL;
	nlh->nlmsg_seq = s->seq;
	nlh->nlmsg_pid = PORTID;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = CTRL_CMD_NEWFAMILY;
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, FAMILY);
	groups = mnl_attr_nest_start(nlh, CTRL_ATTR_MCAST_GROUPS);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		group = mnl_attr_nest_start(nlh, i + 1);
		mnl_attr_put_strz(nlh, CTRL_ATTR_MCAST_GRP_NAME, names[i]);
		mnl_attr_put_u32(nlh, CTRL_ATTR_MCAST_GRP_ID,
				 GROUP_EVENTS + i);
		mnl_attr_nest_end(nlh, group);
	}
	mnl_attr_nest_end(nlh, groups);
	return nlh->nlmsg_len;
}

static ssize_t nothing_more(void)
{
	errno = ECONNRESET;
	return -1;
}

static ssize_t deliver(const uint8_t *chunk, size_t chunk_size, void *buf,
		       size_t len, uint32_t seq, bool route)
{
	if (!chunk_size) {	/* something was lost */
		errno = ENOBUFS;
		return -1;
	}
	if (chunk_size > len) {
		errno = ENOSPC;
		return -1;
	}
	memcpy(buf, chunk, chunk_size);
	address(buf, chunk_size, seq, route);
	return chunk_size;
}

ssize_t SEAM(mnl_socket_recvfrom)(const struct mnl_socket *nl, void *buf,
				  size_t len)
{
	struct seam_socket *s = (struct seam_socket *)nl;
	const uint8_t *chunk;
	size_t size, at = 0;

	if (!s->asked || !patience)
		return nothing_more();
	patience--;
	if (s->ended) {
		s->asked = false;
		return say_end(s, buf);
	}
	chunk = raw_used ? NULL : next_chunk(&at, TAG_RAW, &size);
	if (chunk && !s->controller) {
		raw_used = true;
		return deliver(chunk, size, buf, len, s->seq,
			       s->bus == NETLINK_ROUTE);
	}
	if (s->controller) {
		s->ended = true;
		return say_family(s, buf);
	}
	chunk = next_chunk(&s->at, s->tag, &size);
	if (chunk)
		return deliver(chunk, size, buf, len, s->seq,
			       s->bus == NETLINK_ROUTE);
	s->asked = false;
	return say_end(s, buf);
}

/* Events, to who has subscribed to them */
ssize_t SEAM(recv)(int fd, void *buf, size_t len, int flags)
{
	const uint8_t *chunk;
	size_t size;

	(void)fd;
	(void)flags;
	if (!patience)
		return nothing_more();
	patience--;
	chunk = next_chunk(&events_at, TAG_EVENT, &size);
	if (!chunk) {
		patience = 0;
		return nothing_more();
	}
	return deliver(chunk, size, buf, len, 0, false);
}

/* --- all else ------------------------------------------------------------- */

ssize_t SEAM(recvmsg)(int fd, struct msghdr *msg, int flags)
{
	static const uint8_t control[] = {
		/* a tag of VLAN 5, that it has one */
		44, 0, 0, 0, 0, 0, 0, 0, 7, 1, 0, 0, 8, 0, 0, 0,
		0x11, 0, 0, 0, 60, 0, 0, 0, 60, 0, 0, 0, 0, 0, 14, 0, 5, 0,
		0, 0x81,
	};
	size_t len = now->file_len;

	(void)fd;
	(void)flags;
	memset(msg->msg_name, 0, msg->msg_namelen);
	/* behind one of the first devices */
	((uint8_t *)msg->msg_name)[4] = len % 8;
	if (len > msg->msg_iov->iov_len)
		len = msg->msg_iov->iov_len;
	memcpy(msg->msg_iov->iov_base, now->file, len);
	if (len % 2 && msg->msg_controllen >= 48) {
		memset(msg->msg_control, 0, 48);
		memcpy(msg->msg_control, control, sizeof(control));
		((uint8_t *)msg->msg_control)[0] = 36;
		msg->msg_controllen = 36;
	} else {
		msg->msg_controllen = 0;
	}
	return len;
}

int SEAM(socket)(int domain, int type, int protocol)
{
	(void)domain;
	(void)type;
	(void)protocol;
	return 1010;
}

int SEAM(bind)(int fd, const struct sockaddr *addr, socklen_t len)
{
	(void)fd;
	(void)addr;
	(void)len;
	return 0;
}

int SEAM(close)(int fd)
{
	(void)fd;
	return 0;
}

int SEAM(setsockopt)(int fd, int level, int name, const void *val,
		     socklen_t len)
{
	(void)fd;
	(void)level;
	(void)name;
	(void)val;
	(void)len;
	return 0;
}

int SEAM(getsockopt)(int fd, int level, int name, void *val, socklen_t *len)
{
	(void)fd;
	(void)level;
	(void)name;
	memset(val, 0, *len);
	return 0;
}

int SEAM(poll)(struct pollfd *fds, nfds_t n, int ms)
{
	clock_ns += (ms > 0 ? ms : 0) * 1000000ULL / 3 + 1000000;
	return fds && n;
}

/* Names of devices may have any octet in them but a few. */
int SEAM(ioctl)(int fd, unsigned long what, void *arg)
{
	static const char odd[] = "a\"\\\033[1m\xff\xc3";
	struct ifreq *ifr = arg;

	(void)fd;
	if (what != SIOCGIFNAME || ifr->ifr_ifindex <= 0 ||
	    ifr->ifr_ifindex > 8) {
		errno = ENODEV;
		return -1;
	}
	if (ifr->ifr_ifindex == 7)
		memcpy(ifr->ifr_name, odd, sizeof(odd));
	else
		snprintf(ifr->ifr_name, IFNAMSIZ, "p%d", ifr->ifr_ifindex);
	return 0;
}

unsigned int SEAM(if_nametoindex)(const char *name)
{
	size_t len = strlen(name);

	return len && len < IFNAMSIZ && *name != 'x' ? name[len - 1] % 8 + 1 :
						       0;
}

int SEAM(open)(const char *path, int flags)
{
	(void)path;
	(void)flags;
	errno = ENOENT;
	return -1;
}

int SEAM(setns)(int fd, int type)
{
	(void)fd;
	(void)type;
	return -1;
}

int SEAM(isatty)(int fd)
{
	(void)fd;
	return 0;
}

int SEAM(nanosleep)(const struct timespec *t, struct timespec *left)
{
	(void)left;
	clock_ns += t->tv_sec * 1000000000ULL + t->tv_nsec;
	return 0;
}

int SEAM(clock_gettime)(clockid_t which, struct timespec *t)
{
	(void)which;
	clock_ns += 1000;
	t->tv_sec = clock_ns / 1000000000;
	t->tv_nsec = clock_ns % 1000000000;
	return 0;
}

time_t SEAM(time)(time_t *t)
{
	(void)t;
	return clock_ns / 1000000000;
}

static FILE *contents(void)
{
	return now->file_len ?
	       fmemopen((void *)now->file, now->file_len, "r") :
	       fopen("/dev/null", "r");
}

FILE *SEAM(fopen)(const char *path, const char *mode)
{
	(void)path;
	return *mode == 'r' ? contents() : fopen("/dev/null", "w");
}

/* --- running -------------------------------------------------------------- */

/* The sanitizer has marked what is between objects: no copying by the library. */
SEAM_RAW static void copy(char *to, const char *from, size_t len)
{
	size_t i;

	for (i = 0; i < len / 8; i++)
		((uint64_t *)to)[i] = ((const uint64_t *)from)[i];
	for (i = len / 8 * 8; i < len; i++)
		to[i] = from[i];
}

static void keep(char **where, const char *start, size_t len)
{
	*where = malloc(len);
	copy(*where, start, len);
}

/* As if the command had just been started. */
static void start_anew(void)
{
	if (!first_data) {
		keep(&first_data, __start_tool_data,
		     __stop_tool_data - __start_tool_data);
		keep(&first_bss, __start_tool_bss,
		     __stop_tool_bss - __start_tool_bss);
		return;
	}
	copy(__start_tool_data, first_data,
	     __stop_tool_data - __start_tool_data);
	copy(__start_tool_bss, first_bss, __stop_tool_bss - __start_tool_bss);
}

static int split(char *words, char **argv)
{
	char *rest = words, *word;
	int argc = 1;

	argv[0] = "mcsnoop";
	while (argc < WORDS_MAX && (word = strtok_r(rest, " ", &rest)))
		argv[argc++] = word;
	argv[argc] = NULL;
	return argc;
}

/**
 * seam_run() - let the command do something
 * @s: what it finds
 *
 * What it writes has to be a text or, with -j, JSON.
 *
 * Return: its exit status.
 */
int seam_run(const struct seam *s)
{
	FILE *in = stdin, *out = stdout, *err = stderr;
	char *argv[WORDS_MAX + 1], *text = NULL;
	/* what save prints is for restore: names as they are */
	bool saved = strstr(s->words, "sav");
	const char *bad;
	size_t len = 0;
	int status;

	start_anew();
	now = s;
	patience = PATIENCE;
	clock_ns = 1700000000000000000ULL;
	raw_used = false;
	events_at = 0;
	stdin = contents();
	stdout = open_memstream(&text, &len);
	stderr = fopen("/dev/null", "w");
	status = mcsnoop_main(split(s->words, argv), argv);
	free(ifnames);
	fclose(stdin);
	fclose(stdout);
	fclose(stderr);
	stdin = in;
	stdout = out;
	stderr = err;
	if (status < EXIT_OK || status > EXIT_USAGE)
		FUZZ_TRAP("exit status %d", status);
	bad = opt.json ? json_fault(text, len, status != EXIT_OK) :
	      opt.color == COLOR_ALWAYS || saved ? NULL :
						   text_fault(text, len);
	if (bad)
		FUZZ_TRAP("%s in the output: %.*s", bad, (int)len, text);
	free(text);
	return status;
}
