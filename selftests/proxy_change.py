#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Proxy reporting: what is told unasked, and in which version."""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.ns import now
from lib.packets import (ALLOW, IS_IN, TO_EX, igmp2_leave, igmp2_report,
                         igmp3_allow, igmp3_block, igmp3_is_ex, igmp3_is_in,
                         igmp3_report, igmp3_to_ex, igmp3_to_in, igmp_query,
                         mld1_done, mld1_report, mld2_allow, mld2_report,
                         mld2_to_in)
from lib.scenario import (G, G2, G6, G62, LMQT, QRI, S, S6, is_specific,
                          same_queries, sources, specific)
from lib.upstream import checked, foreign, heard, proxying, query, texts


@test("PRX-03 TMR-11 a change is reported at once and again within 1 s",
      sim=True)
def repeats(t):
    net = proxying(t)
    gaps = []
    for i in range(60):
        net.flush()
        leave = i % 2
        t0 = net.send(1, (igmp3_block if leave else igmp3_allow)(G, S(1)))
        time.sleep(10)
        want = f"{'BLOCK' if leave else 'ALLOW'} {G}(1)"
        at = heard(net, 3, t0)
        t.eq([text for _, text in at], [want] * 2, "reports")
        t.near(at[0][0], LMQT if leave else 0, 0.002, "the first")
        gap = at[1][0] - at[0][0]
        t.between(gap, 0, 1.001, "the second")
        gaps.append(gap)
        if i % 10 == 9:
            net.send(3, query())
            time.sleep(20)
    t.ok(min(gaps) < 0.2 and max(gaps) > 0.8, f"random: {sorted(gaps)}")
    checked(t, net)


@test("PRX-03 robustness 4: four reports", sim=True)
def robust(t):
    net = proxying(t, "robustness 4")
    net.send(3, query(qrv=4))
    time.sleep(40)
    net.flush()
    t0 = net.send(1, igmp3_to_ex(G))
    time.sleep(10)
    at = heard(net, 3, t0)
    t.eq([text for _, text in at], [f"TO_EX {G}()"] * 4)
    for a, b in zip(at, at[1:]):
        t.between(b[0] - a[0], 0, 1.001, "interval")


@test("PRX-03 a second join is not reported", sim=True)
def second_join(t):
    net = proxying(t)
    net.send(1, igmp3_to_ex(G))
    time.sleep(5)
    t.eq(texts(net), [f"TO_EX {G}()"] * 2)
    net.flush()
    net.send(2, igmp3_to_ex(G))
    net.send(1, igmp3_to_ex(G), igmp3_is_ex(G))
    net.send(4, igmp3_is_in(G, S(1)))
    time.sleep(30)
    t.eq(texts(net), [])


@test("PRX-03 pending reports are merged: RFC 3376 section 5.1", sim=True)
def pending(t):
    net = proxying(t, "robustness 3")
    net.send(3, query(qrv=3))
    time.sleep(40)

    def seen(*frames):
        net.flush()
        net.send(1, *frames)
        time.sleep(10)
        return texts(net)

    # all of this in one instant, so that each is reported at once
    t.eq(seen(igmp3_allow(G, S(1)), igmp3_allow(G, S(2))),
         [f"ALLOW {G}(1)"] + [f"ALLOW {G}(1,2)"] * 2 + [f"ALLOW {G}(2)"])
    # the change of mode is told three times, and the source after that
    t.eq(seen(igmp3_to_ex(G, S(5)), igmp3_allow(G, S(5))),
         [f"TO_EX {G}(5)", f"TO_EX {G}()", f"TO_EX {G}()", f"ALLOW {G}(5)"])


@test("PRX-05 the leave of the last port is told, no other", sim=True)
def last_leave(t):
    net = proxying(t)
    net.send(1, igmp3_to_ex(G))
    net.send(2, igmp3_to_ex(G))
    time.sleep(5)
    net.flush()
    t0 = net.send(1, igmp3_to_in(G))
    time.sleep(30)
    t.eq(texts(net), [], "p1 leaves, p2 stays")
    t.eq(foreign(net), [], "the leave itself")
    t.eq(net.mcs.table(), {("p2", 0, G): "EX(;)"})
    # we are not the querier, but who else could ask?
    same_queries(specific(net, 1, G, t0), [(0, 0, ""), (1, 0, "")])
    t.eq([f for f in net.frames() if is_specific(G)(f) and f.port > 1], [])
    net.flush()
    t0 = net.send(2, igmp3_to_in(G))
    time.sleep(30)
    at = heard(net, 3, t0)
    t.eq([text for _, text in at], [f"TO_IN {G}()"] * 2, "p2 leaves")
    t.near(at[0][0], LMQT, 0.002, "after the last member query time")


@test("PRX-05 who is known to be the last leaves at once", sim=True)
def fast_leave(t):
    net = proxying(t)
    net.mcs("bridge set dev br0 fast-leave auto")
    net.send(1, igmp3_to_ex(G, host=1), igmp3_to_ex(G, host=5))
    net.send(2, igmp3_to_ex(G, host=2))
    time.sleep(5)
    for port, host in (1, 1), (2, 2), (1, 5):
        t.eq(set(texts(net)), {f"TO_EX {G}()"}, f"before host {host} leaves")
        t0 = net.send(port, igmp3_to_in(G, host=host))
        time.sleep(5)
    at = [x for x in heard(net, 3, t0) if "TO_IN" in x[1]]
    t.eq(len(at), 2, "reports")
    t.near(at[0][0], 0, 0.002, "when")
    t.eq([sum(map(is_specific(G), net.frames(port))) for port in net.ports],
         [1, 1, 0, 0], "queries for those behind other switches")


@test("PRX-05 a member that dies, a port that goes down", sim=True)
def vanish(t):
    net = proxying(t)
    t0 = net.send(1, igmp3_to_ex(G))
    net.send(2, igmp3_to_ex(G2))
    for _ in range(3):
        time.sleep(100)
        net.send(3, query())
        net.send(2, igmp3_is_ex(G2))
    time.sleep(QRI)
    at = [x for x in heard(net, 3, t0) if "TO_IN" in x[1]]
    t.eq([text for _, text in at], [f"TO_IN {G}()"] * 2, "no more reports")
    t.near(at[0][0], 270, 0.002, "at the Group Membership Interval")
    net.flush()
    net.link(2, "down")
    time.sleep(5)
    t.eq(texts(net), [f"TO_IN {G2}()"] * 2, "the port goes down")


@test("PRX-05 the host is a member like others", sim=True)
def the_host(t):
    net = proxying(t)
    net.mcs(f"group add dev br0 port br0 grp {G}")
    net.send(1, igmp3_to_ex(G))
    time.sleep(5)
    t.eq(set(texts(net)), {f"TO_EX {G}()"})
    net.flush()
    net.send(1, igmp3_to_in(G))
    time.sleep(5)
    t.eq(texts(net), [])
    net.mcs(f"group del dev br0 port br0 grp {G}")
    time.sleep(5)
    t.eq(set(texts(net)), {f"TO_IN {G}()"})


@test("PRX-04 V02 TMR-11 a querier of version 2 gets reports and leaves",
      sim=True)
def version2(t):
    net = proxying(t, version=2)
    t.eq(net.mcs.querier()["upstream_version"], 2, "shown")
    gaps = []
    for i in range(30):
        net.flush()
        t0 = net.send(1, igmp3_allow(G, S(1)))
        net.send(1, igmp3_allow(G, S(2)))
        net.send(2, igmp2_report(G))
        time.sleep(30)
        at = heard(net, 3, t0)
        t.eq([text for _, text in at], [f"v2 {G}()"] * 2, "join")
        t.near(at[0][0], 0, 0.002, "the first")
        t.between(at[1][0], 0, 10.001, "the second")
        gaps.append(at[1][0])
        checked(t, net)
        net.flush()
        net.send(1, igmp3_to_in(G))
        t0 = net.send(2, igmp2_leave(G))
        time.sleep(10)
        at = heard(net, 3, t0)
        t.eq([text for _, text in at], [f"leave {G}()"], "leave")
        t.near(at[0][0], LMQT, 0.002, "when")
        checked(t, net)
        if i % 5 == 4:
            net.send(3, query(version=2))
            time.sleep(20)
    t.ok(min(gaps) < 2 and max(gaps) > 8, f"random: {sorted(gaps)}")
    net.send(1, igmp3_is_ex(G), igmp3_is_in(G2, S(1)))
    time.sleep(20)
    net.flush()
    t0 = net.send(3, query(version=2))
    time.sleep(QRI)
    at = heard(net, 3, t0)
    t.eq(sorted(text for _, text in at), [f"v2 {G}()", f"v2 {G2}()"])
    t.ok(at[0][0] != at[1][0], "each has its own delay")
    net.flush()
    net.send(3, igmp_query(2, G))
    time.sleep(1)
    t.eq(texts(net), [f"v2 {G}()"], "a specific query")


@test("PRX-04 a querier of version 1 gets no leave", sim=True)
def version1(t):
    net = proxying(t, version=1)
    t.eq(net.mcs.querier()["upstream_version"], 1, "shown")
    net.send(1, igmp3_to_ex(G))
    time.sleep(30)
    t.eq(texts(net), [f"v1 {G}()"] * 2, "join")
    net.flush()
    t0 = net.send(3, query(version=1))
    time.sleep(10)
    t.eq(texts(net), [f"v1 {G}()"], "answer")
    t.between(heard(net, 3, t0)[0][0], 0, 10, "delay")
    net.flush()
    net.link(1, "down")
    time.sleep(30)
    t.eq(net.mcs.table(), {})
    t.eq(texts(net), [], "the last member goes")


@test("PRX-04 TMR-11 a querier of MLDv1 gets reports and dones", sim=True)
def mld1(t):
    net = proxying(t, family=6, version=1)
    gaps = []
    for i in range(20):
        net.flush()
        t0 = net.send(1, mld2_allow(G6, S6(1)))
        net.send(2, mld1_report(G6))
        time.sleep(30)
        at = heard(net, 3, t0)
        t.eq([text for _, text in at], [f"mld1 {G6}()"] * 2, "join")
        t.near(at[0][0], 0, 0.002, "the first")
        t.between(at[1][0], 0, 10.001, "the second")
        gaps.append(at[1][0])
        net.flush()
        net.send(1, mld2_to_in(G6))
        t0 = net.send(2, mld1_done(G6))
        time.sleep(10)
        at = heard(net, 3, t0)
        t.eq([text for _, text in at], [f"done {G6}()"], "leave")
        checked(t, net)
        if i % 5 == 4:
            net.send(3, query(6, version=1))
            time.sleep(20)
    t.ok(min(gaps) < 3 and max(gaps) > 7, f"random: {sorted(gaps)}")


@test("PRX-03 TMR-11 MLDv2 changes are reported within 1 s", sim=True)
def mld2(t):
    net = proxying(t, family=6)
    for records, want in (
            ((IS_IN, G6, sources(1, 2, six=True)), f"ALLOW {G6}(1,2)"),
            ((TO_EX, G6, sources(3, six=True)), f"TO_EX {G6}(3)"),
            ((TO_EX, G62, ()), f"TO_EX {G62}()"),
            ((ALLOW, G6, sources(3, six=True)), f"ALLOW {G6}(3)")):
        net.flush()
        t0 = net.send(1, mld2_report(records))
        time.sleep(10)
        at = heard(net, 3, t0)
        t.eq([text for _, text in at], [want] * 2)
        t.near(at[0][0], 0, 0.002, "the first")
        t.between(at[1][0], 0, 1.001, "the second")
    checked(t, net)


@test("PRX-04 what was pending in another version is dropped", sim=True)
def switch(t):
    net = proxying(t, "robustness 7")
    net.send(3, query(qrv=7))
    time.sleep(40)
    net.flush()
    net.send(1, igmp3_to_ex(G), igmp3_allow(G2, S(1)))
    net.send(3, query(version=2))
    time.sleep(60)
    after = texts(net)[2:]
    t.eq(sorted(after), [f"v2 {G}()", f"v2 {G2}()"], "only the answers")


def older(t, settings, seconds, version=2):
    """The version goes up again that long after the last older query."""
    net = proxying(t, settings)
    net.send(1, igmp3_to_ex(G))
    time.sleep(20)
    # by the same querier, so that no other is elected
    t0 = net.send(3, query(version=version))
    want = min(version, 2)
    for at, is_older in ((1, True), (seconds - 0.01, True),
                         (seconds + 0.01, False)):
        while t0 + at - now() > 90:
            time.sleep(60)
            net.send(3, query())    # the router stays, and has learned
            net.send(1, igmp3_is_ex(G))
        time.sleep(max(0, t0 + at - now()))
        q = net.mcs.querier()
        t.eq(q["upstream_version"] == want, is_older, f"older after {at} s")
        t.eq("upstream_timer" in q, is_older, "shown")
        if is_older:
            t.near(q["upstream_timer"], seconds - at, 0.01, "time left")
        net.flush()
        net.send(2, igmp3_report((TO_EX, f"239.9.9.{int(at) % 250}", ())))
        net.fence()
        first = texts(net)[0].split()[0]
        t.eq(first == f"v{want}", is_older, f"reports in {first}")


@test("TMR-13 DLT-03 version 3 again after RV * QI + 10 * MRT, RFC 9776",
      sim=True)
def older9776(t):
    older(t, "", 2 * 125 + 10 * 10)


@test("TMR-13 version 3 again after RV * QI + QRI, RFC 3376", sim=True)
def older3376(t):
    older(t, "gmi-rule rfc3376", 2 * 125 + 10)


@test("TMR-13 a host of version 2 uses 1 for 400 s, RFC 2236", sim=True)
def older2236(t):
    older(t, "igmp-version 2", 400, version=1)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
