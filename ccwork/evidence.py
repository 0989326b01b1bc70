"""What each change did to clients and to the staff, with how good a proof that is.

Every metric is estimated by the best design its own rows are. Plus is always better.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import pandas as pd
from scipy import special

from ccwork import changes, experiment, ladder, method
from ccwork.metrics import about
from ccwork.stats import intervals, rule
from ccwork.stats.designs import NAN, Effect
from ccwork.workbook import Workbook, once

LOUD: Final = 0.5
"""A placebo of half the effect, surely above 0, makes the effect doubtful (our choice)."""

NOTHING: Final = Effect(math.nan, math.nan, math.nan, 0)
STAFF: Final = (experiment.STAFF_PRESSURE, changes.STOP_METRIC)

SEEN: Final = float(special.ndtri(0.8))
"""An effect so many standard errors beyond the limit is seen in four cases of five."""

DESIGNED: Final = [
    "novelty", "strength", "design", "treated", "control", "dates_before", "dates_after",
    "lacks", "why",
]  # fmt: skip
COLUMNS: Final = [
    "novelty", "role", "metric", "segment", "effect", "effect_low", "effect_high", "margin",
    "shows", "detectable", "p", "by_chance", "n", "strength", "design",
    "sureness", "unit", "effect_why", "n_why",
]  # fmt: skip


def trials(work: Workbook, change: str) -> pd.DataFrame:
    """Return the trial of one change; a row without a number of cases is one case.

    Answers of the pulse stand for figures of the staff where both were brought. Units with
    fewer than ten answers of the staff are merged: all changed, all others; a side with fewer
    than ten in all is left out, so that nobody is recognised.
    """
    rows, pulse = work.table("trials"), changes.answered(work)
    rows, pulse = rows[rows["change"] == change], pulse[pulse["change"] == change]
    if len(pulse):
        rows = pd.concat([rows[~rows["metric"].isin(STAFF)], pulse], ignore_index=True)
    rows = rows[rows["value"].notna()].copy()
    rows["n"] = pd.to_numeric(rows["n"]).fillna(1)
    rows["sd"] = pd.to_numeric(rows["sd"])
    staff = rows["metric"].isin(STAFF)
    few = (rows["n"] < method.MIN_SHOWN) & staff & (rows["case"] == "")
    ever = rows["unit"].isin(rows.loc[rows["way"] == ladder.NEW, "unit"])
    rows = rows.assign(unit=rows["unit"].mask(few, ever.map({True: "new", False: "old"})))
    ready = work.table("units").set_index("unit")["readiness"]
    rows = rows.assign(readiness=[ready.get(unit, "") for unit in rows["unit"]])
    told = rows.groupby(["metric", "way"])["n"].transform("sum")
    return rows[~staff | (told >= method.MIN_SHOWN)]


class Judged(NamedTuple):
    """How a metric is judged: 1 where more is better, a share or a number, unit, bar."""

    code: str
    sign: int
    share: bool
    unit: str
    margin: float


def judged(work: Workbook, code: str, margin: float = math.nan) -> Judged:
    """Return how a metric is judged; without a bar of its own by that of the catalogue.

    The worthwhile change of the catalogue is also the largest harm put up with; without one
    it is 5 points of 100 (our choice).
    """
    metric = work.catalogue.loc[code]
    counts = metric["form"] == "counts"
    span = 100 if counts else abs(metric["best"] - metric["worst"])
    known = [margin, metric["worthwhile"], method.WORTHWHILE / 100 * span]
    return Judged(
        code,
        1 if metric["better"] == "higher" else -1,
        metric["form"] == "share",
        "points" if counts else metric["unit"],
        float(next(bar for bar in known if pd.notna(bar))),
    )


# ---------------------------------------------------------------- designs


def design(work: Workbook) -> pd.DataFrame:
    """Say how good a proof the data of each change can be, and why it is no better.

    Returns
    -------
    DataFrame
        One row per ``novelty``: ``strength`` A-E, ``design``, units ``treated`` and ``control``,
        dates ``dates_before`` and ``dates_after`` of those changed, ``lacks``: codes of what
        a better grade would need ("" for A).
    """
    rows = []
    for change in work.table("changes").to_dict("records"):
        own, found, lacks = _design(change, work)
        row = {"novelty": change["change"], "design": found, "strength": ladder.GRADES[found]}
        counts = {"treated": own.treated, "control": own.control,
                  "dates_before": own.before, "dates_after": own.after}  # fmt: skip
        if not own.treated:
            counts |= dict.fromkeys(counts, math.nan)
        elif found == "cases":
            counts |= {"treated": math.nan, "control": math.nan}
        why = "cases_compared" if found == "cases" else "nothing_measured"
        rows.append(row | counts | {"lacks": " ".join(lacks), "why": why})
    return _about(pd.DataFrame(rows, columns=DESIGNED), "designs", work, ["novelty"])


def rungs(work: Workbook, change: str) -> pd.DataFrame:
    """Return the whole ladder for one change: what each design needs, and what is lacking."""
    known = {row["change"]: row for row in work.table("changes").to_dict("records")}
    if change not in known:
        return _about(pd.DataFrame(columns=["design"]), "rungs", work, ["design"])
    own, found, _ = _design(known[change], work)
    rows = [
        {
            "strength": grade,
            "design": name,
            "needs": name,
            "lacks": " ".join(ladder.lacking(name, own)),
            "this_one": "yes" if name == found else "no",
        }
        for name, grade in ladder.GRADES.items()
    ]
    return _about(pd.DataFrame(rows), "rungs", work, ["design"])


def _design(change: Mapping[str, Any], work: Workbook) -> tuple[ladder.Shape, str, list[str]]:
    rows = trials(work, change["change"])
    own = ladder.shape(rows[rows["metric"] == change["metric"]], change["assigned"])
    return own, *ladder.recognised(own)


# ---------------------------------------------------------------- the picture before the number


@once
def paths(work: Workbook) -> pd.DataFrame:
    """Return the primary metric of every change, date by date: those changed, and the others.

    Returns
    -------
    DataFrame
        One row per ``novelty``, ``side`` (changed, others) and ``date``: ``value``, mean of the
        cases, with ``n`` and ``unit``; ``begun``, the first date of the new way. Where cases
        were drawn, the sides are the two ways of working.
    """
    columns = ["novelty", "side", "date", "value", "n", "unit", "begun"]
    parts = [pd.DataFrame(columns=columns)]
    for change in work.table("changes").to_dict("records"):
        rows = trials(work, change["change"])
        rows = rows[rows["metric"] == change["metric"]]
        new = rows[rows["way"] == ladder.NEW]
        if new.empty:
            continue
        _, found, _ = _design(change, work)
        mine = rows["way"] == ladder.NEW if found == "cases" else rows["unit"].isin(new["unit"])
        sides = rows.assign(side=mine.map({True: "changed", False: "others"}))
        shown = ladder.merged(sides, False, ["side", "date"]).drop(columns="sd")
        unit = judged(work, change["metric"]).unit
        parts.append(shown.assign(novelty=change["change"], unit=unit, begun=new["date"].min()))
    rows = pd.concat([part for part in parts if len(part)] or parts)[columns]
    return _about(rows, "paths", work, ["novelty", "side", "date"])


@once
def sides(work: Workbook) -> pd.DataFrame:
    """Put before and after, changed and others side by side: means of all cases, nothing tested.

    Returns
    -------
    DataFrame
        One row per ``novelty``: ``changed_before``, ``changed_after``, ``others_before``,
        ``others_after`` in ``unit``, and ``n`` cases. The effect is judged by units, and by the
        dates of its design; so these four need not give the same number.
    """
    made = []
    for novelty, own in paths(work).groupby("novelty", sort=False):
        row = {"novelty": novelty, "unit": own["unit"].iloc[0], "n": int(own["n"].sum())}
        for side in ("changed", "others"):
            late = own["date"] >= own["begun"]
            for name, when in (("before", ~late), ("after", late)):
                part = own[when & (own["side"] == side)]
                mean = (part["value"] * part["n"]).sum() / part["n"].sum() if len(part) else NAN
                row[f"{side}_{name}"] = mean
        made.append(row)
    names = [f"{side}_{when}" for side in ("changed", "others") for when in ("before", "after")]
    table = pd.DataFrame(made, columns=["novelty", "unit", *names, "n"]).assign(why="nobody_there")
    return _about(table, "sides", work, ["novelty"])


# ---------------------------------------------------------------- effects


@once
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
    least_served, group, pretrend, placebo_time, placebo_units. What one in twenty placebo
    units, or groups of units, would show has no interval.
    """
    rows = [
        {"novelty": change["change"], **row}
        for change in work.table("changes").to_dict("records")
        for row in _effects(change, work)
    ]
    return _about(pd.DataFrame(rows, columns=COLUMNS), "effects", work, COLUMNS[:4])


def _effects(change: Mapping[str, Any], work: Workbook) -> Iterator[dict[str, Any]]:
    rows = trials(work, change["change"])
    sure, assigned = sureness(change, rows), change["assigned"]
    primary = judged(work, change["metric"], change["worthwhile"])
    own = rows[rows["metric"] == primary.code]
    yield (main := _estimated("primary", primary, own, assigned, sure))
    for metric, part in rows[rows["metric"] != primary.code].groupby("metric", sort=False):
        known = judged(work, str(metric))
        if metric == changes.STOP_METRIC:
            yield _stop(known, part)
        else:
            yield _estimated("guardrail", known, part, assigned, sure)
    for segment, role, part in _groups(primary, own):
        yield _estimated(role, primary, part, assigned, sure) | {"segment": segment}
    yield from _checks(primary, own, main, sure)


def sureness(change: Mapping[str, Any], rows: pd.DataFrame) -> float:
    """Return the level of all intervals of a change at the look its data have reached."""
    return rule.confidence(*looked(change, rows))


def looked(change: Mapping[str, Any], rows: pd.DataFrame) -> tuple[int, int]:
    """Return which look the data have reached, of how many planned."""
    looks = 1 if pd.isna(change["looks"]) else int(change["looks"])
    look = pd.to_numeric(rows["look"]).max()
    return (1 if pd.isna(look) else min(int(look), looks)), looks


def _estimated(
    role: str, metric: Judged, rows: pd.DataFrame, assigned: str, sure: float
) -> dict[str, Any]:
    """Estimate one metric by the design its own rows are."""
    design, _ = ladder.recognised(ladder.shape(rows, assigned))
    used = ladder.used(rows, design)
    found = NOTHING if design == "story" else ladder.estimate(used, design, metric.share, sure)
    return _row(role, metric, _turned(found, metric.sign), design, used["n"].sum(), sure)


def _row(
    role: str, metric: Judged, found: Effect, design: str, n: float, sure: float
) -> dict[str, Any]:
    """Say one effect, plus being better, and what it shows by the rule."""
    limit = float(special.ndtri((1 + sure) / 2))
    if role == "primary":
        shown = rule.primary(found.low, found.high, metric.margin)
    else:
        shown = rule.guardrail(-found.high, -found.low, metric.margin)
    return {
        "role": role, "metric": metric.code, "segment": "—", "effect": found.value,
        "effect_low": found.low, "effect_high": found.high, "margin": metric.margin,
        "shows": str(shown), "detectable": (found.high - found.low) / 2 * (1 + SEEN / limit),
        "p": found.p, "by_chance": 100 * found.p, "n": int(n) or math.nan,
        "strength": ladder.GRADES[design], "design": design,
        "sureness": 100 * sure, "unit": metric.unit, "effect_why": "no_numbers",
        "n_why": "nothing_measured",
    }  # fmt: skip


def _stop(metric: Judged, rows: pd.DataFrame) -> dict[str, Any]:
    """Hold the share of "unbearable" among those who work the new way against the stop."""
    new = rows[rows["way"] == ladder.NEW]
    share = intervals.wilson((new["value"] * new["n"]).sum() / 100, new["n"].sum())
    away = [changes.UNBEARABLE - 100 * end for end in (share.value, share.high, share.low)]
    found = Effect(*away, int(share.n))
    made = _row("stop", metric, found, "story", share.n, method.CONFIDENCE)
    return made | {"shows": "harmed" if found.high < 0 else "safe"}


def _groups(metric: Judged, rows: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield each group of clients; the one served worst before is a guardrail."""
    named = rows[rows["segment"] != ""]
    old = named[named["way"] == ladder.OLD]
    if named["segment"].nunique() < 2 or old.empty:
        return
    means = ladder.merged(old, False, ["segment"]).set_index("segment")["value"]
    worst = (metric.sign * means).idxmin()
    for segment, part in named.groupby("segment", sort=False):
        yield str(segment), "least_served" if segment == worst else "group", part


def _checks(
    metric: Judged, rows: pd.DataFrame, main: Mapping[str, Any], sure: float
) -> Iterator[dict[str, Any]]:
    """Ask whether it could be something else than the change."""
    design = main["design"]
    about = {"design": design, "n": main["n"], "sure": sure}
    if design in ladder.COMPARED:
        found = _turned(ladder.pretrend(rows, sure), metric.sign)
        shows = {"shows": _alike(found, metric.margin), "effect_why": "no_fair_limits"}
        yield _row("pretrend", metric, found, **about) | shows
    for role, placebo in ladder.placebos(rows, design, metric.share, metric.sign, sure):
        found = _turned(placebo, metric.sign)
        shows = {"shows": _heard(found, main["effect"]), "effect_why": "no_fair_limits"}
        yield _row(role, metric, found, **about) | shows


def _heard(found: Effect, effect: float) -> str:
    """Say whether a placebo shows as much: loud, unclear where that may be chance, or quiet."""
    alone = math.isnan(found.low)
    as_much = effect > 0 and found.value >= (1 if alone else LOUD) * effect
    if not as_much:
        return "quiet"
    return "loud" if alone or found.low > 0 else "unclear"


def _alike(found: Effect, margin: float) -> str:
    """Say whether those compared ran alike before: quiet, loud where they drifted, or unclear.

    Alike when the whole interval lies within the worthwhile difference, never because p is
    large.
    """
    if -margin < found.low and found.high < margin:
        return "quiet"
    return "loud" if found.low > 0 or found.high < 0 else "unclear"


def _turned(found: Effect, sign: int) -> Effect:
    """Turn an effect so that plus is better."""
    if sign > 0:
        return found
    return found._replace(value=-found.value, low=-found.high, high=-found.low)


def _about(rows: pd.DataFrame, name: str, work: Workbook, key: list[str]) -> pd.DataFrame:
    return about(rows, name, work, key=key, of=["changes", "trials"])
