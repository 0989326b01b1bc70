#!/usr/bin/env bash
# pyreadstat 1.3.5 from PyPI: three kinds of values of SPSS and Stata files come out as other values.
# 1. SPSS TIME and DTIME variables hold a length of time; the reader makes a time of day of it:
#    26 hours 30 minutes read as 02:30 (the days are dropped without a word). Raw seconds are to be
#    had only by disable_datetime_conversion=True.
# 2. Stata, user_missing=True, a variable of whole numbers that has letters for missing values
#    ("a", "b"): the cells nobody filled in (".") read as 0; of a double they are NaN, and with
#    user_missing=False they are NaN too.
# 3. SPSS, user_missing=True: the missing values of a TIME variable are told as times of day as well,
#    so a code and a real length that differ by whole days are one value.
# A mean of waiting times is days too short, and "no answer" becomes the lowest mark.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pyreadstat==1.3.5 pandas==3.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
from datetime import time

import pandas as pd
import pyreadstat

rows = pd.DataFrame({"waited": [95_400.0, 9_000.0], "lasted": [93_600.0, 60.0]})
shown = {"waited": "TIME8", "lasted": "DTIME12"}
pyreadstat.write_sav(rows, "a.sav", variable_format=shown, missing_ranges={"waited": [95_400.0]})
read, _ = pyreadstat.read_sav("a.sav", user_missing=True)
print(read)
assert read["waited"].tolist() == [time(2, 30), time(2, 30)], read
assert read["lasted"].tolist() == [time(2, 0), time(0, 1)], read
about = pyreadstat.read_sav("a.sav", user_missing=True)[1].missing_ranges
print(about)
assert about["waited"][0]["lo"] == time(2, 30), about
raw, _ = pyreadstat.read_sav("a.sav", user_missing=True, disable_datetime_conversion=True)
assert raw["waited"].tolist() == [95_400.0, 9_000.0], raw

for first, nobody in ((1, 0), (1.5, None)):
    level = pd.Series([first, "a", None], dtype=object)
    pyreadstat.write_dta(pd.DataFrame({"level": level}), "a.dta", missing_user_values={"level": ["a"]})
    told = pyreadstat.read_dta("a.dta", user_missing=True)[0]["level"].tolist()
    plain = pyreadstat.read_dta("a.dta")[0]["level"]
    print(told, plain.tolist())
    assert told[:2] == [first, "a"], told
    assert (told[2] == 0) if nobody == 0 else pd.isna(told[2]), told
    assert plain.isna().tolist() == [False, True, True], plain
print("as before")
PY
