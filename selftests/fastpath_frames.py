#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The fast path gives the same answer as the filter path, at random.

Two bridges get the same settings, reports and frames; one has the fast path
off. What each port receives must be the same, octet by octet and tag by tag.

MCSNOOP_FRAMES (2000) and MCSNOOP_SEED (1) choose another run.
"""
import os
import random

from lib import ktap, mcs
from lib.ktap import test
from lib.mix import Chance, Pair

FRAMES = int(os.environ.get("MCSNOOP_FRAMES") or 2000)
SEED = int(os.environ.get("MCSNOOP_SEED") or 1)


def mix(t, vlan):
    """A random mix through both paths."""
    pair = Pair(t, vlan, SEED)
    chance = Chance(pair, random.Random(f"{SEED} {vlan}"))
    story, sent, seen = [], 0, 0
    story += chance.members(100 if vlan else 40)
    while sent < FRAMES:
        story += chance.steps()
        chance.settle()
        pair.compare(story)     # reports
        story = [s for s in story if " frames into" not in s]
        story.append(chance.frames(100))
        sent += 100
        seen += pair.compare(story)
    fast, slow = [net.mcs.stats() for net in pair.nets]
    ways = {k[5:]: v for k, v in fast.items() if k.startswith("path_")}
    t.note(f"seed {SEED}: {sent} frames sent, {seen} delivered; {ways}")
    t.eq(slow.get("path_fast", 0), 0, "fast path, where it is off")
    t.ok(ways["fast"] > FRAMES / 10, "frames take the fast path")


@test("fast path and filter path deliver the same, without VLANs", sim=True)
def plain(t):
    mix(t, False)


@test("fast path and filter path deliver the same, with VLANs", sim=True)
def tagged(t):
    mix(t, True)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
