"""How the invented agencies bring their indicators down to positions."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.learn.demo.plan import Plan
from ccwork.read import catalogues

PASSPORTS: Final = {"lead_days": ("specialist", "2027-03"), "documents": ("head", "2026-03")}
"""Metrics the registry has given an owner and a review date; one of them has passed."""


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return the passports an agency wrote for its own metrics; only registry has any."""
    del rng
    if plan.code != "registry":
        return {}
    own = catalogues.common()["metrics"].loc[list(PASSPORTS)].reset_index().drop(columns="first")
    own[["owner", "review"]] = list(PASSPORTS.values())
    return {"catalogue/metrics": own}
