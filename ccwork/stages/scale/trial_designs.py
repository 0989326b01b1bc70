"""The ladder of designs: how good a proof the data of a change can be, and its estimate.

A design is recognised from the rows of a trial, never from what people hoped for. What a
higher design would have needed is said in codes.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.stages.scale import trial_rows
from ccwork.stages.scale.trial_rows import (
    KEY,
    NEW,
    OLD,
    dated,
    drawn,
    line,
    merged,
    panel,
    settled,
)
from ccwork.stats import intervals
from ccwork.stats.trials import diff_in_diff, interrupted_time_series, stepped_wedge
from ccwork.stats.trials.diff_in_diff import Effect

UNITS: Final = 4
"""So many units an arm at least: 3 against 3 can never reach a p below 0.10."""

WEDGE_UNITS: Final = 8
STARTS: Final = 3
"""A stepped wedge has so many units and starts at least (our choice)."""

BEFORE: Final = diff_in_diff.LEAST_BEFORE
POINTS: Final = interrupted_time_series.POINTS

CASES: Final = method.MIN_COMPARED

PURE: Final = 5
"""Days of one way only, where chance drawing cases would mix them but once in 32 (our choice)."""


NOTHING: Final = Effect(math.nan, math.nan, math.nan, 0)
Check = tuple[str, Effect]
Checking = Callable[[pd.DataFrame, bool, int, float], Iterable[Check]]


class Shape(NamedTuple):
    """What a trial has: how it was assigned, units, dates and cases on either side.

    ``mixed``: in some unit both ways ran at one time; ``alongside``: in every unit changed, and
    for half the time of the new way at least (our choice), as when chance shares out cases.
    ``switched``: cases that worked both ways; ``days``: days of the rarer way where chance drew
    whole days, else 0.
    """

    assigned: str
    treated: int
    control: int
    starts: int
    before: int
    after: int
    mixed: bool
    fewest: int
    alongside: bool = False
    switched: int = 0
    days: int = 0


def shape(rows: pd.DataFrame, assigned: str, switched: int = 0) -> Shape:
    """Return what the rows of one metric of a change have.

    Parameters
    ----------
    rows
        Columns ``unit``, ``date``, ``way``, ``value``, ``n``, ``sd`` of the table ``trials``.
    assigned
        How those to be changed were chosen: random, chosen, worst, everywhere.
    switched
        Cases left out because they worked both ways.
    """
    new, old = rows[rows["way"] == NEW], rows[rows["way"] == OLD]
    begins, ends = new.groupby("unit")["date"].min(), old.groupby("unit")["date"].max()
    both = begins.index.intersection(ends.index)
    first = new["date"].min()
    mine = rows[rows["unit"].isin(begins.index)]
    alongside = len(new) > 0 and set(begins.index) == set(trial_rows.shared(rows))
    counted = drawn(rows) if alongside else rows
    each = [counted.loc[counted["way"] == way, "n"].sum() for way in (NEW, OLD)]
    return Shape(
        assigned=assigned,
        treated=len(begins),
        control=old.loc[~old["unit"].isin(begins.index), "unit"].nunique(),
        starts=begins.nunique(),
        before=mine.loc[mine["date"] < first, "date"].nunique(),
        after=mine.loc[mine["date"] >= first, "date"].nunique(),
        mixed=bool((ends[both] >= begins[both]).any()),
        fewest=int(min(each)),
        alongside=alongside,
        switched=switched,
        days=_days(counted) if alongside else 0,
    )


def _days(drawn: pd.DataFrame) -> int:
    """Return the days of the rarer way where no day has both, though chance would mix them."""
    cells = merged(drawn, False, KEY)
    pure = not cells.duplicated(["unit", "date"]).any()
    by_day = pure and (cells["n"] - 1).sum() >= PURE
    return int(cells["way"].value_counts().min()) if by_day else 0


# ---------------------------------------------------------------- estimates


def _units(rows: pd.DataFrame, share: bool, confidence: float) -> Effect:
    """Compare units changed with others: their changes, or their means without a before."""
    found = panel(rows)
    values = settled(found)
    own = (
        diff_in_diff.unit_gains(values, found.start) if found.start else np.nanmean(values, axis=1)
    )
    return diff_in_diff.compare(own, found.treated, confidence)


def _wedge(rows: pd.DataFrame, share: bool, confidence: float) -> Effect:
    found = panel(rows)
    starts = np.where(found.treated, found.new.argmax(axis=1), stepped_wedge.NEVER)
    return stepped_wedge.wedge_effect(found.values, starts, confidence, strata=tiers(rows, starts))


def _series(
    rows: pd.DataFrame, share: bool, confidence: float, controlled: bool = False
) -> Effect:
    """Estimate the mean difference of the two lines over the periods with the change."""
    values, start, season = dated(rows, controlled)
    fit = interrupted_time_series.segmented(values, start, season)
    return interrupted_time_series.effect(fit, (len(values) - start + 1) / 2, confidence)


def tiers(rows: pd.DataFrame, starts: np.ndarray) -> np.ndarray | None:
    """Return the tiers a roll-out went by, one a unit in order of names; None: no tiers.

    Ready units began first where the starts of every readiness lie before those of the next
    one: only the order within a readiness was then left to chance.
    """
    if "readiness" not in rows:
        return None
    known = rows.groupby("unit")["readiness"].first()
    ready = known.replace("", np.nan).astype(float)
    if ready.isna().any() or ready.nunique() < 2:
        return None
    each = pd.Series(starts, index=known.index).groupby(-ready).agg(["min", "max"])
    apart = (each["min"].to_numpy()[1:] >= each["max"].to_numpy()[:-1]).all()
    return ready.to_numpy() if apart else None


def _by_day(rows: pd.DataFrame, share: bool, confidence: float) -> Effect:
    """Compare whole days, each less the middle of the two ways in its unit."""
    cells = merged(rows, share, KEY)
    ways = cells.groupby(["unit", "way"])["value"].transform("mean")
    middle = ways.groupby(cells["unit"]).transform(lambda own: own.drop_duplicates().mean())
    return diff_in_diff.compare(cells["value"] - middle, cells["way"] == NEW, confidence)


def _groups(rows: pd.DataFrame, share: bool, confidence: float) -> Effect:
    both = merged(rows, share, ["way"]).set_index("way").reindex([OLD, NEW])
    old, new = both[["value", "sd", "n"]].to_numpy(float).tolist()
    spread = both["sd"].notna().all()
    if not spread:
        old, new = (intervals.moments(rows.loc[rows["way"] == way, "value"]) for way in (OLD, NEW))
    error = intervals.welch_error(*old[1:], *new[1:])
    found = diff_in_diff.of_t(new[0] - old[0], *error, int(both["n"].min()), confidence)
    if share and spread:
        told = [x for row in both.itertuples() for x in (row.value / 100 * row.n, row.n)]
        value, low, high = intervals.newcombe(*told, confidence).times(100)[:3]
        found = found._replace(value=value, low=low, high=high)
    return found


# ---------------------------------------------------------------- could it be something else


def _of_units(rows: pd.DataFrame, share: bool, sign: int, confidence: float) -> Iterator[Check]:
    found = panel(rows)
    values, treated, start = settled(found), found.treated, found.start
    gains = diff_in_diff.unit_gains(values, start)
    drifts = diff_in_diff.unit_drifts(values, start)
    yield "beyond_drift", diff_in_diff.compare(gains - drifts, treated, confidence)
    yield "pretrend", diff_in_diff.compare(drifts, treated, confidence)
    if at := diff_in_diff.placebo_dates(values, treated, start, confidence):
        yield "placebo_time", max(at.values(), key=lambda effect: sign * effect.value)
    yield from _elsewhere(sign * diff_in_diff.placebo_groups(gains, treated), sign)


def _of_series(
    rows: pd.DataFrame, share: bool, sign: int, confidence: float, controlled: bool = False
) -> Iterator[Check]:
    values, start, season = dated(rows, controlled)
    if (fake := start - POINTS) >= interrupted_time_series.LEAST:
        fit = interrupted_time_series.segmented(values[:start], fake, season[:start])
        yield "placebo_time", interrupted_time_series.effect(fit, (POINTS + 1) / 2, confidence)
    if controlled:
        yield from _elsewhere(sign * elsewhere(rows), sign)


def _of_dates(rows: pd.DataFrame, share: bool, sign: int, confidence: float) -> Iterator[Check]:
    if len(before := trial_rows.earlier(rows, sign)):
        yield "placebo_time", _groups(trial_rows.cases(before), share, confidence)


def _elsewhere(shown: np.ndarray, sign: int) -> Iterator[Check]:
    """Yield what one in twenty placebo groups would show at least, plus being better."""
    known = np.sort(shown[~np.isnan(shown)])[::-1]
    if len(known):
        top = sign * float(known[int(diff_in_diff.RARE * len(known) + 1e-9)])
        yield "placebo_units", Effect(top, math.nan, math.nan, len(known))


def elsewhere(rows: pd.DataFrame) -> np.ndarray:
    """Return the effect each unit not changed shows where it stands for those changed."""
    shown = [
        _series(each, False, method.CONFIDENCE, True).value for each in trial_rows.swapped(rows)
    ]
    return np.array(shown, dtype=float)


# ---------------------------------------------------------------- designs


class Need(NamedTuple):
    """What the shape of a trial must have for a design, and the code of its lack."""

    lack: str
    there: Callable[[Shape], bool]


RANDOM: Final = Need("not_random", lambda own: own.assigned == "random")
FAIR: Final = Need("chosen_worst", lambda own: own.assigned != "worst")
BESIDE: Final = Need("not_side_by_side", lambda own: own.alongside)
APART: Final = Need("mixed", lambda own: not own.mixed)
CONTROL: Final = Need("no_control", lambda own: own.control > 0)
MANY: Final = Need("few_cases", lambda own: own.fewest >= CASES)
LONG: Final = Need("short_series", lambda own: min(own.before, own.after) >= POINTS)
ARMS: Final = Need(
    "few_units", lambda own: not own.control or min(own.treated, own.control) >= UNITS
)
""":data:`UNITS` an arm; where nobody was left unchanged, :data:`CONTROL` says it."""

OTHERS: Final = Need(
    "few_units", lambda own: not own.control or (own.treated >= 1 and own.control >= UNITS)
)


@dataclass(frozen=True)
class Design:
    """One step of the ladder: what it needs, what it compares, how it estimates and doubts.

    Attributes
    ----------
    name, grade
        Its code, and how good a proof it is: "A" to "E" (the method).
    needs
        What the shape of a trial must have for it.
    used
        Takes the rows of a trial, returns those it compares.
    estimate
        Takes the rows used, whether values are shares, and the level of the interval; returns
        new minus old in the unit of the values.
    checks
        Takes all rows, share, sign (1 where more is better) and level; yields "beyond_drift"
        (what is left of the effect had all drifted on as before), then "pretrend" (would those
        compared have drifted apart as before), "placebo_time" or "placebo_units", each with the
        effect where nothing was done.
    line
        Of a series: takes the rows, returns values and the start.
    by_case
        Cases, not units, had the change.
    """

    name: str
    grade: str
    needs: tuple[Need, ...] = ()
    used: Callable[[pd.DataFrame], pd.DataFrame] = field(default=lambda rows: rows)
    estimate: Callable[[pd.DataFrame, bool, float], Effect] = field(default=lambda *_: NOTHING)
    checks: Checking = field(default=lambda *_: ())
    line: Callable[[pd.DataFrame], tuple[np.ndarray, int]] | None = None
    by_case: bool = False

    @property
    def by_unit(self) -> bool:
        """Whether whole units prove it, enough of them; few of them allow one look."""
        return self.grade in "AB" and not self.by_case

    def lacking(self, own: Shape) -> list[str]:
        """Return the codes of what a trial lacks for it; none: the design is there."""
        return [need.lack for need in self.needs if not need.there(own)]


LADDER: Final = (
    Design(
        "days", "A", (RANDOM, BESIDE, Need("few_days", lambda own: own.days >= UNITS)),
        drawn, _by_day, by_case=True,
    ),
    Design(
        "cases", "A",
        (RANDOM, BESIDE, MANY, Need("both_ways", lambda own: not own.switched),
         Need("few_days", lambda own: not own.days)),
        drawn, _groups, by_case=True,
    ),
    Design("clusters", "A", (RANDOM, APART, CONTROL, ARMS), estimate=_units),
    Design(
        "wedge", "A",
        (RANDOM, APART, Need("few_units", lambda own: own.treated >= WEDGE_UNITS),
         Need("few_starts", lambda own: own.starts >= STARTS)),
        estimate=_wedge,
    ),
    Design(
        "comparison", "B",
        (FAIR, APART, CONTROL, ARMS, Need("few_before", lambda own: own.before >= BEFORE)),
        estimate=_units, checks=_of_units,
    ),
    Design(
        "controlled", "C", (FAIR, CONTROL, LONG), estimate=partial(_series, controlled=True),
        checks=partial(_of_series, controlled=True), line=partial(line, controlled=True),
    ),
    Design("series", "C", (LONG,), estimate=_series, checks=_of_series, line=line),
    Design(
        "small_comparison", "D",
        (FAIR, APART, CONTROL, OTHERS,
         Need("few_before", lambda own: own.before >= 1 and own.after >= 1)),
        estimate=_units, checks=_of_units,
    ),
    Design("switched", "D", (RANDOM, BESIDE, MANY), drawn, _groups, by_case=True),
    Design("before_after", "D", (MANY,), trial_rows.around, _groups, _of_dates),
    Design("story", "E"),
)  # fmt: skip
"""The best first (the method)."""

DESIGNS: Final = {design.name: design for design in LADDER}
STORY: Final = LADDER[-1]


def recognised(own: Shape) -> Design:
    """Return the best design a trial is."""
    return next(design for design in LADDER if not design.lacking(own))


def wanting(own: Shape, found: Design) -> list[str]:
    """Return what a trial lacks for a better grade than that of the design it is.

    Of the designs of a better grade the one that lacks least is told, of equals the nearest;
    and that the worst were chosen, or cases worked both ways, where they did. Where nothing
    was measured of the new way, just that.
    """
    if not own.treated:
        return ["no_data"]
    better = [design.lacking(own) for design in LADDER if design.grade < found.grade]
    least = min(reversed(better), key=len, default=[])
    worst = [code for code in sum(better, []) if code in ("chosen_worst", "both_ways")][:1]
    return list(dict.fromkeys([*worst, *least]))
