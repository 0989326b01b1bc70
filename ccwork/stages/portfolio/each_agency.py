"""Each agency by itself, and what changed in all of them since the last time."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from ccwork import method
from ccwork.stages.portfolio import self_checks
from ccwork.stages.portfolio.agency_facts import Agency, Portfolio
from ccwork.stages.portfolio.movement import of_agency, of_kpi


def by_alphabet(given: Portfolio, agency: str = "") -> pd.DataFrame:
    """Tell of each agency by itself, in the order of the alphabet; or of the one named.

    Returns
    -------
    DataFrame
        One row an ``agency``: its ``period``; ``moved_word``; ``kpis_better``, ``kpis_worse``,
        ``kpis_blind`` (it rates them higher than its clients do) and ``kpis_unmeasured``, codes
        of KPIs; ``grades``, how many services have which grade of its own scale.

    Notes
    -----
    Nothing in a row depends on another agency.
    """
    known: dict[self_checks.Scale, pd.DataFrame] = {}
    rows = [_row(each, known) for each in given.agencies if agency in ("", each.code)]
    return given.table(rows, "many_agencies")


def _row(agency: Agency, known: dict[self_checks.Scale, pd.DataFrame]) -> dict[str, str]:
    words = {kpi: of_kpi(agency, kpi) for kpi in method.KPIS}
    counts = Counter(filter(None, self_checks.graded(agency, known).values()))
    steps = [grade for grade, _, _ in self_checks.scale_of(agency) if counts[grade]]

    def named(word: str) -> str:
        return " ".join(kpi for kpi in method.KPIS if words[kpi] == word)

    return {
        "agency": agency.code, "period": agency.period, "moved_word": of_agency(agency),
        "kpis_better": named("better"), "kpis_worse": named("worse"),
        "kpis_blind": " ".join(self_checks.blind(agency)),
        "kpis_unmeasured": named("not_measured"),
        "grades": ", ".join(f"{grade} {counts[grade]}" for grade in steps) or "—",
    }  # fmt: skip


def since_last(given: Portfolio) -> pd.DataFrame:
    """Count what changed in the agencies since an earlier time; no rows without one.

    Returns
    -------
    DataFrame
        One row a ``changed_since``: services with another grade or without one (only those of one
        scale at both times), blind spots gone and new, KPIs measured now and no more, agencies
        new and no longer there; ``times`` and ``in_agencies``.
    """
    then = {agency.code: agency for agency in given.before}
    counts, where = Counter(), Counter()
    for agency in given.agencies:
        own = Counter(_happened(then[agency.code], agency) if agency.code in then else ())
        counts.update(own)
        where.update(list(own))
    now = {agency.code for agency in given.agencies}
    counts["agency_new"], counts["agency_gone"] = len(now - set(then)), len(set(then) - now)
    for word in ("agency_new", "agency_gone"):
        where[word] = counts[word]
    rows = [
        {"changed_since": word, "times": counts[word], "in_agencies": where[word],
         "all_of": len(now & set(then)), "say": word if counts[word] else ""}
        for word in HAPPENED if given.before
    ]  # fmt: skip
    return given.table(rows, "many_since_last")


HAPPENED = ("grade_up", "grade_down", "blind_gone", "blind_new", "measured_now",
            "measured_no_more", "agency_new", "agency_gone")  # fmt: skip


def _happened(then: Agency, now: Agency) -> Iterator[str]:
    """Yield what changed in one agency."""
    steps = [grade for grade, _, _ in self_checks.scale_of(now)]
    if self_checks.scale_of(then) == self_checks.scale_of(now):
        before, after = self_checks.graded(then), self_checks.graded(now)
        for service in after:
            was, became = before.get(service, ""), after[service]
            if was and became and was != became:
                up = steps.index(became) < steps.index(was)
                yield "grade_up" if up else "grade_down"
    was, became = set(self_checks.blind(then)), set(self_checks.blind(now))
    yield from ["blind_gone"] * len(was - became) + ["blind_new"] * len(became - was)
    for kpi in method.KPIS:
        was, became = (of_kpi(each, kpi) == "not_measured" for each in (then, now))
        if was != became and "no_fact" not in (of_kpi(then, kpi), of_kpi(now, kpi)):
            yield "measured_now" if was else "measured_no_more"
