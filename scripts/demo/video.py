# SPDX-License-Identifier: GPL-2.0
"""Cameras and viewers: ffmpeg, each in the namespace of its machine.

A camera makes a picture that changes all the time, compresses it (MPEG-2) and
sends it as an MPEG transport stream at the speed of the clock.  A viewer joins
the group with a socket of its own, so the kernel of its machine speaks IGMP or
MLD, decodes the stream and writes down the MD5 sum of each picture.
"""
import contextlib
import ipaddress
import os
import subprocess

from lan import Broken

RATE = 25
TTL = 4
COMMON = ["ffmpeg", "-hide_banner", "-nostats", "-loglevel", "warning"]
SUMS = ["-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5"]


def url(group, port, **options):
    """Where ffmpeg sends to or listens."""
    host = f"[{group}]" if ":" in group else group
    query = "&".join(f"{k}={v}" for k, v in options.items())
    return f"udp://{host}:{port}?{query}"


class Player:
    """An ffmpeg process; what it complains about is kept."""

    def __init__(self, host, directory):
        self.host, self.name = host, host.name
        self.errors = os.path.join(directory, f"{self.name}.log")
        self.process = None

    def start(self, argv, output):
        """Start it in its machine."""
        with open(self.errors, "wb") as errors, open(output, "wb") as out:
            self.process = self.host.popen(COMMON + argv, stderr=errors,
                                           stdout=out, stdin=subprocess.PIPE)

    def press_q(self):
        """Ask it to end as a person would."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(b"q")
            self.process.stdin.flush()

    def quit(self):
        """Ask it to end; did it, and well?"""
        self.press_q()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False
        return self.process.returncode == 0

    def complaints(self):
        """What it said, normally nothing."""
        with open(self.errors, encoding="utf-8", errors="replace") as file:
            return file.read().strip()


class Camera(Player):
    """Sends one picture to any number of (group, port)."""

    def __init__(self, host, picture, directory, targets):
        super().__init__(host, directory)
        self.copy = os.path.join(directory, f"{self.name}.ts")
        outputs = [f"[f=mpegts]{url(*t, ttl=TTL, pkt_size=1316)}"
                   .replace(":", r"\:") for t in targets]
        self.argv = [
            "-re", "-f", "lavfi", "-i", f"{picture}=size=320x180:rate={RATE}",
            "-c:v", "mpeg2video", "-bf", "0", "-g", str(RATE // 2),
            "-b:v", "200k", "-map", "0:v", "-f", "tee",
            "|".join(outputs + [f"[f=mpegts]{self.copy}"])]

    def start(self):
        """Begin to send."""
        super().start(self.argv, "/dev/null")

    def pictures(self):
        """The sums of the pictures it sent, from the copy it kept."""
        done = subprocess.run(COMMON + ["-i", self.copy] + SUMS + ["-"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, check=False)
        if done.returncode or done.stderr:
            raise Broken(f"{self.name}: the stream that was sent cannot be "
                         f"decoded: {done.stderr.decode().strip()}")
        return _sums(done.stdout)


class Viewer(Player):
    """Joins a group, perhaps with a filter, and decodes what comes."""

    def __init__(self, host, stream, directory, **filters):
        super().__init__(host, directory)
        self.stream = stream
        self.least = 1
        self.output = os.path.join(directory, f"{self.name}.md5")
        # The stream is known to be simple, so a short look at it will do.
        self.argv = ["-analyzeduration", "1500000", "-i",
                     url(stream.group, stream.port, buffer_size=8 << 20,
                         **filters)] + SUMS + ["-flush_packets", "1", "-"]

    def start(self):
        """Join and watch."""
        super().start(self.argv, self.output)

    def joined(self):
        """The kernel of its machine knows that the group is wanted."""
        if ":" in self.stream.group:
            group = ipaddress.ip_address(self.stream.group).packed.hex()
            return any(words[2] == group
                       for words in self.host.read("igmp6"))
        group = ipaddress.ip_address(self.stream.group).packed[::-1].hex()
        return any(words[0] == group.upper()
                   for words in self.host.read("igmp"))

    def pictures(self):
        """The sums of the pictures it has decoded so far."""
        with open(self.output, "rb") as file:
            return _sums(file.read())

    def decoded(self):
        """How many they are."""
        return len(self.pictures())

    def faults(self, sent, begin=None):
        """What was wrong, in words.

        The pictures must be the sent ones, one after the other, and at least
        self.least of them.  A viewer that joins a running stream begins with
        any of them, and complains until it knows the size of the picture;
        otherwise begin is the number of the first.
        """
        text = []
        seen = self.pictures()
        late = begin is None
        if late:
            begin = sent.index(seen[0]) if seen and seen[0] in sent else 0
        wrong = next((i for i, pair in enumerate(zip(seen, sent[begin:]))
                      if pair[0] != pair[1]), None)
        if wrong is not None:
            text.append(f"picture {wrong + 1} is not the one that was sent")
        if len(seen) > len(sent) - begin:
            text.append("more pictures than were sent")
        if len(seen) < self.least:
            text.append(f"{len(seen)} pictures decoded instead of "
                        f"{self.least}")
        said = self.complaints().splitlines()
        if said and not late:
            text.append(f"ffmpeg complained in {len(said)} lines, first: "
                        f"{said[0]}")
        return ", ".join(text)


def _sums(text):
    # The last line may not be complete yet.
    lines = text.split(b"\n")[:-1]
    return [line.split()[-1] for line in lines if not line.startswith(b"#")]
