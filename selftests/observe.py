#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""mode observe, and on what evidence data is pruned."""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.ns import now
from lib.packets import (ROUTER, igmp2_report, igmp3_to_ex, igmp_query,
                         mld2_to_ex, udp)
from lib.scenario import (G, G2, G6, QI, answered, snooping, until,
                          wait_pruning)

NOT_MEMBER = "239.7.7.7"


def settle():
    """Let the kernel's work items run."""
    time.sleep(0.05)


def observed(net, *ports):
    """A function: what each port has counted since, without zeros."""
    before = {p: net.mcs.counting("observe_", port=p) for p in ports}
    return lambda: {p: grown() for p, grown in before.items() if grown()}


def explained(net, port, group):
    """{port: (forwarded, rule or obstacle, observe)}"""
    rows = net.mcs.json(f"explain dev br0 from p{port} grp {group}")
    return {r["port"]: (r["forwarded"], r.get("obstacle", r["rule"]),
                        r.get("observe", False)) for r in rows}


@test("a bridge that observes drops nothing, and counts frames and bytes")
def bridge(t):
    net = snooping(t, "mode observe", family=46, router=3)
    net.send(1, igmp3_to_ex(G), mld2_to_ex(G6))
    net.fence()
    size = len(udp(G))
    for group in G, G6:
        size = len(udp(group))
        grown = observed(net, 1, 2, 3)
        for _ in range(3):
            t.eq(net.data(4, group), [1, 2, 3], group)
        t.eq(grown(), {2: {"observe_data": 3, "observe_bytes": 3 * size}},
             f"{group}: counted where it would not go")
        g = [g for g in net.mcs.groups() if g["grp"] == group][0]
        # the host side is a port as well
        t.eq((g["observe_data"], g["observe_bytes"]), (6, 6 * size),
             f"{group}: of the group")
    t.eq(explained(net, 4, G),
         {"br0": (True, "not_member", True),
          "p1": (True, "member_exclude", False),
          "p2": (True, "not_member", True),
          "p3": (True, "router_port", False),
          "p4": (False, "own_port", False)})
    text = net.mcs(f"explain dev br0 from p4 grp {G}")
    t.ok("mode observe" in text, text)
    shown = net.mcs.bridge()
    t.eq((shown["mode"], shown["fastpath_state"], shown["pruning"][0]["mode"]),
         ("observe", "observe", "observe"))
    t.eq([p["port"] for p in shown["observed"]["ports"]], ["br0", "p2"])
    t.eq(shown["observed"]["data"], 12)
    text = net.mcs("bridge show dev br0")
    t.ok("observing" in text and "12 data frames" in text, text)


@test("nobody asked for it: goes everywhere, would go to routers only")
def unregistered(t):
    net = snooping(t, "mode observe", router=3)
    grown = observed(net, 1, 2, 3)
    t.eq(net.data(4, NOT_MEMBER), [1, 2, 3])
    t.eq(grown(), {p: {"observe_data": 1, "observe_bytes":
                       len(udp(NOT_MEMBER))} for p in (1, 2)})


@test("the fast path is closed while something is observed")
def fast(t):
    net = snooping(t)
    net.send(1, igmp3_to_ex(G))
    net.fence()

    def path():
        grown = net.mcs.counting("path_", port=4)
        t.eq(net.data(4, G), [1])
        return set(grown())

    for words, undo in (("port set dev p3 mode observe",
                         "port set dev p3 mode inherit"),
                        ("vlan set dev br0 vid 7 mode observe",
                         "vlan reset dev br0 vid 7")):
        net.mcs(words)
        settle()
        t.eq(net.mcs.bridge()["fastpath_state"], "observe", words)
        grown = net.mcs.counting("path_", port=4)
        t.eq(net.data(4, G), [1, 3] if "p3" in words else [1], words)
        t.eq(set(grown()), {"path_observe"}, words)
        net.mcs(undo)
        settle()
        t.eq(net.mcs.bridge()["fastpath_state"], "open", undo)
        # p3 is flooded until its members were asked, and so is nothing fast
        for _ in range(200):
            if "flood_ports" not in net.mcs.querier(4):
                break
            time.sleep(0.1)
        path()
        t.eq(path(), {"path_fast"}, undo)


@test("a VLAN that observes, beside one that enforces", sim=True)
def vlan(t):
    net = snooping(t, vlan=True, router=4)
    for port in 1, 2, 3:
        net.ns.bridge(f"vlan add dev p{port} vid 20")
    net.ns.bridge("vlan add dev br0 vid 20 self")
    wait_pruning(net, 4, 20)
    time.sleep(answered() + QI)
    net.mcs("vlan set dev br0 vid 20 family ipv4 mode observe")
    net.send(1, igmp3_to_ex(G), igmp3_to_ex(G, vlan=20))
    net.fence()
    grown = observed(net, 2)
    t.eq(net.data(3, G), [1, 4], "VLAN 1")
    t.eq(grown(), {}, "VLAN 1")
    seen = net.mcs.counting("data_pruned", port=2)
    net.send(3, udp(G, 0x7001, vlan=20))
    net.fence()
    t.eq(grown(), {2: {"observe_data": 1,
                       "observe_bytes": len(udp(G))}}, "VLAN 20")
    t.eq(seen(), {}, "VLAN 20: nothing was pruned")
    rows = {(v.get("vid"), v["family"]): v
            for v in net.mcs.json("vlan show dev br0")}
    t.eq([rows[20, "ipv4"]["mode"], rows[20, "ipv4"]["own"],
          rows[20, "ipv6"]["mode"], rows[1, "ipv4"]["mode"]],
         ["observe", ["mode"], "enforce", "enforce"])
    t.ok("active, observed" in net.mcs("vlan show dev br0 vid 20"))


@test("a port that observes, and one that enforces where all else observes")
def port(t):
    net = snooping(t, router=4)
    net.send(1, igmp3_to_ex(G))
    net.fence()
    net.mcs("port set dev p2 mode observe")
    settle()
    t.eq(net.data(4, G), [1, 2], "p2 observes")
    net.mcs("port set dev p3 mode enforce")
    net.mcs("bridge set dev br0 mode observe")
    settle()
    t.eq(net.data(4, G), [1, 2], "p3 enforces")
    t.eq(explained(net, 4, G)["p3"], (False, "not_member", False))
    net.mcs("bridge set dev br0 mode enforce")
    net.mcs("port set dev p2 mode enforce")


@test("reports and refused messages pass as well, and are counted")
def messages(t):
    net = snooping(t, "mode observe", router=3)
    grown = observed(net, 1, 2, 3, 4)
    t.eq(net.reach(1, igmp2_report(G)), [2, 3, 4], "a report")
    t.eq(grown(), {2: {"observe_reports": 1}, 4: {"observe_reports": 1}})
    t.eq(net.mcs.table(), {("p1", 0, G): "EX(;)"}, "it is learned")
    grown = observed(net, 1, 2, 3, 4)
    before = net.mcs.counting("drop_", port=1)
    t.eq(net.reach(1, igmp2_report(G2, csum="bad")), [2, 3, 4], "malformed")
    t.eq(grown(), {1: {"observe_refused": 1}})
    t.eq(before(), {"drop_csum": 1}, "it is refused all the same")
    t.eq(len(net.mcs.table()), 1, "and not learned")
    net.mcs("port set dev p2 query-guard on")
    t.eq(net.reach(2, igmp_query(3, src="192.0.2.9")), [1, 3, 4], "guarded")
    t.eq(net.mcs.querier(4)["state"], "self", "it is no querier")


@test("when observing ends members are asked before anything is pruned",
      sim=True)
def over(t):
    for observe, enforce in (
            ("bridge set dev br0 mode observe",
             "bridge set dev br0 mode enforce"),
            ("port set dev p2 mode observe", "port set dev p2 mode inherit")):
        net = snooping(t, router=4)
        net.mcs(observe)
        # a host that hears the other's report keeps its own back
        net.send(1, igmp2_report(G))
        net.fence()
        net.flush()
        time.sleep(5)
        t0 = now()
        net.mcs(enforce)
        t.ok(net.expect(2, lambda f: f.is_general, what="query"), enforce)
        t.eq(net.data(4, G, fence={"senders": [1, 4]}), [1, 2]
             if "port" in observe else [1, 2, 3], "not asked yet")
        net.send(2, igmp2_report(G, host=2))
        until(t0, answered() + 0.5)
        t.eq(net.data(4, G), [1, 2], "asked and answered")
        t.eq(net.mcs.bridge()["fastpath_state"], "open")


# --- evidence ---------------------------------------------------------------

@test("since when, when members were asked, when one answered", sim=True)
def evidence(t):
    net = Net(t)
    net.mcs("bridge add dev br0 querier off")
    time.sleep(7)

    def look():
        q = net.mcs.querier(4)
        return q["pruning"], q["since"], q.get("query_seen"), \
            q.get("report_seen")

    def near(got, want):
        t.eq([x is None for x in got], [x is None for x in want], str(got))
        for g, w in zip(got[1:], want[1:]):
            if w is not None:
                t.near(g, w, 0.1, f"{got} {want}")
        t.eq(got[0], want[0])

    near(look(), ("no_querier", 7.0, None, None))
    text = net.mcs("bridge show dev br0")
    t.ok("never asked, no reports" in text, text)
    net.send(1, igmp3_to_ex(G))
    net.send(3, igmp_query(3, src="192.0.2.1"))
    time.sleep(2)
    near(look(), ("learning", 2.0, 2.0, 2.0))
    time.sleep(20)
    begun = 22 - answered()
    near(look(), ("active", begun, 22.0, 22.0))
    shown = net.mcs.bridge()["pruning"][0]
    t.near(shown["since"], begun, 0.1)
    t.near(shown["query_seen"], 22, 0.1)
    t.eq(shown["reports"], 1)
    text = net.mcs("bridge show dev br0")
    t.ok("for 10s: asked 22s ago, 1 report, last 22s ago" in text, text)
    row = net.mcs.json("vlan show dev br0")[0]
    t.eq((row["pruning"], row["reports"]), ("active", 1))
    text = net.mcs("vlan show dev br0")
    t.ok("asked 22s ago, 1 report" in text, text)
    time.sleep(255)
    near(look(), ("no_querier", 22.0, 277.0, 277.0))


@test("a second querier is one that goes on after it lost", sim=True)
def rival(t):
    net = Net(t)
    net.mcs("bridge add dev br0 querier off")
    low, high = "192.0.2.5", "192.0.2.9"

    def ask(port, src):
        net.send(port, igmp_query(3, src=src, host=ROUTER))
        net.fence()
        time.sleep(1)

    ask(2, high)
    ask(3, low)
    t.ok("rival" not in net.mcs.querier(4), "it was there first")
    ask(2, high)
    t.ok("rival" not in net.mcs.querier(4), "it may not have heard yet")
    ask(3, low)
    ask(2, high)
    q = net.mcs.querier(4)
    t.eq((q["address"], q["port"]), (low, "p3"))
    t.eq((q.get("rival"), q.get("rival_port")), (high, "p2"))
    t.near(q["rival_seen"], 1, 0.1)
    t.ok(f"queries as well: {high} on p2" in net.mcs("querier show"))


@test("a querier that this bridge wins against and that goes on", sim=True)
def rival_of_us(t):
    net = snooping(t)
    net.send(2, igmp_query(3, src="192.0.2.99"))
    time.sleep(QI / 4 + 1)
    t.ok("rival" not in net.mcs.querier(4), "it had not heard us")
    net.send(2, igmp_query(3, src="192.0.2.99"))
    net.fence()
    q = net.mcs.querier(4)
    t.eq((q["state"], q.get("rival"), q.get("rival_port")),
         ("self", "192.0.2.99", "p2"))


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
