#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Proxy reporting: what all ports together want."""
import random
import time

from lib import ktap, mcs, packets
from lib.ktap import test
from lib.packets import (ALLOW, BLOCK, IS_EX, IS_IN, TO_EX, TO_IN, igmp3_allow,
                         igmp3_is_ex, igmp3_is_in, igmp3_report, igmp3_to_ex,
                         igmp_query)
from lib.scenario import G, G2, QRI, S, sources
from lib.upstream import proxying, query, texts


@test("PRX-02 EX(;1,2) on one port, IN(1) on another: EX(2)", sim=True)
def merge_example(t):
    net = proxying(t)
    net.send(1, igmp3_is_ex(G, *sources(1, 2)))
    t.eq(str(net.mcs.rec(1, G)), "EX(;1,2)")
    net.send(2, igmp3_is_in(G, S(1)))
    time.sleep(5)
    net.flush()
    net.send(3, query())
    time.sleep(QRI)
    t.eq(texts(net), [f"IS_EX {G}(2)"])


@test("PRX-02 timers are dropped, a source whose timer runs is not excluded",
      sim=True)
def merge_timers(t):
    net = proxying(t)
    net.send(1, igmp3_is_ex(G, *sources(1, 2)), igmp3_allow(G, S(1)))
    t.eq(str(net.mcs.rec(1, G)), "EX(1;2)")
    time.sleep(5)
    t.eq(texts(net)[-1], f"ALLOW {G}(1)")
    net.flush()
    net.send(1, igmp3_is_in(G, S(3)))
    time.sleep(5)
    t.eq(texts(net), [], "a timer alone is no change")
    net.send(3, query())
    time.sleep(QRI)
    t.eq(texts(net), [f"IS_EX {G}(2)"])


def merged(net, ports):
    """RFC 3376 section 3.2 from what the tables show: "EX(1)" or "none"."""
    include, exclude, some = set(), None, False
    for g in net.mcs.groups():
        if g["grp"] != G or g["port"] not in ports:
            continue
        some = True
        rec = mcs.Record(g)
        if g["filter_mode"] == "include":
            include |= set(rec.forward)
        else:
            blocked = set(rec.blocked)
            exclude = blocked if exclude is None else exclude & blocked
    if not some:
        return "none"
    names = include if exclude is None else exclude - include
    names = ",".join(a.rsplit(".", 1)[-1] for a in
                     sorted(names, key=packets.addr))
    return f"{'IS_IN' if exclude is None else 'IS_EX'} {G}({names})"


@test("PRX-02 random records on three ports, the host and by hand", sim=True)
def merge_random(t):
    seed = random.randrange(1 << 32)
    t.note(f"seed {seed}")
    rnd = random.Random(seed)
    net = proxying(t, ports=5)
    static = {}

    def by_hand(port):
        if port in static:
            src = static.pop(port)
            net.mcs(f"group del dev br0 port {net.name(port)} grp {G}{src}")
        else:
            static[port] = rnd.choice(["", f" src {S(rnd.randint(1, 6))}"])
            net.mcs(f"group add dev br0 port {net.name(port)} grp {G}"
                    f"{static[port]}")

    for _ in range(60):
        for _ in range(rnd.randint(1, 4)):
            srcs = sources(*sorted(rnd.sample(range(1, 7),
                                              rnd.randint(0, 4))))
            kind = rnd.choice([IS_IN, IS_EX, TO_IN, TO_EX, ALLOW, BLOCK,
                               TO_IN])
            if rnd.random() < 0.15:
                by_hand(rnd.choice([0, 1, 2, 4, 5]))
                continue
            # p3 is the router's: its members do not count
            net.send(rnd.choice([1, 2, 3, 4, 5]),
                     igmp3_report((kind, G, srcs)))
        time.sleep(rnd.choice([0.1, 1, 3, 40, 200]))
        net.send(3, query())    # the router stays a router
        time.sleep(30)
        want = merged(net, ["p1", "p2", "p4", "p5", "br0"])
        net.flush()
        net.send(3, igmp_query(3, G, sflag=True))
        time.sleep(1)
        answers = [x for x in texts(net) if x.startswith("IS_")]
        t.eq(answers or ["none"], [want], "merged record")


@test("PRX-02 records of a router port do not count, until it is none",
      sim=True)
def merge_router(t):
    net = proxying(t)
    net.send(2, igmp3_to_ex(G))
    net.send(4, igmp3_to_ex(G2))
    time.sleep(5)
    net.flush()
    net.mcs("port set dev p4 router permanent")
    time.sleep(5)
    t.eq(set(texts(net)), {f"TO_IN {G2}()"}, "when it becomes one")
    net.flush()
    net.mcs("port set dev p4 router auto")
    time.sleep(5)
    t.eq(set(texts(net)), {f"TO_EX {G2}()"}, "when it is none any more")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
