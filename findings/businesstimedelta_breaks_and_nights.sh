#!/usr/bin/env bash
# businesstimedelta 1.0.1 from PyPI: a break that lasts until closing, and a night begun, are lost.
# It says that it finds the exact working time between two times, with breaks, holidays and shifts over
# night. One expects a break to be taken out wherever it lies, and the parts of a time to add up.
# Seen (2026-11-30): an office works 9 to 18 and on Fridays closes at 16:45. A Friday has 9 hours (by
# hand 7:45; with 17:59 for the end of the break 7:46), and what is to be done in 2 hours from 16:00 is
# due at 18:00, when nobody is there, not on Monday at 10:15. Of a shift from 22 to 6 what lies after
# its start is nothing: from 22 to 6 are 0 hours, from 21:59 on 8; from 20 to 2 are 4, from 2 to 8 are 0,
# yet from 20 to 8 are 8. A holiday that begins at midnight leaves the night before whole. Nothing is
# said of it: a short day counts as a long one, and who came at night seems to be served at once.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  businesstimedelta==1.0.1 pytz==2025.2 holidays==0.84
"$folder/venv/bin/python" -W error::UserWarning - <<'PY'
from datetime import date, datetime, time, timedelta

from businesstimedelta import BusinessTimeDelta, HolidayRule, LunchTimeRule, Rules, WorkDayRule

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def hours(rule, is_open, start, end):
    """What the package tells, and the minutes counted one by one."""
    told = rule.difference(start, end).timedelta
    minutes = range(int((end - start) / MINUTE))
    return told / HOUR, round(sum(is_open(start + each * MINUTE) for each in minutes) / 60, 4)


whole_day = WorkDayRule(start_time=time(9), end_time=time(18), working_days=[0, 1, 2, 3, 4])
friday = datetime(2025, 3, 14)
for begin, end, expected, due in (
    (time(12), time(13), (8, 8), "Fri 18:00"),
    (time(16, 45), time(17, 59), (7.7667, 7.7667), "Mon 10:14"),
    (time(16, 45), time(18), (9, 7.75), "Fri 18:00"),
    (time(16, 45), time(19), (9, 7.75), "Fri 18:00"),
):
    office = Rules([whole_day, LunchTimeRule(start_time=begin, end_time=end, working_days=[4])])
    told, by_hand = hours(
        office,
        lambda at: time(9) <= at.time() < time(18) and not begin <= at.time() < end,
        friday,
        friday + 24 * HOUR,
    )
    until = (friday + 16 * HOUR + BusinessTimeDelta(office, hours=2)).strftime("%a %H:%M")
    print("closed", begin, "to", end, "hours of the day", told, "by hand", by_hand, "due", until)
    assert (round(told, 4), by_hand, until) == (*expected, due)

night = WorkDayRule(start_time=time(22), end_time=time(6), working_days=[0, 1, 2, 3, 4])
monday = datetime(2025, 3, 10)
found = [
    hours(night, lambda at: not 6 <= at.hour < 22, monday + start * HOUR, monday + end * HOUR)
    for start, end in ((22, 30), (22 - 1 / 60, 30), (20, 26), (26, 32), (20, 32))
]
print("hours of the night, told and by hand", found)
assert found == [(0, 8), (8, 8), (4, 4), (0, 4), (8, 8)], found

closed = [date(2025, 3, 11), date(2026, 1, 1)]
told, by_hand = hours(
    Rules([night, HolidayRule(closed)]),
    lambda at: not 6 <= at.hour < 22 and at.date() not in closed,
    monday + 20 * HOUR,
    monday + 40 * HOUR,
)
print("the night before a holiday", told, "by hand", by_hand)
assert (told, by_hand) == (8, 2)
print("as before")
PY
