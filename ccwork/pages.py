"""Pages to print: the promise, notes of success, cards of positions, passports of metrics."""

from collections.abc import Callable
from typing import Final

from ccwork import cards, note, passports, promise
from ccwork.problems import DataProblems, Problem
from ccwork.workbook import Workbook

PLAIN: Final[dict[str, Callable[[Workbook, str], str]]] = {
    "promise": promise.printable,
    "inside": note.inside,
    "outside": note.outside,
}
"""Pages an agency has one of."""

CODED: Final[dict[str, tuple[Callable[[Workbook, str, str], str], str]]] = {
    "card": (cards.printable, "positions"),
    "passport": (passports.printable, "metrics"),
}
"""Pages of a code, and where the codes stand."""

KINDS: Final = (*PLAIN, *CODED)


def page(work: Workbook, kind: str, code: str, lang: str) -> str:
    """Make one page as HTML with nothing to fetch from anywhere.

    Parameters
    ----------
    kind
        One of :data:`KINDS`.
    code
        Of the position or the metric; empty for the others.

    Raises
    ------
    DataProblems
        When there is no such code.
    """
    if kind in PLAIN:
        return str(PLAIN[kind](work, lang))
    make, where = CODED[kind]
    known = codes(work, where)
    if code not in known:
        values = {"found": code or "—", "known": ", ".join(known) or "—"}
        raise DataProblems([Problem("page_code", values=values)])
    return str(make(work, code, lang))


def codes(work: Workbook, where: str) -> list[str]:
    """Return the codes a kind of page can be made of."""
    if where == "metrics":
        return [str(code) for code in work.catalogue.index]
    return work.table("positions")["position"].tolist()
