"""What the rooms share: rows anyone can open (``resources/demo``), and draws of answers."""

from functools import cache
from io import StringIO
from typing import Any

import numpy as np
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


def check(
    item: str, visit: str, source: str, date: str, answer: object, **more: object
) -> dict[str, Any]:
    """Return a row of the table ``checks``: one answer to one item."""
    return {"item": item, "visit": visit, "source": source, "date": date, "answer": answer} | more


def marks(content: float, people: int, rng: np.random.Generator) -> np.ndarray:
    """Draw answers of people: so many are content, the others say "no" or "partly"."""
    return np.where(rng.random(people) < content, 2, rng.integers(0, 2, people))
