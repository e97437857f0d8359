#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Whatever else looks at frames of a bridge sees the same with the fast path.

Each test sends the same with the fast path on and off, and after frames have
taken it: what is told then must hold for the next frame.
"""
import ctypes
import os
import socket
import struct
import time

from lib import ktap, mcs
from lib.ktap import Skipped, test
from lib.net import SOL_PACKET, Net, Tap
from lib.ns import CommandError, run, wait_until
from lib.packets import igmp2_report, igmp3_to_ex, ip4, udp
from lib.scenario import G, G2, HURRY, shared, snooping, wait_pruning

STATION, STRANGER = "02:00:00:00:aa:01", "02:00:00:00:aa:02"


def members(t, **more):
    """Members of G behind p1 and p2, a sender behind p4."""
    net = snooping(t, fresh=True, **more)
    join(net)
    return net


def join(net, **tag):
    """Join, also after a port was down."""
    net.send(1, igmp3_to_ex(G, **tag))
    net.send(2, igmp3_to_ex(G, **tag))
    net.fence(**({"ports": [1, 2, 4], "vid": tag["vlan"]} if tag else {}))


def asked(net, vid=None):
    """Wait until members of every port had time to answer."""
    wait_until(lambda: not net.mcs.querier(4, vid).get("flood_ports"),
               timeout=90, step=1, what="all ports were asked")


def settle():
    """Let the kernel's work items run."""
    time.sleep(0.05)


def fast(net, on=True):
    """Turn the fast path on or off."""
    net.mcs(f"bridge set dev br0 fastpath {'on' if on else 'off'}")
    settle()


def each(t, net, **more):
    """Both ways; with the fast path a flow is proved, one frame took it."""
    for on in (False, True):
        fast(net, on)
        grown = net.mcs.counting("path_fast", port=4)
        net.data(4, G, **more)
        net.data(4, G, **more)
        t.eq(grown(), {"path_fast": 1} if on else {}, "before")
        yield "fast path" if on else "filter path"


@test("the bridge learns the sender, also that it moved, unless told not to")
def fdb(t):
    net = shared(t, members)

    def learned():
        rows = net.ns.bridge_json("fdb", "show", "br", "br0")
        return [r["ifname"] for r in rows if r["mac"] == STATION]
    for way in each(t, net):
        for port in (4, 3, 4):
            for _ in range(3):
                net.data(port, G, smac=STATION)
            t.eq(learned(), [f"p{port}"], way)
            time.sleep(1.1)     # a proof lasts as long
        net.ns.bridge(f"fdb del {STATION} dev p4 master\n"
                      "link set dev p4 learning off\n")
        settle()
        for _ in range(3):
            t.eq(net.data(4, G, smac=STATION), [1, 2], way)
        t.eq(learned(), [], way)
        net.ns.bridge("link set dev p4 learning on\n")


@test("an isolated port sends to none of the others that are")
def isolated(t):
    net = shared(t, members)
    for way in each(t, net):
        net.ns.bridge("link set dev p1 isolated on\n")
        settle()
        for _ in range(2):
            t.eq(net.data(4, G), [1, 2], f"{way}: one")
        net.ns.bridge("link set dev p4 isolated on\n")
        settle()
        for _ in range(2):
            t.eq(net.data(4, G, fence={"senders": [2, 3]}), [2],
                 f"{way}: both")
        net.ns.bridge("link set dev p1 isolated off\n"
                      "link set dev p4 isolated off\n")


@test("a locked port forwards what stations send that it knows")
def locked(t):
    net = shared(t, members)
    for way in each(t, net):
        net.data(4, G, smac=STATION)
        net.ns.bridge("link set dev p4 locked on learning off\n"
                      f"fdb replace {STATION} dev p4 master static\n")
        settle()
        for _ in range(2):
            t.eq(net.data(4, G, smac=STATION, fence={"senders": [1, 2]}),
                 [1, 2], f"{way}: known")
            t.eq(net.data(4, G, smac=STRANGER, fence={"senders": [1, 2]}), [],
                 f"{way}: a stranger")
        net.ns.bridge("link set dev p4 locked off learning on\n"
                      f"fdb del {STATION} dev p4 master\n")


@test("STP: nothing comes from a port that is blocked, or goes to one",
      sim=True)
def stp(t):
    net = members(t)
    fences = {"ports": [1, 2, 3], "senders": [1, 2]}
    for way in each(t, net):
        net.ns.bridge("link set dev p4 state 1\n")
        settle()
        for _ in range(2):
            t.eq(net.data(4, G, fence=fences), [], f"{way}: from")
        net.ns.bridge("link set dev p4 state 3\nlink set dev p1 state 1\n")
        settle()
        for _ in range(2):
            got = net.data(4, G, fence={"ports": [2, 3, 4],
                                        "senders": [2, 4]})
            t.eq([p for p in got if p != 3], [2], f"{way}: to")
        net.ns.bridge("link set dev p1 state 3\n")
        asked(net)
        join(net)


@test("a port that is down gets nothing, and its stream when it is up",
      sim=True)
def down(t):
    net = members(t)
    for way in each(t, net):
        net.link(1, "down")
        for _ in range(2):      # the first is the bridge's in any case
            t.eq(net.data(4, G, fence={"ports": [2, 3, 4]}), [2], way)
        net.link(1, "up")
        net.wait_forwarding()
        for _ in range(2):
            t.eq(net.data(4, G), [1, 2], f"{way}: not asked yet")
        asked(net)
        for _ in range(2):
            t.eq(net.data(4, G), [2], f"{way}: has not answered")
        join(net)


def vlan_members(t):
    """The same in VLAN 100 of a bridge that filters."""
    net = Net(t, vlan=True, fresh=True)
    net.ns.bridge("".join(f"vlan add dev p{p} vid 100\n" for p in net.ports) +
                  "vlan add dev br0 vid 100 self\n")
    net.mcs(f"bridge add dev br0 querier on{HURRY}")
    wait_pruning(net, 4, 100)
    join(net, vlan=100)
    return net


def tags(net, **fence):
    """{port: tags} of a frame in VLAN 100, sent behind p4."""
    net.flush()
    net.send(4, udp(G, net.next_seq(), vlan=100))
    net.fence(**fence)
    return {f.port: f.vlan for f in net.frames() if f.dst == G}


@test("VLANs of a port: on the way in and out, with a tag and without",
      sim=True)
def vlans(t):
    net = shared(t, vlan_members)
    for on in (False, True):
        way = f"fast path {on}"
        fast(net, on)
        grown = net.mcs.counting("path_", port=4)
        for _ in range(3):
            t.eq(tags(net), {1: [100], 2: [100]}, way)
        t.eq(grown(), {"path_proof": 1, "path_fast": 2} if on else {})
        net.ns.bridge("vlan add dev p1 vid 100 untagged\n")
        settle()
        for _ in range(2):
            t.eq(tags(net), {1: [], 2: [100]}, f"{way}: untagged out")
        net.ns.bridge("vlan add dev p1 vid 100\nvlan del dev p4 vid 100\n")
        settle()
        t.eq(tags(net), {}, f"{way}: not in the VLAN")
        net.ns.bridge("vlan add dev p4 vid 100\nvlan del dev p2 vid 100\n")
        settle()
        for _ in range(2):
            got = tags(net)
            got.pop(3, None)    # members of a port that is new to it
            t.eq(got, {1: [100]}, f"{way}: a member is not in it any more")
        net.ns.bridge("vlan add dev p2 vid 100\n")
        settle()
        asked(net, 100)
        join(net, vlan=100)


@test("the state of a VLAN on a port, which nobody is told, a second later")
def vlan_state(t):
    net = shared(t, vlan_members)
    for on in (False, True):
        way = f"fast path {on}"
        fast(net, on)
        for port in (4, 1):
            tags(net)
            net.ns.bridge(f"vlan set vid 100 dev p{port} state 4\n")
            time.sleep(1.1)
            for _ in range(3):
                t.eq(tags(net), {} if port == 4 else {2: [100]}, way)
            net.ns.bridge(f"vlan set vid 100 dev p{port} state 3\n")
            time.sleep(1.1)
            for _ in range(3):
                t.eq(tags(net), {1: [100], 2: [100]}, way)


def rules(net, text):
    """Lines for nft -f -."""
    try:
        run("ip", "netns", "exec", net.ns.name, "nft", "-f", "-", stdin=text)
    except CommandError as e:
        raise Skipped(f"needs nft for bridges: {e.err[:60]}") from None


def packets(net, chain):
    """What the counter of a chain's rule says."""
    text = run("ip", "netns", "exec", net.ns.name, "nft", "list", "chain",
               "bridge", "mcs", chain)
    return int(text.split("packets ")[1].split()[0])


@test("nft rules on PREROUTING, FORWARD and POSTROUTING see and drop the same")
def nft(t):
    net = shared(t, members)
    for hook, port, want in (("prerouting", "iifname p4", []),
                             ("forward", "oifname p1", [2]),
                             ("postrouting", "oifname p1", [2])):
        for way in each(t, net):
            rules(net, f"""add table bridge mcs
                add chain bridge mcs c {{
                    type filter hook {hook} priority 0; }}
                add rule bridge mcs c {port} ip daddr {G} counter
                """)
            for _ in range(3):
                t.eq(net.data(4, G), [1, 2], f"{way} {hook}: counted")
            t.eq(packets(net, "c"), 3, f"{way} {hook}")
            rules(net, f"add rule bridge mcs c {port} ip daddr {G} drop\n")
            for _ in range(3):
                t.eq(net.data(4, G), want, f"{way} {hook}: dropped")
            t.eq(net.data(4, G2), [1, 2, 3], f"{way} {hook}: others")
            rules(net, "delete table bridge mcs\n")
            for _ in range(2):
                t.eq(net.data(4, G), [1, 2], f"{way} {hook}: none any more")


def ebtables_policy(net, verdict):
    """`ebtables -t filter -P FORWARD`: -1 ACCEPT, -2 DROP; no command here."""
    def chain(name, policy):
        return struct.pack("=I32sIiI", 0, name, 0, policy, 0)
    chains = [(b"INPUT", -1), (b"FORWARD", verdict), (b"OUTPUT", -1)]
    blob = b"".join(chain(*c) for c in chains)
    room = ctypes.create_string_buffer(blob, len(blob))
    at = ctypes.addressof(room)
    hooks = [0, at, at + 48, at + 96, 0, 0]
    head = struct.pack("@32sIII6PIPP", b"filter", 0b1110, 0, len(blob),
                       *hooks, 0, 0, at)
    with net.ns.entered():
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, 255) as sock:
            sock.setsockopt(socket.IPPROTO_IP, 128, head + blob)


@test("ebtables: a policy of FORWARD")
def ebtables(t):
    net = shared(t, members)
    run("modprobe", "ebtable_filter", check=False)
    if not os.path.exists("/sys/module/ebtable_filter"):
        raise Skipped("needs ebtable_filter")
    for way in each(t, net):
        ebtables_policy(net, -2)
        for _ in range(2):
            net.flush()
            net.send(4, udp(G, net.next_seq()))
            settle()
            t.eq(net.frames(), [], way)
        ebtables_policy(net, -1)
        t.eq(net.data(4, G), [1, 2], way)


@test("br_netfilter: rules of IP on FORWARD")
def br_netfilter(t):
    net = shared(t, members)
    run("modprobe", "br_netfilter", check=False)
    # while it is there new namespaces have it on
    t.defer(run, "rmmod", "br_netfilter", check=False)
    if net.ns.sysctl("bridge/bridge-nf-call-iptables") is None:
        raise Skipped("needs br_netfilter")
    t.defer(net.ns.sysctl, "bridge/bridge-nf-call-iptables", 0)
    for way in each(t, net):
        net.ns.sysctl("bridge/bridge-nf-call-iptables", 1)
        rules(net, f"""add table ip mcs
            add chain ip mcs c {{ type filter hook forward priority 0; }}
            add rule ip mcs c ip daddr {G} counter
            """)
        for _ in range(3):
            t.eq(net.data(4, G), [1, 2], way)
        rules(net, f"add rule ip mcs c ip daddr {G} drop\n")
        for _ in range(3):
            t.eq(net.data(4, G), [], f"{way}: dropped")
        rules(net, "delete table ip mcs\n")
        net.ns.sysctl("bridge/bridge-nf-call-iptables", 0)
        t.eq(net.data(4, G), [1, 2], way)


@test("conntrack: fragments are put together, and taken apart again")
def conntrack(t):
    net = shared(t, members)
    data = bytes(i & 0xff for i in range(2000))
    parts = [ip4(17, data[at * 8:end], G, host=9, ra=False, ident=99, frag=at,
                 mf=at == 0) for at, end in ((0, 1200), (150, 2000))]
    for way in each(t, net):
        rules(net, f"""add table bridge mcs
            add chain bridge mcs c {{ type filter hook forward priority 0; }}
            add rule bridge mcs c ct state != related ip daddr {G} counter
            """)
        for _ in range(2):
            net.flush()
            net.send(4, *parts)
            net.fence()
            got = {p: [f.raw for f in net.frames(p) if f.dst == G]
                   for p in net.ports}
            t.eq({p: len(frames) for p, frames in got.items()},
                 {1: 2, 2: 2, 3: 0, 4: 0}, way)
            for port in (1, 2):
                t.eq(b"".join(raw[34:] for raw in got[port]), data, way)
        t.eq(packets(net, "c"), 4, f"{way}: whole datagrams")
        rules(net, "delete table bridge mcs\n")


@test("tc on ports: what it drops or copies, on the way in and out")
def traffic_control(t):
    net = shared(t, members)

    def tc(*words):
        run("tc", "-n", net.ns.name, *words)
    for way in each(t, net):
        tc("qdisc", "add", "dev", "p1", "clsact")
        tc("filter", "add", "dev", "p1", "egress", "matchall", "action",
           "drop")
        net.flush()
        for _ in range(2):
            net.send(4, udp(G, net.next_seq()))
            settle()
        t.eq([f.port for f in net.frames() if f.dst == G], [2, 2], way)
        tc("qdisc", "del", "dev", "p1", "clsact")
        tc("qdisc", "add", "dev", "p2", "clsact")
        tc("filter", "add", "dev", "p2", "egress", "matchall", "action",
           "mirred", "egress", "mirror", "dev", "p3")
        t.eq(net.data(4, G), [1, 2, 3], f"{way}: a copy for p3")
        tc("qdisc", "del", "dev", "p2", "clsact")
        tc("qdisc", "add", "dev", "p4", "clsact")
        tc("filter", "add", "dev", "p4", "ingress", "matchall", "action",
           "drop")
        t.eq(net.data(4, G, fence={"senders": [1, 2]}), [], f"{way}: ingress")
        tc("qdisc", "del", "dev", "p4", "clsact")


@test("packet sockets on the ports see each frame once, in and out")
def sockets(t):
    net = shared(t, members)
    taps = {p: Tap(p, f"p{p}", net.ns) for p in net.ports}
    for tap in taps.values():
        t.defer(tap.sock.close)
        tap.sock.setsockopt(SOL_PACKET, 23, 0)  # those that go out as well
    for way in each(t, net):
        for _ in range(2):
            for tap in taps.values():
                tap.drain()
                tap.frames.clear()
            t.eq(net.data(4, G), [1, 2], way)
            for tap in taps.values():
                tap.drain()
            t.eq({p: len([f for f in tap.frames if f.dst == G])
                  for p, tap in taps.items()}, {1: 1, 2: 1, 3: 0, 4: 1}, way)


@test("a port of two bridges' stack: a frame passes both, each its own way",
      sim=True)
def stacked(t):
    net = members(t, ports=5)
    net.ns.ip("link add br1 type bridge mcast_snooping 0\n"
              "link add v0 type veth peer name v1\n"
              "link set v1 master br1 up\nlink set v0 master br0 up\n"
              "link set p3 master br1\nlink set br1 up")
    net.mcs(f"bridge add dev br1 querier on{HURRY}")
    net.mcs("port set dev v1 router permanent")
    time.sleep(15)      # both bridges have asked on their new ports
    asked(net)
    join(net)
    net.send(3, igmp2_report(G))
    settle()
    t.eq({port for port, _, group in net.mcs.table() if group == G},
         {"p1", "p2", "v0"}, "the other bridge passes reports on")
    for on in (False, True):
        for bridge in ("br0", "br1"):
            net.mcs(f"bridge set dev {bridge} fastpath "
                    f"{'on' if on else 'off'}")
        settle()
        before = [took(net, bridge) for bridge in ("br0", "br1")]
        for _ in range(3):
            t.eq(net.data(4, G), [1, 2, 3], f"fast path {on}")
        for old, bridge in zip(before, ("br0", "br1")):
            t.eq({k: n - old.get(k, 0) for k, n in took(net, bridge).items()
                  if n != old.get(k, 0)},
                 {"path_proof": 1, "path_fast": 2} if on else {}, bridge)


def took(net, bridge):
    """What a bridge has counted of ways that frames took."""
    return {k: n for k, n in net.mcs.stats(dev=bridge).items()
            if k.startswith("path_")}


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
