# SPDX-License-Identifier: GPL-2.0
"""Random settings, reports and data, for one bridge or for two alike."""
import time

from lib.ktap import Failed
from lib.net import BR_IP4, BR_IP6, Net
from lib.packets import (ALLOW, BLOCK, IS_EX, IS_IN, TO_IN, ether, group_mac,
                         host_mac, igmp2_leave, igmp2_report, igmp3_report,
                         igmp3_to_ex, igmp_query, ip4, ip6, mld2_report,
                         mld2_to_ex, pim_hello, udp)
from lib.scenario import G, G2, G6, G62, S, S6, wait_pruning

PORTS = 5
# The third has the MAC address of the first.
GROUPS4, GROUPS6 = [G, G2, "239.129.1.1"], [G6, G62, "ff3e::5:0:101"]
OTHERS4 = ["239.9.9.9", "224.0.0.99", "232.7.7.7", "239.255.0.1"]
OTHERS6 = ["ff1e::999", "ff02::99", "ff02::1", "ff05::7", "ff11::1"]
VIDS = [1, 100, 200]
MACS = ["01:00:5e:01:01:01", "33:33:00:00:01:01", "01:00:5e:09:09:09"]

# How long the bridge may do something of which it tells nobody, until no
# frame takes the fast path any more: the life of a proof, and a bit.
UNTOLD = 1.1


class Pair:
    """Bridges that are told the same, by default one of each way."""

    def __init__(self, t, vlan, seed, ways=("on", "off")):
        self.vlan, self.seed = vlan, seed
        self.nets = [Net(t, ports=PORTS, vlan=vlan, addr=BR_IP4, addr6=BR_IP6,
                         fresh=True) for _ in ways]
        if vlan:
            self.bridge("".join(f"vlan add dev p{p} vid {v}\n"
                                for v in VIDS[1:]
                                for p in self.nets[0].ports) +
                        "".join(f"vlan add dev br0 vid {v} self\n"
                                for v in VIDS[1:]))
        for net, on in zip(self.nets, ways):
            net.mcs(f"bridge add dev br0 querier on fastpath {on}")
            for family in (4, 6):
                wait_pruning(net, family, 1 if vlan else None)

    def each(self, func):
        """The same with both."""
        return [func(net) for net in self.nets]

    def bridge(self, text):
        """bridge -batch on both."""
        self.each(lambda net: net.ns.bridge(text))

    def link(self, text):
        """ip link set on both."""
        self.each(lambda net: net.ns.ip("link set " + text))

    def mcs(self, words):
        """mcsnoop on both; it may be refused."""
        self.each(lambda net: net.mcs(words, check=False))

    def send(self, port, frame):
        """Send on both."""
        self.each(lambda net: net.send(port, frame))

    def compare(self, story):
        """Both delivered the same: port and all octets; how many frames."""
        time.sleep(0.001)
        ours = [host_mac(n) for n in range(1, 20)]
        got = self.each(lambda net: sorted(
            (f.port, f.raw) for f in net.frames() if f.smac in ours))
        if got[0] != got[1]:
            more = [x for x in got[0] if x not in got[1]]
            less = [x for x in got[1] if x not in got[0]]
            raise Failed(f"seed {self.seed}: {len(got[0])} and {len(got[1])} "
                         f"frames; fast path alone: {brief(more)}\n"
                         f"filter path alone: {brief(less)}\n" +
                         "\n".join(story[-60:]))
        self.each(lambda net: net.flush())
        return len(got[0])


def brief(frames):
    """Port and octets of a few frames."""
    return [(port, raw.hex()[:140]) for port, raw in frames[:3]]


FLAGS = [("isolated", "off"), ("hairpin", "off"), ("learning", "on"),
         ("neigh_suppress", "off"), ("locked", "off"),
         ("mcast_to_unicast", "off"), ("mcast_flood", "on"),
         ("flood", "on"), ("guard", "off")]
SETTINGS = [
    ("port", "router", "permanent", "auto"),
    ("port", "router", "never", "auto"),
    ("port", "unregistered", "drop", "inherit"),
    ("port", "unregistered", "flood", "inherit"),
    ("port", "ttl-threshold", "32", "0"),
    ("port", "scope-boundary", "8", "0"),
    ("host", "ttl-threshold", "32", "0"),
    ("bridge", "unregistered", "flood", "auto"),
    ("bridge", "unregistered", "routers", "auto"),
    ("bridge", "unregistered", "drop", "auto"),
    ("bridge", "flood-ff02", "off", "on"),
    ("bridge", "drop-node-scope", "off", "on"),
    ("bridge", "examine", "igmp", "all"),
    ("bridge", "source-filter", "off", "on")]
# How often each happens.
THINGS = {"member": 80, "router": 3, "static": 8, "host": 7, "mac": 6,
          "flag": 8, "untold": 3, "state": 3, "down": 2, "vlans": 6,
          "filtering": 1, "promisc": 2, "policy": 14}


class Chance:
    """Random things to do to a pair of bridges, and to undo later."""

    flags, settings, things = FLAGS, SETTINGS, THINGS

    def __init__(self, pair, rng):
        self.pair, self.rng = pair, rng
        self.undo = []          # [(what it says, function)]
        self.wait = 0           # until the bridge is what it was told to be
        self.untagged = True

    def port(self):
        """Any port."""
        return self.rng.randint(1, PORTS)

    def vid(self):
        """The words that name a VLAN."""
        return f" vid {self.rng.choice(VIDS)}" if self.pair.vlan else ""

    def later(self, words, func, wait=0.05):
        """Something was done that is to be undone."""
        self.undo.append((words, func))
        self.wait = max(self.wait, wait)

    def tag(self):
        """Tags of a report."""
        if self.pair.vlan and self.rng.random() < 0.6:
            return {"vlan": self.rng.choice(VIDS[1:])}
        return {}

    def member(self):
        """A report or leave of some host."""
        rng, tag = self.rng, self.tag()
        port, host = self.port(), rng.randint(1, 3)
        types = [IS_EX, IS_IN, ALLOW, BLOCK, TO_IN]
        if rng.random() < 0.5:
            group = rng.choice(GROUPS4)
            some = [S(n) for n in rng.sample(range(1, 5), rng.randint(0, 3))]
            frame = rng.choice([
                lambda: igmp2_report(group, host=host, **tag),
                lambda: igmp2_leave(group, host=host, **tag),
                lambda: igmp3_to_ex(group, host=host, **tag),
                lambda: igmp3_report((rng.choice(types), group, some),
                                     host=host, **tag)])()
        else:
            group = rng.choice(GROUPS6)
            some = [S6(n) for n in rng.sample(range(1, 5), rng.randint(0, 3))]
            frame = rng.choice([
                lambda: mld2_to_ex(group, host=host, **tag),
                lambda: mld2_report((rng.choice(types), group, some),
                                    host=host, **tag)])()
        self.pair.send(port, frame)
        return f"report of host {host} behind p{port} {tag}: {group}"

    def router(self):
        """A router says that it is one."""
        rng, tag, port = self.rng, self.tag(), self.port()
        self.pair.send(port, rng.choice([
            igmp_query(3, src="0.0.0.0", host=4, **tag),
            pim_hello(host=4, **tag), pim_hello(host=4, family=6, **tag)]))
        return f"router behind p{port} {tag}"

    def static(self):
        """A static entry, or none."""
        rng = self.rng
        words = (f"group {rng.choice(['add', 'add', 'del'])} dev br0 "
                 f"port p{self.port()} "
                 f"grp {rng.choice(GROUPS4 + GROUPS6)}{self.vid()}")
        self.pair.mcs(words)
        return words

    def host(self):
        """The host is a member."""
        words = f" dev br0 port br0 grp {self.rng.choice(GROUPS4)}{self.vid()}"
        self.pair.mcs("group add" + words)
        self.later(f"host{words}", lambda: self.pair.mcs("group del" + words))
        return "group add" + words

    def mac(self):
        """An entry for a MAC address, or mac-mode."""
        if self.rng.random() < 0.3:
            self.pair.mcs("bridge set dev br0 mac-mode on")
            self.later("mac-mode", lambda: self.pair.mcs(
                "bridge set dev br0 mac-mode off"))
            return "mac-mode on"
        words = (f" dev br0 port p{self.port()} "
                 f"mac {self.rng.choice(MACS)}{self.vid()}")
        self.pair.mcs("group add" + words)
        self.later(f"mac{words}", lambda: self.pair.mcs("group del" + words))
        return "group add" + words

    def flag(self):
        """A flag of a port that the bridge tells of when it is set."""
        port = self.port()
        name, usual = self.rng.choice(self.flags)
        other = "off" if usual == "on" else "on"
        words = f"link set dev p{port} {name} "
        self.pair.bridge(words + other + "\n")
        self.later(words, lambda: self.pair.bridge(words + usual + "\n"))
        return words + other

    def untold(self):
        """What the bridge tells nobody."""
        port = self.port()
        if self.pair.vlan and self.rng.random() < 0.6:
            words = f"vlan set vid {self.rng.choice(VIDS)} dev p{port} state "
            state = self.rng.choice([1, 2, 4])
            self.each_vlan(f"{words}{state}")
            self.later(words, lambda: self.each_vlan(f"{words}3"), UNTOLD)
            return f"{words}{state}"
        words = f"dev p{port} type bridge_slave proxy_arp "
        self.pair.link(words + "on")
        self.later(words, lambda: self.pair.link(words + "off"), UNTOLD)
        return words + "on"

    def each_vlan(self, words):
        """A bridge command about a VLAN that may have gone meanwhile."""
        self.pair.each(lambda net: net.ns.bridge(words, check=False))

    def state(self):
        """An STP state."""
        port = self.port()
        state = self.rng.choice([0, 1, 2])   # blocking does not last
        words = f"link set dev p{port} state "
        self.pair.each(lambda net: net.ns.bridge(f"{words}{state}",
                                                      check=False))
        self.later(words, lambda: self.pair.each(
            lambda net: net.ns.bridge(f"{words}3", check=False)))
        return f"{words}{state}"

    def down(self):
        """A port goes down."""
        port = self.port()
        self.pair.link(f"dev p{port} down")
        self.later(f"p{port} down", lambda: self.pair.link(f"dev p{port} up"))
        return f"p{port} down"

    def vlans(self):
        """VLANs of a port."""
        rng, port = self.rng, self.port()
        if not self.pair.vlan:
            return "nothing"
        vid = rng.choice(VIDS)
        words = rng.choice([
            f"vlan del dev p{port} vid {vid}",
            f"vlan add dev p{port} vid {vid}",
            f"vlan add dev p{port} vid {vid} untagged",
            f"vlan add dev p{port} vid {vid} pvid untagged"])
        self.each_vlan(words)
        usual = " pvid untagged" if vid == 1 else ""
        self.later(words, lambda: self.each_vlan(
            f"vlan add dev p{port} vid {vid}{usual}"))
        return words

    def filtering(self):
        """VLAN filtering goes off and comes back."""
        if not self.pair.vlan:
            return "nothing"
        words = "dev br0 type bridge vlan_filtering "
        self.pair.link(words + "0")
        self.later(words, lambda: self.pair.link(words + "1"))
        self.settled()
        return words + "0"

    def promisc(self):
        """Somebody captures on the host."""
        what = self.rng.choice(["promisc", "allmulticast"])
        self.pair.link(f"dev br0 {what} on")
        self.later(what, lambda: self.pair.link(f"dev br0 {what} off"))
        return what

    def policy(self):
        """Settings of ours."""
        port, mine = self.port(), self.rng.choice(self.settings)
        kind, name, value, usual = mine
        words = {"port": f"port set dev p{port} {name} ",
                 "host": f"port set dev br0 {name} ",
                 "bridge": f"bridge set dev br0 {name} "}[kind]
        self.pair.mcs(words + value)
        self.later(words, lambda: self.pair.mcs(words + usual))
        return words + value

    def odd(self, port, group, src, tag):
        """A frame that is not a plain datagram to a group."""
        rng, seq = self.rng, Net.next_seq()
        host = 8 + port
        if ":" in group:
            return rng.choice([
                lambda: udp(group, seq, src=src, host=host, ra=True, **tag),
                lambda: ip6(44, bytes([17, 0, 0, 1]) + seq.to_bytes(4, "big") +
                            bytes(24), group, src=src, ra=False, host=host,
                            **tag),
                lambda: udp(group, seq, src=src, host=host, version=5, **tag),
                lambda: udp(group, seq, src=src, host=host, cut=50, **tag)])()
        return rng.choice([
            lambda: udp(group, seq, src=src, host=host, options=b"\1\1\1\1",
                        **tag),
            lambda: udp(group, seq, src=src, host=host, mf=True, **tag),
            lambda: ip4(17, bytes(32), group, src=src, host=host, frag=40,
                        ident=seq & 0xffff, ra=False, **tag),
            lambda: udp(group, seq, src=src, host=host, ip_csum=1, **tag),
            lambda: udp(group, seq, src=src, host=host, ip_len=600, **tag),
            lambda: udp(group, seq, src=src, host=host, pad=b"\0" * 9, **tag),
            lambda: udp("192.0.2.200", seq, src=src, host=host,
                        dmac=group_mac(group).hex(":"), **tag),
            lambda: udp(group, seq, src=src, host=host, size=1400, **tag),
            lambda: ether(group_mac(group), host_mac(host), 0x88b5,
                          seq.to_bytes(4, "big") + bytes(42), **tag)])()

    def datagram(self):
        """Group, source and TTL of a frame of data."""
        rng = self.rng
        six = rng.random() < 0.5
        group = rng.choice(GROUPS6 if six else GROUPS4)
        if rng.random() < 0.1:
            group = rng.choice(OTHERS6 if six else OTHERS4)
        return group, (S6 if six else S)(rng.randint(1, 5)), \
            rng.choice([1, 16, 64])

    def frames(self, count):
        """Data, many frames of each flow."""
        rng, story = self.rng, []
        while count > 0:
            port, n = self.port(), rng.randint(5, 25)
            some = [(), (), 100, 200] if self.pair.vlan else [(), (), (), 100]
            tag = rng.choice(some)
            if rng.random() < 0.1:
                tag = rng.choice([0, 5, (100, 7), ((0x88a8, 100),), (0x6064,)])
            tag = {} if tag == () else {"vlan": tag}
            for _ in range(n):
                group, src, ttl = self.datagram()
                frame = self.odd(port, group, src, tag) \
                    if rng.random() < 0.06 else \
                    udp(group, Net.next_seq(), src=src, ttl=ttl,
                        host=8 + port, **tag)
                self.pair.send(port, frame)
            story.append(f"{n} frames into p{port} {tag}")
            count -= n
        return "\n".join(story)

    def settled(self):
        """Whoever was asked has answered, what changed is over."""
        time.sleep(self.rng.choice([12, 40]))

    def members(self, count):
        """Hosts to begin with; what they said."""
        return [self.member() for _ in range(count)]

    def steps(self):
        """A few random things; what they were."""
        return [self.step() for _ in range(self.rng.randint(1, 5))]

    def step(self):
        """One random thing; what it was."""
        rng = self.rng
        if self.undo and rng.random() < 0.25 * len(self.undo):
            words, func = self.undo.pop(rng.randrange(len(self.undo)))
            func()
            self.wait = max(self.wait, UNTOLD)
            time.sleep(0.02)    # work items of both, before the next report
            return "undo " + words
        what = rng.choices(list(self.things), list(self.things.values()))[0]
        words = getattr(self, what)()
        time.sleep(0.02)
        return words

    def settle(self):
        """Let what was done take effect; sometimes much more."""
        if self.wait:
            time.sleep(self.wait)
        if self.wait and self.rng.random() < 0.85:
            self.settled()
        self.wait = 0
