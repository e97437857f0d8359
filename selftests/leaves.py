#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Leaves of every version, the queries after them, and what is no leave."""
import time

from lib import ktap, mcs
from lib.host import Host
from lib.ktap import test
from lib.ns import now, wait_until
from lib.packets import (ROUTER, igmp1_report, igmp2_leave, igmp2_report,
                         igmp3_allow, igmp3_block, igmp3_to_ex, igmp3_to_in,
                         igmp_query, mld1_done, mld1_report, mld2_allow,
                         mld2_to_ex, mld2_to_in, mld_query)
from lib.scenario import (G, G6, GMI, LMQT, SSM, SSM6, S, S6, is_specific,
                          same_queries, snooping, specific)

# For real clocks: a leave that is over soon.
FAST = "" if ktap.SIM else " last-member-interval 200ms"


def gone_at(t, net, port, group, when, t0):
    """The record is there until `when` seconds after t0, and then gone."""
    time.sleep(max(0, t0 + when - 0.002 - now()))
    t.ok(net.mcs.rec(port, group), f"record 2 ms before {when} s")
    time.sleep(max(0, t0 + when + 0.002 - now()))
    t.eq(str(net.mcs.rec(port, group)), "none", f"2 ms after {when} s")


def leaving(t, net, port, joins, leaves, group):
    """Join, leave: two group-specific queries, gone at LMQT."""
    net.send(port, joins)
    net.flush()
    t0 = net.send(port, leaves)
    gone_at(t, net, port, group, LMQT, t0)
    same_queries(specific(net, port, group, t0), [(0, 0, ""), (1, 0, "")])


@test("V2-07 V2-09 QRY-17 QRY-18 leave: two queries, gone at LMQT", sim=True)
def igmp2(t):
    net = snooping(t)
    leaving(t, net, 1, igmp2_report(G), igmp2_leave(G), G)
    q = [f for f in net.frames(1) if is_specific(G)(f)][0]
    t.eq((q.kind, q.dst, q.mrt, q.ttl, q.ra, q.csum_ok),
         ("igmp3_query", G, 1.0, 1, True, True), "the query")


@test("V3-27 TO_IN({}) leaves like a leave", sim=True)
def igmp3(t):
    leaving(t, snooping(t), 1, igmp3_to_ex(G), igmp3_to_in(G), G)


@test("CMP-09 a leave in mode 3 is TO_IN({})", sim=True)
def leave_mode3(t):
    leaving(t, snooping(t), 1, igmp3_to_ex(G), igmp2_leave(G), G)


@test("CMP-08 MLDv1 done is obeyed with MLDv1 hosts present", sim=True)
def done(t):
    net = snooping(t, family=6)
    leaving(t, net, 1, mld1_report(G6), mld1_done(G6), G6)
    q = [f for f in net.frames(1) if is_specific(G6)(f)][0]
    t.eq((q.kind, q.dst, q.mrt, q.ttl, q.ra, q.src, q.csum_ok),
         ("mld2_query", G6, 1.0, 1, True, "fe80::77", True), "the query")


@test("MLDv2 TO_IN({}) leaves", sim=True)
def mld2(t):
    leaving(t, snooping(t, family=6), 1, mld2_to_ex(G6), mld2_to_in(G6), G6)


@test("V2-05 CMP-04 with a version 1 host leaves are ignored")
def v1_present(t):
    net = snooping(t)
    net.send(1, igmp1_report(G))
    net.flush()
    before = net.mcs.rec(1, G).timer
    net.send(1, igmp2_leave(G), igmp3_to_in(G))
    net.no_frame(is_specific(G), [1], during=3 if ktap.SIM else 0.5)
    t.between(net.mcs.rec(1, G).timer, before - (4 if ktap.SIM else 30),
              before, "group timer")


@test("CMP-03 in mode 2 BLOCK is ignored")
def block_mode2(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.flush()
    net.send(1, igmp3_block(G, S(1)))
    net.no_frame(is_specific(G), [1], during=3 if ktap.SIM else 0.5)
    t.eq(str(net.mcs.rec(1, G)), "EX(;)")
    t.eq(net.data(4, G, src=S(1)), [1])


@test("V2-08 QRY-18 an answer restores GMI; the repeat has S set", sim=True)
def answered(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.flush()
    t0 = net.send(1, igmp2_leave(G))
    time.sleep(0.5)
    net.send(1, igmp2_report(G))
    t.near(net.mcs.rec(1, G).timer, GMI, what="group timer")
    time.sleep(5)
    same_queries(specific(net, 1, G, t0), [(0, 0, ""), (1, 1, "")])


@test("V2-08 SEC-12 a stream has no gap while a leave is answered")
def no_gap(t):
    net = snooping(t, FAST)
    net.send(1, igmp2_report(G))
    net.send(1, igmp2_leave(G))
    for i in range(20):
        t.eq(net.data(4, G), [1], f"frame {i}")
        if i == 5:
            net.send(1, igmp2_report(G))
        time.sleep(0.2 if ktap.SIM else 0.05)


@test("V3-25 the stream goes on until LMQT, and no longer", sim=True)
def until_lmqt(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.send(2, igmp2_report(G))
    t0 = net.send(1, igmp2_leave(G))
    for at, ports in ((0, [1, 2]), (1.9, [1, 2]), (1.998, [1, 2]),
                      (2.002, [2]), (10, [2])):
        time.sleep(max(0, t0 + at - now()))
        t.eq(net.data(4, G), ports, f"after {at} s")


@test("V2-12 a leave of a group that is not there is not queried")
def not_member(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.flush()
    net.send(2, igmp2_leave(G))
    net.no_frame(is_specific(), during=3 if ktap.SIM else 0.5)
    t.eq(net.mcs.table(), {("p1", 0, G): "EX(;)"})


@test("QRY-25 queries after a leave go to that port only")
def only_there(t):
    net = snooping(t, router=3)
    net.send(1, igmp2_report(G))
    net.send(2, igmp2_report(G))
    net.flush()
    net.send(1, igmp2_leave(G))
    net.expect(1, is_specific(G))
    net.no_frame(is_specific(G), [2, 3, 4], during=3 if ktap.SIM else 0.5)


@test("QRY-25 the last leave is asked of the router port too")
def last_leave(t):
    net = snooping(t, router=3)
    net.send(1, igmp2_report(G))
    net.flush()
    net.send(1, igmp2_leave(G))
    net.expect(1, is_specific(G))
    net.expect(3, is_specific(G))
    net.no_frame(is_specific(G), [2, 4], during=3 if ktap.SIM else 0.5)


@test("QRY-23 V2-10 not the querier: no query, no timer lowered")
def non_querier(t):
    net = snooping(t, "query-interval 125")
    net.send(3, igmp_query(3))
    net.fence()
    t.eq(net.mcs.querier()["state"], "other", "querier")
    net.send(1, igmp3_to_ex(G))
    net.send(2, igmp2_report(G))
    net.flush()
    net.send(1, igmp3_to_in(G))
    net.send(2, igmp2_leave(G))
    net.no_frame(is_specific(), during=3 if ktap.SIM else 0.5)
    t.between(net.mcs.rec(1, G).timer, 200, 270, "timer on p1")
    t.between(net.mcs.rec(2, G).timer, 200, 270, "timer on p2")


@test("V2-11 QRY-24 a heard query lowers the group on all ports", sim=True)
def heard(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.send(2, igmp2_report(G))
    t0 = net.send(3, igmp_query(2, G))
    for port in (1, 2):
        t.near(net.mcs.rec(port, G).timer, LMQT, what=f"p{port}")
    time.sleep(1)
    net.send(2, igmp2_report(G))
    gone_at(t, net, 1, G, LMQT, t0)
    t.near(net.mcs.rec(2, G).timer, GMI - 1.002, 0.01, "p2, who answered")


@test("QRY-24 lowering is LMQC times the response time of the query",
      sim=True)
def heard_mrt(t):
    net = snooping(t, family=46)
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.send(3, igmp_query(3, G, mrt=5), mld_query(2, G6, mrt=3))
    t.near(net.mcs.rec(1, G).timer, 10, what="IGMP")
    t.near(net.mcs.rec(1, G6).timer, 6, what="MLD")


@test("V3-07 a query never raises a timer", sim=True)
def never_raised(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.send(3, igmp_query(2, G))
    time.sleep(1.5)
    net.send(3, igmp_query(2, G))
    t.near(net.mcs.rec(1, G).timer, 0.5, what="group timer")


@test("QRY-14 V08 a query with S set lowers nothing", sim=True)
def sflag(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.send(3, igmp_query(3, G, sflag=True))
    t.near(net.mcs.rec(1, G).timer, GMI, what="group timer")


@test("QRY-15 a general query lowers nothing", sim=True)
def general(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.send(3, igmp_query(3))
    t.near(net.mcs.rec(1, G).timer, GMI, what="group timer")


@test("V2-13 losing the election does not end a leave check", sim=True)
def lose_election(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.flush()
    t0 = net.send(1, igmp2_leave(G))
    time.sleep(0.3)
    net.send(3, igmp_query(2))
    t.eq(net.mcs.querier()["state"], "other", "querier")
    gone_at(t, net, 1, G, LMQT, t0)
    same_queries(specific(net, 1, G, t0), [(0, 0, ""), (1, 0, "")])


@test("SSM-03 a leave or done of an SSM group is ignored, TO_IN is not")
def ssm(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_allow(SSM, S(1)), mld2_allow(SSM6, S6(1)))
    net.flush()
    grown = net.mcs.counting("skip_", port=1)
    net.send(1, igmp2_leave(SSM), mld1_done(SSM6))
    net.no_frame(is_specific(), during=3 if ktap.SIM else 0.5)
    t.eq(grown(), {"skip_ssm": 2})
    t.eq(str(net.mcs.rec(1, SSM)) + str(net.mcs.rec(1, SSM6)), "IN(1)IN(1)")
    net.send(1, igmp3_to_in(SSM), mld2_to_in(SSM6))
    net.expect(1, is_specific(SSM), what="SSM-04 a query of the source")
    net.expect(1, is_specific(SSM6), what="SSM-04 a query of the source")


@test("LW-01 TO_EX({}) again on EX({};{}) sends no query")
def repeat_join(t):
    net = snooping(t)
    net.send(1, igmp3_to_ex(G))
    net.flush()
    net.send(1, igmp3_to_ex(G))
    net.no_frame(is_specific(), during=3 if ktap.SIM else 0.5)


def kernel(t, family, group, version=None):
    """A kernel host joins and leaves; its stream ends, another's goes on."""
    net = snooping(t, FAST, family=family, fresh=True)
    net.send(2, igmp2_report(group) if family == 4 else mld1_report(group))
    host = Host(net, 1)
    host.version(**(version or {}))
    member = host.join(group)
    wait_until(lambda: net.mcs.rec(1, group), what="the join")
    t.eq(net.data(4, group), [1, 2])
    net.flush()
    member.leave()
    wait_until(lambda: not net.mcs.rec(1, group), what="the leave")
    t.ok(any(is_specific(group)(f) for f in net.frames(1)), "queries on h1")
    t.eq(net.data(4, group), [2])


@test("kernel host leaves with IGMPv2")
def kernel2(t):
    kernel(t, 4, G, {"igmp": 2})


@test("kernel host leaves with IGMPv3")
def kernel3(t):
    kernel(t, 4, G)


@test("kernel host leaves with MLDv1")
def kernel_mld1(t):
    kernel(t, 6, G6, {"mld": 1})


@test("kernel host leaves with MLDv2")
def kernel_mld2(t):
    kernel(t, 6, G6)


@test("two kernel hosts behind one port: the one that stays is not cut off",
      sim=True)
def two_hosts(t):
    net = snooping(t, fresh=True)
    net.send(1, igmp3_to_ex(G, host=5))
    host = Host(net, 1)
    host.join(G)
    net.send(1, igmp3_to_in(G, host=5))
    for i in range(30):
        t.eq(net.data(4, G), [1], f"after {i * 0.1:.1f} s")
        time.sleep(0.1)


@test("a router's leave check heard from afar is answered by the host",
      sim=True)
def remote_check(t):
    net = snooping(t, fresh=True)
    host = Host(net, 2)
    host.join(G)
    time.sleep(5)
    net.send(3, igmp_query(3, G, host=ROUTER))
    time.sleep(10)
    # it is not the querier's: we ask twice, one second apart; and a jiffy or
    # two on top of the second that a query allows
    t.between(net.mcs.rec(2, G).timer, GMI - 10, GMI - 7.9, "group timer")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
