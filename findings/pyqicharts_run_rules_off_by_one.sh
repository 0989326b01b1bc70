#!/usr/bin/env bash
# pyqicharts 2.0.0 from PyPI: its rules of Anhoej for run charts are not those that were published.
# The rules (Anhoej and Olesen 2014, and the R package qicharts2 by their author): of n values beside
# the median, a run longer than round(log2(n) + 3) is a signal, and so are fewer crossings of the
# median than the 5 % quantile of a binomial of n - 1 tosses: for n = 10, 20, 24 these are 6, 7, 8 and
# 2, 6, 8. The module says that it follows this convention.
# Seen (2026-11-29): 7, 8, 8 and 1, 5, 7. The length is rounded up, and the quantile is one too low: at
# n = 20 too few crossings come by chance in 1.0 % of charts, not in 3.2 %. Of 20 months, 8 in a row lie
# above the median (18 values beside it, 4 crossings; by the published rules 7 and 5 are the limits):
# two signals, of which none is told. A change that came to stay is shown as chance.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  pyqicharts==2.0.0 pandas==2.3.3 numpy==2.3.5 matplotlib==3.11.2
MPLCONFIGDIR="$folder" MPLBACKEND=agg "$folder/venv/bin/python" -W ignore - <<'PY'
from math import comb, log2

from pyqicharts import anhoej_rules


def at_most(crossings, n):
    return sum(comb(n - 1, k) for k in range(crossings + 1)) / 2 ** (n - 1)


def published(n):
    return round(log2(n) + 3), min(k for k in range(n) if at_most(k, n) >= 0.05)


def told(values):
    found = anhoej_rules(values)
    return found, (found.expected_longest_run, found.lower_crossings_limit)


limits = {n: told([0, 1] * (n // 2))[1] for n in (10, 20, 24)}
by_rule = {n: published(n) for n in limits}
print("told", limits, "published", by_rule)
assert by_rule == {10: (6, 2), 20: (7, 6), 24: (8, 8)}, by_rule
assert limits == {10: (7, 1), 20: (8, 5), 24: (8, 7)}, limits
chance = [round(at_most(limit - 1, 20), 3) for limit in (limits[20][1], by_rule[20][1])]
assert chance == [0.010, 0.032], chance

months = [5, 3, 6, 2, 7, 4, 9, 10, 11, 12, 9, 10, 12, 11, 3, 4, 2, 5, 6, 3]
found, _ = told(months)
print(found)
assert (found.median, found.n_used, found.longest_run, found.crossings) == (6, 18, 8, 4), found
longest, fewest = published(found.n_used)
assert (longest, fewest) == (7, 5) and found.longest_run > longest and found.crossings < fewest
assert not found.signal_long_run and not found.signal_few_crossings and not found.any_signal
print("as before")
PY
