#!/usr/bin/env bash
# pyCANON 1.0.1.post2 from PyPI: what it says of a table depends on the numbers of its rows.
# One expects k-anonymity and l-diversity of a table of answers to be the same however its rows are
# numbered, and a person with a gap to be a person still.
# Seen (2026-11-29): unit N answers yes and no in January, unit S yes and yes in February. The months
# put together (pandas.concat, rows 0, 1, 0, 1) are said to be 2-diverse; with rows 0 to 3 it is 1: all
# of S said yes, so S's answer is known. The rows of a group are told by their numbers, but fetched
# by their places, so the answers of S are never looked at. And where one column tells people apart,
# a person with a gap there is left out (k = 2, though that person is alone: 1); beside a second column
# that is the same for all it is 1. No error, no warning: a table passes as safe that is not.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  pycanon==1.0.1.post2 pandas==2.3.3 numpy==2.3.5
"$folder/venv/bin/python" -W error::UserWarning - <<'PY'
import pandas as pd
from pycanon import anonymity

january = pd.DataFrame({"unit": ["N", "N"], "answer": ["yes", "no"]})
february = pd.DataFrame({"unit": ["S", "S"], "answer": ["yes", "yes"]})
both = pd.concat([january, february])
by_hand = int(both.groupby("unit")["answer"].nunique().min())
told = anonymity.l_diversity(both, ["unit"], ["answer"])
renumbered = anonymity.l_diversity(both.reset_index(drop=True), ["unit"], ["answer"])
print("l-diversity", told, "renumbered", renumbered, "by hand", by_hand)
assert told == 2 and renumbered == by_hand == 1, (told, renumbered, by_hand)

people = pd.DataFrame({"age": ["30", "30", "40", "40", None], "town": ["A"] * 5})
alone = int(people.groupby("age", dropna=False).size().min())
one, two = anonymity.k_anonymity(people, ["age"]), anonymity.k_anonymity(people, ["age", "town"])
print("k-anonymity by age", one, "by age and the one town", two, "by hand", alone)
assert one == 2 and two == alone == 1, (one, two, alone)
print("as before")
PY
