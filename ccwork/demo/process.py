"""The path of cases through one service of an invented agency, step by step."""

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from ccwork import periods
from ccwork.demo.plan import LAST, Plan

STEPS: Final = (
    ("apply", "client", "", "front", 0.3, 0.0, np.nan),
    ("accept", "front", "clerk", "front", 0.3, 0.5, 1.0),
    ("check", "back", "specialist", "registration", 2.0, 20.0, 24.0),
    ("approve", "back", "head", "registration", 0.5, 96.0, 24.0),
    ("notice", "back", "specialist", "registration", 0.1, 120.0, 120.0),
    ("inform", "front", "clerk", "front", 0.2, 4.0, 8.0),
    ("collect", "client", "", "front", 0.3, 24.0, np.nan),
)
"""Step, who acts, position, unit, hours of work, hours of waiting before it, norm.

Planted: the wait before "approve" is a real bottleneck; the 120 hours before "notice" are
statutory (always the same), so they are none; a tenth of the cases is lost between units.
"""

LOST: Final = 0.1
CASES: Final = 120


def steps(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the table ``steps`` of a plan: cases of its first service in the last months."""
    first = pd.Timestamp(f"{periods.shift(LAST, -5)}-01 09:00")
    rows = []
    for case in range(1, CASES + 1):
        clock = first + pd.Timedelta(hours=float(rng.uniform(0, 24 * 120)))
        for step, actor, position, unit, work, wait, norm in STEPS:
            if step == "check" and rng.random() < LOST:
                break
            statutory = step == "notice"
            waited = wait if statutory else wait * rng.lognormal(0, 0.5)
            start = clock + pd.Timedelta(hours=float(waited))
            clock = start + pd.Timedelta(hours=float(work * rng.lognormal(0, 0.3)))
            rows.append((f"C{case:04}", step, start, clock, actor, position, unit, norm))
    names = ["case", "step", "start", "end", "actor", "position", "unit", "norm"]
    table = pd.DataFrame(rows, columns=names)
    for side in ("start", "end"):
        table[side] = table[side].dt.strftime("%Y-%m-%d %H:%M")
    table.insert(4, "service", plan.services[0].code)
    return _spent(table, rng)


def _spent(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add channel, group and what the client spends: those who come in person spend more."""
    cases = table["case"].unique()
    in_person = dict(zip(cases, rng.random(len(cases)) < 0.6, strict=True))
    business = dict(zip(cases, rng.random(len(cases)) < 0.25, strict=True))
    papers = dict(zip(cases, rng.integers(2, 6, len(cases)), strict=True))
    far = dict(zip(cases, rng.gamma(4, 2.5, len(cases)).round(1), strict=True))
    table["channel"] = table["case"].map(in_person).map({True: "office", False: "portal"})
    table["segment"] = table["case"].map(business).map({True: "business", False: "citizens"})
    applies, collects = table["step"] == "apply", table["step"] == "collect"
    table["documents"] = table["case"].map(papers).where(applies).astype("Int64")
    comes = (applies | collects) & (table["channel"] == "office")
    table["came"] = np.where(comes, "yes", np.where(table["actor"] == "client", "no", ""))
    mine = table["actor"] == "client"
    table["km"] = table["case"].map(far).where(comes, 0.0).where(mine)
    table["roubles"] = (12 * table["km"]).round(0) + np.where(applies, 200, 0)
    return table


VOICES: Final = (
    ("walk_next", "approve", 0.15, "Никто не сказал, сколько ждать согласования."),
    ("walk_status", "approve", 0.3, "Звонил три раза, каждый раз просили подождать."),
    ("walk_find", "apply", 0.9, "Нашла всё на сайте за минуту."),
    ("walk_plain", "apply", 0.75, ""),
    ("walk_plain", "notice", 0.5, ""),
    ("walk_status", "inform", 0.9, "Пришло сообщение, спасибо."),
    ("walk_next", "collect", 0.7, "Пришлось ещё раз ехать за бумагой."),
)
"""Item, step of the journey, chance that a client is content, what one of them said.

Planted: the step "approve" feels worst.
"""

ASKED: Final = 14


def voices(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw checklist rows of clients who were asked about a step of their journey."""
    rows = []
    for item, step, content, words in VOICES:
        marks = np.where(rng.random(ASKED) < content, 2, rng.integers(0, 2, ASKED))
        unhappy = int(np.argmin(marks)) if content < 0.8 else int(np.argmax(marks))
        rows += [
            {"item": item, "visit": f"K{item}_{step}_{at:02}", "source": "client", "date": DAY,
             "answer": int(mark), "step": step, "words": words if at == unhappy else "",
             "publish_ok": "yes" if words and at == unhappy else "no"}
            for at, mark in enumerate(marks)
        ]  # fmt: skip
    return pd.DataFrame(rows).assign(service=plan.services[0].code)


DAY: Final = "2026-06-15"

ROUBLE_HOUR: Final = 300
"""What the invented agency holds an hour of its clients to be worth."""

REDESIGN: Final = (
    ("apply", "fewer_documents", "", 1, "остальное орган знает сам",
     "the agency knows the rest itself"),
    ("approve", "wait_norm", 24, "", "согласовывать каждый день", "approve every day"),
    ("collect", "without", "", "", "присылать результат в кабинет",
     "send the result to the client's account"),
)  # fmt: skip


def redesign(plan: Plan) -> pd.DataFrame:
    """Return the table ``redesign``: what the journey is to become."""
    names = ["step", "change", "hours", "documents", "why_ru", "why_en"]
    table = pd.DataFrame(REDESIGN, columns=names)
    table.insert(0, "service", plan.services[0].code)
    return table


def units(plan: Plan) -> pd.DataFrame:
    """Return the table ``units`` of a plan: its offices, half of them to be changed first."""
    rows = [
        {
            "unit": f"office_{number:02}",
            "name_ru": f"Офис № {number}",
            "name_en": f"Office {number}",
            "cluster": f"cluster_{(number + 1) // 2}",
            "arm": "treated" if number % 2 else "control",
            "start": "2025-07-01" if number % 2 else "",
        }
        for number in range(1, plan.offices + 1)
    ]
    rows += [
        {"unit": "front", "name_ru": "Приём", "name_en": "Front office"},
        {"unit": "registration", "name_ru": "Отдел регистрации", "name_en": "Registration unit"},
    ]
    for row, queue in zip(rows, QUEUES, strict=False):
        row |= dict(zip(("windows", "arrivals", "served"), map(str, queue), strict=True))
    return pd.DataFrame(rows).fillna("")


QUEUES: Final = ((6, 20, 4), (4, 9, 4), (7, 30, 4))
"""Windows, people an hour, served a window an hour, of the first offices.

Planted: the first needs one window more, the second has enough, the queue of the third grows.
"""

NAMES: Final = (
    ("apply", "Подать заявление", "Apply"),
    ("accept", "Принять заявление", "Accept the application"),
    ("check", "Проверить документы", "Check the papers"),
    ("approve", "Согласовать решение", "Approve the decision"),
    ("notice", "Выдержать срок по закону", "Keep the legal period"),
    ("inform", "Сообщить о готовности", "Tell that it is ready"),
    ("collect", "Забрать результат", "Collect the result"),
)


def step_names() -> pd.DataFrame:
    """Return the catalogue of step names of an invented agency."""
    return pd.DataFrame(NAMES, columns=["step", "ru", "en"])


def candidates() -> pd.DataFrame:
    """Return the table ``candidates``: what a team wrote down before it chose."""
    names = ["process", "name_ru", "name_en", "pain_hours", "points", "permission"]
    rows = [
        ("certificate", "Справка о правах", "Certificate of rights", 54000, 24, "yes"),
        ("transfer", "Регистрация перехода права", "Transfer of a right", 30000, 24, "no"),
    ]
    table = pd.DataFrame(rows, columns=names)
    table.insert(1, "service", table["process"])
    return table.assign(weeks=[8, 14], reversible=[2, 1], readiness=[2, 1])


def choices() -> pd.DataFrame:
    """Return the table ``choices``: the row people write themselves."""
    row = {
        "process": "certificate", "chosen": "yes", "who": "T1", "date": "2026-02-10",
        "why_ru": "больше всего потерянных часов, закон менять не нужно",
        "why_en": "most hours lost, no law has to change",
    }  # fmt: skip
    return pd.DataFrame([row])


PLAN: Final = """\
hypothesis_ru = "Если согласование делать ежедневно, клиент будет ждать меньше."
hypothesis_en = "If approval is done every day, the client will wait less."
process = "certificate"
metric = "lead_days"
direction = "lower"
worthwhile = 2
sd = 6
design = "A"
unit = "office"
clusters = 8
n_per_arm = 480
looks = 2
alpha = 0.05
power = 0.9
icc = 0.02
cluster_size = 60
weekly = 120
response = 1
starts = 2026-09-01
duration_weeks = 8
exclusions_ru = ["обращения по решению суда"]
exclusions_en = ["cases by order of a court"]
stop_rules_ru = ["сотрудники говорят, что нагрузка невыносима"]
stop_rules_en = ["staff say the load is unbearable"]
author = "T1"

[[guardrails]]
metric = "staff_pressure"
margin = 5

[[evidence]]
kind = "prototype"
date = 2026-06-10
people = 6
words_ru = "на бумаге новый порядок поняли все шестеро"
words_en = "all six understood the new order on paper"
"""
"""The plan of the experiment, written before its data."""

BENEFIT_PLAN: Final = """\
hypothesis_ru = "Если рассчитывать пособие в день запроса, люди получат решение раньше."
hypothesis_en = "If the benefit is calculated on the day of the request, people get it earlier."
process = "benefit"
metric = "lead_days"
direction = "lower"
worthwhile = 3
sd = 8
design = "B"
unit = "office"
clusters = 10
n_per_arm = 400
looks = 2
alpha = 0.05
power = 0.9
icc = 0.02
cluster_size = 50
weekly = 150
response = 1
starts = 2026-03-02
duration_weeks = 10
stop_rules_ru = ["ошибок в расчётах стало вдвое больше"]
stop_rules_en = ["errors in calculation have doubled"]
author = "T2"

[[guardrails]]
metric = "staff_pressure"
margin = 5
"""

PLANS: Final = {"registry": PLAN, "payments": BENEFIT_PLAN}
SEALED: Final = {"registry": date(2026, 6, 20), "payments": date(2026, 2, 20)}
CHANGED: Final = {"payments": ("margin = 5", "margin = 15")}
"""Planted: the guardrail of the formalists' plan was loosened after it had been sealed."""
