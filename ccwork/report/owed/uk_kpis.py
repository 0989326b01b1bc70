"""The four mandatory KPIs of British services: completion, cost, take-up, satisfaction.

Source: alphagov/government-service-design-manual, service-manual/measurement (2016) and the
current pages of the service manual.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from ccwork.language import periods, wording
from ccwork.measure import metrics
from ccwork.measure.process import case_tables
from ccwork.measure.provenance import KEYS
from ccwork.read.workbook import Workbook, of_days
from ccwork.report.owed.shapes import note, placed, shaped, told_count, told_levels
from ccwork.stats import intervals
from ccwork.tell import small_counts

COST: Final = "cost_per_transaction"
UNASSISTED: Final = "digital_take_up_unassisted"
"""Metrics an agency adds to its own catalogue."""

REACHED: Final = ("done", "refused")
"""Ways to end that count as completed: the service did what it was to do."""

LEVELS: Final = ("very_dissatisfied", "dissatisfied", "neither", "satisfied", "very_satisfied")


def kpi_file(work: Workbook) -> Iterator[tuple[str, str]]:
    """Yield the one file: a row a service, KPI and part; what is not known is empty, and why."""
    about = {"period": work.period, "date": work.date.isoformat()}
    rows = []
    for service in work.table("services").query("client == 'external'")["service"]:
        named = about | {"service": service, "service_name": wording.name("service", service)}
        found = [completion(work, service), cost(work, service), *_take_up(work, service)]
        rows += [named | row for row in (*found, *_satisfied(work, service))]
    yield "uk_kpis.csv", shaped("uk_kpis", rows)


def completion(work: Workbook, service: str) -> dict[str, Any]:
    """Return the completion rate: 100 less what was given up, else from the log.

    Notes
    -----
    A rightful refusal counts as completed; cases still open have had no time to finish and are
    left out, so that the rate never exceeds 100 %.
    """
    row = {"kpi": "completion_rate"} | _value(work, placed("uk")["completion_rate"], service)
    row |= _given_up(work, service) if row["note"] == note("not_measured") else {}
    ends = {"value": "value", "low": "high", "high": "low"} if "value" in row else {}
    return row | {name: 100 - row[end] for name, end in ends.items()}


def _given_up(work: Workbook, service: str) -> dict[str, Any]:
    """Return the share of the period's ended cases that the client gave up, by the log."""
    cases = case_tables.journey(work, "cases", service)
    if cases.empty:
        return {}
    began = np.array(of_days(cases["began"], work.grain), str) == work.period
    ended = cases[began & ~cases["open"].astype(bool) & (cases["outcome"] != "")]
    if not (n := told_count(work, len(ended))):
        return {"note": note("too_few" if len(ended) else "not_ended")}
    lost = intervals.percent((~ended["outcome"].isin(REACHED)).sum(), n).columns("value")
    said = {"unit": "percent", "n": n, "version": "steps", "note": note("open_left")}
    return _told(work, lost | said)


def cost(work: Workbook, service: str) -> dict[str, Any]:
    """Return the cost of a completed transaction over the last twelve months, each by its n."""
    row = {"kpi": COST, "unit": "roubles", "note": note("no_cost")}
    size = len(periods.parts(work.period[:4], work.grain))
    year = periods.span(periods.shift(work.period, 1 - size), work.period)
    rows = metrics.values(work).set_index(["metric", "service"])
    brought = rows[(rows.index == (COST, service)) & rows["period"].isin(year)]
    rows = brought[brought["value"].notna() & brought["n"].notna()]
    if len(rows) < size:
        few = {"note": wording.say("owed.not_a_year", n=len(rows), of=size)}
        return row | few if len(brought) else row
    n, row["version"] = int(rows["n"].sum()), _version(work, COST)
    value = (rows["value"] * rows["n"]).sum() / n
    return row | {"value": value, "n": n, "note": note("whole_cost")}


def _take_up(work: Workbook, service: str) -> Iterator[dict[str, Any]]:
    """Yield digital take-up by both definitions: assisted ones counted in, and apart (2016)."""
    ours = placed("uk")["digital_take_up"]
    named = {"assisted_included": ours, "assisted_apart": ours | {"metric": UNASSISTED}}
    for part, row in named.items():
        yield {"kpi": "digital_take_up", "part": part} | _value(work, row, service)


def _satisfied(work: Workbook, service: str) -> Iterator[dict[str, Any]]:
    """Yield how many chose each level, and the share of the two best of all."""
    metric = placed("uk")["user_satisfaction"]["metric"]
    found = told_levels(work, metric, service, best=2)
    row = {"kpi": "user_satisfaction", "version": _version(work, metric), "n": found.n}
    row["note"] = note("no_answers" if found.n == 0 else found.why)
    for part, count in zip(LEVELS, found.counts, strict=True):
        said = {} if count is None else {"value": count, "note": ""}
        yield row | {"part": part, "unit": "answers"} | said
    share = {}
    if found.n:
        own = metrics.levels(work).set_index(KEYS).loc[(metric, service, work.period)]
        share = intervals.Estimate.of(own, "top2").columns("value") | {"note": note("overall")}
    yield _told(work, row | {"part": "overall", "unit": "percent"} | share)


def _value(work: Workbook, ours: dict[str, str], service: str) -> dict[str, Any]:
    """Return a value as it may be told, with limits, n and how near it is; else why not."""
    metric = ours["metric"]
    if metric not in work.catalogue.index:
        return {"unit": "percent", "note": note(f"no_{metric}")}
    about = {"unit": work.metric(metric).unit, "version": _version(work, metric)}
    rows = metrics.values(work).set_index(KEYS)
    if (key := (metric, service, work.period)) not in rows.index:
        return about | {"note": note("not_measured")}
    row = rows.loc[key]
    if np.isnan(row["value"]):
        return about | {"note": note(row["why"])}
    told = intervals.Estimate.of(row, "value")
    said = {"n": told_count(work, row["n"]), "note": ours[f"why_{wording.lang()}"]}
    return _told(work, about | told.columns("value") | said)


def _told(work: Workbook, row: dict[str, Any]) -> dict[str, Any]:
    """Leave out a value that counts few people, or would give such a number away."""
    value, open_ = row.get("value", np.nan), {small_counts.OPEN: work.info.get(small_counts.OPEN)}
    why = small_counts.withheld(row | open_, "value", value, "value")
    kept = {name: each for name, each in row.items() if name not in ("value", "low", "high")}
    return kept | {"note": note(why)} if why else row


def _version(work: Workbook, metric: str) -> str:
    """Return the version of a definition, and of the question where one is told."""
    rows = metrics.at(metrics.values(work), work.period)
    own = rows.loc[rows["metric"] == metric, "version"].unique()
    return "/".join(filter(None, [f"{work.catalogue.loc[metric, 'version']:g}", *own]))
