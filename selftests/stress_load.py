#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A port that joins everything and reports without end: others notice nothing."""
import time

from lib import ktap, mcs, packets
from lib.child import Child
from lib.ktap import SIM, test
from lib.ns import wait_until
from lib.scenario import G, snooping
from lib.stress import LONG
from lib.stream import Meter, Stream

JOINS = 100_000 if LONG else 2_000
FLOOD = 30 if LONG else 9 if SIM else 1.5   # seconds
TICK = 0.02
# 100,000 records have to be there before the first of them runs out.
QUERIES = 10 if LONG else 4     # seconds
LATE = QUERIES + 0.5
AT_ONCE = 50 if LONG else 2     # joins in a report


def distinct(number):
    """The address of a group of its own."""
    return f"239.{64 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


def joins_of_all():
    """Reports for all groups, made in advance."""
    return [packets.igmp3_report(
        *[(packets.TO_EX, distinct(n), [])
          for n in range(first, first + AT_ONCE)], host=2)
            for first in range(0, JOINS, AT_ONCE)]


def send_all(sock, frames):
    """Send them; in simulated time, where nothing else takes any, five hundred
    a second."""
    for frame in frames:
        sock.send(frame)
        if SIM:
            time.sleep(0.002)


def load(t, settings, frames, what, limit=4096):
    """A stream to p1 while h2 sends: not a frame is lost."""
    net = snooping(t, f"{settings} query-interval {QUERIES} "
                   "query-response-interval 1 robustness 7", fresh=True)
    net.mcs(f"group add dev br0 port p1 grp {G}")
    net.mcs(f"port set dev p2 max-groups {limit}")
    wait_until(lambda: net.data(4, G) == [1], timeout=60, step=0.2,
               what="the member and nobody else gets it")
    meter = Meter(t, "h1", net.hosts_ns, "h1")
    other = Meter(t, "h3", net.hosts_ns, "h3")
    stream = Stream(t, net.hosts_ns, "h4", [G], tick=TICK)
    net.flush()
    sock, todo, begin = net.taps[2].sock, frames(), time.monotonic()
    first = stream.now + 1
    Child(t, send_all, sock, todo).wait()
    took = time.monotonic() - begin
    last = stream.now
    time.sleep(3 * TICK)
    meter.every(G, first, last)
    other.none(G, first, last)
    # h1's socket is full of the stream by now
    queries = [f.t for f in net.frames(3) if f.kind == "igmp3_query" and
               f.dst == "224.0.0.1"]
    gaps = [b - a for a, b in zip(queries, queries[1:])]
    t.note(f"{what}: {took:.1f} s, {last - first} frames of the stream, none "
           f"lost; general queries {[round(g, 2) for g in gaps]} s apart")
    t.ok(len(queries) >= took // LATE and all(g < LATE for g in gaps),
         "queries are on time")
    return net


@test(f"{JOINS} distinct joins from one port: other ports lose nothing",
      limit=3600)
def joins(t):
    net = load(t, f"max-groups {2 * JOINS}",
               joins_of_all, f"{JOINS} joins", 2 * JOINS)
    net.fence()
    rows = net.mcs.bridge()
    t.note(f"{rows['groups']} groups")
    t.ok(rows["groups"] >= JOINS, "every one is learned")


@test(f"{JOINS} distinct joins over a limit: bounded, counted, nothing lost",
      limit=3600)
def limited(t):
    net = load(t, "max-groups 500",
               joins_of_all, f"{JOINS} joins")
    net.fence()
    rows = net.mcs.bridge()
    t.ok(rows["groups"] <= 502, f"{rows['groups']} groups")
    counted = net.mcs.stats(2)
    t.ok(counted.get("limit_groups", 0) > JOINS // 2, "refusals are counted")


@test("a flood of reports with sources from one port: other ports lose nothing",
      limit=3600)
def flood(t):
    frames = [packets.igmp3_report(
        *[(5, distinct(n * 20 + i), [f"198.51.{n % 100}.{s}"
                                     for s in range(1, 11)])
          for i in range(20)], host=2) for n in range(20)]

    def endless():
        end, n = time.monotonic() + FLOOD, 0
        while time.monotonic() < end:
            yield frames[n % len(frames)]
            n += 1
    net = load(t, "", endless, "a flood of reports")
    net.fence()
    t.note(f"{net.mcs.stats(2).get('rx_igmp_report_v3')} reports heard")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
