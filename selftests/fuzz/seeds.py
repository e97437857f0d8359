# SPDX-License-Identifier: GPL-2.0
"""Where the fuzzing of the command starts: what may be typed, and a kernel's
answers as Documentation/netlink/mcsnoop.yaml describes them."""
import os
import re
import struct

import yaml

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
V4 = bytes(10) + b"\xff\xff" + bytes((239, 1, 1, 1))
V6 = bytes((0xff, 0x1e)) + bytes(13) + b"\x05"
RTM_NEWLINK, RTM_GETLINK, RTM_NEWADDR, RTM_GETADDR = 16, 18, 20, 22
RTM_NEWMDB, RTM_GETMDB = 84, 86
AF_BRIDGE, ETH_P_IP, ETH_P_IPV6 = 7, 0x0800, 0x86dd
FAMILY, EVENT = 0x20, 0
SHOW = ("bridge", "vlan", "port", "group", "host", "nd", "router", "querier",
        "filter", "stats", "log", "mdb", "doctor", "save", "explain")
EXPLAIN = "explain dev br0 from p1 grp 239.1.1.1 src 192.0.2.1 vid 5 ttl 9"


# --- typed -------------------------------------------------------------------

def sources(*names):
    """Text of files of the command."""
    for name in names or sorted(os.listdir(os.path.join(TOP, "tool"))):
        if name.endswith(".c"):
            with open(os.path.join(TOP, "tool", name), encoding="utf-8") as f:
                yield f.read()


def words():
    """Everything that may be a word of a command."""
    found = {"239.1.1.1", "ff1e::5", "br0", "p1", "10s", "200ms", "1", "none",
             "-j", "-p", "-d", "-s", "-t", "-ts", "-c=always", "-b", "-force",
             "232.0.0.0/8", "02:00:00:00:00:01", "\n", "help", "on", "off"}
    for text in sources():
        found.update(re.findall(r'\.(?:name|alias) = "([^"]+)"', text))
        found.update(re.findall(r'_SETTING\("([^"]+)"', text))
    with open(os.path.join(TOP, "tool", "names_gen.h"),
              encoding="utf-8") as f:
        found.update(re.findall(r'"([a-z0-9-]+)"', f.read()))
    return found


def dictionary(path):
    """The words, for libFuzzer."""
    with open(path, "w", encoding="ascii") as out:
        for word in sorted(words()):
            text = "".join(c if " " < c < "\x7f" and c not in '"\\' else
                           f"\\x{ord(c):02x}" for c in word)
            out.write(f'"{text}"\n')


VALUES = {"TIME": "10s", "NUMBER": "2", "BOOL": "on", "ENUM": "auto",
          "FLAGS": "igmp,mld", "RANGE": "none"}


def lines():
    """Command lines, each of them right in itself or nearly so."""
    for text in sources():
        for kind, word in re.findall(r'([A-Z]+)_SETTING\("([^"]+)"', text):
            for obj in ("bridge", "vlan", "port"):
                yield f"{obj} set dev br0 {word} {VALUES.get(kind, '1')}"
    for name in SHOW:
        yield from (name, f"-j {name} show dev br0", f"{name} help")
    yield from (
        "bridge add dev br0 querier on takeover",
        "bridge del dev br0 giveback",
        "group add dev br0 port p1 grp 239.1.1.1 vid 5 src 192.0.2.1",
        "group del dev br0 port p1 grp ff1e::5", "filter flush dev br0",
        "group learn dev br0 port p1 grp 239.1.1.1 mode exclude timer 10s",
        "filter add dev br0 port p1 pref 3 deny grp 239.0.0.0/8 src ::/0",
        "router learn dev br0 port p1 type query timer 10s", EXPLAIN,
        "querier learn dev br0 port p1 address 192.0.2.1 timer 10s",
        "port set dev p1 router permanent", "vlan reset dev br0 vid 5",
        "doctor watch 1s", "top dev br0 count 2", "monitor dev br0 group",
        "log follow dev br0 -w -", "stats show -o prometheus",
        "-n x bridge", "-V", "-c=always -d group", "save --state dev br0")


def args_seeds():
    """Inputs of the target args."""
    every = list(lines())
    for line in every:
        yield line.encode()
    for count in (127, 128, 129, 200):
        yield ("-b f\n" + "a " * count).encode()
    yield ("-force -b f\n" + "\n".join(every)).encode()[:4000]
    yield ("restore --state f\n" + "\n".join(
        line for line in every if " add " in line or " set " in line or
        " learn " in line)).encode()[:4000]


# --- answered ----------------------------------------------------------------

def attr(kind, value):
    """An attribute, padded."""
    return struct.pack("=HH", 4 + len(value), kind) + value + \
        bytes(-len(value) % 4)


def message(kind, body):
    """A netlink message that is one of several."""
    return struct.pack("=IHHII", 16 + len(body), kind, 2, 0, 0) + body + \
        bytes(-len(body) % 4)


def chunk(tag, data):
    """What seam.c takes for an answer to a request."""
    return struct.pack("<BH", tag & 0xff, len(data)) + data


class Spec:
    """The family as it is described."""

    def __init__(self):
        path = os.path.join(TOP, "Documentation", "netlink", "mcsnoop.yaml")
        with open(path, encoding="utf-8") as f:
            spec = yaml.safe_load(f)
        self.sets = {s["name"]: s["attributes"]
                     for s in spec["attribute-sets"]}
        self.ops = spec["operations"]["list"]
        self.number = {op["name"]: n for n, op in enumerate(self.ops, 1)}
        self.by_name = {op["name"]: op for op in self.ops}

    def value(self, a, v6, n):
        """What an attribute may be."""
        kind, name = a["type"], a["name"]
        if kind == "nest":
            return self.attributes(a["nested-attributes"], None, v6, n)
        if kind == "binary":
            size = a.get("checks", {}).get("exact-len", 40)
            return {16: V6 if v6 else V4, 6: b"\x02" + bytes(4) + bytes([n])
                    }.get(size, bytes(range(size)))
        size = {"u8": 1, "u16": 2, "u32": 4, "u64": 8}.get(kind)
        if size is None:
            return b"" if kind in ("flag", "pad") else b"word\0"
        number = n
        if name == "port":      # the seam gives the last of them an odd name
            number = (2, 3, 7)[n % 3]
        elif name == "family":
            number = 10 if v6 else 2
        elif size == 1:
            number = min(n, a.get("checks", {}).get("max", 255))
        elif name in ("bridge", "ifindex"):
            number = 1
        elif size == 4 and not name.startswith("if"):
            number = n * 1000 + 1
        return number.to_bytes(size, "little")

    def attributes(self, name, only, v6, n):
        """All attributes of a set, or some."""
        out = b""
        for number, a in enumerate(self.sets[name], 1):
            if (only is None or a["name"] in only) and a["type"] != "pad":
                for i in range(2 if a.get("multi-attr") else 1):
                    out += attr(number, self.value(a, v6, n + i))
        return out

    def table(self, get, cmd=None, count=3):
        """Messages of a table."""
        op = self.by_name[get]
        reply = (op.get("dump") or op["do"])["reply"]["attributes"]
        out = b""
        for n in range(count):
            out += message(FAMILY, struct.pack(
                "=BBH", cmd or self.number[get], 1, 0) +
                self.attributes(op["attribute-set"], reply, n % 2, n))
        return out

    def tables(self):
        """Chunks with all tables."""
        return b"".join(
            chunk(self.number[name], self.table(name))
            for name, op in self.by_name.items()
            if "reply" in (op.get("dump") or op.get("do") or {}))

    def events(self):
        """Chunks with all events."""
        return b"".join(
            chunk(EVENT, self.table(op["notify"], self.number[op["name"]], 2))
            for op in self.ops if "notify" in op)


def links():
    """What rtnetlink says of a bridge, two ports and their addresses."""
    querier = attr(1, V4[12:]) + attr(2, struct.pack("=I", 2)) + \
        attr(3, struct.pack("=Q", 1000)) + attr(5, V6) + \
        attr(7, struct.pack("=Q", 1000))
    data = b"".join(attr(kind, value) for kind, value in (
        (7, b"\1"), (22, b"\1"), (23, b"\1"), (24, b"\1"), (25, b"\1"),
        (36, b"\1"), (34, struct.pack("=Q", 1000)), (42, b"\3"), (43, b"\2"),
        (47, querier)))
    out = [message(RTM_NEWLINK, struct.pack("=BxHiII", 0, 1, 1, 0x1003, 0) +
                   attr(3, b"br0\0") + attr(4, struct.pack("=I", 1500)) +
                   attr(18, attr(1, b"bridge\0") + attr(2, data)))]
    slave = b"".join(attr(kind, b"\1") for kind in range(1, 33))
    for port in (2, 3):
        head = struct.pack("=BxHiII", 0, 1, port, 0x1003, 0)
        body = attr(3, f"p{port}\0".encode()) + \
            attr(10, struct.pack("=I", 1))
        out.append(message(RTM_NEWLINK, head + body + attr(
            18, attr(1, b"vlan\0") + attr(2, attr(1, b"\5\0")) +
            attr(4, b"bridge\0") + attr(5, slave))))
        out.append(message(RTM_NEWLINK, bytes([AF_BRIDGE]) + head[1:] + body +
                           attr(12, slave)))
    address = message(RTM_NEWADDR, struct.pack("=BBBBI", 10, 64, 0, 253, 2) +
                      attr(1, V6))
    return chunk(RTM_GETLINK, b"".join(out)) + chunk(RTM_GETADDR, address)


def mdb():
    """The bridge's own table."""
    entries = b""
    for proto, group in ((ETH_P_IP, V4[12:]), (ETH_P_IPV6, V6), (0, V6[:6])):
        source = V6 if proto == ETH_P_IPV6 else V4[12:]
        listed = attr(1, attr(1, source) + attr(2, struct.pack("=I", 500)))
        entry = struct.pack("=IBBH16sHxx", 2, 1, 0, 5, group,
                            (proto >> 8 | proto << 8) & 0xffff)
        for more in (b"", attr(3, b"\1") + attr(2, listed), attr(4, source)):
            entries += attr(1, entry + attr(1, struct.pack("=I", 700)) + more)
    router = attr(1, struct.pack("=I", 3) + attr(1, struct.pack("=I", 300)) +
                  attr(2, b"\1") + attr(5, b"\5\0"))
    body = struct.pack("=BxxxI", AF_BRIDGE, 1) + attr(1, attr(1, entries)) + \
        attr(2, router)
    return chunk(RTM_GETMDB, message(RTM_NEWMDB, body))


def error(text, number=-22):
    """A refusal with a sentence."""
    body = struct.pack("=iIHHII", number, 16, 1, 0, 0, 0) + \
        attr(1, text.encode() + b"\0") + attr(2, struct.pack("=I", 20))
    return struct.pack("=IHHII", 16 + len(body), 2, 0x300, 0, 0) + body


def reply_seeds():
    """Inputs of the target reply."""
    spec = Spec()
    events, frame = spec.events(), bytes.fromhex(
        "01005e0101010200000000010800450000200000000001110000c000020bef010101")

    def typed(line, chunks):
        return line.encode() + b"\n" + bytes([len(frame)]) + frame + chunks
    for line in [f"{o}{name} show dev br0" for name in SHOW
                 for o in ("", "-j ", "-d -s ", "-j -p -d -s ")] + [
            f"{o}{line}" for line in (
                EXPLAIN, "doctor", "doctor watch 1s", "top count 2",
                "stats -o prometheus", "save --state", "log show -w -",
                "mdb", "bridge", "bridge set dev br0 querier on")
            for o in ("", "-j ")]:
        name = line.replace("-j ", "").replace("-p ", "") \
            .replace("-d ", "").replace("-s ", "").split()[0]
        own = spec.tables() if name in ("doctor", "save", "top", "mdb",
                                                "stats") else \
            b"".join(chunk(spec.number[get], spec.table(get))
                     for get in (f"{name}-get", "bridge-get", "frame-get")
                     if get in spec.number)
        yield typed(line, own + links() + mdb())
    for line in ("monitor", "-j -ts monitor", "-t monitor group",
                 "log follow", "-j log follow", "mdb monitor",
                 "-j mdb monitor"):
        yield typed(line, events)
    for line in ("bridge add dev br0 takeover", "bridge del dev br0 giveback",
                 "bridge set dev br0 takeover"):
        yield typed(line, b"".join(
            chunk(spec.number[get], spec.table(get))
            for get in ("bridge-get", "group-get", "router-get",
                        "querier-get")) + links() + mdb())
    for line in ("bridge add dev br0 querier on", "group",
                 "filter flush dev br0"):
        yield typed(line, chunk(255, error("mcsnoop: it is not to be")))


def write(directory):
    """All of them, as files."""
    for target, seeds in (("args", args_seeds()), ("reply", reply_seeds())):
        os.makedirs(os.path.join(directory, target), exist_ok=True)
        for n, seed in enumerate(seeds):
            with open(os.path.join(directory, target, f"seed-{n}"),
                      "wb") as out:
                out.write(seed)
