"""What the invented agencies told of their successes, inside and outside."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.learn.demo.plan import Plan
from ccwork.learn.demo.rows import rows
from demo.checks import check, marks

LINKED: Final = "registry"
"""Where the staff of an office fare better, so do its clients; nowhere else are they asked."""

OFFICES: Final = 12


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return an agency's own checklist and its answers; only one agency has them."""
    if plan.code != LINKED:
        return {}
    own = rows("own_items")[["item", "form", "ru", "en"]]
    return {"catalogue/items": own, "checks": _asked(plan, rng)}


def _asked(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw what staff and clients of each office answered; good offices are good to both."""
    drawn, items = [], list(rows("own_items").itertuples())
    for office, mood in enumerate(rng.normal(0, 1, OFFICES), 1):
        for own in items:
            content = np.clip(0.6 + 0.25 * mood + rng.normal(0, 0.04), 0.05, 0.95)
            drawn += [
                check(own.item, f"L{office:02}{own.source[0]}{at:02}", own.source, "2026-06-20",
                      int(mark), service=plan.services[0].code, unit=f"office_{office:02}",
                      publish_ok="no")
                for at, mark in enumerate(marks(content, own.people, rng))
            ]  # fmt: skip
    return pd.DataFrame(drawn)
