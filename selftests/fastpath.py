#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The fast path: which frames take it, and why others do not.

That it gives the same answer as the filter path is tested at random in
fastpath_frames, and with others' hooks in fastpath_hooks.
"""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.packets import igmp3_to_ex, mld2_to_ex
from lib.scenario import G, G6, shared, snooping


def settle():
    """Let the kernel's work items run."""
    time.sleep(0.05)


def paths(net, port=4):
    """What the paths of a port counted since the last call."""
    return net.mcs.counting("path_", port=port)


def took(t, net, path, send, what):
    """Two frames: the first may prove the flow, the second takes a path.

    On a slow machine the proof may be too old by then.
    """
    for _ in range(5):
        send()
        grown = paths(net)
        got = send()
        took_path = grown()
        if took_path != {"path_proof": 1}:
            break
    t.eq(took_path, {path: 1}, what)
    return got


@test("the first frame of a flow proves it, the next ones are fast")
def proof(t):
    net = shared(t, snooping, family=46)
    net.send(1, igmp3_to_ex(G), mld2_to_ex(G6))
    net.fence()
    for group in (G, G6):
        grown = paths(net)
        for _ in range(5):
            t.eq(net.data(4, group,
                          smac=f"02:00:00:00:05:{ord(group[0]):02x}"),
                 [1], group)
        t.eq(grown(), {"path_proof": 1, "path_fast": 4}, group)


@test("a flow is proved again each second", sim=True)
def again(t):
    net = shared(t, snooping, family=46)
    net.send(1, igmp3_to_ex(G))
    net.fence()
    net.data(4, G)
    time.sleep(1.1)
    grown = paths(net)
    for _ in range(3):
        t.eq(net.data(4, G), [1])
    t.eq(grown(), {"path_proof": 1, "path_fast": 2})


@test("why a frame takes the filter path is counted")
def reasons(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_to_ex(G), mld2_to_ex(G6))
    net.fence()
    send = lambda **opt: lambda: net.data(4, G, **opt)
    t.eq(took(t, net, "path_fast", send(), "plain"), [1])
    t.eq(took(t, net, "path_form", send(options=b"\1\1\1\1"), "options"), [1])
    for _ in range(2):
        t.eq(net.data(4, G, ip_csum=1), [], "a wrong checksum")
    t.eq(took(t, net, "path_unregistered",
              lambda: net.data(4, "239.9.9.9"), "nobody asked"), [1, 2, 3])
    net.ns.bridge("link set dev p4 isolated on\n")
    settle()
    t.eq(took(t, net, "path_port", send(), "isolated"), [1])
    net.ns.bridge("link set dev p4 isolated off locked on\n")
    settle()
    t.eq(took(t, net, "path_port", lambda: net.data(
        4, G, fence={"senders": [1, 2]}), "locked"), [1])
    net.ns.bridge("link set dev p4 locked off\n")
    settle()
    net.mcs(f"group add dev br0 port br0 grp {G}")
    t.eq(took(t, net, "path_host", send(host=True), "host is member"), [0, 1])
    net.mcs(f"group del dev br0 port br0 grp {G}")
    t.eq(took(t, net, "path_fast", send(host=True), "it left"), [1])
    net.mcs("bridge set dev br0 fastpath off")
    settle()
    grown = paths(net)
    t.eq(net.data(4, G), [1], "off")
    t.eq(grown(), {}, "off: nothing to count")


@test("a group that nobody asked for goes to routers only, or nowhere, fast")
def unregistered(t):
    net = snooping(t, family=46, router=2)
    for policy, want in ("auto", [2]), ("routers", [2]), ("drop", []):
        net.mcs(f"bridge set dev br0 unregistered {policy}")
        for group in ("239.9.9.9", "ff1e::999"):
            t.eq(took(t, net, "path_fast", lambda g=group: net.data(4, g),
                      f"{policy} {group}"), want, policy)
    net.mcs("bridge set dev br0 unregistered flood")
    t.eq(took(t, net, "path_unregistered", lambda: net.data(4, "239.9.9.9"),
              "flooded"), [1, 2, 3])
    net.mcs("bridge set dev br0 unregistered routers")
    net.mcs("port set dev p3 unregistered flood")
    t.eq(took(t, net, "path_unregistered", lambda: net.data(4, "239.9.9.9"),
              "a port's own policy"), [2, 3])
    net.mcs("port set dev p3 unregistered inherit")
    t.eq(took(t, net, "path_fast", lambda: net.data(4, "239.9.9.9"),
              "none any more"), [2])


@test("a locked port learns and forwards nothing of a stranger")
def locked(t):
    net = shared(t, snooping, family=46)
    net.send(1, igmp3_to_ex(G))
    net.fence()
    took(t, net, "path_fast", lambda: net.data(4, G), "before")
    net.ns.bridge("link set dev p4 locked on learning off\n")
    settle()
    t.eq(net.data(4, G, smac="02:00:00:00:99:99",
                  fence={"senders": [1, 2]}), [], "a stranger")
    net.ns.bridge("link set dev p4 locked off learning on\n")


@test("the bridge learns the sender of a fast stream, and that it moved")
def learning(t):
    net = snooping(t, family=46, fresh=True)
    net.send(1, igmp3_to_ex(G))
    net.fence()
    station = "02:00:00:00:aa:aa"

    def learned():
        rows = net.ns.bridge_json("fdb", "show", "br", "br0")
        return [r["ifname"] for r in rows if r["mac"] == station]
    for _ in range(3):
        net.data(4, G, smac=station)
    t.eq(learned(), ["p4"], "behind p4")
    for _ in range(3):
        net.data(3, G, smac=station)
    t.eq(learned(), ["p3"], "moved to p3")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
