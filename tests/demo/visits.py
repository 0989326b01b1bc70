"""Visits of the invented agencies: who walked the client's path, and what was seen there."""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.learn.demo.plan import Plan
from ccwork.learn.demo.rows import rows
from ccwork.read import catalogues
from demo.checks import check

SELDOM: Final = ("walk_unusual", "walk_mended", "inner_hard_task")
"""Items that seldom apply."""

LEADERS: Final = {"registry": (1, 1, 2, 3), "payments": (0, 0, 1, 0), "inspection": (0, 1, 0, 1)}
"""Field visits by quarter."""

CHECKS: Final = ["item", "visit", "source", "service", "unit", "date", "answer", "evidence",
                 "words", "publish_ok"]  # fmt: skip


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return ``visits`` and this room's part of ``checks``.

    ``walks.csv`` says how many there are of each kind and how many have a second observer; the
    chance of a "yes" at the first and at the last, and to the items of the sign "unclear"; and
    the chance that the second observer answers as the first, and does not judge alone.
    """
    visits, checks, drawn = [], [], rows("walks", plan.code).iloc[0]
    for kind, client, form in (
        ("outer", "external", "walkthrough"), ("inner", "internal", "walkthrough_inner"),
    ):  # fmt: skip
        service = next((s.code for s in plan.services if s.client == client), "")
        many = int(drawn[kind])
        for number, day in enumerate(_days(many), 1):
            visit = _visit(plan, kind, service, number, day, rng)
            marks = _marks(drawn, form, number / many, rng)
            visits.append(visit)
            checks += _answers(visit, marks, rng, said=True)
            if kind == "outer" and number <= drawn["pairs"]:
                second = _visit(plan, kind, service, number, day, rng, double=visit["visit"])
                alone = _marks(drawn, form, number / many, rng)
                same = rng.random(len(marks)) < drawn["same"]
                both = {item: marks[item] if hit else alone[item]
                        for item, hit in zip(marks, same, strict=True)}  # fmt: skip
                visits.append(second)
                checks += _answers(second, both, rng, said=False)
    visits += _leaders(plan)
    return {"visits": pd.DataFrame(visits), "checks": pd.DataFrame(checks, columns=CHECKS)}


def _days(many: int) -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in pd.date_range("2025-09-08", "2026-06-19", many)]


def _visit(
    plan: Plan, kind: str, service: str, number: int, day: str,
    rng: np.random.Generator, double: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Draw one visit: where, by whom, and what it cost the client."""
    minutes = int(rng.integers(25, 90))
    start = pd.Timestamp(f"{day} {rng.integers(9, 16):02}:00")
    unit = f"office_{1 + number % plan.offices:02}" if kind == "outer" else ""
    cost = {
        "actions": int(rng.poisson(7)) + 2, "documents": int(rng.poisson(3)) + 1,
        "trips": int(rng.integers(1, 4)), "roubles": int(rng.integers(0, 6)) * 50,
        "km": int(rng.integers(1, 15)),
    }  # fmt: skip
    return {
        "visit": f"{kind[0].upper()}{number:02}{'b' if double else ''}", "kind": kind,
        "date": day, "service": service, "unit": unit,
        "channel": ("counter", "site", "phone")[number % 3] if kind == "outer" else "",
        "observer": f"V{1 + number % 3}" if not double else "V9", "double_of": double,
        "planned": "yes", "start": f"{start:%Y-%m-%dT%H:%M:%S}",
        "end": f"{start + pd.Timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}",
        **(cost if kind == "outer" and not double else {}),
    }  # fmt: skip


def _marks(drawn: pd.Series, form: str, when: float, rng: np.random.Generator) -> dict[str, int]:
    """Draw the answers to a form; -1 where an item does not apply."""
    items = catalogues.common()["items"]
    items = items[items["form"] == form]
    marks = {}
    for item, row in items.iterrows():
        content = drawn["first"] + (drawn["last"] - drawn["first"]) * when
        if row["sign"] == "unclear" and drawn["unclear"] == drawn["unclear"]:
            content = drawn["unclear"]
        content = 0.98 if row["critical"] == "yes" else content
        mark = 2 if rng.random() < content else int(rng.integers(0, 2))
        marks[str(item)] = -1 if item in SELDOM and rng.random() < 0.6 else mark
    return marks


def _answers(
    visit: dict[str, Any], marks: dict[str, int], rng: np.random.Generator, *, said: bool
) -> list[dict[str, Any]]:
    """Write the answers of one visit; three quarters of the words were released."""
    known = rows("visit_words").set_index(["item", "content"])["words"]
    written = []
    for item, mark in marks.items():
        heard = said and mark >= 0
        words = known.get((item, "yes" if mark == 2 else "no"), "") if heard else ""
        written.append(check(
            item, visit["visit"], "visitor", visit["date"], "na" if mark < 0 else str(mark),
            service=visit["service"], unit=visit["unit"], words=words,
            evidence="запись наблюдателя" if rng.random() < 0.8 else "",
            publish_ok="yes" if words and rng.random() < 0.75 else "no",
        ))  # fmt: skip
    return written


def _leaders(plan: Plan) -> list[dict[str, Any]]:
    """Write down the field visits of leaders, a few a quarter; payments keeps no hours."""
    days = ("2025-08-12", "2025-11-18", "2026-02-10", "2026-05-14")
    return [
        {"visit": f"L{day[:7]}_{number}", "kind": "leader", "date": day,
         "unit": f"office_{1 + number % plan.offices:02}", "observer": f"H{number}",
         **_hours(plan, day, number)}
        for day, many in zip(days, LEADERS.get(plan.code, ()), strict=False)
        for number in range(1, many + 1)
    ]  # fmt: skip


def _hours(plan: Plan, day: str, number: int) -> dict[str, str]:
    """Say when a leader came and left: the longer the higher the number of the leader."""
    if plan.code == "payments":
        return {}
    return {"start": f"{day}T10:00:00", "end": f"{day}T{11 + number}:30:00"}
