# SPDX-License-Identifier: GPL-2.0
"""Hosts, routers and somebody hostile around a bridge, as long as one likes.

Hosts are played here: they report what they want, once more within a second,
answer queries at random times within the response time, leave, move, or
vanish. Numbered frames are sent to the groups around everything that happens.
A port where a host wants a stream has to get every frame of it, and once; a
port where nobody does must get none, outside of these windows:

* LEFT after a host said that it leaves, where members are asked then;
* GONE after it vanished or moved away, and where nobody asks: another is the
  querier; SOURCES where the port has other hosts with lists of sources: what
  one of them blocks may be forwarded until its own timer has run out, and
  longer after an older version was spoken;
* CHANGED after the topology changed, UP after a port came up: until members
  were asked and had time to answer. Where another is the querier it may be a
  while until it asks.

A port of a router gets everything.
"""
import collections
import ctypes
import heapq
import random
import select
import socket
import struct
import time

from lib.decode import decode
from lib.guest import (ALL, FAMILIES, IGMP, MLD, Guest, attacks, change, family,
                       state_records, wants)
from lib.ktap import SIM, Failed
from lib.net import BR_MAC, Net
from lib.ns import now
from lib.packets import (DATA_MAGIC, bpdu_config, group_mac, igmp2_report,
                         igmp_query, mac, mld_query, mrd4_adv, mrd4_term,
                         mrd6_adv, mrd6_term, pim_hello, udp)
from lib.scenario import GMI, LMQT, OLDER, OQPI, QI, QRI

HOSTS, SENDER, ATTACKER, ROUTER, IDLE = (1, 2, 3), 4, 5, 6, 7
PORTS = 7
LISTENERS = (*HOSTS, IDLE)
# Timers of an emulated machine are late.
SLACK = 0 if SIM else 5
LEFT = 2 * LMQT + 2 + SLACK
GONE = GMI + LMQT + 2 + SLACK
SOURCES = OLDER + QI + 2 * QRI + GMI + SLACK
CHANGED = 35 + 3 * QRI + SLACK
UP = QI / 4 + 2 * QRI + 5 + SLACK
# How late in the response time hosts answer, and when a frame has arrived.
EAGER, SETTLED = (0.99, 0.001) if SIM else (0.3, 1.5)
# Later than this, and it is not known who would have answered in time.
LATE = 0.4
PAGES = 80              # of the diary that a failure shows, and of the air


def only(sock, *protocols):
    """Let a socket hear these protocols of IPv4 and IPv6 alone."""
    n = len(protocols)
    code = [(0x28, 0, 0, 12), (0x15, 0, 2, 0x0800), (0x30, 0, 0, 23),
            (0x05, 0, 0, 2), (0x15, 0, n + 1, 0x86dd), (0x30, 0, 0, 20),
            *((0x15, n - i, 0, p) for i, p in enumerate(protocols)),
            (0x06, 0, 0, 0), (0x06, 0, 0, 1 << 18)]
    text = ctypes.create_string_buffer(
        b"".join(struct.pack("HBBI", *line) for line in code))
    sock.setsockopt(socket.SOL_SOCKET, 26, struct.pack(
        "HL", len(code), ctypes.addressof(text)))


class Sent:
    """A frame under way."""

    def __init__(self, group, source, must, unsure):
        self.when, self.group, self.source = now(), group, source
        self.must, self.unsure, self.got = must, unsure, []


class World:
    """Everything around the bridge, and what is expected of it.

    busy: seconds between two events, on average; rest: between two frames of
    each flow, beside those that events bring.
    """

    EVENTS = {"join": 40, "alter": 12, "leave": 25, "vanish": 5, "move": 8,
              "topology": 2, "flap": 3, "router_comes": 3, "router_dies": 3,
              "attack": 14, "joins_without_end": 1}

    # of IP, what hosts and what routers listen to
    PROTOCOLS, ROUTED = (17, 2, 0), (17,)
    END = GONE + 30         # how long it takes until nothing is left

    def __init__(self, net, seed, busy, rest, events=None):
        self.net, self.rng, self.seed = net, random.Random(seed), seed
        self.busy, self.rest = busy, rest
        self.events = events or self.EVENTS
        self.begin, self.agenda, self.turn = now(), [], 0
        self.due = None         # when what is happening was to happen
        self.diary = collections.deque(maxlen=PAGES)
        self.air = collections.deque(maxlen=PAGES)
        self.guests = [Guest(20 + n, HOSTS[n % 3], {
            f.number for f in FAMILIES if self.rng.random() < 0.3})
            for n in range(6)]
        self.allowed = {}       # (port, group, source): until when
        self.flooded = collections.Counter()    # (port, family): until when
        self.down = {}          # port: until when, None if that is not known
        self.router = False     # one is there
        self.asks = False       # it asks after leaves
        self.life = 0           # of the router
        self.others = 0         # until when another is the querier
        self.older = {}         # (port, group): when an old version was heard
        self.ghosts = {}        # (port, group): until when one is known
        self.sent = {}          # number: Sent
        self.checked = self.unsure = self.happened = 0
        self.late = 0           # until when we do not know
        self.over = False       # nothing happens any more
        self.told = collections.Counter()   # (port, counter): frames sent
        self.heard = collections.Counter()  # (port, what): frames received
        self.taps = {}
        for port, tap in net.taps.items():
            if port in LISTENERS:
                only(tap.sock, *self.PROTOCOLS)
            elif port == ROUTER:
                only(tap.sock, *self.ROUTED)
            else:
                only(tap.sock)
                continue
            self.taps[tap.sock] = port

    # --- time -----------------------------------------------------------

    def at(self, delay, func, *args):
        """Call it later: than what is done now was due, however late it is.
        A task may wake up a few ticks late, and not in every run."""
        self.turn += 1
        heapq.heappush(self.agenda, ((self.due or now()) + delay, self.turn,
                                     func, args))

    def note(self, text):
        """Something happened."""
        self.diary.append(f"{now() - self.begin:12.3f} {text}")

    def control(self, what, port, raw):
        """A control frame was sent or heard."""
        self.air.append((now() - self.begin, what, port, raw))

    def play(self, seconds):
        """Until that much time has passed."""
        end = now() + seconds
        while now() < end:
            due = min(end, self.agenda[0][0] if self.agenda else end)
            wait = due - now()
            if not self.listen(max(0, wait)) and wait < -LATE and not SIM:
                self.late = now() + 3 * LMQT
            if due <= now() and due < end:
                self.due, _, func, args = heapq.heappop(self.agenda)
                func(*args)
                self.due = None
            self.check()
        time.sleep(SETTLED)
        while self.listen(0):
            pass
        self.check(True)

    # --- what is heard ----------------------------------------------------

    def listen(self, timeout):
        """Take what arrives within that time; was there anything?"""
        ready = select.select(list(self.taps), [], [], timeout)[0]
        for sock in ready:
            port = self.taps[sock]
            for _ in range(200):
                try:
                    raw = sock.recv(2048)
                except BlockingIOError:
                    break
                except OSError:     # the device is down
                    continue
                self.frame(port, raw)
        return ready

    def frame(self, port, raw):
        """A frame has arrived."""
        at = 42 if raw[12:14] == b"\x08\x00" else 62
        if raw[at:at + 4] == DATA_MAGIC:
            self.heard[port, "data"] += 1
            sent = self.sent.get(int.from_bytes(raw[at + 4:at + 8], "big"))
            if sent:
                sent.got.append(port)
            return
        f = decode(raw)
        if not f.is_query:
            return
        self.control("heard", port, raw)
        if f.smac == mac(BR_MAC):
            self.heard[port, ("igmp" if ":" not in f.group else "mld") + (
                "_general" if f.is_general else "_specific")] += 1
        for guest in self.guests:
            if guest.port == port and f.dmac == group_mac(f.dst):
                self.asked(guest, f)

    def asked(self, guest, f):
        """A host hears a query, and is going to answer."""
        fam = MLD if ":" in f.group else IGMP
        delay = self.rng.uniform(0, f.mrt * EAGER)
        if not f.is_general:
            if f.group in guest.wants:
                self.at(delay, self.answer, guest, guest.stay, [f.group],
                        f.sources or ())
        elif fam.number in guest.old:
            for group in fam.groups:
                if group in guest.wants:
                    self.at(self.rng.uniform(0, f.mrt * EAGER), self.answer,
                            guest, guest.stay, [group], ())
        elif not now() < guest.answers.get(fam.number, 0) <= now() + delay:
            guest.answers[fam.number] = now() + delay
            self.at(delay, self.answer, guest, guest.stay, fam.groups, ())

    def answer(self, guest, stay, groups, sources):
        """What a host answers, if it is still there and wants something."""
        if guest.stay != stay:
            return
        back = self.down.get(guest.port)
        if back:                # it has heard, and cannot be heard yet
            self.at(max(0, back - now()) + 0.01, self.answer, guest, stay,
                    groups, sources)
            return
        fam, records = family(groups[0]), []
        for group in groups:
            if group not in guest.wants:
                continue
            if fam.number in guest.old:
                self.say_old(guest, group)
            else:
                records += state_records(group, guest.wants[group], sources)
        if records:
            self.tell(guest.port, fam.name["new"],
                      fam.report(*records, host=guest.number))

    # --- what is said -----------------------------------------------------

    def tell(self, port, counter, frame):
        """Send a control frame that the bridge is to count."""
        if port not in self.down:
            self.told[port, counter] += 1
            self.control("sent", port, frame)
            self.net.send(port, frame)

    def say_old(self, guest, group):
        """A report of an old version."""
        fam = family(group)
        self.older[guest.port, group] = now()
        self.tell(guest.port, fam.name["old"],
                  fam.old_report(group, host=guest.number))

    def say(self, guest, group, old, new):
        """A host tells of a change, and once more."""
        fam = family(group)
        guest.turn[group] += 1
        if fam.number in guest.old:
            if new:
                self.say_old(guest, group)
                self.at(self.rng.uniform(0, 1), self.answer, guest,
                        guest.stay, [group], ())
            else:
                self.tell(guest.port, fam.name["leave"],
                          fam.old_leave(group, host=guest.number))
            return
        frame = fam.report(*change(group, old, new), host=guest.number)
        self.tell(guest.port, fam.name["new"], frame)
        self.at(self.rng.uniform(0, 1), self.again, guest, group,
                guest.turn[group], guest.stay, frame)

    def again(self, guest, group, turn, stay, frame):
        """Once more, unless it has changed its mind or moved."""
        if guest.turn[group] == turn and guest.stay == stay:
            self.tell(guest.port, family(group).name["new"], frame)

    def set(self, guest, group, new, silent=False):
        """A host wants something else from now on; None is nothing."""
        port, old = guest.port, guest.wants.pop(group, None)
        if new:
            guest.wants[group] = new
        if not silent:
            self.say(guest, group, old, new)
        self.windows(guest, port, group, old, new, silent)
        self.probe(group)

    # --- what is expected -------------------------------------------------

    def wanted(self, port, group, source):
        """Some host behind the port wants it."""
        return any(g.port == port and wants(g.wants.get(group), source)
                   for g in self.guests)

    def allow(self, port, group, source, seconds):
        """It may go there for a while."""
        key = port, group, source
        self.allowed[key] = max(self.allowed.get(key, 0), now() + seconds)

    def windows(self, guest, port, group, old, new, silent):
        """For how long may something go there that is not wanted any more?"""
        fam = family(group)
        others = [g.wants[group] for g in self.guests
                  if g.port == port and g is not guest and group in g.wants]
        lists = any(mode == "ex" and some
                    for mode, some in others + [old or ALL, new or ALL])
        older = now() < self.older.get((port, group), -OLDER) + OLDER + 1
        # hosts that have gone are known until they are silent for long enough
        pending = self.ghosts.get((port, group), 0) > now() or \
            any(self.allowed.get((port, group, s), 0) > now()
                for s in fam.sources)
        if silent and old:
            self.ghosts[port, group] = now() + GONE
        asked = now() > self.others
        if self.router and self.asks and old == ALL and not new and not silent:
            asked = True
            for delay in (0.01, 1):
                self.at(delay, self.router_asks, group, self.life)
        prompt = asked and not (silent or lists or pending or
                                older and old != ALL)
        if old and not prompt:
            guest.past[group] = now() + SOURCES
        for source in fam.sources:
            if self.wanted(port, group, source):
                continue
            if prompt:
                if wants(old, source):
                    self.allow(port, group, source, LEFT)
            elif old or older or others:
                plain = not others and not lists and not older
                self.allow(port, group, source, GONE if plain else SOURCES)

    def flood(self, ports, seconds, families=FAMILIES):
        """Everything may go there for a while."""
        for key in ((p, f.number) for p in ports for f in families):
            self.flooded[key] = max(self.flooded[key], now() + seconds)

    def until_asked(self):
        """How long it may take until another querier asks, or nobody does."""
        return max(0, self.others - now()) and \
            self.others - now() + QI + 2 * QRI

    def probe(self, group):
        """Frames to a group now, and at times when something is decided."""
        self.data([group])
        for delay in (self.rng.uniform(0, 3), LEFT + 0.1, GONE + 0.1,
                      self.rng.uniform(0, GONE)):
            self.at(delay, self.data, [group])

    def data(self, groups):
        """A frame of each flow of these groups."""
        for group in groups:
            for source in family(group).sources:
                seq = Net.next_seq()
                must = {p for p in HOSTS if p not in self.down and
                        self.wanted(p, group, source)} | {ROUTER}
                self.sent[seq] = Sent(group, source, must,
                                      now() < self.late)
                self.told[SENDER, "data"] += 1
                self.net.send(SENDER, udp(group, seq, src=source, host=9,
                                          size=16))

    def stream(self):
        """All groups, and again after a while."""
        self.data([g for f in FAMILIES for g in f.groups])
        self.at(self.rng.expovariate(1 / self.rest), self.stream)

    def check(self, every=False):
        """What has had time to arrive is where it has to be."""
        while self.sent:
            seq, sent = next(iter(self.sent.items()))
            if not every and now() < sent.when + SETTLED:
                return
            del self.sent[seq]
            self.judge(seq, sent)

    def judge(self, seq, sent):
        """It is where it has to be, and nowhere else."""
        missing = sent.must.difference(sent.got)
        extra = [p for p in sent.got if p not in sent.must and
                 p not in self.down and
                 sent.when >= self.flooded[p, family(sent.group).number] and
                 sent.when >= self.allowed.get(
                     (p, sent.group, sent.source), 0)]
        twice = len(set(sent.got)) < len(sent.got)
        if sent.unsure:
            self.unsure += 1
        elif missing or extra or twice:
            hosts = [f"{g}: {g.wants.get(sent.group)}" for g in self.guests
                     if sent.group in g.wants]
            raise Failed(
                f"MCSNOOP_SEED={self.seed} plays it again. After "
                f"{sent.when - self.begin:.3f} s: frame {seq} of "
                f"{sent.source} to {sent.group}: missing at "
                f"{sorted(missing)}, not wanted at {extra}, arrived at "
                f"{sent.got}; now {now() - self.begin:.3f} s, who wants the "
                f"group: {hosts}\n" + "\n".join(self.diary) +
                "\ncontrol frames:\n" +
                "\n".join(f"{when:12.3f} {what} p{port} {decode(raw)}"
                          for when, what, port, raw in self.air))
        self.checked += len(sent.must)

    # --- what happens -----------------------------------------------------

    def group(self):
        """Any group."""
        return self.rng.choice(self.rng.choice(FAMILIES).groups)

    def state(self, guest, group):
        """Something that a host may want of a group."""
        if family(group).number in guest.old or self.rng.random() < 0.6:
            return ALL
        return (self.rng.choice(["in", "in", "ex"]),
                frozenset([self.rng.choice(family(group).sources)]))

    def member(self):
        """A host and a group that it wants, if there are any."""
        every = [(g, group) for g in self.guests for group in g.wants
                 if g.port not in self.down]
        return self.rng.choice(every) if every else (None, None)

    def join(self):
        """A host begins to want a group."""
        guest, group = self.rng.choice(self.guests), self.group()
        if group in guest.wants or guest.port in self.down:
            return
        new = self.state(guest, group)
        self.note(f"{guest} wants {group} {new[0]} {sorted(new[1])}")
        self.set(guest, group, new)

    def alter(self):
        """A host wants other sources of a group."""
        guest, group = self.member()
        if not guest or family(group).number in guest.old:
            return
        new = self.state(guest, group)
        if new != guest.wants[group]:
            self.note(f"{guest} wants {group} {new[0]} {sorted(new[1])}")
            self.set(guest, group, new)

    def leave(self):
        """A host says that it wants a group no more."""
        guest, group = self.member()
        if guest:
            self.note(f"{guest} leaves {group}")
            self.set(guest, group, None)

    def vanish(self):
        """A host is switched off, and comes back as another one."""
        guest = self.rng.choice(self.guests)
        self.note(f"{guest} vanishes")
        for group in list(guest.wants):
            self.set(guest, group, None, silent=True)

    def move(self):
        """A host moves to another port, and says there what it wants."""
        guest = self.rng.choice(self.guests)
        there = [p for p in HOSTS if p != guest.port and p not in self.down]
        if guest.port in self.down or not there:
            return
        guest.stay += 1
        self.goes(guest, self.rng.choice(there))
        for group, state in guest.wants.items():
            self.windows(guest, guest.port, group, None, state, False)
            self.say(guest, group, None, state)
            self.probe(group)

    def goes(self, guest, port):
        """A host is behind another port now."""
        was, guest.port = guest.port, port
        self.note(f"host {guest.number} moves from p{was} to p{port}")
        for group, state in guest.wants.items():
            self.windows(guest, was, group, state, None, True)
        # What it does not want any more may follow it.
        for group, until in guest.past.items():
            for source in family(group).sources:
                if until > now() and not self.wanted(guest.port, group,
                                                     source):
                    self.allow(port, group, source, SOURCES)

    def topology(self):
        """A switch behind the sender tells of a topology change; it may be
        that hosts are elsewhere, without knowing it."""
        self.note("topology change")
        if self.rng.random() < 0.6 and not self.down:
            self.swap(*self.rng.sample(HOSTS, 2))
        self.flood(LISTENERS, CHANGED)
        # Nobody can ask in the name of another querier there.
        self.flood(LISTENERS, self.until_asked(), [MLD])
        self.net.send(SENDER, bpdu_config(tc=True))
        self.at(CHANGED + 0.1, self.data, [self.group() for _ in range(4)])

    def swap(self, one, two):
        """The hosts behind two ports are behind the other one each."""
        for guest in self.guests:
            if guest.port in (one, two):
                self.goes(guest, one + two - guest.port)
                for group, state in guest.wants.items():
                    self.windows(guest, guest.port, group, None, state, True)
        for fam in FAMILIES:
            for delay in (0, 4, 11, 20, 50):
                self.at(delay, self.data, fam.groups)

    def flap(self):
        """A port loses its link for a moment."""
        port = self.rng.choice(HOSTS)
        if port in self.down:
            return
        self.note(f"p{port} goes down")
        self.down[port] = None
        self.link(port, "down")
        self.at(self.rng.uniform(0.1, 10), self.up, port)

    def link(self, port, state):
        """Change a link. How many ticks that takes differs from run to run;
        when the next thing happens must not, or no run could be repeated."""
        self.net.link(port, state)
        if SIM:
            time.sleep((self.begin - now()) % 0.1)

    def up(self, port):
        """It has its link again."""
        self.link(port, "up")
        self.down[port] = now() + 1.5 + SLACK
        self.at(1.5 + SLACK, self.back, port)

    def back(self, port):
        """Hosts there report again, if they have noticed."""
        noticed = self.rng.random() < 0.5
        self.note(f"p{port} is up, " + ("seen" if noticed else "not seen") +
                  " by its hosts")
        del self.down[port]
        self.flood([port], max(UP, self.until_asked()))
        for guest in self.guests:
            if guest.port == port and noticed:
                for group, state in guest.wants.items():
                    self.say(guest, group, None, state)
        for delay in (0.1, 3, 11):
            self.at(delay, self.data, [self.group() for _ in range(4)])
        self.at(UP + 0.1, self.data, [self.group() for _ in range(4)])

    def somebody_queries(self):
        """A general query that the bridge yields to."""
        self.others = now() + OQPI + 1 + SLACK

    def router_comes(self):
        """A router begins to query, with lower addresses than the bridge's."""
        if self.router or self.over:
            return
        self.router, self.asks = True, self.rng.random() < 0.5
        self.life += 1
        self.note("a router comes" + " that asks after leaves" * self.asks)
        self.routes(self.life)

    def routes(self, life):
        """It queries, until it dies."""
        if not self.router or self.life != life:
            return
        self.somebody_queries()
        self.tell(ROUTER, "rx_igmp_query_v3",
                  igmp_query(3, src="192.0.2.5", host=5))
        self.tell(ROUTER, "rx_mld_query_v2",
                  mld_query(2, src="fe80::5", host=5))
        self.tell(ROUTER, "rx_pim_hello", pim_hello(host=5))
        if self.rng.random() < 0.2:
            self.tell(ROUTER, "rx_mrd", mrd4_adv(host=5))
            self.tell(ROUTER, "rx_mrd", mrd6_adv(host=5))
        self.at(QI, self.routes, life)

    def router_asks(self, group, life):
        """It asks after a leave."""
        if self.router and self.life == life:
            fam = family(group)
            src = "fe80::5" if fam is MLD else "192.0.2.5"
            for sources in (fam.sources, ()):
                self.tell(ROUTER, fam.name["query"],
                          fam.query(2 if fam is MLD else 3, group, sources,
                                    src=src, host=5))

    def router_dies(self):
        """It falls silent, or says goodbye and comes back soon."""
        if not self.router:
            return
        self.router = False
        if self.rng.random() < 0.5:
            self.note("the router restarts")
            self.tell(ROUTER, "rx_mrd", mrd4_term(host=5))
            self.tell(ROUTER, "rx_mrd", mrd6_term(host=5))
            self.at(self.rng.uniform(1, 60), self.router_comes)
        else:
            self.note("the router dies")

    def attack(self):
        """Something that must do no harm."""
        group, victim = self.group(), self.rng.choice(self.guests)
        what, frame = self.rng.choice(attacks(group, victim.number))
        self.note(f"attack: {what}")
        if what.startswith("general query"):
            self.somebody_queries()
        self.net.send(ATTACKER, frame)
        self.probe(group)

    def joins_without_end(self):
        """More joins than the port may have."""
        self.note("attack: joins without end")
        for n in range(60):
            self.net.send(ATTACKER, igmp2_report(f"239.200.0.{n}", host=66))

    def end(self):
        """Everybody goes, nothing happens any more."""
        self.over, self.router = True, False
        self.note("the end")
        for guest in self.guests:
            for group in list(guest.wants):
                self.set(guest, group, None, silent=True)
        self.play(self.END)

    def happen(self):
        """Something, and again after a while."""
        if self.over:
            return
        names, weights = zip(*self.events.items())
        self.happened += 1
        getattr(self, self.rng.choices(names, weights)[0])()
        self.at(self.rng.expovariate(1 / self.busy), self.happen)
