"""Pages to print: promise, notes of success, cards, passports, sheets of meetings."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from ccwork.language import wording
from ccwork.language.problems import DataProblems, Problem
from ccwork.read import loading
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import metric_passports, position_cards, review_meeting
from ccwork.stages.face_the_problem import client_promise
from ccwork.stages.plan import experiment_plan
from ccwork.stages.plan.experiment_plan import Plan
from ccwork.stages.recognition import success_notes
from ccwork.stages.scale import verdict_rule

PLAIN: Final[dict[str, Callable[[Workbook, str], str]]] = {
    "promise": client_promise.promise_page,
    "passports": metric_passports.passport_book,
}
"""Pages an agency has one of."""

NOTES: Final[dict[str, Callable[[Workbook, str, None, pd.DataFrame], str]]] = {
    "inside": success_notes.inside,
    "outside": success_notes.outside,
}
"""Notes of success: they stand on what stage 4 says."""

HEAD: Final = "head"
"""Code of the meeting of the head: what no unit carries."""


def meeting_of(work: Workbook, code: str, lang: str) -> str:
    """Make the sheet of the meeting of a unit, or of the head."""
    return review_meeting.meeting_page(work, "" if code == HEAD else code, lang)


CODED: Final[dict[str, tuple[Callable[[Workbook, str, str], str], str]]] = {
    "card": (position_cards.card_page, "positions"),
    "passport": (metric_passports.passport_page, "metrics"),
    "meeting": (meeting_of, "units"),
}
"""Pages of a code, and where the codes stand."""

KINDS: Final = (*PLAIN, *NOTES, *CODED)


def written(
    data: str, agency: str, period: str, kind: str, code: str, langs: Sequence[str],
    out: Path | None,
) -> Iterator[Path]:  # fmt: skip
    """Write one page a language and yield where; parameters as for :func:`page`."""
    if kind not in KINDS:
        values = {"found": kind, "known": ", ".join(KINDS)}
        raise DataProblems([Problem("page_kind", values=values)])
    work, brought = loading.load(data, agency, period), experiment_plan.brought(data, agency)
    for lang in langs:
        name = ".".join(filter(None, (kind, agency, code, lang, "html")))
        path = out.with_suffix(f".{lang}.html") if out else Path(name)
        made = page(work, kind, code, lang, brought)
        path.write_text(made, encoding="utf-8", newline="\n")
        yield path


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
        return str(NOTES[kind](work, lang, None, verdict_rule.verdicts(work, brought)))
    make, where = CODED[kind]
    known = codes(work, where)
    if not known:
        raise DataProblems([Problem("page_none", values={"table": wording.name("table", where)})])
    if code not in known:
        values = {"found": code, "known": ", ".join(known)}
        raise DataProblems([Problem("page_code" if code else "page_uncoded", values=values)])
    return str(make(work, code, lang))


def codes(work: Workbook, where: str) -> list[str]:
    """Return the codes a kind of page can be made of."""
    if where == "metrics":
        return [str(code) for code in work.catalogue.index]
    if where == "units":
        return [*review_meeting.units_to_meet(work), HEAD]
    return work.table("positions")["position"].tolist()
