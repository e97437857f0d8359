#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Entries for MAC addresses, and groups told apart by them alone."""
import time

from lib import ktap, mcs
from lib.ktap import SIM, test
from lib.net import Net
from lib.ns import wait_until
from lib.packets import (TO_EX, ether, host_mac, igmp2_leave, igmp2_report,
                         igmp3_allow, igmp3_is_ex, igmp3_report, igmp3_to_ex,
                         igmp3_to_in, igmp_query, mac, mld2_report, mld2_to_ex,
                         udp)
from lib.scenario import G, G2, HURRY, LMQT, S, snooping, wait_pruning

ALL = [1, 2, 3]
MAC, MAC6 = "01:00:5e:01:01:01", "33:33:00:00:01:01"
# Groups with these, beginning with one that hosts join here.
SHARED = ("239.1.1.1", "224.129.1.1", "232.129.1.1", "238.1.1.1")
SHARED6 = ("ff1e::101", "ff15::101", "ff3e::5:0:101")
OTHER = "01:80:c2:00:00:30"


def add(net, port, address, more="", command="add"):
    """Add or remove an entry for a MAC address."""
    net.mcs(f"group {command} dev br0 port {net.name(port)} mac {address}{more}")


def not_ip(address, proto=0x88b5):
    """A frame that is not IP."""
    return ether(mac(address), host_mac(9), proto, bytes(46))


@test("SNOOP-14 MAP-04 an entry for a MAC address, or a record: both forward")
def both(t):
    net = snooping(t, "unregistered routers", family=46, router=3)
    net.send(2, igmp3_allow(SHARED[0], S(1)), mld2_to_ex(SHARED6[0]))
    add(net, 1, MAC)
    add(net, 1, MAC6)
    t.eq(net.data(4, SHARED[0], src=S(1)), ALL, "entry, record and router")
    t.eq(net.data(4, SHARED[0], src=S(2)), [1, 3], "a source of no record")
    for group in SHARED[1:]:
        t.eq(net.data(4, group), [1, 3], group)
    t.eq(net.data(4, SHARED6[0]), ALL)
    for group in SHARED6[1:]:
        t.eq(net.data(4, group), [1, 3], group)
    for group in (G2, "239.1.2.1", "ff1e::102"):
        t.eq(net.data(4, group), [3], f"{group} has another MAC address")
    add(net, 1, MAC, command="del")
    t.eq(net.data(4, SHARED[0], src=S(1)), [2, 3])
    t.eq(net.data(4, SHARED[1]), [3])


@test("SNOOP-14 an entry for a MAC address makes its groups registered")
def registered(t):
    net = snooping(t, "unregistered flood", family=46)
    for group in SHARED + SHARED6:
        t.eq(net.data(4, group, host=True), [0, *ALL], f"{group} before")
    add(net, 1, MAC)
    add(net, 2, MAC6)
    grown = net.mcs.counting("data_")
    for group in SHARED:
        t.eq(net.data(4, group, host=True), [1], group)
    for group in SHARED6:
        t.eq(net.data(4, group, host=True), [2], group)
    t.eq(grown(), {"data_forwarded": 7, "data_pruned": 3 * 7}, "counters")
    add(net, 0, MAC)
    t.eq(net.data(4, SHARED[1], host=True), [0, 1], "with the host side")


@test("SNOOP-14 a record of the port may want what its entry does not add")
def with_record(t):
    net = snooping(t)
    net.send(1, igmp3_is_ex(G, S(1)))
    net.fence()
    t.eq(net.data(4, G, src=S(1)), [], "blocked")
    add(net, 1, MAC)
    t.eq(net.data(4, G, src=S(1)), [1], "every frame to this MAC address")
    t.eq(str(net.mcs.rec(1, G)), "EX(;1)", "the record is as it was")


@test("SNOOP-14 FWD-09 what is not IP goes to the entries, routers and the host")
def pruned(t):
    net = snooping(t, router=3)
    frames = [not_ip(OTHER), not_ip(MAC), not_ip(MAC, 0x0806)]
    for frame in frames:
        t.eq(net.reach(4, frame, host=True), [0, *ALL], "no entry")
    add(net, 1, OTHER)
    add(net, 1, MAC)
    grown = net.mcs.counting("data_", port=2)
    for frame in frames:
        t.eq(net.reach(4, frame, host=True), [0, 1, 3], "entry on p1")
    t.eq(grown(), {"data_pruned": 3})
    t.eq(net.reach(4, not_ip("01:80:c2:00:00:31"), host=True), [0, *ALL],
         "another address")
    add(net, 2, OTHER)
    t.eq(net.reach(4, not_ip(OTHER), host=True), [0, *ALL], "two entries")
    for port in 1, 2:
        add(net, port, OTHER, command="del")
    t.eq(net.reach(4, not_ip(OTHER), host=True), [0, *ALL], "none any more")


@test("SNOOP-14 what is not IP is pruned without a querier, IP is not")
def no_querier(t):
    net = Net(t, attach="querier off")
    add(net, 1, MAC)
    t.eq(net.reach(4, not_ip(MAC)), [1], "set by hand, no proof is needed")
    t.eq(net.data(4, G), ALL, "flooded")


@test("SNOOP-14 unicast IP to a multicast MAC address goes to its entries")
def cluster(t):
    net = snooping(t)
    address = "03:bf:c0:00:02:05"
    frame = udp("192.0.2.5", 1, dmac=address)
    t.eq(net.reach(4, frame), ALL, "no entry")
    add(net, 1, address)
    add(net, 2, address)
    t.eq(net.reach(4, udp("192.0.2.5", 2, dmac=address)), [1, 2])


@test("SNOOP-14 entries for MAC addresses do not age and no leave takes them")
def permanent(t):
    net = snooping(t)
    add(net, 1, MAC)
    net.send(1, igmp2_leave(G), igmp3_to_in(G))
    net.send(3, igmp_query(2, G))
    net.fence()
    t.eq(net.data(4, G), [1, 3], "entry and router")
    if SIM:
        time.sleep(24 * 3600)
        t.eq(net.data(4, G), [1], "a day later")
    net.link(1, "down")
    wait_until(lambda: net.mcs.port(1)["state"] == "disabled", what="down")
    t.eq(len(net.mcs.json(f"group show mac {MAC}")), 1, "while it is down")
    net.link(1, "up")
    net.wait_forwarding()
    t.ok(1 in net.data(4, G), "when it is up again")
    net.ns.ip("link set p1 nomaster")
    wait_until(lambda: not net.mcs.json(f"group show mac {MAC}"),
               what="gone with its port")


@test("SNOOP-14 entries of one VLAN say nothing about another")
def vlans(t):
    net = Net(t, vlan=True, attach="querier on" + HURRY)
    net.ns.bridge("".join(f"vlan add dev p{n} vid 100\n" for n in net.ports))
    wait_until(lambda: net.mcs.querier(4, 100), what="VLAN 100")
    wait_pruning(net, 4, 1)
    add(net, 1, MAC)
    add(net, 2, OTHER, " vid 100")
    t.eq({(g["grp"], g["vid"]) for g in net.mcs.groups()},
         {(MAC, 1), (OTHER, 100)})
    t.eq(net.reach(4, not_ip(MAC)), [1], "VLAN 1")
    t.eq(net.reach(4, not_ip(OTHER)), ALL, "VLAN 1, other")
    tagged = ether(mac(OTHER), host_mac(9), 0x88b5, bytes(46), vlan=100)
    t.eq(net.reach(4, tagged, vid=100), [2], "VLAN 100")
    tagged = ether(mac(MAC), host_mac(9), 0x88b5, bytes(46), vlan=100)
    t.eq(net.reach(4, tagged, vid=100), ALL, "VLAN 100, other")
    t.eq(net.data(4, G), [1], "IP")


@test("entries for MAC addresses are shown, dumped, limited and told of")
def shown(t):
    net = snooping(t, "max-port-groups 5")
    mon = net.mcs.monitor(t, "group")
    add(net, 1, MAC.upper())
    add(net, 0, OTHER)
    net.mcs(f"group add dev br0 port p1 grp {G}")
    t.eq([(g["port"], g["grp"], g["state"], g["protocol"], g["filter_mode"],
           g["source_list"]) for g in net.mcs.groups()],
         [("p1", MAC, "permanent", "static", "exclude", []),
          ("br0", OTHER, "permanent", "static", "exclude", []),
          ("p1", G, "permanent", "static", "exclude", [])])
    t.eq([g["grp"] for g in net.mcs.json(f"group show mac {MAC}")], [MAC])
    t.eq([g["grp"] for g in net.mcs.json(f"group show grp {G}")], [G])
    text = net.mcs("group show dev br0")
    t.ok(f"p1 {MAC} exclude any static" in " ".join(text.split()), text)
    for n in range(3):
        add(net, 1, f"01:00:5e:02:00:{n:02x}")
    said = net.mcs.refused(t, "group add dev br0 port p1 mac "
                           "01:00:5e:02:00:03")
    t.ok("max-groups" in said, said)
    add(net, 1, MAC, command="del")
    t.eq(mon.brief()[0], f"group-new admin p1 {MAC} permanent")
    t.eq(net.mcs.json(f"group show mac {MAC}"), [])


@test("refusals, each with a sentence")
def refused(t):
    net = snooping(t)
    add(net, 1, MAC)
    for words, said in (
            (f"add dev br0 port p1 mac {MAC}", "static entry"),
            (f"del dev br0 port p2 mac {MAC}", "No such static entry"),
            (f"del dev br0 port p1 grp {G}", "No such static entry"),
            ("add dev br0 port p1 mac 02:00:00:00:00:01", "Not a multicast"),
            ("add dev br0 port p1 mac ff:ff:ff:ff:ff:ff", "Not a multicast"),
            ("add dev br0 port p1 mac 01:80:c2:00:00:0e", "prune"),
            ("add dev br0 port p1 mac 01:00:5e:00:00:05", "prune"),
            ("add dev br0 port p1 mac 33:33:00:00:00:01", "prune"),
            ("add dev br0 port p1 grp ::4d41:100:5e01:101", "Not a group"),
            ("add dev br0 port lo mac 01:00:5e:02:02:02", "Not a port")):
        error = net.mcs.refused(t, "group " + words)
        t.ok(said in error, f"{words}: {error}")
    t.eq([g["grp"] for g in net.mcs.groups()], [MAC])


@test("FWD-10 the IP address decides, unless mac-mode is on")
def mode(t):
    net = snooping(t, "unregistered routers", family=46)
    net.send(1, igmp3_allow("239.128.1.1", S(1)), mld2_to_ex("ff1e::101"))
    net.fence()
    mine = (("239.128.1.1", S(1)), ("ff1e::101", None))
    others = (("239.0.1.1", S(1)), ("224.128.1.1", S(2)),
              ("239.128.1.1", S(2)), ("ff15::101", None))
    unknown = (("239.128.1.2", S(1)), ("239.1.1.1", S(1)), ("ff1e::102", None))

    def by_ip(when):
        for group, src in mine:
            t.eq(net.data(4, group, src=src), [1], f"{when}: {group} {src}")
        for group, src in others + unknown:
            t.eq(net.data(4, group, src=src), [], f"{when}: {group} {src}")
    by_ip("off")
    net.mcs("bridge set dev br0 mac-mode on")
    for group, src in mine + others:
        t.eq(net.data(4, group, src=src), [1], f"on: {group} {src}")
    for group, src in unknown:
        t.eq(net.data(4, group, src=src), [], f"on: {group} {src}")
    t.eq(net.reach(4, not_ip("01:00:5e:00:01:01")), ALL,
         "on: what is not IP is flooded")
    net.mcs("bridge set dev br0 mac-mode off")
    by_ip("off again")


@test("FWD-10 mac-mode floods the MAC addresses of 224.0.0.0/24 and ff02::1")
def control(t):
    net = snooping(t, "mac-mode on unregistered drop flood-ff02 off", family=46)
    net.send(1, igmp3_to_ex("239.128.0.5"), mld2_to_ex("ff1e::1"),
             mld2_to_ex("ff1e::5"))
    net.fence()
    for group in ("224.0.0.5", "239.128.0.5", "239.0.0.6", "224.128.0.255",
                  "ff02::1", "ff1e::1", "ff15::1"):
        t.eq(net.data(4, group), ALL, group)
    t.eq(net.data(4, "ff15::5"), [1], "another MAC address")
    t.eq(net.data(4, "239.128.1.5"), [], "nobody's")


@test("FWD-10 mac-mode: records come and go, entries and routers count, too")
def mode_lives(t):
    net = snooping(t, "mac-mode on unregistered routers", router=3)
    t.eq(net.data(4, SHARED[1]), [3], "nobody")
    net.send(1, igmp2_report(SHARED[0]))
    net.send(2, igmp2_report(SHARED[3]))
    net.fence()
    for group in SHARED:
        t.eq(net.data(4, group), ALL, group)
    net.send(1, igmp2_leave(SHARED[0]))
    if SIM:
        time.sleep(LMQT + 0.1)
    else:
        wait_until(lambda: not net.mcs.rec(1, SHARED[0]), what="left")
    t.eq(net.data(4, SHARED[0]), [2, 3], "one left")
    add(net, 1, MAC)
    t.eq(net.data(4, SHARED[0]), ALL, "an entry")
    t.eq(net.data(4, "239.1.1.2"), [3], "another MAC address")
    t.eq(net.reach(1, igmp2_report(SHARED[0])), [3], "reports as ever")


@test("FWD-10 mac-mode of one VLAN and the next")
def mode_vlans(t):
    net = Net(t, vlan=True, attach="querier on mac-mode on" + HURRY)
    net.ns.bridge("".join(f"vlan add dev p{n} vid 100\n" for n in net.ports) +
                  "vlan add dev br0 vid 100 self\n")
    wait_until(lambda: net.mcs.querier(4, 100), what="VLAN 100")
    wait_pruning(net, 4, 1)
    wait_pruning(net, 4, 100)
    wait_until(lambda: "flood_ports" not in net.mcs.querier(4, 100),
               timeout=60, what="the ports were asked in VLAN 100")
    net.send(1, igmp2_report(SHARED[0]))
    net.send(2, igmp2_report(SHARED[1], vlan=100))
    net.fence()
    t.eq(net.data(4, SHARED[2]), [1], "VLAN 1")
    t.eq(net.data(4, SHARED[2], vlan=100, fence={"vid": 100}), [2], "VLAN 100")


@test("entries for MAC addresses are nothing to report upstream", sim=True)
def proxy(t):
    net = snooping(t, "proxy-reporting on", family=46, router=3)
    before = net.mcs.querier(6)["upstream_groups"]
    net.flush()
    add(net, 1, MAC)
    add(net, 1, MAC6)
    net.mcs(f"group add dev br0 port p1 grp {G}")
    time.sleep(150)
    t.eq((net.mcs.querier(4)["upstream_groups"],
          net.mcs.querier(6)["upstream_groups"]), (1, before))
    t.eq({r[1] for f in net.frames(3) for r in f.records or ()} -
         {"ff02::1:ff00:77"}, {G}, "reports to the router")


@test("FWD-10 mac-mode: many groups with one MAC address, on many ports")
def crowd(t):
    net = snooping(t, "mac-mode on unregistered drop", family=6)
    groups = [f"ff1e::{n:x}:0:101" for n in range(1, 301)]
    for port in 1, 2:
        for i in range(0, 300, 60):
            net.send(port, mld2_report(*((TO_EX, g)
                                         for g in groups[i:i + 60])))
    net.fence()
    t.eq(len(net.mcs.table()), 601, "records, with one of the host's")
    for left, want in (300, [1, 2]), (1, [1, 2]), (0, [2]):
        while len(groups) > left:
            net.mcs("filter add dev br0 port p1 deny grp " + groups.pop())
        t.eq(net.data(4, "ff15::101"), want, f"{left} left on p1")


@test("mac-mode on and off while a thousand groups come and go")
def storm(t):
    net = snooping(t, "last-member-interval 10ms")
    groups = [f"239.{128 * (n & 1) + 3}.{n // 200}.{n % 200 + 1}"
              for n in range(1000)]
    for turn in range(6):
        for i in range(0, 1000, 100):
            net.send(1 + turn % 2, igmp3_report(
                *((TO_EX, g) for g in groups[i:i + 100])))
            net.mcs("bridge set dev br0 mac-mode " +
                    ("on", "off")[(i // 100 + turn) % 2])
        for i in range(0, 1000, 100):
            net.send(2 - turn % 2, igmp3_report(
                *((3, g) for g in groups[i:i + 100])))
        net.fence()
    net.mcs("bridge set dev br0 mac-mode on")
    on_p2 = {g for p, _, g in net.mcs.table() if p == "p2"}
    t.eq(on_p2, set(groups), "joined last on p2")
    for n in (0, 1, 500, 999):
        octets = groups[n].split(".")
        other = ".".join(["233", *octets[1:]])
        t.ok(2 in net.data(4, other), f"{other} has the MAC of {groups[n]}")
    net.mcs("bridge set dev br0 mac-mode off")
    t.ok(2 in net.data(4, groups[0]), "by IP")
    t.eq(net.data(4, "233.3.0.1"), ALL, "unregistered")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
