#!/usr/bin/env bash
# statsmodels 0.15.0 from PyPI: `samplesize_proportions_2indep_onetail` finds the size of a sample
# for a test with one tail, yet its default is `alternative="two-sided"`, and then it halves the
# alpha it was given. To tell 60 % of clients served in time from 50 %, power 0.8, alpha 0.05:
# 387.3 an arm by the default, 305.0 with alternative="larger"; the default with alpha 0.1 gives the
# latter again. Who plans by the name of the function asks a quarter more people than the test needs,
# and who halves alpha by hand for a test with two tails pays twice (469.2).
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  statsmodels==0.15.0 scipy==1.17.1 numpy==2.4.6 pandas==3.1.1
"$folder/venv/bin/python" -W ignore - <<'PY'
from scipy.stats import norm
from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail as size

found = {
    "default, .05": size(0.1, 0.5, 0.8, alpha=0.05),
    "larger, .05": size(0.1, 0.5, 0.8, alpha=0.05, alternative="larger"),
    "default, .1": size(0.1, 0.5, 0.8, alpha=0.1),
    "default, .025": size(0.1, 0.5, 0.8, alpha=0.025),
}
print(found)


def by_hand(z):
    null, true = 2 * 0.55 * 0.45, 0.6 * 0.4 + 0.5 * 0.5
    return ((z * null**0.5 + norm.ppf(0.8) * true**0.5) / 0.1) ** 2


expected = [by_hand(norm.ppf(1 - tail)) for tail in (0.025, 0.05, 0.05, 0.0125)]
print(expected)
assert all(abs(one - other) < 0.5 for one, other in zip(found.values(), expected)), expected
assert abs(found["default, .05"] - 387.3385) < 1e-3 and abs(found["larger, .05"] - 304.9885) < 1e-3
print("as before")
PY
