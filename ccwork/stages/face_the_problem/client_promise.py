"""The promise to clients: what it says is data, and every right of it is checked.

Source: the code of the MFC service centres (Navigator 2023, 3.3); who may say that a promise is
kept, and from which share on, is our choice.
"""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.measure import checklists
from ccwork.measure.metrics import at, values
from ccwork.read.cache import once
from ccwork.read.workbook import Workbook
from ccwork.stages.face_the_problem import complaints, walkthroughs
from ccwork.stats import intervals
from ccwork.tell.pages import page
from ccwork.tell.tables import about

OUTSIDE: Final = ("visitor", "client", "assessor")
"""Those who may say that a promise is kept: the agency may not praise itself (our choice)."""

WORTH: Final = {"apart": "retrain", "agency": "only_agency"}
"""What proves nothing -> the reason: observers who disagree, and the agency's own word."""

VERDICTS: Final = ("kept", "not_kept", "not_proven", "no_data")
KEPT: Final = intervals.names("kept_share")


@once
@once
def rights(work: Workbook) -> pd.DataFrame:
    """Check every right of the promise.

    Returns
    -------
    DataFrame
        One row per ``right``, in the order of the catalogue: ``kept_share`` (percent) of cases
        or visits in which it was kept, with its Wilson interval (F04), ``n`` of them, ``heard``:
        metric, outside (visits), apart (visits whose observers disagree), agency (only its own
        word) or nobody, ``promise``: kept, not_kept, not_proven or no_data, and ``reported``: how
        many complained, by the hotline or otherwise, that it was broken.

    Notes
    -----
    A metric goes before visits. A visit keeps a right when all its items that applied are
    answered "yes". Kept: the whole interval lies at or above the share the catalogue names;
    not kept: below it (our choice). Only the last year counts.
    """
    given = checklists.year(work, checklists.answers(work))
    wanted = work.catalogues["promise"].reset_index().to_dict("records")
    apart = walkthroughs.publishable(work).get("outer") == "retrain"
    given["heard"] = np.where(given["source"].isin(OUTSIDE), "outside", "agency")
    given.loc[apart & (given["source"] == "visitor"), "heard"] = "apart"
    reported = complaints.breaches(work)
    rows = [
        _right(work, given, right) | {"reported": reported[right["right"]]} for right in wanted
    ]
    known = [row for row in rows if row["promise"] != "no_data"]
    return about(rows if known else [], "rights", work)


def rights_counted(work: Workbook) -> pd.DataFrame:
    """Count the rights by verdict: one row, none where nobody checked."""
    found = rights(work)["promise"]
    counts = {f"{verdict}_rights": int((found == verdict).sum()) for verdict in VERDICTS}
    row = {"promised": "all", "rights": len(found), **counts}
    return about([row] if len(found) else [], "promise_counted", work)


def _right(work: Workbook, given: pd.DataFrame, right: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {"right": right["right"], **dict.fromkeys(KEPT, np.nan)}
    asked = given[given["item"].isin(right["items"].split()) & given["score"].notna()]
    k, n = share_measured(work, right["metric"])
    heard = "metric"
    if not n:
        k, n = _visits(asked[asked["heard"] == "outside"])
        said = [by for by in WORTH if (asked["heard"] == by).any()]
        heard = "outside" if n else said[0] if said else "nobody"
    found = intervals.wilson(k, n)
    unheard = "no_data" if heard == "nobody" else "not_proven"
    verdict = promise_verdict(found, right["share"] / 100) if n else unheard
    silent = WORTH.get(heard, "no_data")
    why = "" if n >= method.MIN_SHOWN else "too_few" if n else silent
    if not why:
        row |= intervals.percent(k, n).columns("kept_share")
    return row | {
        "n": n or np.nan, "n_why": "no_data", "reported_why": "no_data", "heard": heard,
        "why": why, "promise": verdict, "say": verdict if verdict == "not_kept" else "",
    }  # fmt: skip


def promise_verdict(found: intervals.Estimate, promised: float) -> str:
    """Say whether a promise is kept, from the share kept (0..1) and the share promised.

    Examples
    --------
    >>> [promise_verdict(intervals.wilson(kept, 40), 0.9) for kept in (40, 20)]
    ['kept', 'not_kept']
    >>> promise_verdict(intervals.wilson(5, 5), 0.9)
    'not_proven'
    """
    if found.n < method.MIN_SHOWN:
        return "not_proven"
    if found.low >= promised:
        return "kept"
    return "not_kept" if found.high < promised else "not_proven"


def share_measured(work: Workbook, metric: str) -> tuple[float, float]:
    """Return cases in which a share metric went well, and all cases, over outer services."""
    rows = at(values(work), work.period)
    outer = work.table("services").set_index("service")["client"] == "external"
    rows = rows[(rows["metric"] == metric) & rows["service"].map(outer).fillna(False)]
    rows = rows[rows["value"].notna() & rows["n"].notna()]
    if rows.empty:
        return 0.0, 0.0
    good = rows["value"] if work.metric(metric).sign > 0 else 100 - rows["value"]
    return float((good / 100 * rows["n"]).sum()), float(rows["n"].sum())


def _visits(rows: pd.DataFrame) -> tuple[float, float]:
    """Return visits that kept a right, and visits in which it applied."""
    kept = rows.groupby(checklists.VISIT)["score"].min() == 2
    return float(kept.sum()), float(len(kept))


def promise_page(work: Workbook, lang: str = "", hotline: str = "", superior: str = "") -> str:
    """Make the promise as a page A4 to hang at the entrance.

    Parameters
    ----------
    work
        Any agency; its own catalogue of the promise changes the sentences.
    lang
        "ru" or "en"; empty: the language in force.
    hotline, superior
        Telephone numbers; empty: lines to write them on by hand.

    Returns
    -------
    str
        One HTML page with nothing to fetch from anywhere; a line for the day it comes into
        force. Where the agency has no catalogue of its own the page says that it is a sample.
    """
    rows = work.catalogues["promise"]
    with wording.speaking(lang):
        return page(
            "promise", hotline=hotline, superior=superior,
            agency=wording.name("agency", work.agency),
            sample=not work.files("catalogue_promise"),
            rights=[wording.name("right", code) for code in rows.index[rows["posted"] == "yes"]],
        )  # fmt: skip
