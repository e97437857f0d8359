#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Router ports: RFC 4541 section 2.1.1, RFC 4286, RFC 7761 section 4.3."""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.ns import wait_until
from lib.packets import (ROUTER, icmp6, igmp1_report, igmp2_leave,
                         igmp2_report, igmp3_allow, igmp3_to_ex, igmp3_to_in,
                         igmp_query, mld1_done, mld1_report, mld2_to_ex,
                         mld_query, mrd4_adv, mrd4_sol, mrd4_term, mrd6_adv,
                         pim_hello)
from lib.scenario import (G, G2, G6, G62, GMI, OQPI, S, TICK, lives, shared,
                          snooping, until)
from lib.vectors import VECTORS

HIGHER, HIGHER6 = "192.0.2.200", "fe80::99"


def timer(net, port, family="ipv4", vid=0):
    """Time left of a router port."""
    return net.mcs.routers()[f"p{port}", vid, family].get("timer")


def mrd6(kind, dst, **opt):
    """A solicitation (152) or termination (153) over ICMPv6."""
    return icmp6(kind, 0, b"", dst, **opt)


@test("RTR-01 V02 every query with a source makes a router port for 255 s",
      sim=True)
def by_query(t):
    net = snooping(t, family=46)
    t0 = net.send(3, igmp_query(3, src=HIGHER), mld_query(2, src=HIGHER6))
    net.send(2, VECTORS["V02"])
    net.send(4, igmp_query(2, G), mld_query(1, G6))
    for port, family in ((3, "ipv4"), (3, "ipv6"), (2, "ipv4"), (4, "ipv4"),
                         (4, "ipv6")):
        t.near(timer(net, port, family), OQPI, what=f"p{port} {family}")
    until(t0, 100)
    net.send(3, igmp_query(3, src=HIGHER))
    until(t0, OQPI + TICK)
    t.eq((net.mcs.router_ports("ipv4"), net.mcs.router_ports("ipv6")),
         (["p3"], []), "each query begins anew")
    lives(t, lambda: net.mcs.router_ports() == ["p3"], 100 + OQPI, t0, "p3")


@test("RTR-02 V26 a query without a source makes one only if told so",
      sim=True)
def zero(t):
    net = snooping(t)
    net.send(3, VECTORS["V26"])
    t.near(timer(net, 3), OQPI, what="by default")
    t.eq(net.reach(1, igmp2_report(G)), [3], "reports go there")
    net.mcs("bridge set dev br0 zero-query-router off")
    net.send(2, VECTORS["V26"])
    t.ok("p2" not in net.mcs.router_ports(), "not if told so")


@test("RTR-03 a permanent router port gets reports and streams of both "
      "families, for ever", sim=True)
def permanent(t):
    net = snooping(t, "unregistered routers", family=46)
    net.mcs("port set dev p2 router permanent")
    net.mcs("port set dev p3 router never")
    time.sleep(3600)
    net.send(3, igmp_query(3, src=HIGHER), mld_query(2, src=HIGHER6),
             mrd4_adv(), mrd6_adv(), pim_hello(), pim_hello(family=6))
    net.fence()
    for family in ("ipv4", "ipv6"):
        t.eq(net.mcs.router_ports(family), ["p2"], family)
    for frame in (igmp2_report(G), igmp3_to_ex(G), mld1_report(G6)):
        t.eq(net.reach(1, frame), [2])
    for group in (G2, G62):
        t.eq(net.data(4, group), [2], f"unregistered {group}")
    net.mcs("port set dev p2 router auto")
    t.eq(net.mcs.router_ports(), [])


@test("RTR-04 V41 a PIM hello: its holdtime, 105 s, for ever, or goodbye",
      sim=True)
def pim(t):
    net = snooping(t, family=46)
    t.eq(net.reach(3, VECTORS["V41"]), [1, 2, 4], "flooded")
    t.near(timer(net, 3), 105, what="V41")
    for family, name in ((4, "ipv4"), (6, "ipv6")):
        for holdtime, want in ((30, 30), (None, 105), (0xffff, None)):
            net.send(3, pim_hello(holdtime, family=family))
            t.eq(timer(net, 3, name) is None, want is None, name)
            if want:
                t.near(timer(net, 3, name), want, what=f"{name} {holdtime}")
        net.send(3, pim_hello(0, family=family))
        t.eq(net.mcs.router_ports(name), [], "goodbye")
        net.send(3, pim_hello(105, family=family, csum="bad"))
        t.eq(net.mcs.router_ports(name), [], "checksum")


@test("RTR-08 router ports are per family")
def families(t):
    net = snooping(t, "unregistered routers", family=46)
    net.send(3, igmp_query(3, src=HIGHER))
    net.send(2, mld_query(2, src=HIGHER6))
    net.fence()
    t.eq((net.mcs.router_ports("ipv4"), net.mcs.router_ports("ipv6")),
         (["p3"], ["p2"]))
    t.eq(net.reach(1, igmp2_report(G)), [3])
    t.eq(net.reach(1, mld1_report(G6)), [2])
    t.eq((net.data(4, G2), net.data(4, G62)), ([3], [2]), "unregistered")


@test("RTR-08 router ports are per VLAN", sim=True)
def vlans(t):
    net = Net(t, vlan=True)
    net.ns.bridge("".join(f"vlan add dev p{p} vid 100\n" for p in net.ports) +
                  "vlan add dev br0 vid 100 self\n")
    net.mcs("bridge add dev br0 querier on unregistered routers")
    time.sleep(12)
    net.send(3, igmp_query(3, vlan=100, src=HIGHER), mrd4_adv(20, vlan=100))
    net.send(2, pim_hello(host=ROUTER))
    net.fence()
    t.eq(sorted(k[:2] for k in net.mcs.routers()), [("p2", 1), ("p3", 100)])
    t.eq(net.reach(1, igmp2_report(G, vlan=100), vid=100), [3])
    t.eq(net.reach(1, igmp2_report(G)), [2])
    t.eq(net.data(4, G2, vlan=100, fence={"vid": 100}), [3])
    t.eq(net.data(4, G2), [2])


@test("RTR-09 FWD-02 a router port gets every report, leave and stream")
def everything(t):
    net = snooping(t, "unregistered routers", family=46)
    net.send(3, igmp_query(3, src=HIGHER), mld_query(2, src=HIGHER6))
    net.send(2, igmp3_allow(G, S(1)), mld2_to_ex(G6))
    net.fence()
    for frame in (igmp1_report(G), igmp2_report(G), igmp2_leave(G),
                  igmp3_to_ex(G), igmp3_to_in(G), igmp3_allow(G, S(2)),
                  mld1_report(G6), mld1_done(G6), mld2_to_ex(G6)):
        t.eq(net.reach(1, frame), [3])
    net.mcs("bridge del dev br0")
    net.flush()
    net.mcs("bridge add dev br0 querier on unregistered routers "
            "query-response-interval 100ms")
    # whose query comes first says how long members have to answer
    net.expect(1, lambda f: f.is_general, n=2, what="our queries")
    net.send(3, igmp_query(3, src=HIGHER), mld_query(2, src=HIGHER6))
    net.send(2, igmp3_allow(G, S(1)), mld2_to_ex(G6))
    for family in (4, 6):
        wait_until(lambda f=family: net.mcs.querier(f)["pruning"] == "active",
                   step=0.05, timeout=60, what="pruning")
    t.eq(net.data(4, G, src=S(1)), [2, 3], "registered")
    t.eq(net.data(4, G, src=S(9)), [3], "registered, another source")
    t.eq(net.data(4, G2, src=S(9)), [3], "unregistered")
    t.eq(net.data(4, G6), [2, 3], "registered, IPv6")
    t.eq(net.data(4, G62), [3], "unregistered, IPv6")


@test("RTR-10 a router port ends with its timer; its members stay", sim=True)
def expires(t):
    net = snooping(t)
    monitor = net.mcs.monitor(t, "dev br0 router")
    t0 = net.send(3, igmp_query(3, src=HIGHER), igmp2_report(G))
    t.eq(monitor.brief(), ["router-new query p3"])
    until(t0, 200)
    net.send(3, igmp2_report(G))
    lives(t, lambda: net.mcs.router_ports() == ["p3"], OQPI, t0, "router")
    t.eq(net.mcs.table(), {("p3", 0, G): "EX(;)"})
    t.eq((net.data(4, G), net.reach(1, igmp2_report(G2))), ([3], []))
    t.eq(monitor.brief(), ["router-del expired p3"])
    lives(t, lambda: bool(net.mcs.rec(3, G)), 200 + GMI, t0, "member")


@test("RTR-10 a router port ends with its link, at once and with an event")
def link_down(t):
    net = snooping(t, family=46)
    net.send(3, igmp_query(3, src=HIGHER), mld_query(2, src=HIGHER6),
             mrd4_adv(), pim_hello())
    net.fence()
    monitor = net.mcs.monitor(t, "dev br0 router")
    net.link(3, "down")
    wait_until(lambda: not net.mcs.routers(), what="no router ports")
    t.eq(monitor.brief(), ["router-del port_down p3"] * 2)


@test("MRD-01 MRD-03 QRK-10 V29 an advertisement: a router port for three "
      "intervals and a bit", sim=True)
def advertisement(t):
    net = snooping(t, family=46)
    t0 = net.send(3, VECTORS["V29"], mrd6_adv(20))
    for family in ("ipv4", "ipv6"):
        t.near(timer(net, 3, family), 61.5, what=family)
    t.eq(net.reach(1, igmp2_report(G)), [3], "reports go there")
    t.eq(net.reach(1, mld1_report(G6)), [3], "reports go there")
    lives(t, lambda: (net.mcs.router_ports("ipv4"),
                      net.mcs.router_ports("ipv6")) == (["p3"], ["p3"]), 61.5,
          t0, "both")
    t.eq(net.mcs.routers(), {})
    for interval, want in ((4, 12.3), (180, 553.5), (100, 307.5)):
        net.send(3, mrd4_adv(interval), mrd6_adv(interval))
        for family in ("ipv4", "ipv6"):
            t.near(timer(net, 3, family), want, what=f"{interval} {family}")


@test("MRD-03 of two routers behind a port the one that lives longer counts",
      sim=True)
def neighbours(t):
    net = snooping(t)
    t0 = net.send(3, mrd4_adv(100, host=9), mrd4_adv(20, host=8))
    t.near(timer(net, 3), 307.5, what="the first is still there")
    until(t0, 300)
    net.send(3, mrd4_adv(20, host=8))
    t.near(timer(net, 3), 61.5, what="the second")
    net.send(3, mrd4_adv(4, host=8))
    t.near(timer(net, 3), 12.3, what="what a router says last counts for it")


@test("MRD-02 V29 wrong checksum, destination or source: no router")
def invalid(t):
    net = snooping(t, family=46)
    grown = net.mcs.counting("drop_", port=3)
    frames = [mrd4_adv(csum="bad"), mrd4_adv(dst="224.0.0.1"),
              mrd4_adv(dst="224.0.0.2"), mrd4_adv(src="127.0.0.1"),
              mrd6_adv(csum="bad"), mrd6_adv(dst="ff02::1"),
              mrd6_adv(src="2001:db8::1"), mrd6_adv(src="::")]
    for frame in frames:
        t.eq(net.reach(3, frame), [])
    t.eq(net.mcs.routers(), {})
    t.eq(grown(), {"drop_csum": 2, "drop_dst": 3, "drop_src": 3})


@test("MRD-04 intervals outside 4 to 180 s are clamped and counted", sim=True)
def clamped(t):
    net = snooping(t, family=46)
    grown = net.mcs.counting("note_interval", port=3)
    for interval, want in ((0, 12.3), (3, 12.3), (181, 553.5), (255, 553.5)):
        net.send(3, mrd4_adv(interval), mrd6_adv(interval))
        for family in ("ipv4", "ipv6"):
            t.near(timer(net, 3, family), want, what=f"{interval} {family}")
    t.eq(grown(), {"note_interval": 8})
    net.send(3, mrd4_adv(4), mrd4_adv(180))
    t.eq(grown(), {"note_interval": 8})


@test("MRD-07 QRK-10 V30 solicitations of 4 octets are flooded, no router "
      "port comes of them")
def solicitation(t):
    net = shared(t, snooping, family=46, router=3)
    grown = net.mcs.counting("rx_", "drop_", port=1)
    for frame in (VECTORS["V30"], mrd4_sol(), mrd6(152, "ff02::2")):
        t.eq(net.reach(1, frame), [2, 3, 4])
    t.eq({key[0] for key in net.mcs.routers()}, {"p3"})
    t.eq(grown(), {"rx_mrd": 3})


@test("MRD-08 discovery messages go everywhere, besides being understood")
def flooded(t):
    net = shared(t, snooping, family=46, router=3)
    grown = net.mcs.counting("rx_", port=2)
    for frame in (VECTORS["V29"], mrd4_term(), mrd4_sol(), mrd6_adv(20),
                  mrd6(153, "ff02::6a", host=ROUTER), mrd6(152, "ff02::2")):
        t.eq(net.reach(2, frame, host=True), [0, 1, 3, 4])
    t.eq(grown(), {"rx_mrd": 6})
    t.ok({"p2"} <= set(net.mcs.router_ports("ipv4")) &
         set(net.mcs.router_ports("ipv6")), "learned")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
