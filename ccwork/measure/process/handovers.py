"""Who hands over to whom, how often a work comes back, and whom a wait is charged to.

A wait ends when somebody acts: it is charged to whoever acts next.
"""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.measure.process.events import Events, ordered_events
from ccwork.read.logs.log_events import ACTORS, CLIENT, MOST_MISSING, OTHER, OWN, coded
from ccwork.stats import intervals

PARTIES: Final = ("position", "unit", "agency")
"""Between whom hand-overs are looked at; the client is a party at each of them."""

ALIKE, MOST_ALIKE, FEWEST_ALIKE = 0.01, 0.8, 5
"""Waits are "always the same" when this share of at least so many differ by one percent."""

DAY, MINUTE = 24.0, 1 / 60


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


def handover_counts(steps: pd.DataFrame, events: Events, by: str) -> np.ndarray:
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
    events = ordered_events(steps)
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
    events = ordered_events(steps)
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
