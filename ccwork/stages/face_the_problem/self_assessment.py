"""The self-check of services: which ones, what is declared, what is proven, which grade.

Source: the federal self-check of five most demanded services (Zhurikhin 2023). Its sheet and
its cut-offs were not seen: items come from the sources named in the catalogue, the scale of
grades is data and our choice.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods
from ccwork.measure import checklists, metrics
from ccwork.measure.checklists import year
from ccwork.read.cache import once
from ccwork.read.workbook import Workbook
from ccwork.stages.face_the_problem import blind_spots
from ccwork.stages.face_the_problem.blind_spots import latest, weighted_score
from ccwork.tell.tables import about

FORM: Final = "self_check"
TOP: Final = 5
"""So many services are checked (Zhurikhin 2023)."""

PROVEN: Final = 80
"""With less evidence (percent of claims) there is a ceiling to the grade (our choice)."""


def most_demanded(work: Workbook) -> pd.DataFrame:
    """Return the most demanded services of each kind of client, those that tie for a place too.

    Returns
    -------
    DataFrame
        One row per ``service`` among the first five of its ``client`` by ``volume`` a year:
        its ``service_type`` and ``register_id`` as given,
        ``place`` (the same for equal volumes) and ``ties``: yes where another has the same
        volume. A service without volume comes last, its place is missing; no rows where no
        service has one.
    """
    rows = work.own_services[["client", "service", "type", "register_id", "volume"]].copy()
    rows = rows.rename(columns={"type": "service_type"})
    rows["volume"] = rows["volume"].astype(float)
    rows["place"] = rows.groupby("client")["volume"].rank(method="min", ascending=False)
    alike = rows.groupby(["client", "volume"])["service"].transform("size") > 1
    rows["ties"] = np.where(alike & rows["volume"].notna(), "yes", "no")
    rows["why"] = np.where(rows["volume"].isna(), "no_volume", "")
    known = rows["volume"].notna().any()
    rows = rows[((rows["place"] <= TOP) | rows["place"].isna()) & known]
    return about(rows.sort_values(["client", "place"], kind="stable"), "most_demanded", work)


# ---------------------------------------------------------------- declared and proven


def self_check_items(work: Workbook) -> pd.DataFrame:
    """Return the items of the self-check with their source and how they were taken from it."""
    rows = work.catalogues["items"]
    rows = rows[rows["form"] == FORM].reset_index()
    return about(rows.rename(columns={"status": "wording"}), "sheet", work)


@once
def filled(work: Workbook) -> pd.DataFrame:
    """Return the last filling-ins of the sheet in the year: by the agency and by assessors.

    Returns
    -------
    DataFrame
        As :func:`checklists.answers`, items whose text was not seen left out, with
        ``proven``: the score where it is 0 or has evidence, else 0.
    """
    rows = year(work, checklists.answers(work, FORM))
    seen = rows["item"].map(work.catalogues["items"]["status"]) != blind_spots.PLACEHOLDER
    rows = latest(rows[seen & rows["source"].isin(["self", "assessor"])]).copy()
    shown = rows["evidence"].fillna("").astype(str).str.strip() != ""
    rows["proven"] = rows["score"].where(shown | rows["score"].isna(), 0.0)
    return rows


def declared(work: Workbook) -> pd.DataFrame:
    """Hold what the agency declares against its evidence and against an assessor.

    Returns
    -------
    DataFrame
        One row per service with a self-check: ``asked`` items that applied, ``declared``
        (every "yes" counts), ``evidenced`` (only those with evidence), ``assessed`` (by the
        assessor), all 0-100; ``unproven`` = declared - evidenced; ``beyond`` = declared minus
        assessed over the items both answered; ``candour``: flatters (5 points or more above
        the assessor), unproven (or above the evidence), strict (or below the assessor),
        agrees, no_assessor. No intervals: every item of the sheet is answered.

    Notes
    -----
    F36. The margin of 5 points is our choice.
    """
    rows = filled(work)
    found = [
        {"service": service or "—", **_declared(group)}
        for service, group in rows.groupby("service", sort=False)
        if (group["source"] == "self").any()
    ]
    return about(found, "declared", work)


def _declared(rows: pd.DataFrame) -> dict[str, Any]:
    own, other = rows[rows["source"] == "self"], rows[rows["source"] == "assessor"]
    known = rows[rows["score"].notna()]
    both = known[known.groupby("item")["source"].transform("nunique") > 1]
    mine, theirs = (both[both["source"] == source] for source in ("self", "assessor"))
    says, proves, sees = weighted_score(own), weighted_score(own, "proven"), weighted_score(other)
    beyond = weighted_score(mine) - weighted_score(theirs)
    code = candour(says - proves, beyond)
    return {
        "asked": int(own["score"].notna().sum()), "declared": says, "evidenced": proves,
        "assessed": sees, "unproven": says - proves, "beyond": beyond, "candour": code,
        "say": code, "why": "no_assessor",
    }  # fmt: skip


def candour(unproven: float, beyond: float, margin: float = method.WORTHWHILE) -> str:
    """Name how a declaration stands to evidence and to the assessor (points; NaN: no assessor).

    Examples
    --------
    >>> candour(2, 30), candour(30, float("nan")), candour(2, 1), candour(0, -12)
    ('flatters', 'unproven', 'agrees', 'strict')
    """
    if beyond >= margin:
        return "flatters"
    if unproven >= margin:
        return "unproven"
    if np.isnan(beyond):
        return "no_assessor"
    return "strict" if beyond <= -margin else "agrees"


# ---------------------------------------------------------------- grades


def scale(work: Workbook) -> pd.DataFrame:
    """Return the scale of grades in force, the best grade first; cut-offs not known left out.

    ``ceiling_for`` are the reasons that let no grade be higher than this one.

    Of several scales in force the last one counts: an agency's own rows stand after ours.
    """
    rows = work.catalogues["grades"].reset_index()
    rows = rows[rows["in_force"] == "yes"]
    rows = rows[rows["scale"].isin(rows["scale"].tail(1)) & rows["least"].notna()]
    rows = rows.sort_values("least", ascending=False)
    rows["basis_scale"], rows["ceiling_for"] = rows["basis"], rows["caps"]
    return about(rows, "scale", work)


@once
def grade(work: Workbook) -> pd.DataFrame:
    """Give every service a grade by what is proven, no higher than its ceilings allow.

    Returns
    -------
    DataFrame
        One row per service checked or among the most demanded outer ones: ``evidenced``,
        ``uncapped`` (the grade by the score alone), ``grade``, and ``caps``, the codes of all
        reasons that hold: critical (a critical item is answered "no"), coverage (fewer than
        80 % of the claims have evidence), no_client or few_client (no, or fewer than 10,
        visits and answers of clients in the year), blind (a blind spot: one grade down).

    Notes
    -----
    Which ceiling a reason sets is said by the scale, which is data. Source: our choice.
    """
    steps = scale(work)
    rows = filled(work)
    services = work.table("services").set_index("service")["client"]
    blind = blind_spots.spots(work)
    blind = set(blind.loc[blind["spot"] == "blind_spot", "client"])
    wanted = most_demanded(work)
    wanted = wanted.loc[wanted["client"] == "external", "service"]
    checked = rows.loc[rows["source"] == "self", "service"].unique()
    found = []
    for service in dict.fromkeys([*checked, *wanted]):
        own = rows[rows["service"] == service]
        reasons = list(_reasons(work, service, own)) if service in checked else []
        reasons += ["blind"] if services.get(service) in blind and service in checked else []
        found.append({"service": service or "—", **_graded(own, steps, reasons)})
    return about(found, "grade", work)


def _reasons(work: Workbook, service: str, rows: pd.DataFrame) -> Any:
    """Yield the ceilings that hold for one service."""
    if ((rows["critical"] == "yes") & (rows["score"] == 0)).any():
        yield "critical"
    if not checklists.evidenced(rows[rows["source"] == "self"]) >= PROVEN:
        yield "coverage"
    heard = _clients(work, service)
    if heard < method.MIN_SHOWN:
        yield "few_client" if heard else "no_client"


def _clients(work: Workbook, service: str) -> float:
    """Return how often clients were heard in the year: visits, or answers if they are more."""
    rows = year(work, checklists.answers(work))
    rows = rows[rows["source"].isin(["visitor", "client"]) & rows["service"].isin([service, ""])]
    return max(rows["visit"].nunique(), _asked(work).get(service, 0))


@once
def _asked(work: Workbook) -> dict[str, float]:
    """Return the answers of the year to the question most clients of a service answered."""
    counts = metrics.counted(work).reset_index()
    grain = len(periods.parts(work.period[:4], work.grain))
    first = periods.last_day(periods.shift(work.period, 1 - grain))
    last = [periods.last_day(period) >= first for period in counts["period"]]
    levels = [column for column in counts if isinstance(column, int)]
    each = counts[np.array(last, bool)].groupby(["service", "metric"], observed=True)
    return each[levels].sum().sum(axis=1).groupby("service", observed=True).max().to_dict()


def _graded(rows: pd.DataFrame, steps: pd.DataFrame, reasons: list[str]) -> dict[str, Any]:
    score = weighted_score(rows[rows["source"] == "self"], "proven")
    row = {"evidenced": score, "caps": " ".join(reasons), "uncapped": "—", "grade": "—"}
    row |= {"basis_scale": "", "say": "unchecked", "why": "not_checked"}
    if np.isnan(score) or steps.empty:
        return row | ({"why": "no_scale"} if steps.empty else {})
    first, last = grade_of_score(score, reasons, steps)
    say = "capped" if last != first else "free"
    basis = steps["basis_scale"].iloc[0]
    return row | {"uncapped": first, "grade": last, "basis_scale": basis, "say": say}


def grade_of_score(score: float, reasons: Sequence[str], steps: pd.DataFrame) -> tuple[str, str]:
    """Return the grade of a score (0-100) alone, and the one its ceilings allow.

    Parameters
    ----------
    score
        What is proven, per cent.
    reasons
        Codes of the reasons that hold; "blind" takes one grade more.
    steps
        What :func:`scale` returns.
    """
    names = steps["grade"].tolist()
    first = next((at for at, least in enumerate(steps["least"]) if score >= least), len(names) - 1)
    caps = [at for at, words in enumerate(steps["caps"]) if set(words.split()) & set(reasons)]
    last = max([first, *caps])
    return names[first], names[min(last + ("blind" in reasons), len(names) - 1)]
