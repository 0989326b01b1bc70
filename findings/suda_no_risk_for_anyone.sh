#!/usr/bin/env bash
# suda 0.2.2 from PyPI (Special Uniques Detection Algorithm): nobody is ever at risk of being found.
# It says that dis-suda shares the risk of the file out to its rows by their scores, with 0.0207 and
# 0.0276 in its example, and fM is the number of a row's MSUs (minimal sample uniques, Elliot 2002: sets
# of answers that only one person gave, and no part of which is such a set).
# Seen (2026-11-30): dis-suda is 0 for every row; it is filled in where a column of zeros is above 0.
# And every set around an MSU counts as one more: of the ten people of the practice guide of the
# International Household Survey Network, the first six of whom are the example, four score 6, 12, 6, 10
# (published); 15, 22, 15, 20 are told, and 7, 11, 7, 10 MSUs for 1, 4, 1, 3. The order turns round too:
# who stands out by one answer scores 6, who does by four pairs 8; 15 and 12 are told. Nothing is said
# of it: a file passes as one in which nobody can be found, and the wrong rows are hidden first.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check suda==0.2.2 pandas==2.3.3 numpy==2.3.5
"$folder/venv/bin/python" -W ignore - <<'PY'
from itertools import combinations
from math import prod

import pandas as pd
from suda import suda

COLUMNS = ["residence", "gender", "education", "labour"]
# urban or rural, female or male, five kinds of education, labour (employed, unemployed, not in it)
GUIDE = "ufae ufae ufbn umce rfcu umce ufdn umpu ufan ufan".split()
# the first stands out by one answer; of the second only halves were given by someone else too
INVENTED = "9222 1111 1122 2211 2222 2222".split()


def by_hand(people, most):
    """Of each person the number of minimal sets that are unique, and the published score of them."""
    found = []
    for person in people:
        sets = []
        for size in range(1, most + 1):
            for chosen in combinations(range(4), size):
                same = sum(all(other[i] == person[i] for i in chosen) for other in people)
                if same == 1 and not any(set(each) <= set(chosen) for each in sets):
                    sets.append(chosen)
        found.append((len(sets), sum(prod(4 - i for i in range(len(each), most + 1)) for each in sets)))
    return found


def told(people, most):
    table = suda(pd.DataFrame([list(each) for each in people], columns=COLUMNS), max_msu=most, dis=0.1)
    assert (table["dis-suda"] == 0).all() and table["suda"].sum() > 0, table
    return list(zip(table["fM"], table["suda"]))


right = {2: (1, 6), 4: (4, 12), 6: (1, 6), 7: (3, 10)}
for most, seen in (
    (2, {2: (4, 12), 4: (7, 18), 6: (4, 12), 7: (6, 16)}),
    (3, {2: (7, 15), 4: (11, 22), 6: (7, 15), 7: (10, 20)}),
):
    for row, (found, known) in enumerate(zip(told(GUIDE, most), by_hand(GUIDE, most))):
        print("sets of at most", most, "row", row, "told (sets, score)", found, "by hand", known)
        assert found == seen.get(row, (0, 0)) and known == right.get(row, (0, 0))

found, known = told(INVENTED, 3)[:2], by_hand(INVENTED, 3)[:2]
print("one answer, four pairs: told", found, "by hand", known)
assert known == [(1, 6), (4, 8)] and found == [(7, 15), (8, 12)]
print("as before")
PY
