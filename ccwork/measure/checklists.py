"""What every checklist shares: answers joined with their items, scores, evidence.

All checklists stand in the one table ``checks``; the catalogue of items says which form an
item belongs to, its weight, and what it speaks of. A new checklist is rows, not code.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from ccwork.language import periods
from ccwork.read.cache import once
from ccwork.read.workbook import Workbook
from ccwork.stats import intervals
from ccwork.stats.agreement import unseen
from ccwork.stats.survey import clustered_mean
from ccwork.tell.tables import about

FACTS: Final = ["form", "weight", "critical", "kpi", "sign", "barrier"]
"""What the catalogue says of an item."""

VISIT: Final = ["visit", "source"]
"""One filling-in of a form: the same code may be used by the agency and by an assessor."""

MIN_VISITS: Final = 5
"""Fewer visits give no score (our choice)."""

MIN_UNITS: Final = 5
"""With so many units visits of one unit are taken as alike (our choice)."""


@once
def answers(
    work: Workbook, form: str = "", source: str = "", *, doubles: bool = False
) -> pd.DataFrame:
    """Return answers to checklists, each with what the catalogue says of its item.

    Parameters
    ----------
    work
        Workbook; rows of ``checks`` after the period judged are left out.
    form, source
        Only this form, only this source; empty: all.
    doubles
        Whether second observers' views of a visit stand among them: they serve agreement
        only, so that no visit counts twice.

    Returns
    -------
    DataFrame
        The columns of ``checks``, those of :data:`FACTS`, and ``score``: 0, 1 or 2, NaN where
        the item did not apply. In the order of the catalogue, then of time.
    """
    if form or source:
        rows = answers(work, doubles=doubles)
        rows = rows[(rows["form"] == form) | (not form)]
        return about(rows[(rows["source"] == source) | (not source)], "answers_given", work)
    rows = work.table("checks").join(work.catalogues["items"][FACTS], on="item")
    rows["score"] = pd.to_numeric(rows["answer"].replace("na", ""), errors="coerce").astype(float)
    rows["weight"] = rows["weight"].astype(float)
    visits = work.table("visits")
    rows = rows[~rows["visit"].isin(visits.loc[visits["double_of"] != "", "visit"]) | doubles]
    place = {item: number for number, item in enumerate(work.catalogues["items"].index)}
    rows = rows.assign(place=rows["item"].map(place))
    rows = rows.sort_values(["place", "date", "visit"], kind="stable").drop(columns="place")
    return about(rows, "answers_given", work)


def visit_scores(rows: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Score every visit: 100 sum(w x) / (2 sum(w)) over the items that applied (F36).

    Parameters
    ----------
    rows
        What :func:`answers` returns, or a part of it.
    by
        Columns a visit is split by, such as ``kpi``.

    Returns
    -------
    DataFrame
        One row per visit (and group): ``visit``, ``source``, ``service``, ``unit``, ``date``,
        those of `by`, ``items`` that applied, ``score`` 0-100, ``failed``: a critical item is 0
        whatever the score.
    """
    keys = [*by, *(name for name in VISIT if name not in by)]
    given = rows[rows["score"].notna() & rows[keys].notna().all(axis=1)]
    place = given.groupby(keys, sort=False).ngroup().to_numpy()
    same = [name for name in ("service", "unit", "date") if name not in keys]
    fullest = np.argsort(given[same].isna().to_numpy().sum(axis=1), kind="stable")[::-1]
    first = np.zeros(len(set(place)), int)
    first[place[fullest]] = fullest
    found = given[[*keys, *same]].iloc[first].reset_index(drop=True)
    weight, score = given["weight"].to_numpy(float), given["score"].to_numpy(float)
    most = 2 * np.bincount(place, weight)
    found["items"] = np.bincount(place)
    found["failed"] = np.bincount(place, (given["critical"] == "yes") & (score == 0)) > 0
    found["score"] = 100 * np.bincount(place, weight * score) / np.where(most > 0, most, np.nan)
    return found


def scores(rows: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Score groups of visits: the mean over visits, with its interval.

    Parameters
    ----------
    rows
        What :func:`answers` returns, or a part of it.
    by
        Columns that make the groups; empty: one group of all rows.

    Returns
    -------
    DataFrame
        One row per group, in order of appearance; none where there is no answer: ``visits``,
        ``items`` answered, ``score`` 0-100 with ``score_low`` and ``score_high``,
        ``score_why`` where there is no score, ``critical_failed`` visits, ``sure``: what no
        visit met may still happen in up to so many per cent of cases (95 %, F41).

    Notes
    -----
    Fewer than :data:`MIN_VISITS` visits: no score. Interval: t over visits; with at least
    :data:`MIN_UNITS` units and every visit's unit known, t over units. Visits all alike
    have no interval: nothing is known of the spread.
    """
    visits = visit_scores(rows, by)
    groups = visits.groupby(list(by), sort=False) if by else [((), visits)]
    made = [dict(zip(by, key, strict=True)) | _scored(one) for key, one in groups if len(one)]
    columns = [*by, "visits", "items", "score", "score_low", "score_high", "score_why",
               "critical_failed", "sure"]  # fmt: skip
    found = pd.DataFrame(made, columns=columns)
    found.attrs = dict(rows.attrs)
    return found


def _scored(visits: pd.DataFrame) -> dict[str, object]:
    few = len(visits) < MIN_VISITS
    found = intervals.unknown(0) if few else _mean(visits)
    found = found._replace(low=np.maximum(found.low, 0), high=np.minimum(found.high, 100))
    return found.columns("score") | {
        "visits": len(visits),
        "items": int(visits["items"].sum()),
        "score_why": "few_visits" if few else "",
        "critical_failed": int(visits["failed"].sum()),
        "sure": 100 * unseen(len(visits)),
    }


def _mean(visits: pd.DataFrame) -> intervals.Estimate:
    units = visits["unit"].fillna("")
    if units.nunique() >= MIN_UNITS and (units != "").all():
        found = clustered_mean(visits["score"], units)
    else:
        found = intervals.mean(visits["score"])
    return found._replace(low=np.nan, high=np.nan) if visits["score"].nunique() < 2 else found


def evidenced(rows: pd.DataFrame) -> float:
    """Return the share (percent) of answers above 0 that carry evidence; NaN where there is none.

    Source: our choice; a "yes" without evidence is a declaration.
    """
    said = rows.loc[rows["score"] > 0, "evidence"].fillna("").astype(str).str.strip()
    return float(100 * (said != "").mean()) if len(said) else np.nan


def year(work: Workbook, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose ``date`` lies in the year up to the end of the period."""
    end = pd.Timestamp(periods.last_day(work.period))
    return rows[rows["date"] > end - pd.DateOffset(years=1)]
