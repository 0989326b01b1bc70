"""The staged change: which practices fit, what people object, whether the change is borne.

One practice after another, beginning with motivation or with the staff department. People
decide on each practice and answer each objection; the tables hold what they wrote.
"""

from operator import itemgetter
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods, wording
from ccwork.measure import checklists, five_kpis, own_past
from ccwork.measure.staff_pulse import STAFF_PRESSURE, STOP_METRIC, UNBEARABLE
from ccwork.read.cache import grouped, once, once_said
from ccwork.read.workbook import Workbook, of_days
from ccwork.stages.clients import client_map
from ccwork.stages.core_team.team_roles import even
from ccwork.stats import intervals
from ccwork.tell.tables import about, framed, said

STALE: Final = 90
"""An objection unanswered for more days than this is told in the summary (our choice)."""

TOGETHER: Final = 3
"""More practices than this tried at once are too many for one team (our choice)."""

BEARABLE: Final = {STAFF_PRESSURE: 50.0, STOP_METRIC: UNBEARABLE}
"""Above so much the load is not bearable: points of 100, per cent of staff (our choice)."""

TAKEN: Final = ("fit", "adapt")
GOING: Final = ("trying", "rooted")
INNER: Final = "internal"
FACTOR: Final = [
    *("item", "period", "n", "score", "score_low", "score_high", "score_why", "before"),
    *("change", "change_low", "change_high", "verdict", "unit", "why"),
]


# ---------------------------------------------------------------- practices


@once_said
def triage(work: Workbook) -> pd.DataFrame:
    """Return the practices people decided on: fits, adapt or exclude, and how each goes.

    Returns
    -------
    DataFrame
        One row per ``practice`` in the order of the catalogue: ``triage``, ``keeps`` the
        constraint it must not break, ``practice_state`` how it goes, ``why_said`` in the
        language in force; ``entry`` and ``side`` of the catalogue.
    """
    known = work.catalogues["practices"]
    rows = work.table("triage").join(known[["entry", "side"]], on="practice")
    rows["why_said"] = said(rows, "why")
    rows = rows.rename(columns={"limit": "keeps", "state": "practice_state"})
    order = {practice: place for place, practice in enumerate(known.index)}
    rows = rows.sort_values("practice", key=lambda column: column.map(order))
    return about(rows, "triage", work)


def entries(work: Workbook) -> pd.DataFrame:
    """Say where the change began: practices decided on and under way, by way to begin.

    Returns
    -------
    DataFrame
        One row per ``entry`` of the catalogue: practices ``offered``, ``taken`` (they fit or
        are to be adapted), ``under_way`` (tried or rooted). Empty where nothing was decided.
    """
    rows = triage(work)
    taken = rows["triage"].isin(TAKEN)
    those = {"taken": taken, "under_way": taken & rows["practice_state"].isin(GOING)}
    offered = work.catalogues["practices"].groupby("entry", sort=False).size()
    table = offered.rename("offered").reset_index() if len(rows) else pd.DataFrame({"entry": []})
    for name, kept in those.items():
        table[name] = table["entry"].map(rows.loc[kept, "entry"].value_counts()).fillna(0)
    return about(table, "entries", work)


def balance(work: Workbook) -> pd.DataFrame:
    """Weigh flexibility against rules among the practices taken and not left.

    Returns
    -------
    DataFrame
        One row, ``practices`` "all": how many practices add ``flexible`` and ``rules`` (one may
        add both), ``sided`` balanced, flexible, rules or nothing; ``at_once`` how many are
        being tried now, and whether that is a ``crowd``.
    """
    rows = triage(work)
    taken = rows[rows["triage"].isin(TAKEN) & (rows["practice_state"] != "left")]
    count = {side: int(taken["side"].isin([side, "both"]).sum()) for side in ("flexible", "rules")}
    sided = "balanced" if even(*count.values()) else max(count, key=count.__getitem__)
    row = {"practices": "all"} | count | {"sided": sided if len(taken) else "nothing"}
    row["at_once"] = int((rows["practice_state"] == "trying").sum())
    row["crowd"] = "many" if row["at_once"] > TOGETHER else "fine"
    row["say"] = row["sided"]
    return about(pd.DataFrame([row])[: len(rows)], "balance_of_change", work)


def objections(work: Workbook) -> pd.DataFrame:
    """Return the register of fears and objections with answers; the longest waiting first.

    Returns
    -------
    DataFrame
        One row per ``objection``: ``objection_kind``, ``raised`` by which group, ``gist``,
        ``reply_said``, ``replied_how``, ``objection_status``; ``waits_days`` since it was
        raised, for those nobody answered. The gist is in general words, no person's words;
        what may name a person is hidden.
    """
    rows = work.table("objections").reset_index(drop=True)
    for shown, column in (("gist", "said"), ("reply_said", "answer")):
        rows[shown] = said(rows, column)
    age = pd.Timestamp(periods.last_day(work.period)) - pd.to_datetime(rows["date"])
    rows["waits_days"] = age.dt.days.where(rows["status"] == "waiting").astype(float)
    rows["waits_days_why"] = "not_waiting"
    rows["say"] = np.where(rows["waits_days"] > STALE, "stale", "")
    names = {"kind": "objection_kind", "how": "replied_how", "status": "objection_status"}
    rows = rows.rename(columns=names).sort_values(["waits_days", "date"], ascending=[False, True])
    return about(framed(rows, "objections"), "objections", work)


# ---------------------------------------------------------------- success factors


def pressure(work: Workbook) -> pd.DataFrame:
    """Say whether the load on staff is bearable: by its whole interval, not by its middle.

    Returns
    -------
    DataFrame
        One row per ``service`` and metric of :data:`BEARABLE`: ``value`` with interval and n,
        ``change`` and ``verdict`` of :func:`own_past.judged`, and ``bearable``: passed
        where the interval lies below the bar, failed above, else unknown.
    """
    rows = own_past.judged(work)
    bar = rows["metric"].map(BEARABLE)
    rows, bar = rows[bar.notna()].copy(), bar[bar.notna()].astype(float)
    low, high = rows["low"].astype(float), rows["high"].astype(float)
    rows["bearable"] = np.select([high < bar, low > bar], ["passed", "failed"], "unknown")
    rows["say"] = rows["bearable"]
    return about(rows, "pressure", work)


def factors(work: Workbook) -> pd.DataFrame:
    """Follow the success factors from filling to filling, and hold them against deeds.

    Returns
    -------
    DataFrame
        One row per ``item`` of the form: ``period`` of the last filling by staff, ``n`` of them,
        ``score`` 0-100 with its interval, the period ``before``, ``change`` and ``verdict``;
        ``deed``: whether it shows in what was done (see :func:`deeds`).

    Notes
    -----
    Fewer than 10 give no score, fewer than 30 no comparison. The factors: Zhurikhin 2023.
    """
    rows, shown = followed(work, "success_factors"), deeds(work)
    rows["deed"] = rows["item"].map(shown).fillna("unknown")
    return about(rows, "factors", work)


@once
def followed(work: Workbook, form: str, source: str = "staff") -> pd.DataFrame:
    """Follow a form from filling to filling: the columns of :func:`factors` but ``deed``."""
    given = checklists.answers(work, form, source)
    given["period"] = of_days(pd.to_datetime(given["date"]), work.grain)
    scored = checklists.scores(given, ["item", "period"]).rename(columns={"visits": "n"})
    few = scored["n"] < method.MIN_SHOWN
    scored.loc[few, ["score", "score_low", "score_high"]] = np.nan
    scored["score_why"] = np.where(few, "too_few", "")
    rows = [
        _factor(sorted(own, key=itemgetter("period"))) | {"item": item}
        for item, own in grouped(scored, "item").items()
    ]
    return pd.DataFrame(rows, columns=FACTOR)


def _factor(scores: list[dict[str, Any]]) -> dict[str, object]:
    """Compare the last filling of one factor with the one before."""
    now, then = scores[-1], scores[-2 if len(scores) > 1 else -1]
    row = {name: now[name] for name in FACTOR[1:7]}
    row |= {"unit": "points", "why": "too_few", "basis": "previous"}
    both = [intervals.Estimate.of(each, "score") for each in (now, then)]
    found = intervals.mover(both, [1, -1])
    row |= found.columns("change") | {"change_n": found.n, "before": then["period"]}
    if len(scores) == 1:
        row |= intervals.unknown().columns("change")
        row |= {"before": "", "why": "no_before", "basis": "none"}
    return row | {"verdict": own_past.by_interval(row, method.WORTHWHILE)["verdict"]}


def deeds(work: Workbook) -> dict[str, str]:
    """Tell whether each success factor shows in deeds: passed, failed or unknown.

    The picture of the processes to be: a redesign of the journey is written down. Leaders as
    an example: the log of visits holds a leader's of the last twelve months; without any log
    nothing is known. The pace: the load on staff is bearable wherever it was asked.
    """
    visits, log = work.table("visits"), leaders_log(work)
    first = periods.shift(periods.year_before(work.period), 1)
    recent = log["period"].isin(periods.span(first, work.period)).any()
    pace = set(pressure(work)["bearable"])
    return {
        "factor_picture": "passed" if len(work.table("redesign")) else "unknown",
        "factor_example": "passed" if recent else "failed" if len(visits) else "unknown",
        "factor_pace": next((m for m in ("failed", "unknown", "passed") if m in pace), "unknown"),
    }


@once
def leaders_log(work: Workbook) -> pd.DataFrame:
    """Count the field visits of leaders and their hours with clients, period by period.

    Returns
    -------
    DataFrame
        One row per ``period`` with visits: ``leader_visits`` and ``leader_hours``; a visit
        that says nothing of its length leaves the hours unknown. Nobody is named.
    """
    rows = work.table("visits")
    rows = rows[(rows["kind"] == "leader") & (rows["double_of"] == "")]
    spent = pd.to_datetime(rows["end"]) - pd.to_datetime(rows["start"])
    minutes = rows["minutes"].astype(float).fillna(spent.dt.total_seconds() / 60)
    groups = minutes.groupby(of_days(pd.to_datetime(rows["date"]), work.grain))
    hours = groups.apply(lambda each: each.sum(skipna=False) / 60)
    table = pd.DataFrame({"leader_visits": groups.size(), "leader_hours": hours.astype(float)})
    table = table.rename_axis("period").reset_index().assign(leader_hours_why="not_given")
    return about(table, "leaders_log", work)


# ---------------------------------------------------------------- the inner client


def portrait(work: Workbook) -> pd.DataFrame:
    """Draw the portrait of the inner client: what staff need, and what they say.

    Returns
    -------
    DataFrame
        The needs of inner client groups as :func:`client_map.needs` tells them, then
        opinions of inner services no need stands behind: ``inner_group``, ``wish``,
        ``measure``, ``points`` 0-100 with its interval, ``n``.
    """
    needs, scored = client_map.needs(work), five_kpis.scored(work)
    needs = needs[needs["client"] == INNER]
    inner, felt = scored["client"] == INNER, scored["group"] == "subjective"
    scored = scored[inner & felt & scored["points"].notna()]
    others = scored[~scored["metric"].isin([*needs["metric"], *BEARABLE])]
    rows = pd.concat([needs, others.assign(wish="—", client_group="", need="")], ignore_index=True)
    rows["inner_group"] = [wording.name("segment", code) or "—" for code in rows["client_group"]]
    rows["measure"] = [wording.name("metric", code) or "—" for code in rows["metric"]]
    rows["why"] = rows["why"].fillna("no_row")
    rows["n_why"] = rows["why"].where(rows["points"].isna(), "not_given")
    return about(rows, "inner_portrait", work)
