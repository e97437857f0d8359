#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Topology changes of the spanning tree: who is asked, what is flooded."""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.ns import wait_until
from lib.packets import (bpdu, bpdu_config, bpdu_rst, bpdu_tcn, igmp2_report,
                         igmp3_report, igmp_query, mld1_report, mld_query,
                         IS_EX)
from lib.scenario import (G, G6, QI, QRI, answered, general, same_times,
                          snooping, until, wait_pruning)

SQI = QI / 4
TREE_TIME = 35      # Max Age and Forward Delay: for how long it is said
HELLO = 2
OTHER = {"src": "192.0.2.1", "mrt": 8, "qqi": 60, "qrv": 3}

CHANGES = {"TCN": bpdu_tcn(), "configuration": bpdu_config(tc=True),
           "RST": bpdu_rst(tc=True), "MST": bpdu_rst(tc=True, version=3)}
NO_CHANGE = {"configuration": bpdu_config(), "RST": bpdu_rst()}
MALFORMED = {
    "cut": bpdu_config(tc=True, length=30),
    "longer than the frame": bpdu_config(tc=True, length=400),
    "too old": bpdu_config(tc=True, age=21),
    "unknown type": bpdu(1, flags=1),
    "RST of version 0": bpdu_rst(tc=True, version=0),
    "nothing in it": bpdu(0x80, length=3),
}


def settled(t, settings="", family=46, **topology):
    """A bridge that queries and has done with the burst of the beginning."""
    net = snooping(t, settings, family=family, **topology)
    time.sleep(2 * SQI)
    net.flush()
    return net


def members(net):
    """Members of both families on p1."""
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.fence()


def is_flooded(net, sender=4):
    """Streams of both families go to every port, or to p1 alone."""
    went = [net.data(sender, G), net.data(sender, G6)]
    if went == [[1, 2, 3]] * 2:
        return True
    if went == [[1]] * 2:
        return False
    raise ktap.Failed(f"streams of {G} and {G6} went to {went}")


def queried(net, port, t0, family=4):
    """When general queries of a family were seen on a port."""
    return [round(f.t - t0, 3) for f in net.frames(port)
            if f.is_general and (f.proto == 0x86dd) == (family == 6)]


@test("SNOOP-08 a topology change: queries at once, and as at startup",
      sim=True)
def burst(t):
    net = settled(t)
    for name, frame in CHANGES.items():
        net.flush()
        t0 = net.send(4, frame)
        time.sleep(100)
        for port in net.ports:
            for family in (4, 6):
                same_times(queried(net, port, t0, family),
                           [0, SQI, SQI + TREE_TIME],
                           f"{name}, IPv{family} queries on p{port}")
        time.sleep(QI)      # the periodic ones are as far apart as before
    t.eq(net.mcs.stats(4)["rx_bpdu_tc"], len(CHANGES))
    t.eq(net.mcs.stats(4)["note_topology"], len(CHANGES))


@test("SNOOP-10 a topology change: records stay, all is flooded until asked",
      sim=True)
def flood(t):
    net = settled(t)
    members(net)
    table = net.mcs.table()
    t.ok(not is_flooded(net), "pruned before")
    t0 = net.send(2, bpdu_tcn())
    t.ok(is_flooded(net), "flooded at once")
    t.eq(net.mcs.table(), table, "records")
    q = net.mcs.querier()
    t.eq((q["pruning"], q["flood_ports"], q["flood_cause"]),
         ("active", 4, "topology"))
    t.near(q["flood_left"], answered(), within=0.01)
    net.send(3, igmp3_report((IS_EX, G)))       # it moved, and was asked
    time.sleep(t0 + answered() - 0.01 - net_now())
    t.ok(is_flooded_now(net, [1, 2, 3]), "flooded until members had time")
    time.sleep(0.02)
    t.ok(is_flooded_now(net, [1, 3]), "no gap where it is now")
    q = net.mcs.querier()
    t.ok("flood_ports" not in q, "nothing is shown any more")
    t.eq(net.mcs.rec(1, G).filter_mode, "exclude", "the record of before")


def net_now():
    """The clock of captured frames."""
    return time.clock_gettime(time.CLOCK_REALTIME)


def is_flooded_now(net, want):
    """One frame of G goes there."""
    return net.data(4, G) == want


@test("SNOOP-10 a query from before the change proves nothing", sim=True)
def older_query(t):
    net = Net(t, attach="querier off")
    net.send(3, igmp_query(3))
    time.sleep(answered() + 1)
    net.send(1, igmp2_report(G))
    net.fence()
    t.eq(net.data(4, G), [1, 3])
    net.send(3, igmp_query(2, src="192.0.2.1"))     # no spoofing
    time.sleep(answered() + 1)
    net.send(4, bpdu_tcn())
    t.eq(net.data(4, G), [1, 2, 3])
    net.send(3, igmp_query(2, src="192.0.2.1"))
    time.sleep(QRI - 2)
    net.send(4, bpdu_tcn())
    time.sleep(30)
    t.eq(net.data(4, G), [1, 2, 3], "the round began before the last change")
    t.ok("flood_left" not in net.mcs.querier(), "the next query is waited for")
    net.send(3, igmp_query(2, src="192.0.2.1"))
    time.sleep(QRI - 2)
    net.send(4, bpdu_tcn())
    time.sleep(1)
    net.send(3, igmp_query(2, src="192.0.2.1"))
    time.sleep(answered() - 0.01)
    t.eq(net.data(4, G), [1, 2, 3], "still asked")
    time.sleep(0.02)
    t.eq(net.data(4, G), [1, 3])


@test("SNOOP-08 SNOOP-10 the flag is repeated: one query in a response "
      "interval", sim=True)
def repeated(t):
    net = settled(t)
    members(net)
    net.flush()
    t0 = net_now()
    for _ in range(TREE_TIME // HELLO + 1):
        net.send(4, bpdu_config(tc=True))
        time.sleep(HELLO)
    last = TREE_TIME // HELLO * HELLO       # 34
    t.ok(is_flooded(net), "still said")
    time.sleep(t0 + 40 + answered() - 0.02 - net_now())
    t.ok(is_flooded(net), "the last round is under way")
    time.sleep(0.04)
    t.ok(not is_flooded(net), "asked and answered since the last flag")
    t.between(last, 30, 40, "the last flag, between the queries")
    for family in (4, 6):
        same_times(queried(net, 1, t0, family), [0, 10, 20, 30, 40],
                   f"IPv{family} queries", within=0.02)
    t.eq(net.mcs.stats(4)["note_topology"], 1)


@test("SNOOP-08 thousands of BPDUs, from several ports, make no more queries",
      sim=True)
def storm(t):
    net = settled(t)
    net.flush()
    t0 = net_now()
    for _ in range(100):
        for port in net.ports:
            for frame in CHANGES.values():
                net.send(port, *[frame] * 5)
        time.sleep(0.25)
    taken = net_now() - t0
    times = queried(net, 1, t0)
    t.between(len(times), 2, taken / QRI + 1, "queries")
    for earlier, later in zip(times, times[1:]):
        t.between(later - earlier, QRI - 0.001, QI, "between two queries")
    t.eq(net.mcs.stats()["rx_bpdu_tc"], 100 * 4 * 4 * 5)
    t.eq(net.mcs.stats()["note_topology"], 1)


@test("SNOOP-08 changes that begin again and again make no more queries",
      sim=True)
def again(t):
    net = settled(t)
    members(net)
    net.flush()
    t0 = net_now()
    for _ in range(20):     # each when the flood of the one before is over
        net.send(4, bpdu_tcn())
        time.sleep(answered() + 0.1)
    for earlier, later in zip(queried(net, 1, t0), queried(net, 1, t0)[1:]):
        t.between(later - earlier, QRI, QI, "between two queries")


@test("BPDUs without a change, or malformed, change nothing and pass")
def no_change(t):
    net = snooping(t, family=46)
    members(net)
    grown = net.mcs.counting()
    for name, frame in {**NO_CHANGE, **MALFORMED}.items():
        t.eq(net.reach(4, frame), [1, 2, 3], f"{name} is forwarded")
        t.ok(not is_flooded(net), name)
    now = grown()
    t.ok("rx_bpdu_tc" not in now and "note_topology" not in now, "no change")
    t.eq(now["skip_bpdu"], len(MALFORMED))


@test("BPDUs are forwarded untouched by a bridge without STP")
def untouched(t):
    net = snooping(t)
    for name, frame in CHANGES.items():
        t.eq(net.reach(4, frame), [1, 2, 3], name)


@test("a tagged BPDU, and one for others, is no change")
def not_for_us(t):
    net = snooping(t, family=46)
    members(net)
    net.send(4, bpdu_tcn(vlan=5), bpdu_tcn(dmac="01:00:5e:01:01:01"),
             bpdu_tcn(proto=1), bpdu_tcn(llc=b"\xaa\xaa\x03"))
    t.ok(not is_flooded(net), "flooded")


@test("a guarded port's BPDUs make no flood and no query")
def guarded(t):
    net = snooping(t, family=46)
    members(net)
    net.mcs("port set dev p4 query-guard on")
    net.flush()
    net.send(4, *CHANGES.values())
    t.ok(not is_flooded(net), "flooded")
    t.eq(general(net, 1), [])
    stats = net.mcs.stats(4)
    t.eq((stats["skip_bpdu_guard"], stats.get("note_topology", 0)),
         (len(CHANGES), 0))
    net.mcs("port set dev p4 query-guard off")
    net.send(4, bpdu_tcn())
    t.ok(is_flooded(net), "not flooded without the guard")


@test("a topology change concerns every VLAN")
def vlans(t):
    net = snooping(t, vlan=True)
    net.ns.bridge("".join(f"vlan add dev p{p} vid 7\n" for p in net.ports) +
                  "vlan add dev br0 vid 7 self\n")
    wait_pruning(net, vid=7)
    net.send(1, igmp2_report(G), igmp2_report(G, vlan=7))
    net.fence()
    def causes():
        return [net.mcs.querier(4, vid).get("flood_cause") for vid in (1, 7)]
    wait_until(lambda: causes() == [None, None], timeout=60, step=0.1,
               what="ports that are new in a VLAN were asked")
    net.send(4, bpdu_tcn())
    wait_until(lambda: causes() == ["topology"] * 2, what="both VLANs flood")
    t.eq(net.data(2, G), [1, 3, 4])
    t.eq(net.data(2, G, vlan=7), [1, 3, 4])


@test("events say when the flood begins and ends", sim=True)
def events(t):
    net = settled(t, family=4)
    seen = net.mcs.monitor(t, "querier")
    net.send(4, bpdu_tcn())
    time.sleep(1)
    net.send(4, bpdu_tcn())
    time.sleep(60)
    mine = [e for e in seen.get() if e.get("family") == "ipv4"]
    t.eq([(e["event"], e["cause"], e.get("flood_ports")) for e in mine],
         [("querier-change", "topology", 4),
          ("querier-change", "topology", None)])


def elected(t, settings="", query=igmp_query, version=3, **topology):
    """Another querier is behind p3, pruning is active, nothing under way."""
    topology.setdefault("addr6", "fe80::77")
    net = Net(t, attach="querier auto " + settings, **topology)
    opt = dict(OTHER) if version == 3 else {"src": OTHER["src"]}
    net.send(3, query(version, **opt), mld_query(2, src="fe80::1"))
    time.sleep(answered() + 1)
    members(net)
    net.flush()
    return net


@test("SNOOP-09 another is querier: asked for it, from 0.0.0.0 as it would",
      sim=True)
def spoofed(t):
    net = elected(t)
    before = net.mcs.querier()
    t.eq(net.data(2, G), [1, 3])
    t0 = net.send(4, bpdu_tcn())
    t.eq(net.data(2, G), [1, 3, 4])
    time.sleep(20)
    for port in (1, 2, 4):
        f, = [f for f in net.frames(port) if f.is_query]
        t.near(f.t - t0, 1, within=0.002, what="it was given a second")
        t.eq((f.kind, f.src, f.dst, f.ttl, f.tos, f.ra, f.qqi, f.qrv, f.mrt,
              f.sflag, f.group, f.sources),
             ("igmp3_query", "0.0.0.0", "224.0.0.1", 1, 0xc0, True,
              OTHER["qqi"], OTHER["qrv"], OTHER["mrt"], False, "0.0.0.0", []))
    t.eq([f for f in net.frames(3) if f.is_query], [], "to the router")
    after = net.mcs.querier()
    for key in ("state", "address", "port", "changes", "robustness",
                "query_interval", "query_response_interval", "pruning"):
        t.eq(after[key], before[key], key)
    t.near(before["timer"] - after["timer"], 20, within=0.1,
           what="the other querier's timer runs on")
    t.eq(net.mcs.router_ports(), ["p3"])
    t.eq(net.data(2, G), [1, 3], "asked, so pruned again")
    t.eq(net.mcs.stats()["tx_igmp_topology"], 4, "three ports and the host")


@test("SNOOP-09 no query is forged for MLD", sim=True)
def no_mld(t):
    net = elected(t)
    net.send(4, bpdu_tcn())
    t.eq(net.data(2, G6), [1, 3, 4])
    time.sleep(60)
    t.eq([f for f in net.frames() if f.proto == 0x86dd and f.is_query], [])
    t.eq(net.data(2, G6), [1, 3, 4], "nobody asked: flooded")
    net.send(3, mld_query(2, src="fe80::1"))
    time.sleep(answered() + 0.01)
    t.eq(net.data(2, G6), [1, 3])


@test("SNOOP-09 no query is forged where the querier speaks version 2 or 1",
      sim=True)
def no_older(t):
    for version in (2, 1):
        net = elected(t, version=version, fresh=True)
        net.send(4, bpdu_tcn())
        time.sleep(60)
        t.eq([f for f in net.frames() if f.is_query], [], f"v{version}")
        t.eq(net.data(2, G), [1, 3, 4], "nobody asked: flooded")


@test("tc-query off: nobody is asked for the change, the flood lasts longer",
      sim=True)
def tc_query_off(t):
    net = elected(t, "tc-query off")
    net.send(4, bpdu_tcn())
    time.sleep(60)
    t.eq([f for f in net.frames() if f.is_query], [])
    t.eq(net.data(2, G), [1, 3, 4], "flooded")
    net.send(3, igmp_query(3, **OTHER))
    time.sleep(answered(OTHER["mrt"]) + 0.01)
    t.eq(net.data(2, G), [1, 3])
    own = settled(t, "tc-query off")
    t0 = own.send(4, bpdu_tcn())
    time.sleep(QI)
    t.eq(len(queried(own, 1, t0)), 1, "only the query that was due")


@test("SNOOP-09 the querier that asks itself is left to it", sim=True)
def asks_itself(t):
    net = elected(t)
    net.send(4, bpdu_tcn())
    time.sleep(0.5)
    net.send(3, igmp_query(3, **OTHER))
    time.sleep(20)
    t.eq([f.src for f in net.frames(1) if f.kind == "igmp3_query"],
         [OTHER["src"]])
    t.eq(net.data(2, G), [1, 3])


@test("SNOOP-09 the flag is repeated: one forged query in a response interval",
      sim=True)
def spoofed_seldom(t):
    net = elected(t)
    t0 = net_now()
    for _ in range(TREE_TIME // HELLO + 1):
        net.send(4, bpdu_config(tc=True))
        time.sleep(HELLO)
    time.sleep(60)
    times = [f.t - t0 for f in net.frames(1) if f.kind == "igmp3_query"]
    t.between(len(times), 2, 6, "queries")
    for earlier, later in zip(times, times[1:]):
        t.between(later - earlier, OTHER["mrt"] - 0.001, 99, "between two")
    t.between(times[-1], TREE_TIME - HELLO, 99, "after the last flag")


@test("the answers to a forged query go to router ports", sim=True)
def answers(t):
    net = elected(t)
    net.send(4, bpdu_tcn())
    time.sleep(2)
    t.eq(net.reach(1, igmp3_report((IS_EX, G))), [3])


# --- the bridge takes part in the spanning tree ------------------------------

FORWARD_DELAY = 15


def with_stp(t, settings="querier on"):
    """As settled(), with the kernel's STP; its own burst is over."""
    net = Net(t, addr6="fe80::77", fresh=True)
    net.ns.ip("link set br0 type bridge stp_state 1")
    time.sleep(2 * FORWARD_DELAY + 1)
    net.wait_forwarding()
    net.mcs("bridge add dev br0 " + settings)
    for family in (4, 6):
        wait_pruning(net, family)
    time.sleep(2 * SQI)
    members(net)
    net.flush()
    return net


@test("SNOOP-08 SNOOP-10 a BPDU that the bridge itself takes", sim=True)
def stp_bpdu(t):
    net = with_stp(t)
    t.ok(not is_flooded(net), "pruned before")
    for name, frame in CHANGES.items():
        members(net)
        net.flush()
        t0 = net.send(4, frame)
        t.ok(is_flooded(net), f"{name}: flooded at once")
        time.sleep(answered() + 0.1)
        t.ok(not is_flooded(net), f"{name}: pruned when asked")
        same_times(queried(net, 1, t0), [0], f"{name}: queries")
        time.sleep(100 + QI)
    members(net)
    for name, frame in {**NO_CHANGE, **MALFORMED}.items():
        net.send(4, frame)
        t.ok(not is_flooded(net), f"{name}: flooded")
    t.eq(net.mcs.stats(4)["rx_bpdu_tc"], len(CHANGES), "each counted once")
    t.ok(any(f.proto < 1536 and f.dmac.hex() == "0180c2000000"
             for f in net.frames(1)), "the bridge sends BPDUs as ever")


@test("SNOOP-08 SNOOP-10 STP lets a port of ours forward: the others are "
      "asked again", sim=True)
def own_port(t):
    net = with_stp(t)
    net.link(3, "down")
    time.sleep(5)
    t.eq(net.data(4, G, fence={"ports": [1, 2, 4]}), [1], "down: no change")
    net.flush()
    net.link(3, "up")
    time.sleep(2 * FORWARD_DELAY - 0.5)
    t.eq(net.data(4, G, fence={"ports": [1, 2, 4]}), [1], "not yet")
    wait_until(lambda: net.mcs.port(3).get("state") == "forwarding",
               what="STP lets p3 forward")
    t0 = net_now()
    t.ok(is_flooded(net), "flooded everywhere")
    q = net.mcs.querier()
    t.eq(q["flood_cause"], "topology")
    time.sleep(answered() + 0.1)
    t.ok(not is_flooded(net), "asked, so pruned again")
    for port in net.ports:
        same_times(queried(net, port, t0), [0], "queries", within=0.05)
    t.eq(net.mcs.stats(3)["note_topology"], 1)


@test("a guarded port that STP lets forward is a host's", sim=True)
def own_guarded(t):
    net = with_stp(t)
    net.mcs("port set dev p3 query-guard on")
    net.link(3, "down")
    net.link(3, "up")
    wait_until(lambda: net.mcs.port(3).get("state") == "forwarding",
               timeout=60, step=0.1, what="STP lets p3 forward")
    t.eq(net.data(4, G), [1, 3], "nobody asked behind p3 itself")
    t.eq(net.mcs.querier()["flood_cause"], "port")


@test("without STP a link that comes and goes is no topology change")
def no_stp(t):
    net = snooping(t, fresh=True)
    net.send(1, igmp2_report(G))
    net.fence()
    net.link(3, "down")
    net.link(3, "up")
    net.wait_forwarding()
    t.ok(2 not in net.data(4, G), "flooded to p2")
    t.eq(net.mcs.stats().get("note_topology", 0), 0)

@test("tc-flood off: a port is asked, but gets no more than before", sim=True)
def tc_flood_off(t):
    net = settled(t)
    members(net)
    net.mcs("port set dev p3 tc-flood off")
    before = [net.mcs.querier(f)["windows"] for f in (4, 6)]
    grown = [net.mcs.counting("data_window", port=p) for p in (1, 2, 3)]
    net.flush()
    t0 = net.send(4, bpdu_tcn())
    t.eq([net.data(4, g) for g in (G, G6)], [[1, 2]] * 2)
    t.eq([g() for g in grown], [{"data_window": 2}] * 2 + [{}])
    until(t0, answered() + 0.01)
    t.eq([net.data(4, g) for g in (G, G6)], [[1]] * 2, "it is over")
    t.eq(len(queried(net, 3, t0)), 1, "it was asked")
    t.eq([net.mcs.querier(f)["windows"] for f in (4, 6)],
         [n + 1 for n in before])


@test("tc-flood off everywhere: members are asked, nothing is flooded",
      sim=True)
def tc_flood_nowhere(t):
    net = settled(t)
    members(net)
    for port in net.ports:
        net.mcs(f"port set dev p{port} tc-flood off")
    for n in (1, 2):
        net.flush()
        t0 = net.send(4, bpdu_tcn())
        t.eq([net.data(4, g) for g in (G, G6)], [[1]] * 2)
        until(t0, 30)
        t.ok(queried(net, 1, t0), f"asked {n}")
        t.ok("flood_cause" not in net.mcs.querier(), "no flood is shown")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
