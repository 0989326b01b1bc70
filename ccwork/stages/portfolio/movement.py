"""How many agencies are proven better than their own yesterday, and how many are not."""

import math
from collections import Counter
from typing import Final

import pandas as pd
from scipy import special

from ccwork import method
from ccwork.measure.five_kpis import ALPHA
from ccwork.stages.portfolio.agency_facts import Agency, Portfolio
from ccwork.stats import intervals

WORDS: Final = ("better", "worse", "both_ways", "not_proven", "too_little")
"""What is said of an agency as a whole."""

OF_KPI: Final = ("better", "worse", "not_proven", "not_comparable", "too_little", "not_measured")
"""What is said of one of its KPIs."""

MOVED, ROWS, JUDGED = "6_kpi.five_moved", "6_kpi.five_rows", "6_kpi.judged"


def of_kpi(agency: Agency, kpi: str) -> str:
    """Say how a KPI of clients moved, in a word of :data:`OF_KPI`; "no_fact" where none tells.

    What is proven but too small to speak of counts as not proven.
    """
    word = agency.word(MOVED, "external", kpi, "five_word")
    if agency.word(ROWS, "external", kpi, "status") == "not_measured":
        return "not_measured"
    return {"small": "not_proven", "": "no_fact"}.get(word, word)


def of_agency(agency: Agency) -> str:
    """Say how an agency moved, in a word of :data:`WORDS`: some KPI better, or worse, or both."""
    words = {of_kpi(agency, kpi) for kpi in method.KPIS}
    if {"better", "worse"} <= words:
        return "both_ways"
    told = (word for word in ("better", "worse", "not_proven") if word in words)
    return next(told, "too_little")


def moved(given: Portfolio) -> pd.DataFrame:
    """Count agencies by how they moved: the rows sum to all of them.

    Returns
    -------
    DataFrame
        One row a word of :data:`WORDS`: ``agencies``, ``share`` of all; ``chance_most``, how
        many would be called better or worse where nothing had changed anywhere.

    Notes
    -----
    An agency is called better or worse by its five KPIs together (F60): in at most 5 of 100
    agencies where nothing changed some KPI is.
    """
    counts, n = Counter(map(of_agency, given.agencies)), len(given.agencies)
    judged = n - counts["too_little"]
    rows = [{"moved_word": word, "agencies": counts[word], "share": 100 * counts[word] / n,
             "say": {"better": "all", "worse": "chance"}.get(word, ""), "all_of": n,
             "chance_most": math.ceil(ALPHA * judged)} for word in WORDS]  # fmt: skip
    for row in rows:
        row |= {f"n_{word}": counts[word] for word in WORDS}
    return given.table(rows, "many_moved")


def moved_by_kpi(given: Portfolio) -> pd.DataFrame:
    """Count agencies by how each KPI of their clients moved: every row sums to all of them."""
    rows = []
    for kpi in method.KPIS:
        counts = Counter(of_kpi(agency, kpi) for agency in given.agencies)
        counts["too_little"] += counts.pop("no_fact", 0)
        rows.append({"kpi": kpi} | {f"in_{word}": counts[word] for word in OF_KPI})
    return given.table(rows, "many_moved_by_kpi")


def unmeasured(given: Portfolio) -> pd.DataFrame:
    """Count what agencies do not measure: KPIs of both kinds of clients.

    Returns
    -------
    DataFrame
        One row a kind of client and KPI told of by some agency: ``measured_in``,
        ``unmeasured_in`` and ``untold_in`` agencies (their facts say nothing of it); they sum
        to all. ``say``: some where some do not measure it, nobody where nobody does.
    """
    rows = []
    for client in ("external", "internal"):
        for kpi in method.KPIS:
            words = [agency.word(ROWS, client, kpi, "status") for agency in given.agencies]
            counts = Counter(word or "no_fact" for word in words)
            none, untold = counts["not_measured"], counts["no_fact"]
            measured = len(words) - none - untold
            say = "" if not none else "some" if measured else "nobody"
            rows += [{"client": client, "kpi": kpi, "measured_in": measured, "say": say,
                      "unmeasured_in": none, "untold_in": untold,
                      "all_of": len(words)}] * (untold < len(words))  # fmt: skip
    return given.table(rows, "many_unmeasured")


def pains(given: Portfolio) -> pd.DataFrame:
    """Count what hurts in many agencies alike.

    Returns
    -------
    DataFrame
        One row a KPI: ``lowest_in``, agencies of which it is the lowest of those measured (two
        or more), and ``lowest_share`` of them with limits; ``weak_in``, agencies with a finding
        of the kinds weak place, promise not kept, worsened or out of reach; ``say``: common
        where chance alone would seldom make it the lowest so often.

    Notes
    -----
    F04. The KPIs of one agency are held against one another, never agencies. By chance each of
    the KPIs measured is the lowest alike; exact binomial tail, times the number of KPIs
    (Bonferroni).
    """
    lowest, weak, usual = Counter(), Counter(), Counter()
    for agency in given.agencies:
        points = {kpi: agency.value(ROWS, "external", kpi, "kpi_points") for kpi in method.KPIS}
        known = {kpi: value for kpi, value in points.items() if value == value}
        if len(known) > 1:
            lowest[min(known, key=known.__getitem__)] += 1
            usual.update(dict.fromkeys(known, 1 / len(known)))
        weak.update({one["kpi"] for one in agency.found if one["kind"] in PAINFUL})
    of, rows = lowest.total(), []
    for kpi in method.KPIS:
        share = intervals.percent(lowest[kpi], of) if of else intervals.unknown()
        tail = special.bdtrc(lowest[kpi] - 1, of, usual[kpi] / of) if lowest[kpi] else 1
        say = "common" if tail * len(method.KPIS) < ALPHA else ""
        rows.append({"kpi": kpi, "lowest_in": lowest[kpi], "weak_in": weak[kpi], "say": say,
                     "all_of": of, "why": "no_data"} | share.columns("lowest_share"))  # fmt: skip
    return given.table(rows, "many_pains")


PAINFUL: Final = ("weak_place", "promise_not_kept", "worsened", "out_of_reach")
"""Kinds of findings that say what hurts."""
