#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Where snooping meets what else a bridge does, and hostile requests."""
import os
import socket
import struct
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.net import Net
from lib.ns import CommandError, wait_until
from lib.packets import (ether, host_mac, icmp6, igmp2_report, igmp_query, mac,
                         mld1_report, mld_query, pim_hello, udp)
from lib.rawgenl import NLM_DUMP, ask, attr, family_id
from lib.scenario import G, G2, G6, is_specific, snooping, wait_pruning

EAPOL, LACP = 0x888e, 0x8809
UNKNOWN = "02:00:00:00:be:ef"


@test("SEC-16 impossible interface numbers are refused, to anybody")
def impossible(t):
    net = Net(t, attach="")
    with net.ns.entered():
        family = family_id()
        pid = os.fork()
        if not pid:
            os.setuid(65534)
            good = True
            for number in (0, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff):
                value = attr(1, struct.pack("=I", number))
                for cmd in (1, 5, 7, 10, 11, 12):
                    ask(family, cmd, value)
                    ask(family, cmd, value, NLM_DUMP)
                answer = ask(family, 1, value)
                error = struct.unpack_from("=HHIIi", answer, 4)[4]
                good = good and error < 0
            os._exit(0 if good else 1)
        t.eq(os.waitpid(pid, 0)[1], 0, "each is an error")
    t.eq(net.mcs.bridge()["ports"], 4, "and the module lives")


@test("802.1D's own groups are not judged by the frame before them")
def link_local_mac(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    for proto, dest in ((EAPOL, "01:80:c2:00:00:03"),
                        (LACP, "01:80:c2:00:00:02")):
        # the bridge gives them to whoever listens on the port itself
        with net.ns.entered():
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                 socket.htons(proto))
            sock.bind(("p4", proto))
        t.defer(sock.close)
        sock.settimeout(5)
        for i in range(10):
            frame = ether(mac(dest), host_mac(4), proto, bytes([1, i]) * 30)
            net.send(4, udp(G, net.next_seq()), frame)
            try:
                t.eq(sock.recv(2000), frame)
            except socket.timeout:
                t.ok(False, f"frame {i} of {proto:#x} arrives")


def port_state(net, name):
    """STP state of a port, as it is shown."""
    return {p["port"]: p.get("state") for p in net.mcs.json("port show")}[name]


@test("SNOOP-08 a port that begins to forward is asked, and gets all till then")
def asked_at_once(t):
    net = snooping(t)
    net.send(1, igmp2_report(G))
    net.fence()
    net.ns.bridge("link set dev p2 state 0\n")
    wait_until(lambda: port_state(net, "p2") != "forwarding",
               what="p2 is blocked")
    net.flush()
    net.ns.bridge("link set dev p2 state 3\n")
    net.expect(2, lambda f: f.is_query and f.is_general, within=3,
               what="general query on p2")
    t.eq(net.data(4, G), [1, 2], "no time to answer yet: everything")
    wait_until(lambda: net.data(4, G) == [1], timeout=90, step=1,
               what="asked, and no member")


@test("RTR-03 a permanent router port counts only in its own VLANs")
def router_vlan(t):
    net = Net(t, vlan=True)
    net.ns.bridge("".join(f"vlan add dev {p} vid 100\n"
                          for p in ("p1", "p2", "p4")) +
                  "vlan add dev br0 vid 100 self\n")
    net.mcs("bridge add dev br0 querier on query-response-interval 200ms")
    wait_pruning(net, 4, 100)
    net.mcs("port set dev p3 router permanent")
    frame = udp(G2, net.next_seq(), vlan=(100,))
    wait_until(lambda: net.reach(1, frame, ports=[1, 2, 4], vid=100) == [2, 4],
               what="unregistered in VLAN 100 is flooded there")
    t.eq({k[1] for k in net.mcs.routers()}, {1}, "VLANs with a router")


@test("QRY-03 the MLD querier is lost and we have no address: flood again")
def no_address(t):
    net = snooping(t, "query-interval 4 query-response-interval 1")
    net.send(3, mld_query(2, mrt=1.0, qqi=4))
    wait_pruning(net, 6)
    net.send(1, mld1_report(G6))
    t.eq(net.data(4, G6), [1, 3])
    wait_until(lambda: net.mcs.querier(6)["state"] == "none", timeout=60,
               step=1, what="the querier is given up")
    t.eq(net.mcs.querier(6)["pruning"], "no_querier")
    t.eq(net.data(4, G6), [1, 2, 3])


@test("a locked port teaches nothing that the bridge drops")
def locked(t):
    net = snooping(t)
    net.ns.ip("link set p3 type bridge_slave locked on learning off")
    net.send(3, igmp_query(3, src="192.0.2.1", smac=UNKNOWN),
             igmp2_report(G, smac=UNKNOWN))
    net.fence(senders=[1])
    t.eq((net.mcs.table(), net.mcs.router_ports(),
          net.mcs.querier(4)["state"]), ({}, [], "self"))
    net.ns.bridge(f"fdb add {UNKNOWN} dev p3 master static\n")
    net.send(3, igmp2_report(G, smac=UNKNOWN))
    wait_until(lambda: ("p3", 0, G) in net.mcs.table(),
               what="an authorised station is heard")


@test("isolated ports: nobody is given up for a query that he did not hear")
def isolated(t):
    net = snooping(t)
    net.send(2, igmp2_report(G))
    net.send(3, igmp2_report(G))
    net.fence()
    net.ns.ip("link set p1 type bridge_slave isolated on\n"
              "link set p2 type bridge_slave isolated on")
    net.flush()
    net.send(1, igmp_query(2, G, mrt=1.0, src="192.0.2.1"))
    net.expect(3, is_specific(G))
    timers = {r["port"]: r["timer"] for r in net.mcs.groups()}
    t.ok(timers["p2"] > 100, f"p2 did not hear it: {timers}")
    t.ok(timers["p3"] <= 2, f"p3 did: {timers}")
    net.send(1, igmp_query(3, src="192.0.2.1"))
    net.fence(senders=[3], ports=[1, 2, 4])
    t.eq(net.mcs.querier(4)["state"], "self", "it cannot ask for all")


@test("isolated ports: a query from no address is no proof either", sim=True)
def isolated_zero(t):
    net = Net(t, attach="querier off")
    net.ns.ip("link set p1 type bridge_slave isolated on\n"
              "link set p2 type bridge_slave isolated on")
    net.send(1, igmp_query(3, src="0.0.0.0", mrt=1))
    net.fence(senders=[3], ports=[1, 2, 4])
    time.sleep(30)
    t.eq(net.mcs.querier(4)["pruning"], "no_querier", "p2 did not hear it")
    net.send(4, igmp_query(3, src="0.0.0.0", mrt=1))
    net.fence(senders=[3], ports=[1, 2, 4])
    time.sleep(30)
    t.eq(net.mcs.querier(4)["pruning"], "active", "from where all hear it")


@test("unicast in a multicast MAC address goes everywhere")
def unicast_in_multicast(t):
    net = snooping(t, family=46, router=3)
    frame = icmp6(135, 0, bytes(4) + socket.inet_pton(10, "2001:db8::5"),
                  "2001:db8::5", dmac="03:00:00:11:22:33", src="2001:db8::4", ttl=255, host=4)
    t.eq(net.reach(1, frame), [2, 3, 4])


@test("RTR-04 a PIM goodbye speaks for its sender only")
def goodbye(t):
    net = snooping(t)
    net.send(3, pim_hello(400, src="192.0.2.201"),
             pim_hello(0, src="192.0.2.202"))
    net.fence()
    t.eq(net.mcs.router_ports(), ["p3"])
    net.send(3, pim_hello(0, src="192.0.2.201"))
    net.fence()
    t.eq(net.mcs.router_ports(), [])


@test("a port with mcast_flood off: attaching is refused with what to do")
def no_flood(t):
    net = Net(t)
    net.ns.ip("link set p2 type bridge_slave mcast_flood off")
    try:
        net.mcs("bridge add dev br0")
    except CommandError as error:
        t.ok("mcast_flood on" in str(error), str(error))
    else:
        t.ok(False, "it was attached")
    t.eq(net.mcs.json("bridge show"), [])
    net.ns.ip("link set p2 type bridge_slave mcast_flood on")
    net.mcs("bridge add dev br0")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
