# SPDX-License-Identifier: GPL-2.0
"""Where the instructions of a case are executed, function by function."""
import bisect
import collections
import os
import re
import subprocess

from guest_image import HERE, GuestError

LINES = 100
# What takes a lock, or would if there were more than one processor.
LOCKS = re.compile(r"^(_raw_(spin|read|write)_(try)?lock|mutex_(try)?lock|"
                   r"rt_mutex_|down_|queued_(spin|read|write)_lock|"
                   r"native_queued_spin|rtnl_(try)?lock)")
# (lowest version of qemu, version of its plugin interface)
INTERFACES = ((9.1, 3), (8.2, 2), (0, 1))


def plugin(out):
    """Build the plugin for the qemu that there is; its path."""
    said = subprocess.run(["qemu-system-x86_64", "--version"], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    have = float(re.search(r"version (\d+\.\d+)", said)[1])
    version = next(v for low, v in INTERFACES if have >= low)
    path = os.path.join(out, "count.so")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O2", f"-DVERSION={version}",
                    "-o", path, os.path.join(HERE, "count.c")], check=True)
    return path


class Profile:
    """Instructions, calls and bus locks by function, for one figure."""

    def __init__(self, blocks, symbols, frames):
        self.insns = collections.Counter()
        self.calls = collections.Counter()
        self.locked = collections.Counter()
        addresses = [s[0] for s in symbols]
        for begin, insns, locks, times in blocks:
            i = bisect.bisect_right(addresses, begin) - 1
            name = symbols[i][1] if i >= 0 else f"{begin:x}"
            self.insns[name] += insns * times / frames
            self.locked[name] += locks * times / frames
            if i >= 0 and begin == addresses[i]:
                self.calls[name] += times / frames

    def lock_calls(self):
        """{function that takes a lock: calls}."""
        return {name: n for name, n in self.calls.items()
                if LOCKS.match(name) and n >= 0.001}

    def minus(self, other):
        """What is executed beyond another profile: [(more, calls, name)]."""
        names = set(self.insns) | set(other.insns)
        return sorted(((self.insns[n] - other.insns[n],
                        self.calls[n] - other.calls[n], n) for n in names),
                      reverse=True)


def _symbols(said):
    found = []
    for line in said.splitlines():
        words = line.split()
        if words[:1] == ["S"]:
            found.append((int(words[1], 16), " ".join(words[2:])))
    return sorted(found)


def _dumps(path):
    dumps = []
    with open(path, encoding="ascii") as file:
        for line in file:
            if line == "dump\n":
                dumps.append([])
            else:
                dumps[-1].append([int(word, 16) for word in line.split()])
    return dumps


def read(path, said, steps, got):
    """{step: Profile} of what the plugin and the guest wrote."""
    symbols = _symbols(said)
    dumps = _dumps(path)
    if not symbols or len(dumps) != len(steps):
        raise GuestError(f"{len(dumps)} profiles of {len(steps)} figures")
    return {step: Profile(dump, symbols, got[step].get("frames") or 1)
            for dump, step in zip(dumps, steps)}


def show(profiles, name, ways):
    """Print the profiles of a case, the sender's own subtracted."""
    sender = profiles[f"{name} sender"]
    for way in ways:
        p = profiles.get(f"{name} {way}")
        if not p:
            continue
        more = p.minus(sender)
        print(f"{name}, {way}: {sum(n for n, _, _ in more):,.0f} instructions "
              "beyond the sender's\n\n    each    calls  function")
        for n, calls, what in more[:LINES]:
            if n >= 0.5:
                print(f"{n:8,.1f} {calls:8.2f}  {what}")
        locks = {n: c - sender.calls[n] for n, c in p.lock_calls().items()
                 if c - sender.calls[n] >= 0.001}
        print("\nlocks taken for each: " + (", ".join(
            f"{c:.2f} {n}" for n, c in sorted(locks.items())) or "none") +
            "\n")
