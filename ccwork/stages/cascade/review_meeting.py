"""The meeting after each period: what went well, what to improve, causes, actions, agreements.

Source: KPI method 2023 (after each period heads meet the staff; targets are set in dialogue; the
system is analysed regularly and revised); the form of the sheet is our choice.
"""

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from ccwork.language import periods, wording
from ccwork.read.cache import dicts, grouped, once
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import causes_of_misses, indicator_levels, position_indicators
from ccwork.stages.face_the_problem import action_plan
from ccwork.stages.kpi import target_values
from ccwork.tell import formatting
from ccwork.tell.formatting import measured
from ccwork.tell.pages import Page, page_of_tables
from ccwork.tell.tables import about, framed

YEAR: Final = 12
"""Months after which an agreement, and the whole system, is looked at again (our choice)."""

OF: Final = ["targets", "causes", "actions", *indicator_levels.OF]


def units_to_meet(work: Workbook) -> list[str]:
    """Return the units whose positions carry indicators, in their order."""
    return [code for code in dict.fromkeys(position_indicators.carried(work)["unit"]) if code]


def meeting(work: Workbook, unit: str | None = None) -> pd.DataFrame:
    """Return the sheet of the meeting after the period.

    Parameters
    ----------
    unit
        Code of a unit; "": what no unit carries, for the meeting of the head; None: all.

    Returns
    -------
    DataFrame
        One row a matter: ``unit``, ``meeting_part`` good (better than its own
        yesterday, or its target met), improve (worse, or missed), cause (of the organisation
        only) or action;
        ``matter``, ``said`` with value and target; ``owner``, ``due``, ``state`` of an action;
        those to be filled in at the meeting stand empty.
    """
    wanted = [*units_to_meet(work), ""] if unit is None else [unit]
    rows = [
        {"unit": code, "meets": _meets(code), "place": place, **row}
        for code in wanted
        for place, row in enumerate(_sheet(work, code), 1)
    ]
    return about(rows, "meeting", work)


def _series(work: Workbook, unit: str) -> list[tuple[str, str]]:
    """Return metric and service of what a unit carries; for the head of what no unit does."""
    rows = position_indicators.carried(work)
    pairs = list(zip(rows["metric"], rows["service"], rows["unit"], strict=True))
    if unit:
        mine = {(metric, service) for metric, service, own in pairs if own == unit}
        return [pair for pair in dict.fromkeys(pair[:2] for pair in pairs) if pair in mine]
    carried = {(metric, service) for metric, service, own in pairs if own}
    return [pair for pair in indicator_levels.standing(work).index if pair not in carried]


def _sheet(work: Workbook, unit: str) -> list[dict[str, Any]]:
    rows, due = indicator_levels.standing(work), _due(work)
    now = dict(zip(rows.index, dicts(rows), strict=True))
    good, improve, missed = [], [], []
    for pair in _series(work, unit):
        verdict = now.get(pair, {}).get("verdict", "too_little")
        status = due.get(pair, {}).get("target_status", "")
        missed += [pair] if status == "missed" else []
        if verdict == "worse" or status == "missed":
            improve.append(_matter("improve", pair, now, due))
        elif verdict == "better" or status == "met":
            good.append(_matter("good", pair, now, due))
    return [*good, *improve, *_causes(work, missed), *_actions(work, unit)]


def _meets(unit: str) -> str:
    return wording.name("unit", unit) if unit else wording.word("meeting.head")


@once
def _due(work: Workbook) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the last target that came due, by metric and service."""
    rows = target_values.targets_held(work)
    rows = rows[rows["target_status"].isin(["met", "missed", "unclear"])]
    order = sorted(dicts(rows), key=lambda row: periods.last_day(row["period"]))
    return {(row["metric"], row["service"]): row for row in order}


def _row(part: str, matter: str, said: str, **more: str) -> dict[str, Any]:
    empty = {"owner": "—", "due": "", "state": ""}
    return {"meeting_part": part, "matter": matter, "matter_said": said} | empty | more


def _matter(
    part: str, pair: tuple[str, str], now: dict[Any, Any], due: dict[Any, Any]
) -> dict[str, Any]:
    row = now[pair]
    said = [wording.word(f"verdict.{row['verdict']}")]
    if pd.notna(row["value"]):
        said.insert(0, measured(row))
    if goal := due.get(pair):
        aim = formatting.amount(goal["target"], goal["unit"])
        status = wording.word(f"target_status.{goal['target_status']}")
        said.append(wording.say("meeting.target", target=aim, status=status))
    named = (wording.name("metric", pair[0]), wording.name("service", pair[1]))
    return _row(part, ". ".join(named), "; ".join(said))


def _causes(work: Workbook, missed: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Yield the causes of the last missed targets.

    What was said of an employee is not told here: such a target stands like one whose cause
    nobody has found, so that nothing follows from what is missing either.
    """
    rows = grouped(causes_of_misses.causes(work), *causes_of_misses.MISS)
    due = _due(work)
    owners = causes_of_misses.escalations(work).set_index([*causes_of_misses.MISS, "cause_place"])
    for pair in missed:
        miss = (*pair, due[pair]["period"])
        for row in rows.get(miss, ()):
            told = row["cause_group"] == "organisation" and row["cause_said"] != "—"
            key = (*miss, row["cause_place"])
            more = {"state": "none"}
            if told and key in owners.index:
                owner, due_period = owners.loc[key, ["cause_owner", "due_period"]]
                more = {"owner": owner, "due": due_period or ""}
            said = row["cause_said"] if told else wording.word("meeting.untold")
            advice = row["cause_advice"] if told else "—"
            yield _row("cause", f"{wording.name('metric', pair[0])}: {said}", advice, **more)


def _actions(work: Workbook, unit: str) -> Iterator[dict[str, Any]]:
    """Yield the actions of a unit, or of its positions; for the head those of nobody else."""
    rows = work.table("actions")
    posts = position_indicators.carried(work).set_index("unit")["position"]
    mine = rows["unit"].eq(unit) | rows["owner"].isin(posts[posts.index == unit])
    rest = ~rows["unit"].isin(units_to_meet(work)) & ~rows["owner"].isin(posts[posts.index != ""])
    known = action_plan.roadmap(work).drop_duplicates("act").set_index("act")
    for code in rows.loc[mine if unit else rest, "action"]:
        act = known.loc[code]
        more = {name: act[name] for name in ("owner", "due", "state")}
        yield _row("action", act["what"], wording.word(f"because_of.{act['because']}"), **more)


def meeting_page(work: Workbook, unit: str, lang: str) -> Page:
    """Make the sheet of a unit as one page to print, with a line to sign."""
    with wording.speaking(lang):
        title = f"{wording.word('meeting.title')}: {_meets(unit)}"
        return page_of_tables(work, title, [meeting(work, unit)], signed=True)


def targets_agreed(work: Workbook) -> pd.DataFrame:
    """Say of every target of an indicator whether it was agreed, with whom and when.

    Returns
    -------
    DataFrame
        One row an indicator with a target: ``indicator``, ``level``, ``target``,
        ``agreed_said`` and ``agreement``: agreed, old (over 12 months ago), undated or nobody.
    """
    rows = indicator_levels.indicators(work)
    rows = rows[rows["target"].notna()]
    who = list(zip(rows["agreed_by"], rows["agreed"], strict=True))
    rows["agreement"] = [_agreement(*each, work) for each in who]
    said = [(name, wording.day(day) if pd.notna(day) else "") for name, day in who]
    rows["agreed_said"] = [", ".join(filter(None, each)) or "—" for each in said]
    return about(framed(rows, "signed"), "signed", work)


def _agreement(who: str, when: Any, work: Workbook) -> str:
    if not who:
        return "nobody"
    if pd.isna(when):
        return "undated"
    return "old" if _renew(when) < work.date else "agreed"


def _renew(when: Any) -> Any:
    return (pd.Timestamp(when) + pd.DateOffset(months=YEAR)).date()


def reviewed(work: Workbook) -> pd.DataFrame:
    """Say when the system of indicators was last agreed, and whether it is due for a review.

    Returns
    -------
    DataFrame
        One row, none without indicators: ``last_review`` and ``next_review`` (12 months on) in
        words, ``unsigned`` targets nobody agreed to; ``say`` fresh, stale or never.
    """
    rows = indicator_levels.indicators(work)
    last = rows["agreed"].max() if len(rows) else pd.NaT
    known = pd.notna(last)
    due = _renew(last) if known else None
    row = {
        "system": "all",
        "last_review": wording.day(last) if known else "—",
        "next_review": wording.day(due) if known else "—",
        "unsigned": int((targets_agreed(work)["agreement"] == "nobody").sum()),
        "say": ("stale" if due < work.date else "fresh") if known else "never",
    }
    return about([row] if len(rows) else [], "reviewed", work)
