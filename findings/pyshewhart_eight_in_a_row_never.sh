#!/usr/bin/env bash
# pyshewhart 1.1.0 from PyPI: its rule "eight consecutive above or below mean" can never be broken.
# It says that it checks data by the Western Electric rules (1956): out of control are two of three
# points beyond 2 sigma on one side, four of five beyond 1 sigma, eight in a row on one side of the mean.
# Seen (2026-11-30): the code asks for more than two, more than four, more than eight. So the first two
# rules want three of three and five of five, and no eight points hold nine of a kind. Of 100 weeks the
# first 50 lie below the mean and the last 50 above it, all within 1 sigma: passing_western_elec_rules
# is True, and so is in_control.
# Nothing is said of it: a change of level that came to stay is told as a process that did not change.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  pyshewhart==1.1.0 numpy==2.3.5 matplotlib==3.10.7
cd "$folder"
MPLBACKEND=Agg MPLCONFIGDIR="$folder" venv/bin/python -W ignore - <<'PY'
import contextlib
import io

import pyshewhart

SIGMA = 0.577 * 4 / 3  # factor A2 of samples of five (Montgomery), a range of four, three sigma
RULES = {"two of three": (2, 3, 2), "four of five": (4, 5, 1), "eight in a row": (8, 8, 0)}


def by_hand(means):
    centre = sum(means) / len(means)
    return {
        name
        for name, (least, width, sigmas) in RULES.items()
        for side in (1, -1)
        for start in range(len(means) - width + 1)
        if sum(side * (each - centre) > sigmas * SIGMA for each in means[start : start + width]) >= least
    }


def told(means):
    with contextlib.redirect_stdout(io.StringIO()):
        chart = pyshewhart.XbarR([mean + step for mean in means for step in (-2, -1, 0, 1, 2)])
    assert chart.record.sample_size == 5 and abs(chart._A2r / 3 - SIGMA) < 1e-9
    return chart.passing_western_elec_rules, chart.in_control


calm = [0.1, -0.1] * 5
for name, means, passes, broken in (
    ("calm", calm * 2, True, set()),
    ("a new level", [-0.5] * 50 + [0.5] * 50, True, {"eight in a row"}),
    ("two of three", calm + [2, 2] + calm + [-2, -2] + calm, True, {"two of three"}),
    ("three of three", calm + [2, 2, 2] + calm + [-2, -2, -2] + calm, False, {"two of three"}),
    ("four of five", calm + [1, 1, -0.1, 1, 1] + calm + [-1, -1, 0.1, -1, -1] + calm, True, {"four of five"}),
    ("five of five", calm + [1] * 5 + calm + [-1] * 5 + calm, False, {"four of five"}),
):
    passing, in_control = told(means)
    print(name, "| passing", passing, "in control", in_control, "| broken by hand:", by_hand(means) or "none")
    assert (passing, in_control) == (passes, passes) and by_hand(means) == broken
print("as before")
PY
