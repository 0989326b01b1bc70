"""Changes the invented agencies made, what they measured, and what people decided."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.language import periods
from ccwork.learn.demo.plan import Plan
from ccwork.learn.demo.rows import rows

COMPARED: Final = 16
"""So many reception points are changed or compared in the first trial, the rest in the other."""


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return ``changes``, ``trials``, ``decisions``, ``units``; the small agency has none.

    ``plan_hash`` of a change is as :func:`change_register.plans` gives it. Planted in the units of
    registry: the first office needs one window more, the second has enough, the queue of the
    third grows. In trials: a real improvement; an improvement that overloads staff; an order and
    nothing else; regression to the mean (the worst offices chosen, before and after compared);
    only successful clients asked; winter (the change began when a season ended).
    """
    if plan.code == "archive":
        return {}
    made = {name: rows(f"{name}_{plan.code}") for name in ("changes", "units")}
    trials = pd.concat(_trials(plan, rng)).round({"value": 2})
    return made | {"trials": trials, "decisions": rows("decisions", plan.code)}


def _trials(plan: Plan, rng: np.random.Generator) -> Iterator[pd.DataFrame]:
    """Draw the series of ``trials.csv``; in registry each reception point has its own."""
    planned = rows("trials", plan.code)
    if plan.code == "registry":
        units = rows("units_registry")
        points, every = units[units["unit"] == units["cluster"]], list(planned.itertuples())
        for number, point in enumerate(points.itertuples()):
            own = rng.normal(0, 1.5)
            change = "daily_approval" if number < COMPARED else "short_visits"
            for series in (each for each in every if each.change == change):
                yield _series(series, rng, point.unit, point.start, own)
        return
    if plan.code == "payments":
        yield _offices(rng)
    yield from (_series(series, rng, "", series.since) for series in planned.itertuples())


def _days(first: str, count: int, step: int = 1) -> list[str]:
    return [f"{periods.shift(first, step * place)}-01" for place in range(count)]


def _series(
    series: Any, rng: np.random.Generator, unit: str, since: str, own: float = 0.0
) -> pd.DataFrame:
    """Draw one value a day: level, noise and season, and the gain from `since` on."""
    days = _days(series.first, series.days, series.step)
    new = np.array([bool(since) and day >= since for day in days])
    noise = series.sd / series.n**0.5 if np.isnan(series.noise) else series.noise
    level = series.level + series.own * own + rng.normal(0, noise, len(days))
    winter = np.cos(2 * np.pi * (np.array([int(day[5:7]) for day in days]) - 1) / 12)
    return pd.DataFrame({
        "change": series.change, "metric": series.metric, "unit": unit,
        "segment": series.segment, "date": days, "way": np.where(new, "new", "old"),
        "value": level + series.gain * new + series.season * winter,
        "n": series.n, "sd": series.sd,
    })  # fmt: skip


def _offices(rng: np.random.Generator) -> pd.DataFrame:
    """Draw thirty offices of which the ten worst are trained before the last quarter."""
    days = _days("2024-07", 8, 3)
    usual = 75 + rng.normal(0, 1.5, 30)
    values = np.clip(usual[:, None] + rng.normal(0, 6, (30, 8)), 40, 98)
    worst = np.isin(np.arange(30), np.argsort(values[:, 6])[:10])
    new = np.repeat(worst, 8) & np.tile(np.arange(8) == 7, 30)
    return pd.DataFrame({
        "change": "worst_training", "metric": "within_norm",
        "unit": [f"p{office:02}" for office in range(1, 31) for _ in days], "segment": "",
        "date": days * 30, "value": values.ravel(),
        "n": 200, "sd": np.nan, "way": np.where(new, "new", "old"),
    })  # fmt: skip
