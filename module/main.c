// SPDX-License-Identifier: GPL-2.0
/* Loading and unloading, and what exists once per network namespace. */
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include "follow.h"

unsigned int mcs_net_id __read_mostly;

static int __net_init net_init(struct net *net)
{
	struct mcs_net *mn = mcs_net(net);
	unsigned int i;

	mn->net = net;
	INIT_LIST_HEAD(&mn->bridges);
	for (i = 0; i < MCS_PORT_BUCKETS; i++)
		INIT_HLIST_HEAD(&mn->ports[i]);
	INIT_WORK(&mn->sync, mcs_notify_sync);
	INIT_DELAYED_WORK(&mn->follow, mcs_follow_work);
	mn->followed = jiffies;
	INIT_DELAYED_WORK(&mn->again, mcs_notify_again);
	return 0;
}

/*
 * A namespace goes after its devices, and with them its bridges. At module
 * exit the notifier chain did the same. What may be left is the work.
 */
static void __net_exit net_exit(struct net *net)
{
	struct mcs_net *mn = mcs_net(net);

	/* there is no bridge left for which either would start the other */
	cancel_delayed_work_sync(&mn->again);
	cancel_work_sync(&mn->sync);
	cancel_delayed_work_sync(&mn->follow);
	WARN_ON_ONCE(!list_empty(&mn->bridges));
}

static struct pernet_operations net_ops = {
	.init	= net_init,
	.exit	= net_exit,
	.id	= &mcs_net_id,
	.size	= sizeof(struct mcs_net),
};

static int __init mcs_init(void)
{
	int err;

	err = mcs_fast_init();
	if (err)
		return err;
	err = register_pernet_subsys(&net_ops);
	if (err)
		goto fast;
	err = mcs_notify_init();
	if (err)
		goto pernet;
	mcs_topology_init();
	err = mcs_genl_init();
	if (err)
		goto topology;
	return 0;

topology:
	mcs_topology_exit();
	mcs_notify_exit();
pernet:
	unregister_pernet_subsys(&net_ops);
fast:
	mcs_fast_exit();
	return err;
}

/*
 * First nobody can attach a bridge any more, then every bridge is detached,
 * then the namespaces' data goes. RCU callbacks run our code and use our
 * memory: the module stays until the last of them is done.
 */
static void __exit mcs_exit(void)
{
	mcs_genl_exit();
	mcs_topology_exit();
	mcs_notify_exit();
	unregister_pernet_subsys(&net_ops);
	rcu_barrier();
	mcs_fast_exit();
	mcs_census_check();
}

module_init(mcs_init);
module_exit(mcs_exit);

MODULE_AUTHOR("The mcsnoop authors");
MODULE_DESCRIPTION("IGMP and MLD snooping on bridges");
MODULE_LICENSE("GPL");
MODULE_VERSION(MCS_VERSION);
MODULE_ALIAS_GENL_FAMILY(MCSNOOP_FAMILY_NAME);
