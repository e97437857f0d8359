#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The querier: what it sends, when it starts, the election."""
import time

from lib import ktap, mcs
from lib.ktap import SIM, test
from lib.net import Net
from lib.ns import wait_until
from lib.packets import (igmp2_leave, igmp2_report, igmp3_allow, igmp3_block,
                         igmp3_to_ex, igmp_query, mld_query)
from lib.scenario import (G, OQPI, QI, QRI, S, answered, is_specific,
                          snooping)

HOSTS = {"lower": "192.0.2.1", "higher": "192.0.2.200"}


def is_general(f):
    """Predicate: a general query."""
    return f.is_general


def started(t, settings="", **topology):
    """A bridge that queries, with its first query on every port."""
    net = Net(t, **topology)
    net.flush()
    net.mcs("bridge add dev br0 querier on " + settings)
    for port in net.ports:
        net.expect(port, is_general, what="the first query")
    return net


@test("QRY-02 the IGMPv3 general query, octet by octet")
def igmp3_query(t):
    net = started(t)
    f = net.expect(1, is_general)
    dont_fragment = f.l3[6] << 8
    want = igmp_query(3, src="192.0.2.77", smac="02:00:00:00:00:77",
                      frag=dont_fragment & 0x4000)
    t.eq(f.raw.hex(), want.hex(), "frame")
    t.eq((f.kind, f.dst, f.ttl, f.tos, f.ra), ("igmp3_query", "224.0.0.1", 1,
                                               0xc0, True))


@test("QRY-03 the MLDv2 general query, octet by octet")
def mld2_query(t):
    net = started(t, addr=None, addr6="fe80::77")
    f = net.expect(1, lambda f: f.kind == "mld2_query")
    want = mld_query(2, src="fe80::77", smac="02:00:00:00:00:77")
    t.eq(f.raw.hex(), want.hex(), "frame")


@test("QRY-02 QQIC is a float, QRV above 7 is sent as 0")
def codes(t):
    net = started(t, "query-interval 300 robustness 9")
    f = net.expect(1, is_general)
    t.eq((f.qqi, f.qrv), (288, 0))


@test("V2-15 version 2 and version 1 queries")
def versions(t):
    net = started(t, "igmp-version 2", addr6="fe80::77")
    f = net.expect(1, lambda f: f.proto == 0x800 and f.is_general)
    t.eq((f.kind, f.mrt, f.msglen), ("igmp2_query", 10.0, 8))
    net.mcs("bridge del dev br0")
    net.flush()
    net.mcs("bridge add dev br0 querier on igmp-version 1 mld-version 1")
    f = net.expect(1, lambda f: f.proto == 0x800 and f.is_general)
    t.eq((f.kind, f.code, f.msglen), ("igmp1_query", 0, 8))
    f = net.expect(1, lambda f: f.proto == 0x86dd and f.is_general)
    t.eq((f.kind, f.mrt, f.msglen), ("mld1_query", 10.0, 24))


@test("QRY-26 an IGMPv2 querier asks for groups, never for sources")
def version2_sources(t):
    net = snooping(t, "igmp-version 2")
    net.send(1, igmp3_allow(G, S(1), S(2)))
    net.flush()
    net.send(1, igmp3_block(G, S(1)))
    net.no_frame(lambda f: is_specific(G)(f) and f.sources, [1],
                 during=3 if SIM else 0.5)
    net.send(1, igmp3_to_ex(G))
    net.send(1, igmp2_leave(G))
    q = net.expect(1, is_specific(G))
    t.eq((q.kind, q.mrt, q.dst, q.msglen), ("igmp2_query", 1.0, G, 8))


@test("QRY-03 no link-local address: no MLD query, no claim")
def no_link_local(t):
    net = Net(t, attach="querier on")
    net.no_frame(lambda f: f.kind == "mld2_query", during=60 if SIM else 2)
    t.ok(net.mcs.querier(6).get("state") in (None, "none"), "no MLD querier")
    net.ns.sysctl("ipv6/conf/br0/disable_ipv6", 0)
    net.ns.ip("addr add fe80::77/64 dev br0 nodad")
    net.expect(1, lambda f: f.kind == "mld2_query", within=60 if SIM else 5)
    t.eq(net.mcs.querier(6)["state"], "self")


@test("QRY-08 no IPv4 address: queries from 0.0.0.0")
def no_address(t):
    net = started(t, addr=None)
    f = net.expect(1, is_general)
    t.eq((f.kind, f.src), ("igmp3_query", "0.0.0.0"))
    net.send(3, igmp_query(3, src=HOSTS["higher"]))
    net.fence()
    t.eq(net.mcs.querier()["state"], "other", "any real querier wins")


@test("QRY-04 a lower address wins the election")
def lower(t):
    net = started(t, addr6="fe80::77")
    net.send(3, igmp_query(3, src=HOSTS["lower"]), mld_query(2, src="fe80::1"))
    net.fence()
    for family, address in ((4, HOSTS["lower"]), (6, "fe80::1")):
        q = net.mcs.querier(family)
        t.eq((q["state"], q["address"], q["port"]), ("other", address, "p3"))
    net.flush()
    if SIM:
        net.no_frame(is_general, during=2 * QI)


@test("QRY-05 a higher address loses, our own is ignored")
def higher(t):
    net = started(t, addr6="fe80::77")
    net.send(3, igmp_query(3, src=HOSTS["higher"]),
             mld_query(2, src="fe80::99"), igmp_query(3, src="192.0.2.77"))
    net.fence()
    for family in (4, 6):
        t.eq(net.mcs.querier(family)["state"], "self", f"IPv{family}")
    t.eq(net.mcs.router_ports(), ["p3"], "but a router it is")


@test("QRY-06 a specific query takes no part in the election")
def specific(t):
    net = started(t)
    net.send(3, igmp_query(2, G, src=HOSTS["lower"]))
    net.fence()
    t.eq(net.mcs.querier()["state"], "self")


@test("QRY-07 V26 a query from 0.0.0.0 takes no part in the election")
def zero(t):
    net = started(t)
    t.eq(net.reach(3, igmp_query(3, src="0.0.0.0", qrv=7)), [1, 2, 4],
         "flooded")
    q = net.mcs.querier()
    t.eq((q["state"], q["robustness"]), ("self", 2), "QRY-13 nothing adopted")


@test("QRY-14 a query with S set takes part in the election")
def sflag(t):
    net = started(t)
    net.send(3, igmp_query(3, src=HOSTS["lower"], sflag=True))
    net.fence()
    t.eq(net.mcs.querier()["state"], "other")


@test("querier off never queries, auto gives way to any address")
def modes(t):
    net = Net(t, attach="querier off")
    net.send(1, igmp2_report(G))
    net.flush()
    net.no_frame(is_general, during=600 if SIM else 1.5)
    t.eq(net.mcs.querier().get("state", "none"), "none")
    net.mcs("bridge set dev br0 querier on")
    net.expect(1, is_general)
    t.eq(net.mcs.querier()["state"], "self")
    net.mcs("bridge set dev br0 querier auto")
    net.send(3, igmp_query(3, src=HOSTS["higher"]))
    net.fence()
    t.eq(net.mcs.querier()["state"], "other")


@test("querier off: data is flooded again once nobody queries")
def off_again(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.data(4, G), [1])
    net.mcs("bridge set dev br0 querier off")
    t.eq(net.mcs.querier()["pruning"], "no_querier")
    t.eq(net.data(4, G), [1, 2, 3])


@test("PARSE-16 PARSE-30 PARSE-31 V01 V35 what other queriers say is adopted")
def adopted(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    for frame, family, version, qri, qi in (
            (igmp_query(1), 4, 1, 10, 125),
            (igmp_query(2, mrt=5.5), 4, 2, 5.5, 125),
            (igmp_query(3, mrt=24.8, qqi=288), 4, 3, 24.8, 288),
            (igmp_query(3, mrt=12, qqi=20, flags=0xf), 4, 3, 12, 20),
            (mld_query(1, mrt=7.5), 6, 1, 7.5, 125),
            (mld_query(2, mrt=32.8, qqi=288), 6, 2, 32.8, 288),
            (mld_query(2, mrt=6, qqi=31744, flags=0xf), 6, 2, 6, 31744)):
        net.send(3, frame)
        net.fence()
        q = net.mcs.querier(family)
        t.eq((q["version"], q["query_response_interval"],
              q["query_interval"]), (version, qri, qi),
             f"IPv{family} version {version}")


@test("QRY-11 QRY-12 PARSE-32 zero means the default; a zero MRC is version 3")
def zeroes(t):
    net = Net(t, attach="querier off")
    net.send(3, igmp_query(3, qrv=0, qqi=0, mrt=0))
    net.fence()
    q = net.mcs.querier()
    t.eq((q["version"], q["robustness"], q["query_interval"]), (3, 2, 125))


@test("the elected querier moves to another port")
def moves(t):
    net = started(t)
    for port in (3, 2):
        net.send(port, igmp_query(3))
        net.fence()
        t.eq(net.mcs.querier()["port"], f"p{port}")


@test("hosts that are asked twice have time for both", sim=True)
def asked_twice(t):
    for times, until in (((4,), 4 + answered()),
                         ((QRI - 1, 2 * QRI - 1), QRI + answered())):
        net = Net(t, attach="querier on")
        passed = 0
        for when in times:
            time.sleep(when - passed)
            passed = when
            net.send(3, igmp_query(3, src=HOSTS["higher"], mrt=25))
        time.sleep(until - passed - 0.1)
        t.eq(net.mcs.querier()["pruning"], "learning", f"asked at {times}")
        time.sleep(0.2)
        t.eq(net.mcs.querier()["pruning"], "active", f"asked at {times}")


@test("what a querier says about itself")
def shown(t):
    net = snooping(t)
    q = net.mcs.querier()
    t.eq((q["state"], q["address"], q["family"], q["pruning"]),
         ("self", "192.0.2.77", "ipv4", "active"))
    t.between(q["next_query"], 0, QI, "next query")
    t.ok(q.get("timer") is None and q.get("port") is None, "no other querier")


@test("the fast profile queries every 4 s", real=True)
def fast(t):
    net = started(t, "query-interval 4 query-response-interval 1 "
                  "startup-query-interval 1")
    seen = net.expect(1, is_general, within=9, n=3)
    t.near(seen[1].t - seen[0].t, 1, what="startup interval")
    t.near(seen[2].t - seen[1].t, 4, what="query interval")


@test("two bridges back to back elect one querier", sim=True)
def two_bridges(t):
    one = Net(t, ports=3, addr="192.0.2.71", attach="querier on")
    two = Net(t, ports=3, addr="192.0.2.72", attach="querier on")
    one.ns.ip(f"link add x type veth peer name x netns {two.ns.name}\n"
              "link set x master br0 up")
    two.ns.ip("link set x master br0 up")
    wait_until(lambda: two.mcs.querier()["state"] == "other", timeout=300,
               step=1, what="the higher address gives way")
    t.eq(one.mcs.querier()["state"], "self")
    t.eq(two.mcs.querier()["address"], "192.0.2.71")
    time.sleep(600)
    one.send(1, igmp2_report(G))
    two.send(1, igmp2_report(G))
    t.eq(one.data(2, G), [1], "near")
    t.eq(two.mcs.rec(1, G).filter_mode, "exclude")
    two.flush()
    one.data(2, G)
    two.expect(1, lambda f: f.dst == G)
    two.no_frame(lambda f: f.dst == G, [2, 3], during=1)


@test("behind the port of a querier that fell silent nobody was asked",
      sim=True)
def behind_the_other(t):
    net = Net(t, attach="querier auto")
    net.send(3, igmp_query(3, src=HOSTS["higher"]))
    time.sleep(QI)
    net.send(3, igmp_query(3, src=HOSTS["higher"]))
    time.sleep(OQPI - 1)
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.data(4, G), [1, 3], "p3 leads to the querier")
    time.sleep(1 + 0.01)
    t.eq((net.mcs.querier()["state"], net.mcs.router_ports()), ("self", []))
    t.eq(net.data(4, G), [1, 3], "its members answered somebody else")
    time.sleep(answered())
    t.eq(net.data(4, G), [1], "asked by us, they had time to answer")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
