"""What was released before: who, when, which files, and what each told of every count.

The ledger stands beside the folder that is handed on, never in it.
"""

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from ccwork.language import periods
from ccwork.language.problems import DataProblems, Problem, first
from ccwork.report.facts_file import csv_text
from ccwork.report.public import release_gate
from ccwork.report.public.release_set import Release, Told
from ccwork.stats import disclosure

PUBLIC: Final = "public"
LEDGER: Final = "released.csv"
COLUMNS: Final = ("date", "by", "period", "what", "name", "n", "least", "most")
"""`what`: file (`n` is empty, `least` its sha256), count: how many people stood behind it, empty
where that is not told; what a reader can work out of it; or seal: `least` is the sha256 of all
the lines before it, so that a ledger cut or altered by hand is not believed."""

Lines = list[dict[str, str]]


def told_before(folder: Path) -> tuple[Lines, dict[str, Told]]:
    """Return the lines of the ledger, and what is known of each count; none where nothing was.

    Raises
    ------
    DataProblems
        When the ledger cannot be read or is not as it was left, or there is none beside what was
        released: then nobody knows what was told.
    """
    path = folder / LEDGER
    if not any(os.path.lexists(each) for each in (path, folder / PUBLIC)):
        return [], {}
    try:
        text = path.read_bytes().decode()
        lines = list(csv.DictReader(io.StringIO(text), strict=True))
        last = text.rfind("\n", 0, -1) + 1
        if text[last:] != csv_text(COLUMNS, [_seal(lines[-1], text[:last])]).partition("\n")[2]:
            raise ValueError(LEDGER)
        counts = [line for line in lines if line["what"] == "count"]
        known = {line["name"]: Told(int(line["n"]) if line["n"] else None, int(line["least"]),
                                    int(line["most"])) for line in counts}  # fmt: skip
    except (OSError, ValueError, LookupError, TypeError, csv.Error):
        raise DataProblems([Problem("release_ledger", LEDGER)]) from None
    return lines, known


def _seal(about: Mapping[str, str], text: str) -> dict[str, str]:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {name: about[name] for name in COLUMNS[:3]} | {"what": "seal", "least": digest}


def against(made: Release, known: Mapping[str, Told], lines: Lines) -> Iterator[Problem]:
    """Find what may not be told after what was: a difference of few, windows that overlap.

    A number of people that changed by one to nine since any release tells of those few, each
    figure less the former one. So does a quarter that was told by its months.
    """
    told = ((line["name"], int(line["n"])) for line in lines
            if line["what"] == "count" and line["n"])  # fmt: skip
    changed = list(dict.fromkeys(
        name for name, n in told if name.startswith("n:") and name in made.counts
        and 0 < abs(made.counts[name] - n) < made.least))  # fmt: skip
    if changed:
        shown = first([name.removeprefix("n:") for name in changed], 5)
        values = {"n": len(changed), "found": shown, "least": made.least}
        yield Problem("release_changed", LEDGER, values=values)
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


def _ends(made: Release, name: str) -> tuple[int, int]:
    """Return the least and most of a count; of a share not told, what its whole leaves."""
    half, (kind, _, of) = disclosure.BASE // 2, name.partition(":")
    shown = made.released[name].value or 0
    part, rest, whole = made.of(of)
    if kind != "n" and disclosure.percentage(part, rest, whole).value is None:
        return 0, disclosure.FAR if whole.value is None else whole.value + half
    return (shown - half, shown + half) if shown else (0, 0)


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
    for name, one in made.released.items():
        ends = hidden.get(name) or _ends(made, name)
        now = Told(None if one.why else made.counts[name], *ends)
        if now != known.get(name):
            own.append(about | {"what": "count", "name": name} | now._asdict())
    text = csv_text(COLUMNS, [*lines, *own])
    return text + csv_text(COLUMNS, [_seal(about, text)]).partition("\n")[2]
