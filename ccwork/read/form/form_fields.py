"""The cells of a form: what may be entered, said in words and checked; how values are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from ccwork.language import wording
from ccwork.read import agency_folder, data_dictionary
from ccwork.read.data_dictionary import NUMBERS, WHOLE, Column, Table, dictionary
from ccwork.read.files import cell_parsing
from ccwork.read.form.xlsx_writing import TEXT, Book, column_range, put

LAST_ROW: Final = 10_000
"""Lists and checks of cells reach at least this row (our choice)."""

UNIT: Final = "terms.unit"
"""Where the units of a metric are chosen."""

_BY_LANG: Final = {"ru": "%d.%m.%Y", "en": "%Y-%m-%d"}


@dataclass(frozen=True)
class List:
    """One block of the sheet of codes: where it stands, its headings and rows."""

    place: int
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def source(self, n: int = 0) -> str:
        """Return the cells of its first column, or the first `n` of them."""
        last = (n or len(self.rows)) + 1
        return column_range(wording.word("form.codes"), self.place, last)


@dataclass(frozen=True)
class Plan:
    """What the sheets of one form need to know of each other."""

    read: agency_folder.Input
    tables: tuple[str, ...]
    lists: Mapping[str, List]

    def source(self, table: Table, column: Column) -> str:
        """Return the source of a drop-down list of codes; empty if there is none."""
        other, _, name = column.reference.partition(".")
        if other in self.tables and column.reference not in self.lists:
            place = list(dictionary()[other].columns).index(name)
            column_there = column_range(sheet_name(other), place, LAST_ROW)
            first = column_there.partition(":")[0]
            return f"OFFSET({first},0,0,MAX(1,COUNTA({column_there})),1)"
        if column.reference not in self.lists:
            return ""
        scaled = 0
        if other == "catalogue_metrics" and "level" in table.columns:
            scaled = int(self.read.catalogue["levels"].notna().sum())
        return self.lists[column.reference].source(scaled)


def heading(column: Column) -> str:
    """Return the heading of a column in the language in force."""
    return column.ru if wording.lang() == "ru" else column.en


def column_meaning(column: Column) -> str:
    """Return what a column or a table holds, in the language in force."""
    return column.about_ru if wording.lang() == "ru" else column.about_en


def sheet_name(table: str) -> str:
    """Return the name of the sheet that holds a table; the reader knows it."""
    said = heading(dictionary()[table].about)
    return said[:1].upper() + said[1:]


def lists(read: agency_folder.Input, chosen: tuple[str, ...]) -> dict[str, List]:
    """Gather the lists codes are chosen from: catalogues, tables left out, missing words."""
    blocks: dict[str, tuple[tuple[str, ...], list[tuple[str, ...]]]] = {}
    wanted = {c.reference for name in chosen for c in dictionary()[name].columns.values()}
    for name, rows in read.catalogues.items():
        table = f"catalogue_{name}"
        column = dictionary()[table].columns[str(rows.index.name)]
        if f"{table}.{column.column}" not in wanted:
            continue
        shown = 2 if "unit" in rows else 1
        if "levels" in rows:
            rows = rows.sort_values("levels", key=lambda levels: levels.isna(), kind="stable")
        blocks[f"{table}.{column.column}"] = (
            (heading(column), *map(wording.word, ("form.col_name", "form.col_unit")[:shown])),
            [(str(code), _named(row), _unit(row))[: shown + 1] for code, row in rows.iterrows()],
        )
    for reference in sorted(wanted):
        other, _, name = reference.partition(".")
        if other in read.tables and other not in chosen:
            codes = [(code,) for code in read.tables[other][name] if code]
            heads = (f"{sheet_name(other)}: {heading(dictionary()[other].columns[name])}",)
            blocks[reference] = (heads, codes)
    if UNIT in wanted:
        units = [wording.word(term) for term in wording.terms() if term.startswith("unit.")]
        column = dictionary()["catalogue_metrics"].columns["unit"]
        blocks[UNIT] = ((heading(column),), [(word,) for word in dict.fromkeys(units)])
    heads = (wording.word("form.col_word"), wording.word("form.col_meaning"))
    blocks["missing"] = (heads, list(missing().items()))
    found, place = {}, 0
    for name, (heads, rows) in blocks.items():
        if rows:
            found[name] = List(place, heads, tuple(rows))
            place += len(heads) + 1
    return found


def _named(row: pd.Series) -> str:
    pair = row.get("ru", ""), row.get("en", "")
    mine, other = pair if wording.lang() == "ru" else pair[::-1]
    return str(mine or other or "")


def _unit(row: pd.Series) -> str:
    unit = f"unit.{row.get('unit', '')}"
    return wording.word(unit) if wording.has(unit) else ""


def missing() -> dict[str, str]:
    """Return the words for a missing value in the language in force: word -> what it means."""
    reasons = dict.fromkeys(data_dictionary.missing_words().values())
    words = {reason: wording.word(f"form.missing.{reason}") for reason in reasons}
    return {w: wording.word(f"reason.{why}") for why, w in words.items() if why != "empty"}


def hints(plan: Plan, table: Table, column: Column) -> list[str]:
    """Say what a cell of a column may hold."""
    kind, said = column.kind, []
    if kind in NUMBERS:
        said.append(wording.word(f"form.hint_{'whole' if kind in WHOLE else 'number'}"))
        low, high = (f"{end:g}" for end in _ends(column))
        if not high.startswith("1e"):
            said.append(wording.say("form.hint_between", low=low, high=high))
        elif not low.startswith("-"):
            said.append(wording.say("form.hint_least", low=low))
    if words := _choices(column):
        said.append(wording.say("form.hint_choice", words=", ".join(words)))
    if plan.source(table, column):
        other = column.reference.partition(".")[0]
        mine = other in plan.tables and column.reference not in plan.lists
        sheet = sheet_name(other) if mine else wording.word("form.codes")
        said.append(wording.say("form.hint_row" if mine else "form.hint_code", sheet=sheet))
    if kind in ("date", "moment", "period"):
        said.append(wording.say(f"form.hint_{kind}", example=example(plan, kind)))
    if column.missing:
        said.append(wording.say("form.hint_missing", words=", ".join(missing())))
    if column.default:
        term = f"value.{column.default}"
        word = wording.word(term) if wording.has(term) and column.choices else column.default
        said.append(wording.say("form.hint_default", word=word))
    return said


def example(plan: Plan, kind: str) -> str:
    """Return how a date, a moment or a period of the agency's grain is written."""
    if kind == "period":
        grain = str(plan.read.agency.get("grain") or "month")
        return {"year": "2026", "quarter": "2026Q1"}.get(grain, "2026-03")
    return wording.word(f"form.example_{kind}")


def _ends(column: Column) -> tuple[float, float]:
    """Return the smallest and largest number a cell of a column may hold."""
    least = {"count": 0.0, "level": 1.0}.get(column.kind, -cell_parsing.LARGEST)
    low, high = column.range
    return max(low, least), min(high, cell_parsing.LARGEST)


def _choices(column: Column) -> list[str]:
    words = ("yes", "no") if column.kind == "bool" else column.choices
    return [wording.word(f"value.{word}") for word in words]


def rule(plan: Plan, table: Table, column: Column, cell: str) -> dict[str, object]:
    """Return the check Excel makes when a cell of a column is typed; empty where none helps."""
    if words := _choices(column):
        return {"validate": "list", "source": words}
    if source := plan.source(table, column):
        # names are understood as well, so Excel only asks
        return {"validate": "list", "source": f"={source}", "error_type": "warning"}
    if column.kind in NUMBERS:
        low, high = _ends(column)
        parts = [f"ISNUMBER({cell})", f"{cell}>={low:.15g}", f"{cell}<={high:.15g}"]
        parts += [f"{cell}=INT({cell})"] if column.kind in WHOLE else []
    elif column.kind in ("date", "moment", "period"):
        shown = example(plan, column.kind)
        signs = [(at, sign) for at, sign in enumerate(shown, 1) if not sign.isdecimal()]
        parts = [f"LEN({cell})={len(shown)}"]
        parts += [f'MID({cell},{at},1)="{sign}"' for at, sign in signs]
    else:
        return {}
    formula = f"AND({','.join(parts)})"
    if column.missing:
        words = plan.lists["missing"].source()
        formula = f"OR({formula},ISNUMBER(MATCH({cell},{words},0)))"
    # other spellings of a date are read as well, so Excel only asks
    stern = "stop" if column.kind in NUMBERS else "warning"
    return {"validate": "custom", "value": f"={formula}", "error_type": stern}


def cell_formats(column: Column) -> dict[str, object]:
    """Return how cells of a column are formatted: all but numbers as text."""
    return {} if column.kind in NUMBERS else {"num_format": TEXT}


def fill(
    book: Book, sheet: Worksheet, place: int, column: Column, frame: pd.DataFrame, plan: Plan
) -> None:
    """Write the values of one column under its heading."""
    if column.column not in frame:
        return
    style, none = book.style(locked=False, **cell_formats(column)), [""] * len(frame)
    reasons = frame[f"{column.column}_why"] if column.missing else none
    units = none
    if column.unit == "metric" and "metric" in frame:
        units = frame["metric"].map(plan.read.catalogue["unit"])
    rows = zip(frame[column.column], reasons, units, strict=True)
    for at, (value, why, unit) in enumerate(rows, 1):
        if why:
            said = "" if why == "empty" else wording.word(f"form.missing.{why}")
            put(sheet, at, place, said, style)
        elif pd.isna(value) or value == "":
            continue
        elif column.kind in NUMBERS:
            _number(book, sheet, at, place, float(value), unit == "percent")
        else:
            put(sheet, at, place, _shown(column, value), style)


def _shown(column: Column, value: object) -> str:
    """Write a value that is no number the way a person would."""
    if column.kind == "choice":
        return wording.word(f"value.{value}")
    if column.reference == UNIT:
        return wording.word(f"unit.{value}")
    if column.kind == "bool":
        return wording.word("value.yes" if value else "value.no")
    if column.kind in data_dictionary.DAYS:
        when = pd.Timestamp(value)
        hours = " %H:%M:%S" if when.second else " %H:%M"
        return when.strftime(_BY_LANG[wording.lang()] + (hours if column.kind == "moment" else ""))
    return str(value)


def _number(book: Book, sheet: Worksheet, row: int, place: int, value: float, share: bool) -> None:
    """Write a number; as text where Excel, with its 16 digits, would not give it back."""
    exact, form = Decimal(repr(value)) / (100 if share else 1), {}
    if share:
        # a bare 0.5 would be taken for a fraction, so percentages carry their sign
        places = max(0, -Decimal(repr(value)).normalize().as_tuple().exponent)
        form = {"num_format": "0." + "0" * places + "%" if places else "0%"}
    kept = Decimal(repr(float(f"{float(exact):.16G}")))
    if kept == exact:
        sheet.write_number(row, place, float(exact), book.style(locked=False, **form))
    else:
        said = repr(value) + ("%" if share else "")
        put(sheet, row, place, said, book.style(locked=False))
