"""A learner's folder: whose it is, which variant of the training agency, what was answered."""

import csv
import hashlib
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Final

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
    plain = " ".join(name.casefold().replace("ё", "е").split())
    return int(hashlib.sha256(plain.encode()).hexdigest()[:7], 16) if plain else 0


def card(name: str) -> str:
    """Return the file ``learner.toml`` of a learner."""
    told = " ".join(name.split()).replace("\\", "\\\\").replace('"', '\\"')
    told = "".join(sign for sign in told if sign.isprintable())
    return f'name = "{told}"\nvariant = {variant(name)}\nmade = {date.today().isoformat()}\n'


def folder() -> Path | None:
    """Return the learner's folder: the working directory, or the nearest one above it."""
    here = Path.cwd()
    return next((each for each in (here, *here.parents) if (each / NAMED).is_file()), None)


def about(place: Path) -> dict[str, object]:
    """Return what ``learner.toml`` of a folder says; nothing where it cannot be read."""
    try:
        return tomllib.loads((place / NAMED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def answered(exercise: str) -> list[dict[str, str]]:
    """Return the rows of ``progress.csv`` on one exercise, oldest first."""
    place = folder()
    rows = list(_here)
    if place:
        try:
            with (place / PROGRESS).open(encoding="utf-8", newline="") as lines:
                rows = list(csv.DictReader(lines)) + [row for row in rows if row["lost"]]
        except (OSError, ValueError, csv.Error):
            pass
    return [row for row in rows if row.get("exercise") == exercise]


def kept(typed: str) -> str:
    """Return an answer as it is kept: short, on one line, no formula for a spreadsheet."""
    value = answers.number(typed)
    return f"{value:g}" if value is not None else answers.plain(typed)[:60].lstrip("=+-@ ")


def record(exercise: str, typed: str, verdict: str, wrong: str, hint: int) -> bool:
    """Keep an answer; False when there is a learner's folder and it could not be written to."""
    told = kept(typed)
    at = datetime.now().isoformat(timespec="seconds")
    row = dict(zip(COLUMNS, (at, exercise, told, verdict, wrong, str(hint)), strict=True))
    place = folder()
    written = place is None or _append(place / PROGRESS, row)
    _here.append(row | {"lost": "" if written else "yes"})
    return written


def _append(path: Path, row: dict[str, str]) -> bool:
    try:
        new = not path.exists()
        with path.open("a", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
            if new:
                writer.writeheader()
            writer.writerow(row)
    except (OSError, ValueError, csv.Error):
        return False
    return True
