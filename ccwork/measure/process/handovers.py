"""Who hands over to whom, how often a work comes back, and whom a wait is charged to.

A wait ends when somebody acts: it is charged to whoever acts next; the client does not care
whose desk it was.
"""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.measure.process.events import Events, ordered_events
from ccwork.read.logs.log_events import ACTORS, CLIENT, MOST_MISSING, OTHER, OWN, coded, distinct
from ccwork.stats import intervals

PARTIES: Final = ("position", "unit", "agency")
"""Between whom hand-overs are looked at; the client is a party but for agencies: he is none."""

AGENCY: Final = "agency"


def told(column: pd.Series) -> bool:
    """Tell whether most rows of a column say who or where; else it is not given."""
    codes, words = coded(column)
    return len(codes) > 0 and (words == "")[codes].mean() <= MOST_MISSING


def parties(steps: pd.DataFrame, by: str) -> tuple[np.ndarray, np.ndarray]:
    """Return who acts in each row of `steps` at one level, as numbers and their words.

    A step of the client is the client's, whatever else stands in the row. At the level
    "agency" an empty cell means the agency itself, or another one where the actor is "other";
    where no row names another agency nothing is known of any. Number -1: not known.
    """
    intervals.demand(by in PARTIES, f"`by` must be one of {PARTIES}", by)
    codes, words = coded(steps[by])
    actor, actors = coded(steps["actor"])
    who = np.where(words == "", -1, np.arange(len(words), dtype=np.int32))[codes]
    words = np.append(words, [CLIENT, OWN, OTHER]).astype(object)
    if by == AGENCY:
        other, empty = (actors == OTHER)[actor], who < 0
        if empty.all() and not other.any():
            return who, words
        who[empty & np.isin(actors, ACTORS)[actor]] = len(words) - 2
        who[empty & other] = len(words) - 1
    who[(actors == CLIENT)[actor]] = len(words) - 3
    return who, words


def handover_counts(steps: pd.DataFrame, events: Events, by: str) -> np.ndarray:
    """Count the hand-overs of each case: steps that another party takes than the one before.

    NaN where most events have no party, of the whole log or of the case: that is unknown,
    not 0. A pair with an unknown side is not counted. The client is no agency: between
    agencies his steps are passed over.
    """
    who, before, _ = _sides(steps, events, by)
    missing = who < 0
    if not len(who) or missing.mean() > MOST_MISSING:
        return np.full(len(events.first), np.nan)
    passed = (who != before) & ~missing & (before >= 0)
    found, unknown = (
        np.bincount(events.case[each], minlength=len(events.first)) for each in (passed, missing)
    )
    size = np.diff(np.append(events.first, len(who)))
    return np.where(unknown > MOST_MISSING * size, np.nan, found)


def _sides(steps: pd.DataFrame, events: Events, by: str) -> tuple[np.ndarray, ...]:
    """Return the party of each event, the one before, and the words of both.

    Between agencies none is the client: a step of his belongs there to the agency the case came
    from, or is going to.
    """
    who, words = parties(steps, by)
    who = who[events.rows]
    if by == AGENCY and (who >= 0).any():
        seen = pd.Series(who).mask(who == len(words) - 3)
        near = seen.groupby(events.case)
        who = near.ffill().fillna(near.bfill()).fillna(-1).to_numpy().astype(int)
    return who, events.previous(who, -1), words


def handovers(steps: pd.DataFrame, by: str = "unit") -> pd.DataFrame:
    """Tell who hands over to whom, how long it then waits, and how often it was not complete.

    Returns
    -------
    DataFrame
        One row a sender and receiver, the longest wait first: ``sender``, ``receiver``, ``n``
        cases, ``passes`` hand-overs, ``hours`` of wait in all, ``wait`` its median with limits,
        ``share`` of all waiting between parties (percent, charged to the receiver), and
        ``returned`` with Wilson limits: the percentage of this sender's hand-overs after which
        the receiver had to do his step again later in the case (an incomplete file, as a
        rule). No rows where most events have no party: ``attrs["why"]`` is then "no_resource".

    Notes
    -----
    Limits are those of so many cases: a second hand-over of a case is no new evidence.
    """
    events = ordered_events(steps)
    who, before, words = _sides(steps, events, by)
    unknown = len(who) > 0 and (who < 0).mean() > MOST_MISSING
    places = np.flatnonzero((who >= 0) & (before >= 0) & (who != before) & (not unknown))
    pair = before[places] * np.int64(len(words)) + who[places]
    pair = pair.astype(np.min_scalar_type(len(words) ** 2))  # small numbers are sorted faster
    # a step is "again later" when the same step of the case follows
    again = events.repeated(coded(steps["step"])[0][events.rows], keep="last")
    case, gap = events.case, events.gap
    del events, who, before  # a long log needs the room
    total, order = gap[places].sum(), np.argsort(pair, kind="stable")
    pair, places = pair[order], places[order]
    edges = np.flatnonzero(pair[1:] != pair[:-1]) + 1
    found = [
        [words[pair[at] // len(words)], words[pair[at] % len(words)],
         *_pair(case[own], gap[own], again[own], total)]
        for at, own in zip([0, *edges], np.split(places, edges), strict=True)
        if len(own)
    ]  # fmt: skip
    columns = ["sender", "receiver", "n", "passes", "hours", "wait", "wait_low", "wait_high",
               "share", "returned", "returned_low", "returned_high"]  # fmt: skip
    table = pd.DataFrame(found, columns=columns)
    table = table.sort_values("hours", ascending=False, kind="stable", ignore_index=True)
    table.attrs["why"] = "no_resource" if unknown else ""
    return table


def _pair(case: np.ndarray, gap: np.ndarray, again: np.ndarray, total: float) -> list[object]:
    """Return the figures of one sender and receiver."""
    n, passes, hours = distinct(case), len(case), gap.sum()
    wait = intervals.quantile(gap, 0.5, cases=n)
    back = intervals.wilson(again.sum(), passes, passes / n).times(100)
    share = 100 * hours / total if total > 0 else np.nan
    return [n, passes, hours, *wait[:3], share, *back[:3]]
