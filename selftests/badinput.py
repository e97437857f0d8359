#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Control messages that must be refused: nothing learned, counted, not sent.

Every row is run with members, a router port and a querier in the tables,
which must be the same afterwards. Rows without a counter must leave no trace.
"""
import struct

from lib import ktap, mcs
from lib.ktap import test
from lib.packets import (ALLOW, IS_IN, ROUTER, TO_EX, addr, hbh, icmp6, igmp,
                         igmp1_report, igmp2_leave, igmp2_report, igmp3_allow,
                         igmp3_report, igmp3_to_ex, igmp3_to_in, igmp_query,
                         ip6, mld1_done, mld1_report, mld2_allow, mld2_report,
                         mld2_to_ex, mld_query, mrd4_adv, mrd4_sol, mrd6_adv)
from lib.scenario import (G, G2, G6, S, is_specific, shared, snooping,
                          sources)
from lib.vectors import BAD, VECTORS, WHAT

GNEW, GNEW6 = "239.9.9.9", "ff1e::999"
LL = "fe80::11"
DSTOPT = bytes([58, 0, 1, 4, 0, 0, 0, 0])


def v2_bytes(n):
    """An IGMPv2 report cut to n octets, checksum right."""
    return igmp(0x16, 0, addr(GNEW)[:n - 4], GNEW)


def query_bytes(n):
    """An IGMP general query of n octets."""
    return igmp(0x11, 100, addr("0.0.0.0") + bytes(n - 8), "224.0.0.1",
                host=ROUTER) if n >= 8 else \
        igmp(0x11, 100, bytes(n - 4), "224.0.0.1", host=ROUTER)


def mld_bytes(kind, n, dst, host=1):
    """An MLD message of n octets."""
    return icmp6(kind, 0, bytes(n - 4), dst, host=host)


# (row and what is wrong, frame, counter)
REFUSED = [
    ("PARSE-04 frame shorter than the datagram", igmp2_report(GNEW, cut=1),
     "drop_iphdr"),
    ("PARSE-04 IP version 5", igmp2_report(GNEW, version=5), "drop_iphdr"),
    ("PARSE-04 header length 4", igmp2_report(GNEW, ihl=4), "drop_iphdr"),
    ("PARSE-04 header longer than the datagram",
     igmp2_report(GNEW, ihl=15), "drop_iphdr"),
    ("PARSE-04 total length beyond the frame", igmp2_report(GNEW, ip_len=99),
     "drop_iphdr"),
    ("PARSE-04 total length below the header", igmp2_report(GNEW, ip_len=8),
     "drop_iphdr"),
    ("PARSE-06 IP header checksum", igmp2_report(GNEW, ip_csum="bad"),
     "drop_ipcsum"),
    ("PARSE-07 IP option of length 0",
     igmp2_report(GNEW, options=b"\x07\0\0\0"), "drop_iphdr"),
    ("PARSE-07 IP option of length 1",
     igmp2_report(GNEW, options=b"\x07\x01\0\0"), "drop_iphdr"),
    ("PARSE-07 IP option beyond the header",
     igmp2_report(GNEW, options=b"\x94\x08\0\0"), "drop_iphdr"),
    ("PARSE-11 IGMPv2 report of 7 octets", v2_bytes(7), "drop_len"),
    ("PARSE-11 IGMPv3 report of 7 octets",
     igmp(0x22, 0, bytes(3), "224.0.0.22"), "drop_len"),
    ("PARSE-11 leave of 4 octets", igmp(0x17, 0, b"", "224.0.0.2"),
     "drop_len"),
    ("PARSE-11 message of 3 octets",
     igmp2_report(GNEW, ip_len=27, pad=b""), "drop_len"),
    ("PARSE-12 IGMP checksum", igmp3_to_ex(GNEW, csum="bad"), "drop_csum"),
    ("PARSE-12 checksum of a leave", igmp2_leave(G, csum="bad"), "drop_csum"),
    ("PARSE-12 checksum of a query", igmp_query(3, G, csum="bad"),
     "drop_csum"),
    ("PARSE-15 query of 7 octets", query_bytes(7), "drop_len"),
    ("PARSE-15 query of 9 octets", query_bytes(9), "drop_len"),
    ("PARSE-15 query of 10 octets", query_bytes(10), "drop_len"),
    ("PARSE-15 query of 11 octets", query_bytes(11), "drop_len"),
    ("PARSE-18 sources cut short",
     igmp3_report((TO_EX, GNEW), (IS_IN, G2, sources(1), {"n": 3})),
     "drop_trunc"),
    ("PARSE-18 record missing", igmp3_report((TO_EX, GNEW), count=2),
     "drop_trunc"),
    ("PARSE-18 auxiliary data cut short",
     igmp3_report((TO_EX, GNEW, (), {"aux": bytes(8)}), cut=4, ip_len=44,
                  csum=None), None),
    ("PARSE-20 65535 sources in 16 octets",
     igmp3_report((ALLOW, GNEW, (), {"n": 65535})), "drop_trunc"),
    ("PARSE-20 65535 records", igmp3_report((TO_EX, GNEW), count=65535),
     "drop_trunc"),
    ("PARSE-22 report of a unicast address",
     igmp2_report("10.1.1.1", dst="239.9.9.9"), "drop_group"),
    ("PARSE-22 report of the link-local block",
     igmp2_report("224.0.0.251"), "drop_group"),
    ("PARSE-22 leave of a unicast address", igmp2_leave("10.1.1.1"),
     "drop_group"),
    ("PARSE-25 general query with sources",
     igmp_query(3, "0.0.0.0", [S(1)]), "drop_len"),
    ("PARSE-25 query of a unicast address",
     igmp_query(3, "10.1.1.1", dst="224.0.0.1"), "drop_group"),
    ("PARSE-25 query with sources cut short",
     igmp_query(3, G, [S(1)], n=3), "drop_trunc"),
    ("PARSE-26 general query to a group", igmp_query(3, dst=G), "drop_dst"),
    ("PARSE-33 multicast source", igmp2_report(GNEW, src="224.1.1.1"),
     "drop_src"),
    ("PARSE-33 broadcast source", igmp2_report(GNEW, src="255.255.255.255"),
     "drop_src"),
    ("PARSE-33 loopback source", igmp2_report(GNEW, src="127.0.0.1"),
     "drop_src"),
    ("MRD-02 advertisement to all hosts", mrd4_adv(dst="224.0.0.1"),
     "drop_dst"),
    ("MRD-02 advertisement with a wrong checksum", mrd4_adv(csum="bad"),
     "drop_csum"),
    ("PARSE-11 solicitation of 3 octets", mrd4_sol(ip_len=27, pad=b""),
     "drop_len"),
    ("MLD-01 payload length beyond the frame",
     mld1_report(GNEW6, ip_len=33), "drop_iphdr"),
    ("MLD-01 payload length 0", mld1_report(GNEW6, ip_len=0), "drop_iphdr"),
    ("MLD-01 IP version 4 in an IPv6 frame", mld1_report(GNEW6, version=4),
     "drop_iphdr"),
    ("MLD-02 no hop-by-hop header", mld2_to_ex(GNEW6, ra=False), "drop_ra"),
    ("MLD-02 hop-by-hop header without router alert",
     mld2_to_ex(GNEW6, ext=(0, hbh(58, b""))), "drop_ra"),
    ("MLD-02 router alert of another value",
     mld2_to_ex(GNEW6, ext=(0, hbh(58, b"\x05\x02\0\x01"))), "drop_ra"),
    ("MLD-02 router alert of another length",
     mld2_to_ex(GNEW6, ext=(0, hbh(58, b"\x05\x01\0"))), "drop_ra"),
    ("MLD-02 query without router alert", mld_query(2, ra=False), "drop_ra"),
    ("MLD-04 ICMPv6 checksum", mld1_report(GNEW6, csum="bad"), "drop_csum"),
    ("MLD-05 report with hop limit 255", mld2_to_ex(GNEW6, ttl=255),
     "drop_ttl"),
    ("MLD-05 query with hop limit 2", mld_query(2, ttl=2), "drop_ttl"),
    ("MLD-06 query from ::", mld_query(2, src="::"), "drop_src"),
    ("MLD-06 query from a global address",
     mld_query(2, src="2001:db8::1"), "drop_src"),
    ("MLD-07 report from a global address",
     mld2_to_ex(GNEW6, src="2001:db8::1"), "drop_src"),
    ("MLD-07 done from a global address",
     mld1_done(G6, src="2001:db8::1"), "drop_src"),
    ("MLD-09 query of 26 octets", mld_bytes(130, 26, "ff02::1", ROUTER),
     "drop_len"),
    ("MLD-09 query of 23 octets", mld_bytes(130, 23, "ff02::1", ROUTER),
     "drop_len"),
    ("MLD-09 MLDv1 report of 23 octets", mld_bytes(131, 23, "ff02::16"),
     "drop_len"),
    ("MLD-09 MLDv2 report of 7 octets", mld_bytes(143, 7, "ff02::16"),
     "drop_len"),
    ("MLD-11 sources cut short",
     mld2_report((TO_EX, GNEW6), (IS_IN, G6, ["2001:db8::1"], {"n": 3})),
     "drop_trunc"),
    ("MLD-11 record missing", mld2_report((TO_EX, GNEW6), count=2),
     "drop_trunc"),
    ("MLD-11 65535 sources", mld2_report((ALLOW, GNEW6, (), {"n": 65535})),
     "drop_trunc"),
    ("MLD-12 general query to a group", mld_query(2, dst=G6), "drop_dst"),
    ("MLD-13 report of scope 1", mld1_report("ff01::5"), "drop_group"),
    ("MLD-13 report of scope 0", mld1_report("ff00::5"), "drop_group"),
    ("MLD-13 report of all nodes", mld1_report("ff02::1"), "drop_group"),
    ("MRD-02 IPv6 advertisement from a global address",
     mrd6_adv(src="2001:db8::1"), "drop_src"),
]
REFUSED = [(w, f, c) for w, f, c in REFUSED if c]
REFUSED += [(f"{v} {WHAT[v]}", VECTORS[v], c) for v, c in BAD.items()
            if c != "drop_frag"]


def rig(t):
    """Tables with something in them."""
    net = snooping(t, family=46)
    net.send(1, igmp2_report(G), igmp3_allow(G2, S(1)), mld1_report(G6))
    net.send(3, igmp_query(3, src="192.0.2.200"))
    net.fence()
    return net


def look(net):
    """Everything that a bad message could have changed; timers apart.

    Those of the host side are left out: it answers our own queries.
    """
    groups = net.mcs.groups()
    queriers = net.mcs.json("querier show dev br0")
    return ({(g["port"], g["grp"]): str(mcs.Record(g)) for g in groups},
            sorted(net.mcs.routers()),
            [(q["family"], q["state"], q.get("address"))
             for q in queriers]), \
        {(g["port"], g["grp"]): g["timer"] for g in groups
         if g.get("timer") and g["port"] != "br0"}


def tables(net):
    """The tables without the timers."""
    return look(net)[0]


def _refused(what, frame, counter):
    @test(f"{what}: {counter}")
    def run(t):
        net = shared(t, rig)
        before, clocks = look(net)
        grown = net.mcs.counting("drop_", "skip_", "rx_", port=2)
        t.eq(net.reach(2, frame, host=True), [], "not forwarded")
        after, timers = look(net)
        t.eq(after, before, "tables")
        for key, timer in timers.items():
            t.between(timer, clocks[key] - 5, clocks[key], f"timer of {key}")
        t.eq(grown(), {counter: 1}, "counters")


for _row in REFUSED:
    _refused(*_row)


# Accepted, with something in it that is passed over or worth a note:
# (row, frame, record of, what it becomes, counters beside rx_)
PASSED = [
    ("PARSE-07 router alert behind no-operations",
     igmp2_report(GNEW, options=b"\x01\x01\x01\x01\x94\x04\0\0"),
     GNEW, "EX(;)", {}),
    ("PARSE-08 TTL 2", igmp2_report(GNEW, ttl=2), GNEW, "EX(;)",
     {"note_ttl": 1}),
    ("PARSE-09 no router alert", igmp2_report(GNEW, ra=False), GNEW, "EX(;)",
     {"note_ra": 1}),
    ("PARSE-12 PARSE-13 odd length", igmp3_to_ex(GNEW, trailer=b"\x55"),
     GNEW, "EX(;)", {}),
    ("PARSE-13 octets behind an IGMPv2 report",
     igmp2_report(GNEW, trailer=b"\x01\x02\x03\x04"), GNEW, "EX(;)", {}),
    ("PARSE-14 a code in an IGMPv2 report", igmp2_report(GNEW, code=0x55),
     GNEW, "EX(;)", {}),
    ("PARSE-21 record of unknown type",
     igmp3_report((7, G, sources(1)), (TO_EX, GNEW)), GNEW, "EX(;)",
     {"skip_type": 1}),
    ("PARSE-22 record of the link-local block",
     igmp3_report((TO_EX, "224.0.0.251"), (TO_EX, GNEW)), GNEW, "EX(;)",
     {"skip_group": 1}),
    ("PARSE-22 record of a unicast address",
     igmp3_report((TO_EX, "10.1.1.1"), (TO_EX, GNEW)), GNEW, "EX(;)",
     {"skip_group": 1}),
    ("PARSE-23 sources that cannot be",
     igmp3_allow(GNEW, "0.1.2.3", "127.0.0.1", "224.1.1.1",
                 "255.255.255.255", S(1)), GNEW, "IN(1)",
     {"skip_source": 4}),
    ("PARSE-24 the same source twice", igmp3_allow(GNEW, S(1), S(1)), GNEW,
     "IN(1)", {}),
    ("PARSE-28 report to 224.0.0.1", igmp2_report(GNEW, dst="224.0.0.1"),
     GNEW, "EX(;)", {"note_dst": 1}),
    ("PARSE-33 report from 0.0.0.0", igmp2_report(GNEW, src="0.0.0.0"), GNEW,
     "EX(;)", {}),
    ("SSM-02 TO_EX of an SSM group",
     igmp3_report((TO_EX, "232.1.1.1"), (ALLOW, "232.1.1.2", sources(1))),
     "232.1.1.2", "IN(1)", {"skip_ssm": 1}),
    ("SSM-03 IGMPv2 report of an SSM group", igmp2_report("232.1.1.1"),
     "232.1.1.1", "none", {"skip_ssm": 1}),
    ("SSM-03 IGMPv1 report of an SSM group", igmp1_report("232.1.1.1"),
     "232.1.1.1", "none", {"skip_ssm": 1}),
    ("SSM-03 MLDv1 report of an SSM group", mld1_report("ff3e::1"),
     "ff3e::1", "none", {"skip_ssm": 1}),
    ("MLD-03 destination options before the report",
     ip6(58, mld1_report(GNEW6)[62:], GNEW6, src=LL,
         ext=(0, hbh(60) + DSTOPT)), GNEW6, "EX(;)", {}),
    ("MLD-07 report from ::", mld2_to_ex("ff02::1:ff00:11", src="::"),
     "ff02::1:ff00:11", "EX(;)", {}),
    ("MLD-15 a multicast source", mld2_allow(GNEW6, "ff02::1"), GNEW6,
     "none", {"skip_source": 1}),
    ("MLD-11 auxiliary data is stepped over",
     mld2_report((IS_IN, G6, ["2001:db8::1"], {"aux": bytes(8)}),
                 (TO_EX, GNEW6)), GNEW6, "EX(;)", {}),
]


def _passed(what, frame, group, state, counters):
    @test(f"{what}: {state}, {counters or 'no remark'}")
    def run(t):
        net = shared(t, snooping, family=46)
        net.mcs("bridge del dev br0")
        net.mcs("bridge add dev br0 querier off")
        grown = net.mcs.counting("drop_", "skip_", "note_", "limit_")
        net.send(2, frame)
        net.fence()
        t.eq(str(net.mcs.rec(2, group)), state)
        t.eq(grown(), counters, "counters")


for _row in PASSED:
    _passed(*_row)


@test("PARSE-10 V24 fragments are flooded, not parsed, counted")
def fragments(t):
    net = shared(t, rig)
    before = tables(net)
    grown = net.mcs.counting("drop_", port=2)
    for frame in (igmp3_to_ex(GNEW, mf=True), igmp3_to_ex(GNEW, frag=1),
                  igmp2_leave(G, mf=True)):
        t.eq(net.reach(2, frame), [1, 3, 4])
    t.eq(tables(net), before, "tables")
    t.eq(grown(), {"drop_frag": 3})


@test("MLD-03 an IPv6 fragment is forwarded, not parsed")
def fragments6(t):
    net = shared(t, rig)
    before = tables(net)
    whole = mld2_to_ex(GNEW6, ext=(0, b""))[54:]
    head = hbh(44) + struct.pack("!BBHI", 58, 0, 1, 4711)
    frame = ip6(58, whole, "ff02::16", src=LL, ext=(0, head))
    t.eq(net.reach(2, frame), [1, 3, 4])
    t.eq(tables(net), before, "tables")


@test("PARSE-17 unknown IGMP types are flooded")
def unknown(t):
    net = shared(t, rig)
    before = tables(net)
    grown = net.mcs.counting("drop_", "rx_", port=2)
    kinds = (0x01, 0x08, 0x13, 0x1e, 0x55, 0xff)
    for kind in kinds:
        t.eq(net.reach(2, igmp(kind, 0, addr("239.9.9.9"), "224.0.0.4")),
             [1, 3, 4], f"type {kind:#x}")
    t.eq(tables(net), before, "tables")
    t.eq(grown(), {"rx_other": len(kinds)})


@test("PARSE-23 a list of impossible sources is not an empty list")
def not_empty(t):
    net = shared(t, rig)
    before = tables(net)
    net.send(1, igmp3_to_in(G, "224.1.1.1"))
    net.fence()
    t.eq([f for f in net.frames(1) if is_specific(G)(f)], [], "queries")
    t.eq(tables(net), before, "tables")


@test("PARSE-34 a multicast source address: nothing is learned")
def smac(t):
    net = shared(t, rig)
    before = tables(net)
    net.send(2, igmp2_report(GNEW, smac="03:00:00:00:00:01"),
             mld1_report(GNEW6, smac="ff:ff:ff:ff:ff:ff"))
    net.fence()
    t.eq(tables(net), before, "tables")


@test("forward-invalid on: refused all the same, but forwarded")
def forward_invalid(t):
    net = snooping(t, "forward-invalid on")
    grown = net.mcs.counting("drop_")
    t.eq(net.reach(2, VECTORS["V18"]), [1, 3, 4])
    t.eq(grown(), {"drop_csum": 1})
    t.eq(net.mcs.table(), {})


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
