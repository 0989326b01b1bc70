"""Self-checks, promises and roadmaps of the invented agencies: who flatters, who is honest."""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import tables as own_tables
from ccwork.demo.plan import Plan

PLANTED: Final = {
    "registry": {"candour": "agrees", "grade": "C", "kept": "free", "not_kept": "comfort"},
    "payments": {
        "candour": "flatters", "grade": "D", "caps": "critical coverage blind",
        "blind": ("quality", "culture"), "kept": "posted", "not_kept": "wait",
    },
    "inspection": {"candour": "unproven", "grade": "E", "not_proven": "free"},
}  # fmt: skip
"""What a report must find: the self-check of the payments agency flatters, that of the registry
is honest, that of the inspection has little evidence, the archive has none."""

HONEST: Final = {
    "self_info_plain": 1, "self_info_training": 1, "self_info_complaint": 1,
    "self_effort_once": 1, "self_effort_equal": 1, "self_effort_choice": 1,
    "self_effort_proactive": 0, "self_speed_wait": 1, "self_speed_points": 1,
    "self_quality_needs": 1, "self_quality_solved": 1, "self_quality_reason": 1,
    "self_quality_end": 0, "self_culture_path": 1, "self_culture_inner": 1,
    "self_culture_control": 1,
}  # fmt: skip
"""Answers below "yes" of the honest agency; the rest is "yes"."""

FLATTERY: Final = {"self_effort_proactive": 1, "self_quality_end": 1}
BARE: Final = (
    "self_info_plain", "self_info_complaint", "self_effort_proactive", "self_speed_points",
    "self_quality_solved", "self_quality_errors",
    "self_quality_end", "self_culture_respect", "self_culture_path", "self_culture_inner",
    "self_culture_control",
)  # fmt: skip
"""What the flattering agency says without evidence."""

SEEN: Final = {
    "self_info_where": 2, "self_effort_access": 0, "self_quality_safe": 2, "self_speed_term": 2,
    "self_info_rate": 2, "self_quality_needs": 0, "self_quality_solved": 0,
    "self_culture_path": 0, "self_quality_errors": 0,
}  # fmt: skip
"""What an assessor sees at the flattering agency; the rest is "partly"."""

PROVEN: Final = ("self_info_where", "self_speed_term")
"""All that the agency where nothing happens can prove."""

STAFF: Final = {"registry": (12, 1.4), "payments": (14, 0.9), "inspection": (4, 1.1)}
"""People asked, and the mean answer (0-2) they give."""

VISITS: Final = 48
LACKING: Final = {
    "registry": {"promise_7d_children": 0.5},
    "payments": {"promise_1_wait": 0.5, "promise_6_time": 0.4, "promise_4_respect": 0.7,
                 "promise_7b_water": 0.6},
}  # fmt: skip
"""The share of visits in which a promise is kept, where it is not always."""

ACTIONS: Final = {
    "registry": (
        ("R1", "self_check", "self_effort_proactive", "certificate",
         "Предложить справку тому, кто оформил наследство и согласился на сообщения",
         "Offer the certificate to heirs who agreed to it", "clerk", "2026-09", "doing"),
        ("R2", "self_check", "self_info_plain", "", "Переписать пять самых читаемых страниц",
         "Rewrite the five most read pages", "specialist", "2026-05", "completed"),
        ("R3", "self_check", "self_quality_end", "transfer",
         "Договориться с налоговым органом о сроке ответа",
         "Agree on a time of answer with the tax body", "head", "2026-05", "doing"),
        ("R4", "promise", "promise_7d_children", "", "Поставить детские столы в шести офисах",
         "Put children's tables into six offices", "helper", "2026-08", "planned"),
    ),
    "payments": (
        ("P1", "self_check", "self_quality_needs", "benefit", "Издать распоряжение об изучении",
         "Issue an order on studying", "officer", "2025-12", "planned"),
    ),
    "inspection": (
        ("I1", "self_check", "self_speed_wait", "permit", "Открыть второе окно по вторникам",
         "Open a second counter on Tuesdays", "inspector", "2026-03", "planned"),
    ),
}  # fmt: skip
SHOWN: Final = {"R2": "ссылки на пять новых страниц", "R3": "письмо налогового органа"}
"""What proves that an action is done, or will."""

COLUMNS: Final = ["item", "visit", "source", "service", "unit", "date", "answer", "evidence"]


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return this room's part of ``checks``, and ``actions``; the small agency has none."""
    if plan.code not in PLANTED:
        return {}
    outer = [service.code for service in plan.services if service.client == "external"]
    rows = [row for service in outer for row in _sheets(plan.code, service)]
    rows += [*_staff(plan.code, outer[0], rng), *_managers(plan.code), *_promise(plan.code, rng)]
    names = ["action", "because", "item", "service", "what_ru", "what_en", "owner", "due"]
    acts = pd.DataFrame(ACTIONS[plan.code], columns=[*names, "status"])
    acts["evidence"] = acts["action"].map(SHOWN).fillna("")
    return {"checks": pd.DataFrame(rows, columns=COLUMNS), "actions": acts}


def _items(form: str) -> list[str]:
    rows = own_tables.common()["items"]
    return rows.index[(rows["form"] == form) & (rows["status"] != "placeholder")].tolist()


def _row(item: str, visit: str, source: str, **more: Any) -> dict[str, Any]:
    return {"item": item, "visit": visit, "source": source, "date": "2026-06-15"} | more


def _sheets(code: str, service: str) -> list[dict[str, Any]]:
    """Fill in the sheet: by the agency, and where there is one by an assessor."""
    rows = []
    for item in _items("self_check"):
        answers, proven = _answers(code, item, service)
        for source, answer in answers.items():
            shown = "протокол и снимок" if answer and (proven or source != "self") else ""
            rows.append(
                _row(item, f"{source}_{service}", source, service=service, answer=answer,
                     evidence=shown)
            )  # fmt: skip
    return rows


def _answers(code: str, item: str, service: str) -> tuple[dict[str, int], bool]:
    """Return what each source answers, and whether the agency shows evidence."""
    if code == "registry":
        lower = service == "transfer" and item in ("self_effort_documents", "self_info_where")
        own = 1 if lower else HONEST.get(item, 2)
        seen = {"self_info_complaint": 2, "self_speed_points": 0}.get(item, own)
        return {"self": own, "assessor": seen}, item != "self_culture_inner"
    if code == "payments":
        return {"self": FLATTERY.get(item, 2), "assessor": SEEN.get(item, 1)}, item not in BARE
    return {"self": HONEST.get(item, 2)}, item in PROVEN


def _staff(code: str, service: str, rng: np.random.Generator) -> list[dict[str, Any]]:
    people, middle = STAFF[code]
    return [
        _row(item, f"staff_{person:02}", "staff", service=service, answer=answer)
        for person in range(1, people + 1)
        for item in _items("self_check")
        for answer in [int(np.clip(round(rng.normal(middle, 0.7)), 0, 2))]
    ]


def _managers(code: str) -> list[dict[str, Any]]:
    """Fill in the sheet on inner clients as the managers see it."""
    usual = {"registry": 1, "payments": 2, "inspection": 1}[code]
    praised = ("inner_respect", "inner_whom", "inner_direct", "inner_hard_task")
    return [
        _row(item, "managers", "self", answer=2 if item in praised else usual)
        for item in _items("walkthrough_inner")
    ]


def _promise(code: str, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Go through the promise: by visits, or only by the agency's own word."""
    if code not in LACKING:
        return [_row(item, "own_word", "self", answer=2) for item in _items("promise")]
    return [
        _row(item, f"promise_{visit:02}", "visitor", unit=f"office_{1 + visit % 12:02}",
             answer=2 if rng.random() < LACKING[code].get(item, 1) else 0, evidence="снимок")
        for visit in range(1, VISITS + 1)
        for item in _items("promise")
    ]  # fmt: skip
