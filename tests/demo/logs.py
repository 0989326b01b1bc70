"""Logs as the systems of two invented agencies export them."""

import gzip
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd

from ccwork.learn.demo import journeys
from ccwork.learn.demo.plan import Plan
from ccwork.learn.demo.rows import rows, text


def _with_returns(path: list[Any], rng: np.random.Generator) -> list[Any]:
    """Draw the whole way of one case: some are lost, some go back a step."""
    way: list[Any] = []
    for place, step in enumerate(path):
        if rng.random() < step.lost:
            return way
        way.append(step)
        if rng.random() < step.again:
            way += [path[place - 1], step]
    return way


def logs(plan: Plan, rng: np.random.Generator) -> dict[str, bytes]:
    """Return the files of the folder ``logs``: name -> bytes; none for most agencies."""
    if plan.code == "payments":
        xes = gzip.compress(_xes(_applied(_log(plan, rng), rng)).encode(), mtime=0)
        return {"benefit.xes.gz": xes, "benefit.toml": text("benefit.toml").encode()}
    if plan.code == "inspection":
        table = _csv(_log(plan, rng)).encode("cp1251")
        return {"permit.csv": table, "permit.toml": text("permit.toml").encode()}
    return {}


def _log(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the events of a log, to the minute."""
    path = rows("paths", plan.code)
    log = journeys.events(
        path, journeys.CASES[plan.code], _with_returns, "2026-01-12 09:00", 3200, rng
    )
    return log[["case", "step", "start", "end", "unit"]].assign(
        case=log["case"].map("{:05}".format),
        start=log["start"].dt.floor("min"),
        end=log["end"].dt.ceil("min"),
    )


def _applied(log: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add how clients came, and the documents asked of them where they applied."""
    cases = log["case"].nunique()
    office = journeys.of_case(log, rng.random(cases) < 0.5)
    papers = journeys.of_case(log, rng.integers(3, 8, cases))
    applies = ~log["case"].duplicated()
    return log.assign(
        channel=np.where(office, "office", "portal"),
        documents=papers.where(applies).astype("Int64"),
        came=np.where(applies, np.where(office, "yes", "no"), ""),
    )


def _csv(rows: pd.DataFrame) -> str:
    """Write a log as an old system does: semicolons, Russian headings, dots in dates."""
    heads = ["Номер дела", "Операция", "Начало", "Окончание", "Подразделение"]
    form = "%d.%m.%Y %H:%M"
    rows = rows.assign(start=rows["start"].dt.strftime(form), end=rows["end"].dt.strftime(form))
    return rows.set_axis(heads, axis=1).to_csv(index=False, sep=";", lineterminator="\r\n")


def _xes(rows: pd.DataFrame) -> str:
    """Write a log in XES, with a start and a complete event for every step."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<log xes.version="1.0">']
    for case, steps in rows.groupby("case", sort=False):
        lines += ["<trace>", f'<string key="concept:name" value="{case}"/>',
                  f'<string key="channel" value="{steps["channel"].iloc[0]}"/>']  # fmt: skip
        for row in steps.itertuples():
            for life, moment in (("start", row.start), ("complete", row.end)):
                lines += ["<event>", f'<string key="concept:name" value={quoteattr(row.step)}/>',
                          f'<string key="lifecycle:transition" value="{life}"/>',
                          f'<date key="time:timestamp" value="{moment.isoformat()}+03:00"/>',
                          f'<string key="org:group" value="{row.unit}"/>']  # fmt: skip
                if row.came and life == "start":
                    lines += [f'<int key="documents" value="{row.documents}"/>',
                              f'<string key="came" value="{row.came}"/>']  # fmt: skip
                lines.append("</event>")
        lines.append("</trace>")
    return "\n".join([*lines, "</log>", ""])
