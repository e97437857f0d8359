#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Show that the numbers of uapi/linux/mcsnoop.h are what they always were.

uapi_frozen.py [NAME...]   test (the enums that have NAME in their name)
uapi_frozen.py --append    record what was added at the end of an enum

A command and a module of different releases have to understand each other,
so a value may be added behind all others of its enum, but never change or
go.  The values are kept in uapi_frozen.txt, one a line: enum, name, value.
Nothing but the header's text is read, so that a mistake in the spec or in
its generator shows as well.

What no release has had yet may still change: delete the lines of that enum
from the list by hand, then run with --append.
"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from lib import ktap  # noqa: E402  pylint: disable=wrong-import-position

HEADER = os.path.join(HERE, "..", "uapi", "linux", "mcsnoop.h")
FROZEN = os.path.join(HERE, "uapi_frozen.txt")

LIST_HEAD = """\
# SPDX-License-Identifier: GPL-2.0
# Enum, name, value; written by uapi_frozen.py --append, which only adds.
"""


def read_enum(tag, body):
    """Return the name of an enum and its entries by name."""
    values, last = {}, -1
    for entry in filter(None, map(str.strip, body.split(","))):
        name, _, value = map(str.strip, entry.partition("="))
        if name.startswith("__"):
            # Marks the end and moves with it.  The enum of an attribute set
            # has no tag, so call it by what its names have in common.
            tag = tag or name[2:].removesuffix("_MAX")
        elif "__" not in value:
            last = int(value, 0) if value else last + 1
            values[name] = last
    if not tag:
        raise ValueError(f"an enum without a name: {' '.join(values)}")
    return tag, values


def read_header():
    """Return {enum: {name: value}}; macros make the enum "define"."""
    with open(HEADER, encoding="ascii") as stream:
        text = re.sub(r"/\*.*?\*/", " ", stream.read(), flags=re.S)
    enums = {"define": {}}
    for name, value in re.findall(r"^#define[ \t]+(\w+)[ \t]+(\S.*)$", text, re.M):
        if "__" not in value:
            enums["define"][name] = value.strip()
    for tag, body in re.findall(r"\benum\b\s*(\w*)\s*{(.*?)}", text, re.S):
        tag, values = read_enum(tag, body)
        if tag in enums:
            raise ValueError(f"enum {tag} is there twice")
        enums[tag] = values
    return enums, set(re.findall(r"\bMCSNOOP_\w+", text))


def read_frozen():
    """Return the recorded {enum: {name: value}}."""
    enums = {}
    if not os.path.exists(FROZEN):
        return enums
    with open(FROZEN, encoding="ascii") as stream:
        for line in stream:
            if line.startswith("#") or not line.strip():
                continue
            enum, name, value = line.rstrip("\n").split(" ", 2)
            values = enums.setdefault(enum, {})
            values[name] = value if enum == "define" else int(value)
    return enums


def broken(frozen, now):
    """Return what is wrong with an enum for those who know the old one."""
    found = []
    for name, value in frozen.items():
        if name not in now:
            found.append(f"{name} {value} was removed")
        elif now[name] != value:
            found.append(f"{name} {value} became {now[name]}")
    numbers = [value for value in frozen.values() if isinstance(value, int)]
    for name, value in now.items():
        if name not in frozen and numbers and value <= max(numbers):
            found.append(f"{name} {value} is new and not behind {max(numbers)}")
    return found


def append():
    """Write the header's values to the list unless an old one is broken."""
    (header, _), frozen = read_header(), read_frozen()
    found = []
    for enum in {**frozen, **header}:
        found += broken(frozen.get(enum, {}), header.get(enum, {}))
    if found:
        sys.exit("\n".join(found) + "\nuapi_frozen.py: nothing was recorded")
    with open(FROZEN + ".new", "w", encoding="ascii") as stream:
        stream.write(LIST_HEAD)
        for enum, values in header.items():
            for name, value in values.items():
                stream.write(f"{enum} {name} {value}\n")
    os.replace(FROZEN + ".new", FROZEN)


def declare():
    """Declare a test for each enum."""
    header, words = read_header()
    frozen = read_frozen()

    @ktap.test("the whole header is understood")
    def whole(t):
        known = {name for values in header.values() for name in values}
        # NAME_MAX is the macro that __NAME_MAX is for.
        rest = {w for w in words - known if not w.endswith("_MAX")}
        t.ok(known, "there are values")
        t.eq(sorted(rest), [], "names without a value")

    def declare_enum(enum):
        @ktap.test(f"{enum} is as it was")
        def same(t):
            old, now = frozen.get(enum, {}), header.get(enum, {})
            found = broken(old, now)
            if found:
                t.fail("\n".join(found))
            added = [name for name in now if name not in old]
            if added:
                t.fail(f"run uapi_frozen.py --append to record {' '.join(added)}")

    for enum in {**frozen, **header}:
        declare_enum(enum)


if __name__ == "__main__":
    try:
        if sys.argv[1:] == ["--append"]:
            append()
            sys.exit()
        declare()
    except (OSError, ValueError) as error:
        sys.exit(f"uapi_frozen.py: {error}")
    ktap.main()
