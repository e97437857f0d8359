#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Every timer at its default, to the millisecond, in simulated time."""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.ns import now
from lib.packets import (ROUTER, igmp1_report, igmp2_report, igmp3_allow,
                         igmp3_is_ex, igmp_query, mld1_report, mld2_allow,
                         mld2_to_ex, mld_query, mrd4_adv, pim_hello)
from lib.scenario import (G, G2, G6, GMI, OLDER, OQPI, S, S6, TICK, answered,
                          general, lives, same_times, snooping, until)

def member(net, group, port=1):
    """There is a record, and data reaches the port."""
    return lambda: bool(net.mcs.rec(port, group)) and \
        port in net.data(4, group)


@test("TMR-04 SNOOP-05 an IGMPv2 member is forgotten after 270 s", sim=True)
def gmi(t):
    net = snooping(t)
    net.send(2, igmp2_report(G))
    t0 = net.send(1, igmp2_report(G))
    until(t0, 200)
    net.send(2, igmp2_report(G))
    lives(t, member(net, G), GMI, t0, "member")
    t.eq(net.data(4, G), [2], "the other member stays")


@test("TMR-04 gmi-rule rfc3376: 260 s", sim=True)
def gmi_3376(t):
    net = snooping(t, "gmi-rule rfc3376")
    net.send(2, igmp2_report(G))
    t0 = net.send(1, igmp2_report(G))
    lives(t, member(net, G), 260, t0, "member")


@test("TMR-04 every version of join lives for 270 s", sim=True)
def every_version(t):
    net = snooping(t, family=46)
    frames = {
        "239.2.0.1": igmp1_report("239.2.0.1"),
        "239.2.0.3": igmp3_is_ex("239.2.0.3"),
        "239.2.0.4": igmp3_allow("239.2.0.4", S(1)),
        "ff1e::1": mld1_report("ff1e::1"),
        "ff1e::2": mld2_to_ex("ff1e::2"),
        "ff1e::3": mld2_allow("ff1e::3", S6(1)),
    }
    t0 = net.send(1, *frames.values())
    until(t0, GMI - TICK)
    for group in frames:
        t.ok(net.mcs.rec(1, group), f"{group} just before")
    until(t0, GMI + TICK)
    for group in frames:
        t.eq(str(net.mcs.rec(1, group)), "none", f"{group} just after")


@test("TMR-14 a new query interval counts from the next report", sim=True)
def changed(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.mcs("bridge set dev br0 query-interval 60")
    t.near(net.mcs.rec(1, G).timer, 270, what="running timer")
    net.send(1, igmp2_report(G))
    t.near(net.mcs.rec(1, G).timer, 140, what="next report")
    net.mcs("bridge set dev br0 gmi-rule rfc3376")
    net.send(1, igmp2_report(G))
    t.near(net.mcs.rec(1, G).timer, 130, what="the older rule")


@test("TMR-12 CMP-01 older hosts are remembered for 260 s", sim=True)
def older_host(t):
    net = snooping(t, family=46)
    t0 = net.send(1, igmp2_report(G), igmp1_report(G2), mld1_report(G6))
    until(t0, 100)
    net.send(1, igmp2_report(G2))
    for group, oldest, then in ((G, 2, 3), (G2, 1, 2), (G6, 1, 2)):
        t.eq(net.mcs.rec(1, group).host_version, oldest, group)
    until(t0, OLDER - TICK)
    net.send(1, igmp3_is_ex(G), igmp3_is_ex(G2), mld2_to_ex(G6))
    for group, oldest, then in ((G, 2, 3), (G2, 1, 2), (G6, 1, 2)):
        t.eq(net.mcs.rec(1, group).host_version, oldest, f"{group} before")
    until(t0, OLDER + TICK)
    for group, oldest, then in ((G, 2, 3), (G2, 1, 2), (G6, 1, 2)):
        t.eq(net.mcs.rec(1, group).host_version, then, f"{group} after")


@test("V2-04 a version 2 report does not restart the version 1 timer",
      sim=True)
def v1_timer(t):
    net = snooping(t)
    t0 = net.send(1, igmp1_report(G))
    until(t0, 200)
    net.send(1, igmp2_report(G))
    until(t0, OLDER - TICK)
    t.eq(net.mcs.rec(1, G).host_version, 1)
    until(t0, OLDER + TICK)
    t.eq(net.mcs.rec(1, G).host_version, 2)
    t.near(net.mcs.rec(1, G).timer, GMI - 60 - TICK, 0.002, "group timer")


@test("TMR-05 RTR-01 another querier and its port are remembered for 255 s",
      sim=True)
def oqpi(t):
    net = Net(t, attach="querier off")
    t0 = net.send(3, igmp_query(3))
    q = net.mcs.querier()
    t.eq((q["state"], q["address"], q["port"]), ("other", "192.0.2.1", "p3"))
    t.near(q["timer"], OQPI, what="timer")
    r = net.mcs.routers()["p3", 0, "ipv4"]
    t.eq((r["type"], r["address"]), ("query", "192.0.2.1"), "router port")
    t.near(r["timer"], OQPI, what="router port's timer")
    until(t0, OQPI - TICK)
    t.eq(net.mcs.querier()["state"], "other")
    t.eq(net.mcs.router_ports(), ["p3"])
    until(t0, OQPI + TICK)
    t.eq(net.mcs.querier()["state"], "none")
    t.eq(net.mcs.router_ports(), [])


@test("TMR-05 an MLD querier is remembered for 255 s", sim=True)
def oqpi6(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    t0 = net.send(3, mld_query(2))
    lives(t, lambda: net.mcs.querier(6)["state"] == "other", OQPI, t0,
          "querier")
    t.eq(net.mcs.router_ports("ipv6"), [])


@test("QRY-01 TMR-06 TMR-07 startup: queries at 0 and 31.25 s, then 125 s",
      sim=True)
def startup(t):
    net = Net(t, addr6="fe80::77")
    time.sleep(10)
    net.flush()
    t0 = now()
    net.mcs("bridge add dev br0 querier on")
    until(t0, 300)
    for port in net.ports:
        for kind in ("igmp3_query", "mld2_query"):
            seen = [round(f.t - t0, 4) for f in net.frames(port)
                    if f.kind == kind and f.is_general]
            same_times(seen, [0, 31.25, 156.25, 281.25],
                       f"{kind} on p{port}")


@test("D9 QRY-09 auto queries after 255 s of silence, and gives way",
      sim=True)
def auto(t):
    net = Net(t)
    t0 = now()
    net.mcs("bridge add dev br0")
    until(t0, OQPI + 32)
    same_times(general(net, 1, t0), [OQPI, OQPI + 31.25], "our queries")
    t1 = net.send(3, igmp_query(3))
    net.flush()
    t.eq(net.mcs.querier()["state"], "other")
    until(t1, OQPI + 126)
    same_times(general(net, 1, t1), [OQPI, OQPI + 125],
               "queries after the other fell silent")
    t.eq(net.mcs.querier()["state"], "self")


@test("D6 FWD-07 pruning begins when our first query was answered", sim=True)
def grace(t):
    net = Net(t)
    t0 = now()
    net.mcs("bridge add dev br0 querier on")
    net.send(1, igmp2_report(G))
    t.eq(net.mcs.querier()["pruning"], "learning")
    t.near(net.mcs.querier()["pruning_in"], answered(), what="pruning_in")
    lives(t, lambda: net.data(4, G) == [1, 2, 3], answered(), t0, "flooding")
    t.eq(net.mcs.querier()["pruning"], "active")
    t.eq(net.data(4, G), [1])


@test("D6 pruning begins one response time after another's first query",
      sim=True)
def grace_other(t):
    net = Net(t, attach="querier off")
    time.sleep(100)
    t.eq(net.mcs.querier()["pruning"], "no_querier")
    net.send(1, igmp2_report(G))
    t0 = net.send(3, igmp_query(3, mrt=5))
    t.eq(net.mcs.querier()["pruning"], "learning")
    lives(t, lambda: net.data(4, G) == [1, 2, 3], answered(5), t0, "flooding")
    t.eq(net.data(4, G), [1, 3])
    lives(t, lambda: net.data(4, G) == [1, 3], 252.5, t0, "pruning")
    t.eq(net.mcs.querier()["pruning"], "no_querier")
    t.eq(net.data(4, G), [1, 2, 3], "nobody queries: flood")


@test("MRD-03 a router that advertises every 20 s is kept 61.5 s", sim=True)
def mrd(t):
    net = snooping(t)
    t0 = net.send(3, mrd4_adv(20))
    t.near(net.mcs.routers()["p3", 0, "ipv4"]["timer"], 61.5, what="timer")
    lives(t, lambda: net.mcs.router_ports() == ["p3"], 61.5, t0, "router")


@test("RTR-04 a PIM router is kept for its holdtime", sim=True)
def pim(t):
    net = snooping(t)
    t0 = net.send(3, pim_hello(105))
    lives(t, lambda: net.mcs.router_ports() == ["p3"], 105, t0, "router")
    t0 = net.send(3, pim_hello(None))
    lives(t, lambda: net.mcs.router_ports() == ["p3"], 105, t0,
          "router without holdtime")


@test("QRY-11 QRY-12 intervals of the elected querier are adopted", sim=True)
def adopted(t):
    net = Net(t, attach="querier off")
    net.send(3, igmp_query(3, qqi=20, qrv=5, mrt=5))
    q = net.mcs.querier()
    t.near(q["membership_interval"], 5 * 20 + 2 * 5, what="GMI in force")
    t.near(q["timer"], 5 * 20 + 2.5, what="OQPI in force")
    net.send(1, igmp2_report(G))
    t.near(net.mcs.rec(1, G).timer, 110, what="group timer")
    net.send(3, igmp_query(2, G))
    t.near(net.mcs.rec(1, G).timer, 5, what="LMQC is the robustness")
    time.sleep(103)
    t.eq(net.mcs.querier()["state"], "none")
    t.near(net.mcs.querier()["membership_interval"], GMI,
           what="our own again")


@test("a day of a busy bridge: members stay, others stay out", sim=True)
def soak(t):
    net = snooping(t)
    for i in range(24 * 30):
        net.send(1, igmp2_report(G))
        if i % 30 == 0:
            t.eq(net.data(4, G), [1], f"hour {i // 30}")
            net.flush()
        time.sleep(120)
    t.eq(net.mcs.table(), {("p1", 0, G): "EX(;)"})
    t.eq(net.mcs.rec(1, G).uptime > 86000, True, "uptime")


@test("only the elected querier's host number matters here", sim=True)
def two_others(t):
    net = Net(t, attach="querier off")
    net.send(2, igmp_query(3, host=9))
    net.send(3, igmp_query(3, host=ROUTER))
    t.eq(net.mcs.querier()["address"], "192.0.2.1", "the lower address")
    time.sleep(100)
    net.send(2, igmp_query(3, host=9))
    t.eq(net.mcs.querier()["address"], "192.0.2.1", "still the lower")
    t.eq(net.mcs.router_ports(), ["p2", "p3"], "both are routers")
    t.near(net.mcs.routers()["p2", 0, "ipv4"]["timer"], OQPI,
           what="re-armed by each query")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
