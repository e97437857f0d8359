# SPDX-License-Identifier: GPL-2.0
"""Frames by name: IGMP, MLD, MRD, PIM and data, whole and broken.

Every builder returns an Ethernet frame as bytes. Without options a frame is
what a well behaved sender would send. Options common to all of them:

  host=N            who sends: 1.. are hosts, ROUTER is the router
  src, dst          IP addresses          smac, dmac    MAC addresses
  ttl, tos, ident   header fields         vlan          VID, or list of tags
  pad               octets after the IP datagram, or "min" to reach 60
  cut=N             take N octets away at the end of the frame
  csum, ip_csum     a value, or "bad"     trailer       octets in the message
  ip_len            the length field      version, ihl  IPv4 header fields
  ra=False          no router alert       options       IPv4 options instead
  mf, frag          IPv4 fragmentation    ext           IPv6 headers instead
"""
import ipaddress
import struct

ROUTER = 0xfe

# Group record types, RFC 3376 section 4.2.12.
IS_IN, IS_EX, TO_IN, TO_EX, ALLOW, BLOCK = 1, 2, 3, 4, 5, 6

RA4 = bytes.fromhex("94040000")
RA6 = bytes.fromhex("05020000")
ETH_IP, ETH_IP6 = 0x0800, 0x86dd

DATA_PORT = 5004
DATA_MAGIC = b"mcsd"


def mac(text):
    """"02:00:..." as octets."""
    return bytes.fromhex(text.replace(":", ""))


def host_mac(host):
    """MAC address of host N."""
    return struct.pack("!HI", 0x0200, host)


def host_ip4(host):
    """IPv4 address of host N."""
    return "192.0.2.1" if host == ROUTER else f"192.0.2.{10 + host}"


def host_ip6(host):
    """Link-local address of host N, whose number is not hex."""
    return "fe80::1" if host == ROUTER else f"fe80::{10 + host}"


def addr(text):
    """An address of either family as octets."""
    return ipaddress.ip_address(text).packed


def group_mac(group):
    """Where frames to a group go, RFC 1112 section 6.4, RFC 2464 section 7."""
    a = addr(group)
    if len(a) == 16:
        return b"\x33\x33" + a[12:]
    if a[0] >> 4 != 14:
        return b"\xff" * 6 if a == b"\xff" * 4 else host_mac(ROUTER)
    return b"\x01\x00\x5e" + bytes([a[1] & 0x7f]) + a[2:]


def checksum(data):
    """The Internet checksum, RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def _sum_or(given, data):
    good = checksum(data)
    if given is None:
        return good
    return good ^ 0x100 if given == "bad" else given


def float8(value):
    """Code of a Max Resp Code or QQIC, RFC 3376 section 4.1.1."""
    if value < 128:
        return value
    for code in range(255, 127, -1):
        if (code & 15 | 16) << ((code >> 4 & 7) + 3) <= value:
            return code
    return 128


def float16(value):
    """Code of an MLDv2 Maximum Response Code, RFC 3810 section 5.1.3."""
    if value < 32768:
        return value
    exp = 0
    while exp < 7 and value >= 0x2000 << (exp + 3):
        exp += 1
    return 0x8000 | exp << 12 | min(value >> (exp + 3), 0x1fff) & 0xfff


def ether(dst, src, proto, payload, vlan=(), pad=b"", cut=0):
    """An Ethernet frame; vlan is a VID, or tags (VID or (TPID, TCI))."""
    tags = b""
    for tag in [vlan] if isinstance(vlan, int) else vlan:
        tpid, tci = tag if isinstance(tag, tuple) else (0x8100, tag)
        tags += struct.pack("!HH", tpid, tci)
    frame = dst + src + tags + struct.pack("!H", proto) + payload
    frame += b"\0" * max(0, 60 - len(frame)) if pad == "min" else pad
    return frame[:len(frame) - cut]


def ip4(proto, payload, dst, *, host=1, src=None, smac=None, dmac=None, ttl=1,
        tos=0xc0, ident=0, ra=True, options=None, mf=False, frag=0, version=4,
        ihl=None, ip_len=None, ip_csum=None, vlan=(), pad=b"", cut=0):
    """An IPv4 datagram in a frame."""
    if options is None:
        options = RA4 if ra else b""
    options += b"\0" * (-len(options) % 4)
    if ihl is None:
        ihl = 5 + len(options) // 4
    if ip_len is None:
        ip_len = 20 + len(options) + len(payload)
    head = struct.pack("!BBHHHBBH", version << 4 | ihl, tos, ip_len, ident,
                       mf << 13 | frag, ttl, proto, 0)
    head += addr(src or host_ip4(host)) + addr(dst) + options
    head = (head[:10] + struct.pack("!H", _sum_or(ip_csum, head)) + head[12:])
    return ether(mac(dmac) if dmac else group_mac(dst),
                 mac(smac) if smac else host_mac(host), ETH_IP,
                 head + payload, vlan, pad, cut)


def hbh(following, options=RA6):
    """A hop-by-hop header in front of header number following."""
    body = options
    short = -(len(body) + 2) % 8
    if short:
        body += b"\0" if short == 1 else b"\x01" + bytes([short - 2]) \
            + b"\0" * (short - 2)
    return bytes([following, (len(body) + 2) // 8 - 1]) + body


def ip6(proto, payload, dst, *, host=1, src=None, smac=None, dmac=None, ttl=1,
        tos=0, ra=True, ext=None, ip_len=None, version=6, vlan=(), pad=b"",
        cut=0):
    """An IPv6 datagram in a frame; ext is (first header, octets)."""
    if ext is None:
        ext = (0, hbh(proto)) if ra else (proto, b"")
    first, octets = ext
    body = octets + payload
    head = struct.pack("!IHBB", version << 28 | tos << 20,
                       len(body) if ip_len is None else ip_len, first, ttl)
    head += addr(src or host_ip6(host)) + addr(dst)
    return ether(mac(dmac) if dmac else group_mac(dst),
                 mac(smac) if smac else host_mac(host), ETH_IP6,
                 head + body, vlan, pad, cut)


def pseudo6(src, dst, length, proto):
    """The pseudo-header of RFC 8200 section 8.1."""
    return addr(src) + addr(dst) + struct.pack("!II", length, proto)


# --- IGMP -------------------------------------------------------------------

def igmp(kind, code, rest, dst, *, csum=None, trailer=b"", **opt):
    """Any IGMP message: type, code, what follows the checksum."""
    rest += trailer
    data = struct.pack("!BBH", kind, code, 0) + rest
    data = data[:2] + struct.pack("!H", _sum_or(csum, data)) + rest
    return ip4(2, data, dst, **opt)


def igmp1_report(group, *, dst=None, **opt):
    """IGMPv1 report; sent without router alert."""
    opt.setdefault("ra", False)
    opt.setdefault("tos", 0)
    return igmp(0x12, 0, addr(group), dst or group, **opt)


def igmp2_report(group, *, dst=None, code=0, **opt):
    """IGMPv2 report."""
    return igmp(0x16, code, addr(group), dst or group, **opt)


def igmp2_leave(group, *, dst="224.0.0.2", **opt):
    """IGMPv2 leave."""
    return igmp(0x17, 0, addr(group), dst, **opt)


def _record(kind, group, sources=(), more=None):
    more = more or {}
    aux = more.get("aux", b"")
    return struct.pack("!BBH", kind, len(aux) // 4,
                       more.get("n", len(sources))) + addr(group) + \
        b"".join(addr(s) for s in sources) + aux


def igmp3_report(*records, dst="224.0.0.22", count=None, code=0, **opt):
    """IGMPv3 report of records (type, group[, sources[, {aux, n}]])."""
    body = b"".join(_record(*r) for r in records)
    head = struct.pack("!HH", 0, len(records) if count is None else count)
    return igmp(0x22, code, head + body, dst, **opt)


def _one(kind, family):
    report = igmp3_report if family == 4 else mld2_report

    def build(group, *sources, **opt):
        return report((kind, group, sources), **opt)
    return build


def igmp_query(version, group="0.0.0.0", sources=(), *, mrt=None, sflag=False,
               qrv=2, qqi=125, n=None, dst=None, code=None, flags=0, **opt):
    """IGMP query of version 1, 2 or 3; mrt and qqi in seconds."""
    opt.setdefault("host", ROUTER)
    if mrt is None:
        mrt = 10 if group == "0.0.0.0" else 1
    tenths = round(mrt * 10)
    if version == 1:
        opt.setdefault("ra", False)
        opt.setdefault("tos", 0)
        tenths = 0
    body = addr(group)
    if version == 3:
        body += struct.pack("!BBH", flags << 4 | sflag << 3 | qrv, float8(qqi),
                            len(sources) if n is None else n)
        body += b"".join(addr(s) for s in sources)
        tenths = float8(tenths)
    if dst is None:
        dst = "224.0.0.1" if group == "0.0.0.0" else group
    return igmp(0x11, tenths if code is None else code, body, dst, **opt)


def in_ah(frame):
    """An IPv4 frame with its payload behind an authentication header."""
    head, ihl = frame[14:34], (frame[14] & 15) * 4
    payload = frame[14 + ihl:]
    auth = struct.pack("!BBHII12x", head[9], 4, 0, 0x1000, 1)
    head = head[:2] + struct.pack("!H", ihl + len(auth) + len(payload)) + \
        head[4:9] + b"\x33\0\0" + head[12:] + frame[34:14 + ihl]
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return frame[:14] + head + auth + payload


# --- MLD --------------------------------------------------------------------

def icmp6(kind, code, rest, dst, *, csum=None, trailer=b"", host=1, src=None,
          **opt):
    """Any ICMPv6 message: type, code, what follows the checksum."""
    rest += trailer
    src = src or host_ip6(host)
    head = struct.pack("!BB", kind, code)
    full = pseudo6(src, dst, len(rest) + 4, 58) + head + b"\0\0" + rest
    data = head + struct.pack("!H", _sum_or(csum, full)) + rest
    return ip6(58, data, dst, host=host, src=src, **opt)


def mld1_report(group, *, dst=None, **opt):
    """MLDv1 report."""
    return icmp6(131, 0, b"\0" * 4 + addr(group), dst or group, **opt)


def mld1_done(group, *, dst="ff02::2", **opt):
    """MLDv1 done."""
    return icmp6(132, 0, b"\0" * 4 + addr(group), dst, **opt)


def mld2_report(*records, dst="ff02::16", count=None, **opt):
    """MLDv2 report of records (type, group[, sources[, {aux, n}]])."""
    body = b"".join(_record(*r) for r in records)
    head = struct.pack("!HH", 0, len(records) if count is None else count)
    return icmp6(143, 0, head + body, dst, **opt)


def mld_query(version, group="::", sources=(), *, mrt=None, sflag=False,
              qrv=2, qqi=125, n=None, dst=None, code=None, flags=0, **opt):
    """MLD query of version 1 or 2; mrt and qqi in seconds."""
    opt.setdefault("host", ROUTER)
    if mrt is None:
        mrt = 10 if group == "::" else 1
    ms = round(mrt * 1000)
    if version == 2:
        ms = float16(ms)
    body = struct.pack("!HH", ms if code is None else code, 0) + addr(group)
    if version == 2:
        body += struct.pack("!BBH", flags << 4 | sflag << 3 | qrv, float8(qqi),
                            len(sources) if n is None else n)
        body += b"".join(addr(s) for s in sources)
    if dst is None:
        dst = "ff02::1" if group == "::" else group
    return icmp6(130, 0, body, dst, **opt)


igmp3_is_in = _one(IS_IN, 4)
igmp3_is_ex = _one(IS_EX, 4)
igmp3_to_in = _one(TO_IN, 4)
igmp3_to_ex = _one(TO_EX, 4)
igmp3_allow = _one(ALLOW, 4)
igmp3_block = _one(BLOCK, 4)
mld2_is_in = _one(IS_IN, 6)
mld2_is_ex = _one(IS_EX, 6)
mld2_to_in = _one(TO_IN, 6)
mld2_to_ex = _one(TO_EX, 6)
mld2_allow = _one(ALLOW, 6)
mld2_block = _one(BLOCK, 6)


# --- routers ----------------------------------------------------------------

def mrd4_adv(interval=20, *, qi=125, rv=2, dst="224.0.0.106", **opt):
    """Multicast Router Advertisement, RFC 4286 section 3."""
    opt.setdefault("host", ROUTER)
    return igmp(0x30, interval, struct.pack("!HH", qi, rv), dst, **opt)


def mrd4_sol(*, dst="224.0.0.2", **opt):
    """Multicast Router Solicitation."""
    return igmp(0x31, 0, b"", dst, **opt)


def mrd4_term(*, dst="224.0.0.106", **opt):
    """Multicast Router Termination."""
    opt.setdefault("host", ROUTER)
    return igmp(0x32, 0, b"", dst, **opt)


def mrd6_adv(interval=20, *, qi=125, rv=2, dst="ff02::6a", **opt):
    """Multicast Router Advertisement over ICMPv6."""
    opt.setdefault("host", ROUTER)
    return icmp6(151, interval, struct.pack("!HH", qi, rv), dst, **opt)


def pim_hello(holdtime=105, *, family=4, csum=None, **opt):
    """PIMv2 hello; holdtime None leaves the option out."""
    opt.setdefault("host", ROUTER)
    opt.setdefault("ra", False)
    rest = b"" if holdtime is None else struct.pack("!HHH", 1, 2, holdtime)
    data = b"\x20\0\0\0" + rest
    if family == 4:
        data = data[:2] + struct.pack("!H", _sum_or(csum, data)) + rest
        return ip4(103, data, "224.0.0.13", **opt)
    src = opt.setdefault("src", host_ip6(opt["host"]))
    full = pseudo6(src, "ff02::d", len(data), 103) + data
    data = data[:2] + struct.pack("!H", _sum_or(csum, full)) + rest
    return ip6(103, data, "ff02::d", **opt)


def mrd6_sol(*, dst="ff02::2", **opt):
    """Multicast Router Solicitation over ICMPv6."""
    return icmp6(152, 0, b"", dst, **opt)


def mrd6_term(*, dst="ff02::6a", **opt):
    """Multicast Router Termination over ICMPv6."""
    opt.setdefault("host", ROUTER)
    return icmp6(153, 0, b"", dst, **opt)


def pimv1_query(*, code=0, dst="224.0.0.2", **opt):
    """PIMv1 Router-Query, or another message of it."""
    opt.setdefault("host", ROUTER)
    return igmp(0x14, code, bytes.fromhex("1000000000000069"), dst, **opt)


def dvmrp_probe(*, code=1, dst="224.0.0.4", **opt):
    """DVMRP probe, or another message of it."""
    opt.setdefault("host", ROUTER)
    return igmp(0x13, code, bytes.fromhex("00000eff12345678"), dst, **opt)


def ospf_hello(dead=40, *, mc=True, csum=None, **opt):
    """OSPFv2 hello, RFC 2328 section A.3.2; mc is RFC 1584's option."""
    opt = {"host": ROUTER, "ra": False, **opt}
    head = struct.pack("!BBH4s4s", 2, 1, 44, addr("192.0.2.1"), bytes(4))
    body = struct.pack("!4sHBBI8x", addr("255.255.255.0"), 10,
                       6 if mc else 2, 1, dead)
    total = _sum_or(csum, head + bytes(4) + body)
    return ip4(89, head + struct.pack("!HH8x", total, 0) + body, "224.0.0.5",
               **opt)


NONCE = b"\x0e\x02number"


def nd(kind, dst, *, target=None, options=b"", csum=None, **opt):
    """Neighbour discovery, ICMPv6 types 133 to 137, RFC 4861 section 4."""
    opt = {"ra": False, "ttl": 255, **opt}
    rest = bytes(4) + (addr(target) if target else b"")
    rest += {134: bytes(8), 137: addr("fe80::99")}.get(kind, b"")
    return icmp6(kind, 0, rest + options, dst, csum=csum, **opt)


def solicited_node(target):
    """Who looks for this address asks this group, RFC 4291 section 2.7.1."""
    return str(ipaddress.ip_address(
        addr("ff02::1:ff00:0")[:13] + addr(target)[13:]))


def nonce(seq):
    """An option that numbers a solicitation, RFC 3971 section 5.3."""
    return NONCE + seq.to_bytes(8, "big")


def nonce_of(raw):
    """The number of a frame with such an option, or None."""
    number = raw.partition(NONCE)[2][:8]
    return int.from_bytes(number, "big") if number else None


# --- data -------------------------------------------------------------------

def udp(group, seq=0, *, size=64, sport=DATA_PORT, dport=DATA_PORT, host=9,
        src=None, **opt):
    """A numbered data frame of either family; src is the stream's source."""
    data = DATA_MAGIC + struct.pack("!I", seq)
    data += bytes(max(0, size - len(data)))
    head = struct.pack("!HHH", sport, dport, 8 + len(data))
    opt = {"ttl": 16, "ra": False, "tos": 0, **opt}
    six = ":" in group
    src = src or (host_ip6(host) if six else host_ip4(host))
    if six:
        full = pseudo6(src, group, 8 + len(data), 17) + head + b"\0\0" + data
        head += struct.pack("!H", checksum(full) or 0xffff)
        return ip6(17, head + data, group, host=host, src=src, **opt)
    return ip4(17, head + b"\0\0" + data, group, host=host, src=src, **opt)


# --- spanning tree ----------------------------------------------------------

BPDU_MAC = "01:80:c2:00:00:00"


def bpdu(kind, version=0, flags=0, *, host=1, age=1, max_age=20, length=None,
         llc=b"\x42\x42\x03", proto=0, dmac=BPDU_MAC, body=None, **opt):
    """Any BPDU: type, version and flags; padded as senders do.

    length is what the frame says of itself, body what is behind the type.
    """
    if body is None:
        body = b"" if kind == 0x80 else struct.pack(
            "!B8sI8sHHHHH", flags, b"\x80\0" + host_mac(host), 0,
            b"\x80\0" + host_mac(host), 0x8001, age << 8, max_age << 8,
            2 << 8, 15 << 8)
        if kind == 2:
            body += b"\0"
    data = llc + struct.pack("!HBB", proto, version, kind) + body
    opt.setdefault("pad", bytes(max(0, 46 - len(data))))
    return ether(mac(dmac), host_mac(host),
                 len(data) if length is None else length, data, **opt)


def bpdu_tcn(**opt):
    """Topology Change Notification, 802.1D clause 9.3.2."""
    return bpdu(0x80, **opt)


def bpdu_config(tc=False, **opt):
    """Configuration BPDU, 802.1D clause 9.3.1."""
    return bpdu(0, flags=int(tc), **opt)


def bpdu_rst(tc=False, version=2, **opt):
    """Rapid Spanning Tree BPDU, 802.1D clause 9.3.3; 3 is that of MSTP."""
    return bpdu(2, version, flags=0x3c | int(tc), **opt)
