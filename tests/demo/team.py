"""Teams, practices, objections and the load of the change in the invented agencies."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.learn.demo import figures, team
from ccwork.learn.demo.plan import Plan
from ccwork.learn.demo.rows import rows
from demo.checks import check

ASKED: Final = 48
"""So many of the staff were asked of the success factors, a year ago and now."""

PRESSURE: Final = {"registry": (36.0, 36.0), "payments": (44.0, 63.0)}
"""Mean load on staff in points of 100, before and from the thirteenth month."""


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return the tables of stage 2; the small agency has people only.

    Planted in ``needs``: no metric answers the need to be heard. The leaders of payments prove
    nothing of what they answer.
    """
    made = {"people": team.people(plan, rng)}
    if plan.code == "archive":
        return made
    said = [rows("leaders", plan.code), pd.DataFrame(list(_factors(plan, rng)))]
    pressure = _pressure(plan, rng)
    said.append(pd.DataFrame(list(_asked(plan, rng))))
    made |= {name: rows(name, plan.code) for name in ("objections", "triage")}
    checks = pd.concat(said, ignore_index=True)
    return made | {"needs": rows("needs"), "checks": checks, "metrics": pressure}


def _factors(plan: Plan, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Draw what staff said of the success factors a year ago and now."""
    for item, *shares in rows("factors", plan.code).itertuples(index=False):
        for year, share in zip((2025, 2026), shares, strict=True):
            for person, answer in enumerate(rng.binomial(2, share, ASKED), 1):
                visit = f"F{year}_{person:02}"
                yield check(item, visit, "staff", f"{year}-06-10", str(answer))


def _asked(plan: Plan, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Draw what matters to staff and is there, a year ago and now, and what candidates say.

    Planted in the registry: good work is noticed more often than a year ago, pay by work is
    what matters and is lacking; a candidate does not know what comes next.
    """
    for row in rows("asked", plan.code).itertuples():
        for year, share in ((2025, row.before), (2026, row.now)):
            for person in range(0 if np.isnan(share) else row.asked):
                visit = f"{row.source}{year}_{person:02}"
                answer = str(rng.binomial(2, share))
                yield check(row.item, visit, row.source, f"{year}-05-20", answer,
                            service=row.service)  # fmt: skip


def _pressure(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the load on staff month by month, as a metric of the inner service."""
    inner = next(service.code for service in plan.services if service.client == "internal")
    drawn = [
        {"metric": "staff_pressure", "service": inner, "period": period, "n": 60, "sd": 14.0,
         "value": round(float(rng.normal(levels[month >= 12], 1.5)), 1)}
        for levels in [PRESSURE.get(plan.code)] if levels
        for month, period in enumerate(figures.months(plan))
    ]  # fmt: skip
    return pd.DataFrame(drawn, columns=["metric", "service", "period", "value", "n", "sd"])
