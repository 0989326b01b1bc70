"""One notebook, several readers: translate its prose, drop what is not for them.

The source stands in ``notebooks/``: Russian, trainer edition. Translations stand in
``resources/locale/<lang>/<notebook>.po``, a message a text cell;
``python -m ccwork.language.notebook_editions``
brings them up to date after a change, marking what has to be translated again.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from nbformat import NotebookNode

from ccwork.language.resources import resource

SOURCE: Final = "ru"
"""The language the notebooks are written in."""

DROPPED: Final = {
    "trainer": frozenset(),
    "learner": frozenset({"solution", "trainer"}),
    "report": frozenset({"solution", "exercise", "trainer"}),
}
"""Tags of the cells an audience does not get."""

NOT_REPORTED: Final = re.compile(
    r"^\*\*(?:Что делать|What to do)\.\*\*(?:.+\n?)*|^.*(?:[Сс]в[её]рн|[Рр]аскро|[Ff]olded).*\n?",
    re.MULTILINE,
)
"""Advice that is the same for every agency, and words on what opens at a click."""

_COMMENT = re.compile(r"(?<=  # ).+$", re.MULTILINE)


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook file."""
    return nbformat.read(path, as_version=4)


def tags(cell: NotebookNode) -> frozenset[str]:
    """Return the tags of a cell."""
    return frozenset(cell.metadata.get("tags", ()))


def edition(
    source: NotebookNode, prose: Mapping[str, str], audience: str, lang: str
) -> NotebookNode:
    """Make the notebook one audience reads, in one language, without outputs.

    Parameters
    ----------
    source
        The notebook as it stands in ``notebooks/``; it is not changed.
    prose
        Source text -> its translation, as :func:`prose` returns it.
    audience
        "trainer", "learner" or "report".
    lang
        Language of `prose`; the literal in the setup cell follows it.
    """
    if audience not in DROPPED:
        raise ValueError(f"`audience` must be one of {sorted(DROPPED)}; not {audience!r}.")
    notebook = copy.deepcopy(source)
    dropped = DROPPED[audience]
    notebook.cells = [cell for cell in notebook.cells if dropped.isdisjoint(tags(cell))]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = prose.get(cell.source, cell.source)
            if audience == "report":
                cell.source = NOT_REPORTED.sub("", cell.source).strip()
            continue
        cell.outputs, cell.execution_count = [], None
        if "parameters" in tags(cell):
            cell.source = _COMMENT.sub(lambda hit: prose.get(hit[0], hit[0]), cell.source)
        if "setup" in tags(cell):
            cell.source = cell.source.replace(f'lang="{SOURCE}"', f'lang="{lang}"')
    notebook.cells = [cell for cell in notebook.cells if cell.source]
    return notebook


def messages(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """List what has to be translated: (text, cell id)."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield cell.source, cell.id
        elif "parameters" in tags(cell):
            yield from ((found, cell.id) for found in _COMMENT.findall(cell.source))


def catalogue(name: str, lang: str) -> Catalog:
    """Read the translations of one notebook; empty where there are none."""
    path = resource("locale", lang, f"{name}.po")
    if not path.is_file():
        return Catalog(locale=lang)
    with path.open("rb") as lines:
        return read_po(lines, locale=lang)


@cache
def prose(name: str, lang: str) -> Mapping[str, str]:
    """Return source text -> translation for one notebook; nothing for the source language."""
    if lang == SOURCE:
        return {}
    found = catalogue(name, lang)
    return {message.id: message.string for message in found if message.id and not message.fuzzy}


def update(path: Path, lang: str) -> None:
    """Bring the translations of one notebook up to date with its text."""
    template = Catalog(charset="utf-8")
    for found, cell in messages(read_notebook(path)):
        template.add(found, locations=[(cell, 0)])
    known = catalogue(path.stem, lang)
    template.creation_date = known.creation_date  # no other bytes where no text has changed
    known.update(template)
    known.obsolete.clear()
    known.fuzzy = False
    target = Path(str(resource("locale", lang, f"{path.stem}.po")))
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as lines:
        write_po(lines, known, width=0, sort_output=False, omit_header=False, include_lineno=False)


if __name__ == "__main__":
    for notebook in sorted(Path("notebooks").glob("*.ipynb")):
        update(notebook, "en")
