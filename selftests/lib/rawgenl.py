# SPDX-License-Identifier: GPL-2.0
"""Generic netlink octet by octet, for requests that no command would make.

To be called with the namespace entered.
"""
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
