#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Timers, their formulas and defaults: RFC 3376 section 8, RFC 3810 section 9.

Everything at its default, in simulated time, to the millisecond.
"""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.ns import now, wait_until
from lib.packets import (ALLOW, TO_EX, TO_IN, igmp1_report, igmp2_leave,
                         igmp2_report, igmp3_block, igmp3_report, igmp3_to_ex,
                         igmp_query, mld1_done, mld1_report, mld2_to_ex,
                         mld_query)
from lib.scenario import (G, G2, G6, G62, GMI, LMQT, OLDER, OQPI, QI, S, TICK,
                          general, is_specific, lives, same_queries,
                          same_times, snooping, specific, until)
from lib.sender import Sender


def leave(t, net, count, interval, settings=""):
    """Leave in both families: that many queries, then the record goes."""
    if settings:
        net.mcs("bridge set dev br0 " + settings)
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.flush()
    t0 = net.send(1, igmp2_leave(G), mld1_done(G6))
    for group in (G, G6):
        t.near(net.mcs.rec(1, group).timer, count * interval, what=group)
    lives(t, lambda: bool(net.mcs.rec(1, G) and net.mcs.rec(1, G6)),
          count * interval, t0, "the records")
    time.sleep(5)
    for group in (G, G6):
        same_queries(specific(net, 1, group, t0),
                     [(i * interval, 0, "") for i in range(count)])
        t.eq({f.mrt for f in net.frames(1) if is_specific(group)(f)},
             {interval}, "response time")
    t.eq((str(net.mcs.rec(1, G)), str(net.mcs.rec(1, G6))), ("none", "none"))


@test("TMR-01 robustness is 2, 0 is refused, and every formula follows",
      sim=True)
def robustness(t):
    net = snooping(t, family=46)
    for family in (4, 6):
        t.eq(net.mcs.querier(family)["robustness"], 2)
    f = net.expect(1, lambda f: f.is_general, within=200)
    t.eq(f.qrv, 2, "as we say")
    said = net.mcs.refused(t, "bridge set dev br0 robustness 0")
    t.ok("robustness" in said, said)
    for n in (1, 3, 7):
        net.mcs(f"bridge set dev br0 robustness {n}")
        for family in (4, 6):
            t.eq(net.mcs.querier(family)["membership_interval"],
                 n * 125 + 20, f"GMI for {n}")
        net.send(1, igmp2_report(G), mld1_report(G6))
        t.near(net.mcs.rec(1, G).timer, n * 125 + 20, what="IGMP")
        t.near(net.mcs.rec(1, G6).timer, n * 125 + 20, what="MLD")


@test("TMR-02 general queries are 125 s apart, or as set", sim=True)
def query_interval(t):
    net = snooping(t, family=46)
    for settings, interval in (("", 125), ("query-interval 60", 60)):
        if settings:
            net.mcs("bridge set dev br0 " + settings)
        time.sleep(130)
        net.flush()
        time.sleep(10 * interval)
        for kind in ("igmp3_query", "mld2_query"):
            times = [f.t for f in net.frames(1) if f.kind == kind]
            t.eq(len(times), 10, f"{kind} in 10 intervals")
            same_times([round(b - a, 3) for a, b in zip(times, times[1:])],
                       [interval] * 9, kind)
            t.eq({f.qqi for f in net.frames(1) if f.kind == kind}, {interval})


@test("TMR-03 response time is 10 s, and below the query interval")
def response_interval(t):
    net = Net(t, addr6="fe80::77")
    net.flush()
    net.mcs("bridge add dev br0 querier on")
    for kind in ("igmp3_query", "mld2_query"):
        f = net.expect(1, lambda f, k=kind: f.kind == k)
        t.eq(f.mrt, 10.0, kind)
    for words in ("query-response-interval 125",
                  "query-interval 10 query-response-interval 10",
                  "query-interval 9"):
        said = net.mcs.refused(t, "bridge set dev br0 " + words)
        t.ok("less than" in said, said)
    t.eq(net.mcs.querier()["query_response_interval"], 10, "unchanged")


@test("TMR-04 DLT-01 GMI has two response intervals, by the older rule one",
      sim=True)
def gmi(t):
    net = snooping(t, family=46)
    for rule, want in (("rfc9776", 270), ("rfc3376", 260)):
        net.mcs(f"bridge set dev br0 gmi-rule {rule}")
        t0 = net.send(1, igmp2_report(G), mld2_to_ex(G6))
        lives(t, lambda: bool(net.mcs.rec(1, G) and net.mcs.rec(1, G6)), want,
              t0, f"the records, {rule}")
        t.eq((str(net.mcs.rec(1, G)), str(net.mcs.rec(1, G6))),
             ("none", "none"))


@test("TMR-12 DLT-01 older hosts are known for 260 s by either rule",
      sim=True)
def older_host(t):
    net = snooping(t, family=46)
    for rule in ("rfc9776", "rfc3376"):
        net.mcs(f"bridge set dev br0 gmi-rule {rule}")
        t0 = net.send(1, igmp1_report(G), igmp2_report(G2), mld1_report(G6))
        until(t0, 200)
        net.send(1, igmp3_to_ex(G), igmp3_to_ex(G2), mld2_to_ex(G6))
        lives(t, lambda: [net.mcs.rec(1, g).host_version
                          for g in (G, G2, G6)] == [1, 2, 1], OLDER, t0, rule)
        t.eq([net.mcs.rec(1, g).host_version for g in (G, G2, G6)], [3, 3, 2])


@test("TMR-05 another querier is known for 255 s, in both families and rules",
      sim=True)
def other_querier(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    for rule in ("rfc9776", "rfc3376"):
        net.mcs(f"bridge set dev br0 gmi-rule {rule}")
        t0 = net.send(3, igmp_query(3), mld_query(2))
        for family in (4, 6):
            t.near(net.mcs.querier(family)["timer"], OQPI, what=f"{family}")
        lives(t, lambda: {net.mcs.querier(f)["state"] for f in (4, 6)} ==
              {"other"}, OQPI, t0, "both")
        t.eq([net.mcs.querier(f)["state"] for f in (4, 6)], ["none"] * 2)


@test("TMR-06 TMR-07 startup: RV queries a quarter interval apart, or as set",
      sim=True)
def startup(t):
    net = Net(t)
    for settings, want in (
            ("", [0, 31.25, 156.25]),
            ("robustness 4", [0, 31.25, 62.5, 93.75, 218.75]),
            ("query-interval 60", [0, 15, 75, 135]),
            ("startup-query-count 3 startup-query-interval 10s",
             [0, 10, 20, 145])):
        net.flush()
        t0 = now()
        net.mcs(f"bridge add dev br0 querier on {settings}")
        until(t0, want[-1] + 1)
        same_times(general(net, 1, t0), want, settings)
        net.mcs("bridge del dev br0")


@test("TMR-08 TMR-09 TMR-10 last member: 1 s, RV queries, their product",
      sim=True)
def last_member(t):
    net = snooping(t, family=46)
    leave(t, net, 2, 1.0)
    leave(t, net, 3, 1.0, "robustness 3")
    leave(t, net, 3, 0.5, "last-member-interval 500ms")
    leave(t, net, 4, 0.5, "last-member-count 4")
    leave(t, net, 1, 2.5, "last-member-count 1 last-member-interval 2500ms")
    for words in ("last-member-time 5", "last-member-query-time 5"):
        net.mcs.refused(t, "bridge set dev br0 " + words)


@test("TMR-14 running timers keep their deadline, the next take the new value",
      sim=True)
def changed(t):
    net = snooping(t, family=46)
    t0 = net.send(1, igmp2_report(G), mld1_report(G6), igmp1_report(G2),
                  mld2_to_ex(G62))
    net.mcs("bridge set dev br0 query-interval 60 query-response-interval 5s "
            "last-member-interval 3s")
    until(t0, 50)
    net.send(1, igmp2_report(G), mld1_report(G6))
    for group in (G, G6):
        t.near(net.mcs.rec(1, group).timer, 130, what=f"{group}, new")
    for group in (G2, G62):
        t.near(net.mcs.rec(1, group).timer, GMI - 50, what=f"{group}, old")
    net.flush()
    t1 = net.send(1, igmp2_leave(G))
    net.mcs("bridge set dev br0 last-member-interval 1s")
    lives(t, lambda: bool(net.mcs.rec(1, G)), 6, t1, "under way: 2 * 3 s")
    until(t0, GMI - TICK)
    t.ok(net.mcs.rec(1, G62), "the old deadline")
    until(t0, GMI + TICK)
    t.eq(str(net.mcs.rec(1, G62)), "none")


def many(kind, first, last, *numbers):
    """Reports of one record for each of many groups, 90 in a frame."""
    names = [f"239.{64 + n // 62500}.{n // 250 % 250}.{n % 250 + 1}"
             for n in range(first, last)]
    return [igmp3_report(*((kind, g, [S(i) for i in numbers])
                           for g in names[i:i + 90]))
            for i in range(0, len(names), 90)]


@test("TMR-15 10000 records with LMQI 0.1 s: none goes early, late or is lost",
      sim=True)
def crowd(t):
    net = snooping(t, "last-member-interval 100ms", ports=3)
    for port in net.ports:
        first = port * 4000
        net.send(port, *many(TO_EX, first, first + 1700),
                 *many(ALLOW, first + 1700, first + 3334, 1))
    t.eq(net.mcs.bridge()["records"], 10002)
    time.sleep(5)
    begin = now()
    for port in net.ports:
        net.send(port, *many(TO_IN, port * 4000, port * 4000 + 3334))
    end = now()
    until(begin, 0.2 - TICK)
    t.eq(net.mcs.bridge()["records"], 10002, "before LMQT")
    # 64 records at a time, 100 us apart
    until(end, 0.2 + 10002 / 64 * 0.0001 + 0.01)
    t.eq(net.mcs.bridge()["records"], 0, "after LMQT")
    net.send(1, *many(TO_EX, 0, 100))
    t.eq(net.mcs.bridge()["records"], 100, "and it goes on")


@test("TMR-16 ports, VLANs, bridges and the module go in a storm of leaves",
      limit=None if ktap.SIM else 120)
def storm(t):
    def joined():
        net = Net(t, vlan=True)
        net.ns.bridge("".join(f"vlan add dev {d} vid 100 {s}\n" for d, s in (
            ("p1", ""), ("p2", ""), ("br0", "self"))))
        net.mcs("bridge add dev br0 querier on")
        for vlan in ((), (100,)):
            frames = many(TO_EX, 0, 180) + many(ALLOW, 180, 360, 1, 2)
            if vlan:
                frames = [f[:12] + b"\x81\0\0\x64" + f[12:] for f in frames]
            net.send(1, *frames)
            net.send(2, *frames)
        net.send(1, *many(TO_IN, 0, 360))
        net.send(2, *many(TO_IN, 0, 180), igmp3_block(G, S(1)))
        return net

    t.defer(lambda: mcs.loaded() or mcs.load())
    for what in ("port", "vlan", "bridge", "device", "module"):
        net = joined()
        sender = Sender(t, net, 3, ["239.4.0.1", "ff1e::4"])
        time.sleep(0.1)
        if what == "port":
            net.ns.ip("link set p1 nomaster\nlink del p2")
            wait_until(lambda n=net: n.mcs.bridge()["records"] < 50,
                       what="no records but the sender's")
        elif what == "vlan":
            net.ns.bridge("vlan del dev p1 vid 100\nvlan del dev p2 vid 100\n"
                          "vlan del dev br0 vid 100 self\n")
        elif what == "bridge":
            net.mcs("bridge del dev br0")
        elif what == "device":
            net.ns.ip("link del br0")
        else:
            mcs.unload()
        sender.stop()
        time.sleep(LMQT + 2)
    mcs.load()
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.data(4, G), [1], "works as before")
    t.ok(QI > LMQT, "defaults")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
