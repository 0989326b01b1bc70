#!/usr/bin/env bash
# lifelines 0.30.0 from PyPI: where half of the cases have ended exactly, the Kaplan-Meier median is
# now that time, now the next one. The curve is a product of floats; at one half it lands on .5 or
# a little above, and `median_survival_time_` asks for <= .5 without a tolerance.
# Seen for cases ended at 1, 2, ... n, none censored (the time is n/2 by the definition "first time
# at which the share still open is at most one half"): 2 of 4, but 4 of 6; 5 of 10, but 8 of 14.
# A median time to answer moves by a whole step though nothing but the number of cases changed.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check lifelines==0.30.0 numpy==2.3.5 pandas==2.3.3
"$folder/venv/bin/python" -W ignore - <<'PY'
from lifelines import KaplanMeierFitter

found = {}
for n in (4, 6, 8, 10, 12, 14, 16):
    curve = KaplanMeierFitter().fit(range(1, n + 1))
    found[n] = curve.median_survival_time_
    print(n, found[n], repr(curve.survival_function_at_times(n / 2).item()))
assert found == {4: 2, 6: 4, 8: 5, 10: 5, 12: 6, 14: 8, 16: 8}, found
print("as before")
PY
