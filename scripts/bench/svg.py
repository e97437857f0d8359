# SPDX-License-Identifier: GPL-2.0
"""Line plots as SVG: a row of panels with logarithmic axes."""
import html
import math

PANEL, GAP, LEFT, TOP, BOTTOM = 250, 62, 60, 58, 44
HEIGHT = 230
# Told apart by colour, dash and mark, also in print and by the colour-blind.
STYLES = (("#d55e00", "", "circle"), ("#0072b2", "", "square"),
          ("#56b4e9", "5 3", "square"), ("#999999", "2 3", "circle"),
          ("#009e73", "7 3 2 3", "circle"))


def _short(value):
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:g}{unit}"
    return f"{value:g}"


def _decades(low, high):
    return [10.0 ** e for e in range(math.floor(math.log10(low)),
                                     math.ceil(math.log10(high)) + 1)]


class Panel:
    """One plot: {name: [(x, y)]} with what x is; zero stands left of 1."""

    def __init__(self, title, xlabel, lines):
        self.title, self.xlabel = title, xlabel
        self.lines = {name: [(max(x, 0.5), y) for x, y in points]
                      for name, points in lines.items() if points}

    def values(self, i):
        """All x (0) or y (1)."""
        return [p[i] for points in self.lines.values() for p in points]


def _text(x, y, what, anchor="middle", more=""):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>'
            f"{html.escape(what)}</text>")


def _mark(x, y, shape, color):
    if shape == "square":
        return (f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" '
                f'fill="{color}"/>')
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>'


def _panel(out, panel, left, ylow, yhigh, styles):
    xs = sorted(set(panel.values(0)))
    span = math.log10(xs[-1] / xs[0]) or 1
    yspan = math.log10(yhigh / ylow)

    def px(x):
        return left + 8 + (PANEL - 16) * math.log10(x / xs[0]) / span

    def py(y):
        return TOP + HEIGHT * (1 - math.log10(max(y, ylow) / ylow) / yspan)

    out.append(_text(left + PANEL / 2, TOP - 12, panel.title,
                     more=' class="t"'))
    for y in _decades(ylow, yhigh):
        out.append(f'<path class="g" d="M{left} {py(y):.1f}h{PANEL}"/>')
        out.append(_text(left - 6, py(y) + 4, _short(y), "end"))
    for x in xs:
        out.append(f'<path class="g" d="M{px(x):.1f} {TOP}v{HEIGHT}"/>')
        out.append(_text(px(x), TOP + HEIGHT + 16,
                         "0" if x < 1 else _short(x)))
    out.append(_text(left + PANEL / 2, TOP + HEIGHT + 36, panel.xlabel))
    for name, points in panel.lines.items():
        color, dash, shape = styles[name]
        path = "L".join(f"{px(x):.1f} {py(y):.1f}" for x, y in points)
        out.append(f'<path d="M{path}" fill="none" stroke="{color}" '
                   f'stroke-width="2" stroke-dasharray="{dash}"/>')
        out += [_mark(px(x), py(y), shape, color) for x, y in points]


def draw(title, ylabel, panels, names):
    """The text of the picture; names: every line in the order of styles."""
    styles = dict(zip(names, STYLES))
    present = [n for n in names if any(n in p.lines for p in panels)]
    ys = [y for p in panels for y in p.values(1) if y > 0]
    ylow, yhigh = _decades(min(ys), max(ys))[::len(_decades(min(ys), max(ys)))
                                             - 1]
    width = LEFT + len(panels) * (PANEL + GAP) - GAP + 16
    height = TOP + HEIGHT + BOTTOM + 26
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
           f'height="{height}" viewBox="0 0 {width} {height}" '
           'font-family="sans-serif" font-size="12">',
           "<style>.g{stroke:#ddd;stroke-width:1}.t{font-weight:bold}</style>",
           f'<rect width="{width}" height="{height}" fill="#fff"/>',
           _text(16, 22, title, "start", ' class="t" font-size="14"'),
           _text(width - 16, 22, ylabel, "end")]
    for i, panel in enumerate(panels):
        _panel(out, panel, LEFT + i * (PANEL + GAP), ylow, yhigh, styles)
    x, y = 16, height - 10
    for name in present:
        color, dash, shape = styles[name]
        out.append(f'<path d="M{x} {y - 4}h28" stroke="{color}" '
                   f'stroke-width="2" stroke-dasharray="{dash}"/>')
        out.append(_mark(x + 14, y - 4, shape, color))
        out.append(_text(x + 34, y, name, "start"))
        x += 52 + 6.4 * len(name)
    return "\n".join(out + ["</svg>", ""])
