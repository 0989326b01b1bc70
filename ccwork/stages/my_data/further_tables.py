"""What follows from the tables an agency brought, what does not, and which table adds most."""

from collections.abc import Iterator
from typing import Final

import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.read.workbook import Workbook
from ccwork.tell.tables import about

NEEDED: Final = {
    "1_clients": ("needs", "inner", "checks"),
    "1_face_the_problem": ("checks", "visits"),
    "2_core_team": ("people",),
    "3_one_process": ("steps",),
    "3_plan": ("steps",),
    "4_scale": ("changes", "trials"),
    "5_recognition": ("changes", "trials", "decisions"),
    "6_kpi": ("services", "answers|counts|metrics"),
    "8_cascade": ("positions", "indicators"),
}
"""Stage -> the tables its notebook needs; of those joined by "|" one is enough."""

SIDES: Final = {"objective": ("metrics",), "subjective": ("answers", "counts")}
"""Side of a KPI -> the tables that hold it."""


STAGES: Final = ("whole", "part", "none")
SEEN: Final = ("both", "no_subjective", "no_objective", "unmeasured")
"""What can be computed is said before what cannot."""


def what_follows(work: Workbook) -> pd.DataFrame:
    """Return what :func:`lines` says, a row each: ``follows``."""
    rows = pd.DataFrame({"follows": list(lines(work))})
    return about(rows, "my_data_follows", work, key=["follows"], of=list(work.tables))


def lines(work: Workbook) -> Iterator[str]:
    """Say which stages and KPIs follow from what was brought and what the others lack."""
    have, sides = _brought(work), _sides(work)
    stages, kpis = {part: [] for part in STAGES}, {part: [] for part in SEEN}
    for stage in NEEDED:
        lacking = _lacking(stage, have)
        part = "whole" if not lacking else "part" if len(lacking) < len(NEEDED[stage]) else "none"
        names = ", ".join(" / ".join(map(_table, each.split("|"))) for each in lacking)
        name = wording.word(f"stage.{stage}")
        said = wording.say("further.stage", stage=name, lacking=names) if lacking else name
        stages[part].append(said)
    for kpi in method.KPIS:
        lacks = [side for side in method.GROUPS if (kpi, side) not in sides]
        part = "both" if not lacks else "unmeasured" if len(lacks) > 1 else f"no_{lacks[0]}"
        kpis[part].append(wording.word(f"kpi.{kpi}"))
    yield from (_listed(part, names) for part, names in stages.items() if names)
    seen = [_listed(f"kpi_{part}", names) for part, names in kpis.items() if names]
    yield wording.say("further.kpis", what="; ".join(seen))
    if best := most_useful(work):
        table, stages, kpis = best
        named = [wording.word(f"stage.{each}") for each in stages]
        named += [wording.word(f"kpi.{each}") for each in kpis]
        yield wording.say("further.most", table=_table(table), what="; ".join(named))


def _listed(part: str, names: list[str]) -> str:
    return wording.say(f"further.{part}", what=(", " if "kpi" in part else "; ").join(names))


def most_useful(work: Workbook) -> tuple[str, list[str], list[str]] | None:
    """Return the one table not brought that opens most: it, the stages, the KPIs.

    Notes
    -----
    A stage counts once it lacks nothing else, a KPI where a side is added that it has not; each
    counts 1, and of equals the first in the order of the stages is taken (our choice).
    """
    have, sides = _brought(work), _sides(work)
    every = [name for needed in NEEDED.values() for each in needed for name in each.split("|")]
    opened = []
    for table in [name for name in dict.fromkeys(every) if name not in have]:
        stages = [s for s in NEEDED if _lacking(s, have) and not _lacking(s, have | {table})]
        added = [side for side, tables in SIDES.items() if table in tables]
        kpis = [k for k in method.KPIS if any((k, side) not in sides for side in added)]
        opened.append((table, stages, kpis))
    best = max(opened, key=lambda each: len(each[1]) + len(each[2]), default=None)
    return best if best and any(best[1:]) else None


def _brought(work: Workbook) -> set[str]:
    return {name for name in work.tables if len(work.table(name))}


def _lacking(stage: str, have: set[str]) -> list[str]:
    return [each for each in NEEDED[stage] if not have & set(each.split("|"))]


def _sides(work: Workbook) -> set[tuple[str, str]]:
    """Return KPI and side of every metric brought up to the period."""
    codes = [set(work.table(name)["metric"]) for tables in SIDES.values() for name in tables]
    known = work.catalogue.loc[work.catalogue.index.isin(set().union(*codes))]
    return set(zip(known["kpi"], known["group"], strict=True))


def _table(name: str) -> str:
    said = wording.name("table", name)
    return name if said == name else f"{said} ({name})"
