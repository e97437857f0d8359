#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The fast path sends every octet of what it gets, whatever it is made of.

Buffers that are shared, not linear, larger than a page, not checksummed or
segmented yet, and clones that cannot be made. A frame is sent behind p4 for
members behind p1, p2 and p3, with the fast path off and on.
"""
import socket
import struct
import time

from lib import ktap, mcs
from lib.failing import Failing
from lib.ktap import test
from lib.net import PACKET_VNET_HDR, SOL_PACKET, Tap
from lib.ns import run
from lib.packets import (checksum, host_ip4, addr, ip4, ip6, igmp3_to_ex,
                         mld2_to_ex, udp)
from lib.scenario import G, G6, shared, snooping


def members(t):
    """Frames of 9000 octets pass, but p3 takes 1500 only."""
    net = snooping(t, family=46, fresh=True)
    net.ns.ip("\n".join(f"link set p{p} mtu 9000" for p in (1, 2, 4)))
    net.hosts_ns.ip("\n".join(f"link set h{p} mtu 9000" for p in net.ports))
    for port in (1, 2, 3):
        net.send(port, igmp3_to_ex(G), mld2_to_ex(G6))
    net.fence()
    return net


def each(net):
    """With the fast path off, then on and the flow proved."""
    for on in ("off", "on"):
        net.mcs(f"bridge set dev br0 fastpath {on}")
        time.sleep(0.05)
        net.data(4, G)
        yield on == "on"


def arrive(net, send, group=G):
    """{port: octets} of what arrives of a group, and what was counted."""
    net.flush()
    grown = net.mcs.counting("path_", port=4)
    send()
    net.fence()
    got = {}
    for f in net.frames():
        if f.dst == group:
            got.setdefault(f.port, []).append(f.raw)
    return got, grown()


def same(t, net, send, frames, path="path_fast", ports=(1, 2, 3), group=G):
    """These frames arrive behind the ports, and took that path."""
    for on in each(net):
        got, grown = arrive(net, send, group)
        t.eq(sorted(got), sorted(ports), f"ports, fast path {on}")
        for port in ports:
            t.ok(got[port] == frames, f"octets behind p{port}, {on}")
        t.eq(grown, {path: len(frames)} if on else {}, "path")


def text(size, seed=1):
    """Octets that show when any is lost or moved."""
    return bytes((i * 7 + i // 256 + seed) & 0xff for i in range(size))


@test("a frame of which only the first octets are linear")
def paged(t):
    net = shared(t, members)
    frame = ip4(17, text(5000), G, host=9, ra=False)
    for linear in (14, 34, 42, 200):
        path = "path_form" if linear < 34 else "path_fast"
        same(t, net, lambda n=linear: net.send_paged(4, frame, n), [frame],
             path=path, ports=(1, 2))


@test("a frame of 8 KB, and one that a member's port cannot take")
def jumbo(t):
    net = shared(t, members)
    small = ip4(17, text(1400), G, host=9, ra=False)
    big = ip4(17, text(8000), G, host=9, ra=False)
    same(t, net, lambda: net.send(4, small), [small])
    same(t, net, lambda: net.send_paged(4, big, 100), [big], ports=(1, 2))
    same(t, net, lambda: net.send_paged(4, big, 6000), [big],
         ports=(1, 2))


@test("fragments: of IPv4 fast, of IPv6 by the bridge")
def fragments(t):
    net = shared(t, members)
    data = text(2000)
    ends = [(0, 1200, True), (150, 2000, False)]
    parts = [ip4(17, data[at * 8:end], G, host=9, ra=False, ident=7, frag=at,
                 mf=more, ttl=9) for at, end, more in ends]
    same(t, net, lambda: net.send(4, *parts), parts)
    parts = [ip6(44, struct.pack("!BBHI", 17, 0, at * 8 | more, 7) +
                 data[at * 8:end], G6, host=9, ra=False)
             for at, end, more in ends]
    same(t, net, lambda: net.send(4, *parts), parts, path="path_form",
         group=G6)


def send_offload(net, port, head, frame):
    """Send with a struct virtio_net_hdr, as a virtual machine does."""
    with net.hosts_ns.entered():
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    with sock:
        sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        sock.bind((f"h{port}", 0))
        sock.send(head + frame)


def unfinished(size, pseudo_only=True):
    """A UDP datagram whose checksum is still to be made."""
    data = text(size)
    pseudo = addr(host_ip4(9)) + addr(G) + struct.pack("!BBH", 0, 17, 8 + size)
    begin = 0xffff & ~checksum(pseudo) if pseudo_only else 0
    return ip4(17, struct.pack("!HHHH", 5001, 5001, 8 + size, begin) + data, G,
               host=9, ra=False), data


@test("a checksum and segments that are left to the device")
def offload(t):
    net = shared(t, members)
    frame, data = unfinished(900)
    send = lambda: send_offload(net, 4, struct.pack(
        "=BBHHHH", 1, 0, 42, 0, 34, 6), frame)
    for features in ("on", "off"):
        for port in (1, 2):
            run("ip", "netns", "exec", net.ns.name, "ethtool", "-K",
                f"p{port}", "tx", features, check=False)
        ways = []
        for on in each(net):
            got, grown = arrive(net, send)
            ways.append(got)
            t.eq(grown, {"path_fast": 1} if on else {})
            for port in (1, 2):
                t.ok(got[port][0][42:] == data, f"octets, {features} {on}")
        t.ok(ways[0] == ways[1], f"the same, tx {features}")
    try:
        send_offload(net, 3, struct.pack("=BBHHHH", 1, 5, 42, 1000, 34, 6),
                     unfinished(4000)[0])
    except OSError:
        t.note("this kernel's packet sockets take no UDP segments")
        return
    frame, data = unfinished(4000)
    send = lambda: send_offload(net, 4, struct.pack(
        "=BBHHHH", 1, 5, 42, 1000, 34, 6), frame)
    for features in ("on", "off"):
        for port in (1, 2):
            run("ip", "netns", "exec", net.ns.name, "ethtool", "-K",
                f"p{port}", "tx", features, "gso", features, check=False)
        ways = []
        for on in each(net):
            got, grown = arrive(net, send)
            ways.append(got)
            t.eq(grown, {"path_fast": 1} if on else {})
            for port in (1, 2):
                t.ok(b"".join(raw[42:] for raw in got[port]) == data,
                     f"octets of segments, {features} {on}")
        t.ok(ways[0] == ways[1], f"segments are the same, {features}")


@test("a frame that packet sockets hold")
def held(t):
    net = shared(t, members)
    taps = [Tap(4, "p4", net.ns), Tap(1, "p1", net.ns)]
    frame = udp(G, net.next_seq(), host=9, size=1300)
    same(t, net, lambda: net.send(4, frame), [frame])
    for tap in taps:
        tap.drain()
        t.ok(all(f.raw[14:] == frame[14:] for f in tap.frames
                 if f.raw[6:12] == frame[6:12] and f.dst == G and
                 len(f.raw) == len(frame)), "what the sockets hold")
        tap.sock.close()


@test("a clone that cannot be made: the others get theirs, and it is counted")
def no_memory(t):
    failing = Failing(t, caches=("skbuff_head_cache", "skbuff_fclone_cache"))
    net = shared(t, members)
    frame = udp(G, net.next_seq(), host=9, size=700)
    list(each(net))
    for times, lost in ((1, 1), (2, 2), (0, 0)):
        grown = net.mcs.counting("no_memory", "path_fast", port=4)
        net.flush()
        failing.percent(100 if times else 0, times)
        net.send(4, frame)
        failing.percent(0)
        net.fence()
        got = [f.port for f in net.frames() if f.dst == G]
        t.eq(len(got), 3 - lost, f"{times} fail")
        t.ok(all(f.raw == frame for f in net.frames() if f.dst == G), "octets")
        want = {"path_fast": 1, "no_memory": lost}
        t.eq(grown(), {k: v for k, v in want.items() if v})


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
