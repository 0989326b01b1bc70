"""Who the invented agencies are, and what was planted in each: the truths tests look for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ccwork.learn.demo.rows import rows


@dataclass(frozen=True)
class Service:
    """One service of an invented agency; `metrics` names what is measured of it."""

    code: str
    name_ru: str
    name_en: str
    client: str
    volume: int
    metrics: Sequence[str]


@dataclass(frozen=True)
class Effect:
    """A planted truth: from `since` (months after the first) a metric gains `gain`.

    `gain` is in natural units: levels of 1-5 for answers, percent points for shares.
    `truth` is the verdict a report must give; empty where it is too small to be seen alone.
    """

    metric: str
    service: str
    gain: float
    since: int
    truth: str
    why_ru: str
    why_en: str


@dataclass(frozen=True)
class Plan:
    """One invented agency; `start` is where a metric stands at first, if not as usual.

    `answers` and `cases` are how many a month has, `gaps` the share of them that is lost.
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
    services: Sequence[Service]
    effects: Sequence[Effect]
    start: dict[str, float]


def _plan(row: dict[str, Any]) -> Plan:
    """Put a plan together from its row and those of its services and effects."""
    code = row["code"]
    services = rows("services", code)
    return Plan(
        services=[Service(**own) for own in services.assign(
            metrics=services["metrics"].str.split()).to_dict("records")],
        effects=[Effect(**own) for own in rows("effects", code).to_dict("records")],
        start=dict(rows("starts", code).itertuples(index=False)),
        **row,
    )  # fmt: skip


PLANS: Final = tuple(_plan(row) for row in rows("agencies").to_dict("records"))
"""Improves truly; formalism; nothing happens; small and nearly empty."""

REGISTRY, PAYMENTS, INSPECTION, ARCHIVE = PLANS

LAST: Final = "2026-06"
"""The last month of every invented agency."""
