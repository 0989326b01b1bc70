"""What a learner typed, whatever it is: a word or a number, in the ways people write them."""

import math
import re
from inspect import isroutine
from numbers import Real
from typing import Final

from ccwork.language import spelling

MOST: Final = 200
"""Signs of an answer that are read; nobody needs more for a word or a number."""

UNTOLD: Final = "?"
"""What stands for an answer that cannot be told as text."""

_NUMBER = re.compile(
    r"(?:[≈~=]|около|примерно|на|about)?\s*"
    r"([+-]? ?(?:\d[\d ]*(?:[.,]\d+)*|[.,]\d+))(?:\s*[^\d\s]\D*)?"
)
_ALIKE = str.maketrans("−–—‐‑‒_", "------ ")
_EDGES: Final = " ;:!?\"'`«»“”„’…()[]"


def typed_text(answer: object) -> str:
    """Return an answer as text; empty where there is none, "?" where it cannot be told.

    Examples
    --------
    >>> typed_text(...), typed_text(" лучше "), typed_text(7.0), typed_text(float("inf"))
    ('', 'лучше', '7', 'inf')
    """
    try:
        if answer is ... or answer is None:
            return ""
        if isroutine(answer):  # a word that is the name of a function as well
            return answer.__name__
        if isinstance(answer, Real) and not isinstance(answer, bool):
            return re.sub(r"\.?0+$", "", f"{float(answer):.6f}"[:MOST])
        return str(answer)[:MOST].strip()
    except Exception:  # an answer is anything: it must not end the lesson
        return UNTOLD


def typed_word(typed: str) -> str:
    """Return a text without what people write differently: case, blanks, ё, quotes, dashes, dots.

    Examples
    --------
    >>> typed_word(" «Не  доказано». "), typed_word("too_little"), typed_word("Учёт")
    ('не доказано', 'too little', 'учет')
    """
    return spelling.key(typed.translate(_ALIKE)).strip(_EDGES + ".,")


def typed_number(typed: str) -> float | None:
    """Return the number in an answer, whatever its decimal sign, minus and unit; else None.

    Examples
    --------
    >>> [typed_number(typed) for typed in ("−12,3", "12,3 %", "1 234,5 балла", "1,234.5", "да")]
    [-12.3, 12.3, 1234.5, 1234.5, None]
    """
    found = _NUMBER.fullmatch(spelling.key(typed.translate(_ALIKE)).strip(_EDGES))
    if not found:
        return None
    *whole, part = re.split("[.,]", found[1].replace(" ", ""))
    value = float(f"{''.join(whole) or 0}.{part}" if whole else part)
    return value if math.isfinite(value) else None
