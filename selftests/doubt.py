#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Queries for a group that are not the querier's: who holds it is asked."""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import BR_IP4, BR_IP6
from lib.packets import (igmp1_report, igmp2_report, igmp3_allow, igmp3_is_ex,
                         igmp3_is_in, igmp_query, mld1_report, mld2_is_ex,
                         mld_query)
from lib.scenario import (G, G2, G6, GMI, LMQT, S, is_specific, lives,
                          snooping, until)


def elected(t, version=3, **values):
    """A querier on p3, members of G and G6 on p1 and p2."""
    net = snooping(t, family=46)
    net.send(3, igmp_query(version, **values))
    net.send(3, mld_query(2 if version == 3 else 1, **values))
    t.eq([net.mcs.querier(f)["state"] for f in (4, 6)], ["other"] * 2)
    for port in (1, 2):
        net.send(port, igmp2_report(G, host=port), mld1_report(G6, host=port))
    net.fence()
    net.flush()
    return net


@test("QRY-24 the elected querier's query counts as it is, and nobody else asks",
      sim=True)
def believed(t):
    net = elected(t)
    net.send(3, igmp_query(3, G, mrt=0.2), mld_query(2, G6, mrt=0.2))
    for port in (1, 2):
        for group in (G, G6):
            t.near(net.mcs.rec(port, group).timer, 0.4, what=group)
    time.sleep(3)
    t.eq([str(net.mcs.rec(p, g)) for p in (1, 2) for g in (G, G6)],
         ["none"] * 4)
    t.eq(net.mcs.stats(3).get("note_doubted"), None)
    for port in (1, 2):
        t.eq([f for f in net.frames(port) if is_specific()(f) and
              f.src in ("0.0.0.0", BR_IP4, BR_IP6)], [])


def doubted(t, net, port, frames, versions=(3, 2), values=(2, 125)):
    """p1 is asked twice, and loses the groups after LMQT, not earlier."""
    grown = net.mcs.counting("note_doubted", port=port)
    net.flush()
    t0 = net.send(port, *frames)
    kinds = {G: (f"igmp{versions[0]}_query", "0.0.0.0"),
             G6: (f"mld{versions[1]}_query", BR_IP6)}
    lives(t, lambda: all(net.mcs.rec(1, g) for g in (G, G6)), LMQT, t0,
          "membership")
    for group, (kind, src) in kinds.items():
        ours = [f for f in net.frames(1)
                if is_specific(group)(f) and f.src == src]
        t.eq([(f.kind, round(f.t - t0, 2)) for f in ours],
             [(kind, 0), (kind, 1)])
        if versions[0] == 3:
            t.eq({(f.qrv, f.qqi, f.mrt, f.sflag) for f in ours},
                 {(*values, 1.0, False)})
        t.eq([f for f in net.frames(3) if is_specific(group)(f) and
              f.src == src], [], "the router port")
    t.eq(grown(), {"note_doubted": 2})
    rows = [r for r in net.mcs.json("log show dev br0") if r["event"] == "doubt"]
    t.eq([(r["port"], r["grp"]) for r in rows[-2:]],
         [(f"p{port}", G), (f"p{port}", G6)])


@test("a host of version 1 may not answer: it loses nothing to doubts",
      sim=True)
def version_1(t):
    net = elected(t)
    net.send(1, igmp1_report(G))
    net.fence()
    net.flush()
    net.send(2, igmp_query(3, G, host=66, mrt=0.1))
    time.sleep(5)
    t.eq(str(net.mcs.rec(1, G)), "EX(;)")
    t.eq([f for f in net.frames(1) if is_specific(G)(f) and
          f.src == "0.0.0.0"], [], "asked")


@test("questions that change nothing take nothing of the port's share",
      sim=True)
def shares(t):
    net = elected(t)
    net.send(1, igmp3_is_in("239.9.9.9", S(1)))
    net.fence()
    for _ in range(6):
        net.send(2, *[igmp_query(3, "239.9.9.9", [S(7)], host=66,
                                 mrt=0.1)] * 800)
        net.fence()
    t.ok(net.mcs.stats(2).get("limit_queries"), "of who asks")
    net.send(4, igmp_query(3, G, host=67, mrt=0.1))
    net.fence()
    t.near(net.mcs.rec(1, G).timer, LMQT, what="asked for another port")
    t.eq(net.mcs.stats(1).get("limit_queries"), None, "of who holds the group")
    t.eq(str(net.mcs.rec(1, "239.9.9.9")), "IN(1)")


@test("another's query, in the querier's version and with its values: asked",
      sim=True)
def another(t):
    net = elected(t, qrv=2, qqi=60)
    doubted(t, net, 2, [igmp_query(3, G, host=66, mrt=0.1),
                        mld_query(2, G6, host=66, mrt=0.1)], values=(2, 60))
    t.ok(net.mcs.rec(2, G) and net.mcs.rec(2, G6),
         "nothing is lost where the query came from")


@test("the querier's address behind another port: asked", sim=True)
def elsewhere(t):
    net = elected(t)
    doubted(t, net, 4, [igmp_query(3, G, mrt=0.1), mld_query(2, G6, mrt=0.1)])


@test("an IGMPv2 and MLDv1 querier: asked in these", sim=True)
def older(t):
    net = elected(t, 2)
    doubted(t, net, 4, [igmp_query(2, G, host=66), mld_query(1, G6, host=66)],
            versions=(2, 1))


@test("the querier's query that was routed, with another TTL: asked", sim=True)
def routed(t):
    net = elected(t)
    t0 = net.send(3, igmp_query(3, G, mrt=0.1, ttl=2))
    lives(t, lambda: bool(net.mcs.rec(1, G)), LMQT, t0, "membership")
    t.eq(net.mcs.stats(3)["note_doubted"], 1)


@test("one forged frame evicts nobody who answers one of our queries", sim=True)
def one_frame(t):
    net = elected(t)
    net.send(1, igmp3_allow(G2, S(1), S(2)))
    net.flush()
    t0 = net.send(4, igmp_query(3, G, host=66, mrt=0.1),
                  mld_query(2, G6, host=66, mrt=0.1),
                  igmp_query(3, G2, [S(1)], host=66, mrt=0.1))
    for i in range(1, 9):
        until(t0, i * 0.2)
        t.ok(1 in net.data(4, G) and 1 in net.data(4, G6) and
             1 in net.data(4, G2, src=S(1)), f"{i * 0.2} s")
    net.send(1, igmp3_is_ex(G), mld2_is_ex(G6), igmp3_is_in(G2, S(1)))
    until(t0, 6)
    t.ok(1 in net.data(4, G) and 1 in net.data(4, G6) and
         1 in net.data(4, G2, src=S(1)), "answered")
    t.eq([(round(f.t - t0, 2), f.sources) for f in net.frames(1)
          if is_specific(G2)(f) and f.src == "0.0.0.0"],
         [(0, [S(1)]), (1, [S(1)])])


@test("a flood of forged queries: members are asked twice in LMQT", sim=True)
def flood(t):
    net = elected(t)
    t0 = net.send(4, *[igmp_query(3, G, host=66, mrt=0.1)] * 50)
    until(t0, 1.5)
    net.send(4, *[igmp_query(3, G, host=66, mrt=0.1)] * 50)
    net.send(1, igmp2_report(G))
    until(t0, 1.9)
    net.fence()
    t.eq(len([f for f in net.frames(1)
              if is_specific(G)(f) and f.src == "0.0.0.0"]), 2)
    t.eq(net.mcs.stats(4)["note_doubted"], 100)
    rows = [r for r in net.mcs.json("log show dev br0")
            if r["event"] in ("doubt", "query") and r.get("grp") == G]
    t.ok(len(rows) < 12 and max(r.get("count", 1) for r in rows) > 45,
         f"they are few entries that count: {rows}")
    t.ok(net.mcs.rec(1, G).timer > LMQT, "it is a member")


@test("we are the querier: asked from our address", sim=True)
def own(t):
    net = snooping(t, family=46)
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.flush()
    t0 = net.send(3, igmp_query(3, G, mrt=0.1), mld_query(2, G6, mrt=0.1))
    lives(t, lambda: all(net.mcs.rec(1, g) for g in (G, G6)), LMQT, t0, "it")
    for group, src in ((G, BR_IP4), (G6, BR_IP6)):
        t.eq([round(f.t - t0, 2) for f in net.frames(1)
              if is_specific(group)(f) and f.src == src], [0, 1])


@test("trust-queries: whoever asks on this port is believed", sim=True)
def trusted(t):
    net = elected(t)
    net.mcs("port set dev p4 trust-queries on")
    net.send(4, igmp_query(3, G, host=66, mrt=0.2),
             mld_query(2, G6, host=66, mrt=0.2))
    for group in (G, G6):
        t.near(net.mcs.rec(1, group).timer, 0.4, what=group)
    t.eq(net.mcs.stats(4).get("note_doubted"), None)


@test("nobody can be asked: nothing is taken from anyone", sim=True)
def cannot(t):
    net = snooping(t)
    net.send(3, igmp_query(1))
    net.send(1, igmp1_report(G))
    net.send(4, igmp_query(2, G, host=66, mrt=0.1))
    time.sleep(1)
    t.near(net.mcs.rec(1, G).timer, GMI - 1, what="an IGMPv1 network")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
