#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Who queries, and what is adopted from whom: RFC 3376 section 6.6.2.

Addresses: we are 192.0.2.77 and fe80::77, unless a test says otherwise.
"""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.ns import now
from lib.packets import (igmp2_leave, igmp2_report, igmp3_to_ex, igmp_query,
                         mld1_report, mld_query)
from lib.scenario import (G, G6, GMI, HURRY, LMQT, OQPI, S, S6, Said, TICK,
                          answered, general, is_specific, lives, same_times,
                          snooping, until)

LOWER, HIGHER = "192.0.2.1", "192.0.2.200"


def queries(net, port, kind, t0):
    """When general queries of a kind were seen."""
    return [round(f.t - t0, 4) for f in net.frames(port)
            if f.is_general and f.kind == kind]


def states(net):
    """State of both families."""
    return [net.mcs.querier(family)["state"] for family in (4, 6)]


@test("QRY-01 off never queries, on at once, auto after 255 s of silence",
      sim=True)
def modes(t):
    net = Net(t, addr6="fe80::77")
    for mode, want in (
            ("off", []), ("on", [0, 31.25, 156.25, 281.25]),
            ("auto", [OQPI, OQPI + 31.25, OQPI + 156.25])):
        net.flush()
        t0 = now()
        net.mcs(f"bridge add dev br0 querier {mode}")
        until(t0, 500 if mode == "auto" else 300)
        for kind in ("igmp3_query", "mld2_query"):
            same_times(queries(net, 2, kind, t0)[:len(want) or 1], want,
                       f"{mode}, {kind}")
        net.mcs("bridge del dev br0")


@test("QRY-03 the link-local address goes: no MLD query, no claim; it comes "
      "back", sim=True)
def address_goes(t):
    net = snooping(t, family=46)
    net.ns.ip("addr del fe80::77/64 dev br0")
    time.sleep(140)
    t.eq(states(net), ["self", "none"])
    net.flush()
    time.sleep(300)
    t.eq([f for f in net.frames(1) if f.kind == "mld2_query"], [])
    t.ok([f for f in net.frames(1) if f.kind == "igmp3_query"], "IGMP goes on")
    net.ns.ip("addr add fe80::77/64 dev br0 nodad")
    f = net.expect(1, lambda f: f.kind == "mld2_query", within=60)
    t.eq((f.src, f.dst, f.ttl, f.ra), ("fe80::77", "ff02::1", 1, True))
    t.eq(states(net), ["self", "self"])


@test("QRY-04 a lower address: silence until 255 s after its last query",
      sim=True)
def lower(t):
    net = snooping(t, family=46)
    net.send(3, igmp_query(3, src=LOWER), mld_query(2, src="fe80::1"))
    t.eq(states(net), ["other", "other"])
    time.sleep(200)
    t1 = net.send(3, igmp_query(3, src=LOWER), mld_query(2, src="fe80::1"))
    net.flush()
    until(t1, OQPI - TICK)
    t.eq((states(net), general(net, 1)), (["other", "other"], []))
    until(t1, OQPI + TICK)
    t.eq(states(net), ["self", "self"])


@test("QRY-05 a higher address changes nothing; our own is warned of",
      sim=True)
def higher(t):
    net = snooping(t, family=46)
    t0 = now()
    net.flush()
    said = Said(t)
    for at in range(10, 250, 40):
        until(t0, at)
        net.send(3, igmp_query(3, src=HIGHER), mld_query(2, src="fe80::78"))
    t.eq((states(net), said("own address")), (["self", "self"], []))
    net.send(3, igmp_query(3, src="192.0.2.77"), mld_query(2, src="fe80::77"))
    until(t0, 272)
    t.eq(states(net), ["self", "self"])
    ours = [f for f in net.frames(1) if f.is_general and f.smac[-1] == 0x77]
    t.eq({k: sum(f.kind == k for f in ours) for k in
          ("igmp3_query", "mld2_query")}, {"igmp3_query": 3, "mld2_query": 3},
         "our queries, 31.25, 156.25 and 281.25 s after attaching")
    lines = said("own address")
    t.eq(["192.0.2.77" in x for x in lines], [True, False], lines)
    t.ok("fe80::77" in lines[1], lines)
    t.eq(net.mcs.router_ports(), ["p3"])


@test("QRY-05 querier on at last: a query at once where a higher one is elected",
      sim=True)
def takes_over(t):
    net = snooping(t, family=46)
    for src4, src6, want in (("192.0.2.1", "fe80::1", "other"),
                             (HIGHER, "fe80::78", "self")):
        net.mcs("bridge del dev br0")
        net.mcs("bridge add dev br0 querier auto")
        net.send(3, igmp_query(3, src=src4), mld_query(2, src=src6))
        time.sleep(20)
        t.eq(states(net), ["other", "other"])
        t.eq([net.mcs.querier(family)["pruning"] for family in (4, 6)],
             ["active", "active"])
        net.flush()
        net.mcs("bridge set dev br0 querier on")
        net.fence()
        t.eq(states(net), [want, want])
        t.eq(len([f for f in net.frames(1) if f.is_general]),
             2 * (want == "self"), "queries at once")
        t.eq([net.mcs.querier(family)["pruning"] for family in (4, 6)],
             ["active", "active"], "proof it stays")


@test("another port's querier takes over: who answered the one before is asked "
      "before anything ends there", sim=True)
def moves(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    net.send(3, igmp_query(3, src=LOWER), mld_query(2, src="fe80::1"))
    net.send(1, igmp2_report(G), mld1_report(G6))
    time.sleep(200)
    net.send(1, igmp2_report(G), mld1_report(G6))
    time.sleep(OQPI - 200 - 2)
    t1 = net.send(2, igmp_query(3, src=HIGHER), mld_query(2, src="fe80::78"))

    def reaches():
        return (net.data(4, G), net.data(4, G6)) == ([1, 2, 3], [1, 2, 3])
    # a router port until OQPI, then not pruned until its members had time
    lives(t, reaches, answered(), t1, "p3 gets it")
    t.eq((net.data(4, G), net.data(4, G6)), ([1, 2], [1, 2]))


@test("QRY-06 DLT-02 specific queries elect nobody, lower no version and "
      "teach no values", sim=True)
def specific_query(t):
    net = snooping(t, family=46)
    frames = [igmp_query(2, G, src=LOWER), igmp_query(3, G, src=LOWER, qqi=20),
              igmp_query(3, G, [S(1)], src=LOWER, qrv=7),
              mld_query(1, G6, src="fe80::1"),
              mld_query(2, G6, [S6(1)], src="fe80::1", qrv=7, qqi=20)]
    net.send(3, *frames)
    t.eq(states(net), ["self", "self"])
    net.send(3, igmp_query(3, src=LOWER), mld_query(2, src="fe80::1"))
    net.send(3, *frames)
    for family, version in ((4, 3), (6, 2)):
        q = net.mcs.querier(family)
        t.eq((q["state"], q["version"], q["robustness"], q["query_interval"]),
             ("other", version, 2, 125), f"IPv{family}")
    time.sleep(200)
    net.send(3, *frames)
    t.near(net.mcs.querier()["timer"], OQPI - 200, what="not armed by them")
    net.send(3, igmp_query(2, src=LOWER), mld_query(1, src="fe80::1"))
    t.eq([net.mcs.querier(f)["version"] for f in (4, 6)], [2, 1], "general")


@test("QRY-07 QRY-13 QRK-09 V26 0.0.0.0 elects nobody, is elected by nobody, "
      "and teaches nothing", sim=True)
def zero(t):
    net = snooping(t)
    t0 = now()
    net.flush()
    for at in range(10, 250, 30):
        until(t0, at)
        net.send(3, igmp_query(3, src="0.0.0.0", qrv=7, qqi=20, mrt=3))
        q = net.mcs.querier()
        t.eq((q["state"], q["robustness"], q["query_interval"],
              q.get("timer")), ("self", 2, 125, None), f"after {at} s")
    until(t0, 272)
    ours = [f for f in net.frames(1) if f.is_general and f.src != "0.0.0.0"]
    t.eq(len(ours), 3, "our queries go on")
    net.send(3, igmp_query(3, src=LOWER))
    time.sleep(100)
    net.send(3, igmp_query(3, src="0.0.0.0", qrv=7))
    q = net.mcs.querier()
    t.eq((q["state"], q["address"], q["robustness"]), ("other", LOWER, 2))
    t.near(q["timer"], OQPI - 100, what="not armed by it")


@test("QRY-07 QRY-08 two bridges without addresses: both keep on, until one "
      "with an address comes", sim=True)
def no_addresses(t):
    nets = [Net(t, ports=3, addr=None) for _ in range(2)]
    nets[0].ns.ip("link add x type veth peer name x netns "
                  f"{nets[1].ns.name}\nlink set x master br0 up")
    nets[1].ns.ip("link set x master br0 up")
    for net in nets:
        net.mcs("bridge add dev br0 querier on")
    time.sleep(400)
    for net in nets:
        t.eq(net.mcs.querier()["state"], "self")
        seen = {f.src for f in net.frames(1) if f.is_general}
        t.eq(seen, {"0.0.0.0"}, "source")
    nets[0].send(2, igmp_query(3, src=HIGHER))
    time.sleep(0.1)
    for net in nets:
        t.eq(net.mcs.querier()["state"], "other", "any address wins")
        net.flush()
    time.sleep(OQPI - 1)
    for net in nets:
        t.eq([f for f in net.frames(1) if f.src == "0.0.0.0"], [], "silence")


@test("QRY-09 QRK-15 the other falls silent: one query, then every 125 s",
      sim=True)
def falls_silent(t):
    for mode in ("on", "auto"):
        net = snooping(t, family=46)
        net.mcs(f"bridge set dev br0 querier {mode}")
        t0 = net.send(3, igmp_query(3, src=LOWER),
                      mld_query(2, src="fe80::1"))
        net.flush()
        until(t0, OQPI + 300)
        for kind in ("igmp3_query", "mld2_query"):
            same_times(queries(net, 1, kind, t0),
                       [OQPI, OQPI + 125, OQPI + 250], f"{mode}, {kind}")
        net.mcs("bridge del dev br0")


@test("QRY-10 IPv6 addresses are compared octet by octet")
def order6(t):
    net = Net(t, addr6="fe80::200:0:0:77")
    lower6 = ("fe80::1", "fe80::200:0:0:76", "fe80::1ff:ffff:ffff:ffff",
              "fe80::200:0:0:9")
    higher6 = ("fe80::200:0:0:78", "fe80::200:0:1:0", "fe80::201:0:0:1",
               "fe80::8000:0:0:0", "febf::1")
    for address, state in [(a, "other") for a in lower6] + \
            [(a, "self") for a in higher6]:
        net.mcs(f"bridge add dev br0 querier on{HURRY}")
        net.expect(1, lambda f: f.kind == "mld2_query", within=40)
        net.send(3, mld_query(2, src=address))
        net.fence()
        t.eq(net.mcs.querier(6)["state"], state, address)
        net.mcs("bridge del dev br0")
        net.flush()


@test("QRY-11 QRY-12 QRY-13 QRK-11 QRV and QQI of the elected are in force, "
      "until it is silent", sim=True)
def adopted(t):
    net = Net(t, addr6="fe80::77")
    net.mcs("bridge add dev br0 querier on robustness 3")
    time.sleep(20)
    t0 = net.send(3, igmp_query(3, src=LOWER, qrv=5, qqi=20, mrt=5),
                  mld_query(2, src="fe80::1", qrv=5, qqi=20, mrt=5))
    net.send(3, igmp_query(3, src=HIGHER, qrv=7, qqi=60, mrt=1),
             mld_query(2, src="fe80::99", qrv=7, qqi=60, mrt=1))
    net.send(1, igmp2_report(G), mld1_report(G6))
    for group, family in ((G, 4), (G6, 6)):
        q = net.mcs.querier(family)
        t.eq((q["state"], q["robustness"], q["query_interval"]),
             ("other", 5, 20), f"IPv{family}")
        t.near(net.mcs.rec(1, group).timer, 5 * 20 + 2 * 5, what=group)
    net.send(3, igmp_query(2, G), mld_query(1, G6))
    for group in (G, G6):
        t.near(net.mcs.rec(1, group).timer, 5, what="LMQC is the robustness")
    lives(t, lambda: states(net) == ["other"] * 2, 5 * 20 + 2.5, t0, "both")
    net.send(1, igmp2_report(G), mld1_report(G6))
    for group, family in ((G, 4), (G6, 6)):
        q = net.mcs.querier(family)
        t.eq((q["state"], q["robustness"], q["query_interval"]),
             ("self", 3, 125), "our own again")
        t.near(net.mcs.rec(1, group).timer, 3 * 125 + 20, what=group)
    net.send(3, igmp_query(3, src=LOWER, qrv=0, qqi=0, mrt=10))
    q = net.mcs.querier()
    t.eq((q["robustness"], q["query_interval"]), (3, 125), "0: as set")


@test("QRY-14 the S flag: no timer is lowered; election, router and values "
      "all the same", sim=True)
def sflag(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_to_ex(G), mld1_report(G6))
    net.send(3, igmp_query(3, G, sflag=True), mld_query(2, G6, sflag=True),
             igmp_query(3, src=LOWER, sflag=True, qrv=3),
             mld_query(2, src="fe80::1", sflag=True, qrv=3))
    for group, family in ((G, 4), (G6, 6)):
        t.near(net.mcs.rec(1, group).timer, GMI, what=group)
        q = net.mcs.querier(family)
        t.eq((q["state"], q["robustness"]), ("other", 3))
    t.eq((net.mcs.router_ports("ipv4"), net.mcs.router_ports("ipv6")),
         (["p3"], ["p3"]))


@test("QRY-15 general queries of any version and sender lower nothing",
      sim=True)
def lowers_nothing(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_to_ex(G), mld1_report(G6))
    for src, src6 in ((LOWER, "fe80::1"), (HIGHER, "fe80::99")):
        net.send(3, *[igmp_query(v, src=src) for v in (1, 2, 3)],
                 igmp_query(3, src=src, mrt=0.1), mld_query(1, src=src6),
                 mld_query(2, src=src6), mld_query(2, src=src6, mrt=0.001))
    net.send(3, igmp_query(3, src="0.0.0.0"))
    for group in (G, G6):
        t.near(net.mcs.rec(1, group).timer, GMI, what=group)


@test("QRY-16 election and values are per family", sim=True)
def families(t):
    net = snooping(t, family=46)
    net.send(3, igmp_query(3, src=LOWER, qrv=5, qqi=20))
    t.eq(states(net), ["other", "self"])
    t.eq([net.mcs.querier(f)["robustness"] for f in (4, 6)], [5, 2])
    net.flush()
    time.sleep(100)
    t.eq({f.kind for f in net.frames(1) if f.is_general}, {"mld2_query"})


@test("QRY-16 election, values and timers are per VLAN, fed from any port",
      sim=True)
def vlans(t):
    net = Net(t, vlan=True)
    net.ns.bridge("".join(f"vlan add dev p{p} vid 100\n" for p in net.ports) +
                  "vlan add dev br0 vid 100 self\n")
    net.mcs("bridge add dev br0 querier on")
    time.sleep(20)
    t0 = net.send(3, igmp_query(3, vlan=100, src=HIGHER, qrv=5, qqi=20, mrt=5))
    t.eq(net.mcs.querier(4, 100)["state"], "other", "no address there")
    q = net.mcs.querier(4, 1)
    t.eq((q["state"], q["robustness"], q["query_interval"]), ("self", 2, 125))
    net.send(1, igmp2_report(G, vlan=100), igmp2_report(G))
    t.near(net.mcs.rec(1, G, 100).timer, 110, what="VLAN 100")
    t.near(net.mcs.rec(1, G, 1).timer, GMI, what="VLAN 1")
    net.send(2, igmp_query(3, vlan=100, src=LOWER, qrv=5, qqi=20, mrt=5))
    q = net.mcs.querier(4, 100)
    t.eq((q["address"], q["port"]), (LOWER, "p2"), "from another port")
    lives(t, lambda: net.mcs.querier(4, 100)["state"] == "other", 102.5, t0,
          "VLAN 100's querier")
    t.eq(net.mcs.querier(4, 1)["state"], "self")


@test("QRY-05 QRY-06 the leave check of a bridge that others wanted silent",
      sim=True)
def still_asks(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.send(3, igmp_query(3, src=HIGHER), igmp_query(2, "239.9.9.9"))
    net.flush()
    t0 = net.send(1, igmp2_leave(G))
    lives(t, lambda: bool(net.mcs.rec(1, G)), LMQT, t0, "the record")
    t.eq(len([f for f in net.frames(1) if is_specific(G)(f)]), 2)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
