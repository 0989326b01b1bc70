"""Self-checks, promises and roadmaps of the invented agencies: who flatters, who is honest."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.learn.demo.checklist_items import items
from ccwork.learn.demo.plan import Plan
from ccwork.learn.demo.rows import rows
from demo.checks import check

STAFF: Final = {"registry": (12, 1.4), "payments": (14, 0.9), "inspection": (4, 1.1)}
"""People asked, and the mean answer (0-2) they give."""

VISITS: Final = 48
DAY: Final = "2026-06-15"


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return this room's part of ``checks``, and ``actions``; the small agency has none.

    The sheets stand in ``selfchecks.csv``, filled in by the agency, where there is one by an
    assessor, and of inner clients by the managers. Planted: the self-check of the payments
    agency flatters, that of the registry is honest, that of the inspection has little evidence.
    """
    if plan.code not in STAFF:
        return {}
    told = rows("selfchecks", plan.code)
    sheet = told["service"] != ""
    checks = [told[sheet], _staff(plan, rng), told[~sheet], _promise(plan.code, rng)]
    return {"checks": pd.concat(checks, ignore_index=True), "actions": rows("actions", plan.code)}


def _staff(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw what staff answer to the same sheet."""
    people, middle = STAFF[plan.code]
    return pd.DataFrame([
        check(item, f"staff_{person:02}", "staff", DAY, answer, service=plan.services[0].code)
        for person in range(1, people + 1)
        for item in items("self_check")
        for answer in [int(np.clip(round(rng.normal(middle, 0.7)), 0, 2))]
    ])  # fmt: skip


def _promise(code: str, rng: np.random.Generator) -> pd.DataFrame:
    """Go through the promise by visits; inspection only gave its own word.

    ``promises.csv`` says how often a promise is kept that is not kept always.
    """
    kept = dict(rows("promises", code).to_numpy())
    return pd.DataFrame([
        check(item, f"promise_{visit:02}", "visitor", DAY,
              2 if rng.random() < kept.get(item, 1) else 0,
              unit=f"office_{1 + visit % 12:02}", evidence="снимок")
        for visit in range(1, VISITS + 1) if kept
        for item in items("promise")
    ])  # fmt: skip
