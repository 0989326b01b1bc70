"""Parameters of a notebook, checked before any kernel starts.

papermill itself only warns of an unknown name, does not check types and writes a name into
code as it comes: so nothing reaches it that has not passed here.
"""

import ast
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from ccwork.language.notebook_editions import tags
from ccwork.language.problems import DataProblems, Problem
from ccwork.read import places

_LINE = re.compile(r"(\w+): (\w+) = (.+?)  # (.+)")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook, as its parameters cell declares it."""

    name: str
    kind: str
    default: object
    about: str


def declared_parameters(notebook: NotebookNode) -> list[Parameter]:
    """Read the parameters cell: ``name: type = default  # what it means``, one a line."""
    for cell in notebook.cells:
        if "parameters" in tags(cell):
            found = [_LINE.fullmatch(line) for line in cell.source.splitlines()]
            return [
                Parameter(hit[1], hit[2], ast.literal_eval(hit[3]), hit[4]) for hit in found if hit
            ]
    return []


def wrong(given: Mapping[str, str], notebooks: Iterable[NotebookNode]) -> Iterator[Problem]:
    """Find parameters that no notebook knows; values are text, as the notebooks want."""
    found = [
        parameter.name for notebook in notebooks for parameter in declared_parameters(notebook)
    ]
    known = list(dict.fromkeys(found))
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1) or known
            values = {"name": name, "near": ", ".join(near)}
            yield Problem("unknown_parameter", values=values)


def notebook_path(notebook: str) -> Path:
    """Return a notebook by its path or by its bare name."""
    shipped = places.shipped("notebooks") / f"{Path(notebook).stem}.ipynb"
    for path in (Path(notebook), shipped):
        if path.is_file():
            return path
    known = ", ".join(path.stem for path in sorted(shipped.parent.glob("*.ipynb")))
    values = {"notebook": notebook, "known": known}
    raise DataProblems([Problem("unknown_notebook", values=values)])
