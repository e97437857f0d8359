# SPDX-License-Identifier: GPL-2.0
"""Which frames of the streams came to which port, and which should have."""
import collections
import time

from tap import Tap

FOREVER = float("inf")


class Gaps:
    """What a viewer's machine received of a stream, against what was sent."""

    def __init__(self, sent, received):
        self.sent, self.received = len(sent.sums), len(received.sums)
        ours = collections.Counter(sent.sums)
        theirs = collections.Counter(received.sums)
        self.missing = sum((ours - theirs).values())
        self.repeated = sum((theirs - ours).values())
        self.disorder = ours == theirs and sent.sums != received.sums
        self.packets = received.check.packets
        self.discontinuities = received.check.gaps

    def faults(self):
        """In words; empty when there are none."""
        text = []
        if self.missing:
            text.append(f"{self.missing} of {self.sent} datagrams missing")
        if self.repeated:
            text.append(f"{self.repeated} datagrams too many")
        if self.disorder:
            text.append("datagrams in another order")
        if self.discontinuities:
            text.append(f"{self.discontinuities} gaps in the transport stream")
        if not self.received:
            text.append("nothing received")
        return ", ".join(text)


class Measure:
    """A tap on every machine."""

    def __init__(self, hosts, viewers, streams):
        whole = {stream.source: set() for stream in streams}
        for stream in streams:
            whole[stream.source].add(stream.name)
        inspect = {v.host.name: {v.stream.name} for v in viewers}
        self.streams = streams
        self.taps = {}
        self.wanted = {}
        for host in hosts:
            of_camera = whole.get(host.ip4, set()) | whole.get(host.ip6, set())
            self.taps[host.name] = Tap(host, streams,
                                       inspect.get(host.name, of_camera))
        # The port that a stream is sent from.
        self.origin = {s.name: h.name for s in streams for h in hosts
                       if s.source in (h.ip4, h.ip6)}

    def drain(self):
        """Take all frames out of the sockets."""
        for tap in self.taps.values():
            tap.drain()

    def want(self, port, stream, start=0.0, end=FOREVER):
        """The port may receive this stream in this time."""
        self.wanted[port, stream.name] = start, end

    def sent(self, stream):
        """What the camera sent."""
        return self.taps[self.origin[stream.name]].sent[stream.name]

    def received(self, port, stream):
        """What came to a port."""
        return self.taps[port].received[stream.name]

    def least_sent(self, start):
        """How many frames the slowest stream has sent since then."""
        for port in set(self.origin.values()):
            self.taps[port].drain()
        return min(self.sent(s).between(start, time.time())
                   for s in self.streams)

    def counts(self, start, end):
        """{port: (frames received, frames sent by others)}."""
        self.drain()
        result = {}
        for port in self.taps:
            others = [s for s in self.streams if self.origin[s.name] != port]
            result[port] = (
                sum(self.received(port, s).between(start, end)
                    for s in others),
                sum(self.sent(s).between(start, end) for s in others))
        return result

    def unwanted(self, start, end):
        """{(port, stream): frames} that came though they were not wanted."""
        self.drain()
        result = {}
        for port in self.taps:
            for stream in self.streams:
                times = self.received(port, stream).times
                first, last = self.wanted.get((port, stream.name), (0, 0))
                frames = sum(start <= t < end and not first <= t < last
                             for t in times)
                if frames:
                    result[port, stream.name] = frames
        return result

    def gaps(self, port, stream):
        """What is wrong with a stream at a port where all of it is wanted."""
        return Gaps(self.sent(stream), self.received(port, stream))

    def lost(self):
        """Frames that the taps themselves did not get."""
        return sum(tap.lost for tap in self.taps.values())
