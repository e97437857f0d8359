#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Proxy reporting: how queries are answered, and when it is on."""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import BR_IP4, BR_IP6, Net
from lib.packets import (IS_EX, igmp3_block, igmp3_is_ex, igmp3_is_in,
                         igmp3_report, igmp3_to_ex, igmp3_to_in, igmp_query,
                         mld2_to_ex, pim_hello)
from lib.scenario import (G, G2, G3, G6, LMQT, QRI, S, sources, specific,
                          wait_pruning)
from lib.upstream import (checked, foreign, heard, is_ours, proxying, query,
                          says, texts)


def one_for_all(t, family, join, group, **topology):
    """Hosts answer a query; the router hears one report."""
    net = proxying(t, family=family, **topology)
    net.send(1, join(group))
    net.send(2, join(group))
    time.sleep(30)
    net.flush()
    grown = [net.mcs.counting("reports_absorbed", "tx_", port=n)
             for n in (1, 2, 3)]
    t0 = net.send(3, query(family))
    net.fence()
    t.ok([f for f in net.frames(1) if f.is_query], "the query goes to hosts")
    net.send(1, join(group))
    net.send(2, join(group))
    time.sleep(QRI)
    at = [x for x, text in heard(net, 3, t0) if group in text]
    t.eq(len(at), 1, "reports of the group")
    t.between(at[0], 0, QRI, "delay")
    t.eq([x for x in texts(net) if group in x], [f"IS_EX {group}()"])
    t.eq(foreign(net), [], "reports of hosts on p3")
    checked(t, net)
    t.eq([g() for g in grown[:2]], [{"reports_absorbed": 1}] * 2, "counted")
    t.eq(grown[2](), {f"tx_{'mld' if family == 6 else 'igmp'}_report":
                      len([f for f in net.frames(3) if is_ours(f)])})
    return net


@test("PRX-01 two hosts, one report", sim=True)
def igmp(t):
    net = one_for_all(t, 4, igmp3_to_ex, G)
    t.eq({f.src for f in net.frames(3) if is_ours(f)}, {BR_IP4}, "source")
    q = net.mcs.querier()
    t.eq((q["upstream_version"], q["upstream_groups"]), (3, 1), "shown")


@test("PRX-01 two MLD hosts, one report", sim=True)
def mld(t):
    net = one_for_all(t, 6, mld2_to_ex, G6)
    t.eq({f.src for f in net.frames(3) if is_ours(f)}, {BR_IP6}, "source")


@test("PRX-01 the source may be 0.0.0.0", sim=True)
def no_address(t):
    net = one_for_all(t, 4, igmp3_to_ex, G, addr=None)
    t.eq({f.src for f in net.frames(3) if is_ours(f)}, {"0.0.0.0"}, "source")


@test("PRX-01 without link-local address hosts speak for themselves",
      sim=True)
def no_link_local(t):
    net = proxying(t, family=6, addr6=None)
    t.eq(net.reach(1, mld2_to_ex(G6)), [3], "the report of the host")
    time.sleep(2)
    t.eq({f.src for f in net.frames(3) if is_ours(f)}, {"::"}, "ours")


@test("PRX-01 SNOOP-03 nothing is absorbed while no querier is known")
def no_querier(t):
    net = Net(t, attach="querier off proxy-reporting on")
    t.eq(net.reach(1, igmp3_to_ex(G)), [2, 3, 4], "flooded")
    t.eq(net.mcs.stats().get("reports_absorbed"), None, "absorbed")


@test("PRX-01 what is heard on a router port goes to the other ones", sim=True)
def between_routers(t):
    net = proxying(t, routers=(3, 4))
    t.eq(net.mcs.router_ports(), ["p3", "p4"])
    t.eq(net.reach(4, igmp3_to_ex(G)), [3], "from one to the other")
    t.eq(net.reach(1, igmp3_to_ex(G2)), [], "from a host")
    time.sleep(2)
    for port in 3, 4:
        t.eq(set(texts(net, port)), {f"TO_EX {G2}()"}, f"on p{port}")


@test("PRX-01 a query from 0.0.0.0 is answered as well, if it makes a router",
      sim=True)
def zero_query(t):
    net = Net(t, attach="querier off proxy-reporting on")
    net.send(3, query(src="0.0.0.0"))
    wait_pruning(net)
    net.send(1, igmp3_to_ex(G))
    time.sleep(5)
    net.flush()
    net.send(3, query(src="0.0.0.0"))
    time.sleep(QRI)
    t.eq(texts(net), [f"IS_EX {G}()"])
    net.mcs("bridge set dev br0 zero-query-router off")
    time.sleep(300)
    net.send(1, igmp3_to_ex(G))
    net.flush()
    net.send(3, query(src="0.0.0.0"))
    time.sleep(QRI)
    t.eq(texts(net), [], "no router port")


@test("PRX-03 answers come after a random time up to the response time",
      sim=True)
def delays(t):
    net = proxying(t)
    net.send(1, igmp3_to_ex(G))
    seen = []
    for mrt in [10] * 40 + [3] * 40:
        time.sleep(20)
        net.send(1, igmp3_is_ex(G))
        net.flush()
        t0 = net.send(3, query(mrt=mrt))
        time.sleep(mrt)
        at = heard(net, 3, t0)
        t.eq([text for _, text in at], [f"IS_EX {G}()"])
        t.between(at[0][0], 0, mrt, "delay")
        seen.append(at[0][0] / mrt)
    t.ok(min(seen) < 0.2 and max(seen) > 0.8, f"random: {sorted(seen)}")
    t.between(sum(seen) / len(seen), 0.35, 0.65, "mean")


@test("PRX-01 a sooner answer to a general query serves a second one",
      sim=True)
def second_general(t):
    net = proxying(t)
    net.send(1, igmp3_to_ex(G))
    for _ in range(20):
        time.sleep(20)
        net.send(1, igmp3_is_ex(G))
        net.flush()
        t0 = net.send(3, query(mrt=10))
        time.sleep(0.1)
        net.send(3, query(mrt=1, host=9))
        time.sleep(15)
        # one in a hundred is sent before the second query comes
        at = [a for a in heard(net, 3, t0) if a[0] > 0.1]
        t.eq(len(at), 1, "answers")
        t.between(at[0][0], 0, 1.1, "delay")


@test("PRX-01 specific queries: the group, the sources of it", sim=True)
def specific_answers(t):
    net = proxying(t)
    net.send(1, igmp3_is_in(G, *sources(1, 2, 3)))
    net.send(2, igmp3_is_ex(G2, *sources(1, 2)))
    time.sleep(5)
    for q, want in (
            (igmp_query(3, G), [f"IS_IN {G}(1,2,3)"]),
            (igmp_query(3, G2, sflag=True), [f"IS_EX {G2}(1,2)"]),
            (igmp_query(3, G, sources(2, 4)), [f"IS_IN {G}(2)"]),
            (igmp_query(3, G, sources(4)), []),
            (igmp_query(3, G2, sources(2, 4)), [f"IS_IN {G2}(4)"]),
            (igmp_query(3, G2, sources(2)), []),
            (igmp_query(3, G3), [])):
        net.flush()
        t0 = net.send(3, q)
        time.sleep(1)
        at = heard(net, 3, t0)
        t.eq([text for _, text in at], want, f"answer to {q}")
        if at:
            t.between(at[0][0], 0, 1, "delay")
        # the hosts have not answered, but nobody has left
        net.send(1, igmp3_is_in(G, *sources(1, 2, 3)))
        net.send(2, igmp3_is_ex(G2, *sources(1, 2)))
        time.sleep(5)


@test("PRX-01 lists of queries add up, a query of the group clears them",
      sim=True)
def merged_queries(t):
    net = proxying(t)
    net.send(1, igmp3_is_in(G, *sources(1, 2, 3, 4, 5)))
    time.sleep(5)

    def asked(*lists):
        net.flush()
        for numbers in lists:
            net.send(3, igmp_query(3, G, sources(*numbers), mrt=100,
                                   sflag=True))
        time.sleep(101)
        net.send(1, igmp3_is_in(G, *sources(1, 2, 3, 4, 5)))
        return texts(net)

    t.eq(asked([3], [1, 7], [3, 4]), [f"IS_IN {G}(1,3,4)"])
    t.eq(asked([3], [], [4]), [f"IS_IN {G}(1,2,3,4,5)"])
    t.eq(asked([], [4]), [f"IS_IN {G}(1,2,3,4,5)"])


@test("PRX-01 an answer is split to the MTU", sim=True)
def split(t):
    net = proxying(t)
    groups = [f"239.2.{i // 200}.{i % 200}" for i in range(450)]
    for i in range(0, 450, 50):
        net.send(1, igmp3_report(*((IS_EX, g) for g in groups[i:i + 50])))
    net.send(2, igmp3_is_in(G, *[f"10.0.{i // 64}.{i % 64}"
                                 for i in range(128)]))
    net.send(4, igmp3_is_in(G, *[f"10.1.{i // 64}.{i % 64}"
                                 for i in range(128)]))
    net.send(1, igmp3_is_in(G, *[f"10.2.{i // 64}.{i % 64}"
                                 for i in range(128)]))
    time.sleep(30)
    net.flush()
    net.send(3, query())
    time.sleep(QRI + 1)
    frames = [f for f in net.frames(3) if is_ours(f)]
    t.ok(all(len(f.l3) <= 1500 for f in frames), "size")
    t.ok(any(len(f.l3) > 1480 for f in frames), "filled")
    t.eq(len(frames), 4, "frames")
    got = sorted(g for f in frames for kind, g, s in f.records if g != G)
    t.eq(got, sorted(groups), "each group once")
    srcs = [s for f in frames for kind, g, ss in f.records if g == G
            for s in ss]
    t.eq((len(srcs), len(set(srcs))), (384, 384), "each source once")
    at = [f.t for f in frames]
    t.ok(all(b - a >= 0.0005 for a, b in zip(at, at[1:]) if b != a), "paced")


@test("PRX-01 a router that is not the querier hears us while we are",
      sim=True)
def we_query(t):
    net = Net(t, attach="querier on proxy-reporting on "
              "fast-leave off")
    wait_pruning(net)
    net.send(3, pim_hello(holdtime=65535))
    time.sleep(200)
    t.eq(net.mcs.querier()["state"], "self", "querier")
    net.send(1, igmp3_to_ex(G))
    net.send(2, igmp3_is_in(G2, S(1)))
    time.sleep(5)
    t.eq(sorted(set(texts(net))), [f"ALLOW {G2}(1)", f"TO_EX {G}()"])
    for _ in range(4):
        net.flush()
        net.expect(3, lambda f: f.is_general, 130)
        net.send(1, igmp3_is_ex(G))
        net.send(2, igmp3_is_in(G2, S(1)))
        time.sleep(QRI)
        t.eq(sorted(texts(net)), [f"IS_EX {G}()", f"IS_IN {G2}(1)"],
             "our own query is answered")
    net.flush()
    # what we give up, the router must be asked for, by us
    t0 = net.send(1, igmp3_to_in(G))
    net.send(2, igmp3_block(G2, S(1)))
    time.sleep(10)
    t.eq(sorted(texts(net)), [f"BLOCK {G2}(1)"] * 2 + [f"TO_IN {G}()"] * 2)
    for group, srcs in (G, ""), (G2, "1"):
        asked = specific(net, 3, group, t0)
        t.eq([(s, names) for _, s, names in asked], [(0, srcs)] * 2)
        t.ok(asked[0][0] >= LMQT - 0.001, "not before it is given up")


@test("PRX-01 turned on it reports once what there is, turned off nothing",
      sim=True)
def on_off(t):
    net = Net(t, attach="querier off")
    net.send(3, query())
    wait_pruning(net)
    groups = [f"239.2.1.{i}" for i in range(150)]
    net.send(1, igmp3_report(*((IS_EX, g) for g in groups)),
             igmp3_is_in(G, S(1)))
    time.sleep(60)
    net.flush()
    net.mcs("bridge set dev br0 proxy-reporting on")
    time.sleep(30)
    want = sorted([f"IS_EX {g}()" for g in groups] + [f"IS_IN {G}(1)"])
    t.eq(sorted(texts(net)), want, "reported once")
    t.eq(net.mcs.querier()["upstream_groups"], 151, "groups")
    net.send(1, igmp3_to_ex(G2))
    net.send(3, query())
    net.send(3, igmp_query(3, G))
    net.mcs("bridge set dev br0 proxy-reporting off")
    net.flush()
    time.sleep(300)
    t.eq(texts(net), [], "nothing is left behind")
    t.eq("upstream_version" in net.mcs.querier(), False, "shown")
    net.send(3, query())
    wait_pruning(net)
    t.eq(net.reach(1, igmp3_to_ex(G)), [3], "hosts speak for themselves")


@test("PRX-01 a VLAN of its own reports, others do not", sim=True)
def vlans(t):
    net = Net(t, vlan=True, attach="querier off")
    net.ns.bridge("".join(f"vlan add dev p{n} vid 100\n" for n in net.ports) +
                  "vlan add dev br0 vid 100 self\n")
    net.mcs("vlan set dev br0 vid 100 family ipv4 proxy-reporting on")
    net.send(3, query(vlan=100), query())
    wait_pruning(net, 4, 1)
    wait_pruning(net, 4, 100)
    net.flush()
    t.eq(net.reach(1, igmp3_to_ex(G)), [3], "VLAN 1")
    t.eq(net.reach(1, igmp3_to_ex(G2, vlan=100), vid=100), [], "VLAN 100")
    time.sleep(2)
    frames = [f for f in net.frames(3) if is_ours(f)]
    t.eq([(f.vlan, says(f)) for f in frames],
         [([100], [f"TO_EX {G2}()"])] * 2)
    net.ns.bridge("".join(f"vlan del dev p{n} vid 100\n" for n in net.ports) +
                  "vlan del dev br0 vid 100 self\n")
    time.sleep(300)
    t.eq([v["vid"] for v in net.mcs.json("querier show dev br0")], [1, 1])


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
