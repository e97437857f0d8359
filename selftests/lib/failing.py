# SPDX-License-Identifier: GPL-2.0
"""Allocations that fail because the test wants them to: fault injection."""
import functools
import glob
import os

from .ktap import Failed, Skipped
from .ns import run

DEBUG = "/sys/kernel/debug"
NEVER, ANY = (0, 0), (0, (1 << 64) - 1)


def code():
    """From where to where the module's code is."""
    with open("/proc/modules", encoding="ascii") as file:
        for line in file:
            words = line.split()
            if words[0] == "mcsnoop":
                return int(words[5], 16), int(words[5], 16) + int(words[1])
    raise Failed("the module is not loaded")


def function(name):
    """From where to where a function is, of the kernel or the module; NEVER if
    there is none."""
    with open("/proc/kallsyms", encoding="ascii") as file:
        known = sorted((int(words[0], 16), words[2])
                       for words in map(str.split, file) if words[1] in "tT")
    for (start, this), (end, _) in zip(known, known[1:]):
        if this == name:
            return start, end
    return NEVER


@functools.cache
def tracker():
    """Where the kernel notes who holds a reference: it takes it for a mistake
    if it cannot."""
    return function("ref_tracker_alloc")


def put(path, value):
    """Write a setting wherever there is one by this name."""
    for name in glob.glob(path):
        with open(name, "w", encoding="ascii") as file:
            file.write(str(value))


class Failing:
    """Some allocations fail, none before the test says how many.

    They are those that some code asks for, the module's unless told otherwise;
    or those of some slab caches, of whoever must not wait. With pages=True
    whole pages are refused as well: of these the kernel says so, if there is
    nothing else instead.
    """

    def __init__(self, t, by=None, caches=(), pages=False):
        if not os.path.exists(DEBUG + "/failslab"):
            run("mount", "-t", "debugfs", "none", DEBUG, check=False)
        switches = [f"/sys/kernel/slab/{name}/failslab" for name in caches]
        for path in switches or [DEBUG + "/failslab/require-start"]:
            if not os.path.exists(path):
                raise Skipped(f"needs a kernel with {path}")
        self.kinds = DEBUG + ("/fail*" if pages else "/failslab")
        self.percent(0)
        t.defer(self._filter)
        t.defer(self.percent, 0)
        for path in switches:
            t.defer(put, path, 0)
            put(path, 1)
        if caches:
            self._filter(caches=True)
        else:
            self._filter(by or code(), tracker())
        self.each(1)

    def _put(self, name, value):
        put(f"{self.kinds}/{name}", value)

    def _filter(self, by=ANY, but=NEVER, caches=False):
        for name, value in (
                ("verbose", 0), ("min-order", 0),
                ("cache-filter", "NY"[caches]),
                ("ignore-gfp-wait", "NY"[caches]),
                ("stacktrace-depth", 32 if by != ANY else 0),
                ("require-start", hex(by[0])), ("require-end", hex(by[1])),
                ("reject-start", hex(but[0])), ("reject-end", hex(but[1]))):
            self._put(name, value)

    def percent(self, value, times=-1):
        """So many of them fail, until so many have."""
        self._put("probability", 0)
        self._put("times", times)
        self._put("probability", value)

    def each(self, value):
        """Only each such one can fail."""
        self._put("interval", value)

    def left(self):
        """How many of the times are left, of the kind of which it is least."""
        left = []
        for path in glob.glob(self.kinds + "/times"):
            with open(path, encoding="ascii") as file:
                left.append(int(file.read()))
        return min(left)
