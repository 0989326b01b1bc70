"""Files people write in TOML: what one says, or the one thing that is wrong with it."""

import re
import tomllib
from pathlib import Path
from typing import Any

from ccwork.language.problems import DataProblems, Problem
from ccwork.read.files.decoding import decode
from ccwork.read.files.faults import Fault


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
        `missing`, `syntax` with the line, ``file_locked``, or that the file is not text.
    """
    try:
        written, _ = decode(path.read_bytes())
        return tomllib.loads(written.replace("\r\n", "\n"))
    except FileNotFoundError:
        raise Fault(missing, found=path.name) from None
    except OSError:
        raise Fault("file_locked") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        values = {"line": line[1] if line else "?", "found": str(error)}
        raise Fault(syntax, **values) from None


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
