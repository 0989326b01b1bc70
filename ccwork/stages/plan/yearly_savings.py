"""What a change would save clients in a year: cases a year times the mean difference of a case."""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.measure.process import client_effort
from ccwork.measure.process.what_if import case_clocks, mean_limits, seed
from ccwork.read.workbook import Workbook
from ccwork.stats import intervals
from ccwork.tell.tables import about

SAVINGS: Final = {
    "lead": "hours",
    "client": "hours",
    "actions": "actions",
    "documents": "documents",
    "trips": "visits",
    "paid": "roubles",
    "roubles": "roubles",
}
"""What a change saves clients in a year -> its unit."""

RECORDED: Final = ("documents", "trips", "paid")
"""What is known only where the log records it."""


def yearly(
    work: Workbook, steps: pd.DataFrame, changed: pd.DataFrame, rouble_hour: float | None = None
) -> pd.DataFrame:
    """Say what a change would save clients in a year: cases a year x mean difference.

    Parameters
    ----------
    rouble_hour
        Roubles an hour of a client's own time is held to be worth. There is no default: the
        figure is a choice of those who declare it, and is never an official one.

    Returns
    -------
    DataFrame
        Rows ``lead`` (hours from application to result), ``client`` (hours the client acts
        himself), ``actions``, ``documents``, ``trips``, ``paid`` (roubles, where recorded) and
        ``roubles`` (his own hours priced), each a year, with interval; the means of a case
        ``mean_now`` and ``mean_then``. Only the client's own hours are priced: waiting at home
        costs less, and nobody knows how much.
    """
    if steps.empty:
        return about([], "savings", work)
    before = _spent(steps, rouble_hour)
    after = _spent(changed, rouble_hour).reindex(before.index, fill_value=0.0)
    after = after.where(before.notna())
    volumes = work.table("services").set_index("service")["volume"].astype(float)
    year = volumes.reindex(steps["service"].unique()).sum(skipna=False)
    rows = [
        _year(before[saving] - after[saving], year, rouble_hour, seed(work, f"redesign|{saving}"))
        | _means(before[saving], after[saving])
        for saving in SAVINGS
    ]
    return about(rows, "savings", work)


def _spent(steps: pd.DataFrame, rouble_hour: float | None) -> pd.DataFrame:
    """Return what each case cost the client, a column a saving."""
    own = client_effort.per_case(steps)[["documents", "trips", "roubles"]]
    found = case_clocks(steps).join(own.rename(columns={"roubles": "paid"}))
    return found.assign(roubles=found["client"] * (np.nan if rouble_hour is None else rouble_hour))


def _means(before: pd.Series, after: pd.Series) -> dict[str, float]:
    """Return the two means of a case with t limits; none where a saving is not known."""
    if len(before) < method.MIN_SHOWN or before.isna().any():
        return {"mean_now": np.nan, "mean_then": np.nan}
    now, then = intervals.mean(before), intervals.mean(after)
    return now.columns("mean_now") | then.columns("mean_then")


def _year(won: pd.Series, year: float, rouble_hour: float | None, start: int) -> dict[str, Any]:
    """Return one row of :func:`yearly`."""
    saving = str(won.name)
    reasons = {
        "few_cases": len(won) < method.MIN_SHOWN,
        "no_volume": np.isnan(year),
        "no_rouble_hour": saving == "roubles" and rouble_hour is None,
        "not_recorded": saving in RECORDED and bool(won.isna().any()),
        "no_actor": bool(won.isna().any()),
    }
    why = next((code for code, holds in reasons.items() if holds), "")
    row = {"saving": saving, "unit": SAVINGS[saving], "n": len(won), "why": why}
    if why:
        return row
    low, high = mean_limits(won.to_numpy(), start)
    return row | {"value": year * won.mean(), "low": year * low, "high": year * high}
