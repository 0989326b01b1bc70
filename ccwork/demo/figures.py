"""Metrics of the invented agencies: drawn case by case, so that their spread is true."""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import periods
from ccwork.demo.plan import LAST, Plan, Service
from ccwork.stats import intervals

SHARES: Final = {
    "repeat_contacts": 22.0, "plain_pages": 55.0, "info_found": 70.0, "within_norm": 78.0,
    "first_time_right": 76.0, "reopened": 9.0, "drop_off": 15.0, "conduct_items": 80.0,
    "internal_service_kept": 74.0,
}  # fmt: skip
MEANS: Final = {
    "client_actions": (9.0, 3.0), "documents": (4.2, 1.5), "visits": (2.4, 0.8),
}  # fmt: skip
MEDIANS: Final = {"lead_days": (14.0, 0.4), "first_response_hours": (30.0, 0.4)}
"""Median, and spread of the logarithm."""

RATES: Final = {"conduct_complaints": 6.0}


FROM_RECORDS: Final = frozenset((*SHARES, *MEANS, *MEDIANS, *RATES))


def months(plan: Plan) -> list[str]:
    """Return the months of a plan, oldest first."""
    return periods.span(periods.shift(LAST, 1 - plan.months), LAST)


def gain(plan: Plan, metric: str, service: str, month: int) -> float:
    """Return what was planted in a series in one month."""
    return sum(
        effect.gain
        for effect in plan.effects
        if (effect.metric, effect.service) == (metric, service) and month >= effect.since
    )


def metrics(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the table ``metrics`` of a plan."""
    rows = [
        {
            "metric": metric,
            "service": service.code,
            "period": period,
            **_drawn(metric, plan, service, month, rng),
        }
        for service in plan.services
        for metric in service.metrics
        if metric in FROM_RECORDS
        for month, period in enumerate(months(plan))
    ]
    table = pd.DataFrame(rows, columns=["metric", "service", "period", *_COLUMNS])
    return table.round({"value": 2, "sd": 2, "low": 2, "high": 2})


_COLUMNS = ["value", "n", "sd", "low", "high"]


def _drawn(
    metric: str, plan: Plan, service: Service, month: int, rng: np.random.Generator
) -> dict[str, Any]:
    """Draw one value with what is known of its spread; some are lost where a plan has gaps."""
    n = int(rng.poisson(plan.cases))
    lost = {"value": np.nan, "n": np.nan, "sd": np.nan, "low": np.nan, "high": np.nan}
    if rng.random() < plan.gaps or n == 0:
        return lost
    more = gain(plan, metric, service.code, month)
    if metric in SHARES:
        share = np.clip(plan.start.get(metric, SHARES[metric]) + more, 0.3, 99.7) / 100
        return lost | {"value": 100 * rng.binomial(n, share) / n, "n": n}
    if metric in RATES:
        n *= 10
        return lost | {"value": 1000 * rng.poisson(RATES[metric] / 1000 * n) / n, "n": n}
    if metric in MEANS:
        middle, spread = MEANS[metric]
        cases = rng.normal(plan.start.get(metric, middle) + more, spread, n).clip(0)
        return lost | {"value": cases.mean(), "n": n, "sd": cases.std(ddof=1)}
    middle, spread = MEDIANS[metric]
    found = intervals.quantile(np.exp(rng.normal(np.log(middle + more), spread, n)), 0.5)
    return lost | {"value": found.value, "n": n, "low": found.low, "high": found.high}
