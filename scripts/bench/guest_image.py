# SPDX-License-Identifier: GPL-2.0
"""The benchmark's guest: a stock Debian kernel and an initial file system.

Nothing in the guest waits for the host: all it needs is in its memory, and
time is the number of instructions that were executed.
"""
import os
import re
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VM = os.path.join(HERE, "..", "vm")
TOOLS = ("bin/ip", "sbin/bridge")
APPLETS = ("awk", "cat", "cut", "dmesg", "echo", "grep", "insmod", "mkdir",
           "mount", "rm", "sh", "sleep", "sync", "tail", "true", "wc")
MODULES = ("bridge", "dummy", "mcsnoop", "mcs_bench")
MACHINE = ["qemu-system-x86_64", "-M", "q35", "-accel", "tcg,thread=single",
           "-cpu", "max", "-m", "1024", "-nodefaults", "-no-user-config",
           "-display", "none", "-no-reboot"]
# What makes a run the same as any other: time counts instructions, nothing
# sleeps, the clock and the random numbers begin at the same point.
SAME = ["-icount", "shift=0,sleep=off", "-seed", "1",
        "-rtc", "base=2025-01-01T00:00:00,clock=vm"]
ARGUMENTS = ("console=ttyS0 quiet panic=-1 oops=panic panic_on_warn=1 "
             "mitigations=off nokaslr tsc=reliable no_timer_check "
             "random.trust_cpu=on rcupdate.rcu_expedited=1 "
             "sysctl.kernel.panic_on_oops=1")


class GuestError(Exception):
    """The guest could not be made, or failed."""


def _said(*argv):
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise GuestError(f"{' '.join(argv)}: exit {done.returncode}")
    return done.stdout.strip()


def _libraries(root, program):
    """Paths in root that a program needs to be started."""
    loader = os.path.join(root, "lib64/ld-linux-x86-64.so.2")
    dirs = [os.path.join(root, d, "x86_64-linux-gnu")
            for d in ("lib", "usr/lib")]
    text = _said(loader, "--library-path", ":".join(dirs), "--list", program)
    return [loader, *re.findall(r"=> (/\S+)", text)]


class Image:
    """The kernel and the part of the file system that does not change."""

    def __init__(self):
        self.kernel = _said(os.path.join(VM, "kernel"), "debian")
        with open(os.path.join(self.kernel, "release"),
                  encoding="ascii") as file:
            self.release = file.read().strip()
        self.root = _said(os.path.join(VM, "rootfs"), "base")
        build = os.path.join(VM, "build")
        self.ours = _said(build, "debian")
        self.bench = _said(build, "--module", os.path.join(HERE, "mod"),
                           "debian")

    def has_fast_path(self):
        """Whether the command knows the setting."""
        return "fastpath" in _said(os.path.join(self.ours, "bin/mcsnoop"),
                                   "bridge", "help")

    def _modules(self, dest):
        """Copy the modules, and write down the order to load them in."""
        order = []
        for name in MODULES:
            where = self.bench if name == "mcs_bench" else self.ours
            text = _said("modprobe", "-d", where, "-S", self.release,
                         "--show-depends", name)
            for path in re.findall(r"^insmod (\S+)", text, re.M):
                if os.path.basename(path) not in order:
                    order.append(os.path.basename(path))
                    shutil.copy(path, dest)
        with open(os.path.join(dest, "order"), "w", encoding="ascii") as file:
            file.write("\n".join(order) + "\n")

    def fill(self, tree):
        """Make the file system in a directory."""
        for name in ("bin", "b/frames", "dev", "lib", "lib64", "m", "proc",
                     "run", "sys"):
            os.makedirs(os.path.join(tree, name))
        shutil.copy(os.path.join(self.root, "bin/busybox"),
                    os.path.join(tree, "bin/busybox"))
        for applet in APPLETS:
            os.symlink("busybox", os.path.join(tree, "bin", applet))
        programs = [os.path.join(self.root, p) for p in TOOLS]
        programs.append(os.path.join(self.ours, "bin/mcsnoop"))
        libraries = set()
        for program in programs:
            shutil.copy(program, os.path.join(tree, "bin"))
            libraries.update(_libraries(self.root, program))
        for path in libraries:
            dest = "lib64" if "/ld-linux" in path else "lib"
            shutil.copy(path, os.path.join(tree, dest))
        self._modules(os.path.join(tree, "m"))
        shutil.copy(os.path.join(HERE, "guest"), os.path.join(tree, "init"))
        os.chmod(os.path.join(tree, "init"), 0o755)

    def run(self, job, log=None, more=(), processors=1, timeout=3600):
        """Run a job, return what its guest printed; log gets the console."""
        with tempfile.TemporaryDirectory(prefix="mcs-bench") as work:
            tree = os.path.join(work, "tree")
            self.fill(tree)
            with open(os.path.join(tree, "b/job"), "w",
                      encoding="ascii") as file:
                file.write(job.text())
            for name, octets in job.files.values():
                with open(os.path.join(tree, "b/frames", name), "wb") as file:
                    file.write(octets)
            initrd = os.path.join(work, "initrd")
            # Same names, owners and times in every run: same octets.
            subprocess.run("find . -exec touch -h -d @0 {} + && "
                           "find . -print0 | LC_ALL=C sort -z | "
                           "cpio -0 -o -H newc --reproducible -R 0:0 --quiet "
                           f"> {initrd}", shell=True, cwd=tree, check=True)
            console, lines = (os.path.join(work, n) for n in ("con", "lines"))
            # counting of instructions hangs old emulators with two processors
            same = SAME if processors == 1 else []
            argv = [*MACHINE, *same, *more, "-smp", str(processors), "-kernel",
                    os.path.join(self.kernel, "image"), "-initrd", initrd,
                    "-append", ARGUMENTS, "-serial", f"file:{console}",
                    "-serial", f"file:{lines}"]
            try:
                subprocess.run(argv, stdin=subprocess.DEVNULL, check=False,
                               timeout=timeout)
            except subprocess.TimeoutExpired:
                raise GuestError(f"no end within {timeout} s") from None
            finally:
                if log and os.path.exists(console):
                    shutil.copy(console, log)
            with open(lines, encoding="utf-8", errors="replace") as file:
                said = file.read().replace("\r", "")
            if "\nEND 0\n" not in "\n" + said:
                with open(console, encoding="utf-8",
                          errors="replace") as file:
                    said += file.read()[-2000:]
                raise GuestError("the guest failed:\n" + said[-4000:])
            return said
