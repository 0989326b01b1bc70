"""Success shown without self-deception: what may be claimed, how surely, and where.

A claim rests on a tried change or on the agency's own history; its grade is that of its
design or worse, never better.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import redaction, wording
from ccwork.measure import five_kpis, who_answered
from ccwork.measure.control_charts import histories
from ccwork.measure.own_past import judged
from ccwork.read.cache import dicts, once, while_same
from ccwork.read.workbook import Workbook
from ccwork.stages.recognition import regression_to_mean
from ccwork.stages.scale import change_register, verdict_rule
from ccwork.stages.scale.trial import RESTS, trials
from ccwork.stats import intervals, shrinkage
from ccwork.stats.intervals import NAN, Estimate
from ccwork.tell.formatting import amount
from ccwork.tell.tables import about

OUTSIDE: Final = "C"
"""The worst grade told outside the agency (our choice)."""

PROVEN_LITTLE: Final = "D"
"""The grade of what is better for a reason nobody has shown."""

EXACT: Final = 1e-9
"""What a machine may add to a share of nobody or of all."""

OF: Final = ["changes", "trials", "decisions", "answers", "counts", "metrics"]


def claim_grade(design: str, gain: Estimate) -> str:
    """Return the grade of a claim: that of its design, or worse where the numbers are weak.

    A gain whose interval does not lie above 0, or fewer than ten people, leave a story (E);
    where their number is not known the cause stays unproven (D).

    Examples
    --------
    >>> claim_grade("B", Estimate(4, 2, 6, 90)), claim_grade("B", Estimate(4, -1, 9, 90))
    ('B', 'E')
    """
    if not gain.low > 0 or gain.n < method.MIN_SHOWN:
        return "E"
    return max(design, PROVEN_LITTLE) if np.isnan(gain.n) else design


def claims(work: Workbook, tried: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return all that may be claimed, each claim with what it rests on.

    Parameters
    ----------
    tried
        What :func:`verdict_rule.verdicts` returns; None: of the workbook.

    Returns
    -------
    DataFrame
        One row per ``claim_code``: ``was``, ``became``, ``claimed``: the gain without what came
        ``by_itself`` (F62), good is positive, with its interval; ``strength`` A to E; ``n`` the
        smaller number of cases; ``data_day`` of the last data; ``plan_sum`` of the plan;
        ``place_of`` where it may be told: outside or inside, and ``place_why`` not outside;
        ``claim_words``. A story (E) has no numbers.

    Notes
    -----
    Accepted changes; then series better than their own yesterday of which no accepted change
    speaks: their cause is not proven (D). Facts that improved while opinions did not are told
    inside only: "fulfilled by 100 per cent" does not convince a client (KPI method 2023).
    Grades and places: our choice.
    """
    return _claims(work, verdicts_of(work, tried), wording.lang())


verdicts_known = while_same(*RESTS)(verdict_rule.verdicts)


def verdicts_of(work: Workbook, tried: pd.DataFrame | None) -> pd.DataFrame:
    """Return the verdicts handed over, or else those of the workbook."""
    return verdicts_known(work) if tried is None else tried


@while_same(*RESTS, "decisions", "services")
def _claims(work: Workbook, tried: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Find once in every language what may be claimed: it is told in words."""
    taken = [row for row in changes_tried(work, tried, lang) if row["verdict_word"] == "accept"]
    told = {(row["service"], row["metric"]) for row in taken}
    chance = regression_to_mean.by_itself(work).set_index("novelty")
    rows = [_of_change(row, chance) for row in taken]
    rows += [row for row in _of_history(work) if (row["service"], row["metric"]) not in told]
    formal = {(row.client, row.kpi): PARTED[row.accord] for row in _parted(work).itertuples()}
    found = [_placed(row, work, formal) for row in rows]
    return about(found, "claims", work)


PARTED: Final = {"formalism": "formal", "contradict": "contradict"}
"""How facts and opinions parted -> why nothing of that KPI leaves the agency or earns thanks."""


@once
def _parted(work: Workbook) -> pd.DataFrame:
    """Return the clients and KPIs whose facts improved without opinions, or against them."""
    moves = five_kpis.accord(work)
    return moves.loc[moves["accord"].isin(list(PARTED)), ["client", "kpi", "accord"]]


@while_same(*RESTS, "decisions")
def changes_tried(work: Workbook, table: pd.DataFrame, _: str) -> list[dict[str, Any]]:
    """Return once in every language what stage 4 says of every change: was, became, its plan.

    A row is one of :func:`verdict_rule.verdicts` with ``service``, ``decision``, ``data_day``
    of the last data, ``validity`` and ``plan_hash`` of the plan, ``was`` and ``became`` of those
    changed (where there is no before: of those who work the old way), ``n`` on the smaller side.
    """
    tried = trials(work)
    validity = change_register.plans(work).set_index("novelty")["validity"]
    decision = verdict_rule.decided(work, table).set_index("novelty")["decision"]
    found = []
    for row in dicts(table):
        trial, held = tried[row["novelty"]], validity[row["novelty"]]
        # a broken plan leaves no word but "invalid": any other was given by the plan brought
        broken = held in ("changed", "late") and row["verdict_word"] != "invalid"
        own = {name: trial.register[name] for name in ("service", "plan_hash")}
        own |= {"decision": decision[trial.change], "validity": "valid" if broken else held}
        found.append(row | own | _sides(trial.counted(row["metric"])))
    return found


def _sides(rows: pd.DataFrame) -> dict[str, Any]:
    new, old = (rows[rows["way"] == way] for way in ("new", "old"))
    mine = old[old["unit"].isin(new["unit"])]
    old = mine if len(mine) else old
    means = [np.average(part["value"], weights=part["n"]) if part["n"].sum() > 0 else NAN
             for part in (old, new)]  # fmt: skip
    day = change_register.day_or_dash(rows["date"].max())
    n = float(min(old["n"].sum(), new["n"].sum()))
    return {"was": means[0], "became": means[1], "n": n, "data_day": day}


def _of_change(row: Mapping[str, Any], chance: pd.DataFrame) -> dict[str, Any]:
    """Make a claim of an accepted change; what came by itself is taken off."""
    gain = Estimate(row["effect"], row["effect_low"], row["effect_high"], row["n"])
    design, itself = row["strength"], NAN
    if row["novelty"] in chance.index and design != "A":
        by = chance.loc[row["novelty"]]
        drift = Estimate(*by[["by_itself", "by_itself_low", "by_itself_high"]], n=NAN)
        if np.isnan(drift.low):
            design = max(design, PROVEN_LITTLE)
        else:
            itself, gain = drift.value, shrinkage.beyond(gain, drift)
    held = row["plan_hash"] if row["validity"] == "valid" else ""
    return _claim(row | {"claim_code": row["novelty"], "plan_sum": held}, design, gain, itself)


def _of_history(work: Workbook) -> Iterator[dict[str, Any]]:
    """Make claims of the series better than their own yesterday; answers in doubt make none."""
    rows, charts = judged(work), histories(work)
    day = wording.day(work.date)
    sure = (rows["verdict"] == "better") & ~rows["note"].isin(list(who_answered.FALLS))
    for row in dicts(rows[sure]):
        series = charts[
            (charts["metric"] == row["metric"]) & (charts["service"] == row["service"])
        ]
        seen = series[series["value"].notna()].set_index("period")
        was, became, gain = _windows(row, seen, work.metric(row["metric"]).sign)
        own = {"claim_code": f"{row['service']}.{row['metric']}", "novelty": "", "plan_sum": ""}
        yield _claim(
            row | own | {"was": was, "became": became, "data_day": day}, PROVEN_LITTLE, gain
        )


def _windows(
    row: Mapping[str, Any], seen: pd.DataFrame, sign: int
) -> tuple[float, float, Estimate]:
    """Return before, after and the gain: of the levels of a chart, else of two periods."""
    if row["basis"] in ("chart", "season"):
        late = seen.loc[row["since"] :]
        before = seen.loc[: row["since"]].iloc[:-1].tail(method.LOCK)
        pair = before, late
        gain = intervals.welch(*(sign * part["value"] for part in pair))
    else:
        pair = seen.loc[[row["before"]]], seen.iloc[[-1]]
        gain = Estimate(row["change"], row["change_low"], row["change_high"], NAN)
    n = min(part["n"].sum(skipna=False) for part in pair)
    return *(part["value"].mean() for part in pair), gain._replace(n=float(n))


def _claim(
    row: Mapping[str, Any], design: str, gain: Estimate, itself: float = NAN
) -> dict[str, Any]:
    """Put a claim together; a story loses its numbers."""
    grade = claim_grade(design, gain)
    numbers = {
        "was": row["was"], "became": row["became"], "by_itself": itself, "n": gain.n,
        "claimed": gain.value, "claimed_low": gain.low, "claimed_high": gain.high,
    }  # fmt: skip
    if grade == "E":
        numbers = dict.fromkeys(numbers, NAN)
    why = "story" if grade == "E" else "not_counted"
    told = {"strength": grade, "plan_sum": row["plan_sum"] or "—", "why": why}
    return dict(row) | numbers | told


def _placed(
    row: dict[str, Any], work: Workbook, formal: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    """Say where a claim may be told, why no further, and in which words."""
    why = formal.get(_seat(row, work)) or barred(row, work)
    row |= {"place_of": "inside" if why else "outside", "place_why": why or "may"}
    return row | {"claim_words": claim_words(row), "say": row["strength"]}


def barred(row: Mapping[str, Any], work: Workbook) -> str:
    """Return why a claim may not leave the agency; empty where it may.

    A story; a cause not proven; too few people, or nobody knows how many; a gain not above 0;
    a service for the agency's own staff; a share or rate that may tell of one to nine people.
    """
    form = work.catalogue["form"].get(row["metric"], "")
    sides = [row["was"], row["became"], row["claimed"], row["claimed_low"], row["claimed_high"]]
    hits = {
        "story": row["strength"] not in tuple("ABCD") or bool(np.isnan(sides).any()),
        "cause": row["strength"] > OUTSIDE,
        "few": not row["n"] >= method.MIN_SHOWN,
        "zero": not row["claimed_low"] > 0,
        "inner": _seat(row, work)[0] != "external",
        "small": form in ("share", "rate")
        and any(few_behind(side, row["n"], form) for side in sides[:2]),
    }
    return next((code for code, hit in hits.items() if hit), "")


def _seat(row: Mapping[str, Any], work: Workbook) -> tuple[str, str]:
    """Return whose service a claim is about and the KPI its metric belongs to."""
    clients = work.table("services").set_index("service")["client"]
    return clients.get(row["service"], ""), work.catalogue["kpi"].get(row["metric"], "")


def few_behind(value: float, n: float, form: str) -> bool:
    """Tell whether a share (percent) or a rate (per 1000) may tell of one to nine people or cases.

    `n` is at most the number behind the value: a share of less than one of `n` is not nobody.

    Examples
    --------
    >>> few_behind(97, 200, "share"), few_behind(90, 200, "share"), few_behind(3, 900, "rate")
    (True, False, True)
    >>> few_behind(0.1, 200, "share"), few_behind(0, 200, "share"), few_behind(100, 200, "share")
    (True, False, False)
    """
    whole = 100 if form == "share" else 1000
    hits = value * n / whole
    sides = (hits, n - hits) if form == "share" else (hits,)
    return any(EXACT * n < side < method.MIN_SHOWN - 0.5 for side in sides)


def claim_words(row: Mapping[str, Any]) -> str:
    """Say a claim in the words its grade allows: the sentence ``told_as.<grade>``."""
    what = _change(row["novelty"])
    names = {"service": wording.name("service", row["service"]), "what": what,
             "metric": wording.name("metric", row["metric"])}  # fmt: skip
    if row["strength"] == "E":
        return wording.say("told_as.E", **names)
    sides = {"was": wording.number(row["was"]), "became": amount(row["became"], row["unit"])}
    limits = wording.interval(row["claimed_low"], row["claimed_high"])
    gain = f"{wording.number(row['claimed'])} {limits}"
    return wording.say(f"told_as.{row['strength']}", **names, **sides, gain=gain)


def _change(code: str) -> str:
    """Return the name of a change, or the words for a claim that no change stands behind."""
    return wording.name("change", code) if code else wording.word("told_as.no_change")


def clean_name(kind: str, code: str) -> str:
    """Return a name an agency gave, with what may name a person hidden."""
    return redaction.scrub(wording.name(kind, code))


def clean_change(code: str, work: Workbook) -> str:
    """Return the name of a change; empty where it may name a person or holds a number.

    A number in a name was counted by nobody: it may be one of fewer than ten people.
    """
    words = wording.name("change", code) if code else ""
    return "" if redaction.telling(words, work.table("people")["person"]) else words
