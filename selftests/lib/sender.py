# SPDX-License-Identifier: GPL-2.0
"""Traffic in the background, while a test does something else."""
import time

from lib import packets
from lib.child import Child
from lib.ktap import SIM, SLOW


class Sender(Child):
    """A process that sends to groups from behind a port until it is stopped.

    Data, joins, leaves and queries in turn, a few at a time with a pause:
    in simulated time nothing else would run while it sends, and on a slow
    machine nobody could read everything that it sends.
    """

    def __init__(self, t, net, port, groups):
        pause = 0.002 if SIM else 0.05 if SLOW else 0.01
        super().__init__(t, self._run, net.taps[port].sock,
                         self._frames(groups), pause)

    @staticmethod
    def _frames(groups):
        out = []
        for i, group in enumerate(groups):
            six = ":" in group
            out += [packets.udp(group, i), packets.udp(group, i + 1000)]
            if six:
                out += [packets.mld1_report(group), packets.mld1_done(group),
                        packets.mld2_allow(group, "2001:db8::1"),
                        packets.mld2_block(group, "2001:db8::1")]
            else:
                out += [packets.igmp2_report(group),
                        packets.igmp2_leave(group),
                        packets.igmp3_allow(group, "198.51.100.1"),
                        packets.igmp3_block(group, "198.51.100.1"),
                        packets.igmp3_to_ex(group),
                        packets.igmp3_to_in(group)]
        out.append(packets.igmp_query(3, src="0.0.0.0"))
        return out

    @staticmethod
    def _run(sock, frames, pause):
        while True:
            for i, frame in enumerate(frames):
                try:
                    sock.send(frame)
                except OSError:  # the device is down or gone
                    pass
                if i % 8 == 0:
                    time.sleep(pause)
            time.sleep(pause)
