"""How much a KPI owes to weights and to single metrics; a total only for who insists."""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.measure import five_kpis
from ccwork.read.cache import dicts, once
from ccwork.read.workbook import Workbook
from ccwork.stats import bootstrap, normalisation
from ccwork.stats.intervals import Estimate, mover
from ccwork.tell.tables import about, framed

LEVELS: Final = ["kpi_points", "weights_least", "weights_most"]
CHANGES: Final = ["kpi_moved", "moved_least", "moved_most", "weights_up"]


@once
def sensitivity(work: Workbook) -> pd.DataFrame:
    """Show whether what is said of a KPI holds when its weights were declared otherwise.

    Returns
    -------
    DataFrame
        One row per kind of client and KPI with facts and opinions: ``kpi_points`` and the
        range ``weights_least`` .. ``weights_most`` while each weight is up to half smaller or
        larger; the same of ``kpi_moved``, the change against the year before;
        ``weights_up``, for what percentage of all possible weights it is above 0; and
        ``weights_say``: holds (the sign is the same with all weights of the range), depends,
        or "" without a past.

    Notes
    -----
    F19, half the weight with facts and half with opinions. Ranges of weights are no
    confidence intervals: they tell of choices, not of chance.
    """
    now, both = five_kpis.scored(work), five_kpis.matched(work)
    rows = [
        {"client": row.client, "kpi": row.kpi, "kpi_points": row.kpi_points}
        | _ranges(_of(now, row), _of(both, row), work)
        for row in five_kpis.five(work).itertuples()
        if np.isfinite(row.kpi_points)
    ]
    table = framed(rows, "weights_check").assign(why="no_past")
    return about(table, "weights_check", work)


def _of(rows: pd.DataFrame, row: Any) -> pd.DataFrame:
    return rows[(rows["client"] == row.client) & (rows["kpi"] == row.kpi)]


def _declared(metrics: pd.DataFrame, work: Workbook) -> np.ndarray:
    """Return the weight of each metric in its KPI: both groups have half, none of another."""
    declared = metrics["metric"].map(work.catalogue["weight"]).fillna(1.0)
    whole = declared.groupby(metrics["group"]).transform("sum")
    return (declared / whole / metrics["group"].nunique()).to_numpy(float)


def _ranges(now: pd.DataFrame, both: pd.DataFrame, work: Workbook) -> dict[str, Any]:
    """Return the ranges of the level and of the change of one KPI over its weights."""
    now = now[now["points"].notna()]
    level = normalisation.weighted_interval(now["points"], _declared(now, work))
    row: dict[str, Any] = dict(zip(LEVELS[1:], level, strict=True))
    row |= dict.fromkeys(CHANGES, np.nan) | {"weights_say": ""}
    if both["group"].nunique() < 2:
        return row
    wide = both.pivot(index=["group", "metric"], columns="window", values="points")
    own = _declared(wide.reset_index(), work)
    return row | _of_changes((wide["now"] - wide["then"]).to_numpy(float), own, work)


def _of_changes(changes: np.ndarray, own: np.ndarray, work: Workbook) -> dict[str, Any]:
    """Return what weights do to a change: its range, share of weights above 0, and a word."""
    start = bootstrap.seed(work.agency, work.period, "weights")
    low, high = normalisation.weighted_interval(changes, own)
    found = [float(own @ changes), low, high, 100 * normalisation.share_above(changes, start)]
    say = "holds" if low > 0 or high < 0 else "depends"
    return dict(zip(CHANGES, found, strict=True)) | {"weights_say": say}


def without_one(work: Workbook) -> pd.DataFrame:
    """Show what each KPI would be without each of its metrics in turn.

    Returns
    -------
    DataFrame
        One row per kind of client, KPI and metric with points: ``kpi_points``,
        ``kpi_without`` (its weight shared out within its group; missing where the group would
        be empty) and ``pull``: how much the metric adds to the KPI or takes off it.

    Notes
    -----
    Source: OECD/JRC Handbook (2008), step 7.
    """
    now, rows = five_kpis.scored(work), []
    for row in five_kpis.five(work).itertuples():
        own = _of(now[now["points"].notna()], row)
        if not np.isfinite(row.kpi_points):
            continue
        for metric in own["metric"]:
            left = own[own["metric"] != metric]
            whole = left["group"].nunique() == len(method.GROUPS)
            value = float(_declared(left, work) @ left["points"]) if whole else np.nan
            rows.append({"client": row.client, "kpi": row.kpi, "metric": metric,
                         "kpi_points": row.kpi_points, "kpi_without": value,
                         "pull": row.kpi_points - value})  # fmt: skip
    table = framed(rows, "without_one").assign(why="only_one")
    return about(table, "without_one", work)


def total(work: Workbook) -> pd.DataFrame:
    """Join the five KPIs into one figure, for who insists; no report shows it by itself.

    Returns
    -------
    DataFrame
        One row per kind of client: ``geometric``, ``arithmetic`` (with limits), ``loss``, what
        imbalance costs, the ``weakest`` KPI with ``weakest_points``; the range
        ``weights_least`` .. ``weights_most`` of the arithmetic total over the weights, the
        same of its change, and ``weights_say``. A total is never made of fewer than five.

    Notes
    -----
    F18, F19; KPIs weigh the same. Source: OECD/JRC Handbook (2008), steps 6 and 7.
    """
    five, rows = five_kpis.five(work), []
    changes = five_kpis.moved(work).set_index(["client", "kpi"])["kpi_change"]
    for client, own in five.groupby("client", sort=True):
        row: dict[str, Any] = {"client": client, "weights_say": ""}
        if own["kpi_points"].notna().all():
            equal = np.full(len(own), 1 / len(own))
            parts = [Estimate.of(each, "kpi_points") for each in dicts(own)]
            plain, geometric, loss = normalisation.imbalance(own["kpi_points"])
            whole, weakest = mover(parts, equal), own.loc[own["kpi_points"].idxmin()]
            row |= {"geometric": geometric, "arithmetic": plain, "arithmetic_low": whole.low,
                    "arithmetic_high": whole.high, "loss": loss, "weakest": weakest["kpi"],
                    "weakest_points": weakest["kpi_points"]}  # fmt: skip
            wide = normalisation.weighted_interval(own["kpi_points"], equal)
            row |= dict(zip(LEVELS[1:], wide, strict=True))
            moved = changes.reindex([(client, name) for name in method.KPIS]).to_numpy(float)
            row |= {} if np.isnan(moved).any() else _of_changes(moved, equal, work)
        rows.append(row)
    table = framed(rows, "total").assign(why="not_all_five")
    table["weakest"] = table["weakest"].fillna("")
    return about(table, "total", work)
