# SPDX-License-Identifier: GPL-2.0
"""A small KTAP runner.

A test file declares its tests and ends in ktap.main():

    @ktap.test("V2-07 leave: two GSQs one second apart", sim=True)
    def leave(t):
        t.defer(undo, something)
        t.eq(got, wanted, "what this is")

    if __name__ == "__main__":
        ktap.main()

Tests run in the order of the file, each with its own LIFO of deferred calls
and its own time limit. Arguments are substrings of the names to run; -l lists.
A name begins with the rows of conformance/rows.tsv that the test proves, if
any (lib/rows.py); $MCSNOOP_ROWS ("V2 QRY-17", "all") runs those tests only.
Exit status as in kselftest: 0 passed, 1 something failed, 4 all skipped.
"""
import os
import re
import signal
import sys
import time
import traceback

from lib import rows

PASS, FAIL, XFAIL, XPASS, SKIP = 0, 1, 2, 3, 4

SIM = os.environ.get("MCSNOOP_TIME", "real") == "sim"
# Waiting takes no time, everything else does: no deadline holds to milliseconds.
FREE = os.environ.get("MCSNOOP_TIME", "real") == "free"
SLOW = os.environ.get("MCSNOOP_SLOW", "") not in ("", "0", "no")
ROWS = os.environ.get("MCSNOOP_ROWS", "")

# In simulated time waiting is free, so the limit only has to be longer than
# the longest protocol time; a test that hangs reaches it at once.
LIMIT = 200000 if SIM else 60 * (4 if SLOW else 1)

SPLAT = re.compile(r"\b(BUG:|WARNING:|KASAN|UBSAN|ODEBUG|INFO: (task|rcu)|"
                   r"Oops|general protection|suspicious RCU|"
                   r"possible (recursive|circular) locking|refcount_t)")


class Failed(Exception):
    """A check did not hold."""


class Skipped(Exception):
    """The test cannot run here."""


class _Timeout(BaseException):
    """The limit of a test was reached; not to be caught by the test."""


class Defer:
    """Calls to be made later, the last one first."""

    def __init__(self):
        self.calls = []

    def defer(self, func, *args, **kwargs):
        """Call func(*args, **kwargs) when the owner is done."""
        self.calls.append((func, args, kwargs))

    def close(self):
        """Make all calls, return the errors as text."""
        errors = []
        while self.calls:
            func, args, kwargs = self.calls.pop()
            try:
                func(*args, **kwargs)
            except Exception:  # the rest must run all the same
                errors.append("cleanup: " + traceback.format_exc(limit=-2))
        return errors


class Test(Defer):
    """What a test function gets: checks, notes, deferred calls."""

    def __init__(self, name):
        super().__init__()
        self.name = name
        self.failed = False
        self.on_fail = []

    @staticmethod
    def note(text):
        """Print a diagnostic line."""
        for line in str(text).splitlines():
            print("# " + line, flush=True)

    @staticmethod
    def fail(text):
        """End the test as failed."""
        raise Failed(text)

    @staticmethod
    def skip(text):
        """End the test as skipped."""
        raise Skipped(text)

    def ok(self, cond, what="condition"):
        """cond holds."""
        if not cond:
            raise Failed(f"{what}: not so")

    def eq(self, got, want, what="value"):
        """got is want."""
        if got != want:
            raise Failed(f"{what}: got {got!r}, wanted {want!r}")

    def near(self, got, want, within=None, what="time"):
        """got is want, give or take: 1 ms in simulated time."""
        if within is None:
            within = 0.001 if SIM else (2.0 if SLOW else 0.5)
        if got is None or abs(got - want) > within + 1e-6:
            raise Failed(f"{what}: got {got!r}, wanted {want} +- {within}")

    def between(self, got, low, high, what="value"):
        """low <= got <= high."""
        if got is None or not low <= got <= high:
            raise Failed(f"{what}: got {got!r}, wanted {low} to {high}")

    def raises(self, error, func, *args, **kwargs):
        """func(...) raises error, which is returned."""
        try:
            func(*args, **kwargs)
        except error as e:
            return e
        raise Failed(f"no {error.__name__} from {func} {args}")


_tests = []


session = Test("session")     # deferred calls for the end of the whole file


def test(name, sim=False, real=False, limit=None, xfail=None):
    """Declare a test.

    sim: skipped on a real clock. real: makes no sense in simulated time,
    where it is left out. xfail says why it is known to fail; that it passes
    after all is a failure then.
    """
    def add(func):
        if not (real and SIM):
            _tests.append((name, func, sim, limit or LIMIT, xfail))
        return func
    return add


class KernelLog:
    """New lines of the kernel's log that mean that something is wrong."""

    def __init__(self):
        try:
            self.fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
            os.lseek(self.fd, 0, os.SEEK_END)
        except OSError:
            self.fd = -1

    def splats(self):
        """What was logged since the last call and looks bad."""
        found = []
        while self.fd >= 0:
            try:
                line = os.read(self.fd, 8192).decode(errors="replace")
            except BrokenPipeError:
                continue
            except OSError:
                break
            text = line.partition(";")[2].splitlines()[:1]
            if text and SPLAT.search(text[0]):
                found.append("kernel log: " + text[0])
        return found


def _alarm(_sig, _frame):
    raise _Timeout()


def _run(name, func, limit):
    """One test: (status, list of diagnostics)."""
    t = Test(name)
    status, notes = PASS, []
    signal.signal(signal.SIGALRM, _alarm)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        func(t)
    except Skipped as e:
        status, notes = SKIP, [str(e)]
    except _Timeout:
        status, notes = FAIL, [f"no end within {limit} s",
                               traceback.format_exc(limit=-3)]
    except Failed as e:
        where = [f for f in traceback.extract_tb(e.__traceback__)
                 if f.filename == sys.argv[0]]
        line = f"line {where[-1].lineno}: " if where else ""
        status, notes = FAIL, [line + str(e)]
    except Exception:
        status, notes = FAIL, [traceback.format_exc(limit=-4)]
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    t.failed = status == FAIL
    if t.failed:
        for describe in t.on_fail:
            try:
                notes.append(describe())
            except (Exception, _Timeout) as e:
                notes.append(f"(no diagnostics: {e!r})")
    try:
        errors = t.close()
    except _Timeout:
        errors = ["cleanup did not end"]
    signal.setitimer(signal.ITIMER_REAL, 0)
    if errors:
        status, notes = FAIL, notes + errors
    return status, notes


def _skip_all(reason):
    print("KTAP version 1")
    print(f"1..0 # SKIP {reason}", flush=True)
    sys.exit(SKIP)


def _case(case):
    """One declared test: (status, diagnostics, remark on its line)."""
    name, func, sim, limit, xfail = case
    why = _why_skipped(sim)
    if why:
        return SKIP, [], f" # SKIP {why}"
    status, notes = _run(name, func, limit)
    if status == SKIP:
        return SKIP, notes, f" # SKIP {notes[0]}"
    if xfail and status == FAIL:
        return XFAIL, notes[:1], f" # XFAIL {xfail}"
    if xfail:
        return XPASS, ["passes, although it was known to fail"], ""
    return status, notes, ""


def _chosen(args):
    """Tests whose names are asked for, and which prove rows asked for."""
    return [x for x in _tests
            if (not args or any(a.lower() in x[0].lower() for a in args)) and
            (not ROWS or any(rows.wanted(r, ROWS) for r in rows.named(x[0])))]


def _why_skipped(sim):
    if sim and not SIM:
        return "needs simulated time"
    return None


def main(setup=None, teardown=None):
    """Run the tests of this file; setup may raise Skipped."""
    args = [a for a in sys.argv[1:] if not a.startswith("-")]
    chosen = _chosen(args)
    if "-l" in sys.argv[1:]:
        for name, *_ in chosen:
            print(name)
        sys.exit(PASS)
    if not chosen and ROWS:
        _skip_all("proves none of these rows")
    if not chosen:
        sys.exit(f"{sys.argv[0]}: no test matches {' '.join(args)}")
    try:
        if setup:
            setup()
    except Skipped as e:
        _skip_all(e)
    log = KernelLog()
    count = dict.fromkeys((PASS, FAIL, XFAIL, XPASS, SKIP), 0)
    print("KTAP version 1")
    print(f"1..{len(chosen)}", flush=True)
    for i, case in enumerate(chosen, 1):
        begin = time.monotonic()
        status, notes, remark = _case(case)
        splats = log.splats()
        if splats:
            status, notes, remark = FAIL, notes + splats, ""
        count[status] += 1
        if status not in (PASS, SKIP):
            Test.note("\n".join(notes))
        if os.environ.get("MCSNOOP_TIMES"):
            Test.note(f"{time.monotonic() - begin:.3f} s")
        name = case[0].replace("#", "no.")
        print("not ok" if status in (FAIL, XPASS) else "ok", i, name + remark,
              flush=True)
    errors = session.close()
    try:
        if teardown:
            teardown()
    except Failed as e:
        errors.append(str(e))
    errors += log.splats()
    if errors:
        Test.note("\n".join(errors))
        count[FAIL] += 1
    print(f"# Totals: pass:{count[PASS]} fail:{count[FAIL]} "
          f"xfail:{count[XFAIL]} xpass:{count[XPASS]} skip:{count[SKIP]} "
          "error:0", flush=True)
    if count[FAIL] or count[XPASS]:
        sys.exit(FAIL)
    sys.exit(SKIP if count[SKIP] == len(chosen) else PASS)
