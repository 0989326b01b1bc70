#!/usr/bin/env bash
# anjana 1.2.3 from PyPI (anonymity of tables): who is 20 is put among those of "[15, 20)".
# The documentation writes out the groups of ten ages by hand, "[15, 20)" for 17 and 19, "[20, 25)" for 23
# and 24, and says that generate_intervals makes the same. In this notation (ISO 80000-2) the first number
# is in the interval, the last is not.
# Seen (2026-11-30): an age that is a bound itself goes one group too low: 20 to "[15, 20)", 100 to
# "[95, 100)"; only the lowest of all is right. The documentation's ages hold no such number; where people
# round, most do: of ages 20, 25, ... 60 no one is where the name of the group says. pandas.cut has them
# right. Nothing is said of it. Instead: pandas.cut(..., right=False).
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check anjana==1.2.3 pycanon==1.3.5
"$folder/venv/bin/python" -W ignore - <<'PY'
import numpy as np
import pandas as pd
from anjana.anonymity import utils


def by_hand(ages, step=5):
    return [f"[{age - age % step}, {age - age % step + step})" for age in ages]


def told(ages, step=5):
    return utils.generate_intervals(np.array(ages), 0, 100, step)


def by_pandas(ages, step=5):
    bounds = pd.cut(ages, range(0, 101, step), right=False)
    return [str(each) for each in bounds]


written = [29, 24, 28, 27, 24, 23, 19, 29, 17, 19]  # the ages of the documentation
for step in (5, 10):
    assert told(written, step) == by_hand(written, step) == by_pandas(written, step)
rounded = list(range(20, 61, 5))
print("told", told(rounded), "by hand", by_hand(rounded))
assert by_hand(rounded) == by_pandas(rounded)
assert told(rounded) == [f"[{age - 5}, {age})" for age in rounded]
assert told([0, 99, 100]) == ["[0, 5)", "[95, 100)", "[95, 100)"]
print("as before")
PY
