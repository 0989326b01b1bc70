"""People of the teams of the invented agencies."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.learn.demo.plan import Plan
from ccwork.learn.demo.rows import rows

ROLES: Final = ("practitioner", "innovator", "realist", "critic", "systems")


def people(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Write the people down; colleagues name whoever holds a role.

    A level below 0 is a word colleagues did not confirm.
    """
    table = rows("people", plan.code)
    levels = table[list(ROLES)].to_numpy()
    named = np.where(levels >= 2, rng.integers(2, 6, levels.shape), 0)
    table = table.drop(columns=list(ROLES))
    for place, role in enumerate(ROLES):
        table[role], table[f"{role}_named"] = abs(levels[:, place]), named[:, place]
    contact = np.where(table["unit"].str.match("front|office|$"), "yes", "no")
    return table.assign(contact=contact, asked="2026-04-20", agreed="yes")
