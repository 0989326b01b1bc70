"""A cell is read as it is written, or named; a day never slips through another time zone."""

from datetime import date

import pytest

from ccwork.read.files import cell_parsing
from ccwork.read.files.faults import Fault


@pytest.mark.parametrize(
    ("written", "day", "warning"),
    [
        ("30.06.2026 14:05:12", date(2026, 6, 30), ""),
        ("30.06.2026 9:05", date(2026, 6, 30), ""),
        ("2026-06-01 14:05:12", date(2026, 6, 1), ""),
        ("2026-06-30T14:05:12.000", date(2026, 6, 30), ""),
        ("2026-06-30", date(2026, 6, 30), ""),
        ("2026-06-30T00:30:00.000+03:00", date(2026, 6, 30), "day_of_zone"),
        ("2026-06-30 23:30:00 -0500", date(2026, 6, 30), "day_of_zone"),
        ("2026-06-30T23:30:00Z", date(2026, 6, 30), "day_of_greenwich"),
        ("2026/06/30 11:30:05 PM GMT+3", date(2026, 6, 30), "day_of_zone"),
        ("2026/06/30 11:30:05 AM", date(2026, 6, 30), ""),
        ("2026/06/30", date(2026, 6, 30), ""),
        ("2026-06-30T23:30:00+00:00", date(2026, 6, 30), "day_of_greenwich"),
        ("30.06.2026 г.", date(2026, 6, 30), ""),
        ("01.6.2026г", date(2026, 6, 1), ""),
        ("30.06.2026\N{NO-BREAK SPACE}года", date(2026, 6, 30), ""),
    ],
)
def test_the_day_of_a_time_stamp_is_the_one_written(written, day, warning):
    assert cell_parsing.parsed_day(written) == day
    assert cell_parsing.zoned(written) == warning


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("06/01/2026 14:05:12", "slash_date"),
        ("2026-06-30 25:00:00", "not_time"),
        ("2026-06-31 14:05:12", "no_such_date"),
        ("30.06.26 14:05", "not_date"),
        ("2026-06-30 afternoon", "not_date"),
        ("05 06 2026", "not_date"),
        ("июнь 2026 г.", "not_date"),
        ("31.06.2026 г.", "no_such_date"),
        ("5 мая 2026", "not_date"),
    ],
)
def test_what_is_no_clear_day_is_named(written, code):
    with pytest.raises(Fault) as wrong:
        cell_parsing.parsed_day(written)
    assert wrong.value.code == code


@pytest.mark.parametrize(
    "before", ["", " ", "\t", "\n", "\r", "\xa0", "\u2003", "\u200b", "\ufeff"]
)
@pytest.mark.parametrize("sign", ["=1+1", "+1", "-1", "@SUM(1)", "|calc", "%0A=1", "＝1"])
def test_words_in_a_table_file_are_never_a_formula(before, sign):
    told = cell_parsing.harmless(before + sign)
    assert told == f"'{sign}"


@pytest.mark.parametrize("written", ["30.06.2026 3:24 PM", "2026-06-30 03:24 GMT+3"])
def test_a_time_that_cannot_be_told_is_never_midnight(written):
    with pytest.raises(Fault) as wrong:
        cell_parsing.moment(written)
    assert wrong.value.code == "not_time"
