"""What a table is: its name, its key, the files and the date behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ccwork.language import wording
from ccwork.read.workbook import Workbook
from ccwork.tell import small_counts

MEASURED = ("answers", "counts", "metrics")
"""The tables values come from."""


class Fixed(list):
    """Names that nobody changes: pandas copies what a table is with every step it takes."""

    def __deepcopy__(self, _memo: dict) -> "Fixed":
        return self


def about(
    rows: pd.DataFrame, name: str, work: Workbook, *, key: list[str], of: Sequence[str] = MEASURED
) -> pd.DataFrame:
    """Say what a table is: its name, its key columns, the files and the date behind it.

    Of the tables it needs only those not brought yet are named.
    """
    rows = small_counts.telltale(rows.reset_index(drop=True), name)
    needs = Fixed(table for table in of if table not in work.tables)
    rows.attrs = work.about(name, key, Fixed(work.files(*of)), needs)
    return rows


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
