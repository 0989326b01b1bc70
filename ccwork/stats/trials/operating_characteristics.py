"""How often the rule is wrong: the same rule over thousands of invented changes.

Each invented change has a true effect on the primary metric and a true harm on one guardrail
or more; it is judged by ``stats.rule`` as a real one would be, at each look. Metrics are taken
as independent and normal (our choice).
"""

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from ccwork import method
from ccwork.stats.intervals import demand
from ccwork.stats.trials import decision_rule, diff_in_diff, interrupted_time_series

OWN: Final = 0.95
"""Units change by themselves where chance from period to period explains it less often than
one time in twenty (our choice)."""

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
        Rows "useless" (no effect), "useful" (as large as worthwhile), "twice" (twice that) and
        "harmful" (useful, and the guardrails worse by the margin). Columns as in :func:`rates`.
    """
    truths = {"useless": (0.0, 0.0), "useful": (worthwhile, 0.0), "twice": (2 * worthwhile, 0.0),
              "harmful": (worthwhile, margin)}  # fmt: skip
    known = {"worthwhile": worthwhile, "margin": margin} | plan
    found = {truth: rates(*each, **known) for truth, each in truths.items()}
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("truth")


def rates(
    effect: float, harm: float, *, n_per_arm: int, sd: ArrayLike, worthwhile: float,
    margin: float, looks: int = 2, design: str = "A", seed: int = 1, runs: int = 2000,
    guardrails: int = 1, clusters: int | None = None, icc: float = 0.0, phi: float = 0.0,
    drift: float = 0.0, after: int | None = None, others: int | None = None,
    own: ArrayLike = 0.0, elsewhere: tuple[int, float] = (0, 0.0),
) -> dict[str, float]:  # fmt: skip
    """Return how often the rule ends in each word, for one true effect and harm.

    Parameters
    ----------
    effect, harm
        True effect on the primary metric and on every guardrail, in their units.
    n_per_arm
        Cases per arm at the last look; in designs B and C periods before the change.
    sd
        Standard deviation between cases, the same for all metrics; in design C of points
        around their line, in B of one unit from period to period: one, or that of units changed
        and that of others.
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
        needs units, and no correlation.
    phi, drift
        Of designs B and C: correlation of neighbouring periods, and what the series, in B each
        unit changed, gains a period whether or not there is a change.
    after
        Of designs B and C: periods after; None: as many as before.
    others, own
        Of design B: units left as they were (None: as many as changed), and how much units
        differ in their change for reasons of their own (standard deviation, as `sd`).
    elsewhere
        Of a series with a comparison: how many others there are, and the spread of the effect
        each shows where it stands for those changed.

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
    units = None if clusters is None else clusters + (others or clusters)
    levels = [decision_rule.confidence(look + 1, looks, units=units) for look in range(looks)]
    rng = np.random.default_rng(seed)
    truths = [effect, *[harm] * guardrails]
    after = after or n_per_arm
    if design == "C":
        line = (n_per_arm, after, float(np.mean(sd)), phi, drift, elsewhere)
        drawn = [_series(rng, runs, t, *line, levels[0]) for t in truths]
    elif design == "B":
        panel = _panel(n_per_arm, after, phi, len(levels))
        sizes = (clusters, others or clusters)
        spread = [np.broadcast_to(each, 2) for each in (sd, own)]
        how = (drift, panel, sizes, spread, levels, worthwhile)
        drawn = [_compared(rng, runs, t, *how) for t in truths]
    elif clusters is None:
        drawn = [_cases(rng, runs, t, n_per_arm, sd, levels) for t in truths]
    else:
        within = (1 - icc) * sd**2 / (n_per_arm / clusters)
        drawn = [_units(rng, runs, t, clusters, icc * sd**2, within, levels) for t in truths]
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
    rng: np.random.Generator, runs: int, truth: float, clusters: int, own: float, within: float,
    levels: list[float],
) -> list[Looked]:  # fmt: skip
    """Draw one metric of whole units: what is their own stays, the rest evens out by looks."""
    looks, shape = len(levels), (2, runs, clusters)
    start = rng.normal(0, np.sqrt(own), shape)
    steps = rng.normal(0, np.sqrt(within * looks), (looks, *shape))
    found = []
    for look, level in enumerate(levels, 1):
        arms = start + steps[:look].mean(axis=0)
        value, *error = _welch(*arms)
        found.append(_t(truth + value, *error, level))
    return found


def _welch(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return difference of means, its error and degrees of freedom, units along the 2nd axis."""
    sizes = [part.shape[1] for part in (one, other)]
    parts = [part.var(axis=1, ddof=1) / n for part, n in zip((one, other), sizes, strict=True)]
    both = parts[0] + parts[1]
    df = both**2 / sum(part**2 / (n - 1) for part, n in zip(parts, sizes, strict=True))
    return one.mean(axis=1) - other.mean(axis=1), np.sqrt(both), df


# ---------------------------------------------------------------- design B, its checks included


def _panel(before: int, after: int, phi: float, looks: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what is read off a unit as weights of its periods, and how alike periods are.

    Columns: gain and drift of each look, then the gain at each invented start before.
    """
    periods = np.arange(before + after)
    alike = np.where(periods[:, None] == periods, 1.0, phi ** np.abs(periods[:, None] - periods))
    unit = np.eye(before + after)
    columns = []
    for look in range(1, looks + 1):
        seen = before + round(after * look / looks)
        for read in (diff_in_diff.unit_gains, diff_in_diff.unit_drifts):
            columns.append(read(unit[:, :seen], before))
    fakes = range(diff_in_diff.LEAST_FAKE, before - diff_in_diff.LEAST_FAKE + 1)
    columns += [diff_in_diff.unit_gains(unit[:, :before], fake) for fake in fakes]
    return np.column_stack(columns), alike


def _compared(
    rng: np.random.Generator, runs: int, truth: float, drift: float,
    panel: tuple[np.ndarray, np.ndarray], sizes: tuple[int, int], spread: list[np.ndarray],
    levels: list[float], worthwhile: float,
) -> list[Looked]:  # fmt: skip
    """Draw one metric of units changed and others, with the checks that may forbid to accept."""
    weights, alike = panel
    looks, noise = len(levels), weights.T @ alike @ weights
    gains = np.isin(np.arange(weights.shape[1]), np.arange(0, 2 * looks, 2))
    arms = []
    for n, sd, own in zip(sizes, *spread, strict=True):
        size, turn = np.linalg.eigh(sd**2 * noise + own**2 * np.outer(gains, gains))
        root = turn * np.sqrt(size.clip(min=0))
        arms.append(rng.normal(size=(runs, n, len(root))) @ root.T)
    arms[0] += truth * gains + drift * np.arange(len(alike)) @ weights
    fakes = _welch(*(arm[:, :, 2 * looks :] for arm in arms))
    found = []
    for look, level in enumerate(levels):
        gain, carried = ([arm[:, :, 2 * look + at] for arm in arms] for at in (0, 1))
        value, low, high = _limits(_welch(*gain), level)
        left = [one - other for one, other in zip(gain, carried, strict=True)]
        stands = _limits(_welch(*left), level)[1]
        apart = _limits(_welch(*carried), level)[1:]
        before = decision_rule.drifted(*apart, stands, low, worthwhile)
        may = (before == "quiet") & ~_rings(fakes, value, low, level)
        n, rest = sizes[1], gain[1].std(axis=1)
        top = special.ndtri(1 - diff_in_diff.RARE) * rest * np.sqrt(1 / sizes[0] + 1 / n)
        may &= decision_rule.heard(top, np.nan, value, low) != "loud"
        found.append((low, high, may))
    return found


def _limits(found: tuple[np.ndarray, ...], level: float) -> tuple[np.ndarray, ...]:
    value, se, df = found
    half = special.stdtrit(df, (1 + level) / 2) * se
    return value, value - half, value + half


def _rings(
    fakes: tuple[np.ndarray, ...], effect: np.ndarray, low: np.ndarray, level: float
) -> np.ndarray:
    """Tell where the best of the invented starts shows as much as the real one."""
    value, least, _ = _limits(fakes, level)
    if not value.shape[1]:
        return np.zeros(len(effect), dtype=bool)
    best = value.argmax(axis=1)[:, None]
    shown = [np.take_along_axis(part, best, axis=1)[:, 0] for part in (value, least)]
    return decision_rule.heard(*shown, effect, low) == "loud"


def panel_noise(values: ArrayLike, treated: ArrayLike, start: int) -> dict[str, Any]:
    """Return how units vary: ``sd`` and ``own`` of those changed and of others, ``phi``.

    Parameters
    ----------
    values, treated, start
        As in ``diff_in_diff.unit_gains`` and ``difference``; two units on either side at least.

    Notes
    -----
    What is left of each unit when its own means before and after, and the means of its group
    each period, are taken away; ``phi`` from neighbours, corrected for the means taken away.
    ``own`` is what gains vary more than that explains, 0 where chance may do so.
    Source: our choice.
    """
    values, treated = np.asarray(values, dtype=float), np.asarray(treated, dtype=bool)
    gains, products, squares, found = diff_in_diff.unit_gains(values, start), 0.0, 0.0, []
    for side in (treated, ~treated):
        parts = [_rest(values[side, :start]), _rest(values[side, start:])]
        products += sum(float(np.nansum(part[:, 1:] * part[:, :-1])) for part in parts)
        squares += sum(float(np.nansum(part**2)) for part in parts)
        found.append(parts)
    length = values.shape[1] / 2
    raw = products / squares if squares else 0.0
    phi = float(np.clip((raw + 1 / length) / (1 - 3 / length), 0, 0.9)) if length > 4 else 0.0
    weights, alike = _panel(start, values.shape[1] - start, phi, 1)
    told = float(weights[:, 0] @ alike @ weights[:, 0])
    sd, own = [], []
    for side, parts in zip((treated, ~treated), found, strict=True):
        units = int((~np.isnan(gains[side])).sum())
        spare = sum((units - 1) * len(a) * (1 - a.mean())
                    for a in (alike[:start, :start], alike[start:, start:]))  # fmt: skip
        there = float(np.mean([~np.isnan(part) for part in np.hstack(parts)]))
        variance = sum(float(np.nansum(part**2)) for part in parts) / (spare * there)
        seen = float(np.nanvar(gains[side], ddof=1))
        many = seen > told * variance * special.chdtri(units - 1, 1 - OWN) / (units - 1)
        sd.append(variance**0.5)
        own.append((seen - told * variance) ** 0.5 if many else 0.0)
    return {"sd": sd, "own": own, "phi": phi}


def _rest(part: np.ndarray) -> np.ndarray:
    """Return what is left when the means of units, then those of periods, are taken away."""
    part = part - np.nanmean(part, axis=1, keepdims=True)
    return part - np.nanmean(part, axis=0)


def _t(value: np.ndarray, se: np.ndarray, df: ArrayLike, level: float) -> Looked:
    return *_limits((value, se, df), level)[1:], np.ones(len(value), dtype=bool)


def _series(
    rng: np.random.Generator, runs: int, truth: float, n: int, after: int, sd: float,
    phi: float, drift: float, elsewhere: tuple[int, float], level: float,
) -> list[Looked]:  # fmt: skip
    """Draw one metric as series with a step of level, judged in the middle of after."""
    values = np.empty((n + after, runs))
    values[0] = rng.normal(0, sd, runs)
    for point in range(1, n + after):
        values[point] = phi * values[point - 1] + rng.normal(0, sd * np.sqrt(1 - phi**2), runs)
    values[n:] += truth
    values += drift * np.arange(n + after)[:, None]
    value, se = _middle(values, n)
    sure = (1 + np.array([level, decision_rule.SERIES_CONFIDENCE])) / 2
    half = special.stdtrit(n + after - 4, sure)
    low = value - half[0] * se
    may = (value - half[1] * se > 0) & _moved(values, n)
    if (fake := n - interrupted_time_series.POINTS) >= interrupted_time_series.LEAST:
        shown, error = _middle(values[:n], fake)
        least = shown - special.stdtrit(n - 4, sure[0]) * error
        may &= decision_rule.heard(shown, least, value, low) != "loud"
    units, spread = elsewhere
    if units:
        drawn = np.sort(rng.normal(0, spread, (runs, units)), axis=1)
        top = drawn[:, -1 - int(diff_in_diff.RARE * units + 1e-9)]
        may &= decision_rule.heard(top, np.nan, value, low) != "loud"
    return [(low, value + half[0] * se, may)]


def _middle(values: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the effect in the middle of after and its error, phi as near as the grid."""
    points = len(values)
    terms, gaps = diff_in_diff.regression_terms(np.arange(points), n), np.ones(points - 1)
    contrast = np.array([0, 0, 1, (points - n - 1) / 2])
    best = np.full(values.shape[1], -np.inf)
    value, se = np.empty_like(best), np.empty_like(best)
    for phi in GRID:
        fitted = interrupted_time_series.fitted_at(phi, terms, values, gaps)
        likelihood, found, rest, inverse = fitted
        better = likelihood > best
        best[better] = likelihood[better]
        value[better] = (contrast @ found)[better]
        se[better] = np.sqrt(rest * (contrast @ inverse @ contrast) / (points - 4))[better]
    return value, se


def _moved(values: np.ndarray, n: int, run: int = method.RUN) -> np.ndarray:
    """Tell which series show a first shift upwards and are not too alike from point to point."""
    before, sides = values[:n], np.sign(values[n:] - values[:n].mean(axis=0))
    places = range(len(sides) - run + 1)
    up, down = ([(sides[at : at + run] == sign).all(axis=0) for at in places] for sign in (1, -1))
    if not up:  # after is shorter than a run
        return np.zeros(values.shape[1], dtype=bool)
    first_up = np.where(np.any(up, axis=0), np.argmax(up, axis=0), len(sides))
    first_down = np.where(np.any(down, axis=0), np.argmax(down, axis=0), len(sides))
    away = before - before.mean(axis=0)
    lag = (away[1:] * away[:-1]).sum(axis=0) / (away**2).sum(axis=0)
    return (first_up < first_down) & (lag <= method.SENSITIVE)
