# SPDX-License-Identifier: GPL-2.0
"""Network namespaces and commands in them."""
import contextlib
import ctypes
import itertools
import json
import os
import re
import select
import subprocess
import sys
import time

from lib.ktap import LIMIT, Failed

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)
_serial = itertools.count()
_home = None


def now():
    """The clock of captured frames."""
    return time.clock_gettime(time.CLOCK_REALTIME)


def wait_until(cond, timeout=10, step=0.01, what="condition"):
    """Wait until cond() is true, return what it returned."""
    end = time.monotonic() + timeout
    while True:
        value = cond()
        if value:
            return value
        if time.monotonic() >= end:
            raise Failed(f"{what}: not so after {timeout} s")
        time.sleep(step)


class CommandError(Failed):
    """A command failed; err is what it said, code its exit status."""

    def __init__(self, argv, code, err):
        super().__init__(f"{' '.join(argv)}: exit {code}: {err.strip()}")
        self.code, self.err = code, err.strip()


def run(*argv, stdin=None, check=True, **more):
    """Run a command, return what it printed."""
    argv = [str(a) for a in argv]
    done = subprocess.run(argv, input=stdin, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=LIMIT, **more)
    if check and done.returncode:
        raise CommandError(argv, done.returncode, done.stderr)
    return done.stdout


def run_json(*argv):
    """Run a command that prints JSON, return the value."""
    return json.loads(run(*argv) or "[]")


class Talk:
    """A command that stays and does line by line: ip, bridge or mcsnoop.

    To start one takes many times as long as what it is to do, above all where
    memory is watched. A line that is always refused, even if there is no
    memory for an answer, says that those before it were done.
    """

    every = []
    REFUSED = re.compile(r"Command failed -:\d+\n")

    def __init__(self, *argv):
        self.argv = [*argv, "-force", "-batch", "-"]
        self.proc, self.pid, self.lines, self.refused = None, 0, 0, 0
        Talk.every.append(self)

    def __call__(self, text, check=True):
        """Have these lines done, return what they print; none is left out if
        another is refused."""
        if self.pid != os.getpid():
            self._start()
        self.lines += text.count("\n") + 2
        try:
            out, err = self._answer(f"{text}\nno-object\n",
                                    f"Command failed -:{self.lines}\n")
        except BaseException:
            self.close()
            raise
        refused = list(self.REFUSED.finditer(err))[:-1]
        self.refused += len(refused)
        if check and refused:
            err = self.REFUSED.sub("", err[:refused[-1].start()])
            raise CommandError([*self.argv, text], 1, err)
        return out

    def _start(self):
        self.proc = subprocess.Popen(
            self.argv, bufsize=0, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.pid, self.lines = os.getpid(), 0
        for pipe in self.proc.stdin, self.proc.stdout, self.proc.stderr:
            os.set_blocking(pipe.fileno(), False)

    def _answer(self, text, last):
        """What is said until this is the last line on standard error."""
        todo, end, told = text.encode(), time.monotonic() + LIMIT, {}
        pipes = self.proc.stdout, self.proc.stderr
        for pipe in pipes:
            told[pipe] = bytearray()
        while not told[self.proc.stderr].endswith(last.encode()):
            ready = select.select(pipes, [self.proc.stdin] if todo else [], [],
                                  max(0, end - time.monotonic()))
            if not any(ready):
                raise Failed(f"{self.argv[0]} does not answer: {text}")
            for pipe in ready[0]:
                said = pipe.read(1 << 16)
                if not said:
                    raise Failed(f"{self.argv[0]} ended: {told} in: {text}")
                told[pipe] += said
            if ready[1]:
                try:
                    todo = todo[self.proc.stdin.write(todo) or 0:]
                except BrokenPipeError:     # what it said comes first
                    todo = b""
        # It writes down what it prints before it says what was refused.
        told[self.proc.stdout] += self.proc.stdout.read() or b""
        return [bytes(told[pipe]).decode() for pipe in pipes]

    def close(self):
        """End it; the next call starts another."""
        if self.pid == os.getpid():
            with self.proc:
                self.proc.kill()
        self.pid = 0


def enter(fd):
    """Bring the calling thread into a network namespace."""
    if _libc.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


class Netns:
    """A network namespace with a name of its own in `ip netns`."""

    def __init__(self, label):
        self.name = f"mcs{os.getpid()}-{next(_serial)}-{label}"
        run("ip", "netns", "add", self.name)
        self.fd = os.open(f"/run/netns/{self.name}", os.O_RDONLY)
        self.touched = False    # something in it was configured
        self.talks = {}
        # Nothing may speak unless a test asks for it.
        self.sysctl("ipv6/conf/all/disable_ipv6", 1)
        self.sysctl("ipv6/conf/default/disable_ipv6", 1)
        self.sysctl("ipv6/conf/default/accept_ra", 0)
        self.sysctl("ipv6/conf/default/dad_transmits", 0)
        self.sysctl("ipv6/conf/default/router_solicitations", 0)
        self.sysctl("ipv6/conf/default/addr_gen_mode", 1)
        self.sysctl("ipv4/igmp_max_memberships", 2000)
        self.sysctl("bridge/bridge-nf-call-iptables", 0)
        self.sysctl("bridge/bridge-nf-call-ip6tables", 0)

    @contextlib.contextmanager
    def entered(self):
        """The calling thread is in the namespace meanwhile."""
        global _home
        if _home is None:
            _home = os.open("/proc/self/ns/net", os.O_RDONLY)
        enter(self.fd)
        try:
            yield
        finally:
            enter(_home)

    def talk(self, command, *options):
        """A command that stays in the namespace as long as this is there."""
        key = command, *options
        if key not in self.talks:
            self.talks[key] = Talk(command, "-n", self.name, *options)
        return self.talks[key]

    def ip(self, text, check=True):
        """Lines for `ip -batch`, each without the leading ip."""
        self.touched = True
        self.talk("ip")(text, check)

    def bridge(self, text, check=True):
        """Lines for `bridge -batch`."""
        self.touched = True
        self.talk("bridge")(text, check)

    def bridge_json(self, *args):
        """Output of bridge -j."""
        return run_json("bridge", "-n", self.name, "-j", *args)

    def popen(self, *argv, **more):
        """Start a command in the namespace."""
        with self.entered():
            return subprocess.Popen([str(a) for a in argv], **more)

    def sysctl(self, path, value=None):
        """Write, or read, a file below /proc/sys/net; None if not there."""
        path = "/proc/sys/net/" + path
        self.touched |= value is not None
        with self.entered():
            try:
                if value is None:
                    with open(path, encoding="ascii") as file:
                        return file.read().strip()
                with open(path, "w", encoding="ascii") as file:
                    file.write(str(value))
            except FileNotFoundError:
                pass
        return None

    def close(self):
        """Remove it; what is in it goes with it."""
        for talk in self.talks.values():
            talk.close()
            Talk.every.remove(talk)
        self.talks.clear()
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
            run("ip", "netns", "del", self.name)


def remove_leftovers():
    """Remove namespaces of runs that were killed."""
    for line in run("ip", "netns", "list").splitlines():
        name = line.split()[0]
        if name.startswith("mcs") and "-" in name:
            pid = name[3:name.index("-")]
            if pid.isdigit() and not os.path.exists(f"/proc/{pid}"):
                run("ip", "netns", "del", name, check=False)


def need_root():
    """Exit as skipped unless this can work here."""
    if os.geteuid():
        print("KTAP version 1\n1..0 # SKIP needs root")
        sys.exit(4)
