"""Metrics of the invented agencies, case by case."""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.language import periods
from ccwork.learn.demo.plan import LAST, Plan
from ccwork.learn.demo.rows import rows
from ccwork.stats import intervals

RECORDS: Final = {metric: own for metric, *own in rows("records").itertuples(index=False)}
"""Metrics counted from records: the kind, its usual level, and the spread of single cases.

The spread of a median is that of the logarithm.
"""


_COLUMNS: Final = ["value", "n", "sd", "low", "high"]


def months(plan: Plan) -> list[str]:
    """Return the months of a plan, oldest first."""
    return periods.span(periods.shift(LAST, 1 - plan.months), LAST)


def gain(plan: Plan, metric: str, service: str, month: int) -> float:
    """Return what was planted in a series in one month."""
    planted = (each for each in plan.effects if (each.metric, each.service) == (metric, service))
    return sum(each.gain for each in planted if month >= each.since)


def metrics(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the table ``metrics`` of a plan."""
    drawn = [
        {"metric": metric, "service": service.code, "period": period,
         **_drawn(metric, plan, service, month, rng)}
        for service in plan.services
        for metric in service.metrics
        if metric in RECORDS
        for month, period in enumerate(months(plan))
    ]  # fmt: skip
    table = pd.DataFrame(drawn, columns=["metric", "service", "period", *_COLUMNS])
    return table.round({"value": 2, "sd": 2, "low": 2, "high": 2})


def _drawn(
    metric: str, plan: Plan, service: Any, month: int, rng: np.random.Generator
) -> dict[str, Any]:
    """Draw one value with what is known of its spread; some are lost where a plan has gaps."""
    n = int(rng.poisson(plan.cases))
    lost = dict.fromkeys(_COLUMNS, np.nan)
    if rng.random() < plan.gaps or n == 0:
        return lost
    kind, usual, spread = RECORDS[metric]
    level = plan.start.get(metric, usual) + gain(plan, metric, service.code, month)
    if kind == "share":
        return lost | {"value": 100 * rng.binomial(n, np.clip(level, 0.3, 99.7) / 100) / n, "n": n}
    if kind == "rate":
        n *= 10
        return lost | {"value": 1000 * rng.poisson(level / 1000 * n) / n, "n": n}
    if kind == "mean":
        cases = rng.normal(level, spread, n).clip(0)
        return lost | {"value": cases.mean(), "n": n, "sd": cases.std(ddof=1)}
    found = intervals.quantile(np.exp(rng.normal(np.log(level), spread, n)), 0.5)
    return lost | {"value": found.value, "n": n, "low": found.low, "high": found.high}
