# SPDX-License-Identifier: GPL-2.0
"""The frames of the benchmark, made with the builders of the selftests."""
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "..", "selftests"))
# pylint: disable=wrong-import-position
from lib import packets  # noqa: E402

SIZE = 64           # octets of payload
SPREAD = 1024       # groups that frames go to, of those that there are
RECORDS = {4: 170, 6: 60}


def group(family, n):
    """Group number n."""
    if family == 4:
        return f"239.{1 + (n >> 16)}.{n >> 8 & 255}.{n & 255}"
    return f"ff1e::{1 + (n >> 16):x}:{n & 0xffff:x}"


def source(family, n):
    """Source number n."""
    return f"198.51.100.{n}" if family == 4 else f"2001:db8::{n:x}"


def pack(frames):
    """Frames as the module takes them."""
    return b"".join(struct.pack("!H", len(f)) + f for f in frames)


def data(family, groups=1, src=1, vlan=None, cycle=False):
    """A stream to the first group, or to many of them in turn."""
    numbers = range(0, groups, max(1, groups // SPREAD)) if cycle else [0]
    return [packets.udp(group(family, n), n, size=SIZE,
                        src=source(family, src), vlan=vlan or ())
            for n in numbers]


def unicast(vlan=None):
    """A frame that is no multicast."""
    frame = data(4, vlan=vlan)[0]
    return [packets.host_mac(2) + frame[6:]]


def records(family, first, groups, kind, sources, vlan=None, each=None):
    """Reports of records of one kind for groups, full or `each` long."""
    build = packets.igmp3_report if family == 4 else packets.mld2_report
    each = each or RECORDS[family]
    srcs = [source(family, n) for n in sources]
    if srcs:
        each = max(1, min(each, 1300 // (4 + 20 * len(srcs))))
    out = []
    for begin in range(first, first + groups, each):
        out.append(build(*[(kind, group(family, n), srcs) for n in
                           range(begin, min(begin + each, first + groups))],
                         vlan=vlan or ()))
    return out


def older(family, first, groups, leave=False, hosts=1):
    """Reports of one group each, or leaves, IGMPv2 or MLDv1, of hosts in turn.

    By default they are all of one.
    """
    build = {(4, False): packets.igmp2_report, (4, True): packets.igmp2_leave,
             (6, False): packets.mld1_report, (6, True): packets.mld1_done}
    return [build[family, leave](group(family, n), host=1 + n % hosts)
            for n in range(first, first + groups)]
