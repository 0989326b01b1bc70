"""The map of inner clients, and answers on culture and clients, of the invented agencies."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.learn.demo.checklist_items import items
from ccwork.learn.demo.plan import Plan
from ccwork.learn.demo.rows import rows
from demo.checks import check

BARRED: Final = "access_digital_none"
"""Planted in the payments service: no way in for one without the internet."""

FORMS: Final = ("culture_signs", "success_factors", "values", "difficulties", "accessibility",
                "questions_outer")  # fmt: skip
"""What the agency answers of itself; its staff answer the first three."""

APART: Final = ("outer_2_well", "outer_2_full", "outer_4_full", "outer_4_handy", "outer_4_others")
"""Parts of a question asked apart; drawn last."""

STAFF: Final = 24
DAY: Final = "2026-06-10"
PROOFS: Final = ("протокол разбора", "журнал за полугодие", "замер в зале", "приказ и отчёт о нём")


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return this room's tables of a plan; the small agency answers three questions."""
    if plan.code == "archive":
        return {"checks": pd.DataFrame([
            check(item, "own", "self", DAY, 1) for item in items("questions_outer")[:3]
        ])}  # fmt: skip
    return {"inner": _inner(plan, rng), "checks": pd.DataFrame(list(_checks(plan, rng)))}


def _inner(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw how many requests were kept in time on each link, of those somebody counted.

    Planted in the inspection: the structure changed after the map was drawn.
    """
    links = rows("inner", plan.code)
    counted = links["asked"].notna()
    kept = rng.binomial(links["asked"].fillna(0).astype(int), links["share"].fillna(0))
    links["share"] = pd.Series(kept).where(counted)
    return links.rename(columns={"share": "kept"})


def _checks(plan: Plan, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Draw what the agency says of itself, what its units and its staff say.

    ``answering.csv``: shares of "no", "partly" and answers with evidence; those of staff last.
    """
    no, partly, proved, *staff = rows("answering", plan.code).to_numpy()[0]
    for item in items(*FORMS):
        if item in APART:
            continue
        level = int(2 - (rng.random() < partly) - (rng.random() < no))
        barred = plan.code == "payments" and item == BARRED
        mark = 0 if barred else level
        yield check(item, "own", "self", DAY, mark, evidence=_proof(rng, proved))
    for giver in rows("inner", plan.code)["giver"].unique():
        for item in items("questions_inner")[: 6 if plan.code == "registry" else 3]:
            level = int(rng.integers(1, 3))
            proof = _proof(rng, proved / 2)
            yield check(item, f"unit-{giver}", "self", DAY, level, evidence=proof, unit=giver)
    no, partly = staff
    for person in range(1, STAFF + 1):
        for item in items(*FORMS[:3]):
            level = int(rng.choice(3, p=(no, partly, 1 - no - partly)))
            yield check(item, f"staff-{person:02}", "staff", DAY, level)
    for item in APART:
        mark, proof = int(rng.integers(1, 3)), _proof(rng, proved)
        yield check(item, "own", "self", DAY, mark, evidence=proof)


def _proof(rng: np.random.Generator, share: float) -> str:
    return str(rng.choice(PROOFS)) if rng.random() < share else ""
