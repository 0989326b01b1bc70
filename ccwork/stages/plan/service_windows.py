"""Windows of the offices against the promise about the queue: how many each would need."""

from typing import Final

import pandas as pd

from ccwork.language import wording
from ccwork.measure.process.what_if import PROMISE, SHARE, queues
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
    parts = [pd.DataFrame(columns=ROWS)]
    for unit in known[known["windows"].astype(float) > 0].itertuples():
        need = queueing.windows_for(PROMISE, SHARE, unit.arrivals, unit.served)
        found = queues(unit.arrivals, unit.served, [int(unit.windows)])
        parts.append(found.assign(office=unit.unit, windows_needed=need))
    names = {row.unit: (row.name_ru or "", row.name_en or "") for row in units.itertuples()}
    wording.learn("unit", names)
    table = pd.concat(parts[1:] or parts, ignore_index=True)[ROWS]
    return about(table, "queues", work)
