"""Answers to the items of checklists, drawn and written down."""

from typing import Any

import numpy as np
import pandas as pd

from ccwork.learn.demo.plan import Plan
from ccwork.learn.demo.rows import rows

ASKED = 14
"""So many clients are asked about a step; the step "approve" feels worst."""

DAY = "2026-06-15"


def check(
    item: str, visit: str, source: str, date: str, answer: object, **more: object
) -> dict[str, Any]:
    """Return a row of the table ``checks``: one answer to one item."""
    return {"item": item, "visit": visit, "source": source, "date": date, "answer": answer} | more


def marks(content: float, people: int, rng: np.random.Generator) -> np.ndarray:
    """Draw answers of people: so many are content, the others say "no" or "partly"."""
    return np.where(rng.random(people) < content, 2, rng.integers(0, 2, people))


def voices(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw checklist rows of clients who were asked about a step of their journey."""
    drawn = []
    for item, step, content, words in rows("step_voices").itertuples(index=False):
        answers = marks(content, ASKED, rng)
        speaks = int(np.argmin(answers) if content < 0.8 else np.argmax(answers))
        drawn += [
            check(item, f"K{item}_{step}_{at:02}", "client", DAY, int(mark), step=step,
                  words=words if at == speaks else "",
                  publish_ok="yes" if words and at == speaks else "no")
            for at, mark in enumerate(answers)
        ]  # fmt: skip
    return pd.DataFrame(drawn).assign(service=plan.services[0].code)
