# SPDX-License-Identifier: GPL-2.0
"""What the demo prints: plain text of 80 columns, coloured if asked to."""
import re
import subprocess
import threading

WIDTH = 80
COLORS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33",
          "cyan": "36"}
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def wrap(text, first, rest, width=WIDTH):
    """Break a line between words; colours take no room."""
    lines, used = [first], len(first)
    for word in re.findall(r"\s*\S+", text):
        room = len(ESCAPES.sub("", word))
        if used + room > width and lines[-1].strip():
            word = word.lstrip()
            room = len(ESCAPES.sub("", word))
            lines.append(rest)
            used = len(rest)
        lines[-1] += word
        used += room
    return lines


class Screen:
    """The terminal.  Lines may come from several threads."""

    def __init__(self, color=False, plain=False):
        self.color = color
        self.yes, self.no = ("ok ", "NOT") if plain else ("✓", "✗")
        self.rule = "-" if plain else "─"
        self.blocks = "#" if plain else "▏▎▍▌▋▊▉█"
        self._lock = threading.Lock()

    def paint(self, text, *names):
        """The text in the named colours."""
        if not self.color or not names:
            return text
        codes = ";".join(COLORS[n] for n in names)
        return f"\x1b[{codes}m{text}\x1b[0m"

    def _print(self, lines):
        with self._lock:
            for line in lines:
                print(line.rstrip(), flush=True)

    def section(self, title):
        """The title of a part."""
        rule = self.rule * (WIDTH - len(title) - 1)
        self._print(["", self.paint(title, "bold") + " " +
                     self.paint(rule, "dim")])

    def say(self, text=""):
        """A paragraph, or one line that comes as it is."""
        text = " ".join(text.split())
        self._print(wrap(text, "  ", "  "))

    def row(self, text):
        """A line of a table."""
        self._print(["  " + text])

    def output(self, text):
        """A line of a command's; it may be too long."""
        self._print(wrap(text, "  ", " " * 8))

    def prompt(self, *argv):
        """A command as one types it."""
        lines = wrap(" ".join(argv), "# ", "    ", WIDTH - 4)
        self._print("  " + self.paint(line, "cyan") + end for line, end in
                    zip(lines, [" \\"] * (len(lines) - 1) + [""]))

    def command(self, *argv):
        """Type a command and show what it prints; return its status."""
        self.prompt(*argv)
        done = subprocess.run(self.colored(argv), stdout=subprocess.PIPE,
                              text=True, stderr=subprocess.STDOUT,
                              check=False)
        for line in done.stdout.splitlines():
            self.output(line)
        return done.returncode

    def colored(self, argv):
        """The command, told to use colours if we do."""
        argv = list(argv)
        if self.color and argv[0] == "mcsnoop":
            argv.insert(1, "-c=always")
        return argv

    def bar(self, value, most, width):
        """A bar as long as the value, in a field of this width."""
        steps = len(self.blocks)
        length = round(value / most * width * steps) if most else 0
        length = min(max(length, 1 if value else 0), width * steps)
        text = self.blocks[-1] * (length // steps)
        if length % steps:
            text += self.blocks[length % steps - 1]
        return text.ljust(width)

    def claim(self, true, text):
        """A line of the verdict."""
        mark = self.yes if true else self.no
        painted = self.paint(mark, "bold", "green" if true else "red")
        lines = wrap(text, " " * (len(mark) + 3), " " * (len(mark) + 3))
        lines[0] = f"  {painted} " + lines[0].lstrip()
        self._print(lines)
