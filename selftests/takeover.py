#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Taking a bridge over from its own snooping, and giving it back, under a
numbered stream that must not have a gap."""
import time

from lib import ktap, mcs
from lib.ktap import SIM, test
from lib.net import Net
from lib.ns import run_json, wait_until
from lib.packets import (igmp2_report, igmp3_allow, igmp3_is_ex, igmp3_to_ex,
                         igmp_query, mld2_allow, mld2_to_ex, mld_query)
from lib.scenario import G, G2, G3, G6, S, S6, answered
from lib.stream import Meter, Stream

QUERIER, QUERIER6 = "192.0.2.200", "fe80::99"
# How long members have to answer, in seconds.
MRT = 10 if SIM else 0.4
NEW = f"mcast_igmp_version 3 mcast_mld_version 2 mcast_query_response_interval {MRT * 100:.0f}"


def query(net, port=4):
    """The router behind a port asks, in both families."""
    return net.send(port, igmp_query(3, src=QUERIER, mrt=MRT),
                    mld_query(2, src=QUERIER6, mrt=MRT))


def intree(t, settings=NEW, ports=5, **more):
    """A bridge with its own snooping, which prunes, and a querier on p4."""
    net = Net(t, ports=ports, addr6="fe80::77", fresh=True, **more)
    net.ns.ip(f"link set br0 type bridge mcast_snooping 1 {settings}")
    query(net)
    time.sleep(answered(MRT))
    query(net)
    time.sleep(answered(MRT))
    return net


def is_snooping(net):
    """The bridge's own snooping is on."""
    return run_json("ip", "-n", net.ns.name, "-d", "-j", "link", "show",
                    "br0")[0]["linkinfo"]["info_data"]["mcast_snooping"] == 1


def meters(t, net):
    """A meter behind every port but the sender's."""
    return {p: Meter(t, net.name(p), net.hosts_ns, f"h{p}")
            for p in net.ports if p != 5}


def members(net):
    """Members of several kinds, on ports 1 and 2."""
    net.send(1, igmp3_to_ex(G), mld2_to_ex(G6), igmp3_is_ex(G3, S(3)))
    net.send(2, igmp3_allow(G2, S(1), S(2)), mld2_allow("ff1e::102", S6(1)))
    net.fence()


FLOWS = [G, (G2, S(1)), (G3, S(3)), (G3, S(1)), G6, ("ff1e::102", S6(1)),
         "239.9.9.9"]
WANTED = {1: [(G, None), (G3, S(1)), (G6, None)],
          2: [(G2, S(1)), ("ff1e::102", S6(1))]}


def every(meter, first, last):
    """What is wanted has arrived, each frame once."""
    for port, flows in WANTED.items():
        for group, src in flows:
            meter[port].every(group, first, last, src)


def leaked(meter, first, last, port=3):
    """How many numbers of wanted groups arrived where nobody wants them."""
    return max(len(meter[port].got(g, s, first, last))
               for g, s in ((G, None), (G2, S(1)), (G3, S(1)), (G6, None)))


@test("takeover and giveback: no frame of a joined stream is lost")
def whole(t):
    net = intree(t)
    members(net)
    before = sorted(net.ns.bridge_json("-d", "mdb", "show", "dev",
                                       "br0")[0]["mdb"], key=str)
    stream = Stream(t, net.hosts_ns, "h5", FLOWS, tick=0.02)
    meter = meters(t, net)
    begin = stream.now
    time.sleep(0.5)
    taken = stream.now
    t.eq(leaked(meter, begin, taken), 0, "pruned by the bridge itself")

    net.mcs("bridge add dev br0 takeover")
    t.ok(not is_snooping(net), "its own snooping is off")
    t.eq(net.mcs.querier()["address"], QUERIER, "the querier is known")
    t.eq(net.mcs.querier(6)["address"], QUERIER6)
    t.eq(net.mcs.router_ports(), ["p4"], "the router port is known")
    t.eq(net.mcs.router_ports("ipv6"), ["p4"])
    table = net.mcs.table()
    t.eq(table["p1", 0, G], "EX(;)")
    t.eq(table["p2", 0, G2], "IN(1,2)")
    t.eq(table["p1", 0, G3], "EX(;3)")
    t.eq(table["p1", 0, G6], "EX(;)")
    t.eq(table["p2", 0, "ff1e::102"], "IN(1)")
    rec = net.mcs.rec(1, G)
    t.eq(rec.unconfirmed, True, "not reported here yet")
    t.ok(200 < rec.timer < 261, f"the timer of the bridge: {rec.timer}")
    net.send(1, igmp3_to_ex(G))
    net.fence()
    t.eq(net.mcs.rec(1, G).unconfirmed, None, "reported")

    time.sleep(answered(MRT) + 1)
    t.eq(net.mcs.querier()["pruning"], "active", "members had time to answer")
    pruned = stream.now
    time.sleep(0.5)
    given = stream.now
    t.eq(leaked(meter, pruned, given), 0, "pruned by us")

    net.mcs("bridge del dev br0 giveback")
    t.ok(is_snooping(net), "its own snooping is on")
    t.eq(net.mcs.json("bridge show"), [], "not attached")
    settled = stream.now
    time.sleep(0.5)
    last = stream.now
    stream.stop()
    every(meter, begin, last)
    meter[1].none(G3, pruned, given, S(3))
    t.eq(leaked(meter, settled, last), 0, "pruned by the bridge again")
    mdb = net.ns.bridge_json("-d", "mdb", "show", "dev", "br0")[0]
    t.ok({e["grp"] for e in before} <= {e["grp"] for e in mdb["mdb"]},
         f"it knows what it knew: {mdb}")
    t.ok("p4" in {r["port"] for r in mdb["router"]["br0"]}, f"{mdb['router']}")
    net.mcs.ns.touched = True


@test("takeover: an unknown group floods until the querier's members answered, "
      "not a moment longer", sim=True)
def window(t):
    net = intree(t)
    members(net)
    stream = Stream(t, net.hosts_ns, "h5", FLOWS, tick=0.02)
    meter = meters(t, net)
    begin = stream.now
    net.mcs("bridge add dev br0 takeover")
    for _ in range(30):
        time.sleep(2)
        for m in meter.values():
            m.read()
    end = stream.now
    stream.stop()
    every(meter, begin, end)
    n = leaked(meter, begin, end)
    t.ok(answered(MRT) - 0.2 < n * 0.02 < answered(MRT) + 0.5,
         f"flooded for {n * 0.02:.2f} s")
    for port in (1, 2, 3):
        t.eq(meter[port].got("239.9.9.9", None, end - 100, end), [],
             "what nobody wants goes to the router port only")
    meter[4].every("239.9.9.9", begin, end)


@test("takeover and giveback thirty times under a stream: no gap, whenever")
def often(t):
    net = intree(t)
    members(net)
    stream = Stream(t, net.hosts_ns, "h5", FLOWS, tick=0.005)
    meter = meters(t, net)
    begin = stream.now
    for i in range(30):
        net.mcs("bridge add dev br0 takeover")
        time.sleep(0.01 * (i % 7))
        if i % 5 == 0:
            query(net)
        if i % 3 == 0:
            members(net)
        net.mcs("bridge del dev br0 giveback")
        time.sleep(0.01 * (i % 5))
    end = stream.now
    stream.stop()
    every(meter, begin, end)


@test("a member that joins in the midst of it is served by who comes next")
def joins(t):
    net = intree(t)
    members(net)
    groups = [f"239.5.0.{i}" for i in range(20)]
    for i, group in enumerate(groups):
        port = 1 + i % 2
        words = "bridge del dev br0 giveback" if i % 2 else \
            "bridge add dev br0 takeover"
        proc = net.ns.popen(mcs.COMMAND, *words.split())
        time.sleep(0.001 * i)
        net.send(port, igmp3_to_ex(group))
        t.eq(proc.wait(), 0, words)
        net.fence()
        t.ok(port in net.data(5, group), f"{group} after {words}")
        if not i % 2:
            time.sleep(answered(MRT) + 0.2)
            query(net)
            net.send(1, *(igmp3_to_ex(g) for g in groups[:i + 1:2]))
            net.send(2, *(igmp3_to_ex(g) for g in groups[1:i + 1:2]))
        for j, old in enumerate(groups[:i + 1]):
            t.ok(1 + j % 2 in net.data(5, old), f"{old} after {words} {i}")


@test("takeover of a bridge that queries: we query at once, and prune after")
def own_querier(t):
    net = Net(t, ports=5, fresh=True)
    # first: the bridge waits for answers as long as it is set to when it begins
    net.ns.ip(f"link set br0 type bridge {NEW}\n"
              "link set br0 type bridge mcast_snooping 1 mcast_querier 1")
    time.sleep(answered(MRT) + 2)
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.data(5, G), [1], "the bridge prunes")
    net.flush()
    t0 = time.monotonic()
    net.mcs("bridge add dev br0 takeover" +
            ("" if SIM else " query-response-interval 400ms"))
    wait_until(lambda: net.mcs.querier().get("state") == "self",
               what="we are the querier")
    net.expect(2, lambda f: f.is_general, what="our query")
    t.ok(time.monotonic() - t0 < 2, "within 2 s")
    t.ok(1 in net.data(5, G), "flooded")
    wait_until(lambda: net.mcs.querier()["pruning"] == "active", 30,
               what="pruning")
    t.eq(net.data(5, G), [1], "we prune")


@test("takeover: permanent entries, modes of router ports, fast leave, VLANs")
def config(t):
    net = intree(t, vlan=True)
    net.ns.bridge("vlan add dev p1 vid 20\nvlan add dev p5 vid 20\n"
                  "link set dev p2 mcast_router 2\n"
                  "link set dev p3 mcast_router 0 fastleave on\n"
                  "mdb add dev br0 port p1 grp 239.3.3.3 permanent vid 1\n"
                  "mdb add dev br0 port p1 grp 239.3.3.4 src 198.51.100.1 "
                  "permanent vid 20\n")
    net.send(1, igmp2_report(G, vlan=20), igmp2_report(G2))
    net.fence()
    net.mcs("bridge add dev br0 takeover")
    t.eq(sorted((g["vid"], g["grp"], g["state"], len(g["source_list"]))
                for g in net.mcs.groups() if g["port"] == "p1"),
         [(1, G2, "temp", 0), (1, "239.3.3.3", "permanent", 0),
          (20, G, "temp", 0), (20, "239.3.3.4", "permanent", 1)])
    t.eq((net.mcs.port(2)["router"], net.mcs.port(3)["router"]),
         ("permanent", "never"))
    t.eq(net.mcs.port(3)["fast_leave"], "on")
    t.eq((net.mcs.port(1)["router"], net.mcs.port(1)["fast_leave"]),
         ("auto", "inherit"))
    t.ok("p4" in net.mcs.router_ports(), "learned")
    net.mcs("bridge del dev br0 giveback")
    mdb = net.ns.bridge_json("-d", "mdb", "show", "dev", "br0")[0]["mdb"]
    t.ok({(1, "239.3.3.3", "permanent"), (20, G, "temp")} <=
         {(e["vid"], e["grp"], e["state"]) for e in mdb}, f"{mdb}")
    ports = {p["ifname"]: p for p in
             net.ns.bridge_json("-d", "link", "show", "master", "br0")}
    # nobody queries in VLAN 20: not all members are known, it floods a while
    t.eq([ports[f"p{i}"]["mcast_router"] for i in (1, 2, 3)], [3, 2, 0],
         "the ports are set as before, but for a while")
    if SIM:
        time.sleep(300)     # its timer may be an eighth late
        t.eq(net.ns.bridge_json("-d", "link", "show", "dev",
                                "p1")[0]["mcast_router"], 1, "after it")


@test("what the host has joined is taken over and given back")
def host(t):
    from lib.host import Host
    net = intree(t)
    me = Host(net, 0)
    me.join(G)
    me.join(G6)
    wait_until(lambda: {G, G6} <= {
        e["grp"] for e in net.ns.bridge_json("mdb", "show", "dev",
                                             "br0")[0]["mdb"]},
               what="the bridge knows")
    net.mcs("bridge add dev br0 takeover")
    t.ok(net.mcs.rec(0, G) and net.mcs.rec(0, G6), "records of the host side")
    t.ok(0 in net.data(5, G, host=True), "it gets the stream")
    time.sleep(answered(MRT) + 1)
    t.eq(net.data(5, G, host=True), [0, 4])
    net.mcs("bridge del dev br0 giveback")
    t.ok(0 in net.data(5, G, host=True), "it gets the stream")
    t.ok(0 in net.data(5, G6, host=True))


@test("takeover where there is nothing to take over; giveback of what is not "
      "attached")
def nothing(t):
    net = Net(t, ports=2)
    net.mcs("bridge add dev br0 takeover query-interval 60s")
    t.eq(net.mcs.bridge()["query_interval"], 60)
    net.mcs("bridge del dev br0")
    said = net.mcs.refused(t, "bridge del dev br0 giveback")
    t.ok("Not an attached bridge" in said, said)
    t.ok(not is_snooping(net), "nothing was changed")
    net.ns.ip("link set br0 type bridge mcast_snooping 1")
    said = net.mcs.refused(t, "bridge add dev br0")
    t.ok("takeover" in said, said)
    said = net.mcs.refused(t, "bridge add dev br0 takeover "
                              "last-member-interval 0s")
    t.ok(is_snooping(net), "refused, and nothing was changed")
    t.eq(net.mcs.json("bridge show"), [])


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
