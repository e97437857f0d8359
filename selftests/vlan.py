#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""VLANs: what is learned in one says nothing about another.

    port   untagged (PVID)   tagged
    p1     1                 100, 200
    p2     1                 100
    p3     100               200
    p4     1                 100, 200
"""
from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.ns import wait_until
from lib.packets import (igmp2_report, igmp_query, mld2_to_ex, udp)
from lib.scenario import G, G2, G6, HURRY, snooping, wait_pruning

FENCE = {"ports": [1, 2, 4], "vid": 100}


def vlans(t, settings="", host=(), addr6=None):
    """The bridge above, pruning in VLAN 1 and 100."""
    net = Net(t, vlan=True, addr6=addr6)
    net.ns.bridge("vlan add dev p1 vid 100\nvlan add dev p1 vid 200\n"
                  "vlan add dev p2 vid 100\n"
                  "vlan del dev p3 vid 1\n"
                  "vlan add dev p3 vid 100 pvid untagged\n"
                  "vlan add dev p3 vid 200\n"
                  "vlan add dev p4 vid 100\nvlan add dev p4 vid 200\n" +
                  "".join(f"vlan add dev br0 vid {v} self\n"
                          for v in (100, 200, *host)))
    net.mcs(f"bridge add dev br0 querier on {settings}{HURRY}")
    wait_pruning(net, 4, 1)
    wait_pruning(net, 4, 100)
    net.flush()
    return net


def reach(net, port, frame, **more):
    """Where it arrives, with fences in VLANs 1 and 100."""
    out = net.reach(port, frame, ports=[1, 2, 4], vid=100, **more)
    return out


def tags(net, group):
    """{port: VLAN tags} of the data captured of a group."""
    return {f.port: f.vlan for f in net.frames()
            if f.dst == group and f.kind == "data"}


@test("PARSE-01 V22 a tagged report is learned in its VLAN only")
def tagged(t):
    net = vlans(t)
    net.send(1, igmp2_report(G, vlan=100))
    net.fence(**FENCE)
    t.eq(net.mcs.table(), {("p1", 100, G): "EX(;)"})
    t.eq(reach(net, 4, udp(G, net.next_seq(), vlan=100)), [1], "VLAN 100")
    t.eq(reach(net, 4, udp(G, net.next_seq())), [1, 2], "VLAN 1, not joined")


@test("PARSE-01 an untagged report is learned in the port's PVID")
def untagged(t):
    net = vlans(t)
    net.send(1, igmp2_report(G))
    net.send(3, igmp2_report(G))
    net.fence(**FENCE)
    t.eq(net.mcs.table(), {("p1", 1, G): "EX(;)", ("p3", 100, G): "EX(;)"})
    net.flush()
    t.eq(reach(net, 4, udp(G, net.next_seq(), vlan=100)), [3], "VLAN 100")
    t.eq(tags(net, G), {3: []}, "untagged there")


@test("PARSE-03 a priority tag is no VLAN")
def priority(t):
    net = vlans(t)
    net.send(1, igmp2_report(G, vlan=[(0x8100, 5 << 13)]))
    net.fence(**FENCE)
    t.eq(net.mcs.table(), {("p1", 1, G): "EX(;)"})


@test("the same group in two VLANs, each with members of its own")
def separate(t):
    net = vlans(t)
    net.send(1, igmp2_report(G))
    net.send(2, igmp2_report(G, vlan=100))
    net.fence(**FENCE)
    t.eq(reach(net, 4, udp(G, net.next_seq())), [1])
    net.flush()
    t.eq(reach(net, 4, udp(G, net.next_seq(), vlan=100)), [2])
    t.eq(tags(net, G), {2: [100]}, "tagged there")


@test("a VLAN that is not allowed on the port: nothing is learned")
def ingress(t):
    net = vlans(t)
    grown = net.mcs.counting("skip_")
    net.send(2, igmp2_report(G, vlan=200))
    net.send(1, igmp2_report(G, vlan=300))
    net.fence(**FENCE)
    t.eq(net.mcs.table(), {})
    t.eq(grown(), {"skip_vlan": 2})


@test("a member never gets frames of a VLAN it is not in")
def egress(t):
    net = vlans(t)
    net.mcs(f"group add dev br0 port p1 grp {G} vid 200")
    t.eq(reach(net, 4, udp(G, net.next_seq(), vlan=200)), [1])
    t.eq(reach(net, 4, udp(G2, net.next_seq(), vlan=200)), [1, 3],
         "unregistered in VLAN 200")


@test("QRY-16 the election is held per VLAN")
def election(t):
    net = vlans(t)
    net.send(4, igmp_query(3, vlan=100))
    net.fence(**FENCE)
    t.eq(net.mcs.querier(4, 100)["state"], "other", "VLAN 100")
    t.eq(net.mcs.querier(4, 1)["state"], "self", "VLAN 1")
    t.eq(sorted(net.mcs.routers()), [("p4", 100, "ipv4")], "router ports")
    net.send(1, igmp2_report(G, vlan=100), igmp2_report(G))
    net.fence(**FENCE)
    t.eq(reach(net, 3, udp(G, net.next_seq())), [1, 4], "to the router too")
    t.eq(reach(net, 2, udp(G, net.next_seq())), [1], "no router in VLAN 1")


@test("each VLAN that the bridge is in is queried, tagged as ports want it")
def queries(t):
    net = vlans(t)
    net.flush()
    net.mcs("bridge set dev br0 querier off")
    net.mcs("bridge set dev br0 querier on")
    net.expect(1, lambda f: f.is_general and f.vlan == [200])
    net.fence(**FENCE)
    seen = {p: sorted({tuple(f.vlan) for f in net.frames(p) if f.is_general})
            for p in net.ports}
    t.eq(seen, {1: [(), (100,), (200,)], 2: [(), (100,)], 3: [(), (200,)],
                4: [(), (100,), (200,)]})


@test("reports go to router ports of their VLAN only")
def reports(t):
    net = vlans(t)
    net.send(4, igmp_query(3, vlan=100, src="192.0.2.200"))
    net.fence(**FENCE)
    t.eq(reach(net, 1, igmp2_report(G, vlan=100)), [4])
    t.eq(reach(net, 1, igmp2_report(G)), [], "VLAN 1 has no router")


@test("V3-09 the VLAN is taken from a port: its records go")
def vlan_removed(t):
    net = vlans(t)
    net.send(1, igmp2_report(G, vlan=100), igmp2_report(G))
    net.fence(**FENCE)
    net.ns.bridge("vlan del dev p1 vid 100\n")
    wait_until(lambda: not net.mcs.rec(1, G, 100), what="the record goes")
    t.eq(net.mcs.table(), {("p1", 1, G): "EX(;)"})


@test("V3-09 a VLAN removed from the bridge and all ports leaves no state")
def vlan_gone(t):
    net = vlans(t)
    net.send(1, igmp2_report(G, vlan=200))
    net.fence(**FENCE)
    net.ns.bridge("".join(f"vlan del dev p{p} vid 200\n" for p in (1, 3, 4)) +
                  "vlan del dev br0 vid 200 self\n")
    wait_until(lambda: not net.mcs.querier(4, 200), what="VLAN 200 goes")
    t.eq(net.mcs.table(), {})


@test("the PVID changes: untagged reports are learned in the new VLAN")
def pvid(t):
    net = vlans(t)
    net.ns.bridge("vlan add dev p1 vid 100 pvid untagged\n")
    net.send(1, igmp2_report(G))
    net.fence(ports=[2, 4], vid=100)
    t.eq(net.mcs.table(), {("p1", 100, G): "EX(;)"})


@test("vlan_filtering turned on and off: state of the other kind goes")
def toggled(t):
    net = snooping(t, vlan=True)
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.mcs.table(), {("p1", 1, G): "EX(;)"})
    net.ns.ip("link set br0 type bridge vlan_filtering 0")
    wait_until(lambda: not net.mcs.table(), what="records of VLAN 1 go")
    wait_pruning(net, 4, 0)
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.mcs.table(), {("p1", 0, G): "EX(;)"})
    t.eq(net.data(4, G), [1])
    net.ns.ip("link set br0 type bridge vlan_filtering 1")
    wait_until(lambda: not net.mcs.table(), what="records without VLAN go")


@test("PARSE-02 V23 a bridge of S-VLANs keys by the outer tag")
def qinq(t):
    net = Net(t, vlan=True)
    net.ns.ip("link set br0 type bridge vlan_protocol 802.1ad")
    net.ns.bridge("".join(f"vlan add dev p{p} vid 200\n" for p in net.ports) +
                  "vlan add dev br0 vid 200 self\n")
    net.mcs(f"bridge add dev br0 querier on{HURRY}")
    wait_pruning(net, 4, 200)
    both = [(0x88a8, 200), 100]
    net.mcs("port set dev p3 router permanent")
    net.flush()
    t.eq(net.reach(1, igmp2_report(G, vlan=both)), [3], "the report")
    t.eq([f.vlan for f in net.frames(3) if f.kind == "igmp2_report"],
         [[200, 100]], "tags unchanged")
    t.eq(net.mcs.table(), {("p1", 200, G): "EX(;)"})
    t.eq(net.reach(4, udp(G, net.next_seq(), vlan=both)), [1, 3])


@test("a bridge without vlan_filtering knows no VLANs")
def unaware(t):
    net = snooping(t)
    net.send(1, igmp2_report(G, vlan=100))
    net.send(2, igmp2_report(G2))
    net.fence()
    t.eq({key[1] for key in net.mcs.table()} <= {0, 100}, True, "keys")
    t.eq(net.data(4, G2), [2])
    t.ok(1 in net.data(4, G, vlan=100), "a tagged stream to its member")


@test("MLD is separated by VLAN as well")
def mld(t):
    net = vlans(t, addr6="fe80::77")
    wait_until(lambda: net.mcs.querier(6, 1).get("pruning") == "active",
               timeout=60, step=0.5, what="MLD pruning in VLAN 1")
    net.send(1, mld2_to_ex(G6))
    net.send(2, mld2_to_ex(G6, vlan=100))
    net.fence(**FENCE)
    t.eq({k: v for k, v in net.mcs.table().items() if k[0] != "br0"},
         {("p1", 1, G6): "EX(;)", ("p2", 100, G6): "EX(;)"})
    t.eq(reach(net, 4, udp(G6, net.next_seq())), [1])


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
