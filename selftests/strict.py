#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What a port refuses when it is told to: each switch off, on and off again.

Off, the message has its effect. On, it changes nothing, goes nowhere and is
counted once, while another port still takes the same message.
"""
import time

from lib import ktap, mcs
from lib.ktap import SIM, test
from lib.net import BR_MAC
from lib.ns import wait_until
from lib.packets import (ALLOW, addr, icmp6, igmp1_report, igmp2_leave,
                         igmp2_report, igmp3_allow, igmp3_block, igmp3_report,
                         igmp3_to_ex, igmp3_to_in, igmp_query, mld1_done,
                         mld1_report, mld2_to_ex, mld_query, mrd4_adv,
                         mrd6_adv, pim_hello, udp)
from lib.scenario import (G, G2, S, is_specific, shared, snooping, sources)

ROUTER4, ROUTER6 = "192.0.2.200", "fe80::200"
NOBODY_MAC = "01:00:5e:7f:00:01"
NOBODY_MAC6 = "33:33:00:00:00:99"


class Groups:
    """A group that no test used before."""

    n = 0

    @classmethod
    def new(cls, six):
        """The next one."""
        cls.n += 1
        return f"ff1e::7:{cls.n:x}" if six else \
            f"239.77.{cls.n >> 8}.{cls.n & 255}"


def rig(t):
    """A querier of both families with a router port, p4."""
    return snooping(t, family=46, router=4)


def look(net):
    """Everything that a message could change, timers apart."""
    return ({(g["port"], g["grp"]): str(mcs.Record(g))
             for g in net.mcs.groups() if g["port"] != "br0"},
            sorted(net.mcs.routers()),
            [(q["family"], q["state"], q.get("address"),
              q.get("version"))
             for q in net.mcs.json("querier show dev br0")])


class Message:
    """A kind of message: build(group), what it does when it is accepted.

    before() and after() stand around it, effect() says whether it was
    accepted; goes is where it is forwarded to from p2.
    """

    goes = [4]
    host = False

    def __init__(self, build, six=False, goes=None, host=False):
        self.build, self.six, self.group = build, six, None
        if goes is not None:
            self.goes, self.host = goes, host

    def before(self, net, port):
        """Make ready for another one."""
        self.group = Groups.new(self.six)

    def frame(self):
        """It, on the wire."""
        return self.build(self.group)

    def effect(self, net, port):
        """It was learned."""
        return bool(net.mcs.rec(port, self.group))

    def after(self, net, port):
        """Forget it."""


class Leave(Message):
    """A leave: it is asked who is left."""

    def before(self, net, port):
        super().before(net, port)
        net.send(port, mld2_to_ex(self.group) if self.six else
                 igmp3_to_ex(self.group))
        net.fence()
        net.flush()

    def effect(self, net, port):
        asked = [f for f in net.frames(port) if is_specific(self.group)(f)]
        lowered = net.mcs.rec(port, self.group).timer < 10
        return bool(asked) and lowered

    def after(self, net, port):
        if not SIM:     # nothing of it may end while others are looked at
            wait_until(lambda: not net.mcs.rec(port, self.group),
                       what="nobody answered")


class Router(Message):
    """What routers send: a router port."""

    goes = [1, 3, 4]

    def before(self, net, port):
        pass

    def effect(self, net, port):
        return net.name(port) in net.mcs.router_ports(
            "ipv6" if self.six else "ipv4")

    def after(self, net, port):
        net.mcs(f"port set dev {net.name(port)} router never")
        net.mcs(f"port set dev {net.name(port)} router auto")


def accepted(t, net, message, port, what):
    """It has its effect on this port."""
    message.before(net, port)
    grown = net.mcs.counting("drop_", "limit_")
    net.send(port, message.frame())
    net.fence()
    t.ok(message.effect(net, port), f"{what}: accepted on p{port}")
    t.eq(grown(), {}, f"{what}: nothing refused")
    message.after(net, port)


def refused(t, net, message, counters, what):
    """It has none on p2, goes nowhere and is counted."""
    message.before(net, 2)
    net.fence()
    before, grown = look(net), net.mcs.counting("drop_", "limit_", "rx_",
                                                "note_")
    t.eq(net.reach(2, message.frame(), host=True), [], f"{what}: goes nowhere")
    t.ok(not message.effect(net, 2), f"{what}: refused")
    t.eq(look(net), before, f"{what}: tables")
    counted = grown()
    if not SIM:     # the host's own reports come when they like
        counted = {k: v for k, v in counted.items() if k in counters}
    t.eq(counted, counters, f"{what}: counters")


def _switch(rows, setting, message, counters, what):
    @test(f"{rows} {setting}: {what}")
    def run(t):
        net = shared(t, rig)
        t.defer(net.mcs, f"port set dev p2 {setting} off")
        message.before(net, 2)
        t.eq(net.reach(2, message.frame(), host=message.host), message.goes,
             "off: where it goes")
        t.ok(message.effect(net, 2), "off: accepted")
        message.after(net, 2)
        net.mcs(f"port set dev p2 {setting} on")
        refused(t, net, message, counters, "on")
        accepted(t, net, message, 1, "another port")
        net.mcs(f"port set dev p2 {setting} off")
        accepted(t, net, message, 2, "off again")


def _query(version, **opt):
    if version > 3:
        return Router(lambda g: mld_query(version - 3, src=ROUTER6, **opt),
                      six=True)
    return Router(lambda g: igmp_query(version, src=ROUTER4, **opt))


TTL, RA, DST = {"drop_ttl": 1}, {"drop_ra": 1}, {"drop_dst": 1}
L2DST = {"drop_l2dst": 1}


def _version(counter, **more):
    return {counter: 1, "drop_version": 1, **more}


SWITCHES = [
    ("PARSE-08", "check-ttl", Message(lambda g: igmp2_report(g, ttl=2)), TTL,
     "an IGMPv2 report with TTL 2"),
    ("PARSE-08", "check-ttl", Message(lambda g: igmp1_report(g, ttl=64)), TTL,
     "an IGMPv1 report with TTL 64"),
    ("PARSE-08", "check-ttl", Message(lambda g: igmp3_to_ex(g, ttl=0)), TTL,
     "an IGMPv3 report with TTL 0"),
    ("PARSE-08", "check-ttl", Leave(lambda g: igmp2_leave(g, ttl=255)), TTL,
     "a leave with TTL 255"),
    ("PARSE-08", "check-ttl", _query(3, ttl=2), TTL, "a query with TTL 2"),
    ("PARSE-08", "check-ttl", Router(lambda g: mrd4_adv(ttl=2)), TTL,
     "an advertisement with TTL 2"),
    ("PARSE-08", "check-ttl", Router(lambda g: mrd6_adv(ttl=2), six=True),
     TTL, "an IPv6 advertisement with hop limit 2"),
    ("SEC-04 PARSE-09", "require-ra-report",
     Message(lambda g: igmp2_report(g, ra=False)), RA,
     "V20 an IGMPv2 report without"),
    ("SEC-04 PARSE-09", "require-ra-report",
     Message(lambda g: igmp3_to_ex(g, ra=False)), RA,
     "an IGMPv3 report without"),
    ("SEC-04 PARSE-09", "require-ra-report", Message(igmp1_report), RA,
     "V04 an IGMPv1 report, which has none"),
    ("SEC-04 PARSE-09", "require-ra-leave",
     Leave(lambda g: igmp2_leave(g, ra=False)), RA, "a leave without"),
    ("SEC-05 PARSE-09", "require-ra-query", _query(2, ra=False), RA,
     "V02 an IGMPv2 query without"),
    ("SEC-05 PARSE-09", "require-ra-query", _query(3, ra=False), RA,
     "an IGMPv3 query without"),
    ("PARSE-28", "strict-dst",
     Message(lambda g: igmp1_report(g, dst="224.0.0.1")), DST,
     "an IGMPv1 report to 224.0.0.1"),
    ("PARSE-28", "strict-dst",
     Message(lambda g: igmp2_report(g, dst="224.0.0.1")), DST,
     "an IGMPv2 report to 224.0.0.1"),
    ("PARSE-28", "strict-dst", Message(lambda g: igmp3_to_ex(g, dst=g)), DST,
     "an IGMPv3 report to its group"),
    ("PARSE-28", "strict-dst",
     Message(lambda g: igmp3_to_ex(g, dst="192.0.2.77", dmac=BR_MAC),
             goes=[0], host=True), DST, "an IGMPv3 report to a host"),
    ("PARSE-28", "strict-dst",
     Message(lambda g: mld2_to_ex(g, dst="fe80::77", dmac=BR_MAC), six=True,
             goes=[0], host=True), DST, "an MLDv2 report to a host"),
    ("PARSE-28", "strict-dst",
     Leave(lambda g: igmp2_leave(g, dst="224.0.0.1")), DST,
     "a leave to 224.0.0.1"),
    ("PARSE-36", "strict-l2dst",
     Message(lambda g: igmp2_report(g, dmac=BR_MAC), goes=[0], host=True),
     L2DST, "an IGMPv2 report in a frame to the bridge"),
    ("PARSE-36", "strict-l2dst",
     Message(lambda g: mld2_to_ex(g, dmac=BR_MAC), six=True, goes=[0],
             host=True), L2DST, "an MLDv2 report in a frame to the bridge"),
    ("PARSE-36", "strict-l2dst",
     Message(lambda g: igmp3_to_ex(g, dmac=NOBODY_MAC)), L2DST,
     "an IGMPv3 report in another group's frame"),
    ("PARSE-36", "strict-l2dst",
     Message(lambda g: mld1_report(g, dmac=NOBODY_MAC6), six=True), L2DST,
     "an MLDv1 report in another group's frame"),
    ("PARSE-36", "strict-l2dst",
     Message(lambda g: igmp3_to_ex(g, dst="192.0.2.77", dmac=NOBODY_MAC)),
     L2DST, "a report to a host in a multicast frame"),
    ("PARSE-36", "strict-l2dst", _query(3, dmac=NOBODY_MAC), L2DST,
     "a query in a group's frame"),
    ("PARSE-36", "strict-l2dst",
     Router(lambda g: pim_hello(dmac=NOBODY_MAC)), L2DST,
     "a hello in a group's frame"),
    ("SEC-01", "ignore-igmpv1", Message(igmp1_report),
     _version("rx_igmp_report_v1"), "V04 a report"),
    ("SEC-01", "ignore-igmpv1", _query(1), _version("rx_igmp_query_v1"),
     "V01 a query"),
    ("SEC-02", "ignore-igmpv2", Message(igmp2_report),
     _version("rx_igmp_report_v2"), "V05 a report"),
    ("SEC-02", "ignore-igmpv2", Leave(igmp2_leave),
     _version("rx_igmp_leave"), "V06 a leave"),
    ("SEC-02", "ignore-igmpv2", _query(2), _version("rx_igmp_query_v2"),
     "V02 a query"),
    ("SEC-03", "ignore-mldv1", Message(mld1_report, six=True),
     _version("rx_mld_report_v1"), "V33 a report"),
    ("SEC-03", "ignore-mldv1", Leave(mld1_done, six=True),
     _version("rx_mld_done"), "V34 a done"),
    ("SEC-03", "ignore-mldv1", _query(4), _version("rx_mld_query_v1"),
     "V32 a query"),
]

for _row in SWITCHES:
    _switch(*_row)


ALL = ("check-ttl", "require-ra-query", "require-ra-report",
       "require-ra-leave", "strict-dst", "strict-l2dst", "ignore-igmpv1",
       "ignore-igmpv2", "ignore-mldv1")


def only(net, *settings):
    """p2 has these switches on, and no other."""
    net.mcs("port set dev p2 " + " ".join(
        f"{name} {'on' if name in settings else 'off'}" for name in ALL))


# switch: messages that it leaves alone
SPARED = {
    "check-ttl": [Message(igmp2_report), Message(mld1_report, six=True),
                  _query(1), _query(2), _query(4), Leave(igmp2_leave)],
    "require-ra-query": [_query(1), _query(2), _query(3), _query(5),
                         Message(lambda g: igmp2_report(g, ra=False)),
                         Leave(lambda g: igmp2_leave(g, ra=False))],
    "require-ra-report": [Message(igmp2_report), Message(igmp3_to_ex),
                          Message(lambda g: igmp1_report(g, ra=True)),
                          Leave(lambda g: igmp2_leave(g, ra=False)),
                          _query(2, ra=False)],
    "require-ra-leave": [Leave(igmp2_leave), _query(3, ra=False),
                         Message(lambda g: igmp3_to_ex(g, ra=False))],
    "strict-dst": [Message(igmp1_report), Message(igmp3_to_ex),
                   Leave(lambda g: igmp2_leave(g, dst=g)),
                   Leave(igmp2_leave), Message(mld1_report, six=True),
                   Message(lambda g: igmp2_report(g, dmac=BR_MAC)),
                   _query(2)],
    "strict-l2dst": [Message(igmp2_report), Message(mld2_to_ex, six=True),
                     Message(lambda g: igmp2_report(g, dst="224.0.0.1")),
                     Message(lambda g: igmp3_to_ex(g, dst="192.0.2.77",
                                                   dmac=BR_MAC)),
                     _query(3), _query(5), Router(lambda g: mrd4_adv()),
                     Router(lambda g: pim_hello(family=6), six=True)],
    "ignore-igmpv1": [Message(igmp2_report), Message(igmp3_to_ex),
                      Leave(igmp2_leave), _query(2), _query(3), _query(4),
                      Message(mld1_report, six=True)],
    "ignore-igmpv2": [Message(igmp1_report), Message(igmp3_to_ex), _query(1),
                      _query(3), _query(5), Message(mld2_to_ex, six=True),
                      Router(lambda g: mrd4_adv())],
    "ignore-mldv1": [Message(igmp1_report), Message(igmp2_report), _query(1),
                     _query(5), Message(mld2_to_ex, six=True),
                     Router(lambda g: mrd6_adv(), six=True)],
}


@test("every switch leaves alone what it does not mean")
def spared(t):
    net = shared(t, rig)
    t.defer(only, net)
    for setting, messages in SPARED.items():
        only(net, setting)
        for i, message in enumerate(messages):
            accepted(t, net, message, 2, f"{setting} on, message {i}")


@test("all switches on: what keeps to the rules is learned")
def all_on(t):
    net = shared(t, rig)
    t.defer(only, net)
    only(net, *ALL)
    for i, message in enumerate((
            Message(igmp3_to_ex), Message(mld2_to_ex, six=True), _query(3),
            _query(5), Router(lambda g: mrd4_adv()),
            Router(lambda g: mrd6_adv(), six=True),
            Router(lambda g: pim_hello()),
            Router(lambda g: pim_hello(family=6), six=True))):
        accepted(t, net, message, 2, f"message {i}")


@test("forward-invalid on: bad form is refused but forwarded, versions not")
def forward_invalid(t):
    net = snooping(t, "forward-invalid on", router=4)
    net.mcs("port set dev p2 check-ttl on strict-l2dst on ignore-igmpv2 on")
    grown = net.mcs.counting("drop_")
    t.eq(net.reach(2, igmp3_to_ex(G, ttl=2)), [1, 3, 4], "TTL")
    t.eq(net.reach(2, igmp3_to_ex(G, dmac=NOBODY_MAC)), [1, 3, 4], "MAC")
    t.eq(net.reach(2, igmp2_report(G)), [], "version")
    t.eq(grown(), {"drop_ttl": 1, "drop_l2dst": 1, "drop_version": 1})
    t.eq(net.mcs.table(), {})


@test("a locked port refuses as others do, in the same place")
def locked(t):
    net = snooping(t, router=4)
    net.ns.ip("link set p2 type bridge_slave locked on learning off")
    net.ns.bridge("fdb replace 02:00:00:00:00:01 dev p2 master static\n")
    net.mcs("port set dev p2 check-ttl on ignore-igmpv2 on rate-reports 1")
    grown = net.mcs.counting("drop_", "limit_")
    t.eq(net.reach(2, igmp3_to_ex(G, ttl=2), senders=[1, 4]), [], "TTL")
    t.eq(net.reach(2, igmp2_report(G), senders=[1, 4]), [], "version")
    t.eq(grown(), {"drop_ttl": 1, "drop_version": 1})
    t.eq(net.reach(2, igmp3_to_ex(G), senders=[1, 4]), [4], "accepted")
    t.eq(net.mcs.table(), {("p2", 0, G): "EX(;)"})


@test("the host side refuses as ports do")
def host_side(t):
    net = snooping(t, router=4)
    net.mcs("port set dev br0 ignore-igmpv2 on")
    grown = net.mcs.counting("drop_", port=0)
    before = net.mcs.table()
    # seen once for each port, refused and counted once
    net.send(0, igmp2_report(G, smac=BR_MAC))
    net.fence()
    t.eq([f for f in net.frames(4) if f.kind == "igmp2_report"], [])
    t.eq((grown(), net.mcs.table()), ({"drop_version": 1}, before))
    net.mcs("port set dev br0 ignore-igmpv2 off")
    net.send(0, igmp2_report(G, smac=BR_MAC))
    net.expect(4, lambda f: f.kind == "igmp2_report")
    t.eq(str(net.mcs.rec(0, G)), "EX(;)")


# --- rates ------------------------------------------------------------------

def many(n, build=igmp2_report, six=False):
    """n messages of different groups."""
    return [build(Groups.new(six)) for _ in range(n)]


def learned(net, port):
    """How many groups a port has."""
    return len([1 for p, _, _ in net.mcs.table() if p == net.name(port)])


@test("SEC-10 rate-reports: a second's worth at once, then one by one",
      sim=True)
def report_rate(t):
    net = snooping(t, router=4)
    net.mcs("port set dev p2 rate-reports 10")
    grown = net.mcs.counting("limit_", port=2)
    total = over = 0
    # wait so long, then send 25: so many of them are accepted
    for wait, want in ((0, 10), (0, 0), (0.5, 5), (0.099, 0), (0.002, 1),
                       (0.25, 2), (0.06, 1), (1, 10), (3600, 10)):
        time.sleep(wait)
        net.flush()
        net.send(2, *many(25))
        net.fence()
        total += want
        over += 25 - want
        t.eq(len([f for f in net.frames(4) if f.kind == "igmp2_report"]),
             want, f"passed on after {wait} s")
        t.eq(grown(), {"limit_rate_reports": over}, f"refused after {wait} s")
        if wait < 100:      # until then nothing has expired
            t.eq(learned(net, 2), total, "groups")
    net.mcs("port set dev p2 rate-reports 0")
    net.send(2, *many(500))
    net.fence()
    t.eq(learned(net, 2), 10 + 500, "without a limit")


@test("SEC-10 rate-reports: every kind of report counts, refused ones do not",
      sim=True)
def report_kinds(t):
    net = snooping(t, family=46, router=4)
    net.mcs("port set dev p2 rate-reports 5 ignore-igmpv1 on check-ttl on")
    grown = net.mcs.counting("limit_", "drop_", port=2)
    net.send(2, *many(100, igmp1_report),
             *many(100, lambda g: igmp2_report(g, ttl=2)))
    net.send(2, igmp3_report((ALLOW, G, sources(1)), (ALLOW, G2, sources(1))),
             igmp2_report("239.1.9.9"), mld1_report("ff1e::9"),
             mld1_done("ff1e::9"), mld2_to_ex("ff1e::10"))
    net.fence()
    t.eq(grown(), {"drop_version": 100, "drop_ttl": 100}, "five of them")
    t.eq(learned(net, 2), 5, "groups")
    net.send(2, igmp2_leave("239.1.9.9"), mld2_to_ex("ff1e::11"))
    net.fence()
    t.eq(grown()["limit_rate_reports"], 2, "no more")
    t.near(net.mcs.rec(2, "239.1.9.9").timer, 270, what="no leave was heard")


@test("SEC-10 rate-queries: queries, advertisements and hellos", sim=True)
def query_rate(t):
    net = snooping(t, family=46)
    net.mcs("port set dev p2 rate-queries 4")
    grown = net.mcs.counting("limit_", port=2)
    storm = [igmp_query(3, src=ROUTER4), mld_query(2, src=ROUTER6),
             mrd4_adv(src=ROUTER4), pim_hello(src=ROUTER4)]

    def seen():
        return len([f for f in net.frames(1)
                    if f.src in (ROUTER4, ROUTER6)])
    net.send(2, *storm, *storm)
    net.fence()
    t.eq((seen(), grown()), (4, {"limit_rate_queries": 4}), "at once")
    for wait, want in ((0.25, 1), (0.5, 2), (9, 4)):
        time.sleep(wait)
        net.flush()
        net.send(2, *storm * 3)
        net.fence()
        t.eq(seen(), want, f"after {wait} s")
    net.send(2, *many(50))
    net.fence()
    t.eq(learned(net, 2), 50, "reports are not queries")
    net.flush()
    net.send(1, *storm * 10)
    net.fence()
    t.eq(len([f for f in net.frames(3) if f.src in (ROUTER4, ROUTER6)]), 40,
         "another port")


@test("SEC-10 a refused query is no query: router port, election, timers",
      sim=True)
def query_storm(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.mcs("port set dev p2 rate-queries 1")
    net.send(2, pim_hello(src=ROUTER4))
    net.fence()
    net.mcs("port set dev p2 router never")
    net.mcs("port set dev p2 router auto")
    before = look(net)
    net.send(2, igmp_query(3), igmp_query(2, G), pim_hello(), mrd4_adv())
    net.fence()
    t.eq(look(net), before, "tables")
    t.near(net.mcs.rec(1, G).timer, 270, what="group timer")


def solicitation(n):
    """Neighbour solicitation for fe80::n."""
    return icmp6(135, 0, bytes(4) + addr(f"fe80::{n:x}"),
                 f"ff02::1:ff00:{n:x}", ttl=255, ra=False)


@test("SEC-10 a storm on one port: other ports, discovery and data go on",
      sim=True)
def storm_elsewhere(t):
    net = snooping(t, family=46, router=4)
    net.send(1, igmp3_to_ex(G))
    net.fence()
    net.mcs("port set dev p2 rate-reports 10 rate-queries 10")
    grown = net.mcs.counting("limit_", port=1)
    net.flush()
    for i in range(40):
        net.send(2, *many(25), igmp_query(3, src=ROUTER4),
                 solicitation(i + 1), udp(G, net.next_seq()))
        net.send(1, *many(1))
    net.fence()
    t.eq(learned(net, 2), 10, "groups of the storm")
    t.eq(learned(net, 1), 41, "groups of the other port")
    t.eq(grown(), {}, "nothing refused there")
    frames = net.frames(1)
    t.eq(len([f for f in frames if f.kind == "ns"]), 40, "solicitations")
    t.eq(len([f for f in frames if f.kind == "data"]), 40, "data")


@test("SEC-10 the queries that a storm makes us send are bounded with it",
      sim=True)
def asked(t):
    net = snooping(t)
    net.mcs("port set dev p2 rate-reports 10")
    net.flush()
    for _ in range(500):
        net.send(2, igmp3_allow(G, S(1)), igmp3_block(G, S(1)))
    net.fence()
    n = len([f for f in net.frames(2) if is_specific(G)(f)])
    t.eq(n, 5, "one for each BLOCK that was accepted")
    time.sleep(0.99)
    n = len([f for f in net.frames(2) if is_specific(G)(f)])
    t.eq(n, 5, "repeated after a second, not before")


@test("SEC-10 a host whose report was too much is not forgotten by fast leave",
      sim=True)
def fast_leave(t):
    net = snooping(t, "fast-leave auto")
    net.mcs("port set dev p2 rate-reports 2")
    net.send(2, igmp3_to_ex(G, host=1), igmp3_to_ex(G2, host=1),
             igmp3_to_ex(G, host=2))
    net.fence()
    t.eq(net.mcs.stats(2)["limit_rate_reports"], 1, "the other host's report")
    time.sleep(5)
    net.flush()
    net.send(2, igmp3_to_in(G, host=1))
    net.expect(2, is_specific(G), what="a query")
    time.sleep(1)
    net.send(2, igmp3_to_ex(G, host=2))
    time.sleep(5)
    t.eq(net.data(4, G), [2], "it answered")


@test("SEC-10 rates of 1 and of more than can be counted", sim=True)
def odd_rates(t):
    net = snooping(t)
    net.mcs("port set dev p2 rate-reports 1")
    net.send(2, *many(3))
    net.fence()
    t.eq(learned(net, 2), 1, "one a second")
    time.sleep(0.999)
    net.send(2, *many(3))
    net.fence()
    t.eq(learned(net, 2), 1, "not before the second is over")
    time.sleep(0.002)
    net.send(2, *many(3))
    net.fence()
    t.eq(learned(net, 2), 2, "then one more")
    for rate in (999999999, 1000000000, 1000000001, 4294967295):
        net.mcs(f"port set dev p2 rate-reports {rate}")
        had = learned(net, 2)
        time.sleep(1)
        net.send(2, *many(100))
        net.fence()
        t.eq(learned(net, 2), had + 100, rate)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
