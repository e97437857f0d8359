#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What is flooded: without proof, link-local, unregistered, not IP."""
import time

from lib import ktap, mcs
from lib.ktap import SIM, test
from lib.net import Net
from lib.ns import wait_until
from lib.packets import (ether, host_mac, icmp6, igmp2_report, igmp3_to_ex,
                         igmp_query, mac, mld1_report, mld2_to_ex, udp)
from lib.scenario import G, G2, G6, G62, shared, snooping, wait_pruning

ALL = [1, 2, 3]


@test("D6 FWD-07 nobody queries: registered groups are flooded too")
def no_querier(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.fence()
    for group in (G, G2, G6, G62):
        t.eq(net.data(4, group), ALL, group)
    t.eq(net.mcs.querier().get("pruning", "no_querier"), "no_querier")


@test("D6 pruning in one family says nothing about the other")
def one_family(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.send(3, igmp_query(3, mrt=0.1))
    wait_pruning(net, 4)
    t.eq(net.data(4, G), [1, 3], "IPv4, with the router")
    t.eq(net.data(4, G6), ALL, "IPv6")


@test("D6 a querier without an address is proof enough")
def proxy(t):
    net = Net(t, attach="querier off")
    net.send(1, igmp2_report(G))
    net.send(3, igmp_query(3, src="0.0.0.0", mrt=0.1))
    wait_pruning(net, 4)
    t.eq(net.mcs.querier()["state"], "proxy")
    t.eq(net.data(4, G), [1, 3])


@test("D7 FWD-01 224.0.0.0/24 and ff02::/16 go everywhere")
def link_local(t):
    net = shared(t, snooping, family=46)
    net.send(1, mld2_to_ex("ff02::1:ff00:5"))
    net.fence()
    for group in ("224.0.0.1", "224.0.0.5", "224.0.0.251", "224.0.0.255",
                  "ff02::1", "ff02::5", "ff02::fb", "ff02::1:ff00:5",
                  "ff02::1:ff00:6"):
        t.eq(net.data(4, group, host=True), [0, 1, 2, 3], group)


@test("MLD-08 neighbour discovery and echo are data, not control")
def icmp(t):
    net = shared(t, snooping, family=46)
    grown = net.mcs.counting("rx_", "drop_", "skip_")
    for kind, dst in ((135, "ff02::1:ff00:99"), (134, "ff02::1"),
                      (133, "ff02::2"), (128, "ff02::1"), (128, G6)):
        frame = icmp6(kind, 0, bytes(20), dst, host=9, ra=False, ttl=255)
        t.eq(net.reach(4, frame, host=True), [0, *ALL], f"{kind} to {dst}")
    t.eq(grown(), {}, "counters")


@test("FWD-17 flood-ff02 off: solicited-node groups as any other")
def solicited(t):
    net = snooping(t, "flood-ff02 off unregistered routers", family=46)
    net.send(1, mld2_to_ex("ff02::1:ff00:5"))
    net.fence()
    t.eq(net.data(4, "ff02::1:ff00:5"), [1])
    t.eq(net.data(4, "ff02::1:ff00:6"), [], "nobody's")
    t.eq(net.data(4, "ff02::1"), ALL, "always")
    t.eq(net.data(4, "224.0.0.251"), ALL, "IPv4 is not meant")


@test("D8 unregistered auto: flood without routers, else to routers only")
def auto(t):
    net = snooping(t, family=46)
    t.eq(net.data(4, G), ALL)
    t.eq(net.data(4, G6), ALL)
    net.mcs("port set dev p3 router permanent")
    t.eq(net.data(4, G), [3])
    t.eq(net.data(4, G6), [3])


@test("D8 FWD-06 unregistered flood, routers and drop")
def policies(t):
    net = snooping(t, router=3)
    for policy, ports in (("flood", ALL), ("routers", [3]), ("drop", []),
                          ("auto", [3])):
        net.mcs(f"bridge set dev br0 unregistered {policy}")
        t.eq(net.data(4, G), ports, policy)


@test("D8 FWD-06 a port may have a policy of its own")
def per_port(t):
    net = snooping(t, "unregistered routers", router=3)
    net.mcs("port set dev p1 unregistered flood")
    t.eq(net.data(4, G), [1, 3])
    net.mcs("bridge set dev br0 unregistered flood")
    net.mcs("port set dev p2 unregistered drop")
    t.eq(net.data(4, G), [1, 3])
    net.mcs("port set dev p1 unregistered inherit")
    net.mcs("port set dev p2 unregistered inherit")
    t.eq(net.data(4, G), ALL)


@test("FWD-05 unregistered policy is not for registered groups")
def registered(t):
    net = snooping(t, "unregistered flood")
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.data(4, G), [1])
    t.eq(net.data(4, G2), ALL)


@test("FWD-10 MAP-01 groups that share a MAC address are told apart")
def shared_mac(t):
    net = snooping(t, "unregistered routers")
    net.send(1, igmp2_report("239.128.1.1"))
    net.fence()
    t.eq(net.data(4, "239.128.1.1"), [1])
    t.eq(net.data(4, "239.0.1.1"), [])
    t.eq(net.data(4, "224.128.1.1"), [])


@test("MAP-02 a join of ff12::1 does not touch ff02::1")
def shared_mac6(t):
    net = snooping(t, family=6)
    net.send(1, mld2_to_ex("ff12::1"))
    net.fence()
    t.eq(net.data(4, "ff12::1"), [1])
    t.eq(net.data(4, "ff02::1"), ALL)


@test("FWD-09 multicast that is not IP goes everywhere")
def not_ip(t):
    net = shared(t, snooping, family=46)
    for dst, proto in (("01:80:c2:00:00:30", 0x8902),
                       ("01:00:5e:01:01:01", 0x88b5),
                       ("33:33:00:00:01:01", 0x0806)):
        frame = ether(mac(dst), host_mac(9), proto, bytes(46))
        t.eq(net.reach(4, frame, host=True), [0, 1, 2, 3], dst)


@test("FWD-11 data with a broken IP header is dropped")
def broken(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    grown = net.mcs.counting("drop_")
    t.eq(net.data(4, G, ip_csum="bad"), [])
    t.eq(net.data(4, G2, ip_csum="bad"), [], "unregistered")
    t.eq(grown(), {"drop_ipcsum": 2})


@test("FWD-12 every fragment of a stream goes where the stream goes")
def fragments(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    for mf, frag in ((True, 0), (True, 100), (False, 200)):
        t.eq(net.data(4, G, mf=mf, frag=frag, size=800, ident=7), [1])


@test("FWD-13 payload, TTL, TOS and length are not touched")
def untouched(t):
    net = snooping(t, family=46)
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.fence()
    net.flush()
    frames = [udp(G, net.next_seq(), size=size, ttl=ttl, tos=tos, vlan=())
              for size, ttl, tos in ((8, 1, 0), (1400, 64, 0xb8),
                                     (100, 255, 0x03))]
    frames += [udp(G6, net.next_seq(), size=900, tos=0xb8)]
    net.send(4, *frames)
    net.fence()
    t.eq([f.raw.hex() for f in net.frames(1)], [f.hex() for f in frames])


@test("a stream never comes back to where it came from")
def no_echo(t):
    net = snooping(t, router=3)
    net.send(1, igmp2_report(G))
    net.send(3, igmp2_report(G))
    net.fence()
    t.eq(net.data(1, G), [3])
    t.eq(net.data(3, G), [1])


@test("D5 the bridge's own snooping is turned on: everything is left to it")
def intree(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.data(4, G), [1])
    net.ns.ip("link set br0 type bridge mcast_snooping 1")
    wait_until(lambda: net.mcs.bridge()["intree_snooping"],
               what="it is noticed")
    t.eq(net.mcs.querier()["pruning"], "intree_snooping")
    t.eq(1 in net.data(4, G), True, "its member is served")
    net.ns.ip("link set br0 type bridge mcast_snooping 0")
    wait_until(lambda: not net.mcs.bridge()["intree_snooping"],
               what="it is noticed")


@test("D6 a long stream before, during and after attaching has no gap")
def no_gap(t):
    net = Net(t)
    for i in range(90):
        if i == 20:
            net.mcs("bridge add dev br0 querier on" +
                    ("" if SIM else " query-response-interval 200ms"))
        if i == 40:
            net.send(1, igmp3_to_ex(G))
        if i == 70:
            net.mcs("bridge del dev br0")
        got = net.data(4, G)
        t.ok(1 in got, f"frame {i} for h1 (went to {got})")
        time.sleep(0.5 if SIM else 0.02)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
