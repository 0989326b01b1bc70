"""The inside note and the page for citizens: was, became, in plain words, ready to be printed.

The page for citizens takes nothing on trust: every claim handed to it is held against the
rules again, and what may not leave the agency is left out.
"""

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from ccwork.language import redaction, wording
from ccwork.read.workbook import Workbook
from ccwork.stages.recognition import claim_grades, thanked_teams
from ccwork.tell import formatting
from ccwork.tell.pages import Page, template

MOST: Final = {"outside": 4, "inside": 8}
"""So many claims fit one page of A4 (measured: four with three quotations)."""

QUOTED: Final = 3
"""So many released words of clients stand on a page at most (our choice)."""

LONGEST: Final = 120
"""Longer words of clients do not fit the page (our choice)."""

ROUND: Final = 5
"""Numbers of people told outside are rounded to five (our choice, with the cell of ten)."""


Rows = pd.DataFrame | None


def inside(work: Workbook, lang: str = "", claims: Rows = None, tried: Rows = None) -> Page:
    """Make the note for the agency's own staff: claims by grade, teams, honest failures.

    Parameters
    ----------
    lang
        "ru" or "en"; empty: the language in force.
    claims
        What :func:`claim_grades.claims` returns; None: those of the workbook.
    tried
        What :func:`verdict_rule.verdicts` returns; None: that of the workbook.
    """
    return _page(work, "inside", lang, claims, tried)


def outside(work: Workbook, lang: str = "", claims: Rows = None, tried: Rows = None) -> Page:
    """Make the page for citizens; parameters as for :func:`inside`.

    Only claims of grade C or better of outer services, from ten people on; released words of
    clients and names of changes only where they hold no number and name nobody; no checksum,
    no code.
    """
    return _page(work, "outside", lang, claims, tried)


def _page(work: Workbook, place: str, lang: str, claims: Rows, tried: Rows) -> Page:
    with wording.speaking(lang):
        claims = claim_grades.claims(work, tried) if claims is None else claims
        rows = claims.to_dict("records")
        told = list(_outer(rows, work) if place == "outside" else _inner(rows))
        teams = thanked_teams.named(work, tried).to_dict("records") if place == "inside" else []
        made = template("success_note").render(
            place=place, lang=wording.lang(), word=wording.word, say=wording.say,
            told=told[: MOST[place]],
            foreign=wording.foreign, other=wording.other(),
            more=len(told[MOST[place] :]), teams=teams,
            words=_words(work) if place == "outside" else [],
            agency=wording.name("agency", work.agency), period=wording.period(work.period),
            date=wording.day(work.date),
        )  # fmt: skip
        return Page(made)


def _inner(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Turn claims into items for the staff: the sentence its grade allows."""
    for row in rows:
        name = wording.name("service", row["service"])
        yield {"service": name, "sure": claim_grades.claim_words(row)}


def _outer(rows: list[dict[str, Any]], work: Workbook) -> Iterator[dict[str, Any]]:
    """Turn the claims that may leave the agency into items for citizens."""
    for row in rows:
        if claim_grades.barred(row, work) or row.get("place_of", "outside") != "outside":
            continue
        n = int(row["n"] / ROUND + 0.5) * ROUND
        need = work.catalogue[f"need_{wording.lang()}"].get(row["metric"])
        need = redaction.scrub(str(need or ""))
        digits = 0 if row["unit"] == "percent" else 1
        scale = f" {wording.word('outside.scale')}" if row["unit"] == "points" else ""
        yield {
            "service": claim_grades.clean_name("service", row["service"]),
            "metric": claim_grades.clean_name("metric", row["metric"]),
            "need": need[:1].lower() + need[1:],
            "was": formatting.amount(row["was"], row["unit"], digits),
            "became": formatting.amount(row["became"], row["unit"], digits) + scale,
            "what": claim_grades.clean_change(row["novelty"], work),
            "beside": ".C" if row["strength"] == "C" else "",
            "sure": wording.say(f"outside.{row['strength']}", n=n, **_gain(row)),
        }


def _gain(row: dict[str, Any]) -> dict[str, str]:
    """Write the gain and its limits; of a percentage in percentage points."""
    unit = "points_of_percent" if row["unit"] == "percent" else row["unit"]
    low, high = wording.number(row["claimed_low"]), wording.number(row["claimed_high"])
    return {"gain": formatting.amount(row["claimed"], unit), "low": low, "high": high}


def _words(work: Workbook) -> list[str]:
    """Return the latest released words of clients in the language in force.

    Of outer services; a visitor may be of the staff, so only clients speak. Words that may name
    a person or hold a number are left out: the number of one person is one of fewer than ten.
    """
    services, codes = work.table("services"), work.table("people")["person"]
    outer = services.loc[services["client"] == "external", "service"]
    rows = work.table("checks").sort_values("date", kind="stable")
    rows = redaction.verbatims(rows[(rows["source"] == "client") & rows["service"].isin(outer)])
    mark = wording.terms()["scrubbed"][wording.lang()]
    said = [
        words for words in rows["words"]
        if mark not in words and not redaction.telling(words, codes) and not wording.foreign(words)
        and len(words) <= LONGEST
    ]  # fmt: skip
    return list(dict.fromkeys(said))[-QUOTED:]
