"""How the invented agencies bring their indicators down to positions."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork import tables as brought
from ccwork.demo.plan import Plan

FIVE: Final = ("registry", "clerk")
"""A position with exactly five indicators: all is well with it."""

SEVEN: Final = ("payments", "officer")
"""A position with seven."""

ORPHAN: Final = ("payments", "p_drop")
"""A process indicator nobody owns."""

SHOWS: Final = {"payments": ("a_promise", "p_right", "p_letters")}
"""Called outcomes, and are none."""

POOLS: Final = {"payments": ("p_norm", "p_right")}
"""Output that grew, while clients do not feel it."""

VAGUE: Final = {"inspection": ("a_effective", "p_timely")}
"""Names everybody reads differently."""

POSITIONS: Final = {
    "registry": (
        ("clerk", "front", "Специалист приёма", "Reception clerk", 96),
        ("specialist", "registration", "Специалист по регистрации", "Registration specialist", 40),
        ("head", "registration", "Начальник отдела регистрации", "Head of registration", 2),
        ("registrar", "registration", "Регистратор", "Registrar", 24),
        ("helper", "helpdesk", "Специалист поддержки", "Support specialist", 6),
    ),
    "payments": (
        ("officer", "front", "Специалист приёма", "Reception officer", 300),
        ("calculator", "centre", "Специалист по расчётам", "Payment specialist", 60),
    ),
    "inspection": (("inspector", "front", "Инспектор приёма", "Reception inspector", 12),),
}  # fmt: skip

GOOD: Final = ("yes", "no", "yes", "yes")
_NO: Final = ("", "", "", "")
BAD: Final = ("yes", "yes", "no", "yes")
NAMES: Final = (
    "indicator", "level", "parent", "metric", "kpi", "service", "position", "role", "kind",
    "measure", "tests", "target", "agreed_by", "agreed", "name_ru", "name_en",
)  # fmt: skip
_SIGN: Final = ("M06", "2026-02-20")


def _top(code: str, metric: str, kpi: str, kind: str = "outcome", tests: tuple[str, ...] = GOOD,
         measure: str = "", ru: str = "", en: str = "") -> tuple[object, ...]:  # fmt: skip
    return (code, "agency", "", metric, kpi, "", "", "apart", kind, measure, tests,
            "", "", "", ru, en)  # fmt: skip


def _process(code: str, parent: str, metric: str, service: str, target: object = "",
             kind: str = "outcome", tests: tuple[str, ...] = GOOD, measure: str = "", ru: str = "",
             en: str = "", sign: tuple[str, str] = _SIGN) -> tuple[object, ...]:  # fmt: skip
    sign = sign if target != "" else ("", "")
    return (code, "process", parent, metric, "", service, "", "apart", kind, measure, tests,
            target, *sign, ru, en)  # fmt: skip


def _own(position: str, parent: str, role: str, metric: str = "", target: object = "",
         sign: tuple[str, str] = _SIGN) -> tuple[object, ...]:  # fmt: skip
    tail = parent.partition("_")[2]
    sign = sign if target != "" else ("", "")
    return (f"{position}_{metric or tail}", "position", parent, metric, "", "", position, role, "",
            "", GOOD if metric else _NO, target, *sign, "", "")  # fmt: skip


INDICATORS: Final = {
    "registry": (
        _top("a_clear", "info_clear", "information"), _top("a_easy", "easy", "effort"),
        _top("a_fast", "fast_enough", "speed"), _top("a_solved", "solved", "quality"),
        _top("a_respected", "respected", "culture"),
        _process("p_repeat", "a_clear", "repeat_contacts", "certificate", 15),
        _process("p_documents", "a_easy", "documents", "certificate", 3),
        _process("p_actions", "a_easy", "client_actions", "certificate", 6),
        _process("p_lead", "a_fast", "lead_days", "certificate", 8),
        _process("p_right", "a_solved", "first_time_right", "certificate", 85),
        _process("p_conduct", "a_respected", "conduct_items", "certificate", 85),
        _process("t_lead", "a_fast", "lead_days", "transfer", 9),
        _process("t_right", "a_solved", "first_time_right", "transfer", 90),
        _process("t_repeat", "a_clear", "repeat_contacts", "transfer", 12),
        _process("i_kept", "a_respected", "internal_service_kept", "it_support", 85),
        _own("clerk", "p_repeat", "owns", target=15), _own("clerk", "p_conduct", "owns"),
        _own("clerk", "p_right", "influences"), _own("clerk", "p_documents", "influences"),
        _own("clerk", "p_conduct", "influences", "respected"),
        _own("specialist", "p_lead", "owns", target=8), _own("specialist", "p_right", "owns"),
        _own("specialist", "p_right", "influences", "decision_explained"),
        _own("head", "p_documents", "owns", target=3), _own("head", "p_actions", "owns"),
        _own("registrar", "t_lead", "owns"), _own("registrar", "t_right", "owns"),
        _own("registrar", "t_repeat", "owns"),
        _own("helper", "i_kept", "owns"), _own("helper", "i_kept", "influences", "internal_pulse"),
    ),
    "payments": (
        _top("a_clear", "info_clear", "information"), _top("a_easy", "easy", "effort"),
        _top("a_fast", "fast_enough", "speed"), _top("a_solved", "solved", "quality"),
        _top("a_promise", "", "culture", tests=BAD, measure="volume",
             ru="Обслужено посетителей", en="Visitors served"),
        _process("p_repeat", "a_clear", "repeat_contacts", "benefit"),
        _process("p_documents", "a_easy", "documents", "benefit"),
        _process("p_drop", "a_easy", "drop_off", "benefit"),
        _process("p_norm", "a_fast", "within_norm", "benefit", 95, "output", BAD, sign=("", "")),
        _process("p_first", "a_fast", "first_response_hours", "benefit", 16, sign=("", "")),
        _process("p_right", "a_solved", "first_time_right", "benefit", 95, tests=BAD,
                 sign=("M01", "2024-11-05")),
        _process("p_letters", "a_promise", "", "benefit", tests=BAD, measure="work",
                 ru="Отправлено писем вежливости", en="Letters of courtesy sent"),
        *(_own("officer", each, "owns") for each in
          ("p_repeat", "p_documents", "p_norm", "p_first", "p_right", "p_letters")),
        _own("officer", "p_right", "apart", "decision_explained"),
        _own("calculator", "p_right", "influences"),
    ),
    "inspection": (
        _top("a_effective", "", "quality", "", _NO,
             ru="Эффективность взаимодействия с заявителями",
             en="Effectiveness of interaction with applicants"),
        _process("p_timely", "a_effective", "within_norm", "permit", kind="", tests=_NO,
                 ru="Своевременное и качественное рассмотрение обращений граждан и организаций по "
                    "вопросам благоустройства территорий",
                 en="Timely and high-quality handling of appeals of citizens and organisations on "
                    "the upkeep of public space"),
        _own("inspector", "p_timely", "owns"),
    ),
}  # fmt: skip

PASSPORTS: Final = {"lead_days": ("specialist", "2027-03"), "documents": ("head", "2026-03")}
"""Metrics the registry has given an owner and a review date; one of them has passed."""


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return positions, indicators and the agency's own passports; nothing where it has none."""
    del rng
    if plan.code not in POSITIONS:
        return {}
    names = ["position", "unit", "name_ru", "name_en", "staff"]
    rows = pd.DataFrame(INDICATORS[plan.code], columns=list(NAMES))
    tests = ["noticed", "perverse", "whole_path", "client_loss"]
    rows[tests] = pd.DataFrame(rows.pop("tests").tolist(), columns=tests)
    found = {
        "positions": pd.DataFrame(POSITIONS[plan.code], columns=names),
        "indicators": rows,
    }
    if plan.code == "registry":
        found["units"] = pd.DataFrame([{
            "unit": "helpdesk", "name_ru": "Отдел поддержки", "name_en": "Support unit",
        }])  # fmt: skip
        own = brought.common()["metrics"].loc[list(PASSPORTS)].reset_index()
        own[["owner", "review"]] = list(PASSPORTS.values())
        found["catalogue/metrics"] = own
    return found
