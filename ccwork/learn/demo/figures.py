"""Metrics of the invented agencies, case by case, and answers of their clients, one by one."""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.language import periods
from ccwork.learn.demo.plan import LAST, Plan
from ccwork.learn.demo.rows import rows
from ccwork.stats import intervals

RECORDS: Final = rows("records").set_index("metric")
"""Metrics counted from records: the kind, its usual level, and the spread of single cases.

The spread of a median is that of the logarithm.
"""

USUAL: Final = 3.7
"""The mean level of answers where nothing else is planned."""

PERSON: Final = 0.6
"""Spread between people: who is pleased with one thing is pleased with the next."""

ITEM: Final = 0.8
CHANNELS: Final = ("counter", "site", "phone")
SEGMENTS: Final = ("citizens", "business")
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
        if metric in RECORDS.index
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
    kind, usual, spread = RECORDS.loc[metric]
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


def answers(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the table ``answers`` of a plan."""
    parts = [
        _month(plan, service, month, period, rng)
        for service in plan.services
        for month, period in enumerate(months(plan))
    ]
    return pd.concat(parts, ignore_index=True)


def _month(
    plan: Plan, service: Any, month: int, period: str, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw the people of one service and month; few leave a question out."""
    n = max(1, int(rng.poisson(plan.answers * (1 - plan.gaps))))
    asked = [metric for metric in service.metrics if metric not in RECORDS.index]
    usual = [plan.start.get(metric, USUAL) for metric in asked]
    gains = [gain(plan, metric, service.code, month) for metric in asked]
    felt = (
        np.add(usual, gains) + rng.normal(0, PERSON, (n, 1)) + rng.normal(0, ITEM, (n, len(asked)))
    )
    level = felt.round().clip(1, 5)
    level[rng.random(level.shape) < 0.02] = np.nan
    day = rng.integers(1, periods.last_day(period).day + 1, n)
    outer = service.client == "external"
    people = pd.DataFrame({
        "respondent": [f"{service.code}-{period}-{person:03}" for person in range(1, n + 1)],
        "service": service.code,
        "date": [f"{period}-{each:02}" for each in day],
        "segment": rng.choice(SEGMENTS, n, p=(0.8, 0.2)) if outer else "staff",
        "channel": rng.choice(CHANNELS, n, p=(0.5, 0.35, 0.15)),
    })  # fmt: skip
    wide = people.join(pd.DataFrame(level, columns=asked))
    long = wide.melt(list(people), var_name="metric", value_name="level")
    order = ["respondent", "metric", "service", "date", "level", "segment", "channel"]
    return long.sort_values(["respondent", "metric"], kind="stable")[order]
