"""Files of statistics programs (SPSS, Stata) as a table of text: labels where values have them."""

import io
import re
import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import Final

import numpy as np
import pandas as pd

from ccwork.read.files.book_cells import as_text
from ccwork.read.files.faults import Fault

SURVEYS: Final = (".sav", ".zsav", ".dta")


def survey_rows(file: str, content: bytes) -> tuple[list[list[str]], dict[int, str]]:
    """Read a file: names of variables, their questions, then one row a person; and their kinds.

    A value is shown by its label where every value of its column has one, else as its code:
    labels at the ends of a scale name no step between (our choice). A value the survey itself
    calls missing stands as its label, or as "no data". Kinds are told of the variable an SPSS file
    is weighted by, "weight", and of those of its multiple-response sets, "ticks": by place.

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
    columns = [
        _shown(rows[name], about.variable_value_labels.get(name, {}), missing.get(name, ()),
               ways.get(name, as_text)) for name in rows
    ]  # fmt: skip
    labels = [label or "" for label in about.column_labels]
    names = list(rows)
    kinds = {names.index(name): "ticks" for each in (about.mr_sets or {}).values()
             for name in each["variable_list"]}  # fmt: skip
    with suppress(struct.error, ValueError, LookupError):
        if content.startswith(b"$FL"):  # Stata names no weight
            kinds[names.index(_weight(content, about.file_encoding))] = "weight"
    return [names, labels, *map(list, zip(*columns, strict=True))], kinds


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


def _shown(
    column: pd.Series, labels: dict[object, str], missing: list[dict], way: Callable
) -> list[str]:
    """Write one variable as text."""
    values = column.dropna().unique()
    none = {v for v in values for each in missing
            if isinstance(v, type(each["lo"])) and each["lo"] <= v <= each["hi"]}  # fmt: skip
    said = [value for value in values if value not in none]
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
