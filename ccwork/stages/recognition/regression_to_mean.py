"""What would have come by itself: the worst are better next time with no change at all."""

from typing import Any

import numpy as np
import pandas as pd

from ccwork.read.workbook import Workbook
from ccwork.stages.scale.trial import Trial, trials
from ccwork.stats import intervals, shrinkage
from ccwork.stats.intervals import NAN
from ccwork.tell.tables import about


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
    worst = [own for own in trials(work).values() if own.register["assigned"] == "worst"]
    shown = pd.DataFrame(map(_regressed, worst), columns=None if worst else ["novelty"])
    return about(shown, "regression", work)


def _regressed(trial: Trial) -> dict[str, Any]:
    sign, rows = trial.metric.sign, trial.brought
    rows = rows[(rows["unit"] != "") & (rows["metric"] == trial.metric.code)]
    new = rows[rows["way"] == "new"]
    old = rows[(rows["way"] == "old") & ~(rows["date"] >= new["date"].min())]
    wide = old.pivot_table(index="unit", columns="date", values="value")
    wide = wide.reindex(columns=[*[NAN] * (2 - wide.shape[1]), *wide.columns])
    last, after = wide.iloc[:, -1], new.groupby("unit")["value"].mean()
    treated = last.index.intersection(after.index)
    was, common = last[treated].mean(), last.mean()
    same = shrinkage.correlation(wide.iloc[:, -2], last)
    drift = shrinkage.drift(sign * was, sign * common, same)
    gain = intervals.mean(sign * (after[treated] - last[treated]))
    left = shrinkage.beyond(gain, drift)
    made = {"novelty": trial.change, "metric": trial.metric.code, "was": was, "common": common}
    made |= same.columns("reliability") | gain.columns("observed")
    made |= drift.columns("by_itself") | left.columns("left_over")
    say = "unknown" if np.isnan(left.low) else "more" if left.low > 0 else "nothing"
    made |= {"unit": trial.metric.unit, "units_counted": len(wide)}
    return made | {"why": "few_units", "say": say}
