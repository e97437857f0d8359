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
from lib.scenario import (G, G2, G6, LMQT, OLDER, OQPI, QI, S, SSM, Said, TICK,
                          is_specific, lives, snooping, until)

LOWER, HIGHER, LOWER6, HIGHER6 = "192.0.2.1", "192.0.2.200", "fe80::1", \
    "fe80::99"


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


@test("V2-15 V2-16 a query of another version is warned of, once per "
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
    t.eq(len(said("IGMPv2", LOWER, "source-specific")), 1, "it is logged")
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


@test("V2-16 DLT-02 auto-lower: the oldest general query of 260 s is followed",
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
    lives(t, lambda: net.mcs.querier(6)["version"] == 1, OLDER, t0, "MLDv1")
    until(t0, 200 + OLDER - TICK)
    t.eq(net.mcs.querier()["version"], 1)
    until(t0, 200 + OLDER + TICK)
    t.eq([net.mcs.querier(f)["version"] for f in (4, 6)], [3, 2])
    net.send(1, igmp3_allow(G2, S(1)))
    t.eq(str(net.mcs.rec(1, G2)), "IN(1)")
    net.send(3, igmp_query(2, src=HIGHER))
    net.mcs("bridge set dev br0 auto-lower off")
    t.eq(net.mcs.querier()["version"], 3, "switched off")


# (what was set, what is counted, a query, its version in the log)
DIFFERENT = [
    ("igmp-version 1", "note_newer", igmp_query(2, src=HIGHER), "IGMPv2"),
    ("igmp-version 1", "note_newer", igmp_query(3, src=HIGHER), "IGMPv3"),
    ("igmp-version 1", "note_newer", igmp_query(2, G, src=HIGHER), "IGMPv2"),
    ("igmp-version 2", "note_newer", igmp_query(3, src=HIGHER), "IGMPv3"),
    ("igmp-version 2", "note_newer", igmp_query(3, G, [S(1)], src=HIGHER),
     "IGMPv3"),
    ("mld-version 1", "note_newer", mld_query(2, src=HIGHER6), "MLDv2"),
    ("igmp-version 3", "note_older", igmp_query(2, src=HIGHER), "IGMPv2"),
    ("igmp-version 3", "note_older", igmp_query(1, src=HIGHER), "IGMPv1"),
    ("igmp-version 2", "note_older", igmp_query(1, src=HIGHER), "IGMPv1"),
    ("mld-version 2", "note_older", mld_query(1, src=HIGHER6), "MLDv1"),
]


def hear(net, *frames):
    """Another querier sends."""
    net.send(3, *frames)
    net.fence()


@test("V2-15 V2-16 each combination of versions: one line, every query counted",
      sim=True)
def combinations(t):
    net = Net(t, addr6="fe80::77")
    said = Said(t)
    for settings, counter, frame, words in DIFFERENT:
        net.mcs(f"bridge add dev br0 querier on {settings}")
        grown = net.mcs.counting("note_newer", "note_older")
        time.sleep(1)
        said()
        hear(net, frame, frame, frame)
        what = (settings, words)
        t.eq(len(said(f"{words} query from ", "br0", "p3", settings,
                      HIGHER6 if "MLD" in words else HIGHER)), 1, what)
        t.eq(grown(), {counter: 3}, what)
        time.sleep(QI - 2)
        hear(net, frame)
        t.eq(said("query"), [], f"{what}: not yet")
        time.sleep(2)
        hear(net, frame)
        t.eq(len(said(f"{words} query")), 1, f"{what}: an interval later")
        net.mcs("bridge del dev br0")


@test("V2-16 a specific query of an older version, or of ours, is nothing new")
def nothing_new(t):
    net = Net(t, addr6="fe80::77", attach="querier on")
    said = Said(t)
    grown = net.mcs.counting("note_newer", "note_older")
    hear(net, igmp_query(2, G, src=HIGHER), mld_query(1, G6, src=HIGHER6),
         igmp_query(3, src=HIGHER), mld_query(2, src=HIGHER6))
    t.eq((said("query"), grown()), ([], {}))
    net.mcs("bridge set dev br0 igmp-version 1 mld-version 1")
    hear(net, igmp_query(1, src=HIGHER), mld_query(1, src=HIGHER6))
    t.eq((said("query"), grown()), ([], {}))


@test("a bridge that never queries counts other versions and says nothing")
def never_queries(t):
    net = Net(t, attach="querier off")
    said = Said(t)
    grown = net.mcs.counting("note_")
    hear(net, igmp_query(2, src=HIGHER))
    t.eq((said(), grown()), ([], {"note_older": 1}))


@test("V2-16 auto-lower: queries of older queriers without an address, or on "
      "isolated ports, lower nothing", sim=True)
def not_for_all(t):
    net = snooping(t, "auto-lower on")
    hear(net, igmp_query(2, src="0.0.0.0"))
    t.eq(net.mcs.querier()["version"], 3, "no address")
    net.ns.ip("link set p2 type bridge_slave isolated on\n"
              "link set p3 type bridge_slave isolated on")
    net.send(3, igmp_query(2, src=HIGHER))
    net.fence([1, 4])
    t.eq(net.mcs.querier()["version"], 3, "isolated")


@test("V2-16 auto-lower: how long depends on what the older querier says",
      sim=True)
def how_long(t):
    net = snooping(t, "auto-lower on robustness 3")

    def version():
        return net.mcs.querier()["version"]
    t1 = net.send(3, igmp_query(1, src=HIGHER))
    until(t1, 100)
    t2 = net.send(3, igmp_query(2, src=HIGHER, mrt=5.5))
    lives(t, lambda: version() == 1, 3 * QI + 10, t1, "version 1")
    t.eq(version(), 2)
    lives(t, lambda: version() == 2, 3 * QI + 5.5, t2, "version 2")
    t.eq(version(), 3)
    hear(net, igmp_query(2, src=HIGHER))
    net.mcs("bridge set dev br0 auto-lower off")
    t.eq(version(), 3, "off")
    net.mcs("bridge set dev br0 auto-lower on")
    t.eq(version(), 2, "on while it is present")


@test("V2-16 auto-lower: our first query after an older querier has gone is its "
      "version's", sim=True)
def successor(t):
    net = snooping(t, "auto-lower on", family=46)
    hear(net, igmp_query(2, src=LOWER), mld_query(1, src=LOWER6))
    t.eq([net.mcs.querier(f)["state"] for f in (4, 6)], ["other"] * 2)
    net.flush()
    time.sleep(OQPI + 1)
    t.eq(kinds(net), {("igmp2_query", 8), ("mld1_query", 24)}, "at 255 s")
    net.flush()
    time.sleep(QI)
    t.eq(kinds(net), {("igmp3_query", 12), ("mld2_query", 28)}, "at 380 s")


@test("V2-16 auto-lower of one VLAN leaves the others alone", sim=True)
def lower_vlan(t):
    net = Net(t, vlan=True)
    net.ns.bridge("".join(f"vlan add dev p{n} vid 100\n" for n in net.ports) +
                  "vlan add dev br0 vid 100 self\n")
    net.mcs("bridge add dev br0 querier on")
    net.mcs("vlan set dev br0 vid 100 auto-lower on")
    time.sleep(1)
    hear(net, igmp_query(2, src=HIGHER), igmp_query(2, src=HIGHER, vlan=100))
    t.eq([net.mcs.querier(4, vid)["version"] for vid in (1, 100)], [3, 2])


@test("V2-15 a version that there is not is refused")
def refused(t):
    net = Net(t, attach="querier off")
    for words in ("igmp-version 0", "igmp-version 4", "mld-version 3",
                  "mld-version 0"):
        said = net.mcs.refused(t, "bridge set dev br0 " + words)
        t.ok(words.split()[0] in said, said)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
