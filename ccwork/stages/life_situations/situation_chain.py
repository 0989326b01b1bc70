"""The way of a client through one life situation: services of several agencies, link by link.

A link is a service. Cases of one client are known by one case number in the table of steps,
which the leading agency keeps; a case that changes its number on the way is not recognised.
"""

import re
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.measure.process import case_tables, summaries
from ccwork.measure.process.summaries import CLOSED
from ccwork.measure.process.what_if import seed
from ccwork.read.cache import once
from ccwork.read.logs.log_events import CLIENT, microseconds
from ccwork.read.logs.timestamps import HOUR
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade.service_chain import shares_of, times, with_limits
from ccwork.stats import decomposition, intervals
from ccwork.tell.tables import about, framed

DONE, OPEN = "done", "open"
WEAK_BY: Final = {"time": ("time_share", "speed"), "refusals": ("refused", "quality")}
"""What a link is weak by -> the column that tells it, and the KPI it harms."""


class Chain(NamedTuple):
    """The cases of one life situation.

    Attributes
    ----------
    services
        Rows of the services the situation names, by code, each with its ``link_owner``: the
        agency given, else that of most of its steps, else ours.
    steps
        All steps of these services, each with its ``link``: the service.
    path
        Links that some case reaches, in the order of the path.
    came, left
        Cases x links of the path: the first start and the last end there, in hours.
    outcome
        Cases x links: the last outcome told there, "" where none is.
    rows
        What :func:`case_tables.cases` says of the cases seen from the first link on. A case
        is done where the last link says so. One whose trace is lost lasted up to there.
    whole
        Codes of the cases of them that are done.
    """

    services: pd.DataFrame
    steps: pd.DataFrame
    path: list[str]
    came: pd.DataFrame
    left: pd.DataFrame
    outcome: pd.DataFrame
    rows: pd.DataFrame
    whole: list[str]


@once
def chains(work: Workbook) -> dict[str, Chain]:
    """Return the chain of each life situation that services name: code -> chain."""
    services = work.table("services")
    named = services[services["situation"] != ""].groupby("situation", sort=False)
    return {str(code): _chain(work, own.set_index("service")) for code, own in named}


def _chain(work: Workbook, services: pd.DataFrame) -> Chain:
    steps = work.table("steps")
    steps = steps[steps["service"].isin(services.index)]
    steps = steps.sort_values("start", kind="stable", ignore_index=True)
    text = ["case", "service", "actor", "agency", "unit", "position", "outcome"]
    steps = steps.astype(dict.fromkeys(text, str)).assign(link=lambda rows: rows["service"])
    for link in steps["link"].unique():  # numbers were told apart by service when they were read
        own, apart = steps["link"] == link, f":+{re.escape(link)}(?=:|$)"
        steps.loc[own, "case"] = steps.loc[own, "case"].str.replace(apart, "", regex=True)
    by = [steps["case"], steps["link"]]
    came = hours_of(steps["start"]).groupby(by).min().unstack()
    left = hours_of(steps["end"].fillna(steps["start"])).groupby(by).max().unstack()
    several = came[came.notna().sum(axis=1) > 1]
    order = (several if len(several) else came).rank(axis=1).mean().sort_values(kind="stable")
    path = [str(link) for link in order.index]
    got = steps["received"].notna() & steps["outcome"].isin(["", OPEN])
    told = steps["outcome"].mask(got, DONE)
    told = told.mask(told == "").groupby(by).last().unstack().fillna("")
    came, left, told = (part.reindex(columns=path) for part in (came, left, told))
    rows = _watched(work, steps, path, came, told)
    whole = rows.loc[rows["outcome"] == DONE, "case"].astype(str).tolist() if len(rows) else []
    acts = steps[steps["actor"] != CLIENT].groupby("link")["agency"].agg(_most)
    given = services["agency"].mask(services["agency"] == "", services.index.map(acts))
    owned = services.assign(link_owner=given.fillna("").replace("", work.agency))
    return Chain(owned, steps, path, came, left, told, rows, whole)


def hours_of(moments: pd.Series) -> pd.Series:
    """Return moments as hours, to be counted with."""
    return pd.Series(microseconds(moments) / HOUR, moments.index)


def _watched(
    work: Workbook, steps: pd.DataFrame, path: list[str], came: pd.DataFrame, told: pd.DataFrame
) -> pd.DataFrame:
    """Measure the cases seen from the first link on; only the last link ends a situation well."""
    if not path:
        return case_tables.cases(steps)
    last, passed = steps["link"] == path[-1], told.eq(DONE).stack()
    on = passed.reindex(pd.MultiIndex.from_frame(steps[["case", "link"]]), fill_value=False)
    ends = steps.assign(  # who went on from a link well had no end there, nor a refusal before
        outcome=steps["outcome"].mask(~last & (on.to_numpy() | (steps["outcome"] == DONE)), ""),
        received=steps["received"].where(last), service="",
    )  # fmt: skip
    final = ends[last]
    known = final["outcome"].ne("").any() or final["received"].notna().any()
    done = [] if known else summaries.usual_end(final)
    rows = case_tables.cases(ends, done, case_tables.watched_until(work, steps, ""))
    cutoff = rows.attrs["cutoff"]
    rows = rows[rows["case"].astype(str).isin(came.index[came[path[0]].notna()])]
    rows = rows[rows["outcome"] != ""].reset_index(drop=True)
    said = told.where(came.notna()).ffill(axis=1)[path[-1]]
    lost = rows["open"].astype(bool) & rows["case"].astype(str).map(said).eq(DONE)
    rows["lasted"] = rows["lasted"].mask(lost, rows["lead"])
    rows.attrs = {"cutoff": cutoff}
    return rows


# ---------------------------------------------------------------- links and their owners


@once
def situation_links(work: Workbook) -> pd.DataFrame:
    """Say of each service of a life situation whose it is, and what it takes of the client's time.

    Returns
    -------
    DataFrame
        One row a ``situation`` and ``service``, in the order of the path, those nobody reaches
        last: ``in_path`` reached, no_case (its agency brought steps, no case comes here) or
        no_data (nothing at all of its agency is in the table of steps); ``link_owner``
        (agency), ``unit_name`` and ``position`` of most of its steps; ``n`` cases that came;
        ``time_share`` of the whole time of cases seen from the first link to the end of the
        last, with limits, and ``by_law`` the percentage of it the law sets; ``refused``, the
        percentage refused of those it ended with, Wilson.

    Notes
    -----
    F30: bootstrap by case; the wait before a step counts for whoever takes it. A
    super-service without steps stands for the whole situation and is no link.
    """
    found = [row for code, chain in chains(work).items() for row in _links(work, code, chain)]
    return about(found, "situation_links", work)


def _links(work: Workbook, situation: str, chain: Chain) -> list[dict[str, object]]:
    shares, named = _shared(work, situation, chain), chain.services
    with_data, found = set(named.loc[chain.path, "link_owner"]), []
    idle = named.index.difference(chain.path, sort=False)
    for service in [*chain.path, *idle[named.loc[idle, "type"] != "super_service"]]:
        own = chain.steps[(chain.steps["link"] == service) & (chain.steps["actor"] != CLIENT)]
        owner = named.at[service, "link_owner"]
        one = {"situation": situation, "service": service, "link_owner": owner,
               "unit_name": _most(own["unit"]), "position": _most(own["position"])}  # fmt: skip
        if service in chain.path:
            said = chain.outcome[service]
            ended = said.isin(CLOSED).sum()
            refused = intervals.percent(said.eq("refused").sum(), ended, least=method.MIN_SHOWN)
            one |= {"in_path": "reached", "n": chain.came[service].notna().sum()}
            one |= refused.columns("refused") | shares.get(service, {}) | {"why": "few_cases"}
            one["refused_why"] = "few_cases" if ended else "no_outcome"
        else:
            known = owner in with_data
            one |= {"in_path": "no_case" if known else "no_data", "n": 0 if known else np.nan}
            one |= {"why": "not_reached", "n_why": "no_data"}
        found.append(one)
    return found


def _most(words: pd.Series) -> str:
    """Return the commonest word but the empty one; empty where there is none."""
    return next(iter(words[words != ""].mode()), "")


def _shared(work: Workbook, situation: str, chain: Chain) -> dict[str, dict[str, float]]:
    """Share out the time of whole cases among links: link -> its share with limits, by law."""
    if len(chain.whole) < method.MIN_SHOWN:
        return {}
    steps = chain.steps[chain.steps["case"].isin(chain.whole)]
    found = times(steps)
    rows = pd.DataFrame({"link": found.links})
    with_limits(rows, "time_share", lambda at: shares_of(found.took[at]), len(chain.whole),
                seed(work, f"situation|{situation}"))  # fmt: skip
    law = steps["link"] + np.where(steps["kind"] == "statutory", "|law", "")
    parts = times(steps.assign(link=law))
    hours = pd.Series(parts.took.sum(axis=0), parts.links)
    by_law = (rows["link"] + "|law").map(hours).fillna(0.0)
    rows["by_law"] = 100 * by_law / found.took.sum(axis=0)
    return rows.set_index("link").to_dict("index")


# ---------------------------------------------------------------- the weak link


@once
def weak_links(work: Workbook) -> pd.DataFrame:
    """Name the link with most of the client's time, and the one with most refusals.

    Returns
    -------
    DataFrame
        One row a ``situation`` and ``weak_by`` (time, refusals): ``service``, ``link_owner``
        and ``share`` of the first link, and ``ahead``, by how much
        it exceeds the second, in percent points, both with limits; ``weak_word``: weak (that is
        proven), even (it is not: no link is named), none (no refusals at all), one (there is
        but one link to compare) or few.

    Notes
    -----
    Time: both links in the same draws of cases. Refusals: Newcombe.
    """
    links = situation_links(work)
    found = []
    for code, chain in chains(work).items():
        own = links[links["situation"] == code]
        for by, (column, kpi) in WEAK_BY.items():
            known = own.dropna(subset=column).nlargest(2, column, keep="first")
            row = {"situation": code, "weak_by": by, "kpi": kpi, "service": "", "link_owner": "",
                   "n": len(chain.whole), "say": "one" if len(known) else "few"}  # fmt: skip
            more = _ahead(work, code, chain, known, column) if len(known) > 1 else {}
            found.append(row | more)
    rows = framed(found, "situation_weak")
    why = {"why": "not_named", "unit": "percent"}
    rows = rows.assign(weak_word=rows["say"], say=rows["weak_by"] + "_" + rows["say"], **why)
    return about(rows, "situation_weak", work)


def _ahead(
    work: Workbook, situation: str, chain: Chain, known: pd.DataFrame, column: str
) -> dict[str, object]:
    """Hold the first link against the second."""
    first, second = known["service"]
    if column == "refused":
        ended, refused = chain.outcome.isin(CLOSED).sum(), chain.outcome.eq("refused").sum()
        apart = intervals.newcombe(refused[second], ended[second], refused[first], ended[first])
        n, ahead = int(ended[first]), apart.times(100)
    else:
        took, n = times(chain.steps[chain.steps["case"].isin(chain.whole)]), len(chain.whole)
        at = [took.links.index(link) for link in (second, first)]

        def rule(cases: np.ndarray) -> float:
            return float(np.diff(shares_of(took.took[cases])[at])[0])

        limits = decomposition.resampled(rule, n, seed=seed(work, f"situation|{situation}"))
        ahead = intervals.Estimate(rule(np.arange(n)), *map(float, limits), n)
    top, made = known.iloc[0], {"n": n} | ahead.columns("ahead")
    if ahead.low > 0:
        share = intervals.Estimate.of(top, column).columns("share")
        return made | share | top[["service", "link_owner"]].to_dict() | {"say": "weak"}
    return made | {"say": "even" if top[column] > 0 else "none"}
