"""What each change did to clients and to the staff, with how good a proof that is.

Every metric is estimated by the best design its own rows are. Plus is always better.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from ccwork import method
from ccwork.measure.staff_pulse import STOP_METRIC, UNBEARABLE
from ccwork.read.cache import while_same
from ccwork.read.workbook import Metric, Workbook
from ccwork.stages.scale import trial_designs, trial_rows
from ccwork.stages.scale.trial import RESTS, Trial, margin, trials
from ccwork.stages.scale.trial_designs import Design
from ccwork.stats import intervals
from ccwork.stats.trials import decision_rule
from ccwork.stats.trials.diff_in_diff import Effect
from ccwork.tell.tables import about

SEEN: Final = float(special.ndtri(0.8))
"""An effect so many standard errors beyond the limit is seen in four cases of five."""


# ---------------------------------------------------------------- designs


def designs(work: Workbook) -> pd.DataFrame:
    """Say how good a proof the data of each change can be, and why it is no better.

    Returns
    -------
    DataFrame
        One row per ``novelty``: ``strength`` A-E, ``design``, units ``treated`` and ``control``,
        ``left_out`` without an after or a before, dates ``dates_before`` and ``dates_after`` of
        those changed, ``lacks``: codes of what a better grade would need ("" for A).
    """
    return about([_designed(trial) for trial in trials(work).values()], "designs", work)


def _designed(trial: Trial) -> dict[str, Any]:
    own, found = trial.shape, trial.design
    counts = {"treated": own.treated, "control": own.control, "left_out": len(trial.halves),
              "dates_before": own.before, "dates_after": own.after}  # fmt: skip
    if not own.treated:
        counts = dict.fromkeys(counts, math.nan)
    elif found.by_case:
        counts |= dict.fromkeys(("treated", "control", "left_out"), math.nan)
    return counts | {
        "novelty": trial.change, "strength": found.grade, "design": found.name,
        "lacks": " ".join(trial_designs.wanting(own, found)),
        "why": "cases_compared" if found.by_case else "nothing_measured",
    }  # fmt: skip


# ---------------------------------------------------------------- the picture before the number


@while_same(*RESTS)
def paths(work: Workbook) -> pd.DataFrame:
    """Return the primary metric of every change, date by date: those changed, and the others.

    Returns
    -------
    DataFrame
        One row per ``novelty``, ``side`` (changed, others) and ``date``: ``value``, mean of the
        cases, with ``n`` and ``unit``; ``begun``, the first date of the new way. Where cases
        were drawn, the sides are the two ways of working.
    """
    return _walked(work, "paths", ["side", "date"])


def office_paths(work: Workbook) -> pd.DataFrame:
    """Return :func:`paths` of every office apart, with its code in ``office``."""
    return _walked(work, "office_paths", ["side", "office", "date"])


def _walked(work: Workbook, name: str, by: list[str]) -> pd.DataFrame:
    columns = ["novelty", *by, "value", "n", "unit", "begun"]
    parts = [pd.DataFrame(columns=columns)]
    for trial in trials(work).values():
        rows = trial.primary
        new = rows[rows["way"] == trial_rows.NEW]
        if new.empty:
            continue
        units = rows["unit"].isin(new["unit"])
        mine = rows["way"] == trial_rows.NEW if trial.design.by_case else units
        sides = rows.assign(side=mine.map({True: "changed", False: "others"}), office=rows["unit"])
        shown = trial_rows.merged(sides, False, by)
        own = {"novelty": trial.change, "unit": trial.metric.unit, "begun": new["date"].min()}
        parts.append(shown.assign(**own))
    rows = pd.concat([part for part in parts if len(part)] or parts)[columns]
    return about(rows, name, work)


@while_same(*RESTS)
def sides(work: Workbook) -> pd.DataFrame:
    """Put before and after, changed and others side by side: means of all cases, nothing tested.

    Returns
    -------
    DataFrame
        One row per ``novelty``: ``changed_before``, ``changed_after``, ``others_before``,
        ``others_after`` in ``unit``, and ``n`` cases. The effect is judged by units, and by the
        dates of its design; so these four need not give the same number.
    """
    rows, tried = paths(work), trials(work)
    when = np.where(rows["date"] >= rows["begun"], "after", "before")
    rows = rows.assign(place=rows["side"] + "_" + when, total=rows["value"] * rows["n"])
    sums = rows.groupby(["novelty", "place"])[["total", "n"]].sum()
    names = [f"{side}_{when}" for side in ("changed", "others") for when in ("before", "after")]
    means = (sums["total"] / sums["n"]).unstack("place").reindex(columns=names)
    table = rows.drop_duplicates("novelty")[["novelty", "unit"]].join(means, on="novelty")
    known = [tried[code] for code in table["novelty"]]
    n = [int(trial.counted(trial.metric.code)["n"].sum()) for trial in known]
    return about(table.reset_index(drop=True).assign(n=n, why="nobody_there"), "sides", work)


# ---------------------------------------------------------------- effects


@while_same(*RESTS)
def effects(work: Workbook) -> pd.DataFrame:
    """Estimate what each change did: to clients, to the staff, to the group served worst.

    Returns
    -------
    DataFrame
        One row per ``novelty``, ``role``, ``metric`` and ``segment``. ``effect`` with limits:
        plus is better. ``margin``: of the primary metric the worthwhile difference, else the
        harm put up with. ``shows``: a code of the rule; of a check quiet or loud.
        ``detectable``: the least effect seen in four cases of five. ``p`` and the same in per
        cent, ``by_chance``; ``n`` cases,
        ``strength`` and ``design`` of these very rows, ``sureness`` (per cent) of the interval.

    Notes
    -----
    Roles: primary, guardrail, stop (how far the share "unbearable" stays below its stop),
    least_served, group, beyond_drift, pretrend, placebo_time, placebo_units. What one in
    twenty placebo units, or groups of units, would show has no interval.
    """
    rows = [
        {"novelty": trial.change, **row}
        for trial in trials(work).values()
        for row in _effects(trial, work)
    ]
    return about(rows, "effects", work)


def _effects(trial: Trial, work: Workbook) -> Iterator[dict[str, Any]]:
    bar = Bar(trial.metric, trial.margin, trial.sureness)
    yield (main := _estimated("primary", bar, trial.primary, trial.design))
    others = trial.rows[trial.rows["metric"] != trial.metric.code]
    for code, part in others.groupby("metric", sort=False):
        metric = work.metric(str(code))
        known = Bar(metric, margin(work, metric), trial.sureness)
        if code == STOP_METRIC:
            yield _stop(known, part)
        else:
            yield _estimated("guardrail", known, part, _design(part, trial))
    for segment, role, part in _groups(bar.metric, trial.primary):
        yield _estimated(role, bar, part, _design(part, trial)) | {"segment": segment}
    yield from _checks(bar, trial, main)


class Bar(NamedTuple):
    """What an effect is held against: the bar of its metric, at the level of a look."""

    metric: Metric
    margin: float
    sure: float


def _design(rows: pd.DataFrame, trial: Trial) -> Design:
    """Return the design the rows of another metric, or of a group, are."""
    return trial_designs.recognised(trial_designs.shape(rows, trial.register["assigned"]))


def _estimated(role: str, bar: Bar, rows: pd.DataFrame, design: Design) -> dict[str, Any]:
    """Estimate one metric by the design its own rows are."""
    used = design.used(rows)
    found = design.estimate(used, bar.metric.form == "share", bar.sure).turned(bar.metric.sign)
    return _row(role, bar, found, design, used["n"].sum())


def _row(role: str, bar: Bar, found: Effect, design: Design, n: float) -> dict[str, Any]:
    """Say one effect, plus being better, and what it shows by the rule."""
    limit = float(special.ndtri((1 + bar.sure) / 2))
    if role == "primary":
        shown = decision_rule.primary(found.low, found.high, bar.margin)
    else:
        shown = decision_rule.guardrail(-found.high, -found.low, bar.margin)
    return {
        "role": role, "metric": bar.metric.code, "segment": "—", "effect": found.value,
        "effect_low": found.low, "effect_high": found.high, "margin": bar.margin,
        "shows": str(shown), "detectable": (found.high - found.low) / 2 * (1 + SEEN / limit),
        "p": found.p, "by_chance": 100 * found.p, "n": int(n) or math.nan,
        "strength": design.grade, "design": design.name,
        "sureness": 100 * bar.sure, "unit": bar.metric.unit, "effect_why": "no_numbers",
        "n_why": "nothing_measured",
    }  # fmt: skip


def _stop(bar: Bar, rows: pd.DataFrame) -> dict[str, Any]:
    """Hold the share of "unbearable" among those who work the new way against the stop."""
    new = rows[rows["way"] == trial_rows.NEW]
    share = intervals.wilson((new["value"] * new["n"]).sum() / 100, new["n"].sum())
    away = [UNBEARABLE - 100 * end for end in (share.value, share.high, share.low)]
    found = Effect(*away, int(share.n))
    made = _row("stop", bar._replace(sure=method.CONFIDENCE), found, trial_designs.STORY, share.n)
    made["shows"] = "harmed" if found.high < 0 else "safe"
    if 0 < share.value * share.n < method.MIN_SHOWN - 0.5:  # the room would tell how few they are
        made |= dict.fromkeys([*intervals.names("effect"), "detectable"], math.nan)
        made |= {"effect_why": "too_few", "detectable_why": "too_few"}
    return made


def _groups(metric: Metric, rows: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield each group of clients; the one served worst before is a guardrail."""
    named = rows[rows["segment"] != ""]
    old = named[named["way"] == trial_rows.OLD]
    if named["segment"].nunique() < 2 or old.empty:
        return
    means = trial_rows.merged(old, False, ["segment"]).set_index("segment")["value"]
    worst = (metric.sign * means).idxmin()
    for segment, part in named.groupby("segment", sort=False):
        yield str(segment), "least_served" if segment == worst else "group", part


def _checks(bar: Bar, trial: Trial, main: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Ask whether it could be something else than the change."""
    metric, share = bar.metric, bar.metric.form == "share"
    left = math.nan
    for role, placebo in trial.design.checks(trial.primary, share, metric.sign, bar.sure):
        found = placebo.turned(metric.sign)
        made = _row(role, bar, found, trial.design, main["n"])
        if role == "beyond_drift":
            left, shows = found.low, "quiet" if found.low > 0 else "unclear"
        elif role == "pretrend":
            limits = found.low, found.high, left, main["effect_low"]
            shows = decision_rule.drifted(*limits, bar.margin)
        else:
            own = main["effect"], main["effect_low"]
            shows = decision_rule.heard(found.value, found.low, *own)
        yield made | {"shows": str(shows), "effect_why": "no_fair_limits"}
