"""Cases on their way through invented agencies, and logs as the systems of two of them export."""

import gzip
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd

from ccwork.language import periods
from ccwork.learn.demo.plan import LAST, Plan
from ccwork.learn.demo.rows import check, marks, rows, text

CASES: Final = {"registry": 120, "payments": 140, "inspection": 140}
"""How many cases go the way of ``paths.csv``: hours of work and of the wait before each step,
`again` the chance that the step before it and itself are done once more, `lost` the chance that
the case never gets there.

Planted in registry: the wait before "approve" is a real bottleneck; the 120 hours before "notice"
are statutory (always the same), so they are none; a tenth of the cases is lost between units.
Planted in payments: the wait for the calculation is the bottleneck, a third of the cases come back
for it, a seventh is lost between the window and the centre; the 72 hours are the law's. Nothing is
planted in inspection.
"""

ASKED: Final = 14
"""So many clients are asked about a step; the step "approve" feels worst."""

DAY: Final = "2026-06-15"

Way = Callable[[list[Any], np.random.Generator], Iterable[Any]]


def _events(
    path: pd.DataFrame, cases: int, way: Way, first: str, hours: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw when the steps of all cases begin and end; the first cases begin within `hours`."""
    drawn = []
    for case in range(1, cases + 1):
        clock = pd.Timestamp(first) + pd.Timedelta(hours=float(rng.uniform(0, hours)))
        for step in way(list(path.itertuples()), rng):
            wait = step.wait if step.statutory else step.wait * rng.lognormal(0, 0.5)
            start = clock + pd.Timedelta(hours=float(wait))
            clock = start + pd.Timedelta(hours=float(step.work * rng.lognormal(0, 0.3)))
            drawn.append((case, step.step, start, clock))
    table = pd.DataFrame(drawn, columns=["case", "step", "start", "end"])
    named = path.set_index("step")[["actor", "position", "unit", "norm"]]
    return table.join(named, on="step")


def _until_lost(path: list[Any], rng: np.random.Generator) -> Iterator[Any]:
    """Go step by step, and stop where the case is lost."""
    for step in path:
        if step.lost and rng.random() < step.lost:
            return
        yield step


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


def _of_case(table: pd.DataFrame, values: np.ndarray) -> pd.Series:
    """Return a value for every row: that of its case."""
    return table["case"].map(dict(zip(table["case"].unique(), values, strict=True)))


def steps(
    plan: Plan, rng: np.random.Generator, path: pd.DataFrame | None = None, cases: int = 0
) -> pd.DataFrame:
    """Draw the table ``steps`` of a plan: cases of its first service in the last months.

    They go the way of ``paths.csv``, so many as ``CASES`` says, where nothing else is given.
    """
    path = rows("paths", plan.code) if path is None else path
    first = f"{periods.shift(LAST, -5)}-01 09:00"
    table = _events(path, cases or CASES[plan.code], _until_lost, first, 24 * 120, rng)
    table["case"] = table["case"].map("C{:04}".format)
    for side in ("start", "end"):
        table[side] = table[side].dt.strftime("%Y-%m-%d %H:%M")
    table.insert(4, "service", plan.services[0].code)
    law = table["step"].isin(path.loc[path["statutory"] == "yes", "step"])
    return _spent(table, rng).assign(kind=np.where(law, "statutory", ""))


def _spent(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add channel, group and what the client spends: those who come in person spend more."""
    cases = table["case"].nunique()
    in_person = _of_case(table, rng.random(cases) < 0.6)
    business = _of_case(table, rng.random(cases) < 0.25)
    papers = _of_case(table, rng.integers(2, 6, cases))
    far = _of_case(table, rng.gamma(4, 2.5, cases).round(1))
    applies, collects = table["step"] == "apply", table["step"] == "collect"
    comes, mine = (applies | collects) & in_person, table["actor"] == "client"
    table["channel"] = np.where(in_person, "office", "portal")
    table["segment"] = np.where(business, "business", "citizens")
    table["documents"] = papers.where(applies).astype("Int64")
    table["came"] = np.where(comes, "yes", np.where(mine, "no", ""))
    table["km"] = far.where(comes, 0.0).where(mine)
    table["roubles"] = (12 * table["km"]).round(0) + np.where(applies, 200, 0)
    return table


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


def step_names() -> pd.DataFrame:
    """Return the catalogue of step names of the agency that has its own."""
    return rows("paths", "registry")[["step", "ru", "en"]]


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
    log = _events(path, CASES[plan.code], _with_returns, "2026-01-12 09:00", 3200, rng)
    return log[["case", "step", "start", "end", "unit"]].assign(
        case=log["case"].map("{:05}".format),
        start=log["start"].dt.floor("min"),
        end=log["end"].dt.ceil("min"),
    )


def _applied(log: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add how clients came, and the documents asked of them where they applied."""
    cases = log["case"].nunique()
    office = _of_case(log, rng.random(cases) < 0.5)
    papers = _of_case(log, rng.integers(3, 8, cases))
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
