#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Router ports: by queries, advertisements, PIM and by hand."""
from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.ns import wait_until
from lib.packets import (igmp2_report, igmp_query, mld1_report, mld_query,
                         mrd4_adv, mrd4_sol, mrd4_term, mrd6_adv, pim_hello)
from lib.scenario import G, G2, G6, snooping

SLACK = None if ktap.SIM else 3.0


@test("RTR-01 RTR-09 a query makes a router port, which gets everything")
def by_query(t):
    net = snooping(t, "unregistered routers")
    t.eq(net.mcs.router_ports(), [])
    net.send(3, igmp_query(2, host=200))
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.mcs.router_ports(), ["p3"])
    t.eq(net.data(4, G), [1, 3], "registered")
    t.eq(net.data(4, G2), [3], "unregistered")
    t.eq(net.reach(2, igmp2_report(G)), [3], "reports")


@test("RTR-01 losers of the election are routers too")
def loser(t):
    net = snooping(t)
    net.send(3, igmp_query(3, src="192.0.2.200"))
    net.fence()
    t.eq(net.mcs.querier()["state"], "self", "querier")
    t.eq(net.mcs.router_ports(), ["p3"])


@test("RTR-01 a group-specific query makes a router port too")
def by_specific(t):
    net = snooping(t)
    net.send(3, igmp_query(3, G))
    net.fence()
    t.eq(net.mcs.router_ports(), ["p3"])


@test("RTR-08 an IGMP query makes no IPv6 router port, nor the reverse")
def families(t):
    net = snooping(t, family=46)
    net.send(3, igmp_query(2))
    net.send(2, mld_query(2))
    net.fence()
    t.eq(net.mcs.router_ports("ipv4"), ["p3"])
    t.eq(net.mcs.router_ports("ipv6"), ["p2"])
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.fence()
    t.eq(net.data(4, G), [1, 3])
    t.eq(net.data(4, G6), [1, 2])


@test("RTR-02 D10 a query from 0.0.0.0 makes a router port")
def zero(t):
    net = snooping(t)
    net.send(3, igmp_query(3, src="0.0.0.0"))
    net.fence()
    t.eq(net.mcs.router_ports(), ["p3"])
    t.eq(net.mcs.routers()["p3", 0, "ipv4"]["type"], "zero_query")
    t.eq(net.reach(1, igmp2_report(G)), [3], "reports go there")


@test("RTR-02 zero-query-router off: it does not")
def zero_off(t):
    net = snooping(t, "zero-query-router off")
    net.send(3, igmp_query(3, src="0.0.0.0"))
    net.fence()
    t.eq(net.mcs.router_ports(), [])


@test("RTR-03 a permanent router port, and back to auto")
def permanent(t):
    net = snooping(t, family=46)
    net.mcs("port set dev p2 router permanent")
    r = net.mcs.routers()["p2", 0, "ipv4"]
    t.eq((r["type"], r.get("timer")), ("permanent", None))
    t.eq(net.mcs.router_ports("ipv6"), ["p2"])
    t.eq(net.reach(1, igmp2_report(G)), [2], "reports")
    t.eq(net.data(4, G), [1, 2], "data")
    net.mcs("port set dev p2 router auto")
    t.eq(net.mcs.router_ports(), [])
    t.eq(net.data(4, G), [1])


@test("RTR-03 a port that is never a router")
def never(t):
    net = snooping(t)
    net.send(3, igmp_query(3, src="192.0.2.200"))
    net.fence()
    t.eq(net.mcs.router_ports(), ["p3"])
    net.mcs("port set dev p3 router never")
    t.eq(net.mcs.router_ports(), [], "forgotten at once")
    net.send(3, igmp_query(3, src="192.0.2.200"), pim_hello(), mrd4_adv())
    net.fence()
    t.eq(net.mcs.router_ports(), [], "whatever it sends")
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.data(4, G), [1])


@test("MRD-01 an advertisement makes a router port, in both families")
def mrd(t):
    net = snooping(t, family=46)
    t.eq(net.reach(3, mrd4_adv(20)), [1, 2, 4], "MRD-08 flooded")
    net.send(2, mrd6_adv(20))
    net.fence()
    t.eq(net.mcs.router_ports("ipv4"), ["p3"])
    t.eq(net.mcs.router_ports("ipv6"), ["p2"])
    r = net.mcs.routers()["p3", 0, "ipv4"]
    t.eq(r["type"], "mrd")
    t.near(r["timer"], 61.5, SLACK, "three intervals and a bit")


@test("MRD-02 an advertisement to another address is none")
def mrd_dst(t):
    net = snooping(t)
    grown = net.mcs.counting("drop_")
    net.send(3, mrd4_adv(20, dst="224.0.0.1"))
    net.fence()
    t.eq(net.mcs.router_ports(), [])
    t.eq(grown(), {"drop_dst": 1})


@test("MRD-04 odd intervals are taken for the nearest that is allowed")
def mrd_clamp(t):
    net = snooping(t)
    for interval, lifetime in ((0, 12.3), (255, 553.5), (4, 12.3)):
        net.send(3, mrd4_adv(interval))
        net.fence()
        t.near(net.mcs.routers()["p3", 0, "ipv4"]["timer"], lifetime, SLACK,
               f"interval {interval}")


@test("MRD-05 a termination does not remove a router port")
def mrd_term(t):
    net = snooping(t)
    net.send(3, mrd4_adv(20), mrd4_term())
    net.fence()
    t.eq(net.mcs.router_ports(), ["p3"])


@test("MRD-07 PARSE-11 a solicitation of 4 octets is flooded, no router")
def mrd_sol(t):
    net = snooping(t)
    grown = net.mcs.counting("drop_", "rx_")
    t.eq(net.reach(1, mrd4_sol()), [2, 3, 4])
    t.eq(net.mcs.router_ports(), [])
    t.eq(grown(), {"rx_mrd": 1})


@test("RTR-04 a PIM hello makes a router port")
def pim(t):
    net = snooping(t, family=46)
    t.eq(net.reach(3, pim_hello(105)), [1, 2, 4], "flooded")
    r = net.mcs.routers()["p3", 0, "ipv4"]
    t.eq(r["type"], "pim")
    t.near(r["timer"], 105, SLACK, "holdtime")
    net.send(2, pim_hello(30, family=6))
    net.fence()
    t.eq(net.mcs.router_ports("ipv6"), ["p2"])


@test("RTR-04 PIM: no holdtime 105 s, 0xffff for ever, 0 at once")
def pim_holdtime(t):
    net = snooping(t)
    net.send(3, pim_hello(None))
    net.fence()
    t.near(net.mcs.routers()["p3", 0, "ipv4"]["timer"], 105, SLACK)
    net.send(3, pim_hello(0xffff))
    net.fence()
    t.eq(net.mcs.routers()["p3", 0, "ipv4"].get("timer"), None, "for ever")
    net.send(3, pim_hello(0))
    net.fence()
    t.eq(net.mcs.router_ports(), [], "goodbye")


@test("RTR-04 a PIM hello with a wrong checksum makes none")
def pim_csum(t):
    net = snooping(t)
    net.send(3, pim_hello(csum="bad"))
    net.fence()
    t.eq(net.mcs.router_ports(), [])


@test("RTR-10 the port goes down: no router, its members go too")
def down(t):
    net = snooping(t)
    net.send(3, igmp_query(3, src="192.0.2.200"), igmp2_report(G))
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.mcs.router_ports(), ["p3"])
    net.link(3, "down")
    wait_until(lambda: not net.mcs.router_ports(), what="no router port")
    t.eq(net.mcs.table(), {("p1", 0, G): "EX(;)"})


@test("SNOOP-06 a report on a router port is learned")
def report_there(t):
    net = snooping(t, router=3)
    net.send(3, igmp2_report(G))
    net.fence()
    t.eq(net.mcs.table(), {("p3", 0, G): "EX(;)"})
    t.eq(net.data(4, G), [3])


@test("SEC-08 a guarded port: queries, MRD and PIM are dropped")
def guard(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    net.mcs("port set dev p3 query-guard on")
    grown = net.mcs.counting("drop_")
    for frame in (igmp_query(3), igmp_query(2, G), mld_query(2), mrd4_adv(),
                  pim_hello()):
        t.eq(net.reach(3, frame), [], "goes nowhere")
    t.eq(grown(), {"drop_guard": 5})
    t.eq(net.mcs.router_ports() + net.mcs.router_ports("ipv6"), [])
    t.eq(net.mcs.querier().get("state", "none"), "none")
    net.send(3, igmp2_report(G))
    net.fence()
    t.eq(net.mcs.table(), {("p3", 0, G): "EX(;)"}, "reports are welcome")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
