"""Change files of the samples at random: ``python tests/mutated_files.py [number] [seed]``.

Each change of one file ends in the same figures or in a problem that is told, none in a
traceback. A cell or a row that reads as other data is other data: no program can tell, so
those outcomes are counted apart, and only for the changes that may have them.
"""

import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from fuzz import DEMO, told

from ccwork.language import wording
from ccwork.report import agency_check

REAL = DEMO.parent / "real"
NUMBER = 500
SLOWEST = 20.0
"""Seconds of the processor one check may take; the largest sample takes some three."""

ODD = ["", "-", "н/д", "Итого", "1.5", "1 234", "100%", "=1+1", "1e999", "#Н/Д", "-1", "0",
       "99999", "30.02.2026", "1/2/26", "2026Q1", "?", "\u200b", "\u202e", "Иванов И.И.",
       "x" * 6000]  # fmt: skip
ENCODINGS = ["cp1251", "utf-16", "utf-8-sig", "cp866", "koi8_r", "mac_cyrillic"]


def flipped(content: bytes, chance: random.Random) -> bytes:
    """Flip a few bits."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(content: bytes, chance: random.Random) -> bytes:
    """Break the file off somewhere."""
    return content[: chance.randrange(len(content))]


def encoded(content: bytes, chance: random.Random) -> bytes:
    """Save the text in another encoding that has all its letters."""
    try:
        return content.decode("utf-8").encode(chance.choice(ENCODINGS))
    except UnicodeError:
        return content.decode("cp1251", errors="replace").encode("utf-16")


def cells(lines: list[list[str]], chance: random.Random) -> None:
    """Put other things into some cells."""
    for _ in range(chance.randint(1, 4)):
        row = chance.choice(lines[1:])
        row[chance.randrange(len(row))] = chance.choice(ODD)


def swapped(lines: list[list[str]], chance: random.Random) -> None:
    """Let two rows change places, the heading as well."""
    one, other = (chance.randrange(len(lines)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]


def repeated(lines: list[list[str]], chance: random.Random) -> None:
    """Bring a row twice."""
    lines.insert(chance.randrange(1, len(lines) + 1), chance.choice(lines[1:]))


def deleted(lines: list[list[str]], chance: random.Random) -> None:
    """Delete a row: a line of a TOML file."""
    del lines[chance.randrange(len(lines))]


def renamed(lines: list[list[str]], chance: random.Random) -> None:
    """Call a column by another name."""
    at = chance.randrange(len(lines[0]))
    own = lines[0][at]
    names = [own + "s", own.upper(), "", "ФИО", chance.choice(lines[0]), own.replace("e", "е")]
    lines[0] = [*lines[0][:at], chance.choice(names), *lines[0][at + 1 :]]


def without_column(lines: list[list[str]], chance: random.Random) -> None:
    """Delete a column."""
    at = chance.randrange(len(lines[0]))
    lines[:] = [row[:at] + row[at + 1 :] for row in lines]


def moved(path: Path, chance: random.Random) -> None:
    """Give the file another name."""
    names = [f"{path.stem}.xlsx", f"{path.stem}.txt", f"я {path.name}", "counts.csv", path.stem]
    path.replace(path.with_name(chance.choice(names)))


CHANGES = {
    "bits": (flipped, True), "cut": (cut, True), "encoding": (encoded, False),
    "cells": (cells, True),
    "rows swapped": (swapped, False), "row repeated": (repeated, False),
    "row deleted": (deleted, True), "column renamed": (renamed, True),
    "column deleted": (without_column, True), "file renamed": (moved, True),
}  # fmt: skip
"""Name -> what makes the change, and whether what it leaves may read as other data."""


def change(path: Path, name: str, chance: random.Random) -> None:
    """Make one change of a file."""
    made, _ = CHANGES[name]
    if made is moved:
        return moved(path, chance)
    content = path.read_bytes()
    if made in (flipped, cut, encoded):
        content = made(content, chance)
    else:
        written = content.decode("utf-8", "surrogateescape")
        lines = [line.split(",") for line in written.splitlines()]
        if len(lines) > 1:
            made(lines, chance)
        written = "".join(",".join(row) + "\n" for row in lines)
        content = written.encode("utf-8", "surrogateescape")
    path.write_bytes(content)
    return None


def judged(folder: Path) -> tuple[object, frozenset[str]]:
    """Check an agency as the command does; return its figures and what is told."""
    begun = time.process_time()
    work, problems = agency_check.checked(str(folder.parent), folder.name, "")
    spent = time.process_time() - begun
    assert spent < SLOWEST, f"{spent:.0f} seconds"
    told(problems)
    said = frozenset(map(str, problems))
    if work is None:
        assert any(problem.grave for problem in problems), "refused and not told"
        return None, said
    figures = {name: each.to_csv(index=False) for name, each in work.tables.items()}
    figures |= {f"catalogue {name}": each.to_csv() for name, each in work.catalogues.items()}
    figures = {name: sorted(written.splitlines()) for name, written in figures.items()}
    return figures | {"info": sorted(map(str, work.info.items()))}, said


def outcome(agency: Path, turn: int, whole: dict) -> tuple[str, str]:
    """Change one file of an agency; return which change and how it ended."""
    chance = random.Random(turn)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / agency.name
        shutil.copytree(agency, folder, ignore=shutil.ignore_patterns("source"))
        if agency not in whole:
            whole[agency] = judged(folder)
        paths = [path for path in folder.rglob("*.*") if path.suffix in (".csv", ".toml", ".gz")]
        path, name = chance.choice(sorted(paths)), chance.choice(list(CHANGES))
        where = f"seed {turn}: {name} in {agency.name}/{path.relative_to(folder)}"
        try:
            change(path, name, chance)
            figures, said = judged(folder)
        except BaseException:
            print(where, flush=True)
            raise
    if said != whole[agency][1]:
        return name, "told"
    if figures == whole[agency][0]:
        return name, "the same"
    print("reads as other data:", where, flush=True)
    assert CHANGES[name][1], f"{where}: other figures and nothing told"
    return name, "other data"


def main(number: int = NUMBER, first: int = 0) -> None:
    """Make so many changes and count how they end."""
    wording.use("ru")
    agencies = sorted(path.parent for root in (DEMO, REAL) for path in root.glob("*/agency.toml"))
    whole: dict = {}
    ends = Counter(outcome(agencies[turn % len(agencies)], turn, whole)
                   for turn in range(first, first + number))  # fmt: skip
    for (name, end), n in sorted(ends.items()):
        print(f"{name:16} {end:12} {n}")
    print(f"{number} changes, none ends in a traceback")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
