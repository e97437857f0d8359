# SPDX-License-Identifier: GPL-2.0
"""A bridge with ports, hosts behind them, sockets to send and see frames.

    namespace "bridge"                  namespace "hosts"

    br0 --- p1 ======================== h1
        `-- p2 ======================== h2   ...

Nothing sends by itself: no address but br0's, no IPv6, unless asked for.
Number 0 stands for br0 itself wherever a port is given by its number.
"""
import os
import select
import socket
import struct
import time

from lib import ktap, packets
from lib.decode import decode
from lib.ktap import SIM, SLOW, Failed
from lib.mcs import Mcs
from lib.ns import Netns, now, wait_until

SOL_PACKET = 263
PACKET_AUXDATA = 8
PACKET_VNET_HDR = 15
PACKET_IGNORE_OUTGOING = 23
SO_TIMESTAMPNS = 35
TP_STATUS_VLAN_VALID = 1 << 4
TP_STATUS_VLAN_TPID_VALID = 1 << 6
ETH_P_ALL = 3

FENCE_GROUP = "224.0.0.200"
BR_IP4, BR_IP6 = "192.0.2.77", "fe80::77"
BR_MAC = "02:00:00:00:00:77"

# How long something that does happen may take.
SOON = 0.5 if SIM else 3 * (4 if SLOW else 1)
# How long to look for something that must not happen on its own.
QUIET = 30 if SIM else 0.7


class Tap:
    """A packet socket on one device."""

    def __init__(self, port, dev, ns):
        self.port = port
        with ns.entered():
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        try:
            self.sock.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)
        except OSError:  # SO_RCVBUFFORCE, not for everybody
            pass
        self.sock.bind((dev, ETH_P_ALL))
        self.sock.setblocking(False)
        self.frames = []
        self.fences = set()

    def drain(self):
        """Move what arrived to self.frames."""
        for _ in range(4096):   # more may keep coming than can be read
            try:
                raw, control, _, _ = self.sock.recvmsg(65536, 256)
            except BlockingIOError:
                return
            except OSError:  # the device went down or away
                continue
            stamp, tag = None, b""
            for level, kind, data in control:
                if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
                    sec, nsec = struct.unpack("qq", data[:16])
                    stamp = sec + nsec / 1e9
                elif (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
                    tag = self._tag(data)
            f = decode(raw[:12] + tag + raw[12:])
            f.port, f.t = self.port, stamp
            if f.dst == FENCE_GROUP and f.seq:
                self.fences.add(f.seq)
            else:
                self.frames.append(f)

    def discard(self):
        """Forget what arrived, unread: after a storm that is a lot."""
        for _ in range(1 << 17):    # more may keep coming
            try:
                self.sock.recv(1)
            except BlockingIOError:
                break
            except OSError:  # the device went down or away
                continue
        self.frames.clear()

    @staticmethod
    def _tag(data):
        status, _, _, _, _, tci, tpid = struct.unpack_from("IIIHHHH", data)
        if not status & TP_STATUS_VLAN_VALID:
            return b""
        if not status & TP_STATUS_VLAN_TPID_VALID:
            tpid = 0x8100
        return struct.pack("!HH", tpid, tci)


class Parts:
    """Namespaces, devices and taps of a topology."""

    def __init__(self, ports, vlan, addr, addr6):
        self.n, self.used = ports, 0
        self.ns = Netns("bridge")
        self.hosts_ns = Netns("hosts")
        ktap.session.defer(self.close)
        self.taps = {}
        peer = self.hosts_ns.name
        lines = [f"link add br0 address {BR_MAC} type bridge "
                 "mcast_snooping 0" + " vlan_filtering 1" * vlan]
        for i in range(1, ports + 1):
            lines += [f"link add p{i} type veth peer name h{i} netns {peer}",
                      f"link set p{i} master br0 up"]
        lines.append("link set br0 up")
        if addr:
            lines.append(f"addr add {addr}/24 dev br0")
        self.ns.ip("\n".join(lines))
        self.hosts_ns.ip("\n".join(
            f"link set h{i} address {packets.host_mac(i).hex(':')} up"
            for i in range(1, ports + 1)))
        self.taps[0] = Tap(0, "br0", self.ns)
        for i in range(1, ports + 1):
            self.taps[i] = Tap(i, f"h{i}", self.hosts_ns)
        if addr6:
            self.ns.sysctl("ipv6/conf/br0/disable_ipv6", 0)
            self.ns.ip(f"addr add {addr6}/64 dev br0 nodad")

    def done(self):
        """Built; what is changed from now on makes it unfit for others."""
        self.ns.touched = self.hosts_ns.touched = False

    def fit(self):
        """Nobody changed anything but the tables of the module."""
        return not (self.ns.touched or self.hosts_ns.touched) and \
            self.ns.fd >= 0 and self.hosts_ns.fd >= 0

    def close(self):
        """Remove everything; twice does no harm."""
        for tap in self.taps.values():
            tap.sock.close()
        self.hosts_ns.close()
        self.ns.close()


class Net:
    """The topology, for one test; it goes when the test is over.

    ports=N          ports of the bridge
    vlan=True        vlan_filtering 1, every port untagged in VLAN 1
    addr, addr6      br0's addresses, None for none
    attach="..."     settings to attach the bridge with; None: not attached
    fresh=True       no other test used it before

    Devices that a test only sent frames through are used again by the next
    one: making them is what takes longest. A test with real hosts needs fresh
    ones, as a host remembers what queries it has heard.
    """

    _pool = {}
    seq = 0

    def __init__(self, t, ports=4, vlan=False, addr=BR_IP4, addr6=None,
                 attach=None, fresh=False):
        self.t, self.n, self.vlan = t, ports, vlan
        self.sockets = []
        self.key = (ports, vlan, addr, addr6)
        pool = self._pool.setdefault(self.key, [])
        self.parts = pool.pop() if pool and not fresh else Parts(*self.key)
        t.defer(self._release)
        self.ns, self.hosts_ns = self.parts.ns, self.parts.hosts_ns
        self.taps = self.parts.taps
        self.mcs = Mcs(self.ns, self.name)
        t.on_fail.append(self.describe)
        if not self.parts.used:
            self.wait_forwarding()
            self.parts.done()
        self.parts.used += 1
        self.flush()
        if attach is not None:
            self.mcs("bridge add dev br0 " + attach)

    @property
    def ports(self):
        """Numbers of all ports."""
        return range(1, self.n + 1)

    @staticmethod
    def name(port):
        """Device name of a port number."""
        return f"p{port}" if port else "br0"

    def close(self):
        """Remove everything now."""
        for sock in self.sockets:
            sock.close()
        self.parts.close()

    def _release(self):
        """Give the devices back for another test, or remove them."""
        if self.sockets or self.t.failed or not self.parts.fit():
            self.close()
            return
        self.mcs("bridge del dev br0", check=False)
        self._pool[self.key].append(self.parts)

    # --- sending --------------------------------------------------------

    def send(self, port, *frames):
        """Send from the host behind a port; when the first was sent."""
        begin = now()
        for frame in frames:
            self.taps[port].sock.send(frame)
        return begin

    def send_paged(self, port, frame, linear=14):
        """Send a frame of a page or more with only its beginning linear."""
        with self.hosts_ns.entered():
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        with sock:
            sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
            sock.bind((f"h{port}", 0))
            sock.send(struct.pack("=BBHHHH", 0, 0, linear, 0, 0, 0) + frame)

    @classmethod
    def next_seq(cls):
        """A number that no frame had yet."""
        cls.seq += 1
        return cls.seq

    # --- seeing ---------------------------------------------------------

    def frames(self, port=None):
        """What was captured since flush(), on one port or all."""
        for tap in self.taps.values():
            tap.drain()
        if port is not None:
            return list(self.taps[port].frames)
        every = [f for tap in self.taps.values() for f in tap.frames]
        return sorted(every, key=lambda f: f.t)

    def flush(self):
        """Forget what was captured."""
        for tap in self.taps.values():
            tap.discard()

    def _fence_once(self, sender, ports, vid, wait):
        seq = self.next_seq()
        self.send(sender, packets.udp(FENCE_GROUP, seq, vlan=vid or (),
                                      smac="02:00:00:00:fe:ce"))
        missing = set(ports)
        end = time.monotonic() + wait
        while True:
            for port in sorted(missing):
                tap = self.taps[port]
                tap.drain()
                if seq in tap.fences:
                    missing.discard(port)
            left = end - time.monotonic()
            if not missing or left <= 0:
                return missing
            select.select([self.taps[p].sock for p in missing], [], [], left)

    def fence(self, ports=None, vid=None, senders=None, wait=SOON):
        """Wait until what was sent before has arrived wherever it goes.

        A frame to 224.0.0.0/24 goes to every port, behind whatever was sent
        before it. It does not come back to its sender: two are sent.
        """
        ports = [p for p in (ports or self.ports)]
        senders = list(senders or [ports[0], ports[-1]])
        todo = set(ports)
        for sender in senders:
            wanted = todo - {sender}
            missing = self._fence_once(sender, wanted, vid, wait)
            if missing:
                raise Failed(f"fence from h{sender} not seen on "
                             f"{sorted(missing)}")
            todo -= wanted

    def wait_forwarding(self, ports=None, vid=None):
        """Wait until frames pass between all ports."""
        ports = list(ports or self.ports)
        if len(ports) < 2:
            return

        def passes():
            try:
                return not (
                    self._fence_once(ports[0], ports[1:], vid, 0.05) or
                    self._fence_once(ports[-1], ports[:-1], vid, 0.05))
            except OSError:     # a device is down still
                return False
        wait_until(passes, 20, what="the bridge forwards on all ports")
        self.flush()

    def expect(self, port, pred, within=SOON, n=1, what="frame"):
        """Wait for n frames that satisfy pred on a port, return the first n.

        One frame is returned as itself, several as a list.
        """
        end = time.monotonic() + within
        tap = self.taps[port]
        while True:
            tap.drain()
            got = [f for f in tap.frames if pred(f)]
            left = end - time.monotonic()
            if len(got) >= n:
                return got[0] if n == 1 else got[:n]
            if left <= 0:
                raise Failed(f"{what}: {len(got)} of {n} on {self.name(port)} "
                             f"within {within} s")
            select.select([tap.sock], [], [], left)

    def no_frame(self, pred, ports=None, during=QUIET, what="frame"):
        """Nothing that satisfies pred is captured now or in that time."""
        time.sleep(during)
        for port in self.ports if ports is None else ports:
            for f in self.frames(port):
                if pred(f):
                    raise Failed(f"{what}: must not be there: {f}")

    # --- where does it go -----------------------------------------------

    def reach(self, port, frame, host=False, **fence):
        """Send a frame; the ports (0 is br0) where exactly it arrived.

        A port that got it twice, or changed, is listed as a string.
        """
        want = decode(frame)
        self.frames()
        before = {p: len(tap.frames) for p, tap in self.taps.items()}
        self.send(port, frame)
        self.fence(**fence)
        out = []
        for p, tap in sorted(self.taps.items()):
            if not p and not host:
                continue
            tap.drain()
            same = [f for f in tap.frames[before[p]:]
                    if (f.smac, f.dmac) == (want.smac, want.dmac) and
                    f.proto == want.proto and self._alike(f, want)]
            if len(same) == 1 and same[0].l3 == want.l3:
                out.append(p)
            elif same:
                out.append(f"{p}: {len(same)} copies or changed")
        return out

    @staticmethod
    def _alike(f, want):
        if want.seq is not None:
            return f.seq == want.seq
        return f.kind == want.kind and f.l3[:12] == want.l3[:12]

    def data(self, port, group, src=None, host=False, fence=None, **opt):
        """Send one data frame of a stream; the ports where it arrived."""
        frame = packets.udp(group, self.next_seq(), src=src, **opt)
        return self.reach(port, frame, host=host, **(fence or {}))

    # --- helpers of tests -----------------------------------------------

    def link(self, port, what):
        """`ip link set pN WHAT`."""
        self.ns.ip(f"link set {self.name(port)} {what}")

    def describe(self):
        """For the diagnostics of a failed test."""
        out = ["last frames:"] + [f"  {f}" for f in self.frames()[-25:]]
        for what in ("group show", "router show", "querier show",
                     "stats show"):
            try:
                out.append(f"{what}: {self.mcs.json(what)}")
            except Failed as e:
                out.append(f"{what}: {e}")
        return "\n".join(out)


def pin():
    """Keep to one CPU, so that what is sent first is handled first."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
