"""A brief as PDF: A4, tagged for screen readers (PDF/UA-1), the same bytes each time."""

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from importlib.resources import as_file
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from ccwork.language.resources import resource
from ccwork.tell.documents.document import Document, Picture

SHARP = 300.0
"""Dots an inch of a picture made of lines, for programs that know no lines (our choice)."""


def written(document: Document, template: str = "brief.typ") -> bytes:
    """Return the PDF of a document, laid out by a template: a brief, slides, a certificate.

    A sign that the font lacks (of a name in the data) costs the promise of PDF/UA-1, not the
    page: then the fonts of the machine help out.
    """
    pictures: list[Picture] = []
    day = date.fromisoformat(document.day)
    told = _data(document, pictures) | {"year": day.year, "month": day.month, "date": day.day}
    layout = resource("templates", template).read_bytes()
    with TemporaryDirectory() as folder, as_file(resource("fonts")) as fonts:
        for number, picture in enumerate(pictures):
            Path(folder, _file(number, picture)).write_bytes(picture.image)
        asked = {
            "root": folder,
            "font_paths": [str(fonts)],
            "sys_inputs": {"document": json.dumps(told, ensure_ascii=False)},
            "timestamp": datetime(day.year, day.month, day.day, tzinfo=UTC),
        }
        try:
            return typst.compile(layout, pdf_standards=["ua-1"], ignore_system_fonts=True, **asked)
        except typst.TypstError:
            return typst.compile(layout, **asked)


def _file(number: int, picture: Picture) -> str:
    return f"{number}.{picture.form}"


def _data(value: Any, pictures: list[Picture]) -> Any:
    """Return a document as plain data; pictures are gathered and named by their files."""
    if is_dataclass(value):
        told = {field.name: _data(getattr(value, field.name), pictures) for field in fields(value)}
        if isinstance(value, Picture):
            told["image"] = _file(len(pictures), value)
            pictures.append(value)
        return told | {"kind": type(value).__name__}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_data(each, pictures) for each in value]
    return None if isinstance(value, bytes) else value


def painted(drawings: Sequence[bytes]) -> list[bytes]:
    """Turn drawings (SVG) into pictures (PNG), all at once."""
    if not drawings:
        return []
    with TemporaryDirectory() as folder:
        for number, drawing in enumerate(drawings):
            Path(folder, f"{number}.svg").write_bytes(drawing)
        pages = [f'#page(image("{number}.svg"))' for number in range(len(drawings))]
        page = "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n"
        source = (page + "\n".join(pages)).encode()
        made = typst.compile(source, root=folder, format="png", ppi=SHARP)
    return [made] if isinstance(made, bytes) else made
