# SPDX-License-Identifier: GPL-2.0
"""Captured frames as named fields.

decode(octets) never raises: what it cannot read stays in kind "other" or
"short", so that a test sees what was on the wire.
"""
import ipaddress
import struct

from lib.packets import DATA_MAGIC, ETH_IP, ETH_IP6, RA6, checksum

IGMP_KINDS = {0x12: "igmp1_report", 0x16: "igmp2_report", 0x17: "igmp2_leave",
              0x22: "igmp3_report", 0x30: "mrd_adv", 0x31: "mrd_sol",
              0x32: "mrd_term"}
ICMP6_KINDS = {131: "mld1_report", 132: "mld1_done", 143: "mld2_report",
               133: "rs", 134: "ra", 135: "ns", 136: "na",
               151: "mrd_adv", 152: "mrd_sol", 153: "mrd_term"}
REC_NAMES = {1: "IS_IN", 2: "IS_EX", 3: "TO_IN", 4: "TO_EX", 5: "ALLOW",
             6: "BLOCK"}


def unfloat8(code):
    """RFC 3376 section 4.1.1."""
    return code if code < 128 else (code & 15 | 16) << ((code >> 4 & 7) + 3)


def unfloat16(code):
    """RFC 3810 section 5.1.3."""
    if code < 32768:
        return code
    return (code & 0xfff | 0x1000) << ((code >> 12 & 7) + 3)


class Frame:
    """One frame; fields that do not apply are None.

    kind     igmp1_query ... mld2_report, mrd_*, pim_hello, data, other
    port, t  where and when it was captured, by the kernel's clock
    dmac, smac, vlan (list of VIDs), l3 (octets behind the tags)
    src, dst, ttl, tos, ra (router alert seen), csum_ok
    group, sources, records [(type, group, [sources])]
    mrt, qqi (seconds), sflag, qrv      seq, payload (of data)
    """

    FIELDS = ("kind port t dmac smac vlan proto l3 src dst ttl tos ra csum_ok "
              "group sources records mrt qqi sflag qrv code seq payload "
              "msglen").split()

    def __init__(self, raw):
        for name in self.FIELDS:
            setattr(self, name, None)
        self.raw = raw
        self.kind = "other"
        self.vlan = []

    def __repr__(self):
        out = [self.kind]
        if self.port is not None:
            out.insert(0, f"h{self.port}" if self.port else "br0")
        if self.t is not None:
            out.insert(0, f"{self.t % 100000:.4f}")
        if self.vlan:
            out.append("vlan " + ".".join(map(str, self.vlan)))
        if self.src:
            out.append(f"{self.src} > {self.dst}")
        if self.group not in (None, "0.0.0.0", "::"):
            out.append("G=" + self.group)
        if self.kind.endswith("_query"):
            out.append(f"mrt={self.mrt}")
            if self.sflag is not None:
                out.append(f"S={self.sflag:d} qrv={self.qrv} qqi={self.qqi}")
            if self.sources:
                out.append("{" + ",".join(self.sources) + "}")
        for kind, group, sources in self.records or ():
            out.append(f"{REC_NAMES.get(kind, kind)}({group};"
                       f"{','.join(sources)})")
        if self.seq is not None:
            out.append(f"seq={self.seq}")
        if self.csum_ok is False:
            out.append("BAD CHECKSUM")
        return "<" + " ".join(out) + ">"

    @property
    def is_query(self):
        """A query of either family."""
        return self.kind.endswith("_query")

    @property
    def is_general(self):
        """A general query of either family."""
        return self.is_query and self.group in ("0.0.0.0", "::")


def _ip(octets):
    return str(ipaddress.ip_address(octets))


def _addrs(data, n, size):
    return [_ip(data[i * size:(i + 1) * size]) for i in range(n)]


def _records(data, count, size):
    out = []
    for _ in range(count):
        kind, aux, n = struct.unpack_from("!BBH", data)
        group = _ip(data[4:4 + size])
        out.append((kind, group, _addrs(data[4 + size:], n, size)))
        data = data[4 + size + n * size + aux * 4:]
    return out


def _query_tail(f, data, size):
    f.sflag = bool(data[0] & 8)
    f.qrv = data[0] & 7
    f.qqi = unfloat8(data[1])
    f.sources = _addrs(data[4:], struct.unpack_from("!H", data, 2)[0], size)


def _igmp(f, data):
    f.csum_ok = checksum(data) == 0
    f.code, f.msglen = data[1], len(data)
    if data[0] == 0x11:
        f.group = _ip(data[4:8])
        f.mrt, f.kind = data[1] / 10, "igmp2_query"
        if len(data) >= 12:
            f.kind, f.mrt = "igmp3_query", unfloat8(data[1]) / 10
            _query_tail(f, data[8:], 4)
        elif not data[1]:
            f.kind, f.mrt = "igmp1_query", 10.0
        return
    f.kind = IGMP_KINDS.get(data[0], f"igmp_{data[0]:02x}")
    if data[0] == 0x22:
        f.records = _records(data[8:], struct.unpack_from("!H", data, 6)[0], 4)
    elif data[0] in (0x12, 0x16, 0x17):
        f.group = _ip(data[4:8])


def _icmp6(f, data, pseudo):
    f.csum_ok = checksum(pseudo + data) == 0
    f.code, f.msglen = data[1], len(data)
    if data[0] == 130:
        f.group = _ip(data[8:24])
        f.mrt, f.kind = struct.unpack_from("!H", data, 4)[0], "mld1_query"
        if len(data) >= 28:
            f.kind, f.mrt = "mld2_query", unfloat16(f.mrt)
            _query_tail(f, data[24:], 16)
        f.mrt /= 1000
        return
    f.kind = ICMP6_KINDS.get(data[0], f"icmp6_{data[0]}")
    if data[0] == 143:
        f.records = _records(data[8:], struct.unpack_from("!H", data, 6)[0],
                             16)
    elif data[0] in (131, 132):
        f.group = _ip(data[8:24])


def _data(f, data):
    f.kind = "data"
    f.payload = data[8:]
    if f.payload[:4] == DATA_MAGIC:
        f.seq = struct.unpack_from("!I", f.payload, 4)[0]


def _ip4(f, data):
    ihl = (data[0] & 15) * 4
    total, = struct.unpack_from("!H", data, 2)
    frag = struct.unpack_from("!H", data, 6)[0] & 0x3fff
    f.tos, f.ttl = data[1], data[8]
    f.src, f.dst = _ip(data[12:16]), _ip(data[16:20])
    f.ra = 0x94 in data[20:ihl]
    body = data[ihl:total]
    if frag:
        f.kind = "fragment"
    elif data[9] == 2:
        _igmp(f, body)
    elif data[9] == 103:
        f.kind = "pim_hello" if body[0] == 0x20 else "pim"
        f.csum_ok = checksum(body) == 0
    elif data[9] == 17:
        _data(f, body)


def _ip6(f, data):
    size, proto, f.ttl = struct.unpack_from("!HBB", data, 4)
    f.tos = struct.unpack_from("!I", data)[0] >> 20 & 0xff
    f.src, f.dst = _ip(data[8:24]), _ip(data[24:40])
    body = data[40:40 + size]
    f.ra = False
    while proto in (0, 60):
        length = body[1] * 8 + 8
        f.ra = f.ra or proto == 0 and RA6 in body[2:length]
        proto, body = body[0], body[length:]
    pseudo = data[8:40] + struct.pack("!II", len(body), proto)
    if proto == 44:
        f.kind = "fragment"
    elif proto == 58:
        _icmp6(f, body, pseudo)
    elif proto == 103:
        f.kind = "pim_hello" if body[0] == 0x20 else "pim"
    elif proto == 17:
        _data(f, body)


def decode(raw):
    """Octets of an Ethernet frame to a Frame."""
    f = Frame(raw)
    try:
        f.dmac, f.smac = raw[:6], raw[6:12]
        at = 12
        f.proto, = struct.unpack_from("!H", raw, at)
        while f.proto in (0x8100, 0x88a8):
            f.vlan.append(struct.unpack_from("!H", raw, at + 2)[0] & 0xfff)
            at += 4
            f.proto, = struct.unpack_from("!H", raw, at)
        f.l3 = raw[at + 2:]
        if f.proto == ETH_IP:
            _ip4(f, f.l3)
        elif f.proto == ETH_IP6:
            _ip6(f, f.l3)
    except (struct.error, IndexError, ValueError):
        f.kind = "short"
    return f
