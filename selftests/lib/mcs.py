# SPDX-License-Identifier: GPL-2.0
"""The mcsnoop command, the module, and what they say."""
import ipaddress
import json
import os
import select
import subprocess
import time

from lib.ktap import Failed, Skipped
from lib.ns import CommandError, Talk, need_root, remove_leftovers, run

COMMAND = os.environ.get("MCSNOOP_COMMAND", "mcsnoop")
_loaded_here = False


def loaded():
    """The module is there."""
    try:
        with open("/proc/modules", encoding="ascii") as file:
            return any(line.split()[0] == "mcsnoop" for line in file)
    except FileNotFoundError:
        raise Skipped("this kernel loads no modules") from None


def load():
    """Load the module, from $MCSNOOP_KO if set."""
    ko = os.environ.get("MCSNOOP_KO")
    if ko:
        if not os.path.exists("/sys/module/bridge"):
            run("modprobe", "-q", "bridge", check=False)
        run("insmod", ko)
    else:
        run("modprobe", "mcsnoop")


def unload():
    """Remove the module."""
    run("rmmod", "mcsnoop")
    forget()


def forget():
    """The module was removed: who stays knows the family by its number."""
    for talk in Talk.every:
        talk.close()


def setup():
    """For ktap.main(): everything that a test needs, or Skipped."""
    global _loaded_here
    need_root()
    from lib.net import pin
    pin()
    remove_leftovers()
    try:
        if not loaded():
            load()
            _loaded_here = True
        run(COMMAND, "-V")
    except (CommandError, OSError) as e:
        raise Skipped(str(e)) from None


def teardown():
    """For ktap.main(): leave the module as it was found."""
    if _loaded_here and loaded():
        unload()


def short(address):
    """Last number of an address, as the tests name their sources."""
    ip = ipaddress.ip_address(address)
    return f"{ip.packed[-1]:x}" if ip.version == 6 else str(ip.packed[-1])


# What changes by itself: clocks, and what the machine's own stack reports.
MOVING = {"uptime", "since", "query_seen", "report_seen", "reports",
          "takes_over_in", "next_query", "pruning", "pruning_in", "timer",
          "groups", "records"}


def still(shown):
    """What a show command said, without what changes by itself."""
    if isinstance(shown, list):
        return [still(row) for row in shown]
    if isinstance(shown, dict):
        return {key: still(value) for key, value in shown.items()
                if key not in MOVING}
    return shown


class Record:
    """A record of a group on a port; absent ones are equal to "none".

    str() is IN(A) or EX(X;Y) with the last number of each source, in order.
    forward and blocked are {address: timer or None}.
    """

    def __init__(self, data):
        self.data = data
        self.forward, self.blocked = {}, {}
        for s in (data or {}).get("source_list", []):
            side = self.blocked if s.get("state") == "blocked" \
                else self.forward
            side[s["address"]] = s.get("timer")

    def __bool__(self):
        return self.data is not None

    def __getattr__(self, name):
        if self.data is None:
            raise Failed(f"no record, so no {name}")
        return self.data.get(name)

    def __str__(self):
        if not self.data:
            return "none"
        x = ",".join(map(short, self.forward))
        y = ",".join(map(short, self.blocked))
        if self.data["filter_mode"] == "include":
            return f"IN({x})" + (f" blocked {y}" if y else "")
        return f"EX({x};{y})"

    __repr__ = __str__

    def __eq__(self, other):
        return str(self) == str(other)


class Mcs:
    """The command in a namespace: mcs("bridge show dev br0")."""

    def __init__(self, ns, port_name):
        self.ns, self.port_name = ns, port_name

    def argv(self, words, *options):
        """Command line in the namespace."""
        return [COMMAND, "-n", self.ns.name, *options, *words.split()]

    def __call__(self, words, *options, check=True):
        return self.ns.talk(COMMAND, *options)(words, check)

    def json(self, words, *options):
        """Output as JSON."""
        return json.loads(self(words, "-j", *options))

    def refused(self, t, words):
        """The command must fail; what it said."""
        return t.raises(CommandError, self, words).err

    # --- tables ---------------------------------------------------------

    def groups(self, dev="br0"):
        """All records of a bridge as the command prints them."""
        return self.json(f"group show dev {dev}", "-d", "-s")

    def table(self, dev="br0"):
        """{(port, vid, group): "IN(..)"} without static ones and timers."""
        return {(g["port"], g.get("vid", 0), g["grp"]): str(Record(g))
                for g in self.groups(dev)}

    def rec(self, port, group, vid=None, static=False, dev="br0"):
        """The Record of a group on a port given by number."""
        name = self.port_name(port)
        for g in self.groups(dev):
            if (g["port"], g["grp"]) == (name, group) and \
                    vid in (None, g.get("vid", 0)) and \
                    (g.get("state") == "permanent") == static:
                return Record(g)
        return Record(None)

    def querier(self, family=4, vid=None, dev="br0"):
        """The querier of a family (4 or 6), {} if there is none."""
        want = "ipv4" if family == 4 else "ipv6"
        for q in self.json(f"querier show dev {dev}", "-d", "-s"):
            if q["family"] == want and vid in (None, q.get("vid", 0)):
                return q
        return {}

    def routers(self, family=None, dev="br0"):
        """Router ports: {(port, vid, "ipv4"): row}."""
        return {(r["port"], r.get("vid", 0), r["family"]): r
                for r in self.json(f"router show dev {dev}", "-d", "-s")
                if family in (None, r["family"])}

    def router_ports(self, family="ipv4", dev="br0"):
        """Names of the router ports of a family."""
        return sorted({port for port, _, f in self.routers(dev=dev)
                       if f == family})

    def bridge(self, dev="br0"):
        """Settings and numbers of a bridge."""
        rows = self.json(f"bridge show dev {dev}", "-d", "-s")
        return rows[0] if rows else {}

    def port(self, port, dev="br0"):
        """Settings of a port given by number."""
        name = self.port_name(port)
        for p in self.json(f"port show dev {dev}", "-d", "-s"):
            if p["port"] == name:
                return p
        return {}

    def stats(self, port=None, dev="br0"):
        """Counters of the bridge, or of a port given by number."""
        if port is None:
            rows = self.json(f"stats show dev {dev}")
            return rows[0]["counters"] if rows else {}
        name = self.port_name(port)
        for s in self.json(f"stats show dev {dev}", "-s"):
            if s.get("port") == name:
                return s["counters"]
        return {}

    def counting(self, *prefixes, port=None):
        """A function that says which counters grew since: {name: by}."""
        before = self.stats(port)

        def grown():
            after = self.stats(port)
            return {k: v - before.get(k, 0) for k, v in after.items()
                    if v != before.get(k, 0) and
                    (not prefixes or k.startswith(prefixes))}
        return grown

    def monitor(self, t, options=""):
        """Start listening to events."""
        return Monitor(t, self, options)


class Monitor:
    """`mcsnoop -j monitor`, and a way to know that nothing is under way.

    A change of no consequence to a bridge makes an event with a value that
    was never used before: what happened earlier has been read by then.
    """

    token = 100000

    def __init__(self, t, mcs, options="", dev="br0"):
        self.mcs, self.dev = mcs, dev
        self.text = b""
        self.events = []
        self.seen = set()
        words = f"monitor {options} bridge" if options else "monitor"
        argv = mcs.argv(words, "-j", "-d")
        self.proc = subprocess.Popen(argv, stdout=subprocess.PIPE)
        os.set_blocking(self.proc.stdout.fileno(), False)
        t.defer(self.close)
        self._settle(tries=100)
        self._take()

    def close(self):
        """Stop it."""
        if self.proc.poll() is None:
            self.proc.terminate()
        self.proc.wait()
        self.proc.stdout.close()

    def _read(self, timeout):
        fd = self.proc.stdout.fileno()
        if not select.select([fd], [], [], timeout)[0]:
            return
        chunk = os.read(fd, 65536)
        if not chunk:
            raise Failed(f"monitor ended with {self.proc.wait()}")
        *lines, self.text = (self.text + chunk).split(b"\n")
        self.events += [json.loads(line) for line in lines if line.strip()]

    @staticmethod
    def _token_of(event):
        return event.get("max_groups", 0) if event["event"] == "bridge-set" \
            else 0

    def _settle(self, tries):
        for _ in range(tries):
            Monitor.token += 1
            self.mcs(f"bridge set dev {self.dev} max-groups {self.token}")
            end = time.monotonic() + 0.2
            while time.monotonic() < end:
                self._read(0.05)
                if self.token in map(self._token_of, self.events):
                    return
        raise Failed(f"monitor does not show the last change: {self.events}")

    def get(self):
        """All events until now, oldest first; they are forgotten then."""
        self._settle(tries=20)
        return self._take()

    def _take(self):
        out = []
        for event in self.events:
            token = self._token_of(event)
            if token <= 100000 or token in self.seen:
                out.append(event)
            self.seen.add(token)
        self.events.clear()
        return out

    def brief(self):
        """get(), each as "event cause port group"."""
        return [" ".join(str(e[k]) for k in
                         ("event", "cause", "port", "grp", "state")
                         if e.get(k) not in (None, "temp")) for e in
                self.get()]
