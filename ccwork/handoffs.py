"""From step to step: the order of events, the wait before each, who hands over to whom.

All functions take ``steps``: one row a step, columns as the dictionary names them. Events are
ordered by their start, then as they stand in the file. The wait before a step is the time
from the last end of any earlier step of the same case (where ends are not known: from its
start) to the start of the step; the first step of a case has none. It is charged to whoever
acts next, for it ends when he begins.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from ccwork import calendars, cells
from ccwork.calendars import HOUR, MISSING
from ccwork.cells import Fault
from ccwork.stats import intervals

CLIENT, OWN, OTHER = "client", "own", "other"
ACTORS: Final = (CLIENT, "front", "back", OTHER)
OUTCOMES: Final = ("done", "refused", "withdrawn", "open")
PARTIES: Final = ("position", "unit", "agency")
"""Between whom hand-overs are looked at; the client is a party at each of them."""

MOST_MISSING: Final = 0.5
"""Where more of the events have no party, hand-overs cannot be computed (our choice)."""

ALIKE, MOST_ALIKE, FEWEST_ALIKE = 0.01, 0.8, 5
"""Waits are "always the same" when this share of at least so many differ by one percent."""

PARETO: Final = 80.0
"""Percent of the cases the commonest variants are named for."""

DAY, MINUTE = 24.0, 1 / 60

WAITS: Final = [
    "step", "n", "wait", "wait_low", "wait_high", "p90", "p90_low", "p90_high", "hours", "norm",
    "within", "within_low", "within_high", "excess", "statutory", "why",
]  # fmt: skip


Say = Callable[..., None]
"""Notes what is wrong: say(code, column, rows, grave=..., **values)."""


class Events(NamedTuple):
    """The events of a log in order: by case, start, place in the file.

    Attributes
    ----------
    rows
        Place of each event in ``steps``.
    case
        Number of the case, from 0, and ``first``: where each case begins.
    names
        Codes of the cases by that number.
    start, end
        Microseconds; the end is the start where it is not known (``timed`` False).
    free
        The last end so far in the case, this step included.
    gap
        Hours of wait before the step; NaN for the first of a case.
    """

    rows: np.ndarray
    case: np.ndarray
    first: np.ndarray
    names: np.ndarray
    start: np.ndarray
    end: np.ndarray
    timed: np.ndarray
    free: np.ndarray
    gap: np.ndarray

    def previous(self, values: np.ndarray, missing: object) -> np.ndarray:
        """Return what the step before in the same case has; `missing` for the first."""
        moved = np.empty_like(values)
        moved[1:] = values[:-1]
        moved[self.first] = missing
        return moved


def coded(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return whole numbers and the words they stand for; an empty cell is the word ""."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, words = column.cat.codes.to_numpy(), column.cat.categories.to_numpy(object)
    else:
        codes, words = pd.factorize(column.to_numpy(object), use_na_sentinel=True)
    if (codes < 0).any():
        codes, words = np.where(codes < 0, len(words), codes), np.append(words, "")
    return codes, words


def moments(column: pd.Series) -> np.ndarray:
    """Return moments as microseconds in one world clock; a missing one is the smallest number.

    Times with a zone are compared as they are, times without one as written.
    """
    if getattr(column.dtype, "tz", None) is not None:
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    return column.to_numpy("datetime64[us]").view(np.int64)


def ordered(steps: pd.DataFrame) -> Events:
    """Put the events of a log in order and measure the wait before each."""
    codes, words = coded(steps["case"])
    start, end = moments(steps["start"]), moments(steps["end"])
    rows, _ = order(codes, steps["start"])
    codes, start, end = codes[rows], start[rows], end[rows]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = codes[1:] != codes[:-1]
    case = np.cumsum(first) - 1
    timed = end != MISSING
    end = np.where(timed, np.maximum(end, start), start)
    free = pd.Series(end).groupby(case, sort=False).cummax().to_numpy()
    before = np.empty_like(free)
    before[1:] = free[:-1]
    gap = np.where(first, np.nan, 0.0)
    gap[~first] = np.maximum(start[~first] - before[~first], 0) / HOUR
    return Events(rows, case, np.flatnonzero(first), words[codes[first]], start, end, timed, free,
                  gap)  # fmt: skip


def order(codes: np.ndarray, start: pd.Series) -> tuple[np.ndarray, int]:
    """Return the places of events by case, start and row, and how often a case went back.

    An event goes back when it stands in the file after one of its case that began later.
    """
    begun = moments(start)
    same = codes[1:] == codes[:-1]
    if bool(((codes[1:] > codes[:-1]) | (same & (begun[1:] >= begun[:-1]))).all()):
        return np.arange(len(codes)), 0
    places = by_time(codes.astype(np.int64), begun)
    back = (np.diff(codes[places]) == 0) & (np.diff(places) < 0)
    return places, int(back.sum())


def by_time(codes: np.ndarray, begun: np.ndarray) -> np.ndarray:
    """Sort by two keys, equal ones as they stand; as one key where it fits, which is faster."""
    if not len(codes):
        return np.arange(0)
    span = int(begun.max()) - int(begun.min()) + 1
    if (int(codes.max()) + 1) * span < np.iinfo(np.int64).max:
        return np.argsort(codes * span + (begun - begun.min()), kind="stable")
    return np.lexsort((begun, codes))


def parties(steps: pd.DataFrame, by: str) -> tuple[np.ndarray, np.ndarray]:
    """Return who acts in each row of `steps` at one level, as numbers and their words.

    A step of the client is the client's, whatever else stands in the row. At the level
    "agency" an empty cell means the agency itself, or another one where the actor is "other".
    Number -1: not known.
    """
    if by not in PARTIES:
        raise ValueError(f"`by` must be one of {PARTIES}; not {by!r}.")
    codes, words = coded(steps[by])
    actor, actors = coded(steps["actor"])
    words = np.append(words, [CLIENT, OWN, OTHER]).astype(object)
    empty = (words[:-3] == "")[codes]
    known = np.isin(actors, ACTORS)[actor]
    codes = np.where(empty, -1, codes)
    if by == "agency":
        other = (actors == OTHER)[actor]
        codes = np.where(empty & known, np.where(other, len(words) - 1, len(words) - 2), codes)
    return np.where((actors == CLIENT)[actor], len(words) - 3, codes), words


def counts(steps: pd.DataFrame, events: Events, by: str) -> np.ndarray:
    """Count the hand-overs of each case: steps that another party takes than the one before.

    NaN where most events have no party, of the whole log or of the case: that is unknown,
    not 0. A pair with an unknown side is not counted.
    """
    who = parties(steps, by)[0][events.rows]
    missing = who < 0
    if not len(who) or missing.mean() > MOST_MISSING:
        return np.full(len(events.first), np.nan)
    before = events.previous(who, -1)
    passed = (who != before) & ~missing & (before >= 0)
    found = np.add.reduceat(passed.astype(float), events.first)
    unknown = np.add.reduceat(missing.astype(float), events.first)
    size = np.diff(np.append(events.first, len(who)))
    return np.where(unknown > MOST_MISSING * size, np.nan, found)


def charged(steps: pd.DataFrame, by: str = "unit") -> pd.DataFrame:
    """Say whose turn it was while the client waited.

    Parameters
    ----------
    steps
        Steps of the cases to count, as a rule of those done: see `flow.of_cases`.
    by
        "position", "unit" or "agency".

    Returns
    -------
    DataFrame
        One row a receiver, the longest wait first: ``receiver`` ("" where not known),
        ``waits``, ``hours`` in all, ``share`` of all waiting (percent).

    Notes
    -----
    Every wait is charged to the party that takes the next step, waits between two steps of
    one party included. Source: our rule; the client does not care whose desk it was.
    """
    events = ordered(steps)
    who, words = parties(steps, by)
    who, inside = who[events.rows], ~np.isnan(events.gap)
    rows = pd.DataFrame({"receiver": np.append(words, "")[who], "hours": events.gap})[inside]
    found = rows.groupby("receiver")["hours"].agg(waits="size", hours="sum").reset_index()
    total = found["hours"].sum()
    found["share"] = 100 * found["hours"] / total if total > 0 else np.nan
    return found.sort_values("hours", ascending=False, kind="stable", ignore_index=True)


def handovers(steps: pd.DataFrame, by: str = "unit") -> pd.DataFrame:
    """Tell who hands over to whom, how long it then waits, and how often it was not complete.

    Returns
    -------
    DataFrame
        One row a sender and receiver, the longest wait first: ``sender``, ``receiver``, ``n``
        hand-overs, ``cases``, ``hours`` of wait in all, ``wait`` its median with limits,
        ``share`` of all waiting between parties (percent, charged to the receiver), and
        ``returned`` with Wilson limits: the percentage of this sender's hand-overs after which
        the receiver had to do his step again later in the case (an incomplete file, as a
        rule). No rows where most events have no party: ``attrs["why"]`` is then "no_resource".
    """
    events = ordered(steps)
    who, words = parties(steps, by)
    who = who[events.rows]
    step = coded(steps["step"])[0][events.rows]
    before = events.previous(who, -1)
    passed = (who >= 0) & (before >= 0) & (who != before)
    # a step is "again later" when the same step of the case follows
    again = pd.Series(events.case * (int(step.max(initial=0)) + 1) + step).duplicated(keep="last")
    rows = pd.DataFrame(
        {"sender": before, "receiver": who, "case": events.case, "gap": events.gap,
         "again": again.to_numpy()}
    )[passed]  # fmt: skip
    unknown = len(who) > 0 and (who < 0).mean() > MOST_MISSING
    if unknown:
        rows = rows.iloc[:0]
    total = rows["gap"].sum()
    found = [_pair(group, words, total) for _, group in rows.groupby(["sender", "receiver"])]
    columns = ["sender", "receiver", "n", "cases", "hours", "wait", "wait_low", "wait_high",
               "share", "returned", "returned_low", "returned_high"]  # fmt: skip
    table = pd.DataFrame(found, columns=columns)
    table = table.sort_values("hours", ascending=False, kind="stable", ignore_index=True)
    table.attrs["why"] = "no_resource" if unknown else ""
    return table


def _pair(group: pd.DataFrame, words: np.ndarray, total: float) -> list[object]:
    """Return the figures of one sender and receiver."""
    wait = intervals.quantile(group["gap"], 0.5)
    back = intervals.percent(group["again"].sum(), len(group))
    hours = group["gap"].sum()
    ends = words[group["sender"].iloc[0]], words[group["receiver"].iloc[0]]
    share = 100 * hours / total if total > 0 else np.nan
    return [*ends, len(group), group["case"].nunique(), hours, *wait[:3], share,
            *back[:3]]  # fmt: skip


# ---------------------------------------------------------------- waits step by step


def waits(steps: pd.DataFrame) -> pd.DataFrame:
    """Measure the wait before each step, with what the law makes wait set apart.

    Returns
    -------
    DataFrame
        One row a step, the longest wait in all first, statutory ones last: ``step``, ``n``
        waits (the first step of a case has none), ``wait`` their median with limits,
        ``p90`` with limits, ``hours`` in all; ``share`` of all waiting that is not statutory
        (percent); ``norm`` (hours, median of those given), ``within`` with Wilson limits: the
        percentage that kept to it; ``excess``, hours beyond the norm, and ``excess_share``
        (percent of the excess of all steps); ``statutory`` "yes" or "no". Where there is no
        share the column ``why`` says so: "no_norm" or "statutory".

    Notes
    -----
    A norm is held against wait and work together: from the last end before the step to its
    own end (where that is not known, to its start). A step is statutory when its rows say so
    (``kind``), or when at least :data:`MOST_ALIKE` of its waits lie within one percent of its
    norm, or, without a norm and from a day up, of their median: such a wait is no bottleneck,
    for nobody could have shortened it (our choices).
    """
    events = ordered(steps)
    codes, words = coded(steps["step"])
    kinds, kind_words = coded(steps["kind"]) if "kind" in steps else (codes * 0, [""])
    norm = steps["norm"].to_numpy(float) if "norm" in steps else np.full(len(steps), np.nan)
    rows = pd.DataFrame(
        {"step": words[codes[events.rows]], "gap": events.gap, "norm": norm[events.rows],
         "work": np.where(events.timed, (events.end - events.start) / HOUR, 0.0),
         "said": np.isin(kind_words, ["statutory"])[kinds][events.rows]}
    )  # fmt: skip
    rows = rows[rows["gap"].notna()]
    found = [_step_wait(step, group) for step, group in rows.groupby("step", sort=True)]
    table = pd.DataFrame(found, columns=WAITS)
    free = table["statutory"] == "no"
    for column, share in (("hours", "share"), ("excess", "excess_share")):
        total = table.loc[free, column].sum()
        shown = 100 * table[column] / total if total > 0 else np.nan
        table[share] = np.where(free & table[column].notna(), shown, np.nan)
    table["last"] = ~free
    order = table.sort_values(["last", "hours"], ascending=[True, False], kind="stable")
    return order.drop(columns="last").reset_index(drop=True)


def _step_wait(step: str, rows: pd.DataFrame) -> dict[str, object]:
    """Return the figures of the waits before one step."""
    gap, norm = rows["gap"].to_numpy(), rows["norm"].to_numpy()
    statutory = bool(rows["said"].mean() > MOST_MISSING) or _always_the_same(gap, norm)
    limited = ~np.isnan(norm)
    over = np.maximum(gap + rows["work"].to_numpy() - norm, 0)[limited]
    # a minute of rounding in a log must not make a step late
    kept = int((over < MINUTE).sum())
    judged = limited.any() and not statutory
    within = intervals.percent(kept, int(limited.sum()))[:3]
    median, p90 = intervals.quantile(gap, 0.5), intervals.quantile(gap, 0.9)
    figures = [
        step, len(gap), *median[:3], *p90[:3], gap.sum(),
        float(np.median(norm[limited])) if limited.any() else np.nan,
        *(within if judged else [np.nan] * 3), over.sum() if judged else np.nan,
        "yes" if statutory else "no", "statutory" if statutory else "no_norm",
    ]  # fmt: skip
    return dict(zip(WAITS, figures, strict=False))


def _always_the_same(gap: np.ndarray, norm: np.ndarray) -> bool:
    """Tell whether nearly all waits equal their norm, or without one their own median."""
    if len(gap) < FEWEST_ALIKE:
        return False
    middle = np.median(gap)
    aim = np.where(np.isnan(norm), middle if middle >= DAY else np.nan, norm)
    alike = (aim > 0) & (np.abs(gap - aim) <= ALIKE * aim)
    return bool(alike.mean() >= MOST_ALIKE)


# ---------------------------------------------------------------- ways


def variants(steps: pd.DataFrame, most: int = 50) -> pd.DataFrame:
    """Return the ways cases went: each ordered sequence of steps, the commonest first.

    Returns
    -------
    DataFrame
        One row a variant, `most` at most: ``variant`` (a number from 1), ``path`` its steps
        joined by " → ", ``length`` how many, ``n`` cases, ``share`` and ``heaped`` share
        (percent), ``lead`` median hours of the log's clock with limits, ``main`` "yes" for
        the commonest that together first reach :data:`PARETO` percent, ``example`` a case.
        ``attrs["variants"]``: how many there are in all.
    """
    events = ordered(steps)
    codes, words = coded(steps["step"])
    step = codes[events.rows].astype(np.int64)
    size = np.diff(np.append(events.first, len(step)))
    way = _ways(step, events.first, size, len(words))
    lead = (events.free[events.first + size - 1] - events.start[events.first]) / HOUR
    n = np.bincount(way)
    found = []
    for number in np.argsort(-n, kind="stable")[:most]:
        cases = np.flatnonzero(way == number)
        begin, length = events.first[cases[0]], int(size[cases[0]])
        path = " → ".join(map(str, words[step[begin : begin + length]]))
        took = intervals.quantile(lead[cases], 0.5)[:3]
        found.append([path, length, len(cases), *took, events.names[cases[0]]])
    columns = ["path", "length", "n", "lead", "lead_low", "lead_high", "example"]
    table = pd.DataFrame(found, columns=columns)
    table["share"] = 100 * table["n"] / max(len(way), 1)
    table["heaped"] = table["share"].cumsum()
    before = table["heaped"] - table["share"]
    table["main"] = np.where(before < PARETO - 1e-9, "yes", "no")
    table.insert(0, "variant", np.arange(1, len(table) + 1))
    table.attrs["variants"] = len(n)
    return table


def _ways(step: np.ndarray, first: np.ndarray, size: np.ndarray, many: int) -> np.ndarray:
    """Give each different sequence of steps a number: step by step, for the cases that go on."""
    way = np.zeros(len(first), dtype=np.int64)
    for place in range(int(size.max(initial=0))):
        going = np.flatnonzero(size > place)
        keys = way[going] * (many + 1) + step[first[going] + place]
        way[going] = pd.factorize(keys)[0] + len(way) * (place + 1)
    return pd.factorize(way)[0]


def ends(steps: pd.DataFrame) -> pd.DataFrame:
    """Return with which steps cases begin and end.

    Returns
    -------
    DataFrame
        One row a step: ``step``, ``begin`` and ``finish`` (cases), ``begin_share`` and
        ``finish_share`` (percent).
    """
    events = ordered(steps)
    codes, words = coded(steps["step"])
    step, last = codes[events.rows], np.append(events.first[1:], len(codes)) - 1
    found = pd.DataFrame({"step": words})
    for name, places in (("begin", events.first), ("finish", last)):
        found[name] = np.bincount(step[places], minlength=len(words))
        found[f"{name}_share"] = 100 * found[name] / max(len(places), 1)
    found = found[found["begin"] + found["finish"] > 0]
    return found.sort_values(
        ["begin", "finish"], ascending=False, kind="stable", ignore_index=True
    )


# ---------------------------------------------------------------- from rows to steps


def joined(steps: pd.DataFrame, starts: np.ndarray) -> tuple[pd.DataFrame, int, int]:
    """Make one step of each row of a start and its row of a complete.

    Pairs are of the same case and step, first in, first out (`calendars.paired`). A start
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
    begun, done = calendars.paired(key, starts)
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
    starts, ends = ((words == word)[life.cat.codes] for word in ("start", "complete"))
    other = int((~starts & ~ends).sum())
    if other == len(steps):
        say("log_lifecycle", "lifecycle", grave=True, known=", ".join(words)[:200])
    elif other:
        say("log_lifecycle_other", "lifecycle", n=other)
    known = starts | ends
    steps = steps[known].reset_index(drop=True)
    if "end" in steps or not starts.any():
        return steps
    steps, alone, at_once = joined(steps, starts[known])
    for code, n in (("log_unpaired", alone), ("log_moments", at_once)):
        if n:
            say(code, "lifecycle", n=n, total=len(steps))
    return steps


def told(steps: pd.DataFrame, plan: Mapping[str, dict], say: Say) -> None:
    """Add what the mapping says of steps: who acts, how a case ends, what the law makes wait."""
    names = steps["step"].cat.categories
    at = steps["step"].cat.codes.to_numpy()
    said = [
        *plan["statutory"],
        *plan["norms"],
        *(name for lists in plan["steps"].values() for name in lists),
    ]
    ends = {word: code for code, words in plan["outcomes"].items() for word in words}
    said += [] if "outcome" in steps else list(ends)
    for name in sorted(set(said) - set(names)):
        say("mapping_step", found=name, like=cells.nearest(name, names) or "—")
    who = {name: actor for actor, listed in plan["steps"].items() for name in listed}
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
            found.append(own.get(word) or (cells.choice(word, known) if word else ""))
        except Fault as fault:
            say("log_choice", name, grave=True, **fault.values)
            found.append("")
    steps[name] = pd.Categorical(found)[steps[name].cat.codes]
