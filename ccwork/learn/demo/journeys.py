"""Cases on their way through invented agencies."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.language import periods
from ccwork.learn.demo.plan import LAST, Plan
from ccwork.learn.demo.rows import rows

CASES: Final = {"registry": 120, "payments": 140, "inspection": 140}
"""How many cases go the way of ``paths.csv``: hours of work and of the wait before each step,
`again` the chance that the step before it and itself are done once more, `lost` the chance that
the case never gets there.

Planted in registry: the wait before "approve" is a real bottleneck; the 120 hours before "notice"
are statutory (always the same), so they are none; a tenth of the cases is lost between units.
Planted in payments: the wait for the calculation is the bottleneck, a third of the cases come back
for it, a seventh is lost between the window and the centre; the 72 hours are the law's. Nothing is
planted in inspection.
"""

Way = Callable[[list[Any], np.random.Generator], Iterable[Any]]


def events(
    path: pd.DataFrame, cases: int, way: Way, first: str, hours: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw when the steps of all cases begin and end; the first cases begin within `hours`."""
    drawn, every = [], list(path.itertuples())
    for case in range(1, cases + 1):
        clock = pd.Timestamp(first) + pd.Timedelta(hours=float(rng.uniform(0, hours)))
        for step in way([*every], rng):
            wait = step.wait if step.statutory else step.wait * rng.lognormal(0, 0.5)
            start = clock + pd.Timedelta(hours=float(wait))
            clock = start + pd.Timedelta(hours=float(step.work * rng.lognormal(0, 0.3)))
            drawn.append((case, step.step, start, clock))
    table = pd.DataFrame(drawn, columns=["case", "step", "start", "end"])
    named = path.set_index("step")[["actor", "position", "unit", "norm"]]
    return table.join(named, on="step")


def _until_lost(path: list[Any], rng: np.random.Generator) -> Iterator[Any]:
    """Go step by step, and stop where the case is lost."""
    for step in path:
        if step.lost and rng.random() < step.lost:
            return
        yield step


def of_case(table: pd.DataFrame, values: np.ndarray) -> pd.Series:
    """Return a value for every row: that of its case."""
    return table["case"].map(dict(zip(table["case"].unique(), values, strict=True)))


def steps(
    plan: Plan, rng: np.random.Generator, path: pd.DataFrame | None = None, cases: int = 0
) -> pd.DataFrame:
    """Draw the table ``steps`` of a plan: cases of its first service in the last months.

    They go the way of ``paths.csv``, so many as ``CASES`` says, where nothing else is given.
    """
    path = rows("paths", plan.code) if path is None else path
    first = f"{periods.shift(LAST, -5)}-01 09:00"
    table = events(path, cases or CASES[plan.code], _until_lost, first, 24 * 120, rng)
    table["case"] = table["case"].map("C{:04}".format)
    for side in ("start", "end"):
        table[side] = table[side].dt.strftime("%Y-%m-%d %H:%M")
    table.insert(4, "service", plan.services[0].code)
    law = table["step"].isin(path.loc[path["statutory"] == "yes", "step"])
    return _spent(table, rng).assign(kind=np.where(law, "statutory", ""))


def _spent(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add channel, group and what the client spends: those who come in person spend more."""
    cases = table["case"].nunique()
    in_person = of_case(table, rng.random(cases) < 0.6)
    business = of_case(table, rng.random(cases) < 0.25)
    papers = of_case(table, rng.integers(2, 6, cases))
    far = of_case(table, rng.gamma(4, 2.5, cases).round(1))
    applies, collects = table["step"] == "apply", table["step"] == "collect"
    comes, mine = (applies | collects) & in_person, table["actor"] == "client"
    table["channel"] = np.where(in_person, "office", "portal")
    table["segment"] = np.where(business, "business", "citizens")
    table["documents"] = papers.where(applies).astype("Int64")
    table["came"] = np.where(comes, "yes", np.where(mine, "no", ""))
    table["km"] = far.where(comes, 0.0).where(mine)
    table["roubles"] = (12 * table["km"]).round(0) + np.where(applies, 200, 0)
    return table


def step_names() -> pd.DataFrame:
    """Return the catalogue of step names of the agency that has its own."""
    return rows("paths", "registry")[["step", "ru", "en"]]
