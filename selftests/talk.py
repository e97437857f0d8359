#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The tests' own way to talk to ip, bridge and mcsnoop, which stay."""
from lib import ktap, mcs
from lib.ktap import Failed, test
from lib.net import Net
from lib.ns import CommandError

SHOW = "port show dev br0"


@test("a refused line: its sentence and no other, and the next line is done")
def refused(t):
    net = Net(t, attach="querier on")
    for talk, words, said in (
            (net.ns.ip, "link set {} mtu 1500", 'Cannot find device "none"'),
            (net.ns.bridge, "link set dev {} hairpin off", "none"),
            (net.mcs, "port set dev {} fast-leave off", "none")):
        good, bad = words.format("p1"), words.format("none")
        talk(good)
        err = t.raises(CommandError, talk, bad).err
        t.ok(said in err and "no-object" not in err and
             "Command failed" not in err, err)
        talk(bad, check=False)
        talk(good)
    net.mcs(f"{bad}\nport set dev p1 fast-leave on", check=False)
    t.eq(net.mcs.port(1)["fast_leave"], "on")


@test("answers are whole, however long, and of their own question")
def whole(t):
    net = Net(t, attach="querier on")
    once = net.mcs(SHOW)
    t.ok("p1" in once and "p4" in once, once)
    t.eq(net.mcs(f"{SHOW}\n" * 200), once * 200)
    t.eq(net.mcs("port set dev p1 fast-leave off"), "")
    t.eq(net.mcs("nothing\n" * 2000, check=False), "")
    t.eq(net.mcs.json(SHOW), net.mcs.json(SHOW))


@test("one that ended is seen, and the next call starts another")
def ended(t):
    net = Net(t, attach="querier on", fresh=True)
    once = net.mcs(SHOW)
    proc = net.ns.talk(mcs.COMMAND).proc
    proc.kill()
    proc.wait()
    t.raises(Failed, net.mcs, SHOW)
    t.eq(net.mcs(SHOW), once)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
