# SPDX-License-Identifier: GPL-2.0
"""The bridge, and a namespace behind each of its ports."""
import contextlib
import ctypes
import os
import subprocess
import time

BRIDGE = "br0"
BRIDGE_IP4, BRIDGE_LOCAL = "192.0.2.254", "fe80::254"
CLONE_NEWNET = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)
_home = os.open("/proc/self/ns/net", os.O_RDONLY)


class Broken(Exception):
    """The demo cannot go on; the text says why."""


def comes_true(condition, timeout, step=0.05):
    """Wait until condition() is true; False when it does not become so."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() >= end:
            return False
        time.sleep(step)
    return True


def wait_for(condition, what, timeout=60):
    """The same when there is no point in going on without."""
    if not comes_true(condition, timeout):
        raise Broken(f"{what}: not within {timeout} seconds")


def ip_batch(lines):
    """Lines for ip(8), each without its leading "ip"."""
    done = subprocess.run(["ip", "-batch", "-"], text=True, check=False,
                          input="".join(f"{line}\n" for line in lines),
                          stderr=subprocess.PIPE)
    if done.returncode:
        raise Broken(f"ip: {done.stderr.strip()}")


def _setns(fd):
    if _libc.setns(fd, CLONE_NEWNET):
        raise Broken(f"setns: {os.strerror(ctypes.get_errno())}")


class Host:
    """A machine on the network: eth0 in a namespace, its port in br0.

    The port has the name of the machine.  Only some speak IPv6, because each
    of these would be seen with a solicited-node group in the tables.
    """

    def __init__(self, name, number, six=False):
        self.name, self.six = name, six
        self.ip4 = f"192.0.2.{number}"
        self.ip6 = f"2001:db8::{number}"
        self.local = f"fe80::{number}"
        self.fd = -1

    @contextlib.contextmanager
    def entered(self):
        """This thread is in the machine meanwhile."""
        _setns(self.fd)
        try:
            yield
        finally:
            _setns(_home)

    def popen(self, argv, **more):
        """Start a program in the machine."""
        with self.entered():
            return subprocess.Popen(argv, **more)

    def read(self, path):
        """A file below /proc/net of the machine, line by line in words."""
        with self.entered():
            with open(f"/proc/thread-self/net/{path}",
                      encoding="ascii") as file:
                return [line.split() for line in file]


def _write(path, value):
    with open(f"/proc/sys/net/{path}", "w", encoding="ascii") as file:
        file.write(str(value))


def _prepare():
    """Addresses are only what we set and usable at once; no other traffic."""
    for name, value in (("disable_ipv6", 0), ("accept_dad", 0),
                        ("accept_ra", 0), ("router_solicitations", 0),
                        ("addr_gen_mode", 1)):
        for conf in ("all", "default"):
            if (name, conf) != ("addr_gen_mode", "all"):
                _write(f"ipv6/conf/{conf}/{name}", value)


def build(hosts):
    """Make the network.  The bridge's own snooping is off, so it floods."""
    _prepare()
    _write("core/rmem_max", 16 << 20)
    ip_batch([
        f"link add {BRIDGE} type bridge mcast_snooping 0 forward_delay 0",
        f"addr add {BRIDGE_IP4}/24 dev {BRIDGE}",
        f"addr add {BRIDGE_LOCAL}/64 dev {BRIDGE} nodad",
        f"link set {BRIDGE} up",
    ] + [f"netns add {host.name}" for host in hosts])
    for host in hosts:
        host.fd = os.open(f"/run/netns/{host.name}", os.O_RDONLY)
        with host.entered():
            _prepare()
            if not host.six:
                _write("ipv6/conf/default/disable_ipv6", 1)
    ip_batch(line for host in hosts for line in (
        f"link add {host.name} type veth peer name eth0 netns {host.name}",
        f"link set {host.name} addrgenmode none",
        f"link set {host.name} master {BRIDGE} up"))
    for host in hosts:
        lines = ["link set lo up", f"addr add {host.ip4}/24 dev eth0",
                 "link set eth0 up", "route add 224.0.0.0/4 dev eth0"]
        if host.six:
            lines += [f"addr add {host.local}/64 dev eth0 nodad",
                      f"addr add {host.ip6}/64 dev eth0 nodad"]
        with host.entered():
            ip_batch(lines)
