"""Counts of answers with a column a level: which columns they are, of what and of when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from ccwork.language.resources import resource_rows
from ccwork.language.spelling import key
from ccwork.read.data_dictionary import missing_reason
from ccwork.read.files.cell_parsing import moment
from ccwork.read.mapping.headings import JOINED
from ccwork.read.mapping.mapping_file import OPEN
from ccwork.read.proposal.found_table import Found, fits

LEVELS: Final = 5
"""Levels of the tools below and of the usual scales that are counted."""

NAMED: Final = {"satisfied": "satisfaction"}
"""A usual scale whose words alone tell the metric."""


@dataclass(frozen=True)
class LevelCounts:
    """Columns with counts, from the lowest level up.

    Attributes
    ----------
    total, service, metric
        Headings of the columns with their sum, the service and the question, where known.
    words
        Code of a question -> our metric; others are of none.
    fixed
        The metric all rows are of, where known.
    """

    columns: list[str]
    total: str = ""
    service: str = ""
    metric: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    fixed: str = ""


@cache
def _tools() -> Sequence[Mapping[str, str]]:
    return tuple(resource_rows("mapping", "level_counts.csv"))


def level_counts(found: Found, scales: Mapping[str, Mapping[str, int]]) -> LevelCounts | None:
    """Return the counts a table holds: of a known tool, or under all words of a usual scale."""
    headings = {key(heading): heading for heading in found.headings if heading}
    for tool in _tools():
        stem, sign, tail = tool["stem"].partition(":")
        names = [f"{stem}{level}{sign}{tail}" for level in range(1, LEVELS + 1)]
        if headings.keys() >= {*names, tool["sum"], *tool["signs"].split("|")}:
            words = dict(pair.split("=") for pair in tool["words"].split("|") if pair)
            column = headings.get(tool["metric"], "")
            return LevelCounts([headings[name] for name in names], headings[tool["sum"]],
                               headings.get(tool["service"], ""), column, words,
                               "" if column else tool["metric"])  # fmt: skip
    for scale, words in scales.items():
        levels = [words.get(key(heading.split(JOINED)[-1]), 0) for heading in found.headings]
        at = sorted(filter(levels.__getitem__, range(len(levels))), key=levels.__getitem__)
        if [levels[each] for each in at] == list(range(1, LEVELS + 1)) and all(
            cell.replace(" ", "").isdecimal() or missing_reason(cell) or not cell
            for each in at for cell in found.columns[each]
        ):  # fmt: skip
            return LevelCounts([found.headings[each] for each in at], fixed=NAMED.get(scale, ""))
    return None


def counts_taken(
    made: Any, found: Found, counts: LevelCounts, kinds: Mapping[int, str]
) -> dict[int, str]:
    """Add counts to a meaning; return the kinds of the other columns, none of which is a value."""
    block: dict[str, Any] = {"columns": counts.columns, "heading": "level"}
    made.words["level"] = {name: level for level, name in enumerate(counts.columns, 1)}
    block |= {"sum": counts.total} if counts.total else {}
    made.across.append(block)
    first, last, periods = whole_periods(found)
    if periods:
        made.columns["period"], made.words["period"] = first, dict(sorted(periods.items()))
        made.not_needed.append(last)
    if counts.metric:
        made.columns["metric"], made.words["metric"] = counts.metric, dict(counts.words)
        made.only[counts.metric] = list(counts.words)
        codes = dict.fromkeys(found.columns[found.headings.index(counts.metric)])
        made.unused += [f"{counts.metric} {code}" for code in codes if code not in counts.words]
    else:
        block["fixed"] = {"metric": counts.fixed or OPEN}
    if counts.service:
        made.columns["service"] = counts.service
    taken = {*counts.columns, counts.total, counts.service, counts.metric, first, last}
    values = ("words", "marks", "number")
    return {at: "the_same" if kind in values else kind for at, kind in kinds.items()
            if found.headings[at] not in taken}  # fmt: skip


def whole_periods(found: Found) -> tuple[str, str, dict[str, str]]:
    """Return the columns of the first and last day of a period, and its code by the first."""
    named = [(at, cells) for at, cells in enumerate(found.columns) if cells and found.headings[at]]
    days = [at for at, cells in named if all(fits(moment, each) for each in cells)]
    for first, last in zip(days, days[1:], strict=False):
        rows = set(zip(found.columns[first], found.columns[last], strict=True))
        codes = {start: _span(moment(start).date(), moment(end).date()) for start, end in rows}
        if len(codes) == len(rows) and all(codes.values()):
            return found.headings[first], found.headings[last], codes
    return "", "", {}


def _span(first: date, last: date) -> str:
    """Return the code of a period; the end is its last day or the first one after."""
    after = last if last.day == 1 else last + timedelta(1)
    months = (after.year - first.year) * 12 + after.month - first.month
    if first.day != 1 or after.day != 1 or (first.month - 1) % max(months, 1):
        return ""
    whole = {1: f"{first:%Y-%m}", 3: f"{first.year}Q{first.month // 3 + 1}", 12: str(first.year)}
    return whole.get(months, "")
