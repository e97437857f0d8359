# SPDX-License-Identifier: GPL-2.0
"""Netlink messages and frames that are nearly right, from one random.Random.

What is right is read from the sources: the attributes' policies from
module/genl_gen.c, their numbers from uapi_frozen.txt.
"""
import os
import re
import socket
import struct
from collections import Counter

from lib import rawgenl
from lib.packets import checksum

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
NLM_REQUEST, NLM_ACK, NLM_DUMP = 1, 4, 0x300
NLA_NESTED = 0x8000
POLICY = re.compile(r"nla_policy (\w+)\[.*?\] = \{\n(.*?)\n\};", re.S)
LINE = re.compile(r"\[(MCSNOOP_A_\w+)\] = (.*),")
OP = re.compile(r"\.cmd\s*= (\w+),(.*?)\},", re.S)
NEEDED = re.compile("_(IFINDEX|BRIDGE|PORT|FAMILY|VID|ADDRESS|GROUP|FROM|"
                    "FILTER_MODE|KIND|ACTION) ")
BRIDGE_DEL = 4
WIDTH = {"U8": 1, "U16": 2, "U32": 4, "U64": 8, "FLAG": 0}


def _numbers():
    """Name of each attribute and command, and its number."""
    found = {}
    with open(os.path.join(TOP, "uapi_frozen.txt"), encoding="ascii") as f:
        for line in f:
            words = line.split()
            if len(words) == 3 and words[2].isdigit():
                found[words[1]] = int(words[2])
    return found


class Policies:
    """{command: (can be dumped, [(attribute, name and policy)])}"""

    def __init__(self):
        path = os.path.join(TOP, "..", "module", "genl_gen.c")
        with open(path, encoding="ascii") as f:
            text = f.read()
        number = _numbers()
        self.tables = {
            name: [(number[attr], f"{attr} {said}")
                   for attr, said in LINE.findall(body)]
            for name, body in POLICY.findall(text)}
        self.ops = {}
        for cmd, body in OP.findall(text):
            policy = re.search(r"\.policy\s*= (\w+)", body)
            self.ops[number[cmd]] = (
                ".dumpit" in body,
                self.tables[policy[1]] if policy else [])


class Talker:
    """Says things to the module, most of them nearly right.

    To be used with the namespace entered. counts says what became of them.
    """

    def __init__(self, rng, devices, groups, others):
        self.rng, self.devices = rng, devices
        self.groups, self.others = groups, others
        self.right = True
        self.policies = Policies()
        self.family = rawgenl.family_id()
        self.sock, self.counts = None, Counter()

    def close(self):
        """Without reading on."""
        if self.sock:
            self.sock.close()
            self.sock = None

    # --- making ---------------------------------------------------------

    def _number(self, said):
        rng = self.rng
        limits = [int(n, 0) for n in re.findall(r"\b(?:0x)?[0-9a-f]+\b",
                                                said.partition("_U")[2][2:])]
        if "MIN(" in said:
            limits = [1, 100]
        if limits and (self.right or rng.random() < 0.8):
            least = limits[0] if len(limits) == 2 else 0
            return rng.randint(least, max(limits))
        if self.right:      # times, most of them
            return rng.choice((1, 2, 5, 10, 1000, 2000, 10000, 125000))
        return rng.choice((0, 1, 2, 3, 4, 10, 100, 1000, 4094, 4095, 65535,
                           0x7fffffff, 0xffffffff, rng.getrandbits(64)))

    def _value(self, said):
        """What an attribute holds, according to its policy."""
        rng = self.rng
        nested = re.search(r"NESTED\((\w+)\)", said)
        if nested:
            return self.attributes(self.policies.tables[nested[1]])
        exact = re.search(r"EXACT_LEN\((\d+)\)", said)
        if exact:
            size = int(exact[1])
            if size == 16:
                if rng.random() < 0.1:
                    return rng.randbytes(16)
                return rng.choice(self.groups if re.search(
                    "GROUP_ADDRESS|_GROUP ", said) else self.others)
            return bytes([2]) + rng.randbytes(size - 1)
        width = re.search(r"NLA_(U\d+|FLAG)", said)
        size = WIDTH[width[1]] if width else rng.randrange(8)
        number = self._number(said)
        if rng.random() < (0.95 if self.right else 0.7):
            number = self._known(said.split()[0], number)
        return (number & (1 << 8 * size) - 1).to_bytes(size, "little")

    def _known(self, name, number):
        """A value that there is something for."""
        rng = self.rng
        if name.endswith("_PORT_IFINDEX"):
            return rng.choice(self.devices[1:5])
        if name.endswith(("_IFINDEX", "_BRIDGE")):
            return self.devices[0]
        if name.endswith(("_PORT", "_FROM")):
            return rng.choice(self.devices[:5])
        if name.endswith("_VID"):
            return rng.choice((1, 1, 1, 5, 7, 0))
        if name.endswith("_FAMILY"):
            return rng.choice((2, 10))
        return number

    def _attribute(self, kind, said):
        rng = self.rng
        value = self._value(said)
        if "NESTED" in said:
            kind |= NLA_NESTED
        odd = 1 if self.right else rng.random()
        if odd < 0.03:
            value = value[:rng.randrange(len(value) + 1)]
        elif odd < 0.06:
            value += rng.randbytes(rng.randrange(1, 40))
        elif odd < 0.08:
            kind = rng.randrange(0x10000)
        out = rawgenl.attr(kind, value)
        if 0.08 < odd < 0.1:
            out = struct.pack("=H", rng.randrange(0x10000)) + out[2:]
        elif 0.1 < odd < 0.12:      # in another one, or in many
            for _ in range(rng.choice((1, 2, 40))):
                out = rawgenl.attr(rng.randrange(60) | NLA_NESTED, out)
        return out

    def attributes(self, table):
        """Some attributes, those that say of what it is nearly always."""
        rng = self.rng
        more = rng.choice((0, 0, 0.05, 0.1, 0.5))
        chosen = [line for line in table if rng.random() < (
            0.95 if NEEDED.search(line[1]) else more)]
        if rng.random() < 0.05:
            rng.shuffle(chosen)
        if rng.random() < 0.05:
            chosen *= 2
        return b"".join(self._attribute(*line) for line in chosen)

    def message(self):
        """(message, is it a dump)"""
        rng = self.rng
        self.right = rng.random() < 0.6
        cmd = rng.choice(list(self.policies.ops))
        if cmd == BRIDGE_DEL and rng.random() < 0.8:
            cmd = rawgenl.GROUP_GET
        dumps, table = self.policies.ops[cmd]
        dump = rng.random() < (0.5 if dumps else 0.02)
        odd = 1 if self.right else rng.random()
        if odd < 0.05:
            table = rng.choice(list(self.policies.tables.values()))
        elif odd < 0.1:
            cmd = rng.randrange(256)
        body = struct.pack("=BBH", cmd, rng.choice((1, 1, 1, 0, 255)), 0) + \
            self.attributes(table)
        flags = NLM_REQUEST | NLM_ACK | (NLM_DUMP if dump else 0)
        length = 16 + len(body)
        if 0.1 < odd < 0.2:
            body = body[:rng.randrange(len(body) + 1)]
        elif 0.2 < odd < 0.25:
            flags = rng.randrange(0x10000) | NLM_REQUEST
        elif 0.25 < odd < 0.3:
            length = rng.randrange(length + 9)
        return struct.pack("=IHHII", length, self.family, flags, 1, 0) + \
            body, bool(flags & NLM_DUMP)

    # --- saying ---------------------------------------------------------

    def _open(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                  rawgenl.NETLINK_GENERIC)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                             self.rng.choice((2048, 1 << 16)))
        self.sock.setsockopt(270, 11, 1)    # NETLINK_EXT_ACK
        self.sock.setsockopt(270, 12, self.rng.randrange(2))    # strict
        self.sock.bind((0, 0))
        self.sock.setblocking(False)

    def say(self):
        """One message, and some of the answer."""
        rng = self.rng
        if not self.sock or rng.random() < 0.1:
            self.close()
            self._open()
        message, dump = self.message()
        try:
            self.sock.send(message)
        except OSError:
            self.counts["not sent"] += 1
            return
        reads = rng.choice((0, 1, 1000)) if dump else 1000
        self.counts["dumps" if dump else "messages"] += 1
        while reads:
            reads -= 1
            try:
                data = self.sock.recv(1 << 16)
            except BlockingIOError:
                break
            except OSError:     # what was lost
                self.counts["overruns"] += 1
                continue
            length, kind = struct.unpack_from("=IH", data)
            if kind == rawgenl.NLMSG_ERROR and length >= 20:
                error = struct.unpack_from("=i", data, 16)[0]
                self.counts["refused" if error else "done"] += 1


# --- frames ------------------------------------------------------------------

def _put16(frame, at, value):
    frame[at:at + 2] = struct.pack("!H", value)


def _mend4(frame, at):
    head = (frame[at] & 15) * 4
    if head < 20 or at + head > len(frame):
        return
    _put16(frame, at + 2, len(frame) - at)
    _put16(frame, at + 10, 0)
    _put16(frame, at + 10, checksum(bytes(frame[at:at + head])))
    at, proto = at + head, frame[at + 9]
    if proto in (2, 103) and at + 4 <= len(frame):
        _put16(frame, at + 2, 0)
        _put16(frame, at + 2, checksum(bytes(frame[at:])))


def _mend6(frame, at):
    if at + 48 > len(frame):
        return
    _put16(frame, at + 4, len(frame) - at - 40)
    head, proto = at + 40, frame[at + 6]
    if proto == 0:
        proto = frame[head]
        head += 8 + 8 * frame[head + 1]
    if proto in (58, 103) and head + 4 <= len(frame):
        _put16(frame, head + 2, 0)
        pseudo = bytes(frame[at + 8:at + 40]) + \
            struct.pack("!II", len(frame) - head, proto)
        _put16(frame, head + 2, checksum(pseudo + bytes(frame[head:])))


def mend(frame):
    """Lengths and checksums right again, as far as they can be found."""
    frame, at = bytearray(frame), 12
    while at + 6 <= len(frame) and \
            frame[at:at + 2] in (b"\x81\0", b"\x88\xa8"):
        at += 4
    proto = bytes(frame[at:at + 2])
    if proto == b"\x08\0" and at + 22 <= len(frame):
        _mend4(frame, at + 2)
    elif proto == b"\x86\xdd":
        _mend6(frame, at + 2)
    return bytes(frame)


def mutate(rng, frame, others):
    """A frame of which something is different, mended three times in four."""
    frame = bytearray(frame)
    for _ in range(rng.choice((0, 1, 1, 2, 4, 16))):
        # what is in front decides who sees it at all
        at = rng.randrange(12, len(frame)) if rng.random() < 0.3 else \
            rng.randrange(min(34, len(frame) - 1), len(frame))
        frame[at] = rng.choice((frame[at] ^ 1 << rng.randrange(8), 0, 255,
                                rng.randrange(256)))
    odd = rng.random()
    if odd < 0.1:
        del frame[rng.randrange(14, len(frame) + 1):]
    elif odd < 0.2:
        frame += rng.randbytes(rng.choice((1, 4, 16, 200, 1000)))
    elif odd < 0.3:
        other = rng.choice(others)
        frame = frame[:rng.randrange(14, len(frame) + 1)] + \
            other[rng.randrange(14, len(other)):]
    elif odd < 0.4:
        frame[12:12] = rng.choice((b"\x81\0", b"\x88\xa8")) + \
            struct.pack("!H", rng.choice((0, 1, 5, 7, 100, 4095, 0xffff)))
    elif odd < 0.45:
        frame[6:12] = bytes([2]) + rng.randbytes(5)
    del frame[1514:]
    frame = bytes(frame) + bytes(max(0, 14 - len(frame)))
    return mend(frame) if rng.random() < 0.75 else frame
