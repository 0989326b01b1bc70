"""Windows of the offices against the promise about the queue: how many each would need."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.language import wording
from ccwork.measure.process.what_if import PROMISE, SHARE
from ccwork.read.workbook import Workbook
from ccwork.stats import queueing
from ccwork.tell.tables import about

ROWS: Final = ["office", "windows", "over", "value", "unit", "kept", "windows_needed", "why"]


def windows_by_unit(work: Workbook) -> pd.DataFrame:
    """Say of every office what its windows give, and how many the promise needs.

    Returns
    -------
    DataFrame
        One row per unit for which ``windows``, ``arrivals`` and ``served`` are brought:
        ``over`` percent wait longer than promised, ``value`` the mean wait in minutes (none
        where the queue grows without end), ``kept`` yes or no, ``windows_needed`` the smallest
        number of windows that keeps the promise.

    Notes
    -----
    Erlang C (F52): people come at random, in one queue, nobody leaves. The figures brought are
    taken as they are, so there is no interval; the exercise of the notebook tries others.
    """
    units = work.table("units")
    known = units.dropna(subset=["windows", "arrivals", "served"]) if len(units) else units
    rows = []
    for unit in known[known["windows"].astype(float) > 0].to_dict("records"):
        come, served = float(unit["arrivals"]), float(unit["served"])
        open_now = int(unit["windows"])
        over = queueing.waits_over(PROMISE, come, served, open_now)
        wait = queueing.mean_wait(come, served, open_now)
        grows = np.isinf(wait)
        rows.append((unit["unit"], open_now, 100 * over, np.nan if grows else wait, "minutes",
                     "yes" if over <= 1 - SHARE else "no",
                     queueing.windows_for(PROMISE, SHARE, come, served),
                     "queue_grows" if grows else ""))  # fmt: skip
    names = {row.unit: (row.name_ru or "", row.name_en or "") for row in units.itertuples()}
    wording.learn("unit", names)
    table = pd.DataFrame(rows, columns=ROWS)
    return about(table, "queues", work, key=["office"], of=["units"])
