# SPDX-License-Identifier: GPL-2.0
"""The rows of conformance/rows.tsv, and which of them a test names.

A test, in Python or in C, names the rows that it proves at the start of its
name: "V2-07 QRY-17 leave: two queries, gone at LMQT". Decisions (D6) and
reference frames (V22) may stand among them and are no rows. A row that is
named further on in a name, or in a message, is not proved.
"""
import os
import re

TABLE = os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "conformance", "rows.tsv")
_FRONT = re.compile(r"(?:(?:[A-Z][A-Z0-9]*-\d\d|[DV]\d+)(?=\s|$)\s*)+")
_ROW = re.compile(r"[A-Z][A-Z0-9]*-\d\d")


def named(name):
    """The rows that a test with this name proves."""
    front = _FRONT.match(name)
    return _ROW.findall(front[0]) if front else []


def wanted(row, words):
    """A row is meant by words such as "V2 QRY-17", or by "all"."""
    return any(word in ("all", row) or row.startswith(word + "-")
               for word in words.split())


class Row:
    """One line of the table."""

    def __init__(self, section, fields):
        self.section = section
        self.id, self.level, self.source, self.requirement = fields


def load(path=TABLE):
    """([(section, title)], [Row]) in the order of the file."""
    sections, rows = [], []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            fields = line.rstrip("\n").split("\t")
            if line.startswith("#"):
                continue
            if len(fields) == 2:
                sections.append(tuple(fields))
            elif len(fields) == 4 and sections:
                rows.append(Row(sections[-1][0], fields))
            else:
                raise ValueError(f"{path}:{number}: neither section nor row")
    return sections, rows
