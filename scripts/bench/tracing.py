# SPDX-License-Identifier: GPL-2.0
"""What is shared by processors: locks for each frame, and hooks that are not
called. Counted, on two processors that send at the same time."""
import os

import cases
import profiles

FRAMES = 512
WAYS = ("intree", "fast", "filter")
ELSEWHERE = "another namespace"
TIMEOUT = 300


def _job(ways):
    job = cases.Job("fast" in ways)
    job.batch("ip", ["link add in1 type dummy", "link set in1 up"])
    c = cases.Case("two processors", 2)
    for way in ways:
        job.ready(c, way, ("in0", "in1"))
        job.measure(way, f"both in0 in1 {FRAMES}")
        job.lines.append("/bin/ip link del br0 || fail del")
    c = cases.Case("unicast", ELSEWHERE, 2, kind="unicast", attached=ELSEWHERE)
    job.ready(c, "filter", ("in0", "in1"))
    job.measure(ELSEWHERE, f"both in0 in1 {FRAMES}")
    job.lines.append("symbols")
    return job


def _ours(counter):
    return {name: n for name, n in counter.items() if "[mcsnoop]" in name}


def run(image, out, readings):
    """{step: {locks, shared, called}}, all for each frame."""
    job = _job([way for way in WAYS if way in image.ways])
    dumps = os.path.join(out, "trace.dump")
    said = image.run(job, os.path.join(out, "console"), [
        "-plugin", f"{profiles.plugin(out)},out={dumps}"], 2, TIMEOUT)
    found = profiles.read(dumps, said, job.steps, readings(said))
    return {step: {"locks": p.lock_calls(),
                   "shared": {n: x for n, x in _ours(p.locked).items() if x},
                   "called": sum(_ours(p.calls).values())}
            for step, p in found.items()}


def show(found):
    """Print it."""
    print("Two processors sending at the same time, for each frame\n")
    for step, got in found.items():
        what = "unicast, nothing attached in its namespace" \
            if step == ELSEWHERE else cases.WAYS[step]
        locks = ", ".join(f"{n:.3f} {name}" for name, n in
                          sorted(got["locks"].items())) or "none"
        shared = ", ".join(f"{n:.2f} in {name}" for name, n in
                           sorted(got["shared"].items())) or "none"
        print(f"{what}: locks taken: {locks}; locked instructions of "
              f"mcsnoop: {shared}; functions of mcsnoop called: "
              f"{got['called']:.2f}")
    print()
