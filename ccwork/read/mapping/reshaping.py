"""A table of theirs laid out as ours, through its mapping; every cell knows where it came from."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import takewhile
from typing import Final
from zlib import crc32

from xlsxwriter.utility import xl_rowcol_to_cell as address

from ccwork.language.problems import Problem
from ccwork.language.spelling import key, plain, skeleton
from ccwork.read import data_dictionary
from ccwork.read.data_dictionary import Column, missing_reason
from ccwork.read.files import cell_parsing
from ccwork.read.files.faults import Fault
from ccwork.read.files.file_sheets import Sheet
from ccwork.read.mapping import headings as named
from ccwork.read.mapping.headings import NUMBERED, heads, joined, like_any, parts_of, place_of
from ccwork.read.mapping.mapping_file import INTO, NOT_NEEDED, Plan
from ccwork.read.mapping.sheet_checks import merged_cells, moved_heading, unequal_sums, uneven_rows
from ccwork.read.mapping.ticks import ticked_levels


@dataclass
class _Made:
    """Rows of our layout so far, and where each of their cells stands in the file."""

    rows: list[list[str]]
    most: int
    spots: list[list[str]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=lambda: dict.fromkeys(LINES, 0))


CLOCK: Final = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?")
"""A length of time, the first part in hours."""

_NUMBER: Final = re.compile(r"[+-]?\d[\d\s.,]*%?")


NEWS: Final = ("word_new", "word_new_like", "mapping_total", "unclear_number", "mixed_number")
"""Problems of a word the mapping does not know, or of a number with two readings."""

LINES: Final = ("lines", "heading", "left", "taken")
"""Rows of the file that hold anything: all, headings and titles, left out, taken."""


@dataclass(frozen=True)
class _Theirs:
    """One sheet of theirs: its headings, the rows of its data (from 0) and its cells."""

    sheet: Sheet
    headings: list[str]
    body: list[int]
    filled: Mapping[int, Mapping[int, int]]
    groups: Mapping[int, int] = field(default_factory=dict)
    commas: dict[int, str] = field(default_factory=dict)

    def comma(self, place: int) -> str:
        """Tell what the comma means in one column of theirs."""
        if place not in self.commas:
            said = (plain(_at(self.sheet, row, place)) for row in self.body)
            self.commas[place] = cell_parsing.comma(said)
        return self.commas[place]

    def cell(self, row: int, place: int) -> tuple[str, int]:
        """Return a cell as text, and the row it really stands in."""
        row = self.filled.get(place, {}).get(row, row)
        return _at(self.sheet, row, place), row


def reshaped(plan: Plan, sheets: Sequence[Sheet],
             most: int = 0) -> tuple[Sheet | None, list[Problem]]:  # fmt: skip
    """Lay out the sheets of a file as one table of ours.

    Once there are `most` rows of ours no further row of theirs is read; 0: all are.

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
    problems += [Problem("sheet_not_mapped", file, sheet.name, grave=False)
                 for sheet in sheets if sheet not in chosen]  # fmt: skip
    if not chosen:
        values = {"found": ", ".join(names)}
        return None, [*problems, Problem("mapping_no_sheet", file, values=values)]
    made = _Made([_ours(plan)], most)
    several = len(chosen) > 1
    for sheet in chosen:
        theirs = _theirs(plan, sheet, made.lines)
        found: list[Problem] = []
        where = _places(plan, theirs, found)
        if -1 in where.values() and (moved := moved_heading(sheet, where, _header(plan))):
            problems += moved
            continue
        used = {at for block in plan.of("across") for pattern in block.get("columns", ())
                for at in _across(plan, block, pattern, theirs)} | {*where.values()}  # fmt: skip
        problems += [*found, *merged_cells(sheet, theirs.body, used, theirs.filled)]
        problems += uneven_rows(sheet, theirs.body, used, len(theirs.headings))
        _rows(plan, theirs, where, made, problems, several)
    if len(made.rows) == 1 and any(problem.grave for problem in problems):
        return None, problems
    name = chosen[0].name if not several else ""
    return Sheet(file, name, made.rows, spots=made.spots, lines=made.lines), problems


def _ours(plan: Plan) -> list[str]:
    """Return the columns of ours the mapping fills, in the order of the dictionary."""
    told = {*plan.of("columns"), *plan.of("fixed"), plan.of("sheets", "as"),
            plan.of("rows", "groups")}  # fmt: skip
    for block in plan.of("across"):
        told |= {_into(plan, block), block.get("heading")}
        told |= {*block.get("fixed", ()), *block.get("beside", ())}
    return [name for name in plan.table.columns if name in told]


def _into(plan: Plan, block: Mapping[str, object]) -> str:
    return str(block.get("into") or INTO.get(plan.table.about.table, "value"))


# ---------------------------------------------------------------- their rows and headings


def _header(plan: Plan) -> list[int]:
    return sorted(row - 1 for row in plan.of("rows", "header", [1]))


def _theirs(plan: Plan, sheet: Sheet, lines: dict[str, int]) -> _Theirs:
    """Find the headings and the rows of data; count what is not among them."""
    header = _header(plan)
    pages = [sheet.rows[row] for row in header if row < len(sheet.rows)]
    headings = joined(pages)
    only = {place_of(each, headings): names for each, names in plan.of("only").items()}
    held = [row for row, cells in enumerate(sheet.rows) if any(map(plain, cells))]
    body, ended, groups, group = [], False, {}, -1
    for row in [row for row in held if row > header[-1] and sheet.rows[row] not in pages]:
        first = next(cell for cell in map(plain, sheet.rows[row]) if cell)
        ended = ended or like_any(first, plan.of("rows", "until", ()))
        skipped = ended or like_any(first, plan.of("rows", "skip", ()))
        grouped = plan.of("rows", "groups") and not skipped
        if grouped and sum(map(bool, map(plain, sheet.rows[row]))) == 1:
            group = row
        elif not skipped and all(like_any(_at(sheet, row, at), each) for at, each in only.items()):
            body.append(row)
            groups |= {row: group} if group >= 0 else {}
    above = sum(row <= header[-1] for row in held)
    counts = (len(held), above, len(held) - above - len(body), len(body))
    for name, count in zip(LINES, counts, strict=True):
        lines[name] += count
    fill = [at for at, heading in enumerate(headings)
            if any(heads(heading, theirs) for theirs in plan.of("rows", "fill", ()))]  # fmt: skip
    return _Theirs(sheet, headings, body, {at: _above(sheet, body, at) for at in fill}, groups)


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


def _places(plan: Plan, theirs: _Theirs, problems: list[Problem]) -> dict[str, int]:
    """Find every column the mapping names; name those lost and those that are news."""
    sheet, headings = theirs.sheet, theirs.headings
    wanted = [one for each in plan.of("columns").values() for one in parts_of(each, headings)]
    wanted += plan.of("only")
    used: set[int] = set()
    for block in plan.of("across"):
        wanted += [*block.get("beside", {}).values(), *filter(None, [block.get("sum")])]
        for pattern in block.get("columns", ()):
            found = _across(plan, block, pattern, theirs)
            used.update(found)
            if not found:
                wanted.append(pattern)
    where = {each: place_of(each, headings) for each in wanted}
    for each, at in where.items():
        like = cell_parsing.nearest(each, filter(None, headings))
        values = {"found": each, "like": like, "known": "; ".join(filter(None, headings))[:300]}
        if at == -1:
            code = "column_lost_like" if like else "column_lost"
            if sum(heads(heading, each) for heading in headings) > 1:
                code = "column_twice"
            elif like and skeleton(like) == skeleton(each) and key(like) != key(each):
                code, values = "lookalike_heading", {"found": like, "like": each}
            problems.append(Problem(code, sheet.file, sheet.name, values=values))
    used.update(where.values())
    known = plan.of("not_needed", "columns", ())
    top = _header(plan)[-1]
    for at, heading in enumerate(headings):
        spot, told = (address(top, at),), any(heads(heading, each) for each in known)
        news = at not in used and heading and not told
        if news and data_dictionary.personal(heading):
            values = {"found": heading}
            problems += [Problem("personal_data", sheet.file, sheet.name, heading, spot, values)]
        elif news and not like_any(heading, known):
            problems += [Problem("column_new", sheet.file, sheet.name, heading, spot, {}, False)]
        elif not heading and any(plain(_at(sheet, row, at)) for row in theirs.body):
            problems.append(Problem("empty_heading", sheet.file, sheet.name, "", spot, {}, False))
    return where


def _across(plan: Plan, block: Mapping[str, object], pattern: str, theirs: _Theirs) -> list[int]:
    """Return the columns a block names; of those like a pattern of periods only the periods."""
    headings, exact = theirs.headings, place_of(pattern, theirs.headings)
    if exact >= 0:  # a heading may itself hold the signs of a pattern
        return [exact]
    found = [at for at, name in enumerate(headings) if name and like_any(name, [pattern])]
    dated = block.get("heading") == "period"
    return [at for at in found if not dated or _over(plan, theirs, "period", at)]


def _over(plan: Plan, theirs: _Theirs, column: str, at: int) -> str:
    return named.known_part(theirs.headings[at], plan.of("words"), column, theirs.sheet.name)


# ---------------------------------------------------------------- our rows


Cell = tuple[str, str]
"""What a cell says and where it stands."""


def _rows(plan: Plan, theirs: _Theirs, where: Mapping[str, int], made: _Made,
          problems: list[Problem], several: bool) -> None:  # fmt: skip
    """Lay out the rows of one sheet below those of the others."""
    sheet, words = theirs.sheet, _Words(plan, theirs.sheet, problems)
    blocks = [(block, [at for pattern in block.get("columns", ())
                       for at in _across(plan, block, pattern, theirs)])
              for block in plan.of("across")]  # fmt: skip
    ours, top = made.rows[0], _header(plan)[-1]
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
    for row in takewhile(lambda _: len(made.rows) <= (made.most or len(made.rows)), theirs.body):
        base = dict(base_fixed)
        if row in theirs.groups:
            base |= _group(plan, theirs, theirs.groups[row], words, before)
        for name, told in plan.of("columns").items():
            heading = told
            parts = parts_of(heading, theirs.headings)
            said, spot = cell(row, where[parts[0]])
            for part in parts if parts != [heading] else ():
                heading = heading.replace(f"{{{part}}}", plain(cell(row, where[part])[0]))
            mark = theirs.comma(where[parts[0]])
            base[name] = words.of(name, (said if parts == [told] else heading, spot), mark)
        problems.extend(unequal_sums(blocks, theirs.sheet, partial(cell, row), where))
        for found in _unfolded(plan, blocks, theirs, row, cell, words, where, top):
            filled = base | found
            first = before + address(row, 0)
            made.rows.append([filled.get(name, ("", ""))[0] for name in ours])
            made.spots.append([filled.get(name, ("", ""))[1] or first for name in ours])


def _group(plan, theirs, row, words, before) -> dict[str, Cell]:
    """Return what the row of a group says of the rows below it."""
    at, said = next((at, said) for at, said in enumerate(theirs.sheet.rows[row]) if plain(said))
    name = plan.of("rows", "groups")
    return {name: words.of(name, (plain(said), before + address(row, at)))}


def _unfolded(plan, blocks, theirs, row, cell, words, where, top) -> Iterator[dict[str, Cell]]:
    """Return what the columns across add: nothing once where there are none."""
    if not blocks:
        yield {}
    for block, places in blocks:
        fixed = {name: (str(value), "") for name, value in block.get("fixed", {}).items()}
        cells = [cell(row, at) for at in places]
        told = ticked_levels([c[0] for c in cells], block.get("ticked", ()), words.none)
        for at, (_, spot), said in zip(places, cells, told, strict=True):
            found = dict(fixed)
            if heading := block.get("heading"):
                said_above = _over(plan, theirs, heading, at) or theirs.headings[at]
                found[heading] = words.of(heading, (said_above, cell(top, at)[1]))
                if found[heading][0] == NOT_NEEDED:
                    continue
            for name, beside in block.get("beside", {}).items():
                mark = theirs.comma(where[beside])
                found[name] = words.of(name, cell(row, where[beside]), mark)
            into, mark = _into(plan, block), theirs.comma(at)
            ticked = said.split(block["split"]) if block.get("split") else [said]
            for one in filter(plain, ticked):
                worth = _turned(words.of(into, (one.strip(), spot), mark)[0], block)
                yield found | {into: (worth, spot)}


def _turned(written: str, block: Mapping[str, object], mark: str = "decimal") -> str:
    """Turn a level round, or a number into our unit; what is no number stays as it is.

    A comma is read as its column has it: our column may hold numbers of several columns.
    """
    if not ("," in written or {"reversed", "times"} & set(block)) or missing_reason(written):
        return written
    percent = written.rstrip().endswith("%")
    if "times" in block and (clock := CLOCK.fullmatch(written.strip())):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        length = 3600 * hours + 60 * minutes + seconds
        return f"{(length * Decimal(str(block['times'])) / 3600).normalize():f}"
    try:
        value = Decimal(str(cell_parsing.parsed_number(written, mark)))
    except Fault as fault:
        if fault.code in NEWS:
            raise
        return written
    if "reversed" in block:
        value = Decimal(str(block["reversed"])) + 1 - value
    value *= Decimal(str(block.get("times", 1)))
    return f"{value.normalize():f}" + "%" * percent


class _Words:
    """Their words turned into ours; a word the mapping does not know is named."""

    def __init__(self, plan: Plan, sheet: Sheet, problems: list[Problem]) -> None:
        self.plan, self.sheet, self.problems = plan, sheet, problems
        told = plan.of("words").items()
        self.known = {name: {key(a): str(b) for a, b in words.items()} for name, words in told}
        self.ours = {name: set(map(key, known.values())) for name, known in self.known.items()}
        reasons = plan.of("missing", "reasons", {})
        said = {code: word for word, code in reversed(data_dictionary.missing_words().items())}
        self.none = {key(word): said[code] for word, code in reasons.items()}
        self.none |= dict.fromkeys(map(key, plan.of("missing", "words", ())), "-")
        self.fractions = bool(plan.of("numbers", "fractions"))
        self.points = bool(plan.of("numbers", "points"))

    def of(self, name: str, cell: Cell, mark: str = "decimal") -> Cell:
        """Return a cell in our words."""
        said, spot = cell
        column, short = self.plan.table.columns[name], key(said)
        if short in self.none:
            return (self.none[short] if column.missing else ""), spot
        if known := self.known.get(name):
            if short in known:
                return known[short], spot
            if cell_parsing.by_excel(said):  # the reader of the table names it
                return said, spot
            number = column.kind in data_dictionary.NUMBERS and _NUMBER.fullmatch(short)
            if short and not missing_reason(said) and not number and short not in self.ours[name]:
                like = cell_parsing.nearest(said, list(self.plan.of("words", name)))
                values = {"found": plain(said)[:80], "section": f"words.{name}", "like": like}
                code = "mapping_total" if cell_parsing.begins_total(said) else "word_new"
                self._note("word_new_like" if like else code, column, spot, values)
        if column.kind not in data_dictionary.NUMBERS:
            return said, spot
        part = column.unit in ("metric", "percent")
        said = said.rstrip().removesuffix("%") if part and self.points else said
        mark = "thousands" if column.kind in data_dictionary.WHOLE and mark == "unclear" else mark
        try:
            return _turned(said, {"times": 100} if part and self.fractions else {}, mark), spot
        except Fault as fault:
            self._note(fault.code, column, spot, fault.values)
            return "", spot

    def _note(self, code: str, column: Column, spot: str, values: Mapping[str, object]) -> None:
        sheet = "" if "!" in spot else self.sheet.name
        self.problems.append(Problem(code, self.sheet.file, sheet, column.name, (spot,), values))


def without_echo(problems: Sequence[Problem]) -> list[Problem]:
    """Leave out what else is wrong with a cell whose word the mapping does not know."""
    news = {(p.file, p.column, cell) for p in problems if p.code in NEWS for cell in p.cells}

    def echo(problem: Problem) -> bool:
        spots = {(problem.file, problem.column, cell) for cell in problem.cells}
        return bool(spots) and problem.code not in NEWS and spots <= news

    return [problem for problem in problems if not echo(problem)]
