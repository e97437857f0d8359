#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A long time with hosts that come, go and move, routers that fail, a network
that changes, and somebody who sends what he should not; see lib/world.py.

MCSNOOP_SOAK is what is to be played and for how many seconds, "busy:604800" for
the week, "quiet:2592000" for the month, "load:3600" for the hour; without it
each is played for a short while. MCSNOOP_SEED is what happens.
"""
import glob
import mmap
import os
import struct
import time

from lib import ktap, mcs
from lib.child import Child
from lib.ktap import Skipped, test
from lib.neighbours import Neighbours
from lib.net import BR_IP6, Net
from lib.packets import igmp3_to_ex, igmp3_to_in, udp
from lib.scenario import OQPI, wait_pruning
from lib.world import LISTENERS, PORTS, ROUTER, SENDER, World, only

SEED = int(os.environ.get("MCSNOOP_SEED", "1"))
FORM, _, _SECONDS = os.environ.get("MCSNOOP_SOAK", "").partition(":")
LONGEST = 10_000_000
GROWTH = 1024           # KB; caches fill
SHORT = {"busy": 7200, "quiet": 20000, "load": 20}


def seconds(form):
    """How long this form is to be played."""
    if FORM not in ("", form):
        raise Skipped(f"only {FORM} was asked for")
    return float(_SECONDS or SHORT[form])


def counters(net):
    """{(port, counter): value}"""
    return {(int(row["port"][1:]), name): value
            for row in net.mcs.json("stats show dev br0", "-s")
            if row.get("port", "")[:1] == "p"
            for name, value in row["counters"].items()}


class Count:
    """What the module counts is what was sent and what has arrived."""

    def __init__(self, net, world):
        self.net, self.world = net, world
        self.before = self.now = counters(net)

    def grown(self, port, *names):
        """By how much these have grown, together."""
        return sum(self.now.get((port, n), 0) - self.before.get((port, n), 0)
                   for n in names)

    def check(self, t):
        """Compare all that can be known."""
        self.now, world = counters(self.net), self.world
        for (port, name), sent in world.told.items():
            if name != "data":
                t.eq(self.grown(port, name), sent, f"{name} of p{port}")
        for port in LISTENERS + (ROUTER,):
            t.eq(self.grown(port, "data_forwarded", "data_flooded"),
                 world.heard[port, "data"], f"data sent to p{port}")
        for port in LISTENERS:
            for kind, names in {
                    "igmp_general": ["tx_igmp_general", "tx_igmp_topology"],
                    "igmp_specific": ["tx_igmp_specific"],
                    "mld_general": ["tx_mld_general"],
                    "mld_specific": ["tx_mld_specific"]}.items():
                t.eq(self.grown(port, *names), world.heard[port, kind],
                     f"{names[0]} of p{port}")
        t.note(f"counters agree with {sum(world.told.values())} frames sent "
               f"and {sum(world.heard.values())} received")


def slab():
    """KB of kernel memory that is not reclaimed, but for what is freed already.

    That waits for a grace period, for more of its size, or, where its use is
    looked for, for the day that somebody uses it.
    """
    for path in glob.glob("/sys/kernel/slab/*/shrink"):
        with open(path, "w", encoding="ascii") as file:
            file.write("1")
    with open("/proc/meminfo", encoding="ascii") as file:
        return {line.split(":")[0]: int(line.split()[1])
                for line in file}["SUnreclaim"]


def begin(t, ports, settings=""):
    """A bridge on which everything has its default."""
    net = Net(t, ports=ports, attach=settings, addr6=BR_IP6, fresh=True)
    net.mcs("port set dev p5 max-groups 20")
    # what nobody wants goes there
    net.mcs(f"port set dev p{ROUTER} router permanent")
    if "querier on" not in settings:
        time.sleep(OQPI)            # nobody else queries
    wait_pruning(net)
    wait_pruning(net, 6)
    time.sleep(30)                  # nothing is said about the start any more
    net.flush()
    return net


def left(net):
    """Records, but those of the host and of the attacker."""
    return [(g["port"], g["grp"]) for g in net.mcs.groups()
            if g["port"] not in ("br0", "p5")]


def play(t, net, world, length, load=None):
    """Play it, and say what it was."""
    count, memory = Count(net, world), slab()
    traffic = load and load()
    start = time.monotonic()
    t.note(f"MCSNOOP_SEED={world.seed}, {length:.0f} s")
    world.stream()
    world.happen()
    end = time.monotonic() + length
    if traffic and length > 600:
        end -= world.END
    while time.monotonic() < end:
        world.play(min(86400, end - time.monotonic()))
        if length > 86400:
            t.note(f"{time.monotonic() - start:.0f} s: {world.checked} frames "
                   f"arrived, kernel memory {slab()} KB")
    t.note(f"{world.happened} events, {world.told[SENDER, 'data']} frames of "
           f"streams, {world.checked} that had to arrive did, "
           f"{world.unsure} not judged; {time.monotonic() - start:.0f} s")
    t.ok(world.checked > 100, "hosts got something")
    if length > 600:
        world.end()
    sent = traffic and traffic.stop()
    if traffic:
        world.play(0)               # until its last frames are heard as well
    if length > 600:
        gone = [x for x in left(net) if x[0] != f"p{Load.TO}"]
        t.eq(gone, [], "records when everybody has gone")
    count.check(t)
    t.note(f"kernel memory: {memory} KB before, {slab()} KB now")
    t.ok(slab() < memory + GROWTH, "kernel memory does not grow")
    return count, sent


@test("soak: who wants a stream gets all of it, and nobody else", sim=True,
      limit=LONGEST)
def busy(t):
    length = seconds("busy")
    net = begin(t, PORTS, "follow-hosts on nd-aware on")
    world = Neighbours(net, SEED, busy=45, rest=900)
    play(t, net, world, length)
    t.note(f"hosts were found {world.found} times, by a question to them alone "
           f"{world.alone} times, at the second try {world.asked_again} times")
    t.ok(world.found, "hosts were found")
    t.ok(world.alone or length < 86400, "and not by asking everybody")


@test("soak: a quiet time, nothing drifts and nothing is left", sim=True,
      limit=LONGEST)
def quiet(t):
    length = seconds("quiet")
    net = begin(t, PORTS)
    events = {"join": 30, "leave": 20, "vanish": 4, "move": 5}
    world = World(net, SEED, busy=length / 40 if length < 1e5 else 14400,
                  rest=length / 40 if length < 1e5 else 7200, events=events)
    play(t, net, world, length)


class Load(Child):
    """Streams and hosts that come and go on two more ports, from a processor
    of their own where there are several."""

    GROUPS = [f"239.9.{n % 3}.{n}" for n in range(60)]
    FROM, TO = PORTS + 1, PORTS + 2

    def __init__(self, t, net):
        self.shared = mmap.mmap(-1, 17)     # what was sent, and: stop
        socks = [net.taps[p].sock for p in (self.FROM, self.TO)]
        for sock in socks:
            only(sock)
        super().__init__(t, self.run, *socks)

    def run(self, source, member):
        """Ten frames of streams and four reports, twenty times a second."""
        os.sched_setaffinity(0, {os.cpu_count() - 1})
        data = [udp(g, 0, host=90, size=600) for g in self.GROUPS]
        says = [igmp3_to_ex(g, host=91) for g in self.GROUPS] + \
            [igmp3_to_in(g, host=91) for g in self.GROUPS[::2]]
        n = 0
        while not self.shared[16]:
            for k in range(10):
                source.send(data[(n * 7 + k) % len(data)])
            for k in range(4):
                member.send(says[(n * 4 + k) % len(says)])
            n += 1
            self.shared[:16] = struct.pack("=QQ", 10 * n, 4 * n)
            time.sleep(0.05)

    def stop(self):
        """End it when it has counted its last; frames and reports sent."""
        self.shared[16] = 1
        self.wait()
        return struct.unpack("=QQ", self.shared[:16])


@test("soak: real time under load, on every processor", real=True,
      limit=LONGEST)
def loaded(t):
    length = seconds("load")
    long = length > 600
    net = begin(t, PORTS + 2, "querier on")
    net.mcs("bridge set dev br0 querier auto")      # as it is by default
    count, (frames, reports) = play(
        t, net, World(net, SEED, busy=4 if long else 1,
                      rest=10 if long else 2), length, lambda: Load(t, net))
    t.eq(count.grown(Load.TO, "rx_igmp_report_v3"), reports,
         "reports of the load")
    forwarded = count.grown(Load.TO, "data_forwarded")
    t.note(f"load: {frames} frames of streams, {reports} reports; {forwarded} "
           "forwarded to the hosts of the load, "
           f"{count.grown(Load.FROM, 'path_fast')} on the fast path")
    t.ok(forwarded > frames / 4, "streams")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
