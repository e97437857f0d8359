#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Three switches in a row: what reaches whom, whatever happens."""
from lib import ktap, mcs
from lib.ktap import test
from lib.scenario import G, G2, G6, G62, OQPI, QI, QRI
from lib.stream import TICK, runs
from lib.switches import CONTROL, MEMBER, SENDER, STRANGER, Play, Switches

SLOW_TICK = 2           # seconds, where a test takes minutes


def row(t, settings="querier on", attach=True, **more):
    """Three switches in a row that query and prune."""
    lab = Switches(t, **more)
    if attach:
        lab.attach(settings)
        lab.settle()
    return lab


@test("three switches in a row: a member anywhere, a sender anywhere",
      sim=True)
def row_joins(t):
    lab = row(t)
    for at in (1, 2, 3):
        groups = f"239.1.2.{at}", f"ff1e::20{at}"
        sockets = lab.join((at, MEMBER), *groups)
        lab.wait_joined((at, MEMBER), *groups)
        lab.sleep(1)        # and those of the other switches
        for sender in (1, 2, 3):
            stream = lab.stream((sender, SENDER), groups)
            lab.sleep(3)
            count = stream.stop()
            lab.sleep(0.1)
            for sw in lab.all:
                for port, meter in sw.meters.items():
                    for group in groups:
                        if (sw.number, port) == (at, MEMBER):
                            meter.every(group, 0, count)
                        else:
                            meter.none(group, 0, count)
                    meter.clear()
        for sock in sockets:
            sock.close()


@test("three switches in a row: one leaves, the others lose no frame",
      sim=True)
def row_leaves(t):
    lab = row(t, "querier on fast-leave off")
    for leaver in (1, 2, 3):
        play = Play(t, lab)
        lab.sleep(2)
        begin = play.now
        for sock in play.sockets[leaver]:
            sock.leave()
        lab.sleep(8)
        end = play.stop()
        others = [sw for sw in (1, 2, 3) if sw != leaver]
        play.every(begin, end, others)
        for _, group, src in play.flows():
            got = lab.meter((leaver, MEMBER)).got(group, src, begin, end)
            t.between(len(got) * TICK, 1.9, 2.2, f"{group}: until it ends")
            t.eq(len(runs(got)), 1, "without a gap before")
        play.strangers_none(begin, end)
        play.close()


@test("three switches in a row: by default a stream ends soon as well",
      sim=True)
def row_leaves_fast(t):
    lab = row(t)
    for at in (1, 3):
        sockets = lab.join((at, MEMBER), G, G6)
        lab.wait_joined((at, MEMBER), G, G6)
        for sock in sockets:
            sock.leave()
        lab.until(lambda a=at: not any(lab[a].mcs.rec(MEMBER, g)
                                       for g in (G, G6)), 10,
                  f"switch {at} forgets the member")


@test("three switches in a row: attached one by one, the election, no frame "
      "is lost", sim=True)
def row_election(t):
    for settings, elected in (("querier on", [1]), ("querier auto", None)):
        lab = row(t, attach=False)
        play = Play(t, lab, tick=SLOW_TICK)
        lab.sleep(2)
        begin = play.now
        for number in (3, 1, 2):
            lab.attach(settings, only=[number])
            lab.sleep(3)
        lab.settle()
        lab.sleep(QI)
        quiet = play.now
        lab.sleep(20)
        end = play.stop()
        play.every(begin, end)
        play.strangers_none(quiet, end)
        for family in (4, 6):
            numbers = lab.queriers(family)
            t.eq(len(numbers), 1, f"queriers of IPv{family}")
            t.ok(elected in (None, numbers), f"elected: {numbers}")


@test("three switches in a row: the querier falls silent, no frame is lost",
      sim=True)
def row_querier_death(t):
    for settings in ("querier on", "querier auto"):
        lab = row(t, settings)
        play = Play(t, lab, tick=1)
        lab.sleep(2)
        begin = play.now
        dead, = lab.queriers()
        lab[dead].mcs("bridge del dev br0")
        living = [sw for sw in lab.all if sw.number != dead]
        # two that take over at once may yield to each other once
        lab.sleep(2 * (OQPI + QRI))
        for family in (4, 6):
            t.ok(any(sw.mcs.querier(family)["state"] == "self"
                     for sw in living), f"another queries IPv{family}")
        lab.sleep(QI)
        end = play.stop()
        play.every(begin, end)


@test("three switches in a row: the switch of the querier is cut off",
      sim=True)
def row_cut(t):
    lab = row(t)
    t.eq(lab.queriers(), [1])
    play = Play(t, lab, senders=(3,), members=(2, 3), tick=SLOW_TICK)
    lab.sleep(2)
    begin = play.now
    lab.link(1, 2, "down")
    lab.sleep(OQPI + QRI)
    for family in (4, 6):
        t.eq(lab[2].mcs.querier(family)["state"], "self", "it takes over")
    lab.link(1, 2, "up")
    lab.sleep(2 * QI)
    end = play.stop()
    play.every(begin, end)


def outage(play, fail, mend, seconds=(20, 20)):
    """Let something fail and mend again: (begin, failed, mended, end)."""
    lab = play.lab
    lab.sleep(2)
    times = [play.now]
    for act, wait in zip((fail, mend), seconds):
        act()
        times.append(play.now)
        lab.sleep(wait)
    return times + [play.stop()]


@test("three switches in a row: a link fails and returns", sim=True)
def row_link(t):
    lab = row(t)
    play = Play(t, lab, tick=1, control=True)
    begin, _, _, end = outage(play, lambda: lab.link(2, 3, "down"),
                              lambda: lab.link(2, 3, "up"), (40, 60))
    play.no_black_hole(begin, end)
    t.ok(lab.meter((3, MEMBER)).missing(CONTROL, begin, end,
                                        play.source(1, G)),
         "the link was missed at all")


@test("two switches without addresses: members on both, no frame is lost",
      sim=True)
def no_addresses(t):
    lab = Switches(t, n=2, addr=False, addr6=False)
    flows = {1: (G, G6), 2: (G2, G62)}
    for sw in (1, 2):
        lab.join((sw, MEMBER), *(g for fs in flows.values() for g in fs))
    streams = [lab.stream((sw, SENDER), list(flows[sw]), SLOW_TICK)
               for sw in (1, 2)]
    lab.sleep(1)
    begin = max(s.now for s in streams)
    lab.attach("querier auto")
    lab.sleep(OQPI + QI)
    for sw in lab.all:
        t.ok("ipv4" not in sw.floods(), "IPv4 is pruned")
    quiet = max(s.now for s in streams)
    lab.sleep(2 * QI)
    end = min(s.stop() for s in streams)
    lab.sleep(0.1)
    for sw in lab.all:
        t.eq((sw.mcs.querier()["state"], sw.mcs.querier(6)["state"]),
             ("self", "none"), "IPv4 from 0.0.0.0, MLD not at all")
        t.eq(sw.mcs.router_ports(), [f"l{3 - sw.number}"])
        t.eq(sw.mcs.router_ports("ipv6"), [])
        for sender, (four, six) in flows.items():
            sw.meters[MEMBER].every(four, begin, end)
            sw.meters[MEMBER].every(six, begin, end)
            for port in (STRANGER, SENDER):
                sw.meters[port].none(four, quiet, end)
                if (sw.number, port) != (sender, SENDER):
                    sw.meters[port].every(six, begin, end)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
