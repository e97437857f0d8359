#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What is counted of data per record, and what is printed of it.

explain_frames.py compares it with what arrives, at random.
"""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.packets import igmp3_allow, igmp3_to_ex, igmp3_to_in, mld2_to_ex, udp
from lib.scenario import G, G2, G6, S, S6, example_ex, snooping


def delivered(net, port, group=G, **more):
    """(frames, bytes) of a record, None where they are not counted."""
    rec = net.mcs.rec(port, group, **more)
    if rec.delivered_frames is None:
        return None
    return rec.delivered_frames, rec.delivered_bytes


def stream(net, port, group, count, src=None, **more):
    """Send frames of one length, wait for them; the octets of one."""
    frame = udp(group, net.next_seq(), src=src, host=9, **more)
    for _ in range(count):
        net.send(port, udp(group, net.next_seq(), src=src, host=9, **more))
    net.fence()
    return len(frame)


def fast(net):
    """Frames that took the fast path."""
    return net.mcs.stats().get("path_fast", 0)


def both_ways(t):
    """A bridge, once with the fast path and once without it."""
    for way in ("on", "off"):
        net = snooping(t, f"group-stats on fastpath {way}", family=46)
        yield net, way
        t.eq(fast(net) > 0, way == "on", f"fast path {way}")


@test("frames and bytes of each record are counted, on both paths")
def each(t):
    for net, way in both_ways(t):
        net.send(1, igmp3_to_ex(G), mld2_to_ex(G6))
        net.send(2, igmp3_to_ex(G))
        net.fence()
        t.eq(delivered(net, 1), (0, 0), f"{way}: nothing yet")
        size = stream(net, 4, G, 20)
        t.eq(delivered(net, 1), (20, 20 * size), way)
        t.eq(delivered(net, 2), (20, 20 * size), way)
        t.eq(delivered(net, 1, G6), (0, 0), f"{way}: another group")
        six = stream(net, 4, G6, 7, src=S6(1))
        t.eq(delivered(net, 1, G6), (7, 7 * six), f"{way}: IPv6")
        stream(net, 1, G, 5)
        t.eq(delivered(net, 1), (20, 20 * size), f"{way}: its own frames")
        t.eq(delivered(net, 2), (25, 25 * size), way)


@test("what a record does not want, or the port does not get, is not counted")
def unwanted(t):
    for net, way in both_ways(t):
        example_ex(net, 1)              # not from 3 and 4
        net.send(2, igmp3_allow(G, S(1)))
        net.fence()
        size = stream(net, 4, G, 6, src=S(1))
        stream(net, 4, G, 3, src=S(3))
        t.eq(delivered(net, 1), (6, 6 * size), way)
        t.eq(delivered(net, 2), (6, 6 * size), way)
        net.mcs("port set dev p1 ttl-threshold 30")
        stream(net, 4, G, 4, src=S(1), ttl=20)
        t.eq(delivered(net, 1), (6, 6 * size), f"{way}: kept by its TTL")
        t.eq(delivered(net, 2), (10, 10 * size), way)


@test("a record on a router port, one set by hand, and one of the host")
def odd(t):
    for net, way in both_ways(t):
        net.mcs("port set dev p3 router permanent")
        net.mcs(f"group add dev br0 port p1 grp {G}")
        net.mcs(f"group add dev br0 port p2 grp {G2} src {S(1)}")
        net.send(1, igmp3_to_ex(G))
        net.send(2, igmp3_to_ex(G2))
        net.send(3, igmp3_allow(G, S(4)))
        net.fence()
        size = stream(net, 4, G, 6, src=S(1))
        t.eq(delivered(net, 3), (6, 6 * size), f"{way}: routers get all")
        both = [delivered(net, 1), delivered(net, 1, static=True)]
        t.eq(sorted(both), [(0, 0), (6, 6 * size)], f"{way}: counted once")
        stream(net, 4, G2, 5, src=S(2))
        t.eq(delivered(net, 2, G2, static=True), (0, 0), way)
        t.eq(delivered(net, 2, G2), (5, 5 * size), way)
        net.mcs(f"group add dev br0 port br0 grp {G}")
        stream(net, 4, G, 3, src=S(1))
        t.eq(delivered(net, 0, static=True), (3, 3 * size), f"{way}: host")
        t.eq(delivered(net, 3), (9, 9 * size), way)


@test("vlan show: what members were sent, those that are gone as well")
def vlans(t):
    for net, way in both_ways(t):
        def sums(net=net):
            return {r["family"]: (r["delivered_frames"], r["delivered_bytes"])
                    for r in net.mcs.json("vlan show dev br0")}

        net.send(1, igmp3_to_ex(G), igmp3_to_ex(G2), mld2_to_ex(G6))
        net.send(2, igmp3_to_ex(G))
        net.fence()
        size = stream(net, 4, G, 10)
        stream(net, 4, G2, 1)
        six = stream(net, 4, G6, 5, src=S6(1))
        want = {"ipv4": (21, 21 * size), "ipv6": (5, 5 * six)}
        t.eq(sums(), want, way)
        net.mcs("bridge set dev br0 fast-leave on")
        net.send(1, igmp3_to_in(G))
        net.fence()
        t.eq(delivered(net, 2), (10, 10 * size), "one of them is there")
        t.eq(sums(), want, f"{way}: one is gone")
        net.mcs("bridge set dev br0 group-stats off")
        t.ok(not any("delivered_frames" in row for row in
                     net.mcs.json("vlan show dev br0")), "off")
        stream(net, 4, G, 3)
        net.mcs("bridge set dev br0 group-stats on")
        t.eq(sums(), want, f"{way}: off and on")
        text = net.mcs("vlan show dev br0", "-s")
        t.ok(f"delivered: 21 frames, {21 * size} bytes" in text, text)


@test("counters appear and go with the setting, and with the record")
def setting(t):
    net = snooping(t)
    net.send(1, igmp3_to_ex(G))
    net.fence()
    stream(net, 4, G, 3)
    t.eq(delivered(net, 1), None, "off by default")
    net.mcs("bridge set dev br0 group-stats on")
    t.eq(delivered(net, 1), (0, 0), "counted from now on")
    size = stream(net, 4, G, 3)
    net.mcs("bridge set dev br0 group-stats on max-groups 500")
    t.eq(delivered(net, 1), (3, 3 * size), "another setting")
    net.send(1, igmp3_to_in(G))
    net.mcs("bridge set dev br0 fast-leave on")
    net.send(1, igmp3_to_ex(G), igmp3_to_in(G), igmp3_to_ex(G))
    net.fence()
    t.eq(delivered(net, 1), (0, 0), "a new record")
    net.mcs("bridge set dev br0 group-stats off")
    t.eq(delivered(net, 1), None, "off again")
    stream(net, 4, G, 2)
    net.mcs("bridge set dev br0 group-stats on")
    t.eq(delivered(net, 1), (0, 0), "begins with nothing")


@test("how long ago the last was", sim=True)
def last(t):
    net = snooping(t, "group-stats on")
    net.send(1, igmp3_to_ex(G))
    net.fence()
    t.eq(net.mcs.rec(1, G).delivered_ago, None, "none yet")
    t.ok("delivered: 0 frames, 0 bytes\n" in
         net.mcs("group show dev br0", "-s") + "\n", "text, none yet")
    size = stream(net, 4, G, 2)
    time.sleep(100)
    t.near(net.mcs.rec(1, G).delivered_ago, 100, within=0.05)
    text = net.mcs("group show dev br0", "-s")
    t.ok(f"delivered: 2 frames, {2 * size} bytes, the last 1m40s ago" in text,
         text)
    t.ok("delivered" not in net.mcs("group show dev br0"), "only with -s")


@test("Prometheus has them, a metric's samples together and once each")
def prometheus(t):
    net = snooping(t)
    net.send(1, igmp3_to_ex(G))
    net.fence()
    said = net.mcs("stats show -o prometheus")
    t.ok("delivered" not in said, "not while it is off")
    net.mcs("bridge set dev br0 group-stats on")
    net.mcs(f"group add dev br0 port p2 grp {G} src {S(1)}")
    size = stream(net, 4, G, 4, src=S(1))
    lines = net.mcs("stats show -o prometheus").splitlines()
    name = "mcsnoop_group_delivered_"
    for what, value in (("frames", 4), ("bytes", 4 * size)):
        t.eq({x for x in lines if x.startswith(f"{name}{what}")},
             {f'{name}{what}_total{{bridge="br0",port="{port}",vlan="0",'
              f'grp="{G}",state="{state}"}} {value}'
              for port, state in (("p1", "temp"), ("p2", "permanent"))})
    t.eq(len(lines), len(set(lines)), "each once")


@test("what is kept from a port is counted by its reason")
def reasons(t):
    net = snooping(t, "fastpath off unregistered routers")
    example_ex(net, 1)
    net.send(2, igmp3_allow(G, S(1)))
    net.fence()
    grown = {p: net.mcs.counting("pruned_", "data_pruned", port=p)
             for p in (1, 2, 3)}
    stream(net, 4, G, 2, src=S(1))
    stream(net, 4, G, 3, src=S(3))
    stream(net, 4, G2, 5)
    for port, name, frames in ((1, "source_blocked", 3),
                               (2, "source_not_included", 3),
                               (3, "not_member", 5)):
        t.eq(grown[port](), {"data_pruned": frames + 5,
                             "pruned_unregistered": 5,
                             f"pruned_{name}": frames}, f"p{port}")
    text = net.mcs("stats show port p3 dev br0", "-s")
    t.ok("5  pruned_not_member" in text, text)
    t.ok('mcsnoop_pruned_not_member_total{bridge="br0",port="p3"} 5' in
         net.mcs("stats show -o prometheus").splitlines(), "Prometheus")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
