"""A bare word as an answer: ``answer = лучше`` needs no quotes, nor does ``answer = 12,3 %``."""

import ast
import builtins
import re
from collections.abc import Container
from typing import Final

from IPython import get_ipython

_LINE = re.compile(r"answer\s*=(?!=|\s*!|\s*%[a-z])\s*(.*?)\s*")
_COMMENT = re.compile(r"\s+#.*")
_COMPUTED: Final = (ast.Call, ast.Attribute, ast.Subscript, ast.comprehension, ast.Lambda)


def quoted(lines: list[str], known: Container[str] = ()) -> list[str]:
    r"""Quote what follows ``answer =`` where it is no Python of known names.

    Parameters
    ----------
    lines
        The lines of a cell.
    known
        The names that have a value.

    Examples
    --------
    >>> quoted(["answer = не доказано\n", "answer = −12,3 %", "answer = 2 * 3"])
    ["answer = 'не доказано'\n", "answer = '−12,3 %'", 'answer = 2 * 3']
    """
    own = _whole_statements("".join(lines))
    return [
        _line(line, known) if own is None or at in own else line
        for at, line in enumerate(lines, start=1)
    ]


def _whole_statements(cell: str) -> set[int] | None:
    """Return the lines that are one assignment each; None where the cell is no Python."""
    try:
        body = ast.parse(cell).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return {node.lineno for node in body if node.lineno == node.end_lineno}


def _line(line: str, known: Container[str]) -> str:
    bare = line.rstrip("\r\n")
    found = _LINE.fullmatch(bare)
    if not found or (found[1] and _is_python(found[1], known)):
        return line
    words = _COMMENT.sub("", found[1])
    value = repr(words) if words and not words.startswith("#") else "..."
    return f"answer = {value}{line[len(bare) :]}"


def _is_python(value: str, known: Container[str]) -> bool:
    """Tell whether Python would make of a value what its writer meant."""
    try:
        tree = ast.parse(value, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if isinstance(tree.body, ast.Tuple) and not value.startswith("("):
        return False  # 12,3 is one number
    nodes = list(ast.walk(tree))
    if isinstance(tree.body, ast.Call) and isinstance(tree.body.func, ast.Constant):
        return False  # 5 (about) is a number and a remark
    names = [node.id for node in nodes if isinstance(node, ast.Name)]
    if all(name in known or hasattr(builtins, name) for name in names):
        return True
    return value.isascii() and any(isinstance(node, _COMPUTED) for node in nodes)


def listen() -> None:
    """Make the kernel that runs us read bare words from its next cell on."""
    shell = get_ipython()
    if shell is not None:
        shell.input_transformers_cleanup.append(lambda lines: quoted(lines, shell.user_ns))
