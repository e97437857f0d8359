#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What is shipped for boot: the commands of the units, the configuration file and
the examples, done one after the other as who reads them would."""
import os
import re
import shutil
import subprocess
import tempfile
import time

from lib import ktap, mcs
from lib.ktap import Skipped, test
from lib.net import Net
from lib.ns import run
from lib.packets import igmp3_to_ex
from lib.scenario import G, snooping

CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                       "contrib")


def read(name):
    """A file that is shipped."""
    with open(os.path.join(CONTRIB, name), encoding="ascii") as file:
        return file.read()


def commands(unit, key, **names):
    """What a unit does, with other paths."""
    out = []
    for line in re.findall(rf"^{key}=-?(.*)$", read("systemd/" + unit), re.M):
        for old, new in names.items():
            line = line.replace(old.replace("_", "/"), new)
        out.append(line)
    return out


def do(net, lines):
    """Do commands of a unit in the namespace of the test."""
    for line in lines:
        line = line.replace("modprobe -r mcsnoop", "rmmod mcsnoop")
        p = net.ns.popen("sh", "-c", line, stderr=subprocess.PIPE, text=True)
        err = p.communicate()[1]
        if p.returncode:
            raise ktap.Failed(f"{line}: {p.returncode} {err}")
        if "rmmod" in line:
            mcs.forget()


def config(t, text):
    """A configuration file."""
    fd, path = tempfile.mkstemp()
    with open(fd, "w", encoding="ascii") as file:
        file.write(text)
    t.defer(os.remove, path)
    return path


@test("the configuration file is right as it is, and with all that is in it")
def conf(t):
    net = Net(t, ports=2)
    text = read("mcsnoop.conf").replace("eth0", "p1")
    net.mcs(f"restore {config(t, text)}")
    t.eq(net.mcs.bridge()["dev"], "br0")
    net.mcs("bridge del dev br0")
    text = re.sub(r"^#(bridge|port|vlan) ", r"\1 ", text, flags=re.M)
    net.mcs(f"restore {config(t, text)}")
    t.eq((net.mcs.bridge()["querier"], net.mcs.port(1)["router"]),
         ("on", "permanent"))


@test("the unit for all bridges: start, reload with a member, stop")
def unit(t):
    if not os.environ.get("MCSNOOP_KO"):
        raise Skipped("which module to load is not known")
    net = Net(t, ports=3)
    path = config(t, read("mcsnoop.conf"))
    names = {"_etc_mcsnoop_mcsnoop.conf": path,
             "_run_mcsnoop.state": path + ".state"}
    do(net, commands("mcsnoop.service", "ExecStart", **names))
    t.eq(net.mcs.bridge()["dev"], "br0")
    net.send(1, igmp3_to_ex(G))
    net.fence()
    save, remove, restore = commands("mcsnoop.service", "ExecReload", **names)
    t.defer(os.remove, path + ".state")
    do(net, [save, remove])
    t.ok(not mcs.loaded(), "the module is gone")
    mcs.load()
    do(net, [restore])
    t.ok(net.mcs.rec(1, G).unconfirmed, "its member is back")
    do(net, commands("mcsnoop.service", "ExecStop", **names))
    t.ok(not mcs.loaded(), "stopped")
    mcs.load()


@test("the unit for one bridge: start and stop")
def template(t):
    net = Net(t, ports=2)
    names = {"_etc_mcsnoop_%I.conf": config(t, "bridge add dev br0\n"),
             "%I": "br0"}
    do(net, commands("mcsnoop@.service", "ExecStart", **names))
    t.eq(net.mcs.bridge()["dev"], "br0")
    do(net, commands("mcsnoop@.service", "ExecStop", **names))
    t.eq(net.mcs.json("bridge show"), [])


@test("ifupdown: the lines of the example, in order")
def ifupdown(t):
    net = snooping(t, ports=2, fresh=True)
    net.mcs("bridge del dev br0")
    net.ns.ip("link del br0")
    text = read("examples/ifupdown/br0").replace("eth1", "p1") \
        .replace("eth2", "p2")
    steps = re.findall(r"^\t(pre-up|up|down|post-down) (.*)$", text, re.M)
    up = [c for k, c in steps if k == "pre-up"] + \
        ["ip addr add 192.0.2.1/24 dev br0", "ip link set br0 up"] + \
        [c for k, c in steps if k == "up"]
    if shutil.which("ifup"):
        path = config(t, text)
        state = ["--state-dir=/tmp"] if os.path.isdir("/tmp") else []
        do(net, [f"ifup -i {path} {' '.join(state)} br0"])
        down = [f"ifdown -i {path} {' '.join(state)} br0"]
    else:
        do(net, up)
        down = [c for k, c in steps if k in ("down", "post-down")]
    t.eq(net.mcs.bridge()["querier"], "on")
    t.eq(net.mcs.router_ports(), ["p1"])
    info = run("ip", "-n", net.ns.name, "-d", "link", "show", "br0")
    t.ok("mcast_snooping 0" in info, "its own snooping was taken over")
    time.sleep(0.1)
    do(net, down)
    t.eq(run("ip", "-n", net.ns.name, "link", "show", "type", "bridge"), "")


if __name__ == "__main__":
    ktap.main(mcs.setup, mcs.teardown)
