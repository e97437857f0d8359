#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Source filters: the tables of RFC 3376 section 6.4, and what is forwarded.

The states of the examples are IN(1,2) and EX(1,2;3,4); 6.4.1 and 6.4.2 are
run through the bridge with both families, with the queries that they cause
and with streams of each source.
"""
import re
import time

from lib import ktap, mcs
from lib.host import EXCLUDE, INCLUDE, Host
from lib.ktap import test
from lib.ns import wait_until
from lib.packets import (ALLOW, BLOCK, IS_EX, IS_IN, TO_EX, TO_IN,
                         igmp3_allow, igmp3_block, igmp3_is_ex, igmp3_is_in,
                         igmp3_report, igmp3_to_ex, igmp3_to_in, igmp_query,
                         mld2_report)
from lib.scenario import (G, G6, GMI, LMQT, S, S6, example_ex, example_in,
                          is_specific, same_queries, snooping, sources,
                          specific)

# (row, from, record, sources of it, to, timers in s by source or "group",
#  queries at once). Sources that are not mentioned keep the age of 100 s.
OLD = GMI - 100
ROWS = [
    ("V3-11", "IN", IS_IN, (2, 3), "IN(1,2,3)",
     {1: OLD, 2: GMI, 3: GMI}, []),
    ("V3-12", "IN", IS_EX, (2, 3), "EX(2;3)",
     {2: OLD, "group": GMI}, []),
    ("V3-13", "EX", IS_IN, (2, 4, 5), "EX(1,2,4,5;3)",
     {1: OLD, 2: GMI, 4: GMI, 5: GMI, "group": OLD}, []),
    ("V3-14", "EX", IS_EX, (2, 4, 5), "EX(2,5;4)",
     {2: OLD, 5: GMI, "group": GMI}, []),
    ("V3-15", "IN", ALLOW, (2, 3), "IN(1,2,3)",
     {1: OLD, 2: GMI, 3: GMI}, []),
    ("V3-16", "IN", BLOCK, (2, 3), "IN(1,2)",
     {1: OLD, 2: LMQT}, ["2"]),
    ("V3-17", "IN", TO_EX, (2, 3), "EX(2;3)",
     {2: LMQT, "group": GMI}, ["2"]),
    ("V3-18", "IN", TO_IN, (2, 3), "IN(1,2,3)",
     {1: LMQT, 2: GMI, 3: GMI}, ["1"]),
    ("V3-19", "EX", ALLOW, (2, 4, 5), "EX(1,2,4,5;3)",
     {1: OLD, 2: GMI, 4: GMI, 5: GMI, "group": OLD}, []),
    ("V3-20", "EX", BLOCK, (2, 4, 5), "EX(1,2,5;3,4)",
     {1: OLD, 2: LMQT, 5: LMQT, "group": OLD}, ["2,5"]),
    ("V3-21", "EX", TO_EX, (2, 4, 5), "EX(2,5;4)",
     {2: LMQT, 5: LMQT, "group": GMI}, ["2,5"]),
    ("V3-22", "EX", TO_IN, (2, 4, 5), "EX(1,2,4,5;3)",
     {1: LMQT, 2: GMI, 4: GMI, 5: GMI, "group": LMQT}, ["", "1"]),
]
NAMES = {IS_IN: "IS_IN", IS_EX: "IS_EX", ALLOW: "ALLOW", BLOCK: "BLOCK",
         TO_IN: "TO_IN", TO_EX: "TO_EX"}


def forwarded(state, n):
    """What RFC 3376 section 6.3 says of source n in a state."""
    inside = state[3:-1].split(";")
    return str(n) in inside[0].split(",") if state[0] == "I" else \
        str(n) not in inside[1].split(",")


def _row(name, start, kind, numbers, want, timers, asked):
    what = ",".join(map(str, numbers))
    title = f"{name} {start} + {NAMES[kind]}({what}) is {want}"

    @test(title + ", IGMP and MLD", sim=True)
    def run(t):
        net = snooping(t, family=46)
        for group in (G, G6):
            six = group == G6
            one_row(t, net, group, six, (start, kind, numbers, want, timers,
                                         asked))


def one_row(t, net, group, six, row):
    """Build the state, let 100 s pass, send the record, look."""
    start, kind, numbers, want, timers, asked = row
    source = S6 if six else S
    (example_in if start == "IN" else example_ex)(net, group=group)
    time.sleep(100)
    net.flush()
    report = mld2_report if six else igmp3_report
    t0 = net.send(1, report((kind, group, sources(*numbers, six=six))))
    rec = net.mcs.rec(1, group)
    t.eq(str(rec), want, "state")
    for key, timer in timers.items():
        got = rec.timer if key == "group" else rec.forward[source(key)]
        t.near(got, timer, what=f"timer of {key}")
    same_queries(specific(net, 1, group, t0), [(0, 0, q) for q in asked])
    for n in range(1, 10):
        t.eq(net.data(4, group, src=source(n)),
             [1] if forwarded(want, n) else [], f"stream of source {n}")


for _r in ROWS:
    _row(*_r)


@test("V3-03 IN: sources go one by one, the last takes the group", sim=True)
def include_ages(t):
    net = snooping(t)
    net.send(1, igmp3_allow(G, S(1)))
    time.sleep(60)
    net.send(1, igmp3_allow(G, S(2)))
    time.sleep(GMI - 60 + 0.002)
    t.eq(str(net.mcs.rec(1, G)), "IN(2)", "after GMI of source 1")
    t.eq(net.data(4, G, src=S(1)), [])
    time.sleep(60)
    t.eq(str(net.mcs.rec(1, G)), "none", "after GMI of source 2")


@test("V3-04 FWD-04 EX: an unanswered source is blocked, others pass",
      sim=True)
def exclude_blocks(t):
    net = snooping(t)
    net.send(1, igmp3_is_ex(G))
    net.send(1, igmp3_block(G, S(1)))
    t.eq(str(net.mcs.rec(1, G)), "EX(1;)")
    t.eq(net.data(4, G, src=S(1)), [1], "until LMQT")
    time.sleep(LMQT + 0.002)
    t.eq(str(net.mcs.rec(1, G)), "EX(;1)")
    t.eq(net.data(4, G, src=S(1)), [], "blocked source")
    t.eq(net.data(4, G, src=S(9)), [1], "any other source")


@test("V3-05 the group timer runs out: EX(X;Y) becomes IN(X)", sim=True)
def exclude_ages(t):
    net = snooping(t)
    net.send(1, igmp3_is_ex(G, S(3), S(4)))
    time.sleep(200)
    net.send(1, igmp3_allow(G, S(1), S(2)))
    time.sleep(70.002)
    rec = net.mcs.rec(1, G)
    t.eq(str(rec), "IN(1,2)")
    t.near(rec.forward[S(1)], GMI - 70.002, what="timers go on")
    t.eq(net.data(4, G, src=S(9)), [], "no longer wanted")


@test("V3-06 equal deadlines: a source that ran out does not linger",
      sim=True)
def equal_deadlines(t):
    net = snooping(t)
    net.send(1, igmp3_is_ex(G))
    net.send(1, igmp3_allow(G, S(1), S(2)))
    net.send(1, igmp3_to_in(G, S(2)))
    time.sleep(LMQT + 0.002)
    t.eq(str(net.mcs.rec(1, G)), "IN(2)")


@test("V3-24 TO_EX takes the old group timer for new sources", sim=True)
def old_timer(t):
    net = snooping(t)
    net.send(1, igmp3_is_ex(G))
    time.sleep(GMI - 1)
    net.send(1, igmp3_to_ex(G, S(9)))
    rec = net.mcs.rec(1, G)
    t.near(rec.forward[S(9)], 1.0, 0.005, "source timer")
    t.near(rec.timer, GMI, what="group timer")


@test("QRY-19 BLOCK: two source queries, gone at LMQT", sim=True)
def block_queries(t):
    net = snooping(t)
    example_in(net)
    net.flush()
    t0 = net.send(1, igmp3_block(G, S(2)))
    time.sleep(LMQT - 0.004)
    t.eq(net.data(4, G, src=S(2)), [1], "just before LMQT")
    time.sleep(0.008)
    t.eq(str(net.mcs.rec(1, G)), "IN(1)")
    t.eq(net.data(4, G, src=S(2)), [], "after LMQT")
    same_queries(specific(net, 1, G, t0), [(0, 0, "2"), (1, 0, "2")])
    q = [f for f in net.frames(1) if is_specific(G)(f)][0]
    t.eq((q.dst, q.mrt, q.qrv, q.qqi, q.ra), (G, 1.0, 2, 125, True))


@test("QRY-20 an answered source is repeated with S set", sim=True)
def block_answered(t):
    net = snooping(t)
    example_in(net)
    net.flush()
    t0 = net.send(1, igmp3_block(G, S(1), S(2)))
    time.sleep(0.5)
    net.send(1, igmp3_is_in(G, S(1)))
    time.sleep(3)
    same_queries(specific(net, 1, G, t0),
                 [(0, 0, "1,2"), (1, 0, "2"), (1, 1, "1")])
    t.eq(str(net.mcs.rec(1, G)), "IN(1)")


@test("QRY-21 two BLOCKs: each source is asked twice", sim=True)
def block_twice(t):
    net = snooping(t)
    example_in(net)
    net.flush()
    t0 = net.send(1, igmp3_block(G, S(1)))
    time.sleep(0.3)
    net.send(1, igmp3_block(G, S(2)))
    time.sleep(5)
    seen = [q[2].split(",") for q in specific(net, 1, G, t0)]
    count = {n: sum(n in q for q in seen) for n in ("1", "2")}
    t.eq(count, {"1": 2, "2": 2}, "queries of each source")
    t.eq(str(net.mcs.rec(1, G)), "none", "after both")


@test("QRY-22 400 sources are asked for in two frames", sim=True)
def split(t):
    net = snooping(t, "max-sources 1000")
    many = [f"10.0.{n // 250}.{n % 250 + 1}" for n in range(400)]
    net.send(1, igmp3_allow(G, *many[:200]), igmp3_allow(G, *many[200:]))
    net.flush()
    net.send(1, igmp3_to_in(G))
    net.fence()
    frames = [f for f in net.frames(1) if is_specific(G)(f) and f.sources]
    t.eq(sorted(len(f.sources) for f in frames), [34, 366], "sources")
    t.eq(len({s for f in frames for s in f.sources}), 400, "all of them")
    t.ok(max(len(f.l3) for f in frames) <= 1500, "frames fit the MTU")


@test("QRY-22 100 IPv6 sources are asked for in two frames", sim=True)
def split6(t):
    net = snooping(t, "max-sources 1000", family=6)
    many = [f"2001:db8:1::{n:x}" for n in range(1, 101)]
    net.send(1, mld2_report((ALLOW, G6, many[:50])),
             mld2_report((ALLOW, G6, many[50:])))
    net.flush()
    net.send(1, mld2_report((TO_IN, G6)))
    net.fence()
    frames = [f for f in net.frames(1) if is_specific(G6)(f) and f.sources]
    t.eq(len({s for f in frames for s in f.sources}), 100, "all of them")
    t.eq(max(len(f.sources) for f in frames), 89, "sources in a frame")
    t.ok(max(len(f.l3) for f in frames) <= 1500, "frames fit the MTU")


@test("QRY-24 V09 a heard source query lowers those sources", sim=True)
def heard(t):
    net = snooping(t)
    net.send(1, igmp3_allow(G, S(1), S(2), S(3)))
    net.send(3, igmp_query(3, G, sources(1, 2), mrt=24.8))
    rec = net.mcs.rec(1, G)
    t.near(rec.forward[S(1)], 49.6, what="source 1")
    t.near(rec.forward[S(2)], 49.6, what="source 2")
    t.near(rec.forward[S(3)], GMI, what="source 3")


@test("FWD-05 registered is judged by the group: other sources nowhere")
def other_source(t):
    net = snooping(t, router=3)
    net.send(1, igmp3_allow(G, S(1)))
    net.fence()
    t.eq(net.data(4, G, src=S(1)), [1, 3])
    t.eq(net.data(4, G, src=S(2)), [3], "router ports only")


@test("FWD-08 two hosts of a port: the union of what they want")
def union(t):
    net = snooping(t)
    net.send(1, igmp3_is_ex(G, S(1), host=1))
    net.send(1, igmp3_is_in(G, S(1), host=2))
    net.fence()
    t.eq(net.data(4, G, src=S(1)), [1], "included by one")
    t.eq(net.data(4, G, src=S(5)), [1], "excluded by none")


@test("a whole stream of two sources arrives frame by frame")
def stream(t):
    net = snooping(t)
    net.send(1, igmp3_allow(G, S(1)))
    net.send(2, igmp3_is_ex(G, S(1)))
    net.fence()
    for i in range(50):
        t.eq(net.data(4, G, src=S(1)), [1], f"frame {i} of source 1")
        t.eq(net.data(4, G, src=S(2)), [2], f"frame {i} of source 2")


def like(rec, state):
    """A record is in a state whose X, written as a dot, does not matter.

    Whether a source of X stays depends on when the host is asked.
    """
    return re.sub(r"^EX[(].*;", "EX(.;", str(rec)) == state


@test("a kernel host changes its filter: the stream follows each change")
def kernel(t):
    net = snooping(t, "" if ktap.SIM else " last-member-interval 200ms",
                   family=46, fresh=True)
    host = Host(net, 1)
    for group, source in ((G, S), (G6, S6)):
        m = host.member(group)
        m.join_source(source(1))
        steps = [
            (lambda m=m: m.join_source(source(2)), "IN(1,2)", [1, 2]),
            (lambda m=m: m.leave_source(source(1)), "IN(2)", [2]),
            (lambda m=m: m.filter(EXCLUDE, source(2)), "EX(.;2)", [1, 3]),
            (lambda m=m: m.filter(EXCLUDE, source(1), source(3)),
             "EX(.;1,3)", [2]),
            (lambda m=m: m.filter(INCLUDE, source(3)), "IN(3)", [3]),
        ]
        for act, state, passing in steps:
            act()
            wait_until(lambda: like(net.mcs.rec(1, group), state),
                       timeout=20, step=0.05, what=f"{group} is {state}")
            t.eq([n for n in (1, 2, 3)
                  if net.data(4, group, src=source(n)) == [1]], passing,
                 f"sources that pass in {state}")
        m.leave()
        wait_until(lambda: not net.mcs.rec(1, group), timeout=20,
                   what="the leave")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
