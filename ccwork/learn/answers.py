"""What a learner typed, whatever it is: a word or a number, in the ways people write them."""

import math
import re
import unicodedata
from inspect import isroutine
from numbers import Real
from typing import Final

MOST: Final = 200
"""Signs of an answer that are read; nobody needs more for a word or a number."""

UNTOLD: Final = "?"
"""What stands for an answer that cannot be told as text."""

_NUMBER = re.compile(
    r"(?:[≈~=]|около|примерно|на|about)?\s*"
    r"([+-]? ?(?:\d[\d ]*(?:[.,]\d+)*|[.,]\d+))"
    r"(?:\s*[^\d\s][^\d]*)?"
)
_ALIKE = str.maketrans(dict.fromkeys("−–—‐‑‒", "-") | {"ё": "е", "_": " "})


def text(answer: object) -> str:
    """Return an answer as text; empty where there is none, "?" where it cannot be told.

    Examples
    --------
    >>> text(...), text(" лучше "), text(7.0), text(float("inf"))
    ('', 'лучше', '7', 'inf')
    """
    try:
        if answer is ... or answer is None:
            return ""
        if isroutine(answer):  # a word that is the name of a function as well
            return answer.__name__
        if isinstance(answer, Real) and not isinstance(answer, bool):
            written = f"{float(answer):.6f}"[:MOST]
            return written.rstrip("0").rstrip(".") if "." in written else written
        return str(answer)[:MOST].strip()
    except Exception:  # an answer is anything: it must not end the lesson
        return UNTOLD


def plain(typed: str) -> str:
    """Return a text without what people write differently: case, blanks, ё, quotes, dashes, dots.

    Examples
    --------
    >>> plain(" «Не  доказано». "), plain("too_little"), plain("Учёт")
    ('не доказано', 'too little', 'учет')
    """
    seen = unicodedata.normalize("NFKC", typed).casefold().translate(_ALIKE)
    seen = "".join(sign for sign in seen if unicodedata.category(sign) != "Cf")
    return " ".join(seen.split()).strip(" .,;:!?\"'`«»“”„’…()[]")


def number(typed: str) -> float | None:
    """Return the number in an answer, whatever its decimal sign, minus and unit; else None.

    Examples
    --------
    >>> number("−12,3"), number("12,3 %"), number("1 234,5 балла"), number("1,234.5"), number("да")
    (-12.3, 12.3, 1234.5, 1234.5, None)
    """
    seen = unicodedata.normalize("NFKC", typed).casefold().translate(_ALIKE)
    found = _NUMBER.fullmatch(" ".join(seen.split()).strip(" ;:\"'`«»“”„()[]"))
    if not found:
        return None
    digits = found[1].replace(" ", "")
    last = max(digits.rfind(","), digits.rfind("."))
    whole, part = (digits[:last], digits[last + 1 :]) if last >= 0 else (digits, "")
    value = float(
        f"{whole.replace(',', '').replace('.', '') or 0}.{part or 0}".replace("+.", "+0.")
    )
    return value if math.isfinite(value) else None
