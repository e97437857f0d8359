// SPDX-License-Identifier: GPL-2.0
/*
 * What the rest of the kernel tells us: ports that come and go, and changes
 * of STP, VLANs and the bridge's own snooping. The latter are announced before
 * they are done, so they only start a work item that reads the bridge again.
 */
#include <linux/rtnetlink.h>
#include <linux/workqueue.h>
#include <net/switchdev.h>
#include "follow.h"
#include "lookup.h"

/**
 * mcs_notify_sync() - work item: read every bridge of a namespace again
 * @work: in struct mcs_net
 *
 * Context: process.
 */
void mcs_notify_sync(struct work_struct *work)
{
	struct mcs_net *mn = container_of(work, struct mcs_net, sync);
	struct mcs_bridge *br;
	int err = 0;

	rtnl_lock();
	list_for_each_entry(br, &mn->bridges, node)
		err = mcs_bridge_sync(br) ?: err;
	rtnl_unlock();
	if (err)	/* memory may be there in a second */
		schedule_delayed_work(&mn->again, HZ);
}

/**
 * mcs_notify_again() - work item: what lacked memory is tried again
 * @work: in struct mcs_net
 *
 * Context: process.
 */
void mcs_notify_again(struct work_struct *work)
{
	schedule_work(&container_of(to_delayed_work(work), struct mcs_net,
				    again)->sync);
}

static void upper_changed(struct mcs_net *mn, struct net_device *dev,
			  const struct netdev_notifier_changeupper_info *info)
{
	struct mcs_bridge *br = mcs_bridge_find(mn, info->upper_dev->ifindex);
	struct mcs_port *port;
	int err;

	if (!br || !info->master)
		return;
	if (info->linking) {
		mcs_fast_close(br);
		err = mcs_port_add(br, dev, NULL);
		if (err)
			netdev_warn(dev, "mcsnoop: port is not snooped yet, everything goes to it (%d)\n",
				    err);
		schedule_work(&mn->sync);	/* VLANs and STP come next */
		return;
	}
	port = mcs_port_find(mn, dev->ifindex);
	if (port && port->br == br) {
		mcs_port_unlink(port);
		mcs_port_del(port, MCSNOOP_CAUSE_PORT_DOWN);
	}
}

static void device_gone(struct mcs_net *mn, struct net_device *dev)
{
	struct mcs_port *port = mcs_port_find(mn, dev->ifindex);

	if (!port)
		return;
	if (port->id == MCS_HOST_PORT) {
		mcs_bridge_detach(port->br);
		return;
	}
	mcs_port_unlink(port);
	mcs_port_del(port, MCSNOOP_CAUSE_PORT_DOWN);
}

static int netdev_event(struct notifier_block *nb, unsigned long event,
			void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct mcs_net *mn = mcs_net(dev_net(dev));
	struct mcs_port *port;

	switch (event) {
	case NETDEV_CHANGEUPPER:
		upper_changed(mn, dev, ptr);
		break;
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		port = mcs_port_find(mn, dev->ifindex);
		if (!port)
			break;
		mcs_port_sync(port);
		/* STP of the ports follows the bridge */
		schedule_work(&mn->sync);
		break;
	case NETDEV_UNREGISTER:
		device_gone(mn, dev);
		break;
	}
	return NOTIFY_DONE;
}

static int switchdev_event(struct notifier_block *nb, unsigned long event,
			   void *ptr)
{
	struct net_device *dev = switchdev_notifier_info_to_dev(ptr);
	struct mcs_net *mn = mcs_net(dev_net(dev));
	struct mcs_port *port;

	rcu_read_lock();
	port = mcs_port_find_rcu(mn, dev->ifindex);
	if (port) {
		mcs_fast_close(port->br);
		schedule_work(&mn->sync);
	}
	rcu_read_unlock();
	return NOTIFY_DONE;
}

/* The bridge has learned where an address is, or that it is elsewhere now. */
static int fdb_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct switchdev_notifier_fdb_info *info = ptr;
	struct net_device *dev;
	struct mcs_port *port;

	if (event != SWITCHDEV_FDB_ADD_TO_DEVICE)
		return NOTIFY_DONE;
	dev = switchdev_notifier_info_to_dev(ptr);
	rcu_read_lock();
	port = mcs_port_find_rcu(mcs_net(dev_net(dev)), dev->ifindex);
	if (port) {
		mcs_follow_seen(port, info->addr, info->vid);
		mcs_nd_fdb(port, info->addr, info->vid);
	}
	rcu_read_unlock();
	return NOTIFY_DONE;
}

static struct notifier_block netdev_nb = {
	.notifier_call = netdev_event,
};

static struct notifier_block switchdev_nb = {
	.notifier_call = switchdev_event,
};

static struct notifier_block fdb_nb = {
	.notifier_call = fdb_event,
};

/**
 * mcs_notify_init() - begin to listen
 *
 * Return: 0 or a negative error.
 */
int mcs_notify_init(void)
{
	int err;

	err = register_netdevice_notifier(&netdev_nb);
	if (err)
		return err;
	err = register_switchdev_blocking_notifier(&switchdev_nb);
	if (err)
		goto netdev;
	err = register_switchdev_notifier(&fdb_nb);
	if (err)
		goto switchdev;
	return 0;

switchdev:
	unregister_switchdev_blocking_notifier(&switchdev_nb);
netdev:
	unregister_netdevice_notifier(&netdev_nb);
	return err;
}

/**
 * mcs_notify_exit() - listen no more
 *
 * The netdevice chain announces every device as gone to us, which detaches
 * every bridge.
 */
void mcs_notify_exit(void)
{
	unregister_switchdev_notifier(&fdb_nb);
	unregister_switchdev_blocking_notifier(&switchdev_nb);
	unregister_netdevice_notifier(&netdev_nb);
}
