"""A control chart of 30 by 6 mm, drawn by hand: small enough for a cell of a table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from math import isfinite, nan

PERIODS = 24
"""So many periods fit (our choice)."""

WIDTH, HEIGHT = 30, 6
"""Millimetres."""

INK, CENTRE, BAND = "#1b1f22", "#7d888d", "#dde5e5"
COLOURS = {1: "#0b5d66", -1: "#9a3b12"}
"""Better and worse; the triangle says it already."""

_MARGIN, _SHAPE = 4.8, 4.0
_WIDE, _HIGH = 4 * WIDTH, 4 * HEIGHT

Point = tuple[float, float]


def svg(
    values: Iterable[float | None], centre: Iterable[float | None], lower: Iterable[float | None],
    upper: Iterable[float | None], outside: Iterable[float | None],
) -> bytes:  # fmt: skip
    """Draw the last periods: limits as a band, their centre, the points, gaps where none is.

    Parameters
    ----------
    values, centre, lower, upper
        One number a period, the latest last; None or nan where there is none.
    outside
        1 for a point beyond the limits in the good direction (triangle up), -1 in the bad one
        (triangle down), 0 within.
    """
    lines = [_numbers(line) for line in (values, centre, lower, upper, outside)]
    low, high = _ends([number for line in lines[:4] for number in line])
    step = (_WIDE - 2 * _MARGIN) / max(len(lines[0]) - 1, 1)
    first = _WIDE - _MARGIN - step * (len(lines[0]) - 1)

    def at(period: float, value: float) -> Point:
        up = (value - low) / (high - low)
        return first + step * period, _HIGH - _MARGIN - up * (_HIGH - 2 * _MARGIN)

    points = [at(period, value) for period, value in enumerate(lines[0])]
    drawn = "".join([*_limits(lines[1:4], at), *_line(points), *_shapes(points, lines[4])])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" '
        f'viewBox="0 0 {_WIDE} {_HIGH}">{drawn}</svg>'
    ).encode()


def _numbers(line: Iterable[float | None]) -> list[float]:
    return [nan if number is None else float(number) for number in line][-PERIODS:]


def _ends(numbers: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the scale; a flat line stands in the middle."""
    finite = [number for number in numbers if isfinite(number)] or [0.0]
    low, high = min(finite), max(finite)
    return (low, high) if high > low else (low - 1, high + 1)


def _limits(
    lines: Sequence[Sequence[float]], at: Callable[[float, float], Point]
) -> Iterator[str]:
    """Draw a band and a centre for each stretch of periods with the same limits."""
    for limits, stretch in groupby(range(len(lines[0])), lambda i: [line[i] for line in lines]):
        if not all(isfinite(limit) for limit in limits):
            continue
        periods = list(stretch)
        (left, middle), (_, bottom) = (at(periods[0] - 0.5, limit) for limit in limits[:2])
        right, top = at(periods[-1] + 0.5, limits[2])
        box = f"M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}H{left:.1f}z"
        yield f'<path fill="{BAND}" d="{box}"/>'
        yield f'<path stroke="{CENTRE}" d="M{left:.1f} {middle:.1f}H{right:.1f}"/>'


def _line(points: Sequence[Point]) -> Iterator[str]:
    """Join neighbours; a point without neighbours is a dot."""
    for known, stretch in groupby(points, lambda point: isfinite(point[1])):
        if not known:
            continue
        joined = [f"{x:.1f} {y:.1f}" for x, y in stretch]
        if len(joined) == 1:
            yield _dot(joined[0], 1.2)
        else:
            path = "M" + "L".join(joined)
            yield f'<path fill="none" stroke="{INK}" stroke-width="1.2" d="{path}"/>'


def _dot(place: str, radius: float) -> str:
    x, y = place.split()
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{INK}"/>'


def _shapes(points: Sequence[Point], outside: Sequence[float]) -> Iterator[str]:
    """Draw points outside the limits as triangles, and the last point."""
    last = max((i for i, (_, y) in enumerate(points) if isfinite(y)), default=None)
    for i, ((x, y), way) in enumerate(zip(points, outside, strict=True)):
        if isfinite(y) and way in COLOURS:
            half = _SHAPE * (1.2 if i == last else 1) * way
            yield (
                f'<path fill="{COLOURS[way]}" stroke="#fff" stroke-width=".5" '
                f'd="M{x:.1f} {y - half:.1f}l{half:.1f} {1.7 * half:.1f}h{-2 * half:.1f}z"/>'
            )
        elif i == last:
            yield _dot(f"{x:.1f} {y:.1f}", 2.6)
