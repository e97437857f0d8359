#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The module against the naive model of model/model.py, with real frames.

Many groups on many ports, every pair a record of its own, get random records,
older reports, leaves and queries; time passes, mostly to somewhere near a
deadline. After each round the table and the specific queries that were seen
are compared with what the model says.

MODEL_STEPS   how many events in all (a few thousand)
MODEL_SEED    the seed of a run that is to be repeated
"""
import os
import random
import struct
import time

from lib import ktap, mcs
from lib.ktap import Failed, test
from lib.net import BR_IP4, BR_IP6
from lib.packets import (ALLOW, BLOCK, IS_EX, IS_IN, TO_EX, TO_IN,
                         igmp1_report, igmp2_leave, igmp2_report,
                         igmp3_report, igmp_query, mld1_done, mld1_report,
                         mld2_report, mld_query)
from lib.scenario import S, S6, snooping
from model.model import EXCLUDE, Disagreement, Group, Rules, ssm_ignores

STEPS = int(os.environ.get("MODEL_STEPS", "8000"))
SEED = os.environ.get("MODEL_SEED") or str(random.randrange(1 << 32))
PORTS, GROUPS, SOURCES = 8, 25, 5
MS, SEC = 10 ** 6, 10 ** 9
# What the clock moves while a round is sent, and what the module takes for a
# batch of deadlines: no event is put so near to one, times may be off by it.
NEAR = 3 * MS
NAMES = {IS_IN: "IS_IN", IS_EX: "IS_EX", TO_IN: "TO_IN", TO_EX: "TO_EX",
         ALLOW: "ALLOW", BLOCK: "BLOCK"}

# Accept queries only: IGMP type 0x11 behind the IPv4 header, ICMPv6 type 130
# behind an 8 octet hop-by-hop header. (code, jump true, jump false, k)
ONLY_QUERIES = [
    (0x28, 0, 0, 12),           # ldh [12]
    (0x15, 0, 5, 0x0800),       # jeq IPv4
    (0x30, 0, 0, 23),           # ldb [23]
    (0x15, 0, 7, 2),            # jeq IGMP
    (0xb1, 0, 0, 14),           # ldx 4*([14]&15)
    (0x50, 0, 0, 14),           # ldb [x+14]
    (0x15, 3, 4, 0x11),         # jeq query
    (0x15, 0, 3, 0x86dd),       # jeq IPv6
    (0x30, 0, 0, 62),           # ldb [62]
    (0x15, 0, 1, 130),          # jeq query
    (0x06, 0, 0, 0x40000),      # accept
    (0x06, 0, 0, 0),            # ignore
]

# What the bridge is told in turn; what is not named has its default.
DEFAULTS = {"querier": "on", "igmp-version": 3, "mld-version": 2,
            "robustness": 2, "last-member-interval": "1s",
            "last-member-count": 0, "gmi-rule": "rfc9776",
            "max-sources": 128}
SETTINGS = [{}, {}, {"querier": "off"}, {"igmp-version": 2, "mld-version": 1},
            {"igmp-version": 1}, {"max-sources": 3}, {"max-sources": 2},
            {"last-member-count": 3, "last-member-interval": "500ms"},
            {"robustness": 3, "gmi-rule": "rfc3376"},
            {"last-member-count": 1}]
EPOCH = 6               # rounds with the same settings
QI, QRI = 125 * SEC, 10 * SEC


def only_queries(tap):
    """Let a tap see nothing else; a filter keeps the guest fast."""
    import ctypes
    import socket
    code = b"".join(struct.pack("=HBBI", *line) for line in ONLY_QUERIES)
    buffer = ctypes.create_string_buffer(code)
    program = struct.pack("HL", len(ONLY_QUERIES), ctypes.addressof(buffer))
    tap.sock.setsockopt(socket.SOL_SOCKET, 26, program)


class Pair:
    """One group on one port."""

    def __init__(self, port, group, ssm):
        self.port, self.address, self.ssm = port, group, ssm
        self.model = Group()
        self.event = None       # what it gets in this round
        self.history = []

    def note(self, now, text):
        """For the diagnostics."""
        self.history.append((now, text))
        del self.history[:-24]


class Walk:
    """Rounds of events on all pairs of a family."""

    def __init__(self, t, six, steps):
        self.t, self.six, self.steps = t, six, steps
        self.rng = random.Random(f"{SEED}/{six}")
        self.net = snooping(t, "fast-leave off", family=6 if six else 4,
                            ports=PORTS + 1, fresh=True)
        for port in self.net.ports:
            # the model obeys whoever queries
            self.net.mcs(f"port set dev p{port} trust-queries on")
        for tap in self.net.taps.values():
            only_queries(tap)
        self.net.flush()
        t.on_fail.clear()       # differ() has what there is to say
        self.mine = BR_IP6 if six else BR_IP4
        self.offset = time.time_ns() - time.monotonic_ns()
        self.pairs = {}
        for port in range(1, PORTS + 1):
            for n in range(GROUPS):
                ssm = n % 8 == 7
                group = (f"ff3e::{n + 1:x}" if ssm else f"ff1e::{n + 1:x}") \
                    if six else f"{232 if ssm else 239}.1.1.{n + 1}"
                self.pairs[port, group] = Pair(port, group, ssm)
        self.source = S6 if six else S
        self.sources = {self.source(i): i for i in range(1, SOURCES + 1)}
        self.now = time.monotonic_ns()
        self.rules = None
        self.done = self.rounds = self.queries = 0
        self.expected = []
        self.unsure = set()
        self.count = dict.fromkeys(("record", "older", "leave", "query"), 0)

    # --- settings --------------------------------------------------------

    def set(self):
        """Other settings."""
        words = dict(DEFAULTS, **self.rng.choice(SETTINGS))
        self.net.mcs("bridge set dev br0 " +
                     " ".join(f"{k} {v}" for k, v in words.items()))
        robustness = words["robustness"]
        cycle = robustness * QI + QRI
        interval = words["last-member-interval"]
        state = self.net.mcs.querier(6 if self.six else 4).get("state")
        self.t.eq(state == "self", words["querier"] == "on", "we query")
        self.rules = Rules(
            mld=self.six, querier=words["querier"] == "on",
            version=words["mld-version" if self.six else "igmp-version"],
            gmi=cycle + QRI * (words["gmi-rule"] == "rfc9776"),
            lmqi=SEC if interval == "1s" else 500 * MS,
            lmqc=words["last-member-count"] or robustness,
            older_host=cycle, max_sources=words["max-sources"])
        for pair in self.pairs.values():
            pair.note(self.now, str({k: v for k, v in words.items()
                                     if v != DEFAULTS[k]}))

    # --- time --------------------------------------------------------------

    def timers(self):
        """The times that matter to the records as they are."""
        for pair in self.pairs.values():
            group = pair.model
            yield from group.x.values()
            for at in (group.timer, group.round_at, group.v1_until,
                       group.v2_until):
                if at:
                    yield at

    def wait(self):
        """Let time pass: mostly to just before or behind a deadline."""
        rng, r = self.rng, self.rng.random()
        times = list(self.timers())
        if r < 0.2:
            return
        to = self.now + rng.randrange(3 * SEC)
        if r < 0.6 and times:
            to = rng.choice(times) + rng.choice((-1, 1)) * 2 * NEAR
        elif r > 0.98:
            to = self.now + rng.randrange(300 * SEC)
        elif r > 0.9:
            to = self.now + rng.randrange(60 * SEC)
        to = max(to, self.now + 2 * NEAR)
        # what depends on who comes first is not decided here
        bad = sorted({at - rel for at in times
                      for rel in (0, self.rules.lmqt)})
        for at in bad:
            if at - NEAR < to < at + NEAR:
                to = at + NEAR
        before = time.monotonic_ns()
        if to > before:
            time.sleep((to - before) / SEC)
        self.now = time.monotonic_ns()
        for pair in self.pairs.values():
            self.pass_time(pair)

    def pass_time(self, pair):
        """The deadlines of a record until now, one after the other."""
        while True:
            at = pair.model.deadline()
            if not at or at > self.now:
                return
            pair.model.expire(at)
            pair.note(at, "timers")
            self.ask(pair, at)

    def ask(self, pair, now):
        """Queries that are due, or the end of the record."""
        if pair.model.nothing():
            pair.model = Group()
            return
        # a timer that ends in the same moment may end before or after it
        timers = [pair.model.timer or 0, *pair.model.x.values()]
        for q in pair.model.due(self.rules, now):
            pair.note(now, f"asks {q}")
            if any(abs(at - now) <= NEAR for at in timers):
                self.unsure.add((pair.port, pair.address, now))
            self.expected.append((pair.port, pair.address, now, q.sflag,
                                  tuple(sorted(q.sources or ()))))

    # --- one round -----------------------------------------------------------

    def some(self):
        """Some of the sources."""
        mask = self.rng.getrandbits(SOURCES)
        if self.rng.random() < 0.2:
            mask = 0
        return [i + 1 for i in range(SOURCES) if mask >> i & 1]

    def draw(self, pair):
        """What a pair gets in this round."""
        rng, r = self.rng, self.rng.random()
        if r < 0.1:
            pair.event = ("older", 1 if self.six else rng.randint(1, 2))
        elif r < 0.16:
            pair.event = ("leave",)
        elif r < 0.8:
            pair.event = ("record", rng.randint(IS_IN, BLOCK), self.some())
        else:
            pair.event = None

    def send(self):
        """The frames of all pairs, records of a port together."""
        for port in range(1, PORTS + 1):
            records, size = [], 0
            for pair in self.pairs.values():
                if pair.port != port or not pair.event:
                    continue
                kind = pair.event[0]
                self.count[kind] += 1
                if kind != "record":
                    self.net.send(port, self.older(pair))
                    continue
                # auxiliary data is not ours; a frame fits the MTU
                more = (20 if self.six else 8) + \
                    len(pair.event[2]) * (16 if self.six else 4)
                if size + more > 1300:
                    self.flush(port, records)
                    records, size = [], 0
                records.append((pair.event[1], pair.address,
                                [self.source(i) for i in pair.event[2]]))
                size += more
            self.flush(port, records)

    def flush(self, port, records):
        """One report."""
        if records:
            self.net.send(port, (mld2_report if self.six else igmp3_report)(
                *records, host=port))

    def older(self, pair):
        """The frame of an older report or a leave."""
        if pair.event[0] == "leave":
            build = mld1_done if self.six else igmp2_leave
        elif self.six:
            build = mld1_report
        else:
            build = igmp1_report if pair.event[1] == 1 else igmp2_report
        return build(pair.address, host=pair.port)

    def hear(self):
        """A router asks for a few groups, with and without the S flag."""
        rng = self.rng
        newest = 2 if self.six else 3
        build = mld_query if self.six else igmp_query
        names = {pair.address for pair in self.pairs.values()}
        for address in rng.sample(sorted(names), 2):
            version = newest if rng.random() < 0.7 else newest - 1
            listed = self.some() if version == newest else []
            sflag = version == newest and rng.random() < 0.3
            seconds = rng.choice((1, 2, 5))
            self.net.send(PORTS + 1, build(
                version, address, [self.source(i) for i in listed],
                mrt=seconds, sflag=sflag))
            self.count["query"] += 1
            for port in range(1, PORTS + 1):
                pair = self.pairs[port, address]
                pair.note(self.now, f"query heard for {listed or 'G'}, "
                          f"{seconds} s, S={int(sflag)}")
                if not sflag:
                    pair.model.query_heard(
                        listed, seconds * self.rules.lmqc * SEC, self.now)
        # nothing comes of the general one of who loses the election
        if self.rules.querier and rng.random() < 0.3:
            self.net.send(PORTS + 1, build(
                newest, src="fe80::ff" if self.six else "192.0.2.99"))

    def apply(self, pair, stored):
        """The same event for the model."""
        event, group, rules = pair.event, pair.model, self.rules
        if not event:
            return
        self.done += 1
        older = event[0] != "record"
        kind = event[1] if not older else IS_EX
        pair.note(self.now, f"{event[0]} {event[1]}" if older and
                  event[1:] else event[0] if older else
                  f"{NAMES[kind]}{tuple(event[2])}")
        if pair.ssm and ssm_ignores(kind, older):
            return
        if event[0] == "older":
            group.older_report(rules, event[1], self.now, stored)
        elif event[0] == "leave":
            group.leave(rules, self.now, stored)
        else:
            group.record(rules, kind, event[2], self.now, stored)
        self.ask(pair, self.now)

    # --- comparing -----------------------------------------------------------

    def dump(self):
        """{(port, group): row}."""
        return {(int(row["port"][1:]), row["grp"]): row
                for row in self.net.mcs.groups()
                if row["port"] != "br0" and row["state"] != "permanent"}

    def same(self, pair, row):
        """A row of the table says what the model says, or what differs."""
        group = pair.model
        if group.nothing() or not row:
            return [] if group.nothing() and not row else ["existence"]
        bad = []

        def check(what, got, want):
            if got != want:
                bad.append(f"{what}: {got}, wanted {want}")

        def timer(what, got, want):
            left = (want - self.now) / SEC
            if got is None or abs(got - left) > NEAR / SEC:
                bad.append(f"timer of {what}: {got}, wanted {left:.4f}")

        check("mode", row["filter_mode"],
              "exclude" if group.mode == EXCLUDE else "include")
        check("host version", row["host_version"],
              group.host_version(self.rules, self.now))
        x = {self.sources[s["address"]]: s.get("timer")
             for s in row["source_list"] if s["state"] == "forward"}
        y = {self.sources[s["address"]] for s in row["source_list"]
             if s["state"] == "blocked"}
        check("X", sorted(x), sorted(group.x))
        check("Y", sorted(y), sorted(group.y))
        if group.mode == EXCLUDE:
            timer("the group", row.get("timer"), group.timer)
        else:
            check("timer", row.get("timer"), None)
        for s, at in group.x.items():
            if s in x:
                timer(f"source {s}", x[s], at)
        return bad

    def seen(self):
        """Our specific queries on the ports, as self.expected has them."""
        out = []
        for port in range(1, PORTS + 1):
            tap = self.net.taps[port]
            tap.drain()
            for f in tap.frames:
                # what was begun as the querier is ended without a name
                if not f.is_query or f.is_general or \
                        f.src not in (self.mine, "0.0.0.0"):
                    continue
                out.append((port, f.group, int(f.t * SEC) - self.offset,
                            bool(f.sflag), tuple(sorted(
                                self.sources[s] for s in f.sources or ()))))
            tap.frames.clear()
        return out

    def compare_queries(self):
        """Those seen on the ports are those of the model."""
        def key(q):
            return q[0], q[1], round(q[2] / SEC, 1), q[3:]
        unsure, self.unsure = self.unsure, set()

        def sure(q):
            return not any(q[:2] == (port, address) and abs(q[2] - at) <= NEAR
                           for port, address, at in unsure)
        got, want = (list(filter(sure, queries))
                     for queries in (self.seen(), self.expected))
        self.expected = []
        self.queries += len(want)
        by_pair = {}
        for i, queries in enumerate((got, want)):
            for q in queries:
                by_pair.setdefault(q[:2], ([], []))[i].append(q)
        for where, (a, b) in by_pair.items():
            a.sort(key=key)
            b.sort(key=key)
            if [q[3:] for q in a] != [q[3:] for q in b] or any(
                    abs(p[2] - q[2]) > NEAR for p, q in zip(a, b)):
                self.differ(self.pairs[where], [
                    f"queries (s, S flag, sources): got {self.brief(a)}, "
                    f"wanted {self.brief(b)}"])

    def brief(self, queries):
        """Queries for people, by their time before now."""
        return [((q[2] - self.now) / SEC, int(q[3]), q[4]) for q in queries]

    def differ(self, pair, why, row=None):
        """What is known of a pair that differs."""
        group = pair.model
        lines = [f"round {self.rounds}, port {pair.port}, "
                 f"group {pair.address}:", *why, "its history, in seconds:"]
        lines += [f"  {(at - self.now) / SEC:9.4f} {text}"
                  for at, text in pair.history]
        x = {s: round((at - self.now) / SEC, 4) for s, at in group.x.items()}
        lines += [f"model: {'EX' if group.mode else 'IN'}({x};{group.y}) "
                  f"T(G)={(group.timer - self.now) / SEC:.4f}",
                  f"table: {row}"]
        raise Failed("\n".join(lines))

    def round(self):
        """One event for most of the pairs, and everything compared."""
        if self.rounds % EPOCH == 0:
            self.set()
        self.wait()
        if self.rng.random() < 0.5:
            self.hear()
        for pair in self.pairs.values():
            self.draw(pair)
        self.send()
        table = self.dump()
        for where, pair in self.pairs.items():
            row = table.get(where)
            stored = [self.sources[s["address"]]
                      for s in row["source_list"]] if row else []
            try:
                self.apply(pair, stored)
            except Disagreement as why:
                self.differ(pair, [str(why)], row)
            bad = self.same(pair, row)
            if bad:
                self.differ(pair, bad, row)
        self.compare_queries()
        self.rounds += 1

    def run(self):
        """All rounds."""
        self.t.note(f"seed {SEED} (MODEL_SEED), {self.steps} steps")
        begin = self.now
        while self.done < self.steps:
            self.round()
        counts = ", ".join(f"{n} {what}" for what, n in self.count.items())
        self.t.note(f"{self.done} steps in {self.rounds} rounds and "
                    f"{(self.now - begin) / SEC:.0f} s: {counts}; "
                    f"{self.queries} queries sent")


@test("random IGMP: the table and the queries are those of the model",
      sim=True)
def igmp(t):
    Walk(t, False, STEPS // 2).run()


@test("random MLD: the table and the queries are those of the model",
      sim=True)
def mld(t):
    Walk(t, True, STEPS // 2).run()


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
