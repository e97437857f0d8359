# SPDX-License-Identifier: GPL-2.0
"""Numbered streams that go on while a test does something else, and how much
of them arrives where.

A Stream sends one frame to each of its groups every tick, all with the tick's
number. A Meter counts the numbers that arrive at a device. So a number that is
missing says when there was a gap, and two groups of the same stream can be
compared frame by frame.
"""
import collections
import ctypes
import errno
import ipaddress
import mmap
import socket
import struct
import time

from lib import packets
from lib.child import Child
from lib.ktap import Failed

ETH_P_ALL = 3
SOL_PACKET, PACKET_IGNORE_OUTGOING = 263, 23
SO_RCVBUFFORCE = 33
IP4_DATA, IP6_DATA = 14 + 20 + 8, 14 + 40 + 8
TICK = 0.1


class Stream(Child):
    """A process that sends to groups until it is stopped.

    flows is a list of groups, or of (group, source). host is who sends.
    """

    def __init__(self, t, ns, dev, flows, host=9, tick=TICK):
        self.flows = [f if isinstance(f, tuple) else (f, None) for f in flows]
        self.tick = tick
        self.shared = mmap.mmap(-1, 8)
        with ns.entered():
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.bind((dev, 0))
        super().__init__(t, self._run, host)

    def _run(self, host):
        begin, n = time.monotonic(), 0
        while True:
            for group, src in self.flows:
                try:
                    self.sock.send(packets.udp(group, n, src=src, host=host,
                                               size=16))
                except OSError:     # the device is down
                    pass
            n += 1
            self.shared[:8] = struct.pack("=Q", n)
            time.sleep(max(0, begin + n * self.tick - time.monotonic()))

    @property
    def now(self):
        """The number of the next frame, when all before have arrived."""
        time.sleep(self.tick / 2)
        return struct.unpack("=Q", self.shared[:8])[0]

    def stop(self):
        """End it, return how many frames were sent; twice does no harm."""
        super().stop()
        self.sock.close()
        return struct.unpack("=Q", self.shared[:8])[0]


class _Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class _Msghdr(ctypes.Structure):
    _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_uint32),
                ("iov", ctypes.POINTER(_Iovec)), ("iovlen", ctypes.c_size_t),
                ("control", ctypes.c_void_p), ("controllen", ctypes.c_size_t),
                ("flags", ctypes.c_int)]


class _Mmsghdr(ctypes.Structure):
    _fields_ = [("hdr", _Msghdr), ("len", ctypes.c_uint32)]


class Batch:
    """Beginnings of frames, many of them with one system call."""

    MANY, OCTETS = 256, 80
    _libc = ctypes.CDLL(None, use_errno=True)

    def __init__(self):
        self.buffer = ctypes.create_string_buffer(self.MANY * self.OCTETS)
        base = ctypes.addressof(self.buffer)
        self.iov = (_Iovec * self.MANY)(*(
            (base + i * self.OCTETS, self.OCTETS) for i in range(self.MANY)))
        self.msgs = (_Mmsghdr * self.MANY)()
        for msg, iov in zip(self.msgs, self.iov):
            msg.hdr.iov, msg.hdr.iovlen = ctypes.pointer(iov), 1

    def read(self, sock):
        """The beginnings of what has arrived, none or some."""
        n = self._libc.recvmmsg(sock.fileno(), self.msgs, self.MANY,
                                socket.MSG_DONTWAIT, None)
        if n < 0:
            if ctypes.get_errno() == errno.EAGAIN:
                return []
            return [b""]        # the device is down or away
        raw = self.buffer.raw
        return [raw[i * self.OCTETS:(i + 1) * self.OCTETS] for i in range(n)]


class Meter:
    """The numbers that arrive at a device, by group and source."""

    batch = Batch()

    def __init__(self, t, name, ns, dev):
        self.name = name
        with ns.entered():
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        self.sock.bind((dev, ETH_P_ALL))
        self.flows = collections.defaultdict(list)
        t.defer(self.sock.close)

    def read(self):
        """Take what has arrived."""
        while True:
            frames = self.batch.read(self.sock)
            if not frames:
                return
            for raw in frames:
                self._count(raw)

    def _count(self, raw):
        """A frame, if it is of a stream."""
        proto = raw[12:14]
        if proto == b"\x08\x00":
            payload, dst, src = IP4_DATA, raw[30:34], raw[26:30]
        elif proto == b"\x86\xdd":
            payload, dst, src = IP6_DATA, raw[38:54], raw[22:38]
        else:
            return
        if raw[payload:payload + 4] == packets.DATA_MAGIC:
            self.flows[dst, src].append(
                int.from_bytes(raw[payload + 4:payload + 8], "big"))

    def got(self, group, src=None, begin=0, end=1 << 32):
        """Numbers that arrived of a flow, in order of arrival."""
        self.read()
        want = packets.addr(group), src and packets.addr(src)
        return [n for (g, s), flow in self.flows.items()
                if g == want[0] and want[1] in (None, s)
                for n in flow if begin <= n < end]

    def missing(self, group, begin, end, src=None):
        """Numbers from begin to end - 1 that did not arrive."""
        return sorted(set(range(begin, end)) -
                      set(self.got(group, src, begin, end)))

    def every(self, group, begin, end, src=None):
        """All of them arrived, and each once."""
        got = self.got(group, src, begin, end)
        if got != list(range(begin, end)):
            raise Failed(f"{group} at {self.name}: {len(got)} frames of "
                         f"{end - begin}, missing "
                         f"{ranges(self.missing(group, begin, end, src))}, "
                         f"{len(got) - len(set(got))} twice")

    def none(self, group, begin, end, src=None):
        """None of them arrived."""
        got = self.got(group, src, begin, end)
        if got:
            raise Failed(f"{group} at {self.name}: must not be there: "
                         f"{ranges(got)} of {begin}-{end - 1}")

    def seen(self):
        """Groups and sources that anything arrived of."""
        self.read()
        return {(str(ipaddress.ip_address(g)), str(ipaddress.ip_address(s)))
                for g, s in self.flows}

    def clear(self):
        """Forget what arrived."""
        self.read()
        self.flows.clear()


def runs(numbers):
    """[(first, last)] of numbers that follow each other."""
    out = []
    for n in sorted(set(numbers)):
        if out and out[-1][1] == n - 1:
            out[-1] = (out[-1][0], n)
        else:
            out.append((n, n))
    return out


def ranges(numbers):
    """1-3,7 for people."""
    return ",".join(f"{a}-{b}" if b > a else str(a)
                    for a, b in runs(numbers)) or "none"


def longest(numbers):
    """How many of the numbers follow each other at most."""
    return max((b - a + 1 for a, b in runs(numbers)), default=0)
