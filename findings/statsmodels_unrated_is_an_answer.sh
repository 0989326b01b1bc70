#!/usr/bin/env bash
# statsmodels 0.15.0 from PyPI: who did not rate has given an answer, and agrees with the others so.
# One gives aggregate_raters the answers of observers, NaN where one did not see the thing, and its
# table to fleiss_kappa. One expects NaN to be left out, or an error: the documentation speaks of an
# error for what is no whole number; that rows with gaps must go is said of its sibling to_table only.
# Seen (2026-11-29): NaN becomes a category of its own. Two of four observers see each of four visits.
# Where the two always agree kappa is 1, and -0.067 is told; where they never agree it is -1, and
# -0.333 is told. In the data of Krippendorff's well known example (3 observers, 15 units, 18 blanks)
# 0.218 is told; the published alpha, which leaves blanks out, is 0.691.
# A check on whether observers see the same says no of a team that agrees, or makes a bad one better.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  statsmodels==0.15.0 scipy==1.17.1 numpy==2.3.5 pandas==2.3.3 krippendorff==0.9.0
"$folder/venv/bin/python" -W ignore - <<'PY'
import krippendorff
import numpy as np
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

_ = np.nan


def told(ratings):
    table, categories = aggregate_raters(np.array(ratings, dtype=float))
    assert np.isnan(categories[-1]), categories
    return round(fleiss_kappa(table), 3), table


agree, table = told([[1, 1, _, _], [_, _, 1, 1], [2, 2, _, _], [_, _, 2, 2]])
print("always agree", agree, "of the answers given", fleiss_kappa(table[:, :-1]))
assert agree == -0.067 and fleiss_kappa(table[:, :-1]) == 1
never, table = told([[1, 2, _, _], [_, _, 1, 2], [2, 1, _, _], [_, _, 2, 1]])
print("never agree", never, "of the answers given", fleiss_kappa(table[:, :-1]))
assert never == -0.333 and fleiss_kappa(table[:, :-1]) == -1

observers = np.array(
    [
        [_, _, _, _, _, 3, 4, 1, 2, 1, 1, 3, 3, _, 3],
        [1, _, 2, 1, 3, 3, 4, 3, _, _, _, _, _, _, _],
        [_, _, 2, 1, 3, 4, 4, _, 2, 1, 1, 3, 3, _, 4],
    ]
)
published = round(krippendorff.alpha(observers, level_of_measurement="nominal"), 3)
known, table = told(observers.T)
print("known example", known, "published", published, "blanks", int(np.isnan(observers).sum()))
assert published == 0.691 and known == 0.218, (published, known)
assert np.isnan(observers).sum() == 18
print("as before")
PY
