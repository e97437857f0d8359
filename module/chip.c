// SPDX-License-Identifier: GPL-2.0
/*
 * A device that says that it belongs to a switch chip, as no emulated one does on
 * the kernels of the tests. It takes frames and sends none. Built for tests
 * alone, with MCS_CENSUS=y, as a module of its own.
 */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>

static struct net_device *chip;

static netdev_tx_t chip_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static int chip_parent_id(struct net_device *dev,
			  struct netdev_phys_item_id *id)
{
	static const char name[] = "mcsnoop";

	id->id_len = sizeof(name);
	memcpy(id->id, name, sizeof(name));
	return 0;
}

static const struct net_device_ops chip_ops = {
	.ndo_start_xmit		= chip_xmit,
	.ndo_get_port_parent_id	= chip_parent_id,
};

static void chip_setup(struct net_device *dev)
{
	ether_setup(dev);
	eth_hw_addr_random(dev);
	dev->netdev_ops = &chip_ops;
}

static int __init chip_init(void)
{
	int err;

	chip = alloc_netdev(0, "chip%d", NET_NAME_ENUM, chip_setup);
	if (!chip)
		return -ENOMEM;
	err = register_netdev(chip);
	if (err)
		free_netdev(chip);
	return err;
}

static void __exit chip_exit(void)
{
	unregister_netdev(chip);
	free_netdev(chip);
}

module_init(chip_init);
module_exit(chip_exit);
MODULE_DESCRIPTION("A port of no switch chip, for tests");
MODULE_LICENSE("GPL");
