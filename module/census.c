// SPDX-License-Identifier: GPL-2.0
/*
 * How many objects were born and died since the module was loaded. Built for
 * tests alone, with MCS_CENSUS=y; the guests of the tests look for the last line.
 */
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/printk.h>
#include "census.h"

static const char * const names[MCS_OBJECTS] = {
	[MCS_OBJ_BRIDGE]	= "bridges",
	[MCS_OBJ_PORT]		= "ports",
	[MCS_OBJ_VLAN]		= "VLANs",
	[MCS_OBJ_VLAN_CONFIG]	= "settings of VLANs",
	[MCS_OBJ_GROUP]		= "groups",
	[MCS_OBJ_RECORD]	= "records",
	[MCS_OBJ_SOURCES]	= "source sets",
	[MCS_OBJ_HOSTS]		= "tables of hosts",
	[MCS_OBJ_HOST]		= "hosts",
	[MCS_OBJ_ROUTER]	= "router ports",
	[MCS_OBJ_FILTER]	= "filters",
	[MCS_OBJ_MAC]		= "MAC entries",
	[MCS_OBJ_MAC_PORT]	= "ports of MAC entries",
	[MCS_OBJ_SOLICIT]	= "solicitations",
	[MCS_OBJ_PROXY]		= "proxies",
	[MCS_OBJ_PROXIED]	= "groups of proxies",
	[MCS_OBJ_STATION]	= "quotas of hosts",
	[MCS_OBJ_ND]		= "tables of neighbours",
	[MCS_OBJ_NEIGHBOUR]	= "neighbours",
};

static atomic_long_t born[MCS_OBJECTS], died[MCS_OBJECTS];

/**
 * mcs_born() - an object was made
 * @what: its kind
 *
 * Context: any.
 */
void mcs_born(enum mcs_object what)
{
	atomic_long_inc(&born[what]);
}

/**
 * mcs_died() - an object was freed, or will be when its readers are done
 * @what: its kind
 *
 * Context: any.
 */
void mcs_died(enum mcs_object what)
{
	atomic_long_inc(&died[what]);
}

/**
 * mcs_census_check() - complain when an object was lost, say when none was
 *
 * Context: module exit, after the last RCU callback.
 */
void mcs_census_check(void)
{
	long all = 0, lost = 0;
	unsigned int i;

	for (i = 0; i < MCS_OBJECTS; i++) {
		long b = atomic_long_read(&born[i]);
		long d = atomic_long_read(&died[i]);

		WARN(!names[i], "mcsnoop: census: kind %u has no name\n", i);
		WARN(b != d, "mcsnoop: census: %ld %s born, %ld freed\n", b,
		     names[i], d);
		pr_info("mcsnoop: census: %ld %s\n", b, names[i]);
		lost += b != d;
		all += b;
	}
	if (!lost)
		pr_info("mcsnoop: census: all %ld objects freed\n", all);
}
