"""The pulse of the staff: three questions, and the figures they make."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.read.workbook import Workbook
from ccwork.stats import normalisation
from ccwork.tell.tables import about, said

STAFF_PRESSURE: Final = "staff_pressure"
"""The guardrail no plan may lack: psychological pressure must be bearable (the method)."""

PULSE_LEVELS: Final = 5
"""Levels of the answers to the staff pulse."""

QUESTIONS: Final = ("load", "control", "support")
"""The three questions of the pulse: columns of the table ``pulses``."""

UNBEARABLE: Final = 20.0
"""Stop where surely more than so many per cent say the load is unbearable (our choice)."""

STOP_METRIC: Final = "staff_unbearable"
STAFF: Final = (STAFF_PRESSURE, STOP_METRIC)


def pulse_questions(work: Workbook) -> pd.DataFrame:
    """Return the questions of the staff pulse, as they are put.

    Answered in levels 1 to 5, anonymously; a unit with fewer than ten answers is merged with
    others. Three questions, margin and stop: the method and our choice.
    """
    rows = work.catalogues["pulse"].reset_index()
    rows = rows.assign(**{part: said(rows, part) for part in ("worst", "best")})
    return about(rows, "pulse", work)


def pulse_trials(work: Workbook) -> pd.DataFrame:
    """Turn the anonymous answers of the pulse into rows of a trial.

    Returns
    -------
    DataFrame
        As the table ``trials``: per change, unit, month and way of working the pressure
        (``staff_pressure``: mean of the persons, each the mean of the questions answered) and
        the share to whom the load is unbearable (``staff_unbearable``: answer 1).
    """
    rows = work.table("pulses")
    if rows.empty:
        return pd.DataFrame(columns=["change", "metric"])
    asked = rows[list(QUESTIONS)].astype(float)
    by = ["change", "unit", "date", "way"]
    rows = rows[by].assign(
        date=rows["date"].dt.to_period("M").dt.start_time,
        staff_pressure=100 - normalisation.likert(asked.mean(axis=1).to_numpy(), PULSE_LEVELS),
        staff_unbearable=100.0 * (asked["load"] == 1).where(asked["load"].notna()),
    )
    made = [
        rows.groupby(by)[metric].agg(value="mean", n="count", sd="std").assign(metric=metric)
        for metric in (STAFF_PRESSURE, STOP_METRIC)
    ]
    table = pd.concat(made).reset_index()
    return table[table["n"] > 0].assign(case="", segment="", look=np.nan)
