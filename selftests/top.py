#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""mcsnoop top in a terminal: what it shows, sizes, keys, how it ends."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.ns import run, wait_until
from lib.packets import igmp2_report, igmp3_to_ex, igmp_query, udp
from lib.scenario import G, snooping

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


class Terminal:
    """A terminal with the command in it."""

    def __init__(self, t, net, words="", rows=24, columns=80):
        self.master, slave = pty.openpty()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(slave)
        self.slave, self.raw = slave, b""
        self.proc = subprocess.Popen(
            [mcs.COMMAND, "-n", net.ns.name, "top", *words.split()],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        t.defer(self.close)

    def close(self):
        """End it and free the terminal."""
        if self.proc.poll() is None:
            self.proc.kill()
            self.proc.wait()
        os.close(self.master)
        os.close(self.slave)

    def resize(self, rows, columns):
        """Another size; the program is told by the kernel."""
        self.rows, self.columns = rows, columns
        fcntl.ioctl(self.master, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds=0.3):
        """Take what was written."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.master], [], [], 0.05)[0]:
                try:
                    self.raw += os.read(self.master, 65536)
                except OSError:
                    return self.raw
        return self.raw

    def screen(self):
        """Lines of the last picture that is complete."""
        pictures = self.raw.split(b"\x1b[H")
        whole = [p for p in pictures[1:] if b"\x1b[?25l" in p]
        if not whole:
            return []
        text = whole[-1].split(b"\x1b[?25l")[0].split(b"\r\n\x1b[J")[0]
        text = text.decode().replace("\r\r", "\r").rstrip("\r")
        return [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", line)
                for line in text.split("\r\n")]

    def until(self, pred, what):
        """Wait for a picture."""
        def there():
            self.read(0.1)
            return pred(self.screen())
        wait_until(there, 20, step=0.1, what=what)
        return self.screen()

    def type(self, keys):
        """Keys are typed; what was there is forgotten."""
        self.raw = b""
        os.write(self.master, keys)

    def ended(self, t, status=0):
        """It ends, and leaves the terminal as it was."""
        wait_until(lambda: (self.read(0.1), self.proc.poll())[1] is not None,
                   10, step=0.1, what="it ends")
        t.eq(self.proc.returncode, status, "status")
        t.ok(self.raw.rstrip().endswith(LEAVE), "the other screen is left")
        t.ok(b"\x1b[?25h" in self.raw, "the cursor is back")
        t.eq(termios.tcgetattr(self.slave), self.before, "keys as before")


def fits(t, term):
    """Nothing is wider or higher than the terminal."""
    lines = term.screen()
    t.ok(len(lines) <= term.rows, f"{len(lines)} lines")
    for line in lines:
        t.ok(len(line) <= term.columns, f"{len(line)} columns: {line}")
    return lines


def bridge(t):
    """A bridge with members and another querier."""
    net = snooping(t, router=4)
    net.send(1, igmp3_to_ex(G), *[igmp2_report(f"239.2.2.{n}")
                                  for n in range(1, 31)])
    net.send(2, igmp2_report(G, host=2))
    net.fence()
    return net


@test("groups, members, ports, rates, time left, querier in 80 columns")
def shows(t):
    net = bridge(t)
    term = Terminal(t, net, "dev br0 interval 500ms")
    lines = term.until(lambda s: any("239.2.2.1 " in x for x in s), "groups")
    t.ok(ENTER in term.raw, "another screen")
    fits(t, term)
    text = "\n".join(lines)
    for part in (r"br0 up \S+, 31 groups, 32 records, 4 ports",
                 r"ipv4  active +this bridge queries from 192.0.2.77, next in",
                 r"(?m)^p1 +forwarding +31 ", r"(?m)^p2 +forwarding +1 ",
                 r"(?m)^br0 +host side ",
                 r"(?m)^239.1.1.1 +p1 +exclude +(4m\d\ds) +1 192.0.2.11"):
        t.ok(re.search(part, text), f"{part!r} in\n{text}")

    def rates(screen):
        row = [x.split() for x in screen if x.startswith("p4 ")]
        return row and int(row[0][3]) > 0

    for _ in range(20):
        net.send(3, *[udp(G, n) for n in range(5)])
        net.send(4, *[udp(G, n) for n in range(10)])
        term.read(0.15)
        if rates(term.screen()):
            break
    lines = term.screen()
    t.ok(rates(lines), "frames come in by p4:\n" + "\n".join(lines))
    term.type(b"q")
    term.ended(t)


@test("another querier, and nothing attached")
def querier(t):
    net = bridge(t)
    net.mcs("bridge set dev br0 querier auto")
    net.send(3, igmp_query(3, src="192.0.2.1"))
    net.fence()
    term = Terminal(t, net)
    lines = term.until(lambda s: len(s) > 3, "a picture")
    t.ok(re.search(r"querier 192.0.2.1 on p3, 4m\d\ds left",
                   "\n".join(lines)), lines)
    net.mcs("bridge del dev br0")
    term.until(lambda s: s and "no bridge is attached" in s[0], "none")
    term.type(b"q")
    term.ended(t)


@test("sizes: it follows the window, 40 columns and 10 lines are enough")
def sizes(t):
    net = bridge(t)
    term = Terminal(t, net, "interval 1h")
    term.until(lambda s: len(s) == 24, "24 lines")
    fits(t, term)
    for rows, columns in (10, 40), (50, 132), (3, 20), (24, 80):
        term.raw = b""
        term.resize(rows, columns)
        lines = term.until(lambda s, r=rows: s and len(s) <= r,
                           f"{rows} lines")
        fits(t, term)
        t.eq(len(lines), min(rows, 42), f"{rows} x {columns}")
    term.type(b"q")
    term.ended(t)


def first_group(screen):
    """The group at the top of the table."""
    at = [n for n, line in enumerate(screen) if line.startswith("GROUP ")]
    return screen[at[0] + 1].split()[0] if at and at[0] + 1 < len(screen) \
        else None


@test("keys: through the groups, pause, quit")
def keys(t):
    net = bridge(t)
    term = Terminal(t, net, "interval 1h")
    term.until(lambda s: first_group(s) == G, "the first group")

    def goes(key, want):
        term.type(key)
        term.until(lambda s: first_group(s) == want, f"{key} {want}")

    goes(b"j", G)               # the other member of the same group
    goes(b"\x1b[B", "239.2.2.1")
    goes(b"\x1bOB", "239.2.2.2")
    goes(b"k", "239.2.2.1")
    goes(b"\x1b[A", G)
    goes(b" ", "239.2.2.12")
    goes(b"b", G)
    goes(b"\x1b[6~", "239.2.2.12")
    goes(b"\x1b[6~", "239.2.2.24")
    goes(b"\x1b[6~", "239.2.2.30")      # the last one stays
    goes(b"\x1b[5~", "239.2.2.18")
    goes(b"g", G)
    term.type(b"p")
    term.until(lambda s: s and "paused" in s[0] or len(s) > 3, "paused")
    term.type(b"x")
    term.until(lambda s: len(s) > 3 and "paused" not in s[0], "goes on")
    term.type(b"\x03")
    term.ended(t)


@test("it ends well on SIGTERM and SIGHUP, and when the module is asked in vain")
def signals(t):
    net = bridge(t)
    for sig in signal.SIGTERM, signal.SIGHUP, signal.SIGINT:
        term = Terminal(t, net, "interval 1h")
        term.until(lambda s: len(s) > 3, "a picture")
        term.proc.send_signal(sig)
        term.ended(t)


@test("the next bridge")
def next_bridge(t):
    net = bridge(t)
    net.ns.ip("link add br1 type bridge mcast_snooping 0")
    net.mcs("bridge add dev br1")
    term = Terminal(t, net, "interval 1h")
    term.until(lambda s: s and " br0 up" in s[0], "br0")
    for key, name in (b"n", "br1"), (b"\t", "br0"):
        term.type(key)
        term.until(lambda s, n=name: s and f" {n} up" in s[0], name)
    term.type(b"q")
    term.ended(t)
    net.mcs("bridge del dev br1")
    net.ns.ip("link del br1")


@test("without a terminal: pictures without escapes, and JSON")
def plain(t):
    net = bridge(t)
    out = run(*net.mcs.argv("top dev br0 interval 100ms count 2"))
    t.ok("\x1b" not in out, "no escapes")
    t.eq(out.count("GROUP "), 2, "two pictures")
    t.eq([x for x in out.splitlines() if x != x.rstrip()], [], "no blanks")
    out = run(*net.mcs.argv("top interval 100ms count 3", "-j"))
    rows = [json.loads(line) for line in out.splitlines()]
    t.eq(len(rows), 3)
    t.eq([p["port"] for p in rows[0]["ports"]],
         ["br0", "p1", "p2", "p3", "p4"])
    t.eq(set(rows[0]["ports"][0]), {"port", "groups", "in", "forwarded",
                                    "flooded", "pruned", "reports"})
    t.eq(rows[0]["queriers"][0]["state"], "self")
    said = net.mcs.refused(t, "top dev p1")
    t.ok("bridge" in said, said)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
