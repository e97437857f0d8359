#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The fast path gives the same answer as the filter path.

Two bridges get the same settings, reports and frames; one has the fast path
off. MCSNOOP_FRAMES and MCSNOOP_SEED choose another random run.
"""
import os
import random
import time

from lib import ktap, mcs
from lib.ktap import Failed, test
from lib.net import BR_IP4, BR_IP6, Net
from lib.packets import (ALLOW, BLOCK, IS_EX, IS_IN, TO_IN, igmp2_leave,
                         igmp2_report, igmp3_report, igmp3_to_ex, mld2_report,
                         mld2_to_ex, udp)
from lib.scenario import (G, G2, G6, G62, HURRY, S, S6, shared, snooping,
                          wait_pruning)

FRAMES = int(os.environ.get("MCSNOOP_FRAMES", "4000"))
SEED = int(os.environ.get("MCSNOOP_SEED", "1"))
PORTS = 5
GROUPS4, GROUPS6 = [G, G2, "239.129.1.1"], [G6, G62]
VIDS = [1, 100, 200]


def settle():
    """Let the kernel's work items run."""
    time.sleep(0.05)


def brief(frames):
    """Port, tags, sender and last octets of a few frames."""
    return [(f[0], f[1], f[3].hex(":"), f[4][12:44].hex())
            for f in frames[:3]]


class Pair:
    """Two bridges that are told the same."""

    def __init__(self, t, vlan):
        self.vlan = vlan
        self.fast, self.filter = self.nets = [
            Net(t, ports=PORTS, vlan=vlan, addr=BR_IP4, addr6=BR_IP6,
                fresh=True) for _ in range(2)]
        if vlan:
            self.bridge("".join(f"vlan add dev p{p} vid {v}\n"
                                for v in VIDS[1:]
                                for p in self.fast.ports) +
                        "".join(f"vlan add dev br0 vid {v} self\n"
                                for v in VIDS[1:]))
        for net, on in zip(self.nets, ("on", "off")):
            net.mcs(f"bridge add dev br0 querier on fastpath {on}{HURRY}")
            for family in (4, 6):
                wait_pruning(net, family, 1 if vlan else None)
        self.vids = VIDS if vlan else [None]

    def each(self, func):
        """The same with both."""
        return [func(net) for net in self.nets]

    def bridge(self, text):
        """bridge -batch on both, with time for what it announces."""
        self.each(lambda net: net.ns.bridge(text))
        settle()

    def send(self, port, frame):
        """Send on both."""
        self.each(lambda net: net.send(port, frame))

    def compare(self, story):
        """Both delivered the same: port, tags and all octets."""
        time.sleep(0.001)
        got = self.each(lambda net: sorted(
            (f.port, tuple(f.vlan or ()), f.dmac, f.smac, bytes(f.l3))
            for f in net.frames() if f.kind == "data" and f.seq))
        if got[0] != got[1]:
            more = [x for x in got[0] if x not in got[1]]
            less = [x for x in got[1] if x not in got[0]]
            raise Failed(f"seed {SEED}: fast path alone: {brief(more)}\n"
                         f"filter path alone: {brief(less)}\n" +
                         "\n".join(story[-100:]))
        self.each(lambda net: net.flush())
        return len(got[0])


class Chance:
    """Random things to do to a pair of bridges."""

    def __init__(self, pair, rng):
        self.pair, self.rng = pair, rng
        self.down = set()

    def member(self):
        """A report or leave of some host."""
        rng = self.rng
        port, host = rng.randint(1, PORTS), rng.randint(1, 3)
        tag = {"vlan": rng.choice(self.pair.vids[1:] or [()])} \
            if self.pair.vlan and rng.random() < 0.6 else {}
        types = [IS_EX, IS_IN, ALLOW, BLOCK, TO_IN]
        if rng.random() < 0.5:
            group = rng.choice(GROUPS4)
            some = [S(n) for n in rng.sample(range(1, 5), rng.randint(0, 3))]
            frame = rng.choice([
                lambda: igmp2_report(group, host=host, **tag),
                lambda: igmp2_leave(group, host=host, **tag),
                lambda: igmp3_to_ex(group, host=host, **tag),
                lambda: igmp3_report((rng.choice(types), group, some),
                                     host=host, **tag)])()
        else:
            group = rng.choice(GROUPS6)
            some = [S6(n) for n in rng.sample(range(1, 5), rng.randint(0, 3))]
            frame = rng.choice([
                lambda: mld2_to_ex(group, host=host, **tag),
                lambda: mld2_report((rng.choice(types), group, some),
                                    host=host, **tag)])()
        self.pair.send(port, frame)
        return f"report of host {host} behind p{port} {tag}: {group}"

    def static(self):
        """A static entry, or none."""
        rng = self.rng
        vid = f" vid {rng.choice(VIDS)}" if self.pair.vlan else ""
        words = (f"{rng.choice(['add', 'del'])} dev br0 "
                 f"port p{rng.randint(1, PORTS)} "
                 f"grp {rng.choice(GROUPS4)}{vid}")
        self.pair.each(lambda net: net.mcs("group " + words, check=False))
        return "group " + words

    def flag(self):
        """A flag of a port."""
        rng = self.rng
        words = (f"p{rng.randint(1, PORTS)} " + rng.choice(
            ["isolated", "hairpin", "learning", "neigh_suppress", "locked",
             "mcast_to_unicast"]) + rng.choice([" on", " off", " off"]))
        self.pair.bridge(f"link set dev {words}\n")
        return "link set dev " + words

    def mcast_flood(self):
        """The bridge itself keeps multicast from a port."""
        rng = self.rng
        words = f"p{rng.randint(1, PORTS)} mcast_flood " + \
            rng.choice(["on", "off", "on"])
        self.pair.bridge(f"link set dev {words}\n")
        return "link set dev " + words

    def state(self):
        """An STP state."""
        rng = self.rng
        port = rng.choice([p for p in range(1, PORTS + 1)
                           if p not in self.down] or [1])
        if port in self.down:
            return "nothing"
        words = f"p{port} state {rng.choice([1, 2, 3, 3, 3, 4])}"
        self.pair.bridge(f"link set dev {words}\n")
        return "link set dev " + words

    def link(self):
        """A port goes down or comes up."""
        port = self.rng.randint(1, PORTS)
        self.down ^= {port}
        what = "down" if port in self.down else "up"
        self.pair.each(lambda net: net.link(port, what))
        settle()
        return f"p{port} {what}"

    def vlans(self):
        """VLANs of a port."""
        rng = self.rng
        if not self.pair.vlan:
            return "nothing"
        port, vid = rng.randint(1, PORTS), rng.choice(VIDS)
        words = rng.choice([
            f"del dev p{port} vid {vid}", f"add dev p{port} vid {vid}",
            f"add dev p{port} vid {vid} untagged",
            f"add dev p{port} vid {vid} pvid untagged"])
        self.pair.each(lambda net: net.ns.bridge(f"vlan {words}\n")
                       if words.startswith("add")
                       else net.ns.bridge(f"vlan add dev p{port} vid {vid}\n"
                                          f"vlan {words}\n"))
        settle()
        return "vlan " + words

    def policy(self):
        """Settings of a port of ours."""
        rng = self.rng
        words = f"p{rng.randint(1, PORTS)} " + rng.choice(
            ["router permanent", "router auto", "router never",
             "unregistered drop", "unregistered flood",
             "unregistered inherit", "ttl-threshold 32", "ttl-threshold 0",
             "scope-boundary 8", "scope-boundary 0"])
        self.pair.each(lambda net: net.mcs("port set dev " + words))
        settle()
        return "port set dev " + words

    def frames(self, count):
        """Data, a few frames of each flow."""
        rng, story = self.rng, []
        while count > 0:
            port, n = rng.randint(1, PORTS), rng.randint(2, 9)
            six = rng.random() < 0.4
            group = rng.choice(GROUPS6 if six else GROUPS4)
            src = (S6 if six else S)(rng.randint(1, 5))
            tag = {"vlan": rng.choice(self.pair.vids[1:] or [5])} \
                if rng.random() < 0.5 else {}
            ttl = rng.choice([1, 16, 64])
            for _ in range(n):
                frame = udp(group, Net.next_seq(), src=src, ttl=ttl,
                            host=8 + port, **tag)
                self.pair.send(port, frame)
            story.append(f"{n} frames {src} > {group} into p{port} {tag}")
            count -= n
        return "\n".join(story)

    def step(self):
        """One random thing; what it was."""
        return self.rng.choices(
            [self.member, self.static, self.flag, self.mcast_flood,
             self.state, self.link, self.vlans, self.policy],
            [40, 4, 4, 2, 4, 3, 6, 5])[0]()


def mix(t, vlan, frames):
    """A random mix through both paths."""
    pair = Pair(t, vlan)
    chance = Chance(pair, random.Random(SEED))
    story, sent, seen = [], 0, 0
    t.note(f"seed {SEED}, {frames} frames")
    while sent < frames:
        for _ in range(chance.rng.randint(1, 3)):
            story.append(chance.step())
        story = [s for s in story if "frames " not in s]
        story.append(chance.frames(60))
        sent += 60
        seen += pair.compare(story)
    fast, slow = [net.mcs.stats().get("path_fast", 0) for net in pair.nets]
    t.note(f"{seen} delivered, {fast} frames took the fast path")
    t.eq(slow, 0, "fast path, where it is off")
    t.ok(fast > frames / 400, "frames take the fast path")


@test("fast path and filter path deliver the same, without VLANs", limit=9999)
def plain(t):
    mix(t, False, FRAMES)


@test("fast path and filter path deliver the same, with VLANs", limit=9999)
def tagged(t):
    mix(t, True, FRAMES)


def paths(net, port=4):
    """What the paths of a port counted since the last call."""
    return net.mcs.counting("path_", port=port)


def took(t, net, path, send, what):
    """Two frames: the first may prove the flow, the second takes a path."""
    send()
    grown = paths(net)
    got = send()
    t.eq(grown(), {path: 1}, what)
    return got


@test("the first frame of a flow proves it, the next ones are fast")
def proof(t):
    net = shared(t, snooping, family=46)
    net.send(1, igmp3_to_ex(G), mld2_to_ex(G6))
    net.fence()
    for group in (G, G6):
        grown = paths(net)
        for _ in range(5):
            t.eq(net.data(4, group, smac=f"02:00:00:00:05:{ord(group[0]):02x}"),
                 [1], group)
        t.eq(grown(), {"path_proof": 1, "path_fast": 4}, group)


@test("a flow is proved again each second", sim=True)
def again(t):
    net = shared(t, snooping, family=46)
    net.send(1, igmp3_to_ex(G))
    net.fence()
    net.data(4, G)
    time.sleep(1.1)
    grown = paths(net)
    for _ in range(3):
        t.eq(net.data(4, G), [1])
    t.eq(grown(), {"path_proof": 1, "path_fast": 2})


@test("why a frame takes the filter path is counted")
def reasons(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_to_ex(G), mld2_to_ex(G6))
    net.fence()
    send = lambda **opt: lambda: net.data(4, G, **opt)
    t.eq(took(t, net, "path_fast", send(), "plain"), [1])
    t.eq(took(t, net, "path_form", send(options=b"\1\1\1\1"), "options"), [1])
    t.eq(took(t, net, "path_unregistered",
              lambda: net.data(4, "239.9.9.9"), "nobody asked"), [1, 2, 3])
    net.ns.bridge("link set dev p4 isolated on\n")
    settle()
    t.eq(took(t, net, "path_port", send(), "isolated"), [1])
    net.ns.bridge("link set dev p4 isolated off\n")
    settle()
    net.mcs(f"group add dev br0 port br0 grp {G}")
    t.eq(took(t, net, "path_host", send(host=True), "host is member"), [0, 1])
    net.mcs(f"group del dev br0 port br0 grp {G}")
    t.eq(took(t, net, "path_fast", send(host=True), "it left"), [1])
    net.mcs("bridge set dev br0 fastpath off")
    settle()
    grown = paths(net)
    t.eq(net.data(4, G), [1], "off")
    t.eq(grown(), {}, "off: nothing to count")


@test("a locked port learns and forwards nothing of a stranger")
def locked(t):
    net = shared(t, snooping, family=46)
    net.send(1, igmp3_to_ex(G))
    net.fence()
    took(t, net, "path_fast", lambda: net.data(4, G), "before")
    net.ns.bridge("link set dev p4 locked on learning off\n")
    settle()
    t.eq(net.data(4, G, smac="02:00:00:00:99:99",
                  fence={"senders": [1, 2]}), [], "a stranger")
    net.ns.bridge("link set dev p4 locked off learning on\n")


@test("the bridge learns the sender of a fast stream, and that it moved")
def learning(t):
    net = snooping(t, family=46, fresh=True)
    net.send(1, igmp3_to_ex(G))
    net.fence()
    station = "02:00:00:00:aa:aa"

    def learned():
        rows = net.ns.bridge_json("fdb", "show", "br", "br0")
        return [r["ifname"] for r in rows if r["mac"] == station]
    for _ in range(3):
        net.data(4, G, smac=station)
    t.eq(learned(), ["p4"], "behind p4")
    for _ in range(3):
        net.data(3, G, smac=station)
    t.eq(learned(), ["p3"], "moved to p3")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
