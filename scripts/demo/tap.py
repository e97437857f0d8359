# SPDX-License-Identifier: GPL-2.0
"""Count the streams' frames where they arrive: at the far end of each port."""
import bisect
import collections
import ctypes
import ipaddress
import socket
import struct
import zlib

import ts

SOL_PACKET = 263
PACKET_STATISTICS = 6
PACKET_OUTGOING = 4
SO_ATTACH_FILTER = 26
SO_RCVBUFFORCE = 33
SO_TIMESTAMPNS = 35
ETH_P_ALL, ETH_P_IP, ETH_P_IPV6 = 3, 0x0800, 0x86dd

# Enough to wait in while others use the processor.
BUFFER = 32 << 20
# Where the payload begins: after Ethernet, IP without options, and UDP.
HEAD4, HEAD6 = 14 + 20 + 8, 14 + 40 + 8

Stream = collections.namedtuple("Stream", "name source group port")


def _filter(group4, group6, length):
    """A socket filter: UDP datagrams to the groups, the rest is not seen.

    Each step is (operation, operand, where to go if a jump is not taken).
    """
    load_half, load_byte, load_word = 0x28, 0x30, 0x20
    equal, leave = 0x15, 0x06
    steps = [
        (load_half, 12, None),
        (equal, ETH_P_IP, 6),
        (load_byte, 14 + 9, None),
        (equal, socket.IPPROTO_UDP, 12),
        (load_word, 14 + 16, None),
        (equal, group4, 12),        # taken: on to 11, see below
        (equal, ETH_P_IPV6, 12),
        (load_byte, 14 + 6, None),
        (equal, socket.IPPROTO_UDP, 12),
        (load_word, 14 + 24 + 12, None),
        (equal, group6, 12),
        (leave, length, None),
        (leave, 0, None),
    ]
    code = []
    for here, (operation, operand, other) in enumerate(steps):
        taken = 11 - here - 1 if here == 5 else 0
        missed = other - here - 1 if other else 0
        code.append(struct.pack("=HBBI", operation, taken, missed, operand))
    return code


def _last_word(address):
    return int.from_bytes(ipaddress.ip_address(address).packed[-4:], "big")


class Log:
    """The frames of one stream at one port, in their order."""

    def __init__(self):
        self.times = []
        self.sums = []
        self.check = ts.Checker()

    def between(self, start, end):
        """How many came in this time."""
        return bisect.bisect_left(self.times, end) - \
            bisect.bisect_left(self.times, start)


class Tap:
    """A packet socket on a machine's eth0.

    received and sent are {stream: Log}.  The contents are looked at only of
    the streams in whole.  Frames wait in the socket until drain() is called,
    so that the counting does not disturb the streams.
    """

    def __init__(self, host, streams, whole=()):
        self.lost = 0
        self.received = {stream.name: Log() for stream in streams}
        self.sent = {stream.name: Log() for stream in streams}
        self._keys = {}
        for s in streams:
            source = ipaddress.ip_address(s.source).packed
            self._keys[source, s.port] = (s.name, s.name in whole)
        code = _filter(
            next(_last_word(s.group) for s in streams if ":" not in s.group),
            next(_last_word(s.group) for s in streams if ":" in s.group),
            65535 if whole else HEAD6)
        program = ctypes.create_string_buffer(b"".join(code))
        with host.entered():
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.setsockopt(
            socket.SOL_SOCKET, SO_ATTACH_FILTER,
            struct.pack("HL", len(code), ctypes.addressof(program)))
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.sock.bind(("eth0", ETH_P_ALL))
        self.sock.setblocking(False)

    def drain(self):
        """Take what has come."""
        receive, keys = self.sock.recvmsg, self._keys
        stamp = struct.Struct("qq").unpack_from
        while True:
            try:
                frame, control, _, address = receive(2048, 64)
            except BlockingIOError:
                break
            if frame[12] == 0x08:
                key = frame[26:30], frame[36] << 8 | frame[37]
                head = HEAD4
            else:
                key = frame[22:38], frame[56] << 8 | frame[57]
                head = HEAD6
            name, whole = keys.get(key, (None, False))
            if name is None:
                continue
            log = (self.sent if address[2] == PACKET_OUTGOING
                   else self.received)[name]
            seconds, nanoseconds = stamp(control[0][2])
            log.times.append(seconds + nanoseconds / 1e9)
            if whole:
                payload = frame[head:]
                log.sums.append(zlib.crc32(payload))
                log.check.datagram(payload)
        lost = struct.unpack("II", self.sock.getsockopt(
            SOL_PACKET, PACKET_STATISTICS, 8))[1]
        self.lost += lost
