"""Which rows are one case: numbers told apart, cases whose dates contradict left out."""

import re
from collections.abc import Collection, Iterable
from typing import Final

import numpy as np
import pandas as pd

from ccwork.language.problems import first
from ccwork.read.files import cell_parsing
from ccwork.read.logs import log_events
from ccwork.read.logs.log_events import OUTCOMES, Say, coded, distinct, event_order, microseconds

BEGINS: Final = 0.05
"""A step this share of numbers begin with is one that begins cases (our choice)."""

DAY: Final = 24 * 3600 * 1_000_000
MONTH, HALF_YEAR = 30 * DAY, 182 * DAY
"""A number that begins again so long after its outcome, or after its last step where it has
none to be seen, is a new case (our choice)."""

ANEW: Final = 0.05
"""Where so many numbers begin anew after their outcome, those without one do (our choice)."""

MOSTLY: Final = 0.5
"""Where so many numbers begin again after they were done, each time is a new case; where so many
cases contradict themselves, the columns were mixed up (our choices)."""

DATES: Final = (("start", "end"), ("applied", "received"))
"""Two moments of a case, the earlier first."""


_EXPONENT: Final = cell_parsing.EXPONENT.removeprefix("(?i)")
_SPOILT: Final = re.compile(rf"^(?:{_EXPONENT}|\d{{16,}})$", re.IGNORECASE | re.MULTILINE)


def sound_cases(steps: pd.DataFrame, say: Say, together: Collection[str] = ()) -> pd.DataFrame:
    """Tell cases of one number apart; leave out those whose dates contradict.

    Parameters
    ----------
    steps
        Rows of the table ``steps``; columns it has not are not asked for.
    together
        Services of life situations: one number in several of these is meant, and no warning.

    Returns
    -------
    DataFrame
        The rows kept, ``case`` another one for each service and for each time a number begins
        anew: the number, ":" and the service or which time it is.

    Notes
    -----
    A number begins anew where a step that begins cases returns a month after the number had its
    outcome, or half a year after its last step where outcomes are not seen or other numbers
    begin anew as well; at once, where at least half of the numbers begin again after they were
    done, as tickets of a queue do (our choices). A number reopened sooner stays one case, with
    a warning. What is usual is not asked of numbers that contradict themselves, which are left
    out, unless all do.
    """
    if steps.empty:
        return steps
    words = pd.Series(steps["case"].unique().astype(str))
    zeros = words[words.str.isdecimal()].str.lstrip("0").duplicated()
    if zeros.any():
        say("case_zeros", "case", n=int(zeros.sum()), found=words[zeros.index[zeros]].iloc[0])
    if "service" in steps:
        case = steps[["case", "service"]].drop_duplicates()["case"]
        if case.duplicated().any():
            several = case[case.duplicated()].unique()
            hit = steps["case"].isin(several).to_numpy()
            marks = steps["service"].astype(str).to_numpy(object)
            if apart := steps["case"][hit & ~np.isin(marks, [*together])].nunique():
                say("case_services", "case", n=apart)
            steps = renumbered(steps, hit, marks)
    wrong = np.zeros(len(steps), dtype=bool)
    for early, late in DATES:
        if {early, late} <= set(steps):
            wrong |= _before(steps[late], steps[early])
    steps = _agreeing(_anew(steps, wrong, say), wrong, say)
    if {"applied", "received"} <= set(steps):
        _undated(steps, say)
    return steps


def renumbered(
    steps: pd.DataFrame, hit: np.ndarray, marks: np.ndarray | str, taken: Iterable[str] = ()
) -> pd.DataFrame:
    """Give cases numbers that no other case has, nor is taken: the old one, a colon, a mark."""
    marks = np.broadcast_to(np.asarray(marks, dtype=object), len(steps))[hit]
    (codes, words), (mark, said), sign = coded(steps["case"]), pd.factorize(marks), ":"
    turns, pairs = pd.factorize(codes[hit].astype(np.int64) * len(said) + mark)
    others = {*words[np.bincount(codes[~hit], minlength=len(words)) > 0], *taken}
    each = list(zip(words[pairs // len(said)], map(str, said[pairs % len(said)]), strict=True))
    while others & set(made := [f"{word}{sign}{own}" for word, own in each]):
        sign += ":"
    codes = codes.astype(np.int64)
    codes[hit] = len(words) + turns
    used, codes = pd.factorize(codes)[::-1]
    column = pd.Categorical(np.array([*words, *made], dtype=object)[used]).take(codes)
    whole = isinstance(steps["case"].dtype, pd.CategoricalDtype)
    return steps.assign(case=column if whole else column.astype(str))


def spoilt(words: pd.Series) -> list[str]:
    """Return the numbers of cases that Excel turned into numbers of its own.

    Those with an exponent, and those of 16 digits and more where all of them end in zeros.
    """
    if not _SPOILT.search("\n".join(words.tolist())):
        return []
    long = words[words.str.fullmatch(r"\d{16,}")]
    cut = long if len(long) and long.str.fullmatch(r"\d{15}0+").all() else long[:0]
    return [*words[words.str.fullmatch(cell_parsing.EXPONENT)], *cut]


def _anew(steps: pd.DataFrame, wrong: np.ndarray, say: Say) -> pd.DataFrame:
    """Tell apart the cases of a number that begins anew; numbers of `wrong` rows are not asked."""
    codes, at = log_events.numbers(steps["case"]), microseconds(steps["start"])
    order, _ = event_order(codes, steps["start"])
    fine = np.ones(codes.max() + 1, dtype=bool)
    fine[codes[wrong]] = False
    codes, at, step = codes[order], at[order], log_events.numbers(steps["step"])[order]
    fine = (fine if fine.any() else ~fine)[codes]
    top = np.r_[True, codes[1:] != codes[:-1]]
    of, begun = (top & fine).sum(), np.bincount(step[top & fine], minlength=step.max() + 1)
    begins = begun >= BEGINS * of
    back = np.flatnonzero(begins[step] & ~top)
    if not len(back):
        return steps
    closed, done = _ended(steps, order, step, top, begins[step], fine)
    silence, seen, fine = at[back] - at[back - 1], (closed & fine).any(), fine[back]
    # what ended a number counts until it begins again
    marks = np.flatnonzero(begins[step] | top)
    since = marks[np.searchsorted(marks, back) - 1]
    closed, done = (
        np.cumsum(flag)[back - 1] > (np.cumsum(flag) - flag)[since] for flag in (closed, done)
    )
    many = distinct(codes[back[done & fine]]) >= MOSTLY * of
    new = (closed & (silence >= MONTH)) | (done & many)
    if not seen or distinct(codes[back[new & fine]]) >= ANEW * of:
        new |= silence >= HALF_YEAR
    if reopened := distinct(codes[back[closed & ~new]]):
        say("case_again", "case", n=reopened)
    if not new.any():
        return steps
    say("case_anew", "case", n=distinct(codes[back[new]]), total=int(top.sum()))
    turn = np.zeros(len(codes), dtype=np.int64)
    turn[back[new]] = 1
    turn = pd.Series(turn).groupby(codes).cumsum().to_numpy() + 1
    times = np.empty(len(codes), dtype=np.int64)
    times[order] = turn
    return renumbered(steps, times > 1, times)


def _ended(
    steps: pd.DataFrame, order: np.ndarray, step: np.ndarray, top: np.ndarray,
    begins: np.ndarray, fine: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Tell of each event whether it ended its case, and whether the case was done then.

    Outcomes that stand in the first row of a number are of the number, not of an event. Where
    no event has an outcome, the step most numbers end with means done, if none begin with it.
    """
    if "outcome" in steps:
        outcome, words = coded(steps["outcome"])
        closed, done = (
            np.isin(words, few)[outcome[order]] for few in (OUTCOMES[:3], OUTCOMES[:1])
        )
        whole = (closed & top)[top][np.cumsum(top) - 1]
        if (closed & ~whole & fine).any():
            return closed & ~whole, done & ~whole
    last = step[np.r_[top[1:], True] & fine]
    usual = np.bincount(last)
    found = (step == usual.argmax()) & (usual.max() >= MOSTLY * len(last)) & ~begins
    return found, found


def _agreeing(steps: pd.DataFrame, wrong: np.ndarray, say: Say) -> pd.DataFrame:
    """Leave out the cases in which an end lies before its start: `wrong` rows, or whole ones."""
    case = steps["case"]
    for early, late in DATES:
        if {early, late} <= set(steps) and early != "start" and steps[early].notna().any():
            of = steps[[early, late]].groupby(coded(case)[0])
            wrong = wrong | _before(of[late].transform("max"), of[early].transform("min"))
    bad = case[wrong].astype(str).unique()
    if not len(bad):
        return steps
    total = case.nunique()
    say("case_contradicts", "case", grave=len(bad) > MOSTLY * total, n=len(bad), total=total,
        cases=first(sorted(bad)))  # fmt: skip
    return steps[~case.astype(str).isin(bad)].reset_index(drop=True)


def _undated(steps: pd.DataFrame, say: Say) -> None:
    """Say how many of the cases that ended have no date of application or result."""
    dates = steps[["applied", "received"]].notna()
    ended = steps["outcome"].isin(OUTCOMES[:3]) if "outcome" in steps else dates["received"]
    cases = dates.assign(ended=ended | dates["received"]).groupby(coded(steps["case"])[0]).any()
    without = cases["ended"] & ~cases[["applied", "received"]].all(axis=1)
    if dates.to_numpy().any() and without.any():
        say("case_undated", "case", n=int(without.sum()), total=int(cases["ended"].sum()))


def _before(late: pd.Series, early: pd.Series) -> np.ndarray:
    """Tell where what should be later lies before; a bare date of the same day does not."""
    wrong = (late < early).to_numpy(copy=True)
    late, early = late[wrong], early[wrong]
    day = late.dt.normalize()
    wrong[wrong] = ~((late == day) & (day == early.dt.normalize()))
    return wrong
