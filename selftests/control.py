#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Control messages: reports to routers only, queries to everybody."""
import time

from lib import ktap, mcs
from lib.host import Host
from lib.ktap import SIM, test
from lib.packets import (igmp1_report, igmp2_leave, igmp2_report,
                         igmp3_allow, igmp3_report, igmp3_to_ex, igmp3_to_in,
                         igmp_query, mld1_done, mld1_report, mld2_to_ex,
                         mld_query, mrd4_adv, pim_hello)
from lib.scenario import G, G2, G6, GMI, S, S6, shared, snooping

REPORTS4 = {
    "IGMPv1 report": igmp1_report(G), "IGMPv2 report": igmp2_report(G),
    "leave": igmp2_leave(G), "IGMPv3 join": igmp3_to_ex(G),
    "IGMPv3 leave": igmp3_to_in(G), "IGMPv3 source": igmp3_allow(G, S(1)),
    "IGMPv3 report of nothing": igmp3_report(),
}
REPORTS6 = {
    "MLDv1 report": mld1_report(G6), "done": mld1_done(G6),
    "MLDv2 join": mld2_to_ex(G6),
    "MLDv2 join from ::": mld2_to_ex(G6, src="::"),
}


@test("SNOOP-01 SNOOP-02 reports and leaves go to router ports only")
def reports(t):
    net = shared(t, snooping, family=46, router=3)
    net.send(2, igmp2_report(G), mld1_report(G6))
    for what, frame in {**REPORTS4, **REPORTS6}.items():
        t.eq(net.reach(1, frame), [3], what)


@test("SNOOP-03 without a router port a report goes nowhere")
def no_router(t):
    net = shared(t, snooping, family=46)
    for what, frame in {**REPORTS4, **REPORTS6}.items():
        t.eq(net.reach(1, frame), [], what)
    t.ok(net.mcs.rec(1, G), "but it is learned")


@test("D6 while nobody queries, reports are flooded as well")
def no_querier(t):
    net = snooping(t)
    net.mcs("bridge set dev br0 querier off")
    t.eq(net.reach(1, igmp2_report(G)), [2, 3, 4])


@test("reports of one family do not go to routers of the other")
def families(t):
    net = snooping(t, family=46)
    net.send(3, igmp_query(3, src="192.0.2.200"))
    net.send(4, mld_query(2, src="fe80::99"))
    net.fence()
    t.eq(net.reach(1, igmp2_report(G)), [3])
    t.eq(net.reach(1, mld2_to_ex(G6)), [4])


@test("SNOOP-04 queries go to every port, whatever the tables say")
def queries(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_allow(G, S(1)))
    net.fence()
    for what, frame in {
            "IGMPv1": igmp_query(1), "IGMPv2": igmp_query(2),
            "IGMPv3": igmp_query(3), "group": igmp_query(2, G),
            "group and source": igmp_query(3, G, [S(1), S(2)]),
            "of nobody's group": igmp_query(3, G2),
            "MLDv1": mld_query(1), "MLDv2": mld_query(2),
            "MLD group": mld_query(2, G6),
            "MLD source": mld_query(2, G6, [S6(1)])}.items():
        t.eq(net.reach(3, frame), [1, 2, 4], what)


@test("SNOOP-13 PARSE-14 control frames pass octet by octet")
def unchanged(t):
    net = shared(t, snooping, family=46, router=3)
    for what, frame in {
            "reserved code": igmp2_report(G, code=0x55),
            "octets behind": igmp3_to_ex(G, trailer=b"\xde\xad\xbe\xef"),
            "padding": igmp2_report(G, ra=False, pad=b"\xa5" * 18),
            "options": igmp2_report(G, options=b"\x01\x01\x94\x04\0\0"),
            "TTL 7": igmp2_report(G, ttl=7)}.items():
        net.flush()
        net.send(1, frame)
        net.fence()
        got = [f.raw for f in net.frames(3)]
        t.eq([g.hex() for g in got], [frame.hex()], what)


@test("SNOOP-07 a report from 0.0.0.0 counts")
def zero(t):
    net = snooping(t)
    net.send(1, igmp2_report(G, src="0.0.0.0"))
    net.fence()
    t.eq(net.data(4, G), [1])


@test("SNOOP-15 who reported last, how long, in which version")
def shown(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_to_ex(G, host=1))
    net.send(1, igmp2_report(G, host=5))
    net.send(2, mld2_to_ex(G6, host=2))
    net.fence()
    rec = net.mcs.rec(1, G)
    t.eq((rec.reporter, rec.reporter_mac, rec.host_version, rec.protocol),
         ("192.0.2.15", "02:00:00:00:00:05", 2, "igmp"))
    rec = net.mcs.rec(2, G6)
    t.eq((rec.reporter, rec.reporter_mac, rec.protocol),
         ("fe80::12", "02:00:00:00:00:02", "mld"))
    t.between(rec.uptime, 0, 5, "uptime")


@test("counters per type, version and port")
def counters(t):
    net = snooping(t, family=46, router=3)
    count1 = net.mcs.counting("rx_", port=1)
    count2 = net.mcs.counting("rx_", port=2)
    total = net.mcs.counting("rx_")
    net.send(1, *REPORTS4.values())
    net.send(2, *REPORTS6.values(), igmp_query(1, src="192.0.2.200"),
             mrd4_adv(), pim_hello())
    net.fence()
    want1 = {"rx_igmp_report_v1": 1, "rx_igmp_report_v2": 1,
             "rx_igmp_leave": 1, "rx_igmp_report_v3": 4, "rx_records": 3}
    want2 = {"rx_mld_report_v1": 1, "rx_mld_done": 1, "rx_mld_report_v2": 2,
             "rx_records": 2, "rx_igmp_query_v1": 1, "rx_mrd": 1,
             "rx_pim_hello": 1}
    t.eq(count1(), want1, "p1")
    t.eq(count2(), want2, "p2")
    want1["rx_records"] += want2.pop("rx_records")
    t.eq(total(), {**want1, **want2}, "the bridge")


@test("SNOOP-01 a host does not hear another's report: both keep reporting",
      sim=True)
def no_suppression(t):
    net = snooping(t, fresh=True)
    hosts = [Host(net, port).version(igmp=2) for port in (1, 2)]
    for host in hosts:
        host.join(G)
    time.sleep(600)
    for port in (1, 2):
        t.between(net.mcs.rec(port, G).timer, GMI - 140, GMI, f"p{port}")
    t.eq(net.data(4, G), [1, 2])


@test("a report is learned from the first frame on: no frame is lost after it")
def at_once(t):
    net = snooping(t, ports=6)
    for i in range(40):
        group = f"239.7.0.{i}"
        t.eq(net.data(4, group), [1, 2, 3, 5, 6], "nobody asked yet")
        net.send(2, igmp3_to_ex(group))
        t.eq(net.data(4, group), [2], "right after the join")


@test("a flood of reports while a stream flows", limit=None if SIM else 200)
def storm(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    for i in range(300):
        net.send(2, igmp3_to_ex(f"239.8.{i % 50}.1", host=2 + i % 7))
        if i % 10 == 0:
            t.eq(net.data(4, G), [1], f"after {i}")
    net.fence()
    t.eq(len(net.mcs.groups()), 51)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
