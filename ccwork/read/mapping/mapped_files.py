"""The files of a folder that have a mapping: which they are, and what they hold in our layout."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

from ccwork.language.problems import Problem
from ccwork.language.spelling import key
from ccwork.read.data_dictionary import Table, dictionary
from ccwork.read.files.decoding import decode
from ccwork.read.files.file_sheets import Book, Sheet
from ccwork.read.mapping.mapping_file import Plan, read_mapping
from ccwork.read.mapping.reshaping import reshaped

Read = Callable[[Path], tuple[Book, str]]
"""Reads a file and its checksum."""


def pairs(paths: Iterable[Path], folder: Path, problems: list[Problem]) -> list[tuple[Plan, list]]:
    """Return the mappings of a folder with their files; a mapping without one is a problem."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        if not _maps(path):
            continue
        plan, wrong = read_mapping(path)
        pattern = plan.file if plan else ""
        mine = [file for file in paths if _goes_with(file, path, pattern)]
        problems += wrong if mine or plan else []
        if plan and not mine:
            values = {"found": pattern or path.stem}
            problems.append(Problem("mapping_no_file", path.name, values=values))
        found.append((plan, mine))
    return found


def _maps(path: Path) -> bool:
    """Tell whether a file of settings is the mapping of a table."""
    with suppress(OSError, ValueError, RecursionError):
        return bool(re.search(r"(?m)^\s*table\s*=", decode(path.read_bytes())[0]))
    return False


def _goes_with(file: Path, mapping: Path, pattern: str) -> bool:
    if pattern:
        return fnmatchcase(key(file.name), key(pattern))
    return mapping.stem in (file.stem, file.name)


def laid_out(
    plan: Plan, files: Iterable[Path], read: Read, problems: list[Problem]
) -> tuple[Sheet | None, str]:
    """Lay out all files of a mapping as one table; return it with their checksum."""
    parts, sums = [], []
    for path in files:
        book, digest = read(path)
        problems += book.problems
        sums.append(digest)
        if book.sheets:
            sheet, found = reshaped(plan, book.sheets)
            problems += found
            parts += [sheet] if sheet else []
    if len(parts) < 2:
        return (parts[0] if parts else None), "".join(sums)
    return _one_below_another(parts), sha256("".join(sums).encode()).hexdigest()


def _one_below_another(parts: list[Sheet]) -> Sheet:
    """Join the same table of several files; cells carry the name of their file."""
    rows = [parts[0].rows[0]]
    spots: list[list[str]] = []
    lines: dict[str, int] = {}
    for part in parts:
        rows += part.rows[1:]
        sheet = f"{part.name}!" if part.name else ""
        spots += [[f"{part.file}: {sheet}{spot}" for spot in row] for row in part.spots]
        lines = {name: lines.get(name, 0) + n for name, n in part.lines.items()}
    return replace(parts[0], file=", ".join(p.file for p in parts), name="", rows=rows,
                   spots=spots, lines=lines)  # fmt: skip


def services(plans: Iterable[Plan]) -> Iterator[tuple[Table, Sheet]]:
    """Return the table of services the words of mappings name: code and name of each."""
    named: dict[str, str] = {}
    file = ""
    for plan in plans:
        words: Mapping[str, str] = plan.of("words", "service", {})
        for theirs, ours in words.items():
            named.setdefault(str(ours), theirs)
        file = file or (plan.name if words else "")
    rows = [["service", "name_ru", "name_en"]]
    for code, name in named.items():
        russian = bool(re.search("[а-яё]", name, re.IGNORECASE))
        rows.append([code, name, ""] if russian else [code, "", name])
    if named:
        yield dictionary()["services"], Sheet(file, "", rows)
