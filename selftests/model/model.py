# SPDX-License-Identifier: GPL-2.0
"""A second opinion: the router side of IGMPv3 and MLDv2 for one group.

RFC 3376 sections 6 and 7.3, RFC 3810 sections 7 and 8.3, for one group on
one port, with sets and dictionaries. It was written from the rows of the
conformance table and without a look at module/fsm.c; where both agree, two
readings of the text agree. It is meant to be obvious rather than fast: every
row of the action tables is a function that says what the table says.

Times are integers (ns) on any one clock. A timer is the time at which it
runs out; 0 means that it does not run. Sources are anything that can be put
in a set and sorted.
"""
INCLUDE, EXCLUDE = 0, 1
IS_IN, IS_EX, TO_IN, TO_EX, ALLOW, BLOCK = range(1, 7)
NOTHING = frozenset()


class Disagreement(Exception):
    """The other side did what no rule allows."""


class Rules:
    """The parameters in force: RFC 3376 section 8, and who we are."""

    def __init__(self, mld=False, querier=True, version=3, gmi=0, lmqi=0,
                 lmqc=2, older_host=0, max_sources=1 << 30):
        self.mld = mld
        self.querier = querier
        self.version = version          # of the queries that we send
        self.gmi = gmi
        self.lmqi = lmqi
        self.lmqc = lmqc
        self.older_host = older_host
        self.max_sources = max_sources

    @property
    def lmqt(self):
        """TMR-10: the Last Member Query Time is a product."""
        return self.lmqi * self.lmqc

    @property
    def can_list_sources(self):
        """Do the queries of our version have room for sources?"""
        return self.version >= (2 if self.mld else 3)


class Query:
    """A specific query on its way out: sources None asks for the group."""

    def __init__(self, sflag, sources=None):
        self.sflag = sflag
        self.sources = sources

    def __repr__(self):
        what = "G" if self.sources is None else sorted(self.sources)
        return f"Q({what}, S={int(self.sflag)})"


class Group:
    """One group on one port. V3-01: INCLUDE of nothing is no group at all.

    x: source -> timer, the sources that are forwarded; in INCLUDE mode that
       is all there is
    y: the sources that are blocked, EXCLUDE mode only
    """

    def __init__(self):
        self.mode = INCLUDE
        self.timer = 0
        self.x = {}
        self.y = set()
        self.v1_until = 0
        self.v2_until = 0
        self.ask_group_again = 0        # group-specific queries to be sent
        self.ask_again = {}             # the same for sources
        self.round_at = 0               # when the next of them are due

    def nothing(self):
        """Is this the same as no group?"""
        return self.mode == INCLUDE and not self.x

    def deadline(self):
        """The next time at which something happens by itself, or 0."""
        times = list(self.x.values())
        if self.mode == EXCLUDE:
            times.append(self.timer)
        if self.round_at:
            times.append(self.round_at)
        return min(times, default=0)

    # --- older hosts -----------------------------------------------------

    def host_version(self, rules, now):
        """CMP-01, CMP-08: the oldest version that somebody here speaks."""
        if rules.mld:
            return 1 if self.v2_until > now else 2
        if self.v1_until > now:
            return 1
        if self.v2_until > now:
            return 2
        return 3

    def older_report(self, rules, version, now, stored=None):
        """A report of IGMPv1, IGMPv2 or MLDv1: CMP-01, CMP-02, V2-03."""
        if version == 1 and not rules.mld:
            self.v1_until = now + rules.older_host
        else:
            self.v2_until = now + rules.older_host
        return self.record(rules, IS_EX, NOTHING, now, stored)

    def leave(self, rules, now, stored=None):
        """IGMPv2 Leave or MLDv1 Done: CMP-02, CMP-09."""
        return self.record(rules, TO_IN, NOTHING, now, stored)

    def leave_is_ignored(self, rules, now):
        """V2-05, CMP-04; V2-15: a version 1 querier knows no leaves."""
        if rules.mld:
            return False
        return self.host_version(rules, now) == 1 or rules.version == 1

    def understand(self, rules, kind, sources, now):
        """What a record means given older hosts and an older querier."""
        # QRY-26: such a querier hears joins and leaves only. With a v1 host
        # CMP-04 would have it ignore TO_IN with sources; a join delivers more
        if not rules.can_list_sources:
            if kind == BLOCK or (kind in (IS_IN, ALLOW) and not sources):
                return None, NOTHING            # that asks for nothing
            if kind != TO_IN or sources:
                kind, sources = IS_EX, NOTHING
                # V2-08: somebody is there, so the question is answered
                self.ask_group_again = 0
            elif self.leave_is_ignored(rules, now):
                return None, NOTHING
        # CMP-04
        if kind == TO_IN and not rules.mld and \
                self.host_version(rules, now) == 1:
            return None, NOTHING
        # CMP-03, CMP-08
        older = self.host_version(rules, now) < (2 if rules.mld else 3)
        if older and kind == BLOCK:
            return None, NOTHING
        # CMP-03, CMP-05, CMP-08
        if older and kind in (IS_EX, TO_EX):
            sources = NOTHING
        return kind, sources

    # --- a group record, RFC 3376 section 6.4 ------------------------------

    def record(self, rules, kind, sources, now, stored=None):
        """One group record. Returns how many sources found no room.

        stored: which sources the other side kept. Only looked at when there
        are more than max_sources, where the rules leave a choice.
        """
        refused = 0
        kind, sources = self.understand(rules, kind, frozenset(sources), now)
        if kind is not None:
            row = TABLE[self.mode, kind]
            new = row(self, sources, now, rules.gmi)
            refused = self.limit(rules, new, stored)
            self.mode, self.x, self.y = new.mode, new.x, new.y
            self.timer = new.timer
            # QRY-23: who is not the querier asks nothing and lowers nothing
            if rules.querier and rules.can_list_sources:
                self.send_q_sources(rules, new.q_sources, now)
                if new.q_group:
                    self.send_q_group(rules, now)
            elif rules.querier:
                self.check_older(rules, new, now)
        self.tidy()
        return refused

    def limit(self, rules, new, stored):
        """V3-10: at most max_sources, and never block for want of room."""
        want = new.x.keys() | new.y
        if len(want) <= rules.max_sources:
            return 0
        # who is served does not lose his source to a newcomer, also when
        # the limit was lowered since
        had = (self.x.keys() | self.y) & new.x.keys()
        if stored is None:
            stored = self.choose(rules, new, had)
        stored = set(stored) & want
        if not had <= stored:
            raise Disagreement("a source that was forwarded was given up")
        if len(stored) != max(rules.max_sources, len(had)):
            raise Disagreement("more or fewer sources than the limit")
        # the blocked ones go first: what is not known is forwarded
        if stored & new.y and not new.x.keys() <= stored:
            raise Disagreement("blocked sources were kept instead of "
                               "forwarded ones")
        new.x = {s: t for s, t in new.x.items() if s in stored}
        new.y = new.y & stored
        return len(want) - len(stored)

    @staticmethod
    def choose(rules, new, had):
        """One of the choices that limit() allows."""
        def rank(source):
            return (source in new.y, source not in had, source)
        room = max(rules.max_sources, len(had))
        return sorted(new.x.keys() | new.y, key=rank)[:room]

    # --- queries, RFC 3376 section 6.6 ---------------------------------------

    def send_q_group(self, rules, now):
        """The action Q(G): QRY-17."""
        self.timer = min(self.timer, now + rules.lmqt)
        self.ask_group_again = rules.lmqc
        self.round_at = now

    def send_q_sources(self, rules, sources, now):
        """The action Q(G,A): QRY-19."""
        for s in sources:
            if s in self.x and self.x[s] > now + rules.lmqt:
                self.x[s] = now + rules.lmqt
                self.ask_again[s] = rules.lmqc
                self.round_at = now

    def check_older(self, rules, new, now):
        """A leave, for a querier without sources: V2-07, QRY-26.

        Its only question is Q(G), which asks for all sources as well. While
        it is being asked, in the state Checking Membership of RFC 2236,
        another leave has no meaning.
        """
        asked = [s for s in new.q_sources
                 if s in self.x and self.x[s] > now + rules.lmqt]
        for s in asked:
            self.x[s] = now + rules.lmqt
        checking = self.ask_group_again and self.timer <= now + rules.lmqt
        if asked or (new.q_group and not checking):
            self.send_q_group(rules, now)

    def due(self, rules, now):
        """The specific queries that are due: QRY-17, 18, 20 and 21."""
        queries = []
        if not self.round_at or self.round_at > now:
            return queries
        late = now + rules.lmqt
        if rules.version == 1 and not rules.mld:
            self.ask_group_again = 0            # V2-15: it has no such query
        group = self.ask_group_again > 0
        if group:
            # QRY-18; older versions have no such flag
            queries.append(Query(rules.can_list_sources and
                                 self.timer > late))
            self.ask_group_again -= 1
        answered = {s for s in self.ask_again if self.x[s] > late}
        unanswered = set(self.ask_again) - answered
        for s in list(self.ask_again):
            self.ask_again[s] -= 1
        if not rules.can_list_sources:
            self.ask_again = {}
        else:
            if answered and not group:
                queries.append(Query(True, answered))
            if unanswered:
                queries.append(Query(False, unanswered))
        self.round_at = now + rules.lmqi
        self.tidy()
        return queries

    def query_heard(self, sources, lmqt, now):
        """A specific query without the S flag: QRY-24, V2-11, V3-07."""
        before = (self.timer, dict(self.x))
        if sources:
            for s in sources:
                if s in self.x:
                    self.x[s] = min(self.x[s], now + lmqt)
        elif self.mode == EXCLUDE:
            self.timer = min(self.timer, now + lmqt)
        return before != (self.timer, self.x)

    # --- timers, RFC 3376 sections 6.2.2, 6.2.3, 6.3, 6.5 ---------------------

    def expire(self, now):
        """All timers that have run out, sources before the mode: V3-06."""
        dead = {s for s, t in self.x.items() if t <= now}
        for s in dead:
            del self.x[s]
        if self.mode == EXCLUDE:
            self.y |= dead                      # V3-04
            if self.timer <= now:               # V3-05
                self.mode = INCLUDE
                self.timer = 0
                self.y = set()
                self.ask_group_again = 0        # V2-09
        self.tidy()

    def tidy(self):
        """What is not there any more is not asked for: V2-09."""
        if self.mode == INCLUDE:
            self.timer = 0                      # V3-02
        self.ask_again = {s: n for s, n in self.ask_again.items()
                          if n and s in self.x}
        if not self.ask_group_again and not self.ask_again:
            self.round_at = 0


class New:
    """What a row of the tables makes of a group."""

    def __init__(self, mode, x, y, timer, q_sources=NOTHING, q_group=False):
        self.mode = mode
        self.x = x
        self.y = set(y)
        self.timer = timer
        self.q_sources = q_sources
        self.q_group = q_group


def only(timers, sources):
    """Those of the sources that are in this set, with their timers."""
    return {s: t for s, t in timers.items() if s in sources}


def all_at(sources, time):
    """Sources with one timer for all."""
    return {s: time for s in sources}


# Each is called with the group as it is, the sources of the record, the time
# and the Group Membership Interval. Names are those of the tables: in the
# first half A is the group's and B the record's, in the second X and Y are
# the group's and A the record's. x1 | x2 of two dictionaries is written
# {**x1, **x2}: the timers of the second win.

def v3_11(group, B, now, gmi):
    """IN(A) IS_IN(B) -> IN(A+B): T(B)=GMI"""
    A = group.x
    return New(INCLUDE, {**A, **all_at(B, now + gmi)}, NOTHING, 0)


def v3_12(group, B, now, gmi):
    """IN(A) IS_EX(B) -> EX(A*B;B-A): T(B-A)=0, del A-B, T(G)=GMI"""
    A = group.x
    return New(EXCLUDE, only(A, B), B - A.keys(), now + gmi)


def v3_13(group, A, now, gmi):
    """EX(X;Y) IS_IN(A) -> EX(X+A;Y-A): T(A)=GMI"""
    X, Y = group.x, group.y
    return New(EXCLUDE, {**X, **all_at(A, now + gmi)}, Y - A, group.timer)


def v3_14(group, A, now, gmi):
    """EX(X;Y) IS_EX(A) -> EX(A-Y;Y*A): T(A-X-Y)=GMI, T(G)=GMI"""
    X, Y = group.x, group.y
    return New(EXCLUDE,
               {**all_at(A - X.keys() - Y, now + gmi), **only(X, A - Y)},
               Y & A, now + gmi)


def v3_15(group, B, now, gmi):
    """IN(A) ALLOW(B) -> IN(A+B): T(B)=GMI"""
    A = group.x
    return New(INCLUDE, {**A, **all_at(B, now + gmi)}, NOTHING, 0)


def v3_16(group, B, _now, _gmi):
    """IN(A) BLOCK(B) -> IN(A): Q(G,A*B)"""
    A = group.x
    return New(INCLUDE, dict(A), NOTHING, 0, q_sources=A.keys() & B)


def v3_17(group, B, now, gmi):
    """IN(A) TO_EX(B) -> EX(A*B;B-A): T(B-A)=0, Q(G,A*B), T(G)=GMI"""
    A = group.x
    return New(EXCLUDE, only(A, B), B - A.keys(), now + gmi,
               q_sources=A.keys() & B)


def v3_18(group, B, now, gmi):
    """IN(A) TO_IN(B) -> IN(A+B): T(B)=GMI, Q(G,A-B)"""
    A = group.x
    return New(INCLUDE, {**A, **all_at(B, now + gmi)}, NOTHING, 0,
               q_sources=A.keys() - B)


def v3_19(group, A, now, gmi):
    """EX(X;Y) ALLOW(A) -> EX(X+A;Y-A): T(A)=GMI"""
    X, Y = group.x, group.y
    return New(EXCLUDE, {**X, **all_at(A, now + gmi)}, Y - A, group.timer)


def v3_20(group, A, _now, _gmi):
    """EX(X;Y) BLOCK(A) -> EX(X+(A-Y);Y): T(A-X-Y)=T(G), Q(G,A-Y)"""
    X, Y = group.x, group.y
    return New(EXCLUDE, {**all_at(A - X.keys() - Y, group.timer), **X}, Y,
               group.timer, q_sources=A - Y)


def v3_21(group, A, now, gmi):
    """EX(X;Y) TO_EX(A) -> EX(A-Y;Y*A): T(A-X-Y)=old T(G), Q(G,A-Y),
    then T(G)=GMI (V3-24)"""
    X, Y = group.x, group.y
    return New(EXCLUDE,
               {**all_at(A - X.keys() - Y, group.timer), **only(X, A - Y)},
               Y & A, now + gmi, q_sources=A - Y)


def v3_22(group, A, now, gmi):
    """EX(X;Y) TO_IN(A) -> EX(X+A;Y-A): T(A)=GMI, Q(G,X-A), Q(G)"""
    X, Y = group.x, group.y
    return New(EXCLUDE, {**X, **all_at(A, now + gmi)}, Y - A, group.timer,
               q_sources=X.keys() - A, q_group=True)


TABLE = {
    (INCLUDE, IS_IN): v3_11,
    (INCLUDE, IS_EX): v3_12,
    (EXCLUDE, IS_IN): v3_13,
    (EXCLUDE, IS_EX): v3_14,
    (INCLUDE, ALLOW): v3_15,
    (INCLUDE, BLOCK): v3_16,
    (INCLUDE, TO_EX): v3_17,
    (INCLUDE, TO_IN): v3_18,
    (EXCLUDE, ALLOW): v3_19,
    (EXCLUDE, BLOCK): v3_20,
    (EXCLUDE, TO_EX): v3_21,
    (EXCLUDE, TO_IN): v3_22,
}


def ssm_ignores(kind, older):
    """SSM-02, SSM-03: what has no meaning for a group of the SSM range.

    older: a report or leave of a version without sources
    """
    return older or kind in (IS_EX, TO_EX)
