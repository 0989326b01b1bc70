"""The client's journey through one process, as the log of its steps tells it.

All functions take ``steps`` (one row a step, columns as the dictionary names them) or what
:func:`cases` makes of them; durations are calendar hours. The client's clock, from application
to result, goes before the log's clock, from the first event to the last: it is often longer.

Open cases are neither left out nor taken for ended: see :mod:`survival`.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods, wording
from ccwork.measure.process import handovers, summaries, waiting_times, working_time
from ccwork.measure.process.events import Events, ordered_events
from ccwork.measure.process.summaries import process_summary
from ccwork.measure.process.variants import ends
from ccwork.read.cache import once
from ccwork.read.logs import log_events
from ccwork.read.logs.log_events import coded, microseconds
from ccwork.read.logs.timestamps import HOUR, MISSING
from ccwork.read.workbook import Workbook
from ccwork.stats.intervals import names
from ccwork.tell import small_counts
from ccwork.tell.tables import about

GROUPS: Final = ("service", "channel", "segment")
"""What summaries are made by."""

LONG: Final = ("median", "p90", "median_days", "working_median", "actions")
SHARES: Final = ("reworked", "looped", "first_time")
WORK: Final = ("touch", "waiting", "efficiency", *(f"handoffs_{by}" for by in handovers.PARTIES))

FEW: Final = {
    "waits": ("wait", "p90"), "handovers": ("wait", "returned"),
    **dict.fromkeys(("summary", "channels", "segments"), (*LONG, *SHARES)),
    **dict.fromkeys(("work", "passed"), (*WORK, *SHARES)),
}  # fmt: skip
"""Figures of a table that are told from ten cases on only."""

RUSSIA: Final = ("", "ru", "россия", "российская федерация", "russia", "russian federation")
"""How ``country`` in agency.toml names Russia; left empty it is Russia (our choice).

Others work Monday to Friday: only the production calendar of Russia is known."""


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
        open: the client's clock where at least half of the cases of a service have it (NaN for
        those that have not), else the lead; up to the cut-off for an open case.
        ``touch`` sum of the steps' hours; ``own`` those of the agency; ``waiting`` lead less
        the union of busy intervals; ``efficiency`` percent of the lead that is not waiting
        (touch / lead, unless steps overlap). All four NaN (``touch_why`` "no_end") where an
        end is missing: complete-only logs tell waits, not work.
        ``actions`` steps of the client, NaN ("no_resource") where most rows do not say who acts;
        ``rework`` repeats of a step, sum(n - 1); ``loops`` the same step twice in a row.
        ``handoffs_position``, ``handoffs_unit``, ``handoffs_agency``: see `handoffs.counts`;
        NaN with ``.._why`` "no_resource".
        ``outcome`` done, refused, withdrawn, open or "" (the log does not tell); a case whose
        client has received the result is done, whatever its last step; ``open``;
        ``first_time`` 1.0 when done without rework, 0.0 when done with it, else NaN.

    Notes
    -----
    Events in order of start, then of the file. Source: our definitions; F48.
    """
    if steps.empty:
        return _no_cases()
    events = ordered_events(steps)
    last = np.append(events.first[1:], len(events.case)) - 1
    rows = pd.DataFrame({"case": events.first_of(steps["case"]).to_numpy(object)})
    for column in GROUPS:
        known = column in steps
        rows[column] = pd.Categorical(_word_of_case(steps, events, column)) if known else ""
    rows["began"] = _shown(events.start[events.first], steps["start"])
    rows["ended"] = _shown(events.ended, steps["start"])
    rows["events"] = last - events.first + 1
    rows["lead"] = (events.ended - events.start[events.first]) / HOUR
    rows = rows.join(_work(steps, events, rows["lead"].to_numpy()))
    rows = rows.join(_repeats(steps, events))
    for by in handovers.PARTIES:
        rows[f"handoffs_{by}"] = handovers.handover_counts(steps, events, by)
        rows[f"handoffs_{by}_why"] = "no_resource"
    rows = rows.join(_closed(steps, events, done, rows["service"]))
    rows["first_time"] = np.where(rows["outcome"] == "done", rows["rework"] == 0, np.nan)
    until = _until(cutoff or steps.attrs.get("cutoff") or rows["ended"].max(), rows["began"])
    _clocks(rows, steps, events, microseconds(pd.Series([until]))[0])
    order = np.argsort(events.start[events.first], kind="stable")
    del events  # a copy of a large table needs the room
    rows = rows.iloc[order].reset_index(drop=True)
    rows.attrs = {"cutoff": until}
    return rows


def worked(rows: pd.DataFrame, by: working_time.Calendar) -> pd.DataFrame:
    """Add the second clock to cases: ``working`` hours from first start to last end.

    Years whose holidays the calendar does not know stand in ``attrs["uncertain"]``; they
    count as Monday to Friday.
    """
    found = rows.assign(working=working_time.working_hours(rows["began"], rows["ended"], by))
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


def _of_case(
    events: Events, values: np.ndarray, missing: object, last: bool = False
) -> np.ndarray:
    """Return the first (or the last) value told in each case; `missing` where there is none."""
    values = values[events.rows]
    told = np.flatnonzero(values != missing)[:: 1 if last else -1]
    found = np.full_like(values, missing, shape=len(events.first))
    found[events.case[told]] = values[told]
    return found


def _word_of_case(
    steps: pd.DataFrame, events: Events, column: str, last: bool = False
) -> np.ndarray:
    """Return the first (or the last) word told in each case, "" where there is none."""
    codes, words = coded(steps[column])
    if all(words == ""):
        return np.full(len(events.first), "", object)
    codes = np.where(words == "", -1, np.arange(len(words), dtype=np.int32))[codes]
    return np.append(words, "")[_of_case(events, codes, -1, last)]


def _work(steps: pd.DataFrame, events: Events, lead: np.ndarray) -> pd.DataFrame:
    """Return touch, own, waiting and efficiency of each case, and the client's actions."""
    paused = log_events.paused_hours(steps)[events.rows]
    actor, actors = coded(steps["actor"])
    client = (actors == log_events.CLIENT)[actor[events.rows]]
    missing = microseconds(steps["end"])[events.rows] == MISSING
    untimed = np.logical_or.reduceat(missing, events.first)
    sums = []
    for own, _, gaps in events.parts():
        first = np.flatnonzero(np.isnan(gaps))
        hours = (events.end[own] - events.start[own]) / HOUR - paused[own]
        gaps[first] = 0.0
        three = hours, np.where(client[own], 0.0, hours), gaps + paused[own]
        sums.append([np.add.reduceat(each, first) for each in three])
    found = pd.DataFrame(np.concatenate(sums, axis=1).T, columns=["touch", "own", "waiting"])
    with np.errstate(invalid="ignore", divide="ignore"):
        found["efficiency"] = np.where(lead > 0, 100 * (1 - found["waiting"] / lead), np.nan)
    found[untimed] = np.nan
    found["touch_why"] = np.array(["no_time", "no_end"], object)[untimed.astype(int)]
    known = handovers.told(steps["actor"])
    acts = np.add.reduceat(client, events.first, dtype=np.int64)
    found["actions"] = acts if known else np.nan
    found["actions_why"] = "no_resource"
    return found


def _repeats(steps: pd.DataFrame, events: Events) -> pd.DataFrame:
    """Return rework and loops of each case."""
    step = coded(steps["step"])[0][events.rows]
    sums = {"rework": events.repeated(step), "loops": step == events.previous(step, -1)}
    return pd.DataFrame(
        {name: np.add.reduceat(flag, events.first, dtype=np.int64) for name, flag in sums.items()}
    )


def _closed(
    steps: pd.DataFrame, events: Events, done: Sequence[str], service: pd.Series
) -> pd.DataFrame:
    """Return the outcome of each case: the last one given, else the result, else its steps.

    Each service is known by what its own cases tell.
    """
    found = np.full(len(events.first), "", dtype=object)
    if "outcome" in steps:
        found = _word_of_case(steps, events, "outcome", last=True)
    has = _moment_of_case(steps, events, "received") != MISSING
    found[has & np.isin(found, ["", "open"])] = "done"
    told = pd.Series(found != "").groupby(service.to_numpy()).transform("any").to_numpy()
    if len(done):
        codes, words = coded(steps["step"])
        hit = np.isin(words, list(done))[codes[events.rows]]
        ended = np.bincount(events.case[hit], minlength=len(found)) > 0
        found[ended & (found == "") & ~told] = "done"
    found[(found == "") & (told | (len(done) > 0))] = "open"
    return pd.DataFrame({"outcome": pd.Categorical(found), "open": found == "open"})


def _clocks(rows: pd.DataFrame, steps: pd.DataFrame, events: Events, until: int) -> None:
    """Add the client's clock, and how long each case lasted or has lasted so far."""
    first = events.start[events.first]
    applied, received = (_moment_of_case(steps, events, name) for name in ("applied", "received"))
    dated = (applied != MISSING) & (received >= applied)
    rows["client"] = np.where(dated, (received - applied) / HOUR, np.nan)
    rows["client_why"] = "not_dated"
    is_open, begun = rows["open"].to_numpy(), applied != MISSING
    told = pd.Series(np.where(is_open, begun, dated)).groupby(rows["service"].to_numpy())
    by_client = told.transform("mean").to_numpy() >= summaries.MOSTLY
    so_far = (until - np.where(by_client, applied, first)) / HOUR
    so_far = np.where(by_client & ~begun, np.nan, np.maximum(so_far, 0))
    ended = np.where(by_client, rows["client"], rows["lead"])
    rows["lasted"] = np.where(is_open, so_far, ended)
    rows["clock"] = np.array(["log", "client"], object)[by_client.astype(int)]


def _moment_of_case(steps: pd.DataFrame, events: Events, column: str) -> np.ndarray:
    """Return the first moment told in each case; for "received" the last."""
    if column not in steps:
        return np.full(len(events.first), MISSING)
    return _of_case(events, microseconds(steps[column]), MISSING, column == "received")


TABLES: Final[dict[str, tuple[str, Callable[..., pd.DataFrame]]]] = {
    "cases": ("case", lambda _, rows: rows),
    "summary": ("service", lambda _, rows: process_summary(rows, "service")),
    "channels": ("service channel", lambda _, rows: process_summary(rows, "service", "channel")),
    "segments": ("service segment", lambda _, rows: process_summary(rows, "service", "segment")),
    "work": ("service", lambda _, rows: summaries.work(rows, "service")),
    "passed": ("service", lambda _, rows: summaries.work(rows, "service")),
    "ended": ("outcome", lambda _, rows: summaries.ended(rows, summaries.usual_time(rows))),
    "little": ("", lambda _, rows: summaries.little(rows)),
    "waits": ("step", lambda steps, _: waiting_times.waits_of_each(steps)),
    "handovers": ("sender receiver", lambda steps, _: handovers.handovers(steps)),
    "variants": ("variant", lambda steps, _: summaries.ways(steps)),
    "ends": ("step", lambda steps, _: ends(steps)),
    "stuck": ("step", summaries.stuck),
    "funnel": ("cohort step", summaries.funnel),
}
"""Tables of a workbook: what tells the rows of each apart, and how it is made."""

ENDING: Final = ("cases", "summary", "ended", "stuck")
"""Tables that say what was taken for the end of a case; it is told once, not under each."""

TIMED: Final = ("cases", "summary", "channels", "segments")
"""Tables that tell working time."""


@once
def journey(work: Workbook, table: str = "summary", service: str = "") -> pd.DataFrame:
    """Return one of :data:`TABLES` for a workbook, ready to be shown.

    Parameters
    ----------
    work
        The workbook.
    table
        Name of the table; it is shown as ``journey_<table>``.
    service
        Code of the service; empty for all.

    Notes
    -----
    Where no outcomes are brought the step most cases end with is taken for the end of a case
    (:func:`summaries.usual_end`); ``attrs["remarks"]`` says so to the reader.
    """
    key, make = TABLES[table]
    name, key = f"journey_{table}", key.split()
    steps = _steps(work, service)
    if steps.empty:
        return about(steps, name, work, key=key, of=["steps"])
    rows = _watched(work, service)
    ends, timed = rows.attrs.pop("ends"), rows.attrs.pop("timed")
    made = waited(work, service) if table == "waits" else make(steps, rows)
    told = small_counts.of_log(_told(made, table), table, rows)
    shown, cut = summaries.main_rows(told, table)
    if table == "waits" and "service" in shown:
        name, key = "journey_waits_of", ["service", *key]
    found = about(shown, name, work, key=key, of=["steps"])
    found.attrs["remarks"] = [
        *cut, *(ends if table in ENDING else []), *(timed if table in TIMED else []),
        *([("remark.small_months", {})] if table == "funnel" else []),
    ]  # fmt: skip
    return found


@once
def waited(work: Workbook, service: str) -> pd.DataFrame:
    """Return the waits of a journey, with numbers of few cases that are not to be shown."""
    return TABLES["waits"][1](_steps(work, service), None)


def _steps(work: Workbook, service: str) -> pd.DataFrame:
    steps = work.table("steps")
    return steps[steps["service"] == service] if service else steps


@once
def _watched(work: Workbook, service: str) -> pd.DataFrame:
    """Measure the cases of a journey; ``attrs`` say what was taken for their ends and days."""
    steps = _steps(work, service)
    known = steps["outcome"].ne("") | steps["received"].notna()
    untold = steps[~steps["service"].isin(steps.loc[known, "service"])]
    told, assumed = untold.empty, summaries.usual_end(untold) if len(untold) else []
    named = {"step": ("step", *assumed)} if assumed else {}
    end, whose = "remark.assumed_end" if assumed else "remark.no_end", untold["service"].unique()
    ends = [(f"{end}_of", named | {"service": ("service", str(each))}) for each in whose]
    country = (work.info.get("country") or "").strip().casefold()
    by = working_time.calendar("ru" if country in RUSSIA else "week")
    rows = worked(cases(steps, assumed, watched_until(work, steps, service)), by)
    rows.attrs["ends"] = [] if told else ends if known.any() else [(end, named)]
    rows.attrs["timed"] = [*_undated(rows), *_days(by, rows.attrs["uncertain"])]
    return rows


def watched_until(work: Workbook, steps: pd.DataFrame, service: str) -> pd.Timestamp:
    """Return up to when cases were watched: no longer than the period, the data and the log."""
    last = min(work.date, periods.last_day(work.period))
    until = pd.Timestamp(last) + pd.Timedelta(days=1)
    logs = steps.attrs.get("cutoffs", {})
    logs = [at for of, at in logs.items() if at is not None and service in ("", of)]
    zone = steps["start"].dt.tz
    whole = [_until(at, steps["start"]) for at in [until, *logs]]
    return min(at.tz_convert(zone) if zone else at.tz_localize(None) for at in whole)


def _told(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Leave out figures of fewer than ten cases, and groups nobody wrote down."""
    group = {"channels": "channel", "segments": "segment"}.get(table)
    if group and (rows[group].astype(str) == "").all():
        return rows.iloc[:0]
    if group == "channel":
        rows = rows.assign(how_came=rows["channel"])
    wanted = FEW.get(table, ())
    if not wanted or rows.empty:
        return rows
    few = rows["n"] < method.MIN_SHOWN
    hidden: dict[str, object] = {}
    for name in [name for name in wanted if name in rows]:
        hidden |= {column: rows[column].mask(few) for column in names(name)}
        why = rows.get(f"{name}_why", "few_cases")
        hidden[f"{name}_why"] = np.where(few, "few_cases", why)
    return rows.assign(**hidden)


def _undated(rows: pd.DataFrame) -> list[tuple[str, dict]]:
    """Say how many cases the client's clock leaves out, or how few it would have."""
    client = rows["clock"] == "client"
    counts = {"remark.undated": (client & rows["lasted"].isna()).sum(),
              "remark.few_dated": (~client & rows["client"].notna()).sum()}  # fmt: skip
    word = wording.terms()["reason.too_few"]
    few = wording.Both(word["ru"], word["en"])
    told = {code: int(n) if n >= method.MIN_SHOWN else few for code, n in counts.items() if n}
    return [(code, {"n": n}) for code, n in told.items()]


def _days(by: working_time.Calendar, uncertain: list[int]) -> list[tuple[str, dict]]:
    """Say which days off were not known."""
    if by.name == "week":
        return [("remark.week", {})]
    years = ", ".join(map(str, uncertain))
    return [("remark.uncertain", {"years": years})] if uncertain else []
