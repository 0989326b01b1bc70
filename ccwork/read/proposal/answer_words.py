"""Answers in a column: words of which scale, codes of which levels, several ticked at once."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from ccwork.language.resources import resource_rows
from ccwork.language.spelling import key
from ccwork.read.data_dictionary import missing_reason
from ccwork.read.mapping.mapping_file import OPEN

MOST_LEVELS: Final = 10
"""Codes with a higher number are no levels (our choice)."""

MOSTLY: Final = 0.8
"""So much of what a column says must read one way (our choice)."""

MOST_TICKED: Final = 20
"""More different choices are taken for a free text (our choice)."""

TICKS: Final = frozenset("yxхv+✓✔☑")
"""Marks that tick the one choice of a column (our list)."""

_RANGE = re.compile(r"(?<!\d)([01]) ?(?:[-–—]|до|to) ?(\d{1,2})(?!\d)")

_CODE = re.compile(r"([^\W\d_]{1,3})(\d{1,2})")

_ENDS = re.compile(r"(\d+) ?[-–—=:] ?([^\W\d][^\d,;()/]*[^\W\d])")


@cache
def usual_scales() -> Mapping[str, Mapping[str, int]]:
    """Return the usual scales of answers in words: name -> word -> level."""
    found: dict[str, dict[str, int]] = {}
    for row in resource_rows("mapping", "scales.csv"):
        found.setdefault(row["scale"], {})[_word(row["word"])] = int(row["level"])
    return found


def _word(written: str) -> str:
    """Return an answer in words as it is looked for: commas do not count."""
    return key(written).replace(",", "")


def in_words(said: Iterable[str]) -> bool:
    """Tell whether cells are words of a usual scale: mostly, or so are half of the few words."""
    said = list(said)
    words = {_word(cell) for cell in said if not cell.isdecimal()}
    for scale in usual_scales().values():
        known, held = words & scale.keys(), (_word(cell) in scale for cell in said)
        some = 1 < len(known) >= len(words) / 2 and len(words) <= MOST_LEVELS
        if known and (some or sum(held) + sum(map(str.isdecimal, said)) >= MOSTLY * len(said)):
            return True
    return False


def _best(said: Iterable[str]) -> list[Mapping[str, int]]:
    """Return the usual scales that know most words of a column; none where none knows any."""
    words, scales = set(said), list(usual_scales().values())
    known = [len(words & scale.keys()) for scale in scales]
    most = max(known, default=0)
    return [scale for scale, n in zip(scales, known, strict=True) if n == most > 0]


def scale_levels(cells: Iterable[str]) -> int:
    """Return how many levels the scale of a column has; 0 where that is not certain."""
    levels = {max(scale.values()) for scale in _best(map(_word, cells))}
    return levels.pop() if len(levels) == 1 else 0


def scale_ends(heading: str) -> tuple[int, int] | None:
    """Return the lowest and the highest mark a heading names; None where it names none."""
    found = _RANGE.search(heading)
    return (int(found[1]), int(found[2])) if found else None


def question_levels(heading: str, cells: Iterable[str]) -> int:
    """Return how many levels a question has: by its words, its heading or its marks."""
    marks = {int(cell) for cell in cells if cell.isdecimal()}
    low, high = scale_ends(heading) or (min(marks, default=1) and 1, max(marks, default=0))
    told = high - low + 1 if scale_ends(heading) or high == MOST_LEVELS else 0
    return scale_levels(cells) or told


def scale_words(cells: Iterable[str]) -> dict[str, int | str]:
    """Return the level of each word in a column; "?" where scales differ or none knows it.

    A word of several scales has its level in those that know most words of the column.
    """
    said = {_word(cell): cell for cell in sorted(set(cells))
            if not (cell.isdecimal() or missing_reason(cell))}  # fmt: skip
    best, scales = _best(said), usual_scales().values()
    made: dict[str, int | str] = {}
    for word, cell in said.items():
        levels = {scale[word] for scale in best if word in scale}
        levels = levels or {scale[word] for scale in scales if word in scale}
        made[cell] = levels.pop() if len(levels) == 1 else OPEN
    return made


def answer_codes(cells: Iterable[str]) -> dict[str, int]:
    """Return the codes of levels a column holds, in order: ``A1``, ``A2``; none if it does not."""
    found = {cell: _CODE.fullmatch(cell) for cell in set(cells) if cell}
    codes = {cell: int(code[2]) for cell, code in found.items() if code}
    letters = {code[1] for code in found.values() if code}
    fit = len(letters) == 1 and len(codes) == len(found) > 1
    within = fit and min(codes.values()) >= 1 and max(codes.values()) <= MOST_LEVELS
    return dict(sorted(codes.items(), key=lambda code: code[1])) if within else {}


def turned_round(heading: str) -> int:
    """Return how many levels a heading turns round; 0 where it does not name 1 the best."""
    scales, ends = usual_scales().values(), _ENDS.findall(key(heading))
    levels = {int(n): scale[word] for n, word in ends for scale in scales if word in scale}
    low, high = min(levels, default=0), max(levels, default=0)
    return high if low == 1 < high and levels[low] > levels[high] else 0


def ticked(cells: Iterable[str]) -> bool:
    """Tell whether several choices are ticked in a cell, or a mark ticks the one of a column.

    Choices come again in other company: there are fewer of them than different cells.
    """
    cells = list(cells)
    said = set(filter(None, cells))
    if len(said) == 1 and "" in cells:
        return key(*said) in TICKS
    choices = {part.strip() for cell in said for part in re.split("[;,]", cell)}
    return len(choices) < len(said) and len(choices) <= MOST_TICKED
