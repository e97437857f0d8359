# SPDX-License-Identifier: GPL-2.0
"""The world of lib/world.py, with hosts that also look for each other.

A host asks for the address of another; who has it answers. If nothing reaches
it, the host asks once more a second later, and this has to arrive whatever has
happened: moves, ports that were down, somebody who claims the address.

While the other was heard not long ago and nothing happened to it, only its port
gets the question, and those of routers and where members were not asked yet.
"""
from lib.guest import MLD
from lib.ktap import Failed
from lib.net import Net
from lib.ns import now
from lib.packets import host_mac, nd, nonce, nonce_of, solicited_node
from lib.world import ATTACKER, HOSTS, ROUTER, SENDER, SLACK, World

AGAIN = 1                   # retransmission, RFC 4861 section 10
LIFE, DOUBT = 300, 60       # of an address that is silent, or in doubt


def solicited(raw):
    """Number of a question that was sent here, or None."""
    if raw[12:14] != b"\x86\xdd" or raw[20] != 58 or raw[54] != 135:
        return None
    return nonce_of(raw)


class Question:
    """A solicitation under way."""

    def __init__(self, guest, asker, tries, alone):
        self.guest, self.asker, self.tries = guest, asker, tries
        self.alone = alone      # nobody else is to get it
        self.when, self.where = now(), guest.port
        self.got = set()


class Neighbours(World):
    """Hosts that look for each other, beside everything else."""

    EVENTS = {**World.EVENTS, "look": 30, "claim": 2}
    PROTOCOLS = (17, 2, 0, 58)
    ROUTED = (17, 58)

    def __init__(self, *args, **more):
        self.questions = {}     # number: Question
        self.heard_at = {}      # guest: when it has last said where it is
        self.doubt = {}         # guest: until when it may be doubted
        self.askers = self.asked_again = self.alone = self.found = 0
        super().__init__(*args, **more)

    @staticmethod
    def address(guest):
        """Which a host has; each has a group of its own."""
        return f"2001:db8::{guest.number:x}:{guest.number:x}"

    def unsettled(self, *guests):
        """Something has happened that may make the bridge doubt."""
        for guest in guests or self.guests:
            self.heard_at.pop(guest, None)
            self.doubt[guest] = now() + DOUBT + 1

    def believed(self, guest):
        """The bridge knows where it is, and has no doubt."""
        return now() - self.heard_at.get(guest, -LIFE) < LIFE - 1 and \
            now() > self.doubt.get(guest, 0)

    # --- what happens -----------------------------------------------------

    def look(self):
        """Somebody looks for a host."""
        guest = self.rng.choice(self.guests)
        ports = [p for p in (SENDER, *HOSTS)
                 if p not in self.down and p != guest.port]
        self.askers += 1
        self.ask(guest, (self.rng.choice(ports), f"fe80::a:{self.askers:x}"),
                 0)

    def ask(self, guest, asker, tries):
        """Send the question."""
        if guest.port in self.down or asker[0] in (*self.down, guest.port):
            return
        seq, target = Net.next_seq(), self.address(guest)
        self.questions[seq] = Question(guest, asker, tries,
                                       not tries and self.believed(guest))
        self.net.send(asker[0], nd(
            135, solicited_node(target), target=target, src=asker[1],
            host=30 + asker[0], options=nonce(seq)))
        self.at(AGAIN + SLACK / 5, self.answered, seq)

    def answered(self, seq):
        """Has the host been reached, and only it where that is promised?"""
        q = self.questions.pop(seq)
        what = f"MCSNOOP_SEED={self.seed}: after {now() - self.begin:.3f} s: " \
            f"{self.address(q.guest)}, which is behind p{q.where}, was " \
            f"looked for by {q.asker[1]} behind p{q.asker[0]}"
        self.found += q.where in q.got
        if q.alone and not now() < self.late:
            self.alone += 1
            extra = {p for p in q.got - {q.where, ROUTER}
                     if q.when >= self.flooded[p, MLD.number]}
            if extra:
                raise Failed(f"{what}: not wanted at {sorted(extra)}\n" +
                             "\n".join(self.diary))
        if q.where in q.got:
            return
        if q.tries and q.where == q.guest.port and not now() < self.late:
            raise Failed(f"{what} twice: arrived at {sorted(q.got)}\n" +
                         "\n".join(self.diary))
        self.note(f"host {q.guest.number} is looked for again")
        self.asked_again += 1
        self.unsettled(q.guest)
        self.ask(q.guest, q.asker, q.tries + 1 if q.where == q.guest.port
                 else 0)

    def frame(self, port, raw):
        seq = solicited(raw)
        if seq is None:
            super().frame(port, raw)
            return
        q = self.questions.get(seq)
        if not q:
            return
        q.got.add(port)
        if q.guest.port == port and port not in self.down:
            self.answers(q.guest, *q.asker)

    def answers(self, guest, port, src):
        """A host says to another where it is."""
        target = self.address(guest)
        self.heard_at[guest] = now()
        self.net.send(guest.port, nd(
            136, src, target=target, src=target, host=guest.number,
            dmac=host_mac(30 + port).hex(":")))

    def claim(self):
        """Somebody says that he has the address of a host."""
        guest = self.rng.choice(self.guests)
        target = self.address(guest)
        self.note(f"attack: p{ATTACKER} has {target}")
        self.unsettled(guest)
        self.net.send(ATTACKER, nd(136, "ff02::1", target=target, src=target,
                                   host=66))

    # --- what makes the bridge doubt -----------------------------------------

    def goes(self, guest, port):
        self.unsettled(guest)
        super().goes(guest, port)

    def topology(self):
        self.unsettled()
        super().topology()

    def flap(self):
        self.unsettled()
        super().flap()

    def back(self, port):
        self.unsettled()
        super().back(port)

    def attack(self):
        self.unsettled()
        super().attack()
