"""The five KPIs of an agency: facts and opinions side by side, never one total."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import special

from ccwork import method
from ccwork.language import periods
from ccwork.measure import survey_weighting, who_answered
from ccwork.measure.metrics import values
from ccwork.measure.provenance import SERIES
from ccwork.read.cache import dicts, grouped, once
from ccwork.read.workbook import Workbook
from ccwork.stats import intervals, normalisation
from ccwork.stats.intervals import Estimate, between_half, mover, mover_bound, names, widened
from ccwork.stats.trials.multiple_testing import holm
from ccwork.tell.tables import about, framed

Metrics = list[dict[str, Any]]

METRIC_COLUMNS = ["client", "kpi", "group", "metric", *names("points"), "n"]


@once
def scored(work: Workbook) -> pd.DataFrame:
    """Put every metric of the period on the scale 0-100, its services together.

    Returns
    -------
    DataFrame
        One row per kind of client and metric the agency has ever brought, if the ends of its
        scale are known: ``points`` with limits, ``n`` answers or cases; without a value in the
        period the points are missing.

    Notes
    -----
    F01 on the aggregate: the natural value is formed first, then stretched between the
    anchors of the catalogue. Services are weighted by their yearly volume where every one
    has it, else equally (our choice). Outer and inner clients are never averaged.
    """
    return about(over(work, [work.period]), "scored", work)


def over(work: Workbook, wanted: Sequence[str]) -> pd.DataFrame:
    """Put every metric on the scale 0-100 over some periods together, each with equal weight."""
    services = work.table("services").set_index("service")
    rows = values(work)[["metric", "service"]].drop_duplicates()
    rows = rows[rows["metric"].map((work.catalogue["weight"] > 0) & _stretched(work))]
    rows["client"] = rows["service"].map(services["client"])
    known = work.catalogue.to_dict("index")
    now = grouped(survey_weighting.weighed(work, *wanted), "client", "metric")
    found = [
        {"client": client, "metric": metric}
        | _of_metric(now.get((client, metric), []), known[metric])
        for client, metric in rows.groupby(["client", "metric"], sort=False).groups
    ]
    table = pd.DataFrame(found, columns=["client", "metric", *METRIC_COLUMNS[4:]])
    table = table.join(work.catalogue[["kpi", "group"]], on="metric")[METRIC_COLUMNS]
    order = {"client": sorted(set(table["client"])), "kpi": (method.OVERALL, *method.KPIS),
             "group": method.GROUPS}  # fmt: skip
    return table.sort_values(
        [*order], key=lambda column: column.map(order[column.name].index), kind="stable"
    )


def _of_metric(now: Metrics, metric: Mapping[str, Any]) -> dict[str, float]:
    """Return the points of one metric over the services and periods that have a value."""
    if not now:
        return intervals.unknown().columns("points") | {"n": np.nan}
    whole = mover([_points(row, metric) for row in now], [row["share"] for row in now])
    return whole.columns("points") | {"n": np.sum([row["n"] for row in now])}


def _stretched(work: Workbook) -> pd.Series:
    """Tell which metrics have points: answers on a scale, and figures whose ends are known."""
    known = work.catalogue
    return (known["form"] == "counts") | known[["worst", "best"]].notna().all(axis=1)


def _points(row: Mapping[str, Any], metric: Mapping[str, Any]) -> Estimate:
    """Stretch one value and its limits between the anchors; scores are points already."""
    natural, ends = Estimate.of(row, "value"), (metric["worst"], metric["best"])
    if metric["form"] == "counts":
        return natural
    value, *limits = normalisation.linear(natural[:3], *ends).tolist()
    low, high = limits[:: -1 if ends[0] > ends[1] else 1]
    return natural._replace(value=value, low=low, high=high)


def pointed(rows: pd.DataFrame, work: Workbook) -> np.ndarray:
    """Return the points of values alone: stretched between the anchors of their metrics."""
    ends, points = work.catalogue.loc[rows["metric"]], rows["value"].to_numpy(float, copy=True)
    own = (ends["form"] != "counts").to_numpy()
    scale = (ends.loc[own, end] for end in ("worst", "best"))
    points[own] = normalisation.linear(points[own], *scale)
    return points


@once
def five(work: Workbook) -> pd.DataFrame:
    """Form the five KPIs of the period.

    Returns
    -------
    DataFrame
        One row per kind of client and KPI, in the order of the method: ``kpi_points`` (the
        mean of facts and opinions), ``objective``, ``subjective`` and ``gap`` (opinions
        minus facts), each with limits; ``n`` is the smallest n behind the row; ``measured``
        of ``selected`` metrics have a value; ``status``: full, partial, only_facts,
        only_opinions or not_measured; ``joined``: how the interval of opinions was made:
        by_case (people drawn anew), bound (widest case), alone (one metric), or "".

    Notes
    -----
    F14-F17. Inside a group the weights of missing metrics are shared out among the rest; a
    KPI is full when 60 % of the weight is observed in each group, partial from 30 % (our
    choice). Metrics answered by the same people are not independent: where answers came one
    by one, people are drawn anew (:func:`survey_weighting.by_case`); else the widest
    possible interval is given (correlation 1).
    """
    clients = sorted(set(scored(work)["client"])) or ["external"]
    table = _formed(work, [(client, kpi) for client in clients for kpi in method.KPIS])
    return about(table, "five", work)


@once
def above_five(work: Workbook) -> pd.DataFrame:
    """Return the metrics of no single KPI as rows of :func:`five`, for clients who have some.

    ``kpi_points`` is what clients say in all; facts of no single KPI only where nobody asks
    (our choice): facts of many kinds and opinions have no mean.
    """
    metrics = scored(work)
    known = metrics.loc[metrics["kpi"] == method.OVERALL, "client"]
    table = _formed(work, [(client, method.OVERALL) for client in sorted(set(known))])
    for low_high in names(""):
        said, facts = (table[f"{group}{low_high}"] for group in ("subjective", "objective"))
        table[f"kpi_points{low_high}"] = said.where(table["subjective"].notna(), facts)
    return table.assign(kpi_points_why="no_data")


def _formed(work: Workbook, wanted: Sequence[tuple[str, str]]) -> pd.DataFrame:
    metrics = dicts(scored(work))
    rows = [
        {"client": client, "kpi": kpi, **_kpi(
            [row for row in metrics if (row["client"], row["kpi"]) == (client, kpi)],
            work, client, kpi)}
        for client, kpi in wanted
    ]  # fmt: skip
    return framed(rows, "five")


def _kpi(metrics: Metrics, work: Workbook, client: str, kpi: str) -> dict[str, Any]:
    """Form one KPI of its metrics."""
    groups = {group: _group(metrics, work, group, client, [work.period], kpi)
              for group in method.GROUPS}  # fmt: skip
    shares = {group: share for group, (_, share, _) in groups.items()}
    row: dict[str, Any] = {"status": status(shares), "selected": len(metrics)}
    row |= {"measured": sum(map(_shown, metrics)), "n": _least(metrics)}
    row |= {"why": "no_data", "kpi_points_why": "needs_both", "gap_why": "needs_both"}
    shown = {group: found for group, (found, share, _) in groups.items()
             if share >= method.PARTIAL_WEIGHT}  # fmt: skip
    row["joined"] = groups["subjective"][2] if "subjective" in shown else ""
    for group, found in shown.items():
        row |= found.columns(group)
    if len(shown) == 2:
        both = [shown[group] for group in method.GROUPS]
        row |= mover(both, [0.5, 0.5]).columns("kpi_points")
        row |= mover(both, [-1, 1]).columns("gap")
    return row


def _shown(metric: Mapping[str, Any]) -> bool:
    return not np.isnan(metric["points"])


def _least(metrics: Metrics) -> float:
    return min((row["n"] for row in metrics if not np.isnan(row["n"])), default=np.nan)


def _group(
    metrics: Metrics, work: Workbook, group: str, client: str, wanted: Sequence[str], kpi: str
) -> tuple[Estimate | None, float, str]:
    """Join the metrics of one group: the estimate, the share of weight observed, and how."""
    metrics = [row for row in metrics if row["group"] == group]
    known, seen = work.catalogue["weight"].fillna(1.0), [row for row in metrics if _shown(row)]
    whole, own = ([known.get(row["metric"], 1.0) for row in rows] for rows in (metrics, seen))
    if not seen:
        return None, 0.0, ""
    estimates = [Estimate.of(row, "points") for row in seen]
    weights, observed = (own / np.sum(own)).tolist(), np.sum(own) / np.sum(whole)
    if group == "objective" or len(estimates) == 1:
        return mover(estimates, weights), observed, "alone"
    by_metric = {row["metric"]: weight for row, weight in zip(seen, weights, strict=True)}
    limits = survey_weighting.by_case(work, wanted, client, by_metric, f"{kpi}|{wanted[0]}")
    found = mover_bound(estimates, weights)
    if limits is None:
        return found, observed, "bound"
    low, high = min(limits[0], found.value), max(limits[1], found.value)
    return found._replace(low=low, high=high), observed, "by_case"


def status(shares: dict[str, float]) -> str:
    """Name what a KPI rests on, from the share of weight observed in each group.

    Examples
    --------
    >>> status({"objective": 1.0, "subjective": 0.5})
    'partial'
    >>> status({"objective": 1.0, "subjective": 0.0})
    'only_facts'
    """
    seen = {group for group, share in shares.items() if share >= method.PARTIAL_WEIGHT}
    if len(seen) == 2:
        full = all(share >= method.FULL_WEIGHT for share in shares.values())
        return "full" if full else "partial"
    alone = {"objective": "only_facts", "subjective": "only_opinions"}
    return alone.get("".join(seen), "not_measured")


UNHEARD: Final = {"formalism": "unclear", "together": "unclear", "contradict": "fell"}
"""What is said where the answers are in doubt -> what is left (see :mod:`who_answered`)."""


@once
def matched(work: Workbook) -> pd.DataFrame:
    """Return the metrics that have points both in the last year and in the year before.

    Returns
    -------
    DataFrame
        One row per kind of client, metric and ``window`` ("then", "now"), as
        :func:`scored` has them. Definitions that changed in between are left out;
        ``attrs["cut"]``: the clients and KPIs of which nothing else is left.
    """
    windows = dict(zip(("then", "now"), who_answered.year_windows(work), strict=True))
    parts = [over(work, window).assign(window=name) for name, window in windows.items()]
    rows, told = pd.concat(parts, ignore_index=True), values(work)
    told = told[told["period"].isin(sum(windows.values(), [])) & told["value"].notna()]
    told = told.groupby(SERIES)["version"].nunique()
    cut = set(told[told > 1].index.get_level_values("metric"))
    rows = rows[rows["points"].notna()]
    rows = rows[rows.duplicated(["client", "metric"], keep=False)]
    kept = rows[~rows["metric"].isin(cut)].reset_index(drop=True)
    left, all_of = ({*zip(each["client"], each["kpi"], strict=True)} for each in (kept, rows))
    kept.attrs["cut"] = all_of - left
    return kept


@once
def accord(work: Workbook) -> pd.DataFrame:
    """Tell whether facts and opinions moved together: the last year against the year before.

    Returns
    -------
    DataFrame
        One row per kind of client and KPI: the change of facts and of opinions in points, each
        with limits, and ``accord``: "formalism" (facts improved, a worthwhile improvement of
        opinions is excluded), "together" (both improved), "unclear" (facts improved, opinions
        may have or not), "contradict" (facts fell, opinions improved), "fell" (facts fell),
        "small" (facts changed, but less than is worthwhile), "not_proven", "one_side"
        (facts or opinions are missing), or "cut" (every definition changed). With less
        than two years of history the two halves of what there is are compared.

    Notes
    -----
    Only metrics present in both windows are compared. Proven means: the whole 95 % interval
    lies on one side of 0; of facts that changed by what is worthwhile, an interval
    :data:`SHARED` times as wide. It is never narrower than the months let it be: they differ
    by more than chance of sampling and resemble their neighbours
    (:func:`intervals.between_half`).
    Source of the flag: KPI method ("fulfilled by 100 per cent" does not convince the client);
    its rule is our choice.
    """
    return about(_compared(work, method.KPIS), "accord", work)


@once
def _compared(work: Workbook, kpis: tuple[str, ...]) -> pd.DataFrame:
    both, away = matched(work), [_away(work, window) for window in who_answered.year_windows(work)]
    cut, parts = both.attrs["cut"], grouped(both, "client", "kpi")
    rows = [
        {"client": client, "kpi": kpi}
        | _moved(parts.get((client, kpi), []), work, client, kpi, away)
        for client in sorted({client for client, _ in (*parts, *cut)})
        for kpi in kpis
        if (client, kpi) in parts or (client, kpi) in cut
    ]
    return framed(rows, "accord")


def _moved(
    both: Metrics, work: Workbook, client: str, kpi: str, away: list[pd.DataFrame]
) -> dict[str, Any]:
    """Compare the groups of one KPI in two windows."""
    if not both:
        return {"accord": "cut", "shaken": False, "why": "cut"}
    spans = dict(zip(("then", "now"), who_answered.year_windows(work), strict=True))
    changes: dict[str, Estimate] = {}
    for group in method.GROUPS:
        pair = [
            _group([row for row in both if row["window"] == window],
                   work, group, client, spans[window], kpi)[0]
            for window in ("now", "then")
        ]  # fmt: skip
        if None not in pair:
            own = {row["metric"] for row in both if row["group"] == group}
            half = between_half(*(_restless(rows, client, own) for rows in away))
            changes[group] = widened(mover(pair, [1, -1]), half)
    felt = {row["metric"] for row in both if row["group"] == "subjective"}
    row: dict[str, Any] = {"n": _least(both), "why": "no_data", "accord": agreement(changes)}
    row["shaken"] = "subjective" in changes and who_answered.shaken(work, client, felt)
    if row["shaken"] and row["accord"] in UNHEARD:
        row["accord"] = UNHEARD[row["accord"]]
    for group, change in changes.items():
        row |= change.columns(f"{group}_change")
    return row


def _away(work: Workbook, window: list[str]) -> pd.DataFrame:
    """Return how far every value of a window lies from the mean of its series, in points."""
    rows = survey_weighting.weighed(work, *window)
    rows = rows[rows["metric"].map(_stretched(work)).astype(bool)]
    rows["points"] = pointed(rows, work)
    rows["away"] = rows["points"] - rows.groupby(SERIES)["points"].transform("mean")
    rows["share"] *= rows["metric"].map(work.catalogue["weight"]).fillna(1.0)
    order = rows["period"].map(periods.last_day)
    return rows.assign(away=rows["away"] * rows["share"], order=order)


def _restless(rows: pd.DataFrame, client: str, metrics: set[str]) -> list[float]:
    """Return how far each period of a window lies from its mean, some metrics taken together.

    What a period lacks is left out of its mean, which is then of the rest.
    """
    own = rows[(rows["client"] == client) & rows["metric"].isin(metrics)]
    sums = own.groupby("order")[["away", "share"]].sum()
    return (sums["away"] / sums["share"]).to_list()


ALPHA = 0.05
"""A change is proven below this p-value (field standard; the level of intervals is 95 %)."""


@once
def moved(work: Workbook) -> pd.DataFrame:
    """Judge the five KPIs together: the last year against the year before.

    Returns
    -------
    DataFrame
        One row per kind of client and KPI: ``kpi_change`` with limits, ``p_holm``, the
        p-value in percent corrected for judging five at once, and ``verdict``, one of five words:
        better or worse where p_holm is below 5 and the change is worth speaking of,
        not_comparable where it rests on answers in doubt (:mod:`who_answered`), or every
        definition changed;
        ``five_word`` says the same, and of what is proven but not worthwhile: small.

    Notes
    -----
    F17, F60. The p-value is read off the interval, on the side of zero (our choice).
    """
    table = framed([_change(row) for row in dicts(accord(work))], "five_moved")
    table["p_holm"] = table.groupby("client")["p_holm"].transform(holm)
    table["verdict"] = [_word(row) for row in dicts(table)]
    proven = (table["p_holm"] < ALPHA) & (table["verdict"] == "not_proven")
    table["five_word"] = table["verdict"].mask(proven, "small")
    table["p_holm"] *= 100
    why = np.where(table["accord"] == "cut", "cut", "needs_both")
    return about(table.assign(why=why), "five_moved", work)


@once
def above_moved(work: Workbook) -> pd.DataFrame:
    """Judge what :func:`above_five` shows in the same way: one row a kind of client."""
    rows = dicts(_compared(work, (method.OVERALL,)))
    table = framed([_change(row, _said) for row in rows], "five_moved")
    table["verdict"] = [_word(row) for row in dicts(table)]
    return table


def _mean(row: Mapping[str, Any]) -> Estimate:
    """Return the change of a KPI: of facts and opinions alike."""
    return mover([Estimate.of(row, f"{group}_change") for group in method.GROUPS], [0.5, 0.5])


def _said(row: Mapping[str, Any]) -> Estimate:
    """Return the change of opinions; of facts where there are none."""
    objective, subjective = (Estimate.of(row, f"{group}_change") for group in method.GROUPS)
    return objective if np.isnan(subjective.value) else subjective


def _change(
    row: Mapping[str, Any], joined: Callable[[Mapping[str, Any]], Estimate] = _mean
) -> dict[str, Any]:
    """Return a change and its own p-value."""
    whole = joined(row)
    half = whole.value - whole.low if whole.value > 0 else whole.high - whole.value
    z = abs(whole.value) / half * special.ndtri(0.975) if half > 0 else np.nan
    own = {name: row[name] for name in ("client", "kpi", "n", "shaken")}
    own["accord"] = row.get("accord", "")
    return own | whole.columns("kpi_change") | {"p_holm": 2 * special.ndtr(-z)}


def _word(row: Mapping[str, Any]) -> str:
    if row.get("accord") == "cut":
        return "not_comparable"
    if not row["n"] >= method.MIN_COMPARED or np.isnan(row["p_holm"]):
        return "too_little"
    proven = row["p_holm"] < ALPHA
    if not proven or abs(row["kpi_change"]) < method.WORTHWHILE:
        return "not_proven"
    if row["shaken"]:
        return "not_comparable"
    return "better" if row["kpi_change"] > 0 else "worse"


def agreement(changes: Mapping[str, Estimate]) -> str:
    """Name how the changes of facts and opinions agree; see :func:`accord`.

    Examples
    --------
    >>> agreement({"objective": Estimate(8, 6, 10, 900), "subjective": Estimate(1, -2, 4, 400)})
    'formalism'
    >>> agreement({"objective": Estimate(8, 6, 10, 900), "subjective": Estimate(4, -3, 11, 40)})
    'unclear'
    >>> agreement({"objective": Estimate(-8, -9, -7, 90), "subjective": Estimate(9, 6, 12, 400)})
    'contradict'
    """
    facts, opinions = (changes.get(group) for group in method.GROUPS)
    if facts is None or opinions is None:
        return "one_side"
    way = _way(facts)
    if way == "up":
        excluded = opinions.high < method.WORTHWHILE
        return "together" if opinions.low > 0 else "formalism" if excluded else "unclear"
    if way == "down":
        return "contradict" if opinions.low > 0 else "fell"
    return way


SHARED = 2.2
"""Half an interval is taken so many times: five KPIs are looked at, both ways, and months are
alike (our choice, simulated)."""


def _way(change: Estimate) -> str:
    """Say where a change leads: up, down, small where it is proven but not worthwhile."""
    near = change.low if change.value > 0 else change.high
    small = abs(change.value) < method.WORTHWHILE
    wide = 1.0 if small else SHARED
    if not change.value * (change.value + wide * (near - change.value)) > 0:
        return "not_proven"
    if small:
        return "small"
    return "up" if change.value > 0 else "down"
