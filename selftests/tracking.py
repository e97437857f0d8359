#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Hosts that are remembered: who, what, how many, and when not any more."""
import time

from lib import ktap, mcs
from lib.failing import Failing
from lib.host import Host
from lib.ktap import SIM, test
from lib.net import Net
from lib.ns import wait_until
from lib.packets import (ALLOW, IS_EX, host_mac, igmp1_report, igmp2_leave,
                         igmp2_report, igmp3_allow, igmp3_block, igmp3_is_ex,
                         igmp3_is_in, igmp3_report, igmp3_to_ex, igmp3_to_in,
                         mld1_done, mld1_report, mld2_block, mld2_is_ex,
                         mld2_is_in, mld2_to_ex, mld2_to_in, mld2_allow)
from lib.scenario import (G, G2, G6, GMI, S, S6, is_specific, snooping,
                          wait_pruning)

AUTO = "fast-leave auto unregistered routers"
A, B, C, D = 11, 12, 13, 14
MOMENT = 3 if SIM else 0.5


def mac(host):
    """MAC address of a host as text."""
    return host_mac(host).hex(":")


def hosts(net, words=""):
    """Rows of host show."""
    return net.mcs.json(f"host show {words}")


def short(row):
    """A host's filter: IN(1,2), EX(3)."""
    mode = "IN" if row["filter_mode"] == "include" else "EX"
    return f"{mode}({','.join(mcs.short(s['address']) for s in row['source_list'])})"


def known(net, port=1, group=G):
    """{(address, mac): "IN(1,2)"} of a group on a port."""
    return {(r["address"], r["mac"]): short(r) for r in hosts(net)
            if (r["port"], r["grp"]) == (net.name(port), group)}


def told(t, net, group=G):
    """Nobody is waited for: one query after the last leave, on p1."""
    time.sleep(MOMENT)
    t.eq([sum(map(is_specific(group), net.frames(port)))
          for port in net.ports], [1, 0, 0, 0], "queries")


@test("EHT-01 hosts without an address are told apart by their MAC")
def without_address(t):
    net = snooping(t, family=46)
    for host in (A, B):
        net.send(1, igmp3_to_ex(G, host=host, src="0.0.0.0"),
                 mld2_to_ex(G6, host=host, src="::"))
    net.fence()
    t.eq(known(net), {("0.0.0.0", mac(A)): "EX()",
                      ("0.0.0.0", mac(B)): "EX()"})
    t.eq(known(net, group=G6), {("::", mac(A)): "EX()",
                                ("::", mac(B)): "EX()"})


@test("EHT-01 hosts are kept per port, VLAN, group, address and MAC")
def keys(t):
    net = snooping(t, vlan=True)
    net.ns.bridge("vlan add dev p1 vid 100\nvlan add dev p2 vid 100\n"
                  "vlan add dev br0 vid 100 self\n")
    net.send(1, igmp3_to_ex(G, host=A), igmp3_to_ex(G, host=B),
             igmp3_to_ex(G, host=A, src="192.0.2.200"),
             igmp3_to_ex(G, host=A, smac=mac(C)), igmp3_to_ex(G2, host=A),
             igmp3_allow(G, S(1), host=A, vlan=100))
    net.send(2, igmp3_to_ex(G, host=A))
    net.fence()
    rows = {(r["port"], r["vid"], r["grp"], r["address"], r["mac"]): short(r)
            for r in hosts(net)}
    a = "192.0.2.21"
    t.eq(rows, {("p1", 1, G, a, mac(A)): "EX()",
                ("p1", 1, G, "192.0.2.22", mac(B)): "EX()",
                ("p1", 1, G, "192.0.2.200", mac(A)): "EX()",
                ("p1", 1, G, a, mac(C)): "EX()",
                ("p1", 1, G2, a, mac(A)): "EX()",
                ("p1", 100, G, a, mac(A)): "IN(1)",
                ("p2", 1, G, a, mac(A)): "EX()"})
    for words, n in (("port p2", 1), ("vid 100", 1), (f"grp {G2}", 1),
                     ("dev br0 port p1 vid 1", 5), ("vid 7", 0),
                     (f"grp {G} port p1 vid 1", 4)):
        t.eq(len(hosts(net, words)), n, words)


def follow(t, net, group, steps):
    """Reports of one host, and what is known of it after each."""
    for report, want in steps:
        net.send(1, report)
        net.fence()
        got = list(known(net, group=group).values())
        t.eq(got, [want] if want else [], f"after {report[-24:].hex()}")


@test("EHT-01 mode and list of a host follow what it says: IGMP")
def states(t):
    net = snooping(t)
    # another one keeps the record
    net.send(1, igmp3_to_ex(G2, host=B))
    follow(t, net, G, (
        (igmp3_allow(G, S(2)), "IN(2)"), (igmp3_is_in(G, S(1)), "IN(1,2)"),
        (igmp3_block(G, S(2)), "IN(1)"), (igmp3_to_ex(G, S(3)), "EX(3)"),
        (igmp3_block(G, S(4), S(5)), "EX(3,4,5)"),
        (igmp3_allow(G, S(4)), "EX(3,5)"), (igmp3_is_ex(G, S(6)), "EX(6)"),
        # an answer to a query of sources
        (igmp3_is_in(G, S(7)), "EX(6)"), (igmp3_to_in(G, S(1)), "IN(1)"),
        (igmp2_report(G), "EX()"), (igmp2_leave(G), None),
        (igmp1_report(G), "EX()"), (igmp3_to_in(G), None)))


@test("EHT-01 mode and list of a host follow what it says: MLD")
def states6(t):
    net = snooping(t, family=6)
    follow(t, net, G6, (
        (mld2_allow(G6, S6(2)), "IN(2)"), (mld2_is_in(G6, S6(1)), "IN(1,2)"),
        (mld2_block(G6, S6(2)), "IN(1)"), (mld2_to_ex(G6, S6(3)), "EX(3)"),
        (mld2_block(G6, S6(4)), "EX(3,4)"), (mld2_is_ex(G6), "EX()"),
        (mld2_to_in(G6, S6(1)), "IN(1)"), (mld1_report(G6), "EX()"),
        (mld1_done(G6), None)))


@test("EHT-01 version, times and the number of hosts are shown", sim=True)
def times(t):
    net = snooping(t)
    net.send(1, igmp3_to_ex(G, host=A), igmp2_report(G, host=B))
    time.sleep(5)
    net.send(1, igmp3_is_ex(G, host=A))
    time.sleep(2)
    a, b = sorted(hosts(net), key=lambda r: r["address"])
    t.eq((a["version"], b["version"]), (3, 2))
    for row, key, want in ((a, "uptime", 7), (a, "last_seen", 2),
                           (a, "timer", GMI - 2), (b, "uptime", 7),
                           (b, "last_seen", 7), (b, "timer", GMI - 7)):
        t.near(row[key], want, 0.01, f"{row['address']} {key}")
    rec, = net.mcs.json(f"group show grp {G}")
    t.eq((rec["hosts"], rec["hosts_complete_in"]), (2, 0))
    text = net.mcs(f"group show grp {G}", "-d")
    t.ok("2 hosts known" in text, text)


@test("a host that stops to answer is forgotten after GMI", sim=True)
def silent(t):
    net = snooping(t, AUTO)
    net.send(1, igmp3_to_ex(G, host=A), igmp3_to_ex(G, host=B))
    for _ in range(2):
        time.sleep(100)
        net.send(1, igmp3_is_ex(G, host=A))
    time.sleep(GMI - 200 - 0.01)
    t.eq(len(known(net)), 2, "10 ms before")
    time.sleep(0.02)
    t.eq(list(known(net)), [("192.0.2.21", mac(A))], "10 ms after")
    net.flush()
    net.send(1, igmp3_to_in(G, host=A))
    t.eq(net.data(4, G), [], "nobody waits for it any more")
    told(t, net)


@test("hosts go with their record: port down, VLAN removed, leave, detach")
def gone(t):
    net = snooping(t, vlan=True)
    joins = [igmp3_report((IS_EX, G, ()), (ALLOW, G2, (S(1), S(2))), host=h)
             for h in (A, B, C)]
    net.send(1, *joins)
    net.send(2, *joins)
    net.fence()
    t.eq(len(hosts(net)), 12)
    net.link(1, "down")
    wait_until(lambda: {r["port"] for r in hosts(net)} == {"p2"},
               what="the port is down")
    net.ns.bridge("vlan del dev p2 vid 1\n")
    wait_until(lambda: hosts(net) == [], what="the VLAN is gone")
    net.send(3, *joins)
    net.fence(ports=[3, 4])
    t.eq(len(hosts(net)), 6)
    net.mcs("bridge del dev br0")
    t.eq(hosts(net), [])


@test("host-tracking off forgets hosts at once, in one VLAN too; on begins anew",
      sim=True)
def off_and_on(t):
    net = snooping(t, AUTO, family=46)
    net.send(1, igmp3_to_ex(G, host=A), mld2_to_ex(G6, host=A))
    net.send(2, igmp3_to_ex(G, host=A))
    net.fence()
    net.mcs("vlan set dev br0 vid 0 family ipv4 host-tracking off")
    t.eq({r["grp"] for r in hosts(net) if r["port"] != "br0"}, {G6},
         "IPv4 is forgotten")
    t.ok("hosts" not in net.mcs.json(f"group show grp {G} port p1")[0],
         "no number of hosts")
    net.flush()
    net.send(2, igmp3_to_in(G, host=A))
    net.expect(2, is_specific(G), what="a query")
    net.mcs("vlan reset dev br0 vid 0 family ipv4")
    net.send(1, igmp3_is_ex(G, host=B))
    time.sleep(0.1)
    rec, = net.mcs.json(f"group show grp {G} port p1")
    t.eq(rec["hosts"], 1, "A was not heard again")
    t.near(rec["hosts_complete_in"], GMI, 0.2)
    net.flush()
    net.send(1, igmp3_to_in(G, host=B))
    net.expect(1, is_specific(G), what="A may be there")
    net.send(1, igmp3_is_ex(G, host=A))
    time.sleep(3)
    t.eq(net.data(4, G), [1])
    for _ in range(3):
        time.sleep(100)
        net.send(1, igmp3_is_ex(G, host=A))
    net.flush()
    net.send(1, igmp3_to_in(G, host=A))
    t.eq(net.data(4, G), [], "all are known again")
    told(t, net)


@test("SEC-09 max-hosts: one more is counted, and leaves are asked about",
      sim=True)
def max_hosts(t):
    net = snooping(t, AUTO + " max-hosts 2")
    grown = net.mcs.counting("limit_", port=1)
    net.send(1, *(igmp3_to_ex(G, host=h) for h in (A, B, C)))
    net.send(2, igmp3_to_ex(G, host=A))
    net.fence()
    t.eq(grown(), {"limit_hosts": 1})
    t.eq(set(a for a, _ in known(net)), {"192.0.2.21", "192.0.2.22"})
    net.flush()
    # C is not known: it would be cut off
    net.send(1, igmp3_to_in(G, host=A), igmp3_to_in(G, host=B))
    net.expect(1, is_specific(G))
    net.send(1, igmp3_is_ex(G, host=C))
    time.sleep(5)
    t.eq(net.data(4, G), [1, 2])
    # nobody was refused for a Group Membership Interval
    for _ in range(3):
        net.send(1, igmp3_is_ex(G, host=C))
        time.sleep(100)
    net.flush()
    net.send(1, igmp3_to_in(G, host=C))
    t.eq(net.data(4, G), [])
    told(t, net)
    t.eq(net.mcs.stats(2).get("limit_hosts", 0), 0, "p2 was not hurt")


@test("SEC-09 a port's own max-hosts and max-sources go before the bridge's")
def own_limits(t):
    net = snooping(t, "max-hosts 3 max-sources 3")
    net.mcs("port set dev p1 max-hosts 1 max-sources 5")
    net.mcs("port set dev p2 max-hosts 5 max-sources 1")
    many = [S(n) for n in range(1, 7)]
    for port in (1, 2, 3):
        net.send(port, *(igmp3_allow(G, S(1), host=20 + n) for n in range(7)),
                 igmp3_allow(G, *many, host=20))
    net.fence()
    t.eq([len(known(net, p)) for p in (1, 2, 3)], [1, 5, 3], "hosts")
    t.eq([len(net.mcs.rec(p, G).forward) for p in (1, 2, 3)], [5, 1, 3],
         "sources")
    t.eq([len(net.mcs.json(f"host show port p{p}")[0]["source_list"])
          for p in (1, 2, 3)], [5, 1, 3], "sources of a host")
    t.eq([net.data(4, G, src=S(n)) for n in (1, 2, 4, 6)],
         [[1, 2, 3], [1, 3], [1], []])


@test("after a report that was refused as a whole leaves are asked about",
      sim=True)
def missed(t):
    for settings, refused in (
            ("max-records 3", [igmp3_report(*((IS_EX, g, ()) for g in
                                              (G, G2, "239.1.1.3",
                                               "239.1.1.4")), host=B)]),
            ("max-port-groups 1", [igmp3_to_ex(G2, host=B)])):
        net = snooping(t, AUTO + " " + settings)
        net.send(1, igmp3_to_ex(G, host=A))
        net.send(2, igmp3_to_ex(G, host=A), *refused)
        net.send(1, *refused)
        net.fence()
        net.flush()
        net.send(1, igmp3_to_in(G, host=A))
        net.expect(1, is_specific(G), what=settings)
        t.ok(net.mcs.rec(1, G), settings)
        time.sleep(1)
        net.send(1, igmp3_is_ex(G, host=C))
        rec, = net.mcs.json(f"group show grp {G} port p1")
        t.near(rec["hosts_complete_in"], GMI - 1, 0.2, settings)
        for _ in range(3):
            time.sleep(100)
            net.send(1, igmp3_is_ex(G, host=C))
        net.flush()
        net.send(1, igmp3_to_in(G, host=C))
        t.eq(net.data(4, G), [], "GMI later")
        told(t, net)


@test("max-port-hosts bounds all hosts of a port, long lists count more")
def max_port_hosts(t):
    net = snooping(t, "max-port-hosts 10 max-sources 100")
    grown = net.mcs.counting("limit_", port=1)
    net.send(1, *(igmp3_to_ex(f"239.8.0.{n}", host=A) for n in range(12)))
    net.send(2, igmp3_to_ex(G, host=A))
    net.fence()
    t.eq(len(hosts(net, "port p1")), 10)
    t.eq(len(hosts(net, "port p2")), 1, "p2 is not hurt")
    t.eq(grown(), {"limit_hosts": 2})
    t.eq(len(net.mcs.groups()), 13, "all are served")
    # what goes makes room
    net.mcs("port set dev p1 fast-leave on")
    net.send(1, *(igmp3_to_in(f"239.8.0.{n}", host=A) for n in range(12)))
    net.send(1, igmp3_allow(G, *(f"10.3.0.{n}" for n in range(80)), host=B),
             *(igmp3_to_ex(G, host=h) for h in (C, D, 15, 16, 17)))
    net.fence()
    t.eq(len(hosts(net, "port p1")), 5, "one of 80 sources counts as six")
    t.eq(grown(), {"limit_hosts": 3})


@test("a host's list is bounded, and its leaves are asked about then")
def long_list(t):
    net = snooping(t, AUTO + " max-sources 4")
    net.send(1, igmp3_allow(G, *(S(n) for n in range(1, 7)), host=A))
    net.fence()
    t.eq(list(known(net).values()), ["IN(1,2,3,4)"])
    rec, = net.mcs.json(f"group show grp {G}")
    t.near(rec["hosts_complete_in"],
           net.mcs.querier()["membership_interval"], 5)
    # what it excludes may be less: it gets more
    net.send(1, igmp3_is_ex(G2, *(S(n) for n in range(1, 7)), host=A))
    net.fence()
    t.eq(list(known(net, group=G2).values()), ["EX(1,2,3,4)"])
    rec, = net.mcs.json(f"group show grp {G2}")
    t.eq(rec["hosts_complete_in"], 0)


@test("a crowd with long lists is asked, not looked through")
def crowd(t):
    net = snooping(t, AUTO)
    many = [f"10.3.0.{n}" for n in range(1, 61)]
    for host in range(20, 60):
        net.send(1, igmp3_allow(G, *many, host=host))
    net.fence()
    grown = net.mcs.counting("leave_", port=1)
    net.flush()
    net.send(1, igmp3_block(G, *many, host=20))
    net.expect(1, is_specific(G), what="a query")
    t.eq(grown(), {})
    net.send(1, igmp3_block(G, many[0], host=21))
    net.fence()
    t.eq(grown(), {"leave_known": 1}, "one source is looked for")


@test("300 groups of 8 hosts: a whole dump, every host once")
def dump(t):
    net = snooping(t)
    groups = [f"239.9.{n // 100}.{n % 100 + 1}" for n in range(300)]
    for h in range(20, 28):
        for i in range(0, 300, 100):
            net.send(1, igmp3_report(*((IS_EX, g, ()) for g in
                                       groups[i:i + 100]), host=h))
    net.fence()
    rows = hosts(net)
    t.eq(len(rows), 2400)
    t.eq(len({(r["grp"], r["address"]) for r in rows}), 2400, "all different")


@test("long lists of sources are shown whole")
def long_dump(t):
    net = snooping(t, "max-sources 2000", family=46)
    net.ns.ip("link set p1 mtu 9000")
    net.hosts_ns.ip("link set h1 mtu 9000")
    many = [f"10.2.{n // 250}.{n % 250 + 1}" for n in range(1500)]
    many6 = [f"2001:db8::{n + 1:x}" for n in range(500)]
    for h in (A, B):
        net.send(1, igmp3_allow(G, *many, host=h),
                 mld2_allow(G6, *many6, host=h))
    net.fence()
    for group, want in ((G, many), (G6, many6)):
        rows = hosts(net, f"grp {group}")
        t.eq(len(rows), 2, group)
        for row in rows:
            t.eq([s["address"] for s in row["source_list"]], want)


@test("without memory a host is not remembered, and nobody is cut off")
def no_memory(t):
    failing = Failing(t, caches=("kmalloc-64",))
    net = snooping(t, AUTO)
    net.send(1, igmp3_to_ex(G, host=A))
    net.fence()
    grown = net.mcs.counting("no_memory", port=1)
    failing.percent(100)
    net.send(1, igmp3_to_ex(G, host=B))
    failing.percent(0)
    net.fence()
    t.eq(grown(), {"no_memory": 1})
    t.eq(list(known(net)), [("192.0.2.21", mac(A))])
    net.flush()
    net.send(1, igmp3_to_in(G, host=A))
    t.eq(net.data(4, G), [1], "B was not remembered, but is asked")
    net.expect(1, is_specific(G))


@test("EHT-01 kernel hosts and the host side are known", sim=True)
def real(t):
    net = snooping(t, AUTO, family=46, fresh=True)
    member = Host(net, 1)
    member.join(G)
    member.member(G6).join_source(S6(1))
    Host(net, 0).join(G)
    wait_until(lambda: known(net, 0) and known(net) and
               known(net, group=G6), what="the joins")
    t.eq(known(net), {("192.0.2.11", mac(1)): "EX()"})
    t.eq(known(net, group=G6), {("fe80::11", mac(1)): "IN(1)"})
    t.eq(list(known(net, 0).values()), ["EX()"], "the host side")
    time.sleep(300)
    t.eq(known(net), {("192.0.2.11", mac(1)): "EX()"}, "after two rounds")
    t.eq(known(net, group=G6), {("fe80::11", mac(1)): "IN(1)"})


@test("hosts that come and go while the module is removed")
def census(t):
    net = Net(t, attach="querier on")
    wait_pruning(net)
    for n in range(50):
        net.send(1, *(igmp3_to_ex(f"239.8.0.{n}", host=h)
                      for h in (A, B, C, D)),
                 igmp3_allow(G, *(S(i) for i in range(1, n % 30 + 2)),
                             host=20 + n))
    net.fence()
    t.ok(len(hosts(net)) > 200)
    t.defer(lambda: mcs.loaded() or mcs.load())
    mcs.unload()
    mcs.load()


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
