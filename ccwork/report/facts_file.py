"""What other programs read of a report: facts.json and findings.csv."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from nbformat import NotebookNode

from ccwork.language import wording
from ccwork.read.files.cell_parsing import harmless
from ccwork.read.workbook import Workbook
from ccwork.tell import findings


def facts_of_stages(executed: Mapping[str, NotebookNode]) -> list[dict[str, Any]]:
    """Gather the facts of all stages in their order; an id, led by its stage, is one fact."""
    found: dict[str, dict[str, Any]] = {}
    for stage, fact in _held(executed, "facts"):
        name = f"{stage}.{fact['id']}"
        if name in found:
            raise ValueError(f"`id` of a fact must be its own; not {name!r} again.")
        found[name] = fact | {"id": name}
    return list(found.values())


def findings_of_stages(executed: Mapping[str, NotebookNode]) -> list[dict[str, Any]]:
    """Gather the findings of all stages in their order; their facts are led by the stage."""
    return [
        one | {"stage": stage, "facts": [f"{stage}.{fact}" for fact in one["facts"]]}
        for stage, one in _held(executed, "findings")
    ]


def _held(executed: Mapping[str, NotebookNode], what: str) -> Iterator[tuple[str, dict]]:
    for stage, notebook in executed.items():
        for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
            for one in output.get("metadata", {}).get("ccwork", {}).get(what, ()):
                yield stage, one


def told(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Add to findings what the brief says of them, in every language."""
    said: list[dict[str, Any]] = [{**one, "said": {}, "to_do": {}} for one in found]
    for lang in wording.each(wording.LANGS):
        for one in said:
            one["said"][lang] = findings.said(one)
            one["to_do"][lang] = findings.action(one)
    return said


def head(work: Workbook) -> dict[str, Any]:
    """Return what stands before the facts of an agency."""
    name = {lang: work.info.get(f"name_{lang}") or "" for lang in wording.LANGS}
    about = {"agency": work.agency, "date": work.date.isoformat(), "period": work.period}
    return about | {"name": name}


CSV_COLUMNS: Final = (
    *("finding", "stage", "what", "kind", "kpi", "service", "client", "size", "grade", "people"),
    *("since", "who", "by", "cause", "facts", "said_ru", "said_en", "to_do_ru", "to_do_en"),
)  # fmt: skip


def findings_csv(found: Sequence[Mapping[str, Any]]) -> str:
    """Write findings as :func:`told` returns them as CSV."""
    rows = []
    for one in found:
        words = {f"{name}_{lang}": one[name][lang] for name in ("said", "to_do")
                 for lang in wording.LANGS}  # fmt: skip
        rows.append({**one, **words, "facts": "; ".join(one["facts"])})
    return csv_text(CSV_COLUMNS, rows)


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows as CSV, what is missing as nothing; no cell can turn into a formula."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        told = (row.get(column) for column in columns)
        writer.writerow(["" if each is None else harmless(each) for each in told])
    return lines.getvalue()


def explained(listed: bool) -> Iterator[str]:
    """Explain the ids of facts; `listed`: name every table and column too."""
    yield wording.word("cli.facts_id")
    shows = {code: row for code, row in wording.terms().items() if code.startswith("show.")}
    for code, row in shows.items() if listed else ():
        yield f"\n{code.removeprefix('show.')}: {wording.word(code)}"
        for column in row["columns"].split():
            about = wording.meaning(f"col.{column}")
            formula = wording.terms()[f"col.{column}"]["source"]
            yield f"  {column}: {about}" + (f" ({formula})" if formula[:1] == "F" else "")
