#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Frames of MLD as they may be: headers before them, lengths, destinations.

badinput.py has more that must be refused.
"""
import struct
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.packets import (ALLOW, IS_IN, TO_EX, addr, checksum, hbh, host_ip6,
                         icmp6, ip6, mld1_done, mld1_report, mld2_allow,
                         mld2_report, mld2_to_ex, mld_query, mrd6_adv,
                         pseudo6)
from lib.scenario import (G6, G62, GMI, LMQT, S6, Said, is_specific, snooping,
                          sources)
from lib.vectors import VECTORS

SOL = "ff02::1:ff00:11"
DSTOPT = b"\x01\x04\0\0\0\0"


def destopts(following):
    """A destination options header of padding."""
    return bytes([following, 0]) + DSTOPT


def report_behind(headers, proto=58, group=G6, first=0):
    """An MLDv1 report behind extension headers of our own."""
    body = struct.pack("!BBHHH", 131, 0, 0, 0, 0) + addr(group)
    src = host_ip6(1)
    total = checksum(pseudo6(src, group, len(body), 58) + body)
    body = body[:2] + struct.pack("!H", total) + body[4:]
    return ip6(proto, body, group, ext=(first, headers))


@test("MLD-01 MLD-04 lengths and checksums that are not right")
def lengths(t):
    net = snooping(t, family=46, router=3)
    before = net.mcs.table()
    grown = net.mcs.counting("drop_", port=1)
    for frame in (mld1_report(G6, ip_len=33), mld1_report(G6, ip_len=0),
                  mld1_report(G6, cut=1), mld1_report(G6, version=5)):
        t.eq(net.reach(1, frame, host=True), [])
    t.eq(grown(), {"drop_iphdr": 4})
    good = mld1_report(G6)
    for octet in (len(good) - 1, len(good) - 20, 14 + 8 + 15):
        frame = bytearray(good)
        frame[octet] ^= 1
        net.send(1, bytes(frame))
        net.fence()
    t.eq(grown(), {"drop_iphdr": 4, "drop_csum": 3}, "each bit counts")
    t.eq(net.mcs.table(), before)


@test("MLD-02 V38 router alert in a first hop-by-hop header, or nothing")
def alert(t):
    net = snooping(t, family=46, router=3)
    before = net.mcs.table()
    grown = net.mcs.counting("drop_", port=1)
    for frame in (VECTORS["V38"],
                  report_behind(hbh(58, b"")),
                  report_behind(hbh(58, b"\x05\x02\0\x01")),
                  report_behind(destopts(58), first=60)):
        t.eq(net.reach(1, frame, host=True), [])
    t.eq(grown(), {"drop_ra": 4})
    t.eq(net.mcs.table(), before)
    net.send(1, report_behind(hbh(58, b"\x01\x02\0\0\x05\x02\0\0")))
    net.fence()
    t.eq(str(net.mcs.rec(1, G6)), "EX(;)", "behind padding")


@test("MLD-03 headers are walked; ESP, no-next and fragments are data")
def headers(t):
    net = snooping(t, "unregistered flood", family=46)
    net.send(1, report_behind(hbh(60) + destopts(58)))
    net.fence()
    t.eq(str(net.mcs.rec(1, G6)), "EX(;)", "destination options")
    net.send(1, report_behind(hbh(51) + bytes([58, 1]) + bytes(10),
                              group=G62))
    net.fence()
    t.eq(str(net.mcs.rec(1, G62)), "EX(;)", "authentication")
    group = "ff1e::333"
    before = net.mcs.table()
    grown = net.mcs.counting("drop_", "rx_mld_report", port=2)
    for what, frame in (
            ("ESP", report_behind(hbh(50), group=group)),
            ("no next", report_behind(hbh(59), group=group)),
            ("fragment", report_behind(
                hbh(44) + struct.pack("!BBHI", 58, 0, 1, 7), group=group)),
            ("9 headers", report_behind(
                hbh(60) + destopts(60) * 8 + destopts(58), group=group))):
        t.eq(net.reach(2, frame), [1, 3, 4], what)
    t.eq(net.mcs.table(), before)
    t.eq(grown(), {"drop_frag": 1}, "what may be a fragment of MLD")


@test("MLD-05 V39 any hop limit but 1 is refused")
def hop_limit(t):
    net = snooping(t, family=46, router=3)
    before = net.mcs.table()
    grown = net.mcs.counting("drop_", port=1)
    for frame in (VECTORS["V39"], mld1_report(G6, ttl=2),
                  mld1_done(G6, ttl=0), mld_query(2, ttl=255)):
        t.eq(net.reach(1, frame, host=True), [])
    t.eq(grown(), {"drop_ttl": 4})
    t.eq((net.mcs.table(), net.mcs.router_ports("ipv6")), (before, ["p3"]))


@test("MLD-06 V40 a query from elsewhere than fe80::/10 is refused")
def query_source(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    grown = net.mcs.counting("drop_")
    said = Said(t)
    for frame in (VECTORS["V40"], mld_query(2, src="::"),
                  mld_query(1, src="2001:db8::1")):
        t.eq(net.reach(3, frame, host=True), [])
    t.eq(grown(), {"drop_src": 3})
    t.eq((net.mcs.router_ports("ipv6"), net.mcs.querier(6).get("state")),
         ([], "none"))
    t.ok(said("MLD", "2001:db8::1", "p3"), "a warning")


@test("MLD-07 V37 reports from :: make state, from global addresses none")
def report_source(t):
    net = snooping(t, family=46)
    net.send(1, VECTORS["V37"], mld1_report(G6, src="::"))
    net.fence()
    mine = {k[2]: v for k, v in net.mcs.table().items() if k[0] == "p1"}
    t.eq(mine, {SOL: "EX(;)", G6: "EX(;)"})
    t.eq(net.data(4, G6), [1])
    grown = net.mcs.counting("drop_", port=2)
    net.send(2, mld1_report(G6, src="2001:db8::2"),
             mld2_to_ex(G6, src="2001:db8::2"),
             mld1_done(G6, src="2001:db8::2"))
    net.fence()
    t.eq(grown(), {"drop_src": 3})
    t.eq(str(net.mcs.rec(2, G6)), "none")


@test("MLD-08 the code is ignored; other ICMPv6 is data, alert or not")
def types(t):
    net = snooping(t, "unregistered routers", family=46, router=3)
    src, rest = host_ip6(1), bytes(4) + addr(G6)
    net.send(1, icmp6(131, 0x55, rest, G6))
    net.send(2, mrd6_adv(20))
    net.fence()
    t.eq(str(net.mcs.rec(1, G6)), "EX(;)")
    t.eq(net.mcs.router_ports("ipv6"), ["p2", "p3"], "151 is discovery")
    before = net.mcs.table()
    grown = net.mcs.counting("rx_", "drop_", "skip_", port=4)
    for kind in (1, 100, 128, 133, 134, 135, 136, 144, 150, 154, 200, 255):
        for dst, ports in ((G6, [1, 2, 3]), (G62, [2, 3]),
                           ("ff02::1", [1, 2, 3]), (SOL, [1, 2, 3])):
            frame = icmp6(kind, 0, rest, dst, host=4)
            t.eq(net.reach(4, frame), ports, f"{kind} to {dst} of {src}")
    t.eq((net.mcs.table(), grown()), (before, {}))


@test("MLD-09 the length of a query tells its version, or it is ignored")
def query_lengths(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    for length, version in ((24, 1), (28, 2), (40, 2)):
        net.send(3, icmp6(130, 0, struct.pack("!HH", 10000, 0) +
                          bytes(length - 8), "ff02::1", host=0xfe))
        net.fence()
        t.eq(net.mcs.querier(6)["version"], version, f"{length} octets")
    grown = net.mcs.counting("drop_", port=2)
    for length in (8, 23, 25, 26, 27):
        net.send(2, icmp6(130, 0, bytes(length - 4), "ff02::1", host=2))
    for kind, length in ((131, 23), (132, 8), (143, 7)):
        net.send(2, icmp6(kind, 0, bytes(length - 4), "ff02::16", host=2))
    net.fence()
    t.eq(grown(), {"drop_len": 8})
    t.eq(net.mcs.router_ports("ipv6"), ["p3"])


@test("PARSE-31 MLD-10 V32 V35 16-bit codes, heard and sent")
def codes16(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    for frame, qri in ((VECTORS["V32"], 10.0), (VECTORS["V35"], 32.8)):
        net.send(3, frame)
        net.fence()
        t.eq(net.mcs.querier(6)["query_response_interval"], qri)
    for code, linear, floating in (
            (1, 0.001, 0.001), (0x7fff, 32.767, 32.767),
            (0x8000, 32.768, 32.768), (0x8004, 32.772, 32.8),
            (0x8fff, 36.863, 65.528), (0x9000, 36.864, 65.536),
            (0xffff, 65.535, 8387.584)):
        for version, want in ((1, linear), (2, floating)):
            net.send(3, mld_query(version, code=code))
            net.fence()
            t.eq(net.mcs.querier(6)["query_response_interval"], want,
                 f"{code:#x} in version {version}")
    for ms, want in ((10000, 10.0), (32767, 32.767), (32775, 32.768),
                     (32776, 32.776), (100000, 100.0), (100015, 100.0)):
        net.mcs("bridge del dev br0")
        net.flush()
        net.mcs("bridge add dev br0 querier on "
                f"query-response-interval {ms}ms")
        f = net.expect(1, lambda f: f.is_general and f.kind == "mld2_query")
        t.eq(f.mrt, want, f"sent for {ms} ms")


@test("MLD-10 a delay of 0 is at once, one of 40000 is 40 s", sim=True)
def delay(t):
    net = snooping(t, family=46)
    net.mcs("port set dev p3 trust-queries on")
    net.send(1, mld1_report(G6))
    net.send(3, mld_query(1, G6, code=40000))
    t.near(net.mcs.rec(1, G6).timer, 80, what="twice 40 s")
    net.send(3, mld_query(1, G6, code=0))
    t.eq(net.mcs.querier(6)["state"], "self", "no election")
    time.sleep(0.003)
    t.eq(str(net.mcs.rec(1, G6)), "none")


@test("MLD-11 records of 16-octet sources, auxiliary data, overruns")
def records(t):
    net = snooping(t, family=46)
    net.send(1, mld2_report(
        (IS_IN, G6, sources(1, 2, six=True), {"aux": bytes(1020)}), (7, G6),
        (TO_EX, G62)))
    net.fence()
    mine = {k[2]: v for k, v in net.mcs.table().items() if k[0] == "p1"}
    t.eq(mine, {G6: "IN(1,2)", G62: "EX(;)"})
    before = net.mcs.table()
    grown = net.mcs.counting("drop_", port=2)
    net.send(2, mld2_report((TO_EX, G62), (ALLOW, G6, [S6(1)], {"n": 3})),
             mld2_report((TO_EX, G62), count=2),
             mld2_report((ALLOW, G6, (), {"n": 0xffff})))
    net.fence()
    t.eq((grown(), net.mcs.table()), ({"drop_trunc": 3}, before))


@test("MLD-12 each message counts only where it may be sent", sim=True)
def destinations(t):
    net = snooping(t, family=46)
    net.mcs("port set dev p3 trust-queries on")
    net.send(1, mld1_report(G6))
    net.fence()
    before = net.mcs.table()
    grown = net.mcs.counting("drop_")
    wrong = [mld_query(2, dst=G6), mld_query(1, dst="ff02::2"),
             mld_query(2, G6, dst=G62), mld1_report(G62, dst="ff02::1"),
             mld1_report(G62, dst=G6), mld1_done(G6, dst=G6),
             mld1_done(G6, dst="ff02::1"), mld2_to_ex(G62, dst="ff02::2")]
    for i, frame in enumerate(wrong):
        t.eq(net.reach(2, frame), [], f"frame {i}")
    t.eq((net.mcs.table(), grown()), (before, {"drop_dst": len(wrong)}))
    t.near(net.mcs.rec(1, G6).timer, GMI, what="group timer")
    net.flush()
    net.send(1, mld1_done(G6))
    net.expect(1, is_specific(G6))
    net.send(1, mld1_report(G6), mld2_to_ex(G62))
    t.eq(str(net.mcs.rec(1, G62)), "EX(;)")
    net.send(3, mld_query(2, G6))
    t.near(net.mcs.rec(1, G6).timer, LMQT, what="after the group's query")


@test("MLD-13 state for link-local groups, but for ff02::1 and below")
def scopes(t):
    net = snooping(t, family=46)
    good = ["ff02::2", "ff02::fb", SOL, "ff12::1", "ff05::2", "ff0e::1"]
    net.send(1, *[mld1_report(g) for g in good[:3]],
             *[mld2_to_ex(g) for g in good[3:]])
    net.fence()
    mine = {k[2]: v for k, v in net.mcs.table().items() if k[0] == "p1"}
    t.eq(mine, {g: "EX(;)" for g in good})
    grown = net.mcs.counting("drop_", "skip_", port=2)
    bad = ["ff02::1", "ff01::5", "ff00::5", "ff11::5", "ff10::1"]
    net.send(2, *[mld1_report(g) for g in bad],
             mld2_report(*[(TO_EX, g) for g in bad]))
    net.fence()
    t.eq(grown(), {"drop_group": len(bad), "skip_group": len(bad)})
    t.eq([k for k in net.mcs.table() if k[0] == "p2"], [])


@test("MLD-14 MLD-15 empty IS_IN, and lists of impossible sources")
def lists(t):
    net = snooping(t, family=46)
    net.send(1, mld2_to_ex(G6), mld2_report((IS_IN, G6), (IS_IN, G62)))
    net.fence()
    t.eq((str(net.mcs.rec(1, G6)), str(net.mcs.rec(1, G62))),
         ("EX(;)", "none"))
    grown = net.mcs.counting("skip_")
    net.flush()
    net.send(1, mld2_allow(G62, "ff02::1", "::"),
             mld2_report((3, G6, ["ff1e::5"])))
    net.fence()
    t.eq((str(net.mcs.rec(1, G62)), grown()), ("none", {"skip_source": 3}))
    t.eq([f for f in net.frames(1) if is_specific()(f)], [], "no question")
    net.send(1, mld2_allow(G62, "ff02::1", S6(3), "::"))
    net.fence()
    t.eq(str(net.mcs.rec(1, G62)), "IN(3)")


@test("MLD-16 DLT-06 V36 S, QRV and QQIC; flags and what follows are passed",
      sim=True)
def flags(t):
    net = snooping(t, family=46)
    net.send(1, mld2_allow(G6, S6(1), S6(2)))
    net.send(3, mld_query(2, G6, [S6(1)], flags=0xf, sflag=True,
                          trailer=b"\1\2\3\4\5"))
    t.near(net.mcs.rec(1, G6).forward[S6(1)], GMI, what="S was set")
    net.send(3, mld_query(2, G6, [S6(1)], flags=0xf, trailer=bytes(40)))
    rec = net.mcs.rec(1, G6)
    t.near(rec.forward[S6(1)], LMQT, what="source 1")
    t.near(rec.forward[S6(2)], GMI, what="source 2")
    net.send(3, mld_query(2, qrv=7, qqi=20, flags=0xf, trailer=b"\7"))
    q = net.mcs.querier(6)
    t.eq((q["state"], q["robustness"], q["query_interval"]),
         ("other", 7, 20))


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
