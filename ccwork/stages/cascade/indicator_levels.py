"""Indicators of every level: what each serves, what it measures, whether clients gain by it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.measure import own_past
from ccwork.measure.metrics import values
from ccwork.measure.provenance import SERIES
from ccwork.read.cache import dicts, once
from ccwork.read.workbook import Workbook
from ccwork.stats import normalisation
from ccwork.tell.tables import about

LEVELS: Final = ("agency", "process", "unit", "position")
"""Levels of the cascade, from the top."""

TESTS: Final = {"noticed": "yes", "perverse": "no", "whole_path": "yes", "client_loss": "yes"}
"""Four of the five tests, each with the answer an outcome gives; the fifth is its measure."""

ACCESS: Final = ("time", "distance", "price")
"""What makes a vital service near (Roskachestvo on client-ocracy)."""

OF_CLIENT: Final = (*ACCESS, "clarity", "ease", "solution", "respect", "opinion")
"""Measures that are the client's own."""

MEASURES: Final = {"spend": "input", "work": "activity", "volume": "output"}
"""Measures that are never the client's -> kind of indicator."""

_BY_UNIT: Final = {
    "days": "time", "hours": "time", "minutes": "time", "km": "distance", "roubles": "price",
    "actions": "ease", "documents": "ease", "visits": "ease", "level": "opinion",
}  # fmt: skip
_BY_KPI: Final = {"information": "clarity", "effort": "ease", "speed": "time",
                  "quality": "solution", "culture": "respect"}  # fmt: skip
OF: Final = ["indicators", "positions", "units"]


def indicators(work: Workbook) -> pd.DataFrame:
    """Return the indicators with everything an empty cell takes from the level above.

    Returns
    -------
    DataFrame
        One row an indicator, from the top level down: the columns of the table, where
        ``metric``, ``kpi``, ``service`` and ``unit`` are filled in (a position brings its
        unit), and without a metric of its own also name, measure, kind and tests; ``group`` of
        its metric, ``process`` the process indicator it serves, ``serves`` the nearest indicator
        above that is of the agency, ``measure`` (by the metric where not given), and ``rooted``
        yes where the way up ends at the agency. Names are learned.
    """
    table = _indicators(work)
    wording.learn(
        "indicator", {row.indicator: (row.name_ru, row.name_en) for row in table.itertuples()}
    )
    return about(table, "indicators", work, key=["indicator"], of=OF)


@once
def _indicators(work: Workbook) -> pd.DataFrame:
    rows = work.table("indicators")
    known = {row["indicator"]: row for row in dicts(rows)}
    found = [_filled(list(way_up(row, known)), work) for row in known.values()]
    table = pd.DataFrame(found, columns=[*rows, "group", "process", "serves", "rooted"])
    return table.sort_values("level", key=lambda own: own.map(LEVELS.index), kind="stable")


def way_up(row: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Iterator[Any]:
    """Yield an indicator and those above it; a circle ends where it began."""
    seen: set[str] = set()
    while row and row["indicator"] not in seen:
        seen.add(row["indicator"])
        yield row
        row = known.get(row["parent"], {})


def _filled(way: list[dict[str, Any]], work: Workbook) -> dict[str, Any]:
    """Fill one indicator, given with all those above it."""
    row = dict(way[0])
    of = {level: [each["indicator"] for each in way if each["level"] == level] for level in LEVELS}
    for name in ("metric", "service"):
        row[name] = next((each[name] for each in way if each[name]), "")
    near = next((at for at, each in enumerate(way) if each["metric"]), len(way))
    for name in (*TESTS, "kind", "measure", "name_ru", "name_en"):
        row[name] = next((each[name] for each in way[: near + 1] if each[name]), "")
    units = work.table("positions").set_index("position")["unit"]
    row["unit"] = row["unit"] or units.get(row["position"], "")
    metric = work.catalogue.loc[row["metric"]] if row["metric"] in work.catalogue.index else {}
    own = str(metric.get("kpi") or "") if row["metric"] else ""
    said = [each["kpi"] for each in way if each["kpi"]]
    row["kpi"] = said[0] if said else own if own in method.KPIS else ""
    row["group"] = str(metric.get("group") or "")
    row["process"] = next(iter(of["process"]), "")
    row["serves"] = next(iter(of["agency"]), "")
    row["rooted"] = "yes" if row["serves"] else "no"
    row["measure"] = row["measure"] or measured_by(metric)
    for lang in wording.LANGS:
        row[f"name_{lang}"] = row[f"name_{lang}"] or str(metric.get(lang) or "")
    return row


def measured_by(metric: Mapping[str, Any]) -> str:
    """Return what a metric of the catalogue measures, by its unit and KPI; "" where unknown."""
    if metric.get("group") == "subjective":
        return "opinion"
    unit, of = str(metric.get("unit", "")), str(metric.get("kpi", ""))
    return _BY_UNIT.get(unit) or _BY_KPI.get(of, "")


def indicator_kind(row: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Classify an indicator by the five tests.

    Parameters
    ----------
    row
        ``measure`` and the answers ``noticed``, ``perverse``, ``whole_path``, ``client_loss``.

    Returns
    -------
    tuple
        "input", "activity", "output", "outcome" or "unclear" (an answer is missing), and the
        tests it fails, or those without an answer where it is unclear.

    Notes
    -----
    Money, work and volume are never the client's, whatever was answered. Source: Roskachestvo
    on client-ocracy (time, distance, price; figures no aim apart from needs); the tests and the
    rule are our choice.

    Examples
    --------
    >>> yes = {"measure": "time"} | TESTS
    >>> indicator_kind(yes), indicator_kind(yes | {"perverse": "yes"})
    (('outcome', []), ('output', ['perverse']))
    >>> indicator_kind(yes | {"measure": "volume"})
    ('output', ['measure'])
    >>> indicator_kind(yes | {"noticed": ""})
    ('unclear', ['noticed'])
    """
    if row["measure"] in MEASURES:
        failed = [test for test, good in TESTS.items() if row[test] not in ("", good)]
        return MEASURES[row["measure"]], ["measure", *failed]
    unsaid = [test for test in TESTS if not row[test]]
    unsaid += ["measure"] if row["measure"] not in OF_CLIENT else []
    if unsaid:
        return "unclear", unsaid
    failed = [test for test, good in TESTS.items() if row[test] != good]
    return ("output" if failed else "outcome"), failed


@once
def standing(work: Workbook) -> pd.DataFrame:
    """Return where every series stands: its verdict and how far it is from the best.

    Returns
    -------
    DataFrame
        Indexed by metric and service: ``value``, ``low``, ``high``, ``n``, ``unit``, ``why``,
        ``verdict`` and ``room``, points from 100 (NaN where there is no value).
    """
    rows = own_past.judged(work)
    rows["room"] = [_room(row.value, work.catalogue.loc[row.metric]) for row in rows.itertuples()]
    return rows.set_index(SERIES)


def _room(value: float, metric: pd.Series) -> float:
    if metric["form"] == "counts":
        return 100 - value
    ends = metric["worst"], metric["best"]
    return 100 - normalisation.linear(value, *ends) if np.isfinite(ends).all() else np.nan


def series(work: Workbook, metric: str, service: str) -> pd.Series:
    """Return the values of one metric of one service by period; empty where there are none."""
    rows = values(work)
    rows = rows[(rows["metric"] == metric) & (rows["service"] == service)]
    return rows.set_index("period")["value"]
