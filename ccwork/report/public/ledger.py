"""What was released before: who, when, which files, and what each told of every count.

The ledger stands beside the folder that is handed on, never in it.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from ccwork.language import periods
from ccwork.language.problems import DataProblems, Problem, first
from ccwork.report.facts_file import csv_text
from ccwork.report.public import release_gate
from ccwork.report.public.release_set import Release, Told
from ccwork.stats import disclosure

LEDGER: Final = "released.csv"
COLUMNS: Final = ("date", "by", "period", "what", "name", "n", "least", "most")
"""`what`: file (`n` is empty, `least` its sha256) or count: how many people stood behind it,
empty where that is not told; what a reader can work out of it."""


def told_before(folder: Path) -> tuple[list[dict[str, str]], dict[str, Told]]:
    """Return the lines of the ledger, and what is known of each count; none where nothing was.

    Raises
    ------
    DataProblems
        When the ledger cannot be read: then nobody knows what was told.
    """
    path = folder / LEDGER
    if not path.exists():
        return [], {}
    try:
        lines = list(csv.DictReader(io.StringIO(path.read_text("utf-8")), strict=True))
        counts = [line for line in lines if line["what"] == "count"]
        known = {line["name"]: Told(int(line["n"]) if line["n"] else None, int(line["least"]),
                                    int(line["most"])) for line in counts}  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        raise DataProblems([Problem("release_ledger", LEDGER)]) from None
    return lines, known


def against(made: Release, known: Mapping[str, Told]) -> Iterator[Problem]:
    """Find what may not be told after what was: a difference of few, windows that overlap.

    A number of people that changed by one to nine tells of those few, each figure less the
    former one. So does a quarter that was told by its months.
    """
    changed = [name for name, n in made.counts.items()
               if name.startswith("n:") and (old := known.get(name)) and old.n is not None
               and 0 < abs(n - old.n) < made.least]  # fmt: skip
    if changed:
        shown = first([name.removeprefix("n:") for name in changed], 5)
        yield Problem("release_changed", LEDGER, values={"n": len(changed), "found": shown})
    before = {period for name in known if (period := _period(name))}
    now = {period for name in made.counts if (period := _period(name))}
    crossing = sorted({new for new in now for old in before if _overlap(old, new)})
    if crossing:
        yield Problem("release_overlap", LEDGER, values={"found": first(crossing, 5)})


def _period(name: str) -> str:
    last = name.rpartition(":")[2]
    return last if periods.is_period(last) else ""


def _overlap(one: str, other: str) -> bool:
    """Tell whether one of two periods of different length holds the other."""
    grains = [periods.GRAINS.index(periods.grain(each)) for each in (one, other)]
    if grains[0] == grains[1]:
        return False
    coarse, fine = (one, other) if grains[0] < grains[1] else (other, one)
    return periods.coarsen(fine, periods.grain(coarse)) == coarse


def entered(
    lines: Iterable[Mapping[str, str]], made: Release, files: Mapping[str, str],
    known: Mapping[str, Told], about: Mapping[str, str],
) -> str:  # fmt: skip
    """Return the ledger with a release added: its files, and what it tells of every count.

    Parameters
    ----------
    lines, known
        What :func:`told_before` returned.
    files
        Name -> sha256.
    about
        ``date``, ``by`` and ``period`` of the release.
    """
    own = [about | {"what": "file", "name": name, "least": digest}
           for name, digest in files.items()]  # fmt: skip
    hidden = release_gate.narrowed(made.released, made.sums, made.known, made.least)
    half = disclosure.BASE // 2
    for name, one in made.released.items():
        ends = hidden.get(name) or ((one.value - half, one.value + half) if one.value else (0, 0))
        now = Told(None if one.why else made.counts[name], *ends)
        if now != known.get(name):
            own.append(about | {"what": "count", "name": name} | now._asdict())
    return csv_text(COLUMNS, [*lines, *own])
