#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""mcsnoop doctor: each finding is provoked, and goes when it is mended."""
import json
import os
import re
import subprocess
import time

from lib import ktap, mcs
from lib.ktap import SIM, Skipped, test
from lib.net import BR_IP4, BR_IP6, Net
from lib.ns import run, wait_until
from lib.packets import (igmp2_report, igmp3_is_ex, igmp3_is_in,
                         igmp3_report, igmp3_to_ex, igmp_query, mld2_to_ex,
                         udp, ALLOW)
from lib.scenario import (G, G6, GMI, OQPI, QI, S, answered, snooping, until)

MANUAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                      "tool", "mcsnoop.8")
PROVOKED = set()


def status(net, *options, dev="br0"):
    """(exit status, what it printed)"""
    p = subprocess.run([mcs.COMMAND, "-n", net.ns.name, *options, "doctor",
                        *(["dev", dev] if dev else [])],
                       capture_output=True, check=False, text=True)
    return p.returncode, p.stdout if p.returncode < 2 else p.stderr


def doctor(net, dev="br0"):
    """All findings."""
    code, out = status(net, "-j", dev=dev)
    rows = json.loads(out)
    assert code == int(any(r["severity"] != "note" for r in rows)), (code, out)
    for row in rows:
        PROVOKED.add(row["finding"])
    return rows


def names(net):
    """What is found, sorted."""
    return sorted({r["finding"] for r in doctor(net)})


def one(t, net, name, severity, *words, **keys):
    """There is this finding, and it says so; it."""
    rows = [r for r in doctor(net) if r["finding"] == name and
            all(r.get(k) == v for k, v in keys.items())]
    t.eq(len(rows), 1, f"{name} {keys} among {doctor(net)}")
    row = rows[0]
    t.eq(row["severity"], severity, name)
    for word in words:
        t.ok(word in row["text"] or word in "\n".join(row["advice"]),
             f"{word!r} in {row}")
    t.ok(row["text"][-1] in ".:", row["text"])
    t.eq(row["text"][-1] == ":", bool(row["advice"]), row["text"])
    return row


def mend(t, net, row, name=None):
    """What it says is typed, and it is not found any more."""
    for line in row["advice"]:
        if line.startswith(("mcsnoop ", "ip ", "bridge ", "sysctl ")) and \
                not re.search(r" (show|monitor) | show$|[A-Z]{4}", line):
            words = line.split()
            if words[0] == "mcsnoop":
                net.mcs(" ".join(words[1:]))
            else:
                run("ip", "netns", "exec", net.ns.name, *words)
    time.sleep(0.1)
    t.ok((name or row["finding"]) not in names(net),
         f"mended with {row['advice']}: {doctor(net)}")


def healthy(t, **more):
    """A bridge about which there is nothing to say."""
    net = snooping(t, family=46, **more)
    t.eq(names(net), [], "healthy")
    return net


@test("nothing to find: it says so, status 0")
def nothing(t):
    net = healthy(t)
    t.eq(status(net), (0, "Nothing was found.\n"))
    t.eq(status(net, "-j"), (0, "[]\n"))


@test("what cannot be found out: status 2")
def cannot(t):
    net = healthy(t)
    code, err = status(net, dev="p1")
    t.eq((code, err), (2, "Error: mcsnoop: p1 is no bridge\n"))
    code, err = status(net, dev="none")
    t.eq(code, 2, err)
    p = subprocess.run([mcs.COMMAND, "doctor", "dev"], capture_output=True,
                       check=False)
    t.eq(p.returncode, 2, "usage")


@test("text: severity, name, what about, sentences, what to type")
def text(t):
    net = healthy(t)
    net.ns.bridge("link set dev p2 mcast_flood off\n")
    net.mcs("bridge set dev br0 fastpath off")
    time.sleep(0.1)
    code, out = status(net)
    t.eq(code, 1)
    lines = out.splitlines()
    t.eq(lines[0], "trouble mcast-flood-off: br0, p2")
    t.ok("        bridge link set dev p2 mcast_flood on" in lines, out)
    t.ok("note fastpath-off: br0" in lines, "notes come last")
    t.ok(all(len(line) <= 80 and line == line.rstrip() for line in lines), out)
    net.ns.bridge("link set dev p2 mcast_flood on\n")
    t.eq(status(net)[0], 0, "a note alone")


# --- bridges and ports ------------------------------------------------------

@test("not-attached")
def not_attached(t):
    net = Net(t)
    row = one(t, net, "not-attached", "warning", "everything is flooded")
    t.eq(row["advice"], ["mcsnoop bridge add dev br0"])
    mend(t, net, row)
    t.ok("not-attached" not in {r["finding"] for r in doctor(net, dev=None)})


@test("intree-snooping")
def intree(t):
    net = healthy(t)
    net.ns.ip("link set br0 type bridge mcast_snooping 1")
    wait_until(lambda: "intree-snooping" in names(net), what="noticed")
    mend(t, net, one(t, net, "intree-snooping", "trouble", "leaves everything"))


@test("observe: of a bridge, a VLAN, a port")
def observe(t):
    net = healthy(t, vlan=True)
    for words, keys in (("bridge set dev br0 mode observe", {}),
                        ("vlan set dev br0 vid 1 family ipv4 mode observe",
                         {"vids": [1], "family": "ipv4"}),
                        ("port set dev p3 mode observe", {"port": "p3"})):
        net.mcs(words)
        time.sleep(0.1)
        mend(t, net, one(t, net, "observe", "note", "only observed", **keys))


@test("fastpath-off")
def fastpath_off(t):
    net = healthy(t)
    net.mcs("bridge set dev br0 fastpath off")
    time.sleep(0.1)
    mend(t, net, one(t, net, "fastpath-off", "note", "switched off"))


@test("fastpath-unused: why most frames do not take it")
def fastpath_unused(t):
    net = healthy(t)
    for _ in range(10):
        net.send(4, *[udp("239.8.8.8", n) for n in range(150)])
        net.fence()
    one(t, net, "fastpath-unused", "note", "path_unregistered", "1500 frames",
        port="p4")


@test("mcast-flood-off")
def flood_off(t):
    net = healthy(t)
    net.ns.bridge("link set dev p2 mcast_flood off\n")
    mend(t, net, one(t, net, "mcast-flood-off", "trouble", "every stream",
                     port="p2"))


@test("br-netfilter")
def br_netfilter(t):
    net = healthy(t)
    run("modprobe", "br_netfilter", check=False)
    # while it is there new namespaces have it on
    t.defer(run, "rmmod", "br_netfilter", check=False)
    if net.ns.sysctl("bridge/bridge-nf-call-iptables") is None:
        raise Skipped("needs br_netfilter")
    for name in "iptables", "ip6tables", "arptables":
        t.defer(net.ns.sysctl, f"bridge/bridge-nf-call-{name}", 0)
        net.ns.sysctl(f"bridge/bridge-nf-call-{name}", 0)
    t.eq(names(net), [])
    net.ns.sysctl("bridge/bridge-nf-call-ip6tables", 1)
    mend(t, net, one(t, net, "br-netfilter", "warning", "routed traffic"))
    net.ns.ip("link set br0 type bridge nf_call_iptables 1")
    mend(t, net, one(t, net, "br-netfilter", "warning", "nf_call_iptables"))


@test("hardware-forwarding")
def hardware(t):
    net = healthy(t)
    run("modprobe", "mcsnoop_chip")
    t.defer(run, "rmmod", "mcsnoop_chip")
    run("ip", "link", "set", "chip0", "netns", net.ns.name)
    net.ns.ip("link set chip0 up")
    t.ok("hardware-forwarding" not in names(net), "it is no port")
    net.ns.ip("link set chip0 master br0")
    wait_until(lambda: any(p["port"] == "chip0" for p in
                           net.mcs.json("port show dev br0")), what="attached")
    row = one(t, net, "hardware-forwarding", "warning", "switch chip",
              port="chip0")
    t.eq(row["advice"], ["mcsnoop bridge del dev br0",
                         "ip link set dev br0 type bridge mcast_snooping 1"])
    net.ns.ip("link set chip0 nomaster")
    t.ok("hardware-forwarding" not in names(net), "it is no port any more")


@test("mtu-differs")
def mtu(t):
    net = healthy(t)
    net.ns.ip("link set p3 mtu 1400")
    mend(t, net, one(t, net, "mtu-differs", "warning", "1400", "1500",
                     port="p3"))


@test("port-not-forwarding")
def down(t):
    net = healthy(t)
    net.link(3, "down")
    wait_until(lambda: net.mcs.port(3)["state"] == "disabled", what="down")
    one(t, net, "port-not-forwarding", "note", "switched off",
        "ip link set dev p3 up", port="p3")
    net.link(3, "up")
    net.hosts_ns.ip("link set h2 down")
    wait_until(lambda: net.mcs.port(2)["state"] == "disabled", what="no link")
    one(t, net, "port-not-forwarding", "note", "no link", port="p2")
    net.hosts_ns.ip("link set h2 up")


# --- counters ---------------------------------------------------------------

@test("limit-reached: groups of a port")
def limits(t):
    net = healthy(t)
    net.mcs("port set dev p1 max-groups 2")
    net.send(1, *[igmp2_report(f"239.1.1.{n}") for n in range(1, 5)])
    net.fence()
    row = one(t, net, "limit-reached", "warning", "2 times",
              "mcsnoop port set dev p1 max-groups 4", port="p1")
    t.eq(row["advice"][0], "mcsnoop group show dev br0 port p1")


@test("limit-reached: groups, sources and records of the bridge")
def limits_bridge(t):
    net = healthy(t)
    net.mcs("bridge set dev br0 max-groups 2 max-sources 2 max-records 3")
    net.send(1, *[igmp2_report(f"239.1.1.{n}") for n in (1, 2, 3)],
             igmp3_report((ALLOW, "239.1.1.1", [S(n) for n in range(1, 6)])),
             igmp3_report(*[(ALLOW, "239.1.1.1", [S(1)])] * 4))
    net.fence()
    said = [r["advice"][1] for r in doctor(net) if
            r["finding"] == "limit-reached"]
    t.eq(said, [f"mcsnoop bridge set dev br0 {word}" for word in
                ("max-groups 4", "max-sources 4", "max-records 6")])


@test("messages-refused: how many, and most of them why")
def refused(t):
    net = healthy(t)
    net.send(2, igmp2_report(G, csum="bad"), igmp2_report(G, csum="bad"),
             igmp2_report("10.1.2.3", dst=G))
    net.fence()
    one(t, net, "messages-refused", "warning", "3 messages",
        "most of them (2) as drop_csum", "checksum", port="p2")


@test("guard-refused")
def guarded(t):
    net = healthy(t)
    net.mcs("port set dev p2 query-guard on")
    net.send(2, igmp_query(3, src="192.0.2.5"))
    net.fence()
    one(t, net, "guard-refused", "note", "1 queries", port="p2")


@test("queries-doubted")
def doubted(t):
    net = healthy(t)
    net.send(1, igmp3_to_ex(G))
    net.send(2, igmp_query(3, G, src="192.0.2.5"),
             igmp_query(3, G, src="192.0.2.6"))
    net.fence()
    one(t, net, "queries-doubted", "note", "2 specific queries",
        "mcsnoop port set dev p2 trust-queries on", port="p2")


@test("filter-denies")
def filters(t):
    net = healthy(t)
    net.mcs("filter add dev br0 port p2 deny grp 239.1.0.0/16")
    t.eq(names(net), [], "nobody asked yet")
    net.send(2, igmp2_report(G))
    net.fence()
    one(t, net, "filter-denies", "note", "239.1.0.0/16", "1 times", port="p2")


# --- queriers ---------------------------------------------------------------

@test("no-querier: off, waiting, not examined, only where that is")
def no_querier(t):
    net = healthy(t)
    net.mcs("bridge set dev br0 querier off")
    wait_until(lambda: "no-querier" in names(net), what="noticed")
    for family in "ipv4", "ipv6":
        row = one(t, net, "no-querier", "warning", "everything is flooded",
                  family=family)
    t.eq(row["advice"], ["mcsnoop bridge set dev br0 querier auto"])
    net.mcs("bridge set dev br0 querier auto")
    row = one(t, net, "no-querier", "note", "begins to query in",
              family="ipv4")
    mend(t, net, row)
    net.mcs("bridge set dev br0 examine mld")
    row = one(t, net, "no-querier", "warning", "igmp is not", family="ipv4")
    mend(t, net, row)


@test("no-querier: VLANs that are alike are said once")
def vlans(t):
    net = Net(t, vlan=True, addr6=BR_IP6)
    for vid in 2, 3, 4, 9:
        net.ns.bridge(f"vlan add dev p1 vid {vid}\n")
    net.mcs("bridge add dev br0 querier off")
    rows = [r for r in doctor(net) if r["finding"] == "no-querier" and
            r["family"] == "ipv4"]
    t.eq(sorted(v for r in rows for v in r["vids"]), [1, 2, 3, 4, 9])
    net.mcs("bridge set dev br0 querier auto")
    rows = [r for r in doctor(net) if r["finding"] == "no-querier" and
            r["family"] == "ipv4"]
    t.eq(len({r["text"] for r in rows}), len(rows), "the same is said once")


@test("no-link-local")
def link_local(t):
    net = Net(t, attach="querier on", addr=BR_IP4)
    time.sleep(0.5)
    net.ns.sysctl("ipv6/conf/br0/disable_ipv6", 1)
    one(t, net, "no-link-local", "warning", "br0 has no IPv6",
        "disable_ipv6=0", family="ipv6")
    t.ok("no-querier" not in [r["finding"] for r in doctor(net) if
                              r.get("family") == "ipv6"], "said once")
    t.ok(not [r for r in doctor(net) if r.get("family") == "ipv4"])
    net.ns.sysctl("ipv6/conf/br0/addr_gen_mode", 1)
    net.ns.sysctl("ipv6/conf/br0/accept_dad", 0)
    net.ns.sysctl("ipv6/conf/br0/disable_ipv6", 0)
    mend(t, net, one(t, net, "no-link-local", "warning", "address add"))


@test("zero-address-querier, and querier-without-address")
def zero(t):
    net = Net(t, addr=None)
    net.mcs("bridge add dev br0 querier off examine igmp")
    net.send(2, igmp_query(3, src="0.0.0.0"))
    net.fence()
    row = one(t, net, "zero-address-querier", "warning", "on p2",
              family="ipv4")
    mend(t, net, row)
    wait_until(lambda: net.mcs.querier(4).get("state") == "self",
               what="we query")
    one(t, net, "querier-without-address", "warning", "0.0.0.0",
        "ip address add ADDRESS/LENGTH dev br0")
    net.ns.ip("addr add 192.0.2.77/24 dev br0")
    t.ok("querier-without-address" not in names(net))


@test("two-queriers", sim=True)
def two(t):
    net = healthy(t)
    for _ in range(2):
        net.send(2, igmp_query(3, src="192.0.2.99"))
        time.sleep(QI / 4 + 1)
    row = one(t, net, "two-queriers", "warning", "192.0.2.99 on p2",
              "192.0.2.77", "this bridge", family="ipv4")
    for line in row["advice"]:
        net.mcs(line.split(" ", 1)[1])
    time.sleep(2 * QI + 1)
    t.ok("two-queriers" not in names(net), "it was not heard for a while")


@test("querier-flapping", sim=True)
def flapping(t):
    net = Net(t, attach="querier off", addr6=BR_IP6)
    for n in range(6, 0, -1):
        net.send(2, igmp_query(3, src=f"192.0.2.{n}"))
        net.fence()
    one(t, net, "querier-flapping", "warning", "6 times", family="ipv4")


@test("older-querier: another's, and ours")
def older(t):
    net = Net(t, attach="querier off examine igmp")
    net.send(2, igmp_query(2, src="192.0.2.5"))
    net.send(1, igmp2_report(G))
    net.fence()
    t.ok("older-querier" not in names(net), "hosts speak it, too")
    net.send(1, igmp3_is_in("232.1.1.1", S(1), host=3))
    net.fence()
    one(t, net, "older-querier", "warning", "192.0.2.5 queries in IGMPv2",
        "IGMPv3", "192.0.2.13", family="ipv4")
    net = healthy(t)
    net.mcs("bridge set dev br0 mld-version 1")
    net.send(1, mld2_to_ex("ff1e::7"))
    net.fence()
    wait_until(lambda: net.mcs.querier(6).get("state") == "self", what="ours")
    mend(t, net, one(t, net, "older-querier", "warning", "This bridge",
                     family="ipv6"))


@test("memberships-healed: another querier, and none any more", sim=True)
def healed(t):
    net = Net(t, attach="querier off")
    net.send(3, igmp_query(3, src="192.0.2.5"))
    time.sleep(20)
    t0 = net.send(1, igmp3_to_ex(G))
    until(t0, 20)
    net.send(3, igmp_query(3, src="192.0.2.5"))
    for at in (200, GMI - 10):
        until(t0, at)
        net.send(4, udp(G, net.next_seq()))
    t.ok("memberships-healed" not in names(net), "not yet")
    until(t0, GMI + 0.5)
    net.send(1, igmp3_is_ex(G))
    until(t0, GMI + 3)
    row = one(t, net, "memberships-healed", "warning", "1 membership was",
              "192.0.2.5 queries too seldom", family="ipv4")
    t.eq(row["advice"], ["mcsnoop bridge set dev br0 querier on"])
    until(t0, 20 + OQPI + 1)
    net.mcs("bridge set dev br0 querier on")
    time.sleep(1)
    one(t, net, "memberships-healed", "warning", "answers are lost",
        "querier show", family="ipv4")


@test("no-answers, and ports-unasked", sim=True)
def answers(t):
    net = Net(t, attach="querier off examine igmp")
    for _ in range(4):
        net.send(2, igmp_query(3, src="192.0.2.5"))
        time.sleep(QI)
    one(t, net, "no-answers", "note", "nobody has ever answered",
        family="ipv4")
    net.send(1, igmp3_to_ex(G))
    net.link(3, "down")
    net.link(3, "up")
    net.wait_forwarding()
    t.ok("no-answers" not in names(net))
    one(t, net, "ports-unasked", "note", "1 port gets everything",
        "began to forward", family="ipv4")
    net.send(2, igmp_query(3, src="192.0.2.5"))
    time.sleep(answered() + 0.1)
    t.ok("ports-unasked" not in names(net))


# --- groups -----------------------------------------------------------------

@test("shared-mac")
def shared_mac(t):
    net = healthy(t)
    net.send(1, igmp2_report("239.1.1.1"), igmp2_report("224.129.1.1"),
             mld2_to_ex("ff1e::1:9"), mld2_to_ex("ff15::1:9"))
    net.fence()
    one(t, net, "shared-mac", "note", "224.129.1.1 and 239.1.1.1",
        "01:00:5e:01:01:01", family="ipv4")
    one(t, net, "shared-mac", "note", "33:33:00:01:00:09", family="ipv6")
    net.mcs("bridge set dev br0 mac-mode on")
    one(t, net, "shared-mac", "warning", "gets both", family="ipv4")


# --- data -------------------------------------------------------------------

def watched(net, seconds, *sends):
    """What is found while frames are sent: (port, frame builder)."""
    proc = subprocess.Popen([mcs.COMMAND, "-n", net.ns.name, "-j", "doctor",
                             "dev", "br0", "watch", str(seconds)],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while proc.poll() is None:
        for port, frame in sends:
            net.send(port, frame(net.next_seq()))
        time.sleep(0.1)
    out, err = proc.communicate()
    assert proc.returncode < 2, err
    rows = json.loads(out)
    PROVOKED.update(r["finding"] for r in rows)
    return {r["finding"]: r for r in rows}


@test("data-without-members, members-without-data")
def data(t):
    net = healthy(t)
    net.send(1, igmp3_to_ex(G), igmp2_report("239.3.3.3"), mld2_to_ex(G6),
             mld2_to_ex("ff02::77"))
    net.fence()
    lonely = "239.4.4.4"
    got = watched(net, 1, (4, lambda n: udp(G, n)), (4, lambda n: udp(G6, n)),
                  (3, lambda n: udp(lonely, n)))
    row = got["data-without-members"]
    t.eq((row["severity"], row["port"], row["family"]),
         ("warning", "p3", "ipv4"))
    t.ok(f"sends to {lonely}" in row["text"], row)
    t.ok("every port" in row["text"], row)
    row = got["members-without-data"]
    t.eq(row["severity"], "note")
    t.ok("want 239.3.3.3" in row["text"], row)
    t.eq(set(got), {"data-without-members", "members-without-data"})
    net.mcs("port set dev p2 router permanent")
    got = watched(net, 1, (3, lambda n: udp(lonely, n)))
    t.eq(got["data-without-members"]["severity"], "note")
    t.ok("routers only" in got["data-without-members"]["text"])


@test("watching: in a VLAN, what the host sends, and nothing at all")
def watching(t):
    net = healthy(t, vlan=True)
    net.send(1, igmp3_to_ex(G))
    net.fence()
    got = watched(net, 1, (4, lambda n: udp(G, n)))
    t.eq(set(got), set(), "untagged, as the members are")
    got = watched(net, 1, (0, lambda n: udp("239.4.4.4", n)))
    t.eq(got["data-without-members"]["port"], "br0")
    t.eq(got["data-without-members"]["vids"], [1])
    t.ok("members-without-data" in got)


@test("expiring-with-data", sim=True)
def expiring(t):
    net = healthy(t)
    net.send(1, igmp3_to_ex(G))
    net.send(2, igmp3_to_ex(G, host=2))
    send = (4, lambda n: udp(G, n))
    time.sleep(130)
    t.eq(set(watched(net, 1, send)), set(), "there is time to answer")
    net.send(2, igmp3_to_ex(G, host=2))
    time.sleep(12)
    got = watched(net, 1, send)
    row = got["expiring-with-data"]
    t.eq((row["port"], row["severity"]), ("p1", "warning"))
    t.ok(G in row["text"] and "192.0.2.11" in row["text"], row)
    t.eq(row["advice"], [f"mcsnoop group add dev br0 port p1 grp {G}"])
    net.send(1, igmp3_to_ex(G))
    net.fence()
    t.eq(set(watched(net, 1, send)), set(), "it has answered")


@test("every finding is in the manual, and every one there was provoked")
def complete(t):
    if not os.path.exists(MANUAL):
        raise Skipped("the manual is not here")
    with open(MANUAL, encoding="utf-8") as file:
        part = file.read().split(".SH FINDINGS")[1].split("\n.SH")[0]
    there = set(re.findall(r"^\.TP\n\.B ([a-z0-9\\-]+)$", part, re.M))
    there = {name.replace("\\-", "-") for name in there}
    t.eq(PROVOKED - there, set(), "not in the manual")
    if SIM:
        t.eq(there - PROVOKED, set(), "never provoked")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
