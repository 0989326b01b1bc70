"""Targets that came due, causes written for them, and a total that hides what happened inside."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.demo.figures import months
from ccwork.demo.plan import Plan

DUE: Final = {
    "registry": (
        *((("transfer", metric, value, 4)) for metric, value in (
            ("lead_days", 9), ("first_time_right", 90), ("repeat_contacts", 12))),
        ("certificate", "documents", 4, 1),
    ),
    "payments": (
        ("benefit", "within_norm", 95, 1), ("benefit", "easy", 65, 2),
        ("benefit", "solved", 60, 2),
    ),
    "inspection": (("permit", "first_time_right", 95, 2),),
}  # fmt: skip
"""Agency -> service, metric, target, and how many of the last quarters it was set for.

Planted: registry misses twelve targets, payments four, inspection two; the rest is met.
"""

SAID: Final = (
    ("lead_days", "rules", "organisation", "согласование раз в неделю", "head", "2026-09", ""),
    ("repeat_contacts", "systems", "organisation", "журнал сбоев", "helper", "2026-05", ""),
    ("first_time_right", "others", "organisation", "возвраты от другого органа", "", "", "head"),
)
"""Causes of the missed targets of registry; one has no owner, one is overdue.

Planted: of the last three one is an employee's with all proofs, one blames an employee without
them, one was left without a cause.
"""

GATES: Final = ("gate_outside", "gate_repeated", "gate_own_steps", "gate_no_obstacle")

HIDDEN: Final = {"counter": (4.2, 4.45, 0.6, 0.3), "phone": (3.3, 3.55, 0.25, 0.25),
                 "site": (2.5, 2.8, 0.15, 0.45)}  # fmt: skip
"""Channel -> mean level before and after, share of clients before and after.

Planted in payments: every channel improved and the total fell, for clients moved to the site.
"""

GAIN: Final = -0.24
"""What it does to the mean level of the service."""

ADVICE: Final = 60
"""So many answers a month has the service in which it is planted."""


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return targets and causes of a plan; payments also has the service that hides its gain."""
    if plan.code not in DUE:
        return {}
    due = [
        {"metric": metric, "service": service, "period": period, "value": value, "mode": "value",
         "reason_ru": "решение совещания", "reason_en": "decided at a meeting"}
        for service, metric, value, quarters in DUE[plan.code]
        for period in months(plan)[: -3 * quarters - 1 : -3]
    ]  # fmt: skip
    found = {"targets": pd.DataFrame(due)}
    if plan.code == "registry":
        found["causes"] = _causes(months(plan)[:-13:-3])
    if plan.code == "payments":
        found["causes"] = _blamed(months(plan)[-1])
        found["services"] = pd.DataFrame([{
            "service": "advice", "name_ru": "Консультация о выплатах",
            "name_en": "Advice on payments", "client": "external", "volume": 20_000,
        }])  # fmt: skip
        found["answers"] = _answers(months(plan), rng)
        found["truth"] = pd.DataFrame([{
            "metric": "satisfaction", "service": "advice", "truth": "worse", "gain": GAIN,
            "since": months(plan)[plan.months // 2],
            "why_ru": "Каждый канал стал лучше, но клиенты перешли в слабый канал.",
            "why_en": "Every channel improved, but clients moved to the weak one.",
        }])  # fmt: skip
    return found


def _causes(quarters: list[str]) -> pd.DataFrame:
    names = ["metric", "cause", "group", "evidence", "owner", "due", "escalated_to"]
    rows = pd.DataFrame(SAID, columns=names).merge(
        pd.DataFrame({"target_period": quarters}), "cross"
    )
    rows = rows.assign(service="transfer", dialogue="", dialogue_date="", removed="")
    rows[list(GATES)] = ""
    rows.loc[rows["target_period"] == quarters[-1], "removed"] = "2026-02-01"
    last = rows["target_period"] == quarters[0]
    blamed = rows.index[last & (rows["metric"] == "repeat_contacts")]
    proven = rows.index[last & (rows["metric"] == "first_time_right")]
    rows.loc[blamed.union(proven), ["group", "owner", "due", "escalated_to"]] = [
        "employee", "", "", ""
    ]  # fmt: skip
    rows.loc[blamed, ["cause", "evidence", *GATES]] = ["skill", "", "yes", "no", "no", "yes"]
    rows.loc[proven, ["cause", "evidence", *GATES]] = ["skill", "", *["yes"] * 4]
    rows.loc[proven, ["dialogue", "dialogue_date"]] = ["D07", "2026-06-24"]
    return rows[~(last & (rows["metric"] == "lead_days"))]


def _blamed(period: str) -> pd.DataFrame:
    """Return the cause of payments: an employee blamed with nothing proven."""
    row = {"service": "benefit", "metric": "easy", "target_period": period, "cause": "motivation",
           "group": "employee", **dict.fromkeys(GATES, "")}  # fmt: skip
    return pd.DataFrame([row])


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
