#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What one host must not do to another, and what other bridges get wrong."""
import time

from lib import ktap, mcs
from lib.host import Host
from lib.ktap import SIM, test
from lib.net import BR_MAC
from lib.packets import (ALLOW, IS_IN, TO_EX, igmp1_report, igmp2_leave,
                         igmp2_report, igmp3_allow, igmp3_block, igmp3_is_ex,
                         igmp3_report, igmp3_to_ex, igmp3_to_in, igmp_query,
                         mld1_report, mld2_report, mld2_to_ex, mld_query, mac)
from lib.scenario import (G, G2, G3, G6, G62, GMI, LMQT, S, S6, is_specific,
                          lives, same_queries, snooping, sources, specific,
                          until)

ALL = [1, 2, 3]


@test("QRK-01 auxiliary data that looks like records is none, IGMP and MLD")
def auxiliary(t):
    net = snooping(t, family=46)
    fake = bytes.fromhex("04000000ef010109")
    fake6 = bytes.fromhex("04000000") + mac("ff:1e") + bytes(13) + b"\x99"
    net.send(1, igmp3_report((IS_IN, G, sources(1), {"aux": fake}),
                             (TO_EX, G2, (), {"aux": fake * 3}),
                             (ALLOW, G3, sources(2))),
             mld2_report((IS_IN, G6, [S6(1)], {"aux": fake6}),
                         (TO_EX, G62, (), {"aux": fake6 * 2}),
                         (ALLOW, "ff1e::103", [S6(2)])))
    net.fence()
    mine = {k[2]: v for k, v in net.mcs.table().items() if k[0] == "p1"}
    t.eq(mine, {G: "IN(1)", G2: "EX(;)", G3: "IN(2)", G6: "IN(1)",
                G62: "EX(;)", "ff1e::103": "IN(2)"})


@test("QRK-02 good records before a broken one are not applied", sim=True)
def cut_short(t):
    net = snooping(t, family=46, router=3)
    net.send(1, igmp2_report(G), mld1_report(G6))
    time.sleep(20)
    net.flush()
    for frame in (
            igmp3_report((TO_EX, G2), (3, G), (IS_IN, G3, sources(1),
                                               {"n": 2})),
            mld2_report((TO_EX, G62), (3, G6), (IS_IN, "ff1e::103", [S6(1)],
                                                {"n": 2}))):
        t.eq(net.reach(1, frame, host=True), [])
    mine = {k[2]: v for k, v in net.mcs.table().items() if k[0] == "p1"}
    t.eq(mine, {G: "EX(;)", G6: "EX(;)"})
    for group in mine:
        t.near(net.mcs.rec(1, group).timer, GMI - 20, what=group)
    t.eq([f for f in net.frames(1) if is_specific()(f)], [])


@test("QRK-03 first fragments, hop limit 255, no router alert: nothing is "
      "learned")
def not_whole(t):
    net = snooping(t, family=46, router=3)
    before = net.mcs.table()
    t.eq(net.reach(1, igmp3_to_ex(G, mf=True)), [2, 3, 4], "a fragment")
    for frame in (mld2_to_ex(G6, ttl=255), mld2_to_ex(G6, ra=False),
                  mld1_report(G6, ttl=64), mld1_report(G6, ra=False)):
        t.eq(net.reach(1, frame, host=True), [])
    t.eq(net.mcs.table(), before)


@test("QRK-06 an IGMPv2 leave: two queries to the group, and no general one",
      sim=True)
def leave2(t):
    for settings in ("", "igmp-version 2"):
        net = snooping(t, settings)
        net.send(1, igmp2_report(G))
        net.flush()
        t0 = net.send(1, igmp2_leave(G))
        lives(t, lambda: bool(net.mcs.rec(1, G)), LMQT, t0, "the record")
        until(t0, 10)
        same_queries(specific(net, 1, G, t0), [(0, 0, ""), (1, 0, "")])
        t.eq({f.dst for f in net.frames(1) if f.is_query}, {G})
        net.mcs("bridge del dev br0")


@test("QRK-07 a version 1 host survives leaves of version 2, a version 2 host "
      "the BLOCK of version 3", sim=True)
def older_hosts(t):
    net = snooping(t)
    t0 = net.send(1, igmp1_report(G, host=5), igmp2_report(G2, host=5))
    net.send(1, igmp2_report(G, host=6), igmp3_allow(G2, S(1), host=6))
    net.flush()
    net.send(1, igmp2_leave(G, host=6), igmp3_to_in(G, host=7),
             igmp3_block(G2, S(1), S(2), host=6),
             igmp3_to_ex(G2, S(1), host=6))
    for at in (0.5, 1.5, 2.5, 10, 100, 250):
        until(t0, at)
        t.eq((net.data(4, G), net.data(4, G2, src=S(1)),
              net.data(4, G2, src=S(2))), ([1], [1], [1]), f"after {at} s")
    t.eq(specific(net, 1), [])


@test("QRK-14 no query of ours makes an IGMPv3 or MLDv2 host fall back",
      sim=True)
def fall_back(t):
    net = snooping(t, family=46, router=3, fresh=True)
    host = Host(net, 1)
    host.member(G).join_source(S(1))
    host.member(G6).join_source(S6(1))
    time.sleep(15)
    net.send(1, igmp2_report(G, host=66), mld1_report(G6, host=66))
    net.send(1, igmp2_leave(G, host=66))
    net.flush()
    time.sleep(600)
    sent = {f.kind for f in net.frames(3) if f.smac[-1] == 1}
    t.eq(sent, {"igmp3_report", "mld2_report"}, "what the host says")
    t.eq({(f.kind, f.msglen) for f in net.frames(1) if f.is_general},
         {("igmp3_query", 12), ("mld2_query", 28)}, "what it was asked")


def joins(first, last):
    """Reports that join groups first to last - 1."""
    names = [f"239.{64 + n // 62500}.{n // 250 % 250}.{n % 250 + 1}"
             for n in range(first, last)]
    return [igmp3_report(*((TO_EX, g) for g in names[i:i + 90]))
            for i in range(0, len(names), 90)]


@test("QRK-15 one host joins 5000 groups: nothing changes for any other port",
      limit=None if SIM else 240)
def five_thousand(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_is_ex(G), igmp3_allow(G2, S(1)), mld2_to_ex(G6))
    net.send(2, igmp2_report(G))
    net.fence()
    grown = net.mcs.counting("limit_")

    def all_streams(what):
        for group, src, ports in (
                (G, None, [1, 2]), (G2, S(1), [1]), (G2, S(2), []),
                (G6, None, [1]), (G3, None, ALL), (G62, None, ALL),
                ("224.0.0.251", None, ALL), ("ff02::fb", None, ALL)):
            t.eq(net.data(4, group, src=src), ports, f"{group} {what}")

    all_streams("before")
    for i, frame in enumerate(joins(0, 5000)):
        net.send(2, frame)
        if i % 10 == 0:
            all_streams(f"after {i * 90} joins")
    net.fence()
    all_streams("after all")
    t.eq(grown(), {"limit_port_groups": 5000 - 4096 + 1})
    for family in (4, 6):
        t.eq(net.mcs.querier(family)["pruning"], "active")
    net.send(3, igmp2_report("239.200.0.1"))
    net.fence()
    t.eq(net.data(4, "239.200.0.1"), [3], "other ports still join")
    t.eq(net.data(4, "239.64.0.1"), [2], "as does the host, within its limit")
    t.eq(net.data(4, "239.64.19.250"), ALL, "beyond it nothing is registered")


@test("FWD-17 an hour of our own MLD querier: those who never report still "
      "get ff02::/16", sim=True)
def silent_listeners(t):
    net = snooping(t, family=46)
    net.send(1, mld2_to_ex("ff02::1:ff00:5"))
    for at in (0, 40, 300, 3600):
        time.sleep(at)
        for group in ("ff02::2", "ff02::5", "ff02::12", "ff02::fb",
                      "ff02::1:2", "ff02::1:ff00:5", "ff02::1:ff00:6"):
            t.eq(net.data(4, group), ALL, f"{group} after {at} s more")


@test("a query in a frame that the hosts do not get takes nothing from them",
      sim=True)
def unheard_query(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_to_ex(G), mld2_to_ex(G6))
    for dmac in (BR_MAC, "01:00:5e:7f:00:01", "33:33:00:00:00:99",
                 "03:00:00:00:00:01"):
        net.send(3, igmp_query(2, G, dmac=dmac),
                 igmp_query(3, G, dmac=dmac, dst="192.0.2.77"),
                 igmp_query(3, dmac=dmac), mld_query(2, dmac=dmac),
                 mld_query(2, G6, dmac=dmac),
                 mld_query(1, G6, dmac=dmac, dst="ff02::1"))
        net.fence()
        for group in (G, G6):
            t.near(net.mcs.rec(1, group).timer, GMI, what=f"{group} {dmac}")
        for family in (4, 6):
            t.eq(net.mcs.querier(family)["state"], "self", dmac)
    time.sleep(10)
    t.eq((net.data(4, G), net.data(4, G6)), ([1, 3], [1, 3]))


@test("a querier that lets hosts take an hour to answer: no member loses its "
      "stream meanwhile", sim=True)
def slow_answers(t):
    net = snooping(t, family=46, fresh=True)
    host = Host(net, 1)
    host.join(G)
    host.join(G6)
    time.sleep(15)
    net.send(2, igmp2_report(G), mld1_report(G6))
    t.eq((net.data(4, G), net.data(4, G6)), ([1, 2], [1, 2]))
    net.send(3, igmp_query(3, mrt=3174.4, qqi=31744),
             mld_query(2, mrt=3174.4, qqi=31744))
    for i in range(0, 3600, 20):
        t.ok(1 in net.data(4, G) and 1 in net.data(4, G6), f"after {i} s")
        time.sleep(20)
    t.eq([str(net.mcs.rec(1, g)) for g in (G, G6)], ["EX(;)"] * 2)
    t.eq((net.data(4, G), net.data(4, G6)), ([1, 3], [1, 3]), "and no other")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
