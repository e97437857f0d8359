# SPDX-License-Identifier: GPL-2.0
"""Traffic from everywhere while things are changed, again and again.

A Storm sends from behind every port: data, reports and leaves of all versions,
queries, hellos, advertisements. rounds() repeats what a test does meanwhile, a
few times or, with MCSNOOP_STRESS=long, a thousand times and for two minutes at
least. sound() then wants a table that is consistent, and a bridge that works.

MCSNOOP_SEED chooses the frames' order and what random rounds do.
"""
import contextlib
import functools
import mmap
import os
import random
import struct
import time

from lib import packets
from lib.child import Child
from lib.ktap import SIM, SLOW
from lib.ns import wait_until
from lib.scenario import G, S, S6, wait_pruning

LONG = os.environ.get("MCSNOOP_STRESS", "") == "long"
SEED = int(os.environ.get("MCSNOOP_SEED", "1"))
ROUNDS = 1000
SECONDS = 120
GROUPS4 = [f"239.4.{n % 3}.{n}" for n in range(1, 25)]
GROUPS6 = [f"ff1e::4:{n:x}" for n in range(1, 9)]
QUERIER = "192.0.2.200"
# A data race is seen when both processors are at it for long enough.
RACES = os.path.exists("/sys/kernel/debug/kcsan")
WATCHED = "/sys/module/kcsan/parameters/skip_watch"     # one in how many
LEAST = SECONDS if LONG else 10 if RACES else 0     # seconds
# What the sender of a storm leaves of the processor to others.
BURST, PAUSE = (64, 0.001) if RACES else (8, 0.002) if SIM else \
    (4, 0.02 if SLOW else 0.005)


@functools.cache
def frames(port):
    """What the hosts behind a port send."""
    opt = {"host": port}
    out = []
    for i, group in enumerate(GROUPS4):
        one, two = S(i % 5 + 1), S(i % 7 + 2)
        out += [packets.udp(group, i), packets.udp(group, i, src=one),
                packets.igmp1_report(group, **opt),
                packets.igmp2_report(group, **opt),
                packets.igmp2_leave(group, **opt),
                packets.igmp3_allow(group, one, two, **opt),
                packets.igmp3_block(group, two, **opt),
                packets.igmp3_to_ex(group, one, **opt),
                packets.igmp3_to_in(group, two, **opt)]
    for i, group in enumerate(GROUPS6):
        one, two = S6(i % 5 + 1), S6(i % 7 + 2)
        out += [packets.udp(group, i),
                packets.mld1_report(group, **opt),
                packets.mld1_done(group, **opt),
                packets.mld2_allow(group, one, two, **opt),
                packets.mld2_block(group, two, **opt)]
    out += [packets.igmp_query(3, src="0.0.0.0"),
            packets.igmp_query(2, GROUPS4[0], mrt=0.5, src=QUERIER),
            packets.mld_query(2, GROUPS6[0], mrt=0.5),
            packets.mrd4_adv(), packets.mrd6_adv(), packets.mrd4_term(),
            packets.pim_hello(), packets.pim_hello(family=6),
            packets.dvmrp_probe(), packets.bpdu_tcn(),
            packets.igmp2_report(GROUPS4[1], vlan=(7,), **opt)]
    return out


class Storm:
    """Processes that send from behind all ports until they are stopped.

    There is one for each processor, two at most, so that frames come in on
    several at once.
    """

    def __init__(self, t, net):
        self.t, self.net = t, net
        if RACES:
            with open(WATCHED, "w", encoding="ascii") as file:
                file.write("100")
        self.processors = 1 if SIM else min(2, os.cpu_count())
        self.shared = mmap.mmap(-1, 8 * self.processors)
        socks = [net.taps[port].sock for port in net.ports]
        todo = [frames(port) for port in net.ports]
        self.children = [Child(t, self._run, cpu, socks, todo)
                         for cpu in range(self.processors)]
        wait_until(lambda: all(self._sent()), step=PAUSE, timeout=30,
                   what="the storm blows")

    @property
    def sent(self):
        """How many frames were sent until now."""
        return sum(self._sent())

    def _sent(self):
        return struct.unpack(f"={self.processors}Q", self.shared[:])

    def _run(self, cpu, socks, todo):
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, [cpu])
        rng, sent = random.Random(SEED + cpu), 0
        while True:
            for _ in range(BURST):
                port = rng.randrange(len(socks))
                with contextlib.suppress(OSError):
                    socks[port].send(rng.choice(todo[port]))
            sent += BURST
            struct.pack_into("=Q", self.shared, 8 * cpu, sent)
            time.sleep(PAUSE * self.processors)

    def stop(self):
        """End them; twice does no harm."""
        if not self.children:
            return
        while self.children:
            self.children.pop().stop()
        self.net.flush()
        self.t.note(f"{self.sent} frames meanwhile")
        self.t.ok(self.sent, "frames were sent")


def rounds(t, one, short):
    """Call one(number) a few times, or long enough; how often it was."""
    begin, n = time.monotonic(), 0
    while n < (ROUNDS if LONG else short) or time.monotonic() < begin + LEAST:
        one(n)
        n += 1
        if LONG and n % 100 == 0:
            t.note(f"{n} rounds in {time.monotonic() - begin:.0f} s")
        if SIM:     # nothing else takes time
            time.sleep(SECONDS / ROUNDS if LONG else 3 * PAUSE)
    if not LONG or n % 100:
        t.note(f"{n} rounds in {time.monotonic() - begin:.0f} s")
    return n


def consistent(t, net, dev="br0"):
    """What is counted is what is listed."""
    def agree():
        rows = net.mcs.groups(dev)
        t.eq(len({(g["port"], g.get("vid", 0), g["grp"], g.get("state"))
                  for g in rows}), len(rows), "records are listed once")
        return net.mcs.bridge(dev)["groups"] == \
            len({(g.get("vid", 0), g["grp"]) for g in rows})
    # a record may end, or the host join, between one look and the other
    wait_until(agree, step=0.1, what="as many groups as are listed")


def sound(t, net):
    """After the storm: the table is consistent, and the bridge snoops."""
    consistent(t, net)
    net.mcs("bridge del dev br0")
    t.eq(net.mcs.json("group show"), [], "records without a bridge")
    net.wait_forwarding()
    net.mcs("bridge add dev br0 querier on query-response-interval 200ms "
            "fast-leave off")
    wait_pruning(net)
    net.send(1, packets.igmp2_report(G))
    wait_until(lambda: net.data(4, G) == [1], timeout=60, step=0.2,
               what="the stream goes to the member and nowhere else")
