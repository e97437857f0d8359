# SPDX-License-Identifier: GPL-2.0
"""What is aimed at, and whether it is reached."""
import dataclasses

import cases

OK, MISSED, MISSING = "ok", "missed", "not measured"


@dataclasses.dataclass(frozen=True)
class Target:
    """A figure that must not be above its limit."""

    name: str
    limit: float
    figure: object          # None: not measured
    digits: int = 2
    where: str = ""         # where it is greatest

    @property
    def verdict(self):
        """One of the three."""
        if self.figure is None:
            return MISSING
        return OK if self.figure <= self.limit else MISSED


class Figures:
    """The rows of a run, by case."""

    def __init__(self, rows):
        self.rows = rows

    def find(self, axis, kind=cases.Case):
        """{x: row} of an axis."""
        return {c.x: row for c, row in self.rows
                if isinstance(c, kind) and c.axis == axis}

    def bulk(self, kind):
        """(case, row) of the only one of a kind."""
        return next(((c, row) for c, row in self.rows
                     if isinstance(c, cases.Bulk) and c.kind == kind),
                    (None, {}))


def _ratio(row, way):
    if not row or row.get(way) is None or not row.get("intree"):
        return None
    return row[way] / row["intree"]


def _worst(found):
    """(greatest, where) of {where: figure}."""
    found = {where: n for where, n in found.items() if n is not None}
    if not found:
        return None, ""
    where = max(found, key=found.get)
    return found[where], str(where)


def _members(got):
    limits = {1: 0.50, 2: 0.65, 8: 0.80}
    rows = got.find("members")
    for n, limit in limits.items():
        yield Target(f"fast / in-tree, {n} member" + "s" * (n > 1), limit,
                     _ratio(rows.get(n), "fast"))


def _settings(got):
    for axis, name in (("VLAN", "VLAN filtering"), ("IPv6", "IPv6"),
                       ("sources", "(S,G) and (*,G), up to 32 sources"),
                       ("sources, IPv6", "the same in IPv6")):
        figure, where = _worst({x: _ratio(row, "fast") for x, row in
                                got.find(axis).items() if x != "no filtering"})
        yield Target(f"fast / in-tree, {name}", 0.80, figure, 2, where)


def _growth(rows, way):
    """(per cent, from, to) over an axis."""
    points = sorted(x for x, row in rows.items() if row.get(way) is not None)
    if len(points) < 2:
        return None, "-", "-"
    low, high = points[0], points[-1]
    return 100 * (rows[high][way] / rows[low][way] - 1), low, high


def _sizes(got):
    for axis, what, limit in (
            ("ports", "ports, 2 members", 2),
            ("groups, one hit", "groups, one of them hit", 10),
            ("groups, all hit", "groups, all of them hit", 10)):
        rows = got.find(axis)
        if axis == "groups, all hit" and 1 not in rows:
            rows = {**rows, **{1: row for x, row in
                               got.find("members").items() if x == 2}}
        figure, low, high = _growth(rows, "fast")
        where = "" if figure is None else f"{low:,} to {high:,}"
        yield Target(f"fast, % that more {what} cost", limit, figure, 1, where)


def _tax(got):
    rows = got.find("unicast")

    def more(chosen):
        return _worst({f"{x}, {way}": row[way] - row["flood"]
                       for x, row in rows.items() if x in chosen
                       for way in ("fast", "filter") if way in row})
    figure, where = more([x for x in rows if x.startswith("this bridge")])
    yield Target("unicast frame through an attached bridge, more than without",
                 160, figure, 0, where)
    figure, where = more(["nothing attached"])
    yield Target("the same where no bridge is attached any more", 0, figure, 0,
                 where)


REFRESH = ("v2 join", *(f"v3 report, {n} record" + "s" * (n > 1)
                        for n in (1, 10, 170)))


def _control(got):
    for way in "mcsnoop", "untracked":
        for version in "v2", "v3":
            figure, where = _worst({
                f"{what}, {x:,} groups": _ratio(row, way)
                for what in REFRESH if what.startswith(version)
                for x, row in got.find(f"{what}, again",
                                       cases.Control).items()})
            yield Target(f"{version} refresh / in-tree, "
                         f"{cases.CONTROL_WAYS[way]}", 1, figure, 2, where)
    for way in "mcsnoop", "untracked":
        found = {}
        for what in REFRESH:
            rows = got.find(f"{what}, new", cases.Control)
            if {1000, 100000} <= set(rows):
                found[what] = rows[100000][way] / rows[1000][way]
        figure, where = _worst(found)
        yield Target("join at 100,000 groups / at 1,000, "
                     f"{cases.CONTROL_WAYS[way]}", 1.3, figure, 2, where)


def _bulk(got):
    _, row = got.bulk("memory")
    figure = None
    if row:
        figure = row["untracked record"] / row["intree record"]
    yield Target("memory of a record / in-tree, host-tracking off", 1, figure)
    c, row = got.bulk("expiry")
    figure, where = _worst({
        f"{way}, {name}": row[f"{way} {what}"] / 1e6
        for way in ("mcsnoop", "untracked")
        for what, name in (("softirq", "softirq"), ("off", "interrupts off"))}
        if row else {})
    yield Target("longest stretch when " +
                 (f"{c.groups:,}" if c else "many") +
                 " records expire at once, ms", 1, figure, 3, where)


def _trace(trace):
    """Of what tracing.run() found, or {}."""
    fast, elsewhere = trace.get("fast"), trace.get("another namespace")
    # less than one in a hundred is the allocator that needs a page
    yield Target("fast, locks taken for a frame, two processors", 0.01,
                 None if fast is None else float(sum(fast["locks"].values())),
                 3)
    yield Target("calls of mcsnoop for a frame of another namespace", 0,
                 None if elsewhere is None else float(elsewhere["called"]), 0)


def judge(rows, trace):
    """The targets, in the order of the tables."""
    got = Figures(rows)
    return [t for part in (_members, _settings, _sizes, _tax, _control, _bulk)
            for t in part(got)] + list(_trace(trace))
