#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""mcsnoop stats show -o prometheus: the format, and that the values are right."""
import re
import subprocess

from lib import ktap, mcs
from lib.ktap import test
from lib.ns import run
from lib.packets import igmp2_report, mld2_to_ex
from lib.scenario import G, G6, snooping

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})\{{({LABEL}(?:,{LABEL})*)\}} (\d+)")


def parse(text):
    """{(metric, frozenset of labels): value}; AssertionError if malformed."""
    out, types, done, current = {}, {}, set(), None
    assert text.endswith("\n") and "\r" not in text
    lines = iter(text[:-1].split("\n"))
    for line in lines:
        helped = re.fullmatch(rf"# HELP ({NAME}) (\S.*)", line)
        if helped:
            name = helped.group(1)
            assert name not in done, f"{name} twice"
            typed = re.fullmatch(rf"# TYPE {name} (counter|gauge)",
                                 next(lines))
            assert typed, line
            types[name], current = typed.group(1), name
            assert (types[name] == "counter") == name.endswith("_total"), line
            done.add(name)
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample and sample.group(1) == current, line
        labels = frozenset(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"',
                                      sample.group(2)))
        key = current, labels
        assert key not in out, line
        assert len(dict(labels)) == len(labels), line
        out[key] = int(sample.group(3))
    return out


def metrics(net, words=""):
    """What is exported."""
    return parse(net.mcs(f"stats show{words} -o prometheus"))


def key(name, **labels):
    """How a sample is found."""
    return f"mcsnoop_{name}", frozenset(labels.items())


@test("well formed, and the values are those of the other shows", sim=True)
def values(t):
    net = snooping(t, family=46)
    net.send(1, igmp2_report(G), igmp2_report("239.2.2.2"), mld2_to_ex(G6))
    net.send(2, igmp2_report(G))
    net.fence()
    got = metrics(net)
    seen = 0
    for port in (0, 1, 2, 3, 4):
        name = net.name(port)
        for counter, value in net.mcs.stats(port).items():
            if counter.startswith("tx_"):
                continue        # more may be sent meanwhile
            t.eq(got.get(key(f"{counter}_total", bridge="br0", port=name)),
                 value, f"{name} {counter}")
            seen += 1
        t.eq(got[key("port_groups", bridge="br0", port=name)],
             net.mcs.port(port)["groups"], name)
    t.ok(seen > 8, "there was something to compare")
    shown = net.mcs.bridge()
    for name in "groups", "records", "vlans":
        t.eq(got[key(name, bridge="br0")], shown[name], name)
    t.eq(got[key("fastpath_open", bridge="br0")], 1)
    v4 = {"bridge": "br0", "vlan": "0", "family": "ipv4"}
    t.eq(got[key("pruning", **v4)], 1)
    t.eq(got[key("reports_heard_total", **v4)], 3)
    t.eq(got[key("querier_info", **v4, state="self", address="192.0.2.77")], 1)
    net.mcs("bridge set dev br0 mode observe")
    t.eq(metrics(net)[key("pruning", **v4)], 0, "observed")


@test("a counter that one port has is there for all, with 0")
def zeros(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    got = metrics(net)
    t.eq([got[key("rx_igmp_report_v2_total", bridge="br0", port=p)]
          for p in ("br0", "p1", "p2")], [0, 1, 0])
    t.ok(not any(name == "mcsnoop_rx_igmp_report_v1_total" for name, _ in got))


@test("one bridge, one port")
def chosen(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    got = metrics(net, " dev br0 port p1")
    t.eq({dict(labels).get("port") for _, labels in got}, {None, "p1"})
    said = net.mcs.refused(t, "stats show -o xml")
    t.ok("text or prometheus" in said, said)
    p = subprocess.run([mcs.COMMAND, "-j", "stats", "show", "-o",
                        "prometheus"], capture_output=True, check=False)
    t.eq(p.returncode, 2, "not with -j")


@test("devices with any name")
def escaped(t):
    net = snooping(t, fresh=True)
    for name in 'a"b', "a\\b", "a{b}=c", "\xe4\u20ac".encode(), b"a\xffb":
        net.ns.ip("link set p2 down")
        run("ip", "-n", net.ns.name, "link", "set", "p2", "name", name) \
            if isinstance(name, str) else subprocess.run(
                [b"ip", b"-n", net.ns.name.encode(), b"link", b"set", b"p2",
                 b"name", name], check=True)
        raw = subprocess.run([mcs.COMMAND, "-n", net.ns.name, "stats", "show",
                              "-o", "prometheus"], capture_output=True,
                             check=True).stdout
        got = parse(raw.decode("utf-8"))
        want = name if isinstance(name, str) else \
            name.decode(errors="replace")
        want = want.replace("\\", "\\\\").replace('"', '\\"')
        t.ok(key("port_groups", bridge="br0", port=want) in got, repr(name))
        subprocess.run([b"ip", b"-n", net.ns.name.encode(), b"link", b"set",
                        name if isinstance(name, bytes) else name.encode(),
                        b"name", b"p2"], check=True)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
