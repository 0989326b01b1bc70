"""The five KPIs of an agency: facts and opinions side by side, never one total."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ccwork import method, periods
from ccwork.metrics import about, values
from ccwork.stats import points
from ccwork.stats.intervals import Estimate, mapped, mover, mover_bound
from ccwork.workbook import Workbook, once

METRIC_COLUMNS = ["client", "kpi", "group", "metric", "points", "points_low", "points_high", "n"]
FIVE_COLUMNS = [
    *["client", "kpi", "status"],
    *[
        f"{part}{limit}"
        for part in ("kpi_points", *method.GROUPS, "gap")
        for limit in ("", "_low", "_high")
    ],
    *["n", "measured", "selected", "why", "kpi_points_why", "gap_why"],
]


@once
def scored(work: Workbook) -> pd.DataFrame:
    """Put every metric of the period on the scale 0-100, its services together.

    Returns
    -------
    DataFrame
        One row per kind of client and metric the agency has ever brought: ``points`` with
        limits, ``n`` answers or cases; without a value in the period the points are missing.

    Notes
    -----
    F01 on the aggregate: the natural value is formed first, then stretched between the
    anchors of the catalogue. Services are weighted by their yearly volume where every one
    has it, else equally (our choice). Outer and inner clients are never averaged.
    """
    table = over(work, [work.period])
    return about(table, "scored", work, key=["client", "metric"])


def over(work: Workbook, wanted: Sequence[str]) -> pd.DataFrame:
    """Put every metric on the scale 0-100 over some periods together, each with equal weight."""
    rows = values(work)
    rows = rows[rows["metric"].map(work.catalogue["weight"]) > 0]
    services = work.table("services").set_index("service")
    rows["client"] = rows["service"].map(services["client"])
    rows["volume"] = rows["service"].map(services["volume"])
    found = [
        {"client": client, "metric": metric, **_of_metric(series, work, wanted)}
        for (client, metric), series in rows.groupby(["client", "metric"], sort=False)
    ]
    table = pd.DataFrame(found, columns=["client", "metric", *METRIC_COLUMNS[4:]])
    table = table.join(work.catalogue[["kpi", "group"]], on="metric")[METRIC_COLUMNS]
    order = {"kpi": (method.OVERALL, *method.KPIS), "group": method.GROUPS}
    return table.sort_values(
        ["client", "kpi", "group"],
        key=lambda column: (
            column.map(order[column.name].index) if column.name in order else column
        ),
        kind="stable",
    )


def _of_metric(series: pd.DataFrame, work: Workbook, wanted: Sequence[str]) -> dict[str, float]:
    """Return the points of one metric over the services and periods that have a value."""
    metric = work.catalogue.loc[series["metric"].iloc[0]]
    now = series[series["period"].isin(wanted) & series["value"].notna()]
    if now.empty:
        return {"points": np.nan, "points_low": np.nan, "points_high": np.nan, "n": np.nan}
    known = now["volume"].notna().all()
    volume = now["volume"] if known else pd.Series(1.0, now.index)
    weight = volume / now.groupby("service")["period"].transform("size")
    estimates = [_points(row, metric) for _, row in now.iterrows()]
    whole = mover(estimates, (weight / weight.sum()).to_list())
    n = now["n"].sum(min_count=len(now))
    return {"points": whole.value, "points_low": whole.low, "points_high": whole.high, "n": n}


def _points(row: pd.Series, metric: pd.Series) -> Estimate:
    """Stretch one value and its limits between the anchors; scores are points already."""
    if metric["form"] == "counts":
        return Estimate(row["value"], row["low"], row["high"], row["n"])
    natural = Estimate(*row[["value", "low", "high", "n"]])
    ends = metric["worst"], metric["best"]
    return mapped(natural, lambda x: points.linear(x, *ends), falling=ends[0] > ends[1])


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
        only_opinions or not_measured.

    Notes
    -----
    F14-F17. Inside a group the weights of missing metrics are shared out among the rest; a
    KPI is full when 60 % of the weight is observed in each group, partial from 30 % (our
    choice). Metrics answered by the same people are not independent: within opinions the
    widest possible interval is given (correlation 1).
    """
    metrics = scored(work)
    clients = sorted(set(metrics["client"])) or ["external"]
    rows = [
        {"client": client, "kpi": kpi, **_kpi(metrics[
            (metrics["client"] == client) & (metrics["kpi"] == kpi)], work.catalogue["weight"])}
        for client in clients
        for kpi in method.KPIS
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=FIVE_COLUMNS)
    return about(table, "five", work, key=["client", "kpi"])


def _kpi(metrics: pd.DataFrame, weights: pd.Series) -> dict[str, Any]:
    """Form one KPI of its metrics."""
    groups = {
        group: _group(metrics[metrics["group"] == group], weights, mover_bound if bound else mover)
        for group, bound in (("objective", False), ("subjective", True))
    }
    shares = {group: share for group, (_, share) in groups.items()}
    row: dict[str, Any] = {"status": status(shares), "selected": len(metrics)}
    row["measured"] = int(metrics["points"].notna().sum())
    row["n"] = metrics["n"].min()
    row |= {"why": "no_data", "kpi_points_why": "needs_both", "gap_why": "needs_both"}
    shown = {g: found for g, (found, share) in groups.items() if share >= method.PARTIAL_WEIGHT}
    for group, found in shown.items():
        row |= _limits(group, found)
    if len(shown) == 2:
        both = [shown[group] for group in method.GROUPS]
        row |= _limits("kpi_points", mover(both, [0.5, 0.5])) | _limits(
            "gap", mover(both, [-1, 1])
        )
    return row


def _group(metrics: pd.DataFrame, weights: pd.Series, join: Any) -> tuple[Estimate | None, float]:
    """Join the metrics of one group; return the estimate and the share of weight observed."""
    declared = metrics["metric"].map(weights).fillna(1.0)
    seen = metrics["points"].notna()
    if not seen.any():
        return None, 0.0
    estimates = [
        Estimate(row.points, row.points_low, row.points_high, row.n)
        for row in metrics[seen].itertuples()
    ]
    return join(estimates, (declared[seen] / declared[seen].sum()).to_list()), (
        declared[seen].sum() / declared.sum()
    )


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
    return {"objective": "only_facts", "subjective": "only_opinions"}.get(
        "".join(seen), "not_measured"
    )


def _limits(name: str, found: Estimate) -> dict[str, float]:
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


ACCORD_COLUMNS = [
    *["client", "kpi"],
    *[f"{group}_change{limit}" for group in method.GROUPS for limit in ("", "_low", "_high")],
    *["accord", "n", "why"],
]


def accord(work: Workbook) -> pd.DataFrame:
    """Tell whether facts and opinions moved together: the last year against the year before.

    Returns
    -------
    DataFrame
        One row per kind of client and KPI: the change of facts and of opinions in points, each
        with limits, and ``accord``: "formalism" (facts improved, a worthwhile improvement of
        opinions is excluded), "together" (both improved), "unclear" (facts improved, opinions
        may have or not) or "not_proven". With less than two years of history the two halves
        of what there is are compared.

    Notes
    -----
    Only metrics present in both windows are compared. Improved means: the whole 95 % interval
    lies above 0. Source of the flag: KPI method ("fulfilled by 100 per cent" does not convince
    the client); its rule is our choice.
    """
    then, now = (over(work, window).set_index(["client", "metric"]) for window in windows(work))
    both = then.index[then["points"].notna()].intersection(now.index[now["points"].notna()])
    weights = work.catalogue["weight"]
    rows = [
        {"client": client, "kpi": kpi, **_moved(then.loc[part], now.loc[part], weights)}
        for client in sorted(set(both.get_level_values("client")))
        for kpi in method.KPIS
        if len(part := both[(now.loc[both, "kpi"] == kpi).to_numpy()
                            & (both.get_level_values("client") == client)])
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=ACCORD_COLUMNS)
    return about(table, "accord", work, key=["client", "kpi"])


def windows(work: Workbook) -> tuple[list[str], list[str]]:
    """Return the periods of the year before and of the last year, or two halves of less."""
    year = len(periods.parts(work.period[:4], work.grain))
    brought = values(work)["period"]
    first = min(brought, key=periods.last_day, default=work.period)
    size = min(year, len(periods.span(first, work.period)) // 2)
    steps = [periods.shift(work.period, -step) for step in range(2 * size)]
    return steps[size:], steps[:size]


def _moved(then: pd.DataFrame, now: pd.DataFrame, weights: pd.Series) -> dict[str, Any]:
    """Compare the groups of one KPI in two windows."""
    changes: dict[str, Estimate] = {}
    for group in method.GROUPS:
        join = mover_bound if group == "subjective" else mover
        pair = [
            _group(t[t["group"] == group].reset_index(), weights, join)[0] for t in (now, then)
        ]
        if None not in pair:
            changes[group] = mover(pair, [1, -1])
    row: dict[str, Any] = {"n": now["n"].min(), "why": "no_data", "accord": agreement(changes)}
    for group, change in changes.items():
        row |= _limits(f"{group}_change", change)
    return row


def agreement(changes: Mapping[str, Estimate]) -> str:
    """Name how the changes of facts and opinions agree; see :func:`accord`.

    Examples
    --------
    >>> agreement({"objective": Estimate(8, 6, 10, 900), "subjective": Estimate(1, -2, 4, 400)})
    'formalism'
    >>> agreement({"objective": Estimate(8, 6, 10, 900), "subjective": Estimate(4, -3, 11, 40)})
    'unclear'
    """
    facts, opinions = (changes.get(group) for group in method.GROUPS)
    if facts is None or opinions is None or not facts.low > 0:
        return "not_proven"
    if opinions.low > 0:
        return "together"
    return "formalism" if opinions.high < method.WORTHWHILE else "unclear"
