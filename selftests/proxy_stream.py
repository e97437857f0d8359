#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Proxy reporting between a real querier and members: what streams do.

    source --- u2 [ bridge that queries and prunes ] u1 === p3 [ br0 ] p1, p2

The wire between u1 and p3 is this program, which can lose frames.
"""
import select

from lib import ktap, mcs
from lib.ktap import test
from lib.net import BR_IP6, Net
from lib.ns import now
from lib.packets import (igmp2_leave, igmp2_report, igmp3_is_ex, igmp3_to_ex,
                         igmp3_to_in, mld1_done, mld1_report, mld2_is_ex,
                         mld2_to_ex, mld2_to_in, udp)
from lib.scenario import G, G6, LMQT
from lib.upstream import heard, is_ours, says

UP4, UP6 = "192.0.2.3", "fe80::3"
STEP = 0.1

# join, answer, leave of one host
IGMP3 = igmp3_to_ex, igmp3_is_ex, igmp3_to_in
IGMP2 = igmp2_report, igmp2_report, igmp2_leave
MLD2 = mld2_to_ex, mld2_is_ex, mld2_to_in
MLD1 = mld1_report, mld1_report, mld1_done


class Stream:
    """Both bridges, the wire, a stream that never stops."""

    def __init__(self, t, group, speak, upstream):
        six = ":" in group
        more = {"addr6": BR_IP6} if six else {}
        self.t, self.group, self.speak = t, group, speak
        self.up = Net(t, ports=3, addr=UP4, addr6=six and UP6, fresh=True)
        upstream(self.up)
        self.net = Net(t, attach="querier off proxy-reporting on "
                       "fast-leave off "
                       "unregistered drop", **more)
        self.done = {self.net: 0, self.up: 0}
        self.members = set()
        self.answered = 0
        self.lose = lambda f: False
        self.lost = []
        self.got = {1: [], 2: []}   # when frames of the stream arrived
        self.sent = []              # when they were sent out of u1

    def _wire(self):
        """Carry frames, lose some, let members answer queries."""
        moved = False
        for here, port, there, other in ((self.net, 3, self.up, 1),
                                         (self.up, 1, self.net, 3)):
            frames = here.frames(port)
            for f in frames[self.done[here]:]:
                moved = True
                if here is self.up and f.kind == "data":
                    self.sent.append(f.t)
                if here is self.net and is_ours(f) and self.lose(f):
                    self.lost.append((f.t, says(f)))
                    continue
                there.send(other, f.raw)
            self.done[here] = len(frames)
        seen = [f for f in self.net.frames(1) if f.is_query]
        if len(seen) > self.answered:
            self.answered = len(seen)
            moved = True
            for port in self.members:
                self.net.send(port, self.speak[1](self.group))
        return moved

    def _settle(self):
        while self._wire():
            pass

    def run(self, seconds, step=STEP):
        """Send the stream for that long; frames are checked one by one."""
        end = now() + seconds
        while now() < end:
            self.up.send(2, udp(self.group, self.up.next_seq()))
            self._settle()
            for port, times in self.got.items():
                times += [f.t for f in self.net.frames(port)
                          if f.kind == "data" and f.t not in times[-5:]]
            until = min(end, now() + step)
            socks = [self.net.taps[3].sock, self.up.taps[1].sock,
                     self.net.taps[1].sock]
            while now() < until:
                select.select(socks, [], [], max(0, until - now()))
                self._settle()
            self._forget()

    def _forget(self):
        """The captures would grow for ever."""
        for net, port in ((self.net, 1), (self.net, 2)):
            net.frames(port)
        queries = [f for f in self.net.taps[1].frames if f.is_query]
        for tap in (self.net.taps[1], self.net.taps[2]):
            tap.frames = [f for f in tap.frames if f.kind != "data"]
        self.answered = min(self.answered, len(queries))

    def join(self, port):
        """A host becomes a member."""
        self.members.add(port)
        return self.net.send(port, self.speak[0](self.group))

    def leave(self, port):
        """It leaves."""
        self.members.discard(port)
        return self.net.send(port, self.speak[2](self.group))

    def gaps(self, times, begin, end):
        """Longest time without a frame there between two moments."""
        inside = [begin] + [x for x in times if begin <= x <= end] + [end]
        return max(b - a for a, b in zip(inside, inside[1:]))

    def whole(self, port, begin, what, step=STEP):
        """The stream has had no gap on a port since then."""
        gap = self.gaps(self.got[port], begin, now())
        self.t.ok(gap < 1.5 * step, f"{what}: a gap of {gap:.2f} s on p{port}")


def attached(settings=""):
    """Upstream is a bridge of ours that prunes all but what is wanted."""
    return lambda up: up.mcs("bridge add dev br0 querier on "
                             "unregistered drop " + settings)


def in_tree(settings):
    """Upstream is a bridge whose own snooping is on.

    Its queries are up to an eighth late, by the timer wheel's grain, and what
    it was told lasts for exactly two of them and an answer: longer here, or a
    lost answer would end the stream whatever we do.
    """
    def make(up):
        up.ns.ip("link set br0 type bridge mcast_snooping 1 mcast_querier 1 "
                 "mcast_membership_interval 30000 " + settings)
        up.ns.bridge("link set dev p1 mcast_flood off\n")
    return make


def story(t, group, speak, upstream, late, seconds=600):
    """Two members come and go.

    late: how long a lost join takes, seconds: how long answers are lost.
    """
    s = Stream(t, group, speak, upstream)
    s.run(60)           # whoever queries has begun to prune
    for times in (*s.got.values(), s.sent):
        times.clear()
    s.run(10)
    t.eq((s.got[1], s.got[2], s.sent), ([], [], []), "nobody has joined")

    # the report of the first join is lost: the second makes up for it
    s.lose = lambda f: not s.lost
    t0 = s.join(1)
    s.run(late + 1)
    t.eq(len(s.lost), 1, "lost reports")
    t.ok(s.got[1] and s.got[1][0] - t0 < late + 2 * STEP,
         f"the stream arrives within {late} s")
    begin = now()
    s.run(60)
    s.whole(1, begin, "one member")
    t.eq(s.got[2], [], "the other port")

    # a second member: nothing changes upstream
    t0 = s.join(2)
    s.net.flush()
    s.done[s.net] = 0
    s.run(5)
    s.whole(2, t0 + STEP, "the second member")

    # the first leaves: the second loses nothing
    t0 = s.leave(1)
    s.run(30)
    s.whole(2, t0, "the first has left")
    t.between(s.got[1][-1] - t0, LMQT - 2 * STEP, LMQT, "the first got it")
    leaves = ("TO_IN", "BLOCK", "leave", "done")
    t.eq([x for x in heard(s.net) if x[1].startswith(leaves)], [], "told")

    # for a while every other answer is lost
    turn = [0]

    def every_other(f):
        if not any(x.startswith(("IS_", "v", "mld")) for x in says(f)):
            return False
        turn[0] += 1
        return turn[0] % 2

    s.lost.clear()
    s.lose = every_other
    begin = now()
    s.run(seconds, step=2)
    t.ok(len(s.lost) > seconds / 450, f"answers were lost: {len(s.lost)}")
    s.whole(2, begin, "answers are lost", step=2)
    s.lose = lambda f: False

    # the last member leaves: the stream stops there, and upstream as well
    t0 = s.leave(2)
    s.run(30)
    t.between(s.got[2][-1] - t0, LMQT - 2 * STEP, LMQT, "the last got it")
    t.ok(s.sent[-1] - t0 < 2 * LMQT + 0.5, f"pruned upstream after "
         f"{s.sent[-1] - t0:.2f} s")


@test("PRX-01 PRX-03 PRX-05 a stream, IGMPv3", sim=True)
def igmp3(t):
    story(t, G, IGMP3, attached(), 1, seconds=1800)


@test("PRX-01 PRX-03 PRX-05 a stream, MLDv2", sim=True)
def mld2(t):
    story(t, G6, MLD2, attached(), 1)


@test("PRX-04 a stream, IGMPv2 upstream", sim=True)
def igmp2(t):
    story(t, G, IGMP3, attached("igmp-version 2"), 10)


@test("PRX-04 a stream, old hosts, IGMPv3 upstream", sim=True)
def igmp2_hosts(t):
    story(t, G, IGMP2, attached(), 1)


@test("PRX-04 a stream, MLDv1 upstream", sim=True)
def mld1(t):
    story(t, G6, MLD1, attached("mld-version 1"), 10)


@test("PRX-01 a stream, the bridge's own snooping upstream, IGMPv3", sim=True)
def tree3(t):
    story(t, G, IGMP3, in_tree("mcast_igmp_version 3"), 1)


@test("PRX-04 a stream, the bridge's own snooping upstream, IGMPv2", sim=True)
def tree2(t):
    story(t, G, IGMP3, in_tree("mcast_igmp_version 2"), 10)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
