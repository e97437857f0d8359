#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Frames of IGMP as they may be: what counts of them, and for what.

badinput.py has those that must be refused.
"""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import BR_MAC, Net
from lib.packets import (ALLOW, BLOCK, IS_EX, IS_IN, ROUTER, TO_EX, TO_IN,
                         addr, igmp, igmp1_report, igmp2_leave, igmp2_report,
                         igmp3_report, igmp3_to_ex, igmp_query)
from lib.scenario import (G, G2, G3, GMI, HURRY, LMQT, S, is_specific,
                          snooping, sources)
from lib.vectors import VECTORS


@test("PARSE-01 the tag counts where it is payload: the host sends it raw")
def payload_tag(t):
    net = snooping(t)
    net.send(0, igmp2_report(G, vlan=100, smac=BR_MAC, src="192.0.2.77"))
    net.send(1, igmp2_report(G2, vlan=100))
    net.fence()
    t.eq(net.mcs.table(), {("br0", 100, G): "EX(;)", ("p1", 100, G2): "EX(;)"})


@test("PARSE-02 two tags come out as they went in")
def two_tags(t):
    net = snooping(t, router=3)
    for frame in (igmp2_report(G, vlan=[(0x88a8, 0x60c8), 100]),
                  igmp2_report(G, vlan=[200, (0x8100, 0x3064)])):
        net.flush()
        net.send(1, frame)
        net.fence()
        t.eq([f.raw.hex() for f in net.frames(3)], [frame.hex()])
    t.eq(net.mcs.table(), {("p1", 200, G): "EX(;)"}, "the outer tag")


@test("PARSE-05 V20 V21 padding is not part of the message")
def padding(t):
    net = snooping(t)
    grown = net.mcs.counting("rx_", "drop_")
    net.send(1, VECTORS["V20"])
    net.send(3, VECTORS["V21"])
    net.send(1, igmp(0x16, 0, addr(G2)[:3], G2, pad=b"\0" * 20))
    net.fence()
    t.eq(grown(), {"rx_igmp_report_v2": 1, "rx_igmp_query_v2": 1,
                   "drop_len": 1})
    t.eq(net.mcs.table(), {("p1", 0, G): "EX(;)"})
    t.eq(net.mcs.querier()["version"], 2)


@test("PARSE-12 PARSE-13 V16 what is behind counts for the checksum only")
def behind(t):
    net = snooping(t)
    more = {"trailer": b"\xde\xad\xbe\xef\x01"}
    net.send(1, igmp1_report(G, **more), igmp2_report(G2, **more),
             igmp3_report((ALLOW, G3, sources(1)), **more))
    net.fence()
    t.eq(net.mcs.table(), {("p1", 0, G): "EX(;)", ("p1", 0, G2): "EX(;)",
                           ("p1", 0, G3): "IN(1)"})
    net.flush()
    net.send(1, igmp2_leave(G2, **more))
    net.expect(1, is_specific(G2), what="a query after the leave")
    grown = net.mcs.counting("drop_")
    whole = igmp2_report("239.9.9.9", trailer=b"\0\0\0\0\1")
    net.send(1, whole[:-1] + b"\2")
    net.fence()
    t.eq(grown(), {"drop_csum": 1})
    t.eq(str(net.mcs.rec(1, "239.9.9.9")), "none")


@test("PARSE-15 PARSE-16 V01 V02 V07 V17 the length tells the version")
def versions(t):
    net = Net(t, attach="querier off")
    for name, version, qri in (("V01", 1, 10), ("V02", 2, 10), ("V07", 3, 10)):
        net.send(3, VECTORS[name])
        net.fence()
        q = net.mcs.querier()
        t.eq((q["version"], q["query_response_interval"]), (version, qri),
             name)
    net.send(3, igmp_query(2, code=255), igmp_query(3, code=255, host=9))
    net.fence()
    t.eq(net.mcs.querier()["query_response_interval"], 25.5, "linear")
    net.send(3, igmp_query(3, code=255))
    net.fence()
    t.eq(net.mcs.querier()["query_response_interval"], 3174.4, "a float")
    grown = net.mcs.counting("rx_", "drop_")
    net.send(2, VECTORS["V17"])
    net.fence()
    t.eq(grown(), {"drop_len": 1})
    t.eq(net.mcs.router_ports(), ["p3"], "no router behind p2")


@test("PARSE-17 every type that is not known is flooded, right or wrong")
def unknown(t):
    net = snooping(t, "unregistered routers", router=3)
    net.send(1, igmp2_report(G))
    net.fence()
    before = net.mcs.table()
    kinds = [*range(0x01, 0x11), 0x15, 0x18, 0x1e, 0x1f, 0x20, 0x21, 0x23,
             0x2f, 0x33, 0x55, 0xfc, 0xfd, 0xfe, 0xff]
    for kind in kinds:
        t.eq(net.reach(4, igmp(kind, 0, addr(G), G, csum="bad")), [1, 2, 3],
             f"type {kind:#x}")
    t.eq(net.mcs.table(), before)
    t.eq(net.mcs.router_ports(), ["p3"])


@test("PARSE-18 V14 V15 half a report changes nothing")
def half(t):
    net = snooping(t, router=3)
    net.send(1, igmp2_report(G))
    net.fence()
    before = net.mcs.table()
    grown = net.mcs.counting("drop_", port=1)
    for name in ("V14", "V15"):
        t.eq(net.reach(1, VECTORS[name], host=True), [], name)
    t.eq(net.mcs.table(), before)
    t.eq(grown(), {"drop_trunc": 2})


@test("PARSE-19 V12 auxiliary data is stepped over, and forwarded")
def auxiliary(t):
    net = snooping(t, router=3)
    t.eq(net.reach(1, VECTORS["V12"]), [3], "as it is, to the router")
    t.eq(net.mcs.table(), {("p1", 0, G): "IN(1)", ("p1", 0, G2): "EX(;)"})
    net.send(2, igmp3_report((TO_EX, G, (), {"aux": b"\6\0\0\1" * 255}),
                             (ALLOW, G2, sources(2), {"aux": bytes(4)})))
    net.fence()
    t.eq((str(net.mcs.rec(2, G)), str(net.mcs.rec(2, G2))), ("EX(;)", "IN(2)"))


@test("PARSE-24 V11 records of a report apply in their order")
def in_order(t):
    net = snooping(t)
    net.send(1, VECTORS["V11"],
             igmp3_report((ALLOW, G2, sources(1)), (IS_EX, G2, sources(3)),
                          (IS_IN, G2, sources(3, 3, 3))),
             igmp3_report((IS_IN, G3, sources(3)), (IS_EX, G3, sources(3, 4)),
                          (ALLOW, G3, sources(1))))
    net.fence()
    t.eq(net.mcs.table(), {("p1", 0, G): "IN(1)", ("p1", 0, G2): "EX(3;)",
                           ("p1", 0, G3): "EX(1,3;4)"})


@test("PARSE-27 a group query counts to the group and to 224.0.0.1", sim=True)
def query_to_all(t):
    net = snooping(t)
    net.mcs("port set dev p3 trust-queries on")
    for dst in (None, "224.0.0.1"):
        net.send(1, igmp2_report(G))
        net.send(3, igmp_query(2, G, dst=dst))
        t.near(net.mcs.rec(1, G).timer, LMQT, what=f"timer, {dst}")
    t.eq(net.mcs.router_ports(), ["p3"])
    grown = net.mcs.counting("rx_", "drop_", port=2)
    net.send(2, igmp_query(2, G, dst="192.0.2.77", dmac=BR_MAC))
    net.fence()
    t.eq(grown(), {"rx_igmp_query_v2": 1}, "to a host")


@test("PARSE-28 reports to odd destinations count, with a note")
def odd_destinations(t):
    net = snooping(t)
    grown = net.mcs.counting("note_", "drop_")
    frames = {
        "239.6.0.1": igmp1_report("239.6.0.1", dst="224.0.0.2"),
        "239.6.0.2": igmp2_report("239.6.0.2", dst="224.0.0.1"),
        "239.6.0.3": igmp2_report("239.6.0.3", dst="239.6.0.99"),
        "239.6.0.4": igmp3_to_ex("239.6.0.4", dst="239.6.0.4"),
        "239.6.0.5": igmp3_to_ex("239.6.0.5", dst="224.0.0.2"),
    }
    for group, frame in frames.items():
        net.send(1, frame)
        net.fence()
        t.eq(str(net.mcs.rec(1, group)), "EX(;)", group)
    t.eq(grown(), {"note_dst": len(frames)})


@test("PARSE-29 a leave counts to 224.0.0.2 and to the group")
def leave_destinations(t):
    net = snooping(t)
    for group, dst in ((G, "224.0.0.2"), (G2, G2)):
        net.send(1, igmp2_report(group))
        net.flush()
        net.send(1, igmp2_leave(group, dst=dst))
        net.expect(1, is_specific(group), what=f"query after {dst}")


@test("PARSE-30 V09 codes of 8 bits, heard and sent")
def codes8(t):
    net = Net(t, attach="querier off")
    values = {0x00: 0, 0x7f: 127, 0x80: 128, 0x8f: 248, 0x90: 256, 0x92: 288,
              0xa0: 512, 0xbf: 1984, 0xff: 31744}
    for code, value in values.items():
        net.send(3, igmp_query(3, code=code, qqi=value))
        net.fence()
        q = net.mcs.querier()
        t.eq((q["query_response_interval"], q["query_interval"]),
             (value / 10 or 0.001, value or 125), f"code {code:#x}")
    for interval, qqi in ((127, 127), (128, 128), (135, 128), (136, 136),
                          (255, 248), (256, 256), (300, 288), (3600, 3584),
                          (31744, 31744)):
        net.mcs("bridge del dev br0")
        net.flush()
        net.mcs(f"bridge add dev br0 querier on query-interval {interval} "
                f"query-response-interval {min(interval - 1, 300) / 10}s")
        f = net.expect(1, lambda f: f.is_general)
        t.eq(f.qqi, qqi, f"QQI sent for {interval}")
        tenths = min(interval - 1, 300)
        want = max(v for v in [*range(128), *range(128, 256, 8),
                               *range(256, 512, 16)] if v <= tenths)
        t.eq(f.mrt, want / 10, f"response time sent for {tenths / 10}")


@test("PARSE-32 response time 0 in version 3: at once, not version 1",
      sim=True)
def mrc_zero(t):
    net = snooping(t)
    net.send(1, igmp3_to_ex(G))
    net.send(3, igmp_query(3, mrt=0))
    t.eq(net.mcs.querier()["version"], 3)
    t.near(net.mcs.rec(1, G).timer, GMI, what="group timer")
    net.send(3, igmp_query(3, G, mrt=0))
    time.sleep(0.001)
    t.ok(net.mcs.rec(1, G), "2 * 1 ms have not passed")
    time.sleep(0.002)
    t.eq(str(net.mcs.rec(1, G)), "none", "nobody answered")


@test("PARSE-33 V25 reports and leaves without a source address count")
def no_source(t):
    net = snooping(t)
    net.send(1, VECTORS["V25"], igmp3_to_ex(G2, src="0.0.0.0"))
    net.fence()
    t.eq(net.mcs.table(), {("p1", 0, G): "EX(;)", ("p1", 0, G2): "EX(;)"})
    net.flush()
    net.send(1, igmp2_leave(G, src="0.0.0.0"))
    net.expect(1, is_specific(G))


@test("PARSE-36 a report in a unicast frame: to its host only, and learned")
def unicast_frame(t):
    net = snooping(t, router=3)
    for group, frame in (
            (G, igmp2_report(G, dmac=BR_MAC)),
            (G2, igmp3_to_ex(G2, dmac=BR_MAC))):
        t.eq(net.reach(1, frame, host=True), [0], group)
        t.eq(str(net.mcs.rec(1, group)), "EX(;)", group)
        t.eq(net.data(4, group), [1, 3], "a stream")


@test("PARSE-09 PARSE-25 queries that say nothing, and those without alert")
def odd_queries(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    before, timer = net.mcs.table(), net.mcs.rec(1, G).timer
    grown = net.mcs.counting("drop_", "note_", port=3)
    net.send(3, igmp_query(3, "0.0.0.0", [S(1)]),
             igmp_query(2, "10.1.1.1", dst="224.0.0.1"),
             igmp_query(3, G, [S(1)], n=0xffff),
             igmp_query(3, G, n=1))
    net.fence()
    t.eq(grown(), {"drop_len": 1, "drop_group": 1, "drop_trunc": 2})
    t.eq((net.mcs.table(), net.mcs.router_ports()), (before, []))
    t.between(net.mcs.rec(1, G).timer, timer - 5, timer, "group timer")
    net.send(3, igmp_query(2, ra=False, host=ROUTER))
    net.fence()
    t.eq(grown().get("note_ra"), 1)
    t.eq(net.mcs.router_ports(), ["p3"], "counted and accepted")


@test("PARSE-03 V22 a priority tag is as none, on any bridge")
def priority(t):
    net = snooping(t)
    net.send(1, igmp2_report(G, vlan=[(0x8100, 0xe000)]))
    net.send(2, igmp2_report(G))
    net.fence()
    t.eq(net.mcs.table(), {("p1", 0, G): "EX(;)", ("p2", 0, G): "EX(;)"})
    aware = Net(t, vlan=True)
    aware.mcs(f"bridge add dev br0 querier on{HURRY}")
    aware.send(1, igmp2_report(G, vlan=[(0x8100, 0xe000)]))
    aware.fence()
    t.eq(aware.mcs.table(), {("p1", 1, G): "EX(;)"}, "the PVID")


@test("PARSE-21 V13 a record of unknown type: the ones around it count")
def unknown_record(t):
    net = snooping(t)
    grown = net.mcs.counting("skip_")
    net.send(1, VECTORS["V13"], igmp3_report(
        (TO_EX, G), (0, G, sources(1, 2)), (7, G), (255, G, sources(9)),
        (BLOCK, G3, sources(1)), (TO_IN, G3, sources(4))))
    net.fence()
    t.eq(net.mcs.table(), {("p1", 0, G): "EX(;)", ("p1", 0, G2): "EX(;)",
                           ("p1", 0, G3): "IN(4)"})
    t.eq(grown(), {"skip_type": 4})


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
