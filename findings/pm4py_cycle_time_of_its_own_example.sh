#!/usr/bin/env bash
# pm4py 2.7.23.11 from PyPI: get_cycle_time gives 0 for the example in its own documentation.
# The documentation says: the average time between the completion of units; a plant which makes 100
# units in a week of 40 hours has 24 minutes. One would expect 24 for just that log.
# Seen (2026-11-29): units made one after another, 24 minutes each: 0.0. A log with one time an event,
# as most are, a case closed every 24 minutes: 0.0. Six minutes of work on each unit, one done every
# 24 minutes: 5.94. The code adds up the stretches in which anything was in work (an event without a
# start has none) and never adds the last one; where no pause parts the work, the last is all of it.
# Nothing is said of it. A service that closes a case every 24 minutes reads as one that needs no time.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pm4py==2.7.23.11 pandas==2.3.3 numpy==2.3.5
"$folder/venv/bin/python" -W ignore - <<'PY'
import pandas as pd
import pm4py

assert "100 units" in pm4py.get_cycle_time.__doc__ and "24 minutes" in pm4py.get_cycle_time.__doc__
MONDAY = pd.Timestamp("2025-03-03 08:00", tz="UTC")


def minutes(rows):
    log = pd.DataFrame(rows, columns=["case:concept:name", "concept:name", "start_timestamp", "time:timestamp"])
    log = log.dropna(axis=1)
    for name in ("start_timestamp", "time:timestamp"):
        if name in log:
            log[name] = MONDAY + pd.to_timedelta(log[name], unit="min")
    return pm4py.get_cycle_time(pm4py.format_dataframe(log)) / 60


units = range(100)
found = {
    "made one after another": minutes([(f"u{i}", "made", 24 * i, 24 * i + 24) for i in units]),
    "one time an event": minutes(
        [row for i in units for row in ((f"u{i}", "taken", None, 24 * i), (f"u{i}", "done", None, 24 * i + 24))]
    ),
    "six minutes of work": minutes([(f"u{i}", "made", 24 * i + 18, 24 * i + 24) for i in units]),
}
by_hand = 40 * 60 / 100
print(found, "by hand:", by_hand)
assert by_hand == 24
assert found["made one after another"] == 0 and found["one time an event"] == 0, found
assert abs(found["six minutes of work"] - 99 * 6 / 100) < 1e-9, found
print("as before")
PY
