#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A membership that nobody was asked about does not run out under its data."""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import BR_IP6
from lib.packets import (igmp2_report, igmp3_allow, igmp3_is_ex, igmp3_is_in,
                         igmp_query, mld1_report, mld2_is_ex, mld_query)
from lib.scenario import (G, G2, G6, GMI, LMQT, S, is_specific, lives,
                          same_queries, snooping, specific, until)

def silent(t, settings="", queries=(125,)):
    """Members of G, G6 and of G2's S1 on p1, and a querier on p3 that asks
    at these times after they reported, without an answer that we hear."""
    net = snooping(t, settings, family=46)
    net.send(3, igmp_query(3), mld_query(2))
    time.sleep(20)
    t0 = net.send(1, igmp2_report(G), mld1_report(G6),
                  igmp3_allow(G2, S(1)))
    for at in queries:
        until(t0, at)
        net.send(3, igmp_query(3), mld_query(2))
    until(t0, 200)
    net.fence()
    net.flush()
    return net, t0


def stream(net):
    """One frame of each stream; True when p1 gets all."""
    return all([1 in net.data(4, G), 1 in net.data(4, G6),
                1 in net.data(4, G2, src=S(1))])


def asked(net):
    net.fence()
    return [f for f in net.frames(1) if is_specific()(f)]


@test("the querier falls silent: members are asked, and keep their streams",
      sim=True)
def kept(t):
    net, t0 = silent(t)
    grown = net.mcs.counting("heal_", port=1)
    t.ok(stream(net), "at 200 s")
    until(t0, GMI - 0.1)
    t.eq(asked(net), [], "not before it would run out")
    until(t0, GMI + 0.5)
    t.ok(stream(net), "it would have run out")
    net.send(1, igmp3_is_ex(G), mld2_is_ex(G6), igmp3_is_in(G2, S(1)))
    until(t0, GMI + 5)
    t.ok(stream(net), "it was answered")
    for group, src, queries in (
            (G, "0.0.0.0", [(GMI, 0, ""), (GMI + 1, 1, "")]),
            (G6, BR_IP6, [(GMI, 0, ""), (GMI + 1, 1, "")]),
            (G2, "0.0.0.0", [(GMI, 0, "1"), (GMI + 1, 1, "1")])):
        same_queries(specific(net, 1, group, t0), queries)
        t.eq({f.src for f in net.frames(1) if is_specific(group)(f)}, {src})
    t.near(net.mcs.rec(1, G).timer, GMI - 4.5, what="group timer")
    t.eq(grown(), {"heal_asked": 3, "heal_kept": 3})
    t.eq([net.mcs.querier(f)["healed"] for f in (4, 6)], [2, 1])
    t.eq(sorted((r["grp"], r["port"]) for r in net.mcs.json("log show dev br0")
                if r["event"] == "heal"),
         sorted((g, "p1") for g in (G, G2, G6)))


@test("nobody answers: it is gone after LMQT", sim=True)
def unanswered(t):
    net, t0 = silent(t)
    t.ok(stream(net), "at 200 s")
    lives(t, lambda: all(net.mcs.rec(1, g) for g in (G, G2, G6)), GMI + LMQT,
          t0, "membership")
    t.eq([str(net.mcs.rec(1, g)) for g in (G, G2, G6)], ["none"] * 3)
    t.eq(net.mcs.stats(1).get("heal_kept"), None)


def runs_out(t, net, t0, what):
    lives(t, lambda: bool(net.mcs.rec(1, G) and net.mcs.rec(1, G6) and
                          net.mcs.rec(1, G2)), GMI, t0, what)
    t.eq([str(net.mcs.rec(1, g)) for g in (G, G2, G6)], ["none"] * 3, what)
    t.eq((asked(net), net.mcs.stats(1).get("heal_asked")), ([], None), what)


@test("no data: nobody is asked", sim=True)
def no_data(t):
    runs_out(t, *silent(t), "no data")


@test("self-heal off: nobody is asked", sim=True)
def switched_off(t):
    net, t0 = silent(t, "self-heal off")
    t.ok(stream(net), "at 200 s")
    runs_out(t, net, t0, "off")


@test("members who were asked twice and did not answer are gone at once",
      sim=True)
def asked_enough(t):
    net, t0 = silent(t, queries=(125,))
    until(t0, 250)
    net.send(3, igmp_query(3), mld_query(2))
    t.ok(stream(net), "at 250 s")
    runs_out(t, net, t0, "asked")


@test("a query that is too fresh to be answered does not count", sim=True)
def too_fresh(t):
    net, t0 = silent(t)
    until(t0, 265)
    net.send(3, igmp_query(3), mld_query(2))
    t.ok(stream(net), "at 265 s")
    until(t0, GMI + 1.9)
    t.ok(stream(net), "put off")
    net.send(1, igmp2_report(G), mld1_report(G6), igmp3_is_in(G2, S(1)))
    until(t0, GMI + 9)
    t.ok(stream(net), "answered")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
