"""Who the invented agencies are, and what was planted in each: the truths tests look for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final


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
    """One invented agency."""

    code: str
    name_ru: str
    name_en: str
    months: int
    services: Sequence[Service]
    answers: int
    cases: int
    effects: Sequence[Effect] = field(default_factory=tuple)
    start: dict[str, float] = field(default_factory=dict)
    gaps: float = 0.0
    staff: int = 100
    offices: int = 5
    structure_ru: str = ""
    structure_en: str = ""


FACTS: Final = (
    *("repeat_contacts", "plain_pages", "info_found"),
    *("client_actions", "documents", "visits"),
    *("lead_days", "first_response_hours", "within_norm"),
    *("first_time_right", "reopened", "drop_off"),
    *("conduct_items", "conduct_complaints"),
)
OPINIONS: Final = (
    *("info_clear", "info_enough", "easy", "convenient_way", "fast_enough", "wait_acceptable"),
    *("solved", "decision_explained", "respected", "satisfaction", "trust_agency"),
)
INNER: Final = (
    *("lead_days", "first_response_hours", "internal_service_kept"),
    *("internal_pulse", "easy", "fast_enough", "solved", "info_clear"),
)
FEW: Final = (
    *("repeat_contacts", "info_clear", "documents", "easy", "within_norm", "fast_enough"),
    *("first_time_right", "solved", "conduct_items", "respected"),
)


def _better(metric: str, gain: float) -> Effect:
    return Effect(
        metric, "certificate", gain, 12, "better",
        "С тринадцатого месяца убраны лишние справки и введён срок на каждый шаг.",
        "From the thirteenth month needless papers were dropped and every step got a time limit.",
    )  # fmt: skip


def _shown(metric: str, gain: float) -> Effect:
    return Effect(
        metric, "benefit", gain, 12, "better",
        "Показатель подогнан под план: меняли отчётность, а не работу.",
        "The figure was fitted to the plan: the reporting changed, not the work.",
    )  # fmt: skip


def _unseen(metric: str) -> Effect:
    return Effect(
        metric, "benefit", -0.1, 12, "",
        "Людям стало чуть хуже: показатель выполняли за их счёт. Слишком мало для вывода по ряду.",
        "People fared a little worse: the figure was met at their cost. Too little for a verdict.",
    )  # fmt: skip


REGISTRY: Final = Plan(
    "registry", "Агентство регистрации прав (вымышленное)",
    "Rights Registration Agency (invented)", 24,
    (
        Service("certificate", "Справка о правах", "Certificate of rights", "external",
                36_000, (*FACTS, *OPINIONS)),
        Service("transfer", "Регистрация перехода права", "Transfer of a right", "external",
                12_000, (*FACTS, *OPINIONS)),
        Service("it_support", "Поддержка рабочих мест", "Workplace support", "internal",
                2_400, INNER),
    ),
    30, 400,
    (
        _better("documents", -1.5), _better("client_actions", -3.0), _better("lead_days", -5.0),
        _better("within_norm", 12.0), _better("easy", 0.7), _better("fast_enough", 0.7),
    ),
    staff=240, offices=12,
    structure_ru="12 офисов приёма, отдел регистрации, отдел поддержки",
    structure_en="12 front offices, a registration unit, a support unit",
)  # fmt: skip

PAYMENTS: Final = Plan(
    "payments", "Служба социальных выплат (вымышленная)", "Social Payments Service (invented)", 24,
    (
        Service("benefit", "Назначение пособия", "Award of a benefit", "external", 50_000,
                (*FACTS, *OPINIONS)),
        Service("staffing", "Кадровое обслуживание", "Staff services", "internal", 1_800, INNER),
    ),
    40, 600,
    (
        _shown("within_norm", 12.0), _shown("first_response_hours", -14.0),
        _shown("lead_days", -6.0), _shown("first_time_right", 20.0),
        *map(_unseen, ("fast_enough", "wait_acceptable", "solved", "decision_explained")),
    ),
    start={"within_norm": 87.5, "first_time_right": 79.5, "solved": 2.6, "fast_enough": 2.7,
           "easy": 2.8, "satisfaction": 2.8, "decision_explained": 2.7, "wait_acceptable": 2.8},
    staff=410, offices=30,
    structure_ru="30 офисов приёма, расчётный центр",
    structure_en="30 front offices, a payment centre",
)  # fmt: skip

INSPECTION: Final = Plan(
    "inspection", "Инспекция по благоустройству (вымышленная)",
    "Public Space Inspection (invented)", 36,
    (
        Service("permit", "Разрешение на работы", "Permit for works", "external", 6_000, FEW),
        Service("fleet", "Служебный транспорт", "Fleet service", "internal", 900,
                ("internal_service_kept", "internal_pulse")),
    ),
    30, 300, staff=60, offices=3,
    structure_ru="3 офиса, группа выездных проверок",
    structure_en="3 offices, a field group",
)  # fmt: skip

ARCHIVE: Final = Plan(
    "archive", "Архив посёлка Тихий (вымышленный)", "Quiet Village Archive (invented)", 12,
    (
        Service("inquiry", "Архивная справка", "Archive inquiry", "external", 240,
                ("documents", "lead_days", "easy", "respected")),
    ),
    7, 12, gaps=0.4, staff=3, offices=1,
    structure_ru="один офис, три сотрудника",
    structure_en="one office, three people",
)  # fmt: skip

PLANS: Final = (REGISTRY, PAYMENTS, INSPECTION, ARCHIVE)
"""Improves truly; formalism; nothing happens; small and nearly empty."""

LAST: Final = "2026-06"
"""The last month of every invented agency."""
