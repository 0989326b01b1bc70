"""A table of theirs laid out as ours, through its mapping; every cell knows where it came from."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Final
from zlib import crc32

from xlsxwriter.utility import xl_rowcol_to_cell as address

from ccwork.language.problems import Problem
from ccwork.language.spelling import key, plain
from ccwork.language.wording import Both
from ccwork.read.data_dictionary import NUMBERS, missing_reason, missing_words, personal
from ccwork.read.files import cell_parsing
from ccwork.read.files.faults import Fault
from ccwork.read.files.file_sheets import Sheet
from ccwork.read.mapping.mapping_file import INTO, Plan

JOINED: Final = " / "
"""What stands between the parts of a heading of several rows."""


@dataclass
class _Made:
    """Rows of our layout so far, and where each of their cells stands in the file."""

    rows: list[list[str]]
    spots: list[list[str]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LINES, 0))


_NUMBER: Final = re.compile(r"[+-]?\d[\d\s.,]*%?")
_BRACES: Final = re.compile(r"\{([^{}]+)\}")
ROW_NUMBER: Final = "#"
"""Stands for the number of the row, where a file has no code of its own."""

NUMBERED: Final = -2
"""The place of a column that is the number of the row."""

NEWS: Final = ("word_new", "word_new_like")
"""Problems of a word the mapping does not know."""

LINES: Final = ("lines", "heading", "left", "taken")
"""Rows of the file that hold anything: all, headings and titles, left out, taken."""


@dataclass(frozen=True)
class _Theirs:
    """One sheet of theirs: its headings, the rows of its data (from 0) and its cells."""

    sheet: Sheet
    headings: list[str]
    body: list[int]
    filled: Mapping[int, Mapping[int, int]]

    def cell(self, row: int, place: int) -> tuple[str, int]:
        """Return a cell as text, and the row it really stands in."""
        row = self.filled.get(place, {}).get(row, row)
        return _at(self.sheet, row, place), row


def reshaped(plan: Plan, sheets: Sequence[Sheet]) -> tuple[Sheet | None, list[Problem]]:
    """Lay out the sheets of a file as one table of ours.

    Returns
    -------
    (Sheet or None, list of Problem)
        Headings are our columns; ``spots`` names for every cell the one of the file; ``lines``
        counts the rows of the file that hold anything: all, headings and titles, left out by
        the mapping, taken. None where no sheet of the mapping is there.
    """
    file, problems = sheets[0].file, []
    names = plan.of("sheets", "names", ["*"])
    chosen = [sheet for sheet in sheets if not sheet.name or like_any(sheet.name, names)]
    for sheet in sheets:
        if sheet not in chosen:
            problems.append(Problem("sheet_not_mapped", file, sheet.name, grave=False))
    if not chosen:
        return None, [*problems, Problem("mapping_no_sheet", file, values=_shown(names))]
    made = _Made([_ours(plan)])
    several = len(chosen) > 1
    for sheet in chosen:
        theirs = _theirs(plan, sheet, made.lines)
        where = _places(plan, theirs, problems)
        _rows(plan, theirs, where, made, problems, several)
    name = chosen[0].name if not several else ""
    return Sheet(file, name, made.rows, spots=made.spots, lines=made.lines), problems


def _shown(names: Iterable[str]) -> dict[str, str]:
    return {"found": ", ".join(names)}


def like_any(written: str, patterns: Iterable[str]) -> bool:
    """Tell whether a name is one of these, or like one: case and blanks do not count."""
    own = key(written)
    return any(key(pattern) == own or fnmatchcase(own, key(pattern)) for pattern in patterns)


def _ours(plan: Plan) -> list[str]:
    """Return the columns of ours the mapping fills, in the order of the dictionary."""
    told = {*plan.of("columns"), *plan.of("fixed"), plan.of("sheets", "as")}
    for block in plan.of("across"):
        told |= {_into(plan, block), block.get("heading")}
        told |= {*block.get("fixed", ()), *block.get("beside", ())}
    return [name for name in plan.table.columns if name in told]


def _into(plan: Plan, block: Mapping[str, object]) -> str:
    return str(block.get("into") or INTO.get(plan.table.about.table, "value"))


# ---------------------------------------------------------------- their rows and headings


def _theirs(plan: Plan, sheet: Sheet, lines: dict[str, int]) -> _Theirs:
    """Find the headings and the rows of data; count what is not among them."""
    header = sorted(row - 1 for row in plan.of("rows", "header", [1]))
    headings = joined([sheet.rows[row] for row in header if row < len(sheet.rows)])
    only = {_place(each, headings): names for each, names in plan.of("only").items()}
    held = [row for row, cells in enumerate(sheet.rows) if any(map(plain, cells))]
    body, ended = [], False
    for row in [row for row in held if row > header[-1]]:
        first = next(cell for cell in map(plain, sheet.rows[row]) if cell)
        ended = ended or like_any(first, plan.of("rows", "until", ()))
        skipped = ended or like_any(first, plan.of("rows", "skip", ()))
        if not skipped and all(like_any(_at(sheet, row, at), each) for at, each in only.items()):
            body.append(row)
    above = sum(row <= header[-1] for row in held)
    counts = (len(held), above, len(held) - above - len(body), len(body))
    for name, count in zip(LINES, counts, strict=True):
        lines[name] += count
    fill = [at for at, heading in enumerate(headings)
            if any(_named(heading, theirs) for theirs in plan.of("rows", "fill", ()))]  # fmt: skip
    return _Theirs(sheet, headings, body, {at: _above(sheet, body, at) for at in fill})


def _at(sheet: Sheet, row: int, place: int) -> str:
    cells = sheet.rows[row]
    return cells[place] if 0 <= place < len(cells) else ""


def _above(sheet: Sheet, body: list[int], place: int) -> dict[int, int]:
    """Return the row whose cell stands for an empty one, row by row."""
    last, found = None, {}
    for row in body:
        if plain(_at(sheet, row, place)):
            last = row
        found[row] = row if last is None else last
    return found


def joined(rows: list[list[str]]) -> list[str]:
    """Join the rows of a heading; a title in an upper row reaches over the blanks right of it."""
    width = max(map(len, rows), default=0)
    parts: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(rows, 1):
        over = ""
        for place in range(width):
            cell = plain(row[place]) if place < len(row) else ""
            over = cell or over
            below = any(plain(r[place]) for r in rows[number:] if place < len(r))
            said = cell or (over if below else "")
            if said and said not in parts[place]:
                parts[place].append(said)
    return [JOINED.join(each) for each in parts]


def _named(heading: str, theirs: str) -> bool:
    """Tell whether a heading, or one of its parts, is what the mapping names."""
    return key(theirs) in (key(heading), *map(key, heading.split(JOINED)))


def _place(theirs: str, headings: list[str]) -> int:
    """Return the place of a column; -1 where none is, or several are, called so."""
    if theirs == ROW_NUMBER:
        return NUMBERED
    whole = [at for at, heading in enumerate(headings) if key(heading) == key(theirs)]
    parts = whole or [at for at, heading in enumerate(headings) if _named(heading, theirs)]
    return parts[0] if len(parts) == 1 else -1


def _parts(theirs: str, headings: list[str]) -> list[str]:
    """Return the columns a value is joined from: those in braces, or the one named."""
    if _place(theirs, headings) >= 0:
        return [theirs]
    return _BRACES.findall(theirs) or [theirs]


def _places(plan: Plan, theirs: _Theirs, problems: list[Problem]) -> dict[str, int]:
    """Find every column the mapping names; name those lost and those that are news."""
    sheet, headings = theirs.sheet, theirs.headings
    wanted = [one for each in plan.of("columns").values() for one in _parts(each, headings)]
    wanted += plan.of("only")
    used: set[int] = set()
    for block in plan.of("across"):
        wanted += block.get("beside", {}).values()
        for pattern in block.get("columns", ()):
            found = _across(pattern, headings)
            used.update(found)
            if not found:
                wanted.append(pattern)
    where = {each: _place(each, headings) for each in wanted}
    for each, at in where.items():
        like = cell_parsing.nearest(each, filter(None, headings))
        values = {"found": each, "like": like, "known": "; ".join(filter(None, headings))[:300]}
        if at == -1:
            code = "column_lost_like" if like else "column_lost"
            if sum(_named(heading, each) for heading in headings) > 1:
                code = "column_twice"
            problems.append(Problem(code, sheet.file, sheet.name, values=values))
    used.update(where.values())
    known = plan.of("not_needed", "columns", ())
    top = max(plan.of("rows", "header", [1])) - 1
    for at, heading in enumerate(headings):
        spot, news = (address(top, at),), at not in used and heading
        if news and personal(heading) and not any(_named(heading, each) for each in known):
            values = {"found": heading}
            problems.append(
                Problem("personal_data", sheet.file, sheet.name, heading, spot, values)
            )
        elif news and not like_any(heading, known) and not any(_named(heading, k) for k in known):
            problems.append(
                Problem("column_new", sheet.file, sheet.name, heading, spot, {}, False)
            )
    return where


def _across(pattern: str, headings: list[str]) -> list[int]:
    exact = _place(pattern, headings)
    if exact >= 0:  # a heading may itself hold the signs of a pattern
        return [exact]
    return [at for at, heading in enumerate(headings) if heading and like_any(heading, [pattern])]


# ---------------------------------------------------------------- our rows


Cell = tuple[str, str]
"""What a cell says and where it stands."""


def _rows(plan: Plan, theirs: _Theirs, where: Mapping[str, int], made: _Made,
          problems: list[Problem], several: bool) -> None:  # fmt: skip
    """Lay out the rows of one sheet below those of the others."""
    sheet, words = theirs.sheet, _Words(plan, theirs.sheet, problems)
    blocks = [(block, [at for pattern in block.get("columns", ())
                       for at in _across(pattern, theirs.headings)])
              for block in plan.of("across")]  # fmt: skip
    ours, top = made.rows[0], max(plan.of("rows", "header", [1])) - 1
    before = f"{sheet.name}!" if several else ""

    def cell(row: int, place: int) -> Cell:
        if place == NUMBERED:
            whose = crc32(f"{sheet.file} {sheet.name}".encode())
            return f"{whose:08x}-{row + 1}", before + address(row, 0)
        said, really = theirs.cell(row, place) if place >= 0 else ("", row)
        return said, before + address(really, max(place, 0))

    base_fixed = {name: (str(value), "") for name, value in plan.of("fixed").items()}
    if column := plan.of("sheets", "as"):
        base_fixed[column] = words.of(column, (sheet.name, ""))
    for row in theirs.body:
        base = dict(base_fixed)
        for name, told in plan.of("columns").items():
            heading = told
            parts = _parts(heading, theirs.headings)
            said, spot = cell(row, where[parts[0]])
            for part in parts if parts != [heading] else ():
                heading = heading.replace(f"{{{part}}}", plain(cell(row, where[part])[0]))
            base[name] = words.of(name, (said if parts == [told] else heading, spot))
        for found in _unfolded(plan, blocks, theirs, row, cell, words, where, top):
            filled = base | found
            first = before + address(row, 0)
            made.rows.append([filled.get(name, ("", ""))[0] for name in ours])
            made.spots.append([filled.get(name, ("", ""))[1] or first for name in ours])


def _unfolded(plan, blocks, theirs, row, cell, words, where, top) -> Iterator[dict[str, Cell]]:
    """Return what the columns across add: nothing once where there are none."""
    if not blocks:
        yield {}
    for block, places in blocks:
        fixed = {name: (str(value), "") for name, value in block.get("fixed", {}).items()}
        for at in places:
            said, spot = cell(row, at)
            found = dict(fixed)
            if heading := block.get("heading"):
                found[heading] = words.of(heading, (theirs.headings[at], cell(top, at)[1]))
            for name, beside in block.get("beside", {}).items():
                found[name] = words.of(name, cell(row, where[beside]))
            into = _into(plan, block)
            ticked = said.split(block["split"]) if block.get("split") else [said]
            for one in filter(plain, ticked):
                worth = _turned(words.of(into, (one.strip(), spot))[0], block)
                yield found | {into: (worth, spot)}


def _turned(written: str, block: Mapping[str, object]) -> str:
    """Turn a level round, or a number into our unit; what is no number stays as it is."""
    if not ({"reversed", "times"} & set(block)) or missing_reason(written):
        return written
    percent = written.rstrip().endswith("%")
    try:
        value = Decimal(str(cell_parsing.parsed_number(written)))
    except Fault:
        return written
    if "reversed" in block:
        value = Decimal(str(block["reversed"])) + 1 - value
    value *= Decimal(str(block.get("times", 1)))
    return f"{value.normalize():f}" + "%" * percent


class _Words:
    """Their words turned into ours; a word the mapping does not know is named."""

    def __init__(self, plan: Plan, sheet: Sheet, problems: list[Problem]) -> None:
        self.plan, self.sheet, self.problems = plan, sheet, problems
        self.known = {
            name: {key(theirs): str(ours) for theirs, ours in words.items()}
            for name, words in plan.of("words").items()
        }
        self.ours = {name: set(map(key, known.values())) for name, known in self.known.items()}
        reasons = plan.of("missing", "reasons", {})
        said = {code: word for word, code in reversed(missing_words().items())}
        self.none = {key(word): said[code] for word, code in reasons.items()}
        self.none |= dict.fromkeys(map(key, plan.of("missing", "words", ())), "-")
        self.fractions = bool(plan.of("numbers", "fractions"))
        self.points = bool(plan.of("numbers", "points"))

    def of(self, name: str, cell: Cell) -> Cell:
        """Return a cell in our words."""
        said, spot = cell
        column, short = self.plan.table.columns[name], key(said)
        if short in self.none:
            return (self.none[short] if column.missing else ""), spot
        if known := self.known.get(name):
            if short in known:
                return known[short], spot
            number = column.kind in NUMBERS and _NUMBER.fullmatch(short)
            if short and not missing_reason(said) and not number and short not in self.ours[name]:
                like = cell_parsing.nearest(said, list(self.plan.of("words", name)))
                values = {"found": plain(said)[:80], "section": f"words.{name}", "like": like}
                self.problems.append(
                    Problem("word_new_like" if like else "word_new", self.sheet.file,
                            "" if "!" in spot else self.sheet.name,
                            Both(column.ru, column.en), (spot,), values)
                )  # fmt: skip
        if column.kind in NUMBERS and column.unit in ("metric", "percent"):
            said = said.rstrip().removesuffix("%") if self.points else said
            return (_turned(said, {"times": 100}) if self.fractions else said), spot
        return said, spot


def without_echo(problems: Sequence[Problem]) -> list[Problem]:
    """Leave out what else is wrong with a cell whose word the mapping does not know."""
    news = {(p.file, p.column, cell) for p in problems if p.code in NEWS for cell in p.cells}

    def echo(problem: Problem) -> bool:
        spots = {(problem.file, problem.column, cell) for cell in problem.cells}
        return bool(spots) and problem.code not in NEWS and spots <= news

    return [problem for problem in problems if not echo(problem)]
