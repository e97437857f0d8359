#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Leaves that are acted on at once, those that must not be, and streams."""
import time

from lib import ktap, mcs
from lib.host import Host
from lib.ktap import SIM, test
from lib.ns import now, wait_until
from lib.packets import (ALLOW, igmp1_report, igmp2_leave, igmp2_report,
                         igmp3_allow, igmp3_block, igmp3_is_ex, igmp3_is_in,
                         igmp3_report, igmp3_to_ex, igmp3_to_in, igmp_query,
                         mld1_done, mld1_report, mld2_allow, mld2_block,
                         mld2_to_ex, mld2_to_in)
from lib.scenario import (G, G2, G6, LMQT, OLDER, S, S6, is_specific,
                          same_queries, snooping, specific)

AUTO = "fast-leave auto unregistered routers"
# Two hosts behind p1.
A, B, C = 11, 12, 13
MOMENT = 3 if SIM else 0.5


def quiet(net, ports=None):
    """Nobody is asked for anything specific."""
    net.no_frame(is_specific(), ports, during=MOMENT)


def told(t, net, group=G, port=1, sources=""):
    """Switches behind the port hear of a leave: one query, there alone."""
    time.sleep(MOMENT)
    asked = [(p, f.group, ",".join(sorted(mcs.short(s) for s in f.sources)))
             for p in net.ports for f in net.frames(p) if is_specific()(f)]
    t.eq(asked, [(port, group, sources)], "queries")


def asked_then_gone(t, net, t0, group=G):
    """The way without fast leave: two queries, gone at LMQT."""
    time.sleep(max(0, t0 + LMQT - 0.002 - now()))
    t.ok(net.mcs.rec(1, group), "record 2 ms before LMQT")
    time.sleep(max(0, t0 + LMQT + 0.002 - now()))
    t.eq(str(net.mcs.rec(1, group)), "none", "2 ms after LMQT")
    same_queries(specific(net, 1, group, t0), [(0, 0, ""), (1, 0, "")])


def two_members(t, join, leave, group, family):
    """EHT-02 with a stream."""
    net = snooping(t, AUTO, family=family)
    grown = net.mcs.counting("leave_", port=1)
    net.send(1, join(group, host=A), join(group, host=B))
    net.send(2, join(group, host=C))
    net.fence()
    before = net.mcs.rec(1, group).timer
    net.flush()
    net.send(1, leave(group, host=A), leave(group, host=A))
    t.eq(net.data(4, group), [1, 2], "another member stays")
    quiet(net)
    t.between(before - net.mcs.rec(1, group).timer, 0, MOMENT + 1,
              "the timer went on")
    net.send(1, leave(group, host=B))
    t.eq(net.data(4, group), [2], "the last one left")
    t.eq(str(net.mcs.rec(1, group)), "none", "record")
    net.send(1, leave(group, host=B))
    told(t, net, group)
    t.eq(grown(), {"leave_known": 2, "leave_fast": 1})


@test("EHT-02 two hosts: the first leave changes nothing, the second ends it")
def igmp(t):
    two_members(t, igmp3_to_ex, igmp3_to_in, G, 4)


@test("EHT-02 the same with MLDv2")
def mld(t):
    two_members(t, mld2_to_ex, mld2_to_in, G6, 6)


@test("EHT-02 it is the default")
def default(t):
    net = snooping(t, AUTO)
    t.eq((net.mcs.bridge()["fast_leave"], net.mcs.port(1)["fast_leave"]),
         ("auto", "inherit"))
    net.mcs("port set dev p1 fast-leave off")
    net.send(1, igmp3_to_ex(G))
    net.send(2, igmp3_to_ex(G))
    net.fence()
    net.flush()
    net.send(1, igmp3_to_in(G))
    net.send(2, igmp3_to_in(G))
    t.eq(net.data(4, G), [1], "p1 is asked, p2 is told")
    time.sleep(MOMENT)
    t.eq([sum(map(is_specific(G), net.frames(port))) for port in net.ports],
         [2 if SIM else 1, 1, 0, 0])


@test("EHT-02 sources: what nobody wants goes, what another wants stays")
def sources(t):
    for six, group, allow, block in (
            (False, G, igmp3_allow, igmp3_block),
            (True, G6, mld2_allow, mld2_block)):
        s = S6 if six else S
        net = snooping(t, AUTO, family=6 if six else 4)
        net.send(1, allow(group, s(1), s(2), host=A),
                 allow(group, s(2), s(3), host=B))
        net.fence()
        net.flush()
        net.send(1, block(group, s(1), s(2), host=A))
        net.fence()
        t.eq(str(net.mcs.rec(1, group)), "IN(2,3)")
        t.eq([net.data(4, group, src=s(n)) for n in (1, 2, 3)],
             [[], [1], [1]], "streams 1, 2, 3")
        quiet(net)
        t.eq(str(net.mcs.rec(1, group)), "IN(2,3)", "2 was not asked about")
        net.send(1, block(group, s(2), host=B), block(group, s(3), host=B))
        net.fence()
        t.eq(str(net.mcs.rec(1, group)), "none", "the last source")
        told(t, net, group, sources="3")


@test("EHT-02 exclude: blocked at once when the last that wants it blocks it")
def blocked(t):
    net = snooping(t, AUTO)
    net.send(1, igmp3_to_ex(G, host=A), igmp3_to_ex(G, host=B))
    net.fence()
    net.flush()
    net.send(1, igmp3_block(G, S(1), host=A))
    t.eq(net.data(4, G, src=S(1)), [1], "the other one wants it")
    net.send(1, igmp3_block(G, S(1), S(2), host=B))
    t.eq(str(net.mcs.rec(1, G)), "EX(;1)")
    t.eq([net.data(4, G, src=S(n)) for n in (1, 2, 3)], [[], [1], [1]])
    net.send(1, igmp3_to_ex(G, S(1), S(2), host=A))
    t.eq(str(net.mcs.rec(1, G)), "EX(;1,2)", "TO_EX of a further one")
    quiet(net)


@test("EHT-02 who stays includes sources: the rest of the group goes at once")
def mixed(t):
    net = snooping(t, AUTO)
    net.send(1, igmp3_to_ex(G, host=A), igmp3_allow(G, S(1), host=B))
    net.fence()
    net.flush()
    net.send(1, igmp3_to_in(G, host=A))
    t.eq(str(net.mcs.rec(1, G)), "IN(1)")
    t.eq([net.data(4, G, src=S(n)) for n in (1, 2)], [[1], []])
    quiet(net)


@test("EHT-02 who stays includes what the record forgot: it is asked first",
      sim=True)
def forgotten(t):
    net = snooping(t, AUTO)
    # IS_EX({}) deletes the source of the other one from the record
    net.send(1, igmp3_allow(G, S(1), host=B), igmp3_is_ex(G, host=A))
    net.fence()
    t.eq(str(net.mcs.rec(1, G)), "EX(;)")
    t0 = net.send(1, igmp3_to_in(G, host=A))
    time.sleep(0.5)
    net.send(1, igmp3_is_in(G, S(1), host=B))
    for at in (0.6, 1.9, 2.1, 5):
        time.sleep(max(0, t0 + at - now()))
        t.eq(net.data(4, G, src=S(1)), [1], f"source 1 after {at} s")
    t.eq(str(net.mcs.rec(1, G)), "IN(1)", "as after any leave")


@test("EHT-02 an answer to a query of sources is no change of mode")
def answer(t):
    net = snooping(t, AUTO)
    net.send(1, igmp3_to_ex(G, host=A), igmp3_to_ex(G, host=B))
    # RFC 3376 section 5.2: what a member that excludes nothing answers
    net.send(1, igmp3_is_in(G, S(1), host=B))
    net.send(1, igmp3_to_in(G, host=A))
    t.eq([net.data(4, G, src=S(n)) for n in (1, 2)], [[1], [1]],
         "the other one still wants all")
    quiet(net)


@test("EHT-02 a list that comes in two reports ends nothing")
def split(t):
    net = snooping(t, AUTO, family=46)
    for s, group, to_ex, to_in, per in (
            (lambda n: f"10.0.{n >> 8}.{n & 255}", G, igmp3_to_ex,
             igmp3_to_in, 200),
            (lambda n: f"2001:db8::{n + 1:x}", G6, mld2_to_ex, mld2_to_in,
             60)):
        first = [s(n) for n in range(per)]
        second = [s(n) for n in range(per, 2 * per)]
        net.mcs("bridge set dev br0 max-sources 400")
        net.send(1, to_ex(group, host=A))
        net.send(1, to_in(group, *first, host=A))
        t.eq(net.data(4, group, src=second[5]), [1], "not listed yet")
        net.send(1, to_in(group, *second, host=A))
        t.eq([net.data(4, group, src=a) for a in (first[5], second[5])],
             [[1], [1]], "both halves")


@test("EHT-02 sources do not count: who wants one keeps the group")
def whole(t):
    net = snooping(t, AUTO + " source-filter off")
    net.send(1, igmp3_to_ex(G, host=A), igmp3_allow(G, S(1), host=B))
    net.fence()
    net.flush()
    net.send(1, igmp3_to_in(G, host=A))
    t.eq(str(net.mcs.rec(1, G)), "EX(;)")
    quiet(net)
    t.eq(net.data(4, G, src=S(1)), [1])
    net.send(1, igmp3_to_in(G, host=B))
    t.eq(net.data(4, G, src=S(1)), [], "at once")


@test("EHT-03 after a report of version 2 leaves are asked about", sim=True)
def compat(t):
    net = snooping(t, AUTO)
    net.send(1, igmp2_report(G, host=B), igmp3_to_ex(G, host=A))
    net.fence()
    net.flush()
    asked_then_gone(t, net, net.send(1, igmp3_to_in(G, host=A)))


@test("EHT-03 and so is the leave of a version 2 host itself", sim=True)
def compat_leave(t):
    net = snooping(t, AUTO, family=46)
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.fence()
    net.flush()
    t0 = net.send(1, igmp2_leave(G), mld1_done(G6))
    asked_then_gone(t, net, t0)
    t.eq(str(net.mcs.rec(1, G6)), "none", "MLD")
    same_queries(specific(net, 1, G6, t0), [(0, 0, ""), (1, 0, "")])


@test("EHT-03 MLDv1 hosts keep an MLDv2 leave from being acted on", sim=True)
def compat_mld(t):
    net = snooping(t, AUTO, family=6)
    net.send(1, mld1_report(G6, host=B), mld2_to_ex(G6, host=A))
    net.fence()
    net.flush()
    asked_then_gone(t, net, net.send(1, mld2_to_in(G6, host=A)), G6)


@test("EHT-03 a suppressed host of version 2 is not cut off", sim=True)
def suppressed(t):
    net = snooping(t, AUTO)
    net.send(1, igmp3_to_ex(G, host=A), igmp2_report(G, host=B))
    # C hears B's report and keeps its own back
    net.send(1, igmp2_leave(G, host=B), igmp3_to_in(G, host=A))
    for i in range(30):
        t.eq(net.data(4, G), [1], f"after {i * 0.1:.1f} s")
        if i == 3:
            net.send(1, igmp2_report(G, host=C))
        time.sleep(0.1)


@test("EHT-03 back in mode 3 the last one leaves at once", sim=True)
def back(t):
    net = snooping(t, AUTO)
    net.send(1, igmp2_report(G, host=B), igmp3_to_ex(G, host=A))
    time.sleep(OLDER - 0.5)
    net.send(1, igmp3_is_ex(G, host=A))
    time.sleep(1)
    net.flush()
    net.send(1, igmp3_to_in(G, host=A))
    # B is remembered for a Group Membership Interval
    t.eq(net.data(4, G), [1])
    time.sleep(15)
    net.flush()
    net.send(1, igmp3_is_ex(G, host=A), igmp3_to_in(G, host=A))
    t.eq(net.data(4, G), [])
    told(t, net)


@test("EHT-04 fast-leave on: Leave, Done, TO_IN and BLOCK act at once")
def on(t):
    net = snooping(t, "fast-leave on host-tracking off", family=46)
    for group, join, leave in (
            (G, igmp2_report(G), igmp2_leave(G)),
            (G6, mld1_report(G6), mld1_done(G6)),
            (G2, igmp3_to_ex(G2), igmp3_to_in(G2)),
            (G2, igmp3_allow(G2, S(1)), igmp3_block(G2, S(1))),
            (G2, igmp3_allow(G2, S(1)), igmp3_to_in(G2))):
        src = S(1) if group == G2 else None
        net.send(1, join)
        net.send(2, join)
        t.eq(net.data(4, group, src=src), [1, 2])
        net.flush()
        net.send(1, leave)
        t.eq(net.data(4, group, src=src), [2])
        t.eq(str(net.mcs.rec(1, group)), "none")
        told(t, net, group, sources="1" if src and join != igmp3_to_ex(G2)
             else "")
        net.send(2, leave)
        net.fence()


@test("EHT-04 fast-leave on: one source of an exclude record")
def on_source(t):
    net = snooping(t, "fast-leave on")
    net.send(1, igmp3_to_ex(G), igmp3_block(G, S(1)))
    t.eq([net.data(4, G, src=S(n)) for n in (1, 2)], [[], [1]])
    net.send(1, igmp3_to_in(G, S(3)))
    t.eq([net.data(4, G, src=S(n)) for n in (2, 3)], [[], [1]])
    quiet(net)


@test("EHT-04 fast-leave on: a version 1 host still blocks it")
def on_v1(t):
    net = snooping(t, "fast-leave on")
    net.send(1, igmp1_report(G, host=A), igmp2_report(G, host=B))
    net.send(1, igmp2_leave(G, host=B), igmp3_to_in(G, host=B))
    t.eq(net.data(4, G), [1])
    quiet(net)


@test("EHT-04 fast-leave on acts although another one queries")
def on_other(t):
    net = snooping(t, "fast-leave on", router=3)
    net.send(3, igmp_query(3))
    net.fence()
    t.eq(net.mcs.querier()["state"], "other")
    net.send(1, igmp2_report(G))
    t.eq(net.data(4, G), [1, 3])
    net.send(1, igmp2_leave(G))
    t.eq(net.data(4, G), [3])


@test("EHT-04 on one port only")
def on_port(t):
    net = snooping(t, "fast-leave off")
    net.mcs("port set dev p2 fast-leave on")
    for port in (1, 2):
        net.send(port, igmp2_report(G))
    net.fence()
    for port in (1, 2):
        net.send(port, igmp2_leave(G))
    t.eq(net.data(4, G), [1])
    net.expect(1, is_specific(G))


@test("QRY-23 fast-leave auto waits for the querier when it is another one",
      sim=True)
def non_querier(t):
    net = snooping(t, AUTO)
    net.send(3, igmp_query(3))
    net.send(1, igmp3_to_ex(G))
    net.fence()
    net.flush()
    net.send(1, igmp3_to_in(G))
    quiet(net)
    t.between(net.mcs.rec(1, G).timer, 200, 270, "group timer")


@test("SEC-12 the leave of a host that is not known prunes nothing", sim=True)
def forged(t):
    net = snooping(t, AUTO)
    net.send(1, igmp3_to_ex(G, host=A))
    net.fence()
    net.flush()
    t0 = net.send(1, igmp3_to_in(G, host=B), igmp2_leave(G, host=C))
    for i in range(40):
        t.eq(net.data(4, G), [1], f"after {i * 0.1:.1f} s")
        if i == 4:
            net.send(1, igmp3_is_ex(G, host=A))
        time.sleep(0.1)
    t.ok(specific(net, 1, G, t0), "members were asked")
    net.flush()
    net.send(1, igmp3_to_in(G, host=A))
    t.eq(net.data(4, G), [], "its own leave counts")
    told(t, net)


@test("SEC-12 nor does one with only the address or the MAC of a member",
      sim=True)
def half_forged(t):
    net = snooping(t, AUTO)
    net.send(1, igmp3_to_ex(G, host=A))
    net.fence()
    for forged_leave in (igmp3_to_in(G, host=B, src="192.0.2.21"),
                         igmp3_to_in(G, host=A, src="192.0.2.99")):
        net.flush()
        t0 = net.send(1, forged_leave)
        time.sleep(0.2)
        t.eq(net.data(4, G), [1])
        t.ok(specific(net, 1, G, t0), "members were asked")
        net.send(1, igmp3_is_ex(G, host=A))
        time.sleep(4)
        t.eq(net.data(4, G), [1])


@test("SEC-12 a member's leave from another port changes nothing")
def other_port(t):
    net = snooping(t, AUTO)
    net.send(1, igmp3_to_ex(G, host=A))
    net.send(2, igmp3_to_ex(G, host=B))
    net.fence()
    net.flush()
    net.send(2, igmp3_to_in(G, host=A))
    t.eq(net.data(4, G), [1, 2])
    net.expect(2, is_specific(G))
    quiet(net, [1])


@test("a host that changed its address is asked about, not waited for",
      sim=True)
def moved(t):
    net = snooping(t, AUTO)
    # before and after DHCP
    net.send(1, igmp3_to_ex(G, host=A, src="0.0.0.0"), igmp3_is_ex(G, host=A))
    net.fence()
    net.flush()
    asked_then_gone(t, net, net.send(1, igmp3_to_in(G, host=A)))


@test("a port that was not asked yet: leaves are asked about", sim=True)
def unasked(t):
    net = snooping(t, AUTO + " startup-query-interval 30")
    net.link(1, "down")
    net.link(1, "up")
    net.wait_forwarding()
    net.send(1, igmp3_to_ex(G, host=A))
    # B has not answered yet; everything is delivered so far
    time.sleep(1)
    net.flush()
    t0 = net.send(1, igmp3_to_in(G, host=A))
    time.sleep(0.1)
    t.ok(specific(net, 1, G, t0), "asked")
    t.ok(net.mcs.rec(1, G), "not given up at once")
    net.send(1, igmp3_is_ex(G, host=B))
    time.sleep(60)
    t.eq(net.data(4, G), [1], "B was there")
    net.flush()
    net.send(1, igmp3_to_in(G, host=B))
    t.eq(net.data(4, G), [], "now all are known")
    told(t, net)


@test("a leave that another switch heard first: nothing is left to ask")
def twice(t):
    net = snooping(t, AUTO)
    net.send(1, igmp3_report(*((ALLOW, G, (S(n),)) for n in (1, 2, 3))))
    net.fence()
    net.flush()
    net.send(1, igmp3_to_in(G), igmp3_to_in(G), igmp3_block(G, S(1)))
    t.eq(net.mcs.table(), {})
    told(t, net, sources="1,2,3")


@test("SEC-10 a flood of leaves has a bounded number of queries", sim=True)
def flood(t):
    net = snooping(t, AUTO)
    net.send(1, igmp3_to_ex(G, host=A))
    net.fence()
    grown = net.mcs.counting("limit_", "tx_", port=1)
    for n in range(6000):
        net.send(1, igmp3_to_in(G, host=20 + n % 7))
        if n % 500 == 0:
            net.fence()
    net.fence()
    t.near(grown()["tx_igmp_specific"], 4096, 300, "queries of a burst")
    t.near(grown()["limit_queries"], 6000 - 4096, 300, "leaves not asked about")
    net.send(1, igmp3_is_ex(G, host=A))
    t.eq(net.data(4, G), [1])
    # afterwards it is as it was
    time.sleep(10)
    net.flush()
    t0 = net.send(1, igmp3_to_in(G, host=30))
    time.sleep(3)
    same_queries(specific(net, 1, G, t0), [(0, 0, ""), (1, 0, "")])


def real(t, family, group):
    """Kernel hosts behind two ports, one stops watching."""
    net = snooping(t, AUTO, family=family, fresh=True)
    first, second = Host(net, 1), Host(net, 2)
    member, other = first.join(group), second.join(group)
    wait_until(lambda: net.mcs.rec(1, group) and net.mcs.rec(2, group),
               what="the joins")
    if SIM:
        time.sleep(2)       # repeated joins are over
    t.eq(net.data(4, group), [1, 2])
    net.flush()
    member.leave()
    wait_until(lambda: not net.mcs.rec(1, group), what="the leave")
    t.eq(net.data(4, group), [2])
    told(t, net, group)
    other.close()
    wait_until(lambda: not net.mcs.rec(2, group), what="the second leave")


@test("EHT-02 kernel hosts leave at once: IGMPv3")
def real_igmp(t):
    real(t, 4, G)


@test("EHT-02 kernel hosts leave at once: MLDv2")
def real_mld(t):
    real(t, 6, G6)


@test("EHT-02 a kernel host changes its sources")
def real_sources(t):
    net = snooping(t, AUTO, fresh=True)
    member = Host(net, 1).member(G)
    for n in (1, 2):
        member.join_source(S(n))
    wait_until(lambda: str(net.mcs.rec(1, G)) == "IN(1,2)", what="IN(1,2)")
    net.flush()
    member.leave_source(S(1))
    wait_until(lambda: str(net.mcs.rec(1, G)) == "IN(2)", what="IN(2)")
    t.eq([net.data(4, G, src=S(n)) for n in (1, 2)], [[], [1]])
    quiet(net)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
