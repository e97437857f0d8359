// SPDX-License-Identifier: GPL-2.0
/*
 * A stand-in for mcsnoop.ko that misbehaves on request, to prove that the guest
 * harness notices: "insmod mcsnoop.ko bug=NAME" commits the bug of that name
 * while loading.  Without a name it is a module that loads and unloads.
 *
 * Most bugs are hidden from the compiler behind OPTIMIZER_HIDE_VAR(), which
 * would otherwise warn about them or drop them.
 */

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <net/net_namespace.h>

static char *bug = "";
module_param(bug, charp, 0444);
MODULE_PARM_DESC(bug, "what to do wrong");

static DEFINE_SPINLOCK(first);
static DEFINE_SPINLOCK(second);
static int __rcu *shared;

static void bug_oob(void)
{
	char *bytes = kmalloc(48, GFP_KERNEL);

	if (!bytes)
		return;
	OPTIMIZER_HIDE_VAR(bytes);
	bytes[48] = 0;
	kfree(bytes);
}

static void bug_uaf(void)
{
	char *bytes = kmalloc(48, GFP_KERNEL);
	char *stale = bytes;

	OPTIMIZER_HIDE_VAR(stale);
	kfree(bytes);
	if (stale)
		WRITE_ONCE(stale[5], 1);
}

static void bug_abba(void)
{
	spin_lock(&first);
	spin_lock(&second);
	spin_unlock(&second);
	spin_unlock(&first);

	spin_lock(&second);
	spin_lock(&first);
	spin_unlock(&first);
	spin_unlock(&second);
}

static void bug_sleep(void)
{
	spin_lock(&first);
	msleep(20);
	spin_unlock(&first);
}

static void bug_rcu(void)
{
	if (rcu_dereference(shared))
		pr_info("never\n");
}

static void bug_shift(void)
{
	int one = 1, by = 33;

	OPTIMIZER_HIDE_VAR(by);
	one <<= by;
	OPTIMIZER_HIDE_VAR(one);
}

static void never(struct timer_list *timer)
{
}

static void bug_timer(void)
{
	struct timer_list *timer = kmalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return;
	timer_setup(timer, never, 0);
	mod_timer(timer, jiffies + 1000 * HZ);
	kfree(timer);
}

static void bug_warn(void)
{
	WARN(1, "asked to warn\n");
}

static void bug_panic(void)
{
	panic("asked to panic");
}

static void bug_hang(void)
{
	local_bh_disable();
	for (;;)
		cpu_relax();
}

static void bug_pin(void)
{
	__module_get(THIS_MODULE);
}

/* A reference to the device named "held", never dropped. */
static void bug_hold(void)
{
	struct net_device *dev;

	rtnl_lock();
	for_each_netdev(&init_net, dev) {
		if (!strcmp(dev->name, "held"))
			dev_hold(dev);
	}
	rtnl_unlock();
}

/* What held them held nothing else: no old pointer may linger anywhere. */
static void bug_leak(void)
{
	unsigned int i;

	for (i = 0; i < 100; i++) {
		char *bytes = kmalloc(777, GFP_KERNEL);

		OPTIMIZER_HIDE_VAR(bytes);
	}
}

static int raced;
static DECLARE_COMPLETION(race_over);

static int race(void *unused)
{
	unsigned int i;

	/* few of the accesses are watched, and those for a moment */
	for (i = 0; i < 1000000; i++) {
		raced++;
		barrier();
		if (!(i % 4096))
			cond_resched();
	}
	complete(&race_over);
	return 0;
}

/* Two processors write the same word, and neither says that this is meant. */
static void bug_race(void)
{
	struct task_struct *one = kthread_run(race, NULL, "race1");
	struct task_struct *two = kthread_run(race, NULL, "race2");

	/* their code goes with the module */
	if (!IS_ERR(one))
		wait_for_completion(&race_over);
	if (!IS_ERR(two))
		wait_for_completion(&race_over);
}

static const struct {
	const char *name;
	void (*commit)(void);
} bugs[] = {
	{ "abba", bug_abba },
	{ "hang", bug_hang },
	{ "hold", bug_hold },
	{ "leak", bug_leak },
	{ "oob", bug_oob },
	{ "panic", bug_panic },
	{ "pin", bug_pin },
	{ "race", bug_race },
	{ "rcu", bug_rcu },
	{ "shift", bug_shift },
	{ "sleep", bug_sleep },
	{ "timer", bug_timer },
	{ "uaf", bug_uaf },
	{ "warn", bug_warn },
};

static int __init bad_init(void)
{
	size_t i;

	if (!*bug)
		return 0;
	for (i = 0; i < ARRAY_SIZE(bugs); i++) {
		if (!strcmp(bugs[i].name, bug)) {
			bugs[i].commit();
			return 0;
		}
	}
	return -EINVAL;
}

static void __exit bad_exit(void)
{
}

module_init(bad_init);
module_exit(bad_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Deliberate bugs for the self-test of the guest harness");
