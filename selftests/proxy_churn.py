#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Proxy reporting while everything changes at once, and without memory."""
import random
import time

from lib import ktap, mcs
from lib.failing import Failing
from lib.ktap import test
from lib.packets import (ALLOW, BLOCK, IS_EX, IS_IN, TO_EX, TO_IN,
                         igmp1_report, igmp2_leave, igmp2_report, igmp3_report,
                         igmp_query)
from lib.scenario import QRI, sources
from lib.upstream import foreign, heard, proxying, query, texts

GROUPS = [f"239.3.{n // 100}.{n % 100}" for n in range(300)]
TYPES = [IS_IN, IS_EX, TO_IN, TO_EX, ALLOW, BLOCK, TO_IN, TO_EX]


def merged(net, ports):
    """What all of these ports want: ["IS_EX 239.3.0.1(5)", ...], sorted."""
    include, exclude = {}, {}
    for g in net.mcs.groups():
        if g["port"] not in ports or not g["grp"].startswith("239."):
            continue
        rec = mcs.Record(g)
        if g["filter_mode"] == "include":
            include.setdefault(g["grp"], set()).update(rec.forward)
        else:
            blocked = set(rec.blocked)
            exclude[g["grp"]] = exclude.get(g["grp"], blocked) & blocked
    out = []
    for group in {*include, *exclude}:
        want = include.get(group, set())
        if group in exclude:
            want = exclude[group] - want
        names = ",".join(sorted((a.rsplit(".", 1)[-1] for a in want),
                                key=int))
        out.append(f"{'IS_EX' if group in exclude else 'IS_IN'} "
                   f"{group}({names})")
    return sorted(out)


def answers(net):
    """What the next general query is answered."""
    net.flush()
    net.send(3, query())
    time.sleep(QRI + 1)
    return sorted(x for x in texts(net) if x.startswith("IS_"))


def same(t, net, ports, what):
    """The answer is what the tables want; how many groups that are."""
    want = got = None
    for _ in range(20):     # records expire meanwhile
        before = merged(net, ports)
        got = answers(net)
        want = merged(net, ports)
        if before == want:
            break
    t.eq(got, want, what)
    t.eq(net.mcs.querier()["upstream_groups"], len(want), "groups")


def some_report(rnd, groups):
    """A report of one to forty random records."""
    return igmp3_report(*(
        (rnd.choice(TYPES), rnd.choice(groups),
         sources(*sorted(rnd.sample(range(1, 9), rnd.randint(0, 5)))))
        for _ in range(rnd.choice([1, 1, 2, 5, 40]))))


class Churn:
    """Random things that happen to a bridge."""

    def __init__(self, net, rnd, groups):
        self.net, self.rnd, self.groups = net, rnd, groups
        self.static = {}
        self.down = False

    def one(self):
        """The next one."""
        chance = self.rnd.random()
        if chance < 0.80:
            self.net.send(self.rnd.choice([1, 2, 4] + [5] * (not self.down)),
                          some_report(self.rnd, self.groups))
        elif chance < 0.86:
            self.by_hand()
        elif chance < 0.90:
            self.down = not self.down
            self.net.link(5, "down" if self.down else "up")
        elif chance < 0.94:
            self.net.mcs("port set dev p4 router "
                         + self.rnd.choice(["permanent", "auto"]))
        elif chance < 0.96:
            self.net.mcs("bridge set dev br0 proxy-reporting off")
            time.sleep(self.rnd.random())
            self.net.mcs("bridge set dev br0 proxy-reporting on")
        else:
            self.net.send(3, igmp_query(3, self.rnd.choice(self.groups),
                                        sources(1, 2, 3), sflag=True))
        time.sleep(self.rnd.choice([0, 0, 0, 0.01, 0.3, 1, 5, 30]))

    def by_hand(self):
        """A static entry comes or goes."""
        key = self.rnd.choice([0, 1, 2]), self.rnd.choice(self.groups)
        where = f"dev br0 port {self.net.name(key[0])} grp {key[1]}"
        if key in self.static:
            src = self.static.pop(key)
            self.net.mcs(f"group del {where}{src}")
        else:
            src = self.rnd.choice(["", " src 198.51.100.3"])
            self.static[key] = src
            self.net.mcs(f"group add {where}{src}")

    def calm(self):
        """Every port is up, and p3 is the only router port."""
        if self.down:
            self.net.link(5, "up")
            self.down = False
        self.net.mcs("port set dev p4 router auto")
        time.sleep(20)


@test("PRX-02 PRX-01 hundreds of groups, anything may happen", sim=True)
def churn(t):
    seed = random.randrange(1 << 32)
    t.note(f"seed {seed}")
    rnd = random.Random(seed)
    net = proxying(t, ports=5)
    ports = ["p1", "p2", "p4", "p5", "br0"]
    for turn in range(15):
        play = Churn(net, rnd, GROUPS[:rnd.choice([3, 30, 300])])
        for n in range(40):
            play.one()
            if n % 10 == 9:
                net.send(3, query())
        play.calm()
        net.send(3, query())
        time.sleep(QRI + 5)
        same(t, net, ports, f"turn {turn}")
        for (port, group), src in play.static.items():
            net.mcs(f"group del dev br0 port {net.name(port)} grp {group}"
                    f"{src}")
    t.eq(foreign(net), [], "reports of hosts")


@test("PRX-04 the same while queriers of all versions come and go", sim=True)
def versions(t):
    seed = random.randrange(1 << 32)
    t.note(f"seed {seed}")
    rnd = random.Random(seed)
    net = proxying(t, ports=5)
    play = Churn(net, rnd, GROUPS[:100])
    for _ in range(400):
        play.one()
        if rnd.random() < 0.15:
            net.send(3, query(version=rnd.choice([1, 2, 3])))
        if rnd.random() < 0.1:
            net.send(rnd.choice([1, 2]), rnd.choice(
                [igmp1_report, igmp2_report, igmp2_leave])(
                    rnd.choice(play.groups)))
    play.calm()
    # nobody speaks any more: in the end nothing is wanted, nothing told
    for (port, group), src in play.static.items():
        net.mcs(f"group del dev br0 port {net.name(port)} grp {group}{src}")
    for _ in range(8):
        net.send(3, query())
        time.sleep(100)
    t.eq(net.mcs.table(), {})
    t.eq(net.mcs.querier()["upstream_groups"], 0, "groups")
    t.eq(net.mcs.querier()["upstream_version"], 3, "version")


@test("PRX-05 a port with a thousand groups goes down", sim=True)
def thousand(t):
    net = proxying(t)
    groups = [f"239.4.{n // 250}.{n % 250}" for n in range(1000)]
    for i in range(0, 1000, 100):
        net.send(1, igmp3_report(*((TO_EX, g) for g in groups[i:i + 100])))
        net.send(2, igmp3_report(*((TO_EX, g) for g in groups[i:i + 50])))
    time.sleep(20)
    t.eq(len(set(texts(net))), 1000, "joins")
    net.flush()
    net.link(1, "down")
    time.sleep(20)
    told = [text for _, text in heard(net)]
    gone = [f"TO_IN {g}()" for i in range(0, 1000, 100)
            for g in groups[i + 50:i + 100]]
    t.eq(sorted(told), sorted(gone * 2), "leaves")
    frames = [f for f in net.frames(3) if f.records]
    t.ok(len(frames) < 40, f"{len(frames)} frames")


# What we allocate where we must not wait.
CACHES = ("kmalloc-128", "kmalloc-192", "kmalloc-256", "kmalloc-512",
          "kmalloc-2k", "skbuff_head_cache")


@test("PRX-02 PRX-03 without memory changes are told late, but they are",
      sim=True)
def no_memory(t):
    seed = random.randrange(1 << 32)
    t.note(f"seed {seed}")
    rnd = random.Random(seed)
    failing = Failing(t, caches=CACHES)
    net = proxying(t, ports=5)
    grown = net.mcs.counting("no_memory", "tx_error")
    for turn in range(8):
        for _ in range(30):
            failing.percent(rnd.choice([10, 50, 90]))
            net.send(rnd.choice([1, 2, 4, 5]), some_report(rnd, GROUPS[:40]))
            failing.percent(0)
            time.sleep(rnd.choice([0, 0.01, 0.2, 1]))
        failing.percent(30)
        net.send(3, query())
        time.sleep(QRI)
        failing.percent(0)
        time.sleep(20)
        same(t, net, ["p1", "p2", "p4", "p5"], f"turn {turn}")
    t.ok(grown().get("no_memory"), f"memory was short: {grown()}")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
