#!/usr/bin/env bash
# samplics 0.6.1 from PyPI: who did not answer is counted among the weights, and 100 people become 270.
# deff_weight is said to be the design effect of unequal weights, that is 1 where all have the same (Kish:
# n times the sum of their squares by the square of their sum). allocate(method="propal", samp_size=100,
# stddev=...), which names Kish 1965, should share 100 people out by size and spread (so Neyman too).
# Seen (2026-11-30): of 100 people 50 answer, each then weighs 20 in place of 10: deff_weight is 2, not 1.
# The others, whose weight is 0, are in it: it is the plain one by the share of answers, and the sample
# looks half as good as it is. Of 5000, 3000 and 2000 clients, whose waits spread by 2, 3 and 4 hours, 100
# are 38, 34 and 30; 100, 90 and 80 are told, and in days 5, 4 and 4: nothing is divided by the sum of
# the spreads, so how many are asked hangs on the unit of a column. Nothing is said of either.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  samplics==0.6.1 numpy==2.4.6 pandas==3.1.1 polars==2.1.0
"$folder/venv/bin/python" -W ignore - <<'PY'
from fractions import Fraction
from math import ceil

import numpy as np
from samplics.sampling import allocate
from samplics.weighting import SampleWeight


def told_and_kish(places, answered):
    """The design effect told, the one of those who answered, and the share of these."""
    sample = SampleWeight()
    status = np.where(answered, "rr", "nr")
    weights = sample.adjust(samp_weight=np.full(len(status), 10.0), adj_class=np.array(places), resp_status=status)
    assert abs(weights.sum() - 10 * len(status)) < 1e-9 and (weights[~answered] == 0).all()
    theirs = weights[answered]
    kish = len(theirs) * (theirs**2).sum() / theirs.sum() ** 2
    assert abs(SampleWeight().calculate_deff_weight(theirs) - kish) < 1e-9
    return round(sample.deff_weight, 4), round(float(kish), 4), float(answered.mean())


half = told_and_kish(["north"] * 100, np.arange(100) < 50)
mixed = told_and_kish(["north"] * 50 + ["south"] * 50, np.arange(100) % 50 < np.repeat([20, 40], 50))
print("design effect told, of those who answered, their share:", half, mixed)
assert half == (2.0, 1.0, 0.5)
assert mixed == (1.875, 1.125, 0.6) and mixed[0] == round(mixed[1] / mixed[2], 4)

clients = {"city": 5000, "town": 3000, "village": 2000}
hours = {"city": 2, "town": 3, "village": 4}
whole = sum(clients[place] * hours[place] for place in clients)
by_hand = {place: ceil(Fraction(100 * clients[place] * hours[place], whole)) for place in clients}


def shared(stddev):
    sizes, _ = allocate(method="propal", stratum=list(clients), pop_size=clients, samp_size=100, stddev=stddev)
    return {str(place): int(size) for place, size in sizes.items()}


plain, by_hours = shared(None), shared(hours)
by_days = shared({place: each / 24 for place, each in hours.items()})
print("100 people by size", plain, "by spread in hours", by_hours, "in days", by_days, "by hand", by_hand)
assert plain == {"city": 50, "town": 30, "village": 20}
assert by_hand == {"city": 38, "town": 34, "village": 30}
assert by_hours == {"city": 100, "town": 90, "village": 80}
assert by_days == {"city": 5, "town": 4, "village": 4}
print("as before")
PY
