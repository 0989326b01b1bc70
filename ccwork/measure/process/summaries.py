"""Many cases together: how long, how they end, where they stand, does the stock agree.

All functions take what :func:`case_tables.cases` returns, some the steps beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.measure.process.events import ordered_events
from ccwork.measure.process.variants import ends, variants
from ccwork.read.logs import log_events
from ccwork.read.logs.log_events import coded
from ccwork.read.logs.timestamps import HOUR
from ccwork.stats import intervals, survival
from ccwork.tell.small_counts import given_away

CLOSED: Final = ("done", "refused", "withdrawn")
WORK: Final = {
    "touch": "no_end", "waiting": "no_end", "efficiency": "no_end",
    **dict.fromkeys(("handoffs_position", "handoffs_unit"), "no_resource"),
    "handoffs_agency": "no_agency",
}  # fmt: skip
"""What a summary gives the mean of, and why it may be missing."""

MOSTLY: Final = 0.5
"""A last step so common is taken for the end of a case where no outcome is given; a mean is that
of a group where so many of its cases tell it (our choices)."""

INCOMPLETE: Final = 20.0
"""A stock of cases that throughput explains worse than this (percent) piles up."""

SEEN: Final = 0.9
"""The log's clock is told to be short where it shows less than this part of the client's time
(our choice)."""

FOLLOWED: Final = 2.0
"""A cohort is judged when it was watched for so many times the P90 of all cases."""


SHOWN, MOST_ROWS = 80.0, 14
"""Of a longer table the few rows that make so many percent are shown, at most so many."""

HEAVY: Final = {
    "waits": ("share", "main_waits"), "handovers": ("hours", "main_rows"),
    "levers": ("hours", "main_waits"), "stuck": ("n", "main_rows"), "ends": ("begin", "main_rows"),
}  # fmt: skip
"""Tables with a row a step or a pair -> what the few rows to show make the most of, and the
remark on the others."""


def main_rows(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[tuple[str, dict]]]:
    """Cut a long table to the few rows that make most of it, and count the rest in a remark.

    Waits the law sets have no share: they stay, as far as there is room.
    """
    if name not in HEAVY or len(table) <= MOST_ROWS:
        return table, []
    column, remark = HEAVY[name]
    parts = table[column].to_numpy(float)
    given = np.nan_to_num(parts)
    main = (given.cumsum() - given < SHOWN / 100 * given.sum()) & (
        np.arange(len(table)) < MOST_ROWS
    )
    keep = main | np.isnan(parts)
    keep &= keep.cumsum() <= MOST_ROWS
    values = {"n": int((~keep).sum()), "share": round(100 * given[keep].sum() / given.sum())}
    return table[keep].reset_index(drop=True), [(f"remark.{remark}", values)]


def of_cases(steps: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of some of the cases."""
    return steps[steps["case"].isin(rows["case"].astype(str))]


def worked(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the agency's own steps that took time, each with its ``hours`` of work."""
    own = ~steps["actor"].isin([log_events.CLIENT, log_events.OTHER])
    steps = steps[own & steps["start"].notna() & steps["end"].notna()]
    hours = (
        log_events.microseconds(steps["end"]) - log_events.microseconds(steps["start"])
    ) / HOUR - log_events.paused_hours(steps)
    return steps.assign(hours=hours)[hours > 0]


def process_summary(rows: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Sum up how long cases take, by service, channel or segment.

    Parameters
    ----------
    rows
        What :func:`case_tables.cases` returns.
    by
        Any of service, channel and segment; none for all cases together.

    Returns
    -------
    DataFrame
        One row a group: ``n`` cases, ``completed`` (done), ``unfinished`` (counts); ``clock``
        "client" or "log"; ``median`` and ``p90`` hours with limits, ``median_days`` the same in
        days; ``method`` "ranks" where no case is open, else "km"; ``working_median`` working
        hours of cases ended, where :func:`case_tables.worked` added them; the mean of
        ``actions`` of cases ended with t limits; ``reworked`` (percent of cases with rework)
        and ``first_time`` (percent of those done) with Wilson limits. Of the ``dated`` cases that
        ended and have the client's clock: ``client_median`` and ``log_median`` hours with
        limits, ``gap`` "yes" where the log shows less than :data:`SEEN` of the client's time. A
        figure that cannot be computed is NaN and has its reason in ``.._why``.

    Notes
    -----
    The time until a case ended in any way. Median and P90 (F08) with order-statistic limits;
    with open cases Kaplan-Meier (F49), log-log limits. NaN with "too_many_open" where too many
    are open to tell. With withdrawals see :func:`ended`.
    """
    return _grouped(rows, by, _summed)


def work(rows: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Sum up what happens inside the time of cases that ended, by service, channel or segment.

    Returns
    -------
    DataFrame
        One row a group: ``n`` cases ended; means of ``touch`` and ``waiting`` hours and of
        ``efficiency`` (percent, F48), and of hand-overs between positions, units and agencies,
        with t limits; ``reworked``, ``looped`` (a step twice in a row) and ``first_time`` in
        percent with Wilson limits. What cannot be computed has its reason in ``.._why``.
    """
    return _grouped(rows, by, _worked)


def _grouped(rows: pd.DataFrame, by: Sequence[str], rule: Callable[..., dict]) -> pd.DataFrame:
    groups = rows.groupby(list(by), sort=False, observed=True) if by else [((), rows)]
    found = [dict(zip(by, key, strict=True)) | rule(group) for key, group in groups]
    return pd.DataFrame(found).sort_values([*by] or ["n"], kind="stable", ignore_index=True)


def _summed(rows: pd.DataFrame) -> dict[str, object]:
    """Return the figures of one group of cases."""
    done, timed = rows["outcome"] == "done", rows[rows["lasted"].notna()]
    found: dict[str, object] = {
        "n": len(rows), "completed": int(done.sum()), "unfinished": int(rows["open"].sum()),
        "clock": rows["clock"].iloc[0], "method": "km" if timed["open"].any() else "ranks",
    }  # fmt: skip
    left = timed["open"].any()
    curve = survival.kaplan_meier(timed["lasted"], ~timed["open"]) if left else None
    for name, q in (("median", 0.5), ("p90", 0.9)):
        took, why = intervals.quantile(timed["lasted"], q), "no_time"
        if curve is not None:
            took, why = survival.time_quantile(curve, q), "too_many_open"
        found |= _limited(name, took, why)
        if name == "median":
            found |= _limited("median_days", intervals.mapped(took, lambda hours: hours / 24), why)
    whole = rows[~rows["open"]]
    if "working" in rows:
        found |= _limited("working_median", intervals.quantile(whole["working"], 0.5), "few_cases")
    means = _means(whole, {"actions": "no_resource"})
    return found | _two_clocks(whole) | means | _shares(whole, ("reworked", "first_time"))


def _two_clocks(whole: pd.DataFrame) -> dict[str, object]:
    """Hold the client's clock against the log's, over the same cases."""
    dated = whole[whole["client"].notna()]
    few = len(dated) < method.MIN_SHOWN
    client, log = (intervals.quantile([] if few else dated[of], 0.5) for of in ("client", "lead"))
    gap = log.value < SEEN * client.value
    why = "few_cases" if len(dated) else "not_dated"
    medians = _limited("client_median", client, why) | _limited("log_median", log, why)
    return {"dated": len(dated), "gap": "yes" if gap else ""} | medians


def _worked(rows: pd.DataFrame) -> dict[str, object]:
    """Return what happened inside the cases of one group that ended."""
    whole = rows[~rows["open"]]
    shares = ("reworked", "looped", "first_time")
    return {"n": len(whole)} | _means(whole, WORK) | _shares(whole, shares)


def _means(whole: pd.DataFrame, wanted: Mapping[str, str]) -> dict[str, object]:
    """Return means with t limits; none where most cases do not tell."""
    found: dict[str, object] = {}
    for name, why in wanted.items():
        told = whole[name].notna().mean() >= MOSTLY if len(whole) else False
        mean = intervals.mean(whole[name] if told else [])
        found |= _limited(name, mean, why if len(whole) else "few_cases")
    return found


def _shares(whole: pd.DataFrame, wanted: Sequence[str]) -> dict[str, object]:
    hits = {"reworked": whole["rework"] > 0, "looped": whole["loops"] > 0,
            "first_time": whole.loc[whole["outcome"] == "done", "first_time"]}  # fmt: skip
    found: dict[str, object] = {}
    for name in wanted:
        found |= _limited(name, intervals.percent(hits[name].sum(), len(hits[name])), "no_outcome")
    return found


def _limited(name: str, found: intervals.Estimate, why: str) -> dict[str, object]:
    return found.columns(name) | {f"{name}_why": why}


def ended(rows: pd.DataFrame, until: float) -> pd.DataFrame:
    """Estimate what share of cases has ended, and how, by so many hours (F50).

    Returns
    -------
    DataFrame
        One row a way to end, and "open": ``outcome``, ``until``, ``n`` cases seen to end so (at
        any time), ``share`` in percent with limits. No rows where no outcome is known.

    Notes
    -----
    Aalen-Johansen: a case withdrawn can never be done any more. No share beyond the last time
    seen while cases are open.
    """
    codes = {outcome: code for code, outcome in enumerate(CLOSED, 1)}
    cause = rows["outcome"].astype(str).map(codes).fillna(0).astype(int)
    told = ["outcome", "n", *intervals.names("share")]
    if not cause.any() and not rows["open"].any():
        return pd.DataFrame(columns=[*told, "share_why", "until"])
    curve = survival.cumulative_incidence(rows["lasted"], cause)
    found = []
    for outcome, code in codes.items():
        seen = curve[(curve["cause"] == code) & (curve["time"] <= until)][["share", "low", "high"]]
        share = 100 * seen.iloc[-1] if len(seen) else [0.0, np.nan, np.nan]
        found += [[outcome, n, *share]] if (n := int((cause == code).sum())) else []
    left = survival.share_lasting(survival.kaplan_meier(rows["lasted"], cause > 0), until)
    found.append(["open", int((cause == 0).sum()), *left.times(100)[:3]])
    table = pd.DataFrame(found, columns=told).assign(share_why="follow_up", until=until)
    if until > rows["lasted"].max() and rows["open"].any():
        table[told[2:]] = np.nan
    return table


def usual_time(rows: pd.DataFrame) -> float:
    """Return the hours within which nine in ten of the cases that ended did (type 7)."""
    return float(intervals.quantile(rows.loc[~rows["open"], "lasted"], 0.9).value)


def stuck(steps: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Say after which step the cases stand that are still open: there a case gets lost.

    Returns
    -------
    DataFrame
        One row a step after which open cases stand, most first: ``step``, ``reached`` cases
        that came to it, ``standing_cases`` open ones after it, ``share`` of those that reached it
        (percent, Wilson), ``stood`` median days since their last event. No rows where no case
        is known to be open. Fewer than ten cases are not told.
    """
    waiting, cutoff = rows[rows["open"]], rows.attrs.get("cutoff")
    waiting = waiting.assign(step=waiting["case"].map(last_steps(of_cases(steps, waiting))))
    *_, step, words = _reached(steps if len(waiting) else steps[:0])
    reached = dict(zip(words.astype(str), np.bincount(step, minlength=len(words)), strict=True))
    found = []
    for step, group in waiting.groupby("step", sort=True):
        came, n = int(reached[step]), len(group)
        share = intervals.percent(n, came)[:3]
        stood = intervals.quantile((cutoff - group["ended"]) / pd.Timedelta(days=1), 0.5)
        found.append([step, came, n, n, *share, *stood[:3]])
    shown = [*intervals.names("share"), *intervals.names("stood")]
    table = pd.DataFrame(found, columns=["step", "reached", "standing_cases", "n", *shown])
    table = table.sort_values("n", ascending=False, kind="stable", ignore_index=True)
    table["reached"] = table["reached"].mask(table["reached"] < method.MIN_SHOWN)
    hidden = ["standing_cases", "share", "stood"]
    table[hidden] = table[hidden].mask(table["n"] < method.MIN_SHOWN)
    return table.assign(**{f"{name}_why": "too_few" for name in ("reached", *hidden)})


def _reached(steps: pd.DataFrame) -> tuple[Any, ...]:
    """Return when cases began, which came to which steps, each pair once, and words of steps."""
    events, (step, words) = ordered_events(steps), coded(steps["step"])
    step = step[events.rows]
    came = ~events.repeated(step)
    return events.first_of(steps["start"]), events.case[came], step[came], words


def last_steps(steps: pd.DataFrame) -> dict[str, str]:
    """Return the last step of each case."""
    events = ordered_events(steps)
    codes, words = coded(steps["step"])
    last = np.append(events.first[1:], len(codes))[: len(events.first)] - 1
    cases = events.first_of(steps["case"]).astype(str)
    return dict(zip(cases, words[codes[events.rows][last]], strict=True))


def ways(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the commonest of :func:`variants.variants`, the others in one last row.

    Those of fewer than ten cases, and all after the first :data:`MOST_ROWS`, are others.

    Returns
    -------
    DataFrame
        As there; the last row has an empty ``path`` and in ``others`` how many ways it holds.
    """
    table = variants(steps)
    total, many = steps["case"].nunique(), table.attrs["variants"]
    shown = table[table["n"] >= method.MIN_SHOWN].assign(others=0, lead_why="few_cases")
    shown = shown.head(MOST_ROWS)
    rest = total - int(shown["n"].sum())
    if not rest:
        return shown
    few = rest < method.MIN_SHOWN
    row = {"variant": len(shown) + 1, "path": "", "n": rest, "others": many - len(shown),
           "share": np.nan if few else 100 * rest / total, "share_why": "too_few",
           "heaped": 100.0, "main": "", "lead": np.nan, "lead_why": "different_ways"}  # fmt: skip
    return pd.concat([shown, pd.DataFrame([row])], ignore_index=True)


def usual_end(steps: pd.DataFrame) -> list[str]:
    """Return the step most cases end with, if at least half do; for logs without outcomes."""
    found = ends(steps).sort_values("finish", ascending=False, kind="stable")
    common = len(found) > 0 and found["finish_share"].iloc[0] >= 100 * MOSTLY
    return [str(found["step"].iloc[0])] if common else []


def funnel(steps: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many cases of each start month reach each step of the usual way.

    Parameters
    ----------
    steps
        All steps.
    rows
        What :func:`cases` says of them.

    Returns
    -------
    DataFrame
        One row a month and step: ``cohort`` (month of the first event), ``step``, ``n`` cases
        of the month, ``reached``, ``share`` (percent, Wilson). Steps: those of the commonest
        variant of cases done, in order. A month watched for less than twice the P90 of all
        cases has no share: ``share_why`` "follow_up". Months in which fewer than ten cases
        began are left out.

    Notes
    -----
    The P90 counts open cases (Kaplan-Meier); where too many are open for that, it is that of
    the cases ended (our choice).
    """
    done, own = rows[rows["outcome"] == "done"], steps[["case", "step", "start", "end"]]
    own = of_cases(own, done) if 0 < len(done) < len(rows) else own
    usual = variants(own, most=1)["path"]
    path = dict.fromkeys(usual.iloc[0].split(" → ") if len(usual) else ())
    at, known = pd.factorize(_months(rows["began"]))
    months = [f"{one // 12:04}-{one % 12 + 1:02}" for one in known.tolist()]
    month = pd.Series(np.array(months, object)[at], rows.index, dtype="str")
    p90 = survival.time_quantile(survival.kaplan_meier(rows["lasted"], ~rows["open"]), 0.9).value
    if np.isnan(p90):
        p90 = intervals.quantile(rows.loc[~rows["open"], "lasted"], 0.9).value
    watched = (rows.attrs["cutoff"] - rows["began"]) / pd.Timedelta(hours=1)
    enough = watched.groupby(month).min() >= FOLLOWED * p90
    began, case, step, words = _reached(steps)
    of = known.get_indexer(_months(began))[case]
    reached = np.bincount(of * len(words) + step, minlength=len(months) * len(words))
    reached = pd.DataFrame(reached.reshape(len(months), -1), months, words).to_dict("index")
    found = []
    sizes = month.value_counts().sort_index()
    for name, n in sizes[(sizes >= method.MIN_SHOWN) & ~given_away(sizes)].items():
        for step in path:
            k = reached[name].get(step, 0)
            share = intervals.percent(k, n) if enough[name] else intervals.unknown()
            found.append([name, step, n, k, *share[:3], "follow_up"])
    columns = ["cohort", "step", "n", "reached", *intervals.names("share"), "share_why"]
    return pd.DataFrame(found, columns=columns)


def _months(moments: pd.Series) -> pd.Series:
    return 12 * moments.dt.year + moments.dt.month - 1


def little(rows: pd.DataFrame) -> pd.DataFrame:
    """Audit a log by Little's law: stock = throughput x lead.

    Parameters
    ----------
    rows
        What :func:`cases` returns.

    Returns
    -------
    DataFrame
        One row: ``stock``, the mean number open according to the log, between its first and
        last closing; ``per_day`` cases closed a day, ``days`` mean lead, ``expected`` = per_day
        x days, ``mismatch`` (percent of the stock), ``audit`` "steady", "piling" (more than
        :data:`INCOMPLETE` percent apart) or "too_little".

    Notes
    -----
    Source: Little (1961). The law speaks of a steady state: a stock that does not fit means
    that cases pile up or are never closed.
    """
    whole = rows[~rows["open"]]
    first, last = whole["ended"].min(), whole["ended"].max()
    row: dict[str, object] = {"stock": np.nan, "audit": "too_little"}
    if len(whole) and first < last:
        days = float(whole["lead"].mean() / 24)
        per_day = (len(whole) - 1) / ((last - first) / pd.Timedelta(days=1))
        until = rows["ended"].where(~rows["open"], rows.attrs["cutoff"])
        inside = until.clip(first, last) - rows["began"].clip(first, last)
        stock = float((inside / (last - first)).sum())
        away = 100 * (per_day * days - stock) / stock if stock else np.nan
        row = {"stock": stock, "per_day": per_day, "days": days, "expected": per_day * days}
        row |= {"mismatch": away, "audit": "steady" if abs(away) <= INCOMPLETE else "piling"}
    columns = ["stock", "per_day", "days", "expected", "mismatch", "audit"]
    return pd.DataFrame([row], columns=columns)
