"""The map of inner clients, and answers on culture and clients, of the invented agencies."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.demo.plan import Plan
from ccwork.tables import common

WEAK: Final = ("registration", "front", 0.55)
"""Planted in the agency that improves: from whom, to whom, and the share kept in time."""

UNHEARD: Final = "be_heard"
"""Planted in the register of needs: the need no metric answers."""

REMAP: Final = "2026-03-01"
"""Planted in the inspection: the structure changed on this day, after the map was drawn."""

BARRED: Final = "access_digital_none"
"""Planted in the payments service: no way in for one without the internet."""

UNITS: Final = {
    "payments": (
        ("front", "Приём", "Front office"),
        ("centre", "Расчётный центр", "Payment centre"),
        ("personnel", "Кадровая служба", "Personnel section"),
        ("head", "Руководитель службы", "Head of the service"),
    ),
    "inspection": (
        ("front", "Приём", "Front office"),
        ("field", "Группа выездных проверок", "Field group"),
        ("garage", "Гараж", "Garage"),
    ),
}

LINKS: Final = {
    "registry": (
        ("papers", "front", "registration", "Полный пакет документов", "Complete set of papers",
         "formal", "process", 8, 240, 0.94),
        ("decision", *WEAK[:2], "Решение, готовое к выдаче", "Decision ready to be handed out",
         "formal", "process", 24, 220, WEAK[2]),
        ("shifts", "front", "office_01", "График смен", "Shift schedule",
         "formal", "function", 48, 60, 0.97),
        ("visitors", "office_01", "front", "Записанные на день", "The day’s visitors",
         "formal", "process", 2, 120, 0.95),
        ("originals", "office_05", "registration", "Подлинники документов", "Originals of papers",
         "formal", "process", 48, 7, 0.9),
        ("advice", "registration", "office_01", "Разбор трудного случая", "Advice on a hard case",
         "informal", "function", None, None, None),
    ),
    "payments": (
        ("files", "front", "centre", "Дело с расчётом стажа", "File with length of service",
         "informal", "process", None, 310, 0.7),
        ("answers", "centre", "front", "Ответ для клиента", "Answer for the client",
         "informal", "process", None, 280, 0.6),
        ("staffing", "personnel", "front", "Замена на время отпуска", "Cover for a leave",
         "informal", "function", None, None, None),
        ("report", "centre", "head", "Еженедельный отчёт", "Weekly report",
         "formal", "manager", 40, 24, 0.98),
    ),
    "inspection": (
        ("visits", "front", "field", "Наряд на выезд", "Order for a visit",
         "formal", "process", 24, 90, 0.85),
        ("acts", "field", "front", "Акт проверки", "Record of the inspection",
         "formal", "process", 72, 88, 0.84),
        ("cars", "garage", "field", "Машина к выезду", "A car for the visit",
         "formal", "function", 4, 95, 0.88),
    ),
}  # fmt: skip
"""Link, giver, taker, product, tie, why a client, agreed hours, asked, share kept."""

MAPPED: Final = {"registry": "2026-05-20", "payments": "2026-04-15", "inspection": "2025-09-10"}

FORMS: Final = (
    *("culture_signs", "success_factors", "values", "difficulties"),
    *("accessibility", "questions_outer"),
)
"""What the agency answers of itself; its staff answer the first three."""

SAYS: Final = {
    "registry": (0.1, 0.3, 0.8),
    "payments": (0.0, 0.0, 0.0),
    "inspection": (0.3, 0.5, 0.4),
}
"""What an agency says of itself: share of "no", of "partly", of answers with evidence."""

FEELS: Final = {"registry": (0.1, 0.3), "payments": (0.45, 0.35), "inspection": (0.3, 0.4)}
"""What its staff say: share of "no" and of "partly"."""

STAFF: Final = 24
PROOFS: Final = ("протокол разбора", "журнал за полугодие", "замер в зале", "приказ и отчёт о нём")


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return this room's tables of a plan; the small agency answers three questions."""
    if plan.code == "archive":
        own = [_row(item, "own", "self", 1) for item in _items("questions_outer")[:3]]
        return {"checks": pd.DataFrame(own)}
    made = {"inner": _inner(plan, rng), "checks": pd.DataFrame(list(_checks(plan, rng)))}
    if plan.code in UNITS:
        made["units"] = pd.DataFrame(UNITS[plan.code], columns=["unit", "name_ru", "name_en"])
    return made


def _items(*forms: str) -> list[str]:
    known = common()["items"]["form"]
    return [item for form in forms for item in known.index[known == form]]


def _inner(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    names = ["link", "giver", "taker", "product_ru", "product_en", "tie", "via", "hours", "asked"]
    rows = pd.DataFrame(LINKS[plan.code], columns=[*names, "share"])
    rows.insert(1, "date", MAPPED[plan.code])
    counted = rows["asked"].notna()
    kept = rng.binomial(rows["asked"].fillna(0).astype(int), rows["share"].fillna(0))
    rows["kept"] = pd.Series(kept, rows.index).where(counted)
    moved = plan.code == "inspection"
    rows["changed"], rows["reason"] = (REMAP, "structure") if moved else ("", "")
    return rows.drop(columns="share")


def _checks(plan: Plan, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Draw what the agency says of itself, what its units and its staff say."""
    no, partly, proved = SAYS[plan.code]
    for item in _items(*FORMS):
        level = int(2 - (rng.random() < partly) - (rng.random() < no))
        barred = plan.code == "payments" and item == BARRED
        yield _row(item, "own", "self", 0 if barred else level, _proof(rng, proved))
    for giver in dict.fromkeys(row[1] for row in LINKS[plan.code]):
        for item in _items("questions_inner")[: 6 if plan.code == "registry" else 3]:
            level = int(rng.integers(1, 3))
            yield _row(item, f"unit-{giver}", "self", level, _proof(rng, proved / 2), giver)
    no, partly = FEELS[plan.code]
    for person in range(1, STAFF + 1):
        for item in _items(*FORMS[:3]):
            level = int(rng.choice(3, p=(no, partly, 1 - no - partly)))
            yield _row(item, f"staff-{person:02}", "staff", level)


def _proof(rng: np.random.Generator, share: float) -> str:
    return str(rng.choice(PROOFS)) if rng.random() < share else ""


def _row(
    item: str, visit: str, source: str, level: int, evidence: str = "", unit: str = ""
) -> dict[str, Any]:
    return {
        "item": item, "visit": visit, "source": source, "unit": unit, "date": "2026-06-10",
        "answer": level, "evidence": evidence,
    }  # fmt: skip
