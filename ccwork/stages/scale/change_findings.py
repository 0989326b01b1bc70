"""What the brief takes from stage 4: changes that help or harm, and decisions people owe."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd

from ccwork import method
from ccwork.language import periods
from ccwork.read.workbook import Workbook
from ccwork.stages.plan.experiment_plan import Plan
from ccwork.stages.scale import (
    change_register,
    effect_estimates,
    plan_kept,
    rollout_plan,
    verdict_rule,
)
from ccwork.stages.scale.trial import trials
from ccwork.tell import findings as told
from ccwork.tell.findings import finding
from ccwork.tell.tables import fact_id

Row = Mapping[str, Any]

PROVES: Final = ("A", "B", "C")
"""The grades at which harm is told as proven (our choice)."""

OWED: Final = {
    "waits": ("decision_waits", "reopen_change"),
    "adopted_against": ("adopted_against", "reopen_change"),
    "reverted_against": ("reverted_against", "reopen_change"),
}
"""How people parted from the evidence -> what is said and done."""

AWAITED: Final = {
    "accept": ("change_may_be_adopted", "decide_adopt"),
    "reject": ("change_to_reject", "decide_reject"),
    "revert": ("change_dropped", "seek_other"),
}
"""Word of the evidence on an open change, or that it was dropped -> what is said and done."""

UNPROVEN: Final = {"adopt": "adopted_unproven", "continue": "change_goes_on"}
"""What people decided of a change not proven -> what is said."""

MENDS: Final = {
    "only_successful": "ask_everybody",
    "chosen_worst": "compare_others",
    "no_control": "compare_others",
}
"""Why nothing is proven -> what mends just that."""


def findings(work: Workbook, plan: Plan | None = None) -> pd.DataFrame:
    """Return what the brief may take from the changes tried, the most urgent first."""
    words = verdict_rule.verdicts(work, plan)
    decided = verdict_rule.decided(work, words)
    seen = rollout_plan.watch(work, decided)
    known = words.merge(decided[["novelty", "decision", "who", "mark"]], on="novelty")
    rows = [row | _said_of(row, work) for row in known.to_dict("records")]
    found = list(_silent(words, rows))
    for row in rows:
        harms = list(_harm(row, work))
        found += [*harms, *_watched(row, seen), *_gain(row, words, work)]
        if not (harms and row["decision"] == "revert"):
            found += _owed(row, words, decided, seen)
    found += _lapsed(work, plan or {})
    return told.findings(work, "4_scale", sorted(found, key=_urgency))


def _urgency(found: Row) -> tuple[int, int]:
    return told.KINDS.index(found["kind"]), told.GRADES.index(found["grade"])


def _said_of(row: Row, work: Workbook) -> dict[str, Any]:
    """Return what all findings of a change say, and why nothing more is proven of it."""
    trial = trials(work)[row["novelty"]]
    design = effect_estimates.designs(work).set_index("novelty").loc[row["novelty"]]
    lacks = design["lacks"] if row["verdict_word"] in ("extend", "not_proven") else ""
    signers, first = set(work.table("decisions")["who"]) - {""}, trial.begun["date"].min()
    who = row["who"] if row["who"] != "—" else signers.pop() if len(signers) == 1 else ""
    base = {
        "change": f"change:{row['novelty']}", "metric": f"metric:{row['metric']}",
        "service": trial.register["service"], "kpi": kpi_of(row["metric"], work),
        "strength": f"text:{row['strength']}", "who": f"person:{who}" if who else "",
        "aim": f"metric:{row['metric']}",
        "since": f"{first:%Y-%m}" if pd.notna(first) else "",
    }  # fmt: skip
    why = [f"lack:{code}" for code in lacks.split()]
    why += [f"because:{code}" for code in row["because"].split()]
    return {"base": base, "why": next(iter(why), "because:unclear")}


def kpi_of(metric: str, work: Workbook) -> str:
    """Return the KPI of a metric; empty where it belongs to none of the five."""
    kpi = work.catalogue["kpi"].get(metric, "")
    return kpi if kpi in method.KPIS else ""


def _size(row: Row) -> dict[str, Any]:
    """Return how much better, or worse, where the interval leaves out 0."""
    low, high = sorted(abs(row[end]) for end in ("effect_low", "effect_high"))
    unit = "percent_points" if row["unit"] == "percent" else row["unit"]
    return {"value": abs(row["effect"]), "low": low, "high": high, "unit": unit}


def _moved(row: Row) -> dict[str, Any]:
    """Return an effect of either sign in words and size; or that there is no number."""
    if pd.isna(row["effect_low"]):
        return {"moved": "moved:unknown", "gain": "moved:no_number"}
    good = row["effect"] >= 0
    ends = (
        (row["effect_low"], row["effect_high"])
        if good
        else (-row["effect_high"], -row["effect_low"])
    )
    size = _size(row) | dict(zip(("low", "high"), ends, strict=True))
    return {"moved": "moved:better" if good else "moved:worse", "gain": size}


def _gain(row: Row, words: pd.DataFrame, work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of a change the evidence accepts; where it goes next, if people adopted it."""
    if row["verdict_word"] != "accept" or row["decision"] == "revert":
        return
    facts = [fact_id(words, row, name) for name in ("effect", "strength", "n")]
    order = rollout_plan.order(work, words)
    order = order[order["novelty"] == row["novelty"]]
    next_one = {}
    if row["decision"] == "adopt" and len(order):
        next_one = {"action": "roll_out", "units": len(order)}
        next_one["unit"] = f"unit:{order['unit'].iloc[0]}"
        facts.append(fact_id(order, order.iloc[0], "wave"))
    yield finding(
        "change_works", "improved", row["strength"], facts, size=row["effect"] / row["margin"],
        begun=_begun(row), gain=_size(row), **row["base"], **next_one,
    )  # fmt: skip


def _begun(row: Row) -> str:
    return f"since:{row['base']['since']}"


def _harm(row: Row, work: Workbook) -> Iterator[dict[str, Any]]:
    """Tell of the first thing a change made worse than allowed, by a design that proves it."""
    rows = effect_estimates.effects(work)
    hurt = (rows["novelty"] == row["novelty"]) & (rows["shows"] == "harmed")
    hurt &= (rows["role"] != "stop") & rows["strength"].isin(PROVES)
    for own in rows[hurt].head(1).to_dict("records"):
        group = own["segment"] != "—"
        stopped = row["decision"] == "revert"
        what = "change_harms_group" if group else "harm_stopped" if stopped else "change_harms"
        base = row["base"] | {"metric": f"metric:{own['metric']}"}
        base |= {"kpi": kpi_of(own["metric"], work), "strength": f"text:{own['strength']}"}
        yield finding(
            what, "worsened", own["strength"], [fact_id(rows, own, "effect")],
            size=-own["effect"] / own["margin"], gain=_size(own), action="seek_other",
            segment=f"segment:{own['segment']}", **base,
        )  # fmt: skip


def _owed(
    row: Row, words: pd.DataFrame, decided: pd.DataFrame, seen: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """Tell of the decision people owe on a change, or took without the evidence."""
    quiet = "agrees" if row["decision"] == "adopt" else "open" if _mute(row) else ""
    if row["mark"] == quiet:
        return
    what, action = _asked(row)
    due = row["mark"] in OWED or row["decision"] == "adopt"
    watched = seen.loc[seen["novelty"] == row["novelty"], "watched_until"] if len(seen) else []
    counted = due or row["verdict_word"] == "invalid"
    facts = [fact_id(words, row, name) for name in ("verdict_word", "effect", "strength")]
    facts.append(fact_id(decided, row, "mark"))
    yield finding(
        what, "decision_due" if due else "change_to_decide",
        "counted" if counted else row["strength"], facts, action=action,
        by=next(iter(watched), ""), cause=f"change:{row['novelty']}", why=row["why"],
        **_moved(row), **row["base"],
    )  # fmt: skip


def _mute(row: Row) -> bool:
    """Tell whether nobody decided on a change, and nobody measured it."""
    return row["decision"] == "open" and pd.isna(row["n"])


def _asked(row: Row) -> tuple[str, str]:
    """Return what is said of a decision, and what is to be done."""
    mend = MENDS.get(row["why"].partition(":")[2], "decide_undecided")
    if row["mark"] in OWED:
        return OWED[row["mark"]]
    if row["decision"] in UNPROVEN:
        return UNPROVEN[row["decision"]], mend
    word = row["verdict_word"] if row["decision"] == "open" else row["decision"]
    return AWAITED.get(word, ("change_undecided", mend))


def _watched(row: Row, seen: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Tell of a signal after a change was adopted, or of a watch that is over."""
    mine = seen[seen["novelty"] == row["novelty"]] if len(seen) else seen
    for own in mine.to_dict("records"):
        over = periods.last_day(own["watched_until"]) <= date.fromisoformat(seen.attrs["date"])
        primary = own["metric"] == row["metric"]
        if own["watched"] != "reversal" and not (over and primary and own["watched"] == "quiet"):
            continue
        back = own["watched"] == "reversal"
        what, action = ("change_reversed", "find_signal") if back else ("watch_over", "end_watch")
        base = row["base"] | {"metric": f"metric:{own['metric']}"}
        yield finding(
            what, "decision_due", "proven" if back else "counted",
            [fact_id(seen, own, name) for name in ("watched", "alarm_line", "periods_seen")],
            action=action, by=own["watched_until"], cause=f"change:{row['novelty']}", **base,
        )  # fmt: skip


def _silent(words: pd.DataFrame, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Tell once of changes nobody decided on and nobody measured."""
    mute = list(filter(_mute, rows))
    for row in mute[:1]:
        facts = [fact_id(words, each, "strength") for each in mute]
        yield finding(
            "change_unmeasured", "not_measured", "counted", facts, action="measure_change",
            n=len(mute), cause=f"change:{row['novelty']}", **row["base"],
        )  # fmt: skip


def _lapsed(work: Workbook, plan: Plan) -> Iterator[dict[str, Any]]:
    """Tell of a plan whose time is over while no change carries it."""
    if not {"starts", "duration_weeks", "metric"} <= set(plan):
        return
    end = plan["starts"] + timedelta(weeks=plan["duration_weeks"])
    if end > work.date or any(change_register.carries(own, plan) for own in trials(work).values()):
        return
    rows = plan_kept.plan_fact(work, plan)
    first = rows[rows["plan_line"] == "starts"].iloc[0]
    author = plan.get("author", "")
    yield finding(
        "plan_lapsed", "decision_due", "counted", [fact_id(rows, first, "plan_kept")],
        action="plan_again", by=f"{end}", who=f"person:{author}" if author else "",
        service=plan.get("process", ""), kpi=kpi_of(plan["metric"], work), cause="plan",
        metric=f"metric:{plan['metric']}", begun=f"day:{plan['starts']}",
    )  # fmt: skip
