// SPDX-License-Identifier: GPL-2.0
/*
 * Names for numbers: devices, network namespaces, and the enumerations of
 * the netlink family, whose words come from its description.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "names_gen.h"
#include "tool.h"

#define NETNS_DIR	"/run/netns"

/* A name is asked for again after this time: devices are renamed. */
#define IFNAME_AGE_S	1

struct ifname {
	uint32_t ifindex;
	time_t asked;
	char name[IFNAMSIZ];
};

static struct ifname *ifnames;
static unsigned int nr_ifnames;
static bool ifnames_age;

static bool ask_kernel(uint32_t ifindex, char *name)
{
	static int fd = -1;
	struct ifreq ifr;

	if (fd < 0)
		fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_ifindex = ifindex;
	if (ioctl(fd, SIOCGIFNAME, &ifr) < 0)
		return false;
	memcpy(name, ifr.ifr_name, IFNAMSIZ);
	name[IFNAMSIZ - 1] = '\0';
	return true;
}

static time_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/**
 * ifnames_expire - let names of devices be asked for again now and then
 *
 * For commands that run for long. The last name of a device that is gone
 * stays known.
 */
void ifnames_expire(void)
{
	ifnames_age = true;
}

/**
 * ifindex_name - name of a device
 * @ifindex: the device
 *
 * Return: its name, or "if" and the number when there is no such device. The
 * string lives until the next call.
 */
const char *ifindex_name(uint32_t ifindex)
{
	struct ifname *entry = NULL;
	unsigned int i;

	for (i = 0; i < nr_ifnames && !entry; i++)
		if (ifnames[i].ifindex == ifindex)
			entry = &ifnames[i];
	if (entry && !(ifnames_age && now() - entry->asked > IFNAME_AGE_S))
		return entry->name;

	if (!entry) {
		ifnames = xrealloc(ifnames,
				   (nr_ifnames + 1) * sizeof(*ifnames));
		entry = &ifnames[nr_ifnames++];
		entry->ifindex = ifindex;
		snprintf(entry->name, sizeof(entry->name), "if%u", ifindex);
	}
	ask_kernel(ifindex, entry->name);
	entry->asked = ifnames_age ? now() : 0;
	return entry->name;
}

/**
 * netns_enter - go to a network namespace
 * @name: its name as with ip netns, or a path
 *
 * Return: EXIT_OK, or EXIT_FAILED after saying why.
 */
int netns_enter(const char *name)
{
	char path[PATH_MAX];
	int ret;
	int fd;

	snprintf(path, sizeof(path), "%s%s%s",
		 strchr(name, '/') ? "" : NETNS_DIR,
		 strchr(name, '/') ? "" : "/", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		fprintf(stderr,
			"Cannot open network namespace \"%s\": %s\n",
			name, strerror(errno));
		return EXIT_FAILED;
	}
	ret = setns(fd, CLONE_NEWNET);
	if (ret < 0)
		fprintf(stderr,
			"Cannot enter network namespace \"%s\": %s\n",
			name, strerror(errno));
	close(fd);
	return ret < 0 ? EXIT_FAILED : EXIT_OK;
}

/**
 * family_name - name of an address family
 * @family: AF_INET or AF_INET6
 *
 * Return: "ipv4" or "ipv6".
 */
const char *family_name(unsigned int family)
{
	return family == AF_INET6 ? "ipv6" : "ipv4";
}

/**
 * enum_name - the word for a value of an enumeration
 * @names: its words
 * @nr: how many there are
 * @value: the value
 *
 * Return: the word, or the number when it has none (a newer module). The
 * string lives until the next call.
 */
const char *enum_name(const char *const *names, unsigned int nr,
		      unsigned int value)
{
	static char number[12];

	if (value < nr && names[value])
		return names[value];
	snprintf(number, sizeof(number), "%u", value);
	return number;
}

#define DEFINE_NAME(what)						\
	const char *what##_name(unsigned int value)			\
	{								\
		return enum_name(mcsnoop_##what##_names,		\
				 ARRAY_SIZE(mcsnoop_##what##_names),	\
				 value);				\
	}

/* The words of each enumeration, see enum_name(). */
DEFINE_NAME(filter_mode)
DEFINE_NAME(source_state)
DEFINE_NAME(querier_state)
DEFINE_NAME(pruning)
DEFINE_NAME(router_type)
DEFINE_NAME(cause)
DEFINE_NAME(log_event)
DEFINE_NAME(flood_cause)
DEFINE_NAME(filter_kind)
DEFINE_NAME(filter_action)
DEFINE_NAME(router_mode)
DEFINE_NAME(unregistered)
DEFINE_NAME(rule)
DEFINE_NAME(obstacle)
DEFINE_NAME(counter)
DEFINE_NAME(mode)
DEFINE_NAME(nd_state)
DEFINE_NAME(fastpath_state)

/**
 * counter_nr - how many counters are known
 *
 * Return: one more than the greatest id that has a name.
 */
unsigned int counter_nr(void)
{
	return ARRAY_SIZE(mcsnoop_counter_names);
}

/**
 * counter_doc - what a counter counts
 * @id: the counter
 *
 * Return: half a sentence, empty when it is not known.
 */
const char *counter_doc(unsigned int id)
{
	if (id < ARRAY_SIZE(mcsnoop_counter_docs) && mcsnoop_counter_docs[id])
		return mcsnoop_counter_docs[id];
	return "";
}

/**
 * stp_state_name - name of a port's state
 * @value: BR_STATE_ of linux/if_bridge.h
 *
 * Return: the word bridge(8) uses.
 */
const char *stp_state_name(unsigned int value)
{
	static const char *const names[] = {
		"disabled", "listening", "learning", "forwarding", "blocking",
	};

	return enum_name(names, ARRAY_SIZE(names), value);
}
