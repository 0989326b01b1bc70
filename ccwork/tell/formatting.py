"""One value of a table as a person reads it: a number, a word, a name, or why there is none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from markupsafe import Markup

from ccwork.language import wording
from ccwork.language.markup import EMPTY, element, escaped
from ccwork.stats.intervals import names
from ccwork.tell import small_counts

NUMBERS = frozenset(
    {"points", "percent", "value", "change", "count", "hours", "yearly_hours", "number"}
)
"""Kinds of columns whose numbers are facts; ``show_columns.csv`` gives each its kind."""

_QUOTATION = re.compile("(?<=[«“])[^«»“”]+(?=[»”])")


def marked(words: str) -> Markup:
    """Escape words for HTML; what they quote in the other language is marked as such.

    Examples
    --------
    >>> wording.use("ru"); str(marked("источник «wide»"))
    'источник «<span lang="en">wide</span>»'
    """
    parts = quotations(words)
    return EMPTY.join(_foreign(part) if other else escaped(part) for part, other in parts)


def _foreign(words: str) -> Markup:
    """Mark words as said in the other language."""
    return element("span", words, lang=wording.other())


def quotations(words: str) -> Iterator[tuple[str, bool]]:
    """Split words into parts: those quoted in the other language, and what stands between them.

    Examples
    --------
    >>> wording.use("ru"); list(quotations("источник «wide», ряд «а»"))
    [('источник «', False), ('wide', True), ('», ряд «а»', False)]
    """
    at = 0
    for hit in _QUOTATION.finditer(words):
        if wording.foreign(hit[0]):
            yield words[at : hit.start()], False
            yield hit[0], True
            at = hit.end()
    yield words[at:], False


@dataclass(frozen=True)
class Cell:
    """One cell: what is read, whether it is a number, and whose language it is in."""

    shown: str
    number: bool = False
    quoted: bool = False
    missing: bool = False

    @property
    def plain(self) -> str:
        """The cell as it stands in lines of text: other people's words in quotation marks."""
        return f"«{self.shown}»" if self.quoted and "«" not in self.shown else self.shown

    def html(self, tag: str = "td", **more: str) -> Markup:
        """Return the cell as it stands in an HTML table."""
        kind = "num" if self.number else "word" if self.missing else ""
        inside = _foreign(self.shown) if self.quoted else marked(self.shown)
        return element(tag, inside, **more, class_=kind)


def absent(rows: pd.DataFrame) -> str:
    """Say why a table has no rows: which input tables it would need, or that all are there."""
    if wording.has(f"absent.{rows.attrs['name']}"):
        return wording.word(f"absent.{rows.attrs['name']}")
    needs = ", ".join(
        f"«{wording.name('table', need)}» ({need})" for need in rows.attrs.get("needs", ())
    )
    what = wording.word(f"show.{rows.attrs['name']}")
    return wording.say("no_data_bring" if needs else "no_data_rows", what=what, needs=needs)


def _coded(kind: str, code: str) -> str:
    """Return the word of a code; of one the terms do not know, the agency's own name of it."""
    if not wording.has(f"{kind}.{code}") and wording.named_here(kind, code):
        return wording.name(kind, code)
    return wording.word(f"{kind}.{code}")


def column_kind(column: str) -> str:
    """Return the kind of an output column, from ``terms/show_columns.csv``."""
    return wording.terms()[f"col.{column}"]["kind"]


LONGEST = 12
"""Of a longer way only so many steps are written, the last three among them (our choice)."""


def cell(row: dict[str, Any], column: str) -> Cell:
    """Turn one value into what a person reads.

    A number with limits carries its interval; a number that is missing gives its reason.
    """
    value, form = row.get(column), column_kind(column)
    if form.startswith("name:"):
        what = form.removeprefix("name:")
        if value in ("", "—") or pd.isna(value):
            return Cell("—")
        return Cell(wording.name(what, value), quoted=not wording.named_here(what, value))
    if form.startswith("word:"):
        kind = form.removeprefix("word:")
        words = [_coded(kind, code) for code in str(value).split()]
        return Cell(", ".join(words) or "—")
    if form == "steps":
        if not value:
            return Cell(wording.say("other_ways", n=int(row["others"])))
        names = [wording.name("step", code) for code in value.split(" → ")]
        if len(names) > LONGEST:
            left = wording.say("more_steps", n=len(names) - LONGEST)
            names[LONGEST - 3 : -3] = [left]
        return Cell(" → ".join(names))
    if form == "period":
        return Cell(wording.period(value) if value else "—")
    if form in ("text", "quote"):
        return Cell(str(value), quoted=form == "quote" and wording.foreign(str(value)))
    if pd.isna(value):
        return Cell(reason_shown(row, column), missing=True)
    return Cell(number_shown(row, column, value, form), number=True)


def printed(rows: pd.DataFrame) -> tuple[str, list[str], list[str], list[list[Cell]]]:
    """Return the caption of a table, its columns, their headings in words, its cells."""
    name = f"show.{rows.attrs['name']}"
    columns = wording.terms()[name]["columns"].split()
    cells = [[cell(row, column) for column in columns] for row in small_counts.told(rows)]
    heads = [wording.word(f"col.{column}") for column in columns]
    return wording.word(name), columns, heads, cells


def why(row: dict[str, Any], column: str) -> str:
    """Return the code of the reason why a number is missing."""
    told = (row.get(f"{column}_why"), row.get("why"))  # a table joined to another may hold nan
    return next((code for code in told if code and code == code), "not_counted")


def reason_shown(row: dict[str, Any], column: str) -> str:
    """Say why a number is missing."""
    return wording.word(f"reason.{why(row, column)}")


def number_shown(row: dict[str, Any], column: str, value: float, form: str) -> str:
    """Write a number with its interval, as its kind asks."""
    if why_not := small_counts.withheld(row, column, value, form):
        return wording.word(f"reason.{why_not}")
    if form == "value":
        return measured(row)
    if form == "count":
        return wording.number(value, 0)
    digits = 0 if form == "yearly_hours" else 1
    shown = wording.signed(value) if form == "change" else wording.number(value, digits)
    if form == "change" and row.get("unit") == "percent":
        shown = wording.say("of_unit.percent_points", n=shown)
    if f"{column}_low" not in row:
        return shown
    low, high = limits_of(row, column)
    if pd.isna(low):
        return f"{shown} {wording.word('no_interval')}"
    return f"{shown} {wording.interval(low, high, digits)}"


def number_or_reason(row: dict[str, Any], column: str) -> str:
    """Write a number with its interval, or the reason why there is none."""
    if pd.isna(row[column]):
        return reason_shown(row, column)
    return number_shown(row, column, row[column], "number")


def limits_of(row: dict[str, Any], column: str) -> tuple[float, float]:
    """Return the limits of a value; those of the column "value" are ``low`` and ``high``."""
    _, low, high = names(column)
    return row.get(low, float("nan")), row.get(high, float("nan"))


def measured(row: dict[str, Any]) -> str:
    """Write a value with its unit and interval: ``85,0 балла [84,7; 85,3]``."""
    value, (low, high) = row["value"], limits_of(row, "value")
    limit = wording.word("no_interval") if pd.isna(low) else wording.interval(low, high)
    digits = 0 if pd.isna(low) and value == round(value) else 1
    return f"{amount(value, row['unit'], digits)} {limit}"


def source(*tables: pd.DataFrame) -> str:
    """Say where the numbers of tables of one workbook come from and of what date they are.

    Then what was assumed for them, each sentence once.
    """
    when = wording.day(date.fromisoformat(tables[0].attrs["date"]))
    files = sorted({file for rows in tables for file in rows.attrs["files"]})
    line = wording.say("source_line", files=", ".join(files) or "—", date=when)
    return " ".join(dict.fromkeys([line, *(said for rows in tables for said in remarks(rows))]))


def remarks(rows: pd.DataFrame) -> Iterator[str]:
    """Say what was assumed for a table: a sentence a remark; codes become names."""
    if rows.attrs.get(small_counts.OPEN):
        yield wording.say("remark.few_shown", reason=rows.attrs[small_counts.OPEN])
    for code, values in rows.attrs.get("remarks", ()):
        shown = {key: wording.name(*v) if isinstance(v, tuple) else v for key, v in values.items()}
        yield wording.say(code, **shown)


def amount(value: float, unit: str, digits: int = 1) -> str:
    """Write a value with its unit after it, in the form that goes with the number."""
    return wording.say(f"of_unit.{unit}", n=wording.number(value, digits))
