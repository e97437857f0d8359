# SPDX-License-Identifier: GPL-2.0
"""Network namespaces and commands in them."""
import contextlib
import ctypes
import itertools
import json
import os
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

    def ip(self, text):
        """Lines for `ip -batch`, each without the leading ip."""
        self.touched = True
        lines = "".join(x.strip() + "\n" for x in text.splitlines()
                        if x.strip())
        return run("ip", "-n", self.name, "-batch", "-", stdin=lines)

    def bridge(self, text):
        """Lines for `bridge -batch`."""
        self.touched = True
        return run("bridge", "-n", self.name, "-batch", "-", stdin=text)

    def bridge_try(self, words):
        """One bridge command that may be refused."""
        self.touched = True
        return run("bridge", "-n", self.name, *words.split(), check=False)

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
