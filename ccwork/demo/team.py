"""Teams, practices, objections and the load of the change in the invented agencies."""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.demo import figures
from ccwork.demo.plan import Plan

TRUTHS: Final = {
    "registry": {"short": "critic", "best": "P01, P03, P04, P05, P06, P08"},
    "payments": {"short": "innovator critic systems", "best": ""},
    "inspection": {"short": "", "best": "P01, P02, P03, P04, P05, P06"},
    "archive": {"short": "innovator realist critic systems", "best": "P01, P02, P03"},
}
"""Agency -> roles its team lacks, and its only best team ("" where there are several).

Planted: in registry both critics stand outside the team, and nobody can replace either;
payments has practitioners only, no innovator, critic or systems thinker; inspection lacks
nothing; archive has three people in all. In payments nobody answers objections, rules alone
are taken over, and from the thirteenth month the load on staff grows beyond bearing.
"""

ROLES: Final = ("practitioner", "innovator", "realist", "critic", "systems")
WHO: Final = ("unit", "hours", "levels", "member", "leads", "outside")
PEOPLE: Final[dict[str, list[tuple[Any, ...]]]] = {
    "registry": [
        ("front", 8, (3, 0, 2, 1, 0), "yes", "acting", "no"),
        ("front", 6, (2, 0, 1, 0, 1), "yes", "no", "no"),
        ("registration", 8, (0, 3, 0, 0, 1), "yes", "growing", "yes"),
        ("office_02", 6, (0, 2, 0, 2, 0), "no", "growing", "no"),
        ("registration", 10, (1, 0, 3, 0, 2), "yes", "no", "no"),
        ("office_05", 6, (0, 0, 0, 3, 1), "no", "no", "yes"),
        ("office_07", 6, (0, 1, 0, 0, 3), "no", "no", "no"),
        ("front", 8, (2, 0, 0, 0, 2), "yes", "no", "no"),
        ("office_01", 4, (0, 2, 0, 0, 0), "yes", "no", "no"),
        ("office_03", 4, (1, 0, 0, -3, 0), "no", "no", "no"),
        ("registration", 2, (2, 0, 2, 0, 2), "sponsor", "acting", "no"),
    ],
    "payments": [
        ("front", 4, (3, 0, 1, 0, 0), "yes", "no", "no"),
        ("front", 4, (3, 1, 2, 0, 0), "yes", "no", "no"),
        ("front", 4, (2, 0, 2, 1, 0), "yes", "no", "no"),
        ("centre", 6, (2, 0, 0, 0, 1), "yes", "no", "no"),
        ("centre", 6, (2, 0, 2, 0, 0), "yes", "no", "no"),
        ("personnel", 6, (2, 1, 0, 0, 0), "no", "no", "no"),
    ],
    "inspection": [
        ("front", 8, (3, 0, 2, 0, 0), "yes", "growing", "no"),
        ("front", 8, (0, 3, 0, 0, 1), "yes", "no", "yes"),
        ("field", 8, (0, 2, 0, 2, 0), "yes", "no", "no"),
        ("field", 8, (1, 0, 3, 0, 2), "yes", "no", "no"),
        ("garage", 8, (0, 0, 0, 3, 1), "yes", "no", "no"),
        ("garage", 8, (2, 0, 0, 0, 2), "yes", "no", "no"),
        ("front", 2, (2, 0, 1, 0, 0), "sponsor", "acting", "no"),
    ],
    "archive": [
        ("", 3, (3, 0, 2, 0, 0), "no", "no", "no"),
        ("", 3, (2, 1, 0, 1, 0), "no", "no", "no"),
        ("", 2, (0, 2, 1, 0, 1), "no", "no", "yes"),
    ],
}
"""One row a person, P01 and on; a level below 0 is a word colleagues did not confirm."""

OBJECTIONS: Final[dict[str, list[tuple[str, ...]]]] = {
    "registry": [
        ("fear", "Нас накажут за честную оценку", "We shall be punished for honest ratings",
         "staff", "2025-11-10", "Начальник первым разобрал свою ошибку при всех",
         "The head was the first to go over an own error before all", "head", "example",
         "settled"),
        ("objection", "На разговоры с клиентами нет времени",
         "There is no time to talk to clients", "staff", "2026-02-03",
         "Попробовали месяц: повторных звонков стало меньше",
         "Tried for a month: repeat calls fell", "head_front", "trial", "replied"),
        ("tradition", "Согласование всегда было раз в неделю", "Approval was always once a week",
         "head", "2026-01-20", "Верно, порядок писали под бумагу: его изменили",
         "True, the order was made for paper: it was changed", "head", "words", "agreed"),
        ("fear", "Показатели станут поводом для сокращений", "The figures will serve for lay-offs",
         "staff", "2026-06-05", "", "", "", "", "waiting"),
    ],
    "payments": [
        ("fear", "За срыв срока накажут, даже если не хватает людей",
         "We are punished for a late case even when short of hands", "staff", "2025-07-01",
         "", "", "", "", "waiting"),
        ("objection", "Отчётов больше, а людям не легче",
         "More reports, and people fare no better", "staff", "2025-10-15", "", "", "", "",
         "waiting"),
        ("tradition", "Клиентам объясняют только письменно", "Clients are told in writing only",
         "client", "2025-12-01", "Так положено", "Such is the rule", "head", "words", "replied"),
    ],
    "inspection": [
        ("objection", "Проверяемый не клиент", "The inspected is no client", "head", "2026-03-12",
         "Ему тоже нужны ясность и срок", "He needs clarity and a term as well", "head",
         "words", "settled"),
    ],
}  # fmt: skip

_LAW = ("иерархию задаёт закон", "the law sets the hierarchy")
TRIAGE: Final[dict[str, list[tuple[str, ...]]]] = {
    "registry": [
        ("leaders_first", "fit", "nothing", "rooted", "без этого не начинали",
         "nothing was begun without it"),
        ("leaders_field", "fit", "nothing", "rooted", "раз в месяц в офисе приёма",
         "once a month at a front office"),
        ("motivation_needs", "fit", "budget", "trying", "спросили, что людям мешает",
         "people were asked what hinders them"),
        ("listen", "fit", "nothing", "rooted", "беседы с заявителями", "talks with applicants"),
        ("outcome_first", "adapt", "law", "trying", "отчётность по объёму остаётся",
         "reporting of volumes stays"),
        ("on_the_spot", "adapt", "law", "ahead", "только там, где закон даёт выбор",
         "only where the law leaves a choice"),
        ("budget_control", "fit", "budget", "rooted", "деньги налогоплательщиков",
         "the money of taxpayers"),
        ("risk_check", "fit", "security", "trying", "данные о правах нельзя терять",
         "data on rights must not be lost"),
        ("no_hierarchy", "exclude", "law", "left", *_LAW),
    ],
    "payments": [
        ("behaviour_code", "fit", "nothing", "trying", "спустили образец", "a template was sent"),
        ("outcome_first", "adapt", "nothing", "trying", "добавили новые отчёты",
         "new reports were added"),
        ("risk_check", "fit", "security", "trying", "требует проверка", "an audit demands it"),
        ("staff_selection", "fit", "budget", "trying", "мест нет, но план есть",
         "no posts, but a plan"),
        ("on_the_spot", "exclude", "law", "ahead", "регламент не допускает",
         "the rules do not allow it"),
    ],
    "inspection": [
        ("inner_portrait", "fit", "nothing", "trying", "начали с кадровой службы",
         "began with the staff department"),
        ("access", "adapt", "budget", "ahead", "расстояние измерим позже",
         "distance will be measured later"),
        ("no_hierarchy", "exclude", "law", "ahead", *_LAW),
    ],
}  # fmt: skip

LEADERS: Final = {
    "registry": ("2", "2", "2", "1", "2", "2"),
    "payments": ("2", "0", "0", "0", "1", "2"),
    "inspection": ("2", "2", "1", "1", "2", "na"),
}
"""Answers to the leaders' checklist, in the order of the catalogue; payments proves none."""

FACTORS: Final = {
    "registry": ((0.35, 0.75), (0.45, 0.85), (0.4, 0.6)),
    "payments": ((0.5, 0.5), (0.3, 0.25), (0.5, 0.1)),
}
"""How content staff are with each success factor, a year ago and now."""

ASKED: Final = 48
FORM: Final = (
    *("leader_accepts", "leader_field", "leader_served"),
    *("leader_motivation", "leader_causes", "leader_meeting"),
)

NEEDS: Final = (
    ("inner_in_time", "staff", "Получать ответ коллег в согласованный срок",
     "Get an answer of colleagues within the agreed time", "internal_service_kept"),
    ("inner_care", "staff", "Чтобы о сотрудниках заботились так же, как о гражданах",
     "Be cared for as citizens are", "internal_pulse"),
)  # fmt: skip
PRESSURE: Final = {"registry": (36.0, 36.0), "payments": (44.0, 63.0)}
"""Mean load on staff in points of 100, before and from the thirteenth month."""


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return the tables of stage 2; the small agency has people only."""
    made = {"people": _people(plan, rng)}
    if plan.code == "archive":
        return made
    names = ["kind", "said_ru", "said_en", "raised", "date", "answer_ru", "answer_en",
             "answered", "how", "status"]  # fmt: skip
    made["objections"] = pd.DataFrame(OBJECTIONS[plan.code], columns=names)
    made["objections"].insert(0, "objection", _codes("o", made["objections"]))
    names = ["practice", "triage", "limit", "state", "why_ru", "why_en"]
    rows = pd.DataFrame(TRIAGE[plan.code], columns=names)
    made["triage"] = rows.assign(who="head", date="2026-01-15")
    names = ["need", "segment", "need_ru", "need_en", "metric"]
    rows = pd.DataFrame(NEEDS, columns=names)
    made["needs"] = rows.assign(found="беседы с сотрудниками", evidence="протоколы бесед")
    made["checks"] = pd.concat([_leaders(plan), _factors(plan, rng)], ignore_index=True)
    made["metrics"] = _pressure(plan, rng)
    return made


def _codes(letter: str, rows: pd.DataFrame) -> list[str]:
    return [f"{letter}{place:02}" for place in range(1, len(rows) + 1)]


def _people(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Write the people down; colleagues name whoever holds a role."""
    rows = pd.DataFrame(PEOPLE[plan.code], columns=list(WHO))
    levels = np.array(rows.pop("levels").tolist())
    named = np.where(levels >= 2, rng.integers(2, 6, levels.shape), 0)
    for place, role in enumerate(ROLES):
        rows[role], rows[f"{role}_named"] = abs(levels[:, place]), named[:, place]
    rows.insert(0, "person", _codes("P", rows))
    contact = np.where(rows["unit"].str.match("front|office|$"), "yes", "no")
    return rows.assign(contact=contact, asked="2026-04-20", agreed="yes")


def _leaders(plan: Plan) -> pd.DataFrame:
    proof = "" if plan.code == "payments" else "журнал и протоколы"
    rows = pd.DataFrame({"item": FORM, "answer": LEADERS[plan.code], "evidence": proof})
    return rows.assign(visit="L2026", source="self", date="2026-05-20")


def _factors(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw what staff said of the success factors a year ago and now."""
    rows = [
        {"item": item, "visit": f"F{year}_{person:02}", "source": "staff",
         "date": f"{year}-06-10", "answer": str(answer)}
        for item, shares in zip(("factor_picture", "factor_example", "factor_pace"),
                                FACTORS.get(plan.code, ()), strict=False)
        for year, share in zip((2025, 2026), shares, strict=True)
        for person, answer in enumerate(rng.binomial(2, share, ASKED), 1)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["item", "visit", "source", "date", "answer"])


def _pressure(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the load on staff month by month, as a metric of the inner service."""
    inner = next(service.code for service in plan.services if service.client == "internal")
    rows = [
        {"metric": "staff_pressure", "service": inner, "period": period, "n": 60, "sd": 14.0,
         "value": round(float(rng.normal(levels[month >= 12], 1.5)), 1)}
        for levels in [PRESSURE.get(plan.code)] if levels
        for month, period in enumerate(figures.months(plan))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["metric", "service", "period", "value", "n", "sd"])
