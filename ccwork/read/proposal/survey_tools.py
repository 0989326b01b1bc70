"""Exports of survey tools: which of them a file is, and what their own columns are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ccwork.language.resources import resource_rows
from ccwork.language.spelling import key, plain
from ccwork.read.files.cell_parsing import moment
from ccwork.read.files.faults import Fault


@dataclass(frozen=True)
class Tool:
    """A survey tool by its headings.

    Attributes
    ----------
    header
        Rows of headings, at most.
    skip
        Pattern of a row below them that is no answer; empty if none.
    kinds
        Heading of the tool's own -> what it is: date, number_of_row (the respondent),
        personal, blank (not needed) or text (told as not used).
    levels
        What stands in answers -> its level, where all of them are so.
    """

    name: str
    signs: frozenset[str]
    header: int
    skip: str
    kinds: Mapping[str, str]
    levels: Mapping[str, int]

    def heading_rows(self, rows: Sequence[Sequence[str]]) -> list[int]:
        """Return the rows of headings: below them the tool's date is a date."""
        kinds = [self.kinds.get(key(cell)) for cell in rows[0]]
        at = kinds.index("date") if "date" in kinds else len(kinds)
        dated = [n for n, row in enumerate(rows[: self.header]) if n and _dated(row, at)]
        return list(range(min([self.header, len(rows), *dated])))


def _dated(row: Sequence[str], at: int) -> bool:
    try:
        return at < len(row) and bool(moment(plain(row[at])))
    except Fault as fault:
        return fault.code == "slash_date"


@cache
def _tools() -> tuple[Tool, ...]:
    found = []
    for row in resource_rows("mapping", "survey_tools.csv"):
        kinds = dict.fromkeys(map(key, row["needless"].split("|")), "blank")
        kinds |= dict.fromkeys(map(key, row["unused"].split("|")), "text")
        kinds |= dict.fromkeys(map(key, row["personal"].split("|")), "personal")
        kinds |= {key(row["respondent"]): "number_of_row", key(row["date"]): "date"}
        kinds.pop("", None)
        signs = frozenset(map(key, row["signs"].split("|")))
        pairs = (pair.split("=") for pair in row["levels"].split("|") if pair)
        levels = {word: int(level) for word, level in pairs}
        found.append(Tool(row["tool"], signs, int(row["header"]), row["skip"], kinds, levels))
    return tuple(found)


def survey_tool(rows: Sequence[Sequence[str]]) -> Tool | None:
    """Return the tool whose export begins so: one sign stands first, several anywhere."""
    first = [key(cell) for cell in rows[0]] if rows else []
    for tool in _tools():
        among = first if len(tool.signs) > 1 else first[:1]
        if tool.signs <= set(among):
            return tool
    return None
