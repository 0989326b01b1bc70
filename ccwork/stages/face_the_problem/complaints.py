"""Complaints and own errors: how soon they are answered, what was mended, whether they stop.

People are heard where a pain gets a reaction: the themes of complaints stand beside the
changes that answer them. Who complained, of whom, and what exactly of are never written down.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods
from ccwork.measure import checklists
from ccwork.read.cache import dicts, once, once_said
from ccwork.read.workbook import Workbook
from ccwork.stages.face_the_problem.walkthroughs import words_released
from ccwork.stats import intervals, survival
from ccwork.tell import small_counts
from ccwork.tell.tables import about, said

OWN: Final = "self_found"
"""How the agency learnt of an error no client had spoken of."""

YEAR: Final = 365
"""So many days are counted on either side of a change at most (our choice)."""

LEAST: Final = 90
"""Fewer days on one side give no verdict (our choice)."""

MENDED: Final = 2
"""So many of the latest things mended are named (our choice)."""


@once
def _logged(work: Workbook) -> pd.DataFrame:
    """Return the last year's complaints and errors: days to answer and mend, or so far."""
    rows, end = checklists.year(work, work.table("complaints")).copy(), _end(work)
    for done in ("answered", "mended"):
        days = pd.to_datetime(rows[done])
        rows[f"{done}_yet"] = days <= end
        waited = days.where(days <= end, end) - pd.to_datetime(rows["date"])
        rows[f"{done}_in"] = waited.dt.days.astype(float)
    return rows


def _end(work: Workbook) -> pd.Timestamp:
    return pd.Timestamp(periods.last_day(work.period))


def _counted(rows: pd.DataFrame, done: str, **flags: str) -> dict[str, Any]:
    """Count some rows: the median time, and shares named by flags ("" is not known)."""
    few, left = len(rows) < method.MIN_SHOWN, len(rows) - int(rows[f"{done}_yet"].sum())
    curve = survival.kaplan_meier(rows[f"{done}_in"], rows[f"{done}_yet"])
    took = intervals.unknown() if few else survival.time_quantile(curve, 0.5)
    row = {"n": len(rows), "left_open": left, **took.columns("days_taken")}
    row["days_taken_why"] = "too_few" if few else "too_many_open"
    row["left_open_gives_away"] = bool(small_counts.few("n", len(rows) - left))
    for name, flag in flags.items():
        known = rows.loc[rows[flag] != "", flag].isin(["yes", True])
        share = intervals.percent(known.sum(), len(known), least=method.MIN_SHOWN)
        one, why = known.sum() == 1, "too_few" if len(known) else "not_given"
        row |= (intervals.unknown() if one else share).columns(name)
        row[f"{name}_why"] = "gives_away" if one and len(known) >= method.MIN_SHOWN else why
    return row


@once_said
def complaints_answered(work: Workbook) -> pd.DataFrame:
    """Say of the last year's complaints how soon they were answered and what came of them.

    Returns
    -------
    DataFrame
        A row for all of them, one per theme and one per way they came (``counted_by``,
        ``complained``): ``n``, ``left_open``; ``days_taken`` median days to the answer with
        its interval; ``mended_share`` that led to something mended, ``again_share``;
        of a theme ``mended_said`` the latest things mended, ``words_said`` released words only.

    Notes
    -----
    Those not answered yet count for as long as they have waited (F49, Kaplan-Meier): left out,
    they would make the answer look quicker. Fewer than ten get words.
    """
    rows = _logged(work)
    rows = rows[rows["came_by"] != OWN]
    groups = [("all", "all", rows)][: len(rows)]
    groups += [
        (by, code, rows[rows[by] == code])
        for by in ("theme", "came_by")
        for code in rows[by].value_counts().index
    ]
    made = [
        {"counted_by": by, "complained": code,
         **_counted(own, "answered", mended_share="mended_yet", again_share="repeated"),
         "mended_said": _mended(own) if by == "theme" else "—",
         "words_said": words_released(dicts(own)) if by == "theme" else "—",
         "say": "answered" if by == "all" else ""}
        for by, code, own in groups
    ]  # fmt: skip
    return about(made, "complaints", work)


def _mended(rows: pd.DataFrame) -> str:
    told = said(rows[rows["mended_yet"]].sort_values("mended", kind="stable"), "mended")
    return "; ".join(told[told != "—"].drop_duplicates(keep="last").tail(MENDED)) or "—"


@once
def errors_owned(work: Workbook) -> pd.DataFrame:
    """Say which errors of its own the agency found itself, which clients had to find.

    Returns
    -------
    DataFrame
        One row per ``found_by``, own and client, of the last year: ``n``; ``days_taken``
        median days till it was mended, with its interval (as :func:`complaints_answered`);
        ``mended_share``, and ``lessons`` told to colleagues as a lesson.

    Notes
    -----
    An error is what the agency found itself, or a complaint in which it admits its own. The
    sign it belongs to: able to admit and mend errors (Zhurikhin 2023).
    """
    rows = _logged(work)
    own = rows["came_by"] == OWN
    parts = {"own": rows[own], "client": rows[~own & (rows["fault"] == "yes")]}
    made = [
        {"found_by": by, **_counted(part, "mended", mended_share="mended_yet", lessons="shared")}
        for by, part in parts.items()
        if len(rows)
    ]
    return about(made, "errors_owned", work)


def errors_mended(work: Workbook) -> bool:
    """Tell whether the log of the last year holds an error found by the agency and mended."""
    rows = _logged(work)
    return bool((rows["mended_yet"] & (rows["came_by"] == OWN)).any())


def breaches(work: Workbook) -> pd.Series:
    """Count complaints of the last year that a right of the promise was broken, by right.

    A right nobody complained of has no number where no complaint names any right.
    """
    rows = _logged(work)
    named = rows.loc[(rows["right"] != "") & (rows["came_by"] != OWN), "right"].value_counts()
    rights = work.catalogues["promise"].index
    return named.reindex(rights, fill_value=0) if len(named) else pd.Series(np.nan, rights)


# ---------------------------------------------------------------- pain, change, reaction


def pains_answered(work: Workbook, words: pd.DataFrame) -> pd.DataFrame:
    """Follow each pain to the change that answers it, and to the complaints after it.

    Parameters
    ----------
    words
        What the evidence allows to say of the changes: ``novelty`` and ``verdict_word``.

    Returns
    -------
    DataFrame
        One row per ``novelty`` that names a pain, ``pain_theme``: ``complained_before`` and
        ``complained_after``, of that theme and service; ``left_share`` how many a day are left
        of a hundred before, with its interval; ``verdict`` of the complaints, ``verdict_word``
        of the change itself.

    Notes
    -----
    Counted a year before the start and a year from it on, or as long as the log goes; under
    :data:`LEAST` days or ten complaints there is no verdict. Fewer complaints are no proof
    of the cause. The ratio of two rates: :func:`intervals.rate_ratio`.
    """
    changes, log = work.table("changes"), work.table("complaints")
    log = log[log["came_by"] != OWN]
    known = words.set_index("novelty")["verdict_word"]
    made = [
        {"novelty": row["change"], "pain_theme": row["pain"], **_reaction(log, row, _end(work)),
         "verdict_word": known.get(row["change"], "")}
        for row in dicts(changes[(changes["pain"] != "") & changes["started"].notna()])
        if len(log)
    ]  # fmt: skip
    return about(made, "pains_answered", work)


def _reaction(log: pd.DataFrame, row: Mapping[str, Any], end: pd.Timestamp) -> dict[str, Any]:
    """Compare the complaints of one theme and service before and from the start of a change."""
    since = pd.Timestamp(row["started"])
    days = (pd.to_datetime(log["date"]) - since).dt.days
    own = days[(log["theme"] == row["pain"]) & (log["service"] == row["service"])]
    then, now = min(YEAR, -int(days.min())), min(YEAR, (end - since).days + 1)
    before, after = int(own.between(-then, -1).sum()), int(own.between(0, now - 1).sum())
    found, verdict = intervals.unknown(), "too_little"
    if min(then, now) >= LEAST and before + after >= method.MIN_SHOWN:
        found = intervals.rate_ratio(after, now, before, then).times(100)
        verdict = "better" if found.high < 100 else "worse" if found.low > 100 else "not_proven"
    told = min(before, after) >= method.MIN_SHOWN
    return {
        "complained_before": before, "complained_after": after,
        "verdict": verdict, "why": "too_few",
        **(found if told else intervals.unknown()).columns("left_share"),
    }  # fmt: skip
