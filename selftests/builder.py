#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The tests' own packet builder and decoder, against the reference frames.

Needs no module, no privilege and no network.
"""
from lib import ktap
from lib.decode import decode
from lib.packets import (ALLOW, BLOCK, IS_IN, ROUTER, TO_EX, addr, float8,
                         float16, hbh, igmp1_report, igmp2_leave,
                         igmp2_report, igmp3_report, igmp3_to_ex, igmp,
                         igmp_query, mld1_done, mld1_report, mld2_report,
                         mld2_to_ex, mld_query, mrd4_adv, mrd4_sol, mrd4_term,
                         pim_hello, udp)
from lib.vectors import VECTORS, WHAT

G, G2, G6 = "239.1.1.1", "239.1.1.2", "ff1e::101"
S1, S2 = "198.51.100.1", "198.51.100.2"

BUILT = {
    "V01": igmp_query(1),
    "V02": igmp_query(2),
    "V03": igmp_query(2, G),
    "V04": igmp1_report(G),
    "V05": igmp2_report(G),
    "V06": igmp2_leave(G),
    "V07": igmp_query(3),
    "V08": igmp_query(3, G, sflag=True),
    "V09": igmp_query(3, G, [S1, S2], mrt=24.8, qqi=288),
    "V10": igmp3_to_ex(G),
    "V11": igmp3_report((ALLOW, G, [S1]), (BLOCK, G, [S2])),
    "V12": igmp3_report((IS_IN, G, [S1], {"aux": b"AUXDATA!"}), (TO_EX, G2)),
    "V13": igmp3_report((7, G, [S1]), (TO_EX, G2)),
    "V14": igmp3_report((TO_EX, G2), (IS_IN, G, [S1], {"n": 3})),
    "V15": igmp3_report((TO_EX, G), count=2),
    "V16": igmp3_to_ex(G, trailer=b"\xde\xad\xbe\xef"),
    "V17": igmp(0x11, 100, addr("0.0.0.0") + b"\x02\x7d", "224.0.0.1",
                host=ROUTER),
    "V18": igmp2_report(G, csum="bad"),
    "V19": igmp2_report(G, ip_csum="bad"),
    "V20": igmp2_report(G, ra=False, pad=b"\xa5" * 18),
    "V21": igmp_query(2, pad="min"),
    "V22": igmp2_report(G, vlan=100),
    "V23": igmp2_report(G, vlan=[(0x88a8, 200), 100]),
    "V24": igmp3_to_ex(G, mf=True),
    "V25": igmp2_report(G, src="0.0.0.0"),
    "V26": igmp_query(3, src="0.0.0.0"),
    "V27": igmp_query(3, dst=G, mrt=10),
    "V28": igmp3_report((TO_EX, "232.1.1.1"), (ALLOW, "232.1.1.2", [S1])),
    "V29": mrd4_adv(20),
    "V30": mrd4_sol(),
    "V31": mrd4_term(),
    "V32": mld_query(1),
    "V33": mld1_report(G6),
    "V34": mld1_done(G6),
    "V35": mld_query(2, mrt=32.8, qqi=288),
    "V36": mld_query(2, G6, ["2001:db8::51"]),
    "V37": mld2_to_ex("ff02::1:ff00:11", src="::"),
    "V38": mld2_to_ex(G6, ra=False),
    "V39": mld2_to_ex(G6, ttl=255),
    "V40": mld_query(2, src="2001:db8::1"),
    "V41": pim_hello(),
}

# Fields that the decoder must find in a frame.
FIELDS = {
    "V01": dict(kind="igmp1_query", mrt=10.0, group="0.0.0.0", ra=False),
    "V02": dict(kind="igmp2_query", mrt=10.0, ttl=1, ra=True, tos=0xc0),
    "V03": dict(kind="igmp2_query", mrt=1.0, group=G, dst=G),
    "V04": dict(kind="igmp1_report", group=G, src="192.0.2.11"),
    "V05": dict(kind="igmp2_report", group=G, csum_ok=True),
    "V06": dict(kind="igmp2_leave", group=G, dst="224.0.0.2"),
    "V08": dict(kind="igmp3_query", sflag=True, qrv=2, qqi=125, sources=[]),
    "V09": dict(kind="igmp3_query", mrt=24.8, qqi=288, sources=[S1, S2]),
    "V11": dict(kind="igmp3_report",
                records=[(ALLOW, G, [S1]), (BLOCK, G, [S2])]),
    "V12": dict(records=[(IS_IN, G, [S1]), (TO_EX, G2, [])]),
    "V14": dict(kind="short"),
    "V18": dict(kind="igmp2_report", csum_ok=False),
    "V22": dict(kind="igmp2_report", vlan=[100]),
    "V23": dict(vlan=[200, 100]),
    "V24": dict(kind="fragment"),
    "V29": dict(kind="mrd_adv", code=20),
    "V35": dict(kind="mld2_query", mrt=32.8, qqi=288, src="fe80::1"),
    "V36": dict(kind="mld2_query", group=G6, sources=["2001:db8::51"]),
    "V34": dict(kind="mld1_done", group=G6, ra=True, csum_ok=True),
    "V37": dict(records=[(TO_EX, "ff02::1:ff00:11", [])], src="::"),
    "V38": dict(kind="mld2_report", ra=False),
    "V41": dict(kind="pim_hello", csum_ok=True),
    "V48": dict(kind="other", proto=0x88f6),
}


def _add(name):
    @ktap.test(f"{name} {WHAT[name]}: built alike, read back")
    def run(t):
        if name in BUILT:
            t.eq(BUILT[name].hex(), VECTORS[name].hex(), "octets")
        f = decode(VECTORS[name])
        for field, want in FIELDS.get(name, {}).items():
            t.eq(getattr(f, field), want, field)


for vector in VECTORS:
    if vector in BUILT or vector in FIELDS:
        _add(vector)


@ktap.test("codes of the builder are the largest value not above")
def codes(t):
    for value, code in ((125, 0x7d), (135, 0x80), (136, 0x81), (255, 0x8f),
                        (300, 0x92), (31744, 0xff), (40000, 0xff)):
        t.eq(float8(value), code, f"8 bits, {value}")
    for value, code in ((10000, 0x2710), (32767, 0x7fff), (32775, 0x8000),
                        (32776, 0x8001), (100000, 0x986a),
                        (8387584, 0xffff)):
        t.eq(float16(value), code, f"16 bits, {value}")


@ktap.test("data frames carry their number in both families")
def data(t):
    for group, vlan in ((G, ()), (G6, ()), (G, 7)):
        f = decode(udp(group, 4711, vlan=vlan))
        t.eq((f.kind, f.seq, f.dst), ("data", 4711, group))
    t.eq(len(hbh(58)) % 8, 0, "octets of a hop-by-hop header")
    f = decode(mld2_report((TO_EX, G6), (ALLOW, "ff1e::2", ["2001:db8::1"])))
    t.eq(len(f.records), 2, "records")


if __name__ == "__main__":
    ktap.main()
