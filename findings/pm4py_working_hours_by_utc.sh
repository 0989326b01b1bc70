#!/usr/bin/env bash
# pm4py 2.7.23.11 from PyPI: working hours are laid over the clock of UTC, not over that of the log.
# One gives the hours of an office (Monday to Friday, 9 to 18) and a log whose times tell their zone
# (2025-03-03T09:00:00+03:00), and expects the time in which that office was open.
# Seen (2026-11-29): a case open from 9 to 18 on a Monday has lasted 9 working hours. With +03:00 it
# gets 6, with +10:00 none; without a zone 9. read_xes and format_dataframe turn every time into UTC,
# and business_hour_slots has no zone: 9 o'clock in the office is 6 there, or 23 on Sunday. Nothing is
# said of it in the documentation of the functions, and write_xes stores the times as UTC.
# A case that took a whole working day counts as none: the further east an office, the faster it looks.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pm4py==2.7.23.11 pandas==2.3.3 numpy==2.3.5
cd "$folder"
venv/bin/python -W ignore - <<'PY'
from pathlib import Path

import pandas as pd
import pm4py

HOUR, DAY = 3600, 24 * 3600
OFFICE = [(day * DAY + 9 * HOUR, day * DAY + 18 * HOUR) for day in range(5)]
EVENT = '<event><string key="concept:name" value="{}"/><date key="time:timestamp" value="{}"/></event>'
expected = {"+03:00": 6, "+10:00": 0, "+00:00": 9, "": 9}
found, whole, frame = {}, {}, {}
for zone in expected:
    times = [f"2025-03-03T{hour}:00:00{zone}" for hour in ("09", "18")]
    events = "".join(EVENT.format(*each) for each in zip(("asked", "answered"), times))
    Path("a.xes").write_text(
        '<?xml version="1.0"?><log xes.version="1.0" xmlns="http://www.xes-standard.org/"><trace>'
        f'<string key="concept:name" value="a"/>{events}</trace></log>'
    )
    log = pm4py.read_xes("a.xes")
    (seconds,) = pm4py.get_all_case_durations(log, business_hours=True, business_hour_slots=OFFICE)
    found[zone] = seconds / HOUR
    (seconds,) = pm4py.get_all_case_durations(log)
    whole[zone] = seconds / HOUR
    rows = pd.DataFrame({"case": "a", "what": ["asked", "answered"], "when": pd.to_datetime(times)})
    rows = pm4py.format_dataframe(rows, case_id="case", activity_key="what", timestamp_key="when")
    (seconds,) = pm4py.get_all_case_durations(rows, business_hours=True, business_hour_slots=OFFICE)
    frame[zone] = seconds / HOUR
    pm4py.write_xes(log, "b.xes")
    stored = Path("b.xes").read_text()
    assert "+00:00" in stored and "+03:00" not in stored and "+10:00" not in stored, stored
print("working hours", found, "all hours", whole)
assert set(whole.values()) == {9}, whole
assert found == expected and frame == expected, (found, frame)
print("as before")
PY
