#!/usr/bin/env bash
# weightipy 0.4.2 from PyPI: a scheme with a total, Rim(total=1000), forgets who has the weight 1.
# One expects weights that add up to the total, each what it is without a total times the same factor.
# Seen (2026-11-29): of 10 people 2 are young, 4 middle, 4 old; aimed at are 40, 40 and 20 %. Without
# a total the weights are 2, 1 and 0.5. With 1000 they are 333.3, 1 and 83.3 (by hand 200, 100, 50):
# the middle becomes 0.4 % of the whole, and old people outweigh them. A sample that already is as
# aimed at gets no weights at all (NaN). Weights of exactly 1 are taken for missing while the scale is
# found. Nothing is said of it: a group that was sampled just right vanishes from every mean.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check weightipy==0.4.2 pandas==2.3.3 numpy==2.3.5
"$folder/venv/bin/python" -W error::UserWarning - <<'PY'
import pandas as pd
import weightipy

people = pd.DataFrame({"age": ["young"] * 2 + ["middle"] * 4 + ["old"] * 4})


def weights(total, **shares):
    scheme = weightipy.Rim("scheme", total=total)
    scheme.set_targets([{"age": shares}])
    return weightipy.weight(people, scheme).groupby(people["age"]).first().round(4).to_dict()


aim = {"young": 40.0, "middle": 40.0, "old": 20.0}
by_hand = {age: aim[age] / 100 * 1000 / int((people["age"] == age).sum()) for age in aim}
plain, scaled = weights(0, **aim), weights(1000, **aim)
print("no total", plain, "total 1000", scaled, "by hand", by_hand)
assert plain == {"young": 2.0, "middle": 1.0, "old": 0.5}, plain
assert by_hand == {"young": 200.0, "middle": 100.0, "old": 50.0}, by_hand
assert scaled == {"young": 333.3333, "middle": 1.0, "old": 83.3333}, scaled
# aimed a little off, so that no weight is 1: the total comes out
near = weights(1000, young=41.0, middle=39.0, old=20.0)
assert near == {"young": 205.0, "middle": 97.5, "old": 50.0}, near
as_sampled = weights(1000, young=20.0, middle=40.0, old=40.0)
print("as sampled", as_sampled, "near", near)
assert pd.Series(as_sampled).isna().all(), as_sampled
print("as before")
PY
