#!/usr/bin/env bash
# funnelplot 0.2.1 from PyPI: the office that lies outside of the funnel gets the name of another one.
# Its documentation: labels holds one name for each group, shown only for those outside the funnel (after
# Spiegelhalter 2005: mean of all, and 1.96 standard errors of it by the size of a group). One expects the
# name beside a point to be that of the group which the point is.
# Seen (2026-11-30): of Ash, Birch, Cedar and Dale with 40, 6, 12 and 80 visits only Cedar is outside (16
# minutes, the others 12; by hand 5.5 standard errors). The point of Cedar is there, and "Birch" stands
# beside it. The groups are put in order of size, their names are not; so it is in both modes, and from a
# table, where the names come by the alphabet, it is nearly always so. Nothing is said of it: an office
# is blamed, or praised, for the work of another. Instead give funnel_plot groups and names by size.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  funnelplot==0.2.1 scipy==1.17.1 numpy==2.3.5 pandas==2.3.3 matplotlib==3.10.7
cd "$folder"
MPLBACKEND=Agg MPLCONFIGDIR="$folder" venv/bin/python -W ignore - <<'PY'
from statistics import mean, pstdev

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from funnelplot.core import funnel, funnel_plot, funnel_plot_bootstrap

VISITS = {"Ash": [10, 14] * 20, "Birch": [10, 14] * 3, "Cedar": [14, 18] * 6, "Dale": [10, 14] * 40}
everyone = [minutes for group in VISITS.values() for minutes in group]
errors = {
    name: (mean(group) - mean(everyone)) / (pstdev(everyone) / len(group) ** 0.5)
    for name, group in VISITS.items()
}
outside = {name: len(VISITS[name]) for name, each in errors.items() if abs(each) > 1.96}
print("standard errors by hand", {name: round(each, 1) for name, each in errors.items()})
assert outside == {"Cedar": 12} and round(errors["Cedar"], 1) == 5.5, (outside, errors)


def told(draw, *data, **more):
    """The names on the picture, and how many visits the points outside of the funnel have."""
    np.random.seed(1)
    _, ax = plt.subplots()
    draw(*data, ax=ax, **more)
    names = {text.get_text() for text in ax.texts} & set(VISITS)
    return names, [int(line.get_ydata()[0]) for line in ax.lines if line.get_marker() == "o"]


table = pd.DataFrame(
    [(name, each) for name, group in VISITS.items() for each in group], columns=["office", "minutes"]
)
by_size = sorted(VISITS, key=lambda name: len(VISITS[name]))
for bootstrap, draw in ((False, funnel_plot), (True, funnel_plot_bootstrap)):
    from_table = told(funnel, table, "minutes", "office", bootstrap_mode=bootstrap)
    as_listed = told(draw, [np.array(group) for group in VISITS.values()], labels=list(VISITS))
    in_order = told(draw, [np.array(VISITS[name]) for name in by_size], labels=by_size)
    print("bootstrap", bootstrap, "| from a table", from_table, "listed", as_listed, "by size", in_order)
    assert from_table == as_listed == ({"Birch"}, [12]), (from_table, as_listed)
    assert in_order == ({"Cedar"}, [12]), in_order
print("as before")
PY
