"""A learner's folder: whose it is, which variant of the training agency, what was answered."""

import csv
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Final

from ccwork.language import spelling
from ccwork.language.problems import DataProblems, Problem
from ccwork.learn import answers

NAMED: Final = "learner.toml"
PROGRESS: Final = "progress.csv"
COLUMNS: Final = ("at", "exercise", "answer", "verdict", "wrong", "hint")
MISSED: Final = ("wrong", "known")
"""Verdicts of an answer that is not right."""

_here: list[dict[str, str]] = []
"""What was answered in this session: all there is without a learner's folder."""


def variant(name: str) -> int:
    """Return the variant of the training agency a name is given; 0 without a name.

    Examples
    --------
    >>> variant("Фёдор  Иванов ") == variant("федор иванов") != variant("Пётр Иванов"), variant("")
    (True, 0)
    """
    plain = spelling.key(name)
    return int(hashlib.sha256(plain.encode()).hexdigest()[:7], 16) if plain else 0


def learner_card(name: str) -> str:
    """Return the file ``learner.toml`` of a learner."""
    told = " ".join(name.split()).replace("\\", "\\\\").replace('"', '\\"')
    told = "".join(sign for sign in told if sign.isprintable())
    return f'name = "{told}"\nvariant = {variant(name)}\nmade = {date.today().isoformat()}\n'


def folder() -> Path | None:
    """Return the learner's folder: the working directory, or the nearest one above it."""
    here = Path.cwd()
    return next((each for each in (here, *here.parents) if (each / NAMED).is_file()), None)


def answers_so_far(exercise: str) -> list[dict[str, str]]:
    """Return the rows of ``progress.csv`` on one exercise, oldest first."""
    place, rows = folder(), list(_here)
    if place:
        with suppress(OSError, ValueError, csv.Error):
            lines = (place / PROGRESS).read_text(encoding="utf-8").splitlines()
            rows = [*csv.DictReader(lines), *(row for row in rows if row["lost"])]
    return [row for row in rows if row.get("exercise") == exercise and row.get("hint")]


def noted(typed: str) -> str:
    """Return an answer as it is kept: short, on one line, no formula for a spreadsheet."""
    value = answers.typed_number(typed)
    return f"{value:g}" if value is not None else answers.typed_word(typed)[:60].lstrip("=+-@ ")


def record(exercise: str, typed: str, verdict: str, wrong: str, hint: int) -> bool:
    """Keep an answer; False when there is a learner's folder and it could not be written to."""
    at = datetime.now().isoformat(timespec="seconds")
    row = dict(zip(COLUMNS, (at, exercise, noted(typed), verdict, wrong, str(hint)), strict=True))
    place, lost = folder(), ""
    try:
        if place:
            path = place / PROGRESS
            before = path.read_bytes() if path.exists() else b""
            with path.open("a", encoding="utf-8", newline="") as lines:
                lines.write("\n" * (before[-1:] not in (b"", b"\n")))  # a last line cut short
                writer = csv.writer(lines, lineterminator="\n")
                writer.writerows([row.values()] if before else [COLUMNS, row.values()])
    except (OSError, ValueError, csv.Error):
        lost = "yes"
    _here.append(row | {"lost": lost})
    return not lost


def write_files(folder: Path, made: Mapping[str, bytes]) -> None:
    """Write files below a folder: name -> content.

    Raises
    ------
    DataProblems
        When the folder cannot be written to.
    """
    try:
        for name, content in made.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)  # a link there would lead out
            path.write_bytes(content)
    except OSError:
        raise DataProblems([Problem("start_unwritable", values={"folder": str(folder)})]) from None
