#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tracepoints: they are there, and say what the flight recorder says."""
import os
import re

from lib import ktap, mcs
from lib.ktap import Skipped, test
from lib.ns import run
from lib.packets import igmp2_leave, igmp2_report, igmp_query, mld2_to_ex
from lib.scenario import G, G6, snooping

NAMES = {"mcsnoop_member", "mcsnoop_router", "mcsnoop_querier",
         "mcsnoop_query", "mcsnoop_refusal", "mcsnoop_drop"}


def tracefs(t):
    """Where tracepoints are; mounted if need be."""
    for path in ("/sys/kernel/tracing", "/sys/kernel/debug/tracing"):
        if os.path.exists(path + "/events"):
            return path
    path = "/sys/kernel/tracing"
    if not os.path.isdir(path):
        raise Skipped("this kernel has no tracefs")
    run("mount", "-t", "tracefs", "tracefs", path)
    t.defer(run, "umount", path)
    return path


def write(path, text):
    """Write into a file of tracefs."""
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def traced(t, work):
    """Lines that were traced while work() ran."""
    path = tracefs(t)
    if not os.path.isdir(path + "/events/mcsnoop"):
        raise Skipped("this kernel has no tracepoints")
    write(path + "/trace", "")
    write(path + "/events/mcsnoop/enable", "1")
    t.defer(write, path + "/events/mcsnoop/enable", "0")
    work()
    with open(path + "/trace", encoding="ascii") as file:
        return [line for line in file if "mcsnoop_" in line]


@test("every tracepoint fires, with the addresses in it")
def fires(t):
    net = snooping(t, "fastpath off max-port-groups 2", family=46)

    def work():
        net.send(1, igmp2_report(G), mld2_to_ex(G6))
        net.send(1, igmp2_report("239.3.3.3"), igmp2_report(G, csum="bad"))
        net.fence()
        net.data(3, G)
        net.send(1, igmp2_leave(G))
        net.send(4, igmp_query(3, src="192.0.2.5"))
        net.fence()
    lines = traced(t, work)
    names = set(re.findall(r"(mcsnoop_\w+): ", "".join(lines)))
    t.eq(names, NAMES)

    def has(name, *words):
        t.ok(any(name + ":" in line and all(w in line for w in words)
                 for line in lines), f"{name} {words} in {lines}")
    has("mcsnoop_member", "br0", "join", "grp ::ffff:239.1.1.1",
        "from ::ffff:192.0.2.11", "mac 02:00:00:00:00:01")
    has("mcsnoop_member", "join", f"grp {G6}", "from fe80::11")
    has("mcsnoop_member", "leave", "239.1.1.1")
    has("mcsnoop_query", "query", "192.0.2.5")
    has("mcsnoop_query", "sent 1", "239.1.1.1")
    has("mcsnoop_querier", "querier", "192.0.2.5")
    has("mcsnoop_router", "router", "192.0.2.5")
    has("mcsnoop_refusal", "refusal", "mac 02:00:00:00:00:01")
    has("mcsnoop_drop", "br0", "port p2", "to ::ffff:239.1.1.1")


@test("the format of each can be read by perf and trace-cmd")
def formats(t):
    path = tracefs(t)
    if not os.path.isdir(path + "/events/mcsnoop"):
        raise Skipped("this kernel has no tracepoints")
    for name in NAMES:
        with open(f"{path}/events/mcsnoop/{name}/format",
                  encoding="ascii") as file:
            text = file.read()
        t.ok("MCSNOOP_" not in text, f"{name}: a name that only C knows")
        t.ok("print fmt:" in text)


@test("off again: nothing is traced")
def off(t):
    net = snooping(t)
    path = tracefs(t)
    if not os.path.isdir(path + "/events/mcsnoop"):
        raise Skipped("this kernel has no tracepoints")
    write(path + "/trace", "")
    net.send(1, igmp2_report(G))
    net.fence()
    with open(path + "/trace", encoding="ascii") as file:
        t.eq([line for line in file if "mcsnoop_" in line], [])


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
