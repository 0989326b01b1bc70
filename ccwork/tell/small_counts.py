"""Numbers of people and cases below ten: words stand for them and for what gives them away."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.read.cache import dicts

COUNTED: Final = ("n", "completed", "unfinished", "begin", "finish", "waits", "reached")
"""Columns that count people or cases."""

OF_PEOPLE: Final = frozenset({"points", "percent", "value", "hours"})
"""Kinds of columns whose figures rest on the n of their row."""

PARTS: Final = {
    "journey_channels": ["service"], "journey_segments": ["service"], "journey_ended": [],
}  # fmt: skip
"""Tables whose rows are parts of a whole told elsewhere, and what each whole is of."""

OPEN: Final = "few_shown"
"""Key of ``agency.toml``: the reason why small numbers may be told."""


def few(column: str, value: float) -> bool:
    """Tell whether a number of people or cases is too small to be told: words stand for it."""
    return column in COUNTED and 0 < value < method.MIN_SHOWN


def withheld(row: dict[str, Any], column: str, value: float, kind: str) -> str:
    """Return the reason why a figure is not told, "" where it is.

    It counts few, few stand behind it in its row, it is the share of one of them, or a small
    number would follow from it.
    """
    n = row.get("n")
    counted, of_people = column in COUNTED, kind in OF_PEOPLE
    n = 0 if n is None or pd.isna(n) else n
    if row.get(OPEN) or not (counted or of_people):
        return ""
    if few(column, value) or (of_people and few("n", n)):
        return "too_few"
    percent = kind == "percent" or (kind == "value" and row.get("unit") == "percent")
    one = percent and abs(value * n / 100 - 1) < ROUND
    return "gives_away" if one or row.get("gives_away") is True else ""


ROUND: Final = 1e-6
"""What rounding adds to a count made of a share (our choice)."""


def given_away(counts: Sequence[float]) -> np.ndarray:
    """Tell which parts of a whole that is told give away a small one: whole less the others.

    With the small ones the next smallest are kept, till there are two and ten in all.

    Examples
    --------
    >>> given_away([26, 4, 0, 12]).tolist(), given_away([5, 6, 30]).tolist()
    ([False, False, False, True], [False, False, False])
    """
    known = np.nan_to_num(np.asarray(counts, float))
    small = (known > 0) & (known < method.MIN_SHOWN)
    kept = small.copy()
    for place in np.argsort(known, kind="stable"):
        if not small.any() or safe(known[kept]):
            break
        kept[place] |= known[place] > 0
    return kept & ~small


def safe(hidden: Sequence[float]) -> bool:
    """Tell whether numbers not told stay unknown to one who knows their sum."""
    return len(hidden) > 1 and sum(hidden) >= method.MIN_SHOWN


def telltale(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Mark the rows of a table of parts that would give away another."""
    if name not in PARTS or rows.empty:
        return rows
    of = [rows[part].astype(str) for part in PARTS[name]] or pd.Series("", rows.index)
    by = rows.groupby(of, sort=False)["n"]
    return rows.assign(gives_away=by.transform(given_away).astype(bool))


def told(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as they are told: all of them where the agency says why."""
    return [row | {OPEN: rows.attrs.get(OPEN, "")} for row in dicts(rows)]
