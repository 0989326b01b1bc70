"""The five KPIs as rows of one page: the level, its change, its targets, its last 24 periods."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods
from ccwork.measure import five_kpis
from ccwork.measure.metrics import values
from ccwork.measure.provenance import SERIES
from ccwork.read.cache import dicts, once
from ccwork.read.workbook import Workbook
from ccwork.stages.kpi import target_progress
from ccwork.stats import spc
from ccwork.stats.intervals import names
from ccwork.tell.tables import about, framed

ROW: Final = ["client", "kpi"]

SHOWN: Final = 24
"""So many periods are drawn: two years of months (our choice)."""

WORDS: Final = ("always", "hit_and_miss", "never")
"""Assurance of a target, as :func:`target_progress.progress` has it."""

COUNTS: Final = ("targets_set", "targets_always", "targets_sometimes", "targets_never")

GIVEN: Final = {"both": "kpi_points", "facts": "objective", "opinions": "subjective"}
"""What a KPI rests on -> its points, in the order in which they are taken."""

LINES: Final = ["centre", "lower", "upper", "past_limits"]


@once
def five_rows(work: Workbook) -> pd.DataFrame:
    """Put level, change and targets of every KPI in one row, what is of no single KPI above them.

    Returns
    -------
    DataFrame
        One row per kind of client that has a service, and KPI: ``status``, ``kpi_points``,
        ``objective`` and ``subjective`` with limits and ``n`` as :func:`five_kpis.five` has
        them (overall: :func:`five_kpis.above_five`), ``kpi_change`` with limits and
        ``verdict``, one of five words; of how many series of the KPI there is a target
        (``targets_set``), how many are met always, sometimes, never, and ``target_word``:
        all_met, some, none_met, no_chart (of none is known what the process can do) or
        no_targets; ``of``, ``centre``, ``lower`` and ``upper`` of :func:`kpi_by_period`.

    Notes
    -----
    Of several targets of a series the next counts (our choice).
    """
    rows = pd.concat([five_kpis.above_five(work), five_kpis.five(work)], ignore_index=True)
    unheard = {*work.table("services")["client"]} - {*rows["client"]}
    none = [(client, kpi, "not_measured", "no_data") for client in unheard for kpi in method.KPIS]
    rows = pd.concat([rows, pd.DataFrame(none, columns=[*ROW, "status", "why"])])
    change = pd.concat([five_kpis.above_moved(work), five_kpis.moved(work)], ignore_index=True)
    rows = rows.merge(change[[*ROW, *names("kpi_change"), "verdict"]], "left", ROW)
    rows["verdict"] = rows["verdict"].astype(object).fillna("too_little")
    rows = rows.merge(_targets(work), "left", ROW)
    rows[[*COUNTS]] = rows[[*COUNTS]].astype(float).fillna(0)
    rows["target_word"] = [_target_word(row) for row in dicts(rows)]
    made = kpi_by_period(work).groupby(ROW)[["of", *LINES[:3]]].first().reset_index()
    rows = _ordered(rows.merge(made, "left", ROW)).assign(kpi_change_why="needs_both")
    rows["of"] = rows["of"].fillna("")
    return about(framed(rows, "five_rows"), "five_rows", work)


def _targets(work: Workbook) -> pd.DataFrame:
    """Count the targets of each KPI by what the process can do."""
    rows = target_progress.progress(work).query("next")
    rows["client"] = rows["service"].map(work.table("services").set_index("service")["client"])
    rows["kpi"] = rows["metric"].map(work.catalogue["kpi"])
    for count, word in zip(COUNTS[1:], WORDS, strict=True):
        rows[count] = (rows["assurance"] == word).astype(float)
    rows["targets_set"] = 1.0
    return rows.groupby(ROW)[[*COUNTS]].sum().reset_index()


def _target_word(row: Mapping[str, Any]) -> str:
    known = sum(row[count] for count in COUNTS[1:])
    if not row["targets_set"] or not known:
        return "no_chart" if row["targets_set"] else "no_targets"
    if row["targets_always"] == known:
        return "all_met"
    return "none_met" if row["targets_never"] == known else "some"


@once
def kpi_by_period(work: Workbook) -> pd.DataFrame:
    """Follow every KPI over the last 24 periods, as the period of the workbook forms it.

    Returns
    -------
    DataFrame
        One row per kind of client, KPI and period, from the first with points on: ``of``, what
        the points are made of all along (both, facts, opinions; overall); ``points``, missing
        where one of it is missing, or less than 30 % of its weight was observed, or a metric
        had another definition; ``centre``, ``lower``, ``upper`` locked on the first 12 points
        shown, missing with fewer; ``past_limits``: 1 beyond them to the better, -1 to the worse.

    Notes
    -----
    F14-F17, F22, F24. One kind of points all along, and none across a change of definition: a
    jump is of the clients, not of the making (our choice).
    """
    found = [
        _followed(rows, work).assign(**dict(zip(ROW, row, strict=True)))
        for row, rows in _groups(work).groupby(ROW, sort=False)
    ]
    table = framed(pd.concat(found) if found else [], "kpi_by_period")
    return about(table, "kpi_by_period", work)


def _groups(work: Workbook) -> pd.DataFrame:
    """Return facts and opinions of every KPI in every period, NaN where they are not shown."""
    rows, scored = _metrics(work), five_kpis.scored(work)
    scored["weight"] = scored["metric"].map(work.catalogue["weight"]).fillna(1.0)
    whole = scored.groupby([*ROW, "group"])["weight"].sum().rename("whole")
    of = scored[["client", "metric", "kpi", "group", "weight"]]
    rows = rows.merge(of, on=["client", "metric"])
    rows["part"] = rows["weight"] * rows["points"]
    made = {"weight": "sum", "part": "sum", "cut": "any"}
    sums = rows.groupby([*ROW, "group", "period"]).agg(made).reset_index()
    sums = sums.join(whole, on=[*ROW, "group"])
    seen = sums["weight"] / sums["whole"] >= method.PARTIAL_WEIGHT
    sums["points"] = (sums["part"] / sums["weight"]).where(seen & ~sums["cut"])
    wide = sums.pivot(index=[*ROW, "period"], columns="group", values="points")
    wide = wide.reindex(columns=method.GROUPS)
    wide["kpi_points"] = wide.mean(axis=1, skipna=False)
    return _ordered(wide.reset_index())


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the kinds of clients one after the other; what is of no single KPI comes first."""
    places = rows["kpi"].map([method.OVERALL, *method.KPIS].index)
    rows = rows.iloc[places.argsort(kind="stable")]
    return rows.sort_values("client", kind="stable")


def _metrics(work: Workbook) -> pd.DataFrame:
    """Return the points of every metric in every period shown, its services together.

    ``cut``: one of its values is of another definition than its latest one.
    """
    wanted = [periods.shift(work.period, -step) for step in range(SHOWN)]
    rows, services = values(work), work.table("services").set_index("service")
    known = five_kpis.scored(work)["metric"]
    rows = rows[rows["period"].isin(wanted) & rows["value"].notna() & rows["metric"].isin(known)]
    rows = rows.assign(place=rows["period"].map(periods.last_day)).sort_values("place")
    rows["cut"] = rows["version"] != rows.groupby(SERIES)["version"].transform("last")
    rows["points"] = five_kpis.pointed(rows, work)
    rows["client"] = rows["service"].map(services["client"])
    rows["share"] = rows["service"].map(services["volume"]).astype(float)
    key = ["client", "metric", "period"]
    unknown = rows["share"].isna().groupby([rows[name] for name in key]).transform("any")
    rows["share"] = rows["share"].mask(unknown, 1.0)
    rows["points"] *= rows["share"]
    sums = rows.groupby(key).agg({"points": "sum", "share": "sum", "cut": "any"}).reset_index()
    return sums.assign(points=sums["points"] / sums["share"])


def _followed(rows: pd.DataFrame, work: Workbook) -> pd.DataFrame:
    """Return the points of one KPI by period, with its limits."""
    steps = range(SHOWN - 1, -1, -1)
    shown = pd.Index([periods.shift(work.period, -step) for step in steps], name="period")
    rows = rows.set_index("period").reindex(shown)
    above = (rows["kpi"] == method.OVERALL).any()
    parts = [*(method.GROUPS[::-1] if above else GIVEN.values())]
    known = rows[parts].notna()
    latest = known[known.any(axis=1)].tail(1)
    made = next((part for part in parts if latest[part].any()), parts[0])
    points = rows[made][rows[made].notna().cummax()]
    of = method.OVERALL if above else {part: name for name, part in GIVEN.items()}[made]
    table = pd.DataFrame({"points": points, "of": of, "why": "no_row"}).reset_index()
    lines: dict[str, Any] = dict.fromkeys(LINES, np.nan)
    if points.notna().sum() >= method.LOCK:
        limits = spc.limits(points, lock=method.LOCK)
        out = spc.signals(points, limits, run=method.RUN)["outside"].where(points.notna())
        lines = dict(zip(LINES, [*limits[:3], out.to_numpy(float)], strict=True))
    seen = table["points"].notna()
    lacks = dict.fromkeys([f"{line}_why" for line in LINES], "no_chart")
    lacks["outside_why"] = np.where(seen, "no_chart", "no_row")
    return table.assign(**lines, **lacks)
