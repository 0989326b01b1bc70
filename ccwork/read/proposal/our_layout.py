"""A sheet laid out as a table of ours: which of them its headings are."""

from collections.abc import Iterable, Mapping
from typing import Final

from ccwork.language.spelling import key
from ccwork.read.data_dictionary import Table, dictionary

ASKED: Final = frozenset(("service", "period"))
"""Columns a sheet may lack, being about one service or one period: they are asked."""

LEAST: Final = 3
"""A sheet of ours has so many of the columns that are needed, or two others (our choice)."""


def _our_columns(table: Table, headings: Iterable[str]) -> dict[str, str]:
    """Return the columns of a table that stand in a sheet: ours -> heading; none that is twice."""
    names = {key(name): code for code, own in table.columns.items() for name in own.names}
    found = [(names[key(heading)], heading) for heading in headings if key(heading) in names]
    ours = [code for code, _ in found]
    return {code: heading for code, heading in found if ours.count(code) == 1}


def _needed(table: Table) -> set[str]:
    """Return the columns a row of a table cannot do without."""
    return {code for code, own in table.columns.items()
            if own.required in ("key", "yes") and not own.may_be_absent}  # fmt: skip


def our_table(headings: Iterable[str], called: str) -> tuple[str, Mapping[str, str]] | None:
    """Return the table a sheet is and its columns; of several the one called so, or the widest."""
    headings = [heading for heading in headings if heading]
    best: tuple[tuple[bool, int], str, Mapping[str, str]] | None = None
    for name, table in dictionary().items():
        if table.about.kind != "table":
            continue
        found, need = _our_columns(table, headings), _needed(table)
        held = need & set(found)
        if need - held <= ASKED and (len(held) >= LEAST or len(held - ASKED) > 1):
            rank = (key(called) in map(key, table.names), len(found))
            best = (rank, name, found) if best is None or rank > best[0] else best
    return best[1:] if best else None


def event_log(headings: Iterable[str]) -> bool:
    """Tell whether a sheet is a log whose times are not called as ours."""
    found = _our_columns(dictionary()["steps"], headings)
    return {"case", "step"} <= found.keys() and "start" not in found
