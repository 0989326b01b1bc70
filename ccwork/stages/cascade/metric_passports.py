"""Passports of metrics, and which of the universal set an agency has chosen, and why.

Source: the form of Russian method papers (general provisions, terms, sources, algorithm); KPI
method 2023 (a universal set, each agency its own; need, goal, principle); the rest is our choice.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.language import periods, wording
from ccwork.measure import control_charts, metrics, provenance
from ccwork.read.cache import once_said
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import indicator_levels, position_indicators
from ccwork.stages.kpi import target_values
from ccwork.tell.pages import Page, page_of_tables
from ccwork.tell.tables import about, framed

PARTS: Final = {
    "general": ("name", "kpi", "group", "unit", "better", "grain", "minimum", "owner", "version",
                "review"),
    "terms": ("about", "worst", "best", "anchors", "worthwhile"),
    "sources": ("services", "periods", "tables", "source"),
    "algorithm": ("form", "statistic", "formula", "weight"),
    "why": ("need", "needs", "goal", "principle"),
}  # fmt: skip
"""The four parts of a passport and what the metric is for -> its lines."""

TABLES: Final = {"counts": ("answers", "counts")}


def passport(work: Workbook, metric: str = "") -> pd.DataFrame:
    """Return a metric of the catalogue as a page people can read.

    Parameters
    ----------
    metric
        Its code; empty: the first that answers a need, else the first of the catalogue.

    Returns
    -------
    DataFrame
        One row a line: ``passport_part``, ``passport_line`` (codes) and ``line_said`` in the
        language in force; what the catalogue does not say is "—".

    Raises
    ------
    ValueError
        When the catalogue has no such metric.
    """
    metric = metric or first_metric(work)
    if metric not in work.catalogue.index:
        raise ValueError(f"`metric` must be a code of the catalogue; not {metric!r}.")
    said = dict(_lines(work, metric))
    rows = [
        (metric, part, line, said.get(line) or "—")
        for part, names in PARTS.items()
        for line in names
    ]
    return about(rows, "passport", work)


def first_metric(work: Workbook) -> str:
    """Return the first metric of the catalogue that a need names and the agency measures."""
    rows = selection(work)
    return str(rows["metric"].iloc[0]) if len(rows) else str(work.catalogue.index[0])


def _lines(work: Workbook, metric: str) -> Iterator[tuple[str, str]]:
    row = work.catalogue.loc[metric]
    yield "name", wording.name("metric", metric)
    yield "kpi", wording.word(f"kpi.{row['kpi']}")
    yield "grain", wording.word(f"value.{work.info['grain']}")
    yield "group", wording.word(f"group.{row['group']}")
    for line in ("better", "form", "statistic"):
        yield line, wording.word(f"value.{row[line]}") if row[line] else ""
    yield "unit", wording.word(f"unit.{row['unit']}")
    for line in ("minimum", "version", "worst", "best", "weight"):
        yield line, _plain(row[line])
    least = _plain(control_charts.worthwhile(row))
    of = wording.word(f"unit.{work.metric(metric).unit}")
    usual = pd.isna(row["worthwhile"]) and control_charts.worthwhile(row) > 0
    shown = wording.say("passport.usual", value=least, unit=of) if usual else least
    yield "worthwhile", shown if control_charts.worthwhile(row) > 0 else ""
    for line in ("about", "anchors", "formula", "need", "principle"):
        yield line, str(row[f"{line}_{wording.lang()}"] or "")
    yield "goal", str(target_values.goals_named(work).get(metric, ""))
    yield "owner", owner(work, metric)
    yield "review", wording.period(row["review"]) if row["review"] else ""
    tables_of = TABLES.get(row["form"], ("metrics",))
    yield "tables", ", ".join(wording.name("table", table) for table in tables_of)
    russian = row["source_ru"] if wording.lang() == "ru" else ""
    yield "source", russian or (f"«{row['source']}»" if row["source"] else "")
    brought = metrics.values(work)
    brought = brought[brought["metric"] == metric]
    yield "services", _named("service", brought["service"])
    ends = sorted(brought["period"].unique(), key=periods.last_day)
    yield "periods", " — ".join(map(wording.period, dict.fromkeys([*ends[:1], *ends[-1:]])))
    needs = work.table("needs")
    needs = needs[needs["metric"] == metric].to_dict("records")
    yield "needs", "; ".join(map(_wish, needs))


def _plain(value: Any) -> str:
    return "" if pd.isna(value) else wording.number(value, len(f"{value:.10g}".partition(".")[2]))


def _wish(row: dict[str, Any]) -> str:
    """Return a need in the language in force; in the other one it is quoted."""
    mine, other = row[f"need_{wording.lang()}"], row[f"need_{wording.other()}"]
    return mine or (f"«{other}»" if other else row["need"])


def owner(work: Workbook, metric: str) -> str:
    """Return the position that answers for a metric: of the catalogue, else of the cascade."""
    said = [work.catalogue.loc[metric, "owner"]]
    rows = position_indicators.carried(work)
    said += [*rows.loc[(rows["metric"] == metric) & (rows["role"] == "owns"), "position"]]
    return "; ".join(dict.fromkeys(wording.name("position", code) for code in said if code))


def passport_page(work: Workbook, metric: str, lang: str) -> Page:
    """Make the passport of a metric as one page to print."""
    with wording.speaking(lang):
        title = f"{wording.word('passport.title')}: {wording.name('metric', metric)}"
        tables = [passport(work, metric), passport_versions(work, metric)]
        return page_of_tables(work, title, tables)


def passport_book(work: Workbook, lang: str) -> Page:
    """Make one page of the passports of every metric of the catalogue, those chosen first."""
    every = dict.fromkeys([*selection(work)["metric"], *work.catalogue.index])
    with wording.speaking(lang):
        pages = [passport(work, metric) for metric in every]
        return page_of_tables(work, wording.word("passport.book"), pages)


@once_said
def _standing(work: Workbook) -> pd.DataFrame:
    """Say of every metric of the catalogue whether a need names it and whether it is measured."""
    rows = work.catalogue[["kpi", "group", "review"]].reset_index()
    needs, brought = work.table("needs"), metrics.values(work)
    named = rows["metric"].isin(needs["metric"])
    known = brought.loc[brought["value"].notna(), "metric"]
    measured, here = rows["metric"].isin(known), rows["metric"].isin(brought["metric"])
    used = rows["metric"].isin(indicator_levels.indicators(work)["metric"])
    rows["selection"] = np.select(
        [named & measured, named, measured, here | used],
        ["need", "need_only", "value", "empty"],
        "left",
    )
    sides = work.table("services").set_index("service")["client"]
    clients = brought.assign(client=brought["service"].map(sides)).groupby("metric")["client"]
    both = clients.agg(lambda own: " ".join(sorted(set(own))))
    rows["clients"] = rows["metric"].map(both).astype(object).fillna("none")
    valued = brought[brought["value"].notna()]
    for column, own, kind in (
        ("measured_for", valued, "service"), ("groups_said", needs, "segment")
    ):  # fmt: skip
        there = own.groupby("metric")[kind].agg(partial(_named, kind))
        rows[column] = rows["metric"].map(there).astype(object).fillna("—")
    due = [periods.last_day(when) if when else None for when in rows["review"]]
    rows["renewal"] = [
        "unset" if day is None else "stale" if day < work.date else "fresh" for day in due
    ]
    goals = rows["metric"].map(target_values.goals_named(work))
    return rows.assign(goal_said=goals.astype(object).fillna("—"))


def _named(kind: str, codes: Iterable[str]) -> str:
    return "; ".join(wording.name(kind, code) for code in dict.fromkeys(codes))


def selection(work: Workbook) -> pd.DataFrame:
    """Return the agency's choice out of the universal set.

    Returns
    -------
    DataFrame
        One row a metric with a need, a value or a place in the cascade, those that answer
        needs first: ``kpi``, ``group``, ``clients`` (external, internal),
        ``measured_for`` (those with values), ``groups_said`` (the
        client groups whose need it answers), ``goal_said``, ``selection``: need (answers a need
        and is measured), need_only (not measured), value (measured, no need names it), empty
        (brought without a value); ``renewal``: stale (the review date has passed), fresh, unset.
    """
    rows = _standing(work)
    rows = rows[rows["selection"] != "left"]
    order = ["need", "need_only", "value", "empty"].index
    rows = rows.sort_values("selection", key=lambda own: own.map(order), kind="stable")
    return about(framed(rows, "selection"), "selection", work)


def metrics_left_out(work: Workbook) -> pd.DataFrame:
    """Return the metrics of the catalogue the agency has not chosen.

    Returns
    -------
    DataFrame
        One row a metric: ``kpi``, ``group`` and ``left_because``: only_fact or only_opinion (the
        KPI has no other of this group, so it is missed), else has_others.
    """
    rows = _standing(work)
    own = set(map(tuple, rows.loc[rows["selection"] != "left", ["kpi", "group"]].to_numpy()))
    rows = rows[rows["selection"] == "left"]
    pairs = zip(rows["kpi"], rows["group"], strict=True)
    lacking = {"objective": "only_fact", "subjective": "only_opinion"}
    rows["left_because"] = [
        "has_others" if (kpi, group) in own or kpi == "overall" else lacking[group]
        for kpi, group in pairs
    ]
    return about(framed(rows, "not_taken"), "not_taken", work)


def choice_counted(work: Workbook) -> pd.DataFrame:
    """Count the choice: one row; ``say`` needs (some are not measured) or told, and of none."""
    rows = selection(work)
    row = {
        "chosen_all": "all", "chosen_metrics": len(rows),
        "by_need": int((rows["selection"] == "need").sum()),
        "need_unmeasured": int((rows["selection"] == "need_only").sum()),
        "stale_passports": int((rows["renewal"] == "stale").sum()),
    }  # fmt: skip
    row["say"] = "needs" if row["need_unmeasured"] else "told"
    row["say"] += "" if row["by_need"] else "_none"
    return about([row] if len(rows) else [], "chosen", work)


def passport_versions(work: Workbook, metric: str) -> pd.DataFrame:
    """Return which version of a metric's definition stands behind which periods.

    Returns
    -------
    DataFrame
        One row a metric, service and version, by time: ``first``, ``last`` period and
        ``periods`` of it. Where the data name no version it is that of the catalogue.
    """
    rows = metrics.values(work)
    rows = rows[(rows["metric"] == metric) & rows["value"].notna()]
    common = rows["metric"].map(work.catalogue["version"])
    common = common.fillna(1).astype(int).astype(str)
    told = rows["version"].str.strip("/")
    rows["made_by"] = told.where(told != "", common)
    key = [*provenance.SERIES, "made_by"]
    found = rows.groupby(key, sort=False)["period"].agg(first="first", last="last", periods="size")
    return about(found.reset_index(), "versions", work)
