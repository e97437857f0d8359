#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Network namespaces, and who may do what in them."""
import shutil

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.ns import CommandError, Netns, run, run_json, wait_until
from lib.packets import igmp2_report
from lib.scenario import G, G2, HURRY, snooping, wait_pruning
from lib.vectors import VECTORS

NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}


@test("two namespaces with the same names know nothing of each other")
def apart(t):
    one, two = snooping(t), snooping(t)
    one.send(1, igmp2_report(G))
    two.send(2, igmp2_report(G2))
    one.fence()
    two.fence()
    t.eq(one.mcs.table(), {("p1", 0, G): "EX(;)"})
    t.eq(two.mcs.table(), {("p2", 0, G2): "EX(;)"})
    t.eq(one.data(4, G), [1])
    t.eq(two.data(4, G2), [2])
    one.mcs("bridge del dev br0")
    t.eq(two.data(4, G2), [2], "the other goes on")


@test("D4 a namespace without attached bridges is left alone")
def alone(t):
    one, two = snooping(t), Net(t)
    t.eq(one.reach(1, VECTORS["V18"]), [], "a broken report, attached")
    t.eq(two.reach(1, VECTORS["V18"]), [2, 3, 4], "not attached")
    one.mcs("bridge del dev br0")
    t.eq(one.reach(1, VECTORS["V18"]), [2, 3, 4], "detached")


def can_list_hooks():
    """There is an nft, and the kernel can tell it."""
    try:
        run("modprobe", "-n", "-q", "nfnetlink_hook")
        run("nft", "-v")
    except (CommandError, OSError):
        return False
    return True


def hooks(t):
    """Declared where hooks can be listed."""
    net = Net(t)

    def listed():
        with net.ns.entered():
            return "mcsnoop" in run("nft", "list", "hooks", "bridge")
    net.ns.ip("link add br1 type bridge mcast_snooping 0")
    t.ok(not listed(), "no hooks before")
    net.mcs("bridge add dev br0")
    t.ok(listed(), "hooks with the first bridge")
    net.mcs("bridge add dev br1")
    net.mcs("bridge del dev br0")
    t.ok(listed(), "hooks with one bridge left")
    net.mcs("bridge del dev br1")
    t.ok(not listed(), "no hooks after")


if can_list_hooks():
    test("D4 the hooks come with the first bridge and go with the last")(hooks)


@test("a port moves to another namespace: it is no port any more")
def moved(t):
    net = snooping(t)
    other = Netns("other")
    t.defer(other.close)
    net.send(1, igmp2_report(G))
    net.fence()
    net.ns.ip(f"link set p1 netns {other.name}")
    wait_until(lambda: not net.mcs.table(), what="its records go")
    t.eq(net.mcs.bridge()["ports"], 3)
    other.ip("link add br0 type bridge mcast_snooping 0\n"
             "link set p1 master br0 up\nlink set br0 up")
    there = mcs.Mcs(other, net.name)
    there("bridge add dev br0 querier on" + HURRY)
    net.send(1, igmp2_report(G2))
    wait_until(lambda: there.table() == {("p1", 0, G2): "EX(;)"},
               what="a record in the new namespace")


@test("SEC-16 without privilege everything can be read, nothing changed")
def unprivileged(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    command = shutil.which(mcs.COMMAND)
    with net.ns.entered():
        for words in ("bridge show", "vlan show", "port show",
                      "group show dev br0", "router show", "querier show",
                      "stats show"):
            run(command, "-j", *words.split(), **NOBODY)
        rows = run(command, "-j", "group", "show", **NOBODY)
        t.ok(G in rows, "the group is shown")
        for words in ("bridge set dev br0 robustness 3", "bridge del dev br0",
                      "vlan set dev br0 vid 0 robustness 3",
                      "vlan reset dev br0 vid 0",
                      "port set dev p1 router permanent",
                      f"group add dev br0 port p2 grp {G}",
                      f"group del dev br0 port p1 grp {G}",
                      "bridge add dev br0"):
            e = t.raises(CommandError, run, command, *words.split(), **NOBODY)
            t.ok("permitted" in e.err or "ermission" in e.err,
                 f"{words}: {e.err}")
    t.eq(net.data(4, G), [1])


@test("SEC-16 root of a user namespace rules the bridges of its own network")
def user_namespace(t):
    script = f"""
        ip link add br0 type bridge mcast_snooping 0 &&
        {mcs.COMMAND} bridge add dev br0 querier on &&
        {mcs.COMMAND} bridge set dev br0 robustness 3 &&
        {mcs.COMMAND} -j bridge show &&
        {mcs.COMMAND} bridge del dev br0"""
    try:
        run("unshare", "-Urn", "true", **NOBODY)
    except CommandError as e:
        t.skip(f"no user namespaces for users: {e.err}")
    text = run("unshare", "-Urn", "sh", "-c", script, **NOBODY)
    t.ok('"br0"' in text, text)


@test("root of a user namespace does not rule ours")
def foreign_root(t):
    net = snooping(t)
    try:
        run("unshare", "-Ur", "true", **NOBODY)
    except CommandError as e:
        t.skip(f"no user namespaces for users: {e.err}")
    with net.ns.entered():
        e = t.raises(CommandError, run, "unshare", "-Ur", mcs.COMMAND,
                     "bridge", "del", "dev", "br0", **NOBODY)
    t.ok("permitted" in e.err or "ermission" in e.err, e.err)
    t.eq(len(net.mcs.json("bridge show")), 1)


@test("-n names the namespace, from anywhere")
def by_name(t):
    net = Net(t)
    run(mcs.COMMAND, "-n", net.ns.name, "bridge", "add", "dev", "br0")
    with net.ns.entered():
        rows = run_json(mcs.COMMAND, "-j", "bridge", "show")
    t.eq([r["dev"] for r in rows], ["br0"])
    e = t.raises(CommandError, run, mcs.COMMAND, "-n", "nosuch", "bridge",
                 "show")
    t.ok("nosuch" in e.err, e.err)


@test("pruning in one namespace goes on while another's bridge goes")
def neighbour(t):
    one, two = snooping(t), snooping(t)
    one.send(1, igmp2_report(G))
    two.send(1, igmp2_report(G))
    two.ns.ip("link del br0")
    two.close()
    wait_pruning(one)
    t.eq(one.data(4, G), [1])


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
