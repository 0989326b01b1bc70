#!/usr/bin/env bash
# change-point-analyzer 0.0.5 from PyPI: a rise is put at the end, and any change two periods too early.
# It says that it is based on the algorithm of Wayne Taylor (Change-Point Analysis, 2000): there the change
# lies where the sum of the deviations from the mean is FURTHEST from zero (CUSUM), or where the squares
# around the means of the two parts are least (MSE, here the one that is used if none is asked for).
# Seen (2026-11-30): 20 weeks with waits of 10 and 11 minutes, then 20 with 20 and 21. By hand both say:
# after week 20, number 19 from zero. CUSUM says 39, the last week of all, and goes on to find a change in
# nearly every week of the new level; MSE says 17. Where waits fall from 20 to 10, CUSUM is right, MSE 17
# again. Of the 24 months in Taylor's paper both are month 11 by hand (10 from zero); MSE says 8.
# It takes the greatest sum, not the furthest one, so a rise ends where the sum comes back to zero; and the
# search for the least squares begins at 3 but is counted from 1. Nothing is said of it: what was changed in
# an office comes after the effect it had. Instead: of a rise, CUSUM of the numbers with the sign turned.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  change-point-analyzer==0.0.5 numpy==1.26.4 matplotlib==3.10.7
cd "$folder"
MPLBACKEND=Agg MPLCONFIGDIR="$folder" venv/bin/python -W ignore - <<'PY'
from itertools import accumulate
from statistics import mean

import numpy as np
from change_point_analyzer.main import ChangePointAnalyzer, Estimator


def by_hand(values):
    """The last period before the change, from zero: by the sums, and by the squares."""
    sums = list(accumulate(each - mean(values) for each in values))

    def squares(last):
        parts = values[: last + 1], values[last + 1 :]
        return sum((each - mean(part)) ** 2 for part in parts for each in part)

    periods = range(len(values) - 1)
    return max(periods, key=lambda last: abs(sums[last])), min(periods, key=squares)


def told(values):
    np.random.seed(1)
    analyzer = ChangePointAnalyzer(np.array(values, dtype=float))
    assert analyzer.compute_changepoint_significance() > 0.95
    found = [analyzer.detect_changepoints(each, recursive=False) for each in (Estimator.CUSUM, Estimator.MSE)]
    assert found[1] == analyzer.detect_changepoints(recursive=False)
    return tuple(int(place) for ((place, _),) in found)


deficit = [10.7, 13.0, 11.4, 11.5, 12.5, 14.1, 14.8, 14.1, 12.6, 16.0, 11.7, 10.6]
deficit += [10.0, 11.4, 7.9, 9.5, 8.0, 11.8, 10.5, 11.2, 9.2, 10.1, 10.4, 10.5]
rise = [10, 11] * 10 + [20, 21] * 10
fall = [20, 21] * 10 + [10, 11] * 10
for name, values, right, seen in (
    ("rise", rise, (19, 19), (39, 17)),
    ("fall", fall, (19, 19), (19, 17)),
    ("rise, sign turned", [-each for each in rise], (19, 19), (19, 17)),
    ("Taylor's months", deficit, (10, 10), (10, 8)),
    ("Taylor's months backwards", deficit[::-1], (12, 12), (22, 10)),
):
    print(name, "| by sums and by squares: told", told(values), "by hand", by_hand(values))
    assert by_hand(values) == right and told(values) == seen

np.random.seed(1)
analyzer = ChangePointAnalyzer(np.array(rise, dtype=float))
every = [int(place) for place, _ in analyzer.detect_changepoints(Estimator.CUSUM)]
print("all changes of the rise", every)
assert len(every) > 10 and min(every) > 19, every
print("as before")
PY
