"""Who the invented agencies are, and what was planted in each: the truths tests look for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ccwork.learn.demo.rows import rows


@dataclass(frozen=True)
class Plan:
    """One invented agency: its row of ``agencies.csv``, and those of three other files.

    `answers` and `cases` are how many a month has, `gaps` the share of them that is lost.
    `services` are rows of ``services.csv``; the `metrics` of one name what is measured of it.
    `effects` are rows of ``effects.csv``, planted truths: from `since` (months after the first)
    a metric gains `gain`, in natural units: levels of 1-5 for answers, percent points for
    shares. `truth` is the verdict a report must give; empty where it is too small to be seen
    alone. `start` is where a metric stands at first, if not as usual.
    """

    code: str
    name_ru: str
    name_en: str
    months: int
    answers: int
    cases: int
    gaps: float
    staff: int
    offices: int
    structure_ru: str
    structure_en: str
    services: Sequence[Any]
    effects: Sequence[Any]
    start: dict[str, float]


def _plan(row: dict[str, Any]) -> Plan:
    """Put a plan together from its row and those of its services and effects."""
    code = row["code"]
    services = rows("services", code)
    services["metrics"] = services["metrics"].str.split()
    effects, start = (rows(name, code).itertuples(index=False) for name in ("effects", "starts"))
    return Plan(
        **row, services=list(services.itertuples(index=False)), effects=list(effects),
        start=dict(start),
    )  # fmt: skip


PLANS: Final = tuple(_plan(row) for row in rows("agencies").to_dict("records"))
"""Improves truly; formalism; nothing happens; small and nearly empty."""

REGISTRY, PAYMENTS, INSPECTION, ARCHIVE = PLANS

LAST: Final = "2026-06"
"""The last month of every invented agency."""
