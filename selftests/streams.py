#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Where data goes: RFC 4541 sections 2.1.2 and 3, RFC 3376 section 6.3."""
import ipaddress
import time

from lib import ktap, mcs
from lib.host import Host
from lib.ktap import SIM, test
from lib.net import BR_MAC, Net
from lib.ns import wait_until
from lib.packets import (ether, host_mac, icmp6, igmp2_report, igmp3_allow,
                         igmp3_is_ex, igmp3_is_in, igmp3_to_ex, igmp_query,
                         mac, mld1_report, mld2_allow, mld2_is_ex, mld2_to_ex,
                         mld_query, udp)
from lib.scenario import (G, G2, G6, G62, S, S6, TICK, answered, example_ex,
                          example_in, lives, shared, snooping, until)
from lib.sender import Sender

ALL = [1, 2, 3]


@test("FWD-01 link-local groups go everywhere, whatever the tables say")
def link_local(t):
    net = snooping(t, "unregistered drop flood-ff02 off", family=46, router=3)
    net.send(1, igmp2_report(G), mld2_to_ex("ff02::fb"))
    net.mcs("port set dev p2 unregistered drop")
    net.fence()
    for group in ("224.0.0.1", "224.0.0.2", "224.0.0.18", "224.0.0.251",
                  "224.0.0.255", "ff02::1"):
        for src in (None, "0.0.0.0" if "." in group else "::"):
            t.eq(net.data(4, group, src=src, host=True), [0, 1, 2, 3], group)
    t.eq(net.data(4, "224.0.1.1", host=True), [], "beside the block")


@test("FWD-02 router ports get every group, joined by anybody or not")
def router_port(t):
    net = snooping(t, family=46, router=3)
    net.send(1, igmp3_allow(G, S(1)), mld2_allow(G6, S6(1)))
    net.send(2, igmp3_is_ex(G, S(9)))
    net.fence()
    for group, src, ports in ((G, S(1), [1, 2, 3]), (G, S(9), [3]),
                              (G2, S(9), [3]), (G6, S6(1), [1, 3]),
                              (G6, S6(9), [3]), (G62, S6(9), [3])):
        t.eq(net.data(4, group, src=src), ports, f"{src} to {group}")
    net.mcs("bridge set dev br0 unregistered flood")
    t.eq(net.data(4, G2, src=S(9)), [1, 2, 3], "unregistered, flooded")


@test("FWD-03 INCLUDE: a source that is listed, as long as its timer runs",
      sim=True)
def include(t):
    net = snooping(t, family=46)
    example_in(net)
    example_in(net, group=G6)
    for n, ports in ((1, [1]), (2, [1]), (3, []), (9, [])):
        t.eq((net.data(4, G, src=S(n)), net.data(4, G6, src=S6(n))),
             (ports, ports), f"source {n}")
    time.sleep(200)
    net.send(1, igmp3_allow(G, S(2)))
    time.sleep(70.002)
    t.eq((net.data(4, G, src=S(1)), net.data(4, G, src=S(2))), ([], [1]))


@test("FWD-04 EXCLUDE: every source but those that are blocked")
def exclude(t):
    net = snooping(t, family=46)
    example_ex(net)
    example_ex(net, group=G6)
    net.fence()
    for n, ports in ((1, [1]), (2, [1]), (3, []), (4, []), (9, [1])):
        t.eq((net.data(4, G, src=S(n)), net.data(4, G6, src=S6(n))),
             (ports, ports), f"source {n}")


@test("FWD-05 a group that any port holds is flooded for no source")
def registered(t):
    for policy in ("auto", "flood"):
        net = snooping(t, f"unregistered {policy}", family=46)
        net.send(1, igmp3_allow(G, S(1)), mld2_allow(G6, S6(1)))
        net.fence()
        t.eq((net.data(4, G, src=S(1)), net.data(4, G6, src=S6(1))),
             ([1], [1]), policy)
        t.eq((net.data(4, G, src=S(2)), net.data(4, G6, src=S6(2))),
             ([], []), f"{policy}: another source")
        t.eq(net.data(4, G2), ALL, f"{policy}: another group")
        net.mcs("port set dev p3 router permanent")
        t.eq((net.data(4, G, src=S(2)), net.data(4, G6, src=S6(2))),
             ([3], [3]), f"{policy}: routers only")
        net.mcs("port set dev p3 router auto")
        net.mcs("bridge del dev br0")


@test("FWD-06 unregistered groups: four policies, each port may differ")
def policies(t):
    net = snooping(t, family=46, router=3)
    for policy, ports in (("auto", [3]), ("flood", ALL), ("routers", [3]),
                          ("drop", [])):
        net.mcs(f"bridge set dev br0 unregistered {policy}")
        t.eq((net.data(4, G), net.data(4, G6)), (ports, ports), policy)
    net.mcs("bridge set dev br0 unregistered routers")
    net.mcs("port set dev p1 unregistered flood")
    t.eq((net.data(4, G), net.data(4, G6)), ([1, 3], [1, 3]), "p1 floods")
    net.mcs("bridge set dev br0 unregistered flood")
    net.mcs("port set dev p1 unregistered routers")
    t.eq((net.data(4, G), net.data(4, G6)), ([2, 3], [2, 3]), "p1 does not")
    net.mcs("port set dev p1 unregistered inherit")


@test("FWD-07 nobody queries: everything is flooded, until 10 s after a query",
      sim=True)
def no_querier(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    net.send(1, igmp2_report(G), mld1_report(G6))
    for group in (G, G2, G6, G62):
        t.eq(net.data(4, group), ALL, group)
    time.sleep(30)
    net.send(1, igmp2_report(G), mld1_report(G6))
    t0 = net.send(3, igmp_query(3, src="192.0.2.200"),
                  mld_query(2, src="fe80::99"))
    lives(t, lambda: (net.data(4, G), net.data(4, G6)) == (ALL, ALL),
          answered(), t0, "flooding")
    t.eq((net.data(4, G), net.data(4, G6)), ([1, 3], [1, 3]))
    until(t0, 255 - TICK)
    t.eq((net.data(4, G), net.data(4, G6)), ([1, 3], [1, 3]))
    until(t0, 255 + TICK)
    t.eq((net.data(4, G), net.data(4, G6)), (ALL, ALL), "nobody any more")


@test("FWD-08 two hosts of a port: what either of them wants")
def union(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_is_ex(G, S(1), host=1), mld2_is_ex(G6, S6(1), host=1))
    net.send(1, igmp3_is_in(G, S(1), host=2), mld2_allow(G6, S6(1), host=2))
    net.send(1, igmp3_is_ex(G2, S(1), S(2), host=1),
             igmp3_is_ex(G2, S(2), S(3), host=2))
    net.fence()
    for n in (1, 2, 9):
        t.eq((net.data(4, G, src=S(n)), net.data(4, G6, src=S6(n))),
             ([1], [1]), f"source {n}")
    t.eq([n for n in range(1, 5) if net.data(4, G2, src=S(n)) == [1]],
         [1, 3, 4], "excluded by both: 2 only")


@test("FWD-09 other EtherTypes are flooded; the families do not mix")
def other(t):
    net = shared(t, snooping, "unregistered drop", family=46)
    for dst, proto in (("01:80:c2:00:00:30", 0x8902),
                       ("01:80:c2:00:00:20", 46), ("01:00:5e:01:01:01", 0x88f6),
                       ("33:33:00:00:01:01", 0x0806),
                       ("01:00:0c:cc:cc:cc", 60)):
        frame = ether(mac(dst), host_mac(9), proto, bytes(60))
        t.eq(net.reach(4, frame, host=True), [0, *ALL], dst)
    net.send(1, igmp2_report("239.255.0.1"))
    net.fence()
    mapped = "ff1e::efff:1"
    t.eq((net.data(4, "239.255.0.1"), net.data(4, mapped)), ([1], []))
    net.send(2, mld2_to_ex(mapped))
    net.fence()
    t.eq((net.data(4, "239.255.0.1"), net.data(4, mapped)), ([1], [2]))


@test("FWD-11 data with a bad IPv4 header goes nowhere, and is counted")
def broken(t):
    net = snooping(t, router=3)
    net.send(1, igmp2_report(G))
    net.fence()
    grown = net.mcs.counting("drop_", port=4)
    for group in (G, G2, "224.0.0.251"):
        for fault in ({"ip_csum": "bad"}, {"version": 5}, {"ihl": 4},
                      {"ip_len": 2000}, {"ip_len": 12}):
            t.eq(net.data(4, group, host=True, **fault), [],
                 f"{fault} to {group}")
    t.eq(grown(), {"drop_ipcsum": 3, "drop_iphdr": 12})


@test("FWD-12 fragments, first to last, go where the stream goes")
def fragments(t):
    net = snooping(t, family=46, router=3)
    net.send(1, igmp3_allow(G, S(1)))
    net.fence()
    for mf, frag in ((True, 0), (True, 100), (False, 200)):
        for group, src, ports in ((G, S(1), [1, 3]), (G, S(2), [3]),
                                  (G2, S(1), [3])):
            t.eq(net.data(4, group, src=src, mf=mf, frag=frag, size=800,
                          ident=7), ports, f"{frag} of {src} to {group}")


@test("FWD-13 no octet of a stream is changed, tags included")
def untouched(t):
    net = snooping(t, family=46)
    net.send(1, igmp2_report(G), mld1_report(G6),
             igmp2_report(G, vlan=[200, (0x8100, 0xa064)]))
    net.fence()
    net.flush()
    frames = [udp(G, net.next_seq(), size=size, ttl=ttl, tos=tos)
              for size, ttl, tos in ((8, 1, 0), (1400, 64, 0xb8),
                                     (100, 255, 3))]
    frames += [udp(G6, net.next_seq(), size=900, tos=0xb8, ttl=1),
               udp(G, net.next_seq(),
                   vlan=[(0x8100, 0x60c8), (0x8100, 0xa064)])]
    net.send(4, *frames)
    net.fence()
    t.eq([f.raw.hex() for f in net.frames(1)], [f.hex() for f in frames])


@test("FWD-15 the host is served like a port, source by source")
def host_side(t):
    net = snooping(t, family=46, fresh=True)
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.fence()
    t.eq((net.data(4, G, host=True), net.data(4, G6, host=True)), ([1], [1]))
    host = Host(net, 0)
    host.member(G).join_source(S(1))
    host.join(G6)
    wait_until(lambda: net.mcs.rec(0, G) and net.mcs.rec(0, G6),
               what="both records")
    t.eq(net.data(4, G, src=S(1), host=True), [0, 1])
    t.eq(net.data(4, G, src=S(2), host=True), [1])
    t.eq(net.data(4, G6, host=True), [0, 1])
    t.eq(net.data(0, G, src=S(2), smac=BR_MAC), [1], "what the host sends")


@test("FWD-17 ff02::/16 is flooded; with flood-ff02 off only ff02::1 is")
def solicited(t):
    net = snooping(t, "unregistered routers", family=46, router=3)
    target = bytes(4) + ipaddress.ip_address("fe80::99").packed
    solicit = icmp6(135, 0, target, "ff02::1:ff00:99", host=4, ra=False,
                    ttl=255)
    groups = ("ff02::2", "ff02::fb", "ff02::1:2", "ff02::5")
    net.send(1, mld2_to_ex("ff02::fb"))
    net.fence()
    t.eq(net.reach(4, solicit), ALL, "nobody joined")
    for group in groups:
        t.eq(net.data(4, group), ALL, group)
    net.mcs("bridge set dev br0 flood-ff02 off")
    t.eq(net.reach(4, solicit), [3], "to the router port")
    for group in groups:
        t.eq(net.data(4, group), [1, 3] if group == "ff02::fb" else [3],
             group)
    t.eq(net.data(4, "ff02::1"), ALL)


@test("FWD-18 a change of the table counts for the next frame, in a storm",
      limit=None if SIM else 240)
def next_frame(t):
    net = snooping(t, ports=5)
    sender = Sender(t, net, 3, [f"239.4.0.{n}" for n in range(1, 20)])
    net.send(1, igmp3_to_ex(G))
    net.fence()

    def to(group, src):
        return [p for p in net.data(4, group, src=src) if p != 3]

    for i in range(30):
        group = f"239.7.0.{i}"
        net.send(2, igmp3_allow(group, S(1)))
        t.eq((to(group, S(1)), to(group, S(9))), ([2], []), f"ALLOW {i}")
        net.send(2, igmp3_is_ex(group, S(2)))
        t.eq((to(group, S(2)), to(group, S(9))), ([], [2]), f"IS_EX {i}")
        net.send(5, igmp3_allow(group, S(2)))
        t.eq(to(group, S(2)), [5], f"another port {i}")
        t.ok(1 in net.data(4, G), "the stream of another member")
    sender.stop()


@test("MAP-01 the 32 groups of a MAC address: one is joined, one is sent")
def one_mac(t):
    net = snooping(t, "unregistered routers")
    groups = [f"{a}.{b}.1.1" for a in range(224, 240) for b in (1, 129)]
    macs = {udp(group)[:6].hex() for group in groups}
    t.eq(macs, {"01005e010101"}, "the MAC address of all")
    joined = "231.129.1.1"
    net.send(1, igmp2_report(joined))
    net.fence()
    for group in groups:
        t.eq(net.data(4, group), [1] if group == joined else [], group)


@test("MAP-02 IPv6 groups of a MAC address, ff02::1 among them")
def one_mac6(t):
    net = snooping(t, "unregistered routers", family=46)
    groups = ["ff12::1", "ff1e::1", "ff05::1", "ff0e:0:0:1::1"]
    t.eq({udp(group)[:6].hex() for group in [*groups, "ff02::1"]},
         {"333300000001"})
    for i, group in enumerate(groups, 1):
        net.send(1, mld2_to_ex(group))
        net.fence()
        for j, other_group in enumerate(groups, 1):
            t.eq(net.data(4, other_group), [1] if j <= i else [], other_group)
        t.eq(net.data(4, "ff02::1"), ALL, "all nodes")


@test("MAP-01 MAP-02 a MAC address that does not belong to the group: the IP "
      "address decides")
def foreign_mac(t):
    net = snooping(t, "unregistered routers", family=46)
    net.send(1, igmp3_to_ex(G), mld2_to_ex(G6))
    net.fence()
    t.eq(net.data(4, G, dmac="01:00:5e:7f:ff:fa"), [1])
    t.eq(net.data(4, G2, dmac="01:00:5e:01:01:01"), [])
    t.eq(net.data(4, G6, dmac="33:33:00:00:00:fb"), [1])


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
