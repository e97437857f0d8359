# SPDX-License-Identifier: GPL-2.0
"""A bridge that reports for its members to a router behind p3."""
import time

from lib import packets
from lib.net import BR_IP6, BR_MAC, Net
from lib.packets import (ALLOW, BLOCK, IS_EX, IS_IN, ROUTER, TO_EX, TO_IN,
                         igmp_query, mld_query)
from lib.scenario import QRI, wait_pruning

SHORT = {IS_IN: "IS_IN", IS_EX: "IS_EX", TO_IN: "TO_IN", TO_EX: "TO_EX",
         ALLOW: "ALLOW", BLOCK: "BLOCK"}
OLDER = {"igmp1_report": "v1", "igmp2_report": "v2", "igmp2_leave": "leave",
         "mld1_report": "mld1", "mld1_done": "done"}


def query(family=4, version=None, **opt):
    """A general query of the router behind p3."""
    if family == 4:
        return igmp_query(version or 3, **opt)
    return mld_query(version or 2, **opt)


def proxying(t, settings="", family=4, version=None, routers=(3,), **topology):
    """A bridge that reports for its members to a querier behind p3.

    What the bridge itself joins has been reported, nothing is under way.
    """
    if family == 6:
        topology.setdefault("addr6", BR_IP6)
    net = Net(t, attach="querier off proxy-reporting on fast-leave off "
              f"{settings}",
              **topology)
    for port in routers:
        net.send(port, query(family, version,
                             host=ROUTER if port == 3 else 90 + port))
    wait_pruning(net, family, 1 if net.vlan else None)
    time.sleep(QRI + 30)
    net.flush()
    return net


def is_ours(f):
    """A report that the bridge made."""
    return f.smac == packets.mac(BR_MAC) and \
        (f.kind in OLDER or f.kind in ("igmp3_report", "mld2_report"))


def says(f):
    """What a report says, without groups that hosts join by themselves."""
    if f.kind in OLDER:
        rows = [(OLDER[f.kind], f.group, [])]
    else:
        rows = [(SHORT[kind], g, list(s)) for kind, g, s in f.records]
    out = []
    for kind, group, srcs in rows:
        if not group.startswith("ff02:"):
            names = ",".join(a.rsplit(".", 1)[-1].rsplit(":", 1)[-1]
                             for a in srcs)
            out.append(f"{kind} {group}({names})")
    return out


def heard(net, port=3, t0=0.0):
    """What the bridge reported there: [(seconds, "TO_EX 239.1.1.1()")]."""
    return [(round(f.t - t0, 4), text) for f in net.frames(port) if is_ours(f)
            for text in says(f)]


def texts(net, port=3):
    """The same without times."""
    return [text for _, text in heard(net, port)]


def checked(t, net, port=3):
    """Every report is well-formed, and goes nowhere else."""
    n = 0
    for f in net.frames():
        if not is_ours(f) or not f.port:
            continue
        n += 1
        six = f.kind.startswith("mld")
        group = f.group if f.kind in OLDER else "ff02::16" if six else \
            "224.0.0.22"
        if f.kind in ("igmp2_leave", "mld1_done"):
            group = "ff02::2" if six else "224.0.0.2"
        t.eq((f.port, f.dst, f.dmac, f.ttl, f.ra, f.csum_ok),
             (port, group, packets.group_mac(group), 1, True, True), f)
        if not six:
            t.eq(f.tos, 0xc0, "precedence")
    t.ok(n, "reports")
    return n


def foreign(net, port=3):
    """Reports there that hosts made."""
    return [f for f in net.frames(port) if f.kind.endswith(
        ("_report", "_leave", "_done")) and not is_ours(f)]
