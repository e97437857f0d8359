#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Where control frames go, static entries, SSM groups, lightweight hosts."""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.ns import wait_until
from lib.packets import (ALLOW, IS_EX, TO_EX, TO_IN, igmp1_report,
                         igmp2_leave, igmp2_report, igmp3_allow, igmp3_block,
                         igmp3_is_ex, igmp3_is_in, igmp3_report, igmp3_to_ex,
                         igmp3_to_in, igmp_query, mld1_done, mld1_report,
                         mld2_allow, mld2_block, mld2_report, mld2_to_ex,
                         mld_query)
from lib.scenario import (G, G2, G6, G62, GMI, LMQT, S, S6, SSM, SSM6,
                          is_specific, lives, same_queries, shared, snooping,
                          sources, specific, until)

OLD = {"IGMPv1 report": igmp1_report(G), "IGMPv2 report": igmp2_report(G),
       "without source": igmp2_report(G, src="0.0.0.0"),
       "MLDv1 report": mld1_report(G6), "from ::": mld1_report(G6, src="::")}
NEW = {"TO_EX": igmp3_to_ex(G), "TO_IN": igmp3_to_in(G),
       "ALLOW": igmp3_allow(G, S(1)), "nothing": igmp3_report(),
       "leave": igmp2_leave(G), "leave of another": igmp2_leave(G2),
       "MLDv2": mld2_to_ex(G6), "MLDv2 leave": mld2_report((TO_IN, G6)),
       "done": mld1_done(G6)}


@test("SNOOP-01 older reports go to router ports, to no other host")
def older_reports(t):
    net = shared(t, snooping, family=46, router=3)
    net.send(2, igmp2_report(G), mld1_report(G6))
    for what, frame in OLD.items():
        t.eq(net.reach(1, frame, host=True), [3], what)


@test("SNOOP-02 QRK-12 newer reports and leaves likewise")
def newer_reports(t):
    net = shared(t, snooping, family=46, router=3)
    net.send(2, igmp2_report(G), mld1_report(G6))
    for what, frame in NEW.items():
        t.eq(net.reach(1, frame, host=True), [3], what)


@test("SNOOP-03 no router port: reports stay where they are, and are learned")
def no_router(t):
    net = snooping(t, family=46)
    for what, frame in {**OLD, **NEW}.items():
        t.eq(net.reach(1, frame, host=True), [], what)
    net.send(1, igmp3_is_ex(G2), mld2_to_ex(G62))
    net.fence()
    t.eq((net.data(4, G2), net.data(4, G62)), ([1], [1]))


@test("SNOOP-04 a query goes to members of one source, to blocked sources and "
      "to nobody's ports alike")
def queries(t):
    net = snooping(t, "unregistered drop", family=46)
    querier = "192.0.2.1"
    net.send(1, igmp3_allow(G, S(1)), mld2_allow(G6, S6(1)))
    net.send(2, igmp3_is_ex(G, querier))
    net.fence()
    t.eq(net.data(3, G, src=querier), [], "data of that source")
    for what, frame in {
            "v1": igmp_query(1), "v2": igmp_query(2), "v3": igmp_query(3),
            "group v2": igmp_query(2, G), "group v3": igmp_query(3, G),
            "source": igmp_query(3, G, [S(1), S(2)]),
            "nobody's group": igmp_query(3, G2),
            "without source": igmp_query(3, src="0.0.0.0"),
            "MLDv1": mld_query(1), "MLDv2": mld_query(2),
            "MLD group": mld_query(2, G6),
            "MLD source": mld_query(2, G6, [S6(2)])}.items():
        t.eq(net.reach(3, frame, host=True), [0, 1, 2, 4], what)


@test("SNOOP-05 without a leave a member is forgotten when its timer ends",
      sim=True)
def timeout(t):
    net = snooping(t, family=46)
    for settings, want in (("", GMI), ("query-interval 20", 60)):
        if settings:
            net.mcs("bridge set dev br0 " + settings)
        t0 = net.send(1, igmp2_report(G), mld1_report(G6))
        lives(t, lambda: (net.data(4, G), net.data(4, G6)) == ([1], [1]) and
              bool(net.mcs.rec(1, G)), want, t0, "the members")
        t.eq((str(net.mcs.rec(1, G)), str(net.mcs.rec(1, G6))),
             ("none", "none"))


@test("SNOOP-06 a report on a router port is a membership like any other",
      sim=True)
def on_router_port(t):
    net = snooping(t, family=46)
    net.send(3, igmp_query(3, src="192.0.2.200"))
    t0 = net.send(3, igmp3_allow(G, S(1)), igmp2_report(G2))
    t.eq((str(net.mcs.rec(3, G)), str(net.mcs.rec(3, G2))),
         ("IN(1)", "EX(;)"))
    until(t0, 256)
    t.eq(net.mcs.router_ports(), [], "no router any more")
    t.eq((net.data(4, G, src=S(1)), net.data(4, G, src=S(2))), ([3], []))
    t.eq(net.data(4, G2), [3])


@test("SNOOP-07 reports without a source address, of every version")
def no_source(t):
    net = snooping(t, family=46)
    zero, zero6 = {"src": "0.0.0.0"}, {"src": "::"}
    frames = {"239.9.0.1": igmp1_report("239.9.0.1", **zero),
              "239.9.0.2": igmp2_report("239.9.0.2", **zero),
              "239.9.0.3": igmp3_to_ex("239.9.0.3", **zero),
              "ff1e::91": mld1_report("ff1e::91", **zero6),
              "ff1e::92": mld2_to_ex("ff1e::92", **zero6)}
    net.send(1, *frames.values())
    net.fence()
    for group in frames:
        t.eq(net.data(4, group), [1], group)


@test("SNOOP-13 no octet of a forwarded control frame is changed")
def unchanged(t):
    net = snooping(t, family=46, router=3)
    odd = {"code": igmp2_report(G, code=0x55),
           "octets behind": igmp3_to_ex(G, trailer=b"\xde\xad\xbe\xef"),
           "padding": igmp2_report(G, ra=False, pad=b"\xa5" * 18),
           "options": igmp2_report(G, options=b"\x01\x01\x94\x04\0\0"),
           "TTL 7": igmp2_report(G, ttl=7),
           "TOS": igmp2_leave(G, tos=0xff, ident=4711)}
    for what, frame in {**OLD, **NEW, **odd}.items():
        net.flush()
        net.send(1, frame)
        net.fence()
        t.eq([f.raw.hex() for f in net.frames(3)
              if not (is_specific()(f))], [frame.hex()], what)
    for what, frame in {"v3": igmp_query(3, flags=7, trailer=b"\1\2\3"),
                        "MLD": mld_query(2, flags=9)}.items():
        net.flush()
        net.send(4, frame)
        net.fence()
        t.eq([f.raw.hex() for f in net.frames(1)], [frame.hex()], what)


@test("SNOOP-14 static entries stay, through an hour and through leaves",
      sim=True)
def static(t):
    net = snooping(t, family=46)
    net.mcs(f"group add dev br0 port p1 grp {G}")
    net.mcs(f"group add dev br0 port p1 grp {G2} src {S(1)}")
    net.mcs(f"group add dev br0 port p1 grp {G6}")
    net.send(1, igmp2_report(G))
    net.flush()
    net.send(1, igmp3_report((TO_IN, G2), (TO_IN, G)), igmp2_leave(G2),
             igmp3_block(G2, S(1)), mld1_done(G6), igmp3_block(G, S(1)))
    time.sleep(3600)
    t.eq([net.data(4, G, src=S(1)), net.data(4, G2, src=S(1)),
          net.data(4, G2, src=S(2)), net.data(4, G6)], [[1], [1], [], [1]])
    t.eq([str(net.mcs.rec(1, g, static=True)) for g in (G, G2, G6)],
         ["EX(;)", "IN(1)", "EX(;)"])
    t.eq([str(net.mcs.rec(1, g)) for g in (G, G2, G6)], ["none"] * 3)


@test("SNOOP-15 a record says all that is known of it, static or learned",
      sim=True)
def shown(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_is_ex(G, S(3), host=1))
    net.send(1, igmp3_allow(G, S(1), host=5))
    net.send(2, mld1_report(G6, host=2))
    net.mcs(f"group add dev br0 port p3 grp {G} src {S(7)}")
    time.sleep(50)
    rec = net.mcs.rec(1, G)
    t.eq((str(rec), rec.filter_mode, rec.state, rec.reporter,
          rec.reporter_mac, rec.host_version, rec.protocol),
         ("EX(1;3)", "exclude", "temp", "192.0.2.15", "02:00:00:00:00:05", 3,
          "igmp"))
    t.near(rec.uptime, 50, what="uptime")
    t.near(rec.timer, GMI - 50, what="group timer")
    t.near(rec.forward[S(1)], GMI - 50, what="source timer")
    rec = net.mcs.rec(2, G6)
    t.eq((str(rec), rec.reporter, rec.host_version, rec.protocol),
         ("EX(;)", "fe80::12", 1, "mld"))
    rec = net.mcs.rec(3, G, static=True)
    t.eq((str(rec), rec.state, rec.timer), ("IN(7)", "permanent", None))


@test("SNOOP-15 counters by type, version and port")
def counters(t):
    net = snooping(t, family=46, router=3)
    frames = {"rx_igmp_report_v1": igmp1_report(G),
              "rx_igmp_report_v2": igmp2_report(G),
              "rx_igmp_leave": igmp2_leave(G2),
              "rx_igmp_query_v1": igmp_query(1, src="192.0.2.200"),
              "rx_igmp_query_v2": igmp_query(2, src="192.0.2.200"),
              "rx_igmp_query_v3": igmp_query(3, src="192.0.2.200"),
              "rx_mld_report_v1": mld1_report(G6), "rx_mld_done":
              mld1_done(G62), "rx_mld_query_v1": mld_query(1, src="fe80::99"),
              "rx_mld_query_v2": mld_query(2, src="fe80::99")}
    for name, frame in frames.items():
        for port in (1, 2):
            mine = net.mcs.counting("rx_", port=port)
            other = net.mcs.counting("rx_", port=3 - port)
            net.send(port, frame)
            net.fence()
            t.eq((mine(), other()), ({name: 1}, {}), f"{name} on p{port}")


@test("SSM-02 QRK-13 V28 exclude records are ignored, all others count",
      sim=True)
def ssm_exclude(t):
    net = snooping(t, family=46)
    grown = net.mcs.counting("skip_", port=1)
    net.send(1, igmp3_report((TO_EX, "232.1.1.1"), (IS_EX, "232.1.1.3"),
                             (TO_EX, "232.1.1.4", sources(1)),
                             (ALLOW, SSM, sources(1, 2)), (TO_EX, G)),
             mld2_report((TO_EX, "ff3e::1"), (IS_EX, "ff35::1"),
                         (ALLOW, SSM6, [S6(1)])))
    mine = {k[2]: v for k, v in net.mcs.table().items() if k[0] == "p1"}
    t.eq(mine, {SSM: "IN(1,2)", G: "EX(;)", SSM6: "IN(1)"})
    t.eq(grown(), {"skip_ssm": 5})
    net.send(1, igmp3_to_ex(SSM))
    t.eq(str(net.mcs.rec(1, SSM)), "IN(1,2)", "nor do they change a record")
    net.flush()
    t0 = net.send(1, igmp3_to_in(SSM, S(3)))
    t.eq(str(net.mcs.rec(1, SSM)), "IN(1,2,3)", "TO_IN is as ever")
    until(t0, 10)
    same_queries(specific(net, 1, SSM, t0), [(0, 0, "1,2"), (1, 0, "1,2")])
    t.eq(str(net.mcs.rec(1, SSM)), "IN(3)")


@test("SSM-03 older reports and leaves make nothing, and switch no mode",
      sim=True)
def ssm_older(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_allow(SSM, S(1)), mld2_allow(SSM6, S6(1)))
    time.sleep(50)
    net.flush()
    grown = net.mcs.counting("skip_", port=1)
    for group in (SSM, "232.1.1.9"):
        net.send(1, igmp1_report(group), igmp2_report(group),
                 igmp2_leave(group))
    for group in (SSM6, "ff3e::9"):
        net.send(1, mld1_report(group), mld1_done(group))
    t.eq(grown(), {"skip_ssm": 10})
    mine = {k[2]: v for k, v in net.mcs.table().items() if k[0] == "p1"}
    t.eq(mine, {SSM: "IN(1)", SSM6: "IN(1)"})
    for group, source, version in ((SSM, S(1), 3), (SSM6, S6(1), 2)):
        rec = net.mcs.rec(1, group)
        t.eq(rec.host_version, version, f"mode of {group}")
        t.near(rec.forward[source], GMI - 50, what=f"timer of {group}")
    t.eq(specific(net, 1), [])


@test("SSM-04 BLOCK, ALLOW, IS_IN and source queries are as in any group",
      sim=True)
def ssm_records(t):
    net = snooping(t, family=46)
    for group, allow, block, source in ((SSM, igmp3_allow, igmp3_block, S),
                                        (SSM6, mld2_allow, mld2_block, S6)):
        net.send(1, allow(group, source(1), source(2)))
        net.flush()
        t0 = net.send(1, block(group, source(2)))
        lives(t, lambda g=group, s=source: net.data(4, g, src=s(2)) == [1],
              LMQT, t0, "the stream of source 2")
        same_queries(specific(net, 1, group, t0), [(0, 0, "2"), (1, 0, "2")])
        t.eq(net.data(4, group, src=source(1)), [1])
    time.sleep(100)
    net.send(1, igmp3_is_in(SSM, S(1)))
    t.near(net.mcs.rec(1, SSM).forward[S(1)], GMI, what="after IS_IN")
    net.send(3, igmp_query(3, SSM, [S(1)]))
    t.near(net.mcs.rec(1, SSM).forward[S(1)], LMQT, what="after a query")


@test("SSM-05 232.0.0.0/24 is filtered like the rest, by its IP address")
def ssm_low(t):
    net = snooping(t, "unregistered routers")
    for group in ("232.0.0.1", "232.0.0.251", "232.128.0.1"):
        net.send(1, igmp3_allow(group, S(1)))
        net.fence()
        t.eq(str(net.mcs.rec(1, group)), "IN(1)", group)
        t.eq((net.data(4, group, src=S(1)), net.data(4, group, src=S(2))),
             ([1], []), group)
    t.eq(net.data(4, "232.0.0.9"), [], "nobody's")
    t.eq(net.data(4, "224.0.0.251"), [1, 2, 3], "of the same MAC address")
    net.send(1, igmp3_to_ex("232.0.0.77"), igmp2_report("232.0.0.77"))
    net.fence()
    t.eq(str(net.mcs.rec(1, "232.0.0.77")), "none", "the rules of the range")


@test("LW-01 lightweight hosts: TO_EX({}) and ALLOW as answers, no queries",
      sim=True)
def lightweight(t):
    net = snooping(t, family=46)
    for i in range(4):
        net.send(1, igmp3_to_ex(G), igmp3_allow(G2, S(1), S(2)),
                 mld2_to_ex(G6), mld2_allow(G62, S6(1)))
        t.eq([str(net.mcs.rec(1, g)) for g in (G, G2, G6, G62)],
             ["EX(;)", "IN(1,2)", "EX(;)", "IN(1)"], f"round {i}")
        t.near(net.mcs.rec(1, G).timer, GMI, what=f"group timer {i}")
        t.near(net.mcs.rec(1, G2).forward[S(1)], GMI, what=f"source {i}")
        time.sleep(125)
    t.eq(specific(net, 1), [], "nothing is asked")
    t.eq((net.data(4, G), net.data(4, G2, src=S(2))), ([1], [1]))
    net.flush()
    t0 = net.send(1, igmp3_to_in(G), igmp3_block(G2, S(1)))
    lives(t, lambda: str(net.mcs.rec(1, G2)) == "IN(1,2)" and
          bool(net.mcs.rec(1, G)), LMQT, t0, "what they leave")
    t.eq((str(net.mcs.rec(1, G)), str(net.mcs.rec(1, G2))), ("none", "IN(2)"))


@test("SEC-11 nothing crosses from one VLAN into another", sim=True)
def vlans(t):
    net = Net(t, vlan=True)
    net.ns.bridge("".join(f"vlan add dev p{p} vid 100\n" for p in (1, 2, 4)) +
                  "vlan add dev br0 vid 100 self\n")
    net.mcs("bridge add dev br0 querier on")
    time.sleep(12)
    net.send(4, igmp_query(3, vlan=100, src="192.0.2.200"))
    net.send(3, igmp_query(3, src="192.0.2.200"))
    net.fence()
    everybody = [2, 4], [2, 3, 4]
    for what, build, tagged, plain in (
            ("report", lambda v: igmp2_report(G, vlan=v), [4], [3]),
            ("record", lambda v: igmp3_to_ex(G, vlan=v), [4], [3]),
            ("leave", lambda v: igmp2_leave(G, vlan=v), [4], [3]),
            ("query", lambda v: igmp_query(2, G, vlan=v, src="192.0.2.200"),
             *everybody)):
        for tag, ports, fence in ((100, tagged, {"ports": [1, 2, 4],
                                                 "vid": 100}),
                                  ((), plain, {})):
            net.flush()
            net.send(1, build(tag))
            net.fence(**fence)
            seen = sorted((f.port, f.vlan) for f in net.frames() if f.port
                          and f.smac == build(())[6:12])
            want = [tag] if tag else []
            t.eq(seen, [(p, want) for p in ports], f"{what} in {tag or 1}")
    t.eq({k[1] for k in net.mcs.table() if k[0] == "p1"}, {1, 100})
    net.send(4, igmp_query(2, G, vlan=100, src="192.0.2.200"))
    wait_until(lambda: not [k for k in net.mcs.table() if k[0] == "p1"],
               timeout=10, what="both leaves")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
