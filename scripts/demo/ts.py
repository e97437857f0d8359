# SPDX-License-Identifier: GPL-2.0
"""MPEG transport streams: is any packet missing?  (ISO/IEC 13818-1, 2.4.3)"""
import functools

SIZE = 188
SYNC = 0x47
NULL_PID = 0x1fff
VIDEO_PID = 0x100


# A datagram of a stream is looked at where it was sent and at each viewer.
@functools.lru_cache(maxsize=4096)
def parse(data):
    """What is in a datagram: (packets, pictures, faults, {pid: (first, last)}).

    pictures: how many begin.  faults: damaged packets, and counters that do
    not follow each other.  first, last: continuity counters of the PID.
    """
    if not data or len(data) % SIZE:
        return 0, 0, 1, {}
    pictures = faults = 0
    counters = {}
    for at in range(0, len(data), SIZE):
        sync, high, low, flags = data[at:at + 4]
        if sync != SYNC or high & 0x80:
            faults += 1
            continue
        pid = (high & 0x1f) << 8 | low
        # Only packets with payload are numbered.
        if pid == NULL_PID or not flags & 0x10:
            continue
        counter = flags & 0x0f
        first, last = counters.get(pid, (counter, counter - 1 & 0x0f))
        faults += counter != last + 1 & 0x0f
        counters[pid] = first, counter
        pictures += pid == VIDEO_PID and high >> 6 & 1
    return len(data) // SIZE, pictures, faults, counters


class Checker:
    """Follows the continuity counters of a stream, counts its pictures."""

    def __init__(self):
        self.packets = self.pictures = self.gaps = 0
        self._last = {}

    def datagram(self, data):
        """The next datagram of the stream."""
        packets, pictures, faults, counters = parse(data)
        self.packets += packets
        self.pictures += pictures
        self.gaps += faults
        for pid, (first, last) in counters.items():
            self.gaps += self._last.get(pid, first - 1 & 0x0f) != \
                first - 1 & 0x0f
            self._last[pid] = last
