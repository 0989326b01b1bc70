"""The client's journey through one process, as the log of its steps tells it.

All functions take ``steps`` (one row a step, columns as the dictionary names them) or what
:func:`cases` makes of them; durations are calendar hours. The client's clock, from application
to result, goes before the log's clock, from the first event to the last: it is often longer.

Open cases are neither left out nor taken for ended: see :mod:`ccwork.stats.survival`.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from ccwork import calendars, handoffs, metrics, text
from ccwork.calendars import HOUR, MISSING
from ccwork.handoffs import Events, coded, ends, moments, ordered, variants
from ccwork.stats import intervals, survival
from ccwork.workbook import Workbook

CLOSED: Final = ("done", "refused", "withdrawn")
GROUPS: Final = ("service", "channel", "segment")
"""What summaries are made by."""

MEANS: Final = {
    "efficiency": "no_end", "actions": "no_resource", "handoffs_position": "no_resource",
    "handoffs_unit": "no_resource", "handoffs_agency": "no_resource",
}  # fmt: skip
"""What a summary gives the mean of, and why it may be missing."""

RUSSIA: Final = ("", "ru", "россия", "российская федерация", "russia", "russian federation")
"""How ``country`` in agency.toml names Russia; left empty it is Russia (our choice)."""

ENDS: Final = ("value", "low", "high")
MOSTLY: Final = 0.5
"""A last step so common is taken for the end of a case where no outcome is given."""

INCOMPLETE: Final = 20.0
"""A log that explains the stock of cases worse than this (percent) is incomplete."""

FOLLOWED: Final = 2.0
"""A cohort is judged when it was watched for so many times the P90 of all cases."""


def cases(
    steps: pd.DataFrame, done: Sequence[str] = (), cutoff: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Measure each case.

    Parameters
    ----------
    steps
        One row a step: case, step, start, end, actor, position, unit, agency and, where known,
        service, channel, segment, outcome, applied, received.
    done
        Steps that mean the case is done, for logs without outcomes.
    cutoff
        When the log was taken, in the zone of the log where it has none of its own; default:
        what the log says of itself, else its last moment.

    Returns
    -------
    DataFrame
        One row a case, by its first event:

        ``case``, ``service``, ``channel``, ``segment``; ``began``, ``ended`` (first start, last
        end); ``events``.
        ``client`` hours from application to result, where the log has both dates (else NaN);
        ``lead`` hours from first start to last end; ``lasted`` what is held against cases still
        open: the client's clock where every case has it, else the lead; up to the cut-off for
        an open case.
        ``touch`` sum of the steps' hours; ``own`` those of the agency; ``waiting`` lead less
        the union of busy intervals; ``efficiency`` percent of the lead that is not waiting
        (touch / lead, unless steps overlap). All four NaN (``touch_why`` "no_end") where an
        end is missing: complete-only logs tell waits, not work.
        ``actions`` steps of the client, NaN ("no_resource") where no row says who acts; ``rework``
        repeats of a step, sum(n - 1); ``loops`` the same step twice in a row.
        ``handoffs_position``, ``handoffs_unit``, ``handoffs_agency``: see `handoffs.counts`;
        NaN with ``.._why`` "no_resource".
        ``outcome`` done, refused, withdrawn, open or "" (the log does not tell); ``open``;
        ``first_time`` 1.0 when done without rework, 0.0 when done with it, else NaN.

    Notes
    -----
    Events in order of start, then of the file. Source: our definitions; F48.
    """
    if steps.empty:
        return _no_cases()
    events = ordered(steps)
    last = np.append(events.first[1:], len(events.rows)) - 1
    rows = pd.DataFrame({"case": events.names})
    for column in GROUPS:
        rows[column] = _of_case(steps, events, column)
    rows["began"], rows["ended"] = (
        _shown(values, steps["start"])
        for values in (events.start[events.first], events.free[last])
    )
    rows["events"] = last - events.first + 1
    rows["lead"] = (events.free[last] - events.start[events.first]) / HOUR
    rows = rows.join(_work(steps, events, rows["lead"].to_numpy()))
    rows = rows.join(_repeats(steps, events))
    for by in handoffs.PARTIES:
        rows[f"handoffs_{by}"] = handoffs.counts(steps, events, by)
        rows[f"handoffs_{by}_why"] = "no_resource"
    rows = rows.join(_closed(steps, events, done))
    rows["first_time"] = np.where(rows["outcome"] == "done", rows["rework"] == 0, np.nan)
    until = _until(cutoff or steps.attrs.get("cutoff") or rows["ended"].max(), rows["began"])
    _clocks(rows, steps, events, moments(pd.Series([until]))[0])
    rows = rows.iloc[np.argsort(events.start[events.first], kind="stable")]
    rows = rows.reset_index(drop=True)
    rows.attrs = {"cutoff": until}
    return rows


def worked(rows: pd.DataFrame, by: calendars.Calendar) -> pd.DataFrame:
    """Add the second clock to cases: ``working`` hours from first start to last end.

    Years whose holidays the calendar does not know stand in ``attrs["uncertain"]``; they
    count as Monday to Friday.
    """
    found = rows.assign(working=calendars.working_hours(rows["began"], rows["ended"], by))
    if len(rows):
        found.attrs["uncertain"] = by.uncertain(rows["began"].min(), rows["ended"].max())
    return found


def _until(cutoff: pd.Timestamp, like: pd.Series) -> pd.Timestamp:
    """Return a cut-off in the zone of a column, where it has none of its own."""
    zone = like.dt.tz
    return cutoff.tz_localize(zone) if zone and cutoff.tzinfo is None else cutoff


def _no_cases() -> pd.DataFrame:
    columns = {"case": str, "events": int, "lead": float, "lasted": float, "open": bool}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})


def _shown(micros: np.ndarray, like: pd.Series) -> pd.Series:
    """Return microseconds as moments, in the zone of a column."""
    shown = pd.Series(micros.view("datetime64[us]"))
    zone = getattr(like.dtype, "tz", None)
    return shown.dt.tz_localize("UTC").dt.tz_convert(zone) if zone else shown


def _of_case(steps: pd.DataFrame, events: Events, column: str) -> object:
    """Return what the first filled row of each case says in a column; "" where none does."""
    if column not in steps:
        return ""
    codes, words = coded(steps[column])
    words = np.append(words, "")
    codes = codes[events.rows]
    filled = np.flatnonzero((words != "")[codes])[::-1]
    found = np.full(len(events.first), len(words) - 1)
    found[events.case[filled]] = codes[filled]
    return pd.Categorical(words[found])


def _work(steps: pd.DataFrame, events: Events, lead: np.ndarray) -> pd.DataFrame:
    """Return touch, own, waiting and efficiency of each case, and the client's actions."""
    hours = (events.end - events.start) / HOUR
    actor, actors = coded(steps["actor"])
    client = (actors == handoffs.CLIENT)[actor[events.rows]]
    untimed = np.add.reduceat(~events.timed, events.first, dtype=np.int64) > 0
    gaps = np.where(np.isnan(events.gap), 0.0, events.gap)
    found = pd.DataFrame(
        {
            "touch": np.add.reduceat(hours, events.first),
            "own": np.add.reduceat(np.where(client, 0.0, hours), events.first),
            "waiting": np.add.reduceat(gaps, events.first),
        }
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        found["efficiency"] = np.where(lead > 0, 100 * (1 - found["waiting"] / lead), np.nan)
    found[untimed] = np.nan
    found["touch_why"] = np.where(untimed, "no_end", "no_time")
    known = (actors != "")[actor].any()
    acts = np.add.reduceat(client, events.first, dtype=np.int64)
    found["actions"] = acts if known else np.nan
    found["actions_why"] = "no_resource"
    return found


def _repeats(steps: pd.DataFrame, events: Events) -> pd.DataFrame:
    """Return rework and loops of each case."""
    step = coded(steps["step"])[0][events.rows].astype(np.int64)
    again = pd.Series(events.case * (step.max() + 1) + step).duplicated().to_numpy()
    loop = step == events.previous(step, -1)
    sums = {"rework": again, "loops": loop}
    return pd.DataFrame(
        {name: np.add.reduceat(flag, events.first, dtype=np.int64) for name, flag in sums.items()}
    )


def _closed(steps: pd.DataFrame, events: Events, done: Sequence[str]) -> pd.DataFrame:
    """Return the outcome of each case: the last one given, else that of its steps."""
    found = np.full(len(events.first), "", dtype=object)
    told = False
    if "outcome" in steps:
        codes, words = coded(steps["outcome"])
        codes = codes[events.rows]
        filled = np.flatnonzero((words != "")[codes])
        found[events.case[filled]] = words[codes[filled]]
        told = filled.size > 0
    if len(done):
        codes, words = coded(steps["step"])
        hit = np.isin(words, list(done))[codes[events.rows]]
        ended = np.bincount(events.case[hit], minlength=len(found)) > 0
        found[ended & (found == "")] = "done"
        told = True
    if told:
        found[found == ""] = "open"
    return pd.DataFrame({"outcome": pd.Categorical(found), "open": found == "open"})


def _clocks(rows: pd.DataFrame, steps: pd.DataFrame, events: Events, until: int) -> None:
    """Add the client's clock, and how long each case lasted or has lasted so far."""
    first = events.start[events.first]
    applied, received = (_moment_of_case(steps, events, name) for name in ("applied", "received"))
    dated = (applied != MISSING) & (received != MISSING)
    rows["client"] = np.where(dated, (received - applied) / HOUR, np.nan)
    rows["client_why"] = "not_dated"
    begun = applied != MISSING
    is_open = rows["open"].to_numpy()
    whole = len(rows) > 0 and bool((begun & (is_open | dated)).all())
    ended = rows["client"] if whole else rows["lead"]
    so_far = (until - (applied if whole else first)) / HOUR
    rows["lasted"] = np.where(is_open, np.maximum(so_far, 0), ended)
    rows["clock"] = "client" if whole else "log"


def _moment_of_case(steps: pd.DataFrame, events: Events, column: str) -> np.ndarray:
    """Return the first filled moment of each case; for "received" the last."""
    found = np.full(len(events.first), MISSING)
    if column in steps:
        values = moments(steps[column])[events.rows]
        filled = np.flatnonzero(values != MISSING)
        filled = filled if column == "received" else filled[::-1]
        found[events.case[filled]] = values[filled]
    return found


# ---------------------------------------------------------------- many cases


def of_cases(steps: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of some of the cases."""
    return steps[steps["case"].isin(rows["case"].astype(str))]


def summary(rows: pd.DataFrame, by: Sequence[str] = ("service",)) -> pd.DataFrame:
    """Sum up cases by service, channel or segment.

    Parameters
    ----------
    rows
        What :func:`cases` returns.
    by
        Columns of :data:`GROUPS`; none for all cases together.

    Returns
    -------
    DataFrame
        One row a group: ``n`` cases, ``completed`` (done), ``unfinished`` (counts); ``clock``
        "client" or "log"; ``median`` and ``p90`` hours with limits; ``method`` "ranks" where no
        case is open, else "km"; ``working_median`` working hours of cases ended, where
        :func:`worked` added them. Means over cases ended of ``efficiency``, ``actions``,
        ``handoffs_unit`` and the like with t limits; ``reworked`` (percent of cases with
        rework) and ``first_time`` (percent of those done) with Wilson limits. A figure that
        cannot be computed is NaN and has its reason in ``.._why``.

    Notes
    -----
    The time until a case ended in any way. Median and P90 (F08) with order-statistic limits;
    with open cases Kaplan-Meier (F49), log-log limits. NaN with "too_many_open" where too many
    are open to tell. With withdrawals see `ended`.
    """
    by = list(by)
    groups = rows.groupby(by, sort=False, observed=True) if by else [((), rows)]
    found = [dict(zip(by, key, strict=True)) | _summed(group) for key, group in groups]
    return pd.DataFrame(found).sort_values(by or ["n"], kind="stable", ignore_index=True)


def _summed(rows: pd.DataFrame) -> dict[str, object]:
    """Return the figures of one group of cases."""
    done = rows["outcome"] == "done"
    found: dict[str, object] = {
        "n": len(rows), "completed": int(done.sum()), "unfinished": int(rows["open"].sum()),
        "clock": rows["clock"].iloc[0], "method": "km" if rows["open"].any() else "ranks",
    }  # fmt: skip
    curve = survival.kaplan_meier(rows["lasted"], ~rows["open"]) if rows["open"].any() else None
    for name, q in (("median", 0.5), ("p90", 0.9)):
        took = (
            intervals.quantile(rows["lasted"], q) if curve is None else survival.quantile(curve, q)
        )
        found |= _limited(name, took, "too_many_open" if curve is not None else "no_time")
    whole = rows[~rows["open"]]
    if "working" in rows:
        found |= _limited("working_median", intervals.quantile(whole["working"], 0.5), "few_cases")
    for name, why in MEANS.items():
        found |= _limited(name, intervals.mean(whole[name]), why)
    shares = {"reworked": whole["rework"] > 0, "first_time": whole.loc[done, "first_time"]}
    for name, hits in shares.items():
        share = intervals.wilson(float(hits.sum()), len(hits))
        share = share._replace(**{end: 100 * getattr(share, end) for end in ENDS})
        found |= _limited(name, share, "no_outcome")
    return found


def _limited(name: str, found: intervals.Estimate, why: str) -> dict[str, object]:
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high,
            f"{name}_why": why}  # fmt: skip


def ended(rows: pd.DataFrame, until: float) -> pd.DataFrame:
    """Estimate what share of cases has ended, and how, by so many hours (F50).

    Returns
    -------
    DataFrame
        One row a way to end, and "open": ``outcome``, ``n`` cases seen to end so (at any time),
        ``share`` in percent with limits.

    Notes
    -----
    Aalen-Johansen: a case withdrawn can never be done any more. No share beyond the last time
    seen while cases are open.
    """
    codes = {outcome: code for code, outcome in enumerate(CLOSED, 1)}
    cause = rows["outcome"].astype(str).map(codes).fillna(0).astype(int)
    curve = survival.cumulative_incidence(rows["lasted"], cause)
    far = until > rows["lasted"].max() and bool(rows["open"].any())
    found = []
    for outcome, code in codes.items():
        seen = curve[(curve["cause"] == code) & (curve["time"] <= until)]
        if not (cause == code).any():
            continue
        share = (
            100 * seen[["share", "low", "high"]].iloc[-1] if len(seen) else [0.0, np.nan, np.nan]
        )
        found.append([outcome, int((cause == code).sum()), *(share if not far else [np.nan] * 3)])
    left = 100 - sum(row[2] for row in found)
    found.append(["open", int((cause == 0).sum()), left, np.nan, np.nan])
    table = pd.DataFrame(found, columns=["outcome", "n", "share", "share_low", "share_high"])
    return table.assign(share_why="follow_up")


def usual_end(steps: pd.DataFrame) -> list[str]:
    """Return the step most cases end with, if at least half do; for logs without outcomes."""
    found = ends(steps).sort_values("finish", ascending=False, kind="stable")
    common = len(found) > 0 and found["finish_share"].iloc[0] >= 100 * MOSTLY
    return [str(found["step"].iloc[0])] if common else []


def funnel(steps: pd.DataFrame, rows: pd.DataFrame, path: Sequence[str] = ()) -> pd.DataFrame:
    """Return how many cases of each start month reach each step.

    Parameters
    ----------
    steps
        All steps.
    rows
        What :func:`cases` says of them.
    path
        Steps in order; default: those of the commonest variant of cases done.

    Returns
    -------
    DataFrame
        One row a month and step: ``cohort`` (month of the first event), ``step``, ``n`` cases
        of the month, ``reached``, ``share`` (percent, Wilson). A month watched for less than
        twice the P90 of all cases has no share: ``share_why`` "follow_up".

    Notes
    -----
    The P90 counts open cases (Kaplan-Meier); where too many are open for that, it is that of
    the cases ended (our choice).
    """
    path = list(path) or _commonest(steps, rows)
    month = rows["began"].dt.strftime("%Y-%m")
    p90 = survival.quantile(survival.kaplan_meier(rows["lasted"], ~rows["open"]), 0.9).value
    if np.isnan(p90):
        p90 = intervals.quantile(rows.loc[~rows["open"], "lasted"], 0.9).value
    watched = (rows.attrs["cutoff"] - rows["began"]) / pd.Timedelta(hours=1)
    enough = watched.groupby(month).min() >= FOLLOWED * p90
    cohort = dict(zip(rows["case"], month, strict=True))
    seen = pd.DataFrame({"case": steps["case"].astype(str), "step": steps["step"].astype(str)})
    seen = seen[seen["step"].isin(path)].drop_duplicates()
    reached = seen.groupby([seen["case"].map(cohort), "step"]).size()
    found = []
    for name, n in month.value_counts().sort_index().items():
        for step in path:
            k = int(reached.get((name, step), 0))
            share = [100 * x for x in intervals.wilson(k, n)[:3]] if enough[name] else [np.nan] * 3
            found.append([name, step, n, k, *share, "follow_up"])
    columns = ["cohort", "step", "n", "reached", "share", "share_low", "share_high", "share_why"]
    return pd.DataFrame(found, columns=columns)


def _commonest(steps: pd.DataFrame, rows: pd.DataFrame) -> list[str]:
    done = rows[rows["outcome"] == "done"]
    found = variants(of_cases(steps, done if len(done) else rows))
    return list(dict.fromkeys(found["path"].iloc[0].split(" → "))) if len(found) else []


def little(rows: pd.DataFrame, stock: float | None = None) -> pd.DataFrame:
    """Audit a log by Little's law: stock = throughput x lead.

    Parameters
    ----------
    rows
        What :func:`cases` returns.
    stock
        Cases in work as the agency counts them elsewhere; default: the mean number open
        according to the log itself, between its first and last closing.

    Returns
    -------
    DataFrame
        One row: ``stock``, ``per_day`` cases closed a day, ``days`` mean lead, ``expected``
        = per_day x days, ``mismatch`` (percent of the stock), ``audit`` "complete",
        "incomplete" (more than :data:`INCOMPLETE` percent apart) or "too_little".

    Notes
    -----
    Source: Little (1961). The law speaks of a steady state; a stock counted elsewhere that does
    not fit means that cases or times are missing from the log.
    """
    whole = rows[~rows["open"]]
    span = (
        (whole["ended"].max() - whole["ended"].min()) / pd.Timedelta(days=1) if len(whole) else 0
    )
    if not span:
        figures = [stock or np.nan, *[np.nan] * 4, "too_little"]
    else:
        days = float(whole["lead"].mean() / 24)
        per_day = (len(whole) - 1) / span
        found = (
            _stock(rows, whole["ended"].min(), whole["ended"].max()) if stock is None else stock
        )
        away = 100 * (per_day * days - found) / found if found else np.nan
        audit = "incomplete" if not abs(away) <= INCOMPLETE else "complete"
        figures = [found, per_day, days, per_day * days, away, audit]
    return pd.DataFrame(
        [figures], columns=["stock", "per_day", "days", "expected", "mismatch", "audit"]
    )


def _stock(rows: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> float:
    """Return the mean number of cases in work between two moments."""
    until = rows["ended"].where(~rows["open"], rows.attrs["cutoff"])
    inside = until.clip(first, last) - rows["began"].clip(first, last)
    return float(
        inside
        / pd.Timedelta(1, "us")
        @ np.ones(len(rows))
        / ((last - first) / pd.Timedelta(1, "us"))
    )


# ---------------------------------------------------------------- of a workbook


TABLES: Final[dict[str, tuple[Callable[..., pd.DataFrame], list[str]]]] = {
    "cases": (lambda steps, rows: rows, ["case"]),
    "summary": (lambda steps, rows: summary(rows), ["service"]),
    "channels": (
        lambda steps, rows: summary(rows, ["service", "channel"]),
        ["service", "channel"],
    ),
    "segments": (
        lambda steps, rows: summary(rows, ["service", "segment"]),
        ["service", "segment"],
    ),
    "waits": (lambda steps, rows: handoffs.waits(steps), ["step"]),
    "charged": (lambda steps, rows: handoffs.charged(steps), ["receiver"]),
    "handovers": (lambda steps, rows: handoffs.handovers(steps), ["sender", "receiver"]),
    "variants": (lambda steps, rows: variants(steps), ["variant"]),
    "ends": (lambda steps, rows: ends(steps), ["step"]),
    "funnel": (funnel, ["cohort", "step"]),
    "little": (lambda steps, rows: little(rows), []),
}
"""Tables of a workbook: how each is made, and what tells its rows apart."""


def of(
    work: Workbook, table: str = "summary", service: str = "", done: Sequence[str] = ()
) -> pd.DataFrame:
    """Return one of :data:`TABLES` for a workbook, ready to be shown.

    Parameters
    ----------
    work
        The workbook.
    table
        Name of the table; it is shown as ``journey_<table>``.
    service
        Code of the service; empty for all.
    done
        Steps that mean a case is done, where no outcomes are brought. Without either the step
        most cases end with is taken for it (:func:`usual_end`), and ``attrs["assumed"]`` names it.
    """
    make, key = TABLES[table]
    steps = work.table("steps")
    steps = steps[steps["service"] == service] if service else steps
    told = len(done) > 0 or ("outcome" in steps and (steps["outcome"] != "").any())
    assumed = [] if told or steps.empty else usual_end(steps)
    if steps.empty:
        return metrics.about(steps, f"journey_{table}", work, key=key, of=["steps"])
    cutoff = pd.Timestamp(work.date) + pd.Timedelta(days=1)
    rows = worked(cases(steps, list(done) or assumed, cutoff), _calendar(work))
    found = make(steps, rows)
    _learn(work)
    found = metrics.about(found, f"journey_{table}", work, key=key, of=["steps"])
    found.attrs["assumed"] = assumed
    return found


def _calendar(work: Workbook) -> calendars.Calendar:
    """Return the production calendar of Russia, or Monday to Friday for other countries."""
    country = (work.info.get("country") or "").strip().casefold()
    return calendars.calendar("ru" if country in RUSSIA else "week")


def _learn(work: Workbook) -> None:
    """Put the names of parties in force: the units of the agency, the client, others."""
    said = {code: f"party.{code}" for code in (handoffs.CLIENT, handoffs.OWN, handoffs.OTHER)}
    terms = text.terms()
    names = {code: (terms[term]["ru"], terms[term]["en"]) for code, term in said.items()}
    names[""] = (terms["party.unknown"]["ru"], terms["party.unknown"]["en"])
    for row in work.table("units").itertuples():
        names[row.unit] = (row.name_ru or "", row.name_en or "")
    text.learn("party", names)
