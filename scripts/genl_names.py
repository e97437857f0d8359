#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Write tool/names_gen.h: how the command spells the enums of the spec.

genl_names.py SPEC OUTPUT

Every enum definition becomes a table of its entries' names, indexed by the
constants of the uapi header, and a macro with the number of elements.  In a
name '-' becomes '_', so that it reads like a key in JSON output too.  For the
enums in WITH_DOCS the descriptions make a second table.  A definition of flags
is indexed by the number of the bit.

scripts/genl.sh calls this.  Needs PyYAML (Debian: python3-yaml).
"""
import os
import sys

import yaml

WITH_DOCS = ("counter", "rule")


class SpecError(Exception):
    """The spec holds something that cannot be put in a table."""


def entries_of(enum):
    """Return the (name, doc) pairs of an enum definition, in order."""
    found = []
    for entry in enum["entries"]:
        if not isinstance(entry, dict):
            entry = {"name": entry}
        if "value" in entry or "value-start" in enum:
            raise SpecError(f"enum {enum['name']}: entries must count from 0")
        name = entry["name"]
        if not isinstance(name, str):
            # YAML takes an unquoted on, off, yes or no for a truth value.
            raise SpecError(f"enum {enum['name']}: quote the entry {name}")
        found.append((name, " ".join(entry.get("doc", "").split())))
    return found


def c_upper(*words):
    """Join words into the spelling of a C constant."""
    return "_".join(words).replace("-", "_").upper()


def c_string(text):
    """Quote text as a C string."""
    if not (text.isascii() and text.isprintable()):
        raise SpecError(f"not printable ASCII: {text!r}")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def table(symbol, rows):
    """Return the lines of one table; a long string gets a line of its own."""
    lines = [f"static const char *const {symbol}[]",
             "\t__attribute__((unused)) = {"]
    for constant, text in rows:
        line = f"\t[{constant}] = {c_string(text)},"
        if len(line.expandtabs(8)) > 80:
            line = f"\t[{constant}] =\n\t\t{c_string(text)},"
        lines.append(line)
    return lines + ["};", ""]


def render(spec):
    """Return the text of the header for a loaded spec."""
    family = spec["name"]
    missing = set(WITH_DOCS)
    out = [
        "/* SPDX-License-Identifier: GPL-2.0 */",
        "/* Do not edit directly, auto-generated from: */",
        f"/*\tDocumentation/netlink/{family}.yaml */",
        "/* To regenerate run: scripts/genl.sh */",
        "",
        f"#ifndef {c_upper(family)}_NAMES_GEN_H",
        f"#define {c_upper(family)}_NAMES_GEN_H",
        "",
        f"#include <{spec['uapi-header']}>",
        "",
    ]
    for enum in spec.get("definitions", []):
        if enum["type"] not in ("enum", "flags"):
            continue
        name = enum["name"]
        prefix = enum.get("name-prefix", f"{family}-{name}-")
        entries = entries_of(enum)
        rows = [(str(bit) if enum["type"] == "flags" else
                 c_upper(prefix + entry), entry.replace("-", "_"), doc)
                for bit, (entry, doc) in enumerate(entries)]
        symbol = f"{family}_{name}".replace("-", "_")
        out += [f"/* {' '.join(enum.get('doc', name).split())} */"]
        out += table(symbol + "_names", [(row[0], row[1]) for row in rows])
        if name in WITH_DOCS:
            undescribed = [entry for entry, doc in entries if not doc]
            if undescribed:
                raise SpecError(f"enum {name}: no doc for {undescribed[0]}")
            out += table(symbol + "_docs", [(row[0], row[2]) for row in rows])
            missing.discard(name)
        out += [f"#define {c_upper(family, 'nr', name)} {len(rows)}", ""]
    if missing:
        raise SpecError(f"no enum {min(missing)}")
    out += [f"#endif /* {c_upper(family)}_NAMES_GEN_H */", ""]
    return "\n".join(out)


def main():
    """Read the spec, write the header."""
    if len(sys.argv) != 3:
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} SPEC OUTPUT")
    spec_path, out_path = sys.argv[1:]
    try:
        with open(spec_path, encoding="utf-8") as stream:
            text = render(yaml.safe_load(stream))
        with open(out_path, "w", encoding="utf-8") as stream:
            stream.write(text)
    except (OSError, SpecError, yaml.YAMLError) as error:
        sys.exit(f"genl_names.py: {error}")
    except (KeyError, TypeError) as error:
        sys.exit(f"genl_names.py: {spec_path} is no netlink spec: {error!r}")


if __name__ == "__main__":
    main()
