#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""mcsnoop mdb prints what bridge mdb prints: both are parsed by the same code,
with the same members on the same bridge, first snooped by itself, then by us."""
import json
import os
import re
import select
import subprocess
import time

from lib import ktap, mcs
from lib.ktap import SIM, test
from lib.net import Net
from lib.ns import run
from lib.packets import (igmp3_allow, igmp3_is_ex, igmp3_to_ex, igmp_query,
                         mld2_allow, mld2_to_ex, mld_query)
from lib.scenario import G, G2, G3, G6, S, S6

NEW = "mcast_igmp_version 3 mcast_mld_version 2"
OPTIONS = ([], ["-d"], ["-s"], ["-d", "-s"])
TIME = re.compile(r" *\d+\.\d\d")


def normal(text):
    """A line without how long it has left, its sources in ascending order."""
    line = re.sub(r"(?<=/)\d+\.\d\d|(?<= )\d+\.\d\d(?![\d.])", "T", text)
    return re.sub(r"(?<=source_list )\S+",
                  lambda m: ",".join(sorted(m[0].split(","))), line)


def same(value):
    """The same for JSON: timers are strings there, too."""
    if isinstance(value, dict):
        return {k: same(v) for k, v in value.items()}
    if isinstance(value, list):
        return sorted((same(v) for v in value), key=str)
    if isinstance(value, str) and TIME.fullmatch(value):
        return "T" + str(value.startswith(" ")) + str(len(value) > 6)
    return value


def members(net):
    """Reports that both of them hear."""
    net.send(4, igmp_query(3, src="192.0.2.200"), mld_query(2, src="fe80::99"))
    net.send(1, igmp3_to_ex(G), mld2_to_ex(G6), igmp3_allow(G2, S(1), S(2)))
    net.send(2, igmp3_to_ex(G2), igmp3_is_ex(G3, S(3)),
             mld2_allow("ff1e::102", S6(1)))
    net.fence()


def both(t, settings, vlan=False):
    """What each of the two prints with each option: text and JSON."""
    net = Net(t, ports=4, fresh=True, vlan=vlan)
    net.ns.ip(f"link set br0 type bridge mcast_snooping 1 {settings}")
    members(net)

    def ask(*command):
        out = {}
        for options in OPTIONS:
            key = " ".join(options)
            out[key, "text"] = run(*command, *options, "mdb", "show", "dev",
                                   "br0")
            out[key, "json"] = run(*command, "-j", *options, "mdb", "show",
                                   "dev", "br0")
        return out
    theirs = ask("bridge", "-n", net.ns.name)
    net.ns.ip("link set br0 type bridge mcast_snooping 0")
    net.mcs("bridge add dev br0")
    members(net)
    ours = ask(mcs.COMMAND, "-n", net.ns.name)
    return theirs, ours


def compare(t, theirs, ours):
    """Line by line and value by value."""
    for key, text in theirs.items():
        if key[1] == "json":
            t.eq(same(json.loads(ours[key])), same(json.loads(text)),
                 f"mdb {key}")
        else:
            t.eq(sorted(map(normal, ours[key].splitlines())),
                 sorted(map(normal, text.splitlines())), f"mdb {key}")


@test("the same members: the same text and the same JSON, but for the timers")
def alike(t):
    compare(t, *both(t, NEW))


@test("in a VLAN, too")
def vlan(t):
    compare(t, *both(t, NEW, vlan=True))


@test("entries set by hand")
def static(t):
    net = Net(t, ports=3, fresh=True)
    net.ns.ip(f"link set br0 type bridge mcast_snooping 1 {NEW}")
    net.ns.bridge(f"mdb add dev br0 port p1 grp {G} permanent\n"
                  f"mdb add dev br0 port p2 grp {G2} src {S(1)} permanent\n")
    theirs = net.ns.bridge_json("-d", "mdb", "show", "dev", "br0")
    net.ns.ip("link set br0 type bridge mcast_snooping 0")
    net.mcs("bridge add dev br0")
    net.mcs(f"group add dev br0 port p1 grp {G}")
    net.mcs(f"group add dev br0 port p2 grp {G2} src {S(1)}")
    t.eq(same(net.mcs.json("mdb show dev br0", "-d")), same(theirs))


@test("nothing at all")
def empty(t):
    net = Net(t, ports=2, fresh=True)
    net.ns.ip("link set br0 type bridge mcast_snooping 1")
    theirs = [run("bridge", "-n", net.ns.name, *o, "mdb", "show")
              for o in ([], ["-j"])]
    net.ns.ip("link set br0 type bridge mcast_snooping 0")
    net.mcs("bridge add dev br0")
    t.eq([run(mcs.COMMAND, "-n", net.ns.name, *o, "mdb", "show")
          for o in ([], ["-j"])], theirs)


def monitored(t, net, command, leave):
    """Lines that a monitor prints while members come and go."""
    ours, theirs = os.openpty()     # so that lines come when they are printed
    t.defer(os.close, ours)
    proc = subprocess.Popen(command, stdout=theirs)
    os.close(theirs)
    t.defer(proc.wait)
    t.defer(proc.kill)
    time.sleep(1)
    net.send(1, igmp3_to_ex(G))
    net.fence()
    leave()
    text = b""
    while select.select([ours], [], [], 1)[0]:
        text += os.read(ours, 4096)
    return [line for line in text.decode().splitlines() if G in line]


@test("monitor: the same lines when a member comes, and goes with its port")
def monitor(t):
    net = Net(t, ports=2, fresh=True)

    def leave():
        net.link(1, "down")
        time.sleep(0.2)
        net.link(1, "up")
        time.sleep(1 if SIM else 0.3)
    net.ns.ip("link set br0 type bridge mcast_snooping 1 " + NEW)
    theirs = monitored(t, net, ["bridge", "-n", net.ns.name, "monitor", "mdb"],
                       leave)
    net.ns.ip("link set br0 type bridge mcast_snooping 0")
    net.mcs("bridge add dev br0")
    net.wait_forwarding()
    ours = monitored(t, net, [mcs.COMMAND, "-n", net.ns.name, "mdb",
                              "monitor"], leave)
    # the bridge says twice that a group is new
    t.eq(ours, list(dict.fromkeys(theirs)))
    t.eq(len(ours), 2)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
