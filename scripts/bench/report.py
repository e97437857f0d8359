# SPDX-License-Identifier: GPL-2.0
"""The results as tables, as JSON and as a plot."""
import dataclasses
import json
import os

import cases
import svg
import targets
import tracing

NO_FAST_PATH = "this module has no fast path"
HEADINGS = {"intree": "in-tree", "fast": "fast", "filter": "filter",
            "flood": "flood", "floor": "floor", "mcsnoop": "mcsnoop",
            "untracked": "untracked"}
RATIOS = {cases.Case: ("fast", "filter"),
          cases.Control: ("mcsnoop", "untracked")}


def _number(value):
    return "-" if value is None else f"{value:,.0f}"


def _ratio(a, b):
    return "-" if None in (a, b) or b <= 0 else f"{a / b:.2f}"


def _columns(lines, sides=""):
    sides = sides or "<" + ">" * (len(lines[0]) - 1)
    widths = [max(len(line[i]) for line in lines)
              for i in range(len(lines[0]))]
    return ["  ".join(f"{word:{side}{width}}" for word, side, width in
                      zip(line, sides, widths)) for line in lines]


def table(kind, rows):
    """Lines of text about the rows of one kind, Case or Control."""
    ways = cases.WAYS if kind is cases.Case else cases.CONTROL_WAYS
    lines = [["", *[HEADINGS[way] for way in ways],
              *[f"{HEADINGS[way]}/in-tree" for way in RATIOS[kind]]]]
    for c, row in rows:
        if isinstance(c, kind):
            lines.append([f"{c.axis}: {c.x}",
                          *[_number(row.get(way)) for way in ways],
                          *[_ratio(row.get(way), row.get("intree"))
                            for way in RATIOS[kind]]])
    return _columns(lines) if len(lines) > 1 else []


# kind of Bulk: [(figure, what it is, by what to divide it)]
BULK = {
    "memory": [("record", "octets a record of a group on a port", 1),
               ("source", "octets a source of it", 1)],
    "expiry": [("softirq", "longest softirq at the end of all, us", 1e3),
               ("off", "longest time without interrupts then, us", 1e3)],
    "dump": [("dump", "dump of all as JSON, ms", 1e6),
             ("octets", "its size, kB", 1e3)],
}


def bulk_table(rows):
    """Lines of text about the Bulk rows."""
    lines = [["", *[HEADINGS[way] for way in cases.CONTROL_WAYS],
              "mcsnoop/in-tree", "untracked/in-tree"]]
    for c, row in rows:
        if not isinstance(c, cases.Bulk):
            continue
        for figure, what, unit in BULK[c.kind]:
            got = [row[f"{way} {figure}"] / unit for way in cases.CONTROL_WAYS]
            lines.append([f"{c.groups:,}: {what}",
                          *[f"{n:,.0f}" for n in got],
                          _ratio(got[1], got[0]), _ratio(got[2], got[0])])
    return _columns(lines) if len(lines) > 1 else []


def target_table(found):
    """Lines of text about the targets."""
    lines = [["", "at most", "reached", "", ""]]
    for t in found:
        reached = "-" if t.figure is None else f"{t.figure:.{t.digits}f}"
        lines.append([t.name, f"{t.limit:g}", reached, t.verdict, t.where])
    return [line.rstrip() for line in _columns(lines, "<>><<")]


def plot(rows, kernel):
    """The text of a picture of cost against what grows; None without any."""
    panels = []
    for axis, xlabel in (("ports", "ports, 2 of them members"),
                         ("members", "members"),
                         ("groups, all hit", "groups in the table")):
        lines = {cases.WAYS[way]: [(c.x, row[way]) for c, row in rows
                                   if isinstance(c, cases.Case) and
                                   c.axis == axis and row.get(way, 0) > 0]
                 for way in cases.WAYS}
        panel = svg.Panel(axis.split(",", maxsplit=1)[0], xlabel, lines)
        if len(set(panel.values(0))) > 1:
            panels.append(panel)
    if not panels:
        return None
    return svg.draw("What a multicast frame costs", "instructions a frame, "
                    f"Linux {kernel}", panels, list(cases.WAYS.values()))


def _case(c, row):
    what = {k: v for k, v in vars(c).items()
            if k not in ("ways", "before", "frames")}
    plane = {cases.Case: "data", cases.Control: "control",
             cases.Bulk: "bulk"}[type(c)]
    return {"plane": plane, **what,
            "bulk" if plane == "bulk" else "instructions":
            {way: round(value, 3) for way, value in row.items()}}


def write(out, rows, kernel, command, differ=None, partial=False, trace=None):
    """Print the tables, write bench.json and bench.svg."""
    for kind, title in ((cases.Case, "Instructions a frame"),
                        (cases.Control, "Instructions a report or leave, by "
                         "groups in the table before")):
        lines = table(kind, rows)
        if lines:
            print(f"{title}\n", *lines, "", sep="\n")
    lines = bulk_table(rows)
    if lines:
        print("Many records, a microsecond is a thousand instructions\n",
              *lines, "", sep="\n")
    if trace:
        tracing.show(trace)
    found = targets.judge(rows, trace or {})
    shown = [t for t in found if not partial or t.figure is not None]
    if shown:
        print("Targets\n", *target_table(shown), "", sep="\n")
    skipped = {}
    data = [row for c, row in rows if isinstance(c, cases.Case)]
    if data and not any("fast" in row for row in data):
        skipped["fast"] = NO_FAST_PATH
    senders = [row["sender"] for _, row in rows if "sender" in row] or [0]
    print(f"Linux {kernel}, one processor, mitigations off. Subtracted: the "
          f"sender's own {min(senders):,.0f} to {max(senders):,.0f}.")
    for way, why in skipped.items():
        print(f"SKIP {way}: {why}.")
    if differ is not None:
        print(f"Two runs differ by at most {100 * differ:.4f} %.")
    record = {"kernel": kernel, "command": command, "spread": differ,
              "ways": {**cases.WAYS, **cases.CONTROL_WAYS},
              "skipped": skipped,
              "cases": [_case(c, row) for c, row in rows],
              "two_processors": trace,
              "targets": [{**dataclasses.asdict(t), "verdict": t.verdict}
                          for t in found]}
    with open(os.path.join(out, "bench.json"), "w", encoding="ascii") as file:
        json.dump(record, file, indent=1, default=str)
        file.write("\n")
    picture = plot(rows, kernel)
    if picture:
        with open(os.path.join(out, "bench.svg"), "w",
                  encoding="utf-8") as file:
            file.write(picture)
