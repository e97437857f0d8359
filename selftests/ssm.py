#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Groups that are source-specific: which they are, and what ends them."""
import time

from lib import ktap, mcs
from lib.ktap import test
from lib.ns import CommandError
from lib.packets import (BLOCK, IS_IN, TO_EX, igmp1_report, igmp2_report,
                         igmp3_allow, igmp3_block, igmp3_report, igmp3_to_ex,
                         igmp_query, mld1_report, mld2_allow, mld2_block,
                         mld2_report, mld2_to_ex, mld_query)
from lib.scenario import (GMI, S, S6, SSM, SSM6, Said, is_specific, shared,
                          snooping)

LOWER, HIGHER, LOWER6 = "192.0.2.1", "192.0.2.200", "fe80::1"


def hear(net, frame, times=1):
    """Another querier sends."""
    net.send(3, *[frame] * times)
    net.fence()


def ssm_rig(t):
    """A bridge for groups of all kinds."""
    return snooping(t, family=46)


def ssm(t, net, group, want):
    """Whether a group is source-specific: in the table and by the counter."""
    six = ":" in group
    grown = net.mcs.counting("skip_ssm")
    frames = [mld1_report(group), mld2_to_ex(group)] if six else \
        [igmp1_report(group), igmp2_report(group), igmp3_to_ex(group)]
    for frame in frames:
        net.send(1, frame)
    net.fence()
    t.eq(str(net.mcs.rec(1, group)), "none" if want else "EX(;)", group)
    t.eq(grown(), {"skip_ssm": len(frames)} if want else {}, group)
    src = S6(1) if six else S(1)
    net.send(2, (mld2_allow if six else igmp3_allow)(group, src))
    net.fence()
    t.eq(str(net.mcs.rec(2, group)), "IN(1)", f"{group}: ALLOW")


@test("SSM-01 the default: 232.0.0.0/8, and ff3x::/32 of every scope")
def default_range(t):
    net = shared(t, ssm_rig)
    for group in ("232.0.0.1", "232.1.1.1", "232.255.255.255",
                  *(f"ff3{x:x}::1:1" for x in range(2, 16))):
        ssm(t, net, group, True)
    for group in ("231.255.255.255", "233.0.0.0", "239.9.1.1", "ff1e::1:2",
                  "ff2e::1:2", "ff3e:1::1:2", "ff7e::1:2"):
        ssm(t, net, group, False)


@test("SSM-01 the range is a setting: the rules go where it goes")
def other_range(t):
    net = snooping(t, "ssm-range 239.9.0.0/16 ssm-range6 ff3e::/16", family=46)
    bridge = net.mcs.bridge()
    t.eq((bridge["ssm_range"], bridge["ssm_range6"]),
         ("239.9.0.0/16", "ff3e::/16"))
    for group in ("239.9.0.0", "239.9.1.1", "239.9.255.255", "ff3e::1",
                  "ff3e:1::2"):
        ssm(t, net, group, True)
    for group in ("232.1.1.1", "239.8.255.255", "239.10.0.0", "ff35::1",
                  "ff1e::1"):
        ssm(t, net, group, False)
    net.mcs("bridge set dev br0 ssm-range 232.1.0.0/16")
    ssm(t, net, "232.1.2.3", True)
    ssm(t, net, "239.9.7.7", False)
    ssm(t, net, "ff3e::9", True)
    net.mcs("bridge set dev br0 ssm-range none ssm-range6 none")
    ssm(t, net, "232.1.9.9", False)
    ssm(t, net, "ff3e::10", False)
    bridge = net.mcs.bridge()
    t.eq((bridge["ssm_range"], bridge["ssm_range6"]), ("none", "none"))


@test("SSM-01 what was learned before the range changed stays until it expires",
      sim=True)
def range_later(t):
    net = snooping(t)
    net.send(1, igmp2_report("239.9.1.1"))
    net.fence()
    net.mcs("bridge set dev br0 ssm-range 239.9.0.0/16")
    t.eq(net.data(4, "239.9.1.1"), [1])
    time.sleep(100)
    net.send(1, igmp2_report("239.9.1.1"))
    net.fence()
    t.near(net.mcs.rec(1, "239.9.1.1").timer, GMI - 100, 0.01)


@test("a range that holds no groups is refused, with what to type")
def bad_ranges(t):
    net = shared(t, ssm_rig)
    before = mcs.still(net.mcs.bridge())
    for words, sentence in (
            ("ssm-range 192.0.2.0/24", "IPv4 multicast prefix"),
            ("ssm-range 232.1.0.0/8", "IPv4 multicast prefix"),
            ("ssm-range 224.0.0.0/3", "IPv4 multicast prefix"),
            ("robustness 7 ssm-range 0.0.0.0/0", "IPv4 multicast prefix"),
            ("ssm-range6 2001:db8::/32", "IPv6 multicast prefix"),
            ("ssm-range6 ff3e::1/32", "IPv6 multicast prefix"),
            ("robustness 7 ssm-range6 ff00::/8", "IPv6 multicast prefix")):
        error = t.raises(CommandError, net.mcs, f"bridge set dev br0 {words}")
        t.ok(sentence in error.err, f"{words}: {error.err}")
    t.eq(mcs.still(net.mcs.bridge()), before, "settings")


SSM_LOST = [
    ("on", 4, igmp_query(2, src=LOWER), "192.0.2.1 speaks IGMPv2"),
    ("on", 4, igmp_query(1, src=LOWER), "192.0.2.1 speaks IGMPv1"),
    ("on", 6, mld_query(1, src=LOWER6), "fe80::1 speaks MLDv1"),
    ("auto", 4, igmp_query(2, src=HIGHER), "192.0.2.200 speaks IGMPv2"),
]


@test("SSM-04 ALLOW, IS_IN, BLOCK and source queries work; an older querier "
      "that is elected is logged", sim=True)
def lost(t):
    net = snooping(t, family=46)
    for group, allow, report, block, src in (
            (SSM, igmp3_allow, igmp3_report, igmp3_block, S),
            (SSM6, mld2_allow, mld2_report, mld2_block, S6)):
        net.send(1, allow(group, src(1)))
        net.fence()
        t.eq(str(net.mcs.rec(1, group)), "IN(1)", "ALLOW")
        net.send(1, report((IS_IN, group, (src(2), src(3)))))
        net.fence()
        t.eq(str(net.mcs.rec(1, group)), "IN(1,2,3)", "IS_IN")
        net.send(1, report((TO_EX, group), (BLOCK, group, (src(9),))))
        net.fence()
        t.eq(str(net.mcs.rec(1, group)), "IN(1,2,3)", "TO_EX")
        net.flush()
        net.send(1, block(group, src(2)))
        f = net.expect(1, is_specific(group))
        t.eq(f.sources, [src(2)], "a source query")
        time.sleep(2.1)
        t.eq(str(net.mcs.rec(1, group)), "IN(1,3)", "nobody answered")
    said = Said(t)
    for mode, family, frame, words in SSM_LOST:
        net.mcs("bridge del dev br0")
        net.mcs(f"bridge add dev br0 querier {mode}")
        time.sleep(1)
        said()
        hear(net, frame)
        t.eq(net.mcs.querier(family)["state"], "other")
        t.eq(len(said("source-specific", words, "br0")), 1, words)
        hear(net, frame, 2)
        t.eq(said(), [], "the same again")
    for frame, settings in ((igmp_query(3, src=LOWER), ""),
                            (mld_query(2, src=LOWER6), ""),
                            (igmp_query(2, src=HIGHER), ""),
                            (igmp_query(2, src=LOWER), "ssm-range none")):
        net.mcs("bridge del dev br0")
        net.mcs(f"bridge add dev br0 querier on {settings}")
        time.sleep(1)
        said()
        hear(net, frame)
        t.eq(said("source-specific"), [],
             "not lost, not older, or no such groups")


@test("SSM-04 the elected querier falls back to an older version: logged",
      sim=True)
def falls_back(t):
    net = snooping(t)
    said = Said(t)
    hear(net, igmp_query(3, src=LOWER))
    t.eq(said(), [])
    hear(net, igmp_query(2, src=LOWER))
    t.eq(len(said("source-specific")), 1)


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
