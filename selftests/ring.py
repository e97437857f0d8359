#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Three switches in a ring with a spanning tree: no stream has a gap that the
tree does not explain, whatever happens to it."""
from lib import ktap, mcs
from lib.ktap import Failed, test
from lib.scenario import QI, answered
from lib.stream import runs
from lib.switches import (FORWARD_DELAY, HELLO, MAX_AGE, MEMBER, STRANGER,
                          Play, Switches, is_ring_of)

TICK, SLOW_TICK = 0.2, 1                # seconds
TREE_TIME = MAX_AGE + FORWARD_DELAY     # for so long a tree tells of a change

# What happens to a ring whose root is switch 1 and whose link from 2 to 3 is
# blocked at 3: what fails, how it is mended, who sends and listens of those it
# does not happen to, for how long the spanning tree may deliver nothing, and
# how often a frame is sent: where members are behind other ports afterwards,
# what is lost without a flood may be short.
EVENTS = {
    "link 3-1": (lambda lab: lab.link(3, 1, "down"),
                 lambda lab: lab.link(3, 1, "up"), (1, 3), (1, 2, 3),
                 2 * FORWARD_DELAY, 0.5),
    "link 1-2": (lambda lab: lab.link(1, 2, "down"),
                 lambda lab: lab.link(1, 2, "up"), (1, 3), (1, 2, 3),
                 MAX_AGE + 2 * FORWARD_DELAY, 0.5),
    "root": (lambda lab: lab.priority(3, 0),
             lambda lab: lab.priority(3, 0x3000), (1, 3), (1, 2, 3),
             2 * FORWARD_DELAY, SLOW_TICK),
    "death": (lambda lab: lab[1].power(False),
              lambda lab: lab[1].power(True), (3,), (2, 3),
              MAX_AGE + 2 * FORWARD_DELAY, SLOW_TICK),
    "host": (lambda lab: lab[2].ns.ip(f"link set p{STRANGER} down"),
             lambda lab: lab[2].ns.ip(f"link set p{STRANGER} up"),
             (1, 3), (1, 2, 3), None, SLOW_TICK),
}
CONVERGED = MAX_AGE + 2 * FORWARD_DELAY + 2 * HELLO
_rings = []


def ring(t):
    """A ring that all tests share, with nothing going on in it."""
    if not _rings:
        _rings.append(Switches(ktap.session, ring=True))
        _rings[0].attach("querier on")
    lab, = _rings
    t.on_fail.append(lab.describe)
    lab.settle()
    if not is_ring_of(lab.stp_states()):
        raise Failed(f"no ring before: {lab.stp_states()}")
    for family in (4, 6):
        t.eq(lab.queriers(family), [1], f"queriers of IPv{family}")
    return lab


def asks_at_leaves(t, lab):
    """The querier asks after each leave; the other switches wait for that."""
    lab[1].mcs("bridge set dev br0 fast-leave off")
    t.defer(lab[1].mcs, "bridge set dev br0 fast-leave auto")


def asked(lab):
    """IGMP general queries that the switches have sent, in whose name ever."""
    return sum(sw.mcs.stats().get(name, 0) for sw in lab.all
               for name in ("tx_igmp_general", "tx_igmp_topology"))


def snooped(t, event):
    """Let something happen to the ring, and be mended."""
    fail, mend, senders, members, explained, tick = EVENTS[event]
    lab = ring(t)
    play = Play(t, lab, senders, members, tick, True)
    lab.sleep(10)
    begin, before = play.now, asked(lab)
    play.every(2, begin)
    play.strangers_none(2, begin)
    for act in (fail, mend):
        act(lab)
        lab.sleep(CONVERGED)
        queries, before = asked(lab) - before, asked(lab)
        # without a change it is one in QI, and that is longer; a port that is
        # down is no change for the tree
        if queries < 2 and (event, act) != ("host", fail):
            if act is fail:
                mend(lab)       # for the next test
                lab.sleep(CONVERGED)
            raise Failed(f"asked after the change: {queries}")
    if not is_ring_of(lab.stp_states()):
        raise Failed(f"no ring after: {lab.stp_states()}")
    # the querier asks once more when the tree tells of it no longer
    took = lab.settle(QI / 4 + TREE_TIME + answered() + 2 * HELLO + 5)
    quiet = play.now
    lab.sleep(10)
    end = play.stop()
    play.strangers_none(quiet, end)
    gaps = play.gaps(begin, end)
    t.note(f"longest gap of a stream {max(gaps.values()):.1f} s; flooded "
           f"until {took:.0f} s after the ring was whole")
    play.no_black_hole(begin, end)
    if explained is None:
        play.every(begin, end)
        return
    t.ok(max(gaps.values()), "something was missed at all")
    for key, gap in gaps.items():
        t.between(gap, 0, explained + HELLO + tick,
                  f"gap at switch {key[0]}, sender {key[1]}, IPv{key[2]}")


@test("a ring: joins, leaves, one querier", sim=True)
def ring_joins(t):
    lab = ring(t)
    play = Play(t, lab, members=(), tick=TICK)
    asks_at_leaves(t, lab)
    for _, group, _ in play.flows():
        # not flooded where there are no routers, when nobody wants it
        static = f"dev br0 port br0 grp {group}"
        lab[1].mcs("group add " + static)
        t.defer(lab[1].mcs, "group del " + static)
    lab.sleep(1)
    quiet = play.now
    for at in (1, 2, 3):
        meter, begin = lab.meter((at, MEMBER)), play.now
        for sw in lab.all:
            play.none(sw.number, quiet, begin)
        sockets = lab.join((at, MEMBER), *(f[1] for f in play.flows()))
        lab.sleep(5)
        left = play.now
        for sock in sockets:
            sock.leave()
        lab.sleep(5)
        quiet = play.now
        play.strangers_none(begin, quiet)
        for _, group, src in play.flows():
            got = meter.got(group, src, begin)
            t.eq(len(runs(got)), 1, f"{group} at {meter.name}: pieces")
            t.between(got[0] - begin, 0, 3, f"{group}: when it begins")
            # one hop asks after the other
            t.between((got[-1] - left) * TICK, -0.1, 4.2,
                      f"{group}: until it ends")
        for sock in sockets:
            sock.close()


@test("SNOOP-08 SNOOP-10 a ring: the root port's link fails and returns",
      sim=True)
def ring_root_port(t):
    snooped(t, "link 3-1")


@test("SNOOP-08 SNOOP-10 a ring: a link fails that is missed after Max Age, "
      "and returns", sim=True)
def ring_max_age(t):
    snooped(t, "link 1-2")


@test("SNOOP-08 SNOOP-10 a ring: another switch becomes root, and the first "
      "again", sim=True)
def ring_root(t):
    snooped(t, "root")


@test("SNOOP-08 SNOOP-10 a ring: the root, which is the querier, dies and "
      "returns", sim=True)
def ring_death(t):
    snooped(t, "death")


@test("SNOOP-08 SNOOP-10 a ring: a host's link fails and returns, no frame is "
      "lost", sim=True)
def ring_host(t):
    snooped(t, "host")


@test("SNOOP-10 a ring: hosts join and leave while the tree changes", sim=True)
def ring_joins_meanwhile(t):
    lab = ring(t)
    asks_at_leaves(t, lab)
    play = Play(t, lab, members=(1, 2), tick=SLOW_TICK, control=True)
    lab.sleep(5)
    begin = play.now
    lab.link(3, 1, "down")
    # one while the network is cut, one when the other way has just opened
    for wait, joins, leaves in ((10, 3, 1),
                                (2 * FORWARD_DELAY + HELLO, 1, 2)):
        lab.sleep(wait)
        for sock in play.sockets.pop(leaves):
            sock.leave()
        play.members = [sw for sw in play.members if sw != leaves]
        begin = play.now
        play.join(joins)
        lab.sleep(5)
        play.no_black_hole(begin + 1, play.now)
    lab.link(3, 1, "up")
    lab.sleep(CONVERGED)
    lab.settle()
    quiet = play.now
    lab.sleep(10)
    end = play.stop()
    play.no_black_hole(begin + 1, end)
    play.strangers_none(quiet, end)
    play.none(2, quiet, end)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
