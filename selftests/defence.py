#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What a hostile host can do, and cannot: RFC 3376 section 9, RFC 2236 10."""
import shutil
import socket
import struct
import time

from lib import ktap, mcs
from lib.host import Host
from lib.ktap import SIM, test
from lib.ns import CommandError, run
from lib.packets import (ROUTER, TO_EX, addr, checksum, icmp6, igmp2_leave,
                         igmp2_report, igmp3_allow, igmp3_block,
                         igmp3_report, igmp3_to_ex, igmp3_to_in, igmp_query,
                         ip4, mld1_done,
                         mld1_report, mld2_block, mld2_report, mld_query,
                         mrd4_adv, mrd4_term, mrd6_adv, pim_hello)
from lib.rawgenl import GROUP_GET, attr, dump, family_id
from lib.scenario import (G, G2, G6, GMI, LMQT, S, S6, SSM, is_specific, lives,
                          snooping, until)
from lib.vectors import VECTORS

NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}


@test("SEC-07 V27 a general query must be sent to all, whatever is set",
      sim=True)
def general_to_group(t):
    net = snooping(t, family=46)
    net.send(1, igmp2_report(G), mld1_report(G6))
    net.mcs("bridge set dev br0 querier auto")
    grown = net.mcs.counting("drop_", port=3)
    frames = [VECTORS["V27"], igmp_query(2, dst=G), igmp_query(1, dst=G),
              igmp_query(3, dst="224.0.0.2"), igmp_query(2, dst="192.0.2.12"),
              mld_query(1, dst=G6), mld_query(2, dst="ff02::16"),
              mld_query(2, dst="fe80::12")]
    for frame in frames:
        dmac = frame[:6]
        if not dmac[0] & 1:
            frame = bytes.fromhex("01005e000001") + frame[6:]
        t.eq(net.reach(3, frame), [])
    t.eq(grown(), {"drop_dst": len(frames)})
    t.eq((net.mcs.routers(), [net.mcs.querier(f)["state"] for f in (4, 6)]),
         ({}, ["self"] * 2))
    for group in (G, G6):
        t.near(net.mcs.rec(1, group).timer, GMI, what=group)


@test("SEC-08 a guarded port: no query, discovery or hello does anything",
      sim=True)
def guarded(t):
    net = snooping(t, family=46)
    net.mcs("port set dev p3 query-guard on")
    net.send(1, igmp3_to_ex(G), mld1_report(G6))
    before = net.mcs.table()
    grown = net.mcs.counting("drop_", port=3)
    frames = [igmp_query(1), igmp_query(2), igmp_query(3, qrv=7, qqi=10),
              igmp_query(2, G), igmp_query(3, G), igmp_query(3, G, [S(1)]),
              igmp_query(3, src="0.0.0.0"), mld_query(1), mld_query(2),
              mld_query(2, G6), mld_query(2, G6, [S6(1)]), mrd4_adv(),
              mrd4_term(), mrd6_adv(),
              icmp6(153, 0, b"", "ff02::6a", host=ROUTER), pim_hello(),
              pim_hello(family=6)]
    for i, frame in enumerate(frames):
        t.eq(net.reach(3, frame, host=True), [], f"frame {i}")
    t.eq(grown(), {"drop_guard": len(frames)})
    t.eq((net.mcs.table(), net.mcs.routers()), (before, {}))
    for group, family in ((G, 4), (G6, 6)):
        t.near(net.mcs.rec(1, group).timer, GMI, what=group)
        q = net.mcs.querier(family)
        t.eq((q["state"], q["robustness"], q["query_interval"]),
             ("self", 2, 125))
    t.eq((net.data(4, G), net.data(4, G2)), ([1], [1, 2, 3]), "streams")
    net.send(3, igmp2_report(G))
    net.fence()
    t.eq(net.data(4, G), [1, 3], "reports are welcome")
    net.flush()
    time.sleep(150)
    t.ok([f for f in net.frames(3) if f.is_general], "it is queried")


def members(t):
    """Kernel hosts behind p1 in both families."""
    net = snooping(t, family=46, fresh=True)
    host = Host(net, 1)
    host.join(G)
    host.join(G6)
    host.member(G2).join_source(S(1))
    time.sleep(15)
    t.eq([str(net.mcs.rec(1, g)) for g in (G, G2, G6)],
         ["EX(;)", "IN(1)", "EX(;)"])
    return net


def no_gap(t, net, seconds, what):
    """Ten frames of each stream a second, none is missing."""
    for i in range(int(seconds * 10)):
        for group, src in ((G, None), (G2, S(1)), (G6, None)):
            t.ok(1 in net.data(4, group, src=src),
                 f"{group} {i / 10:.1f} s after {what}")
        time.sleep(0.1)


@test("SEC-12 forged leaves of every kind: asked, answered, no frame lost",
      sim=True)
def forged_leaves(t):
    net = members(t)
    for what, frames in (
            ("IGMPv2 leave", [igmp2_leave(G, host=66)]),
            ("TO_IN", [igmp3_to_in(G, host=66), igmp3_to_in(G2, host=66)]),
            ("BLOCK", [igmp3_block(G, S(1), host=66),
                       igmp3_block(G2, S(1), host=66)]),
            ("done", [mld1_done(G6, host=66),
                      mld2_report((3, G6), host=66)]),
            ("MLD BLOCK", [mld2_block(G6, S6(1), host=66)])):
        net.flush()
        net.send(1, *frames)
        no_gap(t, net, LMQT + 1, what)
        t.ok([f for f in net.frames(1) if is_specific()(f)], "it was asked")
    t.eq([str(net.mcs.rec(1, g)) for g in (G, G2, G6)],
         ["EX(;)", "IN(1)", "EX(;)"])


@test("SEC-12 forged queries for a group evict nobody who answers", sim=True)
def forged_queries(t):
    net = members(t)
    t0 = net.send(2, igmp_query(3, G, host=66),
                  igmp_query(3, G2, [S(1)], host=66),
                  mld_query(2, G6, host=66))
    t.ok(net.mcs.rec(1, G).timer <= LMQT, "they are obeyed")
    no_gap(t, net, LMQT + 2, "the query")
    until(t0, 30)
    for mrt in (0.1, 0.5, 5):
        net.send(2, igmp_query(3, G, host=66, mrt=mrt),
                 igmp_query(3, G2, [S(1)], host=66, mrt=mrt),
                 mld_query(2, G6, host=66, mrt=mrt))
        no_gap(t, net, 2 * mrt + 1, f"a query of {mrt} s")
    t.eq([str(net.mcs.rec(1, g)) for g in (G, G2, G6)],
         ["EX(;)", "IN(1)", "EX(;)"])


@test("SEC-12 a forged leave of a host that does not answer: no earlier than "
      "LMQT", sim=True)
def not_answered(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    t0 = net.send(1, igmp2_leave(G, host=66))
    lives(t, lambda: net.data(4, G) == [1], LMQT, t0, "the stream")


@test("SEC-14 IGMP behind an authentication header is flooded, and teaches "
      "nothing", sim=True)
def authenticated(t):
    net = snooping(t, "unregistered routers", router=3)
    net.send(1, igmp2_report(G))
    net.fence()
    before = (net.mcs.table(), net.mcs.router_ports())
    header = struct.pack("!BBHII", 2, 4, 0, 1, 1) + bytes(12)
    for kind, group, dst in ((0x16, G2, G2), (0x17, G, G), (0x11, G, G),
                             (0x11, "0.0.0.0", "224.0.0.1"),
                             (0x22, "0.0.0.0", "224.0.0.22")):
        body = struct.pack("!BBH", kind, 10, 0) + addr(group)
        body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
        t.eq(net.reach(2, ip4(51, header + body, dst), host=True),
             [0, 1, 3, 4], f"type {kind:#x}")
    t.eq((net.mcs.table(), net.mcs.router_ports()), before)
    t.near(net.mcs.rec(1, G).timer, GMI, what="group timer")


def shown(net):
    """How the bridge and its ports are set up."""
    return mcs.still(net.mcs.json("bridge show dev br0", "-d") +
                     net.mcs.json("port show dev br0", "-d"))


@test("SEC-16 nobody without privilege changes anything, in any way")
def unprivileged(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    command = shutil.which(mcs.COMMAND)
    before = (net.mcs.table(), shown(net))
    with net.ns.entered():
        for words in ("bridge set dev br0 robustness 3", "bridge del dev br0",
                      "vlan set dev br0 vid 1 robustness 3",
                      "port set dev p1 router permanent",
                      f"group add dev br0 port p2 grp {G2}",
                      f"group del dev br0 port p1 grp {G}"):
            e = t.raises(CommandError, run, command, *words.split(), **NOBODY)
            t.ok("permitted" in e.err or "ermission" in e.err, e.err)
    t.eq((net.mcs.table(), shown(net)), before)


@test("SEC-16 a dump of any size comes in datagrams of bounded size",
      limit=None if SIM else 240)
def bounded_dump(t):
    net = snooping(t, "max-sources 1000")
    groups = [f"239.3.{n // 250}.{n % 250 + 1}" for n in range(600)]
    for i in range(0, 600, 100):
        net.send(1, igmp3_report(*((TO_EX, g) for g in groups[i:i + 100])))
    net.send(2, *[igmp3_allow(SSM, *[f"10.1.{i}.{n}" for n in range(1, 201)])
                  for i in range(4)])
    net.fence()
    rows = net.mcs.groups()
    t.eq(len(rows), 601)
    t.eq(len([r for r in rows if r["grp"] == SSM][0]["source_list"]), 800)
    with net.ns.entered():
        index = struct.pack("=I", socket.if_nametoindex("br0"))
        sizes, messages = dump(family_id(), GROUP_GET, attr(1, index))
    t.ok(messages > 600, f"{messages} messages")
    t.ok(len(sizes) > 3 and max(sizes) <= 32768, f"octets: {sizes}")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
