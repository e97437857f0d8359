#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Data that a port never gets, reports that a monitor does, IGMP in AH."""
import contextlib
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.ns import run_json
from lib.packets import (host_mac, igmp1_report, igmp2_leave, igmp2_report,
                         igmp3_to_ex, igmp_query, in_ah, mld1_done,
                         mld1_report, mld2_to_ex, mld_query, udp)
from lib.scenario import G, G2, G6, G62, snooping

OTHERS, ALL = [1, 3], [1, 2, 3]
NODE = ("ff00::5", "ff01::1", "ff11::1:2", "ff30::7")


@test("FWD-14 IPv6 groups of scope 0 and 1: dropped, counted once")
def node_scope(t):
    net = snooping(t, family=6, router=3)
    net.mcs("port set dev p1 unregistered flood")
    grown = net.mcs.counting("drop_", "data_")
    here = net.mcs.counting("drop_", port=4)
    for group in NODE:
        t.eq(net.data(4, group, host=True), [], group)
    t.eq(grown(), {"drop_node_scope": 4}, "counters of the bridge")
    t.eq(here(), {"drop_node_scope": 4}, "counted where they came in")
    with contextlib.suppress(OSError):      # a raw socket is told
        net.send(0, udp("ff01::1", net.next_seq()))
    net.fence()
    t.eq([f for f in net.frames() if f.dst == "ff01::1"], [], "of the host")
    t.eq(grown(), {"drop_node_scope": 5}, "with that of the host")
    t.eq(net.data(4, "ff12::1:2"), ALL[:1] + [3], "scope 2")


@test("FWD-14 before anybody queries, and whatever forward-invalid says")
def node_scope_always(t):
    net = Net(t, addr6="fe80::77", attach="querier off forward-invalid on")
    t.eq(net.data(4, "ff01::1"), [])
    t.eq(net.data(4, G6), ALL, "others")


@test("FWD-14 drop-node-scope off: as any other group that nobody wants")
def node_scope_off(t):
    net = snooping(t, "drop-node-scope off", family=6)
    grown = net.mcs.counting("drop_")
    for group in NODE:
        t.eq(net.data(4, group), ALL, group)
    net.mcs("bridge set dev br0 unregistered drop")
    t.eq(net.data(4, "ff01::1"), [], "by the policy")
    net.mcs("bridge set dev br0 unregistered flood drop-node-scope on")
    t.eq(net.data(4, "ff01::1"), [], "on again")
    t.eq(grown(), {"drop_node_scope": 1})


def wanted_everywhere(t, settings="", **topology):
    """Members of G and G6 on p1 and p2, a router on p3."""
    net = snooping(t, settings, family=46, router=3, **topology)
    for port in 1, 2:
        net.send(port, igmp3_to_ex(G), mld2_to_ex(G6))
    net.fence()
    return net


@test("FWD-16 ttl-threshold: data below it is kept from the port, counted")
def ttl(t):
    net = wanted_everywhere(t)
    net.mcs("port set dev p2 ttl-threshold 16")
    grown = net.mcs.counting("data_", port=2)
    for group in G, G6:
        t.eq(net.data(4, group, ttl=15), OTHERS, f"{group} below")
        t.eq(net.data(4, group, ttl=1), OTHERS, f"{group} far below")
        t.eq(net.data(4, group, ttl=16), ALL, f"{group} at it")
        t.eq(net.data(4, group, ttl=255), ALL, f"{group} above")
    t.eq(grown(), {"data_ttl": 4, "data_forwarded": 4})
    net.mcs("port set dev p2 ttl-threshold 0")
    t.eq(net.data(4, G, ttl=1), ALL, "off")


# Groups by scope: RFC 4291 section 2.7 and RFC 2365 section 8.
SCOPES = {2: ["ff12::5:1"], 3: ["ff13::5:1", "239.255.0.1", "239.255.255.255"],
          5: ["ff05::5:1", "ff15::5:1"],
          8: ["ff18::5:1", "239.254.255.255", "239.192.0.1", "239.0.0.1"],
          13: ["ff1d::5:1"],
          14: ["ff1e::5:1", "ff3e::5:1", "224.0.1.1", "238.255.255.255",
               "232.1.1.1"],
          15: ["ff1f::5:1"]}


@test("FWD-16 scope-boundary: data of that scope and below is kept, counted")
def scope(t):
    net = snooping(t, "unregistered flood", family=46)
    for boundary in 0, 1, 2, 3, 5, 7, 8, 13, 14:
        net.mcs(f"port set dev p2 scope-boundary {boundary}")
        grown = net.mcs.counting("data_scope", port=2)
        kept = 0
        for number, groups in SCOPES.items():
            for group in groups:
                want = OTHERS if number <= boundary else ALL
                kept += number <= boundary
                t.eq(net.data(4, group), want, f"{group} at {boundary}")
        t.eq(grown(), {"data_scope": kept} if kept else {}, f"at {boundary}")


@test("FWD-16 what a boundary keeps from a port, a router there does not get")
def router_port(t):
    net = wanted_everywhere(t)
    net.mcs("port set dev p3 scope-boundary 8")
    t.eq(net.data(4, G), [1, 2], "scope")
    t.eq(net.data(4, G6), ALL, "a wider scope")
    net.mcs("port set dev p3 scope-boundary 0 ttl-threshold 32")
    t.eq(net.data(4, G), [1, 2], "TTL")
    t.eq(net.data(4, G2), [], "unregistered, TTL")


@test("FWD-16 a boundary is one when nobody queries, and for the host side")
def always(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    net.mcs("port set dev p2 ttl-threshold 64")
    net.mcs("port set dev br0 scope-boundary 14")
    t.eq(net.data(4, G, host=True), OTHERS)
    t.eq(net.data(4, G6, host=True), OTHERS)
    t.eq(net.data(4, G, ttl=64, host=True), ALL)
    t.eq(net.reach(0, udp(G, net.next_seq(), ttl=63)), [1, 3, 4],
         "what the host sends")
    net.ns.ip("link set br0 promisc on")
    t.eq(net.data(4, G, host=True), OTHERS, "a capture on the host")


@test("FWD-16 queries, reports and link-local groups know no boundary")
def control(t):
    net = wanted_everywhere(t, "flood-ff02 off")
    for port in (1, 2, 3):
        net.mcs(f"port set dev p{port} ttl-threshold 255 scope-boundary 14")
    net.mcs("bridge set dev br0 unregistered flood")
    t.eq(net.data(4, G), [], "data")
    for frame in (igmp_query(3), igmp_query(3, G), mld_query(2),
                  mld_query(2, G6), igmp_query(1)):
        t.eq(net.reach(4, frame), ALL, "query")
    for frame in (igmp3_to_ex(G2), igmp2_report(G2), mld2_to_ex(G62),
                  igmp2_leave(G2), mld1_report(G62)):
        t.eq(net.reach(1, frame), [3, 4], "report")
    for group in ("224.0.0.1", "224.0.0.251", "ff02::1", "ff02::1:ff00:7",
                  "ff02::1:2"):
        t.eq(net.data(4, group, ttl=1), ALL, group)


@test("SNOOP-01 flood-reports: a monitor gets every report, others none")
def monitor(t):
    net = snooping(t, family=46, router=3)
    net.mcs("port set dev p2 flood-reports on")
    kept = net.mcs.counting("reports_kept", port=2)
    for frame in (igmp1_report(G), igmp2_report(G), igmp3_to_ex(G),
                  igmp2_leave(G), mld1_report(G6), mld2_to_ex(G6),
                  mld1_done(G6)):
        t.eq(net.reach(1, frame), [2, 3], "with a monitor")
    t.eq(kept(), {}, "nothing is kept from it")
    t.eq(net.data(4, G2), [3], "streams are another thing")
    net.mcs("port set dev p2 flood-reports off")
    t.eq(net.reach(1, igmp2_report(G)), [3], "without")
    t.eq(kept(), {"reports_kept": 1})


@test("a report that no port gets teaches the bridge its source all the same",
      sim=True)     # the host's own reports are over by then
def stays(t):
    net = snooping(t, family=46)
    ports = [*ALL, 4]
    grown = {p: net.mcs.counting("reports_", port=p) for p in ports}
    net.ns.ip("link set br0 type bridge fdb_flush\n")
    for n, frame in enumerate((igmp2_report(G), igmp3_to_ex(G2),
                               mld2_to_ex(G6)), 1):
        t.eq(net.reach(1, frame), [], "with nobody who routes")
        for p in ports:
            t.eq(grown[p](), {"reports_local": n} if p == 1 else {}, p)
    rows = net.ns.bridge_json("fdb", "show", "br", "br0")
    t.eq([r["ifname"] for r in rows if r["mac"] == host_mac(1).hex(":")],
         ["p1"], "learned")
    net.mcs("port set dev p2 router permanent")
    t.eq(net.reach(1, igmp2_report(G)), [2], "a router")
    net.mcs("port set dev p2 router auto")
    net.ns.bridge("link set dev p4 hairpin on\n")
    t.eq(net.reach(4, igmp2_report(G)), [], "hairpin")
    net.ns.ip("link set br0 allmulticast on\n")
    t.eq(net.reach(1, igmp2_report(G), host=True), [0], "with a daemon")


@test("the bridge sees one report of a sender in a second, if nobody gets it",
      sim=True)
def seen(t):
    net = snooping(t, family=46)

    def see(port, *frames):
        """How many of them the bridge wants to hand to the host."""
        before = passed()
        net.send(port, *frames)
        time.sleep(0.05)
        return passed() - before

    def passed():
        link, = run_json("ip", "-n", net.ns.name, "-s", "-j", "link", "show",
                         "dev", "br0")
        return link["stats64"]["rx"]["packets"]

    t.eq(see(1, igmp2_report(G)), 1, "the first")
    kept = net.mcs.counting("reports_", port=0)
    t.eq(see(1, igmp2_report(G2), igmp3_to_ex(G), igmp2_report(G)), 0,
         "more from the same")
    t.eq(kept(), {"reports_kept": 3}, "counted all the same")
    t.eq(see(1, mld2_to_ex(G6)), 0, "in IPv6")
    t.eq({group for port, _, group in net.mcs.table() if port == "p1"},
         {G, G2, G6}, "learned")
    t.eq(see(1, igmp2_report(G, host=77)), 1, "from another")
    t.eq(see(2, igmp2_report(G)), 1, "behind another port")
    t.eq(see(1, igmp2_report(G)), 0, "it was within a second")
    time.sleep(1.1)
    t.eq(see(1, igmp2_report(G)), 1, "a second later")
    net.ns.bridge("link set dev p3 isolated on\n")
    time.sleep(0.05)
    t.eq(see(1, igmp2_report(G)), 1, "after a change of the bridge")
    net.ns.ip("link set br0 allmulticast on\n")
    t.eq(see(1, igmp2_report(G)), 1, "to a daemon on the host")
    net.ns.ip("link set br0 allmulticast off\n")
    net.mcs("bridge set dev br0 fastpath off")
    time.sleep(0.05)
    t.eq([see(1, igmp2_report(G)) for _ in range(3)], [1, 1, 1], "fastpath off")


@test("SEC-14 IGMP behind AH is flooded and teaches nothing")
def ah(t):
    net = snooping(t, router=3)
    net.send(1, igmp2_report(G))
    net.fence()
    before = net.mcs.table(), net.mcs.router_ports(), net.mcs.querier()["state"]
    grown = net.mcs.counting("rx_", "drop_", "data_")
    for frame in (igmp2_report(G), igmp2_report(G2), igmp3_to_ex(G2),
                  igmp2_leave(G), igmp_query(3, src="192.0.2.1"),
                  igmp_query(2, G, src="192.0.2.1")):
        t.eq(net.reach(4, in_ah(frame)), ALL, "to all")
    t.eq((net.mcs.table(), net.mcs.router_ports(),
          net.mcs.querier()["state"]), before, "what is known")
    t.eq(grown(), {"rx_other": 6})
    t.between(net.mcs.rec(1, G).timer, 200, 270, "T(G)")
    t.eq(net.reach(4, in_ah(udp(G, 1))), [1, 3], "a stream behind AH is one")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
