"""Excel books for people: a form written from the dictionary, and a list of what was wrong."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final

import pandas as pd
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from ccwork.language import wording
from ccwork.language.problems import DataProblems, Problem, first, spans, together
from ccwork.language.resources import resource_rows
from ccwork.language.spelling import key, plain
from ccwork.read import agency_folder
from ccwork.read.data_dictionary import Table, dictionary
from ccwork.read.files import file_sheets
from ccwork.read.files.file_sheets import Sheet
from ccwork.read.form import form_fields, xlsx_writing
from ccwork.read.form.form_fields import Plan, column_meaning, heading, sheet_name
from ccwork.read.form.xlsx_writing import Book, put
from ccwork.read.table_parsing import CATALOGUE

ASKED: Final = (
    "services", "answers", "counts", "metrics", "needs", "targets", "units", "steps", "checks",
    CATALOGUE,
)  # fmt: skip
"""Tables of a form where none are named (our choice); tables the agency has come as well."""

FOLDER: Final = "catalogue/"
"""A catalogue that lies here stays here: its rows are not carried over into the form."""

MOST_COPIED: Final = 50_000
"""A longer table is not copied into the book that goes back (our choice)."""

MOST_NOTES: Final = 2000
"""So many faulty cells of a sheet carry a note; the rest are coloured only (our choice)."""

MISSING: Final = "form.missing_about"
"""The line of the instructions that the words for a missing value follow."""

_CODES: Final = (26, 48, 20)
_WIDTHS: Final = {"text": 40, "moment": 19, "choice": 18}
_SIZES: Final = {"title": 16, "head": 12}


# ---------------------------------------------------------------- the form


@dataclass(frozen=True)
class Written:
    """What a form holds: tables, rows carried over from the agency's folder, rows left out."""

    tables: tuple[str, ...]
    rows: int
    left_out: int


def write_form(path: Path, folder: Path, lang: str, names: Iterable[str] | None = None) -> Written:
    """Write the form of an agency: instructions, a sheet for each table, codes.

    Parameters
    ----------
    path
        The book; an existing file is never replaced.
    folder
        The agency's folder. Rows it already has are written into the form.
    lang
        Language of the book: "ru" or "en".
    names
        Tables wanted, by code or by name; None: :data:`ASKED` and those the agency has.

    Raises
    ------
    DataProblems
        When a table is unknown, the file exists or cannot be written.
    """
    wording.call({})  # a form is read back: its words are those of the method
    with wording.speaking(lang):
        if path.exists():
            raise DataProblems([Problem("form_exists", values={"found": path.name})])
        read = agency_folder.read_folder(folder)
        chosen = _wanted(names, read)
        plan = Plan(read, chosen, form_fields.lists(read, chosen))
        sources = read.sources.set_index("table").reindex(chosen)
        rows = {name: read.tables.get(name, pd.DataFrame()) for name in chosen}
        if CATALOGUE in rows and not str(sources["file"][CATALOGUE]).startswith(FOLDER):
            own = sources["used"].fillna(0).astype(int)[CATALOGUE]
            rows[CATALOGUE] = read.catalogue.iloc[len(read.catalogue) - own :].reset_index()
        left_out = int(sources["dropped"].fillna(0).sum())
        written = Written(chosen, sum(map(len, rows.values())), left_out)
        book = Book()
        _guide(book, plan, written, folder.name)
        for name, frame in rows.items():
            _table(book, plan, dictionary()[name], frame)
        _codes(book, plan)
        book.save(path)
    return written


def _wanted(names: Iterable[str] | None, read: agency_folder.Input) -> tuple[str, ...]:
    """Return the codes of the tables asked for, in the order of the form."""
    known = list(ASKED)
    known += [name for name in agency_folder.known() if name not in known]
    if names is None:
        return tuple(name for name in known if name in ASKED or name in read.tables)
    said = {key(word): name for name in known for word in dictionary()[name].names}
    asked = [name for name in names if key(name)]
    if unknown := [name for name in asked if key(name) not in said]:
        values = {"known": ", ".join(heading(dictionary()[name].about) for name in known)}
        wrong = [Problem("form_table", values=values | {"found": name}) for name in unknown]
        raise DataProblems(wrong)
    return tuple(name for name in known if name in {said[key(word)] for word in asked})


# ---------------------------------------------------------------- codes


def _codes(book: Book, plan: Plan) -> None:
    """Write the sheet of codes: drop-down lists take their words from here."""
    sheet = book.sheet(wording.word("form.codes"))
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 32)
    for block in plan.lists.values():
        for step, head in enumerate(block.heads):
            place = block.place + step
            sheet.set_column(place, place, _CODES[step])
            put(sheet, 0, place, head, book.heading())
            for at, row in enumerate(block.rows, 1):
                put(sheet, at, place, row[step], book.style())
        sheet.set_column(place + 1, place + 1, 3)
    rows = zip_longest(*(block.rows for block in plan.lists.values()), fillvalue=())
    for at, across in enumerate(rows, 1):
        cells = (pair for row in across for pair in zip(row, _CODES, strict=False))
        sheet.set_row(at, xlsx_writing.height(cells))
    sheet.protect("", {"format_columns": True, "format_rows": True})


# ---------------------------------------------------------------- one table


def _table(book: Book, plan: Plan, table: Table, frame: pd.DataFrame) -> None:
    """Write the sheet of one table: headings, checks of cells, the rows there are."""
    sheet = book.sheet(sheet_name(table.about.table))
    last = max(form_fields.LAST_ROW, len(frame) + 1000)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_row(0, 34)
    for place, column in enumerate(table.columns.values()):
        needed = not column.may_be_absent
        put(sheet, 0, place, heading(column), book.heading(needed))
        hints = form_fields.hints(plan, table, column)
        need = wording.word("form.needed" if needed else "form.optional")
        note = "\n".join([column_meaning(column), f"{need.capitalize()}.", *hints])
        lines = sum(len(line) // 38 + 1 for line in note.split("\n"))
        size = {"width": 260, "height": 16 * lines + 12, "font_size": 9, "author": ""}
        sheet.write_comment(0, place, note, size)
        style = book.style(locked=False, **form_fields.cell_formats(column))
        longest = max(map(len, heading(column).split()))
        sheet.set_column(place, place, max(_WIDTHS.get(column.kind, 14), longest + 5), style)
        if rule := form_fields.rule(plan, table, column, xl_rowcol_to_cell(1, place)):
            title = wording.word(f"form.{rule.get('error_type', 'stop')}_title")
            wrong = {"error_title": title, "error_message": " ".join(hints)}
            sheet.data_validation(1, place, last - 1, place, rule | wrong)
        form_fields.fill(book, sheet, place, column, frame, plan)
    sheet.autofilter(0, 0, last - 1, len(table.columns) - 1)
    allowed = ("autofilter", "sort", "insert_rows", "delete_rows", "format_cells",
               "format_columns", "format_rows")  # fmt: skip
    sheet.protect("", dict.fromkeys(allowed, True))


# ---------------------------------------------------------------- instructions


def _guide(book: Book, plan: Plan, written: Written, folder: str) -> None:
    """Write the first sheet: how to fill the book in, what goes where."""
    sheet = book.sheet(wording.word("form.guide"), landscape=False)
    sheet.hide_gridlines(2)
    for place, width in enumerate((20, 26, 16, 62)):
        sheet.set_column(place, place, width)
    row = 0
    for style, said in _told(plan, written, folder):
        look = {"bold": True, "font_color": xlsx_writing.DARK, "valign": "bottom"}
        shown = book.style(**({} if style == "said" else look | {"font_size": _SIZES[style]}))
        sheet.set_row(row, 15.5 * -(-len(said) // 115) + 2 if style == "said" else 26)
        sheet.merge_range(row, 0, row, 3, "", shown)
        put(sheet, row, 0, said, shown)
        row += 1
    heads = ("form.col_sheet", "form.col_column", "form.col_need", "form.col_about")
    for place, head in enumerate(heads):
        put(sheet, row, place, wording.word(head), book.heading())
    for name in plan.tables:
        row = _described(book, sheet, plan, dictionary()[name], row + 1)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _told(plan: Plan, written: Written, folder: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of ``form_guide.csv``, each as style and words, where all is known."""
    facts = plan.read.agency
    names = (facts.get(f"name_{lang}") for lang in (wording.lang(), *wording.LANGS))
    grain, day = facts.get("grain"), facts.get("data_date")
    known = {
        "agency": next(filter(None, names), folder), "folder": folder,
        "grain": wording.word(f"value.{grain}") if grain and day else "",
        "day": wording.day(day) if day else "", "rows": written.rows, "n": written.left_out,
        "first": sheet_name(plan.tables[0]) if plan.tables else "",
        "own": sheet_name(CATALOGUE) if CATALOGUE in plan.tables else "",
        "codes": wording.word("form.codes"),
        **{kind: form_fields.example(plan, kind) for kind in ("date", "moment", "period")},
    }  # fmt: skip
    for row in resource_rows("form_guide.csv"):
        if not row["needs"] or known[row["needs"]]:
            yield row["style"], wording.say(row["code"], **known)
        for word, meaning in form_fields.missing().items() if row["code"] == MISSING else ():
            more = meaning.removeprefix(word).removeprefix(": ")
            yield "said", f"    {word} ({more})" if more else f"    {word}"


def _described(book: Book, sheet: Worksheet, plan: Plan, table: Table, row: int) -> int:
    """Write what the columns of one table mean; return the last row used."""
    name, cell = sheet_name(table.about.table), book.style(border=1, border_color="#BFBFBF")
    light = {"bg_color": xlsx_writing.LIGHT}
    link = book.style(bold=True, font_color=xlsx_writing.DARK, underline=1, **light)
    about = column_meaning(table.about)
    sheet.write_url(row, 0, f"internal:'{name}'!A2", link, name)
    sheet.merge_range(row, 1, row, 3, "", book.style(**light))
    put(sheet, row, 1, about, book.style(**light))
    sheet.set_row(row, 15.5 * -(-len(about) // 100) + 2)
    for column in table.columns.values():
        row += 1
        need = wording.word("form.optional" if column.may_be_absent else "form.needed")
        said = " ".join([column_meaning(column), *form_fields.hints(plan, table, column)])
        for place, words in enumerate((name, heading(column), need, said)):
            put(sheet, row, place, words, cell)
        sheet.set_row(row, xlsx_writing.height([(said, 62), (need, 16)]))
    return row


# ---------------------------------------------------------------- what was wrong


HEADS: Final = {"file": 20, "sheet": 16, "cells": 22, "column": 20, "what": 52, "fix": 52,
                "weight": 16}  # fmt: skip
"""Columns of the list of problems, and their widths."""


def returned(path: Path, folder: Path, problems: Iterable[Problem]) -> None:
    """Write the problems found as a book to send back to whoever filled the tables in.

    The first sheet lists them; each table with faulty cells follows as a copy, the cells
    coloured, with the sentence in a note. All cells are text: nothing is computed in Excel.
    """
    problems = together(problems)
    book, copies = Book(), list(_copied(folder, problems))
    sheet = book.sheet(wording.word("form.problems"))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for place, (head, width) in enumerate(HEADS.items()):
        sheet.set_column(place, place, width)
        put(sheet, 0, place, wording.word(f"form.back_{head}"), book.heading())
    lines = [row_of(problem) for problem in problems] or [[wording.word("form.back_none")]]
    for found, _ in copies:
        if len(found.rows) > MOST_COPIED:
            said = wording.say("form.back_too_long", most=MOST_COPIED)
            lines.append([found.file, found.name, "", "", said, wording.word("form.back_by_list")])
    for row, line in enumerate(lines, 1):
        for place, said in enumerate(line):
            put(sheet, row, place, said, book.style())
        sheet.set_row(row, xlsx_writing.height(zip(line, HEADS.values(), strict=False)))
    sheet.autofilter(0, 0, len(lines), len(HEADS) - 1)
    taken = {key(wording.word("form.problems"))}
    for found, faults in copies:
        if len(found.rows) <= MOST_COPIED:
            _copy(book, found, faults, _free_name(found, taken))
    book.save(path)


def row_of(problem: Problem) -> list[str]:
    """Return a problem as a row of the list."""
    weight = wording.word("cli.error" if problem.grave else "cli.warning")
    where = [problem.file, problem.sheet, first(spans(problem.cells)), str(problem.column)]
    return [*where, *problem.sentences, weight]


def _copied(folder: Path, problems: list[Problem]) -> Iterator[tuple[Sheet, list[Problem]]]:
    """Yield the sheets with faulty cells, as they stand in the files, and their problems."""
    named = {problem.file for problem in problems if problem.cells}
    for path in sorted([*folder.glob("*"), *folder.glob("catalogue/*")]):
        ours = path.suffix.lower() in file_sheets.TEXTS + file_sheets.BOOKS
        if path.name not in named or not ours or not path.is_file():
            continue
        for sheet in file_sheets.book(path.name, path.read_bytes()).sheets:
            hits = [p for p in problems if p.cells and _stands_in(p, sheet)]
            if hits:
                yield sheet, hits


def _stands_in(problem: Problem, sheet: Sheet) -> bool:
    """Tell whether a problem is of this sheet; two folders may hold files of one name."""
    if (problem.file, problem.sheet) != (sheet.file, sheet.name):
        return False
    heads = {plain(cell) for row in sheet.rows[:10] for cell in row}
    return not problem.column or str(problem.column) in heads


def _free_name(sheet: Sheet, taken: set[str]) -> str:
    """Name a copy by its table, so that the reader knows it should it come back."""
    stem = Path(sheet.file).stem
    known = {key(name) for table in dictionary().values() for name in table.names}
    name = stem if not sheet.name or key(stem) in known else sheet.name
    name = re.sub(r"[\[\]:*?/\\]", "_", xlsx_writing.UNFIT.sub("", name)).strip("'")[:31] or "1"
    free, n = name, 1
    while key(free) in taken | {"history"}:
        n += 1
        free = f"{name[:26]} ({n})"
    taken.add(key(free))
    return free


def _copy(book: Book, found: Sheet, faults: list[Problem], name: str) -> None:
    """Write one table as it came, its faulty cells coloured, with a note in each."""
    sheet = book.sheet(name)
    notes: dict[tuple[int, int], list[Problem]] = {}
    for problem in faults:
        for cell in problem.cells:
            notes.setdefault(xl_cell_to_rowcol(cell.partition(":")[0]), []).append(problem)
    # what should never have been brought does not travel further
    hidden = {p[1]: p[0] for p, hits in notes.items() if "personal_data" in {h.code for h in hits}}
    width = max(map(len, found.rows), default=1)
    sheet.set_column(0, max(width - 1, 0), 18)
    for row, line in enumerate(found.rows):
        for place, said in enumerate(line):
            if (row, place) not in notes and row <= hidden.get(place, row):
                put(sheet, row, place, said, book.style(num_format=xlsx_writing.TEXT))
    for at, (spot, hits) in enumerate(sorted(notes.items())):
        row, place = spot
        colour = xlsx_writing.RED if any(hit.grave for hit in hits) else xlsx_writing.YELLOW
        style = book.style(num_format=xlsx_writing.TEXT, bg_color=colour, border=1)
        line = found.rows[row] if row < len(found.rows) else []
        sheet.write_blank(row, place, None, style)
        put(sheet, row, place, line[place] if place < len(line) else "", style)
        if at < MOST_NOTES:
            said = "\n".join(" ".join(hit.sentences) for hit in hits)
            size = {"width": 300, "height": 16 * (len(said) // 42 + 2), "author": ""}
            sheet.write_comment(row, place, said, size)
