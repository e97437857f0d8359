#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Queriers of older versions: as which we query, and what others do to us.

RFC 2236 section 4, RFC 3376 sections 6.6.2 and 7.3.1, RFC 3810 section 8.3.1.
"""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.ns import now
from lib.packets import (igmp2_leave, igmp2_report, igmp3_allow, igmp3_block,
                         igmp3_to_ex, igmp3_to_in, igmp_query, mld1_done,
                         mld1_report, mld_query)
from lib.scenario import (G, G2, G6, LMQT, S, SSM, Said, TICK, is_specific,
                          lives, snooping, until)

LOWER, HIGHER, HIGHER6 = "192.0.2.1", "192.0.2.200", "fe80::99"


def kinds(net, port=1):
    """Kinds and lengths of the queries that we sent."""
    return {(f.kind, f.msglen) for f in net.frames(port)
            if f.is_query and f.smac[-1] == 0x77}


@test("V2-15 version 1: queries of code 0, leaves are ignored", sim=True)
def igmp1(t):
    net = snooping(t, "igmp-version 1")
    net.send(1, igmp2_report(G), igmp3_to_ex(G2))
    time.sleep(50)
    net.flush()
    net.send(1, igmp2_leave(G), igmp3_to_in(G2))
    time.sleep(130)
    t.eq(kinds(net), {("igmp1_query", 8)})
    t.eq({f.code for f in net.frames(1) if f.is_general}, {0})
    for group in (G, G2):
        t.near(net.mcs.rec(1, group).timer, 270 - 180, what=group)


@test("V2-15 version 2 and MLD 1: 8 and 24 octets, linear times", sim=True)
def igmp2(t):
    net = snooping(t, "igmp-version 2 mld-version 1 "
                   "query-response-interval 21300ms", family=46)
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.flush()
    t0 = net.send(1, igmp2_leave(G), mld1_done(G6))
    lives(t, lambda: bool(net.mcs.rec(1, G) and net.mcs.rec(1, G6)), LMQT, t0,
          "the records")
    time.sleep(130)
    t.eq(kinds(net), {("igmp2_query", 8), ("mld1_query", 24)})
    for f in net.frames(1):
        if f.is_query:
            t.eq(f.mrt, 21.3 if f.is_general else 1.0, f"{f}")


@test("V2-15 V2-16 SSM-04 a query of another version is warned of, once per "
      "query interval", sim=True)
def warned(t):
    net = snooping(t, family=46)
    said = Said(t)
    net.send(3, igmp_query(3, src=HIGHER), mld_query(2, src=HIGHER6))
    t.eq(said("version"), [], "ours")
    t0 = now()
    for at in (0, 10, 60, 124):
        until(t0, at)
        net.send(3, igmp_query(2, src=LOWER))
        net.send(3, mld_query(1, src=HIGHER6))
    t.eq((len(said("IGMPv2", LOWER, "p3", "version 3")), len(said("query"))),
         (1, 0), "IGMP")
    until(t0, 126)
    net.send(3, igmp_query(1, src=LOWER), mld_query(1, src=HIGHER6))
    lines = said("query")
    t.eq(["IGMPv1" in x for x in lines], [True, False], lines)
    t.ok("MLDv1" in lines[1] and HIGHER6 in lines[1], lines)
    net.send(3, igmp_query(2, "232.1.1.1", src=LOWER))
    net.mcs("bridge set dev br0 igmp-version 2 mld-version 1")
    time.sleep(130)
    net.send(3, igmp_query(3, src=LOWER), mld_query(2, src=HIGHER6))
    lines = said("query")
    t.ok(len(lines) == 2 and "IGMPv3" in lines[0] and "MLDv2" in lines[1],
         f"newer ones: {lines}")


@test("SSM-04 an older querier wins: SSM goes on without queries for sources",
      sim=True)
def ssm(t):
    net = snooping(t)
    said = Said(t)
    net.send(3, igmp_query(2, src=LOWER))
    t.eq(net.mcs.querier()["state"], "other")
    t.eq(len(said("IGMPv2", LOWER)), 1, "it is logged")
    net.send(1, igmp3_allow(SSM, S(1), S(2)))
    net.flush()
    net.send(1, igmp3_block(SSM, S(1)))
    time.sleep(5)
    t.eq([f for f in net.frames(1) if is_specific()(f)], [], "not our turn")
    t.eq(net.data(4, SSM, src=S(1)), [1, 3])


@test("V2-16 an older query changes nothing of ours by default", sim=True)
def not_lowered(t):
    net = snooping(t, family=46)
    net.send(3, igmp_query(2, src=HIGHER), mld_query(1, src=HIGHER6))
    net.send(1, igmp3_allow(G, S(1)))
    t.eq(str(net.mcs.rec(1, G)), "IN(1)")
    net.flush()
    time.sleep(150)
    t.eq(kinds(net), {("igmp3_query", 12), ("mld2_query", 28)})
    t.eq([net.mcs.querier(f)["version"] for f in (4, 6)], [3, 2])


@test("V2-16 DLT-02 auto-lower: the oldest general query of 255 s is followed",
      sim=True)
def lowered(t):
    net = snooping(t, "auto-lower on", family=46)
    net.send(3, igmp_query(2, "239.9.9.9", src=HIGHER),
             mld_query(1, "ff1e::9", src=HIGHER6))
    t.eq([net.mcs.querier(f)["version"] for f in (4, 6)], [3, 2],
         "specific queries do not count")
    t0 = net.send(3, igmp_query(2, src=HIGHER), mld_query(1, src=HIGHER6))
    t.eq([net.mcs.querier(f)["state"] for f in (4, 6)], ["self"] * 2)
    net.send(1, igmp3_allow(G, S(1)))
    t.eq(str(net.mcs.rec(1, G)), "EX(;)", "no sources in version 2")
    net.flush()
    net.send(1, igmp3_to_in(G))
    time.sleep(150)
    t.eq(kinds(net), {("igmp2_query", 8), ("mld1_query", 24)})
    until(t0, 200)
    net.send(3, igmp_query(1, src=HIGHER))
    t.eq(net.mcs.querier()["version"], 1, "older still")
    net.send(3, igmp_query(2, src=HIGHER), igmp_query(3, src=HIGHER))
    t.eq(net.mcs.querier()["version"], 1, "the oldest counts")
    lives(t, lambda: net.mcs.querier(6)["version"] == 1, 255, t0, "MLDv1")
    until(t0, 455 - TICK)
    t.eq(net.mcs.querier()["version"], 1)
    until(t0, 455 + TICK)
    t.eq([net.mcs.querier(f)["version"] for f in (4, 6)], [3, 2])
    net.send(1, igmp3_allow(G2, S(1)))
    t.eq(str(net.mcs.rec(1, G2)), "IN(1)")
    net.send(3, igmp_query(2, src=HIGHER))
    net.mcs("bridge set dev br0 auto-lower off")
    t.eq(net.mcs.querier()["version"], 3, "switched off")


@test("V2-15 a version that there is not is refused")
def refused(t):
    net = Net(t, attach="querier off")
    for words in ("igmp-version 0", "igmp-version 4", "mld-version 3",
                  "mld-version 0"):
        said = net.mcs.refused(t, "bridge set dev br0 " + words)
        t.ok(words.split()[0] in said, said)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
