"""Tables of a workbook: computed once, read row by row."""

from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from ccwork.language import wording


def once(make: Callable[..., Any]) -> Callable[..., Any]:
    """Compute a table of a workbook once; whoever asks for the same again gets a copy of it.

    Only for tables of codes and numbers: they are the same in every language.
    """
    return _kept(make, lambda: ())


def once_said(make: Callable[..., Any]) -> Callable[..., Any]:
    """Compute a table that holds words once in every language, as :func:`once` does."""
    return _kept(make, lambda: (wording.lang(),))


def _kept(make: Callable[..., Any], besides: Callable[[], tuple[str, ...]]) -> Callable[..., Any]:
    kept: WeakKeyDictionary[Any, dict[object, Any]] = WeakKeyDictionary()

    @wraps(make)
    def asked(work: Any, *more: Any, **named: Any) -> Any:
        own = kept.setdefault(work, {})
        key = besides(), more, tuple(sorted(named.items()))
        if key not in own:
            own[key] = make(work, *more, **named)
        return own[key].copy()

    return asked


def while_same(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compute once what rests on tables of a workbook, anew where a person changed one of them.

    Tables are compared by what they hold, and so is whatever is handed over beside the workbook.
    A table made is handed out as a copy; anything else is shared, and not to be changed.
    """

    def keeping(make: Callable[..., Any]) -> Callable[..., Any]:
        kept: WeakKeyDictionary[Any, deque[tuple[list[Any], Any]]] = WeakKeyDictionary()

        @wraps(make)
        def asked(work: Any, *more: Any) -> Any:
            seen = [*map(work.tables.get, names), *more]
            own = kept.setdefault(work, deque(maxlen=2))
            made = next((made for before, made in own if all(map(_equal, before, seen))), None)
            if made is None:
                made = make(work, *more)
                own.append(([_still(each) for each in seen], made))
            return made.copy() if isinstance(made, pd.DataFrame) else made

        return asked

    return keeping


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, pd.DataFrame):
        return one.equals(other)
    return not isinstance(other, pd.DataFrame) and one == other


def _still(rows: Any) -> Any:
    """Return a table as it is now, whatever is done to it later."""
    return rows.copy(deep=False) if isinstance(rows, pd.DataFrame) else rows


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
