#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Entries set by hand."""
import time

from lib import ktap, mcs
from lib.ktap import SIM, test
from lib.ns import wait_until
from lib.packets import (igmp2_leave, igmp2_report, igmp3_block, igmp3_is_ex,
                         igmp3_to_in, igmp_query)
from lib.scenario import G, G2, G6, LMQT, S, S6, is_specific, snooping


@test("SNOOP-14 a static (*,G) gets the group, in both families")
def star_g(t):
    net = snooping(t, family=46)
    net.mcs(f"group add dev br0 port p1 grp {G}")
    net.mcs(f"group add dev br0 port p2 grp {G6}")
    rec = net.mcs.rec(1, G, static=True)
    t.eq((str(rec), rec.state, rec.data.get("timer")),
         ("EX(;)", "permanent", None))
    t.eq(net.data(4, G), [1])
    t.eq(net.data(4, G6), [2])
    t.eq(net.mcs.rec(1, G).data, None, "no learned record beside it")


@test("SNOOP-14 a static (S,G) gets one source")
def source(t):
    net = snooping(t, family=46)
    net.mcs(f"group add dev br0 port p1 grp {G} src {S(1)}")
    net.mcs(f"group add dev br0 port p1 grp {G} src {S(2)}")
    net.mcs(f"group add dev br0 port p2 grp {G6} src {S6(1)}")
    t.eq(str(net.mcs.rec(1, G, static=True)), "IN(1,2)")
    t.eq(net.data(4, G, src=S(1)), [1])
    t.eq(net.data(4, G, src=S(3)), [])
    t.eq(net.data(4, G6, src=S6(1)), [2])
    net.mcs(f"group del dev br0 port p1 grp {G} src {S(1)}")
    t.eq(str(net.mcs.rec(1, G, static=True)), "IN(2)")
    t.eq(net.data(4, G, src=S(1)), [])


@test("a static entry does not age", sim=True)
def age(t):
    net = snooping(t)
    net.mcs(f"group add dev br0 port p1 grp {G}")
    time.sleep(24 * 3600)
    t.eq(net.data(4, G), [1])
    t.between(net.mcs.rec(1, G, static=True).uptime, 86399, 86401, "uptime")


@test("SNOOP-14 leaves, blocks and queries do not touch a static entry")
def untouched(t):
    net = snooping(t)
    net.mcs(f"group add dev br0 port p1 grp {G}")
    net.flush()
    net.send(1, igmp2_leave(G), igmp3_to_in(G), igmp3_block(G, S(1)))
    net.send(3, igmp_query(2, G))
    if SIM:
        time.sleep(LMQT + 1)
    net.fence()
    t.eq([f for f in net.frames(1) if is_specific(G)(f) and
          f.src == "192.0.2.77"], [], "our queries")
    t.eq(net.data(4, G, src=S(1)), [1, 3], "member and router")


@test("a static and a learned record of one port: either is enough")
def both(t):
    net = snooping(t)
    net.mcs(f"group add dev br0 port p1 grp {G} src {S(1)}")
    net.send(1, igmp3_is_ex(G, S(1)))
    net.fence()
    t.eq(str(net.mcs.rec(1, G)), "EX(;1)", "learned")
    t.eq(str(net.mcs.rec(1, G, static=True)), "IN(1)", "static")
    t.eq(net.data(4, G, src=S(1)), [1])
    t.eq(net.data(4, G, src=S(2)), [1])
    net.mcs(f"group del dev br0 port p1 grp {G} src {S(1)}")
    t.eq(net.data(4, G, src=S(1)), [], "what was learned is left")
    t.eq(str(net.mcs.rec(1, G)), "EX(;1)")


@test("a learned record stays when the static one of its group goes")
def keep_learned(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.mcs(f"group add dev br0 port p1 grp {G}")
    net.mcs(f"group del dev br0 port p1 grp {G}")
    net.fence()
    t.eq(net.data(4, G), [1])


@test("a static entry of the host side")
def host_side(t):
    net = snooping(t)
    net.mcs(f"group add dev br0 port br0 grp {G}")
    t.eq(net.data(4, G, host=True), [0])


@test("a static entry survives its port going down and up")
def port_down(t):
    net = snooping(t)
    net.mcs(f"group add dev br0 port p1 grp {G}")
    net.send(1, igmp2_report(G2))
    net.fence()
    net.link(1, "down")
    t.eq(str(net.mcs.rec(1, G, static=True)), "EX(;)", "static")
    wait_until(lambda: not net.mcs.rec(1, G2), what="learned is gone")
    net.link(1, "up")
    net.wait_forwarding()
    t.eq(net.data(4, G), [1])


@test("refusals: twice, unknown, not multicast, link-local, no such port")
def refused(t):
    net = snooping(t)
    net.mcs(f"group add dev br0 port p1 grp {G}")
    net.mcs(f"group add dev br0 port p2 grp {G} src {S(1)}")
    for words in (f"group add dev br0 port p1 grp {G}",
                  f"group del dev br0 port p3 grp {G}",
                  f"group del dev br0 port p2 grp {G} src {S(2)}",
                  "group add dev br0 port p1 grp 192.0.2.5",
                  "group add dev br0 port p1 grp 224.0.0.251",
                  "group add dev br0 port p1 grp ff02::1",
                  f"group add dev br0 port p1 grp {G} src 224.1.1.1",
                  f"group add dev br0 port p1 grp {G} src 2001:db8::1",
                  f"group add dev br0 port lo grp {G}"):
        said = net.mcs.refused(t, words)
        t.ok(len(said) > 20, f"a sentence about {words!r}, not {said!r}")
    t.eq(net.data(4, G, src=S(1)), [1, 2])


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
