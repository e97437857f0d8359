# SPDX-License-Identifier: GPL-2.0
"""Generic netlink octet by octet, for requests that no command would make.

To be called with the namespace entered.
"""
import os
import socket
import struct

NETLINK_GENERIC, NLM_REQUEST, NLM_DUMP = 16, 1, 0x301
NLMSG_ERROR, NLMSG_DONE = 2, 3
BRIDGE_GET, GROUP_GET = 1, 7


def attr(kind, value):
    """An attribute, padded."""
    return struct.pack("=HH", 4 + len(value), kind) + \
        value + bytes(-len(value) % 4)


def _request(sock, family, cmd, attrs, flags):
    sock.bind((0, 0))
    body = struct.pack("=BBH", cmd, 1, 0) + attrs
    sock.send(struct.pack("=IHHII", 16 + len(body), family, flags, 1, 0) +
              body)


def ask(family, cmd, attrs, flags=NLM_REQUEST):
    """One request; what came first in answer."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                       NETLINK_GENERIC) as sock:
        _request(sock, family, cmd, attrs, flags | 4)
        return sock.recv(65536)


def dump(family, cmd, attrs=b""):
    """A whole dump: [octets of each datagram], number of messages in all."""
    sizes, messages = [], 0
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                       NETLINK_GENERIC) as sock:
        _request(sock, family, cmd, attrs, NLM_DUMP)
        while True:
            data = sock.recv(1 << 22)
            sizes.append(len(data))
            at = 0
            while at < len(data):
                length, kind = struct.unpack_from("=IH", data, at)
                if kind in (NLMSG_DONE, NLMSG_ERROR):
                    return sizes, messages
                messages += 1
                at += (length + 3) & ~3


def attrs(data, at=0, end=None):
    """[(kind, value)] of a row of attributes."""
    out, end = [], len(data) if end is None else end
    while at + 4 <= end:
        length, kind = struct.unpack_from("=HH", data, at)
        out.append((kind & 0x3fff, data[at + 4:at + length]))
        at += (length + 3) & ~3
    return out


def numbers():
    """{name: number} of everything in the family's header."""
    with open(os.path.join(os.path.dirname(__file__), "..",
                           "uapi_frozen.txt"), encoding="ascii") as file:
        words = [line.split() for line in file]
    return {w[1].removeprefix("MCSNOOP_"): int(w[2], 0) for w in words
            if len(w) == 3 and w[0] not in ("#", "define")}


class Asker:
    """Many requests over one socket."""

    def __init__(self):
        self.family, self.seq = family_id(), 0
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                  NETLINK_GENERIC)
        self.sock.bind((0, 0))

    def close(self):
        """Close it."""
        self.sock.close()

    def __call__(self, cmd, request, flags=NLM_REQUEST):
        """What is answered: [[(kind, value)]], a list for each message."""
        self.seq += 1
        body = struct.pack("=BBH", cmd, 1, 0) + request
        self.sock.send(struct.pack("=IHHII", 16 + len(body), self.family,
                                   flags | 4, self.seq, 0) + body)
        out = []
        while True:
            data, at = self.sock.recv(1 << 18), 0
            while at < len(data):
                length, kind = struct.unpack_from("=IH", data, at)
                if kind in (NLMSG_DONE, NLMSG_ERROR):
                    error = struct.unpack_from("=i", data, at + 16)[0]
                    if error:
                        raise OSError(-error, os.strerror(-error))
                    return out
                out.append(attrs(data, at + 20, at + length))
                at += (length + 3) & ~3


def family_id():
    """Number of our family."""
    answer = ask(16, 3, attr(2, b"mcsnoop\0"))
    offset = 20
    while offset + 4 <= len(answer):
        length, kind = struct.unpack_from("=HH", answer, offset)
        if kind == 1:
            return struct.unpack_from("=H", answer, offset + 4)[0]
        offset += (length + 3) & ~3
    raise AssertionError("no family id")
