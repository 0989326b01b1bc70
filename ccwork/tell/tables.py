"""What a table is: its name, its key, the files and the date behind it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ccwork.language import wording
from ccwork.language.resources import resource_rows
from ccwork.read.workbook import Workbook
from ccwork.tell import small_counts

MEASURED = ("answers", "counts", "metrics")
"""The tables values come from."""


class Fixed(list):
    """Names that nobody changes: pandas copies what a table is with every step it takes."""

    def __deepcopy__(self, _memo: dict) -> "Fixed":
        return self


def about(
    rows: pd.DataFrame | Iterable[Any], name: str, work: Workbook, *,
    key: list[str] | None = None, of: Sequence[str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Say what a table is: its name, its key columns, the files and the date behind it.

    Its key, the tables it is made of and the columns that rows become which are no table yet
    stand in ``resources/tables.csv``, where `key` and `of` do not say otherwise. Of the tables it
    needs only those not brought yet are named.
    """
    listed = _listed().get(name, {})
    rows = rows if isinstance(rows, pd.DataFrame) else framed(rows, name)
    key = listed["key"] if key is None else Fixed(key)
    of = listed.get("of", MEASURED) if of is None else of
    rows = small_counts.telltale(rows.reset_index(drop=True), name)
    needs = Fixed(table for table in of if table not in work.tables)
    rows.attrs = work.about(name, key, Fixed(work.files(*of)), needs)
    return rows


def framed(rows: Iterable[Any], name: str) -> pd.DataFrame:
    """Make a table of rows, with the columns that ``resources/tables.csv`` lists for its name."""
    return pd.DataFrame(rows, columns=_listed()[name]["columns"] or None)


def listed_key(name: str) -> list[str]:
    """Return the key columns that ``resources/tables.csv`` lists for a table."""
    return [*_listed()[name]["key"]]


@cache
def _listed() -> dict[str, dict[str, list[str]]]:
    rows = resource_rows("tables.csv")
    return {row.pop("table"): {name: Fixed(row[name].split()) for name in row} for row in rows}


def fact_id(rows: pd.DataFrame, row: Mapping[str, Any], column: str) -> str:
    """Return the id of the fact that :func:`ccwork.show` makes of one cell of a table.

    Examples
    --------
    >>> rows = pd.DataFrame({"kpi": ["speed"], "n": [9]})
    >>> rows.attrs = {"name": "five", "key": ["kpi"]}
    >>> fact_id(rows, rows.iloc[0], "n")
    'five.speed.n'
    """
    key = ".".join(str(row[part]) for part in rows.attrs["key"])
    return f"{rows.attrs['name']}.{key}.{column}"


def said(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return the text ``<name>_<language in force>``, else the other language's, else "—"."""
    mine, other = sorted(wording.LANGS, key=wording.lang().__ne__)
    own = rows[f"{name}_{mine}"].replace("", np.nan)
    return own.fillna(rows[f"{name}_{other}"].replace("", np.nan)).fillna("—").astype(str)
