"""The run file an operator keeps: what to make, for whom, within which limits (``run.toml``)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ccwork.language import periods, wording
from ccwork.language.problems import DataProblems, Problem
from ccwork.read.files import cell_parsing, toml_files

KEYS: Final = {
    "data": str, "out": str, "notebooks": str, "agencies": list, "periods": list,
    "langs": list, "stages": list, "jobs": int, "cell_seconds": int, "agency_seconds": int,
    "memory": int, "scheduler": str, "parameters": dict, "pdf": bool, "docx": bool,
    "template": str,
}  # fmt: skip
"""What may stand in a run file, and of which kind it is."""

PATHS: Final = ("data", "out", "notebooks", "template")
"""Paths are taken from the folder of the run file, so that it works from anywhere."""


def read_run_file(path: Path | None) -> dict[str, Any]:
    """Read and check a run file: what it says, and nothing of what it leaves open.

    Raises
    ------
    DataProblems
        With everything that is wrong with it at once.
    """
    if path is None:
        return {}
    said = toml_files.read_or_stop(path, "run_missing", "run_syntax")
    if problems := list(_wrong(said, path.name)):
        raise DataProblems(problems)
    placed = {name: str(path.parent / said[name]) for name in PATHS if said.get(name)}
    return said | placed


def _wrong(said: Mapping[str, Any], file: str) -> Iterator[Problem]:
    for name, value in said.items():
        if name not in KEYS:
            values = {
                "name": name,
                "known": ", ".join(KEYS),
                "like": cell_parsing.nearest(name, KEYS),
            }
            code = "run_key_like" if values["like"] else "run_key"
            yield Problem(code, file, values=values)
        elif not _fits(name, value):
            yield Problem(f"run_{KEYS[name].__name__}", file, values={"name": name})
        elif name == "langs" and (strange := set(value) - set(wording.LANGS)):
            yield Problem("run_lang", file, values={"found": min(strange)})
        elif name == "periods":
            wrong = [period for period in value if not periods.is_period(period)]
            yield from (Problem("not_a_period", file, values={"value": each}) for each in wrong)


def _fits(name: str, value: Any) -> bool:
    kind = KEYS[name]
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    inner = {list: value, dict: value.values() if isinstance(value, dict) else ()}.get(kind, ())
    return isinstance(value, kind) and all(isinstance(each, str) for each in inner)
