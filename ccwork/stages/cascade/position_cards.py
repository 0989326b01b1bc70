"""One page for one position: what it answers for, where that stands, what was agreed."""

import math
from typing import Any

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.measure.process import chosen_service
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import indicator_levels, position_indicators
from ccwork.stats.intervals import names
from ccwork.tell import formatting
from ccwork.tell.pages import Page, page_of_tables
from ccwork.tell.tables import about


def card(work: Workbook, position: str = "") -> pd.DataFrame:
    """Return what one position answers for in the chosen process, else in all it has a part in.

    Parameters
    ----------
    position
        Its code; empty: the first one taking part.

    Returns
    -------
    DataFrame
        One row an indicator, its own first: ``kpi``, ``duty``, ``answerable``, ``service``; the
        ``value`` of the metric with limits and n, withheld ("small_unit") for facts of a unit
        of fewer than 10 people; ``plainly``, the same in one sentence with an example, without
        names of statistics; ``verdict`` against its own yesterday, ``target`` and
        ``agreed_said`` (with whom and when).

    Notes
    -----
    Values are those of the service, never of a person. Source: KPI method 2023; the card is
    our choice.
    """
    position = position or next(iter(position_indicators.positions(work)), "")
    rows = position_indicators.carried(work)
    rows = rows[rows["position"] == position]
    chosen = rows[rows["service"] == chosen_service.service(work)]
    rows = chosen if len(chosen) else rows
    rows = rows.sort_values(
        "role", key=lambda own: -own.map(position_indicators.ROLES.index), kind="stable"
    )
    hidden = small(work, position)
    table = pd.DataFrame(_line(row, work, hidden) for row in rows.to_dict("records"))
    return about(table, "card", work)


def small(work: Workbook, position: str) -> bool:
    """Tell whether so few people work in the unit of a position that a fact points at one."""
    rows = work.table("positions")
    unit = rows.loc[rows["position"] == position, "unit"].tolist()
    own = rows[rows["unit"].isin(unit) & (rows["unit"] != "")]
    own = own if len(own) else rows[rows["position"] == position]
    staff = own["staff"].sum(min_count=1)
    there = [many for many in (staff, work.info.get("staff")) if many and pd.notna(many)]
    return bool(there and min(there) < method.MIN_SHOWN)


def _line(row: dict[str, Any], work: Workbook, hidden: bool) -> dict[str, Any]:
    known = indicator_levels.standing(work)
    pair = (row["metric"], row["service"])
    figures = [*names("value"), "n"]
    shown = [*figures, "unit", "why", "verdict"]
    now = known.loc[pair, shown].to_dict() if pair in known.index else {"value": np.nan}
    now = {"why": "no_row" if row["metric"] else "no_metric", "verdict": "too_little"} | now
    if hidden and row["group"] != "subjective":
        now |= dict.fromkeys(figures, np.nan)
        now |= {"why": "small_unit", "verdict": "too_little"}
    who, when = row["agreed_by"] or "—", row["agreed"]
    said = f"{who}, {wording.day(when)}" if pd.notna(when) else who
    row |= {"duty": row["role"], "answerable": row["control"]}
    keep = ["position", "indicator", "kpi", "duty", "answerable", "service", "target"]
    more = {"agreed_said": said, "target_why": "no_own_target"}
    more["plainly"] = _plainly(row, now, work)
    return {name: row[name] for name in keep} | now | more


def _plainly(row: dict[str, Any], now: dict[str, Any], work: Workbook) -> str:
    """Say an indicator in one sentence that anybody remembers, with an example."""
    name, value = wording.name("indicator", row["indicator"]), now["value"]
    metric = work.catalogue.loc[row["metric"]] if row["metric"] in work.catalogue.index else {}
    if pd.isna(value) or not now.get("n", 0) >= method.MIN_SHOWN:
        return wording.say("plain.none", name=name)
    form = metric["form"] if metric["form"] in ("counts", "share") else "value"
    better = wording.word(f"plain.{metric['better']}")
    ends = {"less": max(0, math.ceil(value) - 1), "more": math.floor(value) + 1}
    told = {end: formatting.amount(whole, now["unit"], 0) for end, whole in ends.items()}
    told |= {"value": formatting.amount(value, now["unit"]), "of20": round(value / 5),
             "points": wording.number(value, 0)}  # fmt: skip
    return wording.say(f"plain.{form}", name=name, better=better, **told)


def card_page(work: Workbook, position: str, lang: str) -> Page:
    """Make the card of a position as one page to print, with a line to sign."""
    with wording.speaking(lang):
        title = f"{wording.word('card.title')}: {wording.name('position', position)}"
        return page_of_tables(work, title, [card(work, position)], signed=True)
