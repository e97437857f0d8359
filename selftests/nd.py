#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Neighbour solicitations go where their target was heard, and in doubt
everywhere, with nd-aware on."""
import itertools
import socket
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import BR_IP6, SOON, Net
from lib.ns import Netns, now, wait_until
from lib.packets import (addr, bpdu_tcn, host_mac, icmp6, ip6, mld2_is_ex, nd,
                         solicited_node)
from lib.scenario import snooping, until

ALL = [0, 1, 2, 3]      # where it is flooded to from p4, 0 is the host
LIFE, DOUBT, AGAIN = 300, 60, 10
ON = "querier off nd-aware on"
_askers = itertools.count(1)


def A(n):
    """An address of host n; its group has no other."""
    return f"2001:db8:{n}::{n}"


TWIN = "2001:db8:f::1"  # its group is that of A(1)


def ns(target, **opt):
    """Who has the target?"""
    return nd(135, opt.pop("dst", solicited_node(target)), target=target, **opt)


def dad(target, **opt):
    """Has anybody the target besides me?"""
    return ns(target, src="::", **opt)


def na(target, dst="ff02::1", **opt):
    """I have the target."""
    return nd(136, dst, target=target, src=target, **opt)


def to(who, build, *words, **opt):
    """A message to one host."""
    return build(*words, dst=A(who), dmac=host_mac(who).hex(":"), **opt)


def ask(net, target, port=4, src=None, fence=None, **opt):
    """Somebody behind a port looks for a target; where that is seen."""
    src = src or f"fe80::a:{next(_askers):x}"
    return net.reach(port, ns(target, host=100 + port, src=src, **opt),
                     host=True, **(fence or {}))


def rows(net, *options):
    """{address: row}"""
    return {r["address"]: r
            for r in net.mcs.json("nd show dev br0", *options)}


def known(t, settings=ON, **topology):
    """Hosts 1 and 2 were heard."""
    net = Net(t, attach=settings, **topology)
    net.send(1, na(A(1)))
    net.send(2, na(A(2), host=2))
    net.fence()
    net.flush()
    return net


@test("heard in a solicitation, an advertisement, DAD: the next one goes there")
def learned(t):
    net = Net(t, attach=ON)
    t.eq(ask(net, A(2), port=1, src=A(1)), [0, 2, 3, 4], "nobody is known")
    net.send(2, na(A(2), host=2))
    net.send(3, dad(A(3), host=3))
    net.fence()
    for n in (1, 2, 3):
        t.eq(ask(net, A(n)), [n], f"host {n}")
    t.eq(ask(net, A(7)), ALL, "not known")
    t.eq(ask(net, A(1), port=1), [], "the bridge has no part in it")
    t.eq([net.mcs.stats(p).get("nd_learned") for p in (1, 2, 3)], [2, 1, 1])
    t.eq([net.mcs.stats(p).get("nd_forwarded") for p in (1, 2, 3)], [1] * 3)
    t.eq([net.mcs.stats(p).get("nd_pruned") for p in (0, 1, 2, 3)],
         [4, 2, 3, 3])
    row = rows(net)[A(2)]
    t.eq((row["port"], row["mac"], row["state"], row["dev"]),
         ("p2", "02:00:00:00:00:02", "known", "br0"))
    t.eq([r["address"] for r in net.mcs.json("nd show dev br0 port p3")],
         [A(3)])


@test("heard in what one host sends to another, which is not changed")
def unicast(t):
    net = Net(t, attach=ON)
    t.ok(4 in net.reach(1, to(4, na, A(1))))
    t.eq(ask(net, A(1)), [1])
    net.reach(2, to(1, ns, A(1), host=2, src=A(2)))
    t.eq(ask(net, A(2)), [2])
    bad = to(1, ns, A(1), host=3, src=A(3), ttl=254)
    net.send(3, bad)
    t.eq(ask(net, A(3)), ALL)
    t.eq(net.mcs.stats(3)["nd_invalid"], 1)


@test("the same host asks again: everybody hears it, and the next ones for 60 s",
      sim=True)
def again(t):
    net = known(t)
    t0 = net.send(4, ns(A(1), host=4, src=A(4)))
    net.fence()
    t.eq([len([f for f in net.frames(p) if f.kind == "ns"])
          for p in (1, 2, 3)], [1, 0, 0], "the first")
    t.eq(ask(net, A(1)), [1], "somebody else")
    until(t0, 1)
    t.eq(ask(net, A(1), src=A(4)), ALL, "again")
    t.eq(rows(net)[A(1)]["state"], "repeated")
    t.eq(ask(net, A(1)), ALL, "others, too")
    t.eq(ask(net, A(2)), [2], "other targets are known as ever")
    until(t0, 30)
    net.send(1, na(A(1)))
    t.eq(ask(net, A(1)), ALL, "although it is heard")
    until(t0, 1 + DOUBT - 0.5)
    t.eq(ask(net, A(1)), ALL)
    until(t0, 1 + DOUBT + 0.5)
    t.eq(ask(net, A(1)), [1])
    t.eq(net.mcs.stats(4)["nd_flood_repeated"], 4)


@test("it is remembered for 10 s who asked", sim=True)
def forgotten(t):
    net = known(t)
    t0 = now()
    t.eq(ask(net, A(1), src=A(4)), [1])
    until(t0, AGAIN + 0.2)
    t.eq(ask(net, A(1), src=A(4)), [1])
    until(t0, 2 * AGAIN)
    t.eq(ask(net, A(1), src=A(4)), ALL)


@test("who looks for duplicates is heard by all: he asks once")
def duplicates(t):
    net = known(t)
    t.eq(net.reach(4, dad(A(9), host=4), host=True), ALL)
    t.eq(net.reach(4, dad(A(1), host=4), host=True), ALL, "that of another")
    t.eq(net.mcs.stats(4)["nd_flood_dad"], 2)
    t.eq(rows(net)[A(1)]["state"], "moved", "two want it")


@test("it is heard on another port: flooded for 60 s, then sent there",
      sim=True)
def moves(t):
    net = known(t)
    t.eq(ask(net, A(1)), [1])
    t0 = net.send(3, na(A(1)))
    net.fence()
    t.eq(ask(net, A(1)), ALL)
    t.eq((rows(net)[A(1)]["port"], rows(net)[A(1)]["state"]), ("p3", "moved"))
    t.eq(net.mcs.stats(3)["nd_moved"], 1)
    until(t0, DOUBT - 0.5)
    t.eq(ask(net, A(1)), ALL)
    until(t0, DOUBT + 0.5)
    t.eq(ask(net, A(1)), [3])
    net.send(1, na(A(1)))
    t.eq(ask(net, A(1)), ALL, "two answer, as for an anycast address")


@test("its MAC address is seen on another port: flooded until it is heard")
def mac_moves(t):
    net = known(t)
    net.send(3, ip6(17, bytes(8), A(9), host=1, ra=False,
                    dmac=host_mac(9).hex(":")))
    net.fence()
    t.eq(ask(net, A(1)), ALL)
    t.eq(rows(net)[A(1)]["state"], "moved")
    t.eq(net.mcs.stats(4)["nd_flood_moved"], 1)
    t.eq(ask(net, A(2)), [2])
    time.sleep(1.1)
    net.send(1, na(A(1)))
    net.fence()
    t.eq(ask(net, A(1)), [1])


@test("silent for 300 s: flooded again, and forgotten", sim=True)
def expires(t):
    net = Net(t, attach=ON)
    t0 = net.send(1, na(A(1)))
    net.fence()
    until(t0, LIFE - 0.5)
    t.eq(ask(net, A(1)), [1])
    until(t0, LIFE + 0.1)
    t.eq(ask(net, A(1)), ALL)
    until(t0, LIFE + 5)
    t.ok(A(1) not in rows(net), "it is forgotten")
    t.eq(ask(net, A(1)), ALL)
    stats = net.mcs.stats(4)
    t.ok("nd_flood_expired" in stats or "nd_flood_unknown" in stats, stats)


@test("two hosts have the same group: each is asked alone")
def collision(t):
    net = known(t)
    t.eq(solicited_node(TWIN), solicited_node(A(1)))
    t.eq(ask(net, TWIN), ALL, "a silent twin is not lost")
    net.send(3, na(TWIN, host=3))
    net.fence()
    t.eq((ask(net, TWIN), ask(net, A(1))), ([3], [1]))


@test("members of the group and router ports get it as well")
def members(t):
    net = snooping(t, "nd-aware on", family=6)
    net.send(1, na(A(1)))
    net.send(3, mld2_is_ex(solicited_node(A(1)), host=3))
    net.fence()
    t.eq(ask(net, A(1)), [1, 3])
    net.mcs("port set dev p2 router permanent")
    t.eq(ask(net, A(1)), [1, 2, 3])
    net.mcs("port set dev p2 router auto")
    net.ns.ip("link set br0 allmulticast on")
    t.eq(ask(net, A(1)), [0, 1, 3])


@test("flood-ff02 off: who is not known is found by membership")
def not_flooded(t):
    net = snooping(t, "nd-aware on flood-ff02 off unregistered drop", family=6)
    net.send(3, mld2_is_ex(solicited_node(A(7)), host=3))
    net.send(1, na(A(1)))
    net.fence()
    t.eq(ask(net, A(7)), [3])
    t.eq(ask(net, A(1)), [1])
    t.eq(ask(net, TWIN), [])


@test("each VLAN has its neighbours, and a setting of its own")
def vlans(t):
    net = Net(t, vlan=True, attach="querier off")
    net.ns.bridge("".join(f"vlan add dev p{p} vid {v}\n" for p in net.ports
                          for v in (10, 20)) +
                  "vlan add dev br0 vid 10 self\nvlan add dev br0 vid 20 self")
    wait_until(lambda: net.mcs.bridge()["vlans"] == 3, what="VLANs")
    net.mcs("vlan set dev br0 vid 10 family ipv6 nd-aware on")
    t.eq([(r["vid"], r["own"]) for r in net.mcs.json("vlan show dev br0")
          if r["own"]], [(10, ["nd-aware"])])
    t.ok("vlan set dev br0 vid 10 family ipv6 nd-aware on" in
         net.mcs("save").splitlines())

    def asked(vid):
        frame = ns(A(1), host=4, vlan=vid, src=f"fe80::b:{next(_askers):x}")
        return net.reach(4, frame, vid=vid)
    for vid, port in ((10, 1), (20, 2)):
        net.send(port, na(A(1), vlan=vid))
        net.fence(vid=vid)
    t.eq((asked(10), asked(20)), ([1], [1, 2, 3]))
    net.mcs("bridge set dev br0 nd-aware on")
    net.send(2, na(A(1), vlan=20))
    net.fence(vid=20)
    t.eq((asked(10), asked(20)), ([1], [2]))
    t.eq([(r["vid"], r["port"]) for r in net.mcs.json("nd show")
          if r["address"] == A(1)], [(10, "p1"), (20, "p2")])
    net.mcs("vlan set dev br0 vid 20 nd-aware off")
    t.eq({r["vid"] for r in net.mcs.json("nd show")}, {10})
    t.eq(asked(20), [1, 2, 3])
    net.ns.bridge("vlan del dev p1 vid 10\n")
    wait_until(lambda: all(r["port"] != "p1" for r in net.mcs.json("nd show")),
               what="p1 keeps none")
    net.mcs("bridge set dev br0 nd-aware off")
    net.mcs("vlan reset dev br0 vid 10")
    t.eq(net.mcs.json("nd show"), [])


@test("off: nothing is learned, all is flooded")
def off(t):
    net = known(t, "querier off")
    t.eq((ask(net, A(1)), ask(net, A(1))), (ALL, ALL))
    net.mcs("bridge set dev br0 nd-aware on")
    net.send(1, na(A(1)))
    net.fence()
    t.eq(ask(net, A(1)), [1])
    net.mcs("bridge set dev br0 nd-aware off")
    t.eq((ask(net, A(1)), rows(net)), (ALL, {}))
    net.mcs("bridge set dev br0 nd-aware on")
    t.eq((ask(net, A(1)), len(rows(net))), (ALL, 1), "begun anew")
    t.eq({k for k in net.mcs.stats() if k.startswith("nd_")},
         {"nd_learned", "nd_forwarded", "nd_pruned", "nd_flood_unknown"})


MALFORMED = {
    "hop limit": na(A(1), ttl=254),
    "checksum": na(A(1), csum="bad"),
    "too short": icmp6(136, 0, bytes(18), "ff02::1", src=A(1), ttl=255,
                       ra=False),
    "code": icmp6(136, 1, bytes(4) + addr(A(1)), "ff02::1", src=A(1), ttl=255,
                  ra=False),
    "option of no length": na(A(1), trailer=bytes(8)),
    "option too long": na(A(1), trailer=b"\2\2" + bytes(6)),
    "multicast target": nd(136, "ff02::1", target="ff1e::1", src=A(1)),
    "solicited, to all": icmp6(136, 0, b"\x40\0\0\0" + addr(A(1)), "ff02::1",
                               src=A(1), ttl=255, ra=False),
    "answer from ::": nd(136, "ff02::1", target=A(1), src="::"),
    "DAD with an address": dad(A(1), trailer=b"\1\1" + host_mac(1)),
    "DAD to one host": ns(A(1), src="::", dst=A(2),
                          dmac=host_mac(2).hex(":")),
}
# not looked at, so not counted
HIDDEN = na(A(1), ext=(60, b"\x3a\0\1\4" + bytes(4)))


@test("what hosts do not take is not learned, but goes where it went")
def malformed(t):
    net = Net(t, attach=ON)
    for n, (what, frame) in enumerate(MALFORMED.items(), 1):
        net.send(1, frame)
        net.fence()
        t.eq((rows(net), net.mcs.stats(1)["nd_invalid"]), ({}, n), what)
    t.eq(net.reach(1, HIDDEN), [2, 3, 4])
    t.eq((rows(net), net.mcs.stats(1)["nd_invalid"]), ({}, n))
    net.send(1, na(A(1), trailer=b"\2\1" + host_mac(1)))
    net.fence()
    for what, more in (("hop limit", {"ttl": 254}), ("MAC address", {
            "dmac": "33:33:00:00:00:01"}),
            ("group", {"dst": solicited_node(A(2))})):
        t.eq(ask(net, A(1), **more), ALL, what)
    t.eq(ask(net, A(1)), [1])


@test("isolated ports: a router may answer for whom it does not get to")
def isolated(t):
    net = known(t)
    net.ns.ip("link set p1 type bridge_slave isolated on\n"
              "link set p2 type bridge_slave isolated on")
    t.eq(ask(net, A(1), port=2, fence={"senders": [3, 4]}), [0, 3, 4])
    t.eq(net.mcs.stats(2)["nd_flood_port"], 1)
    t.eq(ask(net, A(1), fence={"senders": [3, 4]}), [1])
    net.ns.ip("link set p1 type bridge_slave isolated off mcast_flood off\n")
    wait_until(lambda: ask(net, A(1), fence={"ports": [2, 3, 4]}) ==
               [0, 2, 3], what="it is known that p1 gets none")


@test("mode observe: all get it, and it is counted who need not")
def observed(t):
    net = known(t, ON + " mode observe")
    t.eq(ask(net, A(1)), ALL)
    t.eq([net.mcs.stats(p).get("observe_data") for p in (0, 1, 2, 3)],
         [1, None, 1, 1])


@test("a port goes down, or away, with its neighbours")
def gone(t):
    net = known(t, fresh=True)
    net.link(1, "down")
    wait_until(lambda: A(1) not in rows(net), what="forgotten")
    t.eq(ask(net, A(1), fence={"ports": [2, 3, 4]}), [0, 2, 3])
    net.link(2, "nomaster")
    wait_until(lambda: A(2) not in rows(net), what="forgotten")
    t.eq(ask(net, A(2), fence={"ports": [3, 4]}), [0, 3])


@test("the topology changes: flooded until they are heard again")
def topology(t):
    net = known(t)
    time.sleep(0.1)
    net.send(3, bpdu_tcn())
    net.fence()
    t.eq((ask(net, A(1)), ask(net, A(2))), (ALL, ALL))
    time.sleep(0.1)
    net.send(1, na(A(1)))
    net.fence()
    t.eq((ask(net, A(1)), ask(net, A(2))), ([1], ALL))


@test("a port that was not asked for members yet gets all", sim=True)
def unasked(t):
    net = snooping(t, "nd-aware on", family=6, fresh=True)
    net.send(1, na(A(1)))
    net.fence()
    t.eq(ask(net, A(1)), [1])
    net.link(3, "down")
    net.link(3, "up")
    net.wait_forwarding([2, 3])
    t.eq(ask(net, A(1)), [1, 3])
    time.sleep(15)
    t.eq(ask(net, A(1)), [1])


@test("a port has 4096 neighbours at most, and pays for more itself",
      limit=120)
def limit(t):
    net = known(t, fresh=True)
    net.send(4, ns(A(4), host=4, src=A(4)))
    net.fence()
    for i in range(4200):
        net.send(3, to(4, na, f"2001:db8:33::{i + 1:x}", host=3))
        if i % 500 == 0:
            net.fence()
    net.fence()
    counts = {}
    for row in rows(net).values():
        counts[row["port"]] = counts.get(row["port"], 0) + 1
    t.eq((counts["p1"], counts["p3"]), (1, 4096))
    t.eq(net.mcs.stats(3)["limit_neighbours"], 104)
    t.eq(ask(net, "2001:db8:33::1068"), [3], "the last of them")
    t.eq(ask(net, A(1)), [1])


@test("explain says where it goes, why, and which neighbour decides")
def explained(t):
    net = known(t)

    def explain(words, port="p4"):
        return {r["port"]: r for r in
                net.mcs.json(f"explain dev br0 from {port} {words}")}
    said = explain(f"target {A(1)}")
    t.eq({p: r.get("obstacle", r["rule"]) for p, r in said.items()},
         {"br0": "nd_elsewhere", "p1": "nd_target", "p2": "nd_elsewhere",
          "p3": "nd_elsewhere", "p4": "own_port"})
    row = said["p2"]
    t.eq((row["nd_state"], row["nd_port"], row["nd_mac"], row["target"],
          row["grp"]),
         ("known", "p1", "02:00:00:00:00:01", A(1), solicited_node(A(1))))
    t.eq(ask(net, A(1), src=A(4)), [1], "asking changes nothing")
    for words, state in ((f"target {A(1)} src {A(4)}", "repeated"),
                         (f"target {A(1)} src ::", "dad"),
                         (f"target {A(9)}", "unknown")):
        row = explain(words)["p2"]
        t.eq((row["rule"], row["nd_state"], row["forwarded"]),
             ("link_local", state, True), words)
    t.eq(explain(f"grp {solicited_node(A(1))}")["p2"].get("nd_state"), None)
    t.ok("on p1" in net.mcs(f"explain dev br0 from p4 target {A(1)}"))
    for words in ("target 192.0.2.1", "target ff02::1", f"target {A(1)} grp "
                  "ff02::1:ff00:9"):
        net.mcs.refused(t, f"explain dev br0 from p4 {words}")


class Stack:
    """A Linux host behind a port, with a socket that answers."""

    def __init__(self, t, net, n):
        self.ns, self.addr = Netns(f"nd{n}"), f"2001:db8::{n}:{n}"
        t.defer(self.ns.close)
        self.ns.ip("link set lo up")
        net.hosts_ns.ip(f"link add link h{n} name eth0 netns {self.ns.name} "
                        "type macvlan mode bridge")
        self.ns.sysctl("ipv6/conf/eth0/disable_ipv6", 0)
        self.ns.sysctl("ipv6/conf/eth0/dad_transmits", 1)
        self.ns.ip(f"link set eth0 up\naddr add {self.addr}/64 dev eth0")
        with self.ns.entered():
            self.sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        t.defer(self.sock.close)
        wait_until(self._bound, what="DAD is over")
        self.sock.settimeout(SOON)

    def _bound(self):
        try:
            self.sock.bind((self.addr, 4000))
        except OSError:
            return False
        return True

    def reaches(self, other):
        """How long it takes a datagram to be there."""
        begin = now()
        self.sock.sendto(self.addr.encode(), (other.addr, 4000))
        while other.sock.recv(64).decode() != self.addr:
            pass
        return now() - begin

    def forget(self):
        """As if all neighbours were new."""
        self.ns.ip("neigh flush all")


@test("Linux hosts find each other from cold, nothing is lost")
def hosts(t):
    net = Net(t, fresh=True, attach=ON)
    stacks = [Stack(t, net, n) for n in (1, 2, 3, 4)]
    for turn in range(2):
        if turn:
            time.sleep(AGAIN + 0.5)     # it is forgotten who asked
        for stack in stacks:
            stack.forget()
        for a, b in itertools.permutations(stacks, 2):
            t.ok(a.reaches(b) < 0.9, f"turn {turn}: {a.addr} to {b.addr}")
    t.ok(net.mcs.stats()["nd_pruned"] > 20, net.mcs.stats())
    t.eq({net.mcs.stats().get(f"nd_flood_{why}") for why in
          ("repeated", "moved", "port", "busy")}, {None})
    t.eq({(r["address"], r["port"]) for r in rows(net).values()
          if r["address"].startswith("2001")},
         {(s.addr, f"p{n}") for n, s in enumerate(stacks, 1)})


@test("the host itself is heard, in what it asks and in what it answers")
def bridge_host(t):
    for vlan in (False, True):
        net = Net(t, vlan=vlan, addr6=BR_IP6, fresh=True, attach=ON)
        # with its MAC address, so that the host need not ask for it
        asks = ns(BR_IP6, src="fe80::9", trailer=b"\1\1" + host_mac(1))
        t.eq(net.reach(1, asks, host=True), [0, 2, 3, 4], f"VLAN {vlan}")
        wait_until(lambda: BR_IP6 in rows(net), what="it answered")
        t.eq([f.dst for f in net.frames(1) if f.kind == "na"], ["fe80::9"])
        t.eq(rows(net)[BR_IP6]["port"], "br0")
        t.eq(ask(net, BR_IP6), [0], f"VLAN {vlan}")
        net.mcs("bridge set dev br0 nd-aware off")
        net.mcs("bridge set dev br0 nd-aware on")
        with net.ns.entered():      # nobody is there: it only asks
            sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            index = socket.if_nametoindex("br0")
        with sock:
            sock.sendto(b"", ("fe80::99", 4000, 0, index))
        wait_until(lambda: BR_IP6 in rows(net), what="it asked")
        t.eq(rows(net)[BR_IP6]["port"], "br0")
        net.close()


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
