"""The input of one agency: a folder of tables and ``agency.toml``, checked as a whole.

Nothing is raised for what stands in the files: every problem found is handed back at once.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatch
from functools import partial
from pathlib import Path, PurePath
from typing import Final

import pandas as pd

from ccwork.language import redaction
from ccwork.language.problems import Problem
from ccwork.language.spelling import key, plain
from ccwork.language.wording import Both
from ccwork.read import code_names, data_dictionary, places, table_parsing, value_scales
from ccwork.read.catalogues import clean_rows, rows_by_code, shipped_catalogue
from ccwork.read.cross_checks import checks
from ccwork.read.data_dictionary import Column, Table, dictionary, form_sheet
from ccwork.read.files import cell_parsing, file_sheets, toml_files
from ccwork.read.files.decoding import file_bytes
from ccwork.read.files.faults import Fault
from ccwork.read.files.record_files import RECORDS
from ccwork.read.logs import case_checks, log_folder
from ccwork.read.mapping import mapped_files, reshaping
from ccwork.read.table_parsing import Brought

AGENCY: Final = "agency.toml"
IGNORED: Final = (*places.UNREAD, "*.toml")
FOLDERS: Final = (places.SOURCE, places.CATALOGUE, places.LOGS)
ENOUGH: Final = ("answers", "counts", "metrics", "checks", "steps", "trials")
"""An agency begins with any one of these."""


@dataclass(frozen=True)
class Input:
    """All an agency brought.

    Attributes
    ----------
    agency
        Keys of ``agency.toml``; ``data_date`` is a date, keys left out are empty.
    tables
        Table -> its rows, with every column of the dictionary.
    catalogues
        Name ("metrics", "items") -> its rows by code: the common catalogue, extended and
        overridden by the agency's own.
    sources
        One row per table read: file, sheet, table, sha256, rows, used, dropped.
    problems
        Grave ones and warnings, in the order of files.
    """

    agency: dict[str, object] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    catalogues: dict[str, pd.DataFrame] = field(default_factory=dict)
    sources: pd.DataFrame = field(default_factory=pd.DataFrame)
    problems: list[Problem] = field(default_factory=list)

    @property
    def catalogue(self) -> pd.DataFrame:
        """The metrics."""
        return self.catalogues["metrics"]


def known() -> tuple[str, ...]:
    """Return the names of the tables an agency may bring."""
    return tuple(name for name, table in dictionary().items() if table.about.kind == "table")


@pd.option_context("mode.string_storage", "python")  # with pyarrow beside as without it
def read_folder(folder: Path) -> Input:
    """Read and check everything in an agency's folder."""
    folder = Path(folder)
    if not folder.is_dir():
        return Input(problems=[Problem("folder_missing", values={"found": folder.name})])
    agency, problems = own_facts(folder)
    wanted = {name: dictionary()[name] for name in (*known(), table_parsing.CATALOGUE)}
    brought, sums, faults = _tables(folder, wanted)
    lists = {name: dictionary()[name] for name in data_dictionary.catalogues()}
    own, own_sums, own_faults = _tables(folder / "catalogue", lists, "catalogue/")
    if sheet := brought.pop(table_parsing.CATALOGUE, None):
        faults += _twice(sheet, own)
        own = {table_parsing.CATALOGUE: sheet} | own
    own = _coded(own, code_names.known_names({}, {}))
    catalogues = {name.partition("_")[2]: _catalogue(name, own.get(name)) for name in lists}
    problems += [*faults, *own_faults]
    if not any(problem.grave and not problem.cells for problem in faults):
        problems += _not_brought(brought, folder)
    brought = _coded(brought, {})
    brought = _coded(brought, code_names.known_names(brought, catalogues))
    every = brought | (own := _coded(own, code_names.known_names(brought, catalogues)))
    codes, clean = code_names.known_names(every, catalogues), {}
    for name, table in every.items():
        found = [*table.problems, *checks(table, every, catalogues["metrics"], codes, agency)]
        found += value_scales.problems(table, catalogues["metrics"])
        clean[name] = clean_rows(table, found)
        if {"metric", "scale"} <= set(clean[name]):
            clean[name] = value_scales.on_own_scale(clean[name], catalogues["metrics"])
        if name == "steps" and len(clean[name]):
            of = every["services"].frame if "services" in every else pd.DataFrame()
            named = of.loc[of["situation"] != "", "service"] if "situation" in of else []
            say = partial(_said, table, found)
            clean[name] = case_checks.sound_cases(clean[name], say, [*named])
        problems += found
    sources = _sources(every, clean, sums | own_sums)
    tables = {name: clean[name] for name in brought}
    if found := _logs(folder, tables, catalogues, agency["data_date"], codes):
        sources = pd.concat([sources, found.sources], ignore_index=True)
        problems += found.problems
    return Input(agency, tables, catalogues, sources, reshaping.without_echo(problems))


def _coded(tables: Mapping[str, Brought], known: code_names.Names) -> dict[str, Brought]:
    return {name: code_names.with_codes(table, known) for name, table in tables.items()}


def _logs(
    folder: Path, tables: dict[str, pd.DataFrame], catalogues: dict[str, pd.DataFrame],
    taken: date | None, codes: code_names.Names,
) -> log_folder.Logs | None:  # fmt: skip
    """Add the event logs of the folder to the table of steps, and the names of their steps."""
    if not (folder / log_folder.FOLDER).is_dir():
        return None
    own = codes["services.service"] if "services" in tables else {}
    services = {word: said[0] for word, said in code_names.by_name(own).items() if len(said) == 1}
    services |= {code: code for code in own}
    found = log_folder.read_logs(folder, services, taken)
    if len(found.steps):
        own = [tables["steps"]] if "steps" in tables else []
        wanted = dictionary()["steps"].columns
        blank = {name: float("nan") if column.kind in data_dictionary.NUMBERS else ""
                 for name, column in wanted.items() if name not in found.steps}  # fmt: skip
        parts = [*own, found.steps.assign(**blank)]
        tables["steps"] = log_folder.stacked(parts, found.problems)
        names = found.names[~found.names.index.isin(catalogues["steps"].index)]
        catalogues["steps"] = pd.concat([catalogues["steps"], names]).rename_axis("step")
    return found


def _said(table: Brought, to: list[Problem], code: str, column: str, grave: bool = False,
          **values: object) -> None:  # fmt: skip
    """Note what is wrong with the cases of a table."""
    to.append(table.problem(code, column, grave=grave, **values))


# ---------------------------------------------------------------- agency.toml


def own_facts(folder: Path) -> tuple[dict[str, object], list[Problem]]:
    """Read what an agency says of itself in ``agency.toml``, and what is wrong with it."""
    wanted = dictionary()["agency"].columns
    agency: dict[str, object] = {n: None if c.kind == "date" else "" for n, c in wanted.items()}
    try:
        given = toml_files.read(folder / AGENCY, "agency_missing", "agency_syntax")
    except Fault as fault:
        return agency, [Problem(fault.code, AGENCY, values=fault.values)]
    problems = [_unknown_key(name, wanted) for name in given if name not in wanted]
    for name, column in wanted.items():
        try:
            agency[name] = _fact(column, given.get(name, ""))
        except Fault as fault:
            problems.append(Problem(fault.code, AGENCY, column=name, values=fault.values))
        if redaction.hidden_in(str(agency[name])):
            problems.append(Problem("personal_words", AGENCY, column=name, grave=False))
    if not agency["name_ru"] and not agency["name_en"]:
        problems.append(Problem("agency_name", AGENCY))
    return agency, problems


def _unknown_key(name: str, wanted: Iterable[str]) -> Problem:
    like = cell_parsing.nearest(name, wanted)
    values = {"found": name, "known": ", ".join(wanted), "like": like}
    return Problem("agency_key_like" if like else "agency_key", AGENCY, values=values)


def _fact(column: Column, value: object) -> object:
    """Read one value of agency.toml by the kind of its key."""
    if column.kind == "date" and isinstance(value, date | int):
        value = str(value)
    if column.kind in data_dictionary.WHOLE and isinstance(value, int):
        return cell_parsing.within(cell_parsing.count(str(value)), *column.range, str(value))
    if column.kind in data_dictionary.WHOLE and value != "":
        raise Fault("agency_count", found=str(value)[:80])
    if not isinstance(value, str):
        raise Fault("agency_value", found=str(value)[:80])
    value = plain(value)
    if not value and column.required == "yes":
        raise Fault("agency_needs", wanted=column.name)
    if not value:
        return None if column.kind == "date" else ""
    if column.kind == "choice":
        return cell_parsing.choice(value, column.choices)
    if column.kind == "date":
        return cell_parsing.likely_day(cell_parsing.parsed_day(value), value)
    return redaction.without_contacts(value) if column.kind == "text" else value


# ---------------------------------------------------------------- files of a folder


def _tables(
    folder: Path, wanted: Mapping[str, Table], above: str = ""
) -> tuple[dict[str, Brought], dict[str, str], list[Problem]]:
    """Read the tables of one folder: by name, with checksums by file."""
    names = {key(name): table for table in wanted.values() for name in table.names}
    for name in set(wanted) & set(data_dictionary.catalogues()) if above else ():
        names |= {key(word): wanted[name] for word in _file_names(name)}
    brought: dict[str, Brought] = {}
    sums: dict[str, str] = {}
    problems: list[Problem] = []
    paths = _files(folder, problems)
    mapped = [] if above else mapped_files.pairs(paths, folder, problems)
    paths = [path for path in paths if not any(path in files for _, files in mapped)]
    for table, sheet, digest in mapped_files.laid_out(mapped, _book, problems):
        sums[sheet.file] = digest
        brought[table.about.table] = table_parsing.read_table(table, sheet)
    for path in paths:
        book, digest = _book(path, names)
        book = _below(book, above)
        problems += book.problems
        sums[above + path.name] = digest
        sheets = tuple(sheet for sheet in book.sheets if not form_sheet(sheet.name))
        form = len(sheets) < len(book.sheets)
        if form and not sheets:
            continue
        named = _chosen(above + path.name, replace(book, sheets=sheets), names, problems, form)
        filled = [table_parsing.read_table(*pair) for pair in named]
        if form and named and not (filled := [table for table in filled if table.found]):
            problems.append(Problem("no_rows", path.name))
        for table in filled:
            problems += _twice(table, brought)
            brought.setdefault(table.table.about.table, table)
    for table, sheet in mapped_files.named_services(plan for plan, _ in mapped if plan):
        if "services" not in brought:
            sums[sheet.file] = ""
            brought["services"] = table_parsing.read_table(table, sheet)
    return brought, sums, problems


def _twice(table: Brought, brought: Mapping[str, Brought]) -> list[Problem]:
    """Tell of a table that was brought before."""
    if not (other := brought.get(table.table.about.table)):
        return []
    values = {"table": table.table.name, "other": other.sheet.file}
    return [Problem("table_twice", table.sheet.file, table.sheet.name, values=values)]


def _below(book: file_sheets.Book, above: str) -> file_sheets.Book:
    """Name a file with the folder it lies in, so that two of one name are told apart."""
    sheets = tuple(replace(sheet, file=above + sheet.file) for sheet in book.sheets)
    problems = tuple(replace(each, file=above + each.file) for each in book.problems)
    return replace(book, sheets=sheets, problems=problems)


def _files(folder: Path, problems: list[Problem]) -> list[Path]:
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.iterdir()):
        if any(fnmatch(path.name.lower(), form) for form in IGNORED):
            continue
        problems += places.odd_name(path.name)
        if not path.is_dir():
            found += [path] * path.name.isprintable()
        elif path.name not in FOLDERS and not path.name.startswith("__"):
            problems.append(Problem("folder_unread", path.name, grave=False))
    return found


def _book(path: Path, names: Mapping[str, Table] | None = None) -> tuple[file_sheets.Book, str]:
    """Read a file with its checksum; given names of tables, only where it may hold one of them."""
    suffix, ours = path.suffix.lower(), key(path.stem) in (names or ())
    try:
        if ours and suffix not in file_sheets.TEXTS + file_sheets.BOOKS:
            raise Fault("format_unknown", found=suffix)
        if names and not ours and (suffix not in file_sheets.BOOKS or suffix in RECORDS):
            raise Fault("file_unknown", known=_all_named(names.values()))
        content = file_bytes(path)
    except (OSError, Fault) as why:
        fault = why if isinstance(why, Fault) else Fault("file_locked")
        grave = fault.code != "file_unknown"
        wrong = Problem(fault.code, path.name, values=fault.values, grave=grave)
        return file_sheets.Book(problems=(wrong,)), ""
    return file_sheets.book(path.name, content), hashlib.sha256(content).hexdigest()


def _chosen(
    file: str, book: file_sheets.Book, names: Mapping[str, Table], problems: list[Problem],
    form: bool = False,
) -> list[tuple[Table, file_sheets.Sheet]]:  # fmt: skip
    """Tell which sheet is which table, by the name of the file (not of a form) or of the sheet."""
    mine = None if form else names.get(key(PurePath(file).stem))
    named = [(names[key(s.name)], s) for s in book.sheets if key(s.name) in names]
    values: dict[str, object] = {"known": _all_named(names.values())}
    if not book.sheets:
        return []
    if mine:
        named = [(t, s) for t, s in named if t is mine]
        if len(book.sheets) == 1:
            return [(mine, book.sheets[0])]
        if len(named) != 1:
            values = {"sheets": ", ".join(s.name for s in book.sheets), "table": mine.name}
            problems.append(Problem("several_sheets", file, values=values))
            return []
    elif not named:
        problems.append(Problem("file_unknown", file, values=values, grave=False))
        return []
    left = [s.name for s in book.sheets if s not in [sheet for _, sheet in named]]
    problems += [Problem("sheet_unknown", file, n, values=values, grave=False) for n in left]
    return named


def _all_named(tables: Iterable[Table]) -> Both:
    about = list(dict.fromkeys(table.about for table in tables))
    return Both(", ".join(a.ru for a in about), ", ".join(a.en for a in about))


def _not_brought(brought: Mapping[str, Brought], folder: Path) -> Iterator[Problem]:
    if "services" not in brought:
        yield Problem("table_missing", values={"table": dictionary()["services"].name})
    if not set(ENOUGH) & set(brought) and not (folder / log_folder.FOLDER).is_dir():
        values = {"tables": _all_named(dictionary()[name] for name in ENOUGH)}
        yield Problem("tables_missing", values=values)


# ---------------------------------------------------------------- catalogue and result


def _file_names(name: str) -> tuple[str, ...]:
    """Return the names an agency may give the file of its own catalogue."""
    short = name.partition("_")[2]
    return dictionary()[short].names if short in dictionary() else (short,)


def _catalogue(name: str, own: Brought | None) -> pd.DataFrame:
    common = shipped_catalogue(name)
    if own is None:
        return common
    rows = rows_by_code(own)
    if name == table_parsing.CATALOGUE:
        rows = value_scales.with_ends(rows)
    return pd.concat([common[~common.index.isin(rows.index)], rows])


def _lines(own: Brought) -> Mapping[str, int]:
    """Count the rows of a file that hold anything: headings, left out by a mapping, taken."""
    plain_table = {"lines": own.found + 1, "heading": 1, "left": 0, "taken": own.found}
    return own.sheet.lines or plain_table


def _sources(
    every: Mapping[str, Brought], clean: Mapping[str, pd.DataFrame], sums: Mapping[str, str]
) -> pd.DataFrame:
    rows = [(own.sheet.file, own.sheet.name, name, sums[own.sheet.file], own.found,
             len(clean[name]), *map(_lines(own).get, reshaping.LINES),
             own.found - len(clean[name])) for name, own in every.items()]  # fmt: skip
    return pd.DataFrame(rows, columns=[*log_folder.SOURCES, *reshaping.LINES, "dropped"])
