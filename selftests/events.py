#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Events: what appears, changes and goes, and why."""
import time

from lib import ktap, mcs
from lib.ktap import SIM, test
from lib.net import Net
from lib.ns import wait_until
from lib.packets import (ALLOW, IS_EX, TO_EX, igmp2_leave, igmp2_report,
                         igmp3_allow, igmp3_block, igmp3_is_ex, igmp3_report,
                         igmp_query, mld2_to_ex)
from lib.scenario import G, G2, G6, S, snooping, sources

FAST = "" if SIM else " last-member-interval 200ms"


def gone(net, port, group):
    """Wait until a record has gone."""
    wait_until(lambda: not net.mcs.rec(port, group), timeout=20,
               what="the record goes")


@test("V2-01 V2-09 a join and a leave: new by report, gone by expiry")
def join_leave(t):
    net = snooping(t, FAST)
    monitor = net.mcs.monitor(t, "dev br0 group")
    net.send(1, igmp2_report(G))
    t.eq(monitor.brief(), [f"group-new report p1 {G}"])
    net.send(1, igmp2_report(G))
    t.eq(monitor.brief(), [], "a repeated report is no news")
    net.send(1, igmp2_leave(G))
    gone(net, 1, G)
    t.eq(monitor.brief(), [f"group-del expired p1 {G}"])


@test("an event carries the record as group show does")
def content(t):
    net = snooping(t)
    monitor = net.mcs.monitor(t, "dev br0 group")
    net.send(1, igmp3_is_ex(G, S(1), S(2)))
    event, = monitor.get()
    shown, = net.mcs.json("group show dev br0", "-d")
    for key in shown:
        if key not in ("timer", "uptime"):
            t.eq(event.get(key), shown[key], key)
    t.eq(event["event"], "group-new")


@test("changes of filter mode and sources are events")
def changes(t):
    net = snooping(t, FAST)
    monitor = net.mcs.monitor(t, "group")
    net.send(1, igmp3_allow(G, S(1)))
    t.eq(monitor.brief(), [f"group-new report p1 {G}"])
    net.send(1, igmp3_allow(G, S(2)))
    t.eq(monitor.brief(), [f"group-change report p1 {G}"])
    net.send(1, igmp3_is_ex(G, S(3)))
    event, = monitor.get()
    t.eq((event["event"], str(mcs.Record(event))), ("group-change", "EX(;3)"))
    net.send(1, igmp3_block(G, S(4)))
    t.eq(monitor.brief(), [f"group-change leave p1 {G}"], "one more source")
    wait_until(lambda: str(net.mcs.rec(1, G)) == "EX(;3,4)", what="the block")
    event, = monitor.get()
    t.eq((event["event"], event["cause"], str(mcs.Record(event))),
         ("group-change", "expired", "EX(;3,4)"))


@test("several records of one report: one event each")
def several(t):
    net = snooping(t, family=46)
    monitor = net.mcs.monitor(t, "group")
    net.send(1, igmp3_report((TO_EX, G), (ALLOW, G2, sources(1)),
                             (IS_EX, "239.1.1.3", sources(2))))
    net.send(2, mld2_to_ex(G6))
    t.eq(sorted(monitor.brief()),
         sorted([f"group-new report p1 {g}" for g in (G, G2, "239.1.1.3")] +
                [f"group-new report p2 {G6}"]))


@test("static entries: by admin")
def static(t):
    net = snooping(t)
    monitor = net.mcs.monitor(t, "group")
    net.mcs(f"group add dev br0 port p1 grp {G}")
    net.mcs(f"group del dev br0 port p1 grp {G}")
    t.eq(monitor.brief(), [f"group-new admin p1 {G} permanent",
                           f"group-del admin p1 {G} permanent"])


@test("a port goes down: its records by port_down")
def port_down(t):
    net = snooping(t)
    net.send(1, igmp2_report(G), igmp2_report(G2))
    net.send(2, igmp2_report(G))
    monitor = net.mcs.monitor(t, "group")
    net.link(1, "down")
    gone(net, 1, G2)
    t.eq(sorted(monitor.brief()), [f"group-del port_down p1 {G}",
                                   f"group-del port_down p1 {G2}"])


@test("detaching: everything goes by detach")
def detach(t):
    net = snooping(t, router=3)
    other = "link add br1 type bridge mcast_snooping 0"
    net.ns.ip(other)
    net.mcs("bridge add dev br1")
    net.send(1, igmp2_report(G))
    net.fence()
    monitor = mcs.Monitor(t, net.mcs, dev="br1")
    net.mcs("bridge del dev br0")
    events = monitor.brief()
    t.ok(f"group-del detach p1 {G}" in events, f"group in {events}")
    t.ok("router-del detach p3" in events, f"router in {events}")
    t.ok(any(e.startswith("bridge-del") for e in events), "bridge")


@test("a router port appears and goes")
def router(t):
    net = snooping(t)
    monitor = net.mcs.monitor(t, "router")
    net.send(3, igmp_query(3, src="192.0.2.200"))
    t.eq(monitor.brief(), ["router-new query p3"])
    net.send(3, igmp_query(3, src="192.0.2.200"))
    t.eq(monitor.brief(), [], "a repeated query is no news")
    net.link(3, "down")
    wait_until(lambda: not net.mcs.routers(), what="the router port goes")
    t.eq(monitor.brief(), ["router-del port_down p3"])
    net.mcs("port set dev p2 router permanent")
    t.eq(set(monitor.brief()), {"router-new admin p2"})


@test("a router port expires after 255 s", sim=True)
def router_expires(t):
    net = snooping(t)
    net.send(3, igmp_query(3, src="192.0.2.200"))
    monitor = net.mcs.monitor(t, "router")
    time.sleep(256)
    t.eq(monitor.brief(), ["router-del expired p3"])


@test("the querier: elected, lost, pruning begins")
def querier(t):
    net = Net(t, attach="querier off")
    monitor = net.mcs.monitor(t, "querier")
    net.send(3, igmp_query(3, mrt=0.2))
    wait_until(lambda: net.mcs.querier()["pruning"] == "active", timeout=20,
               what="pruning")
    events = [e for e in monitor.get() if e["family"] == "ipv4"]
    t.eq([(e["cause"], e["state"], e["pruning"]) for e in events],
         [("election", "other", "learning"), ("query", "other", "active")])
    net.send(2, igmp_query(3, src="192.0.2.0"))
    events = [e for e in monitor.get() if e["family"] == "ipv4"]
    t.eq([(e["address"], e["port"]) for e in events], [("192.0.2.0", "p2")])


@test("settings of bridges and ports: by whom is not asked, but what")
def settings(t):
    net = snooping(t)
    monitor = net.mcs.monitor(t)
    net.mcs("port set dev p1 query-guard on max-groups 7")
    net.mcs("bridge set dev br0 robustness 3")
    port, bridge = monitor.get()
    t.eq((port["port"], port["query_guard"], port["max_groups"]),
         ("p1", True, 7))
    t.eq((bridge["dev"], bridge["robustness"]), ("br0", 3))


@test("two listeners hear the same; one of another namespace hears nothing")
def listeners(t):
    net = snooping(t)
    other = snooping(t)
    first, second = net.mcs.monitor(t, "group"), net.mcs.monitor(t, "group")
    far = other.mcs.monitor(t, "group")
    net.send(1, igmp2_report(G))
    t.eq(first.brief(), [f"group-new report p1 {G}"])
    t.eq(second.brief(), [f"group-new report p1 {G}"])
    t.eq(far.brief(), [])


@test("a list of many sources is one event, and the next event another")
def long_list(t):
    net = snooping(t, "max-sources 1000")
    monitor = net.mcs.monitor(t, "group")
    many = [f"10.1.{n // 200}.{n % 200 + 1}" for n in range(250)]
    net.send(1, igmp3_is_ex(G, *many))
    net.send(1, igmp3_allow(G, S(1)))
    net.send(2, igmp2_report(G2))
    t.eq(monitor.brief(), [f"group-new report p1 {G}",
                           f"group-change report p1 {G}",
                           f"group-new report p2 {G2}"])


@test("an event lists every source, however many")
def every_source(t):
    net = snooping(t, "max-sources 1000")
    monitor = net.mcs.monitor(t, "group")
    many = [f"10.1.{n // 200}.{n % 200 + 1}" for n in range(250)]
    net.send(1, igmp3_is_ex(G, *many))
    event, = monitor.get()
    t.eq(len(event["source_list"]), 250)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
