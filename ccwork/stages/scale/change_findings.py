"""What the brief takes from stage 4: changes that help or harm, and decisions people owe."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import pandas as pd

from ccwork.language import periods
from ccwork.read.workbook import Workbook
from ccwork.stages.plan.experiment_plan import Plan
from ccwork.stages.scale import effect_estimates, rollout_plan, verdict_rule
from ccwork.stages.scale.trial import trials
from ccwork.tell import findings as told
from ccwork.tell.findings import Finding, as_listed, by_how_much, having
from ccwork.tell.tables import fact_id

Row = Mapping[str, Any]

PROVES: Final = ("A", "B", "C")
"""The grades at which harm is told as proven (our choice)."""

OWED: Final = {
    "waits": "decision_waits",
    "adopted_against": "adopted_against",
    "reverted_against": "reverted_against",
}
"""How people parted from the evidence -> what is said."""

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
    known = [row | _said_of(row, work) for row in known.to_dict("records")]
    found = _silent(words, [row for row in known if _mute(row)])
    for row in known:
        harms = _harm(row, work)
        found += [*harms, *_watched(row, seen), *_gain(row, words, work)]
        if not (harms and row["decision"] == "revert"):
            found += _owed(row, words, decided, seen)
    return told.findings(work, "4_scale", sorted(found, key=_urgency))


def _urgency(found: Row) -> tuple[int, int]:
    return told.KINDS.index(found["kind"]), told.GRADES.index(found["grade"])


def _said_of(row: Row, work: Workbook) -> Finding:
    """Return what all findings of a change say, and why nothing more is proven of it."""
    trial = trials(work)[row["novelty"]]
    design = effect_estimates.designs(work).set_index("novelty").loc[row["novelty"]]
    lacks = design["lacks"] if row["verdict_word"] in ("extend", "not_proven") else ""
    signers, first = set(work.table("decisions")["who"]) - {""}, trial.begun["date"].min()
    who = row["who"] if row["who"] != "—" else signers.pop() if len(signers) == 1 else ""
    base = {
        "change": f"change:{row['novelty']}", "metric": f"metric:{row['metric']}",
        "service": trial.register["service"], "strength": f"text:{row['strength']}",
        "who": f"person:{who}" if who else "", "aim": f"metric:{row['metric']}",
        "since": f"{first:%Y-%m}" if pd.notna(first) else "",
    }  # fmt: skip
    why = [f"lack:{code}" for code in lacks.split()]
    why += [f"because:{code}" for code in row["because"].split()]
    return {"base": base, "why": next(iter(why), "because:unclear")}


def _mine(rows: pd.DataFrame, row: Row) -> pd.DataFrame:
    return having(rows, novelty=row["novelty"])


def _moved(row: Row) -> Finding:
    """Return an effect of either sign in words and size; nothing where there is no number."""
    known, word = pd.notna(row["effect_low"]), "better" if row["effect"] >= 0 else "worse"
    return {"moved": f"moved:{word}", "gain": by_how_much("effect")(row)} if known else {}


def _gain(row: Row, words: pd.DataFrame, work: Workbook) -> list[Finding]:
    """Tell of a change the evidence accepts; where it goes next, if people adopted it."""
    if row["verdict_word"] != "accept" or row["decision"] == "revert":
        return []
    order, next_one = _mine(rollout_plan.order(work, words), row), {}
    if row["decision"] == "adopt" and len(order):
        unit = f"unit:{order['unit'].iloc[0]}"
        next_one = {"action": "roll_out", "units": len(order), "unit": unit,
                    "also": [fact_id(order, order.iloc[0], "wave")]}  # fmt: skip
    return as_listed(
        _mine(words, row), "change_works", grade=row["strength"], **row["base"], **next_one,
        size=row["effect"] / row["margin"], begun=f"since:{row['base']['since']}",
    )  # fmt: skip


def _harm(row: Row, work: Workbook) -> list[Finding]:
    """Tell of the first thing a change made worse than allowed, by a design that proves it."""
    hurt = having(_mine(effect_estimates.effects(work), row), shows="harmed", strength=PROVES)
    what = "harm_stopped" if row["decision"] == "revert" else "change_harms"
    return as_listed(
        hurt[hurt["role"] != "stop"], "change_harms",
        what=lambda own: what if own["segment"] == "—" else "change_harms_group",
        size=lambda own: -own["effect"] / own["margin"],
        **row["base"] | {"metric": "metric:{metric}", "strength": "text:{strength}"},
    )  # fmt: skip


def _owed(
    row: Row, words: pd.DataFrame, decided: pd.DataFrame, seen: pd.DataFrame
) -> list[Finding]:
    """Tell of the decision people owe on a change, or took without the evidence."""
    quiet = "agrees" if row["decision"] == "adopt" else "open" if _mute(row) else ""
    if row["mark"] == quiet:
        return []
    what, action = _asked(row)
    what += "_blind" * bool(pd.isna(row["effect_low"]))
    due = row["mark"] in OWED or row["decision"] == "adopt"
    counted = due or row["verdict_word"] == "invalid"
    watched = _mine(seen, row)["watched_until"] if len(seen) else []
    return as_listed(
        _mine(words, row), "change_undecided", what=what, action=action, why=row["why"],
        kind="decision_due" if due else "change_to_decide",
        grade="counted" if counted else row["strength"], by=next(iter(watched), ""),
        also=[fact_id(decided, row, "mark")], **_moved(row), **row["base"],
    )  # fmt: skip


def _mute(row: Row) -> bool:
    """Tell whether nobody decided on a change, and nobody measured it."""
    return row["decision"] == "open" and pd.isna(row["n"])


def _asked(row: Row) -> tuple[str, str]:
    """Return what is said of a decision, and what is to be done."""
    mend = MENDS.get(row["why"].partition(":")[2], "decide_undecided")
    if row["mark"] in OWED:
        return OWED[row["mark"]], "reopen_change"
    if row["decision"] in UNPROVEN:
        return UNPROVEN[row["decision"]], mend
    word = row["verdict_word"] if row["decision"] == "open" else row["decision"]
    return AWAITED.get(word, ("change_undecided", mend))


def _watched(row: Row, seen: pd.DataFrame) -> list[Finding]:
    """Tell of a signal after a change was adopted, or of a watch that is over."""
    if seen.empty:
        return []
    mine = _mine(seen, row)
    today = date.fromisoformat(seen.attrs["date"])
    over = mine["watched_until"].map(periods.last_day) <= today
    over &= (mine["metric"] == row["metric"]) & (mine["watched"] == "quiet")
    known = row["base"] | {"metric": "metric:{metric}"}
    found = as_listed(having(mine, watched="reversal"), "change_reversed", **known)
    return found + as_listed(mine[over], "watch_over", **known)


def _silent(words: pd.DataFrame, mute: list[Finding]) -> list[Finding]:
    """Tell once of changes nobody decided on and nobody measured."""
    rows = having(words, novelty=[row["novelty"] for row in mute])
    return as_listed(rows, "change_unmeasured", **mute[0]["base"] if mute else {})
