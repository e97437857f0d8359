# SPDX-License-Identifier: GPL-2.0
"""Members that are real: the kernel's own IGMP and MLD, driven by sockets."""
import collections
import fcntl
import socket
import struct

from lib import packets
from lib.ktap import Failed
from lib.ns import wait_until

# <linux/in.h>: the same numbers for both families.
MCAST_JOIN_GROUP, MCAST_BLOCK_SOURCE, MCAST_UNBLOCK_SOURCE = 42, 43, 44
MCAST_LEAVE_GROUP, MCAST_JOIN_SOURCE, MCAST_LEAVE_SOURCE = 45, 46, 47
MCAST_MSFILTER = 48
IP_MSFILTER = 41                # IPv4 only
INCLUDE, EXCLUDE = 1, 0
IP_MULTICAST_ALL, IPV6_MULTICAST_ALL = 49, 29
SO_RCVBUFFORCE, SIOCGIFADDR = 33, 0x8915


def _storage(address):
    """struct sockaddr_storage."""
    if ":" in address:
        head = struct.pack("=HHI", socket.AF_INET6, 0, 0)
    else:
        head = struct.pack("=HH", socket.AF_INET, 0)
    return (head + packets.addr(address)).ljust(128, b"\0")


class Member:
    """One socket that asks for one group on one device."""

    def __init__(self, ns, dev, group):
        self.six = ":" in group
        self.group, self.dev = group, dev
        self.numbers = collections.defaultdict(list)
        self.level = socket.IPPROTO_IPV6 if self.six else socket.IPPROTO_IP
        with ns.entered():
            self.sock = socket.socket(
                socket.AF_INET6 if self.six else socket.AF_INET,
                socket.SOCK_DGRAM)
            self.index = socket.if_nametoindex(dev)

    def _opt(self, option, *addresses):
        data = struct.pack("=I4x", self.index)
        data += b"".join(map(_storage, addresses))
        self.sock.setsockopt(self.level, option, data)
        return self

    def join(self):
        """The group, every source."""
        return self._opt(MCAST_JOIN_GROUP, self.group)

    def leave(self):
        """The group is not wanted any more."""
        return self._opt(MCAST_LEAVE_GROUP, self.group)

    def join_source(self, source):
        """One more source of the group."""
        return self._opt(MCAST_JOIN_SOURCE, self.group, source)

    def leave_source(self, source):
        """One source less."""
        return self._opt(MCAST_LEAVE_SOURCE, self.group, source)

    def block(self, source):
        """Every source but this one and those blocked before."""
        return self._opt(MCAST_BLOCK_SOURCE, self.group, source)

    def unblock(self, source):
        """This source again."""
        return self._opt(MCAST_UNBLOCK_SOURCE, self.group, source)

    def filter(self, mode, *sources):
        """Replace the whole filter."""
        data = struct.pack("=I4x", self.index) + _storage(self.group)
        data += struct.pack("=II", mode, len(sources))
        data += b"".join(map(_storage, sources))
        self.sock.setsockopt(self.level, MCAST_MSFILTER, data)
        return self

    def filter4(self, mode, *sources):
        """The same by the older option, which names its device by address."""
        request = struct.pack("=4s4sII", packets.addr(self.group),
                              packets.addr(self.local()), mode, len(sources))
        self.sock.setsockopt(socket.IPPROTO_IP, IP_MSFILTER,
                             request + b"".join(map(packets.addr, sources)))
        return self

    def local(self):
        """IPv4 address of the device."""
        answer = fcntl.ioctl(self.sock, SIOCGIFADDR,
                             struct.pack("256s", self.dev.encode()))
        return socket.inet_ntoa(answer[20:24])

    def listen(self):
        """Keep the numbers of frames that the socket is given."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        self.sock.setsockopt(self.level, IPV6_MULTICAST_ALL if self.six else
                             IP_MULTICAST_ALL, 0)
        self.sock.bind(("", packets.DATA_PORT))
        self.sock.setblocking(False)
        return self

    def got(self, source, begin=0, end=1 << 32):
        """Numbers that arrived from a source, in order of arrival."""
        while True:
            try:
                data, sender = self.sock.recvfrom(64)
            except BlockingIOError:
                break
            if data[:4] == packets.DATA_MAGIC:
                self.numbers[packets.addr(sender[0])].append(
                    int.from_bytes(data[4:8], "big"))
        return [n for n in self.numbers[packets.addr(source)]
                if begin <= n < end]

    def close(self):
        """The kernel leaves what the socket had joined."""
        self.sock.close()


class Host:
    """The kernel behind a port, with addresses so that it can speak."""

    def __init__(self, net, port, number=None, ns=None, dev=None):
        number = number or port
        self.net, self.port = net, port
        if net.parts.used > 1:
            raise Failed("a kernel host needs a topology with fresh=True")
        self.ns, self.dev = ns or net.hosts_ns, dev or f"h{port}"
        if not port:
            self.ns, self.dev = net.ns, "br0"
            return
        self.ns.sysctl(f"ipv6/conf/{self.dev}/disable_ipv6", 0)
        self.ns.ip(f"addr add {packets.host_ip4(number)}/24 dev {self.dev}\n"
                   f"addr add {packets.host_ip6(number)}/64 dev {self.dev} "
                   "nodad")
        wait_until(self._usable, what="the host's link-local address")
        net.flush()

    def _usable(self):
        with self.ns.entered():
            with open("/proc/net/if_inet6", encoding="ascii") as file:
                return any(line.split()[-1] == self.dev and
                           line.startswith("fe80") for line in file)

    def version(self, igmp=None, mld=None):
        """Make it an old host."""
        if igmp is not None:
            self.ns.sysctl(f"ipv4/conf/{self.dev}/force_igmp_version", igmp)
        if mld is not None:
            self.ns.sysctl(f"ipv6/conf/{self.dev}/force_mld_version", mld)
        return self

    def member(self, group):
        """A socket that has joined nothing yet."""
        m = Member(self.ns, self.dev, group)
        self.net.sockets.append(m)
        return m

    def join(self, group):
        """A member of a group."""
        return self.member(group).join()
