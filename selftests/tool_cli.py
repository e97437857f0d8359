#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The command line of mcsnoop: help, mistakes, exit status, times.

Needs neither the module nor root: a command line that is right names a
device that does not exist, which is only looked for when all else is right.
"""
import json
import os
import re
import subprocess

from lib import ktap
from lib.ktap import Skipped, test

COMMAND = os.environ.get("MCSNOOP_COMMAND", "mcsnoop")
OBJECTS = ("bridge", "vlan", "port", "group", "host", "nd", "router", "querier",
           "filter", "stats", "monitor", "explain", "doctor", "top", "log",
           "mdb", "save", "restore")
# those that events are about
LIVE = ("bridge", "vlan", "port", "group", "router", "querier", "filter")
COMMANDS = {
    "bridge": ("add", "set", "del", "show"),
    "vlan": ("set", "reset", "show"),
    "port": ("set", "show"),
    "group": ("add", "del", "learn", "show"),
    "host": ("show",),
    "nd": ("show",),
    "router": ("learn", "show"),
    "querier": ("learn", "show"),
    "log": ("follow", "show"),
    "mdb": ("monitor", "show"),
    "filter": ("add", "del", "flush", "show"),
    "stats": ("show",),
}
NO_DEV = "mcs-none"
COMPLETION = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                          "tool", "completion", "mcsnoop.bash")
OK, FAILED, USAGE = 0, 1, 2


def mcsnoop(*words):
    """(exit status, stdout, stderr)"""
    p = subprocess.run([COMMAND, *words], stdin=subprocess.DEVNULL,
                       capture_output=True, timeout=20, check=False)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


def helped(t, *words):
    """The words print help; it."""
    status, out, err = mcsnoop(*words)
    t.eq((status, err), (OK, ""), " ".join(words))
    t.ok(out.startswith("Usage: mcsnoop"), " ".join(words) + ": usage")
    return out


def mistaken(t, line, *expected):
    """The line is refused as mistyped, and why contains what is expected."""
    status, out, err = mcsnoop(*line.split())
    t.eq((status, out), (USAGE, ""), line)
    t.ok(err.startswith("Error: "), f"{line}: error in {err!r}")
    t.ok(err.endswith('help".\n'), f"{line}: what to try in {err!r}")
    for word in expected:
        t.ok(word in err, f"{line}: {word!r} in {err!r}")


def accepted(t, line):
    """The line is right but for its device."""
    t.eq(mcsnoop(*line.split()),
         (FAILED, "", f'Cannot find device "{NO_DEV}"\n'), line)


@test("nothing at all: usage to stderr, status 2")
def nothing(t):
    for options in ([], ["-j"], ["-d", "-s"]):
        status, out, err = mcsnoop(*options)
        t.eq((status, out), (USAGE, ""), "status")
        t.ok(err.startswith("Usage: mcsnoop"), "usage")


@test("help at every level: to stdout, status 0")
def help_(t):
    general = helped(t, "help")
    for words in (["h"], ["-h"], ["-help"], ["--help"], ["-j", "help"]):
        t.eq(helped(t, *words), general, "the same help")
    for name in OBJECTS:
        t.ok(name in general, f"help names {name}")
        own = helped(t, name, "help")
        t.ok(f"mcsnoop {name}" in own, f"help of {name} names it")
        t.eq(helped(t, "help", name), own, f"help {name}")
        t.eq(helped(t, name, "-h"), own, f"{name} -h")
        for command in COMMANDS.get(name, ()):
            t.eq(helped(t, name, command, "help"), own, f"{name} {command}")


@test("help fits into 80 columns")
def narrow(t):
    for words in [["help"]] + [[name, "help"] for name in OBJECTS]:
        for line in helped(t, *words).splitlines():
            t.ok(len(line) <= 80, f"at most 80 columns: {line}")


@test("the help of an object names each of its commands")
def complete(t):
    for name, commands in COMMANDS.items():
        out = helped(t, name, "help")
        for command in commands:
            t.ok(re.search(rf"mcsnoop {name} (\[ )?{command}\b", out),
                 f"{name} {command} in its help")


def completed(*words):
    """What bash would offer for the last word."""
    script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));'
              ' _mcsnoop; printf "%s\\n" "${COMPREPLY[@]}"')
    out = subprocess.run(["bash", "-c", script, "bash", COMPLETION, "mcsnoop",
                          *words], capture_output=True, check=True).stdout
    return set(out.decode().split())


@test("help and completion know the keywords that the command takes")
def completion(t):
    t.eq(completed(""), {*OBJECTS, "help"}, "objects")
    for name, commands in COMMANDS.items():
        t.eq(completed(name, ""), {*commands, "help"}, name)
        words = set(re.findall(r"[a-z0-9-]+", helped(t, name, "help")))
        for command in commands:
            offered = completed(name, command, "")
            taken = {word for word in words | offered
                     if '" lacks ' in mcsnoop(name, command, word)[2]}
            t.eq(offered, taken, f"{name} {command}: offered")
            t.eq(taken - words, set(), f"{name} {command}: not in its help")
    t.eq(completed("monitor", ""), {"dev", *LIVE}, "monitor")
    t.eq(completed("bridge", "add", "dev", "x", "unregistered", ""),
         {"auto", "flood", "routers", "drop"}, "words of a setting")
    t.eq(completed("-j", "-n", "x", "gr"), {"group"}, "after options")


@test("-V")
def version(t):
    for word in ("-V", "-Version", "--Version", "--version"):
        status, out, err = mcsnoop(word)
        t.eq((status, err), (OK, ""), word)
        t.ok(re.fullmatch(r"mcsnoop \S+\n", out), f"{word}: {out!r}")


@test("words that mean nothing")
def wrong_words(t):
    mistaken(t, "bogus", '"bogus"', "object")
    mistaken(t, "help bogus", '"bogus"')
    mistaken(t, "-x bridge", '"-x"')
    mistaken(t, "-jp bridge", '"-jp"')
    mistaken(t, "--jsonx bridge", '"--jsonx"')
    mistaken(t, "-c=red bridge", '"red"')
    mistaken(t, "-n", '"-n"', "value")
    mistaken(t, "bridge bogus", '"bogus"', "mcsnoop bridge")
    mistaken(t, "monitor bogus", '"bogus"')
    mistaken(t, "monitor stats", '"stats"')
    for name, commands in COMMANDS.items():
        mistaken(t, f"{name} {commands[-1]} bogus 1", '"bogus"',
                 f"mcsnoop {name} {commands[-1]}")


@test("words that are missing")
def missing(t):
    mistaken(t, "bridge add", '"dev"')
    mistaken(t, "bridge add dev", '"dev"', "value")
    mistaken(t, "bridge set", '"dev"')
    mistaken(t, f"bridge set dev {NO_DEV}", "nothing to set")
    mistaken(t, "bridge del", '"dev"')
    mistaken(t, f"bridge add dev {NO_DEV} robustness", '"robustness"')
    mistaken(t, f"port set dev {NO_DEV}", "nothing to set")
    mistaken(t, "port set router auto", '"dev"')
    mistaken(t, f"group add dev {NO_DEV} grp 239.1.1.1", '"port"')
    mistaken(t, f"group add port {NO_DEV} grp 239.1.1.1", '"dev"')
    mistaken(t, f"group del dev {NO_DEV} port {NO_DEV}", '"grp"')
    mistaken(t, "monitor dev", '"dev"')


@test("words that are given twice")
def twice(t):
    mistaken(t, "bridge add dev a dev b", '"dev"', "twice")
    mistaken(t, "bridge set dev a querier on querier off", '"querier"')
    mistaken(t, "monitor dev a dev b", '"dev"', "twice")


@test("bridge del takes no settings")
def del_settings(t):
    mistaken(t, f"bridge del dev {NO_DEV} querier on", '"querier"')


@test("prefixes: what is clear is accepted, what is not is refused")
def prefixes(t):
    for line in ("g s dev", "gr sh dev", "r s dev", "q show dev", "s s dev",
                 "p sh dev", "b sh dev", "b a dev", "b d dev", "m dev",
                 "bridge list dev", "bridge delete dev"):
        accepted(t, f"{line} {NO_DEV}")
    accepted(t, f"b se dev {NO_DEV} querier on")
    mistaken(t, f"b s dev {NO_DEV}", '"set"', '"show"')
    mistaken(t, f"port s dev {NO_DEV}", '"set"', '"show"')
    mistaken(t, f"group show de {NO_DEV}", '"de"')


@test("options have short and long forms, one or two dashes")
def options(t):
    for option in ("-j", "-json", "--json", "-p", "-pretty", "--pretty", "-d",
                   "-details", "-s", "-stats", "-statistics", "-t",
                   "-timestamp", "-ts", "-tshort", "-c", "-color", "-c=always",
                   "-color=never", "--color=auto"):
        accepted(t, f"{option} group show dev {NO_DEV}")
    mistaken(t, f"group show dev {NO_DEV} -j", '"-j"')


@test("a network namespace that does not exist")
def netns(t):
    for option in ("-n", "-netns", "--netns"):
        t.eq(mcsnoop(option, "mcs-none", "bridge"),
             (FAILED, "", 'Cannot open network namespace "mcs-none": '
                          "No such file or directory\n"), option)


@test("devices that do not exist")
def devices(t):
    for line in ("bridge add dev {}", "bridge del dev {}",
                 "bridge set dev {} querier on", "bridge show dev {}",
                 "port set dev {} router never", "port show dev {}",
                 "port show port {}", "group show dev {}",
                 "group show dev lo port {}",
                 "group add dev {} port lo grp 239.1.1.1",
                 "group del dev lo port {} grp 239.1.1.1",
                 "host show dev {}", "host show dev lo port {}",
                 "router show dev {}", "querier show dev {}",
                 "stats show dev {}", "stats show port {}", "monitor dev {}",
                 "log show dev {}", "log follow port {}", "mdb show dev {}",
                 "mdb monitor dev {}", "save dev {}",
                 "group learn dev lo port {} grp ff1e::1 mode exclude",
                 "router learn dev lo port {} family ipv4",
                 "querier learn dev {} family ipv6 state self",
                 "bridge add dev {} takeover", "bridge del dev {} giveback",
                 "explain dev {} from lo grp 239.1.1.1",
                 "explain dev lo from {} grp ff1e::1 src ::1 vid 7 ttl 1 "
                 "smac 02:00:00:00:00:01"):
        accepted(t, line.format(NO_DEV))
    t.eq(mcsnoop("bridge", "show", "dev", "x" * 300)[0], FAILED, "long name")
    t.eq(mcsnoop("bridge", "show", "dev", "")[0], FAILED, "empty name")


@test("every setting of a bridge is accepted with each of its words")
def settings(t):
    for name, words in (
            ("querier", "auto on off"), ("igmp-version", "1 2 3"),
            ("mld-version", "1 2"), ("robustness", "1 2 255"),
            ("last-member-count", "0 255"), ("startup-query-count", "0 255"),
            ("gmi-rule", "rfc9776 rfc3376"),
            ("unregistered", "auto flood routers drop"),
            ("flood-ff02", "on off"), ("zero-query-router", "on off"),
            ("forward-invalid", "on off"), ("max-groups", "1 4294967295"),
            ("max-port-groups", "1 4294967295"), ("max-sources", "1 4096"),
            ("max-records", "1 8192"), ("max-vlans", "0 4095"),
            ("max-hosts", "1 4096"), ("max-port-hosts", "1 4294967295"),
            ("log-events", "0 64 4096"), ("log-frames", "0 4096"),
            ("fast-leave", "auto on off"), ("mode", "enforce observe"),
            ("over-limit", "refuse replace"),
            ("max-vlan-groups", "0 4294967295"),
            ("max-host-groups", "0 4294967295"),
            ("examine", "all none mld mospf igmp,mld mld,igmp,mrd,pim,pimv1"),
            ("ssm-range", "none 232.0.0.0/8 239.9.0.0/16"),
            ("ssm-range6", "none ff3x::/32 ff30::/32 ff3e::/16"),
            *((name, "on off") for name in (
                "report-suppression", "proxy-reporting", "tc-query",
                "lightweight", "source-filter", "compat", "auto-lower",
                "host-tracking", "mrd-solicit", "mrd-local-prefix", "nd-aware",
                "drop-node-scope", "mac-mode", "fastpath", "self-heal",
                "follow-hosts", "group-stats"))):
        for word in words.split():
            accepted(t, f"bridge add dev {NO_DEV} {name} {word}")
            accepted(t, f"bridge set dev {NO_DEV} {name} {word}")
        for word in ("bogus", "-1", "", "0x1", "1.5", "On"):
            status, out, err = mcsnoop("bridge", "set", "dev", NO_DEV, name,
                                       word)
            t.eq((status, out), (USAGE, ""), f"{name} {word!r}")
            t.ok(name in err and f'"{word}"' in err, f"{err!r} names both")


@test("lists of protocols that are wrong")
def lists(t):
    for word in (",", "mld,", ",mld", "mld,,pim", "mld;pim", "ml", "mldx",
                 "mld,all", "none,mld", "pim,bogus"):
        mistaken(t, f"bridge set dev {NO_DEV} examine {word}", "examine is all",
                 "none", "mld,igmp,mrd,pim,pimv1,dvmrp,mospf", f'"{word}"')


@test("ranges of groups that are none")
def prefixes_wrong(t):
    for name, kind, words in (
            ("ssm-range", "IPv4", "232.0.0.0 232.0.0.0/33 232.0.0/8 /8 "
             "232.0.0.0/ 232.0.0.0/8/8 ff3e::/32 None 232.0.0.x/8"),
            ("ssm-range6", "IPv6", "ff3e:: ff3e::/129 ff3e::/x 232.0.0.0/8 "
             "ffx0::/32 f3x::/32 ff3x/32 ff3xx::/32 ff3e::/-1")):
        for word in words.split():
            mistaken(t, f"bridge set dev {NO_DEV} {name} {word}",
                     f"{name} is an {kind} prefix", f'"{word}"')


@test("numbers out of range")
def ranges(t):
    for name, words in (
            ("igmp-version", "0 4"), ("mld-version", "0 3"),
            ("robustness", "0 256"), ("last-member-count", "256"),
            ("startup-query-count", "256"), ("max-groups", "0 4294967296"),
            ("max-port-groups", "0"), ("max-sources", "0 4097"),
            ("max-records", "0 8193 18446744073709551617"),
            ("max-vlans", "4096"), ("max-hosts", "0 4097"),
            ("max-port-hosts", "0"), ("log-events", "4097"),
            ("log-frames", "4097")):
        for word in words.split():
            mistaken(t, f"bridge set dev {NO_DEV} {name} {word}",
                     f"{name} is a number from", f'"{word}"')


@test("every setting of a port is accepted with each of its words")
def port_settings(t):
    for name, words in (
            ("router", "auto never permanent"),
            ("unregistered", "inherit auto flood routers drop"),
            ("query-guard", "on off"), ("max-groups", "0 1 4294967295"),
            ("max-sources", "0 4096"), ("max-hosts", "0 4096"),
            ("max-host-groups", "0 4294967295"),
            ("fast-leave", "inherit auto on off"),
            ("rate-reports", "0 4294967295"), ("rate-queries", "0 1"),
            ("ttl-threshold", "0 255"), ("scope-boundary", "0 14"),
            ("mode", "inherit enforce observe"),
            *((name, "on off") for name in (
                "flood-reports", "check-ttl", "require-ra-query",
                "require-ra-report", "require-ra-leave", "strict-dst",
                "strict-l2dst", "ignore-igmpv1", "ignore-igmpv2",
                "ignore-mldv1", "trust-queries",
                "tc-flood"))):
        for word in words.split():
            accepted(t, f"port set dev {NO_DEV} {name} {word}")
        mistaken(t, f"port set dev {NO_DEV} {name} bogus", name, '"bogus"')
    mistaken(t, f"bridge set dev {NO_DEV} unregistered inherit", '"inherit"')


@test("times that are right")
def times(t):
    for name in ("query-interval", "query-response-interval",
                 "last-member-interval", "startup-query-interval"):
        for word in ("0", "125", "125s", "1.5s", "1.5", "0.001", "200ms",
                     "2m", "0.5m", "1h", "0.25h", "4294967295ms", "4294967.295",
                     "1.500000000000s", "007"):
            accepted(t, f"bridge set dev {NO_DEV} {name} {word}")


@test("times that are wrong")
def wrong_times(t):
    line = f"bridge set dev {NO_DEV} query-interval "
    for word in ("x", "s", "12x", "1.5x", "1,5", ".5", "5.", "5.s", "1e3",
                 "+5", "5S", "0x10", "125sec", "1.5.2", "nan", "inf"):
        mistaken(t, line + word, "query-interval", f'"{word}"',
                 "is not a time", "200ms")
    for word in ("-1", "-1s", "-0", "-x"):
        mistaken(t, line + word, f'"{word}"', "less than nothing")
    for word in ("4294967296ms", "4294967.296", "71583m", "1194h",
                 "99999999999999999999", "18446744073709551616ms",
                 "4294967295s", "4294967295h"):
        mistaken(t, line + word, f'"{word}"', "too long")
    for word in ("0.0001", "1.5ms", "0.00001m", "1.0000000001",
                 "1.000000000000000000001"):
        mistaken(t, line + word, f'"{word}"', "finer than a millisecond")


@test("addresses and VLANs")
def addresses(t):
    add = f"group add dev {NO_DEV} port {NO_DEV} grp "
    for word in ("239.1.1.1", "ff1e::1", "::ffff:239.1.1.1"):
        accepted(t, add + word)
        accepted(t, add + word + " vid 4094")
    accepted(t, add + "239.1.1.1 src 192.0.2.1 vid 0")
    for word in ("239.1.1", "239.1.1.256", "host", "ff1e::1%lo", "1",
                 "239.1.1.1/24", "ff1e:::1"):
        mistaken(t, add + word, "grp", f'"{word}"', "not an IPv4 or IPv6")
    mistaken(t, add + "239.1.1.1 src x", "src", '"x"')
    add = f"group add dev {NO_DEV} port {NO_DEV} "
    for word in ("01:00:5e:01:01:01", "33:33:FF:00:aB:0c"):
        accepted(t, add + "mac " + word)
        accepted(t, f"group show dev {NO_DEV} mac {word}")
    for word in ("01:00:5e:01:01", "01:00:5e:01:01:01:02", "01005e010101",
                 "01-00-5e-01-01-01", "1:0:5e:1:1:1", "01:00:5e:01:01:0g", "x",
                 "01:00:5e:01:01:0"):
        mistaken(t, add + "mac " + word, "mac", f'"{word}"', "MAC address")
    mistaken(t, add + "mac 01:00:5e:01:01:01 grp 239.1.1.1", '"grp"', '"mac"')
    mistaken(t, add + "mac 01:00:5e:01:01:01 src 10.0.0.1", '"src"', '"mac"')
    mistaken(t, f"group add dev {NO_DEV} port {NO_DEV}", '"grp"', '"mac"')
    add += "grp "
    for word in ("4095", "-1", "x", "65537"):
        mistaken(t, add + "239.1.1.1 vid " + word, "vid", f'"{word}"')
        mistaken(t, "querier show vid " + word, "vid", f'"{word}"')


@test("filters: words that go together, prefixes")
def filters(t):
    for command in ("add", "del"):
        line = f"filter {command} dev {NO_DEV} "
        for words in ("permit grp 239.0.0.0/8", "deny grp ff1e::/16 pref 5",
                      "deny pref 0 grp 239.1.1.1 src 192.0.2.0/24",
                      "port lo permit grp ::ffff:239.1.1.1",
                      "reporter 192.0.2.0/24", "port lo router fe80::1"):
            accepted(t, line + words)
        mistaken(t, f"filter {command} permit grp 239.1.1.1", '"dev"')
        mistaken(t, f"filter {command} dev lo", '"grp"', '"reporter"')
        mistaken(t, f"filter {command} dev lo permit", '"grp"')
        mistaken(t, f"filter {command} dev lo permit deny grp 239.1.1.1",
                 '"permit"', '"deny"')
        mistaken(t, f"filter {command} dev lo deny deny", '"deny"', "twice")
        for words in ("reporter 1.2.3.4 router 1.2.3.4",
                      "reporter 1.2.3.4 pref 1", "deny router 1.2.3.4",
                      "router 1.2.3.4 grp 239.1.1.1"):
            mistaken(t, f"filter {command} dev lo {words}", "stand alone")
        for word in ("239.0.0.0/33", "239.0.0.0/", "/8", "239/8", "x",
                     "239.0.0.0/-1", "ff1e::/129", "ff1e::/8/8", "1" * 200,
                     "1" * 200 + "/8"):
            mistaken(t, line + "deny grp " + word, "grp", f'"{word}"',
                     "address or prefix")
    accepted(t, f"filter del dev {NO_DEV} grp 239.1.1.1")
    mistaken(t, "filter add dev lo grp 239.1.1.1", '"permit"', '"deny"')
    for command in ("flush", "show"):
        accepted(t, f"filter {command} dev {NO_DEV}")
        accepted(t, f"filter {command} dev lo port {NO_DEV}")
        mistaken(t, f"filter {command} dev lo permit", '"permit"')
    mistaken(t, "filter flush", '"dev"')


@test("output that cannot be written is an error")
def full(t):
    if not os.path.exists("/dev/full"):
        raise Skipped("no /dev/full")
    with open("/dev/full", "w", encoding="ascii") as out:
        p = subprocess.run([COMMAND, "help"], stdout=out, check=False,
                           stderr=subprocess.PIPE)
    t.eq(p.returncode, FAILED, "status")
    t.ok(b"No space left" in p.stderr, f"{p.stderr!r} says why")


@test("the module is loaded when needed, or what to type is said")
def no_module(t):
    status, out, err = mcsnoop("-j", "bridge", "show")
    if os.path.exists("/sys/module/mcsnoop"):
        t.eq((status, err), (OK, ""), "status")
        t.ok(isinstance(json.loads(out), list), "an array")
        return
    t.eq((status, out), (FAILED, ""), "status")
    t.ok("modprobe mcsnoop" in err, f"{err!r} says what to type")


if __name__ == "__main__":
    try:
        subprocess.run([COMMAND, "-V"], capture_output=True, check=False)
    except OSError as e:
        print(f"KTAP version 1\n1..0 # SKIP {COMMAND}: {e.strerror}")
        raise SystemExit(ktap.SKIP) from None
    ktap.main()
