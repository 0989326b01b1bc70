"""Where our metrics stand in the frameworks of others: the same, near, or not comparable."""

from datetime import date
from typing import Any, Final

import pandas as pd

from ccwork.language import wording
from ccwork.language.resources import resource_rows
from ccwork.stages.portfolio.agency_facts import Portfolio

CATALOGUE: Final = ("catalogue", "crosswalk.csv")


def crosswalk(given: Portfolio, framework: str = "") -> pd.DataFrame:
    """Hold our metrics against what others measure, or against one framework alone.

    Returns
    -------
    DataFrame
        One row a ``framework``, a question or figure of it (``foreign_said``) and a metric of
        ours, or a KPI where it maps to no metric (``own_measure``), in the order of the
        catalogue; ``relation``: same (values may stand side by side), near (the same thing in
        other words, on another scale or base: compare with your own past only) or
        not_comparable; ``why_related``; ``read_in``, the source, and ``seen_on``, the day.

    Notes
    -----
    The relations are our choice.
    """
    rows = [_shown(row) for row in resource_rows(*CATALOGUE)]
    known = [row for row in rows if framework in ("", row["framework"])]
    made = given.table(known, "many_crosswalk")
    made.attrs["files"] = [CATALOGUE[-1]]
    return made


def _shown(row: dict[str, str]) -> dict[str, Any]:
    lang, kpi = wording.lang(), wording.word(f"kpi.{row['kpi'] or 'overall'}")
    return {
        "framework": row["framework"], "foreign_said": row[f"theirs_{lang}"],
        "own_measure": wording.name("metric", row["metric"]) or kpi, "relation": row["relation"],
        "why_related": row[f"why_{lang}"], "read_in": row["source"],
        "seen_on": wording.day(date.fromisoformat(row["seen"])),
        "crosswalk": ".".join((row["term"], row["metric"] or row["kpi"])),
    }  # fmt: skip
