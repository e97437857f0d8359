# SPDX-License-Identifier: GPL-2.0
"""Several switches in a row or a ring, with real hosts behind their ports.

    namespace "sw1"      namespace "sw2"      namespace "sw3"
    br0 -- l2 ========== l1 -- br0 -- l3 ===== l2 -- br0 -- p1..p3

Switch N is 192.0.2.(70+N) and fe80::7N; its link to switch M is the device lM,
its ports p1.. lead to the devices h1.. in a namespace of its own. Host N of
switch M is number 10*M + N.
"""
import time

from lib import packets
from lib.host import Host
from lib.ktap import Failed
from lib.mcs import Mcs
from lib.ns import Netns, wait_until
from lib.scenario import G, G2, G6, G62
from lib.stream import TICK, Meter, Stream, longest, ranges

FORWARD_DELAY, MAX_AGE, HELLO = 15, 20, 2
MEMBER, STRANGER, SENDER = 1, 2, 3      # ports of a Play
FLOWS = {1: (G, G6), 3: (G2, G62)}      # by the switch they are sent from
CONTROL = "224.0.0.251"                 # a group that is always flooded


class Switch:
    """One of them. It is enough of a Net for lib.host."""

    used = 1

    def __init__(self, t, number, ports, addr, addr6, stp):
        self.t, self.number, self.n = t, number, ports
        self.parts, self.sockets, self.hosts = self, [], {}
        self.ns = Netns(f"sw{number}")
        self.hosts_ns = Netns(f"hosts{number}")
        t.defer(self.close)
        peer = self.hosts_ns.name
        lines = [f"link add br0 address 02:00:00:00:07:{number:02x} type "
                 f"bridge mcast_snooping 0 stp_state {int(stp)} "
                 f"priority {0x1000 * number}"]
        for i in self.ports:
            lines += [f"link add p{i} type veth peer name h{i} netns {peer}",
                      f"link set p{i} master br0 up"]
        lines.append("link set br0 up")
        if addr:
            lines.append(f"addr add 192.0.2.{70 + number}/24 dev br0")
        self.ns.ip("\n".join(lines))
        self.addr6 = addr6
        if addr6:
            self.ns.sysctl("ipv6/conf/br0/disable_ipv6", 0)
            self.power(True)
        self.hosts_ns.ip("\n".join(
            f"link set h{i} address {self.mac(i)} up" for i in self.ports))
        self.mcs = Mcs(self.ns, lambda port: f"p{port}" if port else "br0")
        self.meters = {i: Meter(t, f"sw{number} p{i}", self.hosts_ns, f"h{i}")
                       for i in self.ports}

    @property
    def ports(self):
        """Numbers of the ports with hosts."""
        return range(1, self.n + 1)

    def mac(self, port):
        """MAC address of a host."""
        return packets.host_mac(10 * self.number + port).hex(":")

    def host(self, port):
        """The kernel behind a port."""
        if port not in self.hosts:
            self.hosts[port] = Host(self, port,
                                    number=10 * self.number + port)
        return self.hosts[port]

    def power(self, on):
        """The bridge is up or down; when down it has no IPv6 address."""
        self.ns.ip(f"link set br0 {'up' if on else 'down'}")
        if on and self.addr6:
            self.ns.ip(f"addr add fe80::{70 + self.number}/64 dev br0 nodad")

    def flush(self):
        """For lib.host."""

    def close(self):
        """Remove it."""
        for sock in self.sockets:
            sock.close()
        self.hosts_ns.close()
        self.ns.close()

    def floods(self):
        """Families in which some port gets everything, or all do."""
        return [q["family"] for q in
                self.mcs.json("querier show dev br0")
                if q["pruning"] != "active" or "flood_ports" in q]


class Switches:
    """A number of switches; a test has them for itself.

    ring      the last is linked to the first, and STP runs
    addr, addr6   whether the switches have addresses
    """

    def __init__(self, t, n=3, ring=False, ports=3, addr=True, addr6=True):
        self.t, self.ring = t, ring
        self.all = [Switch(t, i, ports, addr, addr6, ring)
                    for i in range(1, n + 1)]
        pairs = [(i, i + 1) for i in range(1, n)] + [(n, 1)] * ring
        for a, b in pairs:
            one, two = self[a], self[b]
            one.ns.ip(f"link add l{b} type veth peer name l{a} netns "
                      f"{two.ns.name}\nlink set l{b} master br0 up")
            two.ns.ip(f"link set l{a} master br0 up")
        if ring:
            self.sleep(2 * FORWARD_DELAY + 2 * HELLO)
        self.streams = []
        t.on_fail.append(self.describe)

    def __getitem__(self, number):
        return self.all[number - 1]

    def attach(self, settings="", only=None):
        """Attach them, one after the other."""
        for sw in self.all:
            if only is None or sw.number in only:
                sw.mcs("bridge add dev br0 " + settings)

    def sleep(self, seconds):
        """Wait; what arrives meanwhile is read in time."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            time.sleep(max(0, min(left, 10)))
            for sw in self.all:
                for meter in sw.meters.values():
                    meter.read()
            if left <= 10:
                return

    def until(self, cond, timeout, what, step=1):
        """Wait for a condition while streams go on; seconds it took."""
        begin = time.monotonic()
        while not cond():
            if time.monotonic() - begin > timeout:
                raise Failed(f"{what}: not so after {timeout} s")
            self.sleep(step)
        return time.monotonic() - begin

    def settle(self, timeout=400):
        """Wait until every switch prunes and none floods; seconds it took."""
        return self.until(lambda: not any(sw.floods() for sw in self.all),
                          timeout, "all switches prune", step=5)

    def stream(self, at, flows, tick=TICK):
        """Begin to send from behind a port, (switch, port)."""
        sw, port = at
        s = Stream(self.t, self[sw].hosts_ns, f"h{port}", flows,
                   host=10 * sw + port, tick=tick)
        self.streams.append(s)
        return s

    def meter(self, at):
        """What arrives behind a port."""
        sw, port = at
        return self[sw].meters[port]

    def join(self, at, *groups):
        """A member for each group behind a port: a list of sockets."""
        sw, port = at
        return [self[sw].host(port).join(g) for g in groups]

    def wait_joined(self, at, *groups):
        """Wait until the reports have arrived."""
        sw, port = at
        for group in groups:
            wait_until(lambda g=group: self[sw].mcs.rec(port, g), 5,
                       what=f"sw{sw} has a record of {group} on p{port}")

    def link(self, one, two, what):
        """`ip link set` on both ends of a link."""
        for a, b in ((one, two), (two, one)):
            self[a].ns.ip(f"link set l{b} {what}")

    def priority(self, number, value):
        """Set a switch's priority in the spanning tree."""
        self[number].ns.ip(f"link set br0 type bridge priority {value}")

    def queriers(self, family=4):
        """Numbers of those that query."""
        return [sw.number for sw in self.all
                if sw.mcs.querier(family).get("state") == "self"]

    def stp_states(self):
        """{(switch, other end): state} of the links, as the kernel has it."""
        out = {}
        for sw in self.all:
            for port in sw.ns.bridge_json("link", "show"):
                if port["ifname"].startswith("l"):
                    out[sw.number, int(port["ifname"][1:])] = port["state"]
        return out

    def describe(self):
        """For the diagnostics of a failed test."""
        out = []
        for sw in self.all:
            for what in ("querier show", "group show", "host show",
                         "router show", "stats show"):
                try:
                    out.append(f"sw{sw.number} {what}: "
                               f"{sw.mcs(what)}")
                except Failed as e:
                    out.append(f"sw{sw.number} {what}: {e}")
        if self.ring:
            out.append(f"STP: {self.stp_states()}")
        return "\n".join(out)


def is_ring_of(states):
    """One end of one link is blocked, all others forward."""
    return sorted(states.values())[1:] == ["forwarding"] * (len(states) - 1) \
        and sorted(states.values())[0] == "blocking"


class Play:
    """Members and streams on switches, and what is said of them.

    Behind every switch, port 1 has a member, port 2 a host that wants nothing,
    and from port 3 of the first and the last a stream is sent.

    control: each frame goes to a group that is always flooded as well, with
    the same number. It shows what the network delivers at that moment: a frame
    that only the members miss has been lost by snooping.
    """

    def __init__(self, t, lab, senders=(1, 3), members=(1, 2, 3), tick=TICK,
                 control=False):
        self.t, self.lab, self.tick, self.streams = t, lab, tick, []
        self.senders = {sw: FLOWS[sw] for sw in senders}
        self.members, self.sockets = [], {}
        t.defer(self.close)
        for sw in members:
            self.join(sw)
        lab.sleep(1)
        for sw in lab.all:
            for meter in sw.meters.values():
                meter.clear()
        self.streams = [lab.stream((sw, SENDER), [*fs] + [CONTROL] * control,
                                   tick)
                        for sw, fs in self.senders.items()]

    def join(self, sw):
        """A member of all groups."""
        self.sockets[sw] = self.lab.join(
            (sw, MEMBER), *(g for fs in self.senders.values() for g in fs))
        self.members.append(sw)

    def close(self):
        """Nobody sends, nobody is a member any more."""
        for stream in self.streams:
            stream.stop()
        for sockets in self.sockets.values():
            for sock in sockets:
                sock.close()
        self.lab.sleep(10)

    @property
    def now(self):
        """The number of the next frame: the same for all streams, nearly."""
        return max(s.now for s in self.streams)

    def stop(self):
        """End the streams: every frame that there was has arrived."""
        count = min(s.stop() for s in self.streams)
        self.lab.sleep(0.1)
        return count

    def source(self, sender, group):
        """Address of a sender."""
        number = 10 + 10 * sender + SENDER
        return f"fe80::{number}" if ":" in group else f"192.0.2.{number}"

    def flows(self):
        """(sender, group, source) of each stream."""
        for sender, groups in self.senders.items():
            for group in groups:
                yield sender, group, self.source(sender, group)

    def no_black_hole(self, begin, end):
        """Whatever frame is delivered to anybody is delivered to members."""
        for sw in self.members:
            meter = self.lab.meter((sw, MEMBER))
            for sender, group, src in self.flows():
                lost = set(meter.missing(group, begin, end, src)) - \
                    set(meter.missing(CONTROL, begin, end,
                                      self.source(sender, CONTROL)))
                if lost:
                    raise Failed(f"{group} from {src} at {meter.name}: lost "
                                 f"by snooping {ranges(lost)} of "
                                 f"{begin}-{end - 1}")
                got = meter.got(group, src, begin, end)
                self.t.eq(len(got), len(set(got)), f"{group}: no frame twice")

    def every(self, begin, end, members=None):
        """Every frame reached every member."""
        for sw in self.members if members is None else members:
            for _, group, src in self.flows():
                self.lab.meter((sw, MEMBER)).every(group, begin, end, src)

    def strangers_none(self, begin, end):
        """No frame reached who is not a member."""
        for sw in self.lab.all:
            for port in (STRANGER, SENDER):
                for _, group, src in self.flows():
                    sw.meters[port].none(group, begin, end, src)

    def none(self, sw, begin, end):
        """No frame reached a member that does not want it."""
        for _, group, src in self.flows():
            self.lab.meter((sw, MEMBER)).none(group, begin, end, src)

    def gaps(self, begin, end):
        """Longest gap of every stream at each member, in seconds.

        {(switch, sender, family): gap}
        """
        return {(sw, sender, 6 if ":" in group else 4): self.tick * longest(
                    self.lab.meter((sw, MEMBER)).missing(group, begin, end,
                                                         src))
                for sw in self.members
                for sender, group, src in self.flows()}
