"""Moments as they are written in a log: forms, zones, cut-off dates."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Final

import numpy as np
import pandas as pd

from ccwork.read.data_dictionary import blank_word
from ccwork.read.files import cell_parsing
from ccwork.read.files.faults import Fault

HOUR: Final = 3_600_000_000
DAY: Final = 24 * HOUR
MISSING: Final = np.iinfo(np.int64).min
"""A moment that is not there, in microseconds."""

SHOWN: Final = 1000
"""So many faulty cells of a column are kept."""


def micros_of(moment: str | datetime) -> int:
    """Return a moment in microseconds."""
    return int(np.datetime64(moment, "us").view(np.int64))


FIRST, LAST = map(micros_of, ("1971-01-01", "2100-01-01"))
"""An earlier or later moment stands for none: 1900-01-01, 9999-12-31 and the like (our choice)."""

FEW: Final = 3
"""Moments that stand for none are at most so many different ones of a column (our choice)."""

LONGEST: Final = 40
"""Bytes a moment may be written in."""

_OFFSET = re.compile(r".*\d(?:Z|[+-]\d\d:?\d\d)", re.I)
_NEAR = re.compile(rb"19(?:7[1-9]|[89]\d)")
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


def parsed_moments(written: np.ndarray, form: str = "") -> Moments:
    """Read moments written in a column of bytes.

    Parameters
    ----------
    written
        Shape (n,), bytes of at most :data:`LONGEST`, empty where there is no moment; or
        microseconds that :func:`plain_moments` has read.
    form
        How they are written, as in ``strptime``; empty for ``2026-03-31 14:05:00`` (with "T",
        fractions and an offset, if any) and ``31.03.2026 14:05``. Nothing is guessed.

    Examples
    --------
    >>> read = parsed_moments(np.array([b"31.03.2026", b"2026-03-31"]))
    >>> read.micros.astype("datetime64[us]").astype("datetime64[D]").astype(str).tolist()
    ['2026-03-31', '2026-03-31']
    """
    quick = written if written.dtype == np.int64 else None if form else plain_moments(written)
    if quick is not None:
        return Moments(quick, np.broadcast_to(np.nan, len(quick)))
    codes, different = pd.factorize(pd.Series(written).str.decode("utf-8", errors="replace"))
    different = different.str.strip()
    given = [each[:1].isdigit() or not blank_word(each) for each in different]
    different = different.where(given, "")
    micros, offset = np.full(len(different), MISSING), np.full(len(different), np.nan)
    into = micros, offset
    faults = _by_form(different, form, *into) if form else _read(different, *into)
    bad = np.isin(codes, list(faults))
    found = {int(row): faults[int(codes[row])] for row in np.flatnonzero(bad)}
    return Moments(micros[codes], offset[codes], found)


def plain_moments(written: np.ndarray) -> np.ndarray | None:
    """Read moments all written alike, without offsets; None where it is not so.

    Examples
    --------
    >>> plain_moments(np.array([b"2026-03-31 14:05", b"", b"at noon"])) is None
    True
    """
    wide = np.ascontiguousarray(written.astype(f"S{LONGEST}", copy=False))
    signs = wide.view(np.uint8).reshape(len(wide), LONGEST)
    full = signs[signs[:, 0] > 0] if len(wide) and not signs[:, 0].all() else signs
    if len(full) and (full[:, 2] == ord(".")).all() and (full[:, 5] == ord(".")).all():
        turned = signs.copy()
        turned[:, :10] = signs[:, [6, 7, 8, 9, 2, 3, 4, 5, 0, 1]]
        turned[:, [4, 7]] = np.where(signs[:, :1] > 0, ord("-"), 0)
        return plain_moments(turned.view(f"S{LONGEST}").ravel())
    for place, allowed in {4: "-", 7: "-", 10: " T\0", 13: ":\0", 16: ":\0", 19: "\0"}.items():
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
        some = pd.Series(different[part])
        read = pd.to_datetime(some, format="ISO8601", errors="coerce", utc=utc)
        plain = read.dt.tz_localize(None) if utc else read
        micros[part] = plain.to_numpy("datetime64[us]").view(np.int64)
    offset[zoned] = [_hours(each) for each in different[zoned]]
    faults = {}
    for at in np.flatnonzero((micros == MISSING) & (different != "")):
        try:
            micros[at] = micros_of(cell_parsing.moment(different[at]))
        except Fault as fault:
            why = Fault("log_unread", found=different[at]) if fault.code == "not_date" else fault
            faults[int(at)] = cell_parsing.by_excel(different[at]) or why
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
        What :func:`parsed_moments` returns.
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
    shown = pd.Series(read.micros.view("datetime64[us]"), copy=False)
    if not zoned.any():
        return _local(shown, zone) if zone else (shown, {})
    if zone:
        found, doubts = _local(shown.where(~zoned), zone)
        return found.fillna(shown.where(zoned).dt.tz_localize("UTC").dt.tz_convert(zone)), doubts
    offsets = np.unique(read.offset[there & zoned])
    doubts = {"mixed": int((there & ~zoned).sum())} if (there & ~zoned).any() else {}
    ahead = np.where(zoned & there, np.nan_to_num(read.offset) * HOUR, 0)
    written = read.micros + ahead.astype(int)
    if len(offsets) > 1:
        doubts["no_zone"] = len(offsets)
        if (written[there] % DAY == 0).all():
            return pd.Series(written.view("datetime64[us]")), doubts
        return shown.dt.tz_localize("UTC"), doubts
    only = timezone(timedelta(minutes=round(offsets[0] * 60)))
    return shown.dt.tz_localize("UTC").dt.tz_convert(only), doubts


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
        See :func:`parsed_moments`.
    name
        What the column is called to `say`.
    about
        ``format`` and ``zone``, if known.
    say
        Called with a code, the name, rows and values of each kind of fault.
    """
    read = parsed_moments(written, about.get("format", ""))
    read = _likely(read, written, name, say)
    for code in {fault.code for fault in read.faults.values()}:
        rows = [row for row, fault in read.faults.items() if fault.code == code]
        say(code, name, rows[:SHOWN], grave=True, **read.faults[rows[0]].values)
    shown, doubts = in_zone(read, about.get("zone", ""))
    for code, n in doubts.items():
        say(f"log_{code}", name, grave=code == "mixed", n=n)
    return shown


def one_clock(columns: dict[str, pd.Series], say: Callable[..., None]) -> dict[str, pd.Series]:
    """Give all columns a zone where one has it; times written without one must be none."""
    zone = next((at.dt.tz for at in columns.values() if at.dt.tz is not None), None)
    for name, at in columns.items():
        if at.dt.tz is None and zone is not None:
            if at.notna().any():
                say("log_mixed", name, grave=True, n=int(at.notna().sum()))
            columns[name] = at.dt.tz_localize(zone)
    return columns


def unlikely(micros: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell which moments are too early, and which too late, to be true."""
    years = cell_parsing.FIRST_YEAR, date.today().year + 2
    early, late = (micros_of(f"{year}-01-01") for year in years)
    return (micros < early) & (micros != MISSING), micros >= late


def _likely(read: Moments, written: np.ndarray, name: str, say: Callable[..., None]) -> Moments:
    """Say which moments stand for none, and ask about others too early or too late to be true."""
    there = read.micros != MISSING
    old, late = unlikely(read.micros)
    unread = [row for row, fault in read.faults.items() if fault.code == "too_old"]
    near = [row for row in unread if _NEAR.search(written[row])]
    old[unread] = True
    odd = old | late
    if not odd.any():
        return read
    standing = odd & ((read.micros < FIRST) | (read.micros >= LAST))
    standing[near] = False
    whole = name == "start" and (standing | ~(there | odd)).all()
    if whole or len(np.unique(written[standing])) > FEW:
        standing[:] = False
    for code, hit in (("log_placeholder", standing), ("too_old", old), ("too_late", odd & ~old)):
        rows = np.flatnonzero(hit if hit is standing else hit & ~standing)
        if len(rows):
            shown = written[rows[0]].decode("utf-8", errors="replace")
            grave = code != "log_placeholder"
            say(code, name, rows[:SHOWN].tolist(), grave=grave, n=len(rows), found=shown)
    faults = {row: fault for row, fault in read.faults.items() if row not in set(unread)}
    return replace(read, micros=np.where(odd, MISSING, read.micros), faults=faults)


def end_of(day: date | datetime | None, zone: tzinfo | None = None) -> pd.Timestamp | None:
    """Return when a cut-off date ends: the midnight after it; a moment stays as it is."""
    if day is None:
        return None
    until = pd.Timestamp(day) + pd.Timedelta(days=0 if isinstance(day, datetime) else 1)
    return until if until.tzinfo or zone is None else until.tz_localize(zone)
