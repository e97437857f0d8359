#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Hosts of IGMPv1, IGMPv2 and MLDv1, alone and among newer ones.

RFC 2236 sections 3 to 7, RFC 3376 section 7.3.2, RFC 3810 section 8.3.2.
"""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.packets import (BLOCK, TO_EX, TO_IN, igmp1_report, igmp2_leave,
                         igmp2_report, igmp3_allow, igmp3_block, igmp3_is_ex,
                         igmp3_is_in, igmp3_report, igmp3_to_ex, igmp3_to_in,
                         igmp_query, mld1_done, mld1_report, mld2_allow,
                         mld2_is_ex, mld2_report, mld2_to_ex)
from lib.scenario import (G, G2, G3, G6, GMI, LMQT, OLDER, S, S6, TICK,
                          is_specific, lives, same_queries, snooping,
                          sources, specific, until)


def asked(net, port, group):
    """Specific queries so far: they would have been sent at once."""
    net.fence()
    return [f for f in net.frames(port) if is_specific(group)(f)]


@test("V2-03 a version 1 report from each state: GMI, and version 1 for 260 s",
      sim=True)
def version1(t):
    net = snooping(t)
    net.send(1, igmp2_report(G2), igmp2_report(G3))
    time.sleep(100)
    net.send(1, igmp2_leave(G3))
    time.sleep(0.5)
    t0 = net.send(1, igmp1_report(G), igmp1_report(G2), igmp1_report(G3))
    for group in (G, G2, G3):
        rec = net.mcs.rec(1, group)
        t.eq((str(rec), rec.host_version), ("EX(;)", 1), group)
        t.near(rec.timer, GMI, what=f"timer of {group}")
    until(t0, 250)
    net.send(1, igmp3_is_ex(G), igmp3_is_ex(G2), igmp3_is_ex(G3))
    lives(t, lambda: {net.mcs.rec(1, g).host_version
                      for g in (G, G2, G3)} == {1}, OLDER, t0, "version 1")


@test("V2-05 a leave with a version 1 host: no query, no timer", sim=True)
def version1_leave(t):
    net = snooping(t)
    t0 = net.send(1, igmp1_report(G, host=5))
    net.send(1, igmp2_report(G, host=6))
    net.flush()
    until(t0, 20)
    net.send(1, igmp2_leave(G, host=6))
    until(t0, 30)
    t.eq(specific(net, 1), [])
    t.near(net.mcs.rec(1, G).timer, GMI - 30, what="group timer")
    t.eq(net.data(4, G), [1])
    lives(t, lambda: bool(net.mcs.rec(1, G)), GMI, t0, "the record")


@test("V2-06 version 1 is forgotten, the group timer goes on", sim=True)
def version1_over(t):
    net = snooping(t)
    t0 = net.send(1, igmp1_report(G))
    until(t0, 200)
    net.send(1, igmp2_report(G))
    lives(t, lambda: net.mcs.rec(1, G).host_version == 1, OLDER, t0, "v1")
    t.eq(net.mcs.rec(1, G).host_version, 2)
    t.near(net.mcs.rec(1, G).timer, 200 + GMI - OLDER - TICK, what="timer")
    net.flush()
    t1 = net.send(1, igmp2_leave(G))
    lives(t, lambda: bool(net.mcs.rec(1, G)), LMQT, t1, "leaves count again")


@test("V2-07 V2-08 V2-09 an IGMPv2 querier: two queries, an answer ends them",
      sim=True)
def querier2(t):
    net = snooping(t, "igmp-version 2")
    net.send(1, igmp2_report(G), igmp2_report(G2))
    net.flush()
    t0 = net.send(1, igmp2_leave(G), igmp2_leave(G2))
    until(t0, 0.5)
    net.send(1, igmp2_report(G2))
    t.near(net.mcs.rec(1, G2).timer, GMI, what="who answered")
    lives(t, lambda: bool(net.mcs.rec(1, G)), LMQT, t0, "who did not")
    time.sleep(20)
    seen = [(round(f.t - t0, 2), f.kind, f.dst, f.mrt)
            for f in net.frames(1) if is_specific()(f)]
    t.eq(sorted(seen), [(0, "igmp2_query", G, 1.0), (0, "igmp2_query", G2, 1.0),
                        (1, "igmp2_query", G, 1.0)])
    t.eq(str(net.mcs.rec(1, G2)), "EX(;)")


@test("V2-10 not querier: leaves go to routers and change nothing; a version 1"
      " host is known when we take over", sim=True)
def not_querier(t):
    net = snooping(t)
    net.send(3, igmp_query(2))
    t.eq(net.mcs.querier()["state"], "other")
    t0 = net.send(1, igmp1_report(G), igmp2_report(G2))
    net.flush()
    for group in (G, G2):
        t.eq(net.reach(1, igmp2_leave(group)), [3], "to the router")
    t.eq(specific(net, 1), [])
    t.near(net.mcs.rec(1, G2).timer, GMI, what="timer after the leave")
    until(t0, 240)
    net.send(1, igmp2_report(G), igmp2_report(G2))
    until(t0, 256)
    t.eq(net.mcs.querier()["state"], "self", "we have taken over")
    net.flush()
    t1 = net.send(1, igmp2_leave(G), igmp2_leave(G2))
    lives(t, lambda: bool(net.mcs.rec(1, G2)), LMQT, t1, "version 2 host")
    t.eq(str(net.mcs.rec(1, G)), "EX(;)", "version 1 host")
    t.eq(asked(net, 1, G), [])


@test("CMP-01 each version has its own timer; the oldest that runs counts",
      sim=True)
def own_timers(t):
    net = snooping(t)
    t0 = net.send(1, igmp3_is_ex(G))
    versions = [net.mcs.rec(1, G).host_version]
    for at, frame in ((10, igmp2_report(G)), (20, igmp1_report(G)),
                      (100, igmp2_report(G)), (250, igmp3_is_ex(G))):
        until(t0, at)
        net.send(1, frame)
        versions.append(net.mcs.rec(1, G).host_version)
    t.eq(versions, [3, 2, 1, 1, 1], "at once")
    for end, before, after in ((280, 1, 2), (360, 2, 3)):
        until(t0, end - TICK)
        t.eq(net.mcs.rec(1, G).host_version, before, f"before {end} s")
        until(t0, end + TICK)
        t.eq(net.mcs.rec(1, G).host_version, after, f"after {end} s")
    t.near(net.mcs.rec(1, G).timer, 250 + GMI - 360 - TICK, what="group timer")


@test("CMP-02 an older report is IS_EX({}), a leave TO_IN({})", sim=True)
def as_records(t):
    net = snooping(t)
    net.send(1, igmp3_allow(G, S(1)))
    time.sleep(100)
    net.send(1, igmp2_report(G))
    rec = net.mcs.rec(1, G)
    t.eq(str(rec), "EX(;)")
    t.near(rec.timer, GMI, what="group timer")
    net.send(1, igmp3_allow(G, S(1)))
    net.flush()
    t0 = net.send(1, igmp2_leave(G))
    t.eq(str(net.mcs.rec(1, G)), "EX(1;)")
    lives(t, lambda: bool(net.mcs.rec(1, G)), LMQT, t0, "the record")
    same_queries(specific(net, 1, G, t0),
                 [(0, 0, ""), (0, 0, "1"), (1, 0, ""), (1, 0, "1")])


@test("CMP-03 CMP-05 mode 2: BLOCK and exclude lists are ignored, the rest "
      "counts", sim=True)
def mode2(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    time.sleep(50)
    net.flush()
    net.send(1, igmp3_block(G, S(1)))
    t.near(net.mcs.rec(1, G).timer, GMI - 50, what="timer after BLOCK")
    net.send(1, igmp3_to_ex(G, S(1), S(2)))
    t.eq((str(net.mcs.rec(1, G)), asked(net, 1, G)), ("EX(;)", []))
    t.near(net.mcs.rec(1, G).timer, GMI, what="timer after TO_EX")
    net.send(1, igmp3_is_ex(G, S(1)))
    t.eq(str(net.mcs.rec(1, G)), "EX(;)")
    t.eq(net.data(4, G, src=S(1)), [1], "nothing is blocked")
    net.send(1, igmp3_is_in(G, S(1)), igmp3_allow(G, S(2)))
    t.eq(str(net.mcs.rec(1, G)), "EX(1,2;)", "IS_IN and ALLOW")
    t.eq(asked(net, 1, G), [])
    t0 = net.send(1, igmp3_to_in(G, S(2)))
    t.near(net.mcs.rec(1, G).timer, LMQT, what="timer after TO_IN")
    until(t0, LMQT + TICK)
    same_queries(specific(net, 1, G, t0),
                 [(0, 0, ""), (0, 0, "1"), (1, 0, ""), (1, 0, "1")])
    t.eq(str(net.mcs.rec(1, G)), "IN(2)")


@test("CMP-04 CMP-05 mode 1: leaves and TO_IN of any list are ignored, too",
      sim=True)
def mode1(t):
    net = snooping(t)
    net.send(1, igmp1_report(G))
    time.sleep(50)
    net.flush()
    net.send(1, igmp2_leave(G), igmp3_to_in(G), igmp3_to_in(G, S(1), S(2)),
             igmp3_block(G, S(3)))
    t.eq((str(net.mcs.rec(1, G)), asked(net, 1, G)), ("EX(;)", []))
    t.near(net.mcs.rec(1, G).timer, GMI - 50, what="group timer")
    net.send(1, igmp3_report((TO_EX, G, sources(1))), igmp3_is_ex(G, S(2)))
    t.eq(str(net.mcs.rec(1, G)), "EX(;)")
    net.send(1, igmp3_allow(G, S(2)), igmp3_is_in(G, S(3)))
    t.eq((str(net.mcs.rec(1, G)), asked(net, 1, G)), ("EX(2,3;)", []))


@test("CMP-06 back in mode 3 a source is blocked one GMI after it was learned",
      sim=True)
def back(t):
    net = snooping(t)
    t0 = net.send(1, igmp2_report(G, host=5))
    for at, state in ((125, "EX(;)"), (250, "EX(;)"), (375, "EX(1;)"),
                      (500, "EX(1;)"), (625, "EX(1;)")):
        until(t0, at)
        net.send(1, igmp3_is_ex(G, S(1), host=6))
        t.eq(str(net.mcs.rec(1, G)), state, f"after {at} s")
        t.eq(net.data(4, G, src=S(1)), [1], f"after {at} s")
    lives(t, lambda: net.data(4, G, src=S(1)) == [1], 375 + GMI, t0, "source")
    t.eq(str(net.mcs.rec(1, G)), "EX(;1)")
    t.eq(net.data(4, G, src=S(2)), [1], "every other source")


@test("CMP-07 our queries keep their version with older hosts around",
      sim=True)
def our_version(t):
    net = snooping(t, family=46)
    net.send(1, igmp1_report(G), igmp2_report(G2), mld1_report(G6))
    net.flush()
    net.send(1, igmp2_leave(G2), mld1_done(G6))
    time.sleep(130)
    seen = {(f.kind, f.group, f.msglen) for f in net.frames(1) if f.is_query}
    t.eq(seen, {("igmp3_query", G2, 12), ("igmp3_query", "0.0.0.0", 12),
                ("mld2_query", G6, 28), ("mld2_query", "::", 28)})


@test("CMP-08 MLD: one older version, in which done and TO_IN count",
      sim=True)
def mld(t):
    net = snooping(t, family=46)
    t0 = net.send(1, mld1_report(G6))
    net.flush()
    net.send(1, mld2_report((BLOCK, G6, [S6(1)])))
    net.send(1, mld2_report((TO_EX, G6, [S6(1)])), mld2_is_ex(G6, S6(2)))
    t.eq((str(net.mcs.rec(1, G6)), asked(net, 1, G6)), ("EX(;)", []))
    net.send(1, mld2_allow(G6, S6(3)))
    t.eq(str(net.mcs.rec(1, G6)), "EX(3;)")
    lives(t, lambda: net.mcs.rec(1, G6).host_version == 1, OLDER, t0, "mode 1")
    t.eq(net.mcs.rec(1, G6).host_version, 2)
    for leave in (mld1_done(G6), mld2_report((TO_IN, G6))):
        net.send(1, mld1_report(G6))
        net.flush()
        t1 = net.send(1, leave)
        t.eq(net.mcs.rec(1, G6).host_version, 1)
        lives(t, lambda: bool(net.mcs.rec(1, G6)), LMQT, t1, "the record")
        t.eq([q[:2] for q in specific(net, 1, G6, t1) if not q[2]],
             [(0, 0), (1, 0)], "queries of the group")


@test("CMP-09 a done in mode 2 of MLD and a leave in mode 3 ask first",
      sim=True)
def leave_newer(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_is_ex(G), mld2_to_ex(G6))
    net.flush()
    t0 = net.send(1, igmp2_leave(G), mld1_done(G6))
    lives(t, lambda: bool(net.mcs.rec(1, G) and net.mcs.rec(1, G6)), LMQT, t0,
          "the records")
    for group in (G, G6):
        same_queries(specific(net, 1, group, t0), [(0, 0, ""), (1, 0, "")])


@test("V2-11 V2-13 a lost election: our check goes on, theirs counts",
      sim=True)
def lost(t):
    net = Net(t, attach="querier on")
    time.sleep(20)
    net.send(1, igmp2_report(G))
    net.send(2, igmp2_report(G))
    net.flush()
    t0 = net.send(1, igmp2_leave(G))
    until(t0, 0.4)
    net.send(3, igmp_query(2))
    t.eq(net.mcs.querier()["state"], "other")
    until(t0, 10)
    same_queries(specific(net, 1, G, t0), [(0, 0, ""), (1, 0, "")])
    t.eq(net.mcs.table(), {("p2", 0, G): "EX(;)"})
    net.flush()
    t1 = net.send(3, igmp_query(2, G, mrt=3))
    lives(t, lambda: bool(net.mcs.rec(2, G)), 6, t1, "LMQC times theirs")
    t.eq([f for f in net.frames(2) if is_specific(G)(f) and
          f.src == "192.0.2.77"], [], "no query of ours")


@test("CMP-10 DLT-04 older hosts are served by default, ignored if told to",
      sim=True)
def compat(t):
    net = snooping(t, family=46)
    t.eq(net.mcs.bridge()["compat"], True, "the default")
    old = (igmp1_report(G), igmp2_report(G2), mld1_report(G6))
    net.send(1, *old)
    t.eq([str(net.mcs.rec(1, g)) for g in (G, G2, G6)], ["EX(;)"] * 3)
    net.mcs("bridge set dev br0 compat off")
    time.sleep(100)
    net.flush()
    net.send(1, *old, igmp2_leave(G2), mld1_done(G6))
    net.send(2, *old)
    for group in (G, G2, G6):
        t.near(net.mcs.rec(1, group).timer, GMI - 100, what=group)
        t.eq(str(net.mcs.rec(2, group)), "none")
    t.eq(specific(net, 1), [], "leaves, too")
    time.sleep(OLDER - 100 + TICK)
    net.send(1, igmp3_block(G2, S(1)))
    t.eq(str(net.mcs.rec(1, G2)), "EX(1;)", "mode 3 after what was heard")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
