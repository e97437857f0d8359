#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Joins of every version, by injected frames and by the kernel's own hosts."""
import time

from lib import ktap, mcs
from lib.host import EXCLUDE, Host
from lib.ktap import test
from lib.ns import wait_until
from lib.packets import (ALLOW, IS_IN, TO_EX, igmp1_report, igmp2_report,
                         igmp3_allow, igmp3_block, igmp3_is_ex, igmp3_is_in,
                         igmp3_report, igmp3_to_ex, igmp3_to_in, mld1_report,
                         mld2_allow, mld2_is_in, mld2_report, mld2_to_ex)
from lib.scenario import (G, G2, G3, G6, G62, GMI, HURRY, S, S6, example_in,
                          snooping, sources)

GMI_HERE = 250.4 if HURRY else GMI
SLACK = None if ktap.SIM else 3.0


def joined(t, net, port, frame, group, state, version, src=None):
    """The frame makes the record, and data follows it."""
    net.send(port, frame)
    net.fence()
    rec = net.mcs.rec(port, group)
    t.eq(str(rec), state, "record")
    t.eq(rec.host_version, version, "oldest host")
    t.eq(net.data(4, group, src=src), [port], "a stream goes to")
    return rec


@test("V2-01 IGMPv2 report makes an EXCLUDE record that lives for GMI")
def igmp2(t):
    net = snooping(t)
    rec = joined(t, net, 1, igmp2_report(G), G, "EX(;)", 2)
    t.near(rec.timer, GMI_HERE, SLACK, "group timer")
    t.eq(rec.reporter, "192.0.2.11", "last reporter")
    t.eq(rec.reporter_mac, "02:00:00:00:00:01", "its MAC address")


@test("V2-02 a repeated report starts the group timer again", sim=True)
def refresh(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    time.sleep(100)
    t.near(net.mcs.rec(1, G).timer, GMI - 100, what="timer after 100 s")
    net.send(1, igmp2_report(G))
    t.near(net.mcs.rec(1, G).timer, GMI, what="timer after a report")


@test("V2-03 CMP-01 IGMPv1 report: the oldest host is version 1")
def igmp1(t):
    net = snooping(t)
    joined(t, net, 1, igmp1_report(G), G, "EX(;)", 1)
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.mcs.rec(1, G).host_version, 1, "a v2 report does not hide it")


@test("IGMPv3 TO_EX({}) and IS_EX({}) are joins of the group")
def igmp3_any(t):
    net = snooping(t)
    joined(t, net, 1, igmp3_to_ex(G), G, "EX(;)", 3)
    joined(t, net, 2, igmp3_is_ex(G2), G2, "EX(;)", 3)


@test("IGMPv3 IS_IN, TO_IN and ALLOW are joins of sources")
def igmp3_sources(t):
    net = snooping(t)
    for group, build in ((G, igmp3_is_in), (G2, igmp3_to_in),
                         (G3, igmp3_allow)):
        rec = joined(t, net, 1, build(group, S(1), S(2)), group, "IN(1,2)", 3,
                     src=S(1))
        t.near(rec.forward[S(2)], GMI_HERE, SLACK, "source timer")
        t.eq(net.data(4, group, src=S(3)), [], "a source nobody wants")


@test("V3-02 an INCLUDE record has no group timer")
def no_group_timer(t):
    net = snooping(t)
    example_in(net)
    net.fence()
    t.eq(net.mcs.rec(1, G).data.get("timer"), None, "group timer")


@test("MLDv1 report, MLDv2 TO_EX({}), ALLOW and IS_IN are joins")
def mld(t):
    net = snooping(t, family=6)
    joined(t, net, 1, mld1_report(G6), G6, "EX(;)", 1)
    joined(t, net, 2, mld2_to_ex(G62), G62, "EX(;)", 2)
    joined(t, net, 1, mld2_allow("ff1e::103", S6(1)), "ff1e::103", "IN(1)", 2,
           src=S6(1))
    joined(t, net, 2, mld2_is_in("ff1e::104", S6(1), S6(2)), "ff1e::104",
           "IN(1,2)", 2, src=S6(2))


@test("V3-01 records that leave IN({}) make no entry")
def no_entry(t):
    net = snooping(t)
    for build in (igmp3_is_in, igmp3_to_in, igmp3_allow, igmp3_block):
        net.send(1, build(G))
    net.send(1, igmp3_block(G, S(1)))
    net.fence()
    t.eq(net.mcs.table(), {}, "table")


@test("MLD-14 an empty IS_IN is a no-op")
def empty_is_in(t):
    net = snooping(t, family=6)
    net.send(1, mld2_to_ex(G6), mld2_is_in(G6))
    net.fence()
    t.eq(str(net.mcs.rec(1, G6)), "EX(;)")


@test("V3-08 each port has its own filter mode")
def modes(t):
    net = snooping(t)
    net.send(1, igmp3_is_ex(G))
    net.send(2, igmp3_allow(G, S(1)))
    net.fence()
    t.eq((str(net.mcs.rec(1, G)), str(net.mcs.rec(2, G))),
         ("EX(;)", "IN(1)"))
    t.eq(net.data(4, G, src=S(1)), [1, 2])
    t.eq(net.data(4, G, src=S(2)), [1])


@test("CMP-02 an older report on IN({1}) makes EX({};{}) that keeps none out")
def older_on_include(t):
    net = snooping(t)
    net.send(1, igmp3_allow(G, S(1)))
    net.send(1, igmp2_report(G))
    net.fence()
    rec = net.mcs.rec(1, G)
    t.eq((rec.filter_mode, sorted(rec.blocked)), ("exclude", []))
    t.eq(net.data(4, G, src=S(9)), [1])


@test("CMP-05 in mode 2 an exclude list is empty, whoever sends it")
def mode2_lists(t):
    net = snooping(t)
    net.send(1, igmp2_report(G), igmp3_is_ex(G, S(1)), igmp3_to_ex(G, S(2)))
    net.fence()
    t.eq(sorted(net.mcs.rec(1, G).blocked), [], "blocked sources")
    t.eq(net.data(4, G, src=S(1)), [1])


@test("several records in one report, each group on its own")
def several(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_report((TO_EX, G), (ALLOW, G2, sources(1)),
                             (IS_IN, G3, sources(1, 2))))
    net.send(2, mld2_report((TO_EX, G6), (ALLOW, G62, sources(7, six=True))))
    net.fence()
    mine = {k[2]: v for k, v in net.mcs.table().items() if k[0] != "br0"}
    t.eq(mine, {G: "EX(;)", G2: "IN(1)", G3: "IN(1,2)",
                G6: "EX(;)", G62: "IN(7)"})


@test("PARSE-36 a report to the bridge's own MAC address is learned")
def l2_unicast(t):
    net = snooping(t)
    net.send(1, igmp2_report(G, dmac="02:00:00:00:00:77"))
    net.fence()
    t.eq(str(net.mcs.rec(1, G)), "EX(;)")


def kernel(t, family, group, want, version=None, act=None, src=None):
    """A socket joins; what the bridge makes of what the kernel sends."""
    net = snooping(t, family=family, fresh=True)
    host = Host(net, 1)
    if version:
        host.version(**version)
    member = host.member(group)
    (act or (lambda m: m.join()))(member)
    wait_until(lambda: str(net.mcs.rec(1, group)) == want, step=0.05,
               what=f"record {want}")
    t.eq(net.data(4, group, src=src), [1], "a stream goes to")
    return net


@test("kernel host joins with IGMPv1")
def kernel1(t):
    net = kernel(t, 4, G, "EX(;)", {"igmp": 1})
    t.eq(net.mcs.rec(1, G).host_version, 1)


@test("kernel host joins with IGMPv2")
def kernel2(t):
    net = kernel(t, 4, G, "EX(;)", {"igmp": 2})
    t.eq(net.mcs.rec(1, G).host_version, 2)


@test("kernel host joins with IGMPv3")
def kernel3(t):
    net = kernel(t, 4, G, "EX(;)")
    t.eq(net.mcs.rec(1, G).host_version, 3)
    t.eq(net.mcs.rec(1, G).reporter, "192.0.2.11")


@test("kernel host joins two sources with IGMPv3")
def kernel3_include(t):
    net = kernel(t, 4, G, "IN(1,2)", src=S(2),
                 act=lambda m: m.join_source(S(1)).join_source(S(2)))
    t.eq(net.data(4, G, src=S(3)), [])


@test("kernel host joins all but two sources with IGMPv3")
def kernel3_exclude(t):
    net = kernel(t, 4, G, "EX(;1,2)", src=S(3),
                 act=lambda m: m.join().filter(EXCLUDE, S(1), S(2)))
    t.eq(net.data(4, G, src=S(1)), [])


@test("kernel host joins with MLDv1")
def kernel_mld1(t):
    net = kernel(t, 6, G6, "EX(;)", {"mld": 1})
    t.eq(net.mcs.rec(1, G6).host_version, 1)


@test("kernel host joins with MLDv2")
def kernel_mld2(t):
    net = kernel(t, 6, G6, "EX(;)")
    t.eq(net.mcs.rec(1, G6).host_version, 2)


@test("kernel host joins one source with MLDv2")
def kernel_mld2_include(t):
    net = kernel(t, 6, G6, "IN(1)", src=S6(1),
                 act=lambda m: m.join_source(S6(1)))
    t.eq(net.data(4, G6, src=S6(2)), [])


@test("kernel hosts answer our general queries and stay", sim=True)
def kernel_stays(t):
    net = snooping(t, family=46, fresh=True)
    host = Host(net, 2)
    host.join(G)
    host.join(G6)
    time.sleep(3600)
    for group in (G, G6):
        t.eq(str(net.mcs.rec(2, group)), "EX(;)", group)
        t.eq(net.data(4, group), [2])


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
