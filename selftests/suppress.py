#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Report suppression: one older report per group and round goes to routers."""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.packets import (igmp1_report, igmp2_leave, igmp2_report, igmp3_is_ex,
                         igmp3_to_ex, igmp_query, mld1_done, mld1_report,
                         mld2_is_ex, mld_query)
from lib.scenario import G, G2, G6, G62, snooping


def suppressing(t, settings="", family=4, **topology):
    """A bridge that suppresses reports, with a router behind p3."""
    return snooping(t, "report-suppression on " + settings, family=family,
                    router=3, **topology)


def once(t, family, report, query, group, other):
    """Three hosts report, p3 hears one; again after the next query."""
    net = suppressing(t, family=family)
    net.send(3, query)
    for turn in range(3):
        grown = [net.mcs.counting("reports_suppressed", port=p)
                 for p in (1, 2, 4)]
        t.eq([net.reach(p, report(group, host=p)) for p in (1, 2, 4)],
             [[3], [], []], f"round {turn}")
        t.eq([g() for g in grown], [{}] + [{"reports_suppressed": 1}] * 2,
             "counted")
        t.eq(net.reach(1, report(group, host=1)), [3], "the same host, once more")
        t.eq(net.reach(4, report(other, host=4)), [3], "another group")
        t.eq(sorted(p for p, _, g in net.mcs.table() if g == group),
             ["p1", "p2", "p4"], "all are learned")
        net.send(3, query)
        net.fence()


@test("SNOOP-11 three IGMPv2 reports, one on the router port")
def igmp2(t):
    once(t, 4, igmp2_report, igmp_query(2), G, G2)


@test("SNOOP-11 three IGMPv1 reports, one on the router port")
def igmp1(t):
    once(t, 4, igmp1_report, igmp_query(1), G, G2)


@test("SNOOP-11 three MLDv1 reports, one on the router port")
def mld1(t):
    once(t, 6, mld1_report, mld_query(1), G6, G62)


@test("SNOOP-11 our own general query begins a round", sim=True)
def own_query(t):
    net = suppressing(t)
    t.eq([net.reach(p, igmp2_report(G, host=p)) for p in (1, 2)], [[3], []])
    net.flush()
    net.expect(1, lambda f: f.is_general, 130)
    t.eq([net.reach(p, igmp2_report(G, host=p)) for p in (2, 1)], [[3], []])


@test("SNOOP-11 a specific query asks again, for that group")
def specific_query(t):
    net = suppressing(t)
    t.eq([net.reach(p, igmp2_report(g, host=p)) for g in (G, G2) for p in (1, 2)],
         [[3], [], [3], []])
    net.send(3, igmp_query(2, G))
    net.fence()
    t.eq([net.reach(p, igmp2_report(g, host=p)) for g in (G, G2) for p in (2, 4)],
         [[3], [], [], []])


@test("SNOOP-11 after a leave the one who stays is heard")
def leave(t):
    net = suppressing(t)
    for port in 1, 2:
        net.send(port, igmp2_report(G, host=port))
    t.eq(net.reach(1, igmp2_leave(G)), [3], "leaves pass")
    t.eq(net.reach(2, igmp2_leave(G)), [3], "each of them")
    t.eq(net.reach(4, igmp2_report(G, host=4)), [3], "we have asked since")


@test("SNOOP-11 MLD dones pass")
def done(t):
    net = suppressing(t, family=6)
    for port in 1, 2:
        net.send(port, mld1_report(G6, host=port))
    t.eq([net.reach(p, mld1_done(G6)) for p in (1, 2)], [[3], [3]])


@test("SNOOP-11 IGMPv3 and MLDv2 are never suppressed")
def newer(t):
    net = suppressing(t, family=46)
    for port in 1, 2, 4:
        t.eq([net.reach(port, f(g, host=port)) for f, g in
              ((igmp3_to_ex, G), (igmp3_is_ex, G), (mld2_is_ex, G6))],
             [[3]] * 3, f"of p{port}")
    t.eq(net.reach(1, igmp2_report(G, host=1)), [3])
    t.eq(net.reach(2, igmp3_is_ex(G, host=2)), [3])
    t.eq(net.mcs.stats().get("reports_suppressed"), None, "counted")


@test("SNOOP-11 a group is new again after its last member", sim=True)
def new_again(t):
    net = suppressing(t, "query-interval 1000")
    t.eq([net.reach(p, igmp2_report(G, host=p)) for p in (1, 2)], [[3], []])
    net.send(1, igmp2_leave(G))
    net.send(2, igmp2_leave(G))
    time.sleep(5)
    t.eq(net.mcs.table(), {})
    t.eq([net.reach(p, igmp2_report(G, host=p)) for p in (4, 2)], [[3], []])


@test("SNOOP-11 what came from a router port keeps no host's report back")
def from_router(t):
    net = suppressing(t)
    t.eq(net.reach(3, igmp2_report(G)), [])
    t.eq([net.reach(p, igmp2_report(G, host=p)) for p in (1, 2)], [[3], []])
    net.mcs("port set dev p4 router permanent")
    t.eq(net.reach(3, igmp2_report(G)), [4], "nor is it kept back")


@test("SNOOP-11 nothing is suppressed by default, nor without a querier")
def off(t):
    net = snooping(t, router=3)
    t.eq([net.reach(p, igmp2_report(G, host=p)) for p in (1, 2)], [[3], [3]])
    net.mcs("bridge set dev br0 report-suppression on querier off")
    t.eq(net.mcs.querier()["pruning"], "no_querier")
    t.eq([net.reach(p, igmp2_report(G2, host=p)) for p in (1, 2)],
         [[2, 3, 4], [1, 3, 4]], "flooded")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
