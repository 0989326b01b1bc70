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
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import service_chain
from ccwork.stages.face_the_problem import walkthroughs
from ccwork.tell.tables import about

IN_LOG: Final = {
    "actions": "client_actions", "documents": "documents", "trips": "visits",
    "roubles": "client_roubles",
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
    rows = pd.DataFrame([*_brought(work), *_in_log(work), *_at_visits(work)], columns=TOLD)
    rows = rows[rows["value"].notna() & rows["metric"].isin(work.catalogue.index)]
    different = rows["value"].astype(float).round(1).groupby([rows[key] for key in SERIES])
    rows = rows[different.transform("nunique") > 1].reset_index(drop=True)
    rows["origin_said"] = [wording.word(f"told_by.{code}") for code in rows["origin"]]
    rows = rows.sort_values(SERIES, kind="stable").reset_index(drop=True)
    of = ["metrics", "steps", "visits"]
    return about(rows, "told_apart", work, key=[*SERIES, "origin"], of=of)


def _brought(work: Workbook) -> Iterator[dict[str, Any]]:
    for row in metrics.at(metrics.values(work), work.period).to_dict("records"):
        if work.catalogue.at[row["metric"], "form"] != "counts":
            unit = work.catalogue.at[row["metric"], "unit"]
            yield row | {"origin": "metrics", "unit": unit}


def _in_log(work: Workbook) -> Iterator[dict[str, Any]]:
    for row in journey(work).to_dict("records"):
        days = {end: row.get(f"median_days{end}") for end in ("", "_low", "_high")}
        own = {"value": days[""], "low": days["_low"], "high": days["_high"], "why": "no_spread"}
        own |= {"metric": "lead_days", "origin": "steps", "unit": "days"}
        yield own | {name: row[name] for name in ("service", "n")}
    for row in client_effort.effort(work).to_dict("records"):
        if row["effort"] in IN_LOG:
            yield row | {"metric": IN_LOG[row["effort"]], "origin": "steps"}
    for row in service_chain.chain_as_a_whole(work).to_dict("records"):
        share = {end: row.get(f"on_time{end}") for end in ("", "_low", "_high")}
        own = {"value": share[""], "low": share["_low"], "high": share["_high"]}
        own |= {"metric": "within_norm", "origin": "norms", "unit": "percent", "why": "no_norm"}
        yield own | {name: row[name] for name in ("service", "n")}


def _at_visits(work: Workbook) -> Iterator[dict[str, Any]]:
    outer = walkthroughs.effort(work)
    for row in outer[outer["kind"] == "outer"].to_dict("records"):
        metric = walkthroughs.MEASURES[row["effort"]][1]
        yield row | {"metric": metric, "origin": "visits", "n": row["visits"]}
