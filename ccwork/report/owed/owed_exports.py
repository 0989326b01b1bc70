"""One door for what an agency owes others: files of a kind, and beside them what to know."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from ccwork.language import periods, wording
from ccwork.language.problems import DataProblems, Problem
from ccwork.read import loading
from ccwork.read.workbook import Workbook
from ccwork.report import facts_file
from ccwork.report.batch import manifests
from ccwork.report.owed import a11_submission, shapes, uk_kpis
from ccwork.stages.face_the_problem import action_plan
from ccwork.tell import small_counts


def self_check(work: Workbook) -> Iterator[tuple[str, str]]:
    """Yield the self-check as it is sent on: all of it for programs, its answers as a table."""
    made = action_plan.package(work)
    yield "selfcheck.json", json.dumps(made, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    head = {name: made[name] for name in ("schema", "agency", "period")}
    rows = [head | row for row in made["answers"]]
    yield "selfcheck.csv", facts_file.csv_text([*rows[0]] if rows else [*head], rows)


KINDS: Final[dict[str, Callable[[Workbook], Iterator[tuple[str, str]]]]] = {
    "a11": a11_submission.submission, "uk": uk_kpis.kpi_file, "selfcheck": self_check,
}  # fmt: skip


def sent(kind: str, data: str, agency: str, period: str, folder: Path) -> Iterator[str]:
    """Write the files of a kind and ``<kind>_readme.txt``, and say so of each.

    Parameters
    ----------
    kind
        One of :data:`KINDS`.
    data, agency, period
        As for ``loading.load``; a submission of A-11 is of a quarter: that of the period, or
        the last whole one.
    folder
        Where to; it is made if it is not there. A file is replaced whole or not at all.
    """
    if kind not in KINDS:
        known = {"found": kind, "known": ", ".join(KINDS)}
        raise DataProblems([Problem("export_kind", values=known)])
    work = loading.load(data, agency, period)
    if kind == "a11" and work.grain == "month":
        quarter = periods.coarsen(work.period, "quarter")
        part = not period and periods.last_day(quarter) > periods.last_day(work.period)
        work = loading.load(data, agency, periods.shift(quarter, -part))
    for name, content in (*KINDS[kind](work), (f"{kind}_readme.txt", readme(work, kind))):
        with manifests.told_unwritable(folder):
            manifests.write_whole(folder / name, content)
        yield wording.say("cli.page_written", path=str(folder / name))


def readme(work: Workbook, kind: str) -> str:
    """Say whose the files are, of what time, for whom not, and what does not stand in them."""
    about = {"agency": wording.name("agency", work.agency), "day": wording.day(work.date),
             "period": wording.period(work.period)}  # fmt: skip
    reason = work.info.get(small_counts.OPEN)
    few = wording.say("remark.few_shown", reason=reason) if reason else shapes.note("readme_few")
    lines = [wording.word("report.internal"), wording.say("owed.about", **about),
             wording.word(f"owed.readme_{kind}"), *[few] * (kind != "selfcheck")]  # fmt: skip
    if kind == "selfcheck" and not action_plan.package(work)["answers"]:
        lines.append(shapes.note("no_selfcheck"))
    return "\n".join(lines) + "\n"
