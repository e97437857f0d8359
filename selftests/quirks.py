#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What one host must not do to another, and what other bridges get wrong."""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import BR_MAC
from lib.packets import igmp3_to_ex, igmp_query, mld2_to_ex, mld_query
from lib.scenario import G, G6, GMI, snooping


@test("a query in a frame that the hosts do not get takes nothing from them",
      sim=True)
def unheard_query(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_to_ex(G), mld2_to_ex(G6))
    for dmac in (BR_MAC, "01:00:5e:7f:00:01", "33:33:00:00:00:99",
                 "03:00:00:00:00:01"):
        net.send(3, igmp_query(2, G, dmac=dmac),
                 igmp_query(3, G, dmac=dmac, dst="192.0.2.77"),
                 igmp_query(3, dmac=dmac), mld_query(2, dmac=dmac),
                 mld_query(2, G6, dmac=dmac),
                 mld_query(1, G6, dmac=dmac, dst="ff02::1"))
        net.fence()
        for group in (G, G6):
            t.near(net.mcs.rec(1, group).timer, GMI, what=f"{group} {dmac}")
        for family in (4, 6):
            t.eq(net.mcs.querier(family)["state"], "self", dmac)
    time.sleep(10)
    t.eq((net.data(4, G), net.data(4, G6)), ([1, 3], [1, 3]))


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
