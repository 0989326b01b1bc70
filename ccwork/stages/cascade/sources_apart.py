"""One thing told by several sources: ready figures, the log of cases, visits; side by side.

What a client spends and waits is counted from different starts: no figure is wrong for that.
"""

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from ccwork.language import wording
from ccwork.measure import metrics
from ccwork.measure.process import client_effort
from ccwork.measure.process.case_tables import journey
from ccwork.measure.provenance import SERIES
from ccwork.read.cache import dicts, once
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import indicator_levels, service_chain
from ccwork.stages.face_the_problem import walkthroughs
from ccwork.tell.tables import about

IN_LOG: Final = {
    "actions": "client_actions", "documents": "documents", "trips": "visits",
    "roubles": "client_roubles", "km": "distance_km", "own_hours": "client_minutes",
}  # fmt: skip
"""What a log tells of a client's effort -> the metric that tells the same."""

TOLD: Final = [*SERIES, "origin", "value", "low", "high", "n", "unit", "why"]


def told_apart(work: Workbook) -> pd.DataFrame:
    """Put side by side what several sources say differently of one service.

    Returns
    -------
    DataFrame
        One row per metric, service and ``origin`` (metrics; steps: the log; norms of its
        steps; visits): ``value`` with limits, ``n``, ``unit``; only where two sources or more
        tell a metric and what they tell is not the same when printed.
    """
    rows = _all_told(work)
    different = rows["value"].astype(float).round(1).groupby([rows[key] for key in SERIES])
    rows = rows[different.transform("nunique") > 1].reset_index(drop=True)
    rows["origin_said"] = [wording.word(f"told_by.{code}") for code in rows["origin"]]
    rows["told_from"] = rows["origin"]
    rows = rows.sort_values(SERIES, kind="stable").reset_index(drop=True)
    return about(rows, "told_apart", work)


def nearness(work: Workbook) -> pd.DataFrame:
    """Say how near a service is to people: by time, distance and price, by every source brought.

    Returns
    -------
    DataFrame
        One row per ``side``, ``metric``, service for external clients and ``origin``: what
        :func:`told_apart` has of it, and ``held_by``, the indicators somebody answers with. A
        side nobody tells has one row without a value. No rows where nothing at all is there.

    Notes
    -----
    Source: Roskachestvo on client-ocracy (access by time, distance and price). What a client
    says of it is an opinion and stands elsewhere (our choice).
    """
    held, told = indicator_levels.indicators(work), _all_told(work)
    services = work.table("services").set_index("service")["client"]
    told = told[told["service"].map(services) != "internal"]
    known = {code: indicator_levels.measured_by(work.catalogue.loc[code])
             for code in told["metric"].unique()}  # fmt: skip
    told = told.assign(side=told["metric"].map(known))
    found = []
    for side in indicator_levels.ACCESS if len(told) or len(held) else ():
        own = held.loc[held["measure"] == side, "indicator"]
        names = dict.fromkeys(wording.name("indicator", code) for code in own)
        empty = pd.DataFrame([{"side": side, "metric": "", "service": "", "origin": ""}])
        rows = told[told["side"] == side].sort_values(SERIES, kind="stable")
        rows = rows if len(rows) else empty.assign(why="no_data")
        found.append(rows.assign(held_by="; ".join(names) or "—", told_from=rows["origin"]))
    columns = ["side", *TOLD, "told_from", "held_by"]
    table = pd.concat(found).reindex(columns=columns) if found else pd.DataFrame(columns=columns)
    return about(table, "access_sides", work)


@once
def _all_told(work: Workbook) -> pd.DataFrame:
    """Return what every source tells of the metrics of the catalogue."""
    rows = pd.DataFrame([*_brought(work), *_in_log(work), *_at_visits(work)], columns=TOLD)
    return rows[rows["value"].notna() & rows["metric"].isin(work.catalogue.index)]


def _brought(work: Workbook) -> Iterator[dict[str, Any]]:
    for row in dicts(metrics.at(metrics.values(work), work.period)):
        if work.catalogue.at[row["metric"], "form"] != "counts":
            unit = work.catalogue.at[row["metric"], "unit"]
            yield row | {"origin": "metrics", "unit": unit}


def _in_log(work: Workbook) -> Iterator[dict[str, Any]]:
    for row in dicts(journey(work)):
        days = {end: row.get(f"median_days{end}") for end in ("", "_low", "_high")}
        own = {"value": days[""], "low": days["_low"], "high": days["_high"], "why": "no_spread"}
        own |= {"metric": "lead_days", "origin": "steps", "unit": "days"}
        yield own | {name: row[name] for name in ("service", "n")}
    for row in dicts(client_effort.effort(work)):
        if row["effort"] == "own_hours":
            row |= {end: 60 * row[end] for end in ("value", "low", "high")} | {"unit": "minutes"}
        if row["effort"] in IN_LOG:
            yield row | {"metric": IN_LOG[row["effort"]], "origin": "steps"}
    for row in dicts(service_chain.chain_as_a_whole(work)):
        share = {end: row.get(f"on_time{end}") for end in ("", "_low", "_high")}
        own = {"value": share[""], "low": share["_low"], "high": share["_high"]}
        own |= {"metric": "within_norm", "origin": "norms", "unit": "percent", "why": "no_norm"}
        yield own | {name: row[name] for name in ("service", "n")}


def _at_visits(work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell the medians; of what has too few visits for one, the mean the catalogue asks for."""
    outer = walkthroughs.effort(work)
    outer = outer[(outer["kind"] == "outer") & outer["value"].notna()]
    named = outer["effort"].map({name: of for name, (_, of) in walkthroughs.MEASURES.items()})
    rows = pd.concat([outer.assign(metric=named), walkthroughs.as_metrics(work)])
    for row in dicts(rows.drop_duplicates(SERIES)):
        yield row | {"origin": "visits", "n": row["visits"]}
