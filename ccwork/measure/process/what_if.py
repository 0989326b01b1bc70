"""What if: one service's log with a step taken out, shortened or moved, if nothing else changes.

A change takes steps and returns steps, so changes can be put one on another::

    steps = whatif.steps_of(work, "certificate")
    easier = whatif.capped(whatif.without(steps, "copy"), "decide")
    show.table(savings.yearly(work, steps, easier, "no copy, decision in time"))

Time is calendar time. Time somebody else works in is never won; the wait before a step goes
with the step. Nothing is said of side effects: people may come more often, a step made
shorter may be done worse. Such a figure is an upper bound to try, not an effect.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.measure.process import case_tables, handovers, summaries, waiting_times
from ccwork.read.cache import while_same
from ccwork.read.logs import log_events
from ccwork.read.logs.timestamps import HOUR
from ccwork.read.workbook import Workbook
from ccwork.stats import bootstrap, intervals, queueing
from ccwork.tell.tables import about

DRAWS: Final = 1000
"""Samples of cases drawn for an interval (our choice)."""

LEVERED: Final = ["case", "step", "start", "end", "norm", "began"]
"""What is to be known of a step to change it."""

MANY: Final = 5000
"""From so many cases up the interval of a mean is that of t: it is the same (our choice)."""

OF: Final = ["steps"]

PROMISE: Final = 15.0
"""Minutes nobody should wait longer in the queue of a state's service centre (the promise)."""

SHARE: Final = 0.95
"""Share of people for whom the promise must be kept (our choice)."""


# ---------------------------------------------------------------- cases and their time


def steps_of(work: Workbook, service: str) -> pd.DataFrame:
    """Return the steps of the cases of one service that have ended, case by case in time.

    An open case tells nothing of what its remaining steps would take.
    """
    steps = work.table("steps")
    steps = steps[steps["service"] == service]
    if steps.empty:
        return _ordered(steps)
    cases = case_tables.journey(work, "cases", service)
    return _ordered(summaries.of_cases(steps, cases[~cases["open"].astype(bool)]))


def _ordered(steps: pd.DataFrame) -> pd.DataFrame:
    """Sort by case and time; a step whose end is unknown ends as it starts (our choice)."""
    steps = steps.assign(end=steps["end"].where(steps["end"].notna(), steps["start"]))
    if pd.api.types.is_integer_dtype(steps["case"]) and _in_order(steps):
        return steps.reset_index(drop=True)
    return steps.sort_values(["case", "start", "end"], ignore_index=True)


def _in_order(steps: pd.DataFrame) -> bool:
    """Tell whether steps with numbers for cases stand in order: that is faster than to sort."""
    case = np.diff(steps["case"])
    start, end = np.diff(_clock(steps["start"])), np.diff(_clock(steps["end"]))
    later = (start > 0) | (start == 0) & (end >= 0)
    return bool(((case > 0) | (case == 0) & later).all())


def _clock(moments: pd.Series) -> np.ndarray:
    return moments.to_numpy("datetime64[us]").astype("int64")


def idle_hours(steps: pd.DataFrame) -> pd.Series:
    """Return the hours before each step in which nothing happened to its case.

    From the latest end of any earlier step; the first step of a case has no wait before it,
    unless an earlier one was taken out: then from the beginning of the case (``began``).
    `steps` stand case by case in order of time.
    """
    covered = steps.assign(at=_clock(steps["end"])).groupby("case")["at"].cummax()
    before = covered.groupby(steps["case"]).shift()
    if "began" in steps:
        before = before.fillna(pd.Series(_clock(steps["began"]), steps.index))
    gap = (_clock(steps["start"]) - before) / HOUR
    return gap.clip(lower=0).fillna(0.0)


def case_clocks(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the clocks of every case.

    Returns
    -------
    DataFrame
        One row per case: ``lead`` from the first start to the last end, ``client`` in which
        the client himself acted (both in hours, calendar time), ``actions`` the steps the
        client took. The last two are missing where most rows do not say who acts. The clock of
        a case whose first step was taken out still starts when the case began (``began``): a
        client does not wait less for not having been asked.
    """
    steps = _ordered(steps)
    mine = steps["actor"] == "client"
    hours = (_clock(steps["end"]) - _clock(steps["start"])) / HOUR
    known = 1.0 if handovers.told(steps["actor"]) else np.nan
    parts = steps.assign(client=hours * mine * known, actions=mine * known).groupby("case")
    cases = parts[["client", "actions"]].sum(min_count=1)
    return cases.assign(lead=_lead(steps))[["lead", "client", "actions"]]


# ---------------------------------------------------------------- changes


def without(steps: pd.DataFrame, *codes: str) -> pd.DataFrame:
    """Take steps out of every case, with the wait before each of them.

    A document no longer asked for is a step of the client taken out. Time in which another
    step was under way stays, and so does the wait after it: a case begins when it began
    (column ``began``), whichever step comes first then.
    """
    steps = _ordered(steps)
    if "began" not in steps and steps["step"].isin(codes).any():
        steps = steps.assign(began=steps.groupby("case")["start"].transform("min"))
    start, end = _clock(steps["start"]), _clock(steps["end"])
    out = steps["step"].isin(codes).to_numpy()
    wait = _wait_of(steps)
    shown = np.where(out, end, start), end
    return _cut(steps, shown, (np.where(out, start - wait, end), end))[~out].reset_index(drop=True)


def capped(
    steps: pd.DataFrame, code: str, hours: float | None = None, *, of: str = "step"
) -> pd.DataFrame:
    """Let a step, or the wait before it, last no longer than so many hours.

    Parameters
    ----------
    hours
        The cap; None: the norm that stands beside each step; a step without one is left alone.
    of
        "step" or "wait".
    """
    intervals.demand(of in ("step", "wait"), "`of` must be 'step' or 'wait'", of)
    intervals.demand(hours is None or hours >= 0, "`hours` must be 0 or more", hours)
    steps = _ordered(steps)
    start, end = _clock(steps["start"]), _clock(steps["end"])
    norm = steps["norm"].astype(float) if hours is None else pd.Series(hours, steps.index)
    norm = norm.where(steps["step"] == code, np.inf).fillna(np.inf).to_numpy() * HOUR
    if of == "step":
        last = (start + np.minimum(end - start, norm)).astype("int64")
        return _cut(steps, (start, last), (last, end))
    wait = _wait_of(steps)
    return _cut(steps, (start, end), (start - (wait - np.minimum(wait, norm)), start))


def parallel(steps: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Begin two steps at the same moment, in every case that has both.

    Each keeps its wait and its length; the shorter of the two (wait included) is put beside
    the longer one, so its time is won. Meant for steps neither of which needs the result of
    the other; of repeated steps the first is moved.
    """
    steps = _ordered(steps)
    pairs = _pairs(steps, one, other)
    start, end, wait = _clock(steps["start"]), _clock(steps["end"]), _wait_of(steps)
    length = wait + end - start
    first, second = pairs["one"].to_numpy(), pairs["other"].to_numpy()
    shorter = np.where(length[first] <= length[second], first, second)
    longer = first + second - shorter
    moved = np.isin(np.arange(len(steps)), shorter)
    shown = np.where(moved, end, start), end
    changed = _cut(steps, shown, (np.where(moved, start - wait, end), end))
    begin, until = _clock(changed["start"]).copy(), _clock(changed["end"]).copy()
    begin[shorter] = begin[longer] - wait[longer] + wait[shorter]
    until[shorter] = begin[shorter] + (end - start)[shorter]
    return _ordered(_timed(changed, begin, until))


def _pairs(steps: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Return the places of the first `one` and the first `other` of the cases that have both."""
    rows = steps.assign(place=np.arange(len(steps)))
    first = [
        rows[rows["step"] == code].groupby("case")["place"].first().rename(name)
        for code, name in ((one, "one"), (other, "other"))
    ]
    return pd.concat(first, axis=1, join="inner")


def _wait_of(steps: pd.DataFrame) -> np.ndarray:
    return np.rint(idle_hours(steps).to_numpy() * HOUR).astype("int64")


def _cut(
    steps: pd.DataFrame, shown: tuple[np.ndarray, ...], gone: tuple[np.ndarray, ...]
) -> pd.DataFrame:
    """Take stretches of time out of every case, but for the time some step still fills.

    Parameters
    ----------
    shown
        Start and end of what is left of each row's step.
    gone
        Start and end of the stretch each row gives up.

    Notes
    -----
    All ends of all stretches are put in order; between two of them time is won where a
    stretch is given up and nobody works. Every moment moves back by what was won before it.
    """
    n = len(steps)
    case = np.tile(pd.factorize(steps["case"])[0], 4).astype("int64")
    at = np.concatenate([*shown, *gone])
    order = log_events.by_time(case, at)
    works = np.repeat([1, -1, 0, 0], n)[order].cumsum()
    given = np.repeat([0, 0, 1, -1], n)[order].cumsum()
    length = np.diff(at[order], append=0)
    won = np.where((works[:-1] == 0) & (given[:-1] > 0), length[:-1], 0)
    case = case[order]
    same = case[1:] == case[:-1]
    total = np.concatenate([[0], np.cumsum(np.where(same, won, 0))])[: 4 * n]
    back = np.empty(4 * n, "int64")
    # What earlier cases won is no gain of this one: count from its own first moment.
    begins = np.flatnonzero(np.concatenate([[True], ~same])[: 4 * n])
    back[order] = total - np.repeat(total[begins], np.diff(np.append(begins, 4 * n)))
    return _timed(steps, shown[0] - back[:n], shown[1] - back[n : 2 * n])


def _timed(steps: pd.DataFrame, start: np.ndarray, end: np.ndarray) -> pd.DataFrame:
    return steps.assign(start=start.astype("datetime64[us]"), end=end.astype("datetime64[us]"))


def seed(work: Workbook, name: str) -> int:
    """Return the seed of a drawing: the same for one agency, period and name, on any machine."""
    return bootstrap.seed(work.agency, work.period, name)


# ---------------------------------------------------------------- tables people read


@while_same()
def levers(work: Workbook, steps: pd.DataFrame) -> pd.DataFrame:
    """Say of every step what taking it out, or holding its norm, would save.

    Returns
    -------
    DataFrame
        One row per step and ``lever`` (without, step_norm, wait_norm; the last two where a norm
        stands in the log): ``touched`` per cent of cases it changes, ``saved`` hours of lead
        time per case on average over all cases, with interval; ``statutory`` "yes" where only
        the law could take the step out. In the order in which steps first occur: nothing is
        ranked. Steps that fewer than ten cases passed are left out; of very many steps those
        are taken before which most is waited (:func:`summaries.main_rows`).
    """
    waits = waiting_times.waits(steps).sort_values("hours", ascending=False, ignore_index=True)
    law = dict(zip(waits["step"], waits["statutory"], strict=True))
    main, cut = summaries.main_rows(waits, "levers")
    numbered = steps.filter(LEVERED).assign(case=pd.factorize(steps["case"], sort=True)[0])
    steps = _ordered(numbered)
    n = steps["case"].nunique()
    passed = steps.groupby("step", sort=False)["case"].nunique()
    enough = passed.index[passed >= min(n, method.MIN_SHOWN)]
    told = enough[enough.isin(main["step"])] if cut else enough
    rows = [
        {"step": code, "lever": lever, "statutory": law.get(code, "no"),
         **_saved(part, changed, n, seed(work, f"{code}|{lever}"))}
        for code in told
        for part in [steps[steps["case"].isin(steps.loc[steps["step"] == code, "case"].unique())]]
        for lever, changed in _changes(part, code)
    ]  # fmt: skip
    found = about(rows, "levers", work)
    rare = [("remark.rare_steps", {})] if len(enough) < len(passed) else []
    found.attrs["remarks"] = [*rare, *cut]
    return found


def _changes(steps: pd.DataFrame, code: str) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "without", without(steps, code)
    if steps.loc[steps["step"] == code, "norm"].notna().any():
        yield "step_norm", capped(steps, code)
        yield "wait_norm", capped(steps, code, of="wait")


def _saved(steps: pd.DataFrame, changed: pd.DataFrame, n: int, start: int) -> dict[str, Any]:
    """Return the mean hours won over n cases with interval, and the share of cases changed.

    `steps` and `changed` are of those cases that have the step; the others win nothing.
    """
    before = _lead(steps)
    won = np.zeros(n)
    won[: len(before)] = before - _lead(changed).reindex(before.index, fill_value=0.0)
    row = {"n": n, "touched": 100 * (won > 0).mean(), "unit": "hours", "why": ""}
    if n < method.MIN_SHOWN:
        return row | {"touched": np.nan, "why": "few_cases"}
    low, high = mean_limits(won, start)
    return row | {"saved": won.mean(), "saved_low": low, "saved_high": high}


def _lead(steps: pd.DataFrame) -> pd.Series:
    """Return the hours of each case from its beginning to its last end."""
    began = steps["began" if "began" in steps else "start"]
    spans = pd.DataFrame({"case": steps["case"].to_numpy(), "began": _clock(began),
                          "end": _clock(steps["end"])}).groupby("case", sort=True)  # fmt: skip
    return (spans["end"].max() - spans["began"].min()) / HOUR


def mean_limits(values: np.ndarray, start: int) -> tuple[float, float]:
    """Return the 95 % limits of a mean, by samples of whole cases."""
    if len(values) >= MANY:
        return intervals.mean(values)[1:3]
    n = len(values)
    drawn = np.random.default_rng(start).integers(0, max(n, 1), (DRAWS, n))
    low, high = np.quantile(values[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def windows_needed(work: Workbook, arrivals: float, served: float) -> pd.DataFrame:
    """Say how many windows keep the promise about the queue.

    Parameters
    ----------
    arrivals
        People an hour in the hour judged.
    served
        People an hour whom one window serves.

    Returns
    -------
    DataFrame
        One row per number of windows, from two fewer than needed to one more: ``load`` and
        ``queue`` (have to wait) and ``over`` (wait longer than promised) in percent,
        ``value`` the mean wait in minutes, ``kept`` yes or no.
    """
    need = queueing.windows_for(PROMISE, SHARE, arrivals, served)
    return about(queues(arrivals, served, range(max(1, need - 2), need + 2)), "windows", work)


def queues(arrivals: float, served: float, windows: Iterable[int]) -> pd.DataFrame:
    """Return what numbers of windows give: the rows of :func:`windows_needed`."""
    rows = queueing.windows_table(PROMISE, arrivals, served, windows)
    rows = rows.rename(columns={"waits": "queue", "mean_wait": "value"})
    rows["kept"] = np.where(rows["over"] <= 100 * (1 - SHARE), "yes", "no")
    rows["why"] = np.where(np.isinf(rows["value"]), "queue_grows", "")
    return rows.assign(unit="minutes").replace(np.inf, np.nan)
