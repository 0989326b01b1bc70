"""Event logs of two invented agencies, written as their systems would export them."""

import gzip
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd

from ccwork.demo.plan import Plan


@dataclass(frozen=True)
class Step:
    """One step: its name, who takes it, hours of work and of the wait before it.

    `again` is the chance that the step before it and itself are done once more, `lost` the
    chance that the case never gets here.
    """

    name: str
    en: str
    unit: str
    work: float
    wait: float
    norm: float = float("nan")
    again: float = 0.0
    lost: float = 0.0
    statutory: bool = False


BENEFIT: Final = (
    Step("Подать заявление", "Apply", "", 0.5, 0),
    Step("Принять заявление", "Accept the application", "front", 0.3, 0.4, 1),
    Step("Запросить сведения", "Ask other agencies", "centre", 0.2, 6, 24, lost=0.15),
    Step("Рассчитать пособие", "Calculate the benefit", "centre", 1.0, 60, 24, again=0.3),
    Step("Выдержать срок обжалования", "Keep the time for appeal", "centre", 0.1, 72, 72,
         statutory=True),
    Step("Сообщить решение", "Tell the decision", "front", 0.2, 5, 8),
)  # fmt: skip
"""Planted: the wait for the calculation is the bottleneck, a third of the cases come back for
it, a seventh is lost between the window and the centre; the 72 hours are the law's."""

PERMIT: Final = (
    Step("Подача", "Apply", "", 0.4, 0),
    Step("Регистрация", "Register", "front", 0.2, 2, 8),
    Step("Выезд", "Visit the place", "field", 3.0, 48, 72),
    Step("Заключение", "Write the opinion", "field", 1.0, 20, 24),
    Step("Выдача", "Hand over", "front", 0.2, 10, 24),
)
"""Nothing planted."""

CASES: Final = 140


def logs(plan: Plan, rng: np.random.Generator) -> dict[str, bytes]:
    """Return the files of the folder ``logs``: name -> bytes; none for most agencies."""
    if plan.code == "payments":
        xes = gzip.compress(_xes(_spent(_events(BENEFIT, rng), rng)).encode(), mtime=0)
        return {"benefit.xes.gz": xes, "benefit.toml": _mapping(BENEFIT, XES).encode()}
    if plan.code == "inspection":
        table = _csv(_events(PERMIT, rng))
        return {
            "permit.csv": table.encode("cp1251"),
            "permit.toml": _mapping(PERMIT, CSV).encode(),
        }
    return {}


def _events(path: tuple[Step, ...], rng: np.random.Generator) -> pd.DataFrame:
    """Draw the events of all cases, a row a step."""
    rows = []
    for case in range(1, CASES + 1):
        clock = pd.Timestamp("2026-01-12 09:00") + pd.Timedelta(hours=float(rng.uniform(0, 3200)))
        for step in _way(path, rng):
            wait = step.wait if step.statutory else step.wait * rng.lognormal(0, 0.5)
            start = clock + pd.Timedelta(hours=float(wait))
            clock = start + pd.Timedelta(hours=float(step.work * rng.lognormal(0, 0.3)))
            rows.append(
                (f"{case:05}", step.name, start.floor("min"), clock.ceil("min"), step.unit)
            )
    return pd.DataFrame(rows, columns=["case", "step", "start", "end", "unit"])


def _spent(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add how clients came, and the documents asked of them where they applied."""
    cases = rows["case"].unique()
    office = dict(zip(cases, rng.random(len(cases)) < 0.5, strict=True))
    papers = dict(zip(cases, rng.integers(3, 8, len(cases)), strict=True))
    applies = ~rows["case"].duplicated()
    rows["channel"] = rows["case"].map(office).map({True: "office", False: "portal"})
    rows["documents"] = rows["case"].map(papers).where(applies).astype("Int64")
    came = rows["channel"].map({"office": "yes", "portal": "no"})
    return rows.assign(came=came.where(applies, ""))


def _way(path: tuple[Step, ...], rng: np.random.Generator) -> list[Step]:
    """Draw the way of one case: some are lost, some go back a step."""
    way: list[Step] = []
    for place, step in enumerate(path):
        if rng.random() < step.lost:
            return way
        way.append(step)
        if rng.random() < step.again:
            way += [path[place - 1], step]
    return way


XES: Final = """\
file = "benefit.xes.gz"

[columns]
unit = "org:group"
channel = "case:channel"

[attributes]
documents = "documents"
came = "came"
"""

CSV: Final = """\
file = "permit.csv"

[columns]
case = "Номер дела"
step = "Операция"
start = "Начало"
end = "Окончание"
unit = "Подразделение"
"""


def _mapping(path: tuple[Step, ...], head: str) -> str:
    """Write the mapping of a log: whose words mean what, in TOML."""
    service = "benefit" if head == XES else "permit"
    norms = [f'"{step.name}" = {step.norm:g}' for step in path if step.norm == step.norm]
    law = [f'"{step.name}" = {step.norm:g}' for step in path if step.statutory]
    front = ", ".join(f'"{step.name}"' for step in path if step.unit == "front")
    parts = [
        head, '[time]', 'zone = "Europe/Moscow"', "cutoff = 2026-06-30", "", "[steps]",
        f'client = ["{path[0].name}"]', f"front = [{front}]", "", "[norms]", *norms, "",
        *(["[statutory]", *law, ""] if law else []),
        "[outcomes]", f'done = ["{path[-1].name}"]', "", "[fixed]", f'service = "{service}"', "",
        "[names_en]", *(f'"{step.name}" = "{step.en}"' for step in path), "",
    ]  # fmt: skip
    return "\n".join(parts)


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
