"""Signs of culture, success factors, difficulties, values, questions: every answer with evidence.

Forms are rows of the catalogue of items; answers stand in the one table ``checks``.
"""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.measure import checklists
from ccwork.read import catalogues
from ccwork.read.cache import grouped, once, once_said
from ccwork.read.workbook import Workbook
from ccwork.stages.face_the_problem import complaints, walkthroughs
from ccwork.stats import intervals
from ccwork.tell.tables import about, framed, said

FORMS: Final = (
    *("culture_signs", "success_factors", "difficulties", "values"),
    *("accessibility", "questions_outer", "questions_inner"),
)
"""Forms of this room, in the order they are told."""

VIEWS: Final = {"own": ["self"], "staff": ["staff"], "outside": ["visitor", "client", "assessor"]}
"""Whose answers stand together: the agency's own, its staff's, those from outside."""

OWNED: Final = "sign_errors"
"""The sign the log of own errors belongs to: an error found and mended proves it."""

FRESH: Final = pd.Timedelta(days=365)
"""Answers so much older than the last one of the same side are left out (our choice)."""

PEOPLE: Final = frozenset({"staff", "client"})
"""Sources that are people asked: fewer than ten of them get words (our choice)."""

PARTS: Final = ("premises", "digital", "language", "help")
"""Parts of accessibility; the second word of an item's code names its part."""


UNWRITTEN: Final = ("proof.none", "proof.log")
"""The word where no evidence was written down: none, or that the log proves it."""


def proof(evidence: str, none: str = "proof.none") -> str:
    """Return evidence as a reader may see it: what may name a person is hidden.

    Parameters
    ----------
    evidence
        What was written down, in whatever language.
    none
        Code of the word where nothing was.
    """
    return evidence.strip() or wording.word(none)


@once_said
def questions_answered(work: Workbook, *forms: str) -> pd.DataFrame:
    """Return what was answered to checklists, item by item, with its evidence.

    Parameters
    ----------
    work
        Workbook.
    forms
        Codes of forms, such as ``culture_signs``; none: all of :data:`FORMS`.

    Returns
    -------
    DataFrame
        One row per item of the catalogue, an unanswered one too: ``form``, ``item``,
        ``reply_own``, ``reply_staff``, ``reply_outside`` (0, 1, 2, "na"; "too_few" people;
        empty: nobody answered), ``proof`` in words, ``fillings`` (fewer than ten people are not
        counted out), ``score`` the lowest reply (NaN: none), ``replied`` and ``proved`` as 0
        or 1. Empty where no form of these was filled in.

    Notes
    -----
    Of several fillings of one source the median stands, the lower one of two (our choice:
    a doubt counts against the agency).
    """
    wanted, given = forms or FORMS, _given(work)
    items = work.catalogues["items"]["form"]
    items = items[items.isin(wanted)]
    items = items if any(item in given for item in items.index) else items[:0]
    found = [
        {"form": form, "item": item}
        | row
        | {"proof": proof(row["proof"], UNWRITTEN[row["proved"]]) if row["replied"] else "—"}
        for item, form in items.items()
        for row in [given.get(item, given[""])]
    ]
    table = framed(found, "answered")
    table = table.sort_values("form", key=lambda form: form.map(list(wanted).index), kind="stable")
    return about(table, "answered", work)


@once
def _given(work: Workbook) -> dict[str, dict[str, Any]]:
    """Return what was answered to every item that was, and at "" what stands at the others."""
    rows = checklists.answers(work)
    rows = rows[rows["form"].isin([*FORMS, *catalogues.own_forms(work.catalogues["items"])])]
    given = {item: _said(own) for item, own in ({"": []} | grouped(rows, "item")).items()}
    if OWNED in given and complaints.errors_mended(work):
        given[OWNED]["proved"] = 1
    return given


def _said(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Say one item: the reply from every side, the latest evidence."""
    written = [row["evidence"].strip() for row in rows if isinstance(row["evidence"], str)]
    last = next(filter(None, reversed(written)), "")
    replies = {f"reply_{view}": _reply([row for row in rows if row["source"] in sources])
               for view, sources in VIEWS.items()}  # fmt: skip
    known = [int(reply) for reply in replies.values() if reply in ("0", "1", "2")]
    few = 0 < sum(row["source"] in PEOPLE for row in rows) < method.MIN_SHOWN
    return replies | {
        "proof": last,
        "fillings": np.nan if few else len(rows),
        "fillings_why": "too_few",
        "score": min(known, default=np.nan),
        "replied": int(len(rows) > 0),
        "proved": int(bool(last)),
    }


def _reply(rows: list[dict[str, Any]]) -> str:
    """Return the median answer of one side, the lower of two; people only from ten on.

    Of the agency's own answers the last one of each unit stands; of others those of the last
    year.
    """
    rows = sorted(rows, key=lambda row: row["date"])
    if {row["source"] for row in rows} == {"self"}:
        rows = [*{row["unit"]: row for row in rows}.values()]
    else:
        rows = [row for row in rows if row["date"] >= rows[-1]["date"] - FRESH]
    if {row["source"] for row in rows} <= PEOPLE and 0 < len(rows) < method.MIN_SHOWN:
        return "too_few"
    scores = sorted(row["score"] for row in rows if row["score"] == row["score"])
    if not scores:
        return "na" if len(rows) else ""
    return f"{scores[(len(scores) - 1) // 2]:.0f}"


def own_checklists(work: Workbook) -> pd.DataFrame:
    """Return what was answered to the agency's own checklists, as :func:`questions_answered`."""
    own = catalogues.own_forms(work.catalogues["items"])
    table = questions_answered(work, *own or [""])
    table.attrs["name"] = "own_checklists"
    return table


def questions_covered(work: Workbook, *forms: str) -> pd.DataFrame:
    """Count for every form how many of its items were answered, and how many are proved.

    Returns
    -------
    DataFrame
        One row per form: ``listed`` items, ``replied`` with an answer, ``lacking``: answered
        "no" by one side at least, ``halfway`` "partly", ``proved``: answers with evidence.
        Empty where no form was filled in.
    """
    return about(_counted(questions_answered(work, *forms), "form"), "coverage", work)


def _counted(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Count the items of each group: all, answered, answered "no" or "partly", proved."""
    rows = rows.assign(listed=1, lacking=rows["score"] == 0, halfway=rows["score"] == 1)
    columns = ["listed", "replied", "lacking", "halfway", "proved"]
    return rows.groupby(by, sort=False)[columns].sum().astype(int).reset_index()


# ---------------------------------------------------------------- accessibility


def accessibility(work: Workbook) -> pd.DataFrame:
    """Count what stands in the way of clients, by part of the service.

    Returns
    -------
    DataFrame
        One row per part (premises, digital, language, help; other items of an agency's own):
        counts as in :func:`questions_covered`.
    """
    rows = questions_answered(work, "accessibility")
    named = rows["item"].str.split("_").str.get(1)
    table = _counted(rows.assign(part=named.where(named.isin(PARTS), "other")), "part")
    return about(table, "access", work, key=["part"], of=["checks"])


def people_left_out(work: Workbook) -> pd.DataFrame:
    """Say who is left without the service: the barriers of accessibility, worst first.

    Returns
    -------
    DataFrame
        One row per item of accessibility answered "no" or "partly": ``item``, ``deprived``
        are those left out, ``barrier`` "digital" where it is digital inequality, ``reply`` the
        lowest answer, ``proof``, ``critical``; "no" before "partly", critical ones first.

    Notes
    -----
    Digital inequality: wsem.ru on orientation and centricity. Whom a barrier leaves out is
    our choice.
    """
    rows = questions_answered(work, "accessibility")
    if rows.empty:
        return about(rows, "access", work, key=["item"], of=["checks"])
    items = work.catalogues["items"]
    rows = rows[rows["score"] < 2].join(items[["critical", "barrier"]], on="item")
    rows["deprived"] = [
        wording.word(f"left_out.{item}" if wording.has(f"left_out.{item}") else "left_out.other")
        for item in rows["item"]
    ]
    rows["reply"] = rows["score"].map("{:.0f}".format)
    rows["barrier"] = rows["barrier"].where(rows["barrier"] == "digital", "")
    rows["say"] = np.where((rows["score"] == 0) & (rows["critical"] == "yes"), "barred", "")
    rows = rows.sort_values(["score", "critical"], ascending=[True, False], kind="stable")
    return about(rows, "left_out", work)


# ---------------------------------------------------------------- behavioural code


def code_of_conduct(work: Workbook) -> pd.DataFrame:
    """Return the behavioural code: a template for an agency to copy and edit.

    Returns
    -------
    DataFrame
        One row per rule of the catalogue ``conduct``, the agency's own among them: ``worth``
        (the value it serves), ``rule``, ``seen_as`` (what the client sees), ``wording``:
        quoted, retold or our own choice; ``lived``: in how many of 100 answers of last year's
        walks to the items of the rule it was kept ("yes"), with limits, and ``n`` of them.
        Rules of one value stand together.
    """
    rows = work.catalogues["conduct"].reset_index()
    rows = rows.rename(columns={"value": "worth", "status": "wording"})
    rows["seen_as"] = said(rows, "seen")
    order = rows["worth"].unique().tolist()
    rows = rows.sort_values("worth", key=lambda worth: worth.map(order.index), kind="stable")
    rows = rows.reset_index(drop=True).join(_at_visits(rows["items"], work))
    table = about(rows, "conduct", work)
    table.attrs["files"] = work.files("catalogue_conduct") or ["conduct.csv"]
    return table


def _at_visits(items: pd.Series, work: Workbook) -> pd.DataFrame:
    """Check rules against what visitors answered to the items of each; F04.

    Where observers of a kind of walk disagree its answers are left out.
    """
    seen, allowed = walkthroughs.walk_answers(work), walkthroughs.publishable(work)
    seen = seen[seen["score"].notna() & (seen["kind"].map(allowed) != "retrain")]
    found = []
    for codes in items.fillna(""):
        own = seen.loc[seen["item"].isin(codes.split()), "score"]
        why = "too_few" if len(own) else "no_visits" if codes else "no_item"
        share = intervals.percent((own == 2).sum(), len(own), least=method.MIN_SHOWN)
        found.append(share.columns("lived") | {"n": len(own), "lived_why": why})
    return pd.DataFrame(found)
