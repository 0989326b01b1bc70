"""What a reader sees of a notebook from outside: its title and the headings of its parts."""

import re
from functools import cache

from nbformat import NotebookNode

from ccwork.language import notebook_editions, wording
from ccwork.read import places

_HEADING = re.compile("^##+ (.+)$", re.MULTILINE)


@cache
def _edition(notebook: str, lang: str) -> NotebookNode:
    source = notebook_editions.read_notebook(places.shipped("notebooks") / f"{notebook}.ipynb")
    prose = notebook_editions.prose(notebook, lang)
    return notebook_editions.edition(source, prose, "trainer", lang)


def notebook_title(notebook: str) -> str:
    """Return the title of a notebook in the language in force."""
    first = _edition(notebook, wording.lang()).cells[0].source
    return str(first).partition("\n")[0].lstrip("# ")


def headings_over(notebook: str, cells: list[str]) -> list[str]:
    """Return the headings under which cells of a notebook stand, each once.

    Raises
    ------
    KeyError
        When the notebook has no such cell.
    """
    under, heads = notebook_title(notebook), {}
    for cell in _edition(notebook, wording.lang()).cells:
        found = _HEADING.findall(cell.source) if cell.cell_type == "markdown" else []
        heads[cell.id] = (found or [under])[0]
        under = (found or [under])[-1]
    return list(dict.fromkeys(heads[cell] for cell in cells))
