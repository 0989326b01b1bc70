"""Names in place of codes: what a form or a catalogue calls a thing is read as its code."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.language import wording
from ccwork.language.spelling import key
from ccwork.read import data_dictionary
from ccwork.read.files import cell_grid, cell_parsing
from ccwork.read.table_parsing import Brought

NAMED: Final = {
    "segment": "catalogue_segments.segment", "channel": "terms.channel", "unit": "units.unit",
    "step": "catalogue_steps.step", "position": "positions.position",
    "owner": "positions.position",
}  # fmt: skip
"""Columns that may hold any code -> where a name is looked for."""

TERMS: Final = ("unit", "cap", "channel")
_NO_CODE: Final = ("bad_code", "code_by_excel")


class Names(dict[str, Any]):
    """Reference -> every code there is -> its names in both languages, gathered when asked for."""

    def __getitem__(self, reference: str) -> Mapping[str, tuple[str, ...]]:
        if isinstance(found := super().__getitem__(reference), partial):
            found = self[reference] = found()
        return found


def known_names(every: Mapping[str, Brought], catalogues: Mapping[str, pd.DataFrame]) -> Names:
    """Gather the codes an agency may refer to, and what each is called."""
    found = Names({f"terms.{kind}": partial(_terms, kind) for kind in TERMS})
    for name, rows in catalogues.items():
        named = partial(_named, rows.index, rows, "ru", "en")
        found[f"catalogue_{name}.{rows.index.name}"] = named
    for name, other in every.items():
        code, rows = other.table.keys[0], other.frame
        if name not in data_dictionary.catalogues():
            found[f"{name}.{code}"] = partial(_named, rows[code], rows, "name_ru", "name_en")
    return found


@cache
def _terms(kind: str) -> dict[str, tuple[str, ...]]:
    rows = ((code.partition("."), row) for code, row in wording.terms().items())
    return {code: _told(row["ru"], row["en"]) for (own, _, code), row in rows if own == kind}


def _told(*words: object) -> tuple[str, ...]:
    return tuple(word for word in words if isinstance(word, str) and word)


def _named(codes: Any, rows: pd.DataFrame, *columns: str) -> dict[str, tuple[str, ...]]:
    words = [codes, *(rows[column] for column in columns if column in rows)]
    lines = zip(*(each.tolist() for each in words), strict=True)
    return {code: _told(*said) for code, *said in lines if code}


def with_codes(brought: Brought, known: Names) -> Brought:
    """Put the code in place of each name; a name of two codes is not guessed."""
    brought = _own_names(brought)
    for name, column in brought.table.columns.items():
        reference = column.reference or NAMED.get(name, "")
        own = reference.partition(".")[0] == brought.table.about.table and not column.reference
        if column.kind == "code" and name in brought.where and reference in known and not own:
            brought = _column(brought, name, known[reference], bool(column.reference))
    return brought


def _own_names(brought: Brought) -> Brought:
    """Make codes of the names that stand in place of a table's own codes: blanks become "_"."""
    name, *more = brought.table.keys
    titles = [each for each in ("name_ru", "name_en") if each in brought.where]
    if more or not titles or name not in brought.where or brought.table.columns[name].reference:
        return brought
    codes: dict[str, tuple[str, ...]] = {}
    written = brought.written[name]
    cells = np.array(cell_grid.plains(written), object)[written.codes]
    for row, cell in zip(brought.frame.index, cells, strict=True):
        if key(cell) in {key(brought.frame.at[row, title] or "") for title in titles}:
            made = "_".join(re.findall(r"[^\W_]+", cell))[:64].strip("_")
            codes |= {made: (cell,)} if made and made != cell else {}
    return _column(brought, name, codes, strict=False)


def _column(
    brought: Brought, name: str, codes: Mapping[str, tuple[str, ...]], strict: bool
) -> Brought:
    """Read the names in one column; where codes are given, other texts wait for their check."""
    place, meant = brought.where[name][1], by_name(codes)
    spots = {p.cells[0]: p.code for p in brought.problems if p.code in _NO_CODE and p.cells}
    column = brought.written[name]
    told = cell_grid.plains(column)
    odd = [cell and cell not in codes and (spots or key(cell) in meant) for cell in told]
    odd = cell_grid.where(column, odd)
    values, solved, shared = {}, set(), []
    for row, at in zip(brought.frame.index[odd], column.codes[odd], strict=True):
        cell = told[at]
        spot, own = brought.sheet.spot(row - 1, place), meant.get(key(cell), ())
        if spot not in spots and not brought.frame.at[row, name]:
            continue
        if len(own) > 1:
            shown = {"found": cell, "codes": ", ".join(own)}
            shared.append(brought.problem("name_shared", name, row, **shown))
        if own or (strict and spots.get(spot) == "bad_code"):
            values[row] = ("" if len(own) > 1 else own[0]) if own else cell
            solved.add(spot)
    if not values:
        return brought
    frame = brought.frame.astype({name: "str"})
    frame.loc[list(values), name] = list(values.values())
    left = [p for p in brought.problems if p.code not in _NO_CODE or not {*p.cells} & solved]
    return replace(brought, frame=frame, problems=(*left, *shared))


def by_name(codes: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the codes each name stands for, and each code a mapping makes of a name."""
    found: dict[str, tuple[str, ...]] = {}
    for code, said in codes.items():
        for word in dict.fromkeys(map(key, [*said, *map(as_code, said)])):
            found[word] = (*found.get(word, ()), code)
    return found


def as_code(name: str) -> str:
    """Return a name as a code: letters and digits of any script, apart by "_"."""
    return re.sub(r"\W+", "_", name).strip("_")[:64].strip("_")


def near_code(found: str, codes: Mapping[str, tuple[str, ...]]) -> tuple[str, str]:
    """Return the code that was probably meant, and the name it was found by."""
    if like := cell_parsing.nearest(found, codes):
        return like, ""
    meant = {word: code for code, said in codes.items() for word in said}
    like = cell_parsing.nearest(found, meant)
    return meant.get(like, ""), like
