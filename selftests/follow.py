#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Memberships go with the host when its MAC address is behind another port."""
import struct
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import BR_IP6
from lib.ns import wait_until
from lib.packets import (addr, host_mac, igmp2_report, igmp3_allow,
                         igmp3_is_ex, igmp3_to_in, igmp_query, mld1_report,
                         mld2_is_ex, mld_query)
from lib.scenario import (G, G2, G6, GMI, LMQT, S, is_specific, snooping,
                          until)


def arp(host, vlan=()):
    """A gratuitous ARP of a host."""
    mac, ip = host_mac(host), addr(f"192.0.2.{10 + host}")
    tags = b"".join(struct.pack("!HH", 0x8100, v) for v in
                    ([vlan] if isinstance(vlan, int) else vlan))
    return (b"\xff" * 6 + mac + tags +
            struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) +
            mac + ip + b"\0" * 6 + ip)


def rarp(host):
    """What a hypervisor sends for a virtual machine that has arrived."""
    mac = host_mac(host)
    return (b"\xff" * 6 + mac + struct.pack("!HHHBBH", 0x8035, 1, 0x0800, 6, 4,
                                            3) + (mac + b"\0" * 4) * 2)


ON = "follow-hosts on"


def member(t, settings=ON, **topology):
    """Host 1 is a member of G, G6 and of G2's S1 behind p1."""
    net = snooping(t, settings, family=46, **topology)
    net.send(1, igmp2_report(G), mld1_report(G6), igmp3_allow(G2, S(1)))
    net.fence()
    time.sleep(5)
    net.flush()
    return net


def ports(net, port=2):
    """Does a port get all three streams?"""
    return [port in net.data(4, G), port in net.data(4, G6),
            port in net.data(4, G2, src=S(1))]


def moved(net, port=2):
    """Wait until the memberships are there as well."""
    wait_until(lambda: all(net.mcs.rec(port, g) for g in (G, G6, G2)),
               timeout=5, step=0.01, what="they have moved")


@test("a host moves: its streams are there at once, both ports are asked",
      sim=True)
def moves(t):
    net = member(t)
    t.eq((ports(net, 1), ports(net)), ([True] * 3, [False] * 3))
    net.flush()
    t0 = net.send(2, rarp(1))
    moved(net)
    until(t0, 0.3)
    t.eq((ports(net, 1), ports(net)), ([True] * 3, [True] * 3))
    t.eq([str(net.mcs.rec(2, g)) for g in (G, G6, G2)],
         ["EX(;)", "EX(;)", "IN(1)"])
    rows = [r for r in net.mcs.groups() if r["port"] == "p2"]
    t.eq([r.get("unconfirmed") for r in rows], [True] * 3)
    net.send(2, igmp3_is_ex(G), mld2_is_ex(G6), igmp3_allow(G2, S(1)))
    rows = [r for r in net.mcs.groups() if r["port"] == "p2"]
    t.eq([r.get("unconfirmed") for r in rows], [None] * 3, "confirmed")
    until(t0, 5)
    t.eq((ports(net, 1), ports(net)), ([False] * 3, [True] * 3))
    for port, sflag in ((1, False), (2, True)):
        for group, names in ((G, []), (G6, []), (G2, [S(1)])):
            seen = [f for f in net.frames(port) if is_specific(group)(f)]
            t.eq([(f.sflag, list(f.sources or [])) for f in seen],
                 [(sflag, names)] * 2, f"{group} on p{port}")
    t.eq([(r["port"], r["mac"]) for r in net.mcs.json("log show dev br0")
          if r["event"] == "move"][-1:], [("p2", "02:00:00:00:00:01")])
    t.eq(net.mcs.stats(2)["hosts_moved"], 1)


@test("somebody sends in a host's name: it answers, and loses nothing",
      sim=True)
def forged(t):
    net = member(t)
    t0 = net.send(3, arp(1))
    moved(net, 3)
    until(t0, 0.5)
    net.send(1, igmp3_is_ex(G), mld2_is_ex(G6), igmp3_allow(G2, S(1)))
    for i in range(1, 10):
        until(t0, 0.5 + i * 0.5)
        t.eq(ports(net, 1), [True] * 3, f"{i}")


@test("the others on the old port answer, and stay", sim=True)
def others(t):
    net = snooping(t, ON)
    net.send(1, igmp2_report(G, host=1), igmp2_report(G, host=5))
    net.fence()
    t0 = net.send(2, arp(1))
    wait_until(lambda: net.mcs.rec(2, G), timeout=5, step=0.01, what="moved")
    until(t0, 1)
    net.send(1, igmp2_report(G, host=5))
    until(t0, 5)
    t.eq(net.data(4, G), [1, 2])


@test("where another queries: asked in its name", sim=True)
def not_querier(t):
    net = snooping(t, ON, family=46)
    net.send(3, igmp_query(3), mld_query(2))
    net.send(1, igmp2_report(G), mld1_report(G6), igmp3_allow(G2, S(1)))
    time.sleep(5)
    net.flush()
    t0 = net.send(2, rarp(1))
    moved(net)
    until(t0, 5)
    t.eq((ports(net, 1), ports(net)), ([False] * 3, [True] * 3))
    for port in (1, 2):
        t.eq({f.src for f in net.frames(port) if is_specific()(f)},
             {"0.0.0.0", BR_IP6})


@test("nobody answers: it ends on both ports, on the new one as it would have "
      "with a report", sim=True)
def silent(t):
    net = snooping(t, "self-heal off " + ON)
    net.send(1, igmp2_report(G))
    net.fence()
    t0 = net.send(2, arp(1))
    wait_until(lambda: net.mcs.rec(2, G), timeout=5, step=0.01, what="moved")
    until(t0, 5)
    t.eq(net.data(4, G), [2])
    t.between(net.mcs.rec(2, G).timer, GMI - 6, GMI - 4, "group timer")


@test("not by default, and not for hosts that want nothing: nothing happens",
      sim=True)
def nothing(t):
    net = member(t, "")
    net.send(2, rarp(1))
    time.sleep(1)
    t.eq(ports(net), [False] * 3)
    net.mcs("bridge set dev br0 follow-hosts on")
    net.send(2, arp(7))
    net.send(1, igmp3_to_in(G))
    time.sleep(LMQT + 1)
    net.send(3, rarp(1))
    wait_until(lambda: net.mcs.rec(3, G6), timeout=5, step=0.01, what="moved")
    t.eq(str(net.mcs.rec(3, G)), "none", "what it left does not follow it")


@test("many hosts at once: followed as far as there is room, and counted",
      sim=True)
def many(t):
    net = snooping(t, ON)
    net.send(1, *[igmp2_report(G, host=h) for h in range(1, 61)])
    net.fence()
    net.send(2, *[arp(h) for h in range(1, 61)])
    time.sleep(1)
    stats = net.mcs.stats(2)
    t.eq(stats["hosts_moved"] + stats.get("limit_moves", 0), 60)
    t.ok(stats["hosts_moved"] >= 32, stats)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
