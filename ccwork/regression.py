"""What would have come by itself: the worst are better next time with no change at all."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.metrics import about
from ccwork.stats import intervals, shrinkage
from ccwork.stats.intervals import NAN
from ccwork.workbook import Workbook

PARTS: Final = ("reliability", "observed", "by_itself", "left_over")


def by_itself(work: Workbook) -> pd.DataFrame:
    """Say of every change tried where it was worst, how much would have come by itself (F62).

    Returns
    -------
    DataFrame
        One row per ``novelty`` whose places were chosen because they were bad: ``was`` their
        last value before, ``common`` that of all units, ``reliability`` the correlation of
        the last two values before over ``units_counted``, ``observed`` gain, ``by_itself``
        expected with no change at all, ``left_over``: what is left. Plus is better.
    """
    rows = work.table("changes")
    table = work.table("trials")
    found = [
        _regressed(row, table[(table["change"] == row["change"]) & (table["unit"] != "")], work)
        for row in rows[rows["assigned"] == "worst"].to_dict("records")
    ]
    columns = ["novelty", "metric", "unit", "was", "common"]
    for name in PARTS:
        columns += [name, f"{name}_low", f"{name}_high"]
    shown = pd.DataFrame(found, columns=[*columns, "units_counted", "why", "say"])
    return about(shown, "regression", work, key=["novelty"], of=["changes", "trials"])


def _regressed(row: Mapping[str, Any], trial: pd.DataFrame, work: Workbook) -> dict[str, Any]:
    metric = work.catalogue.loc[row["metric"]]
    sign = 1 if metric["better"] == "higher" else -1
    trial = trial[trial["metric"] == row["metric"]]
    new = trial[trial["way"] == "new"]
    old = trial[(trial["way"] == "old") & ~(trial["date"] >= new["date"].min())]
    wide = old.pivot_table(index="unit", columns="date", values="value")
    wide = wide.reindex(columns=[*[NAN] * (2 - wide.shape[1]), *wide.columns])
    last, after = wide.iloc[:, -1], new.groupby("unit")["value"].mean()
    treated = last.index.intersection(after.index)
    was, common = last[treated].mean(), last.mean()
    same = shrinkage.correlation(wide.iloc[:, -2], last)
    drift = shrinkage.drift(sign * was, sign * common, same)
    gain = intervals.mean(sign * (after[treated] - last[treated]))
    left = shrinkage.beyond(gain, drift)
    made = {"novelty": row["change"], "metric": row["metric"], "was": was, "common": common}
    for name, found in zip(PARTS, (same, gain, drift, left), strict=True):
        made |= dict(zip((name, f"{name}_low", f"{name}_high"), found, strict=False))
    unit = "points" if metric["form"] == "counts" else metric["unit"]
    say = "unknown" if np.isnan(left.low) else "more" if left.low > 0 else "nothing"
    return made | {"unit": unit, "units_counted": len(wide), "why": "few_units", "say": say}
