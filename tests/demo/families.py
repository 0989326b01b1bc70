"""An invented agency that leads one life situation: the birth of a child, over four agencies.

Planted: the wait for the residence record takes most of the client's time; refusals are heaped
on the benefit; nobody brings anything of the health policy, and no case reaches the family card;
of those registered a tenth never goes on and a tenth goes on under another number; before the
kindergarten nobody is lost, but every eighth case changes its number.
"""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.learn.demo.rows import rows

CODE: Final = "families"
CASES: Final = 320
TABLES: Final = ("services", "units", "positions", "counts", "changes", "decisions")
"""Tables nobody draws."""


NOT_TOLD: Final = ["Index", "work", "wait", "lost", "renamed", "refused", "ru", "en"]
"""What draws a path and is no part of its steps."""


def tables(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return the tables of the agency: name -> rows."""
    found = {name: rows(f"{CODE}_{name}") for name in TABLES}
    path = rows(f"{CODE}_path")
    return found | {"steps": steps(path, rng), "catalogue/steps": path[["step", "ru", "en"]]}


def steps(path: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the way of all cases: who is lost, who gets another number, who is refused."""
    drawn = []
    for case in range(1, CASES + 1):
        clock = pd.Timestamp("2026-01-12 09:00") + pd.Timedelta(hours=float(rng.uniform(0, 2000)))
        name = f"B{case:04}"
        for step in path.itertuples():
            lost, renamed, refused = rng.random(3) < (step.lost, step.renamed, step.refused)
            if lost:
                break
            name = f"{step.service[0].upper()}{case + 5000}" if renamed else name
            wait = step.wait if step.kind else step.wait * rng.lognormal(0, 0.4)
            start = (clock + pd.Timedelta(hours=float(wait))).floor("min")
            clock = start + pd.Timedelta(hours=float(step.work * rng.lognormal(0, 0.3)))
            outcome = "refused" if refused else step.outcome
            ends = {"case": name, "start": start, "end": clock.ceil("min"), "outcome": outcome}
            drawn.append(step._asdict() | ends)
            if refused:
                break
    return pd.DataFrame(drawn).drop(columns=NOT_TOLD)
