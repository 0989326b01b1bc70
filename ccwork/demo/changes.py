"""Changes the invented agencies made, what they measured, and what people decided."""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import periods
from ccwork.demo.plan import LAST, Plan

TRUTHS: Final = {
    ("registry", "daily_approval"): "accept",
    ("registry", "short_visits"): "reject",
    ("registry", "polite_order"): "not_proven",
    ("payments", "worst_training"): "not_proven",
    ("payments", "new_form"): "invalid",
    ("inspection", "new_timetable"): "not_proven",
}
"""Agency and change -> the word a report must say.

A real improvement; an improvement that overloads staff; an order and nothing else; regression
to the mean (the worst offices chosen, before and after compared); only successful clients
asked; winter (the change began when a season ended).
"""

LAW: Final = {
    "kept_ru": "сроки и проверки, которых требует закон",
    "kept_en": "the terms and checks the law demands",
}
RECEPTION: Final = {"cluster_ru": "Приём и выдача", "cluster_en": "Reception and issue"}

CHANGES: Final[dict[str, list[dict[str, Any]]]] = {
    "registry": [
        {"change": "daily_approval", "name_ru": "Согласование каждый день",
         "name_en": "Approval every day", "service": "certificate", **RECEPTION, **LAW,
         "kind": "work_process", "touches": "work_structure", "act": "work_order",
         "burden": "yes", "transparency": "yes", "risk": "low",
         "risk_ru": "спешка: можно пропустить ошибку", "risk_en": "haste: a slip may pass",
         "what_ru": "Решения согласуют каждый день, а не раз в неделю.",
         "what_en": "Decisions are approved every day, not once a week.",
         "started": "2026-01-01", "metric": "lead_days", "worthwhile": 2,
         "assigned": "chosen", "sealed": "2025-12-15", "plan_hash": "pbc6694f9a12b"},
        {"change": "short_visits", "name_ru": "Приём за десять минут",
         "name_en": "Ten-minute visits", "service": "transfer", **RECEPTION, **LAW,
         "kind": "work_process", "touches": "old_rules", "act": "rule", "burden": "yes",
         "risk": "low", "risk_ru": "спешка у окна", "risk_en": "haste at the counter",
         "what_ru": "На каждого посетителя отводят десять минут.",
         "what_en": "Every visitor gets ten minutes.",
         "started": "2026-01-01", "metric": "queue_over_15", "worthwhile": 5,
         "assigned": "random", "sealed": "2025-12-15", "plan_hash": "p6128ad879a24"},
        {"change": "polite_order", "name_ru": "Распоряжение о вежливости",
         "name_en": "Order on politeness", "service": "transfer", **RECEPTION,
         "kind": "mindset", "touches": "old_rules", "act": "order", "trust": "yes",
         "what_ru": "Издали распоряжение говорить с посетителями вежливо.",
         "what_en": "An order was issued to speak politely to visitors.",
         "started": "2026-03-01", "metric": "respected", "assigned": "everywhere"},
    ],
    "payments": [
        {"change": "worst_training", "name_ru": "Обучение худших офисов",
         "name_en": "Training of the worst offices", "service": "benefit",
         "cluster_ru": "Сроки выплат", "cluster_en": "Terms of payment", "kind": "mindset",
         "touches": "old_rules", "act": "training", "burden": "yes", "risk": "none",
         "what_ru": "Сотрудников десяти худших офисов обучили работать быстрее.",
         "what_en": "The staff of the ten worst offices were trained to work faster.",
         "kept_ru": "бюджет обучения", "kept_en": "the budget of training",
         "started": "2026-04-01", "metric": "within_norm", "worthwhile": 5,
         "assigned": "worst"},
        {"change": "new_form", "name_ru": "Новая форма заявления",
         "name_en": "New application form", "service": "benefit",
         "cluster_ru": "Подача заявления", "cluster_en": "Applying",
         "kind": "digital_service", "touches": "work_logic", "act": "tool", "burden": "yes",
         "trust": "yes", "risk": "none", "reversible": "no",
         "what_ru": "Форму заполняет система, клиент проверяет.",
         "what_en": "The system fills in the form, the client checks it.",
         "kept_ru": "сведения, которые требует закон", "kept_en": "the data the law demands",
         "started": "2026-03-01", "metric": "easy", "worthwhile": 5, "assigned": "random",
         "sealed": "2026-02-15", "plan_hash": "p8d5fe2ca1c1f", "success_all": 71,
         "success_asked": 96},
    ],
    "inspection": [
        {"change": "new_timetable", "name_ru": "Новый график выдачи",
         "name_en": "New timetable of issue", "service": "permit",
         "cluster_ru": "Выдача разрешений", "cluster_en": "Issue of permits",
         "kind": "work_process", "touches": "work_structure", "act": "rule",
         "burden": "yes", "risk": "low", "risk_ru": "опасное место проверят позже",
         "risk_en": "a dangerous place may be checked later",
         "what_ru": "Разрешения выдают по новому графику.",
         "what_en": "Permits are issued by a new timetable.",
         "kept_ru": "проверки безопасности", "kept_en": "safety checks",
         "started": "2025-04-01", "metric": "lead_days", "worthwhile": 2,
         "assigned": "everywhere", "sealed": "2025-03-20", "plan_hash": "p9ed64847b2ba"},
    ],
}  # fmt: skip
"""The registers; ``plan_hash`` as :func:`ccwork.changes.plans` gives it."""

DECISIONS: Final = {
    "registry": [
        ("daily_approval", "2026-06-30", "adopt", "T1", "сроки сократились, люди справляются",
         "the time fell, the staff cope"),
        ("short_visits", "2026-06-30", "revert", "T1", "сотрудники не выдерживают",
         "the staff cannot bear it"),
    ],
    "payments": [
        ("worst_training", "2026-06-25", "adopt", "T2", "показатель вырос", "the figure rose"),
    ],
    "inspection": [
        ("new_timetable", "2026-06-26", "continue", "T1", "нужно сравнить с прошлой зимой",
         "it has to be compared with last winter"),
    ],
}  # fmt: skip

Rows = list[dict[str, Any]]


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return ``changes``, ``trials`` and ``decisions`` of a plan; the small agency has none."""
    draw = {"registry": _registry, "payments": _payments, "inspection": _inspection}
    if plan.code not in draw:
        return {}
    rest = {"reach": "organisational", "reversible": "yes"}
    rows = [{**row, **rest, **row} for row in CHANGES[plan.code]]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    register = pd.DataFrame([[row.get(column, "") for column in columns] for row in rows])
    register.columns = columns
    trials = pd.DataFrame(draw[plan.code](rng)).round({"value": 2})
    names = ["change", "date", "decision", "who", "why_ru", "why_en"]
    made = {"changes": register, "trials": trials}
    made["decisions"] = pd.DataFrame(DECISIONS[plan.code], columns=names)
    return made | ({"units": _points()} if plan.code == "registry" else {})


def _days(first: str, count: int, step: int = 1) -> list[str]:
    return [f"{periods.shift(first, step * place)}-01" for place in range(count)]


def _series(
    rng: np.random.Generator, change: str, metric: str, unit: str, days: list[str], since: str,
    *, level: float, noise: float, gain: float, n: int, sd: float | str = "", segment: str = "",
) -> Rows:  # fmt: skip
    """Draw one value a day of `days`: `level` and noise, and `gain` from `since` on."""
    new = [bool(since) and day >= since for day in days]
    values = level + rng.normal(0, noise, len(days)) + gain * np.array(new)
    return [
        {"change": change, "metric": metric, "unit": unit, "segment": segment, "date": day,
         "way": "new" if now else "old", "value": value, "n": n, "sd": sd}
        for day, value, now in zip(days, values, new, strict=True)
    ]  # fmt: skip


def _points() -> pd.DataFrame:
    """Return the reception points: eight changed, eight compared, eight of the other trial."""
    rows = [
        {
            "unit": f"w{number:02}",
            "name_ru": f"Пункт приёма № {number}",
            "name_en": f"Reception point {number}",
            "cluster": f"w{number:02}",
            "arm": "treated" if _changed(number) else "control",
            "start": "2026-01-01" if _changed(number) else "",
            "readiness": 2 - number % 3,
        }
        for number in range(1, 25)
    ]
    return pd.DataFrame(rows)


def _changed(number: int) -> bool:
    return number <= 8 or (number > 16 and number % 2 == 1)


def _registry(rng: np.random.Generator) -> Rows:
    rows: Rows = []
    for number in range(1, 25):
        first, unit = number <= 16, f"w{number:02}"
        since, own = "2026-01-01" if _changed(number) else "", rng.normal(0, 1.5)
        if first:
            for segment, more, n in (("citizens", 0, 120), ("business", 2, 40)):
                rows += _series(
                    rng, "daily_approval", "lead_days", unit, _days("2025-07", 12), since,
                    level=14 + own + more, noise=6 / n**0.5, gain=-4, n=n, sd=6, segment=segment,
                )  # fmt: skip
        else:
            rows += _series(
                rng, "short_visits", "queue_over_15", unit, _days("2025-10", 9), since,
                level=45 + 2 * own, noise=3, gain=-18, n=80,
            )  # fmt: skip
        change, gain = ("daily_approval", -2) if first else ("short_visits", 16)
        level = 42 + 2 * own
        rows += _series(
            rng, change, "staff_pressure", unit, _days("2025-08", 6, 2), since,
            level=level, noise=3.5, gain=gain, n=12, sd=14,
        )  # fmt: skip
    return rows


def _payments(rng: np.random.Generator) -> Rows:
    days = _days("2024-07", 8, 3)
    offices = 75 + rng.normal(0, 1.5, 30)
    values = np.clip(offices[:, None] + rng.normal(0, 6, (30, 8)), 40, 98)
    worst = set(np.argsort(values[:, 6])[:10])
    rows: Rows = [
        {"change": "worst_training", "metric": "within_norm", "unit": f"p{office + 1:02}",
         "segment": "", "date": day, "value": values[office, place], "n": 200, "sd": "",
         "way": "new" if office in worst and place == 7 else "old"}
        for office in range(30)
        for place, day in enumerate(days)
    ]  # fmt: skip
    for since in ("", "2026-01-01"):
        for metric, mean, gain, n, sd in (
            ("easy", 55, 9, 100, 25), ("staff_pressure", 40, 0, 60, 15),
        ):  # fmt: skip
            rows += _series(
                rng, "new_form", metric, "", _days("2026-03", 4), since,
                level=mean, noise=sd / n**0.5, gain=gain, n=n, sd=sd,
            )  # fmt: skip
    return rows


def _inspection(rng: np.random.Generator) -> Rows:
    days = _days(periods.shift(LAST, -35), 36)
    season = [5 * np.cos(2 * np.pi * (int(day[5:7]) - 1) / 12) for day in days]
    rows = _series(
        rng, "new_timetable", "lead_days", "", days, "2025-04-01",
        level=18, noise=1.2, gain=0, n=60, sd=7,
    )  # fmt: skip
    for row, more in zip(rows, season, strict=True):
        row["value"] += more
    return rows + _series(
        rng, "new_timetable", "staff_pressure", "", days[::3], "2025-04-01",
        level=40, noise=2.5, gain=0, n=20, sd=14,
    )  # fmt: skip
