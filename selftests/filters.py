#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Filters set by hand: groups, sources, reporters, routers."""
import contextlib
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import BR_IP4, BR_MAC, Net
from lib.ns import wait_until
from lib.packets import (ALLOW, IS_EX, IS_IN, TO_EX, TO_IN,
                         igmp1_report, igmp2_leave, igmp2_report, igmp3_allow,
                         igmp3_block, igmp3_is_ex, igmp3_is_in, igmp3_report,
                         igmp3_to_ex, igmp3_to_in, mld1_done, mld1_report,
                         mld2_report, mld2_to_ex, mrd4_adv, mrd4_sol,
                         mrd4_term, mrd6_adv)
from lib.scenario import (G, G2, G3, G6, G62, GMI, LMQT, S, S6, is_specific,
                          snooping, sources)

STRANGER = "10.9.9.9"


def add(net, *filters, port=None):
    """Add filters to br0, or to a port of it."""
    where = f" port {net.name(port)}" if port is not None else ""
    for words in filters:
        net.mcs(f"filter add dev br0{where} {words}")


def brief(net):
    """What is shown, as it was typed."""
    out = []
    for f in net.mcs.json("filter show dev br0"):
        words = [f.get("port", "all"), f.get("action", f["kind"])]
        words += ["grp " + f["grp"]] if "grp" in f else []
        words += ["src " + f["src"]] if "grp" in f and "src" in f else []
        words += [f["src"]] if "grp" not in f else []
        words += [f"pref {f['pref']}"] if "pref" in f else []
        out.append(" ".join(words))
    return out


def hear(net, port, *frames):
    """Let the bridge hear frames; what hosts behind its ports have joined."""
    net.send(port, *frames)
    net.fence()
    return {(p, g): r for (p, _, g), r in net.mcs.table().items()
            if p != "br0"}


@test("SEC-15 a denied group: no record, counted, others of the report taken")
def deny(t):
    net = snooping(t, family=46, router=3)
    add(net, f"deny grp {G}", "deny grp ff1e::100/120")
    grown = net.mcs.counting("skip_", "limit_", "drop_", port=1)
    t.eq(hear(net, 1, igmp3_report((TO_EX, G), (TO_EX, G2),
                                   (ALLOW, G, sources(1))),
              mld2_report((IS_EX, G6), (TO_EX, "ff1e::202"))),
         {("p1", G2): "EX(;)", ("p1", "ff1e::202"): "EX(;)"}, "table")
    t.eq(grown(), {"skip_filter": 3, "skip_filter_source": 1})
    t.eq((net.data(4, G2), net.data(4, "ff1e::202")), ([1, 3], [1, 3]))
    t.eq(hear(net, 2, igmp1_report(G), igmp2_report(G), mld1_report(G6),
              igmp2_report(G3)),
         {("p1", G2): "EX(;)", ("p1", "ff1e::202"): "EX(;)",
          ("p2", G3): "EX(;)"}, "older reports")
    hits = [f["hits"] for f in net.mcs.json("filter show dev br0")]
    t.eq(hits, [4, 2], "hits")


@test("SEC-15 a report of which nothing is permitted goes to no router")
def kept(t):
    net = snooping(t, family=46, router=3)
    add(net, f"deny grp {G}", f"deny grp {G6}")
    for frame in (igmp1_report(G), igmp2_report(G), igmp3_to_ex(G),
                  igmp3_report((IS_EX, G), (ALLOW, G, sources(1))),
                  mld1_report(G6), mld2_to_ex(G6)):
        t.eq(net.reach(1, frame), [], "denied")
    for frame in (igmp2_report(G2), igmp3_report((IS_EX, G), (IS_EX, G2)),
                  igmp2_leave(G), igmp3_to_in(G), mld1_done(G6),
                  igmp3_report(), mld1_report(G62)):
        t.eq(net.reach(1, frame), [3], "not denied")


@test("SEC-15 a denied source is taken from a list, an empty one means nothing")
def source(t):
    net = snooping(t, family=46)
    add(net, f"deny grp 239.1.0.0/16 src {S(1)}",
        "deny grp 239.1.0.0/16 src 10.0.0.0/8",
        f"deny grp ff1e::/16 src {S6(1)}")
    grown = net.mcs.counting("skip_")
    for kind in IS_IN, TO_IN, ALLOW:
        group = f"239.1.7.{kind}"
        t.eq(hear(net, 1, igmp3_report((kind, group, [S(1), S(2), "10.1.1.1"])))
             ["p1", group], "IN(2)", f"type {kind}")
    t.eq(grown(), {"skip_filter_source": 6})
    hear(net, 1, igmp3_allow(G, S(1)), igmp3_is_in(G, "10.2.3.4"),
         mld2_report((ALLOW, G6, [S6(1), S6(2)])))
    t.eq((str(net.mcs.rec(1, G)), str(net.mcs.rec(1, G6))), ("none", "IN(2)"))
    t.eq(grown(), {"skip_filter": 2, "skip_filter_source": 9})
    t.eq(hear(net, 1, igmp3_allow("239.2.1.1", S(1)))["p1", "239.2.1.1"],
         "IN(1)", "another group")
    net.send(2, igmp3_is_ex(G))
    net.fence()
    net.flush()
    net.send(2, igmp3_to_in(G, S(1)))
    net.fence()
    t.eq([f for f in net.frames(2) if is_specific(G)(f)], [],
         "TO_IN of denied sources is no leave")
    t.eq(net.data(4, "239.1.7.1", src=S(1)), [], "from the denied source")
    t.eq(net.data(4, "239.1.7.1", src=S(2)), [1], "from the other")


@test("SEC-15 whoever asks for all gets it without the one that is denied")
def exclude(t):
    net = snooping(t, family=46)
    add(net, f"deny grp {G} src {S(1)}", f"deny grp {G} src 10.0.0.0/8",
        f"deny grp {G6} src {S6(1)}")
    for port, frame in ((1, igmp1_report(G)), (2, igmp2_report(G)),
                        (3, igmp3_is_ex(G, S(3)))):
        hear(net, port, frame)
    t.eq([str(net.mcs.rec(p, G)) for p in (1, 2, 3)],
         ["EX(;1)", "EX(;1)", "EX(;1,3)"])
    hear(net, 1, mld1_report(G6))
    t.eq(str(net.mcs.rec(1, G6)), "EX(;1)", "MLDv1")
    t.eq(net.data(4, G, src=S(1)), [], "the denied one")
    t.eq(net.data(4, G, src=S(2)), [1, 2, 3], "another")
    t.eq(net.data(4, G, src=S(3)), [1, 2], "one that a host blocks")
    t.eq(net.data(4, G6, src=S6(1)), [], "IPv6")
    t.eq(net.data(4, G, src="10.1.1.1"), [1, 2, 3],
         "a prefix that is denied, which no record can block")


@test("SEC-15 a blocked source stays so, whatever is reported after it")
def stays(t):
    net = snooping(t)
    add(net, f"deny grp {G} src {S(1)}")
    mon = net.mcs.monitor(t, "group")
    hear(net, 1, igmp3_is_ex(G))
    t.eq(mon.brief(), [f"group-new report p1 {G}"], "one event")
    for what, frame in (("refreshed", igmp3_is_ex(G)),
                        ("TO_EX", igmp3_to_ex(G, S(1))),
                        ("allowed", igmp3_allow(G, S(1), S(2))),
                        ("an IGMPv2 host", igmp2_report(G)),
                        ("TO_EX while it is there", igmp3_to_ex(G)),
                        ("an IGMPv1 host", igmp1_report(G)),
                        ("blocked", igmp3_block(G, S(1)))):
        hear(net, 1, frame)
        t.ok(S(1) in net.mcs.rec(1, G).blocked, f"{what}: it is blocked")
        t.eq(net.data(4, G, src=S(1)), [], what)
        t.eq(net.data(4, G, src=S(9)), [1], what)
    mon.get()
    hear(net, 1, igmp2_report(G), igmp2_report(G))
    t.eq(mon.brief(), [], "nothing changed")


@test("SEC-15 leaves and blocks of what is denied are heard", sim=True)
def leaves(t):
    net = snooping(t)
    hear(net, 1, igmp2_report(G))
    hear(net, 2, igmp3_is_ex(G2))
    net.mcs(f"group add dev br0 port p3 grp {G}")
    add(net, f"deny grp {G} src {S(1)}", f"deny grp {G2} src {S(1)}")
    add(net, f"permit grp {G3}", "deny grp 224.0.0.0/4 pref 2000", port=4)
    t.eq(str(net.mcs.rec(1, G)), "EX(;1)")
    net.send(1, igmp2_leave(G))
    net.send(2, igmp3_to_in(G2))
    time.sleep(LMQT + 0.1)
    t.eq(net.mcs.rec(1, G).data, None, "left")
    t.eq(net.mcs.rec(2, G2).data, None, "left")


@test("SEC-15 the first that matches: port, preference, order; then permitted")
def order(t):
    net = snooping(t)
    add(net, "deny grp 239.1.0.0/16 pref 20", "permit grp 239.1.1.0/24 pref 10",
        f"deny grp {G} pref 5", "deny grp 239.3.0.0/16")
    add(net, f"permit grp {G} pref 4000000000", "deny grp 239.2.0.0/16",
        port=1)
    add(net, "permit grp 239.2.0.0/16 pref 0")
    t.eq(brief(net), [
        "p1 deny grp 239.2.0.0/16 pref 1000",
        f"p1 permit grp {G}/32 pref 4000000000",
        "all permit grp 239.2.0.0/16 pref 0", f"all deny grp {G}/32 pref 5",
        "all permit grp 239.1.1.0/24 pref 10", "all deny grp 239.1.0.0/16 pref 20",
        "all deny grp 239.3.0.0/16 pref 1000"], "in the order they are asked")
    asked = [G, G2, "239.1.2.1", "239.2.1.1", "239.3.1.1", "239.4.1.1"]
    for port, want in ((1, [G, G2, "239.4.1.1"]),
                       (2, [G2, "239.2.1.1", "239.4.1.1"])):
        hear(net, port, igmp3_report(*((TO_EX, g) for g in asked)))
        t.eq([g for g in asked if net.mcs.rec(port, g)], want, f"port {port}")
    add(net, "deny grp 239.5.0.0/16 src 10.0.0.0/8",
        "permit grp 239.5.0.0/16 src 10.1.0.0/16")
    add(net, "permit grp 239.6.0.0/16 src 10.1.0.0/16",
        "deny grp 239.6.0.0/16 src 10.0.0.0/8")
    for group, want in (("239.5.1.1", "none"), ("239.6.1.1", "IN(1)")):
        hear(net, 1, igmp3_allow(group, "10.1.0.1", "10.2.0.2"))
        t.eq(str(net.mcs.rec(1, group)), want, f"{group}: as they were added")


@test("SEC-15 permit what sources, deny the group: lists only")
def ssm(t):
    net = snooping(t)
    add(net, f"permit grp {G} src {S(1)}", f"deny grp {G}")
    hear(net, 1, igmp3_to_ex(G), igmp2_report(G), igmp3_is_ex(G, S(1)))
    t.eq(str(net.mcs.rec(1, G)), "none", "all sources")
    hear(net, 1, igmp3_allow(G, S(1), S(2)))
    t.eq(str(net.mcs.rec(1, G)), "IN(1)", "a list")
    net.mcs("bridge set dev br0 igmp-version 2")
    hear(net, 2, igmp3_allow(G, S(1)))
    t.eq(str(net.mcs.rec(2, G)), "none",
         "a list that would be taken for all sources")
    net.mcs("bridge set dev br0 igmp-version 3")
    hear(net, 2, igmp3_allow(G, S(1)))
    t.eq(str(net.mcs.rec(2, G)), "IN(1)")


@test("SEC-15 deny: what was learned is gone at once, on the port it is for")
def existing(t):
    net = snooping(t)
    for port in (1, 2):
        hear(net, port, igmp3_report((TO_EX, G), (TO_EX, G2),
                                     (ALLOW, G3, sources(1, 2))))
    net.mcs(f"group add dev br0 port p1 grp {G} src {S(7)}")
    mon = net.mcs.monitor(t, "group")
    add(net, f"deny grp {G}", port=1)
    t.eq(mon.brief(), [f"group-del admin p1 {G}"], "events")
    t.eq((str(net.mcs.rec(1, G)), str(net.mcs.rec(2, G))), ("none", "EX(;)"))
    t.eq(str(net.mcs.rec(1, G, static=True)), "IN(7)", "static entries stay")
    t.eq(net.data(4, G), [2])
    add(net, f"deny grp {G3} src {S(1)}", f"deny grp {G2} src {S(2)}")
    t.eq([str(net.mcs.rec(p, g)) for p in (1, 2) for g in (G2, G3)],
         ["EX(;2)", "IN(2)"] * 2, "sources")
    t.eq(sorted(mon.brief()), sorted(f"group-change admin p{p} {g}"
                                     for p in (1, 2) for g in (G2, G3)))
    t.eq(net.data(4, G3, src=S(1)), [])
    t.eq(net.data(4, G2, src=S(2)), [])
    add(net, f"deny grp {G3} src {S(2)}")
    t.eq(str(net.mcs.rec(1, G3)), "none", "the last source")


@test("SEC-15 deny a group: sources that are permitted stay", sim=True)
def existing_sources(t):
    net = snooping(t)
    hear(net, 1, igmp3_is_ex(G, S(3)), igmp3_allow(G, *sources(1, 2)))
    t.eq(str(net.mcs.rec(1, G)), "EX(1,2;3)")
    add(net, f"permit grp {G} src {S(1)} pref 1",
        f"permit grp {G} src {S(3)} pref 1", f"deny grp {G} pref 2")
    t.eq(str(net.mcs.rec(1, G)), "IN(1)")
    t.near(net.mcs.rec(1, G).forward[S(1)], GMI, what="its timer")
    t.eq(net.data(4, G, src=S(1)), [1])
    t.eq(net.data(4, G, src=S(2)), [])
    time.sleep(GMI + 0.1)
    t.eq(str(net.mcs.rec(1, G)), "none", "it expires")


@test("SEC-15 to remove a permit is to deny", sim=True)
def remove_permit(t):
    net = snooping(t)
    add(net, f"permit grp {G}", "deny grp 239.0.0.0/8 pref 2000")
    hear(net, 1, igmp3_to_ex(G))
    t.eq(str(net.mcs.rec(1, G)), "EX(;)")
    net.flush()
    net.send(1, igmp2_leave(G))
    net.expect(1, is_specific(G), what="the group is being asked for")
    net.mcs(f"filter del dev br0 permit grp {G}")
    t.eq(str(net.mcs.rec(1, G)), "none")
    net.flush()
    net.no_frame(is_specific(G), what="a query for it")
    net.mcs("filter del dev br0 grp 239.0.0.0/8")
    hear(net, 1, igmp3_to_ex(G))
    t.eq(str(net.mcs.rec(1, G)), "EX(;)", "nothing is denied")


@test("SEC-15 nobody is asked any more for what is denied", sim=True)
def asked(t):
    net = snooping(t)
    hear(net, 1, igmp3_allow(G, *sources(1, 2)), igmp3_to_ex(G2))
    net.flush()
    net.send(1, igmp3_block(G, S(1)), igmp3_to_in(G2))
    net.expect(1, is_specific(G), what="the source is asked for")
    net.expect(1, is_specific(G2), what="the group is asked for")
    add(net, f"deny grp {G} src {S(1)}", f"permit grp {G2} src {S(1)} pref 1",
        f"deny grp {G2} pref 2")
    net.flush()
    time.sleep(LMQT + 1)
    t.eq([f for f in net.frames(1) if is_specific()(f)], [], "queries")
    t.eq((str(net.mcs.rec(1, G)), str(net.mcs.rec(1, G2))), ("IN(2)", "none"))


@test("SEC-15 a thousand records meet a new filter")
def many(t):
    net = snooping(t)
    groups = [f"239.3.{n // 200}.{n % 200}" for n in range(1000)]
    for i in range(0, 1000, 100):
        net.send(1, igmp3_report(*((TO_EX, g) for g in groups[i:i + 100])))
    net.fence()
    t.eq(len(net.mcs.groups()), 1000)
    add(net, "deny grp 239.3.1.0/24", "deny grp 239.3.4.0/24")
    t.eq(sorted(net.mcs.table()), sorted(
        ("p1", 0, g) for g in groups if g.split(".")[2] not in "14"))


@test("SEC-06 reporter: reports and leaves of others are dropped and counted")
def reporter(t):
    net = snooping(t, family=46, router=3)
    add(net, "reporter 192.0.2.0/24")
    grown = net.mcs.counting("drop_", "skip_", port=1)
    bad = [kind(G, src=STRANGER) for kind in
           (igmp1_report, igmp2_report, igmp3_to_ex, igmp2_leave)]
    for frame in bad:
        t.eq(net.reach(1, frame), [], "it goes nowhere")
    t.eq(hear(net, 1), {})
    t.eq(grown(), {"drop_reporter": 4})
    hear(net, 1, igmp2_report(G), mld2_to_ex(G6, src="fe80::99"))
    t.eq(str(net.mcs.rec(1, G)), "EX(;)", "from the prefix")
    t.eq(str(net.mcs.rec(1, G6)), "EX(;)", "of the other family")
    timer = net.mcs.rec(1, G).timer
    net.send(1, igmp2_leave(G, src=STRANGER), igmp3_to_in(G, src=STRANGER))
    net.fence()
    t.near(net.mcs.rec(1, G).timer, timer, 5, "after a stranger's leave")
    add(net, "reporter fe80::11/128")
    t.eq(net.reach(2, mld2_to_ex(G6, src="fe80::99")), [])
    t.eq(net.reach(2, mld1_report(G6, src="fe80::99")), [])
    t.eq(net.reach(2, mld1_done(G6, src="fe80::99")), [])
    t.eq(net.reach(2, mld1_report(G6, src="fe80::11")), [3])
    t.eq(str(net.mcs.rec(2, G6)), "EX(;)")
    t.eq(grown()["drop_reporter"], 6)


@test("SEC-06 reporter: without an address v3 always, older ones if allowed")
def no_address(t):
    net = snooping(t, family=46)
    add(net, "reporter 192.0.2.0/24", "reporter fe80::/10")
    grown = net.mcs.counting("drop_")
    hear(net, 1, igmp3_to_ex(G, src="0.0.0.0"), igmp2_report(G2, src="0.0.0.0"),
         igmp1_report(G3, src="0.0.0.0"), mld2_to_ex(G6, src="::"),
         mld1_report(G62, src="::"))
    t.eq(sorted(g for _, g in hear(net, 1)), sorted([G, G6]))
    t.eq(grown(), {"drop_reporter": 3})
    add(net, "reporter 0.0.0.0/32", "reporter ::/128")
    table = hear(net, 1, igmp2_report(G2, src="0.0.0.0"),
                 igmp1_report(G3, src="0.0.0.0"), mld1_report(G62, src="::"))
    t.eq(sorted(g for _, g in table), sorted([G, G2, G3, G6, G62]),
         "with 0.0.0.0/32 and ::/128")


@test("SEC-06 reporter: those of a port and those of the bridge together")
def reporter_ports(t):
    net = snooping(t)
    add(net, "reporter 10.9.0.0/16", port=1)
    hear(net, 2, igmp2_report(G))
    t.eq(str(net.mcs.rec(2, G)), "EX(;)", "a port without any")
    hear(net, 1, igmp2_report(G), igmp2_report(G2, src=STRANGER))
    t.eq((str(net.mcs.rec(1, G)), str(net.mcs.rec(1, G2))), ("none", "EX(;)"))
    add(net, "reporter 192.0.2.0/24")
    hear(net, 1, igmp2_report(G))
    t.eq(str(net.mcs.rec(1, G)), "EX(;)", "the bridge's counts as well")
    hear(net, 2, igmp2_report(G2, src=STRANGER))
    t.eq(str(net.mcs.rec(2, G2)), "none", "the other port's does not")
    hits = {f["src"]: f["hits"] for f in net.mcs.json("filter show dev br0")}
    t.eq(hits, {"10.9.0.0/16": 1, "192.0.2.0/24": 1})


@test("SEC-13 router: advertisements from elsewhere are refused")
def router(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    add(net, "router 192.0.2.0/24", "router fe80::1")
    grown = net.mcs.counting("drop_")
    t.eq(net.reach(3, mrd4_adv(src=STRANGER)), [], "goes nowhere")
    t.eq(net.reach(3, mrd6_adv(src="fe80::2")), [])
    t.eq((net.mcs.router_ports(), net.mcs.router_ports("ipv6")), ([], []))
    t.eq(net.reach(3, mrd4_term(src=STRANGER)), [], "a termination")
    t.eq(grown(), {"drop_router": 3})
    t.eq(net.reach(3, mrd4_adv(src="192.0.2.1")), [1, 2, 4])
    t.eq(net.reach(3, mrd6_adv(src="fe80::1")), [1, 2, 4])
    t.eq((net.mcs.router_ports(), net.mcs.router_ports("ipv6")),
         (["p3"], ["p3"]))
    t.eq(net.reach(1, mrd4_sol(src=STRANGER)), [2, 3, 4],
         "a solicitation makes no router port")
    t.eq(net.mcs.router_ports(), ["p3"])
    t.eq(grown(), {"drop_router": 3})


@test("MRD-02 an advertisement counts if all about it is right")
def mrd_valid(t):
    net = Net(t, addr6="fe80::77", attach="querier off")
    grown = net.mcs.counting("drop_")
    for frame in (mrd4_adv(csum="bad"), mrd6_adv(csum="bad"),
                  mrd4_adv(dst="224.0.0.1"), mrd6_adv(dst="ff02::1"),
                  mrd6_adv(src="2001:db8::1"), mrd4_adv(src="224.0.0.1"),
                  mrd4_adv(src="127.0.0.1")):
        t.eq(net.reach(3, frame), [], "goes nowhere")
    t.eq(net.mcs.routers(), {}, "router ports")
    t.eq(grown(), {"drop_csum": 2, "drop_dst": 2, "drop_src": 3})
    net.send(3, mrd4_adv(src=STRANGER))
    net.fence()
    t.eq(net.mcs.router_ports(), ["p3"], "no prefix configured: accepted")
    add(net, "router 192.0.2.0/24", port=2)
    net.send(2, mrd4_adv(src=STRANGER))
    net.fence()
    t.eq(net.mcs.router_ports(), ["p3"], "a prefix that it is not in")
    net.send(2, mrd4_adv(src="192.0.2.1"))
    net.fence()
    t.eq(net.mcs.router_ports(), ["p2", "p3"], "a prefix that it is in")


@test("SEC-15 what hosts join on the host side is filtered, too")
def host_side(t):
    net = snooping(t)
    add(net, f"deny grp {G}")
    add(net, f"deny grp {G2}", port=0)
    for group in (G, G2, G3):
        with contextlib.suppress(OSError):      # a raw socket is told
            net.send(0, igmp2_report(group, src=BR_IP4, smac=BR_MAC))
    net.fence()
    t.eq([str(net.mcs.rec(0, g)) for g in (G, G2, G3)],
         ["none", "none", "EX(;)"])


@test("refusals, each with a sentence, and nothing changes")
def refusals(t):
    net = snooping(t)
    add(net, f"deny grp {G}", "permit grp 239.2.0.0/16 src 10.0.0.0/8",
        "reporter 192.0.2.0/24", "reporter ::")
    add(net, f"deny grp {G}", port=1)
    before = brief(net)
    for words, said in (
            (f"add dev br0 deny grp {G}", "matches the same"),
            (f"add dev br0 permit grp {G} pref 7", "matches the same"),
            (f"add dev br0 port p1 deny grp {G}", "matches the same"),
            ("add dev br0 reporter 192.0.2.0/24", "matches the same"),
            ("add dev br0 deny grp 239.1.1.1/24", "bits behind the prefix"),
            (f"add dev br0 deny grp {G} src 10.0.0.1/8", "bits behind"),
            ("add dev br0 router 192.0.2.1/24", "bits behind the prefix"),
            ("add dev br0 deny grp 192.0.2.0/24", "Not groups"),
            ("add dev br0 deny grp 224.0.0.0/3", "Not groups"),
            ("add dev br0 deny grp ::/0", "Not groups"),
            ("add dev br0 deny grp 0.0.0.0/0", "Not groups"),
            ("add dev br0 deny grp fe00::/7", "Not groups"),
            (f"add dev br0 deny grp {G} src 2001:db8::/32", "groups' family"),
            (f"add dev br0 deny grp {G6} src 10.0.0.0/8", "groups' family"),
            (f"add dev br0 deny grp {G} src 224.0.0.0/4", "unicast"),
            ("add dev br0 reporter 224.0.0.0/4", "Nobody sends from there"),
            ("add dev br0 reporter 2001:db8::/32", "Nobody sends from there"),
            ("add dev br0 router ff00::/8", "Nobody sends from there"),
            ("add dev p1 deny grp 239.5.5.5", "Not an attached bridge"),
            ("add dev br0 port lo deny grp 239.5.5.5", "Not a port"),
            (f"del dev br0 permit grp {G}", "No such filter"),
            (f"del dev br0 deny grp {G} pref 7", "No such filter"),
            (f"del dev br0 port p2 grp {G}", "No such filter"),
            (f"del dev br0 grp {G} src 10.0.0.0/8", "No such filter"),
            ("del dev br0 grp 239.2.0.0/16", "No such filter"),
            ("del dev br0 router 192.0.2.0/24", "No such filter"),
            ("flush dev p1", "Not an attached bridge")):
        error = net.mcs.refused(t, "filter " + words)
        t.ok(said in error, f"{words}: {error}")
    t.eq(brief(net), before)


@test("at most 1024 filters on a bridge; they are dumped, flushed, seen")
def full(t):
    net = snooping(t)
    many = "".join(f"filter add dev br0 port p{n % 4 + 1} deny grp "
                   f"239.{n // 256}.{n % 256}.0/24\n" for n in range(1023))
    for line in many.splitlines():
        net.mcs(line)
    add(net, "deny grp 239.99.0.0/16")
    error = net.mcs.refused(t, "filter add dev br0 reporter 192.0.2.0/24")
    t.ok("1024" in error, error)
    shown = brief(net)
    t.eq((len(shown), len(set(shown))), (1024, 1024), "a dump of all")
    t.eq(shown[0], "p1 deny grp 239.0.0.0/24 pref 1000")
    t.eq(len(net.mcs.json("filter show port p2")), 256, "of a port")
    net.mcs("filter flush dev br0 port p2")
    t.eq(len(brief(net)), 768)
    hear(net, 1, igmp3_to_ex("239.0.4.1"))
    hear(net, 2, igmp3_to_ex("239.0.1.1"))
    t.eq(list(net.mcs.table()), [("p2", 0, "239.0.1.1")])
    net.mcs("filter flush dev br0")
    t.eq(brief(net), [])
    hear(net, 1, igmp3_to_ex("239.0.4.1"))
    t.eq(len(net.mcs.table()), 2, "nothing is denied")


@test("filters as they come and go: events")
def events(t):
    net = snooping(t)
    mon = net.mcs.monitor(t, "filter")
    add(net, f"deny grp {G} pref 7", "reporter 192.0.2.0/24")
    add(net, "router fe80::/10", port=1)
    net.mcs(f"filter del dev br0 grp {G}")
    net.mcs("filter flush dev br0")
    got = mon.get()
    t.eq([(e["event"], e["cause"], e.get("port"), e["kind"],
           e.get("grp", e.get("src"))) for e in got],
         [("filter-add", "admin", None, "group", G + "/32"),
          ("filter-add", "admin", None, "reporter", "192.0.2.0/24"),
          ("filter-add", "admin", "p1", "router", "fe80::/10"),
          ("filter-del", "admin", None, "group", G + "/32"),
          ("filter-del", "admin", "p1", "router", "fe80::/10"),
          ("filter-del", "admin", None, "reporter", "192.0.2.0/24")])
    t.eq((got[0]["action"], got[0]["pref"]), ("deny", 7))


@test("filters of a port go with it, those of the bridge stay")
def port_gone(t):
    net = snooping(t)
    add(net, f"deny grp {G}")
    add(net, f"deny grp {G2}", port=2)
    mon = net.mcs.monitor(t, "filter")
    net.ns.ip("link set p2 nomaster")
    wait_until(lambda: len(brief(net)) == 1, what="its filter is gone")
    t.eq([(e["event"], e["cause"], e["port"]) for e in mon.get()],
         [("filter-del", "port_down", "p2")])
    net.ns.ip("link set p2 master br0")
    net.wait_forwarding()
    hear(net, 2, igmp2_report(G2), igmp2_report(G))
    t.eq(list(net.mcs.table()), [("p2", 0, G2)], "a port that came back")
    net.mcs("bridge del dev br0")
    net.mcs("bridge add dev br0")
    t.eq(brief(net), [], "a bridge that is attached anew")


@test("text of filters can be typed")
def typed(t):
    net = snooping(t)
    words = [f"permit grp {G} src 10.0.0.0/8 pref 5", "deny grp ff1e::/16",
             "reporter fe80::/10", "router 192.0.2.0/24"]
    add(net, *words)
    add(net, words[0], port=1)
    text = [" ".join(line.split()) for line in
            net.mcs("filter show dev br0").splitlines()]
    t.eq(text, ["PORT FILTER PREF",
                f"p1 permit grp {G}/32 src 10.0.0.0/8 5",
                f"all permit grp {G}/32 src 10.0.0.0/8 5",
                "all deny grp ff1e::/16 1000", "all reporter fe80::/10",
                "all router 192.0.2.0/24"])
    t.ok("HITS" in net.mcs("filter show", "-s"), "hits with -s")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
