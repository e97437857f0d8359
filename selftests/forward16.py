#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A bridge of 16 ports: a stream reaches its members and nobody else."""
from lib import ktap, mcs
from lib.host import Host
from lib.ktap import test
from lib.ns import wait_until
from lib.packets import igmp3_to_ex, igmp_query, mld2_to_ex, mld_query, udp
from lib.scenario import G, G6, S, S6, shared, snooping

PORTS, SENDER, MEMBERS, ROUTER_PORT = 16, 1, (3, 9), 16
FRAMES = 100


def rig(t):
    """16 ports, a router behind the last."""
    net = snooping(t, family=46, ports=PORTS, fresh=True)
    net.send(ROUTER_PORT, igmp_query(3, src="192.0.2.200"),
             mld_query(2, src="fe80::99"))
    net.fence()
    return net


def stream(t, net, group, src, wanted, n=FRAMES):
    """Send n numbered frames; exactly the wanted ports get all, in order."""
    net.flush()
    numbers = [net.next_seq() for _ in range(n)]
    for seq in numbers:
        net.send(SENDER, udp(group, seq, src=src, size=200))
    net.fence()
    got = {p: [f.seq for f in net.frames(p) if f.dst == group]
           for p in range(PORTS + 1)}
    t.eq(sorted(p for p, seqs in got.items() if seqs), wanted,
         "ports that got any of it")
    for port in wanted:
        t.eq(got[port], numbers, f"frames on p{port}")


@test("two members and the router port get the stream, frame by frame")
def two_members(t):
    net = shared(t, rig)
    for port in MEMBERS:
        net.send(port, igmp3_to_ex(G), mld2_to_ex(G6))
    stream(t, net, G, None, [*MEMBERS, ROUTER_PORT])
    stream(t, net, G6, None, [*MEMBERS, ROUTER_PORT])


@test("many sources of the group: the same ports")
def many_sources(t):
    net = shared(t, rig)
    for n in range(1, 6):
        stream(t, net, G, S(n), [*MEMBERS, ROUTER_PORT], 10)
        stream(t, net, G6, S6(n), [*MEMBERS, ROUTER_PORT], 10)


@test("real members: one of all sources, one of one source")
def real(t):
    net = shared(t, rig)
    group, group6 = "239.5.5.5", "ff1e::555"
    everything, one = Host(net, 5), Host(net, 12)
    for g, source in ((group, S), (group6, S6)):
        everything.join(g)
        one.member(g).join_source(source(1))
        wait_until(lambda: net.mcs.rec(5, g) and net.mcs.rec(12, g),
                   what=f"records of {g}")
        stream(t, net, g, source(1), [5, 12, ROUTER_PORT])
        stream(t, net, g, source(2), [5, ROUTER_PORT])


@test("members come and go port by port")
def one_by_one(t):
    net = shared(t, rig)
    group = "239.6.6.6"
    for last in range(2, PORTS):
        net.send(last, igmp3_to_ex(group))
        stream(t, net, group, None,
               [*range(2, last + 1), ROUTER_PORT], 3)


@test("counters of every port agree with what it got")
def counters(t):
    net = shared(t, rig)
    net.mcs("bridge set dev br0 fastpath off")
    group = "239.7.7.7"
    net.send(2, igmp3_to_ex(group))
    net.fence()
    grown = {p: net.mcs.counting("data_", port=p) for p in (2, 7, 16)}
    stream(t, net, group, None, [2, ROUTER_PORT], 50)
    t.eq(grown[2](), {"data_forwarded": 50}, "member")
    t.eq(grown[7](), {"data_pruned": 50}, "nobody")
    t.eq(grown[16](), {"data_forwarded": 50}, "router")
    net.mcs("bridge set dev br0 fastpath on")
    grown = {p: net.mcs.counting("data_", "path_fast", port=p)
             for p in (1, 2, 7, 16)}
    stream(t, net, group, None, [2, ROUTER_PORT], 50)
    fast = grown[1]().get("path_fast", 0)
    t.between(fast, 49, 50, "fast frames")
    t.eq(grown[2](), {"data_forwarded": 50}, "member, fast")
    t.eq(grown[7](), {"data_pruned": 1} if fast < 50 else {}, "nobody, fast")
    t.eq(grown[16](), {"data_forwarded": 50}, "router, fast")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
