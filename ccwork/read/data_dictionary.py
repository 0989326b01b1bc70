"""The dictionary of input: tables, their columns, missing words, headings never to be brought."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from ccwork.language import wording
from ccwork.language.resources import resource_rows
from ccwork.language.spelling import key
from ccwork.language.wording import Both

DAYS: Final = ("date", "moment")
WHOLE: Final = ("count", "integer", "level")
NUMBERS: Final = (*WHOLE, "number", "percent")
TIMES: Final = ("start", "end", "applied", "received")
"""Columns of ``steps`` that are moments."""

PARTS: Final = ("actor", "position", "unit", "agency", "channel", "segment", "resource")
"""Who, where and how of a step: a blank word here is nobody, never a party."""

ROOMS: Final = (
    "face_the_problem_actions", "agency", "cascade_indicators", "catalogue_cases",
    "catalogue_metrics", "cascade_causes", "scale", "plan", "catalogue_face_the_problem",
    "clients", "catalogue_items", "kpi", "one_process", "checklists", "recognition", "core_team",
    "face_the_problem_visits", "complaints", "opinions", "surveys", "catalogue_situations",
)  # fmt: skip
"""Files of the dictionary, in the order in which all tables are listed."""


@dataclass(frozen=True)
class Column:
    """One row of the dictionary.

    Attributes
    ----------
    kind
        code, text, count, integer, number, percent, level, date, moment, period, choice or bool.
    values
        Parts with a blank between them: ``a|b`` words to choose from, ``@table.column`` a
        reference, ``0..100`` a range, ``missing`` a missing word is allowed, ``=word`` stands
        for an empty cell (a key column with it may be left out).
    required
        "key" (together they tell rows apart), "yes" or "no".
    """

    table: str
    column: str
    kind: str
    unit: str
    values: str
    required: str
    ru: str
    en: str
    about_ru: str
    about_en: str

    @cached_property
    def _parts(self) -> list[str]:
        return self.values.split()

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """Words to choose from."""
        plain = [part for part in self._parts if not re.search(r"^[@=]|\.\.|^missing$", part)]
        return tuple(plain[0].split("|")) if plain else ()

    @cached_property
    def reference(self) -> str:
        """``table.column`` that must know the code; empty if none."""
        return next((part[1:] for part in self._parts if part.startswith("@")), "")

    @cached_property
    def range(self) -> tuple[float, float]:
        """Smallest and largest number allowed."""
        low, high = next((p.split("..") for p in self._parts if ".." in p), ("", ""))
        if self.kind == "percent" and not low + high:
            low, high = "0", "100"
        return float(low or -math.inf), float(high or math.inf)

    @cached_property
    def missing(self) -> bool:
        """Whether a missing word is allowed."""
        return "missing" in self._parts

    @cached_property
    def default(self) -> str | None:
        """What an empty cell stands for."""
        return next((part[1:] for part in self._parts if part.startswith("=")), None)

    @property
    def may_be_absent(self) -> bool:
        """Whether the file may come without this column."""
        return self.required == "no" or (self.required == "key" and self.default is not None)

    @property
    def names(self) -> tuple[str, ...]:
        """Headings the column is known by."""
        return self.column, self.ru, self.en

    @property
    def name(self) -> Both:
        """The name as a reader sees it."""
        return Both(self.ru, self.en)


@dataclass(frozen=True)
class Table:
    """A table of the dictionary: its own row and its columns."""

    about: Column
    columns: Mapping[str, Column]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of files and sheets the table is known by."""
        return self.about.table, self.about.ru, self.about.en

    @property
    def name(self) -> Both:
        """Name a person reads."""
        return self.about.name

    @property
    def keys(self) -> list[str]:
        """Columns that together tell rows apart."""
        return [name for name, column in self.columns.items() if column.required == "key"]


@cache
def dictionary() -> Mapping[str, Table]:
    """Read the dictionary: table -> its columns."""
    rows = [Column(**row) for room in ROOMS for row in resource_rows("dictionary", f"{room}.csv")]
    return {
        own.table: Table(own, {r.column: r for r in rows if r.table == own.table and r.column})
        for own in rows
        if not own.column
    }


def catalogues() -> list[str]:
    """Return the dictionary's names of the catalogues."""
    return [name for name, table in dictionary().items() if table.about.kind == "catalogue"]


def form_sheet(name: str) -> str:
    """Return which sheet without a table a form of ours calls so; "" where it is none."""
    rows = {part: wording.terms()[f"form.{part}"] for part in ("guide", "codes", "problems")}
    return next((part for part, row in rows.items()
                 if key(name) in (key(row[lang]) for lang in wording.LANGS)), "")  # fmt: skip


@cache
def missing_words() -> Mapping[str, str]:
    """Read the closed list of missing words: word -> code of its reason."""
    rows = resource_rows("dictionary", "missing_words.csv")
    return {key(row["word"]): row["reason"] for row in rows}


def missing_reason(written: str) -> str:
    """Return why a value is missing; empty if `written` is no missing word."""
    return missing_words().get(re.sub(" ?< ?", "<", key(written)), "")


@cache
def _blank_words() -> frozenset[str]:
    return frozenset(key(row["word"]) for row in resource_rows("dictionary", "blank_words.csv"))


def blank_word(written: str) -> bool:
    """Tell whether who, where or how is not given: a missing word, or one systems leave there.

    Examples
    --------
    >>> blank_word("UNDEFINED"), blank_word("не указан"), blank_word("Иванов")
    (True, True, False)
    """
    return key(written).strip("()[]<>\"'") in _blank_words() or bool(missing_reason(written))


def personal(heading: str) -> bool:
    """Tell whether a heading names personal data.

    Examples
    --------
    >>> personal("Ф.И.О. заявителя"), personal("Телефоны"), personal("Инновации")
    (True, True, False)
    """
    found = " ".join(re.findall(r"\w+", key(heading)))
    for row in resource_rows("dictionary", "personal_headings.csv"):
        word = re.escape(row["word"].rstrip("*")) + (r"\w*" if row["word"].endswith("*") else "")
        if re.search(rf"(?<!\w){word}(?!\w)", found):
            return True
    return False
