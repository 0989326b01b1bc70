"""Answers of the clients of the invented agencies, one by one."""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.language import periods
from ccwork.learn.demo import figures
from ccwork.learn.demo.plan import Plan

USUAL: Final = 3.7
"""The mean level of answers where nothing else is planned."""

PERSON: Final = 0.6
"""Spread between people: who is pleased with one thing is pleased with the next."""

ITEM: Final = 0.8
CHANNELS: Final = ("counter", "site", "phone")
SEGMENTS: Final = ("citizens", "business")


COLUMNS: Final = ("respondent", "metric", "service", "date", "level", "segment", "channel")


def answers(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the table ``answers`` of a plan."""
    parts = [
        _month(plan, service, month, period, rng)
        for service in plan.services
        for month, period in enumerate(figures.months(plan))
    ]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def _month(
    plan: Plan, service: Any, month: int, period: str, rng: np.random.Generator
) -> list[np.ndarray]:
    """Draw the people of one service and month, by column; few leave a question out."""
    n = max(1, int(rng.poisson(plan.answers * (1 - plan.gaps))))
    asked = [metric for metric in service.metrics if metric not in figures.RECORDS]
    usual = [plan.start.get(metric, USUAL) for metric in asked]
    gains = [figures.gain(plan, metric, service.code, month) for metric in asked]
    felt = (
        np.add(usual, gains) + rng.normal(0, PERSON, (n, 1)) + rng.normal(0, ITEM, (n, len(asked)))
    )
    level = felt.round().clip(1, 5)
    level[rng.random(level.shape) < 0.02] = np.nan
    day = rng.integers(1, periods.last_day(period).day + 1, n)
    outer = service.client == "external"
    segment = rng.choice(SEGMENTS, n, p=(0.8, 0.2)) if outer else np.full(n, "staff")
    channel = rng.choice(CHANNELS, n, p=(0.5, 0.35, 0.15))
    names = np.array([f"{service.code}-{period}-{person:03}" for person in range(1, n + 1)])
    days = np.array([f"{period}-{each:02}" for each in day])
    who, what = np.argsort(names), np.argsort(asked)
    people = [np.repeat(each[who].astype(object), len(asked))
              for each in (names, np.full(n, service.code), days, segment, channel)]  # fmt: skip
    metric = np.tile(np.array(asked, object)[what], n)
    return [people[0], metric, *people[1:3], level[np.ix_(who, what)].ravel(), *people[3:]]
