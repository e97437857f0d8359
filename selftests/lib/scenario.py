# SPDX-License-Identifier: GPL-2.0
"""What most tests begin with, and the names that all of them use."""
import os
import time

from lib import ktap
from lib.ktap import FREE, SIM, Failed
from lib.net import BR_IP4, BR_IP6, Net
from lib.ns import now, wait_until
from lib.packets import IS_EX, ALLOW, igmp3_report, mld2_report

G, G2, G3 = "239.1.1.1", "239.1.1.2", "239.1.1.3"
G6, G62 = "ff1e::101", "ff1e::102"
SSM, SSM6 = "232.1.1.2", "ff3e::2"

def answered(response=10):
    """Seconds after a query when all its answers are taken to be there."""
    return response + response / 8 + 0.05


# What RFC 9776 makes of the defaults, in seconds.
GMI, LMQT, QRI, QI, OQPI, OLDER = 270, 2, 10, 125, 255, 260

# On a real clock hosts get little time to answer the first query.
HURRY = "" if SIM or FREE else " query-response-interval 200ms"


def S(n):
    """Source n, IPv4."""
    return f"198.51.100.{n}"


def S6(n):
    """Source n, IPv6; n below 10."""
    return f"2001:db8::{n}"


# How far around a deadline to look.
TICK = 0.002


def until(t0, seconds):
    """Sleep until that many seconds after t0."""
    time.sleep(max(0, t0 + seconds - now()))


def lives(t, look, seconds, t0, what):
    """look() is true until just before, false from just after."""
    until(t0, seconds - TICK)
    t.ok(look(), f"{what} {TICK * 1000:.0f} ms before {seconds} s")
    until(t0, seconds + TICK)
    t.ok(not look(), f"{what} gone {TICK * 1000:.0f} ms after {seconds} s")


class Said:
    """What the module wrote to the kernel's log since."""

    def __init__(self, t):
        self.fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.fd, 0, os.SEEK_END)
        t.defer(os.close, self.fd)

    def __call__(self, *words):
        """New lines of ours in which all of these words are."""
        lines = []
        while True:
            try:
                text = os.read(self.fd, 8192).decode(errors="replace")
            except BlockingIOError:
                break
            lines.append(text.partition(";")[2].splitlines()[0])
        return [line for line in lines if line.startswith("mcsnoop:") and
                all(word in line for word in words)]


def sources(*numbers, six=False):
    """Several sources."""
    return [(S6 if six else S)(n) for n in numbers]


def wait_pruning(net, family=4, vid=None):
    """Wait until data is pruned."""
    def active():
        q = net.mcs.querier(family, vid)
        if (SIM or FREE) and q.get("pruning") == "learning":
            time.sleep(q["pruning_in"])     # the guest's time is not ours
            q = net.mcs.querier(family, vid)
        return q.get("pruning") == "active"
    wait_until(active, timeout=60, step=0.1, what="pruning is active")


def snooping(t, settings="", family=4, router=None, ports=4, **topology):
    """A bridge that queries in the families (4, 6 or 46) and prunes.

    router is a port to be made a router port. In simulated time every
    setting but fast-leave has its default, the bridge was attached 10 s ago
    and nothing is under way. Leaves are asked about as the RFCs say, unless
    the settings say otherwise.
    """
    if "fast-leave" not in settings:
        settings += " fast-leave off"
    if "6" in str(family):
        topology.setdefault("addr6", BR_IP6)
    topology.setdefault("addr", BR_IP4)
    hurry = "" if "query-response-interval" in settings else HURRY
    net = Net(t, ports=ports, attach=f"querier on {settings}{hurry}",
              **topology)
    if router:
        net.mcs(f"port set dev p{router} router permanent")
    for f in str(family):
        wait_pruning(net, int(f), 1 if net.vlan else None)
    net.flush()
    return net


def example_in(net, port=1, group=G):
    """The INCLUDE state of the examples of RFC 3376 section 6.4: IN(1,2)."""
    six = ":" in group
    report = mld2_report if six else igmp3_report
    net.send(port, report((ALLOW, group, sources(1, 2, six=six))))


def example_ex(net, port=1, group=G):
    """The EXCLUDE state of the examples: EX(1,2;3,4)."""
    six = ":" in group
    report = mld2_report if six else igmp3_report
    net.send(port, report((IS_EX, group, sources(3, 4, six=six))),
             report((ALLOW, group, sources(1, 2, six=six))))


def is_specific(group=None):
    """Predicate: a query for a group."""
    def pred(f):
        return f.is_query and not f.is_general and \
            group in (None, f.group)
    return pred


def specific(net, port, group=None, t0=0.0):
    """Specific queries seen on a port: [(seconds, S flag, "sources")]."""
    out = []
    for f in net.frames(port):
        if is_specific(group)(f):
            names = ",".join(a.rsplit(".", 1)[-1].rsplit(":", 1)[-1]
                             for a in f.sources or ())
            out.append((round(f.t - t0, 4), int(f.sflag or 0), names))
    return out


def same_queries(got, want, within=0.002):
    """Specific queries are those wanted, to the millisecond.

    Queries of one instant may come in any order.
    """
    def key(q):
        return (round(q[0]), *q[1:])
    pairs = list(zip(sorted(got, key=key), sorted(want, key=key)))
    if len(got) != len(want) or \
            any(g[1:] != w[1:] or abs(g[0] - w[0]) > within
                for g, w in pairs):
        raise Failed(f"specific queries (s, S flag, sources): got {got}, "
                     f"wanted {want}")


def general(net, port, t0=0.0):
    """When general queries were seen on a port."""
    return [round(f.t - t0, 3) for f in net.frames(port) if f.is_general]


def same_times(got, want, what, within=0.002):
    """Two lists of times, to the millisecond."""
    if len(got) != len(want) or \
            any(abs(g - w) > within for g, w in zip(got, want)):
        raise Failed(f"{what}: at {got}, wanted {want}")


_shared = {}


def shared(t, make, *args, **kwargs):
    """A topology that several tests of a file use one after the other.

    make(t, ...) is called by the first of them.
    """
    key = (make, args, tuple(kwargs.items()))
    if key not in _shared:
        _shared[key] = make(ktap.session, *args, **kwargs)
    net = _shared[key]
    t.on_fail.append(net.describe)
    net.flush()
    return net
