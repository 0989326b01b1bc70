"""Numbers of people and cases below ten: words stand for them and for what gives them away."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.read.cache import dicts

COUNTED: Final = (
    *("n", "completed", "unfinished", "begin", "finish", "waits", "reached"),
    *("waited", "cases", "met", "held", "passed", "dated"),
    *("left_open", "reported", "complained_before", "complained_after", "unmatched"),
)
"""Columns that count people or cases."""

OF_PEOPLE: Final = frozenset({"points", "percent", "value", "hours"})
"""Kinds of columns whose figures rest on the n of their row."""

PARTS: Final = {
    "complaints": ["counted_by"],
    "journey_channels": ["service"], "journey_segments": ["service"],
    "effort_channel": ["service", "effort"], "effort_segment": ["service", "effort"],
}  # fmt: skip
"""Tables whose rows are parts of a whole told elsewhere, and what each whole is of."""

OPEN: Final = "few_shown"
"""Key of ``agency.toml``: the reason why small numbers may be told."""


def few(column: str, value: Any) -> Any:
    """Tell whether a number of people or cases is too small to be told: words stand for it."""
    return (column in COUNTED) & (value > 0) & (value < method.MIN_SHOWN)


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
    telling = row.get("gives_away") is True or row.get(f"{column}_gives_away") is True
    return "gives_away" if one or telling else ""


ROUND: Final = 1e-6
"""What rounding adds to a count made of a share (our choice)."""


def given_away(counts: Sequence[float], near: bool = False) -> np.ndarray:
    """Tell which parts of a whole that is told give away a small one: whole less the others.

    With the small ones the next smallest are kept, till there are two and ten in all. So is
    the smallest where the whole is `near` a number told, and is not told itself.

    Examples
    --------
    >>> given_away([26, 4, 0, 12]).tolist(), given_away([5, 6, 30]).tolist()
    ([False, False, False, True], [False, False, False])
    >>> given_away([26, 12], near=True).tolist()
    [False, True]
    """
    known = np.nan_to_num(np.asarray(counts, float))
    small = few("n", known)
    kept = small.copy()
    for place in np.argsort(known, kind="stable"):
        if kept.any() >= near and (safe(known[kept]) or not small.any()):
            break
        kept[place] |= known[place] > 0
    return kept & ~small


def hidden(counts: Sequence[float]) -> np.ndarray:
    """Tell which parts of a whole are not told: the small ones and what gives them away."""
    return few("n", np.asarray(counts)) | given_away(counts)


def safe(hidden: Sequence[float]) -> bool:
    """Tell whether numbers not told stay unknown to one who knows their sum.

    He also knows of each whether it is below ten; four values must be possible (our choice).

    Examples
    --------
    >>> safe([4, 12]), safe([9, 9]), safe([1, 10])
    (True, False, False)
    """
    small = [n for n in hidden if n < method.MIN_SHOWN]
    others, large, whole = len(small) - 1, len(hidden) - len(small), sum(hidden)
    most = method.MIN_SHOWN - 1
    low = 1 if large else max(1, whole - most * others)
    high = min(most, whole - others - method.MIN_SHOWN * large)
    unknown = not small or high - low + 1 >= method.FEASIBLE
    return len(hidden) > 1 and whole >= method.MIN_SHOWN and unknown


def telltale(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Mark the rows of a table of parts that would give away another."""
    if name not in PARTS or rows.empty:
        return rows
    of = [rows[part].astype(str) for part in PARTS[name]] or pd.Series("", rows.index)
    by = rows.groupby(of, sort=False)["n"]
    return rows.assign(gives_away=by.transform(given_away).astype(bool))


ADDED: Final[dict[str, dict[str, list[str]]]] = {
    "ended": {"n": ["share"]}, "variants": {"n": ["share", "heaped"]}, "summary": {"n": []},
    "ends": {"begin": ["begin_share"], "finish": ["finish_share"]}, "channels": {"n": []},
    "funnel": {"n": ["reached", "share"]}, "segments": {"n": []},
}  # fmt: skip
"""Tables of a log -> columns that add up to all its cases -> figures that tell them too."""

BESIDE: Final = {
    "waits": {"n": ["within", "waits"], "waited": [], "passed": []},
    "handovers": {"n": ["returned"]},
    "stuck": {"reached": ["share"]}, "map": {"cases": ["through"]}, "summary": {"dated": []},
}  # fmt: skip
"""Tables of a log -> columns that count some of its cases -> figures that tell them too.

Those of one row stand beside one another.
"""


def of_log(rows: pd.DataFrame, table: str, cases: pd.DataFrame) -> pd.DataFrame:
    """Mark what in a table of a log would tell how many cases are open, where they are few.

    How many ended stands beside many figures: a number that differs by few from it, or from one
    of its own row, is not told.
    `cases` has ``service``, ``open`` and ``outcome``.
    """
    if table == "cases":  # one by one: never shown
        return rows
    rows = rows.copy()
    services = rows.get("service", pd.Series("", rows.index)).astype(str)
    for service, part in rows.groupby(services, sort=False):
        own = cases[cases["service"].astype(str) == service] if service else cases
        ended = len(own) - (left := int(own["open"].sum()))
        near = bool(few("n", left))
        if "first_time" in rows:
            done = (own["outcome"] == "done").sum()
            rows.loc[part.index, "first_time_gives_away"] = bool(few("n", ended - done))
        for column, telling in ADDED.get(table, {}).items():
            by = part["outcome"].eq("open") if table == "ended" else services[part.index]
            apart = part.groupby(by)[column].transform(given_away, near=near).astype(bool)
            apart |= few("n", part[column]) | (near & (table == "funnel"))
            if "unfinished" in part:
                apart |= (own_open := hidden(part["unfinished"]))
                rows.loc[part.index, "unfinished_gives_away"] = own_open
            rows.loc[part.index, _marks(column, telling)] = apart
        others: list[Any] = [ended]
        for column, telling in BESIDE.get(table, {}).items():
            close = [few("n", (part[column] - other).abs()) for other in others]
            apart = pd.Series(np.any(close, axis=0), part.index)
            rows.loc[part.index, _marks(column, telling)] = apart
            others.append(part[column])
    return rows


def _marks(column: str, telling: Sequence[str]) -> list[str]:
    return [f"{of}_gives_away" for of in (column, *telling)]


def told(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as they are told: all of them where the agency says why."""
    return [row | {OPEN: rows.attrs.get(OPEN, "")} for row in dicts(rows)]
