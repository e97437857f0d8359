# SPDX-License-Identifier: GPL-2.0
"""Hosts that want groups, and what they say of it; lib/world.py plays them."""
import collections

from lib.packets import (ALLOW, BLOCK, IS_EX, IS_IN, TO_EX, TO_IN, igmp2_leave,
                         igmp2_report, igmp3_report, igmp_query, mld1_done,
                         mld1_report, mld2_report, mld_query)
from lib.scenario import S, S6

Family = collections.namedtuple(
    "Family", "number groups sources report old_report old_leave query name")
IGMP = Family(4, [f"239.3.0.{n}" for n in range(1, 6)], [S(1), S(2)],
              igmp3_report, igmp2_report, igmp2_leave, igmp_query,
              {"new": "rx_igmp_report_v3", "old": "rx_igmp_report_v2",
               "leave": "rx_igmp_leave", "query": "rx_igmp_query_v3"})
MLD = Family(6, [f"ff1e::3:{n}" for n in range(1, 6)], [S6(1), S6(2)],
             mld2_report, mld1_report, mld1_done, mld_query,
             {"new": "rx_mld_report_v2", "old": "rx_mld_report_v1",
              "leave": "rx_mld_done", "query": "rx_mld_query_v2"})
FAMILIES = (IGMP, MLD)
ALL = ("ex", frozenset())
# MAC addresses of groups that nobody wants.
NOBODY = "01:00:5e:7f:7f:7f", "33:33:7f:7f:7f:7f"


def family(group):
    """What its group is of."""
    return MLD if ":" in group else IGMP


def wants(state, source):
    """A host in this state wants frames of this source."""
    return state is not None and (source in state[1]) == (state[0] == "in")


def change(group, old, new):
    """The records that tell of it, RFC 3376 section 5.1."""
    old, new = old or ("in", frozenset()), new or ("in", frozenset())
    if old[0] != new[0]:
        return [(TO_EX if new[0] == "ex" else TO_IN, group, sorted(new[1]))]
    more, less = new[1] - old[1], old[1] - new[1]
    if new[0] == "ex":
        more, less = less, more
    return [(kind, group, sorted(some))
            for kind, some in ((ALLOW, more), (BLOCK, less)) if some]


def state_records(group, state, asked=()):
    """The answer of a host that is asked for a group, or sources of it."""
    mode, sources = state
    if asked:
        some = sorted(s for s in asked if wants(state, s))
        return [(IS_IN, group, some)] if some else []
    return [(IS_EX if mode == "ex" else IS_IN, group, sorted(sources))]


class Guest:
    """A host, with an old or a new version of each protocol."""

    def __init__(self, number, port, old):
        self.number, self.port, self.old = number, port, old
        self.wants = {}         # group: (mode, sources)
        self.turn = collections.Counter()   # how often that changed
        self.answers = {}       # family: when it is going to answer
        self.past = {}          # group: how long others may think it wants it
        self.stay = 0           # what it was about to say before is forgotten

    def __str__(self):
        old = "".join(f" old{f}" for f in self.old)
        return f"host {self.number}{old} p{self.port}"


def attacks(group, victim):
    """Frames that must do no harm to host number victim: (what, frame)."""
    fam = family(group)
    six, new = fam is MLD, 2 if fam is MLD else 3
    src = "fe80::fa" if six else "192.0.2.250"
    elected = "fe80::5" if six else "192.0.2.5"
    low = "fe80::3" if six else "192.0.2.3"
    forged = {"host": victim}
    frames = [
        ("general query", fam.query(new, src=src, host=66)),
        ("general query with short times",
         fam.query(new, src=src, host=66, qqi=1, qrv=1)),
        (f"specific query for {group}",
         fam.query(new, group, src=src, host=66, mrt=0.5)),
        (f"specific query for {group} that others shall not obey",
         fam.query(new, group, src=src, host=66, mrt=0.1, sflag=True)),
        (f"specific query for {group} in the router's name",
         fam.query(new, group, src=elected, host=66, mrt=0.2)),
        (f"specific query for {group} in the router's name that none hears",
         fam.query(new, group, src=elected, host=66, dmac=NOBODY[six])),
        (f"query for sources of {group} that none hears",
         fam.query(new, group, fam.sources, src=src, host=66,
                   dmac=NOBODY[six])),
        (f"query for sources of {group}",
         fam.query(new, group, fam.sources, src=src, host=66, mrt=0.2)),
        (f"older specific query for {group}",
         fam.query(new - 1, group, src=src, host=66, mrt=0.1)),
        (f"leave of {group} in the name of host {victim}",
         fam.report((TO_IN, group, ()), **forged)),
        (f"older leave of {group} in the name of host {victim}",
         fam.old_leave(group, **forged)),
        ("bad checksum", fam.query(new, src=low, host=66, csum="bad")),
        ("more sources than there are",
         fam.query(new, src=low, host=66, n=9)),
        ("a group that none joins",
         fam.report((TO_EX, "ff02::1" if six else "224.0.0.1", ()),
                    host=66))]
    if not six:
        frames.append(("query from nobody",
                       igmp_query(3, src="0.0.0.0", host=66)))
    return frames
