#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""mcsnoop explain: its answers, and that frames go where it says."""
import random
import time

from lib import ktap, mcs
from lib.ktap import SIM, test
from lib.net import Net
from lib.packets import (igmp2_report, igmp3_allow, igmp3_is_ex, igmp3_to_ex,
                         igmp_query, mld2_allow, mld2_is_ex, mld2_to_ex)
from lib.scenario import (G, G2, G3, G6, G62, GMI, S, S6, example_ex,
                          snooping)

SEED = random.SystemRandom().randrange(1 << 32)


def explain(net, port, group, src=None, vid=None, ttl=None):
    """{port name: answer} of the command."""
    words = f"explain dev br0 from {net.name(port) if port else 'br0'} " \
            f"grp {group}"
    for word, value in (("src", src), ("vid", vid), ("ttl", ttl)):
        if value is not None:
            words += f" {word} {value}"
    return {a["port"]: a for a in net.mcs.json(words)}


def rules(net, port, group, **more):
    """{port name: rule, or obstacle}."""
    return {p: a.get("obstacle", a["rule"])
            for p, a in explain(net, port, group, **more).items()}


def reached(net, port, group, **more):
    """Where a frame is said to go, as numbers of ports, 0 the host."""
    return sorted(0 if p == "br0" else int(p[1:])
                  for p, a in explain(net, port, group, **more).items()
                  if a["forwarded"])


def agree(t, net, port, group, src=None, ttl=64, what=""):
    """What is said and where a frame goes are the same; where that is."""
    said = reached(net, port, group, src=src, ttl=ttl)
    t.eq(net.data(port, group, src=src, host=True, ttl=ttl), said,
         f"{what} {src} to {group} from p{port}")
    return said


@test("each rule of data, with what it is about")
def each_rule(t):
    net = snooping(t, family=46, router=3)
    example_ex(net, 1)
    net.send(2, igmp3_allow(G, S(1)))
    net.send(1, mld2_to_ex(G6, host=7))
    net.fence()
    t.eq(rules(net, 4, G, src=S(1)),
         {"br0": "not_member", "p1": "member_exclude", "p2": "member_include",
          "p3": "router_port", "p4": "own_port"})
    t.eq(rules(net, 4, G, src=S(3)),
         {"br0": "not_member", "p1": "source_blocked",
          "p2": "source_not_included", "p3": "router_port", "p4": "own_port"})
    t.eq(rules(net, 4, G2)["p1"], "unregistered_drop")
    t.eq(rules(net, 4, "224.0.0.5")["p2"], "link_local")
    t.eq(rules(net, 4, "ff01::5")["p2"], "node_scope")
    t.eq(rules(net, 4, "ff02::5")["p2"], "link_local")
    net.mcs("port set dev p1 ttl-threshold 3 scope-boundary 5")
    t.eq(rules(net, 4, G, ttl=2)["p1"], "ttl_threshold")
    t.eq(rules(net, 4, "ff15::1", ttl=9)["p1"], "scope_boundary")
    net.mcs("port set dev p3 router never")
    t.eq(rules(net, 4, G2)["p2"], "unregistered_flood")
    net.ns.ip("link set br0 allmulticast on")
    t.eq(rules(net, 4, G)["br0"], "host_all")
    net.mcs("group add dev br0 port p2 mac 01:00:5e:01:01:09")
    t.eq(rules(net, 4, "239.1.1.9")["p2"], "member_mac")
    t.eq(rules(net, 4, "239.1.1.9")["p1"], "not_member")
    six = explain(net, 4, G6, src=S6(1))["p1"]
    t.eq((six["rule"], six["reporter"], six["filter_mode"], six["state"]),
         ("member_exclude", "fe80::17", "exclude", "temp"))
    for port, where in ((2, []), (4, [1, 2, 3])):
        net.mcs(f"port set dev p{port} mode observe")
        t.eq([n for n in (1, 2, 3) if
              explain(net, 4, "ff01::5")[f"p{n}"]["forwarded"]], where,
             "what is refused where it comes in")
        t.eq(net.data(4, "ff01::5"), where, "and the frame")
        net.mcs(f"port set dev p{port} mode inherit")


@test("how long it lasts, and because of whom", sim=True)
def details(t):
    net = snooping(t)
    net.send(1, igmp3_to_ex(G, host=5))
    net.send(2, igmp3_allow(G, S(1), host=6))
    net.send(3, igmp_query(3, src="192.0.2.200"))
    net.mcs("group add dev br0 port p4 grp 239.1.1.1")
    time.sleep(100)
    a = explain(net, 4, G, src=S(1))
    t.near(a["p1"]["timer"], GMI - 100)
    t.near(a["p2"]["timer"], GMI - 100)
    t.eq((a["p1"]["reporter"], a["p2"]["reporter"]),
         ("192.0.2.15", "192.0.2.16"))
    t.near(a["p3"]["router_timer"], 155)
    t.eq((a["p3"]["router_type"], a["p3"]["router"]),
         ("query", "192.0.2.200"))
    b = explain(net, 1, G, src=S(1))["p4"]
    t.eq((b["rule"], b["state"], "timer" in b), ("member_exclude",
                                                 "permanent", False))
    text = net.mcs(f"explain dev br0 from p4 grp {G} src {S(1)}")
    for words in ("192.0.2.15 joined, 2m50s left",
                  "192.0.2.16 asked for this source, 2m50s left",
                  "query of 192.0.2.200, 2m35s left", "it came from there",
                  "asked for elsewhere, not here"):
        t.ok(words in text, f"{words!r} in\n{text}")


@test("why nothing is pruned", sim=True)
def no_pruning(t):
    net = Net(t)
    net.mcs("bridge add dev br0 querier off")

    def why():
        a = explain(net, 4, G)["p1"]
        t.eq((a["rule"], a["forwarded"]), ("no_pruning", True))
        text = net.mcs(f"explain dev br0 from p4 grp {G}")
        return a["pruning"], [line for line in text.splitlines()
                              if line.startswith("p1")][0]
    state, text = why()
    t.eq(state, "no_querier")
    t.ok("no querier is known" in text, text)
    net.mcs("bridge set dev br0 querier on")
    time.sleep(1)
    state, text = why()
    t.eq(state, "learning")
    t.ok("left to answer" in text, text)
    time.sleep(12)
    t.eq(rules(net, 4, G2)["p1"], "unregistered_flood")
    net.link(1, "down")
    t.eq(rules(net, 4, G)["p1"], "blocked")
    net.link(1, "up")
    net.wait_forwarding()
    a = explain(net, 4, G)["p1"]
    t.eq((a["rule"], a["pruning"], a.get("flood_cause")),
         ("no_pruning", "active", "port"))
    t.ok(0 < a["flood_left"] < 12, a)


@test("what the bridge itself keeps back")
def obstacles(t):
    net = snooping(t, vlan=True)
    for port in (1, 4):
        net.ns.bridge(f"vlan add dev p{port} vid 20")
    t.eq({p: r for p, r in rules(net, 4, G, vid=20).items() if p != "p1"},
         {"br0": "vlan", "p2": "vlan", "p3": "vlan", "p4": "own_port"})
    t.eq(set(rules(net, 3, G, vid=20).values()), {"in_vlan"})
    for what in ("p4 hairpin on isolated on", "p2 isolated on",
                 "p1 mcast_flood off"):
        net.ns.bridge(f"link set dev {what}")
    said = rules(net, 4, G, vid=1)
    t.eq((said["p1"], said["p2"], said["p4"]), ("flood_off", "isolated",
                                                "isolated"))
    t.eq(rules(net, 0, G, vid=1)["p1"] == "flood_off", False, "not the host's")
    net.link(4, "down")
    t.eq(set(rules(net, 4, G).values()), {"in_blocked"})


@test("questions that make no sense are refused")
def refused(t):
    net = snooping(t)
    for words, part in (
            (f"from p1 grp {S(1)}", "multicast group"),
            (f"from p1 grp {G} src {S6(1)}", "different families"),
            (f"from lo grp {G}", "port of this bridge"),
            (f"grp {G}", '"from"'), ("from p1", '"grp"'),
            (f"from p1 grp {G} vid 4095", "4094"),
            (f"from p1 grp {G} ttl 256", "255")):
        said = net.mcs.refused(t, f"explain dev br0 {words}")
        t.ok(part in said, f"{words}: {said}")
    said = net.mcs.refused(t, f"explain dev p1 from p1 grp {G}")
    t.ok("bridge add" in said, said)


def play(net, rnd):
    """Something happens at random."""
    group, group6 = rnd.choice((G, G2, G3)), rnd.choice((G6, G62))
    some = rnd.sample(range(1, 5), rnd.randrange(1, 4))
    port = rnd.randrange(1, 5)
    what = rnd.randrange(8)
    if what < 3:
        net.send(port, rnd.choice((
            igmp2_report(group), igmp3_to_ex(group),
            igmp3_allow(group, *map(S, some)),
            igmp3_is_ex(group, *map(S, some)))))
    elif what < 5:
        net.send(port, rnd.choice((
            mld2_to_ex(group6), mld2_allow(group6, *map(S6, some)),
            mld2_is_ex(group6, *map(S6, some)))))
    elif what == 5:
        net.mcs(f"port set dev p{port} router "
                f"{rnd.choice(('auto', 'never', 'permanent'))} unregistered "
                f"{rnd.choice(('inherit', 'drop', 'flood', 'routers'))}")
    elif what == 6:
        net.mcs(f"port set dev p{port} ttl-threshold {rnd.choice((0, 5))} "
                f"scope-boundary {rnd.choice((0, 0, 8))}")
    else:
        net.mcs("bridge set dev br0 "
                f"unregistered {rnd.choice(('auto', 'drop', 'flood'))} "
                f"flood-ff02 {rnd.choice(('on', 'off'))}")


@test("at random: frames go where it says")
def at_random(t):
    rnd = random.Random(SEED)
    t.note(f"seed {SEED}")
    net = snooping(t, family=46)
    for turn in range(300 if SIM else 40):
        for _ in range(rnd.randrange(4)):
            play(net, rnd)
        net.fence()
        six = rnd.randrange(2)
        group = rnd.choice((G6, G62, "ff02::77", "ff02::1", "ff01::1") if six
                           else (G, G2, G3, "224.0.0.9", "239.255.1.1"))
        src = (S6 if six else S)(rnd.randrange(1, 6))
        agree(t, net, rnd.randrange(1, 5), group, src, rnd.choice((2, 64)),
              f"turn {turn}")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
