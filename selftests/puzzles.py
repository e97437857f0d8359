#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The puzzles: each keeps the stream from the viewer, and is found out.

They are set up by the same program that people run, with the kernel's own
hosts. The reason has to be in what doctor and explain print, and what they
tell to type has to help.
"""
import importlib.machinery
import importlib.util
import json
import os
import select
import socket
import subprocess
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.ns import run, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(HERE, "puzzles", "puzzle")


def load():
    """The program as a module."""
    loader = importlib.machinery.SourceFileLoader("puzzle", PROGRAM)
    spec = importlib.util.spec_from_loader("puzzle", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


P = load()


class Ear:
    """Frames of the stream that come to a host."""

    def __init__(self, t, name):
        with P.Space(name).entered():
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                      socket.htons(0x0800))
        self.sock.bind(("eth0", 0x0800))
        t.defer(self.sock.close)

    def hears(self, seconds):
        """A frame to the group comes within that time."""
        while select.select([self.sock], [], [], 0)[0]:
            self.sock.recv(2048)        # from before
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            left = max(0, end - time.monotonic())
            if not select.select([self.sock], [], [], left)[0]:
                break
            if socket.inet_ntoa(self.sock.recv(2048)[30:34]) == P.GROUP:
                return True
        return False


def say(*words):
    """What mcsnoop says in the puzzle."""
    p = subprocess.run([mcs.COMMAND, "-n", P.BRIDGE, *words], check=False,
                       capture_output=True, text=True)
    return p.stdout


def explained():
    """{port: answer}"""
    rows = json.loads(say("-j", "explain", "dev", "br0", "from", "p4", "grp",
                          P.GROUP, "src", P.SERVER))
    return {r["port"]: r for r in rows}


def findings(severities=("trouble", "warning")):
    """{name: finding}, but for what is only to be noted."""
    return {r["finding"]: r for r in json.loads(say("-j", "doctor", "dev",
                                                    "br0"))
            if r["severity"] in severities}


def play(t, number):
    """Set up, do not see, ask, do what is told, see."""
    puzzle = P.PUZZLES[number]
    t.defer(run, PROGRAM, "stop")
    out = run(PROGRAM, str(number))
    t.ok(f"Puzzle {number}." in out, out)
    viewer = Ear(t, P.HOSTS["p2"])
    neighbour = Ear(t, P.HOSTS["p1"])
    wait_until(lambda: not viewer.hears(0.5), 20, step=0.2,
               what="the viewer sees nothing")
    t.ok(neighbour.hears(3), "the neighbour does")
    t.ok(not viewer.hears(1), "the viewer does not")

    said = explained()
    t.eq(said["p1"]["forwarded"], True, "explain of the neighbour")
    p2 = said["p2"]
    t.eq((p2["forwarded"], p2.get("obstacle", p2["rule"])),
         (False, puzzle.rule), "explain of the viewer")
    found = findings()
    t.eq(set(found), {puzzle.doctor} - {None}, "doctor")
    if puzzle.doctor:
        t.eq(found[puzzle.doctor]["port"], "p2")

    answer = run(PROGRAM, str(number), "answer")
    t.ok(puzzle.answer in answer, answer)
    for line in puzzle.cure:
        P.typed(line)
    wait_until(lambda: viewer.hears(0.5), 60, step=0.5,
               what="the viewer sees it")
    t.eq(explained()["p2"]["forwarded"], True, "explain, cured")


@test("puzzle 1: the bridge keeps it from the port")
def flood_off(t):
    play(t, 1)


@test("puzzle 2: too many groups")
def quota(t):
    play(t, 2)


@test("puzzle 3: another source")
def source(t):
    play(t, 3)


@test("puzzle 4: another VLAN")
def vlan(t):
    play(t, 4)


@test("puzzle 5: reports that are refused")
def refused(t):
    play(t, 5)


@test("the program: help, words that mean nothing, stop twice")
def program(t):
    p = subprocess.run([PROGRAM, "--help"], capture_output=True, check=False)
    t.eq(p.returncode, 0)
    t.ok(b"puzzle N answer" in p.stdout)
    for words in [], ["6"], ["1", "x"], ["stop", "1"]:
        p = subprocess.run([PROGRAM, *words], capture_output=True, check=False)
        t.eq(p.returncode, 2, words)
    run(PROGRAM, "stop")
    run(PROGRAM, "stop")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
