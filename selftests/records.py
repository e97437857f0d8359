#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The life of a group record: RFC 3376 section 6, RFC 3810 section 7.

The twelve rows of the action tables are in sources.py.
"""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.ns import wait_until
from lib.packets import (TO_EX, TO_IN, igmp1_report, igmp2_report,
                         igmp3_allow, igmp3_block, igmp3_is_ex, igmp3_is_in,
                         igmp3_report, igmp3_to_ex, igmp3_to_in, igmp_query,
                         mld2_allow, mld2_block, mld2_is_in, mld2_report,
                         mld2_to_in, mld_query)
from lib.scenario import (G, G2, G3, G6, GMI, LMQT, S, S6, TICK,
                          example_ex, example_in, is_specific, lives,
                          same_queries, snooping, specific, until)


def pair(net, builder4, builder6, *numbers, port=1):
    """The same record in both families; when."""
    return net.send(port, builder4(G, *map(S, numbers)),
                    builder6(G6, *map(S6, numbers)))


@test("V3-01 what leaves IN({}) makes no entry, in both families")
def no_entry(t):
    net = snooping(t, family=46)
    monitor = net.mcs.monitor(t, "dev br0 group")
    net.flush()
    for b4, b6, numbers in ((igmp3_is_in, mld2_is_in, ()),
                            (igmp3_allow, mld2_allow, ()),
                            (igmp3_to_in, mld2_to_in, ()),
                            (igmp3_block, mld2_block, (1, 2))):
        pair(net, b4, b6, *numbers)
    net.fence()
    t.eq([k for k in net.mcs.table() if k[0] == "p1"], [])
    t.eq([f for f in net.frames(1) if is_specific()(f)], [])
    t.eq(monitor.brief(), [])


@test("V3-02 INCLUDE: no group timer, and no query starts one", sim=True)
def no_group_timer(t):
    net = snooping(t, family=46)
    t0 = pair(net, igmp3_allow, mld2_allow, 1)
    net.send(3, igmp_query(2, G), igmp_query(3, G), mld_query(2, G6))
    for group, source in ((G, S(1)), (G6, S6(1))):
        rec = net.mcs.rec(1, group)
        t.eq((str(rec), rec.data.get("timer")), ("IN(1)", None), group)
        t.near(rec.forward[source], GMI, what=f"source timer of {group}")
    lives(t, lambda: bool(net.mcs.rec(1, G) and net.mcs.rec(1, G6)), GMI, t0,
          "the sources")


@test("V3-03 the last source takes the record along, with an event", sim=True)
def last_source(t):
    net = snooping(t, family=46)
    monitor = net.mcs.monitor(t, "dev br0 group")
    t0 = pair(net, igmp3_allow, mld2_allow, 1)
    until(t0, 100)
    pair(net, igmp3_allow, mld2_allow, 2)
    monitor.brief()
    lives(t, lambda: str(net.mcs.rec(1, G)) == str(net.mcs.rec(1, G6)) ==
          "IN(1,2)", GMI, t0, "source 1")
    t.eq((str(net.mcs.rec(1, G)), str(net.mcs.rec(1, G6))), ("IN(2)",) * 2)
    lives(t, lambda: bool(net.mcs.rec(1, G) and net.mcs.rec(1, G6)),
          100 + GMI, t0, "the records")
    seen = [e for e in monitor.brief() if " p1 " in e]
    t.eq(sorted(seen), sorted(
        f"group-{what} expired p1 {g}" for g in (G, G6)
        for what in ("change", "del")))


@test("V3-05 the group timer ends: IN(X), or nothing if X is empty", sim=True)
def group_over(t):
    net = snooping(t)
    t0 = net.send(1, igmp3_is_ex(G, S(3)), igmp3_is_ex(G2, S(3)))
    until(t0, 100)
    net.send(1, igmp3_allow(G, S(1)))
    lives(t, lambda: str(net.mcs.rec(1, G)) == "EX(1;3)" and
          str(net.mcs.rec(1, G2)) == "EX(;3)", GMI, t0, "both")
    t.eq((str(net.mcs.rec(1, G)), str(net.mcs.rec(1, G2))), ("IN(1)", "none"))
    t.near(net.mcs.rec(1, G).forward[S(1)], 100 - TICK, what="its timer")
    lives(t, lambda: bool(net.mcs.rec(1, G)), 100 + GMI, t0, "the source")


@test("V3-06 group and sources due at once: none is left over", sim=True)
def all_at_once(t):
    net = snooping(t, family=46)
    t0 = net.send(1, igmp3_is_ex(G), mld2_report((TO_EX, G6)),
                  igmp3_allow(G, S(1), S(2), S(3)),
                  mld2_allow(G6, S6(1), S6(2), S6(3)))
    until(t0, 5)
    t1 = pair(net, igmp3_to_in, mld2_to_in, 3)
    lives(t, lambda: str(net.mcs.rec(1, G)) == str(net.mcs.rec(1, G6)) ==
          "EX(1,2,3;)", LMQT, t1, "the old state")
    t.eq((str(net.mcs.rec(1, G)), str(net.mcs.rec(1, G6))), ("IN(3)",) * 2)
    for n, ports in ((1, []), (2, []), (3, [1]), (4, [])):
        t.eq((net.data(4, G, src=S(n)), net.data(4, G6, src=S6(n))),
             (ports, ports), f"source {n}")


@test("V3-07 QRY-19 no query raises a timer, neither a heard one nor ours",
      sim=True)
def never_raised(t):
    net = snooping(t)
    net.mcs("port set dev p3 trust-queries on")
    net.send(1, igmp3_allow(G, S(1), S(2)), igmp2_report(G2))
    net.send(3, igmp_query(3, G, [S(1)], mrt=0.1), igmp_query(3, G2, mrt=0.1))
    net.send(3, igmp_query(3, G, [S(1)], mrt=10), igmp_query(3, G2, mrt=10))
    net.flush()
    net.send(1, igmp3_block(G, S(1)), igmp3_to_in(G2))
    rec = net.mcs.rec(1, G)
    t.near(rec.forward[S(1)], 0.2, what="source 1")
    t.near(rec.forward[S(2)], GMI, what="source 2")
    t.near(net.mcs.rec(1, G2).timer, 0.2, what="group timer")
    t.eq(specific(net, 1, G), [], "a source below LMQT is not asked for")


@test("V3-08 every port has a record of its own", sim=True)
def per_port(t):
    net = snooping(t)
    t0 = net.send(1, igmp1_report(G))
    net.send(2, igmp3_allow(G, S(1), S(2)))
    net.send(3, igmp3_is_ex(G, S(1)))
    until(t0, 50)
    net.flush()
    t1 = net.send(2, igmp3_block(G, S(2)))
    net.send(3, igmp3_is_ex(G, S(1)))
    t.eq([str(net.mcs.rec(p, G)) for p in (1, 2, 3)],
         ["EX(;)", "IN(1,2)", "EX(;1)"])
    t.eq([net.mcs.rec(p, G).host_version for p in (1, 2, 3)], [1, 3, 3])
    t.near(net.mcs.rec(1, G).timer, GMI - 50, what="group timer on p1")
    t.near(net.mcs.rec(3, G).timer, GMI, what="group timer on p3")
    t.near(net.mcs.rec(2, G).forward[S(2)], LMQT, what="source 2 on p2")
    until(t1, 10)
    same_queries(specific(net, 2, G, t1), [(0, 0, "2"), (1, 0, "2")])
    t.eq(specific(net, 1, G) + specific(net, 3, G), [], "others are not asked")
    t.eq(net.data(4, G, src=S(1)), [1, 2])
    t.eq(net.data(4, G, src=S(2)), [1, 3])


@test("V3-09 a port leaves the bridge: records, queries and routers go")
def leaves_bridge(t):
    net = snooping(t, family=46)
    net.send(1, igmp2_report(G), mld2_report((TO_EX, G6)))
    net.send(2, igmp2_report(G))
    net.send(1, igmp_query(3, src="192.0.2.200"))
    net.send(1, igmp3_to_in(G))
    net.fence()
    net.ns.ip("link set p1 nomaster")
    wait_until(lambda: not [k for k in net.mcs.table() if k[0] == "p1"],
               what="the records of p1 go")
    t.eq({k: v for k, v in net.mcs.table().items() if k[0] != "br0"},
         {("p2", 0, G): "EX(;)"})
    t.eq(net.mcs.router_ports(), [])
    time.sleep(LMQT + 1 if ktap.SIM else 0.5)
    t.eq(net.mcs.bridge()["ports"], 3)
    net.ns.ip("link set p1 master br0")


@test("V3-23 what is blocked stays blocked; what runs is only asked for",
      sim=True)
def stays_blocked(t):
    net = snooping(t)
    example_ex(net)
    time.sleep(100)
    net.flush()
    net.send(1, igmp3_block(G, S(3), S(4)))
    rec = net.mcs.rec(1, G)
    t.eq(str(rec), "EX(1,2;3,4)")
    t.near(rec.timer, GMI - 100, what="group timer")
    t.eq(specific(net, 1, G), [])
    t0 = net.send(1, igmp3_to_ex(G, S(2), S(4)))
    rec = net.mcs.rec(1, G)
    t.eq(str(rec), "EX(2;4)")
    t.near(rec.forward[S(2)], LMQT, what="asked for, not begun anew")
    until(t0, LMQT + TICK)
    same_queries(specific(net, 1, G, t0), [(0, 0, "2"), (1, 0, "2")])
    t.eq(str(net.mcs.rec(1, G)), "EX(;2,4)")


@test("V3-25 a blocked source is forwarded until LMQT, frame by frame",
      sim=True)
def until_lmqt(t):
    net = snooping(t, family=46)
    example_in(net)
    example_in(net, group=G6)
    t0 = pair(net, igmp3_block, mld2_block, 2)
    for at, ports in ((0.5, [1]), (1.001, [1]), (1.998, [1]), (2.002, []),
                      (60, [])):
        until(t0, at)
        t.eq((net.data(4, G, src=S(2)), net.data(4, G6, src=S6(2))),
             (ports, ports), f"after {at} s")
        t.eq(net.data(4, G, src=S(1)), [1], f"source 1 after {at} s")


@test("V3-26 IS_EX asks nothing, and known sources keep their timers",
      sim=True)
def is_ex(t):
    net = snooping(t)
    example_in(net, port=1)
    example_ex(net, port=2)
    time.sleep(100)
    net.flush()
    net.send(1, igmp3_is_ex(G, S(1), S(2), S(3)))
    net.send(2, igmp3_is_ex(G, S(1), S(2), S(3), S(4)))
    for port, state in ((1, "EX(1,2;3)"), (2, "EX(1,2;3,4)")):
        rec = net.mcs.rec(port, G)
        t.eq(str(rec), state, f"p{port}")
        for n in (1, 2):
            t.near(rec.forward[S(n)], GMI - 100, what=f"{n} on p{port}")
    time.sleep(10)
    t.eq(specific(net, 1) + specific(net, 2), [])


@test("V3-27 TO_IN({}) asks for every source and the group", sim=True)
def to_in(t):
    net = snooping(t, family=46)
    example_in(net)
    example_ex(net, group=G2)
    example_ex(net, group=G6)
    net.send(1, igmp3_to_ex(G3))
    net.flush()
    t0 = net.send(1, igmp3_report((TO_IN, G), (TO_IN, G2), (TO_IN, G3)),
                  mld2_report((TO_IN, G6)))
    groups = (G, G2, G3, G6)
    lives(t, lambda: all(net.mcs.rec(1, g) for g in groups), LMQT, t0, "all")
    t.eq([str(net.mcs.rec(1, g)) for g in groups], ["none"] * 4)
    for group, asked in ((G, ["1,2"]), (G2, ["", "1,2"]), (G3, [""]),
                         (G6, ["", "1,2"])):
        same_queries(specific(net, 1, group, t0),
                     [(at, 0, a) for at in (0, 1) for a in asked])


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
