"""What the rooms share: rows anyone can open (``resources/demo``), and how they are written."""

from functools import cache
from io import StringIO

import pandas as pd

from ccwork.language.resources import resource


def text(name: str) -> str:
    """Return a file of the folder ``resources/demo``."""
    return resource("demo", name).read_text(encoding="utf-8")


@cache
def _table(name: str) -> pd.DataFrame:
    lines, blank = StringIO(text(f"{name}.csv")), {"keep_default_na": False, "na_values": [""]}
    table = pd.read_csv(lines, dtype={"register_id": str}, **blank)
    return table.assign(**table.select_dtypes("str").fillna(""))


def rows(name: str, agency: str = "") -> pd.DataFrame:
    """Return a table of ``resources/demo``, or an agency's rows without the column that says so.

    Examples
    --------
    >>> rows("positions", "payments")[["position", "staff"]].values.tolist()
    [['officer', 300], ['calculator', 60]]
    """
    table = _table(name)
    if not agency:
        return table.copy()
    return table[table["agency"] == agency].drop(columns="agency").reset_index(drop=True)


def as_csv(table: pd.DataFrame) -> str:
    """Return a table as it is written down: whole numbers without a point."""
    whole = table.select_dtypes("float").convert_dtypes()
    return table.assign(**whole).to_csv(index=False, lineterminator="\n")
