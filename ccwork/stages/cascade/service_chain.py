"""The chain behind a client's matter: its links across units and agencies, and the weak one.

A link is a unit of the agency, another agency, or the client; steps whose term the law sets
are a link of their own, for nobody can shorten them. All time of a case is shared out among
its links: the wait before a step goes to whoever takes it, so the links of a case sum to its
whole time. The client's mark is one, for the whole chain: no link has a mark of its own.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ccwork import method
from ccwork.language import periods
from ccwork.measure.metrics import answered, values
from ccwork.measure.process import case_tables, chosen_service, handovers, summaries, waiting_times
from ccwork.measure.process.events import Events, ordered_events
from ccwork.measure.process.what_if import seed
from ccwork.read.cache import once
from ccwork.read.logs import log_events
from ccwork.read.logs.timestamps import HOUR
from ccwork.read.workbook import Workbook
from ccwork.stats import decomposition, intervals, survival
from ccwork.tell.tables import about

LAW, REST = "law", "rest"
NOBODY: Final = (log_events.CLIENT, LAW)
"""Links no unit answers for."""

MOST_LINKS: Final = 8
"""So many links are taken apart exactly; of more, those with the least time stand together."""

MIN_DRIVERS, MIN_EACH = 150, 30
"""Drivers need so many clients in all, and so many for each of them (our choice)."""

MARK: Final = "satisfaction"
"""The client's mark of the whole chain."""


class Times(NamedTuple):
    """What each link did to each case, in hours.

    Attributes
    ----------
    links
        Codes of the links, in the order of the path.
    took, over
        Cases x links: time in all, and time beyond the norms of its steps.
    late
        What each case took beyond what it may: 0 or less is on time. NaN without a norm.
    passed, right
        Cases x links: whether the case came through it, and no step of it was repeated.
    norm
        Median of what the norms of a link allow a case, NaN where it has none.
    """

    links: list[str]
    took: np.ndarray
    over: np.ndarray
    late: np.ndarray
    passed: np.ndarray
    right: np.ndarray
    norm: np.ndarray


# ---------------------------------------------------------------- links of a log


@once
def link_steps(work: Workbook) -> pd.DataFrame:
    """Return the steps of the cases that ended, each with its ``link``.

    The service is the one chosen, or alone in the log. Where the log tells no outcome
    the step most cases end with means the end (as in :func:`case_tables.journey`). No rows where
    most steps have no party. More than :data:`MOST_LINKS` links: the smallest are "rest".
    """
    steps = work.table("steps")
    steps = steps[steps["service"] == chosen_service.service(work)]
    if len(steps):
        done = [] if (steps["outcome"] != "").any() else summaries.usual_end(steps)
        rows = case_tables.cases(steps, done, pd.Timestamp(work.date) + pd.Timedelta(days=1))
        steps = summaries.of_cases(steps, rows[~rows["open"]])
    if steps.empty:
        return steps.assign(link="")
    steps = steps.reset_index(drop=True)
    actor, unit, agency = (steps[name].astype(str) for name in ("actor", "unit", "agency"))
    agency = agency.where(agency != work.agency, "")
    waits = waiting_times.waits(steps)
    law = steps["step"].isin(waits.loc[waits["statutory"] == "yes", "step"])
    steps["link"] = np.select(
        [actor == log_events.CLIENT, law, agency != "", unit != "", actor == log_events.OTHER,
         actor.isin(log_events.ACTORS)],
        [log_events.CLIENT, LAW, agency, unit, log_events.OTHER, log_events.OWN], "",
    )  # fmt: skip
    if (steps["link"] == "").mean() > log_events.MOST_MISSING:
        return steps.iloc[:0]
    events = ordered_events(steps)
    total = pd.Series(_spent(events)).groupby(steps["link"].to_numpy()[events.rows]).sum()
    small = total.sort_values().index[: 1 - MOST_LINKS] if len(total) > MOST_LINKS else []
    steps.loc[steps["link"].isin(small), "link"] = REST
    return steps


def _spent(events: Events) -> np.ndarray:
    """Return the hours each event added to its case: the wait before it and its own time."""
    free = events.free
    spent = free - events.previous(free, 0)
    spent[events.first] = (free - events.start)[events.first]
    return spent / HOUR


def times(steps: pd.DataFrame) -> Times:
    """Share out the time of cases among links.

    A case may take what its norms allow together, steps without a norm counting neither for
    nor against.

    Parameters
    ----------
    steps
        What :func:`link_steps` returns.
    """
    events = ordered_events(steps)
    spent, own = _spent(events), steps.iloc[events.rows].reset_index(drop=True)
    place = own.groupby(events.case).cumcount().groupby([events.case, own["link"]]).min()
    path = place.groupby("link").mean().sort_values(kind="stable").index.tolist()
    shape = len(events.first), len(path)
    at = events.case * shape[1] + own["link"].map({link: n for n, link in enumerate(path)})

    def summed(amount: ArrayLike) -> np.ndarray:
        return np.bincount(at, amount, shape[0] * shape[1]).reshape(shape)

    norm = own["norm"].to_numpy(float)
    judged = ~np.isnan(norm) & (own["link"] != LAW).to_numpy()
    allowed, took = summed(np.where(judged, norm, 0)), summed(spent)
    beyond = summed(np.where(judged, spent, 0)) - allowed
    passed, has = summed(np.ones(len(own))) > 0, summed(judged) > 0
    late = beyond.sum(axis=1) if has.any() else np.full(shape[0], np.nan)
    again = summed(own.assign(at=at).duplicated(["at", "step"]))
    norms = pd.DataFrame(np.where(has, allowed, np.nan)).median().to_numpy()
    return Times(path, took, np.maximum(beyond, 0), late, passed, passed & (again == 0), norms)


def gains(found: Times, cases: ArrayLike) -> np.ndarray:
    """Return what each link, if it kept its norm, would add to the share of cases on time (F30).

    Percent points, fairly counted over all orders of links; NaN for a link without a norm.
    """
    judged = ~np.isnan(found.norm)
    over, late = found.over[cases][:, judged], found.late[cases]
    parts, hit = np.where(judged, 0.0, np.nan), late > 0
    if hit.any():
        # each case has its own limit: what it took beyond norms, less what it was late
        limit = over[hit].sum(axis=1) - late[hit]
        shares = survival.on_time(over[hit], np.zeros(over.shape[1]), limit)
        parts[judged] = 100 * hit.mean() * np.array(shares)
    return parts


# ---------------------------------------------------------------- tables people read


@once
def links(work: Workbook) -> pd.DataFrame:
    """Take the time of a matter apart by links, in the order of the path; no link is ranked.

    Returns
    -------
    DataFrame
        One row a ``link``: ``n`` cases through it; ``time_share`` of the whole time;
        ``link_norm`` hours a case; ``over_share`` of all hours beyond norms; ``on_time_gain``,
        see :func:`gains`; ``wait_share`` of the waits between links, charged to the receiver,
        and ``sent_back``, the percentage of the link's own hand-overs after which the receiver
        repeated his step; ``right_first``, the percentage of its cases without a repeated
        step. All but norm and wait with limits; what is missing has its reason in ``.._why``.

    Notes
    -----
    F30-F32. Time and gains: bootstrap by case; shares of cases: Wilson.
    """
    steps = link_steps(work)
    if steps.empty:
        return about([], "chain", work)
    found = times(steps)
    rows = pd.DataFrame({"link": found.links, "n": found.passed.sum(axis=0)})
    cases = len(found.took) if len(found.took) >= method.MIN_SHOWN else 0
    rules = {
        "time_share": lambda at: shares_of(found.took[at]),
        "over_share": lambda at: np.where(np.isnan(found.norm), np.nan, shares_of(found.over[at])),
        "on_time_gain": lambda at: gains(found, at),
    }
    for name, rule in rules.items():
        with_limits(rows, name, rule, cases, seed(work, f"chain|{steps['service'].iloc[0]}"))
    nobody = rows["link"].isin(NOBODY)
    _percent(rows, "right_first", found.right.sum(axis=0), rows["n"].mask(nobody, 0))
    passed = handovers.handovers(steps.assign(unit=steps["link"]), "unit")
    waited = passed[~passed["receiver"].isin(NOBODY)].groupby("receiver")["hours"].sum()
    rows["wait_share"] = rows["link"].map(100 * waited / max(waited.sum(), 1e-9))
    sent = passed.assign(back=passed["returned"] / 100 * passed["passes"]).groupby("sender")
    back, all_sent = (rows["link"].map(sent[name].sum()).fillna(0) for name in ("back", "passes"))
    _percent(rows, "sent_back", back.round(), all_sent.mask(nobody, 0))
    rows["link_norm"] = found.norm
    rows["why"] = "no_norm" if cases else "few_cases"
    for name in ("wait_share", "right_first", "sent_back"):
        rows[f"{name}_why"] = np.where(nobody, "no_link", "few_cases")
    return about(rows, "chain", work)


def shares_of(amounts: np.ndarray) -> np.ndarray:
    """Return what part of all each column of a table of cases holds, in percent."""
    each = amounts.sum(axis=0)
    return 100 * each / each.sum() if each.sum() > 0 else each * np.nan


def with_limits(rows: pd.DataFrame, name: str, rule: Callable, cases: int, start: int) -> None:
    """Put a figure of each row with its limits into the table; none where there are no cases."""
    drawn = decomposition.resampled(rule, cases, seed=start) if cases else (np.nan, np.nan)
    found = (rule(np.arange(cases)) if cases else np.nan, *drawn)
    rows[intervals.names(name)] = np.array(found).T


def _percent(rows: pd.DataFrame, name: str, hits: Sequence, of: Sequence) -> None:
    """Put percentages with Wilson limits into the table; none of few cases."""
    counts = zip(hits, of, strict=True)
    found = [intervals.percent(*each, least=method.MIN_SHOWN)[:3] for each in counts]
    rows[intervals.names(name)] = np.array(found, float)


@once
def chain_as_a_whole(work: Workbook) -> pd.DataFrame:
    """Say what the chain gives the client as a whole.

    Returns
    -------
    DataFrame
        One row: ``service``, ``n`` cases; ``on_time`` percent with Wilson limits and
        ``all_norms``, what it would be if every link kept its norm; ``rolled``, the percentage
        that passes every link right the first time; ``client_mark``, the client's one mark of all
        links (0-100), with ``marks`` answers; ``link``, whose norm would bring the most cases
        on time, with its ``on_time_gain``; ``say`` weak (that gain is proven), even (it is
        not), no_norm or few.
    """
    rows = links(work)
    if rows.empty:
        return about(rows, "chain_whole", work)
    steps = link_steps(work)
    found, code = times(steps), str(steps["service"].iloc[0])
    cases, enough = len(found.late), len(found.late) >= method.MIN_SHOWN
    known = cases if enough and not np.isnan(found.late).any() else 0
    one = pd.DataFrame([{"service": code, "n": cases, "say": "few", "link": ""}])
    one["why"] = "few_cases"
    near = 1e-9 * max(1.0, float(np.abs(found.late).max()))
    _percent(one, "on_time", [(found.late <= near).sum()], [known])
    one["all_norms"] = one["on_time"] + rows["on_time_gain"].sum(min_count=1)
    own = ~rows["link"].isin(NOBODY).to_numpy() & enough
    through = found.right.sum(axis=0)[own], found.passed.sum(axis=0)[own]
    yields = decomposition.rolled(*through)[:3] if own.any() else [np.nan] * 3
    one[intervals.names("rolled")] = 100 * np.array([yields])
    gain = intervals.names("on_time_gain")
    weak = rows[own & rows[gain[0]].notna()].nlargest(1, gain[0])
    one[gain] = weak[gain].to_numpy() if len(weak) else np.nan
    if enough:
        proven = len(weak) and weak[gain[1]].iloc[0] > 0
        one["say"] = "weak" if proven else "even" if len(weak) else "no_norm"
        one["link"] = weak["link"].iloc[0] if proven else ""
        one[["on_time_why", "all_norms_why", "on_time_gain_why"]] = "no_norm"
    mark = values(work).set_index(["metric", "service", "period"])
    mark = mark[mark.index == (MARK, code, work.period)].reset_index()
    told = [*intervals.names("client_mark"), "marks", "client_mark_why"]
    one = one.join(mark[[*intervals.names("value"), "n", "why"]].set_axis(told, axis=1))
    one["client_mark_why"] = one["client_mark_why"].fillna("no_row")
    return about(one, "chain_whole", work)


# ---------------------------------------------------------------- what the mark goes with


@once
def drivers(work: Workbook) -> pd.DataFrame:
    """Say with which KPI the client's mark goes together: an association, not a cause.

    Service as for :func:`link_steps`; where none is told, all outer services together.

    Returns
    -------
    DataFrame
        One row a KPI clients were asked about: ``explained``, percent of the differences
        between clients' marks that go with it, and ``kpi_felt``, how they rate it (0-100), each
        with limits; ``n`` clients who answered all. NaN with "few_cases" where they are fewer
        than :data:`MIN_DRIVERS`, or :data:`MIN_EACH` a KPI.

    Notes
    -----
    F31 on the answers of the last 12 months, limits by drawing clients anew. A KPI is the mean
    of the client's own answers.
    """
    wide = _by_client(work, chosen_service.service(work))
    kpis = [kpi for kpi in method.KPIS if kpi in wide]
    if MARK not in wide or len(kpis) < 2:
        return about([], "drivers", work)
    wide = wide[[*kpis, MARK]].dropna()
    x, y, n = wide[kpis].to_numpy(), wide[MARK].to_numpy(), len(wide)
    rows = pd.DataFrame({"kpi": kpis, "n": n, "why": "few_cases"})
    enough = n >= max(MIN_DRIVERS, MIN_EACH * len(kpis))
    found = decomposition.lmg_of_cases(x, y, seed(work, "drivers|")) if enough else [np.nan] * 3
    rows[intervals.names("explained")] = np.array(found).T
    own = [intervals.moments(each if n >= method.MIN_SHOWN else []) for each in x.T]
    rows[intervals.names("kpi_felt")] = [
        intervals.bounded_mean(*each, (0, 100))[:3] for each in own
    ]
    return about(rows, "drivers", work)


def _by_client(work: Workbook, service: str) -> pd.DataFrame:
    """Return one row a client of the last 12 months: the mean 0-100 of answers to each KPI."""
    answers, services = answered(work), work.table("services").set_index("service")
    outer = services.index[services["client"] == "external"]
    answers = answers[answers["service"].isin([service] if service else outer)]
    year = pd.Timestamp(periods.last_day(work.period)) - pd.DateOffset(years=1)
    answers = answers[pd.to_datetime(answers["date"]) > year]
    answers = answers.astype(dict.fromkeys(["metric", "service", "respondent"], "str"))
    kpi = answers["metric"].map(work.catalogue["kpi"])
    rows = pd.DataFrame({
        "client": answers["service"] + " " + answers["respondent"],
        "of": kpi.where(answers["metric"] != MARK, MARK),
        "score": answers["points"],
    })  # fmt: skip
    return rows.pivot_table(index="client", columns="of", values="score", aggfunc="mean")
