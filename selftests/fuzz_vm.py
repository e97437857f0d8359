#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Netlink messages and frames that are nearly right, while bridges, ports,
VLANs and namespaces come and go under a storm. MCSNOOP_SEED repeats a run,
MCSNOOP_STRESS=long makes it a long one.
"""
import random
import socket

from lib import ktap, mcs, packets
from lib.fuzz import Talker, mutate
from lib.ktap import test
from lib.ns import Netns
from lib.scenario import G, G6, S, S6, snooping
from lib.stress import SEED, Storm, frames, rounds, sound

TIME = 7200
BATCH = 40
LIMITS = {"groups": 24, "sources": 8, "hosts": 6}
BOUNDED = ("max-groups 24 max-port-groups 20 max-sources 8 max-hosts 6 "
           "max-port-hosts 64 max-vlans 4 log-events 64 log-frames 64")

SETTINGS = ("proxy-reporting on", "proxy-reporting off", "mac-mode on",
            "report-suppression on", "lightweight on", "lightweight off",
            "fast-leave auto", "fast-leave on", "source-filter off",
            "igmp-version 2 mld-version 1", "igmp-version 3 mld-version 2",
            "mode observe", "mode enforce", "auto-lower on", "examine all",
            "host-tracking off", "host-tracking on", "fastpath off",
            "querier auto", "querier off", "unregistered flood")
PORT_SETTINGS = ("router permanent", "router auto", "query-guard on",
                 "query-guard off", "strict-dst on strict-l2dst on",
                 "rate-reports 5 rate-queries 1", "ignore-igmpv1 on",
                 "scope-boundary 8", "ttl-threshold 4", "flood-reports on")


def mapped(*names):
    """Addresses as attributes have them."""
    return [packets.addr(a) if ":" in a else
            bytes(10) + b"\xff\xff" + packets.addr(a) for a in names]


def begin(t, settings, salt):
    """A bridge with VLANs, and a chance that can be repeated."""
    net = snooping(t, settings, family=46, fresh=True, vlan=True)
    t.note(f"MCSNOOP_SEED={SEED}")
    net.ns.bridge("".join(f"vlan add dev p{p} vid {vid}\n"
                          for p in net.ports for vid in (5, 7)))
    return net, random.Random(SEED * 100 + salt)


def one_change(net, rng):
    """Something about bridge, ports and VLANs is different, and back."""
    port = rng.choice(list(net.ports))
    kind = rng.randrange(8)
    if kind == 0:
        net.ns.ip(f"link set p{port} nomaster\nlink set p{port} master br0 up")
    elif kind == 1:
        net.ns.bridge(f"vlan del dev p{port} vid 5\n"
                      f"vlan add dev p{port} vid 5\n")
    elif kind == 2:
        net.ns.ip("link set br0 type bridge vlan_filtering 0\n"
                  "link set br0 type bridge vlan_filtering 1")
    elif kind == 3:
        net.mcs("bridge del dev br0", check=False)
    elif kind == 4:
        net.ns.ip(f"link set p{port} down\nlink set p{port} up")
    elif kind == 5:
        net.ns.ip("link add br9 type bridge mcast_snooping 0\n"
                  f"link set p{port} master br9 up")
        net.mcs("bridge add dev br9 querier on", check=False)
        net.ns.ip(f"link set p{port} master br0 up\nlink del br9")
    elif kind == 6:
        other = Netns("other")
        other.ip("link add br0 type bridge mcast_snooping 0")
        other.mcs = mcs.Mcs(other, net.name)
        other.mcs("bridge add dev br0", check=False)
        other.close()
    if kind > 5:
        net.mcs("bridge set dev br0 " + rng.choice(SETTINGS), check=False)
        net.mcs(f"port set dev p4 {rng.choice(PORT_SETTINGS)}", check=False)
    # whatever was said meanwhile, it is to be there again
    net.mcs("bridge add dev br0 querier on " + BOUNDED, check=False)


def repair(net):
    """All ports up and in the bridge, as they were."""
    net.ns.ip("\n".join(f"link set p{p} master br0 up" for p in net.ports) +
              "\nlink set br0 type bridge vlan_filtering 1")
    net.mcs("bridge del dev br0", check=False)
    net.mcs("bridge add dev br0 querier on")


@test("messages that are nearly right, while all comes and goes", limit=TIME)
def messages(t):
    net, rng = begin(t, "", 1)
    storm = Storm(t, net)
    with net.ns.entered():
        devices = [socket.if_nametoindex(net.name(p)) for p in range(5)]
        talker = Talker(rng, devices + [0, 9999], mapped(
            G, "239.4.1.1", "239.4.2.2", "224.0.0.1", G6, "ff1e::4:1"), mapped(
                S(1), S(2), "192.0.2.200", "0.0.0.0", S6(1), "fe80::11", "::"))

    def one(n):
        with net.ns.entered():
            for _ in range(BATCH):
                talker.say()
        if n % 2:
            one_change(net, rng)
    rounds(t, one, 12)
    storm.stop()
    talker.close()
    t.note(" ".join(f"{name}={n}" for name, n in
                    sorted(talker.counts.items())))
    t.ok(talker.counts["done"] >= BATCH, "some were accepted")
    t.ok(talker.counts["refused"] >= BATCH, "some were refused")
    repair(net)
    sound(t, net)


def bounded(t, net):
    """No table is larger than it may be."""
    rows = net.mcs.json("group show dev br0", "-d")
    t.ok(len({(g.get("vid", 0), g.get("grp")) for g in rows}) <=
         LIMITS["groups"], "groups of the bridge")
    for g in rows:
        t.ok(len(g.get("source_list", ())) <= LIMITS["sources"],
             "sources of a record")
    hosts = {}
    for h in net.mcs.json("host show dev br0"):
        key = (h["port"], h.get("vid", 0), h.get("grp"))
        hosts[key] = hosts.get(key, 0) + 1
    t.ok(max(hosts.values(), default=0) <= LIMITS["hosts"],
         "hosts of a record")
    t.ok(len(net.mcs.json("router show dev br0")) <= 1000, "router ports")


@test("frames that are nearly right, while all comes and goes", limit=TIME)
def strange_frames(t):
    net, rng = begin(t, BOUNDED, 2)
    right = {p: frames(p) for p in net.ports}
    every = [frame for some in right.values() for frame in some]

    def one(n):
        for _ in range(BATCH):
            port = rng.choice(list(net.ports))
            frame = mutate(rng, rng.choice(right[port]), every)
            try:
                net.send(port, frame)
            except OSError:
                pass    # the port is down
        if n % 4 == 3:
            bounded(t, net)
            one_change(net, rng)
    done = rounds(t, one, 16)
    t.note(f"{done * BATCH} frames")
    bounded(t, net)
    repair(net)
    sound(t, net)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
