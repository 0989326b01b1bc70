"""Files people write in TOML: what one says, or the one thing that is wrong with it."""

import math
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from ccwork.language.problems import DataProblems, Problem
from ccwork.language.resources import resource_rows
from ccwork.read.files.cell_parsing import FIRST_YEAR
from ccwork.read.files.decoding import decode, file_bytes
from ccwork.read.files.faults import Fault

_LONG: Final = re.compile(r"\d[\d_]{18,}|0[xob]\w{16,}|\d\.?e[+]?\d{3,}|\b(?:inf|nan)\b", re.I)
"""A number that TOML does not promise to hold, where it may stand in a line."""


def read(path: Path, missing: str, syntax: str) -> dict[str, Any]:
    """Read a file in whatever encoding and line endings it was saved.

    Parameters
    ----------
    path
        The file.
    missing, syntax
        Codes of the problems that there is no such file and that a line of it is wrong.

    Raises
    ------
    Fault
        `missing`, `syntax` or ``number_long`` with the line, ``file_locked``, or that the file
        is not text.
    """
    written = ""
    try:
        written = decode(file_bytes(path))[0].replace("\r\n", "\n")
        if _endless(said := tomllib.loads(written)):
            raise ValueError("a number too long")
        return said
    except Fault:
        raise
    except FileNotFoundError:
        raise Fault(missing, found=path.name) from None
    except OSError:
        raise Fault("file_locked") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        last = str(written.rstrip().count("\n") + 1)  # the error is the end of the file
        values = {"line": line[1] if line else last, "found": str(error)}
        raise Fault(syntax, **values) from None
    except ValueError:  # of Python itself: it turns no number of thousands of digits into words
        lines = enumerate(written.split("\n"), 1)
        line = next((str(n) for n, line in lines if _LONG.search(line)), "?")
        raise Fault("number_long", line=line) from None


def _endless(said: object) -> bool:
    """Tell whether a number in what a file says is no finite one of 64 bits."""
    if isinstance(said, dict | list):
        return any(map(_endless, said.values() if isinstance(said, dict) else said))
    whole = isinstance(said, int) and said.bit_length() > 63
    return whole or (isinstance(said, float) and not math.isfinite(said))


def read_or_stop(path: Path, missing: str, syntax: str) -> dict[str, Any]:
    """Read a file as :func:`read` does, with its fault as a problem.

    Raises
    ------
    DataProblems
        With what is wrong with the file.
    """
    try:
        return read(path, missing, syntax)
    except Fault as fault:
        raise DataProblems([Problem(fault.code, path.name, values=fault.values)]) from None


def keys_of(mapping: str) -> dict[str, dict[str, str]]:
    """Return the sections of a mapping, of a "table" or a "log": their keys, what each holds."""
    found: dict[str, dict[str, str]] = {}
    for row in resource_rows("mapping", "keys.csv"):
        if row["mapping"] == mapping:
            found.setdefault(row["section"], {})[row["key"]] = row["kind"]
    return found


def fits(kind: str, value: Any) -> bool:
    """Tell whether a value of a mapping is of the kind its place wants."""
    with suppress(KeyError, ValueError, OSError):  # of a zone there is none
        return bool(_FITS[kind](value))
    return False


def _number(value: object) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


_FITS: Final = {
    "word": lambda value: isinstance(value, str),
    "words": lambda value: isinstance(value, list) and all(isinstance(v, str) for v in value),
    "rows": lambda value: value and isinstance(value, list) and all(map(_row, value)),
    "yes": lambda value: isinstance(value, bool),
    "any": lambda value: isinstance(value, Mapping),
    "number": lambda value: _number(value) and value,
    "word_or_number": lambda value: isinstance(value, str | int | float),
    "hours": lambda value: _number(value) and value > 0,
    "zone": lambda value: isinstance(value, str) and ZoneInfo(value),
    "day": lambda value: FIRST_YEAR <= getattr(value, "year", 0) <= date.today().year + 1,
}


def _row(value: object) -> bool:
    return type(value) is int and value > 0
