"""The word the evidence allows, by a rule fixed beforehand; and beside it what people decided.

The tool refuses the claim, never the decision. A rejected change stands as large as an
accepted one: every change of the register has its row and its sentence.
"""

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import special

from ccwork.language import wording
from ccwork.measure import staff_pulse
from ccwork.read.cache import dicts, while_same
from ccwork.read.workbook import Workbook
from ccwork.stages.plan.experiment_plan import Plan
from ccwork.stages.scale import change_register, effect_estimates, trial_designs, trial_rows
from ccwork.stages.scale.trial import RESTS, Trial, trials
from ccwork.stats import intervals, spc
from ccwork.stats.intervals import Estimate
from ccwork.stats.trials import (
    decision_rule,
    diff_in_diff,
    interrupted_time_series,
    multiple_testing,
    operating_characteristics,
)
from ccwork.tell.tables import about, said

GUARDS: Final = ("guardrail", "least_served", "stop")
"""Roles that may stop a change; all must pass, so that their p needs no correction."""

HONEST: Final = 10.0
"""So many points more success among those asked is a choice of whom to ask (our choice)."""

SCREENED: Final = 0.10
"""Share of false finds put up with among changes without a sealed plan (field standard)."""

QUIET: Final = ("agrees", "open")
WORDS: Final = ("accept", "reject", "not_proven")
TRUTHS: Final = ("useless", "useful", "twice", "harmful")


def verdicts(work: Workbook, brought: Plan | None = None) -> pd.DataFrame:
    """Say of every change what the evidence allows.

    Parameters
    ----------
    brought
        The agency's ``plan.toml``, as :func:`change_register.plans` takes it.

    Returns
    -------
    DataFrame
        One row per ``novelty``, in the order of the register: ``verdict_word`` (accept,
        reject, extend, not_proven, invalid), ``strength``, ``primary`` and ``effect`` with
        limits, ``margin`` the worthwhile difference, ``p`` and ``p_adjusted``, ``because``
        (codes, the weightiest first), ``harm`` (in words, where: also in a group that is no
        guardrail), ``claim`` (what this grade may not claim) and ``say``.

    Notes
    -----
    The rule: :mod:`decision_rule`. Besides, our choice, nothing is accepted without a
    sealed plan, without staff pressure measured, when a placebo shows as much, when those
    compared drifted apart before, or when the p of several changes of one cluster of tasks
    does not stand (Holm; of changes without a plan Benjamini-Hochberg at 10 %). "No
    difference" is told only where the whole interval lies within the worthwhile difference
    on both sides (F61, at the level of the look).
    """
    return _verdicts(work, brought, wording.lang())


@while_same(*RESTS)
def _verdicts(work: Workbook, brought: Plan | None, _: str) -> pd.DataFrame:
    every, tried = effect_estimates.effects(work), trials(work)
    validity = change_register.plans(work, brought).set_index("novelty")["validity"]
    adjusted = _adjusted(work.table("changes"), every, validity)
    rows = [
        _row(trial, every[every["novelty"] == code], validity[code], adjusted[code], brought)
        for code, trial in tried.items()
    ]
    return about(rows, "verdicts", work)


def _row(
    trial: Trial, every: pd.DataFrame, validity: str, adjusted: float, brought: Plan | None
) -> dict[str, Any]:
    main = every[every["role"] == "primary"].iloc[0]
    made = decision_rule.verdict(
        Estimate(*main[["effect", "effect_low", "effect_high", "n"]]),
        main["margin"],
        _guardrails(every, staff_pulse.STAFF_PRESSURE in set(trial.rows["metric"])),
        design=trial.design.grade,
        look=trial.look,
        looks=trial.looks,
        track=_track(trial),
        invalid=invalid(trial, validity),
        caps=[*_caps(trial, every, main, validity, adjusted), *_too_soon(trial, brought)],
        free=trial.register["free"] == "yes",
    )
    shown = main[["metric", "effect", "effect_low", "effect_high", "unit", "margin", "n", "p",
                  "effect_why", "n_why"]]  # fmt: skip
    grade, story = trial.design.grade, "story" in made.because
    because = ["few_numbers"] if story and len(trial.primary) else made.because
    return {
        "novelty": trial.change, "verdict_word": made.code, "strength": grade,
        "primary": made.primary or "unclear", **shown, "p_adjusted": adjusted,
        "because": " ".join(because), "harm": _harm(every, made.primary),
        "claim": grade, "say": "story" if story else made.code,
    }  # fmt: skip


def _harm(every: pd.DataFrame, primary: str) -> str:
    """Say what got worse than allowed, by metric or group of clients; "" where nothing did."""
    hurt = every[every["shows"] == "harmed"].drop_duplicates(["metric", "segment"])
    where = "; ".join(
        wording.name("metric", row["metric"]) if row["segment"] == "—"
        else wording.say("harm.group", segment=wording.name("segment", row["segment"]))
        for row in dicts(hurt)
    )  # fmt: skip
    kind = "but" if primary in ("worthwhile", "works", "small") else "only"
    return wording.say(f"harm.{kind}", where=where) if where else ""


def _guardrails(every: pd.DataFrame, asked: bool) -> dict[str, decision_rule.Guardrail]:
    """Return what must not get worse; staff pressure always, unknown where not measured."""
    unknown = decision_rule.Guardrail(Estimate(*[np.nan] * 3, 0), 1, asked=asked)
    found = {staff_pulse.STAFF_PRESSURE: unknown}
    for row in dicts(every[every["role"].isin(GUARDS)]):
        name = row["metric"] if row["role"] == "guardrail" else row["role"]
        harm = Estimate(-row["effect"], -row["effect_high"], -row["effect_low"], row["n"])
        stopped = row["role"] == "stop" and row["shows"] == "harmed"
        found[name] = decision_rule.Guardrail(harm, row["margin"], stopped)
    return found


def _track(trial: Trial) -> decision_rule.Track | None:
    """Return what a series must show besides: 99 %, a shift on the chart, no echo before."""
    if trial.design.line is None:
        return None
    sign, own = trial.metric.sign, trial.primary
    found = trial.design.estimate(own, False, decision_rule.SERIES_CONFIDENCE).turned(sign)
    values, start = trial.design.line(own)
    return decision_rule.Track(
        Estimate(*found[:4]),
        interrupted_time_series.shifted(sign * values, start) > 0,
        spc.autocorrelation(values[:start]),
    )


# ---------------------------------------------------------------- what forbids any word


def invalid(trial: Trial, validity: str) -> list[str]:
    """Return why nothing may be said of a change; nothing where it may.

    The plan was changed after it was sealed, or sealed too late; those asked were more
    successful than all clients; chance did not share out the cases as planned.
    """
    row, own = trial.register, trial.design.used(trial.primary)
    found = [f"plan_{validity}"] if validity in ("changed", "late") else []
    n = own["n"].sum()
    if only_successful(row["success_all"], row["success_asked"], n):
        found.append("only_successful")
    if trial.design.by_case:
        if trial.shape.days:
            own = own.drop_duplicates(trial_rows.KEY).assign(n=1)
            n = len(own)
        new = own.loc[own["way"] == trial_rows.NEW, "n"].sum()
        share = 0.5 if pd.isna(row["split"]) else row["split"] / 100
        if decision_rule.uneven(new, n - new, share) < decision_rule.UNEVEN:
            found.append("uneven")
    return found


def only_successful(everybody: float, asked: float, n: float) -> bool:
    """Tell whether those asked were chosen by their success.

    Parameters
    ----------
    everybody, asked
        Successful cases of all, and of those asked, per cent; NaN where nobody counted.
    n
        Cases asked.

    Notes
    -----
    At least 10 points apart, and the Wilson interval of those asked leaves out the share of
    all. Source: our choice.

    Examples
    --------
    >>> only_successful(70, 95, 200), only_successful(70, 75, 200)
    (True, False)
    """
    if pd.isna(everybody) or pd.isna(asked) or not n:
        return False
    low = 100 * intervals.wilson(asked / 100 * n, n).low
    return bool(low > everybody and asked - everybody >= HONEST)


# ---------------------------------------------------------------- what forbids to accept


def _caps(
    trial: Trial, every: pd.DataFrame, main: pd.Series, validity: str, adjusted: float
) -> list[str]:
    """Return why a change may not be accepted although the rule would."""
    loud = set(every.loc[every["shows"] == "loud", "role"])
    before = every.loc[every["role"] == "pretrend", "shows"].tolist()
    few = trial.design.by_unit and trial.primary["unit"].nunique() < decision_rule.FEW
    alpha = 1 - main["sureness"] / 100 if validity == "valid" else SCREENED
    hits = {
        "chosen_worst": trial.register["assigned"] == "worst",
        "no_plan": validity == "none",
        "pretrend": before == ["loud"],
        "pretrend_unclear": before == ["unclear"],
        "placebo": bool({"placebo_time", "placebo_units"} & loud),
        "several": main["p"] <= alpha < adjusted,
        "one_look": few and trial.look < trial.looks,
    }
    return [code for code, hit in hits.items() if hit]


def _too_soon(trial: Trial, brought: Plan | None) -> list[str]:
    """Return why the look is not one that was planned: one look too many, or too early."""
    looked = pd.to_numeric(trial.rows["look"]).max() > trial.looks
    planned = brought if brought and change_register.carries(trial, brought) else {}
    told = bool(planned) and len(trial.begun) and trial.look == trial.looks
    early = told and (trial.weeks or math.inf) < planned.get("duration_weeks", 0)
    return [code for code, hit in (("more_looks", looked), ("early", early)) if hit]


def _adjusted(
    register: pd.DataFrame, every: pd.DataFrame, validity: pd.Series
) -> dict[str, float]:
    """Return the p of each change among those of its cluster of tasks."""
    p = every[every["role"] == "primary"].set_index("novelty")["p"].astype(float)
    found = p.to_dict()
    tasks = register["cluster_ru"] + register["cluster_en"]
    for _, own in register.groupby(tasks.where(tasks != "", register["change"])):
        planned = own["change"].map(validity) != "none"
        for names, rule_of in ((own[planned], multiple_testing.holm),
                               (own[~planned], multiple_testing.benjamini_hochberg)):  # fmt: skip
            codes = names["change"].tolist()
            found |= dict(zip(codes, rule_of(p[codes].to_numpy()), strict=True))
    return found


# ---------------------------------------------------------------- how often the rule errs


@while_same(*RESTS)
def errors(work: Workbook) -> pd.DataFrame:
    """Say how often this rule, with data like these, ends in each word.

    Returns
    -------
    DataFrame
        Four rows per ``novelty``, by ``truth``: useless, useful (as large as worthwhile), twice
        that, harmful (useful, and the guardrails worse by their margin); ``accept``, ``reject``,
        ``not_proven`` in per cent of 2000 invented changes. Grades D and E never accept:
        one row of words.

    Notes
    -----
    Invented changes have the spread the trial had, and are judged by the whole rule, its
    checks of another cause included: see ``operating_characteristics``. Guardrails
    are taken to be as sure as staff pressure is; our choice.
    """
    every = effect_estimates.effects(work)
    rows = [
        {"novelty": code, "why": "never_accepts", **row}
        for code, trial in trials(work).items()
        for row in _rates(trial, every[every["novelty"] == code])
    ]
    return about(rows, "errors", work)


def _rates(trial: Trial, own: pd.DataFrame) -> list[dict[str, Any]]:
    main, guards = own.iloc[0], own[own["role"].isin(GUARDS)]
    wide = guards["effect_high"] - guards["effect_low"]
    margins = (guards["margin"] / wide * (main["effect_high"] - main["effect_low"])).dropna()
    grade = trial.design.grade
    if grade in "DE" or pd.isna(main["effect_low"]) or margins.empty:
        return [{"truth": "any", **dict.fromkeys(WORDS, np.nan)}]
    size = _size(trial, main)
    units = size.get("clusters", decision_rule.FEW)
    few = grade == "C" or units + size.get("others", units) < decision_rule.FEW
    made = operating_characteristics.characteristics(
        worthwhile=main["margin"], margin=float(margins.iloc[0]), looks=1 if few else trial.looks,
        design=grade, guardrails=len(margins), **size,
    )  # fmt: skip
    return [{"truth": truth, **(100 * made.loc[truth, list(WORDS)])} for truth in TRUTHS]


def _size(trial: Trial, main: pd.Series) -> dict[str, Any]:
    """Return cases, units or points, and how they vary, as the trial has them."""
    own, rows = trial.shape, trial.primary
    if trial.design.line is not None:
        return _points(trial)
    if trial.design.name == "comparison":
        found = trial_rows.panel(rows)
        values = trial_rows.settled(found)
        told = ~np.isnan(diff_in_diff.unit_gains(values, found.start))
        sizes = [int((told & side).sum()) for side in (found.treated, ~found.treated)]
        noise = operating_characteristics.panel_noise(values, found.treated, found.start)
        periods = {"n_per_arm": found.start, "after": values.shape[1] - found.start}
        return {"clusters": sizes[0], "others": sizes[1], **periods, **noise}
    tail = (1 + main["sureness"] / 100) / 2
    half = (main["effect_high"] - main["effect_low"]) / 2
    clusters = None if trial.design.by_case else min(own.treated, own.control) or own.treated // 2
    n = clusters or int(main["n"] // 2)
    sd = half / special.stdtrit(2 * n - 2, tail) * (n / 2) ** 0.5
    whole = {} if clusters is None else {"clusters": clusters, "icc": 1.0}
    return {"n_per_arm": n, "sd": sd, **whole}


def _points(trial: Trial) -> dict[str, Any]:
    """Return the points of a series, and how they vary around their lines."""
    values, start = trial.design.line(trial.primary)
    fit = interrupted_time_series.segmented(values, start)
    there = ~np.isnan(values)
    shown = trial_designs.elsewhere(trial.primary) if trial.design.name == "controlled" else ()
    return {
        "n_per_arm": int(there[:start].sum()), "after": int(there[start:].sum()),
        "sd": fit.sigma, "phi": max(0.0, min(fit.phi, 0.95)),
        "elsewhere": (len(shown), float(np.std(shown)) if len(shown) else 0.0),
    }  # fmt: skip


# ---------------------------------------------------------------- people


def decided(work: Workbook, rows: pd.DataFrame) -> pd.DataFrame:
    """Put what people decided beside the word of the tool.

    Parameters
    ----------
    rows
        What :func:`verdicts` returns.

    Returns
    -------
    DataFrame
        One row per ``novelty``: ``verdict_word``, ``strength``, ``decision`` (adopt, revert,
        continue, or open), ``who``, ``day``, ``why_said``, ``mark``: agrees, open, or
        how the two part: adopted_on_A .. adopted_on_E, adopted_against, reverted_against;
        ``reveals``: what would show harm within six months.
    """
    table = work.table("decisions").sort_values("date").reset_index(drop=True)
    table["why_said"] = said(table, "why")
    last = {row["change"]: row for row in dicts(table)}
    undone = work.table("changes").set_index("change")["reversible"]
    shown = []
    for row in dicts(rows):
        own = last.get(row["novelty"], {"decision": "open", "date": pd.NaT})
        kept = {key: own.get(key) or "—" for key in ("decision", "who", "why_said")}
        mark, day = _mark(row, own["decision"]), change_register.day_or_dash(own["date"])
        reveals = _reveals(own["decision"], undone[row["novelty"]])
        say = "" if mark in QUIET else "parted"
        shown.append({**row, **kept, "day": day, "mark": mark, "reveals": reveals, "say": say})
    return about(shown, "decided", work)


def _mark(row: Mapping[str, Any], decision: str) -> str:
    word = row["verdict_word"]
    if decision == "open":
        return "open"
    if decision == "adopt" and word != "accept":
        against = word in ("reject", "invalid")
        return "adopted_against" if against else f"adopted_on_{row['strength']}"
    if decision == "adopt":
        return "agrees"
    if decision == "revert":
        return "reverted_against" if word == "accept" else "agrees"
    return "agrees" if word in ("extend", "not_proven", "invalid") else "waits"


def _reveals(decision: str, reversible: str) -> str:
    """Say what would show harm within six months: of a change adopted, or cheap to adopt."""
    if decision == "adopt":
        return "undo" if reversible == "yes" else "watch"
    return "would_undo" if decision == "open" and reversible == "yes" else "nothing"
