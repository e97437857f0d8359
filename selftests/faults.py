#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Each allocation of the module fails once: what was asked for is refused as a
whole, or done without what is only a convenience, and can be done afterwards."""
import time

from lib import ktap, mcs
from lib.failing import Failing, function
from lib.ktap import Failed, test
from lib.net import BR_IP4, BR_IP6, Net
from lib.ns import CommandError, run, wait_until
from lib.packets import (host_mac, igmp2_leave, igmp2_report, igmp3_allow,
                         igmp3_block, igmp3_is_ex, igmp3_to_ex, igmp3_to_in,
                         igmp_query, mld1_report, mld2_allow, mld2_to_ex,
                         mrd4_adv, nd, pim_hello, solicited_node, udp)
from lib.scenario import G, G2, G6, S, S6, wait_pruning

MANY = 10000    # times that allocations may fail, to see how often they did
AT_MOST = 200   # allocations of one command


def commanded(failing, net, words, nth):
    """A command whose nth allocation fails; None when it has less of them, else
    what it said, "" when it did without."""
    def arm():
        with open("/proc/self/fail-nth", "w", encoding="ascii") as file:
            file.write(str(nth))
    failing.percent(0, MANY)
    said = ""
    try:
        run(*net.mcs.argv(words), preexec_fn=arm)
    except CommandError as error:
        said = error.err
    return said if failing.left() < MANY else None


# (how to get there, what is done, how to undo it)
COMMANDS = [
    ("", "bridge add dev br0 querier on mac-mode on log-frames 64",
     "bridge del dev br0"),
    ("", "bridge add dev br0 proxy-reporting on", "bridge del dev br0"),
    ("bridge add dev br0",
     "bridge set dev br0 mac-mode on log-events 500 log-frames 100",
     "bridge set dev br0 mac-mode off log-events 64 log-frames 0"),
    ("bridge add dev br0", "vlan set dev br0 vid 7 robustness 3",
     "vlan reset dev br0 vid 7"),
    ("bridge add dev br0", f"group add dev br0 port p1 grp {G} src {S(1)}",
     f"group del dev br0 port p1 grp {G} src {S(1)}"),
    ("bridge add dev br0 mac-mode on",
     "group add dev br0 port p1 mac 01:00:5e:01:01:01",
     "group del dev br0 port p1 mac 01:00:5e:01:01:01"),
    ("bridge add dev br0", "filter add dev br0 deny grp 239.8.0.0/16",
     "filter del dev br0 deny grp 239.8.0.0/16"),
    ("bridge add dev br0", "port set dev p1 router permanent",
     "port set dev p1 router auto"),
    ("bridge add dev br0",
     f"group learn dev br0 port p1 grp {G} mode include sources {S(1)},{S(2)}",
     "bridge del dev br0"),
    ("bridge add dev br0",
     "router learn dev br0 port p2 family ipv4 type query timer 60s",
     "bridge del dev br0"),
    (f"bridge add dev br0\ngroup add dev br0 port p1 grp {G}",
     f"explain dev br0 from p2 grp {G}", "bridge del dev br0"),
]


def state(net):
    """Everything that commands set up, and not what timers have made of it or
    what the machine itself joins."""
    return [[row for row in mcs.still(net.mcs.json(words, "-d"))
             if row.get("grp", "")[:9] != "ff02::1:f"] for words in
            ("bridge show", "vlan show", "port show", "group show",
             "filter show", "router show")]


def differs(net, old):
    """What is shown and was not then, or the opposite, in short."""
    out = []
    for now, then in zip(state(net), old):
        if len(now) != len(then):
            out.append((now, then))
            continue
        for a, b in zip(now, then):
            out += [(key, a.get(key), b.get(key)) for key in {*a, *b}
                    if a.get(key) != b.get(key)]
    return out


@test("each allocation of each command fails: refused as a whole, or done",
      limit=None if ktap.SIM else 1200)
def commands(t):
    failing = Failing(t, pages=True)
    net = Net(t, attach=None, addr=BR_IP4, addr6=BR_IP6)
    for before, words, undo in COMMANDS:
        refused, want = 0, None
        for nth in range(AT_MOST):
            for line in filter(None, before.split("\n")):
                net.mcs(line)
            old = state(net)
            said = commanded(failing, net, words, nth) if nth else \
                net.mcs(words) and ""
            if said:
                refused += 1
                t.ok("memory" in said or "buffer" in said, f"{words}: {said}")
                t.eq(differs(net, old), [], f"{words}, allocation {nth}")
                net.mcs(words)
            elif want is None:
                want = state(net)
            if differs(net, want):
                time.sleep(1.1)     # what lacked memory is tried again
            t.eq(differs(net, want), [], f"{words}, allocation {nth}: in the end")
            net.mcs(undo)
            net.mcs("bridge del dev br0", check=False)
            if said is None:
                break
        else:
            raise Failed(f"{words}: no end of allocations")
        t.ok(nth > 1, f"{words}: allocates something")
        t.note(f"{words}: {nth - 1} allocations, {refused} of them needed")


def frames():
    """What makes the module allocate, as (port, frame, what it leaves)."""
    g3 = "239.7.7.7"
    return [(1, igmp2_report(G)), (2, igmp3_allow(G2, S(1), S(2))),
            (2, igmp3_block(G2, S(1))), (3, igmp3_is_ex(g3, S(3), S(4))),
            (3, igmp3_to_in(g3, S(3), S(5))), (1, igmp3_to_ex(G2, S(6))),
            (1, mld1_report(G6)), (2, mld2_allow(G6, S6(1), S6(2))),
            (2, mld2_to_ex(G6, S6(3))), (4, mrd4_adv()), (4, pim_hello()),
            (1, igmp2_report(G, host=5)), (1, igmp2_leave(G, host=5)),
            (3, igmp_query(3, src="192.0.2.200")), (4, udp(G, 1)),
            (4, udp(G2, 2, src=S(2)))]


def played(failing, net, interval=1, number=0):
    """Tables after each frame, and how many allocations failed: each interval-th
    of the first try of each frame, but not more than number."""
    out, failed = [], 0
    failing.each(interval)
    net.mcs("bridge add dev br0 querier on log-frames 64 proxy-reporting on "
            "last-member-interval 100s fast-leave off")
    wait_pruning(net)
    for port, frame in frames():
        if number:
            failing.percent(100, number)
            net.send(port, frame)
            net.fence()
            failed += number - failing.left()
            failing.percent(0)
        net.send(port, frame)
        net.fence()
        out.append((net.mcs.table(), net.mcs.router_ports()))
    net.mcs("bridge del dev br0")
    return out, failed


@test("allocations fail while a frame is handled: the next one like it is enough",
      limit=None if ktap.SIM else 1200)
def received(t):
    failing = Failing(t, pages=True)
    net = Net(t, attach=None, addr=BR_IP4, addr6=BR_IP6)
    want, _ = played(failing, net)
    hits = 0
    for number in (1, 3, 1000):
        for interval in range(1, 6):
            got, failed = played(failing, net, interval, number)
            hits += failed
            for n, (a, b) in enumerate(zip(got, want)):
                t.eq(a, b, f"frame {n}, {number} fail, each {interval}th")
    t.note(f"{hits} allocations failed")
    t.ok(hits > 100, "allocations fail")


@test("without memory for the egress hook the host is heard at LOCAL_OUT")
def no_egress(t):
    net = Net(t, vlan=True, addr6=BR_IP6, fresh=True)
    failing = Failing(t, by=function("mcs_egress_follow"))
    failing.percent(100, MANY)
    net.mcs("bridge add dev br0 nd-aware on")
    t.ok(failing.left() < MANY, "the hook fails")
    failing.percent(0)
    # with the MAC address, so that the host need not ask for it
    net.send(1, nd(135, solicited_node(BR_IP6), target=BR_IP6, src="fe80::9",
                   options=b"\1\1" + host_mac(1)))
    wait_until(lambda: [(row["address"], row["port"], row["vid"])
                        for row in net.mcs.json("nd show dev br0")
                        if row["address"] == BR_IP6] == [(BR_IP6, "br0", 1)],
               what="its answer is heard")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
