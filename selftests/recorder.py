#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The flight recorder: entries with cause, addresses and VLAN, its bounds, and
the frames as a file that tcpdump reads."""
import os
import shutil
import struct
import subprocess
import tempfile
import time

from lib import ktap, mcs
from lib.decode import decode
from lib.ktap import Skipped, test
from lib.ns import run
from lib.packets import (igmp2_leave, igmp2_report, igmp3_allow, igmp3_report,
                         igmp3_to_ex, igmp_query, mld2_to_ex, mld_query)
from lib.scenario import G, G2, G6, GMI, LMQT, S, snooping


def entries(net, *events, since=0):
    """What was recorded, oldest first."""
    return [e for e in net.mcs.json("log show dev br0")
            if e["seq"] > since and (not events or e["event"] in events)]


def last_seq(net):
    """Number of the last entry."""
    rows = entries(net)
    return rows[-1]["seq"] if rows else 0


def brief(rows):
    """The rows as words."""
    return [" ".join(str(e[k]) for k in ("event", "cause", "port", "grp",
                                         "counter", "count")
                     if k in e) for e in rows]


def pcap(path):
    """Frames of a file: [(time, octets)]."""
    with open(path, "rb") as file:
        data = file.read()
    magic, major, minor, _, _, _, link = struct.unpack_from("=IHHIIII", data)
    assert (magic, major, minor, link) == (0xa1b2c3d4, 2, 4, 1)
    out, at = [], 24
    while at < len(data):
        sec, usec, kept, full = struct.unpack_from("=IIII", data, at)
        assert kept == full
        out.append((sec + usec / 1e6, data[at + 16:at + 16 + kept]))
        at += 16 + kept
    return out


@test("a join, a leave, the query after it and the end, with time and addresses",
      sim=True)
def story(t):
    net = snooping(t, family=46)
    since = last_seq(net)
    t0 = net.send(1, igmp2_report(G, host=3), mld2_to_ex(G6, host=4))
    net.fence()
    net.send(1, igmp2_report(G, host=5))
    net.fence()
    net.send(1, igmp2_leave(G, host=3))
    time.sleep(LMQT + 0.1)
    rows = entries(net, since=since)
    t.eq(brief(rows), [f"join report p1 {G}", f"join report p1 {G6}",
                       f"leave leave p1 {G}", f"query p1 {G} 2",
                       f"expiry expired p1 {G}"])
    t.eq((rows[0]["address"], rows[0]["mac"], rows[0]["family"]),
         ("192.0.2.13", "02:00:00:00:00:03", "ipv4"))
    t.eq((rows[1]["address"], rows[1]["mac"], rows[1]["family"]),
         ("fe80::14", "02:00:00:00:00:04", "ipv6"))
    t.eq((rows[2]["address"], rows[2].get("filter_mode")),
         ("192.0.2.13", "exclude"), "who left")
    t.eq((rows[3]["sent"], rows[3]["count"]), (True, 2), "our queries")
    t.ok(abs(rows[0]["time"] - t0) < 0.01, f"{rows[0]['time']} {t0}")
    t.ok(abs(rows[4]["time"] - rows[2]["time"] - LMQT) < 0.01, "2 s later")
    t.eq([e["seq"] for e in rows], list(range(since + 1, since + 6)))


@test("a refresh makes no entry; expiry does", sim=True)
def refresh(t):
    net = snooping(t)
    net.send(1, igmp3_to_ex(G))
    net.fence()
    since = last_seq(net)
    for _ in range(50):
        net.send(1, igmp3_report((2, G)))
    net.fence()
    t.eq(brief(entries(net, since=since)), [])
    time.sleep(GMI + 1)
    t.eq(brief(entries(net, "expiry", since=since)), [f"expiry expired p1 {G}"])


@test("queries, the election, a router port and its end", sim=True)
def querier(t):
    net = snooping(t, family=46)
    since = last_seq(net)
    net.send(4, igmp_query(3, src="192.0.2.5"), mld_query(2, src="fe80::5"))
    net.fence()
    rows = entries(net, since=since)
    t.eq(sorted(brief(rows)),
         sorted(["query p4", "querier election p4", "router query p4"] * 2))
    first = rows[0]
    t.eq((first["event"], first["version"], first["address"], first["family"]),
         ("query", 3, "192.0.2.5", "ipv4"))
    q = [e for e in rows if e["event"] == "querier"][0]
    t.eq((q["state"], q["pruning"], q["address"]),
         ("other", "active", "192.0.2.5"))
    time.sleep(256)
    rows = entries(net, "querier", "expiry", since=since)
    t.ok("expiry expired p4" in brief(rows), f"{brief(rows)}")
    t.ok("self" in [e.get("state") for e in rows], "we query again")


@test("refusals: under which counter, and a flood of them is one entry")
def refusals(t):
    net = snooping(t, "max-port-groups 2")
    net.mcs("port set dev p2 query-guard on")
    since = last_seq(net)
    for _ in range(100):
        net.send(1, igmp2_report(G, csum="bad", host=7))
    net.send(2, igmp_query(3, src="192.0.2.5"))
    net.send(1, igmp2_report("239.3.0.1"), igmp2_report("239.3.0.2"),
             igmp2_report("239.3.0.3"))
    net.fence()
    rows = entries(net, "refusal", since=since)
    t.eq(brief(rows), ["refusal p1 drop_csum 100", "refusal p2 drop_guard",
                       "refusal p1 239.3.0.3 limit_port_groups"])
    t.eq(rows[0]["mac"], "02:00:00:00:00:07")
    t.eq(rows[1]["address"], "192.0.2.5")


@test("the ring is as large as was set, and its oldest entries go first")
def ring(t):
    net = snooping(t, "log-events 1 max-port-groups 10000")
    net.send(1, *(igmp2_report(f"239.4.{i // 250}.{i % 250}")
                  for i in range(60)))
    net.fence()
    rows = entries(net)
    n = len(rows)
    t.ok(5 < n < 20, f"{n} entries in 1 KiB")
    t.eq([e["seq"] for e in rows],
         list(range(rows[-1]["seq"] - n + 1, rows[-1]["seq"] + 1)))
    t.eq(rows[-1]["grp"], "239.4.0.59")
    net.mcs("bridge set dev br0 log-events 64")
    t.eq([e["seq"] for e in entries(net)], [e["seq"] for e in rows],
         "they are kept when it grows")
    net.send(1, igmp2_report("239.5.0.1"))
    net.fence()
    t.eq(entries(net)[-1]["grp"], "239.5.0.1")
    t.eq(len(entries(net)), n + 1)
    net.mcs("bridge set dev br0 log-events 1")
    t.eq(entries(net)[-1]["grp"], "239.5.0.1", "the newest when it shrinks")
    net.mcs("bridge set dev br0 log-events 0")
    net.send(1, igmp2_report("239.5.0.2"))
    net.fence()
    t.eq(entries(net), [], "off")
    net.mcs("bridge set dev br0 log-events 4096")
    net.send(1, *(igmp2_report(f"239.6.{i // 250}.{i % 250}")
                  for i in range(3000)))
    net.fence()
    t.eq([e["grp"] for e in entries(net, "join")][-3000:],
         [f"239.6.{i // 250}.{i % 250}" for i in range(3000)],
         "a dump of many messages")


@test("follow: what was, then what is, each once")
def follow(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    proc = subprocess.Popen(net.mcs.argv("log follow dev br0", "-j"),
                            stdout=subprocess.PIPE, text=True)
    t.defer(proc.wait)
    t.defer(proc.kill)
    seen = []
    while not any(G in line for line in seen):
        seen.append(proc.stdout.readline())
    time.sleep(0.3)
    net.send(1, igmp2_report(G2))
    net.send(1, igmp2_report("239.9.9.1"))
    while "239.9.9.1" not in seen[-1]:
        seen.append(proc.stdout.readline())
    text = "".join(seen)
    for group in (G, G2, "239.9.9.1"):
        t.eq(text.count(f'"{group}"'), 1, group)


@test("text: one line for each, with the words of the JSON")
def text(t):
    net = snooping(t)
    net.send(1, igmp3_allow(G, S(1), S(2)), igmp2_report(G2, csum="bad"))
    net.fence()
    lines = net.mcs("log show dev br0 port p1").splitlines()
    t.ok(any("br0 p1 ipv4 join 239.1.1.1 include of 2 sources from 192.0.2.11 "
             "02:00:00:00:00:01 (report)" in line for line in lines), f"{lines}")
    t.ok(any("br0 p1 ipv4 refusal drop_csum" in line for line in lines))
    t.ok(all(" p1 " in line for line in lines), "only of that port")


def written(t, net, words="log show dev br0"):
    """A file that the command wrote."""
    directory = tempfile.mkdtemp()
    t.defer(shutil.rmtree, directory)
    path = os.path.join(directory, "frames.pcap")
    net.mcs(f"{words} -w {path}")
    return path


@test("-w: control frames as they came and went, octet by octet")
def frames(t):
    net = snooping(t, "log-frames 64", vlan=True)
    sent = [igmp2_report(G, host=3), igmp2_report(G2, csum="bad"),
            igmp_query(3, src="192.0.2.5", host=9), igmp2_report(G, vlan=1)]
    before = len(pcap(written(t, net)))
    net.send(1, *sent)
    net.data(4, G)
    net.fence()
    path = written(t, net)
    got = pcap(path)[before:]
    t.eq([f.hex() for _, f in got if f[6:8] == b"\x02\x00" and
          decode(f).kind != "igmp3_query" or f in sent],
         [f.hex() for f in sent], "what was heard, and no data")
    only = pcap(written(t, net, "log show dev br0 port p2"))
    t.ok(all(f not in sent for _, f in only), "only of that port")


@test("-w: queries that we send are there, too")
def own(t):
    net = snooping(t, "log-frames 64")
    net.send(1, igmp2_report(G))
    net.fence()
    net.send(1, igmp2_leave(G))
    net.fence()
    kinds = [(decode(f).kind, decode(f).group) for _, f in
             pcap(written(t, net))]
    t.ok(("igmp3_query", G) in kinds, f"{kinds}")
    t.ok(("igmp2_leave", G) in kinds)


@test("-w: the ring of frames is bounded, whatever comes")
def bounded(t):
    net = snooping(t, "log-frames 4 max-port-groups 10000")
    for i in range(400):
        groups = [f"239.{8 + j}.{i // 250}.{i % 250}"
                  for j in range(1 + i * 7 % 60)]
        net.send(1, igmp3_report(*((4, g) for g in groups)))
        if i % 50 == 0:
            net.fence()
    net.fence()
    got = pcap(written(t, net))
    t.ok(1 <= len(got) < 40, f"{len(got)} frames in 4 KiB")
    t.eq([decode(f).kind for _, f in got], ["igmp3_report"] * len(got))
    times = [when for when, _ in got]
    t.eq(times, sorted(times), "in order")
    net.mcs("bridge set dev br0 log-frames 0")
    t.eq(pcap(written(t, net)), [], "off")


@test("tcpdump reads it")
def tcpdump(t):
    if not shutil.which("tcpdump"):
        raise Skipped("no tcpdump here")
    net = snooping(t, "log-frames 64")
    net.send(1, igmp2_report(G), igmp3_to_ex(G2))
    net.fence()
    out = run("tcpdump", "-n", "-v", "-r", written(t, net))
    t.ok(f"igmp v2 report {G}" in out, out)
    t.ok(G2 in out, out)


@test("a bridge of one namespace is none of another's; changes need no right to "
      "look, frames do")
def refused(t):
    net = snooping(t)
    t.ok("maximum" not in net.mcs.refused(t, "log show dev lo"), "lo")
    said = net.mcs.refused(t, "bridge set dev br0 log-events 5000")
    t.ok("log-events" in said, said)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
