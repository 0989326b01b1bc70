"""One page for one position: what it answers for, where that stands, what was agreed."""

from typing import Any

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.measure.process import chosen_service
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import indicator_levels, position_indicators
from ccwork.stats.intervals import names
from ccwork.tell.pages import Page, page_of_tables
from ccwork.tell.tables import about

COLUMNS = [
    *["position", "indicator", "kpi", "duty", "answerable", "service", *names("value"), "n"],
    *["unit", "why", "verdict", "target", "target_why", "agreed_said"],
]


def first_position(work: Workbook, rollout: str = "priority") -> str:
    """Return the code of the first position taking part; empty where there is none."""
    return next(iter(position_indicators.positions(work, rollout)), "")


def card(work: Workbook, position: str = "", rollout: str = "priority") -> pd.DataFrame:
    """Return what one position answers for.

    Parameters
    ----------
    position
        Its code; empty: the first one taking part.
    rollout
        "priority": only the chosen process (all where the position has no part in it); "all".

    Returns
    -------
    DataFrame
        One row an indicator, its own first: ``kpi``, ``duty``, ``answerable``, ``service``; the
        ``value`` of the metric with limits and n, withheld ("small_unit") for facts of a unit
        of fewer than 10 people; ``verdict`` against its own yesterday, ``target`` and
        ``agreed_said`` (with whom and when).

    Notes
    -----
    Values are those of the service, never of a person. Source: KPI method 2023; the card is
    our choice.
    """
    position = position or first_position(work, rollout)
    position_indicators.positions(work, rollout)
    rows = position_indicators.carried(work)
    rows = rows[rows["position"] == position]
    chosen = rows[rows["service"] == chosen_service.service(work)]
    rows = chosen if rollout == "priority" and len(chosen) else rows
    hidden = small(work, position)
    found = [_line(row, work, hidden) for row in rows.to_dict("records")]
    table = pd.DataFrame(found, columns=COLUMNS)
    order = table["duty"].map(position_indicators.ROLES.index).to_numpy()
    table = table.iloc[np.argsort(-order, kind="stable")]
    of = [*indicator_levels.OF, "metrics", "answers"]
    return about(table, "card", work, key=["position", "indicator"], of=of)


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
    return (
        {name: row[name] for name in keep} | now | {"agreed_said": said, "target_why": "no_target"}
    )


def card_page(
    work: Workbook, position: str = "", lang: str = "", rollout: str = "priority"
) -> Page:
    """Make the card of a position as one page to print, with a line to sign.

    Parameters as for :func:`card`; `lang` "ru" or "en", empty: the language in force.
    """
    position = position or first_position(work, rollout)
    with wording.speaking(lang):
        title = f"{wording.word('card.title')}: {wording.name('position', position)}"
        return page_of_tables(work, title, [card(work, position, rollout)], signed=True)
