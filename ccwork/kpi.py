"""The five KPIs of an agency: facts and opinions side by side, never one total."""

from typing import Any

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.metrics import about, values
from ccwork.stats import points
from ccwork.stats.intervals import Estimate, mapped, mover, mover_bound
from ccwork.workbook import Workbook

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
    rows = values(work)
    services = work.table("services").set_index("service")
    rows["client"] = rows["service"].map(services["client"])
    rows["volume"] = rows["service"].map(services["volume"]) if "volume" in services else np.nan
    found = [
        {"client": client, "metric": metric, **_of_metric(series, work)}
        for (client, metric), series in rows.groupby(["client", "metric"], sort=True)
    ]
    table = pd.DataFrame(found, columns=["client", "metric", *METRIC_COLUMNS[4:]])
    kinds = work.catalogue[["kpi", "group"]]
    table = table.join(kinds, on="metric")[METRIC_COLUMNS]
    return about(table, "scored", work, "counts", "metrics", key=["client", "metric"])


def _of_metric(series: pd.DataFrame, work: Workbook) -> dict[str, float]:
    """Return the points of one metric in the period, over the services that have a value."""
    metric = work.catalogue.loc[series["metric"].iloc[0]]
    now = series[(series["period"] == work.period) & series["value"].notna()]
    if now.empty:
        return {"points": np.nan, "points_low": np.nan, "points_high": np.nan, "n": np.nan}
    volume = now["volume"] if now["volume"].notna().all() else pd.Series(1.0, now.index)
    estimates = [_points(row, metric) for _, row in now.iterrows()]
    whole = mover(estimates, (volume / volume.sum()).to_list())
    n = now["n"].sum(min_count=len(now))
    return {"points": whole.value, "points_low": whole.low, "points_high": whole.high, "n": n}


def _points(row: pd.Series, metric: pd.Series) -> Estimate:
    """Stretch one value and its limits between the anchors; scores are points already."""
    if metric["form"] == "counts":
        return Estimate(row["value"], row["low"], row["high"], row["n"])
    natural = Estimate(*row[["value", "low", "high", "n"]])
    ends = metric["worst"], metric["best"]
    return mapped(natural, lambda x: points.linear(x, *ends), falling=ends[0] > ends[1])


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
    return about(table, "five", work, "counts", "metrics", key=["client", "kpi"])


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
