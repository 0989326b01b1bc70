"""Files in the shape others ask for: their columns, what of ours stands where, what is told."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ccwork.language import wording
from ccwork.language.resources import resource_rows
from ccwork.measure import metrics
from ccwork.measure.provenance import KEYS
from ccwork.read.workbook import Workbook
from ccwork.report.facts_file import csv_text
from ccwork.tell import small_counts


class Levels(NamedTuple):
    """Answers at each level from the lowest up, their sum, and the code of what is not told."""

    counts: list[int | None]
    n: int | None
    why: str


def told_levels(work: Workbook, metric: str, service: str, best: int = 0) -> Levels:
    """Return the answers of the period judged, level by level.

    Parameters
    ----------
    work, metric, service
        Whose answers, to which question, on which service.
    best
        So many of the highest levels have a sum that is told beside them.

    Notes
    -----
    As in everything internal a number of fewer than ten people is not told, nor what would give
    it away, unless ``few_shown`` in agency.toml says why it may be.
    """
    scale = int(work.catalogue.loc[metric, "levels"])
    wide, key = metrics.counted(work), (metric, service, work.period)
    if key not in wide.index:
        return Levels([None] * scale, None, "not_asked")
    counts = wide.loc[key].to_numpy(float)[:scale]
    if np.isnan(counts).any():
        rows = metrics.values(work).set_index(KEYS)["why"]
        return Levels([None] * scale, None, rows.get(key) or "incomplete")
    n = told_count(work, counts.sum())
    if n is None:
        return Levels([None] * scale, None, "too_few")
    kept = np.concatenate([_kept(part) for part in np.split(counts, [scale - best])])
    kept &= not work.info.get(small_counts.OPEN)
    told = [None if away else int(count) for away, count in zip(kept, counts, strict=True)]
    return Levels(told, n, "few_levels" if kept.any() else "")


def _kept(part: np.ndarray) -> np.ndarray:
    """Tell which levels of a sum that is told are not: all of them where some would not do."""
    away = small_counts.hidden(part)
    return away | (away.any() and not small_counts.safe(part[away]))


def told_count(work: Workbook, count: float) -> int | None:
    """Return a number of clients or cases; none where it is missing or may not be told.

    Examples
    --------
    >>> from types import SimpleNamespace as Work
    >>> told_count(Work(info={}), 9), told_count(Work(info={}), 10)
    (None, 10)
    """
    secret = small_counts.few("n", count) and not work.info.get(small_counts.OPEN)
    return None if secret or np.isnan(count) else int(count)


def placed(framework: str) -> dict[str, dict[str, str]]:
    """Return place -> row of the crosswalk: what of ours stands where in the shape of others."""
    rows = resource_rows("catalogue", "crosswalk.csv")
    return {row["place"]: row for row in rows if row["framework"] == framework and row["place"]}


def columns_of(name: str) -> list[str]:
    """Return the columns of a file others ask for."""
    return [row["column"] for row in resource_rows("mapping", "owed.csv") if row["shape"] == name]


def shaped(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows as a file others ask for; what is missing stays empty."""
    known = [{key: each for key, each in row.items() if each == each} for row in rows]
    return csv_text(columns_of(name), known)


def note(why: str) -> str:
    """Say in words why something is not told, or what a number is; empty for nothing to say."""
    own = "owed" if wording.has(f"owed.{why}") else "reason"
    return wording.word(f"{own}.{why}") if why else ""
