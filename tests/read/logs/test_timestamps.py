"""Working time: by eye, by a second way minute by minute, and what must add up."""

import csv
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwork.language.resources import resource
from ccwork.measure.process import working_time
from ccwork.read.logs import timestamps

RU, WEEK = working_time.calendar("ru"), working_time.calendar("week")
SHORT_LUNCH = working_time.calendar("ru", opens=time(8, 30), lunch=(time(12), time(12, 45)))
NO_LUNCH = working_time.calendar("week", lunch=None)
CALENDARS = [RU, WEEK, SHORT_LUNCH, NO_LUNCH]

moments = st.datetimes(datetime(2023, 1, 1), datetime(2027, 12, 31)).map(
    lambda when: when.replace(microsecond=0)
)


def hours(start: str, end: str, by: working_time.Calendar = WEEK) -> float:
    return float(working_time.working_hours([pd.Timestamp(start)], [pd.Timestamp(end)], by)[0])


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-04-06 09:00", "2026-04-06 18:00", 8),
        ("2026-04-06 00:00", "2026-04-07 00:00", 8),
        ("2026-04-06 10:00", "2026-04-06 10:30", 0.5),
        ("2026-04-06 12:30", "2026-04-06 14:30", 1),
        ("2026-04-06 13:10", "2026-04-06 13:50", 0),
        ("2026-04-03 17:00", "2026-04-06 10:00", 2),
        ("2026-04-04 10:00", "2026-04-05 23:00", 0),
        ("2026-04-06 18:00", "2026-04-07 09:00", 0),
        ("2026-04-07 10:00", "2026-04-06 10:00", -8),
    ],
)
def test_hours_of_an_ordinary_week(start, end, expected):
    assert hours(start, end) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2025-12-30 18:00", "2026-01-12 10:00", 1),  # the longest holiday
        ("2024-04-27 00:00", "2024-04-28 00:00", 8),  # a Saturday that was worked
        ("2024-04-29 00:00", "2024-05-02 00:00", 0),
        ("2026-04-30 00:00", "2026-05-01 00:00", 7),  # an hour less before a holiday
        ("2026-04-30 17:00", "2026-04-30 18:00", 0),
        ("2025-11-01 00:00", "2025-11-02 00:00", 7),
    ],
)
def test_holidays_and_days_moved_in_russia(start, end, expected):
    assert hours(start, end, RU) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("year", "days", "norm"),
    [
        (2022, 247, 1973),
        (2023, 247, 1973),
        (2024, 248, 1979),
        (2025, 247, 1972),
        (2026, 247, 1972),
        (2027, 247, 1972),
    ],
)
def test_a_year_has_the_days_and_hours_the_production_calendar_states(year, days, norm):
    first, last = date(year, 1, 1), date(year, 12, 31)
    worked = [RU.kind(day.date()) != "off" for day in pd.date_range(first, last)]
    assert sum(worked) == days
    assert hours(f"{year}-01-01", f"{year + 1}-01-01", RU) == norm


def test_a_year_not_known_says_so_and_counts_as_monday_to_friday():
    assert RU.uncertain(date(2027, 12, 1), date(2029, 1, 1)) == [2028, 2029]
    assert RU.uncertain(date(2024, 1, 1), date(2026, 1, 1)) == []
    assert hours("2028-01-03", "2028-01-04", RU) == 8
    assert WEEK.uncertain(date(2026, 1, 1), date(2026, 1, 1)) == [2026]


@given(moments, moments, moments, st.sampled_from(CALENDARS))
@settings(max_examples=200, deadline=None)
def test_working_time_adds_up(first, second, third, by):
    ends = np.array([[first, second, first], [second, third, third]], "datetime64[us]")
    one, two, whole = working_time.working_hours(ends[0], ends[1], by)
    assert one + two == pytest.approx(whole, abs=1e-6)


@given(moments, st.integers(0, 60 * 24 * 12), st.sampled_from(CALENDARS))
@settings(max_examples=40, deadline=None)
def test_minutes_counted_one_by_one_say_the_same(start, minutes, by):
    start = start.replace(second=0)
    days = {start.date() + timedelta(days=n): None for n in range(15)}
    kinds = {day: by.kind(day) for day in days}
    opened = 0
    for minute in range(minutes):
        now = start + timedelta(minutes=minute)
        kind, clock = kinds[now.date()], now.time()
        closes = time(by.closes.hour - 1, by.closes.minute) if kind == "short" else by.closes
        lunch = by.lunch is not None and by.lunch[0] <= clock < by.lunch[1]
        opened += kind != "off" and by.opens <= clock < closes and not lunch
    found = working_time.working_hours([start], [start + timedelta(minutes=minutes)], by)[0]
    assert found == pytest.approx(opened / 60, abs=1e-9)


@given(moments, moments, st.sampled_from(CALENDARS))
@settings(max_examples=100, deadline=None)
def test_working_time_is_never_more_than_calendar_time(first, second, by):
    first, second = sorted([first, second])
    found = working_time.working_hours([first], [second], by)[0]
    assert -1e-9 <= found <= (second - first) / timedelta(hours=1) + 1e-9


def test_working_time_is_that_of_the_place_not_of_the_world():
    start = pd.Series(pd.to_datetime(["2026-04-06 09:00"])).dt.tz_localize("Asia/Vladivostok")
    end = start + pd.Timedelta(hours=3)
    assert working_time.working_hours(start, end, WEEK)[0] == 3
    assert (
        working_time.working_hours(start.dt.tz_convert("UTC"), end.dt.tz_convert("UTC"), WEEK)[0]
        == 0
    )


def test_a_missing_moment_has_no_working_time():
    start = pd.Series([pd.NaT, pd.Timestamp("2026-04-06 10:00")])
    end = pd.Series([pd.Timestamp("2026-04-06 11:00")] * 2)
    assert working_time.working_hours(start, end, WEEK).tolist() == pytest.approx(
        [np.nan, 1], nan_ok=True
    )
    assert np.isnan(working_time.working_hours([pd.NaT], [pd.NaT], WEEK)).all()


@pytest.mark.parametrize("name", ["xx", "../terms/core", ""])
def test_an_unknown_calendar_is_refused(name):
    with pytest.raises(ValueError, match="`name` must be"):
        working_time.calendar(name)


def test_every_day_of_a_calendar_says_where_it_comes_from():
    with resource("calendar", "ru.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert all(row["source"] and row["kind"] in ("off", "work", "short") for row in rows)
    assert len({row["date"] for row in rows}) == len(rows)
    weekend = [r for r in rows if r["kind"] == "work"]
    assert all(date.fromisoformat(r["date"]).weekday() > 4 for r in weekend)


@given(st.lists(moments, min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_moments_are_read_as_they_are_written(whens):
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M:%S"):
        written = np.array([when.strftime(form).encode() for when in whens], "S40")
        read = timestamps.parsed_moments(written)
        assert read.micros.view("datetime64[us]").tolist() == whens
        assert not read.faults
        assert timestamps.parsed_moments(written, form).micros.tolist() == read.micros.tolist()


def test_missing_moments_stay_missing_in_every_form():
    for first in (b"2026-01-01", b"01.01.2026 9:05", b"2026-01-01T00:00:00Z"):
        read = timestamps.parsed_moments(np.array([b"", first, b""], "S40"))
        assert (read.micros == timestamps.MISSING).tolist() == [True, False, True]
        shown, _ = timestamps.in_zone(read, "Asia/Vladivostok")
        assert shown.isna().tolist() == [True, False, True]


def test_moments_with_and_without_an_offset_need_a_zone():
    read = timestamps.parsed_moments(
        np.array([b"2026-01-01 00:00", b"2026-01-01T00:00:00+03:00"], "S40")
    )
    shown, doubts = timestamps.in_zone(read, "Europe/Moscow")
    assert shown[0] == shown[1]
    assert doubts == {}
    assert timestamps.in_zone(read)[1] == {"mixed": 1}


def test_offsets_of_half_hours_are_kept():
    read = timestamps.parsed_moments(np.array([b"2026-01-01T05:00:00-03:30"], "S40"))
    assert str(timestamps.in_zone(read)[0][0]) == "2026-01-01 05:00:00-03:30"


def told(*written: str, name: str = "start") -> list[tuple]:
    found = []

    def say(code, name, rows=(), grave=False, **values):
        found.append((code, list(rows), grave, values.get("found")))

    timestamps.column(np.array([each.encode() for each in written]), name, {}, say)
    return found


def test_times_too_early_or_late_to_be_true_are_asked_about():
    far = f"{date.today().year + 2}-01-01"
    assert told("2026-01-05", "1998-03-02", "05.03.1999", far) == [
        ("too_old", [1, 2], True, "1998-03-02"), ("too_late", [3], True, far),
    ]  # fmt: skip
    shown = [f"1970-01-21 13:02:{second}" for second in range(10, 20)]
    assert told("2026-01-05", *shown) == [("too_old", [*range(1, 11)], True, shown[0])]
    assert told("1970-01-21 13:02", "") == [("too_old", [0], True, "1970-01-21 13:02")]


def test_a_moment_that_stands_for_none_is_no_moment():
    written = ["2026-01-05", "01.01.1900", "9999-12-31", "1900-01-01"]
    assert told(*written) == [("log_placeholder", [1, 2, 3], False, "01.01.1900")]
    assert told("9999-12-31", "9999-12-31", name="end") == [
        ("log_placeholder", [0, 1], False, "9999-12-31")
    ]
