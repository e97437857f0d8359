#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Compare module/fsm*.c with the model, step by step, at random.

compare.py [--steps N] [--seed N] [--jobs N] [--replay FILE] [--lib FILE]

Both get the same group records, older reports, leaves, queries and clock
steps; after each step everything that can be seen of the record has to be
the same: filter mode, sources with timers, compatibility mode, the specific
queries that are due, and the next deadline. A sequence on which they differ
is made shorter and printed; saved to a file, --replay runs it again and
prints every step. Prints KTAP.

--jobs     processes among which the sequences are dealt out
--lib      a shared library built from rig.c; otherwise it is built here
"""
import argparse
import ctypes
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time

from model import (ALLOW, BLOCK, EXCLUDE, IS_EX, IS_IN, TABLE, TO_EX,
                   TO_IN, Disagreement, Group, Rules)

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
NAMES = {IS_IN: "IS_IN", IS_EX: "IS_EX", TO_IN: "TO_IN", TO_EX: "TO_EX",
         ALLOW: "ALLOW", BLOCK: "BLOCK"}
SEQUENCE = 200          # steps of one group


def build(directory, sources=os.path.join(TOP, "module")):
    """The library of module/fsm*.c and rig.c; its path."""
    library = os.path.join(directory, "rig.so")
    pure = [os.path.join(sources, name) for name in sorted(os.listdir(sources))
            if name.startswith(("fsm", "wire_addr")) and name.endswith(".c")]
    subprocess.run(
        [os.environ.get("CC", "gcc"), "-O2", "-g", "-Wall", "-Werror",
         "-shared", "-fPIC", "-include", "stdbool.h", "-include", "string.h",
         "-I", sources, "-I", TOP, "-o", library, os.path.join(HERE, "rig.c"), *pure],
        check=True)
    return library


# --- one step on both sides -------------------------------------------
#
# A step is a list, as it is written to a file for --replay:
#   ["rules", {...}]                        other parameters from here on
#   ["record", now, type, [sources]]        a leave is TO_IN of nothing
#   ["older", now, version]                 report of IGMPv1, IGMPv2, MLDv1
#   ["query", now, [sources], lmqt]         heard, without the S flag
#   ["tick", now]                           timers are looked at

class Model:
    """The model behind the interface that both sides have."""

    def __init__(self):
        self.group = Group()
        self.rules = None

    def step(self, step, other):
        """Take one step; what can be seen then. other: the C's row."""
        what = step[0]
        if what == "rules":
            self.rules = Rules(**step[1])
            return []
        now, group, rules = step[1], self.group, self.rules
        there = not group.nothing()
        mode, x, y = group.mode, group.x.keys() | (), set(group.y)
        refused = 0
        queries = []
        if what == "query":
            changed = group.query_heard(step[2], step[3], now)
        else:
            if what == "record":
                refused = group.record(rules, step[2], step[3], now,
                                       stored_by(other))
            elif what == "older":
                refused = group.older_report(rules, step[2], now,
                                             stored_by(other))
            elif there:
                group.expire(now)
            changed = (mode, x, y) != (group.mode, group.x.keys(), group.y)
            if group.nothing():
                self.group = group = Group()
            else:
                queries = group.due(rules, now)
        return self.row(now, changed, refused, queries)

    def row(self, now, changed, refused, queries):
        """Everything that can be seen, as rig.c has it."""
        group = self.group
        told = []
        for q in queries:
            asked = sorted(q.sources or ())
            told += [q.sources is None, q.sflag, len(asked), *asked]
        row = [len(told), *told, group.deadline(), group.mode,
               group.host_version(self.rules, now),
               group.leave_is_ignored(self.rules, now), changed, refused,
               group.timer,
               group.v1_until if group.v1_until > now else 0,
               group.v2_until if group.v2_until > now else 0,
               group.round_at, group.ask_group_again]
        for s in sorted(group.x.keys() | group.y):
            row += [s, group.x.get(s, 0), group.ask_again.get(s, 0)]
        return row


class Rig:
    """module/fsm*.c."""

    def __init__(self, library):
        self.lib = ctypes.CDLL(library)
        u32, u64 = ctypes.c_uint, ctypes.c_uint64
        self.lib.rig_new.restype = ctypes.c_void_p
        self.lib.rig_reset.argtypes = [ctypes.c_void_p]
        self.lib.rig_rules.argtypes = [ctypes.c_void_p, u32, u32, u32, u64,
                                       u64, u32, u64, u32]
        row = ctypes.POINTER(u64)
        self.lib.rig_record.argtypes = [ctypes.c_void_p, u32, u32,
                                        ctypes.c_char_p, u32, u64, row]
        self.lib.rig_query.argtypes = [ctypes.c_void_p, ctypes.c_char_p, u32,
                                       u64, u64, row]
        self.lib.rig_tick.argtypes = [ctypes.c_void_p, u64, row]
        self.rig = self.lib.rig_new()
        self.out = (u64 * 8192)()

    def reset(self):
        """Begin a sequence."""
        self.lib.rig_reset(self.rig)

    def step(self, step):
        """Take one step; what can be seen then."""
        what, lib, rig, out = step[0], self.lib, self.rig, self.out
        if what == "record":
            n = lib.rig_record(rig, step[2], 0, bytes(step[3]), len(step[3]),
                               step[1], out)
        elif what == "tick":
            n = lib.rig_tick(rig, step[1], out)
        elif what == "query":
            n = lib.rig_query(rig, bytes(step[2]), len(step[2]), step[3],
                              step[1], out)
        elif what == "older":
            n = lib.rig_record(rig, IS_EX, step[2], b"", 0, step[1], out)
        else:
            r = step[1]
            lib.rig_rules(rig, r["mld"], r["querier"], r["version"], r["gmi"],
                          r["lmqi"], r["lmqc"], r["older_host"],
                          r["max_sources"])
            n = 0
        return out[:n]


HEAD = 11       # numbers of a row between queries and sources


def stored_by(row):
    """The sources of a row."""
    return row[1 + row[0] + HEAD::3]


def read(row, base=0):
    """A row for people. Times are relative to base."""
    def at(t):
        return t - base if t else "-"
    if not row:
        return ""
    told, rest = row[1:1 + row[0]], row[1 + row[0]:]
    (deadline, mode, version, ignored, changed, refused, timer, v1, v2,
     again_at, again) = rest[:HEAD]
    x, y = [], []
    sources = rest[HEAD:]
    for s, t, n in zip(sources[::3], sources[1::3], sources[2::3]):
        (x if t else y).append(f"{s}@{t - base}" + "*" * n if t else str(s))
    queries = []
    while told:
        group, sflag, n = told[:3]
        what = "G" if group else ",".join(map(str, told[3:3 + n]))
        queries.append(f"Q({what}{' S' if sflag else ''})")
        told = told[3 + n:]
    state = (f"EX({' '.join(x)};{' '.join(y)}) T(G)={at(timer)}"
             if mode == EXCLUDE else f"IN({' '.join(x)})")
    state += f" v{version}"
    for name, value in (("v1 until", at(v1)), ("v2 until", at(v2)),
                        ("next round", at(again_at)), ("deadline",
                                                       at(deadline))):
        if value != "-":
            state += f" {name} {value}"
    for name, value in (("rounds of G", again), ("refused", refused)):
        if value:
            state += f" {name} {value}"
    for name, value in (("leave ignored", ignored), ("changed", changed)):
        if value:
            state += f" {name}"
    return " ".join([state, *queries])


def tell(step, base=0):
    """A step for people."""
    what = step[0]
    if what == "rules":
        return "rules " + " ".join(f"{k}={v}" for k, v in step[1].items())
    line = f"{step[1] - base:>10} "
    if what == "record":
        return line + f"{NAMES[step[2]]}({','.join(map(str, step[3]))})"
    if what == "older":
        return line + f"report of version {step[2]}"
    if what == "query":
        asked = ",".join(map(str, step[2])) or "G"
        return line + f"query heard: {asked}, lmqt {step[3]}"
    return line + what


class Pair:
    """Both sides, and a sequence that is given to them."""

    def __init__(self, library):
        self.rig = Rig(library)
        self.model = None
        self.reset()

    def reset(self):
        """Begin a sequence."""
        self.rig.reset()
        self.model = Model()

    def step(self, step):
        """Take a step: (row of the C, row of the model or a sentence)."""
        got = self.rig.step(step)
        try:
            return got, self.model.step(step, got)
        except Disagreement as why:
            return got, str(why)

    def play(self, steps, say=None):
        """Run a sequence; index of the step at which they differ, or None."""
        self.reset()
        for i, step in enumerate(steps):
            got, want = self.step(step)
            if say:
                say(tell(step, START))
                if got == want:
                    say(" " * 11 + read(got, START))
            if got != want:
                if say:
                    say("module:    " + read(got, START))
                    say("model:     " + (want if isinstance(want, str)
                                         else read(want, START)))
                return i
        return None

    def fails(self, steps):
        """Do they differ somewhere in a sequence?"""
        return self.play(steps) is not None


# --- random sequences -------------------------------------------------

START = 10 ** 13
UNIT = 10 ** 8          # times are multiples of it, or one ns beside them


class Walk:
    """One random sequence, made up as it goes: it aims at deadlines."""

    def __init__(self, rng, pair, rows):
        self.rng = rng
        self.pair = pair
        self.rows = rows
        self.now = START
        self.universe = rng.choice((2, 3, 3, 4, 5, 5, 6, 8, 12, 40, 250))
        self.few = self.universe <= 12
        self.rules = self.first_rules()

    def first_rules(self):
        """The parameters that a sequence begins with."""
        rng = self.rng
        mld = rng.random() < 0.4
        newest = 2 if mld else 3
        lmqi = UNIT * rng.choice((1, 2, 5, 10, 10))
        lmqc = rng.choice((1, 2, 2, 2, 3, 7))
        gmi = lmqi * lmqc * rng.choice((1, 2, 3, 10, 135)) + \
            UNIT * rng.choice((0, 0, 1))
        room = 1 << 20 if rng.random() < 0.6 else \
            rng.randint(1, self.universe)
        return {"mld": mld, "querier": rng.random() < 0.85,
                "version": newest if rng.random() < 0.75
                else rng.randint(1, newest),
                "gmi": gmi, "lmqi": lmqi, "lmqc": lmqc,
                "older_host": max(UNIT, gmi + UNIT * rng.choice(
                    (0, 0, -1, 1, -20))), "max_sources": room}

    def other_rules(self):
        """Something is set anew while the group is there."""
        rules, rng = dict(self.rules), self.rng
        chosen = rng.choice(("querier", "querier", "querier", "max_sources",
                             "lmqi", "lmqc", "gmi", "older_host", "version",
                             "version"))
        if chosen == "querier":
            rules[chosen] = not rules[chosen]
        elif chosen == "version":
            rules[chosen] = rng.randint(1, 2 if rules["mld"] else 3)
        else:
            rules[chosen] = self.first_rules()[chosen]
        return rules

    def sources(self):
        """Some of the sources, sorted."""
        rng = self.rng
        if self.few:
            mask = rng.getrandbits(self.universe)
            if mask & 1 and rng.random() < 0.3:
                mask &= rng.getrandbits(self.universe)
            return [i for i in range(self.universe) if mask >> i & 1]
        count = rng.choice((0, 1, 2, 5, self.universe // 2, self.universe))
        return sorted(rng.sample(range(self.universe), count))

    def wait(self):
        """Let time pass: to a deadline, beside it, past it, or somewhere."""
        rng, group, rules = self.rng, self.pair.model.group, self.rules
        r = rng.random()
        deadline = group.deadline()
        lmqt = rules["lmqi"] * rules["lmqc"]
        to = 0
        if r < 0.45:
            return
        if r < 0.62:
            to = deadline
        elif r < 0.68:
            to = deadline + rng.choice((-1, 1)) if deadline else 0
        elif r < 0.74:
            to = rng.choice([*group.x.values(), group.timer, group.round_at,
                             group.v1_until, group.v2_until])
        elif r < 0.82:
            to = self.now + rng.choice((rules["lmqi"], lmqt))
        elif r < 0.97:
            to = self.now + UNIT * rng.randint(0, lmqt // UNIT)
        else:
            to = self.now + UNIT * rng.randint(0, rules["gmi"] // UNIT + 1)
        self.now = max(self.now, to)

    def next(self):
        """The next step."""
        rng = self.rng
        if rng.random() < 0.02:
            self.rules = self.other_rules()
            return ["rules", self.rules]
        self.wait()
        group = self.pair.model.group
        deadline = group.deadline()
        if deadline and deadline <= self.now and rng.random() < 0.9:
            return ["tick", self.now]
        r = rng.random()
        if r < 0.75:
            kind = rng.randint(IS_IN, BLOCK)
            sources = self.sources()
            self.rows[group.mode, kind] += 1
            return ["record", self.now, kind, sources]
        if r < 0.82:
            return ["older", self.now, 1 if self.rules["mld"]
                    else rng.randint(1, 2)]
        if r < 0.92:
            sources = self.sources() if rng.random() < 0.7 else []
            return ["query", self.now, sources,
                    rng.choice((1, self.rules["lmqi"], UNIT * 20,
                                self.rules["lmqi"] * self.rules["lmqc"]))]
        return ["tick", self.now]

    def run(self, steps):
        """Take so many steps; the sequence if both differ, else None."""
        pair = self.pair
        pair.reset()
        taken = [["rules", self.rules]]
        pair.step(taken[0])
        while len(taken) < steps:
            step = self.next()
            taken.append(step)
            got, want = pair.step(step)
            if got != want:
                return taken
        return None


def shorten(pair, steps):
    """A shorter sequence on which they differ: leave out what one can."""
    steps = steps[:pair.play(steps) + 1]
    size = len(steps) // 2
    while size:
        i = 0
        while i < len(steps):
            fewer = steps[:i] + steps[i + size:]
            if fewer and fewer[0][0] == "rules" and pair.fails(fewer):
                steps = fewer[:pair.play(fewer) + 1]
            else:
                i += size
        size //= 2
    # fewer sources in what is left
    for i, step in enumerate(steps):
        at = {"record": 3, "query": 2}.get(step[0])
        for s in list(step[at]) if at else ():
            fewer = [list(other) for other in steps]
            fewer[i][at] = [t for t in fewer[i][at] if t != s]
            if pair.fails(fewer):
                steps = fewer
    return steps[:pair.play(steps) + 1]


# --- the program ------------------------------------------------------

def work(task):
    """So many steps with one seed: (steps, rows hit, failing sequence)."""
    library, seed, steps = task
    rng = random.Random(seed)
    pair = Pair(library)
    rows = dict.fromkeys(TABLE, 0)
    done = 0
    while done < steps:
        length = min(SEQUENCE, max(2, steps - done))
        failed = Walk(rng, pair, rows).run(length)
        if failed:
            return done + len(failed), rows, shorten(pair, failed)
        done += length
    return done, rows, None


def report(pair, steps, seed):
    """Say on what they differ, as comments of KTAP."""
    lines = []
    pair.play(steps, lines.append)
    for line in lines:
        print("# " + line)
    file = tempfile.NamedTemporaryFile(
        "w", prefix=f"model-{seed}-", suffix=".json", delete=False)
    with file:
        json.dump(steps, file)
    print(f"# again: {os.path.relpath(__file__)} --replay {file.name}")


def replay(library, path):
    """Run a sequence of a file and show it."""
    with open(path, encoding="utf-8") as file:
        steps = json.load(file)
    where = Pair(library).play(steps, print)
    print("no difference" if where is None else f"they differ at {where}")
    return 0 if where is None else 1


def main():
    """Compare at random, or again."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--steps", type=int, default=1000000)
    args.add_argument("--seed", type=int, default=None)
    args.add_argument("--jobs", type=int, default=1)
    args.add_argument("--replay")
    args.add_argument("--lib")
    args = args.parse_args()
    seed = args.seed
    if seed is None:
        seed = random.SystemRandom().randrange(1 << 32)
    with tempfile.TemporaryDirectory() as directory:
        library = args.lib or build(directory)
        if args.replay:
            return replay(library, args.replay)
        print("KTAP version 1\n1..2")
        print(f"# seed {seed}, {args.steps} steps", flush=True)
        begin = time.monotonic()
        tasks = [(library, f"{seed}/{i}", args.steps // args.jobs)
                 for i in range(args.jobs)]
        if args.jobs == 1:
            results = [work(tasks[0])]
        else:
            with multiprocessing.Pool(args.jobs) as pool:
                results = pool.map(work, tasks)
        took = time.monotonic() - begin
        done = sum(r[0] for r in results)
        bad = [r[2] for r in results if r[2]]
        print(f"# {done} steps in {took:.1f} s, {done / took:.0f} per second")
        for steps in bad:
            report(Pair(library), steps, seed)
        print(f"{'not ok' if bad else 'ok'} 1 module/fsm*.c does what the "
              f"model does")
        rows = {row: sum(r[1][row] for r in results) for row in TABLE}
        missed = [row for row, n in rows.items() if n < done // 200]
        print("# records by row: " + ", ".join(
            f"{'EX' if mode else 'IN'} {NAMES[kind]} {rows[mode, kind]}"
            for mode, kind in rows))
        print(f"{'not ok' if missed and not bad else 'ok'} 2 every row of "
              "the action tables was used often")
        return 1 if bad or missed else 0


if __name__ == "__main__":
    sys.exit(main())
