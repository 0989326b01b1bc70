"""One report of an agency in one language: the brief in every format asked for, its workings."""

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from nbformat import NotebookNode

from ccwork.language import wording
from ccwork.report import workings
from ccwork.report.brief import assembly, brief_html
from ccwork.report.brief.document import Document, Picture

WIDE, HIGH = 170, 80
"""Millimetres that a picture of a stage may take."""

LEGIBLE: Final = 0.6
"""A picture that had to be drawn smaller than that stays in the workings (our choice)."""


@dataclass(frozen=True)
class Made:
    """What was made of an agency: files by name, and what the index of a batch says of it.

    `rows` holds one KPI each: kind of client, KPI, value, code and words of its change.
    """

    files: Mapping[str, str | bytes]
    state: str
    rows: Sequence[Mapping[str, str]]


def report(
    cover: workings.Cover,
    ready: Mapping[str, workings.Stage],
    executed: Mapping[str, NotebookNode],
    facts: Sequence[Mapping[str, Any]],
    found: Sequence[Mapping[str, Any]],
    wants: Mapping[str, Any],
    formats: Sequence[str] = (),
    template: Path | None = None,
    known: int = 0,
) -> Made:
    """Make the report of an agency in the language of its cover.

    Parameters
    ----------
    ready, executed
        Stage -> what :func:`workings.prepared` made of its notebook; its executed notebook.
    facts, found
        Facts and findings of all stages, ids led by the stage.
    wants
        The agency's own ``brief_most`` and ``brief_first``, where it has any.
    formats
        What is wanted beside HTML: "pdf", "docx".
    template
        A document of Word whose look the brief takes over.
    known
        So many stages there are, computed or not.
    """
    pages, stages = workings.written(ready, cover)
    by_id = {fact["id"]: fact for fact in facts}
    failed = dict(cover.failed)
    made = assembly.Material(
        agency=cover.agency, agency_lang=cover.agency_lang, period=cover.period,
        day=cover.date.isoformat() if cover.date else "", source=cover.source,
        stages=[(stage.code, stage.title, failed.get(stage.code, "")) for stage in stages],
        facts=by_id, found=found, lacks=max(0, known - len(executed)), all=known,
        pictures={stage: list(_pictures(notebook)) for stage, notebook in executed.items()},
        place=partial(workings.place, stages, cover.lang),
        most=wants.get("brief_most"), first=wants.get("brief_first") or "",
    )  # fmt: skip
    document = assembly.brief(made)
    files: dict[str, str | bytes] = {f"brief.{cover.lang}.html": brief_html.written(document)}
    for form in formats:
        files[f"brief.{cover.lang}.{form}"] = _in_form(document, form, template)
    for name, page in pages.items():
        files[f"{workings.FOLDER}/{name}.{cover.lang}.html"] = page
    return Made(files, assembly.state(made.lists), _rows(by_id))


def _pictures(notebook: NotebookNode) -> Iterator[tuple[str, Picture]]:
    """Return the pictures of an executed notebook that can be read on half a page."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            about = output.get("metadata", {}).get("ccwork", {})
            if about.get("kind") == "figure" and "image/png" in output.get("data", {}):
                image, alt = b64decode(output.data["image/png"]), output.data["text/plain"]
                whole, high = _size(image)
                width = min(WIDE, HIGH * whole / high)
                if width >= LEGIBLE * whole:
                    name = about["name"].removeprefix("figure.")
                    yield name, Picture(image, "png", alt, about["caption"], round(width, 1))


def _size(image: bytes) -> tuple[float, float]:
    """Return how wide and high a picture was drawn, in millimetres."""
    from PIL import Image

    read = Image.open(BytesIO(image))
    return tuple(25.4 * side / dpi for side, dpi in zip(read.size, read.info["dpi"], strict=True))


def _in_form(document: Document, form: str, template: Path | None) -> bytes:
    if form == "pdf":
        from ccwork.report.brief import brief_pdf

        return brief_pdf.written(document)
    from ccwork.report.brief import brief_docx

    return brief_docx.written(document, template)


def _rows(facts: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {"client": wording.word(f"clients.{row.client}"), "kpi": wording.word(f"kpi.{row.kpi}"),
         "value": row.value, "verdict": row.verdict, "word": row.word}
        for row in assembly.kpis(facts) if row.measured
    ]  # fmt: skip
