#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""mcsnoop explain and real frames agree, at random.

Before each frame the module is asked about it: which ports get it, and whether
the fast path takes it. Then it is sent. What records count as delivered has to
be what arrived. The settings and reports are those of the comparison of fast
path and filter path, without what explain says that it does not know: locked
ports, and what the bridge tells nobody. Some of the frames are neighbour
solicitations, for hosts that were heard somewhere, or nowhere.

MCSNOOP_QUESTIONS (1000) and MCSNOOP_SEED (1) choose another run.
"""
import ipaddress
import os
import random
import struct
import time

from lib import ktap, mcs, rawgenl
from lib.ktap import Failed, test
from lib.mix import FLAGS, PORTS, SETTINGS, THINGS, Chance, Pair
from lib.net import Net
from lib.ns import run_json
from lib.packets import host_mac, nd, nonce, nonce_of, solicited_node, udp
from lib.rawgenl import attr

QUESTIONS = int(os.environ.get("MCSNOOP_QUESTIONS") or 1000)
SEED = int(os.environ.get("MCSNOOP_SEED") or 1)
N = rawgenl.numbers()
PATHS = {v: k[len("COUNTER_"):].lower() for k, v in N.items()
         if k.startswith("COUNTER_PATH_")}
# Two have the same group.
TARGETS = ["2001:db8::1:1", "2001:db8:0:f::1:1", "fe80::1:2", "2001:db8::1:3"]
OFF, BLOCKED = N["FASTPATH_STATE_OFF"], N["OBSTACLE_IN_BLOCKED"]


def u32(value):
    """A number as netlink has it."""
    return struct.pack("=I", value)


def mapped(address):
    """An address in 16 octets."""
    ip = ipaddress.ip_address(address)
    return ip.packed if ip.version == 6 else bytes(10) + b"\xff\xff" + \
        ip.packed


class Oracle:
    """The module, asked without the command."""

    def __init__(self, t, net):
        with net.ns.entered():
            self.ask = rawgenl.Asker()
        t.defer(self.ask.close)
        links = run_json("ip", "-n", net.ns.name, "-j", "link", "show")
        names = {net.name(p): p for p in [0, *net.ports]}
        self.index = {names[x["ifname"]]: x["ifindex"] for x in links
                      if x["ifname"] in names}
        self.port = {i: p for p, i in self.index.items()}

    def where(self, port, vid, group, src, ttl, smac=None, target=None):
        """Ports that get it, its path or None, and its VLAN."""
        a = "A_EXPLAIN_"
        request = attr(N[a + "BRIDGE"], u32(self.index[0])) + \
            attr(N[a + "FROM"], u32(self.index[port])) + \
            attr(N[a + "GROUP"], mapped(group)) + \
            attr(N[a + "SOURCE"], mapped(src)) + \
            attr(N[a + "TTL"], bytes([ttl]))
        if vid:
            request += attr(N[a + "VID"], struct.pack("=H", vid))
        if smac:
            request += attr(N[a + "SOURCE_MAC"], smac)
        if target:
            request += attr(N[a + "TARGET"], mapped(target))
        ports, path, vid = [], None, 0
        for answer in self.ask(N["CMD_EXPLAIN_GET"], request,
                               rawgenl.NLM_DUMP):
            answer = dict(answer)
            if answer[N[a + "FORWARDED"]][0]:
                ports.append(self.port[struct.unpack(
                    "=I", answer[N[a + "PORT"]])[0]])
            vid, = struct.unpack("=H", answer[N[a + "VID"]])
            if N[a + "PATH"] in answer:
                path = PATHS[struct.unpack("=I", answer[N[a + "PATH"]])[0]]
            if answer.get(N[a + "FASTPATH_STATE"], b"\xff")[0] == OFF:
                path = "off"
            if answer[N[a + "OBSTACLE"]][0] == BLOCKED:
                path = "blocked"
        return sorted(ports), path, vid

    def paths(self, port):
        """{path: frames} of a port where they came in."""
        request = attr(N["A_STATS_BRIDGE"], u32(self.index[0])) + \
            attr(N["A_STATS_PORT"], u32(self.index[port]))
        out = {}
        for kind, value in self.ask(N["CMD_STATS_GET"], request)[0]:
            if kind != N["A_STATS_COUNTS"]:
                continue
            count = dict(rawgenl.attrs(value))
            name = PATHS.get(struct.unpack("=I", count[N["A_COUNT_ID"]])[0])
            if name:
                out[name] = struct.unpack("=Q", count[N["A_COUNT_VALUE"]])[0]
        return out


class Asked(Chance):
    """What explain knows everything about."""

    flags = [f for f in FLAGS if f[0] != "locked"]
    settings = SETTINGS + [("bridge", "mode", "observe", "enforce"),
                           ("port", "mode", "observe", "inherit"),
                           ("bridge", "fastpath", "off", "on"),
                           ("bridge", "nd-aware", "off", "on")]
    things = {**{k: v for k, v in THINGS.items() if k != "untold"},
              "neighbour": 20}

    def neighbour(self):
        """A host says that it has an address."""
        rng, tag, port = self.rng, self.tag(), self.port()
        target = rng.choice(TARGETS)
        self.pair.send(port, nd(136, "ff02::1", target=target, src=target,
                                host=rng.choice([5, 8 + port]), **tag))
        return f"neighbour behind p{port} {tag}: {target}"

    def solicitation(self, port, seq, tag):
        """Somebody looks for a host: frame, and what to ask explain."""
        rng = self.rng
        target = rng.choice(TARGETS)
        src = rng.choice(["::", *(f"fe80::a:{n}" for n in range(1, 10))])
        group = solicited_node(target)
        frame = nd(135, group, target=target, src=src, host=8 + port,
                   options=nonce(seq), **tag)
        return frame, (group, src, 255), target


def burst(oracle, net, chance):
    """Frames of one sender: {seq: (what, ports, path, paths counted, key)}."""
    rng, port = chance.rng, chance.port()
    vid = rng.choice([0, 0, 100, 200])
    tag = {"vlan": vid} if vid else {}
    smac = host_mac(8 + port)
    out, before = {}, oracle.paths(port)
    for _ in range(rng.randint(5, 25)):
        seq, target = Net.next_seq(), None
        if rng.random() < 0.1:
            frame, about, target = chance.solicitation(port, seq, tag)
        else:
            group, src, ttl = about = chance.datagram()
            frame = udp(group, seq, src=src, ttl=ttl, host=8 + port, **tag)
        group, src, ttl = about
        ports, path, found = oracle.where(port, vid, *about, smac, target)
        what = f"{src} to {group}, ttl {ttl}, into p{port} {tag} {target}"
        if rng.random() < 0.2:
            again = oracle.where(port, vid, *about, None, target)
            if again[0] != ports or path not in ("path_proof", again[1]):
                raise Failed(f"{what}: {ports}, {path}, but without smac "
                             f"{again}")
        net.send(port, frame)
        after = oracle.paths(port)
        took = {k: v - before.get(k, 0) for k, v in after.items()
                if v != before.get(k, 0)}
        before = after
        out[seq] = what, ports, path, took, (found, group)
    return out


def arrived(net, seqs):
    """{seq: ports where it came out}."""
    time.sleep(0.001)
    out = {seq: [] for seq in seqs}
    for f in net.frames():
        seq = nonce_of(f.raw) if f.seq is None else f.seq
        if seq in out:
            out[seq].append(f.port)
    net.flush()
    return out


def counted(net):
    """{(port, VLAN, group): frames} that records count."""
    out = {}
    for g in net.mcs.groups():
        if "grp" in g and "delivered_frames" in g:
            key = g["port"], g.get("vid", 0), g["grp"]
            out[key] = out.get(key, 0) + g["delivered_frames"]
    return out


def check(net, sent, story, records):
    """Everything went as it was said to; how many took which path.

    Frames that arrived are added to those of their records.
    """
    got, paths = arrived(net, sent), {}
    for seq, (what, ports, path, took, key) in sent.items():
        for port in got[seq]:
            key_there = (net.name(port), *key)
            if key_there in records:
                records[key_there] += 1
        paths[path] = paths.get(path, 0) + 1
        want = {path: 1} if str(path).startswith("path_") else {}
        # a port that only learns takes frames in, to drop them later
        if path == "blocked" and took == {"path_port": 1}:
            want = took
        if sorted(got[seq]) != ports or took != want:
            raise Failed(f"seed {SEED}: {what}: said to go to {ports} by "
                         f"{path}, went to {sorted(got[seq])} by {took}\n" +
                         "\n".join(story[-60:]))
    return paths


def mix(t, vlan):
    """Random questions, each tried."""
    pair = Pair(t, vlan, SEED, ways=("on",))
    net = pair.nets[0]
    net.mcs("bridge set dev br0 group-stats on nd-aware on")
    oracle = Oracle(t, net)
    chance = Asked(pair, random.Random(f"{SEED} {vlan}"))
    story, asked, paths = [], 0, {}
    story += chance.members(100 if vlan else 40)
    while asked < QUESTIONS:
        story += chance.steps()
        chance.settle()
        net.flush()
        records = counted(net)
        for _ in range(4):
            sent = burst(oracle, net, chance)
            asked += len(sent)
            for path, n in check(net, sent, story, records).items():
                paths[path] = paths.get(path, 0) + n
        now = counted(net)
        if now != records:
            raise Failed(f"seed {SEED}: records count "
                         f"{set(now.items()) - set(records.items())}, but "
                         f"{set(records.items()) - set(now.items())} arrived"
                         "\n" + "\n".join(story[-60:]))
    t.note(f"seed {SEED}: {asked} questions on {PORTS} ports; {paths}")
    stats = {k: v for k, v in net.mcs.stats().items() if k.startswith("nd_")}
    t.note(f"{stats}")
    t.ok(stats.get("nd_forwarded"), "solicitations are sent to one port")
    t.ok(paths.get("path_fast", 0) > asked / 10, "frames take the fast path")
    t.ok(len(paths) > 5, "frames take all kinds of paths")


@test("frames go where explain says, as fast as it says, without VLANs",
      sim=True)
def plain(t):
    mix(t, False)


@test("frames go where explain says, as fast as it says, with VLANs",
      sim=True)
def tagged(t):
    mix(t, True)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
