#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Every bound that a host can reach: refused, counted, nobody else hurt."""
import ipaddress
import time

from lib import ktap, mcs, packets
from lib.ktap import SIM, test
from lib.packets import (ALLOW, TO_EX, igmp2_leave, igmp2_report,
                         igmp3_allow, igmp3_block, igmp3_is_ex, igmp3_report,
                         igmp3_to_ex, igmp3_to_in, mld2_report)
from lib.scenario import G, LMQT, S, is_specific, snooping, sources

FAST = "" if SIM else " last-member-interval 200ms"


def group(n):
    """Group number n."""
    return f"239.3.{n // 250}.{n % 250 + 1}"


def joins(net, port, first, last):
    """Join groups first to last - 1, 100 in a report."""
    for i in range(first, last, 100):
        net.send(port, igmp3_report(*((TO_EX, group(n)) for n in
                                      range(i, min(i + 100, last)))))
    net.fence()


@test("SEC-09 max-groups: the bridge refuses one more, and counts it")
def max_groups(t):
    net = snooping(t, "max-groups 10 unregistered routers")
    joins(net, 1, 0, 10)
    grown = net.mcs.counting("limit_")
    net.send(2, igmp2_report(group(10)), igmp2_report(group(0)))
    net.fence()
    t.eq(grown(), {"limit_groups": 1})
    t.eq(str(net.mcs.rec(2, group(10))), "none", "group 11")
    t.eq(str(net.mcs.rec(2, group(0))), "EX(;)",
         "one more port of a known group is no new group")
    t.eq(net.data(4, group(0)), [1, 2], "the others are served")


@test("max-groups: room that was freed is used again")
def recovers(t):
    net = snooping(t, "max-groups 10" + FAST)
    joins(net, 1, 0, 10)
    net.send(1, igmp2_report(group(10)))
    net.send(1, igmp2_leave(group(0)))
    time.sleep(3 if SIM else 0.6)
    net.send(1, igmp2_report(group(10)))
    net.fence()
    t.eq(str(net.mcs.rec(1, group(10))), "EX(;)")


@test("SEC-09 max-port-groups hurts only the port that is full")
def max_port_groups(t):
    net = snooping(t, "max-port-groups 5")
    joins(net, 1, 0, 5)
    mine = net.mcs.counting("limit_", port=1)
    other = net.mcs.counting("limit_", port=2)
    net.send(1, igmp2_report(group(5)), igmp3_allow(group(6), S(1)))
    net.send(2, igmp2_report(group(5)), igmp2_report(group(6)))
    net.fence()
    t.eq(mine(), {"limit_port_groups": 2})
    t.eq(other(), {})
    t.eq(net.data(4, group(5)), [2])
    t.eq(net.data(4, group(0)), [1])


@test("a port's own max-groups goes before the bridge's")
def own_max(t):
    net = snooping(t, "max-port-groups 5")
    net.mcs("port set dev p1 max-groups 2")
    net.mcs("port set dev p2 max-groups 8")
    joins(net, 1, 0, 8)
    joins(net, 2, 0, 8)
    t.eq((net.mcs.port(1)["groups"], net.mcs.port(2)["groups"]), (2, 8))
    net.mcs("port set dev p1 max-groups 0")
    joins(net, 1, 0, 8)
    t.eq(net.mcs.port(1)["groups"], 5, "the bridge's again")


@test("static entries are bounded too, with a sentence")
def static(t):
    net = snooping(t, "max-groups 3")
    for n in range(3):
        net.mcs(f"group add dev br0 port p1 grp {group(n)}")
    said = net.mcs.refused(t, f"group add dev br0 port p1 grp {group(3)}")
    t.ok("max-groups" in said, said)


@test("V3-10 max-sources in INCLUDE: new sources are refused")
def include(t):
    net = snooping(t, "max-sources 4")
    grown = net.mcs.counting("limit_")
    net.send(1, igmp3_allow(G, *sources(1, 2, 3, 4, 5, 6)))
    net.fence()
    t.eq(len(net.mcs.rec(1, G).forward), 4)
    t.eq(grown(), {"limit_sources": 2})
    net.send(1, igmp3_allow(G, S(9)))
    net.fence()
    t.eq(len(net.mcs.rec(1, G).forward), 4)


@test("V3-10 max-sources in EXCLUDE: what is not stored is delivered")
def exclude(t):
    net = snooping(t, "max-sources 4")
    net.send(1, igmp3_is_ex(G, *sources(*range(1, 9))))
    net.fence()
    rec = net.mcs.rec(1, G)
    t.eq(len(rec.blocked), 4)
    passing = [n for n in range(1, 9) if net.data(4, G, src=S(n)) == [1]]
    t.eq(len(passing), 4, "sources that pass")


@test("V3-10 40 sources in one record, and every one obeyed")
def forty(t):
    net = snooping(t)
    net.send(1, igmp3_is_ex(G, *sources(*range(1, 41))))
    net.send(2, igmp3_allow(G, *sources(*range(1, 41))))
    net.fence()
    for n in (1, 20, 40):
        t.eq(net.data(4, G, src=S(n)), [2], f"source {n}")
    t.eq(net.data(4, G, src=S(41)), [1], "source 41")


@test("max-records: a report of more records is refused as a whole")
def records(t):
    net = snooping(t, "max-records 10")
    grown = net.mcs.counting("limit_", "drop_")
    frame = igmp3_report(*((TO_EX, group(n)) for n in range(11)))
    t.eq(net.reach(1, frame), [], "not forwarded")
    t.eq(net.mcs.table(), {})
    t.eq(grown(), {"limit_records": 1})
    net.send(1, igmp3_report(*((TO_EX, group(n)) for n in range(10))))
    net.fence()
    t.eq(len(net.mcs.table()), 10)


@test("the longest report of Ethernet: 183 records at once")
def full_frame(t):
    net = snooping(t)
    net.send(1, igmp3_report(*((TO_EX, group(n)) for n in range(183))))
    net.fence()
    t.eq(len(net.mcs.table()), 183)
    t.eq(net.data(4, group(182)), [1])


@test("PARSE-35 a report of several pages, not linear in memory")
def paged(t):
    net = snooping(t)
    net.ns.ip("\n".join(f"link set p{p} mtu 9000" for p in net.ports))
    net.hosts_ns.ip("\n".join(f"link set h{p} mtu 9000" for p in net.ports))
    net.mcs("port set dev p3 router permanent")
    frame = igmp3_report(*((TO_EX, group(n)) for n in range(512)))
    net.flush()
    net.send_paged(1, frame)
    net.fence()
    t.eq(len(net.mcs.table()), 512)
    t.eq([f.raw == frame for f in net.frames(3)], [True], "forwarded as it is")
    broken = igmp3_report(*((TO_EX, group(n)) for n in range(512)), count=600)
    grown = net.mcs.counting("drop_", "limit_")
    net.send_paged(2, broken)
    net.fence()
    t.eq((len(net.mcs.table()), grown()), (512, {"drop_trunc": 1}))


@test("1000 groups: a whole dump, every one served and expired",
      limit=None if SIM else 240)
def thousand(t):
    net = snooping(t)
    joins(net, 1, 0, 1000)
    joins(net, 2, 500, 1000)
    rows = net.mcs.groups()
    t.eq(len(rows), 1500, "records in the dump")
    t.eq(len({(r["port"], r["grp"]) for r in rows}), 1500, "all different")
    b = net.mcs.bridge()
    t.eq((b["groups"], b["records"]), (1000, 1500))
    for n in (0, 499, 500, 999):
        t.eq(net.data(4, group(n)), [1] if n < 500 else [1, 2])
    if SIM:
        time.sleep(271)
        t.eq(net.mcs.groups(), [], "after GMI")
        t.eq(net.mcs.bridge()["groups"], 0)


@test("300 groups are left at once: each is asked about twice", sim=True)
def leave_storm(t):
    net = snooping(t)
    joins(net, 1, 0, 300)
    net.flush()
    for i in range(0, 300, 100):
        net.send(1, igmp3_report(*((3, group(n)) for n in range(i, i + 100))))
    time.sleep(3)
    asked = {}
    for f in net.frames(1):
        if is_specific()(f):
            asked[f.group] = asked.get(f.group, 0) + 1
    t.eq(net.mcs.groups(), [], "all gone")
    t.eq(set(asked.values()), {2}, "queries for each")
    t.eq(len(asked), 300)


@test("250 sources blocked at once, dumped and gone", sim=True)
def many_sources(t):
    net = snooping(t, "max-sources 1000")
    many = [f"10.2.0.{n}" for n in range(1, 251)]
    net.send(1, igmp3_allow(G, *many))
    net.fence()
    t.eq(len(net.mcs.rec(1, G).forward), 250)
    net.send(1, igmp3_block(G, *many))
    time.sleep(3)
    t.eq(str(net.mcs.rec(1, G)), "none")


@test("records that meet the end of a message are shown with their sources")
def message_ends(t):
    net = snooping(t)
    want = {group(n): [S(1)] for n in range(500)}
    want[group(0)] = sorted(sources(*range(1, 42)), key=packets.addr)
    for g, srcs in want.items():
        net.send(1, igmp3_is_ex(g, *srcs))
    # a timer more in the first record: what follows begins 8 octets later
    for n in range(41):
        net.fence()
        t.eq({row["grp"]: [s["address"] for s in row["source_list"]]
              for row in net.mcs.groups()}, want, f"{n} timers")
        net.send(1, igmp3_allow(group(0), S(n + 1)))


@test("an MLDv2 report of 45 records at once")
def records6(t):
    net = snooping(t, family=6)
    net.send(1, mld2_report(*((ALLOW if n % 2 else TO_EX, f"ff1e::{n + 1:x}",
                               ["2001:db8::1"] if n % 2 else [])
                              for n in range(45))))
    net.fence()
    mine = [k for k in net.mcs.table() if k[0] == "p1"]
    t.eq(len(mine), 45)


@test("none is refused, whichever part of their addresses groups differ in")
def spread(t):
    net = snooping(t, "max-groups 8000 max-port-groups 8000", family=6)
    mine = net.mcs.counting("no_memory", "limit_", port=1)
    for at in range(2, 16, 2):      # as RFC 3306 has it, and all others
        groups = [ipaddress.IPv6Address(
            (0xff1e << 112 | 1) ^ n << 8 * (14 - at)) for n in range(1, 1001)]
        for i in range(0, 1000, 40):
            net.send(1, mld2_report(*((TO_EX, str(g))
                                      for g in groups[i:i + 40])))
        net.fence()
    t.eq(mine(), {})
    t.eq(sum(port == "p1" for port, _, _ in net.mcs.table()), 7000)


@test("limits are checked when they are set, with a sentence")
def settings(t):
    net = snooping(t)
    for words in ("max-groups 0", "max-sources 5000", "max-records 0",
                  "query-response-interval 125",
                  "query-interval 5 query-response-interval 10",
                  "robustness 0", "igmp-version 4", "last-member-interval 1ms",
                  "query-interval 40000"):
        said = net.mcs.refused(t, "bridge set dev br0 " + words)
        t.ok(words.split()[0] in said, f"{words}: {said}")
    net.send(1, igmp3_to_ex(G), igmp3_to_in("239.1.1.2"))
    net.fence()
    t.eq(net.data(4, G), [1], "nothing was changed")

def pressure(net):
    """What the flight recorder has of it, [(event, port, counter)]."""
    return [(r["event"], r["port"], r["counter"])
            for r in net.mcs.json("log show dev br0")
            if r["event"] in ("pressure", "relief")]


@test("over-limit replace: what was not reported lately gives way",
      sim=True)
def replace_oldest(t):
    net = snooping(t, "max-port-groups 20 over-limit replace "
                   "fast-leave on")
    joins(net, 1, 0, 20)
    joins(net, 2, 0, 1)
    time.sleep(10)
    joins(net, 1, 0, 7)
    joins(net, 1, 8, 20)
    t.eq(pressure(net), [])
    grown = net.mcs.counting("limit_", port=1)
    joins(net, 1, 20, 21)
    t.eq(grown(), {"limit_replaced": 1})
    t.eq([n for n in range(21) if not net.mcs.rec(1, group(n))], [7])
    t.eq(pressure(net), [("pressure", "p1", "limit_port_groups")])
    t.ok(net.mcs.rec(2, group(0)), "another port's are its own")
    for n in (8, 9, 10):
        net.send(1, igmp3_to_in(group(n)))
    net.fence()
    t.eq(len(pressure(net)), 1, "17 of 20: not yet")
    net.send(1, igmp3_to_in(group(11)))
    net.fence()
    t.eq(pressure(net)[1:], [("relief", "p1", "limit_port_groups")])


@test("over-limit replace: nothing is given up that makes no room", sim=True)
def replace_in_vain(t):
    net = snooping(t, "max-groups 10 over-limit replace")
    joins(net, 1, 0, 10)
    joins(net, 2, 0, 5)
    had = net.mcs.table()
    grown = net.mcs.counting("limit_", port=2)
    joins(net, 2, 20, 22)
    t.eq(net.mcs.table(), had, "another port has these groups as well")
    t.eq(grown(), {"limit_groups": 2})
    joins(net, 1, 20, 21)
    t.eq(net.mcs.table().get(("p1", 0, group(20))), "EX(;)",
         "one of its own groups is nobody else's")
    net.mcs("bridge set dev br0 max-port-groups 3")
    had = net.mcs.table()
    joins(net, 1, 30, 33)
    t.eq(net.mcs.table(), had, "the limit was lowered: no room by one less")


@test("over-limit replace: static groups stay, with nothing else the "
      "new one is refused", sim=True)
def replace_static(t):
    net = snooping(t, "max-port-groups 2 over-limit replace")
    for n in (0, 1):
        net.mcs(f"group add dev br0 port p1 grp {group(n)}")
    grown = net.mcs.counting("limit_", port=1)
    joins(net, 1, 2, 3)
    t.eq(grown(), {"limit_port_groups": 1})
    t.eq(sorted(g for p, _, g in net.mcs.table() if p == "p1"),
         [group(0), group(1)])


@test("max-vlan-groups: the others have as many as before", sim=True)
def vlan_groups(t):
    net = snooping(t, "max-vlan-groups 5")
    grown = net.mcs.counting("limit_", port=1)
    joins(net, 1, 0, 7)
    t.eq(grown(), {"limit_vlan_groups": 2})
    joins(net, 2, 0, 5)
    t.eq(len([k for k in net.mcs.table() if k[0] == "p2"]), 5, "no new groups")
    t.eq(pressure(net), [("pressure", "p1", "limit_vlan_groups")])
    net.mcs("bridge set dev br0 max-vlan-groups 0")
    joins(net, 1, 5, 7)
    t.eq(len([k for k in net.mcs.table() if k[0] == "p1"]), 7)


@test("max-vlan-groups: static groups count when their VLAN comes back",
      sim=True)
def vlan_comes_back(t):
    net = snooping(t, "max-vlan-groups 3", vlan=True)
    vid = ("dev p1 vid 100", "dev p2 vid 100", "dev p3 vid 100",
           "dev p4 vid 100", "dev br0 vid 100 self")
    net.ns.bridge("".join(f"vlan add {v}\n" for v in vid))
    net.mcs(f"group add dev br0 port p1 vid 100 grp {group(0)}")
    net.ns.bridge("".join(f"vlan del {v}\n" for v in vid))
    net.ns.bridge("".join(f"vlan add {v}\n" for v in vid))
    grown = net.mcs.counting("limit_", port=2)
    net.send(2, *(igmp2_report(group(n), vlan=100) for n in range(1, 4)))
    net.fence()
    t.eq(grown(), {"limit_vlan_groups": 1})
    net.mcs(f"group del dev br0 port p1 vid 100 grp {group(0)}")
    net.send(2, igmp2_report(group(3), vlan=100))
    net.fence()
    t.eq(len([k for k in net.mcs.table() if k[0] == "p2"]), 3)


def mine(net, port=1):
    """The groups of a port."""
    return sorted(g for p, _, g in net.mcs.table() if p == f"p{port}")


@test("max-host-groups: one host has its limit, others of the port theirs",
      sim=True)
def host_groups(t):
    net = snooping(t, "max-host-groups 3 fast-leave auto")
    grown = net.mcs.counting("limit_", port=1)
    joins(net, 1, 0, 5)
    t.eq(grown(), {"limit_host_groups": 2})
    t.eq(mine(net), [group(n) for n in range(3)])
    grown = net.mcs.counting("limit_", port=1)
    net.send(1, *(igmp2_report(group(n), host=50) for n in (7, 8)))
    net.send(1, igmp2_report(group(0)), igmp2_report(group(0), host=50))
    net.send(1, igmp2_report(group(9), host=50))
    net.fence()
    t.eq(grown(), {"limit_host_groups": 1}, "what others have too counts")
    t.eq(mine(net), sorted(group(n) for n in (0, 1, 2, 7, 8)))
    joins(net, 2, 20, 21)
    t.eq(mine(net, 2), [group(20)], "the same address on another port")
    t.eq([(r["port"], r["counter"], r["mac"])
          for r in net.mcs.json("log show dev br0")
          if r["event"] == "pressure"],
         [("p1", "limit_host_groups", "02:00:00:00:00:01"),
          ("p1", "limit_host_groups", "02:00:00:00:00:32")])


@test("max-host-groups: who leaves has room at once, and it is said",
      sim=True)
def host_leaves(t):
    net = snooping(t, "max-host-groups 4")
    joins(net, 1, 0, 5)
    net.send(1, igmp3_to_in(group(0)), igmp3_to_ex(group(4)))
    net.fence()
    t.ok(group(4) in mine(net), "what it left is still asked for")
    time.sleep(LMQT + 0.1)
    t.eq(mine(net), [group(n) for n in range(1, 5)])
    net.send(1, *(igmp3_to_in(group(n)) for n in (1, 2)))
    time.sleep(LMQT + 0.1)
    t.eq(pressure(net), [("pressure", "p1", "limit_host_groups"),
                         ("relief", "p1", "limit_host_groups")])


@test("max-host-groups set later: what is there counts from the next reports "
      "on; a port has its own", sim=True)
def host_groups_later(t):
    net = snooping(t)
    joins(net, 1, 0, 3)
    joins(net, 2, 0, 3)
    net.mcs("bridge set dev br0 max-host-groups 3")
    net.mcs("port set dev p2 max-host-groups 4")
    for port in (1, 2):
        joins(net, port, 0, 5)
    t.eq(mine(net), [group(n) for n in range(3)])
    t.eq(mine(net, 2), [group(n) for n in range(4)])
    net.mcs("bridge set dev br0 max-host-groups 0")
    joins(net, 1, 5, 8)
    t.eq(len(mine(net)), 6, "no limit any more")


@test("max-host-groups, over-limit replace: a host gives up its own",
      sim=True)
def host_replaces(t):
    net = snooping(t, "max-host-groups 3 over-limit replace")
    net.send(1, igmp2_report(group(10), host=50))
    for n in range(3):
        net.send(1, igmp2_report(group(n)))
        time.sleep(1)
    net.send(1, igmp2_report(group(0)))
    grown = net.mcs.counting("limit_", port=1)
    net.send(1, igmp2_report(group(3)))
    net.fence()
    t.eq(grown(), {"limit_replaced": 1})
    t.eq(mine(net), sorted(group(n) for n in (0, 2, 3, 10)))
    net.send(1, *(igmp2_report(group(n), host=51) for n in (0, 2, 3)))
    net.fence()
    grown = net.mcs.counting("limit_", port=1)
    net.send(1, igmp2_report(group(4)))
    net.fence()
    t.eq(grown(), {"limit_host_groups": 1},
         "what somebody else wants as well is not given up")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
