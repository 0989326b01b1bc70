"""Columns in which several answers may be ticked: a level for every cell."""

from collections.abc import Container, Sequence

from ccwork.language.spelling import key, plain
from ccwork.read.data_dictionary import missing_reason
from ccwork.read.mapping.headings import like_any


def ticked_levels(cells: list[str], ticks: Sequence[str], none: Container[str]) -> list[str]:
    """Return 2 for a ticked cell of a row and 1 for another; what says "no answer" stays.

    A blank cell is not ticked where another one of the row is; in a row of blanks nobody knows
    whether the question was asked, so that it stays blank: absence is never zero.
    """
    ticked = [bool(plain(said)) and like_any(plain(said), ticks) for said in cells if ticks]

    def level(said: str, yes: bool) -> str:
        silent = key(said) in none or missing_reason(said) if plain(said) else not any(ticked)
        return said if silent else "2" if yes else "1"

    return list(map(level, cells, ticked)) if ticks else cells
