"""Clocks: moments as they are written, pairs of start and complete, working time by a calendar.

The calendar clock is the client's and comes first; the working clock is a second view: what
of that time the agency was open. Calendars stand in ``calendar/*.csv``, one row a day that is
not as its day of the week: ``date,kind,source`` with kind "off", "work" or "short" (an hour
less). A year without rows counts as Monday to Friday, and says so.
"""

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ccwork import cells
from ccwork.cells import Fault
from ccwork.resources import resource

HOUR: Final = 3_600_000_000
DAY: Final = 24 * HOUR
MISSING: Final = np.iinfo(np.int64).min
"""A moment that is not there, in microseconds."""

SHOWN: Final = 1000
"""So many faulty cells of a column are kept."""

LONGEST: Final = 40
"""Bytes a moment may be written in."""

_OFFSET = re.compile(r".*\d(?:Z|[+-]\d\d:?\d\d)", re.I)
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?", re.I
)


# ---------------------------------------------------------------- moments as they are written


@dataclass(frozen=True)
class Moments:
    """A column of moments read.

    Attributes
    ----------
    micros
        Microseconds: of the world clock where the moment had an offset, else as written.
    offset
        Hours from the world clock as written, NaN where no offset was.
    faults
        Rows that could not be read, each with what is wrong.
    """

    micros: np.ndarray
    offset: np.ndarray
    faults: dict[int, Fault] = field(default_factory=dict)


def moments(written: np.ndarray, form: str = "") -> Moments:
    """Read moments written in a column of bytes.

    Parameters
    ----------
    written
        Shape (n,), bytes of at most :data:`LONGEST`; empty where there is no moment.
    form
        How they are written, as in ``strptime``; empty for ``2026-03-31 14:05:00`` (with "T",
        fractions and an offset, if any) and ``31.03.2026 14:05``. Nothing is guessed.

    Examples
    --------
    >>> read = moments(np.array([b"31.03.2026", b"2026-03-31"]))
    >>> read.micros.astype("datetime64[us]").astype("datetime64[D]").astype(str).tolist()
    ['2026-03-31', '2026-03-31']
    """
    if not form and (quick := _plain(written)) is not None:
        return Moments(quick, np.full(len(quick), np.nan))
    codes, different = pd.factorize(pd.Series(written).str.decode("utf-8", errors="replace"))
    different = different.str.strip()
    micros, offset = np.full(len(different), MISSING), np.full(len(different), np.nan)
    faults = (
        _by_form(different, form, micros, offset) if form else _read(different, micros, offset)
    )
    bad = np.isin(codes, list(faults))
    found = {int(row): faults[int(codes[row])] for row in np.flatnonzero(bad)}
    return Moments(micros[codes], offset[codes], found)


def _plain(written: np.ndarray) -> np.ndarray | None:
    """Read a column all written alike, without offsets; None where it is not so."""
    wide = np.ascontiguousarray(written.astype(f"S{LONGEST}", copy=False))
    signs = wide.view(np.uint8).reshape(len(wide), LONGEST)
    full = signs[signs[:, 0] > 0] if len(wide) and not signs[:, 0].all() else signs
    if len(full) and (full[:, 2] == ord(".")).all() and (full[:, 5] == ord(".")).all():
        turned = signs.copy()
        turned[:, :10] = signs[:, [6, 7, 8, 9, 2, 3, 4, 5, 0, 1]]
        turned[:, [4, 7]] = np.where(signs[:, :1] > 0, ord("-"), 0)
        return _plain(turned.view(f"S{LONGEST}").ravel())
    for place, allowed in ((4, "-"), (7, "-"), (10, " T\0"), (16, ":\0"), (19, "\0")):
        signs_here = full[:, place]
        if not np.logical_or.reduce([signs_here == ord(sign) for sign in allowed]).all():
            return None
    if any((full[:, at] - np.uint8(ord("0")) > 9).any() for at in (0, 3, 8, 9)):
        return None
    try:
        return wide.astype("datetime64[us]").view(np.int64)
    except ValueError:
        return None


def _by_form(different: pd.Index, form: str, micros: np.ndarray, offset: np.ndarray) -> dict:
    read = pd.to_datetime(pd.Series(different), format=form, errors="coerce", utc="%z" in form)
    if "%z" in form:
        offset[:] = 0.0
        read = read.dt.tz_localize(None)
    micros[:] = read.to_numpy("datetime64[us]").view(np.int64)
    bad = np.flatnonzero(read.isna().to_numpy() & (different != ""))
    return {int(at): Fault("log_time", found=different[at], form=form) for at in bad}


def _read(different: pd.Index, micros: np.ndarray, offset: np.ndarray) -> dict[int, Fault]:
    """Read moments of many forms, each by its own."""
    iso = np.array([bool(_ISO.fullmatch(each)) for each in different], dtype=bool)
    zoned = iso & np.array([bool(_OFFSET.fullmatch(each)) for each in different], dtype=bool)
    for part, utc in ((iso & ~zoned, False), (zoned, True)):
        read = pd.to_datetime(
            pd.Series(different[part]), format="ISO8601", errors="coerce", utc=utc
        )
        plain = read.dt.tz_localize(None) if utc else read
        micros[part] = plain.to_numpy("datetime64[us]").view(np.int64)
    offset[zoned] = [_hours(each) for each in different[zoned]]
    faults = {}
    for at in np.flatnonzero((micros == MISSING) & (different != "")):
        try:
            micros[at] = np.datetime64(cells.moment(different[at]), "us").view(np.int64)
        except Fault as fault:
            faults[int(at)] = fault
    return faults


def _hours(written: str) -> float:
    if written[-1] in "Zz":
        return 0.0
    sign, digits = re.search(r"([+-])(\d\d:?\d\d)$", written).groups()
    hours = int(digits[:2]) + int(digits[-2:]) / 60
    return -hours if sign == "-" else hours


def in_zone(read: Moments, zone: str = "") -> tuple[pd.Series, dict[str, int]]:
    """Return moments as a column in local time, and how many were doubtful and why.

    Parameters
    ----------
    read
        What :func:`moments` returns.
    zone
        Time zone of moments without an offset, and the one all are shown in. Without it the
        only offset of the column, else the world clock.

    Returns
    -------
    (Series, dict)
        With a zone, or without one as written where no moment had an offset. Counts: "twice"
        (an hour that came twice when the clocks went back; the first is taken), "never" (an
        hour skipped when they went forward; the next is taken), "no_zone" (different offsets
        and no zone given), "mixed" (some with an offset, some without, and no zone given).

    Notes
    -----
    Dates without a time, or all at midnight, stay on their day: where offsets differ and no
    zone is given, days are kept as written.
    """
    there, zoned = read.micros != MISSING, ~np.isnan(read.offset)
    shown = pd.Series(read.micros.view("datetime64[us]"))
    if not zoned.any():
        return _local(shown, zone) if zone else (shown, {})
    if zone:
        found, doubts = _local(shown.where(~zoned), zone)
        return found.fillna(shown.where(zoned).dt.tz_localize("UTC").dt.tz_convert(zone)), doubts
    offsets = np.unique(read.offset[there & zoned])
    doubts = {"mixed": int((there & ~zoned).sum())} if (there & ~zoned).any() else {}
    written = read.micros + np.where(zoned & there, np.nan_to_num(read.offset) * HOUR, 0).astype(
        int
    )
    if len(offsets) > 1:
        doubts["no_zone"] = len(offsets)
        if (written[there] % DAY == 0).all():
            return pd.Series(written.view("datetime64[us]")), doubts
        return shown.dt.tz_localize("UTC"), doubts
    return shown.dt.tz_localize("UTC").dt.tz_convert(_fixed(offsets[0])), doubts


def _fixed(hours: float) -> str:
    whole, minutes = divmod(round(abs(hours) * 60), 60)
    return f"{'-' if hours < 0 else '+'}{whole:02}:{minutes:02}" if hours else "UTC"


def _local(shown: pd.Series, zone: str) -> tuple[pd.Series, dict[str, int]]:
    """Put wall-clock moments into their zone; count hours that came twice or never."""
    try:
        return shown.dt.tz_localize(zone), {}
    except ValueError:
        first = np.ones(len(shown), dtype=bool)
    moved = shown.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    there = shown.dt.tz_localize(zone, ambiguous=first, nonexistent="NaT")
    once = shown.dt.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward")
    doubts = {"never": int((there.isna() & moved.notna()).sum()),
              "twice": int((once.isna() & moved.notna()).sum())}  # fmt: skip
    return moved, {name: n for name, n in doubts.items() if n}


def column(
    written: np.ndarray, name: str, about: Mapping[str, str], say: Callable[..., None]
) -> pd.Series:
    """Read a column of moments; say which could not be read and which are doubtful.

    Parameters
    ----------
    written
        See :func:`moments`.
    name
        What the column is called to `say`.
    about
        ``format`` and ``zone``, if known.
    say
        Called with a code, the name, rows and values of each kind of fault.
    """
    read = moments(written, about.get("format", ""))
    for code in {fault.code for fault in read.faults.values()}:
        rows = [row for row, fault in read.faults.items() if fault.code == code]
        say(code, name, rows[:SHOWN], grave=True, **read.faults[rows[0]].values)
    shown, doubts = in_zone(read, about.get("zone", ""))
    for code, n in doubts.items():
        say(f"log_{code}", name, grave=code == "mixed", n=n)
    return shown


def end_of(day: date | datetime | None, zone: tzinfo | None = None) -> pd.Timestamp | None:
    """Return when a cut-off date ends: the midnight after it; a moment stays as it is."""
    if day is None:
        return None
    until = pd.Timestamp(day) + pd.Timedelta(days=0 if isinstance(day, datetime) else 1)
    return until if until.tzinfo or zone is None else until.tz_localize(zone)


# ---------------------------------------------------------------- pairs of start and complete


def paired(key: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pair starts with completes of the same key, first in, first out.

    Parameters
    ----------
    key
        What must be equal within a pair, in order of time.
    starts
        True for a start, False for a complete.

    Returns
    -------
    tuple of ndarray
        Places of the starts and of their completes; -1 where one of the two is not there.

    Examples
    --------
    >>> places = paired(np.array([7, 7, 7, 7]), np.array([True, True, False, False]))
    >>> [each.tolist() for each in places]
    [[0, 1], [2, 3]]
    """
    order = np.argsort(key, kind="stable")
    rows = pd.DataFrame({"key": key[order], "start": starts[order], "at": order})
    rows["depth"] = np.where(rows["start"], 1, -1)
    rows["depth"] = rows.groupby("key")["depth"].cumsum()
    lowest = rows["depth"].clip(upper=0).groupby(rows["key"]).cummin()
    alone = ~rows["start"] & (lowest < lowest.groupby(rows["key"]).shift(fill_value=0))
    kept = rows[~alone]
    turn = kept.groupby(["key", "start"]).cumcount()
    sides = [kept[side].assign(turn=turn[side]) for side in (kept["start"], ~kept["start"])]
    joined = sides[0].merge(sides[1], on=["key", "turn"], how="left", suffixes=("", "_end"))
    ends = joined["at_end"].fillna(-1).to_numpy(int)
    lonely = rows.loc[alone, "at"].to_numpy()
    return np.r_[joined["at"], np.full(len(lonely), -1)].astype(int), np.r_[ends, lonely]


# ---------------------------------------------------------------- working time


@dataclass(frozen=True)
class Calendar:
    """When an agency is open.

    Attributes
    ----------
    name
        "week" for Monday to Friday, or the file the days came from.
    days
        Days unlike their day of the week: day -> "off", "work" or "short".
    years
        Years whose days are known; the others count as Monday to Friday.
    opens, closes, lunch
        Hours of an ordinary day; ``lunch`` None for none. A short day ends an hour earlier.
    """

    name: str = "week"
    days: dict[date, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    opens: time = time(9)
    closes: time = time(18)
    lunch: tuple[time, time] | None = (time(13), time(14))

    def kind(self, day: date) -> str:
        """Return "work", "short" or "off"."""
        return self.days.get(day) or ("off" if day.weekday() > 4 else "work")

    def uncertain(self, first: date, last: date) -> list[int]:
        """Return the years between two days whose holidays this calendar does not know."""
        return [year for year in range(first.year, last.year + 1) if year not in self.years]

    def working_days(self, first: date, last: date) -> int:
        """Count the days worked from `first` to `last`, both included."""
        return sum(self.kind(day.date()) != "off" for day in pd.date_range(first, last, freq="D"))


def calendar(name: str = "ru", **hours: object) -> Calendar:
    """Return a calendar: "ru" (production calendar of Russia), or "week" (Monday to Friday).

    `hours` are ``opens``, ``closes``, ``lunch``, where they are not 9-18 with lunch at 13.

    Raises
    ------
    ValueError
        When there is no calendar of that name.
    """
    if name == "week":
        return Calendar(**hours)
    days = _days(name)
    return Calendar(name, days, frozenset(day.year for day in days), **hours)


@cache
def _days(name: str) -> dict[date, str]:
    path = resource("calendar", f"{name}.csv")
    if not re.fullmatch(r"\w+", name) or not path.is_file():
        raise ValueError(f"`name` must be 'week' or a file of ccwork/calendar; not {name!r}.")
    with path.open(encoding="utf-8", newline="") as lines:
        return {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(lines)}


def working_hours(start: ArrayLike, end: ArrayLike, by: Calendar) -> np.ndarray:
    """Return the working hours between two moments, both in local time.

    Parameters
    ----------
    start, end
        Moments, shape (n,), with or without a zone; NaT gives NaN. An end before its start
        gives the same hours below zero.
    by
        The calendar.

    Notes
    -----
    The open hours from a fixed day to each moment, subtracted: so time adds up, f(a, b) +
    f(b, c) = f(a, c).

    Examples
    --------
    >>> friday, monday = [pd.Timestamp("2026-04-03 17:00")], [pd.Timestamp("2026-04-06 10:00")]
    >>> float(working_hours(friday, monday, calendar("week"))[0])
    2.0
    """
    ends = [_wall(start), _wall(end)]
    known = np.concatenate(ends)
    known = known[known != MISSING]
    if not known.size:
        return np.full(len(ends[0]), np.nan)
    first, last = known.min() // DAY, known.max() // DAY
    sums, edges = _opened(by, int(first), int(last))
    opened = [_since(moment, int(first), sums, edges) for moment in ends]
    return opened[1] - opened[0]


def _wall(moments: ArrayLike) -> np.ndarray:
    """Return local wall-clock microseconds."""
    column = pd.Series(moments)
    if getattr(column.dtype, "tz", None) is not None:
        column = column.dt.tz_localize(None)
    return column.to_numpy("datetime64[us]").view(np.int64)


def _opened(by: Calendar, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the hours open before each day, and the spans of each day (start, end) in hours."""
    opens, closes = _hour(by.opens), _hour(by.closes)
    break_at, break_end = map(_hour, by.lunch) if by.lunch else (closes, closes)
    spans = {
        "off": (0.0, 0.0, 0.0, 0.0),
        "work": (opens, min(break_at, closes), min(break_end, closes), closes),
        "short": (opens, min(break_at, closes - 1), min(break_end, closes - 1), closes - 1),
    }
    days = np.arange(first, last + 1).astype("datetime64[D]").astype(object)
    edges = np.array([spans[by.kind(day)] for day in days])
    length = edges[:, 1] - edges[:, 0] + edges[:, 3] - edges[:, 2]
    return np.r_[0.0, length.cumsum()], edges


def _hour(when: time) -> float:
    return when.hour + when.minute / 60


def _since(moment: np.ndarray, first: int, sums: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the hours open from the first day to each moment."""
    known = moment != MISSING
    day = np.where(known, moment // DAY - first, 0)
    hour = np.where(known, moment % DAY, 0) / HOUR
    span = edges[day]
    inside = np.clip(hour - span[:, 0], 0, span[:, 1] - span[:, 0])
    inside += np.clip(hour - span[:, 2], 0, span[:, 3] - span[:, 2])
    return np.where(known, sums[day] + inside, np.nan)
