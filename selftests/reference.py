#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The reference frames, sent as they are, and what becomes of each.

Where they go, what they make and count in an empty table, and what they do to
one with members. Those that must be refused are in badinput.py as well.
"""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.packets import (igmp3_allow, igmp3_to_ex, mld1_report, mld2_allow,
                         mrd4_adv)
from lib.scenario import (G, G2, G6, GMI, HURRY, LMQT, OQPI, S, S6,
                          same_queries, shared, snooping, specific,
                          wait_pruning)
from lib.vectors import BAD, VECTORS, WHAT

SOL = "ff02::1:ff00:11"
OLDER = "note_older"    # a general query of an older version than ours, V2-15

# vector: (port, records on that port, router ports, counters of the port)
EXPECTED = {
    "V01": (3, {}, ["p3"], {"rx_igmp_query_v1": 1, OLDER: 1}),
    "V02": (3, {}, ["p3"], {"rx_igmp_query_v2": 1, OLDER: 1}),
    "V03": (3, {}, ["p3"], {"rx_igmp_query_v2": 1, "note_doubted": 1}),
    "V04": (1, {G: "EX(;)"}, [], {"rx_igmp_report_v1": 1}),
    "V05": (1, {G: "EX(;)"}, [], {"rx_igmp_report_v2": 1}),
    "V06": (1, {}, [], {"rx_igmp_leave": 1}),
    "V07": (3, {}, ["p3"], {"rx_igmp_query_v3": 1}),
    "V08": (3, {}, ["p3"], {"rx_igmp_query_v3": 1}),
    "V09": (3, {}, ["p3"], {"rx_igmp_query_v3": 1, "note_doubted": 1}),
    "V10": (1, {G: "EX(;)"}, [], {"rx_igmp_report_v3": 1, "rx_records": 1}),
    "V11": (1, {G: "IN(1)"}, [], {"rx_igmp_report_v3": 1, "rx_records": 2}),
    "V12": (1, {G: "IN(1)", G2: "EX(;)"}, [],
            {"rx_igmp_report_v3": 1, "rx_records": 2}),
    "V13": (1, {G2: "EX(;)"}, [],
            {"rx_igmp_report_v3": 1, "rx_records": 2, "skip_type": 1}),
    "V16": (1, {G: "EX(;)"}, [], {"rx_igmp_report_v3": 1, "rx_records": 1}),
    "V20": (1, {G: "EX(;)"}, [], {"rx_igmp_report_v2": 1, "note_ra": 1}),
    "V21": (3, {}, ["p3"], {"rx_igmp_query_v2": 1, OLDER: 1}),
    "V25": (1, {G: "EX(;)"}, [], {"rx_igmp_report_v2": 1}),
    "V26": (3, {}, ["p3"], {"rx_igmp_query_v3": 1}),
    "V28": (1, {"232.1.1.2": "IN(1)"}, [],
            {"rx_igmp_report_v3": 1, "rx_records": 2, "skip_ssm": 1}),
    "V29": (3, {}, ["p3"], {"rx_mrd": 1}),
    "V30": (1, {}, [], {"rx_mrd": 1}),
    "V31": (3, {}, [], {"rx_mrd": 1}),
    "V32": (3, {}, ["p3"], {"rx_mld_query_v1": 1, OLDER: 1}),
    "V33": (1, {G6: "EX(;)"}, [], {"rx_mld_report_v1": 1}),
    "V34": (1, {}, [], {"rx_mld_done": 1}),
    "V35": (3, {}, ["p3"], {"rx_mld_query_v2": 1}),
    "V36": (3, {}, ["p3"], {"rx_mld_query_v2": 1, "note_doubted": 1}),
    "V37": (1, {SOL: "EX(;)"}, [], {"rx_mld_report_v2": 1, "rx_records": 1}),
    "V41": (3, {}, ["p3"], {"rx_pim_hello": 1}),
}
# Frames of protocols that are not snooped go everywhere, as without us.
FOREIGN = ["V42", "V43", "V44", "V45", "V46", "V47", "V48"]
# A report or leave goes to router ports, and here is none.
TO_ROUTERS = ("report", "leave", "TO_EX", "ALLOW", "IS_IN", "done", "record",
              "octets behind")


def rig(t):
    """A bridge that is attached anew for each vector."""
    net = Net(t, addr6="fe80::77", attach="querier off")
    return net


def reset(t):
    """Nothing in the tables, data pruned in both families."""
    net = shared(t, rig)
    net.mcs("bridge del dev br0")
    net.mcs(f"bridge add dev br0 querier on{HURRY}")
    wait_pruning(net, 4)
    wait_pruning(net, 6)
    net.flush()
    return net


def _valid(name):
    port, records, routers, counters = EXPECTED[name]

    @test(f"{name} {WHAT[name]}")
    def run(t):
        net = reset(t)
        grown = net.mcs.counting("rx_", "drop_", "skip_", "note_", "limit_",
                                 port=port)
        others = [p for p in net.ports if p != port]
        kept = any(word in WHAT[name] for word in TO_ROUTERS)
        t.eq(net.reach(port, VECTORS[name]), [] if kept else others,
             "goes to")
        mine = {g: r for (p, _, g), r in net.mcs.table().items()
                if p != "br0"}
        t.eq(mine, records, "records")
        t.eq(sorted(set(net.mcs.router_ports("ipv4") +
                        net.mcs.router_ports("ipv6"))), routers,
             "router ports")
        t.eq(grown(), counters, "counters")


def _invalid(name, counter):
    @test(f"{name} {WHAT[name]}: refused, {counter}")
    def run(t):
        net = reset(t)
        before = net.mcs.table()
        grown = net.mcs.counting("rx_", "drop_", "skip_", "note_", port=1)
        flooded = [2, 3, 4] if counter == "drop_frag" else []
        t.eq(net.reach(1, VECTORS[name], host=True),
             ([0] if flooded else []) + flooded, "goes to")
        t.eq(net.mcs.table(), before, "table")
        t.eq(net.mcs.routers(), {}, "router ports")
        t.eq(grown(), {counter: 1}, "counters")


def _foreign(name):
    @test(f"{name} {WHAT[name]}: not ours, goes everywhere")
    def run(t):
        net = reset(t)
        before = net.mcs.table()
        grown = net.mcs.counting("rx_", "drop_", "skip_", "note_", port=1)
        t.eq(net.reach(1, VECTORS[name]), [2, 3, 4])
        t.eq(net.mcs.table(), before, "table")
        t.eq(grown(), {}, "counters")


for vector in VECTORS:
    if vector in EXPECTED:
        _valid(vector)
    elif vector in BAD:
        _invalid(vector, BAD[vector])
    elif vector in FOREIGN:
        _foreign(vector)


def querier(net, family=4):
    """What is known of the other querier, or "self"."""
    q = net.mcs.querier(family)
    if q["state"] == "self":
        return "self"
    return (q["version"], q["query_response_interval"], q["robustness"],
            q["query_interval"], q["timer"])


def timers(net, group):
    """Group and source timers on p1 and p2, rounded to ms."""
    out = []
    for port in (1, 2):
        rec = net.mcs.rec(port, group)
        out.append((rec.timer, *rec.forward.values()))
    return out


def queries(net, group):
    """Specific queries on p1 within 10 s, and whether p1 still has it."""
    t0 = net.began
    time.sleep(10)
    got = specific(net, 1, group, t0)
    same_queries(got, [(0, 0, ""), (1, 0, "")])
    return bool(net.mcs.rec(1, group))


def router(net, family="ipv4"):
    """Type and time left of the router on p3."""
    r = net.mcs.routers().get(("p3", 0, family), {})
    return r.get("type"), r.get("timer")


# vector: what p1 and p2 sent before it, where to look, what to see. The
# vector comes from p1 if it is a host's, else from p3.
BEFORE = (igmp3_to_ex(G), igmp3_allow(G2, S(1), S(2), S(3)))
BEFORE6 = (mld1_report(G6), mld2_allow("ff1e::102", S6(1)))
EFFECTS = {
    "V01": ((), querier, (1, 10, 2, 125, OQPI)),
    "V02": ((), querier, (2, 10, 2, 125, OQPI)),
    "V03": (BEFORE, lambda n: (querier(n), timers(n, G)),
            ("self", [(LMQT,), (LMQT,)])),
    "V04": ((), lambda n: (n.mcs.rec(1, G).host_version,
                           n.mcs.rec(1, G).timer), (1, GMI)),
    "V05": ((), lambda n: (n.mcs.rec(1, G).host_version,
                           n.mcs.rec(1, G).timer), (2, GMI)),
    "V06": (BEFORE, lambda n: queries(n, G), False),
    "V07": ((), querier, (3, 10, 2, 125, OQPI)),
    "V08": (BEFORE, lambda n: (querier(n), timers(n, G)),
            ("self", [(GMI,), (GMI,)])),
    "V09": ((igmp3_allow(G, S(1), S(2), S(3)),), lambda n: timers(n, G),
            [(None, 49.6, 49.6, GMI)] * 2),
    "V10": ((), lambda n: n.mcs.rec(1, G).timer, GMI),
    "V11": ((), lambda n: n.mcs.rec(1, G).forward, {S(1): GMI}),
    "V21": ((), querier, (2, 10, 2, 125, OQPI)),
    "V26": ((), lambda n: (querier(n), router(n)),
            ("self", ("zero_query", OQPI))),
    "V29": ((), router, ("mrd", 61.5)),
    "V31": ((mrd4_adv(20),), lambda n: router(n)[0], "mrd"),
    "V32": ((), lambda n: querier(n, 6), (1, 10, 2, 125, OQPI)),
    "V33": ((), lambda n: (n.mcs.rec(1, G6).host_version,
                           n.mcs.rec(1, G6).timer), (1, GMI)),
    "V34": (BEFORE6, lambda n: queries(n, G6), False),
    "V35": ((), lambda n: querier(n, 6),
            (2, 32.8, 2, 288, 2 * 288 + 16.4)),
    "V36": ((mld2_allow(G6, "2001:db8::51", "2001:db8::52"),),
            lambda n: (querier(n, 6), timers(n, G6)),
            ("self", [(None, LMQT, GMI)] * 2)),
    "V37": ((), lambda n: n.mcs.rec(1, SOL).timer, GMI),
    "V41": ((), router, ("pim", 105)),
}
HOSTS = ("V04", "V05", "V06", "V10", "V11", "V33", "V34", "V37")


def _effect(name):
    before, look, want = EFFECTS[name]

    @test(f"{name} {WHAT[name]}: what it does", sim=True)
    def run(t):
        net = snooping(t, family=46)
        net.began = 0
        for port in (3,) if name == "V31" else (1, 2):
            net.send(port, *before)
        net.flush()
        net.began = net.send(1 if name in HOSTS else 3, VECTORS[name])
        t.eq(look(net), want)


for vector in EFFECTS:
    _effect(vector)


@test("V22 V23 tags on a bridge without VLAN filtering: told apart, flooded")
def tagged(t):
    for name, vid in (("V22", 100), ("V23", 200)):
        net = reset(t)
        t.eq(net.reach(1, VECTORS[name]), [2, 3, 4],
             f"{name}: nobody queries there")
        t.eq(net.mcs.rec(1, G).vid, vid, "VLAN of the record")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
