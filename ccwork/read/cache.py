"""Tables of a workbook: computed once, read row by row; which of those brought were taken."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from ccwork.language import wording

taken: set[str] = set()
"""Tables taken of a :class:`Tables` since it was emptied, for what was computed before too."""


class Tables(dict[str, pd.DataFrame]):
    """Tables by name that note which was taken; that one is there or not is told without."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self.fill(tables)

    def fill(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Hold these tables, anew: each in a copy that costs nothing until it is written to."""
        self.clear()
        self.update({name: rows.copy(deep=False) for name, rows in dict.items(tables)})
        self.filled, self.handed = dict(self), set()

    def as_filled(self, tables: Mapping[str, pd.DataFrame]) -> bool:
        """Tell whether what is held is what it was filled with."""
        return self.keys() == tables.keys() and all(
            self.untouched(name) or rows.equals(tables[name]) for name, rows in super().items()
        )

    def untouched(self, name: str) -> bool:
        """Tell whether a table was neither handed out nor replaced: then nobody changed it."""
        return name not in self.handed and super().get(name) is self.filled.get(name)

    def _take(self, *names: str) -> None:
        taken.update(names)
        self.handed.update(names)

    def __getitem__(self, name: str) -> pd.DataFrame:
        self._take(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a table, or what is given where it was not brought."""
        self._take(name)
        return super().get(name, default)

    def items(self) -> Any:
        """Return all names with their tables."""
        self._take(*self)
        return super().items()

    def values(self) -> Any:
        """Return all tables."""
        self._take(*self)
        return super().values()


def look(tables: dict[str, pd.DataFrame], name: str) -> pd.DataFrame | None:
    """Take a table for somebody who changes nothing of it."""
    taken.add(name)
    return dict.get(tables, name)


@contextmanager
def taking() -> Iterator[set[str]]:
    """Note apart what is taken within; what was noted before stays as it is.

    Words made within are of Python, with pyarrow beside as without it: small tables take less.
    """
    before, own = set(taken), set()
    taken.clear()
    try:
        with pd.option_context("mode.string_storage", "python"):
            yield own
    finally:
        own |= taken
        taken.clear()
        taken.update(before)


def once(make: Callable[..., Any]) -> Callable[..., Any]:
    """Compute a table of a workbook once; whoever asks for the same again gets a copy of it.

    Only for tables of codes and numbers: they are the same in every language.
    """
    return _kept(make, lambda: ())


def once_said(make: Callable[..., Any]) -> Callable[..., Any]:
    """Compute a table that holds words once in every language, as :func:`once` does."""
    return _kept(make, lambda: (wording.lang(),))


def _kept(make: Callable[..., Any], besides: Callable[[], tuple[str, ...]]) -> Callable[..., Any]:
    kept: WeakKeyDictionary[Any, dict[object, tuple]] = WeakKeyDictionary()

    @wraps(make)
    def asked(work: Any, *more: Any, **named: Any) -> Any:
        own = kept.setdefault(work, {})
        key = besides(), more, tuple(sorted(named.items()))
        if key not in own:
            with taking() as names:
                made = make(work, *more, **named)
            own[key] = made.copy(), names
        made, names = own[key]
        taken.update(names)
        return made.copy(deep=False) if isinstance(made, pd.DataFrame) else made.copy()

    return asked


def while_same(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compute once what rests on tables of a workbook, anew where a person changed one of them.

    Tables are compared by what they hold, and so is whatever is handed over beside the workbook.
    A table made is handed out as a copy; anything else is shared, and not to be changed.
    """

    def keeping(make: Callable[..., Any]) -> Callable[..., Any]:
        kept: WeakKeyDictionary[Any, deque[tuple[list[Any], tuple]]] = WeakKeyDictionary()

        @wraps(make)
        def asked(work: Any, *more: Any) -> Any:
            seen = [*(_held(work.tables, name) for name in names), *more]
            own = kept.setdefault(work, deque(maxlen=2))
            found = next((found for before, found in own if all(map(_equal, before, seen))), None)
            if found is None:
                with taking() as read:
                    found = make(work, *more), read
                still = [each.copy(deep=False) if isinstance(each, pd.DataFrame) else each
                         for each in seen]  # fmt: skip
                own.append((still, found))
            made, read = found
            taken.update(read)
            return made.copy() if isinstance(made, pd.DataFrame) else made

        return asked

    return keeping


def _held(tables: dict[str, pd.DataFrame], name: str) -> Any:
    """Return a table; for one that is as it was read its name stands."""
    rows = look(tables, name)
    return name if isinstance(tables, Tables) and tables.untouched(name) else rows


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, pd.DataFrame):
        return one.equals(other)
    return not isinstance(other, pd.DataFrame) and one == other


def grouped(rows: pd.DataFrame, *names: str) -> dict[Any, list[dict[str, Any]]]:
    """Return the rows of a table one by one, by what stands in some columns, as they appear.

    Examples
    --------
    >>> grouped(pd.DataFrame({"kpi": ["speed", "speed"], "n": [9, 8]}), "kpi")
    {'speed': [{'kpi': 'speed', 'n': 9}, {'kpi': 'speed', 'n': 8}]}
    """
    found: dict[Any, list[dict[str, Any]]] = {}
    key = itemgetter(*names)
    for row in dicts(rows):
        found.setdefault(key(row), []).append(row)
    return found


def dicts(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table one by one, as ``to_dict("records")`` does in six times as long.

    Examples
    --------
    >>> dicts(pd.DataFrame({"kpi": ["speed"], "n": [9]}))
    [{'kpi': 'speed', 'n': 9}]
    """
    names = list(rows)
    return [
        {n: v.item() if isinstance(v, np.generic) else v for n, v in zip(names, row, strict=True)}
        for row in rows.to_numpy(object).tolist()
    ]
