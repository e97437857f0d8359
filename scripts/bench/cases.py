# SPDX-License-Identifier: GPL-2.0
"""What is measured: bridges, members and frames, and who snoops on them.

Every Case is a point of a plot and has one figure for each way in WAYS, every
Control one for each in CONTROL_WAYS: instructions for a frame, the sender's
own subtracted.
"""
import dataclasses

import frames
from lib import packets

WAYS = {
    "intree": "the bridge's own snooping",
    "fast": "mcsnoop, fast path",
    "filter": "mcsnoop, filter path",
    "flood": "no snooping",
    "floor": "clone and send, no bridge",
}
CONTROL_WAYS = {
    "intree": "the bridge's own snooping",
    "mcsnoop": "mcsnoop",
    "untracked": "mcsnoop, host-tracking off",
}
PORTS = 256         # devices that there are
WARM, COUNT = 64, 512
TAGGED = 10         # VLAN of tagged ports
MCSNOOP = ("querier on query-response-interval 100ms max-groups 1000000 "
           "max-port-groups 1000000 max-port-hosts 1000000 mrd-solicit off")
INTREE = "mcast_snooping 1 mcast_hash_max 4194304"
# Only so does it keep sources; without it looks up one address less.
INTREE_SOURCES = " mcast_igmp_version 3 mcast_mld_version 2"
# name: kind of record, its sources, the source of the stream
FILTERS = {
    "any": (packets.TO_EX, (), 1),
    "include 1": (packets.ALLOW, range(1, 2), 1),
    "include 32": (packets.ALLOW, range(1, 33), 17),
    "exclude 1": (packets.IS_EX, range(101, 102), 1),
    "exclude 32": (packets.IS_EX, range(101, 133), 1),
}


@dataclasses.dataclass(frozen=True)
class Case:
    """A bridge with ports of which the first are members of all groups."""

    axis: str
    x: object               # where on the axis
    ports: int = 16
    members: int = 2
    groups: int = 1
    cycle: bool = False     # frames go to many groups in turn
    family: int = 4
    sources: str = "any"    # one of FILTERS
    vlan: str = ""          # untagged or tagged: the bridge filters
    host: bool = False      # the host is a member as well
    kind: str = "data"      # or unregistered, unicast
    attached: str = "this bridge"   # or another one, one elsewhere, none
    tries: int = 1          # what is in a hash bucket varies: take the least
    ways: tuple = tuple(WAYS)

    @property
    def name(self):
        """For logs and --only."""
        return f"{self.axis} / {self.x}"

    @property
    def vid(self):
        """Tag of the frames, None for none."""
        return TAGGED if self.vlan == "tagged" else None

    def wanted(self, way):
        """How many ports a frame must leave by."""
        if self.kind == "unicast":
            return 1
        if way == "flood":
            return self.ports
        return 1 if self.kind == "unregistered" else self.members


@dataclasses.dataclass(frozen=True)
class Control:
    """Reports that a bridge hears; the first port has groups already."""

    axis: str
    x: object
    groups: int                 # of the first port, before
    before: tuple = ()          # frames that do not count: see Job.reports()
    frames: tuple = ()          # those that do
    sources: bool = False       # the bridge's own snooping keeps sources
    ports: int = 2
    ways: tuple = tuple(CONTROL_WAYS)

    @property
    def name(self):
        """For logs and --only."""
        return f"{self.axis} / {self.x}"

    @staticmethod
    def wanted(_way):
        """Where reports go is not what is measured."""
        return None


@dataclasses.dataclass(frozen=True)
class Bulk:
    """Many records at once: their memory, their end, a dump of them."""

    kind: str                   # memory, expiry or dump
    groups: int
    ways: tuple = tuple(CONTROL_WAYS)

    @property
    def name(self):
        """For logs and --only."""
        return f"{self.kind} / {self.groups}"


def names(ports):
    """p1 to pN."""
    return [f"p{n}" for n in range(1, ports + 1)]


class Job:
    """The guest's script and the frames that it needs."""

    def __init__(self, switch):
        self.switch = switch    # there is a fast path
        self.lines, self.files, self.counts = [], {}, {}
        self.steps = []
        self.batch("ip", ["link add in0 type dummy", "link set in0 up"] +
                   [line for p in names(PORTS) for line in
                    (f"link add {p} type dummy", f"link set {p} up")])

    def batch(self, what, lines):
        """Commands for ip or bridge."""
        self.lines += [f"{what}s <<E", *lines, "E"]

    def load(self, make, *args):
        """Give the module frames, made once; how many there are."""
        key = (make, *args)
        name = f"{make.__name__}-{len(self.files)}"
        if key in self.files:
            name = self.files[key][0]
        else:
            made = make(*args)
            self.files[key] = name, frames.pack(made)
            self.counts[name] = len(made)
        self.lines.append(f"load {name}")
        return self.counts[name]

    def measure(self, name, command):
        """The figure of a command."""
        self.steps.append(name)
        self.lines += [f"step {name}", f"measure {command}"]

    def text(self):
        """The script."""
        return "\n".join(self.lines) + "\n"

    def case(self, c, ways):
        """All figures of a case."""
        if isinstance(c, Bulk):
            self.lines.append(f"# {c.name}")
            for way in c.ways:
                getattr(self, "_" + c.kind)(c, way)
            return
        control = isinstance(c, Control)
        port = "p1" if control else "in0"
        self.lines += [f"# {c.name}", f"bench sink {port}"]
        if control:
            count = self.load(*c.frames)
            self.measure(f"{c.name} sender", f"once {port} 0 {count}")
        else:
            self._data(c)
            self.measure(f"{c.name} sender", f"send {port} {WARM} {COUNT}")
        self.lines.append(f"bench free {port}")
        for way in c.ways:
            if way in ways:
                for _ in range(1 if control else c.tries):
                    (self._control if control else self._figure)(c, way)

    # --- bridges --------------------------------------------------------

    def _bridge(self, ports, own, family=4, vlan="", senders=("in0",)):
        """A bridge with senders and ports; own: its own snooping."""
        all_ports = [*senders, *names(ports)]
        self.batch("ip", [
            f"link add br0 type bridge forward_delay 0 {own} "
            f"vlan_filtering {int(bool(vlan))}",
            *[f"link set {p} master br0" for p in all_ports]])
        if family == 6:
            self.lines.append("echo 0 > /proc/sys/net/ipv6/conf/br0/"
                              "disable_ipv6")
        self.batch("ip", ["link set br0 up", "addr add 192.0.2.77/24 dev br0"]
                   + ["addr add fe80::77/64 dev br0 nodad"] * (family == 6)
                   # now that it has addresses to query from
                   + ["link set br0 type bridge mcast_querier 1"] *
                   (own.startswith(INTREE)))
        if vlan == "tagged":
            self.batch("bridge", [f"vlan add dev {p} vid {TAGGED}"
                                  for p in all_ports] +
                       [f"vlan add dev br0 vid {TAGGED} self"])

    def _attach(self, c, settings):
        """Let mcsnoop snoop, on br0 unless the case says otherwise."""
        where = "br0"
        if c.attached == "another bridge":
            where = "br1"
            self.batch("ip", ["link add br1 type bridge mcast_snooping 0",
                              "link set br1 up"])
        elif c.attached == "another namespace":
            where = "br1"
            self.lines += ["/bin/ip netns add other || fail netns",
                           "/bin/ip -n other link add br1 type bridge "
                           "mcast_snooping 0 || fail br1"]
        other = "-n other " * (c.attached == "another namespace")
        self.lines.append(f"mcs {other}bridge add dev {where} {MCSNOOP}"
                          f"{settings}")
        if c.attached == "nothing":
            self.lines.append(f"mcs bridge del dev {where}")

    def _remove(self, c, way):
        """The opposite."""
        self.lines.append("/bin/ip link del br0 || fail del")
        if way not in ("filter", "fast"):
            return
        if c.attached == "another bridge":
            self.lines.append("/bin/ip link del br1 || fail del")
        elif c.attached == "another namespace":
            self.lines.append("/bin/ip netns del other || fail del")

    # --- data -----------------------------------------------------------

    def _data(self, c):
        if c.kind == "unicast":
            self.load(frames.unicast, c.vid)
            return
        groups = c.groups if c.kind == "data" else 1
        self.load(frames.data, c.family, groups, FILTERS[c.sources][2], c.vid,
                  c.cycle)

    def _known(self, c):
        """The bridge knows where the unicast frames go."""
        address = packets.host_mac(2).hex(":")
        vlan = f"vlan {TAGGED} " * (c.vlan == "tagged")
        self.batch("bridge", [f"fdb add {address} dev p1 {vlan}master static"])

    def _router(self, way):
        if way == "intree":
            self.batch("bridge", ["link set dev p1 mcast_router 2"])
        elif way != "flood":
            self.lines.append("mcs port set dev p1 router permanent")

    def _members(self, c):
        kind, sources, _ = FILTERS[c.sources]
        if c.members:
            count = self.load(frames.records, c.family, 0, c.groups, kind,
                              tuple(sources), c.vid)
        for p in names(c.members):
            self.lines.append(f"bench once {p} 0 {count}")
        if c.host:
            # the host takes up to 10 s to report it
            self.lines += [f"bench join br0 {frames.group(4, 0)}", "sleep 12"]

    def _figure(self, c, way):
        if way == "floor":
            if c.host or not c.members or c.kind != "data":
                return
            self.lines.append("bench floor in0 " + " ".join(names(c.members)))
            self._data(c)
            self.measure(f"{c.name} floor", f"send in0 {WARM} {COUNT}")
            self.lines.append("bench free in0")
            return
        self.ready(c, way)
        self.measure(f"{c.name} {way}", f"send in0 {WARM} {COUNT}")
        if c.host:
            self.lines.append("bench leave")
        self._remove(c, way)

    def ready(self, c, way, senders=("in0",)):
        """A bridge with members, and the frames."""
        own = "mcast_snooping 0"
        if way == "intree":
            own = INTREE + INTREE_SOURCES * (c.sources != "any")
        self._bridge(c.ports, own, c.family, c.vlan, senders)
        if way in ("filter", "fast"):
            # nobody but routers gets what nobody asked for, as in-tree
            self._attach(c, " unregistered routers" +
                         (f" fastpath {'on' if way == 'fast' else 'off'}"
                          if self.switch else ""))
        if c.kind == "unicast":
            self._known(c)
        if c.kind == "unregistered":
            self._router(way)
        # both queriers have to have asked, and waited for the answers
        self.lines.append("sleep 12")
        if way != "flood" and c.kind == "data":
            self._members(c)
        self._data(c)

    # --- control --------------------------------------------------------

    def _snooper(self, way, sources=False, ports=2):
        if way == "intree":
            self._bridge(ports, INTREE + INTREE_SOURCES * sources)
        else:
            self._bridge(ports, "mcast_snooping 0")
            tracking = " host-tracking off" * (way == "untracked")
            self.lines.append(f"mcs bridge add dev br0 {MCSNOOP}{tracking}")
        self.lines.append("sleep 12")

    def _filled(self, groups, name="any"):
        kind, sources, _ = FILTERS[name]
        self.lines.append("bench once p1 0 " + str(self.load(
            frames.records, 4, 0, groups, kind, tuple(sources))))

    def _control(self, c, way):
        self._snooper(way, c.sources, c.ports)
        self._filled(c.groups)
        for before in c.before:
            self.lines.append(f"bench once p1 0 {self.load(*before)}")
        count = self.load(*c.frames)
        self.measure(f"{c.name} {way}", f"once p1 0 {count}")
        self.lines.append("/bin/ip link del br0 || fail del")

    # --- many -----------------------------------------------------------

    def _note(self, name, lines):
        self.steps.append(name)
        self.lines += [f"step {name}", *lines]

    def _memory(self, c, way):
        for name, groups in ("any", c.groups), ("include 32", c.groups // 8):
            self._snooper(way, True)
            self._note(f"{c.name} {way} {name} before", ["memory"])
            self._filled(groups, name)
            # what only waits for a grace period is not in use
            self._note(f"{c.name} {way} {name} after", ["sleep 2", "memory"])
            self.lines.append("/bin/ip link del br0 || fail del")

    def _expiry(self, c, way):
        self._snooper(way)
        self._filled(c.groups)
        # the in-tree bridge's timers are up to 16 s late
        self._note(f"{c.name} {way}", ["sleep 255", "bench watch", "sleep 40",
                                       "measure watched"])
        self._note(f"{c.name} {way} left", [
            'echo "R $step left $(/bin/bridge mdb show dev br0 | wc -l) x 0 '
            'y 0"' if way == "intree" else
            'echo "R $step left $(/bin/mcsnoop group show dev br0 | '
            'grep -c 239) x 0 y 0"'])
        self.lines.append("/bin/ip link del br0 || fail del")

    def _dump(self, c, way):
        show = "/bin/bridge -j -d -s mdb show dev br0" if way == "intree" \
            else "/bin/mcsnoop -j -d -s group show dev br0"
        self._snooper(way)
        self._filled(c.groups)
        self._note(f"{c.name} {way}", ["bench clock", f"{show} > /run/dump",
                                       "measure clocked"])
        self._note(f"{c.name} {way} octets", [
            'echo "R $step octets $(wc -c < /run/dump) x 0 y 0"',
            "rm /run/dump"])
        self.lines.append("/bin/ip link del br0 || fail del")


def reports(groups):
    """Controls with that many groups in the table."""
    new, each = 256, {1: 256, 10: 64, 170: 16}
    out = []
    joins = (frames.older, 4, groups, new, False)
    leaves = (frames.older, 4, groups, new, True)
    out.append(Control("v2 join, new", groups, groups, (), joins))
    out.append(Control("v2 join, again", groups, groups, (joins,), joins))
    if groups == 1000:
        out.append(Control("v2 join, again, 64 ports", groups, groups,
                           (joins,), joins, ports=64))
        # the bridge is spared all but the first report of a host in a second
        each_other = (*joins, 200)
        out.append(Control("v2 join, again, 200 hosts", groups, groups,
                           (each_other,), each_other))
    out.append(Control("v2 leave", groups, groups, (joins,), leaves))
    for n, times in each.items():
        def build(kind, *sources, n=n, times=times):
            return (frames.records, 4, groups, n * times, kind, sources, None,
                    n)
        any_source, one = build(packets.TO_EX), build(packets.ALLOW, 1)
        what = f"v3 report, {n} record" + "s" * (n > 1)
        out += [Control(f"{what}, new", groups, groups, (), any_source),
                Control(f"{what}, again", groups, groups, (any_source,),
                        build(packets.IS_EX)),
                Control(f"{what}, one more source", groups, groups, (one,),
                        build(packets.ALLOW, 2), sources=True)]
    return out


def quick():
    """A choice that takes a few minutes."""
    out = [Case("members", n, members=n) for n in (1, 2, 8)]
    out += [Case("ports", n, ports=n) for n in (2, 64)]
    out += [Case("groups, all hit", 1000, groups=1000, cycle=True),
            Case("IPv6", 2, family=6),
            Case("sources", "include 1", sources="include 1"),
            Case("VLAN", "untagged", vlan="untagged"),
            Case("unregistered", "router port", kind="unregistered"),
            *unicast()]
    out += [c for c in reports(1000) if "10 " not in c.axis and
            "170" not in c.axis]
    return out + [Bulk("memory", 8000), Bulk("expiry", 8000),
                  Bulk("dump", 8000)]


def unicast():
    """The tax on everybody else."""
    return [Case("unicast", x, 2, kind="unicast", vlan=vlan, attached=attached,
                 tries=3)
            for x, vlan, attached in (
                ("this bridge", "", "this bridge"),
                ("this bridge, untagged", "untagged", "this bridge"),
                ("this bridge, tagged", "tagged", "this bridge"),
                ("another bridge", "", "another bridge"),
                ("another namespace", "", "another namespace"),
                ("nothing attached", "", "nothing"))]


def full():
    """All axes."""
    out = [Case("members", n, ports=32, members=n) for n in (0, 1, 2, 8, 32)]
    out += [Case("ports", n, ports=n) for n in (2, 4, 16, 64, 256)]
    for n in (1, 1000, 100000):
        out += [Case("groups, one hit", n, groups=n),
                Case("groups, all hit", n, groups=n, cycle=True)]
    out += [Case("IPv6", n, family=6, members=n) for n in (1, 2, 8)]
    out += [Case("sources", s, sources=s) for s in FILTERS]
    out += [Case("sources, IPv6", s, sources=s, family=6) for s in FILTERS]
    out += [Case("VLAN", v or "no filtering", vlan=v)
            for v in ("", "untagged", "tagged")]
    out += [Case("host", n, members=n, host=True) for n in (0, 1, 2)]
    out += [Case("unregistered", "router port", kind="unregistered")]
    out += unicast()
    for n in (1, 1000, 100000):
        out += reports(n)
    return out + [Bulk("memory", 100000), Bulk("expiry", 100000),
                  Bulk("dump", 100000)]
