"""How often the rule is wrong: the same rule over thousands of invented changes.

Each invented change has a true effect on the primary metric and a true harm on one guardrail
or more; it is judged by ``stats.rule`` as a real one would be, at each look. Metrics are taken
as independent and normal (our choice).
"""

from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import special

from ccwork import method
from ccwork.stats.intervals import demand
from ccwork.stats.trials import decision_rule, interrupted_time_series

KEPT: Final = 0.8
"""Correlation of a unit's own level before and after, in design B (our choice)."""

GRID: Final = interrupted_time_series.GRID[::2]
"""Correlations of neighbours tried for each invented series: steps of 0.02."""

Looked = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Lower and upper limits of an effect, and whether its design may accept on it."""


def characteristics(*, worthwhile: float, margin: float, **plan: Any) -> pd.DataFrame:
    """Say how often the rule would accept a useless, a useful and a harmful change.

    Parameters
    ----------
    worthwhile, margin
        Smallest worthwhile difference, and margin of the guardrails.
    plan
        The rest of the plan, and how many changes to invent for each: as in :func:`rates`.

    Returns
    -------
    DataFrame
        Rows "useless" (no effect), "useful" (as large as worthwhile) and "harmful" (as large,
        and the guardrails worse by the margin). Columns as in :func:`rates`.
    """
    truths = {"useless": (0.0, 0.0), "useful": (worthwhile, 0.0), "harmful": (worthwhile, margin)}
    found = {
        truth: rates(*each, worthwhile=worthwhile, margin=margin, **plan)
        for truth, each in truths.items()
    }
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("truth")


def rates(
    effect: float,
    harm: float,
    *,
    n_per_arm: int,
    sd: float,
    worthwhile: float,
    margin: float,
    looks: int = 2,
    design: str = "A",
    seed: int = 1,
    runs: int = 2000,
    guardrails: int = 1,
    clusters: int | None = None,
    icc: float = 0.0,
    phi: float = 0.0,
    drift: float = 0.0,
) -> dict[str, float]:
    """Return how often the rule ends in each word, for one true effect and harm.

    Parameters
    ----------
    effect, harm
        True effect on the primary metric and on every guardrail, in their units.
    n_per_arm
        Cases per arm at the last look; in design C points before the change, and as many
        after.
    sd
        Standard deviation between cases (in design C: of points around their line), the same
        for all metrics.
    worthwhile, margin
        Smallest worthwhile difference, and margin of the guardrails.
    looks, design
        As planned; "A", "B" or "C".
    seed, runs
        Where the drawing starts, and how many changes are invented.
    guardrails
        How many.
    clusters, icc
        Whole units per arm and their intra-cluster correlation; None: single cases. Design B
        needs units.
    phi, drift
        Of design C: correlation of neighbouring points, and what the series gains a point
        whether or not there is a change.

    Returns
    -------
    dict
        ``effect``, ``harm``; shares ``accept``, ``reject``, ``not_proven`` after the last
        look; ``error``, the standard error of ``accept``; ``runs``.

    Raises
    ------
    ValueError
        When the design is not A, B or C (D and E can never accept), B has no units, C more
        looks than one, few units more looks than one, or there are under 3 cases a look.
    """
    known = design in ("A", "C") or (design == "B" and clusters is not None)
    demand(known, "`design` must be A, C, or B with `clusters`", design)
    demand(design != "C" or looks == 1, "`looks` must be 1 in design C", looks)
    demand(n_per_arm >= 3 * looks, f"`n_per_arm` must be {3 * looks} or more", n_per_arm)
    units = None if clusters is None else 2 * clusters
    levels = [decision_rule.confidence(look + 1, looks, units=units) for look in range(looks)]
    rng = np.random.default_rng(seed)
    truths = [effect, *[harm] * guardrails]
    if design == "C":
        drawn = [_series(rng, runs, t, n_per_arm, sd, phi, drift, levels[0]) for t in truths]
    elif clusters is None:
        drawn = [_cases(rng, runs, t, n_per_arm, sd, levels) for t in truths]
    else:
        within = (1 - icc) * sd**2 / (n_per_arm / clusters)
        own = 2 * (1 - KEPT) * icc * sd**2 + within if design == "B" else icc * sd**2
        drawn = [_units(rng, runs, t, clusters, own, within, levels) for t in truths]
    ended = _judged(drawn, worthwhile, margin)
    shares = {code: float((ended == code).mean()) for code in ("accept", "reject", "not_proven")}
    error = float(np.sqrt(shares["accept"] * (1 - shares["accept"]) / runs))
    return {"effect": effect, "harm": harm, **shares, "error": error, "runs": runs}


def _judged(drawn: list[list[Looked]], worthwhile: float, margin: float) -> np.ndarray:
    """Return how each change ends, judged look by look until a word other than "extend"."""
    ended = np.full(len(drawn[0][0][0]), "extend", dtype="<U10")
    for look in range(len(drawn[0])):
        (low, high, may), *rails = (metric[look] for metric in drawn)
        guarded = [decision_rule.guardrail(*rail[:2], margin) for rail in rails]
        shown = decision_rule.primary(low, high, worthwhile)
        now = decision_rule.decide(shown, guarded, may, last=look + 1 == len(drawn[0]))
        ended = np.where(ended == "extend", now, ended)
    return ended


def _cases(
    rng: np.random.Generator, runs: int, truth: float, n: int, sd: float, levels: list[float]
) -> list[Looked]:
    """Draw one metric of single cases in two arms: mean and sum of squares between looks."""
    ends = [round(n * look / len(levels)) for look in range(len(levels) + 1)]
    sizes = np.diff(ends)[:, None, None]
    shape = (len(levels), 2, runs)
    means = rng.normal(0, sd / np.sqrt(sizes), shape)
    squares = 2 * sd**2 * rng.standard_gamma((sizes - 1) / 2, shape)
    found = []
    for look, level in enumerate(levels, 1):
        size, mean, cases = sizes[:look], means[:look], ends[look]
        middle = (size * mean).sum(axis=0) / cases
        rest = (squares[:look] + size * (mean - middle) ** 2).sum(axis=(0, 1))
        se = np.sqrt(rest / (cases - 1) / cases)
        found.append(_t(truth + middle[0] - middle[1], se, 2 * (cases - 1), level))
    return found


def _units(
    rng: np.random.Generator,
    runs: int,
    truth: float,
    clusters: int,
    own: float,
    within: float,
    levels: list[float],
) -> list[Looked]:
    """Draw one metric of whole units: what is their own stays, the rest evens out by looks."""
    looks, shape = len(levels), (2, runs, clusters)
    start = rng.normal(0, np.sqrt(own), shape)
    steps = rng.normal(0, np.sqrt(within * looks), (looks, *shape))
    found = []
    for look, level in enumerate(levels, 1):
        arms = start + steps[:look].mean(axis=0)
        se = np.sqrt(arms.var(axis=2, ddof=1).sum(axis=0) / clusters)
        middle = arms.mean(axis=2)
        found.append(_t(truth + middle[0] - middle[1], se, 2 * (clusters - 1), level))
    return found


def _t(value: np.ndarray, se: np.ndarray, df: int, level: float) -> Looked:
    half = special.stdtrit(df, (1 + level) / 2) * se
    return value - half, value + half, np.ones(len(value), dtype=bool)


def _series(
    rng: np.random.Generator,
    runs: int,
    truth: float,
    n: int,
    sd: float,
    phi: float,
    drift: float,
    level: float,
) -> list[Looked]:
    """Draw one metric as series with a step of level, judged in the middle of after."""
    values = np.empty((2 * n, runs))
    values[0] = rng.normal(0, sd, runs)
    for point in range(1, 2 * n):
        values[point] = phi * values[point - 1] + rng.normal(0, sd * np.sqrt(1 - phi**2), runs)
    values[n:] += truth
    values += drift * np.arange(2 * n)[:, None]
    value, se = _middle(values, n)
    half = special.stdtrit(2 * n - 4, (1 + np.array([level, decision_rule.SERIES_CONFIDENCE])) / 2)
    may = (value - half[1] * se > 0) & _moved(values, n)
    return [(value - half[0] * se, value + half[0] * se, may)]


def _middle(values: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the effect in the middle of after and its error, phi as near as the grid."""
    terms, gaps = interrupted_time_series.regression_terms(np.arange(2 * n), n), np.ones(2 * n - 1)
    contrast = np.array([0, 0, 1, (n - 1) / 2])
    best = np.full(values.shape[1], -np.inf)
    value, se = np.empty_like(best), np.empty_like(best)
    for phi in GRID:
        likelihood, found, rest, inverse = interrupted_time_series.fitted_at(
            phi, terms, values, gaps
        )
        better = likelihood > best
        best[better] = likelihood[better]
        value[better] = (contrast @ found)[better]
        se[better] = np.sqrt(rest * (contrast @ inverse @ contrast) / (2 * n - 4))[better]
    return value, se


def _moved(values: np.ndarray, n: int, run: int = method.RUN) -> np.ndarray:
    """Tell which series show a first shift upwards and are not too alike from point to point."""
    before, sides = values[:n], np.sign(values[n:] - values[:n].mean(axis=0))
    up, down = (
        [(sides[place : place + run] == sign).all(axis=0) for place in range(n - run + 1)]
        for sign in (1, -1)
    )
    if not up:
        return np.zeros(values.shape[1], dtype=bool)
    first_up = np.where(np.any(up, axis=0), np.argmax(up, axis=0), n)
    first_down = np.where(np.any(down, axis=0), np.argmax(down, axis=0), n)
    away = before - before.mean(axis=0)
    lag = (away[1:] * away[:-1]).sum(axis=0) / (away**2).sum(axis=0)
    return (first_up < first_down) & (lag <= method.SENSITIVE)
