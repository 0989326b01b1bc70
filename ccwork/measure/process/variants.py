"""The ways cases take, and how they end."""

from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from ccwork.measure.process.events import ordered_events
from ccwork.read.logs.log_events import coded
from ccwork.read.logs.timestamps import HOUR
from ccwork.stats import intervals

PARETO: Final = 80.0
"""Percent of the cases the commonest variants are named for."""


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
    events = ordered_events(steps)
    (codes, words), case = coded(steps["step"]), steps["case"].iloc[events.rows]
    step = codes[events.rows].astype(np.min_scalar_type(len(words)))
    edges, whole = np.append(events.first, len(step)), step.tobytes()
    size = np.diff(edges)
    ways = [whole[at:to] for at, to in pairwise((edges * step.itemsize).tolist())]
    way = pd.factorize(pd.Series(ways, dtype=object))[0]
    lead = (events.ended - events.start[events.first]) / HOUR
    n = np.bincount(way)
    found = []
    for number in np.argsort(-n, kind="stable")[:most]:
        cases = np.flatnonzero(way == number)
        begin, length = events.first[cases[0]], int(size[cases[0]])
        path = " → ".join(map(str, words[step[begin : begin + length]]))
        took = intervals.quantile(lead[cases], 0.5)[:3]
        found.append([path, length, len(cases), *took, case.iloc[begin]])
    columns = ["path", "length", "n", "lead", "lead_low", "lead_high", "example"]
    table = pd.DataFrame(found, columns=columns)
    table["share"] = 100 * table["n"] / max(len(way), 1)
    table["heaped"] = table["share"].cumsum()
    before = table["heaped"] - table["share"]
    table["main"] = np.where(before < PARETO - 1e-9, "yes", "no")
    table.insert(0, "variant", np.arange(1, len(table) + 1))
    table.attrs["variants"] = len(n)
    return table


def ends(steps: pd.DataFrame) -> pd.DataFrame:
    """Return with which steps cases begin and end.

    Returns
    -------
    DataFrame
        One row a step: ``step``, ``begin`` and ``finish`` (cases), ``begin_share`` and
        ``finish_share`` (percent).
    """
    events = ordered_events(steps)
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
