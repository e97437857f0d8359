#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The table of rows, and scripts/conformance, which counts their proofs.

Needs no module, no privilege and no network: streams are made up here.
"""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from lib import ktap, rows  # noqa: E402  pylint: disable=C0413
from lib.ktap import test  # noqa: E402  pylint: disable=C0413

TOP = os.path.dirname(os.path.dirname(HERE))
RUNNER = os.path.join(TOP, "scripts", "conformance")


def stream(*tests, plan=None, file="leaves", died=False):
    """KTAP of one guest with one file; a test is (line, *comments)."""
    out = ["KTAP version 1", "1..1", "    KTAP version 1",
           f"    1..{len(tests) if plan is None else plan}"]
    bad = False
    for i, (line, *comments) in enumerate(tests, 1):
        out += ["    # " + c for c in comments]
        verdict, _, name = line.partition(": ")
        bad |= verdict == "not ok"
        out.append(f"    {verdict} {i} {name}")
    if not died:
        out.append(f"{'not ok' if bad else 'ok'} 1 {file}")
    return "\n".join(out) + "\n"


def count(t, *streams, only="all"):
    """Give streams to the runner; (status, text, {row: judgement}, JSON)."""
    with tempfile.TemporaryDirectory() as work:
        paths = []
        for i, text in enumerate(streams):
            paths.append(os.path.join(work, f"log{i}.log"))
            with open(paths[-1], "w", encoding="utf-8") as file:
                file.write(text)
        out = os.path.join(work, "out.json")
        done = subprocess.run(
            [RUNNER, "--logs", *paths, "--json", out, "--only", only],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            check=False)
        t.eq(done.stderr, "", "said to stderr")
        with open(out, encoding="utf-8") as file:
            data = json.load(file)
    return (done.returncode, done.stdout,
            {r["id"]: r for r in data["rows"]}, data)


GOOD = ("ok: V2-07 QRY-17 leave: two queries", "2.002 s")
GOOD2 = ("ok: V2-07 another leave", "0.500 s")
BAD = ("not ok: V2-07 QRY-18 leave: no query", "line 33: got 0, wanted 2",
       "1.000 s")


@test("rows are read from the front of a name only")
def front(t):
    for name, want in (
            ("V2-07 leave", ["V2-07"]),
            ("V2-07 QRY-17 leave, not V2-08", ["V2-07", "QRY-17"]),
            ("D6 FWD-07 V22 PARSE-01", ["FWD-07", "PARSE-01"]),
            ("PARSE-01: a tag", []), ("a leave V2-07", []),
            ("V2-071 leave", []), ("V22 V23 tags", []), ("QRY-20", ["QRY-20"])):
        t.eq(rows.named(name), want, name)


@test("every line of the table is a section or a row, each row once")
def table(t):
    sections, found = rows.load()
    ids = [row.id for row in found]
    t.eq(sorted(set(ids)), sorted(ids), "rows that are there twice")
    t.eq({row.section for row in found}, {s for s, _ in sections}, "sections")
    for row in found:
        t.eq(rows.named(row.id), [row.id], "form of an ID")
        t.eq(row.id.rsplit("-", 1)[0], row.section, f"section of {row.id}")
        t.ok(row.level in tuple("MSCL-"), f"level of {row.id}")
        t.ok(10 < len(row.requirement) <= 80, f"requirement of {row.id}")
        t.ok(row.source, f"source of {row.id}")


@test("every row that a test names is in the table")
def names(t):
    known = {row.id for row in rows.load()[1]}
    files = subprocess.run([os.path.join(TOP, "selftests", "run"), "--list"],
                           stdout=subprocess.PIPE, text=True,
                           check=True).stdout.split()
    for file in files:
        listed = subprocess.run(
            [os.path.join(TOP, "selftests", file + ".py"), "-l"],
            stdout=subprocess.PIPE, text=True, check=True).stdout
        for name in listed.splitlines():
            t.ok(set(rows.named(name)) <= known, f"{file}: {name}")


@test("a row is a pass when all tests that name it passed")
def passing(t):
    status, text, got, _ = count(t, stream(GOOD, GOOD2), only="V2-07 QRY-17")
    t.eq((status, sorted(got)), (0, ["QRY-17", "V2-07"]))
    t.eq((got["V2-07"]["status"], got["V2-07"]["seconds"]), ("pass", 2.502))
    t.eq([x["file"] for x in got["V2-07"]["tests"]], ["leaves"] * 2)
    t.eq(got["QRY-17"]["seconds"], 2.002)
    line = [x for x in text.splitlines() if "V2-07" in x][0]
    t.eq((line.split()[:2], line.split()[-2:]),
         (["V2-07", "M"], ["pass", "2.502"]), "the line of V2-07")
    t.ok("2 rows, 2 tests: 2 pass; 2 of 2 rows of level M pass" in text, text)
    t.ok("\033" not in text, "no colours in a file")


@test("one failing test makes a row a failure, with what the test said")
def failing(t):
    status, text, got, _ = count(t, stream(GOOD, BAD), only="V2-07 QRY-17")
    t.eq(status, 1)
    t.eq((got["V2-07"]["status"], got["QRY-17"]["status"]), ("fail", "pass"))
    for words in ("leaves: V2-07 QRY-18 leave", "line 33: got 0, wanted 2",
                  "1 pass, 1 fail"):
        t.ok(words in text, f"{words!r} in {text}")
    t.eq(count(t, stream(GOOD, BAD), only="QRY-17")[0], 0, "rows not asked")
    other = count(t, stream(GOOD), stream(BAD), only="V2-07")
    t.eq(other[2]["V2-07"]["status"], "fail", "wherever it failed")


@test("a test that is known to fail proves nothing")
def xfail(t):
    status, _, got, _ = count(t, stream(("ok: V2-07 x # XFAIL not yet",)),
                              only="V2-07")
    t.eq((status, got["V2-07"]["status"]), (1, "fail"))
    t.ok("not yet" in got["V2-07"]["reason"], got["V2-07"]["reason"])


@test("a row with a skipped test is no pass; that fails for level M only")
def skipping(t):
    skip = ("ok: V2-07 V2-12 leave # SKIP no clock",)
    status, text, got, _ = count(t, stream(GOOD, skip), only="V2-07")
    t.eq((status, got["V2-07"]["status"]), (1, "skip"))
    t.ok("no clock" in text, text)
    status, _, got, _ = count(t, stream(skip), only="V2-12")
    t.eq((status, got["V2-12"]["status"]), (0, "skip"))


@test("a row without a test is missing, and that is a failure")
def missing(t):
    status, text, got, data = count(t, stream(GOOD), only="V2-12 V2-07")
    t.eq((status, got["V2-12"]["status"]), (1, "missing"))
    t.eq(data["count"]["missing"], 1)
    t.ok("1 missing" in text, text)
    status, _, got, _ = count(t, stream(GOOD), only="MAP-05 V2-07")
    t.eq((status, got["MAP-05"]["status"]), (0, "n/a"), "but not the others")


@test("a guest or a file that ends early is seen")
def early(t):
    for what, text in (
            ("file", stream(GOOD, plan=2)), ("guest", stream(GOOD, died=True)),
            ("guest before its first test", "KTAP version 1\n"),
            ("file without a failed test",
             stream(GOOD).replace("ok 1 leaves", "not ok 1 leaves"))):
        status, said, _, data = count(t, text, only="V2-07")
        t.eq(status, 1, what)
        t.ok(data["problems"] and "problem: log0" in said, f"{what}: {said}")


@test("a row that does not exist is seen")
def unknown(t):
    status, said, _, _ = count(t, stream(GOOD, ("ok: V2-99 x",)), only="V2-07")
    t.eq(status, 1)
    t.ok("there is no row V2-99" in said, said)
    done = subprocess.run([RUNNER, "--only", "V9"], check=False,
                          stderr=subprocess.PIPE, text=True)
    t.eq((done.returncode, "V9" in done.stderr), (2, True), "asked for")


@test("streams of programs in C, in both flavours")
def unit(t):
    inner = "".join(
        f"  1..1\n  # 0.010 s\n  {good} 1 V2-07 leave\n"
        f"{good} {i} fsm_test.{flavour}\n"
        for i, (flavour, good) in enumerate((("asan", "ok"),
                                             ("plain", "not ok")), 1))
    status, _, got, _ = count(t, "KTAP version 1\n1..2\n" + inner,
                              only="V2-07")
    t.eq((status, got["V2-07"]["status"], got["V2-07"]["seconds"]),
         (1, "fail", 0.02))
    t.eq([x["file"] for x in got["V2-07"]["tests"]],
         ["fsm_test.asan", "fsm_test.plain"])


if __name__ == "__main__":
    ktap.main()
