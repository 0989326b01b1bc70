"""Indicators of every level: what each serves, what it measures, whether clients gain by it."""

import re
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
from ccwork.stats import normalisation, shrinkage
from ccwork.stats.intervals import unknown
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
    pairs = zip(table["name_ru"], table["name_en"], strict=True)
    wording.learn("indicator", dict(zip(table["indicator"], pairs, strict=True)))
    return about(table, "indicators", work)


@once
def _indicators(work: Workbook) -> pd.DataFrame:
    rows = work.table("indicators")
    known = {row["indicator"]: row for row in dicts(rows)}
    units = dict(work.table("positions")[["position", "unit"]].to_numpy().tolist())
    found = [_filled(list(way_up(row, known)), work, units) for row in known.values()]
    table = pd.DataFrame(found, columns=[*rows, "group", "process", "serves", "rooted"])
    return table.sort_values("level", key=lambda own: own.map(LEVELS.index), kind="stable")


def way_up(row: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Iterator[Any]:
    """Yield an indicator and those above it; a circle ends where it began."""
    seen: set[str] = set()
    while row and row["indicator"] not in seen:
        seen.add(row["indicator"])
        yield row
        row = known.get(row["parent"], {})


def _filled(way: list[dict[str, Any]], work: Workbook, units: dict[str, str]) -> dict[str, Any]:
    """Fill one indicator, given with all those above it."""
    row = dict(way[0])
    of = {level: [each["indicator"] for each in way if each["level"] == level] for level in LEVELS}
    for name in ("metric", "service"):
        row[name] = next((each[name] for each in way if each[name]), "")
    near = next((at for at, each in enumerate(way) if each["metric"]), len(way))
    for name in (*TESTS, "kind", "measure", "name_ru", "name_en"):
        row[name] = next((each[name] for each in way[: near + 1] if each[name]), "")
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


LONG: Final = 10
"""A name of more words is not remembered (our choice)."""

POOL: Final = {"better": "together", "not_proven": "pool", "worse": "pool"}
"""Where output grew: what became of the outcome -> what it is called."""


def review(work: Workbook) -> pd.DataFrame:
    """Classify every indicator and check its wording; one of a position is its parent's.

    Returns
    -------
    DataFrame
        One row an indicator above the positions, and one of a position that differs from its
        parent: ``measures``, ``called`` (what it is taken for, "none" where not said),
        ``sort`` (see :func:`.indicator_kind`), ``failed`` tests as codes with blanks
        between, ``honest``: agrees, show (called an outcome and is none), differs, unclear or
        unsaid; ``wording_marks``: fine, vague, long, nameless; ``advice``.
    """
    rows = indicators(work)
    above = rows.set_index("indicator")["measure"]
    own = (rows["level"] != "position") | (rows["measure"] != rows["parent"].map(above))
    return about([_reviewed(row, work) for row in dicts(rows[own])], "review", work)


def _reviewed(row: dict[str, Any], work: Workbook) -> dict[str, Any]:
    sort, failed = indicator_kind(row)
    marks, words = name_checked(row["name_ru"], row["name_en"], work.catalogues["vague"])
    declared = row["kind"] or "none"
    honest = "agrees" if declared == sort else "differs"
    honest = "show" if declared == "outcome" and sort != "outcome" else honest
    honest = "unclear" if sort == "unclear" else "unsaid" if declared == "none" else honest
    advice = [work.catalogues["vague"].loc[word, f"advice_{wording.lang()}"] for word in words]
    told = [mark for mark in (*marks, honest) if mark in ("long", "nameless", "show", "unclear")]
    advice += [wording.word(f"review_advice.{mark}") for mark in told]
    return {
        "indicator": row["indicator"], "level": row["level"], "called": declared, "sort": sort,
        "measures": row["measure"] or "none", "honest": honest,
        "failed": "unanswered" if sort == "unclear" else " ".join(failed),
        "wording_marks": " ".join(marks) or "fine", "advice": " ".join(advice) or "—",
    }  # fmt: skip


def name_checked(ru: str, en: str, vague: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Check a name in both languages, so that both reports say the same.

    Returns
    -------
    tuple
        Marks ("nameless", "vague", "long") and the codes of the vague words found.

    Examples
    --------
    >>> words = pd.DataFrame({"ru": ["своевременн"], "en": ["timely,prompt"]}, index=["timely"])
    >>> name_checked("Своевременный ответ", "", words), name_checked("Время ответа", "Time", words)
    ((['vague'], ['timely']), ([], []))
    """
    names = {"ru": ru.casefold(), "en": en.casefold()}
    stems = zip(vague.index, *(vague[lang] for lang in names), strict=True)
    found = [
        str(code) for code, *each in stems
        if any(_begins(stem, name) for name, own in zip(names.values(), each, strict=True)
               for stem in own.split(","))
    ]  # fmt: skip
    long = any(len(re.findall(r"\w+", name)) > LONG for name in names.values())
    marks = {"nameless": not ru and not en, "vague": bool(found), "long": long}
    return [mark for mark, holds in marks.items() if holds], found


def _begins(stem: str, name: str) -> bool:
    begin = stem.strip().casefold()
    return begin in name and bool(stem and re.search(rf"(?<!\w){re.escape(begin)}", name))


def review_counts(work: Workbook) -> pd.DataFrame:
    """Count what the review found: one row, none without indicators.

    Returns
    -------
    DataFrame
        ``reviewed`` indicators, ``outcomes``, ``only_called`` (called outcomes and are none),
        ``unclear_ones``, ``vague_ones``; ``say`` shows, clean or unclear.
    """
    rows = review(work)
    row = {
        "reviewed_all": "all", "reviewed": len(rows),
        "outcomes": int((rows["sort"] == "outcome").sum()),
        "only_called": int((rows["honest"] == "show").sum()),
        "unclear_ones": int((rows["sort"] == "unclear").sum()),
        "vague_ones": int((rows["wording_marks"] != "fine").sum()),
    }  # fmt: skip
    row["say"] = "shows" if row["only_called"] else "unclear" if row["unclear_ones"] else "clean"
    return about([row] if len(rows) else [], "review_counted", work)


def pool(work: Workbook) -> pd.DataFrame:
    """Find output that grew while clients gained nothing: the "pool effect".

    Returns
    -------
    DataFrame
        One row an output, activity or input with a series, held against the outcome it serves:
        ``for_outcome``, ``service``, ``output_verdict``, ``outcome_verdict``; ``rho``, their rank
        correlation over the periods in common with limits (12 at least), positive where both
        go the good way together; ``periods_seen``; ``pool``: pool (output better, outcome
        not), together, no (output no better) or unknown; ``say`` pool or "".

    Notes
    -----
    Verdicts are those of the history of the metrics. Spearman's rho with Fisher's limits.
    Source: Roskachestvo (a pool in the Far North); the rule is our choice.
    """
    rows = indicators(work)
    rows = dicts(rows[rows["level"] != "position"])
    known = {row["indicator"]: row for row in rows}
    found = []
    for row in rows:
        # the nearest indicator above with a metric of its own that is no output
        above = [
            up for up in way_up(row, known)
            if up["metric"] not in ("", row["metric"])
            and indicator_kind(up)[0] in ("outcome", "unclear")
        ]  # fmt: skip
        if indicator_kind(row)[0] in MEASURES.values() and above:
            found.append(_held(row, above[0], work))
    table = pd.DataFrame(found, columns=None if found else ["indicator", "service", "pool"])
    return about(table, "pool", work)


def _held(row: dict[str, Any], goal: dict[str, Any], work: Workbook) -> dict[str, Any]:
    where = row["service"] or goal["service"]
    both = [(each["metric"], where) for each in (row, goal)]
    verdicts = standing(work)["verdict"]
    said = [str(verdicts.get(pair, "too_little")) for pair in both]
    pairs = pd.concat([series(work, *pair) for pair in both], axis=1, join="inner").dropna()
    rho = unknown()
    if len(pairs) >= method.LOCK:
        signs = [work.metric(metric).sign for metric, _ in both]
        rho = shrinkage.correlation(*(signs[side] * pairs.iloc[:, side].rank() for side in (0, 1)))
    flag = "no" if said[0] in ("not_proven", "worse") else "unknown"
    if said[0] == "better":
        flag = POOL.get(said[1], "unknown")
    return {
        "indicator": row["indicator"], "for_outcome": goal["indicator"], "service": where,
        "output_verdict": said[0], "outcome_verdict": said[1],
        **rho.columns("rho"), "rho_why": "few_periods", "periods_seen": len(pairs), "pool": flag,
        "say": "pool" if flag == "pool" else "",
    }  # fmt: skip
