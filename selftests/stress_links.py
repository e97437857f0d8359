#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Ports, VLANs and links that change under a storm of frames from everywhere."""
import random

from lib import ktap, mcs
from lib.ktap import test
from lib.ns import Netns, wait_until
from lib.scenario import snooping
from lib.stress import SEED, Storm, rounds, sound

TIME = 7200


def stormy(t, settings="", **topology):
    """A bridge that snoops both families, and a storm on it."""
    topology.setdefault("family", 46)
    net = snooping(t, settings, fresh=True, **topology)
    return net, Storm(t, net)


def stress(name, short=12, **topology):
    """Declare a test: the function makes text for ip, or does it itself."""
    def add(func):
        @test(name, limit=TIME)
        def run_it(t):
            net, storm = stormy(t, **topology)

            def one(n):
                text = func(net.ns, n)
                if text:
                    net.ns.ip(text)
            rounds(t, one, short)
            storm.stop()
            net.ns.ip("\n".join(f"link set p{p} master br0 up"
                                for p in net.ports))
            net.link(0, "up")
            sound(t, net)
        return run_it
    return add


@stress("ports leave the bridge and come back under a storm")
def enslave(_ns, n):
    port = n % 3 + 1
    return f"link set p{port} nomaster\nlink set p{port} master br0"


@stress("ports are renamed under a storm")
def rename(_ns, n):
    port = n % 3 + 1
    return (f"link set p{port} down\nlink set p{port} name q{port}\n"
            f"link set q{port} up\nlink set q{port} down\n"
            f"link set q{port} name p{port}\nlink set p{port} up")


@stress("MTU, MAC, up and down of ports and bridge change under a storm")
def link(_ns, n):
    port = n % 3 + 1
    return (f"link set p{port} mtu {1200 + n % 300}\n"
            f"link set p{port} down\n"
            f"link set p{port} address 02:00:00:00:01:{n % 250:02x}\n"
            f"link set br0 mtu {1100 + n % 300}\n"
            f"link set p{port} up\nlink set br0 down\n"
            f"link set br0 address 02:00:00:00:02:{n % 250:02x}\n"
            f"link set br0 up\nlink set p{port} mtu 1500")


@stress("STP on, off and port states under a storm")
def stp(ns, n):
    ns.ip("link set br0 type bridge stp_state 1 forward_delay 200\n"
          "link set br0 type bridge stp_state 0")
    ns.bridge("\n".join(f"link set dev p{n % 3 + 1} state {state}"
                        for state in (4, 1, 2, 3)))


@stress("VLANs of ports and bridge, filtering and protocol under a storm",
        vlan=True)
def vlans(ns, n):
    ns.ip("link set br0 type bridge vlan_filtering 1")
    ns.bridge(f"vlan add dev br0 vid 7 self\n"
              f"vlan add dev p{n % 4 + 1} vid 7\n"
              f"vlan add dev p{n % 3 + 1} vid {n % 90 + 10} pvid untagged\n"
              f"vlan del dev p{n % 3 + 1} vid {n % 90 + 10}\n"
              f"vlan del dev p{n % 4 + 1} vid 7\n"
              f"vlan del dev br0 vid 7 self\n"
              f"vlan add dev p{n % 3 + 1} vid 1 pvid untagged")
    return ("link set br0 type bridge vlan_protocol 802.1ad\n"
            "link set br0 type bridge vlan_filtering 0\n"
            "link set br0 type bridge vlan_protocol 802.1q\n" +
            "link set br0 type bridge vlan_filtering 1\n")


@test("ports move to another bridge and back under a storm", limit=TIME)
def other_bridge(t):
    net, storm = stormy(t)
    net.ns.ip("link add br1 type bridge mcast_snooping 0\nlink set br1 up")
    net.mcs("bridge add dev br1 querier on")

    def one(n):
        port = n % 3 + 1
        net.ns.ip(f"link set p{port} master br1\nlink set p{port} master br0")
    rounds(t, one, 12)
    storm.stop()
    net.ns.ip("link del br1")
    sound(t, net)


@test("ports move to another namespace and back under a storm", limit=TIME)
def other_netns(t):
    net, storm = stormy(t)
    other = Netns("other")
    t.defer(other.close)

    def one(n):
        port = n % 3 + 1
        net.ns.ip(f"link set p{port} netns {other.name}")
        other.ip(f"link set p{port} netns {net.ns.name}")
        net.ns.ip(f"link set p{port} master br0 up")
    rounds(t, one, 6)
    storm.stop()
    sound(t, net)


@test("the bridge's own snooping goes on and off under a storm: said, and safe",
      limit=TIME)
def own_snooping(t):
    net, storm = stormy(t)

    def state(want):
        return lambda: (net.mcs.querier(4)["pruning"] ==
                        "intree_snooping") == want

    def one(n):
        net.ns.ip("link set br0 type bridge mcast_snooping 1")
        if n % 10 == 0:
            wait_until(state(True), what="that the bridge snoops is said")
        net.ns.ip("link set br0 type bridge mcast_snooping 0")
    rounds(t, one, 8)
    wait_until(state(False), what="that it does not is said")
    storm.stop()
    sound(t, net)


@test("settings of bridge, VLAN and ports change under a storm", limit=TIME)
def settings(t):
    net, storm = stormy(t)
    rng = random.Random(SEED)
    words = ["fast-leave on", "fast-leave auto", "fast-leave off",
             "host-tracking off", "host-tracking on", "proxy-reporting on",
             "proxy-reporting off", "report-suppression on",
             "report-suppression off", "querier off", "querier on",
             "source-filter off", "source-filter on", "unregistered flood",
             "unregistered auto", "max-groups 8", "max-groups 1024",
             "igmp-version 2", "igmp-version 3", "robustness 3",
             "robustness 2", "mac-mode on", "mac-mode off"]
    do = net.ns.talk(mcs.COMMAND)

    def one(_):
        do(f"bridge set dev br0 {rng.choice(words)}", check=False)
    rounds(t, one, 40)
    t.note(f"{do.refused} commands refused")
    storm.stop()
    sound(t, net)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
