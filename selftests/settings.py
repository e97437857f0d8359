#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Settings of a bridge, of a VLAN of its own, and of a port."""
from lib import ktap, mcs
from lib.ktap import test
from lib.net import BR_IP4, BR_IP6, Net
from lib.ns import CommandError, wait_until
from lib.packets import igmp2_report
from lib.scenario import G, general, same_times, shared, wait_pruning


def attached(t):
    """A filtering bridge with VLANs 1 and 100 that does not query."""
    net = Net(t, vlan=True, addr=BR_IP4, addr6=BR_IP6)
    net.ns.bridge("".join(f"vlan add dev p{n} vid 100\n" for n in net.ports) +
                  "vlan add dev br0 vid 100 self\n")
    net.mcs("bridge add dev br0 querier off")
    return net


def vlans(net):
    """{(vid, family): settings} of br0."""
    return {(v["vid"], v["family"]): mcs.still(v)
            for v in net.mcs.json("vlan show dev br0")}


def changes(show):
    """Values that differ from another show, by key."""
    return lambda other: {k: v for k, v in show.items() if other.get(k) != v}


@test("TMR-14 a VLAN and family takes from the bridge what it has not itself")
def inherit(t):
    net = attached(t)
    before = vlans(net)
    t.eq(sorted(before), [(1, "ipv4"), (1, "ipv6"), (100, "ipv4"),
                          (100, "ipv6")], "VLANs")
    t.ok(all(v["own"] == [] for v in before.values()), "nothing is its own")
    net.mcs("vlan set dev br0 vid 100 family ipv4 query-interval 60s")
    now = vlans(net)
    t.eq(changes(now[100, "ipv4"])(before[100, "ipv4"]),
         {"own": ["query-interval"], "query_interval": 60}, "IPv4 in 100")
    for key in (1, "ipv4"), (1, "ipv6"), (100, "ipv6"):
        t.eq(now[key], before[key], key)
    net.mcs("bridge set dev br0 robustness 3 query-interval 90s")
    now = vlans(net)
    t.eq(now[100, "ipv4"]["robustness"], 3, "robustness follows the bridge")
    t.eq(now[100, "ipv4"]["query_interval"], 60, "its own does not")
    t.eq(now[1, "ipv4"]["query_interval"], 90, "VLAN 1 does")
    net.mcs("vlan reset dev br0 vid 100")
    t.eq(vlans(net)[100, "ipv4"]["query_interval"], 90, "after reset")


@test("TMR-14 the intervals in force are those of the VLAN")
def in_force(t):
    net = attached(t)
    net.mcs("vlan set dev br0 vid 100 query-interval 60s")
    t.eq(net.mcs.querier(4, 100)["membership_interval"], 140, "VLAN 100")
    t.eq(net.mcs.querier(4, 1)["membership_interval"], 270, "VLAN 1")
    net.send(1, igmp2_report(G, vlan=100), igmp2_report(G))
    net.fence()
    t.near(net.mcs.rec(1, G, vid=100).timer, 140, 1, "T(G) in VLAN 100")
    t.near(net.mcs.rec(1, G, vid=1).timer, 270, 1, "T(G) in VLAN 1")


@test("QRY-01 a VLAN and family queries that was told to", sim=True)
def querier(t):
    net = attached(t)
    net.mcs("vlan set dev br0 vid 1 family ipv4 querier on")
    wait_pruning(net, 4, 1)
    t.eq(net.mcs.querier(4, 1)["state"], "self", "IPv4 in VLAN 1")
    for family, vid in (6, 1), (4, 100), (6, 100):
        t.eq(net.mcs.querier(family, vid)["state"], "none", (family, vid))
    same_times(general(net, 2)[:1], general(net, 3)[:1], "general queries")
    t.eq(len(general(net, 2)), 1, "general queries")


@test("a VLAN may have settings before it exists, and keeps them")
def before(t):
    net = attached(t)
    net.mcs("vlan set dev br0 vid 7 robustness 5")
    t.eq(vlans(net)[7, "ipv6"]["robustness"], 5, "set before")
    net.ns.bridge("vlan add dev p1 vid 7\n")
    wait_until(lambda: net.mcs.querier(4, 7), what="VLAN 7")
    t.eq(net.mcs.querier(4, 7)["robustness"], 5, "when it is there")
    net.ns.bridge("vlan del dev p1 vid 7\n")
    wait_until(lambda: not net.mcs.querier(4, 7), what="VLAN 7 gone")
    t.eq(vlans(net)[7, "ipv4"]["robustness"], 5, "when it is gone")


def refused(t, net, words, sentence):
    """The command is refused with a sentence, and nothing changes."""
    old = vlans(net), mcs.still(net.mcs.json("bridge show dev br0", "-d"))
    error = t.raises(CommandError, net.mcs, words)
    t.ok(sentence in str(error), f"{words}: {error}")
    new = vlans(net), mcs.still(net.mcs.json("bridge show dev br0", "-d"))
    t.eq(new, old, words)


@test("settings that contradict each other are refused as a whole")
def contradictions(t):
    net = attached(t)
    net.mcs("vlan set dev br0 vid 100 query-response-interval 20s")
    refused(t, net, "vlan set dev br0 vid 100 query-interval 15s robustness 7",
            "query-response-interval must be less")
    refused(t, net, "bridge set dev br0 query-interval 15s robustness 7",
            "see vlan show")
    refused(t, net, "vlan reset dev br0 vid 5", "no settings of its own")
    refused(t, net, "vlan set dev br0 vid 5 family ipx robustness 2", "ipv4")


PORT = {
    "max-sources": 9, "max-hosts": 8, "fast-leave": "on",
    "flood-reports": True, "check-ttl": True, "require-ra-query": True,
    "require-ra-report": True, "require-ra-leave": True, "strict-dst": True,
    "strict-l2dst": True, "ignore-igmpv1": True, "ignore-igmpv2": True,
    "ignore-mldv1": True, "rate-reports": 100, "rate-queries": 10,
    "ttl-threshold": 16, "scope-boundary": 8, "mode": "observe",
}


def word(value):
    """A value as it is typed."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


@test("a port shows each of its switches, text and JSON alike")
def port(t):
    net = shared(t, attached)
    old = net.mcs.json("port show dev br0 port p1")[0]
    for name, value in PORT.items():
        key = name.replace("-", "_")
        net.mcs(f"port set dev p1 {name} {word(value)}")
        new = net.mcs.json("port show dev br0 port p1")[0]
        t.eq(changes(new)(old), {key: value}, name)
        shown = net.mcs("port show dev br0 port p1")
        t.ok(f"{name} {word(value)}" in shown, f"{name} in:\n{shown}")
        net.mcs(f"port set dev p1 {name} {word(old[key])}")
    details = net.mcs("port show dev br0 port p2", "-d")
    for name in PORT:
        t.ok(name in details, f"{name} in:\n{details}")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
