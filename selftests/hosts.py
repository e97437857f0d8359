#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Linux's own IGMP and MLD behind ports, and the streams that it is given.

Port 1 has one host; port 2 a plain bridge with three hosts; port 3 three
macvlans of one device. From behind port 4 three sources send to a group, ten
numbered frames a second each, fewer where a test takes minutes. After every
change it is looked at, by source, what the port is sent and what each host's
socket is given, and that nothing was lost of what was wanted before and after.
"""
import itertools
import time

from lib import ktap, mcs
from lib.host import EXCLUDE, INCLUDE, Host
from lib.ktap import Failed, test
from lib.ns import Netns
from lib.scenario import GMI, OLDER, S, S6
from lib.stream import TICK, ranges
from lib.switches import Switches

ALL = {1, 2, 3}
AT_ONCE = 0.5       # seconds that a new source may be late, or a frame
LOOK = 8            # frames that a state is judged by
LEAVING = 4         # seconds: Last Member Query Time, and some
SLOW_TICK = 0.5
_numbers = itertools.count(1)
_shared = {}


class Lan:
    """Hosts behind a port: 1 is alone, others share a bridge or a device."""

    def __init__(self, sw, port, count, kind):
        self.hosts = {}
        if kind == "bridge":
            sw.hosts_ns.ip("link add lan type bridge mcast_snooping 0\n"
                           f"link set h{port} master lan\nlink set lan up")
        for i in range(1, count + 1):
            number = 10 * port + i
            ns = Netns(f"lan{number}")
            ktap.session.defer(ns.close)
            if kind == "bridge":
                sw.hosts_ns.ip(f"link add x{i} type veth peer name eth0 netns "
                               f"{ns.name}\nlink set x{i} master lan up")
            else:
                sw.hosts_ns.ip(f"link add link h{port} name eth0 netns "
                               f"{ns.name} type macvlan mode bridge")
            ns.ip("link set eth0 address "
                  f"02:00:00:00:01:{number:02x} up")
            self.hosts[i] = Host(sw, port, number, ns, "eth0")


def topology():
    """The switch, and what is behind its ports; the same for all tests."""
    if not _shared:
        lab = Switches(ktap.session, n=1, ports=4)
        lab.attach("querier on")
        _shared["lab"] = lab
        _shared[1] = Lan(lab[1], 1, 1, "macvlan")
        _shared[2] = Lan(lab[1], 2, 3, "bridge")
        _shared[3] = Lan(lab[1], 3, 3, "macvlan")
        lab.settle()
        lab.sleep(70)       # the queries of the beginning are over
    return _shared


class Show:
    """A group that nobody used before, three sources that send to it."""

    def __init__(self, t, port, six, tick=TICK):
        self.t, self.port, self.six, self.tick = t, port, six, tick
        self.lab, self.lan = topology()["lab"], topology()[port]
        self.group = f"{'ff1e::2:' if six else '239.2.0.'}{next(_numbers)}"
        self.sources = {i: (S6 if six else S)(i) for i in ALL}
        self.meter = self.lab.meter((1, port))
        self.stream = self.lab.stream((1, 4), [(self.group, src) for src in
                                               self.sources.values()], tick)
        self.wanted = {}        # sources by socket
        self.sent = set()       # to the port
        t.on_fail.append(self.lab.describe)
        # nobody wants it: it is registered, so that it is not flooded
        self.lab[1].mcs(f"group add dev br0 port br0 grp {self.group}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """The next finds hosts without memberships."""
        for m in self.wanted:
            m.close()
        self.stream.stop()
        for host in self.lan.hosts.values():
            host.version(igmp=0, mld=0)
        self.meter.clear()
        self.lab[1].mcs(f"group del dev br0 port br0 grp {self.group}")

    def version(self, host, version):
        """Force the version of a host."""
        self.lan.hosts[host].version(**{"mld" if self.six else "igmp":
                                        version})

    def member(self, host=1):
        """A socket on a host, which wants nothing yet."""
        m = self.lan.hosts[host].member(self.group).listen()
        self.wanted[m] = set()
        return m

    def numbers(self, flow, begin, end, socket=None):
        """What arrived of a source, at the port or at a socket."""
        src = self.sources[flow]
        if socket:
            return socket.got(src, begin, end)
        return self.meter.got(self.group, src, begin, end)

    def now_sent(self):
        """Sources whose last frames all arrived; None while that changes."""
        end = self.stream.now
        got = {i: len(self.numbers(i, end - LOOK, end)) for i in ALL}
        if set(got.values()) <= {0, LOOK}:
            return {i for i in ALL if got[i]}
        return None

    def settle(self, what, sent, within, more):
        """Wait until the port is sent these; the next frame's number."""
        begin = time.monotonic()
        if more:
            self.lab.sleep(within + LOOK * self.tick)
        while True:
            now = self.now_sent()
            if now == sent or more and now is not None and now > sent:
                self.sent = now
                return self.stream.now
            if time.monotonic() - begin > within + LOOK * self.tick + 1:
                got = {i: ranges(self.numbers(i, 0, 1 << 32)) for i in ALL}
                raise Failed(f"{what}: p{self.port} is to be sent "
                             f"{sent or 'nothing'} within {within} s, "
                             f"has {got}")
            self.lab.sleep(0.5 if within < 30 else 5)

    def change(self, what, act, wants, sent=None, within=LEAVING, more=False):
        """A socket changes what it wants.

        wants are the sources that the sockets want afterwards; sent, unless
        it is what they want together, is what the port is sent, or with more
        the least of it.
        """
        before, was, begin = self.sent, dict(self.wanted), self.stream.now
        act()
        self.wanted.update(wants)
        self.sent = set().union(*self.wanted.values()) if sent is None \
            else sent
        lately = self.settle(what, self.sent, within, more)
        where = [(None, before, self.sent)] + [
            (m, was[m], self.wanted[m]) for m in was]
        for socket, old, new in where:
            name = f"{what}: a socket" if socket else f"{what}: p{self.port}"
            for i in old & new:
                got = self.numbers(i, begin, lately, socket)
                self.t.eq(ranges(got), ranges(range(begin, lately)),
                          f"{name}, source {i}, wanted all the time, got "
                          f"{ranges(self.numbers(i, 0, 1 << 32, socket))}")
            for i in new - old:
                got = self.numbers(i, begin, lately, socket)
                self.t.between(got[0] - begin, 0,
                               max(1, AT_ONCE / self.tick),
                               f"{name}, source {i}: first frame")
                self.t.eq(got, list(range(got[0], lately)),
                          f"{name}, source {i}, wanted from now on")
            for i in ALL - new if socket else ():
                # the host's own filter: from the next frame on
                got = self.numbers(i, begin + 1, lately, socket)
                self.t.eq(got, [], f"{name}, source {i}, not wanted")


def filters(show, m):
    """Each way to change a source filter: (name, call, sources wanted)."""
    src = show.sources
    yield "join source", lambda: m.join_source(src[1]), {1}
    yield "one more", lambda: m.join_source(src[2]), {1, 2}
    yield "leave source", lambda: m.leave_source(src[1]), {2}
    yield "include others", lambda: m.filter(INCLUDE, src[2], src[3]), {2, 3}
    yield "exclude instead", lambda: m.filter(EXCLUDE, src[3]), {1, 2}
    yield "exclude none", lambda: m.filter(EXCLUDE), ALL
    yield "block", lambda: m.block(src[2]), {1, 3}
    yield "block another", lambda: m.block(src[3]), {1}
    yield "unblock", lambda: m.unblock(src[2]), {1, 2}
    yield "include again", lambda: m.filter(INCLUDE, src[3]), {3}
    yield "include none", lambda: m.filter(INCLUDE), set()
    yield "join", m.join, ALL
    if not show.six:
        yield "IP_MSFILTER", lambda: m.filter4(INCLUDE, src[1], src[2]), {1, 2}
        yield "and exclude", lambda: m.filter4(EXCLUDE, src[1]), {2, 3}
    yield "leave", m.leave, set()


def all_filters(t, six, version):
    """One host goes through all filters."""
    newest = 2 if six else 3
    mute = version == 1 and not six     # cannot say that it leaves
    with Show(t, 1, six, SLOW_TICK if mute else TICK) as show:
        show.version(1, version)
        m = show.member()
        for what, act, wants in filters(show, m):
            sent = wants
            if version < newest:    # it can only say that it wants the group
                sent = ALL if wants or mute else set()
            show.change(what, act, {m: wants}, sent)
        if mute:
            show.change("IGMPv1: nobody answers", lambda: None, {}, set(),
                        within=GMI + 10)


@test("a kernel host changes its filter in every way: IGMPv3", sim=True)
def igmp3(t):
    all_filters(t, False, 3)


@test("a kernel host changes its filter in every way: IGMPv2", sim=True)
def igmp2(t):
    all_filters(t, False, 2)


@test("a kernel host changes its filter in every way: IGMPv1", sim=True)
def igmp1(t):
    all_filters(t, False, 1)


@test("a kernel host changes its filter in every way: MLDv2", sim=True)
def mld2(t):
    all_filters(t, True, 2)


@test("a kernel host changes its filter in every way: MLDv1", sim=True)
def mld1(t):
    all_filters(t, True, 1)


# Each host of a port that several share leaves, and changes what it wants.
SHARED = (2, 3)      # by a bridge, by macvlans


def union(t, port, six):
    """What hosts with different filters want together."""
    with Show(t, port, six) as show:
        src = show.sources
        one, two, three = (show.member(host) for host in (1, 2, 3))
        show.change("1 includes 1", lambda: one.join_source(src[1]),
                    {one: {1}})
        show.change("2 includes 2", lambda: two.join_source(src[2]),
                    {two: {2}})
        show.change("3 excludes 1",
                    lambda: three.join().block(src[1]), {three: {2, 3}})
        show.change("1 excludes 3", lambda: one.filter(EXCLUDE, src[3]),
                    {one: {1, 2}})
        show.change("3 excludes 1 and 2", lambda: three.block(src[2]),
                    {three: {3}})
        show.change("2 leaves", two.leave, {two: set()})
        # what one host blocks is forgotten while another wants it
        show.change("3 leaves", three.leave, {three: set()}, more=True)
        show.change("1 includes 2 and 3",
                    lambda: one.filter(INCLUDE, src[2], src[3]), {one: {2, 3}})
        show.change("2 joins", two.join, {two: ALL})
        show.change("1 leaves", one.leave, {one: set()})
        show.change("2 leaves", two.leave, {two: set()})


@test("FWD-08 hosts that share a port get what any of them wants: IGMPv3",
      sim=True)
def union4(t):
    for port in SHARED:
        union(t, port, False)


@test("FWD-08 hosts that share a port get what any of them wants: MLDv2",
      sim=True)
def union6(t):
    for port in SHARED:
        union(t, port, True)


def one_leaves(t, port, six, versions):
    """Of two hosts that share a port, each leaves once; the other stays."""
    with Show(t, port, six, 0.2) as show:
        one, two = show.member(1), show.member(2)
        for host, version in zip((1, 2), versions):
            show.version(host, version)
        show.change("1 joins", one.join, {one: ALL})
        show.change("2 joins", two.join, {two: ALL})
        for name, leaver in (("1", one), ("2", two)):
            show.change(f"{name} leaves", leaver.leave, {leaver: set()}, ALL)
            # it is over long before
            show.change("later", lambda: show.lab.sleep(10), {}, ALL)
            show.change(f"{name} joins again", leaver.join, {leaver: ALL})


@test("SEC-12 of hosts that share a port one leaves, the other loses no "
      "frame: IGMPv2 and 3", sim=True)
def leave4(t):
    for port in SHARED:
        for versions in ((2, 2), (3, 3), (2, 3), (3, 2)):
            one_leaves(t, port, False, versions)


@test("SEC-12 of hosts that share a port one leaves, the other loses no "
      "frame: MLDv1 and 2", sim=True)
def leave6(t):
    for port in SHARED:
        for versions in ((1, 1), (2, 2), (1, 2), (2, 1)):
            one_leaves(t, port, True, versions)


@test("an IGMPv1 host stays a member when an IGMPv2 host leaves", sim=True)
def old_stays(t):
    for port in SHARED:
        with Show(t, port, False, SLOW_TICK) as show:
            show.version(1, 1)
            show.version(2, 2)
            one, two = show.member(1), show.member(2)
            show.change("2 joins", two.join, {two: ALL})
            show.change("1 joins", one.join, {one: ALL})
            show.change("2 leaves", two.leave, {two: set()}, ALL)
            show.change("later", lambda: show.lab.sleep(30), {}, ALL)


def mixed(t, port, six):
    """An older host takes source filters from a port, but no frame."""
    with Show(t, port, six, SLOW_TICK) as show:
        show.version(2, 1 if six else 2)
        one, two = show.member(1), show.member(2)
        src = show.sources
        show.change("the new host includes 1", lambda: one.join_source(src[1]),
                    {one: {1}})
        show.change("the old one joins", two.join, {two: ALL})
        show.change("the new one includes 2", lambda: one.join_source(src[2]),
                    {one: {1, 2}}, ALL)
        show.change("the new one gives up 1",
                    lambda: one.leave_source(src[1]), {one: {2}}, ALL)
        show.change("the old one leaves", two.leave, {two: set()}, more=True)
        show.change("long after", lambda: show.lab.sleep(OLDER + GMI), {})
        show.change("the new one leaves", one.leave, {one: set()})


@test("hosts of different versions share a port: IGMPv3 and 2", sim=True)
def mixed4(t):
    for port in SHARED:
        mixed(t, port, False)


@test("hosts of different versions share a port: MLDv2 and 1", sim=True)
def mixed6(t):
    for port in SHARED:
        mixed(t, port, True)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
