#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Routers that are looked for, and protocols that are looked at."""
import time

from lib import ktap, mcs
from lib.ktap import SIM, test
from lib.net import BR_IP4, BR_IP6, BR_MAC, Net
from lib.ns import now, wait_until
from lib.packets import (dvmrp_probe, igmp2_report, igmp_query, mac, mld1_done,
                         mld1_report, mld_query, mrd4_adv, mrd4_sol, mrd4_term,
                         mrd6_adv, mrd6_sol, mrd6_term, nd, ospf_hello,
                         pim_hello, pimv1_query)
from lib.scenario import G, G2, G6, same_times, snooping

DEAD = 61.5                     # of an advertisement interval of 20 s
SPACING, DELAY, GAP = 3.0, 1.0, 0.1
FAMILIES = (("ipv4", mrd4_adv, mrd4_term, BR_IP4, "224.0.0.2"),
            ("ipv6", mrd6_adv, mrd6_term, BR_IP6, "ff02::2"))


def looking(t, settings="querier off", **topology):
    """A bridge that was just attached, with an address in both families."""
    topology.setdefault("addr6", BR_IP6)
    return Net(t, attach=settings, **topology)


def quiet(t, settings="", **topology):
    """The same, 10 s later: it has asked its three times."""
    net = looking(t, "querier off " + settings, **topology)
    time.sleep(10 if SIM else 8)
    net.flush()
    return net


def asked(net, port=None):
    """Solicitations seen on a port, or all."""
    return [f for f in net.frames(port) if f.kind == "mrd_sol"]


def times(net, port, dst, t0=0.0):
    """When solicitations to a destination were seen on a port."""
    return [round(f.t - t0, 4) for f in asked(net, port) if f.dst == dst]


def router(net, family="ipv4", port=3):
    """The router entry of a port, None if it has none."""
    return net.mcs.routers().get((f"p{port}", 0, family))


def gone_after(t, net, seconds, family="ipv4"):
    """p3 is a router port for so long from now, to the millisecond."""
    left = router(net, family)["timer"]
    t.near(left, seconds, what=f"{family}: lifetime")
    time.sleep(left - 0.003)
    t.ok(router(net, family), f"{family}: router port until then")
    time.sleep(0.005)
    t.eq(router(net, family), None, f"{family}: router port after it")


# --- MRD-05, SEC-13 ---------------------------------------------------------

@test("MRD-05 a termination removes nothing, asks, silence removes", sim=True)
def termination(t):
    net = quiet(t)
    for family, adv, term, _, dst in FAMILIES:
        net.flush()
        t0 = net.send(3, adv(20))
        time.sleep(30)
        t.eq(asked(net), [], "nobody is asked")
        t1 = net.send(3, term())
        net.fence()
        t.eq(router(net, family)["type"], "mrd", "still a router port")
        t.near(router(net, family)["timer"], DEAD - (now() - t0), 0.01,
               "its lifetime goes on")
        time.sleep(10)
        sent = times(net, 3, dst, t1)
        t.between(sent[0], 0, DELAY + 0.001, "the first solicitation")
        same_times(sent, [sent[0] + SPACING * i for i in range(3)],
                   "solicitations")
        t.eq([f for f in asked(net) if f.port != 3], [], "on other ports")
        gone_after(t, net, DEAD - (now() - t0), family)


@test("MRD-05 a router that answers stays, and is asked no more", sim=True)
def answered(t):
    net = quiet(t)
    for family, adv, term, _, dst in FAMILIES:
        net.flush()
        net.send(3, adv(20))
        time.sleep(30)
        net.send(3, term())
        net.expect(3, lambda f: f.kind == "mrd_sol", within=1.1)
        net.send(3, adv(20))
        net.fence()
        t.near(router(net, family)["timer"], DEAD, 0.01, "lifetime")
        time.sleep(30)
        t.eq(len(times(net, 3, dst)), 1, "solicitations")
        gone_after(t, net, DEAD - 30, family)


@test("MRD-05 terminations without a router, or in a storm", sim=True)
def storm(t):
    net = quiet(t)
    net.send(3, mrd4_term())
    time.sleep(10)
    t.eq(asked(net), [], "there was no router to ask for")
    net.send(3, mrd4_adv(180))
    for _ in range(50):
        net.send(3, *[mrd4_term()] * 20)
        time.sleep(1)
    time.sleep(10)
    sent = times(net, 3, "224.0.0.2")
    t.between(len(sent), 15, 21, "solicitations within 60 s")
    t.ok(all(b - a > SPACING - 0.002 for a, b in zip(sent, sent[1:])),
         f"{SPACING} s between them: {sent}")


@test("SEC-13 MRD-02 discovery from other subnets; ends are asked about")
def local_prefix(t):
    net = quiet(t, "mrd-local-prefix on")
    grown = net.mcs.counting("drop_")
    for frame in (mrd4_adv(src="198.51.100.1"), mrd4_adv(src="192.0.3.1")):
        t.eq(net.reach(3, frame), [], "goes nowhere")
    t.eq(net.mcs.router_ports(), [], "router ports")
    t.eq(grown(), {"drop_src": 2}, "refused")
    t.eq(net.reach(3, mrd4_adv()), [1, 2, 4], "ours is flooded")
    t.eq(router(net)["address"], "192.0.2.1", "and makes a router port")
    net.send(3, mrd4_term(src="198.51.100.1"))
    if SIM:
        time.sleep(5)
        t.eq(asked(net), [], "forged: nobody is asked")
    net.send(3, mrd4_term())
    net.expect(3, lambda f: f.kind == "mrd_sol", within=2)
    t.ok(router(net), "still a router port")
    net.mcs("bridge set dev br0 mrd-local-prefix off")
    net.send(2, mrd4_adv(src="198.51.100.1"), mrd6_adv())
    net.fence()
    t.eq(net.mcs.router_ports(), ["p2", "p3"], "off: from anywhere")


@test("without an address of ours there is no subnet to compare with")
def no_prefix(t):
    net = Net(t, addr=None, attach="querier off mrd-local-prefix on")
    net.send(3, mrd4_adv(src="198.51.100.1"))
    net.fence()
    t.eq(net.mcs.router_ports(), ["p3"], "router ports")


# --- MRD-06 -----------------------------------------------------------------

@test("MRD-06 solicitations when a bridge is attached", sim=True)
def attach(t):
    net = Net(t, addr6=BR_IP6)
    t0 = now()
    net.mcs("bridge add dev br0 querier off")
    time.sleep(20)
    every = asked(net)
    t.eq(len(every), 4 * 2 * 3, "messages")
    stamps = sorted(f.t for f in every)
    t.ok(all(b - a > GAP - 0.001 for a, b in zip(stamps, stamps[1:])),
         f"at most ten a second: {[round(s - t0, 3) for s in stamps]}")
    for port in net.ports:
        for family, _, _, src, dst in FAMILIES:
            what = f"{family} on p{port}"
            sent = times(net, port, dst, t0)
            t.between(sent[0], 0, DELAY + 7 * GAP + 0.05, what)
            same_times(sent, [sent[0] + SPACING * i for i in range(3)], what,
                       GAP * 8)
            for f in asked(net, port):
                if f.dst == dst:
                    t.eq((f.src, f.smac, f.ttl, f.ra, f.csum_ok, f.code,
                          f.msglen, f.vlan),
                         (src, mac(BR_MAC), 1, True, True, 0, 4, []), what)
    t.eq(net.mcs.stats()["tx_mrd"], 24, "counted")


@test("MRD-06 when a port comes up, there alone, after less than a second",
      sim=True)
def port_up(t):
    net = quiet(t)
    begin = set()
    for _ in range(4):
        net.link(2, "down")
        wait_until(lambda: net.mcs.port(2)["state"] == "disabled",
                   what="the port is down")
        time.sleep(5)
        net.flush()
        t0 = now()
        net.link(2, "up")
        time.sleep(20)
        for family, _, _, _, dst in FAMILIES:
            sent = times(net, 2, dst, t0)
            t.eq(len(sent), 3, family)
            t.between(sent[0], 0, DELAY + GAP, f"{family}: the first")
            same_times(sent, [sent[0] + SPACING * i for i in range(3)],
                       f"{family}: solicitations")
            begin.add(sent[0])
        t.eq([f for f in asked(net) if f.port != 2], [], "elsewhere")
    t.ok(len(begin) > 4, f"the delay is random: {sorted(begin)}")


@test("MRD-06 MRD-08 a port that goes down, or has its answer, is not asked",
      sim=True)
def no_more(t):
    net = looking(t)
    for port in net.ports:
        net.expect(port, lambda f: f.kind == "mrd_sol" and ":" in f.dst,
                   within=2)
        net.expect(port, lambda f: f.kind == "mrd_sol" and ":" not in f.dst,
                   within=2)
    t.eq(net.reach(1, mrd4_adv()), [2, 3, 4], "flooded")
    net.send(2, mrd6_adv())
    net.link(3, "down")
    net.flush()
    time.sleep(20)
    got = {(f.port, f.dst) for f in asked(net)}
    t.eq(got, {(1, "ff02::2"), (2, "224.0.0.2"), (4, "224.0.0.2"),
               (4, "ff02::2")}, "who was asked again")


@test("MRD-06 no message without an address of ours", sim=True)
def no_address(t):
    net = Net(t, addr=None, attach="querier off")
    time.sleep(20)
    t.eq(asked(net), [], "no address at all")
    net.mcs("bridge del dev br0")
    net.ns.sysctl("ipv6/conf/br0/disable_ipv6", 0)
    net.ns.ip("addr add 2001:db8::77/64 dev br0 nodad")
    net.mcs("bridge add dev br0 querier off")
    time.sleep(20)
    t.eq(asked(net), [], "no link-local address")
    net.mcs("bridge del dev br0")
    net.ns.ip(f"addr add {BR_IP6}/64 dev br0 nodad")
    net.mcs("bridge add dev br0 querier off")
    time.sleep(20)
    t.eq({f.dst for f in asked(net)}, {"ff02::2"}, "IPv6 only")


@test("MRD-06 an address that comes later is used then", sim=True)
def late_address(t):
    net = Net(t, addr=None, attach="querier off")
    time.sleep(2)
    net.ns.ip(f"addr add {BR_IP4}/24 dev br0")
    time.sleep(20)
    t.eq([len(times(net, port, "224.0.0.2")) for port in net.ports], [2] * 4)


@test("MRD-06 mrd-solicit, per bridge and VLAN; guarded and other ports",
      sim=True)
def settings(t):
    net = Net(t, vlan=True, addr6=BR_IP6)
    net.ns.bridge("".join(f"vlan add dev p{n} vid 100\n" for n in net.ports) +
                  "vlan add dev br0 vid 100 self\n")
    net.ns.ip("link add link br0 name v100 type vlan id 100\n"
              "link set v100 up\naddr add 198.51.100.77/24 dev v100")
    net.mcs("bridge add dev br0 querier off mrd-solicit off")
    net.mcs("port set dev p2 query-guard on")
    net.mcs("port set dev p3 router never")
    net.mcs("port set dev p4 router permanent")
    time.sleep(20)
    t.eq(asked(net), [], "off")
    net.mcs("vlan set dev br0 vid 100 mrd-solicit on")
    time.sleep(20)
    t.eq([(f.port, f.dst, f.src, f.vlan) for f in asked(net)],
         [(1, "224.0.0.2", "198.51.100.77", [100])] * 3, "VLAN 100")
    net.flush()
    net.mcs("bridge set dev br0 mrd-solicit on")
    time.sleep(0.001)
    net.mcs("bridge set dev br0 examine all mrd-solicit off")
    time.sleep(20)
    t.eq(asked(net), [], "on and off again")
    net.mcs("bridge set dev br0 mrd-solicit on")
    time.sleep(20)
    t.eq(sorted((f.port, f.dst, f.vlan) for f in asked(net)),
         [(1, "224.0.0.2", [])] * 3 + [(1, "ff02::2", [])] * 3, "on")
    net.flush()
    net.mcs("bridge set dev br0 examine igmp,mld")
    net.mcs("port set dev p3 router auto")
    net.mcs("bridge set dev br0 examine all")
    time.sleep(20)
    t.eq({f.port for f in asked(net)}, {1, 3}, "examined again")


@test("MRD-07 solicitations of others: flooded, no router port")
def others(t):
    net = quiet(t) if SIM else looking(t)
    grown = net.mcs.counting("rx_", "drop_")
    for frame in mrd4_sol(), mrd6_sol():
        t.eq(net.reach(1, frame), [2, 3, 4], "flooded")
    t.eq(grown(), {"rx_mrd": 2})
    t.eq(net.mcs.routers(), {}, "router ports")


# --- RTR-05 to RTR-07 -------------------------------------------------------

def older(t, net, good, bad, kind, seconds):
    """A sign of life, and what looks like one."""
    for frame in bad:
        t.eq(net.reach(3, frame), [1, 2, 4], "flooded")
        t.eq(net.mcs.routers(), {}, "router ports")
    grown = net.mcs.counting("rx_", "drop_")
    t.eq(net.reach(3, good), [1, 2, 4], "flooded")
    t.eq(grown(), {f"rx_{kind}": 1}, "counted")
    r = router(net)
    t.eq((r["type"], r["address"]), (kind, "192.0.2.1"))
    t.eq(net.mcs.router_ports("ipv6"), [], "in the other family")
    if SIM:
        net.send(3, good)
        net.fence()
        gone_after(t, net, seconds)
    else:
        t.near(r["timer"], seconds, 3, "lifetime")


@test("RTR-05 a PIMv1 query makes a router port for 105 s")
def pimv1(t):
    net = quiet(t)
    older(t, net, pimv1_query(),
          [pimv1_query(code=1), pimv1_query(csum="bad"),
           pimv1_query(dst="224.0.0.13")], "pimv1", 105)


@test("RTR-06 a DVMRP probe makes a router port for 35 s")
def dvmrp(t):
    net = quiet(t)
    older(t, net, dvmrp_probe(),
          [dvmrp_probe(code=2), dvmrp_probe(csum="bad"),
           dvmrp_probe(dst="224.0.0.2")], "dvmrp", 35)


@test("RTR-07 OSPF makes a router port with the multicast bit, if asked for")
def mospf(t):
    net = quiet(t)
    grown = net.mcs.counting("rx_", "drop_")
    t.eq(net.reach(3, ospf_hello()), [1, 2, 4], "not asked for: flooded")
    t.eq((net.mcs.routers(), grown()), ({}, {}), "not asked for")
    net.mcs("bridge set dev br0 examine all")
    older(t, net, ospf_hello(40), [ospf_hello(mc=False), ospf_hello(csum="bad"),
                                   ospf_hello(0)], "mospf", 40)


# --- SEC-08 -----------------------------------------------------------------

@test("SEC-08 a guarded port: routers of every kind are dropped")
def guard(t):
    net = looking(t, "querier off examine all")
    net.mcs("port set dev p3 query-guard on")
    grown = net.mcs.counting("drop_")
    frames = (igmp_query(2), igmp_query(3, G), mld_query(1), mrd4_adv(),
              mrd6_adv(), mrd4_term(), mrd6_term(), pim_hello(),
              pim_hello(family=6), pimv1_query(), dvmrp_probe(), ospf_hello())
    for frame in frames:
        t.eq(net.reach(3, frame), [], "goes nowhere")
    t.eq(grown(), {"drop_guard": len(frames)})
    t.eq(net.mcs.routers(), {}, "router ports")
    t.eq([net.mcs.querier(f)["state"] for f in (4, 6)], ["none"] * 2)
    for frame in (mrd4_sol(), ospf_hello(mc=False), pimv1_query(code=1)):
        t.eq(net.reach(3, frame), [1, 2, 4], "no sign of life: flooded")


# --- SNOOP-17 ---------------------------------------------------------------

PROTOCOLS = {
    "mld": ([mld_query(2), mld1_report(G6), mld1_done(G6)], "ipv6"),
    "igmp": ([igmp_query(3), igmp2_report(G)], "ipv4"),
    "mrd": ([mrd4_adv(), mrd4_term()], "ipv4"),
    "pim": ([pim_hello()], "ipv4"),
    "pimv1": ([pimv1_query()], "ipv4"),
    "dvmrp": ([dvmrp_probe()], "ipv4"),
    "mospf": ([ospf_hello()], "ipv4"),
}


@test("SNOOP-17 each protocol can be left alone: flooded, nothing learned")
def examine(t):
    net = quiet(t, "examine all")
    for name, (frames, family) in PROTOCOLS.items():
        net.send(3, frames[0])
        net.fence()
        t.eq(net.mcs.router_ports(family), ["p3"], f"{name}: learned")
        others_ = ",".join(p for p in PROTOCOLS if p != name)
        net.mcs(f"bridge set dev br0 examine {others_}")
        t.eq(net.mcs.bridge()["examine"], others_.split(","), name)
        t.eq(net.mcs.routers(), {}, f"{name}: forgotten")
        grown = net.mcs.counting("rx_", "drop_", "note_", port=3)
        for frame in frames:
            t.eq(net.reach(3, frame), [1, 2, 4], f"{name}: flooded")
        t.eq(net.mcs.routers(), {}, f"{name}: router ports")
        t.eq([key for key in net.mcs.table() if key[0] != "br0"], [],
             f"{name}: groups")
        t.eq(grown(), {}, f"{name}: counted")
        net.mcs("bridge set dev br0 examine all")


@test("SNOOP-17 what is not examined is not judged either")
def not_judged(t):
    net = quiet(t, "examine igmp")
    grown = net.mcs.counting("drop_")
    for frame in (mld1_report(G6, csum="bad"), mld_query(2, ttl=9),
                  mrd4_adv(csum="bad"), mrd6_term(dst="ff02::1")):
        t.eq(net.reach(1, frame), [2, 3, 4], "flooded")
    t.eq(grown(), {})
    t.eq(net.reach(1, igmp2_report(G, csum="bad")), [], "what is, is")
    t.eq(grown(), {"drop_csum": 1})


@test("SNOOP-17 D6 a family that is not examined is not pruned, nor queried")
def no_pruning(t):
    net = snooping(t, family=46)
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.fence()
    t.eq((net.data(4, G), net.data(4, G6)), ([1], [1]), "both are pruned")
    net.mcs("bridge set dev br0 examine mld")
    t.eq(net.mcs.querier(4)["state"], "none", "IGMP querier")
    t.eq(net.mcs.querier(4)["pruning"], "no_querier", "IGMP pruning")
    t.eq(net.data(4, G), [1, 2, 3], "IPv4 is flooded at once")
    t.eq(net.data(4, G2), [1, 2, 3], "unregistered as well")
    t.eq(net.data(4, G6), [1], "IPv6 is pruned still")
    net.flush()
    if SIM:
        time.sleep(600)
        t.eq([f for f in net.frames() if f.kind.startswith("igmp")], [],
             "IGMP queries")
    net.mcs("bridge set dev br0 examine mld,igmp")
    net.expect(2, lambda f: f.kind == "igmp3_query", within=2)
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.data(4, G), [1, 2, 3], "members have to be asked first")
    wait_until(lambda: net.mcs.querier(4)["pruning"] == "active", 20,
               step=1 if SIM else 0.1, what="IPv4 is pruned")
    t.eq(net.data(4, G), [1], "and again")


@test("SNOOP-17 neighbour discovery never meets MLD: all arrives, no count")
def neighbours(t):
    net = snooping(t, "unregistered drop", family=6, router=4)
    rounds = 40
    frames = []
    for n in range(rounds):
        frames += [nd(133, "ff02::2"), nd(134, "ff02::1", host=0xfe),
                   nd(135, "ff02::1:ff00:1", target="fe80::1"),
                   nd(136, "ff02::1", target="fe80::11"),
                   nd(137, "ff02::1", target="fe80::11"),
                   nd(135, f"ff02::1:ff00:{n:x}", target="fe80::1", csum="bad"),
                   nd(135, "ff02::1:ff00:2", ttl=1), mld1_report(G6)]
    grown = net.mcs.counting("rx_", "drop_", "note_", "skip_", "limit_")
    for begin in range(0, len(frames), 64):
        net.send(1, *frames[begin:begin + 64])
        net.fence()
    for port in (2, 3, 4):
        seen = [f for f in net.frames(port) if f.proto == 0x86dd]
        kinds = {k: sum(f.kind == k for f in seen)
                 for k in ("rs", "ra", "ns", "na", "icmp6_137", "mld1_report")}
        t.eq(kinds, {"rs": rounds, "ra": rounds, "ns": 3 * rounds, "na": rounds,
                     "icmp6_137": rounds,
                     "mld1_report": rounds if port == 4 else 0}, f"p{port}")
    t.eq(grown(), {"rx_mld_report_v1": rounds}, "counted")
    t.eq(str(net.mcs.rec(1, G6)), "EX(;)", "what MLD said")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
