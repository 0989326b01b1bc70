"""The files of a folder that have a mapping: which they are, and what they hold in our layout."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from ccwork.language.problems import Problem
from ccwork.read.data_dictionary import Table, dictionary
from ccwork.read.files.decoding import file_bytes
from ccwork.read.files.faults import Fault
from ccwork.read.files.file_sheets import Book, Sheet
from ccwork.read.mapping.headings import like_any
from ccwork.read.mapping.mapping_file import Plan, read_mapping
from ccwork.read.mapping.reshaping import reshaped

Read = Callable[[Path], tuple[Book, str]]
"""Reads a file and its checksum."""


def pairs(
    paths: Iterable[Path], folder: Path, problems: list[Problem]
) -> list[tuple[Plan | None, list[Path]]]:
    """Return the mappings of a folder with their files; a mapping without one is a problem."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        if path.name.startswith(".") or not _maps(path):
            continue
        plan, wrong = read_mapping(path)
        pattern = plan.file if plan else ""
        mine = [file for file in paths if _goes_with(file, path, pattern)]
        problems += wrong
        if plan and not mine:
            values = {"found": pattern or path.stem}
            problems.append(Problem("mapping_no_file", path.name, values=values))
        found.append((plan, mine))
    return found


def _maps(path: Path) -> bool:
    """Tell whether a file of settings is the mapping of a table."""
    with suppress(OSError, Fault):
        content = file_bytes(path).replace(b"\0", b"")  # of whatever encoding
        return bool(re.search(rb"(?m)^(?:\xff\xfe|\xfe\xff|\xef\xbb\xbf)?\s*table\s*=", content))
    return False


def _goes_with(file: Path, mapping: Path, pattern: str) -> bool:
    return like_any(file.name, [pattern]) if pattern else mapping.stem in (file.stem, file.name)


def laid_out(
    mapped: Iterable[tuple[Plan | None, list[Path]]], read: Read, problems: list[Problem]
) -> Iterator[tuple[Table, Sheet, str]]:
    """Lay out all mapped files, those of one table one below another, with their checksum."""
    parts: dict[str, list[tuple[Sheet, str]]] = {}
    left: list[Problem] = []
    for plan, files in (mapped := list(mapped)):
        for path in files if plan else ():
            book, digest = read(path)
            problems += book.problems
            sheet, found = reshaped(plan, book.sheets) if book.sheets else (None, [])
            problems += [each for each in found if each.code != "sheet_not_mapped"]
            left += [each for each in found if each.code == "sheet_not_mapped"]
            if sheet:
                parts.setdefault(plan.table.about.table, []).append((sheet, digest))
    times = Counter(path.name for plan, files in mapped if plan for path in files)
    problems += [each for at, each in enumerate(left)  # no mapping of the file names the sheet
                 if left[: at + 1].count(each) == times[each.file]]  # fmt: skip
    for table, made in ((dictionary()[name], made) for name, made in parts.items()):
        sums = [digest for _, digest in made]
        if len(made) == 1:
            yield table, *made[0]
        else:
            whole = _one_below_another([sheet for sheet, _ in made], table)
            yield table, whole, sha256("".join(sums).encode()).hexdigest()


def _one_below_another(parts: list[Sheet], table: Table) -> Sheet:
    """Join the same table of several files; cells carry the name of their file."""
    names = [name for name in table.columns if any(name in part.rows[0] for part in parts)]
    rows, spots = [names], []
    lines: dict[str, int] = {}
    for part in parts:
        at = [part.rows[0].index(name) if name in part.rows[0] else -1 for name in names]
        sheet = f"{part.file}: {part.name}!" if part.name else f"{part.file}: "
        rows += [[row[place] if place >= 0 else "" for place in at] for row in part.rows[1:]]
        spots += [[sheet + row[max(place, 0)] for place in at] for row in part.spots]
        lines = {name: lines.get(name, 0) + n for name, n in part.lines.items()}
    files = ", ".join(dict.fromkeys(part.file for part in parts))
    return replace(parts[0], file=files, name="", rows=rows, spots=spots, lines=lines)


def named_services(plans: Iterable[Plan]) -> Iterator[tuple[Table, Sheet]]:
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
