#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Specific queries, ours and heard ones: RFC 3376 sections 6.6.1 and 6.6.3."""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.packets import (TO_IN, igmp2_leave, igmp2_report, igmp3_allow,
                         igmp3_block, igmp3_is_ex, igmp3_is_in, igmp3_to_ex,
                         igmp3_to_in, igmp_query, mld1_done, mld1_report,
                         mld2_allow, mld2_block, mld2_is_ex, mld2_is_in,
                         mld2_report, mld2_to_ex, mld_query)
from lib.scenario import (G, G2, G6, GMI, LMQT, S, S6, TICK, example_ex,
                          example_in, is_specific, lives, same_queries,
                          snooping, specific, until)
from lib.vectors import VECTORS

HIGHER = "192.0.2.200"


def asked(net, port=1, group=None):
    """Specific queries so far: they would have been sent at once."""
    net.fence()
    return [f for f in net.frames(port) if is_specific(group)(f)]


@test("QRY-17 a group query: timer at LMQT, at once and LMQC - 1 times more",
      sim=True)
def group_query(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_to_ex(G), mld2_to_ex(G6))
    time.sleep(30)
    net.flush()
    t0 = net.send(1, igmp3_to_in(G), mld2_report((TO_IN, G6)))
    for group in (G, G6):
        t.near(net.mcs.rec(1, group).timer, LMQT, what=group)
    until(t0, 10)
    for group, kind in ((G, "igmp3_query"), (G6, "mld2_query")):
        same_queries(specific(net, 1, group, t0), [(0, 0, ""), (1, 0, "")])
        for f in net.frames(1):
            if is_specific(group)(f):
                t.eq((f.kind, f.dst, f.mrt, f.qrv, f.qqi, f.ttl, f.ra,
                      f.csum_ok), (kind, group, 1.0, 2, 125, 1, True, True))


@test("QRY-18 QRK-04 the S flag of the repeat says whether it was answered",
      sim=True)
def sflag(t):
    net = snooping(t, family=46)
    for answered in (False, True):
        net.send(1, igmp3_to_ex(G), mld2_to_ex(G6))
        net.flush()
        t0 = net.send(1, igmp3_to_in(G), mld2_report((TO_IN, G6)))
        until(t0, 0.5)
        if answered:
            net.send(1, igmp3_is_ex(G), mld2_is_ex(G6))
        until(t0, 10)
        for group in (G, G6):
            same_queries(specific(net, 1, group, t0),
                         [(0, 0, ""), (1, int(answered), "")])
            t.eq(bool(net.mcs.rec(1, group)), answered, group)


@test("QRY-19 QRK-05 a source query at once, only for timers above LMQT",
      sim=True)
def source_query(t):
    net = snooping(t, family=46)
    example_in(net)
    example_in(net, group=G6)
    net.flush()
    t0 = net.send(1, igmp3_block(G, S(2), S(3)), mld2_block(G6, S6(2), S6(3)))
    for group, source in ((G, S(2)), (G6, S6(2))):
        t.near(net.mcs.rec(1, group).forward[source], LMQT, what=group)
    until(t0, 0.4)
    net.send(1, igmp3_block(G, S(2)), mld2_block(G6, S6(2)))
    lives(t, lambda: [str(net.mcs.rec(1, g)) for g in (G, G6)] ==
          ["IN(1,2)"] * 2, LMQT, t0, "source 2")
    until(t0, 10)
    for group in (G, G6):
        t.eq(str(net.mcs.rec(1, group)), "IN(1)")
        same_queries(specific(net, 1, group, t0),
                     [(0, 0, "2"), (1, 0, "2")])


@test("QRY-20 QRK-05 each round asks with S for the answered, without for "
      "the rest", sim=True)
def two_messages(t):
    net = snooping(t, family=46)
    net.mcs("bridge set dev br0 last-member-count 3")
    for group, allow, block, answer, source in (
            (G, igmp3_allow, igmp3_block, igmp3_is_in, S),
            (G6, mld2_allow, mld2_block, mld2_is_in, S6)):
        net.send(1, allow(group, source(1), source(2), source(3)))
        net.flush()
        t0 = net.send(1, block(group, source(1), source(2)))
        until(t0, 0.5)
        net.send(1, answer(group, source(1)))
        until(t0, 1.5)
        net.send(1, answer(group, source(2)))
        until(t0, 10)
        same_queries(specific(net, 1, group, t0),
                     [(0, 0, "1,2"), (1, 1, "1"), (1, 0, "2"), (2, 1, "1,2")])
        t.eq(str(net.mcs.rec(1, group)), "IN(1,2,3)")


@test("QRY-21 a second BLOCK joins the first; each source is asked LMQC times",
      sim=True)
def merged(t):
    net = snooping(t, family=46)
    for group, allow, block, source in ((G, igmp3_allow, igmp3_block, S),
                                        (G6, mld2_allow, mld2_block, S6)):
        net.send(1, allow(group, source(1), source(2)))
        net.flush()
        t0 = net.send(1, block(group, source(1)))
        until(t0, 0.3)
        net.send(1, block(group, source(2)))
        lives(t, lambda g=group: str(net.mcs.rec(1, g)) == "IN(1,2)", 2, t0,
              "source 1")
        lives(t, lambda g=group: bool(net.mcs.rec(1, g)), 2.3, t0, "source 2")
        until(t0, 10)
        same_queries(specific(net, 1, group, t0),
                     [(0, 0, "1"), (0.3, 0, "1,2"), (1.3, 0, "2")])


@test("QRY-21 a group query in the same round stands for the one with S",
      sim=True)
def replaced(t):
    net = snooping(t)
    net.send(1, igmp3_is_ex(G))
    net.send(1, igmp3_allow(G, S(1), S(2)))
    net.flush()
    t0 = net.send(1, igmp3_to_in(G))
    until(t0, 0.5)
    net.send(1, igmp3_allow(G, S(1)))
    until(t0, 10)
    same_queries(specific(net, 1, G, t0),
                 [(0, 0, ""), (0, 0, "1,2"), (1, 0, ""), (1, 0, "2")])
    t.eq(str(net.mcs.rec(1, G)), "IN(1)")


@test("QRY-22 split queries are split in every round, each source once",
      sim=True)
def split(t):
    net = snooping(t, "max-sources 1000")
    many = [f"10.0.{n // 250}.{n % 250 + 1}" for n in range(400)]
    net.send(1, igmp3_allow(G, *many[:200]), igmp3_allow(G, *many[200:]))
    net.flush()
    t0 = net.send(1, igmp3_to_in(G))
    until(t0, 10)
    frames = [f for f in net.frames(1) if is_specific(G)(f)]
    for at in (0, 1):
        now_ = [f for f in frames if abs(f.t - t0 - at) < 0.01]
        t.eq(sorted(len(f.sources) for f in now_), [34, 366], f"at {at} s")
        t.eq(len({s for f in now_ for s in f.sources}), 400)
        t.ok(max(len(f.l3) for f in now_) <= 1500, "MTU")
    t.eq((len(frames), str(net.mcs.rec(1, G))), (4, "none"))


@test("QRY-23 QRK-08 not querier: no leave of any kind asks or lowers",
      sim=True)
def not_querier(t):
    net = snooping(t, family=46)
    net.send(3, igmp_query(3), mld_query(2))
    t.eq([net.mcs.querier(f)["state"] for f in (4, 6)], ["other"] * 2)
    example_in(net, group=G)
    example_ex(net, group=G2)
    net.send(1, mld1_report(G6))
    time.sleep(100)
    net.flush()
    net.send(1, igmp3_block(G, S(1), S(2)), igmp3_to_in(G),
             igmp3_to_in(G2), igmp2_leave(G2), mld1_done(G6),
             mld2_report((TO_IN, G6)))
    rec, rec2 = net.mcs.rec(1, G), net.mcs.rec(1, G2)
    t.eq((str(rec), str(rec2), str(net.mcs.rec(1, G6))),
         ("IN(1,2)", "EX(1,2;3,4)", "EX(;)"))
    t.near(rec2.timer, GMI - 100, what="group timer")
    t.near(net.mcs.rec(1, G6).timer, GMI - 100, what="MLD group timer")
    for r in (rec, rec2):
        t.near(r.forward[S(1)], GMI - 100, what="source timer")
    time.sleep(10)
    t.eq(specific(net, 1), [])
    t.eq(net.data(4, G, src=S(1)), [1, 3], "the member is served")
    t0 = net.send(3, igmp_query(3, G2))
    lives(t, lambda: str(net.mcs.rec(1, G2)) == "EX(1,2;3,4)", LMQT, t0,
          "until the querier asks")


@test("QRY-24 V03 V09 V36 heard queries lower by their own time, on all ports",
      sim=True)
def heard(t):
    net = snooping(t, family=46)
    for port in (1, 2):
        net.send(port, igmp3_to_ex(G), igmp3_allow(G2, S(1), S(2), S(3)),
                 mld2_allow(G6, "2001:db8::51", "2001:db8::52"))
    net.send(3, VECTORS["V03"], VECTORS["V36"],
             igmp_query(3, G2, [S(1), S(2)], mrt=24.8, qqi=288))
    for port in (1, 2):
        t.near(net.mcs.rec(port, G).timer, 2, what=f"V03, p{port}")
        r = net.mcs.rec(port, G2)
        t.near(r.forward[S(1)], 49.6, what=f"V09's source 1, p{port}")
        t.near(r.forward[S(2)], 49.6, what=f"V09's source 2, p{port}")
        t.near(r.forward[S(3)], GMI, what=f"another source, p{port}")
        r = net.mcs.rec(port, G6)
        t.near(r.forward["2001:db8::51"], 2, what=f"V36, p{port}")
        t.near(r.forward["2001:db8::52"], GMI, what=f"not asked, p{port}")


@test("QRY-24 QRK-11 a source query: X is lowered, Y and the group are not, "
      "with S nothing", sim=True)
def heard_sources(t):
    net = snooping(t)
    example_ex(net)
    net.send(3, igmp_query(3, G, [S(1), S(3), S(9)], sflag=True),
             VECTORS["V08"])
    rec = net.mcs.rec(1, G)
    t.near(rec.forward[S(1)], GMI, what="source 1, S set")
    t.near(rec.timer, GMI, what="group, S set")
    t0 = net.send(3, igmp_query(3, G, [S(1), S(3), S(9)], mrt=2))
    rec = net.mcs.rec(1, G)
    t.eq(str(rec), "EX(1,2;3,4)")
    t.near(rec.forward[S(1)], 4, what="source 1")
    t.near(rec.forward[S(2)], GMI, what="source 2")
    t.near(rec.timer, GMI, what="group")
    lives(t, lambda: net.data(4, G, src=S(1)) == [1, 3], 4, t0, "source 1")
    t.eq(str(net.mcs.rec(1, G)), "EX(2;1,3,4)")


@test("QRY-25 only the port that left is asked; routers too if it was the "
      "last", sim=True)
def where(t):
    net = snooping(t, family=46, router=3)
    for port in (1, 2):
        net.send(port, igmp2_report(G), mld1_report(G6))
    for leaving, others in ((1, [2, 3, 4]), (2, [1, 4])):
        net.flush()
        net.send(leaving, igmp2_leave(G), mld1_done(G6))
        time.sleep(5)
        for group in (G, G6):
            t.eq(len([f for f in net.frames(leaving)
                      if is_specific(group)(f)]), 2, f"p{leaving}")
            for port in others:
                t.eq([f for f in net.frames(port) if is_specific(group)(f)],
                     [], f"p{port}")
    t.eq({f.group for f in net.frames(3) if is_specific()(f)}, {G, G6},
         "the router port, at last")


@test("QRY-26 an IGMPv2 or MLDv1 querier: joins and leaves, no sources",
      sim=True)
def old_querier(t):
    net = snooping(t, "igmp-version 2 mld-version 1", family=46)
    for group, allow, block, to_in, is_in, source, kind, length in (
            (G, igmp3_allow, igmp3_block, igmp3_to_in, igmp3_is_in, S,
             "igmp2_query", 8),
            (G6, mld2_allow, mld2_block,
             lambda g: mld2_report((TO_IN, g)), mld2_is_in, S6,
             "mld1_query", 24)):
        net.send(1, allow(group, source(1)))
        t.eq(str(net.mcs.rec(1, group)), "EX(;)", "ALLOW is a join")
        net.flush()
        net.send(1, block(group, source(1)), is_in(group))
        t.eq((str(net.mcs.rec(1, group)), asked(net)), ("EX(;)", []))
        t.eq(net.data(4, group, src=source(7)), [1], "every source")
        t0 = net.send(1, to_in(group))
        lives(t, lambda g=group: bool(net.mcs.rec(1, g)), LMQT, t0, group)
        seen = [(round(f.t - t0, 2), f.kind, f.msglen, f.mrt)
                for f in net.frames(1) if is_specific(group)(f)]
        t.eq(seen, [(0, kind, length, 1.0), (1, kind, length, 1.0)])


@test("QRY-02 QRY-03 QRK-11 every octet of a general query, at the defaults")
def octets(t):
    net = Net(t, addr6="fe80::77")
    net.flush()
    net.mcs("bridge add dev br0 querier on")
    f = net.expect(1, lambda f: f.kind == "igmp3_query")
    t.eq((f.dmac.hex(":"), f.dst, f.ttl, f.tos, f.ra, f.msglen, f.sflag,
          f.qrv, f.qqi, f.sources, f.csum_ok, len(f.l3)),
         ("01:00:5e:00:00:01", "224.0.0.1", 1, 0xc0, True, 12, False, 2, 125,
          [], True, 36))
    f = net.expect(1, lambda f: f.kind == "mld2_query")
    t.eq((f.dmac.hex(":"), f.src, f.dst, f.ttl, f.ra, f.msglen, f.sflag,
          f.qrv, f.qqi, f.sources, f.csum_ok, len(f.l3)),
         ("33:33:00:00:00:01", "fe80::77", "ff02::1", 1, True, 28, False, 2,
          125, [], True, 76))
    t.ok(TICK < 1, "the clock")
    net.send(3, igmp_query(3, src=HIGHER))
    net.mcs("bridge del dev br0")
    for settings, qrv, qqi in (("robustness 7 query-interval 300", 7, 288),
                               ("robustness 8 query-interval 31744", 0,
                                31744)):
        net.flush()
        net.mcs("bridge add dev br0 querier on " + settings)
        for kind in ("igmp3_query", "mld2_query"):
            f = net.expect(1, lambda f, k=kind: f.kind == k)
            t.eq((f.qrv, f.qqi), (qrv, qqi), f"{kind}, {settings}")
        net.mcs("bridge del dev br0")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
