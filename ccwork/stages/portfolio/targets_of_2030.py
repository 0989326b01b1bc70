"""National targets: what each reading of them asks, the pace it needs, and where the trend leads.

The targets are data with their status and source. Where the definition is open every reading
the sentence allows stands in a row of its own, and what cannot be said is not said.
"""

from math import nan
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.language import periods, wording
from ccwork.language.resources import resource_rows
from ccwork.read.cache import once
from ccwork.read.catalogues import shipped_catalogue
from ccwork.stages.kpi.target_values import aim
from ccwork.stages.portfolio.agency_facts import Portfolio
from ccwork.stages.portfolio.movement import JUDGED
from ccwork.stats import intervals

LEAST_YEARS: Final = 6
"""A trend of fewer years is not carried on (our choice)."""


def history(given: Portfolio, metric: str) -> list[float]:
    """Return the value of a metric a year, the latest last: of agencies that tell of every year.

    Each value counts by its cases; the first year is the first of those without a gap.
    """
    times: dict[str, dict[str, tuple[float, float]]] = {}
    for agency in given.every:
        facts = [fact for path, fact in agency.tables.get(JUDGED, {}).items() if path[0] == metric]
        known = [(fact["value"], fact["n"]) for fact in facts if fact.get("value") is not None
                 and fact.get("n")]  # fmt: skip
        if known:
            value, n = np.array(known, float).T
            times.setdefault(agency.period, {})[agency.code] = (float(value @ n), float(n.sum()))
    chain, period = [], given.period
    while period in times:
        chain.insert(0, times[period])
        period = periods.year_before(period)
    always = set.intersection(*map(set, chain)) if chain else set()
    sums = [np.array([year[code] for code in sorted(always)]).sum(axis=0) for year in chain]
    return [float(total / n) for total, n in sums] if always else []


def judged_target(base: float, years: list[float], left: float, row: dict[str, str]) -> Any:
    """Return goal, pace a year, forecast and the word of one reading of a target.

    Parameters
    ----------
    base
        What a gain is reckoned from.
    years
        One value a year, the latest last.
    left
        Years from the last one to the year the target is due.
    row
        Of the catalogue of national targets: ``mode``, ``given``, ``metric``.

    Returns
    -------
    dict
        ``say``: impossible (the goal leaves the scale), cannot_say (fewer than six years),
        on_track (the whole prediction interval reaches the goal), off_track (none of it does),
        uncertain, reached.

    Notes
    -----
    F64, F65.
    """
    metric = shipped_catalogue("catalogue_metrics").loc[row["metric"]]
    goal = aim(base, row["mode"], float(row["given"]), metric)
    made = {"goal": goal.value, "now": years[-1], "pace": nan, "why": goal.why or "few_years"}
    made |= dict.fromkeys(intervals.names("led_to"), nan)
    if goal.why:
        return made | {"say": "impossible"}
    if years[-1] >= goal.value:
        return made | {"say": "reached"}
    made["pace"] = (goal.value - years[-1]) / left if left > 0 else nan
    if len(years) < LEAST_YEARS or left <= 0:
        return made | {"say": "cannot_say"}
    led = intervals.forecast(years, left)
    word = "off_track" if led.high < goal.value else "uncertain"
    return made | led.columns("led_to") | {"say": "on_track" if led.low >= goal.value else word}


@once
def national_targets(given: Portfolio) -> pd.DataFrame:
    """Hold the agencies together against the national targets, each reading in its row.

    Returns
    -------
    DataFrame
        One row a ``national`` target and reading: ``base`` (the first year known), ``now``,
        ``goal``, ``pace`` needed a year, ``led_to`` by the trend with its prediction interval,
        ``years_known``, ``far``: yes where the forecast reaches further than the history is
        long; ``say`` as in :func:`judged_target`, or no_metric and no_values.
    """
    names, rows = {}, []
    for row in resource_rows("catalogue", "national.csv"):
        names[row["target"]] = (row["ru"], row["en"])
        years = history(given, row["metric"]) if row["metric"] else []
        left = int(row["due"]) - periods.last_day(given.period).year
        made = {"say": "no_values" if row["metric"] else "no_metric", "why": "no_data"}
        if years:
            made = {"base": years[0]} | judged_target(years[0], years, left, row)
        far = "yes" if left > len(years) - 1 else "no"
        rows.append({"national": row["target"], "years_known": len(years), "far": far,
                     "due_year": row["due"], "definition": row["status"]} | made)  # fmt: skip
    wording.learn("national", names)
    made = given.table(rows, "many_national")
    made["outlook"] = made["say"]
    if ((made["far"] == "yes") & made["led_to"].notna()).any():
        made.attrs["remarks"] = (("remark.many_far", {}),)
    return made
