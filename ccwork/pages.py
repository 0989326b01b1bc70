"""Pages to print: promise, notes of success, cards, passports, sheets of meetings."""

from collections.abc import Callable
from typing import Final

import pandas as pd

from ccwork import cards, dialogue, note, passports, promise, text, verdicts
from ccwork.experiment import Plan
from ccwork.problems import DataProblems, Problem
from ccwork.workbook import Workbook

PLAIN: Final[dict[str, Callable[[Workbook, str], str]]] = {
    "promise": promise.printable,
    "passports": passports.book,
}
"""Pages an agency has one of."""

NOTES: Final[dict[str, Callable[[Workbook, str, None, pd.DataFrame], str]]] = {
    "inside": note.inside,
    "outside": note.outside,
}
"""Notes of success: they stand on what stage 4 says."""

HEAD: Final = "head"
"""Code of the meeting of the head: what no unit carries."""


def meeting(work: Workbook, code: str, lang: str) -> str:
    """Make the sheet of the meeting of a unit, or of the head."""
    return dialogue.printable(work, "" if code == HEAD else code, lang)


CODED: Final[dict[str, tuple[Callable[[Workbook, str, str], str], str]]] = {
    "card": (cards.printable, "positions"),
    "passport": (passports.printable, "metrics"),
    "meeting": (meeting, "units"),
}
"""Pages of a code, and where the codes stand."""

KINDS: Final = (*PLAIN, *NOTES, *CODED)


def page(work: Workbook, kind: str, code: str, lang: str, brought: Plan | None = None) -> str:
    """Make one page as HTML with nothing to fetch from anywhere.

    Parameters
    ----------
    kind
        One of :data:`KINDS`.
    code
        Of the position, the metric or the unit (:data:`HEAD`); empty for the others.
    lang
        "ru" or "en".
    brought
        The agency's ``plan.toml``: a success whose plan was changed is told nowhere.

    Raises
    ------
    DataProblems
        When there is no such code.
    """
    if kind in PLAIN:
        return str(PLAIN[kind](work, lang))
    if kind in NOTES:
        return str(NOTES[kind](work, lang, None, verdicts.verdicts(work, brought)))
    make, where = CODED[kind]
    known = codes(work, where)
    if not known:
        raise DataProblems([Problem("page_none", values={"table": text.name("table", where)})])
    if code not in known:
        values = {"found": code, "known": ", ".join(known)}
        raise DataProblems([Problem("page_code" if code else "page_uncoded", values=values)])
    return str(make(work, code, lang))


def codes(work: Workbook, where: str) -> list[str]:
    """Return the codes a kind of page can be made of."""
    if where == "metrics":
        return [str(code) for code in work.catalogue.index]
    if where == "units":
        return [*dialogue.units(work), HEAD]
    return work.table("positions")["position"].tolist()
