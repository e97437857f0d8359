#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Less than the whole of IGMPv3 and MLDv2, where a setting asks for that."""
import time

from lib import ktap, mcs
from lib.ktap import SIM, test
from lib.packets import (igmp1_report, igmp2_leave, igmp2_report, igmp3_allow,
                         igmp3_block, igmp3_is_ex, igmp3_is_in, igmp3_to_ex,
                         igmp3_to_in, mld1_done, mld1_report, mld2_allow,
                         mld2_block, mld2_is_ex, mld2_to_ex)
from lib.scenario import (G, G6, GMI, LMQT, S, S6, is_specific,
                          same_queries, snooping, specific)

MOMENT = 3 if SIM else 0.5
FAMILIES = (
    (4, G, S, igmp3_is_ex, igmp3_to_ex, igmp3_allow, igmp3_block),
    (6, G6, S6, mld2_is_ex, mld2_to_ex, mld2_allow, mld2_block),
)


def quiet(net):
    """Nobody is asked for anything specific."""
    net.no_frame(is_specific(), during=MOMENT)


@test("LW-02 lightweight: TO_EX({1}) and IS_EX({1}) block nothing")
def exclude(t):
    for family, group, s, is_ex, to_ex, _, _ in FAMILIES:
        net = snooping(t, "lightweight on", family=family)
        for report in (to_ex, is_ex):
            net.send(1, report(group, s(1)))
            t.eq([net.data(4, group, src=s(n)) for n in (1, 2)], [[1], [1]])
            t.eq(str(net.mcs.rec(1, group)), "EX(;)")


@test("LW-02 lightweight: EX({}) keeps what is included, until it runs out",
      sim=True)
def kept(t):
    for family, group, s, is_ex, to_ex, allow, _ in FAMILIES:
        net = snooping(t, "lightweight on", family=family)
        net.send(1, allow(group, s(1), s(2)))
        time.sleep(1)
        net.send(1, to_ex(group, host=2))
        net.fence()
        t.eq(str(net.mcs.rec(1, group)), "EX(1,2;)")
        time.sleep(100)
        net.send(1, is_ex(group, host=2), allow(group, s(2)))
        net.fence()
        t.eq(str(net.mcs.rec(1, group)), "EX(1,2;)")
        time.sleep(GMI - 101 - 0.01)
        t.eq(str(net.mcs.rec(1, group)), "EX(1,2;)", "10 ms before")
        time.sleep(0.02)
        t.eq(str(net.mcs.rec(1, group)), "EX(2;)", "it is not blocked")
        t.eq(net.data(4, group, src=s(1)), [1])


@test("LW-02 lightweight: BLOCK asks for X*B while the group timer runs",
      sim=True)
def block(t):
    for family, group, s, _, to_ex, allow, blk in FAMILIES:
        net = snooping(t, "lightweight on", family=family)
        net.send(1, allow(group, s(1), s(2)), to_ex(group))
        net.fence()
        net.flush()
        t0 = net.send(1, blk(group, s(2), s(3)))
        time.sleep(LMQT + 0.01)
        t.eq(str(net.mcs.rec(1, group)), "EX(1;)")
        same_queries(specific(net, 1, group, t0), [(0, 0, "2"), (1, 0, "2")])
        t.eq([net.data(4, group, src=s(n)) for n in (1, 2, 3)],
             [[1], [1], [1]], "nothing is blocked")


@test("LW-02 lightweight: what is included stays when the group is left",
      sim=True)
def left(t):
    net = snooping(t, "lightweight on unregistered routers")
    net.send(1, igmp3_allow(G, S(1)), igmp3_to_ex(G, host=2))
    net.fence()
    net.flush()
    t0 = net.send(1, igmp3_to_in(G, host=2))
    time.sleep(0.5)
    net.send(1, igmp3_is_in(G, S(1)))
    time.sleep(2)
    t.eq([net.data(4, G, src=S(n)) for n in (1, 2)], [[1], []])
    same_queries(specific(net, 1, G, t0), [(0, 0, ""), (0, 0, "1"),
                                           (1, 0, "")])


@test("LW-02 lightweight with fast-leave auto: at once, as far as it is known")
def fast(t):
    net = snooping(t, "lightweight on fast-leave auto unregistered routers")
    net.send(1, igmp3_allow(G, S(1), S(2)), igmp3_to_ex(G, S(1), host=2))
    net.fence()
    net.flush()
    net.send(1, igmp3_to_in(G, host=2))
    t.eq(str(net.mcs.rec(1, G)), "IN(1,2)")
    net.send(1, igmp3_block(G, S(1)))
    t.eq([net.data(4, G, src=S(n)) for n in (1, 2)], [[], [1]])
    quiet(net)


@test("LW-02 switched on, what was blocked is not any more; and off again")
def switched(t):
    net = snooping(t)
    net.send(1, igmp3_to_ex(G, S(1)))
    t.eq(net.data(4, G, src=S(1)), [])
    net.mcs("vlan set dev br0 vid 0 lightweight on")
    net.send(1, igmp3_is_ex(G, S(1)))
    t.eq(net.data(4, G, src=S(1)), [1])
    net.mcs("vlan reset dev br0 vid 0")
    net.send(1, igmp3_to_in(G, S(2)), igmp3_to_ex(G, S(2), S(3)))
    net.fence()
    t.eq(str(net.mcs.rec(1, G)), "EX(2,3;)", "asked for, then blocked")


@test("SNOOP-12 source-filter off: whoever wants a source joins the group")
def join(t):
    for family, group, s, is_ex, _, allow, blk in FAMILIES:
        net = snooping(t, "source-filter off", family=family)
        net.send(1, allow(group, s(1)))
        t.eq(str(net.mcs.rec(1, group)), "EX(;)")
        net.send(2, is_ex(group, s(2)), blk(group, s(3)))
        t.eq([net.data(4, group, src=s(n)) for n in (1, 2, 3)],
             [[1, 2]] * 3)
        quiet(net)


@test("SNOOP-12 source-filter off: leaves are leaves, and still asked about",
      sim=True)
def leave(t):
    net = snooping(t, "source-filter off")
    net.send(1, igmp3_allow(G, S(1)))
    net.fence()
    net.flush()
    net.send(1, igmp3_to_in(G, S(2)))
    quiet(net)
    t0 = net.send(1, igmp3_to_in(G))
    time.sleep(LMQT - 0.002)
    t.ok(net.mcs.rec(1, G), "2 ms before LMQT")
    time.sleep(0.004)
    t.eq(str(net.mcs.rec(1, G)), "none", "2 ms after")
    same_queries(specific(net, 1, G, t0), [(0, 0, ""), (1, 0, "")])
    t.eq({f.kind for f in net.frames(1) if is_specific(G)(f)},
         {"igmp3_query"}, "of the version that is set")


@test("CMP-10 compat off: older reports create nothing and are counted")
def no_compat(t):
    net = snooping(t, "compat off", family=46)
    grown = net.mcs.counting("skip_", port=1)
    net.send(1, igmp1_report(G), igmp2_report(G), mld1_report(G6))
    net.fence()
    t.eq([k for k in net.mcs.table() if k[0] == "p1"], [])
    t.eq(grown(), {"skip_compat": 3})


@test("CMP-10 compat off: older messages do not change what others want")
def no_compat_mode(t):
    net = snooping(t, "compat off", family=46)
    net.send(1, igmp3_allow(G, S(1)), mld2_allow(G6, S6(1)))
    net.fence()
    net.flush()
    net.send(1, igmp1_report(G), igmp2_report(G), igmp2_leave(G),
             mld1_report(G6), mld1_done(G6))
    quiet(net)
    for group, s, version in ((G, S, 3), (G6, S6, 2)):
        rec = net.mcs.rec(1, group)
        t.eq((str(rec), rec.host_version), ("IN(1)", version))
        t.eq([net.data(4, group, src=s(n)) for n in (1, 2)], [[1], []])
    net.mcs("bridge set dev br0 compat on")
    net.send(1, igmp2_report(G))
    t.eq(net.data(4, G, src=S(2)), [1], "when it is on again")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
