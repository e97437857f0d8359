#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The bridge itself: what it sends, what it joins, what it is given."""
import socket
import time

from lib import ktap, mcs, packets
from lib.host import Host
from lib.ktap import SIM, test
from lib.ns import wait_until
from lib.packets import (igmp2_report, igmp3_allow, igmp_query, mld1_report,
                         udp)
from lib.scenario import G, G2, G6, S, S6, snooping


def from_bridge(net, group, **opt):
    """Where a frame arrives that the host sends through br0."""
    return net.data(0, group, smac="02:00:00:00:00:77", **opt)


@test("FWD-15 what the bridge sends goes to members only")
def sends(t):
    net = snooping(t, family=46, router=3)
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.send(2, igmp3_allow(G2, S(1)))
    net.fence()
    t.eq(from_bridge(net, G), [1, 3])
    t.eq(from_bridge(net, G6), [1, 3])
    t.eq(from_bridge(net, G2, src=S(1)), [2, 3])
    t.eq(from_bridge(net, G2, src=S(2)), [3])
    t.eq(from_bridge(net, "224.0.0.251"), [1, 2, 3, 4], "link-local")


@test("a socket on the host sends a stream to members only")
def socket_sends(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    net.flush()
    with net.ns.entered():
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        index = socket.if_nametoindex("br0")
    net.sockets.append(sock)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                    bytes(8) + index.to_bytes(4, "little"))
    for i in range(10):
        sock.sendto(packets.DATA_MAGIC + i.to_bytes(4, "big"), (G, 5004))
    net.fence()
    for port, want in ((1, list(range(10))), (2, []), (3, []), (4, [])):
        t.eq([f.seq for f in net.frames(port) if f.dst == G], want,
             f"numbers on p{port}")


@test("FWD-15 the host is given what it joined, and nothing else")
def joins(t):
    net = snooping(t, family=46, fresh=True)
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.fence()
    t.eq(net.data(4, G, host=True), [1])
    t.eq(net.data(4, G6, host=True), [1])
    host = Host(net, 0)
    member, six = host.join(G), host.join(G6)
    for group in (G, G6):
        wait_until(lambda g=group: net.mcs.rec(0, g), what=f"record {group}")
        t.eq(net.data(4, group, host=True), [0, 1])
    member.leave()
    six.leave()
    for group in (G, G6):
        wait_until(lambda g=group: not net.mcs.rec(0, g), timeout=20,
                   what=f"{group} is left")
        t.eq(net.data(4, group, host=True), [1])


@test("the host's own source filter is its record")
def sources(t):
    net = snooping(t, fresh=True)
    host = Host(net, 0)
    host.member(G).join_source(S(1)).join_source(S(2))
    wait_until(lambda: str(net.mcs.rec(0, G)) == "IN(1,2)", what="the record")
    t.eq(net.data(4, G, src=S(2), host=True), [0])
    t.eq(net.data(4, G, src=S(3), host=True), [])


@test("the host's reports go to router ports only")
def reports(t):
    net = snooping(t, family=46, router=3, fresh=True)
    host = Host(net, 0)
    for group, kind in ((G, "igmp3_report"), (G6, "mld2_report")):
        host.join(group)

        def mine(f, kind=kind, group=group):
            return f.kind == kind and any(r[1] == group for r in f.records)
        net.expect(3, mine, within=5)
        net.no_frame(mine, [1, 2, 4], during=2 if SIM else 0.3)


@test("link-local groups reach the host without a join")
def link_local(t):
    net = snooping(t, family=46)
    for group in ("224.0.0.251", "ff02::fb", "ff02::1"):
        t.eq(net.data(4, group, host=True), [0, 1, 2, 3], group)


@test("the host hears queries of others")
def hears(t):
    net = snooping(t, router=3)
    t.eq(net.reach(3, igmp_query(3, src="192.0.2.200"), host=True),
         [0, 1, 2, 4])


@test("promiscuous or allmulti: the host is given every stream")
def wants_all(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    for flag in ("promisc", "allmulticast"):
        t.eq(net.data(4, G, host=True), [1], f"{flag} off")
        net.link(0, f"{flag} on")
        t.eq(net.data(4, G, host=True), [0, 1], f"{flag} on")
        net.link(0, f"{flag} off")
    t.eq(net.data(4, G, host=True), [1])


@test("the host's memberships are kept by the host's answers", sim=True)
def kept(t):
    net = snooping(t, family=46, fresh=True)
    host = Host(net, 0)
    host.join(G)
    host.join(G6)
    time.sleep(2000)
    for group in (G, G6):
        t.eq(str(net.mcs.rec(0, group)), "EX(;)", group)
        t.eq(net.data(4, group, host=True), [0])


@test("a unicast stream and broadcast are none of our business")
def not_multicast(t):
    net = snooping(t)
    seen = []
    for dst in ("02:00:00:00:00:02", "ff:ff:ff:ff:ff:ff"):
        frame = udp("192.0.2.99", net.next_seq(), dmac=dst)
        seen.append(net.reach(4, frame, host=True))
    t.eq(seen, [[1, 2, 3], [0, 1, 2, 3]], "unknown unicast, broadcast")


@test("the host's record is shown with the bridge as its port")
def shown(t):
    net = snooping(t, family=46, fresh=True)
    Host(net, 0).join(G)
    wait_until(lambda: net.mcs.rec(0, G), what="the record")
    rec = net.mcs.rec(0, G)
    t.eq((rec.port, rec.dev, rec.reporter), ("br0", "br0", "192.0.2.77"))
    t.eq(net.data(1, G6, src=S6(1)), [2, 3, 4], "a group nobody joined")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
