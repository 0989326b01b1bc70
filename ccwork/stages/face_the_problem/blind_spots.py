"""The blind spot: what the agency says of itself beside what staff, visitors and clients say.

All views stand on one axis 0-100 for every KPI. The self-assessment is a complete filling-in,
so it has no sampling error; everything else has an interval.
"""

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.measure import checklists, five_kpis
from ccwork.measure.checklists import year
from ccwork.read.cache import dicts, once
from ccwork.read.workbook import Workbook
from ccwork.stages.face_the_problem import walkthroughs
from ccwork.stats.agreement import unseen
from ccwork.stats.intervals import Estimate, mover, names, unknown
from ccwork.tell.tables import about, framed

FORMS: Final = {"external": ("self_check", "walkthrough"), "internal": ("walkthrough_inner",)}
"""Which checklists speak of which clients."""

KINDS: Final = {"external": "outer", "internal": "inner"}
VIEWS: Final = ("self", "staff", "visitor", "survey", "facts")
AGAINST: Final = {"external": ("survey", "visitor"), "internal": ("staff", "survey")}
"""Whose view the agency's own is held against: the first that has enough."""

EYES: Final = {"external": ("client", "visitor", "staff"), "internal": ("staff", "visitor")}
"""Whose answers to the same item the agency's own is held against: the first that has enough."""

PLACEHOLDER: Final = "placeholder"


@once
def views(work: Workbook) -> pd.DataFrame:
    """Put every view of every KPI on one axis.

    Returns
    -------
    DataFrame
        One row per kind of client, KPI and view that anybody gave: ``points`` 0-100 with
        limits, ``n`` people, visits or cases, ``why`` where there are too few for points.
        "self" is the latest filling-in per service, evidence or not; "staff" and "visitor"
        the mean over the filling-ins of the last year; "survey" and "facts" are the two groups
        of metrics of the KPI.

    Notes
    -----
    Fewer than 10 filling-ins give no points (our choice), nor do visits whose observers
    disagree. The questions of the views are not
    the same words; a difference says where to look, not how much is wrong (our choice).
    """
    five = five_kpis.five(work).set_index(["client", "kpi"])
    rows = [
        {"client": client, "kpi": name, "view": view, **found}
        for client in FORMS
        for name, all_views in _by_kpi(work, client, five).items()
        for view, found in all_views.items()
    ]
    table = framed(rows, "views")
    return about(table[table["points"].notna() | (table["n"] > 0)], "views", work)


def _by_kpi(work: Workbook, client: str, five: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the views of each KPI of one kind of client."""
    rows = year(work, checklists.answers(work))
    rows = rows[rows["form"].isin(FORMS[client]) & _own_words(work, rows)]
    own = latest(rows[rows["source"] == "self"])
    apart = walkthroughs.publishable(work).get(KINDS[client]) == "retrain"
    parts = {
        "self": {
            name: unknown()._replace(value=weighted_score(part))
            for name, part in own.groupby("kpi")
        },
        "staff": _seen(rows[rows["source"] == "staff"]),
        "visitor": {} if apart else _seen(rows[rows["source"] == "visitor"]),
    }
    found = {}
    for name in method.KPIS:
        known = {view: parts[view].get(name, Estimate(*3 * [np.nan], 0)) for view in parts}
        row = five.loc[(client, name)] if (client, name) in five.index else {}
        known |= {"survey": _measured(row, "subjective"), "facts": _measured(row, "objective")}
        found[name] = {view: _told(known[view]) for view in VIEWS}
    return found


def _own_words(work: Workbook, rows: pd.DataFrame) -> pd.Series:
    """Tell which answers are to items whose text was seen."""
    return rows["item"].map(work.catalogues["items"]["status"]) != PLACEHOLDER


def latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the last filling-in of each service and source (by date, then by its code)."""
    each = rows[["date", "visit", "service", "source"]].to_numpy(object).tolist()
    last = {(*by,): visit for _, visit, *by in sorted(each, key=itemgetter(0, 1))}
    return rows.loc[[visit == last[*by,] for _, visit, *by in each]]


def weighted_score(rows: pd.DataFrame, score: str = "score") -> float:
    """Return the weighted score 0-100 of some answers (F36); NaN where none applies."""
    known = rows["score"].notna().to_numpy()
    weight, value = (rows[name].to_numpy(float)[known] for name in ("weight", score))
    whole = np.nansum(weight)
    return float(100 * np.nansum(weight * value) / (2 * whole)) if whole else np.nan


def _seen(rows: pd.DataFrame) -> dict[str, Estimate]:
    """Return the mean over filling-ins of each KPI."""
    found = checklists.scores(rows, ["kpi"])
    ends = names("score")
    found[ends] = found[ends].where(found["visits"] >= method.MIN_SHOWN)
    return {row["kpi"]: Estimate.of(row, "score", "visits") for row in dicts(found)}


def _measured(row: Mapping[str, Any], group: str) -> Estimate:
    return unknown(0) if len(row) == 0 or np.isnan(row[group]) else Estimate.of(row, group)


def _told(found: Estimate) -> dict[str, Any]:
    why = "" if found.value == found.value else "too_few" if found.n > 0 else "no_data"
    return found.columns("points") | {"n": found.n, "why": why, "n_why": "whole_sheet"}


@once
def spots(work: Workbook) -> pd.DataFrame:
    """Tell where the agency sees itself otherwise than those it serves.

    Returns
    -------
    DataFrame
        One row per kind of client and KPI the agency has judged itself in: ``own`` points,
        ``against`` whose view, ``theirs`` with limits, ``blind`` (own minus theirs) with
        limits and ``spot``: blind_spot, hidden_strength, aligned, unclear, or unknown where
        there is nobody to hold it against.

    Notes
    -----
    F43, F17. The agency's own view of outer clients is held against their answers, else
    against visits; its view of inner clients against its staff.
    """
    table = views(work)
    rows = [
        _spot(client, name, group.set_index("view").reindex(VIEWS))
        for (client, name), group in table.groupby(["client", "kpi"], sort=False)
    ]
    rows = [row for row in rows if not np.isnan(row["own"])]
    return about(rows, "spots", work)


def gathered(work: Workbook) -> pd.DataFrame:
    """Gather the KPIs with a blind spot and those with a hidden strength, by kind of client.

    Returns
    -------
    DataFrame
        One row per kind of client and finding: ``kpis`` in words, and of the widest difference
        its ``kpi`` and ``blind``.
    """
    rows = spots(work)
    rows = rows[rows["spot"].isin(["blind_spot", "hidden_strength"])]
    found = []
    for (client, spot), group in rows.groupby(["client", "spot"], sort=False):
        widest = group.loc[group["blind"].astype(float).abs().idxmax()].to_dict()
        kpis = "; ".join(wording.word(f"kpi.{name}") for name in group["kpi"])
        found.append(widest | {"clientele": client, "kpis": kpis, "say": spot})
    return about(found, "spots_gathered", work)


@once
def by_item(work: Workbook) -> pd.DataFrame:
    """Hold the agency's own answer to every item against other people's answers to it.

    Returns
    -------
    DataFrame
        One row per kind of client and item that the agency and at least 10 others answered in
        the year, the widest difference first: ``own`` and ``theirs`` 0-100, ``against`` whose
        answers, ``blind`` with limits, ``n`` of their filling-ins, ``spot`` as in :func:`spots`.

    Notes
    -----
    F43. Here the words of both are the same. Where all others say the same the limit is the
    exact one of an answer nobody gave (F41, two-sided).
    """
    rows = year(work, checklists.answers(work))
    rows = rows[_own_words(work, rows) & rows["score"].notna()]
    found = [row for client in FORMS for row in _items(work, client, rows)]
    table = framed(found, "spots_by_item")
    table = table.assign(wide=-table["blind"].astype(float).abs())
    return about(table.sort_values(["client", "wide"], kind="stable"), "spots_by_item", work)


def _items(work: Workbook, client: str, rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the items of one kind of client that both sides answered."""
    rows = rows[rows["form"].isin(FORMS[client])]
    own = latest(rows[rows["source"] == "self"])
    apart = walkthroughs.publishable(work).get(KINDS[client]) == "retrain"
    others = rows[rows["item"].isin(own["item"]) & rows["source"].isin(EYES[client])]
    scored = dicts(checklists.scores(others, ["item", "source"]))
    theirs = {(row["item"], row["source"]): _alike(row) for row in scored}
    for item, mine in own.groupby("item", sort=False):
        for source in EYES[client]:
            seen = theirs.get((item, source), unknown(0))
            if seen.n < method.MIN_SHOWN or (apart and source == "visitor"):
                continue
            about = {"client": client, "kpi": mine["kpi"].iloc[0], "item": item}
            yield about | _apart(weighted_score(mine), source, seen)
            break


def _alike(row: Mapping[str, Any]) -> Estimate:
    """Return the mean answer 0-100 of one side to one item, with its interval."""
    value, low, high, n = Estimate.of(row, "score", "visits")
    if value == value and low != low:
        most = 100 * unseen(n, 0.975)
        low, high = max(value - most, 0), min(value + most, 100)
    return Estimate(value, low, high, n)


@once
def blind_spot_index(work: Workbook) -> pd.DataFrame:
    """Sum the items up: how far apart the two views are, and how often it is a blind spot.

    Returns
    -------
    DataFrame
        One row per kind of client: ``compared`` items, ``mean_gap`` (the mean of the differences
        in points, whichever way they go), ``blind_share``: per cent of items that are blind
        spots. No intervals: these are all the items, not a sample of them.
    """
    rows = by_item(work)
    blind, gap = 100.0 * (rows["spot"] == "blind_spot"), rows["blind"].astype(float).abs()
    groups = rows.assign(blind=blind, gap=gap).groupby("client", sort=False)
    table = groups.agg(compared=("gap", "size"), mean_gap=("gap", "mean"),
                       blind_share=("blind", "mean"))  # fmt: skip
    return about(table.rename_axis("clientele").reset_index(), "spot_index", work)


def _spot(client: str, name: str, known: pd.DataFrame) -> dict[str, Any]:
    own = known.loc["self"]
    row = {"client": client, "kpi": name, "own": own["points"], "against": "", "n": np.nan}
    row |= {"spot": "unknown", "why": "no_data"}
    usable = [view for view in AGAINST[client] if not np.isnan(known.loc[view, "points_low"])]
    if not usable:
        return row
    their = Estimate.of(known.loc[usable[0]], "points")
    return row | _apart(own["points"], usable[0], their) | {"why": ""}


def _apart(own: float, against: str, theirs: Estimate) -> dict[str, Any]:
    """Return the agency's own mark beside another's, and how they differ."""
    found = difference(Estimate(own, own, own, 0), theirs)
    row = {"own": own, "against": against, "n": theirs.n, "spot": gap_verdict(found)}
    return row | theirs.columns("theirs") | found.columns("blind")


def difference(own: Estimate, theirs: Estimate) -> Estimate:
    """Return own minus theirs with the interval of the difference (F43, F17).

    Examples
    --------
    >>> found = difference(Estimate(90, 90, 90, 1), Estimate(72, 67.41, 76.17, 400))
    >>> [round(end, 1) for end in found[:3]]
    [18.0, 13.8, 22.6]
    """
    return mover([own, theirs], [1, -1])


def gap_verdict(found: Estimate, margin: float = method.WORTHWHILE) -> str:
    """Name a difference of own minus theirs by its interval and a margin in points.

    Examples
    --------
    >>> gap_verdict(Estimate(18, 13.8, 22.6, 400)), gap_verdict(Estimate(1, -3, 4, 400))
    ('blind_spot', 'aligned')
    """
    if np.isnan(found.low) or np.isnan(found.high):
        return "unknown"
    if found.low > margin:
        return "blind_spot"
    if found.high < -margin:
        return "hidden_strength"
    return "aligned" if -margin <= found.low and found.high <= margin else "unclear"
