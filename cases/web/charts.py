"""Charts drawn by the server as SVG: no script, no inline style, readable in print.

Each drawing is an image with a title and a description, and is meant to stand beside a table with the same figures. A page
shows two drawings of one chart, one for wide windows and one for narrow ones, for letters must not shrink with the window.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cases.web.chart_axis import Axis, axis_for

WIDEST: Final = 1020
WIDE: Final = 660
NARROW: Final = 350
FINEST: Final = 0.98
"""Where an axis of rates begins at the latest: differences of less than a tenth of a point are no news."""
LETTER: Final = 8
"""Width in units of a digit at the size that the sheet gives; a Chinese character takes two."""
_TOP, _BOTTOM, _ROOM = 14, 46, 26


@dataclass(frozen=True, kw_only=True)
class Point:
    """One place on the horizontal axis. ``value`` is None where there is nothing to show; ``text`` is the value as people read it."""

    label: str
    value: float | None
    text: str
    group: str = ""
    is_marked: bool = False


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One line of a bar chart that lies on its side: a figure and the one it is compared with."""

    label: str
    value: float
    text: str
    other: float | None


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One chart: its name for links and labels, what it shows, and its two drawings."""

    name: str
    title: str
    description: str
    wide: SafeString
    narrow: SafeString


def bar_chart(*, name: str, title: str, description: str, points: Sequence[Point]) -> Chart:
    """Return upright bars from nought, one a point."""
    axis = axis_for(point.value for point in points if point.value is not None)

    def draw(width: int) -> SafeString:
        frame = _Frame(width=width, axis=axis, count=len(points), tick_texts=tuple(f"{tick:,.0f}" for tick in axis.ticks))
        return _svg(
            name, title, description, frame, format_html_join("", "{}", ((_bar(frame, *each),) for each in enumerate(points))), points
        )

    return Chart(name=name, title=title, description=description, wide=draw(WIDE), narrow=draw(NARROW))


def line_chart(*, name: str, title: str, description: str, points: Sequence[Point]) -> Chart:
    """Return a line of rates (0 to 1) that breaks off where there is nothing to show. The axis ends at 1 and need not begin at 0."""
    axis = axis_for([point.value for point in points if point.value is not None] + [FINEST], from_zero=False, limit=1.0)

    def draw(width: int) -> SafeString:
        frame = _Frame(width=width, axis=axis, count=len(points), tick_texts=tuple(f"{tick * 100:.4g}%" for tick in axis.ticks))
        return _svg(name, title, description, frame, _line(frame, points), points)

    return Chart(name=name, title=title, description=description, wide=draw(WIDE), narrow=draw(NARROW))


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """The place of things in an upright chart."""

    width: int
    axis: Axis
    count: int
    tick_texts: tuple[str, ...]

    @property
    def left(self) -> float:
        return 12 + LETTER * max(map(len, self.tick_texts))

    @property
    def height(self) -> float:
        return 280 if self.width == NARROW else 380

    @property
    def slot(self) -> float:
        return (self.width - self.left) / max(1, self.count)

    @property
    def floor(self) -> float:
        return self.height - _BOTTOM

    def x(self, number: int) -> float:
        return self.left + self.slot * (number + 0.5)

    def y(self, value: float) -> float:
        return self.floor - (self.floor - _TOP - 12) * self.axis.share(value)


def _svg(name: str, title: str, description: str, frame: _Frame, drawing: SafeString, points: Sequence[Point]) -> SafeString:
    return _image(
        f"{name}-{frame.width}",
        title,
        description,
        (frame.width, frame.height),
        format_html("{}{}{}", _grid(frame), drawing, _labels(frame, points)),
    )


def _image(name: str, title: str, description: str, size: tuple[float, float], drawing: SafeString) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-text" focusable="false">'
        '<title id="{}-title">{}</title><desc id="{}-text">{}</desc>{}</svg>',
        *(_n(each) for each in size),
        *(name, name, name, title, name, description, drawing),
    )


def _grid(frame: _Frame) -> SafeString:
    lines = format_html_join(
        "",
        '<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="sph-chart__tick" x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (
                "sph-chart__grid" if number else "sph-chart__axis",
                *map(_n, (frame.left, frame.width, frame.y(tick), frame.y(tick), frame.left - 8, frame.y(tick) + 5)),
                text,
            )
            for number, (tick, text) in enumerate(zip(frame.axis.ticks, frame.tick_texts, strict=True))
        ),
    )
    return format_html("{}", lines)


def _bar(frame: _Frame, number: int, point: Point) -> SafeString:
    if point.value is None:
        return SafeString("")
    top, width = frame.y(point.value), frame.slot * 0.68
    bar = format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
        "sph-chart__bar" if point.is_marked else "sph-chart__bar sph-chart__bar--other",
        *map(_n, (frame.x(number) - width / 2, top, width, frame.floor - top)),
    )
    return format_html("{}{}", bar, _value(frame, number, point, top - 6))


def _value(frame: _Frame, number: int, point: Point, y: float) -> SafeString:
    """The value above its bar or dot, where there is room for it; that of the marked one always."""
    if not point.is_marked and frame.slot < LETTER * (len(point.text) + 0.5):
        return SafeString("")
    css = "sph-chart__value sph-chart__value--marked" if point.is_marked else "sph-chart__value"
    half = LETTER * len(point.text) / 2
    x = min(frame.x(number), frame.width - half)
    return format_html('<text class="{}" x="{}" y="{}" text-anchor="middle">{}</text>', css, _n(x), _n(y), point.text)


def _line(frame: _Frame, points: Sequence[Point]) -> SafeString:
    path, is_pen_down, dots = [], False, []
    for number, point in enumerate(points):
        if point.value is None:
            is_pen_down = False
            continue
        x, y = frame.x(number), frame.y(point.value)
        path.append(f"{'L' if is_pen_down else 'M'}{_n(x)} {_n(y)}")
        is_pen_down = True
        css = "sph-chart__dot sph-chart__dot--marked" if point.is_marked else "sph-chart__dot"
        dot = format_html('<circle class="{}" cx="{}" cy="{}" r="{}"/>', css, _n(x), _n(y), 6 if point.is_marked else 4)
        dots.append(format_html("{}{}", dot, _value(frame, number, point, y - 12)))
    line = format_html('<path class="sph-chart__line" d="{}"/>', " ".join(path)) if path else SafeString("")
    return format_html("{}{}", line, format_html_join("", "{}", ((dot,) for dot in dots)))


def _labels(frame: _Frame, points: Sequence[Point]) -> SafeString:
    """The labels below the axis, thinned out from the end until they do not touch; the group's name where a group begins."""
    longest = max((_letters(point.label) for point in points), default=0)
    every = max(1, math.ceil(LETTER * (longest + 0.6) / frame.slot)) if points else 1
    shown = (
        (_n(frame.x(number)), _n(frame.floor + 19), point.label)
        for number, point in enumerate(points)
        if (len(points) - 1 - number) % every == 0
    )
    groups = (
        (_n(frame.x(number) - frame.slot / 2 + 2), _n(frame.floor + 39), point.group)
        for number, point in enumerate(points)
        if point.group and (number == 0 or points[number - 1].group != point.group)
    )
    return format_html(
        "{}{}",
        format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', shown),
        format_html_join("", '<text class="sph-chart__group" x="{}" y="{}">{}</text>', groups),
    )


def _letters(text: str) -> int:
    """Return a text's width in digits: Chinese characters are twice as wide."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def row_chart(*, name: str, title: str, description: str, pairs: Sequence[Pair]) -> Chart:
    """Return bars that lie on their side, each above the one it is compared with; names stand beside them, in narrow windows above."""
    longest = max((max(pair.value, pair.other or 0) for pair in pairs), default=0) or 1
    names = LETTER * max((_letters(pair.label) for pair in pairs), default=0)
    values = LETTER * max((len(pair.text) + 2 for pair in pairs), default=0)

    def draw(width: int, left: float) -> SafeString:
        height, scale = (_ROOM + 6) if left else 2 * _ROOM, (width - left - values) / longest
        rows = (_row(pair, top=number * height, left=left, scale=scale) for number, pair in enumerate(pairs))
        size = (width, max(1, len(pairs)) * height)
        return _image(f"{name}-{width}", title, description, size, format_html_join("", "{}", ((row,) for row in rows)))

    wide = draw(WIDEST, min(names, WIDEST / 3))
    return Chart(name=name, title=title, description=description, wide=wide, narrow=draw(NARROW, 0))


def _row(pair: Pair, *, top: float, left: float, scale: float) -> SafeString:
    bar = top + (6 if left else 22)
    other = format_html(
        '<rect class="sph-chart__bar sph-chart__bar--other" x="{}" y="{}" width="{}" height="6"/>',
        *map(_n, (left, bar + 15, (pair.other or 0) * scale)),
    )
    return format_html(
        '<text x="0" y="{}">{}</text><rect class="sph-chart__bar" x="{}" y="{}" width="{}" height="14"/>{}'
        '<text class="sph-chart__value" x="{}" y="{}">{}</text>',
        *(_n(bar + 13 if left else top + 15), pair.label, _n(left), _n(bar), _n(pair.value * scale), other),
        *(_n(left + pair.value * scale + 8), _n(bar + 12), pair.text),
    )


def _n(number: float) -> str:
    """Return a coordinate with one decimal at most, the same in every language."""
    return f"{number:.1f}".removesuffix(".0")
