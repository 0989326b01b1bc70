"""The path of cases through one service of an invented agency, step by step."""

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
    return pd.DataFrame(rows).fillna("")
