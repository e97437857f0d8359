#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""mcsnoop save, restore and -b: the same configuration comes back, all of it or
nothing, and with --state what was learned, under a numbered stream."""
import json
import os
import re
import subprocess
import time

from lib import ktap, mcs
from lib.ktap import SIM, Skipped, test
from lib.net import Net
from lib.ns import run
from lib.packets import (igmp2_report, igmp3_allow, igmp3_is_ex, igmp3_to_ex,
                         igmp_query, mld2_allow, mld2_to_ex, mld_query)
from lib.scenario import G, G2, G3, G6, HURRY, S, S6, answered, snooping
from lib.stream import Meter, Stream

CONFIG = """bridge add dev br0 querier on query-interval 60s fast-leave off max-groups 1000 log-frames 8 examine mld,igmp ssm-range 232.0.0.0/16 ssm-range6 none
filter add dev br0 port p1 deny grp 239.9.0.0/16 src 198.51.100.0/24 pref 5
filter add dev br0 permit grp ff1e::/16 pref 1000
filter add dev br0 reporter 192.0.2.0/24
vlan set dev br0 vid 1 family ipv4 querier auto unregistered drop
vlan set dev br0 vid 1 family ipv6 mld-version 1
vlan set dev br0 vid 20 family ipv4 robustness 3
port set dev p1 router permanent max-groups 7 ttl-threshold 9
port set dev p2 router never query-guard on fast-leave on trust-queries on tc-flood off
group add dev br0 port p1 grp 239.1.1.1 vid 1
group add dev br0 port p1 grp 239.1.1.2 src 198.51.100.1 vid 1
group add dev br0 port p1 grp 239.1.1.2 src 198.51.100.2 vid 1
group add dev br0 port br0 grp ff1e::101 vid 1
group add dev br0 port p2 mac 01:00:5e:7f:00:01 vid 1
"""


def saved(net, *options):
    """What save prints, line by line, in an order of its own."""
    return sorted(run(*net.mcs.argv("save " + " ".join(options))).splitlines())


def restore(net, text, *options, check=True):
    """Feed text to restore; (status, what it said)."""
    p = subprocess.run(net.mcs.argv("restore " + " ".join(options)),
                       input=text, text=True, capture_output=True,
                       check=False)
    if check and (p.returncode or p.stderr):
        raise ktap.Failed(f"restore: {p.returncode}: {p.stderr}")
    return p.returncode, p.stderr


@test("a whole configuration comes back as it was, line by line")
def whole(t):
    net = Net(t, ports=3, vlan=True)
    restore(net, "# a comment\n\n" + CONFIG)
    t.eq(saved(net), sorted(CONFIG.splitlines()))
    before = {what: mcs.still(net.mcs.json(what, "-d")) for what in
              ("port show", "vlan show", "filter show")}
    text = net.mcs("save dev br0")
    net.mcs("bridge del dev br0")
    t.eq(saved(net), [], "nothing attached, nothing to save")
    restore(net, text)
    t.eq(saved(net), sorted(CONFIG.splitlines()), "again")
    for what, rows in before.items():
        t.eq(mcs.still(net.mcs.json(what, "-d")), rows, what)


@test("every setting is saved: all that differ from a new bridge's")
def settings(t):
    net = Net(t, ports=2)
    net.mcs("bridge add dev br0")
    t.eq(saved(net), ["bridge add dev br0"], "a new bridge")
    words = {"igmp-version": 2, "mld-version": 1, "robustness": 7,
             "last-member-interval": "1.5s", "last-member-count": 4,
             "startup-query-interval": "200ms", "startup-query-count": 5,
             "gmi-rule": "rfc3376", "zero-query-router": "off",
             "report-suppression": "on", "tc-query": "off",
             "lightweight": "on", "source-filter": "off", "compat": "off",
             "auto-lower": "on", "host-tracking": "off", "mrd-solicit": "off",
             "mrd-local-prefix": "on", "nd-aware": "on", "flood-ff02": "off",
             "forward-invalid": "on", "drop-node-scope": "off",
             "mac-mode": "on", "fastpath": "off", "self-heal": "off",
             "follow-hosts": "on",
             "over-limit": "replace", "max-vlan-groups": 9,
             "max-host-groups": 10,
             "group-stats": "on", "max-port-groups": 3,
             "max-sources": 4, "max-records": 5, "max-vlans": 6,
             "max-hosts": 7, "max-port-hosts": 8, "log-events": 1}
    net.mcs("bridge set dev br0 " + " ".join(f"{k} {v}"
                                             for k, v in words.items()))
    line, = saved(net)
    pairs = line.split()[4:]
    t.eq(dict(zip(pairs[::2], pairs[1::2])),
         {k: str(v) for k, v in words.items()})


@test("as JSON: each command with its words")
def as_json(t):
    net = Net(t, ports=3, vlan=True)
    restore(net, CONFIG)
    rows = net.mcs.json("save")
    t.eq(sorted(" ".join([r["object"], r["command"], *r["words"]])
                for r in rows), sorted(CONFIG.splitlines()))


@test("all or nothing: a mistake on any line leaves nothing behind, and names it")
def atomic(t):
    net = Net(t, ports=3, vlan=True)
    lines = CONFIG.splitlines()
    mistakes = ["port set dev p1 router bogus", "port set dev p9 router never",
                "bogus", "bridge show", "group show dev br0",
                "group add dev br0 port p1 grp 10.1.1.1",
                "group add dev br0 port p1 grp 239.1.1.1 vid 77",
                "bridge del dev br0", "bridge set dev p1 querier on",
                "port set dev p1 query-interval 5s",
                "vlan set dev br0 vid 1 query-interval 5s"]
    for i, mistake in enumerate(mistakes):
        at = 1 + i % len(lines)
        text = "\n".join(lines[:at] + [mistake] + lines[at:])
        status, said = restore(net, text, check=False)
        t.ok(status != 0, mistake)
        t.ok(f"Command failed -:{at + 1}\n" in said, f"{mistake}: {said}")
        t.eq(net.mcs.json("bridge show"), [], mistake)
    restore(net, CONFIG)
    status, said = restore(net, CONFIG, check=False)
    t.ok(status == 1 and "attached already" in said and "-:1" in said, said)
    t.eq(saved(net), sorted(lines), "it is as it was")


@test("a file, a file that is not there, words that mean nothing")
def files(t):
    net = Net(t, ports=2)
    path = f"/tmp/mcs{os.getpid()}.conf"
    t.defer(os.remove, path)
    with open(path, "w", encoding="ascii") as file:
        file.write("bridge add dev br0 querier off\n")
    net.mcs(f"restore {path}")
    t.eq(net.mcs.bridge()["querier"], "off")
    said = net.mcs.refused(t, "restore /nonexistent/file")
    t.ok("/nonexistent/file" in said and "No such file" in said, said)
    said = net.mcs.refused(t, "restore a b")
    t.ok('"b"' in said, said)


@test("-b: one command after the other, until one fails; -force goes on")
def batch(t):
    net = Net(t, ports=2)

    def run_batch(text, *options):
        p = subprocess.run([mcs.COMMAND, "-n", net.ns.name, *options, "-b",
                            "-"], input=text, text=True, capture_output=True,
                           check=False)
        return p.returncode, p.stdout, p.stderr
    text = ("bridge add dev br0 querier off\n# comment\n\n"
            "port set dev p1 router sometimes\nport set dev p2 router never\n")
    status, _, err = run_batch(text)
    t.ok(status == 1 and "Command failed -:4\n" in err, err)
    t.eq((net.mcs.bridge()["querier"], net.mcs.port(2)["router"]),
         ("off", "auto"), "what was before it is done")
    net.mcs("bridge del dev br0")
    status, _, err = run_batch(text, "-force")
    t.ok(status == 1 and "Command failed -:4\n" in err, err)
    t.eq(net.mcs.port(2)["router"], "never", "-force")
    status, out, err = run_batch("bridge show\nport show\n", "-j")
    t.eq((status, err), (0, ""))
    t.eq([type(json.loads(line)) for line in out.splitlines()], [list] * 2)
    t.eq(run_batch("group show " + "x " * 200 + "\n")[0], 1)


@test("learn: what it takes over stands in the tables, and merges")
def learn(t):
    net = snooping(t, family=46)
    net.mcs(f"group learn dev br0 port p1 grp {G} mode exclude "
            f"blocked {S(1)},{S(2)} sources {S(3)} timer 50s "
            "reporter 192.0.2.9 reporter-mac 02:00:00:00:00:09")
    rec = net.mcs.rec(1, G)
    t.eq((str(rec), rec.unconfirmed, rec.reporter, rec.reporter_mac),
         ("EX(3;1,2)", True, "192.0.2.9", "02:00:00:00:00:09"))
    net.mcs("group learn dev br0 port p1 grp 239.7.7.7 mode exclude version 2")
    t.eq(net.mcs.rec(1, "239.7.7.7").host_version, 2, "hosts are older")
    t.ok(49 < rec.timer <= 50, f"{rec.timer}")
    net.mcs(f"group learn dev br0 port p2 grp {G6} mode include "
            f"sources {S6(1)}")
    t.eq(str(net.mcs.rec(2, G6)), "IN(1)")
    net.mcs(f"group learn dev br0 port p2 grp {G6} mode include "
            f"sources {S6(2)}")
    t.eq(str(net.mcs.rec(2, G6)), "IN(1,2)", "more of it")
    net.send(3, igmp3_allow(G2, S(1)))
    net.fence()
    net.mcs(f"group learn dev br0 port p3 grp {G2} mode exclude")
    t.eq((str(net.mcs.rec(3, G2)), net.mcs.rec(3, G2).unconfirmed),
         ("EX(;)", None), "heard here before")
    net.mcs("router learn dev br0 port p4 family ipv4 type pim timer 90s "
            "address 192.0.2.1")
    t.eq(net.mcs.routers()["p4", 0, "ipv4"]["type"], "pim")
    many = ",".join(f"198.51.{i // 250}.{1 + i % 250}" for i in range(4096))
    net.mcs("bridge set dev br0 max-sources 4096")
    net.mcs(f"group learn dev br0 port p1 grp {G3} mode include sources {many}")
    t.eq(len(net.mcs.rec(1, G3).forward), 4096)
    for words, why in (
            ("port p1 grp 10.1.1.1 mode exclude", "Not a group"),
            (f"port p1 grp {G} mode include sources ff1e::1", "source"),
            (f"port p1 grp {G} mode include sources {G}", "source"),
            (f"port p1 grp {G}", '"mode"'),
            (f"port p1 grp {G} mode include sources bogus", "bogus")):
        said = net.mcs.refused(t, "group learn dev br0 " + words)
        t.ok(why in said, f"{words}: {said}")
    said = net.mcs.refused(t, "querier learn dev br0 family ipv4 state other "
                              "address fe80::1 port p4")
    t.ok("family" in said, said)
    said = net.mcs.refused(t, "router learn dev br0 port p4 family ipv4 "
                              "type permanent")
    t.ok("port set" in said, said)


FLOWS = [G, (G2, S(1)), (G3, S(1)), G6, ("ff1e::102", S6(1)), "239.9.9.9"]
WANTED = {1: [(G, None), (G3, S(1)), (G6, None)],
          2: [(G2, S(1)), ("ff1e::102", S6(1))]}


def members(net):
    """Members of several kinds, on ports 1 and 2."""
    net.send(1, igmp3_to_ex(G), mld2_to_ex(G6), igmp3_is_ex(G3, S(3)))
    net.send(2, igmp3_allow(G2, S(1), S(2)), mld2_allow("ff1e::102", S6(1)))
    net.fence()


def story(t, querier, replace, pause):
    """Replace something under a stream; nothing that is joined has a gap."""
    hurry = HURRY if querier == "self" else ""
    net = Net(t, ports=5, addr6="fe80::77", fresh=True,
              attach=f"querier {'on' if querier == 'self' else 'auto'} "
                     f"fast-leave off {hurry}")
    mrt = 0.2 if HURRY else 10

    def query():
        if querier == "other":
            net.send(4, igmp_query(3, src="192.0.2.200", mrt=mrt),
                     mld_query(2, src="fe80::99", mrt=mrt))
    query()
    time.sleep(answered(mrt) * 2 + 0.5)
    t.eq(net.mcs.querier()["pruning"], "active")
    members(net)
    stream = Stream(t, net.hosts_ns, "h5", FLOWS, tick=0.02)
    meter = {p: Meter(t, net.name(p), net.hosts_ns, f"h{p}")
             for p in (1, 2, 3)}
    begin = stream.now
    time.sleep(0.5)
    at = stream.now
    t.eq(meter[3].got(G, None, begin, at), [], "pruned before")
    table = net.mcs.table()
    text = net.mcs("save --state")
    replace(net, text, lambda: time.sleep(pause))
    t.eq({k: v for k, v in net.mcs.table().items() if k[0] != "br0"},
         {k: v for k, v in table.items() if k[0] != "br0"}, "the table is back")
    t.ok(net.mcs.rec(1, G).unconfirmed, "unconfirmed")
    t.eq(net.mcs.querier()["state"], querier)
    # what joined while nobody listened answers the next query
    time.sleep(1.2)
    query()
    time.sleep(answered(mrt) * 0.5)
    members(net)
    t.eq(net.mcs.rec(1, G).unconfirmed, None, "confirmed")
    for m in meter.values():
        m.read()
    time.sleep(answered(mrt) * 2.5)
    t.eq(net.mcs.querier()["pruning"], "active", "pruning again")
    for m in meter.values():
        m.read()
    at = stream.now
    time.sleep(0.5)
    end = stream.now
    stream.stop()
    for port, flows in WANTED.items():
        for group, src in flows:
            meter[port].every(group, begin, end, src)
    t.eq(meter[3].got(G, None, at, end), [], "pruned after")
    flooded = len(meter[3].got(G, None, begin, end)) * 0.02
    if SIM:
        t.ok(flooded < 2.5 * answered(mrt), f"flooded for {flooded:.1f} s")


def reattach(net, text, pause):
    """The bridge is detached and attached again."""
    net.mcs("bridge del dev br0")
    pause()
    restore(net, text, "--state")


def reload(net, text, pause):
    """The module is replaced."""
    mcs.unload()
    pause()
    mcs.load()
    restore(net, text, "--state")


@test("detached and restored with --state under a stream: no gap, as the querier")
def again_self(t):
    story(t, "self", reattach, 0.3)


@test("detached and restored with --state under a stream: no gap, with another "
      "querier")
def again_other(t):
    story(t, "other", reattach, 0.3)


@test("the module is replaced under a stream: no frame that was joined is lost")
def replaced(t):
    if not os.environ.get("MCSNOOP_KO"):
        raise Skipped("which module to load is not known")
    story(t, "self", reload, 0.5)


@test("restore without --state passes over what was learned; a port that is down "
      "is no mistake")
def state(t):
    net = snooping(t, family=46)
    net.send(1, igmp2_report(G))
    net.send(2, igmp2_report(G2))
    net.fence()
    text = net.mcs("save --state")
    t.ok(re.search(rf"^group learn dev br0 port p1 grp {G} ", text, re.M), text)
    t.ok("\nquerier learn dev br0 family ipv4 state self\n" in text, text)
    t.ok("learn" not in net.mcs("save"))
    net.mcs("bridge del dev br0")
    restore(net, text)
    t.eq([key for key in net.mcs.table() if key[0] != "br0"], [],
         "beside what the host itself may join by now")
    net.mcs("bridge del dev br0")
    net.link(1, "down")
    time.sleep(0.1)
    status, said = restore(net, text, "--state", check=False)
    t.eq(status, 0)
    t.ok("1 of what was learned" in said, said)
    t.eq([k for k in net.mcs.table() if k[0] != "br0"], [("p2", 0, G2)])


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
