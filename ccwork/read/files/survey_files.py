"""Files of statistics programs (SPSS, Stata) as a table of text: labels where values have them."""

import io
import re
import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.read.files.book_cells import as_text
from ccwork.read.files.faults import Fault

SURVEYS: Final = (".sav", ".zsav", ".dta")


def survey_rows(file: str, content: bytes) -> tuple[list[list[str]], dict[str, Any]]:
    """Read a file: names of variables, their questions, then one row a person; what it says else.

    A value is shown by its label where every value of its column has one, else as its code:
    labels at the ends of a scale name no step between (our choice). A value the survey itself
    calls missing stands as its label, or as "no data". What else an SPSS file says goes by the
    names of :class:`~ccwork.read.files.file_sheets.Sheet`: the variable it is weighted by and
    those of its multiple-response sets (``kinds``, ``ticks``; of a set of categories each choice
    is a column more), and labels of missing values (``missing``).

    Raises
    ------
    Fault
        When the package that reads such files is not installed, or the file is damaged.
    """
    try:
        import pyreadstat
    except ImportError:
        needed = {"found": PurePath(file).suffix, "package": "ccwork[surveys]"}
        raise Fault("surveys_needed", **needed) from None
    read = pyreadstat.read_dta if file.lower().endswith(".dta") else pyreadstat.read_sav
    how = {"disable_datetime_conversion": True}  # the reader drops the days of a length of time
    try:
        rows, about = read(io.BytesIO(content), user_missing=True, **how)
        missing = about.missing_ranges
        if about.missing_user_values:  # of Stata: beside them the reader makes 0 of no answer
            bare, _ = read(io.BytesIO(content), **how)
            rows = rows.where(bare.notna() | rows.map(lambda cell: isinstance(cell, str)), None)
            missing = {name: [{"lo": each, "hi": each} for each in letters]
                       for name, letters in about.missing_user_values.items()}  # fmt: skip
    except Exception:  # the reader raises several kinds of its own
        raise Fault("damaged") from None
    ways = {name: _WAYS[kind[0]] for name, shown in about.original_variable_types.items()
            if (kind := _KIND.match(shown)) and kind[0] in _WAYS}  # fmt: skip
    for name, kind in about.readstat_variable_types.items():
        if kind == "float":
            ways.setdefault(name, lambda value: as_text(float(str(np.float32(value)))))
    none = {name: _missing(rows[name], missing.get(name, ())) for name in rows}
    labels = {name: about.variable_value_labels.get(name, {}) for name in rows}
    columns = [_shown(rows[name], labels[name], none[name], ways.get(name, as_text))
               for name in rows]  # fmt: skip
    silent = [{labels[name].get(value, "no data") for value in none[name]} for name in rows]
    said = {cell for own, cells in zip(silent, columns, strict=True) for cell in {*cells} - own}
    head, below = list(rows), [label or "" for label in about.column_labels]
    told: Any = {"kinds": {}, "ticks": [], "missing": sorted(set().union(*silent) - said)}
    with suppress(struct.error, ValueError, LookupError):
        if content.startswith(b"$FL"):  # Stata names no weight
            told["kinds"][head.index(_weight(content, about.file_encoding))] = "weight"
    for name, each in (about.mr_sets or {}).items():
        more = _ticked(each, rows, columns, told)
        head += [name if (label := each["label"] or name) in head else label] * len(more)
        below += more
        columns += more.values()
    return [head, below, *map(list, zip(*columns, strict=True))], told


def _ticked(
    each: dict, rows: pd.DataFrame, columns: list[list[str]], told: dict
) -> dict[str, list[str]]:
    """Tell of a multiple-response set; return the choices of one of categories, each a column."""
    whole = {name.lower(): at for at, name in enumerate(rows)
             if told["kinds"].get(at, "text") == "text"}  # fmt: skip
    held = [whole[one.lower()] for one in each["variable_list"] if one.lower() in whole]
    more, chosen = {}, list(zip(*(columns[at] for at in held), strict=True))
    if each["is_dichotomy"]:
        said = {each["counted_value"], str(each["counted_value"])}  # of words as of numbers
        ticked = {columns[at][n] for at in held
                  for n in np.flatnonzero(rows.iloc[:, at].isin(said))}  # fmt: skip
    else:
        choices = sorted({one for row in chosen for one in row} - {"", *told["missing"]})
        more = {one: [one if one in row else "" for row in chosen] for one in choices}
        ticked = {"*"}
    told["kinds"] |= dict.fromkeys(held, "text")
    held = [*range(len(columns), len(columns) + len(more))] if more else held
    if ticked and held:
        told["kinds"] |= dict.fromkeys(held, "ticks")
        told["ticks"].append((sorted(ticked), held))
    return more


def _weight(content: bytes, encoding: str) -> str:
    """Return the variable the header of an SPSS file names as weight; empty if none.

    The layout is that of PSPP's description of system files.
    """
    order, at, name = "<" if content[64] else ">", 176, ""
    (nth,) = struct.unpack_from(f"{order}i", content, 76)
    for _ in range(nth):
        _, _, labelled, missing = struct.unpack_from(f"{order}4i", content, at)
        name = content[at + 24 : at + 32].decode(encoding).strip()
        at += 32
        if labelled:
            at += 4 + -(-struct.unpack_from(f"{order}i", content, at)[0] // 4) * 4
        at += 8 * abs(missing)
    _, _, after = content.partition(struct.pack(f"{order}3i", 7, 13, 1))
    (size,) = struct.unpack_from(f"{order}i", after or bytes(4))
    long_ = (pair.split("=") for pair in after[4 : 4 + size].decode(encoding).split("\t") if pair)
    return dict(long_).get(name, name)


def _moment(n: float, since: datetime, unit: str) -> str:
    return as_text(since + timedelta(**{unit: n}))


def _period(n: float, kind: str, of_spss: bool = False) -> str:
    """Write a month or quarter: of SPSS that of a moment, of Stata the nth one since 1960."""
    moment = _SPSS + timedelta(seconds=n) if of_spss else None
    return str(pd.Period(moment, kind) if moment else pd.Period("1960", kind) + int(n))


_SPSS, _STATA = datetime(1582, 10, 14), datetime(1960, 1, 1)
_KIND: Final = re.compile(r"[A-Z]+|%t?[a-zA-Z]")
_WAYS: Final[dict[str, Callable[[float], str]]] = {
    **dict.fromkeys(("TIME", "DTIME", "MTIME"), lambda n: as_text(timedelta(seconds=n))),
    **dict.fromkeys(("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "DATETIME", "YMDHMS"),
                    partial(_moment, since=_SPSS, unit="seconds")),
    "MOYR": partial(_period, kind="M", of_spss=True), "%tm": partial(_period, kind="M"),
    "QYR": partial(_period, kind="Q", of_spss=True), "%tq": partial(_period, kind="Q"),
    **dict.fromkeys(("%td", "%d"), partial(_moment, since=_STATA, unit="days")),
    **dict.fromkeys(("%tc", "%tC"), partial(_moment, since=_STATA, unit="milliseconds")),
}  # fmt: skip
"""Formats of a variable -> how its program shows a number."""


def _missing(column: pd.Series, ranges: list[dict]) -> set[object]:
    """Return the values of a variable the survey itself calls missing."""
    return {v for v in column.dropna().unique() for each in ranges
            if isinstance(v, type(each["lo"])) and each["lo"] <= v <= each["hi"]}  # fmt: skip


def _shown(column: pd.Series, labels: dict, none: set[object], way: Callable) -> list[str]:
    """Write one variable as text."""
    said = [value for value in column.dropna().unique() if value not in none]
    known = labels if all(value in labels for value in said) else {}
    return [
        "" if pd.isna(value)
        else labels.get(value, "no data") if value in none
        else known[value] if value in known
        else _written(value, way)
        for value in column
    ]  # fmt: skip


def _written(value: object, way: Callable) -> str:
    try:
        return way(value)
    except (OverflowError, ValueError, TypeError):  # no moment there is
        return as_text(value)
