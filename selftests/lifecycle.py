#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Attaching, detaching, removal of everything, at rest and under traffic."""
import subprocess
import time

from lib import ktap, mcs
from lib.ktap import SIM, test
from lib.net import Net
from lib.ns import run, wait_until
from lib.packets import igmp2_report, igmp3_to_ex, mld1_report
from lib.scenario import G, G2, G6, snooping, wait_pruning
from lib.sender import Sender
from lib.vectors import VECTORS

BUSY = [f"239.4.0.{n}" for n in range(1, 9)] + ["ff1e::4", "ff1e::5"]
ROUNDS = 20
PAUSE = 0.02


def flooding(net):
    """Everything is flooded, broken reports too: nobody is listening."""
    return net.data(4, G) == [1, 2, 3] and \
        net.reach(2, VECTORS["V18"]) == [1, 3, 4]


@test("attach, prune, detach: flooded again, nothing left")
def attach_detach(t):
    net = Net(t)
    t.ok(flooding(net), "flooding before")
    net.mcs("bridge add dev br0")
    t.eq(net.reach(2, VECTORS["V18"]), [], "a broken report while attached")
    t.eq(len(net.mcs.json("bridge show")), 1)
    net.mcs("bridge del dev br0")
    t.ok(flooding(net), "flooding after")
    t.eq(net.mcs.json("bridge show"), [])
    t.eq(net.mcs.json("port show"), [])


@test("refusals: each with a sentence that says what to do")
def refusals(t):
    net = Net(t)
    net.ns.ip("link add br1 type bridge mcast_snooping 1\n"
              "link add br2 type bridge mcast_snooping 0")
    net.mcs("bridge add dev br0")
    for words, part in (
            ("bridge add dev br0", "attached already"),
            ("bridge add dev br1", "mcast_snooping 0"),
            ("bridge add dev p1", "Not a bridge"),
            ("bridge add dev nosuch", "nosuch"),
            ("bridge set dev br2 robustness 3", "bridge add"),
            ("bridge del dev br2", "bridge add"),
            ("port set dev br2 router never", "port"),
            ("group show dev br2", "bridge add"),
            ("bridge add dev br2 query-response-interval 200", "less than")):
        said = net.mcs.refused(t, words)
        t.ok(part in said, f"{words!r} says {part!r}: {said}")


@test("D5 the refusal names the command, and the command helps")
def own_snooping(t):
    net = Net(t)
    net.ns.ip("link set br0 type bridge mcast_snooping 1")
    said = net.mcs.refused(t, "bridge add dev br0")
    t.ok("ip link set" in said, said)
    net.ns.ip("link set br0 type bridge mcast_snooping 0")
    net.mcs("bridge add dev br0")


@test("attach and detach again and again under traffic")
def flapping(t):
    net = Net(t)
    sender = Sender(t, net, 2, BUSY)
    for i in range(ROUNDS):
        net.mcs("bridge add dev br0 querier on")
        time.sleep(PAUSE)
        t.ok(1 in net.data(4, G), f"round {i}")
        net.mcs("bridge del dev br0")
    sender.stop()
    t.ok(flooding(net), "flooding")


@test("the module is removed under traffic with bridges attached, and again")
def rmmod(t):
    nets = [snooping(t), Net(t, attach="")]
    t.defer(lambda: mcs.loaded() or mcs.load())
    for i in range(5):
        senders = [Sender(t, net, 2, BUSY) for net in nets]
        time.sleep(0.5 if SIM else 0.1)
        mcs.unload()
        t.ok(not mcs.loaded(), "unloaded")
        time.sleep(PAUSE)
        for sender in senders:
            sender.stop()
        t.ok(flooding(nets[0]), f"round {i}: flooding")
        mcs.load()
        for net in nets:
            t.eq(net.mcs.json("bridge show"), [], "nothing attached")
            net.mcs("bridge add dev br0 querier on")
    wait_pruning(nets[0])
    nets[0].send(1, igmp2_report(G))
    t.eq(nets[0].data(4, G), [1], "works as before")


@test("the module is removed while a monitor listens")
def rmmod_monitor(t):
    net = snooping(t)
    t.defer(lambda: mcs.loaded() or mcs.load())
    proc = subprocess.Popen(net.mcs.argv("monitor"), text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    t.defer(proc.communicate)
    t.defer(proc.kill)
    time.sleep(0.2)
    mcs.unload()
    mcs.load()


def wait_reach(net, ports, what):
    """Wait until a stream reaches these ports: the others were asked."""
    wait_until(lambda: net.data(4, G) == ports, timeout=90, step=1, what=what)


@test("ports go and come under traffic")
def ports(t):
    net = snooping(t)
    sender = Sender(t, net, 2, BUSY)
    for i in range(ROUNDS):
        net.link(1, "nomaster")
        time.sleep(PAUSE)
        net.link(1, "master br0")
        net.link(3, "down")
        time.sleep(PAUSE)
        net.link(3, "up")
    sender.stop()
    net.wait_forwarding()
    net.send(1, igmp2_report(G))
    wait_reach(net, [1, 2], "the member, and who queried")
    t.eq(net.mcs.bridge()["ports"], 4)


@test("a port device is deleted: its records go, the rest stays")
def port_deleted(t):
    net = snooping(t)
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.send(2, igmp2_report(G))
    net.fence()
    sender = Sender(t, net, 4, BUSY[:2])
    net.ns.ip("link del p1")
    t.eq(net.mcs.bridge()["ports"], 3)
    sender.stop()
    t.eq({k[0] for k in net.mcs.table()} - {"p4"}, {"p2"})


@test("a port that joins the bridge later is snooped")
def port_added(t):
    net = snooping(t, ports=5)
    net.link(5, "nomaster")
    t.eq(net.mcs.bridge()["ports"], 4)
    net.send(1, igmp2_report(G))
    t.eq(net.data(4, G, fence={"ports": [1, 2, 3, 4]}), [1])
    net.link(5, "master br0")
    net.wait_forwarding()
    t.eq(net.data(4, G), [1, 5], "nobody has asked behind it yet")
    wait_reach(net, [1], "it was asked, and is no member")
    net.send(5, igmp2_report(G))
    t.eq(net.data(4, G), [1, 5])


@test("the bridge is deleted under traffic")
def bridge_deleted(t):
    for _ in range(5):
        net = snooping(t)
        net.send(1, igmp2_report(G))
        sender = Sender(t, net, 2, BUSY)
        time.sleep(PAUSE)
        net.ns.ip("link del br0")
        t.eq(net.mcs.json("bridge show"), [])
        sender.stop()
        net.close()


@test("the namespace is removed under traffic")
def netns_deleted(t):
    for _ in range(5):
        net = snooping(t)
        net.send(1, igmp2_report(G))
        sender = Sender(t, net, 2, BUSY)
        time.sleep(PAUSE)
        net.ns.close()
        time.sleep(PAUSE)
        sender.stop()
        net.close()
    run("ip", "netns", "list")


@test("the bridge is renamed, and its port: the same entries, new names")
def renamed(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    net.ns.ip("link set p1 down\nlink set p1 name member\n"
              "link set member up")
    net.ns.ip("link set br0 down\nlink set br0 name lan\nlink set lan up")
    wait_until(lambda: net.mcs.json("bridge show")[0]["dev"] == "lan",
               what="the new name")
    t.ok({"member", "p2"} <= {p["port"] for p in net.mcs.json("port show")},
         "ports")


@test("V3-09 a port goes down: its records go at once")
def down(t):
    net = snooping(t)
    net.send(1, igmp2_report(G), igmp2_report(G2))
    net.send(2, igmp2_report(G))
    net.fence()
    net.link(1, "down")
    wait_until(lambda: net.mcs.table() == {("p2", 0, G): "EX(;)"},
               what="records of p1 go")
    net.link(1, "up")
    net.wait_forwarding()
    t.eq(net.data(4, G), [1, 2], "nobody has asked behind it yet")
    wait_reach(net, [2], "it was asked, and is no member")
    net.send(1, igmp2_report(G))
    t.eq(net.data(4, G), [1, 2], "it joins again")


@test("V3-09 PARSE-34 STP keeps a port from forwarding: no records there")
def blocked(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    for state in (1, 0):            # listening, disabled
        net.ns.bridge(f"link set dev p1 state {state}\n")
        wait_until(lambda: not net.mcs.table(), what=f"state {state}")
        net.send(1, igmp2_report(G))
        net.fence(ports=[2, 3, 4])
        t.eq(net.mcs.table(), {}, f"state {state}")
        net.ns.bridge("link set dev p1 state 3\n")
        net.wait_forwarding()
        net.send(1, igmp2_report(G))
        wait_reach(net, [1], "forwarding again, when all were asked")
    net.ns.bridge("link set dev p1 state 2\n")
    wait_until(lambda: not net.mcs.table(), what="learning")
    grown = net.mcs.counting("skip_")
    net.send(1, igmp2_report(G))
    net.fence(ports=[2, 3, 4])
    t.eq(net.mcs.table(), {}, "learning")
    t.eq(grown(), {"skip_stp": 1})


@test("the bridge goes down and up: it goes on")
def bridge_down(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.link(0, "down")
    net.link(0, "up")
    net.wait_forwarding()
    net.send(1, igmp2_report(G))
    wait_pruning(net)
    t.eq(net.data(4, G), [1, 2, 3], "nobody was asked yet")
    wait_reach(net, [1], "everybody was asked")


@test("the peer of a port loses its carrier: its records go")
def carrier(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    net.hosts_ns.ip("link set h1 down")
    wait_until(lambda: not net.mcs.table(), what="records of p1 go")
    net.hosts_ns.ip("link set h1 up")
    net.wait_forwarding()


@test("many bridges in one namespace, each on its own")
def many(t):
    net = snooping(t)
    for i in range(1, 11):
        net.ns.ip(f"link add br{i} type bridge mcast_snooping 0\n"
                  f"link add q{i} type veth peer name r{i}\n"
                  f"link set q{i} master br{i} up\nlink set r{i} up\n"
                  f"link set br{i} up")
        net.mcs(f"bridge add dev br{i} querier on")
    net.send(1, igmp3_to_ex(G))
    net.fence()
    t.eq(len(net.mcs.json("bridge show")), 11)
    t.eq({g["dev"] for g in net.mcs.json("group show") if g["grp"] == G},
         {"br0"})
    for i in range(1, 11, 2):
        net.ns.ip(f"link del br{i}")
    t.eq(len(net.mcs.json("bridge show")), 6)
    t.eq(net.data(4, G), [1])


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
