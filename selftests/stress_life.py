#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Attaching, removal, namespaces, readers, limits and failing allocations under
a storm of frames from everywhere."""
import random
import signal
import socket
import struct
import subprocess

from lib import ktap, mcs, packets, rawgenl
from lib.failing import Failing
from lib.ktap import test
from lib.net import Net
from lib.ns import Netns
from lib.scenario import snooping
from lib.stress import SEED, Storm, rounds, sound

TIME = 7200


def stormy(t, settings=""):
    """A bridge that snoops both families, and a storm on it."""
    net = snooping(t, settings, family=46, fresh=True)
    return net, Storm(t, net)


@test("a bridge is attached and detached under a storm", limit=TIME)
def attach(t):
    net, storm = stormy(t)

    def one(_):
        net.mcs("bridge del dev br0\nbridge add dev br0 querier on")
    rounds(t, one, 12)
    storm.stop()
    sound(t, net)


@test("the module is removed and loaded under a storm", limit=TIME)
def module(t):
    net, storm = stormy(t)
    t.defer(lambda: mcs.loaded() or mcs.load())

    def one(_):
        mcs.unload()
        mcs.load()
        net.mcs("bridge add dev br0 querier on")
    rounds(t, one, 6)
    storm.stop()
    sound(t, net)


@test("a bridge with ports is deleted and made under a storm", limit=TIME)
def bridge(t):
    net, storm = stormy(t)

    def one(_):
        net.ns.ip("link del br0\nlink add br0 type bridge mcast_snooping 0\n"
                  "link set br0 up\n" +
                  "\n".join(f"link set p{p} master br0" for p in net.ports))
        net.mcs("bridge add dev br0 querier on")
    rounds(t, one, 8)
    storm.stop()
    sound(t, net)


@test("namespaces with a bridge are deleted under a storm", limit=TIME)
def netns(t):
    def one(_):
        net = Net(t, attach="querier on", fresh=True)
        net.send(1, packets.igmp2_report("239.1.1.1"))
        storm = Storm(t, net)
        net.ns.close()
        storm.stop()
        net.close()
    rounds(t, one, 4)


class Reader:
    """A dump that was begun and is not read on."""

    def __init__(self, ns):
        with ns.entered():
            family = rawgenl.family_id()
            self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                      rawgenl.NETLINK_GENERIC)
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            self.sock.bind((0, 0))
            index = socket.if_nametoindex("br0")
        attrs = rawgenl.attr(1, struct.pack("=I", index))
        body = struct.pack("=BBH", rawgenl.GROUP_GET, 1, 0) + attrs
        self.sock.send(struct.pack("=IHHII", 16 + len(body), family,
                                   rawgenl.NLM_DUMP, 1, 0) + body)

    def close(self):
        """Give up."""
        self.sock.close()


@test("dumps and monitors that stop reading harm nobody under a storm",
      limit=TIME)
def readers(t):
    net, storm = stormy(t)
    stuck = []
    monitors = [subprocess.Popen(net.mcs.argv("monitor", "-j"),
                                 stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL)
                for _ in range(3)]
    for proc in monitors:
        t.defer(proc.communicate)
        t.defer(proc.kill)
    monitors[0].send_signal(signal.SIGSTOP)     # the others fill their pipes

    def one(n):
        stuck.append(Reader(net.ns))
        net.mcs.groups()
        if n % 3 == 2:
            net.mcs("bridge del dev br0\nbridge add dev br0 querier on")
        if len(stuck) > 5:
            stuck.pop(n % 5).close()
    rounds(t, one, 12)
    storm.stop()
    for reader in stuck:
        reader.close()
    sound(t, net)


@test("full tables under a storm: limits are kept, the table is consistent",
      limit=TIME)
def full(t):
    net, storm = stormy(t, "max-groups 8")
    refused, most = 0, 8

    def one(n):
        nonlocal refused, most
        limit = 8 + n % 3
        begin = net.mcs.json(f"bridge set dev br0 max-groups {limit}\n"
                             "bridge show dev br0")[0]["groups"]
        most = max(limit, min(most, begin))     # what is there may stay
        t.between(max(begin, net.mcs.bridge()["groups"]), 0, most,
                  f"groups, limit {limit}")
        if n % 4 == 1:
            most = 1024
            net.mcs(f"bridge set dev br0 max-groups {most}")
        elif n % 4 == 3:
            refused += net.mcs.stats().get("limit_groups", 0)
            most = 8
            net.mcs("bridge del dev br0\n"
                    "bridge add dev br0 querier on max-groups 8")
    rounds(t, one, 16)
    t.note(f"{refused} joins refused")
    storm.stop()
    net.fence()
    t.ok(refused, "refusals are counted")
    sound(t, net)


@test("allocations fail under a storm: refused, counted, consistent",
      limit=TIME)
def no_memory(t):
    net, storm = stormy(t, "proxy-reporting on")
    failing = Failing(t)
    rng = random.Random(SEED)
    do = net.ns.talk(mcs.COMMAND)

    def one(n):
        failing.percent(rng.choice((5, 20, 60)))
        do(f"""bridge del dev br0
bridge add dev br0 querier on proxy-reporting on mac-mode {("off", "on")[n % 2]}
vlan set dev br0 vid 1 robustness 3
group add dev br0 port p1 grp 239.9.9.9
filter add dev br0 deny grp 239.8.0.0/16""", check=False)
        net.ns.ip(f"link set p{n % 3 + 1} nomaster\n"
                  f"link set p{n % 3 + 1} master br0")
        net.mcs("group show", check=False)
        failing.percent(0)
        do("bridge add dev br0 querier on", check=False)
    rounds(t, one, 12)
    t.note(f"{do.refused} commands refused")
    storm.stop()
    sound(t, net)


@test("everything at once, at random, under a storm", limit=TIME)
def mixed(t):
    net, storm = stormy(t)
    other = Netns("other")
    t.defer(other.close)
    rng = random.Random(SEED)
    net.ns.ip("link add br1 type bridge mcast_snooping 0\nlink set br1 up")
    words = ["link set {p} nomaster", "link set {p} master br0",
             "link set {p} master br1", "link set {p} down",
             "link set {p} up", "link set br0 down", "link set br0 up",
             "link set br0 type bridge vlan_filtering 1",
             "link set br0 type bridge vlan_filtering 0",
             "link set br0 type bridge stp_state 1",
             "link set br0 type bridge stp_state 0",
             "link set br0 type bridge mcast_snooping 1",
             "link set br0 type bridge mcast_snooping 0"]
    commands = ["bridge add dev br0 querier on", "bridge del dev br0",
                "bridge add dev br1", "bridge del dev br1",
                "bridge set dev br0 proxy-reporting on",
                "bridge set dev br0 proxy-reporting off",
                "bridge set dev br0 host-tracking off",
                "bridge set dev br0 host-tracking on", "group show",
                "group add dev br0 port p2 grp 239.9.9.9",
                "group del dev br0 port p2 grp 239.9.9.9"]

    def one(n):
        net.ns.ip("\n".join(
            rng.choice(words).format(p=f"p{rng.randrange(1, 5)}")
            for _ in range(4)), check=False)
        net.mcs(rng.choice(commands), check=False)
        if n % 7 == 0:
            mcs.unload()
            mcs.load()
    rounds(t, one, 30)
    storm.stop()
    net.ns.ip("link set br0 type bridge mcast_snooping 0 vlan_filtering 0 "
              "stp_state 0\nlink set br0 up\n" +
              "\n".join(f"link set p{p} master br0 up" for p in net.ports))
    net.mcs("bridge add dev br0 querier on", check=False)
    sound(t, net)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
