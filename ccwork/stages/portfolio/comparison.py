"""What may be compared between agencies at all, and who differs by more than chance.

Only the same metric of the common catalogue, by the same formula, in the same unit, of the same
period. No agency is ever put above another: whoever differs is a question, not a verdict.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import special

from ccwork import method
from ccwork.read.cache import once
from ccwork.read.catalogues import shipped_catalogue
from ccwork.read.workbook import sign
from ccwork.stages.portfolio.agency_facts import Agency, Fact, Portfolio
from ccwork.stages.portfolio.movement import JUDGED
from ccwork.stats import intervals, shrinkage
from ccwork.stats.shrinkage import Funnel, funnel_of
from ccwork.stats.trials.multiple_testing import holm

LEAST: Final = 10
"""A metric of fewer agencies is not compared (our choice)."""

LEVEL: Final = 0.035
"""Level of the corrected questions: where all agencies are equal, at most 5 of 100 portfolios
name any (our choice). Simulated with 85 agencies and five metrics: 45 of 1,200 portfolios of
equal ones name any; of three planted bad ones (15 points worse) 98 in 100 are named. Beside
these a good one is named in 1 portfolio of 9, and where agencies truly differ by 2 points in
every second: what differs a little is found too."""

POOLED: Final = ("percent", "points")
"""Units whose values of several services make one of the agency; medians and rates do not."""

LIMITS: Final = (0.95, 0.998)
"""Levels of the limits that are drawn (Spiegelhalter 2005)."""


@dataclass(frozen=True)
class Compared:
    """One metric of the agencies that may be compared.

    Attributes
    ----------
    unit, not_alike
        The unit they share; how many bring the metric in another unit, formula or period.
    agencies, values, variances, n
        Those compared, in the order of the alphabet; value, squared standard error, cases.
    """

    metric: str
    unit: str
    not_alike: int
    agencies: tuple[Agency, ...]
    values: np.ndarray
    variances: np.ndarray
    n: np.ndarray

    def held(self) -> tuple[np.ndarray, Funnel | None]:
        """Return who has enough cases for a funnel, and the funnel of their shares."""
        enough = self.n >= method.MIN_COMPARED
        if self.unit != "percent" or enough.sum() < LEAST:
            return enough, None
        n = self.n[enough]
        return enough, funnel_of(np.rint(self.values[enough] * n / 100), n)


@once
def comparable(given: Portfolio) -> list[Compared]:
    """Gather what may be compared, in the order of the catalogue; each metric of ten or more."""
    brought: dict[str, dict[tuple[str, str, str], list[tuple[Agency, list[Fact]]]]] = {}
    for agency in given.agencies:
        for metric, facts in _of_metrics(agency).items():
            for sort in {_sort(fact) for fact in facts[:1]}:
                alike = [fact for fact in facts if _sort(fact) == sort]
                brought.setdefault(metric, {}).setdefault(sort, []).append((agency, alike))
    catalogue, found = shipped_catalogue("catalogue_metrics"), []
    for metric in (each for each in catalogue.index if each in brought):
        sorts = brought[metric]
        sort = max(sorts, key=lambda each: (len(sorts[each]), each))
        if sort[0] in POOLED and len(sorts[sort]) >= LEAST:
            left = sum(map(len, sorts.values())) - len(sorts[sort])
            found.append(_compared(metric, sort[0], left, sorts[sort]))
    return found


def _of_metrics(agency: Agency) -> dict[str, list[Fact]]:
    """Return metric -> facts of services with a value, limits and n."""
    found: dict[str, list[Fact]] = {}
    for (metric, *_), fact in agency.tables.get(JUDGED, {}).items():
        if all(fact.get(name) is not None for name in ("value", "low", "high", "n")):
            found.setdefault(metric, []).append(fact)
    return found


def _sort(fact: Fact) -> tuple[str, str, str]:
    return str(fact.get("unit")), str(fact.get("formula")), str(fact.get("period"))


def _compared(
    metric: str, unit: str, left: int, rows: list[tuple[Agency, list[Fact]]]
) -> Compared:
    """Make one value of an agency of those of its services, each by its cases."""
    found, names = [], ("value", "low", "high", "n")
    for _, facts in rows:
        value, low, high, n = (np.array([fact[name] for fact in facts], float) for name in names)
        share = n / n.sum()
        error = (high - low) / 2 / special.ndtri((1 + method.CONFIDENCE) / 2)
        found.append((share @ value, share**2 @ error**2, n.sum()))
    columns = (np.array(column) for column in zip(*found, strict=True))
    return Compared(metric, unit, left, tuple(agency for agency, _ in rows), *columns)


# ---------------------------------------------------------------- who differs


@once
def differing(given: Portfolio) -> pd.DataFrame:
    """Name the agencies whose share differs by more than chance and usual spread.

    Returns
    -------
    DataFrame
        One row an agency and metric, in the order of the alphabet: ``value`` with limits and
        ``n``, ``common_share`` of all, ``many_side``: better or worse for clients.

    Notes
    -----
    F33, F34, F60: the questions of one portfolio are corrected together. Where all agencies are
    equal any is named in at most 5 of 100 portfolios (our choice). Shares of 30 cases or more.
    """
    rows, p = [], []
    for one in comparable(given):
        enough, made = one.held()
        if made is not None:
            p += [2 * special.ndtr(-abs(z)) for z in made.adjusted]
            rows += list(_held(one, enough, made))
    named = [row for row, chance in zip(rows, holm(p) if p else (), strict=True)
             if chance < LEVEL]  # fmt: skip
    order = {agency.code: place for place, agency in enumerate(given.agencies)}
    named.sort(key=lambda row: order[row["agency"]])
    return given.table(named, "many_differing")


def _held(one: Compared, enough: np.ndarray, made: Funnel) -> Iterator[dict[str, Any]]:
    """Yield a row an agency that stands in a funnel."""
    good = sign(shipped_catalogue("catalogue_metrics").loc[one.metric])
    for place, away in zip(np.flatnonzero(enough), made.adjusted, strict=True):
        n = int(one.n[place])
        value = intervals.percent(round(one.values[place] * n / 100), n)
        row = {"agency": one.agencies[place].code, "metric": one.metric, "unit": "percent"}
        row |= {"n": n, "common_share": 100 * made.target}
        row["many_side"] = "better" if good * away > 0 else "worse"
        yield row | value.columns("value")


@once
def compared(given: Portfolio) -> pd.DataFrame:
    """Say of every metric that may be compared how much agencies differ.

    Returns
    -------
    DataFrame
        One row a metric: ``compared_in`` agencies, ``not_alike`` (another unit, formula or
        period), ``common_value`` (F63) with limits, ``next_low`` and ``next_high``: where one
        more agency would lie, ``beyond_chance``: so many lie outside the limits that only
        chance draws, ``named_in``: so many are named once the usual spread is allowed for.

    Notes
    -----
    Limits F33 at 99.8 %; prediction by t with two degrees less than agencies.
    """
    named = Counter(differing(given)["metric"])
    rows = []
    for one in comparable(given):
        pool = shrinkage.pooled(one.values, one.variances)
        half = special.stdtrit(len(one.n) - 2, (1 + method.CONFIDENCE) / 2)
        half *= np.sqrt(pool.between + pool.se**2)
        middle = 1.959964 * pool.se
        _, made = one.held()
        far = special.ndtri((1 + LIMITS[-1]) / 2)
        beyond = np.nan if made is None else int((abs(made.raw) > far).sum())
        rows.append({
            "metric": one.metric, "unit": one.unit, "compared_in": len(one.agencies),
            "not_alike": one.not_alike, "common_value": pool.mean,
            "common_value_low": pool.mean - middle, "common_value_high": pool.mean + middle,
            "next_low": max(0.0, pool.mean - half), "next_high": min(100.0, pool.mean + half),
            "beyond_chance": beyond, "named_in": named[one.metric] if made else np.nan,
            "say": "named" if named[one.metric] else "", "why": "no_funnel",
        })  # fmt: skip
    return given.table(rows, "many_compared")


@once
def shrunken(given: Portfolio) -> pd.DataFrame:
    """Draw the value of every agency towards the common one, the more the less it is sure.

    Returns
    -------
    DataFrame
        One row an agency in the order of the alphabet, of the metric most agencies bring:
        ``value`` with limits and ``n``, ``drawn`` with limits (F63).
    """
    every = comparable(given)
    one = max(every, key=lambda each: len(each.agencies), default=None)
    rows = []
    if one is not None:
        drawn = shrinkage.shrunk(one.values, one.variances)
        half = 1.959964 * np.sqrt(one.variances)
        for place, agency in enumerate(one.agencies):
            value = one.values[place]
            ends = {"value": value, "low": value - half[place], "high": value + half[place]}
            row = {"agency": agency.code, "metric": one.metric, "unit": one.unit}
            row |= {"n": int(one.n[place])} | ends
            rows.append(row | dict(zip(intervals.names("drawn"), drawn[place], strict=True)))
    return given.table(rows, "many_shrunken")
