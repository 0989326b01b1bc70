"""Rolling a change out so that the roll-out goes on proving it, and watching it afterwards.

Units begin one wave after another, those that are ready first, in an order chance gives them:
the roll-out is then itself a stepped wedge.
"""

import zlib
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods
from ccwork.measure import control_charts, rebasing
from ccwork.read.workbook import Workbook
from ccwork.stages.scale import trial_rows
from ccwork.stages.scale.trial import trials
from ccwork.stats import spc
from ccwork.stats.trials import stepped_wedge
from ccwork.tell.tables import about

SEED: Final = 1
"""Seed of the order; it is printed, so that anybody can draw the same order again."""

EACH: Final = 3
"""So many units begin together (our choice)."""

ICC: Final = 0.05
"""How alike cases of one unit are taken to be (our choice)."""

MONTHS: Final = 6
"""So long an accepted change is watched (our choice)."""


def order(work: Workbook, rows: pd.DataFrame, seed: int = SEED) -> pd.DataFrame:
    """Return the order in which the other units take up each accepted change.

    Parameters
    ----------
    rows
        What :func:`verdict_rule.verdicts` returns.
    seed
        Seed of chance.

    Returns
    -------
    DataFrame
        One row per ``novelty`` and ``unit`` that does not work the new way yet: ``wave`` from
        1, ``readiness``, ``seed``. Ready units come first; within one readiness chance
        decides. Units whose readiness nobody told are left out.
    """
    units = work.table("units")
    known = units[units["readiness"] != ""]
    made = []
    for change in rows.loc[rows["verdict_word"] == "accept", "novelty"]:
        tried = trials(work)[change].rows
        changed = tried.loc[tried["way"] == trial_rows.NEW, "unit"]
        made.append(_order(known[~known["unit"].isin(changed)], change, seed))
    columns = ["novelty", "wave", "unit", "unit_name", "readiness", "seed"]
    return about(pd.concat([pd.DataFrame(columns=columns), *made])[columns], "rollout", work)


def _order(units: pd.DataFrame, change: str, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng([seed, zlib.crc32(change.encode())])
    drawn = units.sort_values("unit").assign(
        lot=rng.random(len(units)), novelty=change, seed=seed, unit_name=units["unit"]
    )
    drawn = drawn.sort_values(["readiness", "lot"], ascending=[False, True])
    place = drawn.groupby("readiness", sort=False).cumcount() // EACH
    first = drawn["readiness"] != drawn["readiness"].shift()
    return drawn.assign(wave=(first | (place != place.shift())).cumsum())


def strength(work: Workbook, made: pd.DataFrame) -> pd.DataFrame:
    """Say how likely the roll-out itself would prove a worthwhile effect (F59).

    Parameters
    ----------
    made
        What :func:`order` returns.

    Returns
    -------
    DataFrame
        One row per ``novelty``: ``units``, ``waves``, ``chance`` per cent. Cases per unit and
        wave, and their spread, are those of the trial (NaN: the trial does not tell).
    """
    tried, rows = trials(work), []
    for change, own in made.groupby("novelty", sort=False):
        trial = tried[str(change)]
        cases = trial.primary.groupby(["unit", "date"])["n"].sum().median()
        plan = stepped_wedge.schedule(own["wave"].to_numpy(int), int(own["wave"].max()) + 1)
        sd = trial.primary["sd"].median()
        power = np.nan
        if pd.notna(sd):
            power = stepped_wedge.wedge_power(plan, cases, sd, ICC, trial.margin)
        rows.append({"novelty": change, "units": len(own), "waves": int(own["wave"].max()),
                     "chance": 100 * power, "chance_why": "no_spread"})  # fmt: skip
    return about(rows, "rollout_strength", work)


def watch(work: Workbook, rows: pd.DataFrame) -> pd.DataFrame:
    """Watch what people adopted: a bad signal of the process chart reopens the question.

    Parameters
    ----------
    rows
        What :func:`verdict_rule.decided` returns.

    Returns
    -------
    DataFrame
        One row per adopted change and metric: the primary one, and guardrails of the trial
        that have a series, of this service or of one only. ``watched_from``,
        ``watched_until``, ``periods_seen`` since the decision; ``alarm_line``, the limit a value
        must not pass, with its ``unit``; ``limits_of``, the points it was drawn from:
        since_start, or before where those are too few; ``watched``: reversal, quiet, or
        awaited where no period has ended yet.

    Notes
    -----
    A bad signal of any rule within six months of the decision reopens it: our choice. Limits
    come from the points between the start and the decision (six at least): against the old
    level a gain that melts away would never show.
    """
    tried = trials(work)
    days = work.table("decisions").sort_values("date").groupby("change")["date"].last()
    charts = control_charts.histories(work)
    made = []
    for change in rows.loc[rows["decision"] == "adopt", "novelty"]:
        trial, month = tried[change], f"{days[change]:%Y-%m}"
        since = periods.coarsen(month, work.grain)
        until = periods.coarsen(periods.shift(month, MONTHS), work.grain)
        for metric in dict.fromkeys([trial.metric.code, *trial.rows["metric"]]):
            every = charts[charts["metric"] == metric]
            known = every["service"].unique()
            service = known[0] if len(known) == 1 else trial.register["service"]
            chart = every[every["service"] == service]
            if chart.empty and metric != trial.metric.code:
                continue
            good = work.metric(metric).sign
            found = _watched(chart, trial.register["started"], since, until, good)
            made.append({"novelty": change, "metric": metric, "service": service,
                         "watched_from": since, "watched_until": until, **found})  # fmt: skip
    return about(made, "watch", work)


def _watched(
    chart: pd.DataFrame, started: pd.Timestamp, since: str, until: str, good: int
) -> dict[str, Any]:
    """Hold the periods after a decision against limits of the time since the start."""
    ends = [periods.last_day(period) for period in chart["period"]]
    decided, last = (sum(end <= periods.last_day(at) for end in ends) for at in (since, until))
    values = chart["adjusted"].to_numpy(float)
    at = 0 if pd.isna(started) else min(rebasing.first_after(chart, started), decided)
    fresh = pd.notna(started) and np.isfinite(values[at:decided]).sum() >= method.MIN_CHART
    side = "lower" if good > 0 else "upper"
    if fresh:
        limits = spc.limits(values[at:decided], lock=None)
        broken = spc.signals(values[at:last], limits, run=method.RUN)[control_charts.RULES]
        bad = good * broken.to_numpy(int)[decided - at :] < 0
        line = getattr(limits, side)
    else:
        bad = chart[control_charts.RULES].to_numpy(float)[decided:last] < 0
        line = chart[side].iloc[decided - 1] if decided else np.nan
    present = np.isfinite(values[decided:last])
    seen = int(present.sum())
    return {
        "periods_seen": seen, "alarm_line": float(line), "alarm_line_why": "few_points",
        "limits_of": "since_start" if fresh else "before",
        "unit": chart["unit"].iloc[0] if len(chart) else "",
        "watched": "reversal" if bad[present].any() else "quiet" if seen else "awaited",
    }  # fmt: skip
