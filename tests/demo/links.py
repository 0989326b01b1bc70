"""A total that hides what happened inside."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.learn.demo.figures import months
from ccwork.learn.demo.plan import Plan
from ccwork.learn.demo.rows import rows

HIDDEN: Final = {"counter": (4.2, 4.45, 0.6, 0.3), "phone": (3.3, 3.55, 0.25, 0.25),
                 "site": (2.5, 2.8, 0.15, 0.45)}  # fmt: skip
"""Channel -> mean level before and after, share of clients before and after.

Planted in payments: every channel improved and the total fell, for clients moved to the site.
"""

ADVICE: Final = 60
"""So many answers a month has the service in which it is planted."""


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return the service that hides its gain; only payments has it."""
    if plan.code != "payments":
        return {}
    truth = rows("links_truth").assign(since=months(plan)[plan.months // 2])
    drawn = _answers(months(plan), rng)
    return {"services": rows("links_services"), "answers": drawn, "truth": truth}


def _answers(periods: list[str], rng: np.random.Generator) -> pd.DataFrame:
    """Draw the answers on satisfaction of the service that hides its gain."""
    channels, parts = list(HIDDEN), []
    for month, period in enumerate(periods):
        now = month >= len(periods) // 2
        n = int(rng.poisson(ADVICE))
        chosen = rng.choice(len(channels), n, p=[HIDDEN[each][2 + now] for each in channels])
        middle = np.array([HIDDEN[each][int(now)] for each in channels])[chosen]
        parts.append(pd.DataFrame({
            "respondent": [f"advice-{period}-{person:03}" for person in range(1, n + 1)],
            "metric": "satisfaction", "service": "advice",
            "date": [f"{period}-{day:02}" for day in rng.integers(1, 29, n)],
            "level": (middle + rng.normal(0, 0.8, n)).round().clip(1, 5),
            "segment": "citizens", "channel": np.array(channels)[chosen],
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)
