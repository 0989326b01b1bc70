"""What stands on a report besides its notebooks, gathered from the data and the run."""

from collections.abc import Mapping, Sequence
from typing import Final

from nbformat import NotebookNode

from ccwork.language import notebook_editions, wording
from ccwork.language.problems import Problem
from ccwork.read.workbook import Workbook
from ccwork.report import workings
from ccwork.report.batch import manifests


def cover(
    work: Workbook, lang: str, stages: Sequence[str], failed: Mapping[str, str],
    executed: Mapping[str, NotebookNode], parameters: Mapping[str, str],
    warnings: Sequence[Problem] = (),
) -> workings.Cover:  # fmt: skip
    """Gather what the first page and the last ones of a report say.

    Parameters
    ----------
    failed
        Stage -> code of the sentence that says what stopped it.
    warnings
        All that the check of the agency says.
    """
    silent = {stage: said for stage, each in executed.items() if (said := without_data(each))}
    titles = {stage: workings.title(stage) for stage in stages}
    own, other = (work.info.get(f"name_{each}") for each in (lang, wording.other(lang)))
    return workings.Cover(
        code=work.agency,
        agency=wording.name("agency", work.agency),
        agency_lang=lang if own or not other else wording.other(lang),
        period=work.period,
        date=work.date,
        sources=work.brought()
        .assign(table=[wording.name("table", table) for table in work.sources["table"]])
        .to_dict("records"),
        source=work.info.get(f"source_{lang}") or "",
        licence=work.info.get("licence") or "",
        licence_lang=wording.other() if wording.foreign(work.info.get("licence") or "") else "",
        warnings=[str(problem) for problem in warnings],
        methods=[wording.word(code) for code in wording.terms() if code.startswith("choice.")],
        context=[
            (wording.word(f"context.{row.fact}"), row.said)
            for row in work.context().itertuples()
            if row.said != wording.word("not_said")
        ],
        lang=lang,
        stages=list(titles.items()),
        failed=[
            *((stage, wording.say(code, what=titles[stage])) for stage, code in failed.items()),
            *silent.items(),
        ],
        made=_made(parameters),
    )


def _made(parameters: Mapping[str, str]) -> list[tuple[str, str]]:
    """Say with what a report was computed: enough to compute it again, nothing of the machine."""
    given = ", ".join(f"{name}={value}" for name, value in sorted(parameters.items()))
    versions = ", ".join(map(" ".join, manifests.package_versions().items()))
    return [
        (wording.word("report.build"), manifests.build()[:12]),
        (wording.word("report.parameters"), given),
        (wording.word("report.versions"), versions),
    ]


BEFORE: Final = "skipped"
"""The table at the head of a stage of what earlier ones left out: it is not the stage's own."""


def without_data(notebook: NotebookNode) -> str:
    """Return what a stage says it needs, where it had nothing of its own to show; else nothing."""
    words = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            about = output.get("metadata", {}).get("ccwork", {})
            if about.get("kind") in ("table", "figure") and about.get("name") != BEFORE:
                return ""
            if "summary" in notebook_editions.tags(cell):
                words.append(output["data"]["text/plain"])
    return " ".join(words)
