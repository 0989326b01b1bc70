"""Rows of a log to steps: starts joined with ends, what the mapping says of them, their order."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from ccwork.read.files import cell_parsing
from ccwork.read.files.faults import Fault

CLIENT, OWN, OTHER = "client", "own", "other"
ACTORS: Final = (CLIENT, "front", "back", OTHER)
OUTCOMES: Final = ("done", "refused", "withdrawn", "open")

SIDES: Final = (("start",), ("complete", "pi_abort", "ate_abort", "abort"))
"""What begins and what ends a step in XES: an aborted step ended then (our choice: it counts)."""

PAUSES: Final = ("suspend", "resume")

MOST_MISSING: Final = 0.5
"""Where more of the events have no party, hand-overs cannot be computed (our choice)."""


LONG_STEP: Final = pd.Timedelta(days=365)
NO_TIME: Final = 0.5
"""A step that lasts longer is asked about, and so is a table in which so many last no time at
all (our choices)."""

Say = Callable[..., None]
"""Notes what is wrong: say(code, column, rows, grave=..., **values)."""


def coded(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return whole numbers and the words they stand for; an empty cell is the word ""."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, words = column.cat.codes.to_numpy(), column.cat.categories.to_numpy(object)
    else:
        codes, words = pd.factorize(column.to_numpy(object), use_na_sentinel=True)
    if (codes < 0).any():
        codes, words = np.where(codes < 0, len(words), codes), np.append(words, "")
    return codes, words


def numbers(column: pd.Series) -> np.ndarray:
    """Return the numbers of :func:`coded` alone: a million words are not made for nothing."""
    codes = getattr(column.array, "codes", None)
    return coded(column)[0] if codes is None or (codes < 0).any() else codes


def distinct(ordered: np.ndarray) -> int:
    """Count the different values of an ordered column; :func:`numpy.unique` takes far longer."""
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + (len(ordered) > 0)


def microseconds(column: pd.Series) -> np.ndarray:
    """Return moments as microseconds in one world clock; a missing one is the smallest number.

    Times with a zone are compared as they are, times without one as written.
    """
    if getattr(column.dtype, "tz", None) is None:
        return column.to_numpy("datetime64[us]").view(np.int64)
    return (column if column.dtype.unit == "us" else column.dt.as_unit("us")).array.asi8


def event_order(codes: np.ndarray, start: pd.Series) -> tuple[np.ndarray | slice, int]:
    """Return the places of events by case, start and row, and how often a case went back.

    An event goes back when it stands in the file after one of its case that began later. Where
    all stand in order the places are one slice: what it cuts out is not copied.
    """
    begun = microseconds(start)
    same = codes[1:] == codes[:-1]
    if bool(((codes[1:] > codes[:-1]) | (same & (begun[1:] >= begun[:-1]))).all()):
        return slice(None), 0
    places = by_time(codes, begun)
    if bool((begun[1:] >= begun[:-1]).all()):
        return places, 0
    back = (np.diff(codes[places]) == 0) & (np.diff(places) < 0)
    return places, int(back.sum())


def by_time(codes: np.ndarray, begun: np.ndarray) -> np.ndarray:
    """Sort by two keys, equal ones as they stand, in the fastest way they allow."""
    if not len(codes):
        return np.arange(0)
    if codes.min() >= 0 and codes.max() >> 31 == 0 and bool((begun[1:] >= begun[:-1]).all()):
        if codes.max() >> 16 == 0:
            return np.argsort(codes.astype(np.uint16), kind="stable")
        from scipy import sparse  # counts how many have each code, and puts them there

        rows, ones = np.arange(len(codes), dtype=np.int32), np.ones(len(codes), dtype=bool)
        return sparse.coo_array((ones, (codes, rows))).tocsr().indices
    span, codes = int(begun.max()) - int(begun.min()) + 1, codes.astype(np.int64)
    if (int(codes.max()) + 1) * span < np.iinfo(np.int64).max:
        return np.argsort(codes * span + (begun - begun.min()), kind="stable")
    return np.lexsort((begun, codes))


def paired(key: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pair starts with completes of the same key, first in, first out.

    Parameters
    ----------
    key
        What must be equal within a pair, in order of time.
    starts
        True for a start, False for a complete.

    Returns
    -------
    tuple of ndarray
        Places of the starts and of their completes; -1 where one of the two is not there.

    Examples
    --------
    >>> places = paired(np.array([7, 7, 7, 7]), np.array([True, True, False, False]))
    >>> [each.tolist() for each in places]
    [[0, 1], [2, 3]]
    """
    order = np.argsort(key, kind="stable")
    rows = pd.DataFrame({"key": key[order], "start": starts[order], "at": order})
    rows["depth"] = np.where(rows["start"], 1, -1)
    rows["depth"] = rows.groupby("key")["depth"].cumsum()
    lowest = rows["depth"].clip(upper=0).groupby(rows["key"]).cummin()
    alone = ~rows["start"] & (lowest < lowest.groupby(rows["key"]).shift(fill_value=0))
    kept = rows[~alone]
    turn = kept.groupby(["key", "start"]).cumcount()
    sides = [kept[side].assign(turn=turn[side]) for side in (kept["start"], ~kept["start"])]
    joined = sides[0].merge(sides[1], on=["key", "turn"], how="left", suffixes=("", "_end"))
    ends = joined["at_end"].fillna(-1).to_numpy(int)
    lonely = rows.loc[alone, "at"].to_numpy()
    return np.r_[joined["at"], np.full(len(lonely), -1)].astype(int), np.r_[ends, lonely]


def starts_and_ends(steps: pd.DataFrame, starts: np.ndarray) -> tuple[pd.DataFrame, int, int]:
    """Make one step of each row of a start and its row of a complete.

    Pairs are of the same case and step, first in, first out (:func:`paired`). A start
    without its complete has no end; a complete without its start is a step at that time, with
    no end, or, where the log never has a start of that step, with its end at once: a moment.
    Returned with the number of steps with no end, and of moments.

    Parameters
    ----------
    steps
        Rows in order; ``case`` and ``step`` are categories.
    starts
        True for a row of a start, False for one of a complete.
    """
    step = steps["step"].cat.codes.to_numpy(np.int64)
    key = steps["case"].cat.codes.to_numpy(np.int64) * (step.max() + 1) + step
    begun, done = paired(key, starts)
    row = np.where(begun >= 0, begun, done)
    moment = (begun < 0) & ~np.isin(step[row], step[starts])
    ended = (done >= 0) & ((begun >= 0) | moment)
    found = steps.iloc[row].reset_index(drop=True)
    ends = steps["start"].iloc[np.where(ended, done, 0)].reset_index(drop=True)
    found["end"] = ends.where(ended)
    in_order = np.argsort(row, kind="stable")
    return (found.iloc[in_order].reset_index(drop=True), int((~ended).sum()), int(moment.sum()))


def lived(steps: pd.DataFrame, say: Say) -> pd.DataFrame:
    """Make steps of rows with a ``lifecycle``: starts and completes paired, others left out."""
    life = steps.pop("lifecycle")
    words = np.array([word.lower() for word in life.cat.categories], dtype=object)
    starts, ends, paused = (np.isin(words, own)[life.cat.codes] for own in (*SIDES, PAUSES))
    known, other = starts | ends, int((~starts & ~ends & ~paused).sum())
    if paused.any():
        say("log_paused", "lifecycle", n=int(paused.sum()))
    if not known.any():
        say("log_lifecycle", "lifecycle", grave=True, known=", ".join(words)[:200])
        return steps[known]
    if other:
        say("log_lifecycle_other", "lifecycle", n=other)
    marks = steps[paused].assign(suspend=(words == PAUSES[0])[life.cat.codes[paused]])
    steps = steps[known].reset_index(drop=True)
    if "end" in steps or not starts.any():
        return with_pauses(steps, marks) if "end" in steps and len(marks) else steps
    steps, alone, at_once = starts_and_ends(steps, starts[known])
    timeless(steps["start"], steps["end"], at_once, say)
    steps = with_pauses(steps, marks) if len(marks) else steps
    for code, n in (("log_unpaired", alone), ("log_moments", at_once)):
        if n:
            say(code, "lifecycle", n=n, total=len(steps))
    return steps


def timeless(start: pd.Series, end: pd.Series, moments: int, say: Say) -> None:
    """Warn where most steps that have an end, moments aside, end as they begin."""
    none, timed = int((end == start).sum()) - moments, int((start.notna() & end.notna()).sum())
    if none > NO_TIME * timed:
        say("step_no_time", "end", n=none, total=timed)


def begun(steps: pd.DataFrame, say: Say) -> pd.DataFrame:
    """Let a row with an end alone begin at its end.

    As a complete without its start: it has no end then, or, where no row of that step has a
    start, its end at once: a moment.
    """
    if "end" not in steps:
        return steps
    lone = (steps["start"].isna() & steps["end"].notna()).to_numpy()
    if not lone.any():
        return steps
    step = steps["step"].cat.codes.to_numpy()
    moment = lone & ~np.isin(step, step[steps["start"].notna()])
    say("log_only_end", "start", n=int(lone.sum()), total=len(steps), moments=int(moment.sum()))
    start = steps["start"].where(~lone, steps["end"])
    return steps.assign(start=start, end=steps["end"].where(~lone | moment))


def with_pauses(steps: pd.DataFrame, marks: pd.DataFrame) -> pd.DataFrame:
    """Add ``paused``: hours between a suspend and its resume, within the step last begun.

    A pause never resumed lasts until the step ends (our choice).
    """
    marks, last = marks.reset_index(drop=True), int(steps["step"].cat.codes.max()) + 1
    keys = [
        rows["case"].cat.codes.to_numpy(np.int64) * last + rows["step"].cat.codes.to_numpy()
        for rows in (steps, marks)
    ]
    begun, done = paired(keys[1], marks["suspend"].to_numpy(bool))
    begun, done = begun[begun >= 0], done[begun >= 0]
    at, ends = microseconds(marks["start"]), microseconds(steps["end"])
    pauses = pd.DataFrame({"key": keys[1][begun], "at": at[begun], "done": at[done], "no": done})
    span = pd.DataFrame({"key": keys[0], "at": microseconds(steps["start"]), "row": steps.index})
    found = pd.merge_asof(pauses.sort_values("at"), span.sort_values("at"), on="at", by="key")
    found = found[found["row"].notna()].astype({"row": int})
    end = ends[found["row"]]
    until = np.where(found["no"] >= 0, np.minimum(found["done"], end), end)
    length = pd.to_timedelta(np.maximum(until - found["at"], 0), unit="us")
    hours = (pd.Series(length) / pd.Timedelta(hours=1)).groupby(found["row"]).sum()
    return steps.assign(paused=hours.reindex(steps.index, fill_value=0.0))


def paused_hours(steps: pd.DataFrame) -> np.ndarray:
    """Return the hours each step stood still between its start and its end."""
    if "paused" not in steps:
        return np.broadcast_to(0.0, len(steps))
    return steps["paused"].fillna(0.0).to_numpy(float)


def with_mapping(steps: pd.DataFrame, plan: Mapping[str, dict], say: Say) -> None:
    """Add what the mapping says of steps: who acts, how a case ends, what the law makes wait."""
    names = steps["step"].cat.categories
    at = steps["step"].cat.codes.to_numpy()
    who = {name: actor for actor, listed in plan["steps"].items() for name in listed}
    said = [*plan["statutory"], *plan["norms"], *who]
    ends = {word: code for code, words in plan["outcomes"].items() for word in words}
    said += [] if "outcome" in steps else list(ends)
    for name in sorted(set(said) - set(names)):
        say("mapping_step", found=name, like=cell_parsing.nearest(name, names) or "—")
    if "actor" in steps:
        _chosen(steps, "actor", ACTORS, {}, say)
    elif who:
        steps["actor"] = pd.Categorical(names.map(lambda name: who.get(name, "back")))[at]
    if "outcome" in steps:
        _chosen(steps, "outcome", OUTCOMES, ends, say)
    elif ends:
        steps["outcome"] = pd.Categorical(names.map(lambda name: ends.get(name, "")))[at]
    norms = plan["norms"] | plan["statutory"]
    steps["norm"] = np.array([norms.get(name, np.nan) for name in names], dtype=float)[at]
    if plan["statutory"]:
        law = names.map(lambda name: "statutory" if name in plan["statutory"] else "")
        steps["kind"] = pd.Categorical(law)[at]


def _chosen(
    steps: pd.DataFrame, name: str, known: tuple[str, ...], own: dict[str, str], say: Say
) -> None:
    """Turn the words of a column into codes: the mapping's own words first."""
    found = []
    for word in steps[name].cat.categories:
        try:
            found.append(own.get(word) or (cell_parsing.choice(word, known) if word else ""))
        except Fault as fault:
            say("log_choice", name, grave=True, **fault.values)
            found.append("")
    steps[name] = pd.Categorical(found)[steps[name].cat.codes]
