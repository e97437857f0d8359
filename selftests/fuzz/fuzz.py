#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Fuzzing in userspace; called by the Makefile, which has built the targets.

fuzz.py --build DIR check            play corpus/ to each target, KTAP
fuzz.py --build DIR [--seconds N] [--jobs N] fuzz [TARGET]...
fuzz.py --build DIR pack [TARGET]... make corpus/ of what was found
fuzz.py --build DIR lines [TARGET].. lines of the product that are reached

corpus/TARGET has an input on each line, compressed, in base64. Those below a
line that begins with # are kept by pack whatever they reach: they were bugs.
"""
import argparse
import base64
import concurrent.futures
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
TARGETS = ("wire4", "wire6", "bpdu", "fsm", "host", "merge", "args", "reply")
# octets of an input, seconds that one may take
LIMITS = {"wire4": 2048, "wire6": 2048, "bpdu": 64, "fsm": 1024, "host": 8192,
          "merge": 1024, "args": 4096, "reply": 16384}
SLOW = 10
# where it does not count how often an input reaches what it reaches
LARGE = ("args", "reply")
ENV = {**os.environ, "ASAN_OPTIONS": "allow_addr2line=1",
       "UBSAN_OPTIONS": "print_stacktrace=1"}


def committed(target):
    """[(comment or None, input)] of corpus/TARGET."""
    found, comment = [], None
    path = os.path.join(HERE, "corpus", target)
    if not os.path.exists(path):
        return found
    with open(path, encoding="ascii") as f:
        for line in f:
            if line.startswith("#"):
                comment = line[1:].strip()
            else:
                found.append((comment,
                              zlib.decompress(base64.b64decode(line))))
                comment = None
    return found


def packed(data):
    """An input as a line."""
    return base64.b64encode(zlib.compress(data, 9)).decode()


def put(directory, data):
    """A file for an input, named after it."""
    os.makedirs(directory, exist_ok=True)
    name = os.path.join(directory, hashlib.sha1(data).hexdigest())
    with open(name, "wb") as out:
        out.write(data)
    return name


class Fuzzing:
    """What there is in one build directory."""

    def __init__(self, build):
        self.build = os.path.abspath(build)

    def at(self, *names):
        """A path in it."""
        return os.path.join(self.build, *names)

    def run(self, target, *words):
        """Run a target: its exit status and what it said."""
        done = subprocess.run(
            [self.at(target), f"-artifact_prefix={self.at('found', target)}-",
             f"-max_len={LIMITS[target]}", f"-timeout={SLOW}",
             "-rss_limit_mb=2048", *words], cwd=self.build, env=ENV,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout.decode(errors="replace")

    def fresh(self, *names):
        """An empty directory."""
        shutil.rmtree(self.at(*names), ignore_errors=True)
        os.makedirs(self.at(*names))
        return self.at(*names)

    def check(self, targets):
        """Play what is committed; KTAP. The number of targets that failed."""
        os.makedirs(self.at("found"), exist_ok=True)
        print(f"KTAP version 1\n1..{len(targets)}", flush=True)
        bad = 0
        for n, target in enumerate(targets, 1):
            inputs = committed(target)
            directory = self.fresh("replay", target)
            files = [put(directory, data) for _, data in inputs]
            # as files, not as a directory: each of them is played
            status, said = self.run(target, "-runs=1", *files)
            played = len(re.findall(r"^Executed ", said, re.M))
            good = not status and files and played == len(files)
            bad += not good
            if not good:
                print(f"# {played} of {len(files)} inputs, status {status}")
                for line in said.splitlines()[-60:]:
                    print("# " + line[:200])
            print(f"{'ok' if good else 'not ok'} {n} {target}: "
                  f"{len(files)} inputs", flush=True)
        return bad

    def seeds(self):
        """Where each target begins."""
        import seeds
        directory = self.fresh("seed")
        for target in TARGETS:
            os.makedirs(os.path.join(directory, target))
        subprocess.run([self.at("seeds"), directory], check=True)
        seeds.write(directory)
        seeds.dictionary(self.at("dictionary"))

    def words(self, target):
        """Options of libFuzzer for a target."""
        return [f"-dict={self.at('dictionary')}"] \
            if target in ("args", "reply") else []

    def fuzz_one(self, target, seconds):
        """Look for more; (status, text about it)."""
        corpus = self.at("corpus", target)
        for _, data in committed(target):
            put(corpus, data)
        os.makedirs(corpus, exist_ok=True)
        before = len(os.listdir(corpus))
        status, said = self.run(
            target, f"-max_total_time={seconds}", "-print_final_stats=1",
            "-reload=0", *self.words(target), corpus, self.at("seed", target))
        done = re.findall(r"#\d+\s+\w+\s+cov: (\d+) ft: (\d+)", said)
        total = re.search(r"\((\d+) inline 8-bit counters\)", said)
        runs = re.search(r"number_of_executed_units: (\d+)", said)
        slowest = re.search(r"slowest_unit_time_sec: *(\d+)", said)
        text = (f"{target}: {runs[1] if runs else '?'} executions in "
                f"{seconds} s, {done[-1][0] if done else '?'} of "
                f"{total[1] if total else '?'} edges, "
                f"{len(os.listdir(corpus)) - before} new inputs, "
                f"the slowest took {slowest[1] if slowest else '?'} s")
        if status:
            text += f"\n{said[-6000:]}\n{target}: FAILED, status {status}"
        return status, text

    def fuzz(self, targets, seconds, jobs):
        """Look for more with each target; how many found something."""
        self.seeds()
        os.makedirs(self.at("found"), exist_ok=True)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            bad = 0
            for done in concurrent.futures.as_completed(
                    [pool.submit(self.fuzz_one, t, seconds)
                     for t in targets]):
                status, text = done.result()
                print(text, flush=True)
                bad += bool(status)
        return bad

    def pack(self, targets):
        """As few inputs as reach what all of them reach."""
        self.seeds()
        os.makedirs(self.at("found"), exist_ok=True)
        bad = 0
        for target in targets:
            kept = [(c, data) for c, data in committed(target) if c]
            source = self.fresh("merging", target)
            for _, data in committed(target):
                put(source, data)
            merged = self.fresh("merged", target)
            status, said = self.run(
                target, "-set_cover_merge=1",
                f"-use_counters={int(target not in LARGE)}",
                *self.words(target), merged, source, self.at("seed", target),
                *filter(os.path.isdir, [self.at("corpus", target)]))
            if status:
                print(said[-3000:])
                bad += 1
                continue
            lines = set()
            for name in os.listdir(merged):
                with open(os.path.join(merged, name), "rb") as f:
                    lines.add(packed(f.read()))
            lines -= {packed(data) for _, data in kept}
            os.makedirs(os.path.join(HERE, "corpus"), exist_ok=True)
            with open(os.path.join(HERE, "corpus", target), "w",
                      encoding="ascii") as out:
                for comment, data in kept:
                    out.write(f"# {comment}\n"
                              f"{packed(data)}\n")
                out.writelines(line + "\n" for line in sorted(
                    lines, key=lambda line: (len(line), line)))
            print(f"{target}: {len(lines) + len(kept)} inputs, {len(kept)} "
                  f"of them for what was found", flush=True)
        return bad

    def lines(self, targets):
        """Lines that are reached, by file of the product."""
        for name in glob.glob(self.at("gcov", "**", "*.gcda"),
                              recursive=True):
            os.remove(name)
        for target in targets:
            directory = self.fresh("replay", target)
            for _, data in committed(target):
                put(directory, data)
            files = [os.path.join(d, name)
                     for d in (directory, self.at("corpus", target))
                     if os.path.isdir(d) for name in os.listdir(d)]
            # the seam makes the command forget what it counted, too
            step = 1 if target in LARGE else 2000
            for i in range(0, len(files), step):
                subprocess.run([self.at("gcov", "run-" + target),
                                *files[i:i + step]], check=True,
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        subprocess.run([os.path.join(TOP, "scripts", "coverage"),
                        self.at("gcov")], check=True)
        return 0


def main():
    """Do what is asked."""
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("what", choices=("check", "fuzz", "pack", "lines"))
    parser.add_argument("targets", nargs="*")
    args = parser.parse_args()
    targets = args.targets or list(TARGETS)
    for target in targets:
        if target not in TARGETS:
            sys.exit(f"fuzz: no target {target}: {' '.join(TARGETS)}")
    fuzzing = Fuzzing(args.build)
    if args.what == "fuzz":
        bad = fuzzing.fuzz(targets, args.seconds, args.jobs)
    else:
        bad = getattr(fuzzing, args.what)(targets)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
