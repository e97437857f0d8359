#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The demo as it runs in the guest, started by run.

Every part shows something and adds claims to the verdict.  What is wrong, if
anything, goes to /out/why, and then all logs to /out.
"""
import json
import os
import shutil
import subprocess
import sys
import threading
import time

import lan
import tap
from lan import Broken, comes_true, wait_for
from measure import Measure
from screen import Screen
from video import RATE, Camera, Viewer

OUT, WORK = "/out", "/run/demo"
GROUP4, GROUP6 = "239.1.1.1", "ff15::101"
# How long frames are counted, and how many of each stream at least.
WINDOW, FRAMES = 5, 100
# Short, so that nobody has to wait; the defaults are 125 and 10 seconds.
QUERY, RESPONSE = 5, 1
MEMBERSHIP = 2 * QUERY + 2 * RESPONSE
# Last Member Query Time: two queries of a second.
LEAVE = 2
# What an emulated, busy machine may need on top.
SLACK = 3


def mcsnoop(*argv):
    """What the command says in JSON."""
    done = subprocess.run(["mcsnoop", "-j", *argv], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Broken(f"mcsnoop {' '.join(argv)}: {done.stderr.strip()}")
    return json.loads(done.stdout)


class Monitor:
    """A running mcsnoop monitor; each of its lines is handed over."""

    def __init__(self, argv, handle):
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE,
                                        text=True)
        self._thread = threading.Thread(target=self._read, args=(handle,),
                                        daemon=True)
        self._thread.start()

    def _read(self, handle):
        for line in self.process.stdout:
            handle(line.rstrip("\n"))

    def stop(self):
        """No more."""
        self.process.terminate()
        self.process.wait()
        self._thread.join()


class Events:
    """What happened according to mcsnoop -j monitor, and when."""

    def __init__(self):
        self._seen = []
        self._log = os.path.join(WORK, "events.json")
        self.monitor = Monitor(["mcsnoop", "-j", "-t", "monitor"],
                               self._add)

    def _add(self, line):
        event = json.loads(line)
        self._seen.append((float(event["timestamp"]), event))
        with open(self._log, "a", encoding="ascii") as file:
            file.write(line + "\n")

    def find(self, **keys):
        """(time, event) of the first event with these values, or None."""
        for when, event in self._seen:
            if all(event.get(k) == v for k, v in keys.items()):
                return when, event
        return None

    def wait(self, timeout=60, **keys):
        """The same, if it happens within this time."""
        comes_true(lambda: self.find(**keys), timeout, 0.02)
        return self.find(**keys)


class Demo:
    """The network, what runs on it, and what is claimed about it."""

    def __init__(self, screen):
        self.screen = screen
        self.claims = []
        self.hosts = {host.name: host for host in (
            lan.Host("cam1", 1, six=True), lan.Host("cam2", 2),
            lan.Host("tv1", 11), lan.Host("tv2", 12),
            lan.Host("tv3", 13, six=True), lan.Host("tv4", 14),
            lan.Host("laptop", 21), lan.Host("printer", 22))}
        host = self.hosts
        self.one = tap.Stream("cam1's", host["cam1"].ip4, GROUP4, 5004)
        self.six = tap.Stream("cam1's IPv6", host["cam1"].ip6, GROUP6, 5004)
        self.two = tap.Stream("cam2's", host["cam2"].ip4, GROUP4, 5006)
        self.cameras = [
            Camera(host["cam1"], "testsrc2", WORK,
                   [(GROUP4, 5004), (GROUP6, 5004)]),
            Camera(host["cam2"], "testsrc", WORK, [(GROUP4, 5006)])]
        self.viewers = [
            Viewer(host["tv1"], self.one, WORK),
            Viewer(host["tv2"], self.one, WORK, sources=self.one.source),
            Viewer(host["tv3"], self.six, WORK)]
        self.guest = Viewer(host["tv4"], self.one, WORK, block=self.two.source)
        # What the table of groups is to say.
        self.joined = {
            ("tv1", GROUP4): ("exclude", {}),
            ("tv2", GROUP4): ("include", {self.one.source: "forward"}),
            ("tv3", GROUP6): ("exclude", {})}
        self.events = self.measure = None
        self.before = self.pruned = self.detached = None

    def claim(self, true, text, otherwise):
        """For the verdict; otherwise is what to say if it is not true."""
        self.claims.append((bool(true), text, otherwise))

    def cameras_and_viewers(self):
        """The network, the viewers that stay, the cameras."""
        self.screen.section("The streams begin")
        lan.build(self.hosts.values())
        self.measure = Measure(list(self.hosts.values()),
                               self.viewers + [self.guest],
                               [self.one, self.six, self.two])
        for port, stream in (("tv1", self.one), ("tv1", self.two),
                             ("tv2", self.one), ("tv3", self.six)):
            self.measure.want(port, stream)
        for viewer in self.viewers:
            viewer.start()
        wait_for(lambda: all(v.joined() for v in self.viewers),
                 "the viewers' joins")
        for camera in self.cameras:
            camera.start()
        wait_for(lambda: all(v.decoded() for v in self.viewers),
                 "the first pictures")
        self.screen.say("tv1, tv2 and tv3 have joined and are watching what "
                        "cam1 sends. Nobody snoops yet.")

    def window(self):
        """A time in which every stream had frames enough to count."""
        self.screen.say(f"Counting frames for {WINDOW} seconds ...")
        start = time.time()
        time.sleep(WINDOW)
        wait_for(lambda: self.measure.least_sent(start) >= FRAMES,
                 "the cameras' frames", 120)
        return start, time.time()

    def flooded(self, window, text):
        """Claim that every port gets every stream."""
        missed = [f"{port} ({got} of {sent})" for port, (got, sent) in
                  self.measure.counts(*window).items() if got < 0.95 * sent]
        self.claim(not missed, text,
                   f"not so: {text} Too few at {', '.join(missed)}")

    def attach(self):
        """Begin to snoop."""
        screen = self.screen
        screen.section("mcsnoop is attached to the bridge")
        self.events = Events()
        wait_for(lambda: os.path.exists("/sys/module/mcsnoop"),
                 "loading the module")
        start = time.time()
        if screen.command(
                "mcsnoop", "bridge", "add", "dev", lan.BRIDGE, "querier", "on",
                "query-interval", str(QUERY), "query-response-interval",
                str(RESPONSE)):
            raise Broken("the bridge could not be attached")
        active = [self.events.wait(event="querier-change", family=family,
                                   pruning="active")
                  for family in ("ipv4", "ipv6")]
        if not all(active):
            raise Broken("pruning did not begin")
        self.pruned = max(when for when, _ in active)
        screen.say("The bridge asked, the viewers answered, "
                   f"{self.pruned - start:.1f} s later it prunes.")
        screen.say()
        screen.command("mcsnoop", "querier", "show", "dev", lan.BRIDGE)
        screen.say()
        screen.command("mcsnoop", "group", "show", "dev", lan.BRIDGE)
        queriers = mcsnoop("querier", "show", "dev", lan.BRIDGE)
        self.claim({(q["family"], q["state"], q["pruning"])
                    for q in queriers} ==
                   {(f, "self", "active") for f in ("ipv4", "ipv6")},
                   "The bridge queries and prunes, for IPv4 and for IPv6.",
                   "the querier or the pruning is not as it should be: " +
                   ", ".join(f"{q['family']} {q['state']} {q['pruning']}"
                             for q in queriers))
        self.check_table(self.joined)

    def table(self):
        """The streams' groups: {(port, group): (mode, {source: state})}."""
        return {(g["port"], g["grp"]):
                (g["filter_mode"],
                 {s["address"]: s["state"] for s in g["source_list"]})
                for g in mcsnoop("group", "show", "dev", lan.BRIDGE)
                if g["grp"] in (GROUP4, GROUP6)}

    def check_table(self, expected):
        """Claim that the table has what the viewers asked for."""
        found = self.table()
        self.claim(found == expected, "Whenever we looked, \"mcsnoop -j group "
                   "show\" had what the viewers joined: groups, filter modes, "
                   "sources.",
                   "the group table has " + ", ".join(
                       f"{' '.join(key)} {self.entry(found.get(key))} instead "
                       f"of {self.entry(expected.get(key))}"
                       for key in {**expected, **found}
                       if found.get(key) != expected.get(key)))

    @staticmethod
    def entry(record):
        """A value of the table in words."""
        if not record:
            return "nothing"
        mode, sources = record
        return " ".join([mode] + [f"{a} ({s})" for a, s in sources.items()])

    def compare(self):
        """A bar per port, without mcsnoop and with it."""
        screen = self.screen
        screen.section("Frames of the streams at each port")
        window = self.window()
        old = self.measure.counts(*self.before)
        new = self.measure.counts(*window)
        wants = {"tv1": "cam1, cam2", "tv2": "cam1 only", "tv3": "cam1, IPv6"}
        most_old = max(sent for _, sent in old.values())
        most_new = max(sent for _, sent in new.values())
        screen.say()
        screen.row(screen.paint(f"{'PORT':8} {'WANTS':11} "
                                f"{'WITHOUT MCSNOOP':26} WITH MCSNOOP", "bold"))
        for port in self.hosts:
            left, right = old[port][0], new[port][0]
            color = "green" if port in wants else "red"
            screen.row(
                f"{port:8} {wants.get(port, '-'):11} "
                f"{screen.paint(screen.bar(left, most_old, 20), 'yellow')} "
                f"{left:4}  "
                f"{screen.paint(screen.bar(right, most_new, 20), color)} "
                f"{right:4}")
        screen.row(screen.paint(
            f"{'sent':8} {'':11} {'':20} {most_old:4}  {'':20} {most_new:4}",
            "dim"))

    def neighbour(self):
        """Somebody joins, watches and leaves, and we look on."""
        screen, guest = self.screen, self.guest
        screen.section("tv4 joins, watches and leaves")
        argv = ["mcsnoop", "-ts", "monitor", "dev", lan.BRIDGE, "group"]
        screen.prompt(*argv)
        live = Monitor(screen.colored(argv), screen.output)
        screen.say("tv4 is switched on.")
        start = time.time()
        guest.start()
        self.measure.want("tv4", self.one, start)
        self.measure.want("tv4", self.two, start)
        expected = {**self.joined, ("tv4", GROUP4):
                    ("exclude", {self.two.source: "blocked"})}
        comes_true(lambda: self.table() == expected, 60)
        self.measure.want("tv4", self.two, start, time.time())
        self.check_table(expected)
        guest.least = 2 * RATE
        comes_true(lambda: guest.decoded() >= guest.least, 60)
        screen.say("tv4 has watched for two seconds and is switched off.")
        guest.press_q()
        comes_true(lambda: not guest.joined(), 60, 0.01)
        left = time.time()
        guest.quit()
        gone = self.events.wait(event="group-del", port="tv4", grp=GROUP4)
        came = self.events.find(event="group-new", port="tv4", grp=GROUP4)
        if gone:
            self.measure.want("tv4", self.one, start, gone[0])
            screen.say(f"{gone[0] - left:.1f} s after leaving, tv4's port is "
                       "pruned: no other host behind it is known.")
        live.stop()
        self.claim(came and came[1].get("cause") == "report" and gone and
                   gone[0] - left < LEAVE + SLACK,
                   "The monitor told when tv4 joined, and when it had left.",
                   "the monitor said about tv4's join: " +
                   (came[1].get("cause", "?") if came else "nothing") +
                   ", about its leave: " + (
                       f"{gone[1].get('cause', '?')} {gone[0] - left:.1f} s "
                       "later" if gone else "nothing"))

    def detach(self):
        """Snoop no more, while the streams go on."""
        screen = self.screen
        screen.section("mcsnoop is detached and removed")
        end = self.pruned + MEMBERSHIP + 1
        if time.time() < end:
            screen.say("Waiting until memberships would have expired had the "
                       "viewers not answered queries ...")
            time.sleep(end - time.time())
        self.check_table(self.joined)
        self.events.monitor.stop()
        self.detached = time.time()
        for argv in (["mcsnoop", "bridge", "del", "dev", lan.BRIDGE],
                     ["rmmod", "mcsnoop"]):
            if screen.command(*argv):
                raise Broken(f"{' '.join(argv)} failed")
        self.flooded(self.window(), "After it, the streams reached all ports "
                     "again.")

    def end(self):
        """Viewers off when they have decoded all until now, then cameras."""
        self.measure.drain()
        for viewer in self.viewers:
            stream = self.measure.received(viewer.host.name, viewer.stream)
            # The last one is complete when the next one begins.
            comes_true(lambda v=viewer, n=stream.check.pictures - 1:
                       v.decoded() >= n, 30)
            viewer.least = stream.check.pictures - 1
        for player in self.viewers + self.cameras:
            if not player.quit():
                self.claim(False, f"{player.name} ended.",
                           f"{player.name} did not end well")
        self.measure.drain()

    def examine(self):
        """Was a frame lost, did one go where it was not wanted?"""
        screen, measure = self.screen, self.measure
        screen.section("What the viewers saw")
        unwanted = measure.unwanted(self.pruned, self.detached)
        sent = sum(measure.sent(s).between(self.pruned, self.detached)
                   for s in measure.streams)
        spared = measure.sent(self.two).between(self.pruned, self.detached)
        self.claim(not unwanted, f"In {self.detached - self.pruned:.0f} s of "
                   f"snooping {sent} frames were sent and none reached a port "
                   f"that did not want it; tv2, which asked for cam1 only, got "
                   f"none of the {spared} of cam2.",
                   "unwanted frames: " + ", ".join(
                       f"{n} of {stream} at {port}"
                       for (port, stream), n in unwanted.items()))
        self.claim(not measure.lost(), "The measurement itself lost nothing.",
                   f"the measurement lost {measure.lost()} frames")
        pictures = self.cameras[0].pictures()
        screen.row(screen.paint(
            f"{'VIEWER':8} {'JOINED WITH':23} {'DATAGRAMS':>13} "
            f"{'TS PACKETS':>12} {'PICTURES':>10} {'GAPS':>6}", "bold"))
        for viewer, how in zip(self.viewers, (
                "IGMPv3, any source", "IGMPv3, only 192.0.2.1",
                "MLDv2, any source")):
            gaps = measure.gaps(viewer.name, viewer.stream)
            seen = viewer.pictures()
            count = f"{gaps.received} of {gaps.sent}"
            screen.row(f"{viewer.name:8} {how:23} {count:>13} "
                       f"{gaps.packets:12} {len(seen):10} "
                       f"{gaps.discontinuities:6}")
            faults = [f for f in (gaps.faults(), viewer.faults(pictures, 0))
                      if f]
            self.claim(not faults, f"{viewer.name} received and decoded all "
                       "of its stream across attach, leave and detach.",
                       f"{viewer.name}: {', '.join(faults)}")
        faults = self.guest.faults(pictures)
        screen.row(f"{'tv4':8} {'IGMPv3, not 192.0.2.2':23} {'':13} {'':12} "
                   f"{len(self.guest.pictures()):10}")
        self.claim(not faults, "tv4 decoded all from its join to its leave.",
                   f"tv4: {faults}")

    def run(self):
        """All parts."""
        self.cameras_and_viewers()
        self.before = self.window()
        self.flooded(self.before, "Without mcsnoop, the streams reached all "
                     f"{len(self.hosts)} ports.")
        self.attach()
        self.compare()
        self.neighbour()
        self.detach()
        self.end()
        self.examine()

    def verdict(self):
        """What was claimed; return what is not true."""
        self.screen.section("Verdict")
        # What was claimed several times is said once, if always true.
        for true, text, otherwise in dict.fromkeys(
                (t, text, "" if t else o) for t, text, o in self.claims):
            self.screen.claim(true, text if true else otherwise)
        return [otherwise for true, _, otherwise in self.claims if not true]


def main():
    """Run the demo, leave the reason of a failure to run."""
    os.mkdir(WORK)
    demo = Demo(Screen("--color" in sys.argv, "--plain" in sys.argv))
    stopped = []
    try:
        demo.run()
    except Broken as e:
        stopped = [str(e)]
        demo.claim(False, "", f"the demo stopped: {e}")
    why = demo.verdict()
    if why:
        shutil.copytree(WORK, OUT, dirs_exist_ok=True)
    with open(f"{OUT}/why", "w", encoding="utf-8") as file:
        file.write("; ".join(stopped or why))
    return 1 if why else 0


if __name__ == "__main__":
    sys.exit(main())
