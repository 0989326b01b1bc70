"""Write the invented agencies; same seed, same bytes.

Run it as ``python tests/make_demo.py data/demo``.
"""

import sys
import zlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from demo import (
    answers,
    cascade,
    checks,
    clients,
    families,
    links,
    logs,
    recognition,
    selfchecks,
    team,
    visits,
)

from ccwork.language import periods
from ccwork.learn.demo import changes, figures, journeys
from ccwork.learn.demo.plan import LAST, PLANS, Plan
from ccwork.learn.demo.rows import as_csv, rows, text
from ccwork.read import catalogues
from ccwork.stages.plan import experiment_plan

SEED: Final = 20260631
"""The first seed with which nothing is called better or worse where nothing was planted.

About every second seed is so: see ``tests/test_truths.py`` for how often the rule errs.
"""

ROOMS: Final = (visits, changes, selfchecks, clients, team, recognition, links, cascade)
"""Rooms that draw tables for a plan; rows of one table drawn by several stand together."""

GIVEN: Final = ("candidates", "choices", "redesign", "told", "targets", "positions", "indicators",
                "complaints")  # fmt: skip
"""Tables nobody draws: they are written as they stand in ``resources/demo``.

Planted: registry misses twelve targets, payments four, inspection two; the rest is met. Of the
causes in registry one has no owner, one is overdue; of the last three targets one has a cause in
an employee with all proofs, one blames an employee without them, one was left without a cause.
"""

CAUSED: Final = ("registry", "payments")
"""Agencies that wrote down causes of missed targets; payments blames an employee, unproven."""

ROUBLE_HOUR: Final = 300
"""What the registry holds an hour of its clients to be worth."""

SEALED: Final = {"registry": date(2026, 6, 20), "payments": date(2026, 2, 20)}
"""When the plan of an experiment was sealed."""

CHANGED: Final = {"payments": ("margin = 5", "margin = 15")}
"""Planted: the guardrail of the formalists' plan was loosened after it had been sealed."""


def rng(plan: Plan, seed: int, room: str) -> np.random.Generator:
    """Return the generator of one room: a change in one does not touch another."""
    return np.random.default_rng([seed, zlib.crc32(f"{plan.code}/{room}".encode())])


def drawn(plan: Plan, seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Draw all tables of one invented agency.

    Parameters
    ----------
    plan
        Which agency.
    seed
        Any whole number; tests draw hundreds.

    Returns
    -------
    dict
        Table name -> its rows, as text and numbers ready to be written.
    """
    tables = {"services": services(plan), "truth": truth(plan)}
    for name, draw in (("metrics", figures.metrics), ("answers", answers.answers)):
        tables[name] = draw(plan, rng(plan, seed, name))
    if plan.code == "registry":
        tables["steps"] = journeys.steps(plan, rng(plan, seed, "steps"))
        tables["checks"] = checks.voices(plan, rng(plan, seed, "voices"))
        tables["catalogue/steps"] = journeys.step_names()
    tables |= {name: table for name in GIVEN if len(table := rows(name, plan.code))}
    if plan.code in CAUSED:
        tables["causes"] = rows(f"causes_{plan.code}")
    for room in ROOMS:
        chance = rng(plan, seed, room.__name__.rpartition(".")[2])
        for table, own in room.tables(plan, chance).items():
            before = [tables[table]] if table in tables else []
            tables[table] = pd.concat([*before, own], ignore_index=True)
    return tables


def services(plan: Plan) -> pd.DataFrame:
    """Return the table ``services`` of a plan; of hiring only candidates' words are known."""
    names = ["code", "name_ru", "name_en", "client", "volume", "type", "register_id"]
    own = pd.DataFrame(plan.services)[names].rename(columns={"code": "service"})
    made = pd.concat([own, rows("hiring", plan.code)], ignore_index=True)
    volume = made["volume"].astype("Int64").astype(object)
    return made.assign(volume=volume).fillna("")


def truth(plan: Plan) -> pd.DataFrame:
    """Return what was planted: one row per series that is not as it always was."""
    names = ["metric", "service", "truth", "since", "gain", "why_ru", "why_en"]
    planted = rows("effects", plan.code)[names]
    return planted.assign(since=[figures.months(plan)[at] for at in planted["since"]])


def _write_plan(folder: Path, code: str) -> None:
    """Write the plan of the experiment as it was sealed, and as it stands now."""
    own = {"encoding": "utf-8", "newline": "\n"}
    path, plan = folder / experiment_plan.FILE, text(f"plan_{code}.toml")
    path.write_text(plan, **own)
    (folder / experiment_plan.SEALED_FILE).unlink(missing_ok=True)
    experiment_plan.seal_file(path, SEALED[code], catalogues.common()["metrics"])
    path.write_text(plan.replace(*CHANGED.get(code, ("", ""))), **own)


def write(plan: Plan, root: Path, seed: int = SEED) -> None:
    """Write one invented agency below `root`; its truths go to ``source/truth.csv``."""
    folder = root / plan.code
    (folder / "source").mkdir(parents=True, exist_ok=True)
    config = text("agency_facts.toml").format(plan=plan, date=periods.last_day(LAST).isoformat())
    if plan.code == "registry":
        config += f"rouble_hour = {ROUBLE_HOUR}\n"
    if plan.code in SEALED:
        _write_plan(folder, plan.code)
    (folder / "agency.toml").write_text(config, encoding="utf-8", newline="\n")
    for name, content in logs.logs(plan, rng(plan, seed, "logs")).items():
        (folder / "logs").mkdir(exist_ok=True)
        (folder / "logs" / name).write_bytes(content)
    _put(folder, drawn(plan, seed))


def write_families(root: Path, seed: int = SEED) -> None:
    """Write the invented agency that leads a life situation below `root`."""
    folder = root / families.CODE
    (folder / "catalogue").mkdir(parents=True, exist_ok=True)
    (folder / "agency.toml").write_bytes(text(f"{families.CODE}.toml").encode())
    _put(folder, families.tables(np.random.default_rng(seed)))


def _put(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        place = folder / f"{'source/truth' if name == 'truth' else name}.csv"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(as_csv(table).encode())


if __name__ == "__main__":
    for each in PLANS:
        write(each, Path(sys.argv[1]))
    write_families(Path(sys.argv[1]))
