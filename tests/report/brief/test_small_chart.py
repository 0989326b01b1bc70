"""The small chart: limits, gaps, triangles, the last point."""

import re
import xml.etree.ElementTree as tree

import pytest

from ccwork.report.brief import small_chart

SVG = "{http://www.w3.org/2000/svg}"
NAN = float("nan")


def drawn(values, limits=(10, 8, 12), outside=None) -> tree.Element:
    lines = [[limit] * len(values) for limit in limits]
    return tree.fromstring(small_chart.svg(values, *lines, outside or [0] * len(values)))


def paths(root, **wanted) -> list[str]:
    return [each.get("d") for each in root.findall(f"{SVG}path")
            if all(each.get(name) == value for name, value in wanted.items())]  # fmt: skip


def test_the_chart_is_30_by_6_mm_small_and_says_no_word():
    made = small_chart.svg(*[[10.123456] * 40] * 4, [1] * 40)
    root = tree.fromstring(made)
    assert (root.get("width"), root.get("height")) == ("30mm", "6mm")
    assert len(made) < 4000 and not "".join(root.itertext())
    assert len(drawn([10.5, 11] * 12).findall(f"{SVG}path")) == 3
    assert len(small_chart.svg([10.5, 11] * 12, *[[x] * 24 for x in (10, 8, 12)], [0] * 24)) < 1000


def test_only_the_last_24_periods_are_drawn():
    line = paths(drawn(list(range(30))), fill="none")[0]
    assert line.count("L") == 23


def test_a_missing_period_is_a_gap_and_a_lone_point_a_dot():
    root = drawn([9, 10, None, 11, NAN, 10, 9])
    assert len(paths(root, fill="none")) == 2
    dots = [each.get("r") for each in root.findall(f"{SVG}circle")]
    assert dots == ["1.2", "2.6"]


def test_points_outside_are_triangles_up_when_better_and_down_when_worse():
    root = drawn([10, 14, 6, 10], outside=[0, -1, 1, 0])
    (worse,), (better,) = (paths(root, fill=small_chart.COLOURS[way]) for way in (-1, 1))
    # from the tip of a triangle its side goes down (y grows) or up
    tip = re.compile(r"M[\d.]+ [\d.]+l-?[\d.]+ (-?)")
    assert tip.match(worse)[1] == "-" and tip.match(better)[1] == ""
    assert len(root.findall(f"{SVG}circle")) == 1


def test_a_last_point_outside_is_a_triangle_alone():
    root = drawn([10, 14], outside=[0, -1])
    assert not root.findall(f"{SVG}circle") and paths(root, fill=small_chart.COLOURS[-1])


def test_limits_drawn_anew_are_two_bands_and_no_limits_none():
    flat = [10.0] * 6
    centre, lower, upper = ([x] * 3 + [x - 1] * 3 for x in (10, 8, 12))
    root = tree.fromstring(small_chart.svg(flat, centre, lower, upper, [0] * 6))
    assert len(paths(root, fill=small_chart.BAND)) == 2
    assert not paths(drawn(flat, (NAN, NAN, NAN)), fill=small_chart.BAND)


@pytest.mark.parametrize("values", [[], [None, NAN], [5], [5, 5]])
def test_little_or_nothing_is_a_chart_all_the_same(values):
    root = drawn(values, (NAN, NAN, NAN))
    middles = {float(each.get("cy")) for each in root.findall(f"{SVG}circle")}
    assert middles == ({12.0} if 5 in values else set())


def test_a_higher_value_stands_higher():
    line = paths(drawn([8, 12]), fill="none")[0]
    first, last = (float(part.split()[1]) for part in line.lstrip("M").split("L"))
    assert first == 19.2 and last == 4.8
