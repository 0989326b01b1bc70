"""Figures made of several answers of the same people: weighed by service, drawn by person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.measure.metrics import counted, levels, values
from ccwork.measure.provenance import SERIES, respondents
from ccwork.read.cache import grouped, once
from ccwork.read.workbook import Workbook
from ccwork.stats import bootstrap, normalisation, survey
from ccwork.stats.intervals import END, bounded_mean, moments_of_counts, names
from ccwork.tell.tables import about, framed

OFFICES: Final = 5
"""Fewer units than this do not make a clustered interval (our choice)."""

CROWD: Final = 200
"""So many people are drawn by who answered alike: the same chances in less time (our choice)."""

VOLUNTEERS: Final = 30.0
"""Below this percentage of answers only volunteers speak (our choice)."""


@once
def _blocks(work: Workbook) -> dict[tuple[str, str], dict[str, np.ndarray]]:
    """Return service and period -> those who answered, column by column."""
    people = respondents(work)
    told = {name: people[name].to_numpy() for name in people.columns[3:]}
    places = people.groupby(["service", "period"], observed=True).indices.items()
    return {key: {name: own[rows] for name, own in told.items()} for key, rows in places}


@once
def weighed(work: Workbook, *wanted: str) -> pd.DataFrame:
    """Return the values of some periods with the weight of each in its metric's figure.

    Returns
    -------
    DataFrame
        Rows of :func:`metrics.values` that have a value, with ``client`` and
        ``share``: the service's part of the yearly volume (equal parts where a volume is
        missing), spread evenly over its periods; per client and metric they sum to 1.
    """
    rows = values(work)
    rows.attrs, services = {}, work.table("services").set_index("service")
    rows = rows[rows["period"].isin(wanted) & rows["value"].notna()]
    rows = rows.assign(client=rows["service"].map(services["client"]),
                       volume=rows["service"].map(services["volume"]).astype(float))  # fmt: skip
    known = rows.groupby(["client", "metric"])["volume"].transform(lambda v: v.notna().all())
    rows["volume"] = rows["volume"].where(known, 1.0)
    rows["share"] = rows["volume"] / rows.groupby(SERIES)["period"].transform("size")
    rows["share"] /= rows.groupby(["client", "metric"])["share"].transform("sum")
    return rows


def by_case(
    work: Workbook, wanted: Sequence[str], client: str, weights: Mapping[str, float], name: str
) -> tuple[float, float] | None:
    """Return 95 % limits of a weighted sum of metrics answered by the same people.

    Parameters
    ----------
    work, wanted
        The workbook, and the periods taken together.
    client
        "external" or "internal".
    weights
        Metric -> its weight.
    name
        Names the figure; with agency and period it seeds the drawing.

    Returns
    -------
    tuple or None
        None where a value does not come from answers one by one, or where fewer than 30
        people answered about a service.

    Notes
    -----
    People are drawn anew within service, period and client group, whole units where five or
    more are named; 2000 draws, each with unseen answers at the end of the scale (see
    :func:`intervals.bounded_mean`). Source: bootstrap of Rao and Wu (1988); no drawing below
    30 people, as its interval is too narrow there (our choice).
    """
    rows, blocks = weighed(work, *wanted), _blocks(work)
    rows = rows[(rows["client"] == client) & rows["metric"].isin(list(weights))]
    if rows.empty or not set(rows["metric"]) <= set(next(iter(blocks.values()), ())):
        return None
    services, people = set(rows["service"]), Counter[str]()
    for (service, period), block in blocks.items():
        if service in services and period in wanted:
            people[service] += len(block["unit"])
    if min(people.values(), default=0) < method.MIN_COMPARED:
        return None
    rows = rows.assign(share=rows["share"] * rows["metric"].map(weights))
    cells = grouped(rows, "service", "period")
    total = np.zeros((2, bootstrap.DRAWS))
    start = bootstrap.seed(work.agency, work.period, name)
    for place, (key, own) in enumerate(sorted(cells.items())):
        if not (block := blocks.get(key)):
            return None
        felt = np.column_stack([block[row["metric"]] for row in own])
        if ((~np.isnan(felt)).sum(axis=0) != [row["n"] for row in own]).any():
            return None
        shares = np.array([row["share"] for row in own])
        total += _drawn(block, felt, shares, (start + place) % 2**32)
    low, high = np.quantile(total[0], 0.025), np.quantile(total[1], 0.975)
    return max(float(low), 0.0), min(float(high), 100.0)


def _drawn(
    block: Mapping[str, np.ndarray], felt: np.ndarray, shares: np.ndarray, start: int
) -> list[np.ndarray]:
    """Return the weighted sum of the metrics of one service and period in every draw.

    Twice: with unseen answers at the low end of the scale, and at the high one.
    """
    units, stands = block["unit"], None
    clustered = (units != "").all() and len(set(units)) >= OFFICES
    strata = np.zeros(len(units)) if clustered else block["segment"]
    if not clustered and len(units) >= CROWD:
        told = [pd.factorize(strata, sort=True)[0], *np.nan_to_num(felt, nan=101).T]
        order = np.lexsort(told[::-1])
        first = np.append(0, 1 + np.flatnonzero(np.any([np.diff(own[order]) for own in told], 0)))
        stands = np.diff(first, append=len(order))
        strata, felt = strata[order[first]], felt[order[first]]
    drawn = bootstrap.drawn(strata, units if clustered else None, start, stands=stands)
    seen = ~np.isnan(felt)
    unseen = np.random.default_rng(start).standard_gamma(END, (len(drawn), 1))
    total, people = drawn @ np.where(seen, felt, 0), drawn @ seen + unseen
    return [((total + end * unseen) / people) @ shares for end in (0, 100)]


def weighing(work: Workbook) -> pd.DataFrame:
    """Show what weighing the answers by service does to each question of the period.

    Returns
    -------
    DataFrame
        One row per kind of client and question answered about two services or more: ``n``,
        ``n_eff``, as many answers of equal weight say the same; ``plain`` mean of all answers
        and ``weighed`` mean, each with limits: services stand for their yearly volumes.

    Notes
    -----
    F09, F10. Outer and inner clients are never averaged.
    """
    rows = weighed(work, work.period)
    asked = respondents(work)
    asked = asked[asked["period"] == work.period].astype({"service": object})
    found = []
    for (client, metric), own in rows.groupby(["client", "metric"], sort=False):
        if metric not in asked or len(own) < 2:
            continue
        block = asked[asked["service"].isin(own["service"]) & asked[metric].notna()]
        each = own.set_index("service")["share"] / block["service"].value_counts()
        weight = block["service"].map(each)
        units = block["unit"]
        many = units.ne("").all() and units.nunique() >= OFFICES
        clusters = units.to_numpy() if many else None
        both = {
            "plain": survey.survey_mean(block[metric], clusters=clusters),
            "weighed": survey.survey_mean(block[metric], weight, block["service"], clusters),
        }
        row = {"client": client, "metric": metric, "n": len(block), "n_eff": both["weighed"].n_eff}
        for column, mean in both.items():
            spread = mean.se * np.sqrt(mean.n_eff)
            row |= bounded_mean(mean.value, spread, mean.n_eff, (0, 100)).columns(column)
        found.append(row)
    return about(found, "weighing", work)


def silent(work: Workbook) -> pd.DataFrame:
    """Show how much the silent could change, where it is known how many were asked.

    Returns
    -------
    DataFrame
        One row per question, service and period of the workbook: ``invited``, ``n`` answers,
        ``response`` in percent, ``top2``, the share of good answers, and ``silent_least``
        and ``silent_most`` it could be if all the silent were displeased or pleased;
        ``of_period``, the score with the limits it has for the clients of this period alone,
        narrower the more of all clients answered; ``voice``: volunteers (fewer than 30 of 100
        answered), many, or everyone.

    Notes
    -----
    F13, without any assumption of the silent. Limits: F07 with the finite population; a full
    census has none, while other tables speak of the service as it works, periods to come
    included. The bar of 30 % is our choice.
    """
    sent = work.table("surveys")
    sent = sent[sent["period"] == work.period]
    opinions = work.catalogue.index[work.catalogue["group"] == "subjective"]
    rows = values(work)[["metric", "service", "period", "n"]]
    rows = rows[rows["metric"].isin(opinions)]
    rows = rows.merge(sent[["service", "period", "invited", "clients"]], on=["service", "period"])
    good = levels(work)[["metric", "service", "period", *names("top2"), "score", "sd"]]
    rows = rows[rows["n"] <= rows["invited"]].merge(good, "left", ["metric", "service", "period"])
    pleased = (rows["top2"].astype(float) / 100 * rows["n"]).fillna(0)
    counts = zip(pleased, rows["n"], rows["invited"], strict=True)
    ends = [normalisation.bounds(*each) for each in counts]
    rows[["silent_least", "silent_most"]] = 100 * np.array(ends, float).reshape(-1, 2)
    rows.loc[rows["top2"].isna(), ["silent_least", "silent_most"]] = np.nan
    rows["response"] = 100 * rows["n"] / rows["invited"]
    whole, n = rows["clients"].astype(float), rows["n"].astype(float)
    known = zip(rows["score"], rows["sd"], n, whole.where(whole.ge(n)), strict=True)
    asked = [bounded_mean(*own, (0, 100), of if of > 0 else None) for *own, of in known]
    rows[names("of_period")] = np.array([each[:3] for each in asked], float).reshape(-1, 3)
    rows["voice"] = np.where(rows["response"] < VOLUNTEERS, "volunteers", "many")
    rows.loc[n == whole, "voice"] = "everyone"
    return about(rows.assign(why="no_counts"), "silent", work)


PARTS: Final = {"detractors": range(1, 8), "passives": range(8, 10), "promoters": range(10, 12)}
"""Levels of a scale from 0 to 10, counted from one: marks 0-6, 7-8 and 9-10 (Reichheld 2003)."""


def nps(work: Workbook) -> pd.DataFrame:
    """Count promoters and detractors where clients say from 0 to 10 whether they would recommend.

    Returns
    -------
    DataFrame
        One row per question on such a scale and service in the period: ``promoters`` and
        ``detractors`` (both left out where they or the others are one to nine people), and
        ``net_promoters``, the first less the second in percent of all, with its limits.

    Notes
    -----
    Part of no KPI: it throws away most of the answer, and how readily people give the highest
    marks is a habit of their country. Limits: :func:`intervals.bounded_mean`.
    """
    known = work.catalogue.index[(work.catalogue["levels"] == 11) & (work.catalogue["first"] == 0)]
    wide, rows = counted(work), []
    for (metric, service, period), counts in wide.iterrows():
        if metric not in known or period != work.period or not counts.sum() >= method.MIN_SHOWN:
            continue
        parts = {name: counts[list(marks)].sum() for name, marks in PARTS.items()}
        own = moments_of_counts([-100, 0, 100], list(parts.values()))
        few = any(0 < part < method.MIN_SHOWN for part in parts.values())
        row = {"metric": metric, "service": service, "n": counts.sum()}
        row |= dict.fromkeys(parts, np.nan) if few else parts
        rows.append(row | bounded_mean(*own, (-100, 100)).columns("net_promoters"))
    return about(framed(rows, "nps").assign(why="too_few"), "nps", work)
