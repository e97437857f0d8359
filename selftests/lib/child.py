# SPDX-License-Identifier: GPL-2.0
"""Processes for what goes on while a test does something else."""
import os
import signal


class Child:
    """A process that does func(*args) until that ends or it is stopped.

    It ends with the test at the latest.
    """

    def __init__(self, t, func, *args):
        self.pid = os.fork()
        if not self.pid:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, 0)
            try:
                func(*args)
            finally:
                os._exit(0)
        t.defer(self.stop)

    def _gone(self):
        os.waitpid(self.pid, 0)
        self.pid = 0

    def wait(self):
        """Wait until it has done its work."""
        if self.pid:
            self._gone()

    def stop(self):
        """End it; twice does no harm."""
        if self.pid:
            os.kill(self.pid, signal.SIGTERM)
            self._gone()
