#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What the command prints: JSON, tables, settings, monitor lines."""
import json
import os
import re
import signal
import subprocess

from lib import ktap, mcs
from lib.ktap import Skipped, test
from lib.net import Net
from lib.ns import run, wait_until
from lib.packets import (ALLOW, IS_EX, bpdu_tcn, igmp2_report, igmp3_report,
                         igmp3_to_ex, igmp_query, mld2_report, mld_query)
from lib.scenario import G, G2, G6, S, S6, snooping

MANUAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                      "tool", "mcsnoop.8")
SHOWS = ("bridge show", "vlan show", "port show", "group show", "host show",
         "router show", "querier show", "filter show", "stats show")
STATE = " +(ipv[46]  |for .*: .*asked)"     # lines that are no settings
MANY = [f"203.0.113.{n}" for n in range(1, 101)]


def populated(t, **topology):
    """A bridge with something of everything."""
    net = snooping(t, family=46, **topology)
    vid = " vid 1" if net.vlan else ""
    net.send(1, igmp3_report((ALLOW, G, (S(1), S(2), S(3)))),
             igmp2_report("239.1.2.1"))
    net.send(2, igmp3_report((IS_EX, G, (S(1),))), igmp2_report(G2),
             mld2_report((IS_EX, G6, ())),
             mld2_report((ALLOW, "ff3e::8000:1", (S6(1), S6(2)))),
             igmp3_report((ALLOW, "232.1.1.1", MANY)))
    net.send(3, igmp_query(3, src="192.0.2.1"), mld_query(2))
    net.mcs(f"group add dev br0 port p4 grp 239.5.5.5{vid}")
    net.mcs(f"group add dev br0 port br0 grp ff1e::5 src 2001:db8::9{vid}")
    net.mcs(f"group add dev br0 port p1 mac 01:80:c2:00:00:30{vid}")
    net.mcs("port set dev p4 router permanent max-groups 9 query-guard on")
    net.mcs("filter add dev br0 deny grp 239.9.0.0/16 src 192.0.2.0/24")
    net.mcs("filter add dev br0 port p4 reporter 192.0.2.0/24")
    net.fence()
    return net


def output(net, *words):
    """What the command prints."""
    return run("mcsnoop", "-n", net.ns.name, *words)


def keys_of(value):
    """All keys in JSON, but not the names of counters."""
    if isinstance(value, list):
        return set().union(*map(keys_of, value))
    if not isinstance(value, dict):
        return set()
    return set(value) | set().union(*(
        keys_of(v) for k, v in value.items() if k != "counters"))


def manual():
    """Words of the manual that are set in bold."""
    if not os.path.exists(MANUAL):
        raise Skipped("the manual is not here")
    with open(MANUAL, encoding="utf-8") as file:
        text = file.read()
    return set(re.findall(r"[a-z0-9_]+", " ".join(
        re.findall(r"^\.(?:BR?|RB) (.*)$", text, re.M)).replace("-", "_")))


@test("every key of every JSON output is in the manual")
def documented(t):
    words = manual()
    net = populated(t, vlan=True)
    for show in SHOWS:
        for options in ([], ["-s"], ["-d"]):
            rows = json.loads(output(net, "-j", *options, *show.split()))
            t.ok(rows, f"{show} has something to show")
            t.eq(keys_of(rows) - words, set(), f"{show}: keys unknown")


@test("-d and -s change nothing in JSON, but for stats")
def same_json(t):
    net = populated(t)
    for show in SHOWS[:-1]:
        plain, full = (
            json.loads(output(net, "-j", *options, *show.split()))
            for options in ([], ["-d", "-s"]))
        t.eq([r.keys() for r in plain], [r.keys() for r in full], show)


@test("-p indents, -j alone is one line")
def pretty(t):
    net = populated(t)
    for show in SHOWS:
        line = output(net, "-j", *show.split())
        t.eq(line.count("\n"), 1, show)
        wide = output(net, "-j", "-p", *show.split())
        t.ok(wide.startswith("[\n    {\n        \""), f"{show} is indented")
        t.ok(wide.endswith("\n    }\n]\n"), f"{show} ends well")
        t.eq([list(r) for r in json.loads(line)],
             [list(r) for r in json.loads(wide)], show)


@test("nothing to show: no text, [] in JSON")
def empty(t):
    net = Net(t)
    for show in SHOWS:
        t.eq(output(net, *show.split()), "", show)
        t.eq(output(net, "-j", *show.split()), "[]\n", show)
    net.mcs("bridge add dev br0 querier off")
    for words in ("group show dev br0", "router show dev br0",
                  "filter show dev br0", "filter show port p1",
                  "querier show dev br0 vid 9", "group show grp 239.9.9.9"):
        t.eq(output(net, *words.split()), "", words)
        t.eq(output(net, "-j", *words.split()), "[]\n", words)


@test("tables have a header and columns one below the other")
def tables(t):
    net = populated(t, vlan=True)
    for show in ("port", "group", "host", "router", "querier", "filter"):
        for options in ([], ["-s"]):
            lines = output(net, *options, show).splitlines()
            lines = [line for line in lines if not line.startswith("   ")]
            header = lines[0].split()
            t.eq(header[0], "DEV", f"{show}: first column")
            # the end of a column is a blank in every line
            for word in header[1:]:
                begin = lines[0].index(word)
                t.ok(all(line[:begin + len(word)].rstrip() == line.rstrip() or
                         " " in line[begin - 2:begin + len(word)]
                         for line in lines), f"{show}: column {word}")
            own = output(net, *options, show, "show", "dev", "br0")
            t.ok("DEV" not in own, f"{show}: no DEV with dev")


@test("no line of text ends in a blank")
def blanks(t):
    net = populated(t, vlan=True)
    for show in SHOWS:
        for options in ([], ["-s"], ["-d"], ["-d", "-s"]):
            for line in output(net, *options, *show.split()).splitlines():
                t.eq(line, line.rstrip(), show)


@test("colour when asked for, and only then")
def colour(t):
    net = populated(t)
    for show in SHOWS:
        plain = output(net, *show.split())
        t.ok("\033" not in plain, f"{show}: none without -c")
        t.ok("\033" not in output(net, "-c", *show.split()),
             f"{show}: none when it is no terminal")
        t.ok("\033" in output(net, "-c=always", *show.split()),
             f"{show}: some with -c=always")
        t.ok("\033" not in output(net, "-j", "-c=always", *show.split()),
             f"{show}: none in JSON")


@test("group show: what is wanted is readable")
def readable(t):
    net = populated(t)
    text = output(net, "group", "show", "dev", "br0")
    for line in (rf"p1 +{G} +include +198\.51\.100\.1 \+2 +4m",
                 rf"p2 +{G} +exclude +any but 198\.51\.100\.1 +4m",
                 rf"p2 +{G2} +exclude +any +4m",
                 r"p2 +232\.1\.1\.1 +include +203\.0\.113\.1 \+99 +4m",
                 r"p2 +ff3e::8000:1 +include +2001:db8::1 \+1 +4m",
                 r"p4 +239\.5\.5\.5 +exclude +any +static$",
                 r"br0 +ff1e::5 +include +2001:db8::9 +static$"):
        t.ok(re.search("^" + line, text, re.M), f"{line} in\n{text}")
    text = output(net, "-d", "group", "show", "grp", "232.1.1.1")
    t.eq(re.findall(r"source (\S+) forward, expires in 4m\d\ds$", text, re.M),
         MANY, "all sources with -d")


@test("host show: who wants what is readable")
def readable_hosts(t):
    net = populated(t)
    text = output(net, "host", "show", "dev", "br0")
    for line in (rf"p1 +{G} +192\.0\.2\.11 +02:00:00:00:00:01 +include +"
                 r"198\.51\.100\.1 \+2 +IGMPv3 +\S+ +4m",
                 rf"p2 +{G} +192\.0\.2\.11 +02:\S+ +exclude +"
                 r"any but 198\.51\.100\.1 +IGMPv3 ",
                 rf"p2 +{G2} +\S+ +\S+ +exclude +any +IGMPv2 ",
                 r"p2 +ff3e::8000:1 +fe80::11 +\S+ +include +"
                 r"2001:db8::1 \+1 +MLDv2 "):
        t.ok(re.search("^" + line, text, re.M), f"{line} in\n{text}")
    text = output(net, "-d", "host", "show", "grp", "232.1.1.1")
    t.eq(re.findall(r"source (\S+)$", text, re.M), MANY,
         "all sources with -d")
    rows = net.mcs.json("host show grp 232.1.1.1 port p2")
    t.eq([s["address"] for s in rows[0]["source_list"]], MANY, "and in JSON")


@test("group show: filters")
def filters(t):
    net = populated(t)
    for words, want in (
            (f"grp {G}", {("p1", G), ("p2", G)}),
            (f"grp {G} port p2", {("p2", G)}),
            ("port p4", {("p4", "239.5.5.5")}),
            ("vid 0 port p4 dev br0", {("p4", "239.5.5.5")}),
            ("vid 7", set()), ("port br0 grp ff1e::5", {("br0", "ff1e::5")})):
        rows = net.mcs.json(f"group show {words}")
        t.eq({(r["port"], r["grp"]) for r in rows}, want, words)


@test("a new bridge has the settings that the command takes for default")
def defaults(t):
    net = Net(t, attach="")
    text = output(net, "bridge", "show", "dev", "br0").splitlines()
    t.eq([line for line in text[1:] if not re.match(STATE, line)], [],
         "settings that differ")


@test("settings that are shown can be typed, and make the same again")
def round_trip(t):
    net = Net(t, attach="")
    changed = ("querier on igmp-version 2 mld-version 1 robustness 3 "
               "query-interval 61500ms query-response-interval 1.25s "
               "last-member-interval 200ms last-member-count 4 "
               "startup-query-interval 7s startup-query-count 5 "
               "gmi-rule rfc3376 unregistered drop zero-query-router off "
               "report-suppression on proxy-reporting on tc-query off "
               "lightweight on source-filter off compat off auto-lower on "
               "host-tracking off mrd-solicit off mrd-local-prefix on "
               "mode observe nd-aware on "
               "flood-ff02 off "
               "forward-invalid on fast-leave off drop-node-scope off "
               "mac-mode on fastpath off self-heal off follow-hosts on "
               "over-limit replace max-vlan-groups 99 "
               "max-host-groups 98 group-stats on "
               "max-groups 100 max-port-groups 10 max-sources 5 "
               "max-records 6 max-vlans 7 max-hosts 8 max-port-hosts 9 "
               "log-events 32 log-frames 16 "
               "examine mld,pim,mospf "
               "ssm-range 239.9.0.0/16 ssm-range6 ff3e::/16")

    def shown(*options):
        lines = output(net, *options, "bridge").splitlines()[1:]
        return " ".join(line.strip() for line in lines
                        if not re.match(STATE, line))

    fresh, before = shown("-d"), net.mcs.bridge()
    net.mcs("bridge set dev br0 " + changed)
    after = net.mcs.bridge()
    settings = [key.replace("-", "_") for key in fresh.split()[::2]]
    t.eq(len(settings), len(changed.split()) // 2, "settings")
    for key in settings:
        t.ok(before[key] != after[key], f"{key} was changed")
    t.eq(shown(), changed.replace("61500ms", "61.5s"), "what is shown")
    net.mcs("bridge set dev br0 " + fresh)
    t.eq(shown("-d"), fresh, "all settings after the way back")
    net.mcs("bridge set dev br0 " + changed)
    t.eq({k: v for k, v in net.mcs.bridge().items() if k in settings},
         {k: v for k, v in after.items() if k in settings},
         "JSON after the way back")


@test("querier and bridge show: ports that are flooded, and why")
def flooded(t):
    net = snooping(t, family=46)
    t.ok("flooded" not in output(net, "querier", "show"), "none before")
    net.send(2, bpdu_tcn())
    wait_until(lambda: net.mcs.querier().get("flood_ports"),
               what="a topology change")
    t.ok(re.search(r" active, 4 flooded: topology(, [0-9.]+m?s)?\n",
                   output(net, "querier", "show")), "querier show")
    t.ok(re.search(r", 4 flooded: topology\n",
                   output(net, "bridge", "show")), "bridge show")
    row = net.mcs.bridge()["pruning"][0]
    t.eq((row["flood_ports"], row["flood_cause"]), (4, "topology"))


@test("bridge show -s: which way frames took")
def paths(t):
    net = snooping(t, family=46)
    net.send(1, igmp3_to_ex(G))
    for _ in range(3):
        net.data(4, G)
    net.data(4, "239.9.9.9")
    t.ok("fast path" not in output(net, "bridge", "show"), "only with -s")
    t.ok("\n    2 data frames took the fast path, left to the bridge: "
         "1 proof, 1 unregistered\n" in output(net, "-s", "bridge", "show"),
         "text")
    row, = net.mcs.json("bridge show dev br0")
    t.eq(row["paths"], {"fast": 2, "proof": 1, "unregistered": 1})


@test("querier show -d: in which version what is reported upstream")
def upstream(t):
    net = snooping(t, "proxy-reporting on igmp-version 2", family=46)
    net.send(1, igmp2_report(G), igmp2_report(G2))
    shown = output(net, "-d", "querier", "show")
    t.ok(re.search(r"\n +proxy reporting in version 2, groups 2\n", shown),
         shown)
    t.ok("proxy" not in output(net, "querier", "show"), "only with -d")
    net.send(3, igmp_query(1))
    shown = output(net, "-d", "querier", "show")
    t.ok(re.search(r" in version 1 for 6m[0-9.s]+, groups 2\n",
                   shown), shown)
    row = net.mcs.querier()
    t.eq((row["upstream_version"], row["upstream_groups"]), (1, 2))
    t.between(row["upstream_timer"], 380, 400, "for how long")
    net.mcs("bridge set dev br0 proxy-reporting off")
    t.ok("proxy" not in output(net, "-d", "querier", "show"), "off")


@test("stats: the sum, a port, headings")
def stats(t):
    net = populated(t)
    whole, = net.mcs.json("stats show dev br0")
    ports = net.mcs.json("stats show dev br0", "-s")
    t.ok("port" not in whole, "the sum has no port")
    for name in ("rx_igmp_report_v2", "rx_igmp_report_v3", "rx_records"):
        t.eq(whole["counters"][name],
             sum(p["counters"].get(name, 0) for p in ports), name)
    one, = net.mcs.json("stats show port p1")
    t.eq((one["port"], one["counters"]["rx_igmp_report_v2"]), ("p1", 1))
    text = output(net, "stats")
    t.ok(re.search(r"^  received$", text, re.M), "heading received")
    t.ok(re.search(r"^ +2  rx_igmp_report_v2 +IGMPv2 reports$", text, re.M),
         f"a counter with what it means in\n{text}")


@test("monitor: lines of text, the time, a filter")
def lines(t):
    net = snooping(t)
    path = "/tmp/monitor.out"
    with open(path, "w", encoding="ascii") as file:
        proc = subprocess.Popen(
            ["mcsnoop", "-n", net.ns.name, "-ts", "monitor", "group", "dev",
             "br0"], stdout=file)
    t.defer(proc.wait)
    t.defer(proc.terminate)

    def text():
        with open(path, encoding="ascii") as file:
            return file.read()

    def listening():
        net.mcs(f"group add dev br0 port p4 grp {G2}")
        net.mcs(f"group del dev br0 port p4 grp {G2}")
        return text()

    wait_until(listening, what="monitor shows something")
    net.send(1, igmp3_report((ALLOW, G, (S(1),))))
    net.send(1, igmp3_report((IS_EX, G, ())))
    net.mcs("port set dev p1 query-guard on")
    net.ns.ip("link set p1 down")
    wait_until(lambda: "port_down" in text(), what="the last event")
    at = r"^\[\d\d:\d\d:\d\d\.\d{3}\] "
    of = rf" group dev br0 port p1 grp {G} from "
    for line in (rf"\[new\]   {of}198\.51\.100\.1 expires \S+ reporter "
                 r"192\.0\.2\.\d+ \(report\)$",
                 rf"\[change\]{of}any expires \S+ reporter "
                 r"192\.0\.2\.\d+ \(report\)$",
                 rf"Deleted {of}any .*\(port_down\)$"):
        t.ok(re.search(at + line, text(), re.M), f"{line} in\n{text()}")
    t.ok("query-guard" not in text(), "nothing of ports was asked for")


@test("monitor: events that are lost are counted, then it goes on")
def lost(t):
    net = snooping(t, "max-groups 100000 max-port-groups 100000")
    path = "/tmp/monitor.out"
    with open(path, "w", encoding="ascii") as file:
        proc = subprocess.Popen(["mcsnoop", "-n", net.ns.name, "-j",
                                 "monitor", "group"], stdout=file)
    t.defer(proc.wait)
    t.defer(proc.kill)

    def events():
        with open(path, encoding="ascii") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]

    def listening():
        net.mcs(f"group add dev br0 port p4 grp {G2}")
        net.mcs(f"group del dev br0 port p4 grp {G2}")
        return events()

    wait_until(listening, what="monitor shows something")
    wait_until(lambda: events()[-1]["event"] == "group-del",
               what="all of it")
    before = len(events())
    proc.send_signal(signal.SIGSTOP)
    sent = 20000
    for first in range(0, sent, 100):
        net.send(1, igmp3_report(*(
            (IS_EX, f"239.7.{n >> 8}.{n & 255}", ())
            for n in range(first, first + 100))))
    net.fence()
    t.eq(net.mcs.bridge()["groups"], sent, "groups joined")
    proc.send_signal(signal.SIGCONT)
    wait_until(lambda: any(e["event"] == "lost" for e in events()),
               timeout=30, what="lost events are told")
    t.eq(len(events()) - before - 1 + events()[-1]["count"], sent,
         "events shown and lost")
    net.mcs(f"group add dev br0 port p4 grp {G2}")
    wait_until(lambda: events()[-1].get("grp") == G2, what="it goes on")


@test("a dump while the table changes has every entry that stays, once")
def moving(t):
    net = snooping(t)
    stay = [f"239.3.0.{n}" for n in range(200)]
    net.send(1, igmp3_report(*((IS_EX, g, ()) for g in stay[:100])))
    net.send(1, igmp3_report(*((IS_EX, g, ()) for g in stay[100:])))
    net.fence()
    for n in range(20):
        net.send(2, igmp3_report(*((IS_EX, f"239.{n % 6}.9.{k}", ())
                                   for k in range(100))))
        shown = [(r["port"], r["grp"])
                 for r in json.loads(output(net, "-j", "group"))]
        t.eq(len(shown), len(set(shown)), "no entry twice")
        t.eq([g for p, g in shown if p == "p1"], stay, "all that stay")


if __name__ == "__main__":
    ktap.main(setup=mcs.setup, teardown=mcs.teardown)
