"""Waits before each step, with what the law makes wait set apart.

The wait before a step is the time from the last end of any earlier step of the same case (where
ends are not known: from its start) to the start of the step; the first step of a case has none.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.measure.process.events import ordered_events
from ccwork.read.cache import once
from ccwork.read.logs.log_events import CLIENT, MOST_MISSING, OTHER, OWN, coded, distinct
from ccwork.read.logs.timestamps import HOUR
from ccwork.read.workbook import Workbook
from ccwork.stats import intervals

ALIKE, MOST_ALIKE, FEWEST_ALIKE = 0.01, 0.8, 5
"""Waits are "always the same" when this share of at least so many differ by one percent, or,
from a day up, by an hour (our choice)."""

DAY, MINUTE = 24.0, 1 / 60

LAW: Final = ("by_law", "by_law_used")

WAITS: Final = [
    "step", "n", "passed", "waited", "waits", "wait", "wait_low", "wait_high",
    "p90", "p90_low", "p90_high", "hours", "norm",
    "within", "within_low", "within_high", "excess", "statutory", "term_set", "awaited", "why",
]  # fmt: skip


def waits(steps: pd.DataFrame) -> pd.DataFrame:
    """Measure the wait before each step, with what the law makes wait set apart.

    Returns
    -------
    DataFrame
        One row a step, the longest wait in all first, statutory ones last: ``step``, ``n``
        cases with a wait (the first step of a case has none) of ``passed`` that have the step,
        ``waited`` those that waited a minute or more (not told below ten), ``waits`` how often
        in all; ``wait`` the median wait with limits, ``p90`` with limits, ``hours`` in all;
        ``share`` of all waiting that is not statutory (percent); ``norm`` (hours, median of
        those given), ``within`` with Wilson limits: the percentage that kept to it; ``excess``,
        hours beyond the norm, and ``excess_share`` (percent of the excess of all steps);
        ``statutory`` "yes" or "no"; ``term_set`` "by_law", "by_law_used", "by_law_over",
        "term_used", "term_asked" or ""; ``awaited`` who acts next: client, own, other, unknown.
        Where there is no share the column ``why`` says so: "no_norm" or "statutory".

    Notes
    -----
    A norm is held against wait and work together: from the last end before the step to its
    own end (where that is not known, to its start). A step is statutory only where most of its
    rows say so (``kind``) and most do not wait longer than the norm. Where at least
    :data:`MOST_ALIKE` of its waits equal its norm, a term is used up to its last hour; where
    without a norm, from a day up, they equal their median, somebody may have set a term: that
    is asked, and the wait is ranked as any other. Several waits of a case are no more evidence
    than one: limits are those of ``n`` cases.
    """
    table = pd.DataFrame([_step_wait(*each) for each in _by_step(steps)], columns=WAITS)
    free = table["statutory"] == "no"
    for column, share in (("hours", "share"), ("excess", "excess_share")):
        total = table.loc[free, column].sum()
        none = 0.0 if column == "excess" else np.nan
        shown = 100 * table[column] / total if total > 0 else none
        table[share] = np.where(free & table[column].notna(), shown, np.nan)
    order = table.assign(last=~free).sort_values(
        ["last", "hours"], ascending=[True, False], kind="stable", ignore_index=True
    )
    whose = np.where(order["last"], "statutory", "no_time")
    return order.drop(columns="last").assign(waited_why="too_few", share_why=whose)


def waits_of_each(steps: pd.DataFrame) -> pd.DataFrame:
    """Return :func:`waits`; of several services each apart, with its code in ``service``.

    Shares are of the waiting of the service; the largest stand first.
    """
    parts = [waits(own).assign(service=code) for code, own in _of_services(steps)]
    if len(parts) == 1:
        return parts[0].drop(columns="service")
    order = pd.concat(parts, ignore_index=True)
    return order.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def _of_services(steps: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return the steps of each service; those of a single one are not copied."""
    if len(steps) and (steps["service"] == steps["service"].iloc[0]).all():
        return [(str(steps["service"].iloc[0]), steps)]
    groups = steps.groupby("service", sort=False, observed=True)
    return [(str(code), own) for code, own in groups]


@once
def each_wait(work: Workbook, service: str = "") -> pd.DataFrame:
    """Return every wait behind the table "waits": ``service``, ``step``, ``gap`` in hours."""
    steps = work.table("steps")
    steps = steps[steps["service"] == service] if service else steps
    parts = [
        pd.DataFrame({"step": step, "gap": part.gap, "service": code})
        for code, own in _of_services(steps)
        for step, part in _by_step(own)
    ]
    rows = pd.concat(parts) if parts else pd.DataFrame(columns=["step", "gap", "service"])
    return rows.dropna(ignore_index=True)


class _Passed(NamedTuple):
    """What is to be known of the events of one step, an array a column; who acts how often."""

    case: np.ndarray
    gap: np.ndarray
    norm: np.ndarray
    said: np.ndarray
    work: np.ndarray
    actor: Any


def _by_step(steps: pd.DataFrame) -> Iterator[tuple[str, _Passed]]:
    """Return what is to be known of every event, step by step; steps nobody waits for are out."""
    events = ordered_events(steps)
    codes, words = coded(steps["step"])
    actors, names = coded(steps["actor"])
    said = steps["kind"].eq("statutory") if "kind" in steps else pd.Series(False, steps.index)
    norm = steps["norm"].to_numpy(float) if "norm" in steps else np.full(len(steps), np.nan)
    known = (norm[events.rows], said.to_numpy(bool)[events.rows], actors[events.rows])
    order = np.argsort(codes[events.rows], kind="stable")
    case, start, end, gap = events.case, events.start, events.end, events.gap
    del events  # a long log needs the room
    ends = np.bincount(codes, minlength=len(words)).cumsum()
    for at in sorted(range(len(words)), key=words.__getitem__):
        own = order[ends[at - 1] if at else 0 : ends[at]]
        norm, said, actor = (column[own] for column in known)
        work, actor = (end[own] - start[own]) / HOUR, _counted(actor, names)
        part = _Passed(case[own], gap[own], norm, said, work, actor)
        if not np.isnan(part.gap).all():
            yield str(words[at]), part


def _step_wait(step: str, passed: _Passed) -> dict[str, object]:
    """Return the figures of the waits before one step."""
    waited = ~np.isnan(passed.gap)
    case, gap, norm, said, work = (column[waited] for column in passed[:5])
    n, long_ = distinct(case), distinct(case[gap >= MINUTE])
    term = _term(gap, work, norm, bool(said.mean() > MOST_MISSING))
    statutory = term in LAW
    limited = ~np.isnan(norm)
    over = np.maximum(gap + work - norm, 0)[limited]
    # a minute of rounding in a log must not make a step late
    kept = int((over < MINUTE).sum())
    judged = limited.any() and not statutory
    repeats = limited.sum() / max(distinct(case[limited]), 1)
    within = intervals.wilson(kept, int(limited.sum()), max(repeats, 1)).times(100)
    median, p90 = (intervals.quantile(gap, q, cases=n) for q in (0.5, 0.9))
    figures = [
        step, n, distinct(passed.case),
        np.nan if 0 < long_ < method.MIN_SHOWN else long_, len(gap),
        *median[:3], *p90[:3], gap.sum(),
        float(np.median(norm[limited])) if limited.any() else np.nan,
        *(within[:3] if judged else [np.nan] * 3), over.sum() if judged else np.nan,
        "yes" if statutory else "no", term, _awaited(passed.actor),
        "statutory" if statutory else "no_norm",
    ]  # fmt: skip
    return dict(zip(WAITS, figures, strict=True))


def _term(gap: np.ndarray, work: np.ndarray, norm: np.ndarray, law: bool) -> str:
    """Say who set the wait, and whether nearly all equal their norm, or else their median."""
    middle = np.median(gap)
    free = np.isnan(norm)
    aim = np.where(free, middle if middle >= DAY and not law else np.nan, norm)
    near = np.maximum(ALIKE * aim, np.where(aim >= DAY, 1.0, 0.0))
    alike = (np.abs(gap - aim) <= near) | (np.abs(gap + work - aim) <= near) & ~free
    if len(gap) < FEWEST_ALIKE or (alike & (aim > 0)).mean() < MOST_ALIKE:
        longer = law and not free.all() and np.median((gap - aim - near)[~free]) > 0
        return "" if not law else "by_law_over" if longer else "by_law"
    if law:
        return "by_law_used"
    return "term_asked" if free.mean() > MOST_MISSING else "term_used"


def _counted(actors: np.ndarray, names: np.ndarray) -> dict[str, int]:
    """Return how often each of those acts who do."""
    counts = np.bincount(actors, minlength=len(names)).tolist()
    return {name: n for name, n in zip(names, counts, strict=True) if n}


def _awaited(named: dict[str, int]) -> str:
    """Return whose turn the step mostly is, where most of its rows say it."""
    if named.get("", 0) / sum(named.values()) > MOST_MISSING:
        return "unknown"
    most = min(filter(None, named), key=lambda name: (-named[name], name))
    return most if most in (CLIENT, OTHER) else OWN
